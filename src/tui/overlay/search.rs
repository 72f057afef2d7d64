//! Search everything: what is typed finds customers, leads, deals, tickets, jobs, incidents, people and what can be
//! done, all in one list, as it is typed.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::money::group_signed;
use crate::base::text::{fold, truncate, width};
use crate::base::{Id, Timestamp, calendar};
use crate::domain::Entity;
use crate::engine::find::{Answer, Hit};
use crate::query::find::sought;
use crate::query::format;
use crate::query::schema::noun;
use crate::search::letters::{shown, words};

use super::super::action::Action;
use super::super::input::{Input, Typed};
use super::super::message::Typing;
use super::super::paint::{boxed, centred, put, put_line, put_right};
use super::super::theme::Theme;

/// Actions among what is found, at most.
const ACTIONS: usize = 6;

/// Something that can be done, by name.
#[derive(Clone, Debug)]
pub struct Deed {
    pub action: Action,
    pub name: &'static str,
    pub help: &'static str,
    pub keys: String,
}

/// A line of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Hit(usize),
    Deed(usize),
    /// The whole list of a kind, narrowed by what was typed.
    List(Entity),
}

pub struct Search {
    pub input: Input,
    pub typing: Arc<Typing>,
    found: Answer,
    /// The text that was found by.
    text: String,
    deeds: Vec<Deed>,
    lines: Vec<Place>,
    cursor: usize,
    top: usize,
    height: usize,
    now: Timestamp,
}

/// What a key did.
pub enum Reply {
    Stay,
    Close,
    /// Something else was typed.
    Ask(String),
    Open(Entity, Id),
    /// The list of a kind with this filter.
    List(Entity, String),
    Do(Action),
}

impl Search {
    pub fn new(deeds: Vec<Deed>, now: Timestamp) -> Search {
        Search {
            input: Input::new("", 120),
            typing: Arc::default(),
            found: Answer { whole: true, ..Answer::default() },
            text: String::new(),
            deeds,
            lines: Vec::new(),
            cursor: 0,
            top: 0,
            height: 10,
            now,
        }
    }

    /// What was typed has found this. An answer to an older text is shown until the newer one comes.
    pub fn take(&mut self, text: String, found: Answer) {
        let stood = self.current_row();
        let same = text == self.text;
        (self.text, self.found) = (text, found);
        self.arrange();
        // The same text again, with more: the cursor stays on its row.
        let at = stood.filter(|_| same).and_then(|row| self.lines.iter().position(|l| self.row(*l) == Some(row)));
        self.cursor = at.unwrap_or(0);
    }

    fn arrange(&mut self) {
        let typed = self.input.text();
        let matcher = SkimMatcherV2::default().ignore_case();
        let mut deeds: Vec<(i64, usize)> = Vec::new();
        if !typed.trim().is_empty() {
            for (i, deed) in self.deeds.iter().enumerate() {
                let score =
                    typed.split_whitespace().try_fold(0, |n, w| matcher.fuzzy_match(deed.name, w).map(|s| n + s));
                deeds.extend(score.map(|s| (s, i)));
            }
            deeds.sort_by_key(|(s, i)| (std::cmp::Reverse(*s), *i));
        }
        let mut lines: Vec<Place> = (0..self.found.hits.len()).map(Place::Hit).collect();
        let first = deeds.iter().take_while(|(s, _)| *s >= 20 * typed.trim().len() as i64).count().min(2);
        // Something to do whose name begins with what was typed goes before what only holds its letters.
        let head = lines.len().min(5);
        let rest = lines.split_off(head);
        lines.extend(deeds.iter().take(first).map(|(_, i)| Place::Deed(*i)));
        lines.extend(rest);
        lines.extend(deeds.iter().skip(first).take(ACTIONS - first).map(|(_, i)| Place::Deed(*i)));
        for (entity, count) in &self.found.counts {
            let here = self.found.hits.iter().filter(|h| h.entity() == *entity).count();
            if *count > here && *entity != Entity::User {
                lines.push(Place::List(*entity));
            }
        }
        self.lines = lines;
        self.cursor = self.cursor.min(self.lines.len().saturating_sub(1));
    }

    fn row(&self, place: Place) -> Option<(Entity, Id)> {
        let Place::Hit(i) = place else { return None };
        self.found.hits.get(i).map(|h| (h.entity(), h.record.id))
    }

