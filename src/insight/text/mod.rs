//! Texts: a label for a ticket's subject, answers that fit it, and how long it may take.

pub mod classifier;
pub mod features;
pub mod measure;
pub mod svm;

pub use classifier::{Classifier, Recipe, TextError, Trial};
