//! A window that is pulled about.

use std::time::Duration;

use super::{Seat, Setup, desk, ticks};

#[test]
fn a_storm_of_sizes_leaves_the_screen_right() {
    let mut seat = Seat::at(&desk());
    seat.settle(Duration::from_millis(200));
    let before = seat.text();
    let seed = std::env::var("BHARATNET_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_122_u64);
    println!("BHARATNET_SEED={seed}");
    let mut state = seed;
    let mut below = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u16::try_from((state >> 33) % n).unwrap()
    };
    for n in 0..300 {
        // Every so often what is on the screen is something else, too.
        match n % 60 {
            10 => seat.send("n"),
            20 => seat.send("\x1b"),
            30 => seat.send("\r"),
            40 => seat.send("\x1b"),
            _ => {}
        }
        let (width, height) = (1 + below(300), 1 + below(100));
        seat.resize(width, height);
        seat.take_in(Duration::from_millis(u64::from(below(8))));
        assert!(seat.child.try_wait().unwrap().is_none(), "it ended at {width}x{height}, round {n}");
    }
    seat.resize(1, 1);
    seat.settle(Duration::from_millis(100));
    seat.resize(29, 8);
    seat.wait_for("window too small");
    seat.resize(80, 7);
    seat.wait_for("window too small: 30x8 needed, q leaves");
    seat.resize(80, 24);
    seat.wait_until("the screen as it was", |s| s == before);
    seat.send("q");
    assert_eq!(seat.ended().0, 0);
}

/// Whatever is open, in windows nobody has: it goes on, comes to rest and is there again.
#[test]
fn whatever_is_open_outlives_any_window() {
    const OPEN: [(&str, &str); 8] = [
        ("search", "gs"),
        ("Analytics", "7"),
        ("the board of jobs", "6b"),
        ("incidents", "go\r"),
        ("a form", "2n"),
        ("the palette", ":"),
        ("help", "?"),
        ("a page", "2\r"),
    ];
    let mut seat = Seat::with(&desk(), &Setup { width: 120, height: 40, ..Setup::default() });
    for (what, keys) in OPEN {
        // One key at a time, as fingers send them.
        for key in keys.chars() {
            seat.send(key.to_string());
            seat.settle(Duration::from_millis(60));
        }
        let before = seat.text();
        for (width, height) in [(1, 1), (3, 2), (10, 3), (500, 4), (300, 3), (1000, 300)] {
            seat.resize(width, height);
            seat.take_in(Duration::from_millis(30));
            assert!(seat.child.try_wait().unwrap().is_none(), "{what} at {width}x{height}");
        }
        seat.settle(Duration::from_millis(120));
        let (had, begun) = (ticks(seat.pid()).unwrap(), seat.written.len());
        std::thread::sleep(Duration::from_millis(150));
        seat.take_in(Duration::from_millis(10));
        assert_eq!(seat.written.len(), begun, "{what} is drawn without end");
        assert!(ticks(seat.pid()).unwrap() - had <= 3, "{what} never rests");
        seat.resize(120, 40);
        seat.wait_until(&format!("{what} as it was"), |s| s == before);
        seat.send("\x1b");
        seat.settle(Duration::from_millis(120));
    }
    seat.send("2");
    seat.settle(Duration::from_millis(60));
    seat.send("q");
    assert_eq!(seat.ended().0, 0);
}