    fn current_row(&self) -> Option<(Entity, Id)> {
        self.lines.get(self.cursor).and_then(|l| self.row(*l))
    }

    /// Whether more may be found when all is ready.
    pub fn is_whole(&self) -> bool {
        self.found.whole
    }

    pub fn key(&mut self, key: KeyEvent) -> Reply {
        let last = self.lines.len().saturating_sub(1);
        let control = key.modifiers == KeyModifiers::CONTROL;
        match key.code {
            KeyCode::Esc => return Reply::Close,
            KeyCode::Enter => return self.chosen(),
            KeyCode::Down | KeyCode::Tab => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Char('n') if control => self.cursor = (self.cursor + 1).min(last),
            KeyCode::Char('p') if control => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Up | KeyCode::BackTab => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::PageDown => self.cursor = (self.cursor + self.height).min(last),
            KeyCode::PageUp => self.cursor = self.cursor.saturating_sub(self.height),
            KeyCode::Backspace if self.input.is_empty() => return Reply::Close,
            _ => {
                if self.input.key(key) == Typed::Changed {
                    return self.typed();
                }
            }
        }
        Reply::Stay
    }

    /// Takes a paste in; what is to be said where not all of it could be.
    pub fn paste(&mut self, text: &str) -> (Reply, Option<String>) {
        let whole = self.input.insert(text);
        (self.typed(), (!whole).then(|| self.input.cut_short()))
    }

    fn typed(&mut self) -> Reply {
        self.typing.newest.fetch_add(1, Ordering::Relaxed);
        self.cursor = 0;
        self.arrange();
        Reply::Ask(self.input.text().to_string())
    }

    /// A click on a line of the list.
    pub fn click(&mut self, line: usize) -> Reply {
        if self.top + line < self.lines.len() {
            self.cursor = self.top + line;
            return self.chosen();
        }
        Reply::Stay
    }

    fn chosen(&self) -> Reply {
        match self.lines.get(self.cursor) {
            Some(Place::Deed(i)) => Reply::Do(self.deeds[*i].action),
            Some(Place::List(entity)) => Reply::List(*entity, self.input.text().trim().to_string()),
            Some(place) => self.row(*place).map_or(Reply::Stay, |(entity, id)| Reply::Open(entity, id)),
            None => Reply::Stay,
        }
    }

    /// Draws the search; returns where the text cursor is and where the lines are.
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> ((u16, u16), Rect) {
        let frame = centred(area, 110, area.height.saturating_sub(4).max(8));
        let inner = boxed(buf, frame, "Search everything", theme);
        let (typed, column) = self.input.window(usize::from(inner.width).saturating_sub(2));
        put(buf, inner.x, inner.y, 2, "/ ", theme.accent);
        put(buf, inner.x + 2, inner.y, usize::from(inner.width.saturating_sub(2)), &typed, theme.input);
        let at = (inner.x + 2 + u16::try_from(column).unwrap_or(0), inner.y);
        let told = self.told();
        if usize::from(inner.width) > width(&typed) + width(&told) + 6 {
            put_right(buf, inner.x, inner.right(), inner.y, &told, theme.dim);
        }
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        self.height = usize::from(list.height).max(1);
        if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.cursor);
        if self.lines.is_empty() {
            let text = match () {
                () if self.input.text().trim().is_empty() => {
                    "Type a name, a number in any form, a place, or what you want to do."
                }
                () if !self.found.whole => "reading names and numbers …",
                () => "nothing is called so; Backspace widens",
            };
            put(buf, list.x + 2, list.y, usize::from(list.width.saturating_sub(2)), text, theme.dim);
        }
        let asked = words(&self.text);
        for (line, place) in (0..list.height).zip(self.lines.iter().skip(self.top)) {
            let current = self.top + usize::from(line) == self.cursor;
            let y = list.y + line;
            if current {
                put(buf, list.x, y, 1, "▌", theme.marker);
            }
            let style = if current { theme.selected } else { theme.text };
            let cells = list.width.saturating_sub(2);
            match place {
                Place::Hit(i) => hit(&self.found.hits[*i], &asked, (list.x + 2, y, cells), style, buf, theme, self.now),
                Place::Deed(i) => {
                    let deed = &self.deeds[*i];
                    let parts = [(deed.name.to_string(), style), (format!("  {}", deed.help), theme.dim)];
                    drawn("do", &parts, (list.x + 2, y, cells), buf, theme);
                    put_right(buf, list.x, list.right(), y, &deed.keys, theme.accent);
                }
                Place::List(entity) => {
                    let count = self.found.counts.iter().find(|(e, _)| e == entity).map_or(0, |(_, n)| *n);
                    let text = format!("{} match; the list of those that hold the words", group_signed(count as i64));
                    drawn(entity.code(), &[(text, theme.dim)], (list.x + 2, y, cells), buf, theme);
                }
            }
        }
        (at, list)
    }

    /// How many were found, and what else was tried.
    fn told(&self) -> String {
        if self.text.trim().is_empty() {
            return String::new();
        }
        let all: usize = self.found.counts.iter().map(|(_, n)| n).sum();
        let mut out = group_signed(i64::try_from(all).unwrap_or(i64::MAX));
        if !self.found.spellings.is_empty() {
            out = format!("also {} · {out}", self.found.spellings.join(", "));
        }
        if !self.found.whole {
            out.push_str(" so far");
        }
        out
    }
}

