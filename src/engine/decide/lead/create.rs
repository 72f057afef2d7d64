//! New leads, by hand and from files; what looks like one that is there.

use std::collections::HashMap;

use crate::base::{Timestamp, text::fold};
use crate::domain::customer::Segment;
use crate::domain::lead::Stage;
use crate::domain::{Entity, FieldId, Record, Role, Value};
use crate::query::schema::{customer as c, field, lead as l};

use super::super::super::command::{Assign, ImportRow, Skip};
use super::super::super::error::{CommandError, Duplicate};
use super::super::create::{blank, insert};
use super::super::{Decision, Scene};
use super::Desk;
use super::assign::Chooser;
use super::stage::{answered, enter};

pub fn create(
    scene: &Scene<'_>,
    fields: &[(FieldId, Value)],
    allow_duplicates: bool,
) -> Result<Decision, CommandError> {
    let mut row = blank(Entity::Lead, scene.ids.next(scene.now));
    fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    if row.text(l::STAGE) == Stage::Converted.code() {
        return Err(CommandError::Refused("a lead becomes a customer by converting it".into()));
    }
    if !allow_duplicates {
        let found = duplicates(scene, &row)?;
        if !found.is_empty() {
            return Err(CommandError::Duplicate(found));
        }
    }
    row.set(l::NUMBER, Value::Int(scene.read.last_lead()? + 1));
    begin(&mut row, scene.now);
    let desk = Desk::new(scene.read, scene.now);
    if row.get(l::OWNER).is_null() {
        let owner = first_owner(scene, &desk, &row)?;
        row.set(l::OWNER, owner);
    }
    desk.settle(None, &mut row)?;
    let summary = format!("Added the lead {} ({:07})", row.text(l::NAME), row.int(l::NUMBER).unwrap_or(0));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

/// What a new lead starts with where nothing else is said.
fn begin(row: &mut Record, now: Timestamp) {
    if row.get(l::CREATED).is_null() {
        row.set(l::CREATED, Value::Int(now.0));
    }
    if row.get(l::SEGMENT).is_null() {
        row.set(l::SEGMENT, Value::text(Segment::Home.code()));
    }
    row.set(l::TOUCHES, Value::Int(row.int(l::TOUCHES).unwrap_or(0)));
    let stage = Stage::parse(row.text(l::STAGE)).unwrap_or(Stage::New);
    enter(row, stage, now);
    if stage == Stage::New {
        let created = row.get(l::CREATED).clone();
        row.set(l::STAGE_SINCE, created);
    }
    if row.int(l::TOUCHES).unwrap_or(0) > 0 {
        answered(row, now);
    }
}

/// A rep keeps the lead they bring; others go where the setting `lead.assign` says. Nobody's while no rep is there
/// to get it: the view of the unassigned shows them.
fn first_owner(scene: &Scene<'_>, desk: &Desk<'_>, row: &Record) -> Result<Value, CommandError> {
    if scene.who.role == Role::Sales {
        return Ok(Value::text(scene.who.user.as_str()));
    }
    let how = match desk.settings()?.text("lead.assign") {
        "round-robin" => Assign::RoundRobin,
        "least-busy" => Assign::LeastBusy,
        "territory" => Assign::Territory,
        _ => return Ok(Value::Null),
    };
    match Chooser::new(scene, &how) {
        Ok(mut chooser) => Ok(chooser.owner(row).unwrap_or(Value::Null)),
        Err(CommandError::Refused(_)) => Ok(Value::Null),
        Err(e) => Err(e),
    }
}

/// Leads and customers that share a telephone, a mail address or the whole address with this one. Converted leads
/// are found as the customers they became.
pub fn duplicates(scene: &Scene<'_>, row: &Record) -> Result<Vec<Duplicate>, CommandError> {
    let mut found: Vec<Duplicate> = Vec::new();
    let mut add = |of: Entity, id, number: Option<i64>, name: &str, field: &'static str| {
        if found.iter().all(|d| d.id != id) {
            found.push(Duplicate { of, id, account: number.unwrap_or(0), name: name.to_string(), field });
        }
    };
    let keys: [(FieldId, &[FieldId], &[FieldId]); 3] = [
        (l::PHONE, &[l::PHONE, l::ALT_PHONE], &[c::PHONE, c::ALT_PHONE]),
        (l::ALT_PHONE, &[l::PHONE, l::ALT_PHONE], &[c::PHONE]),
        (l::EMAIL, &[l::EMAIL], &[c::EMAIL]),
    ];
    for (own, in_leads, in_customers) in keys {
        let value = row.get(own);
        if value.is_null() {
            continue;
        }
        for other in in_leads {
            for id in scene.read.ids_by(*other, value)? {
                if let Some(lead) = scene.read.row(Entity::Lead, id)?.filter(|r| counts(r, row)) {
                    add(Entity::Lead, id, lead.int(l::NUMBER), lead.text(l::NAME), field(own).title);
                }
            }
        }
        // A second number is looked for only where an index finds it: a million customers are not walked through.
        for other in in_customers.iter().filter(|f| **f != c::ALT_PHONE) {
            for id in scene.read.ids_by(*other, value)? {
                if let Some(customer) = scene.read.row(Entity::Customer, id)? {
                    add(Entity::Customer, id, customer.int(c::ACCOUNT), customer.text(c::NAME), field(own).title);
                }
            }
        }
    }
    if !row.get(l::ADDRESS).is_null() {
        for id in scene.read.ids_by(l::ADDRESS, row.get(l::ADDRESS))? {
            if let Some(lead) = scene.read.row(Entity::Lead, id)?.filter(|r| counts(r, row) && same_place(r, row)) {
                add(Entity::Lead, id, lead.int(l::NUMBER), lead.text(l::NAME), field(l::ADDRESS).title);
            }
        }
    }
    Ok(found)
}

