//! What can be said no to, in words for a person: what happened, what was kept, what to do.

use crate::base::Id;
use crate::domain::Entity;
use crate::query::schema::field;
use crate::store::StoreError;

use super::command::Clash;

/// Why a command was not carried out. Nothing of it was saved.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error("{0}")]
    Denied(String),
    /// There are users, and this is none of them: no session, or one that has ended.
    #[error("{NOT_IN}")]
    LoggedOut,
    /// A value that cannot be: the field's name and what is wrong with it.
    #[error("{name}: {message}")]
    Invalid { name: &'static str, message: String },
    #[error("{0}")]
    Refused(String),
    /// Somebody else changed the same fields since the form was opened.
    #[error("{name} was changed by someone else meanwhile: {}", told(.clashes))]
    Conflict { id: Id, name: String, clashes: Vec<Clash> },
    /// A new row that looks like one that is there.
    #[error("{}", duplicates(.0))]
    Duplicate(Vec<Duplicate>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Told to whoever has to log in.
pub const NOT_IN: &str = "not logged in, or no longer: log in with `bharatnet login`";

/// A row that has the same phone, mail address, GSTIN or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// What kind of row it is.
    pub of: Entity,
    pub id: Id,
    /// Its account number, or the number of the lead; 0 for a row that is named by itself, such as a ticket.
    pub account: i64,
    pub name: String,
    /// Title of the field that is alike.
    pub field: &'static str,
}

impl Duplicate {
    /// `BN 0004217` or `lead 0000012`.
    pub fn handle(&self) -> String {
        match self.of {
            Entity::Lead => format!("lead {:07}", self.account),
            _ => format!("BN {:07}", self.account),
        }
    }
}

fn told(clashes: &[Clash]) -> String {
    let one = |c: &Clash| {
        let show = |v| crate::query::format::show(c.field, v);
        format!("{} is now \"{}\", you wrote \"{}\"", field(c.field).title, show(&c.theirs), show(&c.yours))
    };
    clashes.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn duplicates(found: &[Duplicate]) -> String {
    let one = |d: &Duplicate| format!("{} ({}) has the same {}", d.name, d.handle(), d.field.to_lowercase());
    format!("already here: {}", found.iter().map(one).collect::<Vec<_>>().join("; "))
}

/// Why an entry could not be taken back or done again. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    #[error("there is nothing of yours to take back")]
    NothingToUndo,
    #[error("there is nothing to do again")]
    NothingToRedo,
    #[error("entry {0} is not in the journal")]
    NoEntry(i64),
    #[error("entry {0} cannot be taken back: {1}")]
    NotUndoable(i64, &'static str),
    /// Names of the rows that were changed since.
    #[error("not taken back: changed since by someone: {}", names(.0))]
    Changed(Vec<String>),
    #[error(transparent)]
    Command(CommandError),
}

fn names(rows: &[String]) -> String {
    let shown: Vec<&str> = rows.iter().take(5).map(String::as_str).collect();
    match rows.len().checked_sub(shown.len()) {
        Some(0) | None => shown.join(", "),
        Some(more) => format!("{} and {more} more", shown.join(", ")),
    }
}

impl From<StoreError> for UndoError {
    fn from(e: StoreError) -> Self {
        UndoError::Command(e.into())
    }
}

impl From<CommandError> for UndoError {
    fn from(e: CommandError) -> Self {
        UndoError::Command(e)
    }
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error("{0}")]
    Denied(String),
    #[error("{NOT_IN}")]
    LoggedOut,
    #[error("{0} is not there")]
    NotFound(String),
    #[error("{0}")]
    Query(#[from] crate::query::QueryError),
    #[error(transparent)]
    Store(#[from] StoreError),
}
