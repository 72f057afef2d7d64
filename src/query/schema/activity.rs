//! The fields of a line of the timeline.

use crate::domain::{ActivityKind, Entity};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Activity,
    CUSTOMER = Field::new("customer", "Customer", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Whose timeline it is on.").required();
    AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it happened.").sorted().required();
    KIND = Field::new("kind", "Kind", Kind::Choice(ActivityKind::CHOICES), Group::Identity, "What kind of thing happened.").required();
    WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login name of who did it, or the system that did.");
    REFERENCE = Field::new("reference", "Reference", Kind::Text, Group::Identity, "Docket, invoice or payment number.");
    BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "What people read.").personal();
}

/// What there is to know of a line of the timeline.
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
    one: "a line of the timeline",
};
