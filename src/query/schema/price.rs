//! The fields of a change of a plan's list price.

use crate::domain::Entity;
use crate::domain::plan::{PriceState, Reached};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Price,
    PLAN = Field::new("plan", "Plan", Kind::Category, Group::Plan, "The plan whose price changes.").head("Plan", 22).sorted().required().verb();
    PRICE = Field::new("price", "New price", Kind::Money, Group::Plan, "List price a month before GST from then on.").head("New price", 9).sorted().required().verb();
    STARTS = Field::new("starts", "Starts", Kind::Date { ahead: true }, Group::Plan, "The first day of the new price.").head("Starts", 10).sorted().required().verb();
    LINES = Field::new("lines", "Reaches", Kind::Choice(Reached::CHOICES), Group::Plan, "New orders only, or also the lines that pay the list price.").head("Reaches", 16).verb();
    STATE = Field::new("state", "State", Kind::Choice(PriceState::CHOICES), Group::Plan, "Whether it is still to come.").head("State", 10).verb();
    WAS = Field::new("was", "Price before", Kind::Money, Group::Plan, "List price it took the place of.").head("Before", 8).computed();
    OWNER = Field::new("owner", "Set by", Kind::Category, Group::Plan, "Who set it.").head("Set by", 10).verb();
}

/// What there is to know of a change of price.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: PLAN,
    handle: PLAN,
    money: None,
    owner: Some(OWNER),
    searched: &[PLAN],
    form: &[],
    shown: &[],
    listed: true,
    one: "a price change",
};
