//! A list to pick from, narrowed by typing: views, orders, verbs, values, the palette, help.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width};
use crate::domain::Entity;
use crate::domain::FieldId;
use crate::domain::customer::{Reason, Status};
use crate::domain::settings::Settings;
use crate::engine::{Command, Target};

use super::super::action::Action;
use super::super::input::{Input, Typed};
use super::super::paint::{boxed, centred, put, put_line, put_right};
use super::super::theme::Theme;

/// What a pick stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Pick {
    Action(Action),
    /// The view at this place of the list of views.
    View(usize),
    Sort(FieldId),
    Status(Status),
    Reason(Reason),
    Text(String),
    /// Asked about, then done.
    Command(Box<Command>),
    /// Done at once.
    Do(Box<Command>),
    /// The form of a new row of this kind.
    New(Entity),
    /// A setting by its key.
    Setting(&'static str),
    /// The list of these rows with a filter.
    Show(Entity, String),
    /// A customer by what was typed.
    Find(String),
}

impl Pick {
    /// A command done at once on one row, looked at first on many.
    pub fn of(command: Command, many: bool) -> Pick {
        if many { Pick::Command(Box::new(command)) } else { Pick::Do(Box::new(command)) }
    }
}

/// What the picked thing is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    Palette,
    View,
    Sort,
    Status(Target),
    Reason(Target, Status),
    Plan(Target),
    /// Which field gets a value.
    SetField(Target, String),
    Theme,
    Copy,
    /// Why these could not be done.
    Hindrance(Target, String),
    /// When to be in touch next with these.
    FollowUp(Target, String),
    /// The lines of a deal, each by the id of its row.
    DealLines,
    /// The text a reply to these begins with.
    Reply(Target, String),
    /// The article a reply to these is made of.
    Article(Target, String),
    /// What a new ticket for these is about; whether they are many.
    Raise(Target, String, bool),
    /// The settings as they hold.
    Figures(Settings),
    /// The time that figures are about.
    Period,
    Compare,
    /// What a chart is written as.
    SaveFigure,
    Welcome,
    /// The value of this field of the form below.
    FormValue(usize),
}

#[derive(Clone, Debug)]
pub struct PickItem {
    pub label: String,
    /// Beside the label: help, price, count.
    pub note: String,
    /// At the right edge: a key, a count.
    pub tail: String,
    pub pick: Pick,
    /// Why it cannot be picked now.
    pub disabled: Option<String>,
}

impl PickItem {
    pub fn new(label: impl Into<String>, note: impl Into<String>, pick: Pick) -> PickItem {
        PickItem { label: label.into(), note: note.into(), tail: String::new(), pick, disabled: None }
    }

    pub fn tail(mut self, tail: impl Into<String>) -> PickItem {
        self.tail = tail.into();
        self
    }

    pub fn disabled(mut self, why: Option<String>) -> PickItem {
        self.disabled = why;
        self
    }
}

pub struct Picker {
    pub title: String,
    pub purpose: Purpose,
    pub items: Vec<PickItem>,
    pub input: Input,
    /// Indices of the items that fit what was typed, best first.
    shown: Vec<usize>,
    cursor: usize,
    top: usize,
    height: usize,
    /// What is typed can itself be picked.
    pub free: bool,
}

/// What a key did.
pub enum Reply {
    Stay,
    Close,
    Take(Pick),
    /// Something that cannot be picked now, and why.
    Why(String),
}

impl Picker {
    pub fn new(title: impl Into<String>, purpose: Purpose, items: Vec<PickItem>) -> Picker {
        let mut picker = Picker {
            title: title.into(),
            purpose,
            items,
            input: Input::new("", 120),
            shown: Vec::new(),
            cursor: 0,
            top: 0,
            height: 10,
            free: false,
        };
        picker.narrow();
        picker
    }

    /// Puts the cursor on an item.
    pub fn on(mut self, which: impl Fn(&PickItem) -> bool) -> Picker {
        if let Some(i) = self.shown.iter().position(|i| which(&self.items[*i])) {
            self.cursor = i;
        }
        self
    }

    /// Other items, the typed text kept.
    pub fn set_items(&mut self, items: Vec<PickItem>) {
        let stood = self.current().map(|i| i.label.clone());
        self.items = items;
        self.narrow();
        if let Some(i) = stood.and_then(|l| self.shown.iter().position(|i| self.items[*i].label == l)) {
            self.cursor = i;
        }
    }

    pub fn current(&self) -> Option<&PickItem> {
        self.shown.get(self.cursor).map(|i| &self.items[*i])
    }

