//! `show`: all about one customer, and finding the one that is meant.

use std::io::Write as _;
use std::path::Path;

use serde_json::{Map, Value as Json, json};

use crate::base::text::{clean, wrap};
use crate::base::{Timestamp, calendar};
use crate::domain::customer::Status;
use crate::domain::{Entity, Principal, Record, Usage};
use crate::engine::Engine;
use crate::engine::ask::{AskBriefing, AskFind, Briefing, Event};
use crate::exchange::export::object;
use crate::exchange::whole::write_whole;
use crate::insight::chart::{ChartSpec, Series, Shape, sparkline};
use crate::insight::plot;
use crate::query::schema::{Group, customer as c, field};
use crate::query::{format, schema};

use super::args::{Global, Show};
use super::failure::{Failure, say};
use super::list::not_the_database;
use super::out::Out;
use super::place::{database, principal};

/// Lines of the timeline that are shown.
const EVENTS: usize = 20;

/// Customers named where several are meant.
const CANDIDATES: usize = 10;

pub fn show(global: &Global, o: &Show, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let row = find(&engine, &who, &o.who.join(" "))?;
    let mut briefing = engine.read(&who, &AskBriefing { id: row.id, events: EVENTS })?;
    if let Some(reason) = o.reason.as_deref().filter(|_| o.reveal) {
        briefing.record = engine.reveal(&who, Entity::Customer, row.id, reason)?;
    }
    if let Some(path) = &o.chart {
        chart(&engine, path, &briefing)?;
    }
    if o.json {
        return Ok(writeln!(out, "{}", as_json(&briefing))?);
    }
    read(out, &briefing, &engine)
}

/// When a row came to each of its stages.
pub fn stages<'a>(out: &mut Out, all: impl Iterator<Item = (&'a str, Timestamp)>) -> Result<(), Failure> {
    writeln!(out)?;
    out.heading("Stages")?;
    for (stage, at) in all {
        writeln!(out, "  {stage:26}{}", calendar::short_time(at))?;
    }
    Ok(())
}

/// What happened to a row, where anything has.
pub fn timeline(out: &mut Out, events: &[Event], engine: &Engine) -> Result<(), Failure> {
    if !events.is_empty() {
        writeln!(out)?;
        out.heading("Timeline")?;
    }
    for e in events {
        let day = calendar::short_date(calendar::date_of(e.at), engine.today());
        writeln!(out, "  {day:10}{}  ({})", clean(&e.text, 200), e.who)?;
    }
    Ok(())
}

/// Whether digits are a number of the row and not a part of one: what is written to whom must not hang on a digit.
fn is_whole(row: &Record, text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let is_number = text.chars().all(|c| c.is_ascii_digit() || " +-".contains(c));
    let account = row.int(c::ACCOUNT).is_some_and(|n| digits.parse() == Ok(n));
    !is_number || account || digits.len() >= 10
}

/// The one customer a caller means. Several are listed, none of them taken.
pub fn find(engine: &Engine, who: &Principal, text: &str) -> Result<Record, Failure> {
    let found = engine.read(who, &AskFind { text: text.into(), limit: CANDIDATES + 1 }).map_err(|e| match e {
        crate::engine::ReadError::Query(e) => Failure::Filter(e, text.into()),
        e => e.into(),
    })?;
    match found.as_slice() {
        [] => Err(Failure::NotFound(format!("no customer is `{text}`"))),
        [one] if is_whole(one, text) => Ok(one.clone()),
        [one] => {
            let (name, account) = (one.text(c::NAME), format::plain(c::ACCOUNT, one.get(c::ACCOUNT)));
            Err(Failure::NotFound(format!(
                "no customer has the number `{text}`; a part of one of {name}'s is: say {account} if that is meant"
            )))
        }
        many => {
            let line = |r: &Record| {
                let account = format::plain(c::ACCOUNT, r.get(c::ACCOUNT));
                let rest: Vec<String> = [c::NAME, c::PHONE, c::CITY, c::PLAN]
                    .iter()
                    .map(|id| format::show(*id, r.get(*id)))
                    .filter(|t| !t.is_empty())
                    .collect();
                format!("  {account}  {}", rest.join(", "))
            };
            let mut lines: Vec<String> = many.iter().take(CANDIDATES).map(line).collect();
            if many.len() > CANDIDATES {
                lines.push("  and more".into());
            }
            let told = format!("several customers are `{text}`; name one by its account number:\n{}", lines.join("\n"));
            Err(Failure::Failed(told))
        }
    }
}

