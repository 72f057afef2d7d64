//! What was said about a deal.

use crate::base::{Id, text};
use crate::domain::{ActivityKind, Entity, Value};
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::{deal as d, deal_note as n};
use crate::store::Change;

use super::super::super::error::CommandError;
use super::super::{Decision, Scene, difference};
use super::deal;

/// Characters a note keeps.
const LIMIT: usize = 4_000;

pub fn note(
    scene: &Scene<'_>,
    id: Id,
    kind: ActivityKind,
    body: &str,
    next: Option<&str>,
) -> Result<Decision, CommandError> {
    let body = text::clean_lines(body, LIMIT);
    if body.is_empty() {
        return Err(CommandError::Invalid { name: "Note", message: "is empty".into() });
    }
    if !ActivityKind::MANUAL.contains(&kind) {
        return Err(CommandError::Invalid { name: "Kind", message: format!("{} is not written by hand", kind.code()) });
    }
    let before = deal(scene, id)?;
    let mut after = before.clone();
    after.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
    if let Some(next) = next {
        after.set(d::NEXT_STEP, Value::text(text::clean(next, TEXT_LIMIT)));
    }
    let new = scene.ids.next(scene.now);
    let fields = vec![
        (n::DEAL, before.get(d::NUMBER).clone()),
        (n::AT, Value::Int(scene.now.0)),
        (n::KIND, Value::text(kind.code())),
        (n::WHO, Value::text(scene.who.user.as_str())),
        (n::BODY, Value::text(body)),
    ];
    let mut decision = Decision {
        summary: format!("{} on the deal {}", kind.label(), before.text(d::NAME)),
        created: vec![new],
        ..Decision::default()
    };
    decision.changes.extend(difference(Entity::Deal, &before, &after));
    decision.changes.push(Change::Insert { entity: Entity::DealNote, id: new, fields });
    Ok(decision)
}
