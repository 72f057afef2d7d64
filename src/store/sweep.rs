//! Many updates of one table in few statements: sweeps over rows that lie together, which ask of each what it becomes,
//! and where others lie between, whether it is meant. A statement a row would begin, seek and end each time, and read
//! the row once more for the sums.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::Value as Stored;

use crate::domain::{Entity, FieldId, Value};
use crate::query::schema::{field, noun};

use super::apart::{is_apart, rest};
use super::apply::{Change, are_of};
use super::lines::{Effect, effect};
use super::row::table;
use super::sums::{Before, Notes};
use super::{Result, StoreError, Write, lock};

/// Fewer updates are made one by one.
const MANY: usize = 500;

/// A sweep may pass so many rows for each that it changes: to look at one costs a tenth of a statement of its own.
const PASSED: usize = 6;

/// Rows of a run that are worth a statement of their own.
const RUN: usize = 8;

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
    /// The row at hand.
    next: usize,
}

impl Sweep {
    /// The change that is meant for a row. Rows come by their ids, so it is nearly always that of the row before, which
    /// is asked for its next field, or the one behind it.
    fn of(&mut self, id: i64) -> Option<usize> {
        let at = |n: usize| self.rows.get(n).map_or(i64::MAX, |(row, _)| *row);
        if at(self.next) < id {
            if at(self.next + 1) > id {
                // One of those between.
                return None;
            }
            self.next += 1;
        }
        if at(self.next) != id {
            self.next = self.rows.binary_search_by_key(&id, |(row, _)| *row).unwrap_or_else(|next| next);
        }
        self.rows.get(self.next).filter(|(row, _)| *row == id).map(|(_, change)| *change)
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
        let Some(runs) = self.runs(table(alike.entity), &changes, &rows)? else { return Ok(changes) };
        // A value that all rows get is a parameter; others are asked for row by row.
        let mut params = vec![Stored::Integer(low), Stored::Integer(high)];
        // Whatever fails ends the transaction, so that no page need be kept for taking back the statement alone.
        let mut set = Vec::new();
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
            if is_apart(*id) { &mut set_rest } else { &mut set }.push(becomes);
        }
        let summed = self.notes.columns(alike.entity, &alike.fields);
        // Noted where the new values are made: a condition that looks up what lies apart would have SQLite go through the
        // rows twice.
        set.push(summed.map_or("version = version + 1".to_string(), |columns| {
            format!("version = version + sweep_notes(id, {columns})")
        }));
        let (all, many) = (rows.len(), runs.len() * RUN > rows.len());
        // Where the rows lie in many short runs, each row between is asked whether it is meant.
        let (runs, meant) = if many { (vec![(low, high)], " AND sweep_has(id)") } else { (runs, "") };
        self.changed.set(true);
        let sweep = Arc::new(Mutex::new(Sweep { changes, notes: self.notes.lend(), rows, next: 0 }));
        self.lend_functions(&sweep)?;
        let update = |table: &str, set: &[String], params: &mut Vec<Stored>| -> Result<()> {
            lock(&sweep).next = 0;
            let sql =
                format!("UPDATE OR FAIL {table} NOT INDEXED SET {} WHERE id >= ?1 AND id <= ?2{meant}", set.join(", "));
            let (mut statement, mut done) = (self.conn.prepare(&sql)?, 0);
            for (low, high) in &runs {
                (params[0], params[1]) = (Stored::Integer(*low), Stored::Integer(*high));
                done += statement.execute(rusqlite::params_from_iter(params.iter()))?;
            }
            if done == all { Ok(()) } else { Err(StoreError::Gone(low)) }
        };
        let mut result = update(table(alike.entity), &set, &mut params);
        if let (Ok(()), Some(rest), false) = (&result, rest(alike.entity), set_rest.is_empty()) {
            result = update(rest, &set_rest, &mut of_rest);
        }
        let mut sweep = lock(&sweep);
        self.notes.take_back(std::mem::take(&mut sweep.notes));
        result?;
        let seen = alike.fields.iter().any(|field| effect(*field) != Effect::None);
        for (_, at) in &sweep.rows {
            done[*at] = true;
            if seen {
                self.touched.note(&sweep.changes[*at]);
            }
        }
        Ok(std::mem::take(&mut sweep.changes))
    }

    /// Where the rows stand, each as its change says it does: from an id up to another, with no other row between. `None`
    /// where they lie far apart.
    fn runs(&self, table: &str, changes: &[Change], rows: &[(i64, usize)]) -> Result<Option<Vec<(i64, i64)>>> {
        let (Some((low, _)), Some((high, _))) = (rows.first(), rows.last()) else { return Ok(None) };
        let sql = format!("SELECT id, version FROM {table} NOT INDEXED WHERE id >= ?1 AND id <= ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut found = statement.query((low, high))?;
        let mut runs: Vec<(i64, i64)> = Vec::new();
        let (mut wanted, mut passed, mut goes_on) = (rows.iter().peekable(), 0, false);
        while let Some(row) = found.next()? {
            let id: i64 = row.get(0)?;
            passed += 1;
            if passed > rows.len() * PASSED {
                return Ok(None);
            }
            let Some((row_id, at)) = wanted.next_if(|(wanted, _)| *wanted <= id) else {
                goes_on = false;
                continue;
            };
            if *row_id < id || changes[*at].version() != row.get::<_, i64>(1)? {
                return Err(StoreError::Gone(*row_id));
            }
            match runs.last_mut().filter(|_| goes_on) {
                Some(run) => run.1 = id,
                None => runs.push((id, id)),
            }
            goes_on = true;
        }
        match wanted.next() {
            Some((gone, _)) => Err(StoreError::Gone(*gone)),
            None => Ok(Some(runs)),
        }
    }

    /// What the statement calls. They stay with the connection, where nothing else calls them.
    fn lend_functions(&self, sweep: &Arc<Mutex<Sweep>>) -> Result<()> {
        let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DIRECTONLY;
        let of = Arc::clone(sweep);
        let has = move |c: &Context<'_>| Ok(lock(&of).of(c.get(0)?).is_some());
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
            Ok(1)
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
            assert_eq!(read.wrong_lines()?, Vec::<String>::new());
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
