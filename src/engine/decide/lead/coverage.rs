//! The coverage directory and territories as rows that people change, and what a change of coverage means for the
//! leads that live there.

use std::collections::BTreeSet;

use crate::domain::lead::{Availability, Stage};
use crate::domain::{Entity, FieldId, Record, Value};
use crate::insight::lead as scoring;
use crate::insight::place::{self, Address, place_name};
use crate::query::schema::{coverage as cov, lead as l, noun};
use crate::store::{Change, Read, StoreError};

use super::super::super::command::ImportRow;
use super::super::super::error::CommandError;
use super::super::create::{blank, insert};
use super::super::{Decision, Scene, difference};
use super::Desk;

/// Leads of one PIN code that a change of coverage looks at.
const MANY: usize = 1_000_000;

/// Makes the computed fields of a directory row agree with the others.
pub fn settle(row: &mut Record) {
    if row.fields.first().is_some_and(|f| f.entity == Entity::Coverage) {
        let place = place_name(row.text(cov::PINCODE), row.text(cov::AREA), row.text(cov::BUILDING));
        row.set(cov::PLACE, Value::text(place));
    }
}

/// A new row of the directory or of the territories.
pub fn directory_row(scene: &Scene<'_>, entity: Entity, fields: &[(FieldId, Value)]) -> Result<Decision, CommandError> {
    let mut row = blank(entity, scene.ids.next(scene.now));
    fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    settle(&mut row);
    let name = noun(entity).name;
    if at_place(scene, entity, &row)?.is_some() {
        return Err(CommandError::Refused(format!("{} is there already: edit that row", row.text(name))));
    }
    let summary = format!("Added {}", row.text(name));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

/// The row of the same place that is not put away.
fn at_place(scene: &Scene<'_>, entity: Entity, row: &Record) -> Result<Option<Record>, CommandError> {
    let name = noun(entity).name;
    let found = scene.read.rows_by(name, row.get(name), 100)?;
    let deleted = crate::query::schema::find(entity, "deleted");
    Ok(found.into_iter().find(|r| r.id != row.id && deleted.is_none_or(|d| r.get(d).is_null())))
}

/// Many rows from a file. A directory is brought up to date by its next file: a place that is there takes the
/// values the file brings; places the file does not name stay as they are.
pub fn import(scene: &Scene<'_>, entity: Entity, rows: &[ImportRow], source: &str) -> Result<Decision, CommandError> {
    let mut decision = Decision::default();
    let name = noun(entity).name;
    let mut seen: std::collections::HashMap<String, u64> = std::collections::HashMap::new();
    let (mut new, mut updated) = (0_u64, 0_u64);
    for from in rows {
        let mut row = blank(entity, scene.ids.next(scene.now));
        from.fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
        settle(&mut row);
        let mut skip = |reason: String| {
            let name = row.text(name).to_string();
            decision.skipped.push(super::super::super::command::Skip { id: None, line: Some(from.line), name, reason });
        };
        let earlier = *seen.entry(row.text(name).to_lowercase()).or_insert(from.line);
        if earlier != from.line {
            skip(format!("same place as line {earlier}"));
            continue;
        }
        match at_place(scene, entity, &row)? {
            None => {
                new += 1;
                decision.created.push(row.id);
                decision.changes.push(insert(&row));
            }
            Some(before) => {
                let mut after = before.clone();
                from.fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| after.set(*f, v.clone()));
                match difference(entity, &before, &after) {
                    Some(change) => {
                        updated += 1;
                        decision.changes.push(change);
                    }
                    None => skip("already so".into()),
                }
            }
        }
    }
    let group = crate::base::money::group;
    decision.summary = match updated {
        0 => format!("Imported {} rows of {} from {source}", group(new), entity.code()),
        _ => format!(
            "Imported {} new and {} changed rows of {} from {source}",
            group(new),
            group(updated),
            entity.code()
        ),
    };
    Ok(decision)
}

