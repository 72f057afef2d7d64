//! What happened with a customer, one line each: the timeline.

use crate::base::{Id, Timestamp};

use super::Text;
use super::choice::choices;

choices! {
    /// What kind of thing happened.
    ActivityKind {
        Note = "note", "Note";
        Call = "call", "Call";
        Message = "message", "Message";
        Visit = "visit", "Visit";
        Payment = "payment", "Payment";
        Invoice = "invoice", "Invoice";
        Ticket = "ticket", "Ticket";
        Plan = "plan", "Plan";
        Status = "status", "Status";
        Outage = "outage", "Outage";
    }
}

impl ActivityKind {
    /// Kinds a person writes by hand.
    pub const MANUAL: &'static [ActivityKind] =
        &[ActivityKind::Note, ActivityKind::Call, ActivityKind::Message, ActivityKind::Visit];
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub id: Id,
    pub customer: Id,
    pub at: Timestamp,
    pub kind: ActivityKind,
    /// Login name of who did it; `network`, `billing` for the operator's systems.
    pub who: Text,
    /// The docket, invoice or payment number it belongs to; empty for none.
    pub reference: Text,
    /// What people read. May hold line breaks.
    pub body: Text,
}
