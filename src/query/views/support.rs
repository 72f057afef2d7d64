//! The views of the support desk.

use crate::domain::FieldId;

use super::super::schema::{article as a, canned, category, macros, outbox as o, ticket as t};
use super::View;

const QUEUE: &[FieldId] = &[
    t::CLOCK,
    t::DOCKET,
    t::SUBJECT,
    t::NAME,
    t::PRIORITY,
    t::STATUS,
    t::OWNER,
    t::CITY,
    t::OPENED,
    t::CATEGORY,
    t::TECHNICIAN,
    t::STAKE,
];
const RULES: &[FieldId] = &[
    t::REGULATION_DUE,
    t::DOCKET,
    t::SUBJECT,
    t::STAKE,
    t::NAME,
    t::REGULATION,
    t::STATUS,
    t::OWNER,
    t::OPENED,
    t::APPEAL_DUE,
];
const MISSED: &[FieldId] =
    &[t::BREACHED_AT, t::DOCKET, t::SUBJECT, t::BREACHED, t::NAME, t::PRIORITY, t::OWNER, t::STATUS, t::CITY, t::STAKE];
const DONE: &[FieldId] = &[
    t::RESOLVED,
    t::DOCKET,
    t::SUBJECT,
    t::NAME,
    t::CSAT,
    t::SPENT,
    t::OWNER,
    t::BREACHED,
    t::ARTICLE,
    t::REOPENS,
    t::STATUS,
];

const fn view(
    name: &'static str,
    title: &'static str,
    text: &'static str,
    columns: &'static [FieldId],
    help: &'static str,
) -> View {
    View { name, title, text, columns, help }
}

/// The tickets screen opens with the first.
pub const TICKETS: &[View] = &[
    view("queue", "Queue", "is:open sort:clock", QUEUE, "What is open, the next to be missed first."),
    view("mine", "Mine", "is:open owner:@me sort:clock", QUEUE, "What is open and mine."),
    view("unassigned", "Nobody's", "is:open owner:none sort:clock", QUEUE, "What is open and nobody's."),
    view(
        "near",
        "Near breach",
        "is:near sort:clock",
        QUEUE,
        "A clock runs out within the minutes of `ticket.near-minutes` (60), the next first.",
    ),
    view("late", "Late", "is:open has:breached sort:clock", QUEUE, "Open, and a clock of it was missed."),
    view(
        "waiting",
        "Waiting",
        "is:waiting sort:touched",
        QUEUE,
        "Waiting on the customer or a vendor, the longest first.",
    ),
    view("field", "In the field", "is:open has:technician sort:clock", QUEUE, "Open and with a technician."),
    view(
        "regulation",
        "Regulation",
        "is:open has:regulation-due sort:regulation-due",
        RULES,
        "By the clocks of TRAI, with the money at stake.",
    ),
    view("appeals", "Appeals", "appeal:filed sort:appeal-due", RULES, "Appeals to be decided."),
    view(
        "breaches",
        "Breach log",
        "has:breached-at sort:-breached-at",
        MISSED,
        "Every clock that was missed, the newest first.",
    ),
    view("done", "Solved", "status:resolved,closed sort:-resolved", DONE, "Solved, the newest first."),
    view("all", "All", "sort:-opened", QUEUE, "Every ticket, the newest first."),
];

pub const TICKET_WORDS: &[(&str, &str)] = &[
    // A clock that is over lies in the year 9000: the range lets the order by clock stop where the open ones end.
    ("open", "status:open,in-progress,waiting-customer,waiting-vendor clock<2999-01-01"),
    ("running", "status:open,in-progress clock<2999-01-01"),
    ("near", "status:open,in-progress clock>=now clock<=near"),
    ("waiting", "status:waiting-customer,waiting-vendor"),
    ("done", "status:resolved,closed"),
    ("missed", "has:breached-at"),
    ("unhappy", "csat:unhappy"),
];

pub const ARTICLES: &[View] = &[view(
    "all",
    "Knowledge base",
    "sort:-solved",
    &[a::TITLE, a::SLUG, a::CATEGORY, a::SOLVED, a::TAGS, a::AUTHOR, a::CHANGED],
    "Every article, the most useful first.",
)];

pub const OUTBOX: &[View] = &[
    view(
        "all",
        "Outbox",
        "sort:-at",
        &[o::AT, o::STATUS, o::NAME, o::TO, o::CHANNEL, o::REFERENCE, o::BODY, o::WHO],
        "Every message, the newest first.",
    ),
    view(
        "queued",
        "Queued",
        "status:queued sort:at",
        &[o::AT, o::NAME, o::TO, o::CHANNEL, o::REFERENCE, o::BODY],
        "What waits to be sent.",
    ),
];

pub const REPLIES: &[View] =
    &[view("all", "All", "sort:name", &[canned::NAME, canned::CATEGORY, canned::BODY], "Every canned reply.")];

pub const MACROS: &[View] =
    &[view("all", "All", "sort:name", &[macros::NAME, macros::OWNER, macros::STEPS], "Every macro.")];

pub const CATEGORIES: &[View] = &[view(
    "all",
    "All",
    "sort:code",
    &[category::CODE, category::TITLE, category::PARENT, category::PRIORITY, category::REGULATION],
    "Every category and sub-category.",
)];
