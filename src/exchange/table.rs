//! A file of any columns as rows of text: what models and forecasts are fed from. Nothing of it reaches the database.

use std::path::Path;

use super::decode;
use super::import::{ImportError, read};
use super::rows::{Rows, sniff};

/// A table in memory. Every row has a cell for every header.
#[derive(Debug)]
pub struct Table {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<String>>,
    /// Line of the file each row begins on.
    pub lines: Vec<u64>,
}

/// Why a file is no table.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    #[error(transparent)]
    File(#[from] ImportError),
    #[error("line {line} of {file} cannot be read: {why}")]
    Row { file: String, line: u64, why: String },
    #[error("{file} has no column `{name}`; its columns are {there}")]
    Column { file: String, name: String, there: String },
}

impl Table {
    /// Reads a CSV (comma or semicolon) or TSV file. Where the quotes of a TSV row do not close they are text: many TSV
    /// files know no quoting.
    pub fn open(path: &Path) -> Result<Table, TableError> {
        let text = decode::decode(read(path)?).map_err(|what| ImportError::NotText(path.into(), what))?.text;
        let delimiter = sniff(&text);
        let mut all: Vec<(u64, Vec<String>)> = Vec::new();
        let wrong = |line, why: String| TableError::Row { file: name(path), line, why };
        for row in Rows::new(&text, delimiter) {
            let cells = match row.cells {
                Ok(cells) => cells.into_iter().map(std::borrow::Cow::into_owned).collect(),
                Err((raw, _)) if delimiter == b'\t' => raw.split('\t').map(str::to_string).collect(),
                Err((_, why)) => return Err(wrong(row.line, why.to_string())),
            };
            all.push((row.line, cells));
        }
        let mut all = all.into_iter();
        let Some((_, headers)) = all.next() else { return Err(ImportError::Empty(path.into()).into()) };
        let headers: Vec<String> = headers.iter().map(|h| h.trim().to_string()).collect();
        let (mut rows, mut lines) = (Vec::new(), Vec::new());
        for (line, cells) in all {
            if cells.len() != headers.len() {
                return Err(wrong(line, format!("{} cells where the header has {}", cells.len(), headers.len())));
            }
            rows.push(cells);
            lines.push(line);
        }
        Ok(Table { headers, rows, lines })
    }

    /// The place of a column; its name is matched as written, else without regard to case.
    pub fn column(&self, path: &Path, named: &str) -> Result<usize, TableError> {
        let exact = self.headers.iter().position(|h| h == named);
        exact.or_else(|| self.headers.iter().position(|h| h.eq_ignore_ascii_case(named))).ok_or_else(|| {
            TableError::Column {
                file: name(path),
                name: crate::base::text::clean(named, 80),
                there: crate::base::text::clean(&self.headers.join(", "), 600),
            }
        })
    }
}

fn name(path: &Path) -> String {
    crate::base::text::clean(&path.to_string_lossy(), 4_096)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(text: &str) -> Result<Table, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, text).unwrap();
        Table::open(&path).map_err(|e| e.to_string())
    }

    #[test]
    fn commas_semicolons_and_tabs() {
        let t = open("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n").unwrap();
        assert_eq!(t.rows, [["x, y", "say \"hi\""]]);
        assert_eq!(open("a;b\n1;2\n").unwrap().headers, ["a", "b"]);
        // A quote in a TSV belongs to the text.
        let t = open("a\tb\n\"5\t1\n\"q\"\"r\"\t2\n").unwrap();
        assert_eq!(t.rows, [["\"5", "1"], ["q\"r", "2"]]);
        assert_eq!(t.lines, [2, 3]);
    }

    #[test]
    fn what_is_no_table_is_told_with_its_line() {
        assert!(open("").unwrap_err().contains("empty"));
        assert!(open("a,b\n1,2\n3\n").unwrap_err().contains("line 3"));
        let t = open("a,B c\n1,2\n").unwrap();
        assert_eq!(t.column(Path::new("f"), "b C").unwrap(), 1);
        let e = t.column(Path::new("f"), "z").unwrap_err().to_string();
        assert_eq!(e, "f has no column `z`; its columns are a, B c");
    }
}
