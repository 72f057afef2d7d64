//! `do`: one verb on all rows that a filter keeps, or on rows named on the input.

use std::io::{self, BufRead as _, Write as _};

use chrono::NaiveDate;

use crate::base::money::group;
use crate::base::{Id, Money};
use crate::domain::customer::{Cycle, Reason, Status};
use crate::domain::deal;
use crate::domain::lead::{LostReason, Stage};
use crate::domain::plan::Reached;
use crate::domain::{Entity, FieldId, Principal, Value};
use crate::engine::ask::{AskNamed, AskViews};
use crate::engine::{Command, DealCommand, DealStep, Engine, LeadCommand, Preview, Step, Target, skip_reasons};
use crate::exchange::usual_plans;
use crate::query::schema::{self, field};
use crate::query::{Context, format};

use super::args::{Do, DoVerb, Global};
use super::failure::{Failure, say};
use super::journal::told;
use super::list::{asked_for, entity_of};
use super::out::Out;
use super::place::{database, principal};
use super::progress::Progress;

/// Rows of a preview that are shown.
const SHOWN: usize = 10;

pub fn run(global: &Global, o: &Do, out: &mut Out) -> Result<(), Failure> {
    if !o.yes && !o.dry_run {
        return Err(Failure::Usage("say --dry-run to see what would change, or --yes to change it".into()));
    }
    let (engine, who) = (database(global, false)?, principal(global));
    let command = command(&engine, global, o)?;
    if o.dry_run {
        // What would change may be seen by who may only look.
        let looking = crate::domain::Principal { read_only: false, ..who };
        return show(&engine.preview(&looking, &command)?, out);
    }
    carry_out(&engine, &who, command, out)
}

/// Does it and tells what was done, how to take it back, and what was left as it is.
pub fn carry_out(engine: &Engine, who: &Principal, command: Command, out: &mut Out) -> Result<(), Failure> {
    let progress = std::cell::RefCell::new(Progress::start("changing"));
    let done = engine.execute_with(who, command, &|done, all| progress.borrow_mut().tick(done, all));
    progress.borrow_mut().end();
    let receipt = done?;
    match receipt.entry {
        Some(entry) => writeln!(out, "{} · entry {entry}; `bharatnet undo {entry}` takes it back", receipt.summary)?,
        None => writeln!(out, "nothing to change")?,
    }
    for (reason, n) in skip_reasons(&receipt.skipped) {
        say(&format!("{} left as they are: {reason}", group(n as u64)));
    }
    Ok(())
}

/// `catalogue`: plans to begin with.
pub fn catalogue(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, true)?, principal(global));
    let receipt = engine.execute(&who, Command::AddPlans { plans: usual_plans() })?;
    Ok(writeln!(out, "{}", receipt.summary)?)
}

/// `price`: a new list price of a plan.
pub fn price(
    global: &Global,
    (plan, price): (&str, &str),
    from: Option<NaiveDate>,
    lines: bool,
    dry_run: bool,
    out: &mut Out,
) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let price =
        Money::parse(price).ok_or_else(|| Failure::Usage(format!("`{price}` is no amount: write 899 or 1,499.50")))?;
    let lines = if lines { Reached::All } else { Reached::New };
    let starts = from.unwrap_or_else(|| engine.today());
    let command = Command::PricePlan { plan: plan.to_string(), price, starts, lines };
    if dry_run {
        return show(&engine.preview(&who, &command)?, out);
    }
    told(&engine.execute(&who, command)?, out)
}

/// `due`: what has fallen due.
pub fn due(global: &Global, out: &mut Out) -> Result<(), Failure> {
    let receipts = database(global, false)?.catch_up()?;
    if receipts.is_empty() {
        return Ok(writeln!(out, "nothing has fallen due")?);
    }
    receipts.iter().try_for_each(|receipt| told(receipt, out))
}

