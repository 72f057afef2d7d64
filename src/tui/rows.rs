//! A window on a long list: some rows of it, a cursor that stays on its row, marks that stay on
//! theirs. Row numbers are never asked for; the store pages by key.

use std::collections::BTreeSet;

use crate::base::Id;
use crate::base::text::width;
use crate::domain::{FieldId, Record};
use crate::engine::{Anchor, Key, Page, key};
use crate::query::schema::noun;

/// Rows fetched at a time.
pub const PAGE: usize = 200;
/// Rows kept; beyond that the far end is let go.
const KEEP: usize = 2_000;
/// The cursor this near to an end fetches more.
const MARGIN: usize = 100;

/// Rows read again on each side of the cursor: more than [`MARGIN`], so that the next key fetches nothing.
const AROUND: usize = 120;

/// Which rows are marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Marks {
    #[default]
    None,
    Some(BTreeSet<Id>),
    /// All that match the filter, less these.
    AllBut(BTreeSet<Id>),
}

impl Marks {
    pub fn has(&self, id: Id) -> bool {
        match self {
            Marks::None => false,
            Marks::Some(ids) => ids.contains(&id),
            Marks::AllBut(ids) => !ids.contains(&id),
        }
    }

    pub fn set(&mut self, id: Id, on: bool) {
        match self {
            Marks::None if on => *self = Marks::Some(BTreeSet::from([id])),
            Marks::None => {}
            Marks::Some(ids) => {
                if on {
                    ids.insert(id);
                } else {
                    ids.remove(&id);
                    if ids.is_empty() {
                        *self = Marks::None;
                    }
                }
            }
            Marks::AllBut(ids) => {
                if on {
                    ids.remove(&id);
                } else {
                    ids.insert(id);
                }
            }
        }
    }

    pub fn invert(&mut self) {
        *self = match std::mem::take(self) {
            Marks::None => Marks::AllBut(BTreeSet::new()),
            Marks::Some(ids) => Marks::AllBut(ids),
            Marks::AllBut(ids) if ids.is_empty() => Marks::None,
            Marks::AllBut(ids) => Marks::Some(ids),
        };
    }

    /// How many of `total` rows are marked.
    pub fn count(&self, total: i64) -> i64 {
        let n = |ids: &BTreeSet<Id>| i64::try_from(ids.len()).unwrap_or(i64::MAX);
        match self {
            Marks::None => 0,
            Marks::Some(ids) => n(ids),
            Marks::AllBut(ids) => total - n(ids),
        }
    }
}

/// What a page that was asked for is meant to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// A new list from its start.
    First,
    /// The end of the list.
    Last,
    /// The rows from this place on: the same customer in another list.
    At(Key),
    /// The rows from so many hundredths of the way down on.
    Share(u8),
    /// Rows that we have, as they are now.
    Again(Window),
    /// More rows after the last one.
    After,
    /// More rows before the first one.
    Before,
}

/// A stretch of the rows that we have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The place of its first row; none for the start of the list.
    from: Option<Key>,
    /// Rows of ours before it, which are let go.
    skipped: usize,
    length: usize,
}

#[derive(Debug, Default)]
pub struct Rows {
    pub rows: Vec<Record>,
    /// The list begins, ends with what we have.
    at_start: bool,
    at_end: bool,
    /// Rows before the first of ours, where that is known.
    pub before: Option<u64>,
    pub cursor: usize,
    /// First row on the screen.
    pub top: usize,
    pub marks: Marks,
    /// Where a range began.
    pub range: Option<Id>,
    /// True until the first page has come.
    pub loading: bool,
    /// Another one each time rows have come.
    pub edition: u64,
    /// Cells of the longest number that rows of this list were known by so far: as `T-26111234567`.
    pub longest: usize,
}

impl Rows {
    /// A list whose first page is on its way.
    pub fn waiting() -> Rows {
        Rows { loading: true, ..Rows::default() }
    }

    pub fn current(&self) -> Option<&Record> {
        self.rows.get(self.cursor)
    }

