//! The time a report is about, and the time it is compared with. Days count from 1970-01-01, in India.

use chrono::{Datelike, NaiveDate};

use crate::base::calendar;

/// Days from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

fn date(day: i64) -> NaiveDate {
    calendar::date_from_days(day).unwrap_or_default()
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn last_of_month(day: NaiveDate) -> NaiveDate {
    calendar::add_days(calendar::add_months(first_of_month(day), 1), -1)
}

impl Span {
    fn of(from: NaiveDate, to: NaiveDate) -> Span {
        Span { from: calendar::days_of(from), to: calendar::days_of(to) }
    }

    pub fn days(self) -> i64 {
        self.to - self.from + 1
    }

    /// The span as a filter says it: `2026-10-01..2026-10-31`.
    pub fn text(self) -> String {
        format!("{}..{}", date(self.from), date(self.to))
    }

    /// `24 Oct – 23 Nov 2026`.
    pub fn label(self) -> String {
        let (from, to) = (date(self.from), date(self.to));
        let short = if from.year() == to.year() { "%d %b" } else { "%d %b %Y" };
        format!("{} – {}", from.format(short), calendar::long_date(to))
    }

    /// So many months earlier; a span that ends with a month goes on doing so.
    fn months_before(self, n: i32) -> Span {
        let (from, to) = (date(self.from), date(self.to));
        let moved = calendar::add_months(to, -n);
        Span::of(calendar::add_months(from, -n), if to == last_of_month(to) { last_of_month(moved) } else { moved })
    }
}

/// What a period is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compare {
    /// As long a time, just before.
    #[default]
    Before,
    /// The same days a year before.
    Year,
    Nothing,
}

impl Compare {
    pub const ALL: [Compare; 3] = [Compare::Before, Compare::Year, Compare::Nothing];

    pub fn code(self) -> &'static str {
        match self {
            Compare::Before => "before",
            Compare::Year => "year",
            Compare::Nothing => "none",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Compare::Before => "the time before",
            Compare::Year => "a year before",
            Compare::Nothing => "nothing",
        }
    }

    pub fn parse(text: &str) -> Option<Compare> {
        Compare::ALL.into_iter().find(|c| c.code().eq_ignore_ascii_case(text.trim()))
    }
}

/// A period with what it is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// As it was typed.
    pub name: String,
    pub span: Span,
    pub before: Option<Span>,
}

/// Periods to choose from: what is typed, and what it means.
pub const PERIODS: &[(&str, &str)] = &[
    ("30d", "the last 30 days"),
    ("90d", "the last 90 days"),
    ("this-month", "this month up to today"),
    ("last-month", "the last full month"),
    ("3m", "this month and the 2 before it"),
    ("6m", "this month and the 5 before it"),
    ("12m", "this month and the 11 before it"),
    ("quarter", "this quarter of the financial year"),
    ("fy", "this financial year, from April"),
    ("last-fy", "the last financial year"),
];

/// The period where none is named.
pub const DEFAULT: &str = "30d";

impl Period {
    /// Reads a period as it is typed: one of [`PERIODS`], `45d`, `8m`, a month `2026-10`, or two months or days with
    /// `..` between them. What lies after today is cut off.
    pub fn parse(text: &str, compare: Compare, today: NaiveDate) -> Result<Period, String> {
        let name = text.trim().to_ascii_lowercase();
        let wrong = || {
            format!(
                "`{name}` is no period: write 30d, 6m, this-month, last-month, quarter, fy, last-fy, a month as in \
                 2026-10, or two days or months with .. between them"
            )
        };
        let this = first_of_month(today);
        let span = match name.as_str() {
            "this-month" => Span::of(this, today),
            "last-month" => {
                let to = calendar::add_days(this, -1);
                Span::of(first_of_month(to), to)
            }
            "quarter" => Span::of(calendar::add_months(this, -(today.month0() as i32 % 3)), today),
            "fy" | "last-fy" => {
                let begin = NaiveDate::from_ymd_opt(calendar::financial_year(today), 4, 1).unwrap_or(this);
                match name.as_str() {
                    "fy" => Span::of(begin, today),
                    _ => Span::of(calendar::add_months(begin, -12), calendar::add_days(begin, -1)),
                }
            }
            other => match other.split_once("..") {
                Some((from, to)) => {
                    let (from, _) = day_or_month(from).ok_or_else(wrong)?;
                    let (_, to) = day_or_month(to).ok_or_else(wrong)?;
                    Span::of(from, to.min(today))
                }
                None => match (counted(other, 'd'), counted(other, 'm'), day_or_month(other)) {
                    (Some(n), ..) => Span::of(calendar::add_days(today, 1 - i64::from(n)), today),
                    (_, Some(n), _) => Span::of(calendar::add_months(this, 1 - n), today),
                    (.., Some((from, to))) => Span::of(from, to.min(today)),
                    _ => return Err(wrong()),
                },
            },
        };
        if span.from > span.to {
            return Err(format!("`{name}` has no day in it that has been yet"));
        }
        let before = match compare {
            Compare::Nothing => None,
            Compare::Year => Some(span.months_before(12)),
            Compare::Before => Some(before(span)),
        };
        Ok(Period { name, span, before })
    }
}

