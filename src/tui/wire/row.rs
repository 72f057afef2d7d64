//! From the cells a row has to those it shall have, in few bytes.

use super::cell::{Cell, Grid, Pool, is_sure, reach};
use super::sgr::{self, Look};

/// Where the terminal writes next, and how.
#[derive(Default)]
pub struct Pen {
    /// Row and column, as far as they are known: after a character of doubtful width the column is not, nor after the
    /// last column, where terminals wait differently for the next row.
    row: Option<u16>,
    column: Option<u16>,
    look: Look,
    size: (u16, u16),
    cursor: bool,
    /// The rows that a line feed in the last of them scrolls, where these are not all.
    region: Option<(u16, u16)>,
    /// Where ambiguous characters are of doubtful width, too.
    pub ambiguous: bool,
}

/// A number in decimal digits.
pub fn figure(out: &mut Vec<u8>, n: u16) {
    let mut digits = [0; 5];
    let (mut rest, mut at) = (n, digits.len());
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

fn digits(n: u16) -> usize {
    match n {
        0..=9 => 1,
        10..=99 => 2,
        100..=999 => 3,
        _ => 4,
    }
}

/// `ESC [ n letter`, the figure left out where it is one.
pub fn control(out: &mut Vec<u8>, n: u16, letter: u8) {
    out.extend_from_slice(b"\x1b[");
    if n != 1 {
        figure(out, n);
    }
    out.push(letter);
}

/// Bytes of [`control`].
fn costs(n: u16) -> usize {
    3 + if n == 1 { 0 } else { digits(n) }
}

/// Ways along a row.
enum Along {
    Stay,
    Return,
    Forward(u16),
    Back(u16),
    ReturnForward(u16),
    Column,
}

impl Pen {
    /// Takes a terminal of this size as it is and empties it.
    pub fn begin(out: &mut Vec<u8>, size: (u16, u16)) -> Pen {
        out.extend_from_slice(b"\x1b[?25l\x1b[r\x1b[m\x1b[H\x1b[2J");
        Pen { row: Some(0), column: Some(0), size, ..Pen::default() }
    }

    /// The text cursor, shown here or not at all.
    pub fn cursor(&mut self, at: Option<(u16, u16)>, out: &mut Vec<u8>) {
        if let Some((x, y)) = at {
            self.go(x, y, out);
        }
        if self.cursor != at.is_some() {
            self.cursor = at.is_some();
            out.extend_from_slice(if self.cursor { b"\x1b[?25h" } else { b"\x1b[?25l" });
        }
    }

    pub fn wear(&mut self, look: Look, out: &mut Vec<u8>) {
        sgr::change(out, self.look, look);
        self.look = look;
    }

    /// Scrolls rows up by `by`, or down where it is negative; what comes in is empty. The region stays as it is set:
    /// who goes down a list scrolls the same rows again.
    pub fn scroll(&mut self, (first, last): (u16, u16), by: i32, out: &mut Vec<u8>) {
        // What a scroll brings in has the colours of the pen on some terminals and the terminal's own on others.
        self.wear(Look::default(), out);
        if self.region != Some((first, last)) {
            out.extend_from_slice(b"\x1b[");
            figure(out, first + 1);
            out.push(b';');
            figure(out, last + 1);
            out.push(b'r');
            self.moved();
            self.region = Some((first, last));
        }
        let n = u16::try_from(by.unsigned_abs()).unwrap_or(1);
        // A line feed in the last row of the region is short for a few rows. For more, lines taken out or put in at the top
        // move the rest, on every terminal since the VT102; not all know the controls that scroll (SU, SD).
        if by > 0 && n < 4 {
            self.go(self.column.unwrap_or(0), last, out);
            out.extend(std::iter::repeat_n(b'\n', usize::from(n)));
        } else {
            self.go(0, first, out);
            control(out, n, if by > 0 { b'M' } else { b'L' });
        }
    }

    /// Setting a region takes the pen to a corner, and not to the same one everywhere.
    fn moved(&mut self) {
        (self.row, self.column) = (None, None);
    }

    /// All rows are one region again.
    fn unbind(&mut self, out: &mut Vec<u8>) {
        if self.region.take().is_some() {
            out.extend_from_slice(b"\x1b[r");
            self.moved();
        }
    }

    /// The shortest way to a column of the same row.
    fn along(&self, x: u16) -> (usize, Along) {
        let mut best = (costs(x + 1), Along::Column);
        let mut offer = |cost: usize, way: Along| {
            if cost < best.0 {
                best = (cost, way);
            }
        };
        if x == 0 {
            offer(1, Along::Return);
        } else {
            offer(1 + costs(x), Along::ReturnForward(x));
        }
        if let Some(column) = self.column {
            match x.cmp(&column) {
                std::cmp::Ordering::Equal => offer(0, Along::Stay),
                std::cmp::Ordering::Greater => offer(costs(x - column), Along::Forward(x - column)),
                std::cmp::Ordering::Less => offer(costs(column - x), Along::Back(column - x)),
            }
        }
        best
    }

    /// Goes there the shortest way.
    pub fn go(&mut self, x: u16, y: u16, out: &mut Vec<u8>) {
        if (self.row, self.column) == (Some(y), Some(x)) {
            return;
        }
        // Row and column at once; ones are left out.
        let place = 3 + if y == 0 { 0 } else { digits(y + 1) } + if x == 0 { 0 } else { 1 + digits(x + 1) };
        let (sideways, way) = self.along(x);
        // A line feed is a byte, and keeps the column. It never comes in the last row, nor in the last of a region.
        let scrolls = |row: u16| self.region.is_some_and(|(_, last)| row <= last && last < y);
        let down = self.row.filter(|row| !scrolls(*row)).and_then(|row| y.checked_sub(row)).map(usize::from);
        let feeds = down.filter(|n| *n <= costs(y + 1));
        let step = feeds.or_else(|| self.row.map(|_| costs(y + 1)));
        if step.is_none_or(|step| step + sideways >= place) {
            out.extend_from_slice(b"\x1b[");
            if y > 0 {
                figure(out, y + 1);
            }
            if x > 0 {
                out.push(b';');
                figure(out, x + 1);
            }
            out.push(b'H');
        } else {
            // To the left edge first, where that is the way: a line feed after the last column is not of one mind.
            match way {
                Along::Stay => {}
                Along::Return => out.push(b'\r'),
                Along::Forward(n) => control(out, n, b'C'),
                Along::Back(n) => control(out, n, b'D'),
                Along::ReturnForward(n) => {
                    out.push(b'\r');
                    control(out, n, b'C');
                }
                Along::Column => control(out, x + 1, b'G'),
            }
            match feeds {
                Some(n) => out.extend(std::iter::repeat_n(b'\n', n)),
                None => control(out, y + 1, b'd'),
            }
        }
        (self.row, self.column) = (Some(y), Some(x));
    }

    /// Goes there, or writes once more what lies between where that is shorter.
    fn reach(&mut self, x: u16, y: u16, row: &[Cell], pool: &Pool, out: &mut Vec<u8>) {
        if let (Some(r), Some(c)) = (self.row, self.column)
            && r == y
            && c < x
            && usize::from(x - c) < self.along(x).0
        {
            let between = &row[usize::from(c)..usize::from(x)];
            let same = |cell: &Cell| {
                let wanted = pool.look(*cell);
                cell.ascii().is_some() && (self.look == wanted || cell.is_space() && self.look.draws_blank(wanted))
            };
            if between.iter().all(same) {
                out.extend(between.iter().filter_map(|c| c.ascii()));
                self.column = Some(x);
                return;
            }
        }
        self.go(x, y, out);
    }

    /// The look for a cell; a blank takes any that looks the same on it.
    fn dress(&mut self, cell: Cell, pool: &Pool, out: &mut Vec<u8>) {
        let wanted = pool.look(cell);
        if !(cell.is_space() && self.look.draws_blank(wanted)) {
            self.wear(wanted, out);
        }
    }

    /// The next cells were written; at the end of a row it is not sure where that leaves the pen.
    fn advance(&mut self, cells: u16) {
        self.column = self.column.map(|c| c + cells).filter(|c| *c < self.size.0);
    }
}

/// From this many blanks on they are erased instead of written: the erasure and the move behind it are as long.
const ERASE: usize = 9;

/// Writes every row that is not as it shall be; those that were not touched are.
pub fn rows(shown: &Grid, next: &Grid, touched: impl Fn(u16) -> bool, pool: &Pool, pen: &mut Pen, out: &mut Vec<u8>) {
    let mut spilt = 0;
    for y in 0..next.size().1 {
        let (old, new) = (shown.row(y), next.row(y));
        if spilt == 0 && (!touched(y) || old == new) {
            continue;
        }
        spilt = row(y, old, new, spilt, pool, pen, out);
    }
}

/// Writes one row; the first cells may have been run over. Returns how many of the next row may be now.
fn row(y: u16, old: &[Cell], new: &[Cell], spilt: usize, pool: &Pool, pen: &mut Pen, out: &mut Vec<u8>) -> usize {
    let width = new.len();
    let mut dirty = spilt.min(width);
    // Where a screen is narrower than what was written, it went on further still.
    let mut spills = if spilt > width { spilt - width + 1 } else { 0 };
    // What comes from here on is empty in the terminal's own colours.
    let tail = new.iter().rposition(|c| *c != Cell::BLANK).map_or(0, |i| i + 1);
    let last = (0..width).rev().find(|x| old[*x] != new[*x]).map_or(0, |x| x + 1);
    let mut x = 0;
    while x < width {
        if x >= dirty && old[x] == new[x] {
            if x >= last {
                break;
            }
            x += 1;
            continue;
        }
        let end = last.max(dirty);
        if x >= tail && end - x > 3 {
            pen.go(at(x), y, out);
            pen.dress(Cell::BLANK, pool, out);
            out.extend_from_slice(b"\x1b[K");
            break;
        }
        if new[x] == Cell::BLANK {
            let run = new[x..end].iter().take_while(|c| **c == Cell::BLANK).count();
            // Up to the last of them that has to change.
            let run = (x..x + run).rev().find(|i| *i < dirty || old[*i] != new[*i]).map_or(1, |i| i + 1 - x);
            if run >= ERASE {
                pen.go(at(x), y, out);
                pen.dress(Cell::BLANK, pool, out);
                control(out, at(run), b'X');
                x += run;
                continue;
            }
        }
        while new[x].is_half() && x > 0 {
            x -= 1;
        }
        let cells = 1 + new[x + 1..].iter().take_while(|c| c.is_half()).count();
        pen.reach(at(x), y, new, pool, out);
        pen.dress(new[x], pool, out);
        if let Some(byte) = new[x].ascii() {
            out.push(byte);
            pen.advance(1);
            x += 1;
            continue;
        }
        let mut held = [0; 4];
        let text = pool.text(new[x], &mut held);
        let sure = is_sure(text, pen.ambiguous);
        if !sure && pen.region.is_some() && x + usize::from(reach(text)) > width {
            // Should it run over into the next row, nothing may scroll.
            pen.unbind(out);
            pen.go(at(x), y, out);
        }
        if sure {
            out.extend_from_slice(text.as_bytes());
            pen.advance(at(cells));
        } else {
            if cells > 1 {
                // A terminal that takes fewer cells would leave what was there.
                if pen.look.bg == ratatui::style::Color::Reset {
                    control(out, at(cells), b'X');
                } else {
                    out.extend(std::iter::repeat_n(b' ', cells));
                    pen.advance(at(cells));
                    pen.go(at(x), y, out);
                }
            }
            out.extend_from_slice(text.as_bytes());
            pen.column = None;
            let far = x + usize::from(reach(text));
            dirty = dirty.max(far.min(width));
            if far > width {
                // It may have gone on in the next row, with a wide one that had no room left for its half.
                pen.row = None;
                spills = spills.max(far - width + 1);
            }
        }
        x += cells;
    }
    spills
}

fn at(x: usize) -> u16 {
    u16::try_from(x).unwrap_or(u16::MAX)
}
