//! Millions of rows into tables that are empty, in the order of their ids. SQLite puts rows in one by one and, to make
//! an index, reads its table again from end to end: of a company of a million customers that is twelve million rows,
//! and seventy times a table. Here a row is looked at once (table). It goes to the page that is being filled, and what each
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

mod beside;
mod disk;
mod entry;
mod few;
mod index;
mod key;
mod lines;
mod pages;
mod record;
mod sort;
mod table;
#[cfg(test)]
mod tests;

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rusqlite::Connection;

use crate::base::Id;
use crate::base::near::{all_soon, soon};
use crate::domain::plan::PriceStep;
use crate::domain::{Entity, FieldId, Record};
use crate::query::eval::search_text_into;
use crate::query::find::sought;
use crate::query::schema;

use super::apart::rest;
use super::open::sibling;
use super::row;
use super::stats::Counted;
use super::sums::{Fold, Taken};
use super::{Result, StoreError};

pub use beside::Beside;
use entry::Shape;
use few::{Code, Few};
use lines::Lines;
use pages::Pages;
use record::{Cell, Datum, Maker, Takes as _};
use sort::Spill;
use table::{Entries, Place, Table, columns};

/// Whether an index can be made here; any other is left to SQLite.
pub fn can_make(conn: &Connection, table: &str, sql: &str) -> Result<bool> {
    Ok(index::read(sql, &columns(conn, table)?).is_some())
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
    /// The search text of the row at hand.
    search: String,
    /// Changes of price by customer, which are few: their table has another shape and takes them at the end.
    pub(super) steps: Vec<(Id, PriceStep)>,
    /// What these add up to.
    pub(super) stepped: Taken,
    room: Room,
    /// Where the values of the next row are put together.
    values: Vec<Datum<'static>>,
    entry: Entry,
}

/// What is made of the row at hand, in the same room each time.
#[derive(Default)]
struct Room {
    made: Maker,
    /// Which conditions of its table it passes, and which of the few texts it has.
    passes: Vec<bool>,
    codes: Vec<Code>,
    key: Vec<u8>,
}

/// Makes entries out of their keys.
#[derive(Default)]
struct Entry {
    cell: Cell,
    maker: Maker,
    texts: Vec<(usize, usize)>,
}

