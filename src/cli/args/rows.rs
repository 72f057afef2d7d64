//! What the commands on rows take: which rows, in what shape, what is done with them.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum};

#[derive(Args, Debug)]
pub struct Words {
    /// An entity such as `plans` (without one, customers), then a filter or `@view`.
    #[arg(value_name = "[ENTITY] FILTER")]
    pub words: Vec<String>,
}

#[derive(Args, Clone, Copy, Debug)]
#[command(group = ArgGroup::new("shape").multiple(false))]
pub struct Shape {
    /// One JSON object a line.
    #[arg(long, group = "shape")]
    pub json: bool,
    /// Comma-separated values.
    #[arg(long, group = "shape")]
    pub csv: bool,
    /// Account numbers of customers, names of plans.
    #[arg(long, group = "shape")]
    pub ids: bool,
}

#[derive(Args, Debug)]
pub struct List {
    /// An entity such as `plans` (without one, customers), then a filter or `@view`.
    #[arg(value_name = "[ENTITY] FILTER")]
    pub words: Vec<String>,
    /// Rows at most.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// The rows after this one: an account number, a plan's name, or a row's id.
    #[arg(long, value_name = "ROW")]
    pub after: Option<String>,
    /// Field names, parted by commas.
    #[arg(long, value_name = "FIELDS")]
    pub columns: Option<String>,
    /// Field names, parted by commas; `-mrr` begins with the highest.
    #[arg(long, value_name = "FIELDS", allow_hyphen_values = true)]
    pub sort: Option<String>,
    #[command(flatten)]
    pub shape: Shape,
}

#[derive(Args, Debug)]
pub struct Export {
    /// An entity such as `plans` (without one, customers), then a filter or `@view`.
    #[arg(value_name = "[ENTITY] FILTER")]
    pub words: Vec<String>,
    /// Where to; without it, the output. An existing file is replaced when the new one is whole.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Field names, parted by commas; without them, every field.
    #[arg(long, value_name = "FIELDS")]
    pub columns: Option<String>,
    #[command(flatten)]
    pub shape: Shape,
}

#[derive(Args, Debug)]
pub struct Show {
    /// Account number, phone in any form, mail address, reference, or words of the name.
    #[arg(required = true, value_name = "WHO")]
    pub who: Vec<String>,
    /// As one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Also what is masked from your role; who looked and why is written into the log.
    #[arg(long, requires = "reason")]
    pub reveal: bool,
    /// Why, with --reveal.
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Also draw twelve months of data used into an SVG file.
    #[arg(long, value_name = "FILE.svg")]
    pub chart: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Importable {
    Customers,
    Leads,
    /// The coverage directory; a place that is there takes the file's values.
    Coverage,
    /// Which rep gets the leads of which place.
    Territories,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PresetName {
    /// The public Telco Customer Churn table.
    Telco,
}

#[derive(Args, Debug)]
pub struct Import {
    #[arg(value_enum)]
    pub entity: Importable,
    pub file: PathBuf,
    /// A known shape of file.
    #[arg(long, value_enum)]
    pub preset: Option<PresetName>,
    /// Which column fills which field; `COLUMN=` leaves it out. May be given several times.
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub map: Vec<String>,
    /// Show the mapping, the first rows and every problem; change nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Take rows in whose phone, mail address or GSTIN is there already.
    #[arg(long)]
    pub allow_duplicates: bool,
}

/// What can be done with many rows at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DoVerb {
    /// --status, and --reason where the status asks for one.
    SetStatus,
    /// --plan, and --cycle or --price to go with it.
    ChangePlan,
    /// --stage of leads and deals, and --reason for lost.
    Stage,
    /// --add and --remove.
    Tag,
    /// --set FIELD=VALUE, several times.
    Set,
    /// Put away; `restore` or `undo` brings it back.
    Delete,
    /// Bring back what was put away (filter `is:deleted`).
    Restore,
}

impl DoVerb {
    pub fn name(self) -> &'static str {
        match self {
            DoVerb::SetStatus => "set-status",
            DoVerb::ChangePlan => "change-plan",
            DoVerb::Stage => "stage",
            DoVerb::Tag => "tag",
            DoVerb::Set => "set",
            DoVerb::Delete => "delete",
            DoVerb::Restore => "restore",
        }
    }
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("sure").multiple(false))]
pub struct Do {
    #[arg(value_enum)]
    pub verb: DoVerb,
    /// An entity (without one, customers), then a filter or `@view`; `-` reads account numbers or names from the input.
    #[arg(value_name = "[ENTITY] FILTER")]
    pub words: Vec<String>,
    #[arg(long)]
    pub status: Option<String>,
    /// Where to: a stage, `forward` or `back`.
    #[arg(long)]
    pub stage: Option<String>,
    #[arg(long)]
    pub reason: Option<String>,
    #[arg(long)]
    pub plan: Option<String>,
    #[arg(long)]
    pub cycle: Option<String>,
    /// Rupees a month before GST.
    #[arg(long)]
    pub price: Option<String>,
    /// Tags to put on, parted by commas.
    #[arg(long, value_delimiter = ',', value_name = "TAGS")]
    pub add: Vec<String>,
    /// Tags to take off, parted by commas.
    #[arg(long, value_delimiter = ',', value_name = "TAGS")]
    pub remove: Vec<String>,
    /// A field and its new value; nothing after the `=` empties it. May be given several times.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
    /// Show what would change; change nothing.
    #[arg(long, group = "sure")]
    pub dry_run: bool,
    /// Change it.
    #[arg(long, group = "sure")]
    pub yes: bool,
}

#[derive(Args, Debug)]
pub struct Log {
    /// Number of an entry: what it changed, before and after. `verify` checks the whole log; `head` prints
    /// number and hash of the newest entry.
    pub what: Option<String>,
    /// Entries, or rows of one entry, at most.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub limit: u32,
    /// Entries before this one.
    #[arg(long, value_name = "ENTRY")]
    pub before: Option<i64>,
    /// One JSON object a line: entries, or the changes of one entry. `v` is the version of their shape.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct Note {
    /// Account number, phone, mail address, reference, or one word of the name.
    pub who: String,
    #[arg(required = true)]
    pub text: Vec<String>,
    /// What it is about.
    #[arg(long, value_enum, default_value = "note")]
    pub kind: NoteKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NoteKind {
    Note,
    Call,
    Message,
    Visit,
}

#[derive(Args, Debug)]
pub struct Doctor {
    /// As one JSON object.
    #[arg(long)]
    pub json: bool,
    /// Only print a hash of all data: equal for equal data.
    #[arg(long)]
    pub digest: bool,
}
