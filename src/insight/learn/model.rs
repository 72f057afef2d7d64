//! Training, scoring and the reasons of a score.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::super::cores;
use super::additive::{self, Additive};
use super::boost::{self, Boosted, Growth, Job};
use super::encode::{Bins, Encoder};
use super::stack::Bend;
use super::table::Table;
use super::tree::{self, Tree};
use super::{LearnError, Options, Progress, stack, stratified};

/// Rows, and rows of each class, below which nothing is learnt.
pub const LEAST_ROWS: usize = 40;
const LEAST_CLASS: usize = 8;

/// Trees with the log-odds they start from; the value is the mean over the members.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Forest {
    start: f64,
    members: usize,
    trees: Vec<Tree>,
    /// Mean value of all trees, over the training weight.
    expected: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Learner {
    Additive(Additive),
    Forest(Forest),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Weighed {
    name: String,
    weight: f64,
    learner: Learner,
}

/// A trained model. Its JSON is what is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Model {
    /// Rows it was trained on, and how many were positive.
    pub rows: usize,
    pub positives: usize,
    encoder: Encoder,
    start: f64,
    learners: Vec<Weighed>,
    bend: Bend,
}

/// What one column adds to a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Part {
    pub column: String,
    /// The value as people read it.
    pub value: String,
    /// Log-odds added to, or taken from, the mean case.
    pub log_odds: f64,
    /// The same in points of probability: parts and `base` sum to the probability.
    pub points: f64,
}

/// Why a row has its score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reasons {
    pub probability: f64,
    /// Log-odds and probability of the mean case.
    pub base_log_odds: f64,
    pub base: f64,
    /// The heaviest first.
    pub parts: Vec<Part>,
}

/// The learners that compete for weight.
const KINDS: [&str; 5] = ["splines", "stumps", "small trees", "large trees", "deep trees"];

/// Place of the deep trees among them.
const DEEP: usize = 4;
/// Weight below which deep trees are left out.
const WORTH: f64 = 0.12;
/// Times deep trees are grown on all rows in the end.
const AGAIN: usize = 2;

/// Weight below which a kind of learner is not trained further on a large table.
const SPARED: f64 = 0.04;

/// How much is spent, by the size of the table.
struct Effort {
    folds: usize,
    /// Inner folds that are trained on.
    members: usize,
    races: bool,
    growths: [Growth; 4],
}

impl Effort {
    fn of(rows: usize, cells: usize) -> Effort {
        let (folds, members) = match cells {
            ..300_000 => (8, 8),
            300_000..900_000 => (5, 5),
            900_000..1_800_000 => (5, 3),
            _ => (5, 2),
        };
        let large = rows > 25_000;
        let smallest = (rows as f64 / 400.0).clamp(4.0, 25.0);
        let by = |small: f64, big: f64| if large { big } else { small };
        let base = Growth {
            leaves: 2,
            rate: by(0.1, 0.2),
            rounds: 600,
            rows: 0.7,
            features: 0.7,
            smallest,
            ridge: 1.0,
            sets: 8.0,
        };
        let growths = [
            base,
            Growth { leaves: 6, rate: by(0.05, 0.12), rounds: 500, features: 1.0, ridge: 2.0, ..base },
            Growth {
                leaves: 24,
                rate: by(0.05, 0.07),
                rounds: 400,
                features: by(0.6, 1.0),
                ridge: by(3.0, 10.0),
                ..base
            },
            // Hardly held back: for tables where some rows are all but copies of others.
            Growth {
                leaves: 64,
                rate: by(0.08, 0.1),
                rounds: if large { 400 } else { 800 },
                rows: 0.8,
                features: 0.8,
                smallest: 1.0,
                ridge: 0.05,
                sets: 0.2,
            },
        ];
        Effort { folds, members, races: cells >= 300_000, growths }
    }
}

/// What one job found: candidates of growing length, seen on the held-out rows.
struct Tried {
    /// Log-odds of the held-out rows for each candidate.
    path: Vec<Vec<f32>>,
    found: Found,
}

enum Found {
    Curves(Vec<Additive>),
    Trees(Vec<Tree>),
}

