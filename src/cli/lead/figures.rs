//! Figures of leads: reps, conversion by source, stage or place, coverage.

use std::io::Write as _;

use serde_json::{Value as Json, json};

use crate::base::money::group;
use crate::base::{Money, calendar};
use crate::domain::lead::Stage;
use crate::domain::{Entity, Principal};
use crate::engine::ask::{AskCoverage, AskFunnel, AskReps, FunnelRow};
use crate::engine::{Engine, Target};
use crate::insight::lead_next::span;
use crate::query::Bound;
use crate::query::schema::lead as l;

use super::super::failure::Failure;
use super::super::list::texts;
use super::super::out::Out;
use super::args::{By, Conversion};
use super::target;

pub(super) fn reps(engine: &Engine, who: &Principal, as_json: bool, out: &mut Out) -> Result<(), Failure> {
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

pub(super) fn conversion(engine: &Engine, who: &Principal, o: &Conversion, out: &mut Out) -> Result<(), Failure> {
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

pub(super) fn coverage(
    engine: &Engine,
    who: &Principal,
    ask: &AskCoverage,
    json: bool,
    out: &mut Out,
) -> Result<(), Failure> {
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
