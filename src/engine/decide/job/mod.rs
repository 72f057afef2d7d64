//! Field work: jobs raised, scheduled, handed out, done; what their end means for the line, the stock, the ticket.

mod command;
mod done;
mod plan;

use std::collections::BTreeMap;

use crate::base::{Id, calendar};
use crate::domain::customer::Status;
use crate::domain::job::{Hindrance, ItemState, JobKind, JobState, number};
use crate::domain::ticket::{Channel, Post, Said, State, fill};
use crate::domain::{Activity, ActivityKind, Entity, Record, Value};
use crate::query::schema::{customer as c, item as i, job as j, outbox as o, ticket as t};
use crate::store::{Change, activity_values};

use super::super::command::Target;
use super::super::error::CommandError;
use super::super::login::key;
use super::create::{blank, insert};
use super::ticket::Work;
use super::{Decision, Scene, difference, rows, whom};

pub use command::{Appointment, Checks, JobCommand, Report};
pub use done::sign_off_code;
pub use plan::appoint;

pub fn decide(scene: &Scene<'_>, command: &JobCommand) -> Result<Decision, CommandError> {
    match command {
        JobCommand::Raise { kind, customers, when, ticket, note } => raise(scene, *kind, customers, when, ticket, note),
        JobCommand::ForTicket { ticket, when, note } => for_ticket(scene, *ticket, when, note),
        JobCommand::Schedule { target, when, double } => plan::schedule(scene, target, when, *double),
        JobCommand::HandOut { target } => plan::hand_out(scene, target),
        JobCommand::Start { id } => start(scene, *id),
        JobCommand::Note { id, body } => note(scene, *id, body),
        JobCommand::Tick { id, checks } => done::tick(scene, *id, checks),
        JobCommand::Finish { id, report } => done::finish(scene, *id, report),
        JobCommand::Fail { target, why, note } => fail(scene, target, *why, note),
        JobCommand::Cancel { target } => cancel(scene, target),
        JobCommand::Stock { target, state, owner } => stock(scene, target, *state, owner.as_deref()),
    }
}

fn refused(text: impl Into<String>) -> CommandError {
    CommandError::Refused(text.into())
}

fn state_of(row: &Record) -> JobState {
    JobState::parse(row.text(j::STATE)).unwrap_or(JobState::Open)
}

/// The one job of an id.
fn one(scene: &Scene<'_>, id: Id) -> Result<Record, CommandError> {
    let row = scene.read.row(Entity::Job, id)?.filter(|r| r.get(j::DELETED).is_null());
    row.ok_or_else(|| refused("this job is not there any more"))
}

/// `J-000042 (Installation, Ravi Deshmukh)`.
fn called(row: &Record) -> String {
    let kind = JobKind::parse(row.text(j::KIND)).map_or("", JobKind::label);
    format!("{} ({kind}, {})", row.text(j::NUMBER), row.text(j::NAME))
}

/// A new job for one customer, with what the technician needs copied in.
pub fn job_for(scene: &Scene<'_>, customer: &Record, kind: JobKind, n: i64) -> Record {
    let mut row = blank(Entity::Job, scene.ids.next(scene.now));
    row.set(j::NUMBER, Value::text(number(n)));
    row.set(j::KIND, Value::text(kind.code()));
    row.set(j::STATE, Value::text(JobState::Open.code()));
    row.set(j::CUSTOMER, Value::Int(customer.id.0));
    row.set(j::CREATED, Value::Int(scene.now.0));
    for (to, from) in [
        (j::NAME, c::NAME),
        (j::ACCOUNT, c::ACCOUNT),
        (j::PHONE, c::PHONE),
        (j::ADDRESS, c::ADDRESS),
        (j::AREA, c::AREA),
        (j::CITY, c::CITY),
        (j::PINCODE, c::PINCODE),
    ] {
        row.set(to, customer.get(from).clone());
    }
    row
}

