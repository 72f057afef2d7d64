//! `model train`, `score`, `evaluate` (of one's own history) and `explain`.

use std::io::Write as _;

use clap::{Args, ValueEnum};

use crate::base::Stopwatch;
use crate::base::money::group;
use crate::domain::model::ModelKind;
use crate::domain::{Entity, Principal};
use crate::engine::ask::{AskDue, AskModel, AskReasons, AskSegments};
use crate::engine::{Command, Engine, Receipt, Target};
use crate::insight::learn::{Options, Progress as _};
use crate::insight::segments::MOST_CLUSTERS;
use crate::query::format;
use crate::query::schema::{self, field, model as m};

use super::args::Global;
use super::evaluate::Told;
use super::failure::Failure;
use super::out::Out;
use super::place::{database, principal};
use super::show::find;

/// What a model tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Which customers leave within 60 days.
    #[default]
    Churn,
    /// Which leads become customers.
    Leads,
}

impl Kind {
    pub fn kind(self) -> ModelKind {
        match self {
            Kind::Churn => ModelKind::Churn,
            Kind::Leads => ModelKind::Leads,
        }
    }
}

#[derive(Args, Debug)]
pub struct Train {
    /// What to learn.
    #[arg(value_enum, default_value_t)]
    pub what: Kind,
    /// Also score by the new model: every line in service, or every open lead.
    #[arg(long)]
    pub score: bool,
    /// Train and score what is due by the setting model.retrain-days, and nothing else: for a timer. What has too thin a
    /// history is told and passed over.
    #[arg(long, conflicts_with_all = ["what", "score"])]
    pub due: bool,
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
    if o.due {
        return train_due(&engine, &who, &options, out);
    }
    let told = Told::start("Learning");
    let report = |done, all| told.told(done, all);
    let trained = match o.what {
        Kind::Churn => engine.train(&who, &options, &report),
        Kind::Leads => engine.train_leads(&who, &options, &report),
    };
    told.end();
    tell(&trained?, &watch, out)?;
    if o.score { score(global, o.what, out) } else { Ok(()) }
}

/// Trains and scores what is due. Models whose history is too thin are told and passed over: a timer has nothing to mend.
fn train_due(engine: &Engine, who: &Principal, options: &Options, out: &mut Out) -> Result<(), Failure> {
    let due = engine.read(who, &AskDue)?;
    if due.is_empty() {
        return Ok(writeln!(out, "no model is due")?);
    }
    let kinds: Vec<ModelKind> = due.iter().map(|d| d.kind).collect();
    let told = Told::start("Learning");
    let trained = engine.train_and_score(who, &kinds, options, &|done, all| told.told(done, all));
    told.end();
    for one in trained? {
        writeln!(out, "{}", one.words())?;
    }
    Ok(())
}

pub fn score(global: &Global, what: Kind, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let watch = Stopwatch::start();
    let told = Told::start("Scoring");
    let scored = match what {
        Kind::Churn => engine.score(&who, &|done, all| told.told(done, all)),
        Kind::Leads => engine.score_leads(&who),
    };
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
pub fn evaluate(global: &Global, what: Kind, json: bool, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let Some(row) = engine.read(&who, &AskModel(what.kind()))? else {
        let word = what.kind().code();
        let text = format!("no model of {word} is in force: `bharatnet model train {word}` makes one");
        return Err(Failure::NotFound(text));
    };
    if json {
        return Ok(writeln!(out, "{}", crate::exchange::export::object(&row, &row.fields))?);
    }
    for id in schema::ids(Entity::Model).filter(|id| !row.get(*id).is_null()) {
        writeln!(out, "{:14} {}", field(id).title, format::show(id, row.get(id)))?;
    }
    let unseen = match row.int(m::DAYS) {
        Some(ahead) => format!("the newer {ahead} days, told by a model that knew only the {ahead} days before"),
        None => "the newest fifth of the leads, told by a model that knew only those before".into(),
    };
    writeln!(out, "figures are of {unseen}; `bharatnet list models` shows them all")?;
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
pub fn segments(global: &Global, tag: bool, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let found = engine.read(&who, &AskSegments)?;
    let count = |n: i64| group(u64::try_from(n).unwrap_or(0));
    match &found.clusters {
        Some(clusters) => {
            writeln!(out, "{}", clusters.reason())?;
            for (n, cluster) in clusters.clusters.iter().enumerate() {
                writeln!(out, "{:>9}  cluster {}: {}", group(cluster.size as u64), n + 1, cluster.words)?;
            }
        }
        None => writeln!(out, "no clusters: at least 50 customers in service that differ are needed")?,
    }
    writeln!(out)?;
    for (segment, size) in &found.named {
        writeln!(out, "{:>9}  segment:{:12} {}", count(*size), segment.name, segment.help)?;
    }
    if tag {
        writeln!(out)?;
        let name = |n: usize| format!("cluster-{}", n + 1);
        for (n, members) in found.members.iter().enumerate() {
            // Whoever was in another cluster the last time is in this one now.
            let remove = (0..MOST_CLUSTERS).filter(|other| *other != n).map(name).collect();
            let target = Target::Ids(members.clone());
            let tag = Command::Tag { entity: Entity::Customer, target, add: vec![name(n)], remove };
            let receipt = engine.execute(&who, tag)?;
            writeln!(out, "{} (filter: tag:{})", receipt.summary, name(n))?;
        }
    }
    Ok(())
}
