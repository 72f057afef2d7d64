//! `article`, `canned` and `category`: what the desk picks from, written and read.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::domain::sla::Regulation;
use crate::domain::ticket::Priority;
use crate::domain::{Choice, Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskArticles, AskNamed, AskRow};
use crate::engine::{Command, Engine, Target, TicketCommand};
use crate::query::format;
use crate::query::schema::{article as a, canned, category as cat, field, noun};

use super::args::Global;
use super::bulk::carry_out;
use super::failure::Failure;
use super::list::texts;
use super::out::Out;
use super::place::{database, principal};
use super::ticket::read as choice;

/// Bytes read of a file or of the input, at most; the engine's own limits are far below.
const LIMIT: u64 = 1 << 20;

/// Where a text comes from: words, a file, or the input.
#[derive(Args, Debug)]
pub struct Body {
    /// The text; `-` takes it from the input.
    pub text: Vec<String>,
    /// The text of a file.
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    pub file: Option<PathBuf>,
}

impl Body {
    /// What was given; none where nothing was.
    fn read(&self) -> Result<Option<String>, Failure> {
        let unread = |why: std::io::Error| Failure::BadData(format!("the text cannot be read: {why}"));
        let mut text = String::new();
        match (&self.file, self.text.join(" ")) {
            (Some(path), _) => {
                std::fs::File::open(path).and_then(|f| f.take(LIMIT).read_to_string(&mut text)).map_err(unread)?;
            }
            (None, words) if words == "-" => {
                std::io::stdin().lock().take(LIMIT).read_to_string(&mut text).map_err(unread)?;
            }
            (None, words) if words.is_empty() => return Ok(None),
            (None, words) => text = words,
        }
        Ok(Some(text))
    }
}

