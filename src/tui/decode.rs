//! From the bytes a terminal sends to what a person did.
//!
//! A reader of our own, for what the ready-made one leaves open: a paste whose end never comes must not swallow the
//! keyboard, ten megabytes must not be held to fill a field of two hundred characters, text that comes in too fast to
//! have been typed is a paste even where the terminal does not say so (its line breaks and letters must not fire
//! actions), and what a terminal answers is no key.

use std::time::Duration;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::base::Stopwatch;

use super::message::{Line, Msg};

/// Bytes of a paste that are held; of the rest nothing could ever fit a field.
const KEEP: usize = 64 * 1024;
/// So much text in one read was not typed.
const BURST: usize = 64;
/// A longer control sequence is none of a keyboard's.
const LONGEST: usize = 4096;
/// An escape byte alone this long was the key.
const ALONE: Duration = Duration::from_millis(50);
/// How long a paste is watched at a time.
const WATCH: Duration = Duration::from_millis(700);
/// A paste that brings less than this in that time has lost its end: what comes is typed by hand, at a screen that
/// seems dead.
const TRICKLE: usize = 32;

const PASTE_END: &[u8] = b"\x1b[201~";

/// Text being pasted.
struct Paste {
    held: Vec<u8>,
    /// It was announced, and its end will be, too.
    announced: bool,
    /// Bytes of the end mark seen so far.
    ending: usize,
    /// Since when it is watched, and the bytes that came since.
    watched: Stopwatch,
    came: usize,
}

impl Paste {
    fn new(announced: bool) -> Paste {
        Paste { held: Vec::new(), announced, ending: 0, watched: Stopwatch::start(), came: 0 }
    }

    /// Takes bytes in; returns what is left after the end mark, if it came.
    fn take<'a>(&mut self, mut bytes: &'a [u8]) -> Option<&'a [u8]> {
        self.came += bytes.len();
        if !self.announced {
            self.keep(bytes);
            return None;
        }
        while let Some((first, rest)) = bytes.split_first() {
            if *first == PASTE_END[self.ending] {
                self.ending += 1;
                bytes = rest;
                if self.ending == PASTE_END.len() {
                    return Some(bytes);
                }
            } else if self.ending > 0 {
                // It was no end mark: what looked like one is text, and this byte is looked at anew.
                let n = std::mem::take(&mut self.ending);
                self.keep(&PASTE_END[..n]);
            } else {
                let n = bytes.iter().position(|b| *b == PASTE_END[0]).unwrap_or(bytes.len());
                self.keep(&bytes[..n]);
                bytes = &bytes[n..];
            }
        }
        None
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = KEEP.saturating_sub(self.held.len());
        self.held.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// Line breaks come as the Enter key sends them.
    fn text(self) -> Msg {
        let text = String::from_utf8_lossy(&self.held).replace("\r\n", "\n").replace('\r', "\n");
        Msg::Paste(text)
    }
}

/// What was sent so far and is not yet a whole key.
#[derive(Default)]
pub struct Decoder {
    held: Vec<u8>,
    paste: Option<Paste>,
}

impl Decoder {
    /// Takes in what one read brought.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Msg> {
        let late = self.paste.as_ref().is_some_and(|p| p.announced && p.watched.elapsed() >= WATCH);
        let mut out = if late { self.pause() } else { Vec::new() };
        let mut rest = bytes;
        if self.held.is_empty() && self.paste.is_none() {
            // A control key may have come just before.
            let text = rest.iter().position(|b| *b >= b' ' || b"\t\r\n\x1b".contains(b)).unwrap_or(rest.len());
            if is_burst(&rest[text..]) {
                self.held.extend_from_slice(&rest[..text]);
                self.keys(&mut out);
                self.held.clear();
                self.paste = Some(Paste::new(false));
                rest = &rest[text..];
            }
        }
        while !rest.is_empty() {
            if let Some(paste) = &mut self.paste {
                let Some(after) = paste.take(rest) else { break };
                out.extend(self.paste.take().map(Paste::text));
                rest = after;
            } else {
                self.held.extend_from_slice(rest);
                rest = &[];
                let taken = self.keys(&mut out);
                if self.paste.is_some() {
                    // The paste begins in the middle of this read.
                    rest = &bytes[bytes.len() - (self.held.len() - taken)..];
                    self.held.clear();
                } else {
                    self.held.drain(..taken);
                }
            }
        }
        if self.held.len() > LONGEST {
            self.held.clear();
        }
        out
    }

    /// How long to wait for more before [`Decoder::pause`] is due; `None` is for ever.
    pub fn patience(&self) -> Option<Duration> {
        match &self.paste {
            Some(paste) if paste.announced => Some(WATCH.saturating_sub(paste.watched.elapsed())),
            Some(_) => Some(ALONE),
            None => (!self.held.is_empty()).then_some(ALONE),
        }
    }

    /// Nothing more came: what is held was all, but for a paste that is under way.
    pub fn pause(&mut self) -> Vec<Msg> {
        if let Some(paste) = self.paste.as_mut().filter(|p| p.announced && p.came >= TRICKLE) {
            (paste.watched, paste.came) = (Stopwatch::start(), 0);
            return Vec::new();
        }
        if let Some(paste) = self.paste.take() {
            return vec![paste.text()];
        }
        let held = std::mem::take(&mut self.held);
        match held.as_slice() {
            [0x1b] => vec![key(KeyCode::Esc, KeyModifiers::NONE)],
            [0x1b, c @ 0x20..=0x7e] => vec![key(KeyCode::Char(char::from(*c)), KeyModifiers::ALT)],
            _ => Vec::new(),
        }
    }

    /// Turns what is held into keys; returns how many bytes are done with.
    fn keys(&mut self, out: &mut Vec<Msg>) -> usize {
        let mut at = 0;
        while let Some(token) = token(&self.held[at..]) {
            match token {
                Token::Msg(n, msg) => {
                    at += n;
                    out.push(msg);
                }
                Token::Nothing(n) => at += n,
                Token::Paste(n) => {
                    self.paste = Some(Paste::new(true));
                    return at + n;
                }
            }
        }
        at
    }
}

