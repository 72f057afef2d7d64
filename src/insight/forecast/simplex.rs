//! The downhill simplex of Nelder and Mead (1965): a minimum without derivatives, for a handful of parameters.
//! Deterministic: equal starts give equal ends.

/// The point with the least value found from `start` and that value. `steps` are the edges of the first simplex,
/// one for each parameter. Ends after `evaluations` calls, or when the values of the simplex lie within `tolerance`
/// of each other (relative) and its points within 0.05. A value that is not finite counts as the worst there is.
pub fn minimise(
    mut value: impl FnMut(&[f64]) -> f64,
    start: &[f64],
    steps: &[f64],
    evaluations: usize,
    tolerance: f64,
) -> (Vec<f64>, f64) {
    let n = start.len();
    let mut used = 0;
    let mut ask = |x: &[f64], used: &mut usize| {
        *used += 1;
        let v = value(x);
        if v.is_finite() { v } else { f64::MAX }
    };
    let mut points: Vec<(Vec<f64>, f64)> = Vec::with_capacity(n + 1);
    points.push((start.to_vec(), ask(start, &mut used)));
    for i in 0..n {
        let mut x = start.to_vec();
        x[i] += steps[i];
        let v = ask(&x, &mut used);
        points.push((x, v));
    }
    let order = |points: &mut Vec<(Vec<f64>, f64)>| points.sort_by(|a, b| a.1.total_cmp(&b.1));
    order(&mut points);
    while used < evaluations && n > 0 {
        let (best, worst) = (points[0].1, points[n].1);
        // Points on either side of a minimum may have one value: they must have come together as well.
        let together = |p: &(Vec<f64>, f64)| p.0.iter().zip(&points[0].0).all(|(a, b)| (a - b).abs() < 0.05);
        if worst - best <= tolerance * (best.abs() + tolerance) && points[1..].iter().all(together) {
            break;
        }
        let centre: Vec<f64> = (0..n).map(|i| points[..n].iter().map(|p| p.0[i]).sum::<f64>() / n as f64).collect();
        let at = |by: f64| -> Vec<f64> { centre.iter().zip(&points[n].0).map(|(c, w)| c + by * (w - c)).collect() };
        let reflected = at(-1.0);
        let v = ask(&reflected, &mut used);
        if v < best {
            let further = at(-2.0);
            let w = ask(&further, &mut used);
            points[n] = if w < v { (further, w) } else { (reflected, v) };
        } else if v < points[n - 1].1 {
            points[n] = (reflected, v);
        } else {
            let (nearer, bound) = if v < worst { (at(-0.5), v) } else { (at(0.5), worst) };
            let w = ask(&nearer, &mut used);
            if w < bound {
                points[n] = (nearer, w);
            } else {
                let first = points[0].0.clone();
                for p in &mut points[1..] {
                    for (x, f) in p.0.iter_mut().zip(&first) {
                        *x = f + 0.5 * (*x - f);
                    }
                    p.1 = ask(&p.0, &mut used);
                }
            }
        }
        order(&mut points);
    }
    points.swap_remove(0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_valley_of_rosenbrock_is_found() {
        let f = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let (x, v) = super::minimise(f, &[-1.2, 1.0], &[0.5, 0.5], 500, 1e-12);
        assert!((x[0] - 1.0).abs() < 1e-3 && (x[1] - 1.0).abs() < 1e-3 && v < 1e-6, "{x:?} {v}");
    }

    #[test]
    fn what_is_no_number_is_walked_around() {
        let f = |x: &[f64]| if x[0] < 0.0 { f64::NAN } else { (x[0] - 0.25).powi(2) };
        let (x, _) = super::minimise(f, &[3.0], &[1.0], 200, 1e-12);
        assert!((x[0] - 0.25).abs() < 0.05);
    }
}
