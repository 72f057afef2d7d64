//! The two doors. Every write is one [`Command`] through [`Engine::execute`]; every question is one
//! [`Ask`] through [`Engine::read`]. Screens, commands and servers know no other way to the data.
//!
//! ```text
//! execute = authorise -> BEGIN IMMEDIATE { decide (pure over this state) -> apply -> journal } COMMIT -> publish
//! ```
//!
//! Nothing is decided before it is allowed, and nothing is told to be saved before it is.

pub mod ask;
mod chunks;
mod command;
mod decide;
mod error;
pub mod find;
mod labels;
mod lead_odds;
mod login;
mod mask;
mod models;
mod policy;
mod presence;
mod second;
mod secret;
mod token;
mod training;
mod undo;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use chrono::NaiveDate;

use crate::base::{Clock, Id, IdMaker, Timestamp, calendar};
use crate::domain::{Entity, Principal, Record};
use crate::query::Context;
use crate::query::schema::noun;
use crate::store::{EntryKind, Load, NewEntry, Store};

pub use ask::Ask;
pub use chunks::PART;
/// Number of the schema this program writes.
pub const SCHEMA: i64 = crate::store::LATEST;

pub use decide::{Appointment, Checks, Desk, IncidentCommand, JobCommand, Outage, Report, importable};

pub use command::{
    Assign, Base, Clash, Command, DealCommand, DealStep, ImportRow, LeadCommand, Learnt, ModelCommand, NewArticle,
    NewTicket, Preview, Receipt, RowDiff, Skip, Step, Target, Terms, TicketCommand, WinTerms, Words, offer_taken,
    skip_reasons,
};
pub use error::{CommandError, ReadError, UndoError};
pub use login::{Entered, LoginError};
pub use mask::{HIDDEN, Sight, hidden};
pub use policy::{RULES, Reach, Rule, Verb, allows, markdown as roles_table, reach};
pub use second::{Offer, code_at, offer};
pub use secret::new_code;
pub use training::Trained;
pub use undo::UndoTarget;

pub use crate::store::{
    Anchor, Beside, Change, Contact, Editing, Entry, EntryKind as JournalKind, FieldChange, Group, GroupAsk, Health,
    Key, Measure, Page, PageAsk, StoreError, Totals, key,
};

/// Told to everyone who subscribed, after the commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The journal entry that made the change.
    pub entry: i64,
}

/// One open database with its rules.
pub struct Engine {
    store: Store,
    clock: Arc<dyn Clock>,
    ids: IdMaker,
    feeds: Mutex<Vec<Sender<Changed>>>,
    /// Rows of one transaction.
    part: usize,
    /// Tells this program apart from others on the same file.
    seat: i64,
    held: models::Held,
    finder: find::Finder,
}

impl Engine {
    /// Opens the database at `path`; with `create`, makes an empty one where nothing is.
    pub fn open(path: &Path, create: bool, clock: Arc<dyn Clock>) -> Result<Engine, StoreError> {
        let store = Store::open(path, create)?;
        // Ten bits of the process number keep two programs on one file from making the same id.
        let node = u16::try_from(std::process::id() & 0x3ff).unwrap_or(0);
        let seat = secret::random::<8>().map(i64::from_be_bytes).unwrap_or_else(|_| i64::from(std::process::id()));
        Ok(Engine {
            store,
            clock,
            ids: IdMaker::new(node),
            feeds: Mutex::new(Vec::new()),
            part: PART,
            seat,
            held: models::Held::default(),
            finder: find::Finder::default(),
        })
    }

    /// The schema of a file that has to be brought up to date to be opened.
    pub fn older(path: &Path) -> Option<i64> {
        Store::older(path)
    }

    /// Long work in parts of so many rows instead of [`PART`]: for machines with little memory.
    pub fn in_parts_of(self, rows: usize) -> Engine {
        Engine { part: rows.max(1), ..self }
    }

    pub fn path(&self) -> &Path {
        self.store.path()
    }

