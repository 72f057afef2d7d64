//! A label for a short text: TF-IDF features, a linear machine for each class, a calibrated softmax over the margins.
//! Which features and which cost is decided by cross-validation within the training texts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::features::{Counted, Mix, Vocabulary, count};
use super::measure::report;
use super::svm::{Cost, Machine};
use crate::insight::cores;

/// Features and cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    pub mix: Mix,
    pub cost: Cost,
}

/// A recipe and how it did in cross-validation.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    pub recipe: Recipe,
    pub accuracy: f64,
    /// Of the labels with eight texts at least.
    pub macro_f1: f64,
}

/// Why texts cannot be learnt from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("{0} labelled texts are too few: ten are needed at least")]
    Few(usize),
    #[error("every text has the label `{0}`: there is nothing to tell apart")]
    OneLabel(String),
}

/// A label of fewer than one text in so many is learnt from its name as well, which is much of what is known of it.
const RARE: usize = 100;
/// Texts a label needs to have a say in the choice of the recipe.
const COMMON: usize = 8;
/// Fewer texts than this are cross-validated in ten folds, others in three.
const SMALL: usize = 2_000;

/// A trained classifier. Stored as its texts and its recipe, from which it is trained again when it is read: equal
/// texts give equal classifiers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Classifier {
    stored: Stored,
    labels: Vec<String>,
    vocabulary: Vocabulary,
    machine: Machine,
    trials: Vec<Trial>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Stored {
    examples: Vec<(String, String)>,
    /// What somebody put right: text, label.
    corrected: Vec<(String, String)>,
    recipe: Recipe,
    /// Divides margins before the softmax.
    temperature: f64,
}

/// How often a corrected text counts.
const CORRECTED: usize = 3;

impl From<Stored> for Classifier {
    fn from(stored: Stored) -> Classifier {
        Classifier::build(stored, Vec::new())
    }
}

impl From<Classifier> for Stored {
    fn from(c: Classifier) -> Stored {
        c.stored
    }
}

/// Texts counted once, for every fold and recipe.
struct Corpus {
    texts: Vec<Counted>,
    labels: Vec<usize>,
    names: Vec<String>,
}

impl Corpus {
    fn new<'a>(examples: impl Iterator<Item = (&'a str, &'a str)>) -> Corpus {
        let (mut texts, mut of, mut numbers) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (text, label) in examples {
            texts.push(count(text));
            of.push(label);
            numbers.insert(label, 0);
        }
        for (i, n) in numbers.values_mut().enumerate() {
            *n = i;
        }
        let labels = of.iter().map(|l| numbers[l]).collect();
        Corpus { texts, labels, names: numbers.into_keys().map(str::to_string).collect() }
    }

    fn train(&self, rows: &[usize], recipe: Recipe) -> (Vocabulary, Machine) {
        let texts: Vec<&Counted> = rows.iter().map(|i| &self.texts[*i]).collect();
        let vocabulary = Vocabulary::new(&texts, recipe.mix);
        let mut vectors: Vec<_> = texts.iter().map(|t| vocabulary.vector(t)).collect();
        let mut labels: Vec<usize> = rows.iter().map(|i| self.labels[*i]).collect();
        let mut often = vec![0; self.names.len()];
        for label in &labels {
            often[*label] += 1;
        }
        for (label, name) in self.names.iter().enumerate().filter(|(label, _)| often[*label] * RARE < rows.len()) {
            vectors.push(vocabulary.vector(&count(name)));
            labels.push(label);
        }
        let machine = Machine::train(&vectors, &labels, self.names.len(), vocabulary.len(), recipe.cost);
        (vocabulary, machine)
    }

    /// Folds with every label spread evenly over them, the same every time.
    fn folds(&self, count: usize) -> Vec<usize> {
        let mut next = vec![0_usize; self.names.len()];
        let mut place = vec![0; self.labels.len()];
        // A fixed shuffle, so that texts that stand together in the file part.
        let mut order: Vec<usize> = (0..self.labels.len()).collect();
        order.sort_by_key(|i| (*i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20);
        for i in order {
            let label = self.labels[i];
            place[i] = (next[label] + label) % count;
            next[label] += 1;
        }
        place
    }

    /// The margins of each text by a machine that has not seen it.
    fn unseen(&self, recipe: Recipe, folds: usize) -> Vec<Vec<f32>> {
        let place = self.folds(folds);
        let mut out = vec![Vec::new(); self.labels.len()];
        let each = cores::each(folds, |fold| {
            let (test, train): (Vec<usize>, Vec<usize>) = (0..place.len()).partition(|i| place[*i] == fold);
            let (vocabulary, machine) = self.train(&train, recipe);
            test.into_iter().map(|i| (i, machine.margins(&vocabulary.vector(&self.texts[i])))).collect::<Vec<_>>()
        });
        for (i, margins) in each.into_iter().flatten() {
            out[i] = margins;
        }
        out
    }

    fn score(&self, recipe: Recipe, margins: &[Vec<f32>]) -> Trial {
        let rows: Vec<(usize, usize, f64)> =
            margins.iter().zip(&self.labels).map(|(m, l)| (*l, highest(m), 1.0)).collect();
        let told = report(&rows, &self.names);
        // Labels with a handful of texts would decide by chance.
        let common: Vec<f64> = told.classes.iter().filter(|c| c.texts >= COMMON).map(|c| c.f1).collect();
        let macro_f1 = common.iter().sum::<f64>() / common.len().max(1) as f64;
        Trial { recipe, accuracy: told.accuracy, macro_f1 }
    }
}

