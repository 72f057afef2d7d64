//! Questions about tickets: the page of one, its clock explained, what helps to solve it.

use crate::base::{Id, Timestamp, calendar};
use crate::domain::sla::{Left, Regulation, Trace, explain, left, span};
use crate::domain::ticket::{Said, State, read_docket};
use crate::domain::{Entity, Record, Value};
use crate::insight::text::resolution::Estimate;
use crate::query::Bound;
use crate::query::schema::{article as a, canned, category as cat, macros, message as m, ticket as t};
use crate::store::Read;

use super::super::decide::Desk;
use super::super::error::ReadError;
use super::briefing::{AskBriefing, Briefing, Event, changes_of};
use super::hints::{self, Hint, Label};
use super::{Ask, Scene};

/// One line of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: Id,
    pub at: Timestamp,
    pub said: Said,
    pub who: String,
    pub article: String,
    pub body: String,
}

/// All about one ticket.
#[derive(Clone, Debug)]
pub struct Case {
    pub record: Record,
    pub customer: Option<Briefing>,
    /// The oldest first.
    pub lines: Vec<Line>,
    pub articles: Vec<Hint>,
    pub similar: Vec<Hint>,
    /// A category that fits the words better than the one it has, where the desk is sure of one.
    pub suggested: Option<Label>,
    /// How long such tickets took, where there are enough.
    pub estimate: Option<Estimate>,
    /// Other tickets tied to it.
    pub tied: Vec<Hint>,
    /// Money owed by regulation as of now, where the clock was missed.
    pub owed: crate::base::Money,
    /// What the journal says of it, the newest first.
    pub timeline: Vec<Event>,
    /// Median minutes of working time of the solved tickets of its category, where there are enough.
    pub usual_minutes: Option<i64>,
}

/// The page of one ticket.
#[derive(Clone, Copy, Debug)]
pub struct AskCase {
    pub id: Id,
    /// Lines of the customer's timeline.
    pub events: usize,
}

pub(super) fn all_of(read: &Read<'_>, entity: Entity) -> Result<Vec<Record>, ReadError> {
    let mut rows = Vec::new();
    for id in read.ids(&Bound::all(entity))? {
        rows.extend(read.row(entity, id)?);
    }
    Ok(rows)
}

fn find(read: &Read<'_>, id: Id) -> Result<Record, ReadError> {
    read.row(Entity::Ticket, id)?.ok_or_else(|| ReadError::NotFound(format!("ticket {id}")))
}

impl Ask for AskCase {
    type Answer = Case;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Case, ReadError> {
        let record = find(read, self.id)?;
        let lines = lines(read, self.id)?;
        let customer = Id(record.int(t::CUSTOMER).unwrap_or(0));
        let customer = AskBriefing { id: customer, events: self.events }.answer(read, scene).ok();
        let words = words_of(&record, &lines);
        let articles = hints::articles(read, &words, record.text(t::CATEGORY), 3)?;
        let recent = hints::solved(read, scene, record.text(t::CATEGORY), record.id)?;
        let ripe = hints::ripe(read, scene, record.text(t::CATEGORY), record.id)?;
        Ok(Case {
            // The desk learns when a ticket is written or opened, by a question of its own; nobody waits for it here.
            suggested: hints::misfiled(scene.held.labels.known().as_deref(), read, &record, &words)?,
            similar: hints::similar(&recent, &words, &[t::SUBCATEGORY, t::AREA, t::CITY].map(|f| record.text(f)), 3),
            estimate: hints::estimate(read, scene, &record, &ripe)?,
            usual_minutes: median(&ripe),
            tied: tied(read, &record)?,
            timeline: changes_of(read, scene, Entity::Ticket, self.id, self.events)?,
            owed: owed(&record, scene.now),
            customer,
            articles,
            lines,
            record,
        })
    }
}

fn lines(read: &Read<'_>, id: Id) -> Result<Vec<Line>, ReadError> {
    let one = |r: &Record| Line {
        id: r.id,
        at: Timestamp(r.int(m::AT).unwrap_or(0)),
        said: Said::parse(r.text(m::SAID)).unwrap_or(Said::Note),
        who: r.text(m::WHO).to_string(),
        article: r.text(m::ARTICLE).to_string(),
        body: r.text(m::BODY).to_string(),
    };
    Ok(read.conversation(id)?.iter().map(one).collect())
}

