//! What the desk writes down: articles, canned replies, macros, categories.

use crate::base::text::{clean, clean_lines};
use crate::domain::sla::Regulation;
use crate::domain::ticket::Priority;
use crate::domain::{Entity, FieldId, Value};
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::{article as a, canned, category as cat, macros, noun};

use super::super::super::command::NewArticle;
use super::super::create::blank;
use super::super::{Decision, Scene, Skip, difference};
use super::work::{BODY_LIMIT, Work};
use super::{CommandError, run};
use crate::engine::decide::create::insert;

/// Characters of an article.
const ARTICLE_LIMIT: usize = 20_000;

/// `LOS light red` as `los-light-red`: what is typed.
fn slug(text: &str) -> Result<String, CommandError> {
    let mut out = String::new();
    for c in text.trim().to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
    }
    let out = out.trim_end_matches('-').to_string();
    if out.is_empty() || out.len() > 60 {
        return Err(CommandError::Invalid {
            name: "Name",
            message: "is letters, digits and hyphens, sixty at most".into(),
        });
    }
    Ok(out)
}

/// Puts a row under a name in, or gives the one that is there these values.
fn save(
    scene: &Scene<'_>,
    entity: Entity,
    name: &str,
    values: Vec<(FieldId, Value)>,
) -> Result<Decision, CommandError> {
    let handle = noun(entity).handle;
    let deleted = crate::query::schema::find(entity, "deleted");
    let there = scene.read.rows_by(handle, &Value::text(name), 5)?;
    let before = there.into_iter().find(|r| deleted.is_none_or(|d| r.get(d).is_null()));
    let mut decision = Decision::default();
    let word = match before {
        Some(before) => {
            let mut after = before.clone();
            values.into_iter().for_each(|(f, v)| after.set(f, v));
            decision.changes.extend(difference(entity, &before, &after));
            "Changed"
        }
        None => {
            let mut row = blank(entity, scene.ids.next(scene.now));
            row.set(handle, Value::text(name));
            values.into_iter().for_each(|(f, v)| row.set(f, v));
            decision.created.push(row.id);
            decision.changes.push(insert(&row));
            "Added"
        }
    };
    let one = noun(entity).bare();
    decision.summary = format!("{word} the {one} {name}");
    Ok(decision)
}

fn required(name: &'static str, text: &str, limit: usize) -> Result<String, CommandError> {
    let text = clean_lines(text, limit);
    if text.is_empty() { Err(CommandError::Invalid { name, message: "is required".into() }) } else { Ok(text) }
}

/// The code of a category, or none.
fn category_code(scene: &Scene<'_>, named: &str) -> Result<Value, CommandError> {
    if named.trim().is_empty() {
        return Ok(Value::Null);
    }
    let row = Work::new(scene)?.category(named)?;
    Ok(Value::text(row.text(cat::CODE)))
}

pub fn save_article(
    scene: &Scene<'_>,
    name: &str,
    title: &str,
    category: &str,
    tags: &[String],
    body: &str,
    author: &str,
) -> Result<Decision, CommandError> {
    let body = required("Text", body, ARTICLE_LIMIT)?;
    let title = required("Title", &clean(title, TEXT_LIMIT), TEXT_LIMIT)?;
    let name = slug(if name.trim().is_empty() { &title } else { name })?;
    let category = category_code(scene, category)?;
    let author = if author.is_empty() { scene.who.user.as_str() } else { author };
    // A comma parts tags where they are kept.
    let tags: Vec<String> = tags.iter().map(|t| clean(&t.replace(',', " "), 40)).filter(|t| !t.is_empty()).collect();
    let values = vec![
        (a::TITLE, Value::text(title)),
        (a::CATEGORY, category),
        (a::TAGS, Value::list(tags.iter().map(String::as_str))),
        (a::BODY, Value::text(body)),
        (a::AUTHOR, Value::text(clean(author, TEXT_LIMIT))),
        (a::CHANGED, Value::Int(scene.now.0)),
    ];
    save(scene, Entity::Article, &name, values)
}

pub fn add_articles(scene: &Scene<'_>, articles: &[NewArticle]) -> Result<Decision, CommandError> {
    let mut decision = Decision::default();
    for x in articles {
        if !scene.read.rows_by(a::SLUG, &Value::text(slug(&x.slug)?), 1)?.is_empty() {
            let skip = Skip { id: None, line: None, name: x.slug.clone(), reason: "already there".into() };
            decision.skipped.push(skip);
            continue;
        }
        let one = save_article(scene, &x.slug, &x.title, &x.category, &x.tags, &x.body, &x.author)?;
        decision.changes.extend(one.changes);
        decision.created.extend(one.created);
    }
    decision.summary = format!("Added {} articles to the knowledge base", decision.created.len());
    Ok(decision)
}

pub fn save_reply(scene: &Scene<'_>, name: &str, category: &str, body: &str) -> Result<Decision, CommandError> {
    let body = required("Text", body, BODY_LIMIT)?;
    let values = vec![(canned::CATEGORY, category_code(scene, category)?), (canned::BODY, Value::text(body))];
    save(scene, Entity::CannedReply, &slug(name)?, values)
}

pub fn save_macro(scene: &Scene<'_>, name: &str, steps: &str) -> Result<Decision, CommandError> {
    let steps = required("Steps", &clean(steps, 2_000), 2_000)?;
    if let Some(problem) = run::problem(&steps) {
        return Err(problem);
    }
    let values = vec![(macros::OWNER, Value::text(scene.who.user.as_str())), (macros::STEPS, Value::text(steps))];
    save(scene, Entity::Macro, &slug(name)?, values)
}

pub fn save_category(
    scene: &Scene<'_>,
    code: &str,
    title: &str,
    parent: &str,
    priority: Priority,
    regulation: Regulation,
) -> Result<Decision, CommandError> {
    let code = slug(code)?;
    let title = required("Title", &clean(title, TEXT_LIMIT), TEXT_LIMIT)?;
    let parent = category_code(scene, parent)?;
    if !parent.is_null() {
        let row = Work::new(scene)?.category(parent.as_text())?;
        if !row.text(cat::PARENT).is_empty() || parent.as_text() == code {
            return Err(CommandError::Invalid {
                name: "Part of",
                message: "a sub-category has none of its own".into(),
            });
        }
    }
    let values = vec![
        (cat::TITLE, Value::text(title)),
        (cat::PARENT, parent),
        (cat::PRIORITY, Value::text(priority.code())),
        (cat::REGULATION, Value::text(regulation.code())),
    ];
    save(scene, Entity::TicketCategory, &code, values)
}
