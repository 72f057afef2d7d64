//! The fields of a contact with a lead: one call, message, visit or note.

use crate::domain::{ActivityKind, Entity};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Touch,
    LEAD = Field::new("lead", "Lead", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Whose it is.").required();
    AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it happened.").sorted().required();
    KIND = Field::new("kind", "Kind", Kind::Choice(ActivityKind::CHOICES), Group::Identity, "Call, message, visit or note.").required();
    WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login name of who was in touch.");
    BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "What was said.").personal();
}

/// What there is to know of a contact with a lead.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: BODY,
    handle: BODY,
    money: None,
    owner: None,
    searched: &[],
    form: &[],
    shown: &[],
    listed: false,
    one: "a contact with a lead",
};
