//! Search everything: many short lines matched letter by letter as somebody types.
//!
//! The score is that of `fuzzy-matcher` (see [`score`]); as a crate it takes a third of a second a key over a million
//! lines, so the many are scored here and the crate is the judge in the tests and draws the letters that match.
//!
//! * [`letters`]: what a line is. Folded, a byte a letter, Indian scripts in one layout, phones without spelling.
//! * [`arena`]: all lines side by side, a cache line each, with what is known of each without looking at it: letters it
//!   has, letters that begin its words, letters that stand side by side. 96 bytes a line, once for the whole program.
//! * [`trail`]: one person's typing. Each letter narrows what the letters before it have left (a list of lines and
//!   where their match ends so far); taking one back costs nothing; a line is scored only where its marks say that it
//!   can still enter the top.
//! * [`sounds`]: other spellings of a name, by what it sounds like.
//! * [`packed`]: lines as they are kept beside their rows, and from there into memory.
//! * [`sidecar`]: what is in memory to a file and back.

pub mod arena;
mod eyes;
pub mod letters;
pub mod packed;
mod room;
pub mod score;
pub mod sidecar;
pub mod sounds;
pub mod trail;

#[cfg(test)]
mod tests;

pub use arena::Arena;
pub use trail::{Found, Hit, Trail};
