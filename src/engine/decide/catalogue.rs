//! The catalogue: plans, OTT apps, and list prices with the day they begin.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::customer::{Segment, Status};
use crate::domain::job::ItemState;
use crate::domain::plan::{Offer, PriceState, Reached};
use crate::domain::{Entity, FieldId, Plan, Record, Value};
use crate::query::Bound;
use crate::query::bind::{Cond, equals};
use crate::query::schema::{customer as c, item, noun, plan, price as p};
use crate::store::Change;

use super::super::command::{Skip, Target};
use super::super::error::CommandError;
use super::create::{blank, insert};
use super::{Decision, Scene, difference, rows, settle};

/// Takes in the plans whose names are new; those that are there stay as they are.
pub fn add(scene: &Scene<'_>, plans: &[Plan]) -> Result<Decision, CommandError> {
    let there = scene.read.plans()?;
    let mut decision = Decision::default();
    for p in plans {
        if there.iter().any(|t| t.name.eq_ignore_ascii_case(&p.name)) {
            let skip = Skip { id: None, line: None, name: p.name.clone(), reason: "already in the catalogue".into() };
            decision.skipped.push(skip);
            continue;
        }
        let id = scene.ids.next(scene.now);
        decision.created.push(id);
        let fields = plan::values(p).into_iter().filter(|(_, v)| !v.is_null()).collect();
        decision.changes.push(Change::Insert { entity: Entity::Plan, id, fields });
    }
    decision.summary = format!("Added {} plans to the catalogue", decision.changes.len());
    Ok(decision)
}

