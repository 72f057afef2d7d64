//! The choice between methods by rolling origin, and the limits around the chosen one.

use super::limits::points;
use super::season::{self, Join, mean};
use super::{Forecast, ForecastError, LEAST, Method, PastError, Path, Point, Season, Series, ets, measure, theta};

/// Origins the methods are tried at.
const ORIGINS: usize = 6;
/// A method takes the place of the mean of ETS and Theta when its past error is below this share of the other's:
/// few steps of the past must say it loudly, many may say it more softly.
const CLEARLY: (f64, f64) = (0.5, 0.8);
/// Steps compared from which on they are many.
const MANY: usize = 200;

/// A method fitted to a series.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub method: Method,
    /// Its form and parameters in words.
    pub form: String,
    pub path: Path,
    /// Errors grow with the level.
    pub(super) relative: bool,
    /// Parameters fitted.
    pub(super) freedom: usize,
}

/// Forms found on the whole series, for the shorter ones of the rolling origins.
type Hints<'a> = Option<&'a [ets::Model]>;

/// Every method that can be fitted to `y` with a season of `period` (1: none).
pub fn candidates(y: &[f64], period: usize, horizon: usize) -> Vec<Candidate> {
    with_hints(y, period, horizon, None).0
}

fn with_hints(y: &[f64], period: usize, horizon: usize, hints: Hints) -> (Vec<Candidate>, Vec<ets::Model>) {
    let n = y.len();
    let thin = period > 1 && n < 2 * period;
    let plain = |method: Method, first: usize, at: &dyn Fn(usize, usize) -> f64| {
        let mut path = Path::new(horizon, first.min(n));
        for t in path.first..=n {
            path.values.extend((0..horizon).map(|k| at(t, k)));
        }
        let freedom = usize::from(method == Method::Drift);
        Candidate { method, form: method.name().into(), path, relative: false, freedom }
    };
    let mut out = vec![
        plain(Method::Naive, 1, &|t, _| y[t - 1]),
        plain(Method::Drift, 2, &|t, k| {
            let step = if t > 1 { (y[t - 1] - y[0]) / (t - 1) as f64 } else { 0.0 };
            y[t - 1] + step * (k + 1) as f64
        }),
    ];
    if period > 1 && n >= 2 * period {
        out.push(plain(Method::SeasonalNaive, period, &|t, k| y[t - period + k % period]));
    }
    let models: Vec<ets::Model> = match hints {
        None => ets::fit_all(y, period),
        Some(hints) => {
            let near = hints.iter().filter_map(|h| ets::fit_form(y, period, h.form, Some(h)));
            let mut all: Vec<ets::Model> = near.collect();
            all.sort_by(|a, b| a.aicc.total_cmp(&b.aicc));
            all
        }
    };
    let smooth = averaged(&models, y, horizon);
    let theta = (n >= 6 && !thin).then(|| {
        let model = theta::fit(y, period);
        Candidate {
            method: Method::Theta,
            form: "Theta".into(),
            path: model.path(y, horizon),
            relative: model.join == Join::Multiplied,
            freedom: 4 + model.season.len(),
        }
    });
    if let (Some(a), Some(b)) = (&smooth, &theta) {
        out.push(Candidate {
            method: Method::Combined,
            form: format!("mean of {} and {}", a.form, b.form),
            path: mixed(&a.path, &b.path, 0.5),
            relative: a.relative,
            freedom: a.freedom.max(b.freedom),
        });
    }
    out.extend(smooth);
    out.extend(theta);
    out.retain(|c| c.path.ahead().iter().all(|v| v.is_finite()));
    (out, models)
}

/// The mean of two paths, the first with weight `w`, from where both begin.
fn mixed(a: &Path, b: &Path, w: f64) -> Path {
    let first = a.first.max(b.first);
    let tail = |p: &Path| p.values[(first - p.first) * p.horizon..].to_vec();
    let values = tail(a).iter().zip(tail(b)).map(|(a, b)| w * a + (1.0 - w) * b).collect();
    Path { horizon: a.horizon, first, values }
}

