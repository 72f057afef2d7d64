//! `do`: one verb on many rows from a script.

use super::Desk;

#[test]
fn a_dry_run_shows_and_a_yes_does_and_undo_takes_back() {
    let desk = Desk::seeded(300);
    let digest = || desk.ok(&["doctor", "--digest"]);
    let before = digest();
    let active: usize = desk.ok(&["count", "status:active", "city:delhi"]).trim().parse().unwrap();
    let words = [
        "do",
        "set-status",
        "customers",
        "city:delhi status:active",
        "--status",
        "suspended",
        "--reason",
        "nonpayment",
    ];
    let unsure = desk.run(&words);
    assert_eq!(unsure.code, 2);
    assert!(unsure.err.contains("--dry-run"), "{}", unsure.err);
    let seen = desk.ok(&[&words[..], &["--dry-run"]].concat());
    assert!(seen.contains(&format!("{active} would change")) && seen.contains("MRR -₹"), "{seen}");
    assert_eq!(digest(), before);
    let done = desk.ok(&[&words[..], &["--yes"]].concat());
    assert!(done.contains(&format!("Set {active} customers to suspended")), "{done}");
    assert_eq!(
        desk.ok(&[
            "count",
            "status:suspended",
            "reason:nonpayment",
            "status-since:2026-01-01..",
            "city:delhi",
            "status-since:today"
        ])
        .trim(),
        active.to_string()
    );
    desk.ok(&["undo"]);
    assert_eq!(digest(), before);
}

#[test]
fn rows_can_be_named_on_the_input() {
    let desk = Desk::seeded(100);
    let ids = desk.ok(&["list", "status:active technology:fiber", "--ids", "--limit", "7"]);
    let ran = desk.run_with_input(&["do", "tag", "-", "--add", "seven,new", "--yes"], &ids);
    assert_eq!((ran.code, desk.ok(&["count", "tag:seven"]).trim()), (0, "7"), "{}", ran.err);
    let ran = desk.run_with_input(&["do", "tag", "-", "--remove", "seven", "--yes"], "9999999\n");
    assert_eq!(ran.code, 3, "{}", ran.err);
    desk.ok(&["do", "set", "tag:seven", "--set", "owner=@me", "--set", "gstin=", "--yes"]);
    assert_eq!(desk.ok(&["count", "owner:owner"]).trim(), "7");
    desk.ok(&["do", "delete", "tag:seven", "--yes"]);
    assert_eq!(desk.ok(&["count", "has:name"]).trim(), "93");
    desk.ok(&["do", "restore", "is:deleted", "--yes"]);
    assert_eq!(desk.ok(&["count", "has:name"]).trim(), "100");
    desk.ok(&["do", "change-plan", "tag:seven", "--plan", "Fiber 300", "--cycle", "annual", "--price", "950", "--yes"]);
    assert_eq!(desk.ok(&["count", "tag:seven", "plan:\"Fiber 300\"", "price:950", "cycle:annual"]).trim(), "7");
}

#[test]
fn mistakes_change_nothing() {
    let desk = Desk::seeded(50);
    let before = desk.ok(&["doctor", "--digest"]);
    for (words, code, says) in [
        (vec!["do", "set", "city:delhi", "--set", "ctiy=x", "--yes"], 2, "did you mean `city`"),
        (vec!["do", "set", "city:delhi", "--set", "mrr=5", "--yes"], 2, "computed"),
        (vec!["do", "set-status", "city:delhi", "--status", "gone", "--yes"], 2, "is no status"),
        (vec!["do", "set-status", "city:delhi", "--status", "suspended", "--yes"], 2, "is required"),
        (vec!["do", "change-plan", "city:delhi", "--plan", "Fiber 20", "--yes"], 2, "no plan"),
        (vec!["do", "tag", "--add", "x", "--yes"], 2, "name the rows"),
        (vec!["--readonly", "do", "tag", "city:delhi", "--add", "x", "--yes"], 5, "look"),
    ] {
        let ran = desk.run(&words);
        assert!(ran.err.contains(says), "{words:?}: {}", ran.err);
        assert_eq!(ran.code, code, "{words:?}: {}", ran.err);
    }
    assert_eq!(desk.ok(&["doctor", "--digest"]), before);
}

#[test]
fn a_setting_is_checked_set_shown_and_taken_back() {
    let desk = Desk::seeded(5);
    assert_eq!(desk.ok(&["settings", "company.country"]).trim(), "India");
    let wrong = desk.run(&["settings", "company.gstin", "27AAAAA0000A1Z"]);
    assert_eq!(wrong.code, 2, "{}", wrong.err);
    assert!(desk.run(&["settings", "company.nmae", "x"]).err.contains("did you mean company.name"));
    let done = desk.ok(&["settings", "company.name", "Sahyadri Fibre"]);
    assert!(done.contains("Set company.name to Sahyadri Fibre"), "{done}");
    assert!(desk.ok(&["settings", "--json"]).contains("\"own\":true"));
    desk.ok(&["settings", "company.name", "--default"]);
    assert_eq!(desk.ok(&["settings", "company.name"]).trim(), "");
    desk.ok(&["undo"]);
    assert_eq!(desk.ok(&["settings", "company.name"]).trim(), "Sahyadri Fibre");
}