/// What a ticket is about, in its own words: subject and what the customer said.
fn words_of(record: &Record, lines: &[Line]) -> String {
    let said = lines.iter().filter(|l| l.said == Said::Customer).map(|l| l.body.as_str());
    std::iter::once(record.text(t::SUBJECT)).chain(said).collect::<Vec<_>>().join(" ")
}

fn median(rows: &[Record]) -> Option<i64> {
    let mut spent: Vec<i64> = rows.iter().filter_map(|r| r.int(t::SPENT)).filter(|n| *n > 0).collect();
    spent.sort_unstable();
    (spent.len() >= 8).then(|| spent[spent.len() / 2])
}

fn tied(read: &Read<'_>, record: &Record) -> Result<Vec<Hint>, ReadError> {
    let mut out = Vec::new();
    let state = |r: &Record| State::parse(r.text(t::STATUS)).map_or("", State::label).to_lowercase();
    for (field, word) in [(t::DUPLICATE_OF, "duplicate of"), (t::PARENT, "part of")] {
        if let Some(other) = Some(record.text(field)).filter(|d| !d.is_empty())
            && let Some(r) = read.rows_by(t::DOCKET, &Value::text(other), 1)?.pop()
        {
            out.push(Hint {
                id: r.id,
                name: other.into(),
                title: r.text(t::SUBJECT).into(),
                note: format!("{word} · {}", state(&r)),
            });
        }
    }
    // The customer's other open tickets are worth knowing before this one is answered.
    let customer = Id(record.int(t::CUSTOMER).unwrap_or(0));
    for r in read.tickets_of(customer, 30)? {
        let hangs = r.text(t::PARENT) == record.text(t::DOCKET) || r.text(t::DUPLICATE_OF) == record.text(t::DOCKET);
        let open = State::parse(r.text(t::STATUS)).is_some_and(State::is_open);
        if r.id != record.id && (hangs || open) && !out.iter().any(|h| h.id == r.id) {
            let word = if hangs { "hangs on this" } else { "also open" };
            out.push(Hint {
                id: r.id,
                name: r.text(t::DOCKET).into(),
                title: r.text(t::SUBJECT).into(),
                note: format!("{word} · {}", state(&r)),
            });
        }
    }
    Ok(out)
}

/// What regulation makes us owe on a ticket at a moment.
pub fn owed(r: &Record, now: Timestamp) -> crate::base::Money {
    let regulation = Regulation::parse(r.text(t::REGULATION)).unwrap_or(Regulation::Nothing);
    let Some(due) = r.int(t::REGULATION_DUE).map(Timestamp) else { return crate::base::Money::ZERO };
    let opened = Timestamp(r.int(t::OPENED).unwrap_or(0));
    let until = r.int(t::RESOLVED).map_or(now, Timestamp);
    regulation.owed(opened, due, until, r.money(t::RENT), r.money(t::AMOUNT))
}

/// The ticket of a docket.
#[derive(Clone, Debug)]
pub struct AskDocket(pub String);

impl Ask for AskDocket {
    type Answer = Record;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Record, ReadError> {
        let wanted = read_docket(&self.0).unwrap_or_else(|| self.0.trim().to_string());
        let found = read.rows_by(t::DOCKET, &Value::text(wanted.as_str()), 1)?.pop();
        found.ok_or_else(|| ReadError::NotFound(format!("ticket {wanted}")))
    }
}

/// The arithmetic of a ticket's clocks, line by line.
#[derive(Clone, Copy, Debug)]
pub struct AskClock(pub Id);

impl Ask for AskClock {
    type Answer = Vec<String>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<String>, ReadError> {
        let r = find(read, self.0)?;
        let mut desk = Desk::of(read.settings()?);
        let trace = Trace::parse(r.text(t::TRACE));
        let calendar = desk.calendar_of(&trace, r.text(t::STATE));
        let mut out =
            vec![format!("{} {} · {}", r.text(t::DOCKET), r.text(t::SUBJECT), r.text(t::NAME)), String::new()];
        out.extend(explain(&trace, &calendar, scene.now));
        if let Some(now) = r.int(t::CLOCK) {
            out.push(match left(now, scene.now.0) {
                Left::Runs(ms) if ms >= 0 => format!("On the wall: {} left", span(ms)),
                Left::Runs(ms) => format!("On the wall: missed {} ago", span(-ms)),
                Left::Stands(ms) => format!("It stands with {} of working time left", span(ms)),
                Left::Over => "It is over".into(),
            });
        }
        out.push(String::new());
        out.push("# Regulation".into());
        out.extend(regulation(&r, scene.now));
        Ok(out)
    }
}

