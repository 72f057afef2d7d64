//! The views of deals, their lines and commission schedules.

use crate::domain::FieldId;

use super::View;
use crate::query::schema::{deal as d, deal_line as dl, schedule as s};

const USUAL: &[FieldId] = &[
    d::NUMBER,
    d::NAME,
    d::STAGE,
    d::AMOUNT,
    d::EXPECTED_CLOSE,
    d::OWNER,
    d::LAST_ACTIVITY,
    d::KIND,
    d::SEATS,
    d::WEIGHTED,
    d::CATEGORY,
    d::NEXT_STEP,
    d::COMPETITOR,
    d::CITY,
];
const QUOTES: &[FieldId] = &[
    d::NUMBER,
    d::NAME,
    d::QUOTE,
    d::VALID_UNTIL,
    d::QUOTED_AMOUNT,
    d::AMOUNT,
    d::STAGE,
    d::OWNER,
    d::PHONE,
    d::NEXT_STEP,
];
const ENDED: &[FieldId] = &[
    d::NUMBER,
    d::NAME,
    d::STAGE,
    d::AMOUNT,
    d::WON_AT,
    d::LOST_AT,
    d::LOST_REASON,
    d::COMPETITOR,
    d::OWNER,
    d::KIND,
    d::SEATS,
    d::CUSTOMER,
    d::SOURCE,
];

/// The deals screen opens with the first.
pub const VIEWS: &[View] = &[
    View {
        name: "open",
        title: "Open",
        text: "is:open sort:expected-close",
        columns: USUAL,
        help: "The pipeline, the next to close first.",
    },
    View {
        name: "mine",
        title: "Mine",
        text: "owner:@me is:open sort:expected-close",
        columns: USUAL,
        help: "Your open deals.",
    },
    View {
        name: "stuck",
        title: "Stuck",
        text: "is:open last-activity>7d sort:last-activity",
        columns: USUAL,
        help: "Open deals with nothing done about them for more than a week.",
    },
    View {
        name: "closing",
        title: "Closing this month",
        text: "is:open expected-close:this-month sort:expected-close",
        columns: USUAL,
        help: "Open deals that should be won this month.",
    },
    View {
        name: "late",
        title: "Past their day",
        text: "is:open expected-close<today sort:expected-close",
        columns: USUAL,
        help: "Open deals whose expected day has gone by.",
    },
    View {
        name: "quoted",
        title: "Quoted",
        text: "is:open has:quote sort:valid-until",
        columns: QUOTES,
        help: "Open deals with a quotation out, the next to run out first.",
    },
    View {
        name: "large",
        title: "Large",
        text: "is:open amount>=5L sort:-amount",
        columns: USUAL,
        help: "Open deals of five lakh and more.",
    },
    View {
        name: "won",
        title: "Won",
        text: "stage:won sort:-won-at",
        columns: ENDED,
        help: "Deals that were won, the latest first.",
    },
    View {
        name: "lost",
        title: "Lost",
        text: "stage:lost sort:-lost-at",
        columns: ENDED,
        help: "Deals that were lost, the latest first.",
    },
    View { name: "all", title: "All", text: "sort:-created", columns: USUAL, help: "Every deal, the newest first." },
];

pub const PREDICATES: &[(&str, &str)] = &[
    ("open", "stage:qualified,proposal,negotiation"),
    ("won", "stage:won"),
    ("lost", "stage:lost"),
    ("closed", "stage:won,lost"),
    ("business", "kind:corporate,bulk"),
];

pub const LINE_VIEWS: &[View] = &[View {
    name: "all",
    title: "All",
    text: "sort:-deal",
    columns: &[dl::DEAL, dl::TITLE, dl::AMOUNT, dl::ITEM, dl::PLAN, dl::SEATS, dl::TERM, dl::FIRST_ACCOUNT],
    help: "What deals are made of, the newest deal first.",
}];

pub const SCHEDULE_VIEWS: &[View] = &[View {
    name: "all",
    title: "All",
    text: "sort:name",
    columns: &[
        s::NAME,
        s::METHOD,
        s::PERCENT,
        s::FIXED,
        s::SLABS,
        s::KIND,
        s::ROLE,
        s::PLAN,
        s::CLAWBACK_MONTHS,
        s::CLAWBACK_PERCENT,
        s::STARTS,
        s::ENDS,
    ],
    help: "What reps earn with deals that are won.",
}];
