//! Rows to records and values to parameters.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::field;

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
