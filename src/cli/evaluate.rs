//! `model evaluate`: how well a yes or no is told, each fold by a model that has not seen it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::Args;

use crate::base::Stopwatch;
use crate::base::money::group;
use crate::base::text::{clean, fit};
use crate::exchange::cell::guard;
use crate::exchange::whole::{writable, write_whole};
use crate::exchange::{Cases, RawTable, Wanted};
use crate::insight::learn::measure::Figures;
use crate::insight::learn::{self, Evaluation, Folds, Options, Warning, leak, table::Found};

use super::args::Global;
use super::failure::{Failure, say};
use super::out::{Out, name};
use super::progress::Progress;

#[derive(Args, Debug)]
pub struct Evaluate {
    /// Without a table: the model in force of this kind.
    #[arg(value_enum, default_value_t, conflicts_with = "csv")]
    pub what: super::model::Kind,
    /// The table: a CSV file with commas or semicolons, or TSV. The kind of each column is found by itself.
    #[arg(long, value_name = "FILE", requires_all = ["target", "positive", "out"])]
    pub csv: Option<PathBuf>,
    /// The column to tell.
    #[arg(long, value_name = "COLUMN", requires = "csv", default_value = "", hide_default_value = true)]
    pub target: String,
    /// The value of it that counts as yes.
    #[arg(
        long,
        value_name = "VALUE",
        requires = "csv",
        allow_hyphen_values = true,
        default_value = "",
        hide_default_value = true
    )]
    pub positive: String,
    /// The column that names a row: not learnt from, and written beside each probability.
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    pub id: Option<String>,
    /// A column to leave out, such as one that is known only afterwards. May be given several times.
    #[arg(long, value_name = "COLUMN", requires = "csv")]
    pub drop: Vec<String>,
    /// The fold of each row: a column `fold` beside the id or the row number. Without it ten folds are dealt.
    #[arg(long, value_name = "FILE", requires = "csv")]
    pub folds: Option<PathBuf>,
    /// Where to: id and out-of-fold probability of every row, in the order of the table.
    #[arg(long, value_name = "FILE", requires = "csv")]
    pub out: Option<PathBuf>,
    /// Rows to explain, the likeliest first.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub explain: usize,
    #[arg(long, value_name = "N", default_value_t = 20_261_122)]
    pub model_seed: u64,
    /// Threads at most; without it, one for each processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
    /// The figures as one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// [`Progress`] told from several threads.
pub struct Told(pub Mutex<Progress>);

impl learn::Progress for Told {
    fn told(&self, done: u64, all: u64) -> bool {
        self.0.lock().unwrap_or_else(|p| p.into_inner()).tick(done, all)
    }
}

impl Told {
    pub fn start(label: &'static str) -> Told {
        Told(Mutex::new(Progress::start(label)))
    }

    pub fn end(&self) {
        self.0.lock().unwrap_or_else(|p| p.into_inner()).end();
    }
}

pub fn run(global: &Global, o: &Evaluate, out: &mut Out) -> Result<(), Failure> {
    let (Some(table), Some(to)) = (&o.csv, &o.out) else { return super::model::evaluate(global, o.what, o.json, out) };
    let watch = Stopwatch::start();
    let read: Vec<&Path> = std::iter::once(table.as_path()).chain(o.folds.as_deref()).collect();
    let folds = o.folds.as_deref().map(RawTable::open).transpose()?;
    let wanted = Wanted { target: &o.target, positive: &o.positive, id: o.id.as_deref(), drop: &o.drop };
    let (cases, folds) = RawTable::open(table)?.cases(&wanted, folds.as_ref())?;
    let mut options = Options { seed: o.model_seed, ..Options::default() };
    if let Some(threads) = o.threads {
        options.threads = usize::from(threads);
    }
    writable(to, &read).map_err(|e| Failure::File(to.clone(), e))?;
    let dealt = folds.is_none();
    let folds = folds.unwrap_or_else(|| Folds::dealt(&cases.target, options.seed));
    let warnings = leak::warnings(&cases.table, &cases.target, options.seed);
    warnings.iter().filter(|w| w.is_leak()).for_each(|w| say(&format!("warning: {}", clean(&w.to_string(), 400))));
    let told = Told::start("Learning");
    let evaluation = learn::evaluate(&cases.table, &cases.target, &folds, &options, &told);
    told.end();
    let evaluation = evaluation?;
    write_whole(to, |file| {
        let mut csv = csv::Writer::from_writer(file);
        csv.write_record(["id", "p"])?;
        for (id, p) in cases.ids.iter().zip(&evaluation.probability) {
            csv.write_record([guard(id), format!("{p:.9}")])?;
        }
        csv.flush()
    })
    .map_err(|e| Failure::File(to.clone(), e))?;
    let explained = if o.explain > 0 { explain(o, &cases, &evaluation, &options)? } else { Vec::new() };
    let seconds = watch.elapsed().as_secs_f64();
    if o.json {
        writeln!(out, "{}", json(&cases, &evaluation, &warnings, &explained, seconds))?;
        return Ok(());
    }
    report(o, &cases, &evaluation, &warnings, dealt, out)?;
    for (id, reasons) in &explained {
        let p = reasons.probability * 100.0;
        writeln!(out, "{}: {p:.1} % where the mean case has {:.1} %", clean(id, 60), reasons.base * 100.0)?;
        for part in reasons.parts.iter().filter(|p| p.points.abs() >= 0.0005).take(6) {
            let what = fit(&clean(&format!("{} {}", part.column, part.value), 60), 44);
            writeln!(out, "  {what} {:+6.1}", part.points * 100.0)?;
        }
    }
    writeln!(out, "written to {} in {seconds:.1} s", name(to))?;
    Ok(())
}

