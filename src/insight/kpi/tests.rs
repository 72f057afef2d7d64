//! Figures worked out by hand.
