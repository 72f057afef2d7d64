//! Figures worked out by hand.

use std::collections::BTreeSet;

use super::*;
use crate::query::cut::{self, Cell, NONE, Step, Steps};

const TODAY: i64 = 20_779;

fn frame(period: &str) -> Frame {
    let today = crate::base::calendar::date_from_days(TODAY).unwrap();
    assert_eq!(today.to_string(), "2026-11-22");
    Frame::new(Period::parse(period, Compare::Before, today).unwrap(), TODAY, TODAY * 86_400_000)
}

fn cells(facts: &mut Facts, cut: &Cut, parts: &[(&str, i64, i64, i64)]) {
    let of = |(a, b, rows, sum): &(&str, i64, i64, i64)| Cell { a: (*a).into(), b: *b, rows: *rows, sum: *sum };
    facts.cells.insert(cut.code(), parts.iter().map(of).collect());
}

/// Five lines at 500 from long ago, two at 800 that began ten days ago; one of the first left five days ago, another
/// was suspended three days ago. One of the two began at 700 and pays 100 more since the day after; one of the five
/// pays 50 less since fifteen days ago.
fn lines() -> Facts {
    let mut facts = Facts::default();
    cells(
        &mut facts,
        &cut::STARTED,
        &[("", TODAY - 900, 5, 245_000), ("", TODAY - 10, 2, 160_000), ("", NONE, 1, 90_000)],
    );
    cells(&mut facts, &cut::UNBILLED, &[("", TODAY - 5, 1, 50_000), ("", TODAY - 3, 1, 50_000), ("", NONE, 6, 0)]);
    cells(&mut facts, &cut::LEFT, &[("price", TODAY - 5, 1, 50_000), ("", NONE, 7, 0)]);
    let step = |day, up, down| Step { day, grown: i64::from(up > 0), up, shrunk: i64::from(down < 0), down };
    facts.steps = Steps {
        days: vec![step(TODAY - 15, 0, -5_000), step(TODAY - 9, 10_000, 0)],
        began: vec![(TODAY - 900, -5_000), (TODAY - 10, 10_000)],
    };
    facts
}

#[test]
fn revenue_of_a_day_is_what_was_paid_then() {
    let facts = lines();
    assert_eq!((facts.billed(TODAY), facts.mrr(TODAY)), (5, 305_000));
    // Before all of it: five lines at 500.
    assert_eq!((facts.billed(TODAY - 20), facts.mrr(TODAY - 20)), (5, 250_000));
    // One at 450 by then, the two that began at 700 and 800.
    assert_eq!((facts.billed(TODAY - 10), facts.mrr(TODAY - 10)), (7, 245_000 + 150_000));
    assert_eq!(facts.mrr(TODAY - 9), 245_000 + 160_000);
    assert_eq!(facts.mrr(TODAY - 5), 245_000 + 160_000 - 50_000);
}

#[test]
fn revenue_moves_by_the_four_ways_it_can() {
    let facts = lines();
    let month = Span { from: TODAY - 29, to: TODAY };
    assert_eq!(facts.movement(month), [150_000, 10_000, -5_000, -100_000]);
    assert_eq!(facts.mrr(TODAY) - facts.mrr(TODAY - 30), 55_000);
    let reading = find("mrr-movement").unwrap().of(&facts, &frame("30d"));
    assert_eq!((reading.value, reading.chart.series.len()), (Some(550.0), 4));
    // Every part of time adds up to the whole.
    let days: i64 = (0..30).map(|n| facts.movement(Span { from: TODAY - n, to: TODAY - n }).iter().sum::<i64>()).sum();
    assert_eq!(days, 55_000);
}

#[test]
fn churn_is_of_those_there_and_of_thirty_days() {
    let facts = lines();
    let churn = find("churn").unwrap();
    // One of five in thirty days.
    assert_eq!(churn.of(&facts, &frame("30d")).value, Some(20.0));
    // In ten days: one of five, three times as fast. (The two began on the first of the ten.)
    assert!((churn.of(&facts, &frame("11d")).value.unwrap() - 20.0 * 30.0 / 11.0).abs() < 1e-9);
    // Before anybody is on record as having left nothing is known.
    assert_eq!(churn.of(&facts, &frame("2026-10")).value, None);
    let clv = find("clv").unwrap().of(&facts, &frame("30d"));
    // 610 a line, 60 % of it, by a fifth a month.
    assert!((clv.value.unwrap() - 3_050.0 / 5.0 * 0.6 / 0.2).abs() < 1e-9);
    assert_eq!(clv.note, "₹610 × 60% / 20.00%");
}

