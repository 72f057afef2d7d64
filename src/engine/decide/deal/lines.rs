//! Lines of deals: what a line must be, and the sums that follow from a change of one.

use std::collections::BTreeSet;

use crate::base::Money;
use crate::domain::deal::{self, Item, MOST_LINES, MOST_MONTHS, MOST_RATE, MOST_SEATS, Stage, Unit};
use crate::domain::plan::Offer;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::insight::deal_sums::{line_of, price, settle};
use crate::query::schema::{deal as d, deal_line as dl, field};
use crate::store::{Change, Read, StoreError};

use super::super::super::error::CommandError;
use super::super::create::{blank, insert};
use super::super::subscription::offered;
use super::super::{Decision, Scene, difference};
use super::by_number;

/// The lines of a deal that are not put away, in the order they came.
pub fn lines_of(read: &Read<'_>, number: i64) -> Result<Vec<Record>, StoreError> {
    let mut rows = read.rows_by(dl::DEAL, &Value::Int(number), 10_000)?;
    rows.retain(|r| r.get(dl::DELETED).is_null());
    rows.sort_by_key(|r| r.id);
    Ok(rows)
}

/// A new line; what is not said of it comes from the plan.
pub fn create(scene: &Scene<'_>, fields: &[(FieldId, Value)]) -> Result<Decision, CommandError> {
    let mut row = blank(Entity::DealLine, scene.ids.next(scene.now));
    fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    let number = row.int(dl::DEAL).unwrap_or(0);
    let Some(deal) = by_number(scene.read, number)? else {
        return Err(CommandError::Invalid { name: "Deal", message: format!("there is no deal {number:07}") });
    };
    let item = Item::parse(row.text(dl::ITEM)).unwrap_or(Item::Plan);
    if item == Item::Plan {
        let plan = offered(scene, row.text(dl::PLAN))?;
        row.set(dl::PLAN, Value::text(plan.name.as_str()));
        if row.get(dl::RATE).is_null() {
            row.set(dl::RATE, plan.price.into());
        }
    }
    if row.get(dl::UNIT).is_null() {
        let unit = match deal::Kind::parse(deal.text(d::KIND)) {
            Some(deal::Kind::Bulk) => Unit::Flat,
            Some(deal::Kind::Corporate) => Unit::Branch,
            _ => Unit::Line,
        };
        row.set(dl::UNIT, Value::text(unit.code()));
    }
    for (id, value) in [(dl::SEATS, 1), (dl::TERM, 12)] {
        if row.get(id).is_null() {
            row.set(id, Value::Int(value));
        }
    }
    let summary = format!("Added {} to {}", item.label().to_lowercase(), deal.text(d::NAME));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

/// What a line must be, whoever made it.
fn check(scene: &Scene<'_>, row: &Record) -> Result<(), CommandError> {
    let invalid = |id: FieldId, message: String| Err(CommandError::Invalid { name: field(id).title, message });
    let line = line_of(row);
    if !(1..=MOST_SEATS).contains(&line.seats) {
        return invalid(dl::SEATS, format!("lies from 1 to {}", crate::base::money::group_signed(MOST_SEATS)));
    }
    if !(1..=MOST_MONTHS).contains(&line.term) {
        return invalid(dl::TERM, format!("lies from 1 to {MOST_MONTHS} months"));
    }
    if !(Money::ZERO..=MOST_RATE).contains(&line.rate) {
        return invalid(dl::RATE, "lies from ₹0 to ₹10 crore; discounts are written without a sign".into());
    }
    if !(0..=10_000).contains(&line.percent) {
        return invalid(dl::PERCENT, "lies from 0 to 100".into());
    }
    match line.item {
        Item::Plan => {
            let plans = scene.read.plans()?;
            if !plans.iter().any(|p| p.name.eq_ignore_ascii_case(row.text(dl::PLAN)) && p.offer == Offer::Offered) {
                offered(scene, row.text(dl::PLAN))?;
            }
        }
        _ if !row.get(dl::PLAN).is_null() => return invalid(dl::PLAN, "goes with lines of plans only".into()),
        Item::Discount if (line.percent > 0) == (line.rate > Money::ZERO) => {
            return invalid(dl::RATE, "a discount is either rupees or a percentage".into());
        }
        _ if row.get(dl::RATE).is_null() && line.item != Item::Discount => {
            return invalid(dl::RATE, format!("is required: rupees {}", line.item.per()));
        }
        _ => {}
    }
    if line.item != Item::Discount && line.percent > 0 {
        return invalid(dl::PERCENT, "goes with discounts only".into());
    }
    Ok(())
}

/// The numbers of the deals whose lines are among the changes, as they were and as they will be.
pub fn deals_of(read: &Read<'_>, changes: &[Change]) -> Result<BTreeSet<i64>, StoreError> {
    let mut numbers = BTreeSet::new();
    for change in changes.iter().filter(|c| c.entity() == Entity::DealLine) {
        if let Some(row) = read.row(Entity::DealLine, change.id())? {
            numbers.extend(row.int(dl::DEAL));
        }
        let set = match change {
            Change::Insert { fields, .. } | Change::Delete { fields, .. } => {
                fields.iter().find(|(f, _)| *f == dl::DEAL).map(|(_, v)| v.clone())
            }
            Change::Update { fields, .. } => fields.iter().find(|f| f.field == dl::DEAL).map(|f| f.new.clone()),
        };
        numbers.extend(set.and_then(|v| v.as_int()));
    }
    Ok(numbers)
}

/// True where a win only notes which subscriptions a line became.
fn is_booking(change: &Change) -> bool {
    let booked = |id: FieldId| id == dl::FIRST_ACCOUNT || id == dl::LAST_ACCOUNT;
    matches!(change, Change::Update { fields, .. } if fields.iter().all(|f| booked(f.field)))
}

/// The row a change leaves.
fn left_by(scene: &Scene<'_>, change: &Change) -> Result<Option<Record>, StoreError> {
    Ok(match change {
        Change::Insert { entity, id, fields } => {
            let mut row = blank(*entity, *id);
            fields.iter().for_each(|(f, v)| row.set(*f, v.clone()));
            Some(row)
        }
        Change::Update { entity, id, fields, .. } => {
            let mut row = scene.read.row(*entity, *id)?;
            row.iter_mut().for_each(|row| fields.iter().for_each(|f| row.set(f.field, f.new.clone())));
            row
        }
        Change::Delete { .. } => None,
    })
}

/// Puts a row as it will be into a decision: into the change it has there, or as one of its own.
fn amend(scene: &Scene<'_>, decision: &mut Decision, after: &Record) -> Result<(), StoreError> {
    let entity = after.fields[0].entity;
    let at = decision.changes.iter().position(|c| c.entity() == entity && c.id() == after.id);
    let new = match at.map(|i| &decision.changes[i]) {
        Some(Change::Insert { .. }) => Some(insert(after)),
        _ => match scene.read.row(entity, after.id)? {
            Some(before) => difference(entity, &before, after),
            None => None,
        },
    };
    match (at, new) {
        (Some(i), Some(new)) => decision.changes[i] = new,
        (None, Some(new)) => decision.changes.push(new),
        _ => {}
    }
    Ok(())
}

/// Checks and prices the lines of every deal that a decision touches, and brings the deals themselves up to date.
pub fn follow(scene: &Scene<'_>, decision: &mut Decision) -> Result<(), CommandError> {
    let touched: Vec<Change> =
        decision.changes.iter().filter(|c| c.entity() == Entity::DealLine && !is_booking(c)).cloned().collect();
    if touched.is_empty() {
        return Ok(());
    }
    let settings = scene.read.settings()?;
    let mut moved = Vec::new();
    for change in &touched {
        moved.extend(left_by(scene, change)?);
    }
    for row in moved.iter().filter(|r| r.get(dl::DELETED).is_null()) {
        check(scene, row)?;
    }
    for number in deals_of(scene.read, &touched)? {
        let Some(before) = by_number(scene.read, number)? else {
            return Err(CommandError::Invalid { name: "Deal", message: format!("there is no deal {number:07}") });
        };
        if !before.get(d::DELETED).is_null() {
            return Err(CommandError::Refused(format!("{} was put away: bring it back first", before.text(d::NAME))));
        }
        if !Stage::parse(before.text(d::STAGE)).is_some_and(Stage::is_open) {
            let stage = crate::query::format::show(d::STAGE, before.get(d::STAGE)).to_lowercase();
            return Err(CommandError::Refused(format!(
                "{} is {stage}: its lines stay as they are",
                before.text(d::NAME)
            )));
        }
        let mut rows = lines_of(scene.read, number)?;
        rows.retain(|r| !touched.iter().any(|c| c.id() == r.id));
        rows.extend(moved.iter().filter(|r| r.int(dl::DEAL) == Some(number) && r.get(dl::DELETED).is_null()).cloned());
        rows.sort_by_key(|r| r.id);
        if rows.len() > MOST_LINES {
            return Err(CommandError::Refused(format!("a deal has at most {MOST_LINES} lines")));
        }
        let sums = deal::sums(&rows.iter().map(line_of).collect::<Vec<_>>());
        if sums.by_item[0] + sums.by_item[4] < Money::ZERO {
            let message = format!("takes more off ({}) than the plans bring ({})", -sums.by_item[4], sums.by_item[0]);
            return Err(CommandError::Invalid { name: "Discount", message });
        }
        price(&mut rows);
        for row in &rows {
            amend(scene, decision, row)?;
        }
        let mut after = before.clone();
        settle(&mut after, &rows, &settings);
        after.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
        amend(scene, decision, &after)?;
    }
    Ok(())
}
