//! Customers, leads and other rows from a CSV file. Nothing here writes to the database: the rows go to
//! [`crate::engine::Command::Import`], which checks them against what is there and makes one undoable entry of them.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use crate::base::text::{clean, clean_lines};
use crate::domain::customer::{Reason, Status};
use crate::domain::{Entity, FieldId, Value};
use crate::engine::ImportRow;
use crate::query::format::{self, TEXT_LIMIT};
use crate::query::schema::{customer as c, field};

use super::cell::{guard, unguard};
use super::decode::{self, FILE_LIMIT};
use super::mapping::{Mapping, MappingError};
use super::rows::{CELL_LIMIT, Rows, sniff};
use super::telco::Preset;
use super::whole;

/// Why a file could not be read. Nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("there is no file {0}")]
    Missing(PathBuf),
    #[error("{0} is {1}, not a file")]
    NotAFile(PathBuf, &'static str),
    #[error("{0} is larger than 512 MB: split it")]
    TooLarge(PathBuf),
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// What the file is instead of text.
    #[error("{0} {1}")]
    NotText(PathBuf, &'static str),
    #[error("{0} is empty: a line with the names of the columns is needed")]
    Empty(PathBuf),
    #[error("the first line of {0} cannot be read: {1}")]
    Header(PathBuf, &'static str),
    #[error("{path} is not of the shape `{preset}` reads: it lacks {missing}")]
    Preset { path: PathBuf, preset: &'static str, missing: String },
    #[error(transparent)]
    Mapping(#[from] MappingError),
    #[error("the errors file {0} cannot be written: {1}")]
    Errors(PathBuf, std::io::Error),
    #[error("stopped: nothing was imported")]
    Stopped,
}

/// Cells of a header that are kept.
const HEADER_LIMIT: usize = 100;

/// A file read into memory, with its headers known.
pub struct Source {
    entity: Entity,
    path: PathBuf,
    text: String,
    headers: Vec<String>,
    delimiter: u8,
    encoding: &'static str,
    preset: Option<Preset>,
    /// Rows above the first data row: the header and a `sep=` line.
    above: usize,
}

/// Header of a column, empty where the row as a whole is meant, and what is wrong in a sentence.
pub type Problem = (String, String);

/// A row that cannot come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Line of the file the row begins on.
    pub line: u64,
    pub problems: Vec<Problem>,
    /// The row as it stands in the file.
    pub cells: Vec<String>,
}

impl RowError {
    /// `phone: 12 is no phone number; city: is required`.
    pub fn message(&self) -> String {
        let one = |(column, message): &Problem| match column.as_str() {
            "" => message.clone(),
            column => format!("{column}: {message}"),
        };
        self.problems.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

/// The rows of a file, told apart.
#[derive(Debug, Default)]
pub struct Prepared {
    /// For [`crate::engine::Command::Import`].
    pub rows: Vec<ImportRow>,
    pub errors: Vec<RowError>,
}

impl Prepared {
    /// The first rows, to look at before saying yes.
    pub fn first(&self, n: usize) -> &[ImportRow] {
        &self.rows[..n.min(self.rows.len())]
    }
}

impl Source {
    /// Reads a file and finds its encoding, its delimiter and its headers.
    pub fn open(path: &Path, preset: Option<Preset>) -> Result<Source, ImportError> {
        Source::open_of(Entity::Customer, path, preset)
    }

    /// The same for the rows of an entity.
    pub fn open_of(entity: Entity, path: &Path, preset: Option<Preset>) -> Result<Source, ImportError> {
        let decoded = decode::decode(read(path)?).map_err(|what| ImportError::NotText(path.into(), what))?;
        let mut source = Source {
            entity,
            path: path.to_path_buf(),
            text: decoded.text,
            headers: Vec::new(),
            delimiter: b',',
            encoding: decoded.encoding,
            preset,
            above: 1,
        };
        source.read_header()?;
        if let Some(preset) = preset {
            let missing = preset.missing(&source.headers);
            if !missing.is_empty() {
                let (path, preset) = (path.to_path_buf(), preset.code());
                return Err(ImportError::Preset { path, preset, missing: missing.join(", ") });
            }
        }
        Ok(source)
    }

    fn read_header(&mut self) -> Result<(), ImportError> {
        // Excel's own way of naming the delimiter, in a line above the header.
        let named = self.text.lines().next().and_then(|l| l.strip_prefix("sep=")).map(str::as_bytes);
        self.delimiter = match named {
            Some([mark]) if mark.is_ascii() => {
                self.above = 2;
                *mark
            }
            _ => sniff(&self.text),
        };
        match Rows::new(&self.text, self.delimiter).nth(self.above - 1).map(|row| row.cells) {
            None => Err(ImportError::Empty(self.path.clone())),
            Some(Err((_, why))) => Err(ImportError::Header(self.path.clone(), why)),
            Some(Ok(cells)) => {
                let named = |(i, cell): (usize, &Cow<'_, str>)| match clean(unguard(cell), HEADER_LIMIT) {
                    name if name.is_empty() => format!("column {}", i + 1),
                    name => name,
                };
                self.headers = cells.iter().enumerate().map(named).collect();
                Ok(())
            }
        }
    }

    /// The rows it holds.
    pub fn entity(&self) -> Entity {
        self.entity
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name, for the journal and for messages.
    pub fn name(&self) -> String {
        clean(&self.path.file_name().unwrap_or_default().to_string_lossy(), 80)
    }

    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// How the file was read: `UTF-8`, `UTF-16` or `Windows-1252`.
    pub fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// What parts its cells, in words.
    pub fn delimiter(&self) -> &'static str {
        match self.delimiter {
            b',' => "comma",
            b';' => "semicolon",
            b'\t' => "tab",
            _ => "its own mark",
        }
    }

    /// The mapping its headers suggest.
    pub fn mapping(&self) -> Mapping {
        Mapping::guess(self.entity, &self.headers, self.preset)
    }

    /// Reads every row. `progress` is told bytes done and bytes in all now and then; its `false` stops.
    pub fn prepare(
        &self,
        mapping: &Mapping,
        today: NaiveDate,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Prepared, ImportError> {
        mapping.check()?;
        let columns: Vec<(usize, FieldId)> =
            mapping.columns().enumerate().filter_map(|(i, (_, id))| id.map(|id| (i, id))).collect();
        let mut prepared = Prepared::default();
        for (n, row) in Rows::new(&self.text, self.delimiter).skip(self.above).enumerate() {
            if n % 512 == 0 && !progress(row.end as u64, self.text.len() as u64) {
                return Err(ImportError::Stopped);
            }
            let (line, cells) = match row.cells {
                Ok(cells) => (row.line, cells),
                Err((raw, why)) => {
                    let problems = vec![(String::new(), why.to_string())];
                    prepared.errors.push(RowError { line: row.line, problems, cells: vec![raw.to_string()] });
                    continue;
                }
            };
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match self.row(&cells, &columns, mapping.preset(), today) {
                Ok(fields) => prepared.rows.push(ImportRow { line, fields }),
                Err(problems) => {
                    let cells = cells.into_iter().map(Cow::into_owned).collect();
                    prepared.errors.push(RowError { line, problems, cells });
                }
            }
        }
        let all = self.text.len() as u64;
        if progress(all, all) { Ok(prepared) } else { Err(ImportError::Stopped) }
    }

    /// The fields of one row, or each of its problems.
    fn row(
        &self,
        cells: &[Cow<'_, str>],
        columns: &[(usize, FieldId)],
        preset: Option<Preset>,
        today: NaiveDate,
    ) -> Result<Vec<(FieldId, Value)>, Vec<Problem>> {
        // Cells beyond the last column mean nothing only when they are blank.
        let filled = cells.iter().rposition(|cell| !cell.trim().is_empty()).map_or(0, |i| i + 1);
        if cells.len() < self.headers.len() || filled > self.headers.len() {
            let message = format!("has {} cells, the header has {}", cells.len(), self.headers.len());
            return Err(vec![(String::new(), message)]);
        }
        let (mut fields, mut problems) = (Vec::with_capacity(columns.len()), Vec::new());
        if let Some(preset) = preset {
            let cell = |name: &str| {
                let at = self.headers.iter().position(|h| h.eq_ignore_ascii_case(name));
                at.and_then(|i| cells.get(i)).map_or("", |cell| unguard(cell))
            };
            match preset.fields(&cell, today) {
                Ok(made) => fields = made,
                Err(found) => problems = found,
            }
        }
        for (i, id) in columns {
            match value(*id, &cells[*i]) {
                Ok(Value::Null) => {}
                Ok(value) => {
                    // What a person mapped goes before what a preset makes.
                    fields.retain(|(f, _)| f != id);
                    fields.push((*id, value));
                }
                Err(message) => problems.push((self.headers[*i].clone(), message)),
            }
        }
        problems.extend(contradiction(&fields));
        if problems.is_empty() { Ok(fields) } else { Err(problems) }
    }

    /// Writes the rows that could not come in to a new file beside the source: its own columns, then
    /// `error`. Corrected, it can be imported itself. `None` when there are none.
    pub fn write_errors(&self, errors: &[RowError]) -> Result<Option<PathBuf>, ImportError> {
        if errors.is_empty() {
            return Ok(None);
        }
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let name = |n: u32| match n {
            1 => self.path.with_file_name(format!("{stem}.errors.csv")),
            n => self.path.with_file_name(format!("{stem}.errors.{n}.csv")),
        };
        let written = whole::write_new(name, |out| {
            let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
            csv.write_record(self.headers.iter().map(String::as_str).chain(["error"]))?;
            for error in errors {
                let blank = self.headers.len().saturating_sub(error.cells.len());
                let cells = error.cells.iter().map(|c| guard(&clean_lines(c, CELL_LIMIT)));
                let told = guard(&clean(&error.message(), 2_000));
                csv.write_record(cells.chain(std::iter::repeat_n(String::new(), blank)).chain([told]))?;
            }
            csv.flush()
        });
        written.map(Some).map_err(|e| ImportError::Errors(name(1), e))
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ImportError> {
    let unreadable = |e: std::io::Error| match e.kind() {
        std::io::ErrorKind::NotFound => ImportError::Missing(path.into()),
        _ => ImportError::Unreadable(path.into(), e),
    };
    let meta = std::fs::metadata(path).map_err(unreadable)?;
    if meta.is_dir() {
        return Err(ImportError::NotAFile(path.into(), "a folder"));
    }
    if !meta.is_file() {
        return Err(ImportError::NotAFile(path.into(), "a pipe or device"));
    }
    if meta.len() > FILE_LIMIT {
        return Err(ImportError::TooLarge(path.into()));
    }
    std::fs::read(path).map_err(unreadable)
}

/// The value of one cell. Nothing is cut silently: what a field would not keep whole is an error.
fn value(id: FieldId, cell: &str) -> Result<Value, String> {
    if cell.contains('\0') {
        return Err("holds a NUL byte".into());
    }
    if cell.contains('\u{fffd}') {
        return Err("holds bytes that are no text in this encoding".into());
    }
    let text = unguard(cell);
    if text.len() > TEXT_LIMIT && clean(text, TEXT_LIMIT + 1).chars().count() > TEXT_LIMIT {
        return Err(format!("is longer than {TEXT_LIMIT} characters"));
    }
    let value = format::read(id, text)?;
    if value.is_null() && field(id).required {
        return Err("is required".into());
    }
    if matches!(id, c::PRICE | c::LTV) && value.as_int().is_some_and(|paise| paise < 0) {
        return Err("is below zero".into());
    }
    Ok(value)
}

/// A reason that does not go with the status.
fn contradiction(fields: &[(FieldId, Value)]) -> Option<Problem> {
    let get = |id| fields.iter().find(|(f, _)| *f == id).map_or("", |(_, v)| v.as_text());
    let reason = Reason::parse(get(c::REASON))?;
    let status = Status::parse(get(c::STATUS)).unwrap_or(Status::Active);
    let fits = status.reasons().contains(&reason);
    (!fits).then(|| (field(c::REASON).name.into(), format!("{} is no reason for {}", reason.code(), status.code())))
}

#[cfg(test)]
mod tests;