/// More text than fingers send between two looks. The same key held down is no paste.
fn is_burst(bytes: &[u8]) -> bool {
    bytes.len() >= BURST && !bytes.contains(&0x1b) && bytes.iter().any(|b| *b != bytes[0])
}

/// The first whole thing of some bytes and its length.
enum Token {
    Msg(usize, Msg),
    /// Understood, and nothing to tell; or not understood.
    Nothing(usize),
    /// From here on it is a paste.
    Paste(usize),
}

fn key(code: KeyCode, mods: KeyModifiers) -> Msg {
    Msg::Key(KeyEvent::new(code, mods))
}

/// `None` when there is not yet enough.
fn token(bytes: &[u8]) -> Option<Token> {
    let first = *bytes.first()?;
    if first != 0x1b {
        return plain(bytes);
    }
    let second = *bytes.get(1)?;
    match second {
        b'[' => sequence(bytes),
        b'O' => {
            let n = 3;
            Some(match cursor_key(*bytes.get(2)?) {
                Some(code) => Token::Msg(n, key(code, KeyModifiers::NONE)),
                None => Token::Nothing(n),
            })
        }
        // The first was the key, the second begins something new.
        0x1b => Some(Token::Msg(1, key(KeyCode::Esc, KeyModifiers::NONE))),
        // What a terminal answers: up to its end, and no key in it.
        b']' | b'P' | b'_' | b'^' | b'X' => {
            let body = &bytes[2..];
            let bell = body.iter().position(|b| *b == 7).map(|i| i + 3);
            let mark = body.windows(2).position(|w| w == b"\x1b\\").map(|i| i + 4);
            [bell, mark].into_iter().flatten().min().map(Token::Nothing)
        }
        _ => Some(match plain(&bytes[1..])? {
            Token::Msg(n, Msg::Key(k)) => Token::Msg(n + 1, key(k.code, k.modifiers | KeyModifiers::ALT)),
            Token::Msg(n, _) | Token::Nothing(n) | Token::Paste(n) => Token::Nothing(n + 1),
        }),
    }
}

/// A character or a control key.
fn plain(bytes: &[u8]) -> Option<Token> {
    let none = KeyModifiers::NONE;
    let control = |c: u8| key(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    let first = *bytes.first()?;
    Some(match first {
        b'\r' => Token::Msg(1, key(KeyCode::Enter, none)),
        b'\t' => Token::Msg(1, key(KeyCode::Tab, none)),
        0x7f => Token::Msg(1, key(KeyCode::Backspace, none)),
        0 => Token::Msg(1, control(b' ')),
        0x01..=0x1a => Token::Msg(1, control(first - 1 + b'a')),
        0x1c..=0x1f => Token::Msg(1, control(first - 0x1c + b'4')),
        0x20..=0x7e => Token::Msg(1, character(char::from(first))),
        _ => {
            let need = match first {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Some(Token::Nothing(1)),
            };
            let have = &bytes[..bytes.len().min(need)];
            match std::str::from_utf8(have) {
                Ok(text) => Token::Msg(need, character(text.chars().next()?)),
                // Right so far, and not yet whole.
                Err(e) if e.error_len().is_none() => return None,
                Err(_) => Token::Nothing(1),
            }
        }
    })
}

fn character(c: char) -> Msg {
    key(KeyCode::Char(c), if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE })
}

