//! The limits around a forecast: how far off the method would have been from every point of the past, by step ahead.

use super::Point;
use super::choose::Candidate;

/// Share of the series before the first origin whose errors count: what the method said with little to go by tells
/// nothing of what it says with the whole.
const WARM: f64 = 0.4;
/// Errors that the normal quantile weighs against those of the series itself.
const PRIOR: f64 = 100.0;
/// What fitting to the whole series hides further out: the limits widen by this share for each series length ahead.
const WIDEN: f64 = 0.8;

/// The standard normal quantile of a two-sided level (Acklam's rational approximation, error below 1e-8).
fn normal_quantile(level: f64) -> f64 {
    let p = 0.5 + level / 2.0;
    let low = 0.975_75;
    let c = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    let d = [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    if p > low {
        let q = (-2.0 * (1.0 - p).ln()).sqrt();
        let up = ((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5];
        return -up / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1.0);
    }
    let a = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    let b = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    let q = p - 0.5;
    let r = q * q;
    let up = (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q;
    up / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1.0)
}

/// Half widths for each step ahead: root mean square of the past errors at that step, never less than at the step
/// before, times a quantile that the errors themselves and the normal distribution agree on.
fn widths(y: &[f64], c: &Candidate, level: f64) -> Vec<f64> {
    let (n, h) = (y.len(), c.path.horizon);
    let size = n as f64;
    let floor = super::scale(y) * 1e-9;
    // Errors that grow with the level are compared as shares of it.
    let unit = |forecast: f64| if c.relative { forecast.abs().max(floor) } else { 1.0 };
    let warm = c.path.first.max((size * WARM) as usize);
    let mut errors: Vec<Vec<f64>> = vec![Vec::new(); h];
    for t in warm..n {
        let Some(row) = c.path.from(t) else { continue };
        for (k, f) in row.iter().enumerate().take(n - t) {
            errors[k].push(((y[t + k] - f) / unit(*f)).abs());
        }
    }
    let mut spreads: Vec<f64> = Vec::with_capacity(h);
    for (k, all) in errors.iter().enumerate() {
        let square = all.iter().map(|e| e * e).sum::<f64>();
        let count = all.len() as f64;
        let spread = match spreads.last() {
            None => (square / count.max(1.0)).sqrt(),
            Some(before) => {
                // Few errors at a far step: a random walk from the step before says how far it may go.
                let walked = before * before * (k + 1) as f64 / k as f64;
                ((square + 6.0 * walked) / (count + 6.0)).sqrt().max(*before)
            }
        };
        spreads.push(spread);
    }
    let mut pooled: Vec<f64> = errors
        .iter()
        .zip(&spreads)
        .filter(|(_, s)| **s > 0.0)
        .flat_map(|(all, s)| all.iter().map(move |e| e / s))
        .collect();
    pooled.sort_by(f64::total_cmp);
    let normal = normal_quantile(level);
    let own = pooled.get(((pooled.len() as f64 * level).ceil() as usize).saturating_sub(1)).copied();
    let weight = size / (size + PRIOR);
    let quantile = own.map_or(normal, |own| weight * own + (1.0 - weight) * normal);
    // Errors of a fit are smaller than those to come, by the degrees of freedom it used.
    let hidden = (size / (size - c.freedom as f64 - 1.0).max(size / 4.0)).sqrt();
    (c.path.ahead().iter().zip(&spreads).enumerate())
        .map(|(k, (f, s))| quantile * s * unit(*f) * hidden * (1.0 + WIDEN * (k + 1) as f64 / size))
        .collect()
}

/// The forecast of a method with its limits.
pub fn points(y: &[f64], c: &Candidate, level: f64) -> Vec<Point> {
    c.path
        .ahead()
        .iter()
        .zip(widths(y, c, level))
        .map(|(mean, w)| Point { mean: *mean, lower: mean - w, upper: mean + w })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_quantile_is_that_of_the_tables() {
        for (level, z) in [(0.5, 0.674_489_75), (0.8, 1.281_551_57), (0.95, 1.959_963_98), (0.99, 2.575_829_3)] {
            assert!((super::normal_quantile(level) - z).abs() < 1e-6, "{level}");
        }
    }
}
