//! The fields of a person who works here. Nothing secret is a field: hashes and codes live in a table of their
//! own, which no filter, export or journal entry can name.

use crate::domain::people::UserState;
use crate::domain::{Entity, Role};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::User,
    LOGIN = Field::new("login", "Login", Kind::Text, Group::Identity, "What is typed to log in, and written into the journal.").sorted().required().verb();
    NAME = Field::new("name", "Name", Kind::Text, Group::Identity, "What colleagues call them.").required().verb();
    ROLE = Field::new("role", "Role", Kind::Choice(Role::CHOICES), Group::Identity, "What their work is; the policy says what each role may do.").required().verb();
    STATE = Field::new("state", "State", Kind::Choice(UserState::CHOICES), Group::Identity, "Whether they may come in.").required().verb();
    ABSENT_UNTIL = Field::new("absent-until", "Absent until", Kind::Date { ahead: true }, Group::Identity, "First day they are back; no new work goes to them before it.").verb();
    CREATED_AT = Field::new("created-at", "Created", Kind::Moment, Group::Identity, "When they were added.").computed();
}

/// What there is to know of a person.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: LOGIN,
    handle: LOGIN,
    money: None,
    owner: None,
    searched: &[LOGIN],
    form: &[],
    shown: &[],
    listed: false,
    one: "a person",
};
