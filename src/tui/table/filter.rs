//! The line in which a filter is typed, with its suggestions.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::domain::Entity;
use crate::engine::ask::AskSuggest;
use crate::query::complete::{self, Place, Suggestion};
use crate::query::lex::MAX_LEN;

use super::super::input::{Input, Typed};

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
