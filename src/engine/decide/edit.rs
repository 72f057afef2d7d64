//! Fields set, tags, putting away and bringing back.

use std::collections::BTreeMap;

use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{Edit, Kind, customer as c, field, find, noun};
use crate::store::{Change, FieldChange};

use super::super::command::{Base, Clash, Target};
use super::super::error::CommandError;
use super::{Decision, Scene, Whom, catalogue, check, deal, difference, ids, lead, name_of, rows, settle, settles};

/// True for fields that nobody sets.
pub fn is_derived(id: FieldId) -> bool {
    field(id).edit == Edit::Never && id != c::DELETED
}

pub fn update(
    scene: &Scene<'_>,
    entity: Entity,
    target: &Target,
    fields: &[(FieldId, Value)],
    base: Option<&Base>,
) -> Result<Decision, CommandError> {
    for (id, value) in fields {
        if id.entity != entity || field(*id).edit == Edit::Verb {
            let message = "has a command of its own".to_string();
            return Err(CommandError::Invalid { name: field(*id).title, message });
        }
        check(*id, value)?;
    }
    let narrow = narrow(entity, fields).filter(|_| base.is_none());
    // The last one holds where a field is named twice.
    let wanted: BTreeMap<FieldId, &Value> = fields.iter().map(|(f, v)| (*f, v)).collect();
    let wanted: Vec<(FieldId, &Value)> = wanted.into_iter().collect();
    let mut decision = Decision::default();
    let mut changed = Whom::default();
    if let Some(narrow) = &narrow {
        let ids = ids(scene, target)?;
        decision.changes.reserve(ids.len());
        scene.read.visit(entity, narrow, &ids, |before| {
            let differs = |(f, v): &&(FieldId, &Value)| before.get(*f) != *v;
            let change =
                |(f, v): &(FieldId, &Value)| FieldChange { field: *f, old: before.get(*f).clone(), new: (*v).clone() };
            // No larger than it must be: of a few fields each, for fifty thousand rows.
            let mut other = Vec::with_capacity(wanted.iter().filter(differs).count());
            other.extend(wanted.iter().filter(differs).map(change));
            if other.is_empty() {
                return decision.skip(before, "already so");
            }
            changed.add(before);
            let (id, version) = (before.id, before.version);
            decision.changes.push(Change::Update { entity, id, version, fields: other });
        })?;
    }
    let found = if narrow.is_some() { Vec::new() } else { rows(scene, entity, target)? };
    let desk = lead::Desk::new(scene.read, scene.now);
    for before in found {
        let set = merge(&before, fields, base)?;
        let mut after = before.clone();
        set.into_iter().for_each(|(f, v)| after.set(f, v));
        match entity {
            Entity::Customer => settle(Some(&before), &mut after, scene.today()),
            Entity::Lead => desk.settle(Some(&before), &mut after)?,
            Entity::Coverage => lead::name_place(&mut after),
            Entity::Deal if after.values != before.values => deal::edited(scene, &mut after)?,
            Entity::Schedule => deal::check_schedule(&after)?,
            Entity::Plan => catalogue::check_plan(scene, &after)?,
            _ => {}
        }
        match difference(entity, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.add(&before);
            }
            None => decision.skip(&before, "already so"),
        }
    }
    let titles: Vec<String> = fields.iter().map(|(f, _)| field(*f).title.to_lowercase()).collect();
    decision.summary = match titles.len() {
        0..=3 => format!("Changed {} of {}", titles.join(", "), changed.words(entity)),
        n => format!("Changed {n} fields of {}", changed.words(entity)),
    };
    Ok(decision)
}

/// What need be read of customers whose new values nothing else follows from; `None` where something does. Of 50,000
/// whole rows most of the time would go into reading.
fn narrow(entity: Entity, set: &[(FieldId, Value)]) -> Option<std::sync::Arc<[FieldId]>> {
    if entity != Entity::Customer || set.iter().any(|(id, _)| settles(*id)) {
        return None;
    }
    let mut fields: Vec<FieldId> = set.iter().map(|(id, _)| *id).chain([c::NAME]).collect();
    fields.sort_unstable();
    fields.dedup();
    Some(fields.into())
}

