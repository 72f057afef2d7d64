//! Text from outside: made harmless, measured in cells, cut where a reader would cut, and folded so
//! that spellings of one thing meet.

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// True for characters that may drive a terminal or reorder what a person reads: C0 and C1 controls
/// (ESC, CSI, OSC, BEL…), DEL, bidirectional marks, embeddings, overrides and isolates, line and
/// paragraph separators, tag characters, the byte-order mark and interlinear annotations.
///
/// ZWJ and ZWNJ stay: Indic scripts and emoji need them.
pub fn is_hostile(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}'
        | '\u{061c}' | '\u{200e}' | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}')
}

/// One line of text without hostile characters: line breaks and tabs become a space, the rest is
/// dropped, the ends are trimmed, and at most `limit` characters stay. Idempotent.
pub fn clean(text: &str, limit: usize) -> String {
    sweep(text, limit, false)
}

/// As [`clean`], but line breaks stay (`\n`): for notes and other long text.
pub fn clean_lines(text: &str, limit: usize) -> String {
    sweep(text, limit, true)
}

fn sweep(text: &str, limit: usize, keep_lines: bool) -> String {
    // Nearly all that comes.
    if is_plain(text) {
        return text[..limit.min(text.len())].trim().to_string();
    }
    let mut out = String::with_capacity(text.len().min(limit * 4));
    let mut count = 0;
    let mut marks = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let c = match c {
            '\r' if chars.peek() == Some(&'\n') => continue,
            '\n' | '\r' if keep_lines => '\n',
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            c if is_hostile(c) => continue,
            c => c,
        };
        // A hundred accents on one letter climb over the lines above it: eight are plenty.
        marks = if is_mark(c) { marks + 1 } else { 0 };
        if marks > 8 {
            continue;
        }
        if count == limit {
            break;
        }
        count += 1;
        out.push(c);
    }
    out.trim().to_string()
}

fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c) || c == '\u{200d}' || c == '\u{200c}'
}

/// Whether each byte is a character of one cell.
pub fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (b' '..=b'~').contains(&b))
}

/// Cells that `text` takes on a terminal, by the same ruler that draws it.
pub fn width(text: &str) -> usize {
    if is_plain(text) {
        return text.len();
    }
    UnicodeWidthStr::width(text)
}

/// `text` cut at a grapheme boundary to at most `cells`, the last one `…` where something was cut.
pub fn truncate(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_string();
    }
    if cells == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for g in text.graphemes(true) {
        let w = width(g);
        if used + w > cells - 1 {
            break;
        }
        out.push_str(g);
        used += w;
    }
    out.push('…');
    out
}

/// `text` cut or filled with spaces to exactly `cells`.
pub fn fit(text: &str, cells: usize) -> String {
    let mut out = truncate(text, cells);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&out))));
    out
}

/// `text` cut or filled on the left to exactly `cells`: for numbers.
pub fn fit_right(text: &str, cells: usize) -> String {
    let cut = truncate(text, cells);
    let fill = cells.saturating_sub(width(&cut));
    let mut out = " ".repeat(fill);
    out.push_str(&cut);
    out
}

/// Text broken at spaces into lines of at most `cells`; longer words are cut.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let mut word = word.to_string();
            if !line.is_empty() && width(&line) + 1 + width(&word) > cells {
                lines.push(std::mem::take(&mut line));
            }
            while width(&word) > cells {
                let mut head = String::new();
                for g in word.graphemes(true) {
                    if width(&head) + width(g) > cells && !head.is_empty() {
                        break;
                    }
                    head.push_str(g);
                }
                word = word[head.len()..].to_string();
                lines.push(head);
                if word.is_empty() {
                    break;
                }
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    lines
}

/// The search form of a text: canonical composition, lower case, nukta and joiners dropped, the
/// digits of Indian scripts as 0-9, runs of white space as one space.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(&mut out, text);
    out
}

/// Adds a number of at least so many characters to `out`, with zeros behind its sign.
pub fn push_number(out: &mut String, n: i64, width: usize) {
    if n < 0 {
        out.push('-');
    }
    let sign = usize::from(n < 0);
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(n.unsigned_abs());
    out.extend(std::iter::repeat_n('0', width.saturating_sub(digits.len() + sign)));
    out.push_str(digits);
}

/// Adds the search form of a text to `out`.
pub fn fold_into(out: &mut String, text: &str) {
    let begin = out.len();
    let mut gap = false;
    if is_neat(text) {
        out.push_str(text);
        return out[begin..].make_ascii_lowercase();
    }
    if text.is_ascii() {
        for word in text.split(|c: char| c.is_ascii_whitespace() || c.is_ascii_control()).filter(|w| !w.is_empty()) {
            if gap {
                out.push(' ');
            }
            gap = true;
            let at = out.len();
            out.push_str(word);
            out[at..].make_ascii_lowercase();
        }
        return;
    }
    for c in text.nfd().filter(|c| !is_dropped(*c)).nfc() {
        if c.is_whitespace() {
            gap = true;
            continue;
        }
        if is_hostile(c) {
            continue;
        }
        if gap && out.len() > begin {
            out.push(' ');
        }
        gap = false;
        match indic_digit(c) {
            Some(d) => out.push(d),
            None => out.extend(c.to_lowercase()),
        }
    }
}

/// Whether a text is words of ASCII with one space between them, as nearly all are. Goes on to the end in any case:
/// so many bytes are looked at in one step.
fn is_neat(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((last, before)) = bytes.split_last() else { return true };
    let neat = before.iter().zip(&bytes[1..]).fold(true, |so_far, (this, next)| {
        so_far & (b' '..=b'~').contains(this) & !((*this == b' ') & (*next == b' '))
    });
    neat && bytes[0] != b' ' && (b'!'..=b'~').contains(last)
}

/// Nuktas of the Indic blocks, joiners, and Latin accents (so `Café` meets `cafe`).
fn is_dropped(c: char) -> bool {
    matches!(
        c,
        '\u{93c}' | '\u{9bc}' | '\u{a3c}' | '\u{abc}' | '\u{b3c}' | '\u{cbc}' | '\u{200c}' | '\u{200d}' | '\u{300}'
            ..='\u{36f}'
    )
}

/// The ASCII digit for a digit of Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu,
/// Kannada or Malayalam: their blocks lie 0x80 apart, the digits at the same place in each.
fn indic_digit(c: char) -> Option<char> {
    let n = c as u32;
    (0x0966..=0x0d6f)
        .contains(&n)
        .then(|| (n - 0x0966) % 0x80)
        .filter(|d| *d < 10)
        .and_then(|d| char::from_digit(d, 10))
}

#[cfg(test)]
mod tests;
