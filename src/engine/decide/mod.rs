//! From a command to the changes it means, over one state of the data. Pure but for the questions
//! it asks: the same code serves the preview and the deed.

mod catalogue;
mod create;
pub mod deal;
mod edit;
mod import;
mod incident;
mod job;
pub mod lead;
mod model;
mod people;
mod setting;
mod subscription;
mod ticket;
mod view;

use chrono::NaiveDate;

use crate::base::{Id, IdMaker, Money, Timestamp, calendar};
use crate::domain::customer::Status;
use crate::domain::{Entity, FieldId, Principal, Record, Value};
use crate::insight::risk;
use crate::query::format;
use crate::query::schema::{Edit, customer as c, field, noun};
use crate::store::{Change, FieldChange, Read, SecretChange};

use super::command::{Command, Preview, RowDiff, Skip, Target};
use super::error::CommandError;

pub use create::importable;
pub use edit::is_derived;
pub use incident::{IncidentCommand, Outage};
pub use job::{Appointment, Checks, JobCommand, Report, sign_off_code};
pub use model::in_force;
pub use ticket::Desk;

/// What a decision may look at.
pub struct Scene<'a> {
    pub read: &'a Read<'a>,
    pub who: &'a Principal,
    pub now: Timestamp,
    pub ids: &'a IdMaker,
}

impl Scene<'_> {
    pub fn today(&self) -> NaiveDate {
        calendar::date_of(self.now)
    }
}

/// The changes a command means.
#[derive(Default)]
pub struct Decision {
    pub changes: Vec<Change>,
    /// What is changed with them and goes into no journal.
    pub secrets: Vec<SecretChange>,
    pub skipped: Vec<Skip>,
    pub summary: String,
    pub created: Vec<Id>,
}

impl Decision {
    /// Rows touched.
    pub fn rows(&self) -> usize {
        self.changes.len()
    }

    pub fn is_nothing(&self) -> bool {
        self.changes.is_empty() && self.secrets.is_empty()
    }

    fn skip(&mut self, row: &Record, reason: impl Into<String>) {
        self.skipped.push(Skip { id: Some(row.id), line: None, name: name_of(row), reason: reason.into() });
    }
}

pub fn decide(scene: &Scene<'_>, command: &Command) -> Result<Decision, CommandError> {
    let mut decision = alone(scene, command)?;
    // What one kind of rows means for another goes into the same entry.
    lead::follow_coverage(scene, &mut decision)?;
    deal::follow(scene, command, &mut decision)?;
    Ok(decision)
}

