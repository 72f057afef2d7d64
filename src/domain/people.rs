//! Who works here, and on whose behalf a command runs.

use std::fmt;

use crate::base::Id;

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
        Admins = "admin", "Admins";
        Managers = "manager", "Managers";
        Sales = "sales", "Sales";
        Support = "support", "Support";
        Field = "field", "Field staff";
    }
}

impl Sharing {
    /// Whether somebody of this role sees it who has not saved it.
    pub fn reaches(self, role: Role) -> bool {
        self == Sharing::Everyone || self.code() == role.code()
    }
}

choices! {
    /// Whether a person may come in. A login that is shut for a while after wrong passwords is no state of the
    /// person: it opens by itself.
    UserState {
        Active = "active", "Active";
        Invited = "invited", "Invited";
        Disabled = "disabled", "Disabled";
    }
}

/// One person who may work here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: Id,
    pub login: String,
    pub name: String,
    pub role: Role,
    pub state: UserState,
}

/// A text that is shown to nobody: passwords, codes and tokens on their way. It cannot be printed, so that none
/// of them ends in a log or a report of an error.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one place that must see it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
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
    /// The session that a login began; `None` where nobody has to log in. With users in the database the door
    /// asks it anew at every command, for who that is, in which role, and whether still.
    pub session: Option<Id>,
}

impl Principal {
    /// The program itself, where it does what has fallen due.
    pub fn system() -> Principal {
        Principal { user: "system".into(), ..Principal::owner() }
    }

    /// The owner of the file, who works as admin until the first user is made.
    pub fn owner() -> Principal {
        Principal { user: "owner".into(), role: Role::Admin, read_only: false, session: None }
    }
}
