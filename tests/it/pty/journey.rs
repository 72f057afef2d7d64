//! The main job by hand: find, open, change, be corrected, save, take back.

use super::{Seat, Setup, desk};

fn journey(width: u16, height: u16) {
    let desk = desk();
    let mut seat = Seat::with(&desk, &Setup { width, height, ..Setup::default() });
    let pune = desk.ok(&["count", "customers", "city:pune"]);
    seat.press("/", "done");
    seat.send("city:pune");
    seat.wait_for("city:pune");
    // The count follows the typing; a narrow window has room for the number alone.
    let count = if width >= 80 { format!("{} of 300", pune.trim()) } else { format!(" {}", pune.trim()) };
    seat.wait_for(&count);
    seat.press("\x1b", "city:pune");
    seat.press("\r", "open");
    let name = desk.ok(&["list", "city:pune", "--limit", "1", "--columns", "name"]);
    let name = name.lines().nth(1).unwrap().to_string();
    seat.wait_for(&name);
    seat.press("\r", "section");
    seat.press("e", &format!("Edit {name}"));
    seat.go_to("Phone");
    seat.send("\x15");
    seat.press("12", "12");
    seat.press("\t", "^ `12` is no phone");
    seat.press("\x1b[21~", "Not saved");
    seat.go_to("Phone");
    seat.press_away("\x15", "^ `12`");
    seat.send("9822041377");
    seat.wait_for("9822041377");
    seat.press("\x1b[21~", "Changed phone");
    let phone = || desk.ok(&["list", "city:pune", "--limit", "1", "--columns", "phone"]);
    assert!(phone().contains("9822041377"), "{}", phone());
    let head = |s: &str| s.lines().take(6).any(|l| l.contains("98220 41377"));
    seat.wait_until("the new phone", head);
    seat.press("u", "Took back");
    seat.wait_until("the old phone", |s| !head(s));
    assert!(!phone().contains("9822041377"));
    seat.press("\x1b", "city:pune");
    seat.send("Q");
    assert_eq!(seat.ended().0, 0);
    seat.is_given_back();
}

#[test]
fn at_80_by_24() {
    journey(80, 24);
}

#[test]
fn at_40_by_20() {
    journey(40, 20);
}
