//! Deals on the screen: the briefing with its lines and their arithmetic, the card, the forms.

pub mod card;
pub mod forms;
pub mod panel;
