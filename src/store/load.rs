//! Building a whole database at once: the rows go into a file beside the place, indexes are made
//! last, and the finished file is moved there. An interruption leaves nothing behind but the
//! temporary file, which the next attempt removes.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::{Connection, params_from_iter};

use crate::base::{Id, Timestamp};
use crate::domain::plan::{OttApp, PriceStep};
use crate::domain::{Activity, Entity, Plan, Record, Usage, Value};
use crate::query::eval::search_text;
use crate::query::schema::{field, ott, plan};

use super::open::{APPLICATION_ID, sibling};
use super::row::{Param, all_fields, columns, param};
use super::{EntryKind, NewEntry, Result, Store, StoreError, Write, migrate, sums};

/// Takes rows while a database is built.
pub struct Load<'a> {
    conn: &'a Connection,
}

impl Store {
    /// Makes a new database at `path`, filled by `work`, whose answer becomes the one line of the
    /// journal. Refuses to touch a file that exists.
    pub fn build(path: &Path, at: Timestamp, work: impl FnOnce(&Load<'_>) -> Result<String>) -> Result<()> {
        let io = |e: std::io::Error| StoreError::Unavailable(path.into(), e.to_string());
        if path.exists() {
            return Err(StoreError::Unavailable(path.into(), "a file is there already; it was left as it is".into()));
        }
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let temporary = sibling(path, &format!("building-{}", std::process::id()));
        let _ = std::fs::remove_file(&temporary);
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary).map_err(io)?;
        let result = fill(&temporary, at, work);
        let moved = result.and_then(|()| {
            File::open(&temporary).and_then(|f| f.sync_all()).map_err(io)?;
            std::fs::rename(&temporary, path).map_err(io)?;
            if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
                // The name must survive a power cut, too.
                File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
            }
            Ok(())
        });
        if moved.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        moved
    }
}

fn fill(path: &Path, at: Timestamp, work: impl FnOnce(&Load<'_>) -> Result<String>) -> Result<()> {
    let mut conn = Connection::open(path)?;
    conn.set_prepared_statement_cache_capacity(16);
    // Nobody sees this file before it is complete, so it needs no journal of its own.
    conn.pragma_update(None, "page_size", 4096)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "synchronous", "OFF")?;
    conn.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(()))?;
    conn.pragma_update(None, "cache_size", -65_536)?;
    conn.pragma_update(None, "temp_store", "FILE")?;
    migrate::create(&mut conn)?;
    let indexes = drop_indexes(&conn)?;
    conn.execute_batch("BEGIN")?;
    let summary = work(&Load { conn: &conn })?;
    let entry = NewEntry {
        at,
        who: "owner",
        kind: EntryKind::Load,
        target: None,
        command: "seed",
        summary: &summary,
        changed: 0,
    };
    Write { conn: &conn, notes: sums::Notes::default() }.journal(&entry, &[])?;
    sums::refill(&conn)?;
    conn.execute_batch("COMMIT")?;
    for index in indexes {
        conn.execute_batch(&index)?;
    }
    conn.execute_batch("ANALYZE")?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    conn.close().map_err(|(_, e)| StoreError::from(e))
}

/// Takes the indexes of rows away; making them at the end sorts once instead of a million times.
fn drop_indexes(conn: &Connection) -> Result<Vec<String>> {
    let mut statement = conn.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?;
    let found = statement
        .query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for (name, _) in &found {
        conn.execute_batch(&format!("DROP INDEX \"{name}\""))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

impl Load<'_> {
    pub fn plan(&self, id: Id, p: &Plan) -> Result<()> {
        let fields = all_fields(Entity::Plan);
        let mut record = Record { id, version: 1, values: vec![Value::Null; fields.len()], fields };
        plan::values(p).into_iter().for_each(|(f, v)| record.set(f, v));
        self.record(&record)
    }

    pub fn ott(&self, id: Id, app: &OttApp) -> Result<()> {
        let fields = all_fields(Entity::Ott);
        let mut record = Record { id, version: 1, values: vec![Value::Null; fields.len()], fields };
        record.set(ott::NAME, Value::text(app.name.as_str()));
        record.set(ott::OWNER, Value::text(app.owner.as_str()));
        record.set(ott::KIND, Value::text(app.kind.as_str()));
        record.set(ott::LANGUAGES, Value::text(app.languages.as_str()));
        self.record(&record)
    }

    /// One customer with all that belongs to them.
    pub fn subscriber(&self, record: &Record, usage: &Usage, activities: &[Activity]) -> Result<()> {
        self.record(record)?;
        if !usage.months.is_empty() {
            let months = serde_json::to_string(&usage.months).map_err(|e| StoreError::Sql(e.to_string()))?;
            self.conn
                .prepare_cached("INSERT INTO usage (customer, last_month, months) VALUES (?1, ?2, ?3)")?
                .execute((record.id.0, usage.last_month, months))?;
        }
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO activities (id, version, customer, at, kind, who, reference, body) VALUES (?1, 1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for a in activities {
            statement.execute((a.id.0, record.id.0, a.at.0, a.kind.code(), &a.who, &a.reference, &a.body))?;
        }
        Ok(())
    }

    /// How the price of a line changed while it was billed.
    pub fn steps(&self, customer: Id, steps: &[PriceStep]) -> Result<()> {
        let mut statement =
            self.conn.prepare_cached("INSERT INTO steps (customer, day, was, now) VALUES (?1, ?2, ?3, ?4)")?;
        for step in steps {
            statement.execute((customer.0, step.day, step.was.0, step.now.0))?;
        }
        Ok(())
    }

    /// A row of any entity that has its search text beside it.
    pub fn row(&self, record: &Record) -> Result<()> {
        self.record(record)
    }

    /// A row with the rows that hang on it: a lead with its touches, a ticket with its conversation.
    pub fn family(&self, record: &Record, children: &[Record]) -> Result<()> {
        self.record(record)?;
        children.iter().try_for_each(|t| self.record(t))
    }

    pub fn fact(&self, key: &str, value: &str) -> Result<()> {
        Write { conn: self.conn, notes: sums::Notes::default() }.set_fact(key, value)
    }

    fn record(&self, record: &Record) -> Result<()> {
        let entity = record.fields[0].entity;
        let searched = !crate::query::schema::noun(entity).searched.is_empty();
        let marks: Vec<String> =
            (1..=record.fields.len() + 2 + usize::from(searched)).map(|i| format!("?{i}")).collect();
        let sql = format!(
            "INSERT INTO {} ({}{}) VALUES ({})",
            super::row::table(entity),
            columns(&record.fields),
            if searched { ", search" } else { "" },
            marks.join(", ")
        );
        let (id, version) = (Value::Int(record.id.0), Value::Int(record.version));
        let search = Value::Text(search_text(entity, |f| record.get(f)));
        let mut params: Vec<Param<'_>> =
            vec![Param { text: false, value: &id }, Param { text: false, value: &version }];
        params.extend(record.fields.iter().zip(&record.values).map(|(f, v)| {
            debug_assert_eq!(field(*f).is_text(), matches!(v, Value::Text(_)) || v.is_null() && field(*f).is_text());
            param(*f, v)
        }));
        if searched {
            params.push(Param { text: true, value: &search });
        }
        self.conn.prepare_cached(&sql)?.execute(params_from_iter(params))?;
        Ok(())
    }
}
