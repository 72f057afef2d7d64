//! Work on more rows than one transaction should hold: done in parts under one entry of the journal.
//!
//! Each part is a transaction of its own, with a line of the journal that points at the first one. People see one
//! entry; taking it back takes all its parts back, in one transaction. Stopped or cut short in the middle, what was
//! applied stands whole, is told, and can be taken back: no part is ever half done.

use std::collections::BTreeMap;

use crate::base::{Id, Money};
use crate::domain::Principal;

use super::command::{Command, Preview, Receipt, Skip, Target};
use super::decide;
use super::error::CommandError;
use super::{Engine, login, policy};

/// Rows of one transaction.
pub const PART: usize = 50_000;
/// Skipped rows kept with their names; beyond that only their reasons are counted on.
const SKIPS: usize = 10_000;

/// Told of rows done, of all; answers whether to go on.
pub type Report<'a> = &'a dyn Fn(u64, u64) -> bool;

impl Command {
    /// The rows it is about, for those commands that treat each row alike and alone.
    fn target_mut(&mut self) -> Option<&mut Target> {
        match self {
            Command::Update { target, base: None, .. }
            | Command::SetStatus { target, .. }
            | Command::ChangePlan { target, .. }
            | Command::Tag { target, .. }
            | Command::Delete { target, .. }
            | Command::Undelete { target, .. } => Some(target),
            _ => None,
        }
    }
}

impl Engine {
    /// The rows of a command that are too many for one transaction, which ends as it is.
    fn too_many(&self, who: &Principal, command: &Command) -> Result<Option<Vec<Id>>, CommandError> {
        let mut command = command.clone();
        let Some(target) = command.target_mut() else { return Ok(None) };
        let now = self.clock.now();
        let ids = match target {
            Target::Ids(ids) if ids.len() <= self.part => return Ok(None),
            Target::Ids(ids) => std::mem::take(ids),
            Target::Matching { filter, except } => self.store.read(|read| {
                login::standing(read, who, now)?;
                if read.totals(filter)?.count <= i64::try_from(self.part).unwrap_or(i64::MAX) {
                    return Ok::<_, CommandError>(Vec::new());
                }
                let mut ids = read.ids(filter)?;
                let except: std::collections::BTreeSet<Id> = except.iter().copied().collect();
                ids.retain(|id| !except.contains(id));
                Ok(ids)
            })?,
        };
        Ok((ids.len() > self.part).then_some(ids))
    }

    /// Carries a command out, telling how far it is. More rows than [`PART`] are done in parts; where `report` says
    /// stop, what was applied so far stays and the receipt says so.
    pub fn execute_with(
        &self,
        who: &Principal,
        mut command: Command,
        report: Report<'_>,
    ) -> Result<Receipt, CommandError> {
        policy::authorise(who, command.verb(), command.of())?;
        let Some(ids) = self.too_many(who, &command)? else { return self.execute(who, command) };
        // Each part names its own rows.
        if let Some(target) = command.target_mut() {
            *target = Target::Ids(Vec::new());
        }
        let all = ids.len() as u64;
        let mut whole: Option<Receipt> = None;
        let mut done = 0;
        for part in ids.chunks(self.part) {
            if !report(done, all) {
                break;
            }
            let mut command = command.clone();
            if let Some(target) = command.target_mut() {
                *target = Target::Ids(part.to_vec());
            }
            let head = whole.as_ref().and_then(|w| w.entry);
            let receipt = match self.carry_out(who, command, false, head) {
                Ok(receipt) => receipt,
                // What came before stands; the rest is told.
                Err(e) if whole.as_ref().is_some_and(|w| w.changed > 0) => {
                    let whole = whole.unwrap_or_else(|| unreachable!("it is there: its rows were counted"));
                    return Ok(Receipt { summary: format!("{}; then it stopped: {e}", counted(&whole)), ..whole });
                }
                Err(e) => return Err(e),
            };
            done += part.len() as u64;
            match &mut whole {
                None => whole = Some(receipt),
                Some(whole) => {
                    whole.entry = whole.entry.or(receipt.entry);
                    whole.changed += receipt.changed;
                    let room = SKIPS.saturating_sub(whole.skipped.len());
                    whole.skipped.extend(receipt.skipped.into_iter().take(room));
                }
            }
        }
        report(done, all);
        let Some(whole) = whole else {
            return Err(CommandError::Refused("stopped before anything was changed".into()));
        };
        let rest = all - done;
        let summary = match rest {
            0 => counted(&whole),
            n => format!("{}; stopped: {} rows stay as they were", counted(&whole), crate::base::money::group(n)),
        };
        Ok(Receipt { summary, ..whole })
    }

    /// A preview of many rows, part by part, so that their number does not matter to the memory.
    pub(super) fn preview_parts(
        &self,
        who: &Principal,
        command: &Command,
        ids: &[Id],
    ) -> Result<Preview, CommandError> {
        let (verb, of, now) = (command.verb(), command.of(), self.clock.now());
        self.store.read(|read| {
            let who = &login::standing(read, who, now)?;
            policy::authorise(who, verb, of)?;
            let mut whole: Option<Preview> = None;
            let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
            for part in ids.chunks(self.part) {
                let mut command = command.clone();
                if let Some(target) = command.target_mut() {
                    *target = Target::Ids(part.to_vec());
                }
                let decision = decide::decide(&decide::Scene { read, who, now, ids: &self.ids }, &command)?;
                policy::authorise_rows(read, who, verb, of, &decision.changes)?;
                let seen = decide::preview(read, decision)?;
                for skip in &seen.skipped {
                    *reasons.entry(skip.reason.clone()).or_default() += 1;
                }
                match &mut whole {
                    None => whole = Some(seen),
                    Some(whole) => {
                        whole.changes += seen.changes;
                        whole.mrr = Money(whole.mrr.0 + seen.mrr.0);
                        let room = SKIPS.saturating_sub(whole.skipped.len());
                        whole.skipped.extend::<Vec<Skip>>(seen.skipped.into_iter().take(room).collect());
                    }
                }
            }
            whole.ok_or_else(|| CommandError::Refused("no row is meant".into()))
        })
    }

    /// What a command would do, in parts where its rows are many.
    pub fn preview(&self, who: &Principal, command: &Command) -> Result<Preview, CommandError> {
        policy::authorise(who, command.verb(), command.of())?;
        match self.too_many(who, command)? {
            Some(ids) => self.preview_parts(who, command, &ids),
            None => self.preview_whole(who, command),
        }
    }
}

/// What was done to how many rows in all: the words of the first part name only its own.
fn counted(whole: &Receipt) -> String {
    format!("{} (and on: {} rows in all)", whole.summary, crate::base::money::group(whole.changed as u64))
}
