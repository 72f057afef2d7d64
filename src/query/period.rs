//! Days and moments as words name them: dates, months, `this-fy`, `7d`, `2h`.

use chrono::{Datelike, NaiveDate};

use crate::base::calendar;

use super::bound::Context;

/// What a text says of days, counted since 1970.
pub enum Days {
    /// First and last day.
    Period(i64, i64),
    /// So many days from today.
    Distance(i64),
}

/// What a text says of a moment, in milliseconds.
pub enum Moments {
    /// First and last.
    Period(i64, i64),
    /// So many days from today, the days whole.
    Days(i64),
    /// So many milliseconds from now.
    Distance(i64),
}

impl Moments {
    pub fn is_distance(&self) -> bool {
        !matches!(self, Moments::Period(..))
    }

    /// First and last moment of what is named: a day `n` days off is that whole day.
    pub fn ends(&self, context: &Context, ahead: bool) -> (i64, i64) {
        let sign = if ahead { 1 } else { -1 };
        match self {
            Moments::Period(a, b) => (*a, *b),
            Moments::Days(n) => {
                let day = calendar::days_of(context.today) + sign * n;
                (start_ms(day), start_ms(day + 1) - 1)
            }
            Moments::Distance(ms) => (context.now.0 + sign * ms, context.now.0 + sign * ms),
        }
    }

    /// Everything between now and there: for days, the whole of today and of that day.
    pub fn around(&self, context: &Context, ahead: bool) -> (i64, i64) {
        let (low, high) = self.ends(context, ahead);
        let today = calendar::days_of(context.today);
        match self {
            Moments::Period(..) => (low, high),
            Moments::Days(_) => (low.min(start_ms(today)), high.max(start_ms(today + 1) - 1)),
            Moments::Distance(_) => (low.min(context.now.0), high.max(context.now.0)),
        }
    }
}

/// When a day begins in India.
pub fn start_ms(day: i64) -> i64 {
    calendar::date_from_days(day).map_or(i64::MAX / 2, |d| calendar::start_of(d).0)
}

/// Dates, months, years, names of periods, distances. Weeks begin on Monday.
pub fn read_days(text: &str, today: NaiveDate) -> Option<Days> {
    let t = text.to_ascii_lowercase();
    let day = |d: NaiveDate| Some(Days::Period(calendar::days_of(d), calendar::days_of(d)));
    let months = |first: NaiveDate, n: i32| {
        let last = calendar::add_days(calendar::add_months(first, n), -1);
        Some(Days::Period(calendar::days_of(first), calendar::days_of(last)))
    };
    let ymd = NaiveDate::from_ymd_opt;
    let (year, month) = (today.year(), today.month());
    let this_month = ymd(year, month, 1)?;
    let monday = calendar::add_days(today, -i64::from(today.weekday().num_days_from_monday()));
    let week = |start: NaiveDate| Some(Days::Period(calendar::days_of(start), calendar::days_of(start) + 6));
    let fy = |y: i32| ymd(y, 4, 1).and_then(|d| months(d, 12));
    match t.as_str() {
        "today" => return day(today),
        "yesterday" => return day(calendar::add_days(today, -1)),
        "tomorrow" => return day(calendar::add_days(today, 1)),
        "this-week" => return week(monday),
        "last-week" => return week(calendar::add_days(monday, -7)),
        "next-week" => return week(calendar::add_days(monday, 7)),
        "this-month" => return months(this_month, 1),
        "last-month" => return months(calendar::add_months(this_month, -1), 1),
        "next-month" => return months(calendar::add_months(this_month, 1), 1),
        "this-year" => return months(ymd(year, 1, 1)?, 12),
        "last-year" => return months(ymd(year - 1, 1, 1)?, 12),
        "this-fy" => return fy(calendar::financial_year(today)),
        "last-fy" => return fy(calendar::financial_year(today) - 1),
        _ => {}
    }
    if let Some((digits, unit)) = t.char_indices().last().map(|(i, c)| (&t[..i], c))
        && matches!(unit, 'd' | 'w' | 'm' | 'y')
        && !digits.is_empty()
        && digits.len() <= 5
        && digits.bytes().all(|b| b.is_ascii_digit())
    {
        let n: i64 = digits.parse().ok()?;
        return Some(Days::Distance(
            n * match unit {
                'd' => 1,
                'w' => 7,
                'm' => 30,
                _ => 365,
            },
        ));
    }
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<i32>().ok()).flatten();
    let plausible = |y: i32| (1900..=2999).contains(&y);
    match t.split('-').collect::<Vec<_>>()[..] {
        [y] if y.len() == 4 => months(ymd(number(y).filter(|y| plausible(*y))?, 1, 1)?, 12),
        [y, m] if y.len() == 4 => {
            months(ymd(number(y).filter(|y| plausible(*y))?, u32::try_from(number(m)?).ok()?, 1)?, 1)
        }
        _ => calendar::parse_date(&t).and_then(day),
    }
}
