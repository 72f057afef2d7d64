//! Places in a list that no row is known of: a share of the way down, and the first rows of an order that no index has.

use std::cmp::Ordering;

use foldhash::HashSet;
use rusqlite::{OptionalExtension, StatementStatus, params_from_iter};

use crate::base::Id;
use crate::domain::{Record, Value};
use crate::query::bind::{Bound, Cond};

use super::apart::First;
use super::compile::{Sql, from_by, from_in_order, from_part, sort_key, sort_value};
use super::count::facets;
use super::page::{self, Anchor, Key, Page, PageAsk, id_descends, plain};
use super::row::{record, table, value};
use super::{Read, Result, order};

/// Fewer rows than these are walked as they are.
const WALKED: i64 = 1_000;

/// Rows looked at between two reports.
const PART: i64 = 50_000;

impl Read<'_> {
    /// The row so many hundredths of the way down a list, with the number of rows before it. In an order that has an
    /// index, of a list without a filter, the index alone is walked: a million rows take some ten milliseconds.
    pub(super) fn share(&self, ask: &PageAsk, percent: u8) -> Result<Option<(Key, i64)>> {
        let count = self.totals(&ask.filter)?.count;
        if count == 0 {
            return Ok(None);
        }
        let before = (count * i64::from(percent.min(100)) / 100).min(count - 1);
        let stored: i64 = self
            .conn
            .prepare_cached(&format!("SELECT count(*) FROM {}", table(ask.filter.entity)))?
            .query_row([], |r| r.get(0))?;
        let parts = self.parts(ask)?;
        if parts.is_none()
            && let Some(found) = self.share_of_told(ask, before, count)?
        {
            return Ok(Some((found, before)));
        }
        // From whichever end is nearer. Where every row is meant, none is looked at: that it is not put away follows.
        let backward = before > count / 2;
        let mut sql = Sql::default();
        let select = |sql: &mut Sql| {
            sql.push("SELECT ");
            for (id, _) in &ask.sort {
                sql.looks_at(&[*id]);
                sql.push(&sort_key(*id));
                sql.push(", ");
            }
            sql.push("id");
        };
        if let Some(parts) = &parts {
            // Each is read in the order of its own index, and SQLite merges them.
            for (n, part) in parts.iter().enumerate() {
                sql.push(if n > 0 { " UNION ALL " } else { "" });
                select(&mut sql);
                from_part(&mut sql, &ask.filter, part);
            }
            page::ordered_by_place(&mut sql, &ask.sort, backward);
        } else {
            select(&mut sql);
            if ask.filter.cond == Cond::All && stored == count {
                sql.from(&ask.filter, "", First::Rows);
            } else {
                from_in_order(&mut sql, &ask.filter, &ask.sort);
            }
            page::ordered(&mut sql, &ask.sort, backward);
        }
        // One row is stepped to; what lies before it is not read.
        sql.push(" LIMIT 1 OFFSET ");
        sql.bind(if backward { count - 1 - before } else { before });
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let found = statement.query_row(params_from_iter(sql.params.iter().map(plain)), |r| {
            let values = (0..ask.sort.len()).map(|i| Ok(value(r.get_ref(i)?))).collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(Key {
                values: values.iter().zip(&ask.sort).map(|(v, (id, _))| sort_value(*id, v)).collect(),
                id: Id(r.get(ask.sort.len())?),
            })
        });
        Ok(found.optional()?.map(|key| (key, before)))
    }

    /// The same row where the order has an index of all rows and another index tells which are meant: both are walked,
    /// and no row but the one is read.
    fn share_of_told(&self, ask: &PageAsk, before: i64, count: i64) -> Result<Option<Key>> {
        if count < WALKED || order::index(&ask.filter, &ask.sort).is_some() || ask.filter.cond == Cond::All {
            return Ok(None);
        }
        let Some(facets) = facets(&ask.filter) else { return Ok(None) };
        let mut sql = Sql { bare: true, ..Sql::default() };
        sql.push("SELECT id");
        from_by(&mut sql, &ask.filter, Some(facets.index));
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let ids = statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get(0))?;
        let meant: HashSet<i64> = ids.collect::<rusqlite::Result<_>>()?;
        let mut sql = Sql::default();
        ask.sort.iter().for_each(|(id, _)| sql.looks_at(&[*id]));
        sql.push("SELECT id");
        sql.from(&Bound::all(ask.filter.entity), "", First::Rows);
        let backward = before > count / 2;
        page::ordered(&mut sql, &ask.sort, backward);
        let mut left = if backward { count - 1 - before } else { before };
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            if !meant.contains(&id) {
                continue;
            }
            if left == 0 {
                let row = self.row(ask.filter.entity, Id(id))?;
                return Ok(row.map(|row| page::key(&row, &ask.sort)));
            }
            left -= 1;
        }
        Ok(None)
    }

    /// A page that no index leads to. Few rows that the facets find are put in order at once; else every row is looked at
    /// once, in the order they are stored, and the best are kept.
    /// `show` is told of the best so far, of rows looked at and of all.
    pub fn page_by_parts(&self, ask: &PageAsk, show: &dyn Fn(Page, i64, i64)) -> Result<Page> {
        self.in_parts_of(PART, ask, show)
    }

    pub(super) fn in_parts_of(&self, part: i64, ask: &PageAsk, show: &dyn Fn(Page, i64, i64)) -> Result<Page> {
        let at_share;
        let ask = match ask.anchor {
            Anchor::Share(percent) => {
                let Some((key, _)) = self.share(ask, percent)? else { return Ok(Page::default()) };
                at_share = PageAsk { anchor: Anchor::From(key), ..ask.clone() };
                &at_share
            }
            _ => ask,
        };
        let fields = ask.read_fields();
        let backward = matches!(ask.anchor, Anchor::Last | Anchor::Before(_));
        let wanted = ask.limit.saturating_add(1);
        let read = |sql: &mut Sql, best: &mut Vec<Record>| -> Result<i64> {
            sql.push(" LIMIT ");
            sql.bind(i64::try_from(wanted).unwrap_or(i64::MAX));
            let mut statement = self.conn.prepare_cached(&sql.text)?;
            statement.reset_status(StatementStatus::VmStep);
            let mut found = statement.query(params_from_iter(sql.params.iter().map(plain)))?;
            while let Some(row) = found.next()? {
                best.push(record(row, &fields)?);
            }
            drop(found);
            Ok(i64::from(statement.get_status(StatementStatus::VmStep)))
        };
        let mut best: Vec<Record> = Vec::new();
        if let Some(ids) = self.few(&ask.filter)? {
            let mut sql = Sql::default();
            page::whole_sql(&mut sql, ask, &fields, backward, &page::Among::These(&ids));
            let steps = read(&mut sql, &mut best)?;
            return Ok(cut(best, ask, backward, steps));
        }
        let name = table(ask.filter.entity);
        let all: i64 = self.conn.query_row(&format!("SELECT count(*) FROM {name}"), [], |r| r.get(0))?;
        let mut ends =
            self.conn.prepare(&format!("SELECT id FROM {name} WHERE id > ?1 ORDER BY id LIMIT 1 OFFSET ?2"))?;
        let (mut from, mut done, mut steps) = (i64::MIN, 0, 0);
        loop {
            let end: Option<i64> = ends.query_row([from, part - 1], |r| r.get(0)).optional()?;
            let mut sql = Sql::default();
            let among = page::Among::Between(from, end.unwrap_or(i64::MAX));
            page::whole_sql(&mut sql, ask, &fields, backward, &among);
            steps += read(&mut sql, &mut best)?;
            best.sort_by(|a, b| before(ask, a, b, backward));
            best.truncate(wanted);
            let Some(end) = end else { break };
            (from, done) = (end, done + part);
            show(cut(best.clone(), ask, backward, steps), done.min(all), all);
        }
        Ok(cut(best, ask, backward, steps))
    }
}

