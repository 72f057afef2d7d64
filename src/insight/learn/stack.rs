//! Weights of several learners: a logistic regression on their log-odds, without negative weights; and the bend that
//! calibrates what they say together.

use serde::{Deserialize, Serialize};

use super::additive::solve;

/// Rows looked at: more would not move the weights.
const ROWS: usize = 30_000;
/// Rows of belief in equal weights.
const BELIEF: f64 = 4.0;

/// A start and a weight for each learner. `z[l][i]` are the log-odds that learner l gives to row i.
pub fn weigh(z: &[Vec<f64>], target: &[bool]) -> (f64, Vec<f64>) {
    let learners = z.len();
    let stride = target.len().div_ceil(ROWS).max(1);
    let rows: Vec<usize> = (0..target.len()).step_by(stride).collect();
    let equal = 1.0 / learners.max(1) as f64;
    let mut weights = vec![equal; learners];
    let mut start = 0.0;
    let mut margin: Vec<f64> = rows.iter().map(|r| z.iter().map(|l| l[*r] * equal).sum()).collect();
    // Coordinate-wise Newton steps; the learners are much alike, so it takes a few hundred.
    for _ in 0..150 {
        let mut moved: f64 = 0.0;
        for l in 0..=learners {
            let x = |i: usize| if l < learners { z[l][rows[i]] } else { 1.0 };
            let (mut g, mut h) = (0.0, 1e-9);
            for (i, m) in margin.iter().enumerate() {
                let p = 1.0 / (1.0 + (-m).exp());
                g += (p - f64::from(u8::from(target[rows[i]]))) * x(i);
                h += p * (1.0 - p) * x(i) * x(i);
            }
            let by = if l < learners {
                let (g, h) = (g + BELIEF * (weights[l] - equal), h + BELIEF);
                (weights[l] - g / h).clamp(0.0, 3.0) - weights[l]
            } else {
                -g / h
            };
            match weights.get_mut(l) {
                Some(w) => *w += by,
                None => start += by,
            }
            margin.iter_mut().enumerate().for_each(|(i, m)| *m += by * x(i));
            moved = moved.max(by.abs());
        }
        if moved < 1e-4 {
            break;
        }
    }
    (start, weights)
}

/// The last bend of log-odds, three numbers of a beta calibration (Kull, Silva Filho and Flach 2017): on both sides
/// of even odds what was said may be too bold or too shy. The identity until it is fitted.
///
/// What three numbers leave over is taken by a line of straight pieces: groups of equal counts in the order of what was
/// said, each moved by one Newton step towards what came, held back by the belief that nothing is to be moved
/// (the posterior mode under a normal prior). The line always rises, so that the order of cases stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bend {
    /// Weight of ln p.
    low: f64,
    /// Weight of -ln (1 - p).
    high: f64,
    start: f64,
    /// Points of the line: log-odds as bent so far, ascending, and what they become.
    #[serde(default)]
    line: Vec<(f64, f64)>,
    /// Added in the end.
    #[serde(default)]
    moved: f64,
}

/// Rows of belief in the identity.
const IDENTITY: f64 = 10.0;
/// Groups of the line at most, rows in a group at least, and the weight of the belief that a group stays where it is:
/// it is moved by about 0.2 log-odds at most.
const GROUPS: usize = 20;
const OF_GROUP: usize = 250;
const STAYS: f64 = 15.0;
/// Least slope of the line.
const LEAST_SLOPE: f64 = 0.2;

impl Default for Bend {
    fn default() -> Bend {
        Bend { low: 1.0, high: 1.0, start: 0.0, line: Vec::new(), moved: 0.0 }
    }
}

/// ln p and -ln (1 - p) of log-odds.
fn sides(z: f64) -> (f64, f64) {
    let soft = |x: f64| if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() };
    (-soft(-z), soft(z))
}

impl Bend {
    /// Newton steps on all three at once, both weights kept positive so that the order of cases stays.
    pub fn fit(z: &[f64], target: &[bool]) -> Bend {
        let mut bend = Bend::default();
        let stride = z.len().div_ceil(ROWS).max(1);
        for _ in 0..25 {
            let mut g = [IDENTITY * (bend.low - 1.0), IDENTITY * (bend.high - 1.0), 0.0];
            let mut h = [[0.0; 3]; 3];
            (h[0][0], h[1][1], h[2][2]) = (IDENTITY, IDENTITY, 1e-6);
            for (z, t) in z.iter().zip(target).step_by(stride) {
                let (low, high) = sides(*z);
                let x = [low, high, 1.0];
                let p = 1.0 / (1.0 + (-bend.of(*z)).exp());
                for i in 0..3 {
                    g[i] += (p - f64::from(u8::from(*t))) * x[i];
                    for j in 0..3 {
                        h[i][j] += p * (1.0 - p) * x[i] * x[j];
                    }
                }
            }
            let mut flat: Vec<f64> = h.iter().flatten().copied().collect();
            let Some(by) = solve(&mut flat, &g) else { break };
            bend.low = (bend.low - by[0]).clamp(0.2, 5.0);
            bend.high = (bend.high - by[1]).clamp(0.2, 5.0);
            bend.start -= by[2];
            if by.iter().all(|b| b.abs() < 1e-6) {
                break;
            }
        }
        bend.line = bend.line_of(z, target);
        bend
    }

