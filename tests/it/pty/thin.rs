//! A line of 20 kbit/s: what each key of a day's work costs on it, and what becomes of frames that it cannot take.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::{Seat, Setup, desk, find, parser};
use crate::cli::Desk;

/// Bytes such a line moves in a second.
const SECOND: usize = 2_500;

/// A terminal that answers what it is asked, at once or not at all.
struct Thin {
    seat: Seat,
    /// Bytes looked through for questions.
    seen: usize,
    /// What each key cost, with what it was for.
    costs: Vec<(String, usize)>,
    _desk: Desk,
}

const QUESTION: &[u8] = b"\x1b[5n";

impl Thin {
    fn at(setup: &Setup<'_>) -> Thin {
        let desk = desk();
        let mut thin = Thin { seat: Seat::start(&desk, setup), seen: 0, costs: Vec::new(), _desk: desk };
        thin.wait_for("palette");
        thin.wait_for("▌");
        thin.rest();
        thin
    }

    /// Answers what was asked since the last time; returns how often it was.
    fn answer(&mut self) -> usize {
        let from = self.seen.saturating_sub(QUESTION.len() - 1);
        let asked = find(&self.seat.written[from..], QUESTION).count();
        self.seen = self.seat.written.len();
        self.seat.send(b"\x1b[0n".repeat(asked));
        asked
    }

    /// Takes in all there is and answers, until nothing more comes.
    fn rest(&mut self) {
        let begun = Instant::now();
        while self.seat.take_in(Duration::from_millis(130)) > 0 {
            self.answer();
            assert!(begun.elapsed() < super::PATIENCE, "it never comes to rest:\n{}", self.seat.text());
        }
    }

    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.seat.text().contains(text) {
            self.seat.take_in(Duration::from_millis(20));
            self.answer();
            assert!(begun.elapsed() < super::PATIENCE, "waited for {text}:\n{}", self.seat.text());
        }
    }

    /// One key after the other, each with all that follows it.
    #[track_caller]
    fn keys<'a>(&mut self, what: &str, keys: impl IntoIterator<Item = &'a str>, shows: &str) {
        for key in keys {
            let before = self.seat.written.len();
            self.seat.send(key);
            self.rest();
            self.costs.push((format!("{what}: {key:?}"), self.seat.written.len() - before));
        }
        let before = self.seat.written.len();
        self.wait_for(shows);
        self.rest();
        // What comes late is the last key's.
        self.costs.last_mut().unwrap().1 += self.seat.written.len() - before;
    }

    fn typed(&mut self, what: &str, text: &str, shows: &str) {
        self.keys(what, text.split_inclusive(|_: char| true), shows);
    }
}

/// Find a caller, open, change a field, close a ticket, move a lead: no key has more than a second of the line to itself.
#[test]
fn no_key_of_a_days_work_costs_more_than_a_second() {
    let mut t = Thin::at(&Setup { args: &["--low-bandwidth"], ..Setup::default() });
    let first = t.seat.written.len();
    assert!(first <= 2 * SECOND, "{first} bytes until the rows are there");
    t.keys("search", ["g", "s"], "Search");
    t.typed("search", "sharma", "sharma");
    t.keys("open", ["\r"], "section");
    t.keys("form", ["e"], "Edit ");
    t.keys("form", ["\t"; 4], "Edit ");
    t.keys("form", ["\x15"], "Edit ");
    t.typed("form", "12 MG Road", "12 MG Road");
    t.keys("save", ["\x1b[21~"], "Changed");
    t.keys("back", ["\x1b"], "▌");
    t.keys("tickets", ["5"], "▸Tickets");
    t.keys("tickets", ["j", "j", "\x1b[6~", "x"], "is in progress");
    t.keys("tickets", ["x"], "is resolved");
    t.keys("leads", ["3"], "Site survey");
    t.keys("leads", ["j"], "Enter open");
    t.keys("leads", [">"], "Moved");
    t.keys("undo", ["u"], "Took back");
    for (what, bytes) in &t.costs {
        println!("{bytes:6} {what}");
    }
    let all: usize = t.costs.iter().map(|(_, bytes)| bytes).sum();
    println!("{all} bytes for {} keys", t.costs.len());
    for (what, bytes) in &t.costs {
        assert!(*bytes <= SECOND, "{bytes} bytes for {what}");
    }
    t.seat.send("Q");
    assert_eq!(t.seat.ended().0, 0);
}

/// A terminal at the far end of such a line, 300 ms each way. What lies between takes all at once, as an ssh server does,
/// and lets it out at the pace of the line.
struct Far {
    seat: Seat,
    screen: vt100::Parser,
    /// Bytes on the line, each with the moment it comes out, and when there is room for the next.
    line: VecDeque<(Instant, u8)>,
    free: Instant,
    /// Bytes of what was written that are on the line or beyond.
    seen: usize,
    /// Keys and answers on their way to the program.
    back: VecDeque<(Instant, Vec<u8>)>,
    tail: Vec<u8>,
    desk: Desk,
}

const DELAY: Duration = Duration::from_millis(300);

