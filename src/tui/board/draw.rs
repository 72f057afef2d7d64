//! Drawing a board: as many columns as fit, each with its head and its cards.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::base::money::group_signed;
use crate::base::text::{fit, truncate, width};
use crate::base::{Id, Timestamp, calendar};
use crate::domain::Record;
use crate::domain::job::Slot;
use crate::engine::Editing;
use crate::query::format;
use crate::query::schema::noun;

use super::super::paint::{put, put_right};
use super::super::table::Table;
use super::super::table::list::Hits;
use super::super::theme::Theme;
use super::{Board, Column, day};

/// Lines of a card.
const CARD: u16 = 3;
/// Lines of a head.
const HEAD: u16 = 2;
/// Cells a column wants where all are shown.
const WIDE: u16 = 14;

/// How many columns an area shows: all from 100 cells on, three from 60, one below.
fn shown(area: Rect, columns: usize) -> usize {
    let fit = match area.width {
        100.. => usize::from(area.width / WIDE),
        60.. => 3,
        _ => 1,
    };
    fit.min(columns).max(1)
}

/// Lines above the columns: the day, on a board of days.
fn above(board: &Board) -> u16 {
    u16::from(board.spec.day.is_some())
}

/// Cards a column of this area has room for.
pub fn height(board: &Board, area: Rect) -> usize {
    usize::from(area.height.saturating_sub(HEAD + above(board)) / CARD).max(1)
}

/// The board. Returns where the cards of the column with the cursor are.
pub fn draw(
    table: &mut Table,
    others: &[Editing],
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    now: Timestamp,
) -> Hits {
    let Some(mut board) = table.board.take() else { return Hits::default() };
    let lines = above(&board);
    day::head(&board, table, Rect { height: lines, ..area }, buf, theme, calendar::date_of(now));
    let area = Rect { y: area.y + lines, height: area.height.saturating_sub(lines), ..area };
    let n = shown(area, board.columns.len());
    board.scroll(n);
    let cells = (area.width.saturating_sub(1)) / u16::try_from(n).unwrap_or(1);
    let mut hits = Hits { lines_per_row: CARD, head: u16::MAX, ..Hits::default() };
    for (place, i) in (board.left..board.columns.len()).take(n).enumerate() {
        let x = area.x + 1 + cells * u16::try_from(place).unwrap_or(0);
        let column = Rect { x, width: cells.saturating_sub(1), ..area };
        let clashes = board.clashes(table, i);
        head(table, &board, (i, n, clashes.len()), column, buf, theme);
        let body = Rect { y: area.y + HEAD, height: area.height.saturating_sub(HEAD), ..column };
        if place > 0 {
            for y in body.y..body.bottom() {
                put(buf, x.saturating_sub(1), y, 1, "│", theme.border);
            }
        }
        if i == board.at {
            hits.rows = body;
        }
        cards(table, &board, (i, &clashes), others, body, buf, theme, now);
    }
    table.board = Some(board);
    hits
}

/// `Site survey 14` over `₹17k · 4 old`.
fn head(
    table: &Table,
    board: &Board,
    (i, shown, clashes): (usize, usize, usize),
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) {
    let column = &board.columns[i];
    let current = i == board.at;
    let style = if current { theme.tab_active } else { theme.title };
    let count = column.count.map_or("…".into(), group_signed);
    let room = usize::from(area.width);
    let title = truncate(&column.title, room.saturating_sub(width(&count) + 1));
    let used = put(buf, area.x, area.y, room, &format!("{title} {count}"), style);
    if shown == 1 && board.columns.len() > 1 {
        let place = format!("◂ {} of {} ▸", i + 1, board.columns.len());
        put_right(buf, area.x + used, area.right(), area.y, &place, theme.dim);
    }
    let (text, old) = match board.spec.place {
        Some((_, place)) if board.day(&table.bound).is_some() => {
            let taken: BTreeSet<String> = board.rows(table, i).rows.iter().filter_map(place).collect();
            let text =
                if taken.is_empty() { String::new() } else { format!("{} of {} slots", taken.len(), Slot::ALL.len()) };
            (text, (clashes > 0).then(|| format!(" ! {clashes} clash")))
        }
        _ => under(board, column),
    };
    put(buf, area.x, area.y + 1, room, &fit(&text, room), theme.dim);
    if let Some(old) = old.filter(|old| width(&text) + width(old) <= room) {
        put(buf, area.x + u16::try_from(width(&text)).unwrap_or(0), area.y + 1, room, &old, theme.warn);
    }
}

