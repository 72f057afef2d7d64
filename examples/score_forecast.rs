//! Scores the forecasts on a file of monthly series beside the figures they are measured against.
//!
//! `cargo run --release --example score_forecast FILE` with columns series, t, value.

use std::collections::BTreeMap;

use bharatnet::base::Stopwatch;
use bharatnet::insight::forecast::{self, Method, Series, measure};

/// sMAPE, MASE and coverage of a method, summed over the trials.
#[derive(Default)]
struct Score {
    smape: f64,
    mase: f64,
    covered: usize,
    steps: usize,
    trials: usize,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("a file is needed")?;
    let mut all: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for row in csv::Reader::from_path(&file)?.records() {
        let row = row?;
        let series = row.get(0).ok_or("a series")?.to_string();
        all.entry(series).or_default().push(row.get(2).ok_or("a value")?.parse()?);
    }
    let given: Vec<(&[f64], usize)> =
        all.values().flat_map(|v| [36, 24, 12].map(|o| (v.as_slice(), v.len() - o))).collect();
    table("given series, h = 12, origins -36/-24/-12 (anchor 4.73 / 0.666)", &given, 12);
    // Shorter pieces of the same series, as long as those of the M3 competition.
    let pieces: Vec<(&[f64], usize)> = all
        .values()
        .flat_map(|v| {
            [48, 60, 78, 102].into_iter().flat_map(move |n| {
                (0..).map(move |i| i * 13).take_while(move |s| s + n + 18 <= v.len()).map(move |s| (&v[s..], n))
            })
        })
        .collect();
    table("pieces of 48 to 102 months, h = 18", &pieces, 18);
    Ok(())
}

fn table(title: &str, trials: &[(&[f64], usize)], horizon: usize) {
    let watch = Stopwatch::start();
    let mut scores: BTreeMap<Option<Method>, Score> = BTreeMap::new();
    for (values, n) in trials {
        let (history, future) = values.split_at(*n);
        let future = &future[..horizon];
        let series = Series { values: history.to_vec(), periods: vec![12] };
        let Ok((chosen, each)) = forecast::fit_every(&series, horizon, 0.95) else { continue };
        let all = each.into_iter().map(|(m, p)| (Some(m), p)).chain([(None, chosen.points)]);
        for (method, points) in all {
            let means: Vec<f64> = points.iter().map(|p| p.mean).collect();
            let s = scores.entry(method).or_default();
            s.smape += measure::smape(future, &means);
            s.mase += measure::mase(history, 12, future, &means).unwrap_or(0.0);
            s.covered += measure::covered(future, &points);
            s.steps += horizon;
            s.trials += 1;
        }
    }
    println!("{title}: {} trials, {:.2} s", trials.len(), watch.elapsed().as_secs_f64());
    for (method, s) in scores {
        let name = method.map_or("chosen", Method::name);
        let n = s.trials as f64;
        let covered = 100.0 * s.covered as f64 / s.steps as f64;
        println!("  {name:24} sMAPE {:6.2}  MASE {:.3}  within 95 %: {covered:.1} %", s.smape / n, s.mase / n);
    }
}
