//! Money.

use crate::base::calendar;
use crate::domain::{Choice, Technology};
use crate::insight::chart::{ChartSpec, Series, Shape};
use crate::insight::forecast;
use crate::query::cut::{self, Cut, STARTED};
use crate::query::print::quote_value;

use super::{Drill, Facts, Frame, Reading, Span, customers, float, ranked, rupees, share, trend};

/// The lines billed at the end of a day.
pub fn billed_on(day: i64) -> Option<Drill> {
    let day = calendar::date_from_days(day)?;
    customers(format!("since<={day} -status:pending (status:active,grace or status-since>{day})"))
}

pub fn mrr(facts: &Facts, frame: &Frame) -> Reading {
    trend(frame, "MRR", |s| known(facts, s.to).map(|()| rupees(facts.mrr(s.to))), |s| billed_on(s.to))
}

/// Nothing is known of days before the first line.
fn known(facts: &Facts, day: i64) -> Option<()> {
    (facts.until(&STARTED, day).0 > 0).then_some(())
}

pub fn arr(facts: &Facts, frame: &Frame) -> Reading {
    trend(frame, "ARR", |s| known(facts, s.to).map(|()| 12.0 * rupees(facts.mrr(s.to))), |s| billed_on(s.to))
}

/// Revenue of a billed line, rupees.
pub fn arpu_on(facts: &Facts, day: i64) -> Option<f64> {
    share(rupees(facts.mrr(day)), float(facts.billed(day)))
}

pub fn arpu(facts: &Facts, frame: &Frame) -> Reading {
    trend(frame, "ARPU", |s| arpu_on(facts, s.to), |s| billed_on(s.to))
}

pub fn movement(facts: &Facts, frame: &Frame) -> Reading {
    const NAMES: [&str; 4] = ["New", "Expansion", "Contraction", "Churned"];
    let net = |s: Span| facts.movement(s).iter().sum::<i64>();
    let months: Vec<[i64; 4]> = frame.months.iter().map(|m| facts.movement(*m)).collect();
    let series = NAMES
        .iter()
        .enumerate()
        .map(|(i, name)| Series { name: (*name).into(), values: months.iter().map(|m| rupees(m[i])).collect() });
    let rows = |i: usize, m: &Span| match i {
        0 => customers(format!("since:{} -status:pending", m.text())),
        3 => customers(format!("status:suspended,paused,expired,terminated status-since:{} -since:none", m.text())),
        i => stepped(facts, *m, i == 1),
    };
    Reading {
        value: Some(rupees(net(frame.period.span))),
        before: frame.period.before.map(|b| rupees(net(b))),
        chart: ChartSpec {
            shape: Shape::Stacked,
            labels: frame.month_labels(),
            series: series.collect(),
            ..ChartSpec::default()
        },
        drill: (0..NAMES.len()).map(|i| frame.months.iter().map(|m| rows(i, m)).collect()).collect(),
        note: match frame.months.first() {
            _ if facts.steps.days.is_empty() => "no change of price is on record yet".into(),
            // Only so many changes are named in a filter; older bars have their sums and open nothing.
            Some(first) if facts.stepped.0 > first.from => {
                let day = calendar::date_from_days(facts.stepped.0).map_or_else(String::new, |d| d.to_string());
                format!("bars of changes open their rows from {day} on; of the newest months' churn some may come back")
            }
            _ => "of the newest months' churn some may come back".into(),
        },
        counts: None,
        missing: None,
    }
}

/// The lines whose price rose, or fell, within a span.
fn stepped(facts: &Facts, span: Span, rose: bool) -> Option<Drill> {
    let within = |(day, _, up): &&(i64, i64, bool)| *up == rose && (span.from..=span.to).contains(day);
    let (first, newest) = &facts.stepped;
    let mut accounts: Vec<i64> = newest.iter().filter(within).map(|s| s.1).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let text: Vec<String> = accounts.iter().map(i64::to_string).collect();
    if text.is_empty() || span.from < *first { None } else { customers(format!("account:{}", text.join(","))) }
}

