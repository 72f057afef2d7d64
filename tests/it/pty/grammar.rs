//! All that the program may write to a terminal, and nothing else: a parser that stops at the first byte it does not
//! know. Kept small on purpose, so that whatever gets past it is one of these lines.

use bharatnet::base::text::is_hostile;

#[derive(Default)]
pub struct Grammar {
    /// A sequence or a character that is not yet whole.
    held: Vec<u8>,
    /// Accents that came one after the other.
    accents: usize,
    /// What came before, for the report.
    before: Vec<u8>,
}

/// `ESC [` … the modes that may be switched.
const MODES: [&str; 8] = ["1049", "25", "2004", "1000", "1002", "1003", "1015", "1006"];

impl Grammar {
    /// Reads on; panics at what is not allowed.
    #[track_caller]
    pub fn read(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        let held = std::mem::take(&mut self.held);
        let mut at = 0;
        while at < held.len() {
            match self.token(&held[at..]) {
                Ok(Some(n)) => at += n,
                Ok(None) => break,
                Err(why) => {
                    let end = (at + 40).min(held.len());
                    let near = held[at.saturating_sub(60)..end].escape_ascii().to_string();
                    panic!("{why}: …{}{near}", self.before.escape_ascii());
                }
            }
        }
        self.before = held[at.saturating_sub(30)..at].to_vec();
        self.held = held[at..].to_vec();
    }

    /// The length of what comes first; `None` when it is not yet whole.
    fn token(&mut self, bytes: &[u8]) -> Result<Option<usize>, &'static str> {
        match bytes[0] {
            0x20..=0x7e => {
                self.accents = 0;
                Ok(Some(1))
            }
            b'\r' | b'\n' => Ok(Some(1)),
            0x1b => match bytes.get(1) {
                None => Ok(None),
                Some(b'[') => self.control(bytes),
                Some(b']') => system(bytes),
                Some(_) => Err("an escape of a kind that is not ours"),
            },
            0x80.. => self.character(bytes),
            _ => Err("a control character"),
        }
    }

    fn control(&mut self, bytes: &[u8]) -> Result<Option<usize>, &'static str> {
        let Some(end) = bytes[2..].iter().position(|b| (0x40..=0x7e).contains(b)) else {
            return if bytes.len() > 40 { Err("a control sequence without end") } else { Ok(None) };
        };
        let figures = std::str::from_utf8(&bytes[2..2 + end]).map_err(|_| "a broken control sequence")?;
        let plain = figures.bytes().all(|b| b.is_ascii_digit() || b == b';');
        let last = bytes[2 + end];
        let known = match last {
            b'm' => plain,
            b'H' => plain && figures.split(';').count() <= 2,
            b'r' => plain && (figures.is_empty() || figures.split(';').count() == 2),
            b'C' | b'D' | b'G' | b'L' | b'M' | b'X' | b'd' => figures.bytes().all(|b| b.is_ascii_digit()),
            b'K' => figures.is_empty(),
            b'J' => figures == "2",
            // Whether what was sent has arrived.
            b'n' => figures == "5",
            b'h' | b'l' => figures.strip_prefix('?').is_some_and(|mode| MODES.contains(&mode)),
            _ => false,
        };
        if known { Ok(Some(3 + end)) } else { Err("a control sequence that is not ours") }
    }

    fn character(&mut self, bytes: &[u8]) -> Result<Option<usize>, &'static str> {
        let need = match bytes[0] {
            0xc2..=0xdf => 2,
            0xe0..=0xef => 3,
            0xf0..=0xf4 => 4,
            _ => return Err("a byte that is no text"),
        };
        let Some(bytes) = bytes.get(..need) else { return Ok(None) };
        let Ok(text) = std::str::from_utf8(bytes) else { return Err("bytes that are no text") };
        if text.chars().any(is_hostile) {
            return Err("a character that reorders or drives");
        }
        self.accents = if text == "\u{301}" { self.accents + 1 } else { 0 };
        if self.accents > 16 { Err("a tower of accents") } else { Ok(Some(need)) }
    }
}

/// The title, and text for the clipboard.
fn system(bytes: &[u8]) -> Result<Option<usize>, &'static str> {
    const TITLE: &[u8] = b"\x1b]0;bharatnet\x07";
    const CLIP: &[u8] = b"\x1b]52;c;";
    if TITLE.starts_with(&bytes[..bytes.len().min(TITLE.len())]) {
        return Ok((bytes.len() >= TITLE.len()).then_some(TITLE.len()));
    }
    if CLIP.starts_with(&bytes[..bytes.len().min(CLIP.len())]) {
        let Some(body) = bytes.get(CLIP.len()..) else { return Ok(None) };
        let n = body.iter().take_while(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b)).count();
        return match &body[n..] {
            [] | [0x1b] => Ok(None),
            [0x1b, b'\\', ..] => Ok(Some(CLIP.len() + n + 2)),
            _ => Err("text for the clipboard that is not Base64"),
        };
    }
    Err("an operating system command that is not ours")
}

#[test]
fn the_grammar_knows_friend_from_foe() {
    let verdict = |bytes: &[u8]| {
        let bytes = bytes.to_vec();
        std::panic::catch_unwind(move || {
            for piece in bytes.chunks(3) {
                Grammar::default().read(piece.get(..0).unwrap());
            }
            let mut grammar = Grammar::default();
            bytes.chunks(3).for_each(|piece| grammar.read(piece));
            grammar.held.is_empty()
        })
        .unwrap_or(false)
    };
    for good in [
        "\x1b[?1049h\x1b]0;bharatnet\x07\x1b[1;1H\x1b[38;5;2mनéx\x1b[0m\x1b[2J",
        "\x1b[3;9r\x1b[M\x1b[2L\x1b[r\x1b[H\x1b[;5H\x1b[12X\x1b[K\x1b[m\x1b[7d\x1b[C",
        "a\r\n",
        "\x1b]52;c;YQ==\x1b\\",
    ] {
        assert!(verdict(good.as_bytes()), "{good:?}");
    }
    let bad: [&[u8]; 15] = [
        b"\x1b]0;other\x07",
        b"\x1b]52;c;!\x07",
        b"\x1b]8;;http://x\x1b\\",
        b"\x1b[6n",
        b"\x1b[3J",
        b"\x1b[?5h",
        b"\x1bP1$r\x1b\\",
        b"\x1b_x\x1b\\",
        b"\x1bc",
        b"\x07",
        b"\x9b2J",
        "\u{9b}2J".as_bytes(),
        "\u{202e}".as_bytes(),
        b"\x1b[1K",
        b"\x1b[?5n",
    ];
    for bytes in bad {
        assert!(!verdict(bytes), "{}", bytes.escape_ascii());
    }
}
