//! A screen in eight bytes a cell: what stands there and how it looks, both as numbers.
//!
//! This is also the last gate: whatever a buffer holds, only text that cannot drive a terminal comes out as a glyph.

use std::collections::HashMap;

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::base::text::is_hostile;

use super::super::paint::sealed;
use super::sgr::{Depth, Look};

/// Clusters and looks kept before all is forgotten and written anew: far beyond what a screen shows.
const FULL: usize = 20_000;

/// The mark of a glyph that is not one character but several; the rest is its number.
const CLUSTER: u32 = 1 << 31;

/// The cells that a wide glyph takes beside its first.
const HALF: u32 = CLUSTER - 1;

/// Glyph and look.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cell {
    glyph: u32,
    pub look: u32,
}

impl Cell {
    /// Nothing, in the terminal's own colours.
    pub const BLANK: Cell = Cell { glyph: b' ' as u32, look: 0 };

    pub fn is_half(self) -> bool {
        self.glyph == HALF
    }

    pub fn is_space(self) -> bool {
        self.glyph == u32::from(b' ')
    }

    /// The character where it is a plain one.
    pub fn ascii(self) -> Option<u8> {
        u8::try_from(self.glyph).ok().filter(u8::is_ascii)
    }

    fn bits(self) -> u64 {
        u64::from(self.glyph) << 32 | u64::from(self.look)
    }
}

/// A look, and how a blank of it looks: without what cannot be seen on one.
struct Styled {
    look: Look,
    blank: u32,
}

/// The looks and clusters that have numbers.
pub struct Pool {
    looks: Vec<Styled>,
    numbers: HashMap<Look, u32>,
    clusters: Vec<Box<str>>,
    by_text: HashMap<Box<str>, u32>,
    /// The look as a buffer has it that was met last, and its number.
    last: (Color, Color, Modifier, u32),
}

impl Default for Pool {
    fn default() -> Pool {
        let look = Look::default();
        Pool {
            looks: vec![Styled { look, blank: 0 }],
            numbers: HashMap::from([(look, 0)]),
            clusters: Vec::new(),
            by_text: HashMap::new(),
            last: (Color::Reset, Color::Reset, Modifier::empty(), 0),
        }
    }
}

impl Pool {
    pub fn is_full(&self) -> bool {
        self.clusters.len() > FULL || self.looks.len() > FULL
    }

    pub fn look(&self, cell: Cell) -> Look {
        self.looks[cell.look as usize].look
    }

    /// What a cell holds, as text.
    pub fn text<'a>(&'a self, cell: Cell, held: &'a mut [u8; 4]) -> &'a str {
        match cell.glyph {
            HALF => "",
            g if g & CLUSTER != 0 => &self.clusters[(g & !CLUSTER) as usize],
            g => char::from_u32(g).unwrap_or('?').encode_utf8(held),
        }
    }

    fn number(&mut self, look: Look) -> u32 {
        if let Some(n) = self.numbers.get(&look) {
            return *n;
        }
        let blank = look.on_blank();
        let at = u32::try_from(self.looks.len()).unwrap_or(0);
        self.numbers.insert(look, at);
        self.looks.push(Styled { look, blank: at });
        if blank != look {
            self.looks[at as usize].blank = self.number(blank);
        }
        at
    }

    fn look_of(&mut self, cell: &ratatui::buffer::Cell, depth: Depth) -> u32 {
        let (fg, bg, modifier, number) = self.last;
        if cell.fg == fg && cell.bg == bg && cell.modifier == modifier {
            return number;
        }
        let look = Look { fg: depth.colour(cell.fg), bg: depth.colour(cell.bg), modifier: cell.modifier };
        let number = self.number(look);
        self.last = (cell.fg, cell.bg, cell.modifier, number);
        number
    }

    /// Another depth makes other looks of the same cells.
    fn forget_last(&mut self) {
        self.last = (Color::Reset, Color::Reset, Modifier::empty(), 0);
    }

    /// The glyph for a symbol that is more than one byte, and the cells it takes.
    fn glyph(&mut self, symbol: &str) -> (u32, u16) {
        let mut chars = symbol.chars();
        let (first, more) = (chars.next(), chars.next().is_some());
        if let Some(c) = first.filter(|_| !more) {
            // Frames, bars and shapes, of which a screen has most.
            if matches!(c, '\u{2500}'..='\u{25fa}') {
                return (c as u32, 1);
            }
            return match symbol.cell_width() {
                0 => ('?' as u32, 1),
                _ if is_hostile(c) => ('?' as u32, 1),
                width => (c as u32, width),
            };
        }
        let symbol = sealed(symbol);
        if symbol == "?" {
            return ('?' as u32, 1);
        }
        let width = symbol.cell_width();
        if width == 0 {
            return ('?' as u32, 1);
        }
        if let Some(at) = self.by_text.get(symbol.as_ref()) {
            return (at | CLUSTER, width);
        }
        let at = u32::try_from(self.clusters.len()).unwrap_or(0);
        self.clusters.push(symbol.as_ref().into());
        self.by_text.insert(symbol.as_ref().into(), at);
        (at | CLUSTER, width)
    }
}

/// Whether every terminal gives this text the width that it is drawn with here.
pub fn is_sure(text: &str, ambiguous: bool) -> bool {
    let mut chars = text.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return false };
    match c {
        '\u{20}'..='\u{7e}' => true,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        '\u{ad}' => false,
        '\u{a0}'..='\u{2ff}'
        | '\u{370}'..='\u{482}'
        | '\u{48a}'..='\u{52f}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2030}'..='\u{205e}'
        | '\u{20a0}'..='\u{20bf}'
        | '\u{2190}'..='\u{21ff}'
        | '\u{2500}'..='\u{25a9}'
        | '\u{25ac}'..='\u{25b5}'
        | '\u{25b7}'..='\u{25bf}'
        | '\u{25c1}'..='\u{25fa}'
        | '\u{2713}'
        | '\u{2717}'
        | '\u{2800}'..='\u{28ff}' => !ambiguous,
        _ => false,
    }
}

