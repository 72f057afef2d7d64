//! The pulse of the company: a few figures of now with how they came about, all from kept sums.

use crate::domain::customer::Status;
use crate::query::cut::{self, Cell, Cut, NONE};

use super::{Read, Result, Rows};

/// The last thirty days of the desk: so many parts of so many days.
const PARTS: usize = 6;
const DAYS: i64 = 5;

/// What the lines were at the end of a month, and what left within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthEnd {
    /// Lines in service or to be paid for.
    pub lines: i64,
    /// Their monthly prices today, paise.
    pub rent: i64,
    /// Lines that had been switched on and were terminated within the month.
    pub left: i64,
}

/// The figures behind the cards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// Monthly revenue now, paise.
    pub mrr: i64,
    /// Lines in service now.
    pub active: i64,
    /// The oldest first; the last is the present month up to now.
    pub months: Vec<MonthEnd>,
    /// Answers to the NPS question: 9 and 10, 0 to 6, all.
    pub promoters: i64,
    pub detractors: i64,
    pub answers: i64,
    /// Mean uptime of the lines in service, in the unit of its field.
    pub uptime: Option<i64>,
    /// Tickets raised in the last thirty days by parts of five days, the oldest first: answered, the sum of minutes to
    /// the first answer, solved, solved without a missed clock.
    pub desk: Vec<[i64; 4]>,
}

impl Read<'_> {
    /// The figures for months that begin and end on these days (days since 1970-01-01, both included), and for the
    /// thirty days that end with `today`. All of them are folds of kept sums.
    pub fn pulse(&self, months: &[(i64, i64)], today: i64) -> Result<Pulse> {
        const ALL: (i64, i64) = (i64::MIN, i64::MAX);
        let cells = |cut: Cut, span| -> Result<Vec<Cell>> { Ok(self.cuts(&[cut], &Rows::All, span)?.concat()) };
        let active = Status::Active.code();
        let mut pulse = Pulse::default();
        for cell in cells(cut::BY_STATUS, ALL)? {
            pulse.mrr += cell.sum;
            pulse.active += if cell.a.eq_ignore_ascii_case(active) { cell.rows } else { 0 };
        }
        for cell in cells(cut::NPS, ALL)?.iter().filter(|c| c.b != NONE) {
            pulse.answers += cell.rows;
            pulse.promoters += if cell.b >= 9 { cell.rows } else { 0 };
            pulse.detractors += if cell.b <= 6 { cell.rows } else { 0 };
        }
        let known = |c: &&Cell| c.b == 1 && c.a.eq_ignore_ascii_case(active);
        pulse.uptime = cells(cut::UPTIME, ALL)?.iter().find(known).map(|c| c.sum / c.rows.max(1));
        let (began, left) = (cells(cut::STARTED, ALL)?, cells(cut::LEFT, ALL)?);
        let within = |of: &[Cell], from: i64, to: i64| {
            let there = of.iter().filter(|c| c.b != NONE && (from..=to).contains(&c.b));
            there.fold((0, 0), |(rows, sum), c| (rows + c.rows, sum + c.sum))
        };
        for (from, to) in months {
            let (came, went) = (within(&began, NONE, *to), within(&left, NONE, *to));
            let left = within(&left, *from, *to).0;
            pulse.months.push(MonthEnd { lines: came.0 - went.0, rent: came.1 - went.1, left });
        }
        pulse.desk = vec![[0; 4]; PARTS];
        let first = today - PARTS as i64 * DAYS + 1;
        let part = |day: i64| usize::try_from((day - first) / DAYS).ok().filter(|n| day >= first && *n < PARTS);
        for cell in cells(cut::ANSWERED, (first, today))? {
            if let Some(n) = part(cell.b) {
                pulse.desk[n][0] += cell.rows;
                pulse.desk[n][1] += cell.sum;
            }
        }
        for cell in cells(cut::RESOLVED, (first, today))? {
            if let Some(n) = part(cell.b) {
                pulse.desk[n][2] += cell.rows;
                pulse.desk[n][3] += if cell.a.is_empty() { cell.rows } else { 0 };
            }
        }
        Ok(pulse)
    }
}