pub fn fit(table: &Table, target: &[bool], options: &Options, progress: &dyn Progress) -> Result<Model, LearnError> {
    let rows = table.rows();
    let positives = target.iter().filter(|t| **t).count();
    if rows < LEAST_ROWS {
        return Err(LearnError::TooFew { rows, least: LEAST_ROWS });
    }
    for (class, count) in [("positive", positives), ("negative", rows - positives)] {
        if count < LEAST_CLASS {
            return Err(LearnError::OneClass { class, count, least: LEAST_CLASS });
        }
    }
    let inner = stratified(target, 8, options.seed);
    let (encoder, bins) = Encoder::learn(table, target, &inner);
    if bins.width == 0 {
        return Err(LearnError::NoColumns);
    }
    let effort = Effort::of(rows, rows * bins.width);
    let fold = if effort.folds == 8 { inner } else { stratified(target, effort.folds, options.seed) };
    let start = (positives as f64 / (rows - positives) as f64).ln();
    let starts = vec![start as f32; rows];
    let parts: Vec<(Vec<u32>, Vec<u32>)> =
        (0..effort.members).map(|m| (0..rows as u32).partition(|r| usize::from(fold[*r as usize]) != m)).collect();
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let all = (effort.members * KINDS.len()) as u64;
    let go = || {
        let on = progress.told(done.load(Ordering::Relaxed), all);
        stop.fetch_or(!on, Ordering::Relaxed);
        !stop.load(Ordering::Relaxed)
    };
    let learn = |kind: usize, member: usize| {
        let (train, held) = &parts[member];
        let job = Job { bins: &bins, target, train, held, start: &starts };
        let tried = run(&job, kind, &effort, options.seed ^ (((member * KINDS.len() + kind) as u64 + 1) << 20), &go);
        done.fetch_add(1, Ordering::Relaxed);
        tried
    };
    // The first member runs all kinds; on a large table those that get no weight there are spared the others.
    // The longest jobs come first, so that no thread is left with one at the end.
    let first = cores::each_on(options.threads, KINDS.len(), |at| learn(KINDS.len() - 1 - at, 0));
    let mut by_kind: Vec<Vec<Tried>> = first.into_iter().rev().map(|t| vec![t]).collect();
    let mut kept: Vec<usize> = (0..KINDS.len()).collect();
    if effort.races {
        let z: Vec<Vec<f64>> = by_kind.iter().map(|m| choose(m, &parts[..1], target).1).collect();
        let of_held: Vec<bool> = parts[0].1.iter().map(|r| target[*r as usize]).collect();
        let (_, weights) = stack::weigh(&z, &of_held);
        kept.retain(|kind| weights[*kind] > SPARED);
    }
    done.fetch_add(((KINDS.len() - kept.len()) * (effort.members - 1)) as u64, Ordering::Relaxed);
    let jobs: Vec<(usize, usize)> = kept.iter().rev().flat_map(|k| (1..effort.members).map(|m| (*k, m))).collect();
    let others = cores::each_on(options.threads, jobs.len(), |at| learn(jobs[at].0, jobs[at].1));
    jobs.iter().zip(others).for_each(|((kind, _), tried)| by_kind[*kind].push(tried));
    if !go() {
        return Err(LearnError::Stopped);
    }
    let held_target: Vec<bool> = parts.iter().flat_map(|(_, held)| held).map(|r| target[*r as usize]).collect();
    let mut z = Vec::new();
    let mut chosen = Vec::new();
    for (kind, members) in by_kind.into_iter().enumerate().filter(|(kind, _)| kept.contains(kind)) {
        let (at, of_rows) = choose(&members, &parts, target);
        z.push(of_rows);
        chosen.push((kind, at, members));
    }
    let (mut bias, mut weights) = stack::weigh(&z, &held_target);
    // Deep trees are many and slow: where they add little, the others do without them.
    if let Some(place) = chosen.iter().position(|(kind, _, _)| *kind == DEEP)
        && weights[place] < WORTH
        && chosen.len() > 1
    {
        chosen.remove(place);
        z.remove(place);
        (bias, weights) = stack::weigh(&z, &held_target);
    }
    let blended: Vec<f64> =
        (0..held_target.len()).map(|i| bias + z.iter().zip(&weights).map(|(z, w)| z[i] * w).sum::<f64>()).collect();
    let bend = Bend::fit(&blended, &held_target);
    if let Some((kind, at, members)) = chosen.iter_mut().find(|(kind, at, _)| *kind == DEEP && *at > 0) {
        // What tells here are rows much like others, so each row must be among those learnt from: grown again on all
        // of them, longer by as much as there are more rows.
        let looks = (*at * effort.folds).div_ceil(effort.folds - 1);
        let growth = Growth { rounds: looks * boost::EVERY, ..effort.growths[*kind - 1] };
        let every: Vec<u32> = (0..rows as u32).collect();
        let job = Job { bins: &bins, target, train: &every, held: &[], start: &starts };
        *members = cores::each_on(options.threads, AGAIN, |i| {
            let Boosted { trees, path } = boost::boost(&job, &growth, options.seed ^ ((i as u64 + 1) << 40), &go);
            Tried { path, found: Found::Trees(trees) }
        });
        *at = looks;
        if !go() {
            return Err(LearnError::Stopped);
        }
    }
    let learners = chosen
        .into_iter()
        .zip(weights)
        .filter(|(_, weight)| *weight > 0.005)
        .map(|((kind, at, members), weight)| Weighed {
            name: KINDS[kind].to_string(),
            weight,
            learner: settle(kind, at, members, &bins, start),
        })
        .collect();
    Ok(Model { rows, positives, encoder, start: bias, learners, bend })
}

