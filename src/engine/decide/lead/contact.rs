//! Being in touch with leads: reminders and what was said.

use crate::base::{Id, Timestamp, calendar, text};
use crate::domain::lead::Stage;
use crate::domain::{ActivityKind, Entity, Value};
use crate::query::schema::{lead as l, touch};
use crate::store::Change;

use super::super::super::command::Target;
use super::super::super::error::CommandError;
use super::super::{Decision, Scene, whom};
use super::stage::{answered, enter};
use super::{Desk, change, each, lead};

/// Characters kept of what was said.
const LIMIT: usize = 4_000;

pub fn follow_up(
    scene: &Scene<'_>,
    target: &Target,
    at: Option<Timestamp>,
    note: Option<&str>,
) -> Result<Decision, CommandError> {
    let note = note.map(|n| text::clean(n, crate::query::format::TEXT_LIMIT));
    let (mut decision, changed) = each(scene, target, |before, after| {
        open(before)?;
        after.set(l::FOLLOW_UP, at.map_or(Value::Null, |t| Value::Int(t.0)));
        match (&note, at) {
            (Some(note), _) => after.set(l::FOLLOW_UP_NOTE, Value::text(note.as_str())),
            (None, None) => after.set(l::FOLLOW_UP_NOTE, Value::Null),
            (None, Some(_)) => {}
        }
        Ok(())
    })?;
    let whom = whom(Entity::Lead, &changed);
    decision.summary = match at {
        Some(at) => format!("Follow-up with {whom} on {}", calendar::short_time(at)),
        None => format!("No follow-up with {whom}"),
    };
    Ok(decision)
}

pub fn snooze(scene: &Scene<'_>, target: &Target, until: Timestamp) -> Result<Decision, CommandError> {
    if until <= scene.now {
        return Err(CommandError::Invalid { name: "Snoozed until", message: "lies in the past".into() });
    }
    let (mut decision, changed) = each(scene, target, |before, after| {
        open(before)?;
        if before.get(l::FOLLOW_UP).is_null() {
            return Err("has no follow-up".into());
        }
        after.set(l::SNOOZED_UNTIL, Value::Int(until.0));
        Ok(())
    })?;
    decision.summary = format!("Snoozed {} until {}", whom(Entity::Lead, &changed), calendar::short_time(until));
    Ok(decision)
}

fn open(row: &crate::domain::Record) -> Result<(), String> {
    match Stage::parse(row.text(l::STAGE)) {
        Some(stage) if !stage.is_open() => Err(format!("is {}", stage.label().to_lowercase())),
        _ => Ok(()),
    }
}

pub fn touch(
    scene: &Scene<'_>,
    id: Id,
    kind: ActivityKind,
    body: &str,
    next: Option<Timestamp>,
) -> Result<Decision, CommandError> {
    let body = text::clean_lines(body, LIMIT);
    if body.is_empty() {
        return Err(CommandError::Invalid { name: "Note", message: "is empty".into() });
    }
    if !ActivityKind::MANUAL.contains(&kind) {
        return Err(CommandError::Invalid { name: "Kind", message: format!("{} is not written by hand", kind.code()) });
    }
    let before = lead(scene, id)?;
    let mut after = before.clone();
    if kind != ActivityKind::Note {
        after.set(l::TOUCHES, Value::Int(before.int(l::TOUCHES).unwrap_or(0) + 1));
        after.set(l::LAST_TOUCH, Value::Int(scene.now.0));
        answered(&mut after, scene.now);
        if before.text(l::STAGE) == Stage::New.code() {
            enter(&mut after, Stage::Contacted, scene.now);
        }
        if before.int(l::FOLLOW_UP).is_some_and(|due| due <= scene.now.0) {
            after.set(l::FOLLOW_UP, Value::Null);
            after.set(l::FOLLOW_UP_NOTE, Value::Null);
        }
    }
    if let Some(next) = next {
        after.set(l::FOLLOW_UP, Value::Int(next.0));
    }
    let fields = vec![
        (touch::LEAD, Value::Int(id.0)),
        (touch::AT, Value::Int(scene.now.0)),
        (touch::KIND, Value::text(kind.code())),
        (touch::WHO, Value::text(scene.who.user.as_str())),
        (touch::BODY, Value::text(body)),
    ];
    let new = scene.ids.next(scene.now);
    let mut decision = Decision {
        summary: format!("{} with {}", kind.label(), before.text(l::NAME)),
        created: vec![new],
        ..Decision::default()
    };
    decision.changes.extend(change(&Desk::new(scene.read, scene.now), &before, after)?);
    decision.changes.push(Change::Insert { entity: Entity::Touch, id: new, fields });
    Ok(decision)
}
