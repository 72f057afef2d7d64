//! `model evaluate-text`: how well labels of short texts are told, on a file that was not learnt from.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::base::Stopwatch;
use crate::base::text::{clean, fit};
use crate::exchange::RawTable;
use crate::exchange::cell::guard;
use crate::exchange::whole::write_whole;
use crate::insight::text::Classifier;
use crate::insight::text::measure::report;

use super::failure::Failure;
use super::out::{Out, name};

#[derive(Args, Debug)]
pub struct EvaluateText {
    /// Texts to learn from, with their labels: CSV or TSV.
    #[arg(long, value_name = "FILE")]
    pub train: PathBuf,
    /// Texts to label; where the label column is there, what was told is compared with it.
    #[arg(long, value_name = "FILE")]
    pub test: PathBuf,
    /// Column of the text.
    #[arg(long, value_name = "COLUMN")]
    pub text: String,
    /// Column of the label.
    #[arg(long, value_name = "COLUMN")]
    pub label: String,
    /// Column that names a row of the test file, written along; without it a column called `id`, if there is one.
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Where to: row (from 0), label, confidence, and the id where there is one.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// The figures as one JSON object.
    #[arg(long)]
    pub json: bool,
}

struct Labelled {
    texts: Vec<String>,
    labels: Option<Vec<String>>,
    ids: Option<(String, Vec<String>)>,
}

fn read(path: &Path, o: &EvaluateText, labels_needed: bool) -> Result<Labelled, Failure> {
    let table = RawTable::open(path)?;
    let texts = table.texts(table.column(&o.text)?);
    let labels = match table.column(&o.label) {
        Ok(at) => Some(table.texts(at)),
        Err(e) if labels_needed => return Err(e.into()),
        Err(_) => None,
    };
    let ids = match &o.id {
        Some(id) if !labels_needed => Some((id.clone(), table.texts(table.column(id)?))),
        Some(_) => None,
        None => table.column("id").ok().map(|at| (table.headers[at].clone(), table.texts(at))),
    };
    Ok(Labelled { texts, labels, ids })
}

pub fn evaluate(o: &EvaluateText, out: &mut Out) -> Result<(), Failure> {
    let watch = Stopwatch::start();
    let train = read(&o.train, o, true)?;
    let test = read(&o.test, o, false)?;
    let labels = train.labels.unwrap_or_default();
    let examples: Vec<(String, String)> =
        train.texts.into_iter().zip(labels).filter(|(_, l)| !l.trim().is_empty()).collect();
    let model = Classifier::train(&examples).map_err(|e| Failure::BadData(format!("{}: {e}", name(&o.train))))?;
    let told: Vec<(String, f64)> = test.texts.iter().map(|t| model.suggest(t).swap_remove(0)).collect();
    write_whole(&o.out, |file| {
        let mut csv = csv::Writer::from_writer(file);
        let mut head = vec!["row".to_string(), "label".into(), "confidence".into()];
        head.extend(test.ids.iter().map(|(id, _)| guard(id)));
        csv.write_record(&head)?;
        for (i, (label, confidence)) in told.iter().enumerate() {
            let mut row = vec![i.to_string(), guard(label), format!("{confidence:.6}")];
            row.extend(test.ids.iter().map(|(_, ids)| guard(&ids[i])));
            csv.write_record(&row)?;
        }
        csv.flush()
    })
    .map_err(|e| Failure::File(o.out.clone(), e))?;
    let seconds = watch.elapsed().as_secs_f64();
    let figures = test.labels.map(|truly| {
        let mut names: Vec<&String> = truly.iter().chain(told.iter().map(|t| &t.0)).collect();
        names.sort_unstable();
        names.dedup();
        let at = |l: &String| names.binary_search(&l).unwrap_or(0);
        let rows: Vec<(usize, usize, f64)> = truly.iter().zip(&told).map(|(l, t)| (at(l), at(&t.0), t.1)).collect();
        report(&rows, &names.iter().map(|n| (*n).clone()).collect::<Vec<_>>())
    });
    let best = model.trials().first();
    let recipe = model.recipe();
    if o.json {
        let object = serde_json::json!({
            "train": examples.len(), "test": told.len(), "recipe": recipe,
            "inner_accuracy": best.map(|t| t.accuracy), "inner_macro_f1": best.map(|t| t.macro_f1),
            "report": figures, "seconds": seconds,
        });
        writeln!(out, "{object}")?;
        return Ok(());
    }
    writeln!(out, "learnt from {} texts with {} labels, told {}", examples.len(), model.labels().len(), told.len())?;
    let mut used = vec!["words and pairs of words"];
    used.extend((recipe.mix.pieces > 0.0).then_some("pieces of words"));
    used.extend((recipe.mix.concepts > 0.0).then_some("concepts of the trade"));
    writeln!(out, "features: {}; cost {}, rare labels {}", used.join(", "), recipe.cost.c, recipe.cost.balance)?;
    if let Some(t) = best {
        let (accuracy, f1) = (t.accuracy, t.macro_f1);
        writeln!(out, "within the training texts, cross-validated: accuracy {accuracy:.4}, macro-F1 {f1:.4}")?;
    }
    if let Some(r) = figures {
        writeln!(out, "{} precision  recall      F1   texts", fit("label", 30))?;
        for c in &r.classes {
            let label = fit(&clean(&c.label, 60), 30);
            writeln!(out, "{label} {:9.3} {:7.3} {:7.3} {:7}", c.precision, c.recall, c.f1, c.texts)?;
        }
        writeln!(out, "accuracy {:.4}  macro-F1 {:.4}  ECE {:.4}", r.accuracy, r.macro_f1, r.ece)?;
    }
    writeln!(out, "written to {} in {seconds:.1} s", name(&o.out))?;
    Ok(())
}
