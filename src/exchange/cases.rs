//! From the columns of a file to what is learnt from: cases with a yes-or-no target, their ids, and the
//! fold each one belongs to.

use std::collections::{HashMap, HashSet};

use crate::base::text::truncate;
use crate::insight::learn::{Folds, Table};

use super::table::{RawTable, TableError};

/// What is asked of a table.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub target: &'a str,
    /// The value of the target that counts as yes.
    pub positive: &'a str,
    /// The column that names a row; never learnt from.
    pub id: Option<&'a str>,
    /// Columns that are left out.
    pub drop: &'a [String],
}

/// Why a table cannot be learnt from as asked.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{value} does not occur in {column}; its values are {found}")]
    NoPositive { value: String, column: String, found: String },
    #[error("{column} is {value} in every row: there is nothing to tell apart")]
    OneClass { column: String, value: String },
    #[error("{count} rows have no value in {column}, the first in row {first}: take them out of the file first")]
    NoTarget { column: String, count: usize, first: usize },
    #[error("{column} cannot be both the target and {what}")]
    Target { column: String, what: &'static str },
    #[error("the folds file: {0}")]
    Folds(String),
}

/// Cases to learn from.
#[derive(Debug)]
pub struct Cases {
    pub table: Table,
    pub target: Vec<bool>,
    /// The id of each row; the row number from 0 where no column names a row.
    pub ids: Vec<String>,
}

impl RawTable {
    /// The cases, without target, id and dropped columns among what is learnt from. The fold of each case
    /// comes from `folds` where a file of them is given.
    pub fn cases(self, wanted: &Wanted<'_>, folds: Option<&RawTable>) -> Result<(Cases, Option<Folds>), CasesError> {
        let target_at = self.column(wanted.target)?;
        let id_at = wanted.id.map(|name| self.column(name)).transpose()?;
        let mut out: Vec<usize> = wanted.drop.iter().map(|name| self.column(name)).collect::<Result<_, _>>()?;
        let clash = |what| CasesError::Target { column: self.headers[target_at].clone(), what };
        if id_at == Some(target_at) {
            return Err(clash("the id"));
        }
        if out.contains(&target_at) {
            return Err(clash("dropped"));
        }
        out.push(target_at);
        out.extend(id_at);
        let target = self.target(target_at, wanted.positive)?;
        let (of, key) = match folds {
            Some(file) => {
                let (of, key) = self.folds(file, id_at)?;
                out.extend(key.column);
                (Some(of), Some(key))
            }
            None => (None, None),
        };
        let ids = match (id_at, key.and_then(|k| k.ids)) {
            (Some(at), _) => (0..self.rows).map(|r| self.columns[at].get(r).trim().to_string()).collect(),
            (None, Some(ids)) => ids,
            (None, None) => (0..self.rows).map(|r| r.to_string()).collect(),
        };
        let kept = self.headers.iter().zip(self.columns).enumerate().filter(|(i, _)| !out.contains(i));
        let table = Table::new(kept.map(|(_, (name, cells))| cells.column(name)).collect());
        Ok((Cases { table, target, ids }, of))
    }

    /// The whole table to be scored: nothing is left out.
    pub fn table(self) -> Table {
        Table::new(self.headers.iter().zip(self.columns).map(|(name, cells)| cells.column(name)).collect())
    }

