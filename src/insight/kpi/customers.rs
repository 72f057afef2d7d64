//! Who comes, who stays, who goes.

use crate::base::calendar;
use crate::domain::customer::Reason;
use crate::insight::chart::{ChartSpec, Series, Shape};
use crate::query::cut::{self, COHORT, LEFT, NONE, STARTED};

use super::revenue::{arpu_on, billed_on, called};
use super::{Drill, Facts, Frame, Reading, Span, Unit, bars, customers, float, ranked, rupees, share, trend};

pub fn lines(facts: &Facts, frame: &Frame) -> Reading {
    let known = |day: i64| facts.until(&STARTED, day).0 > 0;
    trend(frame, "Billed lines", |s| known(s.to).then(|| float(facts.billed(s.to))), |s| billed_on(s.to))
}

fn began(s: &Span) -> Option<Drill> {
    customers(format!("since:{} -status:pending", s.text()))
}

fn left(s: &Span) -> Option<Drill> {
    customers(format!("status:terminated status-since:{} -since:none", s.text()))
}

pub fn growth(facts: &Facts, frame: &Frame) -> Reading {
    let (new, gone) = (|s: Span| facts.within(&STARTED, s).0, |s: Span| facts.within(&LEFT, s).0);
    let net = |s: Span| float(new(s) - gone(s));
    let values = |of: &dyn Fn(Span) -> i64| frame.months.iter().map(|m| float(of(*m))).collect::<Vec<_>>();
    Reading {
        value: Some(net(frame.period.span)),
        before: frame.period.before.map(net),
        chart: ChartSpec {
            shape: Shape::Stacked,
            labels: frame.month_labels(),
            series: vec![
                Series { name: "New".into(), values: values(&new) },
                Series { name: "Left".into(), values: values(&|s| -gone(s)) },
            ],
            ..ChartSpec::default()
        },
        drill: vec![frame.months.iter().map(began).collect(), frame.months.iter().map(left).collect()],
        ..Reading::default()
    }
}

/// Lines not terminated at the end of a day.
fn there(facts: &Facts, day: i64) -> i64 {
    facts.until(&STARTED, day).0 - facts.until(&LEFT, day).0
}

/// The first day on which somebody is on record as having left.
fn first_left(facts: &Facts) -> Option<i64> {
    facts.get(&LEFT).iter().map(|c| c.b).filter(|b| *b != NONE).min()
}

/// Percent of the lines that left, as if the span had thirty days. Not known of times before anybody is on record as
/// having left: whoever keeps only the lines of today has none of those that went.
pub fn churn_of(facts: &Facts, s: Span) -> Option<f64> {
    first_left(facts).filter(|first| *first <= s.to)?;
    let percent = share(float(facts.within(&LEFT, s).0), float(there(facts, s.from - 1)))? * 100.0;
    Some(percent * 30.0 / float(s.days()))
}

pub fn churn(facts: &Facts, frame: &Frame) -> Reading {
    let mut out = trend(frame, "Churn", |s| churn_of(facts, s), |s| left(&s));
    let first = first_left(facts).and_then(calendar::date_from_days);
    match first {
        Some(day) if frame.months.first().is_some_and(|m| calendar::days_of(day) > m.from) => {
            out.note = format!("nobody is on record as having left before {}", calendar::long_date(day));
        }
        None => out.missing = Some("no line has been terminated yet".into()),
        Some(_) => {}
    }
    out
}

pub fn reasons(facts: &Facts, frame: &Frame) -> Reading {
    let span = frame.period.span;
    let within = |s: Span| move |c: &cut::Cell| (s.from..=s.to).contains(&c.b);
    let rows = |code: &str| {
        let reason = if code.is_empty() { "none" } else { code };
        customers(format!("status:terminated reason:{reason} status-since:{} -since:none", span.text()))
    };
    let parts = facts.by_text(&LEFT, within(span)).into_iter();
    let parts = parts.map(|(a, n, _)| (called(Reason::CHOICES, &a), float(n), rows(&a))).collect::<Vec<_>>();
    let mut out = ranked("Lines", parts);
    out.before = frame.period.before.map(|b| float(facts.within(&LEFT, b).0));
    if out.chart.labels.is_empty() {
        out.missing = Some("no line was terminated in the period".into());
    }
    out
}

/// Months a line of the triangle has.
const COHORTS: usize = 12;