fn counts(lead: &Record, of: &Record) -> bool {
    lead.id != of.id && lead.get(l::DELETED).is_null() && lead.text(l::STAGE) != Stage::Converted.code()
}

fn same_place(a: &Record, b: &Record) -> bool {
    let place = |r: &Record| (r.text(l::PINCODE).to_string(), fold(r.text(l::BUILDING)));
    place(a) == place(b)
}

/// Leads from a file.
pub fn import(
    scene: &Scene<'_>,
    rows: &[ImportRow],
    source: &str,
    allow_duplicates: bool,
) -> Result<Decision, CommandError> {
    let desk = Desk::new(scene.read, scene.now);
    let mut decision = Decision::default();
    let mut seen: HashMap<String, u64> = HashMap::new();
    let mut number = scene.read.last_lead()?;
    for from in rows {
        let mut row = blank(Entity::Lead, scene.ids.next(scene.now));
        from.fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
        if let Some(reason) = left_out(scene, &row, &mut seen, from.line, allow_duplicates)? {
            let name = row.text(l::NAME).to_string();
            decision.skipped.push(Skip { id: None, line: Some(from.line), name, reason });
            continue;
        }
        number += 1;
        row.set(l::NUMBER, Value::Int(number));
        begin(&mut row, scene.now);
        desk.settle(None, &mut row)?;
        decision.created.push(row.id);
        decision.changes.push(insert(&row));
    }
    let count = crate::base::money::group(decision.changes.len() as u64);
    decision.summary = format!("Imported {count} leads from {source}");
    Ok(decision)
}

fn left_out(
    scene: &Scene<'_>,
    row: &Record,
    seen: &mut HashMap<String, u64>,
    line: u64,
    allowed: bool,
) -> Result<Option<String>, CommandError> {
    if row.text(l::STAGE) == Stage::Converted.code() {
        return Ok(Some("is converted: import it as a customer".into()));
    }
    if allowed {
        return Ok(None);
    }
    if let Some(d) = duplicates(scene, row)?.into_iter().next() {
        return Ok(Some(format!("same {} as {} ({})", d.field.to_lowercase(), d.name, d.handle())));
    }
    for key in [l::PHONE, l::EMAIL] {
        let text = row.text(key).to_ascii_lowercase();
        if text.is_empty() {
            continue;
        }
        let earlier = *seen.entry(text).or_insert(line);
        if earlier != line {
            return Ok(Some(format!("same {} as line {earlier}", field(key).title.to_lowercase())));
        }
    }
    Ok(None)
}
