//! Lists, counts and the start, each beside the plain SQL it stands for: pages beside OFFSET, counts of views beside a
//! scan. Times are of the processor, so that other programs on the machine hardly disturb them; the start is given by
//! the clock.

use std::os::fd::AsRawFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bharatnet::base::{ManualClock, SystemClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::{Entity, Principal};
use bharatnet::engine::ask::{AskJournal, AskPage, AskTotals};
use bharatnet::engine::{Anchor, Engine, PageAsk, key};
use bharatnet::exchange::build_demo;
use bharatnet::query::schema::customer as c;
use bharatnet::query::views::{self, OpenView};
use bharatnet::query::{Bound, compile};
use bharatnet::tui::table::Table;
use rusqlite::Connection;

use crate::writes;

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Processor time of this thread in milliseconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

/// Milliseconds of the processor that a piece of work took, with its answer.
pub fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let start = cpu();
    let answer = work()?;
    Ok((cpu() - start, answer))
}

/// Milliseconds of the processor that all threads of the program have used, to a hundredth of a second.
fn all_threads() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name.split_whitespace().skip(11).take(2).filter_map(|n| n.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// Milliseconds of one run, from so many that the clock's own step is small beside them.
fn each<T>(mut work: impl FnMut() -> Result<T>) -> Result<f64> {
    let (begin, mut runs) = (cpu(), 0.0);
    while cpu() - begin < 40.0 && runs < 4_000.0 {
        work()?;
        runs += 1.0;
    }
    Ok((cpu() - begin) / runs)
}

pub fn row(what: &str, ours: f64, other: &str, theirs: f64, goal: &str) {
    println!("| {what} | {ours:.3} ms | {other} {theirs:.3} ms | {:.4} | {goal} |", ours / theirs.max(1e-9));
}

fn head(of: &str) {
    println!("\nthe store, {of}; milliseconds of the processor\n");
    println!("| what | ours | beside | ratio | goal |");
    println!("|---|---|---|---|---|");
}

/// What only reads, on a database that is there, on the day it was made.
pub fn read_only(path: &Path) -> Result<()> {
    head("as it is");
    let who = Principal::owner();
    let clock = day_made(path, &who)?;
    start(path, &clock, &who)?;
    lists(&Engine::open(path, false, clock.clone())?, &who, path)
}

/// What changes cost, on a database that is there and is changed by it.
pub fn only_writes(path: &Path) -> Result<()> {
    head("changed");
    let who = Principal::owner();
    let engine = Engine::open(path, false, day_made(path, &who)?)?;
    let folder = tempfile::tempdir_in(path.parent().ok_or("a folder")?)?;
    writes::run(&engine, &who, path, folder.path())
}

/// A clock that stands where the database was made.
fn day_made(path: &Path, who: &Principal) -> Result<Arc<ManualClock>> {
    let made =
        Engine::open(path, false, Arc::new(SystemClock))?.read(who, &AskJournal { before: Some(2), limit: 1 })?;
    Ok(Arc::new(ManualClock::at(made.first().ok_or("an entry")?.at)))
}

pub fn run(customers: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("isp.db");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(36_000_000)));
    head(&format!("{customers} customers"));
    let settings = Settings { customers, seed: 1, today };
    let begin = all_threads();
    build_demo(&path, settings, &*clock, &mut |_, _| true)?;
    let ours = all_threads() - begin;
    let stored: i64 = {
        let conn = Connection::open(&path)?;
        let count = |t: &str| conn.query_row(&format!("SELECT count(*) FROM {t}"), [], |r| r.get::<_, i64>(0));
        ["customers", "usage", "timelines", "leads", "touches", "deals", "tickets", "conversation", "jobs"]
            .iter()
            .map(|t| count(t))
            .sum::<rusqlite::Result<i64>>()?
    };
    let bare = plain_insert(folder.path(), stored)?;
    row(&format!("seed, {stored} rows with indexes"), ours, "as many bare rows inserted", bare, "1M: 40 s");
    let who = Principal::owner();
    start(&path, &clock, &who)?;
    let engine = Engine::open(&path, false, clock.clone())?;
    lists(&engine, &who, &path)?;
    writes::run(&engine, &who, &path, folder.path())
}

/// So many rows of 200 bytes into a table without an index.
fn plain_insert(folder: &Path, rows: i64) -> Result<f64> {
    let conn = Connection::open(folder.join("bare.db"))?;
    conn.execute_batch("PRAGMA journal_mode = OFF; CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT); BEGIN")?;
    let body = "x".repeat(200);
    let mut statement = conn.prepare("INSERT INTO bare (id, body) VALUES (?1, ?2)")?;
    let (took, ()) = timed(|| {
        (0..rows).try_for_each(|id| statement.execute((id, &body)).map(drop))?;
        Ok(conn.execute_batch("COMMIT")?)
    })?;
    Ok(took)
}

pub fn first_page() -> PageAsk {
    let fields = views::CUSTOMER_VIEWS[0].columns.to_vec();
    let sort = vec![(c::NAME, false)];
    PageAsk { filter: Bound::all(Entity::Customer), sort, fields, anchor: Anchor::First, limit: 50 }
}

