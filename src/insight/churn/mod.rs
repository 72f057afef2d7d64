//! Who will leave: a probability learnt from the operator's own lines, with its reasons in words.
//!
//! ```text
//! History (a line: fields, months, events) --as known on a day--> Seen --FEATURES--> one case
//! cases of days gone by + who left within [`DAYS`] --learn--> Churn --today's cases--> chance, reasons
//! ```
//!
//! A case is a line in service on a day of the past. Of it nothing is looked at that was not known on that day:
//! [features](features::FEATURES) get a [`Seen`], which holds no later month and no later event, and fields that were
//! edited since are put back to what they held. The label is whether the line was terminated within [`DAYS`] days.
//!
//! There are two days of the past, [`DAYS`] and twice as many before today. A model of the older one tells the newer
//! one, which gives the scores that are kept; the model that is used learns from both.

mod features;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::base::calendar;
use crate::domain::{ActivityKind, FieldId, Record, Status, Usage};
use crate::insight::learn::measure::{Figures, figures};
use crate::insight::learn::{self, Cells, Column, LearnError, Model, Options, Progress, Table};
use crate::insight::recommend::Tastes;
use crate::insight::risk::{Part, Risk};
use crate::query::schema::customer as c;

pub use features::{Cell, FEATURES, Feature};

/// Days ahead.
pub const DAYS: i64 = 60;
/// Cases learnt from at most: more cost time and hardly teach. All leavers are kept, and as many of the others as fit.
const MOST: usize = 40_000;
/// A model below this AUC on the time it had not seen is not used.
pub const USEFUL: f64 = 0.55;

/// The fields that features look at, and those that tell who left.
pub const FIELDS: &[FieldId] = &[
    c::STATUS,
    c::STATUS_SINCE,
    c::SINCE,
    c::SEGMENT,
    c::PLAN,
    c::TECHNOLOGY,
    c::SPEED,
    c::PRICE,
    c::CYCLE,
    c::OTTS,
    c::PAYS_BY,
    c::CITY,
    c::OLT,
    c::SOURCE,
    c::STATE,
    c::USAGE,
    c::TOP_OTT,
];

/// Something that happened to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// Days since 1970-01-01.
    pub day: i64,
    pub kind: ActivityKind,
}

/// All that is known of a line.
#[derive(Clone, Debug)]
pub struct History {
    /// At least [`FIELDS`].
    pub row: Record,
    pub usage: Usage,
    /// The oldest first.
    pub events: Vec<Event>,
    /// Values that fields held until a day: day of the change, field, what it held before. The oldest first.
    pub edits: Vec<(i64, FieldId, crate::domain::Value)>,
}

/// A line as it was known at the beginning of a day.
pub struct Seen<'a> {
    pub row: &'a Record,
    pub day: i64,
    /// Full months that had ended, the oldest first.
    pub months: &'a [crate::domain::MonthUsage],
    /// Events before the day, the oldest first.
    pub events: &'a [Event],
}

