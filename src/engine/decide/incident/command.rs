//! What can be asked to happen to incidents. Each is one entry of the journal and can be taken back whole.

use crate::base::{Id, Timestamp};
use crate::domain::incident::{Phase, Scope};

use super::super::super::policy::Verb;

/// What is known when an incident is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outage {
    pub scope: Scope,
    /// The OLT, `OLT-PUN-04 1/3` for a port, area, PIN code, city, or the text of a filter.
    pub target: String,
    pub title: String,
    /// When lines went down; `None` is now.
    pub began: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Announced: nothing is down before it begins, no ticket is taken in.
    pub planned: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum IncidentCommand {
    /// A new incident; with `attach`, the open tickets of its lines go to it at once. On undo: all of it as it was.
    Open { outage: Outage, attach: bool },
    /// Open tickets of its lines are made part of it: their clocks stand. On undo: the clocks go on as before.
    Attach { id: Id },
    /// One message to each line, queued in the outbox; an empty text is that of the settings. On undo: taken out.
    Tell { id: Id, body: String },
    /// Where it stands, and what is known by now. On undo: as it was.
    Update { id: Id, phase: Phase, word: String, until: Option<Timestamp> },
    /// Lines are back. The tickets are solved, or with `keep` their clocks go on. With `rebate`, every line that was
    /// down long enough gets its days back. On undo: all of it as it was.
    Close { id: Id, cause: String, ended: Option<Timestamp>, keep: bool, rebate: bool },
    /// Announced work that is not done. On undo: announced again.
    Cancel { id: Id },
}

impl IncidentCommand {
    pub fn verb(&self) -> Verb {
        match self {
            IncidentCommand::Close { rebate: true, .. } => Verb::Rebate,
            _ => Verb::RunIncident,
        }
    }
}