fn middle(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// The file is opened and its first page read, as it lies in memory and after it was put out of it.
fn start(path: &Path, clock: &Arc<ManualClock>, who: &Principal) -> Result<()> {
    let open = || -> Result<f64> {
        let begin = Instant::now();
        let engine = Engine::open(path, false, clock.clone())?;
        engine.read(who, &AskPage(first_page()))?;
        Ok(begin.elapsed().as_secs_f64() * 1e3)
    };
    let bare = middle((0..9).map(|_| bare_page(path)).collect::<Result<_>>()?);
    let warm = middle((0..9).map(|_| open()).collect::<Result<_>>()?);
    row("open and first page, warm, by the clock", warm, "SQLite alone", bare, "20 ms");
    let cold = (0..5).map(|_| {
        let file = std::fs::File::open(path)?;
        file.sync_all()?;
        // SAFETY: the descriptor is open for as long as the call takes; nothing else is touched.
        unsafe { libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED) };
        open()
    });
    row("the same, file not in memory", middle(cold.collect::<Result<_>>()?), "SQLite alone, warm", bare, "200 ms");
    search(path, clock)
}

/// Search is made ready: from the lines of the database, then from the file that this leaves.
fn search(path: &Path, clock: &Arc<ManualClock>) -> Result<()> {
    const RUNS: usize = 9;
    let ready = || -> Result<f64> {
        let engine = Engine::open(path, false, clock.clone())?;
        let begin = Instant::now();
        engine.ready_search(&|| true)?;
        let took = begin.elapsed().as_secs_f64() * 1e3;
        engine.keep_search();
        Ok(took)
    };
    let mut kept = path.as_os_str().to_os_string();
    kept.push("-find");
    let first = (0..RUNS).map(|_| {
        let _ = std::fs::remove_file(&kept);
        let begin = all_threads();
        let first = ready()?;
        Ok((first, all_threads() - begin))
    });
    let (first, used): (Vec<f64>, Vec<f64>) = first.collect::<Result<Vec<_>>>()?.into_iter().unzip();
    let first = middle(first);
    let copied = || -> Result<f64> {
        let begin = Instant::now();
        let bytes = std::fs::read(&kept)?;
        let took = begin.elapsed().as_secs_f64() * 1e3;
        drop(bytes);
        Ok(took)
    };
    // A small company has no such file.
    if !Path::new(&kept).exists() {
        println!("| search ready, by the clock | {first:.3} ms | | | 300 ms |");
        return Ok(());
    }
    let bare = middle((0..RUNS).map(|_| copied()).collect::<Result<_>>()?);
    row("search ready without its file, by the clock", first, "its file read", bare, "300 ms");
    row("the same, of all processors and with the file written", middle(used), "its file read", bare, "");
    let begin = all_threads();
    let again = middle((0..RUNS).map(|_| ready()).collect::<Result<_>>()?);
    let used = (all_threads() - begin) / RUNS as f64;
    row("search ready from its file, by the clock", again, "the file read", bare, "60 ms");
    row("the same, of all processors", used, "the file read", bare, "");
    Ok(())
}

fn bare_page(path: &Path) -> Result<f64> {
    let begin = Instant::now();
    let conn = Connection::open(path)?;
    let mut statement = conn.prepare("SELECT * FROM customers ORDER BY name, id LIMIT 50")?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(begin.elapsed().as_secs_f64() * 1e3)
}

/// What nobody has asked before: counts that no kept sum answers.
const AD_HOC: &[(Entity, &str)] = &[
    (Entity::Customer, "city:pune plan:fiber risk>40"),
    (Entity::Customer, "plan:fiber status:active risk>40"),
    (Entity::Customer, "technology:fiber status:active mrr>1000"),
    (Entity::Customer, "source:website status:active risk>40"),
    (Entity::Customer, "segment:business status:active due>0"),
    (Entity::Customer, "technology:wireless status:active nps<=6"),
    (Entity::Customer, "plan:air status:active since<=90d"),
    (Entity::Customer, "kyc:verified status:active city:pune"),
    (Entity::Customer, "area:a* status:active risk>40"),
    (Entity::Lead, "stage:lost source:website score>60"),
    (Entity::Lead, "stage:lost city:pune source:website"),
    (Entity::Lead, "stage:lost lost-reason:price created<=90d"),
    (Entity::Lead, "is:open city:pune source:website"),
    (Entity::Ticket, "status:closed priority:high category:slow-speed"),
    (Entity::Ticket, "category:slow-speed city:pune opened<=90d"),
    (Entity::Ticket, "status:closed csat<=2 opened<=180d"),
    (Entity::Ticket, "is:open priority:high city:mumbai"),
    (Entity::Job, "state:done city:pune kind:fault"),
    (Entity::Job, "state:done kind:install created<=180d"),
    (Entity::Job, "state:failed kind:install day<=today"),
    (Entity::Deal, "stage:won city:pune amount>=1L"),
];

