//! Changes to rows. A change carries what was there before, so that its inverse is known: applying
//! a change and then its inverse is no change at all.

use serde::{Deserialize, Serialize};

use rusqlite::CachedStatement;

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::eval::search_text;
use crate::query::schema::{self, field};

use super::apart::{is_apart, rest};
use super::row::{insertions, param, table};
use super::{Result, StoreError, Write};
use crate::query::schema::noun;

/// One field, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    pub field: FieldId,
    pub old: Value,
    pub new: Value,
}

/// Whether changes are of these fields, in this order.
pub(super) fn are_of(changes: &[FieldChange], fields: &[FieldId]) -> bool {
    changes.len() == fields.len() && changes.iter().zip(fields).all(|(change, field)| change.field == *field)
}

/// What happens to one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A new row. On undo, it is taken out again.
    Insert { entity: Entity, id: Id, fields: Vec<(FieldId, Value)> },
    /// Some fields of a row. `version` is the row's version before. On undo, the old values come
    /// back.
    Update { entity: Entity, id: Id, version: i64, fields: Vec<FieldChange> },
    /// The row goes for good, with all it held. Only undoing an insert does this: people delete
    /// softly. On undo, it comes back.
    Delete { entity: Entity, id: Id, version: i64, fields: Vec<(FieldId, Value)> },
}

impl Change {
    pub fn entity(&self) -> Entity {
        match self {
            Change::Insert { entity, .. } | Change::Update { entity, .. } | Change::Delete { entity, .. } => *entity,
        }
    }

    pub fn id(&self) -> Id {
        match self {
            Change::Insert { id, .. } | Change::Update { id, .. } | Change::Delete { id, .. } => *id,
        }
    }

    /// The version of the row before the change; 0 where there was none.
    pub fn version(&self) -> i64 {
        match self {
            Change::Insert { .. } => 0,
            Change::Update { version, .. } | Change::Delete { version, .. } => *version,
        }
    }

    /// The change that takes this one back, for a row that now has version `now`.
    pub fn invert(&self, now: i64) -> Change {
        match self {
            Change::Insert { entity, id, fields } => {
                Change::Delete { entity: *entity, id: *id, version: now, fields: fields.clone() }
            }
            Change::Delete { entity, id, fields, .. } => {
                Change::Insert { entity: *entity, id: *id, fields: fields.clone() }
            }
            Change::Update { entity, id, fields, .. } => Change::Update {
                entity: *entity,
                id: *id,
                version: now,
                fields: fields
                    .iter()
                    .map(|f| FieldChange { field: f.field, old: f.new.clone(), new: f.old.clone() })
                    .collect(),
            },
        }
    }

    /// `insert`, `update` or `delete`, as the journal keeps it.
    pub fn op(&self) -> &'static str {
        match self {
            Change::Insert { .. } => "insert",
            Change::Update { .. } => "update",
            Change::Delete { .. } => "delete",
        }
    }

    /// The fields as JSON: name to [before, after].
    pub fn fields_json(&self) -> String {
        #[derive(Serialize)]
        struct Pair<'a>(&'a Value, &'a Value);
        let mut map = serde_json::Map::new();
        let mut put = |id: FieldId, pair: Pair<'_>| {
            if let Ok(v) = serde_json::to_value(pair) {
                map.insert(field(id).name.to_string(), v);
            }
        };
        match self {
            Change::Insert { fields, .. } => fields.iter().for_each(|(id, v)| put(*id, Pair(&Value::Null, v))),
            Change::Delete { fields, .. } => fields.iter().for_each(|(id, v)| put(*id, Pair(v, &Value::Null))),
            Change::Update { fields, .. } => fields.iter().for_each(|f| put(f.field, Pair(&f.old, &f.new))),
        }
        serde_json::Value::Object(map).to_string()
    }

    /// The inverse of [`Change::fields_json`] and [`Change::op`].
    pub fn from_stored(entity: Entity, id: Id, op: &str, version: i64, json: &str) -> Option<Change> {
        #[derive(Deserialize)]
        struct Pair(Value, Value);
        let map: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).ok()?;
        let mut pairs = Vec::with_capacity(map.len());
        for (name, pair) in map {
            let Pair(old, new) = serde_json::from_value(pair).ok()?;
            pairs.push((schema::find(entity, &name)?, old, new));
        }
        Some(match op {
            "insert" => Change::Insert { entity, id, fields: pairs.into_iter().map(|(f, _, new)| (f, new)).collect() },
            "delete" => {
                Change::Delete { entity, id, version, fields: pairs.into_iter().map(|(f, old, _)| (f, old)).collect() }
            }
            _ => Change::Update {
                entity,
                id,
                version,
                fields: pairs.into_iter().map(|(field, old, new)| FieldChange { field, old, new }).collect(),
            },
        })
    }
}

