//! `deal`: what can be done with deals besides what all rows have, the forecast, wins and losses, commissions.

mod args;
mod figures;

use std::io::Write as _;

use serde_json::{Value as Json, json};

use crate::base::{Money, calendar};
use crate::domain::customer::Cycle;
use crate::domain::deal::{Item, LostReason, Stage, Unit};
use crate::domain::{ActivityKind, Entity, FieldId, Principal, Record, Value};
use crate::engine::ask::{AskDeal, AskPage, AskViews, DealBriefing};
use crate::engine::{Anchor, Command, DealCommand, DealStep, Engine, PageAsk, Target, WinTerms};
use crate::exchange::export::object;
use crate::query::schema::{deal as d, deal_line as dl, field, ids};
use crate::query::{Bound, bind, format};

use super::args::{Global, NoteKind};
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::asked_for;
use super::out::Out;
use super::place::{database, principal};
use super::show::{stages, timeline};
pub use args::DealVerb;
use args::{LineArgs, New};
use figures::{commission, forecast, win_loss};

/// Lines of the timeline that are shown.
const EVENTS: usize = 20;

pub fn run(global: &Global, verb: &DealVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let command = match verb {
        DealVerb::Show { deal, json } => {
            let id = find(&engine, &who, &deal.join(" "))?.id;
            let briefing = engine.read(&who, &AskDeal { id, events: EVENTS })?;
            return if *json { Ok(writeln!(out, "{}", as_json(&briefing))?) } else { read(out, &briefing, &engine) };
        }
        DealVerb::Forecast { words, json } => return forecast(&engine, &who, words, *json, out),
        DealVerb::Winloss(o) => return win_loss(&engine, &who, o, out),
        DealVerb::Commission(o) => return commission(&engine, &who, o, out),
        DealVerb::New(o) => return new(&engine, &who, o, out),
        DealVerb::Line(o) => return line(&engine, &who, o, out),
        DealVerb::Move { deal, stage } => {
            let to = match stage.as_str() {
                "forward" => DealStep::Forward,
                "back" => DealStep::Back,
                word => DealStep::To(Stage::parse(word).ok_or_else(|| {
                    Failure::Usage(format!("`{word}` is no stage: qualified, proposal, negotiation, forward, back"))
                })?),
            };
            DealCommand::Move { target: Target::one(find(&engine, &who, deal)?.id), to }
        }
        DealVerb::Quote { deal, days } => DealCommand::Quote { deal: find(&engine, &who, deal)?.id, days: *days },
        DealVerb::Win { deal, cycle, install_on, note, allow_duplicates, dry_run } => {
            let cycle = Cycle::parse(cycle)
                .ok_or_else(|| Failure::Usage(format!("`{cycle}` is no cycle: monthly, quarterly, annual")))?;
            let terms = WinTerms {
                cycle,
                install_on: install_on.map(calendar::days_of),
                note: note.clone(),
                allow_duplicates: *allow_duplicates,
            };
            let command = Command::Deal(DealCommand::Win { deal: find(&engine, &who, deal)?.id, terms });
            if *dry_run {
                let looking = Principal { read_only: false, ..who.clone() };
                return show(&engine.preview(&looking, &command)?, out);
            }
            return carry_out(&engine, &who, command, out);
        }
        DealVerb::Lose { deal, reason, competitor } => {
            let codes: Vec<&str> = LostReason::ALL.iter().map(|r| r.code()).collect();
            let reason = LostReason::parse(reason)
                .ok_or_else(|| Failure::Usage(format!("`{reason}` is no reason: {}", codes.join(", "))))?;
            let target = Target::one(find(&engine, &who, deal)?.id);
            DealCommand::Lose { target, reason, competitor: competitor.clone() }
        }
        DealVerb::Log { deal, text, kind, next } => DealCommand::Note {
            deal: find(&engine, &who, deal)?.id,
            kind: match kind {
                NoteKind::Note => ActivityKind::Note,
                NoteKind::Call => ActivityKind::Call,
                NoteKind::Message => ActivityKind::Message,
                NoteKind::Visit => ActivityKind::Visit,
            },
            body: text.join(" "),
            next: next.clone(),
        },
    };
    carry_out(&engine, &who, Command::Deal(command), out)
}

/// Reads a value of a field as a form would.
fn value(id: FieldId, text: &str) -> Result<(FieldId, Value), Failure> {
    let value = format::read(id, text).map_err(|e| Failure::Usage(format!("{}: {e}", field(id).title)))?;
    Ok((id, value))
}

fn new(engine: &Engine, who: &Principal, o: &New, out: &mut Out) -> Result<(), Failure> {
    let mut fields = vec![value(d::NAME, &o.name.join(" "))?];
    for pair in &o.set {
        let (name, text) =
            pair.split_once('=').ok_or_else(|| Failure::Usage(format!("`{pair}`: write FIELD=VALUE")))?;
        let id = crate::query::schema::find(Entity::Deal, name)
            .ok_or_else(|| Failure::Usage(format!("there is no field `{}`", name.trim())))?;
        fields.push(value(id, text)?);
    }
    carry_out(engine, who, Command::Create { entity: Entity::Deal, fields, allow_duplicates: false }, out)
}

