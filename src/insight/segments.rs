//! Groups of customers: clusters by behaviour, found by k-means, and the named segments by rule.
//!
//! # Clusters
//!
//! | feature | from | taken as |
//! |---|---|---|
//! | tenure | months since activation | ln(1 + months) |
//! | price | rupees a month | ln(1 + rupees) |
//! | data | GB of the last full month | ln(1 + GB) |
//! | speed | measured share of the speed sold | as it is, 2 at most |
//! | trouble | tickets in all | square root |
//! | lateness | bills paid late in a year | square root |
//! | apps | OTT apps on the line | square root |
//!
//! Each is brought to mean 0 and deviation 1; what is not known counts as the mean. Starts are those of k-means++
//! (Arthur and Vassilvitskii 2007) with a fixed seed, steps those of Lloyd (1982). Of 3 to 8 clusters those with the
//! highest mean silhouette (Rousseeuw 1987, on 500 rows) are taken.
//!
//! # Named segments
//!
//! High-value, at-risk, loyal and new are filter texts ([`NAMED_SEGMENTS`]), so `segment:loyal` finds just those that
//! [`Named::of`] names.

use chrono::NaiveDate;

use crate::base::calendar;
use crate::domain::{Entity, Record};
use crate::query::schema::customer as c;
use crate::query::views::{NAMED_SEGMENTS, NamedSegment};
use crate::query::{Bound, Context, QueryError, compile, eval};

/// Behaviour of one customer; what is not known is `None`.
pub type Behaviour = [Option<f64>; 7];

/// Name of each feature, and what little and much of it is in words.
pub const FEATURES: [(&str, &str, &str); 7] = [
    ("tenure", "with us for a short time", "with us for long"),
    ("price", "on a low price", "on a high price"),
    ("data", "uses little data", "uses much data"),
    ("speed", "gets less than the speed sold", "gets the speed sold"),
    ("trouble", "seldom writes a ticket", "many tickets"),
    ("lateness", "pays on time", "pays late"),
    ("apps", "few OTT apps", "many OTT apps"),
];

/// The behaviour of a customer as seen on `today`.
pub fn behaviour(row: &Record, today: NaiveDate) -> Behaviour {
    let number = |id| row.int(id).map(|v| v as f64);
    let days = row.int(c::SINCE).map(|since| (calendar::days_of(today) - since).max(0) as f64);
    let share = number(c::AVG_SPEED).zip(number(c::SPEED).filter(|s| *s > 0.0)).map(|(is, sold)| (is / sold).min(2.0));
    [
        days.map(|d| (d / 30.44).ln_1p()),
        number(c::PRICE).map(|paise| (paise.max(0.0) / 100.0).ln_1p()),
        number(c::USAGE).map(|gb| gb.max(0.0).ln_1p()),
        share,
        number(c::TICKETS).map(|n| n.max(0.0).sqrt()),
        number(c::LATE).map(|n| n.max(0.0).sqrt()),
        Some((row.get(c::OTTS).items().count() as f64).sqrt()),
    ]
}

/// A cluster in words.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Centre in standard deviations from the mean of all.
    pub centre: [f64; 7],
    /// Customers in it when it was made.
    pub size: usize,
    /// The features that set it apart, the strongest first.
    pub words: String,
}

/// Clusters and how they were found.
#[derive(Clone, Debug, PartialEq)]
pub struct Clusters {
    /// The largest first.
    pub clusters: Vec<Cluster>,
    /// Mean silhouette by number of clusters.
    pub silhouettes: Vec<(usize, f64)>,
    mean: [f64; 7],
    deviation: [f64; 7],
}

/// Rows that clusters are looked for in; of more, every n-th.
const SAMPLE: usize = 20_000;
/// Rows that silhouettes are measured on.
const MEASURED: usize = 500;
/// Clusters at most.
pub const MOST_CLUSTERS: usize = 8;
/// Rows needed at least.
pub const LEAST: usize = 50;

