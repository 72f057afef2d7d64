//! Folds over deals: what is stuck, what is to be expected, how deals end and how fast.
//!
//! # Forecast
//!
//! Open deals stand in the month they are expected to close; those whose day has gone by are apart, as are those
//! without a day. What was won stands in the month of the win.
//!
//! | figure | what |
//! |---|---|
//! | weighted | amount x chance of the stage, deal by deal, rounded to the paisa |
//! | expected | won + weighted |
//! | commit | won + the whole amount of open deals of the category commit |
//! | best case | commit + the whole amount of open deals of the category best case |
//!
//! Worked example, tested below: a deal of ₹1,00,000 won in November, and expected in November one of ₹2,00,000 in
//! negotiation (70 %, commit), one of ₹50,001 with a proposal (40 %, best case) and one of ₹10,000 qualified (20 %).
//!
//! ```text
//! weighted   ₹1,40,000.00 + ₹20,000.40 + ₹2,000.00 = ₹1,62,000.40
//! expected   ₹1,00,000.00 + ₹1,62,000.40           = ₹2,62,000.40
//! commit     ₹1,00,000.00 + ₹2,00,000.00           = ₹3,00,000.00
//! best case  ₹3,00,000.00 + ₹50,001.00             = ₹3,50,001.00
//! ```
//!
//! # Pace
//!
//! Win rate is won of won and lost. The cycle is the mean of days from opening to winning. Velocity is what the
//! pipeline turns into a day: open deals x win rate x mean amount won / cycle. Example, tested below: 10 open, 3 won
//! at ₹60,000 in the mean within 30 days, 2 lost: 10 x 0.6 x ₹60,000 / 30 = ₹12,000 a day.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::base::{Money, Timestamp, calendar};
use crate::domain::deal::{Category, Stage};
use crate::domain::settings::Settings;
use crate::domain::{FieldId, Record};
use crate::query::format;
use crate::query::schema::deal as d;

const DAY: i64 = 86_400_000;

/// How stuck a deal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Alarm {
    Amber,
    Red,
}

/// Why an open deal needs a hand, the worst first; empty where it moves.
pub fn stuck(deal: &Record, settings: &Settings, now: Timestamp) -> Vec<(Alarm, String)> {
    let mut out = Vec::new();
    let Some(stage) = Stage::parse(deal.text(d::STAGE)).filter(|s| s.is_open()) else { return out };
    let usual = settings.int(&format!("deal.patience.{}", stage.code()));
    let last = deal.int(d::LAST_ACTIVITY).or(deal.int(d::CREATED)).unwrap_or(now.0);
    let idle = (now.0 - last).max(0) / DAY;
    if idle >= 2 * usual {
        out.push((Alarm::Red, format!("no activity for {idle} days: stuck, {usual} are usual")));
    } else if idle >= usual {
        out.push((Alarm::Amber, format!("no activity for {idle} days, {usual} are usual")));
    }
    let today = calendar::day_of(now);
    if let Some(day) = deal.int(d::EXPECTED_CLOSE).filter(|day| *day < today) {
        let ago = today - day;
        out.push((Alarm::Amber, format!("should have closed {}", days_ago(ago))));
    }
    if let Some(day) = deal.int(d::VALID_UNTIL).filter(|day| *day < today) {
        out.push((Alarm::Amber, format!("the quotation ran out {}", days_ago(today - day))));
    }
    out.sort_by_key(|(alarm, _)| std::cmp::Reverse(*alarm));
    out
}

fn days_ago(n: i64) -> String {
    if n == 1 { "yesterday".into() } else { format!("{n} days ago") }
}

/// When a deal is expected to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The day has gone by, and the deal is open.
    Past,
    /// Months since the year 0.
    Month(i64),
    Undated,
}

impl When {
    pub fn label(self) -> String {
        match self {
            When::Past => "past their day".into(),
            When::Undated => "no day".into(),
            When::Month(n) => month_name(n),
        }
    }
}

