//! `lead`: what can be done with leads besides what all rows have.

use std::io::Write as _;

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json};

use crate::base::money::group;
use crate::base::{Money, Timestamp, calendar};
use crate::domain::customer::Cycle;
use crate::domain::lead::Stage;
use crate::domain::{ActivityKind, Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskCoverage, AskFindLead, AskFunnel, AskLead, AskReps, AskViews, FunnelRow, LeadBriefing};
use crate::engine::{Assign, Command, Engine, LeadCommand, Target, Terms};
use crate::exchange::export::object;
use crate::insight::lead_next::span;
use crate::query::schema::{self, field, lead as l};
use crate::query::{Bound, format};

use super::args::{Global, NoteKind};
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::{asked_for, texts};
use super::out::Out;
use super::place::{database, principal};
use super::show::find as find_customer;

/// Lines of the timeline that are shown.
const EVENTS: usize = 20;

#[derive(Debug, Subcommand)]
pub enum LeadVerb {
    /// All about one lead: score with its arithmetic, coverage, clock, history, next step.
    Show {
        /// Lead number, phone in any form, mail address, or words of the name.
        #[arg(required = true, value_name = "LEAD")]
        who: Vec<String>,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// A lead becomes a customer with a subscription that waits for its installation: one entry.
    Convert(Convert),
    /// One lead out of two, or a lead into the customer it is already.
    Merge(Merge),
    /// Say who works leads: a person, or in turn, by load, by territory. Who is away gets none.
    Assign(AssignArgs),
    /// Log a contact: the first one answers the lead.
    Log {
        /// Lead number, phone or mail address.
        who: String,
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_enum, default_value = "call")]
        kind: NoteKind,
        /// When to be in touch next: 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        next: Option<Timestamp>,
    },
    /// When to be in touch next, on all leads that a filter keeps.
    FollowUp {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment, required_unless_present = "off")]
        at: Option<Timestamp>,
        /// What it is about.
        #[arg(long)]
        note: Option<String>,
        /// Take the reminder off.
        #[arg(long, conflicts_with = "at")]
        off: bool,
    },
    /// Keep reminders still until a moment; the due time stays.
    Snooze {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        until: Timestamp,
    },
    /// How many leads become customers, by source, rep, stage or another field.
    Conversion(Conversion),
    /// What the coverage directory says of an address.
    Coverage {
        pincode: String,
        #[arg(long, default_value = "")]
        area: String,
        #[arg(long, default_value = "")]
        building: String,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// What reps make of their leads against what such leads give, the strongest first; who is suggested next.
    Reps {
        /// As JSON lines.
        #[arg(long)]
        json: bool,
    },
    /// Compute coverage and score anew, as after other weights.
    Rescore {
        /// A filter or `@view`; without one, every lead.
        #[arg(value_name = "FILTER")]
        words: Vec<String>,
    },
}

