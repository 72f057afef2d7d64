//! Whether a lead becomes a customer: a probability learnt from the operator's own closed leads, with its reasons in words.
//!
//! A case is a lead that was won or lost, as it stood a [`SETTLED_MS`] after it came in: fields that were edited later are
//! put back to what they held. Only its features are looked at, which hold nothing that comes with a contract (a mail
//! address, a consent, the price agreed). Leads that came in twice tell nothing and are left out.
//!
//! Open leads have no outcome yet. Those that came lately are closed only where it went quickly, so leads of the last
//! [`RIPE_DAYS`] days are left out, closed or not.
//!
//! The newest fifth of the cases is told by a model that knows only those before; that gives the scores that are kept.
//! The model that is used learns from all.

use serde::{Deserialize, Serialize};

use crate::base::{Timestamp, calendar};
use crate::domain::customer::Source;
use crate::domain::lead::{Availability, LostReason, Stage, Urgency};
use crate::domain::{FieldId, Plan, Record, Value};
use crate::insight::lead::price;
use crate::insight::learn::measure::{Figures, figures};
use crate::insight::learn::{self, Column, LearnError, Model, Options, Progress, Table};
use crate::query::schema::lead as l;

/// From when on an edit counts as later: a day.
pub const SETTLED_MS: i64 = 86_400_000;
/// Days until the outcome of a lead is waited for.
pub const RIPE_DAYS: i64 = 30;
/// Leads of each outcome that are needed at least.
pub const EACH: usize = 30;
/// A model below this AUC on the leads it had not seen is not used.
pub const USEFUL: f64 = 0.55;

/// The fields that features look at, and those that tell the outcome.
pub const FIELDS: &[FieldId] = &[
    l::CREATED,
    l::STAGE,
    l::LOST_REASON,
    l::SOURCE,
    l::SEGMENT,
    l::CITY,
    l::AVAILABILITY,
    l::LIVE_ON,
    l::PORTS,
    l::DROP,
    l::CURRENT_PROVIDER,
    l::WANTED_SPEED,
    l::BUDGET,
    l::URGENCY,
    l::PLAN,
    l::RESPONSE_MINUTES,
    l::OWNER,
];

/// A lead as it stood when it had settled.
pub struct Seen<'a> {
    pub row: &'a Record,
    pub plans: &'a [Plan],
    /// When it is looked at.
    pub now: Timestamp,
}

/// What a feature is of a lead.
enum Cell<'a> {
    Number(f64),
    Word(&'a str),
    Unknown,
}

struct Feature {
    name: &'static str,
    words: bool,
    of: for<'a> fn(&Seen<'a>) -> Cell<'a>,
    say: fn(f64, &str) -> String,
}

const fn number(name: &'static str, of: for<'a> fn(&Seen<'a>) -> Cell<'a>, say: fn(f64, &str) -> String) -> Feature {
    Feature { name, words: false, of, say }
}

const fn word(name: &'static str, of: for<'a> fn(&Seen<'a>) -> Cell<'a>, say: fn(f64, &str) -> String) -> Feature {
    Feature { name, words: true, of, say }
}

fn text<'a>(s: &Seen<'a>, id: FieldId) -> Cell<'a> {
    match s.row.text(id) {
        "" => Cell::Unknown,
        w => Cell::Word(w),
    }
}

fn int<'a>(s: &Seen<'a>, id: FieldId) -> Cell<'a> {
    s.row.int(id).map_or(Cell::Unknown, |n| Cell::Number(n as f64))
}

/// Budget as share of the list price of what is asked for.
fn budget<'a>(s: &Seen<'a>) -> Cell<'a> {
    match (s.row.int(l::BUDGET), price(s.row, s.plans)) {
        (Some(budget), Some(price)) if price.0 > 0 => Cell::Number(budget as f64 / price.0 as f64),
        _ => Cell::Unknown,
    }
}

/// Minutes to the first contact, a day where there was none in a day; unknown while the day is not over.
fn response<'a>(s: &Seen<'a>) -> Cell<'a> {
    const DAY: i64 = SETTLED_MS / 60_000;
    let age = s.now.since(Timestamp(s.row.int(l::CREATED).unwrap_or(s.now.0))) / 60_000;
    match s.row.int(l::RESPONSE_MINUTES) {
        Some(n) => Cell::Number(n.min(DAY) as f64),
        None if age >= DAY => Cell::Number(DAY as f64),
        None => Cell::Unknown,
    }
}

fn wait<'a>(s: &Seen<'a>) -> Cell<'a> {
    let created = calendar::day_of(Timestamp(s.row.int(l::CREATED).unwrap_or(0)));
    s.row.int(l::LIVE_ON).map_or(Cell::Unknown, |day| Cell::Number((day - created) as f64))
}

