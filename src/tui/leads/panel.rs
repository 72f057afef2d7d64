//! The briefing for the call you are on: who asks, for what, can we serve the place, how good the chance is and why,
//! what runs out, what happened last, what to do next.

use chrono::NaiveDate;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width, wrap};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::Record;
use crate::domain::lead::{Availability, Stage};
use crate::engine::ask::LeadBriefing;
use crate::insight::lead_next::span;
use crate::query::format;
use crate::query::schema::lead as l;

use super::super::table::panel::{event_lines, section};
use super::super::theme::Theme;

/// The briefing as lines of `cells`.
pub fn lines<'a>(b: &LeadBriefing, cells: usize, theme: &Theme, now: Timestamp) -> Vec<Line<'a>> {
    let (r, today) = (&b.record, calendar::date_of(now));
    let mut out = vec![head(r, cells, theme)];
    let contact = joined(&[format::show(l::PHONE, r.get(l::PHONE)), r.text(l::EMAIL).to_string()]);
    out.push(Line::from(Span::styled(truncate(&contact, cells), theme.text)));
    out.extend(wrap(&place(r), cells).into_iter().take(2).map(|t| Line::from(Span::styled(t, theme.dim))));
    if !r.text(l::ORGANISATION).is_empty() {
        out.push(Line::from(Span::styled(truncate(r.text(l::ORGANISATION), cells), theme.dim)));
    }
    out.push(Line::default());
    section(&mut out, "Next", vec![(b.next.clone(), theme.accent)], cells, theme);
    section(&mut out, "Wants", wants(r, theme), cells, theme);
    section(&mut out, "Reach", reach(b, theme, today), cells, theme);
    clock(&mut out, b, cells, theme, now);
    score(&mut out, b, cells, theme);
    odds(&mut out, b, cells, theme);
    if !r.text(l::NOTES).is_empty() {
        section(&mut out, "Notes", vec![(r.text(l::NOTES).to_string(), theme.text)], cells, theme);
    }
    stages(&mut out, b, cells, theme, now);
    if !r.get(l::TAGS).is_null() {
        section(&mut out, "Tags", vec![(r.text(l::TAGS).replace(',', " · "), theme.text)], cells, theme);
    }
    out.push(Line::default());
    for event in b.timeline.iter().take(40) {
        out.extend(event_lines(event, cells, theme, today).into_iter().take(2));
    }
    out
}

/// `Meera Iyer               L 0000042  ◕ Quotation Sent`
fn head<'a>(r: &Record, cells: usize, theme: &Theme) -> Line<'a> {
    let stage = Stage::parse(r.text(l::STAGE));
    let mut word = stage.map_or(String::new(), |s| format!("{} {}", s.shape(), s.label()));
    if !r.get(l::LOST_REASON).is_null() {
        word = format!("{word}: {}", format::show(l::LOST_REASON, r.get(l::LOST_REASON)).to_lowercase());
    }
    let number = format!("L {:07}  ", r.int(l::NUMBER).unwrap_or(0));
    let room = cells.saturating_sub(width(&number) + width(&word) + 1);
    Line::from(vec![
        Span::styled(fit(r.text(l::NAME), room), theme.title),
        Span::raw(" "),
        Span::styled(number, theme.dim),
        Span::styled(word, stage.map_or(theme.text, |s| stage_style(s, theme))),
    ])
}

pub fn stage_style(stage: Stage, theme: &Theme) -> Style {
    match stage {
        Stage::Converted => theme.good,
        Stage::Lost => theme.bad,
        Stage::New => theme.accent,
        _ => theme.text,
    }
}

pub fn score_style(score: i64, theme: &Theme) -> Style {
    match score {
        70.. => theme.good,
        40..70 => theme.text,
        _ => theme.dim,
    }
}

fn joined(parts: &[String]) -> String {
    parts.iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
}

fn place(r: &Record) -> String {
    let town = [r.text(l::CITY), r.text(l::PINCODE)].join(" ").trim().to_string();
    let parts = [r.text(l::BUILDING), r.text(l::ADDRESS), r.text(l::AREA), &town];
    let kind = format::show(l::BUILDING_TYPE, r.get(l::BUILDING_TYPE));
    let place = parts.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
    joined(&[place, kind.to_lowercase()])
}

