//! Training on the operator's own history and scoring by what was learnt: long work around two commands.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{Id, calendar};
use crate::domain::model::ModelKind;
use crate::domain::{Entity, Principal, Status};
use crate::insight::churn::{self, Cases, Churn, ChurnError, Event, History};
use crate::insight::learn::{LearnError, Options, Progress};
use crate::insight::odds::Odds;
use crate::insight::recommend::{Tastes, app_traits, plan_traits};
use crate::query::schema::{customer as c, model as m};
use crate::store::{Line, Read};

use super::chunks::Report;
use super::command::{Command, Learnt, ModelCommand, Receipt};
use super::decide::in_force;
use super::error::CommandError;
use super::policy::{self, Verb};
use super::{Engine, StoreError, labels, login};

/// Models as they were read or learnt last: reading one takes longer than asking it.
#[derive(Default)]
pub struct Held {
    churn: Mutex<Option<(Id, Arc<Churn>)>>,
    pub(super) odds: Mutex<Option<(Id, Arc<Odds>)>>,
    pub(super) labels: labels::Labels,
}

/// Lines between two words on how far reading is.
const LINES: u64 = 5_000;

pub(super) fn history(line: Line) -> History {
    let events = line.events.into_iter().map(|(day, kind)| Event { day, kind }).collect();
    History { row: line.row, usage: line.usage, events, edits: line.edits }
}

/// The model in force and its number.
pub(super) fn current(read: &Read<'_>, held: &Held) -> Result<Option<(i64, Arc<Churn>)>, StoreError> {
    let Some(row) = in_force(read, ModelKind::Churn)? else { return Ok(None) };
    let number = row.int(m::NUMBER).unwrap_or(0);
    let mut held = held.churn.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, churn)) = held.as_ref().filter(|(id, _)| *id == row.id) {
        return Ok(Some((number, Arc::clone(churn))));
    }
    let Some(body) = read.model_body(row.id)? else { return Ok(None) };
    // A body of a later or earlier program that cannot be read counts as none: training makes a new one.
    let Ok(churn) = serde_json::from_str::<Churn>(&body) else { return Ok(None) };
    let churn = Arc::new(churn);
    *held = Some((row.id, Arc::clone(&churn)));
    Ok(Some((number, churn)))
}

/// Progress of a part of the work, in thousandths of the whole.
pub(super) struct Span<'a> {
    pub report: &'a (dyn Fn(u64, u64) -> bool + Sync),
    pub from: u64,
    pub to: u64,
}

impl Progress for Span<'_> {
    fn told(&self, done: u64, all: u64) -> bool {
        (self.report)(self.from + (self.to - self.from) * done.min(all) / all.max(1), 1_000)
    }
}

impl From<ChurnError> for CommandError {
    fn from(e: ChurnError) -> CommandError {
        match e {
            ChurnError::Learn(LearnError::Stopped) => CommandError::Store(StoreError::Interrupted),
            e => CommandError::Refused(e.to_string()),
        }
    }
}

impl Engine {
    /// Trains a churn model on what happened to the lines, tests it on a time it has not seen, and keeps it. `report` is
    /// told how far it is and says whether to go on; stopped, nothing is kept.
    pub fn train(
        &self,
        who: &Principal,
        options: &Options,
        report: &(dyn Fn(u64, u64) -> bool + Sync),
    ) -> Result<Receipt, CommandError> {
        policy::authorise(who, Verb::Train, Entity::Model)?;
        let today = calendar::days_of(self.today());
        let [older, newer] = churn::days(today);
        let (mut of_older, mut of_newer) = (Cases::default(), Cases::default());
        let (mut plans, mut apps) = (Tastes::default(), Tastes::default());
        let needed = self.each_line(who, Verb::Train, Some(older), &Span { report, from: 0, to: 150 }, |h| {
            if Status::parse(h.row.text(c::STATUS)).is_some_and(Status::is_billable) {
                plans.add(h.row.text(c::PLAN), &plan_traits(&h.row));
                let app = h.row.text(c::TOP_OTT);
                if !app.is_empty() {
                    apps.add(app, &app_traits(&h.row));
                }
            }
            of_older.add_on(&h, older);
            of_newer.add_on(&h, newer);
        })?;
        let needed = usize::try_from(needed.int("churn.leavers")).unwrap_or(usize::MAX);
        let told = Span { report, from: 150, to: 1_000 };
        let mut churn = churn::train(of_older, of_newer, needed, today, options, &told)?;
        (churn.plans, churn.apps) = (plans, apps);
        let body = serde_json::to_string(&churn).map_err(|e| CommandError::Refused(e.to_string()))?;
        let learnt = Learnt {
            kind: ModelKind::Churn,
            body,
            cases: churn.cases,
            leavers: churn.leavers,
            usual: churn.usual(),
            figures: churn.figures,
        };
        self.execute(who, Command::Model(ModelCommand::Keep(learnt)))
    }

