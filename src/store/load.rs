//! Building a whole database at once: the rows go into a file beside the place, indexes are made
//! last, and the finished file is moved there. A program that is killed leaves nothing behind but the
//! file beside the place, which the next attempt removes.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Statement};

use crate::base::{Id, Timestamp};
use crate::domain::plan::OttApp;
use crate::domain::{Entity, Plan, Record, Value};
use crate::query::eval::search_text;
use crate::query::find::SOUGHT;
use crate::query::schema::{self, ott, plan};

use super::apart::rest;
use super::bulk::{self, Bulk};
use super::lines;
use super::open::{self, APPLICATION_ID, sibling};
use super::row::{self, Insertion, insertions};
use super::stats::{self, Counted};
use super::sums::{self, Fold};
use super::{EntryKind, NewEntry, Result, Store, StoreError, Write, migrate};

/// Whose rows come by the million, and so all at once; see [`Bulk`].
pub(super) const AT_ONCE: &[Entity] = &[
    Entity::Customer,
    Entity::Lead,
    Entity::Touch,
    Entity::Ticket,
    Entity::TicketMessage,
    Entity::Job,
    Entity::Item,
    Entity::Deal,
    Entity::DealLine,
    Entity::DealNote,
];

/// Takes rows while a database is built.
pub struct Load<'a> {
    conn: &'a Connection,
    path: &'a Path,
    /// How to put in a row of each entity, once one came.
    rows: Vec<Vec<(&'static Insertion, Statement<'a>)>>,
    /// What the rows that came at once add up to.
    summed: Vec<Fold>,
    /// The same of their steps.
    stepped: Option<sums::Taken>,
    /// Whose lines of search came with their rows.
    lined: Vec<Entity>,
    /// Entries of what was filled at once.
    counted: Vec<Counted>,
}

impl Store {
    /// Makes a new database at `path`, filled by `work`, whose answer becomes the one line of the
    /// journal. Refuses to touch a file that exists.
    pub fn build(path: &Path, at: Timestamp, work: impl FnOnce(&mut Load<'_>) -> Result<String>) -> Result<()> {
        let io = |e: std::io::Error| StoreError::Unavailable(path.into(), e.to_string());
        if path.exists() {
            return Err(StoreError::Unavailable(path.into(), "a file is there already; it was left as it is".into()));
        }
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        remove_left(path);
        let temporary = Temporary(sibling(path, &format!("{BUILDING}{}", std::process::id())));
        let _ = std::fs::remove_file(&temporary.0);
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary.0).map_err(io)?;
        let result = fill(&temporary.0, at, work);
        result.and_then(|()| {
            File::open(&temporary.0).and_then(|f| f.sync_all()).map_err(io)?;
            std::fs::rename(&temporary.0, path).map_err(io)?;
            if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
                // The name must survive a power cut, too.
                File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
            }
            Ok(())
        })
    }
}

/// What the name of a file ends in while it is made, before the number of the process.
const BUILDING: &str = "building-";

