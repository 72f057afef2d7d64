//! What can be asked to happen with models.

use crate::base::Id;
use crate::insight::learn::measure::Figures;

use super::super::policy::Verb;

/// A model that was trained, ready to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Learnt {
    /// What it learnt, as JSON.
    pub body: String,
    pub cases: usize,
    pub leavers: usize,
    /// Share of lines that left in time.
    pub usual: f64,
    pub figures: Figures,
}

#[derive(Clone, Debug, PartialEq)]
pub enum ModelCommand {
    /// Keeps a trained model; it comes into force, unless it is too weak, and the one before retires. On undo: as it was.
    Keep(Learnt),
    /// Writes chances, in hundredths of a percent, and risks of customers as a model said them. On undo: the old ones.
    Score { model: i64, chances: Vec<(Id, i64)> },
}

impl ModelCommand {
    pub fn verb(&self) -> Verb {
        match self {
            ModelCommand::Keep(_) => Verb::Train,
            ModelCommand::Score { .. } => Verb::Score,
        }
    }
}
