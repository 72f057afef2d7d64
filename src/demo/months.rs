//! The nineteen months the process runs over: eighteen full ones and the current one up to today.

use chrono::{Datelike, NaiveDate};

use crate::base::{Timestamp, calendar};

/// Months simulated; the last is the current one.
pub const SLOTS: usize = 19;
/// The current, unfinished month.
pub const NOW: usize = SLOTS - 1;
/// The first of the twelve full months that `usage` holds.
pub const USAGE_FROM: usize = NOW - 12;
/// The first month a line that is gone may have left in: older ones are out of the book.
pub const GONE_FROM: usize = NOW - 5;

/// Days are counted since 1970-01-01.
#[derive(Debug)]
pub struct Months {
    pub today: i64,
    /// First day of each slot, and of the month after the last.
    starts: [i64; SLOTS + 1],
    /// `year * 12 + month0` of the first slot.
    first: i64,
    midnight: i64,
}

impl Months {
    pub fn new(today: NaiveDate) -> Months {
        let first = i64::from(today.year()) * 12 + i64::from(today.month0()) - NOW as i64;
        let starts = std::array::from_fn(|slot| {
            let month = first + slot as i64;
            let date = NaiveDate::from_ymd_opt((month.div_euclid(12)) as i32, month.rem_euclid(12) as u32 + 1, 1);
            calendar::days_of(date.unwrap_or(today))
        });
        Months { today: calendar::days_of(today), starts, first, midnight: calendar::start_of(today).0 }
    }

    /// First day of a slot.
    pub fn start(&self, slot: usize) -> i64 {
        self.starts[slot]
    }

    /// Last day of a slot; today in the current month.
    pub fn end(&self, slot: usize) -> i64 {
        if slot == NOW { self.today } else { self.starts[slot + 1] - 1 }
    }

    /// Days a slot has.
    pub fn days(&self, slot: usize) -> i64 {
        self.end(slot) - self.start(slot) + 1
    }

    /// `year * 12 + month0`.
    pub fn number(&self, slot: usize) -> i64 {
        self.first + slot as i64
    }

    /// 0 is January.
    pub fn month0(&self, slot: usize) -> usize {
        self.number(slot).rem_euclid(12) as usize
    }

    /// A minute of a day in India.
    pub fn at(&self, day: i64, minute: i64) -> Timestamp {
        Timestamp(self.midnight + (day - self.today) * 86_400_000 + minute * 60_000)
    }

    /// The slot a day lies in; days before the first slot read as the first.
    pub fn slot_of(&self, day: i64) -> usize {
        self.starts.partition_point(|s| *s <= day).saturating_sub(1).min(NOW)
    }
}
