//! When a customer counts as at risk. The figures are ours: with 2.2 % of the lines leaving in a month (an assumption of
//! `data/market`), 4.4 % leave within 60 days, so the limits are once and a half and three times what is usual.

use super::{Setting, Shape, setting};

const PERCENT: Shape = Shape::Int { low: 1, high: 99 };

pub const SETTINGS: &[Setting] = &[
    setting(
        "churn.medium",
        "Medium risk from",
        PERCENT,
        "7",
        "Chance to leave within 60 days, in percent, from which a scored customer is at medium risk (risk 40).",
    ),
    setting(
        "churn.high",
        "High risk from",
        PERCENT,
        "14",
        "Chance to leave within 60 days, in percent, from which a scored customer is at high risk (risk 70).",
    ),
    setting(
        "churn.leavers",
        "Leavers needed",
        Shape::Int { low: 20, high: 10_000 },
        "60",
        "Lines that must have left within the times learnt from before a model is trained; fewer teach chance.",
    ),
    setting(
        "model.retrain-days",
        "Train models anew after",
        Shape::Int { low: 0, high: 365 },
        "30",
        "Days after which `bharatnet model train --due` trains a model anew, and the screen offers it; 0 is never.",
    ),
];
