//! Models trained one after the other: what is due, or all that is asked for.

use crate::domain::Principal;
use crate::domain::model::ModelKind;
use crate::insight::learn::Options;

use super::command::Receipt;
use super::error::CommandError;
use super::models::Span;
use super::{Engine, StoreError};

/// What came of one model.
#[derive(Debug)]
pub struct Trained {
    pub kind: ModelKind,
    /// Kept; or why there is none, such as a history too thin.
    pub outcome: Result<Receipt, CommandError>,
    /// The scores it gave, where it is in force.
    pub scored: Option<Result<Receipt, CommandError>>,
}

impl Trained {
    /// One sentence or two.
    pub fn words(&self) -> String {
        let trained = match &self.outcome {
            Ok(receipt) => receipt.summary.clone(),
            Err(e) => format!("No model of {}: {e}", self.kind.label().to_lowercase()),
        };
        match &self.scored {
            Some(Ok(receipt)) if receipt.entry.is_none() => format!("{trained}. All scores stay as they were"),
            Some(Ok(receipt)) => format!("{trained}. {}", receipt.summary),
            Some(Err(e)) => format!("{trained}. Not scored: {e}"),
            None => trained,
        }
    }
}

impl Engine {
    /// Trains models and scores by them. One whose history is too thin is passed over with its reason; a missing right, a
    /// stop or a failing file ends it, and what was trained before that stays.
    pub fn train_and_score(
        &self,
        who: &Principal,
        kinds: &[ModelKind],
        options: &Options,
        report: &(dyn Fn(u64, u64) -> bool + Sync),
    ) -> Result<Vec<Trained>, CommandError> {
        let mut out = Vec::new();
        let each = 1_000 / kinds.len().max(1) as u64;
        for (kind, from) in kinds.iter().zip((0..).step_by(usize::try_from(each).unwrap_or(1_000))) {
            let part = Span { report, from, to: from + each };
            let to_train =
                |done: u64, all: u64| crate::insight::learn::Progress::told(&part, done * 8, all.max(1) * 10);
            let to_score =
                |done: u64, all: u64| crate::insight::learn::Progress::told(&part, all * 8 + done * 2, all.max(1) * 10);
            let outcome = match kind {
                ModelKind::Churn => self.train(who, options, &to_train),
                ModelKind::Leads => self.train_leads(who, options, &to_train),
            };
            let outcome = match outcome {
                Err(e @ (CommandError::Denied(_) | CommandError::LoggedOut | CommandError::Store(_))) => return Err(e),
                outcome => outcome,
            };
            let scored = outcome.as_ref().ok().map(|_| match kind {
                ModelKind::Churn => self.score(who, &to_score),
                ModelKind::Leads => self.score_leads(who),
            });
            if let Some(Err(CommandError::Store(StoreError::Interrupted))) = &scored {
                return Err(CommandError::Store(StoreError::Interrupted));
            }
            out.push(Trained { kind: *kind, outcome, scored });
        }
        Ok(out)
    }
}
