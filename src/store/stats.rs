//! What SQLite chooses indexes by: how many entries each has, and how many of them are alike, of which a sample tells
//! enough.

use std::ffi::c_int;

use rusqlite::{Connection, ffi};

/// Entries that are looked at, of each index.
const SAMPLE: &str = "PRAGMA analysis_limit = 1000";

/// Entries of an index, or rows of a table that has none with all its rows, as they were counted while they were made.
pub struct Counted {
    pub table: String,
    pub index: Option<String>,
    pub entries: u64,
}

/// Has SQLite look at all tables.
pub fn take(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(SAMPLE)?;
    conn.execute_batch("ANALYZE")
}

/// The same where entries were counted already: to count them, SQLite would read each of their pages once more.
pub fn take_but(conn: &Connection, counted: &[Counted]) -> rusqlite::Result<()> {
    conn.execute_batch(SAMPLE)?;
    let look = |at: &str| conn.execute_batch(&format!("ANALYZE \"{at}\""));
    let is_counted = |index: &str| counted.iter().any(|known| known.index.as_deref() == Some(index));
    let found = conn
        .prepare(
            "SELECT type = 'index', name, tbl_name FROM sqlite_schema \
             WHERE type = 'index' OR type = 'table' AND name NOT LIKE 'sqlite%'",
        )?
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(bool, String, String)>>>()?;
    for (is_index, name, table) in &found {
        // Other tables are looked at with their indexes, those of which something was counted index by index.
        if *is_index == counted.iter().any(|known| known.table == *table) && !is_counted(name) {
            look(name)?;
        }
    }
    without_counting(conn, || counted.iter().filter_map(|known| known.index.as_deref()).try_for_each(look))?;
    let mut index = conn
        .prepare("UPDATE sqlite_stat1 SET stat = ?3 || substr(stat, instr(stat, ' ')) WHERE tbl = ?1 AND idx = ?2")?;
    let mut table = conn.prepare("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?1, NULL, ?2)")?;
    for Counted { table: name, index: of, entries } in counted.iter().filter(|known| known.entries > 0) {
        let entries = entries.to_string();
        let rows = match of {
            Some(of) => index.execute((name, of, entries))?,
            None => table.execute((name, entries))?,
        };
        if rows != 1 {
            return Err(rusqlite::Error::StatementChangedRows(rows));
        }
    }
    // SQLite reads them when the file is next opened.
    Ok(())
}

/// Has SQLite look at indexes without counting their entries. It counts where it may keep samples of values, too, which
/// [`SAMPLE`] rules out. Told not to think of these, it reckons the number from a page that it has not read yet, and
/// takes 0 where there are more entries than it looks at.
fn without_counting(conn: &Connection, work: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<()> {
    const SAMPLES_OF_VALUES: c_int = 0x800;
    let mut off: c_int = 0;
    // SAFETY: the connection is open, and SQLite is told where to put the one number that it is asked for.
    unsafe { ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_GETOPT, conn.handle(), &raw mut off) };
    // SAFETY: the connection is open, and this takes it and a number.
    let set = |off: c_int| unsafe {
        ffi::sqlite3_test_control(ffi::SQLITE_TESTCTRL_OPTIMIZATIONS, conn.handle(), off);
    };
    set(off | SAMPLES_OF_VALUES);
    let done = work();
    set(off);
    done
}
