//! `log`, `undo`, `redo` and `note`.

use std::io::Write as _;

use crate::base::money::group_signed;
use crate::base::{Id, calendar};
use crate::domain::{ActivityKind, Entity, FieldId, Value};
use crate::engine::ask::{AskBreak, AskChanges, AskHead, AskJournal, AskRow};
use crate::engine::{Change, Command, Engine, Entry, JournalKind, Receipt, UndoTarget};
use crate::query::format;
use crate::query::schema::{activity, customer, field, noun};

use super::args::{Global, Log, Note, NoteKind};
use super::failure::Failure;
use super::list::texts;
use super::out::Out;
use super::place::{database, principal};
use super::show::find;

pub fn log(global: &Global, o: &Log, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let limit = usize::try_from(o.limit).unwrap_or(usize::MAX);
    match o.what.as_deref() {
        None => {
            let entries = engine.read(&who, &AskJournal { before: o.before, limit })?;
            if o.json {
                return entries.iter().try_for_each(|e| Ok(writeln!(out, "{}", json_entry(e))?));
            }
            let rows: Vec<Vec<String>> = entries.iter().map(line).collect();
            Ok(texts(out, &["Entry", "When", "Who", "Rows", "What"], &rows)?)
        }
        Some("head") => match engine.read(&who, &AskHead)? {
            Some((entry, hash)) => Ok(writeln!(out, "{entry} {hash}")?),
            None => Err(Failure::NotFound("the log is empty".into())),
        },
        Some("verify") => match engine.read(&who, &AskBreak)? {
            None => {
                let newest = engine.read(&who, &AskHead)?.map_or(0, |(entry, _)| entry);
                Ok(writeln!(out, "the log is whole: {} entries", group_signed(newest))?)
            }
            Some(entry) => {
                Err(Failure::BadData(format!("entry {entry} was changed or taken out behind the program's back")))
            }
        },
        Some(text) => {
            let entry = text
                .trim_start_matches('#')
                .parse()
                .map_err(|_| Failure::Usage(format!("`{text}` is no entry: a number, `verify` or `head`")))?;
            if o.json {
                return json_changes(&engine, global, entry, out);
            }
            one(&engine, global, entry, limit, out)
        }
    }
}

/// Version of the JSON of the log.
const SHAPE: i64 = 1;

fn json_entry(e: &Entry) -> serde_json::Value {
    serde_json::json!({
        "v": SHAPE, "entry": e.seq, "at": calendar::in_ist(e.at).to_rfc3339(), "who": e.who, "kind": e.kind.code(),
        "of": e.target, "command": e.command, "summary": e.summary, "rows": e.changed, "taken_back": e.undone,
    })
}