/// As long a time just before: whole months where the span begins with one.
fn before(span: Span) -> Span {
    let (from, to) = (date(span.from), date(span.to));
    if from.day() == 1 {
        let months = (to.year() - from.year()) * 12 + to.month0() as i32 - from.month0() as i32 + 1;
        return span.months_before(months);
    }
    Span { from: span.from - span.days(), to: span.from - 1 }
}

fn counted(text: &str, unit: char) -> Option<i32> {
    text.strip_suffix(unit)?.parse().ok().filter(|n| (1..=3_660).contains(n))
}

/// The first and the last day of what is named.
fn day_or_month(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    if let Some(day) = calendar::parse_date(text) {
        return Some((day, day));
    }
    let (year, month) = text.trim().split_once('-')?;
    let first =
        NaiveDate::from_ymd_opt(year.parse().ok().filter(|y| (1900..=2999).contains(y))?, month.parse().ok()?, 1)?;
    Some((first, last_of_month(first)))
}

/// Months that a chart shows at least, and at most.
const MONTHS: (usize, usize) = (12, 36);

/// What a report is made with: the period, today, and the months that charts show.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    pub period: Period,
    /// Days since 1970-01-01.
    pub today: i64,
    /// Milliseconds.
    pub now: i64,
    /// The oldest first; the last ends with the period.
    pub months: Vec<Span>,
}

impl Frame {
    pub fn new(period: Period, today: i64, now: i64) -> Frame {
        let (from, to) = (date(period.span.from), date(period.span.to));
        let wanted = (to.year() - from.year()) * 12 + to.month0() as i32 - from.month0() as i32 + 1;
        let count = usize::try_from(wanted).unwrap_or(1).clamp(MONTHS.0, MONTHS.1) as i32;
        let last = first_of_month(to);
        let months = (0..count)
            .rev()
            .map(|back| {
                let first = calendar::add_months(last, -back);
                let end = if back == 0 { to } else { last_of_month(first) };
                Span::of(first, end)
            })
            .collect();
        Frame { period, today, now, months }
    }

    /// `Oct`, with the year in January and in the first.
    pub fn month_labels(&self) -> Vec<String> {
        let label = |(i, m): (usize, &Span)| {
            let day = date(m.from);
            day.format(if i == 0 || day.month() == 1 { "%b %y" } else { "%b" }).to_string()
        };
        self.months.iter().enumerate().map(label).collect()
    }

    /// From the first day to the last that any figure looks at.
    pub fn reach(&self) -> Span {
        let months = self.months.first().map_or(self.period.span.from, |m| m.from);
        let before = self.period.before.map_or(months, |b| b.from);
        Span { from: months.min(before).min(self.period.span.from), to: self.today }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn periods_are_read_as_they_are_typed() {
        let today = day(2026, 11, 23);
        let of = |text: &str| {
            let p = Period::parse(text, Compare::Before, today).unwrap();
            (p.span.text(), p.before.unwrap().text())
        };
        let both = |a: &str, b: &str| (a.to_string(), b.to_string());
        assert_eq!(of("30d"), both("2026-10-25..2026-11-23", "2026-09-25..2026-10-24"));
        assert_eq!(of("this-month"), both("2026-11-01..2026-11-23", "2026-10-01..2026-10-23"));
        assert_eq!(of("last-month"), both("2026-10-01..2026-10-31", "2026-09-01..2026-09-30"));
        assert_eq!(of("3m"), both("2026-09-01..2026-11-23", "2026-06-01..2026-08-23"));
        assert_eq!(of("quarter"), both("2026-10-01..2026-11-23", "2026-08-01..2026-09-23"));
        assert_eq!(of("fy"), both("2026-04-01..2026-11-23", "2025-08-01..2026-03-23"));
        assert_eq!(of("last-fy"), both("2025-04-01..2026-03-31", "2024-04-01..2025-03-31"));
        assert_eq!(of("2026-02"), both("2026-02-01..2026-02-28", "2026-01-01..2026-01-31"));
        assert_eq!(of("2026-04..2026-09"), both("2026-04-01..2026-09-30", "2025-10-01..2026-03-31"));
        assert_eq!(of("2026-11-20..2026-12-05"), both("2026-11-20..2026-11-23", "2026-11-16..2026-11-19"));
        let year = Period::parse("2026-02", Compare::Year, today).unwrap();
        assert_eq!(year.before.unwrap().text(), "2025-02-01..2025-02-28");
        for text in ["", "soon", "0d", "2027-01", "2026-13", "2026-10..2026-01"] {
            assert!(Period::parse(text, Compare::Before, today).is_err(), "{text}");
        }
    }

    #[test]
    fn charts_show_a_year_at_least_and_end_with_the_period() {
        let today = day(2026, 11, 23);
        let frame =
            |text: &str| Frame::new(Period::parse(text, Compare::Nothing, today).unwrap(), calendar::days_of(today), 0);
        let months = frame("30d").months;
        assert_eq!((months.len(), months[0].text().as_str()), (12, "2025-12-01..2025-12-31"));
        assert_eq!(months[11].text(), "2026-11-01..2026-11-23");
        assert_eq!(frame("24m").months.len(), 24);
        assert_eq!(frame("30d").month_labels()[..2], ["Dec 25", "Jan 26"]);
    }
}
