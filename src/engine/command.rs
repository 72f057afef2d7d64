//! What can be asked to happen, and what is told about it.

mod deal;
mod lead;
mod model;
mod ticket;

use chrono::NaiveDate;

use crate::base::{Id, Money};
use crate::domain::customer::{Cycle, Reason, Status};
use crate::domain::people::Sharing;
use crate::domain::plan::Reached;
use crate::domain::{ActivityKind, Entity, FieldId, Plan, Role, Secret, Value};
use crate::insight::offers::Offer;
use crate::query::Bound;

use super::decide::Decision;
use super::policy::Verb;

pub use deal::{DealCommand, DealStep, WinTerms};
pub use lead::{Assign, LeadCommand, Step, Terms};
pub use model::{Learnt, ModelCommand};
pub use ticket::{NewArticle, NewTicket, TicketCommand, Words};

/// The rows a command is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    Ids(Vec<Id>),
    /// All that a filter keeps at the moment of the command, less some.
    Matching {
        filter: Bound,
        except: Vec<Id>,
    },
}

impl Target {
    pub fn one(id: Id) -> Target {
        Target::Ids(vec![id])
    }
}

/// What a form saw when it was opened: the ground for a field-by-field merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    pub version: i64,
    /// The values of the fields that are being changed.
    pub fields: Vec<(FieldId, Value)>,
}

/// One row of an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Line of the file, for reports.
    pub line: u64,
    pub fields: Vec<(FieldId, Value)>,
}

/// One thing to happen. Every one of them is one entry of the journal and can be taken back.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A new row. On undo: it is taken out, unless something hangs on it by then.
    Create { entity: Entity, fields: Vec<(FieldId, Value)>, allow_duplicates: bool },
    /// New values for fields that forms may set. On undo: the old values.
    Update { entity: Entity, target: Target, fields: Vec<(FieldId, Value)>, base: Option<Base> },
    /// The subscriber state machine. On undo: the old status, dates and revenue.
    SetStatus { target: Target, status: Status, reason: Option<Reason> },
    /// Another plan; price, speed, technology and bundle follow it. On undo: the old plan.
    ChangePlan { target: Target, plan: String, cycle: Option<Cycle>, price: Option<Money> },
    /// Tags put on and taken off. On undo: the tags as they were.
    Tag { entity: Entity, target: Target, add: Vec<String>, remove: Vec<String> },
    /// A line on the timeline. On undo: it is taken out.
    Note { customer: Id, kind: ActivityKind, body: String },
    /// Put away; nothing is lost. On undo: back again.
    Delete { entity: Entity, target: Target },
    /// Back from being put away. On undo: away again.
    Undelete { entity: Entity, target: Target },
    /// Plans for the catalogue; names that are there already stay as they are. On undo: taken out.
    AddPlans { plans: Vec<Plan> },
    /// A new list price from a day on; from today, at once. On undo: as it was, lines too.
    PricePlan { plan: String, price: Money, starts: NaiveDate, lines: Reached },
    /// The list prices whose day has come are put in force: the system's own command. On undo: as it was.
    ApplyPrices,
    /// A filter under a name: a new view, or new content for one of one's own. On undo: as it was.
    SaveView { entity: Entity, name: String, text: String, columns: Vec<FieldId>, shared: Sharing },
    /// A saved view put away; its owner or an admin may. On undo: back again.
    DropView { id: Id },
    /// A setting of the company; an empty value brings the default back. On undo: as it was.
    Set { key: String, value: String },
    /// A person who may work here, with a password or with an invitation: a one-time code, with which they set
    /// their own. Stays: people are disabled, not taken out.
    CreateUser { login: String, name: String, role: Role, password: Option<Secret>, code: Option<Secret> },
    /// On undo: the old role.
    SetRole { login: String, role: Role },
    /// On undo: out again.
    EnableUser { login: String },
    /// Shut out, sessions ended. On undo: in again.
    DisableUser { login: String },
    /// One's own, with the one there is now, or as an admin anybody's. Ends the person's other sessions; cannot be
    /// taken back.
    SetPassword { login: String, password: Secret, current: Option<Secret> },
    /// A one-time code for a new password. Cannot be taken back; a newer one takes its place.
    IssueCode { login: String, code: Secret },
    /// A second factor for oneself, proved by a first code. Cannot be taken back.
    SetTotp { login: String, secret: Secret, code: String, recovery: Vec<Secret> },
    /// No second factor any more: for oneself, or as an admin for whoever lost the phone. Cannot be taken back.
    DropTotp { login: String },
    /// Many new rows as one entry: customers, leads, places of the coverage directory, territories. Rows that look like one that is there are left out and
    /// named, unless duplicates are allowed; nothing is ever overwritten. Plans the rows name that
    /// are not in the catalogue come in as retired ones. Places and territories that are there take the values the
    /// file brings. On undo: all of it is taken out.
    Import { entity: Entity, rows: Vec<ImportRow>, source: String, allow_duplicates: bool },
    /// Of leads.
    Lead(LeadCommand),
    /// What happens with models.
    Model(ModelCommand),
    /// Of deals.
    Deal(DealCommand),
    /// Until when somebody is away: days since 1970-01-01, the first day they are back; `None` ends it. On undo: as it
    /// was.
    SetAbsence { login: String, until: Option<i64> },
    /// Something that happens to tickets.
    Ticket(TicketCommand),
}

