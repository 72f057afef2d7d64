//! Complaints and how they are dealt with.

use crate::base::calendar;
use crate::domain::Entity;
use crate::domain::ticket::State;
use crate::insight::chart::Shape;
use crate::query::cut::{ANSWERED, BACKLOG, CSAT, Cell, RESOLVED, TICKETS};
use crate::query::print::quote_value;

use super::{Drill, Facts, Frame, Reading, Span, bars, float, ranked, share, trend};

fn tickets(filter: String) -> Option<Drill> {
    Some(Drill { entity: Entity::Ticket, filter })
}

fn within(s: Span) -> impl Fn(&Cell) -> bool {
    move |c| (s.from..=s.to).contains(&c.b)
}

pub fn volume(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| Some(float(facts.within(&TICKETS, s).0));
    let mut out = trend(frame, "Tickets", of, |s| tickets(format!("opened:{}", s.text())));
    out.chart.shape = Shape::Bars;
    out
}

pub fn categories(facts: &Facts, frame: &Frame) -> Reading {
    let span = frame.period.span;
    let rows = |code: &str| match code {
        "" => tickets(format!("category:none opened:{}", span.text())),
        code => tickets(format!("category={} opened:{}", quote_value(code), span.text())),
    };
    let title = |code: &str| {
        let text = code.replace('-', " ");
        let mut letters = text.chars();
        letters.next().map_or_else(|| "none".into(), |c| c.to_uppercase().chain(letters).collect::<String>())
    };
    let parts = facts.by_text(&TICKETS, within(span)).into_iter();
    let mut out = ranked("Tickets", parts.map(|(a, n, _)| (title(&a), float(n), rows(&a))).collect());
    out.before = frame.period.before.map(|b| float(facts.within(&TICKETS, b).0));
    if out.chart.labels.is_empty() {
        out.missing = Some("no ticket was raised in the period".into());
    }
    out
}

pub fn response(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| {
        let (n, minutes) = facts.within(&ANSWERED, s);
        share(float(minutes), float(n))
    };
    trend(frame, "First answer", of, |s| tickets(format!("opened:{} -answered:none", s.text())))
}

pub fn resolution(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| {
        let (n, minutes) = facts.within(&RESOLVED, s);
        share(float(minutes) / 60.0, float(n))
    };
    trend(frame, "Resolution", of, |s| tickets(format!("opened:{} -resolved:none", s.text())))
}

pub fn sla(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| {
        let kept = facts.sum(&RESOLVED, |c| within(s)(c) && c.a.is_empty()).0;
        share(float(kept) * 100.0, float(facts.within(&RESOLVED, s).0))
    };
    trend(frame, "SLA kept", of, |s| tickets(format!("opened:{} -resolved:none breached:none", s.text())))
}

/// Answers with their sum.
fn scores(facts: &Facts, s: Span) -> (i64, i64) {
    let scored = facts.by_text(&CSAT, within(s)).into_iter().filter_map(|(a, n, _)| Some((a.parse::<i64>().ok()?, n)));
    scored.fold((0, 0), |(all, sum), (score, n)| (all + n, sum + score * n))
}

pub fn csat(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| {
        let (n, sum) = scores(facts, s);
        share(float(sum), float(n))
    };
    trend(frame, "Satisfaction", of, |s| tickets(format!("opened:{} -csat:none", s.text())))
}

pub fn answers(facts: &Facts, frame: &Frame) -> Reading {
    let span = frame.period.span;
    let count = |score: i64| facts.sum(&CSAT, |c| within(span)(c) && c.a.parse() == Ok(score)).0;
    let parts = (1..=5).rev().map(|n| {
        (
            format!("{n} {}", "★".repeat(n as usize)),
            float(count(n)),
            tickets(format!("opened:{} csat:{n}", span.text())),
        )
    });
    let mut out = bars("Answers", Shape::Ranked, parts.collect());
    let all = scores(facts, span).0;
    out.value = Some(float(all));
    out.before = frame.period.before.map(|b| float(scores(facts, b).0));
    if all == 0 {
        out.missing = Some("nobody was asked in the period: g c on a ticket takes the answer".into());
    }
    out
}

/// Ages of what is open: the days a band begins and ends with.
const AGES: [(&str, i64, i64); 6] = [
    ("today", 0, 0),
    ("1–2 days", 1, 2),
    ("3–6 days", 3, 6),
    ("1–2 weeks", 7, 13),
    ("2–4 weeks", 14, 29),
    ("30 days on", 30, i64::MAX),
];

pub fn backlog(facts: &Facts, frame: &Frame) -> Reading {
    let open = |code: &str| State::parse(code).is_some_and(|s| !matches!(s, State::Resolved | State::Closed));
    let day = |back: i64| calendar::date_from_days(frame.today - back).map_or(String::new(), |d| d.to_string());
    let parts = AGES.map(|(label, low, high)| {
        let n = facts.sum(&BACKLOG, |c| {
            let age = frame.today - c.b;
            open(&c.a) && age >= low && age <= high
        });
        let opened = if high == i64::MAX {
            format!("opened<={}", day(low))
        } else {
            format!("opened:{}..{}", day(high), day(low))
        };
        (label.to_string(), float(n.0), tickets(format!("-status:resolved,closed {opened}")))
    });
    let value = parts.iter().map(|p| p.1).sum();
    let mut out = bars("Tickets", Shape::Ranked, parts.into());
    out.value = Some(value);
    out.note = "today".into();
    out
}
