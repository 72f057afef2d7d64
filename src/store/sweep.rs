//! Many updates of one table in one statement: a sweep over the rows from the first to the last of them, which asks of
//! each whether it is meant and what it becomes. A statement a row would begin, seek and end each time, and read the
//! row once more for the sums.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value as Stored;

use crate::domain::{Entity, FieldId, Value};
use crate::query::schema::{field, noun};

use super::apart::{is_apart, rest};
use super::apply::{Change, are_of};
use super::row::table;
use super::sums::{Before, Notes};
use super::{Result, StoreError, Write, lock};

/// Fewer updates are made one by one.
const MANY: usize = 500;

/// A sweep may pass so many rows for each that it changes: to look at one costs a tenth of a statement of its own.
const PASSED: usize = 6;

/// Fields that no two rows may share: whether an update clashes can depend on the one before it.
pub const UNIQUE: &[&str] = &["account", "ref", "number", "docket"];

/// Updates of the same fields of one entity.
struct Alike {
    entity: Entity,
    fields: Vec<FieldId>,
    /// Where they stand among the changes.
    at: Vec<usize>,
}

/// What the statement asks while it runs.
struct Sweep {
    changes: Vec<Change>,
    notes: Notes,
    /// Row id and place among the changes, by id.
    rows: Vec<(i64, usize)>,
    /// The row that is likely to come next.
    next: usize,
}

impl Sweep {
    /// The change that is meant for a row. Rows come by their ids, so it is nearly always the next one.
    fn of(&mut self, id: i64) -> Option<usize> {
        let before = self.next.checked_sub(1).and_then(|at| self.rows.get(at));
        for (row, change) in self.rows.get(self.next).into_iter().chain(before) {
            if *row == id {
                return Some(*change);
            }
        }
        let passed = |(row, _): &(i64, usize)| *row < id;
        if before.is_none_or(passed) && self.rows.get(self.next).is_none_or(|row| !passed(row)) {
            // One of those between.
            return None;
        }
        let at = self.rows.binary_search_by_key(&id, |(row, _)| *row);
        self.next = at.unwrap_or_else(|next| next);
        at.ok().map(|at| self.rows[at].1)
    }

    /// Whether a row of this version is to be changed.
    fn means(&mut self, id: i64, version: i64) -> bool {
        let meant = self.of(id).is_some_and(|at| self.changes[at].version() == version);
        if meant {
            self.next += 1;
        }
        meant
    }

    /// Whether a row is one of those that are changed.
    fn has(&mut self, id: i64) -> bool {
        let has = self.of(id).is_some();
        self.next += usize::from(has);
        has
    }

    /// What a field of a row becomes.
    fn becomes(&mut self, id: i64, nth: usize) -> Stored {
        let Some(at) = self.of(id) else { return Stored::Null };
        let Change::Update { fields, .. } = &self.changes[at] else { return Stored::Null };
        fields.get(nth).map_or(Stored::Null, |f| stored(f.field, &f.new))
    }

    /// Notes for the sums what a row moves, whose summed fields stand in `values`.
    fn note(&mut self, id: i64, values: Vec<Value>) {
        if let Some(at) = self.of(id) {
            self.notes.applied(Before::Row(values), &self.changes[at]);
        }
    }
}

fn stored(id: FieldId, value: &Value) -> Stored {
    match value {
        Value::Null if field(id).is_text() => Stored::Text(String::new()),
        Value::Null => Stored::Null,
        Value::Int(n) => Stored::Integer(*n),
        Value::Text(s) => Stored::Text(s.to_string()),
    }
}

