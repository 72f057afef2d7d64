//! A list screen for the rows of any entity: a filter, a list, a briefing beside it.

pub(super) mod drawn;
mod filter;
mod jump;
pub mod list;
pub mod panel;
pub mod row;

use std::ops::{Deref, DerefMut};

use crossterm::event::{KeyCode, KeyEvent};

use crate::base::{Id, Timestamp, calendar};
use crate::domain::{Entity, FieldId, Record};
use crate::engine::PageAsk;
use crate::engine::Target;
use crate::engine::ask::Panel;
use crate::engine::{Totals, key};
use crate::query::ast::{Expr, SortKey};
use crate::query::schema::{field, noun, ticket};
use crate::query::views::{self, OpenView};
use crate::query::{Bound, Context, Query, QueryError, bind, parse};

use super::action::Action;
use super::board::Board;
use super::message::{Answer, Question, Ticket};
use super::rows::{Marks, Rows, Want};
use super::tickets::clock;

pub use filter::FilterBar;

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
}

/// A value that counts how often it may have become another one.
#[derive(Default)]
pub struct Counted<T> {
    value: T,
    edition: u64,
}

impl<T> Counted<T> {
    pub fn edition(&self) -> u64 {
        self.edition
    }
}

impl<T> Deref for Counted<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Counted<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.edition += 1;
        &mut self.value
    }
}

/// The lists that were opened, each as it was left. It stands for the one on the screen.
pub struct Tables {
    all: Vec<Table>,
    at: usize,
}

impl Tables {
    pub fn new(entity: Entity, context: &Context) -> Tables {
        Tables { all: vec![Table::new(entity, context)], at: 0 }
    }

    /// Brings the list of an entity to the screen; wishes for what it shows.
    pub fn open(&mut self, entity: Entity, context: &Context) -> Vec<Wish> {
        match self.all.iter().position(|t| t.entity == entity) {
            Some(at) => {
                self.at = at;
                self.refresh()
            }
            None => {
                // Its rows may come before it is drawn: there is as much room for it as for the one before.
                let (height, panel_shown) = (self.height, self.panel_shown);
                self.all.push(Table { height, panel_shown, ..Table::new(entity, context) });
                self.at = self.all.len() - 1;
                vec![self.begin(), Wish::Totals, Wish::Everything]
            }
        }
    }

    /// The list of an entity, where it was opened.
    pub fn of(&mut self, entity: Entity) -> Option<&mut Table> {
        self.all.iter_mut().find(|t| t.entity == entity)
    }
}

impl Deref for Tables {
    type Target = Table;
    fn deref(&self) -> &Table {
        &self.all[self.at]
    }
}