fn raise(
    scene: &Scene<'_>,
    kind: JobKind,
    customers: &Target,
    when: &Appointment,
    ticket: &str,
    note: &str,
) -> Result<Decision, CommandError> {
    let found = rows(scene, Entity::Customer, customers)?;
    let asked = ticket.trim();
    let ticket = done::ticket_of(scene, asked)?;
    if ticket.is_none() && !asked.is_empty() {
        return Err(CommandError::Invalid { name: "Ticket", message: format!("{asked} is no docket here") });
    }
    let mut work = Work::new(scene)?;
    let mut decision = Decision::default();
    let mut n = scene.read.last_job()?;
    let all = scene.read.open_jobs()?;
    let mut taken = plan::taken(&all);
    let alike = all.into_iter().filter(|o| o.kind == kind.code());
    let open: BTreeMap<Id, String> = alike.map(|o| (o.customer, o.number)).collect();
    let mut raised = Vec::new();
    for customer in found {
        let status = Status::parse(customer.text(c::STATUS));
        let why = match (kind, status) {
            (JobKind::Install, Some(Status::Pending)) => None,
            (JobKind::Install, _) => Some("already installed; shifting or fault is another job"),
            (JobKind::Recovery, Some(Status::Terminated | Status::Suspended)) => None,
            (JobKind::Recovery, _) => Some("still in service"),
            (_, Some(Status::Terminated)) => Some("disconnected"),
            _ => None,
        };
        if let Some(why) = why {
            decision.skip(&customer, why);
            continue;
        }
        if let Some(number) = open.get(&customer.id) {
            decision.skip(&customer, format!("has {number} already"));
            continue;
        }
        n += 1;
        let mut row = job_for(scene, &customer, kind, n);
        let docket = ticket.as_ref().map_or("", |t| t.text(t::DOCKET));
        row.set(j::TICKET, Value::text(docket));
        row.set(j::NOTE, Value::text(crate::base::text::clean(note, 400)));
        plan::appoint(scene, &mut row, when)?;
        if let Some(other) = plan::take(&mut taken, &row) {
            decision.skip(&customer, format!("{} has {other} in this slot", row.text(j::OWNER)));
            n -= 1;
            continue;
        }
        decision.created.push(row.id);
        decision.changes.push(insert(&row));
        raised.push(row);
    }
    decision.summary = match raised.as_slice() {
        [one] => format!("Raised {}", called(one)),
        many => format!("Raised {} jobs ({})", many.len(), kind.label()),
    };
    if let (Some(ticket), [first, ..]) = (ticket, raised.as_slice()) {
        let id = work.take(ticket);
        let when = match first.int(j::DAY).and_then(calendar::date_from_days) {
            Some(day) => format!(" on {} {}", calendar::long_date(day), first.text(j::SLOT)),
            None => String::new(),
        };
        work.say(id, Said::System, &format!("{} raised{when}", called(first)), "")?;
        if !first.get(j::OWNER).is_null() {
            work.ticket(id).set(t::TECHNICIAN, first.get(j::OWNER).clone());
        }
        if work.ticket(id).text(t::STATUS) == State::Open.code() {
            let _stays = work.go_to(id, State::InProgress)?;
        }
    }
    let summary = std::mem::take(&mut decision.summary);
    work.decision = decision;
    work.finish(summary)
}

/// A job for the customer of a ticket, of the kind its category asks for.
fn for_ticket(scene: &Scene<'_>, ticket: Id, when: &Appointment, note: &str) -> Result<Decision, CommandError> {
    let row = scene.read.row(Entity::Ticket, ticket)?.filter(|r| r.get(t::DELETED).is_null());
    let row = row.ok_or_else(|| refused("this ticket is not there any more"))?;
    if State::parse(row.text(t::STATUS)).is_some_and(State::is_done) {
        return Err(refused(format!("{} is solved already", row.text(t::DOCKET))));
    }
    let customer = Id(row.int(t::CUSTOMER).unwrap_or(0));
    let line = scene.read.row(Entity::Customer, customer)?;
    let pending = line.is_some_and(|r| r.text(c::STATUS) == Status::Pending.code());
    let about = format!("{} {}", row.text(t::CATEGORY), row.text(t::SUBCATEGORY));
    let kind = match (pending, about.contains("shift")) {
        (true, _) => JobKind::Install,
        (false, true) => JobKind::Shifting,
        (false, false) => JobKind::Fault,
    };
    let note = if note.trim().is_empty() { row.text(t::SUBJECT) } else { note };
    raise(scene, kind, &Target::one(customer), when, row.text(t::DOCKET), note)
}

