//! Questions. Each is a type of its own with the type of its answer; all go through
//! [`super::Engine::read`].

pub mod board;
mod briefing;
pub mod deal;
mod hints;
mod incident;
mod job;
pub mod lead;
mod list;
mod model;
mod people;
pub mod report;
mod series;
mod ticket;
pub mod today;

use chrono::NaiveDate;

use crate::base::Timestamp;
use crate::domain::{Entity, Principal};
use crate::query::Context;
use crate::store::Read;

use super::error::ReadError;
use super::policy::{Reach, Verb, reach};

pub use board::AskBoard;
pub use briefing::{AskBriefing, AskCard, AskFind, AskPanel, Briefing, Card, Event, Panel};
pub use deal::{AskDeal, AskForecast, AskStatement, AskWinLoss, Booked, DealBriefing};
pub use hints::{AskArticles, AskFiling, AskLabels, Filing, Hint, Label, Labels};
pub use incident::{AreaUptime, AskIncident, AskUptime, IncidentSheet};
pub use job::{AskConflicts, AskJob, Conflict, JobSheet};
pub use lead::{
    AskCoverage, AskFindLead, AskFollowUps, AskFunnel, AskGroups, AskLead, FollowUp, FunnelRow, LeadBriefing,
};
pub use list::{
    AskAll, AskBreak, AskByParts, AskChanges, AskDrill, AskHead, AskIsEmpty, AskJournal, AskLockouts, AskNamed,
    AskOtts, AskPage, AskPlans, AskRow, AskSettings, AskSuggest, AskTotals, AskViews,
};
pub use model::{AskDue, AskModel, AskOffers, AskReasons, AskReps, AskSegments, Due, Reasons, Reps, Segments};
pub use people::{AskMe, AskUsers, Colleague};
pub use report::{Applied, AskReport, Report};
pub use series::{AskSeries, Figure};
pub use ticket::{AskCase, AskClock, AskDocket, AskShelf, AskTicketsOf, Case, Line, Shelf, owed};
pub use today::{AskPulse, AskToday};

/// On whose behalf and on which day.
pub struct Scene<'a> {
    pub who: &'a Principal,
    pub now: Timestamp,
    pub today: NaiveDate,
    pub context: Context,
    /// Models and labels as they are known.
    pub(super) held: &'a super::models::Held,
}

/// A question with its answer.
pub trait Ask {
    type Answer;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Self::Answer, ReadError>;
}

/// Refuses rows that a role does not see: who works here is for those who look after it.
pub(super) fn may_see(scene: &Scene<'_>, entity: Entity) -> Result<(), ReadError> {
    if entity == Entity::User && reach(scene.who.role, Verb::ListUsers, Entity::User) != Reach::All {
        let role = scene.who.role.label();
        return Err(ReadError::Denied(format!("the role {role} does not see who works here")));
    }
    Ok(())
}
