//! `import`: rows from a file, shown first or brought in.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::calendar;
use crate::base::money::group;
use crate::base::text::truncate;
use crate::base::{Clock, SystemClock};
use crate::domain::Entity;
use crate::engine::{Command, Engine, ImportRow, Skip};
use crate::exchange::{ImportError, MappingError, Prepared, Preset, RowError, Source};
use crate::query::format;
use crate::query::schema::field;

use super::args::{Global, Import, Importable, PresetName};
use super::failure::Failure;
use super::list::texts;
use super::out::{Out, name};
use super::place::{database, path, principal};
use super::progress::Progress;

/// Problems named one by one after an import; a dry run names all.
const NAMED: usize = 10;

pub fn import(global: &Global, o: &Import, out: &mut Out) -> Result<(), Failure> {
    let preset = o.preset.map(|PresetName::Telco| Preset::Telco);
    let entity = match o.entity {
        Importable::Customers => Entity::Customer,
        Importable::Leads => Entity::Lead,
        Importable::Coverage => Entity::Coverage,
        Importable::Territories => Entity::Territory,
    };
    if preset.is_some() && entity != Entity::Customer {
        return Err(Failure::Usage("the preset telco is for customers".into()));
    }
    let source = Source::open_of(entity, &o.file, preset)?;
    let mut mapping = source.mapping();
    mapping.set_all(&o.map).map_err(ImportError::from)?;
    mapping.check().map_err(|e| match preset {
        None if entity == Entity::Customer && Preset::Telco.missing(source.headers()).is_empty() => {
            Failure::Usage(format!("{e}; this is the telco table: add --preset telco"))
        }
        _ => {
            let wanted = match &e {
                MappingError::Needs(name) => name,
                _ => "FIELD",
            };
            Failure::Usage(format!("{e}; its columns are {}; add --map COLUMN={wanted}", source.headers().join(", ")))
        }
    })?;
    if global.readonly && !o.dry_run {
        return Err(Failure::Command(crate::engine::CommandError::Denied(
            "this session may only look (--readonly)".into(),
        )));
    }
    let mut progress = Progress::start("Reading");
    let today = calendar::date_of(SystemClock.now());
    let prepared = source.prepare(&mapping, today, &mut |done, all| progress.tick(done, all));
    progress.end();
    let Prepared { rows, errors } = prepared?;
    if o.dry_run {
        return rehearse(global, o, &source, &mapping, rows, &errors, out);
    }
    let engine = database(global, true)?;
    let who = principal(global);
    let kept = source.write_errors(&errors)?;
    let (rows_in, all) = (rows.len(), rows.len() + errors.len());
    let command =
        Command::Import { entity: source.entity(), rows, source: source.name(), allow_duplicates: o.allow_duplicates };
    let receipt = engine.execute(&who, command)?;
    // A directory takes rows that are there already, with what the file brings.
    let came = rows_in - receipt.skipped.len().min(rows_in);
    writeln!(out, "{} of {} rows imported from {}", group(came as u64), group(all as u64), source.name())?;
    if let Some(entry) = receipt.entry {
        writeln!(out, "entry {entry}; `bharatnet undo {entry}` takes it back")?;
    }
    duplicates(out, &receipt.skipped, NAMED)?;
    problems(out, &errors, NAMED)?;
    if let Some(kept) = kept {
        writeln!(out, "the rows with problems are in {}", name(&kept))?;
    }
    if came == 0 && !errors.is_empty() {
        return Err(Failure::BadData("no row of this file could be imported".into()));
    }
    Ok(())
}

/// Shows what an import would do.
fn rehearse(
    global: &Global,
    o: &Import,
    source: &Source,
    mapping: &crate::exchange::Mapping,
    rows: Vec<ImportRow>,
    errors: &[RowError],
    out: &mut Out,
) -> Result<(), Failure> {
    writeln!(out, "{}: {}, cells parted by {}", source.name(), source.encoding(), source.delimiter())?;
    writeln!(out)?;
    let columns: Vec<Vec<String>> = mapping
        .columns()
        .enumerate()
        .map(|(i, (header, _))| vec![truncate(header, 40), mapping.fate(i).to_string()])
        .collect();
    texts(out, &["Column", "Field"], &columns)?;
    for row in rows.iter().take(3) {
        writeln!(out)?;
        out.heading(&format!("Line {}", row.line))?;
        let fields: Vec<Vec<String>> =
            row.fields.iter().map(|(id, v)| vec![field(*id).name.to_string(), format::show(*id, v)]).collect();
        for cells in fields {
            writeln!(out, "  {:14}{}", cells[0], cells[1])?;
        }
    }
    writeln!(out)?;
    let all = rows.len() + errors.len();
    let mut coming = rows.len();
    let there = path(global)?.exists() || global.demo;
    let empty = place_for_an_empty_database(there);
    let engine = match &empty {
        Some(path) => Engine::open(path, true, Arc::new(SystemClock)).ok(),
        None => Some(database(global, false)?),
    };
    let skipped = if let Some(engine) = engine {
        let command = Command::Import {
            entity: source.entity(),
            rows,
            source: source.name(),
            allow_duplicates: o.allow_duplicates,
        };
        let who = crate::domain::Principal { read_only: false, ..principal(global) };
        engine.preview(&who, &command)?.skipped
    } else {
        Vec::new()
    };
    if let Some(path) = empty {
        let _ = path.parent().map(std::fs::remove_dir_all);
    }
    coming -= skipped.len();
    writeln!(out, "{} of {} rows would be imported; nothing was changed", group(coming as u64), group(all as u64))?;
    duplicates(out, &skipped, usize::MAX)?;
    problems(out, errors, usize::MAX)
}

/// Where there is no database yet, the rows of a dry run are looked at as an empty one would: in a folder
/// that goes afterwards.
fn place_for_an_empty_database(there: bool) -> Option<PathBuf> {
    let folder = std::env::temp_dir().join(format!("bharatnet-dry-run-{}", std::process::id()));
    (!there && std::fs::create_dir(&folder).is_ok()).then(|| folder.join("empty.db"))
}

fn duplicates(out: &mut Out, skipped: &[Skip], named: usize) -> Result<(), Failure> {
    if skipped.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} duplicates left out:", group(skipped.len() as u64))?;
    for s in skipped.iter().take(named) {
        let line = s.line.map_or(String::new(), |n| format!("line {n}: "));
        writeln!(out, "  {line}{}: {}", s.name, s.reason)?;
    }
    more(out, skipped.len(), named)
}

fn problems(out: &mut Out, errors: &[RowError], named: usize) -> Result<(), Failure> {
    if errors.is_empty() {
        return Ok(());
    }
    writeln!(out, "{} rows with problems:", group(errors.len() as u64))?;
    for e in errors.iter().take(named) {
        writeln!(out, "  line {}: {}", e.line, crate::base::text::clean(&e.message(), 1_000))?;
    }
    more(out, errors.len(), named)
}

fn more(out: &mut Out, all: usize, named: usize) -> Result<(), Failure> {
    match all.checked_sub(named) {
        None | Some(0) => Ok(()),
        Some(rest) => Ok(writeln!(out, "  and {} more", group(rest as u64))?),
    }
}
