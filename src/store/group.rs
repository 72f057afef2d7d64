//! Figures over the rows of a filter, by the values of a field: heads of a board, funnels, conversion tables.

use rusqlite::params_from_iter;

use crate::domain::{FieldId, Value};
use crate::query::bind::Bound;
use crate::query::schema::field;

use super::compile::{Sql, from_by};
use super::count::figures;
use super::row::{Param, value};
use super::{Read, Result};

/// One figure of a group. All are whole numbers in the unit of their field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Rows.
    Count,
    /// Sum of a figure.
    Sum(FieldId),
    /// Mean of a figure over the rows that have it, rounded down; 0 without any.
    Mean(FieldId),
    /// Rows that have a value.
    Filled(FieldId),
    /// Rows with this value.
    Is(FieldId, String),
    /// Rows whose figure lies within, both ends included.
    Within(FieldId, i64, i64),
}

impl Measure {
    /// The field it is a figure of.
    fn field(&self) -> Option<FieldId> {
        match self {
            Measure::Count => None,
            Measure::Sum(id) | Measure::Mean(id) | Measure::Filled(id) => Some(*id),
            Measure::Is(id, _) | Measure::Within(id, ..) => Some(*id),
        }
    }
}

/// Asks for figures by group.
#[derive(Clone, Debug)]
pub struct GroupAsk {
    pub filter: Bound,
    /// The field that parts the groups; `None` makes one group of all.
    pub by: Option<FieldId>,
    pub measures: Vec<Measure>,
}

/// A group: its value and its figures in the order asked for.
pub type Group = (Value, Vec<i64>);

impl Read<'_> {
    /// The groups, the largest first; ties by value.
    pub fn groups(&self, ask: &GroupAsk) -> Result<Vec<Group>> {
        let told: Vec<FieldId> = ask.by.into_iter().chain(ask.measures.iter().filter_map(Measure::field)).collect();
        let facets = figures(&ask.filter, &told);
        let mut sql = Sql { bare: facets.is_some(), ..Sql::default() };
        sql.push("SELECT ");
        sql.push(&ask.by.map_or("''".to_string(), |id| field(id).column()));
        sql.looks_at(&told);
        for measure in &ask.measures {
            sql.push(", ");
            figure(&mut sql, measure);
        }
        sql.push(", count(*) AS n");
        from_by(&mut sql, &ask.filter, facets.map(|f| f.index));
        if let Some(by) = ask.by {
            sql.push(&format!(" GROUP BY {0} ORDER BY n DESC, {0}", field(by).column()));
        }
        let mut statement = self.conn.prepare_cached(&sql.text)?;
        let params = sql.params.iter().map(|value| Param { text: false, value });
        let rows = statement.query_map(params_from_iter(params), |r| {
            let figures = (1..=ask.measures.len()).map(|i| r.get(i)).collect::<rusqlite::Result<Vec<i64>>>()?;
            Ok((value(r.get_ref(0)?), figures))
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

fn figure(sql: &mut Sql, measure: &Measure) {
    let column = |id: &FieldId| field(*id).column();
    match measure {
        Measure::Count => sql.push("count(*)"),
        Measure::Sum(id) => sql.push(&format!("COALESCE(SUM({}), 0)", column(id))),
        Measure::Mean(id) => sql.push(&format!("COALESCE(CAST(AVG({}) AS INTEGER), 0)", column(id))),
        Measure::Filled(id) if field(*id).is_text() => sql.push(&format!("COALESCE(SUM({} <> ''), 0)", column(id))),
        Measure::Filled(id) => sql.push(&format!("count({})", column(id))),
        Measure::Is(id, text) => {
            sql.push(&format!("COALESCE(SUM({} = ", column(id)));
            sql.bind_text(text.as_str());
            sql.push("), 0)");
        }
        Measure::Within(id, low, high) => {
            sql.push(&format!("COALESCE(SUM({0} IS NOT NULL AND {0} >= ", column(id)));
            sql.bind(*low);
            sql.push(&format!(" AND {} <= ", column(id)));
            sql.bind(*high);
            sql.push("), 0)");
        }
    }
}
