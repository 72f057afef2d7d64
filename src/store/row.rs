//! Rows to records and values to parameters.

use std::sync::{Arc, OnceLock};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, Statement, ToSql};

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{self, field};

use super::apart::{is_apart, rest};

/// The table of an entity.
pub fn table(entity: Entity) -> &'static str {
    entity.code()
}

/// `id, version, a, b, c` for a SELECT.
pub fn columns(fields: &[FieldId]) -> String {
    let mut out = String::from("id, version");
    for id in fields {
        out.push_str(", ");
        out.push_str(&field(*id).column());
    }
    out
}

/// What puts a row into one table: the id, the version where the table has it, the fields, and the search text where it
/// has that. Every column is named, filled or not: one text for all rows of an entity is prepared once, where a text for
/// each set of filled fields is prepared over and over in an import.
pub struct Insertion {
    pub text: String,
    pub version: bool,
    pub fields: Vec<FieldId>,
    pub search: bool,
}

impl Insertion {
    fn into(table: &str, version: bool, fields: Vec<FieldId>, search: bool) -> Insertion {
        let mut names = vec!["id".to_string()];
        names.extend(version.then(|| "version".to_string()));
        names.extend(fields.iter().map(|id| field(*id).column()));
        names.extend(search.then(|| "search".to_string()));
        let marks: Vec<String> = (1..=names.len()).map(|n| format!("?{n}")).collect();
        let text = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), marks.join(", "));
        Insertion { text, version, fields, search }
    }

    /// Puts a row in.
    pub fn put<'a>(
        &self,
        statement: &mut Statement<'_>,
        (id, version): (Id, i64),
        value: impl Fn(FieldId) -> &'a Value,
        search: &str,
    ) -> rusqlite::Result<()> {
        statement.raw_bind_parameter(1, id.0)?;
        let mut n = 2;
        if self.version {
            statement.raw_bind_parameter(n, version)?;
            n += 1;
        }
        for id in &self.fields {
            statement.raw_bind_parameter(n, param(*id, value(*id)))?;
            n += 1;
        }
        if self.search {
            statement.raw_bind_parameter(n, search)?;
        }
        statement.raw_execute()?;
        Ok(())
    }
}

/// The tables a row goes into, in their order.
pub fn insertions(entity: Entity) -> &'static [Insertion] {
    static ALL: OnceLock<Vec<Vec<Insertion>>> = OnceLock::new();
    let of = |entity: &Entity| {
        let searched = !schema::noun(*entity).searched.is_empty();
        let (apart, own): (Vec<FieldId>, Vec<FieldId>) = schema::ids(*entity).partition(|id| is_apart(*id));
        let rest = rest(*entity);
        let mut all = vec![Insertion::into(table(*entity), true, own, searched && rest.is_none())];
        all.extend(rest.map(|rest| Insertion::into(rest, false, apart, searched)));
        all
    };
    &ALL.get_or_init(|| Entity::ALL.iter().map(of).collect())[entity as usize]
}

/// Reads what [`columns`] asked for, from column `at` on.
pub fn record(row: &Row<'_>, fields: &Arc<[FieldId]>) -> rusqlite::Result<Record> {
    let mut values = Vec::with_capacity(fields.len());
    for i in 0..fields.len() {
        values.push(value(row.get_ref(i + 2)?));
    }
    Ok(Record { id: Id(row.get(0)?), version: row.get(1)?, fields: fields.clone(), values })
}

/// A stored empty text is no value.
pub fn value(v: ValueRef<'_>) -> Value {
    match v {
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(b) => match std::str::from_utf8(b) {
            Ok(text) => Value::text(text),
            Err(_) => Value::text(String::from_utf8_lossy(b)),
        },
        _ => Value::Null,
    }
}

/// A value as a parameter for a column of its kind.
pub struct Param<'a> {
    pub text: bool,
    pub value: &'a Value,
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.value {
            Value::Null if self.text => ToSqlOutput::Borrowed(ValueRef::Text(b"")),
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(n) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Value::Text(s) => ToSqlOutput::Borrowed(ValueRef::Text(s.as_bytes())),
        })
    }
}

/// The parameter for `value` in the column of `id`.
pub fn param(id: FieldId, value: &Value) -> Param<'_> {
    Param { text: field(id).is_text(), value }
}
