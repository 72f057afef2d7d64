//! Time labels as they stand in files: read, put on an even grid, and carried on into the future in the same form.
//!
//! Read are 2024, 2024-01, Jan 2024, 2024-Q1 (2024Q1, Q1 2024), 2024-01-31 and 31-01-2024 (also with `/`), a date with a
//! time (`2005-06-07 10:00`, `T` and seconds allowed), and whole numbers. The step of the grid is found from the
//! labels: months where the days allow it, else days, hours, minutes.

use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, TimeDelta};

/// Share of a series that may be missing and is filled in; above that the series is refused.
pub const GAPS: f64 = 0.2;

/// A label read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stamp {
    Index(i64),
    Time(NaiveDateTime, Form),
}

/// How a time was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    Month,
    MonthName,
    Quarter,
    /// Year first; the sign between.
    Day(char),
    /// Day first; the sign between.
    DayFirst(char),
    Minute(char),
    Second(char),
}

/// The step of an even grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Index(i64),
    /// Months; true where every day is the last of its month.
    Months(u32, bool),
    Seconds(i64),
}

/// A series on its grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    pub values: Vec<f64>,
    pub step: Step,
    /// Labels of the values that were missing and stand now on the line between their neighbours.
    pub filled: Vec<String>,
    last: Stamp,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("`{0}` is no time: write 2024-01, 2024-01-31, 2024-Q1, 2024-01-31 10:00 or a whole number")]
    Label(String),
    #[error("`{0}` stands twice with different values; keep one of them")]
    Twice(String),
    #[error("`{0}` and `{1}` are different kinds of time")]
    Mixed(String, String),
    #[error(
        "{missing} of {whole} steps are missing, the first after `{after}`: more than a fifth cannot be filled in honestly"
    )]
    Gaps { missing: usize, whole: usize, after: String },
    #[error("no value")]
    Empty,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads one label.
pub fn parse(text: &str) -> Result<Stamp, TimeError> {
    let text = text.trim();
    let wrong = || TimeError::Label(crate::base::text::clean(text, 40));
    let number =
        |t: &str| (!t.is_empty() && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<u32>().ok()).flatten();
    if let Ok(n) = text.parse::<i64>() {
        return if n.abs() < 1 << 52 { Ok(Stamp::Index(n)) } else { Err(wrong()) };
    }
    let day = |y: Option<u32>, m: Option<u32>, d: Option<u32>| {
        NaiveDate::from_ymd_opt(i32::try_from(y?).ok()?, m?, d?)?.and_hms_opt(0, 0, 0)
    };
    let lower = text.to_ascii_lowercase();
    // A quarter.
    let bare: String = lower.chars().filter(|c| !matches!(c, ' ' | '-' | '/')).collect();
    let quarter = bare
        .split_once('q')
        .and_then(|(a, b)| if a.is_empty() { Some((b.get(1..)?, b.get(..1)?)) } else { Some((a, b)) });
    if let Some((year, q)) = quarter.and_then(|(y, q)| Some((number(y)?, number(q)?))) {
        return match day(Some(year), Some(q * 3).filter(|_| (1..=4).contains(&q)).map(|m| m - 2), Some(1)) {
            Some(t) => Ok(Stamp::Time(t, Form::Quarter)),
            None => Err(wrong()),
        };
    }
    // A month by its name.
    if let Some(m) = MONTHS.iter().position(|m| lower.starts_with(m)) {
        let year =
            lower.trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start_matches([' ', '-', '/', ',', '\'']);
        let year = number(year).map(|y| if year.len() == 2 { 2000 + y } else { y });
        let t = day(year, u32::try_from(m + 1).ok(), Some(1)).ok_or_else(wrong)?;
        return Ok(Stamp::Time(t, Form::MonthName));
    }
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, Some(clock.trim().trim_end_matches('Z'))),
        None => (text, None),
    };
    let sign = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(sign).collect();
    let (t, form) = match parts.as_slice() {
        [y, m] if y.len() == 4 => (day(number(y), number(m), Some(1)), Form::Month),
        [y, m, d] if y.len() == 4 => (day(number(y), number(m), number(d)), Form::Day(sign)),
        [d, m, y] if y.len() == 4 => (day(number(y), number(m), number(d)), Form::DayFirst(sign)),
        _ => return Err(wrong()),
    };
    let t = t.ok_or_else(wrong)?;
    let Some(clock) = clock else { return Ok(Stamp::Time(t, form)) };
    let gap = if text.contains('T') { 'T' } else { ' ' };
    let parts: Vec<&str> = clock.split(':').collect();
    let (h, m, s) = match parts.as_slice() {
        [h, m] => (number(h), number(m), Some(0)),
        [h, m, s] => (number(h), number(m), number(s.split('.').next().unwrap_or(s))),
        _ => return Err(wrong()),
    };
    let at = h.zip(m).zip(s).and_then(|((h, m), s)| t.date().and_hms_opt(h, m, s)).ok_or_else(wrong)?;
    Ok(Stamp::Time(at, if parts.len() == 2 { Form::Minute(gap) } else { Form::Second(gap) }))
}

