//! Filters under a name.

use crate::base::Id;
use crate::domain::people::Sharing;
use crate::domain::{Entity, FieldId, Record, Role, Value};
use crate::query::schema::{field, view};
use crate::query::{Context, compile, views};
use crate::store::Change;

use super::super::error::CommandError;
use super::{Decision, Scene, difference};

pub fn save(
    scene: &Scene<'_>,
    entity: Entity,
    name: &str,
    text: &str,
    columns: &[FieldId],
    shared: Sharing,
) -> Result<Decision, CommandError> {
    let invalid = |name: &'static str, message: String| CommandError::Invalid { name, message };
    if let Some(problem) = views::name_problem(entity, name) {
        return Err(invalid("Name", problem));
    }
    let context = Context::at(scene.now, scene.who.user.clone());
    compile(text, entity, &context).map_err(|e| invalid("Filter", e.message))?;
    let columns: Vec<&str> = columns.iter().map(|id| field(*id).name).collect();
    let values = [
        (view::NAME, Value::text(name)),
        (view::TITLE, Value::text(title(name))),
        (view::TEXT, Value::text(text)),
        (view::COLUMNS, Value::text(columns.join(" "))),
        (view::OWNER, Value::text(scene.who.user.as_str())),
        (view::SHARED, Value::text(shared.code())),
        (view::ENTITY, Value::text(entity.code())),
    ];
    let mut decision = Decision::default();
    match own(scene, entity, name)? {
        Some(before) => {
            let mut after = before.clone();
            values.into_iter().for_each(|(f, v)| after.set(f, v));
            decision.changes.extend(difference(Entity::View, &before, &after));
            decision.summary = format!("Changed the view @{name}");
        }
        None => {
            let id = scene.ids.next(scene.now);
            let fields = values.into_iter().filter(|(_, v)| !v.is_null()).collect();
            decision.changes.push(Change::Insert { entity: Entity::View, id, fields });
            decision.created.push(id);
            decision.summary = format!("Saved the view @{name}");
        }
    }
    Ok(decision)
}

pub fn put_away(scene: &Scene<'_>, id: Id) -> Result<Decision, CommandError> {
    let gone = || CommandError::Refused("this view is not there any more".into());
    let before = scene.read.row(Entity::View, id)?.filter(|r| r.get(view::DELETED).is_null()).ok_or_else(gone)?;
    let owner = before.text(view::OWNER);
    if scene.who.role != Role::Admin && !owner.eq_ignore_ascii_case(&scene.who.user) {
        return Err(CommandError::Denied(format!("this view is {owner}'s")));
    }
    let mut after = before.clone();
    after.set(view::DELETED, Value::Int(scene.now.0));
    let summary = format!("Removed the view @{}", before.text(view::NAME));
    let changes = difference(Entity::View, &before, &after).into_iter().collect();
    Ok(Decision { changes, summary, ..Decision::default() })
}

/// The view of this name that the person has already.
fn own(scene: &Scene<'_>, entity: Entity, name: &str) -> Result<Option<Record>, CommandError> {
    let rows = scene.read.rows_by(view::NAME, &Value::text(name), 100)?;
    Ok(rows
        .into_iter()
        .filter(|r| r.get(view::DELETED).is_null() && r.text(view::ENTITY) == entity.code())
        .find(|r| r.text(view::OWNER).eq_ignore_ascii_case(&scene.who.user)))
}

/// `pune-at-risk` to `Pune at risk`.
fn title(name: &str) -> String {
    let text = name.replace('-', " ");
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |c| c.to_ascii_uppercase().to_string() + chars.as_str())
}