impl Write<'_> {
    /// Applies those of the changes that a sweep is quicker for. Returns all of them, and which are done.
    pub(super) fn sweep(&self, mut changes: Vec<Change>) -> Result<(Vec<Change>, Vec<bool>)> {
        let mut done = vec![false; changes.len()];
        for alike in alike(&changes) {
            changes = self.sweep_over(&alike, changes, &mut done)?;
        }
        Ok((changes, done))
    }

    fn sweep_over(&self, alike: &Alike, changes: Vec<Change>, done: &mut [bool]) -> Result<Vec<Change>> {
        let mut rows: Vec<(i64, usize)> = alike.at.iter().map(|at| (changes[*at].id().0, *at)).collect();
        rows.sort_unstable();
        let (Some((low, _)), Some((high, _))) = (rows.first().copied(), rows.last().copied()) else {
            return Ok(changes);
        };
        let table = table(alike.entity);
        let most = i64::try_from(rows.len() * PASSED).unwrap_or(i64::MAX);
        let sql =
            format!("SELECT count(*) FROM (SELECT 1 FROM {table} NOT INDEXED WHERE id >= ?1 AND id <= ?2 LIMIT ?3)");
        let passed: i64 = self.conn.prepare_cached(&sql)?.query_row((low, high, most + 1), |r| r.get(0))?;
        if passed > most {
            return Ok(changes);
        }
        // A value that all rows get is a parameter; others are asked for row by row.
        let mut params = vec![Stored::Integer(low), Stored::Integer(high)];
        // Whatever fails ends the transaction, so that no page need be kept for taking back the statement alone.
        let mut sql = format!("UPDATE OR FAIL {table} NOT INDEXED SET version = version + 1");
        // The same for what lies apart, with parameters of its own.
        let (mut of_rest, mut set_rest) = (params.clone(), Vec::new());
        for (nth, id) in alike.fields.iter().enumerate() {
            let new = |at: &usize| match &changes[*at] {
                Change::Update { fields, .. } => fields.get(nth).map(|f| &f.new),
                _ => None,
            };
            let first = alike.at.first().and_then(new);
            let params = if is_apart(*id) { &mut of_rest } else { &mut params };
            let becomes = if let Some(value) = first.filter(|_| alike.at.iter().all(|at| new(at) == first)) {
                params.push(stored(*id, value));
                format!("{} = ?{}", field(*id).column(), params.len())
            } else {
                format!("{} = sweep_value(id, {nth})", field(*id).column())
            };
            if is_apart(*id) {
                set_rest.push(becomes);
            } else {
                sql.push_str(", ");
                sql.push_str(&becomes);
            }
        }
        let summed = self.notes.columns(alike.entity, &alike.fields);
        sql.push_str(" WHERE id >= ?1 AND id <= ?2 AND ");
        sql.push_str(&match &summed {
            Some(columns) => format!("CASE WHEN sweep_means(id, version) THEN sweep_notes(id, {columns}) END"),
            None => "sweep_means(id, version)".to_string(),
        });
        let (all, place) = (rows.len(), rows.clone());
        self.changed.set(true);
        let sweep = Arc::new(Mutex::new(Sweep { changes, notes: self.notes.lend(), rows, next: 0 }));
        self.lend_functions(&sweep)?;
        let mut result = self.conn.prepare(&sql)?.execute(rusqlite::params_from_iter(params));
        if let (Ok(done), Some(rest), false) = (&result, rest(alike.entity), set_rest.is_empty())
            && *done == all
        {
            lock(&sweep).next = 0;
            let sql = format!(
                "UPDATE OR FAIL {rest} NOT INDEXED SET {} WHERE id >= ?1 AND id <= ?2 AND sweep_has(id)",
                set_rest.join(", ")
            );
            result = self.conn.prepare(&sql)?.execute(rusqlite::params_from_iter(of_rest));
        }
        let mut sweep = lock(&sweep);
        self.notes.take_back(std::mem::take(&mut sweep.notes));
        let changes = std::mem::take(&mut sweep.changes);
        if result? != all {
            return Err(StoreError::Gone(self.missing(&changes, &place, table)?));
        }
        place.iter().for_each(|(_, at)| done[*at] = true);
        Ok(changes)
    }

    /// The first row that did not stand as its change says it did: all others have been changed by now.
    fn missing(&self, changes: &[Change], rows: &[(i64, usize)], table: &str) -> Result<i64> {
        let mut statement = self.conn.prepare(&format!("SELECT version FROM {table} WHERE id = ?1"))?;
        for (id, at) in rows {
            let version: Option<i64> = statement.query_map([id], |r| r.get(0))?.next().transpose()?;
            if version != Some(changes[*at].version() + 1) {
                return Ok(*id);
            }
        }
        Ok(rows.first().map_or(0, |(id, _)| *id))
    }

    /// What the statement calls. They stay with the connection, where nothing else calls them.
    fn lend_functions(&self, sweep: &Arc<Mutex<Sweep>>) -> Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        let of = Arc::clone(sweep);
        let means = move |c: &Context<'_>| Ok(lock(&of).means(c.get(0)?, c.get(1)?));
        self.conn.create_scalar_function("sweep_means", 2, flags, means)?;
        let of = Arc::clone(sweep);
        let has = move |c: &Context<'_>| Ok(lock(&of).has(c.get(0)?));
        self.conn.create_scalar_function("sweep_has", 1, flags, has)?;
        let of = Arc::clone(sweep);
        let value = move |c: &Context<'_>| Ok(lock(&of).becomes(c.get(0)?, usize::from(c.get::<u16>(1)?)));
        self.conn.create_scalar_function("sweep_value", 2, flags, value)?;
        let of = Arc::clone(sweep);
        let notes = move |c: &Context<'_>| {
            let mut sweep = lock(&of);
            let mut values = sweep.notes.room();
            values.resize(c.len() - 1, Value::Null);
            for (n, slot) in (1..).zip(values.iter_mut()) {
                super::sums::refill_with(slot, c.get_raw(n));
            }
            sweep.note(c.get(0)?, values);
            Ok(true)
        };
        Ok(self.conn.create_scalar_function("sweep_notes", -1, flags, notes)?)
    }
}