impl std::fmt::Display for Stamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (t, form) = match self {
            Stamp::Index(n) => return write!(f, "{n}"),
            Stamp::Time(t, form) => (t, form),
        };
        let (y, m, d) = (t.year(), t.month(), t.day());
        match form {
            Form::Month => write!(f, "{y:04}-{m:02}"),
            Form::MonthName => write!(f, "{} {y:04}", t.format("%b")),
            Form::Quarter => write!(f, "{y:04}-Q{}", (m - 1) / 3 + 1),
            Form::Day(c) => write!(f, "{y:04}{c}{m:02}{c}{d:02}"),
            Form::DayFirst(c) => write!(f, "{d:02}{c}{m:02}{c}{y:04}"),
            Form::Minute(c) => write!(f, "{y:04}-{m:02}-{d:02}{c}{}", t.format("%H:%M")),
            Form::Second(c) => write!(f, "{y:04}-{m:02}-{d:02}{c}{}", t.format("%H:%M:%S")),
        }
    }
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

fn months_of(t: NaiveDateTime) -> i64 {
    i64::from(t.year()) * 12 + i64::from(t.month0())
}

fn last_of_month(t: NaiveDateTime) -> bool {
    t.date().checked_add_days(Days::new(1)).is_some_and(|d| d.day() == 1)
}

/// The step of labels in order, and the place of each on the grid.
fn places(stamps: &[Stamp]) -> Result<(Step, Vec<i64>), TimeError> {
    let mut index = Vec::new();
    let mut times = Vec::new();
    for s in stamps {
        match s {
            Stamp::Index(n) => index.push(*n),
            Stamp::Time(t, _) => times.push(*t),
        }
    }
    if !index.is_empty() && !times.is_empty() {
        let other = stamps.iter().find(|s| matches!(s, Stamp::Time(..))).unwrap_or(&stamps[0]);
        return Err(TimeError::Mixed(Stamp::Index(index[0]).to_string(), other.to_string()));
    }
    let even = |of: &[i64]| {
        let step = of.windows(2).fold(0, |g, w| gcd(g, w[1] - w[0])).max(1);
        (step, of.iter().map(|v| (v - of[0]) / step).collect::<Vec<i64>>())
    };
    if times.is_empty() {
        let (step, at) = even(&index);
        return Ok((Step::Index(step), at));
    }
    let midnight = times.iter().all(|t| *t == t.date().and_time(chrono::NaiveTime::MIN));
    let months: Vec<i64> = times.iter().map(|t| months_of(*t)).collect();
    let once = months.windows(2).all(|w| w[0] < w[1]);
    let ends = times.iter().all(|t| last_of_month(*t));
    let same = times.iter().all(|t| t.day() == times[0].day());
    if midnight && once && (ends || same) && times.len() > 1 {
        let (step, at) = even(&months);
        return Ok((Step::Months(u32::try_from(step).unwrap_or(1), ends && !same), at));
    }
    if times.len() == 1 {
        return Ok((Step::Months(1, false), vec![0]));
    }
    let seconds: Vec<i64> = times.iter().map(|t| t.and_utc().timestamp()).collect();
    let (step, at) = even(&seconds);
    Ok((Step::Seconds(step), at))
}

