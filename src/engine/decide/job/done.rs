//! The end of a job, and what follows from it: the line in service, the boxes at their place, the ticket answered.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::base::{Id, calendar};
use crate::domain::customer::Status;
use crate::domain::job::{ItemState, JobKind, JobState, checklist};
use crate::domain::ticket::{Said, State, read_docket};
use crate::domain::{Entity, Record, Value};
use crate::query::format;
use crate::query::schema::{customer as c, item as i, job as j, ticket as t};

use super::super::super::error::CommandError;
use super::super::super::login::key;
use super::super::subscription;
use super::super::ticket::Work;
use super::super::{Decision, Scene, difference};
use super::{Checks, Report, called, one, refused, state_of, visit};

fn invalid(name: &'static str, message: impl Into<String>) -> CommandError {
    CommandError::Invalid { name, message: message.into() }
}

/// The four digits a customer gets for a job and tells the technician when the work is done. They follow from the
/// job and a key of this database alone, so that nothing has to be kept.
pub fn sign_off_code(key: &[u8], job: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(b"job ");
    mac.update(job.as_bytes());
    let digest = mac.finalize().into_bytes();
    let n = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    format!("{:04}", n % 10_000)
}

pub fn tick(scene: &Scene<'_>, id: Id, checks: &[String]) -> Result<Decision, CommandError> {
    let before = one(scene, id)?;
    if state_of(&before) != JobState::Started {
        return Err(refused(format!("{} is not started", called(&before))));
    }
    let known = known_checks(scene, &before)?;
    let mut after = before.clone();
    after.set(j::CHECKS, ticked(&known, checks)?);
    let changes = difference(Entity::Job, &before, &after).into_iter().collect();
    Ok(Decision { changes, summary: format!("Ticked off on {}", called(&before)), ..Decision::default() })
}

/// The checklist of a job.
fn known_checks(scene: &Scene<'_>, job: &Record) -> Result<Vec<String>, CommandError> {
    let Some(kind) = JobKind::parse(job.text(j::KIND)) else { return Ok(Vec::new()) };
    let settings = scene.read.settings()?;
    Ok(checklist(settings.text(kind.checklist_key())).into_iter().map(str::to_string).collect())
}

fn ticked(known: &[String], checks: &[String]) -> Result<Value, CommandError> {
    for check in checks {
        if !known.iter().any(|k| k.eq_ignore_ascii_case(check.trim())) {
            return Err(invalid("Ticked off", format!("`{check}` is not on the checklist")));
        }
    }
    Ok(Value::list(checks.iter().map(String::as_str)))
}

