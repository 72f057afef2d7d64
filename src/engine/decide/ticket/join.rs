//! Tickets tied together, made one, and parted.

use crate::base::Id;
use crate::base::text::clean;
use crate::domain::ticket::{Link, Priority, Said, State, read_docket};
use crate::domain::{Entity, Record, Value};
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::{category as cat, message as m, ticket as t};

use super::super::super::command::{NewTicket, Target};
use super::super::{Decision, Scene, rows};
use super::work::Work;
use super::{CommandError, one, skip, which};

pub fn link(scene: &Scene<'_>, ticket: Id, link: Link, to: &str) -> Result<Decision, CommandError> {
    let before = one(scene, ticket)?;
    let field = match link {
        Link::Duplicate => t::DUPLICATE_OF,
        Link::Parent => t::PARENT,
    };
    let mut work = Work::new(scene)?;
    let id = work.take(before.clone());
    let mine = before.text(t::DOCKET).to_string();
    if to.trim().is_empty() {
        work.ticket(id).set(field, Value::Null);
        return work.finish(format!("{mine} is no longer {}", link.label().to_lowercase()));
    }
    let other = named(scene, to)?;
    if other.id == ticket {
        return Err(CommandError::Refused(format!("{mine} cannot be tied to itself")));
    }
    // Up from the other: a ring of parents would have no top.
    let mut above = other.clone();
    for _ in 0..50 {
        let next = above.text(field);
        if next == mine {
            return Err(CommandError::Refused(format!("{} hangs on {mine} already", other.text(t::DOCKET))));
        }
        if next.is_empty() {
            break;
        }
        above = named(scene, next)?;
    }
    let docket = other.text(t::DOCKET).to_string();
    work.ticket(id).set(field, Value::text(docket.as_str()));
    work.say(id, Said::System, &format!("{} {docket}", link.label()), "")?;
    work.finish(format!("{mine}: {} {docket}", link.label().to_lowercase()))
}

fn named(scene: &Scene<'_>, docket: &str) -> Result<Record, CommandError> {
    let wanted = read_docket(docket).unwrap_or_else(|| docket.trim().to_string());
    let found = scene.read.rows_by(t::DOCKET, &Value::text(wanted.as_str()), 1)?.pop();
    found.ok_or_else(|| CommandError::Refused(format!("there is no ticket {wanted}")))
}

pub fn merge(scene: &Scene<'_>, from: &Target, into: Id) -> Result<Decision, CommandError> {
    let to = one(scene, into)?;
    let docket = to.text(t::DOCKET).to_string();
    if !to.text(t::DUPLICATE_OF).is_empty() {
        return Err(CommandError::Refused(format!("{docket} was merged into {} itself", to.text(t::DUPLICATE_OF))));
    }
    let mut work = Work::new(scene)?;
    let target = work.take(to.clone());
    let mut merged: Vec<Record> = Vec::new();
    for before in rows(scene, Entity::Ticket, from)? {
        let why = if before.id == into {
            continue;
        } else if before.int(t::CUSTOMER) != to.int(t::CUSTOMER) {
            Some("it is another customer's; link it instead")
        } else if !before.text(t::DUPLICATE_OF).is_empty() {
            Some("it was merged already")
        } else {
            None
        };
        if let Some(why) = why {
            skip(&mut work, &before, why);
            continue;
        }
        let lines = scene.read.conversation(before.id)?;
        let id = work.take(before.clone());
        work.move_lines(&lines, target);
        let moved = lines.len() as i64;
        work.ticket(id).set(t::MESSAGES, Value::Int(0));
        work.ticket(id).set(t::DUPLICATE_OF, Value::text(docket.as_str()));
        if State::parse(before.text(t::STATUS)).is_some_and(State::is_open) {
            let now = work.now();
            let ticket = work.ticket(id);
            ticket.set(t::STATUS, Value::text(State::Closed.code()));
            ticket.set(t::RESOLVED, Value::Int(now.0));
            ticket.set(t::CLOSED, Value::Int(now.0));
        }
        work.say(id, Said::System, &format!("Merged into {docket}"), "")?;
        let count = work.ticket(target).int(t::MESSAGES).unwrap_or(0) + moved;
        work.ticket(target).set(t::MESSAGES, Value::Int(count));
        // Who was answered there was answered.
        if work.ticket(target).get(t::ANSWERED).is_null() {
            let answered = before.get(t::ANSWERED).clone();
            work.ticket(target).set(t::ANSWERED, answered);
        }
        merged.push(before);
    }
    if merged.is_empty() {
        return work.finish(format!("Nothing merged into {docket}"));
    }
    let names: Vec<&str> = merged.iter().map(|r| r.text(t::DOCKET)).collect();
    work.say(target, Said::System, &format!("Merged from {}", names.join(", ")), "")?;
    work.finish(format!("Merged {} into {docket}", which(&merged)))
}

