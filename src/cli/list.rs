//! `list`, `count`, `export` and `explain`: what a filter keeps.

use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use crate::base::money::group;
use crate::base::{Clock, Id, SystemClock};
use crate::domain::{Entity, FieldId, Record, Value};
use crate::engine::ask::{AskPage, AskRow, AskTotals, AskViews};
use crate::engine::{Anchor, Engine, PageAsk, key};
use crate::exchange::whole::write_whole;
use crate::exchange::{ExportError, Format, Writer, export};
use crate::query::schema::{self, Kind, field};
use crate::query::views::{self, OpenView};
use crate::query::{Bound, Context, bind, compile, explain as words, format};

use super::args::{Export, Global, List, Shape};
use super::failure::{Failure, say};
use super::out::Out;
use super::place::{database, principal};

/// What the words of a command line ask for.
struct Asked {
    filter: Bound,
    view: OpenView,
}

/// `plans speed>200`, `@at-risk city:pune`, `city:pune`.
fn asked(words: &[String], context: &Context, saved: &[OpenView]) -> Result<Asked, Failure> {
    let (entity, rest) = entity_of(words);
    rows_of(entity, rest, context, saved)
}

fn rows_of(entity: Entity, rest: &[String], context: &Context, saved: &[OpenView]) -> Result<Asked, Failure> {
    // Shown as it was typed: see `args::negations`.
    let typed = |w: &String| w.strip_prefix('!').map_or_else(|| w.clone(), |w| format!("-{w}"));
    let mut text = rest.iter().map(typed).collect::<Vec<_>>().join(" ");
    let mut view = views::first(entity);
    if let Some(name) = text.trim_start().strip_prefix('@') {
        let (name, more) = name.split_once(' ').unwrap_or((name, ""));
        let own = saved.iter().find(|v| v.entity == entity && v.name.eq_ignore_ascii_case(name));
        let known = views::find(entity, name).map(OpenView::from).or_else(|| own.cloned());
        view = known.ok_or_else(|| {
            let built_in = views::built_in(entity).iter().map(|v| format!("@{}", v.name));
            let names: Vec<String> =
                built_in.chain(saved.iter().filter(|v| v.entity == entity).map(|v| format!("@{}", v.name))).collect();
            Failure::Usage(format!("there is no view `@{name}`; there are {}", names.join(", ")))
        })?;
        text = format!("{} {more}", view.text).trim_end().to_string();
    }
    let mut filter = filter(&text, entity, context)?;
    if filter.sort.is_empty() {
        filter.sort = self::filter(&view.text, entity, context)?.sort;
    }
    Ok(Asked { filter, view })
}

/// The filter that words of a command line stand for.
pub fn asked_for(entity: Entity, words: &[String], context: &Context, saved: &[OpenView]) -> Result<Bound, Failure> {
    Ok(rows_of(entity, words, context, saved)?.filter)
}

/// The entity the first word names, customers where it names none, and the words after it.
pub fn entity_of(words: &[String]) -> (Entity, &[String]) {
    let named = words.first().and_then(|w| Entity::parse(w)).filter(|e| schema::noun(*e).listed);
    named.map_or((Entity::Customer, words), |entity| (entity, &words[1..]))
}

fn filter(text: &str, entity: Entity, context: &Context) -> Result<Bound, Failure> {
    compile(text, entity, context).map_err(|e| Failure::Filter(e, text.to_string()))
}

fn sort_of(text: &str, entity: Entity, context: &Context) -> Result<Vec<(FieldId, bool)>, Failure> {
    let typed = text.strip_prefix('!').map_or_else(|| text.to_string(), |t| format!("-{t}"));
    Ok(filter(&format!("sort:{typed}"), entity, context)?.sort)
}

/// Field names parted by commas.
fn columns(text: &str, entity: Entity) -> Result<Vec<FieldId>, Failure> {
    let one = |name: &str| {
        schema::find(entity, name).ok_or_else(|| {
            let guess = schema::nearest(name.trim(), schema::fields(entity).iter().map(|f| f.name));
            let guess = guess.map_or(String::new(), |g| format!("; did you mean `{g}`?"));
            Failure::Usage(format!("there is no field `{}`{guess}", name.trim()))
        })
    };
    text.split(',').filter(|name| !name.trim().is_empty()).map(one).collect()
}

