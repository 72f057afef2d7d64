//! What can be asked to happen to jobs and to stock. Each is one entry of the journal and can be taken back.

use crate::base::Id;
use crate::domain::job::{Hindrance, ItemState, JobKind, Slot};

use super::super::super::command::Target;
use super::super::super::policy::Verb;

/// When and by whom a job is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appointment {
    /// Days since 1970-01-01.
    pub day: Option<i64>,
    pub slot: Option<Slot>,
    /// Login of the technician.
    pub owner: Option<String>,
}

/// The items of the checklist that are done when a job ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Checks {
    /// Those that were ticked off while it went on.
    #[default]
    AsTicked,
    All,
    These(Vec<String>),
}

/// What a finished job tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub outcome: String,
    pub checks: Checks,
    /// Tenths of a dBm.
    pub before: Option<i64>,
    pub after: Option<i64>,
    /// Items put in, or fetched where equipment is recovered.
    pub serials: Vec<String>,
    /// Metres.
    pub cable: Option<i64>,
    /// The customer's code or the name of who signed.
    pub signed: String,
    pub photo: String,
    /// Kilometres.
    pub travel: Option<i64>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum JobCommand {
    /// A new job for each customer. With a day and a slot it is scheduled. On undo: taken out.
    Raise { kind: JobKind, customers: Target, when: Appointment, ticket: String, note: String },
    /// A job for the customer of a ticket; the ticket is in progress with it. On undo: as it was.
    ForTicket { ticket: Id, when: Appointment, note: String },
    /// Another day, slot or technician; a slot that is taken is left out and named, unless `double`. On undo: as it was.
    Schedule { target: Target, when: Appointment, double: bool },
    /// Open jobs handed to technicians by area and load. On undo: as it was.
    HandOut { target: Target },
    /// The technician is there. On undo: scheduled again.
    Start { id: Id },
    /// A word on the customer's timeline, with the number of the job. On undo: taken out.
    Note { id: Id, body: String },
    /// Items ticked off and other facts, while it goes on. On undo: as it was.
    Tick { id: Id, checks: Vec<String> },
    /// Done: the customer's line, the stock and the ticket follow. On undo: all of it back.
    Finish { id: Id, report: Report },
    /// Could not be done. On undo: as it was.
    Fail { target: Target, why: Hindrance, note: String },
    /// Not wanted any more. On undo: as it was.
    Cancel { target: Target },
    /// Items of stock to a technician, back to the store, or out of use. On undo: as they were.
    Stock { target: Target, state: ItemState, owner: Option<String> },
}

impl JobCommand {
    pub fn verb(&self) -> Verb {
        match self {
            JobCommand::Raise { .. } | JobCommand::ForTicket { .. } => Verb::RaiseJob,
            JobCommand::Schedule { .. } | JobCommand::HandOut { .. } => Verb::ScheduleJob,
            JobCommand::Start { .. }
            | JobCommand::Note { .. }
            | JobCommand::Tick { .. }
            | JobCommand::Finish { .. }
            | JobCommand::Fail { .. } => Verb::DoJob,
            JobCommand::Cancel { .. } => Verb::CancelJob,
            JobCommand::Stock { .. } => Verb::Stock,
        }
    }
}
