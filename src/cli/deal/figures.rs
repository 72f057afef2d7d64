//! Figures of deals: forecast, wins and losses, commission.

use std::io::Write as _;

use chrono::{Datelike as _, NaiveDate};
use serde_json::{Value as Json, json};

use crate::base::money::group_signed;
use crate::base::{Money, calendar};
use crate::domain::Principal;
use crate::domain::deal::Stage;
use crate::engine::Engine;
use crate::engine::ask::deal::sums;
use crate::engine::ask::{AskForecast, AskStatement, AskWinLoss, Booked};
use crate::exchange::cell::guard;
use crate::exchange::export::csv_line;
use crate::insight::deal::{By, Ended, Outlook, When, month_name};
use crate::query::schema::deal as d;

use super::super::failure::Failure;
use super::super::list::texts;
use super::super::out::Out;
use super::args::{Commission, Sort, WinLoss};
use super::{filter, rupees};

pub(super) fn forecast(
    engine: &Engine,
    who: &Principal,
    words: &[String],
    json: bool,
    out: &mut Out,
) -> Result<(), Failure> {
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

pub(super) fn win_loss(engine: &Engine, who: &Principal, o: &WinLoss, out: &mut Out) -> Result<(), Failure> {
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

pub(super) fn commission(engine: &Engine, who: &Principal, o: &Commission, out: &mut Out) -> Result<(), Failure> {
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

/// A whole number of tenths, thousandths … as a JSON number.
fn decimal(n: i64, places: u32) -> Json {
    let unit = 10_i64.pow(places);
    let text = format!("{}.{:0width$}", n / unit, n % unit, width = places as usize);
    text.parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

/// First and last day of a month.
fn days_of(month: i64) -> (i64, i64) {
    let first = |n: i64| {
        let day = i32::try_from(n.div_euclid(12)).ok().zip(u32::try_from(n.rem_euclid(12) + 1).ok());
        day.and_then(|(y, m)| NaiveDate::from_ymd_opt(y, m, 1)).map_or(0, calendar::days_of)
    };
    (first(month), first(month + 1) - 1)
}
