//! Churn risk by rules: points for what can be seen on the line, each with its reason in words.
//!
//! The score is 0 to 100. It is no probability; it orders the list of people to call. The weights
//! stand in this file and nowhere else:
//!
//! | seen | points |
//! |---|---|
//! | service in its usual state | 12 |
//! | tickets in 30 days | 7 each, 28 at most |
//! | measured speed below 60 / 80 % of the plan | 18 / 8 |
//! | uptime below 98 / 99 % | 14 / 7 |
//! | late payments in a year | 5 each, 15 at most |
//! | unpaid and past the renewal day | 10 |
//! | NPS answer 0-6 / 9-10 | 12 / -8 |
//! | satisfaction 1-2 after a ticket | 8 |
//! | paid OTT apps not used | 6 |
//! | customer for less than 3 months / more than 3 years | 8 / -8 |
//! | billed quarterly / annually | -4 / -12 |
//!
//! A line that is not billed has no risk left to score: 0.

use chrono::NaiveDate;

use crate::base::calendar;
use crate::domain::{Cycle, FieldId, Record, Status};
use crate::query::schema::customer as c;

/// One reason and its points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub reason: String,
    pub points: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Risk {
    /// 0 to 100.
    pub score: i64,
    /// What made it, the heaviest first. The sum, held within 0 and 100, is the score.
    pub parts: Vec<Part>,
}

/// The fields the score is made of: a change to one of them makes it new.
pub const INPUTS: &[FieldId] = &[
    c::STATUS,
    c::TICKETS_30D,
    c::AVG_SPEED,
    c::SPEED,
    c::UPTIME,
    c::LATE,
    c::DUE,
    c::RENEWS,
    c::NPS,
    c::CSAT,
    c::OTTS,
    c::TOP_OTT,
    c::SINCE,
    c::CYCLE,
];

/// Scores one customer as seen on `today`.
pub fn score(row: &Record, today: NaiveDate) -> Risk {
    let mut parts = Vec::new();
    weigh(row, today, |points, reason| parts.push(Part { reason: reason(), points }));
    let score = total(parts.iter().map(|p| p.points).sum());
    parts.sort_by_key(|p| std::cmp::Reverse(p.points.abs()));
    Risk { score, parts }
}

/// The score alone, without a word said.
pub fn points(row: &Record, today: NaiveDate) -> i64 {
    let mut sum = 0;
    weigh(row, today, |points, _| sum += points);
    total(sum)
}

fn total(points: i64) -> i64 {
    points.clamp(0, 100)
}

/// Tells each part: its points, and how to say why.
fn weigh(row: &Record, today: NaiveDate, mut add: impl FnMut(i64, &dyn Fn() -> String)) {
    if !Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable) {
        return;
    }
    add(12, &|| "any line".into());

    let tickets = row.int(c::TICKETS_30D).unwrap_or(0);
    if tickets > 0 {
        let s = if tickets == 1 { "" } else { "s" };
        add((tickets * 7).min(28), &|| format!("{tickets} ticket{s} in 30 d"));
    }
    if let (Some(measured), Some(sold)) = (row.int(c::AVG_SPEED), row.int(c::SPEED).filter(|s| *s > 0)) {
        let share = measured * 100 / sold;
        match share {
            ..60 => add(18, &|| format!("speed {share}% of plan")),
            60..80 => add(8, &|| format!("speed {share}% of plan")),
            _ => {}
        }
    }
    if let Some(uptime) = row.int(c::UPTIME) {
        let text = || format!("uptime {}.{:02}%", uptime / 100, uptime % 100);
        match uptime {
            ..9800 => add(14, &text),
            9800..9900 => add(7, &text),
            _ => {}
        }
    }
    match row.int(c::LATE).unwrap_or(0) {
        0 => {}
        1 => add(5, &|| "late once".into()),
        2 => add(10, &|| "late twice".into()),
        n => add(15, &|| format!("late {n} times")),
    }
    let renews = row.int(c::RENEWS).and_then(calendar::date_from_days);
    if row.int(c::DUE).unwrap_or(0) > 0 && renews.is_some_and(|d| d < today) {
        add(10, &|| "bill overdue".into());
    }
    match row.int(c::NPS) {
        Some(0..=6) => add(12, &|| "detractor".into()),
        Some(9..) => add(-8, &|| "promoter".into()),
        _ => {}
    }
    if matches!(row.int(c::CSAT), Some(1..=2)) {
        add(8, &|| "unhappy with support".into());
    }
    if !row.get(c::OTTS).is_null() && row.get(c::TOP_OTT).is_null() {
        add(6, &|| "OTT unused".into());
    }
    if let Some(since) = row.int(c::SINCE) {
        match calendar::days_of(today) - since {
            ..90 => add(8, &|| "new customer".into()),
            1096.. => add(-8, &|| "long with us".into()),
            _ => {}
        }
    }
    match Cycle::parse(row.text(c::CYCLE)) {
        Some(Cycle::Quarterly) => add(-4, &|| "pays quarterly".into()),
        Some(Cycle::Annual) => add(-12, &|| "pays annually".into()),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::{Entity, Value};
    use crate::query::schema;

    fn row(set: &[(FieldId, Value)]) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Customer).collect();
        let mut r = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
        set.iter().for_each(|(f, v)| r.set(*f, v.clone()));
        r
    }

    #[test]
    fn the_parts_add_up_to_the_score() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let r = row(&[
            (c::STATUS, "active".into()),
            (c::TICKETS_30D, 3.into()),
            (c::AVG_SPEED, 122.into()),
            (c::SPEED, 200.into()),
            (c::LATE, 2.into()),
            (c::OTTS, "Netflix".into()),
            (c::NPS, 3.into()),
        ]);
        let risk = score(&r, today);
        assert_eq!(risk.score, 12 + 21 + 8 + 10 + 6 + 12);
        assert_eq!(risk.parts[0], Part { reason: "3 tickets in 30 d".into(), points: 21 });
        assert_eq!(risk.score, risk.parts.iter().map(|p| p.points).sum::<i64>());
        let gone = row(&[(c::STATUS, "terminated".into()), (c::TICKETS_30D, 3.into())]);
        assert_eq!(score(&gone, today), Risk::default());
    }
}
