use super::*;

#[test]
fn a_technicians_day_on_the_command_line() {
    let desk = Desk::seeded(300);
    let told = desk.ok(&["job", "raise", "fault", "1", "--slot", "11-13", "--day", "2099-11-20", "--to", "owner"]);
    assert!(told.contains("Raised J-"), "{told}");
    let number = told.split_whitespace().find(|w| w.starts_with("J-")).expect("a number").to_string();
    let today = desk.ok(&["job", "today", "--day", "2099-11-20"]);
    assert!(today.contains(&number) && today.contains("11-13"), "{today}");
    assert_eq!(desk.ok(&["count", "jobs", &format!("number:{number}"), "state:scheduled"]).trim(), "1");
    desk.ok(&["job", "start", &number]);
    desk.ok(&["job", "note", &number, "dog", "in", "the", "house"]);
    let open = desk.run(&["job", "finish", &number, "splice", "remade", "--signed", "Sunita"]);
    assert!(open.code != 0 && open.err.contains("not yet: fault reproduced"), "{}", open.err);
    let whole = ["job", "finish", &number, "splice remade", "--tick", "all", "--before", "-27.4", "--after", "-19.8"];
    desk.ok(&[&whole[..], &["--signed", "Sunita", "--cable", "12"]].concat());
    let shown = desk.ok(&["job", "show", &number]);
    for word in ["✓ Done", "-19.8 dBm", "Sunita", "12 m"] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let log = desk.ok(&["show", "1"]);
    assert!(log.contains("dog in the house") && log.contains("light -27.4"), "{log}");
    desk.ok(&["undo"]);
    assert_eq!(desk.ok(&["count", "jobs", &format!("number:{number}"), "state:started"]).trim(), "1");
    desk.ok(&["job", "fail", &number, "absent"]);
    let again = ["job", "schedule", &number, "--day", "2099-11-23", "--slot", "09-11", "--dry-run"];
    assert!(desk.ok(&again).contains("nothing was changed"));
    let wrong = desk.run(&["job", "schedule", &number, "--slot", "10-12"]);
    assert!(wrong.code == 2 && wrong.err.contains("09-11, 11-13"), "{}", wrong.err);
    assert_eq!(desk.run(&["job", "show", "J-9"]).code, 3);
    let stock = desk.ok(&["job", "stock", "state:store", "kind:onu", "--to", "ravi"]);
    assert!(stock.contains("With technician (ravi)"), "{stock}");
}
