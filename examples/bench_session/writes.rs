//! What writing costs: a bulk change beside the bare UPDATE of the same columns, of many rows at once and of all of them in
//! parts, and how long the write-ahead log becomes while others read.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use bharatnet::base::Id;
use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::{Entity, Principal, Value};
use bharatnet::engine::ask::AskPage;
use bharatnet::engine::{Command, Engine, Target, UndoTarget};
use bharatnet::query::schema::customer as c;
use rusqlite::Connection;

use crate::store::{Result, first_page, row, timed};

/// A bulk change, and what the bare UPDATE it stands beside sets.
struct Deed {
    word: &'static str,
    columns: &'static str,
    command: fn(Target) -> Command,
}

const SUSPENDED: Deed = Deed {
    word: "suspended",
    columns: "status = 'suspended', reason = 'nonpayment', status_since = 20779, mrr = 0, risk = 0, chance = NULL",
    command: |target| Command::SetStatus { target, status: Status::Suspended, reason: Some(Reason::Nonpayment) },
};

const REJECTED: Deed =
    Deed { word: "given another KYC state", columns: "kyc = 'rejected'", command: |target| kyc(target, "rejected") };

fn kyc(target: Target, state: &str) -> Command {
    Command::Update { entity: Entity::Customer, target, fields: vec![(c::KYC, Value::text(state))], base: None }
}

/// Lines are changed and taken back: through the engine with its journal, and by one bare UPDATE of the same columns on
/// a copy of the file.
pub fn run(engine: &Engine, who: &Principal, path: &Path, folder: &Path) -> Result<()> {
    let copy = folder.join("plain.db");
    let conn = Connection::open(path)?;
    let ids = |of: &str| -> Result<Vec<i64>> {
        let mut statement =
            conn.prepare(&format!("SELECT id FROM customers WHERE deleted IS NULL AND {of} ORDER BY id"))?;
        Ok(statement.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?)
    };
    let plain = |columns: &str, of: &str, last: i64| -> Result<f64> {
        // As large as it will be, so that both write to what is there.
        conn.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        let plain = Connection::open(&copy)?;
        plain.pragma_update(None, "journal_mode", "WAL")?;
        plain.pragma_update(None, "cache_size", -65_536)?;
        let sql = format!(
            "UPDATE customers SET version = version + 1, {columns} WHERE id <= ?1 AND deleted IS NULL AND {of}"
        );
        let (bare, _) = timed(|| Ok(plain.execute(&sql, [last])?))?;
        drop(plain);
        std::fs::remove_file(&copy)?;
        Ok(bare)
    };
    for Deed { word, columns, command } in [SUSPENDED, REJECTED] {
        const ACTIVE: &str = "status = 'active'";
        let mut ids = ids(ACTIVE)?;
        ids.truncate(50_000);
        let Some(last) = ids.last().copied() else { continue };
        let bare = plain(columns, ACTIVE, last)?;
        let target = Target::Ids(ids.into_iter().map(Id).collect());
        let (ours, receipt) = timed(|| Ok(engine.execute_with(who, command(target), &|_, _| true)?))?;
        row(&format!("{} lines {word}, with journal", receipt.changed), ours, "plain UPDATE", bare, "ratio 1.5");
        let (back, receipt) = timed(|| Ok(engine.undo(who, UndoTarget::Last)?))?;
        row(&format!("{} lines taken back", receipt.changed), back, "plain UPDATE", bare, "");
    }
    let all = ids("1")?;
    if all.len() > 50_000 {
        let bare = plain(REJECTED.columns, "1", i64::MAX)?;
        let target = Target::Ids(all.into_iter().map(Id).collect());
        let (ours, receipt) = timed(|| Ok(engine.execute_with(who, kyc(target, "rejected"), &|_, _| true)?))?;
        let what = format!("{} lines given another KYC state, in parts of 50,000 with journal", receipt.changed);
        row(&what, ours, "plain UPDATE in one transaction", bare, "1M: 2.5 s");
    }
    log(engine, who, path)
}

/// The longest the log was while lines were changed to and fro beside two who turn pages without a pause.
fn log(engine: &Engine, who: &Principal, path: &Path) -> Result<()> {
    let conn = Connection::open(path)?;
    let mut first = conn.prepare("SELECT id FROM customers WHERE deleted IS NULL ORDER BY id LIMIT 5000")?;
    let ids: Vec<Id> = first.query_map([], |r| Ok(Id(r.get(0)?)))?.collect::<rusqlite::Result<_>>()?;
    drop(first);
    drop(conn);
    let (done, log) = (AtomicBool::new(false), path.with_extension("db-wal"));
    let mut longest = 0;
    let changed = std::thread::scope(|threads| -> Result<usize> {
        for _ in 0..2 {
            threads.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    if engine.read(who, &AskPage(first_page())).is_err() {
                        break;
                    }
                }
            });
        }
        let mut all = 0;
        for round in 0..40 {
            let command = kyc(Target::Ids(ids.clone()), if round % 2 == 0 { "pending" } else { "verified" });
            let changed = engine.execute_with(who, command, &|_, _| true).map(|receipt| receipt.changed);
            if changed.is_err() {
                done.store(true, Ordering::Relaxed);
            }
            all += changed?;
            longest = longest.max(std::fs::metadata(&log).map_or(0, |m| m.len()));
        }
        done.store(true, Ordering::Relaxed);
        Ok(all)
    })?;
    println!(
        "\nthe write-ahead log, while {changed} changes were written beside two readers: {} MB at most",
        longest / 1_000_000
    );
    Ok(())
}
