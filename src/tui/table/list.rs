//! Drawing the list: columns that give way by priority, cards where it is narrow.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Widget};

use crate::base::money::group_signed;
use crate::base::text::{fold, width};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::customer::Status;
use crate::domain::incident::Phase;
use crate::domain::job::JobState;
use crate::domain::ticket::State;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::engine::Editing;
use crate::query::format;
use crate::query::schema::{customer as c, field, incident as n, job as j, noun, ticket as t};

use super::super::canvas::Canvas;
use super::super::paint::{put, put_line, put_right};
use super::super::rows::Marks;
use super::super::tabs;
use super::super::theme::Theme;
use super::super::tickets::clock;
use super::super::{incidents, jobs};
use super::drawn::Held;
use super::filter::SHOWN;
use super::{Table, called};

/// Columns of fewer cells than this get two-line cards.
const NARROW: u16 = 60;

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
                    draw_cell(row, col, y, &words, buf, theme, now);
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
fn gutter(
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

fn shape(screen: &Table, row: &Record, x: u16, y: u16, buf: &mut Buffer, theme: &Theme) {
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

/// The columns that fit, in the order of the view; the name takes what is left over.
fn columns(screen: &Table, area: Rect) -> Vec<Column> {
    const GUTTER: u16 = 4;
    let room = area.width.saturating_sub(GUTTER + 1);
    let mut used = 0;
    let mut kept: Vec<(FieldId, u16)> = Vec::new();
    for id in &screen.view.columns {
        let f = field(*id);
        let want = f.width.max(u16::try_from(width(f.head)).unwrap_or(0) + u16::from(f.is_right()));
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

fn draw_cell(row: &Record, col: &Column, y: u16, words: &[String], buf: &mut Buffer, theme: &Theme, now: Timestamp) {
    let today = calendar::date_of(now);
    let cells = usize::from(col.width);
    let value = row.get(col.id);
    if col.id == noun(col.id.entity).name {
        put_line(buf, col.x, y, col.width, &highlight(value.as_text(), words, theme.text, theme, cells));
        return;
    }
    let (mut text, mut style) = match col.id {
        t::CLOCK => clock::cell(value.as_int(), now, theme),
        id => decorated(id, value, theme, today),
    };
    let billed = Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
    if col.id == c::RISK && !billed {
        // Nothing is left to lose.
        (text, style) = ("–".into(), theme.dim);
    }
    if field(col.id).is_right() {
        put_right(buf, col.x, col.x + col.width, y, &text, style);
    } else {
        put(buf, col.x, y, cells, &text, style);
    }
}

/// A value with its shape and colour.
pub fn decorated(id: FieldId, value: &Value, theme: &Theme, today: NaiveDate) -> (String, Style) {
    match id {
        c::STATUS => {
            let Some(status) = Status::parse(value.as_text()) else { return (String::new(), theme.text) };
            (format!("{} {}", status.shape(), status.label()), status_style(status, theme))
        }
        n::PHASE => {
            let Some(phase) = Phase::parse(value.as_text()) else { return (String::new(), theme.text) };
            (format!("{} {}", phase.shape(), phase.label()), incidents::phase_style(phase, theme))
        }
        j::STATE => {
            let Some(state) = JobState::parse(value.as_text()) else { return (String::new(), theme.text) };
            (state.label().to_string(), jobs::panel::state_style(state, theme))
        }
        c::RISK => {
            let Some(n) = value.as_int() else { return (String::new(), theme.text) };
            (format!("{} {n}%", bar(n)), risk_style(n, theme))
        }
        c::RENEWS => {
            let days = value.as_int().map(|d| d - crate::base::calendar::days_of(today));
            let style = match days {
                Some(..0) => theme.bad,
                Some(0..=7) => theme.warn,
                _ => theme.text,
            };
            (format::cell(id, value, today), style)
        }
        t::STATUS => {
            let Some(state) = State::parse(value.as_text()) else { return (String::new(), theme.text) };
            (format!("{} {}", state.shape(), state.label()), clock::state_style(state, theme))
        }
        t::PRIORITY => clock::priority(value.as_text(), theme),
        t::REGULATION_DUE | t::BREACHED_AT | t::OPENED | t::RESOLVED | t::TOUCHED | t::APPEAL_DUE => {
            (format::cell(id, value, today), theme.dim)
        }
        t::STAKE | t::AMOUNT if value.as_int() == Some(0) => ("–".into(), theme.dim),
        t::DOCKET => (format::cell(id, value, today), theme.dim),
        c::DUE if value.as_int().unwrap_or(0) > 0 => (format::cell(id, value, today), theme.warn),
        c::MRR | c::DUE if value.as_int() == Some(0) => ("–".into(), theme.dim),
        c::TICKETS | c::OPEN_TICKETS if value.as_int() == Some(0) => ("0".into(), theme.dim),
        c::ACCOUNT | c::SINCE | c::AREA => (format::cell(id, value, today), theme.dim),
        _ => (format::cell(id, value, today), theme.text),
    }
}

pub fn status_style(status: Status, theme: &Theme) -> Style {
    match status {
        Status::Active => theme.good,
        Status::Pending | Status::Grace | Status::Paused => theme.warn,
        Status::Suspended | Status::Expired => theme.bad,
        Status::Terminated => theme.dim,
    }
}

pub fn risk_style(score: i64, theme: &Theme) -> Style {
    match score {
        70.. => theme.bad,
        40..70 => theme.warn,
        _ => theme.dim,
    }
}

/// One eighth-bar for a share of a hundred.
pub fn bar(percent: i64) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    BARS[usize::try_from(percent.clamp(0, 99) * 8 / 100).unwrap_or(0)]
}

/// A name with the letters that the free words found.
fn highlight<'a>(name: &'a str, words: &[String], style: Style, theme: &Theme, cells: usize) -> Line<'a> {
    let cut = crate::base::text::truncate(name, cells);
    if words.is_empty() || !cut.is_ascii() {
        return Line::from(Span::styled(cut, style));
    }
    let folded = fold(&cut);
    let mut hit = vec![false; cut.len()];
    for word in words {
        if let Some(at) = folded.find(word.as_str()).filter(|_| folded.len() == cut.len()) {
            hit[at..at + word.len()].fill(true);
        } else if let Some((_, indices)) =
            fuzzy_matcher::FuzzyMatcher::fuzzy_indices(&fuzzy_matcher::skim::SkimMatcherV2::default(), &cut, word)
        {
            indices.into_iter().for_each(|i| hit.get_mut(i).into_iter().for_each(|h| *h = true));
        }
    }
    let mut spans = Vec::new();
    for (i, ch) in cut.char_indices() {
        let s = if hit[i] { style.patch(theme.hit) } else { style };
        spans.push(Span::styled(ch.to_string(), s));
    }
    Line::from(spans)
}

/// What a card says besides the name: a figure at the right, and the second line.
fn card(row: &Record, theme: &Theme, today: NaiveDate) -> (String, Style, String) {
    let entity = row.fields.first().map_or(Entity::Customer, |f| f.entity);
    if entity == Entity::Customer {
        let (risk, style) = decorated(c::RISK, row.get(c::RISK), theme, today);
        let money = Money(row.int(c::MRR).unwrap_or(0)).compact();
        return (risk, style, format!("{} · {} · {money}", row.text(c::PLAN), row.text(c::CITY)));
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

fn draw_cards(screen: &Table, others: &[Editing], area: Rect, buf: &mut Buffer, theme: &Theme, now: Timestamp) -> Hits {
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
            draw_ticket_card(row, current, Rect { y, height: 2, ..area }, &words, buf, theme, now);
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
    now: Timestamp,
) {
    const CLOCK: u16 = 11;
    let (left, style, second) = clock::card(row, now, theme);
    let x = area.x + 2;
    put(buf, x, area.y, usize::from(CLOCK - 1), &left, style);
    let cells = area.width.saturating_sub(CLOCK + 3);
    let style = if current { theme.selected } else { theme.text };
    let name = called(row);
    put_line(buf, x + CLOCK, area.y, cells, &highlight(&name, words, style, theme, usize::from(cells)));
    put(buf, x + CLOCK, area.y + 1, usize::from(cells), &second, theme.dim);
}

/// What an empty list says: that it is reading, or what would be here and what to press.
fn draw_empty(screen: &Table, area: Rect, buf: &mut Buffer, theme: &Theme) {
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

/// `2 marked`, for the line above the hints.
pub fn marked(screen: &Table) -> Option<String> {
    let range = if screen.rows.range.is_some() { " · range: move, v ends" } else { "" };
    if screen.rows.marks == Marks::None {
        return (!range.is_empty()).then(|| "range: move, v ends".into());
    }
    let n = screen.rows.marks.count(screen.totals.map_or(0, |t| t.count));
    Some(format!("✓ {} marked{range}", group_signed(n)))
}
