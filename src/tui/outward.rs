//! Rows that leave the screen: into a file, or through a shell command of the person's own.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::base::money::group;
use crate::base::text::clean_lines;
use crate::domain::{Entity, FieldId, Principal, Record};
use crate::engine::ask::{AskAll, AskRow};
use crate::engine::{Anchor, Engine, PageAsk, ReadError, Target};
use crate::exchange::whole::{write_new, write_whole};
use crate::exchange::{Format, Writer};
use crate::insight::plot;
use crate::query::schema::{field, ids, noun};

use super::message::{Answer, FigureFile};

/// Lines of a command's answer that are shown.
const SHOWN: usize = 2_000;

/// Every field of the rows, as CSV.
pub fn export(
    engine: &Engine,
    who: &Principal,
    entity: Entity,
    target: &Target,
    path: &Path,
) -> Result<Answer, ReadError> {
    let rows = rows(engine, who, entity, target)?;
    let written = write_whole(path, |out| {
        let mut writer = Writer::new(out, Format::Csv, entity, columns(entity));
        rows.iter().try_for_each(|row| writer.row(row))?;
        writer.finish().map(|_| ())
    });
    Ok(match written {
        Ok(()) => Answer::Saved(format!("{} rows written to {}", group(rows.len() as u64), path.display())),
        Err(e) => Answer::Failed(format!("{} cannot be written: {e}", path.display())),
    })
}

/// A chart to a file that is not there yet.
pub fn figure(file: &FigureFile) -> Answer {
    const SIZE: (u32, u32) = (1_000, 500);
    let body = match file.format.as_str() {
        "png" => plot::png(&file.chart, SIZE.0, SIZE.1).map_err(|e| e.to_string()),
        "svg" => plot::svg(&file.chart, SIZE.0, SIZE.1).map(String::into_bytes).map_err(|e| e.to_string()),
        "json" => Ok(format!("{}\n", file.json).into_bytes()),
        _ => Ok(file.chart.csv().into_bytes()),
    };
    let name = |n: u32| {
        let more = if n > 1 { format!("-{n}") } else { String::new() };
        file.folder.join(format!("{}{more}.{}", file.name, file.format))
    };
    let written = body.and_then(|b| write_new(name, |out| out.write_all(&b)).map_err(|e| e.to_string()));
    match written {
        Ok(path) => Answer::Saved(format!("Written to {}", path.display())),
        Err(why) => Answer::Failed(format!("the chart was not written: {why}")),
    }
}

/// Runs a command of the person's own shell with the rows as JSON lines on its input.
pub fn pipe(
    engine: &Engine,
    who: &Principal,
    entity: Entity,
    target: &Target,
    command: &str,
) -> Result<Answer, ReadError> {
    let mut input = Vec::new();
    let rows = rows(engine, who, entity, target)?;
    let mut writer = Writer::new(&mut input, Format::Json, entity, columns(entity));
    let gathered = rows.iter().try_for_each(|row| writer.row(row)).and_then(|()| writer.finish());
    let answer = gathered.and_then(|_| run(command, input));
    Ok(match answer {
        Ok((code, text)) => {
            let mut lines: Vec<String> = clean_lines(&text, 400_000).lines().take(SHOWN).map(str::to_string).collect();
            if lines.iter().all(String::is_empty) {
                lines = vec!["The command answered nothing.".into()];
            }
            let state = code.map_or("stopped by a signal".into(), |c| format!("exit code {c}"));
            Answer::Output(format!("{} rows | {command} · {state}", group(rows.len() as u64)), lines)
        }
        Err(e) => Answer::Failed(format!("the command could not be run: {e}")),
    })
}

fn run(command: &str, input: Vec<u8>) -> std::io::Result<(Option<i32>, String)> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Fed from a thread of its own: a command that writes before it has read all must not wait for us.
    let feeder = child.stdin.take().map(|mut to| std::thread::spawn(move || drop(to.write_all(&input))));
    let done = child.wait_with_output()?;
    if let Some(feeder) = feeder {
        // A command that stops reading early (`head`) is no error.
        let _ = feeder.join();
    }
    let text = [done.stdout, done.stderr].concat();
    Ok((done.status.code(), String::from_utf8_lossy(&text).into_owned()))
}

fn columns(entity: Entity) -> Vec<FieldId> {
    ids(entity).filter(|id| field(*id).name != "deleted").collect()
}

fn rows(engine: &Engine, who: &Principal, entity: Entity, target: &Target) -> Result<Vec<Record>, ReadError> {
    match target {
        Target::Ids(list) => list.iter().map(|id| engine.read(who, &AskRow(entity, *id))).collect(),
        Target::Matching { filter, except } => {
            let ask = PageAsk {
                filter: filter.clone(),
                sort: vec![(noun(entity).name, false)],
                fields: columns(entity),
                anchor: Anchor::First,
                limit: usize::MAX,
            };
            let found = std::cell::RefCell::new(Vec::new());
            engine.read(
                who,
                &AskAll(ask, |row| {
                    if !except.contains(&row.id) {
                        found.borrow_mut().push(row);
                    }
                    true
                }),
            )?;
            Ok(found.into_inner())
        }
    }
}
