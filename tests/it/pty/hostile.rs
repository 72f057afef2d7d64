//! Text that would drive a terminal, by every door: none of it comes out as anything but text.
//!
//! Each byte that the program writes goes through the [`grammar`](super::grammar) as it comes.

use std::time::Duration;

use bharatnet::base::text::is_hostile;

use super::{Seat, Setup, desk};

fn texts() -> Vec<String> {
    let mut out: Vec<String> = [
        "A\u{1b}[31mred\u{1b}[2J\u{1b}[6n",
        "B\u{1b}]0;title\u{7}\u{1b}]8;;http://evil.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
        "C\u{1b}]52;c;ZXZpbA==\u{7}",
        "D\u{1b}P1$r0m\u{1b}\\\u{1b}_apc\u{1b}\\\u{1b}^pm\u{1b}\\\u{1b}Xsos\u{1b}\\\u{1b}c",
        "E\u{9b}2J\u{9d}0;t\u{9c}\u{90}q\u{9c}\u{85}",
        "F\u{202e}desrever\u{202c}\u{2066}x\u{2069}\u{200f}\u{061c}",
        "G👩\u{200d}👩\u{200d}👧 परिवार क्\u{200d}ष 🏴\u{e0067}\u{e0062}\u{e007f}",
        "H\u{7f}\u{8}\u{8}\u{8}next\u{feff}line",
    ]
    .map(String::from)
    .to_vec();
    out.push(format!("I e{} accents", "\u{301}".repeat(100)));
    out.push(format!("J long {}", "\u{1b}[5m\u{202e}".repeat(9_000)));
    out
}

#[track_caller]
fn harmless(seat: &mut Seat) {
    seat.settle(Duration::from_millis(25));
    let text = seat.text();
    let found = text.chars().find(|c| is_hostile(*c) && *c != '\n');
    assert_eq!(found, None, "{text}");
}

/// Looks at everything that shows the customer under the cursor.
fn walk(seat: &mut Seat) {
    harmless(seat);
    seat.press("\r", "section");
    for _ in 0..5 {
        harmless(seat);
        seat.send("\t");
    }
    seat.press("e", "Edit ");
    harmless(seat);
    seat.press_away("\x1b", "Edit ");
    seat.press("y", "Copy");
    harmless(seat);
    // Sent to the clipboard, as Base64, and told in a line.
    seat.press("name\r", "Sent to the terminal");
    harmless(seat);
    seat.press_away("\x1b", "section");
}

#[test]
fn what_was_imported() {
    let desk = desk();
    let quoted = |s: &str| format!("\"{}\"", s.replace('"', "\"\""));
    let mut csv = String::from("name,phone,address,area,city,tags\n");
    for (i, text) in texts().iter().enumerate() {
        csv.push_str(&format!("{0},98220413{i:02},{0},{0},{0},{0}\n", quoted(&format!("0{text}"))));
    }
    // The long one and a megabyte in one cell are refused, and told.
    csv.push_str(&format!("{},9822041399,x,y,z,t\n", quoted(&format!("0Z{}", "\u{1b}[5m".repeat(260_000)))));
    let file = desk.write("in.csv", &csv);
    let ran = desk.run(&["import".as_ref(), "customers".as_ref(), file.as_os_str()]);
    let rows = desk.ok(&["list", "phone:98220413", "--ids", "--limit", "100"]).lines().count();
    assert_eq!(rows, texts().len() - 1, "{} {}", ran.out, ran.err);
    for (i, text) in texts().iter().enumerate() {
        let who = i.min(rows - 1);
        let part: String = text.chars().take(30_000).collect();
        desk.ok(&["note".into(), format!("98220413{who:02}"), format!("{part}\n{part}")]);
    }
    for (width, height) in [(80, 24), (140, 45)] {
        let mut seat = Seat::start(&desk, &Setup { width, height, ..Setup::default() });
        seat.wait_for("▌");
        for _ in 0..rows {
            walk(&mut seat);
            seat.send("j");
        }
        seat.press("gl", "Journal");
        harmless(&mut seat);
        seat.press("\r", "take this entry back");
        harmless(&mut seat);
        seat.press_away("\x1b", "take this entry back");
        seat.press("gm", "Messages");
        harmless(&mut seat);
        seat.press_away("\x1b", "Messages");
        seat.send("q");
        assert_eq!(seat.ended().0, 0);
    }
}

#[test]
fn what_was_typed_and_pasted() {
    let desk = desk();
    let mut seat = Seat::with(&desk, &Setup { width: 120, height: 40, ..Setup::default() });
    let paste = |text: &str| format!("\x1b[200~{text}\x1b[201~");
    for (i, text) in texts().iter().enumerate() {
        seat.press("n", "New customer");
        // Typed: controls are keys then, so only what is a character; raw eight-bit controls, too.
        seat.send("0\u{202e}\u{9b}\u{2066}x\u{200d}y");
        seat.send(b"\x9b2J\x9d0;t\x9c\xff\xfe");
        seat.send(paste(text));
        harmless(&mut seat);
        seat.go_to("Phone");
        seat.send(format!("98220414{i:02}"));
        seat.go_to("Plan");
        seat.send("Fiber 100");
        seat.go_to("Address");
        seat.send(paste(text));
        harmless(&mut seat);
        seat.press_away("\x1b[21~", "New customer");
        seat.wait_for(&format!("{}", 301 + i));
        seat.press("o", "Note on ");
        seat.send(paste(&text.repeat(3)));
        seat.send("\x1b\r\u{202e}typed\u{9b}");
        harmless(&mut seat);
        seat.press_away("\x1b[21~", "Ctrl-s saves");
        harmless(&mut seat);
        // The list is read anew, and what the bytes above left half said has its pause.
        seat.settle(Duration::from_millis(250));
    }
    // A megabyte into the filter and into a note.
    let long = texts().concat().repeat(16);
    assert!(long.len() > 1_000_000);
    seat.press("/", "done");
    seat.send(paste(&long));
    harmless(&mut seat);
    seat.send("\x03");
    seat.settle(Duration::from_millis(200));
    seat.press("o", "Note on ");
    seat.send(paste(&long));
    seat.wait_for("The pasted text was cut");
    harmless(&mut seat);
    seat.press_away("\x1b", "Ctrl-s saves");
    seat.send("Q");
    assert_eq!(seat.ended().0, 0);
    seat.is_given_back();
}
