//! The way from the command line to the screen.

use std::io::{self, IsTerminal};
use std::process::ExitCode;

use super::args::Global;
use super::failure::Failure;

/// Opens the screen on the database that is meant.
pub fn run_tui(_options: &Global) -> ExitCode {
    if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
        return Failure::Usage("the screen needs a terminal; `bharatnet list` works without one".into()).report();
    }
    Failure::Unavailable("this build has no screen; `bharatnet --help` lists the commands".into()).report()
}

/// The keys of the screen: those of each part under its name, as key and what it does. `md` asks for a Markdown
/// table.
pub fn keys_table(md: bool) -> String {
    if md { "| key | action |\n|---|---|\n".into() } else { String::new() }
}
