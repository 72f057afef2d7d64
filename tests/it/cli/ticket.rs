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

#[test]
fn a_text_is_filed_from_a_script_and_odds_and_series_are_told() {
    let desk = Desk::seeded(200);
    let told = desk.ok(&["ticket", "suggest", "laal light jal rahi hai, net band"]);
    for part in ["No Internet", "solved    in ", "8 of 10 in", "los-light-red", "starter subjects"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    let json = desk.ok(&["ticket", "suggest", "--json", "hotstar of my plan is not activated"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["category"]["code"], "ott-app");
    assert!(json["category"]["confidence"].as_f64().unwrap() > 0.5 && json["similar"].as_array().unwrap().len() == 3);

    // A timer: what is too thin is told and is no failure.
    desk.ok(&["settings", "lead.learn-from", "100000"]);
    let told = desk.ok(&["model", "train", "--due"]);
    assert!(told.contains("No model of churn") && told.contains("No model of leads"), "{told}");
    assert_eq!(desk.run(&["model", "evaluate", "leads"]).code, 3);
    assert_eq!(desk.run(&["model", "train", "leads", "--due"]).code, 2);
    desk.ok(&["settings", "model.retrain-days", "0"]);
    assert_eq!(desk.ok(&["model", "train", "--due"]).trim(), "no model is due");
    let reps = desk.ok(&["lead", "reps"]);
    assert!(reps.contains(" expected ") && reps.contains("next"), "{reps}");

    let told = desk.ok(&["forecast", "mrr", "--horizon", "2", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    let points = told["series"][0]["points"].as_array().unwrap();
    assert_eq!(points.len(), 2);
    assert!(
        points.iter().all(|p| p["lower"].as_f64() <= p["mean"].as_f64() && p["mean"].as_f64() <= p["upper"].as_f64())
    );
    assert_eq!(desk.run(&["forecast", "mrr", "--csv", "x.csv"]).code, 2);
    assert_eq!(desk.run(&["forecast"]).code, 2);
}
