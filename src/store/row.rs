//! Rows to records and values to parameters.

use std::sync::{Arc, OnceLock};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{self, field};

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

/// What puts a row in: id, version, the fields, and the search text where there is one. Every column is named, filled or
/// not: one text for all rows of an entity is prepared once, where a text for each set of filled fields is prepared over
/// and over in an import.
pub fn insertion(entity: Entity) -> &'static str {
    static TEXTS: OnceLock<Vec<String>> = OnceLock::new();
    let of = |entity: &Entity| {
        let fields = schema::whole(*entity);
        let searched = !schema::noun(*entity).searched.is_empty();
        let marks: Vec<String> = (1..=fields.len() + 2 + usize::from(searched)).map(|n| format!("?{n}")).collect();
        let search = if searched { ", search" } else { "" };
        format!("INSERT INTO {} ({}{search}) VALUES ({})", table(*entity), columns(&fields), marks.join(", "))
    };
    &TEXTS.get_or_init(|| Entity::ALL.iter().map(of).collect())[entity as usize]
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
