//! What to do next with a customer, by rules over what can be seen. One or two short sentences with
//! the reason first in mind, never a sale to somebody whose line does not work.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::{Record, Status};
use crate::query::schema::customer as c;

use super::offers::Offer;

/// A suggestion: what, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub what: String,
    pub why: String,
}

/// What the customer needs now; `None` where nothing is called for, and then something may be offered ([`sale`]).
pub fn care(row: &Record, today: NaiveDate) -> Option<Suggestion> {
    let say = |what: String, why: &str| Some(Suggestion { what, why: why.into() });
    let status = Status::parse(row.text(c::STATUS))?;
    let due = row.money(c::DUE);
    let renews = row.int(c::RENEWS).and_then(calendar::date_from_days);
    match status {
        Status::Pending => return say("Fix the installation slot".into(), "ordered, not installed"),
        Status::Suspended if due > Money::ZERO => {
            return say(format!("Collect {} and reconnect", due.compact()), "cut off for non-payment");
        }
        Status::Expired => return say("Offer to renew today".into(), "validity has run out"),
        Status::Paused => return say("Ask when to resume".into(), "paused at own wish"),
        Status::Terminated | Status::Suspended => return None,
        Status::Active | Status::Grace => {}
    }
    let (speed, measured) = (row.int(c::SPEED).unwrap_or(0), row.int(c::AVG_SPEED).unwrap_or(0));
    if speed > 0 && measured > 0 && measured * 100 / speed < 70 {
        return say("Free speed check visit".into(), "paid speed does not arrive");
    }
    if row.int(c::TICKETS_30D).unwrap_or(0) >= 2 {
        return say("Call back by a senior technician".into(), "several tickets this month");
    }
    if due > Money::ZERO && renews.is_some_and(|d| d < today) {
        return say(format!("Send a payment link for {}", due.compact()), "bill overdue");
    }
    if renews.is_some_and(|d| (0..=7).contains(&(calendar::days_of(d) - calendar::days_of(today)))) {
        return say("Offer the annual plan at renewal".into(), "renews within the week");
    }
    if !row.get(c::OTTS).is_null() && row.get(c::TOP_OTT).is_null() {
        return say("Help to activate the OTT apps".into(), "paid for and not used");
    }
    None
}

/// What to ask of a customer for whom nothing is to be done and nothing fits.
pub fn referral(row: &Record) -> Option<Suggestion> {
    let glad =
        row.int(c::NPS).is_some_and(|n| n >= 9) && Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
    glad.then(|| Suggestion { what: "Ask for a referral".into(), why: "would recommend us".into() })
}

/// An offer as the next step.
pub fn sale(offer: &Offer) -> Suggestion {
    Suggestion {
        what: format!("Offer {}", offer.what),
        why: format!("{}; worth about {}", offer.why, offer.expected.compact()),
    }
}
