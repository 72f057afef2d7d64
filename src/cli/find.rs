//! `find`: everything by name or number, as the search of the screen finds it.

use std::io::Write as _;

use clap::Args;

use crate::base::text::{fit, truncate};
use crate::domain::FieldId;
use crate::engine::find::{Hit, Trails};
use crate::exchange::export::object;
use crate::query::find::sought;
use crate::query::format;
use crate::query::schema::{ids, noun};

use super::args::Global;
use super::failure::Failure;
use super::out::Out;
use super::place::{database, principal};

#[derive(Args, Debug)]
pub struct Find {
    /// A name in any spelling, a phone in any form, an account or docket number, a place.
    #[arg(required = true, value_name = "TEXT")]
    pub text: Vec<String>,
    /// Rows at most.
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

pub fn find(global: &Global, o: &Find, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    engine.ready_search(&|| true).map_err(crate::engine::ReadError::from)?;
    let text = o.text.join(" ");
    let found = engine.find(&who, &text, o.limit, &mut Trails::default(), &|| true)?;
    if found.hits.is_empty() {
        engine.keep_search();
        return Err(Failure::NotFound(format!("nothing is called `{text}`")));
    }
    let today = engine.today();
    for hit in &found.hits {
        let entity = hit.entity();
        if o.json {
            let fields: Vec<FieldId> = ids(entity).collect();
            let mut row = object(&hit.record, &fields);
            row["entity"] = entity.code().into();
            row["exact"] = hit.exact.into();
            writeln!(out, "{row}")?;
        } else {
            writeln!(out, "{}", told(hit, today))?;
        }
    }
    let all: usize = found.counts.iter().map(|(_, n)| n).sum();
    if !o.json && all > found.hits.len() {
        let tried = match found.spellings.as_slice() {
            [] => String::new(),
            some => format!(" (also {})", some.join(", ")),
        };
        writeln!(out, "… of {all} that match{tried}")?;
    }
    out.flush()?;
    engine.keep_search();
    Ok(())
}

fn told(hit: &Hit, today: chrono::NaiveDate) -> String {
    let entity = hit.entity();
    let Some(kind) = sought(entity) else { return String::new() };
    let filled = kind.told.iter().filter(|id| !hit.record.get(**id).is_null());
    let rest: Vec<String> = filled.map(|id| format::cell(*id, hit.record.get(*id), today)).collect();
    let name = fit(&truncate(hit.record.text(kind.open[0]), 30), 30);
    format!("{:<9} {name} {}", noun(entity).bare(), rest.join("  "))
}