fn line(engine: &Engine, who: &Principal, o: &LineArgs, out: &mut Out) -> Result<(), Failure> {
    let number = find(engine, who, &o.deal)?.int(d::NUMBER).unwrap_or(0);
    let item = Item::parse(&o.item).ok_or_else(|| {
        let codes: Vec<&str> = Item::ALL.iter().map(|i| i.code()).collect();
        Failure::Usage(format!("`{}` is no item: {}", o.item, codes.join(", ")))
    })?;
    let mut fields = vec![(dl::DEAL, Value::Int(number)), (dl::ITEM, Value::text(item.code()))];
    for (id, text) in [(dl::PLAN, &o.plan), (dl::RATE, &o.rate), (dl::PERCENT, &o.percent)] {
        if let Some(text) = text {
            fields.push(value(id, text)?);
        }
    }
    if let Some(unit) = &o.unit {
        let unit =
            Unit::parse(unit).ok_or_else(|| Failure::Usage(format!("`{unit}` is no unit: line, flat, branch")))?;
        fields.push((dl::UNIT, Value::text(unit.code())));
    }
    fields.extend(o.seats.map(|n| (dl::SEATS, Value::Int(n))));
    fields.extend(o.term.map(|n| (dl::TERM, Value::Int(n))));
    carry_out(engine, who, Command::Create { entity: Entity::DealLine, fields, allow_duplicates: false }, out)
}

/// The one deal that is meant. Several are listed, none of them taken.
fn find(engine: &Engine, who: &Principal, text: &str) -> Result<Record, Failure> {
    let text = text.trim();
    let mut filter = Bound::all(Entity::Deal);
    match format::account(text.trim_start_matches(['D', 'd']).trim()) {
        Some(n) => filter.cond = bind::Cond::Test(d::NUMBER, bind::equals(d::NUMBER, &Value::Int(n))),
        None => {
            filter = crate::query::compile(text, Entity::Deal, &engine.context(who))
                .map_err(|e| Failure::Filter(e, text.into()))?;
        }
    }
    let sort = vec![(d::CREATED, true)];
    let page = AskPage(PageAsk { filter, sort, fields: ids(Entity::Deal).collect(), anchor: Anchor::First, limit: 11 });
    let found = engine.read(who, &page)?.rows;
    match found.as_slice() {
        [] => Err(Failure::NotFound(format!("no deal is `{text}`"))),
        [one] => Ok(one.clone()),
        many => {
            let line = |r: &Record| {
                let rest = [d::NAME, d::STAGE, d::AMOUNT].map(|id| format::show(id, r.get(id)));
                format!("  {}  {}", format::plain(d::NUMBER, r.get(d::NUMBER)), rest.join(", "))
            };
            let lines: Vec<String> = many.iter().take(10).map(line).collect();
            Err(Failure::Failed(format!("several deals are `{text}`; name one by its number:\n{}", lines.join("\n"))))
        }
    }
}

fn filter(engine: &Engine, who: &Principal, words: &[String]) -> Result<Bound, Failure> {
    let views = engine.read(who, &AskViews)?;
    let words = match words {
        [first, rest @ ..] if first == Entity::Deal.code() => rest,
        words => words,
    };
    if words.is_empty() {
        return Ok(Bound::all(Entity::Deal));
    }
    asked_for(Entity::Deal, words, &engine.context(who), &views)
}

fn rupees(m: Money) -> Json {
    m.plain().parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

fn read(out: &mut Out, b: &DealBriefing, engine: &Engine) -> Result<(), Failure> {
    let r = &b.record;
    let stage = Stage::parse(r.text(d::STAGE)).unwrap_or(Stage::Qualified);
    let number = format::show(d::NUMBER, r.get(d::NUMBER));
    out.heading(&format!("{}  D {number}  {} {}", r.text(d::NAME), stage.shape(), stage.label()))?;
    for (_, why) in &b.stuck {
        writeln!(out, "! {why}")?;
    }
    writeln!(out)?;
    for id in r.fields.iter().filter(|id| !r.get(**id).is_null() && !d::SUMS.contains(id)) {
        writeln!(out, "  {:26}{}", field(*id).title, format::show(*id, r.get(*id)))?;
    }
    writeln!(out)?;
    out.heading("Lines")?;
    for line in &b.lines {
        writeln!(out, "  {:>16}  {}", line.money(dl::AMOUNT).to_string(), line.text(dl::TITLE))?;
    }
    writeln!(out, "  {:>16}  Amount before GST", r.money(d::AMOUNT).to_string())?;
    if let Some(found) = b.commission.as_ref().filter(|_| stage != Stage::Lost && !b.lines.is_empty()) {
        writeln!(out)?;
        out.heading(if stage == Stage::Won { "Commission" } else { "Commission if won today" })?;
        for part in &found.parts {
            writeln!(out, "  {:>16}  {}: {}", part.amount.to_string(), part.schedule, part.words)?;
        }
        for p in &found.payments {
            writeln!(out, "  {:>16}  {} · {}", p.amount.to_string(), p.who, p.entry.label().to_lowercase())?;
        }
        for plan in &found.unpaid {
            writeln!(out, "  no schedule fits {plan}")?;
        }
    }
    stages(out, b.stages.iter().map(|(stage, at)| (stage.label(), *at)))?;
    timeline(out, &b.timeline, engine)
}

fn as_json(b: &DealBriefing) -> Json {
    let mut whole = object(&b.record, &b.record.fields);
    whole["lines"] = b.lines.iter().map(|l| object(l, &l.fields)).collect();
    whole["stuck"] = b.stuck.iter().map(|(_, why)| why.as_str()).collect();
    if let Some(found) = &b.commission {
        let part = |p: &crate::domain::commission::Part| json!({ "schedule": p.schedule, "ground": rupees(p.ground), "amount": rupees(p.amount), "arithmetic": p.words });
        whole["commission"] =
            json!({ "total": rupees(found.total), "parts": found.parts.iter().map(part).collect::<Vec<_>>() });
    }
    whole
}
