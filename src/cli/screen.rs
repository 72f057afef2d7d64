//! The way from the command line to the screen.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::engine::ask::AskIsEmpty;
use crate::tui::config::Surroundings;
use crate::tui::{Exit, Start, StartError, keys, start};

use super::args::{Colour, Global};
use super::failure::Failure;
use super::place;

/// Opens the screen on the database that is meant, and again where the screen asks for another.
pub fn run_tui(options: &Global) -> ExitCode {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Failure::Usage("the screen needs a terminal; `bharatnet list` works without one".into()).report();
    }
    let mut options = options.clone();
    loop {
        match open(&options) {
            Ok(Exit::Quit) => return ExitCode::SUCCESS,
            // 128 and the number of the signal, as shells tell it; a line that is gone counts as hung up.
            Ok(Exit::Hangup) => return ExitCode::from(129),
            Ok(Exit::Signal(number)) => return ExitCode::from(128 + u8::try_from(number).unwrap_or(1)),
            Ok(Exit::Demo) => {
                options.demo = true;
                options.db = None;
                options.db_named = false;
                options.who = std::sync::OnceLock::new();
            }
            Err(failure) => return failure.report(),
        }
    }
}

fn open(options: &Global) -> Result<Exit, Failure> {
    let engine = place::database(options, true)?;
    let who = place::principal(options);
    let closed = engine.needs_login()? && who.session.is_none();
    let welcome = !closed && !options.demo && engine.read(&who, &AskIsEmpty)? && engine.read_only().is_none();
    let folders = directories::ProjectDirs::from("in", "BharatNet", "bharatnet");
    let state = super::people::state_folder();
    let demo = options.demo || engine.is_demo();
    let config: Option<PathBuf> = folders.as_ref().map(|d| d.config_dir().join("config.toml"));
    let (tab, around) = (options.tab.tab(), surroundings(options));
    start(Start { engine, who, demo, closed, welcome, tab, around, config, state }).map_err(|e| match e {
        StartError::Terminal(e) => Failure::Unavailable(format!("the terminal cannot be used: {e}")),
    })
}

/// What the environment says of the terminal. A flag is stronger than NO_COLOR.
fn surroundings(options: &Global) -> Surroundings {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let no_colour = match options.color {
        Colour::Always => false,
        Colour::Never => true,
        Colour::Auto => set("NO_COLOR") || std::env::var("TERM").is_ok_and(|t| t == "dumb"),
    };
    let truecolor = std::env::var("COLORTERM").is_ok_and(|v| v == "truecolor" || v == "24bit");
    let remote = set("SSH_TTY") || set("SSH_CONNECTION");
    Surroundings { no_colour, truecolor, remote, low_bandwidth: options.low_bandwidth }
}

/// The keys of the screen: those of each part under its name, as key and what it does. `md` asks for a Markdown
/// table.
pub fn keys_table(md: bool) -> String {
    if md { keys::table() } else { keys::plain_table() }
}