impl History {
    /// The line as known on `day`; `None` where it was not in service yet or any more.
    pub fn on<T>(&self, day: i64, with: impl FnOnce(&Seen<'_>) -> T) -> Option<T> {
        let since = self.row.int(c::SINCE)?;
        let gone = Status::parse(self.row.text(c::STATUS)) == Some(Status::Terminated);
        if since >= day || gone && self.row.int(c::STATUS_SINCE).is_none_or(|left| left < day) {
            return None;
        }
        // Months end before the month of the day.
        let this_month = calendar::date_from_days(day).map(month_number)?;
        let later = (self.usage.last_month - this_month + 1).max(0);
        let months = self.usage.months.len().saturating_sub(usize::try_from(later).unwrap_or(usize::MAX));
        let events = self.events.partition_point(|e| e.day < day);
        let mut row = std::borrow::Cow::Borrowed(&self.row);
        // What a field held on the day is what the first edit since found there.
        for (_, field, before) in self.edits.iter().filter(|e| e.0 >= day).rev() {
            row.to_mut().set(*field, before.clone());
        }
        Some(with(&Seen { row: &row, day, months: &self.usage.months[..months], events: &self.events[..events] }))
    }

    /// Whether the line left within [`DAYS`] from `day` on.
    fn left(&self, day: i64) -> bool {
        Status::parse(self.row.text(c::STATUS)) == Some(Status::Terminated)
            && self.row.int(c::STATUS_SINCE).is_some_and(|left| (day..day + DAYS).contains(&left))
    }
}

fn month_number(d: NaiveDate) -> i64 {
    use chrono::Datelike;
    i64::from(d.year()) * 12 + i64::from(d.month0())
}

/// Cases, column by column.
pub struct Cases {
    columns: Vec<Filling>,
    pub left: Vec<bool>,
}

enum Filling {
    Numbers(Vec<f64>),
    Words(Cells),
}

impl Default for Cases {
    fn default() -> Cases {
        let fill = |f: &Feature| if f.words { Filling::Words(Cells::default()) } else { Filling::Numbers(Vec::new()) };
        Cases { columns: FEATURES.iter().map(fill).collect(), left: Vec::new() }
    }
}

impl Cases {
    pub fn add(&mut self, seen: &Seen<'_>, left: bool) {
        for (feature, column) in FEATURES.iter().zip(&mut self.columns) {
            match ((feature.of)(seen), column) {
                (Cell::Number(x), Filling::Numbers(v)) => v.push(x),
                (_, Filling::Numbers(v)) => v.push(f64::NAN),
                (Cell::Word(w), Filling::Words(v)) => v.push(w),
                (_, Filling::Words(v)) => v.push(""),
            }
        }
        self.left.push(left);
    }

    /// Adds the line as it was on `day`, if it was in service.
    pub fn add_on(&mut self, history: &History, day: i64) {
        let left = history.left(day);
        history.on(day, |seen| self.add(seen, left));
    }

    pub fn len(&self) -> usize {
        self.left.len()
    }

    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    fn table(self) -> (Table, Vec<bool>) {
        let column = |(f, filling): (&Feature, Filling)| match filling {
            Filling::Numbers(v) => Column::numbers(f.name, v),
            Filling::Words(cells) => Column::words(f.name, (0..cells.len()).map(|r| cells.get(r))),
        };
        (Table::new(FEATURES.iter().zip(self.columns).map(column).collect()), self.left)
    }
}

/// Why no model was trained.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ChurnError {
    #[error(
        "history is too thin to learn from: {found} lines left between {from} and {to}, {needed} are needed (setting churn.leavers). \
         Until then the risk is scored by rules"
    )]
    Few { found: usize, needed: usize, from: String, to: String },
    #[error(
        "history is too thin to learn from: {found} of {all} leavers left in the older half of it, too few to test a model on \
         the newer half. Try again in a month or two; until then the risk is scored by rules"
    )]
    Young { found: usize, all: usize },
    #[error(transparent)]
    Learn(#[from] LearnError),
}

/// A trained model.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Churn {
    model: Model,
    /// On the time it had not seen.
    pub figures: Figures,
    pub cases: usize,
    pub leavers: usize,
    /// What plans and apps customers have, for what is offered them.
    #[serde(default)]
    pub plans: Tastes,
    #[serde(default)]
    pub apps: Tastes,
}

/// Days of the past whose cases are learnt from, the older first.
pub fn days(today: i64) -> [i64; 2] {
    [today - 2 * DAYS, today - DAYS]
}

