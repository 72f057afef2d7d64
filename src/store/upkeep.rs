//! Looking after the file: health, digest, backup, restore.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::Backup;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

use crate::domain::Entity;

use super::apart::rest;
use super::lines;
use super::open::{self, sibling};
use super::row::table;
use super::{Read, Result, Store, StoreError, lock, migrate};

/// What `doctor` found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub sqlite: String,
    pub schema: i64,
    /// Complaints of SQLite's own full check; empty when it has none.
    pub integrity: Vec<String>,
    /// Rows whose parent is missing, or a part of them.
    pub orphans: i64,
    /// The first journal entry that does not fit the chain.
    pub journal_break: Option<i64>,
    /// Sums that the rows do not add up to.
    pub wrong_sums: Vec<String>,
    /// Lines of search that are not what the rows say.
    pub wrong_lines: Vec<String>,
    pub journal_entries: i64,
    pub customers: i64,
    pub bytes: u64,
    pub wal_bytes: u64,
}

impl Health {
    pub fn is_sound(&self) -> bool {
        self.integrity.is_empty()
            && self.orphans == 0
            && self.journal_break.is_none()
            && self.wrong_sums.is_empty()
            && self.wrong_lines.is_empty()
    }
}

impl Read<'_> {
    /// A hash of all that people put in: every table but the journal, counted attempts and sessions, without row versions and
    /// derived columns. Two databases with one digest hold the same data.
    pub fn digest(&self) -> Result<String> {
        let mut hash = Sha256::new();
        let mut tables = self.conn.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
             AND name NOT IN ('journal', 'changes', 'blocks', 'sums', 'steps', 'attempts', 'sessions', 'editing', 'model_bodies') \
             AND name NOT LIKE '%\\_lines' ESCAPE '\\' ORDER BY name",
        )?;
        let names: Vec<String> = tables.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        for name in names {
            hash.update(name.as_bytes());
            let mut columns = self.conn.prepare(
                "SELECT name FROM pragma_table_info(?1) WHERE name NOT IN ('version', 'search') ORDER BY cid",
            )?;
            let columns: Vec<String> = columns.query_map([&name], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            let sql = format!("SELECT {} FROM {name} ORDER BY 1", columns.join(", "));
            let mut statement = self.conn.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for i in 0..columns.len() {
                    match row.get_ref(i)? {
                        ValueRef::Null => hash.update([0]),
                        ValueRef::Integer(n) => hash.update(n.to_le_bytes()),
                        ValueRef::Real(x) => hash.update(x.to_le_bytes()),
                        ValueRef::Text(b) | ValueRef::Blob(b) => {
                            hash.update((b.len() as u64).to_le_bytes());
                            hash.update(b);
                        }
                    }
                }
            }
        }
        Ok(hex(&hash.finalize()))
    }

    /// Rows without what lies apart from them.
    fn torn(&self) -> Result<i64> {
        let of = |entity: &Entity| {
            let Some(rest) = rest(*entity) else { return Ok(0) };
            let sql = format!(
                "SELECT count(*) FROM {} AS own WHERE NOT EXISTS (SELECT 1 FROM {rest} AS apart WHERE apart.id = own.id)",
                table(*entity)
            );
            Ok(self.conn.query_row(&sql, [], |r| r.get::<_, i64>(0))?)
        };
        Entity::ALL.iter().map(of).sum()
    }

    fn health(&self, path: &Path) -> Result<Health> {
        let count = |sql: &str| -> Result<i64> { Ok(self.conn.query_row(sql, [], |r| r.get(0))?) };
        let mut check = self.conn.prepare("PRAGMA integrity_check(20)")?;
        let lines: Vec<String> = check.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let size = |p: &Path| std::fs::metadata(p).map_or(0, |m| m.len());
        Ok(Health {
            sqlite: rusqlite::version().to_string(),
            schema: count("PRAGMA user_version")?,
            integrity: lines.into_iter().filter(|l| l != "ok").collect(),
            orphans: count("SELECT count(*) FROM pragma_foreign_key_check()")? + self.torn()?,
            journal_break: self.verify_journal()?,
            wrong_sums: self.wrong_sums()?,
            wrong_lines: self.wrong_lines()?,
            journal_entries: count("SELECT count(*) FROM journal")?,
            customers: count("SELECT count(*) FROM customers")?,
            bytes: size(path),
            wal_bytes: size(&open::sibling_wal(path)),
        })
    }
}

impl Store {
    pub fn health(&self) -> Result<Health> {
        self.read(|r| r.health(&self.path))
    }

    /// Writes one consistent copy to `to`, which must not exist yet; returns its SHA-256. Others
    /// may go on working meanwhile.
    pub fn backup(&self, to: &Path) -> Result<String> {
        let io = |e: std::io::Error| StoreError::Unavailable(to.into(), e.to_string());
        if to.exists() {
            return Err(StoreError::Unavailable(to.into(), "a file is there already; it was left as it is".into()));
        }
        let temporary = sibling(to, &format!("copy-{}", std::process::id()));
        let _ = std::fs::remove_file(&temporary);
        let copied = (|| {
            let conn = open::reader(&self.path, self.immutable)?;
            open::copy_into(&conn, &temporary)?;
            let sum = sha256(&temporary).map_err(io)?;
            std::fs::rename(&temporary, to).map_err(io)?;
            Ok(sum)
        })();
        if copied.is_err() {
            let _ = std::fs::remove_file(&temporary);
        }
        copied
    }

    /// Replaces all data by that of a backup, in one transaction: programs that have the database
    /// open see the old data or the new. A copy of the old data is kept beside it; its path comes
    /// back.
    pub fn restore(&self, from: &Path, stamp: &str) -> Result<PathBuf> {
        if let Some(why) = &self.read_only {
            return Err(StoreError::ReadOnly(why.clone()));
        }
        // Opening it checks that it is ours, whole and not from the future.
        let source = Store::open(from, false)?;
        let mut health = source.health()?;
        // These follow from the rows, and are made anew.
        let wrong_lines = !std::mem::take(&mut health.wrong_lines).is_empty();
        if !health.is_sound() {
            return Err(StoreError::Corrupt(from.into(), "its checks fail: run `bharatnet doctor` on it".into()));
        }
        let kept = sibling(&self.path, &format!("before-restore-{stamp}"));
        self.backup(&kept)?;
        let source = open::reader(from, false)?;
        let mut writer = lock(&self.writer);
        copy(&source, &mut writer)?;
        migrate::run(&mut writer, &self.path)?;
        if wrong_lines {
            let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            lines::refill_all(&tx)?;
            tx.commit()?;
        }
        Ok(kept)
    }
}

fn copy(from: &Connection, to: &mut Connection) -> Result<()> {
    let backup = Backup::new(from, to)?;
    backup.run_to_completion(4096, Duration::from_millis(5), None)?;
    Ok(())
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
