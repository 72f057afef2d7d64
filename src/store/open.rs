//! Opening a file: ours or not, old, new, damaged, writable.

use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicU64;
use std::sync::{Mutex, Once};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, ffi};

use crate::query::eval;

use super::{Result, Store, StoreError, migrate};

/// "BHNT" in the file's header: marks a database as ours.
pub const APPLICATION_ID: i64 = 0x4248_4e54;

/// WAL databases written by SQLite before 3.51.3 could lose committed pages when a checkpoint met a
/// WAL reset.
const OLDEST_SQLITE: i32 = 3_051_003;

pub fn open(path: &Path, create: bool) -> Result<Store> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(StoreError::Unavailable(
            path.into(),
            "this program was built with a SQLite older than 3.51.3".into(),
        ));
    }
    match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => return Err(StoreError::NotAFile(path.into(), "a folder")),
        Ok(meta) if !meta.is_file() => {
            let kind = if meta.file_type().is_fifo() { "a pipe" } else { "a device" };
            return Err(StoreError::NotAFile(path.into(), kind));
        }
        // SQLite takes an empty file for an empty database; an operator's file is never that.
        Ok(meta) if meta.len() == 0 => return Err(StoreError::Foreign(path.into())),
        Ok(_) => {}
        Err(e) if e.kind() == std::io::ErrorKind::NotFound && create => make(path)?,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(StoreError::Missing(path.into())),
        Err(e) => return Err(StoreError::Unavailable(path.into(), e.to_string())),
    }
    let named = |e: StoreError| match e {
        StoreError::Corrupt(_, why) => StoreError::Corrupt(path.into(), why),
        StoreError::Foreign(_) => StoreError::Foreign(path.into()),
        e => e,
    };
    check_header(path).map_err(named)?;
    // Where a log lies beside the file the header may be older than the data: they are looked at first, by a connection
    // that cannot write. Else the header has told, and the two connections a start needs are opened at the same time:
    // most of what each takes is reading the schema.
    let logged = std::fs::metadata(sibling_wal(path)).is_ok_and(|m| m.len() > 0);
    let first = if logged { checked(path).map_err(named)? } else { None };
    let (writer, second) = std::thread::scope(|scope| {
        let begin = || std::thread::Builder::new().spawn_scoped(scope, || read_connection(path, false));
        let second = if logged { None } else { begin().ok() };
        let writer = writable(path);
        (writer, second.and_then(|other| other.join().ok()?.ok()))
    });
    match writer {
        Ok(mut conn) => {
            migrate::run(&mut conn, path).map_err(named)?;
            Ok(store(path, conn, first.or(second).into_iter().collect(), None, false))
        }
        Err(StoreError::ReadOnly(_) | StoreError::Unavailable(..)) => {
            if !logged {
                checked(path).map_err(named)?;
            }
            read_only(path).map_err(named)
        }
        Err(e) => Err(named(e)),
    }
}

fn store(
    path: &Path,
    writer: Connection,
    readers: Vec<Connection>,
    read_only: Option<String>,
    immutable: bool,
) -> Store {
    Store {
        path: path.to_path_buf(),
        writer: Mutex::new(writer),
        readers: Mutex::new(readers),
        read_only,
        immutable,
        log_held: AtomicU64::new(0),
        plans: Mutex::default(),
    }
}

/// Makes a new database beside its place and moves it there when it is complete, so that no
/// interruption leaves half of one. The file is for its owner alone.
fn make(path: &Path) -> Result<()> {
    let unavailable = |e: std::io::Error| StoreError::Unavailable(path.into(), e.to_string());
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(unavailable)?;
    }
    let temporary = sibling(path, &format!("new-{}", std::process::id()));
    let _ = std::fs::remove_file(&temporary);
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary).map_err(unavailable)?;
    let result = (|| {
        let mut conn = connect(&temporary, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        conn.pragma_update(None, "page_size", 4096)?;
        conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate::create(&mut conn)?;
        // The mode is kept in the file: every later opening finds it in WAL.
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.close().map_err(|(_, e)| StoreError::from(e))
    })();
    let moved = result.and_then(|()| std::fs::rename(&temporary, path).map_err(unavailable));
    if moved.is_err() {
        let _ = std::fs::remove_file(&temporary);
    }
    moved
}

/// `customers.db` and `new` to `customers.db.new`.
pub fn sibling(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push(".");
    name.push(suffix);
    PathBuf::from(name)
}

/// Before the first connection. SQLite counts every piece of memory under one lock for the whole program, and nothing
/// here asks for the count: without it, connections that are opened or asked at the same time do not wait for each other
/// (three parse the schema in a third of the time).
pub fn settle() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: called once, with the arguments this option takes. Where SQLite runs already it refuses, and counts.
        unsafe { ffi::sqlite3_config(ffi::SQLITE_CONFIG_MEMSTATUS, 0 as std::ffi::c_int) };
    });
}

