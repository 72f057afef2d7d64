//! From values to small whole numbers: what trees and additive models look at.
//!
//! Numbers fall into at most 126 bins of near equal counts (Ke et al. 2017). Words of up to
//! 40 levels have a bin each. Words of more levels become two features: the smoothed share of
//! positives of the level, for a training row counted over the *other* folds only so that no row sees
//! its own label (the idea of ordered target statistics, Prokhorenkova et al. 2018), and how often the
//! level comes. Bin 0 is always "missing or never seen".

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::table::{Column, Found, MISSING, Table, Values};

/// Bins of a numeric feature at most, without the one of missing values.
const STEPS: usize = 126;
/// Levels a word column may have to keep each as a bin.
const NATIVE: usize = 40;
/// Rows of prior weight in the share of positives of a level.
const SMOOTH: f64 = 12.0;

#[derive(Clone, Debug, Serialize, Deserialize)]
enum Coding {
    /// A number: bin i holds what is at most `edges[i - 1]`.
    Steps { edges: Vec<f64> },
    /// A word: bin i is `levels[i - 1]`.
    Levels { levels: Vec<String> },
    /// A word by its share of positives; `prior` where it was never seen.
    Shares { shares: Vec<(String, f64)>, prior: f64, edges: Vec<f64> },
    /// A word by how often it came.
    Counts { counts: Vec<(String, f64)>, edges: Vec<f64> },
}

/// One thing the model looks at.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Feature {
    /// Index into [`Encoder::columns`].
    column: usize,
    coding: Coding,
}

/// Learnt from a training table; turns any table of the same columns into [`Bins`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Encoder {
    /// Names of the columns it reads.
    pub columns: Vec<String>,
    features: Vec<Feature>,
}

/// Rows of bins, row by row.
#[derive(Clone, Debug)]
pub struct Bins {
    /// Features in a row.
    pub width: usize,
    pub rows: usize,
    pub cells: Vec<u8>,
    /// Bins of each feature, the one of missing values included.
    pub sizes: Vec<usize>,
    /// True where bins have no order.
    pub unordered: Vec<bool>,
}

impl Bins {
    pub fn row(&self, row: usize) -> &[u8] {
        &self.cells[row * self.width..(row + 1) * self.width]
    }
}

impl Encoder {
    /// Learns the coding and codes the training rows. `fold[i]` is the inner fold of row i: shares of
    /// positives of a row are counted over the rows of other folds.
    pub fn learn(table: &Table, target: &[bool], fold: &[u8]) -> (Encoder, Bins) {
        let mut encoder = Encoder { columns: Vec::new(), features: Vec::new() };
        let mut coded: Vec<Vec<u8>> = Vec::new();
        for column in &table.columns {
            if !matches!(column.found(), Found::Number | Found::Day | Found::Words) {
                continue;
            }
            let at = encoder.columns.len();
            encoder.columns.push(column.name.clone());
            for (coding, cells) in learn_column(column, target, fold) {
                encoder.features.push(Feature { column: at, coding });
                coded.push(cells);
            }
        }
        let bins = encoder.assemble(&coded, table.rows());
        (encoder, bins)
    }

    /// Codes a table. A column that is not there is missing in every row.
    pub fn apply(&self, table: &Table) -> Bins {
        let columns: Vec<Option<&Column>> = self.columns.iter().map(|n| table.column(n)).collect();
        let code = |f: &Feature| match columns[f.column] {
            Some(column) => f.coding.code(column),
            None => vec![0; table.rows()],
        };
        let coded: Vec<Vec<u8>> = self.features.iter().map(code).collect();
        self.assemble(&coded, table.rows())
    }

    /// The column a feature was made of.
    pub fn column_of(&self, feature: usize) -> usize {
        self.features[feature].column
    }

    fn assemble(&self, coded: &[Vec<u8>], rows: usize) -> Bins {
        let width = coded.len();
        let mut cells = vec![0u8; rows * width];
        for (f, column) in coded.iter().enumerate() {
            for (row, bin) in column.iter().enumerate() {
                cells[row * width + f] = *bin;
            }
        }
        let sizes = self.features.iter().map(|f| f.coding.size()).collect();
        let unordered = self.features.iter().map(|f| matches!(f.coding, Coding::Levels { .. })).collect();
        Bins { width, rows, cells, sizes, unordered }
    }
}

