//! Taking an entry back and doing it again: the recorded changes, inverted, in reverse. Refused
//! with the rows named where someone has changed the same fields since.

use crate::base::{Id, Timestamp, calendar};
use crate::domain::{Entity, FieldId, Principal, Record, Value};
use crate::query::schema::{Edit, article, customer as c, field, noun, open_state};
use crate::store::{Change, Entry, EntryKind, FieldChange, NewEntry, Read, StoreError, UNIQUE, Write};

use super::command::Receipt;
use super::decide::deal::after_undo as deals_after;
use super::decide::lead::after_undo as leads_after;
use super::decide::{is_derived, settle};
use super::error::{CommandError, UndoError};
use super::policy::{self, Reach, Verb};

/// Which entry is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UndoTarget {
    /// The newest of one's own that is left.
    Last,
    /// This one.
    Entry(i64),
}

pub fn turn(
    tx: &Write<'_>,
    who: &Principal,
    what: UndoTarget,
    kind: EntryKind,
    now: Timestamp,
) -> Result<Receipt, UndoError> {
    let read = tx.read();
    let entry = match (what, kind) {
        (UndoTarget::Entry(seq), _) => read.entry(seq)?.ok_or(UndoError::NoEntry(seq))?,
        (UndoTarget::Last, EntryKind::Redo) => read.last_undone(&who.user)?.ok_or(UndoError::NothingToRedo)?,
        (UndoTarget::Last, _) => read.last_undoable(&who.user)?.ok_or(UndoError::NothingToUndo)?,
    };
    check(&entry, kind)?;
    let recorded = read.changes(entry.seq)?;
    may(&read, who, &entry, &recorded)?;
    let wanted: Vec<&Change> =
        if kind == EntryKind::Undo { recorded.iter().rev().collect() } else { recorded.iter().collect() };
    let mut done = Vec::with_capacity(wanted.len());
    let mut changed_since = Vec::new();
    let mut stale = Vec::new();
    let mut wanted = wanted.as_slice();
    while let Some((change, rest)) = wanted.split_first() {
        // Of many rows changed alike, all that still stand as the entry left them are turned at once.
        let run = run(wanted);
        if run >= MANY
            && let Some(turned) = unmoved(&read, &wanted[..run], kind)?
        {
            done.extend(tx.apply_all(turned)?);
            wanted = &wanted[run..];
            continue;
        }
        wanted = rest;
        let row = read.row(change.entity(), change.id())?;
        match turned(change, row.as_ref(), kind, now) {
            Some(turned) => {
                match tx.apply(&turned) {
                    Ok(()) => {
                        if change.entity() == Entity::Lead && is_stale(change, row.as_ref(), kind) {
                            stale.push(change.id());
                        }
                        done.push(turned);
                    }
                    // Something was hung on a row that should go: a note on a new customer.
                    Err(StoreError::Unique(_) | StoreError::Gone(_)) => changed_since.push(label(change, row.as_ref())),
                    Err(e) => return Err(e.into()),
                }
            }
            None => changed_since.push(label(change, row.as_ref())),
        }
    }
    if !changed_since.is_empty() {
        return Err(UndoError::Changed(changed_since));
    }
    for change in leads_after(&tx.read(), now, &done, &stale)? {
        tx.apply(&change)?;
        done.push(change);
    }
    for change in deals_after(&tx.read(), &done)? {
        tx.apply(&change)?;
        done.push(change);
    }
    let word = if kind == EntryKind::Undo { "Took back" } else { "Did again" };
    let summary = format!("{word}: {}", entry.summary);
    let new = NewEntry {
        at: now,
        who: &who.user,
        kind,
        target: Some(entry.seq),
        command: kind.code(),
        summary: &summary,
        changed: done.len(),
    };
    let seq = tx.journal(&new, &done)?;
    Ok(Receipt { entry: Some(seq), summary, changed: done.len(), skipped: Vec::new(), created: Vec::new() })
}

/// Runs of fewer rows are turned one by one.
const MANY: usize = 20;

