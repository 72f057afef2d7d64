//! New rows made by hand.

use crate::base::{Id, calendar, text};
use crate::domain::customer::{Cycle, Kyc, Segment, Status};
use crate::domain::{Activity, ActivityKind, Entity, FieldId, Record, Value};
use crate::query::schema::{self, Edit, customer as c, field, lead as l};
use crate::store::{Change, DUPLICATE_KEYS, activity_values};

use super::super::error::{CommandError, Duplicate};
use super::subscription::{offered, take};
use super::{Decision, Scene, catalogue, check, deal, lead, settle};

/// Characters a note keeps.
const NOTE_LIMIT: usize = 4_000;

pub fn create(
    scene: &Scene<'_>,
    entity: Entity,
    fields: &[(FieldId, Value)],
    allow_duplicates: bool,
) -> Result<Decision, CommandError> {
    for (id, value) in fields {
        check(*id, value)?;
    }
    let given = |id: FieldId| fields.iter().find(|(f, _)| *f == id).map_or(&Value::Null, |(_, v)| v);
    for id in schema::ids(entity).filter(|id| field(*id).required) {
        if given(id).is_null() {
            return Err(CommandError::Invalid { name: field(id).title, message: "is required".into() });
        }
    }
    match entity {
        Entity::Customer => customer(scene, fields, allow_duplicates),
        Entity::Lead => lead::create(scene, fields, allow_duplicates),
        Entity::Coverage | Entity::Territory => lead::directory_row(scene, entity, fields),
        Entity::Deal => deal::create(scene, fields),
        Entity::DealLine => deal::create_line(scene, fields),
        Entity::Schedule => deal::create_schedule(scene, fields),
        Entity::Plan | Entity::Ott | Entity::Item => catalogue::create(scene, entity, fields),
        _ => Err(CommandError::Refused(format!("{} are not made by hand", entity.code()))),
    }
}

fn customer(scene: &Scene<'_>, fields: &[(FieldId, Value)], allow_duplicates: bool) -> Result<Decision, CommandError> {
    let given = |id: FieldId| fields.iter().find(|(f, _)| *f == id).map_or(&Value::Null, |(_, v)| v);
    let mut row = blank(Entity::Customer, scene.ids.next(scene.now));
    let plan = offered(scene, given(c::PLAN).as_text())?;
    take(&mut row, &plan);
    fields.iter().filter(|(f, v)| *f != c::PLAN && !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    defaults(scene, &mut row)?;
    if !allow_duplicates {
        let found = duplicates(scene, &row)?;
        if !found.is_empty() {
            return Err(CommandError::Duplicate(found));
        }
    }
    settle(None, &mut row, scene.today());
    let summary = format!("Added {} (BN {:07})", row.text(c::NAME), row.int(c::ACCOUNT).unwrap_or(0));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

pub use crate::query::schema::blank;

/// What a new line starts with where nothing else is said.
pub fn defaults(scene: &Scene<'_>, row: &mut Record) -> Result<(), CommandError> {
    let today = calendar::days_of(scene.today());
    let mut default = |id: FieldId, value: Value| {
        if row.get(id).is_null() {
            row.set(id, value);
        }
    };
    default(c::ACCOUNT, Value::Int(scene.read.last_account()? + 1));
    default(c::STATUS, Value::text(Status::Pending.code()));
    default(c::STATUS_SINCE, Value::Int(today));
    default(c::CYCLE, Value::text(Cycle::Monthly.code()));
    default(c::SEGMENT, Value::text(Segment::Home.code()));
    default(c::KYC, Value::text(Kyc::Pending.code()));
    default(c::LAST_CONTACT, Value::Int(today));
    for id in [c::DUE, c::LATE, c::TICKETS, c::TICKETS_30D, c::OPEN_TICKETS, c::LTV] {
        default(id, Value::Int(0));
    }
    Ok(())
}

/// Rows, put-away ones too, that share a number or address with this one.
pub fn duplicates(scene: &Scene<'_>, row: &Record) -> Result<Vec<Duplicate>, CommandError> {
    let mut found: Vec<Duplicate> = Vec::new();
    for key in DUPLICATE_KEYS {
        let value = row.get(*key);
        if value.is_null() {
            continue;
        }
        for id in scene.read.ids_by(*key, value)? {
            if found.iter().all(|d| d.id != id)
                && let Some(other) = scene.read.row(Entity::Customer, id)?
            {
                let (account, name) = (other.int(c::ACCOUNT).unwrap_or(0), other.text(c::NAME).to_string());
                found.push(Duplicate { of: Entity::Customer, id, account, name, field: field(*key).title });
            }
        }
    }
    Ok(found)
}

/// The change that puts a whole record in.
pub fn insert(row: &Record) -> Change {
    let entity = row.fields[0].entity;
    let filled = row.fields.iter().zip(&row.values).filter(|(_, v)| !v.is_null());
    Change::Insert { entity, id: row.id, fields: filled.map(|(f, v)| (*f, v.clone())).collect() }
}

pub fn note(scene: &Scene<'_>, customer: Id, kind: ActivityKind, body: &str) -> Result<Decision, CommandError> {
    let body = text::clean_lines(body, NOTE_LIMIT);
    if body.is_empty() {
        return Err(CommandError::Invalid { name: "Note", message: "is empty".into() });
    }
    if !ActivityKind::MANUAL.contains(&kind) {
        return Err(CommandError::Invalid { name: "Kind", message: format!("{} is not written by hand", kind.code()) });
    }
    let Some(before) = scene.read.row(Entity::Customer, customer)? else {
        return Err(CommandError::Refused("this customer is not there any more".into()));
    };
    let activity = Activity {
        id: scene.ids.next(scene.now),
        customer,
        at: scene.now,
        kind,
        who: scene.who.user.as_str().into(),
        reference: "".into(),
        body: body.into(),
    };
    let mut decision = Decision {
        summary: format!("{} on {}", kind.label(), before.text(c::NAME)),
        created: vec![activity.id],
        ..Decision::default()
    };
    let mut after = before.clone();
    after.set(c::LAST_CONTACT, Value::Int(calendar::days_of(scene.today())));
    decision.changes.extend(super::difference(Entity::Customer, &before, &after));
    let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
    decision.changes.push(Change::Insert { entity: Entity::Activity, id: activity.id, fields });
    Ok(decision)
}

/// Computed fields that a file may bring: history we were not there to measure, and what a plan
/// that the catalogue does not know came with.
const BROUGHT: &[FieldId] =
    &[c::LTV, c::USAGE, c::AVG_SPEED, c::UPTIME, c::TECHNOLOGY, c::SPEED, c::CHANNELS, c::TOP_OTT];

/// What a file of leads may tell besides: where each stands, and since when it is there.
const LEADS_BRING: &[FieldId] = &[l::STAGE, l::LOST_REASON, l::CREATED];

/// True for fields an import may fill.
pub fn importable(id: FieldId) -> bool {
    match id.entity {
        Entity::Customer => field(id).edit != Edit::Never || BROUGHT.contains(&id),
        Entity::Lead => field(id).edit == Edit::Form || LEADS_BRING.contains(&id),
        Entity::Coverage | Entity::Territory => field(id).edit == Edit::Form,
        _ => false,
    }
}
