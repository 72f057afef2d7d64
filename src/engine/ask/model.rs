//! What a model says of a customer, and why.

use crate::base::{Id, calendar};
use crate::domain::{Entity, Record, Status};
use crate::insight::churn::{self, Bands};
use crate::insight::risk::{self, Risk};
use crate::query::schema::customer as c;
use crate::store::Read;

use super::super::decide::in_force;
use super::super::error::ReadError;
use super::super::mask;
use super::super::models::{current, history};
use super::{Ask, Scene};

/// The model in force: its row of the list of models.
#[derive(Clone, Copy, Debug)]
pub struct AskModel;

impl Ask for AskModel {
    type Answer = Option<Record>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Option<Record>, ReadError> {
        Ok(in_force(read)?)
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