#[derive(Args, Debug)]
pub struct Convert {
    /// Lead number, phone or mail address.
    pub who: String,
    /// Without one, the expected plan of the lead.
    #[arg(long)]
    pub plan: Option<String>,
    #[arg(long, default_value = "monthly")]
    pub cycle: String,
    /// Rupees a month before GST; without it, the price of the plan.
    #[arg(long)]
    pub price: Option<String>,
    /// Day of the installation.
    #[arg(long, value_name = "DATE", value_parser = super::args::date)]
    pub install_on: Option<NaiveDate>,
    /// What the technician should know.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Convert although a customer has the same phone, mail address or GSTIN.
    #[arg(long)]
    pub allow_duplicates: bool,
    /// Show what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("with").required(true))]
pub struct Merge {
    /// The lead that stays: number, phone or mail address.
    pub keep: String,
    /// The lead that goes.
    #[arg(group = "with")]
    pub other: Option<String>,
    /// The customer the lead is merged into, instead of another lead.
    #[arg(long, group = "with", value_name = "WHO")]
    pub customer: Option<String>,
    /// Fields to take from the lead that goes, parted by commas.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', requires = "other")]
    pub take: Vec<String>,
    /// Show field by field what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("how").required(true))]
pub struct AssignArgs {
    /// A filter or `@view`.
    #[arg(required = true, value_name = "FILTER")]
    pub words: Vec<String>,
    /// This person.
    #[arg(long, group = "how", value_name = "LOGIN")]
    pub to: Option<String>,
    /// Each to the rep who got none for the longest time.
    #[arg(long, group = "how")]
    pub round_robin: bool,
    /// Each to the rep with the fewest open leads.
    #[arg(long, group = "how")]
    pub least_busy: bool,
    /// Each to the rep of its PIN code or city.
    #[arg(long, group = "how")]
    pub territory: bool,
    /// Take the owner off.
    #[arg(long, group = "how")]
    pub nobody: bool,
    /// Show what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    Source,
    Rep,
    Stage,
    City,
    Segment,
    Availability,
    LostReason,
}

#[derive(Args, Debug)]
pub struct Conversion {
    /// A filter or `@view`; without one, every lead.
    #[arg(value_name = "FILTER")]
    pub words: Vec<String>,
    #[arg(long, value_enum, default_value = "source")]
    pub by: By,
    /// Leads created on this day or later.
    #[arg(long, value_name = "DATE", value_parser = super::args::date)]
    pub from: Option<NaiveDate>,
    /// Leads created on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = super::args::date)]
    pub to: Option<NaiveDate>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    format::moment(text).ok_or_else(|| "no moment: write 2026-11-28 15:30".to_string())
}

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

fn reps(engine: &Engine, who: &Principal, as_json: bool, out: &mut Out) -> Result<(), Failure> {
    let found = engine.read(who, &AskReps)?;
    let is_next = |login: &String| Some(login) == found.suggested.as_ref();
    if as_json {
        for r in &found.reps {
            let object = json!({
                "rep": r.login, "strength": r.strength(found.rate), "closed": r.closed, "won": r.won,
                "expected": r.expected, "open": r.open, "suggested": is_next(&r.login),
            });
            writeln!(out, "{object}")?;
        }
        return Ok(());
    }
    if found.reps.is_empty() {
        return Ok(writeln!(out, "no rep at work has a closed lead yet")?);
    }
    for r in &found.reps {
        let next = if is_next(&r.login) { " · next" } else { "" };
        writeln!(out, "{:16}{}{next}", r.login, r.words(found.rate))?;
    }
    let usual = found.rate * 100.0;
    writeln!(
        out,
        "contracts won over those that such leads give, both with 20 leads at the usual {usual:.0} % added, so that few say \
         little; next is the strongest who has no more than half again the median of open leads"
    )?;
    Ok(())
}

fn conversion(engine: &Engine, who: &Principal, o: &Conversion, out: &mut Out) -> Result<(), Failure> {
    let filter = match o.words.as_slice() {
        [] => Bound::all(Entity::Lead),
        words => match target(engine, who, words)? {
            Target::Matching { filter, .. } => filter,
            Target::Ids(_) => Bound::all(Entity::Lead),
        },
    };
    let by = match o.by {
        By::Source => Some(l::SOURCE),
        By::Rep => Some(l::OWNER),
        By::City => Some(l::CITY),
        By::Segment => Some(l::SEGMENT),
        By::Availability => Some(l::AVAILABILITY),
        By::LostReason => Some(l::LOST_REASON),
        By::Stage => None,
    };
    let from = o.from.map(calendar::start_of);
    let to = o.to.map(|d| calendar::start_of(calendar::add_days(d, 1)));
    let rows = engine.read(who, &AskFunnel { filter: filter.clone(), from, to, by })?;
    let all = engine.read(who, &AskFunnel { filter, from, to, by: None })?.pop().unwrap_or_default();
    if o.by == By::Stage {
        return by_stage(&all, o.json, out);
    }
    if o.json {
        for row in &rows {
            writeln!(out, "{}", funnel_json(row))?;
        }
        return Ok(());
    }
    let heads = [
        "",
        "Leads",
        "Contacted",
        "Surveyed",
        "Quoted",
        "Scheduled",
        "Converted",
        "Rate",
        "Lost",
        "In time",
        "Mean answer",
        "MRR",
    ];
    let line = |r: &FunnelRow| {
        let n = |n: i64| crate::base::money::group_signed(n);
        let mut cells = vec![r.name.clone()];
        cells.extend(r.reached[..6].iter().map(|k| n(*k)));
        cells.push(percent(r.rate()));
        cells.push(n(r.reached[6]));
        cells.push(if r.answered == 0 { "-".into() } else { percent(r.in_time * 1_000 / r.answered) });
        cells.push(if r.answered == 0 { "-".into() } else { span(r.response) });
        cells.push(r.mrr.compact());
        cells
    };
    let mut lines: Vec<Vec<String>> = rows.iter().map(line).collect();
    lines.push(line(&all));
    Ok(texts(out, &heads, &lines)?)
}

fn by_stage(all: &FunnelRow, json: bool, out: &mut Out) -> Result<(), Failure> {
    let rows = Stage::ALL[..6].iter().enumerate().map(|(i, stage)| {
        let before = if i == 0 { all.reached[0] } else { all.reached[i - 1] };
        let step = if before == 0 { 0 } else { all.reached[i] * 1_000 / before };
        (*stage, all.reached[i], step, all.rate_from(*stage))
    });
    if json {
        for (stage, reached, step, rate) in rows {
            let line = json!({
                "stage": stage.code(), "reached": reached,
                "from-stage-before": thousandths(step), "converted": thousandths(rate),
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let lines: Vec<Vec<String>> = rows
        .map(|(stage, reached, step, rate)| {
            vec![stage.label().into(), crate::base::money::group_signed(reached), percent(step), percent(rate)]
        })
        .collect();
    Ok(texts(out, &["Stage", "Reached", "Of the stage before", "Become customers"], &lines)?)
}

fn percent(thousandths: i64) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

fn thousandths(n: i64) -> Json {
    format!("{}.{:03}", n / 1_000, n % 1_000).parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

fn funnel_json(r: &FunnelRow) -> Json {
    json!({
        "name": r.name, "leads": r.leads(), "contacted": r.reached[1], "survey": r.reached[2], "quoted": r.reached[3],
        "install": r.reached[4], "converted": r.converted(), "lost": r.reached[6], "rate": thousandths(r.rate()),
        "answered": r.answered, "answered-in-time": r.in_time, "mean-response-minutes": r.response,
        "mrr": r.mrr.plain().parse::<serde_json::Number>().map_or(Json::Null, Json::Number),
    })
}

fn coverage(engine: &Engine, who: &Principal, ask: &AskCoverage, json: bool, out: &mut Out) -> Result<(), Failure> {
    if crate::base::Pincode::parse(&ask.pincode).is_none() {
        return Err(Failure::Usage("a PIN code has six digits and does not begin with 0".into()));
    }
    let found = engine.read(who, ask)?;
    if json {
        let line = found.map_or(Json::Null, |f| {
            json!({
                "availability": f.availability.code(), "place": f.place, "technology": f.technology, "ports": f.ports,
                "live-on": f.live_on.and_then(calendar::date_from_days).map(|d| d.to_string()),
                "drop-metres": f.drop_metres, "install-cost": f.install_cost.map(Money::plain), "note": f.note,
            })
        });
        return Ok(writeln!(out, "{line}")?);
    }
    let Some(f) = found else {
        return Ok(writeln!(out, "not known: the coverage directory is empty (`bharatnet import coverage FILE`)")?);
    };
    let day = f.live_on.and_then(calendar::date_from_days);
    let parts = [
        f.availability.label().to_string(),
        day.map_or(String::new(), |d| format!("live {}", calendar::from_today(d, engine.today()))),
        f.ports.map_or(String::new(), |n| format!("{} ports free", group(u64::try_from(n).unwrap_or(0)))),
        f.drop_metres.map_or(String::new(), |n| format!("{n} m of drop cable")),
        f.install_cost.map_or(String::new(), |m| format!("installation costs {}", m.compact())),
        f.note,
        if f.place.is_empty() { "no row of the directory names it".into() } else { format!("by {}", f.place) },
    ];
    Ok(writeln!(out, "{}", parts.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · "))?)
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
    writeln!(out)?;
    out.heading("Stages")?;
    for (stage, at) in &b.stages {
        writeln!(out, "  {:26}{}", stage.label(), calendar::short_time(*at))?;
    }
    if !b.timeline.is_empty() {
        writeln!(out)?;
        out.heading("Timeline")?;
        for e in &b.timeline {
            let day = calendar::short_date(calendar::date_of(e.at), engine.today());
            writeln!(out, "  {day:10}{}  ({})", crate::base::text::clean(&e.text, 200), e.who)?;
        }
    }
    Ok(())
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
