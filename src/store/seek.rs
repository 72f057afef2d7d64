//! The rows whose lines of search may have changed since an entry of the journal.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Id;
use crate::domain::Entity;
use crate::query::schema;

use super::lines::{Effect, effect};
use super::{Read, Result};

/// Bytes of blocks that may be read in vain: more take as long as to read all lines anew.
const PASSED: usize = 64 << 20;

impl Read<'_> {
    /// The rows that entries after `seq` have touched, but for many at once that are found as they were; `None` where they
    /// are more than `limit`.
    pub fn touched_since(&self, seq: i64, limit: usize) -> Result<Option<BTreeMap<Entity, BTreeSet<Id>>>> {
        let (mut out, mut count): (BTreeMap<Entity, BTreeSet<Id>>, usize) = (BTreeMap::new(), 0);
        let mut few = self.conn.prepare_cached("SELECT entity, row_id FROM changes WHERE entry > ?1")?;
        let mut rows = few.query([seq])?;
        while let Some(row) = rows.next()? {
            if let Some(entity) = row.get_ref(0)?.as_str().ok().and_then(Entity::parse) {
                out.entry(entity).or_default().insert(Id(row.get(1)?));
            }
            count += 1;
            if count > limit {
                return Ok(None);
            }
        }
        // To read what changes nothing is not for nothing either.
        let mut passed = 0;
        let mut many = self.conn.prepare_cached("SELECT entity, rows, body FROM blocks WHERE entry > ?1")?;
        let mut rows = many.query([seq])?;
        while let Some(row) = rows.next()? {
            let Some(entity) = row.get_ref(0)?.as_str().ok().and_then(Entity::parse) else { continue };
            // The first line names the fields; each further one begins with the id of its row.
            let body = row.get_ref(2)?.as_str().unwrap_or("");
            let (names, lines) = body.split_once('\n').unwrap_or_default();
            let names: Vec<String> = serde_json::from_str(names).unwrap_or_default();
            let seen = |name: &String| schema::find(entity, name).is_none_or(|id| effect(id) != Effect::None);
            if !names.is_empty() && !names.iter().any(seen) {
                passed += body.len();
                if passed > PASSED {
                    return Ok(None);
                }
                continue;
            }
            let lines = lines.lines();
            count += row.get::<_, u32>(1)? as usize;
            if count > limit {
                return Ok(None);
            }
            let id = |line: &str| line.get(1..)?.split(',').next()?.parse().ok().map(Id);
            out.entry(entity).or_default().extend(lines.filter_map(id));
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
