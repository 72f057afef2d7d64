//! What is due by itself: misses written down, rules of escalation, counts that age.

use std::collections::BTreeMap;

use crate::base::{Id, Timestamp, calendar};
use crate::domain::escalation::{Do, Rule, Rules, When};
use crate::domain::sla::Trace;
use crate::domain::ticket::{Priority, Said};
use crate::domain::{Entity, Record, Role, UserState, Value};
use crate::query::schema::{customer as c, ticket as t, user as u};
use crate::query::{Bound, Context, compile};

use super::super::{Decision, Scene};
use super::work::Work;
use super::{CommandError, run};

/// Customers whose count of thirty days is brought up to date at a time: the next time takes the next ones.
const COUNTS: usize = 2_000;

/// Who can take a ticket.
struct People {
    /// Logins of the desk who are here, with how many open tickets each has.
    desk: BTreeMap<String, i64>,
    managers: Vec<String>,
    away: Vec<String>,
}

impl People {
    fn read(scene: &Scene<'_>) -> Result<People, CommandError> {
        let today = calendar::days_of(scene.today());
        let load: BTreeMap<String, i64> = scene.read.load_of_owners()?.into_iter().collect();
        let mut people = People { desk: BTreeMap::new(), managers: Vec::new(), away: Vec::new() };
        for user in scene.read.users()? {
            let row = scene.read.row(Entity::User, user.id)?;
            let gone = row.is_some_and(|r| r.int(u::ABSENT_UNTIL).is_some_and(|day| day > today));
            if gone || user.state == UserState::Disabled {
                people.away.push(user.login.to_lowercase());
            } else if user.role == Role::Support {
                people.desk.insert(user.login.clone(), load.get(&user.login).copied().unwrap_or(0));
            } else if matches!(user.role, Role::Manager | Role::Admin) {
                people.managers.push(user.login.clone());
            }
        }
        Ok(people)
    }

    fn least_busy(&mut self, not: &str) -> Option<String> {
        let (login, n) = self.desk.iter_mut().filter(|(l, _)| !l.eq_ignore_ascii_case(not)).min_by_key(|(_, n)| **n)?;
        *n += 1;
        Some(login.clone())
    }
}

fn open_tickets(scene: &Scene<'_>) -> Result<Vec<Record>, CommandError> {
    let context = Context::at(scene.now, scene.who.user.as_str());
    let filter = compile("is:open", Entity::Ticket, &context).unwrap_or_else(|_| Bound::all(Entity::Ticket));
    super::rows(scene, Entity::Ticket, &super::Target::Matching { filter, except: Vec::new() })
}

pub fn escalate(scene: &Scene<'_>) -> Result<Decision, CommandError> {
    let mut work = Work::new(scene)?;
    work.speaker = "escalation".into();
    let rules = Rules::parse(work.desk.settings.text("ticket.escalation")).unwrap_or_default();
    let mut people = People::read(scene)?;
    let (mut missed, mut acted) = (0_u64, 0_u64);
    for before in open_tickets(scene)? {
        let state = before.text(t::STATE).to_string();
        let trace = Trace::parse(before.text(t::TRACE));
        let mut after = before.clone();
        work.desk.note_misses(&mut after, &trace, &state, scene.now);
        let new = after.get(t::BREACHED) != before.get(t::BREACHED);
        let due: Vec<&Rule> =
            rules.0.iter().filter(|r| is_due(r, &mut work, &after, &trace, &people, scene.now)).collect();
        if !new && due.is_empty() {
            continue;
        }
        let id = work.take(before.clone());
        if new {
            missed += 1;
            work.ticket(id).set(t::BREACHED, after.get(t::BREACHED).clone());
            work.ticket(id).set(t::BREACHED_AT, after.get(t::BREACHED_AT).clone());
            let words = crate::query::format::show(t::BREACHED, after.get(t::BREACHED)).to_lowercase();
            work.say(id, Said::System, &format!("Missed: {words}"), "")?;
        }
        for rule in due {
            act(&mut work, id, rule, &mut people)?;
            acted += 1;
        }
    }
    age(&mut work)?;
    let counts = work.aged;
    let mut parts = Vec::new();
    for (n, what) in [(missed, "missed"), (acted, "rules acted"), (counts, "counts brought up to date")] {
        if n > 0 {
            parts.push(format!("{n} {what}"));
        }
    }
    work.finish(format!("Escalation: {}", parts.join(", ")))
}

