//! Working time: hours of the week in Indian time, less the holidays of a state.

use std::fmt;

use crate::base::Timestamp;

use super::holidays;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;
/// Indian time is five and a half hours before UTC, the year round.
const IST: i64 = 19_800_000;
/// Days looked ahead for working time before giving up: a hundred years.
const FAR: i64 = 36_525;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The hours of a week: for each day, Monday first, intervals in minutes of the day, in order and apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours {
    days: [Vec<(i64, i64)>; 7],
}

impl Hours {
    /// Round the clock.
    pub fn always() -> Hours {
        Hours { days: std::array::from_fn(|_| vec![(0, 1_440)]) }
    }

    /// Reads `mon-fri 09:00-13:00 14:00-20:00; sat 09:00-14:00`. Days that are not named are free. The error is a
    /// sentence.
    pub fn parse(text: &str) -> Result<Hours, String> {
        let mut hours = Hours::default();
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let mut words = part.split_whitespace();
            let (first, last) = days(words.next().unwrap_or_default())?;
            let mut spans: Vec<(i64, i64)> = words.map(interval).collect::<Result<_, _>>()?;
            if spans.is_empty() {
                return Err(format!("`{part}` names no hours: write `mon-fri 09:00-18:00`"));
            }
            spans.sort_unstable();
            if spans.windows(2).any(|w| w[0].1 > w[1].0) {
                return Err(format!("the hours of `{part}` overlap"));
            }
            for (day, name) in DAYS.iter().enumerate().take(last + 1).skip(first) {
                if !hours.days[day].is_empty() {
                    return Err(format!("{name} is named twice"));
                }
                hours.days[day].clone_from(&spans);
            }
        }
        if hours.days.iter().all(Vec::is_empty) {
            return Err("these hours are empty: no target would ever be due".into());
        }
        Ok(hours)
    }

    /// Milliseconds of one day of the week.
    fn total(&self, weekday: usize) -> i64 {
        self.days[weekday].iter().map(|(a, b)| (b - a) * MINUTE).sum()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut day = 0;
        let mut first = true;
        while day < 7 {
            let spans = &self.days[day];
            let mut last = day;
            while last < 6 && self.days[last + 1] == *spans {
                last += 1;
            }
            if !spans.is_empty() {
                f.write_str(if first { "" } else { "; " })?;
                first = false;
                f.write_str(DAYS[day])?;
                if last > day {
                    write!(f, "-{}", DAYS[last])?;
                }
                for (a, b) in spans {
                    write!(f, " {:02}:{:02}-{:02}:{:02}", a / 60, a % 60, b / 60, b % 60)?;
                }
            }
            day = last + 1;
        }
        Ok(())
    }
}

/// `mon`, `mon-fri`.
fn days(text: &str) -> Result<(usize, usize), String> {
    let one = |t: &str| {
        let found = DAYS.iter().position(|d| t.to_ascii_lowercase().starts_with(d));
        found.ok_or_else(|| format!("`{t}` is no day: write mon, tue, wed, thu, fri, sat or sun"))
    };
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (one(first)?, one(last)?) {
        (a, b) if a <= b => Ok((a, b)),
        _ => Err(format!("`{text}` runs backwards: weeks begin on Monday")),
    }
}

/// `09:00-13:00`.
fn interval(text: &str) -> Result<(i64, i64), String> {
    let wrong = || format!("`{text}` is no interval: write 09:00-18:00");
    let time = |t: &str| {
        let (h, m) = t.split_once(':').unwrap_or((t, "0"));
        let (h, m): (i64, i64) = (h.parse().ok()?, m.parse().ok()?);
        ((0..=24).contains(&h) && (0..60).contains(&m) && h * 60 + m <= 1_440).then_some(h * 60 + m)
    };
    let (a, b) = text.split_once('-').ok_or_else(wrong)?;
    match (time(a), time(b)) {
        (Some(a), Some(b)) if a < b => Ok((a, b)),
        _ => Err(wrong()),
    }
}

/// Hours less holidays: what counts as working time for one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    hours: Hours,
    /// Days since 1970 without work, sorted.
    free: Vec<i64>,
    /// Code of the state whose holidays they are; empty where none are kept.
    pub state: &'static str,
}

