//! How far off a forecast was.

use super::Point;
use super::season::mean;

/// Symmetric mean absolute percentage error, 0 to 200 (M3 competition). A step where both are 0 counts 0.
pub fn smape(actual: &[f64], forecast: &[f64]) -> f64 {
    let each = |(a, f): (&f64, &f64)| {
        let whole = a.abs() + f.abs();
        if whole > 0.0 { 200.0 * (a - f).abs() / whole } else { 0.0 }
    };
    mean(&actual.iter().zip(forecast).map(each).collect::<Vec<_>>())
}

/// Mean absolute error.
pub fn mae(actual: &[f64], forecast: &[f64]) -> f64 {
    mean(&actual.iter().zip(forecast).map(|(a, f)| (a - f).abs()).collect::<Vec<_>>())
}

/// Mean absolute scaled error (Hyndman and Koehler 2006): the error over that of the seasonal naive method within
/// `history`. `None` where that one never erred.
pub fn mase(history: &[f64], period: usize, actual: &[f64], forecast: &[f64]) -> Option<f64> {
    let m = if period < history.len() { period.max(1) } else { 1 };
    let steps: Vec<f64> = history.iter().zip(&history[m.min(history.len())..]).map(|(a, b)| (a - b).abs()).collect();
    let unit = mean(&steps);
    (unit > 0.0).then(|| mae(actual, forecast) / unit)
}

/// How many actual values lie within the limits.
pub fn covered(actual: &[f64], points: &[Point]) -> usize {
    actual.iter().zip(points).filter(|(a, p)| p.lower <= **a && **a <= p.upper).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_those_worked_by_hand() {
        assert!((smape(&[100.0, 0.0], &[110.0, 0.0]) - 200.0 * 10.0 / 210.0 / 2.0).abs() < 1e-12);
        // Seasonal naive at 2: |3-1|, |4-2| = 2; errors 1 and 3 have mean 2.
        assert_eq!(mase(&[1.0, 2.0, 3.0, 4.0], 2, &[5.0, 6.0], &[4.0, 9.0]), Some(1.0));
        assert_eq!(mase(&[5.0; 9], 4, &[5.0], &[6.0]), None);
        let p = Point { mean: 1.0, lower: 0.0, upper: 2.0 };
        assert_eq!(covered(&[2.0, 2.1], &[p, p]), 1);
    }
}