/// Weighs the mean of ETS and Theta by the inverse squares of their past errors (Bates and Granger 1969).
fn weigh(tried: &mut [Candidate], errors: &[PastError]) {
    let error = |m: Method| errors.iter().find(|e| e.method == m).map(|e| e.mae * e.mae);
    let path = |m: Method| tried.iter().find(|c| c.method == m).map(|c| c.path.clone());
    let (Some(e), Some(t)) = (error(Method::Ets), error(Method::Theta)) else { return };
    let (Some(ets), Some(theta)) = (path(Method::Ets), path(Method::Theta)) else { return };
    if e + t <= 0.0 {
        return;
    }
    let w = t / (e + t);
    if let Some(c) = tried.iter_mut().find(|c| c.method == Method::Combined) {
        c.path = mixed(&ets, &theta, w);
        c.form = format!("{}, {:.0} % ETS", c.form, 100.0 * w);
    }
}

/// What the models near the best say together.
fn averaged(models: &[ets::Model], y: &[f64], horizon: usize) -> Option<Candidate> {
    let best = models.first()?;
    let near = ets::weights(models);
    let mut sum = 0.0;
    let mut path: Option<Path> = None;
    for (w, m) in &near {
        sum += w;
        let one = m.path(y, horizon);
        path = Some(match path {
            None => one,
            Some(before) => mixed(&one, &before, w / sum),
        });
    }
    let others = match near.len() {
        1 => String::new(),
        n => format!(" and {} near it", n - 1),
    };
    let trend = if best.form.trend == ets::Trend::None { 2 } else { 4 };
    Some(Candidate {
        method: Method::Ets,
        form: format!("{}{others}", best.form),
        path: path?,
        relative: best.form.error == ets::Error::Multiplicative,
        freedom: trend + best.season_len(),
    })
}

/// Past errors by method, the least first, and how many origins they are means of.
fn past_errors(y: &[f64], period: usize, horizon: usize, models: &[ets::Model]) -> (Vec<PastError>, usize) {
    let n = y.len();
    let least = if n >= 2 * period + 4 { 2 * period + 1 } else { LEAST }.max(LEAST);
    let reach = horizon.min(n / 3).max(1);
    let step = (reach / 4).max(1);
    let hints = &models[..models.len().min(4)];
    let mut sums: Vec<(Method, f64, usize)> = Vec::new();
    let mut origins = 0;
    for i in 0..ORIGINS {
        let Some(origin) = n.checked_sub(reach + i * step).filter(|o| *o >= least) else { break };
        origins += 1;
        let (tried, _) = with_hints(&y[..origin], period, reach, Some(hints));
        for c in tried {
            let e = measure::mae(&y[origin..origin + reach], c.path.ahead());
            match sums.iter_mut().find(|s| s.0 == c.method) {
                Some(s) => {
                    s.1 += e;
                    s.2 += 1;
                }
                None => sums.push((c.method, e, 1)),
            }
        }
    }
    // A method that could not be fitted at every origin has no comparable error.
    let mut errors: Vec<PastError> = sums
        .into_iter()
        .filter(|s| s.2 == origins)
        .map(|(method, sum, count)| PastError { method, mae: sum / count as f64 })
        .collect();
    errors.sort_by(|a, b| a.mae.total_cmp(&b.mae));
    (errors, origins)
}

/// The method to go on with: the mean of ETS and Theta (else ETS, else drift), unless another was clearly better over
/// the steps `compared`.
pub fn pick(errors: &[PastError], compared: usize, there: &[Method]) -> Method {
    let clearly = if compared < MANY { CLEARLY.0 } else { CLEARLY.1 };
    let first = [Method::Combined, Method::Ets, Method::Drift].into_iter().find(|m| there.contains(m));
    let first = first.unwrap_or(Method::Naive);
    let Some(bar) = errors.iter().find(|e| e.method == first).map(|e| e.mae * clearly) else { return first };
    errors.iter().find(|e| there.contains(&e.method) && e.mae < bar).map_or(first, |e| e.method)
}

fn check(series: &Series, horizon: usize, level: f64) -> Result<(), ForecastError> {
    if series.values.len() < LEAST {
        return Err(ForecastError::Short(series.values.len()));
    }
    if let Some(at) = series.values.iter().position(|v| !v.is_finite() || v.abs() > 1e100) {
        return Err(ForecastError::NotFinite(at + 1));
    }
    if !(1..=10_000).contains(&horizon) {
        return Err(ForecastError::Horizon);
    }
    if !(0.5..=0.999).contains(&level) {
        return Err(ForecastError::Level);
    }
    Ok(())
}

