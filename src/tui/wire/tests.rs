//! What the wire sends, read by a terminal: cell by cell what the buffer holds, over random frames.

use std::num::NonZeroU16;

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};

use super::*;
use crate::tui::paint::sealed;

/// A terminal at the end of a wire.
struct Far {
    wire: Wire,
    /// The same, told which lines were touched, and the frame before.
    told: Wire,
    before: Buffer,
    screen: vt100::Parser,
}

impl Far {
    fn new(width: u16, height: u16) -> Far {
        let size = |n| NonZeroU16::new(n).unwrap();
        let mut screen = vt100::Parser::new(size(height), size(width), 0);
        screen.process(b"\x1b[?1049h");
        let wire = || Wire::new(Abilities::default());
        Far { wire: wire(), told: wire(), before: Buffer::empty(Rect::ZERO), screen }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.screen.screen_mut().set_size(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap());
    }

    /// Sends a frame and looks at every cell; returns the bytes it took.
    #[track_caller]
    fn show(&mut self, buffer: &Buffer, cursor: Option<(u16, u16)>) -> Vec<u8> {
        let bytes = self.wire.frame(buffer, cursor, &[]).clone();
        let width = usize::from(buffer.area.width).max(1);
        let lines = |b: &Buffer| b.content.chunks(width).map(<[_]>::to_vec).collect::<Vec<_>>();
        let other = self.before.area != buffer.area;
        let touched: Vec<bool> = lines(buffer).iter().zip(lines(&self.before)).map(|(a, b)| other || *a != b).collect();
        assert_eq!(*self.told.frame(buffer, cursor, &touched), bytes, "{touched:?}");
        self.before = buffer.clone();
        self.screen.process(&bytes);
        let screen = self.screen.screen();
        let mut x;
        for y in 0..buffer.area.height {
            x = 0;
            while x < buffer.area.width {
                x += self.compare(buffer, x, y, &bytes);
            }
        }
        assert_eq!(!screen.hide_cursor(), cursor.is_some());
        if let Some((x, y)) = cursor {
            assert_eq!(screen.cursor_position(), (y, x), "{}", bytes.escape_ascii());
        }
        assert_eq!(self.wire.frame(buffer, cursor, &[]).len(), 0, "the same frame once more");
        bytes
    }

    #[track_caller]
    fn compare(&self, buffer: &Buffer, x: u16, y: u16, bytes: &[u8]) -> u16 {
        let cell = &buffer[(x, y)];
        let text = sealed(cell.symbol());
        let mut want = if text.cell_width() == 0 { "?".to_string() } else { text.to_string() };
        let wide = want.cell_width();
        let half = (1..wide).any(|i| x + i >= buffer.area.width || buffer[(x + i, y)].symbol() != " ");
        if half {
            want = " ".into();
        }
        let sure = cell::is_sure(&want, false);
        let below = usize::from(buffer.area.height - y - 1);
        let corner = cell::scrolls(usize::from(x), cell::reach(&want), usize::from(buffer.area.width), below);
        if !sure && corner {
            want = "?".into();
        }
        let there = self.screen.screen().cell(y, x).unwrap();
        let place = || format!("at {x},{y} want {want:?} {cell:?}\nhave {there:?}\nsent {}", bytes.escape_ascii());
        // Where terminals are not of one mind on a width the emulator need not be of ours: it has the beginning.
        let begins = want.chars().next();
        let have = there.contents();
        let same = if sure || want.chars().count() == 1 {
            have == want || have.is_empty() && want == " "
        } else {
            have.chars().next() == begins
        };
        assert!(same, "{}", place());
        let blank = want == " ";
        let modifier = cell.modifier;
        let seen = !blank || modifier.intersects(Modifier::REVERSED | Modifier::UNDERLINED);
        assert_eq!(there.bgcolor(), colour(cell.bg), "{}", place());
        assert_eq!(there.underline(), modifier.contains(Modifier::UNDERLINED), "{}", place());
        assert_eq!(there.inverse(), modifier.contains(Modifier::REVERSED), "{}", place());
        if seen {
            assert_eq!(there.fgcolor(), colour(cell.fg), "{}", place());
        }
        if !blank {
            assert_eq!(there.bold(), modifier.contains(Modifier::BOLD), "{}", place());
            assert_eq!(there.dim(), modifier.contains(Modifier::DIM), "{}", place());
            assert_eq!(there.italic(), modifier.contains(Modifier::ITALIC), "{}", place());
        }
        if half { 1 } else { want.cell_width().max(1) }
    }
}