/// Trains on the cases of both [`days`].
pub fn train(
    older: Cases,
    newer: Cases,
    needed: usize,
    today: i64,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Churn, ChurnError> {
    let count = |cases: &Cases| cases.left.iter().filter(|l| **l).count();
    let (in_older, in_newer) = (count(&older), count(&newer));
    let found = in_older + in_newer;
    let day = |d: i64| calendar::date_from_days(d).map_or(String::new(), |d| d.to_string());
    if found < needed {
        let (from, to) = (day(days(today)[0]), day(today));
        return Err(ChurnError::Few { found, needed, from, to });
    }
    if in_older * 5 < found || in_newer * 5 < found {
        return Err(ChurnError::Young { found: in_older, all: found });
    }
    let (older, of_older) = older.table();
    let (newer, of_newer) = newer.table();
    let half = |at: u64| Half { progress, at };
    let test = fit(&[(&older, &of_older)], options, &half(0))?;
    let figures = figures(&test.score(&newer), &of_newer);
    let model = fit(&[(&older, &of_older), (&newer, &of_newer)], options, &half(1))?;
    let cases = of_older.len() + of_newer.len();
    Ok(Churn { model, figures, cases, leavers: found, plans: Tastes::default(), apps: Tastes::default() })
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

/// Learns from all leavers and as many of the others as fit; the chance is put right for those left out (King and Zeng
/// 2001: the odds are too high by the share kept).
fn fit(parts: &[(&Table, &[bool])], options: &Options, progress: &dyn Progress) -> Result<Model, LearnError> {
    let all: usize = parts.iter().map(|p| p.1.len()).sum();
    let leavers: usize = parts.iter().map(|p| p.1.iter().filter(|l| **l).count()).sum();
    let share = (MOST.saturating_sub(leavers) as f64 / (all - leavers).max(1) as f64).min(1.0);
    let limit = (share * f64::from(u32::MAX)) as u64;
    let mut tables = Vec::new();
    let mut target = Vec::new();
    for (table, left) in parts {
        let keep = |r: &u32| left[*r as usize] || share >= 1.0 || mixed(u64::from(*r)) <= limit;
        let rows: Vec<u32> = (0..left.len() as u32).filter(keep).collect();
        target.extend(rows.iter().map(|r| left[*r as usize]));
        tables.push(table.take(&rows));
    }
    let kept = target.iter().filter(|l| !**l).count();
    let mut model = learn::fit(&Table::joined(tables), &target, options, progress)?;
    model.shift((kept as f64 / (all - leavers).max(1) as f64).ln());
    Ok(model)
}

/// 32 bits that look drawn.
fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 13)).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (x ^ (x >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 32
}

impl Churn {
    /// The chance of each case to leave within [`DAYS`].
    pub fn chances(&self, cases: Cases) -> Vec<f64> {
        self.model.score(&cases.table().0)
    }

    /// Share of lines that leave in as many days.
    pub fn usual(&self) -> f64 {
        self.leavers as f64 / self.cases.max(1) as f64
    }

    /// The chance of one line as seen today, and why, on the scale of the risk score: the parts sum to the score.
    pub fn reasons(&self, seen: &Seen<'_>, bands: Bands) -> (f64, Risk) {
        let mut one = Cases::default();
        one.add(seen, false);
        let reasons = self.model.reasons(&one.table().0, 0);
        let (score, base) = (bands.score(reasons.probability), bands.score(reasons.base));
        let whole: f64 = reasons.parts.iter().map(|p| p.log_odds).sum();
        let mut parts = vec![Part { reason: "any line".into(), points: base }];
        let mut rest = score - base;
        for part in &reasons.parts {
            let points = if whole.abs() < 1e-9 { 0.0 } else { part.log_odds / whole * (score - base) as f64 };
            let points = points.round() as i64;
            let Some(feature) = FEATURES.iter().find(|f| f.name == part.column).filter(|_| points != 0) else {
                continue;
            };
            rest -= points;
            parts.push(Part { reason: feature.words_of(seen), points });
        }
        if rest != 0 {
            parts.push(Part { reason: "all else together".into(), points: rest });
        }
        parts[1..].sort_by_key(|p| std::cmp::Reverse(p.points.abs()));
        (reasons.probability, Risk { score, parts })
    }
}

/// From which chance on a risk is medium and high.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    /// 0 to 1; the lower one first.
    pub medium: f64,
    pub high: f64,
}

impl Bands {
    pub fn of(settings: &crate::domain::settings::Settings) -> Bands {
        let share = |key| settings.int(key) as f64 / 100.0;
        let (a, b) = (share("churn.medium"), share("churn.high"));
        Bands { medium: a.min(b), high: a.max(b) }
    }

    /// A chance on the scale of the risk score: 40 where medium begins, 70 where high does, 100 from three times that on;
    /// straight between.
    pub fn score(&self, chance: f64) -> i64 {
        let (m, h) = (self.medium, self.high.max(self.medium + 1e-6));
        let score = match chance {
            p if p < m => 40.0 * p / m,
            p if p < h => 40.0 + 30.0 * (p - m) / (h - m),
            p => 70.0 + 30.0 * (p - h) / (2.0 * h),
        };
        (score + 1e-9).floor().clamp(0.0, 100.0) as i64
    }
}

#[cfg(test)]
mod tests;
