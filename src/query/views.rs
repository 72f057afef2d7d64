//! The views that come with the program, and the words of `is:`: both are filter text.

mod deal;
mod lead;
mod support;

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record};

use super::schema::{customer as c, entry as e};

/// A name for a filter, an order and the columns that go with it.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// What is typed: `@at-risk`.
    pub name: &'static str,
    pub title: &'static str,
    /// Filter and order.
    pub text: &'static str,
    /// The columns, the most needed first: what does not fit goes from the end.
    pub columns: &'static [FieldId],
    pub help: &'static str,
}

/// A view as a screen or a command has it open: one that comes with the program, or a saved one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenView {
    pub name: String,
    pub title: String,
    pub text: String,
    pub columns: Vec<FieldId>,
    /// Which rows it is a view of.
    pub entity: Entity,
    /// The row of a saved view.
    pub saved: Option<Id>,
    /// Who saved it; empty for one that comes with the program.
    pub owner: String,
}

impl From<&View> for OpenView {
    fn from(v: &View) -> OpenView {
        OpenView {
            name: v.name.into(),
            title: v.title.into(),
            text: v.text.into(),
            columns: v.columns.to_vec(),
            entity: v.columns.first().map_or(Entity::Customer, |id| id.entity),
            saved: None,
            owner: String::new(),
        }
    }
}

impl OpenView {
    /// A saved view from its row. Columns that are no fields any more are left out.
    pub fn of(row: &Record) -> OpenView {
        use super::schema::view;
        let entity = Entity::parse(row.text(view::ENTITY)).unwrap_or(Entity::Customer);
        let names = row.text(view::COLUMNS).split(' ');
        let columns: Vec<FieldId> = names.filter_map(|n| super::schema::find(entity, n)).collect();
        let usual = || built_in(entity).first().map_or_else(|| DEFAULT.to_vec(), |v| v.columns.to_vec());
        OpenView {
            name: row.text(view::NAME).into(),
            title: row.text(view::TITLE).into(),
            text: row.text(view::TEXT).into(),
            columns: if columns.is_empty() { usual() } else { columns },
            entity,
            saved: Some(row.id),
            owner: row.text(view::OWNER).into(),
        }
    }
}

/// What is wrong with a name for a view; nothing when it can be one.
pub fn name_problem(entity: Entity, name: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(plain) || name.starts_with('-') {
        return Some("small letters, digits and hyphens, as in `pune-at-risk`".into());
    }
    find(entity, name).map(|v| format!("`{}` comes with the program: choose another name", v.name))
}

const DEFAULT: &[FieldId] = &[
    c::ACCOUNT,
    c::NAME,
    c::CITY,
    c::PLAN,
    c::MRR,
    c::RISK,
    c::RENEWS,
    c::STATUS,
    c::PHONE,
    c::SINCE,
    c::OPEN_TICKETS,
    c::AREA,
];
const MONEY: &[FieldId] = &[
    c::ACCOUNT,
    c::NAME,
    c::MRR,
    c::PLAN,
    c::CITY,
    c::SEGMENT,
    c::LTV,
    c::RENEWS,
    c::RISK,
    c::STATUS,
    c::ORGANISATION,
];
const EXPIRY: &[FieldId] =
    &[c::ACCOUNT, c::NAME, c::RENEWS, c::PHONE, c::PLAN, c::MRR, c::CITY, c::DUE, c::CYCLE, c::PAYS_BY, c::RISK];
const NEW: &[FieldId] =
    &[c::ACCOUNT, c::NAME, c::SINCE, c::CITY, c::PLAN, c::MRR, c::SOURCE, c::PHONE, c::KYC, c::STATUS];

/// The customers screen opens with the first.
pub const CUSTOMER_VIEWS: &[View] = &[
    View { name: "all", title: "All", text: "sort:name", columns: DEFAULT, help: "Every customer, by name." },
    View {
        name: "active",
        title: "Active",
        text: "status:active sort:name",
        columns: DEFAULT,
        help: "Lines in service.",
    },
    View {
        name: "high-value",
        title: "High value",
        text: "mrr>=10000 sort:-mrr",
        columns: MONEY,
        help: "₹10,000 a month and more.",
    },
    View {
        name: "at-risk",
        title: "At risk",
        text: "risk:high status:active,grace sort:-risk",
        columns: DEFAULT,
        help: "Churn risk 70 and more, still in service.",
    },
    View {
        name: "new",
        title: "New in 30 days",
        text: "since<=30d sort:-since",
        columns: NEW,
        help: "Activated within thirty days.",
    },
    View {
        name: "expiring",
        title: "Expiring plans",
        text: "renews<=7d status:active,grace sort:renews",
        columns: EXPIRY,
        help: "Paid period ends within seven days.",
    },
    View {
        name: "overdue",
        title: "Overdue",
        text: "is:overdue sort:-due",
        columns: EXPIRY,
        help: "Money due and the renewal day gone.",
    },
    View {
        name: "suspended",
        title: "Suspended",
        text: "status:suspended,expired sort:-due",
        columns: EXPIRY,
        help: "Cut off or run out.",
    },
    View {
        name: "install",
        title: "To install",
        text: "status:pending sort:name",
        columns: NEW,
        help: "Ordered, not yet installed.",
    },
];

