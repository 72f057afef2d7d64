//! `incident`: one cause that many lines suffer from, from the first report to what is given back.

use std::io::Write as _;

use clap::Subcommand;

use crate::base::{Timestamp, calendar, money::group};
use crate::domain::incident::{Phase, Scope};
use crate::domain::{Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskNamed, AskRow, AskUptime};
use crate::engine::{Command, Engine, IncidentCommand, Outage};
use crate::exchange::export::object;
use crate::query::format;
use crate::query::schema::{field, incident as n};

use super::args::Global;
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::texts;
use super::out::Out;
use super::place::{database, principal};

#[derive(Debug, Subcommand)]
pub enum IncidentVerb {
    /// Something is down: its lines are found, their open tickets attached and their clocks stopped.
    Open {
        /// olt, pon, area, pincode, city or filter.
        scope: String,
        /// The OLT, "OLT-PUN-04 1/3" for a port, the area, the PIN code, or a filter of customers.
        #[arg(required = true)]
        target: Vec<String>,
        /// What it is, in one line.
        #[arg(long, default_value = "")]
        title: String,
        /// When lines went down: 2026-11-28 15:30; without it, now.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        began: Option<Timestamp>,
        /// When they are expected back.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        until: Option<Timestamp>,
        /// Announced maintenance that begins later.
        #[arg(long, requires = "began")]
        planned: bool,
        /// Leave open tickets alone for now.
        #[arg(long)]
        no_attach: bool,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Take in the open tickets that came since.
    Attach { number: String },
    /// Queue one message to every line; without a text, that of the settings.
    Tell {
        number: String,
        text: Vec<String>,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Where it stands: investigating, identified, monitoring.
    Update {
        number: String,
        phase: String,
        text: Vec<String>,
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        until: Option<Timestamp>,
    },
    /// Lines are back: tickets are solved, the root cause is written down.
    Close {
        number: String,
        /// The root cause.
        #[arg(required = true)]
        cause: Vec<String>,
        /// When lines were back; without it, now.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        ended: Option<Timestamp>,
        /// Leave the tickets open; their clocks go on.
        #[arg(long)]
        keep_tickets: bool,
        /// Give the days back to every line that was down long enough.
        #[arg(long)]
        rebate: bool,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Announced work is not done.
    Cancel { number: String },
    /// One incident in full.
    Show {
        number: String,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Uptime of each area as far as incidents tell, the worst first.
    Uptime {
        /// Days back from now.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(i64).range(1..=3_660))]
        days: i64,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
}

fn moment(text: &str) -> Result<Timestamp, String> {
    format::moment(text).ok_or_else(|| "no moment: write 2026-11-28 15:30".to_string())
}

fn unknown(what: &str, word: &str, codes: impl Iterator<Item = &'static str>) -> Failure {
    Failure::Usage(format!("`{word}` is no {what}: {}", codes.collect::<Vec<_>>().join(", ")))
}

pub fn run(global: &Global, verb: &IncidentVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let id = |number: &str| Ok::<_, Failure>(find(&engine, &who, number)?.id);
    let (command, dry) = match verb {
        IncidentVerb::Open { scope, target, title, began, until, planned, no_attach, dry_run } => {
            let known = Scope::parse(scope);
            let scope = known.ok_or_else(|| unknown("scope", scope, Scope::ALL.iter().map(|s| s.code())))?;
            let (target, title) = (target.join(" "), title.clone());
            let outage = Outage { scope, target, title, began: *began, until: *until, planned: *planned };
            (IncidentCommand::Open { outage, attach: !no_attach }, *dry_run)
        }
        IncidentVerb::Attach { number } => (IncidentCommand::Attach { id: id(number)? }, false),
        IncidentVerb::Tell { number, text, dry_run } => {
            (IncidentCommand::Tell { id: id(number)?, body: text.join(" ") }, *dry_run)
        }
        IncidentVerb::Update { number, phase, text, until } => {
            let known = Phase::parse(phase);
            let phase = known.ok_or_else(|| unknown("phase", phase, Phase::ALL.iter().map(|p| p.code())))?;
            (IncidentCommand::Update { id: id(number)?, phase, word: text.join(" "), until: *until }, false)
        }
        IncidentVerb::Close { number, cause, ended, keep_tickets, rebate, dry_run } => {
            let (id, cause) = (id(number)?, cause.join(" "));
            let command = IncidentCommand::Close { id, cause, ended: *ended, keep: *keep_tickets, rebate: *rebate };
            (command, *dry_run)
        }
        IncidentVerb::Cancel { number } => (IncidentCommand::Cancel { id: id(number)? }, false),
        IncidentVerb::Show { number, json } => return read(&find(&engine, &who, number)?, *json, out),
        IncidentVerb::Uptime { days, json } => return uptime(&engine, &who, *days, *json, out),
    };
    let command = Command::Incident(command);
    if dry {
        let looking = Principal { read_only: false, ..who.clone() };
        return show(&engine.preview(&looking, &command)?, out);
    }
    carry_out(&engine, &who, command, out)
}

/// The incident of a number: `I-000012`, or `12`.
fn find(engine: &Engine, who: &Principal, text: &str) -> Result<Record, Failure> {
    let typed = text.trim();
    let number = match typed.parse::<i64>() {
        Ok(n) => crate::domain::incident::number(n),
        Err(_) => typed.to_uppercase(),
    };
    let found = engine.read(who, &AskNamed(n::NUMBER, vec![number.as_str().into()]))?;
    match found.first() {
        Some(id) => Ok(engine.read(who, &AskRow(Entity::Incident, *id))?),
        None => Err(Failure::NotFound(format!("no incident is `{typed}`"))),
    }
}

fn read(r: &Record, json: bool, out: &mut Out) -> Result<(), Failure> {
    if json {
        let columns: Vec<FieldId> = r.fields.to_vec();
        return Ok(writeln!(out, "{}", object(r, &columns))?);
    }
    let phase = Phase::parse(r.text(n::PHASE)).unwrap_or(Phase::Investigating);
    out.heading(&format!("{}  {}  {} {}", r.text(n::NUMBER), r.text(n::TITLE), phase.shape(), phase.label()))?;
    for id in r.fields.iter().filter(|id| !r.get(**id).is_null()) {
        writeln!(out, "  {:26}{}", field(*id).title, format::show(*id, r.get(*id)))?;
    }
    Ok(())
}

fn uptime(engine: &Engine, who: &Principal, days: i64, json: bool, out: &mut Out) -> Result<(), Failure> {
    let to = engine.now();
    let found = engine.read(who, &AskUptime { from: to.plus_ms(-days * 86_400_000), to })?;
    let percent = |n: i64| format!("{}.{:03}", n / 1_000, n % 1_000);
    if json {
        for a in &found {
            let line = serde_json::json!({
                "area": a.area, "lines": a.lines, "minutes-lost": a.lost, "uptime": percent(a.share()),
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let lines: Vec<Vec<String>> = found
        .iter()
        .map(|a| {
            let count = |n: i64| group(u64::try_from(n).unwrap_or(0));
            vec![a.area.clone(), count(a.lines), count(a.lost / 60), format!("{}%", percent(a.share()))]
        })
        .collect();
    out.heading(&format!("Since {}", calendar::short_time(to.plus_ms(-days * 86_400_000))))?;
    Ok(texts(out, &["Area", "Lines", "Line hours lost", "Uptime"], &lines)?)
}
