//! The fields of a line of the journal. Nobody writes them: they are what commands left behind.

use crate::domain::Entity;
use crate::domain::journal::{LineKind, LineState};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Entry,
    NUMBER = Field::new("number", "Entry", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Number of the entry; grows by one.")
        .aliases(&["entry", "seq"]).head("Entry", 7).sorted().computed();
    AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it was done.").aliases(&["when"]).head("When", 16).computed();
    WHO = Field::new("who", "Who", Kind::Category, Group::Identity, "Login of who did it.").head("Who", 12).computed();
    COMMAND = Field::new("command", "Command", Kind::Category, Group::Identity, "What kind of command it was.")
        .aliases(&["verb"]).head("Command", 14).computed();
    KIND = Field::new("kind", "Kind", Kind::Choice(LineKind::CHOICES), Group::Identity, "Done, taken back, done again, loaded, or noted.")
        .head("Kind", 10).computed();
    SUMMARY = Field::new("summary", "What", Kind::Text, Group::Identity, "What was done, in words.").aliases(&["what"]).head("What", 44).computed();
    CHANGES = Field::new("changes", "Rows", Kind::Int { unit: "", bands: &[] }, Group::Identity, "Rows changed.").aliases(&["rows"]).head("Rows", 8).computed();
    STATE = Field::new("state", "State", Kind::Choice(LineState::CHOICES), Group::Identity, "Whether it stands.").head("State", 10).computed();
}

/// What there is to know of a line of the journal.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: SUMMARY,
    handle: NUMBER,
    money: None,
    owner: Some(WHO),
    searched: &[SUMMARY, WHO, COMMAND],
    form: &[],
    shown: &[KIND, STATE],
    listed: true,
    one: "an entry",
};