fn read(out: &mut Out, b: &Briefing, engine: &Engine) -> Result<(), Failure> {
    let r = &b.record;
    let today = engine.today();
    let show = |id| format::show(id, r.get(id));
    let shape = Status::parse(r.text(c::STATUS)).map_or("", Status::shape);
    out.heading(&format!("{}  BN {}  {shape} {}", r.text(c::NAME), show(c::ACCOUNT), show(c::STATUS)))?;
    if !r.get(c::DELETED).is_null() {
        writeln!(out, "Put away {}; it can be brought back.", show(c::DELETED))?;
    }
    if let Some(next) = &b.next {
        writeln!(out, "Next: {} ({})", next.what, next.why)?;
    }
    let mut group = None;
    for id in schema::ids(crate::domain::Entity::Customer) {
        let f = field(id);
        if r.get(id).is_null() || [c::NAME, c::ACCOUNT, c::STATUS, c::DELETED].contains(&id) {
            continue;
        }
        if group.replace(f.group) != Some(f.group) {
            writeln!(out)?;
            out.heading(f.group.title())?;
        }
        let mut text = show(id);
        match id {
            c::RENEWS | c::SINCE | c::LAST_CONTACT | c::LAST_TICKET => {
                let day = r.int(id).and_then(calendar::date_from_days);
                text.push_str(&day.map_or(String::new(), |d| format!(", {}", calendar::from_today(d, today))));
            }
            c::RISK => {
                let band = r.int(id).and_then(|n| format::band(id, n)).map_or("", |band| band.label);
                let parts: Vec<String> = b.risk.parts.iter().map(|p| format!("{} {:+}", p.reason, p.points)).collect();
                text = format!("{text} {band}: {}", parts.join(", "));
            }
            c::ORGANISATION if b.lines > 1 => text.push_str(&format!(" ({} lines)", b.lines)),
            _ => {}
        }
        field_line(out, f.title, &text)?;
        if f.group == Group::Usage && id == c::USAGE && !b.usage.months.is_empty() {
            let gb: Vec<i64> = b.usage.months.iter().map(|m| m.gb).collect();
            field_line(out, "Month by month", &format!("{} GB", sparkline(&gb, 0)))?;
        }
    }
    if !b.timeline.is_empty() {
        writeln!(out)?;
        out.heading("Timeline")?;
        for event in &b.timeline {
            event_lines(out, event)?;
        }
    }
    Ok(())
}

fn field_line(out: &mut Out, title: &str, text: &str) -> Result<(), Failure> {
    const TITLE: usize = 22;
    let room = out.width().saturating_sub(TITLE + 2).max(20);
    for (i, line) in wrap(text, room).iter().enumerate() {
        writeln!(out, "  {:TITLE$}{line}", if i == 0 { title } else { "" })?;
    }
    Ok(())
}

fn event_lines(out: &mut Out, e: &Event) -> Result<(), Failure> {
    let kind = e.kind.map_or("Change", |k| k.label());
    let about = [e.reference.as_str(), e.who.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>();
    let head = format!("{}  {kind} ({})", calendar::in_ist(e.at).format("%d %b %Y %H:%M"), about.join(", "));
    writeln!(out, "  {head}")?;
    let room = out.width().saturating_sub(6).max(20);
    for line in wrap(&e.text, room) {
        writeln!(out, "      {line}")?;
    }
    Ok(())
}

/// The fields of an export, then `months` (one object a month, the oldest first), `risk-reasons`, `next`,
/// `lines` and `timeline` (the newest first, moments in RFC 3339).
fn as_json(b: &Briefing) -> Json {
    let columns: Vec<_> = b.record.fields.to_vec();
    let mut map: Map<String, Json> = match object(&b.record, &columns) {
        Json::Object(map) => map,
        _ => Map::new(),
    };
    let month = |i: usize| {
        let n = b.usage.last_month + 1 - b.usage.months.len() as i64 + i as i64;
        format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1)
    };
    let months = b.usage.months.iter().enumerate().map(|(i, m)| {
        let uptime = format!("{}.{:02}", m.uptime / 100, m.uptime % 100).parse::<serde_json::Number>();
        json!({ "month": month(i), "gb": m.gb, "mbps": m.speed, "uptime": uptime.map_or(Json::Null, Json::Number) })
    });
    map.insert("months".into(), months.collect());
    let reasons = b.risk.parts.iter().map(|p| json!({ "reason": p.reason, "points": p.points }));
    map.insert("risk-reasons".into(), reasons.collect());
    map.insert("next".into(), b.next.as_ref().map_or(Json::Null, |n| json!({ "what": n.what, "why": n.why })));
    map.insert("lines".into(), b.lines.into());
    let timeline = b.timeline.iter().map(|e| {
        let kind = e.kind.map_or("change", |k| k.code());
        json!({ "at": calendar::in_ist(e.at).to_rfc3339(), "kind": kind, "who": e.who, "reference": e.reference, "text": e.text })
    });
    map.insert("timeline".into(), timeline.collect());
    Json::Object(map)
}

fn chart(engine: &Engine, path: &Path, b: &Briefing) -> Result<(), Failure> {
    not_the_database(engine, path)?;
    if b.usage.months.is_empty() {
        return Err(Failure::NotFound(format!("no use is recorded for {}", b.record.text(c::NAME))));
    }
    let spec = usage_chart(&b.usage, b.record.text(c::NAME));
    let svg = plot::svg(&spec, 960, 420).map_err(|e| Failure::Failed(e.to_string()))?;
    write_whole::<std::io::Error>(path, |out| out.write_all(svg.as_bytes()))
        .map_err(|e| Failure::File(path.into(), e))?;
    say(&format!("chart written to {}", path.display()));
    Ok(())
}

fn usage_chart(usage: &Usage, name: &str) -> ChartSpec {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let first = usage.last_month + 1 - usage.months.len() as i64;
    let label = |i: usize| NAMES[usize::try_from((first + i as i64).rem_euclid(12)).unwrap_or(0)].to_string();
    ChartSpec {
        title: format!("Data used, {}", clean(name, 60)),
        unit: "GB".into(),
        shape: Shape::Line,
        labels: (0..usage.months.len()).map(label).collect(),
        series: vec![Series { name: "GB".into(), values: usage.months.iter().map(|m| m.gb as f64).collect() }],
    }
}
