//! CSV text to rows, one bad row at a time: what cannot be read is told with its line and the next
//! line is tried, so that one forgotten quote does not swallow a file.

use std::borrow::Cow;

/// Bytes of one cell; more is no value of any field.
pub const CELL_LIMIT: usize = 65_536;

/// One row as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub struct RawRow<'a> {
    /// Line of the file the row begins on, from 1.
    pub line: u64,
    /// Bytes of the text read so far, this row included.
    pub end: usize,
    /// The cells, or the raw line and what is wrong with it.
    pub cells: Result<Vec<Cow<'a, str>>, (&'a str, &'static str)>,
}

/// Splits a text at `delimiter` by RFC 4180. A quote inside a bare cell is a character like others.
/// Blank lines are passed over.
pub struct Rows<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: u64,
}

impl<'a> Rows<'a> {
    pub fn new(text: &'a str, delimiter: u8) -> Rows<'a> {
        Rows { text, delimiter, at: 0, line: 1 }
    }

    /// One cell from the present place. Moves behind it, not over what ends it.
    fn cell(&mut self) -> Result<Cow<'a, str>, &'static str> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if bytes.get(start) != Some(&b'"') {
            let rest = &bytes[start..];
            let end =
                rest.iter().position(|b| *b == self.delimiter || matches!(b, b'\n' | b'\r')).unwrap_or(rest.len());
            if end > CELL_LIMIT {
                return Err("a cell is longer than 65,536 bytes");
            }
            self.at += end;
            return Ok(Cow::Borrowed(&self.text[start..self.at]));
        }
        let mut doubled = false;
        let mut at = start + 1;
        loop {
            if at - start > CELL_LIMIT {
                return Err("a cell is longer than 65,536 bytes, or its quote is never closed");
            }
            match bytes.get(at) {
                None => return Err("a quote is opened and never closed"),
                Some(b'"') if bytes.get(at + 1) == Some(&b'"') => {
                    doubled = true;
                    at += 2;
                }
                Some(b'"') => break,
                Some(_) => at += 1,
            }
        }
        let inside = &self.text[start + 1..at];
        self.at = at + 1;
        match bytes.get(self.at) {
            None | Some(b'\n' | b'\r') => {}
            Some(b) if *b == self.delimiter => {}
            Some(_) => return Err("text stands behind a closing quote"),
        }
        self.line += inside.bytes().filter(|b| *b == b'\n').count() as u64;
        Ok(if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) })
    }

    /// Moves over one line break, if there is one here.
    fn line_break(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        let n = match (bytes.get(self.at), bytes.get(self.at + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'\r' | b'\n'), _) => 1,
            _ => 0,
        };
        self.at += n;
        self.line += u64::from(n > 0);
        n > 0
    }

    /// Gives up on the row that began at `start`; the next one begins on the next line of the file.
    fn skip(&mut self, start: usize, line: u64) -> &'a str {
        let rest = &self.text[start..];
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        (self.at, self.line) = (start + end, line);
        self.line_break();
        &self.text[start..start + end]
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = RawRow<'a>;

    fn next(&mut self) -> Option<RawRow<'a>> {
        while self.line_break() {}
        if self.at >= self.text.len() {
            return None;
        }
        let (start, line) = (self.at, self.line);
        let mut cells = Vec::new();
        loop {
            match self.cell() {
                Ok(cell) => cells.push(cell),
                Err(why) => {
                    let raw = self.skip(start, line);
                    return Some(RawRow { line, end: self.at, cells: Err((raw, why)) });
                }
            }
            if self.text.as_bytes().get(self.at) == Some(&self.delimiter) {
                self.at += 1;
            } else {
                self.line_break();
                return Some(RawRow { line, end: self.at, cells: Ok(cells) });
            }
        }
    }
}

/// The character that parts the cells: the one of `,` `;` TAB found most in the first line, outside
/// quotes.
pub fn sniff(text: &str) -> u8 {
    let first = text.trim_start_matches(['\n', '\r']).lines().next().unwrap_or("");
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for b in first.bytes() {
        quoted ^= b == b'"';
        for (mark, n) in &mut counts {
            *n += usize::from(b == *mark && !quoted);
        }
    }
    // The comma is named first and wins a tie.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(mark, _)| *mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        Rows::new(text, b',')
            .map(|r| (r.line, r.cells.map(|c| c.into_iter().map(Cow::into_owned).collect()).map_err(|(_, why)| why)))
            .collect()
    }

    fn cells(c: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(c.iter().map(|s| (*s).to_string()).collect())
    }

    #[test]
    fn quotes_breaks_and_blank_lines() {
        assert_eq!(
            all("a,b\r\n\r\n\"x, \"\"y\"\"\nz\",2\n,\n6\" pipe,3"),
            [
                (1, cells(&["a", "b"])),
                (3, cells(&["x, \"y\"\nz", "2"])),
                (5, cells(&["", ""])),
                (6, cells(&["6\" pipe", "3"])),
            ]
        );
        assert_eq!(all(""), []);
        assert_eq!(all("a"), [(1, cells(&["a"]))]);
    }

    #[test]
    fn a_forgotten_quote_costs_its_own_line_only() {
        let rows = all("a,b\n\"x,1\ny,2\n\"z\"w,3\nv,4\n");
        assert_eq!(
            rows.iter().map(|r| (r.0, r.1.is_ok())).collect::<Vec<_>>(),
            [(1, true), (2, false), (3, true), (4, false), (5, true)]
        );
    }

    #[test]
    fn a_cell_has_a_limit() {
        let long = "x".repeat(CELL_LIMIT + 1);
        let rows = all(&format!("a,b\n{long},1\n\"{long}\",2\ny,3\n"));
        assert_eq!(rows.iter().map(|r| r.1.is_ok()).collect::<Vec<_>>(), [true, false, false, true]);
    }

    #[test]
    fn the_delimiter_is_found() {
        assert_eq!(sniff("a,b;c\n"), b',');
        assert_eq!(sniff("a;b;c,d\n"), b';');
        assert_eq!(sniff("\"a,b,c\"\td\te"), b'\t');
        assert_eq!(sniff("name"), b',');
    }
}
