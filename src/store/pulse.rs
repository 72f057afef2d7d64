//! The pulse of the company: a few figures of now with how they came about, in one pass over the lines and one over
//! the tickets of a month.

use super::compile::LOWEST;
use super::{Read, Result};

/// What the lines were at the end of a month, and what left within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthEnd {
    /// Lines in service or to be paid for.
    pub lines: i64,
    /// Their monthly prices today, paise.
    pub rent: i64,
    /// Lines terminated within the month.
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
    /// Tickets of the last thirty days by parts of five days, the oldest first: answered, the sum of minutes to the
    /// first answer, solved, solved without a missed clock.
    pub desk: Vec<[i64; 4]>,
}

impl Read<'_> {
    /// The figures for months that begin and end on these days (days since 1970-01-01, both included), and for the
    /// thirty days up to `now` (milliseconds).
    pub fn pulse(&self, months: &[(i64, i64)], now: i64) -> Result<Pulse> {
        let mut sql = String::from(
            "SELECT COALESCE(sum(mrr), 0), COALESCE(sum(status = 'active'), 0), COALESCE(sum(nps >= 9), 0), \
             COALESCE(sum(nps <= 6), 0), count(nps), CAST(avg(CASE WHEN status = 'active' THEN uptime END) AS INTEGER)",
        );
        for (from, to) in months {
            let there = format!(
                "(since <= {to} AND status <> 'pending' AND NOT (status = 'terminated' AND status_since <= {to}))"
            );
            sql.push_str(&format!(
                ", COALESCE(sum({there}), 0), COALESCE(sum(CASE WHEN {there} THEN price END), 0), \
                 COALESCE(sum(status = 'terminated' AND status_since BETWEEN {from} AND {to}), 0)"
            ));
        }
        sql.push_str(" FROM customers WHERE deleted IS NULL");
        let mut pulse = self.conn.prepare_cached(&sql)?.query_row([], |r| {
            let mut pulse = Pulse {
                mrr: r.get(0)?,
                active: r.get(1)?,
                promoters: r.get(2)?,
                detractors: r.get(3)?,
                answers: r.get(4)?,
                uptime: r.get(5)?,
                ..Pulse::default()
            };
            for i in 0..months.len() {
                let at = 6 + i * 3;
                pulse.months.push(MonthEnd { lines: r.get(at)?, rent: r.get(at + 1)?, left: r.get(at + 2)? });
            }
            Ok(pulse)
        })?;
        const PART: i64 = 5 * 86_400_000;
        let from = now - 6 * PART;
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT (opened - ?1) / ?2, count(answered), COALESCE(sum((answered - opened) / 60000), 0), count(resolved), \
             COALESCE(sum(resolved IS NOT NULL AND breached = ''), 0) \
             FROM tickets WHERE COALESCE(opened, {LOWEST}) >= ?1 AND opened < ?3 AND deleted IS NULL GROUP BY 1"
        ))?;
        pulse.desk = vec![[0; 4]; 6];
        let mut rows = statement.query([from, PART, now])?;
        while let Some(r) = rows.next()? {
            let part: i64 = r.get(0)?;
            if let Some(slot) = usize::try_from(part).ok().and_then(|i| pulse.desk.get_mut(i)) {
                *slot = [r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
            }
        }
        Ok(pulse)
    }
}
