//! How long the figures take on a made-up company: the cards, each section, and each section of the customers of a
//! filter; and what keeping their sums costs a bulk edit.
//!
//! ```text
//! cargo run --release --example bench_reports -- [CUSTOMERS]      # 100,000 without a number
//! ```

use std::sync::Arc;
use std::time::Instant;

use bharatnet::base::{Clock, ManualClock, Money, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::{Entity, Principal, Value};
use bharatnet::engine::ask::AskReport;
use bharatnet::engine::{Command, Engine, Target};
use bharatnet::exchange::build_demo;
use bharatnet::insight::kpi::{CARDS, Compare, Period, Section, of};
use bharatnet::query::compile;
use bharatnet::query::schema::customer as c;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("isp.db");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(36_000_000)));
    let begun = Instant::now();
    build_demo(&path, Settings { customers, seed: 1, today }, &*clock, &mut |_, _| true)?;
    println!("{customers} customers, made in {:.1} s\n", begun.elapsed().as_secs_f64());
    let engine = Arc::new(Engine::open(&path, false, clock.clone())?);
    let who = Principal::owner();
    println!("| what | period | filter | first ms | median ms |\n|---|---|---|---|---|");
    let mut parts: Vec<(&str, Vec<&'static str>)> = vec![("cards", CARDS.to_vec())];
    parts.extend(Section::ALL.map(|s| (s.code(), of(s).map(|k| k.code).collect())));
    for filter in ["", "city:pune", "risk>=0"] {
        for (name, kpis) in &parts {
            for period in ["30d", "12m"] {
                let period = Period::parse(period, Compare::Before, today)?;
                let ask = AskReport { kpis: kpis.clone(), filter: filter.into(), period };
                let mut took: Vec<f64> = (0..if filter.is_empty() { 9 } else { 3 })
                    .map(|_| {
                        let begun = Instant::now();
                        engine.read(&who, &ask).map(|_| begun.elapsed().as_secs_f64() * 1e3)
                    })
                    .collect::<Result<_, _>>()?;
                let first = took[0];
                took.sort_by(f64::total_cmp);
                let (name, median) = (name, took[took.len() / 2]);
                println!("| {name} | {} | {filter} | {first:.1} | {median:.1} |", ask.period.name);
            }
        }
    }
    let context = bharatnet::query::Context::at(clock.now(), "owner");
    let filter = compile("status:active plan:fiber", Entity::Customer, &context)?;
    let command = Command::Update {
        entity: Entity::Customer,
        target: Target::Matching { filter, except: Vec::new() },
        fields: vec![(c::PRICE, Value::from(Money::rupees(777)))],
        base: None,
    };
    let begun = Instant::now();
    let receipt = engine.execute_with(&who, command, &|_, _| true)?;
    println!("\n{} in {:.2} s", receipt.summary, begun.elapsed().as_secs_f64());
    let begun = Instant::now();
    let health = engine.health()?;
    println!(
        "doctor: {} in {:.1} s",
        if health.is_sound() { "sound" } else { "not sound" },
        begun.elapsed().as_secs_f64()
    );
    Ok(())
}
