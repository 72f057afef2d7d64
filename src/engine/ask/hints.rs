//! What helps to file and to solve a ticket: its category and priority by its words, articles, tickets like it, and how
//! long it may take.

use crate::base::Id;
use crate::domain::sla::span;
use crate::domain::ticket::{Priority, State};
use crate::domain::{Entity, Record};
use crate::insight::text::desk::{Desk, Told, sure};
use crate::insight::text::resolution::{self, Estimate, Past};
use crate::insight::text::{Bm25, starter};
use crate::query::bind::{Cond, Test};
use crate::query::compile;
use crate::query::schema::{article as a, ticket as t};
use crate::store::{Anchor, PageAsk, Read};

use super::super::error::ReadError;
use super::super::labels;
use super::ticket::all_of;
use super::{Ask, Scene};

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

/// A category or a priority that fits some words.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    pub code: String,
    pub title: String,
    /// 0 to 1.
    pub confidence: f64,
}

impl Label {
    /// `Slow Speed 84 %`
    pub fn words(&self) -> String {
        format!("{} {:.0} %", self.title, self.confidence * 100.0)
    }
}

/// What the desk would make of a text; what it is not sure of is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    pub category: Option<Label>,
    /// A part of that category.
    pub sub: Option<Label>,
    pub priority: Option<Label>,
    /// Tickets of its own the desk has learnt from, and how many of them were put right by somebody.
    pub own: usize,
    pub corrected: usize,
}

/// Category and priority of a new ticket by its words, while they are typed. The first who asks waits until the desk
/// has learnt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskLabels {
    pub text: String,
}

impl Ask for AskLabels {
    type Answer = Labels;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Labels, ReadError> {
        let Some(desk) = scene.held.labels.fresh(read, scene.now)? else { return Ok(Labels::default()) };
        let mut out = Labels { own: desk.own, corrected: desk.corrected, ..Labels::default() };
        if self.text.split_whitespace().next().is_none() {
            return Ok(out);
        }
        out.category = category(&desk.categories(&self.text), &labels::categories(read)?);
        if let Some(main) = &out.category
            && let Some((code, confidence)) = sure(&desk.subs(&self.text, &main.code)).cloned()
            && let Some(title) = labels::sub_title(read, &main.code, &code)?
        {
            // Sure of the part only as far as of the whole.
            out.sub = Some(Label { code, title, confidence: confidence * main.confidence });
        }
        let said = desk.priorities(&self.text);
        let usual = |c: &Label| {
            let code = starter::usual_priority(&c.title)?;
            let confidence = said.iter().find(|s| s.0 == code)?.1;
            Some((code.to_string(), confidence))
        };
        // Where the words do not say how much it hurts, what is usual for the category does.
        let priority = sure(&said).cloned().or_else(|| out.category.as_ref().and_then(usual));
        out.priority = priority.and_then(|(code, confidence)| {
            Some(Label { title: Priority::parse(&code)?.label().to_string(), code, confidence })
        });
        Ok(out)
    }
}

fn category(told: &[Told], known: &[(String, String)]) -> Option<Label> {
    let (code, confidence) = sure(told)?;
    let title = known.iter().find(|(c, _)| c == code)?.1.clone();
    Some(Label { code: code.clone(), title, confidence: *confidence })
}

/// The category a ticket should have had, where the desk is sure of another one.
pub(super) fn misfiled(
    desk: Option<&Desk>,
    read: &Read<'_>,
    record: &Record,
    words: &str,
) -> Result<Option<Label>, ReadError> {
    let Some(desk) = desk.filter(|_| State::parse(record.text(t::STATUS)).is_some_and(State::is_open)) else {
        return Ok(None);
    };
    let found = category(&desk.categories(words), &labels::categories(read)?);
    Ok(found.filter(|l| l.code != record.text(t::CATEGORY)))
}

/// How often the words of a title count.
const TITLE: usize = 3;

/// An article below this share of the best one's score is not named.
const FAR: f64 = 0.35;