fn done(row: &Record, rule: &Rule) -> bool {
    let key = rule.to_string();
    row.text(t::RULES).split('|').any(|r| r == key)
}

fn is_due(rule: &Rule, work: &mut Work<'_>, row: &Record, trace: &Trace, people: &People, now: Timestamp) -> bool {
    match rule.when {
        When::Away => people.away.contains(&row.text(t::OWNER).to_lowercase()),
        When::Near(_) | When::Late(_) | When::Regulation if done(row, rule) => false,
        When::Near(share) => {
            let Some(policy) = trace.policy().filter(|_| trace.runs()) else { return false };
            let target = if trace.answered().is_none() { policy.response } else { policy.resolution };
            let calendar = work.desk.calendar_of(trace, row.text(t::STATE));
            trace.spent(now, &calendar) * 100 >= target * share
        }
        When::Late(minutes) => {
            let at = row.int(t::BREACHED_AT).map(|at| Timestamp(at).plus_ms(minutes * 60_000));
            at.is_some_and(|at| at <= now) && trace.runs()
        }
        When::Regulation => row.get(t::BREACHED).items().any(|b| b == "regulation"),
    }
}

fn act(work: &mut Work<'_>, id: Id, rule: &Rule, people: &mut People) -> Result<(), CommandError> {
    let owner = work.text(id, t::OWNER);
    let to = match &rule.act {
        Do::Assign(login) => Some(login.clone()),
        Do::Manager => people.managers.first().cloned(),
        Do::LeastBusy => people.least_busy(&owner),
        Do::Raise => {
            let priority = Priority::parse(&work.text(id, t::PRIORITY)).unwrap_or(Priority::Medium);
            work.set(id, t::PRIORITY, Value::text(priority.raised().code()))?;
            None
        }
        Do::Tag(word) => {
            run::tag(work, id, word, true);
            None
        }
    };
    let gives = matches!(rule.act, Do::Assign(_) | Do::Manager | Do::LeastBusy);
    let text = match &to {
        Some(login) => {
            work.ticket(id).set(t::OWNER, Value::text(login.as_str()));
            format!("By the rule `{rule}`: {} -> {login}", if owner.is_empty() { "nobody" } else { &owner })
        }
        // Nobody is here to take it: nobody has it, which the queue shows, rather than somebody who is away.
        None if gives && rule.when == When::Away => {
            work.ticket(id).set(t::OWNER, Value::Null);
            format!("By the rule `{rule}`: {owner} is away and nobody else is here")
        }
        None if gives => format!("By the rule `{rule}`: nobody is here to take it"),
        None => format!("By the rule `{rule}`"),
    };
    work.say(id, Said::System, &text, "")?;
    let ticket = work.ticket(id);
    let count = ticket.int(t::ESCALATED).unwrap_or(0) + 1;
    ticket.set(t::ESCALATED, Value::Int(count));
    if rule.when != When::Away {
        let kept = ticket.text(t::RULES).to_string();
        let joint = if kept.is_empty() { "" } else { "|" };
        ticket.set(t::RULES, Value::text(format!("{kept}{joint}{rule}")));
    }
    Ok(())
}

/// Counts of tickets in thirty days fall as days pass, and the churn risk with them.
fn age(work: &mut Work<'_>) -> Result<(), CommandError> {
    let first = calendar::add_days(work.scene.today(), -29);
    let from = calendar::start_of(first);
    for id in work.scene.read.stale_counts(from, COUNTS)? {
        let n = work.scene.read.tickets_since(id, from)?;
        if let Some(row) = work.customer(id)? {
            row.set(c::TICKETS_30D, Value::Int(n));
            work.aged += 1;
        }
    }
    Ok(())
}

/// Holds every open ticket against the rules as the settings have them now.
pub fn reckon(scene: &Scene<'_>) -> Result<Decision, CommandError> {
    let mut work = Work::new(scene)?;
    for row in open_tickets(scene)? {
        let id = work.take(row);
        work.regulate(id)?;
        work.reckon(id);
    }
    let decision = work.finish(String::new())?;
    let n = decision.changes.len();
    Ok(Decision { summary: format!("Targets of {n} open tickets reckoned anew"), ..decision })
}
