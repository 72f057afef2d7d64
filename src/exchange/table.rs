//! A file of any columns as text: what models and forecasts are fed from. Nothing of it reaches the database.

use std::path::Path;

use crate::base::text::clean;
use crate::insight::learn::Cells;
use crate::query::schema::nearest;

use super::decode;
use super::import::{ImportError, read};
use super::rows::{Rows, sniff};

/// Bytes of a column's name that are kept.
const NAME_LIMIT: usize = 200;

/// A table in memory, in columns as they stand in the file. Every row has a cell for every header.
#[derive(Debug)]
pub struct RawTable {
    /// Their names, no two alike.
    pub headers: Vec<String>,
    pub columns: Vec<Cells>,
    pub rows: usize,
    /// Line of the file each row begins on.
    pub lines: Vec<u64>,
    /// The file, for messages.
    file: String,
}

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error(transparent)]
    File(#[from] ImportError),
    #[error("{0} has the names of columns and no row below them")]
    NoRows(String),
    #[error("line {line} of {file} cannot be read: {why}")]
    Row { file: String, line: u64, why: String },
    #[error(
        "{file} has no column `{name}`{}; its columns are {there}",
        .near.as_ref().map(|n| format!(": did you mean {n}?")).unwrap_or_default()
    )]
    Column { file: String, name: String, near: Option<String>, there: String },
}

impl RawTable {
    /// Reads a CSV (comma or semicolon) or TSV file.
    pub fn open(path: &Path) -> Result<RawTable, TableError> {
        let text = decode::decode(read(path)?).map_err(|what| ImportError::NotText(path.into(), what))?.text;
        RawTable::read(path, &text)
    }

    /// Reads the text of a file; `path` is for the messages only. Where the quotes of a TSV row do not close they are
    /// text: many TSV files know no quoting.
    pub fn read(path: &Path, text: &str) -> Result<RawTable, TableError> {
        let file = clean(&path.to_string_lossy(), 4_096);
        let wrong = |line, why: &str| TableError::Row { file: file.clone(), line, why: why.into() };
        let delimiter = sniff(text);
        let mut rows = Rows::new(text, delimiter);
        let head = rows.next().ok_or_else(|| ImportError::Empty(path.into()))?;
        let cells = head.cells.map_err(|(_, why)| wrong(head.line, why))?;
        let headers = names(cells.iter().map(|c| clean(c, NAME_LIMIT).trim().to_string()));
        let mut columns = vec![Cells::default(); headers.len()];
        let mut lines = Vec::new();
        for row in rows {
            let cells = match row.cells {
                Ok(cells) => cells,
                Err((raw, _)) if delimiter == b'\t' => raw.split('\t').map(std::borrow::Cow::Borrowed).collect(),
                Err((_, why)) => return Err(wrong(row.line, why)),
            };
            if cells.len() != headers.len() {
                return Err(wrong(row.line, &format!("{} cells where the header has {}", cells.len(), headers.len())));
            }
            columns.iter_mut().zip(&cells).for_each(|(column, cell)| column.push(cell));
            lines.push(row.line);
        }
        if lines.is_empty() {
            return Err(TableError::NoRows(file));
        }
        Ok(RawTable { headers, columns, rows: lines.len(), lines, file })
    }

    /// The place of a column by its name; where no name is the same, one that differs in case or spaces only.
    pub fn find(&self, name: &str) -> Option<usize> {
        let plain = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let exact = self.headers.iter().position(|h| h == name);
        exact.or_else(|| self.headers.iter().position(|h| plain(h) == plain(name)))
    }

    /// Like [`RawTable::find`], with an error that names the columns there are.
    pub fn column(&self, name: &str) -> Result<usize, TableError> {
        self.find(name).ok_or_else(|| TableError::Column {
            file: self.file.clone(),
            name: clean(name, 80),
            near: nearest(name, self.headers.iter().map(String::as_str)).map(str::to_string),
            there: clean(&self.headers.join(", "), 600),
        })
    }

    pub fn cell(&self, row: usize, column: usize) -> &str {
        self.columns[column].get(row)
    }

    /// A whole column as text.
    pub fn texts(&self, column: usize) -> Vec<String> {
        (0..self.rows).map(|row| self.cell(row, column).to_string()).collect()
    }
}

/// A name for each column: tables out of other programs often have a nameless column of row numbers, or one name twice.
fn names(found: impl Iterator<Item = String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for (i, name) in found.enumerate() {
        let name = if name.is_empty() { format!("column {}", i + 1) } else { name };
        let again = |n: &usize| !out.contains(&format!("{name} ({n})"));
        let fresh = if out.contains(&name) { (2..).find(again).map(|n| format!("{name} ({n})")) } else { None };
        out.push(fresh.unwrap_or(name));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<RawTable, String> {
        RawTable::read(Path::new("f"), text).map_err(|e| e.to_string())
    }

    #[test]
    fn commas_semicolons_and_tabs() {
        let t = read("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n").unwrap();
        assert_eq!((t.cell(0, 0), t.cell(0, 1)), ("x, y", "say \"hi\""));
        assert_eq!(read("a;b\n1;2\n").unwrap().headers, ["a", "b"]);
        // A quote in a TSV belongs to the text.
        let t = read("a\tb\n\"5\t1\n\"q\"\"r\"\t2\n").unwrap();
        assert_eq!((t.texts(0), t.texts(1)), (vec!["\"5".into(), "q\"r".into()], vec!["1".into(), "2".into()]));
        assert_eq!(t.lines, [2, 3]);
    }

    #[test]
    fn each_column_has_a_name_of_its_own() {
        assert_eq!(read(",a,a, a ,b\n1,2,3,4,5\n").unwrap().headers, ["column 1", "a", "a (2)", "a (3)", "b"]);
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        assert!(read("").unwrap_err().contains("empty"));
        assert_eq!(read("a,b\n").unwrap_err(), "f has the names of columns and no row below them");
        assert!(read("a,b\n1,2\n3\n").unwrap_err().contains("line 3"));
        let t = read("alpha,B  c\n1,2\n").unwrap();
        assert_eq!(t.column("b C").unwrap(), 1);
        let e = t.column("alpah").unwrap_err().to_string();
        assert_eq!(e, "f has no column `alpah`: did you mean alpha?; its columns are alpha, B  c");
        assert!(RawTable::open(Path::new("/no/such/file")).is_err());
    }
}
