//! Lines of search, kept beside their rows: a start reads these, and not every row. Each table of rows that are searched
//! has one of pieces ([`packed`]), written in the transaction that changes the rows; `doctor` holds them against the
//! rows.
//!
//! A piece has the line of every row from the one that names it up to the next piece. Of kinds of which the latest rows
//! alone are searched, a file that is built leaves the older ones out.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use crate::base::Id;
use crate::domain::{Entity, FieldId, Value};
use crate::query::find::{SOUGHT, Sought, add, sought};
use crate::query::schema;
use crate::search::letters::line;
use crate::search::packed::{self, Gathered, Line, Pieces};

use super::apart::{First, are_apart, source};
use super::row::{columns, value};
use super::{Change, Read, Result, Store, StoreError};

/// The table of the pieces of an entity that is searched.
pub fn table(entity: Entity) -> String {
    format!("{}_lines", entity.code())
}

/// What stands for a row whose recency is not known.
pub fn recent(value: &Value) -> i64 {
    match value {
        Value::Int(n) => *n,
        _ => i64::MIN,
    }
}

/// What a change of a field does to the line of its row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    None,
    Recent,
    Line,
}

/// What a change of this field does.
pub fn effect(id: FieldId) -> Effect {
    static ALL: LazyLock<Vec<Vec<Effect>>> = LazyLock::new(|| {
        let of = |entity: &Entity| {
            let sought = sought(*entity);
            let effect = |id: FieldId| match sought {
                None => Effect::None,
                Some(s) if s.open.contains(&id) || s.personal.contains(&id) || Some(id) == deleted(*entity) => {
                    Effect::Line
                }
                Some(s) if s.recent == id => Effect::Recent,
                Some(_) => Effect::None,
            };
            schema::ids(*entity).map(effect).collect()
        };
        Entity::ALL.iter().map(of).collect()
    });
    ALL[id.entity as usize].get(usize::from(id.index)).copied().unwrap_or(Effect::None)
}

fn deleted(entity: Entity) -> Option<FieldId> {
    schema::find(entity, "deleted")
}

/// Which rows of a kind are found.
fn alive(sought: &Sought) -> &'static str {
    if deleted(sought.entity).is_some() { "deleted IS NULL" } else { "1" }
}

/// What puts a piece in.
fn insertion(sought: &Sought) -> String {
    format!("INSERT INTO {} (piece, lines) VALUES (?1, ?2)", table(sought.entity))
}

/// Rows whose lines a transaction has to make anew before its end.
#[derive(Default)]
pub struct Touched(RefCell<Vec<Touch>>);

#[derive(Clone, Copy)]
struct Touch {
    entity: Entity,
    id: i64,
    /// Nothing else has changed.
    recent: Option<i64>,
}

impl Touched {
    pub fn note(&self, change: &Change) {
        let (entity, id) = (change.entity(), change.id().0);
        let recent = match change {
            Change::Insert { .. } | Change::Delete { .. } if sought(entity).is_none() => return,
            Change::Insert { .. } | Change::Delete { .. } => None,
            Change::Update { fields, .. } => {
                let mut last = None;
                for field in fields {
                    match effect(field.field) {
                        Effect::None => {}
                        Effect::Recent => last = Some(Some(recent(&field.new))),
                        Effect::Line => {
                            last = Some(None);
                            break;
                        }
                    }
                }
                let Some(recent) = last else { return };
                recent
            }
        };
        self.0.borrow_mut().push(Touch { entity, id, recent });
    }

    /// Brings the pieces up to date with the rows.
    pub fn settle(&self, conn: &Connection) -> Result<()> {
        let mut all = self.0.take();
        // What came later stays later.
        all.sort_by_key(|touch| (touch.entity, touch.id));
        for touches in all.chunk_by(|a, b| a.entity == b.entity) {
            let Some(sought) = sought(touches[0].entity) else { continue };
            let (mut left, mut fewer) = (touches, false);
            while !left.is_empty() {
                let (others, gone) = mend(conn, sought, left)?;
                left = others;
                fewer |= gone;
            }
            // Older ones come in where many of the latest have gone.
            if fewer && sought.most < usize::MAX && is_short(conn, sought)? {
                refill(conn, sought)?;
            }
        }
        Ok(())
    }
}

