//! Which plan or app fits a customer, from what customers like this one have: naive Bayes over a few traits, so that each
//! answer is a product of shares that can be read.
//!
//! score(item) = share of the item * product over the traits of (share of the trait among those with the item, smoothed
//! towards its share among all by [`PRIOR`] customers of weight). Scores of all items are brought to sum 1.
//!
//! Whom an offer may be made to is data ([`Rules`]), what it is worth is counted in rupees: chance that it is taken *
//! difference in price a month * months it is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::{Money, calendar};
use crate::domain::plan::Offer;
use crate::domain::{Plan, Record, Status};
use crate::query::schema::customer as c;

/// Customers that the share among all weighs against those with an item.
pub const PRIOR: f64 = 20.0;

/// What items customers with certain traits have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tastes {
    /// Item: customers who have it, and of them those with each trait.
    items: BTreeMap<String, (u32, BTreeMap<String, u32>)>,
    /// Customers with each trait.
    traits: BTreeMap<String, u32>,
    customers: u32,
}

impl Tastes {
    /// One customer's item and traits.
    pub fn add(&mut self, item: &str, traits: &[String]) {
        let (count, with) = self.items.entry(item.to_string()).or_default();
        *count += 1;
        self.customers += 1;
        for t in traits {
            *with.entry(t.clone()).or_default() += 1;
            *self.traits.entry(t.clone()).or_default() += 1;
        }
    }

    /// Items by how well they fit somebody with these traits, best first, the chances summing to 1 over all items.
    pub fn best(&self, traits: &[String]) -> Vec<(&str, f64)> {
        let all = f64::from(self.customers.max(1));
        let mut out: Vec<(&str, f64)> = self
            .items
            .iter()
            .map(|(item, (count, with))| {
                let count = f64::from(*count);
                let mut score = (count / all).ln();
                // A trait nobody had says nothing.
                for (t, among_all) in traits.iter().filter_map(|t| Some((t, self.traits.get(t)?))) {
                    let have = f64::from(with.get(t).copied().unwrap_or(0));
                    score += ((have + PRIOR * f64::from(*among_all) / all) / (count + PRIOR)).ln();
                }
                (item.as_str(), score)
            })
            .collect();
        let top = out.iter().map(|o| o.1).fold(f64::NEG_INFINITY, f64::max);
        for (_, score) in &mut out {
            *score = (*score - top).exp();
        }
        let whole: f64 = out.iter().map(|o| o.1).sum();
        for (_, score) in &mut out {
            *score /= whole;
        }
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        out
    }

    /// Items by how many have them: what a recommendation must beat.
    pub fn popular(&self) -> Vec<&str> {
        let mut out: Vec<(&str, u32)> = self.items.iter().map(|(i, (n, _))| (i.as_str(), *n)).collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        out.into_iter().map(|o| o.0).collect()
    }
}

/// Traits that speak for a plan: nothing that follows from the plan itself.
pub fn plan_traits(row: &Record) -> Vec<String> {
    let mut out = vec![
        format!("segment {}", row.text(c::SEGMENT)),
        format!("technology {}", row.text(c::TECHNOLOGY)),
        format!("state {}", row.text(c::STATE)),
    ];
    // Bands of GB, each twice as wide as the one before.
    out.extend(row.int(c::USAGE).map(|gb| format!("data {}", 64 - (gb.max(0) as u64).leading_zeros())));
    out
}

/// Traits that speak for an app.
pub fn app_traits(row: &Record) -> Vec<String> {
    let mut out = vec![format!("state {}", row.text(c::STATE)), format!("city {}", row.text(c::CITY))];
    out.extend(row.get(c::OTTS).items().map(|a| format!("has {a}")));
    out
}

/// To whom an upgrade may be offered. The defaults are ours: nobody is sold to whose line does not work, who owes
/// money, or who has just come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    pub statuses: Vec<String>,
    /// Tickets not yet closed, at most.
    pub open_tickets: i64,
    /// Churn risk, at most.
    pub risk: i64,
    /// Days as a customer, at least.
    pub days: i64,
    /// The new price in percent of the present one, at most.
    pub price_percent: i64,
    /// Of a hundred well-fitting offers, how many are taken: 8, an assumption until the operator's own answers tell.
    pub taken_percent: f64,
    /// Months an upgrade is kept.
    pub months: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        let statuses = [Status::Active, Status::Grace].map(|s| s.code().to_string()).to_vec();
        Rules { statuses, open_tickets: 0, risk: 69, days: 60, price_percent: 200, taken_percent: 8.0, months: 12 }
    }
}