/// The changes of the rows a command is about.
fn alone(scene: &Scene<'_>, command: &Command) -> Result<Decision, CommandError> {
    match command {
        Command::Create { entity: Entity::Ticket, fields, allow_duplicates } => {
            ticket::create(scene, fields, *allow_duplicates)
        }
        Command::Update { entity: Entity::Ticket, target, fields, base } => {
            ticket::update(scene, target, fields, base.as_ref())
        }
        Command::Delete { entity: Entity::Ticket, target } => ticket::put_away(scene, target, true),
        Command::Undelete { entity: Entity::Ticket, target } => ticket::put_away(scene, target, false),
        Command::Ticket(command) => ticket::decide(scene, command),
        Command::Create { entity, fields, allow_duplicates } => {
            create::create(scene, *entity, fields, *allow_duplicates)
        }
        Command::Update { entity, target, fields, base } => edit::update(scene, *entity, target, fields, base.as_ref()),
        Command::SetStatus { target, status, reason } => subscription::set_status(scene, target, *status, *reason),
        Command::ChangePlan { target, plan, cycle, price } => {
            subscription::change_plan(scene, target, plan, *cycle, *price)
        }
        Command::Tag { entity, target, add, remove } => edit::tag(scene, *entity, target, add, remove),
        Command::Set { key, value } => setting::set(scene, key, value),
        Command::Note { customer, kind, body } => create::note(scene, *customer, *kind, body),
        Command::Delete { entity, target } => edit::delete(scene, *entity, target),
        Command::Undelete { entity, target } => edit::undelete(scene, *entity, target),
        Command::AddPlans { plans } => catalogue::add(scene, plans),
        Command::PricePlan { plan, price, starts, lines } => catalogue::price(scene, plan, *price, *starts, *lines),
        Command::ApplyPrices => catalogue::apply_prices(scene),
        Command::Job(command) => job::decide(scene, command),
        Command::Incident(command) => incident::decide(scene, command),
        Command::SaveView { entity, name, text, columns, shared } => {
            view::save(scene, *entity, name, text, columns, *shared)
        }
        Command::DropView { id } => view::put_away(scene, *id),
        Command::CreateUser { login, name, role, password, code } => {
            people::create(scene, login, name, *role, password.as_ref(), code.as_ref())
        }
        Command::SetRole { login, role } => people::set_role(scene, login, *role),
        Command::EnableUser { login } => people::set_state(scene, login, true),
        Command::DisableUser { login } => people::set_state(scene, login, false),
        Command::SetPassword { login, password, current } => {
            people::set_password(scene, login, password, current.as_ref())
        }
        Command::IssueCode { login, code } => people::issue_code(scene, login, code),
        Command::SetTotp { login, secret, code, recovery } => people::set_totp(scene, login, secret, code, recovery),
        Command::DropTotp { login } => people::drop_totp(scene, login),
        Command::Import { entity, rows, source, allow_duplicates } => {
            import::import(scene, *entity, rows, source, *allow_duplicates)
        }
        Command::Lead(command) => lead::decide(scene, command),
        Command::Deal(command) => deal::decide(scene, command),
        Command::Model(command) => model::decide(scene, command),
        Command::SetAbsence { login, until } => people::set_absence(scene, login, *until),
    }
}

/// A decision as a person checks it before saying yes.
pub fn preview(read: &Read<'_>, decision: Decision) -> Result<Preview, CommandError> {
    let mut first = Vec::new();
    for change in decision.changes.iter().take(100) {
        let (fields, name) = match change {
            Change::Insert { fields, .. } => {
                let name = fields.iter().find(|(f, _)| *f == noun(f.entity).name).map(|(_, v)| v.as_text().to_string());
                let pairs = fields
                    .iter()
                    .filter(|(f, _)| !is_derived(*f) && !is_link(*f))
                    .map(|(f, v)| (*f, Value::Null, v.clone()));
                (pairs.collect(), name)
            }
            Change::Update { fields, entity, id, .. } => {
                let name = read.row(*entity, *id)?.as_ref().map(name_of);
                let shown = fields.iter().filter(|f| !is_derived(f.field) || f.field == c::MRR);
                (shown.map(|f| (f.field, f.old.clone(), f.new.clone())).collect(), name)
            }
            Change::Delete { .. } => (Vec::new(), None),
        };
        first.push(RowDiff { id: change.id(), name: name.unwrap_or_default(), fields });
    }
    let mrr = decision.changes.iter().map(mrr_change).sum();
    Ok(Preview { changes: decision.rows(), summary: decision.summary, first, skipped: decision.skipped, mrr })
}

/// True for fields that only say which row another belongs to.
fn is_link(id: FieldId) -> bool {
    use crate::query::schema::{activity, deal_note, touch};
    [activity::CUSTOMER, touch::LEAD, deal_note::DEAL].contains(&id)
}

fn mrr_change(change: &Change) -> Money {
    let paise = |v: &Value| Money(v.as_int().unwrap_or(0));
    match change {
        Change::Insert { fields, .. } => fields.iter().filter(|(f, _)| *f == c::MRR).map(|(_, v)| paise(v)).sum(),
        Change::Update { fields, .. } => {
            fields.iter().filter(|f| f.field == c::MRR).map(|f| paise(&f.new) - paise(&f.old)).sum()
        }
        Change::Delete { .. } => Money::ZERO,
    }
}