fn command(engine: &Engine, global: &Global, o: &Do) -> Result<Command, Failure> {
    let who = principal(global);
    let context = engine.context(&who);
    let (entity, words) = entity_of(&o.words);
    if entity != Entity::Customer && matches!(o.verb, DoVerb::SetStatus | DoVerb::ChangePlan) {
        return Err(Failure::Usage(format!("{} is for customers", o.verb.name())));
    }
    if !matches!(entity, Entity::Lead | Entity::Deal) && o.verb == DoVerb::Stage {
        return Err(Failure::Usage("stage is for leads and deals".into()));
    }
    let target = target(engine, global, entity, words, &context)?;
    let missing = |what: &str| Failure::Usage(format!("{} needs {what}", o.verb.name()));
    Ok(match o.verb {
        DoVerb::SetStatus => {
            let status = o.status.as_deref().ok_or_else(|| missing("--status"))?;
            let status =
                Status::parse(status).ok_or_else(|| unknown("status", status, Status::ALL.iter().map(|s| s.code())))?;
            let reason = o.reason.as_deref().map(|r| {
                Reason::parse(r).ok_or_else(|| unknown("reason", r, status.reasons().iter().map(|r| r.code())))
            });
            Command::SetStatus { target, status, reason: reason.transpose()? }
        }
        DoVerb::ChangePlan => {
            let plan = o.plan.clone().ok_or_else(|| missing("--plan"))?;
            let cycle = o
                .cycle
                .as_deref()
                .map(|c| Cycle::parse(c).ok_or_else(|| unknown("cycle", c, Cycle::ALL.iter().map(|c| c.code()))));
            let price = o.price.as_deref().map(|p| {
                Money::parse(p).ok_or_else(|| Failure::Usage(format!("`{p}` is no amount: write 899 or 1,499.50")))
            });
            Command::ChangePlan { target, plan, cycle: cycle.transpose()?, price: price.transpose()? }
        }
        DoVerb::Tag => {
            if o.add.is_empty() && o.remove.is_empty() {
                return Err(missing("--add or --remove"));
            }
            Command::Tag { entity, target, add: o.add.clone(), remove: o.remove.clone() }
        }
        DoVerb::Set => {
            if o.set.is_empty() {
                return Err(missing("--set FIELD=VALUE"));
            }
            let fields = o.set.iter().map(|s| assignment(entity, s, &context)).collect::<Result<_, _>>()?;
            Command::Update { entity, target, fields, base: None }
        }
        DoVerb::Stage if entity == Entity::Deal => deal_step(target, o, &missing)?,
        DoVerb::Stage => {
            let named = o.stage.as_deref().ok_or_else(|| missing("--stage"))?;
            let to = match named {
                "forward" => Step::Forward,
                "back" => Step::Back,
                code => Step::To(Stage::parse(code).ok_or_else(|| {
                    unknown("stage", code, Stage::ALL.iter().map(|s| s.code()).chain(["forward", "back"]))
                })?),
            };
            let reason = o.reason.as_deref().map(|r| {
                LostReason::parse(r).ok_or_else(|| unknown("reason", r, LostReason::ALL.iter().map(|r| r.code())))
            });
            Command::Lead(LeadCommand::Move { target, to, reason: reason.transpose()? })
        }
        DoVerb::Delete => Command::Delete { entity, target },
        DoVerb::Restore => Command::Undelete { entity, target },
    })
}

/// Deals moved, or lost with a reason.
fn deal_step(target: Target, o: &Do, missing: &dyn Fn(&str) -> Failure) -> Result<Command, Failure> {
    use deal::{LostReason, Stage};
    let named = o.stage.as_deref().ok_or_else(|| missing("--stage"))?;
    let to =
        match named {
            "forward" => DealStep::Forward,
            "back" => DealStep::Back,
            code => DealStep::To(Stage::parse(code).ok_or_else(|| {
                unknown("stage", code, Stage::ALL.iter().map(|s| s.code()).chain(["forward", "back"]))
            })?),
        };
    Ok(Command::Deal(match (to, o.reason.as_deref()) {
        (DealStep::To(Stage::Lost), Some(r)) => {
            let reason =
                LostReason::parse(r).ok_or_else(|| unknown("reason", r, LostReason::ALL.iter().map(|r| r.code())))?;
            DealCommand::Lose { target, reason, competitor: None }
        }
        (_, Some(_)) => return Err(Failure::Usage("--reason goes only with the stage lost".into())),
        (to, None) => DealCommand::Move { target, to },
    }))
}

