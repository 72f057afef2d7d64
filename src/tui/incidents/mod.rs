//! Incidents on the screen: what their keys ask.

pub mod forms;
pub mod panel;

use ratatui::style::Style;

use crate::domain::incident::Phase;

use super::theme::Theme;

/// The colour of a phase, beside its shape and word.
pub fn phase_style(phase: Phase, theme: &Theme) -> Style {
    match phase {
        Phase::Investigating => theme.bad,
        Phase::Identified | Phase::Monitoring => theme.warn,
        Phase::Planned => theme.accent,
        Phase::Closed => theme.good,
        Phase::Cancelled => theme.dim,
    }
}