impl Coding {
    fn size(&self) -> usize {
        match self {
            Coding::Steps { edges } | Coding::Shares { edges, .. } | Coding::Counts { edges, .. } => edges.len() + 2,
            Coding::Levels { levels } => levels.len() + 1,
        }
    }

    fn code(&self, column: &Column) -> Vec<u8> {
        match self {
            Coding::Steps { edges } => numbers_of(column).iter().map(|x| bin(edges, *x)).collect(),
            Coding::Levels { levels } => {
                let index: HashMap<&str, u8> = (1u8..).zip(levels).map(|(i, l)| (l.as_str(), i)).collect();
                by_level(column, 0, |level| index.get(level).copied().unwrap_or(0))
            }
            Coding::Shares { shares, prior, edges } => {
                let index: HashMap<&str, f64> = shares.iter().map(|(l, s)| (l.as_str(), *s)).collect();
                by_level(column, 0, |level| bin(edges, index.get(level).copied().unwrap_or(*prior)))
            }
            Coding::Counts { counts, edges } => {
                let index: HashMap<&str, f64> = counts.iter().map(|(l, n)| (l.as_str(), *n)).collect();
                by_level(column, 0, |level| bin(edges, index.get(level).copied().unwrap_or(0.0)))
            }
        }
    }
}

/// The bin of a value among ascending edges.
fn bin(edges: &[f64], x: f64) -> u8 {
    if x.is_nan() { 0 } else { u8::try_from(edges.partition_point(|e| *e < x) + 1).unwrap_or(u8::MAX) }
}

/// A column as numbers, whatever it holds: a file to score may have fewer odd cells than the one learnt from.
fn numbers_of(column: &Column) -> Vec<f64> {
    match &column.values {
        Values::Numbers(v) => v.clone(),
        Values::Words { levels, codes } => {
            let parsed: Vec<f64> = levels.iter().map(|l| l.parse().unwrap_or(f64::NAN)).collect();
            codes.iter().map(|c| if *c == MISSING { f64::NAN } else { parsed[*c as usize] }).collect()
        }
    }
}

/// One answer for each different word, spread over the rows.
fn by_level<T: Copy>(column: &Column, missing: T, of: impl Fn(&str) -> T) -> Vec<T> {
    match &column.values {
        Values::Words { levels, codes } => {
            let answers: Vec<T> = levels.iter().map(|l| of(l)).collect();
            codes.iter().map(|c| if *c == MISSING { missing } else { answers[*c as usize] }).collect()
        }
        Values::Numbers(v) => {
            v.iter().map(|x| if x.is_nan() { missing } else { of(&super::table::plain(*x)) }).collect()
        }
    }
}

fn learn_column(column: &Column, target: &[bool], fold: &[u8]) -> Vec<(Coding, Vec<u8>)> {
    let (levels, codes) = match &column.values {
        Values::Numbers(v) => {
            let coding = Coding::Steps { edges: edges(v, STEPS) };
            let cells = coding.code(column);
            return vec![(coding, cells)];
        }
        Values::Words { levels, codes } => (levels, codes),
    };
    let mut counts = vec![0usize; levels.len()];
    codes.iter().filter(|c| **c != MISSING).for_each(|c| counts[*c as usize] += 1);
    let mut order: Vec<usize> = (0..levels.len()).filter(|l| counts[*l] > 0).collect();
    order.sort_by(|a, b| counts[*b].cmp(&counts[*a]).then_with(|| levels[*a].cmp(&levels[*b])));
    if order.len() <= NATIVE {
        let coding = Coding::Levels { levels: order.iter().map(|l| levels[*l].clone()).collect() };
        let cells = coding.code(column);
        return vec![(coding, cells)];
    }
    let (shares, of_rows, prior) = shares(levels.len(), codes, target, fold);
    let steps = edges(&of_rows, 40);
    let of_level = order.iter().map(|l| (levels[*l].clone(), shares[*l])).collect();
    let share_cells = of_rows.iter().map(|s| bin(&steps, *s)).collect();
    let logs: Vec<f64> = counts.iter().map(|n| (*n as f64).ln_1p()).collect();
    let of_counts: Vec<f64> = codes.iter().map(|c| if *c == MISSING { f64::NAN } else { logs[*c as usize] }).collect();
    let count_edges = edges(&of_counts, 20);
    let often =
        Coding::Counts { counts: order.iter().map(|l| (levels[*l].clone(), logs[*l])).collect(), edges: count_edges };
    let count_cells = often.code(column);
    vec![(Coding::Shares { shares: of_level, prior, edges: steps }, share_cells), (often, count_cells)]
}

