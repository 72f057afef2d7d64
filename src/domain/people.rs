//! Who works here, and on whose behalf a command runs.

use super::choice::choices;

choices! {
    /// What a person's work is; the engine's policy says what each may do.
    Role {
        Admin = "admin", "Admin";
        Manager = "manager", "Manager";
        Sales = "sales", "Sales";
        Support = "support", "Support";
        Field = "field", "Field";
    }
}

choices! {
    /// Who sees a saved view.
    Sharing {
        Private = "private", "Only me";
        Everyone = "all", "Everyone";
    }
}

/// The person a command or a question comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Login name; written into the journal.
    pub user: String,
    pub role: Role,
    /// True when this session may only look.
    pub read_only: bool,
}

impl Principal {
    /// The owner of the file, who works as admin until the first user is made.
    pub fn owner() -> Principal {
        Principal { user: "owner".into(), role: Role::Admin, read_only: false }
    }
}