fn wants(r: &Record, theme: &Theme) -> Vec<(String, Style)> {
    let money = |id| r.int(id).map(|n| Money(n).compact());
    let budget = match (money(l::BUDGET_FROM), money(l::BUDGET)) {
        (Some(a), Some(b)) => format!("budget {a} to {b}"),
        (None, Some(b)) => format!("budget {b}"),
        (Some(a), None) => format!("budget from {a}"),
        (None, None) => String::new(),
    };
    let speed = r.int(l::WANTED_SPEED).map_or(String::new(), |n| format!("{n} Mbps"));
    let price = r.int(l::MRR).map_or(String::new(), |n| format!("{} a month", Money(n).compact()));
    let now = match r.text(l::CURRENT_PROVIDER) {
        "" => String::new(),
        name => format!("now with {name}"),
    };
    let parts = [r.text(l::PLAN).to_string(), price, speed, budget, now];
    let mut out: Vec<(String, Style)> = parts.into_iter().filter(|s| !s.is_empty()).map(|s| (s, theme.text)).collect();
    if out.is_empty() {
        out.push(("not known yet".into(), theme.dim));
    }
    out
}

/// How availability reads: its shape, its word, its colour.
pub fn availability(code: &str, theme: &Theme) -> (String, Style) {
    match Availability::parse(code) {
        Some(a) => {
            let style = match a {
                Availability::Serviceable => theme.good,
                Availability::Planned => theme.warn,
                Availability::NotCovered => theme.bad,
            };
            (format!("{} {}", a.shape(), a.label().to_lowercase()), style)
        }
        None => ("? not known".into(), theme.dim),
    }
}

fn reach(b: &LeadBriefing, theme: &Theme, today: NaiveDate) -> Vec<(String, Style)> {
    let Some(found) = &b.coverage else {
        return vec![("? not known: no PIN code, or the coverage directory is empty".into(), theme.dim)];
    };
    let (word, style) = availability(found.availability.code(), theme);
    let mut out = vec![(word, style)];
    let mut more = |text: String| out.push((text, theme.text));
    if let Some(day) = found.live_on.and_then(calendar::date_from_days) {
        more(format!("live {}", calendar::from_today(day, today)));
    }
    if let Some(n) = found.ports {
        more(if n > 0 { format!("{n} ports free") } else { "no port free".into() });
    }
    if let Some(n) = found.drop_metres {
        more(format!("{n} m drop"));
    }
    if let Some(cost) = found.install_cost {
        more(format!("costs us {}", cost.compact()));
    }
    if !found.note.is_empty() {
        more(found.note.clone());
    }
    if !found.place.is_empty() {
        out.push((format!("by {}", found.place), theme.dim));
    }
    out
}

/// How the first contact stands: stopped, running, or too late.
pub fn response(r: &Record, target: i64, now: Timestamp) -> (String, bool) {
    match r.int(l::RESPONSE_MINUTES) {
        Some(n) => (format!("answered in {}, target {}", span(n), span(target)), n > target),
        None => {
            let waiting = (now.0 - r.int(l::CREATED).unwrap_or(now.0)).max(0) / 60_000;
            (format!("unanswered for {}, target {}", span(waiting), span(target)), waiting > target)
        }
    }
}

fn clock<'a>(out: &mut Vec<Line<'a>>, b: &LeadBriefing, cells: usize, theme: &Theme, now: Timestamp) {
    let r = &b.record;
    let stage = Stage::parse(r.text(l::STAGE)).unwrap_or(Stage::New);
    if stage.is_open() || !r.get(l::RESPONSE_MINUTES).is_null() {
        let (text, late) = response(r, b.target, now);
        section(out, "Clock", vec![(text, if late { theme.bad } else { theme.text })], cells, theme);
    }
    if let Some(due) = r.int(l::FOLLOW_UP).map(Timestamp) {
        let late = due <= now;
        let mut parts = vec![(calendar::short_time(due), if late { theme.warn } else { theme.text })];
        if let Some(until) = r.int(l::SNOOZED_UNTIL).map(Timestamp).filter(|t| *t > now) {
            parts.push((format!("snoozed until {}", calendar::short_time(until)), theme.dim));
        }
        if !r.text(l::FOLLOW_UP_NOTE).is_empty() {
            parts.push((r.text(l::FOLLOW_UP_NOTE).to_string(), theme.text));
        }
        section(out, "Call", parts, cells, theme);
    }
    if !r.text(l::OWNER).is_empty() {
        let source = format::show(l::SOURCE, r.get(l::SOURCE)).to_lowercase();
        let by = match r.text(l::REFERRED_BY) {
            "" => source,
            name => format!("{source} by {name}"),
        };
        section(out, "Owner", vec![(r.text(l::OWNER).to_string(), theme.text), (by, theme.dim)], cells, theme);
    }
}

