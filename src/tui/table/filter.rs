//! The line in which a filter is typed, with its suggestions.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Entity;
use crate::engine::ask::AskSuggest;
use crate::query::ast::Expr;
use crate::query::complete::{self, Place, Suggestion};
use crate::query::lex::MAX_LEN;
use crate::query::{Context, Query, parse};

use super::super::input::{Input, Typed};
use super::{Table, Wish};

/// Suggestions shown at a time.
pub const SHOWN: usize = 8;

pub struct FilterBar {
    entity: Entity,
    pub input: Input,
    pub suggestions: Vec<Suggestion>,
    /// The suggestion that Tab takes.
    pub chosen: usize,
    /// False once Esc has closed the list; typing opens it again.
    pub open: bool,
    /// The order that goes with the text, unless the text names one itself.
    order: String,
}

/// What a key did to the line.
pub enum Reply {
    Text,
    Cursor,
    Nothing,
    Close,
}

impl FilterBar {
    pub fn new(entity: Entity, text: &str, order: String) -> FilterBar {
        FilterBar { entity, input: Input::new(text, MAX_LEN), suggestions: Vec::new(), chosen: 0, open: true, order }
    }

    /// What is typed, with its order.
    pub fn whole(&self) -> String {
        let typed = self.input.text().trim();
        if self.order.is_empty() || typed.contains("sort:") {
            typed.to_string()
        } else {
            format!("{typed} {}", self.order).trim().to_string()
        }
    }

    /// Where the cursor is, in the grammar.
    pub fn place(&self) -> Place {
        complete::place(self.input.text(), self.input.cursor(), self.entity)
    }

    pub fn ask(&self) -> AskSuggest {
        AskSuggest { entity: self.entity, place: self.place(), limit: 40 }
    }

    pub fn suggest(&mut self, found: Vec<Suggestion>) {
        // What is typed already is no suggestion.
        let typed = self.place().typed;
        self.suggestions =
            found.into_iter().filter(|s| !typed.is_empty() || s.count.is_some() || !s.insert.is_empty()).collect();
        self.chosen = 0;
    }

    /// True when the list hangs below the line.
    pub fn is_open(&self) -> bool {
        self.open && !self.suggestions.is_empty()
    }

    pub fn key(&mut self, key: KeyEvent) -> Reply {
        let last = self.suggestions.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc if self.is_open() => {
                self.open = false;
                Reply::Nothing
            }
            KeyCode::Esc | KeyCode::Enter => Reply::Close,
            KeyCode::Down if self.is_open() => {
                self.chosen = (self.chosen + 1).min(last);
                Reply::Nothing
            }
            KeyCode::Down => Reply::Close,
            KeyCode::Char('n') if key.modifiers == KeyModifiers::CONTROL => {
                self.chosen = (self.chosen + 1).min(last);
                Reply::Nothing
            }
            KeyCode::Up => {
                self.chosen = self.chosen.saturating_sub(1);
                Reply::Nothing
            }
            KeyCode::Tab if !self.suggestions.is_empty() => {
                let place = self.place();
                let insert = self.suggestions[self.chosen.min(last)].insert.clone();
                let (text, cursor) = complete::apply(self.input.text(), &place, &insert);
                self.input.set(&text, cursor);
                self.open = true;
                Reply::Text
            }
            KeyCode::Null => Reply::Text,
            _ => match self.input.key(key) {
                Typed::Changed => {
                    self.open = true;
                    Reply::Text
                }
                Typed::Moved => Reply::Cursor,
                Typed::Ignored => Reply::Nothing,
            },
        }
    }
}

impl Table {
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
            Reply::Text => {
                let text = bar.whole();
                let mut wishes = self.set_text(&text, context);
                wishes.push(Wish::Suggest);
                wishes
            }
            Reply::Cursor => vec![Wish::Suggest],
            Reply::Nothing => Vec::new(),
            // A text that cannot be read keeps the line, with the complaint under it.
            Reply::Close if self.error.is_some() && key.code == KeyCode::Enter => {
                bar.open = false;
                Vec::new()
            }
            Reply::Close => {
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
