//! Incidents: opened over the lines of a filter, open tickets taken in, one message to all, closed with what is given
//! back.

mod command;

use std::collections::HashSet;

use chrono::Datelike as _;

use crate::base::money::group;
use crate::base::text::{clean, clean_lines};
use crate::base::{Id, Money, Timestamp, calendar};
use crate::domain::incident::{Phase, Scope as Hits, days_down, filter, number, rebate};
use crate::domain::ticket::{Channel, Post, Said, State, fill};
use crate::domain::{Entity, Record, Value};
use crate::query::schema::{customer as c, incident as n, incident::rebate as r, outbox as o, ticket as t};
use crate::query::{Bound, Context, compile};
use crate::store::Change;

use super::super::error::CommandError;
use super::create::{blank, insert};
use super::ticket::Work;
use super::{Decision, Scene, difference};

pub use command::{IncidentCommand, Outage};

/// Lines an incident may hit: what one transaction should hold.
const MOST: usize = 50_000;

pub fn decide(scene: &Scene<'_>, command: &IncidentCommand) -> Result<Decision, CommandError> {
    match command {
        IncidentCommand::Open { outage, attach } => open(scene, outage, *attach),
        IncidentCommand::Attach { id } => attach(scene, *id),
        IncidentCommand::Tell { id, body } => tell(scene, *id, body),
        IncidentCommand::Update { id, phase, word, until } => update(scene, *id, *phase, word, *until),
        IncidentCommand::Close { id, cause, ended, keep, rebate } => close(scene, *id, cause, *ended, *keep, *rebate),
        IncidentCommand::Cancel { id } => cancel(scene, *id),
    }
}

fn refused(text: impl Into<String>) -> CommandError {
    CommandError::Refused(text.into())
}

fn invalid(name: &'static str, message: impl Into<String>) -> CommandError {
    CommandError::Invalid { name, message: message.into() }
}

/// The incident of an id that is not ended.
fn standing(scene: &Scene<'_>, id: Id) -> Result<Record, CommandError> {
    let row = scene.read.row(Entity::Incident, id)?.filter(|r| r.get(n::DELETED).is_null());
    let row = row.ok_or_else(|| refused("this incident is not there any more"))?;
    let phase = Phase::parse(row.text(n::PHASE)).unwrap_or(Phase::Investigating);
    match phase.is_open() {
        true => Ok(row),
        false => Err(refused(format!("{} is {}", row.text(n::NUMBER), phase.label().to_lowercase()))),
    }
}

/// The lines of an incident as a filter of customers.
fn lines_of(scene: &Scene<'_>, scope: &str, target: &str) -> Result<Bound, CommandError> {
    let scope = Hits::parse(scope).unwrap_or(Hits::Filter);
    let text = filter(scope, target);
    let context = Context::at(scene.now, scene.who.user.as_str());
    compile(&text, Entity::Customer, &context).map_err(|e| invalid("Where", e.to_string()))
}

fn lines(scene: &Scene<'_>, incident: &Record) -> Result<Vec<Record>, CommandError> {
    let found = scene.read.ids(&lines_of(scene, incident.text(n::SCOPE), incident.text(n::TARGET))?)?;
    if found.len() > MOST {
        return Err(refused(format!("it hits {} lines; part it into several", group(found.len() as u64))));
    }
    Ok(scene.read.rows_of(Entity::Customer, &found)?)
}

