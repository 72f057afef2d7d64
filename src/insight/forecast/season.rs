//! Seasons: is there one, how strong is it, and what are its indices.

/// How a season joins the level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// value = level + index
    Added,
    /// value = level * index; only where every value is above zero
    Multiplied,
}

/// Mean of a slice; 0 of an empty one.
pub fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / values.len() as f64 }
}

/// The autocorrelations at lags 1 to `lags`, each divided by the whole variance. Zeros for a constant series.
pub fn autocorrelations(values: &[f64], lags: usize) -> Vec<f64> {
    let centre = mean(values);
    let whole: f64 = values.iter().map(|v| (v - centre).powi(2)).sum();
    let at = |lag: usize| -> f64 {
        if whole <= f64::EPSILON || lag >= values.len() {
            return 0.0;
        }
        values.iter().zip(&values[lag..]).map(|(a, b)| (a - centre) * (b - centre)).sum::<f64>() / whole
    };
    (1..=lags).map(at).collect()
}

/// The test that Theta goes with (Assimakopoulos and Nikolopoulos 2000): the autocorrelation at the period lies
/// outside its 90 % limits (Bartlett). Two whole periods and a value more are needed.
pub fn is_seasonal(values: &[f64], period: usize) -> bool {
    if period < 2 || values.len() < 2 * period + 1 {
        return false;
    }
    let (cut, slope) = super::line(values);
    let level: Vec<f64> = values.iter().enumerate().map(|(t, v)| v - cut - slope * t as f64).collect();
    let r = autocorrelations(&level, period);
    let spread: f64 = r[..period - 1].iter().map(|r| r * r).sum();
    r[period - 1] > 1.645 * ((1.0 + 2.0 * spread) / values.len() as f64).sqrt()
}

/// The centred moving average over one period; `None` at the ends, where it does not reach.
pub fn moving_average(values: &[f64], period: usize) -> Vec<Option<f64>> {
    let half = period / 2;
    let n = values.len();
    (0..n)
        .map(|t| {
            if t < half || t + half >= n {
                return None;
            }
            let window = &values[t - half..=t + half];
            let sum: f64 = window.iter().sum();
            // An even period reaches half a value out at either end.
            let sum = if period.is_multiple_of(2) { sum - 0.5 * (window[0] + window[period]) } else { sum };
            Some(sum / period as f64)
        })
        .collect()
}

/// Weight of a season's share in its index against that of the season after it: habits change, so the newest counts
/// most. 1 would be the textbook's plain mean.
const FADE: f64 = 0.88;

/// The indices of a season by classical decomposition, newer seasons weighing more, the first index for the first
/// value of the series. They sum to 0 (added) or have mean 1 (multiplied). `None` where the series is too short or an index has no sense.
pub fn indices(values: &[f64], period: usize, join: Join) -> Option<Vec<f64>> {
    if period < 2 || values.len() < 2 * period {
        return None;
    }
    let trend = moving_average(values, period);
    let mut sums = vec![(0.0, 0.0_f64); period];
    for (t, (v, c)) in values.iter().zip(&trend).enumerate() {
        let Some(c) = c else { continue };
        let part = match join {
            Join::Added => v - c,
            Join::Multiplied if *c > 0.0 => v / c,
            Join::Multiplied => return None,
        };
        let age = (values.len() - 1 - t) / period;
        let w = FADE.powi(i32::try_from(age).unwrap_or(i32::MAX));
        sums[t % period].0 += part * w;
        sums[t % period].1 += w;
    }
    if sums.iter().any(|s| s.1 <= 0.0) {
        return None;
    }
    let raw: Vec<f64> = sums.iter().map(|(s, n)| s / *n).collect();
    let centre = mean(&raw);
    let out: Vec<f64> = match join {
        Join::Added => raw.iter().map(|r| r - centre).collect(),
        Join::Multiplied => raw.iter().map(|r| r / centre).collect(),
    };
    let sound = out.iter().all(|v| v.is_finite() && (join == Join::Added || *v > 0.01));
    sound.then_some(out)
}

/// How much of what is left after the trend is season, 0 to 1 (Wang, Smith and Hyndman 2006:
/// 1 - var(remainder) / var(season + remainder)).
pub fn strength(values: &[f64], period: usize) -> f64 {
    let Some(index) = indices(values, period, Join::Added) else { return 0.0 };
    let rest: Vec<(f64, f64)> = values
        .iter()
        .zip(moving_average(values, period))
        .enumerate()
        .filter_map(|(t, (v, c))| c.map(|c| (v - c, v - c - index[t % period])))
        .collect();
    let variance = |pick: fn(&(f64, f64)) -> f64| {
        let all: Vec<f64> = rest.iter().map(pick).collect();
        let centre = mean(&all);
        all.iter().map(|v| (v - centre).powi(2)).sum::<f64>()
    };
    let (whole, left) = (variance(|r| r.0), variance(|r| r.1));
    if whole <= f64::EPSILON { 0.0 } else { (1.0 - left / whole).clamp(0.0, 1.0) }
}

/// The period among `candidates` that series of unknown step share: the one with the highest mean autocorrelation
/// of the first differences, when that is 0.1 at least. `None` where no season shows.
pub fn shared_period(series: &[&[f64]], candidates: &[usize]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for period in candidates {
        let seen: Vec<f64> = series
            .iter()
            .filter(|v| v.len() > 2 * period)
            .map(|v| {
                let steps: Vec<f64> = v.windows(2).map(|w| w[1] - w[0]).collect();
                autocorrelations(&steps, *period)[period - 1]
            })
            .collect();
        let height = mean(&seen);
        if height >= 0.1 && best.is_none_or(|(_, b)| height > b) {
            best = Some((*period, height));
        }
    }
    best.map(|(period, _)| period)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(n: usize) -> Vec<f64> {
        let shape = [4.0, -1.0, -5.0, 2.0];
        (0..n).map(|t| 50.0 + t as f64 + shape[t % 4]).collect()
    }

    #[test]
    fn indices_are_those_put_in() {
        let found = indices(&wave(24), 4, Join::Added).unwrap();
        for (f, e) in found.iter().zip([4.0, -1.0, -5.0, 2.0]) {
            assert!((f - e).abs() < 1e-9, "{found:?}");
        }
        assert!(strength(&wave(24), 4) > 0.999);
        assert_eq!(indices(&wave(7), 4, Join::Added), None);
        let grown: Vec<f64> = (0..24).map(|t| 100.0 * [1.2, 0.8][t % 2]).collect();
        let found = indices(&grown, 2, Join::Multiplied).unwrap();
        assert!((found[0] - 1.2).abs() < 1e-9 && (found[1] - 0.8).abs() < 1e-9);
    }

    #[test]
    fn a_season_is_told_from_none() {
        assert!(is_seasonal(&wave(24), 4));
        assert!(!is_seasonal(&[5.0; 40], 4));
        assert!(!is_seasonal(&wave(8), 4), "two periods and one more value are needed");
        assert_eq!(strength(&[5.0; 40], 4), 0.0);
    }

    #[test]
    fn the_period_shows_itself() {
        let monthly: Vec<f64> = (0..72).map(|t| 10.0 * f64::from(u8::from(t % 12 == 3)) + (t % 5) as f64).collect();
        assert_eq!(shared_period(&[&monthly], &[4, 7, 12, 24]), Some(12));
        assert_eq!(shared_period(&[&wave(40)], &[4, 7, 12, 24]), Some(4));
        let line: Vec<f64> = (0..60).map(f64::from).collect();
        assert_eq!(shared_period(&[&line], &[4, 7, 12, 24]), None);
    }
}
