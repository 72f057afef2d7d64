//! A list screen for the rows of any entity: a filter, a list, a briefing beside it.

mod asked;
pub mod bar;
mod cards;
pub mod cell;
mod counted;
pub(super) mod drawn;
mod filter;
mod jump;
pub mod list;
mod opened;
pub mod panel;
pub mod row;

use crate::base::{Id, Timestamp, calendar};
use crate::domain::{Entity, FieldId, Record};
use crate::engine::Target;
use crate::engine::ask::Panel;
use crate::engine::{Totals, key};
use crate::query::ast::SortKey;
use crate::query::schema::{field, noun, ticket};
use crate::query::views::{self, OpenView};
use crate::query::{Bound, Context, QueryError, bind, parse};

use super::action::Action;
use super::board::Board;
use super::message::Ticket;
use super::rows::{Marks, Rows, Want};
use super::tickets::clock::{self, Look};

pub use counted::Counted;
pub use filter::FilterBar;
pub use opened::Tables;

/// The panel and the number of the row follow when the cursor has rested so long: holding `j` costs neither.
const REST_MS: i64 = 120;

/// Questions under way, by what they are for.
#[derive(Debug, Default)]
pub struct Pending {
    pub page: Option<(Ticket, Want)>,
    /// All columns of a board; true keeps the rows where they are.
    pub board: Option<(Ticket, bool)>,
    pub totals: Option<Ticket>,
    pub everything: Option<Ticket>,
    pub panel: Option<(Ticket, Id)>,
    pub suggest: Option<Ticket>,
}

pub struct Table {
    pub entity: Entity,
    pub view: OpenView,
    /// The filter as typed, the order with it.
    pub text: String,
    /// The last text that could be read: what the rows are.
    good: String,
    pub bound: Bound,
    pub sort: Vec<(FieldId, bool)>,
    pub error: Option<QueryError>,
    /// The rows of the list, or of the column of the board that has the cursor.
    pub rows: Rows,
    /// The rows in columns, where they are shown so.
    pub board: Option<Board>,
    pub totals: Option<Totals>,
    /// Table in all, for "412 of 5,000".
    pub everything: Option<i64>,
    pub panel: Counted<Option<Panel>>,
    pub bar: Option<FilterBar>,
    pub panel_wanted: bool,
    pub panel_due: Option<Timestamp>,
    /// Number of the row on which the cursor rested last, where it is known.
    pub place: Option<u64>,
    pub pending: Pending,
    /// Rows looked at, of all, while a page takes long.
    pub reading: Option<(i64, i64)>,
    /// Rows the list has on the screen, as last drawn.
    pub height: usize,
    /// Whether the panel was on the screen, as last drawn.
    pub panel_shown: bool,
    /// The line is slow: what can be left out is.
    pub thin: bool,
    /// Milliseconds left with which a clock is near its end, as the company says.
    pub near_ms: i64,
}

/// What a row is called.
pub fn called(row: &Record) -> String {
    row.fields.first().map_or(String::new(), |f| row.text(noun(f.entity).name).to_string())
}

/// Questions to ask, each with the slot its ticket goes into.
pub enum Wish {
    Page(Want),
    /// All columns of a board; true keeps the rows where they are.
    Board(bool),
    Totals,
    Everything,
    Panel(Id),
    Suggest,
}

impl Table {
    pub fn new(entity: Entity, context: &Context) -> Table {
        let view = views::first(entity);
        let text = view.text.clone();
        let mut screen = Table {
            entity,
            view,
            text: text.clone(),
            good: String::new(),
            bound: Bound::all(entity),
            sort: Vec::new(),
            error: None,
            rows: Rows::waiting(),
            board: Board::at_first(entity),
            totals: None,
            everything: None,
            panel: Counted::default(),
            bar: None,
            panel_wanted: true,
            panel_due: None,
            place: None,
            pending: Pending::default(),
            reading: None,
            height: 20,
            panel_shown: false,
            thin: false,
            near_ms: context.near_ms,
        };
        screen.set_text(&text, context);
        screen
    }

