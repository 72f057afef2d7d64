//! Millions of rows into tables that are empty, in the order of their ids. SQLite puts rows in one by one and, to make
//! an index, reads its table again from end to end: of a company of a million customers that is twelve million rows,
//! and seventy times a table. Here a row is looked at once. It goes to the page that is being filled, and what each
//! index keeps of it (index), as a short key (entry), to the index's own sorter; when all rows are there, the keys are
//! put in order, and the indexes are written, page after page. Indexes whose entries come in order are written as they
//! come.
//!
//! ```text
//! row -> record -> leaf of the table (pages)          when full: written behind the end of the file
//!     -> key -> sorter                                when all are there: in order -> record -> pages of the index
//! ```
//!
//! The file is one that nobody else knows of yet: a power cut or an error leaves nothing behind. SQLite made it, with all
//! tables and indexes, and goes on with it afterwards; tests have it check every page and compare every index with its
//! table.

mod entry;
mod few;
mod index;
mod key;
mod lines;
mod pages;
mod record;
mod sort;
#[cfg(test)]
mod tests;

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::Connection;

use crate::base::Id;
use crate::domain::plan::PriceStep;
use crate::domain::{Activity, Entity, FieldId, Record, Usage, Value};
use crate::query::eval::search_text_into;
use crate::query::find::sought;
use crate::query::schema;

use super::apart::rest;
use super::open::sibling;
use super::row::table;
use super::sums::Fold;
use super::timeline::pack;
use super::{Result, StoreError};

use entry::Shape;
use few::{Code, Few};
use index::{Column, Term, Test};
use lines::Lines;
use pages::Pages;
use record::{Datum, Maker};
use sort::{Sorter, Spill};

/// Whether an index can be made here; any other is left to SQLite.
pub fn can_make(conn: &Connection, table: &str, sql: &str) -> Result<bool> {
    Ok(index::read(sql, &columns(conn, table)?).is_some())
}

/// The columns of a table in the order of the file; the first is the id, which the row itself carries.
fn columns(conn: &Connection, table: &str) -> Result<Vec<Column>> {
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
struct Growing {
    name: String,
    root: u32,
    unique: bool,
    shape: Shape,
    /// Which of the table's conditions a row must pass.
    only: Option<usize>,
    entries: Entries,
}

/// The entries of an index so far.
enum Entries {
    /// They come as they come.
    Sorted(Box<Sorter>),
    /// They come in order, and are in the pages already; the key of the last.
    Written(pages::Index, Vec<u8>),
}

/// Indexes whose entries come in order, as [`Bulk::row`] asks for it: what was said to leads and about tickets.
const IN_ORDER: &[&str] = &["touches_lead", "conversation_ticket"];

/// Indexes of more columns than this begin with those that part the rows: of their texts there are few.
const FACETS: usize = 4;

/// What a column of a table must hold.
#[derive(Clone, Copy)]
struct Kind {
    text: bool,
    null: bool,
}

/// A table while its rows come.
struct Table {
    name: String,
    rows: pages::Table,
    /// For each column of the file behind the id and the version its place in a record, and whether it is text; none for
    /// the search text.
    order: Vec<Option<(usize, bool)>>,
    kinds: Vec<Kind>,
    /// Columns whose texts are few, and their texts.
    few: (Vec<usize>, Vec<Few>),
    tests: Vec<Test>,
    indexes: Vec<Growing>,
}

/// Takes the rows.
pub struct Bulk {
    pages: Pages,
    spill: Spill,
    tables: Vec<Table>,
    /// What the rows of each table add up to.
    sums: Vec<Option<Fold>>,
    /// The lines of search of each entity, and which of its fields says that a row is deleted.
    found: Vec<Option<(Lines, Option<FieldId>)>>,
    /// The table of each entity, behind it that of what lies apart, and those of usage and timelines.
    of: Vec<Option<usize>>,
    usage: usize,
    timelines: usize,
    /// The timeline at hand, packed, and the search text of the row at hand.
    lines: String,
    search: String,
    /// Changes of price by customer, which are few: their table has another shape and takes them at the end.
    pub(super) steps: Vec<(Id, PriceStep)>,
    made: Maker,
    /// Where the values of the next row are put together.
    room: Vec<Datum<'static>>,
    /// Of the row at hand: which conditions of its table it passes, and which of the few texts it has.
    passes: Vec<bool>,
    codes: Vec<Code>,
    key: Vec<u8>,
    entry: Entry,
}

/// Makes entries out of their keys.
#[derive(Default)]
struct Entry {
    maker: Maker,
    texts: Vec<(usize, usize)>,
}

impl Entry {
    fn of(&mut self, shape: &Shape, key: &[u8], few: &[Few]) -> record::Record<'_> {
        shape.record(key, few, &mut self.maker, &mut self.texts)
    }
}

