//! Additive log-odds: one curve a feature, kept as a value for each bin.
//!
//! The curves are penalised splines (Eilers and Marx 1996): straight pieces between knots of equal
//! counts, bends and size held down by a penalty, fitted by Newton steps on one feature after the other
//! (backfitting, Hastie and Tibshirani 1986). Unordered bins have a height each, held to zero.

use serde::{Deserialize, Serialize};

use super::boost::{Job, log_loss, sigmoid};
use super::encode::Bins;
use super::tree::Tree;

/// Pieces of a curve at most.
const PIECES: usize = 12;
/// Rounds through all features.
const SWEEPS: usize = 14;

/// A height for each bin of each feature, and a start.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Additive {
    pub start: f64,
    pub curves: Vec<Vec<f32>>,
}

impl Additive {
    pub fn value(&self, row: &[u8]) -> f64 {
        self.start + row.iter().zip(&self.curves).map(|(b, c)| f64::from(c[usize::from(*b)])).sum::<f64>()
    }

    /// Stumps are an additive model.
    pub fn of_stumps(trees: &[Tree], bins: &Bins, start: f64) -> Additive {
        let mut curves: Vec<Vec<f32>> = bins.sizes.iter().map(|n| vec![0.0; *n]).collect();
        let mut start = start;
        for tree in trees {
            let root = tree.0[0];
            match root.split {
                None => start += f64::from(root.value),
                Some((f, test)) => {
                    let (l, r) = (tree.0[root.left as usize].value, tree.0[root.right as usize].value);
                    for (bin, height) in curves[usize::from(f)].iter_mut().enumerate() {
                        *height += if test.left(u8::try_from(bin).unwrap_or(0)) { l } else { r };
                    }
                }
            }
        }
        Additive { start, curves }
    }

    /// The mean of several models over the same bins.
    pub fn mean(models: &[Additive]) -> Additive {
        let n = models.len().max(1) as f64;
        let mut curves: Vec<Vec<f32>> = models.first().map(|m| m.curves.clone()).unwrap_or_default();
        for (f, curve) in curves.iter_mut().enumerate() {
            for (b, height) in curve.iter_mut().enumerate() {
                *height = (models.iter().map(|m| f64::from(m.curves[f][b])).sum::<f64>() / n) as f32;
            }
        }
        Additive { start: models.iter().map(|m| m.start).sum::<f64>() / n, curves }
    }

    /// Moves the mean height of each curve, by how often its bins come, into the start.
    pub fn centre(&mut self, bins: &Bins) {
        for (f, curve) in self.curves.iter_mut().enumerate() {
            let sum: f64 = (0..bins.rows).map(|r| f64::from(curve[usize::from(bins.row(r)[f])])).sum();
            let mean = sum / bins.rows.max(1) as f64;
            curve.iter_mut().for_each(|h| *h -= mean as f32);
            self.start += mean;
        }
    }
}

/// Weights of the penalty on bends that are tried.
pub const SMOOTHINGS: [f64; 3] = [2.0, 12.0, 80.0];
/// Weight of the penalty on size.
const RIDGE: f64 = 0.7;

/// Which heights of a feature a bin is made of: two neighbours and the share of the second.
struct Basis {
    places: Vec<(usize, f64)>,
    /// Heights, the one of missing values first where bins have an order.
    len: usize,
    ordered: bool,
}

impl Basis {
    fn new(size: usize, unordered: bool) -> Basis {
        if unordered || size <= 3 {
            return Basis { places: (0..size).map(|b| (b, 0.0)).collect(), len: size, ordered: false };
        }
        let bins = size - 1;
        let pieces = PIECES.min(bins - 1);
        let place = |b: usize| {
            let at = b as f64 * pieces as f64 / (bins - 1) as f64;
            let k = (at.floor() as usize).min(pieces - 1);
            (1 + k, at - k as f64)
        };
        let places = std::iter::once((0, 0.0)).chain((0..bins).map(place)).collect();
        Basis { places, len: pieces + 2, ordered: true }
    }

    fn height(&self, bin: usize, coef: &[f64]) -> f64 {
        let (k, w) = self.places[bin];
        if w == 0.0 { coef[k] } else { coef[k] * (1.0 - w) + coef[k + 1] * w }
    }
}

/// Fits one model for each of [`SMOOTHINGS`], each from where the one before ended.
pub fn fit(job: &Job<'_>, go: &dyn Fn() -> bool) -> Vec<Additive> {
    let bins = job.bins;
    let bases: Vec<Basis> = (0..bins.width).map(|f| Basis::new(bins.sizes[f], bins.unordered[f])).collect();
    let mut coefs: Vec<Vec<f64>> = bases.iter().map(|b| vec![0.0; b.len]).collect();
    let positive = job.train.iter().filter(|r| job.target[**r as usize]).count() as f64;
    let share = (positive + 0.5) / (job.train.len() as f64 + 1.0);
    let mut start = (share / (1.0 - share)).ln();
    let mut margin = vec![start as f32; job.train.len()];
    let mut out = Vec::new();
    // The stiffest first: it is quickest found and a good beginning for the others.
    for smoothing in SMOOTHINGS.iter().rev() {
        let mut before = f64::INFINITY;
        for _ in 0..SWEEPS {
            if !go() {
                break;
            }
            start += intercept(job, &mut margin);
            for (f, basis) in bases.iter().enumerate() {
                step(job, f, basis, *smoothing, &mut coefs[f], &mut margin);
            }
            let loss: f64 = margin.iter().zip(job.train).map(|(m, r)| log_loss(*m, job.target[*r as usize])).sum();
            if before - loss < 2e-5 * job.train.len() as f64 {
                break;
            }
            before = loss;
        }
        let curve = |(b, c): (&Basis, &Vec<f64>)| (0..b.places.len()).map(|bin| b.height(bin, c) as f32).collect();
        out.push(Additive { start, curves: bases.iter().zip(&coefs).map(curve).collect() });
    }
    out
}