    /// Takes a new filter text. Where it does not hold, the rows stay and the error is shown.
    pub fn set_text(&mut self, text: &str, context: &Context) -> Vec<Wish> {
        self.text = text.to_string();
        self.near_ms = context.near_ms;
        match parse(text).and_then(|q| bind(&q, self.entity, context)) {
            Ok(bound) => {
                self.error = None;
                let sort =
                    if bound.sort.is_empty() { vec![(noun(self.entity).name, false)] } else { bound.sort.clone() };
                let same = bound.cond == self.bound.cond && bound.deleted == self.bound.deleted;
                if !same {
                    self.totals = None;
                    // Marks of "all that match" would mean other rows now.
                    if matches!(self.rows.marks, Marks::AllBut(_)) {
                        self.rows.marks = Marks::None;
                    }
                }
                (self.bound, self.sort) = (bound, sort);
                self.good = text.to_string();
                vec![self.begin(), Wish::Totals]
            }
            Err(e) => {
                self.error = Some(e);
                Vec::new()
            }
        }
    }

    /// Takes the filter anew at another moment, where words such as `now` mean another time; whether it differs.
    pub fn rebind(&mut self, context: &Context) -> bool {
        self.near_ms = context.near_ms;
        let Ok(bound) = parse(&self.good).and_then(|q| bind(&q, self.entity, context)) else { return false };
        let other = bound != self.bound;
        self.bound = bound;
        other
    }

    pub fn set_view(&mut self, view: OpenView, context: &Context) -> Vec<Wish> {
        let mut text = view.text.clone();
        self.view = view;
        self.rows.reset();
        // A board of a day stays on its day.
        if let Some(board) = &mut self.board
            && let Some(day) = board.day(&self.bound)
        {
            board.forget_day();
            text = board.on_day(&text, day).unwrap_or(text);
        }
        self.set_text(&text, context)
    }

    /// The same filter in another order; the order becomes part of the text.
    pub fn set_sort(&mut self, sort: &[(FieldId, bool)], context: &Context) -> Vec<Wish> {
        let Ok(mut query) = parse(&self.text) else { return Vec::new() };
        query.sort = sort
            .iter()
            .map(|(id, descending)| SortKey {
                field: field(*id).name.into(),
                descending: *descending,
                span: crate::query::Span::default(),
            })
            .collect();
        self.set_text(&query.to_string(), context)
    }

    /// How its clocks are looked at.
    pub fn look(&self, now: Timestamp) -> Look {
        Look { now, near_ms: self.near_ms }
    }

    /// When a clock on the screen reads otherwise.
    pub fn clocks_due(&self, now: Timestamp) -> Option<Timestamp> {
        if self.entity != Entity::Ticket {
            return None;
        }
        let seen = self.rows.rows.iter().skip(self.rows.top).take(self.height);
        seen.filter_map(|r| self.clock_of(r, now)).min()
    }

    /// When the clock of a row reads otherwise.
    pub fn clock_of(&self, row: &Record, now: Timestamp) -> Option<Timestamp> {
        let clock = row.int(ticket::CLOCK).filter(|_| self.entity == Entity::Ticket)?;
        clock::next_change(clock, now)
    }

    /// The cursor is on another row: what tells of it follows soon.
    fn moved(&mut self, now: Timestamp) {
        self.panel_due = Some(now.plus_ms(REST_MS));
    }

