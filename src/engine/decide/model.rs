//! Models that are kept, and the scores they give.

use std::collections::HashMap;

use crate::base::Id;
use crate::domain::lead::Stage;
use crate::domain::model::{ModelKind, ModelState};
use crate::domain::{Entity, Record, Status, Value};
use crate::insight::churn::{Bands, DAYS, USEFUL};
use crate::query::schema::{customer as c, lead as l, model as m};
use crate::store::{Change, FieldChange, Read, SecretChange, StoreError};

use super::super::command::{Learnt, ModelCommand};
use super::super::error::CommandError;
use super::{Decision, Scene, difference};

/// Whole rows in memory at a time.
const AT_ONCE: usize = 2_000;

pub fn decide(scene: &Scene<'_>, command: &ModelCommand) -> Result<Decision, CommandError> {
    match command {
        ModelCommand::Keep(learnt) => keep(scene, learnt),
        ModelCommand::Score { model, chances } => score(scene, *model, chances),
        ModelCommand::ScoreLeads { model, odds } => score_leads(scene, *model, odds),
    }
}

/// The model of a kind that scores are by.
pub fn in_force(read: &Read<'_>, kind: ModelKind) -> Result<Option<Record>, StoreError> {
    let state = Value::text(ModelState::InForce.code());
    let found = read.rows_by(m::STATE, &state, 2 * ModelKind::ALL.len())?;
    Ok(found.into_iter().find(|r| ModelKind::of_name(r.text(m::NAME)) == Some(kind)))
}

fn keep(scene: &Scene<'_>, learnt: &Learnt) -> Result<Decision, CommandError> {
    let number = scene.read.greatest(m::NUMBER)? + 1;
    let f = &learnt.figures;
    let state = if f.auc >= USEFUL { ModelState::InForce } else { ModelState::Weak };
    let part = |x: f64| Value::Int((x * 10_000.0).round() as i64);
    let count = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
    let id = scene.ids.next(scene.now);
    let fields = vec![
        (m::NAME, Value::text(format!("{} {number}", learnt.kind.code()))),
        (m::NUMBER, Value::Int(number)),
        (m::STATE, Value::text(state.code())),
        (m::TRAINED, Value::Int(scene.now.0)),
        (m::OWNER, Value::text(scene.who.user.as_str())),
        (m::CASES, count(learnt.cases)),
        (m::LEAVERS, count(learnt.leavers)),
        (m::DAYS, if learnt.kind == ModelKind::Churn { Value::Int(DAYS) } else { Value::Null }),
        (m::AUC, part(f.auc)),
        (m::PR_AUC, part(f.pr_auc)),
        (m::LOG_LOSS, part(f.log_loss)),
        (m::BRIER, part(f.brier)),
        (m::ECE, part(f.ece_equal)),
        (m::LIFT, part(f.lift)),
        (m::USUAL, part(learnt.usual)),
    ];
    let mut decision = Decision::default();
    let verdict = match state {
        ModelState::Weak => "too weak to be used, the one before stays in force",
        _ => "in force",
    };
    decision.summary =
        format!("Trained {} {number}: AUC {:.3}, lift {:.1}; {verdict}", learnt.kind.code(), f.auc, f.lift);
    if state == ModelState::InForce
        && let Some(before) = in_force(scene.read, learnt.kind)?
    {
        let mut after = before.clone();
        after.set(m::STATE, Value::text(ModelState::Retired.code()));
        decision.changes.extend(difference(Entity::Model, &before, &after));
    }
    decision.changes.push(Change::Insert { entity: Entity::Model, id, fields });
    decision.secrets.push(SecretChange::ModelBody { model: id, body: learnt.body.clone() });
    decision.created.push(id);
    Ok(decision)
}

fn score(scene: &Scene<'_>, model: i64, chances: &[(Id, i64)]) -> Result<Decision, CommandError> {
    let bands = Bands::of(&scene.read.settings()?);
    let mut decision = Decision::default();
    // A few at a time: whole rows of a whole part would take more memory than the changes do.
    for part in chances.chunks(AT_ONCE) {
        let ids: Vec<Id> = part.iter().map(|c| c.0).collect();
        let said: HashMap<Id, i64> = part.iter().copied().collect();
        for row in scene.read.rows_of(Entity::Customer, &ids)? {
            let Some(chance) = said.get(&row.id) else { continue };
            // Whoever left meanwhile has no risk left.
            if !Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable) {
                decision.skip(&row, "the line is not billed");
                continue;
            }
            let new = [(c::CHANCE, *chance), (c::RISK, bands.score(*chance as f64 / 10_000.0))];
            let other = new.into_iter().filter(|(f, n)| row.int(*f) != Some(*n));
            let fields: Vec<FieldChange> = other
                .map(|(field, n)| FieldChange { field, old: row.get(field).clone(), new: Value::Int(n) })
                .collect();
            if !fields.is_empty() {
                decision.changes.push(Change::Update {
                    entity: Entity::Customer,
                    id: row.id,
                    version: row.version,
                    fields,
                });
            }
        }
    }
    let many = crate::base::money::group(decision.changes.len() as u64);
    decision.summary = format!("Scored {many} customers by churn {model}");
    Ok(decision)
}

fn score_leads(scene: &Scene<'_>, model: i64, odds: &[(Id, i64)]) -> Result<Decision, CommandError> {
    let mut decision = Decision::default();
    for part in odds.chunks(AT_ONCE) {
        let ids: Vec<Id> = part.iter().map(|o| o.0).collect();
        let said: HashMap<Id, i64> = part.iter().copied().collect();
        for row in scene.read.rows_of(Entity::Lead, &ids)? {
            let Some(odds) = said.get(&row.id) else { continue };
            if !Stage::parse(row.text(l::STAGE)).is_some_and(Stage::is_open) {
                decision.skip(&row, "the lead is closed");
                continue;
            }
            if row.int(l::ODDS) != Some(*odds) {
                let field = FieldChange { field: l::ODDS, old: row.get(l::ODDS).clone(), new: Value::Int(*odds) };
                let (id, version) = (row.id, row.version);
                decision.changes.push(Change::Update { entity: Entity::Lead, id, version, fields: vec![field] });
            }
        }
    }
    let many = crate::base::money::group(decision.changes.len() as u64);
    decision.summary = format!("Scored {many} leads by leads {model}");
    Ok(decision)
}