fn colour(c: Color) -> vt100::Color {
    let named = |n| vt100::Color::Idx(n);
    match c {
        Color::Reset => vt100::Color::Default,
        Color::Indexed(n) => named(n),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => named(8),
        Color::LightRed => named(9),
        Color::LightGreen => named(10),
        Color::LightYellow => named(11),
        Color::LightBlue => named(12),
        Color::LightMagenta => named(13),
        Color::LightCyan => named(14),
        Color::White => named(15),
    }
}

const TEXTS: [&str; 20] = [
    "Ravi Deshmukh",
    "  ",
    "              ",
    "C000123",
    "₹1,23,456.00",
    "● Active",
    "▌▁▂▃█ 12% – …",
    "राहुल शर्मा",
    "क्षत्रिय",
    "বাংলা",
    "தமிழ்",
    "日本語 カタ",
    "한국어",
    "👩‍👩‍👧 x",
    "❤️ok",
    "🇮🇳+",
    "é e\u{301}",
    "ｱﾞ",
    "\u{ad}soft",
    "اردو",
];

fn style(rng: &mut ChaCha8Rng) -> Style {
    let colours = [
        Color::Reset,
        Color::Reset,
        Color::Cyan,
        Color::DarkGray,
        Color::LightGreen,
        Color::White,
        Color::Indexed(3),
        Color::Indexed(200),
        Color::Rgb(1, 20, 255),
    ];
    let modifiers = [
        Modifier::empty(),
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::ITALIC | Modifier::UNDERLINED,
        Modifier::REVERSED,
        Modifier::DIM,
    ];
    let bg = if rng.random_bool(0.2) { *colours.choose(rng).unwrap() } else { Color::Reset };
    Style::new().fg(*colours.choose(rng).unwrap()).bg(bg).add_modifier(*modifiers.choose(rng).unwrap())
}

/// One change of a screen, of the kinds that screens make.
fn disturb(buffer: &mut Buffer, rng: &mut ChaCha8Rng) {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let (x, y) = (rng.random_range(0..width), rng.random_range(0..height));
    match rng.random_range(0..12) {
        0..=4 => {
            let style = style(rng);
            buffer.set_string(x, y, TEXTS.choose(rng).unwrap(), style);
        }
        5 => {
            for row in 0..height {
                let style = style(rng);
                let text = format!("{} {} {}", rng.random_range(0..999), TEXTS.choose(rng).unwrap(), row);
                buffer.set_string(x / 4, row, text, style);
            }
        }
        // Rows go up or down, some of them or all.
        6..=8 => {
            let (top, bottom) = (y, rng.random_range(y..height));
            let by = rng.random_range(1..=3.min(height));
            let old = buffer.clone();
            for row in top..=bottom {
                let from = if rng.random_bool(0.5) || by > row { row + by } else { row - by };
                for x in 0..width {
                    let cell = if from <= bottom { old[(x, from)].clone() } else { ratatui::buffer::Cell::EMPTY };
                    buffer[(x, row)] = cell;
                }
            }
        }
        9 => {
            let by = rng.random_range(1..=2.min(height));
            let up = rng.random_bool(0.5);
            let old = buffer.clone();
            for row in 0..height {
                let from = if up { row.checked_add(by) } else { row.checked_sub(by) };
                for x in 0..width {
                    buffer[(x, row)] = match from.filter(|f| *f < height) {
                        Some(from) => old[(x, from)].clone(),
                        None => ratatui::buffer::Cell::EMPTY,
                    };
                }
            }
        }
        10 => {
            // What no widget writes: halves of wide characters, characters that drive a terminal, bare accents.
            let odd = ["日", "\u{1b}", "\u{202e}x", "\u{301}", "a\nb", "👩‍👩‍👧‍👦", "\u{9b}2J", "x", "│"];
            buffer[(x, y)].set_symbol(odd.choose(rng).unwrap());
        }
        _ => {
            let area = Rect::new(x, y, rng.random_range(0..=width - x), rng.random_range(0..=height - y));
            if rng.random_bool(0.5) {
                for y in area.top()..area.bottom() {
                    for x in area.left()..area.right() {
                        buffer[(x, y)].reset();
                    }
                }
            } else {
                buffer.set_style(area, style(rng));
            }
        }
    }
}

