//! Tickets from a script: raised, answered, their clock told, solved, taken back.

use super::Desk;

#[test]
fn a_ticket_is_raised_answered_solved_and_taken_back_from_a_script() {
    let desk = Desk::seeded(200);
    let account = desk.ok(&["list", "status:active", "--ids", "--limit", "1"]).trim().to_string();
    let raise = ["ticket", "raise", &account, "--category", "no-internet-los", "--body", "red light since morning"];
    let told = desk.ok(&raise);
    let docket = told.split_whitespace().find(|w| w.starts_with("T-")).expect("a docket").to_string();
    let again = desk.run(&raise);
    assert_eq!(again.code, 4, "{}", again.err);
    assert!(again.err.contains(&docket), "{}", again.err);
    assert!(desk.ok(&["ticket", "reply", &docket, "we", "are", "on", "it", "--then", "in-progress"]).contains("entry"));
    let clock = desk.ok(&["ticket", "clock", &docket]);
    for part in ["Calendar", "first answer", "Regulation", "Fault repair, 3 working days"] {
        assert!(clock.contains(part), "{part} in {clock}");
    }
    assert!(desk.run(&["ticket", "status", &docket, "lost"]).err.contains("is none of open"));
    desk.ok(&["ticket", "status", &docket, "resolved"]);
    assert_eq!(desk.ok(&["count", "tickets", &format!("docket:{docket} status:resolved")]).trim(), "1");
    desk.ok(&["ticket", "rate", &docket, "5", "quick"]);
    assert_eq!(desk.run(&["ticket", "clock", "T-999999999"]).code, 3);
    (0..4).for_each(|_| drop(desk.ok(&["undo"])));
    assert_eq!(desk.ok(&["count", "tickets", &format!("docket:{docket}")]).trim(), "0");
}
