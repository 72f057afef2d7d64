//! The views of field work and of stock.

use super::super::schema::{incident as n, incident::rebate as r, item as i, job as j};
use super::View;
use crate::domain::FieldId;

pub const JOB_PREDICATES: &[(&str, &str)] = &[
    ("open", "state:open,scheduled,started"),
    ("late", "state:open,scheduled,started day<today"),
    ("mine", "owner:@me"),
];

const JOB: &[FieldId] =
    &[j::NUMBER, j::DAY, j::SLOT, j::KIND, j::NAME, j::OWNER, j::AREA, j::STATE, j::PHONE, j::TICKET, j::CITY];

/// The jobs screen opens with the first.
pub const JOB_VIEWS: &[View] = &[
    View {
        name: "today",
        title: "Today",
        text: "is:open day<=today sort:day,slot",
        columns: JOB,
        help: "Whom somebody goes to today, and what is left from before.",
    },
    View {
        name: "open",
        title: "Open",
        text: "is:open sort:day,slot",
        columns: JOB,
        help: "What somebody still has to go for, by day.",
    },
    View {
        name: "mine",
        title: "Mine today",
        text: "owner:@me is:open day<=today sort:day,slot",
        columns: JOB,
        help: "My jobs of today, and what is left from before.",
    },
    View {
        name: "unscheduled",
        title: "To schedule",
        text: "state:open sort:created",
        columns: JOB,
        help: "Jobs without a day and slot.",
    },
    View {
        name: "late",
        title: "Left over",
        text: "is:open day<today sort:day,slot",
        columns: JOB,
        help: "Jobs whose day is gone.",
    },
    View {
        name: "failed",
        title: "Not done",
        text: "state:failed sort:-finished",
        columns: &[j::NUMBER, j::HINDRANCE, j::NAME, j::KIND, j::DAY, j::OWNER, j::AREA, j::OUTCOME],
        help: "Went out and could not do it.",
    },
    View {
        name: "done",
        title: "Done",
        text: "state:done sort:-finished",
        columns: &[j::NUMBER, j::FINISHED, j::KIND, j::NAME, j::OWNER, j::AFTER, j::CABLE, j::OUTCOME, j::AREA],
        help: "Finished jobs, the newest first.",
    },
    View { name: "all", title: "All", text: "sort:-created", columns: JOB, help: "Every job." },
];

const ITEM: &[FieldId] = &[i::SERIAL, i::KIND, i::MODEL, i::STATE, i::OWNER, i::ACCOUNT, i::JOB, i::SINCE];

pub const ITEM_VIEWS: &[View] = &[
    View { name: "all", title: "All", text: "sort:serial", columns: ITEM, help: "Every item, by serial number." },
    View {
        name: "store",
        title: "In store",
        text: "state:store sort:kind,serial",
        columns: ITEM,
        help: "What can be issued.",
    },
    View {
        name: "issued",
        title: "With technicians",
        text: "state:issued sort:owner,kind",
        columns: ITEM,
        help: "Who carries what.",
    },
    View {
        name: "faulty",
        title: "Faulty",
        text: "state:faulty sort:serial",
        columns: ITEM,
        help: "To be repaired or scrapped.",
    },
];

pub const INCIDENT_PREDICATES: &[(&str, &str)] =
    &[("open", "phase:investigating,identified,monitoring"), ("planned", "phase:planned")];

const INCIDENT: &[FieldId] =
    &[n::NUMBER, n::PHASE, n::TITLE, n::TARGET, n::AFFECTED, n::TICKETS, n::BEGAN, n::UNTIL, n::OWNER];
const OVER: &[FieldId] =
    &[n::NUMBER, n::ENDED, n::TITLE, n::TARGET, n::AFFECTED, n::MINUTES, n::REBATE, n::CAUSE, n::TICKETS];

/// The incidents screen opens with the first.
pub const INCIDENT_VIEWS: &[View] = &[
    View {
        name: "now",
        title: "Now",
        text: "phase:investigating,identified,monitoring,planned sort:began",
        columns: INCIDENT,
        help: "What is down, and what is announced.",
    },
    View {
        name: "closed",
        title: "Closed",
        text: "phase:closed sort:-ended",
        columns: OVER,
        help: "What is over, the newest first.",
    },
    View { name: "all", title: "All", text: "sort:-began", columns: INCIDENT, help: "Every incident." },
];

/// What was given back.
pub const REBATE_VIEWS: &[View] = &[View {
    name: "all",
    title: "All",
    text: "sort:-at",
    columns: &[r::ACCOUNT, r::NAME, r::AMOUNT, r::INCIDENT, r::DAYS, r::MINUTES, r::RENT, r::AT],
    help: "What was given back, the newest first.",
}];