/// The updates that are worth a sweep, by their fields. None where two changes are of one row, whose order counts.
fn alike(changes: &[Change]) -> Vec<Alike> {
    let mut found: Vec<Alike> = Vec::new();
    if changes.len() < MANY {
        return found;
    }
    let mut seen = BTreeSet::new();
    let twice =
        !changes.is_sorted_by(|a, b| a.id() < b.id()) && !changes.iter().all(|c| seen.insert((c.entity(), c.id())));
    if twice {
        return found;
    }
    for (at, change) in changes.iter().enumerate() {
        let Change::Update { entity, fields, .. } = change else { continue };
        match found.iter_mut().find(|a| a.entity == *entity && are_of(fields, &a.fields)) {
            Some(alike) => alike.at.push(at),
            None => {
                let fields = fields.iter().map(|f| f.field).collect();
                found.push(Alike { entity: *entity, fields, at: vec![at] });
            }
        }
    }
    found.retain(|a| {
        let searched = noun(a.entity).searched;
        let plain = |f: &FieldId| !searched.contains(f) && !UNIQUE.contains(&field(*f).name);
        a.at.len() >= MANY && a.fields.iter().all(plain)
    });
    found
}

#[cfg(test)]
mod tests {
    use rand::prelude::*;
    use rand_chacha::ChaCha8Rng;

    use super::*;
    use crate::base::Id;
    use crate::query::schema::customer as c;
    use crate::store::{FieldChange, Store};