/// Every built-in view of the large lists: its pages and its count.
fn lists(engine: &Engine, who: &Principal, path: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    let n: i64 = conn.query_row("SELECT count(*) FROM customers", [], |r| r.get(0))?;
    let mut deep =
        conn.prepare("SELECT id, name FROM customers WHERE deleted IS NULL ORDER BY name, id LIMIT 51 OFFSET ?1")?;
    let offset = each(|| {
        let mut rows = deep.query([n / 2])?;
        while rows.next()?.is_some() {}
        Ok(())
    })?;
    let scan = each(|| {
        let sql = "SELECT count(*), sum(mrr) FROM customers NOT INDEXED WHERE deleted IS NULL AND due > 0";
        Ok(conn.query_row(sql, [], |r| r.get::<_, i64>(0))?)
    })?;
    let context = engine.context(who);
    let (mut pages, mut counts) = (Vec::new(), Vec::new());
    for entity in [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job] {
        for view in views::built_in(entity) {
            let name = format!("{} @{}", entity.code(), view.name);
            let filter = compile(view.text, entity, &context)?;
            let sort = filter.sort.clone();
            counts.push((each(|| Ok(engine.read(who, &AskTotals(filter.clone()))?))?, name.clone()));
            let fields = view.columns.to_vec();
            let mut ask = PageAsk { filter, sort: sort.clone(), fields, anchor: Anchor::First, limit: 50 };
            let first = engine.read(who, &AskPage(ask.clone()))?;
            let next = first.rows.last().map(|r| Anchor::After(key(r, &sort)));
            for (what, anchor) in [("first", Some(Anchor::First)), ("next", next), ("last", Some(Anchor::Last))] {
                let Some(anchor) = anchor else { continue };
                ask.anchor = anchor;
                let steps = engine.read(who, &AskPage(ask.clone()))?.steps;
                pages.push((each(|| Ok(engine.read(who, &AskPage(ask.clone()))?))?, steps, format!("{name}, {what}")));
            }
        }
    }
    pages.sort_by(|a, b| a.0.total_cmp(&b.0));
    counts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let middle = &pages[pages.len() / 2];
    row(&format!("a page of a view, median of {}", pages.len()), middle.0, "OFFSET half", offset, "0.1 ms");
    for (ms, steps, name) in pages.iter().rev().take(3) {
        row(&format!("of the dearest: {name} ({steps} steps)"), *ms, "OFFSET half", offset, "0.1 ms, 1,500 steps");
    }
    if let Some((ms, steps, name)) = pages.iter().max_by_key(|page| page.1) {
        row(&format!("of the most steps, {steps}: {name}"), *ms, "OFFSET half", offset, "1,500 steps");
    }
    let middle = &counts[counts.len() / 2];
    row(&format!("count and money of a view, median of {}", counts.len()), middle.0, "scan", scan, "0.05 ms");
    for (ms, name) in counts.iter().rev().take(3) {
        row(&format!("of the dearest: {name}"), *ms, "scan", scan, "0.05 ms");
    }
    let mut asked = Vec::new();
    for (entity, text) in AD_HOC {
        let filter = compile(text, *entity, &context)?;
        let mut took = [0.0; 5];
        for took in &mut took {
            let begin = Instant::now();
            engine.read(who, &AskTotals(filter.clone()))?;
            *took = begin.elapsed().as_secs_f64() * 1e3;
        }
        took.sort_by(f64::total_cmp);
        asked.push((took[2], format!("{} {text}", entity.code())));
    }
    asked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let name = format!("count of two or three fields by the clock, median of {}", asked.len());
    row(&name, asked[asked.len() / 2].0, "scan", scan, "60 ms at 1M");
    for (ms, name) in asked.iter().rev().take(3) {
        row(&format!("of the dearest: {name}"), *ms, "scan", scan, "60 ms at 1M");
    }
    let mut boards = Vec::new();
    for entity in [Entity::Lead, Entity::Deal, Entity::Job] {
        for view in views::built_in(entity) {
            let mut table = Table::new(entity, &context);
            table.set_view(OpenView::from(view), &context);
            if table.board.is_none() {
                table.turn_board(&context);
            }
            let Some(ask) = table.board.as_ref().map(|b| b.ask(&table, false)) else { continue };
            let ms = each(|| Ok(engine.read(who, &ask)?))?;
            boards.push((ms, format!("{} @{}", entity.code(), view.name)));
        }
    }
    boards.sort_by(|a, b| a.0.total_cmp(&b.0));
    row(&format!("a board of a view, median of {}", boards.len()), boards[boards.len() / 2].0, "scan", scan, "");
    for (ms, name) in boards.iter().rev().take(5) {
        row(&format!("of the dearest: {name}"), *ms, "scan", scan, "");
    }
    let mut half = first_page();
    half.anchor = Anchor::Share(50);
    let share = each(|| Ok(engine.read(who, &AskPage(half.clone()))?))?;
    row("to half of the list (50%)", share, "OFFSET half", offset, "");
    Ok(())
}
