//! The commands and their options: one tree for parsing, help, completions and manual pages.

mod rows;

use std::ffi::OsString;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::domain::{Entity, Principal, Role};
use crate::query::schema;

pub use rows::{
    Do, DoVerb, Doctor, Export, Import, Importable, List, Log, Note, NoteKind, PresetName, Shape, Show, Words,
};

/// A CRM for Indian internet service providers, in the terminal.
///
/// Without a command it opens the screen. A FILTER is the text of its filter bar: `city:pune risk:high
/// price:500..1500 -tag:vip sort:-mrr`; `@at-risk` is the view of that name. `bharatnet fields` lists the
/// fields, `bharatnet explain FILTER` says a filter in plain words.
#[derive(Debug, Parser)]
#[command(name = "bharatnet", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The arguments of the screen, which has no command. Whatever else is typed, help too, is no error of this but a matter
/// of the whole tree, which takes several times as long to make.
#[derive(Debug, Parser)]
#[command(disable_help_flag = true, disable_version_flag = true)]
pub struct Alone {
    #[command(flatten)]
    pub global: Global,
}

const EXIT_CODES: &str = "Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 conflict, 5 not allowed, \
65 data that cannot be read, 69 not available, 75 busy (try again), 130 stopped by Ctrl-C.";

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The database; without it the one in the data folder.
    #[arg(long, global = true, value_name = "FILE", env = "BHARATNET_DB", hide_env_values = true)]
    pub db: Option<PathBuf>,
    /// True when `--db` was given here and does not come from the environment.
    #[arg(skip)]
    pub db_named: bool,
    /// Only look: every change is refused.
    #[arg(long, global = true)]
    pub readonly: bool,
    /// When to use colour; NO_COLOR holds for auto.
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Send little: for lines of some kilobits a second. Lists without a panel, 16 colours.
    #[arg(long, global = true)]
    pub low_bandwidth: bool,
    /// The screen to begin with.
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "TAB",
        default_value = "today",
        env = "BHARATNET_TAB",
        hide_env_values = true
    )]
    pub tab: TabName,
    /// Work in a demo company in a file of its own, made when it is not there or from an earlier day.
    #[arg(long, global = true)]
    pub demo: bool,
    /// Customers of the demo company.
    #[arg(long, global = true, value_name = "N", default_value_t = 5_000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub customers: u64,
    /// Seed of the demo company: one seed, one company.
    #[arg(long, global = true, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Work in the demo company in this role.
    #[arg(long = "as", global = true, value_enum, value_name = "ROLE", requires = "demo")]
    pub as_role: Option<RoleName>,
    /// Who is at the keyboard, once the database has been asked.
    #[arg(skip)]
    pub who: std::sync::OnceLock<Principal>,
}

/// A screen as it is typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum TabName {
    #[default]
    Today,
    Customers,
    Leads,
    Deals,
    Tickets,
    Jobs,
    Analytics,
    Settings,
}

impl TabName {
    pub fn tab(self) -> crate::tui::Tab {
        use crate::tui::Tab;
        match self {
            TabName::Today => Tab::Today,
            TabName::Customers => Tab::Customers,
            TabName::Leads => Tab::Leads,
            TabName::Deals => Tab::Deals,
            TabName::Tickets => Tab::Tickets,
            TabName::Jobs => Tab::Jobs,
            TabName::Analytics => Tab::Analytics,
            TabName::Settings => Tab::Settings,
        }
    }
}

/// A role as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    Admin,
    Manager,
    Sales,
    Support,
    Field,
}

