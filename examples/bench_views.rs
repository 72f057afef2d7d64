//! What the views that come with the program cost on a file: their first page, the one after it, their last, and their
//! count with its money. Steps are those of SQLite's machine, times are of the processor.
//!
//! ```text
//! cargo run --release --example bench_views -- FILE
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use bharatnet::base::SystemClock;
use bharatnet::domain::{Entity, Principal};
use bharatnet::engine::ask::{AskPage, AskTotals};
use bharatnet::engine::{Anchor, Engine, PageAsk, key};
use bharatnet::query::{compile, views};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Processor time of this thread in milliseconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

/// Milliseconds of one run, from so many that the clock's own step is small beside them.
fn each<T>(mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    let (begin, mut runs) = (cpu(), 0.0);
    while cpu() - begin < 40.0 && runs < 2_000.0 {
        work()?;
        runs += 1.0;
    }
    Ok((cpu() - begin) / runs)
}

fn main() -> Result<()> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let engine = Engine::open(Path::new(&path), false, Arc::new(SystemClock))?;
    let who = Principal::owner();
    let context = engine.context(&who);
    println!("{:<26} {:>9} {:>26} {:>26} {:>26}", "view", "count ms", "first: steps, ms", "next", "last");
    for entity in [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job] {
        for view in views::built_in(entity) {
            let filter = compile(view.text, entity, &context)?;
            let sort = filter.sort.clone();
            let count = each(|| Ok(engine.read(&who, &AskTotals(filter.clone()))?))?;
            let mut ask =
                PageAsk { filter, sort: sort.clone(), fields: view.columns.to_vec(), anchor: Anchor::First, limit: 50 };
            print!("{:<26} {count:>9.3}", format!("{} @{}", entity.code(), view.name));
            let mut place = None;
            for round in 0..3 {
                ask.anchor = match (round, &place) {
                    (0, _) => Anchor::First,
                    (1, Some(place)) => Anchor::After(bharatnet::engine::Key::clone(place)),
                    (1, None) => Anchor::First,
                    _ => Anchor::Last,
                };
                let page = engine.read(&who, &AskPage(ask.clone()))?;
                if round == 0 {
                    place = page.rows.last().map(|row| key(row, &sort));
                }
                let took = each(|| Ok(engine.read(&who, &AskPage(ask.clone()))?))?;
                let much = if page.steps > 1_500 || took > 0.1 { "!" } else { " " };
                print!(" {:>16} {took:>8.3}{much}", page.steps);
            }
            println!();
        }
    }
    Ok(())
}
