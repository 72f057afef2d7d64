//! Rows out: CSV, JSON Lines, numbers, tab-separated values and a table for a terminal. Rows go straight
//! from the database to the writer; how many there are does not matter to memory.
//!
//! The shapes, which stay as they are:
//!
//! * CSV (RFC 4180, UTF-8, `\r\n` between rows): a header of field names, then values as files carry them: money in
//!   rupees (`899.50`), dates as `2026-11-28`, lists joined by commas, codes of choices. Cells that a spreadsheet
//!   would run are guarded ([`super::cell`]); an import takes all of it back.
//! * JSON Lines: one object a row; the keys are the field names in the order of the columns; money and figures are
//!   numbers, dates and account numbers text, lists arrays, what is not known `null`. Nothing for no rows.
//! * Numbers (`ids`): the account number of each customer, or the name of each plan, one a line.
//! * TSV: as CSV without quotes (no value can hold a tab or a line break), for scripts.

use std::cell::RefCell;
use std::io::{self, Write};

use chrono::NaiveDate;

use crate::base::text::{fit, fit_right, truncate};
use crate::domain::{Entity, FieldId, Principal, Record, Value};
use crate::engine::ask::AskAll;
use crate::engine::{Engine, PageAsk, ReadError};
use crate::query::format;
use crate::query::schema::{Kind, field, noun};

use super::cell::guard;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Json,
    Ids,
    Tsv,
    /// For people: aligned columns, as many as fit into `width` cells; the header in bold where asked.
    Table {
        width: usize,
        today: NaiveDate,
        bold: bool,
    },
}

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("the output cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// Writes rows of one shape.
pub struct Writer<W: Write> {
    out: W,
    format: Format,
    entity: Entity,
    columns: Vec<FieldId>,
    rows: u64,
    begun: bool,
}

/// Cells between two columns of a table.
const GAP: usize = 2;

impl<W: Write> Writer<W> {
    /// A table keeps the first columns that fit, one at least.
    pub fn new(out: W, format: Format, entity: Entity, mut columns: Vec<FieldId>) -> Writer<W> {
        if let Format::Table { width, .. } = format {
            let mut used = 0;
            let mut fitting = 0;
            for id in &columns {
                used += cells(*id);
                if used > width {
                    break;
                }
                used += GAP;
                fitting += 1;
            }
            columns.truncate(fitting.max(1));
        }
        Writer { out, format, entity, columns, rows: 0, begun: false }
    }

    /// The fields a row must hold for this writer.
    pub fn fields(&self) -> Vec<FieldId> {
        if self.format == Format::Ids { vec![noun(self.entity).handle] } else { self.columns.clone() }
    }

    /// Rows written so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The header, once.
    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let names = self.columns.iter().map(|id| field(*id).name);
        match self.format {
            Format::Csv => {
                let line = csv_line(names.map(str::to_string))?;
                self.out.write_all(&line)
            }
            Format::Tsv => writeln!(self.out, "{}", names.collect::<Vec<_>>().join("\t")),
            Format::Table { bold, .. } => {
                let line = table_line(self.columns.iter().map(|id| (*id, field(*id).head.to_string())));
                if bold { writeln!(self.out, "\u{1b}[1m{line}\u{1b}[0m") } else { writeln!(self.out, "{line}") }
            }
            Format::Json | Format::Ids => Ok(()),
        }
    }

    pub fn row(&mut self, row: &Record) -> io::Result<()> {
        self.begin()?;
        self.rows += 1;
        match self.format {
            Format::Csv => {
                let line = csv_line(self.columns.iter().map(|id| guard(&format::plain(*id, row.get(*id)))))?;
                self.out.write_all(&line)
            }
            Format::Json => {
                serde_json::to_writer(&mut self.out, &object(row, &self.columns))?;
                self.out.write_all(b"\n")
            }
            Format::Tsv => {
                let values: Vec<String> = self.columns.iter().map(|id| format::plain(*id, row.get(*id))).collect();
                writeln!(self.out, "{}", values.join("\t"))
            }
            Format::Table { today, .. } => {
                let cells = self.columns.iter().map(|id| (*id, format::cell(*id, row.get(*id), today)));
                writeln!(self.out, "{}", table_line(cells))
            }
            Format::Ids => {
                let handle = noun(self.entity).handle;
                match row.get(handle) {
                    Value::Null => writeln!(self.out, "{}", row.id),
                    value => writeln!(self.out, "{}", format::plain(handle, value)),
                }
            }
        }
    }

    /// Writes the header where no row has, and what is still held back. Returns the rows written.
    pub fn finish(mut self) -> io::Result<u64> {
        self.begin()?;
        self.out.flush()?;
        Ok(self.rows)
    }
}

/// Writes every row of a question, in its order and from its first row. Returns how many.
pub fn write_all<W: Write>(
    engine: &Engine,
    who: &Principal,
    ask: PageAsk,
    writer: Writer<W>,
) -> Result<u64, ExportError> {
    let ask = PageAsk { fields: writer.fields(), ..ask };
    let state = RefCell::new((writer, Ok(())));
    engine.read(
        who,
        &AskAll(ask, |row| {
            let (writer, result) = &mut *state.borrow_mut();
            *result = writer.row(&row);
            result.is_ok()
        }),
    )?;
    let (writer, result) = state.into_inner();
    result?;
    Ok(writer.finish()?)
}

/// A row as the JSON object of an export: field names to values.
pub fn object(row: &Record, columns: &[FieldId]) -> serde_json::Value {
    let pairs = columns.iter().map(|id| (field(*id).name.to_string(), format::json(*id, row.get(*id))));
    serde_json::Value::Object(pairs.collect())
}

/// One line of CSV, as it is written to files.
pub fn csv_line(cells: impl Iterator<Item = String>) -> io::Result<Vec<u8>> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    csv.write_record(cells)?;
    csv.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

/// Cells a column of a table takes.
fn cells(id: FieldId) -> usize {
    let f = field(id);
    // List cells lose what does not fit; figures lose nothing.
    let least = if matches!(f.kind, Kind::Money) { 10 } else { 3 };
    usize::from(f.width).max(f.head.chars().count()).max(least)
}

fn table_line(cells_of_row: impl Iterator<Item = (FieldId, String)>) -> String {
    let mut line = String::new();
    for (id, text) in cells_of_row {
        let text = truncate(&text, cells(id));
        line.push_str(&if field(id).is_right() { fit_right(&text, cells(id)) } else { fit(&text, cells(id)) });
        line.push_str("  ");
    }
    line.trim_end().to_string()
}

#[cfg(test)]
mod tests;
