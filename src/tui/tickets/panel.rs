//! A ticket beside the list and on its page: clock, customer, conversation, what may help.

use chrono::NaiveDate;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width, wrap};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::Record;
use crate::domain::customer::Status;
use crate::domain::sla::{Left, Regulation, left, span};
use crate::domain::ticket::{Said, State};
use crate::engine::ask::{Case, Hint, Line as Spoken};
use crate::query::format;
use crate::query::schema::{customer as c, ticket as t};

use super::super::table::cell::{risk_style, status_style};
use super::super::theme::Theme;
use super::clock::{self, Look};

/// Cells of the labels at the left.
const LABEL: usize = 8;
/// Lines of the conversation the panel shows, the newest.
const LATEST: usize = 4;

/// The panel.
pub fn lines<'a>(case: &Case, cells: usize, theme: &Theme, look: Look) -> Vec<Line<'a>> {
    let now = look.now;
    let today = calendar::date_of(now);
    let mut out = head(case, cells, theme, look);
    out.push(Line::default());
    out.extend(customer(case, cells, theme, today));
    out.push(Line::default());
    let skipped = case.lines.len().saturating_sub(LATEST);
    let more = if skipped > 0 { format!(" · {skipped} earlier, Enter shows all") } else { String::new() };
    out.push(Line::from(vec![
        Span::styled(format!("Conversation {}", case.lines.len()), theme.title),
        Span::styled(more, theme.dim),
    ]));
    for line in case.lines.iter().skip(skipped) {
        out.extend(spoken(line, cells, theme, today).into_iter().take(4));
    }
    out.extend(help(case, cells, theme));
    out
}

/// Subject, docket and state; clock and priority; where it came from; money.
pub fn head<'a>(case: &Case, cells: usize, theme: &Theme, look: Look) -> Vec<Line<'a>> {
    let now = look.now;
    let r = &case.record;
    let state = State::parse(r.text(t::STATUS)).unwrap_or(State::Open);
    let word = format!("{} {}", state.shape(), state.label());
    let docket = format!("{}  ", r.text(t::DOCKET));
    let room = cells.saturating_sub(width(&word) + width(&docket) + 1);
    let mut out = vec![Line::from(vec![
        Span::styled(fit(r.text(t::SUBJECT), room), theme.title),
        Span::raw(" "),
        Span::styled(docket, theme.dim),
        Span::styled(word, clock::state_style(state, theme)),
    ])];
    let (_, style) = clock::cell(r.int(t::CLOCK), look, theme);
    let left_text = match r.int(t::CLOCK).map(|at| left(at, now.0)) {
        Some(Left::Runs(ms)) if ms > 0 => format!("{} left", span(ms)),
        Some(Left::Runs(ms)) => format!("missed {} ago", span(-ms)),
        Some(Left::Stands(ms)) => format!("‖ stands with {} left", span(ms)),
        Some(Left::Over) => "done".into(),
        None => "no clock".into(),
    };
    let next =
        if r.get(t::ANSWERED).is_null() && state.is_open() { "until the first answer" } else { "until the solution" };
    let next = if state.is_done() { String::new() } else { format!(" {next}") };
    let (priority, priority_style) = clock::priority(r.text(t::PRIORITY), theme);
    let sub = r.text(t::SUBCATEGORY);
    let category = if sub.is_empty() { r.text(t::CATEGORY).to_string() } else { sub.to_string() };
    out.push(labelled(
        "Clock",
        vec![
            (format!("{left_text}{next}"), style),
            (priority.trim().to_string(), priority_style),
            (category, theme.text),
        ],
        cells,
        theme,
    ));
    let opened = calendar::short_time(Timestamp(r.int(t::OPENED).unwrap_or(0)));
    let who = match (r.text(t::OWNER), r.text(t::TECHNICIAN)) {
        ("", "") => "nobody has it".to_string(),
        (a, "") => format!("with {a}"),
        ("", b) => format!("field {b}"),
        (a, b) => format!("with {a}, field {b}"),
    };
    let via = format::show(t::CHANNEL, r.get(t::CHANNEL)).to_lowercase();
    let mut parts = vec![(format!("{opened} by {via}"), theme.text), (who, theme.text)];
    if let Some(n) = r.int(t::REOPENS).filter(|n| *n > 0) {
        parts.push((format!("reopened {n}x"), theme.warn));
    }
    if let Some(n) = r.int(t::CSAT) {
        parts.push((format!("satisfied {n}/5"), if n <= 2 { theme.bad } else { theme.good }));
    }
    out.push(labelled("Opened", parts, cells, theme));
    if !r.get(t::BREACHED).is_null() {
        let text = format::show(t::BREACHED, r.get(t::BREACHED)).to_lowercase();
        out.push(labelled("Missed", vec![(text, theme.bad)], cells, theme));
    }
    out.extend(regulation(case, cells, theme, now));
    if !r.get(t::TAGS).is_null() {
        out.push(labelled("Tags", vec![(r.text(t::TAGS).replace(',', " · "), theme.text)], cells, theme));
    }
    for hint in case.tied.iter().take(3) {
        out.push(labelled(
            "Tied",
            vec![(hint.name.clone(), theme.accent), (hint.title.clone(), theme.text), (hint.note.clone(), theme.dim)],
            cells,
            theme,
        ));
    }
    out
}

