//! Rows as they were drawn last: moving the cursor draws two of them, scrolling one.

use std::collections::HashMap;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::base::Id;

use super::super::theme::Theme;
use super::Table;
use super::list::Column;

/// All that the look of a row depends on besides the row.
#[derive(PartialEq)]
struct Stamp {
    edition: u64,
    area: (u16, u16),
    columns: Vec<Column>,
    words: Vec<String>,
    theme: Theme,
    clock: i64,
}

/// The rows of the last frame, each without what the cursor and the marks add.
#[derive(Default)]
pub struct Drawn {
    stamp: Option<Stamp>,
    frame: u64,
    rows: HashMap<Id, (u64, Vec<Cell>)>,
}

impl Drawn {
    /// Begins a frame; rows that would look different now are forgotten.
    pub fn begin(
        &mut self,
        screen: &Table,
        area: Rect,
        columns: &[Column],
        words: &[String],
        theme: &Theme,
        clock: i64,
    ) {
        self.frame += 1;
        let edition = screen.rows.edition;
        let same = self.stamp.as_ref().is_some_and(|s| {
            s.edition == edition
                && s.area == (area.x, area.width)
                && s.columns == columns
                && s.words == words
                && s.clock == clock
                && s.theme == *theme
        });
        if !same {
            self.rows.clear();
            self.stamp = Some(Stamp {
                edition,
                area: (area.x, area.width),
                columns: columns.to_vec(),
                words: words.to_vec(),
                theme: theme.clone(),
                clock,
            });
        }
    }

    /// Puts a row where `draw` would, calling it only for a row that was not there in the last frame.
    pub fn row(&mut self, id: Id, line: Rect, buf: &mut Buffer, draw: impl FnOnce(&mut Buffer)) {
        let line = line.intersection(buf.area);
        let at = buf.index_of(line.x, line.y);
        let place = at..at + usize::from(line.width);
        match self.rows.get_mut(&id) {
            Some((seen, cells)) if cells.len() == place.len() => {
                *seen = self.frame;
                buf.content[place].clone_from_slice(cells);
            }
            _ => {
                draw(buf);
                self.rows.insert(id, (self.frame, buf.content[place].to_vec()));
            }
        }
    }

    /// Ends a frame: what was not on it is let go.
    pub fn end(&mut self) {
        let frame = self.frame;
        self.rows.retain(|_, (seen, _)| *seen == frame);
    }
}