fn shape(shape: Shape, otherwise: Format) -> Format {
    match shape {
        Shape { json: true, .. } => Format::Json,
        Shape { csv: true, .. } => Format::Csv,
        Shape { ids: true, .. } => Format::Ids,
        _ => otherwise,
    }
}

pub fn list(global: &Global, o: &List, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let context = engine.context(&who);
    let Asked { filter, view } = asked(&o.words, &context, &engine.read(&who, &AskViews)?)?;
    let entity = filter.entity;
    let sort = match &o.sort {
        Some(text) => sort_of(text, entity, &context)?,
        None => filter.sort.clone(),
    };
    let anchor = match &o.after {
        Some(row) => Anchor::After(key(&anchor_row(&engine, global, entity, row)?, &sort)),
        None => Anchor::First,
    };
    let table = Format::Table { width: out.width(), today: engine.today(), bold: out.colour() };
    let format = shape(o.shape, if out.terminal() { table } else { Format::Tsv });
    let columns = match &o.columns {
        Some(text) => columns(text, entity)?,
        None if matches!(format, Format::Json | Format::Csv) => schema::ids(entity).collect(),
        None => view.columns.to_vec(),
    };
    let mut writer = Writer::new(&mut *out, format, entity, columns);
    let fields = writer.fields();
    let limit = usize::try_from(o.limit).unwrap_or(usize::MAX);
    let ask = PageAsk { filter: filter.clone(), sort, fields, anchor, limit };
    let page = match limit {
        // Few rows among a million are found by more than one way; many are read in their order.
        ..=1_000 => engine.page_until(&who, &ask, &Arc::default(), &|_, _, _| ())?,
        _ => engine.read(&who, &AskPage(ask))?,
    };
    for row in &page.rows {
        writer.row(row)?;
    }
    writer.finish()?;
    if page.more
        && let Some(last) = page.rows.last()
    {
        let all = engine.read(&who, &AskTotals(filter))?.count;
        let name = name_of(&engine, global, entity, last.id)?;
        let shown = group(page.rows.len() as u64);
        say(&format!("{shown} of {} rows; the next ones: --after {name}", crate::base::money::group_signed(all)));
    }
    Ok(())
}

/// What `--after` takes for this row.
fn name_of(engine: &Engine, global: &Global, entity: Entity, id: Id) -> Result<String, Failure> {
    let row = engine.read(&principal(global), &AskRow(entity, id))?;
    let handle = schema::noun(entity).handle;
    Ok(match row.get(handle) {
        Value::Null => id.to_string(),
        Value::Text(text) if text.contains(' ') => format!("\"{text}\""),
        value => format::plain(handle, value),
    })
}

fn anchor_row(engine: &Engine, global: &Global, entity: Entity, text: &str) -> Result<Record, Failure> {
    let who = principal(global);
    let id = schema::noun(entity).handle;
    let value = match field(id).kind {
        Kind::Account => match format::account(text) {
            Some(n) => n.into(),
            None => {
                let id = text.parse().map(Id).map_err(|_| Failure::Usage(format!("`{text}` is no account number")))?;
                return Ok(engine.read(&who, &AskRow(entity, id))?);
            }
        },
        _ => text.into(),
    };
    let mut filter = Bound::all(entity);
    filter.cond = bind::Cond::Test(id, bind::equals(id, &value));
    let fields = schema::ids(entity).collect();
    let ask = PageAsk { filter, sort: Vec::new(), fields, anchor: Anchor::First, limit: 1 };
    let found = engine.read(&who, &AskPage(ask))?.rows.pop();
    found.ok_or_else(|| Failure::NotFound(format!("there is no row {text} to go on after")))
}

pub fn count(global: &Global, words: &[String], out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let asked = asked(words, &engine.context(&who), &engine.read(&who, &AskViews)?)?;
    let totals = engine.read(&who, &AskTotals(asked.filter))?;
    Ok(writeln!(out, "{}", totals.count)?)
}

