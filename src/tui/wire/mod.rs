//! The wire: what a frame costs on the way to the terminal.
//!
//! A frame is drawn into ratatui's [`Buffer`] and compared here with what the terminal shows. What goes out is one
//! piece of bytes that makes the one into the other, and none where nothing changed:
//!
//! * cells are eight bytes, so that two screens are compared as plain figures (`cell`);
//! * rows that moved are moved by the terminal, inside a scroll region (`scroll`);
//! * the rest of a row is written with the shortest moves, erasures and changes of style (`row`, `sgr`);
//! * after a character whose width terminals disagree on, the place is told anew and what it may have run over is
//!   written again;
//! * a new frame waits while the line has not taken the last ones (`flow`), and only the newest is ever sent.
//!
//! Nothing is asked of a terminal that every one of the last thirty years does not have: CUP, CUF, CUB, CHA, VPA, EL,
//! ECH, ED, SGR, DECSTBM, IL and DL. REP, SU and SD are not among them. Underline colours are not sent: who does not know them
//! takes the figures for blinking.

mod cell;
pub mod flow;
mod row;
mod scroll;
mod sgr;

use ratatui::buffer::Buffer;

use cell::{Grid, Pool};
use row::Pen;
pub use sgr::Depth;

/// Begins and ends a frame that a terminal shows at once.
const TOGETHER: (&[u8], &[u8]) = (b"\x1b[?2026h", b"\x1b[?2026l");

/// Shorter frames than this are shown at once anyway: they come in one packet and in one read.
const TORN: usize = 1_400;

/// What is known of the terminal at the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// It understands synchronised output (mode 2026), and nothing in between repaints everything for it.
    pub together: bool,
    /// Ambiguous characters may be two cells wide there, as East Asian settings have it.
    pub ambiguous: bool,
}

impl Abilities {
    /// What the environment says. Nothing is asked of the terminal: an answer that comes late is read as keys.
    pub fn of(env: impl Fn(&str) -> Option<String>) -> Abilities {
        let set = |name: &str| env(name).is_some_and(|v| !v.is_empty());
        let term = env("TERM").unwrap_or_default();
        // tmux and screen draw their own frames; some of their versions repaint a whole pane for each of ours.
        let between = set("TMUX") || set("STY") || term.starts_with("tmux") || term.starts_with("screen");
        let known = ["xterm-kitty", "xterm-ghostty", "foot", "alacritty", "wezterm", "contour"];
        let program = env("TERM_PROGRAM").unwrap_or_default();
        let together = known.iter().any(|k| term.starts_with(k))
            || ["iTerm.app", "WezTerm", "ghostty", "vscode"].contains(&program.as_str())
            || set("WT_SESSION");
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().filter_map(&env).find(|v| !v.is_empty());
        let ambiguous = locale.is_some_and(|l| ["ja", "ko", "zh"].iter().any(|tongue| l.starts_with(tongue)));
        Abilities { together: together && !between, ambiguous }
    }
}

/// One terminal as it stands after all that was sent.
pub struct Wire {
    pub abilities: Abilities,
    depth: Depth,
    pool: Pool,
    shown: Grid,
    next: Grid,
    /// False while it is not known what the terminal shows.
    known: bool,
    pen: Pen,
    out: Vec<u8>,
}

impl Wire {
    pub fn new(abilities: Abilities) -> Wire {
        Wire {
            abilities,
            depth: Depth::Full,
            pool: Pool::default(),
            shown: Grid::default(),
            next: Grid::default(),
            known: false,
            pen: Pen::default(),
            out: Vec::new(),
        }
    }

    /// How many colours may be sent from now on.
    pub fn set_depth(&mut self, depth: Depth) {
        if self.depth != depth {
            self.depth = depth;
            self.forget();
        }
    }

    /// The terminal may show anything: the next frame is written whole.
    pub fn forget(&mut self) {
        self.known = false;
    }

    /// The bytes that bring the terminal from the last frame to this one, with the text cursor where it is wanted or
    /// out of sight. Empty where nothing has changed. What is returned has to reach the terminal, whole and in order.
    ///
    /// `touched` tells of each line whether it may be another than in the last frame; a line that is not told of may.
    pub fn frame(&mut self, buffer: &Buffer, cursor: Option<(u16, u16)>, touched: &[bool]) -> &mut Vec<u8> {
        self.out.clear();
        let size = (buffer.area.width, buffer.area.height);
        if self.pool.is_full() {
            self.pool = Pool::default();
            self.known = false;
        }
        let anew = !self.known || self.shown.size() != size;
        let touched = |y: u16| anew || touched.get(usize::from(y)).is_none_or(|t| *t);
        if anew {
            self.shown.clear(size);
            self.next.clear(size);
        }
        self.next.take_in(buffer, &mut self.pool, self.depth, self.abilities.ambiguous, touched);
        let together = self.abilities.together;
        if together {
            self.out.extend_from_slice(TOGETHER.0);
        }
        let begun = self.out.len();
        if anew {
            self.pen = Pen::begin(&mut self.out, size);
            self.known = true;
        }
        self.pen.ambiguous = self.abilities.ambiguous;
        let moved = scroll::scroll(&mut self.shown, &self.next, touched, &mut self.pen, &mut self.out);
        let touched = |y: u16| moved || touched(y);
        row::rows(&self.shown, &self.next, touched, &self.pool, &mut self.pen, &mut self.out);
        self.pen.cursor(cursor.filter(|(x, y)| *x < size.0 && *y < size.1), &mut self.out);
        self.shown.follow(&self.next, touched);
        if together {
            if self.out.len() - begun > TORN {
                self.out.extend_from_slice(TOGETHER.1);
            } else {
                self.out.drain(..begun);
            }
        }
        &mut self.out
    }
}

#[cfg(test)]
mod tests;
