//! What needs a person now, by role: clocks that run out, calls that are due, people to go to, what is down, what
//! falls due; and the pulse of the company.

use crate::base::{Money, Timestamp, calendar};
use crate::domain::customer::Status;
use crate::domain::{Entity, FieldId, Record, Role};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{deal as d, incident as i, job as j, lead as l, noun, ticket as t};
use crate::query::{compile, cut};
use crate::store::{Anchor, PageAsk, Read, Rows};

use super::super::error::ReadError;
use super::lead::{AskFollowUps, FollowUp};
use super::list::{AskPage, AskTotals};
use super::{Ask, Scene, may_see};

pub use crate::store::{MonthEnd, Pulse};

/// The first screen.
#[derive(Clone, Copy, Debug)]
pub struct AskToday {
    /// Lines of each kind.
    pub limit: usize,
}

/// Lines whose validity ends on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewals {
    pub lines: i64,
    /// Their monthly revenue.
    pub mrr: Money,
}

/// What needs a person now. Empty where a role has nothing to do with it.
#[derive(Clone, Debug, Default)]
pub struct Today {
    /// Open tickets whose clock runs, the next to be missed first.
    pub tickets: Vec<Record>,
    /// How many of them are missed within `ticket.near-minutes`, and have been missed already.
    pub near: i64,
    pub near_minutes: i64,
    pub late: i64,
    /// Leads to be in touch with today, the most urgent first.
    pub follow_ups: Vec<FollowUp>,
    /// How many there are in all.
    pub due: i64,
    /// Leads nobody has answered yet, the oldest first.
    pub unanswered: Vec<Record>,
    /// Deals that should have closed by now, or do within the week.
    pub deals: Vec<Record>,
    /// Jobs of today and what is left from before.
    pub jobs: Vec<Record>,
    /// What is down.
    pub incidents: Vec<Record>,
    /// Today and the six days after it.
    pub renewals: [Renewals; 7],
}

fn rows(
    read: &Read<'_>,
    scene: &Scene<'_>,
    entity: Entity,
    text: &str,
    fields: &[FieldId],
    limit: usize,
) -> Result<Vec<Record>, ReadError> {
    let filter = filter(scene, entity, text)?;
    let name = noun(entity).name;
    let fields = [name].into_iter().chain(fields.iter().copied()).collect();
    let sort = filter.sort.clone();
    Ok(AskPage(PageAsk { filter, sort, fields, anchor: Anchor::First, limit }).answer(read, scene)?.rows)
}

fn filter(scene: &Scene<'_>, entity: Entity, text: &str) -> Result<Bound, ReadError> {
    compile(text, entity, &scene.context).map_err(|e| ReadError::NotFound(e.to_string()))
}

/// Tickets a role looks at first.
fn queue(role: Role) -> Option<&'static str> {
    match role {
        Role::Admin | Role::Manager => Some("is:running sort:clock"),
        Role::Support => Some("is:running (owner:@me or owner:none) sort:clock"),
        Role::Sales | Role::Field => None,
    }
}