fn start(scene: &Scene<'_>, id: Id) -> Result<Decision, CommandError> {
    let before = one(scene, id)?;
    let state = state_of(&before);
    if !state.next().contains(&JobState::Started) {
        return Err(refused(format!("{} is {}", called(&before), state.label().to_lowercase())));
    }
    let mut after = before.clone();
    after.set(j::STATE, Value::text(JobState::Started.code()));
    after.set(j::STARTED, Value::Int(scene.now.0));
    if after.get(j::OWNER).is_null() {
        after.set(j::OWNER, Value::text(scene.who.user.as_str()));
    }
    if after.get(j::DAY).is_null() {
        after.set(j::DAY, Value::Int(calendar::days_of(scene.today())));
    }
    let mut changes: Vec<Change> = difference(Entity::Job, &before, &after).into_iter().collect();
    changes.extend(code_for_customer(scene, &after)?);
    Ok(Decision { changes, summary: format!("Started {}", called(&before)), ..Decision::default() })
}

/// The code that ends the job, queued for the customer as the visit begins; nothing where jobs are signed otherwise.
fn code_for_customer(scene: &Scene<'_>, job: &Record) -> Result<Option<Change>, CommandError> {
    let settings = scene.read.settings()?;
    let (key, to) = (key(scene.read)?, job.text(j::PHONE));
    if settings.text("jobs.signoff") != "code" || key.is_empty() || to.is_empty() {
        return Ok(None);
    }
    let code = sign_off_code(&key, job.text(j::NUMBER));
    let value = |name: &str| {
        Some(match name {
            "name" => job.text(j::NAME).to_string(),
            "job" => job.text(j::NUMBER).to_string(),
            "technician" => job.text(j::OWNER).to_string(),
            "code" => code.clone(),
            "company" => settings.text("company.name").to_string(),
            "phone" => settings.text("company.phone").to_string(),
            _ => return None,
        })
    };
    let text = fill(settings.text("jobs.text-code"), value);
    if text.trim().is_empty() {
        return Ok(None);
    }
    let fields = vec![
        (o::AT, Value::Int(scene.now.0)),
        (o::TO, Value::text(to)),
        (o::CHANNEL, Value::text(Channel::Sms.code())),
        (o::STATUS, Value::text(Post::Queued.code())),
        (o::REFERENCE, job.get(j::NUMBER).clone()),
        (o::CUSTOMER, job.get(j::CUSTOMER).clone()),
        (o::NAME, job.get(j::NAME).clone()),
        (o::WHO, Value::text(scene.who.user.as_str())),
        (o::BODY, Value::text(text.trim())),
    ];
    let fields = fields.into_iter().filter(|(_, v)| !v.is_null()).collect();
    Ok(Some(Change::Insert { entity: Entity::Message, id: scene.ids.next(scene.now), fields }))
}

fn note(scene: &Scene<'_>, id: Id, body: &str) -> Result<Decision, CommandError> {
    let job = one(scene, id)?;
    let body = crate::base::text::clean(body, 400);
    if body.is_empty() {
        return Err(CommandError::Invalid { name: "Note", message: "is required".into() });
    }
    if job.get(j::CUSTOMER).is_null() {
        return Err(refused(format!("{} is for nobody in the book: there is no timeline", called(&job))));
    }
    let changes = visit(scene, &job, &body).into_iter().collect();
    Ok(Decision { changes, summary: format!("Note on {}", called(&job)), ..Decision::default() })
}

