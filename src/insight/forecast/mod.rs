//! What comes next in a series, with limits and the reason for the method.
//!
//! [`fit`] tries ETS, Theta, their mean, the seasonal naive method, drift and naive over the recent past by rolling
//! origin and goes on with the one that erred least. The mean of ETS and Theta is the first choice: another method must
//! have been clearly better, because a few origins of one series are thin evidence and averages of two unlike methods
//! seldom lose (Makridakis and Hibon 2000, Fiorucci et al. 2016).
//!
//! Limits are empirical (split conformal in spirit): the errors that the method would have made from every point of the past,
//! by step ahead, widened for what fitting hides.
//!
//! Why by hand: augurs, the crate of this kind, has no ETS with a season and no intervals that hold over horizons.

mod choose;
pub mod ets;
mod limits;
pub mod measure;
pub mod season;
pub mod simplex;
pub mod theta;
pub mod time;

pub use choose::{candidates, fit, fit_every, pick};
use serde::Serialize;

/// Values at equal steps of time.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    pub values: Vec<f64>,
    /// Steps in a season: 12 for months, `[24, 168]` for hours; the best of several is found. Empty for none.
    pub periods: Vec<usize>,
}

/// Values a forecast needs at least.
pub const LEAST: usize = 3;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    #[error("{0} values are too few: a forecast needs {LEAST} at least")]
    Short(usize),
    #[error("value {0} is no finite number")]
    NotFinite(usize),
    #[error("the horizon must be 1 to 10,000 steps")]
    Horizon,
    #[error("the level must lie between 0.5 and 0.999")]
    Level,
}

/// One step ahead: `lower <= mean <= upper`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Point {
    pub mean: f64,
    pub lower: f64,
    pub upper: f64,
}

/// How the numbers came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Method {
    Naive,
    Drift,
    SeasonalNaive,
    Ets,
    Theta,
    Combined,
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Naive => "naive",
            Method::Drift => "drift",
            Method::SeasonalNaive => "seasonal naive",
            Method::Ets => "ETS",
            Method::Theta => "Theta",
            Method::Combined => "mean of ETS and Theta",
        }
    }
}

/// What is known of the season.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Season {
    /// Steps; 1 where there is none.
    pub period: usize,
    /// 0 to 1: the share of the movement around the trend that is season.
    pub strength: f64,
    /// Index by place in the season, the first for the step after the last value; 1 is an ordinary one. Empty without a season.
    pub indices: Vec<f64>,
}

/// The error of a method over the rolling origins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PastError {
    pub method: Method,
    /// Mean absolute error, in units of the series.
    pub mae: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Forecast {
    pub points: Vec<Point>,
    pub method: Method,
    /// The method with its form and parameters, as `mean of ETS(M,Ad,M) and Theta 2.3`.
    pub form: String,
    pub season: Season,
    /// Every method tried, the least error first; empty where history is too short to try.
    pub errors: Vec<PastError>,
    /// Origins the errors are means of.
    pub origins: usize,
    /// What the reader must know, such as a history too short for a season.
    pub notes: Vec<String>,
}

/// Forecasts a method makes from every point of a series.
#[derive(Clone, Debug)]
pub struct Path {
    pub horizon: usize,
    /// Values behind the first origin.
    pub first: usize,
    /// `horizon` values for each origin; the last are the forecast.
    pub values: Vec<f64>,
}

impl Path {
    fn new(horizon: usize, first: usize) -> Path {
        Path { horizon, first, values: Vec::new() }
    }

    /// What comes after the whole series.
    pub fn ahead(&self) -> &[f64] {
        &self.values[self.values.len() - self.horizon..]
    }

    /// Forecasts made with the first `behind` values known.
    fn from(&self, behind: usize) -> Option<&[f64]> {
        let at = behind.checked_sub(self.first)? * self.horizon;
        self.values.get(at..at + self.horizon)
    }
}

/// Mean absolute value: the unit a series is computed in. 1 for a series of zeros.
fn scale(y: &[f64]) -> f64 {
    let mean = season::mean(&y.iter().map(|v| v.abs()).collect::<Vec<_>>());
    if mean > 0.0 && mean.is_finite() { mean } else { 1.0 }
}

/// Mean absolute distance from the mean.
fn spread(y: &[f64]) -> f64 {
    let centre = season::mean(y);
    season::mean(&y.iter().map(|v| (v - centre).abs()).collect::<Vec<_>>())
}

/// The line through values at 1, 2, 3...: (value at 0 plus one slope, slope), by least squares.
fn line(y: &[f64]) -> (f64, f64) {
    let n = y.len() as f64;
    if y.len() < 2 {
        return (y.first().copied().unwrap_or(0.0), 0.0);
    }
    let centre = (n - 1.0) / 2.0;
    let mean = season::mean(y);
    let (mut up, mut down) = (0.0, 0.0);
    for (t, v) in y.iter().enumerate() {
        let d = t as f64 - centre;
        up += d * (v - mean);
        down += d * d;
    }
    let slope = up / down;
    (mean - slope * centre, slope)
}

#[cfg(test)]
mod tests;
