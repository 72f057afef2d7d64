//! Laws that hold for any input: memory and SQL agree on every filter; a change and its inverse are
//! no change; what the journal says can be undone can be undone, also after a restart.

use std::sync::Arc;

use bharatnet::base::{Clock, ManualClock, Timestamp, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::{ActivityKind, Entity, FieldId, Principal, Record, Value};
use bharatnet::engine::ask::AskPage;
use bharatnet::engine::{Anchor, Command, Engine, PageAsk, Target, UndoTarget};
use bharatnet::exchange::build_demo;
use bharatnet::query::schema::{self, Kind, customer as c, field, ids};
use bharatnet::query::{Context, compile, eval, format};
use bharatnet::store::Store;
use rand::prelude::*;
use rand_chacha::ChaCha8Rng;

use crate::fuzz_text;

/// A company of `customers` on a fixed day, in a folder of its own.
pub struct World {
    pub engine: Engine,
    pub who: Principal,
    pub clock: Arc<ManualClock>,
    folder: tempfile::TempDir,
}

impl World {
    pub fn new(customers: u64, seed: u64) -> World {
        let folder = tempfile::tempdir().expect("a folder");
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(37_320_000)));
        let path = folder.path().join("isp.db");
        build_demo(&path, Settings { customers, seed, today }, &*clock, &mut |_, _| true).expect("a demo company");
        let engine = Engine::open(&path, false, clock.clone()).expect("the database");
        World { engine, who: Principal::owner(), clock, folder }
    }

    /// Another program on the same file.
    pub fn another(&self) -> Engine {
        Engine::open(self.engine.path(), false, self.clock.clone()).expect("the database once more")
    }

    /// The same file opened anew.
    pub fn reopen(self) -> World {
        let World { engine, who, clock, folder } = self;
        let path = engine.path().to_path_buf();
        drop(engine);
        let engine = Engine::open(&path, false, clock.clone()).expect("the database again");
        World { engine, who, clock, folder }
    }

    pub fn rows(&self, text: &str) -> Vec<Record> {
        let filter =
            compile(text, Entity::Customer, &self.context()).unwrap_or_else(|e| panic!("{}", e.with_caret(text)));
        let ask = PageAsk {
            filter,
            sort: vec![],
            fields: ids(Entity::Customer).collect(),
            anchor: Anchor::First,
            limit: 100_000,
        };
        self.engine.read(&self.who, &AskPage(ask)).expect("rows").rows
    }

    pub fn context(&self) -> Context {
        self.engine.context(&self.who)
    }

    /// The pieces, for tests that share the engine; the folder lives as long as it is held.
    pub fn into_parts(self) -> (Engine, Arc<ManualClock>, Principal, tempfile::TempDir) {
        (self.engine, self.clock, self.who, self.folder)
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
}

