//! Frames drawn over what is left of the one before are the frames drawn whole: the [driver](super::driver) compares
//! every one of them, here over sessions that nobody would think of, in windows nobody has.

use std::sync::Arc;

use bharatnet::base::Clock;
use bharatnet::tui::message::{Effect, Msg};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::driver::Driver;
use super::laws::World;

/// Keys that go everywhere and write now and then; what opens a form or a question is often left again.
const KEYS: &[&str] = &[
    "j", "j", "j", "j", "k", "k", "pgdn", "pgup", "G", "g g", "space", "v", "esc", "esc", "enter", "tab", "1", "2",
    "3", "4", "5", "6", "7", "b", "h", "l", "x", "u", "g s", "g o", "g b", "V", "s", "n", "e", "?", "ctrl-p", "/", "p",
    "d", "a", "g l", "J", "q", "ctrl-r",
];

const SIZES: &[(u16, u16)] = &[(200, 50), (120, 40), (110, 30), (80, 24), (40, 20), (30, 8), (12, 3)];

#[test]
fn what_stays_on_the_screen_is_what_would_be_drawn() {
    let seed = std::env::var("BHARATNET_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_123);
    let rounds: usize = std::env::var("BHARATNET_ROUNDS").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    println!("BHARATNET_SEED={seed}");
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (engine, clock, who, _folder) = World::new(300, 4).into_parts();
    let engine = Arc::new(engine);
    for size in [(200, 50), (120, 40), (80, 24)] {
        let mut d = Driver::new(engine.clone(), who.clone(), clock.clone(), size);
        for _ in 0..120 * rounds {
            match rng.random_range(0..24) {
                0 => {
                    let (width, height) = *SIZES.choose(&mut rng).unwrap();
                    d.resize(width, height);
                }
                1 => {
                    d.text("ra");
                }
                // A clock goes on, a toast goes.
                2 => {
                    clock.advance_ms(rng.random_range(1..90_000));
                    d.send(Msg::Tick);
                }
                3 => {
                    d.send(Msg::Changed);
                }
                _ => {
                    d.keys(KEYS.choose(&mut rng).unwrap());
                }
            }
            if d.app.exit.take().is_some() {
                d.keys("2");
            }
        }
    }
}

/// What a person may have open, and the keys that open it from the list of customers.
const OPEN: &[(&str, &str)] = &[
    ("search", "g s"),
    ("Analytics", "7"),
    ("the board of jobs", "6 b"),
    ("an incident", "g o enter"),
    ("a form", "n"),
    ("the palette", "ctrl-p"),
    ("help", "?"),
    ("a page", "enter"),
    ("a board of leads", "3"),
    ("Today", "1"),
];

#[test]
fn windows_that_nobody_has() {
    let (engine, clock, who, _folder) = World::new(300, 4).into_parts();
    let engine = Arc::new(engine);
    for (what, keys) in OPEN {
        let mut d = Driver::new(engine.clone(), who.clone(), clock.clone(), (120, 40));
        d.keys("2").keys(keys);
        let before = d.screen();
        for (width, height) in [(1, 1), (3, 2), (10, 3), (500, 4), (300, 3), (30, 8), (1000, 300), (31, 9), (120, 40)] {
            println!("{what} at {width}x{height}");
            d.resize(width, height);
            // A frame asks for nothing: what is drawn twice is drawn without end.
            let effects = d.app.update(Msg::Tick, clock.now());
            assert!(!effects.iter().any(|e| matches!(e, Effect::Ask(..))), "{what} at {width}x{height} asks once more");
        }
        assert_eq!(d.screen(), before, "{what} after all sizes");
    }
}
