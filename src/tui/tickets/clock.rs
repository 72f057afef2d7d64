//! A stored clock as a cell: time left with a shape and a colour, a standing clock as standing.

use ratatui::style::Style;

use crate::base::Timestamp;
use crate::domain::Record;
use crate::domain::sla::{Left, left, span};
use crate::domain::ticket::{Priority, State};
use crate::query::schema::ticket as t;

use super::super::theme::Theme;

/// How a clock is looked at: at what moment, and with how many milliseconds left by the wall clock it is near its end
/// (`ticket.near-minutes`, what `is:near` means in a filter).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    pub now: Timestamp,
    pub near_ms: i64,
}

/// `! 12m`, `  3h 05m`, `‖ 2h 10m`, `✓`.
pub fn cell(clock: Option<i64>, look: Look, theme: &Theme) -> (String, Style) {
    match clock.map(|c| left(c, look.now.0)) {
        None => (String::new(), theme.dim),
        Some(Left::Runs(ms)) if ms <= 0 => (format!("! {}", short(ms.min(-60_000))), theme.bad),
        Some(Left::Runs(ms)) if ms <= look.near_ms => (format!("! {}", short(ms)), theme.warn),
        Some(Left::Runs(ms)) => (format!("  {}", short(ms)), theme.text),
        Some(Left::Stands(0)) => ("‖ missed".into(), theme.bad),
        Some(Left::Stands(ms)) => (format!("‖ {}", short(ms)), theme.dim),
        Some(Left::Over) => ("✓ done".into(), theme.dim),
    }
}

/// A span that fits the column: from ten days on, whole days.
fn short(ms: i64) -> String {
    const DAY: i64 = 86_400_000;
    if ms.abs() < 10 * DAY { span(ms) } else { format!("{}d", ms / DAY) }
}

/// The next moment the cell of this clock reads otherwise; `None` for one that stands or is over.
pub fn next_change(clock: i64, now: Timestamp) -> Option<Timestamp> {
    match left(clock, now.0) {
        // Cells show whole minutes, so the next one begins where the rest of this one ends.
        Left::Runs(ms) => Some(now.plus_ms(ms.rem_euclid(60_000) + 1)),
        _ => None,
    }
}

pub fn state_style(state: State, theme: &Theme) -> Style {
    match state {
        State::Open => theme.warn,
        State::InProgress => theme.accent,
        State::WaitingCustomer | State::WaitingVendor | State::Closed => theme.dim,
        State::Resolved => theme.good,
    }
}

/// A mark and a word for a priority.
pub fn priority(value: &str, theme: &Theme) -> (String, Style) {
    match Priority::parse(value) {
        Some(Priority::Critical) => ("▲ Crit".into(), theme.bad),
        Some(Priority::High) => ("△ High".into(), theme.warn),
        Some(Priority::Medium) => ("  Medium".into(), theme.text),
        Some(Priority::Low) => ("▽ Low".into(), theme.dim),
        None => (String::new(), theme.dim),
    }
}

/// What a card of the narrow list says: the clock at the left of the subject, then who and where.
pub fn card(row: &Record, look: Look, theme: &Theme) -> (String, Style, String) {
    let (clock, style) = cell(row.int(t::CLOCK), look, theme);
    let who = [row.text(t::NAME), row.text(t::AREA)];
    let who = who.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ");
    (clock, style, who)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::sla::{OVER, STANDS};

    #[test]
    fn cells_say_how_the_clock_stands() {
        let theme = Theme::terminal();
        let now = Timestamp(1_795_171_845_123);
        let hour = |now| Look { now, near_ms: 3_600_000 };
        let text = |clock: i64| cell(Some(clock), hour(now), &theme).0;
        assert_eq!(text(now.0 + 12 * 60_000), "! 12m");
        assert_eq!(text(now.0 + 185 * 60_000), "  3h 05m");
        assert_eq!(text(now.0 - 5), "! -1m");
        assert_eq!(text(STANDS + 130 * 60_000), "‖ 2h 10m");
        assert_eq!(text(STANDS), "‖ missed");
        assert_eq!(text(OVER), "✓ done");
        // The cell changes at that moment and not before.
        let due = now.0 + 12 * 60_000 + 30_000;
        let next = next_change(due, now).unwrap();
        assert_eq!(cell(Some(due), hour(next.plus_ms(-2)), &theme).0, cell(Some(due), hour(now), &theme).0);
        assert_ne!(cell(Some(due), hour(next), &theme).0, cell(Some(due), hour(now), &theme).0);
    }

    /// As in `is:near`: to the millisecond, and never what is missed already.
    #[test]
    fn what_is_near_is_what_the_company_says() {
        let theme = Theme::terminal();
        let now = Timestamp(1_795_171_845_123);
        let at = |minutes: i64, left: i64| cell(Some(now.0 + left), Look { now, near_ms: minutes * 60_000 }, &theme);
        for minutes in [5, 60, 600] {
            let edge = minutes * 60_000;
            assert_eq!(at(minutes, edge).1, theme.warn, "{minutes}");
            assert!(at(minutes, edge).0.starts_with('!'));
            assert_eq!(at(minutes, edge + 1).1, theme.text, "{minutes}");
            assert_eq!(at(minutes, 0).1, theme.bad);
        }
    }
}