/// A random test of a random field, with values from the data half of the time.
fn atom(rng: &mut ChaCha8Rng, rows: &[Record]) -> String {
    let all: Vec<FieldId> = ids(Entity::Customer).filter(|id| *id != c::DELETED).collect();
    let id = *all.choose(rng).expect("fields");
    let f = field(id);
    let row = rows.choose(rng).expect("rows");
    let known = format::plain(id, row.get(id));
    let quote = |s: &str| bharatnet::query::print::quote(s, true);
    let op = *[":", "=", "!="].choose(rng).expect("operators");
    match (rng.random_range(0..10), f.kind) {
        (0, _) => format!("{}:none", f.name),
        (1, _) => format!("has:{}", f.name),
        (2, _) => {
            let name = row.text(c::NAME);
            let start = rng.random_range(0..name.chars().count().max(1));
            let word: String = name.chars().skip(start).take(rng.random_range(1..5)).collect();
            quote(&word)
        }
        (_, Kind::Text | Kind::Category) if !known.is_empty() => {
            let n = known.chars().count();
            let (a, b) = (rng.random_range(0..n), rng.random_range(1..=n));
            let part: String = known.chars().skip(if op == ":" && rng.random() { a } else { 0 }).take(b).collect();
            match rng.random_range(0..4) {
                0 if !part.contains(|ch: char| ch.is_whitespace() || "(),\":=<>!.".contains(ch)) => {
                    format!("{}:*{part}*", f.name)
                }
                1 => format!("{}{op}{}", f.name, quote(&part.to_uppercase())),
                _ => format!("{}{op}{}", f.name, quote(&part)),
            }
        }
        (_, Kind::Choice(choices)) => format!("{}{op}{}", f.name, choices.choose(rng).expect("choices").code),
        (_, Kind::List(_)) if !known.is_empty() => {
            let items: Vec<&str> = known.split(',').collect();
            format!("{}{op}{}", f.name, quote(items.choose(rng).expect("items")))
        }
        (_, Kind::Phone) if !known.is_empty() => format!("{}:{}", f.name, &known[3..3 + rng.random_range(1..8)]),
        (_, Kind::Date { .. }) => {
            let words = ["today", "7d", "30d", "2026-10", "2025", "this-month", "last-fy", "90d"];
            let word = words.choose(rng).expect("words");
            let op = *[":", "<", "<=", ">", ">=", "!="].choose(rng).expect("operators");
            format!("{}{op}{word}", f.name)
        }
        (_, Kind::Int { .. } | Kind::Money | Kind::Fixed { .. } | Kind::Account) => {
            let value = if known.is_empty() { "5".to_string() } else { known };
            match rng.random_range(0..3) {
                0 => format!("{}:{value}..", f.name),
                1 => format!("{}:..{value}", f.name),
                _ => format!("{}{}{value}", f.name, [":", "<", "<=", ">", ">=", "!="].choose(rng).expect("operators")),
            }
        }
        _ => format!("{}:none", f.name),
    }
}

fn filter(rng: &mut ChaCha8Rng, rows: &[Record], depth: usize) -> String {
    match rng.random_range(0..if depth == 0 { 2 } else { 6 }) {
        0 | 1 => atom(rng, rows),
        2 => format!("-({})", filter(rng, rows, depth - 1)),
        3 => format!("({} or {})", filter(rng, rows, depth - 1), filter(rng, rows, depth - 1)),
        _ => format!("({} {})", filter(rng, rows, depth - 1), filter(rng, rows, depth - 1)),
    }
}

#[test]
fn memory_and_sql_agree_on_ten_thousand_random_filters() {
    let seed = 20_261_122;
    let w = World::new(150, 5);
    let rows = w.rows("");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut hits = 0usize;
    for n in 0..10_000 {
        let text = filter(&mut rng, &rows, 2);
        let bound = compile(&text, Entity::Customer, &w.context())
            .unwrap_or_else(|e| panic!("seed {seed}, filter {n}: {}", e.with_caret(&text)));
        let ask =
            PageAsk { filter: bound.clone(), sort: vec![], fields: vec![c::NAME], anchor: Anchor::First, limit: 1000 };
        let by_sql: Vec<_> = w.engine.read(&w.who, &AskPage(ask)).expect("rows").rows.iter().map(|r| r.id).collect();
        let in_memory: Vec<_> = rows.iter().filter(|r| eval::keeps(&bound, r)).map(|r| r.id).collect();
        assert_eq!(by_sql, in_memory, "seed {seed}, filter {n}: {text}");
        hits += by_sql.len();
    }
    assert!(hits > 50_000, "the filters should find something: {hits} rows in all");
}