    /// What is due at `now`.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Wish> {
        if self.panel_due.is_some_and(|due| due <= now) {
            self.panel_due = None;
            let shown = self.panel.as_ref().map(|p| p.record().id);
            let next = self.rows.current_id().filter(|_| self.panel_shown);
            return next.filter(|id| Some(*id) != shown).map(Wish::Panel).into_iter().collect();
        }
        Vec::new()
    }

    /// Movements and marks. `None` when the action is none of the list's.
    pub fn act(&mut self, action: Action, now: Timestamp) -> Option<Vec<Wish>> {
        let page = isize::try_from(self.height.max(2) - 1).unwrap_or(1);
        let before = self.rows.current_id();
        let want = match action {
            Action::Down => self.rows.step(1),
            Action::Up => self.rows.step(-1),
            Action::PageDown => self.rows.step(page),
            Action::PageUp => self.rows.step(-page),
            Action::HalfDown => self.rows.step(page / 2),
            Action::HalfUp => self.rows.step(-(page / 2)),
            Action::Top => self.rows.first(),
            Action::Bottom => self.rows.last(),
            Action::Mark => {
                let id = self.rows.current_id()?;
                let on = !self.rows.marks.has(id);
                self.rows.marks.set(id, on);
                self.rows.step(1)
            }
            Action::Range => {
                self.rows.range = match self.rows.range {
                    Some(_) => None,
                    None => self.rows.current_id(),
                };
                self.rows.step(0)
            }
            Action::MarkAll => {
                self.rows.marks = Marks::AllBut(Default::default());
                None
            }
            Action::Invert => {
                self.rows.marks.invert();
                None
            }
            Action::ColumnLeft | Action::ColumnRight => {
                let mut board = self.board.take()?;
                board.step(&mut self.rows, if action == Action::ColumnLeft { -1 } else { 1 });
                let lacks = board.lacks_rows(&self.rows) && self.pending.board.is_none();
                self.board = Some(board);
                // What was asked for the column before comes too late.
                self.pending.page = None;
                if lacks {
                    self.moved(now);
                    return Some(vec![Wish::Board(true)]);
                }
                self.rows.wanted()
            }
            Action::Panel => {
                self.panel_wanted = !self.panel_wanted;
                self.panel_due = Some(now);
                None
            }
            _ => return None,
        };
        self.rows.scroll(self.height);
        if before != self.rows.current_id() {
            self.moved(now);
        }
        // One fetch at a time: the answer moves the edge and the next key asks again.
        let jump = matches!(want, Some(Want::First | Want::Last | Want::Share(_)));
        Some(want.filter(|_| jump || self.pending.page.is_none()).map(Wish::Page).into_iter().collect())
    }

    /// The rows on a board or in a list, by turns. A board of days begins with today; the filter goes with it, and
    /// comes back with the list.
    pub fn turn_board(&mut self, context: &Context) -> Vec<Wish> {
        self.rows.reset();
        *self.panel = None;
        let text = match self.board.take() {
            Some(board) => board.leave(&self.text),
            None => {
                self.board = Board::of(self.entity);
                let today = calendar::days_of(context.today);
                let day = self.board.as_ref().and_then(|b| b.day(&self.bound)).unwrap_or(today);
                self.board.as_mut().and_then(|b| b.on_day(&self.text, day))
            }
        };
        match text {
            Some(text) => self.set_text(&text, context),
            None => vec![self.begin()],
        }
    }

    /// The board of another day.
    pub fn move_day(&mut self, by: i64, context: &Context) -> Vec<Wish> {
        let Some(board) = &mut self.board else { return Vec::new() };
        let day = board.day(&self.bound).map_or(calendar::days_of(context.today), |day| day.saturating_add(by));
        match board.on_day(&self.text, day) {
            Some(text) => self.set_text(&text, context),
            None => Vec::new(),
        }
    }

    /// True where there is no step back to take: no range, no marks, no filter of one's own, the first view.
    pub fn is_plain(&self) -> bool {
        self.rows.range.is_none()
            && self.rows.marks == Marks::None
            && self.text == self.view.text
            && self.view.name == views::first(self.entity).name
    }

    /// One step back: range, marks, then the filter back to its view.
    pub fn back(&mut self, context: &Context) -> Vec<Wish> {
        if self.rows.range.take().is_some() {
            return Vec::new();
        }
        if self.rows.marks != Marks::None {
            self.rows.marks = Marks::None;
            return Vec::new();
        }
        if self.text != self.view.text {
            // The customer that was found stays under the cursor in the whole list.
            let found = self.rows.current().cloned();
            let mut wishes = self.set_view(self.view.clone(), context);
            if let Some(row) = found.filter(|_| self.board.is_none()) {
                wishes[0] = Wish::Page(Want::At(key(&row, &self.sort)));
            }
            return wishes;
        }
        let first = views::first(self.entity);
        if self.view.name != first.name {
            return self.set_view(first, context);
        }
        Vec::new()
    }

    /// The rows a verb is about: the marked ones, else the one under the cursor.
    pub fn target(&self) -> Option<Target> {
        match &self.rows.marks {
            Marks::None => self.rows.current_id().map(Target::one),
            Marks::Some(ids) => Some(Target::Ids(ids.iter().copied().collect())),
            Marks::AllBut(except) => {
                Some(Target::Matching { filter: self.bound.clone(), except: except.iter().copied().collect() })
            }
        }
    }

    /// `Ravi Deshmukh`, `12 marked`.
    pub fn target_name(&self) -> String {
        match &self.rows.marks {
            Marks::None => self.rows.current().map(called).unwrap_or_default(),
            marks => {
                let n = marks.count(self.totals.map_or(0, |t| t.count));
                format!("{} marked", crate::base::money::group_signed(n))
            }
        }
    }
}
