//! The one room that knows SQL. One writer, several readers, on one SQLite file.
//!
//! Contract: WAL with `synchronous=FULL`, so that what was acknowledged survives a power cut; every
//! write transaction begins IMMEDIATE, so that two programs wait for each other instead of failing
//! half way; a file that is not ours, from the future or damaged is refused with its bytes as they
//! were. Only the engine calls in here.

mod apart;
mod apply;
mod block;
mod bulk;
mod compile;
mod count;
mod crew;
mod deal;
mod group;
mod history;
mod incident;
mod job;
mod journal;
mod lead;
mod lines;
mod load;
mod lookup;
mod migrate;
mod open;
mod order;
mod page;
mod people;
mod place;
mod pulse;
mod row;
mod seek;
mod stats;
mod sums;
mod sweep;
mod timeline;
mod upkeep;
mod walk;

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use crew::More;

pub use apply::{Change, FieldChange};
pub use bulk::{Beside, Bulk};
pub use group::{Group, GroupAsk, Measure};
pub use history::{Edits, Line};
pub use job::OpenJob;
pub use journal::{Entry, EntryKind, NewEntry};
pub use lead::Contact;
pub use load::Load;
pub use migrate::LATEST;
pub use page::{Anchor, DUPLICATE_KEYS, Key, Page, PageAsk, Totals, activity_values, key};
pub use people::{Attempts, Credentials, Editing, SecretChange};
pub use pulse::{MonthEnd, Pulse};
pub use sums::Rows;
pub use sweep::UNIQUE;
pub use upkeep::Health;

