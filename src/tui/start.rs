//! From a file and a person to a running screen and back.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Weak};
use std::thread;
use std::time::Duration;

use crate::base::{Clock, SystemClock};
use crate::domain::{Entity, Principal};
use crate::engine::Engine;
use crate::exchange::session;

use super::app::{App, Exit, Session, Tone};
use super::config::{Config, Surroundings};
use super::message::{Effect, Msg, Question};
use super::run::{Work, run};
use super::screen::Screen;
use super::tabs::Tab;
use super::terminal;
use super::watch::Watch;
use super::wire::Abilities;
use super::work::{Pool, Rest};

/// How often what falls due is looked for.
const DUE_EVERY: Duration = Duration::from_secs(15 * 60);

const TITLE: &str = "bharatnet";

/// What a screen is started with.
pub struct Start {
    pub engine: Engine,
    pub who: Principal,
    pub demo: bool,
    /// Somebody has to log in first.
    pub closed: bool,
    /// Nothing is in the database yet: offer what to begin with.
    pub welcome: bool,
    /// The screen to begin with.
    pub tab: Tab,
    pub around: Surroundings,
    /// The settings file.
    pub config: Option<PathBuf>,
    /// Where unsaved text and reports of errors are kept.
    pub state: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
}

/// Runs a screen until it ends.
pub fn start(start: Start) -> Result<Exit, StartError> {
    let theme = start.state.join("theme");
    let chosen = std::fs::read_to_string(&theme).ok();
    let config = Config::read(start.config.as_deref(), chosen.as_deref().map(str::trim), start.around);
    let engine = Arc::new(start.engine);
    let read_only = engine
        .read_only()
        .map(str::to_string)
        .or_else(|| start.who.read_only.then(|| "started with --readonly".to_string()));
    let session = Session {
        who: start.who.clone(),
        read_only,
        demo: start.demo,
        welcome: start.welcome,
        folder: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
    };
    let drafts = draft_file(&start.state, engine.path());
    let kept = session::place(&start.state, engine.path());
    terminal::install_panic_hook(start.state.join("last-error.txt"));
    let mut app = App::new(session, config.theme, config.keymap, SystemClock.now());
    app.begin_on(start.tab);
    app.mouse = config.mouse;
    app.settle_thin(config.low_bandwidth);
    app.lock_minutes = Some(config.lock_minutes);
    if start.closed {
        app.close_door();
    }
    app.load_drafts(&std::fs::read_to_string(&drafts).unwrap_or_default());
    for problem in config.problems {
        app.say(problem, Tone::Bad);
    }
    let (sender, inbox) = channel();
    let (outlet, guard) = terminal::take(TITLE, &sender)?;
    let abilities = Abilities::of(|name| std::env::var(name).ok());
    let mut screen = Screen::new(outlet, abilities, start.around.remote)?;
    terminal::mouse(config.mouse);
    terminal::read_input(sender.clone())?;
    terminal::watch_signals(sender.clone())?;
    let watch = Watch::start(&engine, sender.clone())?;
    let pool = Pool::start(&engine, &start.who, &sender);
    do_what_is_due(Arc::downgrade(&engine), pool.rest(), sender.clone())?;
    ready_search(Arc::downgrade(&engine), pool.rest())?;
    let mut work = Local { pool, drafts, theme, kept };
    let ended = run(&mut app, &mut screen, &inbox, &mut work, &|| SystemClock.now());
    if ended.is_err() && app.exit.is_none() {
        // A write to a terminal that is gone is a hang-up, too, and what was typed is kept.
        for effect in app.update(Msg::Hangup, SystemClock.now()) {
            work.submit(effect);
        }
    }
    drop((work, watch));
    drop((screen, guard));
    match (ended, app.exit) {
        (Ok(exit), _) | (Err(_), Some(exit)) => Ok(exit),
        (Err(e), None) => Err(e.into()),
    }
}