impl Calendar {
    /// The hours less the holidays of a state, by its name.
    pub fn of_state(hours: Hours, state: &str) -> Calendar {
        let code = holidays::code(state);
        Calendar { hours, free: holidays::of(code).to_vec(), state: code }
    }

    /// The hours on every day, holidays too.
    pub fn without_holidays(hours: Hours) -> Calendar {
        Calendar { hours, free: Vec::new(), state: "" }
    }

    /// The hours less these days.
    pub fn with_free_days(hours: Hours, mut free: Vec<i64>) -> Calendar {
        free.sort_unstable();
        free.dedup();
        Calendar { hours, free, state: "" }
    }

    pub fn hours(&self) -> &Hours {
        &self.hours
    }

    /// True where a day, counted since 1970, has working hours.
    pub fn is_working_day(&self, day: i64) -> bool {
        !self.spans(day).is_empty()
    }

    fn spans(&self, day: i64) -> &[(i64, i64)] {
        if self.free.binary_search(&day).is_ok() { &[] } else { &self.hours.days[weekday(day)] }
    }

    /// Milliseconds of working time from `a` to `b`; zero where `b` is not later.
    pub fn between(&self, a: Timestamp, b: Timestamp) -> i64 {
        if b <= a {
            return 0;
        }
        let ((first, from), (last, to)) = (place(a), place(b));
        if first == last {
            return self.part(first, from, to);
        }
        self.part(first, from, DAY).saturating_add(self.whole(first + 1, last)).saturating_add(self.part(last, 0, to))
    }

    /// Working time of one day from one moment of it to another.
    fn part(&self, day: i64, from: i64, to: i64) -> i64 {
        let inside = |(a, b): &(i64, i64)| ((b * MINUTE).min(to) - (a * MINUTE).max(from)).max(0);
        self.spans(day).iter().map(inside).sum()
    }

    /// Working time of whole days, `from` included, `to` not: weeks at once, less the holidays among them.
    fn whole(&self, from: i64, to: i64) -> i64 {
        let days = (to - from).max(0);
        let week: i64 = (0..7).map(|d| self.hours.total(d)).sum();
        let rest: i64 = (0..days % 7).map(|n| self.hours.total(weekday(from + n))).sum();
        let (a, b) = (self.free.partition_point(|d| *d < from), self.free.partition_point(|d| *d < to));
        let free: i64 = self.free[a..b.max(a)].iter().map(|d| self.hours.total(weekday(*d))).sum();
        (days / 7).saturating_mul(week).saturating_add(rest - free)
    }

    /// The earliest moment by which `work` milliseconds of working time have passed since `at`; `None` where that
    /// never comes.
    pub fn after(&self, at: Timestamp, work: i64) -> Option<Timestamp> {
        if work <= 0 {
            return Some(at);
        }
        let (first, from) = place(at);
        let mut left = work;
        for day in first..first.saturating_add(FAR) {
            let start = if day == first { from } else { 0 };
            for (a, b) in self.spans(day) {
                let (a, b) = ((a * MINUTE).max(start), b * MINUTE);
                if b <= a {
                    continue;
                }
                if b - a >= left {
                    return Some(Timestamp(day * DAY + a + left - IST));
                }
                left -= b - a;
            }
        }
        None
    }

    /// Midnight after the `n`-th working day that follows the day of `at`.
    pub fn after_days(&self, at: Timestamp, n: u32) -> Option<Timestamp> {
        let (first, _) = place(at);
        let mut left = n;
        for day in first + 1..first.saturating_add(FAR) {
            if self.is_working_day(day) {
                left = left.saturating_sub(1);
                if left == 0 {
                    return Some(Timestamp((day + 1) * DAY - IST));
                }
            }
        }
        None
    }
}

/// Day since 1970 in India, and milliseconds into it.
fn place(at: Timestamp) -> (i64, i64) {
    let local = at.0.saturating_add(IST);
    (local.div_euclid(DAY), local.rem_euclid(DAY))
}

/// Monday is 0. The first of January 1970 was a Thursday.
fn weekday(day: i64) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}
