//! Deals on the screen: the briefing with its lines and their arithmetic.

pub mod panel;
