//! `deal`: what can be done with deals besides what all rows have, the forecast, wins and losses, commissions.

use std::io::Write as _;

use chrono::{Datelike as _, NaiveDate};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value as Json, json};

use crate::base::money::group_signed;
use crate::base::{Money, calendar};
use crate::domain::customer::Cycle;
use crate::domain::deal::{Item, LostReason, Stage, Unit};
use crate::domain::{ActivityKind, Entity, FieldId, Principal, Record, Value};
use crate::engine::ask::deal::sums;
use crate::engine::ask::{AskDeal, AskForecast, AskPage, AskStatement, AskViews, AskWinLoss, Booked, DealBriefing};
use crate::engine::{Anchor, Command, DealCommand, DealStep, Engine, PageAsk, Target, WinTerms};
use crate::exchange::cell::guard;
use crate::exchange::export::{csv_line, object};
use crate::insight::deal::{By, Ended, Outlook, When, month_name};
use crate::query::schema::{deal as d, deal_line as dl, field, ids};
use crate::query::{Bound, bind, format};

use super::args::{Global, NoteKind};
use super::bulk::{carry_out, show};
use super::failure::Failure;
use super::list::{asked_for, texts};
use super::out::Out;
use super::place::{database, principal};
use super::show::{stages, timeline};

/// Lines of the timeline that are shown.
const EVENTS: usize = 20;