impl Entry {
    fn put(
        &mut self,
        tree: &mut pages::Index,
        pages: &mut Pages,
        shape: &Shape,
        key: &[u8],
        few: &[Few],
    ) -> io::Result<()> {
        if shape.cell(key, few, &mut self.cell, &mut self.texts) {
            tree.push_cell(pages, self.cell.end())
        } else {
            tree.push(pages, shape.record(key, few, &mut self.maker, &mut self.texts))
        }
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
            search: String::new(),
            steps: Vec::new(),
            stepped: Taken::default(),
            room: Room::default(),
            values: Vec::new(),
            entry: Entry::default(),
        };
        bulk.tables.push(Table::read(conn, "usage", &[])?);
        bulk.tables.push(Table::read(conn, "timelines", &[])?);
        for entity in entities {
            let names: Vec<String> = schema::fields(*entity).iter().map(schema::Field::column).collect();
            bulk.of[*entity as usize] = Some(bulk.tables.len());
            bulk.sums.push(Fold::kept(*entity));
            bulk.tables.push(Table::read(conn, row::table(*entity), &names)?);
            if let Some(sought) = sought(*entity) {
                let sql = "SELECT rootpage FROM sqlite_schema WHERE name = ?1";
                let root = conn.query_row(sql, [super::lines::table(*entity)], |r| r.get(0))?;
                bulk.found[*entity as usize] = Some((Lines::into(root, sought), schema::find(*entity, "deleted")));
            }
            if let Some(rest) = rest(*entity) {
                bulk.sums.push(None);
                bulk.tables.push(Table::read(conn, rest, &names)?);
            }
        }
        Ok(bulk)
    }

    /// A whole row of an entity, with its search text beside it where it has one.
    pub fn row(&mut self, record: &Record) -> Result<()> {
        let entity = record.fields[0].entity;
        let Some(at) = self.of[entity as usize] else {
            return Err(StoreError::Sql(format!("rows of {} are not taken here", row::table(entity))));
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
        for at in at..=at + usize::from(rest(entity).is_some()) {
            self.put(at, record.id.0, |_, place| place.of(record, &search))?;
        }
        self.search = search;
        Ok(())
    }

    /// Rows that were made on another thread. While one is written, what the next one has is fetched from the memory
    /// of the processor that made it: a row is of many values, and to wait for each took longer than to write it.
    pub fn rows(&mut self, rows: &[&Record]) -> Result<()> {
        for (n, row) in rows.iter().enumerate() {
            if let Some(next) = rows.get(n + 2) {
                soon(*next);
            }
            if let Some(next) = rows.get(n + 1) {
                all_soon(&next.values);
            }
            self.row(row)?;
        }
        Ok(())
    }

    /// What belongs to a customer besides the row.
    pub fn beside(&mut self, line: &Record, beside: &Beside, steps: &[PriceStep]) -> Result<()> {
        self.steps.extend(steps.iter().map(|step| (line.id, *step)));
        self.stepped.take(line, steps);
        let customer = line.id.0;
        if !beside.months.is_empty() {
            let row = [Datum::Null, Datum::Int(beside.last_month), Datum::Text(&beside.months)];
            self.put(self.usage, customer, |column, _| row[column])?;
        }
        if !beside.lines.is_empty() {
            let row = [Datum::Null, Datum::Text(&beside.lines)];
            self.put(self.timelines, customer, |column, _| row[column])?;
        }
        Ok(())
    }

    /// What of a row goes into one table: what a column holds, by its number and by what it has of a record.
    fn put<'a>(&mut self, at: usize, id: i64, row: impl Fn(usize, Place) -> Datum<'a> + Copy) -> Result<()> {
        let Table { name, rows, order, kinds, few: (texts, few), tests, indexes, ids } = &mut self.tables[at];
        let Room { made, passes, codes, key } = &mut self.room;
        let mut values = emptied(std::mem::take(&mut self.values));
        values.push(Datum::Null);
        made.begin();
        made.null();
        for (n, (kind, place)) in kinds.iter().zip(&*order).enumerate().skip(1) {
            let value = row(n, *place);
            values.push(value);
            // What SQLite would refuse or keep otherwise: a NUL ends a text where it is compared.
            let kept = match value {
                Datum::Null => {
                    made.null();
                    kind.null
                }
                Datum::Int(n) => {
                    made.int(n);
                    !kind.text
                }
                Datum::Text(text) => {
                    let _ = made.text(text.as_bytes());
                    kind.text && !key::has_nul(text)
                }
            };
            if !kept {
                return Err(StoreError::Sql(format!("row {id} of {name} cannot hold its value {n}")));
            }
        }
        if !rows.push(&mut self.pages, id, made.end()).map_err(|e| disk(&e))? {
            return Err(StoreError::Sql(format!("row {id} of {name} does not come behind the one before it")));
        }
        passes.clear();
        passes.extend(tests.iter().map(|test| test.of(&values) == Some(true)));
        codes.clear();
        codes.extend(texts.iter().zip(&mut *few).map(|(column, few)| match values[*column] {
            Datum::Text(text) => few.code(text),
            _ => few.code(""),
        }));
        let mut number = 0;
        if let Some(ids) = ids {
            number = u32::try_from(ids.len()).map_err(|_| StoreError::Sql(format!("{name} has too many rows")))?;
            ids.push(id);
        }
        for index in indexes {
            if index.only.is_some_and(|test| !passes[test]) {
                continue;
            }
            let short = index.shape.short(&values, codes);
            if short.is_none() && !index.shape.key(key, &values, codes, id) {
                return Err(StoreError::Sql(format!("row {id} has a moment that {} cannot hold", index.name)));
            }
            match &mut index.entries {
                Entries::Sorted(sorter) => match short {
                    Some(values) => sorter.push_short(&mut self.spill, values, number),
                    None => sorter.push(&mut self.spill, key, number),
                },
                Entries::Written(tree, last) => {
                    if let Some(short) = short {
                        key.clear();
                        key.extend_from_slice(&key::with_id(short, id).to_be_bytes());
                    }
                    if *last >= *key {
                        let name = &index.name;
                        return Err(StoreError::Sql(format!("row {id} does not come in the order of {name}")));
                    }
                    last.clone_from(key);
                    self.entry.put(tree, &mut self.pages, &index.shape, key, few)
                }
            }
            .map_err(|e| disk(&e))?;
        }
        self.values = emptied(values);
        Ok(())
    }

    /// What the rows add up to, for the sums that are kept of them.
    pub(super) fn sums(&mut self) -> Vec<Fold> {
        std::mem::take(&mut self.sums).into_iter().flatten().collect()
    }

    /// Writes the indexes, and what the file says of itself. Returns the entries of each index, and the rows of tables
    /// without an index of all of them.
    pub(super) fn finish(mut self) -> Result<Vec<Counted>> {
        let mut counted = Vec::new();
        let mut count = |table: &str, index: Option<String>, entries| {
            counted.push(Counted { table: table.into(), index, entries });
        };
        for Table { name, rows, indexes, ids, few: (_, few), .. } in self.tables {
            let many = rows.finish(&mut self.pages).map_err(|e| disk(&e))?;
            // Else an index tells it.
            if indexes.iter().all(|index| index.only.is_some()) {
                count(&name, None, many);
            }
            let ids = ids.as_deref().unwrap_or_default();
            for index in indexes {
                let (pages, shape) = (&mut self.pages, &index.shape);
                let clash = || StoreError::Unique(format!("two rows are alike in {}", index.name));
                let tree = match index.entries {
                    Entries::Sorted(sorter) => {
                        let mut tree = pages::Index::at(index.root);
                        let mut before: Vec<u8> = Vec::new();
                        sorter.drain(&mut self.spill, ids, |key| {
                            if index.unique {
                                // No value is not like another.
                                let own = shape.first(key, &few).unwrap_or_default();
                                if !own.is_empty() && own == before {
                                    return Err(Failed(clash()));
                                }
                                before.clear();
                                before.extend_from_slice(own);
                            }
                            Ok(self.entry.put(&mut tree, pages, shape, key, &few)?)
                        })?;
                        tree
                    }
                    Entries::Written(tree, _) => tree,
                };
                count(&name, Some(index.name), tree.finish(pages).map_err(|e| disk(&e))?);
            }
        }
        for (entity, found) in Entity::ALL.iter().zip(self.found) {
            if let Some((lines, _)) = found {
                let many = lines.finish(&mut self.pages).map_err(|e| disk(&e))?;
                count(&super::lines::table(*entity), None, many);
            }
        }
        self.pages.finish().map_err(|e| disk(&e))?;
        Ok(counted)
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
