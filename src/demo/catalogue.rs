//! What the demo company sells: plans at Indian price points and the OTT apps of their bundles.
//!
//! Home prices stay within the ladder of `data/market/isp_plans_inr.csv` (30-50 Mbps ₹399-549, 100 Mbps
//! ₹599-799, 200 Mbps ₹799-1,075, 300 Mbps ₹899-1,599, 500 Mbps ₹1,999-2,499, 1 Gbps ₹2,999-3,999, before GST).
//! Business, leased-line and society prices are assumptions: such prices are negotiated, not published.

use crate::base::Money;
use crate::domain::customer::Segment;
use crate::domain::plan::{Offer, OttApp};
use crate::domain::{Plan, Technology};

use Segment::{Business, Home, LeasedLine, Society};
use Technology::{Broadband, Fiber, Wireless};

const OTT_CSV: &str = include_str!("../../data/market/ott_apps_india.csv");

/// Fair-usage limit of wired home plans, GB a month.
const WIRED_FUP: i64 = 3300;
/// Fair-usage limit of wireless home plans, GB a month.
const AIR_FUP: i64 = 1000;

const NONE: &[&str] = &[];
const LITE: &[&str] = &["JioHotstar", "ZEE5", "EPIC ON"];
const PLAY: &[&str] =
    &["JioHotstar", "SonyLIV", "ZEE5", "Sun NXT", "Lionsgate Play", "ShemarooMe", "FanCode", "EPIC ON"];
const MAX: &[&str] = &[
    "Netflix",
    "Amazon Prime Video",
    "JioHotstar",
    "SonyLIV",
    "ZEE5",
    "Sun NXT",
    "Lionsgate Play",
    "Discovery+",
    "FanCode",
    "Eros Now",
    "Travelxp",
];

/// One plan and how often it is chosen within its segment and technology, per thousand.
pub struct Offering {
    pub name: &'static str,
    pub technology: Technology,
    /// Mbps.
    pub speed: i64,
    /// Rupees a month before GST.
    pub rupees: i64,
    /// GB a month; 0 is unlimited.
    fup: i64,
    /// Mbps after the limit.
    post_fup: i64,
    pub otts: &'static [&'static str],
    pub channels: i64,
    pub segment: Segment,
    offered: bool,
    pub weight: u32,
}

const fn home(name: &'static str, technology: Technology, speed: i64, rupees: i64, weight: u32) -> Offering {
    let (fup, post_fup) = match technology {
        Wireless => (AIR_FUP, 1),
        _ => (WIRED_FUP, 2),
    };
    Offering {
        name,
        technology,
        speed,
        rupees,
        fup,
        post_fup,
        otts: NONE,
        channels: 0,
        segment: Home,
        offered: true,
        weight,
    }
}

const fn work(name: &'static str, segment: Segment, speed: i64, rupees: i64, weight: u32) -> Offering {
    Offering {
        name,
        technology: Fiber,
        speed,
        rupees,
        fup: 0,
        post_fup: 0,
        otts: NONE,
        channels: 0,
        segment,
        offered: true,
        weight,
    }
}

impl Offering {
    const fn with(mut self, otts: &'static [&'static str], channels: i64) -> Offering {
        self.otts = otts;
        self.channels = channels;
        self
    }

    const fn retired(mut self) -> Offering {
        self.offered = false;
        self
    }

    const fn by(mut self, technology: Technology) -> Offering {
        self.technology = technology;
        self
    }

    fn plan(&self) -> Plan {
        Plan {
            name: self.name.into(),
            technology: self.technology,
            speed: self.speed,
            price: Money::rupees(self.rupees),
            fup_gb: (self.fup > 0).then_some(self.fup),
            post_fup: (self.fup > 0).then_some(self.post_fup),
            otts: self.otts.iter().map(ToString::to_string).collect(),
            channels: self.channels,
            segment: self.segment,
            offer: if self.offered { Offer::Offered } else { Offer::Retired },
        }
    }
}

