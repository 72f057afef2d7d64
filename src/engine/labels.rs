//! What the desk has learnt of the subjects of its tickets, kept in memory and learnt anew when labels were put right.
//!
//! Nothing of it is stored: it takes a fraction of a second, and the tickets themselves are what it knows.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::base::{Id, Timestamp};
use crate::domain::Entity;
use crate::domain::ticket::State;
use crate::insight::text::desk::{Desk, Example, MOST};
use crate::query::Bound;
use crate::query::schema::{category as cat, ticket as t};
use crate::store::{Anchor, Change, PageAsk, Read};

use super::StoreError;

/// What is known is learnt anew after so long, for what other programs wrote.
const FRESH_MS: i64 = 10 * 60_000;
/// How far back a label that was put right is looked for.
const LOOK_BACK_MS: i64 = 180 * 86_400_000;

/// The desk's knowledge and whether it still holds.
#[derive(Default)]
pub struct Labels {
    learnt: Mutex<Option<(Timestamp, Arc<Desk>)>>,
    /// A label was put right since.
    stale: AtomicBool,
}

impl Labels {
    /// Looks at what was written: a label that is put right is learnt the next time somebody asks.
    pub fn note(&self, changes: &[Change]) {
        let corrects = |c: &Change| match c {
            Change::Update { entity: Entity::Ticket, fields, .. } => {
                fields.iter().any(|f| f.field == t::CATEGORY || f.field == t::PRIORITY)
            }
            _ => false,
        };
        if changes.iter().any(corrects) {
            self.stale.store(true, Ordering::Relaxed);
        }
    }

    /// What is known already; nothing is learnt for it, and nobody who learns is waited for.
    pub fn known(&self) -> Option<Arc<Desk>> {
        self.learnt.try_lock().ok()?.as_ref().map(|(_, desk)| Arc::clone(desk))
    }

    /// What is known, learnt anew where it no longer holds. `None` where the desk's categories are too few to tell apart.
    pub fn fresh(&self, read: &Read<'_>, now: Timestamp) -> Result<Option<Arc<Desk>>, StoreError> {
        // One learns, others wait for it instead of doing the same.
        let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = self.stale.swap(false, Ordering::Relaxed);
        if let Some((_, desk)) = learnt.as_ref().filter(|(at, _)| !stale && now.since(*at) < FRESH_MS) {
            return Ok(Some(Arc::clone(desk)));
        }
        let Ok(desk) = Desk::learn(&examples(read, now)?, &categories(read)?) else { return Ok(None) };
        let desk = Arc::new(desk);
        *learnt = Some((now, Arc::clone(&desk)));
        Ok(Some(desk))
    }
}

/// Code and title of the main categories.
pub fn categories(read: &Read<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut all = Vec::new();
    read.each(&everything(Entity::TicketCategory, vec![cat::CODE, cat::TITLE, cat::PARENT]), |r| {
        if r.text(cat::PARENT).is_empty() {
            all.push((r.text(cat::CODE).to_string(), r.text(cat::TITLE).to_string()));
        }
        true
    })?;
    Ok(all)
}

/// What a sub-category of a main one is called; `None` where there is none of this code.
pub fn sub_title(read: &Read<'_>, main: &str, code: &str) -> Result<Option<String>, StoreError> {
    let mut found = None;
    read.each(&everything(Entity::TicketCategory, vec![cat::CODE, cat::TITLE, cat::PARENT]), |r| {
        if r.text(cat::CODE) == code && r.text(cat::PARENT) == main {
            found = Some(r.text(cat::TITLE).to_string());
        }
        found.is_none()
    })?;
    Ok(found)
}

fn everything(entity: Entity, fields: Vec<crate::domain::FieldId>) -> PageAsk {
    PageAsk { filter: Bound::all(entity), sort: vec![], fields, anchor: Anchor::First, limit: usize::MAX }
}

/// The newest tickets whose label can be believed: those that are done, and those whose category was put right.
fn examples(read: &Read<'_>, now: Timestamp) -> Result<Vec<Example>, StoreError> {
    let corrected: HashSet<Id> = read.edited(Entity::Ticket, t::CATEGORY, now.plus_ms(-LOOK_BACK_MS))?;
    let fields = vec![t::SUBJECT, t::CATEGORY, t::SUBCATEGORY, t::PRIORITY, t::STATUS, t::DUPLICATE_OF];
    let mut out = Vec::new();
    let all = PageAsk { sort: vec![(t::OPENED, true)], ..everything(Entity::Ticket, fields) };
    read.each(&all, |r| {
        let right = corrected.contains(&r.id);
        let done = State::parse(r.text(t::STATUS)).is_some_and(State::is_done);
        if (done || right) && r.text(t::DUPLICATE_OF).is_empty() {
            out.push(Example {
                text: r.text(t::SUBJECT).to_string(),
                category: r.text(t::CATEGORY).to_string(),
                sub: r.text(t::SUBCATEGORY).to_string(),
                priority: r.text(t::PRIORITY).to_string(),
                corrected: right,
            });
        }
        out.len() < MOST
    })?;
    Ok(out)
}
