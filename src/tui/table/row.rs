//! A row as its fields, in groups: the page of any row, and the panel of one without a briefing of its own.

use chrono::NaiveDate;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width, wrap};
use crate::domain::{FieldId, Record};
use crate::engine::ask::Card;
use crate::query::format;
use crate::query::schema::{Group, Kind, customer as c, field};

use super::super::theme::Theme;
use super::cell::decorated;
use super::{called, panel};

/// All groups a row has, in the order of its table.
fn groups(r: &Record) -> Vec<Group> {
    let mut out = Vec::new();
    for id in r.fields.iter() {
        if !out.contains(&field(*id).group) {
            out.push(field(*id).group);
        }
    }
    out
}

/// Every field of a row.
pub fn fields<'a>(r: &Record, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    grouped(r, &groups(r), cells, theme, today)
}

/// The panel of a row: what it is called, what is filled in, what happened to it.
pub fn lines<'a>(card: &Card, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let r = &card.record;
    let mut out = vec![Line::styled(truncate(&called(r), cells), theme.title), Line::default()];
    let label = 16.min(cells / 3);
    for id in r.fields.iter().filter(|id| !r.get(**id).is_null() && field(**id).name != "deleted") {
        let (text, style) = decorated(*id, r.get(*id), theme, today);
        let room = cells.saturating_sub(label + 1);
        if let Some(long) = long_text(*id, &text, room, cells, theme) {
            out.extend(long);
            continue;
        }
        out.push(Line::from(vec![
            Span::styled(fit(field(*id).title, label), theme.dim),
            Span::raw(" "),
            Span::styled(truncate(&text, room), style),
        ]));
    }
    out.push(Line::default());
    for event in card.timeline.iter().take(40) {
        out.extend(panel::event_lines(event, cells, theme, today).into_iter().take(2));
    }
    out
}

/// A text that does not fit beside its title, whole under it; `None` for one that fits.
fn long_text<'a>(id: FieldId, text: &str, room: usize, cells: usize, theme: &Theme) -> Option<Vec<Line<'a>>> {
    let long = matches!(field(id).kind, Kind::Text) && (text.contains('\n') || width(text) > room);
    long.then(|| {
        let mut out = vec![Line::styled(field(id).title, theme.dim)];
        out.extend(wrap(text, cells.saturating_sub(2)).into_iter().map(|l| Line::styled(format!("  {l}"), theme.text)));
        out
    })
}

/// Fields in groups; two columns of groups where there is room.
pub fn grouped<'a>(r: &Record, groups: &[Group], cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let wide = cells >= 100;
    let half = if wide { cells / 2 - 2 } else { cells };
    let mut columns: [Vec<Line<'a>>; 2] = [Vec::new(), Vec::new()];
    for group in groups {
        let lines = group_lines(r, *group, half, theme, today);
        let shorter = usize::from(wide && columns[1].len() < columns[0].len());
        columns[shorter].extend(lines);
    }
    let [left, right] = columns;
    if !wide {
        return left;
    }
    let length = left.len().max(right.len());
    let mut rights = right.into_iter();
    let mut lefts = left.into_iter();
    (0..length)
        .map(|_| {
            let mut line = lefts.next().unwrap_or_default();
            let gap = (half + 4).saturating_sub(line.width());
            line.push_span(Span::raw(" ".repeat(gap)));
            line.spans.extend(rights.next().unwrap_or_default().spans);
            line
        })
        .collect()
}

fn group_lines<'a>(r: &Record, group: Group, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let mut out = vec![Line::styled(group.title().to_string(), theme.title)];
    for id in r.fields.iter().copied().filter(|id| field(*id).group == group && field(*id).name != "deleted") {
        let value = r.get(id);
        let (text, style): (String, Style) = match id {
            c::STATUS | c::RISK => decorated(id, value, theme, today),
            _ if value.is_null() => ("–".into(), theme.dim),
            _ => (format::show(id, value), theme.text),
        };
        if let Some(long) = long_text(id, &text, cells.saturating_sub(20), cells, theme) {
            out.extend(long);
            continue;
        }
        out.push(Line::from(vec![
            Span::styled(fit(field(id).title, 20), theme.dim),
            Span::styled(truncate(&text, cells.saturating_sub(20)), style),
        ]));
    }
    out.push(Line::default());
    out
}
