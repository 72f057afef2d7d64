//! The app on a made-up company, drawn by the wire and by ratatui's backend side by side.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use bharatnet::base::{Clock, ManualClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::Principal;
use bharatnet::engine::Engine;
use bharatnet::exchange::build_demo;
use bharatnet::tui::app::{App, Session};
use bharatnet::tui::canvas::Canvas;
use bharatnet::tui::keys::{self, Keymap};
use bharatnet::tui::message::{Effect, Msg};
use bharatnet::tui::screen::{Outlet, Screen};
use bharatnet::tui::theme::Theme;
use bharatnet::tui::wire::Abilities;
use bharatnet::tui::work::answer;
use crossterm::event::KeyEvent;
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

use crate::SIZE;

/// Bytes of a key: with its frames, when the cursor has rested after it, and ratatui's for all of them.
#[derive(Clone, Copy)]
pub struct Cost {
    pub ours: usize,
    pub rest: usize,
    pub ratatui: usize,
}

/// Takes all and keeps nothing.
pub struct Nowhere;

impl Outlet for Nowhere {
    fn size(&self) -> io::Result<(u16, u16)> {
        Ok(SIZE)
    }

    fn is_clear(&mut self) -> bool {
        true
    }

    fn send(&mut self, _: &mut Vec<u8>) -> io::Result<()> {
        Ok(())
    }
}

/// Bytes in memory that two know of.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<Vec<u8>>>);

impl io::Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

pub struct Desk {
    app: App,
    engine: Arc<Engine>,
    who: Principal,
    clock: Arc<ManualClock>,
    screen: Screen<Nowhere>,
    canvas: Canvas,
    /// The rows that ratatui's frames are drawn from, too.
    rows: Canvas,
    ratatui: Terminal<CrosstermBackend<Memory>>,
    /// Where ratatui's backend writes.
    written: Memory,
    _folder: tempfile::TempDir,
}

/// ratatui's own way to a terminal, which nothing was written to yet.
fn plain(written: &Memory) -> io::Result<Terminal<CrosstermBackend<Memory>>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, SIZE.0, SIZE.1));
    Terminal::with_options(CrosstermBackend::new(written.clone()), TerminalOptions { viewport })
}

impl Desk {
    pub fn new(customers: u64) -> Result<Desk, Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("isp.db");
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
        let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(36_000_000)));
        build_demo(&path, Settings { customers, seed: 1, today }, &*clock, &mut |_, _| true)?;
        let engine = Arc::new(Engine::open(&path, false, clock.clone())?);
        let who = Principal::owner();
        let session =
            Session { who: who.clone(), read_only: None, demo: true, welcome: false, folder: std::env::temp_dir() };
        let app = App::new(session, Theme::terminal(), Keymap::default(), clock.now());
        let area = Rect::new(0, 0, SIZE.0, SIZE.1);
        let written = Memory::default();
        let mut desk = Desk {
            app,
            engine,
            who,
            clock,
            screen: Screen::new(Nowhere, Abilities::default(), false)?,
            canvas: Canvas::new(area),
            rows: Canvas::new(area),
            ratatui: plain(&written)?,
            written,
            _folder: folder,
        };
        desk.draw();
        let effects = desk.app.start();
        desk.carry_out(effects);
        desk.rest();
        Ok(desk)
    }

    /// One frame by each; the bytes of both.
    fn draw(&mut self) -> (usize, usize) {
        (self.draw_ours(), self.draw_ratatui())
    }

    pub fn draw_ours(&mut self) -> usize {
        self.screen.draw(&mut self.app, self.clock.now()).expect("nowhere takes all")
    }

    pub fn draw_ratatui(&mut self) -> usize {
        self.written.0.borrow_mut().clear();
        self.ratatui.draw(|frame| self.app.render_on(frame, &mut self.rows)).expect("memory takes all");
        self.written.0.borrow().len()
    }

    /// The drawing alone.
    pub fn paint(&mut self) {
        self.app.paint(&mut self.canvas);
    }

    /// Answers every question, drawing after each answer, as the loop does. The pause does not pass.
    fn carry_out(&mut self, effects: Vec<Effect>) -> (usize, usize) {
        let mut queue: VecDeque<Effect> = effects.into();
        let (mut ours, mut ratatui) = (0, 0);
        while let Some(effect) = queue.pop_front() {
            if let Effect::Ask(ticket, question) = effect {
                let found = answer(&self.engine, &self.who, question, &|_, _| true);
                queue.extend(self.app.update(Msg::Answer(ticket, found), self.clock.now()));
                let bytes = self.draw();
                (ours, ratatui) = (ours + bytes.0, ratatui + bytes.1);
            }
        }
        (ours, ratatui)
    }

    /// Lets the pause pass and what follows it.
    fn rest(&mut self) -> (usize, usize) {
        self.clock.advance_ms(500);
        let effects = self.app.update(Msg::Tick, self.clock.now());
        let first = self.draw();
        let more = self.carry_out(effects);
        (first.0 + more.0, first.1 + more.1)
    }

    /// Takes a key in and draws nothing; what it asks for is answered.
    pub fn update(&mut self, names: &str) {
        for key in keys::sequence(names).expect("keys") {
            let effects = self.app.update(Msg::Key(KeyEvent::new(key.code, key.mods)), self.clock.now());
            let mut queue: VecDeque<Effect> = effects.into();
            while let Some(effect) = queue.pop_front() {
                if let Effect::Ask(ticket, question) = effect {
                    let found = answer(&self.engine, &self.who, question, &|_, _| true);
                    queue.extend(self.app.update(Msg::Answer(ticket, found), self.clock.now()));
                }
            }
        }
    }

    pub fn press(&mut self, names: &str) -> Cost {
        let (mut ours, mut ratatui) = (0, 0);
        for key in keys::sequence(names).expect("keys") {
            let effects = self.app.update(Msg::Key(KeyEvent::new(key.code, key.mods)), self.clock.now());
            for bytes in [self.draw(), self.carry_out(effects)] {
                (ours, ratatui) = (ours + bytes.0, ratatui + bytes.1);
            }
        }
        let rest = self.rest();
        Cost { ours, rest: rest.0, ratatui: ratatui + rest.1 }
    }

    /// The briefing beside the list, or the list alone.
    pub fn panel(&mut self, on: bool) {
        if self.app.list.panel_wanted != on {
            self.press("tab");
        }
    }

    /// As on a thin line, or on a wide one. The colours were sixteen before.
    pub fn thin(&mut self, on: bool) {
        if self.app.thin != on {
            self.press("g b");
        }
    }

    /// The whole screen.
    pub fn first_paint(&mut self) -> Cost {
        self.screen.forget();
        self.ratatui = plain(&self.written).expect("memory takes all");
        let (ours, ratatui) = self.draw();
        Cost { ours, rest: 0, ratatui }
    }

    /// The same once more.
    pub fn again(&mut self) -> Cost {
        let (ours, ratatui) = self.draw();
        Cost { ours, rest: 0, ratatui }
    }
}