/// A plan, an OTT app or an item of stock made by hand. Its name must be new.
pub fn create(scene: &Scene<'_>, entity: Entity, fields: &[(FieldId, Value)]) -> Result<Decision, CommandError> {
    let mut row = blank(entity, scene.ids.next(scene.now));
    fields.iter().for_each(|(f, v)| row.set(*f, v.clone()));
    let name = noun(entity).name;
    let taken = scene.read.ids_by(name, row.get(name))?;
    if !taken.is_empty() {
        let message = format!("there is {} of this name already, perhaps put away", noun(entity).one);
        return Err(CommandError::Invalid { name: crate::query::schema::field(name).title, message });
    }
    if entity == Entity::Item {
        row.set(item::STATE, Value::text(ItemState::Store.code()));
        row.set(item::SINCE, Value::Int(calendar::days_of(scene.today())));
    }
    if entity == Entity::Plan {
        for (field, word) in [(plan::SEGMENT, Segment::Home.code()), (plan::OFFER, Offer::Offered.code())] {
            if row.get(field).is_null() {
                row.set(field, Value::text(word));
            }
        }
        if row.int(plan::CHANNELS).is_none() {
            row.set(plan::CHANNELS, Value::Int(0));
        }
        check_plan(scene, &row)?;
    }
    let summary = format!("Added {}", row.text(name));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

/// What a plan must hold to be sold.
pub fn check_plan(scene: &Scene<'_>, row: &Record) -> Result<(), CommandError> {
    let invalid = |name, message: String| Err(CommandError::Invalid { name, message });
    if row.int(plan::SPEED).is_none_or(|n| n <= 0) {
        return invalid("Speed", "is above zero".into());
    }
    if row.money(plan::PRICE) < Money::ZERO {
        return invalid("Monthly price", "is below zero".into());
    }
    let known = scene.read.ott_apps()?;
    for app in row.get(plan::OTTS).items() {
        if !known.iter().any(|o| o.name.eq_ignore_ascii_case(app)) {
            let near = crate::query::schema::nearest(app, known.iter().map(|o| o.name.as_str()));
            let guess = near.map_or(String::new(), |n| format!("; did you mean {n}?"));
            return invalid("OTT apps", format!("there is no app {app}{guess}"));
        }
    }
    Ok(())
}

/// A new list price from a day on. From today it is put in force at once.
pub fn price(
    scene: &Scene<'_>,
    name: &str,
    price: Money,
    starts: NaiveDate,
    lines: Reached,
) -> Result<Decision, CommandError> {
    if price < Money::ZERO {
        return Err(CommandError::Invalid { name: "New price", message: "is below zero".into() });
    }
    if starts < scene.today() {
        let message = "is over: what was charged is not changed afterwards".into();
        return Err(CommandError::Invalid { name: "Starts", message });
    }
    let Some(row) = scene.read.rows_by(plan::NAME, &Value::text(name.trim()), 1)?.pop() else {
        return Err(CommandError::Refused(format!("there is no plan {name}")));
    };
    let mut change = blank(Entity::Price, scene.ids.next(scene.now));
    change.set(p::PLAN, row.get(plan::NAME).clone());
    change.set(p::PRICE, Value::Int(price.0));
    change.set(p::STARTS, Value::Int(calendar::days_of(starts)));
    change.set(p::LINES, Value::text(lines.code()));
    change.set(p::STATE, Value::text(PriceState::Planned.code()));
    change.set(p::OWNER, Value::text(scene.who.user.as_str()));
    let mut decision = Decision { created: vec![change.id], ..Decision::default() };
    let was = row.money(plan::PRICE);
    if starts <= scene.today() {
        put_in_force(scene, &mut change, &mut decision)?;
    }
    decision.summary = format!(
        "{} costs {} instead of {} from {}",
        name.trim(),
        price.compact(),
        was.compact(),
        calendar::long_date(starts)
    );
    decision.changes.insert(0, insert(&change));
    Ok(decision)
}

/// Every planned price whose day has come, the oldest first.
pub fn apply_prices(scene: &Scene<'_>) -> Result<Decision, CommandError> {
    let mut decision = Decision::default();
    let mut due: Vec<Record> = scene.read.rows_by(p::STATE, &Value::text(PriceState::Planned.code()), 10_000)?;
    due.retain(|r| r.int(p::STARTS).is_some_and(|d| d <= calendar::days_of(scene.today())));
    due.sort_by_key(|r| r.int(p::STARTS));
    let mut names = Vec::new();
    for (i, before) in due.iter().enumerate() {
        let mut after = before.clone();
        // Of two prices of one plan that fall due together the later one stands; the other never was in force.
        if due[i + 1..].iter().any(|later| later.text(p::PLAN) == before.text(p::PLAN)) {
            after.set(p::STATE, Value::text(PriceState::Done.code()));
        } else {
            names.push(after.text(p::PLAN).to_string());
            put_in_force(scene, &mut after, &mut decision)?;
        }
        decision.changes.extend(difference(Entity::Price, before, &after));
    }
    decision.summary = format!("New list prices in force: {}", names.join(", "));
    Ok(decision)
}

/// The plan gets its price, and the lines it reaches theirs.
fn put_in_force(scene: &Scene<'_>, change: &mut Record, decision: &mut Decision) -> Result<(), CommandError> {
    let name = change.text(p::PLAN).to_string();
    change.set(p::STATE, Value::text(PriceState::Done.code()));
    let Some(before) = scene.read.rows_by(plan::NAME, &Value::text(name.as_str()), 1)?.pop() else { return Ok(()) };
    let price = change.get(p::PRICE).clone();
    change.set(p::WAS, before.get(plan::PRICE).clone());
    let mut after = before.clone();
    after.set(plan::PRICE, price.clone());
    decision.changes.extend(difference(Entity::Plan, &before, &after));
    if Reached::parse(change.text(p::LINES)) == Some(Reached::All) {
        let mut filter = Bound::all(Entity::Customer);
        let is = |field, value: &Value| Cond::Test(field, equals(field, value));
        filter.cond = Cond::And(vec![
            is(c::PLAN, &Value::text(name.as_str())),
            is(c::PRICE, before.get(plan::PRICE)),
            Cond::Not(Box::new(is(c::STATUS, &Value::text(Status::Terminated.code())))),
        ]);
        for line in rows(scene, Entity::Customer, &Target::Matching { filter, except: Vec::new() })? {
            let mut after = line.clone();
            after.set(c::PRICE, price.clone());
            settle(Some(&line), &mut after, scene.today());
            decision.changes.extend(difference(Entity::Customer, &line, &after));
        }
    }
    Ok(())
}
