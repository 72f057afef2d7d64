//! The fields of an incident, and of what was given back for one.

use crate::domain::Entity;
use crate::domain::incident::{Phase, Scope};

use super::{Field, Group, Kind, Noun, field_table};

field_table! { Entity::Incident,
    NUMBER = Field::new("number", "Incident", Kind::Text, Group::Identity, "Number of the incident, as people say it.")
        .aliases(&["incident"]).head("Incident", 8).sorted().computed();
    PHASE = Field::new("phase", "Phase", Kind::Choice(Phase::CHOICES), Group::Identity, "Where it stands.").head("Phase", 17).sorted().verb();
    REBATE = Field::new("rebate", "Given back", Kind::Money, Group::Business, "Rebates in all, rupees.").head("Rebate", 8).sorted().verb();
    TITLE = Field::new("title", "Title", Kind::Text, Group::Identity, "What it is, in one line.").head("Title", 26).required();
    SCOPE = Field::new("scope", "Hits", Kind::Choice(Scope::CHOICES), Group::Network, "By what the lines it hits are found.").head("Hits", 8).verb();
    TARGET = Field::new("target", "Where", Kind::Category, Group::Network, "The OLT, port, area or PIN code.").head("Where", 14).sorted().verb();
    AFFECTED = Field::new("affected", "Lines", Kind::Int { unit: "", bands: &[] }, Group::Network, "Lines it hit when it was opened.").head("Lines", 6).sorted().computed();
    TICKETS = Field::new("tickets", "Tickets", Kind::Int { unit: "", bands: &[] }, Group::Support, "Tickets attached to it.").head("Tickets", 7).sorted().computed();
    BEGAN = Field::new("began", "Began", Kind::Moment, Group::Support, "When lines went down, or will.").head("Began", 12).sorted().verb();
    UNTIL = Field::new("until", "Expected until", Kind::Moment, Group::Support, "When lines are expected back.").head("Until", 12).verb();
    ENDED = Field::new("ended", "Ended", Kind::Moment, Group::Support, "When lines were back.").head("Ended", 12).sorted().verb();
    MINUTES = Field::new("minutes", "Minutes down", Kind::Int { unit: "min", bands: &[] }, Group::Support, "From its begin to its end.").head("Down", 7).sorted().computed();
    UPDATE = Field::new("told", "Last word", Kind::Text, Group::Support, "What customers and colleagues were told last.").head("Last word", 30).verb();
    CAUSE = Field::new("cause", "Root cause", Kind::Text, Group::Support, "Why it happened.").head("Cause", 24);
    OWNER = Field::new("owner", "Lead", Kind::Category, Group::Support, "Login of who leads the repair.").head("Lead", 10).sorted();
    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Identity, "When the row was put away; restorable.").computed();
}

/// What there is to know of an incident.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: TITLE,
    handle: NUMBER,
    money: Some(REBATE),
    owner: Some(OWNER),
    searched: &[TITLE, NUMBER, TARGET, CAUSE],
    form: &[],
    shown: &[PHASE, TARGET, AFFECTED, BEGAN],
    listed: true,
    one: "an incident",
};

/// What was given back to a line.
pub mod rebate {
    use super::super::{Field, Group, Kind, Noun, field_table};
    use crate::domain::Entity;

    field_table! { Entity::Rebate,
        NAME = Field::new("name", "Customer", Kind::Text, Group::Identity, "Who gets it.").head("Customer", 20).personal().computed();
        ACCOUNT = Field::new("account", "Account", Kind::Account, Group::Identity, "Account of the customer.").head("Account", 7).sorted().computed();
        INCIDENT = Field::new("incident", "Incident", Kind::Category, Group::Identity, "Number of the incident.").head("Incident", 8).sorted().computed();
        AMOUNT = Field::new("amount", "Amount", Kind::Money, Group::Business, "Rupees before GST, to be taken off the next bill.").head("Amount", 8).sorted().verb();
        RENT = Field::new("rent", "Monthly rent", Kind::Money, Group::Business, "Rupees a month it is reckoned from.").head("Rent", 7).computed();
        MINUTES = Field::new("minutes", "Minutes down", Kind::Int { unit: "min", bands: &[] }, Group::Support, "How long the line was down.").head("Down", 7).computed();
        DAYS = Field::new("days", "Days", Kind::Int { unit: "", bands: &[] }, Group::Support, "Days that count.").head("Days", 4).verb();
        AT = Field::new("at", "When", Kind::Moment, Group::Identity, "When it was granted.").head("When", 12).sorted().computed();
        CUSTOMER = Field::new("customer", "Customer row", Kind::Int { unit: "", bands: &[] }, Group::Identity, "The row of the customer.").computed();
    }

    /// What there is to know of a rebate.
    pub static NOUN: Noun = Noun {
        fields: FIELDS,
        name: NAME,
        handle: INCIDENT,
        money: Some(AMOUNT),
        owner: None,
        searched: &[NAME, INCIDENT, ACCOUNT],
        form: &[],
        shown: &[AMOUNT, INCIDENT, DAYS],
        listed: true,
        one: "a rebate",
    };
}
