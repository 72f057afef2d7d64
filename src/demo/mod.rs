//! A believable Indian internet service provider, made from a seed.
//!
//! The same [`Settings`] give the same rows, byte for byte, on every machine: each customer draws from a stream
//! of its own, all arithmetic is in whole numbers, and no clock, file or hash order is asked. A customer
//! depends on nothing but the settings and tables that all share, so ranges can be made in any order and on any
//! thread.
//!
//! # The generating process
//!
//! This is THE process behind the demo. No model of the program is part of it: the churn score of a row is
//! computed afterwards, by the same function as for real rows.
//!
//! **The book.** Rows are the lines in service or on order today, and the lines that left within the last six
//! months; older ones are archived. Orders have grown by 0.06 % a day over eight years, so that 2.2 % of the
//! rows were activated within a month, which makes good the 1.8 % that leave and adds 0.4 % (TRAI: 0.3-1.0 %).
//! A third of the last 3 % wait for installation. Account numbers follow the order of activation.
//!
//! **Place.** The company works in 14 to 60 cities (more with more lines), each weighted by its population to
//! the power of 3/4. A city has areas (one PIN code each) and areas have OLTs and base stations. Of these 11.5
//! % are bad, half of them only since two to six months: oversold (37-50 % of the speed lost) and with an
//! outage of 12 to 34 hours nearly every month. 27 % are middling, the others lose 0.1 % of the month and 5 %
//! of the speed. Outages come more often in the monsoon and at base stations.
//!
//! **People.** Names come from one pool of the state (in great cities one in five moved in from elsewhere). 38
//! % of homes on plans below ₹700 are price-sensitive: they pay monthly and in cash more often, and later.
//! Seven lines in a hundred have a fault of their own, which shows in optical power, uptime and speed. 3.8 % of
//! the lines are businesses, leased lines and housing societies, several to an organisation.
//!
//! **A month of a line.** Uptime is what the OLT and the line's fault leave. Measured speed is what congestion
//! and the fault leave of the speed sold (business traffic goes first). Data used is lognormal around about 350
//! GB for fibre, times season (exams, IPL and holidays, festivals), growth of 1.1 % a month, and what the
//! uptime allows. Uptime below 99.6 % and speed below 86 % of the plan give annoyance; a running mean of it
//! with weight 0.4 for the new month is the mood. Tickets come at up to three a month, each with a chance that
//! starts at 1.2 % and grows with the month's annoyance; the topics follow the cause. The
//! timeline keeps the tickets of a year. Repairs take 15 to 22
//! hours in the median, lognormal with sigma 0.7, longer where the mood is bad, as near half of them take more than
//! a day (LocalCircles 2022, 2023).
//!
//! **Leaving.** Chance a month, per line: 4.0 % in the first three months of monthly billing, 2.05 % later,
//! 1.65 % quarterly, 1.2 % annual, half of that for firms; times 1.3 for the price-sensitive and 0.9 for
//! others; times 0.72 + 2.8 mood (mood from 0 to 1). On the average about 2.2 % a month
//! (`india_broadband_kpis.csv`, an assumption there). The reason is drawn by weight: service by the outage part
//! of the mood, speed by the congestion part, price by sensitivity, then competitor, moved, no need.
//!
//! **Money.** A bill is late with a chance by way of paying (e-NACH 1 %, card 2.6 %, UPI 6 %, cash 15 %), times
//! 1.7 for the price-sensitive. The last bill not paid puts the line into grace, expired or suspended. 13 % of the
//! lines changed to a plan of more speed once in the last 500 days; the price moved by what the plans differ by.
//!
//! **Answers.** 56 % have answered the NPS question, the annoyed more often: 9.3 less 7 times the mood, less
//! 0.6 if price-sensitive, with a spread of 1.7. Satisfaction after a ticket falls with the mood and with
//! repairs of more than three days.

use chrono::NaiveDate;

use crate::base::Id;
use crate::domain::customer::Segment;
use crate::domain::plan::PriceStep;
use crate::domain::{Activity, Record, Technology, Text, Usage, Value};
use crate::insight::risk;
use crate::query::schema::customer as c;

