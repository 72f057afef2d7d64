//! How good the line is.

use crate::base::{Timestamp, calendar};
use crate::domain::{Entity, Technology};
use crate::insight::chart::{ChartSpec, Series, Shape};
use crate::query::cut::{ARRIVALS, HAS_OTT, NONE, PEAK, SPEED_GOT, SPEED_SOLD, TOP_OTT};
use crate::query::print::quote_value;

use super::revenue::called;
use super::{Drill, Facts, Frame, Reading, Span, Unit, bars, customers, float, ranked, share, trend};

pub fn speed(facts: &Facts, _: &Frame) -> Reading {
    let (sold, got) = (facts.by_text(&SPEED_SOLD, |c| c.b == 1), facts.by_text(&SPEED_GOT, |c| c.b == 1));
    let of = |code: &str| got.iter().find(|(a, ..)| a == code).map_or(0, |g| g.2);
    let parts: Vec<_> = sold
        .iter()
        .filter_map(|(code, _, sum)| {
            let percent = share(float(of(code)), float(*sum))? * 100.0;
            let rows = customers(format!("technology={} mrr>0 avg-speed>0 speed>0", quote_value(code)));
            Some((called(Technology::CHOICES, code), percent, rows))
        })
        .collect();
    let sum = |parts: &[(String, i64, i64)]| float(parts.iter().map(|p| p.2).sum());
    let mut out = ranked("Delivered", parts);
    out.value = share(sum(&got), sum(&sold)).map(|v| v * 100.0);
    let lines: i64 = sold.iter().map(|s| s.1).sum();
    out.note = format!("{lines} lines measured, last month");
    if lines == 0 {
        out.missing = Some("no line has been measured: import usage, or the field avg-speed".into());
    }
    out
}

fn start(day: i64) -> i64 {
    calendar::start_of(calendar::date_from_days(day).unwrap_or_default()).0
}

/// Minutes that lines were down, all added up.
fn lost(facts: &Facts, from: i64, to: i64) -> i64 {
    let down = |o: &super::Outage| (o.to.min(to) - o.from.max(from)).max(0) / 60_000 * o.lines;
    facts.outages.iter().map(down).sum()
}

pub fn uptime(facts: &Facts, frame: &Frame) -> Reading {
    let first = facts.outages.iter().map(|o| o.from).min();
    let of = |s: Span| {
        let (from, to) = (start(s.from), start(s.to + 1).min(frame.now));
        // Of times before the first incident on record nothing is known.
        first.filter(|first| *first < to)?;
        let lines = (facts.billed(s.from - 1) + facts.billed(s.to)) / 2;
        let all = float(lines) * float((to - from) / 60_000);
        share(float(lost(facts, from, to)), all).map(|down| (1.0 - down.min(1.0)) * 100.0)
    };
    let rows = |s: Span| Some(Drill { entity: Entity::Incident, filter: format!("began:{}", s.text()) });
    let mut out = trend(frame, "Uptime", of, rows);
    match first {
        None => out.missing = Some("no incident is on record: g o opens them".into()),
        Some(at) => {
            let day = calendar::long_date(calendar::date_of(Timestamp(at)));
            out.note = format!("incidents since {day}");
        }
    }
    out
}

pub fn ott(facts: &Facts, _: &Frame) -> Reading {
    let parts: Vec<_> = facts.by_text(&TOP_OTT, |c| c.b == 1).into_iter().filter(|(a, ..)| !a.is_empty()).collect();
    let all: i64 = parts.iter().map(|p| p.1).sum();
    let of = |(app, n, _): (String, i64, i64)| {
        let rows = customers(format!("top-ott={} mrr>0", quote_value(&app)));
        (app, share(float(n), float(all)).unwrap_or(0.0) * 100.0, rows)
    };
    let mut out = ranked("Lines", parts.into_iter().map(of).collect());
    out.value = out.chart.series.first().and_then(|s| s.values.first().copied());
    if out.note.is_empty() {
        out.note = format!("{all} lines with a favourite");
    }
    if all == 0 {
        out.missing = Some("no line has a favourite app: the field top-ott comes with measured use".into());
    }
    out
}

pub fn reach(facts: &Facts, _: &Frame) -> Reading {
    let count = |flag: &str| facts.sum(&HAS_OTT, |c| c.b == 1 && c.a == flag).0;
    let (with, without) = (count("1"), count("0"));
    let parts = vec![
        ("With OTT".to_string(), float(with), customers("-otts:none mrr>0".into())),
        ("Without".to_string(), float(without), customers("otts:none mrr>0".into())),
    ];
    let mut out = bars("Lines", Shape::Ranked, parts);
    out.value = share(float(with) * 100.0, float(with + without));
    out.note = format!("{with} of {} billed lines", with + without);
    out.counts = Some(Unit::Count);
    out
}