fn open(scene: &Scene<'_>, outage: &Outage, take_in: bool) -> Result<Decision, CommandError> {
    let title = clean(&outage.title, 120);
    if outage.target.trim().is_empty() {
        return Err(invalid("Where", "is required"));
    }
    let bound = lines_of(scene, outage.scope.code(), &outage.target)?;
    let hit = scene.read.totals(&bound)?.count;
    if hit == 0 {
        return Err(invalid("Where", format!("no line in service is at {}", outage.target.trim())));
    }
    let began = outage.began.unwrap_or(scene.now);
    if outage.planned && began <= scene.now {
        return Err(invalid("Began", "announced work begins later than now"));
    }
    if !outage.planned && began > scene.now {
        return Err(invalid("Began", "is still to come: announce it as planned"));
    }
    if outage.until.is_some_and(|u| u <= began) {
        return Err(invalid("Expected until", "is not after it began"));
    }
    let last = scene.read.last_incident()?;
    let mut row = blank(Entity::Incident, scene.ids.next(scene.now));
    let phase = if outage.planned { Phase::Planned } else { Phase::Investigating };
    let title = if title.is_empty() { format!("{} down", outage.target.trim()) } else { title };
    for (field, value) in [
        (n::NUMBER, Value::text(number(last + 1))),
        (n::PHASE, Value::text(phase.code())),
        (n::TITLE, Value::text(title)),
        (n::SCOPE, Value::text(outage.scope.code())),
        (n::TARGET, Value::text(clean(&outage.target, 400))),
        (n::AFFECTED, Value::Int(hit)),
        (n::TICKETS, Value::Int(0)),
        (n::BEGAN, Value::Int(began.0)),
        (n::UNTIL, outage.until.map_or(Value::Null, |u| Value::Int(u.0))),
        (n::OWNER, Value::text(scene.who.user.as_str())),
    ] {
        row.set(field, value);
    }
    let mut work = Work::new(scene)?;
    let taken = if take_in && !outage.planned { take_tickets(scene, &mut work, &row)? } else { 0 };
    row.set(n::TICKETS, Value::Int(taken));
    work.decision.created.push(row.id);
    work.decision.changes.push(insert(&row));
    let tickets = if taken > 0 { format!(", {} tickets attached", group(taken as u64)) } else { String::new() };
    work.finish(format!("{} {}: {} lines{tickets}", row.text(n::NUMBER), row.text(n::TITLE), group(hit as u64)))
}

/// Makes open tickets of the lines part of the incident; how many were.
fn take_tickets(scene: &Scene<'_>, work: &mut Work<'_>, incident: &Record) -> Result<i64, CommandError> {
    let hit: HashSet<i64> = lines(scene, incident)?.iter().map(|r| r.id.0).collect();
    let categories: Vec<String> =
        scene.read.settings()?.text("incident.categories").split(',').map(|s| s.trim().to_lowercase()).collect();
    let open = "status:open,in-progress,waiting-customer,waiting-vendor";
    let context = Context::at(scene.now, scene.who.user.as_str());
    let bound = compile(open, Entity::Ticket, &context).map_err(|e| refused(e.to_string()))?;
    let mut taken = 0;
    for row in scene.read.rows_of(Entity::Ticket, &scene.read.ids(&bound)?)? {
        let its = row.int(t::CUSTOMER).is_some_and(|id| hit.contains(&id));
        let about = categories.iter().any(|code| code == &row.text(t::CATEGORY).to_lowercase());
        if !its || !about || !row.text(t::INCIDENT).is_empty() {
            continue;
        }
        let id = work.take(row);
        work.ticket(id).set(t::INCIDENT, incident.get(n::NUMBER).clone());
        work.say(id, Said::System, &format!("Part of {}: {}", incident.text(n::NUMBER), incident.text(n::TITLE)), "")?;
        taken += 1;
    }
    Ok(taken)
}

fn attach(scene: &Scene<'_>, id: Id) -> Result<Decision, CommandError> {
    let before = standing(scene, id)?;
    if before.text(n::PHASE) == Phase::Planned.code() {
        return Err(refused(format!("{} has not begun", before.text(n::NUMBER))));
    }
    let mut work = Work::new(scene)?;
    let taken = take_tickets(scene, &mut work, &before)?;
    let mut after = before.clone();
    after.set(n::TICKETS, Value::Int(before.int(n::TICKETS).unwrap_or(0) + taken));
    work.decision.changes.extend(difference(Entity::Incident, &before, &after));
    work.finish(format!("Attached {} tickets to {}", group(taken as u64), before.text(n::NUMBER)))
}

