//! What the store costs at a size, each figure beside the plain SQL it stands for: pages beside OFFSET, counts of views
//! beside a scan, a bulk change beside the bare UPDATE of the same columns. Times are of the processor, so that other
//! programs on the machine hardly disturb them; start is also given by the clock.
//!
//! ```text
//! cargo run --release --example bench_store -- [CUSTOMERS]      # 100,000 without a number
//! ```

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bharatnet::base::{Id, ManualClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::{Entity, FieldId, Principal};
use bharatnet::engine::ask::{AskPage, AskTotals};
use bharatnet::engine::{Anchor, Command, Engine, PageAsk, Target, UndoTarget, key};
use bharatnet::exchange::build_demo;
use bharatnet::query::schema::{customer as c, field};
use bharatnet::query::views::CUSTOMER_VIEWS;
use bharatnet::query::{Bound, compile};
use rusqlite::Connection;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Processor time of this thread in seconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// Seconds of the processor that a piece of work took, with its answer.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let start = cpu();
    let answer = work()?;
    Ok((cpu() - start, answer))
}

/// Milliseconds of one run: the median of some batches.
fn each<T>(mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    let once = timed(&mut work)?.0;
    let runs = ((0.1 / once.max(1e-6)) as usize).clamp(1, 4_000);
    let mut times = Vec::new();
    for _ in 0..5 {
        times.push(timed(|| (0..runs).try_for_each(|_| work().map(drop)))?.0 * 1e3 / runs as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[2])
}

fn line(what: &str, ours: f64, unit: &str, other: &str, theirs: f64) {
    println!("{what:<44} {ours:>10.3} {unit}   {other} {theirs:>10.3} {unit}   ratio {:.3}", ours / theirs.max(1e-9));
}

fn main() -> Result<()> {
    let customers: usize = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("isp.db");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(36_000_000)));
    let wall = Instant::now();
    let settings = Settings { customers: u64::try_from(customers)?, seed: 1, today };
    let (seconds, ()) = timed(|| Ok(build_demo(&path, settings, &*clock, &mut |_, _| true)?))?;
    let bytes = std::fs::metadata(&path)?.len();
    println!(
        "seed {customers}: {seconds:.1} s CPU of the writing thread, {:.1} s by the clock, {:.0} rows/s CPU, {} MB\n",
        wall.elapsed().as_secs_f64(),
        customers as f64 / seconds,
        bytes / 1_000_000
    );
    let who = Principal::owner();
    start(&path, &clock, &who)?;
    let engine = Engine::open(&path, false, clock.clone())?;
    pages(&engine, &who, &path)?;
    views(&engine, &who, &path)?;
    let size = std::fs::metadata(&path)?.len();
    bulk(engine, &who, &path, folder.path())?;
    println!("\nfile {} MB before the bulk changes", size / 1_000_000);
    Ok(())
}

fn all(sort: Vec<(FieldId, bool)>, anchor: Anchor) -> PageAsk {
    let fields = CUSTOMER_VIEWS[0].columns.to_vec();
    PageAsk { filter: Bound::all(Entity::Customer), sort, fields, anchor, limit: 50 }
}

fn start(path: &Path, clock: &Arc<ManualClock>, who: &Principal) -> Result<()> {
    let begin = Instant::now();
    let (cpu, _) = timed(|| {
        let engine = Engine::open(path, false, clock.clone())?;
        Ok(engine.read(who, &AskPage(all(vec![(c::NAME, false)], Anchor::First)))?)
    })?;
    println!(
        "open and first page: {:.2} ms CPU, {:.2} ms by the clock",
        cpu * 1e3,
        begin.elapsed().as_secs_f64() * 1e3
    );
    Ok(())
}