/// How many changes from the first on are updates, each of another row of the same large list.
fn run(changes: &[&Change]) -> usize {
    let of = changes.first().map(|c| c.entity());
    let mut seen = std::collections::BTreeSet::new();
    let plain = |c: &&&Change| match c {
        Change::Update { entity, id, fields, .. } => {
            let large = *entity == Entity::Customer || open_state(*entity).is_some();
            let shared = fields.iter().all(|f| !UNIQUE.contains(&field(f.field).name));
            Some(*entity) == of && large && shared && seen.insert(*id)
        }
        _ => false,
    };
    changes.iter().take_while(plain).count()
}

/// Updates turned round, where none of their fields was moved since in any of the rows.
fn unmoved(read: &Read<'_>, changes: &[&Change], kind: EntryKind) -> Result<Option<Vec<Change>>, StoreError> {
    let mut ids = std::collections::BTreeSet::new();
    for change in changes {
        if let Change::Update { fields, .. } = change {
            ids.extend(fields.iter().map(|f| f.field));
        }
    }
    let Some(entity) = changes.first().map(|c| c.entity()) else { return Ok(None) };
    let rows: Vec<Id> = changes.iter().map(|c| c.id()).collect();
    let rows = read.fields_of(entity, &ids.into_iter().collect(), &rows)?;
    if rows.len() != changes.len() {
        return Ok(None);
    }
    let mut out = Vec::with_capacity(changes.len());
    for (change, row) in changes.iter().zip(&rows) {
        let turned = if kind == EntryKind::Undo { change.invert(row.version) } else { forward(change, row.version) };
        let Change::Update { fields, .. } = &turned else { return Ok(None) };
        if row.id != change.id() || fields.iter().any(|f| *row.get(f.field) != f.old) {
            return Ok(None);
        }
        out.push(turned);
    }
    Ok(Some(out))
}

/// Taking back is doing: it needs the right to the verb of the entry, and for most roles that the entry is their
/// own.
fn may(read: &Read<'_>, who: &Principal, entry: &Entry, recorded: &[Change]) -> Result<(), CommandError> {
    if policy::reach(who.role, Verb::Undo, Entity::Customer) != Reach::All && entry.who != who.user {
        return Err(CommandError::Denied(format!(
            "the role {} may take back only what is their own",
            who.role.label()
        )));
    }
    // A command that the table does not know is left to who may take everything back.
    let Some(verb) = Verb::parse(&entry.command) else {
        return policy::authorise_rows(read, who, Verb::Undo, Entity::Customer, recorded);
    };
    // An entry may have changed rows of several kinds: what it was about is the first one its verb has a rule for.
    let ruled = |e: &Entity| policy::RULES.iter().any(|r| r.verb == verb && r.of == *e);
    let mut kinds = recorded.iter().map(|c| policy::ruled_as(c.entity()));
    let of = kinds.clone().find(ruled).or_else(|| kinds.next()).unwrap_or(Entity::Customer);
    policy::authorise(who, verb, of)?;
    policy::authorise_rows(read, who, verb, of, recorded)
}

fn check(entry: &Entry, kind: EntryKind) -> Result<(), UndoError> {
    let no = |why| Err(UndoError::NotUndoable(entry.seq, why));
    match (entry.kind, kind, entry.undone) {
        (EntryKind::Load, _, _) => no("it filled the database; start another one instead"),
        (EntryKind::Event, _, _) => no("it is a note of what happened"),
        (EntryKind::Part, _, _) => no("it is a part of a longer entry; take that one back"),
        (EntryKind::Undo | EntryKind::Redo, _, _) => no("it is itself an undo or redo; name the entry it was about"),
        (EntryKind::Do, _, _) if entry.command == Verb::CreateUser.code() => {
            no("people stay in the log; `bharatnet user disable` shuts somebody out")
        }
        (EntryKind::Do, _, _) if is_secret(&entry.command) => no("passwords and codes are kept by nobody"),
        (EntryKind::Do, EntryKind::Undo, true) => no("it was taken back already"),
        (EntryKind::Do, EntryKind::Redo, false) => no("it stands as it was done"),
        _ => Ok(()),
    }
}

fn is_secret(command: &str) -> bool {
    let verbs = [Verb::SetPassword, Verb::IssueCode, Verb::SecondFactor];
    verbs.iter().any(|v| v.code() == command)
}

