//! A screen at the end of a line: the app's frames on one side, a terminal on the other.

use std::io;

use ratatui::layout::Rect;

use crate::base::Timestamp;

use super::app::App;
use super::canvas::Canvas;
use super::message::Line;
use super::wire::flow::{Flow, QUESTION};
use super::wire::{Abilities, Depth, Wire};

/// Takes the bytes of frames to a terminal.
pub trait Outlet {
    /// Columns and rows of the terminal.
    fn size(&self) -> io::Result<(u16, u16)>;

    /// Whether what was sent before has been taken. Where it has not, [`Line::Taken`] comes in when it has.
    fn is_clear(&mut self) -> bool;

    /// Sends one frame, whole; may take its bytes and leave an empty or an old vector for them.
    fn send(&mut self, frame: &mut Vec<u8>) -> io::Result<()>;

    /// Waits until all has been taken, or a moment: somebody else will write now.
    fn finish(&mut self) {}
}

/// A terminal, what it shows and how fast it is.
pub struct Screen<O> {
    pub outlet: O,
    wire: Wire,
    flow: Flow,
    canvas: Canvas,
}

impl<O: Outlet> Screen<O> {
    /// `far` asks the terminal after each frame whether it has arrived.
    pub fn new(outlet: O, abilities: Abilities, far: bool) -> io::Result<Screen<O>> {
        let (wire, flow) = (Wire::new(abilities), Flow::new(far));
        let mut screen = Screen { outlet, wire, flow, canvas: Canvas::new(Rect::ZERO) };
        screen.resize()?;
        Ok(screen)
    }

    /// The terminal may have another size now.
    pub fn resize(&mut self) -> io::Result<()> {
        let (width, height) = self.outlet.size()?;
        self.canvas.resize(Rect::new(0, 0, width, height));
        Ok(())
    }

    /// Somebody else may have written on it.
    pub fn forget(&mut self) {
        self.wire.forget();
    }

    /// Whether a frame sent now would not queue behind others.
    pub fn is_clear(&mut self, now: Timestamp) -> bool {
        self.flow.is_clear(now) && self.outlet.is_clear()
    }

    /// When it is to be looked again whether it is clear.
    pub fn deadline(&self) -> Option<Timestamp> {
        self.flow.deadline()
    }

    /// An answer of the terminal is still to come.
    pub fn is_waiting(&self) -> bool {
        self.flow.is_waiting()
    }

    /// Takes in what the line tells; true when it turns out to be a slow one.
    pub fn told(&mut self, line: Line, now: Timestamp) -> bool {
        match line {
            Line::Answered => self.flow.answered(now),
            Line::Taken(ms) => self.flow.took(ms),
        }
    }

    /// Draws the app and sends what has changed; returns the bytes sent.
    pub fn draw(&mut self, app: &mut App, now: Timestamp) -> io::Result<usize> {
        self.wire.set_depth(if app.thin { Depth::Sixteen } else { Depth::Full });
        // A thin line is a far one, whatever it was said to be.
        self.flow.far |= app.thin;
        self.wire.abilities.together &= !app.thin;
        let cursor = app.paint(&mut self.canvas);
        let frame = self.wire.frame(&self.canvas.buffer, cursor, self.canvas.touched());
        if frame.is_empty() {
            return Ok(0);
        }
        if self.flow.asks() {
            frame.extend_from_slice(QUESTION);
        }
        let bytes = frame.len();
        self.outlet.send(frame)?;
        self.flow.sent(bytes, now);
        Ok(bytes)
    }
}
