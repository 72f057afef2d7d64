//! The briefing for the call you are on: who, plan, money due, risk and why, what is open, what
//! happened last, what to do next.

use chrono::{Datelike, NaiveDate};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width, wrap};
use crate::base::{Money, calendar};
use crate::domain::customer::Status;
use crate::domain::{ActivityKind, Record};
use crate::engine::ask::{Briefing, Event};
use crate::insight::chart::{sparkline, sparkline_to};
use crate::query::format;
use crate::query::schema::customer as c;

use super::super::theme::Theme;
use super::cell::{risk_style, status_style};

/// Cells of the labels at the left.
const LABEL: usize = 7;

/// The briefing as lines of `cells`.
pub fn lines<'a>(b: &Briefing, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let r = &b.record;
    let mut out = vec![head(r, cells, theme)];
    out.push(Line::from(Span::styled(truncate(&contact(r), cells), theme.text)));
    out.extend(wrap(&place(r), cells).into_iter().take(2).map(|l| Line::from(Span::styled(l, theme.dim))));
    if !r.text(c::ORGANISATION).is_empty() {
        let lines = if b.lines > 1 { format!(" · {} lines", b.lines) } else { String::new() };
        out.push(Line::from(Span::styled(truncate(&format!("{}{lines}", r.text(c::ORGANISATION)), cells), theme.dim)));
    }
    out.push(Line::default());
    section(&mut out, "Plan", vec![(plan(r), theme.text)], cells, theme);
    section(&mut out, "", vec![(dates(r, today), theme.dim)], cells, theme);
    let due = r.money(c::DUE);
    if due > Money::ZERO {
        let late = r.int(c::LATE).filter(|n| *n > 0).map_or(String::new(), |n| format!(" · late {n} times in a year"));
        section(&mut out, "Due", vec![(format!("{}{late}", due.compact()), theme.warn)], cells, theme);
    }
    risk(&mut out, b, cells, theme);
    usage(&mut out, b, cells, theme);
    if let Some(next) = &b.next {
        let parts = vec![(next.what.clone(), theme.accent), (next.why.clone(), theme.dim)];
        section(&mut out, "Next", parts, cells, theme);
    }
    support(&mut out, r, cells, theme, today);
    network(&mut out, r, cells, theme);
    if !r.get(c::TAGS).is_null() {
        section(&mut out, "Tags", vec![(r.text(c::TAGS).replace(',', " · "), theme.text)], cells, theme);
    }
    out.push(Line::default());
    log(&mut out, &b.timeline, cells, theme, today);
    out
}

/// `Ravi Deshmukh            BN 0004217  ● Active`
fn head<'a>(r: &Record, cells: usize, theme: &Theme) -> Line<'a> {
    let status = Status::parse(r.text(c::STATUS));
    let word = status.map_or(String::new(), |s| format!("{} {}", s.shape(), s.label()));
    let account = format!("BN {:07}  ", r.int(c::ACCOUNT).unwrap_or(0));
    let room = cells.saturating_sub(width(&account) + width(&word) + 1);
    Line::from(vec![
        Span::styled(fit(r.text(c::NAME), room), theme.title),
        Span::raw(" "),
        Span::styled(account, theme.dim),
        Span::styled(word, status.map_or(theme.text, |s| status_style(s, theme))),
    ])
}

fn contact(r: &Record) -> String {
    let parts = [format::show(c::PHONE, r.get(c::PHONE)), r.text(c::EMAIL).to_string()];
    joined(&parts)
}

fn place(r: &Record) -> String {
    let town = [r.text(c::CITY), r.text(c::PINCODE)].join(" ").trim().to_string();
    [r.text(c::ADDRESS), r.text(c::AREA), &town].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ")
}

fn plan(r: &Record) -> String {
    let cycle = format::show(c::CYCLE, r.get(c::CYCLE)).to_lowercase();
    let price = r.money(c::PRICE);
    joined(&[r.text(c::PLAN).to_string(), format!("{}/month", price.compact()), cycle])
}

