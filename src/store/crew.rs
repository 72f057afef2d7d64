//! Counts of many rows by several connections at once, each of them a slice of the rows at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rusqlite::{Connection, params_from_iter};

use crate::domain::{Entity, FieldId, Value};
use crate::query::bind::Bound;
use crate::query::schema::{customer, field};
use crate::query::{cut, eval};

use super::apart::First;
use super::compile::{Sql, condition};
use super::count::{Facets, asked_for, count_and_money};
use super::page::plain;
use super::row::table;
use super::{Read, Reading, Result, Rows, STEPS, Store, StoreError, Totals, order};

/// Fewer rows than these are counted sooner than others are called.
pub(super) const MANY: i64 = 60_000;
/// Slices for each connection: who is done early takes another.
const SLICES: usize = 4;
/// Connections at most: a count is to be quick, but others work on this machine, too.
const MOST: usize = 4;

/// Where further connections come from, and what stops them.
pub(super) struct More<'a> {
    pub store: &'a Store,
    pub stop: Option<Arc<AtomicBool>>,
}

/// Where the rows of a count are found.
pub(super) enum Way<'a> {
    /// By an index that tells all that is asked, or some of it.
    Facets(&'a Facets),
    /// Customers of one town, by the index of towns: it has the ids, so that each slice reads only its own rows.
    Town,
    /// All rows are read.
    Rows,
}

/// A condition in SQL that keeps a part of the rows, with its parameters.
struct Slice {
    text: String,
    params: Vec<Value>,
}

impl Read<'_> {
    /// Counts the rows of a filter in slices; `None` where they are few, or nobody can help.
    pub(super) fn counted_in_slices(&self, filter: &Bound, way: &Way<'_>, least: i64) -> Result<Option<Totals>> {
        let hands = thread::available_parallelism().map_or(1, usize::from).min(MOST);
        let Some(more) = self.more.as_ref().filter(|_| self.settled() && !filter.deleted && hands > 1) else {
            return Ok(None);
        };
        let all = self.summed(&Bound::all(filter.entity))?.unwrap_or_default();
        if all.count < least {
            return Ok(None);
        }
        let slices = match way {
            Way::Facets(facets) => self.by_place(filter, facets, hands * SLICES)?,
            Way::Town | Way::Rows => self.by_id(filter.entity, hands * SLICES)?,
        };
        let head = self.journal_head()?;
        let next = AtomicUsize::new(0);
        let (index, words) = match way {
            Way::Facets(facets) => (format!(" INDEXED BY {}", facets.index), asked_for(facets.index)),
            Way::Town => (" INDEXED BY customers_city".to_string(), ""),
            Way::Rows => (" NOT INDEXED".to_string(), ""),
        };
        let work = |conn: &Connection| -> Result<Totals> {
            let mut all = Totals::default();
            while let Some(slice) = slices.get(next.fetch_add(1, Ordering::Relaxed)) {
                all += counted(conn, filter, (&index, words), slice)?;
            }
            Ok(all)
        };
        let help = || -> Result<Option<Totals>> {
            let mut conn = more.store.reader()?;
            if let Some(stop) = more.stop.clone() {
                conn.progress_handler(STEPS, Some(move || stop.load(Ordering::Relaxed)))?;
            }
            let result = {
                let _one_state = Reading::begin(&conn)?;
                // Something was written since the question began: these would be rows of another state.
                match (Read { conn: &conn, changed: None, more: None }).journal_head()? == head {
                    true => work(&conn).map(Some),
                    false => Ok(None),
                }
            };
            if conn.progress_handler(0, None::<fn() -> bool>).is_ok() {
                more.store.give_back(conn);
            }
            result
        };
        let found = thread::scope(|scope| {
            let others: Vec<_> =
                (1..hands).filter_map(|_| thread::Builder::new().spawn_scoped(scope, help).ok()).collect();
            let mut found = vec![work(self.conn)];
            // A helper that could not begin has taken no slice.
            found.extend(others.into_iter().map(|other| match other.join() {
                Ok(Ok(part)) => Ok(part.unwrap_or_default()),
                Ok(Err(e)) => Err(e),
                Err(_) => Err(StoreError::Sql("a count ended early".into())),
            }));
            found
        });
        let mut sum = Totals::default();
        for part in found {
            sum += part?;
        }
        Ok(Some(sum))
    }

    /// Slices of about as many rows by town, and before that by state where the index begins with it.
    fn by_place(&self, filter: &Bound, facets: &Facets, parts: usize) -> Result<Vec<Slice>> {
        let mut towns = self.cuts(&[cut::BY_CITY], &Rows::All, (0, 1))?.concat();
        towns.sort_by_key(|cell| cell.a.to_ascii_lowercase());
        let lines: i64 = towns.iter().map(|cell| cell.rows).sum();
        let spans = |parts: usize| {
            let each = (lines / i64::try_from(parts.max(1)).unwrap_or(1)).max(1);
            let mut bounds: Vec<&str> = Vec::new();
            let mut so_far = 0;
            for cell in &towns {
                if so_far >= each && bounds.last().is_none_or(|last| !last.eq_ignore_ascii_case(&cell.a)) {
                    bounds.push(&cell.a);
                    so_far = 0;
                }
                so_far += cell.rows;
            }
            let ends = bounds.iter().copied().map(Some).chain([None]);
            [None].into_iter().chain(bounds.iter().copied().map(Some)).zip(ends).collect::<Vec<_>>()
        };
        let Some(state) = facets.state else {
            let within = self.named(filter)?;
            if within.is_empty() {
                return Ok(spans(parts).into_iter().map(|span| slice(None, span)).collect());
            }
            let each = (lines / i64::try_from(parts.max(1)).unwrap_or(1)).max(1);
            let mut groups: Vec<Vec<String>> = vec![Vec::new()];
            let mut so_far = 0;
            for town in towns.chunk_by(|a, b| a.a.eq_ignore_ascii_case(&b.a)) {
                if so_far >= each {
                    groups.push(Vec::new());
                    so_far = 0;
                }
                so_far += town.iter().map(|cell| cell.rows).sum::<i64>();
                groups.last_mut().into_iter().for_each(|group| group.push(town[0].a.clone()));
            }
            return Ok(groups.into_iter().map(|group| among((customer::CITY, group), &within)).collect());
        };
        let by_state =
            cut::Cut { entity: filter.entity, a: cut::Key::Text(state), b: cut::Key::One, sum: cut::Sum::Usual };
        let states = self.cuts(&[by_state], &Rows::All, (0, 0))?.concat();
        let asked: Option<Vec<&str>> = filter.cond.parts().into_iter().find_map(|c| {
            let (id, codes) = order::chosen(c)?;
            (id == state).then_some(codes)
        });
        let meant = |code: &str| asked.as_ref().is_none_or(|all| all.iter().any(|a| a.eq_ignore_ascii_case(code)));
        let all: i64 = states.iter().map(|cell| cell.rows).sum::<i64>().max(1);
        let mut out = Vec::new();
        for cell in states.iter().filter(|cell| meant(&cell.a)) {
            let share = usize::try_from(cell.rows * i64::try_from(parts).unwrap_or(1) / all).unwrap_or(1);
            out.extend(spans(share).into_iter().map(|span| slice(Some((field(state).column(), &cell.a)), span)));
        }
        Ok(out)
    }

    /// The plans and the statuses that customers of a filter can have, where it asks for some of them: the facets stand
    /// by town, plan and status, so that what is not meant is stepped over, not looked at.
    fn named(&self, filter: &Bound) -> Result<Vec<(FieldId, Vec<String>)>> {
        /// More values than these are not named one by one.
        const MOST_NAMED: usize = 200;
        if filter.entity != Entity::Customer {
            return Ok(Vec::new());
        }
        let of = [(customer::PLAN, cut::BY_PLAN), (customer::STATUS, cut::BY_STATUS)];
        let (mut named, mut some) = (Vec::new(), false);
        for (id, cut) in of {
            let mut found: Vec<String> =
                self.cuts(&[cut], &Rows::All, (i64::MIN, i64::MAX))?.concat().into_iter().map(|cell| cell.a).collect();
            found.sort_by_key(|value| value.to_ascii_lowercase());
            found.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
            let all = found.len();
            for part in filter.cond.parts().into_iter().filter(|part| part.fields() == [id]) {
                found.retain(|value| {
                    let value = Value::text(value.as_str());
                    eval::passes(part, &|_| &value, "")
                });
            }
            if all > MOST_NAMED {
                return Ok(Vec::new());
            }
            some |= found.len() < all;
            named.push((id, found));
        }
        Ok(if some { named } else { Vec::new() })
    }

    /// Slices by id: as many as they may be, for ids are given by the time.
    fn by_id(&self, entity: Entity, parts: usize) -> Result<Vec<Slice>> {
        let name = table(entity);
        let sql =
            format!("SELECT COALESCE((SELECT min(id) FROM {name}), 0), COALESCE((SELECT max(id) FROM {name}), 0)");
        let (low, high): (i64, i64) = self.conn.query_row(&sql, [], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let each = high.abs_diff(low) / parts as u64 + 1;
        Ok((0..parts as u64)
            .map(|n| {
                let from = low.saturating_add_unsigned(n * each);
                let text = " AND id >= ?1 AND id <= ?2".to_string();
                Slice { text, params: vec![Value::Int(from), Value::Int(from.saturating_add_unsigned(each - 1))] }
            })
            .collect())
    }
}

