//! The fields of a territory: which rep gets the leads of a place.

use crate::domain::Entity;

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Territory,
    PLACE = Field::new("place", "Place", Kind::Category, Group::Address, "A PIN code, the first digits of some (411), or a city; no two rows have the same.")
        .aliases(&["pincode", "city"]).head("Place", 16).required().sorted();
    REP = Field::new("rep", "Rep", Kind::Category, Group::Support, "Login name of who gets its leads.")
        .aliases(&["owner", "login"]).head("Rep", 12).required().sorted();

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Support, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a territory.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: PLACE,
    handle: PLACE,
    money: None,
    owner: None,
    searched: &[PLACE, REP],
    form: &[PLACE, REP],
    shown: &[],
    listed: true,
    one: "a territory",
};
