//! Pages by key: what a page is asked by, and the statements it is read with.

use std::collections::VecDeque;
use std::ops::AddAssign;
use std::sync::Arc;

use rusqlite::{CachedStatement, Row, Rows, StatementStatus, params_from_iter};

use crate::base::{Id, Money};
use crate::domain::{Activity, Entity, FieldId, Record, Value};
use crate::query::bind::Bound;
use crate::query::schema::{activity, customer};

use super::apart::First;
use super::compile::{Sql, condition, from_in_order, from_part, sort_key, sort_value};
use super::order::{self, Part};
use super::place::{before, cut};
use super::row::{Param, record};
use super::{Read, Result};

/// Where a page begins. Never a row number: rows come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anchor {
    First,
    Last,
    /// The rows after this one, in the order asked for.
    After(Key),
    /// The rows before this one.
    Before(Key),
    /// This row (or what follows its place) and the rows after it.
    From(Key),
    /// The row so many hundredths of the way down, and the rows after it.
    Share(u8),
}

/// A place in an order: the values it sorts by, then the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub values: Vec<Value>,
    pub id: Id,
}

/// Asks for rows.
#[derive(Clone, Debug)]
pub struct PageAsk {
    pub filter: Bound,
    /// Field and whether it descends; the id settles ties.
    pub sort: Vec<(FieldId, bool)>,
    pub fields: Vec<FieldId>,
    pub anchor: Anchor,
    pub limit: usize,
}

/// Rows in the order asked for.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub rows: Vec<Record>,
    /// True when there are more rows beyond the end the page was read towards.
    pub more: bool,
    /// Rows before the first, where they were counted.
    pub before: Option<i64>,
    /// Steps of SQLite's machine it took: what tests and benchmarks hold a page to.
    pub steps: i64,
}

/// What a filter adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub count: i64,
    /// Monthly recurring revenue; zero for entities without.
    pub mrr: Money,
}

impl Totals {
    /// Reads what `count_and_money` asked for.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Totals> {
        Ok(Totals { count: row.get(0)?, mrr: Money(row.get(1)?) })
    }
}

impl AddAssign for Totals {
    fn add_assign(&mut self, more: Totals) {
        (self.count, self.mrr) = (self.count + more.count, Money(self.mrr.0 + more.mrr.0));
    }
}

/// The place of a record in an order.
pub fn key(record: &Record, sort: &[(FieldId, bool)]) -> Key {
    Key { values: sort.iter().map(|(id, _)| sort_value(*id, record.get(*id))).collect(), id: record.id }
}

impl PageAsk {
    /// The fields read: those asked for and those sorted by.
    pub(super) fn read_fields(&self) -> Arc<[FieldId]> {
        let mut fields = self.fields.clone();
        for (id, _) in &self.sort {
            if !fields.contains(id) {
                fields.push(*id);
            }
        }
        fields.into()
    }
}

