//! The one language. What is typed in the filter bar is the saved view, the CLI argument and the
//! report definition: the same text, the same result.
//!
//! ```text
//! text --lex--> tokens --parse--> Query --bind--> Bound --> SQL (store::compile) or memory (eval)
//!                                   |
//!                                 print: the canonical text; parse(print(q)) = q
//! ```
//!
//! `schema` is THE field table: columns, filters, forms, import and export are folds of it.

pub mod ast;
pub mod bind;
pub mod bound;
pub mod complete;
pub mod cut;
pub mod eval;
pub mod explain;
pub mod find;
pub mod format;
pub mod lex;
pub mod parse;
mod period;
pub mod print;
pub mod schema;
pub mod views;

pub use ast::{Expr, Op, Query, SortKey, Span, Term};
pub use bind::{Bound, Context, Test, bind};
pub use parse::parse;
pub use schema::{Edit, Field, Group, Kind};

/// A complaint about a filter text, with the place it is about.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong and, where it can be guessed, what was meant.
    pub message: String,
    /// Byte range in the text.
    pub span: Span,
}

impl QueryError {
    pub fn new(span: Span, message: impl Into<String>) -> Self {
        Self { message: message.into(), span }
    }

    /// The text with a caret line under the place, for a terminal of any width.
    pub fn with_caret(&self, text: &str) -> String {
        let start = text.get(..self.span.start).map_or(0, crate::base::text::width);
        let len = text.get(self.span.start..self.span.end).map_or(1, crate::base::text::width).max(1);
        format!("{text}\n{}{}\n{}", " ".repeat(start), "^".repeat(len), self.message)
    }
}

/// Parses and binds in one step.
pub fn compile(text: &str, entity: crate::domain::Entity, context: &Context) -> Result<Bound, QueryError> {
    bind(&parse(text)?, entity, context)
}

#[cfg(test)]
mod tests;
