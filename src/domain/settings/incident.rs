//! Incidents: which tickets they take in, what is told, when something is given back.

use super::{Setting, Shape, setting};

pub const SETTINGS: &[Setting] = &[
    setting(
        "incident.categories",
        "Tickets an incident takes in",
        Shape::Line,
        "no-internet, slow-speed",
        "Categories of open tickets that are attached to the incident their line suffers from, parted by commas.",
    ),
    setting(
        "incident.text",
        "Text of an incident",
        Shape::Line,
        "Dear {name}, your connection is affected: {incident}. Expected back by {until}. We are sorry. {company} {phone}",
        "What customers are told where nothing else is typed; {name}, {incident}, {until}, {company} and {phone} are filled in.",
    ),
    setting(
        "incident.rebate-from",
        "Rebate from",
        Shape::Int { low: 1, high: 43_200 },
        "240",
        "Minutes a line must have been down before something is given back; 240 is this program's assumption, not a rule.",
    ),
];
