//! Questions about tickets: the page of one, its clock explained, what helps to solve it.

use crate::base::text::fold;
use crate::base::{Id, Timestamp, calendar};
use crate::domain::sla::{Left, Regulation, Trace, explain, left, span};
use crate::domain::ticket::{Said, State, read_docket};
use crate::domain::{Entity, Record, Value};
use crate::query::schema::{article as a, canned, category as cat, macros, message as m, ticket as t};
use crate::query::{Bound, compile};
use crate::store::Read;

use super::super::decide::Desk;
use super::super::error::ReadError;
use super::briefing::{AskBriefing, Briefing, Event, changes_of};
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

/// An article that may help, or a solved ticket like this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    pub id: Id,
    /// Slug or docket.
    pub name: String,
    pub title: String,
    /// Tickets it solved, or how the ticket was solved.
    pub note: String,
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
    /// A category that fits the words better than the one it has, where there is a suggestion.
    pub suggested: Option<String>,
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
        let articles = best_articles(read, &words, record.text(t::CATEGORY), 3)?;
        let recent = solved_like(read, scene, &record)?;
        Ok(Case {
            suggested: suggest_category(&words),
            similar: similar(&recent, &record, &words),
            usual_minutes: median(&recent),
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

/// The category a text classifier would give these words. There is none in this build: nothing is suggested, rather
/// than something made up.
fn suggest_category(_words: &str) -> Option<String> {
    None
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

/// Words that say nothing of a fault.
const EMPTY_WORDS: &[&str] = &[
    "the", "and", "for", "with", "not", "has", "have", "was", "are", "this", "that", "hai", "from", "since", "but",
    "you", "our", "your", "please", "sir", "madam", "ticket", "customer",
];

fn terms(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut out: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| w.chars().count() > 2 && !EMPTY_WORDS.contains(w))
        .map(str::to_string)
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// How well a document answers terms: each term found counts, more in a title, more the rarer it is.
fn ranked(terms: &[String], docs: &[(String, String)]) -> Vec<(usize, i64)> {
    let folded: Vec<(String, String)> = docs.iter().map(|(title, body)| (fold(title), fold(body))).collect();
    let mut scores = vec![0_i64; docs.len()];
    for term in terms {
        let holds = |i: usize| folded[i].0.contains(term.as_str()) || folded[i].1.contains(term.as_str());
        let n = (0..docs.len()).filter(|i| holds(*i)).count();
        if n == 0 {
            continue;
        }
        let weight = 100 * (docs.len() as i64 + 1) / (n as i64 + 1);
        for (i, score) in scores.iter_mut().enumerate() {
            let in_title = i64::from(folded[i].0.contains(term.as_str()));
            *score += weight * (i64::from(holds(i)) + 2 * in_title);
        }
    }
    let mut order: Vec<(usize, i64)> = scores.into_iter().enumerate().filter(|(_, s)| *s > 0).collect();
    order.sort_by_key(|(i, s)| (-s, *i));
    order
}

fn all_of(read: &Read<'_>, entity: Entity) -> Result<Vec<Record>, ReadError> {
    let mut rows = Vec::new();
    for id in read.ids(&Bound::all(entity))? {
        rows.extend(read.row(entity, id)?);
    }
    Ok(rows)
}

fn best_articles(read: &Read<'_>, text: &str, category: &str, limit: usize) -> Result<Vec<Hint>, ReadError> {
    let rows = all_of(read, Entity::Article)?;
    let docs: Vec<(String, String)> = rows
        .iter()
        .map(|r| {
            let title = format!("{} {} {}", r.text(a::TITLE), r.text(a::TAGS), r.text(a::SLUG));
            (title, r.text(a::BODY).to_string())
        })
        .collect();
    let mut found = ranked(&terms(text), &docs);
    // An article of the ticket's own category comes before others, the more useful one first.
    let bonus = |i: usize| {
        let own = !category.is_empty() && rows[i].text(a::CATEGORY) == category;
        i64::from(own) * 150 + rows[i].int(a::SOLVED).unwrap_or(0).min(50)
    };
    found.iter_mut().for_each(|(i, s)| *s += bonus(*i));
    found.sort_by_key(|(i, s)| (-s, *i));
    let hint = |(i, _): (usize, i64)| Hint {
        id: rows[i].id,
        name: rows[i].text(a::SLUG).to_string(),
        title: rows[i].text(a::TITLE).to_string(),
        note: format!("solved {}", rows[i].int(a::SOLVED).unwrap_or(0)),
    };
    Ok(found.into_iter().take(limit).map(hint).collect())
}

/// The newest solved tickets of its category.
fn solved_like(read: &Read<'_>, scene: &Scene<'_>, record: &Record) -> Result<Vec<Record>, ReadError> {
    let category = record.text(t::CATEGORY);
    let text = format!("status:resolved,closed category={category:?} sort:-opened");
    let Ok(filter) = compile(&text, Entity::Ticket, &scene.context) else { return Ok(Vec::new()) };
    let fields = vec![t::DOCKET, t::SUBJECT, t::SUBCATEGORY, t::CITY, t::ARTICLE, t::RESOLVED, t::OPENED, t::SPENT];
    let ask = crate::store::PageAsk {
        sort: vec![(t::OPENED, true)],
        filter,
        fields,
        anchor: crate::store::Anchor::First,
        limit: 100,
    };
    let mut rows = read.page(&ask)?.rows;
    rows.retain(|r| r.id != record.id);
    Ok(rows)
}

fn median(rows: &[Record]) -> Option<i64> {
    let mut spent: Vec<i64> = rows.iter().filter_map(|r| r.int(t::SPENT)).filter(|n| *n > 0).collect();
    spent.sort_unstable();
    (spent.len() >= 8).then(|| spent[spent.len() / 2])
}

fn similar(rows: &[Record], record: &Record, words: &str) -> Vec<Hint> {
    let docs: Vec<(String, String)> = rows
        .iter()
        .map(|r| (format!("{} {}", r.text(t::SUBJECT), r.text(t::SUBCATEGORY)), r.text(t::CITY).to_string()))
        .collect();
    let text = format!("{words} {} {}", record.text(t::SUBCATEGORY), record.text(t::CITY));
    let took = |r: &Record| {
        let ms = r.int(t::RESOLVED).unwrap_or(0) - r.int(t::OPENED).unwrap_or(0);
        let by = r.text(t::ARTICLE);
        format!("{}{}", span(ms.max(0)), if by.is_empty() { String::new() } else { format!(" · {by}") })
    };
    ranked(&terms(&text), &docs)
        .into_iter()
        .take(3)
        .map(|(i, _)| Hint {
            id: rows[i].id,
            name: rows[i].text(t::DOCKET).to_string(),
            title: rows[i].text(t::SUBJECT).to_string(),
            note: took(&rows[i]),
        })
        .collect()
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

/// Articles for some words, the best first.
#[derive(Clone, Debug)]
pub struct AskArticles {
    pub words: String,
    pub category: String,
    pub limit: usize,
}

impl Ask for AskArticles {
    type Answer = Vec<Record>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<Record>, ReadError> {
        let mut out = Vec::new();
        for hint in best_articles(read, &self.words, &self.category, self.limit)? {
            out.extend(read.row(Entity::Article, hint.id)?);
        }
        Ok(out)
    }
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
