//! What `deal` takes on the command line.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::super::args::NoteKind;

#[derive(Debug, Subcommand)]
pub enum DealVerb {
    /// Open a deal.
    New(New),
    /// All about one deal: its lines with their arithmetic, what is stuck, what it pays, history.
    Show {
        /// Deal number, or words of the name.
        #[arg(required = true, value_name = "DEAL")]
        deal: Vec<String>,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Add a line: a plan, an installation, a router, maintenance, a discount, a bonus.
    Line(LineArgs),
    /// Another stage: qualified, proposal, negotiation, `forward` or `back`.
    Move {
        /// Deal number.
        deal: String,
        #[arg(default_value = "forward")]
        stage: String,
    },
    /// Number the quotation and say how long it holds.
    Quote {
        /// Deal number.
        deal: String,
        /// Days; without them, the setting `deal.quote-days`.
        #[arg(long)]
        days: Option<i64>,
    },
    /// Won: every seat becomes a subscription that waits for its installation: one entry.
    Win {
        /// Deal number.
        deal: String,
        #[arg(long, default_value = "monthly")]
        cycle: String,
        /// Day of the installation.
        #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
        install_on: Option<NaiveDate>,
        /// What the technician should know.
        #[arg(long, default_value = "")]
        note: String,
        /// Although a customer has the same phone, mail address or GSTIN.
        #[arg(long)]
        allow_duplicates: bool,
        /// Show what would change; change nothing.
        #[arg(long)]
        dry_run: bool,
    },
    /// Lost, and why.
    Lose {
        /// Deal number.
        deal: String,
        /// price, competitor, no-coverage, access, slow-response, budget, no-decision, no-need.
        #[arg(long)]
        reason: String,
        /// Whom they went to.
        #[arg(long)]
        competitor: Option<String>,
    },
    /// Log a call, message, visit or note.
    Log {
        /// Deal number.
        deal: String,
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_enum, default_value = "call")]
        kind: NoteKind,
        /// What is done next.
        #[arg(long)]
        next: Option<String>,
    },
    /// What the open deals will bring, month by month: weighted, expected, commit, best case.
    Forecast {
        /// A filter or `@view`; without one, every deal.
        #[arg(value_name = "FILTER")]
        words: Vec<String>,
        /// One JSON object a line.
        #[arg(long)]
        json: bool,
    },
    /// How deals ended and how fast: win rate, size, cycle, velocity.
    Winloss(WinLoss),
    /// What reps earned: each payment with its arithmetic, and the sums.
    Commission(Commission),
}

#[derive(Args, Debug)]
pub struct New {
    #[arg(required = true)]
    pub name: Vec<String>,
    /// Fields as FIELD=VALUE, several times: --set kind=bulk --set lead=42.
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

#[derive(Args, Debug)]
pub struct LineArgs {
    /// Deal number.
    pub deal: String,
    /// plan, installation, equipment, maintenance, discount, referral.
    pub item: String,
    /// Name of the plan.
    #[arg(long)]
    pub plan: Option<String>,
    #[arg(long)]
    pub seats: Option<i64>,
    /// line, flat or branch.
    #[arg(long)]
    pub unit: Option<String>,
    /// Rupees before GST; of a plan a month and seat. Without it, the price of the plan.
    #[arg(long)]
    pub rate: Option<String>,
    /// Months.
    #[arg(long)]
    pub term: Option<i64>,
    /// Of a discount.
    #[arg(long)]
    pub percent: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Sort {
    Reason,
    Competitor,
    Rep,
    Size,
    Source,
    Kind,
    City,
}

#[derive(Args, Debug)]
pub struct WinLoss {
    /// A filter or `@view`; without one, every deal.
    #[arg(value_name = "FILTER")]
    pub words: Vec<String>,
    #[arg(long, value_enum, default_value = "rep")]
    pub by: Sort,
    /// Closed on this day or later.
    #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
    pub from: Option<NaiveDate>,
    /// Closed on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
    pub to: Option<NaiveDate>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

#[derive(Args, Debug)]
pub struct Commission {
    /// Login of a rep, or the name of a referrer; without one, everybody one may see.
    pub rep: Option<String>,
    /// 2026-11; without one, the present month.
    #[arg(long, value_parser = month)]
    pub month: Option<i64>,
    /// Comma-separated values, a payment a line.
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

/// Months since the year 0.
fn month(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no month: write 2026-11");
    let (year, month) = text.trim().split_once('-').ok_or_else(wrong)?;
    let (year, month): (i64, i64) = (year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?);
    if (1..=12).contains(&month) && (1970..=2200).contains(&year) { Ok(year * 12 + month - 1) } else { Err(wrong()) }
}