impl Far {
    fn at(setup: &Setup<'_>) -> Far {
        let desk = desk();
        let mut far = Far {
            seat: Seat::start(&desk, setup),
            screen: parser(setup.width, setup.height),
            line: VecDeque::new(),
            free: Instant::now(),
            seen: 0,
            back: VecDeque::new(),
            tail: Vec::new(),
            desk,
        };
        far.until("the rows", |s| s.contains('▌') && s.contains("palette"));
        far
    }

    fn press(&mut self, keys: &str) {
        self.back.push_back((Instant::now() + DELAY, keys.into()));
    }

    /// Moves what is on its way, for a moment.
    fn pass(&mut self) {
        self.seat.take_in(Duration::from_millis(3));
        let now = Instant::now();
        for byte in &self.seat.written[self.seen..] {
            self.free = self.free.max(now) + Duration::from_secs(1) / u32::try_from(SECOND).unwrap();
            self.line.push_back((self.free + DELAY, *byte));
        }
        self.seen = self.seat.written.len();
        while self.line.front().is_some_and(|(at, _)| *at <= now) {
            let (_, byte) = self.line.pop_front().unwrap();
            self.screen.process(&[byte]);
            self.tail.push(byte);
            if self.tail.ends_with(QUESTION) {
                self.tail.clear();
                self.back.push_back((now + DELAY, b"\x1b[0n".to_vec()));
            }
        }
        while self.back.front().is_some_and(|(at, _)| *at <= now) {
            let (_, bytes) = self.back.pop_front().unwrap();
            self.seat.send(bytes);
        }
    }

    /// Until nothing is on its way.
    fn rest(&mut self) {
        let mut quiet = Instant::now();
        while quiet.elapsed() < Duration::from_millis(60) {
            self.pass();
            if !self.line.is_empty() || !self.back.is_empty() {
                quiet = Instant::now();
            }
        }
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !holds(&self.text()) {
            self.pass();
            assert!(begun.elapsed() < super::PATIENCE, "waited for {what}:\n{}", self.text());
        }
    }
}

/// Over ssh the line is found to be slow by the answers alone; from then on little is sent, and of what keys in a row
/// bring only the last.
#[test]
fn a_far_line_is_found_slow_and_what_is_overtaken_is_never_sent() {
    let mut far = Far::at(&Setup { env: &[("SSH_TTY", "/dev/pts/9")], ..Setup::default() });
    let mut pages = 0;
    while !far.text().contains("This line is slow") {
        far.press("\x1b[6~");
        far.rest();
        pages += 1;
        assert!(pages < 6, "six pages over such a line, and it is not found slow:\n{}", far.text());
    }
    let names = far.desk.ok(&["list", "sort:name", "--columns", "name", "--limit", "300"]);
    let last = names.trim_end().lines().last().unwrap().trim().to_string();
    // Ten screenfuls by a held key, and the end: what is between need not come.
    let before = far.seat.written.len();
    let begun = Instant::now();
    for _ in 0..10 {
        far.press("\x1b[6~");
        let pressed = Instant::now();
        while pressed.elapsed() < Duration::from_millis(50) {
            far.pass();
        }
    }
    far.press("G");
    far.until("the end", |s| s.lines().any(|l| l.starts_with('▌') && l.contains(&last)));
    let (bytes, took) = (far.seat.written.len() - before, begun.elapsed());
    println!("slow after {pages} pages; ten pages and the end: {bytes} bytes in {took:?}");
    assert!(bytes <= 3 * SECOND, "{bytes} bytes");
    assert!(took <= super::within(5), "{took:?}");
    far.seat.send("Q");
    far.seat.ended();
}

/// Without ssh nobody is asked: that the terminal itself takes long is enough.
#[test]
fn a_terminal_that_takes_long_is_found_slow_and_gets_the_newest() {
    let mut seat = Seat::with(&desk(), &Setup { width: 200, height: 50, ..Setup::default() });
    seat.settle(Duration::from_millis(200));
    let raw = |seat: &Seat, keys: &[u8]| {
        // SAFETY: a slice that lives across the call, and its own length.
        let n = unsafe { libc::write(seat.fd(), keys.as_ptr().cast(), keys.len()) };
        assert_eq!(usize::try_from(n), Ok(keys.len()));
    };
    let begun = Instant::now();
    let mut keys = 0;
    // A page every 20 ms there, a few kilobytes every now and then back.
    while !seat.text().contains("This line is slow") {
        for _ in 0..25 {
            raw(&seat, if keys % 8 < 4 { b"\x1b[6~" } else { b"\x1b[5~" });
            keys += 1;
            std::thread::sleep(Duration::from_millis(20));
        }
        seat.take_in(Duration::from_millis(1));
        assert!(begun.elapsed() < super::PATIENCE, "it is not found slow:\n{}", seat.text());
    }
    println!("slow after {:?}, {keys} pages asked for, {} bytes", begun.elapsed(), seat.written.len());
    assert!(seat.written.len() < keys * 1_500, "{} bytes for {keys} pages: all were sent", seat.written.len());
    // What is there in the end is what was asked for last, in full width.
    raw(&seat, b"G");
    seat.wait_for("300 / 300");
    seat.send("Q");
    assert_eq!(seat.ended().0, 0);
}
