//! Texts as numbers of eight bytes, which a processor reads and compares as one; what is left at their ends is read in
//! whole pieces, too: byte by byte, it would wait for each.

use foldhash::HashMap;

/// One in each byte.
pub const ONES: u64 = 0x0101_0101_0101_0101;

/// A text eight bytes at a time; what is left at its end is filled up with `fill`.
#[inline]
pub fn eights(text: &[u8], fill: u8) -> impl Iterator<Item = u64> {
    let (whole, rest) = text.as_chunks::<8>();
    let filled = (u64::from(fill) * ONES).checked_shl(8 * rest.len() as u32).unwrap_or(0);
    let last = (!rest.is_empty()).then(|| last_of(text, rest.len()) | filled);
    whole.iter().map(|eight| u64::from_le_bytes(*eight)).chain(last)
}

/// The last so many bytes of a text as a number, of which there are one to seven: all, where it has no more than that.
#[inline]
fn last_of(text: &[u8], bytes: usize) -> u64 {
    if let Some(eight) = text.last_chunk() {
        return u64::from_le_bytes(*eight) >> (64 - 8 * bytes);
    }
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * bytes - 32);
    }
    let at = |n: usize| u64::from(text[n]) << (8 * n);
    at(0) | at(bytes / 2) | at(bytes - 1)
}

/// A text of fifteen bytes at most, and its length, as one number.
#[inline]
fn packed(text: &[u8]) -> Option<u128> {
    let (low, high) = match (text.len(), text.first_chunk()) {
        (16.., _) => return None,
        (0, _) => (0, 0),
        (8, Some(first)) => (u64::from_le_bytes(*first), 0),
        (length, Some(first)) => (u64::from_le_bytes(*first), last_of(text, length - 8)),
        (length, None) => (last_of(text, length), 0),
    };
    Some(u128::from(low) | u128::from(high) << 64 | (text.len() as u128) << 120)
}

/// What is known of some texts. Short ones lie in the table itself: to find one, its bytes are looked up nowhere else.
#[derive(Clone)]
pub struct Known<T> {
    short: HashMap<u128, T>,
    long: HashMap<Box<str>, T>,
}

impl<T> Default for Known<T> {
    fn default() -> Known<T> {
        Known { short: HashMap::default(), long: HashMap::default() }
    }
}

impl<T: Copy> Known<T> {
    #[inline]
    pub fn get(&self, text: &str) -> Option<T> {
        match packed(text.as_bytes()) {
            Some(text) => self.short.get(&text).copied(),
            None => self.long.get(text).copied(),
        }
    }

    pub fn insert(&mut self, text: &str, known: T) {
        match packed(text.as_bytes()) {
            Some(text) => self.short.insert(text, known),
            None => self.long.insert(text.into(), known),
        };
    }

    /// How many texts are known.
    pub fn many(&self) -> usize {
        self.short.len() + self.long.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_numbers_that_their_bytes_are_one_by_one() {
        let text: String = ('!'..='~').collect();
        for from in 0..8 {
            for length in 0..40 {
                let text = &text.as_bytes()[from..from + length];
                let mut bytes = text.to_vec();
                bytes.resize(length.next_multiple_of(8), 7);
                let expected: Vec<u64> =
                    bytes.as_chunks::<8>().0.iter().map(|eight| u64::from_le_bytes(*eight)).collect();
                assert_eq!(eights(text, 7).collect::<Vec<_>>(), expected, "{length} bytes");
                let number = (length < 16).then(|| {
                    let mut bytes = [0; 16];
                    bytes[..length].copy_from_slice(text);
                    bytes[15] = length as u8;
                    u128::from_le_bytes(bytes)
                });
                assert_eq!(packed(text), number, "{length} bytes");
            }
        }
    }

    #[test]
    fn a_text_is_known_by_all_of_it() {
        let texts = ["", "\0", "\0\0", "a", "ab", "fifteen letters", "sixteen letters!", "sixteen letters?", "é"];
        let mut known = Known::default();
        for (n, text) in texts.iter().enumerate() {
            assert_eq!((known.get(text), known.many()), (None, n));
            known.insert(text, n);
            assert_eq!(known.get(text), Some(n));
        }
        assert!(texts.iter().enumerate().all(|(n, text)| known.get(text) == Some(n)));
    }
}
