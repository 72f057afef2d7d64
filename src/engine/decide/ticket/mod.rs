//! Tickets: from what is asked to the changes it means. Everything is done on a [`Work`], which holds the tickets and
//! customers touched and what is said and queued, so that several steps on one ticket are one change of it, its
//! clocks are settled once at the end, and the counters of its customer follow.

mod category;
mod clocks;
mod escalate;
mod join;
mod knowledge;
mod raise;
mod run;
mod talk;
mod work;

use crate::base::{Id, calendar};
use crate::domain::ticket::{Appeal, State};
use crate::domain::{Entity, FieldId, Record, Value, sla};
use crate::query::schema::{Edit, customer as c, field, ticket as t};

use super::super::command::{Base, Target, TicketCommand};
use super::super::error::CommandError;
use super::{Decision, Scene, check, difference, name_of, rows};

pub use clocks::Desk;
pub use work::Work;

pub use raise::create;

pub fn decide(scene: &Scene<'_>, command: &TicketCommand) -> Result<Decision, CommandError> {
    match command {
        TicketCommand::Raise { customers, ticket, anyway } => raise::raise(scene, customers, ticket, *anyway),
        TicketCommand::Reply { target, words } => talk::reply(scene, target, words),
        TicketCommand::Note { target, body } => talk::note(scene, target, body),
        TicketCommand::Hear { target, body, channel } => talk::hear(scene, target, body, *channel),
        TicketCommand::SetState { target, state } => set_state(scene, target, *state),
        TicketCommand::Link { ticket, link, to } => join::link(scene, *ticket, *link, to),
        TicketCommand::Merge { from, into } => join::merge(scene, from, *into),
        TicketCommand::Split { ticket, messages, subject, category } => {
            join::split(scene, *ticket, messages, subject, category)
        }
        TicketCommand::Rate { ticket, score, comment } => rate(scene, *ticket, *score, comment),
        TicketCommand::Appeal { ticket, step, body } => appeal(scene, *ticket, *step, body),
        TicketCommand::Run { target, name, steps } => run::run(scene, target, name, steps),
        TicketCommand::Escalate => escalate::escalate(scene),
        TicketCommand::Reckon => escalate::reckon(scene),
        TicketCommand::SaveArticle { slug, title, category, tags, body, author } => {
            knowledge::save_article(scene, slug, title, category, tags, body, author)
        }
        TicketCommand::AddArticles { articles } => knowledge::add_articles(scene, articles),
        TicketCommand::SaveReply { name, category, body } => knowledge::save_reply(scene, name, category, body),
        TicketCommand::SaveMacro { name, steps } => knowledge::save_macro(scene, name, steps),
        TicketCommand::SaveCategory { code, title, parent, priority, regulation } => {
            knowledge::save_category(scene, code, title, parent, *priority, *regulation)
        }
    }
}

/// `T-261100042 No internet`, or `12 tickets`.
fn which(rows: &[Record]) -> String {
    match rows {
        [one] => format!("{} {}", one.text(t::DOCKET), one.text(t::SUBJECT)),
        many => format!("{} tickets", crate::base::money::group(many.len() as u64)),
    }
}

/// Fields of tickets given new values: what a form, a picker or a bulk edit does.
pub fn update(
    scene: &Scene<'_>,
    target: &Target,
    fields: &[(FieldId, Value)],
    base: Option<&Base>,
) -> Result<Decision, CommandError> {
    for (id, value) in fields {
        if id.entity != Entity::Ticket || field(*id).edit == Edit::Verb {
            let message = "has a command of its own".to_string();
            return Err(CommandError::Invalid { name: field(*id).title, message });
        }
        check(*id, value)?;
    }
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let mut set = super::edit::merge(&before, fields, base)?;
        // The category first: a sub-category is held against it.
        set.sort_by_key(|(field, _)| *field == t::SUBCATEGORY);
        let id = work.take(before.clone());
        for (field, value) in set {
            work.set(id, field, value)?;
        }
        if work.is_touched(id) {
            changed.push(before);
        } else {
            work.decision.skip(&before, "already so");
        }
    }
    let titles: Vec<String> = fields
        .iter()
        .map(|(f, v)| format!("{} {}", field(*f).title.to_lowercase(), crate::query::format::show(*f, v)))
        .collect();
    let what = if titles.len() <= 3 { titles.join(", ") } else { format!("{} fields", titles.len()) };
    work.finish(format!("Set {what} of {}", which(&changed)))
}

