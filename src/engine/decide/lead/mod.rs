//! Leads: what comes with a change of one, and the decisions of their own commands.

mod assign;
mod contact;
mod convert;
mod coverage;
mod create;
mod merge;
mod stage;

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::base::{Timestamp, calendar};
use crate::domain::lead::Stage;
use crate::domain::settings::Settings;
use crate::domain::{Entity, FieldId, Plan, Record, Value};
use crate::insight::lead::{self as scoring, Past, Score, Tally};
use crate::insight::place::{self, Address, Found};
use crate::query::schema::{coverage as cov, lead as l};
use crate::store::{Change, Read, StoreError};

use super::super::command::{LeadCommand, Target};
use super::super::error::CommandError;
use super::{Decision, Scene, difference, rows, whom};

pub use assign::at_work;
pub use convert::closed;
pub use coverage::{directory_row, follow as follow_coverage, import as import_coverage, settle as name_place};
pub use create::{create, import};

pub fn decide(scene: &Scene<'_>, command: &LeadCommand) -> Result<Decision, CommandError> {
    match command {
        LeadCommand::Move { target, to, reason } => stage::advance(scene, target, *to, *reason),
        LeadCommand::Assign { target, how } => assign::assign(scene, target, how),
        LeadCommand::FollowUp { target, at, note } => contact::follow_up(scene, target, *at, note.as_deref()),
        LeadCommand::Snooze { target, until } => contact::snooze(scene, target, *until),
        LeadCommand::Touch { lead, kind, body, next } => contact::touch(scene, *lead, *kind, body, *next),
        LeadCommand::Merge { keep, other, take } => merge::leads(scene, *keep, *other, take),
        LeadCommand::MergeIntoCustomer { lead, customer } => merge::into_customer(scene, *lead, *customer),
        LeadCommand::Convert { lead, terms } => convert::convert(scene, *lead, terms),
        LeadCommand::Rescore { target } => rescore(scene, target),
    }
}

/// What the rules of leads look at, read once for a whole command.
pub struct Desk<'a> {
    read: &'a Read<'a>,
    pub now: Timestamp,
    settings: OnceCell<Settings>,
    plans: OnceCell<Vec<Plan>>,
    tallies: OnceCell<HashMap<String, Tally>>,
    /// Rows of the directory by PIN code, and whether it is empty.
    directory: RefCell<HashMap<String, Vec<Record>>>,
    empty: OnceCell<bool>,
}

impl<'a> Desk<'a> {
    pub fn new(read: &'a Read<'a>, now: Timestamp) -> Desk<'a> {
        Desk {
            read,
            now,
            settings: OnceCell::new(),
            plans: OnceCell::new(),
            tallies: OnceCell::new(),
            directory: RefCell::default(),
            empty: OnceCell::new(),
        }
    }

    pub fn today(&self) -> NaiveDate {
        calendar::date_of(self.now)
    }

    pub fn settings(&self) -> Result<&Settings, StoreError> {
        once(&self.settings, || self.read.settings())
    }

    pub fn plans(&self) -> Result<&[Plan], StoreError> {
        once(&self.plans, || self.read.plans()).map(Vec::as_slice)
    }

    /// What past leads tell of a source.
    fn past(&self, source: &str) -> Result<Past, StoreError> {
        let tallies = once(&self.tallies, || {
            let found = self.read.lead_tallies()?;
            Ok(found.into_iter().map(|(s, won, closed)| (s, Tally { won, closed })).collect())
        })?;
        let all =
            tallies.values().fold(Tally::default(), |a, b| Tally { won: a.won + b.won, closed: a.closed + b.closed });
        Ok(Past { source: tallies.get(source).copied().unwrap_or_default(), all })
    }

    /// The directory's answer for an address.
    pub fn look_up(&self, address: Address<'_>) -> Result<Option<Found>, StoreError> {
        if address.pincode.is_empty() {
            return Ok(None);
        }
        let empty = *once(&self.empty, || self.read.is_bare(Entity::Coverage))?;
        let mut directory = self.directory.borrow_mut();
        if !directory.contains_key(address.pincode) {
            let rows = self.read.rows_by(cov::PINCODE, &Value::text(address.pincode), 10_000)?;
            directory.insert(address.pincode.to_string(), rows);
        }
        Ok(place::look_up(&directory[address.pincode], address, empty))
    }

    /// Takes the rows of a PIN code as they will be once a change is made.
    pub(super) fn will_be(&self, pincode: &str, rows: Vec<Record>) {
        self.directory.borrow_mut().insert(pincode.to_string(), rows);
    }

    /// Whether the directory will have no row at all.
    pub(super) fn will_be_empty(&self, empty: bool) {
        let _ = self.empty.set(empty);
    }

    /// The score of a lead as its row stands.
    pub fn score(&self, lead: &Record) -> Result<Score, StoreError> {
        let price = scoring::price(lead, self.plans()?);
        Ok(scoring::score(lead, price, self.past(lead.text(l::SOURCE))?, self.settings()?, self.today()))
    }

    /// Makes the computed fields of a lead agree with the others, given what it was before.
    pub fn settle(&self, before: Option<&Record>, row: &mut Record) -> Result<(), StoreError> {
        let moved =
            |row: &Record, fields: &[FieldId]| before.is_none_or(|b| fields.iter().any(|f| b.get(*f) != row.get(*f)));
        if moved(row, &[l::PLAN]) {
            let price = self.plans()?.iter().find(|p| p.name.eq_ignore_ascii_case(row.text(l::PLAN))).map(|p| p.price);
            row.set(l::MRR, price.map_or(Value::Null, Value::from));
        }
        if moved(row, &[l::PINCODE, l::AREA, l::BUILDING]) {
            let found = self.look_up(Address::of_lead(row))?;
            place::put(row, found.as_ref());
        }
        if moved(row, &[l::OWNER]) {
            let owned = !row.get(l::OWNER).is_null();
            row.set(l::ASSIGNED_AT, if owned { Value::Int(self.now.0) } else { Value::Null });
        }
        if moved(row, &[l::FOLLOW_UP]) {
            row.set(l::SNOOZED_UNTIL, Value::Null);
        }
        // A lead that is closed has an outcome instead of odds.
        if moved(row, &[l::STAGE]) && !Stage::parse(row.text(l::STAGE)).is_some_and(Stage::is_open) {
            row.set(l::ODDS, Value::Null);
        }
        if moved(row, INPUTS) {
            let score = self.score(row)?;
            scoring::put(row, &score);
        }
        Ok(())
    }
}