/// The money of a column and its age, then how many are old.
fn under(board: &Board, column: &Column) -> (String, Option<String>) {
    let mut parts = Vec::new();
    if noun(board.spec.entity).money.is_some() && column.count.unwrap_or(0) > 0 {
        parts.push(column.money.short());
    }
    if let Some(age) = column.age.filter(|_| column.old == 0) {
        parts.push(format!("~{}", span(age)));
    }
    let text = parts.join(" ");
    let old = (column.old > 0).then(|| format!(" {} old", group_signed(column.old)));
    (text, old)
}

/// `3 d`, `5 h`, `12 min`.
pub fn span(ms: i64) -> String {
    match ms / 60_000 {
        m @ ..60 => format!("{m} min"),
        m @ 60..1_440 => format!("{} h", m / 60),
        m => format!("{} d", m / 1_440),
    }
}

#[expect(clippy::too_many_arguments, reason = "one column's cards: what, where, how")]
fn cards(
    table: &Table,
    board: &Board,
    (i, clashes): (usize, &[Id]),
    others: &[Editing],
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    now: Timestamp,
) {
    let rows = board.rows(table, i);
    let focused = i == board.at;
    let on_day = board.day(&table.bound).is_some();
    let room = usize::from(area.height / CARD).max(1);
    let top = if focused { rows.top } else { rows.top.min(rows.cursor) };
    for (line, row) in rows.rows.iter().skip(top).take(room).enumerate() {
        let y = area.y + CARD * u16::try_from(line).unwrap_or(0);
        let place = Rect { y, height: CARD, ..area }.intersection(area);
        let current = focused && top + line == rows.cursor;
        let open = others.iter().any(|e| e.entity == table.entity && e.row == row.id);
        let marked = table.rows.marks.has(row.id);
        let clash = clashes.contains(&row.id);
        card(board, row, (current, marked, open, clash, on_day), board.columns[i].patience, place, buf, theme, now);
    }
    if rows.rows.is_empty() {
        let text = if rows.loading { "…" } else { "none" };
        put(buf, area.x + 2, area.y, usize::from(area.width), text, theme.dim);
    }
}

#[expect(clippy::too_many_arguments, reason = "one card: what, where, how")]
fn card(
    board: &Board,
    row: &Record,
    (current, marked, open, clash, on_day): (bool, bool, bool, bool, bool),
    patience: i64,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    now: Timestamp,
) {
    let mut card = (board.spec.card)(row, patience, theme, now);
    if let Some(time) = board.spec.time.filter(|time| on_day && !row.get(*time).is_null()) {
        card.second.0 = format::show(time, row.get(time));
    }
    if clash {
        card.second = (format!("! {} twice", card.second.0), theme.bad);
    }
    let name = if current { theme.selected } else { theme.title };
    if current {
        for y in area.y..area.bottom() {
            put(buf, area.x, y, 1, "▌", theme.marker);
        }
    }
    if marked {
        put(buf, area.x + 1, area.y, 1, "✓", theme.mark);
    } else if open {
        put(buf, area.x + 1, area.y, 1, "✎", theme.warn);
    }
    let x = area.x + 2;
    let cells = area.width.saturating_sub(2);
    let line = |buf: &mut Buffer, n: u16, left: (&str, Style), right: (&str, Style)| {
        if n >= area.height {
            return;
        }
        let taken = u16::try_from(width(right.0)).unwrap_or(0);
        let room = usize::from(cells.saturating_sub(if taken > 0 { taken + 1 } else { 0 }));
        put(buf, x, area.y + n, room, &truncate(left.0, room), left.1);
        if taken > 0 {
            put_right(buf, x, area.right(), area.y + n, right.0, right.1);
        }
    };
    line(buf, 0, (row.text(noun(board.spec.entity).name), name), (&card.figure.0, card.figure.1));
    line(buf, 1, (&card.second.0, card.second.1), (&card.second_right.0, card.second_right.1));
    line(buf, 2, (&card.third.0, card.third.1), ("", theme.dim));
}
