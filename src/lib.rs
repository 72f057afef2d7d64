//! BharatNet CRM.
pub mod base;
pub mod demo;
pub mod domain;
pub mod engine;
pub mod insight;
pub mod query;
pub mod store;
