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

#[test]
fn what_the_desk_picks_from_is_written_from_a_script() {
    let desk = Desk::seeded(60);
    let digest = desk.ok(&["doctor", "--digest"]);
    let file = desk.write("splitter.md", "Look at the box first.\nThen call the caretaker.\n");
    let path = file.to_str().expect("a path");
    let write =
        ["article", "write", "Splitter box", "--category", "No Internet", "--tag", "gpon,splitter", "--file", path];
    assert!(desk.ok(&write).contains("Added the article splitter-box"));
    let shown = desk.ok(&["article", "show", "splitter-box"]);
    assert!(shown.contains("Look at the box first.\nThen call") && shown.contains("no-internet"), "{shown}");
    // What is not given stays; `none` empties.
    desk.ok(&["article", "write", "splitter-box", "--title", "The box in the basement", "--category", "none"]);
    let shown = desk.ok(&["article", "show", "splitter-box"]);
    assert!(shown.contains("basement") && shown.contains("caretaker") && !shown.contains("no-internet"), "{shown}");
    assert!(desk.ok(&["article", "find", "splitter", "basement"]).contains("splitter-box"));
    assert_eq!(desk.run(&["article", "show", "nothing-like-it"]).code, 3);
    assert!(desk.run(&["article", "write", "empty"]).err.contains("is required"));
    desk.ok(&["canned", "write", "on-site", "Dear", "{name},", "we", "are", "there.", "--category", "no-internet"]);
    assert!(desk.ok(&["canned", "show", "on-site"]).contains("Dear {name}, we are there."));
    desk.ok(&["category", "write", "set-top-box", "--part-of", "ott-app", "--priority", "low", "--regulation", "none"]);
    assert_eq!(desk.ok(&["count", "categories", "code:set-top-box priority:low parent:ott-app"]).trim(), "1");
    let deep = desk.run(&["category", "write", "deeper", "--part-of", "set-top-box"]);
    assert!(deep.err.contains("has none of its own"), "{}", deep.err);
    assert!(desk.run(&["category", "write", "x", "--priority", "soon"]).err.contains("is none of critical"));
    desk.ok(&["category", "delete", "set-top-box"]);
    (0..5).for_each(|_| drop(desk.ok(&["undo"])));
    assert_eq!(desk.ok(&["doctor", "--digest"]), digest);
}
