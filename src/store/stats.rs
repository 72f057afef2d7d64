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
    let all = conn
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")?
        .query_map([], |r| r.get(0))?
        .collect::<rusqlite::Result<Vec<String>>>()?;
    let look = |at: &str| conn.execute_batch(&format!("ANALYZE \"{at}\""));
    for table in all.iter().filter(|table| counted.iter().all(|known| known.table != **table)) {
        look(table)?;
    }
    let (counted_tables, is_counted) =
        (all.iter().filter(|table| counted.iter().any(|known| known.table == **table)), |index: &str| {
            counted.iter().any(|known| known.index.as_deref() == Some(index))
        });
    without_counting(conn, || {
        for table in counted_tables.clone() {
            let mut of = counted.iter().filter(|known| known.table == *table);
            if of.clone().all(|known| known.index.is_some()) {
                look(table)?;
            } else {
                of.try_for_each(|known| known.index.as_deref().map_or(Ok(()), look))?;
            }
        }
        Ok(())
    })?;
    let mut indexes = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?1")?;
    for table in counted_tables {
        let own = indexes.query_map([table], |r| r.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        own.iter().filter(|index| !is_counted(index)).try_for_each(|index| look(index))?;
    }
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