pub fn cohort(facts: &Facts, frame: &Frame) -> Reading {
    let last = cut::month_of(frame.today);
    let months: Vec<Span> = frame.months.iter().copied().rev().take(COHORTS).rev().collect();
    let cells = facts.get(&COHORT);
    let mut series = Vec::new();
    let mut drill = Vec::new();
    let (mut kept_all, mut there_all) = (0, 0);
    for span in &months {
        let month = cut::month_of(span.from);
        let mine = || cells.iter().filter(|c| c.a.parse() == Ok(month));
        let size: i64 = mine().map(|c| c.rows).sum();
        let (mut values, mut rows) = (Vec::new(), Vec::new());
        for age in 0..COHORTS as i64 {
            let at = month + age;
            if at > last || size == 0 {
                values.push(f64::NAN);
                rows.push(None);
                continue;
            }
            let gone: i64 = mine().filter(|c| c.b != NONE && c.b <= at).map(|c| c.rows).sum();
            values.push(float(size - gone) / float(size) * 100.0);
            let first = calendar::date_from_days(span.from).unwrap_or_default();
            let first = calendar::add_days(first, -i64::from(chrono::Datelike::day0(&first)));
            let end = |n: i32| calendar::add_days(calendar::add_months(first, n), -1);
            let (began, until) = (end(1), end(age as i32 + 1));
            rows.push(customers(format!(
                "since:{first}..{began} -status:pending (-status:terminated or status-since>{until})"
            )));
            if at == last {
                (kept_all, there_all) = (kept_all + size - gone, there_all + size);
            }
        }
        let name = calendar::date_from_days(span.from).unwrap_or_default().format("%b %y").to_string();
        series.push(Series { name: format!("{name} · {size}"), values });
        drill.push(rows);
    }
    Reading {
        value: share(float(kept_all), float(there_all)).map(|v| v * 100.0),
        before: None,
        chart: ChartSpec {
            shape: Shape::Grid,
            labels: (0..COHORTS).map(|n| n.to_string()).collect(),
            series,
            ..ChartSpec::default()
        },
        drill,
        note: "months after the first; the value is of all rows, today".into(),
        counts: None,
        missing: (there_all == 0).then(|| "no line began in these months".into()),
    }
}

pub fn cac(facts: &Facts, frame: &Frame) -> Reading {
    let spend = rupees(facts.settings.money("report.spend").0);
    if spend <= 0.0 {
        let missing = "set what is spent in a month: bharatnet settings report.spend 150000".to_string();
        return Reading { missing: Some(missing), ..Reading::default() };
    }
    // A year has 365.25 days, so a month 30.4375.
    let of = |s: Span| share(spend * float(s.days()) / 30.4375, float(facts.within(&STARTED, s).0));
    trend(frame, "CAC", of, |s| began(&s))
}

pub fn clv(facts: &Facts, frame: &Frame) -> Reading {
    let margin = float(facts.settings.int("report.margin")) / 100.0;
    let of = |s: Span| {
        let churn = churn_of(facts, s).filter(|c| *c > 0.0)?;
        Some(arpu_on(facts, s.to)? * margin / (churn / 100.0))
    };
    let mut out = trend(frame, "CLV", of, |s| billed_on(s.to));
    match (arpu_on(facts, frame.period.span.to), churn_of(facts, frame.period.span).filter(|c| *c > 0.0)) {
        (Some(arpu), Some(churn)) => out.note = format!("₹{arpu:.0} × {:.0}% / {churn:.2}%", margin * 100.0),
        _ => out.missing = Some("needs a period in which somebody left".into()),
    }
    out
}

pub fn nps(facts: &Facts, _: &Frame) -> Reading {
    let count = |low: i64, high: i64| facts.sum(&cut::NPS, |c| (low..=high).contains(&c.b)).0;
    let (detractors, passives, promoters) = (count(0, 6), count(7, 8), count(9, 10));
    let all = detractors + passives + promoters;
    let rows = |band: &str| customers(format!("nps:{band}"));
    let parts = vec![
        ("Promoters 9–10".to_string(), float(promoters), rows("promoter")),
        ("Passives 7–8".to_string(), float(passives), rows("passive")),
        ("Detractors 0–6".to_string(), float(detractors), rows("detractor")),
    ];
    let mut out = bars("Answers", Shape::Ranked, parts);
    out.value = share(float(promoters - detractors) * 100.0, float(all));
    out.note = format!("{all} answers, the last of each line");
    out.counts = Some(Unit::Count);
    if all == 0 {
        out.missing = Some("nobody has been asked yet: the field nps of a customer takes the answer".into());
    }
    out
}