fn regulation<'a>(case: &Case, cells: usize, theme: &Theme, now: Timestamp) -> Option<Line<'a>> {
    let r = &case.record;
    let rule = Regulation::parse(r.text(t::REGULATION)).filter(|r| *r != Regulation::Nothing)?;
    let due = r.int(t::REGULATION_DUE).map(Timestamp)?;
    let done = State::parse(r.text(t::STATUS)).is_some_and(State::is_done);
    let name = rule.label().split(',').next().unwrap_or_default().to_lowercase();
    let mut parts = vec![(name, theme.text)];
    if case.owed > Money::ZERO {
        parts.push((format!("{} owed", case.owed.compact()), theme.bad));
    } else if !done {
        let ms = due.since(now);
        let style = if ms < 86_400_000 { theme.warn } else { theme.dim };
        parts.push((if ms > 0 { format!("{} left", span(ms)) } else { format!("missed {} ago", span(-ms)) }, style));
        let stake = r.money(t::STAKE);
        if stake > Money::ZERO {
            parts.push((format!("{} at stake", stake.compact()), theme.text));
        }
    }
    if let Some(at) = r.int(t::APPEAL_DUE) {
        let word = format::show(t::APPEAL, r.get(t::APPEAL)).to_lowercase();
        parts.push((format!("appeal {word}, {}", calendar::short_time(Timestamp(at))), theme.warn));
    }
    Some(labelled("TRAI", parts, cells, theme))
}

fn customer<'a>(case: &Case, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let Some(b) = &case.customer else {
        return vec![Line::styled("The customer is not there any more.", theme.dim)];
    };
    let r: &Record = &b.record;
    let status = Status::parse(r.text(c::STATUS));
    let word = status.map_or(String::new(), |s| format!("{} {}", s.shape(), s.label()));
    let account = format!("BN {:07}  ", r.int(c::ACCOUNT).unwrap_or(0));
    let room = cells.saturating_sub(width(&word) + width(&account) + 1);
    let mut out = vec![Line::from(vec![
        Span::styled(fit(r.text(c::NAME), room), theme.selected),
        Span::raw(" "),
        Span::styled(account, theme.dim),
        Span::styled(word, status.map_or(theme.text, |s| status_style(s, theme))),
    ])];
    let place = [r.text(c::AREA), r.text(c::CITY)].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
    out.push(plain(&[format::show(c::PHONE, r.get(c::PHONE)), place], cells, theme.text));
    let plan = format!("{} {}", r.text(c::PLAN), r.money(c::PRICE).compact());
    let mut parts = vec![(plan, theme.text)];
    let due = r.money(c::DUE);
    if due > Money::ZERO {
        parts.push((format!("{} due", due.compact()), theme.warn));
    }
    if let Some(risk) = r.int(c::RISK).filter(|_| status.is_some_and(Status::is_billable)) {
        parts.push((format!("risk {risk}%"), risk_style(risk, theme)));
    }
    if let Some(n) = r.int(c::TICKETS_30D).filter(|n| *n > 1) {
        parts.push((format!("{n} tickets in 30 d"), theme.warn));
    }
    if let (Some(measured), Some(sold)) = (r.int(c::AVG_SPEED), r.int(c::SPEED)) {
        parts.push((format!("{measured} of {sold} Mbps"), theme.dim));
    }
    if let Some(optical) = r.int(c::OPTICAL) {
        let style = if optical <= -270 { theme.bad } else { theme.dim };
        parts.push((format::show(c::OPTICAL, r.get(c::OPTICAL)), style));
    }
    out.extend(flowing("Line", parts, cells, theme));
    if let Some(since) = r.int(c::SINCE).and_then(calendar::date_from_days) {
        let seat = [r.text(c::OLT), r.text(c::PON)].join(" ").trim().to_string();
        out.push(plain(&[format!("with us since {}", calendar::from_today(since, today)), seat], cells, theme.dim));
    }
    out
}

