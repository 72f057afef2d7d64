//! One row out of two.

use crate::base::Id;
use crate::domain::lead::Stage;
use crate::domain::{Activity, ActivityKind, Entity, FieldId, Record, Value};
use crate::query::schema::{Edit, Kind, customer as c, field, lead as l, touch};
use crate::store::{Change, FieldChange, activity_values};

use super::super::super::error::CommandError;
use super::super::{Decision, Scene, difference, settle as settle_customer};
use super::{Desk, change, lead};

/// Contacts that move with a lead.
const MANY: usize = 100_000;

/// Fields people set that a merge can take from either side.
fn is_taken(id: FieldId) -> bool {
    field(id).edit == Edit::Form
}

pub fn leads(scene: &Scene<'_>, keep: Id, other: Id, take: &[FieldId]) -> Result<Decision, CommandError> {
    if keep == other {
        return Err(CommandError::Refused("these are one lead".into()));
    }
    let (kept, gone) = (lead(scene, keep)?, lead(scene, other)?);
    for row in [&kept, &gone] {
        if row.text(l::STAGE) == Stage::Converted.code() {
            return Err(CommandError::Refused(format!("{} is a customer already", row.text(l::NAME))));
        }
    }
    if let Some(wrong) = take.iter().find(|id| id.entity != Entity::Lead || !is_taken(**id)) {
        return Err(CommandError::Invalid { name: field(*wrong).title, message: "cannot be taken over".into() });
    }
    let mut after = kept.clone();
    for id in kept.fields.iter().copied().filter(|id| is_taken(*id) && !gone.get(*id).is_null()) {
        let theirs = gone.get(id);
        match field(id).kind {
            // What each of them knows stays known.
            Kind::List(_) => after.set(id, Value::list(kept.get(id).items().chain(theirs.items()))),
            _ if take.contains(&id) || kept.get(id).is_null() => after.set(id, theirs.clone()),
            _ => {}
        }
    }
    second_number(&mut after, &gone);
    if !kept.get(l::NOTES).is_null() && !gone.get(l::NOTES).is_null() && !take.contains(&l::NOTES) {
        let both = format!("{} · {}", kept.text(l::NOTES), gone.text(l::NOTES));
        after.set(l::NOTES, Value::text(crate::base::text::clean(&both, crate::query::format::TEXT_LIMIT)));
    }
    let earlier = |id: FieldId| [kept.int(id), gone.int(id)].into_iter().flatten().min();
    let later = |id: FieldId| [kept.int(id), gone.int(id)].into_iter().flatten().max();
    let int = |n: Option<i64>| n.map_or(Value::Null, Value::Int);
    after.set(l::CREATED, int(earlier(l::CREATED)));
    after.set(l::FIRST_RESPONSE, int(earlier(l::FIRST_RESPONSE)));
    after.set(l::LAST_TOUCH, int(later(l::LAST_TOUCH)));
    if let (Some(first), Some(created)) = (after.int(l::FIRST_RESPONSE), after.int(l::CREATED)) {
        after.set(l::RESPONSE_MINUTES, Value::Int((first - created).max(0) / 60_000));
    }
    let touches = kept.int(l::TOUCHES).unwrap_or(0) + gone.int(l::TOUCHES).unwrap_or(0);
    after.set(l::TOUCHES, Value::Int(touches));
    let summary = format!("Merged {} into {}", gone.text(l::NAME), kept.text(l::NAME));
    let mut decision = Decision { summary, ..Decision::default() };
    decision.changes.extend(change(&Desk::new(scene.read, scene.now), &kept, after)?);
    for contact in scene.read.contacts(other, MANY)? {
        if let Some(row) = scene.read.row(Entity::Touch, contact.id)? {
            let fields = vec![FieldChange { field: touch::LEAD, old: Value::Int(other.0), new: Value::Int(keep.0) }];
            decision.changes.push(Change::Update { entity: Entity::Touch, id: row.id, version: row.version, fields });
        }
    }
    let mut away = gone.clone();
    away.set(l::MERGED_INTO, kept.get(l::NUMBER).clone());
    away.set(l::DELETED, Value::Int(scene.now.0));
    decision.changes.extend(difference(Entity::Lead, &gone, &away));
    Ok(decision)
}

