//! A table to learn from, out of a CSV file: any separator, any kind of column.

use std::path::{Path, PathBuf};

use crate::base::text::clean;
use crate::insight::learn::Cells;

use super::decode::{self, FILE_LIMIT};
use super::rows::{Rows, sniff};

/// Why a table could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error("there is no file {0}")]
    Missing(PathBuf),
    #[error("{0} is larger than 512 MB: split it")]
    TooLarge(PathBuf),
    #[error("{0} cannot be read: {1}")]
    Unreadable(PathBuf, std::io::Error),
    #[error("{0} {1}")]
    NotText(PathBuf, &'static str),
    #[error("{0} is empty: a line with the names of the columns is needed")]
    Empty(PathBuf),
    #[error("line {line} of {path} cannot be read: {why}")]
    Row { path: PathBuf, line: u64, why: String },
    #[error("{path} has two columns named {name}: rename one")]
    Twice { path: PathBuf, name: String },
}

/// Columns of text, as they stand in the file.
#[derive(Debug)]
pub struct RawTable {
    pub headers: Vec<String>,
    pub columns: Vec<Cells>,
    pub rows: usize,
}

impl RawTable {
    /// Reads a whole file; `,` `;` or TAB parts its cells, whichever is found.
    pub fn open(path: &Path) -> Result<RawTable, TableError> {
        let unreadable = |e: std::io::Error| match e.kind() {
            std::io::ErrorKind::NotFound => TableError::Missing(path.into()),
            _ => TableError::Unreadable(path.into(), e),
        };
        if std::fs::metadata(path).map_err(unreadable)?.len() > FILE_LIMIT {
            return Err(TableError::TooLarge(path.into()));
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let text = decode::decode(bytes).map_err(|why| TableError::NotText(path.into(), why))?.text;
        RawTable::read(path, &text)
    }

    /// Reads the text of a file; `path` is for the errors only.
    pub fn read(path: &Path, text: &str) -> Result<RawTable, TableError> {
        let wrong = |line, why: &str| TableError::Row { path: path.into(), line, why: why.into() };
        let mut rows = Rows::new(text, sniff(text));
        let head = rows.next().ok_or_else(|| TableError::Empty(path.into()))?;
        let cells = head.cells.map_err(|(_, why)| wrong(head.line, why))?;
        let name = |(i, c): (usize, &std::borrow::Cow<'_, str>)| {
            let name = clean(c, 200).trim().to_string();
            // Tables out of other programs often have a nameless column of row numbers.
            if name.is_empty() { format!("column {}", i + 1) } else { name }
        };
        let headers: Vec<String> = cells.iter().enumerate().map(name).collect();
        for (i, name) in headers.iter().enumerate() {
            if headers[..i].contains(name) {
                return Err(TableError::Twice { path: path.into(), name: name.clone() });
            }
        }
        let mut columns = vec![Cells::default(); headers.len()];
        let mut count = 0;
        for row in rows {
            let cells = row.cells.map_err(|(_, why)| wrong(row.line, why))?;
            if cells.len() == 1 && cells[0].trim().is_empty() && headers.len() > 1 {
                continue;
            }
            if cells.len() != headers.len() {
                let why = format!("it has {} cells, the header has {}", cells.len(), headers.len());
                return Err(wrong(row.line, &why));
            }
            columns.iter_mut().zip(&cells).for_each(|(column, cell)| column.push(cell));
            count += 1;
        }
        Ok(RawTable { headers, columns, rows: count })
    }

    /// The place of a column by its name; where no name is the same, one that differs in case or spaces only.
    pub fn find(&self, name: &str) -> Option<usize> {
        let plain = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let exact = self.headers.iter().position(|h| h == name);
        exact.or_else(|| self.headers.iter().position(|h| plain(h) == plain(name)))
    }
}
