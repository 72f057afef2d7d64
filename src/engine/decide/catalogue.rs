//! Plans put into the catalogue.

use crate::domain::{Entity, Plan};
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
        let fields = plan::values(p).into_iter().filter(|(_, v)| !v.is_null()).collect();
        decision.changes.push(Change::Insert { entity: Entity::Plan, id, fields });
    }
    decision.summary = format!("Added {} plans to the catalogue", decision.changes.len());
    Ok(decision)
}