/// A telephone of the one that goes becomes the second number of the one that stays, where there is room.
fn second_number(after: &mut Record, gone: &Record) {
    for from in [l::PHONE, l::ALT_PHONE] {
        let number = gone.get(from).clone();
        if after.get(l::ALT_PHONE).is_null() && !number.is_null() && *after.get(l::PHONE) != number {
            after.set(l::ALT_PHONE, number);
        }
    }
}

/// Field of the lead and of the customer that hold the same.
pub const PAIRS: &[(FieldId, FieldId)] = &[
    (l::NAME, c::NAME),
    (l::PHONE, c::PHONE),
    (l::ALT_PHONE, c::ALT_PHONE),
    (l::EMAIL, c::EMAIL),
    (l::ORGANISATION, c::ORGANISATION),
    (l::SEGMENT, c::SEGMENT),
    (l::AREA, c::AREA),
    (l::CITY, c::CITY),
    (l::STATE, c::STATE),
    (l::PINCODE, c::PINCODE),
    (l::SOURCE, c::SOURCE),
    (l::REFERRED_BY, c::REFERRED_BY),
    (l::OWNER, c::OWNER),
    (l::CONSENT, c::CONSENT),
    (l::CONSENT_ON, c::CONSENT_ON),
    (l::DND, c::DND),
    (l::TAGS, c::TAGS),
];

pub fn into_customer(scene: &Scene<'_>, id: Id, customer: Id) -> Result<Decision, CommandError> {
    let row = lead(scene, id)?;
    if row.text(l::STAGE) == Stage::Converted.code() {
        return Err(CommandError::Refused(format!("{} is a customer already", row.text(l::NAME))));
    }
    let before = match scene.read.row(Entity::Customer, customer)? {
        Some(found) if found.get(c::DELETED).is_null() => found,
        _ => return Err(CommandError::Refused("this customer is not there any more".into())),
    };
    let mut after = before.clone();
    for (from, to) in PAIRS.iter().filter(|(_, to)| *to != c::OWNER && before.get(*to).is_null()) {
        after.set(*to, row.get(*from).clone());
    }
    if before.text(c::PHONE) != row.text(l::PHONE) && after.get(c::ALT_PHONE).is_null() {
        after.set(c::ALT_PHONE, row.get(l::PHONE).clone());
    }
    settle_customer(Some(&before), &mut after, scene.today());
    let mut decision = Decision {
        summary: format!(
            "Merged the lead {} into {} (BN {:07})",
            row.text(l::NAME),
            before.text(c::NAME),
            before.int(c::ACCOUNT).unwrap_or(0)
        ),
        ..Decision::default()
    };
    let mut away = row.clone();
    away.set(l::CUSTOMER, before.get(c::ACCOUNT).clone());
    away.set(l::DELETED, Value::Int(scene.now.0));
    decision.changes.extend(difference(Entity::Lead, &row, &away));
    decision.changes.extend(difference(Entity::Customer, &before, &after));
    let wanted = row.text(l::PLAN);
    let about = if wanted.is_empty() { String::new() } else { format!(", asked for {wanted}") };
    let activity = Activity {
        id: scene.ids.next(scene.now),
        customer,
        at: scene.now,
        kind: ActivityKind::Note,
        who: scene.who.user.as_str().into(),
        reference: format!("L {:07}", row.int(l::NUMBER).unwrap_or(0)).into(),
        body: format!("Came in as a lead again{about}").into(),
    };
    let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
    decision.changes.push(Change::Insert { entity: Entity::Activity, id: activity.id, fields });
    Ok(decision)
}
