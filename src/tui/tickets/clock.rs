//! A stored clock as a cell: time left with a shape and a colour, a standing clock as standing.

use ratatui::style::Style;

use crate::base::Timestamp;
use crate::domain::Record;
use crate::domain::sla::{Left, left, span};
use crate::domain::ticket::{Priority, State};
use crate::query::schema::ticket as t;

use super::super::theme::Theme;

/// `! 12m`, `  3h 05m`, `‖ 2h 10m`, `✓`.
pub fn cell(clock: Option<i64>, now: Timestamp, theme: &Theme) -> (String, Style) {
    match clock.map(|c| left(c, now.0)) {
        None => (String::new(), theme.dim),
        Some(Left::Runs(ms)) if ms <= 0 => (format!("! {}", short(ms.min(-60_000))), theme.bad),
        Some(Left::Runs(ms)) if ms < theme.near_ms => (format!("! {}", short(ms)), theme.warn),
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
pub fn card(row: &Record, now: Timestamp, theme: &Theme) -> (String, Style, String) {
    let (clock, style) = cell(row.int(t::CLOCK), now, theme);
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
        let text = |clock: i64| cell(Some(clock), now, &theme).0;
        assert_eq!(text(now.0 + 12 * 60_000), "! 12m");
        assert_eq!(text(now.0 + 185 * 60_000), "  3h 05m");
        assert_eq!(text(now.0 - 5), "! -1m");
        assert_eq!(text(STANDS + 130 * 60_000), "‖ 2h 10m");
        assert_eq!(text(STANDS), "‖ missed");
        assert_eq!(text(OVER), "✓ done");
        // What is near, the company decides.
        let wide = Theme { near_ms: 4 * 3_600_000, ..Theme::terminal() };
        assert_eq!(cell(Some(now.0 + 185 * 60_000), now, &wide), ("! 3h 05m".into(), theme.warn));
        // The cell changes at that moment and not before.
        let due = now.0 + 12 * 60_000 + 30_000;
        let next = next_change(due, now).unwrap();
        assert_eq!(cell(Some(due), next.plus_ms(-2), &theme).0, cell(Some(due), now, &theme).0);
        assert_ne!(cell(Some(due), next, &theme).0, cell(Some(due), now, &theme).0);
    }
}