/// The cells a terminal may take at most for a text whose width is not sure: one or two for each of its characters.
pub fn reach(text: &str) -> u16 {
    let cells = text.chars().map(|c| match c {
        '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' => 0,
        c if u32::from(c) < 0x1100 => 1,
        _ => 2,
    });
    cells.sum::<u16>().max(2)
}

/// Whether so many cells at a column, with so many rows below, could run over the end of the screen, where a terminal
/// scrolls. A wide character that finds only one cell left takes the next row.
pub fn scrolls(x: usize, cells: u16, width: usize, below: usize) -> bool {
    let end = x + usize::from(cells);
    end > width && end.div_ceil(width.saturating_sub(1).max(1)) > below + 1
}

/// A screen, row after row.
#[derive(Default)]
pub struct Grid {
    width: u16,
    height: u16,
    cells: Vec<Cell>,
}

impl Grid {
    pub fn size(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// An empty screen.
    pub fn clear(&mut self, (width, height): (u16, u16)) {
        (self.width, self.height) = (width, height);
        self.cells.clear();
        self.cells.resize(usize::from(width) * usize::from(height), Cell::BLANK);
    }

    pub fn row(&self, y: u16) -> &[Cell] {
        let w = usize::from(self.width);
        &self.cells[usize::from(y) * w..][..w]
    }

    /// A figure for the left half of a row: what a list has there is what moves when it is scrolled. `None` where it
    /// is empty.
    pub fn left_half(&self, y: u16) -> Option<u64> {
        let row = self.row(y);
        let row = &row[..row.len().div_ceil(2)];
        let mut blank = true;
        let hash = row.iter().fold(0_u64, |hash, cell| {
            blank &= *cell == Cell::BLANK;
            (hash.rotate_left(5) ^ cell.bits()).wrapping_mul(0x517c_c1b7_2722_0a95)
        });
        (!blank).then_some(hash)
    }

    /// Moves the rows from `first` to `last` up by `by`, or down where it is negative; what comes in is empty.
    pub fn shift(&mut self, first: u16, last: u16, by: i32) {
        let w = usize::from(self.width);
        let n = usize::try_from(by.unsigned_abs()).unwrap_or(0) * w;
        let (from, to) = (usize::from(first) * w, (usize::from(last) + 1) * w);
        if by > 0 {
            self.cells.copy_within(from + n..to, from);
            self.cells[to - n..to].fill(Cell::BLANK);
        } else {
            self.cells.copy_within(from..to - n, from + n);
            self.cells[from..from + n].fill(Cell::BLANK);
        }
    }

    /// Becomes equal to another of the same size in the rows that were touched.
    pub fn follow(&mut self, other: &Grid, touched: impl Fn(u16) -> bool) {
        let w = usize::from(self.width);
        for y in (0..self.height).filter(|y| touched(*y)) {
            let place = usize::from(y) * w..(usize::from(y) + 1) * w;
            self.cells[place.clone()].copy_from_slice(&other.cells[place]);
        }
    }

    /// Takes the rows of a frame of this size in that were touched. What lies over half of a wide character wins, and
    /// the other half is empty.
    pub fn take_in(
        &mut self,
        buffer: &Buffer,
        pool: &mut Pool,
        depth: Depth,
        ambiguous: bool,
        touched: impl Fn(u16) -> bool,
    ) {
        pool.forget_last();
        let width = usize::from(self.width);
        if width == 0 {
            return;
        }
        let rows = buffer.content.chunks(width).zip(self.cells.chunks_mut(width));
        for (y, (row, cells)) in (0..self.height).zip(rows).filter(|(y, _)| touched(*y)) {
            let below = usize::from(self.height - 1 - y);
            take_row(row, cells, below, pool, depth, ambiguous);
        }
    }
}

/// Takes one row in, with so many below it.
fn take_row(
    row: &[ratatui::buffer::Cell],
    cells: &mut [Cell],
    below: usize,
    pool: &mut Pool,
    depth: Depth,
    ambiguous: bool,
) {
    let width = row.len();
    let mut x = 0;
    while x < width {
        let cell = &row[x];
        let mut look = pool.look_of(cell, depth);
        let symbol = cell.symbol();
        let (glyph, wide) = match *symbol.as_bytes() {
            [b' '] => {
                look = pool.looks[look as usize].blank;
                (u32::from(b' '), 1)
            }
            [byte @ 0x21..=0x7e] => (u32::from(byte), 1),
            [_] | [] => (u32::from(b'?'), 1),
            _ => pool.glyph(symbol),
        };
        let corner = symbol.len() > 1 && scrolls(x, 2, width, below);
        if wide == 1 && glyph & CLUSTER == 0 && !corner {
            cells[x] = Cell { glyph, look };
            x += 1;
            continue;
        }
        let wide = usize::from(wide);
        let covered = x + wide > width || row[x + 1..x + wide].iter().any(|c| c.symbol() != " ");
        let spills = !is_sure(symbol, ambiguous) && scrolls(x, reach(symbol), width, below);
        if covered || spills {
            let (glyph, look) = if covered { (b' ', pool.looks[look as usize].blank) } else { (b'?', look) };
            cells[x] = Cell { glyph: glyph.into(), look };
            x += 1;
            continue;
        }
        cells[x] = Cell { glyph, look };
        cells[x + 1..x + wide].fill(Cell { glyph: HALF, look });
        x += wide;
    }
}