#[derive(Debug, Subcommand)]
pub enum ArticleVerb {
    /// A new article; or new words for one that is there, of which what is not given stays.
    Write {
        /// What is typed: los-light-red.
        name: String,
        /// What is read in a list; without it, the name.
        #[arg(long)]
        title: Option<String>,
        /// Code or title of the tickets it helps with; `none` for no category.
        #[arg(long)]
        category: Option<String>,
        /// Words to find it by.
        #[arg(long, value_delimiter = ',')]
        tag: Option<Vec<String>>,
        #[command(flatten)]
        body: Body,
    },
    /// One article in full.
    Show { name: String },
    /// Articles for some words, the best first.
    Find {
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Put an article away.
    Delete { name: String },
}

#[derive(Debug, Subcommand)]
pub enum CannedVerb {
    /// A new canned reply; or new words for one that is there, of which what is not given stays.
    Write {
        /// What is typed: visit-planned.
        name: String,
        /// Code or title of the tickets it is for; `none` for all.
        #[arg(long)]
        category: Option<String>,
        #[command(flatten)]
        body: Body,
    },
    /// One canned reply in full.
    Show { name: String },
    /// Put a canned reply away.
    Delete { name: String },
}

#[derive(Debug, Subcommand)]
pub enum CategoryVerb {
    /// A new category or sub-category; or another title, priority or clock for one that is there.
    Write {
        /// What is typed: set-top-box.
        code: String,
        /// What is read; without it, the code.
        #[arg(long)]
        title: Option<String>,
        /// Code of the category it divides; `none` for a category itself.
        #[arg(long)]
        part_of: Option<String>,
        /// critical, high, medium or low: what its tickets begin with.
        #[arg(long)]
        priority: Option<String>,
        /// fault, billing, termination, refund, connection, complaint or none: the clock its tickets are under.
        #[arg(long)]
        regulation: Option<String>,
    },
    /// Put a category away; its tickets keep it.
    Delete { code: String },
}

/// The row of a name that is not put away.
fn there(engine: &Engine, who: &Principal, entity: Entity, name: &str) -> Result<Option<Record>, Failure> {
    let deleted = crate::query::schema::find(entity, "deleted");
    let wanted = name.trim().to_lowercase();
    for id in engine.read(who, &AskNamed(noun(entity).handle, vec![wanted.as_str().into()]))? {
        let row = engine.read(who, &AskRow(entity, id))?;
        if deleted.is_none_or(|d| row.get(d).is_null()) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn needed(engine: &Engine, who: &Principal, entity: Entity, name: &str) -> Result<Record, Failure> {
    let row = there(engine, who, entity, name)?;
    row.ok_or_else(|| {
        Failure::NotFound(format!("{} is not `{}`: `list {}` names all", noun(entity).one, name.trim(), entity.code()))
    })
}

/// What was typed, else what is there, else nothing. `none` empties.
fn kept(typed: Option<&String>, row: Option<&Record>, id: FieldId) -> String {
    match typed {
        Some(text) if text == "none" => String::new(),
        Some(text) => text.clone(),
        None => row.map_or(String::new(), |r| r.text(id).to_string()),
    }
}

/// A row line by line, its long text last and as it is written.
fn show(row: &Record, body: FieldId, out: &mut Out) -> Result<(), Failure> {
    out.heading(row.text(noun(body.entity).name))?;
    for id in row.fields.iter().filter(|id| **id != body && !row.get(**id).is_null()) {
        writeln!(out, "  {:12}{}", field(*id).title, format::show(*id, row.get(*id)))?;
    }
    Ok(writeln!(out, "\n{}", row.text(body))?)
}

fn put_away(engine: &Engine, who: &Principal, entity: Entity, name: &str, out: &mut Out) -> Result<(), Failure> {
    let target = Target::one(needed(engine, who, entity, name)?.id);
    carry_out(engine, who, Command::Delete { entity, target }, out)
}

pub fn article(global: &Global, verb: &ArticleVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    match verb {
        ArticleVerb::Write { name, title, category, tag, body } => {
            let row = there(&engine, &who, Entity::Article, name)?;
            let row = row.as_ref();
            let title = kept(title.as_ref(), row, a::TITLE);
            let tags = match tag {
                Some(tags) => tags.iter().map(|t| t.trim().to_string()).filter(|t| !t.is_empty()).collect(),
                None => row.map_or(Vec::new(), |r| r.get(a::TAGS).items().map(str::to_string).collect()),
            };
            let command = TicketCommand::SaveArticle {
                slug: name.clone(),
                title: if title.is_empty() { name.clone() } else { title },
                category: kept(category.as_ref(), row, a::CATEGORY),
                tags,
                body: kept(body.read()?.as_ref(), row, a::BODY),
                author: String::new(),
            };
            carry_out(&engine, &who, Command::Ticket(command), out)
        }
        ArticleVerb::Show { name } => show(&needed(&engine, &who, Entity::Article, name)?, a::BODY, out),
        ArticleVerb::Find { words } => {
            let ask = AskArticles { words: words.join(" "), category: String::new(), limit: 10 };
            let found = engine.read(&who, &ask)?;
            if found.is_empty() {
                return Err(Failure::NotFound(format!("no article has `{}`", words.join(" "))));
            }
            let line = |r: &Record| {
                let solved = r.int(a::SOLVED).unwrap_or(0).to_string();
                vec![r.text(a::SLUG).into(), r.text(a::TITLE).into(), r.text(a::CATEGORY).into(), solved]
            };
            let rows: Vec<Vec<String>> = found.iter().map(line).collect();
            Ok(texts(out, &["Name", "Title", "Category", "Solved"], &rows)?)
        }
        ArticleVerb::Delete { name } => put_away(&engine, &who, Entity::Article, name, out),
    }
}

pub fn canned(global: &Global, verb: &CannedVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    match verb {
        CannedVerb::Write { name, category, body } => {
            let row = there(&engine, &who, Entity::CannedReply, name)?;
            let command = TicketCommand::SaveReply {
                name: name.clone(),
                category: kept(category.as_ref(), row.as_ref(), canned::CATEGORY),
                body: kept(body.read()?.as_ref(), row.as_ref(), canned::BODY),
            };
            carry_out(&engine, &who, Command::Ticket(command), out)
        }
        CannedVerb::Show { name } => show(&needed(&engine, &who, Entity::CannedReply, name)?, canned::BODY, out),
        CannedVerb::Delete { name } => put_away(&engine, &who, Entity::CannedReply, name, out),
    }
}

pub fn category(global: &Global, verb: &CategoryVerb, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    match verb {
        CategoryVerb::Write { code, title, part_of, priority, regulation } => {
            let row = there(&engine, &who, Entity::TicketCategory, code)?;
            let row = row.as_ref();
            let title = kept(title.as_ref(), row, cat::TITLE);
            let command = TicketCommand::SaveCategory {
                code: code.clone(),
                title: if title.is_empty() { code.clone() } else { title },
                parent: kept(part_of.as_ref(), row, cat::PARENT),
                priority: chosen(priority, row, cat::PRIORITY, Priority::CHOICES, Priority::parse)?
                    .unwrap_or(Priority::Medium),
                regulation: chosen(regulation, row, cat::REGULATION, Regulation::CHOICES, Regulation::parse)?
                    .unwrap_or(Regulation::Complaint),
            };
            carry_out(&engine, &who, Command::Ticket(command), out)
        }
        CategoryVerb::Delete { code } => put_away(&engine, &who, Entity::TicketCategory, code, out),
    }
}

/// The choice typed, else that of the row.
fn chosen<T>(
    typed: &Option<String>,
    row: Option<&Record>,
    id: FieldId,
    choices: &'static [Choice],
    parse: fn(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    match typed {
        Some(word) => choice(word, choices, parse).map(Some),
        None => Ok(row.and_then(|r| parse(r.text(id)))),
    }
}
