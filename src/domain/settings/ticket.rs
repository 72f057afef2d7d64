//! The support desk: hours, targets, clocks, escalation, texts.

use crate::domain::sla::{Hours, Targets};

use super::super::escalation::Rules;
use super::{Setting, Shape, setting};

fn hours(text: &str) -> Result<(), String> {
    Hours::parse(text).map(|_| ())
}

fn targets(text: &str) -> Result<(), String> {
    Targets::parse(text).map(|_| ())
}

fn rules(text: &str) -> Result<(), String> {
    Rules::parse(text).map(|_| ())
}

pub const SETTINGS: &[Setting] = &[
    setting(
        "ticket.hours",
        "Desk hours",
        Shape::Read(hours),
        "mon-sat 08:00-13:30 14:00-21:00; sun 10:00-18:00",
        "Hours that count for the clocks of tickets, Indian time, several intervals a day where there are breaks.",
    ),
    setting(
        "ticket.holidays",
        "Holidays stop clocks",
        Shape::YesNo,
        "yes",
        "Whether the holidays of the customer's state are free of desk hours.",
    ),
    setting(
        "ticket.working-days",
        "Working days of regulation",
        Shape::Read(hours),
        "mon-sat 00:00-24:00",
        "Days TRAI's working days are counted on, less the holidays of the state.",
    ),
    setting(
        "ticket.targets",
        "Targets",
        Shape::Read(targets),
        "low 4h/36h; medium 2h/18h; high 30m/8h; critical 15m/4h @always; business high 20m/6h; \
         business critical 10m/3h @always; enterprise low 2h/18h; enterprise medium 1h/8h; \
         enterprise high 15m/4h @always; enterprise critical 10m/2h @always; installation-request 4h/54h; \
         upgrade-request 4h/36h",
        "Working time until first answer and solution by priority, tier and category; the rule with most words holds.",
    ),
    setting(
        "ticket.vendor-stops",
        "Vendors stop the clock",
        Shape::YesNo,
        "no",
        "Whether the clock stands while a ticket waits on a vendor; it always does while it waits on the customer.",
    ),
    setting(
        "ticket.premium",
        "Premium from",
        Shape::Money,
        "1499",
        "Homes that pay this much a month and more are of the premium tier.",
    ),
    setting(
        "ticket.reopen-days",
        "Reopening",
        Shape::Int { low: 0, high: 365 },
        "7",
        "Days after the solution within which a ticket can be reopened.",
    ),
    setting(
        "ticket.repeat-days",
        "Repeats",
        Shape::Int { low: 0, high: 365 },
        "7",
        "Days within which the same category of the same customer is shown before a new ticket is raised.",
    ),
    setting(
        "ticket.near-minutes",
        "Near breach",
        Shape::Int { low: 1, high: 10_080 },
        "60",
        "Minutes by the wall clock within which a running clock counts as near its end: the word `near`, the view Near breach, Today.",
    ),
    setting(
        "ticket.escalation",
        "Escalation",
        Shape::Read(rules),
        "away assign @least-busy; near 75% tag near-breach; late priority +1; late 4h assign @manager; regulation tag trai",
        "What happens by itself to open tickets: when (away, near N%, late, late Nh, regulation) and what (assign LOGIN, @manager or @least-busy; priority +1; tag WORD).",
    ),
    setting(
        "ticket.text-raised",
        "Text on a new ticket",
        Shape::Line,
        "Dear {name}, your complaint {docket} ({category}) was registered on {at}. Expected by {due}. Queries: {phone}. {company}",
        "Queued for the customer with the docket, date, time and expected time (TCCRR 2012); empty for none.",
    ),
    setting(
        "ticket.text-resolved",
        "Text on a solution",
        Shape::Line,
        "Dear {name}, {docket} is solved. If it is not, tell us within {window} days. How was it? Answer 1 to 5. {company}",
        "Queued for the customer; empty for none.",
    ),
];
