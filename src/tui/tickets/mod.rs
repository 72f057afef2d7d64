//! What the tickets screen has of its own: clocks, the panel and the page of one, keys for triage, forms, macros.

pub mod clock;
pub mod forms;
pub mod panel;
pub mod shelf;
