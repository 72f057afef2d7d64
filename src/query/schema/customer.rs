//! The fields of a customer.

use crate::domain::Entity;
use crate::domain::customer::{Channel, Cycle, Kyc, PayMode, Reason, Segment, Source, Status, Technology};

use super::{Band, Field, Group, Kind, Noun, field_table};

/// Churn risk in bands; the score is 0 to 100.
pub const RISK_BANDS: &[Band] = &[
    Band { name: "low", label: "Low", low: 0, high: 39 },
    Band { name: "medium", label: "Medium", low: 40, high: 69 },
    Band { name: "high", label: "High", low: 70, high: 100 },
];

/// Net promoter answer in its usual bands.
pub const NPS_BANDS: &[Band] = &[
    Band { name: "detractor", label: "Detractor", low: 0, high: 6 },
    Band { name: "passive", label: "Passive", low: 7, high: 8 },
    Band { name: "promoter", label: "Promoter", low: 9, high: 10 },
];

const fn int(unit: &'static str) -> Kind {
    Kind::Int { unit, bands: &[] }
}

field_table! { Entity::Customer,
    ACCOUNT = Field::new("account", "Account number", Kind::Account, Group::Identity, "Number the customer quotes.")
        .aliases(&["acc", "account-no", "customer-id"]).head("Account", 7).sorted().verb();
    REF = Field::new("ref", "Outside reference", Kind::Text, Group::Identity, "Number of this line in another system; unique where it is given.")
        .aliases(&["external-id", "crm-id"]).head("Ref", 12);
    NAME = Field::new("name", "Name", Kind::Text, Group::Identity, "Name of the subscriber, in Latin letters.")
        .aliases(&["customer", "customer-name"]).head("Name", 18).sorted().required().personal();
    NATIVE_NAME = Field::new("native-name", "Name in own script", Kind::Text, Group::Identity, "The name as its owner writes it.")
        .head("Native name", 18).personal();
    SEGMENT = Field::new("segment", "Segment", Kind::Choice(Segment::CHOICES), Group::Identity, "Home, business, leased line or housing society.")
        .aliases(&["type"]).head("Segment", 12);
    ORGANISATION = Field::new("organisation", "Bill-to organisation", Kind::Category, Group::Identity, "Who pays, where several lines share one bill.")
        .aliases(&["org", "company", "bill-to"]).head("Organisation", 20);
    GSTIN = Field::new("gstin", "GSTIN", Kind::Text, Group::Identity, "GST number of a registered buyer.")
        .aliases(&["gst"]).head("GSTIN", 15);
    TAGS = Field::new("tags", "Tags", Kind::List(&[]), Group::Identity, "Free words of your own.")
        .aliases(&["tag"]).head("Tags", 14);

    PHONE = Field::new("phone", "Phone", Kind::Phone, Group::Contact, "Number for calls and messages.")
        .aliases(&["mobile", "phone-no"]).head("Phone", 11).required().personal();
    ALT_PHONE = Field::new("alt-phone", "Other phone", Kind::Phone, Group::Contact, "A second number.")
        .head("Other phone", 11).personal();
    EMAIL = Field::new("email", "Email", Kind::Text, Group::Contact, "Address for bills and notices.")
        .aliases(&["mail", "e-mail"]).head("Email", 26).personal();

    ADDRESS = Field::new("address", "Address", Kind::Text, Group::Address, "House and street of the installation.")
        .aliases(&["street"]).head("Address", 28).personal();
    AREA = Field::new("area", "Area", Kind::Category, Group::Address, "Locality within the city.")
        .aliases(&["locality"]).head("Area", 16);
    CITY = Field::new("city", "City", Kind::Category, Group::Address, "City or town of the installation.")
        .aliases(&["town"]).head("City", 10).sorted();
    STATE = Field::new("state", "State", Kind::Category, Group::Address, "State of the installation: the place of supply for GST.")
        .head("State", 14);
    PINCODE = Field::new("pincode", "PIN code", Kind::Category, Group::Address, "Six digits of India Post.")
        .aliases(&["pin", "zip", "postal-code"]).head("PIN", 6);

    PLAN = Field::new("plan", "Plan", Kind::Category, Group::Plan, "Name of the plan; `plan:fiber` finds all that begin so.")
        .head("Plan", 13).verb().required();
    TECHNOLOGY = Field::new("technology", "Technology", Kind::Choice(Technology::CHOICES), Group::Plan, "Fiber, broadband or wireless; comes with the plan.")
        .aliases(&["tech"]).head("Technology", 10).computed();
    SPEED = Field::new("speed", "Speed", int("Mbps"), Group::Plan, "Speed sold, Mbps; comes with the plan.")
        .head("Mbps", 5).computed();
    PRICE = Field::new("price", "Monthly price", Kind::Money, Group::Plan, "Rupees a month before GST, after any discount.")
        .head("Price", 7);
    CYCLE = Field::new("cycle", "Billing cycle", Kind::Choice(Cycle::CHOICES), Group::Plan, "Monthly, quarterly or annual.")
        .head("Cycle", 9).verb();
    OTTS = Field::new("otts", "OTT apps", Kind::List(&[]), Group::Plan, "OTT apps active on the line.")
        .aliases(&["ott"]).head("OTT apps", 24);
    CHANNELS = Field::new("channels", "Live channels", int(""), Group::Plan, "Live TV channels in the bundle.")
        .head("Channels", 8).computed();
    STATUS = Field::new("status", "Status", Kind::Choice(Status::CHOICES), Group::Plan, "Where the line stands.")
        .head("Status", 13).verb();
    REASON = Field::new("reason", "Status reason", Kind::Choice(Reason::CHOICES), Group::Plan, "Why the line stands so.")
        .head("Reason", 14).verb();
    STATUS_SINCE = Field::new("status-since", "Status since", Kind::Date { ahead: false }, Group::Plan, "Day the status began.")
        .head("Status since", 11).verb();
    RENEWS = Field::new("renews", "Renews on", Kind::Date { ahead: true }, Group::Plan, "Day the paid period ends.")
        .aliases(&["expiry", "expires", "renewal"]).head("Renews", 8).sorted();
    SINCE = Field::new("since", "Customer since", Kind::Date { ahead: false }, Group::Plan, "Day of activation.")
        .aliases(&["customer-since", "joined"]).head("Since", 8).sorted();

    USAGE = Field::new("usage", "Data used", int("GB"), Group::Usage, "GB in the last full month.")
        .aliases(&["gb"]).head("GB", 6).computed().sorted();
    AVG_SPEED = Field::new("avg-speed", "Average speed", int("Mbps"), Group::Usage, "Mean measured speed of the last month, Mbps.")
        .head("Measured", 8).computed();
    UPTIME = Field::new("uptime", "Uptime", Kind::Fixed { places: 2, unit: "%" }, Group::Usage, "Share of the last month the line was up.")
        .head("Uptime", 7).computed();
    TOP_OTT = Field::new("top-ott", "Most used OTT", Kind::Category, Group::Usage, "OTT app used most.")
        .head("Top OTT", 16).computed();
    PEAK = Field::new("peak", "Peak hours", Kind::Category, Group::Usage, "Hours of most use, as in 20-23.")
        .aliases(&["peak-hours"]).head("Peak", 6).computed();

    MRR = Field::new("mrr", "MRR", Kind::Money, Group::Business, "Monthly recurring revenue: the price while the line is billed, else zero.")
        .aliases(&["revenue"]).head("MRR", 6).computed().sorted();
    LTV = Field::new("ltv", "Lifetime value", Kind::Money, Group::Business, "Rupees billed since activation, before GST.")
        .aliases(&["lifetime-value"]).head("Lifetime", 10).computed().sorted();
    RISK = Field::new("risk", "Churn risk", Kind::Int { unit: "%", bands: RISK_BANDS }, Group::Business, "Churn risk 0 to 100; `risk:high` is 70 and more.")
        .aliases(&["churn"]).head("Risk", 6).computed().sorted();
    CHANCE = Field::new("chance", "Chance to leave", Kind::Fixed { places: 2, unit: "%" }, Group::Business, "Chance to leave within 60 days, as the trained model said last.")
        .aliases(&["churn-chance"]).head("Leaves", 7).computed().sorted();
    NPS = Field::new("nps", "NPS answer", Kind::Int { unit: "", bands: NPS_BANDS }, Group::Business, "Would recommend us, 0 to 10.")
        .head("NPS", 3);
    DUE = Field::new("due", "Money due", Kind::Money, Group::Business, "Unpaid rupees, GST included.")
        .aliases(&["balance", "outstanding"]).head("Due", 8).sorted();
    LATE = Field::new("late", "Late payments", int(""), Group::Business, "Bills paid late in the last twelve months.")
        .head("Late", 4).computed();
    PAYS_BY = Field::new("pays-by", "Pays by", Kind::Choice(PayMode::CHOICES), Group::Business, "Usual way of paying.")
        .aliases(&["payment-mode", "payment"]).head("Pays by", 13);

    TICKETS = Field::new("tickets", "Tickets", int(""), Group::Support, "Tickets raised in all.")
        .head("Tickets", 7).computed();
    TICKETS_30D = Field::new("tickets-30d", "Tickets in 30 days", int(""), Group::Support, "Tickets raised in the last 30 days.")
        .head("30 d", 4).computed();
    OPEN_TICKETS = Field::new("open-tickets", "Open tickets", int(""), Group::Support, "Tickets not yet closed.").aliases(&["open"])
        .head("Open", 4).computed();
    LAST_TICKET = Field::new("last-ticket", "Last ticket", Kind::Date { ahead: false }, Group::Support, "Day of the last ticket.")
        .head("Last ticket", 11).computed();
    CSAT = Field::new("csat", "Satisfaction", int(""), Group::Support, "Last answer after a ticket, 1 to 5.")
        .aliases(&["satisfaction"]).head("CSAT", 4);
    LAST_CONTACT = Field::new("last-contact", "Last contact", Kind::Date { ahead: false }, Group::Support, "Day we last spoke or wrote.")
        .head("Contact", 8).computed();
    OWNER = Field::new("owner", "Owner", Kind::Category, Group::Support, "Login name of the person who looks after the account.")
        .aliases(&["rep", "agent"]).head("Owner", 10);

    SOURCE = Field::new("source", "Source", Kind::Choice(Source::CHOICES), Group::Origin, "How the customer came.")
        .aliases(&["lead-source", "origin"]).head("Source", 12);
    REFERRED_BY = Field::new("referred-by", "Referred by", Kind::Category, Group::Origin, "Who sent the customer.")
        .aliases(&["referrer"]).head("Referred by", 18).personal();

    CONSENT = Field::new("consent", "Consent", Kind::List(Channel::CHOICES), Group::Consent, "Channels agreed to for offers.")
        .head("Consent", 16);
    CONSENT_ON = Field::new("consent-on", "Consent given on", Kind::Date { ahead: false }, Group::Consent, "Day the consent was recorded.")
        .head("Consent on", 11);
    DND = Field::new("dnd", "Do not disturb", Kind::List(Channel::CHOICES), Group::Consent, "Channels on which no offer may reach the customer.")
        .head("DND", 14);

    PPPOE = Field::new("pppoe", "PPPoE user", Kind::Text, Group::Network, "User name of the line's session.")
        .aliases(&["username"]).head("PPPoE", 18);
    OLT = Field::new("olt", "OLT", Kind::Category, Group::Network, "Optical line terminal or base station.")
        .head("OLT", 12);
    PON = Field::new("pon", "PON port", Kind::Category, Group::Network, "Slot/port/ONU on the OLT.")
        .aliases(&["pon-port"]).head("PON", 9);
    ONU = Field::new("onu", "ONU serial", Kind::Text, Group::Network, "Serial number of the customer's ONU or radio.")
        .aliases(&["onu-serial", "serial"]).head("ONU", 14);
    OPTICAL = Field::new("optical", "Optical power", Kind::Fixed { places: 1, unit: "dBm" }, Group::Network, "Last received optical power, dBm; -8 to -27 is the normal range of GPON class B+.")
        .aliases(&["rx", "dbm"]).head("dBm", 6).computed();

    CAF = Field::new("caf", "CAF number", Kind::Text, Group::Kyc, "Number of the customer application form.")
        .head("CAF", 12);
    KYC = Field::new("kyc", "KYC", Kind::Choice(Kyc::CHOICES), Group::Kyc, "State of the identity check.")
        .head("KYC", 9);
    KYC_REF = Field::new("kyc-ref", "KYC reference", Kind::Text, Group::Kyc, "Kind of proof and its last four digits; never the whole number.")
        .head("KYC ref", 14).personal();

    DELETED = Field::new("deleted", "Deleted", Kind::Moment, Group::Kyc, "When the row was put away; restorable.")
        .head("Deleted", 12).computed();
}

/// The folded text that free words of a filter look into, kept beside each row by the store.
/// The name comes first, then everything a caller may quote.
const SEARCHED: &[crate::domain::FieldId] =
    &[NAME, NATIVE_NAME, ACCOUNT, REF, PHONE, ALT_PHONE, EMAIL, ORGANISATION, AREA, CITY, PINCODE, PPPOE, ONU, CAF];

/// What there is to know of a customer.
pub static NOUN: Noun = Noun {
    fields: FIELDS,
    name: NAME,
    handle: ACCOUNT,
    money: Some(MRR),
    owner: Some(OWNER),
    searched: SEARCHED,
    form: &[NAME, PHONE, PLAN, CYCLE, STATUS, ADDRESS, AREA, CITY, STATE, PINCODE, EMAIL],
    shown: &[STATUS, RISK, PLAN, CITY, AREA, PHONE],
    listed: true,
    one: "a customer",
};
