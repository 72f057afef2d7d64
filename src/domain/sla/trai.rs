//! The clocks that regulation sets, and what a miss costs. No pause stops them.
//!
//! | clock | figure | source |
//! |---|---|---|
//! | fault repair | 3 working days; then the rent of the days the line was down is given back, or the validity grows by them | TRAI, "Redressal of consumer grievances" (FAQ on trai.gov.in); QoS Regulations 2024 (06 of 2024) |
//! | billing complaint | 4 weeks; credit within one week after | same FAQ |
//! | termination | 7 working days; no charge after that | same FAQ |
//! | refund of a deposit | 45 days; then 10 % a year of interest | same FAQ |
//! | new connection | 7 days for 98 % (counted as working days) | QoS Regulations 2024 |
//! | any other complaint | 3 days where no limit is set | Telecom Consumers Complaint Redressal Regulations 2012 |
//! | appeal | 39 days | same |
//!
//! The 2006 steps of 7, 15 and 30 days of rent and the refund in 60 days are superseded and not used.

use crate::base::{Money, Timestamp, calendar};
use crate::domain::choice::choices;

use super::Calendar;

const DAY: i64 = 86_400_000;

/// Interest on a deposit paid back late, percent a year.
const INTEREST: i64 = 10;

choices! {
    /// Which rule a ticket is under.
    Regulation {
        Fault = "fault", "Fault repair, 3 working days";
        Billing = "billing", "Billing complaint, 4 weeks";
        Termination = "termination", "Termination, 7 working days";
        Refund = "refund", "Refund of deposit, 45 days";
        Connection = "connection", "New connection, 7 working days";
        Complaint = "complaint", "Other complaint, 3 days";
        Nothing = "none", "No clock of regulation";
    }
}

impl Regulation {
    /// When it is missed; `working` says which days count as working days.
    pub fn due(self, opened: Timestamp, working: &Calendar) -> Option<Timestamp> {
        match self {
            Regulation::Fault => working.after_days(opened, 3),
            Regulation::Termination | Regulation::Connection => working.after_days(opened, 7),
            Regulation::Billing => Some(opened.plus_ms(28 * DAY)),
            Regulation::Refund => Some(opened.plus_ms(45 * DAY)),
            Regulation::Complaint => Some(opened.plus_ms(3 * DAY)),
            Regulation::Nothing => None,
        }
    }

    /// Where the figure comes from.
    pub fn source(self) -> &'static str {
        match self {
            Regulation::Fault => "TRAI FAQ on redressal: beyond 3 working days the rent of the days down is given back",
            Regulation::Billing => "TRAI FAQ on redressal: 4 weeks, credit within one week after",
            Regulation::Termination => "TRAI FAQ on redressal: 7 working days, no charge after that",
            Regulation::Refund => "TRAI FAQ on redressal: 45 days, then 10 % a year",
            Regulation::Connection => "TRAI QoS Regulations 2024: 7 days",
            Regulation::Complaint => "TCCRR 2012: 3 days where no limit is set",
            Regulation::Nothing => "none",
        }
    }

    /// What a miss would cost, known when the ticket is opened: for a fault the rent of the days until `due`, for a
    /// termination one day's rent, for a refund one day's interest, for a bill the sum in dispute.
    pub fn stake(self, opened: Timestamp, due: Option<Timestamp>, monthly: Money, amount: Money) -> Money {
        let Some(due) = due else { return Money::ZERO };
        match self {
            Regulation::Billing => amount,
            _ => self.owed(opened, due, due.plus_ms(1), monthly, amount),
        }
    }

    /// What is owed at `until`: nothing before `due`.
    pub fn owed(self, opened: Timestamp, due: Timestamp, until: Timestamp, monthly: Money, amount: Money) -> Money {
        if until <= due {
            return Money::ZERO;
        }
        match self {
            Regulation::Fault => rent_for(monthly, days(opened, until)),
            Regulation::Termination => rent_for(monthly, days(due, until)),
            Regulation::Refund => {
                let paise = i128::from(amount.0) * i128::from(INTEREST) * i128::from(days(due, until));
                rounded(paise, 36_500)
            }
            Regulation::Billing => amount,
            Regulation::Connection | Regulation::Complaint | Regulation::Nothing => Money::ZERO,
        }
    }
}

/// Days begun between two moments, at least none.
fn days(from: Timestamp, to: Timestamp) -> i64 {
    let ms = to.since(from).max(0);
    ms / DAY + i64::from(ms % DAY > 0)
}

/// The rent of so many days: twelve months over 365 days, to the paisa, halves up.
pub fn rent_for(monthly: Money, days: i64) -> Money {
    rounded(i128::from(monthly.0) * 12 * i128::from(days.max(0)), 365)
}

fn rounded(n: i128, by: i128) -> Money {
    Money(i64::try_from((n * 2 + by).div_euclid(by * 2)).unwrap_or(i64::MAX))
}

/// When an appeal must be decided: 39 days (TCCRR 2012), at the end of the day.
pub fn appeal_due(filed: Timestamp) -> Timestamp {
    calendar::start_of(calendar::add_days(calendar::date_of(filed), 40))
}