fn dates(r: &Record, today: NaiveDate) -> String {
    let date = |id| r.int(id).and_then(calendar::date_from_days);
    let since = date(c::SINCE).map(|d| format!("since {}", calendar::long_date(d)));
    let renews = date(c::RENEWS).map(|d| {
        let word = if d < today { "ended" } else { "renews" };
        format!("{word} {}", calendar::from_today(d, today))
    });
    let reason = (!r.get(c::REASON).is_null()).then(|| format::show(c::REASON, r.get(c::REASON)).to_lowercase());
    joined(&[since.unwrap_or_default(), renews.unwrap_or_default(), reason.unwrap_or_default()])
}

fn joined(parts: &[String]) -> String {
    parts.iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

/// A labelled part, its pieces joined by dots and wrapped under each other.
pub fn section<'a>(out: &mut Vec<Line<'a>>, label: &str, parts: Vec<(String, Style)>, cells: usize, theme: &Theme) {
    let room = cells.saturating_sub(LABEL).max(10);
    let mut lines: Vec<Vec<Span<'a>>> = vec![Vec::new()];
    let mut used = 0;
    for (text, style) in parts {
        for (i, piece) in wrap(&text, room).into_iter().enumerate() {
            let w = width(&piece);
            let joint = if used > 0 && i == 0 { 3 } else { 0 };
            if i > 0 || used + joint + w > room && used > 0 {
                lines.push(Vec::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                if used > 0 {
                    line.push(Span::styled(" · ", theme.dim));
                    used += 3;
                }
                line.push(Span::styled(piece, style));
                used += w;
            }
        }
    }
    for (i, spans) in lines.into_iter().enumerate() {
        let mut line = vec![Span::styled(fit(if i == 0 { label } else { "" }, LABEL), theme.dim)];
        line.extend(spans);
        out.push(Line::from(line));
    }
}

/// `Risk 87%  3 tickets in 30 d +21 · speed 61% of plan +18`
fn risk<'a>(out: &mut Vec<Line<'a>>, b: &Briefing, cells: usize, theme: &Theme) {
    let score = b.risk.score;
    // No parts: the line is not billed, nothing is left to lose.
    if b.risk.parts.is_empty() {
        return;
    }
    let band = format::band(c::RISK, score).map_or("", |b| b.label);
    let mut parts = vec![(format!("{score}% {}", band.to_lowercase()), risk_style(score, theme))];
    let reasons = b.risk.parts.iter().filter(|p| p.reason != "any line").take(5);
    parts.extend(reasons.map(|p| (format!("{} {:+}", p.reason, p.points), theme.text)));
    section(out, "Risk", parts, cells, theme);
}

fn usage<'a>(out: &mut Vec<Line<'a>>, b: &Briefing, cells: usize, theme: &Theme) {
    let months = &b.usage.months;
    let Some(last) = months.last() else { return };
    let sold = b.record.int(c::SPEED).unwrap_or(0);
    let rows = [
        ("Usage", sparkline(&months.iter().map(|m| m.gb).collect::<Vec<_>>(), 0), format!("{} GB", last.gb)),
        (
            "Speed",
            sparkline_to(&months.iter().map(|m| m.speed).collect::<Vec<_>>(), 0, sold),
            format!("{} of {sold} Mbps", last.speed),
        ),
        (
            "Uptime",
            sparkline(&months.iter().map(|m| m.uptime).collect::<Vec<_>>(), 9_500),
            format!("{}.{:02}%", last.uptime / 100, last.uptime % 100),
        ),
    ];
    for (label, bars, figure) in rows {
        out.push(Line::from(vec![
            Span::styled(fit(label, LABEL), theme.dim),
            Span::styled(bars, theme.accent),
            Span::styled(truncate(&format!("  {figure}"), cells.saturating_sub(LABEL + months.len())), theme.text),
        ]));
    }
    let ott = match (b.record.get(c::OTTS).is_null(), b.record.text(c::TOP_OTT)) {
        (true, _) => String::new(),
        (false, "") => "OTT apps unused".into(),
        (false, top) => format!("watches {top}"),
    };
    let peak = b.record.text(c::PEAK);
    let peak = if peak.is_empty() { String::new() } else { format!("peak {peak} h") };
    let text = joined(&[ott, peak]);
    if !text.is_empty() {
        section(out, "", vec![(text, theme.dim)], cells, theme);
    }
}

