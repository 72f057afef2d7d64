//! The first screen: what needs me now, by role, each line one key from its record; and the pulse of the company.

mod draw;

use ratatui::layout::Rect;

use crate::base::Id;
use crate::domain::Entity;
use crate::engine::ask::today::{Pulse, Today as Found};
use crate::query::schema::{incident as i, job as j, noun, ticket as t};

use super::action::Action;
use super::message::Ticket;

/// Lines of each kind that are asked for.
pub const LINES: usize = 12;

/// What a line of the queue is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Ticket(usize),
    FollowUp(usize),
    Unanswered(usize),
    Deal(usize),
    Job(usize),
    Incident(usize),
    /// The renewals of this week.
    Renewals,
}

/// The screen while it is shown.
#[derive(Debug, Default)]
pub struct Today {
    pub found: Option<Found>,
    pub pulse: Option<Pulse>,
    pub cursor: usize,
    /// Where lines were drawn, for a click.
    pub hits: Vec<(Rect, usize)>,
    /// The question under way for each half.
    pub asked: Option<Ticket>,
    pub asked_pulse: Option<Ticket>,
}

impl Today {
    /// Every line that can be opened, in the order they stand.
    pub fn places(&self) -> Vec<Place> {
        let Some(f) = &self.found else { return Vec::new() };
        // What a technician does comes first for a technician; a desk sees the jobs nobody has after its clocks.
        let jobs = (0..f.jobs.len().min(if f.tickets.is_empty() { LINES } else { 3 })).map(Place::Job);
        let mut out: Vec<Place> = if f.tickets.is_empty() { jobs.clone().collect() } else { Vec::new() };
        out.extend((0..f.tickets.len().min(8)).map(Place::Ticket));
        out.extend((0..f.follow_ups.len().min(6)).map(Place::FollowUp));
        out.extend((0..f.unanswered.len().min(4)).map(Place::Unanswered));
        out.extend((0..f.deals.len().min(4)).map(Place::Deal));
        if !f.tickets.is_empty() {
            out.extend(jobs);
        }
        out.extend((0..f.incidents.len().min(3)).map(Place::Incident));
        if f.renewals.iter().any(|r| r.lines > 0) {
            out.push(Place::Renewals);
        }
        out
    }

    /// Moves; false when the action is no movement.
    pub fn act(&mut self, action: Action) -> bool {
        let last = self.places().len().saturating_sub(1);
        self.cursor = match action {
            Action::Down => (self.cursor + 1).min(last),
            Action::Up => self.cursor.saturating_sub(1),
            Action::PageDown | Action::HalfDown => (self.cursor + 8).min(last),
            Action::PageUp | Action::HalfUp => self.cursor.saturating_sub(8),
            Action::Top => 0,
            Action::Bottom => last,
            _ => return false,
        };
        true
    }

    pub fn current(&self) -> Option<Place> {
        self.places().get(self.cursor).copied()
    }

    /// The record a line is about.
    pub fn row(&self, place: Place) -> Option<(Entity, Id, String)> {
        let f = self.found.as_ref()?;
        let of = |entity: Entity, r: &crate::domain::Record| (entity, r.id, r.text(noun(entity).name).to_string());
        Some(match place {
            Place::Ticket(n) => {
                let r = f.tickets.get(n)?;
                (Entity::Ticket, r.id, r.text(t::DOCKET).to_string())
            }
            Place::FollowUp(n) => f.follow_ups.get(n).map(|u| (Entity::Lead, u.id, u.name.clone()))?,
            Place::Unanswered(n) => of(Entity::Lead, f.unanswered.get(n)?),
            Place::Deal(n) => of(Entity::Deal, f.deals.get(n)?),
            Place::Job(n) => {
                let r = f.jobs.get(n)?;
                (Entity::Job, r.id, r.text(j::NUMBER).to_string())
            }
            Place::Incident(n) => {
                let r = f.incidents.get(n)?;
                (Entity::Incident, r.id, r.text(i::NUMBER).to_string())
            }
            Place::Renewals => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_without_anything_has_no_line_to_open() {
        let mut today = Today { found: Some(Found::default()), ..Today::default() };
        assert!(today.places().is_empty() && today.current().is_none());
        assert!(today.act(Action::Down) && today.cursor == 0);
    }
}
