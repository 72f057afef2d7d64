//! A frame that remembers what it holds.
//!
//! Most keys change little of a list: two rows, a figure, the hints. So a canvas keeps its cells from frame to frame with
//! what they were drawn from, and only what was drawn from something else is drawn anew. It tells which lines were
//! touched, so that the [wire](super::wire) looks at no others. Whatever is not a plain list (a page, a form, a board)
//! is drawn whole. A new canvas remembers nothing and holds the same cells in the end; a test compares the two.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;

use crate::base::{Id, Timestamp};
use crate::domain::Entity;

use super::paint::{put, put_line};
use super::table::drawn::Drawn;
use super::theme::Theme;

/// What has to be the same for anything of the last frame to stay.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stage {
    pub area: Rect,
    pub theme: Theme,
    pub thin: bool,
    pub entity: Entity,
    /// Where the list is, and the briefing beside it.
    pub list: Rect,
    pub panel: Option<Rect>,
    /// Whether nothing lies over the list: only then it is known what stands where.
    pub bare: bool,
}

/// What the lines beside the list were drawn from.
#[derive(Debug, PartialEq)]
pub(super) struct Briefed {
    /// Edition of the briefing; `None` while there is none to show.
    pub edition: Option<u64>,
    /// The moment it tells of, as far as it tells moments apart.
    pub at: Timestamp,
    /// Who else has the row open.
    pub other: Option<String>,
}

/// A buffer and what it was drawn from.
pub struct Canvas {
    pub buffer: Buffer,
    touched: Vec<bool>,
    /// Nothing was drawn into the buffer yet.
    empty: bool,
    base: Style,
    stage: Option<Stage>,
    pub(super) rows: Drawn,
    briefed: Option<(Briefed, Vec<Line<'static>>)>,
    /// What lay over a line of the list, and the line that something lies over now or did before.
    notice: bool,
    lain_over: Option<u16>,
}

fn clear(buf: &mut Buffer, area: Rect, base: Style) {
    for y in area.y..area.bottom() {
        let from = buf.index_of(area.x, y);
        let cells = &mut buf.content[from..from + usize::from(area.width)];
        cells.fill(Cell::EMPTY);
        if base != Style::new() {
            cells.iter_mut().for_each(|cell| {
                cell.set_style(base);
            });
        }
    }
}

impl Canvas {
    pub fn new(area: Rect) -> Canvas {
        Canvas {
            buffer: Buffer::empty(area),
            touched: vec![true; usize::from(area.height)],
            empty: true,
            base: Style::new(),
            stage: None,
            rows: Drawn::default(),
            briefed: None,
            notice: false,
            lain_over: None,
        }
    }

    /// Another size; what is held is gone when it differs.
    pub fn resize(&mut self, area: Rect) {
        if self.buffer.area != area {
            self.buffer = Buffer::empty(area);
            self.empty = true;
            self.forget();
        }
    }

    /// Takes another buffer, which is empty, for its own and gives that away: all is drawn in the next frame, with the
    /// rows as they are remembered.
    pub fn swap(&mut self, buffer: &mut Buffer) {
        std::mem::swap(&mut self.buffer, buffer);
        (self.stage, self.empty) = (None, true);
    }

    /// All is drawn in the next frame.
    pub fn forget(&mut self) {
        self.stage = None;
        self.rows.forget();
    }

    /// For each line whether it was drawn on in the last frame. The others hold what they held.
    pub fn touched(&self) -> &[bool] {
        &self.touched
    }

    /// Begins a frame on this stage; where it is that of the last frame, what was drawn stays.
    pub(super) fn begin(&mut self, stage: Stage) {
        let stays = stage.bare && self.stage.as_ref() == Some(&stage);
        self.touched.resize(usize::from(stage.area.height), true);
        self.touched.fill(!stays);
        if !stays {
            self.base = stage.theme.text;
            if !self.empty {
                self.buffer.reset();
            }
            if self.base != Style::new() {
                self.buffer.set_style(stage.area, self.base);
            }
            self.rows.forget_lines();
            self.briefed = None;
        }
        (self.stage, self.empty) = (Some(stage), false);
    }

    /// Ends a frame. Rows that were not drawn in it are let go.
    pub(super) fn end(&mut self) {
        self.rows.end();
    }

    /// Notes that an area is drawn on; returns what of it there is.
    fn touch(&mut self, area: Rect) -> Rect {
        let area = area.intersection(self.buffer.area);
        for y in area.y..area.bottom() {
            if let Some(touched) = self.touched.get_mut(usize::from(y - self.buffer.area.y)) {
                *touched = true;
            }
        }
        area
    }

    /// Empties an area that is about to be drawn.
    pub(super) fn wipe(&mut self, area: Rect) {
        let area = self.touch(area);
        clear(&mut self.buffer, area, self.base);
    }

    /// Draws a line of the list by `draw`, or takes it from memory.
    pub(super) fn row(
        &mut self,
        id: Id,
        line: Rect,
        now: Timestamp,
        until: impl FnOnce() -> Option<Timestamp>,
        draw: impl FnOnce(&mut Buffer),
    ) {
        let line = self.touch(line);
        let base = self.base;
        self.rows.row(id, line, &mut self.buffer, now, until, |buf| {
            clear(buf, line, base);
            draw(buf);
        });
    }

    /// The lines beside the list, made anew where they come from something else; `area` begins with the line between.
    pub(super) fn brief(&mut self, area: Rect, from: Briefed, lines: impl FnOnce(u16) -> Vec<Line<'static>>) {
        let border = self.stage.as_ref().map_or(Style::new(), |s| s.theme.border);
        let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
        let (from, lines, anew) = match self.briefed.take() {
            Some((last, lines)) if last == from => {
                let over = self.lain_over.map_or(Rect::ZERO, |y| Rect { y, height: 1, ..area });
                (last, lines, area.intersection(over))
            }
            _ => (from, lines(inside.width), area),
        };
        self.wipe(anew);
        for y in anew.y..anew.bottom() {
            put(&mut self.buffer, area.x, y, 1, "│", border);
            if let Some(line) = lines.get(usize::from(y - area.y)) {
                put_line(&mut self.buffer, inside.x, y, inside.width, line);
            }
        }
        self.briefed = Some((from, lines));
    }

    /// What will lie over a line of the list, told before the list is drawn: where that is or was something, the line
    /// is drawn anew.
    pub(super) fn notice(&mut self, y: u16, notice: bool) {
        self.lain_over = (self.notice || notice).then_some(y);
        if self.lain_over.is_some() {
            self.rows.forget_line(y);
        }
        self.notice = notice;
    }
}
