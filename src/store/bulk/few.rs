//! Texts that come again and again, as states and cities do: each gets a number between those of its neighbours when it
//! comes for the first time, and the numbers are compared instead of the texts. Numbers are given in the order in which
//! the texts come, so that there is none left one day for a text between two others; from then on, no text gets a
//! number any more, and what has none tells the one before it and is compared as a text.

use std::collections::BTreeMap;
use std::ops::Bound;

use foldhash::HashMap;

use crate::base::eights::Known;

use super::key;
use super::record::SHORT_TEXT;

/// Numbers are below; they are even, and one more says that a text follows.
const END: u32 = 1 << 24;
/// Bytes of a number.
const BYTES: usize = 3;
/// Texts that are known at most, and the bytes of one.
const MOST: usize = 4_096;
const LONGEST: usize = SHORT_TEXT;

/// A text by its number.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    number: u32,
    /// Whether its letters are as in the text that the number was given to.
    usual: bool,
}

impl Code {
    /// The number of a text that nothing more is to be told of, and its bytes.
    #[inline]
    pub fn alone(self) -> Option<(u64, u32)> {
        (self.usual && self.number & 1 == 0).then_some((u64::from(self.number), BYTES as u32))
    }
}

/// The texts of one column.
#[derive(Default)]
pub struct Few {
    known: Known<Code>,
    /// In their order, without regard to the case of A to Z.
    order: BTreeMap<Box<str>, u32>,
    usual: HashMap<u32, Box<str>>,
    full: bool,
}

impl Few {
    #[inline]
    pub fn code(&mut self, text: &str) -> Code {
        match self.known.get(text) {
            Some(code) => code,
            None => self.first(text),
        }
    }

    fn first(&mut self, text: &str) -> Code {
        let folded = text.to_ascii_lowercase();
        if let Some(number) = self.order.get(folded.as_str()) {
            let code = Code { number: *number, usual: false };
            if self.known.many() < MOST {
                self.known.insert(text, code);
            }
            return code;
        }
        let from: (Bound<&str>, Bound<&str>) = (Bound::Unbounded, Bound::Excluded(&folded));
        let before = self.order.range::<str, _>(from).next_back().map(|(_, number)| *number);
        let to: (Bound<&str>, Bound<&str>) = (Bound::Excluded(&folded), Bound::Unbounded);
        let after = self.order.range::<str, _>(to).next().map(|(_, number)| *number);
        let (low, high) = (before.unwrap_or(0), after.unwrap_or(END));
        // At either end more are to be looked for outside.
        let step = match (before, after) {
            (Some(_), None) => (high - low) / 8,
            (None, Some(_)) => (high - low) / 8 * 7,
            _ => (high - low) / 2,
        };
        let number = (low + step) & !1;
        self.full |= number <= low || number >= high || text.len() > LONGEST || self.known.many() >= MOST;
        if self.full {
            return Code { number: low | 1, usual: true };
        }
        let code = Code { number, usual: true };
        self.known.insert(text, code);
        self.order.insert(folded.into(), number);
        self.usual.insert(number, text.into());
        code
    }

    /// Appends what stands for a text in a key.
    #[inline]
    pub fn key(out: &mut Vec<u8>, code: Code, text: &str) {
        let [_, bytes @ ..] = code.number.to_be_bytes();
        out.extend_from_slice(&bytes);
        if code.number & 1 != 0 {
            key::text(out, text);
        }
    }

    /// Appends what tells the case of its letters.
    #[inline]
    pub fn case(out: &mut Vec<u8>, code: Code, text: &str) {
        if code.number & 1 != 0 {
            key::case(out, text);
        } else if code.usual {
            out.push(0);
        } else {
            key::bits(out, text);
        }
    }

    /// The text that begins here, but for the case of its letters, and its bytes.
    #[inline]
    pub fn text_of<'a>(&'a self, key: &'a [u8]) -> (&'a [u8], usize) {
        let number = u32::from_be_bytes([0, key[0], key[1], key[2]]);
        if number & 1 != 0 {
            let text = key::text_of(&key[BYTES..]);
            return (text, BYTES + text.len() + 1);
        }
        (self.usual.get(&number).map_or(&[], |text| text.as_bytes()), BYTES)
    }
}
