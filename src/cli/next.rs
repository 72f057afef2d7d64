//! `next`: what to do next with a customer, what it is worth, and doing it.

use std::io::Write as _;

use clap::Args;

use crate::base::text::fit;
use crate::engine::ask::{AskBriefing, AskOffers};
use crate::engine::offer_taken;
use crate::query::schema::customer as c;

use super::args::Global;
use super::bulk::carry_out;
use super::failure::Failure;
use super::out::Out;
use super::place::{database, principal};
use super::show::find;

#[derive(Args, Debug)]
pub struct Next {
    /// Account number, phone in any form, mail address, reference, or words of the name.
    #[arg(required = true, value_name = "WHO")]
    pub who: Vec<String>,
    /// The customer took the offer of this number: change the plan, or write the discount on the timeline.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub take: Option<u16>,
    /// As one JSON object.
    #[arg(long, conflicts_with = "take")]
    pub json: bool,
}

pub fn next(global: &Global, o: &Next, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let row = find(&engine, &who, &o.who.join(" "))?;
    let offers = engine.read(&who, &AskOffers { customer: row.id })?;
    if let Some(n) = o.take {
        let offer = offers.get(usize::from(n) - 1).ok_or_else(|| {
            Failure::NotFound(format!("there is no offer {n}: this customer may be offered {}", offers.len()))
        })?;
        let command = offer_taken(row.id, offer);
        return carry_out(&engine, &who, command, out);
    }
    let step = engine.read(&who, &AskBriefing { id: row.id, events: 0 })?.next;
    if o.json {
        let one = |f: &crate::insight::offers::Offer| {
            serde_json::json!({
                "action": f.action, "title": f.title, "what": f.what, "why": f.why, "plan": f.plan,
                "expected_rupees": f.expected.0 as f64 / 100.0,
            })
        };
        let object = serde_json::json!({
            "name": row.text(c::NAME),
            "next": step.map(|s| serde_json::json!({ "what": s.what, "why": s.why })),
            "offers": offers.iter().map(one).collect::<Vec<_>>(),
        });
        return Ok(writeln!(out, "{object}")?);
    }
    match step {
        Some(s) => writeln!(out, "{}: {} ({})", row.text(c::NAME), s.what, s.why)?,
        None => writeln!(out, "{}: nothing is called for", row.text(c::NAME))?,
    }
    for (n, offer) in (1..).zip(&offers) {
        let what = fit(&format!("{}: {}", offer.title, offer.what), 44);
        writeln!(out, "{n:3}  {what} {:>9}  {}", offer.expected.compact(), offer.why)?;
    }
    if !offers.is_empty() {
        writeln!(out, "rupees expected, before GST; `--take N` does it")?;
    }
    Ok(())
}