/// Writes one consistent copy of a database to `to`, where nothing may be yet. It holds what the database holds, so it is
/// for its owner alone, too.
pub fn copy_into(conn: &Connection, to: &Path) -> Result<()> {
    let unavailable = |e: std::io::Error| StoreError::Unavailable(to.into(), e.to_string());
    // SQLite takes an empty file for its copy, with the rights that it has.
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(unavailable)?;
    conn.execute("VACUUM INTO ?1", [to.to_string_lossy()])?;
    file.sync_all().map_err(unavailable)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    settle();
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let conn = Connection::open_with_flags(uri(path, ""), flags).map_err(|e| unavailable(path, e))?;
    prepare(&conn)?;
    Ok(conn)
}

/// A `file:` address in which `?`, `#` and `%` of the path mean themselves.
pub fn uri(path: &Path, query: &str) -> String {
    let mut out = String::from("file:");
    for b in path.as_os_str().as_encoded_bytes() {
        match b {
            b'?' | b'#' | b'%' | 0x80.. => out.push_str(&format!("%{b:02X}")),
            b => out.push(*b as char),
        }
    }
    out.push_str(query);
    out
}

fn unavailable(path: &Path, e: rusqlite::Error) -> StoreError {
    match e.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::Unavailable(path.into(), "no permission, or the folder is missing".into())
        }
        _ => StoreError::from(e),
    }
}

/// Another writer is waited for so long.
pub const PATIENCE: Duration = Duration::from_secs(5);

fn prepare(conn: &Connection) -> Result<()> {
    conn.busy_timeout(PATIENCE)?;
    conn.set_prepared_statement_cache_capacity(128);
    // One question has one plan, whatever values are bound to it. Without this SQLite plans anew at each use of a
    // statement on a table with partial indexes, which costs more than a page.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "cache_size", -8192)?;
    // Not mapped into memory: a page that a disk cannot read would end the program by a signal, and a first page from a
    // file that is not in memory took 120 ms instead of 16, for each page that is touched brings many others in.
    conn.pragma_update(None, "mmap_size", 0)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // Free words of a filter: the same code that evaluates them in memory.
    conn.create_scalar_function(
        "word_matches",
        2,
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY,
        |ctx| {
            let text = ctx.get_raw(0).as_str().unwrap_or("");
            let word = ctx.get_raw(1).as_str().unwrap_or("");
            Ok(eval::word_matches(text, word))
        },
    )?;
    Ok(())
}

/// The schema a file of ours is of, by its header alone; `None` where a log beside it may know better.
pub fn schema_of(path: &Path) -> Option<i64> {
    // Opening a pipe would wait for whoever writes to it.
    if !std::fs::metadata(path).is_ok_and(|m| m.is_file()) {
        return None;
    }
    if std::fs::metadata(sibling_wal(path)).is_ok_and(|m| m.len() > 0) {
        return None;
    }
    let mut header = [0; 100];
    File::open(path).and_then(|mut f| f.read_exact(&mut header)).ok()?;
    let number = |at: usize| header[at..].first_chunk::<4>().map_or(0, |four| i64::from(u32::from_be_bytes(*four)));
    (header.starts_with(b"SQLite format 3\0") && number(68) == APPLICATION_ID).then(|| number(60))
}