/// A random command on random rows.
fn command(rng: &mut ChaCha8Rng, rows: &[Record]) -> Command {
    let some = |rng: &mut ChaCha8Rng| {
        let n = rng.random_range(1..4);
        Target::Ids(rows.sample(rng, n).map(|r| r.id).collect())
    };
    match rng.random_range(0..8) {
        0 => Command::Update {
            entity: Entity::Customer,
            target: some(rng),
            fields: vec![
                (c::CITY, Value::text(["Pune", "Surat", "Kochi"][rng.random_range(0..3)])),
                (c::NPS, Value::Int(rng.random_range(0..11))),
            ],
            base: None,
        },
        1 => {
            let status = *Status::ALL.choose(rng).expect("statuses");
            Command::SetStatus { target: some(rng), status, reason: status.reasons().first().copied() }
        }
        2 => Command::ChangePlan {
            target: some(rng),
            plan: ["Fiber 100", "Fiber 300"][rng.random_range(0..2)].into(),
            cycle: None,
            price: None,
        },
        3 => Command::Tag {
            entity: Entity::Customer,
            target: some(rng),
            add: vec!["law".into()],
            remove: vec!["vip".into()],
        },
        4 => Command::Note {
            customer: rows.choose(rng).expect("rows").id,
            kind: ActivityKind::Note,
            body: "a law of nature".into(),
        },
        5 => Command::Delete { entity: Entity::Customer, target: some(rng) },
        6 => Command::Undelete { entity: Entity::Customer, target: some(rng) },
        _ => Command::SetStatus { target: some(rng), status: Status::Paused, reason: Some(Reason::Vacation) },
    }
}

#[test]
fn everything_can_be_taken_back_also_after_a_restart() {
    let mut w = World::new(60, 9);
    let rows = w.rows("");
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    for round in 0..12 {
        let start = w.engine.digest().expect("a digest");
        let mut done = 0;
        for _ in 0..25 {
            w.clock.advance_ms(60_000);
            if w.engine.execute(&w.who, command(&mut rng, &rows)).is_ok_and(|r| r.entry.is_some()) {
                done += 1;
            }
        }
        let changed = w.engine.digest().expect("a digest");
        assert!(done > 5 && start != changed);
        if round % 3 == 0 {
            w = w.reopen();
        }
        for n in 0..done {
            w.engine.undo(&w.who, UndoTarget::Last).unwrap_or_else(|e| panic!("round {round}, undo {n}: {e}"));
        }
        assert_eq!(w.engine.digest().expect("a digest"), start, "round {round}");
        for n in 0..done {
            w.engine.redo(&w.who, UndoTarget::Last).unwrap_or_else(|e| panic!("round {round}, redo {n}: {e}"));
        }
        assert_eq!(w.engine.digest().expect("a digest"), changed, "round {round}, redone");
    }
    assert!(w.engine.health().expect("health").is_sound());
}

/// The same as `examples/fuzz_query.rs` with fewer inputs.
#[test]
fn no_text_panics_or_reads_what_is_not_its_entitys() {
    let world = World::new(30, 5);
    let store = Store::open(world.engine.path(), false).expect("the file");
    let (context, entities) = (world.context(), schema::listed().collect::<Vec<_>>());
    let mut rng = ChaCha8Rng::seed_from_u64(20_261_123);
    let mut run = 0;
    for n in 0..20_000 {
        let text = fuzz_text::text(&mut rng);
        let entity = entities[n % entities.len()];
        let Some(ask) = fuzz_text::understand(&text, entity, &context) else { continue };
        if n % 8 == 0 {
            fuzz_text::run(&text, entity, &ask, &store).unwrap_or_else(|e| panic!("{e}"));
            run += 1;
        }
    }
    assert!(run > 100, "{run}");
}

#[test]
fn one_seed_is_one_company() {
    let (a, b, other) = (World::new(400, 21), World::new(400, 21), World::new(400, 22));
    assert_eq!(a.engine.digest().expect("a"), b.engine.digest().expect("b"));
    assert_ne!(a.engine.digest().expect("a"), other.engine.digest().expect("other"));
    assert!(a.folder() != b.folder() && a.clock.now() > Timestamp(0));
}