#[derive(Debug, Subcommand)]
pub enum DealVerb {
    /// Open a deal.
    New(New),
    /// All about one deal: its lines with their arithmetic, what is stuck, what it pays, history.
    Show {
        /// Deal number, or words of the name.
        #[arg(required = true, value_name = "DEAL")]
        deal: Vec<String>,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Add a line: a plan, an installation, a router, maintenance, a discount, a bonus.
    Line(LineArgs),
    /// Another stage: qualified, proposal, negotiation, `forward` or `back`.
    Move {
        /// Deal number.
        deal: String,
        #[arg(default_value = "forward")]
        stage: String,
    },
    /// Number the quotation and say how long it holds.
    Quote {
        /// Deal number.
        deal: String,
        /// Days; without them, the setting `deal.quote-days`.
        #[arg(long)]
        days: Option<i64>,
    },
    /// Won: every seat becomes a subscription that waits for its installation: one entry.
    Win {
        /// Deal number.
        deal: String,
        #[arg(long, default_value = "monthly")]
        cycle: String,
        /// Day of the installation.
        #[arg(long, value_name = "DATE", value_parser = super::args::date)]
        install_on: Option<NaiveDate>,
        /// What the technician should know.
        #[arg(long, default_value = "")]
        note: String,
        /// Although a customer has the same phone, mail address or GSTIN.
        #[arg(long)]
        allow_duplicates: bool,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lost, and why.
    Lose {
        /// Deal number.
        deal: String,
        /// price, competitor, no-coverage, access, slow-response, budget, no-decision, no-need.
        #[arg(long)]
        reason: String,
        /// Whom they went to.
        #[arg(long)]
        competitor: Option<String>,
    },
    /// Log a call, message, visit or note.
    Log {
        /// Deal number.
        deal: String,
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_enum, default_value = "call")]
        kind: NoteKind,
        /// What is done next.
        #[arg(long)]
        next: Option<String>,
    },
    /// What the open deals will bring, month by month: weighted, expected, commit, best case.
    Forecast {
        /// A filter or `@view`; without one, every deal.
        #[arg(value_name = "FILTER")]
        words: Vec<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// How deals ended and how fast: win rate, size, cycle, velocity.
    Winloss(WinLoss),
    /// What reps earned: each payment with its arithmetic, and the sums.
    Commission(Commission),
}

#[derive(Args, Debug)]
pub struct New {
    #[arg(required = true)]
    pub name: Vec<String>,
    /// Fields as FIELD=VALUE, several times: --set kind=bulk --set lead=42.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

#[derive(Args, Debug)]
pub struct LineArgs {
    /// Deal number.
    pub deal: String,
    /// plan, installation, equipment, maintenance, discount, referral.
    pub item: String,
    /// Name of the plan.
    #[arg(long)]
    pub plan: Option<String>,
    #[arg(long)]
    pub seats: Option<i64>,
    /// line, flat or branch.
    #[arg(long)]
    pub unit: Option<String>,
    /// Rupees before GST; of a plan a month and seat. Without it, the price of the plan.
    #[arg(long)]
    pub rate: Option<String>,
    /// Months.
    #[arg(long)]
    pub term: Option<i64>,
    /// Of a discount.
    #[arg(long)]
    pub percent: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    Reason,
    Competitor,
    Rep,
    Size,
    Source,
    Kind,
    City,
}

#[derive(Args, Debug)]
pub struct WinLoss {
    /// A filter or `@view`; without one, every deal.
    #[arg(value_name = "FILTER")]
    pub words: Vec<String>,
    #[arg(long, value_enum, default_value = "rep")]
    pub by: Sort,
    /// Closed on this day or later.
    #[arg(long, value_name = "DATE", value_parser = super::args::date)]
    pub from: Option<NaiveDate>,
    /// Closed on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = super::args::date)]
    pub to: Option<NaiveDate>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct Commission {
    /// Login of a rep, or the name of a referrer; without one, everybody one may see.
    pub rep: Option<String>,
    /// 2026-11; without one, the present month.
    #[arg(long, value_parser = month)]
    pub month: Option<i64>,
    /// Comma-separated values, a payment a line.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// Months since the year 0.
fn month(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no month: write 2026-11");
    let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
    let (year, month): (i64, i64) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
    if (1..=12).contains(&month) && (1970..=2200).contains(&year) { Ok(year * 12 + month - 1) } else { Err(wrong()) }
}

/// First and last day of a month.
fn days_of(month: i64) -> (i64, i64) {
    let first = |n: i64| {
        let day = i32::try_from(n.div_euclid(12)).ok().zip(u32::try_from(n.rem_euclid(12) + 1).ok());
        day.and_then(|(y, m)| NaiveDate::from_ymd_opt(y, m, 1)).map_or(0, calendar::days_of)
    };
    (first(month), first(month + 1) - 1)
}

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

/// A whole number of tenths, thousandths … as a JSON number.
fn decimal(n: i64, places: u32) -> Json {
    let unit = 10_i64.pow(places);
    let text = format!("{}.{:0width$}", n / unit, n % unit, width = places as usize);
    text.parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

fn forecast(engine: &Engine, who: &Principal, words: &[String], json: bool, out: &mut Out) -> Result<(), Failure> {
    let found = engine.read(who, &AskForecast(filter(engine, who, words)?))?;
    if json {
        for (when, o) in &found.rows {
            let month = match when {
                When::Month(n) => json!(format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1)),
                When::Past => json!("past"),
                When::Undated => Json::Null,
            };
            let stages = Stage::OPEN.map(|s| s.code());
            let by: serde_json::Map<String, Json> =
                stages.iter().zip(o.by_stage).map(|(s, m)| ((*s).to_string(), rupees(m))).collect();
            let line = json!({
                "month": month, "open": o.open, "amount": rupees(o.amount), "weighted": rupees(o.weighted),
                "weighted-by-stage": by, "won": rupees(o.won), "won-deals": o.won_deals,
                "expected": rupees(o.expected()), "commit": rupees(o.commit()), "best-case": rupees(o.best_case()),
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let heads = [
        "",
        "Open",
        "Amount",
        "Qualified",
        "Proposal",
        "Negotiation",
        "Weighted",
        "Won",
        "Expected",
        "Commit",
        "Best case",
    ];
    let line = |name: String, o: &Outlook| {
        let mut cells = vec![name, group_signed(o.open), o.amount.compact()];
        cells.extend(o.by_stage.iter().map(|m| m.compact()));
        cells.extend([o.weighted, o.won, o.expected(), o.commit(), o.best_case()].map(Money::compact));
        cells
    };
    let mut lines: Vec<Vec<String>> = found.rows.iter().map(|(when, o)| line(when.label(), o)).collect();
    lines.push(line("all".into(), &found.all));
    Ok(texts(out, &heads, &lines)?)
}

fn win_loss(engine: &Engine, who: &Principal, o: &WinLoss, out: &mut Out) -> Result<(), Failure> {
    let by = match o.by {
        Sort::Reason => By::Field(d::LOST_REASON),
        Sort::Competitor => By::Field(d::COMPETITOR),
        Sort::Rep => By::Field(d::OWNER),
        Sort::Source => By::Field(d::SOURCE),
        Sort::Kind => By::Field(d::KIND),
        Sort::City => By::Field(d::CITY),
        Sort::Size => By::Size,
    };
    let ask = AskWinLoss {
        filter: filter(engine, who, &o.words)?,
        by,
        from: o.from.map(calendar::start_of),
        to: o.to.map(|d| calendar::start_of(calendar::add_days(d, 1))),
    };
    let (rows, all) = engine.read(who, &ask)?;
    let thousandths = |n: Option<i64>| n.map_or("-".to_string(), |n| format!("{}.{}%", n / 10, n % 10));
    let days = |n: Option<i64>| n.map_or("-".to_string(), |n| format!("{}.{}", n / 10, n % 10));
    let money = |m: Option<Money>| m.map_or("-".to_string(), Money::compact);
    if o.json {
        for r in rows.iter().chain([&all]) {
            let line = json!({
                "name": r.name, "won": r.won, "lost": r.lost, "open": r.open, "won-amount": rupees(r.won_amount),
                "lost-amount": rupees(r.lost_amount), "win-rate": r.rate().map(|n| decimal(n, 3)),
                "mean-won": r.size().map(rupees), "cycle-days": r.cycle_days().map(|n| decimal(n, 1)),
                "velocity-a-day": r.velocity().map(rupees),
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    let heads = ["", "Won", "Lost", "Win rate", "Won amount", "Lost amount", "Mean won", "Cycle days", "Open", "A day"];
    let line = |r: &Ended| {
        vec![
            r.name.clone(),
            group_signed(r.won),
            group_signed(r.lost),
            thousandths(r.rate()),
            r.won_amount.compact(),
            r.lost_amount.compact(),
            money(r.size()),
            days(r.cycle_days()),
            group_signed(r.open),
            money(r.velocity()),
        ]
    };
    let lines: Vec<Vec<String>> = rows.iter().chain([&all]).map(line).collect();
    Ok(texts(out, &heads, &lines)?)
}

fn commission(engine: &Engine, who: &Principal, o: &Commission, out: &mut Out) -> Result<(), Failure> {
    let month = o.month.unwrap_or_else(|| {
        let today = engine.today();
        i64::from(today.year()) * 12 + i64::from(today.month0())
    });
    let (from, to) = days_of(month);
    let booked = engine.read(who, &AskStatement { who: o.rep.clone(), from, to })?;
    let day = |b: &Booked| calendar::date_from_days(b.payment.day).map(|d| d.to_string()).unwrap_or_default();
    let number = |b: &Booked| format!("{:07}", b.deal);
    if o.csv {
        let heads = ["payee", "day", "deal", "name", "entry", "amount", "arithmetic"];
        out.write_all(&csv_line(heads.into_iter().map(str::to_string))?)?;
        for b in &booked {
            let p = &b.payment;
            let (who, name) = (guard(p.who.as_str()), guard(b.name.as_str()));
            let cells = [who, day(b), number(b), name, p.entry.code().into(), p.amount.plain(), p.words.clone()];
            out.write_all(&csv_line(cells.into_iter())?)?;
        }
        return Ok(());
    }
    if o.json {
        for b in &booked {
            let p = &b.payment;
            let line = json!({
                "payee": p.who, "day": day(b), "deal": b.deal, "name": b.name, "entry": p.entry.code(),
                "amount": rupees(p.amount), "arithmetic": p.words,
            });
            writeln!(out, "{line}")?;
        }
        return Ok(());
    }
    out.heading(&format!("Commissions of {}", month_name(month)))?;
    if booked.is_empty() {
        return Ok(writeln!(out, "nothing was earned or taken back")?);
    }
    let lines: Vec<Vec<String>> = booked
        .iter()
        .map(|b| {
            let p = &b.payment;
            let name = crate::base::text::truncate(&b.name, 32);
            vec![p.who.clone(), day(b), number(b), name, p.entry.label().into(), p.amount.to_string(), p.words.clone()]
        })
        .collect();
    texts(out, &["Payee", "Day", "Deal", "Name", "Entry", "Amount", "Arithmetic"], &lines)?;
    writeln!(out)?;
    let lines: Vec<Vec<String>> = sums(&booked)
        .into_iter()
        .map(|(who, parts, sum)| {
            let mut cells = vec![who];
            cells.extend(parts.map(|m| m.to_string()));
            cells.push(sum.to_string());
            cells
        })
        .collect();
    Ok(texts(out, &["Payee", "Earned", "Claw-back", "Referral bonus", "Sum"], &lines)?)
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
