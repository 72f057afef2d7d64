//! Learning a probability from a table: which of these will leave, which of these will buy.
//!
//! ```text
//! Cells -> Table --fit--> Model --score--> probability of each row
//!                           |---reasons--> what each column added, in log-odds
//! evaluate: the same over given folds -> Figures, out-of-fold probabilities
//! ```
//!
//! # The model
//!
//! Five kinds of learners see the same [bins](encode): [penalised splines](additive), boosted stumps (both
//! additive), [boosted trees](boost) of few leaves, of many, and deep ones that are hardly held back, which tables
//! with rows all but alike need. Each is trained on several inner folds and
//! watched on the rows left out; that chooses how long to boost and how smooth to be. The log-odds of
//! the learners are then weighed by a logistic regression without negative weights on those held-out
//! rows (stacking: Wolpert 1992, Breiman 1996), which calibrates as well (Platt 1999); a rising line through groups of
//! those rows takes what is left. The
//! model is the weighed mean of all that was trained, so a table that is additive gets curves and one
//! full of interactions gets deep trees, and nobody has to choose.
//!
//! Nothing of a row outside the training rows is looked at: bins, shares of levels, rounds, weights are
//! learnt inside [`fit`]. The same seed, table and options give the same model.
//!
//! # Reasons
//!
//! A curve adds its height above its mean; a tree adds the Shapley value of each feature (TreeSHAP,
//! Lundberg et al. 2018). Both are exact, so the parts sum to the log-odds of the score.

pub mod additive;
pub mod boost;
pub mod encode;
pub mod evaluate;
pub mod leak;
pub mod measure;
mod model;
mod stack;
pub mod table;
pub mod tree;

use super::cores;

pub use evaluate::{Evaluation, Folds, evaluate};
pub use leak::Warning;
pub use model::{Model, Part, Reasons};
pub use table::{Cells, Column, Table, Values};

/// How to learn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    pub seed: u64,
    /// Threads at most.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options { seed: 20_261_122, threads: cores::count() }
    }
}

/// Told while long work goes on, from several threads.
pub trait Progress: Sync {
    /// `done` of `all` steps are done. False asks the work to stop.
    fn told(&self, done: u64, all: u64) -> bool;
}

/// Nobody watches.
pub struct Silent;

impl Progress for Silent {
    fn told(&self, _: u64, _: u64) -> bool {
        true
    }
}

/// Why nothing was learnt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LearnError {
    #[error("{rows} rows are too few to learn from: {least} are needed")]
    TooFew { rows: usize, least: usize },
    #[error("{count} rows of the {class} class are too few to learn from: {least} are needed")]
    OneClass { class: &'static str, count: usize, least: usize },
    #[error("no column is left to learn from: each one is constant, an identifier or left out by name")]
    NoColumns,
    #[error("stopped: nothing was kept")]
    Stopped,
    #[error("{0}")]
    Folds(String),
}

/// Learns a model for `target` from the rows of `table`.
pub fn fit(table: &Table, target: &[bool], options: &Options, progress: &dyn Progress) -> Result<Model, LearnError> {
    model::fit(table, target, options, progress)
}

/// Parts rows into `folds` of equal shares of both classes: each class is shuffled by the seed and dealt out
/// in turn, the second class from where the first ended.
pub fn stratified(target: &[bool], folds: usize, seed: u64) -> Vec<u8> {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut out = vec![0u8; target.len()];
    let mut deal = 0usize;
    for class in [true, false] {
        let mut rows: Vec<usize> = (0..target.len()).filter(|r| target[*r] == class).collect();
        for i in (1..rows.len()).rev() {
            let j = ((u64::from(rng.next_u32()) * (i as u64 + 1)) >> 32) as usize;
            rows.swap(i, j);
        }
        for row in rows {
            out[row] = u8::try_from(deal % folds.max(1)).unwrap_or(0);
            deal += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests;