/// One state, and towns from one up to another.
fn slice(state: Option<(String, &str)>, (from, to): (Option<&str>, Option<&str>)) -> Slice {
    let mut slice = Slice { text: String::new(), params: Vec::new() };
    let mut also = |test: &str, value: &str| {
        slice.params.push(Value::Text(value.into()));
        slice.text.push_str(&format!(" AND {test} ?{}", slice.params.len()));
    };
    if let Some((column, code)) = state {
        also(&format!("{column} ="), code);
    }
    let city = field(customer::CITY).column();
    from.into_iter().for_each(|from| also(&format!("{city} >="), from));
    to.into_iter().for_each(|to| also(&format!("{city} <"), to));
    slice
}

/// What has one of some values in each of some fields.
fn among(first: (FieldId, Vec<String>), rest: &[(FieldId, Vec<String>)]) -> Slice {
    let mut slice = Slice { text: String::new(), params: Vec::new() };
    for (id, values) in [&first].into_iter().chain(rest) {
        let from = slice.params.len();
        slice.params.extend(values.iter().map(|value| Value::Text(value.as_str().into())));
        let marks: Vec<String> = (from..slice.params.len()).map(|n| format!("?{}", n + 1)).collect();
        slice.text.push_str(&format!(" AND {} IN ({})", field(*id).column(), marks.join(", ")));
    }
    slice
}

fn counted(conn: &Connection, filter: &Bound, by: (&str, &str), slice: &Slice) -> Result<Totals> {
    let mut sql = Sql { params: slice.params.clone(), bare: true, ..Sql::default() };
    count_and_money(&mut sql, filter);
    sql.from(filter, by.0, First::Rows);
    sql.push(&format!(" WHERE {}", by.1));
    condition(&mut sql, filter);
    sql.push(&slice.text);
    let mut statement = conn.prepare_cached(&sql.text)?;
    Ok(statement.query_row(params_from_iter(sql.params.iter().map(plain)), Totals::read)?)
}