/// What can go wrong below. Every message says what happened in words for a person.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is no database at {0}")]
    Missing(PathBuf),
    #[error("{0} is {1}, not a file")]
    NotAFile(PathBuf, &'static str),
    #[error("{0} is not a BharatNet database; it was left as it is")]
    Foreign(PathBuf),
    #[error(
        "{path} was written by a newer BharatNet (schema {found}; this program knows {known}); it was left as it is. Update the program"
    )]
    Future { path: PathBuf, found: i64, known: i64 },
    #[error("{0} is damaged ({1}); it was left as it is. Restore a backup with `bharatnet restore`")]
    Corrupt(PathBuf, String),
    #[error("{0} cannot be opened: {1}")]
    Unavailable(PathBuf, String),
    #[error("the database is open for reading only: {0}")]
    ReadOnly(String),
    #[error("the disk is full: nothing of this was saved")]
    Full,
    #[error("another program is writing to the database: nothing of this was saved, try again")]
    Busy,
    #[error("the disk reported an error: nothing of this was saved ({0})")]
    Disk(String),
    #[error("stopped")]
    Interrupted,
    #[error("row {0} is not there any more")]
    Gone(i64),
    #[error("{0}")]
    Unique(String),
    #[error("the lines by which {0} are searched are damaged; `bharatnet find` makes them anew from the rows")]
    Lines(&'static str),
    #[error("the database refused: {0}")]
    Sql(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(e: rusqlite::Error) -> Self {
        let Some(code) = e.sqlite_error_code() else { return StoreError::Sql(e.to_string()) };
        let text = match &e {
            rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
            other => other.to_string(),
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
            ErrorCode::DiskFull => StoreError::Full,
            ErrorCode::ReadOnly => StoreError::ReadOnly(text),
            ErrorCode::SystemIoFailure => StoreError::Disk(text),
            // Whoever opens the file puts its path in.
            ErrorCode::DatabaseCorrupt => StoreError::Corrupt(PathBuf::new(), text),
            ErrorCode::NotADatabase => StoreError::Foreign(PathBuf::new()),
            ErrorCode::OperationInterrupted => StoreError::Interrupted,
            ErrorCode::ConstraintViolation => StoreError::Unique(unique_message(&text)),
            _ => StoreError::Sql(text),
        }
    }
}

/// `UNIQUE constraint failed: customers.account` in words.
fn unique_message(text: &str) -> String {
    match text.rsplit_once(": ") {
        Some((_, column)) if text.starts_with("UNIQUE") => {
            let name = column.rsplit('.').next().unwrap_or(column).replace('_', " ");
            format!("another row already has this {name}")
        }
        _ => format!("the database refused: {text}"),
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// Steps of SQLite's machine between two looks whether to go on: a fraction of a millisecond.
const STEPS: i32 = 10_000;

/// An open database.
pub struct Store {
    path: PathBuf,
    // These are closed in this order: the last to close a file brings the log into it, which takes the right to write.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    read_only: Option<String>,
    immutable: bool,
    /// How long the log was when it last could not be emptied.
    log_held: AtomicU64,
    /// How SQLite goes about statements that were asked before.
    plans: Mutex<walk::Plans>,
}

/// A log longer than this is emptied after a write. SQLite itself empties one only at a moment when nobody reads, which
/// on a busy desk never comes.
const LONG_LOG: u64 = 32 << 20;

/// Readers are waited for so long then; those that come after read past the log.
const LOG_WAIT: Duration = Duration::from_millis(250);

impl Store {
    /// Opens the database at `path`, or makes a new one when `create` is true and nothing is there.
    pub fn open(path: &Path, create: bool) -> Result<Store> {
        open::open(path, create)
    }

    /// What the program noted about a file, without opening it to be worked with: nothing is migrated.
    pub fn fact_of(path: &Path, key: &str) -> Result<Option<String>> {
        open::fact_of(path, key)
    }

    /// The schema a file is of by its header, where that is ours and older than this program's: opening it takes as long
    /// as bringing it up to date.
    pub fn older(path: &Path) -> Option<i64> {
        open::schema_of(path).filter(|found| *found < LATEST)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Why this database can only be read; `None` when it can be written.
    pub fn read_only(&self) -> Option<&str> {
        self.read_only.as_deref()
    }

    /// Runs `work` in one write transaction: all of it is saved, or nothing.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Write<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        if let Some(why) = &self.read_only {
            return Err(StoreError::ReadOnly(why.clone()).into());
        }
        let mut guard = lock(&self.writer);
        let tx = guard.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let write = Write::new(&tx);
        let result = work(&write)?;
        write.notes.settle(&tx)?;
        write.touched.settle(&tx)?;
        tx.commit().map_err(StoreError::from)?;
        self.keep_log_short(&guard);
        Ok(result)
    }

    /// Empties the log where it has become long. What was committed is safe either way: a failure only leaves it long
    /// until a later write, after as much again.
    fn keep_log_short(&self, conn: &Connection) {
        let long = std::fs::metadata(open::sibling_wal(&self.path)).map_or(0, |m| m.len());
        let held = self.log_held.load(Ordering::Relaxed);
        if long < LONG_LOG + held {
            return;
        }
        let emptied = conn.busy_timeout(LOG_WAIT).is_ok()
            && conn
                .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0))
                .is_ok_and(|busy| busy == 0);
        // The time that another writer is waited for.
        let _ = conn.busy_timeout(open::PATIENCE);
        self.log_held.store(if emptied { 0 } else { long }, Ordering::Relaxed);
    }

    /// Runs `work` on one consistent state of the data.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Read<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let conn = self.reader()?;
        let result = {
            let _one_state = Reading::begin(&conn)?;
            work(&Read { conn: &conn, changed: None, more: Some(More { store: self, stop: None }) })
        };
        self.give_back(conn);
        result
    }

    /// The same, until `stop` is set: then the question ends with [`StoreError::Interrupted`], at once, wherever it is.
    pub fn read_until<T, E: From<StoreError>>(
        &self,
        stop: &Arc<AtomicBool>,
        work: impl FnOnce(&Read<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.read_within(stop, u64::MAX, work)
    }

    /// The same, for so many steps of SQLite's machine at most; some ten thousand are a millisecond.
    pub fn read_within<T, E: From<StoreError>>(
        &self,
        stop: &Arc<AtomicBool>,
        most: u64,
        work: impl FnOnce(&Read<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let mut conn = self.reader()?;
        let (told, mut left) = (Arc::clone(stop), most / STEPS.unsigned_abs() as u64);
        let end = move || {
            left = left.saturating_sub(1);
            left == 0 || told.load(Ordering::Relaxed)
        };
        conn.progress_handler(STEPS, Some(end)).map_err(StoreError::from)?;
        let result = {
            let _one_state = Reading::begin(&conn)?;
            work(&Read { conn: &conn, changed: None, more: Some(More { store: self, stop: Some(Arc::clone(stop)) }) })
        };
        // A connection that could still be stopped by somebody's old wish is not used again.
        if conn.progress_handler(0, None::<fn() -> bool>).is_ok() {
            self.give_back(conn);
        }
        result
    }

    /// A connection for questions, one that is at hand if there is.
    fn reader(&self) -> Result<Connection> {
        let waiting = lock(&self.readers).pop();
        waiting.map_or_else(|| open::reader(&self.path, self.immutable), Ok)
    }

    fn give_back(&self, conn: Connection) {
        // One that is still within a transaction would show old rows for ever.
        if !conn.is_autocommit() {
            return;
        }
        let mut readers = lock(&self.readers);
        if readers.len() < 4 {
            readers.push(conn);
        }
    }

    /// The table or view that an entity's rows are read from.
    pub fn table(entity: crate::domain::Entity) -> &'static str {
        row::table(entity)
    }

    /// Runs `work` on a connection of its own and tells which tables and columns it read: what a test of the
    /// boundaries of a question asks.
    pub fn touched(&self, work: impl FnOnce(&Read<'_>) -> Result<()>) -> Result<Vec<(String, String)>> {
        use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
        let mut conn = open::reader(&self.path, self.immutable)?;
        let seen = std::sync::Arc::new(Mutex::new(std::collections::BTreeSet::new()));
        let note = std::sync::Arc::clone(&seen);
        conn.authorizer(Some(move |context: AuthContext<'_>| match context.action {
            AuthAction::Read { table_name, column_name } => {
                lock(&note).insert((table_name.to_string(), column_name.to_string()));
                Authorization::Allow
            }
            AuthAction::Select | AuthAction::Function { .. } | AuthAction::Recursive => Authorization::Allow,
            _ => Authorization::Deny,
        }))?;
        work(&Read { conn: &conn, changed: None, more: None })?;
        let found = lock(&seen).iter().cloned().collect();
        Ok(found)
    }

    /// Changes whenever another program has written to the file.
    pub fn data_version(&self) -> Result<i64> {
        let guard = lock(&self.writer);
        Ok(guard.query_row("PRAGMA data_version", [], |r| r.get(0))?)
    }
}