/// Smoothed share of positives of each level over all rows, of each row's level over the rows of
/// other folds, and over everything.
fn shares(levels: usize, codes: &[u32], target: &[bool], fold: &[u8]) -> (Vec<f64>, Vec<f64>, f64) {
    let folds = usize::from(fold.iter().copied().max().unwrap_or(0)) + 1;
    let prior = target.iter().filter(|t| **t).count() as f64 / target.len().max(1) as f64;
    let mut all = vec![(0.0, 0.0); levels];
    let mut within = vec![(0.0, 0.0); levels * folds];
    for ((code, t), f) in codes.iter().zip(target).zip(fold).filter(|((c, _), _)| **c != MISSING) {
        let at = *code as usize;
        let t = f64::from(u8::from(*t));
        all[at] = (all[at].0 + t, all[at].1 + 1.0);
        let cell = &mut within[at * folds + usize::from(*f)];
        *cell = (cell.0 + t, cell.1 + 1.0);
    }
    let smooth = |(t, n): (f64, f64)| (t + SMOOTH * prior) / (n + SMOOTH);
    let of_row = |(code, f): (&u32, &u8)| {
        if *code == MISSING {
            return f64::NAN;
        }
        let (a, w) = (all[*code as usize], within[*code as usize * folds + usize::from(*f)]);
        smooth((a.0 - w.0, a.1 - w.1))
    };
    let rows = codes.iter().zip(fold).map(of_row).collect();
    (all.into_iter().map(smooth).collect(), rows, prior)
}

/// Ascending upper edges of at most `most` bins: each different value its own where they are few,
/// else of near equal counts. An edge lies half-way between two values that occur.
fn edges(values: &[f64], most: usize) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for x in &sorted {
        match runs.last_mut() {
            Some((last, n)) if last == x => *n += 1,
            _ => runs.push((*x, 1)),
        }
    }
    let between = |a: f64, b: f64| a / 2.0 + b / 2.0;
    if runs.len() <= most {
        return runs.windows(2).map(|w| between(w[0].0, w[1].0)).collect();
    }
    // A value that fills a bin alone leaves fewer bins for the rest.
    let mut out = Vec::new();
    let (mut left, mut rest) = (sorted.len(), most);
    let mut held = 0;
    for w in runs.windows(2) {
        held += w[0].1;
        let want = left.div_ceil(rest.max(1));
        let next_is_great = w[1].1 >= want && held * 2 >= want;
        if held >= want || next_is_great {
            out.push(between(w[0].0, w[1].0));
            left -= held;
            held = 0;
            rest -= 1;
            if rest <= 1 {
                break;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_values_have_a_bin_each_and_many_share() {
        assert_eq!(edges(&[3.0, 1.0, 1.0, f64::NAN, 2.0], 10), [1.5, 2.5]);
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        let e = edges(&many, 10);
        assert_eq!(e.len(), 9);
        let counts = e.windows(2).map(|w| w[1] - w[0]);
        assert!(counts.into_iter().all(|n| (90.0..110.0).contains(&n)), "{e:?}");
        assert_eq!((bin(&e, -5.0), bin(&e, f64::NAN), bin(&e, 1e9)), (1, 0, 10));
    }

    #[test]
    fn a_row_does_not_see_its_own_label() {
        // Each level comes twice, once in each fold, so the share of a row is made of the other one.
        let names: Vec<String> = (0..100).flat_map(|i| [format!("L{i}"), format!("L{i}")]).collect();
        let column = Column::words("zone", names.iter().map(String::as_str));
        let target: Vec<bool> = (0..200).map(|i| i % 2 == 0).collect();
        let fold: Vec<u8> = (0..200).map(|i| (i % 2) as u8).collect();
        let table = Table::new(vec![column]);
        let (encoder, bins) = Encoder::learn(&table, &target, &fold);
        assert_eq!(bins.width, 2);
        // The label of the other row is the opposite: the share must run against the label.
        let of = |row: usize| bins.row(row)[0];
        assert!((0..100).all(|i| of(2 * i) < of(2 * i + 1)));
        // Scored as new rows, both rows of a level look alike.
        let fresh = encoder.apply(&table);
        assert!((0..100).all(|i| fresh.row(2 * i)[0] == fresh.row(2 * i + 1)[0]));
    }
}
