//! Leads and deals.

use crate::base::calendar;
use crate::domain::Entity;
use crate::domain::customer::Source;
use crate::domain::deal::{LostReason, Stage as DealStage};
use crate::domain::lead::Stage;
use crate::insight::chart::{ChartSpec, Series, Shape};
use crate::query::cut::{
    Cell, Cut, DEALS_LOST, DEALS_OPEN, DEALS_WON, FUNNEL, LEADS_BY_REP, LEADS_BY_SOURCE, NONE, WON_BY_REP,
    WON_BY_SOURCE,
};
use crate::query::print::quote_value;
use crate::query::schema::{field, lead as l};

use super::revenue::called;
use super::{Drill, Facts, Frame, Reading, Span, Unit, bars, float, ranked, rupees, share, trend};

fn leads(filter: String) -> Option<Drill> {
    Some(Drill { entity: Entity::Lead, filter })
}

fn deals(filter: String) -> Option<Drill> {
    Some(Drill { entity: Entity::Deal, filter })
}

fn within(s: Span) -> impl Fn(&Cell) -> bool {
    move |c| (s.from..=s.to).contains(&c.b)
}

/// Stages on the way to a contract.
const WAY: usize = 6;

/// Leads of a span that came as far as a stage.
fn reached(facts: &Facts, s: Span, stage: usize) -> i64 {
    facts.sum(&FUNNEL, |c| within(s)(c) && c.a.parse::<usize>().is_ok_and(|at| at >= stage)).0
}

fn converted(facts: &Facts, s: Span) -> Option<f64> {
    share(float(reached(facts, s, WAY - 1)) * 100.0, float(reached(facts, s, 0)))
}

pub fn funnel(facts: &Facts, frame: &Frame) -> Reading {
    let span = frame.period.span;
    let rows = |i: usize| match i {
        0 => leads(format!("created:{}", span.text())),
        // Whoever is further on has been here, too.
        i => {
            let names: Vec<String> = l::REACHED[i..WAY].iter().map(|f| format!("-{}:none", field(*f).name)).collect();
            leads(format!("created:{} ({})", span.text(), names.join(" or ")))
        }
    };
    let parts = (0..WAY).map(|i| (Stage::ALL[i].label().to_string(), float(reached(facts, span, i)), rows(i)));
    let mut out = bars("Leads", Shape::Ranked, parts.collect());
    out.value = Some(float(reached(facts, span, 0)));
    out.before = frame.period.before.map(|b| float(reached(facts, b, 0)));
    if out.value == Some(0.0) {
        out.missing = Some("no lead came in within the period".into());
    }
    out
}

pub fn conversion(facts: &Facts, frame: &Frame) -> Reading {
    let mut out = trend(
        frame,
        "Conversion",
        |s| converted(facts, s),
        |s| leads(format!("created:{} -converted-at:none", s.text())),
    );
    out.note = "the newest leads have had the least time".into();
    out
}

fn by(facts: &Facts, frame: &Frame, all: &Cut, won: &Cut, name: &str, label: impl Fn(&str) -> String) -> Reading {
    let span = frame.period.span;
    let found = facts.by_text(won, within(span));
    let rows = |code: &str| match code {
        "" => leads(format!("{name}:none created:{}", span.text())),
        code => leads(format!("{name}={} created:{}", quote_value(code), span.text())),
    };
    let mut parts: Vec<(String, f64, Option<Drill>)> = facts
        .by_text(all, within(span))
        .into_iter()
        .map(|(code, n, _)| {
            let won = found.iter().find(|(a, ..)| a.eq_ignore_ascii_case(&code)).map_or(0, |w| w.1);
            let label = if code.is_empty() { "nobody".into() } else { label(&code) };
            (format!("{label} · {won}/{n}"), float(won) / float(n) * 100.0, rows(&code))
        })
        .collect();
    // A share of nothing is to be seen, too: sorted here, for `ranked` leaves zeros out.
    parts.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let many = parts.len();
    parts.truncate(super::BARS);
    let mut out = bars("Conversion", Shape::Ranked, parts);
    let sum = |cut: &Cut, s: Span| float(facts.within(cut, s).0);
    let of = |s: Span| share(sum(won, s) * 100.0, sum(all, s));
    (out.value, out.before) = (of(span), frame.period.before.and_then(of));
    if many > super::BARS {
        out.note = format!("the first {} of {many}", super::BARS);
    }
    if many == 0 {
        out.missing = Some("no lead came in within the period".into());
    }
    out
}

pub fn by_source(facts: &Facts, frame: &Frame) -> Reading {
    by(facts, frame, &LEADS_BY_SOURCE, &WON_BY_SOURCE, "source", |code| called(Source::CHOICES, code))
}

