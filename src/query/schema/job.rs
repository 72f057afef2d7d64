//! The fields of a job. Whose it is and where stand in the row itself, so that the technician's list needs nothing
//! else.

use crate::domain::Entity;
use crate::domain::job::{Hindrance, JobKind, JobState, Slot};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Job,
    NUMBER = Field::new("number", "Job", Kind::Text, Group::Identity, "Number of the job, as people say it.")
        .aliases(&["job"]).head("Job", 8).sorted().computed();
    KIND = Field::new("kind", "Kind", Kind::Choice(JobKind::CHOICES), Group::Identity, "What somebody goes out for.")
        .head("Kind", 12).sorted().required().verb();
    STATE = Field::new("state", "State", Kind::Choice(JobState::CHOICES), Group::Identity, "Where the job stands.")
        .head("State", 13).sorted().verb();
    NAME = Field::new("name", "Customer", Kind::Text, Group::Identity, "Whom it is for.")
        .aliases(&["customer"]).head("Customer", 20).sorted().required().verb().personal();
    ACCOUNT = Field::new("account", "Account", Kind::Account, Group::Identity, "Account of the customer, where there is one.")
        .head("Account", 7).sorted().verb();
    PHONE = Field::new("phone", "Phone", Kind::Phone, Group::Contact, "Whom to ring at the door.").head("Phone", 15).personal();
    ADDRESS = Field::new("address", "Address", Kind::Text, Group::Address, "Where to go.").head("Address", 26).personal();
    AREA = Field::new("area", "Area", Kind::Category, Group::Address, "Locality; what jobs are handed out by.").head("Area", 14).sorted();
    CITY = Field::new("city", "City", Kind::Category, Group::Address, "City.").head("City", 12).sorted();
    PINCODE = Field::new("pincode", "PIN code", Kind::Category, Group::Address, "Postal code.").aliases(&["pin"]).head("PIN", 6);
    DAY = Field::new("day", "Day", Kind::Date { ahead: true }, Group::Plan, "The day that was agreed.").head("Day", 10).sorted().verb();
    SLOT = Field::new("slot", "Slot", Kind::Choice(Slot::CHOICES), Group::Plan, "The hours that were agreed.").head("Slot", 5).sorted().verb();
    OWNER = Field::new("owner", "Technician", Kind::Category, Group::Plan, "Login of who goes.")
        .aliases(&["technician", "tech"]).head("Technician", 12).sorted().verb();
    NOTE = Field::new("note", "To know", Kind::Text, Group::Plan, "What the technician should know before.").head("To know", 30);
    TICKET = Field::new("ticket", "Ticket", Kind::Text, Group::Origin, "Docket of the ticket it answers.").head("Ticket", 10).verb();
    CREATED = Field::new("created", "Raised", Kind::Moment, Group::Origin, "When it was raised.").head("Raised", 12).sorted().computed();
    STARTED = Field::new("started", "Started", Kind::Moment, Group::Support, "When the technician began.").head("Started", 12).computed();
    FINISHED = Field::new("finished", "Finished", Kind::Moment, Group::Support, "When it ended.").head("Finished", 12).sorted().computed();
    HINDRANCE = Field::new("hindrance", "Why not", Kind::Choice(Hindrance::CHOICES), Group::Support, "Why it could not be done.").head("Why not", 18).verb();
    OUTCOME = Field::new("outcome", "Outcome", Kind::Text, Group::Support, "What was done.").head("Outcome", 30).verb();
    CHECKS = Field::new("checks", "Ticked off", Kind::List(&[]), Group::Support, "Items of the checklist that are done.").head("Ticked off", 20).verb();
    BEFORE = Field::new("before", "Light before", Kind::Fixed { places: 1, unit: "dBm" }, Group::Network, "Optical power when the technician came, dBm.").head("Before", 7).verb();
    AFTER = Field::new("after", "Light after", Kind::Fixed { places: 1, unit: "dBm" }, Group::Network, "Optical power when the technician left, dBm.").head("After", 7).verb();
    SERIALS = Field::new("serials", "Serials", Kind::List(&[]), Group::Network, "Serial numbers of the items put in or fetched.").head("Serials", 20).verb();
    CABLE = Field::new("cable", "Cable", Kind::Int { unit: "m", bands: &[] }, Group::Network, "Metres of drop cable used.").head("Cable", 6).verb();
    SIGNED = Field::new("signed", "Signed by", Kind::Text, Group::Support, "Who signed, or that the customer's code was right.").head("Signed by", 16).verb();
    PHOTO = Field::new("photo", "Photo", Kind::Text, Group::Support, "Where the photo is kept.").head("Photo", 16);
    TRAVEL = Field::new("travel", "Travel", Kind::Int { unit: "km", bands: &[] }, Group::Support, "Kilometres there.").head("Travel", 6);
    CUSTOMER = Field::new("customer-id", "Customer row", Kind::Int { unit: "", bands: &[] }, Group::Origin, "Row of the customer.").head("Row", 6).verb();
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When the row was put away; restorable.").head("Deleted", 12).computed();
}

/// What there is to know of a job.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NUMBER,
    money: None,
    owner: Some(OWNER),
    searched: &[NAME, NUMBER, ACCOUNT, PHONE, AREA, CITY, PINCODE, TICKET, SERIALS],
    form: &[],
    shown: &[KIND, STATE, DAY, SLOT, AREA, ADDRESS, PHONE],
    listed: true,
    one: "a job",
};
