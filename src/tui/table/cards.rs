//! The list where it is narrow: a card of two lines for each row.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::base::text::width;
use crate::base::{Money, Timestamp, calendar};
use crate::domain::{Entity, FieldId, Record, Status};
use crate::engine::Editing;
use crate::query::format;
use crate::query::schema::{customer as c, field, noun};

use super::super::jobs;
use super::super::paint::{put, put_line, put_right};
use super::super::theme::Theme;
use super::super::tickets::clock::{self, Look};
use super::cell::{decorated, highlight};
use super::list::{Hits, draw_empty, gutter, shape};
use super::{Table, called};

/// What a card says besides the name: a figure at the right, and the second line.
fn card(row: &Record, theme: &Theme, today: NaiveDate) -> (String, Style, String) {
    let entity = row.fields.first().map_or(Entity::Customer, |f| f.entity);
    if entity == Entity::Customer {
        let (risk, style) = decorated(c::RISK, row.get(c::RISK), theme, today);
        let billed = Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
        let rest = format!("{} · {}", row.text(c::PLAN), row.text(c::CITY));
        let second = match row.int(c::MRR).unwrap_or(0) {
            0 => rest,
            mrr => format!("{rest} · {}", Money(mrr).compact()),
        };
        // Of a line that is gone nothing is left to lose.
        return (if billed { risk } else { String::new() }, style, second);
    }
    if entity == Entity::Job {
        return jobs::card::line(row, theme, today);
    }
    let noun = noun(entity);
    let filled = |id: &&FieldId| **id != noun.name && !row.get(**id).is_null() && field(**id).name != "deleted";
    let rest: Vec<String> =
        row.fields.iter().filter(filled).take(4).map(|id| format::cell(*id, row.get(*id), today)).collect();
    match rest.split_first() {
        Some((first, more)) => (first.clone(), theme.dim, more.join(" · ")),
        None => (String::new(), theme.dim, String::new()),
    }
}

pub(super) fn draw_cards(
    screen: &Table,
    others: &[Editing],
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
    now: Timestamp,
) -> Hits {
    let today = calendar::date_of(now);
    let words = screen.bound.words();
    let mut y = area.y;
    for (i, row) in screen.rows.rows.iter().enumerate().skip(screen.rows.top) {
        if y + 1 >= area.bottom() {
            break;
        }
        let current = i == screen.rows.cursor;
        gutter(screen, others, row, current, area.x, y, buf, theme);
        if screen.entity == Entity::Ticket {
            draw_ticket_card(row, current, Rect { y, height: 2, ..area }, &words, buf, theme, screen.look(now));
            y += 2;
            continue;
        }
        shape(screen, row, area.x, y, buf, theme);
        let (figure, figure_style, second) = card(row, theme, today);
        let right = area.right();
        put_right(buf, area.x, right, y, &figure, figure_style);
        let cells = usize::from(area.width).saturating_sub(5 + width(&figure));
        let style = if current { theme.selected } else { theme.text };
        let name = called(row);
        let name = highlight(&name, &words, style, theme, cells);
        put_line(buf, area.x + 4, y, u16::try_from(cells).unwrap_or(0), &name);
        put(buf, area.x + 4, y + 1, usize::from(area.width.saturating_sub(4)), &second, theme.dim);
        y += 2;
    }
    if screen.rows.rows.is_empty() {
        draw_empty(screen, area, buf, theme);
    }
    Hits { columns: Vec::new(), head: u16::MAX, rows: area, lines_per_row: 2 }
}

/// The clock first, as wide as the widest, then what it is about; who and where under it.
fn draw_ticket_card(
    row: &Record,
    current: bool,
    area: Rect,
    words: &[String],
    buf: &mut Buffer,
    theme: &Theme,
    look: Look,
) {
    const CLOCK: u16 = 11;
    let (left, style, second) = clock::card(row, look, theme);
    let x = area.x + 2;
    put(buf, x, area.y, usize::from(CLOCK - 1), &left, style);
    let cells = area.width.saturating_sub(CLOCK + 3);
    let style = if current { theme.selected } else { theme.text };
    let name = called(row);
    put_line(buf, x + CLOCK, area.y, cells, &highlight(&name, words, style, theme, usize::from(cells)));
    put(buf, x + CLOCK, area.y + 1, usize::from(cells), &second, theme.dim);
}
