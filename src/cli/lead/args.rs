//! What `lead` takes on the command line.

use chrono::NaiveDate;
use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use crate::base::Timestamp;
use crate::query::format;

use super::super::args::NoteKind;

#[derive(Debug, Subcommand)]
pub enum LeadVerb {
    /// All about one lead: score with its arithmetic, coverage, clock, history, next step.
    Show {
        /// Lead number, phone in any form, mail address, or words of the name.
        #[arg(required = true, value_name = "LEAD")]
        who: Vec<String>,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// A lead becomes a customer with a subscription that waits for its installation: one entry.
    Convert(Convert),
    /// One lead out of two, or a lead into the customer it is already.
    Merge(Merge),
    /// Say who works leads: a person, or in turn, by load, by territory. Who is away gets none.
    Assign(AssignArgs),
    /// Log a contact: the first one answers the lead.
    Log {
        /// Lead number, phone or mail address.
        who: String,
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_enum, default_value = "call")]
        kind: NoteKind,
        /// When to be in touch next: 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        next: Option<Timestamp>,
    },
    /// When to be in touch next, on all leads that a filter keeps.
    FollowUp {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment, required_unless_present = "off")]
        at: Option<Timestamp>,
        /// What it is about.
        #[arg(long)]
        note: Option<String>,
        /// Take the reminder off.
        #[arg(long, conflicts_with = "at")]
        off: bool,
    },
    /// Keep reminders still until a moment; the due time stays.
    Snooze {
        #[arg(required = true, value_name = "FILTER")]
        words: Vec<String>,
        /// 2026-11-28 15:30.
        #[arg(long, value_name = "MOMENT", value_parser = moment)]
        until: Timestamp,
    },
    /// How many leads become customers, by source, rep, stage or another field.
    Conversion(Conversion),
    /// What the coverage directory says of an address.
    Coverage {
        pincode: String,
        #[arg(long, default_value = "")]
        area: String,
        #[arg(long, default_value = "")]
        building: String,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// What reps make of their leads against what such leads give, the strongest first; who is suggested next.
    Reps {
        /// As JSON lines.
        #[arg(long)]
        json: bool,
    },
    /// Compute coverage and score anew, as after other weights.
    Rescore {
        /// A filter or `@view`; without one, every lead.
        #[arg(value_name = "FILTER")]
        words: Vec<String>,
    },
}

#[derive(Args, Debug)]
pub struct Convert {
    /// Lead number, phone or mail address.
    pub who: String,
    /// Without one, the expected plan of the lead.
    #[arg(long)]
    pub plan: Option<String>,
    #[arg(long, default_value = "monthly")]
    pub cycle: String,
    /// Rupees a month before GST; without it, the price of the plan.
    #[arg(long)]
    pub price: Option<String>,
    /// Day of the installation.
    #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
    pub install_on: Option<NaiveDate>,
    /// What the technician should know.
    #[arg(long, default_value = "")]
    pub note: String,
    /// Convert although a customer has the same phone, mail address or GSTIN.
    #[arg(long)]
    pub allow_duplicates: bool,
    /// Show what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("with").required(true))]
pub struct Merge {
    /// The lead that stays: number, phone or mail address.
    pub keep: String,
    /// The lead that goes.
    #[arg(group = "with")]
    pub other: Option<String>,
    /// The customer the lead is merged into, instead of another lead.
    #[arg(long, group = "with", value_name = "WHO")]
    pub customer: Option<String>,
    /// Fields to take from the lead that goes, parted by commas.
    #[arg(long, value_name = "FIELDS", value_delimiter = ',', requires = "other")]
    pub take: Vec<String>,
    /// Show field by field what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("how").required(true))]
pub struct AssignArgs {
    /// A filter or `@view`.
    #[arg(required = true, value_name = "FILTER")]
    pub words: Vec<String>,
    /// This person.
    #[arg(long, group = "how", value_name = "LOGIN")]
    pub to: Option<String>,
    /// Each to the rep who got none for the longest time.
    #[arg(long, group = "how")]
    pub round_robin: bool,
    /// Each to the rep with the fewest open leads.
    #[arg(long, group = "how")]
    pub least_busy: bool,
    /// Each to the rep of its PIN code or city.
    #[arg(long, group = "how")]
    pub territory: bool,
    /// Take the owner off.
    #[arg(long, group = "how")]
    pub nobody: bool,
    /// Show what would change; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    Source,
    Rep,
    Stage,
    City,
    Segment,
    Availability,
    LostReason,
}

#[derive(Args, Debug)]
pub struct Conversion {
    /// A filter or `@view`; without one, every lead.
    #[arg(value_name = "FILTER")]
    pub words: Vec<String>,
    #[arg(long, value_enum, default_value = "source")]
    pub by: By,
    /// Leads created on this day or later.
    #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
    pub from: Option<NaiveDate>,
    /// Leads created on this day or earlier.
    #[arg(long, value_name = "DATE", value_parser = super::super::args::date)]
    pub to: Option<NaiveDate>,
    /// One JSON object a line.
    #[arg(long)]
    pub json: bool,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    format::moment(text).ok_or_else(|| "no moment: write 2026-11-28 15:30".to_string())
}
