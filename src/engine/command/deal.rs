//! What can be asked to happen to deals. Each is one entry of the journal and can be taken back. Lines are rows of
//! their own: they are created, edited and put away as all rows are, and their deal follows.

use crate::base::Id;
use crate::domain::ActivityKind;
use crate::domain::customer::Cycle;
use crate::domain::deal::{LostReason, Stage};

use super::super::policy::Verb;
use super::Target;

/// Where deals are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DealStep {
    To(Stage),
    /// One stage on, each from its own.
    Forward,
    /// One stage back, each from its own.
    Back,
}

/// What was agreed when a deal is won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WinTerms {
    pub cycle: Cycle,
    /// Day of the installation, days since 1970-01-01, where one is agreed.
    pub install_on: Option<i64>,
    /// What the technician should know.
    pub note: String,
    /// True takes it in although a customer has the same phone, mail address or GSTIN.
    pub allow_duplicates: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DealCommand {
    /// Another open stage; going back forgets that later ones were reached. A lost deal comes back to life. On undo:
    /// the old stage with its times.
    Move { target: Target, to: DealStep },
    /// The end of a deal, with the reason, and with whom they went where that is known. On undo: open again.
    Lose { target: Target, reason: LostReason, competitor: Option<String> },
    /// The deal is won: each seat of each plan becomes a subscription that waits for its installation, and the lead it
    /// came from is converted. A retail deal of one seat with a customer moves that customer to the plan. On undo: all
    /// of it is taken out, the deal and the lead are open again.
    Win { deal: Id, terms: WinTerms },
    /// A quotation over what the lines say now: a number of the financial year, and a last day. A qualified deal goes
    /// on to proposal. On undo: as it was.
    Quote { deal: Id, days: Option<i64> },
    /// A call, message, visit or note; sets the next step where one is named. On undo: it is taken out.
    Note { deal: Id, kind: ActivityKind, body: String, next: Option<String> },
}

impl DealCommand {
    pub fn verb(&self) -> Verb {
        match self {
            DealCommand::Move { .. } | DealCommand::Lose { .. } => Verb::Stage,
            DealCommand::Win { .. } => Verb::Win,
            DealCommand::Quote { .. } => Verb::Quote,
            DealCommand::Note { .. } => Verb::Contact,
        }
    }
}
