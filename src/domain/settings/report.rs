//! What reports need that no row holds.

use super::{Setting, Shape, setting};

pub const SETTINGS: &[Setting] = &[
    setting(
        "report.spend",
        "Spent on winning customers",
        Shape::Money,
        "0",
        "Marketing, sales pay and commissions a month in rupees; without it there is no cost of winning a customer.",
    ),
    setting(
        "report.margin",
        "Gross margin",
        Shape::Int { low: 1, high: 100 },
        "60",
        "Percent of revenue left after bandwidth, content and field work; 60 is this program's assumption.",
    ),
];
