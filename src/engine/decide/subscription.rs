//! The subscriber state machine and plan changes.

use std::sync::Arc;

use crate::base::{Money, calendar};
use crate::domain::customer::{Cycle, Reason, Status};
use crate::domain::plan::Offer;
use crate::domain::{Entity, FieldId, Plan, Record, Technology, Value};
use crate::insight::risk;
use crate::query::schema::customer as c;

use super::super::command::Target;
use super::super::error::CommandError;
use super::{Decision, Scene, Whom, difference, ids, rows, settle, whom};

pub fn set_status(
    scene: &Scene<'_>,
    target: &Target,
    status: Status,
    reason: Option<Reason>,
) -> Result<Decision, CommandError> {
    let reasons = status.reasons();
    match reason {
        None if !reasons.is_empty() => {
            let codes: Vec<&str> = reasons.iter().map(|r| r.code()).collect();
            let message = format!("is required for {}: {}", status.code(), codes.join(", "));
            return Err(CommandError::Invalid { name: "Status reason", message });
        }
        Some(r) if !reasons.contains(&r) => {
            let message = format!("{} is no reason for {}", r.code(), status.code());
            return Err(CommandError::Invalid { name: "Status reason", message });
        }
        _ => {}
    }
    let mut decision = Decision::default();
    let mut changed = Whom::default();
    // What a status means is decided over these fields: of 50,000 whole rows most of the time would go into reading.
    let own = [c::NAME, c::STATUS, c::REASON, c::STATUS_SINCE, c::SINCE, c::RENEWS, c::CYCLE, c::PRICE];
    let mut fields: Vec<FieldId> = own.into_iter().chain([c::MRR, c::CHANCE, c::RISK]).collect();
    fields.extend(risk::INPUTS);
    fields.sort_unstable();
    fields.dedup();
    let (fields, ids) = (Arc::from(fields), ids(scene, target)?);
    decision.changes.reserve(ids.len());
    let mut room: Option<Record> = None;
    scene.read.visit(Entity::Customer, &fields, &ids, |before| {
        let from = Status::parse(before.text(c::STATUS));
        match from {
            Some(from) if from == status => return decision.skip(before, format!("already {}", status.code())),
            Some(from) if !from.next().contains(&status) => {
                return decision.skip(before, format!("{} cannot become {}", from.code(), status.code()));
            }
            _ => {}
        }
        let after = room.get_or_insert_with(|| before.clone());
        (after.id, after.version) = (before.id, before.version);
        after.values.clone_from(&before.values);
        enter(scene, after, from, status, reason);
        settle(Some(before), after, scene.today());
        decision.changes.extend(difference(Entity::Customer, before, after));
        changed.add(before);
    })?;
    let why = reason.map_or(String::new(), |r| format!(" ({})", r.label().to_lowercase()));
    decision.summary = format!("Set {} to {}{why}", changed.words(Entity::Customer), status.label().to_lowercase());
    Ok(decision)
}

/// The dates that come with a status: activation on the first day in service, a fresh paid period
/// on coming back from anything but grace.
pub fn enter(scene: &Scene<'_>, row: &mut Record, from: Option<Status>, to: Status, reason: Option<Reason>) {
    let today = scene.today();
    let days = |d| Value::Int(calendar::days_of(d));
    row.set(c::STATUS, Value::text(to.code()));
    row.set(c::REASON, reason.map_or(Value::Null, |r| Value::text(r.code())));
    row.set(c::STATUS_SINCE, days(today));
    if to == Status::Active {
        if row.get(c::SINCE).is_null() {
            row.set(c::SINCE, days(today));
        }
        let running = row.int(c::RENEWS).is_some_and(|d| d > calendar::days_of(today));
        if from != Some(Status::Grace) && !running {
            let months = Cycle::parse(row.text(c::CYCLE)).unwrap_or(Cycle::Monthly).months();
            row.set(c::RENEWS, days(calendar::add_months(today, months)));
        }
    }
    if to == Status::Terminated {
        row.set(c::RENEWS, Value::Null);
    }
}

pub fn change_plan(
    scene: &Scene<'_>,
    target: &Target,
    name: &str,
    cycle: Option<Cycle>,
    price: Option<Money>,
) -> Result<Decision, CommandError> {
    let plan = offered(scene, name)?;
    if price.is_some_and(|p| p < Money::ZERO) {
        return Err(CommandError::Invalid { name: "Monthly price", message: "is below zero".into() });
    }
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Customer, target)? {
        if before.text(c::STATUS) == Status::Terminated.code() {
            decision.skip(&before, "disconnected");
            continue;
        }
        // Another way into the premises is an installation, not a change of plan.
        let reached = Technology::parse(before.text(c::TECHNOLOGY)).filter(|t| *t != plan.technology);
        if let Some(technology) = reached.filter(|_| before.text(c::STATUS) != Status::Pending.code()) {
            let (has, needs) = (technology.label().to_lowercase(), plan.technology.label().to_lowercase());
            decision.skip(&before, format!("a {has} line, the plan needs {needs}"));
            continue;
        }
        let mut after = before.clone();
        take(&mut after, &plan);
        if let Some(price) = price {
            after.set(c::PRICE, Value::Int(price.0));
        }
        if let Some(cycle) = cycle {
            after.set(c::CYCLE, Value::text(cycle.code()));
        }
        settle(Some(&before), &mut after, scene.today());
        match difference(Entity::Customer, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.push(before);
            }
            None => decision.skip(&before, format!("already on {}", plan.name)),
        }
    }
    decision.summary = format!("Moved {} to {}", whom(Entity::Customer, &changed), plan.name);
    Ok(decision)
}

/// The plan of this name, if it can be bought.
pub fn offered(scene: &Scene<'_>, name: &str) -> Result<Plan, CommandError> {
    let plans = scene.read.plans()?;
    match plans.iter().find(|p| p.name.eq_ignore_ascii_case(name.trim())) {
        Some(plan) if plan.offer == Offer::Offered => Ok(plan.clone()),
        Some(plan) => Err(CommandError::Refused(format!("{} is retired and no longer sold", plan.name))),
        None => {
            let near = crate::query::schema::nearest(name, plans.iter().map(|p| p.name.as_str()));
            let guess = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
            Err(CommandError::Invalid { name: "Plan", message: format!("there is no plan {name}{guess}") })
        }
    }
}

/// What comes with a plan.
pub fn take(row: &mut Record, plan: &Plan) {
    row.set(c::PLAN, Value::text(plan.name.as_str()));
    row.set(c::TECHNOLOGY, Value::text(plan.technology.code()));
    row.set(c::SPEED, Value::Int(plan.speed));
    row.set(c::PRICE, Value::Int(plan.price.0));
    row.set(c::CHANNELS, Value::Int(plan.channels));
    row.set(c::OTTS, Value::list(plan.otts.iter().map(String::as_str)));
}