#[test]
fn cohorts_shrink_by_those_who_left_until_then() {
    let mut facts = Facts::default();
    let now = cut::month_of(TODAY);
    let name = |n: i64| (now - n).to_string();
    let (two, zero) = (name(2), name(0));
    cells(
        &mut facts,
        &cut::COHORT,
        &[(&two, NONE, 6, 0), (&two, now - 1, 3, 0), (&two, now, 1, 0), (&zero, NONE, 4, 0)],
    );
    let reading = find("cohort").unwrap().of(&facts, &frame("30d"));
    let row = |n: usize| &reading.chart.series[reading.chart.series.len() - 1 - n].values;
    assert_eq!(row(2)[..3], [100.0, 70.0, 60.0]);
    assert!(row(2)[3].is_nan() && row(1)[0].is_nan());
    assert_eq!(row(0)[0], 100.0);
    // Ten of fourteen are there.
    assert!((reading.value.unwrap() - 1_000.0 / 14.0).abs() < 1e-9);
}

#[test]
fn shares_and_means_are_of_what_is_known() {
    let mut facts = Facts::default();
    cells(
        &mut facts,
        &cut::NPS,
        &[("", NONE, 9, 0), ("", 10, 5, 0), ("", 9, 1, 0), ("", 8, 2, 0), ("", 6, 1, 0), ("", 0, 1, 0)],
    );
    assert_eq!(find("nps").unwrap().of(&facts, &frame("30d")).value, Some(40.0));
    let day = TODAY - 1;
    cells(&mut facts, &cut::RESOLVED, &[("", day, 3, 600), ("response", day, 1, 300), ("", NONE, 5, 0)]);
    assert_eq!(find("sla").unwrap().of(&facts, &frame("30d")).value, Some(75.0));
    assert_eq!(find("resolution").unwrap().of(&facts, &frame("30d")).value, Some(3.75));
    cells(&mut facts, &cut::CSAT, &[("5", day, 2, 0), ("2", day, 1, 0), ("", day, 7, 0)]);
    assert_eq!(find("csat").unwrap().of(&facts, &frame("30d")).value, Some(4.0));
    cells(&mut facts, &cut::FUNNEL, &[("0", day, 4, 0), ("2", day, 3, 0), ("5", day, 1, 0), ("5", day - 60, 9, 0)]);
    let funnel = find("funnel").unwrap().of(&facts, &frame("30d"));
    assert_eq!(funnel.chart.series[0].values, [8.0, 4.0, 4.0, 1.0, 1.0, 1.0]);
    assert_eq!(find("conversion").unwrap().of(&facts, &frame("30d")).value, Some(12.5));
    // A line that uses most from 22 to 1 counts in three hours.
    cells(&mut facts, &cut::PEAK, &[("22-1", 1, 2, 0), ("20-23", 1, 1, 0), ("20-23", 0, 7, 0), ("", 1, 9, 0)]);
    let peak = find("peak-hours").unwrap().of(&facts, &frame("30d"));
    let hours = &peak.chart.series[0].values;
    assert_eq!((hours[22], hours[23], hours[0], hours[1], hours[20]), (3.0, 2.0, 2.0, 0.0, 1.0));
}

#[test]
fn every_row_of_the_table_can_be_told_apart_and_read() {
    let mut seen = BTreeSet::new();
    for kpi in KPIS {
        assert!(seen.insert(kpi.code), "{} twice", kpi.code);
        assert!(kpi.code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", kpi.code);
        assert!(kpi.formula.ends_with(['.', ')']), "{}: a formula is a sentence", kpi.code);
        // Of nothing at all there is a reading, too.
        let reading = kpi.of(&Facts::default(), &frame("6m"));
        assert!(reading.value.is_none_or(|v| v == 0.0), "{}: {:?}", kpi.code, reading.value);
        for (series, drill) in reading.chart.series.iter().zip(&reading.drill) {
            assert_eq!(
                (series.values.len(), drill.len()),
                (reading.chart.labels.len(), series.values.len()),
                "{}",
                kpi.code
            );
        }
    }
    assert!(CARDS.iter().all(|code| find(code).is_some()));
}

#[test]
fn values_are_told_as_people_read_them() {
    assert_eq!(Unit::Money.show(1_568_000.0), "₹15.7L");
    assert_eq!(Unit::Minutes.show(24.4), "24 min");
    assert_eq!(Unit::Hours.show(96.0), "4.0 d");
    assert_eq!(Unit::Fine.show(99.713), "99.71%");
    assert_eq!(Unit::Percent.change(1.9, 2.2).as_deref(), Some("-0.3"));
    assert_eq!(Unit::Count.change(110.0, 100.0).as_deref(), Some("+10.0%"));
    assert_eq!(Unit::Count.change(5.0, 0.0), None);
    assert_eq!(Unit::Money.change(-500.0, 300.0).as_deref(), Some("-₹800"));
    let (churn, mrr) = (find("churn").unwrap(), find("mrr").unwrap());
    assert_eq!(
        (churn.is_better(1.0, 2.0), mrr.is_better(1.0, 2.0), mrr.is_better(1.0, 1.0)),
        (Some(true), Some(false), None)
    );
}
