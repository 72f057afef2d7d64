//! Names as they sound: one name is spelt in many ways when it is carried from an Indian script into Latin letters.
//!
//! The key of a word, letter by letter (`Sharma` and `Sarma` are both `sarma`, `Lakshmi`, `Laxmi` and `Lakshmee`
//! `laksmi`, `Choudhury` and `Chaudhari` `caudari`):
//!
//! * an `h` after a consonant is dropped (aspirates and the two `sh` are mixed up), as is one at the end;
//! * `w` is `v`, `z` is `j`, `ph` is `f`, `q` and `c` before a back vowel are `k`, `ck` is `k`, `x` is `ks`;
//! * `ee`, `ii`, `y` beside a consonant or at the end are `i`; `oo`, `uu` are `u`; `ou`, `ow` are `au`, `ai`, `ay`,
//!   `ei` are `e`;
//! * doubled letters are single ones, and a vowel `u` or `o` before a last `r` + vowel is `a` (`-hury`, `-hari`).

/// The key of a word of small Latin letters.
pub fn key(word: &[u8]) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(word.len());
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let mut i = 0;
    while i < word.len() {
        let (b, next) = (word[i], word.get(i + 1).copied().unwrap_or(0));
        let (sound, taken): (&[u8], usize) = match (b, next) {
            (b'p', b'h') => (b"f", 2),
            (b'c', b'k') => (b"k", 2),
            (b'e', b'e') | (b'i', b'i' | b'e') => (b"i", 2),
            (b'o', b'o') => (b"u", 2),
            (b'o', b'u' | b'w') => (b"au", 2),
            (b'a', b'w') => (b"au", 2),
            (b'a', b'i' | b'y') | (b'e', b'i' | b'y') => (b"e", 2),
            (b'y', _) if !vowel(next) || i > 0 && !vowel(word[i - 1]) => (b"i", 1),
            (b'w', _) => (b"v", 1),
            (b'z', _) => (b"j", 1),
            (b'q', _) => (b"k", 1),
            (b'x', _) => (b"ks", 1),
            (b'c', b'a' | b'o' | b'u' | b'r' | b'l') => (b"k", 1),
            (b'h', _) if out.last().is_some_and(|l| !vowel(*l)) || (next == 0 && !out.is_empty()) => (b"", 1),
            _ => (&word[i..=i], 1),
        };
        for s in sound {
            if out.last() != Some(s) {
                out.push(*s);
            }
        }
        i += taken;
    }
    // -ury and -ori are -ari at the end of many a name.
    if let [.., v @ (b'u' | b'o'), b'r', b'i'] = &mut out[..] {
        *v = b'a';
    }
    out
}

/// The letter that the key of a word begins with, told from its first letter alone.
pub fn first(letter: u8) -> u8 {
    match letter {
        b'z' => b'j',
        b'w' => b'v',
        b'q' | b'c' | b'x' => b'k',
        b'p' => b'f',
        b'y' | b'e' => b'i',
        b'o' => b'u',
        other => other,
    }
}
