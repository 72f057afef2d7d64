//! The fields of a setting: a key of `domain::settings` with a value of its own.

use crate::domain::Entity;

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Setting,
    KEY = Field::new("key", "Setting", Kind::Category, Group::Identity, "What is set.").sorted().required();
    VALUE = Field::new("value", "Value", Kind::Text, Group::Identity, "What it is set to; without a value, the default holds.").head("Value", 40);
}

/// What there is to know of a setting.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: KEY,
    handle: KEY,
    money: None,
    owner: None,
    searched: &[KEY],
    form: &[],
    shown: &[],
    listed: false,
    one: "a setting",
};