#[macro_use]
mod text;

mod catalogue;
mod chance;
pub mod deals;
pub mod incidents;
pub mod jobs;
pub mod leads;
mod life;
mod locale;
mod months;
mod network;
mod orgs;
mod profile;
mod row;
mod script;
mod source;
pub mod spare;
mod story;
#[cfg(test)]
mod tests;
pub mod tickets;
mod words;

pub use catalogue::{ott_apps, plans};

use catalogue::OFFERINGS;
use chance::{Dice, mix};
use months::Months;
use network::Network;
use orgs::Organisations;
use source::Source;
use text::Digits;

/// Number of the generating process: another one each time what it makes changes.
pub const PROCESS: u32 = 3;

/// What makes one demo company differ from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Rows to make, those of gone lines included.
    pub customers: u64,
    pub seed: u64,
    /// The day the company is seen on; nothing in it is later, but renewals.
    pub today: NaiveDate,
}

/// One customer with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscriber {
    /// All fields of the customer table in its order; version 1.
    pub record: Record,
    pub usage: Usage,
    /// The oldest first, at most eighteen months back.
    pub activities: Vec<Activity>,
    /// Changes of its price.
    pub steps: Vec<PriceStep>,
}

/// Milliseconds from the epoch of ids to the first customer's: January 2021, before any id made by a client.
const EPOCH_OFFSET_MS: u64 = 366 * 86_400_000;

/// Days the company has been activating lines: eight years.
const HISTORY_DAYS: usize = 2_922;

/// Places in [`OFFERINGS`] with their weights.
type Offers = (Segment, Technology, Vec<(usize, u32)>);

/// The company: what its customers share.
pub struct Company {
    settings: Settings,
    months: Months,
    source: Source,
    network: Network,
    organisations: Organisations,
    /// Apps of each plan with those of each state's language, as a list value: `[offering * states + state]`.
    bundles: Vec<String>,
    /// Apps in the language of each state.
    regional: Vec<Vec<String>>,
    /// Plans with their weights for each segment and technology.
    offers: Vec<Offers>,
    /// Running total of activations by day since the beginning.
    growth: Vec<u64>,
    /// Four-digit prefixes in a chance order.
    prefixes: Vec<u16>,
    leads: leads::Field,
    yard: jobs::Yard,
}

impl Company {
    pub fn new(settings: Settings) -> Company {
        let source = Source::read();
        let months = Months::new(settings.today);
        // Stream 0 is the company's own; customers have theirs from 1.
        let mut dice = Dice::new(settings.seed, 0);
        let network = Network::new(&source, &months, settings.customers, &mut dice);
        let organisations = Organisations::new(&network, settings.customers, &mut dice);
        let apps = ott_apps();
        let regional: Vec<Vec<String>> =
            source.states.iter().map(|s| catalogue::regional_apps(&apps, &s.language)).collect();
        let bundles = OFFERINGS
            .iter()
            .flat_map(|o| {
                regional.iter().map(|own| {
                    let own = own.iter().map(String::as_str).take(if o.otts.is_empty() { 0 } else { 2 });
                    Value::list(o.otts.iter().copied().chain(own)).as_text().to_string()
                })
            })
            .collect();
        let mut offers = Vec::new();
        for segment in Segment::ALL {
            for technology in Technology::ALL {
                let of: Vec<(usize, u32)> = OFFERINGS
                    .iter()
                    .enumerate()
                    .filter(|(_, o)| o.segment == *segment && o.technology == *technology)
                    .map(|(i, o)| (i, o.weight))
                    .collect();
                offers.push((*segment, *technology, of));
            }
        }
        let mut growth = Vec::with_capacity(HISTORY_DAYS);
        let (mut day, mut total) = (1_000_000_000_u64, 0);
        for _ in 0..HISTORY_DAYS {
            day += day * 6 / 10_000;
            total += day;
            growth.push(total);
        }
        let mut prefixes = source.prefixes.clone();
        for i in (1..prefixes.len()).rev() {
            prefixes.swap(i, dice.below(i + 1));
        }
        let leads = leads::Field::new(&source, &network, months.today, settings.seed);
        Company {
            settings,
            months,
            source,
            network,
            organisations,
            bundles,
            regional,
            offers,
            growth,
            prefixes,
            leads,
            yard: jobs::Yard::furnished(),
        }
    }

