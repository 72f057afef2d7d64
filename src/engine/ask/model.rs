//! What a model says of a customer, and why.

use crate::base::{Id, calendar};
use crate::domain::model::ModelKind;
use crate::domain::{Entity, Plan, Record, Status};
use crate::insight::churn::{self, Bands};
use crate::insight::odds::{self, Rep};
use crate::insight::offers::{self, Known, Offer, Rules};
use crate::insight::recommend::Tastes;
use crate::insight::risk::{self, Risk};
use crate::insight::segments::{Clusters, behaviour};
use crate::query::schema::{customer as c, model as m};
use crate::query::views::{NAMED_SEGMENTS, NamedSegment};
use crate::store::{Anchor, PageAsk, Read};

use super::super::decide::{in_force, lead::at_work};
use super::super::error::ReadError;
use super::super::lead_odds;
use super::super::mask;
use super::super::models::{current, history};
use super::{Ask, Scene};

/// The model of a kind in force: its row of the list of models.
#[derive(Clone, Copy, Debug)]
pub struct AskModel(pub ModelKind);

impl Ask for AskModel {
    type Answer = Option<Record>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Option<Record>, ReadError> {
        Ok(in_force(read, self.0)?)
    }
}

/// Why a customer is at risk.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// Parts that sum to the score.
    pub risk: Risk,
    /// Number of the model and the chance to leave, 0 to 1; `None` where the rules scored.
    pub model: Option<(i64, f64)>,
}

/// Why this customer is at risk, as seen today.
#[derive(Clone, Copy, Debug)]
pub struct AskReasons {
    pub customer: Id,
}

impl Ask for AskReasons {
    type Answer = Reasons;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Reasons, ReadError> {
        let mut row = read
            .row(Entity::Customer, self.customer)?
            .ok_or_else(|| ReadError::NotFound(format!("customer {}", self.customer)))?;
        mask::cover(scene.who, &mut row);
        reasons(read, scene, &row)
    }
}

/// By the model where it has scored the customer, else by rules.
pub(super) fn reasons(read: &Read<'_>, scene: &Scene<'_>, row: &Record) -> Result<Reasons, ReadError> {
    let rules = || Reasons { risk: risk::score(row, scene.today), model: None };
    let billed = Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
    if row.get(c::CHANCE).is_null() || !billed {
        return Ok(rules());
    }
    let Some((number, model)) = current(read, scene.held)? else { return Ok(rules()) };
    let bands = Bands::of(&read.settings()?);
    let mut said = None;
    read.lines(churn::FIELDS, Some(row.id), scene.now, |line| {
        said = history(line).on(calendar::days_of(scene.today), |seen| model.reasons(seen, bands));
        false
    })?;
    Ok(said.map_or_else(rules, |(chance, risk)| Reasons { risk, model: Some((number, chance)) }))
}

/// What to offer a customer next, the one that brings most first. A customer who may be offered nothing has none.
#[derive(Clone, Copy, Debug)]
pub struct AskOffers {
    pub customer: Id,
}

impl Ask for AskOffers {
    type Answer = Vec<Offer>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Offer>, ReadError> {
        let row = read
            .row(Entity::Customer, self.customer)?
            .ok_or_else(|| ReadError::NotFound(format!("customer {}", self.customer)))?;
        offers(read, scene, &row, &read.plans()?)
    }
}

pub(super) fn offers(
    read: &Read<'_>,
    scene: &Scene<'_>,
    row: &Record,
    plans: &[Plan],
) -> Result<Vec<Offer>, ReadError> {
    let model = current(read, scene.held)?;
    let none = Tastes::default();
    let (of_plans, of_apps) = model.as_ref().map_or((&none, &none), |(_, m)| (&m.plans, &m.apps));
    let bands = Bands::of(&read.settings()?);
    // Where no model has spoken the rules' risk stands for the chance at the foot of its band.
    let by_rules = match row.int(c::RISK).unwrap_or(0) {
        70.. => bands.high,
        40.. => bands.medium,
        _ => bands.medium / 2.0,
    };
    let chance = row.int(c::CHANCE).map_or(by_rules, |n| n as f64 / 10_000.0);
    let months = read.usage(row.id)?.months;
    let known = Known { row, months: &months, chance, plans, of_plans, of_apps };
    Ok(offers::offers(&known, &Rules::on(scene.today).map_err(ReadError::Query)?))
}