/// Revenue of today by a text of the line.
fn by(facts: &Facts, cut: &Cut, field: &str, label: impl Fn(&str) -> String) -> Reading {
    let parts = facts.by_text(cut, |c| c.b == 1);
    let rows = |text: &str| match text {
        "" => customers(format!("{field}:none mrr>0")),
        text => customers(format!("{field}={} mrr>0", quote_value(text))),
    };
    let mut out = ranked("MRR", parts.into_iter().map(|(a, _, sum)| (label(&a), rupees(sum), rows(&a))).collect());
    out.note = if out.note.is_empty() { "today".into() } else { format!("today, {}", out.note) };
    out
}

fn as_it_is(text: &str) -> String {
    if text.is_empty() { "not known".into() } else { text.into() }
}

/// What a code of a set is called.
pub fn called(choices: &[Choice], code: &str) -> String {
    choices.iter().find(|c| c.code.eq_ignore_ascii_case(code)).map_or_else(|| as_it_is(code), |c| c.label.into())
}

pub fn by_plan(facts: &Facts, _: &Frame) -> Reading {
    by(facts, &cut::BY_PLAN, "plan", as_it_is)
}

pub fn by_technology(facts: &Facts, _: &Frame) -> Reading {
    by(facts, &cut::BY_TECHNOLOGY, "technology", |code| called(Technology::CHOICES, code))
}

pub fn by_city(facts: &Facts, _: &Frame) -> Reading {
    by(facts, &cut::BY_CITY, "city", as_it_is)
}

pub fn by_state(facts: &Facts, _: &Frame) -> Reading {
    by(facts, &cut::BY_STATE, "state", as_it_is)
}

/// Month ends learnt from, and those to come.
const LEARNT: i32 = 36;
const AHEAD: usize = 6;

pub fn forecast(facts: &Facts, frame: &Frame) -> Reading {
    let today = calendar::date_from_days(frame.today).unwrap_or_default();
    let first = calendar::add_days(today, -i64::from(chrono::Datelike::day0(&today)));
    // The present month is not over: the last full ones are learnt from.
    let ends: Vec<i64> =
        (0..LEARNT).rev().map(|back| calendar::days_of(calendar::add_months(first, -back)) - 1).collect();
    let values: Vec<f64> = ends.iter().filter_map(|d| known(facts, *d).map(|()| rupees(facts.mrr(*d)))).collect();
    let found = forecast::fit(&forecast::Series { values: values.clone(), periods: vec![12] }, AHEAD, 0.95);
    let Ok(found) = found else {
        let missing = format!("a forecast needs {} full months with billed lines", forecast::LEAST);
        return Reading { missing: Some(missing), ..Reading::default() };
    };
    let shown = values.len().min(12);
    let past = &values[values.len() - shown..];
    let gap = |n: usize| std::iter::repeat_n(f64::NAN, n);
    // The forecast begins where the past ends, so that the lines meet.
    let ahead = |of: fn(&forecast::Point) -> f64| -> Vec<f64> {
        gap(shown - 1).chain(past.last().copied()).chain(found.points.iter().map(of)).collect()
    };
    let series = vec![
        Series { name: "MRR".into(), values: past.iter().copied().chain(gap(AHEAD)).collect() },
        Series { name: "forecast".into(), values: ahead(|p| p.mean) },
        Series { name: "at least".into(), values: ahead(|p| p.lower) },
        Series { name: "at most".into(), values: ahead(|p| p.upper) },
    ];
    let month = |i: i32| {
        let day = calendar::add_months(first, i);
        day.format(if chrono::Datelike::month(&day) == 1 { "%b %y" } else { "%b" }).to_string()
    };
    let labels = (-(shown as i32)..AHEAD as i32).map(month).collect();
    let rows = (0..shown).map(|i| billed_on(ends[ends.len() - shown + i])).chain(std::iter::repeat_n(None, AHEAD));
    Reading {
        value: found.points.last().map(|p| p.mean),
        before: past.last().copied(),
        chart: ChartSpec { shape: Shape::Line, labels, series, ..ChartSpec::default() },
        drill: vec![rows.collect()],
        note: format!("in {AHEAD} months, by {}", found.form),
        counts: None,
        missing: None,
    }
}
