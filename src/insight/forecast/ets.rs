//! Exponential smoothing in state space form (Hyndman, Koehler, Ord and Snyder, *Forecasting with Exponential
//! Smoothing*, 2008): level, trend (none, additive, damped) and season (none, added, multiplied) with additive or
//! multiplicative error, by likelihood; the form by AICc. The forms tried are those of the book's recommended set:
//! a multiplied season goes with a multiplicative error only.
//!
//! Level and trend at the start are optimised with the smoothing parameters; the season at the start comes from
//! classical decomposition, which is as good here and spares eleven dimensions of the search.

use super::season::{self, Join};
use super::{Path, simplex};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    Additive,
    Multiplicative,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    None,
    Additive,
    Damped,
}

/// A model form, as `ETS(M,Ad,M)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    pub error: Error,
    pub trend: Trend,
    pub season: Option<Join>,
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let error = if self.error == Error::Additive { "A" } else { "M" };
        let trend = match self.trend {
            Trend::None => "N",
            Trend::Additive => "A",
            Trend::Damped => "Ad",
        };
        let season = match self.season {
            None => "N",
            Some(Join::Added) => "A",
            Some(Join::Multiplied) => "M",
        };
        write!(f, "ETS({error},{trend},{season})")
    }
}

/// A form with its parameters, fitted to a series. Values are in units of `scale`.
#[derive(Clone, Debug)]
pub struct Model {
    pub form: Form,
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
    pub aicc: f64,
    level: f64,
    slope: f64,
    season: Vec<f64>,
    scale: f64,
    /// Where the search ended: the start of the next search on nearly the same series.
    searched: Vec<f64>,
}

/// What the search begins with, computed once for a series and shared by the forms.
struct Start {
    level: f64,
    slope: f64,
    spread: f64,
    season: Vec<f64>,
}

impl Start {
    /// Season from decomposition; level and slope by a line through the first values without it.
    fn new(y: &[f64], period: usize, join: Option<Join>) -> Option<Start> {
        let season = match join {
            Some(join) => season::indices(y, period, join)?,
            None => Vec::new(),
        };
        let plain: Vec<f64> = y
            .iter()
            .enumerate()
            .map(|(t, v)| match join {
                None => *v,
                Some(Join::Added) => v - season[t % period],
                Some(Join::Multiplied) => v / season[t % period],
            })
            .collect();
        let head = &plain[..plain.len().min(10.max(period))];
        let (cut, slope) = super::line(head);
        let centre = season::mean(&plain);
        let spread = season::mean(&plain.iter().map(|v| (v - centre).abs()).collect::<Vec<_>>()).max(1e-6);
        Some(Start { level: cut - slope, slope, spread, season })
    }
}

