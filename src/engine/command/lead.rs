//! What can be asked to happen to leads. Each is one entry of the journal and can be taken back.

use crate::base::{Id, Money, Timestamp};
use crate::domain::customer::Cycle;
use crate::domain::lead::{LostReason, Stage};
use crate::domain::{ActivityKind, FieldId};

use super::super::policy::Verb;
use super::Target;

/// Where leads are moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    To(Stage),
    /// One stage on, each from its own.
    Forward,
    /// One stage back, each from its own.
    Back,
}

/// Who gets leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assign {
    /// This person.
    To(String),
    Nobody,
    /// Each to the rep who got none for the longest time.
    RoundRobin,
    /// Each to the rep with the fewest open leads.
    LeastBusy,
    /// Each to the rep of its place; to the least busy one where that rep is away.
    Territory,
}

/// What was agreed when a lead becomes a customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    pub plan: String,
    pub cycle: Cycle,
    /// A month before GST; without one, the price of the plan.
    pub price: Option<Money>,
    /// Day of the installation, days since 1970-01-01, where one is agreed.
    pub install_on: Option<i64>,
    /// What the technician should know.
    pub note: String,
    /// True takes it in although a customer has the same phone, mail address or GSTIN.
    pub allow_duplicates: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LeadCommand {
    /// Another stage; the way into `converted` is [`LeadCommand::Convert`]. Lost wants a reason. Going back forgets
    /// that later stages were reached. On undo: the old stage with its times.
    Move { target: Target, to: Step, reason: Option<LostReason> },
    /// Another owner. Reps who are away are passed over. On undo: the old owner.
    Assign { target: Target, how: Assign },
    /// When to be in touch next, and about what; `None` takes the reminder off. On undo: the old one.
    FollowUp { target: Target, at: Option<Timestamp>, note: Option<String> },
    /// Keeps a reminder still until then; the due time stays. On undo: as it was.
    Snooze { target: Target, until: Timestamp },
    /// A call, message or visit, or a note. The first contact answers the lead: its clock stops and a new lead is
    /// contacted. A follow-up that was due is done. On undo: it is taken out.
    Touch { lead: Id, kind: ActivityKind, body: String, next: Option<Timestamp> },
    /// One lead out of two: `keep` stays, with the values of the other where it has none and for the fields in
    /// `take`; contacts move over; the other is put away. On undo: two leads again.
    Merge { keep: Id, other: Id, take: Vec<FieldId> },
    /// A lead that is a customer already: what the customer lacks is filled in, the lead is put away. On undo: as it
    /// was.
    MergeIntoCustomer { lead: Id, customer: Id },
    /// A lead becomes a customer with a subscription waiting for its installation. On undo: a lead again, the
    /// customer is taken out.
    Convert { lead: Id, terms: Terms },
    /// Coverage and score computed anew, as after other weights. On undo: the old ones.
    Rescore { target: Target },
}

impl LeadCommand {
    pub fn verb(&self) -> Verb {
        match self {
            LeadCommand::Move { .. } => Verb::Stage,
            LeadCommand::Assign { .. } => Verb::Assign,
            LeadCommand::FollowUp { .. } | LeadCommand::Snooze { .. } => Verb::FollowUp,
            LeadCommand::Touch { .. } => Verb::Contact,
            LeadCommand::Merge { .. } | LeadCommand::MergeIntoCustomer { .. } => Verb::Merge,
            LeadCommand::Convert { .. } => Verb::Convert,
            LeadCommand::Rescore { .. } => Verb::Rescore,
        }
    }
}
