//! What is searched, letter by letter: one byte each, so that a place in a line is a place in memory.
//!
//! A line is folded ([`crate::base::text::fold`]: canonical composition, lower case, accents and nukta dropped, Indian
//! digits as 0-9), then every run of what is neither letter nor digit becomes one space, and every line begins with
//! one: a letter begins a word when a space stands before it, without a special case for the first. The scripts of
//! India that descend from Brahmi share one layout in Unicode, 128 places each, so a letter is kept by its place alone
//! (as ISCII did): a name written in Kannada is found by the same name in Devanagari. Letters of other scripts than
//! Latin and these share one byte: they keep their place and are not told apart.

use crate::base::text::fold;

/// Ends what everybody may look for; what follows is hidden from some. Not a space, so that a word begins after the
/// space that follows it.
pub const OPEN_END: u8 = b'\n';

/// Bytes of a line that are searched: two blocks, less the number of the second.
pub const LONGEST: usize = 124;

/// The byte of a letter nobody else has a place for.
const OTHER: u8 = 0x80;

/// A line as it is searched.
pub fn line(open: &str, personal: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    line_into(&mut out, open, personal);
    out
}

/// The same in place of what was there before.
pub fn line_into(out: &mut Vec<u8>, open: &str, personal: &str) {
    out.clear();
    letters(open, out);
    out.truncate(LONGEST - 2);
    while out.last() == Some(&b' ') {
        out.pop();
    }
    out.push(OPEN_END);
    // Behind it, where words that are kept move up to it.
    let (mut end, mut at) = (out.len(), out.len());
    letters(personal, out);
    while at < out.len() {
        let length = 1 + out[at + 1..].iter().position(|b| *b == b' ').unwrap_or(out.len() - at - 1);
        // What is said twice, in the address of mail most of all, is kept once.
        let word = &out[at + 1..at + length];
        let has = |line: &[u8]| line.split(|b| *b == b' ' || *b == OPEN_END).any(|w| w == word);
        if word.len() < 3 || !has(&out[..end]) {
            out.copy_within(at..at + length, end);
            end += length;
        }
        at += length;
    }
    out.truncate(end.min(LONGEST));
}

fn letters(text: &str, out: &mut Vec<u8>) {
    let mut gap = true;
    let mut add = |byte: Option<u8>| match byte {
        None => gap = true,
        Some(byte) => {
            if gap {
                out.push(b' ');
                gap = false;
            }
            out.push(byte);
        }
    };
    // Of ASCII nothing but the case is folded, and white space is no letter either way.
    if text.is_ascii() {
        text.bytes().for_each(|b| add(b.is_ascii_alphanumeric().then_some(b.to_ascii_lowercase())));
    } else {
        fold(text).chars().for_each(|c| add(byte(c)));
    }
}

fn byte(c: char) -> Option<u8> {
    match c {
        'a'..='z' | '0'..='9' => Some(c as u8),
        // Digits of these blocks have become 0-9; dandas and the abbreviation sign are no letters.
        '\u{964}' | '\u{965}' | '\u{970}' => None,
        '\u{901}'..='\u{d7f}' => Some(0x80 | (c as u32 & 0x7f) as u8),
        c if c.is_ascii() => None,
        c if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) => Some(OTHER),
        _ => None,
    }
}

/// A line as text: what a matcher of text is given to agree with ours.
pub fn shown(line: &[u8]) -> String {
    line.iter()
        .map(|b| if *b < 0x80 { *b as char } else { char::from_u32(0x900 | u32::from(b & 0x7f)).unwrap_or(' ') })
        .collect()
}

