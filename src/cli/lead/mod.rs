//! `lead`: what can be done with leads besides what all rows have.

mod args;
mod figures;

use std::io::Write as _;

use chrono::NaiveDate;
use serde_json::{Value as Json, json};

use crate::base::{Money, calendar};
use crate::domain::customer::Cycle;
use crate::domain::lead::Stage;
use crate::domain::{ActivityKind, Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskCoverage, AskFindLead, AskLead, AskViews, LeadBriefing};
use crate::engine::{Assign, Command, Engine, LeadCommand, Target, Terms};
use crate::exchange::export::object;
use crate::query::schema::{self, field, lead as l};
use crate::query::{Bound, format};

use super::args::{Global, NoteKind};
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::asked_for;
use super::out::Out;
use super::place::{database, principal};
use super::show::find as find_customer;
use super::show::{stages, timeline};
pub use args::LeadVerb;
use args::{AssignArgs, Convert};
use figures::{conversion, coverage, reps};

/// Lines of the timeline that are shown.
const EVENTS: usize = 20;

pub fn run(global: &Global, verb: &LeadVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let command = match verb {
        LeadVerb::Show { who: words, json } => {
            let id = find(&engine, &who, &words.join(" "))?.id;
            let briefing = engine.read(&who, &AskLead { id, events: EVENTS })?;
            return if *json { Ok(writeln!(out, "{}", as_json(&briefing))?) } else { read(out, &briefing, &engine) };
        }
        LeadVerb::Conversion(o) => return conversion(&engine, &who, o, out),
        LeadVerb::Reps { json } => return reps(&engine, &who, *json, out),
        LeadVerb::Coverage { pincode, area, building, json } => {
            let ask = AskCoverage { pincode: pincode.clone(), area: area.clone(), building: building.clone() };
            return coverage(&engine, &who, &ask, *json, out);
        }
        LeadVerb::Convert(o) => {
            let command =
                LeadCommand::Convert { lead: find(&engine, &who, &o.who)?.id, terms: terms(&engine, &who, o)? };
            return either(&engine, &who, Command::Lead(command), o.dry_run, out);
        }
        LeadVerb::Merge(o) => {
            let keep = find(&engine, &who, &o.keep)?.id;
            let command = match (&o.other, &o.customer) {
                (Some(other), _) => {
                    let take = o.take.iter().map(|name| taken(name)).collect::<Result<_, _>>()?;
                    LeadCommand::Merge { keep, other: find(&engine, &who, other)?.id, take }
                }
                (None, customer) => {
                    let customer = customer.as_deref().unwrap_or_default();
                    LeadCommand::MergeIntoCustomer { lead: keep, customer: find_customer(&engine, &who, customer)?.id }
                }
            };
            return either(&engine, &who, Command::Lead(command), o.dry_run, out);
        }
        LeadVerb::Assign(o) => {
            let how = match o {
                AssignArgs { to: Some(login), .. } => Assign::To(login.clone()),
                AssignArgs { round_robin: true, .. } => Assign::RoundRobin,
                AssignArgs { least_busy: true, .. } => Assign::LeastBusy,
                AssignArgs { territory: true, .. } => Assign::Territory,
                _ => Assign::Nobody,
            };
            let command = LeadCommand::Assign { target: target(&engine, &who, &o.words)?, how };
            return either(&engine, &who, Command::Lead(command), o.dry_run, out);
        }
        LeadVerb::Log { who: lead, text, kind, next } => LeadCommand::Touch {
            lead: find(&engine, &who, lead)?.id,
            kind: match kind {
                NoteKind::Note => ActivityKind::Note,
                NoteKind::Call => ActivityKind::Call,
                NoteKind::Message => ActivityKind::Message,
                NoteKind::Visit => ActivityKind::Visit,
            },
            body: text.join(" "),
            next: *next,
        },
        LeadVerb::FollowUp { words, at, note, off: _ } => {
            LeadCommand::FollowUp { target: target(&engine, &who, words)?, at: *at, note: note.clone() }
        }
        LeadVerb::Snooze { words, until } => {
            LeadCommand::Snooze { target: target(&engine, &who, words)?, until: *until }
        }
        LeadVerb::Rescore { words } => {
            let target = match words.as_slice() {
                [] => Target::Matching { filter: Bound::all(Entity::Lead), except: Vec::new() },
                words => target(&engine, &who, words)?,
            };
            LeadCommand::Rescore { target }
        }
    };
    either(&engine, &who, Command::Lead(command), false, out)
}

fn either(engine: &Engine, who: &Principal, command: Command, dry_run: bool, out: &mut Out) -> Result<(), Failure> {
    if dry_run {
        let looking = Principal { read_only: false, ..who.clone() };
        return show(&engine.preview(&looking, &command)?, out);
    }
    carry_out(engine, who, command, out)
}