fn highest(margins: &[f32]) -> usize {
    (0..margins.len()).max_by(|a, b| margins[*a].total_cmp(&margins[*b]).then(b.cmp(a))).unwrap_or(0)
}

fn softmax(margins: &[f32], temperature: f64) -> Vec<f64> {
    let top = margins.iter().copied().fold(f32::MIN, f32::max);
    let raw: Vec<f64> = margins.iter().map(|m| (f64::from(m - top) / temperature).exp()).collect();
    let whole: f64 = raw.iter().sum();
    raw.iter().map(|r| r / whole).collect()
}

/// The temperature under which the true labels are likeliest (Guo et al. 2017).
fn temperature(margins: &[Vec<f32>], labels: &[usize]) -> f64 {
    let loss = |t: f64| -> f64 { margins.iter().zip(labels).map(|(m, l)| -softmax(m, t)[*l].max(1e-12).ln()).sum() };
    // Between 0.05 and 5 in even ratios, then once more around the best.
    let best = |from: f64, ratio: f64, steps: i32| {
        let at = |i: i32| from * ratio.powi(i);
        (0..steps).map(|i| (loss(at(i)), at(i))).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |b| b.1)
    };
    let coarse = best(0.05, 1.26, 21);
    best(coarse / 1.26, 1.05, 11)
}

/// The mixes compared: words alone, with pieces of words, and with concepts of the trade, which are worth it where
/// texts are few.
fn mixes(rows: usize) -> Vec<Mix> {
    let few = [(1.0, 1.0, 0.0), (1.0, 1.0, 0.7), (0.7, 1.0, 1.0)];
    let many = [(1.0, 0.7, 0.0), (0.7, 1.0, 0.0)];
    let more = if rows < SMALL { &few[..] } else { &many[..] };
    let first = [(1.0, 0.0, 0.0)];
    first
        .iter()
        .chain(more)
        .map(|(words, pieces, concepts)| Mix { words: *words, pieces: *pieces, concepts: *concepts })
        .collect()
}

/// Cross-validates recipes, one ingredient after the other: the mix, the price of an error, the weight of rare labels.
/// The best first, with the margins it gave texts it had not seen.
fn search(corpus: &Corpus) -> Vec<(Trial, Vec<Vec<f32>>)> {
    let rows = corpus.labels.len();
    let folds = if rows < SMALL { 10 } else { 3 };
    let mut done: Vec<(Trial, Vec<Vec<f32>>)> = Vec::new();
    let mut attempt = |recipe: Recipe| -> Recipe {
        let margins = corpus.unseen(recipe, folds);
        done.push((corpus.score(recipe, &margins), margins));
        done.sort_by(|a, b| (b.0.accuracy + b.0.macro_f1).total_cmp(&(a.0.accuracy + a.0.macro_f1)));
        done.truncate(20);
        done[0].0.recipe
    };
    let cost = Cost { c: 1.0, balance: 0.25 };
    let mut best = Recipe { mix: Mix { words: 1.0, pieces: 0.0, concepts: 0.0 }, cost };
    for mix in mixes(rows) {
        best = attempt(Recipe { mix, cost });
    }
    for c in [0.3, 3.0] {
        attempt(Recipe { mix: best.mix, cost: Cost { c, ..cost } });
    }
    best = attempt(Recipe { mix: best.mix, cost: Cost { c: 0.5, ..cost } });
    for balance in [0.0, 0.8] {
        attempt(Recipe { mix: best.mix, cost: Cost { balance, ..best.cost } });
    }
    done
}