/// The rows of a target as they stand; ids that are gone are left out.
fn rows(scene: &Scene<'_>, entity: Entity, target: &Target) -> Result<Vec<Record>, CommandError> {
    Ok(scene.read.rows_of(entity, &ids(scene, target)?)?)
}

/// The rows of a target.
fn ids(scene: &Scene<'_>, target: &Target) -> Result<Vec<Id>, CommandError> {
    Ok(match target {
        Target::Ids(ids) => ids.clone(),
        Target::Matching { filter, except } => {
            let mut ids = scene.read.ids(filter)?;
            ids.retain(|id| !except.contains(id));
            ids
        }
    })
}

/// The change that brings `before` to `after`; `None` when they are alike.
fn difference(entity: Entity, before: &Record, after: &Record) -> Option<Change> {
    debug_assert_eq!(before.fields, after.fields);
    let both =
        || before.fields.iter().zip(before.values.iter().zip(&after.values)).filter(|(_, (old, new))| old != new);
    // No larger than it must be: of a bulk change there are many.
    let mut fields = Vec::with_capacity(both().count());
    fields.extend(both().map(|(f, (old, new))| FieldChange { field: *f, old: old.clone(), new: new.clone() }));
    (!fields.is_empty()).then_some(Change::Update { entity, id: before.id, version: before.version, fields })
}

/// Makes the computed fields of a customer agree with the others.
pub fn settle(before: Option<&Record>, row: &mut Record, today: NaiveDate) {
    let billable = Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
    let mrr = if billable { row.int(c::PRICE).unwrap_or(0) } else { 0 };
    row.set(c::MRR, Value::Int(mrr));
    // Who is not billed has nothing left to leave.
    if !billable {
        row.set(c::CHANCE, Value::Null);
    }
    // A score as of today replaces an older one only where something it is made of has changed; what a model scored
    // holds until the model scores again.
    let touched = before.is_none_or(|b| risk::INPUTS.iter().any(|f| b.get(*f) != row.get(*f)));
    if touched && row.get(c::CHANCE).is_null() {
        row.set(c::RISK, Value::Int(risk::points(row, today)));
    }
}

/// Whether [`settle`] looks at a field, or sets it.
fn settles(id: FieldId) -> bool {
    [c::STATUS, c::PRICE, c::MRR, c::CHANCE, c::RISK].contains(&id) || risk::INPUTS.contains(&id)
}

/// A value must be one that its field could have been given by hand.
fn check(id: FieldId, value: &Value) -> Result<(), CommandError> {
    let f = field(id);
    let invalid = |message: String| CommandError::Invalid { name: f.title, message };
    if f.edit == Edit::Never {
        return Err(invalid("is computed and cannot be set".into()));
    }
    if value.is_null() {
        return if f.required { Err(invalid("is required".into())) } else { Ok(()) };
    }
    match format::read(id, &format::plain(id, value)) {
        Ok(again) if again == *value => Ok(()),
        Ok(_) => Err(invalid("holds characters or spaces that cannot be kept".into())),
        Err(message) => Err(invalid(message)),
    }
}

fn name_of(row: &Record) -> String {
    let name = row.fields.first().map(|f| row.text(noun(f.entity).name).to_string());
    name.filter(|n| !n.is_empty()).unwrap_or_else(|| row.id.to_string())
}

/// `Ravi Deshmukh`, or `412 customers`.
fn whom(entity: Entity, rows: &[Record]) -> String {
    Whom { first: rows.first().map(name_of), n: rows.len() }.words(entity)
}

/// The rows that a summary of a bulk change speaks of: one has a name, many are a number.
#[derive(Default)]
struct Whom {
    first: Option<String>,
    n: usize,
}

impl Whom {
    fn add(&mut self, row: &Record) {
        self.first.get_or_insert_with(|| name_of(row));
        self.n += 1;
    }

    fn words(self, entity: Entity) -> String {
        match (self.first, self.n) {
            (Some(name), 1) => name,
            (_, n) => format!("{} {}", crate::base::money::group(n as u64), entity.code()),
        }
    }
}