/// A message to each line, queued.
fn messages(scene: &Scene<'_>, incident: &Record, body: &str) -> Result<Vec<Change>, CommandError> {
    let settings = scene.read.settings()?;
    let text = clean_lines(if body.trim().is_empty() { settings.text("incident.text") } else { body }, 1_000);
    let until = incident.int(n::UNTIL).map(|at| calendar::short_time(Timestamp(at)));
    let mut out = Vec::new();
    for line in lines(scene, incident)? {
        let phone = line.text(c::PHONE);
        if phone.is_empty() {
            continue;
        }
        let value = |name: &str| {
            Some(match name {
                "name" => line.text(c::NAME).to_string(),
                "incident" => incident.text(n::TITLE).to_string(),
                "until" => until.clone().unwrap_or_else(|| "a time we will tell you".into()),
                "company" => settings.text("company.name").to_string(),
                "phone" => settings.text("company.phone").to_string(),
                _ => return None,
            })
        };
        let fields = vec![
            (o::AT, Value::Int(scene.now.0)),
            (o::TO, Value::text(phone)),
            (o::CHANNEL, Value::text(Channel::Sms.code())),
            (o::STATUS, Value::text(Post::Queued.code())),
            (o::REFERENCE, incident.get(n::NUMBER).clone()),
            (o::CUSTOMER, Value::Int(line.id.0)),
            (o::NAME, line.get(c::NAME).clone()),
            (o::WHO, Value::text(scene.who.user.as_str())),
            (o::BODY, Value::text(fill(&text, value).trim())),
        ];
        let fields = fields.into_iter().filter(|(_, v)| !v.is_null()).collect();
        out.push(Change::Insert { entity: Entity::Message, id: scene.ids.next(scene.now), fields });
    }
    Ok(out)
}

fn tell(scene: &Scene<'_>, id: Id, body: &str) -> Result<Decision, CommandError> {
    let before = standing(scene, id)?;
    let changes = messages(scene, &before, body)?;
    let summary = format!("Queued a message about {} to {} lines", before.text(n::NUMBER), group(changes.len() as u64));
    Ok(Decision { changes, summary, ..Decision::default() })
}

fn update(
    scene: &Scene<'_>,
    id: Id,
    phase: Phase,
    word: &str,
    until: Option<Timestamp>,
) -> Result<Decision, CommandError> {
    if !phase.is_open() {
        return Err(refused("an incident is ended by closing it"));
    }
    let before = standing(scene, id)?;
    let mut after = before.clone();
    after.set(n::PHASE, Value::text(phase.code()));
    let word = clean(word, 400);
    if !word.is_empty() {
        after.set(n::UPDATE, Value::text(word));
    }
    if let Some(until) = until {
        after.set(n::UNTIL, Value::Int(until.0));
    }
    // Announced work that begins, begins now.
    if before.text(n::PHASE) == Phase::Planned.code() && phase != Phase::Planned {
        after.set(n::BEGAN, Value::Int(scene.now.0));
    }
    let changes: Vec<Change> = difference(Entity::Incident, &before, &after).into_iter().collect();
    let summary = format!("{}: {}", before.text(n::NUMBER), phase.label().to_lowercase());
    Ok(Decision { changes, summary, ..Decision::default() })
}

