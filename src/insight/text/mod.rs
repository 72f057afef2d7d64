//! Texts: a label for a ticket's subject, answers that fit it, and how long it may take.

pub mod bm25;
pub mod classifier;
pub mod desk;
pub mod features;
pub mod measure;
pub mod resolution;
pub mod starter;
pub mod svm;

pub use bm25::Bm25;
pub use classifier::{Classifier, Recipe, TextError, Trial};
pub use desk::Desk;

#[cfg(test)]
mod tests;
