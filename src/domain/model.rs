//! A trained model as people see it: what it tells, a number, a state, its scores.

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

choices! {
    /// What a model tells. Its code begins the name of each model.
    ModelKind {
        /// Which customers leave.
        Churn = "churn", "Churn";
        /// Which leads become customers.
        Leads = "leads", "Leads";
    }
}

impl ModelKind {
    /// Of a model by its name, as in `churn 3`.
    pub fn of_name(name: &str) -> Option<ModelKind> {
        ModelKind::parse(name.split(' ').next()?)
    }
}