/// The words of what was typed. Digits in any spelling are one word: `+91 98220-41377` and `098220 41377` are
/// `9822041377`.
pub fn words(typed: &str) -> Vec<Vec<u8>> {
    let folded = fold(typed);
    let digits: Vec<u8> = folded.bytes().filter(u8::is_ascii_digit).collect();
    let only = folded.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '-' | '(' | ')' | '.' | '/'));
    if only && !digits.is_empty() {
        let bare = match digits.len() {
            12.. if digits.starts_with(b"91") => &digits[2..],
            11 if digits[0] == b'0' => &digits[1..],
            _ if folded.starts_with("+91") && digits.len() > 2 => &digits[2..],
            _ => &digits[..],
        };
        return vec![bare[..bare.len().min(LONGEST / 2)].to_vec()];
    }
    let mut line = Vec::new();
    letters(typed, &mut line);
    line.truncate(LONGEST / 2);
    line.split(|b| *b == b' ').filter(|w| !w.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The place of a letter among the bits of a mask; none for what is no letter.
pub const fn bit(byte: u8) -> u64 {
    match byte {
        b'a'..=b'z' => 1 << (byte - b'a'),
        b'0'..=b'9' => 1 << (26 + byte - b'0'),
        0x80.. => 1 << (36 + (byte & 0x7f) % 27),
        _ => 0,
    }
}

/// The place of two letters, one after the other, among the bits of a mask. Digits have none: nearly every number
/// would set them all.
pub const fn pair(a: u8, b: u8) -> u64 {
    if a < 0x61 || b < 0x61 {
        return 0;
    }
    1 << ((a as u32 * 37 + b as u32 * 11) & 63)
}

/// What is known of a line without looking at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Letters it has.
    pub letters: u64,
    /// Letters that begin its words.
    pub starts: u64,
    /// Pairs of letters side by side, or with only a space between them.
    pub pairs: u64,
}

/// What a byte adds to the marks of a line: looked up, for a million lines are marked at a start.
#[derive(Clone, Copy)]
struct Adds {
    /// See [`bit`].
    bit: u64,
    /// All ones where it is one of a pair, see [`pair`], and its share in the place of that: as the first, as the second.
    pairs: u64,
    places: [u32; 2],
}

static ADDS: [Adds; 256] = {
    let mut all = [Adds { bit: 0, pairs: 0, places: [0; 2] }; 256];
    let mut n = 0;
    while n < 256 {
        let pairs = if n < 0x61 { 0 } else { u64::MAX };
        all[n] = Adds { bit: bit(n as u8), pairs, places: [n as u32 * 37, n as u32 * 11] };
        n += 1;
    }
    all
};

pub fn marks(line: &[u8]) -> Marks {
    let mut out = Marks::default();
    // No letter stands before the first.
    let (mut before, mut last, mut begins) = (&ADDS[0], &ADDS[0], 0);
    for b in line {
        let here = &ADDS[usize::from(*b)];
        let left = if begins == 0 { last } else { before };
        out.letters |= here.bit;
        out.starts |= here.bit & begins;
        out.pairs |= (1_u64 << ((left.places[0] + here.places[1]) & 63)) & left.pairs & here.pairs;
        begins = if *b == b' ' { u64::MAX } else { 0 };
        (before, last) = (last, here);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_words_after_spaces() {
        assert_eq!(
            shown(&line("M/s Lotus-Towers (Pune)", "BN 0004217 +9198220")),
            " m s lotus towers pune\n bn 0004217 9198220"
        );
        assert_eq!(shown(&line("", "")), "\n");
        assert_eq!(shown(&line("Ravi Rao", "98 ravi.rao7@x 98")), " ravi rao\n 98 rao7 x 98");
        assert_eq!(line("x".repeat(500).as_str(), "12").len(), LONGEST);
    }

    #[test]
    fn scripts_of_india_meet_in_one() {
        // Rama in Devanagari and in Kannada; a nukta; Devanagari digits.
        assert_eq!(line("राम", ""), line("ರಾಮ", ""));
        assert_eq!(line("क़", "९८"), line("क", "98"));
        assert_eq!(line("Café", ""), line("cafe", ""));
    }

    #[test]
    fn marks_are_those_of_the_letters_one_by_one() {
        for text in ["", "a", " a", "Ravi K Rao", "x y", "राम 98", "m s lotus-towers  pune"] {
            let line = line(text, "98 ravi.rao");
            let mut want = Marks::default();
            for (i, b) in line.iter().enumerate() {
                want.letters |= bit(*b);
                let begins = i > 0 && line[i - 1] == b' ';
                want.starts |= if begins { bit(*b) } else { 0 };
                let left = i.checked_sub(if begins { 2 } else { 1 });
                want.pairs |= left.map_or(0, |left| pair(line[left], *b));
            }
            assert_eq!(marks(&line), want, "{text}");
        }
    }

    #[test]
    fn a_phone_is_one_word_in_any_spelling() {
        for typed in ["9822041377", "98220 41377", "+91 98220-41377", "098220 41377", "+919822041377", "९८२२० ४१३७७"]
        {
            assert_eq!(words(typed), [b"9822041377".to_vec()], "{typed}");
        }
        assert_eq!(words("ravi 98"), [b"ravi".to_vec(), b"98".to_vec()]);
        assert_eq!(words("T-88213"), [b"t".to_vec(), b"88213".to_vec()]);
        assert!(words(" .. ").is_empty());
    }
}