/// The rows: a filter, or account numbers, dockets or names a line on the input where the filter is `-`.
fn target(
    engine: &Engine,
    global: &Global,
    entity: Entity,
    words: &[String],
    context: &Context,
) -> Result<Target, Failure> {
    let words = words.to_vec();
    if words == ["-"] {
        let handle = schema::noun(entity).handle;
        let mut named = Vec::new();
        for line in io::stdin().lock().lines() {
            let line = line.map_err(|e| Failure::Failed(format!("the input cannot be read: {e}")))?;
            if !line.trim().is_empty() {
                let wrong = |why: String| Failure::Usage(format!("`{}`: {why}", line.trim()));
                named.push(format::read(handle, line.trim()).map_err(wrong)?);
            }
        }
        let found: Vec<Id> = engine.read(&principal(global), &AskNamed(handle, named.clone()))?;
        if found.len() < named.len() {
            return Err(Failure::NotFound(format!(
                "{} of {} {} are not there; nothing was changed",
                named.len() - found.len(),
                named.len(),
                entity.code()
            )));
        }
        return Ok(Target::Ids(found));
    }
    if words.is_empty() {
        return Err(Failure::Usage(
            "name the rows: a filter, `@view`, `-` for account numbers on the input, or `has:name` for all".into(),
        ));
    }
    Ok(Target::Matching {
        filter: asked_for(entity, &words, context, &engine.read(&principal(global), &AskViews)?)?,
        except: Vec::new(),
    })
}

/// `city=Pune`, `owner=@me`, `gstin=` to empty it.
fn assignment(entity: Entity, text: &str, context: &Context) -> Result<(FieldId, Value), Failure> {
    let (name, value) = text.split_once('=').ok_or_else(|| Failure::Usage(format!("`{text}` is no FIELD=VALUE")))?;
    let id = schema::find(entity, name).ok_or_else(|| {
        let guess = schema::nearest(name, schema::fields(entity).iter().map(|f| f.name));
        let guess = guess.map_or(String::new(), |g| format!("; did you mean `{g}`?"));
        Failure::Usage(format!("there is no field `{name}`{guess}"))
    })?;
    let value = if value == "@me" { context.me.as_str() } else { value };
    let value = format::read(id, value).map_err(|e| Failure::Usage(format!("{}: {e}", field(id).name)))?;
    Ok((id, value))
}

fn unknown(what: &str, word: &str, codes: impl Iterator<Item = &'static str>) -> Failure {
    let all: Vec<&str> = codes.collect();
    Failure::Usage(format!("`{word}` is no {what}: {}", all.join(", ")))
}

pub fn show(p: &Preview, out: &mut Out) -> Result<(), Failure> {
    writeln!(out, "{}", p.summary)?;
    let sign = if p.mrr.0 > 0 { "+" } else { "" };
    writeln!(
        out,
        "{} would change, MRR {sign}{} a month; nothing was changed",
        group(p.changes as u64),
        p.mrr.compact()
    )?;
    for row in p.first.iter().take(SHOWN) {
        let text: Vec<String> = row
            .fields
            .iter()
            .map(|(id, old, new)| {
                let show = |v: &Value| if v.is_null() { "-".to_string() } else { format::show(*id, v) };
                format!("{} {} -> {}", field(*id).name, show(old), show(new))
            })
            .collect();
        writeln!(out, "  {}: {}", row.name, text.join(", "))?;
    }
    if p.changes > SHOWN {
        writeln!(out, "  and {} more", group((p.changes - SHOWN) as u64))?;
    }
    for (reason, n) in p.skip_reasons() {
        writeln!(out, "{} left as they are: {reason}", group(n as u64))?;
    }
    Ok(())
}
