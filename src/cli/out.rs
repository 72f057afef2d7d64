//! The one way out: a checked writer on the standard output that knows what it writes to.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::Path;

use super::args::Colour;

/// The standard output. Nothing is lost silently: [`Out::end`] tells whether all of it went out.
pub struct Out {
    stream: BufWriter<Stdout>,
    terminal: bool,
    colour: bool,
}

impl Out {
    pub fn stdout(colour: Colour) -> Out {
        let stdout = io::stdout();
        let terminal = stdout.is_terminal();
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
                terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
            }
        };
        Out { stream: BufWriter::new(stdout), terminal, colour }
    }

    pub fn terminal(&self) -> bool {
        self.terminal
    }

    pub fn colour(&self) -> bool {
        self.colour
    }

    /// Cells in a line; 80 where nobody can tell.
    pub fn width(&self) -> usize {
        let asked = self.terminal.then(|| crossterm::terminal::size().ok()).flatten();
        asked.map_or(80, |(columns, _)| usize::from(columns)).max(20)
    }

    pub fn text(&mut self, text: &str) -> io::Result<()> {
        self.stream.write_all(text.as_bytes())
    }

    /// A heading: bold where there is colour.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        if self.colour { writeln!(self, "\u{1b}[1m{text}\u{1b}[0m") } else { writeln!(self, "{text}") }
    }

    /// Sends what is held back.
    pub fn end(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A path as text: a file name may hold anything, a terminal gets none of it.
pub fn name(path: &Path) -> String {
    crate::base::text::clean(&path.to_string_lossy(), 4_096)
}
