//! Texts put together out of pieces. The machinery of `format!` took longer than the copying: a customer has dozens
//! of these.

use std::cell::RefCell;

use crate::base::text::push_number;
use crate::domain::Text;

use super::spare;

/// Texts and numbers, one behind the other, as a text.
macro_rules! text {
    ($($piece:expr),+ $(,)?) => {
        $crate::demo::text::written(|room| {
            $($crate::demo::text::Piece::put($piece, room);)+
        })
    };
}

/// A piece of a text.
pub trait Piece {
    fn put(self, out: &mut String);
}

impl<T: AsRef<str> + ?Sized> Piece for &T {
    fn put(self, out: &mut String) {
        out.push_str(self.as_ref());
    }
}

impl Piece for i64 {
    fn put(self, out: &mut String) {
        push_number(out, self, 1);
    }
}

impl Piece for u64 {
    fn put(self, out: &mut String) {
        out.push_str(itoa::Buffer::new().format(self));
    }
}

/// A number of so many digits at least, with zeros before it.
pub struct Digits(pub i64, pub usize);

impl Piece for Digits {
    fn put(self, out: &mut String) {
        push_number(out, self.0, self.1);
    }
}

/// Eight hexadecimal digits.
pub struct Hex(pub u32);

impl Piece for Hex {
    fn put(self, out: &mut String) {
        let digit = |place: u32| char::from(b"0123456789ABCDEF"[(self.0 >> (4 * place) & 0xf) as usize]);
        out.extend((0..8).rev().map(digit));
    }
}

/// A text in small letters; it must be ASCII.
pub struct Small<'a>(pub &'a str);

impl Piece for Small<'_> {
    fn put(self, out: &mut String) {
        let from = out.len();
        out.push_str(self.0);
        out[from..].make_ascii_lowercase();
    }
}

/// A text of just the room it needs, which for a short one is none: it is written into the same room each time first.
pub fn written(write: impl FnOnce(&mut String)) -> Text {
    thread_local! {
        static ROOM: RefCell<String> = const { RefCell::new(String::new()) };
    }
    ROOM.with_borrow_mut(|room| {
        room.clear();
        write(room);
        if room.len() > size_of::<Text>() { spare::long(room) } else { Text::from(room.as_str()) }
    })
}

/// A text of the program itself: a long one is pointed at, not copied.
pub fn fixed(text: &'static str) -> Text {
    // What fits into the value is read faster there.
    if text.len() > size_of::<Text>() { Text::const_new(text) } else { Text::from(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_written_as_format_would() {
        let n = 1_234_567;
        let text =
            text!["a", Small("B.C"), &String::from("-"), n, 7_u64, Digits(42, 5), Digits(n, 3), Hex(0x00c0_ffee)];
        assert_eq!(text, format!("a{}-{n}7{:05}{n:03}{:08X}", "b.c", 42, 0x00c0_ffee));
        for (n, width) in [(0, 1), (0, 4), (-5, 7), (i64::MIN, 1), (i64::MAX, 20), (-1, 1), (99, 2)] {
            assert_eq!(text![Digits(n, width)], format!("{n:0width$}"));
        }
        for words in ["short", "a text that is longer than the value of it"] {
            assert_eq!(fixed(words), words);
        }
    }
}