/// The forecast of `horizon` steps with limits that hold the given share (`level`, 0.5 to 0.999) of what comes.
pub fn fit(series: &Series, horizon: usize, level: f64) -> Result<Forecast, ForecastError> {
    let (chosen, _) = fit_every(series, horizon, level)?;
    Ok(chosen)
}

/// What each method says.
pub type ByMethod = Vec<(Method, Vec<Point>)>;

/// One period tried.
struct Tried {
    error: f64,
    period: usize,
    errors: Vec<PastError>,
    origins: usize,
    candidates: Vec<Candidate>,
}

/// As [`fit`], and beside it what each method says.
pub fn fit_every(series: &Series, horizon: usize, level: f64) -> Result<(Forecast, ByMethod), ForecastError> {
    check(series, horizon, level)?;
    let y = &series.values;
    let n = y.len();
    let mut notes = Vec::new();
    let longest = series.periods.iter().copied().filter(|p| *p > 1 && n >= 2 * p);
    let mut periods: Vec<usize> = longest.collect();
    if periods.is_empty() {
        let shortest = series.periods.iter().copied().filter(|p| *p > 1).min();
        if let Some(p) = shortest {
            notes.push(format!(
                "{n} values are less than two seasons of {p}: a trend without a season is all that can be said"
            ));
        }
        periods.push(shortest.unwrap_or(1));
    }
    if y.iter().all(|v| *v == y[0]) {
        return Ok(constant(y[0], horizon, notes));
    }
    let mut best: Option<Tried> = None;
    for period in periods {
        let (mut tried, models) = with_hints(y, period, horizon, None);
        let (errors, origins) = past_errors(y, period, horizon, &models);
        weigh(&mut tried, &errors);
        let there: Vec<Method> = tried.iter().map(|c| c.method).collect();
        let method = pick(&errors, origins * horizon, &there);
        let error = errors.iter().find(|e| e.method == method).map_or(f64::INFINITY, |e| e.mae);
        if best.as_ref().is_none_or(|b| error < b.error) {
            best = Some(Tried { error, period, errors, origins, candidates: tried });
        }
    }
    let Some(best) = best else { return Err(ForecastError::Short(n)) };
    let Tried { period, errors, origins, candidates: tried, .. } = best;
    let there: Vec<Method> = tried.iter().map(|c| c.method).collect();
    let method = pick(&errors, origins * horizon, &there);
    let each: ByMethod = tried.iter().map(|c| (c.method, points(y, c, level))).collect();
    let find = |m: Method| tried.iter().position(|c| c.method == m);
    let at = find(method).ok_or(ForecastError::Short(n))?;
    let season = season_of(y, period);
    let form = tried[at].form.clone();
    Ok((Forecast { points: each[at].1.clone(), method, form, season, errors, origins, notes }, each))
}

fn constant(value: f64, horizon: usize, mut notes: Vec<String>) -> (Forecast, ByMethod) {
    notes.push("every value is the same: nothing tells how far the next may lie, so the limits are that value".into());
    let points = vec![Point { mean: value, lower: value, upper: value }; horizon];
    let season = Season { period: 1, strength: 0.0, indices: Vec::new() };
    let each = vec![(Method::Naive, points.clone())];
    let form = Method::Naive.name().into();
    (Forecast { points, method: Method::Naive, form, season, errors: Vec::new(), origins: 0, notes }, each)
}

/// Strength and indices, the indices as shares of an ordinary step.
fn season_of(y: &[f64], period: usize) -> Season {
    let n = y.len();
    let strength = season::strength(y, period);
    let turned = |index: Vec<f64>| (0..period).map(|k| index[(n + k) % period]).collect::<Vec<f64>>();
    let positive = y.iter().all(|v| *v > 0.0);
    let indices = if positive {
        season::indices(y, period, Join::Multiplied).map(turned)
    } else {
        let level = mean(&y.iter().map(|v| v.abs()).collect::<Vec<_>>());
        season::indices(y, period, Join::Added)
            .filter(|_| level > 0.0)
            .map(|index| turned(index).iter().map(|v| 1.0 + v / level).collect())
    };
    let indices = indices.unwrap_or_default();
    Season { period: if indices.is_empty() { 1 } else { period }, strength, indices }
}
