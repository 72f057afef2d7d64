//! Stages and their times.

use crate::base::Timestamp;
use crate::domain::lead::{LostReason, Stage};
use crate::domain::{Entity, Record, Value};
use crate::query::schema::lead as l;

use super::super::super::command::{Step, Target};
use super::super::super::error::CommandError;
use super::super::{Decision, Scene, whom};
use super::each;

pub fn advance(
    scene: &Scene<'_>,
    target: &Target,
    to: Step,
    reason: Option<LostReason>,
) -> Result<Decision, CommandError> {
    match (to, reason) {
        (Step::To(Stage::Converted), _) => {
            return Err(CommandError::Refused(
                "a lead becomes a customer by converting it, which asks for the plan".into(),
            ));
        }
        (Step::To(Stage::Lost), None) => {
            let codes: Vec<&str> = LostReason::ALL.iter().map(|r| r.code()).collect();
            let message = format!("is required for lost: {}", codes.join(", "));
            return Err(CommandError::Invalid { name: "Lost because", message });
        }
        (Step::To(Stage::Lost), Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            let message = "goes only with the stage lost".into();
            return Err(CommandError::Invalid { name: "Lost because", message });
        }
    }
    let (mut decision, changed) = each(scene, target, |before, after| {
        let from = Stage::parse(before.text(l::STAGE)).unwrap_or(Stage::New);
        let to = match to {
            Step::To(stage) => stage,
            Step::Forward => from.forward().ok_or(match from {
                Stage::Install => "the next step is the contract: convert it",
                Stage::Converted => "is a customer already",
                _ => "lost: move it back first",
            })?,
            Step::Back => from.back().ok_or(match from {
                Stage::Converted => "is a customer already",
                _ => "is at the first stage",
            })?,
        };
        if from == Stage::Converted {
            return Err("is a customer already".into());
        }
        if from == to && to != Stage::Lost {
            return Err(format!("already {}", to.label().to_lowercase()));
        }
        enter(after, to, scene.now);
        after.set(l::LOST_REASON, reason.map_or(Value::Null, |r| Value::text(r.code())));
        Ok(())
    })?;
    let whom = whom(Entity::Lead, &changed);
    decision.summary = match (to, reason) {
        (Step::To(stage), Some(r)) => format!("Moved {whom} to {} ({})", stage.label(), r.label().to_lowercase()),
        (Step::To(stage), None) => format!("Moved {whom} to {}", stage.label()),
        (Step::Forward, _) => format!("Moved {whom} one stage on"),
        (Step::Back, _) => format!("Moved {whom} one stage back"),
    };
    Ok(decision)
}

/// Puts a lead into a stage: the time it was first reached, with those it skipped; later ones are forgotten.
pub fn enter(row: &mut Record, stage: Stage, now: Timestamp) {
    let now_ms = Value::Int(now.0);
    row.set(l::STAGE, Value::text(stage.code()));
    row.set(l::STAGE_SINCE, now_ms.clone());
    let last = l::REACHED.len() - 1;
    if stage == Stage::Lost {
        row.set(l::LOST_AT, now_ms);
        return;
    }
    row.set(l::LOST_AT, Value::Null);
    let at = Stage::ALL.iter().position(|s| *s == stage).unwrap_or(0);
    for (i, field) in l::REACHED.iter().enumerate().take(last).skip(1) {
        match i <= at {
            true if row.get(*field).is_null() => row.set(*field, now_ms.clone()),
            true => {}
            false => row.set(*field, Value::Null),
        }
    }
    if at > 0 {
        answered(row, now);
    }
}

/// Stops the clock of the first contact, where it still runs.
pub fn answered(row: &mut Record, now: Timestamp) {
    if row.get(l::FIRST_RESPONSE).is_null() {
        row.set(l::FIRST_RESPONSE, Value::Int(now.0));
        let created = row.int(l::CREATED).unwrap_or(now.0);
        row.set(l::RESPONSE_MINUTES, Value::Int((now.0 - created).max(0) / 60_000));
    }
}