/// One line of a conversation, wrapped: who and when, then the words.
pub fn spoken<'a>(line: &Spoken, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    let (mark, style) = match line.said {
        Said::Customer => ("<", theme.accent),
        Said::Reply => (">", theme.good),
        Said::Note => ("•", theme.warn),
        Said::System => ("~", theme.dim),
    };
    let when = if calendar::date_of(line.at) == today {
        calendar::clock_face(line.at)
    } else {
        calendar::in_ist(line.at).format("%d %b").to_string()
    };
    let article = if line.article.is_empty() { String::new() } else { format!(" [{}]", line.article) };
    let text = match line.said {
        Said::System => format!("{} ({})", line.body, line.who),
        // The mark says that it is the customer.
        _ if line.who.is_empty() => format!("{}{article}", line.body),
        _ => format!("{}: {}{article}", line.who, line.body),
    };
    let room = cells.saturating_sub(9).max(8);
    let words = if line.said == Said::System { theme.dim } else { theme.text };
    let mut out = Vec::new();
    for (i, piece) in text.lines().flat_map(|l| wrap(l, room)).enumerate() {
        let lead = if i == 0 {
            vec![Span::styled(fit(&when, 7), theme.dim), Span::styled(format!("{mark} "), style)]
        } else {
            vec![Span::raw(" ".repeat(9))]
        };
        out.push(Line::from(lead.into_iter().chain([Span::styled(piece, words)]).collect::<Vec<_>>()));
    }
    out
}

/// The whole conversation, the oldest first.
pub fn conversation<'a>(case: &Case, cells: usize, theme: &Theme, look: Look) -> Vec<Line<'a>> {
    let now = look.now;
    let today = calendar::date_of(now);
    let mut out = head(case, cells, theme, look).split_off(1);
    out.push(Line::default());
    for line in &case.lines {
        out.extend(spoken(line, cells, theme, today));
    }
    out.extend(help(case, cells, theme));
    out
}

/// What may help: category, usual time, articles, tickets like it.
fn help<'a>(case: &Case, cells: usize, theme: &Theme) -> Vec<Line<'a>> {
    let mut out = vec![Line::default()];
    let open = State::parse(case.record.text(t::STATUS)).is_some_and(State::is_open);
    if let Some(label) = &case.suggested {
        let parts = vec![(format!("reads like {}", label.words()), theme.accent), ("c files it".into(), theme.dim)];
        out.push(labelled("Suggest", parts, cells, theme));
    }
    if let Some(e) = &case.estimate {
        let hours = |h: f64| span((h * 3_600_000.0) as i64);
        let parts = vec![
            (format!("solved {} after it was raised", hours(e.hours)), theme.text),
            (format!("8 of 10 in {} to {}", hours(e.low), hours(e.high)), theme.text),
            (format!("by {} {}", e.tickets, e.alike.words()), theme.dim),
        ];
        out.extend(flowing("Likely", parts, cells, theme));
    }
    if let Some(minutes) = case.usual_minutes.filter(|_| open) {
        let text = format!("solved in {} of working time, half of them sooner", span(minutes * 60_000));
        out.push(labelled("Usually", vec![(text, theme.text)], cells, theme));
    }
    let mut list = |title: &str, hints: &[Hint]| {
        for (i, h) in hints.iter().enumerate() {
            let note = if h.note.is_empty() { String::new() } else { format!(" · {}", h.note) };
            let room = cells.saturating_sub(LABEL + width(&note));
            out.push(Line::from(vec![
                Span::styled(fit(if i == 0 { title } else { "" }, LABEL), theme.dim),
                Span::styled(truncate(&h.title, room), theme.text),
                Span::styled(note, theme.dim),
            ]));
        }
    };
    list("Helps", &case.articles);
    list("Like it", &case.similar);
    out
}

fn plain<'a>(parts: &[String], cells: usize, style: Style) -> Line<'a> {
    let text = parts.iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" · ");
    Line::styled(truncate(&text, cells), style)
}

/// A labelled line, its parts joined by dots, cut at the edge.
fn labelled<'a>(label: &str, parts: Vec<(String, Style)>, cells: usize, theme: &Theme) -> Line<'a> {
    let mut line = vec![Span::styled(fit(label, LABEL), theme.dim)];
    let mut used = LABEL;
    for (i, (text, style)) in parts.into_iter().filter(|(t, _)| !t.is_empty()).enumerate() {
        let joint = if i == 0 { "" } else { " · " };
        let room = cells.saturating_sub(used + width(joint));
        if room < 3 {
            break;
        }
        let text = truncate(&text, room);
        used += width(joint) + width(&text);
        line.push(Span::styled(joint, theme.dim));
        line.push(Span::styled(text, style));
    }
    Line::from(line)
}

/// As [`labelled`], over as many lines as it takes.
fn flowing<'a>(label: &str, parts: Vec<(String, Style)>, cells: usize, theme: &Theme) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    let mut held: Vec<(String, Style)> = Vec::new();
    let mut used = LABEL;
    for (text, style) in parts.into_iter().filter(|(t, _)| !t.is_empty()) {
        let w = width(&text) + 3;
        if used + w > cells + 3 && !held.is_empty() {
            out.push(labelled(if out.is_empty() { label } else { "" }, std::mem::take(&mut held), cells, theme));
            used = LABEL;
        }
        used += w;
        held.push((text, style));
    }
    out.push(labelled(if out.is_empty() { label } else { "" }, held, cells, theme));
    out
}