    pub fn current_id(&self) -> Option<Id> {
        self.current().map(|r| r.id)
    }

    /// Forgets everything: another filter, another order.
    pub fn reset(&mut self) {
        let marks = std::mem::take(&mut self.marks);
        *self = Rows { marks, loading: true, edition: self.edition + 1, ..Rows::default() };
    }

    /// Where a page for `want` begins and how long it is.
    pub fn anchor(&self, want: &Want, sort: &[(FieldId, bool)]) -> (Anchor, usize) {
        let key_of = |r: Option<&Record>| r.map(|r| key(r, sort));
        match want {
            Want::First => (Anchor::First, PAGE),
            Want::Last => (Anchor::Last, PAGE),
            Want::At(key) => (Anchor::From(key.clone()), PAGE),
            Want::Share(percent) => (Anchor::Share(*percent), PAGE),
            Want::After => (key_of(self.rows.last()).map_or(Anchor::First, Anchor::After), PAGE),
            Want::Before => (key_of(self.rows.first()).map_or(Anchor::First, Anchor::Before), PAGE),
            Want::Again(w) => (w.from.clone().map_or(Anchor::First, Anchor::From), w.length),
        }
    }

    /// The rows around the cursor once more, far enough that it can move on both ways before others are fetched. What
    /// lies beyond is let go and read when it is scrolled to: a list that was scrolled through costs no more to read
    /// again than one that was just opened. While a range is marked, all of its rows stay.
    pub fn again(&self, sort: &[(FieldId, bool)]) -> Want {
        if self.range.is_some() {
            return self.all_again(sort);
        }
        let skipped = self.cursor.saturating_sub(AROUND).min(self.rows.len().saturating_sub(1));
        if skipped == 0 {
            let Want::Again(whole) = self.all_again(sort) else { return Want::First };
            return Want::Again(Window { length: (self.cursor + AROUND).max(PAGE), ..whole });
        }
        let from = self.rows.get(skipped).map(|r| key(r, sort));
        Want::Again(Window { from, skipped, length: 2 * AROUND })
    }

    /// All the rows that we have once more.
    pub fn all_again(&self, sort: &[(FieldId, bool)]) -> Want {
        let from = if self.at_start { None } else { self.rows.first().map(|r| key(r, sort)) };
        Want::Again(Window { from, skipped: 0, length: self.rows.len().max(PAGE) })
    }

    /// Whether the cursor is still on rows of a window that was asked for.
    pub fn is_within(&self, window: &Window) -> bool {
        (window.skipped..=window.skipped + window.length).contains(&self.cursor) && self.top >= window.skipped
    }

