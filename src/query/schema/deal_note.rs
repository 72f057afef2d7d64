//! The fields of a note on a deal: a call, message, visit or note.

use crate::domain::{ActivityKind, Entity};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::DealNote,
    DEAL = Field::new("deal", "Deal", Kind::Account, Group::Identity, "Number of the deal.").required();
    AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it happened.").sorted().required();
    KIND = Field::new("kind", "Kind", Kind::Choice(ActivityKind::CHOICES), Group::Identity, "Call, message, visit or note.").required();
    WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login name of who was in touch.");
    BODY = Field::new("body", "Text", Kind::Text, Group::Identity, "What was said.").personal();
}

/// What there is to know of a note on a deal.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: BODY,
    handle: DEAL,
    money: None,
    owner: None,
    searched: &[],
    form: &[],
    shown: &[],
    listed: false,
    one: "a note on a deal",
};