pub fn finish(scene: &Scene<'_>, id: Id, report: &Report) -> Result<Decision, CommandError> {
    let before = one(scene, id)?;
    if state_of(&before) != JobState::Started {
        return Err(refused(format!(
            "{} is {}: start it first",
            called(&before),
            state_of(&before).label().to_lowercase()
        )));
    }
    let Some(kind) = JobKind::parse(before.text(j::KIND)) else { return Err(refused("a job of no kind")) };
    let outcome = crate::base::text::clean(&report.outcome, 400);
    if outcome.is_empty() {
        return Err(invalid("Outcome", "is required: what was done?"));
    }
    let known = known_checks(scene, &before)?;
    let done: Vec<String> = match &report.checks {
        Checks::AsTicked => before.get(j::CHECKS).items().map(str::to_string).collect(),
        Checks::All => known.clone(),
        Checks::These(items) => items.clone(),
    };
    let checks = ticked(&known, &done)?;
    let open: Vec<&String> = known.iter().filter(|k| !done.iter().any(|t| t.trim().eq_ignore_ascii_case(k))).collect();
    if !open.is_empty() {
        let rest = open.iter().map(|s| s.as_str()).collect::<Vec<_>>().join(", ");
        return Err(invalid("Ticked off", format!("not yet: {rest}")));
    }
    let light = |name, value: Option<i64>| match value {
        Some(n) if !(-500..=100).contains(&n) => Err(invalid(name, "is between -50 and +10 dBm")),
        other => Ok(other),
    };
    let (power_before, power_after) = (light("Light before", report.before)?, light("Light after", report.after)?);
    let signed = signature(scene, &before, &report.signed)?;
    let mut work = Work::new(scene)?;
    let mut after = before.clone();
    let number = |n: Option<i64>| n.map_or(Value::Null, Value::Int);
    after.set(j::STATE, Value::text(JobState::Done.code()));
    after.set(j::FINISHED, Value::Int(scene.now.0));
    after.set(j::OUTCOME, Value::text(outcome.as_str()));
    after.set(j::CHECKS, checks);
    after.set(j::BEFORE, number(power_before));
    after.set(j::AFTER, number(power_after));
    after.set(j::CABLE, number(report.cable.filter(|n| *n >= 0)));
    after.set(j::TRAVEL, number(report.travel.filter(|n| *n >= 0)));
    after.set(j::SIGNED, Value::text(signed));
    after.set(j::PHOTO, Value::text(crate::base::text::clean(&report.photo, 200)));
    after.set(j::SERIALS, Value::list(report.serials.iter().map(String::as_str)));
    work.decision.changes.extend(difference(Entity::Job, &before, &after));
    items(scene, &before, kind, &report.serials, &mut work.decision)?;
    line(scene, &before, kind, report, &mut work)?;
    let text = format!("{}: {outcome}{}", kind.label(), light_words(power_before, power_after));
    work.decision.changes.extend(visit(scene, &before, &text));
    let answered = answer(scene, &before, &text, &mut work)?;
    let answered = answered.map_or(String::new(), |docket| format!("; {docket} is solved"));
    work.finish(format!("Finished {}{answered}", called(&before)))
}

/// The ticket a job was raised for is solved by it, and its customer is told. The docket, where there was one to solve.
fn answer(scene: &Scene<'_>, job: &Record, text: &str, work: &mut Work<'_>) -> Result<Option<String>, CommandError> {
    let Some(ticket) = ticket_of(scene, job.text(j::TICKET))? else { return Ok(None) };
    if State::parse(ticket.text(t::STATUS)).is_some_and(State::is_done) {
        return Ok(None);
    }
    let docket = ticket.text(t::DOCKET).to_string();
    let id = work.take(ticket);
    work.say(id, Said::Note, &format!("{} done. {text}", job.text(j::NUMBER)), "")?;
    // A visit answers the customer, whatever was written before.
    if work.ticket(id).get(t::ANSWERED).is_null() {
        work.ticket(id).set(t::ANSWERED, Value::Int(scene.now.0));
    }
    Ok(work.go_to(id, State::Resolved)?.is_ok().then_some(docket))
}

/// The ticket of a docket, where there is one.
pub fn ticket_of(scene: &Scene<'_>, docket: &str) -> Result<Option<Record>, CommandError> {
    let Some(docket) = read_docket(docket) else { return Ok(None) };
    let found = scene.read.rows_by(t::DOCKET, &Value::text(docket), 1)?.pop();
    Ok(found.filter(|r| r.get(t::DELETED).is_null()))
}

/// ` · light -24.1 to -19.8 dBm`.
fn light_words(before: Option<i64>, after: Option<i64>) -> String {
    let show = |n: i64| format::show(j::AFTER, &Value::Int(n));
    match (before, after) {
        (Some(b), Some(a)) => format!(" · light {} -> {}", show(b), show(a)),
        (None, Some(a)) => format!(" · light {}", show(a)),
        _ => String::new(),
    }
}