/// The articles that answer a text best, by BM25. One of the ticket's own category counts half as much again; among
/// equals the one that solved more tickets comes first.
pub(super) fn articles(read: &Read<'_>, text: &str, category: &str, limit: usize) -> Result<Vec<Hint>, ReadError> {
    let rows = all_of(read, Entity::Article)?;
    let index = Bm25::new(rows.iter().map(|r| {
        let title = format!("{} {} {} ", r.text(a::TITLE), r.text(a::TAGS), r.text(a::SLUG));
        title.repeat(TITLE) + r.text(a::BODY)
    }));
    let mut found = index.best(text, usize::MAX);
    for (i, score) in &mut found {
        if !category.is_empty() && rows[*i].text(a::CATEGORY) == category {
            *score *= 1.5;
        }
        *score *= 1.0 + (rows[*i].int(a::SOLVED).unwrap_or(0).clamp(0, 1_000) as f64).ln_1p() / 100.0;
    }
    found.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    // What shares a chance word only is no answer.
    let least = found.first().map_or(0.0, |f| f.1 * FAR);
    found.retain(|f| f.1 >= least);
    let hint = |(i, _): (usize, f64)| Hint {
        id: rows[i].id,
        name: rows[i].text(a::SLUG).to_string(),
        title: rows[i].text(a::TITLE).to_string(),
        note: format!("solved {}", rows[i].int(a::SOLVED).unwrap_or(0)),
    };
    Ok(found.into_iter().take(limit).map(hint).collect())
}

/// Solved tickets looked at.
const SOLVED: usize = 400;

/// Days after which as good as every ticket is solved.
const RIPE_DAYS: i64 = 30;
/// Ripe tickets that are enough to tell how long it takes.
const ENOUGH: usize = 50;

/// The newest solved tickets of a category, of any where it is empty; `but` left out.
pub(super) fn solved(read: &Read<'_>, scene: &Scene<'_>, category: &str, but: Id) -> Result<Vec<Record>, ReadError> {
    done(read, scene, category, but, None, t::OPENED)
}

/// Solved tickets of a category to learn from how long it takes. Of those raised lately only the quick ones are solved
/// already, so the newest are asked that were raised [`RIPE_DAYS`] ago. Where these are few, those that were solved last
/// are asked: in the order of their solution the slow ones are among them.
pub(super) fn ripe(read: &Read<'_>, scene: &Scene<'_>, category: &str, but: Id) -> Result<Vec<Record>, ReadError> {
    let old = Test::Between(None, Some(scene.now.plus_ms(-RIPE_DAYS * 86_400_000).0));
    let rows = done(read, scene, category, but, Some(old), t::OPENED)?;
    if rows.len() >= ENOUGH { Ok(rows) } else { done(read, scene, category, but, None, t::RESOLVED) }
}

/// The first done tickets of a category by a moment, the newest first.
fn done(
    read: &Read<'_>,
    scene: &Scene<'_>,
    category: &str,
    but: Id,
    opened: Option<Test>,
    by: crate::domain::FieldId,
) -> Result<Vec<Record>, ReadError> {
    let mut text = "status:resolved,closed".to_string();
    if !category.is_empty() {
        text += &format!(" category={category:?}");
    }
    let Ok(mut filter) = compile(&text, Entity::Ticket, &scene.context) else { return Ok(Vec::new()) };
    if let Some(opened) = opened {
        filter.cond = Cond::And(vec![Cond::Test(t::OPENED, opened), filter.cond]);
    }
    let fields = vec![
        t::DOCKET,
        t::SUBJECT,
        t::CATEGORY,
        t::SUBCATEGORY,
        t::PRIORITY,
        t::AREA,
        t::CITY,
        t::ARTICLE,
        t::RESOLVED,
        t::OPENED,
        t::SPENT,
    ];
    let ask = PageAsk { sort: vec![(by, true)], filter, fields, anchor: Anchor::First, limit: SOLVED };
    let mut rows = read.page(&ask)?.rows;
    rows.retain(|r| r.id != but);
    Ok(rows)
}

fn took(r: &Record) -> i64 {
    (r.int(t::RESOLVED).unwrap_or(0) - r.int(t::OPENED).unwrap_or(0)).max(0)
}

