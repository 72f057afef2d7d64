//! A window that is pulled about.

use std::time::Duration;

use super::{Seat, desk};

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
