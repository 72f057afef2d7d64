//! What ends a command: words for a person and a code for a script.
//!
//! | code | what |
//! |---|---|
//! | 0 | done; also when the reader of a pipe went away |
//! | 1 | failed, for a reason without a code of its own |
//! | 2 | wrong use: an option, a filter, a value |
//! | 3 | not found: the database, a file, a customer, an entry |
//! | 4 | conflict: with what is there or what others did |
//! | 5 | not allowed |
//! | 65 | data that cannot be read: foreign, from the future, damaged, no CSV |
//! | 69 | not available: no permission, disk full or broken |
//! | 75 | busy: try again |
//! | 130 | stopped |

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::base::text::{clean, clean_lines};
use crate::engine::{CommandError, LoginError, ReadError, StoreError, UndoError};
use crate::exchange::{CasesError, ExportError, ImportError, TableError};
use crate::insight::learn::LearnError;
use crate::query::QueryError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    NotFound(String),
    #[error("{0}")]
    Conflict(String),
    /// Data that was read and is not sound.
    #[error("{0}")]
    BadData(String),
    #[error("{0}")]
    Unavailable(String),
    #[error("{0}")]
    Failed(String),
    #[error("stopped")]
    Stopped,
    #[error(
        "there is no database at {}\nmake one: `bharatnet` opens the screen, `bharatnet import customers FILE` brings a file in, `bharatnet seed` makes a demo company", super::out::name(.0)
    )]
    NoDatabase(PathBuf),
    /// A complaint about a filter, and the filter.
    #[error("{}", .0.with_caret(.1))]
    Filter(QueryError, String),
    #[error("the output cannot be written: {0}")]
    Output(#[source] io::Error),
    /// A file named on the command line that cannot be written.
    #[error("{0} cannot be written: {1}")]
    File(PathBuf, #[source] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Command(#[from] CommandError),
    #[error(transparent)]
    Undo(#[from] UndoError),
    #[error(transparent)]
    Login(#[from] LoginError),
    #[error(transparent)]
    Import(#[from] ImportError),
}

impl From<io::Error> for Failure {
    fn from(e: io::Error) -> Failure {
        Failure::Output(e)
    }
}

impl From<TableError> for Failure {
    fn from(e: TableError) -> Failure {
        match e {
            TableError::File(e) => Failure::Import(e),
            TableError::Row { .. } | TableError::NoRows(_) => Failure::BadData(e.to_string()),
            TableError::Column { .. } => Failure::Usage(e.to_string()),
        }
    }
}

impl From<CasesError> for Failure {
    fn from(e: CasesError) -> Failure {
        match e {
            CasesError::Table(e) => e.into(),
            CasesError::NoPositive { .. } | CasesError::Target { .. } => Failure::Usage(e.to_string()),
            CasesError::OneClass { .. } | CasesError::NoTarget { .. } | CasesError::Folds(_) => {
                Failure::BadData(e.to_string())
            }
        }
    }
}

impl From<LearnError> for Failure {
    fn from(e: LearnError) -> Failure {
        match e {
            LearnError::Stopped => Failure::Stopped,
            e => Failure::BadData(e.to_string()),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(e: ReadError) -> Failure {
        match e {
            ReadError::NotFound(what) => Failure::NotFound(format!("{what} is not there")),
            ReadError::LoggedOut => Failure::Command(CommandError::LoggedOut),
            ReadError::Denied(why) => Failure::Command(CommandError::Denied(why)),
            ReadError::Query(e) => Failure::Usage(e.message),
            ReadError::Store(e) => Failure::Store(e),
        }
    }
}

impl From<ExportError> for Failure {
    fn from(e: ExportError) -> Failure {
        match e {
            ExportError::Read(e) => e.into(),
            ExportError::Write(e) => Failure::Output(e),
        }
    }
}

impl Failure {
    pub fn code(&self) -> u8 {
        match self {
            Failure::Output(e) if e.kind() == io::ErrorKind::BrokenPipe => 0,
            Failure::Usage(_) | Failure::Filter(..) => 2,
            Failure::NotFound(_) | Failure::NoDatabase(_) => 3,
            Failure::Conflict(_) => 4,
            Failure::BadData(_) => 65,
            Failure::Unavailable(_) => 69,
            Failure::Stopped => 130,
            Failure::Failed(_) | Failure::Output(_) => 1,
            Failure::File(_, e) => file_code(e),
            Failure::Store(e) => store_code(e),
            Failure::Command(e) => command_code(e),
            Failure::Undo(e) => match e {
                UndoError::NothingToUndo | UndoError::NothingToRedo | UndoError::NoEntry(_) => 3,
                UndoError::NotUndoable(..) | UndoError::Changed(_) => 4,
                UndoError::Command(e) => command_code(e),
            },
            Failure::Login(e) => match e {
                LoginError::Wrong | LoginError::NeedsCode | LoginError::Shut(_) => 5,
                LoginError::NoUsers => 1,
                LoginError::Command(e) => command_code(e),
            },
            Failure::Import(e) => match e {
                ImportError::Missing(_) => 3,
                ImportError::Mapping(_) => 2,
                ImportError::Stopped => 130,
                ImportError::Unreadable(_, e) | ImportError::Errors(_, e) => file_code(e),
                ImportError::NotAFile(..)
                | ImportError::TooLarge(_)
                | ImportError::NotText(..)
                | ImportError::Empty(_)
                | ImportError::Header(..)
                | ImportError::Preset { .. } => 65,
            },
        }
    }

    /// Says it on the error stream, unless nobody listens any more.
    pub fn report(&self) -> ExitCode {
        let code = self.code();
        // What names a file is one line: a line break in its name must not look like a word of ours.
        let lines =
            matches!(self, Failure::Usage(_) | Failure::Filter(..) | Failure::NoDatabase(_) | Failure::Failed(_));
        if code != 0 {
            say(&if lines { self.to_string() } else { clean(&self.to_string(), 10_000) });
        }
        ExitCode::from(code)
    }
}

/// A line on the error stream: `bharatnet: what happened`. Names of files and arguments may hold anything;
/// nothing in them reaches the terminal but text.
pub fn say(message: &str) {
    let message = clean_lines(&without_numbers(message), 10_000);
    let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
    let text = if rest.is_empty() {
        format!("bharatnet: {first}\n")
    } else if rest.trim_start().starts_with('^') {
        // A caret stands under its place, so the filter gets a line to itself.
        format!("bharatnet: in this filter\n{first}\n{rest}\n")
    } else {
        format!("bharatnet: {first}\n{rest}\n")
    };
    // Nobody can be told that telling failed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// `No space left on device (os error 28)` without the number, which tells nobody anything.
fn without_numbers(message: &str) -> String {
    let mut out = message.to_string();
    while let Some(at) = out.find(" (os error ") {
        let Some(end) = out[at..].find(')') else { break };
        out.replace_range(at..=at + end, "");
    }
    out
}

fn store_code(e: &StoreError) -> u8 {
    match e {
        StoreError::Missing(_) => 3,
        StoreError::NotAFile(..)
        | StoreError::Foreign(_)
        | StoreError::Future { .. }
        | StoreError::Corrupt(..)
        | StoreError::Lines(_) => 65,
        StoreError::Unavailable(..) | StoreError::Full | StoreError::Disk(_) => 69,
        StoreError::ReadOnly(_) => 5,
        StoreError::Busy => 75,
        StoreError::Interrupted => 130,
        StoreError::Gone(_) | StoreError::Unique(_) => 4,
        StoreError::Sql(_) => 1,
    }
}

fn command_code(e: &CommandError) -> u8 {
    match e {
        CommandError::Denied(_) | CommandError::LoggedOut => 5,
        CommandError::Invalid { .. } => 2,
        CommandError::Refused(_) => 1,
        CommandError::Conflict { .. } | CommandError::Duplicate(_) => 4,
        CommandError::Store(e) => store_code(e),
    }
}

fn file_code(e: &io::Error) -> u8 {
    match e.kind() {
        io::ErrorKind::NotFound => 3,
        io::ErrorKind::PermissionDenied => 5,
        _ => 69,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_lose_their_number() {
        let e = io::Error::from_raw_os_error(28);
        assert_eq!(without_numbers(&format!("x: {e}; y")), "x: No space left on device; y");
        assert_eq!(without_numbers("a (os error b"), "a (os error b");
    }

    #[test]
    fn codes_are_those_of_the_table() {
        assert_eq!(Failure::Output(io::ErrorKind::BrokenPipe.into()).code(), 0);
        assert_eq!(Failure::from(StoreError::Busy).code(), 75);
        assert_eq!(Failure::from(CommandError::Denied(String::new())).code(), 5);
        assert_eq!(Failure::from(StoreError::Foreign(PathBuf::new())).code(), 65);
        assert_eq!(Failure::from(UndoError::NothingToUndo).code(), 3);
    }
}