/// Puts the rows of one series on an even grid: sorted, the same row twice taken once, up to a fifth of gaps filled on
/// the line between neighbours. A row whose value is `None` is a gap; before the first and after the last value it is
/// nothing.
pub fn grid(rows: &[(Stamp, Option<f64>)]) -> Result<Grid, TimeError> {
    let mut rows: Vec<(Stamp, f64)> = rows.iter().filter_map(|(s, v)| v.map(|v| (*s, v))).collect();
    rows.sort_by_key(|r| r.0);
    for w in rows.windows(2) {
        if w[0].0 == w[1].0 && w[0].1.to_bits() != w[1].1.to_bits() {
            return Err(TimeError::Twice(w[0].0.to_string()));
        }
    }
    rows.dedup_by_key(|r| r.0);
    let Some(last) = rows.last().map(|r| r.0) else { return Err(TimeError::Empty) };
    let stamps: Vec<Stamp> = rows.iter().map(|r| r.0).collect();
    let (step, at) = places(&stamps)?;
    let whole = usize::try_from(at.last().copied().unwrap_or(0)).unwrap_or(usize::MAX).saturating_add(1);
    let missing = whole - rows.len().min(whole);
    if missing as f64 > GAPS * whole as f64 {
        let gap = at.windows(2).position(|w| w[1] - w[0] > 1).unwrap_or(0);
        return Err(TimeError::Gaps { missing, whole, after: stamps[gap].to_string() });
    }
    let mut values = vec![rows[0].1];
    let mut filled = Vec::new();
    for (i, w) in at.windows(2).enumerate() {
        let (from, to, span) = (rows[i].1, rows[i + 1].1, w[1] - w[0]);
        for k in 1..span {
            values.push(from + (to - from) * k as f64 / span as f64);
            filled.push(step.after(stamps[i], k).to_string());
        }
        values.push(to);
    }
    Ok(Grid { values, step, filled, last })
}

impl Grid {
    /// The label `k` steps after the last value, in its form.
    pub fn label(&self, k: usize) -> String {
        self.step.after(self.last, i64::try_from(k).unwrap_or(i64::MAX)).to_string()
    }
}

impl Step {
    /// The stamp `k` steps on; the last one there is where the calendar ends.
    fn after(self, from: Stamp, k: i64) -> Stamp {
        match (self, from) {
            (Step::Index(by), Stamp::Index(n)) => Stamp::Index(n.saturating_add(by.saturating_mul(k))),
            (Step::Months(by, ends), Stamp::Time(t, form)) => {
                let months = u32::try_from(k.saturating_mul(i64::from(by))).unwrap_or(u32::MAX);
                let mut next = t.checked_add_months(Months::new(months)).unwrap_or(NaiveDateTime::MAX);
                while ends && !last_of_month(next) {
                    next += TimeDelta::days(1);
                }
                Stamp::Time(next, form)
            }
            (Step::Seconds(by), Stamp::Time(t, form)) => {
                let delta = TimeDelta::try_seconds(by.saturating_mul(k)).unwrap_or(TimeDelta::zero());
                Stamp::Time(t.checked_add_signed(delta).unwrap_or(NaiveDateTime::MAX), form)
            }
            (_, from) => from,
        }
    }

    /// The seasons that steps of this size may have. `None` where the labels do not tell.
    pub fn periods(self) -> Option<Vec<usize>> {
        const HOUR: i64 = 3_600;
        const DAY: i64 = 24 * HOUR;
        Some(match self {
            Step::Index(_) => return None,
            Step::Months(n, _) if 12 % n == 0 && n < 12 => vec![12 / n as usize],
            Step::Months(..) => Vec::new(),
            Step::Seconds(s) if s == DAY => vec![7],
            Step::Seconds(s) if s == 7 * DAY => vec![52],
            Step::Seconds(s) if s > 0 && s < DAY && DAY % s == 0 => {
                let day = usize::try_from(DAY / s).unwrap_or(0);
                // A week of steps shorter than half an hour is too long a season to learn.
                if day > 48 { vec![day] } else { vec![day, 7 * day] }
            }
            Step::Seconds(_) => Vec::new(),
        })
    }