pub fn export(global: &Global, o: &Export, out: &mut Out) -> Result<(), Failure> {
    let (engine, who) = (database(global, false)?, principal(global));
    let Asked { filter, .. } = asked(&o.words, &engine.context(&who), &engine.read(&who, &AskViews)?)?;
    let entity = filter.entity;
    let columns = match &o.columns {
        Some(text) => columns(text, entity)?,
        None => schema::ids(entity).collect(),
    };
    let sort = filter.sort.clone();
    let ask = PageAsk { filter, sort, fields: Vec::new(), anchor: Anchor::First, limit: usize::MAX };
    let format = shape(o.shape, Format::Csv);
    let Some(path) = &o.output else {
        export::write_all(&engine, &who, ask, Writer::new(&mut *out, format, entity, columns))?;
        return Ok(());
    };
    not_the_database(&engine, path)?;
    let mut rows = 0;
    let written = write_whole(path, |file| {
        rows = export::write_all(&engine, &who, ask, Writer::new(file, format, entity, columns))?;
        Ok::<(), ExportError>(())
    });
    written.map_err(|e| match e {
        ExportError::Write(e) => Failure::File(path.clone(), e),
        ExportError::Read(e) => e.into(),
    })?;
    say(&format!("{} rows written to {}", group(rows), path.display()));
    Ok(())
}

/// A slip of the hand must not put a file in the place of all data.
pub fn not_the_database(engine: &Engine, path: &Path) -> Result<(), Failure> {
    let real = |p: &Path| std::fs::canonicalize(p).ok();
    let beside = |suffix: &str| {
        let mut name = engine.path().as_os_str().to_os_string();
        name.push(suffix);
        std::path::PathBuf::from(name)
    };
    let taken = [engine.path().to_path_buf(), beside("-wal"), beside("-shm")];
    if real(path).is_some_and(|p| taken.iter().any(|t| real(t).as_ref() == Some(&p))) {
        return Err(Failure::Conflict(format!("{} is the database itself; it was left as it is", path.display())));
    }
    Ok(())
}

pub fn explain(words: &[String], out: &mut Out) -> Result<(), Failure> {
    let context = Context::at(SystemClock.now(), crate::domain::Principal::owner().user);
    let asked = asked(words, &context, &[])?;
    Ok(writeln!(out, "{}", words::explain(&asked.filter))?)
}

/// A table of texts in columns as wide as they need; the last one takes the rest.
pub fn texts(out: &mut Out, heads: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    use crate::base::text::{fit, width};
    let widths: Vec<usize> = (0..heads.len())
        .map(|i| rows.iter().filter_map(|r| r.get(i)).map(|t| width(t)).max().unwrap_or(0).max(heads[i].len()))
        .collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let line: String = cells.zip(&widths).map(|(t, w)| fit(t, *w) + "  ").collect();
        line.trim_end().to_string()
    };
    let head = line(&mut heads.iter().copied());
    out.heading(&head)?;
    for row in rows {
        writeln!(out, "{}", line(&mut row.iter().map(String::as_str)))?;
    }
    Ok(())
}

/// A field as a table of fields names its values.
pub fn kind(id: FieldId) -> String {
    use crate::query::Kind;
    match field(id).kind {
        Kind::Text => "text".into(),
        Kind::Category => "word".into(),
        Kind::Choice(choices) => choices.iter().map(|c| c.code).collect::<Vec<_>>().join("|"),
        Kind::Int { unit: "", .. } => "number".into(),
        Kind::Int { unit, .. } => format!("number, {unit}"),
        Kind::Fixed { places, unit } => format!("number, {unit}, {places} decimals"),
        Kind::Money => "rupees".into(),
        Kind::Date { .. } => "date".into(),
        Kind::Moment => "moment".into(),
        Kind::Phone => "phone".into(),
        Kind::List([]) => "list".into(),
        Kind::List(choices) => format!("list of {}", choices.iter().map(|c| c.code).collect::<Vec<_>>().join("|")),
        Kind::Account => "account number".into(),
    }
}
