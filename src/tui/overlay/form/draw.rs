//! A form on the screen: as many of its lines as fit, that with the cursor among them.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, wrap};

use super::super::super::paint::{boxed, centred, put, put_line, put_right};
use super::super::super::theme::Theme;
use super::{Form, FormField};

impl Form {
    /// Draws the form; returns where the text cursor is.
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<(u16, u16)> {
        let wanted: usize = self.fields.iter().map(FormField::lines).sum();
        let frame = centred(area, 84, u16::try_from(wanted + 5).unwrap_or(u16::MAX));
        let inner = boxed(buf, frame, &self.title, theme);
        let mut y = inner.y;
        if let Some(message) = &self.message {
            for line in wrap(message, usize::from(inner.width)).into_iter().take(3) {
                put(buf, inner.x, y, usize::from(inner.width), &line, theme.warn);
                y += 1;
            }
        }
        let foot = inner.bottom().saturating_sub(1);
        let room = usize::from(foot.saturating_sub(y));
        self.height = room.max(2);
        self.follow(room);
        let label_cells = if inner.width < 50 { 12 } else { 20 };
        let mut at = None;
        for i in self.top..self.fields.len() {
            let f = &self.fields[i];
            if usize::from(y) + f.lines() > usize::from(foot) {
                break;
            }
            if let Some(heading) = f.heading {
                put(buf, inner.x, y, usize::from(inner.width), heading, theme.title);
                y += 1;
            }
            let current = i == self.cursor;
            let column = f.draw(inner, y, label_cells, current, buf, theme);
            if current {
                at = Some((column, y));
            }
            y += 1;
            if let Some(error) = &f.error {
                let x = inner.x + u16::try_from(label_cells).unwrap_or(12) + 2;
                put(buf, x, y, usize::from(inner.right().saturating_sub(x)), &format!("^ {error}"), theme.bad);
                y += 1;
            } else if let Some((_, words)) = &f.offer {
                let x = inner.x + u16::try_from(label_cells).unwrap_or(12) + 2;
                let cells = usize::from(inner.right().saturating_sub(x));
                let line = Line::from(vec![
                    Span::styled("≈ ", theme.accent),
                    Span::styled(truncate(words, cells.saturating_sub(10)), theme.accent),
                    Span::styled("  Ctrl-t", theme.dim),
                ]);
                put_line(buf, x, y, inner.right().saturating_sub(x), &line);
                y += 1;
            } else if let Some((text, good)) = &f.aside {
                let x = inner.x + u16::try_from(label_cells).unwrap_or(12) + 2;
                let style = if *good { theme.good } else { theme.warn };
                put(buf, x, y, usize::from(inner.right().saturating_sub(x)), text, style);
                y += 1;
            }
        }
        let place = format!("{}/{}", self.cursor + 1, self.fields.len());
        put_right(buf, inner.x, inner.right(), foot, &place, theme.dim);
        let state = match (self.busy, inner.width < 56) {
            (true, _) => "Saving …",
            (false, true) => "Ctrl-s saves · Esc leaves",
            (false, false) => "F10 or Ctrl-s saves · Esc leaves, text is kept",
        };
        put(buf, inner.x, foot, usize::from(inner.width.saturating_sub(8)), state, theme.dim);
        at
    }

    /// Scrolls so that the cursor's line is seen.
    fn follow(&mut self, room: usize) {
        self.top = self.top.min(self.cursor);
        while self.fields[self.top..=self.cursor].iter().map(FormField::lines).sum::<usize>() > room
            && self.top < self.cursor
        {
            self.top += 1;
        }
    }
}

impl FormField {
    fn lines(&self) -> usize {
        1 + usize::from(self.heading.is_some())
            + usize::from(self.error.is_some() || self.offer.is_some() || self.aside.is_some())
    }

    /// One line; returns the column of the text cursor.
    fn draw(&self, area: Rect, y: u16, label_cells: usize, current: bool, buf: &mut Buffer, theme: &Theme) -> u16 {
        let label = if self.required { format!("{} *", self.label) } else { self.label.clone() };
        let style = if current { theme.selected } else { theme.dim };
        if current {
            put(buf, area.x, y, 1, "▌", theme.marker);
        }
        put(buf, area.x + 1, y, label_cells, &fit(&label, label_cells), style);
        let x = area.x + u16::try_from(label_cells).unwrap_or(12) + 2;
        let cells = usize::from(area.right().saturating_sub(x));
        let (shown, column) = self.input.window(cells.saturating_sub(1));
        let shown = if self.secret { "•".repeat(shown.chars().count()) } else { shown };
        if self.input.is_empty() && !self.hint.is_empty() {
            // An example must not be taken for what is there.
            let example = self.hint.starts_with(|c: char| c.is_ascii_digit()) || self.hint == "a, b";
            let hint = if example { format!("e.g. {}", self.hint) } else { self.hint.clone() };
            let hint = truncate(&hint, cells.saturating_sub(2));
            put_line(buf, x + 1, y, u16::try_from(cells).unwrap_or(0), &Line::from(Span::styled(hint, theme.dim)));
        } else {
            let edited = self.input.text() != self.original;
            put(buf, x, y, cells, &shown, if edited { theme.accent } else { theme.input });
        }
        if current && !self.choices.is_empty() {
            put_right(buf, x, area.right(), y, "← → Ctrl-l", theme.dim);
        }
        x + u16::try_from(column).unwrap_or(0)
    }
}
