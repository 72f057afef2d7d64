//! Text that would drive a terminal goes in; text comes out.

use bharatnet::base::text::is_hostile;

use super::Desk;

const HOSTILE: [&str; 9] = [
    "A\u{1b}[31mred\u{1b}[0m",
    "B\u{1b}]52;c;ZXZpbA==\u{7}",
    "C\u{1b}]8;;http://evil.example\u{1b}\\link",
    "D\u{9b}2J\u{9d}0;t\u{9c}",
    "E\u{202e}desrever\u{2066}x",
    "F\u{0}nul",
    "G👩\u{200d}👩\u{200d}👧 परिवार क्\u{200d}ष",
    "H\u{7f}\u{8}\u{8}\r\nnext\tline",
    "=I1+cmd|' /C calc'!A0",
];

#[track_caller]
fn harmless(text: &str, allowed: &[char]) {
    let found = text.chars().find(|c| is_hostile(*c) && !allowed.contains(c));
    assert_eq!(found, None, "in {} bytes", text.len());
}

#[test]
fn no_control_sequence_comes_out_of_what_was_put_in() {
    let desk = Desk::new();
    let quoted = |s: &str| format!("\"{}\"", s.replace('"', "\"\""));
    let mut csv = String::from("name,phone,address,tags\n");
    for (i, text) in HOSTILE.iter().enumerate() {
        csv.push_str(&format!("{0},98220413{i:02},{0},{0}\n", quoted(text)));
    }
    csv.push_str(&format!("{},9822041399,x,y\n", quoted(&"Z\u{1b}[5m".repeat(250_000))));
    let file = desk.write("in\u{1b}[31m.csv", &csv);
    let ran = desk.run(&["import".as_ref(), "customers".as_ref(), file.as_os_str()]);
    // The NUL and the row of more than a megabyte are told; the others come in.
    assert!(ran.out.starts_with("8 of 10 rows imported"), "{} {}", ran.out, ran.err);
    harmless(&ran.out, &['\n']);
    for (i, text) in HOSTILE.iter().enumerate().filter(|(i, _)| *i != 5) {
        desk.ok(&["note".into(), format!("98220413{i:02}"), format!("{text}\n{text}").repeat(500)]);
    }
    harmless(&desk.ok(&["list"]), &['\n', '\t']);
    harmless(&desk.ok(&["list", "--csv"]), &['\n', '\r']);
    harmless(&desk.ok(&["export", "--csv"]), &['\n', '\r']);
    harmless(&desk.ok(&["export", "--json"]), &['\n']);
    harmless(&desk.ok(&["log"]), &['\n']);
    for account in desk.ok(&["list", "--ids"]).lines() {
        harmless(&desk.ok(&["show", account]), &['\n']);
        let json = desk.ok(&["show", account, "--json"]);
        harmless(&json, &['\n']);
        // Nor behind the escapes of JSON; a note keeps its line breaks.
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        for text in [&value["name"], &value["address"], &value["timeline"][0]["text"]] {
            harmless(text.as_str().unwrap(), &['\n']);
        }
    }
    let cells = desk.ok(&["export", "--columns", "name", "--csv"]);
    assert!(cells.contains("'=I1+cmd|"), "a formula is guarded: {cells}");
    assert!(cells.contains("क्\u{200d}ष"), "joiners stay");
    let errors = std::fs::read_dir(desk.folder.path()).unwrap().map(|e| e.unwrap().path());
    let errors = errors.into_iter().find(|p| p.to_string_lossy().ends_with(".errors.csv")).unwrap();
    harmless(&std::fs::read_to_string(errors).unwrap(), &['\n']);
}
