//! Rows by id or by a value, what hangs on them, and the few things there are once: the catalogue, the settings.

use std::sync::Arc;

use rusqlite::{OptionalExtension, Row, params_from_iter};

use crate::base::{Id, Timestamp};
use crate::domain::plan::{Offer, OttApp};
use crate::domain::settings::Settings;
use crate::domain::{Entity, FieldId, MonthUsage, Plan, Record, Technology, Usage, Value};
use crate::query::bind::Bound;
use crate::query::schema::{self, Kind, field, plan};

use super::apart::{First, are_apart, is_apart, source};
use super::compile::{Sql, condition, sort_key};
use super::page::plain;
use super::row::{columns, param, record};
use super::sums::refill_with;
use super::{Read, Result};

/// So many rows are looked up by one statement; of more that lie together, all that lie there are read.
const AT_ONCE: usize = 400;

impl Read<'_> {
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
        if ids.len() > AT_ONCE && ids.is_sorted_by(|a, b| a > b) {
            let upwards: Vec<Id> = ids.iter().rev().copied().collect();
            let mut out = self.fields_of(entity, fields, &upwards)?;
            out.reverse();
            return Ok(out);
        }
        let mut out = Vec::with_capacity(ids.len());
        let rest = self.run_of(entity, fields, ids, |row| {
            out.push(record(row, fields)?);
            Ok(())
        })?;
        for part in rest.chunks(AT_ONCE) {
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

    /// Looks at each of some rows, in the order of the ids: of fifty thousand that are looked at once, most of the time
    /// would go into making room for each.
    pub fn visit(
        &self,
        entity: Entity,
        fields: &Arc<[FieldId]>,
        ids: &[Id],
        mut with: impl FnMut(&Record),
    ) -> Result<()> {
        let mut room =
            Record { id: Id(0), version: 0, fields: fields.clone(), values: vec![Value::Null; fields.len()] };
        let rest = self.run_of(entity, fields, ids, |row| {
            (room.id, room.version) = (Id(row.get(0)?), row.get(1)?);
            for (n, slot) in (2..).zip(&mut room.values) {
                refill_with(slot, row.get_ref(n)?);
            }
            with(&room);
            Ok(())
        })?;
        self.fields_of(entity, fields, rest)?.iter().for_each(with);
        Ok(())
    }

    /// Reads rows from the first id on in one go, as long as most of those that lie between are wanted, too. Returns the
    /// ids that are left: where few are wanted, to look each up is quicker.
    fn run_of<'a>(
        &self,
        entity: Entity,
        fields: &Arc<[FieldId]>,
        ids: &'a [Id],
        mut with: impl FnMut(&Row<'_>) -> Result<()>,
    ) -> Result<&'a [Id]> {
        /// Rows passed by for each that is wanted.
        const PASSED: usize = 2;
        let (Some(first), Some(last)) = (ids.first(), ids.last()) else { return Ok(ids) };
        if ids.len() <= AT_ONCE || !ids.is_sorted_by(|a, b| a < b) {
            return Ok(ids);
        }
        let from = source(entity, " NOT INDEXED", are_apart(fields), First::Rows);
        let sql = format!("SELECT {} FROM {from} WHERE id >= ?1 AND id <= ?2", columns(fields));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query((first.0, last.0))?;
        let (mut at, mut passed) = (0, 0);
        while let Some(row) = rows.next()? {
            let id = Id(row.get(0)?);
            // Those that are gone.
            at += ids[at..].iter().take_while(|wanted| **wanted < id).count();
            if ids.get(at) == Some(&id) {
                with(row)?;
                at += 1;
            } else {
                passed += 1;
                if passed > PASSED * (at + 200) {
                    return Ok(&ids[at..]);
                }
            }
        }
        Ok(&[])
    }

    /// Whole rows whose field has this value, at most `limit`.
    pub fn rows_by(&self, id: FieldId, value: &Value, limit: usize) -> Result<Vec<Record>> {
        let fields = schema::whole(id.entity);
        let condition = format!("{} = ?1{} LIMIT {limit}", field(id).column(), filled(id));
        self.rows_where(id.entity, &fields, &condition, std::slice::from_ref(value))
    }

    /// Ids of rows, deleted ones too, whose field has this value.
    pub fn ids_by(&self, id: FieldId, value: &Value) -> Result<Vec<Id>> {
        let f = field(id);
        let from = source(id.entity, "", is_apart(id), First::Either);
        let sql = format!("SELECT id FROM {from} WHERE {} = ?1{} LIMIT 5", f.column(), filled(id));
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
        let from = source(entity, "", are_apart(fields), First::Either);
        let sql = format!("SELECT {} FROM {from} WHERE {condition}", columns(fields));
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
        let by = if is_apart(id) { " NOT INDEXED" } else { "" };
        let from = source(id.entity, by, is_apart(id), First::Rows);
        sql.push(&format!("SELECT {column}, count(*) AS n FROM {from} WHERE "));
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
            source(id.entity, "", is_apart(id), First::Rows),
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
}

/// What the indexes of texts that few rows have say of them.
fn filled(id: FieldId) -> String {
    if field(id).is_text() { format!(" AND {} <> ''", field(id).column()) } else { String::new() }
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
