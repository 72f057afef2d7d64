//! A table while its rows come: where its columns come from, and which indexes take what of a row.

use rusqlite::Connection;

use crate::domain::{Record, Value};

use super::super::{Result, StoreError};
use super::entry::Shape;
use super::few::Few;
use super::index::{self, Column, Term, Test};
use super::pages;
use super::record::Datum;
use super::sort::Sorter;

/// The columns of a table in the order of the file; the first is the id, which the row itself carries.
pub fn columns(conn: &Connection, table: &str) -> Result<Vec<Column>> {
    let mut statement = conn.prepare("SELECT name, type, \"notnull\" FROM pragma_table_info(?1) ORDER BY cid")?;
    let found = statement
        .query_map([table], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
        .collect::<rusqlite::Result<Vec<(String, String, bool)>>>()?;
    let column = |(name, kind, notnull): (String, String, bool)| -> Result<Column> {
        let (_, collation, ..) = conn.column_metadata(None::<&str>, table, name.as_str())?;
        let folded = collation.is_some_and(|c| c.to_bytes().eq_ignore_ascii_case(b"NOCASE"));
        Ok(Column { name, text: kind == "TEXT", folded, null: !notnull })
    };
    found.into_iter().map(column).collect()
}

/// An index while its entries come.
pub struct Growing {
    pub name: String,
    pub root: u32,
    pub unique: bool,
    pub shape: Shape,
    /// Which of the table's conditions a row must pass.
    pub only: Option<usize>,
    pub entries: Entries,
}

/// The entries of an index so far.
pub enum Entries {
    /// They come as they come.
    Sorted(Box<Sorter>),
    /// They come in order, and are in the pages already; the key of the last.
    Written(pages::Index, Vec<u8>),
}

/// Indexes whose entries come in order, as [`super::Bulk::row`] asks for it: what was said to leads and about tickets.
const IN_ORDER: &[&str] = &["touches_lead", "conversation_ticket"];

/// Indexes of more columns than this begin with those that part the rows: of their texts there are few.
const FACETS: usize = 4;

/// What a column of a table must hold.
#[derive(Clone, Copy)]
pub struct Kind {
    pub text: bool,
    pub null: bool,
}

/// Where a column of a row comes from.
#[derive(Clone, Copy)]
pub enum Place {
    /// The row itself carries its id.
    Id,
    Version,
    Search,
    /// A field that is a number, or a text, which is never NULL.
    Number(usize),
    Text(usize),
}

impl Place {
    /// What of a record stands there.
    #[inline]
    pub fn of<'a>(self, record: &'a Record, search: &'a str) -> Datum<'a> {
        let (field, text) = match self {
            Place::Id => return Datum::Null,
            Place::Version => return Datum::Int(record.version),
            Place::Search => return Datum::Text(search),
            Place::Number(field) => (field, false),
            Place::Text(field) => (field, true),
        };
        match &record.values[field] {
            Value::Null if text => Datum::Text(""),
            Value::Null => Datum::Null,
            Value::Int(n) => Datum::Int(*n),
            Value::Text(text) => Datum::Text(text),
        }
    }
}

/// A table while its rows come.
pub struct Table {
    pub name: String,
    pub rows: pages::Table,
    /// What each column of the file has of a record.
    pub order: Vec<Place>,
    pub kinds: Vec<Kind>,
    /// Columns whose texts are few, and their texts.
    pub few: (Vec<usize>, Vec<Few>),
    pub tests: Vec<Test>,
    pub indexes: Vec<Growing>,
    /// The ids of all rows, where an index is put in order at the end.
    pub ids: Option<Vec<i64>>,
}

impl Table {
    /// Reads what a table is, which must be empty; `fields` are the columns of a record in their order.
    pub fn read(conn: &Connection, name: &str, fields: &[String]) -> Result<Table> {
        let columns = columns(conn, name)?;
        let place = |(n, c): (usize, &Column)| match fields.iter().position(|f| *f == c.name) {
            _ if n == 0 => Place::Id,
            // What lies apart has the version of its row.
            _ if n == 1 && c.name == "version" => Place::Version,
            Some(field) if c.text => Place::Text(field),
            Some(field) => Place::Number(field),
            None => Place::Search,
        };
        let order = columns.iter().enumerate().map(place).collect();
        let kinds = columns.iter().map(|c| Kind { text: c.text, null: c.null }).collect();
        let texts: Vec<bool> = columns.iter().map(|c| c.text).collect();
        let empty: bool = conn.query_row(&format!("SELECT NOT EXISTS (SELECT 1 FROM {name})"), [], |r| r.get(0))?;
        if !empty {
            return Err(StoreError::Sql(format!("{name} is not a table that rows can be put into at once")));
        }
        let mut statement = conn.prepare(
            "SELECT type, name, rootpage, COALESCE(sql, '') FROM sqlite_schema WHERE tbl_name = ?1 ORDER BY 1 DESC",
        )?;
        let found = statement
            .query_map([name], |r| {
                Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get(2)?, r.get::<_, String>(3)?))
            })?
            .collect::<rusqlite::Result<Vec<(String, String, u32, String)>>>()?;
        let mut out = Table {
            name: name.into(),
            rows: pages::Table::at(0),
            order,
            kinds,
            few: (Vec::new(), Vec::new()),
            tests: Vec::new(),
            indexes: Vec::new(),
            ids: None,
        };
        let mut shapes = Vec::new();
        for (kind, name, root, sql) in found {
            if kind == "table" {
                out.rows = pages::Table::at(root);
                continue;
            }
            let Some(shape) = index::read(&sql, &columns) else {
                return Err(StoreError::Sql(format!("the index {name} cannot be made at once")));
            };
            shapes.push((name, root, shape));
        }
        let in_facets = |n: &usize| {
            let facets = |(_, _, shape): &(String, u32, index::Shape)| {
                shape.terms.len() > FACETS && shape.terms.contains(&Term::Column(*n))
            };
            texts[*n] && shapes.iter().any(facets)
        };
        out.few.0 = (0..texts.len()).filter(in_facets).collect();
        out.few.1.resize_with(out.few.0.len(), Few::default);
        for (name, root, shape) in shapes {
            let only = shape.only.map(|test| {
                out.tests.iter().position(|known| *known == test).unwrap_or_else(|| {
                    out.tests.push(test);
                    out.tests.len() - 1
                })
            });
            let (unique, shape) = (shape.unique, Shape::of(&shape.terms, &texts, &out.few.0));
            let entries = if IN_ORDER.contains(&name.as_str()) && !unique {
                Entries::Written(pages::Index::at(root), Vec::new())
            } else {
                out.ids.get_or_insert_default();
                Entries::Sorted(Box::default())
            };
            out.indexes.push(Growing { name, root, unique, shape, only, entries });
        }
        Ok(out)
    }
}