    fn narrow(&mut self) {
        let words: Vec<&str> = self.input.text().split_whitespace().collect();
        let matcher = SkimMatcherV2::default().ignore_case();
        let mut scored: Vec<(i64, usize)> = Vec::new();
        for (i, item) in self.items.iter().enumerate() {
            // Every word must be found; the label counts for more than the note.
            let text = format!("{} {}", item.label, item.note);
            let score = words.iter().try_fold(0, |sum, word| {
                let label = matcher.fuzzy_match(&item.label, word).map(|s| s * 2);
                label.or_else(|| text.to_lowercase().contains(&word.to_lowercase()).then_some(8)).map(|s| sum + s)
            });
            if let Some(score) = score {
                scored.push((score, i));
            }
        }
        if !words.is_empty() {
            scored.sort_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
        }
        self.shown = scored.into_iter().map(|(_, i)| i).collect();
        self.cursor = 0;
        self.top = 0;
    }

    pub fn key(&mut self, key: KeyEvent) -> Reply {
        let last = self.shown.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return Reply::Close,
            KeyCode::Enter => return self.take(),
            KeyCode::Down | KeyCode::Tab => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Char('n') if key.modifiers == KeyModifiers::CONTROL => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Up | KeyCode::BackTab => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::PageDown => self.cursor = (self.cursor + self.height).min(last),
            KeyCode::PageUp => self.cursor = self.cursor.saturating_sub(self.height),
            KeyCode::Backspace if self.input.is_empty() => return Reply::Close,
            _ => {
                if self.input.key(key) == Typed::Changed {
                    self.narrow();
                }
            }
        }
        Reply::Stay
    }

    /// Takes a paste in; what is to be said where not all of it could be.
    pub fn paste(&mut self, text: &str) -> Option<String> {
        let whole = self.input.insert(text);
        self.narrow();
        (!whole).then(|| self.input.cut_short())
    }

    /// A click on a line of the list.
    pub fn click(&mut self, line: usize) -> Reply {
        if self.top + line < self.shown.len() {
            self.cursor = self.top + line;
            return self.take();
        }
        Reply::Stay
    }

    fn take(&self) -> Reply {
        match self.current() {
            Some(PickItem { disabled: Some(why), .. }) => Reply::Why(why.clone()),
            Some(item) => Reply::Take(item.pick.clone()),
            None if self.free && !self.input.is_empty() => Reply::Take(Pick::Text(self.input.text().to_string())),
            None => Reply::Stay,
        }
    }

    /// Draws the list; returns where the text cursor is and where the items are.
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> ((u16, u16), Rect) {
        let lines = u16::try_from(self.items.len()).unwrap_or(u16::MAX).min(24) + 3;
        let frame = centred(area, 78, lines.max(6));
        let inner = boxed(buf, frame, &self.title, theme);
        self.height = usize::from(inner.height.saturating_sub(1)).max(1);
        let (typed, column) = self.input.window(usize::from(inner.width).saturating_sub(2));
        put(buf, inner.x, inner.y, 2, "> ", theme.accent);
        put(buf, inner.x + 2, inner.y, usize::from(inner.width.saturating_sub(2)), &typed, theme.input);
        let total = format!("{}/{}", self.shown.len(), self.items.len());
        if usize::from(inner.width) > width(&typed) + width(&total) + 6 {
            put_right(buf, inner.x, inner.right(), inner.y, &total, theme.dim);
        }
        if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.cursor);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        if self.shown.is_empty() {
            let text = if self.free { "Enter takes what you typed" } else { "nothing fits; Backspace widens" };
            put(buf, list.x + 2, list.y, usize::from(list.width.saturating_sub(2)), text, theme.dim);
        }
        for (line, i) in (0..list.height).zip(self.shown.iter().skip(self.top)) {
            let current = self.top + usize::from(line) == self.cursor;
            draw_item(&self.items[*i], current, list.x, list.y + line, list.width, buf, theme);
        }
        ((inner.x + 2 + u16::try_from(column).unwrap_or(0), inner.y), list)
    }
}

fn draw_item(item: &PickItem, current: bool, x: u16, y: u16, cells: u16, buf: &mut Buffer, theme: &Theme) {
    let style = match (&item.disabled, current) {
        (Some(_), _) => theme.dim,
        (None, true) => theme.selected,
        (None, false) => theme.text,
    };
    if current {
        put(buf, x, y, 1, "▌", theme.marker);
    }
    let room = usize::from(cells.saturating_sub(2));
    let tail = width(&item.tail);
    let label =
        if room > 56 { fit(&item.label, 24.max(width(&item.label).min(34))) } else { truncate(&item.label, room) };
    let note = item.disabled.as_deref().unwrap_or(&item.note);
    let left = room.saturating_sub(width(&label) + 2 + if tail > 0 { tail + 2 } else { 0 });
    let line = Line::from(vec![
        Span::styled(label.clone(), if current { style.add_modifier(Modifier::BOLD) } else { style }),
        Span::styled(format!("  {}", truncate(note, left)), theme.dim),
    ]);
    put_line(buf, x + 2, y, cells.saturating_sub(2), &line);
    if tail > 0 {
        put_right(buf, x, x + cells, y, &item.tail, theme.accent);
    }
}
