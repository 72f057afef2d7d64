//! The fields of an OTT app.

use crate::domain::Entity;

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Ott,
    NAME = Field::new("name", "App", Kind::Category, Group::Identity, "Name of the app, as bundles list it.")
        .head("App", 20).sorted().required();
    OWNER = Field::new("owner", "Owner", Kind::Category, Group::Identity, "Whose app it is.").head("Owner", 22).sorted();
    KIND = Field::new("kind", "Kind", Kind::Category, Group::Identity, "General, sports, films, news.").head("Kind", 14).sorted();
    LANGUAGES = Field::new("languages", "Languages", Kind::Text, Group::Identity, "Languages it is strong in.").head("Languages", 30);
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away; restorable.").computed();
}

/// What there is to know of an OTT app.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NAME,
    money: None,
    owner: None,
    searched: &[NAME, OWNER, LANGUAGES],
    form: &[NAME, OWNER, KIND, LANGUAGES],
    shown: &[],
    listed: true,
    one: "an OTT app",
};
