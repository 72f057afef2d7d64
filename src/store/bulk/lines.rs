//! The lines of search of rows that come by the million: of the latest that are searched, whose texts wait until it is
//! known that they are.

use std::collections::VecDeque;
use std::io;

use crate::base::Id;
use crate::domain::{FieldId, Value};
use crate::query::find::{Sought, texts_into};
use crate::search::letters::line_into;
use crate::search::packed::{Line, MOST, Pieces};

use super::super::lines::recent;
use super::pages::{Pages, Table};
use super::record::{Maker, Takes as _};

/// The pieces of one kind while its rows come.
pub struct Lines {
    sought: &'static Sought,
    made: Made,
    /// The piece at hand, and those that wait.
    own: Texts<Vec<Row>, String>,
    waiting: VecDeque<Texts<Box<[Row]>, Box<str>>>,
    /// Rows that wait.
    rows: usize,
}

/// The texts of a piece, one behind the other.
#[derive(Default)]
struct Texts<R, T> {
    rows: R,
    texts: T,
}

#[derive(Clone, Copy)]
struct Row {
    id: i64,
    recent: i64,
    /// Where its texts end: what everybody may look for, and the rest.
    open: u32,
    personal: u32,
}

/// What is made of them.
struct Made {
    table: Table,
    record: Maker,
    line: Vec<u8>,
    pieces: Pieces,
}

impl Lines {
    pub fn into(root: u32, sought: &'static Sought) -> Lines {
        let made =
            Made { table: Table::at(root), record: Maker::default(), line: Vec::new(), pieces: Pieces::default() };
        Lines { sought, made, own: Texts::default(), waiting: VecDeque::new(), rows: 0 }
    }

    /// Takes a row that is not deleted; rows come by their ids.
    pub fn take<'a>(&mut self, pages: &mut Pages, id: Id, get: impl Fn(FieldId) -> &'a Value) -> io::Result<()> {
        if self.own.rows.len() == MOST {
            self.end(pages)?;
        }
        let Texts { rows, texts } = &mut self.own;
        let open = texts_into(texts, self.sought.open, &get);
        let personal = texts_into(texts, self.sought.personal, &get);
        let end = |end| u32::try_from(end).map_err(|_| io::Error::other("texts too long to be searched"));
        let recent = recent(get(self.sought.recent));
        rows.push(Row { id: id.0, recent, open: end(open)?, personal: end(personal)? });
        Ok(())
    }

    /// Ends the piece at hand: it is written, or waits until it is known whether so old a row is searched.
    fn end(&mut self, pages: &mut Pages) -> io::Result<()> {
        let Texts { rows, texts } = &mut self.own;
        if self.sought.most == usize::MAX {
            self.made.write(pages, rows, texts)?;
        } else {
            self.rows += rows.len();
            self.waiting.push_back(Texts { rows: rows.as_slice().into(), texts: texts.as_str().into() });
            while self.waiting.front().is_some_and(|first| self.rows - first.rows.len() >= self.sought.most) {
                self.rows -= self.waiting.pop_front().map_or(0, |first| first.rows.len());
            }
        }
        rows.clear();
        texts.clear();
        Ok(())
    }

    /// Returns how many rows its table has.
    pub fn finish(mut self, pages: &mut Pages) -> io::Result<u64> {
        self.end(pages)?;
        for Texts { rows, texts } in &self.waiting {
            self.made.write(pages, rows, texts)?;
        }
        self.made.table.finish(pages)
    }
}

impl Made {
    fn write(&mut self, pages: &mut Pages, rows: &[Row], texts: &str) -> io::Result<()> {
        let mut from = 0;
        for row in rows {
            let (open, personal) = (row.open as usize, row.personal as usize);
            line_into(&mut self.line, &texts[from..open], &texts[open..personal]);
            self.pieces.put(&Line { id: row.id, recent: row.recent, text: &self.line });
            from = personal;
        }
        let Made { table, record, pieces, .. } = self;
        pieces.hand_over(|first, bytes| {
            record.begin();
            record.null();
            record.blob(bytes);
            // They come in the order of their ids, and so do their pieces.
            table.push(pages, first, record.end()).map(drop)
        })
    }
}
