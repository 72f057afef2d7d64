//! The fields of a place in the coverage directory.

use crate::domain::lead::Availability;
use crate::domain::{Entity, Technology};

use super::{Field, Group, Kind, Noun, field_table};

const fn int(unit: &'static str) -> Kind {
    Kind::Int { unit, bands: &[] }
}

field_table! { Entity::Coverage,
    PLACE = Field::new("place", "Place", Kind::Category, Group::Address, "PIN code, area and building in one line; no two rows have the same.")
        .head("Place", 34).computed().sorted();
    PINCODE = Field::new("pincode", "PIN code", Kind::Category, Group::Address, "Six digits of India Post.")
        .aliases(&["pin", "zip", "postal-code"]).head("PIN", 6).required();
    AREA = Field::new("area", "Area", Kind::Category, Group::Address, "Locality; none stands for the whole PIN code.")
        .aliases(&["locality"]).head("Area", 16);
    BUILDING = Field::new("building", "Building", Kind::Category, Group::Address, "Building or society; none stands for the whole area.")
        .aliases(&["tower", "society"]).head("Building", 16);
    CITY = Field::new("city", "City", Kind::Category, Group::Address, "City or town.")
        .aliases(&["town", "district"]).head("City", 12).sorted();
    STATUS = Field::new("status", "Status", Kind::Choice(Availability::CHOICES), Group::Network, "Whether the network reaches the place.")
        .aliases(&["availability", "coverage"]).head("Status", 11).required();
    LIVE_ON = Field::new("live-on", "Live on", Kind::Date { ahead: true }, Group::Network, "Day the network is planned to come.")
        .aliases(&["planned-on", "live-date"]).head("Live on", 8).sorted();
    TECHNOLOGY = Field::new("technology", "Technology", Kind::Choice(Technology::CHOICES), Group::Network, "How the premises are reached.")
        .aliases(&["tech"]).head("Technology", 10);
    OLT = Field::new("olt", "OLT", Kind::Category, Group::Network, "Optical line terminal or base station that serves the place.")
        .head("OLT", 12);
    PORTS = Field::new("ports", "Free OLT ports", int(""), Group::Network, "Ports still free there.")
        .aliases(&["free-ports"]).head("Ports", 5).sorted();
    DROP = Field::new("drop-metres", "Drop cable", int("m"), Group::Network, "Metres of drop cable to expect.")
        .aliases(&["drop"]).head("Drop m", 6);
    INSTALL_COST = Field::new("install-cost", "Cost of installation", Kind::Money, Group::Network, "What an installation there costs us.")
        .aliases(&["cost"]).head("Cost", 7);
    NOTE = Field::new("note", "Note", Kind::Text, Group::Network, "Access, permissions, keys.")
        .head("Note", 24);

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Network, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a place in the coverage directory.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: PLACE,
    handle: PLACE,
    money: None,
    owner: None,
    searched: &[PLACE, CITY, OLT],
    form: &[PINCODE, AREA, BUILDING, STATUS],
    shown: &[STATUS, LIVE_ON],
    listed: true,
    one: "a place",
};
