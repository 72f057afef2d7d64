//! Values as bytes that compare as SQLite compares the values, that say themselves where they end, and from which the
//! values can be had again.

use std::ffi::CStr;

use crate::base::eights::{ONES, eights};
use crate::query::cut::NONE;

use super::record::last_bytes;

/// The first bytes of numbers: of the least ones and of those between them and the others of eight bytes ...
const LEAST: u8 = 1;
const IS_NONE: u8 = 2;
/// ... of those below zero, less by the bytes that follow ...
const BELOW: u8 = 11;
/// ... of those from 0 on that need no further byte ...
const SMALL: i64 = 200;
/// ... and of greater ones, more by the bytes that follow.
const ABOVE: u8 = BELOW + SMALL as u8 - 1;

/// How a number is told: its first byte, and how many of its last bytes follow.
#[inline]
fn told(n: i64) -> (u8, u32) {
    let used = |n: i64| (71 - n.leading_zeros()) / 8;
    if n >= SMALL {
        let bytes = used(n);
        (ABOVE + bytes as u8, bytes)
    } else if n >= 0 {
        (BELOW + n as u8, 0)
    } else if n == NONE {
        (IS_NONE, 0)
    } else {
        let bytes = used(!n).max(1);
        (if n < NONE { LEAST } else { BELOW - bytes as u8 }, bytes)
    }
}

/// A number.
#[inline]
pub fn int(out: &mut Vec<u8>, n: i64) {
    let (first, bytes) = told(n);
    out.push(first);
    last_bytes(out, n as u64, bytes as usize);
}

/// Values of eight bytes at most, as one number with zeros behind them.
#[derive(Clone, Copy, Default)]
pub struct Packed {
    held: u64,
    bytes: u32,
}

impl Packed {
    pub const MOST: u32 = 8;

    /// Puts eight bytes or fewer behind the others; where all are more than eight it is a number no more.
    #[inline]
    pub fn put(&mut self, held: u64, bytes: u32) {
        self.held = self.held.checked_shl(8 * bytes).unwrap_or(0) | held;
        self.bytes += bytes;
    }

    #[inline]
    pub fn int(&mut self, n: i64) {
        let (first, bytes) = told(n);
        self.put(u64::from(first), 1);
        self.put(n as u64 & u64::MAX.checked_shr(64 - 8 * bytes).unwrap_or(0), bytes);
    }

    /// The number, unless it is more than one.
    #[inline]
    pub fn end(self) -> Option<u64> {
        (self.bytes <= Packed::MOST).then(|| self.held.checked_shl(64 - 8 * self.bytes).unwrap_or(0))
    }
}

/// A number and an id as the bytes of a key.
#[inline]
pub fn with_id(values: u64, id: i64) -> u128 {
    u128::from(values) << 64 | u128::from(turned(id))
}

/// No number at all, which comes before all others.
pub fn null(out: &mut Vec<u8>) {
    out.push(0);
}

/// The number that begins here, and its bytes.
#[inline]
pub fn int_of(key: &[u8]) -> (Option<i64>, usize) {
    let (bytes, above) = match key[0] {
        0 => return (None, 1),
        LEAST => (8, 0),
        IS_NONE => return (Some(NONE), 1),
        first @ ..BELOW => (usize::from(BELOW - first), -1),
        first @ ..=ABOVE => return (Some(i64::from(first - BELOW)), 1),
        first => (usize::from(first - ABOVE), 0),
    };
    let n = match key.get(1..9).and_then(<[u8]>::first_chunk) {
        Some(eight) if bytes == 8 => i64::from_be_bytes(*eight),
        Some(eight) => above << (8 * bytes) | (u64::from_be_bytes(*eight) >> (64 - 8 * bytes)) as i64,
        None => key[1..=bytes].iter().fold(above, |n, byte| n << 8 | i64::from(*byte)),
    };
    (Some(n), 1 + bytes)
}

/// An id as a number from 0 on, in the same order.
#[inline]
fn turned(id: i64) -> u64 {
    id as u64 ^ 1 << 63
}

/// The id of a row, of eight bytes always.
#[inline]
pub fn id(out: &mut Vec<u8>, id: i64) {
    out.extend_from_slice(&turned(id).to_be_bytes());
}

#[inline]
pub fn id_of(key: &[u8]) -> i64 {
    key.first_chunk().map_or(0, |eight| (u64::from_be_bytes(*eight) ^ 1 << 63) as i64)
}

/// The highest bit of each of eight bytes that is one of A to Z.
fn capitals_in(eight: u64) -> u64 {
    let low = eight & (0x7f * ONES);
    let (from_a, above_z) = (low + (0x80 - u64::from(b'A')) * ONES, low + (0x7f - u64::from(b'Z')) * ONES);
    from_a & !above_z & !eight & (0x80 * ONES)
}

/// Whether one of eight bytes is 0.
fn zero_in(eight: u64) -> bool {
    eight.wrapping_sub(ONES) & !eight & (0x80 * ONES) != 0
}

/// Whether a byte of a text is 0: no text of an index may be so.
pub fn has_nul(text: &str) -> bool {
    eights(text.as_bytes(), 1).any(zero_in)
}

/// A text without regard to the case of A to Z. What the case was is told by [`case`], behind all that orders.
pub fn text(out: &mut Vec<u8>, text: &str) {
    let end = out.len() + text.len();
    for eight in eights(text.as_bytes(), 0) {
        out.extend_from_slice(&(eight | capitals_in(eight) >> 2).to_le_bytes());
    }
    out.truncate(end);
    out.push(0);
}

/// The text that begins here, without the byte that ends it.
pub fn text_of(key: &[u8]) -> &[u8] {
    CStr::from_bytes_until_nul(key).map_or(key, CStr::to_bytes)
}

/// Which letters of a text are capitals: a bit for each byte, unless there are none.
pub fn case(out: &mut Vec<u8>, text: &str) {
    if eights(text.as_bytes(), 0).all(|eight| capitals_in(eight) == 0) {
        return out.push(0);
    }
    bits(out, text);
}

/// The same with a bit for each byte in any case.
pub fn bits(out: &mut Vec<u8>, text: &str) {
    out.push(1);
    // The product has bit n of the highest byte from the highest bit of byte n.
    out.extend(eights(text.as_bytes(), 0).map(|e| (capitals_in(e).wrapping_mul(0x0002_0408_1020_4081) >> 56) as u8));
}

/// Gives a text, all small, the case that is told here, where bits tell of any; how many bytes tell it. Behind the end
/// of a key all is 0.
pub fn give_case(key: &[u8], text: &mut [u8]) -> usize {
    if key.first().is_none_or(|told| *told == 0) {
        return 1;
    }
    let bytes = text.len().div_ceil(8);
    text.make_ascii_lowercase();
    for (n, bits) in key[1..].iter().take(bytes).enumerate() {
        let mut bits = *bits;
        while bits != 0 {
            text[8 * n + bits.trailing_zeros() as usize].make_ascii_uppercase();
            bits &= bits - 1;
        }
    }
    1 + bytes
}