    fn target(&self, at: usize, positive: &str) -> Result<Vec<bool>, CasesError> {
        let cells = &self.columns[at];
        let column = || self.headers[at].clone();
        let levels: Vec<&str> = cells.levels().iter().map(|l| l.trim()).collect();
        let same_number = |a: &str, b: &str| matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(x), Ok(y)) if x == y);
        let wanted = positive.trim();
        let mut is: Vec<bool> = levels.iter().map(|l| *l == wanted).collect();
        if !is.contains(&true) {
            is = levels.iter().map(|l| l.eq_ignore_ascii_case(wanted) || same_number(l, wanted)).collect();
        }
        if !is.contains(&true) {
            let shown: Vec<&str> = levels.iter().filter(|l| !l.is_empty()).take(8).copied().collect();
            let more = if levels.len() > shown.len() { ", …" } else { "" };
            return Err(CasesError::NoPositive {
                value: if wanted.is_empty() { "an empty value".into() } else { wanted.to_string() },
                column: column(),
                found: truncate(&format!("{}{more}", shown.join(", ")), 200),
            });
        }
        let blank = |r: &usize| cells.get(*r).trim().is_empty();
        if !wanted.is_empty()
            && let Some(first) = (0..self.rows).find(blank)
        {
            let count = (0..self.rows).filter(blank).count();
            return Err(CasesError::NoTarget { column: column(), count, first: first + 1 });
        }
        let by_level: HashMap<&str, bool> = cells.levels().iter().map(String::as_str).zip(is).collect();
        let target: Vec<bool> = (0..self.rows).map(|r| by_level[cells.get(r)]).collect();
        if target.iter().all(|t| *t) {
            return Err(CasesError::OneClass { column: column(), value: wanted.to_string() });
        }
        Ok(target)
    }

    /// The column of the folds file that names the rows as the id column `at` does, whatever it is called: half of
    /// the ids at least are in it, and no column has more of them.
    fn by_what_it_holds(&self, file: &RawTable, at: usize, fold_at: usize) -> Option<usize> {
        let ids: HashSet<&str> = self.columns[at].levels().iter().map(|l| l.trim()).collect();
        let held = |key: &usize| file.columns[*key].levels().iter().filter(|l| ids.contains(l.trim())).count();
        let keys = (0..file.headers.len()).filter(|k| *k != fold_at);
        keys.map(|k| (held(&k), k))
            .filter(|(n, _)| n * 2 >= ids.len())
            .max_by_key(|(n, k)| (*n, usize::MAX - k))
            .map(|b| b.1)
    }

    /// The fold of each row, by the id column, by another column the two files share, or by row number.
    fn folds(&self, file: &RawTable, id_at: Option<usize>) -> Result<(Folds, Key), CasesError> {
        let wrong = |why: String| Err(CasesError::Folds(why));
        let Some(fold_at) = file.find("fold").or_else(|| file.find("folds")) else {
            return wrong(format!("it has no column fold; its columns are {}", file.headers.join(", ")));
        };
        let shared = match id_at {
            Some(at) => {
                file.find(&self.headers[at]).or_else(|| self.by_what_it_holds(file, at, fold_at)).map(|k| (at, k))
            }
            None => None,
        };
        let others = || {
            let keys = (0..file.headers.len()).filter(|k| *k != fold_at);
            keys.filter_map(|k| self.find(&file.headers[k]).map(|at| (at, k)))
                .find(|(at, _)| self.columns[*at].levels().len() == self.rows)
        };
        let numbers = || {
            let named = ["row", "row number", "row_number", "rownumber", "index", "line", "id"];
            let keys = named.iter().filter_map(|n| file.find(n)).chain(0..file.headers.len());
            keys.filter(|k| *k != fold_at).find(|k| row_numbers(file, *k).is_some())
        };
        // Where no --id is given, rows are meant by number before they are by a column that happens to be shared.
        let row_named = file.find("row").filter(|k| row_numbers(file, *k).is_some()).is_some();
        if let Some((at, key)) = shared.or_else(|| if row_named { None } else { others() }) {
            let mut of: HashMap<&str, &str> = HashMap::with_capacity(file.rows);
            for r in 0..file.rows {
                if of.insert(file.columns[key].get(r).trim(), file.columns[fold_at].get(r).trim()).is_some() {
                    return wrong(format!("{} is there twice", file.columns[key].get(r).trim()));
                }
            }
            let found: Vec<Option<&str>> =
                (0..self.rows).map(|r| of.get(self.columns[at].get(r).trim()).copied()).collect();
            let ids = (0..self.rows).map(|r| self.columns[at].get(r).trim().to_string()).collect();
            let name = |r: usize| match self.columns[at].get(r).trim() {
                "" => format!("row {}, whose {} is empty", r + 1, self.headers[at]),
                id => format!("{} {id}", self.headers[at]),
            };
            return Ok((whole(&found, name)?, Key { column: Some(at), ids: Some(ids) }));
        }
        let Some(key) = numbers() else {
            return wrong(format!(
                "no column of it names the rows: it needs {} or a row number beside fold",
                id_at.map_or("an id of the table".to_string(), |at| self.headers[at].clone())
            ));
        };
        let (rows, from) = row_numbers(file, key).unwrap_or_default();
        let mut found: Vec<Option<&str>> = vec![None; self.rows];
        let mut at_line = vec![None; self.rows];
        for (line, row) in rows.iter().enumerate() {
            let Some(place) = row.checked_sub(from).filter(|p| *p < self.rows) else {
                return wrong(format!("row {row} is not in the table, which has {} rows", self.rows));
            };
            if found[place].is_some() {
                return wrong(format!("row {row} is there twice"));
            }
            found[place] = Some(file.columns[fold_at].get(line).trim());
            at_line[place] = Some(line);
        }
        let folds = whole(&found, |r| format!("row {}", r + from))?;
        let named = file.find("id").filter(|k| *k != key && *k != fold_at).unwrap_or(key);
        let ids = at_line.iter().map(|l| l.map_or_else(String::new, |l| file.columns[named].get(l).trim().to_string()));
        Ok((folds, Key { column: None, ids: Some(ids.collect()) }))
    }
}