impl Read<'_> {
    /// One page. Keyset: its cost does not depend on how deep it lies.
    pub fn page(&self, ask: &PageAsk) -> Result<Page> {
        if let Anchor::Share(percent) = ask.anchor {
            let Some((key, before)) = self.share(ask, percent)? else { return Ok(Page::default()) };
            let page = self.page(&PageAsk { anchor: Anchor::From(key), ..ask.clone() })?;
            return Ok(Page { before: Some(before), ..page });
        }
        let fields = ask.read_fields();
        let backward = matches!(ask.anchor, Anchor::Last | Anchor::Before(_));
        let parts = self.parts(ask)?;
        if parts.is_none()
            && let Some(page) = self.walked(ask, &fields, backward)?
        {
            return Ok(page);
        }
        let of = |part| page_parts(ask, &fields, backward, &How { part, ..How::default() });
        let walks = match &parts {
            Some(parts) => parts.iter().map(|part| of(Some(part))).collect(),
            None => vec![of(None)],
        };
        let (rows, steps) = self.merged(ask, &fields, backward, walks)?;
        Ok(cut(rows, ask, backward, steps))
    }

    pub(super) fn parts(&self, ask: &PageAsk) -> Result<Option<Vec<Part>>> {
        let Some(parts) = order::parts(&ask.filter, &ask.sort) else { return Ok(None) };
        // Of a lead that came to two ends only one is in the index.
        let whole = ask.filter.entity != Entity::Lead || self.settled() && self.none_ended_twice()?;
        Ok(whole.then_some(parts))
    }

    /// The first rows of several walks in the order of all, one more than the page holds; and the steps it took. A walk
    /// is the statements that go on from each other. No row is read before it is wanted.
    pub(super) fn merged(
        &self,
        ask: &PageAsk,
        fields: &Arc<[FieldId]>,
        backward: bool,
        mut walks: Vec<Vec<Sql>>,
    ) -> Result<(Vec<Record>, i64)> {
        let wanted = ask.limit.saturating_add(1);
        let mut statements = Vec::with_capacity(walks.len());
        for walk in &mut walks {
            let mut these = Vec::with_capacity(walk.len());
            for sql in walk {
                sql.push(" LIMIT ");
                sql.bind(i64::try_from(wanted).unwrap_or(i64::MAX));
                let statement = self.conn.prepare_cached(&sql.text)?;
                statement.reset_status(StatementStatus::VmStep);
                these.push(statement);
            }
            statements.push(these);
        }
        let mut out = Vec::with_capacity(wanted.min(256));
        {
            let mut open = Vec::with_capacity(walks.len());
            for (these, walk) in statements.iter_mut().zip(&walks) {
                let begun = these.iter_mut().zip(walk).map(|(statement, sql)| begin(statement, sql));
                open.push(begun.collect::<rusqlite::Result<VecDeque<_>>>()?);
            }
            let mut heads = open.iter_mut().map(|walk| next(walk, fields)).collect::<Result<Vec<_>>>()?;
            while out.len() < wanted {
                let first = |a: &(usize, &Record), b: &(usize, &Record)| before(ask, a.1, b.1, backward);
                let there = heads.iter().enumerate().filter_map(|(n, head)| Some((n, head.as_ref()?)));
                let Some((n, _)) = there.min_by(first) else { break };
                let last = out.len() + 1 == wanted;
                let row =
                    if last { heads[n].take() } else { std::mem::replace(&mut heads[n], next(&mut open[n], fields)?) };
                out.extend(row);
            }
        }
        let steps = statements.iter().flatten().map(|s| i64::from(s.get_status(StatementStatus::VmStep))).sum();
        Ok((out, steps))
    }

    /// Walks every row a filter keeps, in order, without holding them.
    pub fn each(&self, ask: &PageAsk, mut with: impl FnMut(Record) -> bool) -> Result<()> {
        let fields = ask.read_fields();
        let mut sql = Sql::default();
        page_sql(&mut sql, ask, &fields, false);
        if ask.limit < usize::MAX {
            sql.push(" LIMIT ");
            sql.bind(i64::try_from(ask.limit).unwrap_or(i64::MAX));
        }
        let mut statement = self.conn.prepare(&sql.text)?;
        let mut rows = statement.query(params_from_iter(sql.params.iter().map(plain)))?;
        while let Some(row) = rows.next()? {
            if !with(record(row, &fields)?) {
                break;
            }
        }
        Ok(())
    }

    /// The query plan of a page, for tests of the indexes.
    pub fn plan_of_page(&self, ask: &PageAsk) -> Result<String> {
        let fields = ask.read_fields();
        let backward = matches!(ask.anchor, Anchor::Last | Anchor::Before(_));
        let mut lines = Vec::new();
        let whole = [None];
        let parts = self.parts(ask)?;
        let parts: Vec<Option<&Part>> = parts.as_ref().map_or(whole.to_vec(), |p| p.iter().map(Some).collect());
        for sql in
            parts.into_iter().flat_map(|part| page_parts(ask, &fields, backward, &How { part, ..How::default() }))
        {
            let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {} LIMIT 50", sql.text))?;
            let found =
                statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get::<_, String>(3))?;
            lines.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(lines.join("\n"))
    }
}

fn begin<'a>(statement: &'a mut CachedStatement<'_>, sql: &Sql) -> rusqlite::Result<Rows<'a>> {
    statement.query(params_from_iter(sql.params.iter().map(plain)))
}

/// The next row of a walk.
fn next(walk: &mut VecDeque<Rows<'_>>, fields: &Arc<[FieldId]>) -> Result<Option<Record>> {
    while let Some(rows) = walk.front_mut() {
        match rows.next()? {
            Some(row) => return Ok(Some(record(row, fields)?)),
            None => walk.pop_front(),
        };
    }
    Ok(None)
}

pub(super) fn plain(value: &Value) -> Param<'_> {
    Param { text: false, value }
}

fn page_sql(sql: &mut Sql, ask: &PageAsk, fields: &[FieldId], backward: bool) {
    whole_sql(sql, ask, fields, backward, &Among::All);
}

