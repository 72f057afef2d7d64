//! Days and hours as India counts them: one time zone without daylight saving (IST, UTC+5:30) and a
//! financial year that begins on 1 April.

use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, TimeZone, Timelike, Utc};

use super::clock::Timestamp;

/// Seconds east of UTC.
const IST_SECONDS: i32 = 5 * 3600 + 1800;

fn ist() -> FixedOffset {
    FixedOffset::east_opt(IST_SECONDS).expect("5:30 is a valid offset")
}

/// The moment as a wall clock in India shows it. Moments outside chrono's range read as 1970.
pub fn in_ist(at: Timestamp) -> DateTime<FixedOffset> {
    ist().timestamp_millis_opt(at.0).single().unwrap_or_else(|| ist().timestamp_nanos(0))
}

pub fn date_of(at: Timestamp) -> NaiveDate {
    in_ist(at).date_naive()
}

/// The day of a moment in India, in days since 1970-01-01, as [`date_of`] has it, without taking it apart into year and
/// month.
pub fn day_of(at: Timestamp) -> i64 {
    let known = DateTime::<Utc>::MIN_UTC.timestamp_millis()..=DateTime::<Utc>::MAX_UTC.timestamp_millis();
    let ms = if known.contains(&at.0) { at.0 } else { 0 };
    (ms + i64::from(IST_SECONDS) * 1000).div_euclid(86_400_000)
}

/// Midnight in India at the start of `date`.
pub fn start_of(date: NaiveDate) -> Timestamp {
    Timestamp((days_of(date) * 86_400 - i64::from(IST_SECONDS)) * 1000)
}

/// Whole days since 1970-01-01: how the store keeps dates.
pub fn days_of(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - 719_163
}

pub fn date_from_days(days: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(days.checked_add(719_163)?).ok()?)
}

/// `months` later on the same day, or the last day of the month where that day does not exist.
pub fn add_months(date: NaiveDate, months: i32) -> NaiveDate {
    let n = Months::new(months.unsigned_abs());
    let moved = if months < 0 { date.checked_sub_months(n) } else { date.checked_add_months(n) };
    moved.unwrap_or(date)
}

pub fn add_days(date: NaiveDate, days: i64) -> NaiveDate {
    let n = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(n) } else { date.checked_add_days(n) };
    moved.unwrap_or(date)
}

/// The year the financial year began in: 2026 for any day from 1 April 2026 to 31 March 2027.
pub fn financial_year(date: NaiveDate) -> i32 {
    if date.month() >= 4 { date.year() } else { date.year() - 1 }
}

/// `28 Nov 2026`.
pub fn long_date(date: NaiveDate) -> String {
    date.format("%d %b %Y").to_string()
}

/// `28 Nov` within half a year of today, else `Nov 2024`.
pub fn short_date(date: NaiveDate, today: NaiveDate) -> String {
    let near = (days_of(date) - days_of(today)).abs() < 183;
    date.format(if near { "%d %b" } else { "%b %Y" }).to_string()
}

/// `21 Nov 10:42` in India.
pub fn short_time(at: Timestamp) -> String {
    in_ist(at).format("%d %b %H:%M").to_string()
}

/// `10:42` in India.
pub fn clock_face(at: Timestamp) -> String {
    let t = in_ist(at);
    format!("{:02}:{:02}", t.hour(), t.minute())
}

/// How far `date` is from `today`, in words: `today`, `in 6 days`, `3 days ago`, `in 2 months`.
pub fn from_today(date: NaiveDate, today: NaiveDate) -> String {
    let days = days_of(date) - days_of(today);
    let (n, unit) = match days.abs() {
        0 => return "today".into(),
        n @ 1..=59 => (n, "day"),
        n @ 60..=729 => (n / 30, "month"),
        n => (n / 365, "year"),
    };
    let s = if n == 1 { "" } else { "s" };
    if days > 0 { format!("in {n} {unit}{s}") } else { format!("{n} {unit}{s} ago") }
}

/// Reads a date as people and files write it: `2026-11-28`, `28-11-2026`, `28/11/2026`,
/// `28 Nov 2026`, `28-Nov-26`. Day before month, as in India.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y"]
        .iter()
        .find_map(|f| NaiveDate::parse_from_str(text, f).ok().filter(|d| (1900..=2999).contains(&d.year())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn days_and_dates_agree() {
        assert_eq!(days_of(day(1970, 1, 1)), 0);
        for d in [day(1999, 12, 31), day(2024, 2, 29), day(2026, 11, 22)] {
            assert_eq!(date_from_days(days_of(d)), Some(d));
            assert_eq!(date_of(start_of(d)), d);
            let midnight = start_of(d).0;
            for ms in [midnight - 1, midnight, midnight + 1, midnight + 86_399_999, midnight + 86_400_000] {
                assert_eq!(day_of(Timestamp(ms)), days_of(date_of(Timestamp(ms))));
            }
            for ms in [i64::MIN, -9_000_000_000_000_000, -1, 0, 9_000_000_000_000_000, i64::MAX] {
                assert_eq!(day_of(Timestamp(ms)), days_of(date_of(Timestamp(ms))));
            }
            assert_eq!(date_of(start_of(d).plus_ms(-1)), add_days(d, -1));
        }
    }

    #[test]
    fn the_financial_year_turns_in_april() {
        assert_eq!(financial_year(day(2026, 3, 31)), 2025);
        assert_eq!(financial_year(day(2026, 4, 1)), 2026);
    }

    #[test]
    fn month_ends_hold() {
        assert_eq!(add_months(day(2026, 1, 31), 1), day(2026, 2, 28));
        assert_eq!(add_months(day(2024, 3, 31), -1), day(2024, 2, 29));
    }

    #[test]
    fn dates_read_day_first() {
        for text in ["2026-11-28", "28-11-2026", "28/11/2026", "28 Nov 2026", "28-Nov-26"] {
            assert_eq!(parse_date(text), Some(day(2026, 11, 28)), "{text}");
        }
        assert_eq!(parse_date("31-02-2026"), None);
    }

    #[test]
    fn distance_in_words() {
        let today = day(2026, 11, 22);
        assert_eq!(from_today(day(2026, 11, 28), today), "in 6 days");
        assert_eq!(from_today(day(2026, 11, 21), today), "1 day ago");
        assert_eq!(from_today(day(2027, 2, 22), today), "in 3 months");
    }
}