/// What is done when a customer takes an offer: the plan is changed, or the discount noted on the timeline.
pub fn offer_taken(customer: Id, offer: &Offer) -> Command {
    match &offer.plan {
        Some(plan) => {
            Command::ChangePlan { target: Target::one(customer), plan: plan.clone(), cycle: None, price: None }
        }
        None => {
            let body = format!("{} agreed: {} ({})", offer.title, offer.what, offer.why);
            Command::Note { customer, kind: ActivityKind::Call, body }
        }
    }
}

impl Command {
    pub fn verb(&self) -> Verb {
        match self {
            Command::Create { .. } => Verb::Create,
            Command::Update { .. } => Verb::Update,
            Command::SetStatus { .. } => Verb::SetStatus,
            Command::ChangePlan { .. } => Verb::ChangePlan,
            Command::Tag { .. } => Verb::Tag,
            Command::Note { .. } => Verb::Note,
            Command::Delete { .. } => Verb::Delete,
            Command::Undelete { .. } => Verb::Undelete,
            Command::AddPlans { .. } => Verb::Plans,
            Command::PricePlan { .. } => Verb::PricePlan,
            Command::ApplyPrices => Verb::Due,
            Command::SaveView { .. } | Command::DropView { .. } => Verb::SaveView,
            Command::Set { .. } => Verb::Set,
            Command::CreateUser { .. } => Verb::CreateUser,
            Command::SetRole { .. } => Verb::SetRole,
            Command::EnableUser { .. } | Command::DisableUser { .. } => Verb::SetUserState,
            Command::SetPassword { .. } => Verb::SetPassword,
            Command::IssueCode { .. } => Verb::IssueCode,
            Command::SetTotp { .. } | Command::DropTotp { .. } => Verb::SecondFactor,
            Command::Import { .. } => Verb::Import,
            Command::Lead(lead) => lead.verb(),
            Command::Model(model) => model.verb(),
            Command::Deal(deal) => deal.verb(),
            Command::SetAbsence { .. } => Verb::SetAbsence,
            Command::Ticket(command) => command.verb(),
        }
    }

    /// The rows it is about, which is what the table of roles asks.
    pub fn of(&self) -> Entity {
        match self {
            Command::Create { entity, .. }
            | Command::Update { entity, .. }
            | Command::Tag { entity, .. }
            | Command::Delete { entity, .. }
            | Command::Undelete { entity, .. }
            | Command::Import { entity, .. }
            | Command::SaveView { entity, .. } => *entity,
            Command::Set { .. } => Entity::Setting,
            Command::Lead(_) => Entity::Lead,
            Command::Model(_) => Entity::Model,
            Command::Deal(_) => Entity::Deal,
            Command::PricePlan { .. } | Command::ApplyPrices => Entity::Price,
            Command::Ticket(_) => Entity::Ticket,
            _ => Entity::Customer,
        }
    }
}

/// A field on which two people disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    pub field: FieldId,
    pub base: Value,
    pub theirs: Value,
    pub yours: Value,
}

/// A row left as it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    pub id: Option<Id>,
    /// Line of an imported file.
    pub line: Option<u64>,
    pub name: String,
    pub reason: String,
}

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Number in the journal; `None` when there was nothing to change.
    pub entry: Option<i64>,
    pub summary: String,
    /// Rows changed.
    pub changed: usize,
    pub skipped: Vec<Skip>,
    /// Ids of new rows.
    pub created: Vec<Id>,
}

impl Receipt {
    pub(super) fn nothing(decision: Decision) -> Receipt {
        Receipt {
            entry: None,
            summary: "nothing to change".into(),
            changed: 0,
            skipped: decision.skipped,
            created: Vec::new(),
        }
    }

    pub(super) fn done(entry: i64, changed: usize, decision: Decision) -> Receipt {
        Receipt {
            entry: Some(entry),
            summary: decision.summary,
            changed,
            skipped: decision.skipped,
            created: decision.created,
        }
    }
}

/// One row of a preview: its name and what changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowDiff {
    pub id: Id,
    pub name: String,
    pub fields: Vec<(FieldId, Value, Value)>,
}

/// What a command would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    pub summary: String,
    /// Rows that would change.
    pub changes: usize,
    /// The first of them.
    pub first: Vec<RowDiff>,
    pub skipped: Vec<Skip>,
    /// Change of monthly recurring revenue.
    pub mrr: Money,
}

impl Preview {
    /// Reasons of the skipped rows with how many each, the most frequent first.
    pub fn skip_reasons(&self) -> Vec<(String, usize)> {
        skip_reasons(&self.skipped)
    }
}

/// Reasons with how many rows each, the most frequent first.
pub fn skip_reasons(skipped: &[Skip]) -> Vec<(String, usize)> {
    let mut out: Vec<(String, usize)> = Vec::new();
    for skip in skipped {
        match out.iter_mut().find(|(reason, _)| *reason == skip.reason) {
            Some((_, n)) => *n += 1,
            None => out.push((skip.reason.clone(), 1)),
        }
    }
    out.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    out
}
