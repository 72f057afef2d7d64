//! Days, slots and technicians: appointments that do not collide, jobs handed out by area and load.

use std::collections::BTreeMap;

use crate::base::calendar;
use crate::domain::job::{JobState, Slot};
use crate::domain::{Entity, Record, Role, UserState, Value};
use crate::query::schema::job as j;
use crate::store::OpenJob;

use super::super::super::command::Target;
use super::super::super::error::CommandError;
use super::super::{Decision, Scene, difference, rows, whom};
use super::{Appointment, state_of};

/// Somebody who goes out: an active person of the role Field, or one who says so of themselves.
pub fn technician(scene: &Scene<'_>, login: &str) -> Result<(), CommandError> {
    // Without people nobody can be checked: the owner of the file works alone.
    if !scene.read.has_users()? {
        return Ok(());
    }
    let user = scene.read.user(login)?;
    match user.filter(|u| u.state == UserState::Active) {
        Some(_) => Ok(()),
        None => {
            let names: Vec<String> = technicians(scene)?;
            let near = crate::query::schema::nearest(login, names.iter().map(String::as_str));
            let guess = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
            Err(CommandError::Invalid { name: "Technician", message: format!("{login} does not work here{guess}") })
        }
    }
}

/// Logins of the active field staff.
fn technicians(scene: &Scene<'_>) -> Result<Vec<String>, CommandError> {
    let all = scene.read.users()?;
    Ok(all.into_iter().filter(|u| u.role == Role::Field && u.state == UserState::Active).map(|u| u.login).collect())
}

/// Puts an appointment into a job; with day and slot it is scheduled.
pub fn appoint(scene: &Scene<'_>, row: &mut Record, when: &Appointment) -> Result<(), CommandError> {
    if let Some(day) = when.day {
        if day < calendar::days_of(scene.today()) {
            return Err(CommandError::Invalid { name: "Day", message: "is over".into() });
        }
        row.set(j::DAY, Value::Int(day));
    }
    if let Some(slot) = when.slot {
        row.set(j::SLOT, Value::text(slot.code()));
    }
    if let Some(owner) = when.owner.as_deref().map(str::trim) {
        if !owner.is_empty() {
            technician(scene, owner)?;
        }
        row.set(j::OWNER, Value::text(owner));
    }
    let agreed = !row.get(j::DAY).is_null() && !row.get(j::SLOT).is_null();
    if agreed && matches!(state_of(row), JobState::Open | JobState::Failed) {
        row.set(j::STATE, Value::text(JobState::Scheduled.code()));
        row.set(j::FINISHED, Value::Null);
    }
    Ok(())
}

/// Which slot of which day of whom is taken, by job number.
pub type Taken = BTreeMap<(String, i64, String), String>;

pub fn taken(open: &[OpenJob]) -> Taken {
    let slot = |o: &OpenJob| {
        let key = (o.owner.to_lowercase(), o.day?, o.slot.clone());
        (!key.0.is_empty() && !key.2.is_empty()).then(|| (key, o.number.clone()))
    };
    open.iter().filter_map(slot).collect()
}

/// Takes the slot a job is in; the number of the job that has it already, if another has.
pub fn take(taken: &mut Taken, row: &Record) -> Option<String> {
    let key = key(row)?;
    let own = row.text(j::NUMBER);
    match taken.get(&key) {
        Some(other) if other != own => Some(other.clone()),
        _ => {
            taken.insert(key, own.to_string());
            None
        }
    }
}

fn key(row: &Record) -> Option<(String, i64, String)> {
    let (owner, slot) = (row.text(j::OWNER).to_lowercase(), row.text(j::SLOT).to_string());
    (!owner.is_empty() && !slot.is_empty()).then_some((owner, row.int(j::DAY)?, slot))
}

