//! Imports as the form wants them: first what a file would bring, then the deed.

use std::path::{Path, PathBuf};

use crate::base::money::group;
use crate::domain::Principal;
use crate::engine::{Command, Engine};
use crate::exchange::Preset;
use crate::exchange::import::{ImportError, Prepared, Source};
use crate::query::format;
use crate::query::schema::field;

use super::message::{Answer, ImportRequest, ImportView};

/// Problems listed on the page; the errors file holds all of them.
const LISTED: usize = 200;

/// What a file would bring: mapping, first rows, problems, duplicates. Nothing is written.
pub fn look(engine: &Engine, who: &Principal, request: &ImportRequest, report: &dyn Fn(u64, u64) -> bool) -> Answer {
    let (source, prepared) = match read(engine, request, report) {
        Ok(both) => both,
        Err(e) => return Answer::Failed(e.to_string()),
    };
    let mut lines = vec![
        format!("# {}", source.name()),
        format!("{} columns, {} encoding, parted by {}", source.headers().len(), source.encoding(), source.delimiter()),
        String::new(),
        "# Columns".into(),
    ];
    let mapping = source.mapping();
    for (i, (header, to)) in mapping.columns().enumerate() {
        let to = to.map_or(mapping.fate(i), |id| field(id).title);
        lines.push(format!("{header} -> {to}"));
    }
    lines.extend([String::new(), "# First rows".into()]);
    for row in prepared.first(3) {
        let parts = row.fields.iter().filter(|(_, v)| !v.is_null());
        let text: Vec<String> = parts.map(|(f, v)| format!("{} {}", field(*f).name, format::show(*f, v))).collect();
        lines.push(format!("line {}: {}", row.line, text.join(" · ")));
    }
    let command = command(&source, &prepared, request);
    let mut rows = prepared.rows.len();
    match engine.preview(who, &command) {
        Ok(preview) => {
            rows -= preview.skipped.len().min(rows);
            if !preview.skipped.is_empty() {
                let count = group(preview.skipped.len() as u64);
                lines.extend([String::new(), format!("# {count} are here already and stay out")]);
                let skipped = preview.skipped.iter().take(LISTED);
                lines.extend(skipped.map(|s| format!("line {}: {}: {}", s.line.unwrap_or(0), s.name, s.reason)));
            }
        }
        Err(e) => return Answer::Failed(e.to_string()),
    }
    if !prepared.errors.is_empty() {
        lines.extend([String::new(), format!("# {} have problems and stay out", group(prepared.errors.len() as u64))]);
        lines.extend(prepared.errors.iter().take(LISTED).map(|e| format!("line {}: {}", e.line, e.message())));
    }
    Answer::ImportRead(ImportView { rows, errors: prepared.errors.len(), lines })
}

/// Brings the good rows in as one entry; the others go to a file beside the input.
pub fn run(engine: &Engine, who: &Principal, request: &ImportRequest, report: &dyn Fn(u64, u64) -> bool) -> Answer {
    let (source, prepared) = match read(engine, request, report) {
        Ok(both) => both,
        Err(e) => return Answer::Failed(e.to_string()),
    };
    let receipt = match engine.execute(who, command(&source, &prepared, request)) {
        Ok(receipt) => receipt,
        Err(e) => return Answer::Refused(e),
    };
    let mut lines = Vec::new();
    match source.write_errors(&prepared.errors) {
        Ok(Some(path)) => lines.push(format!(
            "{} rows had problems; they are in {} with the reason in the last column. Mend them there and import that file.",
            group(prepared.errors.len() as u64),
            path.display()
        )),
        Ok(None) => {}
        Err(e) => lines.push(e.to_string()),
    }
    if !receipt.skipped.is_empty() {
        lines.push(format!("# {} were here already and stayed out", group(receipt.skipped.len() as u64)));
        let skipped = receipt.skipped.iter().take(LISTED);
        lines.extend(skipped.map(|s| format!("line {}: {}: {}", s.line.unwrap_or(0), s.name, s.reason)));
    }
    Answer::Imported(receipt, lines)
}

fn command(source: &Source, prepared: &Prepared, request: &ImportRequest) -> Command {
    Command::Import {
        entity: source.entity(),
        rows: prepared.rows.clone(),
        source: source.name(),
        allow_duplicates: request.allow_duplicates,
    }
}

fn read(
    engine: &Engine,
    request: &ImportRequest,
    report: &dyn Fn(u64, u64) -> bool,
) -> Result<(Source, Prepared), ImportError> {
    let preset = (request.preset == "telco").then_some(Preset::Telco);
    let source = Source::open(&expand(&request.path), preset)?;
    let prepared = source.prepare(&source.mapping(), engine.today(), &mut |done, all| report(done, all))?;
    Ok((source, prepared))
}

/// `~/file.csv` as a shell would have it.
fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(path),
    }
}