impl Classifier {
    /// Learns from texts with their labels, the recipe by cross-validation.
    pub fn train(examples: &[(String, String)]) -> Result<Classifier, TextError> {
        if examples.len() < 10 {
            return Err(TextError::Few(examples.len()));
        }
        let corpus = Corpus::new(examples.iter().map(|(t, l)| (t.as_str(), l.as_str())));
        if corpus.names.len() < 2 {
            return Err(TextError::OneLabel(corpus.names.first().cloned().unwrap_or_default()));
        }
        let trials = search(&corpus);
        let (best, margins) = (trials[0].0.recipe, &trials[0].1);
        let temperature = temperature(margins, &corpus.labels);
        let stored = Stored { examples: examples.to_vec(), corrected: Vec::new(), recipe: best, temperature };
        Ok(Classifier::build(stored, trials.into_iter().map(|t| t.0).collect()))
    }

    /// Learns with a recipe that is given: one training and three for the confidence, so that it can be done while
    /// somebody waits. `corrected` are texts whose label somebody put right; each counts three times.
    pub fn with(
        recipe: Recipe,
        examples: Vec<(String, String)>,
        corrected: Vec<(String, String)>,
    ) -> Result<Classifier, TextError> {
        if examples.len() < 10 {
            return Err(TextError::Few(examples.len()));
        }
        let corpus = Corpus::new(examples.iter().map(|(t, l)| (t.as_str(), l.as_str())));
        if corpus.names.len() < 2 {
            return Err(TextError::OneLabel(corpus.names.first().cloned().unwrap_or_default()));
        }
        let temperature = temperature(&corpus.unseen(recipe, 3), &corpus.labels);
        Ok(Classifier::build(Stored { examples, corrected, recipe, temperature }, Vec::new()))
    }

    fn build(stored: Stored, trials: Vec<Trial>) -> Classifier {
        let corrected = stored.corrected.iter().flat_map(|c| std::iter::repeat_n(c, CORRECTED));
        let all = stored.examples.iter().chain(corrected).map(|(t, l)| (t.as_str(), l.as_str()));
        let corpus = Corpus::new(all);
        let rows: Vec<usize> = (0..corpus.labels.len()).collect();
        let (vocabulary, machine) = corpus.train(&rows, stored.recipe);
        Classifier { labels: corpus.names, vocabulary, machine, stored, trials }
    }

    /// Every label with its confidence, the likeliest first; the confidences sum to 1.
    pub fn suggest(&self, text: &str) -> Vec<(String, f64)> {
        let margins = self.machine.margins(&self.vocabulary.vector(&count(text)));
        let shares = softmax(&margins, self.stored.temperature);
        let mut out: Vec<(String, f64)> = self.labels.iter().cloned().zip(shares).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        out
    }

    /// Takes a label that somebody put right and trains anew with the same recipe.
    pub fn learn(&mut self, text: &str, label: &str) {
        let mut stored = self.stored.clone();
        stored.corrected.retain(|(t, _)| t != text);
        stored.corrected.push((text.to_string(), label.to_string()));
        *self = Classifier::build(stored, std::mem::take(&mut self.trials));
    }

    pub fn recipe(&self) -> Recipe {
        self.stored.recipe
    }

    /// The recipes compared in cross-validation, the best first; empty for a classifier that was read.
    pub fn trials(&self) -> &[Trial] {
        &self.trials
    }

    pub fn labels(&self) -> &[String] {
        &self.labels
    }
}
