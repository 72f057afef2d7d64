//! Out-of-fold evaluation over given folds.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::super::cores;
use super::measure::{self, Figures, Reliability};
use super::table::Table;
use super::{LearnError, Options, Progress, fit, stratified};

/// The fold of each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folds {
    /// Names of the folds, ascending.
    pub names: Vec<String>,
    /// Index into `names` for each row.
    pub of: Vec<usize>,
}

impl Folds {
    /// Ten of equal shares of both classes, dealt out by a seed: see [`stratified`].
    pub fn dealt(target: &[bool], seed: u64) -> Folds {
        let of = stratified(target, 10, seed).into_iter().map(usize::from).collect();
        Folds { names: (0..10).map(|i| i.to_string()).collect(), of }
    }

    /// From the name of each row's fold.
    pub fn named(of: &[String]) -> Folds {
        let key = |s: &String| (s.parse::<i64>().unwrap_or(i64::MAX), s.clone());
        let mut index: BTreeMap<(i64, String), usize> = of.iter().map(|s| (key(s), 0)).collect();
        index.values_mut().enumerate().for_each(|(i, v)| *v = i);
        Folds { of: of.iter().map(|s| index[&key(s)]).collect(), names: index.into_keys().map(|(_, s)| s).collect() }
    }
}

/// What the folds said.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// Probability of each row by a model that has not seen its fold.
    pub probability: Vec<f64>,
    /// Over all rows at once.
    pub pooled: Figures,
    /// Means and standard deviations over the folds.
    pub mean: Figures,
    pub deviation: Figures,
    pub folds: Vec<(String, Figures)>,
    pub reliability: Vec<Reliability>,
    /// Mean weight of each kind of learner over the folds.
    pub blend: Vec<(String, f64)>,
}

/// Trains without each fold in turn and scores the rows of it.
pub fn evaluate(
    table: &Table,
    target: &[bool],
    folds: &Folds,
    options: &Options,
    progress: &dyn Progress,
) -> Result<Evaluation, LearnError> {
    let count = folds.names.len();
    if count < 2 {
        return Err(LearnError::Folds("one fold leaves nothing to learn from: at least two are needed".into()));
    }
    let rows_of: Vec<Vec<u32>> =
        (0..count).map(|f| (0..table.rows() as u32).filter(|r| folds.of[*r as usize] == f).collect()).collect();
    if table.columns.is_empty() {
        return Err(LearnError::NoColumns);
    }
    let threads = options.threads.clamp(1, count);
    let within = Options { threads: (options.threads / threads).max(1), ..*options };
    let shared = Shared { progress, done: Mutex::new(vec![0; count]) };
    let answers = cores::each_on(threads, count, |f| {
        let train: Vec<u32> = (0..table.rows() as u32).filter(|r| folds.of[*r as usize] != f).collect();
        let of_train: Vec<bool> = train.iter().map(|r| target[*r as usize]).collect();
        let told = OfFold { shared: &shared, fold: f };
        let model = fit(&table.take(&train), &of_train, &within, &told)?;
        let blend: Vec<(String, f64)> = model.blend().map(|(n, w)| (n.to_string(), w)).collect();
        Ok((model.score(&table.take(&rows_of[f])), blend))
    });
    let mut probability = vec![0.0; table.rows()];
    let mut by_fold = Vec::with_capacity(count);
    let mut blend: BTreeMap<String, f64> = BTreeMap::new();
    for (f, answer) in answers.into_iter().enumerate() {
        let (scores, weights) = answer?;
        let of_fold: Vec<bool> = rows_of[f].iter().map(|r| target[*r as usize]).collect();
        by_fold.push((folds.names[f].clone(), measure::figures(&scores, &of_fold)));
        rows_of[f].iter().zip(&scores).for_each(|(r, p)| probability[*r as usize] = *p);
        weights.into_iter().for_each(|(n, w)| *blend.entry(n).or_default() += w / count as f64);
    }
    let all: Vec<Figures> = by_fold.iter().map(|(_, f)| *f).collect();
    let (mean, deviation) = mean_and_deviation(&all);
    Ok(Evaluation {
        pooled: measure::figures(&probability, target),
        reliability: measure::reliability(&probability, target),
        probability,
        mean,
        deviation,
        folds: by_fold,
        blend: blend.into_iter().collect(),
    })
}

/// Means and (sample) standard deviations; counts are those of all folds together. A fold of one class has no AUC, so
/// it has no part in the mean of AUCs.
fn mean_and_deviation(all: &[Figures]) -> (Figures, Figures) {
    let of = |get: fn(&Figures) -> f64| {
        let known: Vec<f64> = all.iter().map(get).filter(|x| !x.is_nan()).collect();
        let n = known.len() as f64;
        let mean = known.iter().sum::<f64>() / n;
        let spread = known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0);
        (mean, spread.sqrt())
    };
    let (rows, positives) = (all.iter().map(|f| f.rows).sum(), all.iter().map(|f| f.positives).sum());
    let pick = |get: fn(&(f64, f64)) -> f64| Figures {
        rows,
        positives,
        auc: get(&of(|f| f.auc)),
        pr_auc: get(&of(|f| f.pr_auc)),
        log_loss: get(&of(|f| f.log_loss)),
        brier: get(&of(|f| f.brier)),
        lift: get(&of(|f| f.lift)),
        ece: get(&of(|f| f.ece)),
        ece_equal: get(&of(|f| f.ece_equal)),
    };
    (pick(|p| p.0), pick(|p| p.1))
}

/// Adds up what the folds tell.
struct Shared<'a> {
    progress: &'a dyn Progress,
    done: Mutex<Vec<u64>>,
}

struct OfFold<'a> {
    shared: &'a Shared<'a>,
    fold: usize,
}

impl Progress for OfFold<'_> {
    fn told(&self, done: u64, all: u64) -> bool {
        let mut parts = self.shared.done.lock().unwrap_or_else(|p| p.into_inner());
        parts[self.fold] = done * 1_000 / all.max(1);
        let (sum, whole) = (parts.iter().sum(), parts.len() as u64 * 1_000);
        drop(parts);
        self.shared.progress.told(sum, whole)
    }
}