fn lower(label: &str) -> String {
    label.to_lowercase()
}

static FEATURES: &[Feature] = &[
    word(
        "coverage",
        |s| text(s, l::AVAILABILITY),
        |_, w| Availability::parse(w).map_or(w.into(), |a| lower(a.label())),
    ),
    number("days to the network", wait, |n, _| format!("network in {n:.0} days")),
    number(
        "free ports",
        |s| int(s, l::PORTS),
        |n, _| if n < 1.0 { "no port free".into() } else { format!("{n:.0} ports free") },
    ),
    number("drop cable", |s| int(s, l::DROP), |n, _| format!("{n:.0} m of drop cable")),
    number("budget", budget, |n, _| format!("budget {:.0}% of the list price", n * 100.0)),
    word(
        "urgency",
        |s| text(s, l::URGENCY),
        |_, w| Urgency::parse(w).map_or(w.into(), |u| format!("wants it {}", lower(u.label()))),
    ),
    word(
        "source",
        |s| text(s, l::SOURCE),
        |_, w| Source::parse(w).map_or(w.into(), |x| format!("came by {}", lower(x.label()))),
    ),
    number("first contact", response, |n, _| match n {
        1_440.0.. => "not answered within a day".into(),
        n if n >= 120.0 => format!("answered in {:.0} hours", n / 60.0),
        n => format!("answered in {n:.0} minutes"),
    }),
    word("segment", |s| text(s, l::SEGMENT), |_, w| w.into()),
    word("city", |s| text(s, l::CITY), |_, w| format!("in {w}")),
    word("provider", |s| text(s, l::CURRENT_PROVIDER), |_, w| format!("now with {w}")),
    number("speed", |s| int(s, l::WANTED_SPEED), |n, _| format!("asks for {n:.0} Mbps")),
];

/// Leads as a table to learn from.
fn table<'a>(seen: &[Seen<'a>]) -> Table {
    let column = |f: &Feature| {
        if f.words {
            let cell = |s: &Seen<'a>| match (f.of)(s) {
                Cell::Word(w) => w.to_string(),
                _ => String::new(),
            };
            let cells: Vec<String> = seen.iter().map(cell).collect();
            return Column::words(f.name, cells.iter().map(String::as_str));
        }
        let cell = |s: &Seen<'a>| match (f.of)(s) {
            Cell::Number(x) => x,
            _ => f64::NAN,
        };
        Column::numbers(f.name, seen.iter().map(cell).collect())
    };
    Table::new(FEATURES.iter().map(column).collect())
}

/// What became of a lead; `None` where it is open or tells nothing.
pub fn outcome(row: &Record) -> Option<bool> {
    match Stage::parse(row.text(l::STAGE))? {
        Stage::Converted => Some(true),
        Stage::Lost => (LostReason::parse(row.text(l::LOST_REASON)) != Some(LostReason::Duplicate)).then_some(false),
        _ => None,
    }
}

/// Why no model was trained.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum OddsError {
    #[error(
        "closed leads are too few to learn from: {found} came in more than {RIPE_DAYS} days ago, {needed} are needed \
         (setting lead.learn-from). Until then the score by rules stands alone"
    )]
    Few { found: usize, needed: usize },
    #[error(
        "closed leads are too much alike to learn from: {won} won and {lost} lost, {EACH} of each are needed. Until then \
         the score by rules stands alone"
    )]
    OneSided { won: usize, lost: usize },
    #[error(transparent)]
    Learn(#[from] LearnError),
}

/// A trained model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Odds {
    model: Model,
    /// On the newest leads, which it had not seen.
    pub figures: Figures,
    pub cases: usize,
    pub won: usize,
}

/// Trains on closed leads, the oldest first, each with whether it was won.
pub fn train(
    rows: &[(Record, bool)],
    plans: &[Plan],
    needed: usize,
    now: Timestamp,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Odds, OddsError> {
    let won = rows.iter().filter(|r| r.1).count();
    if rows.len() < needed {
        return Err(OddsError::Few { found: rows.len(), needed });
    }
    if won < EACH || rows.len() - won < EACH {
        return Err(OddsError::OneSided { won, lost: rows.len() - won });
    }
    let seen: Vec<Seen<'_>> = rows.iter().map(|(row, _)| Seen { row, plans, now }).collect();
    let target: Vec<bool> = rows.iter().map(|r| r.1).collect();
    let cut = rows.len() * 4 / 5;
    let half = |at: u64| Half { progress, at };
    let test = learn::fit(&table(&seen[..cut]), &target[..cut], options, &half(0))?;
    let figures = figures(&test.score(&table(&seen[cut..])), &target[cut..]);
    let model = learn::fit(&table(&seen), &target, options, &half(1))?;
    Ok(Odds { model, figures, cases: rows.len(), won })
}

/// One of two equal parts of the work.
struct Half<'a> {
    progress: &'a dyn Progress,
    at: u64,
}

