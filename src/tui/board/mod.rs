//! The rows of a list in columns, by the stage they are in. A board is another way to see a list: the filter, the
//! marks, the verbs and the totals are the list's; the column that has the cursor lends it its rows.

mod day;
mod draw;
mod spec;

use crate::base::{Id, Money};
use crate::domain::Entity;
use crate::engine::ask::AskBoard;
use crate::engine::ask::board::{Column as Found, NEAR, within};
use crate::query::Bound;
use crate::query::schema::field;

use super::rows::{PAGE, Rows, Want};
use super::table::Table;

pub use draw::{draw, height, span};
pub use spec::{Card, Spec, spec};

/// Rows of a column read at first.
const FIRST: usize = 40;

/// One column.
#[derive(Debug, Default)]
pub struct Column {
    /// The value its rows have.
    pub value: String,
    pub title: String,
    /// How many, with how much money; not known before they were counted.
    pub count: Option<i64>,
    pub money: Money,
    /// Milliseconds the rows have been there, in the mean.
    pub age: Option<i64>,
    pub patience: i64,
    pub old: i64,
    /// Open rows whose place another one of the column has, too; known while one day is shown.
    pub clashes: i64,
    /// Its rows, but for the column that has the cursor: those are the list's.
    rows: Rows,
}

#[derive(Debug)]
pub struct Board {
    pub spec: &'static Spec,
    pub columns: Vec<Column>,
    /// The column that has the cursor.
    pub at: usize,
    /// The first column on the screen.
    left: usize,
    /// A row that was moved: the cursor goes with it.
    pub follow: Option<Id>,
    /// The filter before it became that of one day, and that of the day.
    dated: Option<(String, String)>,
}

impl Board {
    /// The board of an entity, where it has one.
    pub fn of(entity: Entity) -> Option<Board> {
        let spec = spec(entity)?;
        let named = |(code, title): (String, String)| Column { value: code, title, ..Column::default() };
        let columns = (spec.columns)().into_iter().map(named).collect();
        Some(Board { spec, columns, at: 0, left: 0, follow: None, dated: None })
    }

    /// The board that an entity's screen begins with.
    pub fn at_first(entity: Entity) -> Option<Board> {
        spec(entity).filter(|s| s.first).and_then(|_| Board::of(entity))
    }

    /// The filter text for a day, where this is a board of days; what it was before is kept.
    pub fn on_day(&mut self, text: &str, day: i64) -> Option<String> {
        let dated = day::with(text, self.spec.day?, day);
        let before = self.dated.take().map_or_else(|| text.to_string(), |(before, _)| before);
        self.dated = Some((before, dated.clone()));
        Some(dated)
    }

    /// What the filter was before is of no use any more.
    pub fn forget_day(&mut self) {
        self.dated = None;
    }

    /// The text to go back to when the board is left: what it was, unless somebody has typed another meanwhile.
    pub fn leave(self, text: &str) -> Option<String> {
        self.dated.filter(|(_, dated)| dated == text).map(|(before, _)| before)
    }

    /// The day it shows, where it is a board of days and shows one.
    pub fn day(&self, bound: &Bound) -> Option<i64> {
        day::of(bound, self.spec.day?)
    }

    /// Rows of a column that are at the same place as another.
    pub fn clashes(&self, table: &Table, i: usize) -> Vec<Id> {
        self.spec.place.map_or(Vec::new(), |(_, place)| day::twice(&self.rows(table, i).rows, place))
    }

    /// The column that has the cursor.
    pub fn column(&self) -> Option<&Column> {
        self.columns.get(self.at)
    }

    /// The rows of one column as they are drawn.
    pub fn rows<'a>(&'a self, table: &'a Table, i: usize) -> &'a Rows {
        if i == self.at { &table.rows } else { &self.columns[i].rows }
    }

    /// The filter of the column that has the cursor.
    pub fn within(&self, filter: &Bound) -> Bound {
        match self.column() {
            Some(column) => within(filter, self.spec.by, &column.value).unwrap_or_else(|| filter.clone()),
            None => filter.clone(),
        }
    }

