//! The score of a lead by rules, with its arithmetic: how well is this lead worth the next call?
//!
//! Each of five parts gives a share of its weight; the weights are settings (`lead.weight.*`) and count in
//! proportion to each other, so that the score is always 0 to 100. THE table of shares stands below.
//!
//! | part (weight) | share of the weight |
//! |---|---|
//! | place (30) | serviceable 100 %, serviceable without a free port 70 %, planned within 90 days 40 %, planned later or without a day 20 %, not known 30 %, not covered 0 % |
//! | budget (20) | at or above the price 100 %, up to 10 % below it 60 %, up to 25 % below 30 %, less 0 %, budget or price not known 50 % |
//! | urgency (20) | at once 100 %, within a week 80 %, within a month 50 %, not known 30 %, later 20 % |
//! | source (15) | half its conversion rate against the average: as often 50 %, twice as often or more 100 %, never 0 % |
//! | engagement (15) | contacts: one 30 %, two 45 %, three or more 60 %; a next step agreed 15 %; mail address 15 %; consent to offers 10 % |
//!
//! The conversion rate of a source is (converted + 10 × average) / (closed + 10): ten leads of the average kind
//! hold it steady while there are few of its own. With fewer than twenty closed leads in all, the average is the
//! setting `lead.usual-rate`.
//!
//! # Worked examples
//!
//! More of them, each held by a test, stand in `assets/docs/lead-score.md`.
//!
//! *Meera*: serviceable with free ports (30), budget ₹900 against Fiber 200 at ₹849 (20), at once (20), a referral,
//! and referrals convert at 30 % against 20 % on the average: 30 / 40 = 75 % of 15 is 11.25; one call and a next
//! step, 45 % of 15 is 6.75. 30 + 20 + 20 + 11.25 + 6.75 = **88**.
//!
//! *Anil*: planned in 200 days (20 % of 30 = 6), budget ₹600 against ₹849, which is 29 % below (0), later (4), a
//! cold call, 10 % against 20 %: 25 % of 15 is 3.75; nobody spoke to him (0). 6 + 0 + 4 + 3.75 = 13.75, **14**.
//!
//! Parts are whole points that add up to the total exactly: rounded down, then one more to those with the greatest
//! rest until the rounded sum is reached.

use chrono::NaiveDate;

use crate::base::{Money, calendar};
use crate::domain::lead::{Availability, Urgency};
use crate::domain::settings::Settings;
use crate::domain::{FieldId, Plan, Record, Value};
use crate::query::schema::lead as l;

/// A part of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub field: FieldId,
    /// What is read before its points.
    pub title: &'static str,
    /// The setting with its weight.
    pub weight: &'static str,
}

/// The parts in the order they are told and rounded.
pub const PARTS: [Part; 5] = [
    Part { field: l::SCORE_PLACE, title: "Place", weight: "lead.weight.place" },
    Part { field: l::SCORE_BUDGET, title: "Budget", weight: "lead.weight.budget" },
    Part { field: l::SCORE_URGENCY, title: "Urgency", weight: "lead.weight.urgency" },
    Part { field: l::SCORE_SOURCE, title: "Source", weight: "lead.weight.source" },
    Part { field: l::SCORE_ENGAGEMENT, title: "Engagement", weight: "lead.weight.engagement" },
];

/// What a part gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub part: Part,
    pub points: i64,
    /// What it could have given.
    pub most: i64,
    /// The reason in words.
    pub why: String,
}

/// A score with its arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Score {
    pub total: i64,
    pub pieces: [Piece; 5],
}

/// How many leads became customers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub won: i64,
    pub closed: i64,
}

/// What past leads tell: those of one source, and all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    pub source: Tally,
    pub all: Tally,
}

/// Closed leads in all before the average is taken from them.
const ENOUGH: i64 = 20;
/// Leads of the average kind that steady the rate of a source.
const STEADY: i64 = 10;

impl Past {
    /// Conversion rates of the source and on the average, in thousandths.
    pub fn rates(&self, usual_percent: i64) -> (i64, i64) {
        let usual = usual_percent.clamp(1, 100) * 10;
        let all = if self.all.closed < ENOUGH { usual } else { self.all.won * 1_000 / self.all.closed };
        let source = (self.source.won * 1_000 + STEADY * all) / (self.source.closed + STEADY);
        (source, all.max(1))
    }
}

