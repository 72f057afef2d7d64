//! Schema versions. Migrations are numbered files, only ever added to; each step is a transaction
//! of its own, and a copy of the file is put beside it before the first.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::{Result, StoreError, lines, open, stats, sums};

/// Migration n brings schema n-1 to n.
const MIGRATIONS: &[&str] = &[
    include_str!("../../data/migrations/0001_start.sql"),
    include_str!("../../data/migrations/0002_views.sql"),
    include_str!("../../data/migrations/0003_people.sql"),
    include_str!("../../data/migrations/0004_settings.sql"),
    include_str!("../../data/migrations/0005_catalogue.sql"),
    include_str!("../../data/migrations/0006_journal.sql"),
    include_str!("../../data/migrations/0007_leads.sql"),
    include_str!("../../data/migrations/0008_tickets.sql"),
    include_str!("../../data/migrations/0009_deals.sql"),
    include_str!("../../data/migrations/0010_models.sql"),
    include_str!("../../data/migrations/0011_work.sql"),
    include_str!("../../data/migrations/0012_blocks.sql"),
    include_str!("../../data/migrations/0013_sums.sql"),
    include_str!("../../data/migrations/0014_view_indexes.sql"),
    include_str!("../../data/migrations/0015_reports.sql"),
    include_str!("../../data/migrations/0016_orders.sql"),
    include_str!("../../data/migrations/0017_facets.sql"),
    include_str!("../../data/migrations/0018_pages.sql"),
    include_str!("../../data/migrations/0019_area.sql"),
    include_str!("../../data/migrations/0020_boards.sql"),
    include_str!("../../data/migrations/0021_sorts.sql"),
    include_str!("../../data/migrations/0022_apart.sql"),
    include_str!("../../data/migrations/0023_lines.sql"),
    include_str!("../../data/migrations/0024_keys.sql"),
];

/// The schema this program writes.
pub const LATEST: i64 = MIGRATIONS.len() as i64;

/// Fills an empty file with the newest schema.
pub fn create(conn: &mut Connection) -> Result<()> {
    steps(conn, 0, LATEST)
}

/// Fills an empty file with an older schema.
#[cfg(test)]
pub fn create_older(conn: &mut Connection, schema: i64) -> Result<()> {
    steps(conn, 0, schema)
}

/// Brings an older file up to date.
pub fn run(conn: &mut Connection, path: &Path) -> Result<()> {
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version >= LATEST {
        return Ok(());
    }
    let copy = open::sibling(path, &format!("before-schema-{LATEST}"));
    if !copy.exists() {
        // Under its name it is whole: a start that is broken off makes it again.
        let part = open::sibling(path, &format!("before-schema-{LATEST}-{}", std::process::id()));
        let made = open::copy_into(conn, &part).and_then(|()| {
            std::fs::rename(&part, &copy).map_err(|e| StoreError::Unavailable(copy.clone(), e.to_string()))
        });
        if made.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        made?;
    }
    steps(conn, version, LATEST)?;
    // What SQLite knew of a table that was made anew went with the old one. Without it, nothing is lost but time.
    let _ = stats::take(conn);
    Ok(())
}

fn steps(conn: &mut Connection, from: i64, to: i64) -> Result<()> {
    // A table that is made anew is gone for a moment, with rows that refer to it. Nothing is broken at the end of a step.
    let referring: bool = conn.query_row("PRAGMA foreign_keys", [], |r| r.get(0))?;
    conn.pragma_update(None, "foreign_keys", false)?;
    let done = each_step(conn, from, to);
    conn.pragma_update(None, "foreign_keys", referring)?;
    done
}

fn each_step(conn: &mut Connection, from: i64, to: i64) -> Result<()> {
    for (number, sql) in (1i64..).zip(MIGRATIONS).filter(|(n, _)| *n > from && *n <= to) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done this step while we waited for the lock.
        let now: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        if now >= number {
            continue;
        }
        tx.execute_batch(sql)?;
        let broken: i64 = tx.query_row("SELECT count(*) FROM pragma_foreign_key_check()", [], |r| r.get(0))?;
        if broken > 0 {
            return Err(StoreError::Sql(format!("migration {number} would leave {broken} rows without their parent")));
        }
        // What follows from the rows of an older file: with the last step, so that no start finds it half done.
        if number == LATEST && from > 0 {
            sums::refill(&tx)?;
            lines::refill_all(&tx)?;
        }
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}
