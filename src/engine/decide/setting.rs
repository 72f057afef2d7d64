//! A setting of the company.

use crate::domain::{Entity, Value, settings};
use crate::query::schema::setting;
use crate::store::Change;

use super::super::error::CommandError;
use super::{Decision, Scene, difference};

pub fn set(scene: &Scene<'_>, key: &str, value: &str) -> Result<Decision, CommandError> {
    let Some(row) = settings::find(key) else {
        let known = settings::all().map(|s| s.key);
        let guess = crate::query::schema::nearest(key, known).map_or(String::new(), |g| format!("; did you mean {g}?"));
        return Err(CommandError::Refused(format!("there is no setting {key}{guess}")));
    };
    let value = row.read(value).map_err(|message| CommandError::Invalid { name: row.title, message })?;
    // The default is not stored: a later version may know a better one.
    let value = if value == row.default { String::new() } else { value };
    let shown = if value.is_empty() { format!("the default ({})", row.default) } else { value.clone() };
    let mut decision = Decision { summary: format!("Set {} to {shown}", row.key), ..Decision::default() };
    let before = scene.read.rows_by(setting::KEY, &Value::text(row.key), 1)?.pop();
    match before {
        Some(before) => {
            let mut after = before.clone();
            after.set(setting::VALUE, Value::text(value));
            decision.changes.extend(difference(Entity::Setting, &before, &after));
        }
        None if value.is_empty() => {}
        None => {
            let fields = vec![(setting::KEY, Value::text(row.key)), (setting::VALUE, Value::text(value))];
            decision.changes.push(Change::Insert { entity: Entity::Setting, id: scene.ids.next(scene.now), fields });
        }
    }
    Ok(decision)
}