/// The price the budget is held against: that of the expected plan, else of the cheapest plan on sale for the
/// segment with the speed asked for.
pub fn price(lead: &Record, plans: &[Plan]) -> Option<Money> {
    let wanted = lead.text(l::PLAN);
    if let Some(plan) = plans.iter().find(|p| p.name.eq_ignore_ascii_case(wanted)) {
        return Some(plan.price);
    }
    let segment = match lead.text(l::SEGMENT) {
        "" => crate::domain::customer::Segment::Home.code(),
        code => code,
    };
    let speed = lead.int(l::WANTED_SPEED).unwrap_or(0);
    let on_sale = plans.iter().filter(|p| p.offer == crate::domain::plan::Offer::Offered);
    on_sale.filter(|p| p.segment.code() == segment && p.speed >= speed).map(|p| p.price).min()
}

/// What the settings say of the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    parts: [i64; 5],
    /// Conversion rate, in per cent, while too few leads are closed.
    usual: i64,
}

impl Weights {
    pub fn of(settings: &Settings) -> Weights {
        Weights { parts: PARTS.map(|p| settings.int(p.weight).max(0)), usual: settings.int("lead.usual-rate") }
    }

    fn whole(&self) -> i64 {
        self.parts.iter().sum::<i64>().max(1)
    }

    /// The most that each part can give.
    fn most(&self) -> [i64; 5] {
        apportion(self.parts.map(|w| w * 100), self.whole(), [i64::MAX; 5])
    }

    /// The points of each part, from its share.
    fn points(&self, shares: [i64; 5]) -> [i64; 5] {
        let exact = std::array::from_fn(|n| self.parts[n] * shares[n]);
        apportion(exact, self.whole(), self.most())
    }
}

/// The reason of a part: in words, or not told where only points are wanted.
trait Reason {
    fn told(words: impl FnOnce() -> String) -> Self;
}

impl Reason for String {
    fn told(words: impl FnOnce() -> String) -> String {
        words()
    }
}

impl Reason for () {
    fn told(_: impl FnOnce() -> String) {}
}

/// The share of each part, with its reason.
fn shares<W: Reason>(lead: &Record, price: Option<Money>, past: Past, usual: i64, today: NaiveDate) -> [(i64, W); 5] {
    [place(lead, today), budget(lead, price), urgency(lead), source(lead, past, usual), engagement(lead)]
}

/// The score of a lead as its row stands. `price` is what the budget is held against.
pub fn score(lead: &Record, price: Option<Money>, past: Past, settings: &Settings, today: NaiveDate) -> Score {
    let weights = Weights::of(settings);
    let shares = shares::<String>(lead, price, past, weights.usual, today);
    let (points, most) = (weights.points(shares.each_ref().map(|(share, _)| *share)), weights.most());
    let mut n = 0;
    let pieces = shares.map(|(_, why)| {
        n += 1;
        Piece { part: PARTS[n - 1], points: points[n - 1], most: most[n - 1], why }
    });
    Score { total: points.iter().sum(), pieces }
}

/// The points of the parts alone, in their order; the score is their sum.
pub fn points(lead: &Record, price: Option<Money>, past: Past, weights: &Weights, today: NaiveDate) -> [i64; 5] {
    weights.points(shares::<()>(lead, price, past, weights.usual, today).map(|(share, ())| share))
}

/// Whole points for parts given in `1 / whole` of a point: each rounded down, then one more to those with the
/// greatest rest until their sum is the rounded sum, none beyond its `most`.
fn apportion(exact: [i64; 5], whole: i64, most: [i64; 5]) -> [i64; 5] {
    let mut points = exact.map(|e| e / whole);
    let sum: i64 = exact.iter().sum();
    let mut missing = (2 * sum + whole) / (2 * whole) - points.iter().sum::<i64>();
    let mut order = [0, 1, 2, 3, 4];
    order.sort_by_key(|i: &usize| std::cmp::Reverse(exact[*i] % whole));
    for i in order {
        if missing > 0 && points[i] < most[i] && exact[i] % whole > 0 {
            points[i] += 1;
            missing -= 1;
        }
    }
    points
}

/// Puts a score into the fields of a lead.
pub fn put(lead: &mut Record, score: &Score) {
    put_points(lead, score.pieces.each_ref().map(|piece| piece.points));
}

