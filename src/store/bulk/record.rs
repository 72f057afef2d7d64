//! Rows and entries of indexes as the file keeps them
//! (<https://www.sqlite.org/fileformat2.html>, section 2.1).

/// A record as it is made: its head, and what stands behind it.
pub type Record<'a> = (&'a [u8], &'a [u8]);

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Datum<'a> {
    Null,
    Int(i64),
    Text(&'a str),
}

/// A number of one to nine bytes, seven bits in each but the ninth.
#[inline]
pub fn varint(out: &mut Vec<u8>, n: u64) {
    if n < 0x80 { out.push(n as u8) } else { longer(out, n) }
}

fn longer(out: &mut Vec<u8>, n: u64) {
    if n < 0x4000 {
        return out.extend_from_slice(&[(n >> 7) as u8 | 0x80, n as u8 & 0x7f]);
    }
    if n >> 56 != 0 {
        out.extend((0..8).rev().map(|part| (n >> (8 + 7 * part)) as u8 | 0x80));
        return out.push(n as u8);
    }
    let bits = 64 - n.leading_zeros();
    for part in (1..bits.div_ceil(7)).rev() {
        out.push((n >> (7 * part)) as u8 | 0x80);
    }
    out.push(n as u8 & 0x7f);
}

/// How a number is kept: its type, and the bytes of it.
fn width(n: i64) -> (u8, usize) {
    // By the bytes that the number needs with its sign.
    const KINDS: [(u8, usize); 9] = [(1, 1), (1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (5, 6), (6, 8), (6, 8)];
    if n == 0 || n == 1 {
        return (8 + n as u8, 0);
    }
    KINDS[(65 - (n ^ (n >> 63)).leading_zeros() as usize).div_ceil(8)]
}

/// Appends the last so many bytes of a number, eight at most.
#[inline]
pub fn last_bytes(out: &mut Vec<u8>, n: u64, bytes: usize) {
    let end = out.len() + bytes;
    out.extend_from_slice(&n.rotate_right(8 * bytes as u32).to_be_bytes());
    out.truncate(end);
}

/// What takes the values of an entry.
pub trait Takes {
    fn null(&mut self);

    fn int(&mut self, n: i64);

    /// Takes a text and tells where it begins; `None` where it is too long.
    fn text(&mut self, text: &[u8]) -> Option<usize>;

    /// A text that was taken, by its place and its length.
    fn taken(&mut self, place: (usize, usize)) -> &mut [u8];
}

/// Makes records, one after the other in the same room.
#[derive(Default)]
pub struct Maker {
    /// The head: the first byte is left for its length.
    out: Vec<u8>,
    body: Vec<u8>,
}

impl Maker {
    pub fn begin(&mut self) {
        self.out.clear();
        self.out.push(0);
        self.body.clear();
    }

    pub fn blob(&mut self, bytes: &[u8]) {
        varint(&mut self.out, 12 + 2 * bytes.len() as u64);
        self.body.extend_from_slice(bytes);
    }

    /// The record: its head, and what stands behind it.
    pub fn end(&mut self) -> Record<'_> {
        let head = self.out.len();
        if head < 0x80 {
            self.out[0] = head as u8;
        } else {
            // The length of the head counts itself: of two bytes here.
            let mut length = Vec::with_capacity(2);
            varint(&mut length, head as u64 + 1);
            self.out.splice(..1, length);
        }
        (&self.out, &self.body)
    }
}

impl Takes for Maker {
    #[inline]
    fn null(&mut self) {
        self.out.push(0);
    }

    #[inline]
    fn int(&mut self, n: i64) {
        let (kind, bytes) = width(n);
        self.out.push(kind);
        last_bytes(&mut self.body, n as u64, bytes);
    }

    #[inline]
    fn text(&mut self, text: &[u8]) -> Option<usize> {
        varint(&mut self.out, 13 + 2 * text.len() as u64);
        let from = self.body.len();
        self.body.extend_from_slice(text);
        Some(from)
    }

    fn taken(&mut self, (from, length): (usize, usize)) -> &mut [u8] {
        &mut self.body[from..from + length]
    }
}

/// Bytes of an entry at most that is made in one piece, and of the texts in it.
const ROOM: usize = 512;
const TEXTS: usize = 256;
/// The longest text whose kind is one byte.
pub const SHORT_TEXT: usize = (0x7f - 13) / 2;

/// Makes entries of indexes as their pages keep them, each in one piece: the bytes of its record, told in one or two, a
/// head with one byte for each value, and the values. Most entries are so; the others are left to [`Maker`].
pub struct Cell {
    bytes: [u8; ROOM],
    /// Where the next kind and the next value go.
    head: usize,
    body: usize,
}

impl Default for Cell {
    fn default() -> Cell {
        Cell { bytes: [0; ROOM], head: 0, body: 0 }
    }
}

impl Cell {
    /// Of so many values at most can entries be made.
    pub const VALUES: usize = 24;

    #[inline]
    pub fn begin(&mut self, values: usize) {
        self.bytes[2] = values as u8 + 1;
        (self.head, self.body) = (3, 3 + values);
    }

    fn kind(&mut self, kind: u8) {
        self.bytes[self.head] = kind;
        self.head += 1;
    }

    /// The entry.
    #[inline]
    pub fn end(&mut self) -> &[u8] {
        let length = self.body - 2;
        let from = if length < 0x80 {
            self.bytes[1] = length as u8;
            1
        } else {
            self.bytes[0] = (length >> 7) as u8 | 0x80;
            self.bytes[1] = length as u8 & 0x7f;
            0
        };
        &self.bytes[from..self.body]
    }
}

impl Takes for Cell {
    #[inline]
    fn null(&mut self) {
        self.kind(0);
    }

    #[inline]
    fn int(&mut self, n: i64) {
        let (kind, bytes) = width(n);
        self.kind(kind);
        let room = &mut self.bytes[self.body..self.body + 8];
        room.copy_from_slice(&n.rotate_right(8 * bytes as u32).to_be_bytes());
        self.body += bytes;
    }

    #[inline]
    fn text(&mut self, text: &[u8]) -> Option<usize> {
        if text.len() > SHORT_TEXT || self.body + text.len() > TEXTS {
            return None;
        }
        self.kind(13 + 2 * text.len() as u8);
        let from = self.body;
        self.body += text.len();
        self.bytes[from..self.body].copy_from_slice(text);
        Some(from)
    }

    fn taken(&mut self, (from, length): (usize, usize)) -> &mut [u8] {
        &mut self.bytes[from..from + length]
    }
}