    /// Scores every line in service by the model in force: one entry of the journal, in parts where they are many.
    pub fn score(&self, who: &Principal, report: &(dyn Fn(u64, u64) -> bool + Sync)) -> Result<Receipt, CommandError> {
        policy::authorise(who, Verb::Score, Entity::Model)?;
        let none = "no model is in force: `bharatnet model train` makes one. Until then the risk is scored by rules";
        let (number, churn) =
            self.store.read(|read| current(read, &self.held))?.ok_or_else(|| CommandError::Refused(none.into()))?;
        let today = calendar::days_of(self.today());
        let (mut cases, mut ids) = (Cases::default(), Vec::new());
        self.each_line(who, Verb::Score, None, &Span { report, from: 0, to: 300 }, |h| {
            if h.on(today, |seen| cases.add(seen, false)).is_some() {
                ids.push(h.row.id);
            }
        })?;
        let chances = churn.chances(cases);
        let chances: Vec<(Id, i64)> =
            ids.into_iter().zip(chances).map(|(id, p)| (id, (p * 10_000.0).round() as i64)).collect();
        let told = Span { report, from: 300, to: 1_000 };
        self.write_chances(who, number, &chances, &|done, all| told.told(done, all))
    }

    fn write_chances(
        &self,
        who: &Principal,
        model: i64,
        chances: &[(Id, i64)],
        report: Report<'_>,
    ) -> Result<Receipt, CommandError> {
        let all = chances.len() as u64;
        let mut whole: Option<Receipt> = None;
        let mut done = 0;
        for part in chances.chunks(self.part) {
            if !report(done, all) {
                break;
            }
            let command = Command::Model(ModelCommand::Score { model, chances: part.to_vec() });
            let head = whole.as_ref().and_then(|w| w.entry);
            let receipt = self.carry_out(who, command, false, head)?;
            done += part.len() as u64;
            whole = Some(match whole {
                None => receipt,
                Some(before) => Receipt {
                    entry: before.entry.or(receipt.entry),
                    changed: before.changed + receipt.changed,
                    ..before
                },
            });
        }
        report(done, all);
        let mut whole = whole.ok_or_else(|| CommandError::Refused("no line is in service: nobody to score".into()))?;
        let rest = all - done;
        let many = |n: u64| crate::base::money::group(n);
        whole.summary = format!("Scored {} customers by churn {model}", many(whole.changed as u64));
        if rest > 0 {
            whole.summary += &format!("; stopped: {} stay as they were", many(rest));
        }
        Ok(whole)
    }

    /// Walks the lines as `who`; returns the settings.
    fn each_line(
        &self,
        who: &Principal,
        verb: Verb,
        edited_from: Option<i64>,
        told: &Span<'_>,
        mut with: impl FnMut(History),
    ) -> Result<crate::domain::settings::Settings, CommandError> {
        let now = self.clock.now();
        let from = edited_from.and_then(calendar::date_from_days).map_or(now, calendar::start_of);
        self.store.read(|read| {
            policy::authorise(&login::standing(read, who, now)?, verb, Entity::Model)?;
            let all = u64::try_from(read.totals(&crate::query::Bound::all(Entity::Customer))?.count).unwrap_or(0);
            let (mut done, mut on) = (0, true);
            read.lines(churn::FIELDS, None, from, |line| {
                with(history(line));
                done += 1;
                on = done % LINES != 0 || told.told(done, all);
                on
            })?;
            if on { Ok(read.settings()?) } else { Err(CommandError::Store(StoreError::Interrupted)) }
        })
    }
}
