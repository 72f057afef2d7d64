//! The fields of a deal.

use crate::domain::Entity;
use crate::domain::customer::Source;
use crate::domain::deal::{Category, Kind as DealKind, LostReason, Stage};

use super::{Field, Group, Kind, Noun, field_table};

const fn int(unit: &'static str) -> Kind {
    Kind::Int { unit, bands: &[] }
}

field_table! { Entity::Deal,
    NUMBER = Field::new("number", "Deal number", Kind::Account, Group::Identity, "Number of the deal; given on creation.")
        .aliases(&["deal", "deal-no"]).head("Deal", 7).sorted().computed();
    NAME = Field::new("name", "Name", Kind::Text, Group::Identity, "What the deal is called: who buys what.")
        .aliases(&["deal-name"]).head("Name", 22).sorted().required();
    KIND = Field::new("kind", "Kind", Kind::Choice(DealKind::CHOICES), Group::Identity, "Retail, corporate, or an apartment building in bulk.")
        .aliases(&["type"]).head("Kind", 9);
    CUSTOMER = Field::new("customer", "Customer account", Kind::Account, Group::Identity, "Account number of the customer who buys; after the win, of the first subscription.")
        .aliases(&["account"]).head("Account", 7);
    LEAD = Field::new("lead", "Lead", Kind::Account, Group::Identity, "Number of the lead it came from; a win converts it.")
        .aliases(&["lead-no"]).head("Lead", 7);
    ORGANISATION = Field::new("organisation", "Organisation", Kind::Category, Group::Identity, "The firm or society that pays.")
        .aliases(&["org", "company"]).head("Organisation", 18);
    TAGS = Field::new("tags", "Tags", Kind::List(&[]), Group::Identity, "Free words of your own.")
        .aliases(&["tag"]).head("Tags", 14);
    NOTES = Field::new("notes", "Notes", Kind::Text, Group::Identity, "What else to know.")
        .aliases(&["remarks"]).head("Notes", 28);

    CONTACT = Field::new("contact", "Contact", Kind::Text, Group::Contact, "Who decides, by name.")
        .aliases(&["contact-name"]).head("Contact", 18).personal();
    PHONE = Field::new("phone", "Phone", Kind::Phone, Group::Contact, "Number for calls and messages.")
        .aliases(&["mobile"]).head("Phone", 11).personal();
    EMAIL = Field::new("email", "Email", Kind::Text, Group::Contact, "Address for the quotation.")
        .aliases(&["mail", "e-mail"]).head("Email", 26).personal();

    ADDRESS = Field::new("address", "Address", Kind::Text, Group::Address, "House and street.")
        .aliases(&["street"]).head("Address", 28).personal();
    AREA = Field::new("area", "Area", Kind::Category, Group::Address, "Locality within the city.")
        .aliases(&["locality"]).head("Area", 16);
    CITY = Field::new("city", "City", Kind::Category, Group::Address, "City or town.")
        .aliases(&["town"]).head("City", 10).sorted();
    STATE = Field::new("state", "State", Kind::Category, Group::Address, "State of the address.")
        .head("State", 14);
    PINCODE = Field::new("pincode", "PIN code", Kind::Category, Group::Address, "Six digits of India Post.")
        .aliases(&["pin", "zip"]).head("PIN", 6);

    AMOUNT = Field::new("amount", "Amount", Kind::Money, Group::Plan, "Sum of the lines before GST.")
        .aliases(&["value"]).head("Amount", 12).computed().sorted();
    PLANS = Field::new("plans", "Plan charges", Kind::Money, Group::Plan, "Sum of the plan lines over their terms.")
        .head("Plans", 9).computed();
    INSTALLATION = Field::new("installation", "Installation", Kind::Money, Group::Plan, "Sum of the installation lines.")
        .head("Install", 8).computed();
    EQUIPMENT = Field::new("equipment", "Routers and ONUs", Kind::Money, Group::Plan, "Sum of the equipment lines.")
        .head("Router", 8).computed();
    MAINTENANCE = Field::new("maintenance", "Annual maintenance", Kind::Money, Group::Plan, "Sum of the maintenance lines.")
        .aliases(&["amc"]).head("AMC", 8).computed();
    DISCOUNT = Field::new("discount", "Discounts", Kind::Money, Group::Plan, "Sum of the discounts, below zero.")
        .head("Discount", 8).computed();
    REFERRAL = Field::new("referral", "Referral bonus", Kind::Money, Group::Plan, "Sum of the bonuses to who referred them, below zero.")
        .head("Bonus", 7).computed();
    MRR = Field::new("mrr", "Monthly revenue", Kind::Money, Group::Plan, "What its plans bring a month, discounts in percent taken off.")
        .aliases(&["revenue"]).head("MRR", 8).computed().sorted();
    SEATS = Field::new("seats", "Seats", int(""), Group::Plan, "Subscriptions it is for: lines, flats or branches.")
        .aliases(&["flats", "branches"]).head("Seats", 5).computed().sorted();

    STAGE = Field::new("stage", "Stage", Kind::Choice(Stage::CHOICES), Group::Business, "Where the deal stands.")
        .aliases(&["status"]).head("Stage", 11).verb();
    CATEGORY = Field::new("category", "Forecast", Kind::Choice(Category::CHOICES), Group::Business, "How sure the owner is: pipeline, best case or commit.")
        .aliases(&["forecast"]).head("Forecast", 9);
    CHANCE = Field::new("chance", "Chance", int("%"), Group::Business, "Percent of the amount that the forecast counts, by the stage.")
        .aliases(&["probability"]).head("%", 3).computed();
    WEIGHTED = Field::new("weighted", "Weighted amount", Kind::Money, Group::Business, "Amount times chance.")
        .head("Weighted", 12).computed().sorted();
    EXPECTED_CLOSE = Field::new("expected-close", "Expected close", Kind::Date { ahead: true }, Group::Business, "Day the deal is expected to be won.")
        .aliases(&["close", "close-date"]).head("Closes", 8).sorted();
    COMPETITOR = Field::new("competitor", "Competitor", Kind::Category, Group::Business, "Who else bids, or who has them now.")
        .aliases(&["current-provider"]).head("Competitor", 12);
    NEXT_STEP = Field::new("next-step", "Next step", Kind::Text, Group::Business, "What is done next.")
        .aliases(&["next"]).head("Next step", 22);
    LOST_REASON = Field::new("lost-reason", "Lost because", Kind::Choice(LostReason::CHOICES), Group::Business, "Why the deal was lost.")
        .aliases(&["reason"]).head("Lost because", 16).verb();
    QUOTE = Field::new("quote", "Quotation", Kind::Category, Group::Business, "Number of the quotation, counted within the financial year.")
        .aliases(&["quotation"]).head("Quotation", 12).computed().sorted();
    QUOTED_ON = Field::new("quoted-on", "Quoted on", Kind::Date { ahead: false }, Group::Business, "Day of the quotation.")
        .head("Quoted", 8).computed();
    VALID_UNTIL = Field::new("valid-until", "Valid until", Kind::Date { ahead: true }, Group::Business, "Last day of the quotation.")
        .aliases(&["valid"]).head("Valid", 8).computed().sorted();
    QUOTED_AMOUNT = Field::new("quoted-amount", "Quoted amount", Kind::Money, Group::Business, "What the quotation says; the lines may have changed since.")
        .head("Quoted", 9).computed();

    OWNER = Field::new("owner", "Owner", Kind::Category, Group::Support, "Login name of the rep who works the deal.")
        .aliases(&["rep", "agent"]).head("Owner", 9).sorted();
    SECOND = Field::new("second-rep", "Second rep", Kind::Category, Group::Support, "Login name of who shares the commission.")
        .aliases(&["colleague"]).head("With", 9);
    SHARE = Field::new("share", "Share of the second rep", int("%"), Group::Support, "Percent of the commission that the second rep gets.")
        .head("Share", 5);
    LAST_ACTIVITY = Field::new("last-activity", "Last activity", Kind::Moment, Group::Support, "When something was last done about it.")
        .aliases(&["activity"]).head("Activity", 8).computed().sorted();

    SOURCE = Field::new("source", "Source", Kind::Choice(Source::CHOICES), Group::Origin, "How the deal came.")
        .aliases(&["origin"]).head("Source", 12);
    REFERRED_BY = Field::new("referred-by", "Referred by", Kind::Category, Group::Origin, "Who sent them; gets the referral bonus.")
        .aliases(&["referrer"]).head("Referred by", 18).personal();
    CREATED = Field::new("created", "Created", Kind::Moment, Group::Origin, "When the deal was opened.")
        .head("Created", 8).computed().sorted();
    STAGE_SINCE = Field::new("stage-since", "In stage since", Kind::Moment, Group::Origin, "When the present stage began.")
        .head("Since", 8).computed().sorted();
    PROPOSAL_AT = Field::new("proposal-at", "Proposal", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Proposal", 8).computed();
    NEGOTIATION_AT = Field::new("negotiation-at", "Negotiation", Kind::Moment, Group::Origin, "When that stage, or a later one, was first reached.")
        .head("Negotiat.", 8).computed();
    WON_AT = Field::new("won-at", "Won", Kind::Moment, Group::Origin, "When the deal was won.")
        .head("Won", 8).computed().sorted();
    LOST_AT = Field::new("lost-at", "Lost", Kind::Moment, Group::Origin, "When the deal was lost.")
        .head("Lost", 8).computed().sorted();

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Consent, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// When each stage was first reached, in the order of [`Stage::ALL`]; the first is the creation.
pub const REACHED: [crate::domain::FieldId; 5] = [CREATED, PROPOSAL_AT, NEGOTIATION_AT, WON_AT, LOST_AT];

/// The sums by item, in the order of [`crate::domain::deal::Item::ALL`]; they sum to the amount.
pub const SUMS: [crate::domain::FieldId; 6] = [PLANS, INSTALLATION, EQUIPMENT, MAINTENANCE, DISCOUNT, REFERRAL];

/// What there is to know of a deal.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: NUMBER,
    money: Some(AMOUNT),
    owner: Some(OWNER),
    searched: &[NAME, NUMBER, ORGANISATION, CONTACT, PHONE, EMAIL, CITY, AREA, QUOTE, COMPETITOR],
    form: &[
        NAME,
        KIND,
        LEAD,
        CUSTOMER,
        ORGANISATION,
        CONTACT,
        PHONE,
        EXPECTED_CLOSE,
        CATEGORY,
        NEXT_STEP,
        COMPETITOR,
        OWNER,
        SOURCE,
        EMAIL,
    ],
    shown: &[
        STAGE,
        KIND,
        EXPECTED_CLOSE,
        LAST_ACTIVITY,
        STAGE_SINCE,
        VALID_UNTIL,
        CHANCE,
        CATEGORY,
        SEATS,
        CITY,
        CREATED,
        LOST_REASON,
        CUSTOMER,
        NEXT_STEP,
    ],
    listed: true,
    one: "a deal",
};
