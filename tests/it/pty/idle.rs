//! A screen nobody touches.

use std::time::{Duration, Instant};

use super::{Seat, desk, rounds, ticks};

#[test]
fn an_idle_screen_writes_nothing_and_costs_nothing() {
    let mut seat = Seat::at(&desk());
    seat.settle(Duration::from_millis(700));
    let span = Duration::from_secs(if rounds() >= 5 { 60 } else { 5 });
    let before = ticks(seat.pid()).unwrap();
    let begun = Instant::now();
    let mut bytes = 0;
    while begun.elapsed() < span {
        bytes += seat.take_in(Duration::from_millis(500));
    }
    let spent = ticks(seat.pid()).unwrap() - before;
    println!("idle for {span:?}: {bytes} bytes, {spent} hundredths of a second");
    assert_eq!(bytes, 0);
    // The look for other programs' changes is all that runs: about a quarter of a millisecond in each second of a debug
    // build, which makes two hundredths in a minute.
    let room = 1 + span.as_secs() / 30;
    assert!(spent <= room, "{spent} hundredths of a second");
}