pub fn split(
    scene: &Scene<'_>,
    ticket: Id,
    messages: &[Id],
    subject: &str,
    category: &str,
) -> Result<Decision, CommandError> {
    let before = one(scene, ticket)?;
    let all = scene.read.conversation(ticket)?;
    let lines: Vec<Record> = all.iter().filter(|r| messages.contains(&r.id)).cloned().collect();
    if lines.is_empty() || lines.len() != messages.len() {
        return Err(CommandError::Refused("name lines of this conversation to split off".into()));
    }
    if lines.len() == all.len() {
        return Err(CommandError::Refused("every line would go: nothing would be left to split from".into()));
    }
    if lines.iter().any(|r| r.text(m::SAID) == Said::System.code()) {
        return Err(CommandError::Refused("what the program noted stays with its ticket".into()));
    }
    let mut work = Work::new(scene)?;
    let named = if category.trim().is_empty() { before.text(t::CATEGORY) } else { category };
    let category = work.category(named)?;
    let subject = match clean(subject, TEXT_LIMIT) {
        s if s.is_empty() => category.text(cat::TITLE).to_string(),
        s => s,
    };
    let customer = Id(before.int(t::CUSTOMER).unwrap_or(0));
    let Some(customer) = work.customer(customer)?.cloned() else {
        return Err(CommandError::Refused("this customer is not there any more".into()));
    };
    let new = NewTicket {
        priority: Priority::parse(before.text(t::PRIORITY)),
        channel: crate::domain::ticket::Channel::parse(before.text(t::CHANNEL)),
        owner: before.text(t::OWNER).to_string(),
        body: format!("Split from {}", before.text(t::DOCKET)),
        ..NewTicket::default()
    };
    let id = super::raise::open(&mut work, &customer, &new, &subject, &category)?;
    work.move_lines(&lines, id);
    let docket = before.text(t::DOCKET).to_string();
    let row = work.ticket(id);
    row.set(t::PARENT, Value::text(docket.as_str()));
    let count = row.int(t::MESSAGES).unwrap_or(0) + lines.len() as i64;
    row.set(t::MESSAGES, Value::Int(count));
    // Regulation counts from when the customer complained, not from when we sorted it.
    let opened = before.get(t::OPENED).clone();
    let kept = work.ticket(id).get(t::OPENED).clone();
    work.ticket(id).set(t::OPENED, opened);
    work.regulate(id)?;
    work.ticket(id).set(t::OPENED, kept);
    let new_docket = work.text(id, t::DOCKET);
    let old = work.take(before.clone());
    let count = (before.int(t::MESSAGES).unwrap_or(0) - lines.len() as i64).max(0);
    work.ticket(old).set(t::MESSAGES, Value::Int(count));
    work.say(old, Said::System, &format!("Split off {new_docket}"), "")?;
    work.finish(format!("Split {new_docket} {subject} off {docket}"))
}