impl DerefMut for Tables {
    fn deref_mut(&mut self) -> &mut Table {
        &mut self.all[self.at]
    }
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
        };
        screen.set_text(&text, context);
        screen
    }

    /// Takes a new filter text. Where it does not hold, the rows stay and the error is shown.
    pub fn set_text(&mut self, text: &str, context: &Context) -> Vec<Wish> {
        self.text = text.to_string();
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

    /// Everything once more, the cursor where it is.
    pub fn refresh(&mut self) -> Vec<Wish> {
        // A list that was left before its first page came begins anew.
        let again = match (&self.board, self.rows.loading) {
            (_, true) => self.begin(),
            (None, false) => Wish::Page(self.rows.again(&self.sort)),
            (Some(_), false) => Wish::Board(true),
        };
        let mut wishes = vec![again, Wish::Totals];
        // Counted once; again when the rows of the filter have become more or fewer.
        if self.everything.is_none() {
            wishes.push(Wish::Everything);
        }
        wishes.extend(self.rows.current_id().filter(|_| self.panel_shown).map(Wish::Panel));
        wishes
    }

    /// What a list, or a board, begins with.
    pub fn begin(&self) -> Wish {
        if self.board.is_some() { Wish::Board(false) } else { Wish::Page(Want::First) }
    }

    /// How many rows there are where the cursor is: in the list, or in its column.
    pub fn length(&self) -> Option<i64> {
        match &self.board {
            Some(board) => board.column().and_then(|c| c.count),
            None => self.totals.map(|t| t.count),
        }
    }

    pub fn question(&self, wish: &Wish) -> Question {
        match wish {
            Wish::Board(again) => match &self.board {
                Some(board) => Question::Board(board.ask(self, *again)),
                None => Question::Everything(self.entity),
            },
            Wish::Page(want) => {
                let (anchor, limit) = self.rows.anchor(want, &self.sort);
                Question::Page(PageAsk {
                    filter: match &self.board {
                        Some(board) => board.within(&self.bound),
                        None => self.bound.clone(),
                    },
                    sort: self.sort.clone(),
                    fields: self.fields(),
                    anchor,
                    limit,
                })
            }
            Wish::Totals => Question::Totals(self.bound.clone()),
            Wish::Everything => Question::Everything(self.entity),
            Wish::Panel(id) => Question::Panel(self.entity, *id),
            Wish::Suggest => match &self.bar {
                Some(bar) => Question::Suggest(bar.ask()),
                None => Question::Everything(self.entity),
            },
        }
    }

    /// Notes the ticket of a question, so that older answers are dropped.
    pub fn asked(&mut self, wish: Wish, ticket: Ticket) {
        match wish {
            Wish::Page(want) => self.pending.page = Some((ticket, want)),
            Wish::Board(again) => self.pending.board = Some((ticket, again)),
            Wish::Totals => self.pending.totals = Some(ticket),
            Wish::Everything => self.pending.everything = Some(ticket),
            Wish::Panel(id) => self.pending.panel = Some((ticket, id)),
            Wish::Suggest => self.pending.suggest = Some(ticket),
        }
    }

    /// Whether the screen waits for nothing.
    pub fn is_settled(&self) -> bool {
        let p = &self.pending;
        p.page.is_none()
            && p.board.is_none()
            && p.totals.is_none()
            && p.panel.is_none()
            && p.suggest.is_none()
            && self.panel_due.is_none()
    }

    /// The fields a row needs on the screen, at any width.
    pub fn fields(&self) -> Vec<FieldId> {
        let mut fields = self.view.columns.clone();
        let noun = noun(self.entity);
        let needed = [noun.name, noun.handle].into_iter().chain(noun.money).chain(noun.owner);
        for id in needed.chain(noun.shown.iter().copied()) {
            if !fields.contains(&id) {
                fields.push(id);
            }
        }
        fields
    }

    /// Takes an answer in if it is the one waited for; wishes for more.
    pub fn answer(&mut self, ticket: Ticket, answer: Answer, now: Timestamp) -> Vec<Wish> {
        match answer {
            Answer::Part(page, done, all) => self.part(ticket, page, (done, all)),
            Answer::Page(page) if self.pending.page.as_ref().is_some_and(|(t, _)| *t == ticket) => {
                let Some((_, want)) = self.pending.page.take() else { return Vec::new() };
                // Beyond the last row is at the last row.
                if page.rows.is_empty() && matches!(want, Want::At(_)) {
                    return vec![Wish::Page(Want::Last)];
                }
                let shown = self.reading.take().and(self.rows.current_id());
                // The cursor has gone on beyond what was read: once more, where it is now.
                if matches!(&want, Want::Again(window) if !self.rows.is_within(window)) {
                    return vec![Wish::Page(self.rows.again(&self.sort))];
                }
                let stood = self.rows.current_id();
                self.rows.take(&want, page, self.length());
                self.rows.stand_on(shown);
                if matches!(want, Want::At(_) | Want::Share(_)) {
                    self.moved(now);
                    self.rows.scroll(self.height);
                    return self.rows.wanted().map(Wish::Page).into_iter().collect();
                }
                self.rows.scroll(self.height);
                if stood != self.rows.current_id() {
                    self.moved(now);
                }
                if self.rows.rows.is_empty() {
                    *self.panel = None;
                }
            }
            Answer::Board(columns) if self.pending.board.is_some_and(|(t, _)| t == ticket) => {
                let Some((_, again)) = self.pending.board.take() else { return Vec::new() };
                let stood = self.rows.current_id();
                if let Some(mut board) = self.board.take() {
                    board.take(&mut self.rows, columns, again);
                    self.board = Some(board);
                }
                self.rows.scroll(self.height);
                if stood != self.rows.current_id() {
                    self.moved(now);
                }
            }
            Answer::Totals(totals) if self.pending.totals == Some(ticket) => {
                self.pending.totals = None;
                let before = self.totals.replace(totals);
                if before.is_some_and(|b| b.count != totals.count) && self.everything.is_some() {
                    return vec![Wish::Everything];
                }
            }
            Answer::Everything(n) if self.pending.everything == Some(ticket) => {
                self.pending.everything = None;
                self.everything = Some(n);
            }
            Answer::Panel(panel) if self.pending.panel.as_ref().is_some_and(|(t, _)| *t == ticket) => {
                self.pending.panel = None;
                *self.panel = Some(*panel);
            }
            Answer::Suggest(found) if self.pending.suggest == Some(ticket) => {
                self.pending.suggest = None;
                if let Some(bar) = &mut self.bar {
                    bar.suggest(found);
                }
            }
            Answer::Failed(_) => {
                let p = &mut self.pending;
                if p.page.as_ref().is_some_and(|(t, _)| *t == ticket) {
                    p.page = None;
                    self.reading = None;
                    self.rows.loading = false;
                }
                if p.board.take_if(|(t, _)| *t == ticket).is_some() {
                    self.rows.loading = false;
                }
                p.totals.take_if(|t| *t == ticket);
                p.panel.take_if(|(t, _)| *t == ticket);
                p.suggest.take_if(|t| *t == ticket);
            }
            _ => {}
        }
        Vec::new()
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
                self.board = Some(board);
                // What was asked for the column before comes too late.
                self.pending.page = None;
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

    /// The text without its order.
    pub fn filter_part(&self) -> String {
        match parse(&self.text) {
            Ok(query) => Query { sort: Vec::new(), ..query }.to_string(),
            Err(_) => self.text.clone(),
        }
    }

    /// A key while the filter is typed.
    pub fn filter_key(&mut self, key: KeyEvent, context: &Context) -> Vec<Wish> {
        let Some(bar) = &mut self.bar else { return Vec::new() };
        match bar.key(key) {
            filter::Reply::Text => {
                let text = bar.whole();
                let mut wishes = self.set_text(&text, context);
                wishes.push(Wish::Suggest);
                wishes
            }
            filter::Reply::Cursor => vec![Wish::Suggest],
            filter::Reply::Nothing => Vec::new(),
            // A text that cannot be read keeps the line, with the complaint under it.
            filter::Reply::Close if self.error.is_some() && key.code == KeyCode::Enter => {
                bar.open = false;
                Vec::new()
            }
            filter::Reply::Close => {
                self.bar = None;
                if self.error.take().is_some() {
                    // Left unfinished: the rows on the screen are those of the last text that held.
                    self.text = self.good.clone();
                }
                Vec::new()
            }
        }
    }

    /// Opens the filter line, a space ready at the end for the next word. The order stays aside:
    /// it is shown at the right and taken along.
    pub fn open_filter(&mut self) -> Vec<Wish> {
        let mut text = self.filter_part();
        // The next word narrows all of it, not only its last part.
        if parse(&text).is_ok_and(|q| matches!(q.filter, Some(Expr::Or(..)))) {
            text = format!("({text})");
        }
        let order = match parse(&self.text) {
            Ok(query) => Query { filter: None, ..query }.to_string(),
            Err(_) => String::new(),
        };
        if !text.is_empty() && !text.ends_with(' ') {
            text.push(' ');
        }
        self.bar = Some(FilterBar::new(self.entity, &text, order));
        vec![Wish::Suggest]
    }

    /// Text pasted into the filter line; what is to be said where not all of it could be taken.
    pub fn paste(&mut self, text: &str, context: &Context) -> (Vec<Wish>, Option<String>) {
        let Some(bar) = &mut self.bar else { return (Vec::new(), None) };
        let cut = (!bar.input.insert(text)).then(|| bar.input.cut_short());
        (self.filter_key(KeyEvent::new(KeyCode::Null, crossterm::event::KeyModifiers::NONE), context), cut)
    }
}
