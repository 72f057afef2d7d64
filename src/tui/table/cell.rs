//! A value in its column: text, shape and colour, and the letters that a search found.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::calendar;
use crate::base::text::fold;
use crate::domain::customer::Status;
use crate::domain::incident::Phase;
use crate::domain::job::JobState;
use crate::domain::ticket::State;
use crate::domain::{FieldId, Record, Value};
use crate::query::format;
use crate::query::schema::{customer as c, field, incident as n, job as j, noun, ticket as t};

use super::super::paint::{put, put_line, put_right};
use super::super::theme::Theme;
use super::super::tickets::clock::{self, Look};
use super::super::{incidents, jobs};
use super::list::Column;

pub(super) fn draw_cell(
    row: &Record,
    col: &Column,
    y: u16,
    words: &[String],
    buf: &mut Buffer,
    theme: &Theme,
    look: Look,
) {
    let today = calendar::date_of(look.now);
    let cells = usize::from(col.width);
    let value = row.get(col.id);
    if col.id == noun(col.id.entity).name {
        put_line(buf, col.x, y, col.width, &highlight(value.as_text(), words, theme.text, theme, cells));
        return;
    }
    let (mut text, mut style) = match col.id {
        t::CLOCK => clock::cell(value.as_int(), look, theme),
        // Its shape and colour stand at the beginning of the row; the word has a colour where something is not as usual.
        c::STATUS => match Status::parse(value.as_text()) {
            Some(Status::Active) => (Status::Active.label().into(), theme.text),
            Some(status) => (status.label().into(), status_style(status, theme)),
            None => (String::new(), theme.text),
        },
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
        _ => theme.text,
    }
}

/// One eighth-bar for a share of a hundred.
pub fn bar(percent: i64) -> char {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    BARS[usize::try_from(percent.clamp(0, 99) * 8 / 100).unwrap_or(0)]
}

/// A name with the letters that the free words found.
pub(super) fn highlight<'a>(name: &'a str, words: &[String], style: Style, theme: &Theme, cells: usize) -> Line<'a> {
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
