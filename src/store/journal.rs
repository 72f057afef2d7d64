//! The journal: one line a command with every row it touched, before and after. It is the audit
//! log, and it is the undo. Many changes of one entry are kept as blocks, few as rows of their own. Lines are never changed or taken out; each is chained to the one before
//! by SHA-256, so that a change made behind the program's back can be named.

use rusqlite::{OptionalExtension, Row};
use sha2::{Digest, Sha256};

use crate::base::{Id, Timestamp};
use crate::domain::Entity;

use super::block::{Block, MANY};
use super::{Change, Read, Result, StoreError, Write};

/// What a line of the journal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    Do,
    Undo,
    Redo,
    /// A bulk load into an empty database; it holds no rows and cannot be undone.
    Load,
    /// A further part of the entry it points at.
    Part,
    /// Something that happened and changed no row; it cannot be taken back.
    Event,
}

impl EntryKind {
    pub fn code(self) -> &'static str {
        match self {
            EntryKind::Do => "do",
            EntryKind::Undo => "undo",
            EntryKind::Redo => "redo",
            EntryKind::Load => "load",
            EntryKind::Part => "part",
            EntryKind::Event => "event",
        }
    }

    fn parse(code: &str) -> EntryKind {
        match code {
            "undo" => EntryKind::Undo,
            "redo" => EntryKind::Redo,
            "load" => EntryKind::Load,
            "part" => EntryKind::Part,
            "event" => EntryKind::Event,
            _ => EntryKind::Do,
        }
    }
}

/// A line about to be written.
#[derive(Clone, Debug)]
pub struct NewEntry<'a> {
    pub at: Timestamp,
    pub who: &'a str,
    pub kind: EntryKind,
    /// The entry an undo or redo is about.
    pub target: Option<i64>,
    /// Name of the command: `update`, `set-status`, `import`…
    pub command: &'a str,
    /// What people read.
    pub summary: &'a str,
    /// Rows touched.
    pub changed: usize,
}

/// A line of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: i64,
    pub at: Timestamp,
    pub who: String,
    pub kind: EntryKind,
    pub target: Option<i64>,
    pub command: String,
    pub summary: String,
    pub changed: i64,
    /// True when the last word about this entry is an undo.
    pub undone: bool,
}

const COLUMNS: &str = "seq, at, who, kind, target, command, summary, \
    changed + COALESCE((SELECT sum(p.changed) FROM journal p WHERE p.target = j.seq AND p.kind = 'part'), 0), \
    COALESCE((SELECT u.kind FROM journal u WHERE u.target = j.seq AND u.kind IN ('undo', 'redo') \
    ORDER BY u.seq DESC LIMIT 1), '') = 'undo'";

fn entry(r: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        seq: r.get(0)?,
        at: Timestamp(r.get(1)?),
        who: r.get(2)?,
        kind: EntryKind::parse(r.get_ref(3)?.as_str().unwrap_or("")),
        target: r.get(4)?,
        command: r.get(5)?,
        summary: r.get(6)?,
        changed: r.get(7)?,
        undone: r.get(8)?,
    })
}

impl Write<'_> {
    /// Writes the changes of an entry and the entry itself. Returns its number.
    pub fn journal(&self, new: &NewEntry<'_>, changes: &[Change]) -> Result<i64> {
        self.notes.at(new.at.0);
        let (last, prev): (i64, String) = self
            .conn
            .prepare_cached("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?
            .unwrap_or((0, String::new()));
        let seq = last + 1;
        let mut hash =
            Chain::begin(&prev, seq, new.at.0, new.who, new.kind.code(), new.target, new.command, new.summary);
        hash.number(i64::try_from(new.changed).unwrap_or(i64::MAX));
        // The line comes first: its changes point at it.
        self.conn
            .prepare_cached(
                "INSERT INTO journal (seq, at, who, kind, target, command, summary, changed, prev_hash, hash) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '')",
            )?
            .execute((
                seq,
                new.at.0,
                new.who,
                new.kind.code(),
                new.target,
                new.command,
                new.summary,
                i64::try_from(new.changed).unwrap_or(i64::MAX),
                &prev,
            ))?;
        if changes.len() >= MANY {
            self.keep_blocks(seq, changes, &mut hash)?;
        } else {
            self.keep_changes(seq, changes, &mut hash)?;
        }
        self.conn.prepare_cached("UPDATE journal SET hash = ?2 WHERE seq = ?1")?.execute((seq, hash.end()))?;
        Ok(seq)
    }

    fn keep_changes(&self, seq: i64, changes: &[Change], hash: &mut Chain) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO changes (entry, n, entity, row_id, op, version, fields) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        for (n, change) in (0i64..).zip(changes) {
            let fields = change.fields_json();
            let (entity, op) = (change.entity().code(), change.op());
            hash.change(entity, change.id().0, op, change.version(), &fields);
            statement.execute((seq, n, entity, change.id().0, op, change.version(), fields))?;
        }
        Ok(())
    }

    fn keep_blocks(&self, seq: i64, changes: &[Change], hash: &mut Chain) -> Result<()> {
        let mut statement = self.conn.prepare_cached(
            "INSERT INTO blocks (entry, n, entity, rows, low, high, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut n = 0;
        for block in Block::cut(changes) {
            let entity = block.entity.code();
            hash.block(n, entity, block.rows, (block.low, block.high), &block.body);
            statement.execute((seq, n, entity, block.rows, block.low, block.high, &block.body))?;
            n += block.rows;
        }
        Ok(())
    }
}

