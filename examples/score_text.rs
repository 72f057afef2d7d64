//! Scores the text classifier beside the figures it is measured against.
//!
//! `cargo run --release --example score_text TRAIN TEXT LABEL [TEST]`: on the test file, else by ten folds.

use bharatnet::base::Stopwatch;
use bharatnet::exchange::RawTable;
use bharatnet::insight::text::Classifier;
use bharatnet::insight::text::measure::report;

type Rows = Vec<(String, String)>;

fn read(path: &str, text: &str, label: &str) -> Result<Rows, Box<dyn std::error::Error>> {
    let path = std::path::Path::new(path);
    let t = RawTable::open(path)?;
    let (text, label) = (t.column(text)?, t.column(label)?);
    Ok(t.texts(text).into_iter().zip(t.texts(label)).collect())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, text, label, test @ ..] = args.as_slice() else { return Err("TRAIN TEXT LABEL [TEST]".into()) };
    let watch = Stopwatch::start();
    let train = read(file, text, label)?;
    let splits: Vec<(Rows, Rows)> = match test.first() {
        Some(test) => vec![(train, read(test, text, label)?)],
        None => (0..10)
            .map(|fold| {
                let (test, train): (Vec<_>, Vec<_>) =
                    train.iter().cloned().enumerate().partition(|(i, _)| i % 10 == fold);
                (train.into_iter().map(|r| r.1).collect(), test.into_iter().map(|r| r.1).collect())
            })
            .collect(),
    };
    let mut told = Vec::new();
    for (train, test) in &splits {
        let model = Classifier::train(train)?;
        if told.is_empty() {
            for t in model.trials() {
                println!("  {:?} accuracy {:.4} macro-F1 {:.4}", t.recipe, t.accuracy, t.macro_f1);
            }
        }
        for (text, label) in test {
            let (first, confidence) = model.suggest(text).swap_remove(0);
            told.push((label.clone(), first, confidence));
        }
    }
    let mut names: Vec<String> = told.iter().flat_map(|t| [t.0.clone(), t.1.clone()]).collect();
    names.sort();
    names.dedup();
    let at = |l: &String| names.binary_search(l).unwrap_or(0);
    let rows: Vec<(usize, usize, f64)> = told.iter().map(|t| (at(&t.0), at(&t.1), t.2)).collect();
    let r = report(&rows, &names);
    for c in &r.classes {
        println!("  {:28} P {:.3} R {:.3} F1 {:.3} of {}", c.label, c.precision, c.recall, c.f1, c.texts);
    }
    println!(
        "accuracy {:.4}  macro-F1 {:.4}  ECE {:.3}  {:.1} s",
        r.accuracy,
        r.macro_f1,
        r.ece,
        watch.elapsed().as_secs_f64()
    );
    Ok(())
}