/// The change to apply now; `None` where the row is no longer as the entry left it.
fn turned(change: &Change, row: Option<&Record>, kind: EntryKind, now: Timestamp) -> Option<Change> {
    let version = row.map_or(0, |r| r.version);
    let wanted = if kind == EntryKind::Undo { change.invert(version) } else { forward(change, version) };
    match (&wanted, row) {
        (Change::Insert { .. }, None) => Some(wanted),
        (Change::Delete { entity, id, fields, .. }, Some(row)) => {
            let same = fields.iter().all(|(f, v)| is_computed(*f) || row.get(*f) == v)
                && row
                    .fields
                    .iter()
                    .all(|f| is_computed(*f) || row.get(*f).is_null() != fields.iter().any(|(g, _)| g == f));
            // What the row held last is what a redo brings back.
            let filled = row.fields.iter().zip(&row.values).filter(|(_, v)| !v.is_null());
            let fields = filled.map(|(f, v)| (*f, v.clone())).collect();
            same.then_some(Change::Delete { entity: *entity, id: *id, version, fields })
        }
        (Change::Update { entity, id, fields, .. }, Some(row)) => {
            if fields.iter().any(|f| !is_computed(f.field) && *row.get(f.field) != f.old) {
                return None;
            }
            Some(Change::Update { entity: *entity, id: *id, version, fields: settled(*entity, row, fields, now) })
        }
        _ => None,
    }
}

/// True where a computed field of the row was moved by somebody else since: the recorded value is no longer right.
fn is_stale(change: &Change, row: Option<&Record>, kind: EntryKind) -> bool {
    let (Change::Update { fields, .. }, Some(row)) = (change, row) else { return false };
    let left = |f: &FieldChange| if kind == EntryKind::Undo { f.new.clone() } else { f.old.clone() };
    fields.iter().any(|f| is_computed(f.field) && *row.get(f.field) != left(f))
}

fn is_computed(id: crate::domain::FieldId) -> bool {
    is_derived(id) && field(id).edit == Edit::Never
}

fn forward(change: &Change, version: i64) -> Change {
    match change.clone() {
        Change::Update { entity, id, fields, .. } => Change::Update { entity, id, version, fields },
        Change::Delete { entity, id, fields, .. } => Change::Delete { entity, id, version, fields },
        insert => insert,
    }
}

/// Computed fields go back with the rest where nothing else has moved them; else they are computed
/// anew.
fn settled(entity: Entity, row: &Record, fields: &[FieldChange], now: Timestamp) -> Vec<FieldChange> {
    let mut after = row.clone();
    fields.iter().for_each(|f| after.set(f.field, returned(row, f)));
    let moved = fields.iter().any(|f| is_computed(f.field) && *row.get(f.field) != f.old);
    if moved && entity == Entity::Customer {
        let mut fresh = after.clone();
        settle(None, &mut fresh, calendar::date_of(now));
        after.set(c::MRR, fresh.get(c::MRR).clone());
        after.set(c::RISK, fresh.get(c::RISK).clone());
    }
    row.fields
        .iter()
        .filter(|f| row.get(**f) != after.get(**f))
        .map(|f| FieldChange { field: *f, old: row.get(*f).clone(), new: after.get(*f).clone() })
        .collect()
}

/// Counts that several commands move: each takes back its own part.
const COUNTS: &[FieldId] = &[c::TICKETS, c::TICKETS_30D, c::OPEN_TICKETS, article::SOLVED];
/// Days that only the newest command says.
const DAYS: &[FieldId] = &[c::LAST_TICKET, c::LAST_CONTACT];

/// What a field goes back to, where something else may have moved it since.
fn returned(row: &Record, f: &FieldChange) -> Value {
    let now = row.get(f.field);
    if *now == f.old {
        return f.new.clone();
    }
    if COUNTS.contains(&f.field) {
        let int = |v: &Value| v.as_int().unwrap_or(0);
        return Value::Int((int(now) + int(&f.new) - int(&f.old)).max(0));
    }
    if DAYS.contains(&f.field) { now.clone() } else { f.new.clone() }
}

fn label(change: &Change, row: Option<&Record>) -> String {
    let name = row.map(|r| {
        let name = r.text(noun(change.entity()).name).chars().take(60).collect::<String>();
        if change.entity() == Entity::View { format!("the view {name}") } else { name }
    });
    name.filter(|n| !n.is_empty()).unwrap_or_else(|| format!("row {}", change.id()))
}