impl Ask for AskToday {
    type Answer = Today;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Today, ReadError> {
        let (role, limit) = (scene.who.role, self.limit);
        let all = matches!(role, Role::Admin | Role::Manager);
        let mut out = Today::default();
        if let Some(text) = queue(role) {
            let fields = [t::DOCKET, t::CLOCK, t::NAME, t::CITY, t::PRIORITY, t::STATUS];
            out.tickets = rows(read, scene, Entity::Ticket, text, &fields, limit)?;
            let within = |from: Option<i64>, to: i64| -> Result<i64, ReadError> {
                let mut bound = filter(scene, Entity::Ticket, text)?;
                let due = Cond::Test(t::CLOCK, Test::Between(from, Some(to)));
                bound.cond = Cond::And(vec![bound.cond, due]);
                Ok(AskTotals(bound).answer(read, scene)?.count)
            };
            out.near_minutes = read.settings()?.int("ticket.near-minutes");
            let near = out.near_minutes.saturating_mul(60_000);
            out.near = within(Some(scene.now.0), scene.now.0.saturating_add(near))?;
            out.late = within(None, scene.now.0 - 1)?;
        }
        if all || role == Role::Sales {
            let who = (!all).then(|| scene.who.user.clone());
            let until = Timestamp(calendar::start_of(calendar::add_days(scene.today, 1)).0 - 1);
            let ask = AskFollowUps { who, until, limit };
            out.due = AskTotals(ask.filter(scene.now)).answer(read, scene)?.count;
            out.follow_ups = ask.answer(read, scene)?;
            let own = if all { "" } else { "(owner:@me or owner:none) " };
            let fields = [l::CREATED, l::SCORE, l::CITY, l::PLAN, l::SOURCE];
            let text = format!("{own}stage:new first-response:none sort:created");
            out.unanswered = rows(read, scene, Entity::Lead, &text, &fields, limit)?;
            let own = if all { "" } else { "owner:@me " };
            let mut bound = filter(scene, Entity::Deal, &format!("{own}is:open"))?;
            let week = Some(calendar::days_of(scene.today) + 6);
            let closes = Cond::Test(d::EXPECTED_CLOSE, Test::Between(None, week));
            bound.cond = Cond::And(vec![bound.cond, closes]);
            let fields = vec![d::NAME, d::STAGE, d::EXPECTED_CLOSE, d::AMOUNT, d::NEXT_STEP];
            let sort = vec![(d::EXPECTED_CLOSE, false)];
            let ask = PageAsk { filter: bound, sort, fields, anchor: Anchor::First, limit };
            out.deals = AskPage(ask).answer(read, scene)?.rows;
        }
        if role != Role::Sales {
            let own = if role == Role::Field { "owner:@me" } else { "owner:none" };
            let text = format!("{own} is:open day<=today sort:day,slot");
            let fields = [j::NUMBER, j::KIND, j::DAY, j::SLOT, j::AREA, j::STATE, j::OWNER];
            out.jobs = rows(read, scene, Entity::Job, &text, &fields, limit)?;
            let fields = [i::NUMBER, i::TARGET, i::BEGAN, i::AFFECTED, i::TICKETS, i::PHASE];
            out.incidents = rows(read, scene, Entity::Incident, "is:open sort:-began", &fields, limit)?;
        }
        if role != Role::Field {
            out.renewals = renewals(read, scene)?;
        }
        Ok(out)
    }
}

fn renewals(read: &Read<'_>, scene: &Scene<'_>) -> Result<[Renewals; 7], ReadError> {
    may_see(scene, Entity::Customer)?;
    let today = calendar::days_of(scene.today);
    let mut out = [Renewals::default(); 7];
    for cell in read.cuts(&[cut::RENEWALS], &Rows::All, (today, today + 6))?.concat() {
        let slot = usize::try_from(cell.b - today).ok().and_then(|n| out.get_mut(n));
        let gone = [Status::Terminated, Status::Pending].iter().any(|s| cell.a.eq_ignore_ascii_case(s.code()));
        if let (Some(slot), false) = (slot, gone) {
            *slot = Renewals { lines: slot.lines + cell.rows, mrr: Money(slot.mrr.0 + cell.sum) };
        }
    }
    Ok(out)
}

/// The pulse of the company over the last six months. Read apart from what needs somebody now.
#[derive(Clone, Copy, Debug)]
pub struct AskPulse;

impl Ask for AskPulse {
    type Answer = Pulse;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Pulse, ReadError> {
        let today = calendar::days_of(scene.today);
        let first = |back: i32| {
            let day = calendar::add_months(scene.today, -back);
            chrono::Datelike::with_day(&day, 1).map_or(today, calendar::days_of)
        };
        let months: Vec<(i64, i64)> =
            (0..6).rev().map(|back| (first(back), if back == 0 { today } else { first(back - 1) - 1 })).collect();
        Ok(read.pulse(&months, today)?)
    }
}
