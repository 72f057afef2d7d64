//! Random filter texts, from plausible to hostile, by a seed; and what has to hold for each of them.

use std::collections::BTreeSet;

use bharatnet::domain::Entity;
use bharatnet::query::schema::{self, field};
use bharatnet::query::{Context, compile, complete, explain};
use bharatnet::store::{Anchor, PageAsk, Store};
use rand::{Rng, RngExt as _};

const WORDS: &[&str] = &[
    "city",
    "risk",
    "phone",
    "mrr",
    "since",
    "renews",
    "status",
    "tag",
    "is",
    "has",
    "sort",
    "name",
    "due",
    "nps",
    "owner",
    "last-ticket",
    "active",
    "overdue",
    "pune",
    "high",
    "none",
    "@me",
    "today",
    "this-month",
    "last-fy",
    "7d",
    "30d",
    "1.5L",
    "2cr",
    "₹1,000",
    "2026-01",
    "2026-02-30",
    "and",
    "or",
    "not",
    "sort:-risk,name",
    "रवि",
    "e\u{301}",
    "\u{202e}x",
    "0x10",
    "-",
    "--",
    "*",
    "**",
    "''",
    "\"a b\"",
    "\"",
    "\\",
    ";",
    "DROP TABLE customers",
    "1 OR 1=1",
    "?1",
    "$1",
    "NULL",
    "journal",
    "credentials",
    "hash",
    "sqlite_schema",
    "\u{0}",
    "\u{7f}",
    "𝕏",
    "999999999999999999999",
    "-0",
    "1e309",
];
const SIGNS: &[&str] =
    &[":", "=", "<", ">", "<=", ">=", "!=", "..", ",", "(", ")", " ", "  ", "!", "-", "~", "\t", "\n"];

/// One text.
pub fn text(rng: &mut impl Rng) -> String {
    let mut out = String::new();
    for _ in 0..rng.random_range(0..14) {
        match rng.random_range(0..10) {
            0..5 => out.push_str(WORDS[rng.random_range(0..WORDS.len())]),
            5..9 => out.push_str(SIGNS[rng.random_range(0..SIGNS.len())]),
            _ => out.extend(char::from_u32(rng.random_range(0..0x1_1000))),
        }
    }
    if rng.random_range(0..50) == 0 {
        out = "(".repeat(rng.random_range(1..600)) + &out;
    }
    out
}

/// Parses, binds, explains and completes a text. `Some` with what to ask of the data where it means something.
pub fn understand(text: &str, entity: Entity, context: &Context) -> Option<PageAsk> {
    let _ = complete::place(text, text.len(), entity);
    let bound = compile(text, entity, context).ok()?;
    let _ = explain::explain(&bound);
    let fields = schema::ids(entity).collect();
    Some(PageAsk { sort: bound.sort.clone(), filter: bound, fields, anchor: Anchor::First, limit: 5 })
}

/// Runs what a text asks for. An error names a table or column that is not its entity's.
pub fn run(text: &str, entity: Entity, ask: &PageAsk, store: &Store) -> Result<(), String> {
    let own: BTreeSet<String> = schema::ids(entity)
        .map(|id| field(id).column())
        .chain(["id", "version", "search", ""].map(String::from))
        .collect();
    let touched = store.touched(|read| read.page(ask).map(|_| ())).map_err(|e| format!("{text:?}: {e}"))?;
    let table = Store::table(entity);
    // What lies apart from its rows is its own.
    let rest = format!("{table}_rest");
    for (read, column) in touched {
        // The journal is read through a view of its own.
        let view = table == "entries" && read == "journal";
        if !(view || (read == table || read == rest) && own.contains(&column)) {
            return Err(format!("{text:?} on {table} reads {read}.{column}"));
        }
    }
    Ok(())
}
