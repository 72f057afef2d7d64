//! Leads on the screen: the briefing, and what their keys start.

pub mod card;
pub mod forms;
pub mod panel;