fn regulation(r: &Record, now: Timestamp) -> Vec<String> {
    let rule = Regulation::parse(r.text(t::REGULATION)).unwrap_or(Regulation::Nothing);
    let mut out = vec![rule.label().to_string()];
    if let Some(due) = r.int(t::REGULATION_DUE).map(Timestamp) {
        let word = if due > now {
            format!("{} left", span(due.since(now)))
        } else {
            format!("missed {} ago", span(now.since(due)))
        };
        out.push(format!("Due {}; no pause stops it; {word}", calendar::short_time(due)));
        out.push(format!("Source: {}", rule.source()));
        let stake = r.money(t::STAKE);
        if stake > crate::base::Money::ZERO {
            let of = format!(
                "rent {} a month, sum in question {}",
                r.money(t::RENT).compact(),
                r.money(t::AMOUNT).compact()
            );
            out.push(format!("At stake on the first day of a miss: {} ({of})", stake.compact()));
        }
        let owed = owed(r, now);
        if owed > crate::base::Money::ZERO {
            out.push(format!("Owed as of now: {}", owed.compact()));
        }
    }
    if let Some(due) = r.int(t::APPEAL_DUE).map(Timestamp) {
        out.push(format!("Appeal to be decided by {} (39 days, TCCRR 2012)", calendar::short_time(due)));
    }
    out
}

/// What a desk picks from: categories, canned replies, macros, articles.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    /// Code, title, code of the category it divides.
    pub categories: Vec<(String, String, String)>,
    /// Name, category, text.
    pub replies: Vec<(String, String, String)>,
    /// Name, steps.
    pub macros: Vec<(String, String)>,
    /// Slug, title, category, text, tickets solved.
    pub articles: Vec<(String, String, String, String, i64)>,
    /// Logins that can be given a ticket, with their role and whether they are away.
    pub people: Vec<(String, String, bool)>,
}

/// Everything a desk picks from.
#[derive(Clone, Copy, Debug)]
pub struct AskShelf;

impl Ask for AskShelf {
    type Answer = Shelf;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Shelf, ReadError> {
        let text = |r: &Record, f| r.text(f).to_string();
        let today = calendar::days_of(scene.today);
        let mut people = Vec::new();
        for user in read.users()? {
            let row = read.row(Entity::User, user.id)?;
            let away = row.is_some_and(|r| r.int(crate::query::schema::user::ABSENT_UNTIL).is_some_and(|d| d > today));
            people.push((user.login, user.role.label().to_string(), away));
        }
        // Until people are added, who had tickets is who works here.
        if people.is_empty() {
            for field in [t::OWNER, t::TECHNICIAN] {
                let role = if field == t::OWNER { "Support" } else { "Field" };
                people.extend(read.values(field, "", 40)?.into_iter().map(|(login, _)| (login, role.into(), false)));
            }
        }
        let mut categories: Vec<_> = all_of(read, Entity::TicketCategory)?
            .iter()
            .map(|r| (text(r, cat::CODE), text(r, cat::TITLE), text(r, cat::PARENT)))
            .collect();
        categories.sort_by_key(|(code, _, parent)| {
            (if parent.is_empty() { code.clone() } else { parent.clone() }, !parent.is_empty(), code.clone())
        });
        Ok(Shelf {
            categories,
            replies: all_of(read, Entity::CannedReply)?
                .iter()
                .map(|r| (text(r, canned::NAME), text(r, canned::CATEGORY), text(r, canned::BODY)))
                .collect(),
            macros: all_of(read, Entity::Macro)?
                .iter()
                .map(|r| (text(r, macros::NAME), text(r, macros::STEPS)))
                .collect(),
            articles: all_of(read, Entity::Article)?
                .iter()
                .map(|r| {
                    let solved = r.int(a::SOLVED).unwrap_or(0);
                    (text(r, a::SLUG), text(r, a::TITLE), text(r, a::CATEGORY), text(r, a::BODY), solved)
                })
                .collect(),
            people,
        })
    }
}

/// The open tickets of a customer and those of a category lately, for who is about to raise one.
#[derive(Clone, Copy, Debug)]
pub struct AskTicketsOf {
    pub customer: Id,
    pub limit: usize,
}

impl Ask for AskTicketsOf {
    type Answer = Vec<Record>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<Record>, ReadError> {
        Ok(read.tickets_of(self.customer, self.limit)?)
    }
}