fn close(
    scene: &Scene<'_>,
    id: Id,
    cause: &str,
    ended: Option<Timestamp>,
    keep: bool,
    give_back: bool,
) -> Result<Decision, CommandError> {
    let before = standing(scene, id)?;
    let cause = clean(cause, 400);
    if cause.is_empty() {
        return Err(invalid("Root cause", "is required: why did it happen?"));
    }
    let began = Timestamp(before.int(n::BEGAN).unwrap_or(scene.now.0));
    let ended = ended.unwrap_or(scene.now);
    if ended < began || ended > scene.now {
        return Err(invalid("Ended", "lies between its begin and now"));
    }
    let minutes = ended.since(began) / 60_000;
    let mut work = Work::new(scene)?;
    for row in scene.read.rows_by(t::INCIDENT, before.get(n::NUMBER), MOST)? {
        if State::parse(row.text(t::STATUS)).is_some_and(State::is_done) {
            continue;
        }
        let id = work.take(row.clone());
        let word = format!("{} is over: {cause}", before.text(n::NUMBER));
        work.say(id, Said::System, &word, "")?;
        if keep {
            work.ticket(id).set(t::INCIDENT, Value::Null);
        } else if let Err(why) = work.go_to(id, State::Resolved)? {
            work.decision.skip(&row, why);
        }
    }
    // The incident comes first, where a person who checks it looks.
    let mut rebates = Vec::new();
    let mut given = Money(0);
    let mut count = 0_u64;
    if give_back {
        let least = scene.read.settings()?.int("incident.rebate-from");
        let days = days_in_month(began);
        for line in lines(scene, &before)? {
            let since = line.int(c::SINCE).and_then(calendar::date_from_days).map(calendar::start_of);
            let from = since.filter(|s| *s > began).unwrap_or(began);
            let down = ended.since(from).max(0) / 60_000;
            // A line that is billed pays its rent; one that is not has nothing to get back.
            let rent = line.money(c::MRR);
            let amount = rebate(rent, down, least, days);
            if amount <= Money(0) {
                work.decision.skip(&line, if rent.0 == 0 { "not billed" } else { "down too short a time" });
                continue;
            }
            given = Money(given.0 + amount.0);
            count += 1;
            let fields = vec![
                (r::NAME, line.get(c::NAME).clone()),
                (r::ACCOUNT, line.get(c::ACCOUNT).clone()),
                (r::INCIDENT, before.get(n::NUMBER).clone()),
                (r::AMOUNT, Value::from(amount)),
                (r::RENT, Value::from(rent)),
                (r::MINUTES, Value::Int(down)),
                (r::DAYS, Value::Int(days_down(down, least).min(days))),
                (r::AT, Value::Int(scene.now.0)),
                (r::CUSTOMER, Value::Int(line.id.0)),
            ];
            rebates.push(Change::Insert { entity: Entity::Rebate, id: scene.ids.next(scene.now), fields });
        }
    }
    let mut after = before.clone();
    after.set(n::PHASE, Value::text(Phase::Closed.code()));
    after.set(n::CAUSE, Value::text(cause));
    after.set(n::ENDED, Value::Int(ended.0));
    after.set(n::MINUTES, Value::Int(minutes));
    after.set(n::REBATE, if give_back { Value::from(given) } else { Value::Null });
    work.decision.changes.extend(difference(Entity::Incident, &before, &after));
    work.decision.changes.append(&mut rebates);
    let back =
        if give_back { format!(", {} given back to {} lines", given.compact(), group(count)) } else { String::new() };
    work.finish(format!("Closed {} after {} min{back}", before.text(n::NUMBER), group(minutes.max(0) as u64)))
}

/// Days of the month in which a moment lies, in India.
fn days_in_month(at: Timestamp) -> i64 {
    let first = calendar::date_of(at).with_day(1).unwrap_or_default();
    calendar::days_of(calendar::add_months(first, 1)) - calendar::days_of(first)
}

fn cancel(scene: &Scene<'_>, id: Id) -> Result<Decision, CommandError> {
    let before = standing(scene, id)?;
    if before.text(n::PHASE) != Phase::Planned.code() {
        return Err(refused(format!("{} has begun: close it", before.text(n::NUMBER))));
    }
    let mut after = before.clone();
    after.set(n::PHASE, Value::text(Phase::Cancelled.code()));
    let changes: Vec<Change> = difference(Entity::Incident, &before, &after).into_iter().collect();
    Ok(Decision { changes, summary: format!("Cancelled {}", before.text(n::NUMBER)), ..Decision::default() })
}
