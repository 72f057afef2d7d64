//! `job`: field work from raising it to the report, and the stock behind it.

use std::io::Write as _;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use crate::base::calendar;
use crate::domain::job::{Hindrance, ItemState, JobKind, JobState, Slot};
use crate::domain::{Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskConflicts, AskJob, AskNamed, AskPage, AskRow, AskViews, JobSheet};
use crate::engine::{Anchor, Appointment, Checks, Command, Engine, JobCommand, PageAsk, Report, Target};
use crate::exchange::export::object;
use crate::query::schema::{field, job as j, ticket as t};
use crate::query::{compile, format};

use super::args::{Global, date};
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::{asked_for, texts};
use super::out::Out;
use super::place::{database, principal};
use super::show::find as find_customer;
use super::show::timeline;

#[derive(Debug, Subcommand)]
pub enum JobVerb {
    /// Your jobs of today and what is left from before, in the order of their slots.
    Today {
        /// Somebody else's.
        login: Option<String>,
        /// Everybody's.
        #[arg(long, conflicts_with = "login")]
        all: bool,
        /// Another day.
        #[arg(long, value_name = "DATE", value_parser = date)]
        day: Option<NaiveDate>,
    },
    /// One job in full: where, what to tick off, what is carried, what was measured.
    Show {
        number: String,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// A new job for a customer.
    Raise {
        /// install, fault, survey, shifting, recovery.
        kind: String,
        /// Account number, phone, mail address or name.
        #[arg(required = true)]
        who: Vec<String>,
        #[command(flatten)]
        when: When,
        /// Docket of the ticket it answers.
        #[arg(long, default_value = "")]
        ticket: String,
        /// What the technician should know before.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// A job for the customer of a ticket, which goes on with it and is solved by its end.
    For {
        /// Its docket.
        docket: String,
        #[command(flatten)]
        when: When,
        /// What the technician should know before; without it, the subject of the ticket.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Another day, slot or technician for all jobs that a filter keeps; slots that are taken are left out and named.
    Schedule {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        #[command(flatten)]
        when: When,
        /// Although somebody has another job in the slot.
        #[arg(long)]
        double: bool,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Give jobs to technicians: who is in the area on that day, then who has least, in the first slot that is free.
    HandOut {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// You are there.
    Start { number: String },
    /// A word on the customer's timeline, with the number of the job.
    Note {
        number: String,
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Tick items of the checklist off.
    Tick {
        number: String,
        /// Their first letters are enough; `all` for the whole list.
        #[arg(required = true)]
        items: Vec<String>,
    },
    /// Done: line, stock and ticket follow.
    Finish(Finish),
    /// Could not be done.
    Fail {
        number: String,
        /// absent, no-access, no-power, no-material, not-feasible, weather, other.
        why: String,
        #[arg(default_value = "")]
        note: Vec<String>,
    },
    /// Not wanted any more.
    Cancel {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
    },
    /// Who is to be at two places at once.
    Conflicts,
    /// Items of stock to a technician, back to the store, or out of use.
    Stock {
        /// A filter of stock, as `serial:BNON0000012` or `state:store kind:onu`.
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// Issue them to this technician.
        #[arg(long, value_name = "LOGIN", conflicts_with = "state")]
        to: Option<String>,
        /// store, faulty or scrapped.
        #[arg(long, required_unless_present = "to")]
        state: Option<String>,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Args, Debug)]
pub struct When {
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub day: Option<NaiveDate>,
    /// 09-11, 11-13, 13-15, 15-17, 17-19.
    #[arg(long)]
    pub slot: Option<String>,
    /// Login of the technician.
    #[arg(long, value_name = "LOGIN")]
    pub to: Option<String>,
}

#[derive(Args, Debug)]
pub struct Finish {
    pub number: String,
    /// What was done.
    #[arg(required = true)]
    pub outcome: Vec<String>,
    /// Items of the checklist that are done; without it, those ticked off before. `all` for the whole list.
    #[arg(long, value_delimiter = ',')]
    pub tick: Vec<String>,
    /// Optical power before, dBm: -26.4.
    #[arg(long, allow_hyphen_values = true)]
    pub before: Option<String>,
    /// Optical power after, dBm.
    #[arg(long, allow_hyphen_values = true)]
    pub after: Option<String>,
    /// Serial numbers put in, or fetched.
    #[arg(long, value_delimiter = ',')]
    pub serial: Vec<String>,
    /// Metres of cable.
    #[arg(long)]
    pub cable: Option<i64>,
    /// The customer's code, or the name of who signed.
    #[arg(long, default_value = "")]
    pub signed: String,
    /// Where the photo is kept.
    #[arg(long, default_value = "")]
    pub photo: String,
    /// Kilometres there.
    #[arg(long)]
    pub travel: Option<i64>,
}

impl When {
    fn read(&self) -> Result<Appointment, Failure> {
        let slot = self
            .slot
            .as_deref()
            .map(|s| Slot::parse(s).ok_or_else(|| unknown("slot", s, Slot::ALL.iter().map(|s| s.code()))));
        Ok(Appointment { day: self.day.map(calendar::days_of), slot: slot.transpose()?, owner: self.to.clone() })
    }
}

fn unknown(what: &str, word: &str, codes: impl Iterator<Item = &'static str>) -> Failure {
    Failure::Usage(format!("`{word}` is no {what}: {}", codes.collect::<Vec<_>>().join(", ")))
}

pub fn run(global: &Global, verb: &JobVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let (engine, who) = (&engine, &who);
    let mut dry = false;
    let command = match verb {
        JobVerb::Today { login, all, day } => return today(engine, who, login.as_deref(), *all, *day, out),
        JobVerb::Show { number, json } => {
            let sheet = engine.read(who, &AskJob { id: find(engine, who, number)?.id, events: 20 })?;
            if *json {
                let columns: Vec<FieldId> = sheet.record.fields.to_vec();
                return Ok(writeln!(out, "{}", object(&sheet.record, &columns))?);
            }
            return read(out, &sheet, engine);
        }
        JobVerb::Conflicts => return conflicts(engine, who, out),
        JobVerb::Raise { kind, who: words, when, ticket, note } => {
            let known = JobKind::parse(kind);
            let kind = known.ok_or_else(|| unknown("kind of job", kind, JobKind::ALL.iter().map(|k| k.code())))?;
            let customers = Target::one(find_customer(engine, who, &words.join(" "))?.id);
            JobCommand::Raise { kind, customers, when: when.read()?, ticket: ticket.clone(), note: note.clone() }
        }
        JobVerb::For { docket, when, note } => {
            let wanted = crate::domain::ticket::read_docket(docket).unwrap_or_default();
            let found = engine.read(who, &AskNamed(t::DOCKET, vec![wanted.as_str().into()]))?;
            let ticket = *found.first().ok_or_else(|| Failure::NotFound(format!("no ticket is `{docket}`")))?;
            JobCommand::ForTicket { ticket, when: when.read()?, note: note.clone() }
        }
        JobVerb::Schedule { words, when, double, dry_run } => {
            dry = *dry_run;
            let target = target(engine, who, Entity::Job, words)?;
            JobCommand::Schedule { target, when: when.read()?, double: *double }
        }
        JobVerb::HandOut { words, dry_run } => {
            dry = *dry_run;
            JobCommand::HandOut { target: target(engine, who, Entity::Job, words)? }
        }
        JobVerb::Start { number } => JobCommand::Start { id: find(engine, who, number)?.id },
        JobVerb::Note { number, text } => JobCommand::Note { id: find(engine, who, number)?.id, body: text.join(" ") },
        JobVerb::Tick { number, items } => {
            let sheet = engine.read(who, &AskJob { id: find(engine, who, number)?.id, events: 0 })?;
            JobCommand::Tick { id: sheet.record.id, checks: checks(&sheet, items)? }
        }
        JobVerb::Finish(o) => {
            let sheet = engine.read(who, &AskJob { id: find(engine, who, &o.number)?.id, events: 0 })?;
            JobCommand::Finish { id: sheet.record.id, report: report(&sheet, o)? }
        }
        JobVerb::Fail { number, why, note } => {
            let known = Hindrance::parse(why);
            let why = known.ok_or_else(|| unknown("reason", why, Hindrance::ALL.iter().map(|k| k.code())))?;
            JobCommand::Fail { target: Target::one(find(engine, who, number)?.id), why, note: note.join(" ") }
        }
        JobVerb::Cancel { words } => JobCommand::Cancel { target: target(engine, who, Entity::Job, words)? },
        JobVerb::Stock { words, to, state, dry_run } => {
            dry = *dry_run;
            let state = match state.as_deref() {
                None => ItemState::Issued,
                Some(s) => ItemState::parse(s)
                    .ok_or_else(|| unknown("state of stock", s, ItemState::ALL.iter().map(|s| s.code())))?,
            };
            JobCommand::Stock { target: target(engine, who, Entity::Item, words)?, state, owner: to.clone() }
        }
    };
    let command = Command::Job(command);
    if dry {
        let looking = Principal { read_only: false, ..who.clone() };
        return show(&engine.preview(&looking, &command)?, out);
    }
    carry_out(engine, who, command, out)
}

/// The job of a number: `J-000042`, or `42`.
fn find(engine: &Engine, who: &Principal, text: &str) -> Result<Record, Failure> {
    let typed = text.trim();
    let number = match typed.parse::<i64>() {
        Ok(n) => crate::domain::job::number(n),
        Err(_) => typed.to_uppercase(),
    };
    let found = engine.read(who, &AskNamed(j::NUMBER, vec![number.as_str().into()]))?;
    match found.first() {
        Some(id) => Ok(engine.read(who, &AskRow(Entity::Job, *id))?),
        None => Err(Failure::NotFound(format!("no job is `{typed}`"))),
    }
}

fn target(engine: &Engine, who: &Principal, entity: Entity, words: &[String]) -> Result<Target, Failure> {
    let views = engine.read(who, &AskViews)?;
    let words = match words {
        [first, rest @ ..] if first == entity.code() => rest,
        words => words,
    };
    // A number alone is that job.
    if let ([one], Entity::Job) = (words, entity)
        && (one.parse::<i64>().is_ok() || one.to_uppercase().starts_with("J-"))
    {
        return Ok(Target::one(find(engine, who, one)?.id));
    }
    Ok(Target::Matching { filter: asked_for(entity, words, &engine.context(who), &views)?, except: Vec::new() })
}

/// Items of the checklist by their first letters.
fn checks(sheet: &JobSheet, items: &[String]) -> Result<Vec<String>, Failure> {
    if items.iter().any(|i| i == "all") {
        return Ok(sheet.checklist.clone());
    }
    let mut out: Vec<String> = sheet.record.get(j::CHECKS).items().map(str::to_string).collect();
    for item in items {
        let typed = item.trim().to_lowercase();
        let found = sheet.checklist.iter().find(|c| c.to_lowercase().starts_with(&typed) && !typed.is_empty());
        out.push(found.cloned().ok_or_else(|| {
            Failure::Usage(format!("`{item}` is not on the checklist: {}", sheet.checklist.join("; ")))
        })?);
    }
    Ok(out)
}

fn report(sheet: &JobSheet, o: &Finish) -> Result<Report, Failure> {
    let light = |id: FieldId, text: &Option<String>| match text {
        None => Ok(sheet.record.int(id)),
        Some(t) => {
            format::read(id, t).map(|v| v.as_int()).map_err(|e| Failure::Usage(format!("{}: {e}", field(id).name)))
        }
    };
    Ok(Report {
        outcome: o.outcome.join(" "),
        checks: match o.tick.as_slice() {
            [] => Checks::AsTicked,
            items => Checks::These(checks(sheet, items)?),
        },
        before: light(j::BEFORE, &o.before)?,
        after: light(j::AFTER, &o.after)?,
        serials: o.serial.clone(),
        cable: o.cable,
        signed: o.signed.clone(),
        photo: o.photo.clone(),
        travel: o.travel,
    })
}

fn today(
    engine: &Engine,
    who: &Principal,
    login: Option<&str>,
    all: bool,
    day: Option<NaiveDate>,
    out: &mut Out,
) -> Result<(), Failure> {
    let date = match day {
        Some(day) => format!("day:{day}"),
        None => "day<=today".to_string(),
    };
    let owner = match (all, login) {
        (true, _) => String::new(),
        (false, None) => "owner=@me".to_string(),
        (false, Some(login)) => format!("owner={}", crate::query::print::quote(login, true)),
    };
    let text = format!("is:open {date} {owner} sort:day,slot");
    let filter = compile(&text, Entity::Job, &engine.context(who)).map_err(|e| Failure::Filter(e, text.clone()))?;
    let columns = [j::NUMBER, j::DAY, j::SLOT, j::KIND, j::NAME, j::AREA, j::PHONE, j::OWNER, j::NOTE, j::STATE];
    let ask =
        PageAsk { sort: filter.sort.clone(), filter, fields: columns.to_vec(), anchor: Anchor::First, limit: 200 };
    let rows = engine.read(who, &AskPage(ask))?.rows;
    let line = |r: &Record| {
        let state = JobState::parse(r.text(j::STATE)).unwrap_or(JobState::Open);
        let day = r.int(j::DAY).and_then(calendar::date_from_days);
        let mut line = vec![format!("{} {}", state.shape(), r.text(j::NUMBER))];
        line.push(day.map_or(String::new(), |d| calendar::from_today(d, engine.today())));
        line.extend(columns[2..9].iter().map(|f| format::show(*f, r.get(*f))));
        line
    };
    let lines: Vec<Vec<String>> = rows.iter().map(line).collect();
    if lines.is_empty() {
        return Ok(writeln!(out, "no job is open")?);
    }
    Ok(texts(out, &["Job", "Day", "Slot", "Kind", "Customer", "Area", "Phone", "Technician", "To know"], &lines)?)
}

fn conflicts(engine: &Engine, who: &Principal, out: &mut Out) -> Result<(), Failure> {
    let found = engine.read(who, &AskConflicts)?;
    if found.is_empty() {
        return Ok(writeln!(out, "nobody is to be at two places at once")?);
    }
    let lines: Vec<Vec<String>> = found
        .into_iter()
        .map(|c| {
            let day =
                calendar::date_from_days(c.day).map_or(String::new(), |d| calendar::from_today(d, engine.today()));
            vec![c.owner, day, c.slot, c.jobs.join(", ")]
        })
        .collect();
    Ok(texts(out, &["Technician", "Day", "Slot", "Jobs"], &lines)?)
}

fn read(out: &mut Out, sheet: &JobSheet, engine: &Engine) -> Result<(), Failure> {
    let r = &sheet.record;
    let state = JobState::parse(r.text(j::STATE)).unwrap_or(JobState::Open);
    out.heading(&format!("{}  {}  {} {}", r.text(j::NAME), r.text(j::NUMBER), state.shape(), state.label()))?;
    for id in r.fields.iter().filter(|id| !r.get(**id).is_null() && ![j::CUSTOMER, j::CHECKS].contains(id)) {
        writeln!(out, "  {:26}{}", field(*id).title, format::show(*id, r.get(*id)))?;
    }
    if let Some(code) = &sheet.code {
        writeln!(out, "  {:26}{code}", "Customer's code")?;
    }
    let done: Vec<&str> = r.get(j::CHECKS).items().collect();
    writeln!(out)?;
    out.heading("Checklist")?;
    for item in &sheet.checklist {
        writeln!(out, "  {} {item}", if done.contains(&item.as_str()) { "✓" } else { "·" })?;
    }
    timeline(out, &sheet.timeline, engine)
}
