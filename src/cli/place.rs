//! Which database, and on whose behalf.

use std::io::{self, IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::text::clean;
use crate::base::{Clock, SystemClock, calendar};
use crate::demo::Settings;
use crate::domain::Principal;
use crate::engine::ask::AskJournal;
use crate::engine::{Engine, StoreError};
use crate::exchange::{build_demo, session};

use super::args::Global;
use super::failure::Failure;
use super::people::{kept, state_folder};
use super::progress::Progress;

/// Who works here. After [`database`] has been asked: who is logged in there; where nobody has to be, the owner of
/// the file, or a role of the demo company.
pub fn principal(global: &Global) -> Principal {
    let who = global.who.get().cloned().unwrap_or_else(|| match global.as_role.map(|r| r.role()) {
        Some(role) => Principal { user: role.code().into(), role, ..Principal::owner() },
        None => Principal::owner(),
    });
    Principal { read_only: global.readonly, ..who }
}

/// Where the session of a database is kept.
pub fn session_file(engine: &Engine) -> PathBuf {
    session::place(&state_folder(), engine.path())
}

/// Takes up the session that is kept. One that has ended leaves nobody logged in, which the engine says.
fn resume(global: &Global, engine: &Engine) -> Result<(), Failure> {
    if !engine.needs_login()? {
        return Ok(());
    }
    if global.as_role.is_some() {
        return Err(Failure::Usage("this company has users of its own: log in without --as".into()));
    }
    if let Some(who) = kept(engine.path()).and_then(|token| engine.resume(&token).ok()) {
        let _ = global.who.set(who);
    }
    Ok(())
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
    if let Some(found) = Engine::older(&path).filter(|_| io::stderr().is_terminal()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // Where it cannot be told, it is done all the same.
        let _ = writeln!(
            io::stderr(),
            "{} is of an older version: it is brought from schema {found} to {}, a copy of it is kept beside it. \
             A large file takes ten to twenty seconds a gigabyte.",
            clean(&name, 60),
            crate::engine::SCHEMA
        );
    }
    match Engine::open(&path, create, clock) {
        Err(StoreError::Missing(path)) => Err(Failure::NoDatabase(path)),
        opened => {
            let engine = opened?;
            resume(global, &engine)?;
            Ok(engine)
        }
    }
}

fn data_folder() -> Result<PathBuf, Failure> {
    directories::ProjectDirs::from("in", "BharatNet", "bharatnet")
        .map(|dirs| dirs.data_dir().to_path_buf())
        .ok_or_else(|| Failure::Unavailable("there is no home folder: name a file with --db".into()))
}

/// True where a demo company made on `today`, by the process of this program, is at `path`.
fn is_of(path: &Path, today: NaiveDate) -> Result<bool, Failure> {
    if !path.exists() {
        return Ok(false);
    }
    let process = format!(" process={}.{}", crate::demo::PROCESS, crate::engine::SCHEMA);
    if !Engine::demo_at(path)?.is_some_and(|made| made.ends_with(&process)) {
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
