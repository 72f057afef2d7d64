//! The command line: the same filter language, the same engine, text out.
//!
//! Everything printed goes through one checked writer (`out`): a closed pipe ends the program quietly, and nothing is
//! coloured that is not a terminal. What fails is told on the error stream in words, and by the exit code (`failure`).

mod args;
mod bulk;
mod deal;
mod evaluate;
mod failure;
mod find;
mod forecast;
mod import;
mod incident;
mod job;
mod journal;
mod knowledge;
mod lead;
mod list;
mod model;
mod next;
mod out;
mod people;
mod place;
mod progress;
mod reference;
mod report;
pub mod screen;
mod settings;
mod show;
mod text;
mod ticket;
mod typed;
mod upkeep;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use args::{Alone, Cli, Command};
use failure::Failure;
use out::Out;

pub use args::Global;
pub use place::{database, principal};

/// The whole program.
pub fn main() -> ExitCode {
    ignore_signals();
    let cli = match parse() {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let Some(command) = &cli.command else { return screen::run_tui(&cli.global) };
    let mut out = Out::stdout(cli.global.color);
    let result = run(&cli.global, command, &mut out).and_then(|()| Ok(out.end()?));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(global: &Global, command: &Command, out: &mut Out) -> Result<(), Failure> {
    match command {
        Command::List(o) => list::list(global, o, out),
        Command::Count(o) => list::count(global, &o.words, out),
        Command::Export(o) => list::export(global, o, out),
        Command::Explain(o) => list::explain(&o.words, out),
        Command::Show(o) => show::show(global, o, out),
        Command::Import(o) => import::import(global, o, out),
        Command::Do(o) => bulk::run(global, o, out),
        Command::Log(o) => journal::log(global, o, out),
        Command::Undo { entry } => journal::undo(global, *entry, out),
        Command::Redo { entry } => journal::redo(global, *entry, out),
        Command::Note(o) => journal::note(global, o, out),
        Command::Doctor(o) => upkeep::doctor(global, o, out),
        Command::Backup { file } => upkeep::backup(global, file, out),
        Command::Restore { file, yes } => upkeep::restore(global, file, *yes, out),
        Command::Catalogue => bulk::catalogue(global, out),
        Command::Price { plan, price, from, lines, dry_run } => {
            bulk::price(global, (plan, price), *from, *lines, *dry_run, out)
        }
        Command::Due => bulk::due(global, out),
        Command::Seed { as_of } => upkeep::seed(global, *as_of, out),
        Command::Login { login, code } => people::login(global, login.as_deref(), code.as_deref(), out),
        Command::Logout => people::logout(global, out),
        Command::Whoami => people::whoami(global, out),
        Command::User { verb } => people::user(global, verb, out),
        Command::Settings { key, value, default, json } => {
            let value = if *default { Some("") } else { value.as_deref() };
            settings::settings(global, key.as_deref(), value, *json, out)
        }
        Command::Lead { verb } => lead::run(global, verb, out),
        Command::Ticket { verb } => ticket::run(global, verb, out),
        Command::Article { verb } => knowledge::article(global, verb, out),
        Command::Canned { verb } => knowledge::canned(global, verb, out),
        Command::Category { verb } => knowledge::category(global, verb, out),
        Command::Deal { verb } => deal::run(global, verb, out),
        Command::Incident { verb } => incident::run(global, verb, out),
        Command::Job { verb } => job::run(global, verb, out),
        Command::Roles { md } => people::roles(*md, out),
        Command::Forecast(o) => forecast::run(global, o, out),
        Command::Model { verb } => match verb {
            args::ModelVerb::Train(o) => model::train(global, o, out),
            args::ModelVerb::Score { what } => model::score(global, *what, out),
            args::ModelVerb::Explain(o) => model::explain(global, o, out),
            args::ModelVerb::Evaluate(o) => evaluate::run(global, o, out),
            args::ModelVerb::EvaluateText(o) => text::evaluate(o, out),
        },
        Command::Next(o) => next::next(global, o, out),
        Command::Report(o) => report::run(global, o, out),
        Command::Find(o) => find::find(global, o, out),
        Command::Segments { tag } => model::segments(global, *tag, out),
        Command::Fields { entity } => reference::fields(*entity, out),
        Command::Views => reference::views(global, out),
        Command::Completions { shell } => reference::completions(*shell, out),
        Command::Man { dir } => reference::man(dir.as_deref(), out),
        Command::Keys { md } => reference::keys(*md, out),
    }
}

/// Reads the arguments. Help and version go out like everything else; a mistake is code 2.
fn parse() -> Result<Cli, ExitCode> {
    let named = |matches: &ArgMatches| matches.value_source("db") == Some(ValueSource::CommandLine);
    if let Ok(matches) = Alone::command().try_get_matches_from(std::env::args_os())
        && let Ok(alone) = Alone::from_arg_matches(&matches)
    {
        return Ok(Cli { global: Global { db_named: named(&matches), ..alone.global }, command: None });
    }
    let parsed = Cli::command().try_get_matches_from(args::negations(std::env::args_os())).and_then(|matches| {
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.global.db_named = named(&matches);
        Ok(cli)
    });
    parsed.map_err(|e| {
        let help = matches!(e.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        if !help {
            let text = e.render().to_string();
            return Failure::Usage(text.strip_prefix("error: ").unwrap_or(&text).trim_end().to_string()).report();
        }
        let mut out = Out::stdout(args::Colour::Auto);
        let text = if out.colour() { e.render().ansi().to_string() } else { e.render().to_string() };
        match out.text(&text).and_then(|()| out.end()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(e) => Failure::Output(e).report(),
        }
    })
}

/// A closed pipe and a file-size limit come back as errors of the write that met them, not as a signal
/// that ends the program in the middle of it.
fn ignore_signals() {
    // SAFETY: SIG_IGN is a valid disposition for both signals, no handler of ours is involved, and no other
    // thread runs yet.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}
