//! Training on closed leads, the odds of open ones, and what reps make of theirs.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use crate::base::{Timestamp, calendar};
use crate::domain::lead::Stage;
use crate::domain::model::ModelKind;
use crate::domain::{Entity, FieldId, Plan, Principal, Record};
use crate::insight::learn::{LearnError, Options};
use crate::insight::odds::{self, Odds, OddsError, RIPE_DAYS, Seen};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{lead as l, model as m};
use crate::store::{Anchor, PageAsk, Read};

use super::command::{Command, Learnt, ModelCommand, Receipt};
use super::decide::in_force;
use super::error::CommandError;
use super::models::{Held, Span};
use super::policy::{self, Verb};
use super::{Engine, StoreError, login};

/// Features that somebody may have edited since the lead came in.
const EDITED: &[FieldId] = &[
    l::SOURCE,
    l::SEGMENT,
    l::CITY,
    l::AVAILABILITY,
    l::LIVE_ON,
    l::PORTS,
    l::DROP,
    l::CURRENT_PROVIDER,
    l::WANTED_SPEED,
    l::BUDGET,
    l::URGENCY,
    l::PLAN,
];

impl From<OddsError> for CommandError {
    fn from(e: OddsError) -> CommandError {
        match e {
            OddsError::Learn(LearnError::Stopped) => CommandError::Store(StoreError::Interrupted),
            e => CommandError::Refused(e.to_string()),
        }
    }
}

/// The model of leads in force and its number.
pub(super) fn current(read: &Read<'_>, held: &Held) -> Result<Option<(i64, Arc<Odds>)>, StoreError> {
    let Some(row) = in_force(read, ModelKind::Leads)? else { return Ok(None) };
    let number = row.int(m::NUMBER).unwrap_or(0);
    let mut held = held.odds.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, odds)) = held.as_ref().filter(|(id, _)| *id == row.id) {
        return Ok(Some((number, Arc::clone(odds))));
    }
    let Some(body) = read.model_body(row.id)? else { return Ok(None) };
    // A body of a later or earlier program that cannot be read counts as none: training makes a new one.
    let Ok(odds) = serde_json::from_str::<Odds>(&body) else { return Ok(None) };
    let odds = Arc::new(odds);
    *held = Some((row.id, Arc::clone(&odds)));
    Ok(Some((number, odds)))
}

fn leads(closed: bool, created: Test) -> PageAsk {
    let stages = Stage::ALL.iter().filter(|s| s.is_open() != closed);
    let stages = stages.map(|s| Cond::Test(l::STAGE, Test::Is(s.code().to_string()))).collect();
    let cond = Cond::And(vec![Cond::Or(stages), Cond::Test(l::CREATED, created)]);
    PageAsk {
        filter: Bound { cond, ..Bound::all(Entity::Lead) },
        sort: vec![(l::CREATED, false)],
        fields: odds::FIELDS.to_vec(),
        anchor: Anchor::First,
        limit: usize::MAX,
    }
}

/// Closed leads looked at, the newest: more cost time and hardly teach.
const MOST: usize = 40_000;

/// Closed leads that are ripe as they stood when they had settled, the oldest first, with their outcome.
fn history(read: &Read<'_>, now: Timestamp) -> Result<Vec<(Record, bool)>, StoreError> {
    let mut rows = Vec::new();
    read.each(&leads(true, Test::Between(None, Some(now.plus_ms(-RIPE_DAYS * 86_400_000).0))), |row| {
        if let Some(won) = odds::outcome(&row) {
            rows.push((row, won));
        }
        true
    })?;
    rows.drain(..rows.len().saturating_sub(MOST));
    let Some(first) = rows.iter().filter_map(|(r, _)| r.int(l::CREATED)).min() else { return Ok(rows) };
    let mut edits = read.edits(Entity::Lead, EDITED, None, Timestamp(first))?;
    for (row, _) in &mut rows {
        let settled = Timestamp(row.int(l::CREATED).unwrap_or(0)).plus_ms(odds::SETTLED_MS);
        let settled = calendar::day_of(settled);
        let later = edits.remove(&row.id).unwrap_or_default();
        later.into_iter().rev().filter(|e| e.0 > settled).for_each(|(_, field, before)| row.set(field, before));
    }
    Ok(rows)
}