/// The hours of a text as in `20-23`: from the first on, up to the second.
fn hours(text: &str) -> Option<(usize, usize)> {
    let (from, to) = text.split_once(['-', '–'])?;
    let (from, to): (usize, usize) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (from < 24 && to <= 24).then_some((from, to))
}

pub fn peak(facts: &Facts, _: &Frame) -> Reading {
    let mut counts = [0i64; 24];
    let mut texts: Vec<Vec<String>> = vec![Vec::new(); 24];
    let mut lines = 0;
    for (text, n, _) in facts.by_text(&PEAK, |c| c.b == 1) {
        let Some((from, to)) = hours(&text) else { continue };
        lines += n;
        let many = if to > from { to - from } else { to + 24 - from };
        for hour in (from..from + many).map(|h| h % 24) {
            counts[hour] += n;
            texts[hour].push(quote_value(&text));
        }
    }
    let rows = |hour: usize| {
        let any: Vec<String> = texts[hour].iter().map(|t| format!("peak={t}")).collect();
        match any.len() {
            0 => None,
            1 => customers(format!("{} mrr>0", any[0])),
            _ => customers(format!("({}) mrr>0", any.join(" or "))),
        }
    };
    let parts = (0..24).map(|h| (format!("{h:02}"), float(counts[h]), rows(h))).collect();
    let mut out = bars("Lines", Shape::Bars, parts);
    let busiest = (0..24).rev().max_by_key(|h| counts[*h]).unwrap_or(0);
    out.value = (lines > 0).then(|| float(counts[busiest]));
    out.note = format!("most at {busiest:02}–{:02} h", (busiest + 1) % 24);
    if lines == 0 {
        out.missing = Some("no line has hours of most use: the field peak comes with measured use".into());
    }
    out
}

/// The tickets raised in an hour of a day, as a filter.
fn the_hour(day: i64, hour: usize) -> Option<String> {
    let (day, next) = (calendar::date_from_days(day)?, calendar::date_from_days(day + 1)?);
    let end = if hour == 23 { format!("{next} 00:00") } else { format!("{day} {:02}:00", hour + 1) };
    Some(format!("opened>=\"{day} {hour:02}:00\" opened<\"{end}\""))
}

fn any_of(mut hours: Vec<String>) -> Option<Drill> {
    hours.sort();
    let filter = match hours.len() {
        0 => return None,
        1 => hours.pop()?,
        _ => hours.iter().map(|h| format!("({h})")).collect::<Vec<_>>().join(" or "),
    };
    Some(Drill { entity: Entity::Ticket, filter })
}

pub fn arrivals(facts: &Facts, frame: &Frame) -> Reading {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let count = |s: Span| facts.within(&ARRIVALS, s).0;
    let mut grid = [[0i64; 24]; 7];
    let mut hours: Vec<Vec<Vec<String>>> = vec![vec![Vec::new(); 24]; 7];
    let span = frame.period.span;
    for cell in facts.get(&ARRIVALS).iter().filter(|c| c.b != NONE && (span.from..=span.to).contains(&c.b)) {
        // The first of January 1970 was a Thursday.
        let day = usize::try_from((cell.b + 3).rem_euclid(7)).unwrap_or(0);
        if let Some(hour) = cell.a.parse::<usize>().ok().filter(|h| *h < 24) {
            grid[day][hour] += cell.rows;
            hours[day][hour].extend(the_hour(cell.b, hour));
        }
    }
    let value = count(span);
    let series = DAYS
        .iter()
        .zip(grid)
        .map(|(name, row)| Series { name: (*name).into(), values: row.iter().map(|n| float(*n)).collect() });
    Reading {
        value: Some(float(value)),
        before: frame.period.before.map(|b| float(count(b))),
        chart: ChartSpec {
            shape: Shape::Grid,
            labels: (0..24).map(|h| format!("{h:02}")).collect(),
            series: series.collect(),
            ..ChartSpec::default()
        },
        drill: hours.into_iter().map(|day| day.into_iter().map(any_of).collect()).collect(),
        counts: None,
        note: "tickets raised, by hour in India".into(),
        missing: (value == 0).then(|| "no ticket was raised in the period".into()),
    }
}