/// How rows were matched with their folds.
struct Key {
    /// The column of the table that was used: it names rows and is not learnt from.
    column: Option<usize>,
    ids: Option<Vec<String>>,
}

/// The row numbers of a column and where they begin: at 1 where no 0 is among them. `None` where it holds
/// anything but different whole numbers.
fn row_numbers(file: &RawTable, key: usize) -> Option<(Vec<usize>, usize)> {
    let rows: Vec<usize> =
        (0..file.rows).map(|r| file.columns[key].get(r).trim().parse().ok()).collect::<Option<_>>()?;
    if file.columns[key].levels().len() != file.rows {
        return None;
    }
    let first = rows.iter().min().copied()?;
    Some((rows, usize::from(first > 0)))
}

fn whole(found: &[Option<&str>], name: impl Fn(usize) -> String) -> Result<Folds, CasesError> {
    let lacking: Vec<usize> = (0..found.len()).filter(|r| found[*r].is_none_or(str::is_empty)).collect();
    if let Some(first) = lacking.first() {
        return Err(CasesError::Folds(format!(
            "{} of {} rows have no fold in it, the first is {}",
            lacking.len(),
            found.len(),
            name(*first)
        )));
    }
    Ok(Folds::named(&found.iter().flatten().map(|s| (*s).to_string()).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn raw(text: &str) -> RawTable {
        RawTable::read(Path::new("t.csv"), text).unwrap()
    }

    fn wanted<'a>(id: Option<&'a str>, drop: &'a [String]) -> Wanted<'a> {
        Wanted { target: "left", positive: "yes", id, drop }
    }

    #[test]
    fn folds_are_found_by_id_and_by_row_number_from_0_or_1() {
        let table = "Customer ID;a;left\nx1;1;yes\nx2;2;no\nx3;3;no\n";
        let by_id = raw("Customer ID,fold\nx3,a\nx1,b\nx2,a\n");
        let (cases, folds) = raw(table).cases(&wanted(Some("customer id"), &[]), Some(&by_id)).unwrap();
        assert_eq!(cases.ids, ["x1", "x2", "x3"]);
        assert_eq!(folds.unwrap(), Folds { names: vec!["a".into(), "b".into()], of: vec![1, 0, 0] });
        assert_eq!(cases.table.columns.len(), 1);
        for text in ["row,fold\n0,7\n2,10\n1,7\n", "row,fold\n1,7\n3,10\n2,7\n"] {
            let (_, folds) = raw(table).cases(&wanted(None, &[]), Some(&raw(text))).unwrap();
            assert_eq!(folds.unwrap(), Folds { names: vec!["7".into(), "10".into()], of: vec![0, 0, 1] });
        }
        let named = raw("row\tid\tfold\n0\tp\t1\n1\tq\t2\n2\tr\t1\n");
        let (cases, _) = raw(table).cases(&wanted(None, &[]), Some(&named)).unwrap();
        assert_eq!(cases.ids, ["p", "q", "r"]);
    }

    #[test]
    fn what_is_wrong_is_said() {
        let table = "id,age,left\n1,3,yes\n2,4,no\n3,4,no\n";
        let fails = |w: Wanted<'_>, folds: Option<&str>| {
            raw(table).cases(&w, folds.map(raw).as_ref()).map(|_| ()).unwrap_err().to_string()
        };
        let none: &[String] = &[];
        let drop = ["agee".to_string()];
        assert!(fails(wanted(None, &drop), None).contains("did you mean age?"));
        assert!(fails(Wanted { positive: "gone", ..wanted(None, none) }, None).contains("its values are yes, no"));
        let lacking = fails(wanted(Some("id"), none), Some("id,fold\n1,0\n3,1\n"));
        assert!(lacking.contains("1 of 3 rows") && lacking.contains("id 2"), "{lacking}");
        assert!(fails(wanted(None, none), Some("id,part\n1,0\n")).contains("no column fold"));
        assert!(fails(wanted(None, none), Some("row,fold\n1,0\n2,0\n9,1\n")).contains("row 9 is not in the table"));
        let blank = raw("a,left\n1,yes\n2,\n").cases(&wanted(None, none), None).unwrap_err();
        assert!(blank.to_string().contains("1 rows have no value in left"));
    }
}