fn intercept(job: &Job<'_>, margin: &mut [f32]) -> f64 {
    let (mut g, mut h) = (0.0, 1e-9);
    for (m, r) in margin.iter().zip(job.train) {
        let p = f64::from(sigmoid(*m));
        g += p - f64::from(u8::from(job.target[*r as usize]));
        h += p * (1.0 - p);
    }
    let by = (-g / h).clamp(-2.0, 2.0);
    margin.iter_mut().for_each(|m| *m += by as f32);
    by
}

/// One Newton step on the heights of one feature.
fn step(job: &Job<'_>, f: usize, basis: &Basis, smoothing: f64, coef: &mut [f64], margin: &mut [f32]) {
    let bins = job.bins;
    let mut sums = vec![[0.0f64; 2]; bins.sizes[f]];
    for (m, r) in margin.iter().zip(job.train) {
        let row = *r as usize;
        let p = sigmoid(*m);
        let cell = &mut sums[usize::from(bins.cells[row * bins.width + f])];
        cell[0] += f64::from(p - f32::from(u8::from(job.target[row])));
        cell[1] += f64::from(p * (1.0 - p));
    }
    let n = basis.len;
    let mut gradient = vec![0.0; n];
    let mut hessian = vec![0.0; n * n];
    for (bin, [g, h]) in sums.iter().enumerate() {
        let (k, w) = basis.places[bin];
        gradient[k] += (1.0 - w) * g;
        hessian[k * n + k] += (1.0 - w) * (1.0 - w) * h;
        if w > 0.0 {
            gradient[k + 1] += w * g;
            hessian[(k + 1) * n + k + 1] += w * w * h;
            hessian[k * n + k + 1] += w * (1.0 - w) * h;
            hessian[(k + 1) * n + k] += w * (1.0 - w) * h;
        }
    }
    let mut penalise = |cells: &[(usize, f64)], weight: f64| {
        let value: f64 = cells.iter().map(|(k, c)| c * coef[*k]).sum();
        for (i, a) in cells {
            gradient[*i] += weight * a * value;
            for (j, b) in cells {
                hessian[i * n + j] += weight * a * b;
            }
        }
    };
    (0..n).for_each(|k| penalise(&[(k, 1.0)], if basis.ordered { RIDGE * 0.3 } else { RIDGE * 1.5 }));
    if basis.ordered {
        // Height 0 is the one of missing values and has no neighbours.
        (1..n.saturating_sub(2)).for_each(|k| penalise(&[(k, 1.0), (k + 1, -2.0), (k + 2, 1.0)], smoothing));
    }
    let Some(by) = solve(&mut hessian, &gradient) else { return };
    coef.iter_mut().zip(&by).for_each(|(c, b)| *c -= b);
    let moved: Vec<f32> = (0..basis.places.len()).map(|bin| -basis.height(bin, &by) as f32).collect();
    for (m, r) in margin.iter_mut().zip(job.train) {
        *m += moved[usize::from(bins.cells[*r as usize * bins.width + f])];
    }
}

/// Solves a symmetric positive system by Cholesky; `None` where it is none.
pub fn solve(a: &mut [f64], b: &[f64]) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let mut sum = a[i * n + j];
            for k in 0..j {
                sum -= a[i * n + k] * a[j * n + k];
            }
            if i == j {
                if sum <= 0.0 {
                    return None;
                }
                a[i * n + i] = sum.sqrt();
            } else {
                a[i * n + j] = sum / a[j * n + j];
            }
        }
    }
    let mut x = b.to_vec();
    for i in 0..n {
        for k in 0..i {
            x[i] -= a[i * n + k] * x[k];
        }
        x[i] /= a[i * n + i];
    }
    for i in (0..n).rev() {
        for k in i + 1..n {
            x[i] -= a[k * n + i] * x[k];
        }
        x[i] /= a[i * n + i];
    }
    Some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let x = solve(&mut [4.0, 2.0, 2.0, 3.0], &[10.0, 8.0]).unwrap();
        assert!((x[0] - 1.75).abs() < 1e-12 && (x[1] - 1.5).abs() < 1e-12);
        assert!(solve(&mut [0.0], &[1.0]).is_none());
    }

    #[test]
    fn a_curve_follows_the_shares_of_its_bins() {
        // Bin b of 1..=20 is positive in b of 21 rows: the curve rises and ends near the true log-odds.
        let mut cells = Vec::new();
        let mut target = Vec::new();
        for b in 1..=20u8 {
            for i in 0..210u32 {
                cells.push(b);
                target.push(i % 21 < u32::from(b));
            }
        }
        let rows = cells.len();
        let bins = Bins { width: 1, rows, cells, sizes: vec![21], unordered: vec![false] };
        let all: Vec<u32> = (0..rows as u32).collect();
        let job = Job { bins: &bins, target: &target, train: &all, held: &[], start: &vec![0.0; rows] };
        for model in fit(&job, &|| true) {
            let p = |b: u8| 1.0 / (1.0 + (-model.value(&[b])).exp());
            assert!((p(10) - 10.0 / 21.0).abs() < 0.03 && (p(4) - 4.0 / 21.0).abs() < 0.04, "{} {}", p(10), p(4));
            assert!((2..=20).all(|b| p(b) > p(b - 1)));
        }
    }
}
