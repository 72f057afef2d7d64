//! The views of leads, of the coverage directory and of territories.

use crate::domain::FieldId;

use super::View;
use crate::query::schema::{coverage as cov, lead as l, territory as t};

const USUAL: &[FieldId] = &[
    l::NUMBER,
    l::NAME,
    l::STAGE,
    l::SCORE,
    l::PLAN,
    l::MRR,
    l::AVAILABILITY,
    l::FOLLOW_UP,
    l::OWNER,
    l::CITY,
    l::PHONE,
    l::SOURCE,
    l::CREATED,
];
const CALLS: &[FieldId] = &[
    l::NUMBER,
    l::NAME,
    l::FOLLOW_UP,
    l::FOLLOW_UP_NOTE,
    l::PHONE,
    l::STAGE,
    l::SCORE,
    l::OWNER,
    l::LAST_TOUCH,
    l::PLAN,
    l::CITY,
];
const ANSWER: &[FieldId] =
    &[l::NUMBER, l::NAME, l::CREATED, l::PHONE, l::SCORE, l::OWNER, l::SOURCE, l::AVAILABILITY, l::CITY, l::PLAN];
const PLACES: &[FieldId] = &[
    l::NUMBER,
    l::NAME,
    l::AVAILABILITY,
    l::LIVE_ON,
    l::PINCODE,
    l::AREA,
    l::BUILDING,
    l::PHONE,
    l::STAGE,
    l::CONSENT,
    l::CREATED,
];
const ENDED: &[FieldId] = &[
    l::NUMBER,
    l::NAME,
    l::STAGE,
    l::LOST_REASON,
    l::LOST_AT,
    l::CONVERTED_AT,
    l::CUSTOMER,
    l::PLAN,
    l::MRR,
    l::SOURCE,
    l::OWNER,
    l::RESPONSE_MINUTES,
];

/// The leads screen opens with the first.
pub const VIEWS: &[View] = &[
    View {
        name: "pipeline",
        title: "Pipeline",
        text: "(is:open or converted-at:this-month or lost-at:this-month) sort:-score",
        columns: USUAL,
        help: "Open leads, and what was won and lost this month.",
    },
    View {
        name: "open",
        title: "Open",
        text: "is:open sort:-score",
        columns: USUAL,
        help: "Leads with something to do.",
    },
    View {
        name: "mine",
        title: "Mine",
        text: "owner:@me is:open sort:-score",
        columns: USUAL,
        help: "Your open leads.",
    },
    View {
        name: "overdue",
        title: "Overdue follow-ups",
        text: "is:overdue sort:follow-up",
        columns: CALLS,
        help: "Open leads whose follow-up is due and not snoozed.",
    },
    View {
        name: "unanswered",
        title: "New, unanswered",
        text: "stage:new first-response:none sort:created",
        columns: ANSWER,
        help: "Nobody has been in touch yet; the oldest first.",
    },
    View {
        name: "hot",
        title: "Hot",
        text: "is:open score:hot sort:-score",
        columns: USUAL,
        help: "Open, score 70 and more.",
    },
    View {
        name: "notify",
        title: "Notify when live",
        text: "is:waiting sort:live-on",
        columns: PLACES,
        help: "Outside the network, kept for the day it comes.",
    },
    View {
        name: "now-live",
        title: "Now serviceable",
        text: "has:live-since (is:open or lost-reason:no-coverage) sort:-score",
        columns: PLACES,
        help: "Had to wait for the network, which has come.",
    },
    View {
        name: "unassigned",
        title: "Unassigned",
        text: "is:open owner:none sort:created",
        columns: ANSWER,
        help: "Open leads without an owner.",
    },
    View {
        name: "converted",
        title: "Converted this month",
        text: "converted-at:this-month sort:-converted-at",
        columns: ENDED,
        help: "Customers since this month.",
    },
    View {
        name: "lost",
        title: "Lost",
        text: "stage:lost sort:-lost-at",
        columns: ENDED,
        help: "Lost leads, the latest first.",
    },
    View { name: "all", title: "All", text: "sort:-created", columns: USUAL, help: "Every lead, the newest first." },
];

pub const PREDICATES: &[(&str, &str)] = &[
    ("open", "stage:new,contacted,survey,quoted,install"),
    ("overdue", "stage:new,contacted,survey,quoted,install follow-up<=now (snoozed-until:none or snoozed-until<=now)"),
    (
        "waiting",
        "availability:planned,not-covered (stage:new,contacted,survey,quoted,install or lost-reason:no-coverage)",
    ),
    ("unanswered", "stage:new first-response:none"),
    ("unassigned", "stage:new,contacted,survey,quoted,install owner:none"),
    ("converted", "stage:converted"),
    ("lost", "stage:lost"),
    ("business", "segment:business,leased-line,society"),
];

const DIRECTORY: &[FieldId] = &[
    cov::PLACE,
    cov::STATUS,
    cov::LIVE_ON,
    cov::TECHNOLOGY,
    cov::PORTS,
    cov::DROP,
    cov::INSTALL_COST,
    cov::CITY,
    cov::OLT,
    cov::NOTE,
];

pub const COVERAGE_VIEWS: &[View] = &[
    View { name: "all", title: "All", text: "sort:place", columns: DIRECTORY, help: "Every place, by PIN code." },
    View {
        name: "planned",
        title: "Planned",
        text: "status:planned sort:live-on",
        columns: DIRECTORY,
        help: "Where the network is coming.",
    },
    View {
        name: "full",
        title: "No free ports",
        text: "status:serviceable ports<=0 sort:place",
        columns: DIRECTORY,
        help: "Serviceable, and not a port left.",
    },
];

pub const COVERAGE_PREDICATES: &[(&str, &str)] =
    &[("serviceable", "status:serviceable"), ("planned", "status:planned"), ("full", "status:serviceable ports<=0")];

pub const TERRITORY_VIEWS: &[View] = &[View {
    name: "all",
    title: "All",
    text: "sort:place",
    columns: &[t::PLACE, t::REP],
    help: "Who gets the leads of which place.",
}];