/// Whether less than half of what is searched is kept, and there are older rows.
fn is_short(conn: &Connection, sought: &Sought) -> Result<bool> {
    let sql = format!("SELECT count(*), min(piece) FROM {}", table(sought.entity));
    let (kept, first): (i64, Option<i64>) = conn.query_row(&sql, [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let lines = usize::try_from(kept).unwrap_or(0).saturating_mul(packed::MOST);
    Ok(lines < sought.most / 2 && older(conn, sought, first.unwrap_or(i64::MAX), 1)? > 0)
}

/// How many rows there are that come before an id: so many are counted.
fn older(conn: &Connection, sought: &Sought, id: i64, most: usize) -> Result<usize> {
    let rows =
        format!("SELECT 1 FROM {} NOT INDEXED WHERE id < ?1 AND {} LIMIT ?2", sought.entity.code(), alive(sought));
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let sql = format!("SELECT count(*) FROM ({rows})");
    let found: i64 = conn.prepare_cached(&sql)?.query_row((id, most), |r| r.get(0))?;
    Ok(usize::try_from(found).unwrap_or(0))
}

/// Brings the piece of the first of some touched rows up to date. Returns those that are of later ones, and whether
/// nothing is left of the piece.
fn mend<'a>(conn: &Connection, sought: &Sought, touches: &'a [Touch]) -> Result<(&'a [Touch], bool)> {
    let (table, first) = (table(sought.entity), touches[0].id);
    let there = |sql: &str, id: i64| -> Result<Option<(i64, Vec<u8>)>> {
        let mut statement = conn.prepare_cached(&format!("SELECT piece, lines FROM {table} WHERE {sql} LIMIT 1"))?;
        Ok(statement.query_row([id], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    };
    let mut piece = there("piece <= ?1 ORDER BY piece DESC", first)?;
    // It may come before all that is there: as the first of all, or among those that are left out.
    let is_first = piece.is_none();
    if is_first {
        piece = there("piece > ?1 ORDER BY piece", first)?;
        if let Some((next, _)) = piece.as_ref().filter(|_| sought.most < usize::MAX) {
            let before = touches.partition_point(|touch| touch.id < *next);
            if older(conn, sought, *next, before + 1)? > before {
                return Ok((&touches[before..], false));
            }
        }
    }
    let own = piece.as_ref().map(|(own, _)| *own);
    // Behind the row and behind the piece that it comes before.
    let behind = own.unwrap_or(first).max(first);
    let sql = format!("SELECT piece FROM {table} WHERE piece > ?1 ORDER BY piece LIMIT 1");
    let next: Option<i64> = conn.prepare_cached(&sql)?.query_row([behind], |r| r.get(0)).optional()?;
    let here = touches.partition_point(|touch| next.is_none_or(|next| touch.id < next));
    let (here, others) = touches.split_at(here);

    let after = match (&piece, is_first) {
        (Some((own, bytes)), false) => packed::changed(bytes, (*own, next), changes(conn, sought, here)?),
        _ => None,
    };
    let mut after = match after {
        Some(after) => after,
        // There is none yet, or it is damaged.
        None => {
            let mut whole = Pieces::default();
            let low = own.filter(|_| !is_first).unwrap_or(i64::MIN);
            rows(conn, sought, (low, next.map_or(i64::MAX, |next| next - 1)), |id, recent, text| {
                whole.put(&Line { id, recent, text: &text });
                Ok(())
            })?;
            whole
        }
    };
    if let Some(own) = own {
        conn.prepare_cached(&format!("DELETE FROM {table} WHERE piece = ?1"))?.execute([own])?;
    }
    let gone = after.is_empty();
    let mut insert = conn.prepare_cached(&insertion(sought))?;
    after.hand_over(|first, bytes| insert.execute((first, bytes)).map(drop))?;
    Ok((others, gone))
}

/// What becomes of the lines of touched rows.
fn changes(conn: &Connection, sought: &Sought, touches: &[Touch]) -> Result<BTreeMap<i64, packed::Change>> {
    let mut changes: BTreeMap<i64, packed::Change> = BTreeMap::new();
    for touch in touches {
        match (changes.get_mut(&touch.id), touch.recent) {
            (Some(packed::Change::Gone), Some(_)) => {}
            (_, None) => drop(changes.insert(touch.id, packed::Change::Gone)),
            (_, Some(recent)) => drop(changes.insert(touch.id, packed::Change::Recent(recent))),
        }
    }
    let mut anew = changes.iter().filter(|(_, change)| **change == packed::Change::Gone).map(|(id, _)| *id);
    if let Some(low) = anew.next() {
        let span = (low, anew.next_back().unwrap_or(low));
        rows(conn, sought, span, |id, recent, line| {
            if let Some(change @ packed::Change::Gone) = changes.get_mut(&id) {
                *change = packed::Change::Line(recent, line);
            }
            Ok(())
        })?;
    }
    Ok(changes)
}

/// The lines of the rows of these ids, made from the rows: id, what is recent, line.
fn rows(
    conn: &Connection,
    sought: &Sought,
    (low, high): (i64, i64),
    mut with: impl FnMut(i64, i64, Vec<u8>) -> Result<()>,
) -> Result<()> {
    let fields: Vec<_> = [sought.recent].iter().chain(sought.open).chain(sought.personal).copied().collect();
    let from = source(sought.entity, " NOT INDEXED", are_apart(&fields), First::Rows);
    let (columns, alive) = (columns(&fields), alive(sought));
    let sql = format!("SELECT {columns} FROM {from} WHERE id >= ?1 AND id <= ?2 AND {alive} ORDER BY id");
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query((low, high))?;
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
        with(row.get(0)?, recent(&value(row.get_ref(2)?)), line(&open, &personal))?;
    }
    Ok(())
}

/// Makes all pieces of a kind anew: of the latest rows, as many as are searched.
pub fn refill(conn: &Connection, sought: &Sought) -> Result<()> {
    conn.execute(&format!("DELETE FROM {}", table(sought.entity)), [])?;
    // Where the latest begin.
    let (rows_of, alive) = (sought.entity.code(), alive(sought));
    let sql = format!("SELECT id FROM {rows_of} WHERE {alive} ORDER BY id DESC LIMIT 1 OFFSET ?1");
    let low: Option<i64> = match i64::try_from(sought.most) {
        Ok(most) => conn.query_row(&sql, [most - 1], |r| r.get(0)).optional()?,
        Err(_) => None,
    };
    let mut insert = conn.prepare(&insertion(sought))?;
    let mut put = |pieces: &mut Pieces| pieces.hand_over(|first, bytes| insert.execute((first, bytes)).map(drop));
    let mut pieces = Pieces::default();
    rows(conn, sought, (low.unwrap_or(i64::MIN), i64::MAX), |id, recent, text| {
        if pieces.is_full() {
            put(&mut pieces)?;
        }
        pieces.put(&Line { id, recent, text: &text });
        Ok(())
    })?;
    Ok(put(&mut pieces)?)
}

/// Makes all pieces of all kinds anew.
pub fn refill_all(conn: &Connection) -> Result<()> {
    SOUGHT.iter().try_for_each(|sought| refill(conn, sought))
}

impl Read<'_> {
    /// The lines of a kind, as many as are searched. `going` says whether to go on.
    pub fn gathered(&self, sought: &Sought, going: &dyn Fn() -> bool) -> Result<Gathered> {
        let sql = format!("SELECT lines FROM {} ORDER BY piece DESC", table(sought.entity));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([])?;
        let mut gathered = Gathered::default();
        while gathered.len() < sought.most
            && let Some(row) = rows.next()?
        {
            if !gathered.take(row.get_ref(0)?.as_blob().unwrap_or(&[0])) {
                return Err(damaged(sought));
            }
            if !going() {
                return Err(StoreError::Interrupted);
            }
        }
        Ok(gathered)
    }

    /// The lines of some rows, by their ids; of rows that are gone there is none.
    pub fn lines_of(&self, sought: &Sought, ids: &[Id]) -> Result<Vec<(i64, Vec<u8>)>> {
        debug_assert!(ids.is_sorted());
        let sql = format!("SELECT lines FROM {} WHERE piece <= ?1 ORDER BY piece DESC LIMIT 1", table(sought.entity));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let (mut out, mut left) = (Vec::new(), ids);
        while let Some((first, others)) = left.split_first() {
            left = others;
            let mut rows = statement.query([first.0])?;
            let Some(row) = rows.next()? else { continue };
            for line in packed::lines(row.get_ref(0)?.as_blob().unwrap_or(&[0])) {
                let line = line.ok_or_else(|| damaged(sought))?;
                if line.id == first.0 || left.first().is_some_and(|next| next.0 == line.id) {
                    out.push((line.id, line.text.to_vec()));
                }
                left = &left[left.partition_point(|id| id.0 <= line.id)..];
            }
        }
        Ok(out)
    }

    /// Kinds whose pieces are not what their rows say.
    pub fn wrong_lines(&self) -> Result<Vec<String>> {
        let mut wrong = Vec::new();
        for sought in SOUGHT {
            let sql = format!("SELECT piece, lines FROM {} ORDER BY piece", table(sought.entity));
            let mut statement = self.conn.prepare(&sql)?;
            let mut pieces = statement.query([])?;
            // The lines that are there, and those the rows have from the first of them on.
            let (mut right, mut first, mut found, mut made) = (true, None, Sha256::new(), Sha256::new());
            while let Some(piece) = pieces.next()? {
                let own: i64 = piece.get(0)?;
                let bytes = piece.get_ref(1)?.as_blob().unwrap_or(&[]);
                first.get_or_insert(own);
                right &= packed::lines(bytes).next().flatten().is_some_and(|line| line.id == own);
                found.update(bytes);
            }
            let all = sought.most == usize::MAX || first.is_none();
            let span = (first.filter(|_| !all).unwrap_or(i64::MIN), i64::MAX);
            let mut one = Vec::new();
            rows(self.conn, sought, span, |id, recent, text| {
                one.clear();
                Line { id, recent, text: &text }.put(&mut one);
                made.update(&one);
                Ok(())
            })?;
            if !right || found.finalize() != made.finalize() {
                wrong.push(table(sought.entity));
            }
        }
        Ok(wrong)
    }
}

impl Store {
    /// Makes the lines of a kind anew, which follow from its rows: they were damaged.
    pub fn remake_lines(&self, sought: &Sought) -> Result<()> {
        self.write(|tx| refill(tx.conn, sought))
    }
}

fn damaged(sought: &Sought) -> StoreError {
    StoreError::Lines(sought.entity.code())
}

#[cfg(test)]
mod tests;
