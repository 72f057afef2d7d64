//! The screens of field work.

pub mod card;
pub mod forms;
pub mod panel;
