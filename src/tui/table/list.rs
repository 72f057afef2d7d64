//! Drawing the list: columns that give way by priority, cards where it is narrow.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::money::group_signed;
use crate::base::text::width;
use crate::base::{Timestamp, calendar};
use crate::domain::customer::Status;
use crate::domain::job::JobState;
use crate::domain::{Entity, FieldId, Record};
use crate::engine::Editing;
use crate::query::schema::{customer as c, field, job as j, noun};

use super::super::canvas::Canvas;
use super::super::jobs;
use super::super::paint::{put, put_line, put_right};
use super::super::rows::Marks;
use super::super::theme::Theme;
use super::Table;
use super::cards::draw_cards;
use super::cell::{draw_cell, highlight, status_style};
use super::drawn::Held;

/// Columns of fewer cells than this get two-line cards.
pub(super) const NARROW: u16 = 60;

/// Where a column was drawn: for a click on its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub id: FieldId,
    pub x: u16,
    pub width: u16,
}

/// Where rows were drawn: for a click.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    pub columns: Vec<Column>,
    pub head: u16,
    pub rows: Rect,
    pub lines_per_row: u16,
}

pub fn is_narrow(area: Rect) -> bool {
    area.width < NARROW
}

/// Lines a list of this area has for rows.
pub fn height(area: Rect) -> usize {
    if is_narrow(area) { usize::from(area.height / 2) } else { usize::from(area.height.saturating_sub(1)) }
}

/// The list itself. Returns where things are.
pub fn draw(
    screen: &Table,
    others: &[Editing],
    area: Rect,
    canvas: &mut Canvas,
    theme: &Theme,
    now: Timestamp,
) -> Hits {
    let today = calendar::date_of(now);
    if is_narrow(area) {
        return draw_cards(screen, others, area, &mut canvas.buffer, theme, now);
    }
    let columns = columns(screen, area);
    canvas.wipe(Rect { height: 1, ..area });
    let buf = &mut canvas.buffer;
    for col in &columns {
        let f = field(col.id);
        let sorted = screen.sort.first().filter(|(id, _)| *id == col.id);
        let text = match sorted {
            Some((_, true)) => format!("{}↓", f.head),
            Some((_, false)) => format!("{}↑", f.head),
            None => f.head.to_string(),
        };
        let style = if sorted.is_some() { theme.accent } else { theme.dim };
        if f.is_right() {
            put_right(buf, col.x, col.x + col.width, area.y, &text, style);
        } else {
            put(buf, col.x, area.y, usize::from(col.width), &text, style);
        }
    }
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let words = screen.bound.words();
    let name = columns.iter().find(|col| col.id == noun(screen.entity).name);
    canvas.rows.begin(screen, body, &columns, &words, theme, calendar::days_of(today));
    let look = screen.look(now);
    let mut rows = screen.rows.rows.iter().enumerate().skip(screen.rows.top);
    for y in body.y..body.bottom() {
        let row = rows.next();
        let held = row.map_or(Held::Nothing, |(i, row)| Held::Row {
            id: row.id,
            current: i == screen.rows.cursor,
            sign: sign(screen, others, row),
        });
        if canvas.rows.holds(y, held, now) {
            continue;
        }
        let line = Rect { y, height: 1, ..body };
        let (Some((_, row)), Held::Row { current, .. }) = (row, held) else {
            canvas.wipe(line);
            continue;
        };
        canvas.row(
            row.id,
            line,
            now,
            || screen.clock_of(row, now),
            |buf| {
                shape(screen, row, body.x, y, buf, theme);
                for col in &columns {
                    draw_cell(row, col, y, &words, buf, theme, look);
                }
            },
        );
        let buf = &mut canvas.buffer;
        gutter(screen, others, row, current, body.x, y, buf, theme);
        // On a thin line the marker alone says where the cursor is: a name is written twice for each move.
        if let Some(col) = name.filter(|_| current && !screen.thin) {
            let name = highlight(row.text(col.id), &words, theme.selected, theme, usize::from(col.width));
            put_line(buf, col.x, y, col.width, &name);
        }
    }
    let buf = &mut canvas.buffer;
    if screen.rows.rows.is_empty() {
        draw_empty(screen, body, buf, theme);
    }
    Hits { columns, head: area.y, rows: body, lines_per_row: 1 }
}