/// Moves jobs into a state that ends or interrupts them.
fn end(
    scene: &Scene<'_>,
    target: &Target,
    to: JobState,
    with: impl Fn(&mut Record),
) -> Result<(Decision, Vec<Record>), CommandError> {
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Job, target)? {
        let state = state_of(&before);
        if !state.next().contains(&to) {
            decision.skip(&before, format!("is {}", state.label().to_lowercase()));
            continue;
        }
        let mut after = before.clone();
        after.set(j::STATE, Value::text(to.code()));
        after.set(j::FINISHED, Value::Int(scene.now.0));
        with(&mut after);
        decision.changes.extend(difference(Entity::Job, &before, &after));
        changed.push(before);
    }
    Ok((decision, changed))
}

fn fail(scene: &Scene<'_>, target: &Target, why: Hindrance, note: &str) -> Result<Decision, CommandError> {
    let note = crate::base::text::clean(note, 400);
    if why == Hindrance::Other && note.is_empty() {
        return Err(CommandError::Invalid { name: "Outcome", message: "say what it was".into() });
    }
    let (mut decision, changed) = end(scene, target, JobState::Failed, |row| {
        row.set(j::HINDRANCE, Value::text(why.code()));
        row.set(j::OUTCOME, Value::text(note.as_str()));
    })?;
    for row in &changed {
        let text = [format!("{} not done: {}", row.text(j::NUMBER), why.label().to_lowercase()), note.clone()];
        let text: Vec<String> = text.into_iter().filter(|t| !t.is_empty()).collect();
        decision.changes.extend(visit(scene, row, &text.join(". ")));
    }
    decision.summary = format!("Not done, {}: {}", why.label().to_lowercase(), whom(Entity::Job, &changed));
    Ok(decision)
}

fn cancel(scene: &Scene<'_>, target: &Target) -> Result<Decision, CommandError> {
    let (mut decision, changed) = end(scene, target, JobState::Cancelled, |_| {})?;
    decision.summary = format!("Cancelled {}", whom(Entity::Job, &changed));
    Ok(decision)
}

/// A visit on the timeline of the customer a job is for.
fn visit(scene: &Scene<'_>, job: &Record, text: &str) -> Option<Change> {
    let activity = Activity {
        id: scene.ids.next(scene.now),
        customer: Id(job.int(j::CUSTOMER)?),
        at: scene.now,
        kind: ActivityKind::Visit,
        who: scene.who.user.as_str().into(),
        reference: job.text(j::NUMBER).into(),
        body: text.into(),
    };
    let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
    Some(Change::Insert { entity: Entity::Activity, id: activity.id, fields })
}

fn stock(scene: &Scene<'_>, target: &Target, state: ItemState, owner: Option<&str>) -> Result<Decision, CommandError> {
    let owner = owner.map(str::trim).filter(|o| !o.is_empty());
    if state == ItemState::Issued {
        let Some(login) = owner else {
            return Err(CommandError::Invalid { name: "Technician", message: "is required".into() });
        };
        plan::technician(scene, login)?;
    }
    if state == ItemState::Installed {
        return Err(refused("an item is installed by finishing a job"));
    }
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Item, target)? {
        if before.text(i::STATE) == ItemState::Installed.code() {
            decision.skip(&before, "installed at a customer: a recovery job fetches it");
            continue;
        }
        let mut after = before.clone();
        after.set(i::STATE, Value::text(state.code()));
        after.set(i::OWNER, if state == ItemState::Issued { Value::text(owner.unwrap_or("")) } else { Value::Null });
        after.set(i::SINCE, Value::Int(calendar::days_of(scene.today())));
        match difference(Entity::Item, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.push(before);
            }
            None => decision.skip(&before, "already so"),
        }
    }
    let to = owner.map_or(String::new(), |o| format!(" ({o})"));
    decision.summary = format!("{}{to}: {}", state.label(), whom(Entity::Item, &changed));
    Ok(decision)
}