/// Puts the points of the parts into the fields of a lead, and the score that they are.
pub fn put_points(lead: &mut Record, points: [i64; 5]) {
    lead.set(l::SCORE, Value::Int(points.iter().sum()));
    for (part, points) in PARTS.iter().zip(points) {
        lead.set(part.field, Value::Int(points));
    }
}

fn place<W: Reason>(lead: &Record, today: NaiveDate) -> (i64, W) {
    match Availability::parse(lead.text(l::AVAILABILITY)) {
        Some(Availability::Serviceable) if lead.int(l::PORTS).is_some_and(|n| n <= 0) => {
            (70, W::told(|| "serviceable, but no port is free".into()))
        }
        Some(Availability::Serviceable) => {
            let drop = || lead.int(l::DROP).map_or(String::new(), |m| format!(", {m} m of drop cable"));
            (100, W::told(|| format!("serviceable{}", drop())))
        }
        Some(Availability::Planned) => match lead.int(l::LIVE_ON) {
            Some(day) if day - calendar::days_of(today) <= 90 => (40, W::told(|| format!("planned for {}", said(day)))),
            Some(day) => (20, W::told(|| format!("planned for {}, which is far off", said(day)))),
            None => (20, W::told(|| "planned, no day known".into())),
        },
        Some(Availability::NotCovered) => (0, W::told(|| "not covered".into())),
        None => (30, W::told(|| "coverage not known: no PIN code, or an empty directory".into())),
    }
}

fn said(day: i64) -> String {
    calendar::date_from_days(day).map(calendar::long_date).unwrap_or_default()
}

fn budget<W: Reason>(lead: &Record, price: Option<Money>) -> (i64, W) {
    let Some(budget) = lead.int(l::BUDGET).or_else(|| lead.int(l::BUDGET_FROM)).map(Money) else {
        return (50, W::told(|| "budget not known".into()));
    };
    let Some(price) = price.filter(|p| p.0 > 0) else {
        return (50, W::told(|| format!("budget {}, no plan to hold it against", budget.compact())));
    };
    let pair = || format!("{} against {}", budget.compact(), price.compact());
    let below = (price.0 - budget.0) * 100;
    match below {
        _ if budget >= price => (100, W::told(|| format!("budget meets the price: {}", pair()))),
        _ if below <= price.0 * 10 => (60, W::told(|| format!("up to 10 % below the price: {}", pair()))),
        _ if below <= price.0 * 25 => (30, W::told(|| format!("up to 25 % below the price: {}", pair()))),
        _ => (0, W::told(|| format!("more than 25 % below the price: {}", pair()))),
    }
}

fn urgency<W: Reason>(lead: &Record) -> (i64, W) {
    match Urgency::parse(lead.text(l::URGENCY)) {
        Some(Urgency::Now) => (100, W::told(|| "wants it at once".into())),
        Some(Urgency::Week) => (80, W::told(|| "wants it within a week".into())),
        Some(Urgency::Month) => (50, W::told(|| "wants it within a month".into())),
        Some(Urgency::Later) => (20, W::told(|| "is in no hurry".into())),
        None => (30, W::told(|| "did not say how soon".into())),
    }
}

fn source<W: Reason>(lead: &Record, past: Past, usual: i64) -> (i64, W) {
    let (own, all) = past.rates(usual);
    let share = (own * 50 / all).min(100);
    let words = || {
        let name = crate::query::format::show(l::SOURCE, lead.get(l::SOURCE));
        let name = if name.is_empty() { "unknown source".to_string() } else { name };
        let percent = |thousandths: i64| (thousandths + 5) / 10;
        format!("{name}: {} % become customers, {} % on the average", percent(own), percent(all))
    };
    (share, W::told(words))
}