/// Months since the year 0.
pub fn month_of(day: chrono::NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// `Nov 2026`.
pub fn month_name(n: i64) -> String {
    let (year, month) = (n.div_euclid(12), n.rem_euclid(12));
    let day = i32::try_from(year).ok().zip(u32::try_from(month + 1).ok());
    let day = day.and_then(|(y, m)| chrono::NaiveDate::from_ymd_opt(y, m, 1));
    day.map(|d| d.format("%b %Y").to_string()).unwrap_or_default()
}

/// A month of the forecast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outlook {
    /// Open deals and their whole amount.
    pub open: i64,
    pub amount: Money,
    /// Weighted amount by stage, in the order of [`Stage::OPEN`].
    pub by_stage: [Money; 3],
    pub weighted: Money,
    /// Whole amounts of open deals by category.
    pub committed: Money,
    pub best: Money,
    pub won_deals: i64,
    pub won: Money,
}

impl Outlook {
    pub fn expected(&self) -> Money {
        self.won + self.weighted
    }

    pub fn commit(&self) -> Money {
        self.won + self.committed
    }

    pub fn best_case(&self) -> Money {
        self.commit() + self.best
    }

    /// Adds a deal that is open or won.
    fn add(&mut self, deal: &Record, stage: Stage) {
        let amount = deal.money(d::AMOUNT);
        if stage == Stage::Won {
            self.won_deals += 1;
            self.won += amount;
            return;
        }
        let weighted = deal.money(d::WEIGHTED);
        self.open += 1;
        self.amount += amount;
        self.weighted += weighted;
        if let Some(i) = Stage::OPEN.iter().position(|s| *s == stage) {
            self.by_stage[i] += weighted;
        }
        match Category::parse(deal.text(d::CATEGORY)) {
            Some(Category::Commit) => self.committed += amount,
            Some(Category::BestCase) => self.best += amount,
            _ => {}
        }
    }
}

/// The forecast by month, and of all months together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forecast {
    pub rows: BTreeMap<When, Outlook>,
    pub all: Outlook,
}

impl Forecast {
    /// Takes a deal in. Wins before the present month and losses are past.
    pub fn add(&mut self, deal: &Record, now: Timestamp) {
        let today = calendar::date_of(now);
        let Some(stage) = Stage::parse(deal.text(d::STAGE)) else { return };
        let when = match stage {
            Stage::Lost => return,
            Stage::Won => match deal.int(d::WON_AT).map(|t| month_of(calendar::date_of(Timestamp(t)))) {
                Some(month) if month >= month_of(today) => When::Month(month),
                _ => return,
            },
            _ => match deal.int(d::EXPECTED_CLOSE) {
                None => When::Undated,
                Some(day) if day < calendar::days_of(today) => When::Past,
                Some(day) => When::Month(calendar::date_from_days(day).map_or(0, month_of)),
            },
        };
        self.rows.entry(when).or_default().add(deal, stage);
        self.all.add(deal, stage);
    }
}

/// What closed deals are parted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The values of a field.
    Field(FieldId),
    /// Small, medium, large, by the settings.
    Size,
}

/// How deals of one sort ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    pub name: String,
    pub won: i64,
    pub lost: i64,
    pub won_amount: Money,
    pub lost_amount: Money,
    pub open: i64,
    /// Milliseconds from opening to winning, all won deals together.
    cycle: i64,
}

impl Ended {
    pub fn add(&mut self, deal: &Record) {
        let amount = deal.money(d::AMOUNT);
        match Stage::parse(deal.text(d::STAGE)) {
            Some(Stage::Won) => {
                self.won += 1;
                self.won_amount += amount;
                let from = deal.int(d::CREATED).unwrap_or(0);
                self.cycle += (deal.int(d::WON_AT).unwrap_or(from) - from).max(0);
            }
            Some(Stage::Lost) => {
                self.lost += 1;
                self.lost_amount += amount;
            }
            Some(_) => self.open += 1,
            None => {}
        }
    }