    /// Takes a page in. The cursor stays on its row; where that row has gone, on its place.
    pub fn take(&mut self, want: &Want, page: Page, total: Option<i64>) {
        let stay = self.current_id();
        self.loading = false;
        self.edition += 1;
        let number = |r: &Record| r.fields.first().map_or(0, |f| width(r.text(noun(f.entity).handle)));
        self.longest = page.rows.iter().map(number).fold(self.longest, usize::max);
        match want {
            Want::First => {
                self.rows = page.rows;
                (self.at_start, self.at_end) = (true, !page.more);
                (self.before, self.cursor, self.top) = (Some(0), 0, 0);
                return;
            }
            Want::Last => {
                self.rows = page.rows;
                (self.at_start, self.at_end) = (!page.more, true);
                let len = self.rows.len() as u64;
                self.before =
                    if self.at_start { Some(0) } else { total.and_then(|t| u64::try_from(t).ok()?.checked_sub(len)) };
                self.cursor = self.rows.len().saturating_sub(1);
                self.top = self.cursor;
                return;
            }
            Want::At(_) | Want::Share(_) => {
                self.rows = page.rows;
                (self.at_start, self.at_end) = (page.before == Some(0), !page.more);
                self.before = page.before.and_then(|n| u64::try_from(n).ok());
                (self.cursor, self.top) = (0, 0);
                return;
            }
            Want::Again(window) => {
                self.rows = page.rows;
                self.at_end = !page.more;
                self.at_start &= window.skipped == 0;
                self.before = self.before.map(|b| b + window.skipped as u64);
                self.cursor = self.cursor.saturating_sub(window.skipped);
                self.top = self.top.saturating_sub(window.skipped);
            }
            Want::After => {
                self.rows.extend(page.rows);
                self.at_end = !page.more;
                if self.rows.len() > KEEP && self.range.is_none() {
                    let drop = (self.rows.len() - KEEP).min(self.cursor.saturating_sub(MARGIN * 2));
                    self.rows.drain(..drop);
                    self.at_start &= drop == 0;
                    self.before = self.before.map(|b| b + drop as u64);
                    self.cursor -= drop;
                    self.top = self.top.saturating_sub(drop);
                }
            }
            Want::Before => {
                let added = page.rows.len();
                self.rows.splice(..0, page.rows);
                self.at_start = !page.more;
                self.before =
                    if self.at_start { Some(0) } else { self.before.and_then(|b| b.checked_sub(added as u64)) };
                self.cursor += added;
                self.top += added;
                if self.rows.len() > KEEP && self.range.is_none() {
                    let keep = KEEP.max(self.cursor + MARGIN * 2).min(self.rows.len());
                    self.at_end &= keep == self.rows.len();
                    self.rows.truncate(keep);
                }
            }
        }
        if let Some(i) = stay.and_then(|id| self.rows.iter().position(|r| r.id == id)) {
            // The line on the screen stays, too.
            let line = self.cursor.saturating_sub(self.top);
            self.cursor = i;
            self.top = i.saturating_sub(line);
        }
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.top = self.top.min(self.cursor);
    }

    /// The cursor on this row, where it is here.
    pub fn stand_on(&mut self, id: Option<Id>) {
        if let Some(at) = id.and_then(|id| self.rows.iter().position(|r| r.id == id)) {
            self.cursor = at;
        }
    }

    /// Moves the cursor; tells which rows should be fetched now.
    pub fn step(&mut self, by: isize) -> Option<Want> {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        self.mark_range();
        self.wanted()
    }

    /// What should be fetched so that the cursor can go on both ways.
    pub fn wanted(&self) -> Option<Want> {
        if !self.at_end && self.cursor + MARGIN >= self.rows.len() {
            Some(Want::After)
        } else if !self.at_start && self.cursor < MARGIN {
            Some(Want::Before)
        } else {
            None
        }
    }

    /// To the first row; `None` when it is here.
    pub fn first(&mut self) -> Option<Want> {
        if !self.at_start {
            return Some(Want::First);
        }
        self.cursor = 0;
        self.mark_range();
        None
    }

    /// To the last row; `None` when it is here.
    pub fn last(&mut self) -> Option<Want> {
        if !self.at_end {
            return Some(Want::Last);
        }
        self.cursor = self.rows.len().saturating_sub(1);
        self.mark_range();
        None
    }

    /// Marks everything between where the range began and the cursor.
    fn mark_range(&mut self) {
        let Some(start) = self.range.and_then(|id| self.rows.iter().position(|r| r.id == id)) else { return };
        let (a, b) = (start.min(self.cursor), start.max(self.cursor));
        for row in &self.rows[a..=b] {
            self.marks.set(row.id, true);
        }
    }

    /// Brings the cursor into a window of `height` rows with a little of what comes next.
    pub fn scroll(&mut self, height: usize) {
        let height = height.max(1);
        let margin = if height > 8 { 2 } else { 0 };
        let last = self.rows.len().saturating_sub(1);
        let low = (self.cursor + margin).min(last);
        if low >= self.top + height {
            self.top = low + 1 - height;
        }
        self.top = self.top.min(self.cursor.saturating_sub(margin));
    }

