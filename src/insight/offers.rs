//! What to offer a customer next, with the rupees it can be expected to bring, and why.
//!
//! Who may be offered what is data: `data/actions/offers.csv` has a row for each kind of offer with a filter in the one
//! language, the share of well-fitting offers that are taken, and the months they are kept. These shares are our
//! assumptions, until an operator's own answers are known.
//!
//! | offer | worth in expectation |
//! |---|---|
//! | retention | chance to leave * share taken * price * months kept - price * discount * months of discount |
//! | faster plan, OTT bundle, business line | share taken * fit * more a month * months |
//! | cheaper plan | chance to leave * share taken * new price * months - share taken * less a month * months |
//!
//! Fit is how many of the customers like this one, among those who have one of the plans in question, have this one
//! ([`Tastes`]). An offer that costs more than it brings is not made. Nobody is sold to whose line does not work.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::plan::Offer as Sold;
use crate::domain::{Entity, MonthUsage, Plan, Record};
use crate::query::schema::customer as c;
use crate::query::{Bound, Context, QueryError, compile, eval};

use super::recommend::{Tastes, app_traits, plan_traits};

/// Share of a plan's limit in a month from which on it counts as hit.
const HIT: f64 = 0.95;
/// Months looked at, and of them hits that are often.
const MONTHS: usize = 6;
const OFTEN: usize = 2;
/// GB a month for each Mbps sold: above, the speed is used; below, much of it is not. The median home of the demo uses
/// about 3.5 on 100 Mbps.
const MUCH: i64 = 5;
const LITTLE: f64 = 1.0;

/// Who may be offered what.
pub struct Rule {
    pub action: String,
    pub title: String,
    /// As it stands in the file.
    pub when: String,
    bound: Bound,
    taken: f64,
    months: f64,
    give: f64,
    give_months: f64,
}

/// The rows of the file, bound to a day.
pub struct Rules(Vec<Rule>);

const FILE: &str = include_str!("../../data/actions/offers.csv");

impl Rules {
    pub fn on(today: NaiveDate) -> Result<Rules, QueryError> {
        let context = Context { today, ..Context::at(calendar::start_of(today), "") };
        let mut rules = Vec::new();
        for row in csv::Reader::from_reader(FILE.as_bytes()).records().flatten() {
            let figure = |i: usize| row.get(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
            let text = |i: usize| row.get(i).unwrap_or("").to_string();
            rules.push(Rule {
                action: text(0),
                title: text(1),
                bound: compile(&text(2), Entity::Customer, &context)?,
                when: text(2),
                taken: figure(3) / 100.0,
                months: figure(4),
                give: figure(5) / 100.0,
                give_months: figure(6),
            });
        }
        Ok(Rules(rules))
    }

    /// The rule of an action, where the customer may be offered it.
    fn open(&self, action: &str, row: &Record) -> Option<&Rule> {
        self.0.iter().find(|r| r.action == action && eval::keeps(&r.bound, row))
    }

    pub fn all(&self) -> &[Rule] {
        &self.0
    }
}

/// Something to offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub action: String,
    pub title: String,
    /// What is said: `Fiber 200 at ₹849`.
    pub what: String,
    pub why: String,
    /// Rupees it can be expected to bring, before GST.
    pub expected: Money,
    /// The plan to change to, where that is what is offered.
    pub plan: Option<String>,
}

/// What is known of a customer.
pub struct Known<'a> {
    pub row: &'a Record,
    pub months: &'a [MonthUsage],
    /// Chance to leave within 60 days, 0 to 1.
    pub chance: f64,
    pub plans: &'a [Plan],
    /// What customers like this one have.
    pub of_plans: &'a Tastes,
    pub of_apps: &'a Tastes,
}

/// The offers this customer may be made, the one that brings most first.
pub fn offers(known: &Known<'_>, rules: &Rules) -> Vec<Offer> {
    let mut out: Vec<Offer> = [retention, upgrade, cheaper, bundle, business]
        .iter()
        .filter_map(|offer| offer(known, rules))
        .filter(|o| o.expected > Money::ZERO)
        .collect();
    out.sort_by_key(|o| std::cmp::Reverse(o.expected));
    out
}

