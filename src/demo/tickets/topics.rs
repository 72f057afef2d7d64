//! What the topics of the timeline are at the desk.

use crate::domain::sla::Regulation;
use crate::domain::ticket::Priority;

/// What a topic of the timeline is at the desk: sub-category (its main one begins it), priority, clock.
pub(super) struct Topic {
    pub words: &'static str,
    pub category: &'static str,
    pub sub: &'static str,
    pub priority: Priority,
    pub regulation: Regulation,
    pub article: &'static str,
    pub said: &'static [&'static str],
}

const fn topic(
    words: &'static str,
    (category, sub): (&'static str, &'static str),
    priority: Priority,
    regulation: Regulation,
    article: &'static str,
    said: &'static [&'static str],
) -> Topic {
    Topic { words, category, sub, priority, regulation, article, said }
}

use Priority::{High, Low, Medium};
use Regulation::{Billing, Complaint, Fault, Nothing};

pub(super) const TOPICS: &[Topic] = &[
    topic(
        "LOS light red",
        ("no-internet", "no-internet-los"),
        High,
        Fault,
        "los-light-red",
        &[
            "LOS light is blinking red since last night",
            "Red light on the ONU, no internet",
            "Laal batti jal rahi hai, net band hai",
        ],
    ),
    topic(
        "No internet",
        ("no-internet", ""),
        High,
        Fault,
        "no-internet-first-steps",
        &[
            "No internet at all, router lights are fine",
            "Net nahi chal raha hai subah se",
            "Internet work aagala, please check",
        ],
    ),
    topic(
        "Line drops every evening",
        ("no-internet", "no-internet-drops"),
        High,
        Fault,
        "line-drops",
        &["Line drops every evening after eight", "Net baar baar disconnect ho raha hai"],
    ),
    topic(
        "No internet since morning",
        ("no-internet", ""),
        High,
        Fault,
        "no-internet-first-steps",
        &["No internet since morning, work from home is stuck", "Subah se net band hai, meeting hai please jaldi"],
    ),
    topic(
        "PPPoE not connecting",
        ("no-internet", "no-internet-pppoe"),
        High,
        Fault,
        "pppoe-login",
        &["Router says authentication failed", "PPPoE connect nahi ho raha after reset"],
    ),
    topic(
        "Slow speed",
        ("slow-speed", ""),
        Medium,
        Fault,
        "slow-speed",
        &[
            "Speed is very slow, pages take a minute",
            "Paying for 100, getting 8 Mbps",
            "Net khub slow, kichu khulche na",
        ],
    ),
    topic(
        "Slow in the evening",
        ("slow-speed", "slow-speed-evening"),
        Medium,
        Fault,
        "slow-speed",
        &["Slow from 8 to 11 at night, fine in the day", "Raat ko bilkul slow ho jata hai"],
    ),
    topic(
        "Buffering on TV",
        ("slow-speed", ""),
        Medium,
        Fault,
        "slow-speed",
        &["TV is buffering all the time", "IPL match buffering, phone pe bhi"],
    ),
    topic(
        "Speed test far below plan",
        ("slow-speed", ""),
        Medium,
        Fault,
        "slow-speed",
        &["Speed test shows 20 of 200 Mbps, screenshots on WhatsApp"],
    ),
    topic(
        "High ping in games",
        ("slow-speed", "slow-speed-latency"),
        Medium,
        Fault,
        "slow-speed",
        &["Ping is 180 in BGMI, was 30 before"],
    ),
    topic(
        "Wi-Fi weak in bedroom",
        ("slow-speed", "slow-speed-wifi"),
        Low,
        Complaint,
        "weak-wifi",
        &["No Wi-Fi signal in the bedroom"],
    ),
    topic(
        "OTT app not activated",
        ("ott-app", "ott-app-activation"),
        Low,
        Complaint,
        "ott-activation",
        &["Hotstar of my plan is not activated", "OTT activation SMS did not come"],
    ),
    topic(
        "Bill query",
        ("billing", "billing-dispute"),
        Medium,
        Billing,
        "bill-explained",
        &["Bill is higher than the plan, why", "Double charge this month"],
    ),
    topic(
        "Router restarts",
        ("no-internet", "no-internet-router"),
        High,
        Fault,
        "router-dead",
        &["Router restarts by itself every hour"],
    ),
    topic(
        "Shift of router within flat",
        ("installation-request", "installation-request-shift"),
        Medium,
        Nothing,
        "",
        &["Want the router in the other room"],
    ),
    topic(
        "GST invoice wanted",
        ("billing", "billing-invoice"),
        Low,
        Complaint,
        "gst-invoice",
        &["Please mail the GST invoice with our GSTIN"],
    ),
    topic(
        "Wi-Fi password change",
        ("slow-speed", "slow-speed-wifi"),
        Low,
        Complaint,
        "wifi-password",
        &["How to change the Wi-Fi password"],
    ),
    topic(
        "Payment not updated",
        ("billing", "billing-payment"),
        Medium,
        Billing,
        "payment-not-updated",
        &["Paid by UPI yesterday, still shows due"],
    ),
    topic(
        "Public IP wanted",
        ("upgrade-request", "upgrade-request-static-ip"),
        Low,
        Nothing,
        "static-ip",
        &["Need a static IP for CCTV"],
    ),
];