/// What stands under the job: a code that is right, or a name, as the setting asks.
fn signature(scene: &Scene<'_>, job: &Record, typed: &str) -> Result<String, CommandError> {
    let typed = crate::base::text::clean(typed, 80);
    match scene.read.settings()?.text("jobs.signoff") {
        "none" => Ok(typed),
        "code" => {
            let key = key(scene.read)?;
            if key.is_empty() {
                return Err(refused("codes of customers need people: add them, or set jobs.signoff to name"));
            }
            if typed != sign_off_code(&key, job.text(j::NUMBER)) {
                return Err(invalid("Signed by", "is not the code the customer got"));
            }
            Ok("code of the customer".into())
        }
        _ if typed.is_empty() => Err(invalid("Signed by", "is required: who signed?")),
        _ => Ok(typed),
    }
}

/// Boxes put in come from the technician or the store; boxes fetched go back to the technician.
fn items(
    scene: &Scene<'_>,
    job: &Record,
    kind: JobKind,
    serials: &[String],
    decision: &mut Decision,
) -> Result<(), CommandError> {
    let today = Value::Int(calendar::days_of(scene.today()));
    let mut seen: Vec<String> = Vec::new();
    for serial in serials.iter().map(|s| s.trim()).filter(|s| !s.is_empty()) {
        // Typed twice is one box.
        if seen.contains(&serial.to_lowercase()) {
            continue;
        }
        seen.push(serial.to_lowercase());
        let Some(before) = scene.read.rows_by(i::SERIAL, &Value::text(serial), 1)?.pop() else {
            return Err(invalid("Serials", format!("{serial} is not in stock; add it first")));
        };
        let mut after = before.clone();
        after.set(i::JOB, job.get(j::NUMBER).clone());
        after.set(i::SINCE, today.clone());
        if kind == JobKind::Recovery {
            after.set(i::STATE, Value::text(ItemState::Issued.code()));
            after.set(i::OWNER, Value::text(scene.who.user.as_str()));
            after.set(i::ACCOUNT, Value::Null);
        } else {
            let here = before.get(i::ACCOUNT) == job.get(j::ACCOUNT);
            if before.text(i::STATE) == ItemState::Installed.code() && !here {
                let account = format::show(i::ACCOUNT, before.get(i::ACCOUNT));
                return Err(invalid("Serials", format!("{serial} is installed at account {account}")));
            }
            after.set(i::STATE, Value::text(ItemState::Installed.code()));
            after.set(i::OWNER, Value::Null);
            after.set(i::ACCOUNT, job.get(j::ACCOUNT).clone());
        }
        decision.changes.extend(difference(Entity::Item, &before, &after));
    }
    Ok(())
}

/// What the end of a job means for the customer's line.
fn line(
    scene: &Scene<'_>,
    job: &Record,
    kind: JobKind,
    report: &Report,
    work: &mut Work<'_>,
) -> Result<(), CommandError> {
    let Some(id) = job.int(j::CUSTOMER) else { return Ok(()) };
    let Some(after) = work.customer(Id(id))? else { return Ok(()) };
    let before = after.clone();
    if let Some(light) = report.after.filter(|_| kind.is_optical()) {
        after.set(c::OPTICAL, Value::Int(light));
    }
    for serial in report.serials.iter().map(|s| s.trim()) {
        let item = scene.read.rows_by(i::SERIAL, &Value::text(serial), 1)?.pop();
        let carries_light = item.is_some_and(|r| matches!(r.text(i::KIND), "onu" | "radio"));
        match kind {
            JobKind::Recovery if before.text(c::ONU).eq_ignore_ascii_case(serial) => after.set(c::ONU, Value::Null),
            JobKind::Recovery => {}
            _ if carries_light => after.set(c::ONU, Value::text(serial)),
            _ => {}
        }
    }
    if kind == JobKind::Install && before.text(c::STATUS) == Status::Pending.code() {
        subscription::enter(scene, after, Some(Status::Pending), Status::Active, None);
    }
    after.set(c::LAST_CONTACT, Value::Int(calendar::days_of(scene.today())));
    Ok(())
}
