//! Two programs on one file.

use std::time::{Duration, Instant};

use super::{Seat, Setup, desk};

/// The line with the cursor.
fn current(seat: &Seat) -> String {
    seat.text().lines().find(|l| l.starts_with('▌')).unwrap_or_default().chars().take(40).collect()
}

#[test]
fn what_another_program_does_is_seen_and_the_cursor_stays() {
    let desk = desk();
    let mut seat = Seat::with(&desk, &Setup { width: 140, height: 45, ..Setup::default() });
    seat.send("jjj");
    seat.wait_for("4 / 300");
    seat.settle(Duration::from_millis(300));
    let here = current(&seat);
    let account = here.split_whitespace().find(|w| w.len() == 7 && w.parse::<u32>().is_ok()).unwrap().to_string();
    let shown = |seat: &mut Seat, what: &str, is: bool| {
        let begun = Instant::now();
        seat.wait_until(what, |s| s.contains(what) == is);
        let took = begun.elapsed();
        println!("{what}: seen after {took:?}");
        assert!(took <= super::within(2), "{took:?}");
    };
    desk.ok(&["note", &account, "Splitter", "changed"]);
    shown(&mut seat, "Splitter changed", true);
    assert_eq!(current(&seat), here);
    desk.ok(&["undo"]);
    shown(&mut seat, "Splitter changed", false);
    // A row before this one: the rows in view stay where they are.
    let file = desk.write("in.csv", "name,phone\nAaaa First,9822041377\n");
    desk.ok(&["import".as_ref(), "customers".as_ref(), file.as_os_str()]);
    shown(&mut seat, "/ 301", true);
    assert_eq!(current(&seat), here);
    seat.press("gg", "Aaaa First");
}