    /// The question for all columns; `again` for the rows that are on the screen, as they are now.
    pub fn ask(&self, table: &Table, again: bool) -> AskBoard {
        let loaded = |i: &usize| again && !self.rows(table, *i).loading;
        let windows = (0..self.columns.len()).filter(loaded).map(|i| {
            let rows = self.rows(table, i);
            let (anchor, n) = rows.anchor(&rows.all_again(&table.sort), &table.sort);
            (self.columns[i].value.clone(), anchor, n)
        });
        AskBoard {
            filter: table.bound.clone(),
            by: self.spec.by,
            people: self.spec.people,
            place: self.spec.place.map(|(id, _)| id).filter(|_| self.day(&table.bound).is_some()),
            columns: (self.spec.columns)().into_iter().map(|(code, _)| code).collect(),
            since: self.spec.since,
            patience: self.spec.patience,
            sort: table.sort.clone(),
            fields: table.fields(),
            windows: windows.collect(),
            limit: FIRST,
            near: self.column().map(|c| c.value.clone()),
        }
    }

    /// Takes the columns in; each cursor stays on its row.
    pub fn take(&mut self, current: &mut Rows, found: Vec<Found>, again: bool) {
        self.lend_back(current);
        let stood = self.column().map(|c| c.value.clone());
        let mut before: Vec<Column> = std::mem::take(&mut self.columns);
        for new in found {
            let own = before.iter().position(|c| c.value == new.value);
            let mut column = own.map_or_else(Column::default, |i| before.swap_remove(i));
            if column.title.is_empty() {
                column.title = if new.value.is_empty() {
                    format!("no {}", field(self.spec.by).title.to_lowercase())
                } else {
                    new.value.clone()
                };
            }
            let want = if again && !column.rows.loading { column.rows.all_again(&[]) } else { Want::First };
            match new.page {
                Some(page) => column.rows.take(&want, page, Some(new.count)),
                None => column.rows = Rows::waiting(),
            }
            (column.value, column.count, column.money) = (new.value, Some(new.count), new.money);
            (column.age, column.patience, column.old) = (new.age, new.patience, new.old);
            column.clashes = new.clashes;
            self.columns.push(column);
        }
        self.at = stood.and_then(|v| self.columns.iter().position(|c| c.value == v)).unwrap_or(0);
        self.go_along();
        self.lend(current);
        // An empty column at the start is no place to begin.
        if !again && current.rows.is_empty() {
            let full = self.columns.iter().position(|c| c.count.is_some_and(|n| n > 0));
            if let Some(i) = full {
                let by = isize::try_from(i).unwrap_or(0) - isize::try_from(self.at).unwrap_or(0);
                self.step(current, by);
            }
        }
    }

    /// The cursor follows a row that was moved.
    fn go_along(&mut self) {
        let Some(id) = self.follow.take() else { return };
        for (i, column) in self.columns.iter_mut().enumerate() {
            if let Some(n) = column.rows.rows.iter().position(|r| r.id == id) {
                column.rows.cursor = n;
                self.at = i;
            }
        }
    }

    /// To a column beside this one.
    pub fn step(&mut self, current: &mut Rows, by: isize) {
        let to = self.at.saturating_add_signed(by).min(self.columns.len().saturating_sub(1));
        if to == self.at {
            return;
        }
        self.lend_back(current);
        self.at = to;
        self.lend(current);
    }

    /// Whether a column that is looked at, or is next to be, was only counted.
    pub fn lacks_rows(&self, current: &Rows) -> bool {
        let (from, to) = (self.at.saturating_sub(NEAR / 2), self.at + NEAR / 2);
        let lacks = |(i, c): (usize, &Column)| if i == self.at { current.loading } else { c.rows.loading };
        self.columns.iter().enumerate().take(to + 1).skip(from).any(lacks)
    }

    /// The rows of the column go back into it. Marks are the list's.
    fn lend_back(&mut self, current: &mut Rows) {
        let (marks, edition) = (std::mem::take(&mut current.marks), current.edition);
        if let Some(column) = self.columns.get_mut(self.at) {
            current.range = None;
            column.rows = std::mem::take(current);
        }
        (current.marks, current.edition) = (marks, edition);
    }

    fn lend(&mut self, current: &mut Rows) {
        let (marks, edition) = (std::mem::take(&mut current.marks), current.edition);
        if let Some(column) = self.columns.get_mut(self.at) {
            *current = std::mem::take(&mut column.rows);
        }
        (current.marks, current.edition) = (marks, edition + 1);
    }

    /// Brings the column with the cursor onto a screen of `n` columns.
    pub fn scroll(&mut self, n: usize) {
        let n = n.max(1);
        self.left = self.left.min(self.at).max((self.at + 1).saturating_sub(n));
        self.left = self.left.min(self.columns.len().saturating_sub(n));
    }
}

// A page is enough for any column that was not scrolled.
const _: () = assert!(FIRST <= PAGE);
