//! Questions. Each is a type of its own with the type of its answer; all go through
//! [`super::Engine::read`].

mod briefing;
mod list;
mod people;
mod ticket;

use chrono::NaiveDate;

use crate::base::Timestamp;
use crate::domain::Principal;
use crate::query::Context;
use crate::store::Read;

use super::error::ReadError;

pub use briefing::{AskBriefing, AskCard, AskFind, AskPanel, Briefing, Card, Event, Panel};
pub use list::{
    AskAll, AskBreak, AskChanges, AskDrill, AskHead, AskIsEmpty, AskJournal, AskNamed, AskOtts, AskPage, AskPlans,
    AskRow, AskSettings, AskSuggest, AskTotals, AskViews,
};
pub use people::{AskMe, AskUsers, Colleague};
pub use ticket::{AskArticles, AskCase, AskClock, AskDocket, AskShelf, AskTicketsOf, Case, Hint, Line, Shelf, owed};

/// On whose behalf and on which day.
pub struct Scene<'a> {
    pub who: &'a Principal,
    pub now: Timestamp,
    pub today: NaiveDate,
    pub context: Context,
}

/// A question with its answer.
pub trait Ask {
    type Answer;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Self::Answer, ReadError>;
}