/// Only in a debug build: `BHARATNET_PANIC=ui` or `worker` makes that part panic when the journal is asked for, so that
/// a test can see what becomes of the terminal.
pub(super) fn rehearse(part: &str) {
    if cfg!(debug_assertions) && std::env::var_os("BHARATNET_PANIC").is_some_and(|p| p == part) {
        panic!("a rehearsed panic, asked for by BHARATNET_PANIC");
    }
}

/// Puts in force what falls due, after the first screen and each quarter of an hour. What fails here, because another program
/// is writing, is due again the next time.
fn do_what_is_due(engine: Weak<Engine>, first: Rest, out: Sender<Msg>) -> std::io::Result<()> {
    thread::Builder::new().name("due".into()).spawn(move || {
        while first.wait() {
            let Some(due) = engine.upgrade().map(|engine| engine.catch_up()) else { return };
            if due.is_ok_and(|receipts| !receipts.is_empty()) && out.send(Msg::Changed).is_err() {
                return;
            }
            thread::sleep(DUE_EVERY);
        }
    })?;
    Ok(())
}

/// Reads what is searched, behind the first frame. The screen may end before it has: it asks now and then.
fn ready_search(engine: Weak<Engine>, first: Rest) -> std::io::Result<()> {
    thread::Builder::new().name("search".into()).spawn(move || {
        if !first.wait() {
            return;
        }
        let Some(here) = engine.upgrade() else { return };
        // What fails here fails again, and is told, when somebody searches. Two holders are the screen and this thread.
        if here.ready_search(&|| Arc::strong_count(&here) > 1).is_ok() {
            here.keep_search();
        }
    })?;
    Ok(())
}

/// One file of unsaved text for each database.
fn draft_file(state: &Path, database: &Path) -> PathBuf {
    let full = std::fs::canonicalize(database).unwrap_or_else(|_| database.to_path_buf());
    let name: String = full.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    state.join("drafts").join(format!("{}.json", name.trim_matches('-')))
}

/// Carries effects out on this machine.
struct Local {
    pool: Pool,
    drafts: PathBuf,
    /// Where the theme chosen on the screen is kept; the settings file is the person's own.
    theme: PathBuf,
    /// The file of the session.
    kept: PathBuf,
}

impl Work for Local {
    fn submit(&mut self, effect: Effect) {
        match effect {
            Effect::Ask(ticket, question) => {
                if matches!(&question, Question::Page(ask) if ask.filter.entity == Entity::Entry) {
                    rehearse("ui");
                }
                self.pool.ask(ticket, question);
            }
            Effect::Copy(text) => terminal::copy(&text),
            Effect::Mouse(on) => terminal::mouse(on),
            Effect::Drafts(json) => keep(&self.drafts, &json),
            Effect::Suspend => terminal::suspend(TITLE),
            Effect::Theme(name) => keep(&self.theme, &name),
            Effect::StopReading => self.pool.stop_reading(),
            Effect::Cancel => self.pool.cancel.store(true, Ordering::Relaxed),
            Effect::Entered(entered) => {
                // Without the file one has to log in again the next time, and that is all.
                let _ = session::write(&self.kept, &entered.token);
                self.pool.work_for(entered.who);
            }
            // The loop does these itself.
            Effect::Quit | Effect::Repaint => {}
            Effect::Editing(open) => self.pool.note_editing(open),
            Effect::LogOut => {
                session::remove(&self.kept);
                self.pool.log_out();
            }
        }
    }
}

/// Writes unsaved text so that a crash leaves the old or the new, for its owner's eyes alone.
fn keep(path: &Path, json: &str) {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt;
    if json == "{}" {
        let _ = std::fs::remove_file(path);
        return;
    }
    let temporary = path.with_extension("new");
    let _ = path.parent().map(std::fs::create_dir_all);
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)
        .and_then(|mut f| f.write_all(json.as_bytes()).and_then(|()| f.sync_all()));
    if written.is_ok() {
        let _ = std::fs::rename(&temporary, path);
    }
}