/// One state of the data for as long as it lives. Its two statements are kept ready: made anew they would cost a tenth
/// of a page.
struct Reading<'a>(&'a Connection);

impl Reading<'_> {
    fn begin(conn: &Connection) -> Result<Reading<'_>> {
        conn.prepare_cached("BEGIN")?.execute([])?;
        Ok(Reading(conn))
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        // Where it cannot be ended the connection is not used again.
        let _ = self.0.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
    }
}

/// A read transaction.
pub struct Read<'a> {
    conn: &'a Connection,
    /// Whether the transaction that reads has changed rows already.
    changed: Option<Rc<Cell<bool>>>,
    /// Who helps with many rows.
    more: Option<More<'a>>,
}

impl Read<'_> {
    /// The sums are of the same state as the rows: not so once a transaction has changed some, for it sums at its end.
    fn settled(&self) -> bool {
        self.changed.as_ref().is_none_or(|changed| !changed.get())
    }
}

/// A write transaction; it reads, too.
pub struct Write<'a> {
    conn: &'a Connection,
    /// Whether rows have been changed.
    changed: Rc<Cell<bool>>,
    /// What the sums have to take in before the end.
    notes: sums::Notes,
    /// Whose lines of search have to be made anew before the end.
    touched: lines::Touched,
}

impl<'a> Write<'a> {
    fn new(conn: &'a Connection) -> Write<'a> {
        Write { conn, changed: Rc::default(), notes: sums::Notes::default(), touched: lines::Touched::default() }
    }

    /// The same state, for questions.
    pub fn read(&self) -> Read<'a> {
        Read { conn: self.conn, changed: Some(Rc::clone(&self.changed)), more: None }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic while the lock was held rolled its transaction back; the connection is sound.
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod speed;
#[cfg(test)]
mod tests;