/// Solved tickets that read like some words, by BM25; `near` are words of kind and place.
pub(super) fn similar(rows: &[Record], words: &str, near: &[&str], limit: usize) -> Vec<Hint> {
    let index = Bm25::new(rows.iter().map(|r| {
        let place = [t::SUBCATEGORY, t::AREA, t::CITY].map(|f| r.text(f)).join(" ");
        format!("{} {place}", format!("{} ", r.text(t::SUBJECT)).repeat(2))
    }));
    let about = Bm25::new(rows.iter().map(|r| r.text(t::SUBJECT)));
    // The place alone makes no two tickets alike.
    let alike: Vec<usize> = about.best(words, usize::MAX).into_iter().map(|(i, _)| i).collect();
    let hint = |(i, _): (usize, f64)| {
        let r = &rows[i];
        let by = r.text(t::ARTICLE);
        Hint {
            id: r.id,
            name: r.text(t::DOCKET).to_string(),
            title: r.text(t::SUBJECT).to_string(),
            note: format!("{}{}", span(took(r)), if by.is_empty() { String::new() } else { format!(" · {by}") }),
        }
    };
    let query = format!("{words} {}", near.join(" "));
    index.best(&query, usize::MAX).into_iter().filter(|(i, _)| alike.contains(i)).take(limit).map(hint).collect()
}

fn past(r: &Record, hours: f64) -> Past {
    let text = |f| r.text(f).to_string();
    Past { category: text(t::CATEGORY), priority: text(t::PRIORITY), area: text(t::AREA), hours }
}

const HOUR: f64 = 3_600_000.0;

/// How long an open ticket may take, from when it was raised to when it is solved.
pub(super) fn estimate(
    read: &Read<'_>,
    scene: &Scene<'_>,
    record: &Record,
    ripe: &[Record],
) -> Result<Option<Estimate>, ReadError> {
    if !State::parse(record.text(t::STATUS)).is_some_and(State::is_open) {
        return Ok(None);
    }
    let open = scene.now.0 - record.int(t::OPENED).unwrap_or(scene.now.0);
    let ticket = past(record, open as f64 / HOUR);
    let of = |rows: &[Record]| -> Vec<Past> { rows.iter().map(|r| past(r, took(r) as f64 / HOUR)).collect() };
    match resolution::estimate(&ticket, &of(ripe)) {
        Some(e) if e.alike != resolution::Alike::Any => Ok(Some(e)),
        // Too few of its kind: those of any kind say something.
        _ => Ok(resolution::estimate(&ticket, &of(&self::ripe(read, scene, "", record.id)?))),
    }
}

/// All that can be said of a text before a ticket is made of it.
#[derive(Clone, Debug)]
pub struct AskFiling {
    pub text: String,
    pub area: String,
}

#[derive(Clone, Debug)]
pub struct Filing {
    pub labels: Labels,
    pub estimate: Option<Estimate>,
    pub articles: Vec<Hint>,
    pub similar: Vec<Hint>,
}

impl Ask for AskFiling {
    type Answer = Filing;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Filing, ReadError> {
        let labels = AskLabels { text: self.text.clone() }.answer(read, scene)?;
        let code = |l: &Option<Label>| l.as_ref().map_or(String::new(), |l| l.code.clone());
        let (category, priority) = (code(&labels.category), code(&labels.priority));
        let recent = solved(read, scene, &category, Id(0))?;
        let ripe = ripe(read, scene, &category, Id(0))?;
        let rows: Vec<Past> = ripe.iter().map(|r| past(r, took(r) as f64 / HOUR)).collect();
        let ticket = Past { category: category.clone(), priority, area: self.area.clone(), hours: 0.0 };
        Ok(Filing {
            estimate: resolution::estimate(&ticket, &rows),
            articles: articles(read, &self.text, &category, 3)?,
            similar: similar(&recent, &self.text, &[&self.area], 3),
            labels,
        })
    }
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
        for hint in articles(read, &self.words, &self.category, self.limit)? {
            out.extend(read.row(Entity::Article, hint.id)?);
        }
        Ok(out)
    }
}