impl RoleName {
    pub fn role(self) -> Role {
        match self {
            RoleName::Admin => Role::Admin,
            RoleName::Manager => Role::Manager,
            RoleName::Sales => Role::Sales,
            RoleName::Support => Role::Support,
            RoleName::Field => Role::Field,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Rows that a filter keeps: a table on a terminal, tab-separated values elsewhere.
    #[command(visible_alias = "ls")]
    List(List),
    /// How many rows a filter keeps.
    Count(Words),
    /// All about one customer.
    Show(Show),
    /// Everything by name or number: customers, leads, deals, tickets, jobs, incidents, people.
    Find(super::find::Find),
    /// Every row that a filter keeps, in full, to a file or to the output.
    Export(Export),
    /// A filter in plain words.
    Explain(Words),
    /// Rows from a CSV file, as one entry that can be taken back.
    Import(Import),
    /// One verb on all rows that a filter keeps, as one entry that can be taken back.
    Do(Do),
    /// What was changed, by whom and when.
    Log(Log),
    /// Take an entry of the log back: the given one, or your newest.
    Undo { entry: Option<i64> },
    /// Do again what was taken back: the given entry, or the newest.
    Redo { entry: Option<i64> },
    /// Write a note on a customer's timeline.
    Note(Note),
    /// Check the database.
    Doctor(Doctor),
    /// Write a copy of the database to a new file and print its SHA-256.
    Backup { file: PathBuf },
    /// Replace all data by that of a backup; the old data is kept beside it.
    Restore {
        file: PathBuf,
        /// Needed: all data is replaced.
        #[arg(long)]
        yes: bool,
    },
    /// Put the plans usual in the market into the catalogue; plans of the same name stay as they are.
    Catalogue,
    /// A new list price of a plan from a day on; `list prices` shows those to come.
    Price {
        plan: String,
        /// Rupees a month before GST.
        price: String,
        /// The first day of the new price; without it, today.
        #[arg(long, value_name = "DATE", value_parser = date)]
        from: Option<NaiveDate>,
        /// Also for the lines in service that pay the list price.
        #[arg(long)]
        lines: bool,
        /// Show what would change today; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Put in force what has fallen due, such as new list prices. Opening the screen does the same.
    Due,
    /// Make a new database with a demo company in it (see --customers and --seed).
    Seed {
        /// The day the company is seen on; without it, today.
        #[arg(long, value_name = "DATE", value_parser = date)]
        as_of: Option<NaiveDate>,
    },
    /// Log in, for 12 hours. Without a terminal the input is the password, then the code of a second factor.
    Login {
        login: Option<String>,
        /// The six digits of the second factor, or a recovery code.
        #[arg(long)]
        code: Option<String>,
    },
    /// End the session.
    Logout,
    /// Who is logged in, in which role.
    Whoami,
    /// The people who work here. The first one must be an admin; from then on everybody logs in.
    User {
        #[command(subcommand)]
        verb: UserVerb,
    },
    /// What the company decided for itself: every setting, one, or a new value for one.
    Settings {
        key: Option<String>,
        /// The new value; `--default` brings the default back.
        value: Option<String>,
        #[arg(long, requires = "key", conflicts_with = "value")]
        default: bool,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// Leads: one in full, converted, merged, given out, reminded of, counted.
    Lead {
        #[command(subcommand)]
        verb: super::lead::LeadVerb,
    },
    /// Tickets: raised, answered, moved on; their clocks told step by step.
    Ticket {
        #[command(subcommand)]
        verb: super::ticket::TicketVerb,
    },
    /// Articles of the knowledge base: written, shown, found by words.
    Article {
        #[command(subcommand)]
        verb: super::knowledge::ArticleVerb,
    },
    /// Canned replies: written and shown.
    Canned {
        #[command(subcommand)]
        verb: super::knowledge::CannedVerb,
    },
    /// Categories of tickets, with their first priority and their clock by regulation.
    Category {
        #[command(subcommand)]
        verb: super::knowledge::CategoryVerb,
    },
    /// Deals: opened, made of lines, quoted, won or lost; forecast, wins and losses, commissions.
    Deal {
        #[command(subcommand)]
        verb: super::deal::DealVerb,
    },
    /// Incidents: opened over an OLT, a port, an area; tickets attached, all told, closed with rebates; uptime.
    Incident {
        #[command(subcommand)]
        verb: super::incident::IncidentVerb,
    },
    /// Field work: your day, jobs raised, given out, done; conflicts; stock.
    Job {
        #[command(subcommand)]
        verb: super::job::JobVerb,
    },
    /// What each role may do.
    Roles {
        /// As a Markdown table.
        #[arg(long)]
        md: bool,
    },
    /// What comes next in the series of a file, with limits and the reason for the method.
    Forecast(super::forecast::ForecastArgs),
    /// Models: how well they do on data they have not seen.
    Model {
        #[command(subcommand)]
        verb: ModelVerb,
    },
    /// What to do next with a customer: what they may be offered, the rupees it can be expected to bring, and why.
    Next(super::next::Next),
    /// Key figures: revenue, customers, service, support, sales; with their formulas, as numbers or pictures.
    Report(super::report::ReportArgs),
    /// How customers fall into groups: clusters by behaviour, and the segments that filters know (`segment:loyal`).
    Segments {
        /// Also tag everybody with their cluster (`cluster-1` …), so that filters know it: one entry a cluster.
        #[arg(long)]
        tag: bool,
    },
    /// The fields that filters, columns, imports and exports know.
    Fields {
        #[arg(value_parser = entity, default_value = "customers")]
        entity: Entity,
    },
    /// The views and the filter behind each.
    Views,
    /// A completion script for a shell.
    Completions { shell: clap_complete::Shell },
    /// The manual page, or all of them into a folder.
    Man {
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },
    /// The keys of the screen.
    Keys {
        /// As a Markdown table.
        #[arg(long)]
        md: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ModelVerb {
    /// Learn from the lines that left, or from the leads that were closed, and keep the model.
    Train(super::model::Train),
    /// Score by the model in force: every line in service its chance to leave and risk, or every open lead its odds.
    Score {
        #[arg(value_enum, default_value_t)]
        what: super::model::Kind,
    },
    /// Why a customer is at risk.
    Explain(super::model::Explain),
    /// The scores of the model in force; or, with --csv, how well a yes-or-no column of any table is told, fold by
    /// fold: AUC, PR-AUC, log-loss, Brier, lift, calibration.
    Evaluate(super::evaluate::Evaluate),
    /// Learn labels of short texts from one file and tell those of another.
    EvaluateText(super::text::EvaluateText),
}

#[derive(Debug, Subcommand)]
pub enum UserVerb {
    /// Add somebody, with a password or an invitation.
    Add {
        login: String,
        /// What colleagues call them; without it, the login.
        #[arg(long)]
        name: Option<String>,
        #[arg(long, value_enum)]
        role: RoleName,
        /// Print a one-time code, with which they set a password of their own.
        #[arg(long)]
        invite: bool,
    },
    /// Who works here.
    List,
    /// Give somebody another role.
    Role {
        login: String,
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Shut somebody out, at once.
    Disable { login: String },
    /// Let somebody in again.
    Enable { login: String },
    /// Set a password: your own, or as an admin anybody's.
    Passwd {
        login: Option<String>,
        /// With a one-time code instead of a login.
        #[arg(long)]
        code: bool,
    },
    /// Say until when somebody is away; without a day, that they are back. No new work goes to who is away.
    Absent {
        login: String,
        /// The first day they are back.
        #[arg(long, value_name = "DATE", value_parser = date)]
        until: Option<NaiveDate>,
    },
    /// Print a one-time code for somebody who forgot the password.
    ResetCode { login: String },
    /// Turn your second factor on.
    Totp {
        /// Whose, with --off.
        #[arg(requires = "off")]
        login: Option<String>,
        /// Turn it off: your own, or as an admin that of whoever lost the phone.
        #[arg(long)]
        off: bool,
    },
}

/// The commands that take a filter, as they are typed.
const FILTERED: [&str; 12] = [
    "list",
    "ls",
    "count",
    "export",
    "explain",
    "do",
    "assign",
    "follow-up",
    "snooze",
    "conversion",
    "rescore",
    "report",
];

/// Arguments as the parser needs them: a `-tag:vip` of a filter is no option. The language reads `!` as the
/// same sign, so it takes that one's place, up to a `--`.
pub fn negations(args: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut filtered = false;
    let mut options = true;
    let one = |arg: OsString| {
        let Some(text) = arg.to_str() else { return arg };
        options &= text != "--";
        filtered |= FILTERED.contains(&text);
        let Some(word) = text.strip_prefix('-').filter(|_| filtered && options) else { return arg };
        let first = word.chars().next();
        let compared = word.contains([':', '<', '>', '=']) && !word.starts_with("o=");
        let known = first.is_some_and(|c| matches!(c, 'o' | 'h' | 'V' | '-'));
        let negated = word.len() > 1 && first != Some('-') && (compared || !known);
        if negated { OsString::from(format!("!{word}")) } else { arg }
    };
    args.into_iter().map(one).collect()
}

/// What rows are listed: `customers`, `plans`, …
fn entity(text: &str) -> Result<Entity, String> {
    let known = || schema::listed().map(Entity::code).collect::<Vec<_>>().join(", ");
    Entity::parse(text).filter(|e| schema::noun(*e).listed).ok_or_else(|| format!("there are {}", known()))
}

pub fn date(text: &str) -> Result<NaiveDate, String> {
    crate::base::calendar::parse_date(text).ok_or_else(|| "no date: write 2026-11-28 or 28-11-2026".to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_tree_is_sound() {
        super::Cli::command().debug_assert();
    }

    #[test]
    fn a_negated_term_is_no_option() {
        let turned = |line: &str| {
            let args = super::negations(line.split(' ').map(Into::into));
            args.iter().map(|a| a.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
        };
        for (line, seen) in [
            ("list -tag:vip --limit 3", "list !tag:vip --limit 3"),
            ("list -vip", "list !vip"),
            ("export -o x -owner:me -h", "export -o x !owner:me -h"),
            ("export -o=x -ox", "export -o=x -ox"),
            ("list -- -tag:vip", "list -- -tag:vip"),
            ("--db a note 1 -x:y", "--db a note 1 -x:y"),
            ("list --sort -mrr", "list --sort !mrr"),
            ("list - --limit=3", "list - --limit=3"),
        ] {
            assert_eq!(turned(line), seen);
        }
    }
}