fn json_changes(engine: &Engine, global: &Global, seq: i64, out: &mut Out) -> Result<(), Failure> {
    let (_, changes) = engine.read(&principal(global), &AskChanges(seq))?;
    for change in changes {
        let fields: serde_json::Map<String, serde_json::Value> = pairs(&change)
            .into_iter()
            .map(|(id, before, after)| {
                (field(id).name.to_string(), serde_json::json!([format::json(id, before), format::json(id, after)]))
            })
            .collect();
        let line = serde_json::json!({
            "v": SHAPE, "entry": seq, "entity": change.entity().code(), "row": change.id().0, "op": change.op(),
            "fields": fields,
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn line(e: &Entry) -> Vec<String> {
    let when = calendar::in_ist(e.at).format("%d %b %Y %H:%M").to_string();
    let back = if e.undone { " (taken back)" } else { "" };
    vec![e.seq.to_string(), when, e.who.clone(), group_signed(e.changed), format!("{}{back}", e.summary)]
}

/// One entry with its rows, before and after.
fn one(engine: &Engine, global: &Global, seq: i64, limit: usize, out: &mut Out) -> Result<(), Failure> {
    let (entry, changes) = engine.read(&principal(global), &AskChanges(seq))?;
    out.heading(&format!("Entry {}: {}", entry.seq, entry.summary))?;
    let when = calendar::in_ist(entry.at).format("%d %b %Y %H:%M:%S");
    let about = entry.target.map_or(String::new(), |target| format!(", about entry {target}"));
    let back = if entry.undone { ", taken back" } else { "" };
    writeln!(out, "{when}, {}, {} ({}){about}{back}", entry.who, entry.command, entry.kind.code())?;
    if entry.kind == JournalKind::Load {
        writeln!(out, "A load keeps no rows and cannot be taken back.")?;
    }
    for change in changes.iter().take(limit) {
        writeln!(out)?;
        out.heading(&format!("{} {}", verb(change), name(engine, global, change)))?;
        // Whose timeline a line is on stands in the heading.
        for (id, before, after) in pairs(change).into_iter().filter(|(id, ..)| *id != activity::CUSTOMER) {
            writeln!(out, "  {:16}{} -> {}", field(id).name, value(id, before), value(id, after))?;
        }
    }
    if let Some(more) = changes.len().checked_sub(limit).filter(|n| *n > 0) {
        writeln!(out, "\nand {} rows more (--limit)", crate::base::money::group(more as u64))?;
    }
    Ok(())
}

fn verb(change: &Change) -> &'static str {
    match change {
        Change::Insert { .. } => "Added",
        Change::Update { .. } => "Changed",
        Change::Delete { .. } => "Taken out",
    }
}

fn pairs(change: &Change) -> Vec<(FieldId, &Value, &Value)> {
    match change {
        Change::Insert { fields, .. } => fields.iter().map(|(id, v)| (*id, &Value::Null, v)).collect(),
        Change::Delete { fields, .. } => fields.iter().map(|(id, v)| (*id, v, &Value::Null)).collect(),
        Change::Update { fields, .. } => fields.iter().map(|f| (f.field, &f.old, &f.new)).collect(),
    }
}

fn value(id: FieldId, v: &Value) -> String {
    if v.is_null() { "-".into() } else { format::show(id, v).replace('\n', " / ") }
}

/// The row's name: from the change itself, else as the row is now.
fn name(engine: &Engine, global: &Global, change: &Change) -> String {
    let own = |id: FieldId| {
        let found = pairs(change).into_iter().find(|(f, ..)| *f == id);
        found.map(|(_, before, after)| if after.is_null() { before } else { after }.clone())
    };
    let stored = |entity: Entity, row: Id, id: FieldId| {
        let row = engine.read(&principal(global), &AskRow(entity, row));
        row.map_or_else(|_| "a row that is gone".to_string(), |row| row.text(id).to_string())
    };
    if change.entity() == Entity::Activity {
        let whose = own(activity::CUSTOMER).and_then(|v| v.as_int()).map(Id);
        let whose = whose.map(|id| stored(Entity::Customer, id, customer::NAME)).unwrap_or_default();
        return format!("a line on the timeline of {whose}");
    }
    let id = noun(change.entity()).name;
    own(id).map_or_else(|| stored(change.entity(), change.id(), id), |v| v.as_text().to_string())
}

pub fn undo(global: &Global, entry: Option<i64>, out: &mut Out) -> Result<(), Failure> {
    let receipt = database(global, false)?.undo(&principal(global), target(entry))?;
    told(&receipt, out)
}

pub fn redo(global: &Global, entry: Option<i64>, out: &mut Out) -> Result<(), Failure> {
    let receipt = database(global, false)?.redo(&principal(global), target(entry))?;
    told(&receipt, out)
}

fn target(entry: Option<i64>) -> UndoTarget {
    entry.map_or(UndoTarget::Last, UndoTarget::Entry)
}

pub fn told(receipt: &Receipt, out: &mut Out) -> Result<(), Failure> {
    let entry = receipt.entry.map_or(String::new(), |n| format!(" (entry {n})"));
    Ok(writeln!(out, "{}{entry}", receipt.summary)?)
}

pub fn note(global: &Global, o: &Note, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let customer = find(&engine, &who, &o.who)?.id;
    let kind = match o.kind {
        NoteKind::Note => ActivityKind::Note,
        NoteKind::Call => ActivityKind::Call,
        NoteKind::Message => ActivityKind::Message,
        NoteKind::Visit => ActivityKind::Visit,
    };
    let receipt = engine.execute(&who, Command::Note { customer, kind, body: o.text.join(" ") })?;
    told(&receipt, out)
}