fn run(job: &Job<'_>, kind: usize, effort: &Effort, seed: u64, go: &dyn Fn() -> bool) -> Tried {
    if kind == 0 {
        let models = additive::fit(job, go);
        let of = |m: &Additive| job.held.iter().map(|r| m.value(job.bins.row(*r as usize)) as f32).collect();
        return Tried { path: models.iter().map(of).collect(), found: Found::Curves(models) };
    }
    let Boosted { trees, path } = boost::boost(job, &effort.growths[kind - 1], seed, go);
    Tried { path, found: Found::Trees(trees) }
}

/// The candidate with the least loss over the held-out rows of all members, and what it said of them.
/// A member whose path ended earlier stands where it ended.
fn choose(members: &[Tried], parts: &[(Vec<u32>, Vec<u32>)], target: &[bool]) -> (usize, Vec<f64>) {
    let longest = members.iter().map(|m| m.path.len()).max().unwrap_or(1);
    let at = |m: &Tried, c: usize| c.min(m.path.len() - 1);
    let loss = |c: usize| {
        let of = |(m, (_, held)): (&Tried, &(Vec<u32>, Vec<u32>))| {
            let path = &m.path[at(m, c)];
            path.iter().zip(held).map(|(z, r)| boost::log_loss(*z, target[*r as usize])).sum::<f64>()
        };
        members.iter().zip(parts).map(of).sum::<f64>()
    };
    let best = (0..longest).map(|c| (loss(c), c)).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(0, |b| b.1);
    (best, members.iter().flat_map(|m| m.path[at(m, best)].iter().map(|z| f64::from(*z))).collect())
}

/// The chosen candidates of all members as one learner.
fn settle(kind: usize, at: usize, members: Vec<Tried>, bins: &Bins, start: f64) -> Learner {
    let count = members.len();
    let mut curves = Vec::new();
    let mut forest = Vec::new();
    for member in members {
        match member.found {
            Found::Curves(models) => curves.extend(models.into_iter().nth(at)),
            Found::Trees(mut trees) => {
                trees.truncate(at * boost::EVERY);
                if kind == 1 {
                    curves.push(Additive::of_stumps(&trees, bins, start));
                } else {
                    forest.extend(trees);
                }
            }
        }
    }
    if !curves.is_empty() {
        let mut mean = Additive::mean(&curves);
        mean.centre(bins);
        return Learner::Additive(mean);
    }
    let expected = forest.iter().map(Tree::expected).sum();
    Learner::Forest(Forest { start, members: count, trees: forest, expected })
}