impl Progress for Half<'_> {
    fn told(&self, done: u64, all: u64) -> bool {
        self.progress.told(self.at * all + done, 2 * all)
    }
}

/// A reason with what it adds to the chance, in points of a hundred.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub reason: String,
    pub points: f64,
}

/// The chance of a lead and why; the parts and the usual chance sum to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Chance {
    /// 0 to 1.
    pub chance: f64,
    /// That of the mean lead.
    pub usual: f64,
    /// The heaviest first; those below half a point are one part at the end.
    pub parts: Vec<Why>,
}

impl Odds {
    /// The chance of each lead.
    pub fn chances(&self, seen: &[Seen<'_>]) -> Vec<f64> {
        self.model.score(&table(seen))
    }

    pub fn reasons(&self, seen: Seen<'_>) -> Chance {
        let seen = [seen];
        let told = self.model.reasons(&table(&seen), 0);
        let (mut parts, mut rest) = (Vec::new(), 0.0);
        for part in &told.parts {
            let points = part.points * 100.0;
            let Some(feature) = FEATURES.iter().find(|f| f.name == part.column).filter(|_| points.abs() >= 0.5) else {
                rest += points;
                continue;
            };
            let reason = match (feature.of)(&seen[0]) {
                Cell::Number(x) => (feature.say)(x, ""),
                Cell::Word(w) => (feature.say)(0.0, w),
                Cell::Unknown => format!("{} not known", feature.name),
            };
            parts.push(Why { reason, points });
        }
        parts.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
        if rest.abs() >= 0.05 {
            parts.push(Why { reason: "all else together".into(), points: rest });
        }
        Chance { chance: told.probability, usual: told.base, parts }
    }
}

/// Leads as a rep is given them: what the rep makes of them is no excuse. All were answered in the median time, and none
/// has a place, since territories make places and reps one.
pub fn as_given<'a>(rows: impl Iterator<Item = &'a Record>) -> Vec<Record> {
    let mut rows: Vec<Record> = rows.cloned().collect();
    let mut minutes: Vec<i64> = rows.iter().filter_map(|r| r.int(l::RESPONSE_MINUTES)).collect();
    minutes.sort_unstable();
    let median = minutes.get(minutes.len() / 2).map_or(Value::Null, |n| Value::Int(*n));
    for row in &mut rows {
        row.set(l::RESPONSE_MINUTES, median.clone());
        row.set(l::CITY, Value::Null);
    }
    rows
}

/// A rep's closed leads against what such leads give.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rep {
    pub login: String,
    pub closed: usize,
    pub won: usize,
    /// Contracts that leads like these give on the average: the sum of their chances.
    pub expected: f64,
    /// Open leads now.
    pub open: usize,
}

/// Closed leads of the average kind that steady a rep's strength.
pub const STEADY: f64 = 20.0;

impl Rep {
    /// How much more a rep wins than leads like theirs give: contracts won over contracts expected, both with
    /// [`STEADY`] leads at the usual `rate` added, so that few leads say little (shrinkage to 1; the empirical Bayes
    /// estimate of a standardised ratio, Clayton and Kaldor 1987).
    pub fn strength(&self, rate: f64) -> f64 {
        let prior = (STEADY * rate).max(1e-6);
        (self.won as f64 + prior) / (self.expected + prior)
    }

    pub fn words(&self, rate: f64) -> String {
        format!(
            "×{:.2} · {} of {} won, {:.0} expected · {} open",
            self.strength(rate),
            self.won,
            self.closed,
            self.expected,
            self.open
        )
    }
}