/// The one lead that is meant. Several are listed, none of them taken.
fn find(engine: &Engine, who: &Principal, text: &str) -> Result<Record, Failure> {
    let found = engine.read(who, &AskFindLead { text: text.into(), limit: 11 }).map_err(|e| match e {
        crate::engine::ReadError::Query(e) => Failure::Filter(e, text.into()),
        e => e.into(),
    })?;
    match found.as_slice() {
        [] => Err(Failure::NotFound(format!("no lead is `{text}`"))),
        [one] => Ok(one.clone()),
        many => {
            let line = |r: &Record| {
                let rest: Vec<String> = [l::NAME, l::PHONE, l::CITY, l::STAGE]
                    .iter()
                    .map(|id| format::show(*id, r.get(*id)))
                    .filter(|t| !t.is_empty())
                    .collect();
                format!("  {}  {}", format::plain(l::NUMBER, r.get(l::NUMBER)), rest.join(", "))
            };
            let lines: Vec<String> = many.iter().take(10).map(line).collect();
            let told = format!("several leads are `{text}`; name one by its number:\n{}", lines.join("\n"));
            Err(Failure::Failed(told))
        }
    }
}

fn target(engine: &Engine, who: &Principal, words: &[String]) -> Result<Target, Failure> {
    let views = engine.read(who, &AskViews)?;
    // `leads` may stand before the filter, as everywhere else.
    let words = match words {
        [first, rest @ ..] if first == Entity::Lead.code() => rest,
        words => words,
    };
    Ok(Target::Matching { filter: asked_for(Entity::Lead, words, &engine.context(who), &views)?, except: Vec::new() })
}

fn taken(name: &str) -> Result<FieldId, Failure> {
    schema::find(Entity::Lead, name).ok_or_else(|| {
        let guess = schema::nearest(name.trim(), schema::fields(Entity::Lead).iter().map(|f| f.name));
        let guess = guess.map_or(String::new(), |g| format!("; did you mean `{g}`?"));
        Failure::Usage(format!("there is no field `{}`{guess}", name.trim()))
    })
}

fn terms(engine: &Engine, who: &Principal, o: &Convert) -> Result<Terms, Failure> {
    let plan = match &o.plan {
        Some(plan) => plan.clone(),
        None => match find(engine, who, &o.who)?.text(l::PLAN) {
            "" => return Err(Failure::Usage("this lead has no expected plan: name one with --plan".into())),
            plan => plan.to_string(),
        },
    };
    let cycle = Cycle::parse(&o.cycle)
        .ok_or_else(|| Failure::Usage(format!("`{}` is no cycle: monthly, quarterly, annual", o.cycle)))?;
    let price = o
        .price
        .as_deref()
        .map(|p| Money::parse(p).ok_or_else(|| Failure::Usage(format!("`{p}` is no amount: write 899 or 1,499.50"))));
    Ok(Terms {
        plan,
        cycle,
        price: price.transpose()?,
        install_on: o.install_on.map(calendar::days_of),
        note: o.note.clone(),
        allow_duplicates: o.allow_duplicates,
    })
}

fn read(out: &mut Out, b: &LeadBriefing, engine: &Engine) -> Result<(), Failure> {
    let r = &b.record;
    let stage = Stage::parse(r.text(l::STAGE)).unwrap_or(Stage::New);
    let number = format::show(l::NUMBER, r.get(l::NUMBER));
    out.heading(&format!("{}  L {number}  {} {}", r.text(l::NAME), stage.shape(), stage.label()))?;
    writeln!(out, "Next: {}", b.next)?;
    writeln!(out)?;
    for id in r.fields.iter().filter(|id| !r.get(**id).is_null() && !l::PARTS.contains(id)) {
        writeln!(out, "  {:26}{}", field(*id).title, format::show(*id, r.get(*id)))?;
    }
    writeln!(out)?;
    out.heading(&format!("Score {} of 100", b.score.total))?;
    for piece in &b.score.pieces {
        writeln!(out, "  {:12}{:>3} of {:<3} {}", piece.part.title, piece.points, piece.most, piece.why)?;
    }
    if let Some((number, odds)) = &b.odds {
        writeln!(out)?;
        out.heading(&format!("Learned odds {:.1} %, by leads {number}", odds.chance * 100.0))?;
        writeln!(out, "  {:+6.1}  any lead", odds.usual * 100.0)?;
        for part in &odds.parts {
            writeln!(out, "  {:+6.1}  {}", part.points, part.reason)?;
        }
    }
    stages(out, b.stages.iter().map(|(stage, at)| (stage.label(), *at)))?;
    timeline(out, &b.timeline, engine)
}

fn as_json(b: &LeadBriefing) -> Json {
    let columns: Vec<FieldId> = b.record.fields.to_vec();
    let mut whole = object(&b.record, &columns);
    let parts: Vec<Json> = b
        .score
        .pieces
        .iter()
        .map(|p| json!({ "part": p.part.title, "points": p.points, "most": p.most, "why": p.why }))
        .collect();
    whole["score-now"] = json!({ "total": b.score.total, "parts": parts });
    if let Some((number, odds)) = &b.odds {
        let parts: Vec<Json> = odds.parts.iter().map(|p| json!({ "reason": p.reason, "points": p.points })).collect();
        whole["learned"] = json!({ "model": number, "chance": odds.chance, "usual": odds.usual, "parts": parts });
    }
    whole["next"] = json!(b.next);
    let said = |e: &crate::engine::ask::Event| {
        json!({ "at": calendar::in_ist(e.at).to_rfc3339(), "who": e.who, "text": e.text,
                "kind": e.kind.map(ActivityKind::code) })
    };
    whole["timeline"] = b.timeline.iter().map(said).collect();
    whole
}

/// Until when somebody is away, for `user absent`.
pub fn absence(login: &str, until: Option<NaiveDate>) -> Command {
    Command::SetAbsence { login: login.to_string(), until: until.map(calendar::days_of) }
}