type Explained = Vec<(String, learn::Reasons)>;

/// Why the likeliest rows are likely, by a model of the whole table.
fn explain(o: &Evaluate, cases: &Cases, e: &Evaluation, options: &Options) -> Result<Explained, Failure> {
    let told = Told::start("Explaining");
    let model = learn::fit(&cases.table, &cases.target, options, &told);
    told.end();
    let model = model?;
    let mut order: Vec<usize> = (0..cases.ids.len()).collect();
    order.sort_by(|a, b| e.probability[*b].total_cmp(&e.probability[*a]));
    let row = |r: usize| (cases.ids[r].clone(), model.reasons(&cases.table, r));
    Ok(order.into_iter().take(o.explain).map(row).collect())
}

fn report(
    o: &Evaluate,
    cases: &Cases,
    e: &Evaluation,
    warnings: &[Warning],
    dealt: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let count = |n: usize| group(n as u64);
    let f = &e.pooled;
    let share = f.positives as f64 * 100.0 / f.rows.max(1) as f64;
    let target = clean(&format!("{} = {}", o.target, o.positive), 80);
    writeln!(out, "{} rows, {} with {target} ({share:.1} %)", count(f.rows), count(f.positives))?;
    for (kind, label) in
        [(Found::Number, "numbers"), (Found::Day, "days"), (Found::Words, "words"), (Found::Constant, "left out")]
    {
        let of_kind = |found: Found| found == kind || kind == Found::Constant && found == Found::Identifier;
        let names: Vec<String> =
            cases.table.columns.iter().filter(|c| of_kind(c.found())).map(|c| clean(&c.name, 60)).collect();
        if !names.is_empty() {
            writeln!(out, "{label} ({}): {}", names.len(), crate::base::text::truncate(&names.join(", "), 400))?;
        }
    }
    for w in warnings {
        writeln!(out, "{}{}", if w.is_leak() { "warning: " } else { "" }, clean(&w.to_string(), 400))?;
    }
    writeln!(out)?;
    out.heading(&format!(
        "{:8} {:>7} {:>7} {:>9} {:>7} {:>6} {:>7} {:>7}",
        "fold", "AUC", "PR-AUC", "log-loss", "Brier", "lift", "ECE", "ECE-w"
    ))?;
    let mut line = |name: &str, f: &Figures| {
        let name = fit(&clean(name, 20), 8);
        // A fold of one class has no order to be right about.
        let known = |x: f64, width: usize, places: usize| match x.is_nan() {
            true => format!("{:>width$}", "-"),
            false => format!("{x:width$.places$}"),
        };
        let (auc, area, lift) = (known(f.auc, 7, 4), known(f.pr_auc, 7, 4), known(f.lift, 6, 3));
        let (c, d, even, wide) = (f.log_loss, f.brier, f.ece_equal, f.ece);
        writeln!(out, "{name} {auc} {area} {c:9.4} {d:7.4} {lift} {even:7.4} {wide:7.4}")
    };
    for (fold, figures) in &e.folds {
        line(fold, figures)?;
    }
    line("mean", &e.mean)?;
    line("sd", &e.deviation)?;
    line("pooled", &e.pooled)?;
    writeln!(out, "ECE is of ten groups of equal counts, ECE-w of ten bins of equal width; pooled tells most")?;
    let single = e.folds.iter().filter(|(_, f)| f.positives == 0 || f.positives == f.rows).count();
    if single > 0 {
        writeln!(out, "{single} of {} folds have one class only: they have no AUC", e.folds.len())?;
    }
    if dealt {
        writeln!(out, "no folds were given: ten were dealt, equal in both classes (seed {})", o.model_seed)?;
    }
    writeln!(out)?;
    out.heading(&format!("{:>11} {:>9} {:>8} {:>8}", "probability", "rows", "said", "came"))?;
    for r in &e.reliability {
        let (said, came) = (r.said * 100.0, r.came * 100.0);
        let (low, high) = (r.low * 100.0, r.high * 100.0);
        writeln!(out, "{low:4.0} to {high:3.0} {:>9} {said:6.1} % {came:6.1} %", count(r.rows))?;
    }
    let blend: Vec<String> = e.blend.iter().map(|(n, w)| format!("{n} {w:.2}")).collect();
    writeln!(out, "\nmean weight of the learners: {}", blend.join(", "))?;
    Ok(())
}

fn json(cases: &Cases, e: &Evaluation, warnings: &[Warning], explained: &Explained, seconds: f64) -> serde_json::Value {
    let columns: Vec<serde_json::Value> =
        cases.table.columns.iter().map(|c| serde_json::json!({ "name": c.name, "kind": c.found() })).collect();
    let said = |w: &Warning| serde_json::json!({ "column": w.column(), "leak": w.is_leak(), "text": w.to_string() });
    let folds: Vec<serde_json::Value> =
        e.folds.iter().map(|(name, f)| serde_json::json!({ "fold": name, "figures": f })).collect();
    serde_json::json!({
        "pooled": e.pooled, "mean": e.mean, "deviation": e.deviation, "folds": folds,
        "reliability": e.reliability, "columns": columns,
        "warnings": warnings.iter().map(said).collect::<Vec<_>>(),
        "blend": e.blend.iter().map(|(n, w)| serde_json::json!({ "learner": n, "weight": w })).collect::<Vec<_>>(),
        "explained": explained.iter().map(|(id, r)| serde_json::json!({ "id": id, "reasons": r })).collect::<Vec<_>>(),
        "seconds": seconds,
    })
}
