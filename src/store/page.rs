//! Questions: pages by key, totals, single rows, values for completion.

use std::sync::Arc;

use rusqlite::{OptionalExtension, StatementStatus, params_from_iter};

use crate::base::{Id, Money, Timestamp};
use crate::domain::plan::{Offer, OttApp};
use crate::domain::settings::Settings;
use crate::domain::{Activity, ActivityKind, Entity, FieldId, MonthUsage, Plan, Record, Technology, Usage, Value};
use crate::query::bind::Bound;
use crate::query::schema::{self, Kind, activity, customer, field, plan};

use super::compile::{Sql, condition, from_in_order, sort_key, sort_value};
use super::row::{Param, columns, param, record, table};
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
        let (mut rows, mut steps) = (Vec::new(), 0);
        let wanted = ask.limit.saturating_add(1);
        for mut sql in page_parts(ask, &fields, backward) {
            sql.push(" LIMIT ");
            sql.bind(i64::try_from(wanted - rows.len()).unwrap_or(i64::MAX));
            let mut statement = self.conn.prepare_cached(&sql.text)?;
            statement.reset_status(StatementStatus::VmStep);
            let mut found = statement.query(params_from_iter(sql.params.iter().map(plain)))?;
            while let Some(row) = found.next()? {
                rows.push(record(row, &fields)?);
            }
            drop(found);
            steps += i64::from(statement.get_status(StatementStatus::VmStep));
            if rows.len() >= wanted {
                break;
            }
        }
        let more = rows.len() > ask.limit;
        rows.truncate(ask.limit);
        if backward {
            rows.reverse();
        }
        Ok(Page { rows, more, before: None, steps })
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

    /// One whole row.
    pub fn row(&self, entity: Entity, id: Id) -> Result<Option<Record>> {
        let fields = schema::whole(entity);
        self.rows_where(entity, &fields, "id = ?1", &[Value::Int(id.0)]).map(|mut v| v.pop())
    }

    /// Whole rows by id, in the order of the ids; ids that are gone are left out. Many at a time: a look-up each
    /// costs three times as much.
    pub fn rows_of(&self, entity: Entity, ids: &[Id]) -> Result<Vec<Record>> {
        self.fields_of(entity, &schema::whole(entity), ids)
    }

    /// The same, with these fields alone.
    pub fn fields_of(&self, entity: Entity, fields: &Arc<[FieldId]>, ids: &[Id]) -> Result<Vec<Record>> {
        const AT_ONCE: usize = 400;
        let mut out = Vec::with_capacity(ids.len());
        for part in ids.chunks(AT_ONCE) {
            // One text for all full parts, prepared once.
            let marks: Vec<String> = (1..=part.len()).map(|i| format!("?{i}")).collect();
            let condition = format!("id IN ({})", marks.join(", "));
            let values: Vec<Value> = part.iter().map(|id| Value::Int(id.0)).collect();
            let mut found = self.rows_where(entity, fields, &condition, &values)?;
            found.sort_by_key(|r| r.id);
            if part.is_sorted() {
                out.append(&mut found);
            } else {
                let at = |id: &Id| found.binary_search_by_key(id, |r| r.id).ok().map(|i| found[i].clone());
                out.extend(part.iter().filter_map(at));
            }
        }
        Ok(out)
    }

    /// Whole rows whose field has this value, at most `limit`.
    pub fn rows_by(&self, id: FieldId, value: &Value, limit: usize) -> Result<Vec<Record>> {
        let fields = schema::whole(id.entity);
        let condition = format!("{} = ?1 LIMIT {limit}", field(id).column());
        self.rows_where(id.entity, &fields, &condition, std::slice::from_ref(value))
    }

    /// Ids of rows, deleted ones too, whose field has this value.
    pub fn ids_by(&self, id: FieldId, value: &Value) -> Result<Vec<Id>> {
        let f = field(id);
        let filled = if f.is_text() { format!(" AND {} <> ''", f.column()) } else { String::new() };
        let sql = format!("SELECT id FROM {} WHERE {} = ?1{filled} LIMIT 5", table(id.entity), f.column());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let ids = statement.query_map([param(id, value)], |r| Ok(Id(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    fn rows_where(
        &self,
        entity: Entity,
        fields: &Arc<[FieldId]>,
        condition: &str,
        params: &[Value],
    ) -> Result<Vec<Record>> {
        let sql = format!("SELECT {} FROM {} WHERE {condition}", columns(fields), table(entity));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map(params_from_iter(params.iter().map(plain)), |row| record(row, fields))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// The values of a field that begin with, or hold, what was typed, the most frequent first.
    pub fn values(&self, id: FieldId, typed: &str, limit: usize) -> Result<Vec<(String, i64)>> {
        let f = field(id);
        let column = f.column();
        let list = matches!(f.kind, Kind::List(_));
        let mut sql = Sql::default();
        sql.push(&format!("SELECT {column}, count(*) AS n FROM {} WHERE ", table(id.entity)));
        condition(&mut sql, &Bound::all(id.entity));
        if f.is_text() {
            sql.push(&format!(" AND {column} <> ''"));
        } else {
            sql.push(&format!(" AND {column} IS NOT NULL"));
        }
        if !typed.is_empty() && f.is_text() {
            sql.push(&format!(" AND instr(lower({column}), "));
            sql.bind_text(typed.to_ascii_lowercase());
            sql.push(") > 0");
        }
        sql.push(&format!(" GROUP BY {column} ORDER BY n DESC, {column}"));
        if !list {
            sql.push(&format!(" LIMIT {}", limit * 4));
        }
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let rows = statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| {
            Ok((super::row::value(r.get_ref(0)?), r.get::<_, i64>(1)?))
        })?;
        let mut found: Vec<(String, i64)> = Vec::new();
        let mut add = |text: &str, n: i64| match found.iter_mut().find(|(t, _)| t == text) {
            Some((_, count)) => *count += n,
            None => found.push((text.to_string(), n)),
        };
        for row in rows {
            let (value, n) = row?;
            if list {
                value.items().for_each(|item| add(item, n));
            } else {
                add(&crate::query::format::plain(id, &value), n);
            }
        }
        let typed = typed.to_ascii_lowercase();
        found.retain(|(text, _)| text.to_ascii_lowercase().contains(&typed));
        found.sort_by_key(|(text, n)| (!text.to_ascii_lowercase().starts_with(&typed), -n));
        found.truncate(limit);
        Ok(found)
    }

    pub fn usage(&self, customer: Id) -> Result<Usage> {
        let mut statement = self.conn.prepare_cached("SELECT last_month, months FROM usage WHERE customer = ?1")?;
        let found: Option<(i64, String)> =
            statement.query_row([customer.0], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
        Ok(found.map_or_else(Usage::default, |(last_month, months)| Usage {
            last_month,
            months: serde_json::from_str::<Vec<MonthUsage>>(&months).unwrap_or_default(),
        }))
    }

    /// The newest lines of a customer's timeline, the newest first.
    pub fn timeline(&self, customer: Id, limit: usize) -> Result<Vec<Activity>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, at, kind, who, reference, body FROM activities WHERE customer = ?1 ORDER BY at DESC, id DESC LIMIT ?2",
        )?;
        let rows = statement
            .query_map((customer.0, i64::try_from(limit).unwrap_or(i64::MAX)), |r| {
                Ok(Activity {
                    id: Id(r.get(0)?),
                    customer,
                    at: Timestamp(r.get(1)?),
                    kind: ActivityKind::parse(r.get_ref(2)?.as_str().unwrap_or("")).unwrap_or(ActivityKind::Note),
                    who: r.get(3)?,
                    reference: r.get(4)?,
                    body: r.get(5)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// The whole catalogue, by price.
    pub fn plans(&self) -> Result<Vec<Plan>> {
        let fields = schema::whole(Entity::Plan);
        let rows = self.rows_where(Entity::Plan, &fields, "deleted IS NULL ORDER BY price, name", &[])?;
        Ok(rows.iter().map(plan_of).collect())
    }

    pub fn ott_apps(&self) -> Result<Vec<OttApp>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT name, owner, kind, languages FROM otts WHERE deleted IS NULL ORDER BY name")?;
        let rows = statement
            .query_map([], |r| Ok(OttApp { name: r.get(0)?, owner: r.get(1)?, kind: r.get(2)?, languages: r.get(3)? }))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// What the program noted about this file.
    pub fn fact(&self, key: &str) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM facts WHERE key = ?1")?;
        Ok(statement.query_row([key], |r| r.get(0)).optional()?)
    }

    /// Whether a planned price should be in force on this day.
    pub fn prices_due(&self, day: i64) -> Result<bool> {
        let sql = "SELECT EXISTS (SELECT 1 FROM prices WHERE state = 'planned' AND starts <= ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([day], |r| r.get(0))?)
    }

    /// The settings of this company; what is not set has its default.
    pub fn settings(&self) -> Result<Settings> {
        let mut statement = self.conn.prepare_cached("SELECT key, value FROM settings WHERE value <> ''")?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(Settings::of(rows))
    }

    /// The greatest account number given out, deleted rows included.
    pub fn last_account(&self) -> Result<i64> {
        Ok(self.conn.query_row("SELECT COALESCE(max(account), 0) FROM customers", [], |r| r.get(0))?)
    }

    /// The greatest value of a number field, put-away rows included; 0 without rows.
    pub fn greatest(&self, id: FieldId) -> Result<i64> {
        let sql = format!(
            "SELECT {} FROM {} ORDER BY {} DESC, id DESC LIMIT 1",
            field(id).column(),
            table(id.entity),
            sort_key(id)
        );
        Ok(self
            .conn
            .prepare_cached(&sql)?
            .query_row([], |r| r.get::<_, Option<i64>>(0))
            .optional()?
            .flatten()
            .unwrap_or(0))
    }

    /// The conversation of a ticket, the oldest line first.
    pub fn conversation(&self, ticket: Id) -> Result<Vec<Record>> {
        let fields = schema::whole(Entity::TicketMessage);
        self.rows_where(Entity::TicketMessage, &fields, "ticket = ?1 ORDER BY at, id", &[Value::Int(ticket.0)])
    }

    /// The tickets of a customer, the newest first.
    pub fn tickets_of(&self, customer: Id, limit: usize) -> Result<Vec<Record>> {
        let fields = schema::whole(Entity::Ticket);
        let condition = format!("customer = ?1 AND deleted IS NULL ORDER BY opened DESC, id DESC LIMIT {limit}");
        self.rows_where(Entity::Ticket, &fields, &condition, &[Value::Int(customer.0)])
    }

    /// How many tickets a customer had since a moment.
    pub fn tickets_since(&self, customer: Id, from: Timestamp) -> Result<i64> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT count(*) FROM tickets WHERE customer = ?1 AND opened >= ?2 AND deleted IS NULL")?;
        Ok(statement.query_row((customer.0, from.0), |r| r.get(0))?)
    }

    /// Customers whose count of tickets in thirty days is no longer what it was: `from` is when these days begin.
    pub fn stale_counts(&self, from: Timestamp, limit: usize) -> Result<Vec<Id>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id FROM customers c WHERE tickets_30d > 0 AND deleted IS NULL AND tickets_30d <> \
             (SELECT count(*) FROM tickets t WHERE t.customer = c.id AND t.opened >= ?1 AND t.deleted IS NULL) LIMIT ?2",
        )?;
        let ids = statement
            .query_map((from.0, i64::try_from(limit).unwrap_or(i64::MAX)), |r| Ok(Id(r.get(0)?)))?
            .collect::<rusqlite::Result<_>>()?;
        Ok(ids)
    }

    /// Open tickets of each login.
    pub fn load_of_owners(&self) -> Result<Vec<(String, i64)>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT owner, count(*) FROM tickets WHERE status IN ('open', 'in-progress', 'waiting-customer', 'waiting-vendor') \
             AND owner <> '' AND deleted IS NULL GROUP BY owner",
        )?;
        let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// True when nothing has been put into the database yet.
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.conn.query_row(
            "SELECT NOT EXISTS (SELECT 1 FROM customers) AND NOT EXISTS (SELECT 1 FROM journal)",
            [],
            |r| r.get(0),
        )?)
    }

    /// The query plan of a page, for tests of the indexes.
    pub fn plan_of_page(&self, ask: &PageAsk) -> Result<String> {
        let fields = ask.read_fields();
        let backward = matches!(ask.anchor, Anchor::Last | Anchor::Before(_));
        let mut lines = Vec::new();
        for sql in page_parts(ask, &fields, backward) {
            let mut statement = self.conn.prepare(&format!("EXPLAIN QUERY PLAN {} LIMIT 50", sql.text))?;
            let found =
                statement.query_map(params_from_iter(sql.params.iter().map(plain)), |r| r.get::<_, String>(3))?;
            lines.extend(found.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        Ok(lines.join("\n"))
    }
}

fn plan_of(r: &Record) -> Plan {
    let int = |id| r.int(id).unwrap_or(0);
    Plan {
        name: r.text(plan::NAME).to_string(),
        technology: Technology::parse(r.text(plan::TECHNOLOGY)).unwrap_or(Technology::Broadband),
        speed: int(plan::SPEED),
        price: r.money(plan::PRICE),
        fup_gb: r.int(plan::FUP),
        post_fup: r.int(plan::POST_FUP),
        otts: r.get(plan::OTTS).items().map(str::to_string).collect(),
        channels: int(plan::CHANNELS),
        segment: crate::domain::customer::Segment::parse(r.text(plan::SEGMENT))
            .unwrap_or(crate::domain::customer::Segment::Home),
        offer: Offer::parse(r.text(plan::OFFER)).unwrap_or(Offer::Offered),
    }
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
    sql.push(&columns(fields));
    match among {
        Among::All => from_in_order(sql, &ask.filter, &ask.sort),
        Among::Between(after, to) => {
            sql.push(&format!(" FROM {} NOT INDEXED WHERE id > ", table(ask.filter.entity)));
            sql.bind(*after);
            sql.push(" AND id <= ");
            sql.bind(*to);
            sql.push(" AND ");
            condition(sql, &ask.filter);
        }
        Among::These(ids) => {
            // Whole numbers of our own: nothing to bind.
            let ids: Vec<String> = ids.iter().map(|id| id.0.to_string()).collect();
            sql.push(&format!(" FROM {} NOT INDEXED WHERE id IN ({}) AND ", table(ask.filter.entity), ids.join(",")));
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
    sql.push(" ORDER BY ");
    for (id, descending) in sort {
        sql.push(&sort_key(*id));
        sql.push(if *descending != backward { " DESC, " } else { ", " });
    }
    sql.push("id");
    sql.push(if id_descends(sort) != backward { " DESC" } else { "" });
}

/// The statements a page is read by, one after the other until it is full. An index over expressions cannot be
/// entered at a row value, so what follows a place is asked for by parts: the rows that tie with it in all keys but the
/// last, then in all but the last two, and so on; each part is one span of the index.
fn page_parts(ask: &PageAsk, fields: &[FieldId], backward: bool) -> Vec<Sql> {
    let (key, behind, inclusive) = match &ask.anchor {
        Anchor::First | Anchor::Last | Anchor::Share(_) => {
            let mut sql = Sql::default();
            page_sql(&mut sql, ask, fields, backward);
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
            }
            sql.push("SELECT ");
            sql.push(&columns(fields));
            from_in_order(&mut sql, &ask.filter, &ask.sort);
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
