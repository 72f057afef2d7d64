//! The Theta method (Assimakopoulos and Nikolopoulos 2000) in its dynamic form (Fiorucci, Pellegrini, Louzada,
//! Petropoulos and Koehler 2016): the series without its season is a line and a curve twice as bent, the curve by
//! simple exponential smoothing; together that is smoothing with half the slope of the line as drift (Hyndman and
//! Billah 2003). The line is that of the values seen so far, so what the method would have said in the past looks at
//! no later value. The season is taken out by classical decomposition where the test at 90 % finds one.
//!
//! How bent the curve is (theta) stays at 2: optimising it as well did not forecast better.

use super::season::{self, Join};
use super::{Path, simplex};

/// A fitted Theta model. Level is in units of `scale`.
#[derive(Clone, Debug)]
pub struct Model {
    pub alpha: f64,
    pub season: Vec<f64>,
    pub join: Join,
    level: f64,
    scale: f64,
}

/// How many times as bent as the series the curve is.
const THETA: f64 = 2.0;
/// Share of the line's slope that becomes drift.
const WEIGHT: f64 = 1.0 - 1.0 / THETA;

/// Fits a series of one value at least. With `period` 1 no season is looked for.
pub fn fit(y: &[f64], period: usize) -> Model {
    let scale = super::scale(y);
    let scaled: Vec<f64> = y.iter().map(|v| v / scale).collect();
    let positive = scaled.iter().all(|v| *v > 0.0);
    let (mut join, mut index) = (Join::Added, Vec::new());
    if season::is_seasonal(&scaled, period) {
        let multiplied = positive.then(|| season::indices(&scaled, period, Join::Multiplied)).flatten();
        if let Some(found) = multiplied {
            (join, index) = (Join::Multiplied, found);
        } else if let Some(found) = season::indices(&scaled, period, Join::Added) {
            index = found;
        }
    }
    let mut model = Model { alpha: 0.5, season: index, join, level: scaled[0], scale };
    let plain: Vec<f64> = scaled.iter().enumerate().map(|(t, v)| model.without(t, *v)).collect();
    let spread = super::spread(&plain).max(1e-6);
    let first = season::mean(&plain[..plain.len().min(3)]);
    let bounds = |x: &[f64]| (0.01 + 0.98 / (1.0 + (-x[0]).exp()), first + spread * x[1]);
    let value = |x: &[f64]| {
        let (alpha, level) = bounds(x);
        let pull: f64 = x.iter().map(|v| (v.abs() - 6.0).max(0.0)).sum();
        smooth(&plain, alpha, level, |_, _, _, _| {}) * (1.0 + 0.01 * pull)
    };
    let (x, _) = simplex::minimise(value, &[0.0, 0.0], &[1.0, 0.3], 120, 1e-7);
    (model.alpha, model.level) = bounds(&x);
    model
}

/// The dynamic recursion: the line is that through the values seen so far. Returns the sum of squared errors from
/// the third value on; `seen` gets count, level, cut and slope of the line after each value.
fn smooth(y: &[f64], alpha: f64, start: f64, mut seen: impl FnMut(usize, f64, f64, f64)) -> f64 {
    let (mut level, mut mean, mut cut, mut slope) = (start, 0.0, 0.0, 0.0);
    let (mut squares, mut left) = (0.0, 1.0);
    for (i, v) in y.iter().enumerate() {
        let t = (i + 1) as f64;
        let mu = level + WEIGHT * (left * cut + (1.0 - left * (1.0 - alpha)) / alpha * slope);
        if i >= 2 {
            squares += (v - mu) * (v - mu);
        }
        let before = mean;
        mean += (v - mean) / t;
        slope = if i == 0 { 0.0 } else { ((t - 2.0) * slope + 6.0 / t * (v - before)) / (t + 1.0) };
        cut = mean - (t + 1.0) / 2.0 * slope;
        level = alpha * v + (1.0 - alpha) * level;
        left *= 1.0 - alpha;
        seen(i + 1, level, cut, slope);
    }
    squares
}

impl Model {
    fn without(&self, t: usize, v: f64) -> f64 {
        match (self.season.len(), self.join) {
            (0, _) => v,
            (m, Join::Added) => v - self.season[t % m],
            (m, Join::Multiplied) => v / self.season[t % m],
        }
    }

    fn with(&self, t: usize, v: f64) -> f64 {
        match (self.season.len(), self.join) {
            (0, _) => v,
            (m, Join::Added) => v + self.season[t % m],
            (m, Join::Multiplied) => v * self.season[t % m],
        }
    }

    /// Forecasts from every point of the series, with the parameters of the whole of it.
    pub fn path(&self, y: &[f64], horizon: usize) -> Path {
        let plain: Vec<f64> = y.iter().enumerate().map(|(t, v)| self.without(t, v / self.scale)).collect();
        let mut path = Path::new(horizon, 6.max(self.season.len()).min(y.len()));
        smooth(&plain, self.alpha, self.level, |t, level, cut, slope| {
            if t < path.first {
                return;
            }
            let left = (1.0 - self.alpha).powi(i32::try_from(t).unwrap_or(i32::MAX));
            for k in 0..horizon {
                // The curve stays at its level, the line goes on: SES with drift.
                let drift = left * cut + slope * (k as f64 + (1.0 - left * (1.0 - self.alpha)) / self.alpha);
                path.values.push(self.with(t + k, level + WEIGHT * drift) * self.scale);
            }
        });
        path
    }
}
