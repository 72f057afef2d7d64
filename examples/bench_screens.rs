//! From a key to a settled frame, on each screen of a made-up company: everything the key asks for is answered, and the
//! frame is drawn after each answer. One thread does it all; in the program the answers come from workers.
//!
//! ```text
//! cargo run --release --example bench_screens -- [CUSTOMERS]      # 100,000 without a number
//! ASKS=1 cargo run …                                              # with what each question took, on the error stream
//! ```

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use bharatnet::base::{Clock, ManualClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::{Entity, Principal};
use bharatnet::engine::Engine;
use bharatnet::engine::ask::AskTotals;
use bharatnet::exchange::build_demo;
use bharatnet::query::Bound;
use bharatnet::tui::app::{App, Session};
use bharatnet::tui::keys::{self, Keymap};
use bharatnet::tui::message::{Effect, Msg};
use bharatnet::tui::theme::Theme;
use bharatnet::tui::work::answer;
use crossterm::event::KeyEvent;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// What a key does, the key, and how often it is pressed.
type Keys = (&'static str, &'static str, usize);

/// A screen, the keys that lead there, and the keys that are measured on it.
const SCREENS: &[(&str, &str, &[Keys])] = &[
    (
        "customers",
        "2",
        &[("next row", "j", 40), ("next page", "pgdn", 40), ("to the end", "G", 5), ("to the start", "g g", 5)],
    ),
    (
        "lead board",
        "3",
        &[
            ("next card", "j", 40),
            ("next column", "l", 6),
            ("column before", "h", 6),
            ("page of cards", "pgdn", 40),
            ("mark", "space", 20),
            ("marks off", "esc", 1),
            ("one stage on", ">", 1),
            ("take it back", "u", 1),
        ],
    ),
    (
        "deal board",
        "4",
        &[
            ("next card", "j", 20),
            ("next column", "l", 4),
            ("column before", "h", 4),
            ("one stage on", ">", 1),
            ("take it back", "u", 1),
        ],
    ),
    (
        "tickets",
        "5",
        &[
            ("next row", "j", 40),
            ("next page", "pgdn", 40),
            ("priority list", "p", 1),
            ("close it", "esc", 1),
            ("next status", "x", 20),
            ("take it back", "u", 20),
            ("open", "enter", 1),
            ("next one", "J", 20),
            ("back", "esc", 1),
        ],
    ),
    ("today", "1", &[("next line", "j", 20), ("line before", "k", 20)]),
    (
        "analytics",
        "7",
        &[("next point", "h", 20), ("next chart", "J", 8), ("section, first time and later", "tab", 20)],
    ),
    ("lead list", "3 b", &[("next row", "j", 40), ("next page", "pgdn", 40)]),
];

struct Desk {
    app: App,
    engine: Arc<Engine>,
    who: Principal,
    clock: Arc<ManualClock>,
    terminal: Terminal<TestBackend>,
}

impl Desk {
    fn press(&mut self, names: &str) {
        for key in keys::sequence(names).expect("keys") {
            self.clock.advance_ms(50);
            let effects = self.app.update(Msg::Key(KeyEvent::new(key.code, key.mods)), self.clock.now());
            self.settle(effects);
        }
    }

    fn settle(&mut self, effects: Vec<Effect>) {
        let mut queue: VecDeque<Effect> = effects.into();
        self.draw();
        while let Some(effect) = queue.pop_front() {
            if let Effect::Ask(ticket, question) = effect {
                let kind = format!("{:.60}", format!("{question:?}"));
                let begun = Instant::now();
                let found = answer(&self.engine, &self.who, question, &|_, _| true);
                let read = begun.elapsed().as_secs_f64() * 1e3;
                queue.extend(self.app.update(Msg::Answer(ticket, found), self.clock.now()));
                self.draw();
                if std::env::var_os("ASKS").is_some() {
                    eprintln!("{read:8.2} {:8.2} {kind}", begun.elapsed().as_secs_f64() * 1e3 - read);
                }
            }
        }
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.render(frame)).expect("memory takes all");
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let customers = std::env::args().nth(1).map_or(Ok(100_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("isp.db");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(36_000_000)));
    build_demo(&path, Settings { customers, seed: 1, today }, &*clock, &mut |_, _| true)?;
    let engine = Arc::new(Engine::open(&path, false, clock.clone())?);
    let who = Principal::owner();
    let count = |entity| engine.read(&who, &AskTotals(Bound::all(entity))).map(|t| t.count);
    let (leads, tickets) = (count(Entity::Lead)?, count(Entity::Ticket)?);
    println!(
        "{customers} customers, {leads} leads, {tickets} tickets, 120x40: milliseconds from key to settled frame; a frame of 60 Hz is 16\n"
    );
    println!("| screen | key | median | worst | of a frame |\n|---|---|---|---|---|");
    let session =
        Session { who: who.clone(), read_only: None, demo: true, welcome: false, folder: std::env::temp_dir() };
    let app = App::new(session, Theme::terminal(), Keymap::default(), clock.now());
    let terminal = Terminal::new(TestBackend::new(120, 40))?;
    let mut desk = Desk { app, engine, who, clock, terminal };
    let effects = desk.app.start();
    desk.settle(effects);
    for (screen, way, keys) in SCREENS {
        let begun = Instant::now();
        desk.press(way);
        row(screen, "open", &[begun.elapsed().as_secs_f64() * 1e3]);
        for (what, key, times) in *keys {
            let took: Vec<f64> = (0..*times)
                .map(|_| {
                    let begun = Instant::now();
                    desk.press(key);
                    begun.elapsed().as_secs_f64() * 1e3
                })
                .collect();
            row(screen, what, &took);
        }
    }
    Ok(())
}

fn row(screen: &str, what: &str, took: &[f64]) {
    let mut sorted = took.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (median, worst) = (sorted[sorted.len() / 2], sorted[sorted.len() - 1]);
    println!("| {screen} | {what} | {median:.2} | {worst:.2} | {:.2} |", median / 16.0);
}