pub(super) fn cut(mut rows: Vec<Record>, ask: &PageAsk, backward: bool, steps: i64) -> Page {
    let more = rows.len() > ask.limit;
    rows.truncate(ask.limit);
    if backward {
        rows.reverse();
    }
    Page { rows, more, steps, ..Page::default() }
}

/// The order of two rows, as SQLite has it: numbers by size, texts without regard to ASCII case, then the id.
pub(super) fn before(ask: &PageAsk, a: &Record, b: &Record, backward: bool) -> Ordering {
    let turn = |order: Ordering, falls: bool| if falls != backward { order.reverse() } else { order };
    for (id, falls) in &ask.sort {
        let order = compare(&sort_value(*id, a.get(*id)), &sort_value(*id, b.get(*id)));
        if order != Ordering::Equal {
            return turn(order, *falls);
        }
    }
    turn(a.id.0.cmp(&b.id.0), id_descends(&ask.sort))
}

fn compare(a: &Value, b: &Value) -> Ordering {
    let folded = |s: &str| s.bytes().map(|b| b.to_ascii_lowercase()).collect::<Vec<u8>>();
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => folded(a).cmp(&folded(b)),
        (Value::Null, Value::Null) => Ordering::Equal,
        // SQLite's order of kinds.
        (Value::Null, _) | (Value::Int(_), Value::Text(_)) => Ordering::Less,
        _ => Ordering::Greater,
    }
}