impl Bulk {
    /// Begins to fill the tables of `entities`, timelines and usage; nobody may have a transaction open. That the parent
    /// of a row is there is not checked: who hands rows over hands their parents over, too.
    pub fn begin(conn: &Connection, path: &Path, entities: &[Entity]) -> Result<Bulk> {
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(|e| disk(&e))?;
        let mut bulk = Bulk {
            pages: Pages::behind(file).map_err(|e| disk(&e))?,
            spill: spill(path).map_err(|e| disk(&e))?,
            tables: Vec::new(),
            sums: vec![None, None],
            found: Entity::ALL.iter().map(|_| None).collect(),
            of: vec![None; Entity::ALL.len()],
            usage: 0,
            timelines: 1,
            lines: String::new(),
            search: String::new(),
            steps: Vec::new(),
            made: Maker::default(),
            room: Vec::new(),
            passes: Vec::new(),
            codes: Vec::new(),
            key: Vec::new(),
            entry: Entry::default(),
        };
        bulk.table(conn, "usage", &[])?;
        bulk.table(conn, "timelines", &[])?;
        for entity in entities {
            let names: Vec<String> = schema::fields(*entity).iter().map(schema::Field::column).collect();
            bulk.of[*entity as usize] = Some(bulk.tables.len());
            bulk.sums.push(Fold::kept(*entity));
            bulk.table(conn, table(*entity), &names)?;
            if let Some(sought) = sought(*entity) {
                let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
                let root = conn.query_row(sql, [super::lines::table(*entity)], |r| r.get(0))?;
                bulk.found[*entity as usize] = Some((Lines::into(root, sought), schema::find(*entity, "deleted")));
            }
            if let Some(rest) = rest(*entity) {
                bulk.sums.push(None);
                bulk.table(conn, rest, &names)?;
            }
        }
        Ok(bulk)
    }

