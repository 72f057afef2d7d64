//! A linear support vector machine with squared hinge loss by dual coordinate descent (Hsieh, Chang, Lin, Keerthi and
//! Sundararajan 2008, the method of LIBLINEAR), one class against the rest.

use super::features::Sparse;
use crate::insight::cores;

/// One row of weights for each class; the last weight of a row is the bias.
#[derive(Clone, Debug)]
pub struct Machine {
    weights: Vec<Vec<f32>>,
}

/// Feature value of the bias.
const BIAS: f32 = 1.0;

/// How to train.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Cost {
    /// Price of an error against a large margin.
    pub c: f32,
    /// 0: every row counts the same; 1: every class counts the same, however rare.
    pub balance: f32,
}

impl Machine {
    /// Trains on rows with their class (below `classes`). Every feature is below `features`.
    pub fn train(rows: &[Sparse], labels: &[usize], classes: usize, features: usize, cost: Cost) -> Machine {
        let norms: Vec<f32> = rows.iter().map(|x| x.iter().map(|f| f.1 * f.1).sum::<f32>() + BIAS * BIAS).collect();
        let weights = cores::each(classes, |class| {
            let many = labels.iter().filter(|l| **l == class).count();
            let even = labels.len() as f32 / (2.0 * many.max(1) as f32);
            let up = cost.c * even.max(1.0).powf(cost.balance);
            against_rest(rows, &norms, labels, class, features, [cost.c, up])
        });
        Machine { weights }
    }

    /// The margin of each class.
    pub fn margins(&self, x: &Sparse) -> Vec<f32> {
        self.weights
            .iter()
            .map(|w| {
                let bias = w.last().copied().unwrap_or(0.0) * BIAS;
                bias + x.iter().map(|(i, v)| w.get(*i as usize).copied().unwrap_or(0.0) * v).sum::<f32>()
            })
            .collect()
    }
}

/// Passes over the rows at most.
const PASSES: usize = 60;
/// A pass whose largest violation is below this ends the search.
const TOLERANCE: f32 = 0.05;

fn against_rest(
    rows: &[Sparse],
    norms: &[f32],
    labels: &[usize],
    class: usize,
    features: usize,
    [down, up]: [f32; 2],
) -> Vec<f32> {
    let mut w = vec![0.0_f32; features + 1];
    let mut alpha = vec![0.0_f32; rows.len()];
    let mut active: Vec<u32> = (0..rows.len() as u32).collect();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut bound = f32::INFINITY;
    let mut pass = 0;
    while pass < PASSES {
        pass += 1;
        // A fresh order each pass (Fisher-Yates); a fixed seed, so that equal rows give equal machines.
        for i in (1..active.len()).rev() {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            active.swap(i, (dice % (i as u64 + 1)) as usize);
        }
        let mut worst = 0.0_f32;
        let mut at = 0;
        while at < active.len() {
            let i = active[at] as usize;
            let positive = labels[i] == class;
            let y = if positive { 1.0 } else { -1.0 };
            let diagonal = 0.5 / if positive { up } else { down };
            let mut margin = w[features] * BIAS;
            for (f, v) in &rows[i] {
                margin += w[*f as usize] * v;
            }
            let gradient = y * margin - 1.0 + diagonal * alpha[i];
            let projected = if alpha[i] > 0.0 { gradient } else { gradient.min(0.0) };
            // Shrinking: a row far on the right side is left out until the others are settled.
            if alpha[i] <= 0.0 && gradient > bound {
                active.swap_remove(at);
                continue;
            }
            worst = worst.max(projected.abs());
            if projected.abs() > 1e-8 {
                let before = alpha[i];
                alpha[i] = (before - gradient / (norms[i] + diagonal)).max(0.0);
                let step = (alpha[i] - before) * y;
                for (f, v) in &rows[i] {
                    w[*f as usize] += step * v;
                }
                w[features] += step * BIAS;
            }
            at += 1;
        }
        if worst < TOLERANCE {
            if active.len() == rows.len() {
                break;
            }
            active = (0..rows.len() as u32).collect();
            bound = f32::INFINITY;
        } else {
            bound = worst;
        }
    }
    w
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_can_be_parted_are() {
        let rows: Vec<Sparse> = (0..60).map(|i| vec![(i % 3, 1.0), (3 + i % 5, 0.3)]).collect();
        let labels: Vec<usize> = (0..60).map(|i| i % 3).collect();
        let m = Machine::train(&rows, &labels, 3, 8, Cost { c: 1.0, balance: 0.0 });
        for (x, l) in rows.iter().zip(&labels) {
            let s = m.margins(x);
            assert!((0..3).all(|k| k == *l || s[k] < s[*l]), "{s:?}");
        }
    }

    #[test]
    fn the_optimum_of_two_points_is_that_worked_by_hand() {
        // x = 1 and x = -1: by symmetry no bias, w minimises w²/2 + 2C(1 - w)², so w = 4C / (1 + 4C).
        let rows = [vec![(0, 1.0)], vec![(0, -1.0)]];
        let m = Machine::train(&rows, &[0, 1], 2, 1, Cost { c: 1.0, balance: 0.0 });
        let s = m.margins(&rows[0]);
        assert!((s[0] - 0.8).abs() < 0.03 && (s[1] + 0.8).abs() < 0.03, "{s:?}");
    }
}