impl Clusters {
    /// Finds the clusters. `None` with fewer than [`LEAST`] rows, or where all behave alike.
    pub fn find(rows: &[Behaviour], seed: u64) -> Option<Clusters> {
        if rows.len() < LEAST {
            return None;
        }
        let (mut mean, mut deviation) = ([0.0; 7], [0.0; 7]);
        for f in 0..7 {
            let known: Vec<f64> = rows.iter().filter_map(|r| r[f]).filter(|v| v.is_finite()).collect();
            let n = known.len().max(1) as f64;
            mean[f] = known.iter().sum::<f64>() / n;
            deviation[f] = (known.iter().map(|v| (v - mean[f]).powi(2)).sum::<f64>() / n).sqrt();
        }
        if deviation.iter().all(|d| *d < 1e-9) {
            return None;
        }
        let mut found = Clusters { clusters: Vec::new(), silhouettes: Vec::new(), mean, deviation };
        let step = rows.len().div_ceil(SAMPLE);
        let sample: Vec<[f64; 7]> = rows.iter().step_by(step).map(|r| found.standard(r)).collect();
        let measured: Vec<usize> = (0..sample.len()).step_by(sample.len().div_ceil(MEASURED)).collect();
        let mut best: Option<(f64, Vec<[f64; 7]>)> = None;
        for k in 3..=MOST_CLUSTERS {
            let centres = lloyd(&sample, k, seed);
            let score = silhouette(&sample, &measured, &centres);
            found.silhouettes.push((k, score));
            if best.as_ref().is_none_or(|b| score > b.0) {
                best = Some((score, centres));
            }
        }
        let (_, centres) = best?;
        let mut sizes = vec![0; centres.len()];
        for r in rows {
            sizes[nearest(&centres, &found.standard(r)).0] += 1;
        }
        found.clusters = centres
            .into_iter()
            .zip(sizes)
            .map(|(centre, size)| Cluster { centre, size, words: words(&centre) })
            .collect();
        found.clusters.sort_by_key(|c| std::cmp::Reverse(c.size));
        Some(found)
    }

    fn standard(&self, row: &Behaviour) -> [f64; 7] {
        std::array::from_fn(|f| match row[f] {
            Some(v) if v.is_finite() && self.deviation[f] > 1e-9 => (v - self.mean[f]) / self.deviation[f],
            _ => 0.0,
        })
    }

    /// The place in `clusters` of the one a customer belongs to.
    pub fn of(&self, row: &Behaviour) -> usize {
        let at = self.standard(row);
        let far = |c: &Cluster| distance(&c.centre, &at);
        (0..self.clusters.len()).min_by(|a, b| far(&self.clusters[*a]).total_cmp(&far(&self.clusters[*b]))).unwrap_or(0)
    }

    /// Why there are so many: `4 clusters: silhouette 0.31, against 0.29 with 3, ...`
    pub fn reason(&self) -> String {
        let k = self.clusters.len();
        let own = self.silhouettes.iter().find(|s| s.0 == k).map_or(0.0, |s| s.1);
        let others: Vec<String> =
            self.silhouettes.iter().filter(|s| s.0 != k).map(|(k, s)| format!("{s:.2} with {k}")).collect();
        format!("{k} clusters: silhouette {own:.2}, against {}", others.join(", "))
    }
}

fn words(centre: &[f64; 7]) -> String {
    let mut order: Vec<usize> = (0..7).filter(|f| centre[*f].abs() >= 0.4).collect();
    order.sort_by(|a, b| centre[*b].abs().total_cmp(&centre[*a].abs()));
    let said: Vec<&str> =
        order.iter().take(3).map(|f| if centre[*f] < 0.0 { FEATURES[*f].1 } else { FEATURES[*f].2 }).collect();
    if said.is_empty() { "like the average customer".into() } else { said.join(", ") }
}

