//! `doctor`, `backup`, `restore` and `seed`: looking after the file.

use std::io::Write as _;
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use crate::base::money::{group, group_signed};
use crate::base::{Clock, SystemClock, calendar};
use crate::demo::Settings;
use crate::engine::{CommandError, Health};
use crate::exchange::build_demo;

use super::args::{Doctor, Global};
use super::failure::Failure;
use super::out::{Out, name};
use super::place::{database, path, principal};
use super::progress::Progress;

pub fn doctor(global: &Global, o: &Doctor, out: &mut Out) -> Result<(), Failure> {
    let engine = database(global, false)?;
    if o.digest && !o.json {
        return Ok(writeln!(out, "{}", engine.digest()?)?);
    }
    let health = engine.health()?;
    if o.json {
        let mut report = json!({
            "sound": health.is_sound(),
            "path": engine.path().to_string_lossy(),
            "read-only": engine.read_only(),
            "sqlite": health.sqlite,
            "schema": health.schema,
            "integrity": health.integrity,
            "orphans": health.orphans,
            "journal-break": health.journal_break,
            "wrong-sums": health.wrong_sums,
            "wrong-lines": health.wrong_lines,
            "journal-entries": health.journal_entries,
            "customers": health.customers,
            "bytes": health.bytes,
            "wal-bytes": health.wal_bytes,
        });
        if o.digest {
            report["digest"] = engine.digest()?.into();
        }
        writeln!(out, "{report}")?;
    } else {
        let lines = [
            ("Database", name(engine.path())),
            ("Writable", engine.read_only().map_or("yes".into(), |why| format!("no: {why}"))),
            ("Schema", health.schema.to_string()),
            ("SQLite", health.sqlite.clone()),
            ("Size", format!("{} KB, log {} KB", group(health.bytes / 1024), group(health.wal_bytes / 1024))),
            ("Customers", group_signed(health.customers)),
            ("Log entries", group_signed(health.journal_entries)),
        ];
        for (title, text) in lines {
            writeln!(out, "{title:14}{text}")?;
        }
    }
    if health.is_sound() {
        if !o.json {
            writeln!(out, "The database is sound.")?;
        }
        return Ok(());
    }
    Err(Failure::BadData(format!("the database is not sound: {}", complaints(&health).join("; "))))
}

fn complaints(health: &Health) -> Vec<String> {
    let mut out = health.integrity.clone();
    if health.orphans > 0 {
        out.push(format!("{} rows belong to nobody", group_signed(health.orphans)));
    }
    if let Some(entry) = health.journal_break {
        out.push(format!("log entry {entry} was changed or taken out behind the program's back"));
    }
    if !health.wrong_sums.is_empty() {
        out.push(format!("sums that the rows do not add up to: {}", health.wrong_sums.join(", ")));
    }
    if !health.wrong_lines.is_empty() {
        out.push(format!(
            "lines of search that are not what the rows say: {} (`bharatnet backup` and `restore` make them anew)",
            health.wrong_lines.join(", ")
        ));
    }
    out
}

pub fn backup(global: &Global, file: &Path, out: &mut Out) -> Result<(), Failure> {
    if file.exists() {
        return Err(Failure::Conflict(format!("{} is there already; it was left as it is", file.display())));
    }
    let sum = database(global, false)?.backup(&principal(global), file)?;
    // The form `sha256sum --check` reads.
    Ok(writeln!(out, "{sum}  {}", name(file))?)
}

pub fn restore(global: &Global, file: &Path, yes: bool, out: &mut Out) -> Result<(), Failure> {
    if !yes {
        let place = path(global)?;
        let told = format!("this replaces all data in {} by that of {}: add --yes", place.display(), file.display());
        return Err(Failure::Usage(told));
    }
    // An empty one is made only for somebody who may fill it.
    let kept = database(global, !global.readonly)?.restore(&principal(global), file)?;
    writeln!(out, "Restored from {}", name(file))?;
    Ok(writeln!(out, "The data before is in {}", name(&kept))?)
}

pub fn seed(global: &Global, as_of: Option<NaiveDate>, out: &mut Out) -> Result<(), Failure> {
    if global.readonly {
        return Err(Failure::Command(CommandError::Denied("this session may only look (--readonly)".into())));
    }
    let path = path(global)?;
    if path.exists() {
        return Err(Failure::Conflict(format!("{} is there already; it was left as it is", path.display())));
    }
    let clock = SystemClock;
    let today = as_of.unwrap_or_else(|| calendar::date_of(clock.now()));
    let settings = Settings { customers: global.customers, seed: global.seed, today };
    let mut progress = Progress::start("Making customers");
    let built = build_demo(&path, settings, &clock, &mut |done, all| progress.tick(done, all));
    progress.end();
    built?;
    let name = name(&path);
    Ok(writeln!(out, "{} customers (seed {}) in {name}", group(global.customers), global.seed)?)
}
