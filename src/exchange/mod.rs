//! Files in and out: customers from CSV, rows to CSV, JSON Lines and plain text, the demo company
//! into a file of its own, the token of a session into the state folder.
//!
//! ```text
//! Source::open -> headers -> Mapping (guessed, edited) -> Source::prepare -> Prepared
//!                                                           | rows   -> Command::Import (one undoable entry)
//!                                                           | errors -> write_errors (a CSV beside the file)
//! ```
//!
//! Reading knows nothing of the database and writing nothing of screens: the terminal and the command
//! line use the same calls.

pub mod cases;
pub mod cell;
mod decode;
pub mod export;
pub mod import;
mod knowledge;
pub mod mapping;
mod rows;
pub mod seed;
pub mod session;
pub mod table;
mod telco;
pub mod whole;

pub use cases::{Cases, CasesError, Wanted};
pub use export::{ExportError, Format, Writer};
pub use import::{ImportError, Prepared, Problem, RowError, Source};
pub use knowledge::usual_articles;
pub use mapping::{Mapping, MappingError};
pub use seed::{build_demo, usual_plans};
pub use table::{RawTable, TableError};
pub use telco::Preset;
