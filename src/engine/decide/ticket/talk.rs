//! What is said on tickets.

use crate::base::text::clean_lines;
use crate::domain::ticket::{Channel, Said, State};
use crate::domain::{Entity, Value};
use crate::query::schema::{article as a, ticket as t};

use super::super::super::command::{Target, Words};
use super::super::{Decision, Scene, rows};
use super::work::{BODY_LIMIT, Work};
use super::{CommandError, skip, which};

fn filled(body: &str) -> Result<String, CommandError> {
    let body = clean_lines(body, BODY_LIMIT);
    if body.is_empty() {
        return Err(CommandError::Invalid { name: "Text", message: "is empty".into() });
    }
    Ok(body)
}

pub fn reply(scene: &Scene<'_>, target: &Target, words: &Words) -> Result<Decision, CommandError> {
    let body = filled(&words.body)?;
    let article = words.article.trim();
    if !article.is_empty() && scene.read.rows_by(a::SLUG, &Value::text(article), 1)?.is_empty() {
        return Err(CommandError::Invalid { name: "Article", message: format!("there is no article `{article}`") });
    }
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let id = work.take(before.clone());
        answer(&mut work, id, &body, article)?;
        if let Some(state) = words.then
            && let Err(why) = work.go_to(id, state)?
            && why != "already so"
        {
            skip(&mut work, &before, format!("answered, but {why}"));
        }
        changed.push(before);
    }
    work.finish(format!("Answered on {}", which(&changed)))
}

/// One reply on one ticket.
pub fn answer(work: &mut Work<'_>, id: crate::base::Id, body: &str, article: &str) -> Result<(), CommandError> {
    let text = work.filled(id, body)?;
    work.say(id, Said::Reply, &text, article)?;
    work.queue(id, &text)?;
    let now = work.now();
    let ticket = work.ticket(id);
    if ticket.get(t::ANSWERED).is_null() {
        ticket.set(t::ANSWERED, Value::Int(now.0));
    }
    if !article.is_empty() {
        ticket.set(t::ARTICLE, Value::text(article));
    }
    Ok(())
}

pub fn note(scene: &Scene<'_>, target: &Target, body: &str) -> Result<Decision, CommandError> {
    let body = filled(body)?;
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let id = work.take(before.clone());
        work.say(id, Said::Note, &body, "")?;
        changed.push(before);
    }
    work.finish(format!("Note on {}", which(&changed)))
}

pub fn hear(scene: &Scene<'_>, target: &Target, body: &str, channel: Channel) -> Result<Decision, CommandError> {
    let body = filled(body)?;
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let id = work.take(before.clone());
        work.ticket(id).set(t::CHANNEL, Value::text(channel.code()));
        work.say(id, Said::Customer, &body, "")?;
        let status = State::parse(before.text(t::STATUS));
        let on = matches!(status, Some(State::WaitingCustomer | State::Resolved | State::Closed));
        if on && let Err(why) = work.go_to(id, State::InProgress)? {
            skip(&mut work, &before, format!("noted, but {why}"));
        }
        changed.push(before);
    }
    work.finish(format!("The customer on {}", which(&changed)))
}