/// The values to set, given what the form saw: a field that someone else changed meanwhile is a
/// clash only where both wrote different things.
pub fn merge(
    row: &Record,
    fields: &[(FieldId, Value)],
    base: Option<&Base>,
) -> Result<Vec<(FieldId, Value)>, CommandError> {
    let Some(base) = base.filter(|b| b.version != row.version) else { return Ok(fields.to_vec()) };
    let mut clashes = Vec::new();
    for (id, yours) in fields {
        let seen = base.fields.iter().find(|(f, _)| f == id).map(|(_, v)| v);
        let theirs = row.get(*id);
        if let Some(seen) = seen
            && seen != theirs
            && theirs != yours
        {
            clashes.push(Clash { field: *id, base: seen.clone(), theirs: theirs.clone(), yours: yours.clone() });
        }
    }
    if clashes.is_empty() {
        Ok(fields.to_vec())
    } else {
        Err(CommandError::Conflict { id: row.id, name: name_of(row), clashes })
    }
}

pub fn tag(
    scene: &Scene<'_>,
    entity: Entity,
    target: &Target,
    add: &[String],
    remove: &[String],
) -> Result<Decision, CommandError> {
    let Some(tags) = find(entity, "tags").filter(|id| matches!(field(*id).kind, Kind::List(_))) else {
        return Err(CommandError::Refused(format!("{} have no tags", entity.code())));
    };
    for tag in add {
        check(tags, &Value::list([tag.as_str()]))?;
        if tag.contains(',') {
            return Err(CommandError::Invalid { name: "Tags", message: "a tag holds no comma".into() });
        }
    }
    // Nothing else is asked of them; of 50,000 whole rows most of the time would go into reading.
    let found = scene.read.fields_of(entity, &[noun(entity).name, tags].into(), &ids(scene, target)?)?;
    let mut decision = Decision::default();
    let mut changed = Whom::default();
    for before in found {
        let kept = before.get(tags).items().filter(|t| !remove.iter().any(|r| r.eq_ignore_ascii_case(t)));
        let mut after = before.clone();
        after.set(tags, Value::list(kept.chain(add.iter().map(String::as_str))));
        match difference(entity, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.add(&before);
            }
            None => decision.skip(&before, "already so"),
        }
    }
    let words = |sign: &str, tags: &[String]| tags.iter().map(|t| format!("{sign}{t}")).collect::<Vec<_>>();
    let all = [words("+", add), words("-", remove)].concat().join(" ");
    decision.summary = format!("Tagged {} {all}", changed.words(entity));
    Ok(decision)
}

pub fn delete(scene: &Scene<'_>, entity: Entity, target: &Target) -> Result<Decision, CommandError> {
    put_away(scene, entity, target, true)
}

pub fn undelete(scene: &Scene<'_>, entity: Entity, target: &Target) -> Result<Decision, CommandError> {
    put_away(scene, entity, target, false)
}

fn put_away(scene: &Scene<'_>, entity: Entity, target: &Target, away: bool) -> Result<Decision, CommandError> {
    let Some(deleted) = find(entity, "deleted") else {
        return Err(CommandError::Refused(format!("{} are never deleted", entity.code())));
    };
    let mut decision = Decision::default();
    let mut changed = Whom::default();
    for before in rows(scene, entity, target)? {
        if before.get(deleted).is_null() != away {
            decision.skip(&before, if away { "already deleted" } else { "not deleted" });
            continue;
        }
        let mut after = before.clone();
        after.set(deleted, if away { Value::Int(scene.now.0) } else { Value::Null });
        decision.changes.extend::<Option<Change>>(difference(entity, &before, &after));
        changed.add(&before);
    }
    let word = if away { "Deleted" } else { "Restored" };
    decision.summary = format!("{word} {}", changed.words(entity));
    Ok(decision)
}
