//! Drives the app without a terminal: keys in, screen out, effects carried out at once, so that a
//! test never waits and never guesses.

use std::collections::VecDeque;
use std::sync::Arc;

use bharatnet::base::{Clock, ManualClock};
use bharatnet::domain::Principal;
use bharatnet::engine::Engine;
use bharatnet::tui::Tab;
use bharatnet::tui::app::{App, Session};
use bharatnet::tui::canvas::Canvas;
use bharatnet::tui::keys::{self, Keymap};
use bharatnet::tui::message::{Effect, Msg};
use bharatnet::tui::theme::Theme;
use bharatnet::tui::work::answer;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

pub struct Driver {
    pub app: App,
    pub terminal: Terminal<TestBackend>,
    pub copied: Vec<String>,
    pub drafts: String,
    /// Keys pressed by name so far; typed text is not counted.
    pub pressed: usize,
    engine: Arc<Engine>,
    who: Principal,
    clock: Arc<ManualClock>,
    /// The frames once more, each over what is left of the one before.
    canvas: Canvas,
}

impl Driver {
    pub fn new(engine: Arc<Engine>, who: Principal, clock: Arc<ManualClock>, size: (u16, u16)) -> Driver {
        Driver::on(Tab::Customers, engine, who, clock, size)
    }

    /// At a desk that begins with this screen.
    pub fn on(tab: Tab, engine: Arc<Engine>, who: Principal, clock: Arc<ManualClock>, size: (u16, u16)) -> Driver {
        let session = Session {
            who: who.clone(),
            read_only: who.read_only.then(|| "started with --readonly".to_string()),
            demo: true,
            welcome: false,
            folder: std::env::temp_dir(),
        };
        let mut app = App::new(session, Theme::terminal(), Keymap::default(), clock.now());
        app.begin_on(tab);
        let terminal = Terminal::new(TestBackend::new(size.0, size.1)).expect("a terminal in memory");
        let mut driver = Driver {
            app,
            terminal,
            copied: Vec::new(),
            drafts: String::new(),
            pressed: 0,
            engine,
            who,
            clock,
            canvas: Canvas::new(Rect::ZERO),
        };
        driver.draw();
        let effects = driver.app.start();
        driver.settle(effects);
        driver
    }

    /// Presses keys by name: `/`, `enter`, `g g`, `ctrl-a`; several are parted by spaces.
    pub fn keys(&mut self, names: &str) -> &mut Self {
        for key in keys::sequence(names).unwrap_or_else(|| panic!("no such keys: {names}")) {
            self.pressed += 1;
            self.press(key.code, key.mods);
        }
        self
    }

    /// Types text as a person would.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.press(KeyCode::Char(c), KeyModifiers::NONE);
        }
        self
    }

    pub fn paste(&mut self, text: &str) -> &mut Self {
        let effects = self.app.update(Msg::Paste(text.into()), self.clock.now());
        self.settle(effects);
        self
    }

    pub fn send(&mut self, msg: Msg) -> &mut Self {
        let effects = self.app.update(msg, self.clock.now());
        self.settle(effects);
        self
    }

    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.terminal.backend_mut().resize(width, height);
        self.send(Msg::Resize)
    }

    fn press(&mut self, code: KeyCode, mods: KeyModifiers) {
        self.clock.advance_ms(200);
        let effects = self.app.update(Msg::Key(KeyEvent::new(code, mods)), self.clock.now());
        self.settle(effects);
    }

    /// Carries everything out until nothing is left to do, then draws.
    fn settle(&mut self, effects: Vec<Effect>) {
        let mut queue: VecDeque<Effect> = effects.into();
        self.draw();
        loop {
            while let Some(effect) = queue.pop_front() {
                match effect {
                    Effect::Ask(ticket, question) => {
                        let found = answer(&self.engine, &self.who, question, &|_, _| true);
                        queue.extend(self.app.update(Msg::Answer(ticket, found), self.clock.now()));
                    }
                    Effect::Copy(text) => self.copied.push(text),
                    Effect::Drafts(json) => self.drafts = json,
                    Effect::Entered(entered) => self.who = entered.who,
                    _ => {}
                }
            }
            // What is due at once belongs to the same key.
            match self.app.list.panel_due {
                Some(due) => {
                    let late = due.since(self.clock.now()).max(0);
                    self.clock.advance_ms(late);
                    queue.extend(self.app.update(Msg::Tick, self.clock.now()));
                }
                None if queue.is_empty() => break,
                None => {}
            }
        }
        self.draw();
        assert!(self.app.is_settled(), "something is still under way");
    }

    /// Draws a frame whole, and over what is left of the one before: both are the same, and no line changes untold.
    fn draw(&mut self) {
        let whole = self.terminal.draw(|frame| self.app.render(frame)).expect("drawing into memory").buffer;
        self.canvas.resize(whole.area);
        let before = self.canvas.buffer.clone();
        self.app.paint(&mut self.canvas);
        let width = usize::from(whole.area.width).max(1);
        let lines = |buffer: &Buffer| buffer.content.chunks(width).map(<[_]>::to_vec).collect::<Vec<_>>();
        let frames = lines(whole).into_iter().zip(lines(&self.canvas.buffer)).zip(lines(&before));
        for (y, ((whole, over), before)) in frames.enumerate() {
            assert!(self.canvas.touched()[y] || over == before, "line {y} was drawn on untold");
            for (x, (whole, over)) in whole.iter().zip(&over).enumerate() {
                // What could drive a terminal is sealed when a frame goes out.
                let sealed = whole.symbol() == "?" || over.symbol().starts_with(whole.symbol());
                let same = (whole.fg, whole.bg, whole.modifier) == (over.fg, over.bg, over.modifier);
                assert!(sealed && same, "at {x},{y}: {whole:?} in a new frame, {over:?} over the last one");
            }
        }
    }

    /// The screen as text, without blanks at the ends of lines.
    pub fn screen(&self) -> String {
        let buffer = self.terminal.backend().buffer();
        let mut out = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(symbol);
                skip = bharatnet::base::text::width(symbol).saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(screen.contains(text), "{text:?} is not on the screen:\n{screen}");
        self
    }

    #[track_caller]
    pub fn hides(&mut self, text: &str) -> &mut Self {
        let screen = self.screen();
        assert!(!screen.contains(text), "{text:?} is on the screen:\n{screen}");
        self
    }
}
