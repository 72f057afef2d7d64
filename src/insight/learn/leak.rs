//! Columns that should not be trusted: identifiers, and columns that alone tell the target.

use super::table::{Column, Found, MISSING, Table, Values};
use super::{measure, stratified};

/// A column alone that orders the cases better than this is suspect.
const TOO_GOOD: f64 = 0.97;
/// How far from chance an identifier must be to count as one that predicts, at least, and in standard errors.
const FAR: f64 = 0.03;
const ERRORS: f64 = 4.0;

/// What is odd about a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// One value in every row: left out.
    Constant(String),
    /// A different value in each row: left out.
    Identifier(String),
    /// An identifier that tells the target: left out.
    IdentifierPredicts { column: String, auc: f64 },
    /// Nearly all of the target is in this column.
    TooGood { column: String, auc: f64 },
}

impl Warning {
    pub fn column(&self) -> &str {
        match self {
            Warning::Constant(column) | Warning::Identifier(column) => column,
            Warning::IdentifierPredicts { column, .. } | Warning::TooGood { column, .. } => column,
        }
    }

    /// True where a person should look; false for what is only told.
    pub fn is_leak(&self) -> bool {
        matches!(self, Warning::IdentifierPredicts { .. } | Warning::TooGood { .. })
    }
}

impl std::fmt::Display for Warning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Warning::Constant(c) => write!(f, "{c}: the same in every row; left out"),
            Warning::Identifier(c) => write!(f, "{c}: different in every row, so an identifier; left out"),
            Warning::IdentifierPredicts { column, auc } => write!(
                f,
                "{column}: leaks. It is an identifier, yet predicts the target (AUC {auc:.3} alone): the file's order \
                 or numbering holds the answer; left out (name it with --id or --drop)"
            ),
            Warning::TooGood { column, auc } => write!(
                f,
                "{column}: leaks? It predicts the target nearly alone (AUC {auc:.3}): it may be known only \
                 afterwards; if so leave it out with --drop"
            ),
        }
    }
}

/// Looks at each column alone.
pub fn warnings(table: &Table, target: &[bool], seed: u64) -> Vec<Warning> {
    let fold = stratified(target, 2, seed);
    let positives = target.iter().filter(|t| **t).count() as f64;
    let negatives = target.len() as f64 - positives;
    // Hanley and McNeil (1982) at an area of one half.
    let error = ((positives + negatives + 1.0) / (12.0 * positives * negatives).max(1.0)).sqrt();
    let one = |column: &Column| {
        let name = column.name.clone();
        match column.found() {
            Found::Constant => Some(Warning::Constant(name)),
            Found::Identifier => {
                let auc = alone(&places(column), target, &fold);
                let far = auc - 0.5 > FAR.max(ERRORS * error);
                Some(if far { Warning::IdentifierPredicts { column: name, auc } } else { Warning::Identifier(name) })
            }
            _ => {
                let auc = alone(&groups(column), target, &fold);
                (auc >= TOO_GOOD).then_some(Warning::TooGood { column: name, auc })
            }
        }
    };
    table.columns.iter().filter_map(one).collect()
}

/// AUC of the share of positives of a row's group, counted in the other half.
fn alone(group: &[u32], target: &[bool], fold: &[u8]) -> f64 {
    let many = group.iter().max().map_or(0, |g| *g as usize + 1);
    let prior = target.iter().filter(|t| **t).count() as f64 / target.len().max(1) as f64;
    let mut sums = vec![[(0.0, 0.0); 2]; many];
    for ((g, t), f) in group.iter().zip(target).zip(fold) {
        let cell = &mut sums[*g as usize][usize::from(*f) & 1];
        *cell = (cell.0 + f64::from(u8::from(*t)), cell.1 + 1.0);
    }
    let say = |(g, f): (&u32, &u8)| {
        let (t, n) = sums[*g as usize][1 - (usize::from(*f) & 1)];
        (t + prior) / (n + 1.0)
    };
    let said: Vec<f64> = group.iter().zip(fold).map(say).collect();
    measure::figures(&said, target).auc
}

/// Words as they are, numbers by 64 groups of equal counts; missing is a group.
fn groups(column: &Column) -> Vec<u32> {
    match &column.values {
        Values::Words { codes, .. } => codes.iter().map(|c| if *c == MISSING { 0 } else { c + 1 }).collect(),
        Values::Numbers(v) => by_rank(v),
    }
}

/// An identifier by its place in the order of numbers or words.
fn places(column: &Column) -> Vec<u32> {
    match &column.values {
        Values::Numbers(v) => by_rank(v),
        Values::Words { levels, codes } => {
            let mut order: Vec<usize> = (0..levels.len()).collect();
            order.sort_by_key(|l| &levels[*l]);
            let mut rank = vec![0.0; levels.len()];
            order.iter().enumerate().for_each(|(i, l)| rank[*l] = i as f64);
            by_rank(&codes.iter().map(|c| if *c == MISSING { f64::NAN } else { rank[*c as usize] }).collect::<Vec<_>>())
        }
    }
}

fn by_rank(values: &[f64]) -> Vec<u32> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| !x.is_nan()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let n = sorted.len().max(1);
    let groups = (n / 40).clamp(2, 64);
    let of = |x: &f64| if x.is_nan() { 0 } else { 1 + sorted.partition_point(|s| s < x) * groups / n };
    values.iter().map(|x| u32::try_from(of(x)).unwrap_or(0)).collect()
}