    fn table(&mut self, conn: &Connection, name: &str, fields: &[String]) -> Result<()> {
        let columns = columns(conn, name)?;
        let place = |c: &Column| Some((fields.iter().position(|f| *f == c.name)?, c.text));
        // What lies apart has the version of its row.
        let head = if columns.get(1).is_some_and(|c| c.name == "version") { 2 } else { 1 };
        let order = columns.iter().skip(head).map(place).collect();
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
                Entries::Sorted(Box::default())
            };
            out.indexes.push(Growing { name, root, unique, shape, only, entries });
        }
        self.tables.push(out);
        Ok(())
    }

    /// A whole row of an entity, with its search text beside it where it has one.
    pub fn row(&mut self, record: &Record) -> Result<()> {
        let entity = record.fields[0].entity;
        let Some(at) = self.of[entity as usize] else {
            return Err(StoreError::Sql(format!("rows of {} are not taken here", table(entity))));
        };
        let mut search = std::mem::take(&mut self.search);
        search_text_into(&mut search, entity, |f| record.get(f));
        if let Some(sums) = &mut self.sums[at] {
            sums.take(record);
        }
        debug_assert_eq!(schema::fields(entity).len(), record.values.len());
        if let Some((lines, deleted)) = &mut self.found[entity as usize]
            && deleted.is_none_or(|deleted| record.get(deleted).is_null())
        {
            lines.take(&mut self.pages, record.id, |f| record.get(f)).map_err(|e| disk(&e))?;
        }
        self.part(at, record, &search)?;
        if rest(entity).is_some() {
            self.part(at + 1, record, &search)?;
        }
        self.search = search;
        Ok(())
    }

    /// What of a row goes into one table.
    fn part(&mut self, at: usize, record: &Record, search: &str) -> Result<()> {
        let Table { order, kinds, .. } = &self.tables[at];
        let value = |place: &Option<(usize, bool)>| match place {
            None => Datum::Text(search),
            Some((from, text)) => match &record.values[*from] {
                Value::Null if *text => Datum::Text(""),
                Value::Null => Datum::Null,
                Value::Int(n) => Datum::Int(*n),
                Value::Text(text) => Datum::Text(text),
            },
        };
        let mut row = emptied(std::mem::take(&mut self.room));
        row.push(Datum::Null);
        row.extend((order.len() + 2 == kinds.len()).then_some(Datum::Int(record.version)));
        row.extend(order.iter().map(value));
        let done = self.put(at, record.id.0, &row);
        self.room = emptied(row);
        done
    }

    /// One customer with all that belongs to them: the timeline with the oldest first.
    pub fn subscriber(
        &mut self,
        record: &Record,
        usage: &Usage,
        activities: &[Activity],
        steps: &[PriceStep],
    ) -> Result<()> {
        self.row(record)?;
        self.steps.extend(steps.iter().map(|step| (record.id, *step)));
        let customer = record.id.0;
        if !usage.months.is_empty() {
            let months = serde_json::to_string(&usage.months).map_err(|e| StoreError::Sql(e.to_string()))?;
            let row = [Datum::Null, Datum::Int(usage.last_month), Datum::Text(&months)];
            self.put(self.usage, customer, &row)?;
        }
        if !activities.is_empty() {
            self.lines.clear();
            pack(activities, &mut self.lines);
            let lines = std::mem::take(&mut self.lines);
            self.put(self.timelines, customer, &[Datum::Null, Datum::Text(&lines)])?;
            self.lines = lines;
        }
        Ok(())
    }

    fn put(&mut self, at: usize, id: i64, row: &[Datum<'_>]) -> Result<()> {
        let table = &mut self.tables[at];
        debug_assert!(row.len() <= table.kinds.len());
        self.made.begin();
        self.made.null();
        for (n, (value, kind)) in row.iter().zip(&table.kinds).enumerate().skip(1) {
            // What SQLite would refuse or keep otherwise: a NUL ends a text where it is compared.
            let kept = match value {
                Datum::Null => {
                    self.made.null();
                    kind.null
                }
                Datum::Int(n) => {
                    self.made.int(*n);
                    !kind.text
                }
                Datum::Text(text) => {
                    self.made.text(text.as_bytes());
                    kind.text && !key::has_nul(text)
                }
            };
            if !kept {
                return Err(StoreError::Sql(format!("row {id} of {} cannot hold its value {n}", table.name)));
            }
        }
        if !table.rows.push(&mut self.pages, id, self.made.end()).map_err(|e| disk(&e))? {
            return Err(StoreError::Sql(format!("row {id} of {} does not come behind the one before it", table.name)));
        }
        self.passes.clear();
        self.passes.extend(table.tests.iter().map(|test| test.of(row) == Some(true)));
        self.codes.clear();
        self.codes.extend(table.few.0.iter().zip(&mut table.few.1).map(|(column, few)| match row[*column] {
            Datum::Text(text) => few.code(text),
            _ => few.code(""),
        }));
        for index in &mut table.indexes {
            if index.only.is_some_and(|test| !self.passes[test]) {
                continue;
            }
            if !index.shape.key(&mut self.key, row, &self.codes, id) {
                return Err(StoreError::Sql(format!("row {id} has a moment that {} cannot hold", index.name)));
            }
            match &mut index.entries {
                Entries::Sorted(sorter) => sorter.push(&mut self.spill, &mut self.key).map_err(|e| disk(&e))?,
                Entries::Written(_, last) if *last >= self.key => {
                    let name = &index.name;
                    return Err(StoreError::Sql(format!("row {id} does not come in the order of {name}")));
                }
                Entries::Written(tree, last) => {
                    let entry = self.entry.of(&index.shape, &self.key, &table.few.1);
                    tree.push(&mut self.pages, entry).map_err(|e| disk(&e))?;
                    last.clone_from(&self.key);
                }
            }
        }
        Ok(())
    }

    /// What the rows add up to, for the sums that are kept of them.
    pub(super) fn sums(&mut self) -> Vec<Fold> {
        std::mem::take(&mut self.sums).into_iter().flatten().collect()
    }

    /// Writes the indexes, and what the file says of itself.
    pub(super) fn finish(mut self) -> Result<()> {
        for table in self.tables {
            table.rows.finish(&mut self.pages).map_err(|e| disk(&e))?;
            for index in table.indexes {
                let sorter = match index.entries {
                    Entries::Sorted(sorter) => sorter,
                    Entries::Written(tree, _) => {
                        tree.finish(&mut self.pages).map_err(|e| disk(&e))?;
                        continue;
                    }
                };
                let mut tree = pages::Index::at(index.root);
                let (pages, shape, few) = (&mut self.pages, &index.shape, &table.few.1);
                let clash = || StoreError::Unique(format!("two rows are alike in {}", index.name));
                let mut before: Vec<u8> = Vec::new();
                sorter.drain(&mut self.spill, |key| {
                    if index.unique {
                        // No value is not like another.
                        let own = shape.first(key, few).unwrap_or_default();
                        if !own.is_empty() && own == before {
                            return Err(Failed(clash()));
                        }
                        before.clear();
                        before.extend_from_slice(own);
                    }
                    Ok(tree.push(pages, self.entry.of(shape, key, few))?)
                })?;
                tree.finish(&mut self.pages).map_err(|e| disk(&e))?;
            }
        }
        for (lines, _) in self.found.into_iter().flatten() {
            lines.finish(&mut self.pages).map_err(|e| disk(&e))?;
        }
        self.pages.finish().map_err(|e| disk(&e))
    }
}

/// The room of a row for the values of another one, which may live as long as they like.
fn emptied<'a>(mut row: Vec<Datum<'_>>) -> Vec<Datum<'a>> {
    row.clear();
    row.into_iter().map(|_| Datum::Null).collect()
}

/// What ends the way through the entries of an index.
struct Failed(StoreError);

impl From<io::Error> for Failed {
    fn from(e: io::Error) -> Failed {
        Failed(disk(&e))
    }
}

impl From<Failed> for StoreError {
    fn from(e: Failed) -> StoreError {
        e.0
    }
}

fn disk(e: &io::Error) -> StoreError {
    match e.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Disk(e.to_string()),
    }
}

/// A file beside the database that has no name any more: it goes with the program, whatever happens.
fn spill(path: &Path) -> io::Result<Spill> {
    let name = sibling(path, "sorting");
    let _ = std::fs::remove_file(&name);
    let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&name)?;
    std::fs::remove_file(&name)?;
    Ok(Spill::to(file))
}
