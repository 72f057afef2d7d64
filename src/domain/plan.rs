//! What is sold: a named bundle of technology, speed, price, data, OTT apps and live channels.

use crate::base::Money;

use super::choice::choices;
use super::customer::{Segment, Technology};

choices! {
    /// Whether a plan can still be bought.
    Offer {
        Offered = "offered", "Offered";
        Retired = "retired", "Retired";
    }
}

choices! {
    /// Whom a new price reaches.
    Reached {
        /// Who orders from then on; lines in service keep what they pay.
        New = "new", "New orders";
        /// Also the lines that pay the list price of before.
        All = "all", "Lines in service too";
    }
}

choices! {
    /// Whether a new price is in force.
    PriceState {
        Planned = "planned", "Planned";
        Done = "done", "In force";
    }
}

/// A plan. Its name is its identity: speed and technology of a sold plan do not change, the plan is
/// retired and another one offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub name: String,
    pub technology: Technology,
    /// Mbps sold.
    pub speed: i64,
    /// List price a month, before GST.
    pub price: Money,
    /// GB a month before the fair-usage speed; `None` is unlimited.
    pub fup_gb: Option<i64>,
    /// Mbps after that.
    pub post_fup: Option<i64>,
    /// OTT apps in the bundle.
    pub otts: Vec<String>,
    /// Live TV channels in the bundle.
    pub channels: i64,
    pub segment: Segment,
    pub offer: Offer,
}

/// An OTT app an operator can bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OttApp {
    pub name: String,
    pub owner: String,
    /// `general`, `sports`, `films`…
    pub kind: String,
    /// Languages it is strong in, as the source writes them.
    pub languages: String,
}

/// The monthly price of a billed line before and after a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceStep {
    /// Days since 1970-01-01.
    pub day: i64,
    pub was: Money,
    pub now: Money,
}
