//! Which database, and on whose behalf.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::{Clock, SystemClock, calendar};
use crate::demo::Settings;
use crate::domain::Principal;
use crate::engine::ask::AskJournal;
use crate::engine::{Engine, StoreError};
use crate::exchange::build_demo;

use super::args::Global;
use super::failure::Failure;
use super::progress::Progress;

/// Who works here: the owner of the file, who may be bound to looking only.
pub fn principal(global: &Global) -> Principal {
    Principal { read_only: global.readonly, ..Principal::owner() }
}

/// The file that is meant: `--demo`, `--db`, `BHARATNET_DB`, or the one in the data folder.
pub fn path(global: &Global) -> Result<PathBuf, Failure> {
    if global.demo {
        if global.db_named {
            return Err(Failure::Usage("--demo works in a file of its own: leave --db out".into()));
        }
        return Ok(data_folder()?.join(format!("demo-{}-{}.db", global.customers, global.seed)));
    }
    match global.db.as_ref().filter(|p| !p.as_os_str().is_empty()) {
        Some(path) => Ok(path.clone()),
        None => Ok(data_folder()?.join("bharatnet.db")),
    }
}

/// Opens the database that is meant. With `create`, an empty one is made where nothing is.
pub fn database(global: &Global, create: bool) -> Result<Engine, Failure> {
    let path = path(global)?;
    let clock = Arc::new(SystemClock);
    if global.demo {
        let today = calendar::date_of(clock.now());
        if !is_of(&path, today)? {
            build(&path, Settings { customers: global.customers, seed: global.seed, today })?;
        }
    }
    match Engine::open(&path, create, clock) {
        Err(StoreError::Missing(path)) => Err(Failure::NoDatabase(path)),
        opened => Ok(opened?),
    }
}

fn data_folder() -> Result<PathBuf, Failure> {
    directories::ProjectDirs::from("in", "BharatNet", "bharatnet")
        .map(|dirs| dirs.data_dir().to_path_buf())
        .ok_or_else(|| Failure::Unavailable("there is no home folder: name a file with --db".into()))
}

/// True where a demo company made on `today` is at `path`.
fn is_of(path: &Path, today: NaiveDate) -> Result<bool, Failure> {
    if !path.exists() {
        return Ok(false);
    }
    let engine = Engine::open(path, false, Arc::new(SystemClock))?;
    let first = engine.read(&Principal::owner(), &AskJournal { before: Some(2), limit: 1 })?;
    Ok(first.first().is_some_and(|entry| calendar::date_of(entry.at) >= today))
}

/// Makes the demo company beside its place, then puts it there: an older one stays until the new one is
/// whole.
fn build(path: &Path, settings: Settings) -> Result<(), Failure> {
    let with = |suffix: &str| {
        let mut name = path.as_os_str().to_os_string();
        name.push(suffix);
        PathBuf::from(name)
    };
    let fresh = with(&format!(".fresh-{}", std::process::id()));
    let mut progress = Progress::start("Making the demo company");
    let built = build_demo(&fresh, settings, &SystemClock, &mut |done, all| progress.tick(done, all));
    progress.end();
    built?;
    // A log of the old file must never be read into the new one.
    for old in [with("-wal"), with("-shm")] {
        let _ = std::fs::remove_file(old);
    }
    std::fs::rename(&fresh, path).map_err(|e| Failure::File(path.into(), e))
}
