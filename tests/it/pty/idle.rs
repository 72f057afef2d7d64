//! A screen nobody touches.

use std::time::{Duration, Instant};

use super::{Seat, desk, rounds, ticks};

/// How often the threads of a process have gone to sleep so far, which is how often they woke up.
fn sleeps(pid: i32) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let status = tasks.map(|t| std::fs::read_to_string(t.unwrap().path().join("status")).unwrap());
    let line = |s: &str| s.lines().find_map(|l| l.strip_prefix("voluntary_ctxt_switches:")?.trim().parse::<u64>().ok());
    status.map(|s| line(&s).unwrap()).sum()
}

#[test]
fn an_idle_screen_writes_nothing_and_costs_nothing() {
    let mut seat = Seat::at(&desk());
    seat.settle(Duration::from_millis(700));
    let span = Duration::from_secs(if rounds() >= 5 { 60 } else { 5 });
    let (before, slept) = (ticks(seat.pid()).unwrap(), sleeps(seat.pid()));
    let begun = Instant::now();
    let mut bytes = 0;
    while begun.elapsed() < span {
        bytes += seat.take_in(Duration::from_millis(500));
    }
    let spent = ticks(seat.pid()).unwrap() - before;
    println!("idle for {span:?}: {bytes} bytes, {spent} hundredths of a second");
    assert_eq!(bytes, 0);
    assert_eq!(spent, 0, "hundredths of a second");
    // Where the disk is another machine's, or the system tells nothing of writes, it looks twice a second.
    let woke = sleeps(seat.pid()) - slept;
    println!("woke {woke} times");
    assert!(woke <= if cfg!(target_os = "linux") { 1 } else { 3 * span.as_secs() }, "woke {woke} times");
}
