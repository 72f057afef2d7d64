//! The fields of a commission schedule.

use crate::domain::commission::Method;
use crate::domain::deal::Kind as DealKind;
use crate::domain::{Entity, Role};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Schedule,
    NAME = Field::new("name", "Name", Kind::Category, Group::Identity, "What it is called on statements.")
        .head("Schedule", 20).required().sorted();
    ROLE = Field::new("role", "Role", Kind::Choice(Role::CHOICES), Group::Identity, "Role of the owner of the deal; any without one.")
        .head("Role", 8);
    KIND = Field::new("kind", "Kind of deal", Kind::Choice(DealKind::CHOICES), Group::Identity, "Any kind without one.")
        .head("Kind", 9);
    PLAN = Field::new("plan", "Plan", Kind::Category, Group::Identity, "Name of a plan; any without one.")
        .aliases(&["product"]).head("Plan", 13);
    METHOD = Field::new("method", "Pays", Kind::Choice(Method::CHOICES), Group::Business, "Percent, a fixed sum a deal or a seat, or slabs.")
        .head("Pays", 16).required();
    PERCENT = Field::new("percent", "Percent", Kind::Fixed { places: 2, unit: "%" }, Group::Business, "Of the plan charges after discounts.")
        .head("%", 6);
    FIXED = Field::new("fixed", "Fixed sum", Kind::Money, Group::Business, "Rupees a deal or a seat.")
        .head("Fixed", 8);
    SLABS = Field::new("slabs", "Slabs", Kind::Text, Group::Business, "As in 0: 2%, 1L: 3%; each applies to the part of the plan charges within it.")
        .head("Slabs", 20);
    CLAWBACK_MONTHS = Field::new("clawback-months", "Claw-back within", Kind::Int { unit: "months", bands: &[] }, Group::Business, "Months after the win within which a disconnection takes its part back.")
        .head("Back in", 7);
    CLAWBACK_PERCENT = Field::new("clawback-percent", "Claw-back of", Kind::Int { unit: "%", bands: &[] }, Group::Business, "Percent of the part that is taken back; 100 where nothing is said.")
        .head("Back %", 6);
    STARTS = Field::new("starts", "From", Kind::Date { ahead: false }, Group::Business, "First day of wins it pays for.")
        .head("From", 8).sorted();
    ENDS = Field::new("ends", "To", Kind::Date { ahead: true }, Group::Business, "Last day of wins it pays for.")
        .head("To", 8);
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Consent, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a commission schedule.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NAME,
    money: None,
    owner: None,
    searched: &[NAME, PLAN],
    form: &[NAME, ROLE, KIND, PLAN, METHOD, PERCENT, FIXED, SLABS, CLAWBACK_MONTHS, CLAWBACK_PERCENT, STARTS, ENDS],
    shown: &[],
    listed: true,
    one: "a commission schedule",
};