    fn line_of(&self, z: &[f64], target: &[bool]) -> Vec<(f64, f64)> {
        let groups = (z.len() / OF_GROUP).min(GROUPS);
        if groups < 4 {
            return Vec::new();
        }
        let mut said: Vec<(f64, bool)> = z.iter().map(|z| self.of(*z)).zip(target.iter().copied()).collect();
        said.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut line: Vec<(f64, f64)> = Vec::with_capacity(groups);
        for g in 0..groups {
            let part = &said[said.len() * g / groups..said.len() * (g + 1) / groups];
            let (mut off, mut weight) = (0.0, STAYS);
            for (z, t) in part {
                let p = 1.0 / (1.0 + (-z).exp());
                off += f64::from(u8::from(*t)) - p;
                weight += p * (1.0 - p);
            }
            // Six places, so that a stored line is read back as it was.
            let places = |x: f64| (x * 1e6).round() / 1e6;
            let at = places(part.iter().map(|(z, _)| z).sum::<f64>() / part.len() as f64);
            let to = places(at + off / weight);
            match line.last() {
                Some((before, _)) if at - before < 1e-4 => {}
                Some((before, low)) => line.push((at, to.max(places(low + LEAST_SLOPE * (at - before))))),
                None => line.push((at, to)),
            }
        }
        line
    }

    pub fn shift(&mut self, by: f64) {
        self.moved += by;
    }

    pub fn of(&self, z: f64) -> f64 {
        let (low, high) = sides(z);
        let bent = self.start + self.low * low + self.high * high;
        self.moved + along(&self.line, bent)
    }
}

/// Where `z` comes to lie: between two points on the straight between them, beyond the ends as far off as the end.
fn along(line: &[(f64, f64)], z: f64) -> f64 {
    let after = line.partition_point(|(at, _)| *at < z);
    match (after.checked_sub(1).and_then(|i| line.get(i)), line.get(after)) {
        (Some((a, x)), Some((b, y))) => x + (y - x) * (z - a) / (b - a),
        (Some((a, x)), None) | (None, Some((a, x))) => z + x - a,
        (None, None) => z,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_shy_above_and_too_bold_below_is_bent_straight() {
        // Said log-odds z; true ones are 1.5 z above and 0.6 z below.
        let (mut z, mut target) = (Vec::new(), Vec::new());
        for i in 0..200 {
            let said = f64::from(i - 100) / 25.0;
            let truly = if said > 0.0 { 1.5 * said } else { 0.6 * said };
            let positives = (100.0 / (1.0 + (-truly).exp())).round() as usize;
            for k in 0..100 {
                z.push(said);
                target.push(k < positives);
            }
        }
        let bend = Bend::fit(&z, &target);
        assert!((bend.of(3.0) - 4.5).abs() < 0.35 && (bend.of(-3.0) + 1.8).abs() < 0.25, "{bend:?}");
        assert!((0..100).all(|i| bend.of(f64::from(i)) < bend.of(f64::from(i + 1))));
        assert_eq!(Bend::default().of(2.5), 2.5);
    }

    #[test]
    fn a_dent_in_the_middle_is_filled_and_the_order_stays() {
        // Right at both ends; between even odds and 3 to 1 one in three fewer comes than is said.
        let (mut z, mut target) = (Vec::new(), Vec::new());
        for i in 0..60 {
            let said = f64::from(i - 30) / 10.0;
            let truly = 1.0 / (1.0 + (-said).exp()) * if (0.0..1.1).contains(&said) { 0.67 } else { 1.0 };
            let positives = (200.0 * truly).round() as usize;
            z.extend([said; 200]);
            target.extend((0..200).map(|k| k < positives));
        }
        let bend = Bend::fit(&z, &target);
        let p = |z: f64| 1.0 / (1.0 + (-bend.of(z)).exp());
        let came = 0.67 / (1.0 + (-0.6f64).exp());
        assert!((p(0.6) - came).abs() < 0.07 && (p(-2.0) - 0.119).abs() < 0.03, "{} {}", p(0.6), p(-2.0));
        assert!((-50..50).all(|i| bend.of(f64::from(i) / 10.0) < bend.of(f64::from(i + 1) / 10.0)));
        // A model stored before there was a line has none.
        let old: Bend = serde_json::from_str(r#"{"low":1.0,"high":1.0,"start":0.5}"#).unwrap();
        assert_eq!(old.of(1.0), 1.5);
    }

    #[test]
    fn the_learner_that_knows_gets_the_weight() {
        let target: Vec<bool> = (0..600).map(|i| i % 3 == 0).collect();
        let knows = |i: usize| if i.is_multiple_of(3) != i.is_multiple_of(10) { 1.0 } else { -1.0 };
        let good: Vec<f64> = (0..600).map(knows).collect();
        let noise: Vec<f64> = (0..600).map(|i| f64::from(i % 7) - 3.0).collect();
        let against: Vec<f64> = good.iter().map(|z| -z * 2.0).collect();
        let (_, w) = weigh(&[good, noise, against], &target);
        assert!(w[0] > 1.0 && w[1] < 0.1 && w[2] == 0.0, "{w:?}");
    }
}
