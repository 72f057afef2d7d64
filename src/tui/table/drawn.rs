//! Rows as they were drawn last: moving the cursor draws two of them, scrolling one.

use std::collections::HashMap;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use crate::base::{Id, Timestamp};
use crate::domain::Entity;

use super::super::theme::Theme;
use super::Table;
use super::list::Column;

/// All that the look of a row depends on besides the row.
#[derive(PartialEq)]
struct Stamp {
    entity: Entity,
    edition: u64,
    area: (u16, u16),
    columns: Vec<Column>,
    words: Vec<String>,
    theme: Theme,
    day: i64,
    near_ms: i64,
}

/// What a line of the screen holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Nothing,
    Row {
        id: Id,
        current: bool,
        /// What stands beside the marker.
        sign: Option<char>,
    },
}

struct Kept {
    /// The frame it was in last.
    seen: u64,
    /// When it reads otherwise, if ever.
    until: Option<Timestamp>,
    cells: Vec<Cell>,
}

/// The rows of the last frame, each without what the cursor and the marks add, and what each line held with them.
#[derive(Default)]
pub struct Drawn {
    stamp: Option<Stamp>,
    frame: u64,
    rows: HashMap<Id, Kept>,
    /// By the line of the screen; what is not there is not known.
    lines: HashMap<u16, Held>,
    begun: bool,
}

impl Drawn {
    /// Begins a frame; rows that would look different now are forgotten.
    pub fn begin(&mut self, screen: &Table, area: Rect, columns: &[Column], words: &[String], theme: &Theme, day: i64) {
        self.frame += 1;
        self.begun = true;
        let (entity, edition) = (screen.entity, screen.rows.edition);
        let same = self.stamp.as_ref().is_some_and(|s| {
            s.entity == entity
                && s.edition == edition
                && s.area == (area.x, area.width)
                && s.columns == columns
                && s.words == words
                && s.day == day
                && s.near_ms == screen.near_ms
                && s.theme == *theme
        });
        if !same {
            self.rows.clear();
            self.lines.clear();
            self.stamp = Some(Stamp {
                entity,
                edition,
                area: (area.x, area.width),
                columns: columns.to_vec(),
                words: words.to_vec(),
                theme: theme.clone(),
                day,
                near_ms: screen.near_ms,
            });
        }
    }

    /// Whether a line of the screen holds this already; notes that it will.
    pub fn holds(&mut self, y: u16, held: Held, now: Timestamp) -> bool {
        let current = match held {
            Held::Nothing => true,
            Held::Row { id, .. } => self.rows.get_mut(&id).is_some_and(|kept| {
                kept.seen = self.frame;
                kept.until.is_none_or(|until| now < until)
            }),
        };
        self.lines.insert(y, held) == Some(held) && current
    }

    /// Puts a row where `draw` would, calling it only for a row that was not there in the last frame or reads otherwise
    /// now.
    pub fn row(
        &mut self,
        id: Id,
        line: Rect,
        buf: &mut Buffer,
        now: Timestamp,
        until: impl FnOnce() -> Option<Timestamp>,
        draw: impl FnOnce(&mut Buffer),
    ) {
        let at = buf.index_of(line.x, line.y);
        let place = at..at + usize::from(line.width);
        match self.rows.get_mut(&id) {
            Some(kept) if kept.cells.len() == place.len() && kept.until.is_none_or(|until| now < until) => {
                kept.seen = self.frame;
                buf.content[place].clone_from_slice(&kept.cells);
            }
            _ => {
                draw(buf);
                let kept = Kept { seen: self.frame, until: until(), cells: buf.content[place].to_vec() };
                self.rows.insert(id, kept);
            }
        }
    }

    /// Ends a frame: what was not on it is let go, and all of it where there was no list.
    pub fn end(&mut self) {
        if !std::mem::take(&mut self.begun) {
            return self.forget();
        }
        let frame = self.frame;
        self.rows.retain(|_, kept| kept.seen == frame);
    }

    /// What stands on the screen is not known any more.
    pub fn forget_lines(&mut self) {
        self.lines.clear();
    }

    pub fn forget_line(&mut self, y: u16) {
        self.lines.remove(&y);
    }

    /// Nothing is known.
    pub fn forget(&mut self) {
        self.rows.clear();
        self.lines.clear();
        self.stamp = None;
    }
}
