//! Twelve months of use and quality of one line.

use serde::{Deserialize, Serialize};

/// One month of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, i64, i64)", into = "(i64, i64, i64)")]
pub struct MonthUsage {
    /// GB down and up.
    pub gb: i64,
    /// Mean measured speed, Mbps.
    pub speed: i64,
    /// Share of the month the line was up, hundredths of a percent (9971 is 99.71 %).
    pub uptime: i64,
}

impl From<(i64, i64, i64)> for MonthUsage {
    fn from((gb, speed, uptime): (i64, i64, i64)) -> Self {
        Self { gb, speed, uptime }
    }
}

impl From<MonthUsage> for (i64, i64, i64) {
    fn from(m: MonthUsage) -> Self {
        (m.gb, m.speed, m.uptime)
    }
}

/// The last months of a line, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Month of the last entry, counted as `year * 12 + month0`.
    pub last_month: i64,
    pub months: Vec<MonthUsage>,
}