fn pages(engine: &Engine, who: &Principal, path: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    let n: i64 = conn.query_row("SELECT count(*) FROM customers WHERE deleted IS NULL", [], |r| r.get(0))?;
    for by in [c::NAME, c::RISK, c::RENEWS] {
        let sort = vec![(by, false)];
        let half = engine.read(who, &AskPage(all(sort.clone(), Anchor::First)))?;
        let mut ask = all(sort.clone(), Anchor::First);
        let first = each(|| Ok(engine.read(who, &AskPage(ask.clone()))?))?;
        let columns: Vec<String> = ask.fields.iter().map(|f| field(*f).column()).collect();
        let order = if field(by).is_text() {
            field(by).column()
        } else {
            format!("COALESCE({}, -4611686018427387904)", field(by).column())
        };
        let deep = format!(
            "SELECT id, version, {} FROM customers WHERE deleted IS NULL ORDER BY {order}, id LIMIT 51 OFFSET {}",
            columns.join(", "),
            n / 2
        );
        let mut statement = conn.prepare(&deep)?;
        let mut middle = 0;
        let offset = each(|| {
            let mut rows = statement.query([])?;
            let mut id = 0;
            while let Some(row) = rows.next()? {
                if id == 0 {
                    id = row.get(0)?;
                }
            }
            middle = id;
            Ok(())
        })?;
        let row = engine.read(who, &bharatnet::engine::ask::AskRow(Entity::Customer, Id(middle)))?;
        ask.anchor = Anchor::From(key(&row, &sort));
        let at = each(|| Ok(engine.read(who, &AskPage(ask.clone()))?))?;
        ask.anchor = Anchor::Last;
        let last = each(|| Ok(engine.read(who, &AskPage(ask.clone()))?))?;
        assert_eq!(half.rows.len(), 50.min(usize::try_from(n)?));
        line(&format!("page by {}, first", field(by).name), first, "ms", "OFFSET half", offset);
        line(&format!("page by {}, in the middle", field(by).name), at, "ms", "OFFSET half", offset);
        line(&format!("page by {}, last", field(by).name), last, "ms", "OFFSET half", offset);
    }
    Ok(())
}

fn views(engine: &Engine, who: &Principal, path: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    let scan = each(|| {
        Ok(conn.query_row(
            "SELECT count(*), sum(mrr) FROM customers NOT INDEXED WHERE deleted IS NULL AND due > 0",
            [],
            |r| r.get::<_, i64>(0),
        )?)
    })?;
    let context = engine.context(who);
    for view in CUSTOMER_VIEWS {
        let filter = compile(view.text, Entity::Customer, &context)?;
        let sort = filter.sort.clone();
        let count = each(|| Ok(engine.read(who, &AskTotals(filter.clone()))?))?;
        line(&format!("count and money of @{}", view.name), count, "ms", "scan", scan);
        let ask = PageAsk { filter, sort, fields: view.columns.to_vec(), anchor: Anchor::First, limit: 50 };
        let page = each(|| Ok(engine.read(who, &AskPage(ask.clone()))?))?;
        line(&format!("first page of @{}", view.name), page, "ms", "scan", scan);
    }
    Ok(())
}

/// Active lines are suspended: through the engine with its journal, and by one bare UPDATE of the same columns on a
/// copy of the file.
fn bulk(engine: Engine, who: &Principal, path: &Path, folder: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    let mut active =
        conn.prepare("SELECT id FROM customers WHERE status = 'active' AND deleted IS NULL ORDER BY id")?;
    let ids: Vec<i64> = active.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    drop(active);
    for n in [50_000.min(ids.len()), ids.len()] {
        let copy = folder.join(format!("plain-{n}.db"));
        conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        let plain = Connection::open(&copy)?;
        plain.pragma_update(None, "journal_mode", "WAL")?;
        plain.pragma_update(None, "cache_size", -65_536)?;
        let last = ids[n - 1];
        let (bare, _) = timed(|| {
            Ok(plain.execute(
                "UPDATE customers SET version = version + 1, status = 'suspended', reason = 'nonpayment', \
                 status_since = 20779, mrr = 0, risk = 0, chance = NULL \
                 WHERE id <= ?1 AND status = 'active' AND deleted IS NULL",
                [last],
            )?)
        })?;
        drop(plain);
        let target = Target::Ids(ids[..n].iter().map(|id| Id(*id)).collect());
        let status = Command::SetStatus { target, status: Status::Suspended, reason: Some(Reason::Nonpayment) };
        let (ours, receipt) = timed(|| Ok(engine.execute_with(who, status, &|_, _| true)?))?;
        line(&format!("{} lines suspended, with journal", receipt.changed), ours, "s ", "plain UPDATE", bare);
        let (back, receipt) = timed(|| Ok(engine.undo(who, UndoTarget::Last)?))?;
        line(&format!("{} lines taken back", receipt.changed), back, "s ", "plain UPDATE", bare);
        std::fs::remove_file(copy)?;
        let wal = std::fs::metadata(path.with_extension("db-wal")).map_or(0, |m| m.len());
        println!("write-ahead log afterwards: {} MB", wal / 1_000_000);
    }
    Ok(())
}
