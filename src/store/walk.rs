//! A page of a filter that SQLite would put in order: it takes all rows that one test has an index for, most of a million
//! perhaps, and sorts them for fifty. Where the rows of the filter are not rare, to walk the order from the place of the
//! page and pass over the others is sooner done; how rare they are is seen from the next few thousand.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{OptionalExtension, params_from_iter};

use crate::base::Id;
use crate::domain::{FieldId, Value};
use crate::query::bind::{Bound, Cond};

use super::compile::{Sql, sort_key};
use super::page::{self, Anchor, How, Key, Page, PageAsk, plain};
use super::place::cut;
use super::row::{table, value};
use super::{Read, Result, lock, order};

/// Of fewer rows the order is made at once.
const MANY: i64 = if cfg!(test) { 500 } else { 20_000 };
/// Rows that are looked at to see how rare those of the filter are; and so many where these had too few, as at the end
/// of an order that the filter has nothing of.
const NEXT: [i64; 2] = if cfg!(test) { [100, 600] } else { [3_000, 60_000] };
/// A walk over more rows than these is no sooner done.
const MOST: i64 = if cfg!(test) { 1_000 } else { 60_000 };
/// Statements that are remembered, by how SQLite goes about them.
const KNOWN: usize = 1_000;

/// Of an index that has so few rows of a value they are put in order at once. The statistics are of a sample of a
/// thousand rows, and tell no greater number apart.
const FEW: i64 = 500;

/// How SQLite goes about a statement, by its text.
pub type Plans = HashMap<String, Plan>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// In the order that is asked for.
    Ordered,
    /// It finds few rows by their value, and sorts them.
    Few,
    /// It sorts what may be many.
    Sorted,
}

impl Read<'_> {
    /// The page, where SQLite would sort for it and a walk is sooner done.
    pub(super) fn walked(&self, ask: &PageAsk, fields: &Arc<[FieldId]>, backward: bool) -> Result<Option<Page>> {
        let [(by, descends)] = ask.sort[..] else { return Ok(None) };
        let plain = How::default();
        if ask.filter.deleted
            || ask.filter.cond == Cond::All
            || order::index(&ask.filter, &ask.sort).is_some()
            || self.goes(page::page_parts(ask, fields, backward, &plain).last())? != Plan::Sorted
        {
            return Ok(None);
        }
        let all = self.summed(&Bound::all(ask.filter.entity))?.unwrap_or_default().count;
        let mut how = How { walk: Some(by), ..plain };
        if all < MANY || self.goes(page::page_parts(ask, fields, backward, &how).last())? != Plan::Ordered {
            return Ok(None);
        }
        let wanted = i64::try_from(ask.limit.saturating_add(1)).unwrap_or(i64::MAX);
        let falls = descends != backward;
        for next in NEXT {
            let Some(end) = self.ahead(ask, by, falls, next)? else { break };
            how.end = Some((end, falls));
            let walk = page::page_parts(ask, fields, backward, &how);
            let (rows, steps) = self.merged(ask, fields, backward, vec![walk])?;
            let found = rows.len() as i64;
            if found >= wanted {
                return Ok(Some(cut(rows, ask, backward, steps)));
            }
            // As many rows as it takes, if they are as rare further on.
            if found > 0 && wanted.saturating_mul(next) / found <= MOST {
                break;
            }
            if next == NEXT[1] {
                return Ok(None);
            }
        }
        how.end = None;
        let walk = page::page_parts(ask, fields, backward, &how);
        let (rows, steps) = self.merged(ask, fields, backward, vec![walk])?;
        Ok(Some(cut(rows, ask, backward, steps)))
    }

    /// How SQLite goes about a statement. Of one that reads beside a change it is not asked.
    fn goes(&self, sql: Option<&Sql>) -> Result<Plan> {
        let (Some(sql), Some(more)) = (sql, &self.more) else { return Ok(Plan::Ordered) };
        if let Some(known) = lock(&more.store.plans).get(&sql.text) {
            return Ok(*known);
        }
        let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {} LIMIT 51", sql.text))?;
        let lines = statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get::<_, String>(3))?;
        let lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
        let plan = match lines.iter().any(|line| line == "USE TEMP B-TREE FOR ORDER BY") {
            false => Plan::Ordered,
            true if self.finds_few(&lines)? => Plan::Few,
            true => Plan::Sorted,
        };
        let mut plans = lock(&more.store.plans);
        if plans.len() >= KNOWN {
            plans.clear();
        }
        plans.insert(sql.text.clone(), plan);
        Ok(plan)
    }

    /// Whether a plan looks rows up by values that few rows have, by what SQLite knows of the index.
    fn finds_few(&self, lines: &[String]) -> Result<bool> {
        let searched = |line: &String| {
            let (index, columns) = line.split_once(" INDEX ")?.1.split_once(" (")?;
            Some((index.to_string(), columns.matches("=?").count()))
        };
        let Some((index, values)) = lines.iter().find_map(searched).filter(|(_, values)| *values > 0) else {
            return Ok(false);
        };
        let known: Option<String> = self
            .conn
            .query_row("SELECT stat FROM sqlite_stat1 WHERE idx = ?1", [index], |r| r.get(0))
            .optional()
            .unwrap_or_default();
        let rows = known.and_then(|stat| stat.split(' ').nth(values)?.parse::<i64>().ok());
        Ok(rows.is_some_and(|rows| rows <= FEW))
    }

    /// The place of the row so many further in the order, whatever the filter; none where the order ends before.
    fn ahead(&self, ask: &PageAsk, by: FieldId, falls: bool, next: i64) -> Result<Option<Key>> {
        let (key, name) = (sort_key(by), table(ask.filter.entity));
        let (beyond, down) = if falls { ("<", " DESC") } else { (">", "") };
        let one = |test: &str, order: &str, params: &[&Value]| -> Result<Option<Key>> {
            let sql = format!("SELECT {key}, id FROM {name} {test} ORDER BY {order} LIMIT 1 OFFSET {next}");
            let mut statement = self.conn.prepare_cached(&sql)?;
            let place = |r: &rusqlite::Row<'_>| {
                // A text without letters is a value here.
                let first = match r.get_ref(0)?.as_str() {
                    Ok(text) => Value::Text(text.into()),
                    Err(_) => value(r.get_ref(0)?),
                };
                Ok(Key { values: vec![first], id: Id(r.get(1)?) })
            };
            Ok(statement.query_row(params_from_iter(params.iter().map(|v| plain(v))), place).optional()?)
        };
        let both = format!("{key}{down}, id{down}");
        let from = match &ask.anchor {
            Anchor::After(k) | Anchor::From(k) | Anchor::Before(k) => k,
            Anchor::First | Anchor::Last | Anchor::Share(_) => return one("", &both, &[]),
        };
        let Some(first) = from.values.first() else { return Ok(None) };
        let id = Value::Int(from.id.0);
        let tied = one(&format!("WHERE {key} = ?1 AND id {beyond} ?2"), &format!("id{down}"), &[first, &id])?;
        if tied.is_some() {
            return Ok(tied);
        }
        one(&format!("WHERE {key} {beyond} ?1"), &both, &[first])
    }
}
