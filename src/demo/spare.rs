//! Rows, lists and long texts that were written and let go, for the customers that are made next. Getting their memory
//! and giving it back took longer than filling it: they are too many for what the allocator keeps at hand.

use std::cell::RefCell;

use crate::base::near::all_soon;
use crate::base::{Id, Timestamp};
use crate::domain::usage::MonthUsage;
use crate::domain::{Activity, Entity, Record, Text, Value};
use crate::query::schema;

use super::Subscriber;
use super::jobs::Work;
use super::leads::LeadStory;
use super::tickets::{Happening, TicketStory};

/// Long texts that are kept at most: copies of texts come back, too, and are not asked for again.
const TEXTS: usize = 1 << 13;

/// What lies ready on a thread.
struct Spare {
    /// Whole rows with the values they were written with, by entity.
    rows: Vec<Vec<Record>>,
    /// Texts with memory of their own, whatever is in them.
    texts: Vec<Text>,
    // Lists without items.
    timelines: Vec<Vec<Activity>>,
    lines: Vec<Vec<Record>>,
    leads: Vec<Vec<LeadStory>>,
    tickets: Vec<Vec<TicketStory>>,
    happenings: Vec<Vec<(Timestamp, Happening)>>,
    months: Vec<Vec<MonthUsage>>,
}

thread_local! {
    static SPARE: RefCell<Spare> = const {
        RefCell::new(Spare {
            rows: Vec::new(),
            texts: Vec::new(),
            timelines: Vec::new(),
            lines: Vec::new(),
            leads: Vec::new(),
            tickets: Vec::new(),
            happenings: Vec::new(),
            months: Vec::new(),
        })
    };
}

/// A whole row as [`schema::blank`] makes it.
pub(super) fn blank(entity: Entity, id: Id) -> Record {
    match SPARE.with_borrow_mut(|spare| spare.row(entity)) {
        Some(row) => Record { id, version: 1, ..row },
        None => schema::blank(entity, id),
    }
}

/// A text that is too long to lie in a value.
pub(super) fn long(text: &str) -> Text {
    match SPARE.with_borrow_mut(|spare| spare.texts.pop()) {
        Some(mut old) => {
            old.clear();
            old.push_str(text);
            old
        }
        None => Text::from(text),
    }
}

/// A timeline without lines.
pub(super) fn timeline() -> Vec<Activity> {
    SPARE.with_borrow_mut(|spare| spare.timelines.pop()).unwrap_or_else(|| Vec::with_capacity(16))
}

/// A list for a few rows.
pub(super) fn lines() -> Vec<Record> {
    SPARE.with_borrow_mut(|spare| spare.lines.pop()).unwrap_or_default()
}

/// A list for the leads of a customer.
pub(super) fn leads() -> Vec<LeadStory> {
    SPARE.with_borrow_mut(|spare| spare.leads.pop()).unwrap_or_default()
}

/// A list for the tickets of a customer.
pub(super) fn tickets() -> Vec<TicketStory> {
    SPARE.with_borrow_mut(|spare| spare.tickets.pop()).unwrap_or_default()
}

/// A list for what happens to a ticket.
pub(super) fn happenings() -> Vec<(Timestamp, Happening)> {
    SPARE.with_borrow_mut(|spare| spare.happenings.pop()).unwrap_or_default()
}

/// A list for the months of a customer.
pub(super) fn months() -> Vec<MonthUsage> {
    SPARE.with_borrow_mut(|spare| spare.months.pop()).unwrap_or_else(|| Vec::with_capacity(12))
}

impl Spare {
    fn text(&mut self, text: Text) {
        if text.is_heap_allocated() && self.texts.len() < TEXTS {
            self.texts.push(text);
        }
    }

    /// A row without values. The next one is fetched meanwhile: another processor had it last.
    fn row(&mut self, entity: Entity) -> Option<Record> {
        let rows = self.rows.get_mut(entity as usize)?;
        let mut row = rows.pop()?;
        if let Some(next) = rows.last() {
            all_soon(&next.values);
        }
        for value in &mut row.values {
            if let Value::Text(text) = std::mem::take(value) {
                self.text(text);
            }
        }
        Some(row)
    }

    fn keep_row(&mut self, row: Record) {
        self.rows[row.fields[0].entity as usize].push(row);
    }

    fn row_list(&mut self, mut rows: Vec<Record>) {
        rows.drain(..).for_each(|row| self.keep_row(row));
        keep(&mut self.lines, rows);
    }
}

/// Keeps the memory of a list, if it has any.
fn keep<T>(all: &mut Vec<Vec<T>>, mut list: Vec<T>) {
    if list.capacity() > 0 {
        list.clear();
        all.push(list);
    }
}

/// Takes the timeline and the months of a customer back, which are kept as a text by now.
pub fn take_told(s: &mut Subscriber) {
    SPARE.with_borrow_mut(|spare| {
        let mut lines = std::mem::take(&mut s.activities);
        lines.drain(..).for_each(|line| spare.text(line.body));
        keep(&mut spare.timelines, lines);
        keep(&mut spare.months, std::mem::take(&mut s.usage.months));
    });
}

/// Takes the rest of a customer back that was made on this thread, with all that came with it.
pub fn take_back(s: Subscriber, mut leads: Vec<LeadStory>, mut tickets: Vec<TicketStory>, work: Work) {
    SPARE.with_borrow_mut(|spare| {
        spare.rows.resize_with(Entity::ALL.len(), Vec::new);
        spare.keep_row(s.record);
        for lead in leads.drain(..) {
            spare.keep_row(lead.record);
            spare.row_list(lead.touches);
        }
        keep(&mut spare.leads, leads);
        for ticket in tickets.drain(..) {
            spare.keep_row(ticket.record);
            spare.row_list(ticket.lines);
            keep(&mut spare.happenings, ticket.steps);
        }
        keep(&mut spare.tickets, tickets);
        spare.row_list(work.jobs);
        spare.row_list(work.items);
    });
}
