//! Rows and entries of indexes as the file keeps them
//! (<https://www.sqlite.org/fileformat2.html>, section 2.1).

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
    match n {
        0 => (8, 0),
        1 => (9, 0),
        _ => {
            // The sign takes a bit, too.
            let bits = 65 - (n ^ (n >> 63)).leading_zeros() as usize;
            match bits.div_ceil(8) {
                1 => (1, 1),
                2 => (2, 2),
                3 => (3, 3),
                4 => (4, 4),
                5 | 6 => (5, 6),
                _ => (6, 8),
            }
        }
    }
}

/// Makes records, one after the other in the same room.
#[derive(Default)]
pub struct Maker {
    types: Vec<u8>,
    body: Vec<u8>,
    out: Vec<u8>,
}

impl Maker {
    pub fn record<'a>(&mut self, columns: impl Iterator<Item = Datum<'a>>) -> &[u8] {
        self.types.clear();
        self.body.clear();
        for column in columns {
            match column {
                Datum::Null => self.types.push(0),
                Datum::Int(n) => {
                    let (kind, bytes) = width(n);
                    self.types.push(kind);
                    self.body.extend_from_slice(&n.to_be_bytes()[8 - bytes..]);
                }
                Datum::Text(text) => {
                    varint(&mut self.types, 13 + 2 * text.len() as u64);
                    self.body.extend_from_slice(text.as_bytes());
                }
            }
        }
        self.out.clear();
        // The length of the head counts itself: of one byte, or of two.
        let head = self.types.len() + 1;
        varint(&mut self.out, (if head < 0x80 { head } else { head + 1 }) as u64);
        self.out.extend_from_slice(&self.types);
        self.out.extend_from_slice(&self.body);
        &self.out
    }
}
