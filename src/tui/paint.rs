//! Small pieces every screen draws with.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, BorderType, Borders, Clear, Widget};

use crate::base::text::{is_hostile, is_plain, truncate, width};

use super::theme::Theme;

/// Writes text in a style, cut to `cells`; returns the cells used.
pub fn put(buf: &mut Buffer, x: u16, y: u16, cells: usize, text: &str, style: Style) -> u16 {
    if cells == 0 || y >= buf.area.bottom() || x >= buf.area.right() {
        return 0;
    }
    if is_plain(text) && text.len() <= cells {
        return plain(buf, x, y, text, style);
    }
    let cut = truncate(text, cells);
    let used = width(&cut);
    buf.set_stringn(x, y, cut, cells, style);
    u16::try_from(used).unwrap_or(u16::MAX)
}

/// [`put`] for most of what a screen holds: nothing to measure, nothing to cut but at the edge.
fn plain(buf: &mut Buffer, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let room = usize::from(buf.area.right() - x);
    let text = &text[..text.len().min(room)];
    let from = buf.index_of(x, y);
    for (i, cell) in buf.content[from..from + text.len()].iter_mut().enumerate() {
        cell.set_symbol(&text[i..=i]).set_style(style);
    }
    u16::try_from(text.len()).unwrap_or(u16::MAX)
}

/// Writes text so that it ends at `right` (exclusive), not beyond `left`.
pub fn put_right(buf: &mut Buffer, left: u16, right: u16, y: u16, text: &str, style: Style) {
    let room = usize::from(right.saturating_sub(left));
    if is_plain(text) && text.len() <= room {
        let used = u16::try_from(text.len()).unwrap_or(0);
        put(buf, right - used, y, room, text, style);
        return;
    }
    let cut = truncate(text, room);
    let used = u16::try_from(width(&cut)).unwrap_or(0);
    put(buf, right.saturating_sub(used), y, room, &cut, style);
}

/// Writes a line of spans, cut to `cells`.
pub fn put_line(buf: &mut Buffer, x: u16, y: u16, cells: u16, line: &Line<'_>) {
    if y >= buf.area.bottom() || x >= buf.area.right() {
        return;
    }
    let mut used = 0;
    for span in line {
        let (room, style) = (usize::from(cells - used), line.style.patch(span.style));
        if room == 0 || used >= buf.area.right() - x {
            return;
        }
        used += if is_plain(&span.content) && span.content.len() <= room {
            plain(buf, x + used, y, &span.content, style)
        } else {
            buf.set_stringn(x + used, y, &span.content, room, style).0 - x - used
        };
    }
}

/// A box with a title, its inside empty; returns the inside.
pub fn boxed(buf: &mut Buffer, area: Rect, title: &str, theme: &Theme) -> Rect {
    let area = area.intersection(buf.area);
    Clear.render(area, buf);
    buf.set_style(area, theme.text);
    let plain = area.width < 30;
    let block = Block::default()
        .borders(if plain { Borders::TOP } else { Borders::ALL })
        .border_type(BorderType::Plain)
        .border_style(theme.border)
        .title(Span::styled(format!(" {title} "), theme.title));
    let inner = block.inner(area);
    block.render(area, buf);
    if plain { inner } else { Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner } }
}

/// A box of at most this size in the middle of `area`, leaving the first and last line free.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let w = width.min(area.width);
    let room = area.height.saturating_sub(2);
    let h = height.min(room).max(3.min(area.height));
    Rect { x: area.x + (area.width - w) / 2, y: area.y + 1 + room.saturating_sub(h) / 3, width: w, height: h }
}

/// Characters that one cell may hold.
const TALLEST: usize = 16;

/// What a cell may hold of a text: no character that could drive the terminal, however it got in, nor so many accents
/// that they climb over the lines above. Joined emoji need a dozen.
pub fn sealed(symbol: &str) -> Cow<'_, str> {
    if symbol.chars().any(is_hostile) {
        "?".into()
    } else if symbol.len() > TALLEST && symbol.chars().count() > TALLEST {
        symbol.chars().take(TALLEST).collect::<String>().into()
    } else {
        symbol.into()
    }
}

/// Seals every cell. The wire does the same with what it takes in, so that it is the last gate for every screen.
pub fn seal(buf: &mut Buffer) {
    for cell in &mut buf.content {
        let symbol = cell.symbol();
        if symbol.len() == 1 && matches!(symbol.as_bytes()[0], 0x20..=0x7e) {
            continue;
        }
        if let Cow::Owned(_) | Cow::Borrowed("?") = sealed(symbol) {
            let symbol = sealed(symbol).into_owned();
            cell.set_symbol(&symbol);
        }
    }
}

/// A key and what it does, for hint lines.
pub fn hint<'a>(keys: &str, what: &'a str, theme: &Theme) -> [Span<'a>; 2] {
    [Span::styled(format!("{keys} "), theme.accent), Span::styled(format!("{what}  "), theme.dim)]
}
