//! The clocks of a ticket: working time, targets, pauses, and what regulation asks.
//!
//! Working time is counted in a [`Calendar`] of the state the customer lives in. A [`Policy`] says how much of it
//! there is until the first answer and until the solution. A [`Trace`] keeps what happened to the clock, each step
//! with the working time used up to it, so that a later change of policy, priority or hours never takes back or
//! gives away time that has passed: what is spent counts on, only the target changes (the semantics of Zammad's
//! SLAs). Regulation has clocks of its own ([`Regulation`]), which no pause stops.
//! `assets/docs/sla.md` has worked examples of all of it.

mod calendar;
#[cfg(test)]
mod examples;
mod explain;
mod holidays;
mod policy;
#[cfg(test)]
mod tests;
mod trace;
mod trai;

pub use calendar::{Calendar, Hours};
pub use explain::explain;
pub use holidays::{LAST_YEAR as HOLIDAYS_UNTIL, code as holiday_code, name_of as holiday_name, of as holidays_of};
pub use policy::{ALWAYS, Case, DESK, Policy, Targets, Tier, minutes};
pub use trace::{Step, Trace, What, Why};
pub use trai::{Regulation, appeal_due, rent_for};

/// The values of a stored clock from here on are no moments: the clock stands. What is left of the target, in
/// milliseconds of working time, is the distance from here; a target already missed stands exactly here. The
/// year 2300 in epoch milliseconds.
pub const STANDS: i64 = 10_413_792_000_000;

/// The stored clock of a ticket that is done: after all others. The year 9000.
pub const OVER: i64 = 221_845_392_000_000;

/// No clock of an open ticket lies so late, none of one that is done so early: the year 2999. A filter that says so
/// lets the order by clock stop where the open ones end.
pub const OPEN_UNTIL: i64 = 32_472_124_200_000;

/// What a stored clock says at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// It runs: milliseconds by the wall clock until the target is missed; negative once it is.
    Runs(i64),
    /// It stands: milliseconds of working time left, zero where the target was missed before.
    Stands(i64),
    /// Nothing is waited for.
    Over,
}

/// Reads a stored clock.
pub fn left(clock: i64, now: i64) -> Left {
    match clock {
        OVER.. => Left::Over,
        STANDS.. => Left::Stands(clock - STANDS),
        due => Left::Runs(due.saturating_sub(now)),
    }
}

/// A stretch of time as a clock shows it: `12m`, `3h 05m`, `2d 4h`, with a minus where it is over.
pub fn span(ms: i64) -> String {
    let sign = if ms < 0 { "-" } else { "" };
    let m = ms.unsigned_abs() / 60_000;
    match m {
        0..=59 => format!("{sign}{m}m"),
        60..=1_439 => format!("{sign}{}h {:02}m", m / 60, m % 60),
        _ => format!("{sign}{}d {}h", m / 1_440, m % 1_440 / 60),
    }
}