impl Model {
    /// Names of the columns it looks at.
    pub fn columns(&self) -> &[String] {
        &self.encoder.columns
    }

    /// Share of positives it was trained on.
    pub fn prior(&self) -> f64 {
        self.positives as f64 / self.rows.max(1) as f64
    }

    /// Moves all log-odds: a model of a sample that held more positives than there are is put right so.
    pub fn shift(&mut self, by: f64) {
        self.bend.shift(by);
    }

    /// Learners by name and weight.
    pub fn blend(&self) -> impl Iterator<Item = (&str, f64)> {
        self.learners.iter().map(|l| (l.name.as_str(), l.weight))
    }

    /// The probability of each row.
    pub fn score(&self, table: &Table) -> Vec<f64> {
        self.log_odds(&self.encoder.apply(table)).into_iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect()
    }

    fn log_odds(&self, bins: &Bins) -> Vec<f64> {
        let mut out = vec![self.start; bins.rows];
        let mut sum = vec![0.0; bins.rows];
        for learner in &self.learners {
            match &learner.learner {
                Learner::Additive(model) => {
                    for (row, z) in out.iter_mut().enumerate() {
                        *z += learner.weight * model.value(bins.row(row));
                    }
                }
                Learner::Forest(forest) => {
                    sum.fill(0.0);
                    tree::values(&forest.trees, bins, &mut sum);
                    let n = forest.members.max(1) as f64;
                    for (z, s) in out.iter_mut().zip(&sum) {
                        *z += learner.weight * (forest.start + s / n);
                    }
                }
            }
        }
        out.iter_mut().for_each(|z| *z = self.bend.of(*z));
        out
    }

    /// Why a row of a table has its score.
    pub fn reasons(&self, table: &Table, row: usize) -> Reasons {
        let one = table.take(&[u32::try_from(row).unwrap_or(0)]);
        let bins = self.encoder.apply(&one);
        let cells = bins.row(0);
        let mut base = self.start;
        let mut of_feature = vec![0.0; bins.width];
        for learner in &self.learners {
            match &learner.learner {
                Learner::Additive(model) => {
                    base += learner.weight * model.start;
                    for ((sum, curve), bin) in of_feature.iter_mut().zip(&model.curves).zip(cells) {
                        *sum += learner.weight * f64::from(curve[usize::from(*bin)]);
                    }
                }
                Learner::Forest(forest) => {
                    let n = forest.members.max(1) as f64;
                    base += learner.weight * (forest.start + forest.expected / n);
                    for tree in &forest.trees {
                        tree.contributions(cells, learner.weight / n, &mut of_feature);
                    }
                }
            }
        }
        let mut of_column = vec![0.0; self.encoder.columns.len()];
        of_feature.iter().enumerate().for_each(|(f, v)| of_column[self.encoder.column_of(f)] += v);
        // The bend shares out what it adds in proportion.
        let plain = base + of_column.iter().sum::<f64>();
        let total = self.bend.of(plain);
        let by = if (plain - base).abs() > 1e-9 { (total - self.bend.of(base)) / (plain - base) } else { 1.0 };
        of_column.iter_mut().for_each(|v| *v *= by);
        base = self.bend.of(base);
        let p = |z: f64| 1.0 / (1.0 + (-z).exp());
        // Points are shared out in proportion, so that they sum as the log-odds do.
        let slope =
            if (total - base).abs() > 1e-9 { (p(total) - p(base)) / (total - base) } else { p(base) * (1.0 - p(base)) };
        let part = |(name, log_odds): (&String, &f64)| Part {
            column: name.clone(),
            value: one.column(name).map_or_else(|| "-".into(), |c| c.show(0)),
            log_odds: *log_odds,
            points: log_odds * slope,
        };
        let mut parts: Vec<Part> = self.encoder.columns.iter().zip(&of_column).map(part).collect();
        parts.sort_by(|a, b| b.log_odds.abs().total_cmp(&a.log_odds.abs()));
        Reasons { probability: p(total), base_log_odds: base, base: p(base), parts }
    }
}
