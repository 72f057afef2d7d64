//! Search everything: many short lines matched letter by letter as somebody types.
pub mod arena;
pub mod eyes;
pub mod letters;
pub mod score;
pub mod sidecar;
pub mod sounds;
#[cfg(test)]
mod tests;
pub mod trail;

pub use arena::Arena;
pub use trail::{Found, Hit, Trail};
