//! Rows that were written and let go, for those that are made next. Getting the memory of a row and giving it back
//! took longer than filling it: it is too large for what the allocator keeps at hand.

use std::cell::RefCell;

use crate::base::Id;
use crate::domain::{Activity, Entity, Record, Value};
use crate::query::schema;

use super::Subscriber;
use super::jobs::Work;
use super::leads::LeadStory;
use super::tickets::TicketStory;

thread_local! {
    /// Whole rows without values, by entity.
    static ROWS: RefCell<Vec<Vec<Record>>> = const { RefCell::new(Vec::new()) };
    /// Timelines without lines.
    static TIMELINES: RefCell<Vec<Vec<Activity>>> = const { RefCell::new(Vec::new()) };
}

/// A whole row as [`schema::blank`] makes it.
pub(super) fn blank(entity: Entity, id: Id) -> Record {
    match ROWS.with_borrow_mut(|all| all.get_mut(entity as usize)?.pop()) {
        Some(row) => Record { id, version: 1, ..row },
        None => schema::blank(entity, id),
    }
}

/// A timeline without lines.
pub(super) fn timeline() -> Vec<Activity> {
    TIMELINES.with_borrow_mut(Vec::pop).unwrap_or_else(|| Vec::with_capacity(16))
}

/// Takes a customer back that was made on this thread, with all that came with it.
pub fn take_back(s: Subscriber, leads: Vec<LeadStory>, tickets: Vec<TicketStory>, work: Work) {
    let mut lines = s.activities;
    lines.clear();
    TIMELINES.with_borrow_mut(|all| all.push(lines));
    ROWS.with_borrow_mut(|all| {
        all.resize_with(Entity::ALL.len(), Vec::new);
        let mut keep = |mut row: Record| {
            row.values.iter_mut().for_each(|value| *value = Value::Null);
            all[row.fields[0].entity as usize].push(row);
        };
        keep(s.record);
        leads.into_iter().for_each(|lead| {
            keep(lead.record);
            lead.touches.into_iter().for_each(&mut keep);
        });
        tickets.into_iter().for_each(|ticket| {
            keep(ticket.record);
            ticket.lines.into_iter().for_each(&mut keep);
        });
        work.jobs.into_iter().chain(work.items).for_each(keep);
    });
}
