//! Pastes of every size and kind: they end up in a field, cut to its limit, and never are keys.

use std::time::{Duration, Instant};

use super::{Seat, desk, peak};
use crate::cli::Desk;

/// Hot keys, a confirmation, line breaks.
const KEYS: &str = "d\ryuQ\rx:q\r";

fn text(bytes: usize) -> String {
    KEYS.repeat(bytes / KEYS.len() + 1)[..bytes].to_string()
}

/// Nothing was done to the data.
#[track_caller]
fn untouched(desk: &Desk) {
    assert_eq!(desk.ok(&["count", "customers"]), "300\n");
    assert_eq!(desk.ok(&["log"]).lines().count(), 2, "{}", desk.ok(&["log"]));
}

/// The most memory it ever had, once all that it does behind the first frame is done.
fn at_rest(seat: &mut Seat) -> usize {
    let mut before = usize::MAX;
    loop {
        seat.settle(Duration::from_millis(80));
        let now = peak(seat.pid());
        if now == before {
            return now;
        }
        before = now;
    }
}

/// Into the name of a new customer: bytes as a terminal sends them, of which so many are the text.
fn into_a_field(what: &str, bytes: &[u8], size: usize) {
    let desk = desk();
    let mut seat = Seat::at(&desk);
    seat.press("n", "New customer");
    let before = at_rest(&mut seat);
    let begun = Instant::now();
    seat.send(bytes);
    let sent = Instant::now();
    seat.wait_for("The pasted text was cut");
    let told = sent.elapsed();
    // The keyboard works: a letter goes where the cursor is.
    seat.press_away("\x15", "uQ");
    seat.press("Zed", "Zed");
    let alive = sent.elapsed();
    let grown = peak(seat.pid()) - before;
    println!("{what}: sent in {:?}, told {told:?} and alive {alive:?} later, {} KB more", sent - begun, grown / 1024);
    assert!(alive <= super::within(2), "{alive:?}");
    // What any form costs is allowed for.
    assert!(grown < 3 * size + 2_000_000, "{grown} bytes more");
    seat.send("\x15");
    seat.send(bytes);
    seat.wait_for("uQ");
    seat.settle(Duration::from_millis(900));
    seat.press_away("\x1b", "New customer");
    untouched(&desk);
    seat.send("q");
    assert_eq!(seat.ended().0, 0);
    let folder = desk.path("state/bharatnet/drafts");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let drafts: serde_json::Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let fields = drafts["new"].as_array().unwrap();
    assert_eq!(fields.len(), 1, "one field took it all: {drafts}");
    assert_eq!(fields[0][0], "name");
    let name = fields[0][1].as_str().unwrap();
    assert_eq!(name.chars().count(), 200);
    assert!(name.starts_with("d yuQ x:q d yuQ"), "{name}");
}

fn bracketed(size: usize) -> Vec<u8> {
    format!("\x1b[200~{}\x1b[201~", text(size)).into_bytes()
}

#[test]
fn one_kilobyte() {
    into_a_field("1 KB", &bracketed(1_000), 1_000);
}

#[test]
fn a_hundred_kilobytes() {
    into_a_field("100 KB", &bracketed(100_000), 100_000);
}

#[test]
fn ten_megabytes() {
    into_a_field("10 MB", &bracketed(10_000_000), 10_000_000);
}

#[test]
fn a_hundred_kilobytes_that_are_not_announced() {
    into_a_field("100 KB, not announced", text(100_000).as_bytes(), 100_000);
}

#[test]
fn one_that_never_ends() {
    into_a_field("no end", format!("\x1b[200~{}", text(5_000)).as_bytes(), 5_000);
}

/// Ten megabytes into every other line there is, announced and not: it takes what it takes, says so, and lets go.
#[test]
fn ten_megabytes_into_any_line() {
    let desk = desk();
    let mut seat = Seat::with(&desk, &super::Setup { width: 120, height: 40, ..super::Setup::default() });
    let before = at_rest(&mut seat);
    for (open, shown, most) in [("gs", "Search", "120"), (":", "Do or find", "120"), ("/", "done", "8,192")] {
        for bytes in [bracketed(10_000_000), text(10_000_000).into_bytes()] {
            seat.press(open, shown);
            seat.send(bytes);
            let sent = Instant::now();
            seat.wait_for(&format!("The pasted text was cut: this line takes {most} characters"));
            // The keyboard works at once: all of it away, then the line.
            seat.press_away("\x15", "uQ");
            let alive = sent.elapsed();
            println!("{shown}: alive {alive:?} after ten megabytes");
            assert!(alive <= super::within(2), "{shown}: {alive:?}");
            seat.settle(Duration::from_millis(100));
            seat.send("\x03");
            seat.settle(Duration::from_millis(100));
        }
    }
    let grown = peak(seat.pid()) - before;
    assert!(grown < 12_000_000, "{grown} bytes more");
    untouched(&desk);
    seat.send("q");
    assert_eq!(seat.ended().0, 0);
}

/// Someone hits keys at a screen that seems dead.
#[test]
fn one_that_never_ends_with_keys_after_it() {
    let desk = desk();
    let mut seat = Seat::at(&desk);
    seat.send("\x1b[200~dy");
    let begun = Instant::now();
    while !seat.text().contains("Sort by") {
        seat.send("s");
        seat.take_in(Duration::from_millis(150));
        assert!(begun.elapsed() <= super::within(2), "{}", seat.text());
    }
    println!("keys again after {:?}", begun.elapsed());
    untouched(&desk);
}

#[test]
fn where_there_is_no_field() {
    let desk = desk();
    let mut seat = Seat::at(&desk);
    let announced = bracketed(2_000);
    for bytes in [&announced[..], text(100_000).as_bytes()] {
        seat.send(bytes);
        seat.wait_for("Nothing to paste into here");
        // It is over when nothing comes for a while.
        seat.settle(Duration::from_millis(150));
        seat.press("s", "Sort by");
        seat.press_away("\x1b", "Sort by");
        seat.press("gm", "Messages");
        seat.press_away("\x1b", "Messages");
        untouched(&desk);
    }
    // Into the filter: one line.
    seat.press("/", "done");
    seat.send("\x1b[200~city:pune\rrisk:high\x1b[201~");
    seat.wait_for("city:pune risk:high");
    untouched(&desk);
}