fn engagement<W: Reason>(lead: &Record) -> (i64, W) {
    let touches = lead.int(l::TOUCHES).unwrap_or(0);
    let mut share = match touches {
        ..=0 => 0,
        1 => 30,
        2 => 45,
        _ => 60,
    };
    let besides = [
        (!lead.get(l::FOLLOW_UP).is_null(), 15, "a next step"),
        (!lead.get(l::EMAIL).is_null(), 15, "a mail address"),
        (!lead.get(l::CONSENT).is_null(), 10, "consent"),
    ];
    share += besides.iter().filter(|(there, ..)| *there).map(|(_, points, _)| points).sum::<i64>();
    let words = || {
        let contacts = match touches {
            ..=0 => "no contact yet".to_string(),
            1 => "one contact".into(),
            n => format!("{n} contacts"),
        };
        let besides = besides.iter().filter(|(there, ..)| *there).map(|(.., words)| *words);
        [contacts.as_str()].into_iter().chain(besides).collect::<Vec<_>>().join(", ")
    };
    (share, W::told(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::Entity;
    use crate::query::schema;

    const TODAY: fn() -> NaiveDate = || NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();

    fn lead(set: &[(FieldId, Value)]) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Lead).collect();
        let mut row = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
        set.iter().for_each(|(f, v)| row.set(*f, v.clone()));
        row
    }

    fn rupees(n: i64) -> Value {
        Value::from(Money::rupees(n))
    }

    fn rate(won: i64, closed: i64, all: (i64, i64)) -> Past {
        Past { source: Tally { won, closed }, all: Tally { won: all.0, closed: all.1 } }
    }

    #[test]
    fn the_worked_examples_of_the_page() {
        // 60 of 190 own and 10 at 200 ‰ come to 310 ‰; 59 are as near to 30 % as whole leads come.
        let meera = lead(&[
            (l::AVAILABILITY, "serviceable".into()),
            (l::PORTS, Value::Int(3)),
            (l::BUDGET, rupees(900)),
            (l::URGENCY, "now".into()),
            (l::SOURCE, "referral".into()),
            (l::TOUCHES, Value::Int(1)),
            (l::FOLLOW_UP, Value::Int(1_795_000_000_000)),
        ]);
        let found = score(&meera, Some(Money::rupees(849)), rate(58, 190, (200, 1_000)), &Settings::default(), TODAY());
        assert_eq!(found.pieces.iter().map(|p| p.points).collect::<Vec<_>>(), [30, 20, 20, 11, 7]);
        assert_eq!(found.total, 88);
        assert_eq!(found.pieces[1].why, "budget meets the price: ₹900 against ₹849");
        assert_eq!(found.pieces[4].why, "one contact, a next step");
        let anil = lead(&[
            (l::AVAILABILITY, "planned".into()),
            (l::LIVE_ON, Value::Int(calendar::days_of(TODAY()) + 200)),
            (l::BUDGET, rupees(600)),
            (l::URGENCY, "later".into()),
            (l::SOURCE, "cold-call".into()),
        ]);
        let found = score(&anil, Some(Money::rupees(849)), rate(18, 190, (200, 1_000)), &Settings::default(), TODAY());
        assert_eq!(found.pieces.iter().map(|p| p.points).collect::<Vec<_>>(), [6, 0, 4, 4, 0]);
        assert_eq!(found.total, 14);
    }

    #[test]
    fn worked_examples_of_the_docs_are_right() {
        let text = include_str!("../../assets/docs/lead-score.md");
        let table = text.split("| Lead |").nth(1).expect("the table of examples");
        let mut rows = 0;
        for line in table.lines().skip(2).take_while(|l| l.starts_with('|')) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, place, ports, live, budget, price, urgency, won, contacts, besides, told @ ..] = &cells[..]
            else {
                panic!("{line}");
            };
            let int = |text: &str| text.parse::<i64>().ok();
            let mut row = lead(&[(l::AVAILABILITY, (*place).into()), (l::URGENCY, (*urgency).into())]);
            let mut set = |field, value: Option<Value>| value.into_iter().for_each(|v| row.set(field, v));
            set(l::PORTS, int(ports).map(Value::Int));
            set(l::LIVE_ON, int(live).map(|days| Value::Int(calendar::days_of(TODAY()) + days)));
            set(l::BUDGET, int(budget).map(rupees));
            set(l::TOUCHES, int(contacts).map(Value::Int));
            for (word, field, value) in [
                ("step", l::FOLLOW_UP, Value::Int(1_795_000_000_000)),
                ("mail", l::EMAIL, "a@b.in".into()),
                ("consent", l::CONSENT, "sms".into()),
            ] {
                set(field, besides.contains(word).then_some(value));
            }
            let (own, closed) = won.split_once('/').and_then(|(a, b)| Some((int(a)?, int(b)?))).expect("won/closed");
            let past = rate(own, closed, (200, 1_000));
            let found = score(&row, int(price).map(Money::rupees), past, &Settings::default(), TODAY());
            let mut points: Vec<i64> = found.pieces.iter().map(|p| p.points).collect();
            points.push(found.total);
            assert_eq!(points, told.iter().filter_map(|t| int(t)).collect::<Vec<_>>(), "{name}");
            rows += 1;
        }
        assert_eq!(rows, 7);
    }

    #[test]
    fn every_row_of_the_table() {
        let today = calendar::days_of(TODAY());
        let point = |n: usize, set: &[(FieldId, Value)]| {
            let only = |key: &str| if key == PARTS[n].weight { "100" } else { "0" };
            let own = PARTS.iter().map(|p| (p.weight.to_string(), only(p.weight).to_string())).collect();
            let s = score(&lead(set), Some(Money::rupees(1_000)), Past::default(), &Settings::of(own), TODAY());
            assert_eq!(s.pieces[n].points, s.total);
            s.total
        };
        let place = |code: &str, more: (FieldId, i64)| {
            point(0, &[(l::AVAILABILITY, code.into()), (more.0, Value::Int(more.1))])
        };
        assert_eq!(place("serviceable", (l::PORTS, 1)), 100);
        assert_eq!(place("serviceable", (l::PORTS, 0)), 70);
        assert_eq!(place("planned", (l::LIVE_ON, today + 90)), 40);
        assert_eq!(place("planned", (l::LIVE_ON, today + 91)), 20);
        assert_eq!(place("planned", (l::PORTS, 1)), 20);
        assert_eq!(place("not-covered", (l::PORTS, 1)), 0);
        assert_eq!(point(0, &[]), 30);
        for (budget, want) in [(1_000, 100), (999, 60), (900, 60), (899, 30), (750, 30), (749, 0)] {
            assert_eq!(point(1, &[(l::BUDGET, rupees(budget))]), want, "{budget}");
        }
        assert_eq!(point(1, &[]), 50);
        for (code, want) in [("now", 100), ("week", 80), ("month", 50), ("later", 20)] {
            assert_eq!(point(2, &[(l::URGENCY, code.into())]), want);
        }
        assert_eq!(point(2, &[]), 30);
        assert_eq!(point(3, &[]), 50, "an unknown source counts as the average");
        for (touches, want) in [(0, 0), (1, 30), (2, 45), (3, 60), (9, 60)] {
            assert_eq!(point(4, &[(l::TOUCHES, Value::Int(touches))]), want);
        }
        let all = [(l::TOUCHES, Value::Int(3)), (l::FOLLOW_UP, Value::Int(1)), (l::EMAIL, "a@b.in".into())];
        assert_eq!(point(4, &[&all[..], &[(l::CONSENT, "sms".into())]].concat()), 100);
    }

    #[test]
    fn rates_are_steadied_and_need_enough_leads() {
        assert_eq!(rate(0, 0, (5, 19)).rates(20), (200, 200), "too few closed leads: the setting");
        assert_eq!(rate(0, 0, (5, 20)).rates(20), (250, 250));
        assert_eq!(rate(30, 90, (100, 1_000)).rates(20), (310, 100));
        assert_eq!(rate(0, 90, (0, 1_000)).rates(20), (0, 1), "never divides by nothing");
    }

    #[test]
    fn parts_add_up_whatever_the_weights() {
        for seed in 0..2_000_i64 {
            let weight = |n: i64| (seed * 7919 + n * 104_729).rem_euclid(101);
            let own = PARTS.iter().zip(0..).map(|(p, n)| (p.weight.to_string(), weight(n).to_string())).collect();
            let row = lead(&[
                (l::AVAILABILITY, ["serviceable", "planned", "not-covered", ""][(seed % 4) as usize].into()),
                (l::BUDGET, rupees(500 + seed % 700)),
                (l::URGENCY, ["now", "week", "month", "later"][(seed / 4 % 4) as usize].into()),
                (l::TOUCHES, Value::Int(seed % 5)),
            ]);
            let s = score(&row, Some(Money::rupees(800)), rate(seed % 50, 60, (200, 900)), &Settings::of(own), TODAY());
            assert_eq!(s.pieces.iter().map(|p| p.points).sum::<i64>(), s.total);
            assert!((0..=100).contains(&s.total) && s.pieces.iter().all(|p| p.points <= p.most && p.points >= 0));
            assert!(s.pieces.iter().map(|p| p.most).sum::<i64>() == 100 || s.pieces.iter().all(|p| p.most == 0));
        }
    }
}
