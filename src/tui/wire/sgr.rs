//! Looks, and the shortest way from one to another.

use ratatui::style::{Color, Modifier};

/// How many colours may be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Depth {
    /// As they are.
    #[default]
    Full,
    /// The sixteen every terminal has, each a figure of two digits.
    Sixteen,
}

/// The sixteen colours as terminals have them by default (xterm's).
const SIXTEEN: [(Color, [i32; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

impl Depth {
    /// The colour that is sent for this one.
    pub fn colour(self, colour: Color) -> Color {
        let rgb = match (self, colour) {
            (Depth::Sixteen, Color::Rgb(r, g, b)) => [r, g, b].map(i32::from),
            (Depth::Sixteen, Color::Indexed(n)) => match n {
                0..=15 => return SIXTEEN[usize::from(n)].0,
                // The cube of six steps, then the greys.
                16..=231 => {
                    let n = i32::from(n) - 16;
                    [n / 36, n / 6 % 6, n % 6].map(|step| if step == 0 { 0 } else { 55 + step * 40 })
                }
                232.. => [8 + (i32::from(n) - 232) * 10; 3],
            },
            (_, colour) => return colour,
        };
        let far = |other: &[i32; 3]| -> i32 { rgb.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum() };
        SIXTEEN.iter().min_by_key(|(_, other)| far(other)).map_or(colour, |(near, _)| *near)
    }
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Look {
    pub fg: Color,
    pub bg: Color,
    pub modifier: Modifier,
}

/// What can be seen where no character stands.
const ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

impl Look {
    /// Without what cannot be seen on a blank.
    pub fn on_blank(self) -> Look {
        let modifier = self.modifier & ON_BLANK;
        Look { fg: if modifier.is_empty() { Color::Reset } else { self.fg }, bg: self.bg, modifier }
    }

    /// Whether a blank written in this look is the blank that is wanted.
    pub fn draws_blank(self, wanted: Look) -> bool {
        self == wanted || self.on_blank() == wanted
    }
}

/// The codes of a colour as foreground; 10 more make it a background.
fn colour(codes: &mut Vec<u8>, colour: Color, ground: u8) {
    let plain = |n: u8| n + ground;
    let code = match colour {
        Color::Reset => plain(39),
        Color::Black => plain(30),
        Color::Red => plain(31),
        Color::Green => plain(32),
        Color::Yellow => plain(33),
        Color::Blue => plain(34),
        Color::Magenta => plain(35),
        Color::Cyan => plain(36),
        Color::Gray => plain(37),
        Color::DarkGray => plain(90),
        Color::LightRed => plain(91),
        Color::LightGreen => plain(92),
        Color::LightYellow => plain(93),
        Color::LightBlue => plain(94),
        Color::LightMagenta => plain(95),
        Color::LightCyan => plain(96),
        Color::White => plain(97),
        Color::Indexed(n) => return codes.extend([plain(38), 5, n]),
        Color::Rgb(r, g, b) => return codes.extend([plain(38), 2, r, g, b]),
    };
    codes.push(code);
}

/// What switches each on, and what off. One code switches two off that are off together.
const SWITCHES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// From everything switched off.
fn anew(to: Look) -> Vec<u8> {
    let mut codes = Vec::with_capacity(16);
    codes.extend(SWITCHES.iter().filter(|(m, ..)| to.modifier.contains(*m)).map(|(_, on, _)| *on));
    if to.fg != Color::Reset {
        colour(&mut codes, to.fg, 0);
    }
    if to.bg != Color::Reset {
        colour(&mut codes, to.bg, 10);
    }
    codes
}

/// Only what is different.
fn onward(from: Look, to: Look) -> Vec<u8> {
    let mut codes = Vec::with_capacity(16);
    let mut have = from.modifier;
    for (modifier, _, off) in SWITCHES {
        if have.contains(modifier) && !to.modifier.contains(modifier) {
            codes.push(off);
            SWITCHES.iter().filter(|(_, _, o)| *o == off).for_each(|(m, ..)| have.remove(*m));
        }
    }
    codes
        .extend(SWITCHES.iter().filter(|(m, ..)| to.modifier.contains(*m) && !have.contains(*m)).map(|(_, on, _)| *on));
    if from.fg != to.fg {
        colour(&mut codes, to.fg, 0);
    }
    if from.bg != to.bg {
        colour(&mut codes, to.bg, 10);
    }
    codes
}

fn length(codes: &[u8]) -> usize {
    codes
        .iter()
        .map(|c| {
            if *c > 99 {
                4
            } else if *c > 9 {
                3
            } else {
                2
            }
        })
        .sum()
}

/// Changes the look of what is written from here on.
pub fn change(out: &mut Vec<u8>, from: Look, to: Look) {
    if from == to {
        return;
    }
    out.extend_from_slice(b"\x1b[");
    if to != Look::default() {
        let (steps, whole) = (onward(from, to), anew(to));
        let short = length(&steps) <= length(&whole) + 2;
        if !short {
            out.extend_from_slice(b"0;");
        }
        for (i, code) in if short { steps } else { whole }.into_iter().enumerate() {
            if i > 0 {
                out.push(b';');
            }
            super::row::figure(out, u16::from(code));
        }
    }
    out.push(b'm');
}
