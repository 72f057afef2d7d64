//! How good probabilities are.

use serde::{Deserialize, Serialize};

/// Figures of a set of predictions. All are fractions but `lift`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub rows: usize,
    pub positives: usize,
    /// Area under the ROC curve: the chance that a positive stands above a negative, ties half.
    pub auc: f64,
    /// Area under the precision-recall curve, as average precision.
    pub pr_auc: f64,
    /// Mean negative log-likelihood, natural logarithm.
    pub log_loss: f64,
    /// Mean squared error of the probability (Brier 1950).
    pub brier: f64,
    /// Share of positives among the tenth scored highest, over the share among all.
    pub lift: f64,
    /// Expected calibration error over ten bins of equal width.
    pub ece: f64,
    /// The same over ten bins of equal counts.
    pub ece_equal: f64,
}

/// One line of the reliability table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reliability {
    pub low: f64,
    pub high: f64,
    pub rows: usize,
    /// Mean probability said.
    pub said: f64,
    /// Share that came true.
    pub came: f64,
}

/// All figures. Sets of one class have AUC and PR-AUC NaN.
pub fn figures(p: &[f64], target: &[bool]) -> Figures {
    let n = p.len();
    let positives = target.iter().filter(|t| **t).count();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| p[*b].total_cmp(&p[*a]));
    let log_loss = p.iter().zip(target).map(|(p, t)| {
        let p = p.clamp(1e-15, 1.0 - 1e-15);
        if *t { -p.ln() } else { -(1.0 - p).ln() }
    });
    let brier = p.iter().zip(target).map(|(p, t)| (p - f64::from(u8::from(*t))).powi(2));
    let many = n.max(1) as f64;
    let (auc, pr_auc) = areas(p, target, &order, positives);
    Figures {
        rows: n,
        positives,
        auc,
        pr_auc,
        log_loss: log_loss.sum::<f64>() / many,
        brier: brier.sum::<f64>() / many,
        lift: lift(target, &order, positives),
        ece: error(&reliability(p, target)),
        ece_equal: equal_counts(p, target, &order),
    }
}

fn areas(p: &[f64], target: &[bool], order: &[usize], positives: usize) -> (f64, f64) {
    let negatives = p.len() - positives;
    if positives == 0 || negatives == 0 {
        return (f64::NAN, f64::NAN);
    }
    let (mut auc, mut ap, mut tp, mut fp) = (0.0, 0.0, 0.0, 0.0);
    let mut at = 0;
    while at < order.len() {
        let (mut t, mut f) = (0.0, 0.0);
        let value = p[order[at]];
        while at < order.len() && p[order[at]] == value {
            if target[order[at]] {
                t += 1.0
            } else {
                f += 1.0
            }
            at += 1;
        }
        auc += f * (tp + t / 2.0);
        tp += t;
        fp += f;
        ap += t * tp / (tp + fp);
    }
    (auc / (positives as f64 * negatives as f64), ap / positives as f64)
}

fn lift(target: &[bool], order: &[usize], positives: usize) -> f64 {
    let tenth = (order.len() as f64 / 10.0).round().max(1.0) as usize;
    if positives == 0 || order.is_empty() {
        return f64::NAN;
    }
    let hit = order.iter().take(tenth).filter(|i| target[**i]).count() as f64;
    hit / tenth as f64 * order.len() as f64 / positives as f64
}

/// Ten bins of equal width; empty ones are left out.
pub fn reliability(p: &[f64], target: &[bool]) -> Vec<Reliability> {
    let mut bins = [(0usize, 0.0, 0.0); 10];
    for (p, t) in p.iter().zip(target) {
        let bin = &mut bins[((p * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1, bin.1 + p, bin.2 + f64::from(u8::from(*t)));
    }
    let line = |(i, (rows, said, came)): (usize, &(usize, f64, f64))| Reliability {
        low: i as f64 / 10.0,
        high: (i + 1) as f64 / 10.0,
        rows: *rows,
        said: said / *rows as f64,
        came: came / *rows as f64,
    };
    bins.iter().enumerate().filter(|(_, b)| b.0 > 0).map(line).collect()
}

fn error(bins: &[Reliability]) -> f64 {
    let all: usize = bins.iter().map(|b| b.rows).sum();
    bins.iter().map(|b| (b.said - b.came).abs() * b.rows as f64).sum::<f64>() / all.max(1) as f64
}

fn equal_counts(p: &[f64], target: &[bool], order: &[usize]) -> f64 {
    let n = order.len();
    let mut sum = 0.0;
    for i in 0..10 {
        let part = &order[n * i / 10..n * (i + 1) / 10];
        let off: f64 = part.iter().map(|r| p[*r] - f64::from(u8::from(target[*r]))).sum();
        sum += off.abs();
    }
    sum / n.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_a_set_worked_by_hand() {
        let p = [0.9, 0.8, 0.8, 0.3, 0.1];
        let t = [true, true, false, false, true];
        let f = figures(&p, &t);
        // Pairs: 0.9 beats both; 0.8 ties one and beats one; 0.1 loses both: 3.5 of 6.
        assert!((f.auc - 3.5 / 6.0).abs() < 1e-12);
        // Average precision: 1/3 x 1/1 + 1/3 x 2/3 + 1/3 x 3/5.
        assert!((f.pr_auc - (1.0 + 2.0 / 3.0 + 0.6) / 3.0).abs() < 1e-12);
        let ll = -(0.9f64.ln() + 0.8f64.ln() + 0.2f64.ln() + 0.7f64.ln() + 0.1f64.ln()) / 5.0;
        assert!((f.log_loss - ll).abs() < 1e-12);
        assert!((f.brier - (0.01 + 0.04 + 0.64 + 0.09 + 0.81) / 5.0).abs() < 1e-12);
        assert!((f.lift - 5.0 / 3.0).abs() < 1e-12);
        // Bins 0.1, 0.3, 0.8 (two), 0.9.
        assert!((f.ece - (0.9 + 0.3 + 2.0 * 0.3 + 0.1) / 5.0).abs() < 1e-12);
        assert!(figures(&[0.5, 0.5], &[true, true]).auc.is_nan());
    }
}