impl Read<'_> {
    pub fn entry(&self, seq: i64) -> Result<Option<Entry>> {
        let sql = format!("SELECT {COLUMNS} FROM journal j WHERE seq = ?1");
        Ok(self.conn.prepare_cached(&sql)?.query_row([seq], entry).optional()?)
    }

    /// Entries before `before` (or the newest), the newest first.
    pub fn entries(&self, before: Option<i64>, limit: usize) -> Result<Vec<Entry>> {
        let sql =
            format!("SELECT {COLUMNS} FROM journal j WHERE seq < ?1 AND kind <> 'part' ORDER BY seq DESC LIMIT ?2");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map((before.unwrap_or(i64::MAX), i64::try_from(limit).unwrap_or(i64::MAX)), entry)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// Entries that touched a row, the newest first.
    pub fn entries_of(&self, entity: Entity, row: Id, limit: usize) -> Result<Vec<Entry>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM journal j WHERE seq IN (SELECT entry FROM changes WHERE row_id = ?1 AND entity = ?3 \
             UNION ALL SELECT entry FROM blocks WHERE entity = ?3 AND low <= ?1 AND high >= ?1 \
             AND instr(body, char(10) || '[' || ?1 || ',') > 0) ORDER BY seq DESC LIMIT ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows = statement
            .query_map((row.0, i64::try_from(limit).unwrap_or(i64::MAX), entity.code()), entry)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// The newest entries of a command after `after`, the oldest of them first.
    pub fn entries_named(&self, command: &str, after: i64, limit: usize) -> Result<Vec<Entry>> {
        let sql = format!("SELECT {COLUMNS} FROM journal j WHERE command = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement.query_map((command, after, limit), entry)?.collect::<rusqlite::Result<_>>()?;
        Ok(rows)
    }

    /// What an entry did, in order, with its further parts.
    pub fn changes(&self, seq: i64) -> Result<Vec<Change>> {
        let unreadable = || StoreError::Sql(format!("journal entry {seq} cannot be read"));
        let mut statement = self.conn.prepare_cached(
            "SELECT entry, n, entity, row_id, op, version, fields FROM changes WHERE entry = ?1 \
             OR entry IN (SELECT seq FROM journal WHERE target = ?1 AND kind = 'part') \
             UNION ALL SELECT entry, n, entity, 0, 'block', rows, body FROM blocks WHERE entry = ?1 \
             OR entry IN (SELECT seq FROM journal WHERE target = ?1 AND kind = 'part') ORDER BY 1, 2",
        )?;
        let mut rows = statement.query([seq])?;
        let mut out = Vec::new();
        while let Some(r) = rows.next()? {
            let word = |i: usize| r.get_ref(i).ok().and_then(|v| v.as_str().ok()).unwrap_or("");
            let (entity, op, text) = (Entity::parse(word(2)).ok_or_else(unreadable)?, word(4), word(6));
            if op == "block" {
                out.append(&mut Block::read(entity, text).ok_or_else(unreadable)?);
            } else {
                let change = Change::from_stored(entity, Id(r.get(3)?), op, r.get(5)?, text);
                out.push(change.ok_or_else(unreadable)?);
            }
        }
        Ok(out)
    }

    /// The newest entry of `who` that can be taken back.
    pub fn last_undoable(&self, who: &str) -> Result<Option<Entry>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM journal j WHERE who = ?1 AND kind = 'do' AND changed > 0 AND \
             COALESCE((SELECT u.kind FROM journal u WHERE u.target = j.seq AND u.kind IN ('undo', 'redo') \
             ORDER BY u.seq DESC LIMIT 1), '') <> 'undo' \
             ORDER BY seq DESC LIMIT 1"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([who], entry).optional()?)
    }

    /// The entry that `who` took back last, if nothing else was done by them since: what redo means.
    pub fn last_undone(&self, who: &str) -> Result<Option<Entry>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM journal j WHERE seq = (SELECT u.target FROM journal u WHERE u.who = ?1 AND u.kind = 'undo' \
             AND u.seq > COALESCE((SELECT max(d.seq) FROM journal d WHERE d.who = ?1 AND d.kind = 'do'), 0) \
             AND COALESCE((SELECT v.kind FROM journal v WHERE v.target = u.target AND v.kind IN ('undo', 'redo') \
             ORDER BY v.seq DESC LIMIT 1), '') = 'undo' \
             ORDER BY u.seq DESC LIMIT 1)"
        );
        Ok(self.conn.prepare_cached(&sql)?.query_row([who], entry).optional()?)
    }

    /// Number and hash of the newest entry: written down elsewhere, it shows when the end of the
    /// journal has been cut off.
    pub fn journal_head(&self) -> Result<Option<(i64, String)>> {
        let mut statement = self.conn.prepare_cached("SELECT seq, hash FROM journal ORDER BY seq DESC LIMIT 1")?;
        Ok(statement.query_row([], |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
    }

    /// Recomputes the chain. The number of the first entry that does not fit, if there is one.
    pub fn verify_journal(&self) -> Result<Option<i64>> {
        let mut entries = self.conn.prepare(
            "SELECT seq, at, who, kind, target, command, summary, prev_hash, hash, changed FROM journal ORDER BY seq",
        )?;
        let mut changes =
            self.conn.prepare("SELECT entity, row_id, op, version, fields FROM changes WHERE entry = ?1 ORDER BY n")?;
        let mut blocks =
            self.conn.prepare("SELECT n, entity, rows, low, high, body FROM blocks WHERE entry = ?1 ORDER BY n")?;
        let mut rows = entries.query([])?;
        let (mut prev, mut expected) = (String::new(), 1i64);
        while let Some(r) = rows.next()? {
            let seq: i64 = r.get(0)?;
            if seq != expected {
                return Ok(Some(expected));
            }
            let text = |i: usize| -> Result<String> { Ok(r.get_ref(i)?.as_str().unwrap_or("").to_string()) };
            let mut chain = Chain::begin(&prev, seq, r.get(1)?, &text(2)?, &text(3)?, r.get(4)?, &text(5)?, &text(6)?);
            chain.number(r.get(9)?);
            let mut lines = changes.query([seq])?;
            while let Some(c) = lines.next()? {
                let word = |i: usize| c.get_ref(i).ok().and_then(|v| v.as_str().ok()).unwrap_or("");
                chain.change(word(0), c.get(1)?, word(2), c.get(3)?, word(4));
            }
            let mut lines = blocks.query([seq])?;
            while let Some(b) = lines.next()? {
                let word = |i: usize| b.get_ref(i).ok().and_then(|v| v.as_str().ok()).unwrap_or("");
                chain.block(b.get(0)?, word(1), b.get(2)?, (b.get(3)?, b.get(4)?), word(5));
            }
            let hash = chain.end();
            if text(7)? != prev || text(8)? != hash {
                return Ok(Some(seq));
            }
            prev = hash;
            expected += 1;
        }
        Ok(None)
    }
}

/// The hash of one entry. Every part is written with its length, so that no two entries can be cut
/// differently into the same bytes.
struct Chain(Sha256);

impl Chain {
    #[expect(clippy::too_many_arguments, reason = "the parts of a line, hashed in this order")]
    fn begin(
        prev: &str,
        seq: i64,
        at: i64,
        who: &str,
        kind: &str,
        target: Option<i64>,
        command: &str,
        summary: &str,
    ) -> Chain {
        let mut chain = Chain(Sha256::new());
        chain.text(prev);
        chain.number(seq);
        chain.number(at);
        chain.text(who);
        chain.text(kind);
        chain.number(target.unwrap_or(0));
        chain.text(command);
        chain.text(summary);
        chain
    }

    fn change(&mut self, entity: &str, row: i64, op: &str, version: i64, fields: &str) {
        self.text(entity);
        self.number(row);
        self.text(op);
        self.number(version);
        self.text(fields);
    }

    fn block(&mut self, n: i64, entity: &str, rows: i64, (low, high): (i64, i64), body: &str) {
        self.text("block");
        self.number(n);
        self.text(entity);
        self.number(rows);
        self.number(low);
        self.number(high);
        self.text(body);
    }

    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn number(&mut self, n: i64) {
        self.0.update(n.to_le_bytes());
    }

    fn end(self) -> String {
        self.0.finalize().iter().map(|b| format!("{b:02x}")).collect()
    }
}
