//! What a line is judged by. A new feature is a row of [`FEATURES`]: a name, what it is on a day, and how it is said.
//!
//! What a timeline keeps only the newest of (payments, bills, outages, calls) is not used: its presence would tell who is
//! still here. Figures that are known as of now only (money due, late payments, answers to surveys) are not used either.

use crate::base::{Money, calendar};
use crate::domain::{ActivityKind, Cycle, MonthUsage};
use crate::query::schema::customer as c;

use super::Seen;

/// What a feature is on a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Number(f64),
    Word(&'a str),
    Unknown,
}

pub struct Feature {
    pub name: &'static str,
    /// True for words, false for numbers.
    pub words: bool,
    pub of: for<'a> fn(&Seen<'a>) -> Cell<'a>,
    /// The value in words, where it is known.
    say: fn(f64, &str) -> String,
}

impl Feature {
    /// The feature of a line in words.
    pub fn words_of(&self, seen: &Seen<'_>) -> String {
        match (self.of)(seen) {
            Cell::Number(x) if x.is_finite() => (self.say)(x, ""),
            Cell::Word(w) if !w.is_empty() => (self.say)(0.0, w),
            _ => format!("{} not known", self.name),
        }
    }
}

const fn number(name: &'static str, of: for<'a> fn(&Seen<'a>) -> Cell<'a>, say: fn(f64, &str) -> String) -> Feature {
    Feature { name, words: false, of, say }
}

const fn word(name: &'static str, of: for<'a> fn(&Seen<'a>) -> Cell<'a>, say: fn(f64, &str) -> String) -> Feature {
    Feature { name, words: true, of, say }
}

pub static FEATURES: &[Feature] = &[
    number("tickets 30 days", |s| tickets(s, 30), |n, _| count(n, "ticket", "in 30 days")),
    number("tickets 90 days", |s| tickets(s, 90), |n, _| count(n, "ticket", "in 90 days")),
    number("tickets 180 days", |s| tickets(s, 180), |n, _| count(n, "ticket", "in 180 days")),
    number("last ticket", last_ticket, |n, _| match n {
        240.0.. => "no ticket in 8 months".into(),
        n => format!("last ticket {n:.0} days ago"),
    }),
    number("time with us", tenure, |n, _| format!("with us for {}", months(n))),
    number("days to renewal", renewal, |n, _| format!("{n:.0} days to renewal")),
    number("speed", |s| last(s, |m| speed_share(s, m)), |n, _| format!("speed {:.0}% of plan", n * 100.0)),
    number(
        "speed 3 months",
        |s| mean(s, |m| speed_share(s, m)),
        |n, _| format!("speed {:.0}% of plan over 3 months", n * 100.0),
    ),
    number("speed change", |s| change(s, |m| speed_share(s, m)), |n, _| moved("speed", n)),
    number("uptime", |s| last(s, |m| Some(m.uptime as f64)), |n, _| format!("uptime {:.2}%", n / 100.0)),
    number("uptime 3 months", worst_uptime, |n, _| format!("uptime {:.2}% at worst in 3 months", n / 100.0)),
    number("data", |s| last(s, |m| Some(m.gb as f64)), |n, _| format!("{n:.0} GB last month")),
    number("data change", |s| change(s, |m| Some(m.gb as f64)), |n, _| moved("data", n)),
    number(
        "data for the speed",
        |s| last(s, |m| per(m.gb as f64, int(s, c::SPEED))),
        |n, _| format!("{n:.1} GB for each Mbps"),
    ),
    number("price", |s| some(int(s, c::PRICE)), |n, _| format!("pays {} a month", Money(n as i64).compact())),
    number(
        "price for the speed",
        |s| some(int(s, c::PRICE).and_then(|p| per(p / 100.0, int(s, c::SPEED)))),
        |n, _| format!("pays ₹{n:.1} for each Mbps"),
    ),
    number("speed sold", |s| some(int(s, c::SPEED)), |n, _| format!("{n:.0} Mbps sold")),
    number("OTT apps", |s| Cell::Number(s.row.get(c::OTTS).items().count() as f64), |n, _| count(n, "OTT app", "")),
    word("billing", |s| Cell::Word(s.row.text(c::CYCLE)), |_, w| format!("pays {w}")),
    word("technology", |s| Cell::Word(s.row.text(c::TECHNOLOGY)), |_, w| w.to_string()),
    word("segment", |s| Cell::Word(s.row.text(c::SEGMENT)), |_, w| format!("{w} line")),
    word("way of paying", |s| Cell::Word(s.row.text(c::PAYS_BY)), |_, w| format!("pays by {w}")),
    word("plan", |s| Cell::Word(s.row.text(c::PLAN)), |_, w| format!("plan {w}")),
    word("city", |s| Cell::Word(s.row.text(c::CITY)), |_, w| format!("lives in {w}")),
    word("OLT", |s| Cell::Word(s.row.text(c::OLT)), |_, w| format!("on {w}")),
    word("source", |s| Cell::Word(s.row.text(c::SOURCE)), |_, w| format!("came by {w}")),
];

fn some(x: Option<f64>) -> Cell<'static> {
    x.filter(|x| x.is_finite()).map_or(Cell::Unknown, Cell::Number)
}

fn int(s: &Seen<'_>, id: crate::domain::FieldId) -> Option<f64> {
    s.row.int(id).map(|n| n as f64)
}

fn per(a: f64, b: Option<f64>) -> Option<f64> {
    b.filter(|b| *b > 0.0).map(|b| a / b)
}

/// Tickets in the days before.
fn tickets(s: &Seen<'_>, days: i64) -> Cell<'static> {
    let in_time = |e: &&super::Event| e.kind == ActivityKind::Ticket && e.day >= s.day - days;
    Cell::Number(s.events.iter().filter(in_time).count() as f64)
}

fn last_ticket(s: &Seen<'_>) -> Cell<'static> {
    let last = s.events.iter().rev().find(|e| e.kind == ActivityKind::Ticket);
    // Beyond eight months it is all one, and so it is for those who never wrote one.
    Cell::Number(last.map_or(240.0, |e| (s.day - e.day).min(240) as f64))
}

fn tenure(s: &Seen<'_>) -> Cell<'static> {
    some(s.row.int(c::SINCE).map(|since| (s.day - since) as f64 / 30.44))
}

/// Days until the paid period ends that the day lies in, counted from activation.
fn renewal(s: &Seen<'_>) -> Cell<'static> {
    let end = || {
        let since = s.row.int(c::SINCE).and_then(calendar::date_from_days)?;
        let every = Cycle::parse(s.row.text(c::CYCLE))?.months();
        let gone = ((s.day - calendar::days_of(since)) as f64 / 30.44) as i32 / every * every;
        (0..3).map(|k| calendar::days_of(calendar::add_months(since, gone + k * every)) - s.day).find(|d| *d > 0)
    };
    some(end().map(|d| d as f64))
}

fn speed_share(s: &Seen<'_>, m: &MonthUsage) -> Option<f64> {
    per(m.speed as f64, int(s, c::SPEED))
}

fn last(s: &Seen<'_>, of: impl Fn(&MonthUsage) -> Option<f64>) -> Cell<'static> {
    some(s.months.last().and_then(of))
}

fn mean_of(months: &[MonthUsage], of: impl Fn(&MonthUsage) -> Option<f64>) -> Option<f64> {
    let found: Vec<f64> = months.iter().filter_map(of).collect();
    (!found.is_empty()).then(|| found.iter().sum::<f64>() / found.len() as f64)
}

fn mean(s: &Seen<'_>, of: impl Fn(&MonthUsage) -> Option<f64>) -> Cell<'static> {
    some(mean_of(&s.months[s.months.len().saturating_sub(3)..], of))
}

/// The last month against the mean of the three before it, as a ratio.
fn change(s: &Seen<'_>, of: impl Fn(&MonthUsage) -> Option<f64>) -> Cell<'static> {
    let Some((now, before)) = s.months.split_last() else { return Cell::Unknown };
    let usual = mean_of(&before[before.len().saturating_sub(3)..], &of);
    some(of(now).and_then(|now| per(now, usual)))
}

fn worst_uptime(s: &Seen<'_>) -> Cell<'static> {
    some(s.months[s.months.len().saturating_sub(3)..].iter().map(|m| m.uptime as f64).reduce(f64::min))
}

/// `no ticket in 30 days`, `1 ticket in 30 days`, `3 tickets in 30 days`.
fn count(n: f64, what: &str, when: &str) -> String {
    let text = match n as i64 {
        0 => format!("no {what} {when}"),
        1 => format!("1 {what} {when}"),
        n => format!("{n} {what}s {when}"),
    };
    text.trim_end().to_string()
}

/// `5 months`, `3 years`.
fn months(n: f64) -> String {
    match n as i64 {
        0 => "less than a month".into(),
        1 => "a month".into(),
        n @ 2..=23 => format!("{n} months"),
        n => format!("{} years", n / 12),
    }
}

/// `data down by 40%`.
fn moved(what: &str, ratio: f64) -> String {
    let by = (ratio - 1.0) * 100.0;
    match by {
        -3.0..=3.0 => format!("{what} as before"),
        ..0.0 => format!("{what} down by {:.0}%", -by),
        _ => format!("{what} up by {by:.0}%"),
    }
}
