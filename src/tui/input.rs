//! A line of text being typed: cursor by grapheme, a window that follows it, a limit.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use crate::base::money::group;
use crate::base::text::{is_hostile, width};

/// The text and where the cursor stands in it (a byte offset at a grapheme boundary).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Input {
    text: String,
    cursor: usize,
    /// Line breaks are kept (notes); otherwise they become spaces.
    pub lines: bool,
    limit: usize,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The text changed.
    Changed,
    /// Only the cursor moved.
    Moved,
    /// Not a key for a text.
    Ignored,
}

impl Input {
    pub fn new(text: &str, limit: usize) -> Input {
        Input { text: text.to_string(), cursor: text.len(), lines: false, limit }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn cursor(&self) -> usize {
        self.cursor
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub fn set(&mut self, text: &str, cursor: usize) {
        self.text = text.to_string();
        self.cursor = cursor.min(self.text.len());
        while !self.text.is_char_boundary(self.cursor) {
            self.cursor -= 1;
        }
    }

    /// Puts text in at the cursor: hostile characters are dropped, what passes the limit is, too.
    /// Returns false when something had to be left out.
    pub fn insert(&mut self, text: &str) -> bool {
        let room = self.limit.saturating_sub(self.text.chars().count());
        let mut whole = true;
        let mut clean = String::new();
        for (n, c) in text.chars().filter(|c| *c != '\r').enumerate() {
            if n >= room {
                whole = false;
                break;
            }
            match c {
                '\n' if self.lines => clean.push('\n'),
                '\n' | '\t' => clean.push(' '),
                c if is_hostile(c) => whole = false,
                c => clean.push(c),
            }
        }
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
        whole
    }

    /// What is said where [`Input::insert`] had to leave something of a paste out.
    pub fn cut_short(&self) -> String {
        let limit = group(u64::try_from(self.limit).unwrap_or(u64::MAX));
        format!("The pasted text was cut: this line takes {limit} characters, and none that drive a terminal")
    }

    pub fn key(&mut self, key: KeyEvent) -> Typed {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            KeyCode::Char(c) if !ctrl && !alt => {
                self.insert(c.encode_utf8(&mut [0; 4]));
                Typed::Changed
            }
            KeyCode::Left => self.to(self.before()),
            KeyCode::Right => self.to(self.after()),
            KeyCode::Home => self.to(0),
            KeyCode::End => self.to(self.text.len()),
            KeyCode::Char('a') if ctrl => self.to(0),
            KeyCode::Char('e') if ctrl => self.to(self.text.len()),
            KeyCode::Backspace if ctrl || alt => self.cut(self.word_start(), self.cursor),
            KeyCode::Backspace => self.cut(self.before(), self.cursor),
            KeyCode::Char('h') if ctrl => self.cut(self.before(), self.cursor),
            KeyCode::Delete => self.cut(self.cursor, self.after()),
            KeyCode::Char('w') if ctrl => self.cut(self.word_start(), self.cursor),
            KeyCode::Char('u') if ctrl => self.cut(0, self.cursor),
            KeyCode::Char('k') if ctrl => self.cut(self.cursor, self.text.len()),
            _ => Typed::Ignored,
        }
    }

    /// The part of the text that fits `cells`, and the column of the cursor in it.
    pub fn window(&self, cells: usize) -> (String, usize) {
        let before = width(&self.text[..self.cursor]);
        let skip = before.saturating_sub(cells.saturating_sub(1));
        let (mut column, mut shown, mut skipped) = (0, String::new(), 0);
        for g in self.text.graphemes(true) {
            let w = width(g);
            if skipped < skip {
                skipped += w;
                continue;
            }
            if column + w > cells {
                break;
            }
            shown.push_str(if g == "\n" { "↵" } else { g });
            column += w;
        }
        (shown, before - skipped.min(before))
    }

    fn to(&mut self, cursor: usize) -> Typed {
        self.cursor = cursor;
        Typed::Moved
    }

    fn cut(&mut self, from: usize, to: usize) -> Typed {
        if from == to {
            return Typed::Moved;
        }
        self.text.replace_range(from..to, "");
        self.cursor = from;
        Typed::Changed
    }

    fn before(&self) -> usize {
        self.text[..self.cursor].grapheme_indices(true).next_back().map_or(0, |(i, _)| i)
    }

    fn after(&self) -> usize {
        self.text[self.cursor..].graphemes(true).next().map_or(self.cursor, |g| self.cursor + g.len())
    }

    fn word_start(&self) -> usize {
        let head = self.text[..self.cursor].trim_end();
        head.rfind(|c: char| c.is_whitespace() || matches!(c, ':' | ',')).map_or(0, |i| i + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(input: &mut Input, code: KeyCode, mods: KeyModifiers) {
        input.key(KeyEvent::new(code, mods));
    }

    #[test]
    fn editing_moves_by_grapheme_and_word() {
        let mut i = Input::new("नमस्ते city:pune", 100);
        press(&mut i, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!(i.text(), "नमस्ते city:");
        press(&mut i, KeyCode::Home, KeyModifiers::NONE);
        press(&mut i, KeyCode::Right, KeyModifiers::NONE);
        press(&mut i, KeyCode::Right, KeyModifiers::NONE);
        press(&mut i, KeyCode::Right, KeyModifiers::NONE);
        press(&mut i, KeyCode::Backspace, KeyModifiers::NONE);
        assert_eq!(i.text(), "नम city:");
    }

    #[test]
    fn pasted_text_is_cleaned_and_bounded() {
        let mut i = Input::new("", 10);
        assert!(!i.insert("\u{1b}[2Jab\ncdefghijklmnop"));
        assert_eq!(i.text(), "[2Jab cdef".chars().take(i.text().chars().count()).collect::<String>());
        assert!(i.text().chars().count() <= 10);
    }

    #[test]
    fn the_window_follows_the_cursor() {
        let i = Input::new("abcdefghij", 100);
        assert_eq!(i.window(5), ("ghij".into(), 4));
        assert_eq!(Input::new("abc", 9).window(5), ("abc".into(), 3));
    }
}
