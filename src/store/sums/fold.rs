//! Cuts taken from the rows: one pass over them, whatever the number of cuts.

use std::borrow::Cow;

use foldhash::{HashMap, HashMapExt};
use rusqlite::{Connection, params_from_iter};

use crate::domain::{Entity, FieldId, Value};
use crate::query::bind::Bound;
use crate::query::cut::{self, Cell, Cut, Key, Row};
use crate::query::schema;

use super::super::Result;
use super::super::apart::First;
use super::super::compile::{Sql, condition};
use super::super::row::{Param, value};
use super::{Plan, Values};

/// Which rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    All,
    /// Those a filter keeps.
    Of(Bound),
    /// Those whose customer a filter keeps: of tickets.
    OfCustomers(Bound),
}

/// Rows and what they add up to.
type Sums = (i64, i64);

/// Rows and sums by number, then by text: texts are few, and looked up without making one.
type Parts = HashMap<i64, HashMap<String, Sums>>;

/// The parts of a cut while rows come. Many cuts part by one key alone, which is all that is looked up then.
#[derive(Clone)]
enum Found {
    Numbers(HashMap<i64, Sums>),
    Texts(HashMap<String, Sums>),
    Both(Parts),
}

impl Found {
    fn of(cut: &Cut) -> Found {
        match (cut.a, cut.b) {
            (Key::One, _) => Found::Numbers(HashMap::new()),
            (_, Key::One) => Found::Texts(HashMap::new()),
            _ => Found::Both(HashMap::new()),
        }
    }

    fn parts(self, cut: &Cut) -> Parts {
        match self {
            Found::Numbers(found) => {
                found.into_iter().map(|(b, sums)| (b, [(String::new(), sums)].into_iter().collect())).collect()
            }
            // Each row has the same number then.
            Found::Texts(found) if found.is_empty() => Parts::new(),
            Found::Texts(found) => [(cut.b.number(&NoRow), found)].into_iter().collect(),
            Found::Both(found) => found,
        }
    }
}

/// For keys that ask nothing of a row.
struct NoRow;

impl Row for NoRow {
    fn get(&self, _: FieldId) -> &Value {
        &Value::Null
    }
}

fn add(parts: &mut HashMap<String, Sums>, text: Cow<'_, str>, figure: i64) {
    match parts.get_mut(text.as_ref()) {
        Some((rows, sum)) => (*rows, *sum) = (*rows + 1, *sum + figure),
        None => {
            parts.insert(text.into_owned(), (1, figure));
        }
    }
}

/// Rows being added up, by some cuts of their entity.
#[derive(Clone)]
pub struct Fold {
    pub entity: Entity,
    pub cuts: Vec<Cut>,
    deleted: Option<FieldId>,
    found: Vec<Found>,
}

impl Fold {
    fn of(entity: Entity, cuts: Vec<Cut>) -> Fold {
        let (found, deleted) = (cuts.iter().map(Found::of).collect(), schema::find(entity, "deleted"));
        Fold { entity, cuts, deleted, found }
    }

    /// By the cuts that are kept; `None` where nothing is kept of the entity.
    pub fn kept(entity: Entity) -> Option<Fold> {
        let cuts = cut::kept(entity);
        (!cuts.is_empty()).then(|| Fold::of(entity, cuts))
    }

    /// Adds a row, unless it is put away.
    pub fn take(&mut self, row: &impl Row) {
        if self.deleted.is_some_and(|id| !row.get(id).is_null()) {
            return;
        }
        for (cut, found) in self.cuts.iter().zip(&mut self.found) {
            let figure = cut.figure(row);
            match found {
                Found::Numbers(found) => {
                    let (rows, sum) = found.entry(cut.b.number(row)).or_default();
                    (*rows, *sum) = (*rows + 1, *sum + figure);
                }
                Found::Texts(found) => add(found, cut.a.text(row), figure),
                Found::Both(found) => {
                    add(found.entry(cut.b.number(row)).or_default(), cut.a.text(row), figure);
                }
            }
        }
    }

    /// The parts of each cut, in no order.
    pub fn cells(self) -> Vec<Vec<Cell>> {
        self.found.into_iter().zip(&self.cuts).map(|(found, cut)| joined(found.parts(cut))).collect()
    }
}

/// ` FROM table WHERE …` for some rows.
fn chosen(sql: &mut Sql, entity: Entity, rows: &Rows) {
    let all = Bound::all(entity);
    let own = if let Rows::Of(bound) = rows { bound } else { &all };
    sql.from(own, "", First::Either);
    sql.push(" WHERE ");
    condition(sql, own);
    match rows {
        Rows::All | Rows::Of(_) => {}
        Rows::OfCustomers(bound) => {
            let mut among = Sql { params: std::mem::take(&mut sql.params), ..Sql::default() };
            among.from(bound, "", First::Either);
            among.push(" WHERE ");
            condition(&mut among, bound);
            sql.push(&format!(" AND customer IN (SELECT id{})", among.text));
            sql.params = among.params;
        }
    }
}

/// The parts of each cut, in no order.
pub fn cells(conn: &Connection, entity: Entity, cuts: &[Cut], of: &Rows) -> Result<Vec<Vec<Cell>>> {
    let plan = Plan::of(entity, cuts.to_vec());
    let mut sql = Sql::default();
    sql.looks_at(&plan.fields);
    sql.push(&format!("SELECT {}", plan.columns));
    chosen(&mut sql, entity, of);
    let mut statement = conn.prepare(&sql.text)?;
    let mut rows = statement.query(params_from_iter(sql.params.iter().map(|value| Param { text: false, value })))?;
    let mut fold = Fold::of(entity, cuts.to_vec());
    let mut values = Vec::with_capacity(plan.fields.len());
    while let Some(row) = rows.next()? {
        values.clear();
        for i in 0..plan.fields.len() {
            values.push(value(row.get_ref(i)?));
        }
        fold.take(&Values { plan: &plan, values: &values, new: &[], over: &[] });
    }
    Ok(fold.cells())
}

/// The parts without regard to the case of their texts, as the sums keep them.
fn joined(found: Parts) -> Vec<Cell> {
    let mut out: Vec<Cell> = Vec::new();
    for (b, parts) in found {
        let from = out.len();
        let mut parts: Vec<_> = parts.into_iter().collect();
        parts.sort_unstable();
        for (a, (rows, sum)) in parts {
            match out[from..].iter_mut().find(|c| c.a.eq_ignore_ascii_case(&a)) {
                Some(cell) => (cell.rows, cell.sum) = (cell.rows + rows, cell.sum + sum),
                None => out.push(Cell { a, b, rows, sum }),
            }
        }
    }
    out
}