pub static OFFERINGS: &[Offering] = &[
    home("Fiber 30", Fiber, 30, 399, 70),
    home("Fiber 40", Fiber, 40, 449, 30).retired(),
    home("Fiber 50", Fiber, 50, 499, 240),
    home("Fiber 50 Play", Fiber, 50, 549, 60).with(LITE, 150),
    home("Fiber 100", Fiber, 100, 649, 220),
    home("Fiber 100 Play", Fiber, 100, 799, 110).with(PLAY, 350),
    home("Fiber 200", Fiber, 200, 849, 80),
    home("Fiber 200 Play", Fiber, 200, 999, 70).with(PLAY, 350),
    home("Fiber 300", Fiber, 300, 1_199, 36),
    home("Fiber 300 Play", Fiber, 300, 1_499, 30).with(MAX, 350),
    home("Fiber 500", Fiber, 500, 1_999, 7),
    home("Fiber 500 Max", Fiber, 500, 2_499, 6).with(MAX, 400),
    home("Fiber 1G", Fiber, 1000, 2_999, 3),
    home("Fiber 1G Max", Fiber, 1000, 3_999, 2).with(MAX, 400),
    home("Broadband 25", Broadband, 25, 349, 50).retired(),
    home("Broadband 30", Broadband, 30, 399, 200),
    home("Broadband 50", Broadband, 50, 499, 360),
    home("Broadband 50 Play", Broadband, 50, 549, 90).with(LITE, 150),
    home("Broadband 100", Broadband, 100, 649, 210),
    home("Broadband 100 Play", Broadband, 100, 779, 90).with(PLAY, 150),
    home("Air 30", Wireless, 30, 449, 50).retired(),
    home("Air 50", Wireless, 50, 499, 430),
    home("Air 50 Play", Wireless, 50, 549, 140).with(LITE, 150),
    home("Air 100", Wireless, 100, 699, 250),
    home("Air 100 Play", Wireless, 100, 799, 130).with(PLAY, 350),
    work("Business 100", Business, 100, 1_499, 380),
    work("Business 200", Business, 200, 2_499, 340),
    work("Business 500", Business, 500, 4_999, 150),
    work("Business 1G", Business, 1000, 8_499, 50),
    work("Business Air 100", Business, 100, 1_799, 80).by(Wireless),
    work("Leased 50", LeasedLine, 50, 12_000, 380),
    work("Leased 100", LeasedLine, 100, 19_500, 340),
    work("Leased 500", LeasedLine, 500, 48_000, 200),
    work("Leased 1G", LeasedLine, 1000, 85_000, 80),
    work("Society 200", Society, 200, 12_500, 480),
    work("Society 500", Society, 500, 27_000, 340),
    work("Society 1G", Society, 1000, 45_000, 180),
];

/// Every plan, the offered and the retired.
pub fn plans() -> Vec<Plan> {
    OFFERINGS.iter().map(Offering::plan).collect()
}

/// The apps an operator in India can bundle, from `data/market/ott_apps_india.csv`.
pub fn ott_apps() -> Vec<OttApp> {
    csv::Reader::from_reader(OTT_CSV.as_bytes())
        .into_records()
        .filter_map(Result::ok)
        .map(|r| {
            let field = |i: usize| r.get(i).unwrap_or_default().to_string();
            OttApp { name: field(0), owner: field(1), kind: field(2), languages: field(3) }
        })
        .collect()
}

/// Apps in the language of a state that a line adds to its bundle.
pub fn regional_apps(apps: &[OttApp], language: &str) -> Vec<String> {
    if language == "Hindi" {
        return vec!["ShemarooMe".into(), "Ultra Play".into()];
    }
    apps.iter()
        .filter(|a| a.kind == "general" && a.languages.split([' ', '+']).any(|l| l == language))
        .map(|a| a.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_catalogue_is_whole_and_its_apps_exist() {
        let (plans, apps) = (plans(), ott_apps());
        assert_eq!(apps.len(), 39);
        assert_eq!(plans.iter().map(|p| &p.name).collect::<BTreeSet<_>>().len(), plans.len());
        for plan in &plans {
            for app in &plan.otts {
                assert!(apps.iter().any(|a| a.name == *app), "{app} in {}", plan.name);
            }
            assert!([0, 150, 350, 400].contains(&plan.channels));
        }
    }

    #[test]
    fn home_prices_lie_on_the_ladder_of_the_market() {
        for plan in plans().iter().filter(|p| p.segment == Home && p.offer == Offer::Offered) {
            let (low, high) = match plan.speed {
                ..=50 => (399, 549),
                100 => (599, 799),
                200 => (799, 1_075),
                300 => (899, 1_599),
                500 => (1_999, 2_499),
                _ => (2_999, 3_999),
            };
            assert!(plan.price >= Money::rupees(low) && plan.price <= Money::rupees(high), "{}", plan.name);
        }
    }

    #[test]
    fn languages_have_their_apps() {
        let apps = ott_apps();
        for language in ["Telugu", "Tamil", "Malayalam", "Kannada", "Bengali", "Marathi", "Gujarati", "Punjabi", "Odia"]
        {
            assert!(!regional_apps(&apps, language).is_empty(), "{language}");
        }
    }
}