impl Known<'_> {
    fn price(&self) -> f64 {
        self.row.int(c::PRICE).unwrap_or(0) as f64
    }

    fn speed(&self) -> i64 {
        self.row.int(c::SPEED).unwrap_or(0)
    }

    fn plan(&self) -> Option<&Plan> {
        self.plans.iter().find(|p| p.name == self.row.text(c::PLAN))
    }

    /// Plans on sale of the customer's technology that `fits` keeps, each with its share of fit.
    fn fitting(&self, segment: &str, fits: impl Fn(&Plan) -> bool) -> Vec<(&Plan, f64)> {
        let of_kind = |p: &&Plan| {
            p.offer == Sold::Offered
                && p.name != self.row.text(c::PLAN)
                && p.technology.code() == self.row.text(c::TECHNOLOGY)
                && p.segment.code() == segment
                && fits(p)
        };
        let shares = self.of_plans.best(&plan_traits(self.row));
        // Where nobody's taste is known all fit alike.
        let share = |p: &Plan| match shares.is_empty() {
            true => 1.0,
            false => shares.iter().find(|s| s.0 == p.name).map_or(0.0, |s| s.1),
        };
        let found: Vec<(&Plan, f64)> = self.plans.iter().filter(of_kind).map(|p| (p, share(p))).collect();
        let whole: f64 = found.iter().map(|f| f.1).sum();
        found.into_iter().filter(|f| f.1 > 0.0).map(|(p, share)| (p, share / whole)).collect()
    }

    /// The plan of those that brings most, as an offer.
    fn dearer(&self, rule: &Rule, found: Vec<(&Plan, f64)>, why: String) -> Option<Offer> {
        let worth = |(p, fit): &(&Plan, f64)| rule.taken * fit * (p.price.0 as f64 - self.price()) * rule.months;
        let best = found.into_iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
        Some(made(rule, worth(&best), Some(best.0), format!("{} at {}", best.0.name, best.0.price.compact()), why))
    }
}

fn made(rule: &Rule, worth: f64, plan: Option<&Plan>, what: String, why: String) -> Offer {
    // Whole rupees: more would pretend to know more.
    let expected = Money((worth / 100.0).round() as i64 * 100);
    let (action, title) = (rule.action.clone(), rule.title.clone());
    Offer { action, title, what, why, expected, plan: plan.map(|p| p.name.clone()) }
}

fn retention(k: &Known<'_>, rules: &Rules) -> Option<Offer> {
    let rule = rules.open("retention", k.row)?;
    let worth = k.chance * rule.taken * k.price() * rule.months - k.price() * rule.give * rule.give_months;
    let what = format!("{:.0}% off for {:.0} months", rule.give * 100.0, rule.give_months);
    let why = format!("{:.0}% chance to leave within 60 days", k.chance * 100.0);
    Some(made(rule, worth, None, what, why))
}

/// A faster plan, where the limits of this one are hit often.
fn upgrade(k: &Known<'_>, rules: &Rules) -> Option<Offer> {
    let rule = rules.open("upgrade", k.row)?;
    let plan = k.plan()?;
    let recent = &k.months[k.months.len().saturating_sub(MONTHS)..];
    let limit = plan.fup_gb.unwrap_or(i64::MAX);
    let hits = recent.iter().filter(|m| m.gb as f64 >= limit as f64 * HIT).count();
    let heavy = recent.iter().filter(|m| plan.speed > 0 && m.gb >= plan.speed * MUCH).count();
    let why = if hits >= OFTEN {
        format!("hit the limit of {limit} GB in {hits} of {} months", recent.len())
    } else if heavy >= OFTEN {
        let most = recent.iter().map(|m| m.gb).max().unwrap_or(0);
        format!("uses up to {most} GB a month on {} Mbps", plan.speed)
    } else {
        return None;
    };
    let price = k.price();
    let found = k.fitting(k.row.text(c::SEGMENT), |p| {
        p.speed > plan.speed && p.price.0 as f64 > price && p.price.0 as f64 <= price * 2.0
    });
    k.dearer(rule, found, why)
}

/// A cheaper plan, where paid speed is not used and the customer may go.
fn cheaper(k: &Known<'_>, rules: &Rules) -> Option<Offer> {
    let rule = rules.open("cheaper", k.row)?;
    let recent = &k.months[k.months.len().saturating_sub(MONTHS)..];
    if recent.len() < 3 || k.speed() < 50 || recent.iter().any(|m| m.gb as f64 >= k.speed() as f64 * LITTLE) {
        return None;
    }
    let price = k.price();
    // The next one below: half the speed is still more than is used.
    let below = |p: &Plan| p.speed < k.speed() && p.speed * 3 >= k.speed() && (p.price.0 as f64) < price;
    let found = k.fitting(k.row.text(c::SEGMENT), below);
    let worth = |p: &Plan| {
        let new = p.price.0 as f64;
        rule.taken * (k.chance * new - (price - new) * (1.0 - k.chance)) * rule.months
    };
    let best = found.into_iter().map(|f| f.0).max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    let gb = recent.last().map_or(0, |m| m.gb);
    let why = format!("pays for {} Mbps and uses {gb} GB a month; {:.0}% chance to leave", k.speed(), k.chance * 100.0);
    Some(made(rule, worth(best), Some(best), format!("{} at {}", best.name, best.price.compact()), why))
}

/// A plan with apps, for a home that has none.
fn bundle(k: &Known<'_>, rules: &Rules) -> Option<Offer> {
    let rule = rules.open("bundle", k.row)?;
    if !k.row.get(c::OTTS).is_null() {
        return None;
    }
    let price = k.price();
    let with_apps = |p: &Plan| {
        !p.otts.is_empty() && p.speed >= k.speed() && p.price.0 as f64 > price && p.price.0 as f64 <= price * 1.6
    };
    let found = k.fitting(k.row.text(c::SEGMENT), with_apps);
    let app = k.of_apps.best(&app_traits(k.row)).first().map(|b| b.0.to_string());
    let why = match app {
        Some(app) => format!("has no apps; homes like this one watch {app} most"),
        None => "has no apps".into(),
    };
    k.dearer(rule, found, why)
}

