//! Features as known on a day, thin histories, the scale of the score.

use std::sync::Arc;

use super::*;
use crate::base::Id;
use crate::domain::{MonthUsage, Value};
use crate::insight::learn::Silent;

const TODAY: i64 = 20_779;

fn line(set: &[(FieldId, Value)]) -> History {
    let fields: Arc<[FieldId]> = FIELDS.into();
    let mut row = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
    row.set(c::STATUS, "active".into());
    row.set(c::SINCE, (TODAY - 900).into());
    row.set(c::SPEED, 100.into());
    row.set(c::CYCLE, "monthly".into());
    set.iter().for_each(|(f, v)| row.set(*f, v.clone()));
    let last_month = calendar::date_from_days(TODAY).map(month_number).unwrap() - 1;
    let month = |i: i64| MonthUsage { gb: 100 + i, speed: 90 - i, uptime: 9_990 };
    History {
        row,
        usage: Usage { last_month, months: (0..12).map(month).collect() },
        events: [-200, -100, -70, -40, -10].map(|d| Event { day: TODAY + d, kind: ActivityKind::Ticket }).to_vec(),
        edits: Vec::new(),
    }
}

fn words(h: &History, day: i64, name: &str) -> String {
    let feature = FEATURES.iter().find(|f| f.name == name).unwrap();
    h.on(day, |seen| feature.words_of(seen)).unwrap()
}

#[test]
fn nothing_later_than_the_day_is_seen() {
    let mut h = line(&[(c::PLAN, "Fiber 300".into())]);
    // The plan was changed 30 days ago, and before that 90 days ago.
    h.edits = vec![(TODAY - 90, c::PLAN, "Fiber 50".into()), (TODAY - 30, c::PLAN, "Fiber 100".into())];
    assert_eq!(words(&h, TODAY, "plan"), "plan Fiber 300");
    assert_eq!(words(&h, TODAY - 60, "plan"), "plan Fiber 100");
    assert_eq!(words(&h, TODAY - 120, "plan"), "plan Fiber 50");
    assert_eq!(words(&h, TODAY, "tickets 90 days"), "3 tickets in 90 days");
    assert_eq!(words(&h, TODAY - 60, "tickets 30 days"), "1 ticket in 30 days");
    assert_eq!(words(&h, TODAY - 10, "last ticket"), "last ticket 30 days ago");
    // 2026-11-22: October is the last full month; on 2026-09-23 it was August.
    assert_eq!(
        (words(&h, TODAY, "data"), words(&h, TODAY - 60, "data")),
        ("111 GB last month".into(), "109 GB last month".into())
    );
    // Months before there were any.
    assert_eq!(words(&h, TODAY - 800, "data"), "data not known");
    assert!(h.on(TODAY - 900, |_| ()).is_none(), "not in service yet");
}

#[test]
fn a_line_that_left_is_a_case_until_then() {
    let h = line(&[(c::STATUS, "terminated".into()), (c::STATUS_SINCE, (TODAY - 50).into())]);
    let [older, newer] = days(TODAY);
    assert!(h.on(TODAY, |_| ()).is_none() && h.on(newer, |_| ()).is_some());
    assert_eq!((h.left(older), h.left(newer)), (false, true));
}

#[test]
fn the_bands_are_where_the_settings_put_them() {
    let bands = Bands { medium: 0.07, high: 0.14 };
    let scores = [0.0, 0.035, 0.0699, 0.07, 0.105, 0.14, 0.42, 0.9].map(|p| bands.score(p));
    assert_eq!(scores, [0, 20, 39, 40, 55, 70, 100, 100]);
}

#[test]
fn what_drives_lines_away_is_found_and_said() {
    // Lines with many tickets leave five times as often.
    let (mut older, mut newer) = (Cases::default(), Cases::default());
    let days = days(TODAY);
    for i in 0..3_000i64 {
        let bad = (i / 2) % 4 == 0;
        let leaves = (i / 8 * 37) % 100 < if bad { 24 } else { 5 };
        let day = days[(i % 2) as usize];
        let mut h = line(&[]);
        h.events =
            (0..if bad { 4 } else { 0 }).map(|k| Event { day: day - 20 + k, kind: ActivityKind::Ticket }).collect();
        if leaves {
            h.row.set(c::STATUS, "terminated".into());
            h.row.set(c::STATUS_SINCE, (day + 10 + i % 40).into());
        }
        if i % 2 == 0 { older.add_on(&h, day) } else { newer.add_on(&h, day) }
    }
    let options = Options { seed: 1, threads: 2 };
    let churn = train(older, newer, 60, TODAY, &options, &Silent).unwrap();
    assert!(churn.figures.auc > 0.6 && churn.figures.ece < 0.05, "{:?}", churn.figures);
    let mut h = line(&[]);
    h.events = (1..5).map(|k| Event { day: TODAY - 20 + k, kind: ActivityKind::Ticket }).collect();
    let bands = Bands { medium: 0.07, high: 0.14 };
    let (p, risk) = h.on(TODAY, |seen| churn.reasons(seen, bands)).unwrap();
    assert!((0.1..0.4).contains(&p), "{p}");
    assert_eq!(risk.score, risk.parts.iter().map(|p| p.points).sum::<i64>());
    assert!(risk.parts[1].reason.contains("ticket") && risk.parts[1].points > 0, "{:?}", risk.parts);
}

#[test]
fn thin_history_is_refused_in_words() {
    let cases = |left: usize| {
        let mut cases = Cases::default();
        let h = line(&[]);
        for i in 0..200 {
            h.on(TODAY - 90, |seen| cases.add(seen, i < left));
        }
        cases
    };
    let options = Options::default();
    let told = |a, b| train(cases(a), cases(b), 60, TODAY, &options, &Silent).unwrap_err().to_string();
    assert!(
        told(10, 10).contains("20 lines left between 2026-07-25 and 2026-11-22, 60 are needed"),
        "{}",
        told(10, 10)
    );
    assert!(told(2, 70).contains("2 of 72 leavers left in the older half"));
}