/// The fields a score is made of. The conversion rate of the source moves on its own: it is taken anew whenever
/// one of these does, or by [`LeadCommand::Rescore`].
const INPUTS: &[FieldId] = &[
    l::AVAILABILITY,
    l::LIVE_ON,
    l::PORTS,
    l::BUDGET_FROM,
    l::BUDGET,
    l::PLAN,
    l::WANTED_SPEED,
    l::SEGMENT,
    l::URGENCY,
    l::SOURCE,
    l::TOUCHES,
    l::FOLLOW_UP,
    l::EMAIL,
    l::CONSENT,
];

fn once<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T, StoreError>) -> Result<&T, StoreError> {
    if let Some(found) = cell.get() {
        return Ok(found);
    }
    let made = make()?;
    Ok(cell.get_or_init(|| made))
}

/// A lead as a decision needs it, or why not.
fn lead(scene: &Scene<'_>, id: crate::base::Id) -> Result<Record, CommandError> {
    match scene.read.row(Entity::Lead, id)? {
        Some(row) if row.get(l::DELETED).is_null() => Ok(row),
        Some(row) => Err(CommandError::Refused(format!("{} was put away: bring it back first", row.text(l::NAME)))),
        None => Err(CommandError::Refused("this lead is not there any more".into())),
    }
}

/// Applies `edit` to every lead of a target; what it refuses with a reason is left as it is.
fn each(
    scene: &Scene<'_>,
    target: &Target,
    mut edit: impl FnMut(&Record, &mut Record) -> Result<(), String>,
) -> Result<(Decision, Vec<Record>), CommandError> {
    let desk = Desk::new(scene.read, scene.now);
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Lead, target)? {
        let mut after = before.clone();
        if let Err(reason) = edit(&before, &mut after) {
            decision.skip(&before, reason);
            continue;
        }
        desk.settle(Some(&before), &mut after)?;
        match difference(Entity::Lead, &before, &after) {
            Some(change) => {
                decision.changes.push(change);
                changed.push(before);
            }
            None => decision.skip(&before, "already so"),
        }
    }
    Ok((decision, changed))
}

fn rescore(scene: &Scene<'_>, target: &Target) -> Result<Decision, CommandError> {
    let desk = Desk::new(scene.read, scene.now);
    let mut decision = Decision::default();
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Lead, target)? {
        let mut after = before.clone();
        freshen(&desk, &mut after)?;
        if let Some(change) = difference(Entity::Lead, &before, &after) {
            decision.changes.push(change);
            changed.push(before);
        }
    }
    decision.summary = format!("Scored {} anew", whom(Entity::Lead, &changed));
    Ok(decision)
}

/// Coverage, revenue and score of a lead as they would be computed now.
pub fn freshen(desk: &Desk<'_>, row: &mut Record) -> Result<(), StoreError> {
    let found = desk.look_up(Address::of_lead(row))?;
    place::put(row, found.as_ref());
    let score = desk.score(row)?;
    scoring::put(row, &score);
    Ok(())
}

/// The change that puts a lead from one state to another, computed fields along.
fn change(desk: &Desk<'_>, before: &Record, mut after: Record) -> Result<Option<Change>, StoreError> {
    desk.settle(Some(before), &mut after)?;
    Ok(difference(Entity::Lead, before, &after))
}

/// What an undo means for leads beyond its own rows: those of `stale`, and those that live where the directory has
/// changed with it.
pub fn after_undo(
    read: &Read<'_>,
    now: Timestamp,
    done: &[Change],
    stale: &[crate::base::Id],
) -> Result<Vec<Change>, StoreError> {
    let desk = Desk::new(read, now);
    let mut out = Vec::new();
    let mut refresh = |before: Record| -> Result<(), StoreError> {
        let mut after = before.clone();
        freshen(&desk, &mut after)?;
        out.extend(difference(Entity::Lead, &before, &after));
        Ok(())
    };
    for id in stale {
        if let Some(row) = read.row(Entity::Lead, *id)? {
            refresh(row)?;
        }
    }
    let own = |id| done.iter().any(|c| c.id() == id);
    for pin in coverage::pins(read, done)? {
        for row in read.rows_by(l::PINCODE, &Value::text(pin), 1_000_000)? {
            let converted = row.text(l::STAGE) == crate::domain::lead::Stage::Converted.code();
            let mut placed = row.clone();
            place::put(&mut placed, desk.look_up(Address::of_lead(&row))?.as_ref());
            let moved = placed.values != row.values;
            if moved && !own(row.id) && !converted && row.get(l::DELETED).is_null() {
                refresh(row)?;
            }
        }
    }
    Ok(out)
}