/// The total, then each part with its points and its reason on a line of its own: the arithmetic of the score.
fn score<'a>(out: &mut Vec<Line<'a>>, b: &LeadBriefing, cells: usize, theme: &Theme) {
    let total = b.score.total;
    let band = format::band(l::SCORE, total).map_or("", |band| band.label).to_lowercase();
    let mut parts = vec![(format!("{total} of 100 · {band}"), score_style(total, theme))];
    if let Some((_, odds)) = &b.odds {
        parts.push((format!("learned odds {:.0} %", odds.chance * 100.0), theme.text));
    }
    section(out, "Score", parts, cells, theme);
    for piece in &b.score.pieces {
        let room = cells.saturating_sub(7 + 7);
        let style = if piece.points * 2 < piece.most { theme.dim } else { theme.text };
        for (i, text) in wrap(&piece.why, room).into_iter().take(2).enumerate() {
            let points = if i == 0 { format!("{:>3}/{:<2} ", piece.points, piece.most) } else { " ".repeat(7) };
            out.push(Line::from(vec![
                Span::raw(" ".repeat(7)),
                Span::styled(points, theme.dim),
                Span::styled(text, style),
            ]));
        }
    }
}

/// Reasons of the learned odds that the panel shows.
const REASONS: usize = 5;

/// What the model of leads says and why, in points of a hundred.
fn odds<'a>(out: &mut Vec<Line<'a>>, b: &LeadBriefing, cells: usize, theme: &Theme) {
    let Some((number, odds)) = &b.odds else { return };
    let usual = format!("usually {:.0} %", odds.usual * 100.0);
    let parts = vec![
        (format!("{:.0} % become customers", odds.chance * 100.0), theme.text),
        (usual, theme.dim),
        (format!("by leads {number}"), theme.dim),
    ];
    section(out, "Odds", parts, cells, theme);
    for part in odds.parts.iter().take(REASONS) {
        let style = if part.points < 0.0 { theme.dim } else { theme.text };
        out.push(Line::from(vec![
            Span::raw(" ".repeat(7)),
            Span::styled(format!("{:>+6.1} ", part.points), theme.dim),
            Span::styled(truncate(&part.reason, cells.saturating_sub(14)), style),
        ]));
    }
}

/// When each stage was reached, and how long the one before took.
fn stages<'a>(out: &mut Vec<Line<'a>>, b: &LeadBriefing, cells: usize, theme: &Theme, now: Timestamp) {
    let mut parts = Vec::new();
    for (i, (stage, at)) in b.stages.iter().enumerate() {
        let took = i.checked_sub(1).map(|n| at.since(b.stages[n].1) / 60_000).filter(|m| *m > 0);
        let took = took.map_or(String::new(), |m| format!(" after {}", span(m)));
        let day = calendar::short_date(calendar::date_of(*at), calendar::date_of(now));
        parts.push((format!("{} {day}{took}", stage.label()), stage_style(*stage, theme)));
    }
    section(out, "Stages", parts, cells, theme);
    if let Some(since) = b.record.int(l::STAGE_SINCE).filter(|_| b.patience > 0) {
        let days = (now.0 - since).max(0) / 86_400_000;
        let (word, style) = match days {
            d if d >= 2 * b.patience => ("far too long", theme.bad),
            d if d >= b.patience => ("too long", theme.warn),
            _ => return,
        };
        let text = format!("{days} days in this stage: {word}, {} are usual", b.patience);
        section(out, "", vec![(text, style)], cells, theme);
    }
}