/// Refuses by the first hundred bytes alone, where they suffice: opening a file with SQLite can leave
/// others beside it, and beside another program's file that is no business of ours.
fn check_header(path: &Path) -> Result<()> {
    let mut header = [0; 100];
    match File::open(path).and_then(|mut f| f.read_exact(&mut header)) {
        Ok(()) => {}
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => return Err(StoreError::Foreign(path.into())),
        // What cannot be read is told where it is opened.
        Err(_) => return Ok(()),
    }
    let number =
        |at: usize| i64::from(u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    if !header.starts_with(b"SQLite format 3\0") || number(68) != APPLICATION_ID {
        return Err(StoreError::Foreign(path.into()));
    }
    let found = number(60);
    if found > migrate::LATEST {
        return Err(StoreError::Future { path: path.into(), found, known: migrate::LATEST });
    }
    let page_size = i64::from(u16::from_be_bytes([header[16], header[17]]));
    if page_size != 1 && (page_size < 512 || page_size.count_ones() != 1) {
        return Err(StoreError::Corrupt(path.into(), "its header makes no sense".into()));
    }
    // The page count holds where it was written together with the change counter.
    let bytes = if page_size == 1 { 65_536 } else { page_size } * number(28);
    let counted = number(24) == number(92);
    if counted && i64::try_from(std::fs::metadata(path).map_or(u64::MAX, |m| m.len())).is_ok_and(|n| n < bytes) {
        let wal = std::fs::metadata(sibling_wal(path)).map_or(0, |m| m.len());
        if wal == 0 {
            return Err(StoreError::Corrupt(path.into(), "the file is shorter than it should be".into()));
        }
    }
    Ok(())
}

/// Refuses what is not ours before anything could be written to it. The connection is one for questions, where the file
/// can be read while others write.
fn checked(path: &Path) -> Result<Option<Connection>> {
    match read_connection(path, false) {
        // A WAL database in a folder that cannot be written has no shared memory to read through.
        Err(StoreError::Unavailable(..) | StoreError::ReadOnly(_)) => {
            check_ours(&read_connection(path, true)?, path)?;
            Ok(None)
        }
        other => {
            let conn = other?;
            check_ours(&conn, path)?;
            Ok(Some(conn))
        }
    }
}

fn check_ours(conn: &Connection, path: &Path) -> Result<()> {
    let id: i64 = match conn.query_row("PRAGMA application_id", [], |r| r.get(0)) {
        Ok(id) => id,
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            return Err(StoreError::Foreign(path.into()));
        }
        Err(e) => return Err(e.into()),
    };
    if id != APPLICATION_ID {
        return Err(StoreError::Foreign(path.into()));
    }
    let found: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if found > migrate::LATEST {
        return Err(StoreError::Future { path: path.into(), found, known: migrate::LATEST });
    }
    // A file cut short says so in its own header: fewer pages than it should have.
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get::<_, i64>(0))?;
    let (count, size): (i64, i64) =
        conn.query_row("SELECT page_count, page_size FROM pragma_page_count(), pragma_page_size()", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })?;
    let wal = std::fs::metadata(sibling_wal(path)).map_or(0, |m| m.len());
    let bytes = std::fs::metadata(path).map_or(0, |m| m.len());
    if wal == 0 && i64::try_from(bytes).unwrap_or(i64::MAX) < count * size {
        return Err(StoreError::Corrupt(path.into(), "the file is shorter than it should be".into()));
    }
    Ok(())
}

pub fn sibling_wal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_os_string();
    name.push("-wal");
    PathBuf::from(name)
}

fn writable(path: &Path) -> Result<Connection> {
    let conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    if conn.is_readonly("main")? {
        return Err(StoreError::ReadOnly(String::new()));
    }
    check_ours(&conn, path)?;
    // Takes and gives back the write lock: a folder without write permission shows up here, not in
    // the middle of somebody's work.
    conn.pragma_update(None, "journal_mode", "WAL")?;
    // A bulk change dirties pages all over the indexes: with too small a cache each is written to the log many times.
    conn.pragma_update(None, "cache_size", -65_536)?;
    // The log is as large as the largest part of a bulk change; after it the room is given back.
    conn.pragma_update(None, "journal_size_limit", 16_777_216)?;
    match conn.execute_batch("BEGIN IMMEDIATE; ROLLBACK") {
        Ok(()) => Ok(conn),
        // Another program is writing just now; that is no reason to give up the right to write.
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(conn),
        Err(e) => Err(unavailable(path, e)),
    }
}

fn read_only(path: &Path) -> Result<Store> {
    let why = "no permission to write the file or its folder".to_string();
    let (conn, immutable) = match read_connection(path, false).and_then(probe) {
        Ok(conn) => (conn, false),
        Err(_) => (read_connection(path, true).and_then(probe)?, true),
    };
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version < migrate::LATEST {
        return Err(StoreError::ReadOnly(
            "the database must be brought up to date first, which needs permission to write".into(),
        ));
    }
    Ok(store(path, conn, Vec::new(), Some(why), immutable))
}

fn probe(conn: Connection) -> Result<Connection> {
    conn.query_row("SELECT count(*) FROM journal", [], |r| r.get::<_, i64>(0))?;
    Ok(conn)
}

fn read_connection(path: &Path, immutable: bool) -> Result<Connection> {
    settle();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let query = if immutable { "?immutable=1" } else { "" };
    let conn = Connection::open_with_flags(uri(path, query), flags).map_err(|e| unavailable(path, e))?;
    prepare(&conn)?;
    match conn.query_row("PRAGMA schema_version", [], |r| r.get::<_, i64>(0)) {
        Ok(_) => Ok(conn),
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::NotADatabase) => Err(StoreError::Foreign(path.into())),
        Err(e) => Err(unavailable(path, e)),
    }
}

/// A further connection for questions.
pub fn reader(path: &Path, immutable: bool) -> Result<Connection> {
    read_connection(path, immutable)
}

/// What the program noted about the file at `path`, whatever its schema: nothing is migrated for that.
pub fn fact_of(path: &Path, key: &str) -> Result<Option<String>> {
    let conn = read_connection(path, false)?;
    let found = conn.query_row("SELECT value FROM facts WHERE key = ?1", [key], |r| r.get(0));
    Ok(found.optional()?)
}