fn distance(a: &[f64; 7], b: &[f64; 7]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The nearest centre and the square of its distance.
fn nearest(centres: &[[f64; 7]], at: &[f64; 7]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (i, c) in centres.iter().enumerate() {
        let d = distance(c, at);
        if d < best.1 {
            best = (i, d);
        }
    }
    best
}

fn lloyd(rows: &[[f64; 7]], k: usize, seed: u64) -> Vec<[f64; 7]> {
    use rand::{RngExt as _, SeedableRng as _};
    let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(seed ^ k as u64);
    let mut centres = vec![rows[dice.random_range(0..rows.len())]];
    while centres.len() < k {
        let far: Vec<f64> = rows.iter().map(|r| nearest(&centres, r).1).collect();
        let mut left = dice.random_range(0.0..1.0) * far.iter().sum::<f64>();
        let next = far.iter().position(|d| {
            left -= d;
            left <= 0.0
        });
        centres.push(rows[next.unwrap_or(0)]);
    }
    for _ in 0..50 {
        let mut sums = vec![([0.0; 7], 0_usize); k];
        for r in rows {
            let (sum, count) = &mut sums[nearest(&centres, r).0];
            sum.iter_mut().zip(r).for_each(|(s, v)| *s += v);
            *count += 1;
        }
        let mut moved = 0.0_f64;
        for (centre, (sum, count)) in centres.iter_mut().zip(&sums).filter(|(_, s)| s.1 > 0) {
            let next = sum.map(|s| s / *count as f64);
            moved = moved.max(distance(centre, &next));
            *centre = next;
        }
        if moved < 1e-8 {
            break;
        }
    }
    centres
}

/// How much nearer rows are to their own cluster than to the next one: -1 to 1.
fn silhouette(rows: &[[f64; 7]], measured: &[usize], centres: &[[f64; 7]]) -> f64 {
    let of: Vec<usize> = measured.iter().map(|i| nearest(centres, &rows[*i]).0).collect();
    let mut sum = 0.0;
    for (a, i) in measured.iter().enumerate() {
        let mut far = vec![(0.0, 0_usize); centres.len()];
        for (b, j) in measured.iter().enumerate().filter(|(b, _)| *b != a) {
            far[of[b]].0 += distance(&rows[*i], &rows[*j]).sqrt();
            far[of[b]].1 += 1;
        }
        let mean = |(sum, count): &(f64, usize)| sum / *count as f64;
        let own = far[of[a]];
        let other = far
            .iter()
            .enumerate()
            .filter(|(k, f)| *k != of[a] && f.1 > 0)
            .map(|(_, f)| mean(f))
            .fold(f64::INFINITY, f64::min);
        if own.1 > 0 && other.is_finite() {
            let inside = mean(&own);
            sum += (other - inside) / other.max(inside).max(1e-12);
        }
    }
    sum / measured.len().max(1) as f64
}

/// The rules of the named segments, bound to a day.
pub struct Named(Vec<(&'static NamedSegment, Bound)>);

impl Named {
    pub fn on(today: NaiveDate) -> Result<Named, QueryError> {
        let context = Context { today, ..Context::at(calendar::start_of(today), "") };
        let bound = NAMED_SEGMENTS.iter().map(|s| Ok((s, compile(s.text, Entity::Customer, &context)?)));
        bound.collect::<Result<_, _>>().map(Named)
    }

    /// The segments a customer is in.
    pub fn of(&self, row: &Record) -> Vec<&'static NamedSegment> {
        self.0.iter().filter(|(_, rule)| eval::keeps(rule, row)).map(|(s, _)| *s).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three kinds of customers, each with a little spread.
    fn rows() -> Vec<Behaviour> {
        (0..300)
            .map(|i| {
                let w = f64::from(i % 7) * 0.05;
                let (tenure, data, trouble) = [(3.5, 6.5, 0.0), (0.5, 3.0, 0.0), (2.0, 5.0, 3.0)][i as usize % 3];
                [Some(tenure + w), Some(6.0), Some(data - w), None, Some(trouble + w), Some(0.0), Some(1.0)]
            })
            .collect()
    }

    #[test]
    fn kinds_that_are_there_are_found_and_named() {
        let found = Clusters::find(&rows(), 1).unwrap();
        assert_eq!(found.clusters.iter().map(|c| c.size).collect::<Vec<_>>(), [100, 100, 100]);
        for (i, r) in rows().iter().enumerate() {
            assert_eq!(found.of(r), found.of(&rows()[i % 3]), "row {i}");
        }
        let said = |i: usize| &found.clusters[found.of(&rows()[i])].words;
        assert!(said(0).contains("uses much data") && said(0).contains("with us for long"), "{}", said(0));
        assert!(said(2).starts_with("many tickets"), "{}", said(2));
        assert!(found.reason().starts_with("3 clusters: silhouette 0.9"), "{}", found.reason());
        assert_eq!(found, Clusters::find(&rows(), 1).unwrap());
    }

    #[test]
    fn too_few_or_all_alike_have_no_clusters() {
        assert_eq!(Clusters::find(&rows()[..49], 1), None);
        assert_eq!(Clusters::find(&[[Some(1.0), None, None, None, None, None, Some(2.0)]; 60], 1), None);
    }
}
