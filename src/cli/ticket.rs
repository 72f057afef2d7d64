//! `ticket`: what can be done with tickets besides what all rows have.

use std::io::Write as _;

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::base::Id;
use crate::base::text::clean;
use crate::domain::choice::find as choice;
use crate::domain::sla::span;
use crate::domain::ticket::{Channel, Priority, State};
use crate::domain::{Choice, Principal};
use crate::engine::ask::{AskClock, AskDocket, AskFiling, Filing, Hint, Label};
use crate::engine::{Command, Engine, NewTicket, Target, TicketCommand, Words};

use super::args::Global;
use super::bulk::carry_out;
use super::failure::Failure;
use super::out::Out;
use super::place::{database, principal};
use super::show::find as find_customer;

/// The ways a ticket reaches the desk, by their codes.
fn channels() -> impl TypedValueParser<Value = Channel> {
    PossibleValuesParser::new(Channel::CHOICES.iter().map(|c| c.code))
        .map(|code| Channel::parse(&code).unwrap_or(Channel::Call))
}

#[derive(Debug, Subcommand)]
pub enum TicketVerb {
    /// Raise a ticket for a customer. The same fault within seven days is named before a new one is raised.
    Raise {
        /// Account number, phone or mail address.
        customer: String,
        /// Code or title of a category, as in no-internet.
        #[arg(long)]
        category: String,
        #[arg(long, default_value = "")]
        subject: String,
        /// What the customer said.
        #[arg(long, default_value = "")]
        body: String,
        /// critical, high, medium or low; without it, that of the category.
        #[arg(long)]
        priority: Option<String>,
        #[arg(long, value_parser = channels(), default_value = "call")]
        channel: Channel,
        /// Raise it although there is one like it.
        #[arg(long)]
        anyway: bool,
    },
    /// Answer the customer: queued in the outbox, stops the clock of the first answer.
    Reply {
        docket: String,
        #[arg(required = true)]
        text: Vec<String>,
        /// The article it is answered from.
        #[arg(long, default_value = "")]
        article: String,
        /// Where the ticket goes with it: in-progress, waiting-customer, waiting-vendor, resolved.
        #[arg(long)]
        then: Option<String>,
    },
    /// A note that no customer sees.
    Note {
        docket: String,
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// What the customer said.
    Hear {
        docket: String,
        #[arg(required = true)]
        text: Vec<String>,
        #[arg(long, value_parser = channels(), default_value = "call")]
        channel: Channel,
    },
    /// Another status: open, in-progress, waiting-customer, waiting-vendor, resolved, closed.
    Status { docket: String, status: String },
    /// How its clocks are counted, step by step.
    Clock { docket: String },
    /// How satisfied the customer is, 1 to 5.
    Rate {
        docket: String,
        score: i64,
        #[arg(default_value = "")]
        word: String,
    },
    /// Steps on a ticket: `priority high; status in-progress; tag field`.
    Run { docket: String, steps: String },
    /// Carry out what the rules of escalation say is due.
    Escalate,
    /// What a text would be filed as, how long such tickets take, what helps, and tickets like it. Nothing is written.
    Suggest {
        /// What the customer says.
        #[arg(required = true)]
        text: Vec<String>,
        /// Locality, for how long it takes there.
        #[arg(long, default_value = "")]
        area: String,
        /// As one JSON object.
        #[arg(long)]
        json: bool,
    },
}

/// The choice that a word means.
pub fn read<T>(word: &str, choices: &'static [Choice], parse: impl Fn(&str) -> Option<T>) -> Result<T, Failure> {
    let known = || choices.iter().map(|c| c.code).collect::<Vec<_>>().join(", ");
    choice(choices, word)
        .and_then(|c| parse(c.code))
        .ok_or_else(|| Failure::Usage(format!("`{word}` is none of {}", known())))
}

fn ticket(engine: &Engine, who: &Principal, docket: &str) -> Result<Id, Failure> {
    Ok(engine.read(who, &AskDocket(docket.into()))?.id)
}

pub fn run(global: &Global, verb: &TicketVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let one = |docket: &str| ticket(&engine, &who, docket).map(Target::one);
    let command = match verb {
        TicketVerb::Raise { customer, category, subject, body, priority, channel, anyway } => {
            let customers = Target::one(find_customer(&engine, &who, customer)?.id);
            let priority = priority.as_deref().map(|p| read(p, Priority::CHOICES, Priority::parse)).transpose()?;
            let ticket = NewTicket {
                subject: subject.clone(),
                category: category.clone(),
                priority,
                channel: Some(*channel),
                body: body.clone(),
                ..NewTicket::default()
            };
            TicketCommand::Raise { customers, ticket, anyway: *anyway }
        }
        TicketVerb::Reply { docket, text, article, then } => {
            let then = then.as_deref().map(|s| read(s, State::CHOICES, State::parse)).transpose()?;
            let words = Words { body: text.join(" "), article: article.clone(), then };
            TicketCommand::Reply { target: one(docket)?, words }
        }
        TicketVerb::Note { docket, text } => TicketCommand::Note { target: one(docket)?, body: text.join(" ") },
        TicketVerb::Hear { docket, text, channel } => {
            TicketCommand::Hear { target: one(docket)?, body: text.join(" "), channel: *channel }
        }
        TicketVerb::Status { docket, status } => {
            TicketCommand::SetState { target: one(docket)?, state: read(status, State::CHOICES, State::parse)? }
        }
        TicketVerb::Clock { docket } => {
            for line in engine.read(&who, &AskClock(ticket(&engine, &who, docket)?))? {
                match line.strip_prefix("# ") {
                    Some(head) => out.heading(head)?,
                    None => writeln!(out, "{line}")?,
                }
            }
            return Ok(());
        }
        TicketVerb::Rate { docket, score, word } => {
            TicketCommand::Rate { ticket: ticket(&engine, &who, docket)?, score: *score, comment: word.clone() }
        }
        TicketVerb::Run { docket, steps } => {
            TicketCommand::Run { target: one(docket)?, name: String::new(), steps: steps.clone() }
        }
        TicketVerb::Escalate => TicketCommand::Escalate,
        TicketVerb::Suggest { text, area, json } => {
            let ask = AskFiling { text: text.join(" "), area: area.clone() };
            return suggest(&engine.read(&who, &ask)?, *json, out);
        }
    };
    carry_out(&engine, &who, Command::Ticket(command), out)
}

fn suggest(filing: &Filing, as_json: bool, out: &mut Out) -> Result<(), Failure> {
    let labels = &filing.labels;
    if as_json {
        let label = |l: &Option<Label>| {
            l.as_ref().map(|l| serde_json::json!({ "code": l.code, "title": l.title, "confidence": l.confidence }))
        };
        let hints = |all: &[Hint]| -> Vec<serde_json::Value> {
            let one = |h: &Hint| serde_json::json!({ "name": h.name, "title": h.title, "note": h.note });
            all.iter().map(one).collect()
        };
        let hours = filing.estimate.map(|e| {
            serde_json::json!({ "hours": e.hours, "low": e.low, "high": e.high, "tickets": e.tickets,
                                "alike": e.alike.words() })
        });
        let object = serde_json::json!({
            "category": label(&labels.category), "sub_category": label(&labels.sub), "priority": label(&labels.priority), "resolution": hours,
            "articles": hints(&filing.articles), "similar": hints(&filing.similar),
            "learnt_from": labels.own, "corrected": labels.corrected,
        });
        return Ok(writeln!(out, "{object}")?);
    }
    let said = |l: &Option<Label>| l.as_ref().map_or("not sure".to_string(), Label::words);
    writeln!(out, "category  {}", said(&labels.category))?;
    if let Some(sub) = &labels.sub {
        writeln!(out, "within it {}", clean(&sub.words(), 80))?;
    }
    writeln!(out, "priority  {}", said(&labels.priority))?;
    let hours = |h: f64| span((h * 3_600_000.0) as i64);
    match &filing.estimate {
        Some(e) => writeln!(
            out,
            "solved    in {}, 8 of 10 in {} to {}, by {} {}",
            hours(e.hours),
            hours(e.low),
            hours(e.high),
            e.tickets,
            e.alike.words()
        )?,
        None => writeln!(out, "solved    not known: too few tickets like it were solved")?,
    }
    for (head, hints) in [("helps", &filing.articles), ("like it", &filing.similar)] {
        for (i, h) in hints.iter().enumerate() {
            let head = if i == 0 { head } else { "" };
            writeln!(out, "{head:10}{:24} {} · {}", h.name, clean(&h.title, 80), h.note)?;
        }
    }
    let (own, corrected) = (labels.own, labels.corrected);
    writeln!(
        out,
        "learnt from the starter subjects and {own} tickets of your own, {corrected} of them put right by somebody"
    )?;
    Ok(())
}
