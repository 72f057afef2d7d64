//! The fields of a ticket. Name, place and plan of the customer stand as they were when it was raised.

use crate::domain::Entity;
use crate::domain::sla::{Regulation, Tier};
use crate::domain::ticket::{Appeal, Channel, Priority, State};

use super::{Band, Field, Group, Kind, Noun, field_table};

/// Which of a ticket's clocks were missed.
pub const MISSED: &[crate::domain::Choice] = &[
    crate::domain::Choice { code: "response", label: "First answer" },
    crate::domain::Choice { code: "resolution", label: "Solution" },
    crate::domain::Choice { code: "regulation", label: "Regulation" },
];

/// Satisfaction after a solution in its usual bands.
pub const CSAT_BANDS: &[Band] = &[
    Band { name: "unhappy", label: "Unhappy", low: 1, high: 2 },
    Band { name: "fair", label: "Fair", low: 3, high: 3 },
    Band { name: "happy", label: "Happy", low: 4, high: 5 },
];

const fn int(unit: &'static str) -> Kind {
    Kind::Int { unit, bands: &[] }
}

field_table! { Entity::Ticket,
    CLOCK = Field::new("clock", "SLA clock", Kind::Moment, Group::Clock, "When the next target is missed; a clock that stands or is done lies after all that run.")
        .aliases(&["due", "sla"]).head("Left", 10).sorted().computed();
    DOCKET = Field::new("docket", "Docket", Kind::Text, Group::Identity, "Number the customer quotes: T-, year, month, running number.")
        .aliases(&["ticket", "no"]).head("Docket", 12).sorted().computed();
    NUMBER = Field::new("number", "Running number", int(""), Group::Identity, "Running number of the docket.")
        .head("No", 6).sorted().computed();
    SUBJECT = Field::new("subject", "Subject", Kind::Text, Group::Identity, "What it is about, in one line.")
        .aliases(&["about"]).head("Subject", 24).required();
    STATUS = Field::new("status", "Status", Kind::Choice(State::CHOICES), Group::Identity, "Where the ticket stands.")
        .head("Status", 13).verb();
    CATEGORY = Field::new("category", "Category", Kind::Category, Group::Identity, "Code of a category, as in no-internet.")
        .aliases(&["cat"]).head("Category", 13).required();
    SUBCATEGORY = Field::new("subcategory", "Sub-category", Kind::Category, Group::Identity, "Code of a sub-category.")
        .aliases(&["sub"]).head("Sub-category", 14);
    PRIORITY = Field::new("priority", "Priority", Kind::Choice(Priority::CHOICES), Group::Identity, "How much it hurts: critical, high, medium or low.")
        .aliases(&["prio"]).head("Priority", 8);
    CHANNEL = Field::new("channel", "Channel", Kind::Choice(Channel::CHOICES), Group::Identity, "How it reached us.")
        .aliases(&["via"]).head("Channel", 8);
    TAGS = Field::new("tags", "Tags", Kind::List(&[]), Group::Identity, "Free words of your own.")
        .aliases(&["tag"]).head("Tags", 14);

    CUSTOMER = Field::new("customer", "Customer row", int(""), Group::Contact, "The row of the customer.").computed();
    ACCOUNT = Field::new("account", "Account number", Kind::Account, Group::Contact, "Account number of the customer.")
        .aliases(&["acc"]).head("Account", 7).verb().required();
    NAME = Field::new("name", "Customer", Kind::Category, Group::Contact, "Name of the customer.")
        .aliases(&["customer-name"]).head("Customer", 16).personal().computed();
    CITY = Field::new("city", "City", Kind::Category, Group::Contact, "City of the customer.").head("City", 10).computed();
    AREA = Field::new("area", "Area", Kind::Category, Group::Contact, "Locality within the city.").head("Area", 14).computed();
    STATE = Field::new("state", "State", Kind::Category, Group::Contact, "State of the customer: whose holidays count.")
        .head("State", 14).computed();
    TIER = Field::new("tier", "Plan tier", Kind::Choice(Tier::CHOICES), Group::Contact, "How much the line weighs: standard, premium, business, enterprise.")
        .head("Tier", 10).computed();

    OWNER = Field::new("owner", "Assigned to", Kind::Category, Group::Support, "Login name of the person at the desk who has it.")
        .aliases(&["agent", "assignee"]).head("Agent", 9);
    TECHNICIAN = Field::new("technician", "Technician", Kind::Category, Group::Support, "Login name of the person in the field.")
        .aliases(&["tech"]).head("Field", 9);
    OPENED = Field::new("opened", "Opened", Kind::Moment, Group::Support, "When it was raised.")
        .aliases(&["raised", "created"]).head("Opened", 12).sorted().computed();
    ANSWERED = Field::new("answered", "First answer", Kind::Moment, Group::Support, "When the customer was answered first.")
        .head("Answered", 12).sorted().computed();
    RESOLVED = Field::new("resolved", "Resolved", Kind::Moment, Group::Support, "When it was solved last.")
        .head("Resolved", 12).sorted().computed();
    CLOSED = Field::new("closed", "Closed", Kind::Moment, Group::Support, "When it was closed.").head("Closed", 12).computed();
    TOUCHED = Field::new("touched", "Last word", Kind::Moment, Group::Support, "When somebody said something last.")
        .aliases(&["updated"]).head("Touched", 12).sorted().computed();
    MESSAGES = Field::new("messages", "Messages", int(""), Group::Support, "Lines of the conversation.").head("Msgs", 4).computed();
    REOPENS = Field::new("reopens", "Reopened", int(""), Group::Support, "How often it was reopened.").head("Reopened", 8).computed();
    CSAT = Field::new("csat", "Satisfaction", Kind::Int { unit: "", bands: CSAT_BANDS }, Group::Support, "The customer's answer after the solution, 1 to 5.")
        .aliases(&["satisfaction"]).head("CSAT", 4).verb();
    ARTICLE = Field::new("article", "Solved by", Kind::Category, Group::Support, "Article of the knowledge base that solved it.")
        .aliases(&["kb"]).head("Solved by", 18);
    DUPLICATE_OF = Field::new("duplicate-of", "Duplicate of", Kind::Category, Group::Support, "Docket of the ticket it repeats.")
        .aliases(&["merged-into"]).head("Duplicate of", 12).verb();
    PARENT = Field::new("parent", "Part of", Kind::Category, Group::Support, "Docket of the ticket it belongs to.")
        .head("Part of", 12).verb();
    INCIDENT = Field::new("incident", "Incident", Kind::Category, Group::Support, "Name of the incident it is part of.")
        .head("Incident", 10).verb();

    RESPONSE_DUE = Field::new("response-due", "Answer due", Kind::Moment, Group::Clock, "When the first answer is due; none once given or while the clock stands.")
        .head("Answer due", 12).computed();
    RESOLUTION_DUE = Field::new("resolution-due", "Solution due", Kind::Moment, Group::Clock, "When the solution is due; none once solved or while the clock stands.")
        .head("Solution due", 12).computed();
    SPENT = Field::new("spent", "Time spent", int("min"), Group::Clock, "Working minutes counted at the last step of the clock.")
        .head("Spent", 6).computed();
    BREACHED = Field::new("breached", "Missed", Kind::List(MISSED), Group::Clock, "Clocks that were missed: response, resolution, regulation.")
        .aliases(&["missed"]).head("Missed", 10).computed();
    BREACHED_AT = Field::new("breached-at", "Missed at", Kind::Moment, Group::Clock, "When a clock was missed first.")
        .head("Missed at", 12).sorted().computed();
    ESCALATED = Field::new("escalated", "Escalations", int(""), Group::Clock, "How many rules of escalation have acted.")
        .head("Esc", 3).computed();
    RULES = Field::new("rules", "Rules done", Kind::Text, Group::Clock, "Escalation rules that have acted on it since its clock last changed.").computed();
    REGULATION = Field::new("regulation", "Regulation", Kind::Choice(Regulation::CHOICES), Group::Clock, "Which clock of TRAI it is under.")
        .aliases(&["trai"]).head("Regulation", 12).computed();
    REGULATION_DUE = Field::new("regulation-due", "Regulation due", Kind::Moment, Group::Clock, "When the clock of regulation is missed; no pause stops it.")
        .aliases(&["trai-due"]).head("TRAI due", 12).sorted().computed();
    STAKE = Field::new("stake", "At stake", Kind::Money, Group::Business, "What a miss of the clock of regulation would cost, rupees.")
        .aliases(&["at-stake"]).head("At stake", 8).sorted().computed();
    AMOUNT = Field::new("amount", "Sum in question", Kind::Money, Group::Business, "The bill in dispute or the deposit to pay back, rupees.")
        .head("Amount", 8);
    RENT = Field::new("rent", "Monthly rent", Kind::Money, Group::Business, "Rupees a month when it was raised, before GST.").head("Rent", 7).computed();
    APPEAL = Field::new("appeal", "Appeal", Kind::Choice(Appeal::CHOICES), Group::Support, "How an appeal to the appellate authority stands.")
        .head("Appeal", 9).verb();
    APPEAL_DUE = Field::new("appeal-due", "Appeal due", Kind::Moment, Group::Clock, "When an appeal must be decided: 39 days.")
        .head("Appeal due", 12).sorted().computed();
    TRACE = Field::new("trace", "Steps of the clock", Kind::Text, Group::Clock, "Every step of the clock with the time spent by then.").verb();

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Support, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// What there is to know of a ticket.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: SUBJECT,
    handle: DOCKET,
    money: Some(STAKE),
    owner: Some(OWNER),
    searched: &[NAME, DOCKET, SUBJECT, ACCOUNT, CITY],
    form: &[ACCOUNT, CATEGORY, SUBJECT, PRIORITY, CHANNEL, OWNER, AMOUNT],
    shown: &[CLOCK, STATUS, PRIORITY, CATEGORY, NAME, AREA, CUSTOMER, TECHNICIAN, SUBCATEGORY],
    listed: true,
    one: "a ticket",
};
