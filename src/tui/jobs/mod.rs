//! The screens of field work.

pub mod panel;
