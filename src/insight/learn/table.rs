//! A table in columns, and how cells of text become one.
//!
//! The kind of a column is found by what it holds: numbers (blanks, `NA`, `?` and the like are
//! missing; `₹`, `%`, thousands commas are read through), days, else words. Nothing is filled in:
//! a missing value stays missing and the model learns what it means.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::base::calendar;

/// Code of a missing word.
pub const MISSING: u32 = u32::MAX;

/// The values of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// NaN where missing.
    Numbers(Vec<f64>),
    /// Indexes into `levels`; [`MISSING`] where there is none.
    Words { levels: Vec<String>, codes: Vec<u32> },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub name: String,
    pub values: Values,
    /// True where numbers are days since 1970-01-01.
    pub days: bool,
}

/// Columns of equal length, one row a case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    pub columns: Vec<Column>,
    rows: usize,
}

/// What a column was found to be, for the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    Number,
    Day,
    Words,
    /// One value only: left out.
    Constant,
    /// A different value in each row: left out.
    Identifier,
}

impl Column {
    pub fn numbers(name: impl Into<String>, values: Vec<f64>) -> Column {
        Column { name: name.into(), values: Values::Numbers(values), days: false }
    }

    /// Words; an empty one is missing.
    pub fn words<'a>(name: impl Into<String>, values: impl IntoIterator<Item = &'a str>) -> Column {
        let mut cells = Cells::default();
        values.into_iter().for_each(|v| cells.push(v));
        let mut levels = cells.levels;
        let codes = cells.codes.iter().map(|c| if levels[*c as usize].is_empty() { MISSING } else { *c }).collect();
        levels.iter_mut().for_each(|l| *l = l.trim().to_string());
        Column { name: name.into(), values: Values::Words { levels, codes }, days: false }
    }

    pub fn len(&self) -> usize {
        match &self.values {
            Values::Numbers(v) => v.len(),
            Values::Words { codes, .. } => codes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a row as people read it; `-` where missing.
    pub fn show(&self, row: usize) -> String {
        match &self.values {
            Values::Numbers(v) if v[row].is_nan() => "-".into(),
            Values::Numbers(v) if self.days => {
                calendar::date_from_days(v[row] as i64).map_or_else(|| plain(v[row]), |d| d.to_string())
            }
            Values::Numbers(v) => plain(v[row]),
            Values::Words { codes, .. } if codes[row] == MISSING => "-".into(),
            Values::Words { levels, codes } => levels[codes[row] as usize].clone(),
        }
    }

    /// What the column is good for.
    pub fn found(&self) -> Found {
        let n = self.len();
        match &self.values {
            Values::Numbers(v) => {
                let mut seen: Vec<f64> = v.iter().copied().filter(|x| !x.is_nan()).collect();
                let there = seen.len();
                seen.sort_unstable_by(f64::total_cmp);
                seen.dedup();
                // A column with blanks and one value still tells where it is blank.
                if seen.is_empty() || seen.len() == 1 && there == n {
                    return Found::Constant;
                }
                let whole = seen.iter().all(|x| x.fract() == 0.0);
                let enough = if says_id(&self.name) { seen.len() * 10 >= n * 9 } else { seen.len() == n };
                match (whole && n >= 50 && enough && !self.days, self.days) {
                    (true, _) => Found::Identifier,
                    (_, true) => Found::Day,
                    _ => Found::Number,
                }
            }
            Values::Words { codes, levels } => {
                let mut used = vec![false; levels.len()];
                codes.iter().filter(|c| **c != MISSING).for_each(|c| used[*c as usize] = true);
                let distinct = used.iter().filter(|u| **u).count();
                let blank = codes.contains(&MISSING);
                match distinct {
                    0 => Found::Constant,
                    1 if !blank => Found::Constant,
                    _ if n >= 50 && distinct * 10 >= n * 9 => Found::Identifier,
                    _ => Found::Words,
                }
            }
        }
    }

    /// Puts the cells of a column of the same kind below its own.
    fn append(&mut self, more: Column) {
        match (&mut self.values, more.values) {
            (Values::Numbers(a), Values::Numbers(b)) => a.extend(b),
            (Values::Words { levels, codes }, Values::Words { levels: others, codes: more }) => {
                let mut index: HashMap<String, u32> = levels.iter().cloned().zip(0..).collect();
                let known = |l: String| {
                    let next = u32::try_from(index.len()).unwrap_or(MISSING);
                    *index.entry(l.clone()).or_insert_with(|| {
                        levels.push(l);
                        next
                    })
                };
                let places: Vec<u32> = others.into_iter().map(known).collect();
                codes.extend(more.into_iter().map(|c| if c == MISSING { MISSING } else { places[c as usize] }));
            }
            (Values::Numbers(a), Values::Words { codes, .. }) => a.extend(codes.iter().map(|_| f64::NAN)),
            (Values::Words { codes, .. }, Values::Numbers(b)) => codes.extend(b.iter().map(|_| MISSING)),
        }
    }

    fn take(&self, rows: &[u32]) -> Column {
        let values = match &self.values {
            Values::Numbers(v) => Values::Numbers(rows.iter().map(|r| v[*r as usize]).collect()),
            Values::Words { levels, codes } => {
                Values::Words { levels: levels.clone(), codes: rows.iter().map(|r| codes[*r as usize]).collect() }
            }
        };
        Column { name: self.name.clone(), values, days: self.days }
    }
}

/// A number without a tail of digits nobody asked for.
pub fn plain(x: f64) -> String {
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text.is_empty() || text == "-" { "0".into() } else { text.into() }
}

/// True for names such as `id`, `customerID`, `row_number`.
fn says_id(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let tail = name.ends_with("ID") || name.ends_with("Id");
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    tail || words.iter().any(|w| matches!(*w, "id" | "uuid" | "rownumber" | "msisdn" | "phone" | "account"))
}

impl Table {
    /// Columns must have one length.
    pub fn new(columns: Vec<Column>) -> Table {
        let rows = columns.first().map_or(0, Column::len);
        debug_assert!(columns.iter().all(|c| c.len() == rows));
        Table { columns, rows }
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Tables of the same columns below each other.
    pub fn joined(tables: Vec<Table>) -> Table {
        let mut tables = tables.into_iter();
        let Some(mut whole) = tables.next() else { return Table::default() };
        for more in tables {
            whole.rows += more.rows;
            whole.columns.iter_mut().zip(more.columns).for_each(|(a, b)| a.append(b));
        }
        whole
    }

    /// Some of the rows, in the order given.
    pub fn take(&self, rows: &[u32]) -> Table {
        Table { columns: self.columns.iter().map(|c| c.take(rows)).collect(), rows: rows.len() }
    }
}

/// One column of text cells, each different one kept once.
#[derive(Clone, Debug, Default)]
pub struct Cells {
    index: HashMap<Box<str>, u32>,
    levels: Vec<String>,
    codes: Vec<u32>,
}

impl Cells {
    pub fn push(&mut self, cell: &str) {
        let code = match self.index.get(cell) {
            Some(code) => *code,
            None => {
                let code = u32::try_from(self.levels.len()).unwrap_or(MISSING);
                self.index.insert(cell.into(), code);
                self.levels.push(cell.to_string());
                code
            }
        };
        self.codes.push(code);
    }

    pub fn get(&self, row: usize) -> &str {
        &self.levels[self.codes[row] as usize]
    }

    pub fn len(&self) -> usize {
        self.codes.len()
    }

    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// The different texts in the order they came.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// The column with its kind found.
    pub fn column(self, name: &str) -> Column {
        let name = name.to_string();
        let mut counts = vec![0usize; self.levels.len()];
        self.codes.iter().for_each(|c| counts[*c as usize] += 1);
        if let Some(numbers) = as_numbers(&self.levels) {
            let values = self.codes.iter().map(|c| numbers[*c as usize]).collect();
            return Column { name, values: Values::Numbers(values), days: false };
        }
        if let Some(days) = as_days(&self.levels) {
            let values = self.codes.iter().map(|c| days[*c as usize]).collect();
            return Column { name, values: Values::Numbers(values), days: true };
        }
        let blank: Vec<bool> = self.levels.iter().map(|l| is_blank(l)).collect();
        let codes = self.codes.iter().map(|c| if blank[*c as usize] { MISSING } else { *c }).collect();
        let levels = self.levels.iter().map(|l| l.trim().to_string()).collect();
        Column { name, values: Values::Words { levels, codes }, days: false }
    }
}

/// True for what stands for "not known" in tables of others.
fn is_blank(cell: &str) -> bool {
    let cell = cell.trim();
    let known = ["", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "?", "-", "--", ".", "missing"];
    known.iter().any(|k| cell.eq_ignore_ascii_case(k))
}

/// Values of each level, where the column holds numbers: all that is not blank reads as one, but for
/// two odd words (`Unknown`) beside ten different numbers.
fn as_numbers(levels: &[String]) -> Option<Vec<f64>> {
    let mut odd = 0;
    let mut good = 0;
    let mut out = Vec::with_capacity(levels.len());
    let comma = decimal_comma(levels);
    for level in levels {
        let value = if is_blank(level) { Some(f64::NAN) } else { number(level, comma) };
        good += usize::from(value.is_some_and(|v| !v.is_nan()));
        odd += usize::from(value.is_none());
        if odd > 2 {
            return None;
        }
        out.push(value.unwrap_or(f64::NAN));
    }
    (good > 0 && (odd == 0 || good >= 10)).then_some(out)
}

/// True where commas can only be decimal ones: `12,5` and never `1,234`.
fn decimal_comma(levels: &[String]) -> bool {
    let mut seen = false;
    for level in levels.iter().filter(|l| l.contains(',')) {
        let tail = level.trim().rsplit(',').next().unwrap_or("");
        if level.matches(',').count() > 1 || level.contains('.') || tail.len() == 3 {
            return false;
        }
        seen = true;
    }
    seen
}

/// Reads `1234.5`, `₹1,23,456`, `$12`, `45 %`, `(12)`, `1e5`.
fn number(cell: &str, decimal_comma: bool) -> Option<f64> {
    let cell = cell.trim();
    if let Ok(v) = cell.parse::<f64>() {
        // Out of a division by zero: not a number that can be learnt from, yet no word either.
        return Some(if v.is_finite() { v } else { f64::NAN });
    }
    let core = cell.trim_start_matches(['₹', '$', '€', '£']).trim_end_matches('%').trim();
    if !core.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return None;
    }
    let core = if decimal_comma {
        core.replace(',', ".")
    } else if let Some((head, rest)) = core.split_once(',') {
        let groups = rest.split('.').next().unwrap_or("");
        let good = groups.split(',').all(|g| g.len() == 2 || g.len() == 3) && head.len() <= 4;
        if !good {
            return None;
        }
        core.replace(',', "")
    } else {
        core.to_string()
    };
    core.parse::<f64>().ok().filter(|v| v.is_finite())
}

fn as_days(levels: &[String]) -> Option<Vec<f64>> {
    let mut good = 0;
    let mut out = Vec::with_capacity(levels.len());
    for level in levels {
        if is_blank(level) {
            out.push(f64::NAN);
            continue;
        }
        let text = level.trim();
        let day = text.split(['T', ' ']).next().unwrap_or(text);
        out.push(calendar::days_of(calendar::parse_date(day)?) as f64);
        good += 1;
    }
    (good > 1).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cells: &[&str]) -> Column {
        let mut c = Cells::default();
        cells.iter().for_each(|v| c.push(v));
        c.column("x")
    }

    #[test]
    fn kinds_are_found_by_what_a_column_holds() {
        let money = read(&["₹1,23,456", "29.85", " ", "45 %", "-3"]);
        let Values::Numbers(v) = &money.values else { panic!("{money:?}") };
        assert_eq!((v[0], v[1], v[3], v[4]), (123_456.0, 29.85, 45.0, -3.0));
        assert!(v[2].is_nan());
        assert_eq!(read(&["12,5", "3,25", ""]).show(0), "12.5");
        assert_eq!(read(&["2026-11-22", "2025-01-01 10:00", "NA"]).show(1), "2025-01-01");
        assert!(matches!(read(&["Yes", "No", "12"]).values, Values::Words { .. }));
        assert_eq!(read(&["Yes", "?", "No"]).show(1), "-");
        let mut prices: Vec<String> = (0..12).map(|i| i.to_string()).collect();
        prices.push("Unknown".into());
        let prices: Vec<&str> = prices.iter().map(String::as_str).collect();
        assert!(matches!(read(&prices).values, Values::Numbers(_)));
    }

    #[test]
    fn constants_and_identifiers_are_told() {
        let ids: Vec<String> = (0..60).map(|i| format!("C-{i:04}")).collect();
        assert_eq!(read(&ids.iter().map(String::as_str).collect::<Vec<_>>()).found(), Found::Identifier);
        assert_eq!(read(&["7"; 9]).found(), Found::Constant);
        assert_eq!(read(&["7", "", "7"]).found(), Found::Number);
        let whole = Column::numbers("seq", (0..60).map(f64::from).collect());
        assert_eq!(whole.found(), Found::Identifier);
        let real = Column::numbers("charge", (0..60).map(|i| f64::from(i) + 0.25).collect());
        assert_eq!(real.found(), Found::Number);
    }
}