    const ROWS: i64 = 12_000;

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("isp.db"), true).unwrap();
        let status = ["active", "active", "grace", "suspended"];
        let insert = |i: i64| {
            let fields = vec![
                (c::ACCOUNT, Value::Int(i)),
                (c::NAME, format!("Name {i}").into()),
                (c::STATUS, status[usize::try_from(i % 4).unwrap()].into()),
                (c::KYC, "pending".into()),
                (c::MRR, Value::Int(i % 7 * 100)),
            ];
            Change::Insert { entity: Entity::Customer, id: Id(i * 5), fields }
        };
        store.write::<_, StoreError>(|tx| (1..=ROWS).try_for_each(|i| tx.apply(&insert(i)))).unwrap();
        (folder, store)
    }

    fn update(id: i64, version: i64, fields: &[(FieldId, Value)]) -> Change {
        let fields = fields.iter().map(|(f, v)| FieldChange { field: *f, old: Value::Null, new: v.clone() }).collect();
        Change::Update { entity: Entity::Customer, id: Id(id), version, fields }
    }

    /// All rows with their versions and what the sums say of them.
    fn all(store: &Store) -> Vec<(i64, i64, Vec<Value>)> {
        let ids: Vec<Id> = (0..=ROWS * 6).map(Id).collect();
        let rows = store.read::<_, StoreError>(|read| {
            assert_eq!(read.wrong_sums()?, Vec::<String>::new());
            read.rows_of(Entity::Customer, &ids)
        });
        rows.unwrap().into_iter().map(|r| (r.id.0, r.version, r.values)).collect()
    }

    #[test]
    fn a_sweep_does_what_row_by_row_does() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let ((_one, swept), (_other, single)) = (store(), store());
        let mut versions = vec![1_i64; usize::try_from(ROWS + 1).unwrap()];
        // Close enough for sweeps, in order and not; too far apart; too few.
        for share in [1.0, 0.95, 0.5, 0.05] {
            let mut changes: Vec<Change> = Vec::new();
            for i in 1..=ROWS {
                if !rng.random_bool(share) {
                    continue;
                }
                let version = &mut versions[usize::try_from(i).unwrap()];
                let kyc = (c::KYC, Value::from(["done", "rejected"][usize::try_from(i % 2).unwrap()]));
                let mrr = (c::MRR, Value::Int(rng.random_range(0..900)));
                let fields = match i % 5 {
                    0 => vec![kyc],
                    1 => vec![(c::STATUS, "grace".into()), mrr, (c::RISK, Value::Null)],
                    2 => vec![(c::TAGS, Value::Null), kyc, mrr, (c::OLT, "OLT-1".into()), (c::OPTICAL, Value::Int(-i))],
                    4 if i % 2 == 0 => vec![(c::OPTICAL, Value::Int(i))],
                    3 => vec![(c::NAME, format!("Other {i}").into())],
                    _ => vec![(c::STATUS, "paused".into())],
                };
                changes.push(update(i * 5, *version, &fields));
                *version += 1;
            }
            if share < 1.0 {
                changes.shuffle(&mut rng);
            }
            assert_eq!(alike(&changes).len(), if share >= 0.5 { 5 } else { 0 }, "{share}");
            let same = changes.clone();
            let back = swept.write::<_, StoreError>(|tx| tx.apply_all(changes)).unwrap();
            assert_eq!(back, same);
            single.write::<_, StoreError>(|tx| same.iter().try_for_each(|c| tx.apply(c))).unwrap();
            assert_eq!(all(&swept), all(&single), "{share}");
        }
    }

    #[test]
    fn a_row_that_stands_otherwise_ends_the_sweep_and_nothing_is_kept() {
        let (_folder, store) = store();
        let before = all(&store);
        for (wrong, version) in [(1_500, 9), (ROWS + 3, 1)] {
            let of = |i: i64| update(i * 5, if i == wrong { version } else { 1 }, &[(c::MRR, Value::Int(i))]);
            let mut changes: Vec<Change> = (1..=ROWS).map(of).collect();
            if wrong > ROWS {
                changes.push(of(wrong));
            }
            let failed = store.write::<_, StoreError>(|tx| tx.apply_all(changes));
            assert!(matches!(failed, Err(StoreError::Gone(id)) if id == wrong * 5), "{failed:?}");
            assert_eq!(all(&store), before);
        }
    }

    #[test]
    fn two_changes_of_a_row_keep_their_order() {
        let (_folder, store) = store();
        let first = (1..=ROWS).map(|i| update(i * 5, 1, &[(c::MRR, Value::Int(1))]));
        let second = (1..=ROWS).map(|i| update(i * 5, 2, &[(c::MRR, Value::Int(2))]));
        let changes: Vec<Change> = first.chain(second).collect();
        assert!(alike(&changes).is_empty());
        store.write::<_, StoreError>(|tx| tx.apply_all(changes)).unwrap();
        assert!(all(&store).iter().all(|(_, version, _)| *version == 3));
    }
}