/// `ESC [`, figures, a letter.
fn sequence(bytes: &[u8]) -> Option<Token> {
    let body = &bytes[2..];
    match body.first()? {
        // F1 to F5 of a Linux console.
        b'[' => {
            let letter = *body.get(1)?;
            return Some(match letter {
                b'A'..=b'E' => Token::Msg(4, key(KeyCode::F(letter - b'A' + 1), KeyModifiers::NONE)),
                _ => Token::Nothing(4),
            });
        }
        // A mouse of the old kind: three bytes that are no letters.
        b'M' => return (body.len() >= 4).then_some(Token::Nothing(6)),
        _ => {}
    }
    let end = body.iter().position(|b| !(0x20..=0x3f).contains(b))?;
    let n = end + 3;
    let last = body[end];
    if !(0x40..=0x7e).contains(&last) {
        // Broken off: what breaks it is looked at anew.
        return Some(Token::Nothing(n - 1));
    }
    let figures = &body[..end];
    if let Some(mouse) = figures.strip_prefix(b"<") {
        return Some(pointer(mouse, last).map_or(Token::Nothing(n), |m| Token::Msg(n, m)));
    }
    let mut numbers = figures.split(|b| *b == b';').map(number);
    let (first, second) = (numbers.next().flatten(), numbers.next().flatten());
    let third = numbers.next().flatten();
    if last == b'~' && first == Some(200) {
        return Some(Token::Paste(n));
    }
    // The answer to the question whether the terminal is well.
    if last == b'n' && figures == b"0" {
        return Some(Token::Msg(n, Msg::Line(Line::Answered)));
    }
    let code = match (last, first) {
        (b'Z', _) => Some(KeyCode::BackTab),
        (b'~', Some(27)) => third.and_then(named),
        (b'~', Some(v)) => numbered(v),
        (b'u', Some(v)) => named(v),
        // Not F3 but where the cursor is, which a terminal tells who asks.
        (b'R', Some(2..)) => None,
        _ => cursor_key(last),
    };
    let mods = match last {
        b'Z' => KeyModifiers::SHIFT,
        _ => modifiers(second.unwrap_or(1)),
    };
    Some(code.map_or(Token::Nothing(n), |code| Token::Msg(n, key(code, mods))))
}

/// A figure; what follows a colon in it is refinement.
fn number(text: &[u8]) -> Option<u32> {
    let text = text.split(|b| *b == b':').next()?;
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn modifiers(mask: u32) -> KeyModifiers {
    let bits = mask.saturating_sub(1);
    let mut out = KeyModifiers::NONE;
    out.set(KeyModifiers::SHIFT, bits & 1 != 0);
    out.set(KeyModifiers::ALT, bits & 2 != 0);
    out.set(KeyModifiers::CONTROL, bits & 4 != 0);
    out
}

fn cursor_key(letter: u8) -> Option<KeyCode> {
    Some(match letter {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P' => KeyCode::F(1),
        b'Q' => KeyCode::F(2),
        b'R' => KeyCode::F(3),
        b'S' => KeyCode::F(4),
        _ => return None,
    })
}

fn numbered(n: u32) -> Option<KeyCode> {
    let f = |below: u32| u8::try_from(n - below).ok().map(KeyCode::F);
    match n {
        1 | 7 => Some(KeyCode::Home),
        2 => Some(KeyCode::Insert),
        3 => Some(KeyCode::Delete),
        4 | 8 => Some(KeyCode::End),
        5 => Some(KeyCode::PageUp),
        6 => Some(KeyCode::PageDown),
        11..=15 => f(10),
        17..=21 => f(11),
        23..=24 => f(12),
        _ => None,
    }
}

/// A key told by its character.
fn named(point: u32) -> Option<KeyCode> {
    Some(match char::from_u32(point)? {
        '\u{1b}' => KeyCode::Esc,
        '\r' => KeyCode::Enter,
        '\t' => KeyCode::Tab,
        '\u{7f}' => KeyCode::Backspace,
        c if c.is_control() => return None,
        c => KeyCode::Char(c),
    })
}

/// `button;column;line`, counted from one.
fn pointer(figures: &[u8], last: u8) -> Option<Msg> {
    let mut numbers = figures.split(|b| *b == b';').map(number);
    let button = numbers.next()??;
    let place = |n: Option<Option<u32>>| u16::try_from(n??.checked_sub(1)?).ok();
    let (column, row) = (place(numbers.next())?, place(numbers.next())?);
    let which = match button & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (button & 0b1110_0000, button & 3, last) {
        (0x40, 0, _) => MouseEventKind::ScrollUp,
        (0x40, 1, _) => MouseEventKind::ScrollDown,
        (0, 0..=2, b'M') => MouseEventKind::Down(which),
        (0, 0..=2, b'm') => MouseEventKind::Up(which),
        // Moves and drags: nothing follows them, and a frame for each would be for nothing.
        _ => return None,
    };
    Some(Msg::Mouse(MouseEvent { kind, column, row, modifiers: modifiers(((button >> 2) & 7) + 1) }))
}

#[cfg(test)]
mod tests;