/// Which rows a page is taken from.
pub(super) enum Among<'a> {
    All,
    /// Those after the first id, up to the second.
    Between(i64, i64),
    These(&'a [Id]),
}

/// A page as one statement, without any index where it is not taken from all rows.
pub(super) fn whole_sql(sql: &mut Sql, ask: &PageAsk, fields: &[FieldId], backward: bool, among: &Among<'_>) {
    sql.push("SELECT ");
    sql.read(fields);
    match among {
        Among::All => from_in_order(sql, &ask.filter, &ask.sort),
        Among::Between(after, to) => {
            sql.from(&ask.filter, " NOT INDEXED", First::Rows);
            sql.push(" WHERE id > ");
            sql.bind(*after);
            sql.push(" AND id <= ");
            sql.bind(*to);
            sql.push(" AND ");
            condition(sql, &ask.filter);
        }
        Among::These(ids) => {
            // Whole numbers of our own: nothing to bind.
            let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
            sql.from(&ask.filter, " NOT INDEXED", First::Rows);
            sql.push(&format!(" WHERE id IN ({}) AND ", ids.join(",")));
            condition(sql, &ask.filter);
        }
    }
    match &ask.anchor {
        Anchor::First | Anchor::Last | Anchor::Share(_) => {}
        Anchor::After(k) => keyset(sql, &ask.sort, k, false, false),
        Anchor::From(k) => keyset(sql, &ask.sort, k, false, true),
        Anchor::Before(k) => keyset(sql, &ask.sort, k, true, false),
    }
    ordered(sql, &ask.sort, backward);
}

/// ` ORDER BY …`, the other way round where the rows are read backward.
pub(super) fn ordered(sql: &mut Sql, sort: &[(FieldId, bool)], backward: bool) {
    let keys = sort.iter().map(|(id, _)| sort_key(*id));
    ordered_by(sql, sort, keys.chain(["id".into()]), backward);
}

/// The same of a statement that selects the keys and the id and nothing else, of several tables' worth of rows.
pub(super) fn ordered_by_place(sql: &mut Sql, sort: &[(FieldId, bool)], backward: bool) {
    ordered_by(sql, sort, (1..=sort.len() + 1).map(|n| n.to_string()), backward);
}

fn ordered_by(sql: &mut Sql, sort: &[(FieldId, bool)], keys: impl Iterator<Item = String>, backward: bool) {
    sql.push(" ORDER BY ");
    let falls = sort.iter().map(|(_, descends)| *descends).chain([id_descends(sort)]);
    for (n, (key, falls)) in keys.zip(falls).enumerate() {
        sql.push(if n > 0 { ", " } else { "" });
        sql.push(&key);
        sql.push(if falls != backward { " DESC" } else { "" });
    }
}

/// How the rows of a page are come by.
#[derive(Clone, Default)]
pub(super) struct How<'a> {
    /// Some of the rows, by an index of theirs.
    pub part: Option<&'a Part>,
    /// The order of this field is walked, whatever index the tests have.
    pub walk: Option<FieldId>,
    /// The last place that is looked at, and whether the walk falls.
    pub end: Option<(Key, bool)>,
}

impl How<'_> {
    fn until(&self, sql: &mut Sql) {
        let (Some((key, falls)), Some(by)) = (&self.end, self.walk) else { return };
        let name = sort_key(by);
        let op = if *falls { '>' } else { '<' };
        let value = &key.values[0];
        // The first bounds the walk, the second parts those that tie with the last.
        sql.push(&format!(" AND {name} {op}= "));
        sql.bind(value.clone());
        sql.push(&format!(" AND ({name} {op} "));
        sql.bind(value.clone());
        sql.push(&format!(" OR id {op}= "));
        sql.bind(key.id.0);
        sql.push(")");
    }
}