pub fn schedule(
    scene: &Scene<'_>,
    target: &Target,
    when: &Appointment,
    double: bool,
) -> Result<Decision, CommandError> {
    let mut taken = taken(&scene.read.open_jobs()?);
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Job, target)? {
        let state = state_of(&before);
        if !(state.is_open() || state == JobState::Failed) {
            decision.skip(&before, format!("is {}", state.label().to_lowercase()));
            continue;
        }
        let mut after = before.clone();
        appoint(scene, &mut after, when)?;
        if let Some(other) = take(&mut taken, &after).filter(|_| !double) {
            decision.skip(&before, format!("{} has {other} in this slot", after.text(j::OWNER)));
            continue;
        }
        match difference(Entity::Job, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.push(before);
            }
            None => decision.skip(&before, "already so"),
        }
    }
    let mut parts = Vec::new();
    parts.extend(when.day.and_then(calendar::date_from_days).map(calendar::long_date));
    parts.extend(when.slot.map(|s| s.label().to_string()));
    parts.extend(when.owner.clone().filter(|o| !o.is_empty()));
    decision.summary = format!("Scheduled {}: {}", whom(Entity::Job, &changed), parts.join(", "));
    Ok(decision)
}

/// Jobs without a technician, or without a time, each to the technician who is in its area on that day already, else
/// to the one with the fewest jobs; into the first slot that is free, at most so many a day as the setting says.
pub fn hand_out(scene: &Scene<'_>, target: &Target) -> Result<Decision, CommandError> {
    const DAYS: i64 = 14;
    let technicians = technicians(scene)?;
    if technicians.is_empty() {
        return Err(CommandError::Refused("nobody of the role Field works here: add people first".into()));
    }
    let most = scene.read.settings()?.int("jobs.a-day");
    let open = scene.read.open_jobs()?;
    let mut taken = taken(&open);
    // How many jobs, and in which areas, by technician and day.
    let mut load: BTreeMap<(String, i64), (i64, Vec<String>)> = BTreeMap::new();
    for open in open {
        if let Some(day) = open.day.filter(|_| !open.owner.is_empty()) {
            let entry = load.entry((open.owner.to_lowercase(), day)).or_default();
            entry.0 += 1;
            entry.1.push(open.area.to_lowercase());
        }
    }
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    let today = calendar::days_of(scene.today());
    for before in rows(scene, Entity::Job, target)? {
        let state = state_of(&before);
        let wanting = before.get(j::OWNER).is_null() || before.get(j::DAY).is_null() || before.get(j::SLOT).is_null();
        if !matches!(state, JobState::Open | JobState::Scheduled) || !wanting {
            decision.skip(&before, if wanting { state.label().to_lowercase() } else { "has its time already".into() });
            continue;
        }
        let area = before.text(j::AREA).to_lowercase();
        let days = match before.int(j::DAY) {
            Some(day) => day..day + 1,
            None => today + 1..today + 1 + DAYS,
        };
        let free = |login: &str, day: i64| {
            let slots =
                Slot::ALL.iter().filter(|s| before.text(j::SLOT).is_empty() || before.text(j::SLOT) == s.code());
            slots.copied().find(|s| !taken.contains_key(&(login.to_string(), day, s.code().to_string())))
        };
        let place = days.flat_map(|day| technicians.iter().map(move |t| (t, day))).filter_map(|(login, day)| {
            if !before.get(j::OWNER).is_null() && !before.text(j::OWNER).eq_ignore_ascii_case(login) {
                return None;
            }
            let (n, areas) = load.get(&(login.clone(), day)).cloned().unwrap_or_default();
            let slot = free(login, day).filter(|_| n < most)?;
            // The earliest day first; on a day, who is near; then who has least.
            Some(((day, !areas.contains(&area), n, login.clone()), slot))
        });
        let Some(((day, _, _, login), slot)) = place.min() else {
            decision.skip(&before, format!("no slot is free within {DAYS} days"));
            continue;
        };
        let mut after = before.clone();
        after.set(j::OWNER, Value::text(login.as_str()));
        after.set(j::DAY, Value::Int(day));
        after.set(j::SLOT, Value::text(slot.code()));
        after.set(j::STATE, Value::text(JobState::Scheduled.code()));
        taken.insert((login.clone(), day, slot.code().to_string()), before.text(j::NUMBER).to_string());
        let entry = load.entry((login, day)).or_default();
        entry.0 += 1;
        entry.1.push(area);
        decision.changes.extend(difference(Entity::Job, &before, &after));
        changed.push(before);
    }
    decision.summary = format!("Handed out {}", whom(Entity::Job, &changed));
    Ok(decision)
}