    /// Won of won and lost, thousandths; `None` without any.
    pub fn rate(&self) -> Option<i64> {
        let closed = self.won + self.lost;
        (closed > 0).then(|| (self.won * 1_000 + closed / 2) / closed)
    }

    /// Mean amount of a won deal, rounded down to the paisa.
    pub fn size(&self) -> Option<Money> {
        (self.won > 0).then(|| Money(self.won_amount.0 / self.won))
    }

    /// Mean days from opening to winning, in tenths.
    pub fn cycle_days(&self) -> Option<i64> {
        (self.won > 0).then(|| self.cycle * 10 / (self.won * DAY))
    }

    /// Rupees a day that the open deals turn into at this rate, size and cycle.
    pub fn velocity(&self) -> Option<Money> {
        let closed = i128::from(self.won + self.lost);
        let days = closed * i128::from(self.cycle);
        let worth = i128::from(self.open) * i128::from(self.won) * i128::from(self.won_amount.0) * i128::from(DAY);
        (days > 0).then(|| Money(i64::try_from(worth / days).unwrap_or(i64::MAX)))
    }
}

/// The name of the sort a deal is of.
pub fn sort_of(deal: &Record, by: By, settings: &Settings) -> String {
    match by {
        By::Size => {
            let amount = deal.money(d::AMOUNT);
            let (medium, large) = (settings.money("deal.size.medium"), settings.money("deal.size.large"));
            match amount {
                a if a >= large => format!("large, from {}", large.short()),
                a if a >= medium => format!("medium, from {}", medium.short()),
                _ => format!("small, below {}", medium.short()),
            }
        }
        By::Field(id) if deal.get(id).is_null() => "none".into(),
        By::Field(id) => format::show(id, deal.get(id)),
    }
}