impl Rules {
    /// Why nothing may be offered; `None` where it may.
    pub fn barred(&self, row: &Record, today: NaiveDate) -> Option<&'static str> {
        let days = row.int(c::SINCE).map_or(0, |since| calendar::days_of(today) - since);
        let int = |id| row.int(id).unwrap_or(0);
        if !self.statuses.iter().any(|s| s == row.text(c::STATUS)) {
            Some("the line is not in service")
        } else if int(c::OPEN_TICKETS) > self.open_tickets {
            Some("a ticket is open")
        } else if int(c::DUE) > 0 {
            Some("money is due")
        } else if int(c::RISK) > self.risk {
            Some("the customer is at risk: keep before you sell")
        } else if days < self.days {
            Some("a customer for too short a time")
        } else {
            None
        }
    }
}

/// A plan to offer.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanOffer {
    pub plan: String,
    /// Chance that it is taken, 0 to 1.
    pub chance: f64,
    /// More (or less) a month, before GST.
    pub difference: Money,
    /// Chance * difference * months.
    pub expected: Money,
    pub reason: String,
}

/// The plans worth offering, the most expected rupees first; why not where nothing may be offered. Only offered plans of
/// the customer's technology and segment above the present price come up.
pub fn upgrades(
    row: &Record,
    plans: &[Plan],
    tastes: &Tastes,
    rules: &Rules,
    today: NaiveDate,
) -> Result<Vec<PlanOffer>, &'static str> {
    if let Some(why) = rules.barred(row, today) {
        return Err(why);
    }
    let now = row.money(c::PRICE);
    let gb = row.int(c::USAGE);
    let fits = tastes.best(&plan_traits(row));
    let eligible: Vec<&Plan> = plans
        .iter()
        .filter(|p| {
            p.offer == Offer::Offered
                && p.name != row.text(c::PLAN)
                && p.technology.code() == row.text(c::TECHNOLOGY)
                && p.segment.code() == row.text(c::SEGMENT)
                && p.price > now
                && p.price.0.saturating_mul(100) <= now.0.saturating_mul(rules.price_percent)
        })
        .collect();
    let share = |p: &Plan| fits.iter().find(|f| f.0 == p.name).map_or(0.0, |f| f.1);
    let whole: f64 = eligible.iter().map(|p| share(p)).sum();
    let mut out: Vec<PlanOffer> = eligible
        .into_iter()
        .filter(|p| share(p) > 0.0)
        .map(|p| {
            let chance = rules.taken_percent / 100.0 * share(p) / whole;
            let difference = Money(p.price.0 - now.0);
            let expected = Money((chance * difference.0 as f64 * rules.months as f64).round() as i64);
            let of = format!("{:.0}% of the customers like this one who pay more have it", 100.0 * share(p) / whole);
            let reason = match gb {
                Some(gb) => format!("uses {gb} GB a month; {of}"),
                None => of,
            };
            PlanOffer { plan: p.name.clone(), chance, difference, expected, reason }
        })
        .collect();
    out.sort_by(|a, b| b.expected.cmp(&a.expected).then_with(|| a.plan.cmp(&b.plan)));
    Ok(out)
}

