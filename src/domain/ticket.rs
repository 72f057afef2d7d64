//! A ticket: something a customer asks for or complains about, from the docket to the answer and back.

use chrono::Datelike as _;

use crate::base::{Timestamp, calendar};

use super::choice::choices;
use super::sla::Why;

choices! {
    /// Where a ticket stands.
    State {
        Open = "open", "Open";
        InProgress = "in-progress", "In progress";
        WaitingCustomer = "waiting-customer", "Waiting on customer";
        WaitingVendor = "waiting-vendor", "Waiting on vendor";
        Resolved = "resolved", "Resolved";
        Closed = "closed", "Closed";
    }
}

choices! {
    /// How much it hurts.
    Priority {
        Critical = "critical", "Critical";
        High = "high", "High";
        Medium = "medium", "Medium";
        Low = "low", "Low";
    }
}

choices! {
    /// How it reached us.
    Channel {
        Call = "call", "Call";
        Whatsapp = "whatsapp", "WhatsApp";
        Email = "email", "Email";
        Sms = "sms", "SMS";
        App = "app", "App";
        Web = "web", "Web";
        WalkIn = "walk-in", "Walk-in";
        Visit = "visit", "Visit";
    }
}

choices! {
    /// Who speaks in a line of the conversation, and who reads it.
    Said {
        /// By us, to the customer.
        Reply = "reply", "Reply";
        /// By us, for ourselves.
        Note = "note", "Note";
        /// By the customer.
        Customer = "customer", "Customer";
        /// By the program: what happened to the ticket.
        System = "system", "System";
    }
}

choices! {
    /// How two tickets hang together.
    Link {
        Duplicate = "duplicate", "Duplicate of";
        Parent = "parent", "Part of";
    }
}

choices! {
    /// How an appeal to the appellate authority stands (TCCRR 2012).
    Appeal {
        Filed = "filed", "Filed";
        Upheld = "upheld", "Upheld";
        Dismissed = "dismissed", "Dismissed";
    }
}

choices! {
    /// Where a message of the outbox stands. Nothing leaves this program by itself: a transport takes what is queued.
    Post {
        Queued = "queued", "Queued";
        Held = "held", "Held";
        Sent = "sent", "Sent";
        Failed = "failed", "Failed";
    }
}

impl State {
    /// The states a ticket may go to from here.
    pub fn next(self) -> &'static [State] {
        use State::{Closed, InProgress, Open, Resolved, WaitingCustomer, WaitingVendor};
        match self {
            Open => &[InProgress, WaitingCustomer, WaitingVendor, Resolved, Closed],
            InProgress => &[Resolved, WaitingCustomer, WaitingVendor, Open, Closed],
            WaitingCustomer => &[InProgress, WaitingVendor, Resolved, Open, Closed],
            WaitingVendor => &[InProgress, WaitingCustomer, Resolved, Open, Closed],
            Resolved => &[Closed, InProgress],
            Closed => &[InProgress],
        }
    }

    /// The usual next step: open, in progress, resolved, closed.
    pub fn step(self) -> Option<State> {
        match self {
            State::Open | State::WaitingCustomer | State::WaitingVendor => Some(State::InProgress),
            State::InProgress => Some(State::Resolved),
            State::Resolved => Some(State::Closed),
            State::Closed => None,
        }
    }

    /// True while somebody owes the customer something.
    pub fn is_open(self) -> bool {
        !self.is_done()
    }

    pub fn is_done(self) -> bool {
        matches!(self, State::Resolved | State::Closed)
    }

    /// What the clock stands for in this state; `vendor` says whether the company lets vendors stop it.
    pub fn pause(self, vendor: bool) -> Option<Why> {
        match self {
            State::WaitingCustomer => Some(Why::Customer),
            State::WaitingVendor if vendor => Some(Why::Vendor),
            _ => None,
        }
    }

    /// A shape to read the state by where there is no colour.
    pub fn shape(self) -> &'static str {
        match self {
            State::Open => "○",
            State::InProgress => "◐",
            State::WaitingCustomer => "‖",
            State::WaitingVendor => "◌",
            State::Resolved => "●",
            State::Closed => "×",
        }
    }
}

impl Priority {
    /// One step more urgent, where there is one.
    pub fn raised(self) -> Priority {
        match self {
            Priority::Low => Priority::Medium,
            Priority::Medium => Priority::High,
            Priority::High | Priority::Critical => Priority::Critical,
        }
    }
}

/// The number a customer quotes: `T-` and year, month and a running number of at least five digits, as in
/// `T-261100042`. The running number never repeats, whatever the month.
pub fn docket(number: i64, opened: Timestamp) -> String {
    let day = calendar::date_of(opened);
    format!("T-{:02}{:02}{number:05}", day.year().rem_euclid(100), day.month())
}

/// A docket as somebody types it: `T-261100042`, `t261100042`, `261100042`.
pub fn read_docket(text: &str) -> Option<String> {
    let t = text.trim();
    let digits = t.strip_prefix(['T', 't']).unwrap_or(t).trim_start_matches('-');
    let plausible = digits.len() >= 9 && digits.len() <= 14 && digits.bytes().all(|b| b.is_ascii_digit());
    plausible.then(|| format!("T-{digits}"))
}

/// A text with `{name}` and the like filled in; a name that is not known stays as it is, for all to see.
pub fn fill(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.find('}').map_or(rest.len(), |e| e + 1);
        let name = rest[1..end].trim_end_matches('}');
        match value(name) {
            Some(v) if end <= rest.len() && rest[..end].ends_with('}') => out.push_str(&v),
            _ => out.push_str(&rest[..end]),
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_left_and_reached() {
        for from in State::ALL {
            assert!(!from.next().contains(from));
            assert!(State::ALL.iter().any(|s| s.next().contains(from)), "{from:?} unreachable");
            assert!(from.step().is_none_or(|to| from.next().contains(&to)));
        }
    }

    #[test]
    fn dockets_are_read_as_people_say_them() {
        let at = calendar::start_of(calendar::parse_date("2026-11-23").unwrap_or_default());
        assert_eq!(docket(42, at), "T-261100042");
        assert_eq!(docket(8_000_001, at), "T-26118000001");
        for text in ["T-261100042", "t261100042", " 261100042 "] {
            assert_eq!(read_docket(text).as_deref(), Some("T-261100042"), "{text}");
        }
        for text in ["4217", "T-", "98220x41377", "T-2611-00042"] {
            assert_eq!(read_docket(text), None, "{text}");
        }
    }

    #[test]
    fn names_in_a_text_are_filled() {
        let value = |n: &str| (n == "name").then(|| "Ravi".to_string());
        assert_eq!(fill("Dear {name}, {what} {", value), "Dear Ravi, {what} {");
        assert_eq!(fill("{name}{name}", value), "RaviRavi");
        assert_eq!(fill("नमस्ते {name}", value), "नमस्ते Ravi");
    }
}
