use proptest::prelude::*;

use super::*;

fn months(n: usize, at: impl Fn(usize) -> f64) -> Series {
    Series { values: (0..n).map(at).collect(), periods: vec![12] }
}

#[test]
fn a_season_and_a_trend_go_on() {
    let at = |t: usize| (100.0 + t as f64) * [1.3, 1.0, 0.8, 0.9, 1.0, 1.1, 1.2, 0.7, 1.0, 1.0, 0.9, 1.1][t % 12];
    let f = fit(&months(60, at), 12, 0.95).unwrap();
    for (k, p) in f.points.iter().enumerate() {
        assert!((p.mean / at(60 + k) - 1.0).abs() < 0.03, "step {k}: {} for {}", p.mean, at(60 + k));
    }
    assert_eq!((f.season.period, f.season.indices.len()), (12, 12));
    assert!(f.season.strength > 0.9 && f.season.indices[0] > 1.2 && f.season.indices[7] < 0.8, "{:?}", f.season);
    assert!(f.origins > 0 && f.errors.iter().any(|e| e.method == Method::SeasonalNaive));
}

#[test]
fn a_short_history_says_that_it_knows_no_season() {
    let f = fit(&months(18, |t| 50.0 + t as f64 + f64::from(u8::from(t % 3 == 0))), 6, 0.95).unwrap();
    assert!(matches!(f.method, Method::Ets | Method::Drift | Method::Naive), "{:?}", f.method);
    assert!(f.notes[0].contains("18 values are less than two seasons of 12"), "{:?}", f.notes);
    assert_eq!(f.season.period, 1);
}

#[test]
fn what_cannot_be_forecast_is_refused_in_words() {
    let ask =
        |values: &[f64], h, level| fit(&Series { values: values.to_vec(), periods: vec![] }, h, level).unwrap_err();
    assert_eq!(ask(&[1.0, 2.0], 3, 0.95), ForecastError::Short(2));
    assert_eq!(ask(&[1.0, f64::NAN, 2.0], 3, 0.95), ForecastError::NotFinite(2));
    assert_eq!(ask(&[1.0, 2.0, 3.0], 0, 0.95), ForecastError::Horizon);
    assert_eq!(ask(&[1.0, 2.0, 3.0], 1, 1.0), ForecastError::Level);
}

#[test]
fn a_constant_goes_on() {
    let f = fit(&months(40, |_| 7.0), 3, 0.95).unwrap();
    assert_eq!(f.points, [Point { mean: 7.0, lower: 7.0, upper: 7.0 }; 3]);
    assert!(f.notes.iter().any(|n| n.contains("every value is the same")));
}

#[test]
fn an_hourly_line_has_a_week() {
    let at = |t: usize| 100.0 + 40.0 * f64::from(u8::from(t % 24 > 17)) - 30.0 * f64::from(u8::from(t % 168 > 119));
    let series = Series { values: (0..168 * 4).map(at).collect(), periods: vec![24, 168] };
    let f = fit(&series, 168, 0.95).unwrap();
    assert_eq!(f.season.period, 168);
    let worst = f.points.iter().enumerate().map(|(k, p)| (p.mean - at(168 * 4 + k)).abs()).fold(0.0, f64::max);
    assert!(worst < 15.0, "{worst}");
}

#[test]
fn limits_hold_what_they_promise_on_noise_they_have_not_seen() {
    // A small generator of its own: a level that walks, a season, noise; nothing of it is fitted by hand.
    let mut state = 7_u64;
    let mut noise = || {
        (0..12)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 11) as f64 / (1_u64 << 53) as f64
            })
            .sum::<f64>()
            - 6.0
    };
    let (mut inside, mut whole) = (0, 0);
    for _ in 0..30 {
        let mut level = 200.0;
        let all: Vec<f64> = (0..84)
            .map(|t| {
                level += 0.5 + 2.0 * noise();
                level + 20.0 * ((t % 12) as f64 * std::f64::consts::PI / 6.0).sin() + 4.0 * noise()
            })
            .collect();
        let f = fit(&Series { values: all[..72].to_vec(), periods: vec![12] }, 12, 0.95).unwrap();
        inside += measure::covered(&all[72..], &f.points);
        whole += 12;
    }
    let share = f64::from(u32::try_from(inside).unwrap()) / f64::from(whole);
    assert!((0.90..=0.98).contains(&share), "{share}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn limits_are_in_order_finite_and_the_same_twice(
        values in prop::collection::vec(prop_oneof![Just(0.0), -1e3..1e3_f64, 0.0..1e-6_f64, Just(1e9)], 3..40),
        horizon in 1_usize..20,
    ) {
        let series = Series { values, periods: vec![4] };
        let f = fit(&series, horizon, 0.9).unwrap();
        prop_assert_eq!(f.points.len(), horizon);
        for p in &f.points {
            prop_assert!(p.lower.is_finite() && p.upper.is_finite() && p.lower <= p.mean && p.mean <= p.upper, "{:?}", p);
        }
        let wider = fit(&series, horizon, 0.99).unwrap();
        prop_assert!(f.points.iter().zip(&wider.points).all(|(a, b)| b.upper - b.lower >= a.upper - a.lower - 1e-9 * a.upper.abs()));
        prop_assert_eq!(f, fit(&series, horizon, 0.9).unwrap());
    }
}
