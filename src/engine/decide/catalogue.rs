//! Plans put into the catalogue.

use crate::domain::{Entity, Plan, Value};
use crate::query::schema::plan;
use crate::store::Change;

use super::super::command::Skip;
use super::super::error::CommandError;
use super::{Decision, Scene};

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
        let fields = fields(p).into_iter().filter(|(_, v)| !v.is_null()).collect();
        decision.changes.push(Change::Insert { entity: Entity::Plan, id, fields });
    }
    decision.summary = format!("Added {} plans to the catalogue", decision.changes.len());
    Ok(decision)
}

fn fields(p: &Plan) -> Vec<(crate::domain::FieldId, Value)> {
    vec![
        (plan::NAME, Value::text(p.name.as_str())),
        (plan::TECHNOLOGY, Value::text(p.technology.code())),
        (plan::SPEED, Value::Int(p.speed)),
        (plan::PRICE, Value::Int(p.price.0)),
        (plan::FUP, p.fup_gb.map_or(Value::Null, Value::Int)),
        (plan::POST_FUP, p.post_fup.map_or(Value::Null, Value::Int)),
        (plan::OTTS, Value::list(p.otts.iter().map(String::as_str))),
        (plan::CHANNELS, Value::Int(p.channels)),
        (plan::SEGMENT, Value::text(p.segment.code())),
        (plan::OFFER, Value::text(p.offer.code())),
    ]
}
