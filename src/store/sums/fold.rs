//! Cuts taken from the rows: one pass over them, whatever the number of cuts.

use foldhash::{HashMap, HashMapExt};
use rusqlite::{Connection, params_from_iter};

use crate::domain::{Entity, FieldId};
use crate::query::bind::Bound;
use crate::query::cut::{self, Cell, Cut, Row};
use crate::query::schema;

use super::super::Result;
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

/// Rows and sums by number, then by text: texts are few, and looked up without making one.
type Parts = HashMap<i64, HashMap<String, (i64, i64)>>;

/// Rows being added up, by some cuts of their entity.
#[derive(Clone)]
pub struct Fold {
    pub entity: Entity,
    pub cuts: Vec<Cut>,
    deleted: Option<FieldId>,
    found: Vec<Parts>,
}

impl Fold {
    fn of(entity: Entity, cuts: Vec<Cut>) -> Fold {
        let (found, deleted) = (vec![HashMap::new(); cuts.len()], schema::find(entity, "deleted"));
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
            let (text, figure) = (cut.a.text(row), cut.figure(row));
            let parts = found.entry(cut.b.number(row)).or_default();
            match parts.get_mut(text.as_ref()) {
                Some((rows, sum)) => (*rows, *sum) = (*rows + 1, *sum + figure),
                None => {
                    parts.insert(text.into_owned(), (1, figure));
                }
            }
        }
    }

    /// The parts of each cut, in no order.
    pub fn cells(self) -> Vec<Vec<Cell>> {
        self.found.into_iter().map(joined).collect()
    }
}

/// What follows `FROM table`.
pub fn chosen(sql: &mut Sql, entity: Entity, rows: &Rows) {
    sql.push(" WHERE ");
    match rows {
        Rows::All => condition(sql, &Bound::all(entity)),
        Rows::Of(bound) => condition(sql, bound),
        Rows::OfCustomers(bound) => {
            condition(sql, &Bound::all(entity));
            sql.push(" AND customer IN (SELECT id FROM customers WHERE ");
            condition(sql, bound);
            sql.push(")");
        }
    }
}

/// The parts of each cut, in no order.
pub fn cells(conn: &Connection, entity: Entity, cuts: &[Cut], of: &Rows) -> Result<Vec<Vec<Cell>>> {
    let plan = Plan::of(entity, cuts.to_vec());
    let mut sql = Sql::default();
    sql.push(&plan.select);
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