#[expect(clippy::too_many_arguments, reason = "one line's gutter: what, where, how")]
pub(super) fn gutter(
    screen: &Table,
    others: &[Editing],
    row: &Record,
    current: bool,
    x: u16,
    y: u16,
    buf: &mut Buffer,
    theme: &Theme,
) {
    if current {
        put(buf, x, y, 1, "▌", theme.marker);
    }
    match sign(screen, others, row) {
        Some(MARKED) => put(buf, x + 1, y, 1, "✓", theme.mark),
        Some(_) => put(buf, x + 1, y, 1, "✎", theme.warn),
        None => 0,
    };
}

const MARKED: char = '✓';

/// What stands beside the marker of a row: that it is marked, or that somebody else has it open.
fn sign(screen: &Table, others: &[Editing], row: &Record) -> Option<char> {
    if screen.rows.marks.has(row.id) {
        return Some(MARKED);
    }
    others.iter().any(|e| e.entity == screen.entity && e.row == row.id).then_some('✎')
}

pub(super) fn shape(screen: &Table, row: &Record, x: u16, y: u16, buf: &mut Buffer, theme: &Theme) {
    if screen.entity == Entity::Customer
        && let Some(status) = Status::parse(row.text(c::STATUS))
    {
        put(buf, x + 2, y, 1, status.shape(), status_style(status, theme));
    }
    if screen.entity == Entity::Job
        && let Some(state) = JobState::parse(row.text(j::STATE))
    {
        put(buf, x + 2, y, 1, state.shape(), jobs::panel::state_style(state, theme));
    }
}

/// Cells that a number may be longer than its column is wide.
const LONGER: u16 = 6;

/// The columns that fit, in the order of the view; the name takes what is left over.
fn columns(screen: &Table, area: Rect) -> Vec<Column> {
    const GUTTER: u16 = 4;
    let room = area.width.saturating_sub(GUTTER + 1);
    let mut used = 0;
    let mut kept: Vec<(FieldId, u16)> = Vec::new();
    // A number that has grown longer is not cut; what the row is about gives the cells.
    let number = field(noun(screen.entity).handle);
    let longer = u16::try_from(screen.rows.longest).unwrap_or(0).saturating_sub(number.width).min(LONGER);
    let gives = noun(screen.entity).name;
    let longer = if number.is_text() && screen.view.columns.contains(&gives) { longer } else { 0 };
    for id in &screen.view.columns {
        let f = field(*id);
        let mut want = f.width.max(u16::try_from(width(f.head)).unwrap_or(0) + u16::from(f.is_right()));
        if *id == noun(screen.entity).handle && *id != gives {
            want += longer;
        } else if *id == gives {
            want = want.saturating_sub(longer);
        }
        let gap = u16::from(!kept.is_empty());
        if used + gap + want > room {
            break;
        }
        used += gap + want;
        kept.push((*id, want));
    }
    let mut spare = room - used;
    let gaps = u16::try_from(kept.len().saturating_sub(1)).unwrap_or(0);
    // Air between the columns before a wider name.
    let gap = if spare >= gaps { 2 } else { 1 };
    spare -= (gap - 1) * gaps;
    let mut x = area.x + GUTTER;
    kept.into_iter()
        .map(|(id, w)| {
            let w = if id == noun(screen.entity).name { w + spare.min(16) } else { w };
            let column = Column { id, x, width: w };
            x += w + gap;
            column
        })
        .collect()
}