fn squash(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

impl Model {
    /// The parameters a point of the search stands for: all within the usual bounds
    /// (0 < alpha < 1, beta < alpha, gamma < 1 - alpha, 0.8 <= phi <= 0.98).
    fn at(form: Form, x: &[f64], start: &Start, scale: f64) -> Model {
        let mut x = x.iter().copied();
        let mut next = || x.next().unwrap_or(0.0);
        let alpha = 0.0001 + 0.9998 * squash(next());
        let level = start.level + start.spread * next();
        let (beta, slope) = match form.trend {
            Trend::None => (0.0, 0.0),
            _ => (alpha * squash(next()), start.slope + 0.1 * start.spread * next()),
        };
        let phi = match form.trend {
            Trend::Damped => 0.8 + 0.18 * squash(next()),
            _ => 1.0,
        };
        let gamma = form.season.map_or(0.0, |_| (1.0 - alpha) * squash(next()));
        Model {
            form,
            alpha,
            beta,
            gamma,
            phi,
            aicc: f64::INFINITY,
            level,
            slope,
            season: start.season.clone(),
            scale,
            searched: Vec::new(),
        }
    }

    /// Runs the recursion over `y` (already in units of the scale) and returns -2 log-likelihood up to a constant.
    /// `seen` gets the state after each value: how many are behind it, level, slope, season by phase.
    fn run(&self, y: &[f64], season: &mut Vec<f64>, mut seen: impl FnMut(usize, f64, f64, &[f64])) -> f64 {
        season.clear();
        season.extend_from_slice(&self.season);
        let period = season.len().max(1);
        let (mut level, mut slope) = (self.level, self.slope);
        let (mut squares, mut logs, mut phase) = (0.0, 0.0, 0);
        let relative = self.form.error == Error::Multiplicative;
        for (t, v) in y.iter().enumerate() {
            let base = level + self.phi * slope;
            let s = if season.is_empty() { 0.0 } else { season[phase] };
            let mu = match self.form.season {
                None => base,
                Some(Join::Added) => base + s,
                Some(Join::Multiplied) => base * s,
            };
            let e = v - mu;
            if relative {
                if mu <= 1e-9 {
                    return f64::INFINITY;
                }
                squares += (e / mu) * (e / mu);
                logs += mu.ln();
            } else {
                squares += e * e;
            }
            // In error correction form the recursion is the same for both kinds of error.
            let pull = match self.form.season {
                Some(Join::Multiplied) => {
                    if s.abs() < 1e-9 || base.abs() < 1e-9 {
                        return f64::INFINITY;
                    }
                    season[phase] = s + self.gamma * e / base;
                    e / s
                }
                Some(Join::Added) => {
                    season[phase] = s + self.gamma * e;
                    e
                }
                None => e,
            };
            level = base + self.alpha * pull;
            slope = self.phi * slope + self.beta * pull;
            phase += 1;
            if phase == period {
                phase = 0;
            }
            seen(t + 1, level, slope, season);
        }
        let n = y.len() as f64;
        n * (squares / n).max(1e-20).ln() + 2.0 * logs
    }

    /// Parameters that were estimated, the variance included.
    fn freedom(&self) -> usize {
        let trend = match self.form.trend {
            Trend::None => 0,
            Trend::Additive => 2,
            Trend::Damped => 3,
        };
        3 + trend + if self.season.is_empty() { 0 } else { self.season.len() }
    }

    /// Indices of the season, 0 without one.
    pub fn season_len(&self) -> usize {
        self.season.len()
    }

    /// Forecasts from every point of the series, with the parameters of the whole of it.
    pub fn path(&self, y: &[f64], horizon: usize) -> Path {
        let scaled: Vec<f64> = y.iter().map(|v| v / self.scale).collect();
        let mut path = Path::new(horizon, self.season.len().max(3).min(y.len()));
        let mut season = Vec::new();
        self.run(&scaled, &mut season, |t, level, slope, season| {
            if t < path.first {
                return;
            }
            let (mut reach, mut damp) = (0.0, 1.0);
            for k in 0..horizon {
                damp *= self.phi;
                reach += damp;
                let base = level + reach * slope;
                let v = match self.form.season {
                    None => base,
                    Some(Join::Added) => base + season[(t + k) % season.len()],
                    Some(Join::Multiplied) => base * season[(t + k) % season.len()],
                };
                path.values.push(v * self.scale);
            }
        });
        path
    }
}

/// The forms worth trying on a series: no multiplicative part where a value is zero or below, no season where two
/// periods are not there, and no undamped trend where history is shorter than that or than 24 values of a season.
pub fn forms(y: &[f64], period: usize) -> Vec<Form> {
    let positive = y.iter().all(|v| *v > 0.0);
    let seasonal = period > 1 && y.len() > 2 * period;
    let short = period > 1 && !seasonal;
    let mut out = Vec::new();
    let trends: &[Trend] = if short || y.len() < 8 {
        &[Trend::None, Trend::Damped]
    } else {
        &[Trend::None, Trend::Additive, Trend::Damped]
    };
    for error in [Error::Additive, Error::Multiplicative] {
        for trend in trends {
            for season in [None, Some(Join::Added), Some(Join::Multiplied)] {
                let multiplied = season == Some(Join::Multiplied);
                let barred = (season.is_some() && !seasonal)
                    || ((multiplied || error == Error::Multiplicative) && !positive)
                    || (multiplied && error == Error::Additive);
                if !barred {
                    out.push(Form { error, trend: *trend, season });
                }
            }
        }
    }
    out
}

/// Fits one form. `None` where the series is too short for it. `near` is a model of nearly the same series to start
/// the search from.
pub fn fit_form(y: &[f64], period: usize, form: Form, near: Option<&Model>) -> Option<Model> {
    let scale = super::scale(y);
    let scaled: Vec<f64> = y.iter().map(|v| v / scale).collect();
    let start = Start::new(&scaled, period, form.season)?;
    let mut x = vec![-0.5, 0.0];
    let mut steps = vec![1.0, 0.3];
    if form.trend != Trend::None {
        x.extend([-2.0, 0.0]);
        steps.extend([1.0, 0.3]);
    }
    if form.trend == Trend::Damped {
        x.push(1.5);
        steps.push(-1.0);
    }
    if form.season.is_some() {
        x.push(-2.0);
        steps.push(1.0);
    }
    if let Some(near) = near.filter(|n| n.searched.len() == x.len()) {
        x.clone_from(&near.searched);
        for s in &mut steps {
            *s *= 0.5;
        }
    }
    let mut season = Vec::new();
    let value = |x: &[f64]| {
        let now = Model::at(form, x, &start, scale);
        // Far out every sigmoid is flat: a small pull keeps the simplex where it can still turn.
        let pull: f64 = x.iter().map(|v| (v.abs() - 8.0).max(0.0)).sum();
        now.run(&scaled, &mut season, |_, _, _, _| {}) + pull
    };
    let (x, fit) = simplex::minimise(value, &x, &steps, 60 * steps.len(), 1e-6);
    let mut model = Model::at(form, &x, &start, scale);
    let (n, k) = (y.len() as f64, model.freedom() as f64);
    if n - k - 1.0 <= 0.0 || fit >= f64::MAX {
        return None;
    }
    model.aicc = fit + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
    model.searched = x;
    Some(model)
}

/// Every form that fits the series, the one with the least AICc first.
pub fn fit_all(y: &[f64], period: usize) -> Vec<Model> {
    let mut all: Vec<Model> = forms(y, period).into_iter().filter_map(|f| fit_form(y, period, f, None)).collect();
    all.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
    all
}

/// The best model and those near it with their Akaike weights, exp(-d/2) of the distance in AICc (Kolassa 2011): what
/// they forecast together moves less from month to month than what the first of them says. Weights below 0.02 are
/// left out.
pub fn weights(sorted: &[Model]) -> Vec<(f64, &Model)> {
    let Some(first) = sorted.first() else { return Vec::new() };
    let weight = |m: &Model| (-(m.aicc - first.aicc) / 2.0).exp();
    let near: Vec<(f64, &Model)> = sorted.iter().map(|m| (weight(m), m)).filter(|(w, _)| *w >= 0.02).collect();
    let whole: f64 = near.iter().map(|(w, _)| w).sum();
    near.into_iter().map(|(w, m)| (w / whole, m)).collect()
}
