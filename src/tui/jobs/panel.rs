//! The sheet of a job as it is read at the door: where, when, what to tick off, what is carried, what was measured.

use chrono::NaiveDate;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, width, wrap};
use crate::base::{Timestamp, calendar};
use crate::domain::job::{JobKind, JobState};
use crate::domain::{FieldId, Record};
use crate::engine::ask::JobSheet;
use crate::query::format;
use crate::query::schema::{item as i, job as j};

use super::super::table::panel::{event_lines, section};
use super::super::theme::Theme;

/// The sheet as lines of `cells`.
pub fn lines<'a>(sheet: &JobSheet, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let r = &sheet.record;
    let mut out = vec![head(r, cells, theme)];
    let kind = JobKind::parse(r.text(j::KIND)).map_or("", JobKind::label);
    out.push(Line::styled(
        fit(&joined(&[kind.to_string(), format::show(j::PHONE, r.get(j::PHONE))]), cells),
        theme.text,
    ));
    let town = [r.text(j::CITY), r.text(j::PINCODE)].join(" ").trim().to_string();
    let place = [r.text(j::ADDRESS), r.text(j::AREA), &town];
    let place = place.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
    out.extend(wrap(&place, cells).into_iter().take(3).map(|t| Line::styled(t, theme.dim)));
    out.push(Line::default());
    section(&mut out, "When", when(r, theme, today), cells, theme);
    let mut plain = |label: &str, text: &str, style: Style| {
        if !text.is_empty() {
            section(&mut out, label, vec![(text.to_string(), style)], cells, theme);
        }
    };
    plain("Know", r.text(j::NOTE), theme.accent);
    plain("Ticket", r.text(j::TICKET), theme.text);
    plain(
        "Code",
        &sheet.code.as_ref().map_or(String::new(), |c| format!("{c} · the customer's, told when done")),
        theme.text,
    );
    plain("Why not", &format::show(j::HINDRANCE, r.get(j::HINDRANCE)), theme.bad);
    plain("Done", r.text(j::OUTCOME), theme.text);
    light(&mut out, sheet, cells, theme);
    used(&mut out, r, cells, theme);
    checks(&mut out, sheet, cells, theme);
    boxes(&mut out, sheet, cells, theme);
    out.push(Line::default());
    for event in sheet.timeline.iter().take(40) {
        out.extend(event_lines(event, cells, theme, today).into_iter().take(2));
    }
    out
}

/// `Ravi Deshmukh                 J-000042  ◷ Scheduled`
fn head<'a>(r: &Record, cells: usize, theme: &Theme) -> Line<'a> {
    let state = JobState::parse(r.text(j::STATE)).unwrap_or(JobState::Open);
    let word = format!("{} {}", state.shape(), state.label());
    let number = format!("{}  ", r.text(j::NUMBER));
    let room = cells.saturating_sub(width(&number) + width(&word) + 1);
    Line::from(vec![
        Span::styled(fit(r.text(j::NAME), room), theme.title),
        Span::raw(" "),
        Span::styled(number, theme.dim),
        Span::styled(word, state_style(state, theme)),
    ])
}

/// The colour of a state, beside its shape and word.
pub fn state_style(state: JobState, theme: &Theme) -> Style {
    match state {
        JobState::Open => theme.warn,
        JobState::Scheduled => theme.text,
        JobState::Started => theme.accent,
        JobState::Done => theme.good,
        JobState::Failed => theme.bad,
        JobState::Cancelled => theme.dim,
    }
}

fn joined(parts: &[String]) -> String {
    parts.iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

fn when(r: &Record, theme: &Theme, today: NaiveDate) -> Vec<(String, Style)> {
    let state = JobState::parse(r.text(j::STATE)).unwrap_or(JobState::Open);
    let mut out = Vec::new();
    match r.int(j::DAY).and_then(calendar::date_from_days) {
        Some(day) => {
            let late = state.is_open() && day < today;
            let word = format!("{} {}", calendar::from_today(day, today), r.text(j::SLOT));
            out.push((word.trim().to_string(), if late { theme.bad } else { theme.text }));
        }
        None => out.push(("no day agreed yet".into(), theme.warn)),
    }
    match r.text(j::OWNER) {
        "" => out.push(("nobody goes yet".into(), theme.warn)),
        login => out.push((login.to_string(), theme.text)),
    }
    let moment = |field| r.int(field).map(|n| calendar::short_time(Timestamp(n)));
    if let Some(at) = moment(j::STARTED) {
        out.push((format!("started {at}"), theme.dim));
    }
    if let Some(at) = moment(j::FINISHED) {
        out.push((format!("ended {at}"), theme.dim));
    }
    out
}

/// Light before and after, and whether it is enough.
fn light<'a>(out: &mut Vec<Line<'a>>, sheet: &JobSheet, cells: usize, theme: &Theme) {
    let r = &sheet.record;
    let mut parts = Vec::new();
    for (word, field) in [("before", j::BEFORE), ("after", j::AFTER)] {
        if let Some(n) = r.int(field) {
            let low = n < sheet.light_low;
            let text = format!("{word} {}{}", format::show(field, &n.into()), if low { " too weak" } else { "" });
            parts.push((text, if low { theme.bad } else { theme.text }));
        }
    }
    if !parts.is_empty() {
        section(out, "Light", parts, cells, theme);
    }
}

fn used<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme) {
    let shown = |word: &str, id: FieldId| match r.get(id).is_null() {
        true => String::new(),
        false => format!("{word}{}", format::show(id, r.get(id))),
    };
    let parts = [
        r.text(j::SERIALS).replace(',', " · "),
        shown("cable ", j::CABLE),
        shown("travel ", j::TRAVEL),
        shown("signed by ", j::SIGNED),
        shown("photo ", j::PHOTO),
    ];
    let parts: Vec<_> = parts.into_iter().filter(|s| !s.is_empty()).map(|s| (s, theme.text)).collect();
    if !parts.is_empty() {
        section(out, "Used", parts, cells, theme);
    }
}

/// What is at the customer, and what the technician has along.
fn boxes<'a>(out: &mut Vec<Line<'a>>, sheet: &JobSheet, cells: usize, theme: &Theme) {
    let called = |r: &Record| format!("{} {}", format::show(i::KIND, r.get(i::KIND)), r.text(i::SERIAL));
    let there: Vec<_> = sheet.installed.iter().map(|r| (called(r), theme.text)).collect();
    if !there.is_empty() {
        section(out, "There", there, cells, theme);
    }
    let state = JobState::parse(sheet.record.text(j::STATE)).unwrap_or(JobState::Open);
    if state.is_open() && !sheet.carried.is_empty() {
        let mut parts: Vec<_> = sheet.carried.iter().take(6).map(|r| (called(r), theme.dim)).collect();
        if sheet.carried.len() > 6 {
            parts.push((format!("{} more", sheet.carried.len() - 6), theme.dim));
        }
        section(out, "Along", parts, cells, theme);
    }
}

fn checks<'a>(out: &mut Vec<Line<'a>>, sheet: &JobSheet, cells: usize, theme: &Theme) {
    let done: Vec<&str> = sheet.record.get(j::CHECKS).items().collect();
    for (n, item) in sheet.checklist.iter().enumerate() {
        let ticked = done.iter().any(|d| d.eq_ignore_ascii_case(item));
        let (shape, style) = if ticked { ("✓", theme.good) } else { ("·", theme.dim) };
        section(out, if n == 0 { "Check" } else { "" }, vec![(format!("{shape} {item}"), style)], cells, theme);
    }
}
