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
pub fn varint(out: &mut Vec<u8>, n: u64) {
    if n < 0x80 {
        return out.push(n as u8);
    }
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

/// Makes records, one after the other in the same room.
#[derive(Default)]
pub struct Maker {
    /// The head: the first byte is left for its length.
    out: Vec<u8>,
    pub body: Vec<u8>,
}

impl Maker {
    pub fn begin(&mut self) {
        self.out.clear();
        self.out.push(0);
        self.body.clear();
    }

    pub fn null(&mut self) {
        self.out.push(0);
    }

    pub fn int(&mut self, n: i64) {
        let (kind, bytes) = width(n);
        self.out.push(kind);
        last_bytes(&mut self.body, n as u64, bytes);
    }

    pub fn text(&mut self, text: &[u8]) {
        varint(&mut self.out, 13 + 2 * text.len() as u64);
        self.body.extend_from_slice(text);
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
