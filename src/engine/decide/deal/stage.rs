//! Stages and their times, losses, quotations.

use crate::base::{Id, Timestamp, calendar, text};
use crate::domain::deal::{LostReason, Stage};
use crate::domain::{Entity, Record, Value};
use crate::insight::deal_sums::weigh;
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::deal as d;

use super::super::super::command::{DealStep, Target};
use super::super::super::error::CommandError;
use super::super::{Decision, Scene, difference, rows, whom};
use super::deal;

/// Applies `edit` to every deal of a target; what it refuses with a reason is left as it is.
fn each(
    scene: &Scene<'_>,
    target: &Target,
    mut edit: impl FnMut(&Record, &mut Record) -> Result<(), String>,
) -> Result<(Decision, Vec<Record>), CommandError> {
    let settings = scene.read.settings()?;
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Deal, target)? {
        let mut after = before.clone();
        if let Err(reason) = edit(&before, &mut after) {
            decision.skip(&before, reason);
            continue;
        }
        after.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
        weigh(&mut after, &settings);
        decision.changes.extend(difference(Entity::Deal, &before, &after));
        changed.push(before);
    }
    Ok((decision, changed))
}

pub fn advance(scene: &Scene<'_>, target: &Target, to: DealStep) -> Result<Decision, CommandError> {
    match to {
        DealStep::To(Stage::Won) => {
            return Err(CommandError::Refused(
                "a deal is won by a command of its own, which makes the subscriptions".into(),
            ));
        }
        DealStep::To(Stage::Lost) => {
            let codes: Vec<&str> = LostReason::ALL.iter().map(|r| r.code()).collect();
            let message = format!("is required for lost: {}", codes.join(", "));
            return Err(CommandError::Invalid { name: "Lost because", message });
        }
        _ => {}
    }
    let (mut decision, changed) = each(scene, target, |before, after| {
        let from = Stage::parse(before.text(d::STAGE)).unwrap_or(Stage::Qualified);
        if from == Stage::Won {
            return Err("is won: take the win back instead".into());
        }
        let to = match to {
            DealStep::To(stage) => stage,
            DealStep::Forward => from.forward().ok_or(match from {
                Stage::Negotiation => "the next step is the contract: win it",
                _ => "is lost: move it back first",
            })?,
            DealStep::Back => from.back().ok_or("is at the first stage")?,
        };
        if from == to {
            return Err(format!("already {}", to.label().to_lowercase()));
        }
        enter(after, to, scene.now);
        after.set(d::LOST_REASON, Value::Null);
        Ok(())
    })?;
    let whom = whom(Entity::Deal, &changed);
    decision.summary = match to {
        DealStep::To(stage) => format!("Moved {whom} to {}", stage.label()),
        DealStep::Forward => format!("Moved {whom} one stage on"),
        DealStep::Back => format!("Moved {whom} one stage back"),
    };
    Ok(decision)
}

pub fn lose(
    scene: &Scene<'_>,
    target: &Target,
    reason: LostReason,
    competitor: Option<&str>,
) -> Result<Decision, CommandError> {
    let competitor = competitor.map(|c| text::clean(c, TEXT_LIMIT)).filter(|c| !c.is_empty());
    let (mut decision, changed) = each(scene, target, |before, after| {
        match Stage::parse(before.text(d::STAGE)) {
            Some(Stage::Won) => return Err("is won: take the win back instead".into()),
            Some(Stage::Lost) if before.text(d::LOST_REASON) == reason.code() => return Err("already lost".into()),
            _ => {}
        }
        enter(after, Stage::Lost, scene.now);
        after.set(d::LOST_REASON, Value::text(reason.code()));
        if let Some(name) = &competitor {
            after.set(d::COMPETITOR, Value::text(name.as_str()));
        }
        Ok(())
    })?;
    decision.summary = format!("Lost {} ({})", whom(Entity::Deal, &changed), reason.label().to_lowercase());
    Ok(decision)
}

/// Puts a deal into a stage: the time it was first reached, with those it skipped; later ones are forgotten.
pub fn enter(row: &mut Record, stage: Stage, now: Timestamp) {
    let now = Value::Int(now.0);
    row.set(d::STAGE, Value::text(stage.code()));
    row.set(d::STAGE_SINCE, now.clone());
    if stage == Stage::Lost {
        row.set(d::LOST_AT, now);
        return;
    }
    row.set(d::LOST_AT, Value::Null);
    let at = Stage::ALL.iter().position(|s| *s == stage).unwrap_or(0);
    for (i, field) in d::REACHED.iter().enumerate().take(d::REACHED.len() - 1).skip(1) {
        match i <= at {
            true if row.get(*field).is_null() => row.set(*field, now.clone()),
            true => {}
            false => row.set(*field, Value::Null),
        }
    }
}

/// Longest validity of a quotation, in days.
const LONGEST: i64 = 365;

pub fn quote(scene: &Scene<'_>, id: Id, days: Option<i64>) -> Result<Decision, CommandError> {
    let before = deal(scene, id)?;
    let stage = Stage::parse(before.text(d::STAGE)).unwrap_or(Stage::Qualified);
    if !stage.is_open() {
        return Err(CommandError::Refused(format!("{} is {}", before.text(d::NAME), stage.label().to_lowercase())));
    }
    if super::lines_of(scene.read, before.int(d::NUMBER).unwrap_or(0))?.is_empty() {
        return Err(CommandError::Refused(format!("{} has no lines to quote: add some first", before.text(d::NAME))));
    }
    let settings = scene.read.settings()?;
    let days = days.unwrap_or_else(|| settings.int("deal.quote-days"));
    if !(1..=LONGEST).contains(&days) {
        return Err(CommandError::Invalid { name: "Validity", message: format!("lies from 1 to {LONGEST} days") });
    }
    let today = scene.today();
    let until = calendar::add_days(today, days);
    let number = next_quote(scene)?;
    let mut after = before.clone();
    after.set(d::QUOTE, Value::text(number.as_str()));
    after.set(d::QUOTED_ON, Value::Int(calendar::days_of(today)));
    after.set(d::VALID_UNTIL, Value::Int(calendar::days_of(until)));
    after.set(d::QUOTED_AMOUNT, before.get(d::AMOUNT).clone());
    after.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
    if stage == Stage::Qualified {
        enter(&mut after, Stage::Proposal, scene.now);
    }
    weigh(&mut after, &settings);
    let mut decision = Decision {
        summary: format!(
            "Quoted {} at {} ({number}, valid until {})",
            before.text(d::NAME),
            before.money(d::AMOUNT).compact(),
            calendar::long_date(until)
        ),
        ..Decision::default()
    };
    decision.changes.extend(difference(Entity::Deal, &before, &after));
    Ok(decision)
}

/// `QT/26-27/000017`: counted within the financial year.
fn next_quote(scene: &Scene<'_>) -> Result<String, CommandError> {
    let year = calendar::financial_year(scene.today());
    let prefix = format!("QT/{:02}-{:02}/", year.rem_euclid(100), (year + 1).rem_euclid(100));
    let last = scene.read.last_quote(&prefix)?;
    let n: i64 = last.strip_prefix(&prefix).and_then(|n| n.parse().ok()).unwrap_or(0);
    Ok(format!("{prefix}{:06}", n + 1))
}