impl Write<'_> {
    /// Applies a change. The row must stand as the change says it did, else nothing is saved.
    pub fn apply(&self, change: &Change) -> Result<()> {
        self.changed.set(true);
        let before = self.notes.before(self.conn, change)?;
        self.put(change)?;
        self.notes.applied(before, change);
        self.touched.note(change);
        Ok(())
    }

    fn put(&self, change: &Change) -> Result<()> {
        match change {
            Change::Insert { entity, id, fields } => self.insert(*entity, *id, fields),
            Change::Update { entity, id, version, fields } => self.update(*entity, *id, *version, fields),
            Change::Delete { entity, id, version, .. } => {
                // A row that stands otherwise ends the transaction: what lay apart comes back with it.
                if let Some(rest) = rest(*entity) {
                    self.conn.prepare_cached(&format!("DELETE FROM {rest} WHERE id = ?1"))?.execute([id.0])?;
                }
                let sql = format!("DELETE FROM {} WHERE id = ?1 AND version = ?2", table(*entity));
                let gone = self.conn.prepare_cached(&sql)?.execute((id.0, *version))?;
                if gone == 0 { Err(StoreError::Gone(id.0)) } else { Ok(()) }
            }
        }
    }

    fn insert(&self, entity: Entity, id: Id, fields: &[(FieldId, Value)]) -> Result<()> {
        let null = Value::Null;
        let all = schema::whole(entity);
        // Each in the place of its field; the first where one is named twice.
        let mut values = vec![&null; all.len()];
        for (field, value) in fields.iter().rev().filter(|(f, _)| f.entity == entity) {
            values[usize::from(field.index)] = value;
        }
        let value = |want: FieldId| values.get(usize::from(want.index)).copied().unwrap_or(&null);
        let text = search_text(entity, value);
        for insertion in insertions(entity) {
            let mut statement = self.conn.prepare_cached(&insertion.text)?;
            insertion.put(&mut statement, (id, 1), value, &text)?;
        }
        Ok(())
    }

    fn update(&self, entity: Entity, id: Id, version: i64, fields: &[FieldChange]) -> Result<()> {
        let mut statements = self.updating(entity, fields)?;
        self.update_with(&mut statements, entity, id, version, fields)
    }

    /// Applies many changes and returns them. Updates of many rows that lie together are one statement; others of the
    /// same fields share one, wherever they stand: the rows of a bulk change differ in few ways.
    pub fn apply_all(&self, changes: Vec<Change>) -> Result<Vec<Change>> {
        /// Statements held at a time.
        const HELD: usize = 24;
        let (changes, done) = self.sweep(changes)?;
        let mut held: Vec<(Entity, Vec<FieldId>, Updating<'_>)> = Vec::new();
        for (change, _) in changes.iter().zip(done).filter(|(_, done)| !done) {
            let Change::Update { entity, id, version, fields } = change else {
                self.apply(change)?;
                continue;
            };
            let at = match held.iter().position(|(e, ids, _)| e == entity && are_of(fields, ids)) {
                Some(at) => at,
                None => {
                    if held.len() >= HELD {
                        held.clear();
                    }
                    let statements = self.updating(*entity, fields)?;
                    held.push((*entity, fields.iter().map(|f| f.field).collect(), statements));
                    held.len() - 1
                }
            };
            self.changed.set(true);
            let before = self.notes.before(self.conn, change)?;
            self.update_with(&mut held[at].2, *entity, *id, *version, fields)?;
            self.notes.applied(before, change);
            self.touched.note(change);
        }
        drop(held);
        Ok(changes)
    }

    fn updating(&self, entity: Entity, fields: &[FieldChange]) -> Result<Updating<'_>> {
        let mut here = vec!["version = version + 1".to_string()];
        here.extend(set(fields.iter().filter(|f| !is_apart(f.field)), 3));
        let sql = format!("UPDATE {} SET {} WHERE id = ?1 AND version = ?2", table(entity), here.join(", "));
        let own = self.conn.prepare_cached(&sql)?;
        let apart = set(fields.iter().filter(|f| is_apart(f.field)), 2).join(", ");
        let sql = rest(entity).filter(|_| !apart.is_empty());
        let sql = sql.map(|rest| format!("UPDATE {rest} SET {apart} WHERE id = ?1"));
        Ok(Updating { own, rest: sql.map(|sql| self.conn.prepare_cached(&sql)).transpose()? })
    }

    fn update_with(
        &self,
        Updating { own, rest }: &mut Updating<'_>,
        entity: Entity,
        id: Id,
        version: i64,
        fields: &[FieldChange],
    ) -> Result<()> {
        own.raw_bind_parameter(1, id.0)?;
        own.raw_bind_parameter(2, version)?;
        for (n, f) in (3..).zip(fields.iter().filter(|f| !is_apart(f.field))) {
            own.raw_bind_parameter(n, param(f.field, &f.new))?;
        }
        if own.raw_execute()? == 0 {
            return Err(StoreError::Gone(id.0));
        }
        if let Some(rest) = rest {
            rest.raw_bind_parameter(1, id.0)?;
            for (n, f) in (2..).zip(fields.iter().filter(|f| is_apart(f.field))) {
                rest.raw_bind_parameter(n, param(f.field, &f.new))?;
            }
            if rest.raw_execute()? == 0 {
                return Err(StoreError::Gone(id.0));
            }
        }
        let search = noun(entity).searched;
        if fields.iter().any(|f| search.contains(&f.field))
            && let Some(record) = self.read().row(entity, id)?
        {
            self.refresh_search(&record)?;
        }
        Ok(())
    }

    fn refresh_search(&self, record: &Record) -> Result<()> {
        let entity = record.fields.first().map_or(Entity::Customer, |f| f.entity);
        let text = search_text(entity, |f| record.get(f));
        let table = rest(entity).unwrap_or_else(|| table(entity));
        let sql = format!("UPDATE {table} SET search = ?2 WHERE id = ?1");
        self.conn.prepare_cached(&sql)?.execute((record.id.0, text))?;
        Ok(())
    }

    pub fn set_fact(&self, key: &str, value: &str) -> Result<()> {
        self.conn
            .prepare_cached(
                "INSERT INTO facts (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute((key, value))?;
        Ok(())
    }
}

/// What updates some fields of a row: in the row, whose version moves whatever is changed, and in what lies apart.
struct Updating<'a> {
    own: CachedStatement<'a>,
    rest: Option<CachedStatement<'a>>,
}

/// ` SET` of these fields, from parameter `n` on.
fn set<'a>(fields: impl Iterator<Item = &'a FieldChange>, n: usize) -> Vec<String> {
    (n..).zip(fields).map(|(n, f)| format!("{} = ?{n}", field(f.field).column())).collect()
}
