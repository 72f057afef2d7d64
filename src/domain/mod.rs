//! The nouns of an internet service provider and their rules. Pure: no clock, no file, no terminal.
//!
//! `entity` is the dynamic face of the same nouns: a row as fields and values, which is what
//! filters, forms, imports, exports and the journal handle.

pub mod activity;
pub mod choice;
pub mod commission;
pub mod customer;
pub mod deal;
pub mod entity;
pub mod escalation;
pub mod incident;
pub mod job;
pub mod journal;
pub mod lead;
pub mod model;
pub mod people;
pub mod plan;
pub mod settings;
pub mod sla;
pub mod ticket;
pub mod usage;

pub use activity::{Activity, ActivityKind};
pub use choice::Choice;
pub use customer::{Cycle, Source, Status, Technology};
pub use entity::{Entity, FieldId, Record, Text, Value};
pub use people::{Principal, Role, Secret, User, UserState};
pub use plan::Plan;
pub use usage::{MonthUsage, Usage};
