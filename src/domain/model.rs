//! A trained model as people see it: a number, a state, its scores.

use super::choice::choices;

choices! {
    /// Whether a model is used.
    ModelState {
        /// Scores are by this one.
        InForce = "in-force", "In force";
        /// A newer one took its place.
        Retired = "retired", "Retired";
        /// Hardly better than chance on the time it had not seen: kept for comparison, never used.
        Weak = "weak", "Too weak";
    }
}
