//! The fields of a saved view.

use crate::domain::Entity;
use crate::domain::people::Sharing;

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::View,
    NAME = Field::new("name", "Name", Kind::Category, Group::Identity, "What is typed after the @.").sorted().required();
    TITLE = Field::new("title", "Title", Kind::Text, Group::Identity, "What is read in the list of views.");
    TEXT = Field::new("text", "Filter", Kind::Text, Group::Identity, "Filter and order.").head("Filter", 40);
    COLUMNS = Field::new("columns", "Columns", Kind::Text, Group::Identity, "Field names, the most needed first.").head("Columns", 30);
    OWNER = Field::new("owner", "Owner", Kind::Category, Group::Identity, "Who saved it.");
    ENTITY = Field::new("entity", "Rows", Kind::Choice(Entity::CHOICES), Group::Identity, "Which rows it filters.");
    SHARED = Field::new("shared", "Shared", Kind::Choice(Sharing::CHOICES), Group::Identity, "Who sees it.");
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When it was put away.").computed();
}

/// What there is to know of a saved view.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NAME,
    money: None,
    owner: Some(OWNER),
    searched: &[NAME],
    form: &[],
    shown: &[],
    listed: false,
    one: "a saved view",
};