fn support<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme, today: NaiveDate) {
    let mut parts = Vec::new();
    match r.int(c::OPEN_TICKETS) {
        Some(n @ 1..) => parts.push((format!("{n} open ticket{}", if n == 1 { "" } else { "s" }), theme.bad)),
        _ => parts.push(("no open ticket".into(), theme.dim)),
    }
    if let Some(n) = r.int(c::TICKETS).filter(|n| *n > 0) {
        let last = r.int(c::LAST_TICKET).and_then(calendar::date_from_days);
        let when = last.map_or(String::new(), |d| format!(", last {}", calendar::from_today(d, today)));
        parts.push((format!("{n} in all{when}"), theme.text));
    }
    if let Some(n) = r.int(c::CSAT) {
        parts.push((format!("satisfied {n}/5"), if n <= 2 { theme.bad } else { theme.text }));
    }
    if let Some(n) = r.int(c::NPS) {
        parts.push((format!("NPS {n}"), if n <= 6 { theme.warn } else { theme.text }));
    }
    section(out, "Care", parts, cells, theme);
}

fn network<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme) {
    let mut parts = Vec::new();
    let seat = [r.text(c::OLT), r.text(c::PON)].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
    if !seat.is_empty() {
        parts.push((seat, theme.text));
    }
    if let Some(n) = r.int(c::OPTICAL) {
        // Below -27 dBm a GPON class B+ receiver is out of its range (ITU-T G.984.2).
        parts.push((format::show(c::OPTICAL, r.get(c::OPTICAL)), if n <= -270 { theme.bad } else { theme.text }));
    }
    if !r.text(c::PPPOE).is_empty() {
        parts.push((r.text(c::PPPOE).to_string(), theme.dim));
    }
    if !parts.is_empty() {
        section(out, "Line", parts, cells, theme);
    }
}

fn log<'a>(out: &mut Vec<Line<'a>>, events: &[Event], cells: usize, theme: &Theme, today: NaiveDate) {
    for event in events.iter().take(40) {
        out.extend(event_lines(event, cells, theme, today).into_iter().take(2));
    }
}

/// One event: day, mark of its kind, text; long text on further lines.
pub fn event_lines<'a>(event: &Event, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let date = calendar::date_of(event.at);
    let day = if date.year() == today.year() || calendar::days_of(today) - calendar::days_of(date) < 300 {
        date.format("%d %b").to_string()
    } else {
        date.format("%b %y").to_string()
    };
    let (shape, style) = shape(event.kind, theme);
    let reference = if event.reference.is_empty() { String::new() } else { format!(" · {}", event.reference) };
    let who = if event.who.is_empty() { String::new() } else { format!(" · {}", event.who) };
    let text = format!("{}{reference}{who}", event.text);
    wrap(&text, cells.saturating_sub(9).max(8))
        .into_iter()
        .enumerate()
        .map(|(i, piece)| {
            if i == 0 {
                Line::from(vec![
                    Span::styled(fit(&day, 7), theme.dim),
                    Span::styled(format!("{shape} "), style),
                    Span::styled(piece, theme.text),
                ])
            } else {
                Line::from(Span::styled(format!("{}{piece}", " ".repeat(9)), theme.dim))
            }
        })
        .collect()
}

fn shape(kind: Option<ActivityKind>, theme: &Theme) -> (&'static str, Style) {
    match kind {
        None => ("~", theme.dim),
        Some(ActivityKind::Note) => ("•", theme.text),
        Some(ActivityKind::Call) => ("☎", theme.text),
        Some(ActivityKind::Message) => ("»", theme.text),
        Some(ActivityKind::Visit) => ("^", theme.text),
        Some(ActivityKind::Payment) => ("₹", theme.good),
        Some(ActivityKind::Invoice) => ("#", theme.dim),
        Some(ActivityKind::Ticket) => ("!", theme.warn),
        Some(ActivityKind::Plan) => ("+", theme.accent),
        Some(ActivityKind::Status) => ("*", theme.accent),
        Some(ActivityKind::Outage) => ("×", theme.bad),
    }
}
