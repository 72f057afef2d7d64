//! The line above a list: view, filter, counts and order; while it is typed, what hangs below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::widgets::{Block, Borders, Clear, Widget};

use crate::base::money::group_signed;
use crate::base::text::width;
use crate::query::schema::{field, noun};

use super::super::paint::{put, put_right};
use super::super::tabs;
use super::super::theme::Theme;
use super::Table;
use super::filter::SHOWN;
use super::list::{NARROW, is_narrow};

/// The view bar: view, filter, counts, order.
pub fn draw_bar(screen: &Table, area: Rect, buf: &mut Buffer, theme: &Theme) -> Option<(u16, u16)> {
    let y = area.y;
    if let Some(bar) = &screen.bar {
        let used = put(buf, area.x, y, 3, " / ", theme.accent);
        let counts = counts(screen, area.width);
        let room = usize::from(area.width - used).saturating_sub(width(&counts) + 2);
        let (shown, column) = bar.input.window(room);
        put(buf, area.x + used, y, room, &shown, theme.input);
        // The word that cannot be read, where the line is not scrolled.
        if let Some(error) = screen.error.as_ref().filter(|_| bar.input.text().starts_with(&shown)) {
            let text = bar.input.text();
            let before = text.get(..error.span.start).map_or(0, width);
            let long = text.get(error.span.start..error.span.end.min(text.len())).map_or(1, width).max(1);
            let x = area.x + used + u16::try_from(before).unwrap_or(0);
            let wrong = Rect { x, y, width: u16::try_from(long).unwrap_or(1), height: 1 }.intersection(area);
            buf.set_style(wrong, theme.bad.add_modifier(Modifier::UNDERLINED));
        }
        put_right(buf, area.x + used, area.right().saturating_sub(1), y, &counts, theme.dim);
        return Some((area.x + used + u16::try_from(column).unwrap_or(0), y));
    }
    let counts = counts(screen, area.width);
    let right = u16::try_from(width(&counts)).unwrap_or(0);
    let mut x = area.x + 1;
    let own = screen.text != screen.view.text;
    let filter = screen.filter_part();
    let at_home = tabs::TABS.iter().any(|t| t.entity == screen.entity && t.tab != tabs::Tab::Settings);
    if is_narrow(area) {
        // Lists that have no tab of their own say what they are.
        let name = match (own && !filter.is_empty(), at_home) {
            (true, _) => filter.clone(),
            (false, true) => screen.view.title.clone(),
            (false, false) => format!("{} · {}", screen.entity.label(), screen.view.title),
        };
        put(buf, x, y, usize::from(area.width.saturating_sub(right + 3)), &name, theme.title);
    } else {
        let label = if at_home { "View: ".to_string() } else { format!("{}: ", screen.entity.label()) };
        x += put(buf, x, y, 24, &label, theme.dim);
        x += put(buf, x, y, 20, &screen.view.title, theme.title);
        x += put(buf, x, y, 4, " ▾  ", theme.dim);
        let room = usize::from((area.right().saturating_sub(right + 2)).saturating_sub(x));
        let style = if own { theme.accent } else { theme.dim };
        put(buf, x, y, room, &filter, style);
    }
    put_right(buf, area.x, area.right().saturating_sub(1), y, &counts, theme.dim);
    None
}

/// `412 of 5,000 · ₹3.1L MRR · risk ↓`
fn counts(screen: &Table, cells: u16) -> String {
    if screen.error.is_some() {
        return "not readable yet".into();
    }
    let mut out = match (screen.totals, screen.everything) {
        (Some(t), Some(all)) if t.count != all && cells >= NARROW => {
            format!("{} of {}", group_signed(t.count), group_signed(all))
        }
        (Some(t), _) => group_signed(t.count),
        (None, _) => "…".into(),
    };
    let money = noun(screen.entity).money.filter(|_| cells >= 80);
    if let Some((t, id)) = screen.totals.zip(money) {
        out.push_str(&format!(" · {} {}", t.mrr.short(), field(id).head));
    }
    if let Some((id, descending)) = screen.sort.first().filter(|_| cells >= NARROW) {
        out.push_str(&format!(" · {} {}", field(*id).head.to_lowercase(), if *descending { "↓" } else { "↑" }));
    }
    out
}

/// Under the filter line: the complaint with its place, and what could stand there.
pub fn draw_suggestions(screen: &Table, area: Rect, cursor: u16, buf: &mut Buffer, theme: &Theme) {
    let Some(bar) = &screen.bar else { return };
    let mut y = area.y;
    if let Some(error) = screen.error.as_ref().filter(|_| !bar.is_open() || bar.input.text().ends_with(' ')) {
        let line = format!(" {}", error.message);
        let cells = usize::from(area.width);
        Clear.render(Rect { y, height: 1, ..area }, buf);
        put(buf, area.x, y, cells, &crate::base::text::fit(&line, cells), theme.text.patch(theme.bad));
        y += 1;
    }
    if !bar.is_open() {
        return;
    }
    let shown: Vec<_> =
        bar.suggestions.iter().enumerate().skip(bar.chosen.saturating_sub(SHOWN - 1)).take(SHOWN).collect();
    let widest = shown.iter().map(|(_, s)| width(&s.insert)).max().unwrap_or(0).min(28);
    let total = widest + 2 + 40.min(usize::from(area.width).saturating_sub(widest + 6));
    let x = cursor.min(area.right().saturating_sub(u16::try_from(total).unwrap_or(0) + 2)).max(area.x);
    let lines = u16::try_from(shown.len()).unwrap_or(0);
    let frame = Rect { x, y, width: u16::try_from(total).unwrap_or(0) + 2, height: lines + 1 }.intersection(area);
    Clear.render(frame, buf);
    buf.set_style(frame, theme.text);
    let block = Block::default().borders(Borders::LEFT | Borders::RIGHT | Borders::BOTTOM).border_style(theme.border);
    block.render(frame, buf);
    let x = x + 1;
    for (i, s) in shown {
        if y >= area.bottom() {
            return;
        }
        let note = match s.count {
            Some(n) if s.note.is_empty() => group_signed(n),
            Some(n) => format!("{} · {}", group_signed(n), s.note),
            None => s.note.clone(),
        };
        let text = format!(" {}  {note}", crate::base::text::fit(&s.insert, widest));
        let line = crate::base::text::fit(&text, total);
        let style = if i == bar.chosen { theme.text.add_modifier(Modifier::REVERSED) } else { theme.text };
        put(buf, x, y, total, &line, style);
        if i != bar.chosen {
            let at = x + u16::try_from(widest).unwrap_or(0) + 3;
            put(
                buf,
                at,
                y,
                total.saturating_sub(widest + 3),
                &crate::base::text::fit(&note, total.saturating_sub(widest + 3)),
                theme.dim,
            );
        }
        y += 1;
    }
}