/// Of the customers tried, the share whose own item is among the first `n`: by taste, and by popularity.
pub fn hits(tastes: &Tastes, tried: &[(String, Vec<String>)], n: usize) -> (f64, f64) {
    let popular = tastes.popular();
    let (mut by_taste, mut by_count) = (0_usize, 0_usize);
    for (item, traits) in tried {
        by_taste += usize::from(tastes.best(traits).iter().take(n).any(|b| b.0 == item));
        by_count += usize::from(popular.iter().take(n).any(|p| p == item));
    }
    let share = |hit: usize| hit as f64 / tried.len().max(1) as f64;
    (share(by_taste), share(by_count))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Entity, Value};

    fn traits(of: &[&str]) -> Vec<String> {
        of.iter().map(|t| (*t).to_string()).collect()
    }

    #[test]
    fn the_chance_is_that_worked_by_hand() {
        let mut t = Tastes::default();
        for _ in 0..30 {
            t.add("slow", &traits(&["light"]));
        }
        for _ in 0..10 {
            t.add("fast", &traits(&["heavy"]));
        }
        // fast: 1/4 * (10 + 20 / 4) / 30; slow: 3/4 * (0 + 20 / 4) / 50. So 1/8 to 3/40.
        let best = t.best(&traits(&["heavy", "unheard of"]));
        assert_eq!(best[0].0, "fast");
        assert!((best[0].1 - 0.125 / 0.2).abs() < 1e-12, "{best:?}");
        assert_eq!(t.popular(), ["slow", "fast"]);
        assert_eq!(hits(&t, &[("fast".into(), traits(&["heavy"]))], 1), (1.0, 0.0));
        assert_eq!(Tastes::default().best(&[]), []);
    }

    fn customer(today: NaiveDate) -> Record {
        let fields: std::sync::Arc<[_]> = crate::query::schema::ids(Entity::Customer).collect();
        let values = vec![Value::Null; fields.len()];
        let mut row = Record { id: crate::base::Id(1), version: 1, fields, values };
        for (id, v) in [
            (c::STATUS, Value::from("active")),
            (c::SINCE, Value::Int(calendar::days_of(today) - 400)),
            (c::RISK, Value::Int(20)),
            (c::PLAN, Value::from("Fiber 100")),
            (c::TECHNOLOGY, Value::from("fiber")),
            (c::SEGMENT, Value::from("home")),
            (c::PRICE, Value::Int(60_000)),
            (c::USAGE, Value::Int(700)),
        ] {
            row.set(id, v);
        }
        row
    }

    #[test]
    fn upgrades_come_with_rupees_and_a_reason() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let row = customer(today);
        let plan = |name: &str, rupees: i64, offer| Plan {
            name: name.into(),
            technology: crate::domain::customer::Technology::Fiber,
            speed: 200,
            price: Money(rupees * 100),
            fup_gb: None,
            post_fup: None,
            otts: Vec::new(),
            channels: 0,
            segment: crate::domain::customer::Segment::Home,
            offer,
        };
        let plans = [
            plan("Fiber 100", 600, Offer::Offered),
            plan("Fiber 200", 800, Offer::Offered),
            plan("Fiber 300", 1_000, Offer::Offered),
            plan("Fiber 250", 900, Offer::Retired),
            plan("Fiber 1G", 4_000, Offer::Offered),
        ];
        let mut tastes = Tastes::default();
        for (name, count) in
            [("Fiber 100", 50), ("Fiber 200", 30), ("Fiber 300", 10), ("Fiber 1G", 5), ("Fiber 250", 5)]
        {
            (0..count).for_each(|_| tastes.add(name, &[]));
        }
        let offers = upgrades(&row, &plans, &tastes, &Rules::default(), today).unwrap();
        // 30 and 10 of 40 have them; 8 % of three quarters take 200 rupees more for a year, of one quarter 400.
        let seen: Vec<(&str, i64)> = offers.iter().map(|o| (o.plan.as_str(), o.expected.0)).collect();
        assert_eq!(seen, [("Fiber 200", 14_400), ("Fiber 300", 9_600)]);
        assert_eq!(offers[0].reason, "uses 700 GB a month; 75% of the customers like this one who pay more have it");
    }

    #[test]
    fn nobody_in_trouble_is_sold_to() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let (row, since) = (customer(today), calendar::days_of(today) - 400);
        let rules = Rules::default();
        assert_eq!(rules.barred(&row, today), None);
        for (id, value, why) in [
            (c::OPEN_TICKETS, Value::Int(1), "a ticket is open"),
            (c::DUE, Value::Int(100), "money is due"),
            (c::RISK, Value::Int(80), "the customer is at risk: keep before you sell"),
            (c::SINCE, Value::Int(since + 399), "a customer for too short a time"),
            (c::STATUS, Value::from("paused"), "the line is not in service"),
        ] {
            let mut other = row.clone();
            other.set(id, value);
            assert_eq!(rules.barred(&other, today), Some(why));
        }
    }
}
