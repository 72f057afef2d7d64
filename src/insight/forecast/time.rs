//! Time labels.