    /// In words: `monthly`.
    pub fn name(self) -> String {
        match self {
            Step::Index(_) => "numbered".into(),
            Step::Months(1, _) => "monthly".into(),
            Step::Months(3, _) => "quarterly".into(),
            Step::Months(12, _) => "yearly".into(),
            Step::Months(n, _) => format!("every {n} months"),
            Step::Seconds(3_600) => "hourly".into(),
            Step::Seconds(86_400) => "daily".into(),
            Step::Seconds(604_800) => "weekly".into(),
            Step::Seconds(s) if s % 60 == 0 => format!("every {} minutes", s / 60),
            Step::Seconds(s) => format!("every {s} seconds"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(labels: &[&str]) -> Vec<(Stamp, Option<f64>)> {
        labels.iter().enumerate().map(|(i, l)| (parse(l).unwrap(), Some(i as f64))).collect()
    }

    #[test]
    fn every_form_goes_on_as_it_began() {
        for (labels, step, next) in [
            (vec!["2024-10", "2024-11"], "monthly", "2024-12"),
            (vec!["2023-12-31", "2024-01-31"], "monthly", "2024-02-29"),
            (vec!["30/11/2024", "31/12/2024"], "monthly", "31/01/2025"),
            (vec!["15-11-2024", "15-12-2024"], "monthly", "15-01-2025"),
            (vec!["2024-Q2", "2024-Q3"], "quarterly", "2024-Q4"),
            (vec!["Q3 2024", "2024Q4"], "quarterly", "2025-Q1"),
            (vec!["Nov 2024", "Dec-24"], "monthly", "Jan 2025"),
            (vec!["2024-02-27", "2024-02-28"], "daily", "2024-02-29"),
            (vec!["2024-02-20", "2024-02-27"], "weekly", "2024-03-05"),
            (vec!["2005-06-07 22:00", "2005-06-07 23:00"], "hourly", "2005-06-08 00:00"),
            (vec!["2005-06-07T22:00:00", "2005-06-07T22:05:00"], "every 5 minutes", "2005-06-07T22:10:00"),
            (vec!["7", "8"], "numbered", "9"),
            (vec!["2019", "2020"], "numbered", "2021"),
        ] {
            let g = grid(&rows(&labels)).unwrap();
            assert_eq!((g.step.name().as_str(), g.label(1).as_str()), (step, next), "{labels:?}");
        }
    }

    #[test]
    fn what_is_no_time_is_told() {
        for bad in ["", "soon", "2024-13", "2024-02-30", "31-31-2024", "2024-Q5", "1.5", "2024-01-01 25:00", "q", "jan"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn gaps_are_named_and_filled_or_refused() {
        let with = |labels: &[&str]| {
            let mut r = rows(labels);
            r.reverse();
            grid(&r)
        };
        let g = with(&["2024-01", "2024-02", "2024-04", "2024-05", "2024-06"]).unwrap();
        assert_eq!((g.filled, g.values), (vec!["2024-03".to_string()], vec![0.0, 1.0, 1.5, 2.0, 3.0, 4.0]));
        let e = with(&["2024-01", "2024-02", "2024-06"]).unwrap_err();
        assert!(e.to_string().contains("3 of 6 steps are missing, the first after `2024-02`"), "{e}");
        let twice = [(Stamp::Index(1), Some(1.0)), (Stamp::Index(1), Some(2.0))];
        assert_eq!(grid(&twice), Err(TimeError::Twice("1".into())));
        let same = [(Stamp::Index(1), Some(1.0)), (Stamp::Index(1), Some(1.0)), (Stamp::Index(2), None)];
        assert_eq!(grid(&same).unwrap().values, [1.0]);
        assert!(matches!(grid(&rows(&["1", "2024-01"])), Err(TimeError::Mixed(..))));
        assert_eq!(grid(&[]), Err(TimeError::Empty));
    }
}
