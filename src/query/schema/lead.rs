//! The fields of a lead.

use crate::domain::Entity;
use crate::domain::customer::{Channel, Segment, Source};
use crate::domain::lead::{Availability, BuildingType, LostReason, Stage, Urgency};

use super::{Band, Field, Group, Kind, Noun, field_table};

/// Lead score in bands; the score is 0 to 100.
pub const SCORE_BANDS: &[Band] = &[
    Band { name: "cold", label: "Cold", low: 0, high: 39 },
    Band { name: "warm", label: "Warm", low: 40, high: 69 },
    Band { name: "hot", label: "Hot", low: 70, high: 100 },
];

const fn int(unit: &'static str) -> Kind {
    Kind::Int { unit, bands: &[] }
}

field_table! { Entity::Lead,
    NUMBER = Field::new("number", "Lead number", Kind::Account, Group::Identity, "Number of the lead; given on creation.")
        .aliases(&["lead", "lead-no"]).head("Lead", 7).sorted().computed();
    NAME = Field::new("name", "Name", Kind::Text, Group::Identity, "Who asks, in Latin letters.")
        .aliases(&["lead-name"]).head("Name", 18).sorted().required().personal();
    SEGMENT = Field::new("segment", "Segment", Kind::Choice(Segment::CHOICES), Group::Identity, "Home, business, leased line or housing society.")
        .aliases(&["type"]).head("Segment", 12);
    ORGANISATION = Field::new("organisation", "Organisation", Kind::Category, Group::Identity, "The firm or society, where one asks.")
        .aliases(&["org", "company"]).head("Organisation", 18);
    TAGS = Field::new("tags", "Tags", Kind::List(&[]), Group::Identity, "Free words of your own.")
        .aliases(&["tag"]).head("Tags", 14);
    NOTES = Field::new("notes", "Notes", Kind::Text, Group::Identity, "What else to know.")
        .aliases(&["remarks", "comment"]).head("Notes", 28).personal();

    PHONE = Field::new("phone", "Phone", Kind::Phone, Group::Contact, "Number for calls and messages.")
        .aliases(&["mobile", "phone-no"]).head("Phone", 11).required().personal();
    ALT_PHONE = Field::new("alt-phone", "Other phone", Kind::Phone, Group::Contact, "A second number.")
        .head("Other phone", 11).personal();
    EMAIL = Field::new("email", "Email", Kind::Text, Group::Contact, "Address for the quotation.")
        .aliases(&["mail", "e-mail"]).head("Email", 26).personal();

    ADDRESS = Field::new("address", "Address", Kind::Text, Group::Address, "House and street.")
        .aliases(&["street"]).head("Address", 28).personal();
    BUILDING = Field::new("building", "Building", Kind::Category, Group::Address, "Name of the building or society, as the coverage directory has it.")
        .aliases(&["tower", "society"]).head("Building", 16);
    AREA = Field::new("area", "Area", Kind::Category, Group::Address, "Locality within the city.")
        .aliases(&["locality"]).head("Area", 16);
    CITY = Field::new("city", "City", Kind::Category, Group::Address, "City or town.")
        .aliases(&["town"]).head("City", 10).sorted();
    STATE = Field::new("state", "State", Kind::Category, Group::Address, "State of the address.")
        .head("State", 14);
    PINCODE = Field::new("pincode", "PIN code", Kind::Category, Group::Address, "Six digits of India Post; the coverage directory is asked by it.")
        .aliases(&["pin", "zip", "postal-code"]).head("PIN", 6);
    BUILDING_TYPE = Field::new("building-type", "Building type", Kind::Choice(BuildingType::CHOICES), Group::Address, "Apartment, independent house or commercial.")
        .aliases(&["premises"]).head("Premises", 12);

    AVAILABILITY = Field::new("availability", "Availability", Kind::Choice(Availability::CHOICES), Group::Network, "Whether the network reaches the address, by the coverage directory; none while it is not known.")
        .aliases(&["coverage", "serviceable"]).head("Coverage", 11).computed();
    LIVE_ON = Field::new("live-on", "Live on", Kind::Date { ahead: true }, Group::Network, "Day the network is planned to reach the address.")
        .head("Live on", 8).computed().sorted();
    LIVE_SINCE = Field::new("live-since", "Became serviceable", Kind::Moment, Group::Network, "When the network came to an address that had waited for it.")
        .head("Now live", 8).computed().sorted();
    PORTS = Field::new("ports", "Free OLT ports", int(""), Group::Network, "Free ports on the OLT that serves the address.")
        .aliases(&["free-ports"]).head("Ports", 5).computed();
    DROP = Field::new("drop-metres", "Drop cable", int("m"), Group::Network, "Estimated metres of drop cable.")
        .aliases(&["drop"]).head("Drop m", 6).computed();
    INSTALL_COST = Field::new("install-cost", "Cost of installation", Kind::Money, Group::Network, "Estimated cost of the installation to us.")
        .head("Cost", 7).computed();

    CURRENT_PROVIDER = Field::new("current-provider", "Current provider", Kind::Category, Group::Plan, "Who serves them now.")
        .aliases(&["provider", "previous-isp", "competitor"]).head("Provider", 12);
    WANTED_SPEED = Field::new("wanted-speed", "Required speed", int("Mbps"), Group::Plan, "Mbps asked for.")
        .aliases(&["speed", "required-speed"]).head("Mbps", 5);
    BUDGET_FROM = Field::new("budget-from", "Budget from", Kind::Money, Group::Plan, "Rupees a month, the lower end.")
        .aliases(&["budget-min"]).head("From", 6);
    BUDGET = Field::new("budget", "Budget to", Kind::Money, Group::Plan, "Rupees a month they would pay at most.")
        .aliases(&["budget-to", "budget-max"]).head("Budget", 6);
    URGENCY = Field::new("urgency", "Urgency", Kind::Choice(Urgency::CHOICES), Group::Plan, "How soon the line is wanted.")
        .head("Urgency", 12);
    PLAN = Field::new("plan", "Expected plan", Kind::Category, Group::Plan, "Name of the plan they will likely take.")
        .aliases(&["expected-plan"]).head("Plan", 13);
    MRR = Field::new("mrr", "Expected revenue", Kind::Money, Group::Plan, "Monthly price of the expected plan.")
        .aliases(&["revenue", "value"]).head("MRR", 6).computed().sorted();

    STAGE = Field::new("stage", "Stage", Kind::Choice(Stage::CHOICES), Group::Business, "Where the lead stands.")
        .aliases(&["status"]).head("Stage", 12).verb();
    LOST_REASON = Field::new("lost-reason", "Lost because", Kind::Choice(LostReason::CHOICES), Group::Business, "Why the lead was lost.")
        .aliases(&["reason"]).head("Lost because", 16).verb();
    STAGE_SINCE = Field::new("stage-since", "In stage since", Kind::Moment, Group::Business, "When the present stage began.")
        .head("Since", 8).verb().sorted();
    SCORE = Field::new("score", "Score", Kind::Int { unit: "", bands: SCORE_BANDS }, Group::Business, "0 to 100, the sum of its parts; `score:hot` is 70 and more.")
        .head("Score", 5).computed().sorted();
    SCORE_PLACE = Field::new("score-place", "Points for the place", int(""), Group::Business, "Part of the score: can we serve the address.")
        .head("Place", 5).computed();
    SCORE_BUDGET = Field::new("score-budget", "Points for the budget", int(""), Group::Business, "Part of the score: does the budget meet the price.")
        .head("Budget", 6).computed();
    SCORE_URGENCY = Field::new("score-urgency", "Points for urgency", int(""), Group::Business, "Part of the score: how soon the line is wanted.")
        .head("Urgent", 6).computed();
    SCORE_SOURCE = Field::new("score-source", "Points for the source", int(""), Group::Business, "Part of the score: how often leads of this source became customers.")
        .head("Source", 6).computed();
    SCORE_ENGAGEMENT = Field::new("score-engagement", "Points for engagement", int(""), Group::Business, "Part of the score: how far we are in touch.")
        .head("Touch", 5).computed();
    ODDS = Field::new("odds", "Learned odds", Kind::Fixed { places: 1, unit: "%" }, Group::Business, "Chance of a contract by a model learned from past leads; none while there is no model.")
        .head("Odds", 5).computed();

    OWNER = Field::new("owner", "Owner", Kind::Category, Group::Support, "Login name of the rep who works the lead.")
        .aliases(&["rep", "agent"]).head("Owner", 9).sorted();
    ASSIGNED_AT = Field::new("assigned-at", "Assigned", Kind::Moment, Group::Support, "When the owner got the lead.")
        .head("Assigned", 8).computed();
    FOLLOW_UP = Field::new("follow-up", "Follow-up", Kind::Moment, Group::Support, "When to be in touch next.")
        .aliases(&["due", "next-contact"]).head("Follow-up", 9).ahead().sorted();
    FOLLOW_UP_NOTE = Field::new("follow-up-note", "Follow-up is about", Kind::Text, Group::Support, "What to say or do then.")
        .aliases(&["next-step"]).head("Next step", 20).personal();
    SNOOZED_UNTIL = Field::new("snoozed-until", "Snoozed until", Kind::Moment, Group::Support, "The reminder keeps still until then; the due time stays.")
        .aliases(&["snooze"]).head("Snoozed", 8).ahead().computed();
    FIRST_RESPONSE = Field::new("first-response", "First contact", Kind::Moment, Group::Support, "When we were in touch for the first time.")
        .head("Answered", 8).computed();
    RESPONSE_MINUTES = Field::new("response-minutes", "Minutes to first contact", int("min"), Group::Support, "Minutes from creation to the first contact.")
        .aliases(&["response"]).head("Resp", 6).computed();
    TOUCHES = Field::new("touches", "Contacts", int(""), Group::Support, "Calls, messages and visits so far.")
        .head("Contacts", 8).computed();
    LAST_TOUCH = Field::new("last-touch", "Last contact", Kind::Moment, Group::Support, "When we were last in touch.")
        .aliases(&["last-contact"]).head("Contact", 8).computed().sorted();

    SOURCE = Field::new("source", "Source", Kind::Choice(Source::CHOICES), Group::Origin, "How the lead came.")
        .aliases(&["lead-source", "origin"]).head("Source", 12);
    REFERRED_BY = Field::new("referred-by", "Referred by", Kind::Category, Group::Origin, "Who sent them.")
        .aliases(&["referrer"]).head("Referred by", 18).personal();
    CREATED = Field::new("created", "Created", Kind::Moment, Group::Origin, "When the lead came in.")
        .head("Created", 8).computed().sorted();
    CONTACTED_AT = Field::new("contacted-at", "Contacted", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Contacted", 9).computed();
    SURVEY_AT = Field::new("survey-at", "Survey scheduled", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Survey", 8).computed();
    QUOTED_AT = Field::new("quoted-at", "Quotation sent", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Quoted", 8).computed();
    INSTALL_AT = Field::new("install-at", "Installation scheduled", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Install", 8).computed();
    CONVERTED_AT = Field::new("converted-at", "Converted", Kind::Moment, Group::Origin, "When the lead became a customer.")
        .head("Won", 8).computed().sorted();
    LOST_AT = Field::new("lost-at", "Lost", Kind::Moment, Group::Origin, "When the lead was lost.")
        .head("Lost", 8).computed().sorted();
    CUSTOMER = Field::new("customer", "Customer account", Kind::Account, Group::Origin, "Account number of the customer it became, or was merged into.")
        .aliases(&["account"]).head("Account", 7).computed();
    MERGED_INTO = Field::new("merged-into", "Merged into", Kind::Account, Group::Origin, "Number of the lead that took this one in.")
        .head("Merged", 7).computed();

    CONSENT = Field::new("consent", "Consent", Kind::List(Channel::CHOICES), Group::Consent, "Channels agreed to for offers.")
        .head("Consent", 16);
    CONSENT_ON = Field::new("consent-on", "Consent given on", Kind::Date { ahead: false }, Group::Consent, "Day the consent was recorded.")
        .head("Consent on", 11);
    DND = Field::new("dnd", "Do not disturb", Kind::List(Channel::CHOICES), Group::Consent, "Channels on which no offer may reach them.")
        .head("DND", 14);

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Consent, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// When each stage was first reached, in the order of [`Stage::ALL`]; the first is the creation.
pub const REACHED: [crate::domain::FieldId; 7] =
    [CREATED, CONTACTED_AT, SURVEY_AT, QUOTED_AT, INSTALL_AT, CONVERTED_AT, LOST_AT];

/// The parts of the score, in the order they are told.
pub const PARTS: [crate::domain::FieldId; 5] =
    [SCORE_PLACE, SCORE_BUDGET, SCORE_URGENCY, SCORE_SOURCE, SCORE_ENGAGEMENT];

/// What there is to know of a lead.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NUMBER,
    money: Some(MRR),
    owner: Some(OWNER),
    searched: &[NAME, NUMBER, PHONE, ALT_PHONE, EMAIL, ORGANISATION, BUILDING, AREA, CITY, PINCODE],
    form: &[
        NAME,
        PHONE,
        PINCODE,
        AREA,
        BUILDING,
        BUILDING_TYPE,
        PLAN,
        BUDGET,
        WANTED_SPEED,
        URGENCY,
        SOURCE,
        CURRENT_PROVIDER,
        EMAIL,
        ADDRESS,
        CITY,
        STATE,
        OWNER,
        FOLLOW_UP,
        FOLLOW_UP_NOTE,
    ],
    shown: &[
        STAGE,
        SCORE,
        PLAN,
        AVAILABILITY,
        FOLLOW_UP,
        SNOOZED_UNTIL,
        STAGE_SINCE,
        PHONE,
        CITY,
        AREA,
        CREATED,
        FIRST_RESPONSE,
        LOST_REASON,
        CUSTOMER,
    ],
    listed: true,
    one: "a lead",
};