#[test]
fn the_terminal_shows_what_the_buffer_holds() {
    let seed = std::env::var("BHARATNET_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_123);
    let rounds = std::env::var("BHARATNET_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    println!("BHARATNET_SEED={seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for _ in 0..150 * rounds {
        let (mut width, mut height) = (rng.random_range(1..90), rng.random_range(1..30));
        let mut far = Far::new(width, height);
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        for _ in 0..25 {
            if rng.random_bool(0.04) {
                (width, height) = (rng.random_range(1..90), rng.random_range(1..30));
                far.resize(width, height);
                buffer = Buffer::empty(Rect::new(0, 0, width, height));
            }
            for _ in 0..rng.random_range(0..4) {
                disturb(&mut buffer, &mut rng);
            }
            // The emulator knows one of the two at a time.
            for cell in buffer.content.iter_mut().filter(|c| c.modifier.contains(Modifier::BOLD)) {
                cell.modifier.remove(Modifier::DIM);
            }
            let cursor = rng.random_bool(0.3).then(|| (rng.random_range(0..width), rng.random_range(0..height)));
            if rng.random_bool(0.05) {
                far.wire.forget();
                far.told.forget();
            }
            far.show(&buffer, cursor);
        }
    }
}

/// A list of many columns with a marker, as a screen has one.
fn list(top: usize, current: usize, cursor_name: bool) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 50));
    buffer.set_string(1, 0, "Customers", Style::new().add_modifier(Modifier::BOLD));
    for line in 0..47_u16 {
        let n = top + usize::from(line);
        let y = line + 2;
        let here = n == current;
        if here {
            buffer.set_string(0, y, "▌", Style::new().fg(Color::Cyan));
        }
        let style = if here && cursor_name { Style::new().add_modifier(Modifier::BOLD) } else { Style::new() };
        buffer.set_string(4, y, format!("Customer {n}"), style);
        for column in 1..10_u16 {
            let dim = Style::new().fg(if column % 3 == 0 { Color::DarkGray } else { Color::Reset });
            buffer.set_string(12 + column * 18, y, format!("value {:>5}", n * usize::from(column) % 99_991), dim);
        }
    }
    buffer.set_string(1, 49, "? help", Style::new().fg(Color::DarkGray));
    buffer
}

#[test]
fn a_scroll_is_the_terminals_own_work() {
    let mut far = Far::new(200, 50);
    far.show(&list(0, 44, true), None);
    let down = far.show(&list(1, 45, true), None);
    assert!(down.len() <= 245, "{} {}", down.len(), down.escape_ascii());
    let text = down.escape_ascii().to_string();
    assert!(text.starts_with("\\x1b[m\\x1b[3;49r\\x1b[49H\\n"), "{text}");
    // The rows that scroll are the same, and need not be named again.
    let again = far.show(&list(2, 46, true), None);
    assert!(again.len() + 7 <= down.len(), "{} {}", again.len(), again.escape_ascii());
    assert!(again.escape_ascii().to_string().starts_with("\\x1b[m\\n"), "{}", again.escape_ascii());
    let up = far.show(&list(1, 3, true), None);
    assert!(up.len() <= 250, "{} {}", up.len(), up.escape_ascii());
    assert!(up.escape_ascii().to_string().contains("\\x1b[3H\\x1b[L"));
    far.show(&list(4, 6, true), None);
}

#[test]
fn little_is_sent_for_little() {
    let mut far = Far::new(200, 50);
    let whole = far.show(&list(0, 3, false), None);
    assert!(whole.len() < 9_000, "{}", whole.len());
    assert_eq!(far.show(&list(0, 3, false), None).len(), 0);
    let marker = far.show(&list(0, 4, false), None);
    assert!(marker.len() <= 26, "{} {}", marker.len(), marker.escape_ascii());
    let page = far.show(&list(47, 51, false), None);
    assert!(page.len() < 7_200, "{}", page.len());
    // A typed letter at the text cursor is that letter.
    let mut typed = list(47, 51, false);
    far.show(&typed, Some((20, 0)));
    typed.set_string(20, 0, "x", Style::new());
    assert_eq!(far.show(&typed, Some((21, 0))), b"\x1b[mx");
}