/// Who is suggested for a lead: the strongest among those with no more open leads than half again the median, so that
/// the strongest is not buried.
pub fn suggested(reps: &[Rep], rate: f64) -> Option<&Rep> {
    let mut open: Vec<usize> = reps.iter().map(|r| r.open).collect();
    open.sort_unstable();
    let median = *open.get(open.len().checked_sub(1)? / 2)?;
    let free = |r: &&Rep| 2 * r.open <= 3 * median.max(1);
    reps.iter().filter(free).max_by(|a, b| a.strength(rate).total_cmp(&b.strength(rate)).then(b.login.cmp(&a.login)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Id;
    use crate::domain::Entity;
    use crate::insight::learn::Silent;
    use crate::query::schema;

    fn lead(n: i64, set: &[(FieldId, Value)]) -> Record {
        let fields: std::sync::Arc<[FieldId]> = schema::ids(Entity::Lead).collect();
        let mut row = Record { id: Id(n), version: 1, values: vec![Value::Null; fields.len()], fields };
        row.set(l::CREATED, Value::Int(n * 3_600_000));
        set.iter().for_each(|(f, v)| row.set(*f, v.clone()));
        row
    }

    /// Serviceable leads are won nine times of ten, the others one time of ten.
    fn history(n: i64) -> Vec<(Record, bool)> {
        let one = |i: i64| {
            let served = i % 3 != 0;
            let code = if served { "serviceable" } else { "planned" };
            let source = ["website", "referral"][(i % 2) as usize];
            (lead(i, &[(l::AVAILABILITY, code.into()), (l::SOURCE, source.into())]), served != (i % 10 == 7))
        };
        (0..n).map(one).collect()
    }

    const OPTIONS: Options = Options { seed: 1, threads: 1 };
    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    #[test]
    fn odds_are_learnt_and_their_reasons_sum() {
        let odds = train(&history(300), &[], 200, NOW, &OPTIONS, &Silent).unwrap();
        assert!(odds.figures.auc > 0.8 && odds.cases == 300, "{:?}", odds.figures);
        let row = lead(999, &[(l::AVAILABILITY, "planned".into()), (l::SOURCE, "referral".into())]);
        let told = odds.reasons(Seen { row: &row, plans: &[], now: NOW });
        let sum = told.usual * 100.0 + told.parts.iter().map(|p| p.points).sum::<f64>();
        assert!((sum - told.chance * 100.0).abs() < 0.2, "{told:?}");
        assert!(told.parts[0].reason == "planned" && told.parts[0].points < -10.0, "{told:?}");
        assert!((odds.chances(&[Seen { row: &row, plans: &[], now: NOW }])[0] - told.chance).abs() < 1e-9);
    }

    #[test]
    fn thin_history_is_refused_with_its_reason() {
        let told = train(&history(90), &[], 200, NOW, &OPTIONS, &Silent).unwrap_err().to_string();
        assert!(told.contains("90 came in more than 30 days ago, 200 are needed"), "{told}");
        let lost: Vec<(Record, bool)> = history(300).into_iter().map(|(r, _)| (r, false)).collect();
        let told = train(&lost, &[], 200, NOW, &OPTIONS, &Silent).unwrap_err();
        assert_eq!(told, OddsError::OneSided { won: 0, lost: 300 });
    }

    #[test]
    fn a_reps_strength_is_that_worked_by_hand() {
        let rep = |login: &str, closed, won, expected, open| Rep { login: login.into(), closed, won, expected, open };
        // 20 leads at 30 % are 6 contracts: (31 + 6) / (25 + 6).
        let tara = rep("tara", 98, 31, 25.0, 12);
        assert!((tara.strength(0.3) - 37.0 / 31.0).abs() < 1e-12);
        // Two of two says little: (2 + 6) / (0.6 + 6).
        let new = rep("new", 2, 2, 0.6, 1);
        assert!((new.strength(0.3) - 8.0 / 6.6).abs() < 1e-12);
        assert_eq!(rep("nobody", 0, 0, 0.0, 0).strength(0.3), 1.0);
        assert_eq!(tara.words(0.3), "×1.19 · 31 of 98 won, 25 expected · 12 open");
        // The strongest is passed over while they have far more open than the others.
        let reps = [rep("a", 90, 60, 30.0, 40), rep("b", 90, 30, 30.0, 10), rep("c", 90, 28, 30.0, 12)];
        assert_eq!(suggested(&reps, 0.3).map(|r| r.login.as_str()), Some("b"));
        assert_eq!(suggested(&[], 0.3), None);
        // A slow answer and a hard city are the rep's own.
        let slow = lead(1, &[(l::RESPONSE_MINUTES, Value::Int(900)), (l::CITY, "Pune".into())]);
        let rows =
            [lead(2, &[(l::RESPONSE_MINUTES, Value::Int(10))]), lead(3, &[(l::RESPONSE_MINUTES, Value::Int(30))])];
        let given = as_given([&slow, &rows[0], &rows[1]].into_iter());
        assert!(given.iter().all(|r| r.int(l::RESPONSE_MINUTES) == Some(30) && r.get(l::CITY).is_null()));
    }

    #[test]
    fn a_lead_that_came_twice_tells_nothing() {
        let lost = |why: &str| lead(1, &[(l::STAGE, "lost".into()), (l::LOST_REASON, why.into())]);
        assert_eq!(outcome(&lost("price")), Some(false));
        assert_eq!(outcome(&lost("duplicate")), None);
        assert_eq!(outcome(&lead(1, &[(l::STAGE, "quoted".into())])), None);
        assert_eq!(outcome(&lead(1, &[(l::STAGE, "converted".into())])), Some(true));
    }
}