/// How customers fall into groups: clusters by behaviour, and the named segments with their sizes.
#[derive(Clone, Copy, Debug)]
pub struct AskSegments;

#[derive(Clone, Debug)]
pub struct Segments {
    /// `None` where the customers are too few or all behave alike.
    pub clusters: Option<Clusters>,
    /// The customers of each cluster, in their order.
    pub members: Vec<Vec<Id>>,
    /// Customers in each named segment.
    pub named: Vec<(&'static NamedSegment, i64)>,
}

impl Ask for AskSegments {
    type Answer = Segments;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Segments, ReadError> {
        let filter = crate::query::compile("status:active,grace", Entity::Customer, &scene.context)?;
        let fields = vec![c::SINCE, c::PRICE, c::USAGE, c::AVG_SPEED, c::SPEED, c::TICKETS, c::LATE, c::OTTS];
        let ask = PageAsk { filter, sort: vec![], fields, anchor: Anchor::First, limit: usize::MAX };
        let (mut rows, mut ids) = (Vec::new(), Vec::new());
        read.each(&ask, |row| {
            rows.push(behaviour(&row, scene.today));
            ids.push(row.id);
            true
        })?;
        let mut named = Vec::new();
        for segment in NAMED_SEGMENTS {
            let filter = crate::query::compile(segment.text, Entity::Customer, &scene.context)?;
            named.push((segment, read.totals(&filter)?.count));
        }
        // One seed: the same customers fall into the same clusters.
        let clusters = Clusters::find(&rows, 1);
        let mut members = vec![Vec::new(); clusters.as_ref().map_or(0, |c| c.clusters.len())];
        if let Some(clusters) = &clusters {
            rows.iter().zip(ids).for_each(|(row, id)| members[clusters.of(row)].push(id));
        }
        Ok(Segments { clusters, members, named })
    }
}

/// What reps make of their leads against what such leads give, the strongest first.
#[derive(Clone, Copy, Debug)]
pub struct AskReps;

/// Reps by strength.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reps {
    pub reps: Vec<Rep>,
    /// Share of leads that is won usually.
    pub rate: f64,
    /// The one suggested for the next lead.
    pub suggested: Option<String>,
}

impl Ask for AskReps {
    type Answer = Reps;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Reps, ReadError> {
        let (mut reps, rate) = lead_odds::reps(read, scene.held, scene.now)?;
        let here = at_work(read, scene.today)?;
        reps.retain(|r| here.iter().any(|h| h.eq_ignore_ascii_case(&r.login)));
        for rep in &mut reps {
            rep.open = usize::try_from(read.lead_load(&rep.login)?.0).unwrap_or(0);
        }
        let suggested = odds::suggested(&reps, rate).map(|r| r.login.clone());
        Ok(Reps { reps, rate, suggested })
    }
}

/// Which models are due to be trained anew.
#[derive(Clone, Copy, Debug)]
pub struct AskDue;

/// A model that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub kind: ModelKind,
    /// Days since the last training; `None` where there was none.
    pub days: Option<i64>,
}

impl Ask for AskDue {
    type Answer = Vec<Due>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Due>, ReadError> {
        let after = read.settings()?.int("model.retrain-days");
        if after == 0 {
            return Ok(Vec::new());
        }
        // The last training counts, though it was too weak: another one tomorrow would be, too.
        let mut last: Vec<(ModelKind, i64)> = Vec::new();
        let fields = vec![m::NAME, m::TRAINED];
        let filter = crate::query::Bound::all(Entity::Model);
        let ask = PageAsk { filter, sort: vec![(m::NUMBER, true)], fields, anchor: Anchor::First, limit: 200 };
        for row in read.page(&ask)?.rows {
            let Some(kind) = ModelKind::of_name(row.text(m::NAME)) else { continue };
            if !last.iter().any(|(k, _)| *k == kind) {
                last.push((kind, row.int(m::TRAINED).unwrap_or(0)));
            }
        }
        let of = |kind: &ModelKind| {
            let at = last.iter().find(|(k, _)| k == kind).map(|(_, at)| *at);
            let days = at.map(|at| (scene.now.0 - at).div_euclid(86_400_000));
            days.is_none_or(|d| d >= after).then_some(Due { kind: *kind, days })
        };
        Ok(ModelKind::ALL.iter().filter_map(of).collect())
    }
}