/// A file that is gone when its making ends, however it ends, unless it was moved to its place.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Removes what programs that were killed meanwhile have left of this file.
fn remove_left(path: &Path) {
    let begin = sibling(path, BUILDING);
    let (Some(folder), Some(begin)) = (begin.parent(), begin.file_name().and_then(|n| n.to_str())) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|n| n.strip_prefix(begin)?.parse::<i32>().ok());
        // SAFETY: signal 0 is sent to nobody; it asks whether the process is there.
        let gone = |process: i32| process > 0 && unsafe { libc::kill(process, 0) } != 0;
        if process
            .is_some_and(|process| gone(process) && io::Error::last_os_error().raw_os_error() == Some(libc::ESRCH))
        {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn fill(path: &Path, at: Timestamp, work: impl FnOnce(&mut Load<'_>) -> Result<String>) -> Result<()> {
    open::settle();
    // The path is a path, whatever it looks like.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_URI;
    let mut conn = Connection::open_with_flags(open::uri(path, ""), flags)?;
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
    let (summary, summed, stepped, lined, counted) = {
        let mut load = Load::into(&conn, path)?;
        (work(&mut load)?, load.summed, load.stepped, load.lined, load.counted)
    };
    let entry = NewEntry {
        at,
        who: "owner",
        kind: EntryKind::Load,
        target: None,
        command: "seed",
        summary: &summary,
        changed: 0,
    };
    Write::new(&conn).journal(&entry, &[])?;
    sums::refill_but(&conn, summed, stepped)?;
    SOUGHT.iter().filter(|s| !lined.contains(&s.entity)).try_for_each(|sought| lines::refill(&conn, sought))?;
    conn.execute_batch("COMMIT")?;
    for index in indexes {
        conn.execute_batch(&index)?;
    }
    stats::take_but(&conn, &counted)?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    conn.close().map_err(|(_, e)| StoreError::from(e))
}

/// Takes the indexes of rows away; making them at the end sorts once instead of a million times.
fn drop_indexes(conn: &Connection) -> Result<Vec<String>> {
    let mut statement =
        conn.prepare("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?;
    let found = statement
        .query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut dropped = Vec::new();
    for (name, table, sql) in found {
        // Those of tables whose rows come at once are made with the rows.
        let with_rows = AT_ONCE.iter().any(|entity| row::table(*entity) == table || rest(*entity) == Some(&table));
        if !with_rows || !bulk::can_make(conn, &table, &sql)? {
            conn.execute_batch(&format!("DROP INDEX \"{name}\""))?;
            dropped.push(sql);
        }
    }
    Ok(dropped)
}

impl<'a> Load<'a> {
    fn into(conn: &'a Connection, path: &'a Path) -> Result<Load<'a>> {
        Ok(Load {
            conn,
            path,
            rows: Entity::ALL.iter().map(|_| Vec::new()).collect(),
            summed: Vec::new(),
            stepped: None,
            lined: Vec::new(),
            counted: Vec::new(),
        })
    }

    /// Takes the rows of customers and all that comes with them, leads, deals, tickets, jobs and stock: once, and each
    /// kind in the order of its ids.
    pub fn at_once(&mut self, work: impl FnOnce(&mut Bulk) -> Result<()>) -> Result<()> {
        self.conn.execute_batch("COMMIT")?;
        let mut bulk = Bulk::begin(self.conn, self.path, AT_ONCE)?;
        work(&mut bulk)?;
        let steps = std::mem::take(&mut bulk.steps);
        self.summed = bulk.sums();
        self.stepped = Some(std::mem::take(&mut bulk.stepped));
        self.lined = AT_ONCE.to_vec();
        self.counted = bulk.finish()?;
        self.conn.execute_batch("BEGIN")?;
        let mut statement = self.conn.prepare("INSERT INTO steps (customer, day, was, now) VALUES (?1, ?2, ?3, ?4)")?;
        for (customer, step) in steps {
            statement.execute((customer.0, step.day, step.was.0, step.now.0))?;
        }
        Ok(())
    }

    pub fn plan(&mut self, id: Id, p: &Plan) -> Result<()> {
        let mut record = schema::blank(Entity::Plan, id);
        plan::values(p).into_iter().for_each(|(f, v)| record.set(f, v));
        self.row(&record)
    }

    pub fn ott(&mut self, id: Id, app: &OttApp) -> Result<()> {
        let mut record = schema::blank(Entity::Ott, id);
        record.set(ott::NAME, Value::text(app.name.as_str()));
        record.set(ott::OWNER, Value::text(app.owner.as_str()));
        record.set(ott::KIND, Value::text(app.kind.as_str()));
        record.set(ott::LANGUAGES, Value::text(app.languages.as_str()));
        self.row(&record)
    }

    pub fn fact(&self, key: &str, value: &str) -> Result<()> {
        Write::new(self.conn).set_fact(key, value)
    }

    /// A whole row of any entity, with its search text beside it where it has one. The statement is kept, and what is
    /// bound to it overwritten by the next row: of a million rows, most of the work was to make and forget these.
    pub fn row(&mut self, record: &Record) -> Result<()> {
        let entity = record.fields[0].entity;
        debug_assert_eq!(record.fields.len(), schema::fields(entity).len());
        if AT_ONCE.contains(&entity) {
            // Those that came at once are not all rows any more.
            let tables = [Some(row::table(entity)), rest(entity), Some(&*lines::table(entity))];
            self.summed.retain(|fold| fold.entity != entity);
            self.lined.retain(|lined| *lined != entity);
            self.stepped.take_if(|_| entity == Entity::Customer);
            self.counted.retain(|known| !tables.contains(&Some(&*known.table)));
        }
        let search = search_text(entity, |f| record.get(f));
        let kept = &mut self.rows[entity as usize];
        if kept.is_empty() {
            for insertion in insertions(entity) {
                kept.push((insertion, self.conn.prepare(&insertion.text)?));
            }
        }
        for (insertion, statement) in kept {
            insertion.put(statement, (record.id, record.version), |f| record.get(f), &search)?;
        }
        Ok(())
    }
}
