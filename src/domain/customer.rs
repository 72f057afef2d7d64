//! A customer: one subscriber line, from the order to the disconnection and back.

use super::choice::choices;

choices! {
    /// Where a subscriber line stands.
    Status {
        /// Ordered; the installation is not done.
        Pending = "pending", "Pending install";
        Active = "active", "Active";
        /// Past the renewal date and still served, for the days the operator allows.
        Grace = "grace", "Grace";
        /// Cut off by the operator.
        Suspended = "suspended", "Suspended";
        /// Stopped at the customer's own wish (safe custody, vacation), the line kept for them.
        Paused = "paused", "Paused";
        /// Prepaid validity over, not renewed.
        Expired = "expired", "Expired";
        /// Disconnected.
        Terminated = "terminated", "Terminated";
    }
}

choices! {
    /// Why a line is not simply active. Which reasons go with which status: [`Status::reasons`].
    Reason {
        Nonpayment = "nonpayment", "Non-payment";
        KycPending = "kyc-pending", "KYC pending";
        Misuse = "misuse", "Misuse";
        Authority = "authority", "Order of an authority";
        Vacation = "vacation", "Vacation";
        Renovation = "renovation", "Renovation";
        PromiseToPay = "promise-to-pay", "Promise to pay";
        NotRenewed = "not-renewed", "Not renewed";
        Price = "price", "Price";
        Service = "service", "Poor service";
        Speed = "speed", "Slow speed";
        Competitor = "competitor", "Competitor offer";
        Moved = "moved", "Moved away";
        NoNeed = "no-need", "No longer needed";
        Cancelled = "cancelled", "Cancelled before installation";
    }
}

impl Status {
    /// The statuses a line may go to from here.
    pub fn next(self) -> &'static [Status] {
        use Status::{Active, Expired, Grace, Paused, Pending, Suspended, Terminated};
        match self {
            Pending => &[Active, Terminated],
            Active => &[Grace, Suspended, Paused, Expired, Terminated],
            Grace => &[Active, Suspended, Expired, Terminated],
            Suspended | Paused => &[Active, Terminated],
            Expired => &[Active, Suspended, Terminated],
            // A win-back: straight on where the line is still there, else a new installation.
            Terminated => &[Pending, Active],
        }
    }

    /// The reasons that explain this status; empty where none is asked for.
    pub fn reasons(self) -> &'static [Reason] {
        use Reason::{
            Authority, Cancelled, Competitor, KycPending, Misuse, Moved, NoNeed, Nonpayment, NotRenewed, Price,
            PromiseToPay, Renovation, Service, Speed, Vacation,
        };
        match self {
            Status::Pending | Status::Active => &[],
            Status::Grace => &[PromiseToPay, NotRenewed],
            Status::Suspended => &[Nonpayment, KycPending, Misuse, Authority],
            Status::Paused => &[Vacation, Renovation],
            Status::Expired => &[NotRenewed],
            Status::Terminated => &[Price, Service, Speed, Competitor, Moved, NoNeed, Nonpayment, Cancelled],
        }
    }

    /// True while the line earns its monthly price.
    pub fn is_billable(self) -> bool {
        matches!(self, Status::Active | Status::Grace)
    }

    /// A shape to read the status by where there is no colour.
    pub fn shape(self) -> &'static str {
        match self {
            Status::Pending => "○",
            Status::Active => "●",
            Status::Grace => "◐",
            Status::Suspended => "■",
            Status::Paused => "‖",
            Status::Expired => "△",
            Status::Terminated => "×",
        }
    }
}

choices! {
    /// How the line reaches the premises.
    Technology {
        Fiber = "fiber", "Fiber";
        Broadband = "broadband", "Broadband";
        Wireless = "wireless", "Wireless";
    }
}

choices! {
    /// How often the line is billed.
    Cycle {
        Monthly = "monthly", "Monthly";
        Quarterly = "quarterly", "Quarterly";
        Annual = "annual", "Annual";
    }
}

impl Cycle {
    pub fn months(self) -> i32 {
        match self {
            Cycle::Monthly => 1,
            Cycle::Quarterly => 3,
            Cycle::Annual => 12,
        }
    }
}

choices! {
    /// How the customer came.
    Source {
        Website = "website", "Website";
        Referral = "referral", "Referral";
        ColdCall = "cold-call", "Cold call";
        SocialMedia = "social-media", "Social media";
        WalkIn = "walk-in", "Walk-in";
    }
}

choices! {
    /// What kind of account it is.
    Segment {
        Home = "home", "Home";
        Business = "business", "Business";
        LeasedLine = "leased-line", "Leased line";
        Society = "society", "Housing society";
    }
}

choices! {
    /// How the customer pays.
    PayMode {
        Upi = "upi", "UPI";
        Cash = "cash", "Cash";
        Mandate = "e-nach", "e-NACH mandate";
        Card = "card", "Card";
        NetBanking = "net-banking", "Net banking";
        Cheque = "cheque", "Cheque";
    }
}

choices! {
    /// State of the identity check on the customer application form (CAF).
    Kyc {
        Pending = "pending", "Pending";
        Verified = "verified", "Verified";
        Rejected = "rejected", "Rejected";
    }
}

choices! {
    /// A way to reach the customer, for consent and do-not-disturb.
    Channel {
        Call = "call", "Call";
        Sms = "sms", "SMS";
        Whatsapp = "whatsapp", "WhatsApp";
        Email = "email", "Email";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_can_be_left_and_every_one_reached() {
        for from in Status::ALL {
            assert!(!from.next().is_empty(), "{from:?}");
            assert!(!from.next().contains(from), "{from:?} to itself");
            assert!(Status::ALL.iter().any(|s| s.next().contains(from)), "{from:?} unreachable");
        }
    }

    #[test]
    fn words_are_found_by_code_and_label() {
        assert_eq!(Status::parse("Pending Install"), Some(Status::Pending));
        assert_eq!(Source::parse("walk_in"), Some(Source::WalkIn));
        assert_eq!(Status::parse("gone"), None);
        for s in Status::ALL {
            assert_eq!(Status::parse(s.code()), Some(*s));
            assert_eq!(Status::parse(s.label()), Some(*s));
        }
    }
}