/// What an empty list says: that it is reading, or what would be here and what to press.
pub(super) fn draw_empty(screen: &Table, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let x = area.x + 3;
    if screen.rows.loading {
        if screen.thin {
            put(buf, x, area.y, usize::from(area.width.saturating_sub(6)), "reading …", theme.dim);
            return;
        }
        // The shape of rows at once; nothing jumps when they come.
        for line in 0..area.height.min(12) {
            let cells = usize::from(area.width.saturating_sub(6)).min(18 + usize::from(line * 7 % 23));
            put(buf, x, area.y + line, cells, &"·".repeat(cells), theme.dim);
        }
        return;
    }
    let filtered = screen.text != crate::query::views::first(screen.entity).text;
    let (one, many) = (noun(screen.entity).bare(), screen.entity.label().to_lowercase());
    let lines = match (screen.error.is_some(), filtered, screen.entity) {
        (true, ..) => vec!["The filter cannot be read yet.".to_string()],
        (false, true, _) => vec![
            format!("No {one} matches this filter."),
            String::new(),
            "Esc clears it   / changes it   V picks another view".into(),
        ],
        (false, false, Entity::Customer) => vec![
            "Here will be your customers.".into(),
            String::new(),
            "n adds the first one   g i brings them in from a file".into(),
        ],
        (false, false, Entity::Ticket) => {
            vec!["Nothing is open.".into(), String::new(), "n raises a ticket   V picks another view".into()]
        }
        (false, false, Entity::User) => vec![
            "Here will be the people who work here.".into(),
            String::new(),
            "n adds the first one, an admin with a password; from then on everybody logs in".into(),
        ],
        (false, false, Entity::Incident) => vec![
            "Nothing is down, and nothing is announced.".into(),
            String::new(),
            "n opens an incident   V shows those that are over".into(),
        ],
        (false, false, Entity::Job) => vec![
            "Here will be the jobs in the field.".into(),
            String::new(),
            "n raises the first one; w on a customer raises one for them".into(),
        ],
        (false, false, Entity::Price) => {
            vec!["Here will be new list prices.".into(), String::new(), "p on a plan sets the first one".into()]
        }
        _ => vec![format!("Here will be {many}."), String::new(), format!("n adds the first {one}")],
    };
    for (i, text) in (0u16..).zip(lines) {
        if i + 1 < area.height {
            put(buf, x, area.y + 1 + i, usize::from(area.width.saturating_sub(4)), &text, theme.dim);
        }
    }
}

/// `2 marked`, for the line above the hints.
pub fn marked(screen: &Table) -> Option<String> {
    let range = if screen.rows.range.is_some() { " · range: move, v ends" } else { "" };
    if screen.rows.marks == Marks::None {
        return (!range.is_empty()).then(|| "range: move, v ends".into());
    }
    let n = screen.rows.marks.count(screen.totals.map_or(0, |t| t.count));
    Some(format!("✓ {} marked{range}", group_signed(n)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Context;
    use crate::query::schema::ticket as t;

    #[test]
    fn a_number_that_has_grown_longer_is_not_cut_and_pushes_nothing_off() {
        let mut screen = Table::new(Entity::Ticket, &Context::at(Timestamp(1_795_000_000_000), "asha"));
        for cells in [80, 120, 200] {
            let area = Rect { width: cells, height: 20, ..Rect::default() };
            let of = |screen: &Table| columns(screen, area).iter().map(|c| (c.id, c.width)).collect::<Vec<_>>();
            screen.rows.longest = 12;
            let usual = of(&screen);
            screen.rows.longest = 14;
            let longer = of(&screen);
            let width = |of: &[(FieldId, u16)], id| of.iter().find(|(c, _)| *c == id).map(|(_, w)| *w);
            assert_eq!(usual.iter().map(|c| c.0).collect::<Vec<_>>(), longer.iter().map(|c| c.0).collect::<Vec<_>>());
            assert_eq!((width(&usual, t::DOCKET), width(&longer, t::DOCKET)), (Some(12), Some(14)));
            assert_eq!(width(&usual, t::SUBJECT).map(|w| w - 2), width(&longer, t::SUBJECT));
        }
    }
}
