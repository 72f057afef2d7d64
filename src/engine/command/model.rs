//! What can be asked to happen with models.

use crate::base::Id;
use crate::domain::model::ModelKind;
use crate::insight::learn::measure::Figures;

use super::super::policy::Verb;

/// A model that was trained, ready to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    pub kind: ModelKind,
    /// What it learnt, as JSON.
    pub body: String,
    pub cases: usize,
    /// Of these, those that left in time, or leads that were won.
    pub leavers: usize,
    /// Their usual share.
    pub usual: f64,
    pub figures: Figures,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ModelCommand {
    /// Keeps a trained model; it comes into force, unless it is too weak, and the one before retires. On undo: as it was.
    Keep(Learnt),
    /// Writes chances, in hundredths of a percent, and risks of customers as a model said them. On undo: the old ones.
    Score { model: i64, chances: Vec<(Id, i64)> },
    /// Writes the odds of open leads, in tenths of a percent, as a model said them. On undo: the old ones.
    ScoreLeads { model: i64, odds: Vec<(Id, i64)> },
}

impl ModelCommand {
    pub fn verb(&self) -> Verb {
        match self {
            ModelCommand::Keep(_) => Verb::Train,
            ModelCommand::Score { .. } | ModelCommand::ScoreLeads { .. } => Verb::Score,
        }
    }
}
