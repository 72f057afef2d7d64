//! The company's own figures month by month, for forecasts.

use crate::base::calendar;
use crate::domain::Entity;
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::ticket as t;
use crate::store::{GroupAsk, Measure, Read};

use super::super::error::ReadError;
use super::{Ask, Scene};

/// Months looked back at most.
pub const MONTHS: i32 = 60;

/// A figure of the company by month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Rent of the lines that were in service or to be paid for at the end of the month, at today's prices; rupees.
    Mrr,
    /// Lines terminated within the month.
    Churn,
    /// Tickets raised within the month.
    Tickets,
}

/// A figure for every full month, the oldest first, from the first that is not nothing on. The present month is not
/// over and left out.
#[derive(Clone, Copy, Debug)]
pub struct AskSeries(pub Figure);

impl Ask for AskSeries {
    /// Month as `2026-10` with its value.
    type Answer = Vec<(String, f64)>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Self::Answer, ReadError> {
        let first = |back: i32| {
            let day = calendar::add_months(scene.today, -back);
            chrono::Datelike::with_day(&day, 1).unwrap_or(day)
        };
        let days: Vec<_> = (1..=MONTHS).rev().map(|back| (first(back), first(back - 1))).collect();
        let values: Vec<f64> = match self.0 {
            Figure::Tickets => {
                let count = |(from, to): &(chrono::NaiveDate, chrono::NaiveDate)| {
                    let (from, to) = (calendar::start_of(*from).0, calendar::start_of(*to).0 - 1);
                    let cond = Cond::Test(t::OPENED, Test::Between(Some(from), Some(to)));
                    let filter = Bound { cond, ..Bound::all(Entity::Ticket) };
                    let groups = read.groups(&GroupAsk { filter, by: None, measures: vec![Measure::Count] })?;
                    Ok(groups.first().and_then(|g| g.1.first()).copied().unwrap_or(0) as f64)
                };
                days.iter().map(count).collect::<Result<_, ReadError>>()?
            }
            figure => {
                let spans: Vec<(i64, i64)> =
                    days.iter().map(|(from, to)| (calendar::days_of(*from), calendar::days_of(*to) - 1)).collect();
                let months = read.pulse(&spans, scene.now.0)?.months;
                let value = |m: &crate::store::MonthEnd| match figure {
                    Figure::Mrr => m.rent as f64 / 100.0,
                    _ => m.left as f64,
                };
                months.iter().map(value).collect()
            }
        };
        // Who left before the company kept books here is not known: what begins with nothing begins later.
        let begun = values.iter().position(|v| *v > 0.0).unwrap_or(values.len());
        Ok(labelled(&days, values.into_iter()).split_off(begun))
    }
}

fn labelled(days: &[(chrono::NaiveDate, chrono::NaiveDate)], values: impl Iterator<Item = f64>) -> Vec<(String, f64)> {
    days.iter().zip(values).map(|((from, _), v)| (from.format("%Y-%m").to_string(), v)).collect()
}