/// A business line, for a home that is busy in office hours.
fn business(k: &Known<'_>, rules: &Rules) -> Option<Offer> {
    let rule = rules.open("cross-sell", k.row)?;
    let price = k.price();
    let found = k.fitting("business", |p| p.price.0 as f64 > price && p.price.0 as f64 <= price * 3.0);
    k.dearer(rule, found, format!("a home that is busiest at {} h: an office?", k.row.text(c::PEAK)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::customer::{Segment, Technology};
    use crate::domain::{FieldId, Value};
    use crate::query::schema;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
    }

    fn row(set: &[(FieldId, Value)]) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Customer).collect();
        let mut r = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
        for (f, v) in [
            (c::STATUS, Value::from("active")),
            (c::SEGMENT, "home".into()),
            (c::TECHNOLOGY, "fiber".into()),
            (c::PLAN, "Fiber 100".into()),
            (c::SPEED, 100.into()),
            (c::PRICE, 60_000.into()),
            (c::DUE, 0.into()),
            (c::OPEN_TICKETS, 0.into()),
            (c::RISK, 20.into()),
            (c::SINCE, (calendar::days_of(today()) - 400).into()),
        ] {
            r.set(f, v);
        }
        set.iter().for_each(|(f, v)| r.set(*f, v.clone()));
        r
    }

    fn plan(name: &str, speed: i64, rupees: i64, fup_gb: Option<i64>, otts: &[&str], segment: Segment) -> Plan {
        Plan {
            name: name.into(),
            technology: Technology::Fiber,
            speed,
            price: Money(rupees * 100),
            fup_gb,
            post_fup: None,
            otts: otts.iter().map(|o| (*o).to_string()).collect(),
            channels: 0,
            segment,
            offer: Sold::Offered,
        }
    }

    fn told(set: &[(FieldId, Value)], gb: i64, chance: f64) -> Vec<(String, i64, Option<String>)> {
        let plans = [
            plan("Fiber 50", 50, 500, None, &[], Segment::Home),
            plan("Fiber 100", 100, 600, Some(1_000), &[], Segment::Home),
            plan("Fiber 200", 200, 800, None, &[], Segment::Home),
            plan("Fiber 100 Play", 100, 750, None, &["Aha"], Segment::Home),
            plan("Work 100", 100, 1_500, None, &[], Segment::Business),
        ];
        let months = [MonthUsage { gb, speed: 90, uptime: 9_990 }; 12];
        let none = Tastes::default();
        let row = row(set);
        let known = Known { row: &row, months: &months, chance, plans: &plans, of_plans: &none, of_apps: &none };
        let rules = Rules::on(today()).unwrap();
        offers(&known, &rules).into_iter().map(|o| (o.action, o.expected.0 / 100, o.plan)).collect()
    }

    #[test]
    fn every_rule_of_the_file_is_one_that_the_program_knows() {
        let rules = Rules::on(today()).unwrap();
        let names: Vec<&str> = rules.all().iter().map(|r| r.action.as_str()).collect();
        assert_eq!(names, ["retention", "upgrade", "cheaper", "bundle", "cross-sell"]);
        assert!(
            rules
                .all()
                .iter()
                .all(|r| r.taken > 0.0 && r.months > 0.0 && r.bound.cond != crate::query::bind::Cond::All)
        );
    }

    #[test]
    fn offers_are_worth_what_is_worked_by_hand() {
        // The limit of 1,000 GB is hit: 8 % take it, ₹200 more for 12 months, all of the fit; the bundle: 6 %, ₹150.
        // The limit counts at 95 %. Both plans on offer are faster or have apps.
        let s = |t: &str| Some(t.to_string());
        assert_eq!(
            told(&[], 980, 0.02),
            [("upgrade".into(), 192, s("Fiber 200")), ("bundle".into(), 108, s("Fiber 100 Play"))]
        );
        // At risk: 0.3 * 25 % * ₹600 * 12 - ₹600 * 10 % * 3 = 540 - 180. A cheaper plan: 40 % * (0.3 * 500 - 100 * 0.7) * 12.
        let at_risk = [(c::RISK, Value::Int(80)), (c::OTTS, "Aha".into())];
        assert_eq!(told(&at_risk, 40, 0.3), [("cheaper".into(), 384, s("Fiber 50")), ("retention".into(), 360, None)]);
        // With little to lose the offer costs more than it brings.
        assert_eq!(told(&at_risk, 400, 0.05), []);
        let office = [(c::PEAK, Value::from("10-18")), (c::OTTS, "Aha".into())];
        assert_eq!(told(&office, 300, 0.02), [("cross-sell".into(), 324, s("Work 100"))]);
        // Nobody is sold to whose line does not work, or who owes.
        for set in [(c::OPEN_TICKETS, Value::Int(1)), (c::DUE, Value::Int(1)), (c::STATUS, "paused".into())] {
            assert_eq!(told(&[set], 980, 0.02), []);
        }
    }
}