pub fn by_rep(facts: &Facts, frame: &Frame) -> Reading {
    by(facts, frame, &LEADS_BY_REP, &WON_BY_REP, "owner", str::to_string)
}

pub fn won(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| Some(rupees(facts.within(&DEALS_WON, s).1));
    let mut out = trend(frame, "Won", of, |s| deals(format!("won-at:{}", s.text())));
    out.chart.shape = Shape::Bars;
    out.note = format!("{} deals", facts.within(&DEALS_WON, frame.period.span).0);
    out
}

pub fn size(facts: &Facts, frame: &Frame) -> Reading {
    let of = |s: Span| {
        let (n, sum) = facts.within(&DEALS_WON, s);
        share(rupees(sum), float(n))
    };
    let mut out = trend(frame, "Mean deal", of, |s| deals(format!("won-at:{}", s.text())));
    out.chart.shape = Shape::Bars;
    if out.chart.values().next().is_none() {
        out.missing = Some("no deal was won in these months".into());
    }
    out
}

pub fn rate(facts: &Facts, frame: &Frame) -> Reading {
    let (won, lost) = (|s: Span| facts.within(&DEALS_WON, s).0, |s: Span| facts.within(&DEALS_LOST, s).0);
    let of = |s: Span| share(float(won(s)) * 100.0, float(won(s) + lost(s)));
    let values = |of: &dyn Fn(Span) -> i64| frame.months.iter().map(|m| float(of(*m))).collect::<Vec<_>>();
    let rows = |what: &str| frame.months.iter().map(|m| deals(format!("{what}:{}", m.text()))).collect();
    Reading {
        value: of(frame.period.span),
        before: frame.period.before.and_then(of),
        chart: ChartSpec {
            shape: Shape::Stacked,
            labels: frame.month_labels(),
            series: vec![
                Series { name: "Won".into(), values: values(&won) },
                Series { name: "Lost".into(), values: values(&|s| -lost(s)) },
            ],
            ..ChartSpec::default()
        },
        drill: vec![rows("won-at"), rows("lost-at")],
        note: format!("{} won, {} lost", won(frame.period.span), lost(frame.period.span)),
        counts: Some(Unit::Count),
        missing: None,
    }
}

pub fn lost(facts: &Facts, frame: &Frame) -> Reading {
    let span = frame.period.span;
    let rows = |code: &str| {
        let reason = if code.is_empty() { "none" } else { code };
        deals(format!("lost-reason:{reason} lost-at:{}", span.text()))
    };
    let parts = facts.by_text(&DEALS_LOST, within(span)).into_iter();
    let parts = parts.map(|(a, n, _)| (called(LostReason::CHOICES, &a), float(n), rows(&a))).collect();
    let mut out = ranked("Deals", parts);
    out.before = frame.period.before.map(|b| float(facts.within(&DEALS_LOST, b).0));
    if out.chart.labels.is_empty() {
        out.missing = Some("no deal was lost in the period".into());
    }
    out
}

/// Months ahead that are shown.
const AHEAD: i32 = 6;

pub fn pipeline(facts: &Facts, frame: &Frame) -> Reading {
    let open = |code: &str| DealStage::parse(code).is_some_and(|s| !matches!(s, DealStage::Won | DealStage::Lost));
    let today = calendar::date_from_days(frame.today).unwrap_or_default();
    let first = calendar::add_days(today, -i64::from(chrono::Datelike::day0(&today)));
    let sum = |low: i64, high: i64| facts.sum(&DEALS_OPEN, |c| open(&c.a) && c.b != NONE && c.b >= low && c.b <= high);
    let still = "-stage:won,lost";
    let late = calendar::add_days(first, -1);
    let parts = (-1..AHEAD).map(|i| {
        if i < 0 {
            let rows = deals(format!("{still} expected-close<={late}"));
            return ("late".to_string(), rupees(sum(NONE + 1, calendar::days_of(late)).1), rows);
        }
        let from = calendar::add_months(first, i);
        let to = calendar::add_days(calendar::add_months(first, i + 1), -1);
        let rows = deals(format!("{still} expected-close:{from}..{to}"));
        let label = from.format("%b").to_string();
        (label, rupees(sum(calendar::days_of(from), calendar::days_of(to)).1), rows)
    });
    let mut out = bars("Weighted", Shape::Bars, parts.collect());
    out.value = Some(out.chart.values().sum());
    let (n, _) = facts.sum(&DEALS_OPEN, |c| open(&c.a));
    out.note = format!("{n} open deals");
    if n == 0 {
        out.missing = Some("no deal is open".into());
    }
    out
}