/// The word in front of a line, and its parts.
fn drawn(kind: &str, parts: &[(String, Style)], (x, y, cells): (u16, u16, u16), buf: &mut Buffer, theme: &Theme) {
    let mut left = usize::from(cells);
    let mut spans = Vec::new();
    if cells >= 60 {
        spans.push(Span::styled(format!("{:<10}", truncate(kind, 9)), theme.dim));
        left -= 10;
    }
    for (text, style) in parts {
        let text = truncate(text, left);
        left -= width(&text);
        spans.push(Span::styled(text, *style));
    }
    put_line(buf, x, y, cells, &Line::from(spans));
}

fn hit(
    hit: &Hit,
    asked: &[Vec<u8>],
    (x, y, cells): (u16, u16, u16),
    style: Style,
    buf: &mut Buffer,
    theme: &Theme,
    now: Timestamp,
) {
    let entity = hit.entity();
    let Some(kind) = sought(entity) else { return };
    let today = calendar::date_of(now);
    let name = hit.record.text(kind.open[0]).to_string();
    let fields = kind.told.iter().filter(|id| !hit.record.get(**id).is_null());
    let told: Vec<String> = fields.map(|id| format::cell(*id, hit.record.get(*id), today)).collect();
    let told = told.join(" · ");
    // A word is shown where it is: in the name, else beside it.
    let (mut in_name, mut beside) = (vec![false; name.chars().count()], vec![false; told.chars().count()]);
    for word in asked {
        let word = shown(word);
        if !lit(&name, &word, &mut in_name) {
            lit(&told, &word, &mut beside);
        }
    }
    let mut parts = painted(&name, &in_name, style, theme);
    let gap = if cells >= 60 { 26usize.saturating_sub(width(&name)).max(2) } else { 2 };
    parts.push((" ".repeat(gap), style));
    parts.extend(painted(&told, &beside, theme.dim, theme));
    drawn(noun(entity).bare(), &parts, (x, y, cells), buf, theme);
}

/// Marks the letters of a word in a text; false where it does not hold them.
fn lit(text: &str, word: &str, marks: &mut [bool]) -> bool {
    let folded: Vec<String> = text.chars().map(|c| fold(c.encode_utf8(&mut [0; 4]))).collect();
    // Letter for letter: what has no single place in the folded text keeps one all the same.
    let line: String = folded.iter().map(|f| f.chars().next().unwrap_or(' ')).collect();
    match SkimMatcherV2::default().fuzzy_indices(&line, word) {
        Some((_, places)) => {
            places.into_iter().for_each(|i| marks[i] = true);
            true
        }
        None => false,
    }
}

fn painted(text: &str, marks: &[bool], style: Style, theme: &Theme) -> Vec<(String, Style)> {
    let mut out: Vec<(String, Style)> = Vec::new();
    for (c, marked) in text.chars().zip(marks) {
        let here = if *marked { style.patch(theme.hit) } else { style };
        match out.last_mut() {
            Some((run, s)) if *s == here => run.push(c),
            _ => out.push((c.to_string(), here)),
        }
    }
    out
}
