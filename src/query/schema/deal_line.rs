//! The fields of a line of a deal.

use crate::domain::Entity;
use crate::domain::deal::{Item, Unit};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::DealLine,
    TITLE = Field::new("title", "Line", Kind::Text, Group::Identity, "The line with its arithmetic, in words.")
        .head("Line", 40).computed();
    DEAL = Field::new("deal", "Deal", Kind::Account, Group::Identity, "Number of the deal it belongs to.")
        .aliases(&["number"]).head("Deal", 7).required().sorted();
    ITEM = Field::new("item", "Item", Kind::Choice(Item::CHOICES), Group::Plan, "Plan, installation, router or ONU, annual maintenance, discount, referral bonus.")
        .head("Item", 14).required();
    PLAN = Field::new("plan", "Plan", Kind::Category, Group::Plan, "Name of the plan, on lines of plans.")
        .head("Plan", 13);
    SEATS = Field::new("seats", "Seats", Kind::Int { unit: "", bands: &[] }, Group::Plan, "How many: lines, flats or branches; 1 where nothing is said.")
        .aliases(&["quantity", "flats", "branches"]).head("Seats", 5);
    UNIT = Field::new("unit", "Seat is", Kind::Choice(Unit::CHOICES), Group::Plan, "What one seat is: a line, a flat or a branch.")
        .head("Unit", 6);
    RATE = Field::new("rate", "Rate", Kind::Money, Group::Plan, "Rupees before GST: a month and seat of a plan, a year and seat of maintenance, a seat of installation and equipment, once of a discount and a bonus. Without one, the price of the plan.")
        .aliases(&["price"]).head("Rate", 8);
    TERM = Field::new("term", "Months", Kind::Int { unit: "months", bands: &[] }, Group::Plan, "Months of plans and maintenance; 12 where nothing is said.")
        .aliases(&["months"]).head("Months", 6);
    PERCENT = Field::new("percent", "Percent", Kind::Fixed { places: 2, unit: "%" }, Group::Plan, "Of a discount: taken off the price of every plan of the deal.")
        .head("%", 6);
    AMOUNT = Field::new("amount", "Amount", Kind::Money, Group::Plan, "What the line adds to the deal; discounts and bonuses below zero.")
        .head("Amount", 12).computed().sorted();
    FIRST_ACCOUNT = Field::new("first-account", "First account", Kind::Account, Group::Plan, "First of the subscriptions it became.")
        .head("From", 7).computed();
    LAST_ACCOUNT = Field::new("last-account", "Last account", Kind::Account, Group::Plan, "Last of the subscriptions it became; they are numbered without a gap.")
        .head("To", 7).computed();
    NOTE = Field::new("note", "Note", Kind::Text, Group::Identity, "What else to know.")
        .head("Note", 20);
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Consent, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a line of a deal.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: TITLE,
    handle: DEAL,
    money: Some(AMOUNT),
    owner: None,
    searched: &[TITLE, DEAL, PLAN, NOTE],
    form: &[DEAL, ITEM, PLAN, SEATS, UNIT, RATE, TERM, PERCENT, NOTE],
    shown: &[],
    listed: true,
    one: "a line of a deal",
};