    /// Why this database can only be read; `None` when it can be written.
    pub fn read_only(&self) -> Option<&str> {
        self.store.read_only()
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Today, in India.
    pub fn today(&self) -> NaiveDate {
        calendar::date_of(self.clock.now())
    }

    /// What a filter text of this person may refer to.
    pub fn context(&self, who: &Principal) -> Context {
        let context = Context::at(self.clock.now(), who.user.clone());
        match self.store.read(|read| read.settings()) {
            Ok(settings) => context.near(settings.int("ticket.near-minutes")),
            Err(_) => context,
        }
    }

    /// Carries a command out, all of it or nothing.
    pub fn execute(&self, who: &Principal, command: Command) -> Result<Receipt, CommandError> {
        self.carry_out(who, command, false, None)
    }

    /// `trusted` is the program itself, which nobody has to let in. `head` is the entry this is a further part of.
    fn carry_out(
        &self,
        who: &Principal,
        command: Command,
        trusted: bool,
        head: Option<i64>,
    ) -> Result<Receipt, CommandError> {
        let (verb, of) = (command.verb(), command.of());
        policy::authorise(who, verb, of)?;
        let now = self.clock.now();
        let receipt = self.store.write(|tx| {
            let read = tx.read();
            let who = &if trusted { who.clone() } else { login::standing(&read, who, now)? };
            policy::authorise(who, verb, of)?;
            let mut decision = decide::decide(&decide::Scene { read: &read, who, now, ids: &self.ids }, &command)?;
            policy::authorise_rows(&read, who, verb, of, &decision.changes)?;
            if decision.is_nothing() {
                return Ok(Receipt::nothing(decision));
            }
            decision.changes = tx.apply_all(std::mem::take(&mut decision.changes))?;
            for change in &decision.secrets {
                tx.apply_secret(change)?;
            }
            login::keep_an_admin(&read)?;
            let rows = decision.rows();
            self.held.labels.note(&decision.changes);
            let entry = NewEntry {
                at: now,
                who: &who.user,
                kind: if head.is_some() { EntryKind::Part } else { EntryKind::Do },
                target: head,
                command: verb.code(),
                summary: &decision.summary,
                changed: rows,
            };
            let seq = tx.journal(&entry, &decision.changes)?;
            Ok::<_, CommandError>(Receipt::done(seq, rows, decision))
        })?;
        if let Some(entry) = receipt.entry {
            self.publish(entry);
        }
        Ok(receipt)
    }

    /// Puts in force what has fallen due by now: new list prices. Whoever opens the database does this; what it
    /// did stands in the journal under `system`. Without a right to write nothing happens.
    pub fn catch_up(&self) -> Result<Vec<Receipt>, CommandError> {
        if self.read_only().is_some() {
            return Ok(Vec::new());
        }
        let today = self.today();
        let waits = self.store.read(|read| read.prices_due(calendar::days_of(today)))?;
        if !waits {
            return Ok(Vec::new());
        }
        let receipt = self.carry_out(&Principal::system(), Command::ApplyPrices, true, None)?;
        Ok(receipt.entry.is_some().then_some(receipt).into_iter().collect())
    }

    /// What a command on a few rows would do, without doing it.
    fn preview_whole(&self, who: &Principal, command: &Command) -> Result<Preview, CommandError> {
        let (verb, of) = (command.verb(), command.of());
        policy::authorise(who, verb, of)?;
        let now = self.clock.now();
        self.store.read(|read| {
            let who = &login::standing(read, who, now)?;
            policy::authorise(who, verb, of)?;
            let decision = decide::decide(&decide::Scene { read, who, now, ids: &self.ids }, command)?;
            policy::authorise_rows(read, who, verb, of, &decision.changes)?;
            decide::preview(read, decision)
        })
    }

    /// Takes an entry of the journal back.
    pub fn undo(&self, who: &Principal, what: UndoTarget) -> Result<Receipt, UndoError> {
        self.turn(who, what, EntryKind::Undo)
    }

    /// Does again what was taken back last.
    pub fn redo(&self, who: &Principal, what: UndoTarget) -> Result<Receipt, UndoError> {
        self.turn(who, what, EntryKind::Redo)
    }

    fn turn(&self, who: &Principal, what: UndoTarget, kind: EntryKind) -> Result<Receipt, UndoError> {
        policy::authorise(who, Verb::Undo, Entity::Customer).map_err(UndoError::Command)?;
        let now = self.clock.now();
        let receipt = self.store.write(|tx| {
            let who = &login::standing(&tx.read(), who, now)?;
            policy::authorise(who, Verb::Undo, Entity::Customer)?;
            let receipt = undo::turn(tx, who, what, kind, now)?;
            login::keep_an_admin(&tx.read())?;
            Ok::<_, UndoError>(receipt)
        })?;
        if let Some(entry) = receipt.entry {
            self.publish(entry);
        }
        Ok(receipt)
    }

    /// A row without its masks. Who looked at whom, and why, is written into the journal first.
    pub fn reveal(&self, who: &Principal, entity: Entity, id: Id, reason: &str) -> Result<Record, CommandError> {
        policy::authorise(who, Verb::Reveal, Entity::Customer)?;
        let reason = crate::base::text::clean(reason, 200);
        if reason.is_empty() {
            return Err(CommandError::Invalid { name: "Reason", message: "is required: it is written down".into() });
        }
        let now = self.clock.now();
        let (entry, row) = self.store.write(|tx| {
            let who = login::standing(&tx.read(), who, now)?;
            policy::authorise(&who, Verb::Reveal, Entity::Customer)?;
            // A code in it ends the job of whoever may not see it: a reason does not open that.
            if entity == Entity::Message && !mask::hidden(who.role, entity).is_empty() {
                return Err(CommandError::Denied("what messages to customers say stays with the desk".into()));
            }
            let row = tx.read().row(entity, id)?;
            let row = row.ok_or_else(|| CommandError::Refused("this row is not there any more".into()))?;
            let name = row.text(noun(entity).name);
            let summary = format!("Looked behind the masks of {name}: {reason}");
            Ok::<_, CommandError>((login::note(tx, now, &who.user, Verb::Reveal.code(), &summary)?, row))
        })?;
        self.publish(entry);
        Ok(row)
    }

    /// Answers a question.
    pub fn read<A: Ask>(&self, who: &Principal, ask: &A) -> Result<A::Answer, ReadError> {
        self.store.read(|read| self.ask(read, who, ask))
    }

    /// The same, until `stop` is set: then it ends as interrupted, wherever it is.
    pub fn read_until<A: Ask>(&self, who: &Principal, ask: &A, stop: &Arc<AtomicBool>) -> Result<A::Answer, ReadError> {
        self.store.read_until(stop, |read| self.ask(read, who, ask))
    }

    /// A page of rows. Where it takes longer than a moment, because no index has the order or few rows pass, every row
    /// is looked at once: `show` is told of the best so far, of the rows looked at and of all, and `stop` ends it.
    pub fn page_until(
        &self,
        who: &Principal,
        ask: &PageAsk,
        stop: &Arc<AtomicBool>,
        show: &dyn Fn(Page, i64, i64),
    ) -> Result<Page, ReadError> {
        /// Steps of SQLite's machine: a tenth of a second.
        const MOMENT: u64 = 2_000_000;
        let quick = ask::AskPage(ask.clone());
        match self.store.read_within(stop, MOMENT, |read| self.ask(read, who, &quick)) {
            Err(ReadError::Store(StoreError::Interrupted)) if !stop.load(Ordering::Relaxed) => {
                self.read_until(who, &ask::AskByParts(ask, show), stop)
            }
            found => found,
        }
    }

    fn ask<A: Ask>(&self, read: &crate::store::Read<'_>, who: &Principal, ask: &A) -> Result<A::Answer, ReadError> {
        let now = self.clock.now();
        let who = &login::standing(read, who, now)?;
        let context = Context::at(now, who.user.clone());
        let scene = ask::Scene { who, now, today: calendar::date_of(now), context, held: &self.held };
        ask.answer(read, &scene)
    }

    /// Every change made through this engine from now on.
    pub fn subscribe(&self) -> Receiver<Changed> {
        let (sender, receiver) = channel();
        self.feeds.lock().unwrap_or_else(|p| p.into_inner()).push(sender);
        receiver
    }

    fn publish(&self, entry: i64) {
        self.feeds.lock().unwrap_or_else(|p| p.into_inner()).retain(|f| f.send(Changed { entry }).is_ok());
    }

    /// A number that changes whenever another program has written to the file.
    pub fn outside_version(&self) -> Result<i64, StoreError> {
        self.store.data_version()
    }

    /// Writes one consistent copy to `to`; returns its SHA-256. A copy holds everything, so it is a matter of
    /// rights, though not of writing.
    pub fn backup(&self, who: &Principal, to: &Path) -> Result<String, CommandError> {
        self.may(&Principal { read_only: false, ..who.clone() }, Verb::Backup)?;
        Ok(self.store.backup(to)?)
    }

    /// Whether somebody may use a verb now, as the database has it.
    fn may(&self, who: &Principal, verb: Verb) -> Result<(), CommandError> {
        let now = self.clock.now();
        self.store.read(|read| policy::authorise(&login::standing(read, who, now)?, verb, Entity::Customer))
    }

    /// Replaces all data by that of a backup; returns where the old data is kept.
    pub fn restore(&self, who: &Principal, from: &Path) -> Result<std::path::PathBuf, CommandError> {
        self.may(who, Verb::Restore)?;
        let stamp = calendar::in_ist(self.clock.now()).format("%Y%m%d-%H%M%S").to_string();
        Ok(self.store.restore(from, &stamp)?)
    }

    /// Whether this is a made-up company: nobody should take it for real data.
    pub fn is_demo(&self) -> bool {
        self.demo().is_some()
    }

    /// What a demo company at `path` was made from, whatever program made it: the file stays as it is.
    pub fn demo_at(path: &Path) -> Result<Option<String>, StoreError> {
        Store::fact_of(path, "demo")
    }

    /// What a demo company was made from, as it was noted then.
    pub fn demo(&self) -> Option<String> {
        self.store.read(|r| r.fact("demo")).ok().flatten()
    }

    /// The full check of the file.
    pub fn health(&self) -> Result<Health, StoreError> {
        self.store.health()
    }

    /// A hash of all data; see [`crate::store`].
    pub fn digest(&self) -> Result<String, StoreError> {
        self.store.read(|r| r.digest())
    }

    /// Makes a new database at `path` from rows handed over by `work`: how the demo company comes
    /// into being. `work` returns the line for the journal.
    pub fn build(
        path: &Path,
        clock: &dyn Clock,
        work: impl FnOnce(&mut Load<'_>) -> Result<String, StoreError>,
    ) -> Result<(), StoreError> {
        Store::build(path, clock.now(), work)
    }
}

#[cfg(test)]
mod tests;