/// How deals ended, sort by sort: the most closed first.
pub fn win_loss<'a>(deals: impl Iterator<Item = &'a Record>, by: By, settings: &Settings) -> (Vec<Ended>, Ended) {
    let mut rows: BTreeMap<String, Ended> = BTreeMap::new();
    let mut all = Ended { name: "all".into(), ..Ended::default() };
    for deal in deals {
        let name = sort_of(deal, by, settings);
        rows.entry(name.clone()).or_insert_with(|| Ended { name, ..Ended::default() }).add(deal);
        all.add(deal);
    }
    let mut rows: Vec<Ended> = rows.into_values().collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.won + r.lost));
    (rows, all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::{Entity, Value};
    use crate::query::schema;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        calendar::start_of(chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()).plus_ms(36_000_000)
    }

    fn deal(stage: &str, rupees: i64, chance: i64, category: &str, close: Option<i64>) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Deal).collect();
        let mut row = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
        let amount = Money::rupees(rupees);
        row.set(d::STAGE, stage.into());
        row.set(d::AMOUNT, amount.into());
        row.set(d::WEIGHTED, crate::domain::deal::portion(amount, chance, 100).into());
        row.set(d::CATEGORY, category.into());
        let today = calendar::day_of(now());
        row.set(d::EXPECTED_CLOSE, close.map_or(Value::Null, |n| Value::Int(today + n)));
        row.set(d::CREATED, Value::Int(now().0 - 30 * DAY));
        row.set(d::LAST_ACTIVITY, Value::Int(now().0));
        if stage == "won" {
            row.set(d::WON_AT, Value::Int(now().0));
        }
        row
    }

    #[test]
    fn the_worked_forecast() {
        let mut forecast = Forecast::default();
        for row in [
            deal("won", 100_000, 100, "", None),
            deal("negotiation", 200_000, 70, "commit", Some(3)),
            deal("proposal", 50_001, 40, "best-case", Some(8)),
            deal("qualified", 10_000, 20, "pipeline", Some(1)),
            deal("lost", 900_000, 0, "commit", Some(1)),
            deal("qualified", 5_000, 20, "pipeline", Some(-1)),
            deal("qualified", 7_000, 20, "pipeline", None),
            deal("qualified", 9_000, 20, "pipeline", Some(30)),
        ] {
            forecast.add(&row, now());
        }
        let november = forecast.rows[&When::Month(2026 * 12 + 10)];
        assert_eq!((november.open, november.weighted), (3, Money(16_200_040)));
        assert_eq!(november.by_stage, [Money(200_000), Money(2_000_040), Money(14_000_000)]);
        assert_eq!(november.expected(), Money(26_200_040));
        assert_eq!((november.commit(), november.best_case()), (Money(30_000_000), Money(35_000_100)));
        let labels: Vec<String> = forecast.rows.keys().map(|w| w.label()).collect();
        assert_eq!(labels, ["past their day", "Nov 2026", "Dec 2026", "no day"]);
        assert_eq!(forecast.all.open, 6);
    }

    proptest! {
        #[test]
        fn months_sum_to_the_whole(deals in prop::collection::vec((0..5usize, 0..9_999_999i64, 0..=100i64, 0..3usize, prop::option::of(-90..200i64)), 0..40)) {
            let mut forecast = Forecast::default();
            for (stage, rupees, chance, category, close) in deals {
                let row = deal(Stage::ALL[stage].code(), rupees, chance, Category::ALL[category].code(), close);
                forecast.add(&row, now());
            }
            let sum = |f: fn(&Outlook) -> Money| forecast.rows.values().map(f).sum::<Money>();
            prop_assert_eq!(sum(|o| o.weighted), forecast.all.weighted);
            prop_assert_eq!(forecast.all.by_stage.into_iter().sum::<Money>(), forecast.all.weighted);
            prop_assert_eq!(sum(|o| o.best_case()), forecast.all.best_case());
            prop_assert_eq!(sum(|o| o.amount), forecast.all.amount);
        }
    }

    #[test]
    fn the_worked_pace() {
        let mut rows: Vec<Record> = [40_000, 60_000, 80_000].map(|n| deal("won", n, 100, "", None)).to_vec();
        rows.extend((0..2).map(|_| deal("lost", 1_000, 0, "", None)));
        rows.extend((0..10).map(|_| deal("proposal", 1_000, 40, "", None)));
        let (by_size, all) = win_loss(rows.iter(), By::Size, &Settings::default());
        assert_eq!((all.rate(), all.size()), (Some(600), Some(Money::rupees(60_000))));
        assert_eq!((all.cycle_days(), all.velocity()), (Some(300), Some(Money::rupees(12_000))));
        let told: Vec<(&str, i64, i64)> = by_size.iter().map(|r| (r.name.as_str(), r.won, r.lost)).collect();
        assert_eq!(told, [("small, below ₹50k", 1, 2), ("medium, from ₹50k", 2, 0)]);
        let none = win_loss([].iter(), By::Size, &Settings::default()).1;
        assert_eq!((none.rate(), none.size(), none.velocity()), (None, None, None));
    }

    #[test]
    fn a_deal_without_activity_turns_amber_then_red() {
        let settings = Settings::default();
        for (days, want) in [
            (6, None),
            (7, Some((Alarm::Amber, "no activity for 7 days, 7 are usual"))),
            (13, Some((Alarm::Amber, "no activity for 13 days, 7 are usual"))),
            (14, Some((Alarm::Red, "no activity for 14 days: stuck, 7 are usual"))),
        ] {
            let mut row = deal("proposal", 1_000, 40, "", Some(5));
            row.set(d::LAST_ACTIVITY, Value::Int(now().0 - days * DAY));
            let found = stuck(&row, &settings, now());
            assert_eq!(found.first().map(|(a, why)| (*a, why.as_str())), want, "{days}");
        }
        let late = stuck(&deal("proposal", 1, 40, "", Some(-2)), &settings, now());
        assert_eq!(late, [(Alarm::Amber, "should have closed 2 days ago".to_string())]);
        assert!(stuck(&deal("won", 1, 40, "", Some(-2)), &settings, now()).is_empty());
    }
}
