//! `model train`, `score`, `evaluate` (of one's own history) and `explain`.

use std::io::Write as _;

use clap::Args;

use crate::base::Stopwatch;
use crate::base::money::group;
use crate::domain::Entity;
use crate::engine::Receipt;
use crate::engine::ask::{AskModel, AskReasons, AskSegments};
use crate::insight::learn::{Options, Progress as _};
use crate::query::format;
use crate::query::schema::{self, field, model as m};

use super::args::Global;
use super::evaluate::Told;
use super::failure::Failure;
use super::out::Out;
use super::place::{database, principal};
use super::show::find;

#[derive(Args, Debug)]
pub struct Train {
    /// Also score every line in service by the new model.
    #[arg(long)]
    pub score: bool,
    /// Threads at most; without it, one for each processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,
}

#[derive(Args, Debug)]
pub struct Explain {
    /// Account number, phone in any form, mail address, reference, or words of the name.
    #[arg(required = true, value_name = "WHO")]
    pub who: Vec<String>,
    /// As one JSON object.
    #[arg(long)]
    pub json: bool,
}

pub fn train(global: &Global, o: &Train, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let mut options = Options::default();
    if let Some(threads) = o.threads {
        options.threads = usize::from(threads);
    }
    let watch = Stopwatch::start();
    let told = Told::start("Learning");
    let trained = engine.train(&who, &options, &|done, all| told.told(done, all));
    told.end();
    tell(&trained?, &watch, out)?;
    if o.score { score(global, out) } else { Ok(()) }
}

pub fn score(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let watch = Stopwatch::start();
    let told = Told::start("Scoring");
    let scored = engine.score(&who, &|done, all| told.told(done, all));
    told.end();
    tell(&scored?, &watch, out)
}

fn tell(receipt: &Receipt, watch: &Stopwatch, out: &mut Out) -> Result<(), Failure> {
    let seconds = watch.elapsed().as_secs_f64();
    match receipt.entry {
        Some(entry) => {
            let summary = &receipt.summary;
            writeln!(out, "{summary} ({seconds:.1} s) · entry {entry}; `bharatnet undo {entry}` takes it back")?;
        }
        None => writeln!(out, "nothing to change")?,
    }
    Ok(())
}

/// The scores of the model in force, on the time it had not seen.
pub fn evaluate(global: &Global, json: bool, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let Some(row) = engine.read(&who, &AskModel)? else {
        return Err(Failure::NotFound("no model is in force: `bharatnet model train` makes one".into()));
    };
    if json {
        return Ok(writeln!(out, "{}", crate::exchange::export::object(&row, &row.fields))?);
    }
    for id in schema::ids(Entity::Model).filter(|id| !row.get(*id).is_null()) {
        writeln!(out, "{:14} {}", field(id).title, format::show(id, row.get(id)))?;
    }
    let ahead = row.int(m::DAYS).unwrap_or(0);
    writeln!(
        out,
        "figures are of the newer {ahead} days, told by a model that knew only the {ahead} days before; \
         `bharatnet list models` shows them all"
    )?;
    Ok(())
}

pub fn explain(global: &Global, o: &Explain, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let row = find(&engine, &who, &o.who.join(" "))?;
    let reasons = engine.read(&who, &AskReasons { customer: row.id })?;
    let name = row.text(schema::customer::NAME);
    if o.json {
        let parts: Vec<serde_json::Value> =
            reasons.risk.parts.iter().map(|p| serde_json::json!({ "reason": p.reason, "points": p.points })).collect();
        let object = serde_json::json!({
            "name": name, "risk": reasons.risk.score, "model": reasons.model.map(|m| m.0),
            "chance": reasons.model.map(|m| m.1), "parts": parts,
        });
        return Ok(writeln!(out, "{object}")?);
    }
    let score = reasons.risk.score;
    match reasons.model {
        Some((number, chance)) => {
            let percent = chance * 100.0;
            writeln!(out, "{name}: risk {score}; {percent:.1} % leave within 60 days, says churn {number}")?;
        }
        None => writeln!(out, "{name}: risk {score}, by rules: no model has scored this line")?,
    }
    for part in &reasons.risk.parts {
        writeln!(out, "  {:+4}  {}", part.points, part.reason)?;
    }
    Ok(())
}

/// `segments`: clusters by behaviour, and the named ones.
pub fn segments(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let found = engine.read(&who, &AskSegments)?;
    let count = |n: i64| group(u64::try_from(n).unwrap_or(0));
    match &found.clusters {
        Some(clusters) => {
            writeln!(out, "{}", clusters.reason())?;
            for cluster in &clusters.clusters {
                writeln!(out, "{:>9}  {}", group(cluster.size as u64), cluster.words)?;
            }
        }
        None => writeln!(out, "no clusters: at least 50 customers in service that differ are needed")?,
    }
    writeln!(out)?;
    for (segment, size) in &found.named {
        writeln!(out, "{:>9}  segment:{:12} {}", count(*size), segment.name, segment.help)?;
    }
    Ok(())
}
