//! Macros: steps recorded on one ticket, done again on many.
//!
//! Steps are parted by `;`, each a verb and its words: `status waiting-customer`, `priority high`, `category
//! slow-speed`, `assign priya` (`@me`, `none`), `technician imran`, `tag field`, `untag vip`, `reply CANNED`,
//! `note TEXT`.

use crate::base::Id;
use crate::domain::ticket::{Priority, Said, State};
use crate::domain::{Entity, Value};
use crate::query::schema::{canned, ticket as t};

use super::super::super::command::Target;
use super::super::{Decision, Scene, rows};
use super::work::Work;
use super::{CommandError, skip, talk, which};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Status(State),
    Priority(Priority),
    Category(String),
    Assign(String),
    Technician(String),
    Tag(String),
    Untag(String),
    Reply(String),
    Note(String),
}

fn read(text: &str) -> Result<Vec<Step>, CommandError> {
    let invalid = |message: String| CommandError::Invalid { name: "Steps", message };
    let mut out = Vec::new();
    for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
        let (verb, rest) = part.split_once(char::is_whitespace).unwrap_or((part, ""));
        let rest = rest.trim();
        let login = || if rest == "none" { String::new() } else { rest.to_string() };
        if rest.is_empty() {
            return Err(invalid(format!("`{part}` says no more than `{verb}`")));
        }
        out.push(match verb {
            "status" => Step::Status(State::parse(rest).ok_or_else(|| invalid(format!("`{rest}` is no status")))?),
            "priority" => {
                Step::Priority(Priority::parse(rest).ok_or_else(|| invalid(format!("`{rest}` is no priority")))?)
            }
            "category" => Step::Category(rest.into()),
            "assign" => Step::Assign(login()),
            "technician" => Step::Technician(login()),
            "tag" => Step::Tag(rest.replace(',', " ")),
            "untag" => Step::Untag(rest.into()),
            "reply" => Step::Reply(rest.into()),
            "note" => Step::Note(rest.into()),
            _ => {
                return Err(invalid(format!(
                    "`{verb}` is no step: status, priority, category, assign, technician, tag, untag, reply, note"
                )));
            }
        });
    }
    if out.is_empty() {
        return Err(invalid("are empty".into()));
    }
    Ok(out)
}

/// What is wrong with the text of a macro; nothing when it can run.
pub fn problem(text: &str) -> Option<CommandError> {
    read(text).err()
}

pub fn run(scene: &Scene<'_>, target: &Target, name: &str, steps: &str) -> Result<Decision, CommandError> {
    let steps = read(steps)?;
    let mut work = Work::new(scene)?;
    let mut changed = Vec::new();
    for before in rows(scene, Entity::Ticket, target)? {
        let id = work.take(before.clone());
        for step in &steps {
            if let Err(why) = apply(&mut work, id, step)?
                && why != "already so"
            {
                skip(&mut work, &before, why);
            }
        }
        if work.is_touched(id) {
            changed.push(before);
        } else {
            skip(&mut work, &before, "already so");
        }
    }
    let name = if name.is_empty() { "Steps".to_string() } else { format!("Macro {name}") };
    work.finish(format!("{name} on {}", which(&changed)))
}

/// One step on one ticket; the inner error is why it was left out.
fn apply(work: &mut Work<'_>, id: Id, step: &Step) -> Result<Result<(), String>, CommandError> {
    let me = work.scene.who.user.clone();
    let login = |l: &str| if l == "@me" { Value::text(me.as_str()) } else { Value::text(l) };
    match step {
        Step::Status(state) => return work.go_to(id, *state),
        Step::Priority(p) => work.set(id, t::PRIORITY, Value::text(p.code()))?,
        Step::Category(c) => work.set(id, t::CATEGORY, Value::text(c.as_str()))?,
        Step::Assign(l) => work.set(id, t::OWNER, login(l))?,
        Step::Technician(l) => work.set(id, t::TECHNICIAN, login(l))?,
        Step::Tag(word) => tag(work, id, word, true),
        Step::Untag(word) => tag(work, id, word, false),
        Step::Reply(name) => {
            let found = work.scene.read.rows_by(canned::NAME, &Value::text(name.as_str()), 5)?;
            let Some(row) = found.into_iter().find(|r| r.get(canned::DELETED).is_null()) else {
                return Err(CommandError::Invalid {
                    name: "Steps",
                    message: format!("there is no canned reply `{name}`"),
                });
            };
            talk::answer(work, id, row.text(canned::BODY), "")?;
        }
        Step::Note(text) => work.say(id, Said::Note, text, "")?,
    }
    Ok(Ok(()))
}

/// Puts a word on a ticket or takes it off.
pub fn tag(work: &mut Work<'_>, id: Id, word: &str, on: bool) {
    let row = work.ticket(id);
    let kept: Vec<String> =
        row.get(t::TAGS).items().filter(|i| !i.eq_ignore_ascii_case(word)).map(str::to_string).collect();
    let words = kept.iter().map(String::as_str).chain(on.then_some(word));
    let list = Value::list(words);
    row.set(t::TAGS, list);
}