/// What reps made of the leads they had, and the share of leads that is won usually.
pub(super) fn reps(read: &Read<'_>, held: &Held, now: Timestamp) -> Result<(Vec<odds::Rep>, f64), StoreError> {
    let rows = history(read, now)?;
    let model = current(read, held)?;
    let plans = read.plans()?;
    let won = rows.iter().filter(|r| r.1).count();
    let rate = won as f64 / rows.len().max(1) as f64;
    // Without a model what a lead gives is what leads of its source give.
    let chances: Vec<f64> = match model {
        Some((_, odds)) => {
            let as_given: Vec<Record> = odds::as_given(rows.iter().map(|r| &r.0));
            let seen: Vec<Seen<'_>> = as_given.iter().map(|row| Seen { row, plans: &plans, now }).collect();
            let told = odds.chances(&seen);
            // Indirect standardisation: in all as many are expected as were won.
            let by = won as f64 / told.iter().sum::<f64>().max(1e-9);
            told.into_iter().map(|p| p * by).collect()
        }
        None => {
            let mut of: HashMap<&str, (f64, f64)> = HashMap::new();
            for (row, won) in &rows {
                let n = of.entry(row.text(l::SOURCE)).or_default();
                *n = (n.0 + f64::from(u8::from(*won)), n.1 + 1.0);
            }
            let of_source = |row: &Record| of.get(row.text(l::SOURCE)).map_or(rate, |(won, all)| won / all);
            rows.iter().map(|(row, _)| of_source(row)).collect()
        }
    };
    let mut by: HashMap<String, odds::Rep> = HashMap::new();
    for ((row, won), chance) in rows.iter().zip(chances) {
        let owner = row.text(l::OWNER);
        if owner.is_empty() {
            continue;
        }
        let rep = by.entry(owner.to_lowercase()).or_default();
        rep.login = owner.to_string();
        rep.closed += 1;
        rep.won += usize::from(*won);
        rep.expected += chance;
    }
    let mut out: Vec<odds::Rep> = by.into_values().collect();
    out.sort_by(|a, b| b.strength(rate).total_cmp(&a.strength(rate)).then(a.login.cmp(&b.login)));
    Ok((out, rate))
}

impl Engine {
    /// Trains a model of who buys on the closed leads, tests it on the newest of them, and keeps it. `report` is told how
    /// far it is and says whether to go on; stopped, nothing is kept.
    pub fn train_leads(
        &self,
        who: &Principal,
        options: &Options,
        report: &(dyn Fn(u64, u64) -> bool + Sync),
    ) -> Result<Receipt, CommandError> {
        policy::authorise(who, Verb::Train, Entity::Model)?;
        let now = self.clock.now();
        let (rows, plans, needed) = self.store.read(|read| {
            policy::authorise(&login::standing(read, who, now)?, Verb::Train, Entity::Model)?;
            let needed = read.settings()?.int("lead.learn-from");
            Ok::<_, CommandError>((history(read, now)?, read.plans()?, usize::try_from(needed).unwrap_or(usize::MAX)))
        })?;
        let told = Span { report, from: 50, to: 1_000 };
        let odds = odds::train(&rows, &plans, needed, now, options, &told)?;
        let body = serde_json::to_string(&odds).map_err(|e| CommandError::Refused(e.to_string()))?;
        let learnt = Learnt {
            kind: ModelKind::Leads,
            body,
            cases: odds.cases,
            leavers: odds.won,
            usual: odds.won as f64 / odds.cases.max(1) as f64,
            figures: odds.figures,
        };
        self.execute(who, Command::Model(ModelCommand::Keep(learnt)))
    }

    /// Writes the odds of every open lead by the model in force.
    pub fn score_leads(&self, who: &Principal) -> Result<Receipt, CommandError> {
        policy::authorise(who, Verb::Score, Entity::Model)?;
        let now = self.clock.now();
        let none = "no model of leads is in force: `bharatnet model train leads` makes one";
        let (number, odds) = self.store.read(|read| {
            policy::authorise(&login::standing(read, who, now)?, Verb::Score, Entity::Model)?;
            let (number, odds) = current(read, &self.held)?.ok_or_else(|| CommandError::Refused(none.into()))?;
            let mut rows = Vec::new();
            read.each(&leads(false, Test::Between(None, Some(now.0))), |row| {
                rows.push(row);
                true
            })?;
            let plans = read.plans()?;
            let seen: Vec<Seen<'_>> = rows.iter().map(|row| Seen { row, plans: &plans, now }).collect();
            let told = odds.chances(&seen).into_iter().map(|p| (p * 1_000.0).round() as i64);
            Ok::<_, CommandError>((number, rows.iter().map(|r| r.id).zip(told).collect::<Vec<_>>()))
        })?;
        if odds.is_empty() {
            return Err(CommandError::Refused("no lead is open: none to score".into()));
        }
        self.execute(who, Command::Model(ModelCommand::ScoreLeads { model: number, odds }))
    }
}

/// What the leads in force say of one lead; `None` where there is none or it is closed.
pub(super) fn chance(
    read: &Read<'_>,
    held: &Held,
    row: &Record,
    plans: &[Plan],
    now: Timestamp,
) -> Result<Option<(i64, odds::Chance)>, StoreError> {
    if !Stage::parse(row.text(l::STAGE)).is_some_and(Stage::is_open) {
        return Ok(None);
    }
    let Some((number, odds)) = current(read, held)? else { return Ok(None) };
    Ok(Some((number, odds.reasons(Seen { row, plans, now }))))
}
