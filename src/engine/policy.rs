//! Who may do what: one table, asked before anything is decided.

use crate::domain::{Principal, Role};

use super::CommandError;

/// What a command does, in one word: the row of the policy table and the name in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Create,
    Update,
    SetStatus,
    ChangePlan,
    Tag,
    Note,
    Delete,
    Undelete,
    Import,
    SaveView,
    Plans,
    Undo,
    Restore,
}

impl Verb {
    pub const ALL: &'static [Verb] = &[
        Verb::Create,
        Verb::Update,
        Verb::SetStatus,
        Verb::ChangePlan,
        Verb::Tag,
        Verb::Note,
        Verb::Delete,
        Verb::Undelete,
        Verb::Import,
        Verb::SaveView,
        Verb::Plans,
        Verb::Undo,
        Verb::Restore,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Verb::Create => "create",
            Verb::Update => "update",
            Verb::SetStatus => "set-status",
            Verb::ChangePlan => "change-plan",
            Verb::Tag => "tag",
            Verb::Note => "note",
            Verb::Delete => "delete",
            Verb::Undelete => "undelete",
            Verb::Import => "import",
            Verb::SaveView => "save-view",
            Verb::Plans => "plans",
            Verb::Undo => "undo",
            Verb::Restore => "restore",
        }
    }
}

/// The table. The admin may do everything; everyone may write a note, save views and take their own work back;
/// managers, sales, support and field staff look at customers.
pub fn allows(role: Role, verb: Verb) -> bool {
    match role {
        Role::Admin => true,
        Role::Manager | Role::Sales | Role::Support | Role::Field => {
            matches!(verb, Verb::Note | Verb::SaveView | Verb::Undo)
        }
    }
}

pub fn authorise(who: &Principal, verb: Verb) -> Result<(), CommandError> {
    if who.read_only {
        return Err(CommandError::Denied("this session may only look (--readonly)".into()));
    }
    if allows(who.role, verb) {
        Ok(())
    } else {
        Err(CommandError::Denied(format!("the role {} may not {}", who.role.label(), verb.code())))
    }
}