/// Adds to a decision what its changes of the directory mean for leads: availability and score anew for every lead
/// of the PIN codes it touches, lost ones too, as they may be won now. Where an address that had to wait becomes
/// serviceable, the moment is kept.
pub fn follow(scene: &Scene<'_>, decision: &mut Decision) -> Result<(), CommandError> {
    let pins = pins(scene.read, &decision.changes)?;
    if pins.is_empty() {
        return Ok(());
    }
    let desk = Desk::new(scene.read, scene.now);
    // Whether the directory has a row at all: those there are, less what these rows were, and what they will be.
    let live = |rows: &[Record]| rows.iter().filter(|r| r.get(cov::DELETED).is_null()).count() as i64;
    let mut left = scene.read.totals(&crate::query::Bound::all(Entity::Coverage))?.count;
    for pin in &pins {
        let after = rows_after(scene, pin, &decision.changes)?;
        left += live(&after) - live(&scene.read.rows_by(cov::PINCODE, &Value::text(pin.as_str()), 100_000)?);
        desk.will_be(pin, after);
    }
    desk.will_be_empty(left <= 0);
    let mut affected = 0_u64;
    for pin in pins.iter().filter(|p| !p.is_empty()) {
        for before in scene.read.rows_by(l::PINCODE, &Value::text(pin.as_str()), MANY)? {
            let stage = Stage::parse(before.text(l::STAGE));
            if stage == Some(Stage::Converted) || !before.get(l::DELETED).is_null() {
                continue;
            }
            let mut after = before.clone();
            let found = desk.look_up(Address::of_lead(&before))?;
            place::put(&mut after, found.as_ref());
            if difference(Entity::Lead, &before, &after).is_none() {
                continue;
            }
            let was = Availability::parse(before.text(l::AVAILABILITY));
            let is = found.as_ref().map(|f| f.availability);
            if is == Some(Availability::Serviceable) && was.is_some_and(|a| a != Availability::Serviceable) {
                after.set(l::LIVE_SINCE, Value::Int(scene.now.0));
            } else if is != Some(Availability::Serviceable) {
                after.set(l::LIVE_SINCE, Value::Null);
            }
            let score = desk.score(&after)?;
            scoring::put(&mut after, &score);
            decision.changes.extend(difference(Entity::Lead, &before, &after));
            affected += 1;
        }
    }
    if affected > 0 {
        let leads = if affected == 1 { "lead" } else { "leads" };
        decision.summary.push_str(&format!("; coverage of {} {leads} anew", crate::base::money::group(affected)));
    }
    Ok(())
}

/// The PIN codes whose rows are among the changes, as they were and as they will be.
pub fn pins(read: &Read<'_>, changes: &[Change]) -> Result<BTreeSet<String>, StoreError> {
    let mut pins: BTreeSet<String> = BTreeSet::new();
    for change in changes.iter().filter(|c| c.entity() == Entity::Coverage) {
        if let Some(row) = read.row(Entity::Coverage, change.id())? {
            pins.insert(row.text(cov::PINCODE).to_string());
        }
        let set = match change {
            Change::Insert { fields, .. } => fields.iter().find(|(f, _)| *f == cov::PINCODE).map(|(_, v)| v.clone()),
            Change::Update { fields, .. } => fields.iter().find(|f| f.field == cov::PINCODE).map(|f| f.new.clone()),
            Change::Delete { .. } => None,
        };
        pins.extend(set.map(|v| v.as_text().to_string()));
    }
    Ok(pins)
}

/// The rows of a PIN code as the changes leave them.
fn rows_after(scene: &Scene<'_>, pin: &str, changes: &[Change]) -> Result<Vec<Record>, CommandError> {
    let mut rows = scene.read.rows_by(cov::PINCODE, &Value::text(pin), 100_000)?;
    for change in changes.iter().filter(|c| c.entity() == Entity::Coverage) {
        match change {
            Change::Insert { id, fields, .. } => {
                let mut row = blank(Entity::Coverage, *id);
                fields.iter().for_each(|(f, v)| row.set(*f, v.clone()));
                rows.push(row);
            }
            Change::Update { id, fields, .. } => {
                if !rows.iter().any(|r| r.id == *id) {
                    rows.extend(scene.read.row(Entity::Coverage, *id)?);
                }
                if let Some(row) = rows.iter_mut().find(|r| r.id == *id) {
                    fields.iter().for_each(|f| row.set(f.field, f.new.clone()));
                }
            }
            Change::Delete { id, .. } => rows.retain(|r| r.id != *id),
        }
    }
    Ok(rows)
}