/// The statements a page is read by, one after the other until it is full. An index over expressions cannot be
/// entered at a row value, so what follows a place is asked for by parts: the rows that tie with it in all keys but the
/// last, then in all but the last two, and so on; each part is one span of the index.
pub(super) fn page_parts(ask: &PageAsk, fields: &[FieldId], backward: bool, how: &How<'_>) -> Vec<Sql> {
    let from = |sql: &mut Sql| {
        sql.walk = how.walk;
        match how.part {
            Some(part) => from_part(sql, &ask.filter, part),
            None => from_in_order(sql, &ask.filter, &ask.sort),
        }
        how.until(sql);
    };
    let (key, behind, inclusive) = match &ask.anchor {
        Anchor::First | Anchor::Last | Anchor::Share(_) => {
            let mut sql = Sql::default();
            sql.push("SELECT ");
            sql.read(fields);
            from(&mut sql);
            ordered(&mut sql, &ask.sort, backward);
            return vec![sql];
        }
        Anchor::After(k) => (k, false, false),
        Anchor::From(k) => (k, false, true),
        Anchor::Before(k) => (k, true, false),
    };
    let mut keys: Vec<(String, bool, Value)> =
        ask.sort.iter().zip(&key.values).map(|((id, d), v)| (sort_key(*id), *d != behind, v.clone())).collect();
    keys.push(("id".into(), id_descends(&ask.sort) != behind, Value::Int(key.id.0)));
    (0..keys.len())
        .rev()
        .map(|last| {
            let order = keys[last..].iter().map(|(name, d, _)| format!("{name}{}", if *d { " DESC" } else { "" }));
            let mut sql = Sql::default();
            if let (0, Some((first, _))) = (last, ask.sort.first()) {
                sql.loose = Some((*first, !keys[0].1));
                sql.begins = keys[0].2.as_int();
            }
            sql.push("SELECT ");
            sql.read(fields);
            from(&mut sql);
            for (i, (name, descends, value)) in keys.iter().take(last + 1).enumerate() {
                let beyond = if *descends { " <" } else { " >" };
                sql.push(&format!(" AND {name}{}", if i < last { " =" } else { beyond }));
                sql.push(if inclusive && last + 1 == keys.len() && i == last { "= " } else { " " });
                sql.bind(value.clone());
            }
            sql.push(" ORDER BY ");
            sql.push(&order.collect::<Vec<_>>().join(", "));
            sql
        })
        .collect()
}

/// Ties fall the way the first key falls, so that one index serves both directions.
pub(super) fn id_descends(sort: &[(FieldId, bool)]) -> bool {
    sort.first().is_some_and(|(_, descending)| *descending)
}

/// `AND (a, id) > (?, ?)` where all keys fall one way, which an index can seek; else
/// `AND (a < ? OR (a = ? AND (b > ? OR (b = ? AND id > ?))))`.
fn keyset(sql: &mut Sql, sort: &[(FieldId, bool)], key: &Key, backward: bool, inclusive: bool) {
    let mut keys: Vec<(String, bool, Value)> =
        sort.iter().zip(&key.values).map(|((id, d), v)| (sort_key(*id), *d != backward, v.clone())).collect();
    keys.push(("id".into(), id_descends(sort) != backward, Value::Int(key.id.0)));
    let one_way = keys.iter().all(|(_, d, _)| *d == keys[0].1);
    sql.push(" AND ");
    if one_way {
        let names: Vec<&str> = keys.iter().map(|(k, _, _)| k.as_str()).collect();
        let op = match (keys[0].1, inclusive) {
            (false, false) => ">",
            (false, true) => ">=",
            (true, false) => "<",
            (true, true) => "<=",
        };
        sql.push(&format!("({}) {op} (", names.join(", ")));
        for (i, (_, _, value)) in keys.iter().enumerate() {
            if i > 0 {
                sql.push(", ");
            }
            sql.bind(value.clone());
        }
        sql.push(")");
        return;
    }
    let last = keys.len() - 1;
    for (i, (name, descending, value)) in keys.iter().enumerate() {
        let op = if *descending { "<" } else { ">" };
        let op = if i == last && inclusive { format!("{op}=") } else { op.to_string() };
        sql.push(&format!("({name} {op} "));
        sql.bind(value.clone());
        if i < last {
            sql.push(&format!(" OR ({name} = "));
            sql.bind(value.clone());
            sql.push(" AND ");
        }
    }
    sql.push(&")".repeat(2 * keys.len() - 1));
}

/// The fields of an activity in the order of its table, for callers that make one.
pub fn activity_values(a: &Activity) -> Vec<(FieldId, Value)> {
    vec![
        (activity::CUSTOMER, Value::Int(a.customer.0)),
        (activity::AT, Value::Int(a.at.0)),
        (activity::KIND, Value::text(a.kind.code())),
        (activity::WHO, Value::text(a.who.as_str())),
        (activity::REFERENCE, Value::text(a.reference.as_str())),
        (activity::BODY, Value::text(a.body.as_str())),
    ]
}

/// The fields a duplicate is found by, in the order they are tried.
pub const DUPLICATE_KEYS: &[FieldId] =
    &[customer::REF, customer::ACCOUNT, customer::PHONE, customer::EMAIL, customer::GSTIN];
