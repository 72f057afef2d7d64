//! What the search in memory is made from: the line of every row, and the rows touched since an entry of the journal.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::ValueRef;

use crate::base::Id;
use crate::domain::{Entity, Value};
use crate::query::find::{Sought, add};
use crate::query::schema;

use super::apart::{First, are_apart, source};
use super::row::{columns, value};
use super::{Read, Result};

/// The texts of one row, and where it stands among equals.
pub struct SoughtLine<'a> {
    pub id: Id,
    /// The greater, the more recent.
    pub recent: i64,
    pub open: &'a str,
    pub personal: &'a str,
}

impl Read<'_> {
    /// The lines of the newest `limit` rows of a kind, in no order; of these rows alone, if given. `with` says whether
    /// to go on.
    pub fn sought_lines(
        &self,
        sought: &Sought,
        ids: Option<&[Id]>,
        limit: usize,
        mut with: impl FnMut(SoughtLine<'_>) -> bool,
    ) -> Result<()> {
        let fields: Vec<_> = [sought.recent].iter().chain(sought.open).chain(sought.personal).copied().collect();
        let alive = if schema::find(sought.entity, "deleted").is_some() { "deleted IS NULL" } else { "1" };
        let from = source(sought.entity, "", are_apart(&fields), First::Rows);
        let mut sql = format!("SELECT {} FROM {from} WHERE {alive}", columns(&fields));
        match ids {
            // Whole numbers of our own: nothing to bind, and any count of them.
            Some(ids) => {
                let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
                sql.push_str(&format!(" AND id IN ({})", ids.join(",")));
            }
            None => sql.push_str(&format!(" ORDER BY id DESC LIMIT {limit}")),
        }
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let (mut open, mut personal) = (String::new(), String::new());
        while let Some(row) = rows.next()? {
            open.clear();
            personal.clear();
            for (i, id) in fields.iter().enumerate().skip(1) {
                let here = row.get_ref(i + 2)?;
                if matches!(here, ValueRef::Null | ValueRef::Text(b"")) {
                    continue;
                }
                add(if i <= sought.open.len() { &mut open } else { &mut personal }, *id, &value(here));
            }
            let recent = match value(row.get_ref(2)?) {
                Value::Int(n) => n,
                _ => i64::MIN,
            };
            if !with(SoughtLine { id: Id(row.get(0)?), recent, open: &open, personal: &personal }) {
                break;
            }
        }
        Ok(())
    }

    /// The rows that entries after `seq` have touched; `None` where they are more than `limit`.
    pub fn touched_since(&self, seq: i64, limit: usize) -> Result<Option<BTreeMap<Entity, BTreeSet<Id>>>> {
        let sum = "SELECT COALESCE(sum(changed), 0) FROM journal WHERE seq > ?1";
        let count: i64 = self.conn.prepare_cached(sum)?.query_row([seq], |r| r.get(0))?;
        if count > i64::try_from(limit).unwrap_or(i64::MAX) {
            return Ok(None);
        }
        let mut out: BTreeMap<Entity, BTreeSet<Id>> = BTreeMap::new();
        let mut few = self.conn.prepare_cached("SELECT entity, row_id FROM changes WHERE entry > ?1")?;
        let mut rows = few.query([seq])?;
        while let Some(row) = rows.next()? {
            if let Some(entity) = row.get_ref(0)?.as_str().ok().and_then(Entity::parse) {
                out.entry(entity).or_default().insert(Id(row.get(1)?));
            }
        }
        let mut many = self.conn.prepare_cached("SELECT entity, body FROM blocks WHERE entry > ?1")?;
        let mut rows = many.query([seq])?;
        while let Some(row) = rows.next()? {
            let Some(entity) = row.get_ref(0)?.as_str().ok().and_then(Entity::parse) else { continue };
            let body = row.get_ref(1)?.as_str().unwrap_or("");
            // The first line names the fields; each further one begins with the id of its row.
            let id = |line: &str| line.get(1..)?.split(',').next()?.parse().ok().map(Id);
            out.entry(entity).or_default().extend(body.lines().skip(1).filter_map(id));
        }
        Ok(Some(out))
    }

    /// The hash of an entry of the journal: what tells this journal from another one as long.
    pub fn hash_of(&self, seq: i64) -> Result<Option<String>> {
        use rusqlite::OptionalExtension;
        let sql = "SELECT hash FROM journal WHERE seq = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([seq], |r| r.get(0)).optional()?)
    }
}
