//! Folds and models over rows handed in. Pure: no clock, no store, no terminal.

pub mod chart;
pub mod lead;
pub mod lead_next;
pub mod next;
pub mod place;
pub mod plot;
pub mod risk;