    /// Customers of the company.
    pub fn len(&self) -> u64 {
        self.settings.customers
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The day it is seen on.
    pub fn today(&self) -> NaiveDate {
        self.settings.today
    }

    /// The coverage directory.
    pub fn coverage(&self) -> &[Record] {
        &self.leads.coverage
    }

    /// Which rep has which city.
    pub fn territories(&self) -> &[Record] {
        &self.leads.territories
    }

    /// Customers `from` to `to`, the latter not included, both held within the company.
    pub fn batch(&self, from: u64, to: u64) -> Vec<Subscriber> {
        self.each(from, to).collect()
    }

    /// The same, one after the other.
    pub fn each(&self, from: u64, to: u64) -> impl Iterator<Item = Subscriber> {
        (from..to.min(self.len())).map(|i| self.subscriber(i))
    }

    fn subscriber(&self, i: u64) -> Subscriber {
        let mut dice = Dice::new(self.settings.seed, i + 1);
        let id = Id(((EPOCH_OFFSET_MS + i) << 22) as i64);
        let profile = profile::profile(self, i, &mut dice);
        let life = life::live(self, &profile, &mut dice);
        let (activities, steps) = story::tell(self, &profile, &life, id, &mut dice);
        let mut record = row::row(self, &profile, &life, id, &activities, &mut dice);
        let score = risk::points(&record, self.settings.today);
        record.values[usize::from(c::RISK.index)] = Value::Int(score);
        Subscriber { record, usage: Usage { last_month: life.last_month, months: life.usage }, activities, steps }
    }

    fn offers(&self, segment: Segment, technology: Technology) -> &[(usize, u32)] {
        let of = self.offers.iter().find(|(s, t, _)| *s == segment && *t == technology);
        of.map_or(&[], |(_, _, of)| of)
    }

    fn bundle(&self, offering: usize, state: usize) -> &str {
        &self.bundles[offering * self.source.states.len() + state]
    }

    /// The day account `i` comes to in the history of activations.
    fn growth_day(&self, i: u64) -> i64 {
        let total = self.growth.last().copied().unwrap_or(0);
        // Of the last 3 % of the accounts a third still wait: the others fill the same days.
        let (n, rest) = (self.len() * 3, self.len() * 9 / 100);
        let at = (3 * i + 1).min(n - rest) + ((3 * i + 1).saturating_sub(n - rest)) * 2 / 3;
        let whole = n - rest + rest * 2 / 3;
        let at = u128::from(total) * u128::from(at) / u128::from(whole.max(1));
        let day = self.growth.partition_point(|t| u128::from(*t) <= at).min(HISTORY_DAYS - 1);
        self.months.today - HISTORY_DAYS as i64 + day as i64
    }

    /// The `n`-th mobile number, in E.164. One to one: each block of a million is walked in steps that meet every
    /// number once. India keeps no range free for fiction, so nothing may ever be sent to these.
    fn mobile(&self, n: u64) -> Text {
        let blocks = self.prefixes.len() as u64;
        let (block, step) = (n % blocks, n / blocks);
        let start = mix(self.settings.seed ^ block) % 1_000_000;
        let rest = (start + step * 387_421) % 1_000_000;
        text!["+91", Digits(i64::from(self.prefixes[block as usize]), 4), Digits(rest as i64, 6)]
    }

    /// Six characters of the running invoice number: GST allows sixteen for the whole.
    fn invoice_number(&self, i: u64) -> Text {
        let n = i + 1;
        if n < 1_000_000 {
            return text![Digits(n as i64, 6)];
        }
        let mut out = Text::const_new("A");
        for place in (0..5).rev() {
            let digit = n / 36_u64.pow(place) % 36;
            out.extend(char::from_digit(digit as u32, 36).map(|c| c.to_ascii_uppercase()));
        }
        out
    }
}
