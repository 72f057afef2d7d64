//! The closed door: who comes to the screen logs in, and after a pause or at the end of a session again. Nothing of
//! the data is drawn behind it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::base::text::{fit, width, wrap};
use crate::domain::Secret;

use super::input::Input;
use super::message::Ticket;
use super::paint::{boxed, centred, put};
use super::theme::Theme;

/// Longest text of a line.
const LIMIT: usize = 256;

/// A login being typed.
pub struct Gate {
    login: Input,
    password: Input,
    code: Input,
    line: Line,
    /// Who comes back: the login cannot be changed.
    returning: bool,
    /// The second factor was asked for.
    with_code: bool,
    message: String,
    /// The answer that is waited for.
    pub ticket: Option<Ticket>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Line {
    Login,
    Password,
    Code,
}

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
pub enum Knock {
    Stay,
    /// Try to come in.
    Enter {
        login: String,
        password: Secret,
        code: String,
    },
    Leave,
}

impl Gate {
    /// For whoever comes.
    pub fn new() -> Gate {
        let line = |text| Input::new(text, LIMIT);
        Gate {
            login: line(""),
            password: line(""),
            code: line(""),
            line: Line::Login,
            returning: false,
            with_code: false,
            message: String::new(),
            ticket: None,
        }
    }

    /// For who was here, with the reason why the door is closed.
    pub fn locked(login: &str, why: &str) -> Gate {
        let mut gate = Gate::new();
        gate.login.set(login, login.len());
        gate.line = Line::Password;
        gate.returning = true;
        gate.message = why.into();
        gate
    }

    pub fn is_returning(&self) -> bool {
        self.returning
    }

    /// The password was right, the second factor is missing.
    pub fn ask_code(&mut self) {
        self.ticket = None;
        self.with_code = true;
        self.line = Line::Code;
        self.message = "Type the six digits of your phone, or a recovery code".into();
    }

    /// It was not opened. What was typed is gone, but for the login.
    pub fn refuse(&mut self, why: &str) {
        self.ticket = None;
        self.password = Input::new("", LIMIT);
        self.code = Input::new("", LIMIT);
        self.line = Line::Password;
        let mut letters = why.chars();
        self.message = letters.next().map_or(String::new(), |c| c.to_uppercase().to_string() + letters.as_str());
    }

    pub fn paste(&mut self, text: &str) {
        if self.ticket.is_none() {
            self.input().insert(text.trim_end_matches(['\n', '\r']));
        }
    }

    fn input(&mut self) -> &mut Input {
        match self.line {
            Line::Login => &mut self.login,
            Line::Password => &mut self.password,
            Line::Code => &mut self.code,
        }
    }

    /// The lines there are, from the top.
    fn lines(&self) -> Vec<Line> {
        let mut out = vec![Line::Password];
        if !self.returning {
            out.insert(0, Line::Login);
        }
        if self.with_code {
            out.push(Line::Code);
        }
        out
    }

    pub fn key(&mut self, key: KeyEvent) -> Knock {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        if ctrl && matches!(key.code, KeyCode::Char('c' | 'q')) {
            return Knock::Leave;
        }
        if self.ticket.is_some() {
            return Knock::Stay;
        }
        let lines = self.lines();
        let at = lines.iter().position(|l| *l == self.line).unwrap_or(0);
        let last = lines.len() - 1;
        match key.code {
            KeyCode::Enter if at == last => {
                if self.login.text().trim().is_empty() || self.password.is_empty() {
                    self.line = lines[if self.login.is_empty() { 0 } else { last.min(1) }];
                    return Knock::Stay;
                }
                self.message = "One moment …".into();
                return Knock::Enter {
                    login: self.login.text().trim().into(),
                    password: Secret::new(self.password.text()),
                    code: self.code.text().trim().into(),
                };
            }
            KeyCode::Enter | KeyCode::Tab | KeyCode::Down => self.line = lines[(at + 1) % lines.len()],
            KeyCode::BackTab | KeyCode::Up => self.line = lines[(at + last) % lines.len()],
            KeyCode::Esc => *self.input() = Input::new("", LIMIT),
            _ => {
                self.input().key(key);
            }
        }
        Knock::Stay
    }

    /// Draws over everything; returns where the text cursor is.
    pub fn draw(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<(u16, u16)> {
        Clear.render(area, buf);
        buf.set_style(area, theme.text);
        let title = if self.returning { "BharatNet CRM, locked" } else { "BharatNet CRM" };
        let frame = centred(area, 60, 9);
        let inner = boxed(buf, frame, title, theme);
        let cells = usize::from(inner.width);
        let mut y = inner.y;
        let mut cursor = None;
        if self.returning {
            put(buf, inner.x, y, cells, &format!("Here works {}", self.login.text()), theme.text);
            y += 1;
        }
        for line in self.lines() {
            let (label, input) = match line {
                Line::Login => ("Login", &self.login),
                Line::Password => ("Password", &self.password),
                Line::Code => ("Code", &self.code),
            };
            let x = inner.x + put(buf, inner.x, y, 12, &fit(label, 11), theme.dim);
            let room = usize::from(inner.right().saturating_sub(x));
            let (shown, column) = match line {
                Line::Password => {
                    let dots = "•".repeat(input.text().chars().count()).chars().take(room.saturating_sub(1)).collect();
                    let dots: String = dots;
                    let column = width(&dots);
                    (dots, column)
                }
                _ => input.window(room.saturating_sub(1)),
            };
            put(buf, x, y, room, &shown, theme.input);
            if line == self.line && self.ticket.is_none() {
                cursor = Some((x + u16::try_from(column).unwrap_or(0), y));
            }
            y += 1;
        }
        let foot = inner.bottom().saturating_sub(1);
        y += 1;
        for text in wrap(&self.message, cells) {
            if y < foot {
                put(buf, inner.x, y, cells, &text, theme.warn);
                y += 1;
            }
        }
        put(buf, inner.x, foot, cells, "Enter logs in · Ctrl-c leaves", theme.dim);
        cursor
    }
}

impl Default for Gate {
    fn default() -> Self {
        Gate::new()
    }
}