#[test]
fn a_width_that_is_in_doubt_moves_nothing_else() {
    let mut far = Far::new(60, 6);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 6));
    buffer.set_string(0, 2, "राहुल शर्मा │ बांग्ला", Style::new());
    buffer.set_string(50, 2, "│", Style::new());
    let bytes = far.show(&buffer, None);
    // Whatever a terminal makes of the names, the line behind them is put in its place.
    let text = String::from_utf8(bytes).unwrap();
    let before = &text[..text.rfind('│').unwrap()];
    assert!(before.ends_with("\u{1b}[51G") || before.ends_with("\u{1b}[3;51H"), "{text:?}");
}

#[test]
fn long_frames_are_shown_at_once_where_that_is_known() {
    let env = |pairs: &'static [(&str, &str)]| {
        move |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_string())
    };
    assert!(Abilities::of(env(&[("TERM", "xterm-kitty")])).together);
    assert!(!Abilities::of(env(&[("TERM", "xterm-kitty"), ("TMUX", "/tmp/1")])).together);
    assert!(!Abilities::of(env(&[("TERM", "xterm-256color")])).together);
    assert!(Abilities::of(env(&[("LC_ALL", ""), ("LANG", "ja_JP.UTF-8")])).ambiguous);
    assert!(!Abilities::of(env(&[("LC_ALL", "en_IN.UTF-8"), ("LANG", "ja_JP.UTF-8")])).ambiguous);
    let mut wire = Wire::new(Abilities { together: true, ambiguous: false });
    let long = wire.frame(&list(0, 3, false), None, &[]).clone();
    assert!(long.starts_with(b"\x1b[?2026h") && long.ends_with(b"\x1b[?2026l"));
    let short = wire.frame(&list(0, 4, false), None, &[]);
    assert!(!short.is_empty() && !short.starts_with(b"\x1b[?2026h"));
}

#[test]
fn sixteen_colours_where_few_are_wanted() {
    let mut wire = Wire::new(Abilities::default());
    let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
    buffer.set_string(0, 0, "a", Style::new().fg(Color::Rgb(250, 10, 10)));
    buffer.set_string(1, 0, "b", Style::new().fg(Color::Indexed(46)).bg(Color::Indexed(232)));
    let full = wire.frame(&buffer, None, &[]).clone();
    assert!(full.escape_ascii().to_string().contains("38;2;250;10;10"));
    wire.set_depth(Depth::Sixteen);
    let text = wire.frame(&buffer, None, &[]).escape_ascii().to_string();
    assert!(text.contains("\\x1b[91ma\\x1b[92;40mb"), "{text}");
}

#[test]
fn the_shortest_way_from_look_to_look() {
    let look = |fg, bg, modifier| sgr::Look { fg, bg, modifier };
    let cyan = look(Color::Cyan, Color::Reset, Modifier::BOLD);
    let plain = sgr::Look::default();
    let change = |from, to| {
        let mut out = Vec::new();
        sgr::change(&mut out, from, to);
        String::from_utf8(out).unwrap()
    };
    assert_eq!(change(plain, plain), "");
    assert_eq!(change(plain, cyan), "\u{1b}[1;36m");
    assert_eq!(change(cyan, plain), "\u{1b}[m");
    assert_eq!(change(cyan, look(Color::Cyan, Color::Reset, Modifier::empty())), "\u{1b}[22m");
    let both = look(Color::Cyan, Color::Reset, Modifier::BOLD | Modifier::DIM);
    assert_eq!(change(both, look(Color::Cyan, Color::Reset, Modifier::DIM)), "\u{1b}[22;2m");
    assert_eq!(change(look(Color::Rgb(1, 2, 3), Color::Rgb(4, 5, 6), Modifier::BOLD), cyan), "\u{1b}[36;49m");
}