    /// Number of the current row in the whole list, where it is known.
    pub fn position(&self) -> Option<u64> {
        self.before.map(|b| b + self.cursor as u64 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Value;
    use crate::query::schema::customer as c;

    fn page(ids: std::ops::Range<i64>, more: bool) -> Page {
        let rows = ids
            .map(|i| Record { id: Id(i), version: 1, fields: [c::NAME].into(), values: vec![Value::Int(i)] })
            .collect();
        Page { rows, more, ..Page::default() }
    }

    #[test]
    fn the_cursor_stays_on_its_row() {
        let mut rows = Rows::default();
        rows.take(&Want::First, page(100..300, true), None);
        assert_eq!(rows.step(150), Some(Want::After));
        rows.take(&Want::After, page(300..500, true), None);
        assert_eq!((rows.current_id(), rows.position()), (Some(Id(250)), Some(151)));
        let all = rows.all_again(&[]);
        rows.take(&all, page(120..520, true), None);
        assert_eq!(rows.current_id(), Some(Id(250)));
        let mut gone = page(100..250, false);
        gone.rows.retain(|r| r.id != Id(250));
        rows.take(&all, gone, None);
        assert!(rows.current_id().is_some());
    }

    #[test]
    fn only_what_is_around_the_cursor_is_read_again() {
        let mut rows = Rows::default();
        rows.take(&Want::First, page(0..200, true), None);
        for next in 1..8 {
            rows.step(180);
            rows.take(&Want::After, page(next * 200..next * 200 + 200, true), None);
        }
        rows.step(-260);
        rows.scroll(30);
        let (id, place, line) = (rows.current_id(), rows.position(), rows.cursor - rows.top);
        let again = rows.again(&[(c::NAME, false)]);
        let (anchor, length) = rows.anchor(&again, &[(c::NAME, false)]);
        let Anchor::From(from) = anchor else { panic!("{anchor:?}") };
        assert!(length <= 300 && from.id.0 == id.map_or(0, |id| id.0) - 120, "{length} rows from {from:?}");
        let first = from.id.0;
        rows.take(&again, page(first..first + 240, true), None);
        assert_eq!((rows.current_id(), rows.position(), rows.cursor - rows.top), (id, place, line));
        assert_eq!((rows.wanted(), rows.first()), (None, Some(Want::First)));
        // Where its row has gone, the cursor is on the place that it had.
        let again = rows.again(&[(c::NAME, false)]);
        let mut gone = page(first..first + 240, true);
        gone.rows.retain(|r| Some(r.id) != id);
        rows.take(&again, gone, None);
        assert_eq!((rows.current_id().map(|i| i.0), rows.position()), (id.map(|i| i.0 + 1), place));
        // Who has gone on meanwhile is not thrown back.
        let Want::Again(window) = rows.again(&[]) else { panic!("no window") };
        assert!(rows.is_within(&window));
        rows.take(&Want::After, page(2_000..2_400, true), None);
        rows.step(500);
        assert!(!rows.is_within(&window));
    }

    #[test]
    fn far_ends_are_let_go_and_positions_still_known() {
        let mut rows = Rows::default();
        rows.take(&Want::First, page(0..200, true), None);
        let mut next = 200;
        for _ in 0..30 {
            while rows.step(150) == Some(Want::After) {
                rows.take(&Want::After, page(next..next + 200, true), None);
                next += 200;
            }
        }
        assert!(rows.rows.len() <= KEEP + PAGE, "{}", rows.rows.len());
        assert_eq!(rows.position(), rows.current_id().map(|id| id.0 as u64 + 1));
    }

    #[test]
    fn marks_add_up() {
        let mut m = Marks::default();
        m.set(Id(1), true);
        m.set(Id(2), true);
        assert_eq!((m.count(10), m.has(Id(2))), (2, true));
        m.invert();
        assert_eq!((m.count(10), m.has(Id(2)), m.has(Id(3))), (8, false, true));
        m.set(Id(3), false);
        m.invert();
        assert_eq!(m, Marks::Some(BTreeSet::from([Id(1), Id(2), Id(3)])));
        let mut rows = Rows::default();
        rows.take(&Want::First, page(0..50, false), None);
        rows.range = Some(Id(0));
        rows.step(4);
        assert_eq!(rows.marks.count(50), 5);
    }
}