const PLAN_VIEWS: &[View] = &[View {
    name: "all",
    title: "All",
    text: "sort:price",
    columns: &[
        super::schema::plan::NAME,
        super::schema::plan::TECHNOLOGY,
        super::schema::plan::SPEED,
        super::schema::plan::PRICE,
        super::schema::plan::FUP,
        super::schema::plan::CHANNELS,
        super::schema::plan::OTTS,
        super::schema::plan::SEGMENT,
        super::schema::plan::OFFER,
    ],
    help: "Every plan, by price.",
}];

const ENTRY: &[FieldId] = &[e::NUMBER, e::AT, e::WHO, e::SUMMARY, e::CHANGES, e::STATE, e::COMMAND];

const ENTRY_VIEWS: &[View] = &[
    View { name: "all", title: "All", text: "sort:-number", columns: ENTRY, help: "Every entry, the newest first." },
    View { name: "mine", title: "Mine", text: "who:@me sort:-number", columns: ENTRY, help: "What I did." },
    View {
        name: "back",
        title: "Taken back",
        text: "state:back sort:-number",
        columns: ENTRY,
        help: "What no longer stands.",
    },
    View {
        name: "logins",
        title: "Logins",
        text: "kind:event sort:-number",
        columns: ENTRY,
        help: "Who came in, went, was shut out, looked behind a mask.",
    },
];

/// The views of an entity; the first is where its screen opens.
pub fn built_in(entity: Entity) -> &'static [View] {
    match entity {
        Entity::Customer => CUSTOMER_VIEWS,
        Entity::Plan => PLAN_VIEWS,
        Entity::Lead => lead::VIEWS,
        Entity::Deal => deal::VIEWS,
        Entity::DealLine => deal::LINE_VIEWS,
        Entity::Schedule => deal::SCHEDULE_VIEWS,
        Entity::Coverage => lead::COVERAGE_VIEWS,
        Entity::Territory => lead::TERRITORY_VIEWS,
        Entity::Entry => ENTRY_VIEWS,
        Entity::Ticket => support::TICKETS,
        Entity::Article => support::ARTICLES,
        Entity::Message => support::OUTBOX,
        Entity::CannedReply => support::REPLIES,
        Entity::Macro => support::MACROS,
        Entity::TicketCategory => support::CATEGORIES,
        _ => &[],
    }
}

/// Where the screen of an entity opens: its first view, or every row with every column that fits.
pub fn first(entity: Entity) -> OpenView {
    built_in(entity).first().map_or_else(
        || OpenView {
            name: "all".into(),
            title: "All".into(),
            text: String::new(),
            columns: super::schema::ids(entity).collect(),
            entity,
            saved: None,
            owner: String::new(),
        },
        OpenView::from,
    )
}

/// Finds a view by name, with or without its `@`.
pub fn find(entity: Entity, name: &str) -> Option<&'static View> {
    let name = name.trim_start_matches('@');
    built_in(entity).iter().find(|v| v.name.eq_ignore_ascii_case(name))
}

/// A group of customers by a rule; the rule is filter text, so `segment:loyal` finds whom it names.
#[derive(Clone, Copy, Debug)]
pub struct NamedSegment {
    pub name: &'static str,
    pub title: &'static str,
    pub text: &'static str,
    pub help: &'static str,
}

/// The named segments. A customer may be in several or in none. The limits are ours: what is high value is the view
/// of that name, a promoter or nobody asked counts as content.
pub const NAMED_SEGMENTS: &[NamedSegment] = &[
    NamedSegment { name: "high-value", title: "High value", text: "mrr>=10000", help: "₹10,000 a month and more." },
    NamedSegment {
        name: "at-risk",
        title: "At risk",
        text: "risk:high status:active,grace",
        help: "Churn risk 70 and more, still in service.",
    },
    NamedSegment {
        name: "loyal",
        title: "Loyal",
        text: "status:active,grace since>=2y late<=1 risk<40 -nps:detractor",
        help: "Two years and more with us, pays on time, low risk, no detractor.",
    },
    NamedSegment {
        name: "new",
        title: "New",
        text: "status:active,grace since<=30d",
        help: "In service for 30 days at most.",
    },
];

/// The words `is:` knows, and the text each stands for.
pub fn predicates(entity: Entity) -> &'static [(&'static str, &'static str)] {
    match entity {
        Entity::Customer => &[
            ("active", "status:active"),
            ("billed", "status:active,grace"),
            ("overdue", "due>0 renews<today"),
            ("expiring", "renews<=7d"),
            ("new", "since<=30d"),
            ("gone", "status:terminated"),
            ("business", "segment:business,leased-line,society"),
            ("slow", "has:avg-speed avg-speed<50"),
            ("unverified", "kyc:pending,rejected"),
        ],
        Entity::Plan => &[("offered", "offer:offered"), ("retired", "offer:retired")],
        Entity::Lead => lead::PREDICATES,
        Entity::Deal => deal::PREDICATES,
        Entity::Coverage => lead::COVERAGE_PREDICATES,
        Entity::Ticket => support::TICKET_WORDS,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::{Context, compile};

    #[test]
    fn every_view_and_word_compiles() {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let context = Context::at(crate::base::calendar::start_of(day), "priya");
        for entity in Entity::ALL {
            for view in built_in(*entity) {
                compile(view.text, *entity, &context).unwrap_or_else(|e| panic!("{}: {e}", view.name));
            }
            for s in NAMED_SEGMENTS {
                compile(s.text, Entity::Customer, &context).unwrap_or_else(|e| panic!("segment:{}: {e}", s.name));
            }
            for (word, text) in predicates(*entity) {
                compile(text, *entity, &context).unwrap_or_else(|e| panic!("is:{word}: {e}"));
            }
        }
    }
}
