//! A page of text to scroll: explanations, journal entries, what was reported so far.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::wrap;

use super::super::action::Action;
use super::super::paint::{boxed, centred, put_line, put_right};
use super::super::theme::Theme;

pub struct TextPage {
    pub title: String,
    lines: Vec<String>,
    scroll: usize,
    height: usize,
    wrapped: usize,
    /// The journal entry this page is about, which `u` here takes back.
    pub entry: Option<i64>,
    /// True where `y` goes on with what the page shows.
    pub goes_on: bool,
}

impl TextPage {
    pub fn new(title: impl Into<String>, lines: Vec<String>) -> TextPage {
        TextPage { title: title.into(), lines, scroll: 0, height: 10, wrapped: 0, entry: None, goes_on: false }
    }

    pub fn act(&mut self, action: Action) {
        let last = self.wrapped.saturating_sub(self.height);
        self.scroll = match action {
            Action::Down => self.scroll + 1,
            Action::Up => self.scroll.saturating_sub(1),
            Action::PageDown => self.scroll + self.height,
            Action::PageUp => self.scroll.saturating_sub(self.height),
            Action::Top => 0,
            Action::Bottom => last,
            _ => self.scroll,
        }
        .min(last);
    }

    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let cells = usize::from(96.min(area.width).saturating_sub(4));
        let lines: Vec<(String, Style)> = self
            .lines
            .iter()
            .flat_map(|l| {
                let style = if l.starts_with("# ") { theme.title } else { theme.text };
                wrap(l.trim_start_matches("# "), cells).into_iter().map(move |w| (w, style))
            })
            .collect();
        self.wrapped = lines.len();
        let frame = centred(area, 96, u16::try_from(lines.len() + 2).unwrap_or(u16::MAX));
        let inner = boxed(buf, frame, &self.title, theme);
        self.height = usize::from(inner.height);
        for (y, (text, style)) in (inner.y..inner.bottom()).zip(lines.into_iter().skip(self.scroll)) {
            put_line(buf, inner.x, y, inner.width, &Line::from(Span::styled(text, style)));
        }
        if self.wrapped > self.height {
            let at = format!(" {}/{} ", (self.scroll + self.height).min(self.wrapped), self.wrapped);
            put_right(buf, frame.x, frame.right().saturating_sub(2), frame.y, &at, theme.dim);
        }
    }
}