pub fn put_away(scene: &Scene<'_>, target: &Target, away: bool) -> Result<Decision, CommandError> {
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        if before.get(t::DELETED).is_null() != away {
            work.decision.skip(&before, if away { "already deleted" } else { "not deleted" });
            continue;
        }
        let id = work.take(before.clone());
        work.ticket(id).set(t::DELETED, if away { Value::Int(scene.now.0) } else { Value::Null });
        changed.push(before);
    }
    work.finish(format!("{} {}", if away { "Deleted" } else { "Restored" }, which(&changed)))
}

fn set_state(scene: &Scene<'_>, target: &Target, state: State) -> Result<Decision, CommandError> {
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let id = work.take(before.clone());
        match work.go_to(id, state)? {
            Ok(()) => changed.push(before),
            Err(why) => work.decision.skip(&before, why),
        }
    }
    work.finish(format!("{} is {}", which(&changed), state.label().to_lowercase()))
}

fn one(scene: &Scene<'_>, id: Id) -> Result<Record, CommandError> {
    let row = scene.read.row(Entity::Ticket, id)?;
    row.ok_or_else(|| CommandError::Refused("this ticket is not there any more".into()))
}

fn rate(scene: &Scene<'_>, ticket: Id, score: i64, comment: &str) -> Result<Decision, CommandError> {
    if !(1..=5).contains(&score) {
        return Err(CommandError::Invalid { name: "Satisfaction", message: "is 1 to 5".into() });
    }
    let before = one(scene, ticket)?;
    if !State::parse(before.text(t::STATUS)).is_some_and(State::is_done) {
        return Err(CommandError::Refused(format!("{} is not solved yet", before.text(t::DOCKET))));
    }
    let mut work = Work::new(scene)?;
    let id = work.take(before.clone());
    work.ticket(id).set(t::CSAT, Value::Int(score));
    let comment = crate::base::text::clean_lines(comment, 1_000);
    if !comment.is_empty() {
        work.say(id, crate::domain::ticket::Said::Customer, &comment, "")?;
    }
    let customer = work.customer(Id(before.int(t::CUSTOMER).unwrap_or(0)))?;
    if let Some(row) = customer {
        row.set(c::CSAT, Value::Int(score));
    }
    work.finish(format!("Satisfaction {score} of 5 on {}", which(std::slice::from_ref(&before))))
}

fn appeal(scene: &Scene<'_>, ticket: Id, step: Appeal, body: &str) -> Result<Decision, CommandError> {
    let before = one(scene, ticket)?;
    let stands = Appeal::parse(before.text(t::APPEAL));
    let docket = before.text(t::DOCKET).to_string();
    match (stands, step) {
        (None, Appeal::Filed) | (Some(Appeal::Filed), Appeal::Upheld | Appeal::Dismissed) => {}
        (None, _) => return Err(CommandError::Refused(format!("no appeal was filed on {docket}"))),
        (Some(a), _) => {
            return Err(CommandError::Refused(format!(
                "the appeal on {docket} is {} already",
                a.label().to_lowercase()
            )));
        }
    }
    let mut work = Work::new(scene)?;
    let id = work.take(before.clone());
    work.ticket(id).set(t::APPEAL, Value::text(step.code()));
    if step == Appeal::Filed {
        work.ticket(id).set(t::APPEAL_DUE, Value::Int(sla::appeal_due(scene.now).0));
    }
    let text = match step {
        Appeal::Filed => format!("Appeal filed; to be decided by {}", calendar::short_time(sla::appeal_due(scene.now))),
        _ => format!("Appeal {}", step.label().to_lowercase()),
    };
    let body = crate::base::text::clean_lines(body, 4_000);
    let text = if body.is_empty() { text } else { format!("{text}: {body}") };
    work.say(id, crate::domain::ticket::Said::System, &text, "")?;
    work.finish(format!("Appeal {} on {docket}", step.label().to_lowercase()))
}

/// Names of rows that were left out, for messages.
fn skip(work: &mut Work<'_>, row: &Record, why: impl Into<String>) {
    let name = format!("{} {}", row.text(t::DOCKET), name_of(row));
    work.decision.skipped.push(super::Skip { id: Some(row.id), line: None, name, reason: why.into() });
}
