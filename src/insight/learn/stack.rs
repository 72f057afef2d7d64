//! Weights of several learners: a logistic regression on their log-odds, without negative weights.

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

#[cfg(test)]
mod tests {
    use super::*;

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
