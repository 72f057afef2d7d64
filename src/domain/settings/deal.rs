//! How deals are weighed, aged and quoted.

use super::{Setting, Shape, setting};

const PERCENT: Shape = Shape::Int { low: 0, high: 100 };
const DAYS: Shape = Shape::Int { low: 1, high: 365 };

pub const SETTINGS: &[Setting] = &[
    setting(
        "deal.chance.qualified",
        "Chance when qualified",
        PERCENT,
        "20",
        "Percent of the amount that the forecast counts for a qualified deal.",
    ),
    setting(
        "deal.chance.proposal",
        "Chance with a proposal",
        PERCENT,
        "40",
        "Percent of the amount that the forecast counts once a proposal is out.",
    ),
    setting(
        "deal.chance.negotiation",
        "Chance in negotiation",
        PERCENT,
        "70",
        "Percent of the amount that the forecast counts while terms are negotiated.",
    ),
    setting(
        "deal.patience.qualified",
        "Patience: Qualified",
        DAYS,
        "7",
        "Days without activity before a deal of the stage turns amber; red after twice that.",
    ),
    setting(
        "deal.patience.proposal",
        "Patience: Proposal",
        DAYS,
        "7",
        "Days without activity before a deal of the stage turns amber; red after twice that.",
    ),
    setting(
        "deal.patience.negotiation",
        "Patience: Negotiation",
        DAYS,
        "7",
        "Days without activity before a deal of the stage turns amber; red after twice that.",
    ),
    setting(
        "deal.quote-days",
        "Validity of quotations",
        DAYS,
        "15",
        "Days a quotation holds where nothing else is said; ten to thirty are usual.",
    ),
    setting(
        "deal.size.medium",
        "Medium deals from",
        Shape::Money,
        "50000",
        "Rupees from which the win and loss figures call a deal medium; below it is small.",
    ),
    setting(
        "deal.size.large",
        "Large deals from",
        Shape::Money,
        "500000",
        "Rupees from which the win and loss figures call a deal large.",
    ),
];
