//! Scores the learner on public tables and prints the figures beside the anchors.
//!
//! ```text
//! cargo run --release --example score_models -- TABLE.csv FOLDS.csv TARGET POSITIVE [ID|-] [DROP,DROP] [...]
//! ```

use std::path::Path;

use bharatnet::base::Stopwatch;
use bharatnet::exchange::{RawTable, Wanted};
use bharatnet::insight::learn::{self, Folds, Options, Silent};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, folds, target, positive, rest @ ..] = args.as_slice() else {
        return Err("give TABLE.csv FOLDS.csv (or -) TARGET POSITIVE [ID|-] [DROP,DROP]".into());
    };
    let id = rest.first().map(String::as_str).filter(|id| *id != "-");
    let drop: Vec<String> = rest.get(1).map(|d| d.split(',').map(str::to_string).collect()).unwrap_or_default();
    let folds = if folds == "-" { None } else { Some(RawTable::open(Path::new(folds))?) };
    let watch = Stopwatch::start();
    let wanted = Wanted { target, positive, id, drop: &drop };
    let (cases, folds) = RawTable::open(Path::new(file))?.cases(&wanted, folds.as_ref())?;
    let options = Options::default();
    let folds = folds.unwrap_or_else(|| Folds::dealt(&cases.target, options.seed));
    let read = watch.elapsed();
    let e = learn::evaluate(&cases.table, &cases.target, &folds, &options, &Silent)?;
    println!(
        "{file}: {} rows, read {read:.1?}, {} threads {:.1?}",
        cases.table.rows(),
        options.threads,
        watch.elapsed()
    );
    println!(
        "{:6} {:>8} {:>8} {:>9} {:>8} {:>6} {:>7} {:>7}",
        "", "AUC", "PR-AUC", "log-loss", "Brier", "lift", "ECE", "ECE="
    );
    for (name, f) in [("mean", e.mean), ("sd", e.deviation), ("pooled", e.pooled)] {
        println!(
            "{name:6} {:8.4} {:8.4} {:9.4} {:8.4} {:6.3} {:7.4} {:7.4}",
            f.auc, f.pr_auc, f.log_loss, f.brier, f.lift, f.ece, f.ece_equal
        );
    }
    for r in &e.reliability {
        println!("{:.1}-{:.1} {:6} rows: said {:.4}, came {:.4}", r.low, r.high, r.rows, r.said, r.came);
    }
    println!("{}", e.blend.iter().map(|(n, w)| format!("{n} {w:.2}")).collect::<Vec<_>>().join(", "));
    println!(
        "anchors: telco AUC 0.850, log-loss 0.410, Brier 0.133, ECE 0.008; bank without duration AUC 0.800, log-loss 0.2832"
    );
    Ok(())
}
