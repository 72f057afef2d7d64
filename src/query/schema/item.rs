//! The fields of an item of stock: one box with a serial number.

use crate::domain::Entity;
use crate::domain::job::{ItemKind, ItemState};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Item,
    SERIAL = Field::new("serial", "Serial", Kind::Text, Group::Identity, "Serial number, the item's identity.")
        .head("Serial", 18).sorted().required().verb();
    KIND = Field::new("kind", "Kind", Kind::Choice(ItemKind::CHOICES), Group::Identity, "What it is.").head("Kind", 12).sorted().required();
    MODEL = Field::new("model", "Model", Kind::Category, Group::Identity, "Maker and model.").head("Model", 20).sorted();
    STATE = Field::new("state", "State", Kind::Choice(ItemState::CHOICES), Group::Identity, "Where it is.").head("State", 15).sorted().verb();
    OWNER = Field::new("owner", "Technician", Kind::Category, Group::Identity, "Login of who carries it.").aliases(&["technician"]).head("Technician", 12).sorted().verb();
    ACCOUNT = Field::new("account", "Account", Kind::Account, Group::Identity, "Account of the customer it is installed at.").head("Account", 7).sorted().verb();
    JOB = Field::new("job", "Job", Kind::Text, Group::Origin, "The job it was last moved by.").head("Job", 8).verb();
    SINCE = Field::new("since", "Since", Kind::Date { ahead: false }, Group::Origin, "Since when it is there.").head("Since", 10).sorted().computed();
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When the row was put away; restorable.").head("Deleted", 12).computed();
}

/// What there is to know of an item of stock.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: SERIAL,
    handle: SERIAL,
    money: None,
    owner: Some(OWNER),
    searched: &[SERIAL, MODEL, ACCOUNT, JOB],
    form: &[SERIAL, KIND, MODEL],
    shown: &[KIND, STATE],
    listed: true,
    one: "an item of stock",
};
