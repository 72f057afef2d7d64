//! What to do next with a customer, by rules over what can be seen. One or two short sentences with
//! the reason first in mind, never a sale to somebody whose line does not work.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::{Plan, Record, Status};
use crate::query::schema::customer as c;

/// A suggestion: what, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub what: String,
    pub why: String,
}

/// The best thing to do for this customer now; `None` where nothing is called for.
pub fn suggest(row: &Record, plans: &[Plan], today: NaiveDate) -> Option<Suggestion> {
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
    if let Some(up) = upgrade(row, plans) {
        return say(format!("Offer {} at {}", up.name, up.price.compact()), "uses much of the present plan");
    }
    if row.int(c::NPS).is_some_and(|n| n >= 9) {
        return say("Ask for a referral".into(), "would recommend us");
    }
    None
}

/// The next faster offered plan of the same technology for a line that uses a lot.
fn upgrade<'a>(row: &Record, plans: &'a [Plan]) -> Option<&'a Plan> {
    let current = plans.iter().find(|p| p.name == row.text(c::PLAN))?;
    if row.int(c::USAGE)? < current.speed * 5 {
        return None;
    }
    plans
        .iter()
        .filter(|p| {
            p.technology == current.technology
                && p.segment == current.segment
                && p.offer == crate::domain::plan::Offer::Offered
                && p.speed > current.speed
        })
        .min_by_key(|p| (p.speed, p.price))
}
