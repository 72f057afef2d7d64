//! `model evaluate`: any table, folds by id or row number, probabilities out, leaks named.

use super::Desk;

/// A table with names that have spaces, gaps, a running number and a target that the first two columns tell.
fn table(separator: char) -> String {
    let mut text = String::from("Customer Code;Monthly Charge, net;Pay Mode;serial no;Left?\n");
    for i in 0..240u32 {
        let mode = ["UPI by hand", "e-NACH", ""][(i % 3) as usize];
        let charge = if i % 11 == 0 { "NA".to_string() } else { format!("{}.5", 300 + i * 37 % 900) };
        let chance = 300 + i * 37 % 900 > 700 && i % 3 != 1;
        let left = if chance != (i % 10 == 0) { "Yes" } else { "No" };
        text += &format!("C-{i:04};{charge};{mode};{};{left}\n", 5000 + i * 7919 % 240);
    }
    if separator == ';' {
        return text;
    }
    text.replace("Monthly Charge, net", "\"Monthly Charge  net\"").replace(';', &separator.to_string())
}

fn folds() -> String {
    let rows: Vec<String> = (0..240).rev().map(|i| format!("C-{i:04},{}", i / 7 % 4)).collect();
    format!("Customer Code,fold\n{}\n", rows.join("\n"))
}

const ARGS: [&str; 8] = ["model", "evaluate", "--target", "Left?", "--positive", "yes", "--out", "p.csv"];

#[test]
fn every_row_gets_a_probability_by_a_model_that_has_not_seen_it() {
    let desk = Desk::new();
    desk.write("t.csv", table(';'));
    desk.write("f.csv", folds());
    let args = [&ARGS[..], &["--csv", "t.csv", "--id", "Customer Code", "--folds", "f.csv"]].concat();
    let told = desk.ok(&args);
    for word in ["240 rows", "AUC", "PR-AUC", "log-loss", "Brier", "lift", "ECE", "pooled", "serial no: different"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let first = std::fs::read_to_string(desk.path("p.csv")).unwrap();
    let rows: Vec<(&str, f64)> =
        first.lines().skip(1).map(|l| l.split_once(',').map(|(id, p)| (id, p.parse().unwrap())).unwrap()).collect();
    assert_eq!((first.lines().next(), rows.len(), rows[0].0, rows[239].0), (Some("id,p"), 240, "C-0000", "C-0239"));
    assert!(rows.iter().all(|(_, p)| (0.0..=1.0).contains(p)));

    // Another separator, and the figures as JSON; the same seed says the same of the same cells.
    desk.write("t.csv", table(','));
    let json = desk.ok(&[&args[..], &["--json", "--explain", "2"]].concat());
    assert_eq!(std::fs::read_to_string(desk.path("p.csv")).unwrap(), first);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["pooled"]["auc"].as_f64().unwrap() > 0.75, "{json}");
    assert_eq!(json["folds"].as_array().unwrap().len(), 4);
    assert_eq!(json["explained"].as_array().unwrap().len(), 2);
}

#[test]
fn a_column_that_leaks_is_named_and_what_is_wrong_is_said() {
    let desk = Desk::new();
    let mut text = String::from("id,usage,Closed On,Left?\n");
    for i in 0..200 {
        let left = i >= 130;
        let closed = if left { "2026-10-01" } else { "" };
        text += &format!("{},{},{closed},{}\n", 90_000 + i, i * 7919 % 97, if left { "yes" } else { "no" });
    }
    desk.write("t.csv", text);
    let args = [&ARGS[..], &["--csv", "t.csv"]].concat();
    let ran = desk.run(&args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for told in [&ran.out, &ran.err] {
        assert!(told.contains("warning: id: leaks") && told.contains("warning: Closed On: leaks?"), "{told}");
    }
    // Named as an id, or left out by name: no warning.
    let ran = desk.run(&[&args[..], &["--id", "id", "--drop", "closed on"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));

    let fails = |more: &[&str], code: i32, words: &str| {
        let ran = desk.run(&[&args[..], more].concat());
        assert_eq!((ran.code, ran.err.contains(words)), (code, true), "{more:?}: {}", ran.err);
    };
    fails(&["--drop", "usag"], 2, "did you mean usage?");
    fails(&["--folds", "none.csv"], 3, "none.csv");
    desk.write("f.csv", "row,fold\n0,1\n1,1\n");
    fails(&["--folds", "f.csv"], 65, "198 of 200 rows have no fold");
}

#[test]
fn bad_tables_and_folds_are_refused_and_no_file_is_left() {
    let desk = Desk::new();
    desk.write("t.csv", table(';'));
    desk.write("head.csv", "a,Left?\n");
    desk.write("only.csv", format!("Left?\n{}", "yes\nno\n".repeat(60)));
    desk.write("one.csv", format!("a,Left?\n{}", "1,yes\n".repeat(60)));
    std::fs::write(desk.path("odd.csv"), [0u8, 159, 146, 150, 7, 0, 1].repeat(40)).unwrap();
    desk.write("twice.csv", folds() + "C-0003,1\n");
    desk.write(
        "single.csv",
        format!("Customer Code,fold\n{}", (0..240).map(|i| format!("C-{i:04},1\n")).collect::<String>()),
    );
    let before = std::fs::read_dir(desk.path("t.csv").parent().unwrap()).unwrap().count();
    let with = |out: &str, args: &[&str]| {
        desk.run(&[&["model", "evaluate", "--target", "Left?", "--out", out], args].concat())
    };
    let given = |csv: &'static str| ["--csv", csv, "--positive", "yes"];
    let coded = [&given("t.csv")[..], &["--id", "Customer Code"]].concat();
    for (out, args, code, words) in [
        ("p.csv", given("head.csv").to_vec(), 65, "head.csv has the names of columns and no row below them"),
        ("p.csv", given("only.csv").to_vec(), 65, "no column is left to learn from"),
        ("p.csv", given("one.csv").to_vec(), 65, "Left? is yes in every row"),
        ("p.csv", given("odd.csv").to_vec(), 65, "odd.csv"),
        ("p.csv", vec!["--csv", "t.csv", "--positive", "gone"], 2, "gone does not occur in Left?; its values are"),
        ("p.csv", [&coded[..], &["--folds", "twice.csv"]].concat(), 65, "C-0003 is there twice"),
        ("p.csv", [&coded[..], &["--folds", "single.csv"]].concat(), 65, "at least two are needed"),
        ("t.csv", given("t.csv").to_vec(), 69, "it is read from as well"),
        ("none/p.csv", given("t.csv").to_vec(), 3, "its folder is not there"),
    ] {
        let ran = with(out, &args);
        assert_eq!((ran.code, ran.err.contains(words)), (code, true), "{args:?}: {} {}", ran.code, ran.err);
        assert!(!ran.err.contains("Error {") && !ran.err.contains("panicked"), "{}", ran.err);
    }
    assert_eq!(std::fs::read_to_string(desk.path("t.csv")).unwrap(), table(';'));
    assert_eq!(std::fs::read_dir(desk.path("t.csv").parent().unwrap()).unwrap().count(), before);

    // The folds file calls the id otherwise; one fold holds one class only.
    let mut kept: Vec<String> = Vec::new();
    for line in table(';').lines().skip(1) {
        let fold = if line.ends_with("No") && kept.len() > 200 { 9 } else { kept.len() % 2 };
        kept.push(format!("{},{fold}", line.split(';').next().unwrap()));
    }
    desk.write("f.csv", format!("id,fold\n{}\n", kept.join("\n")));
    let ran = with("p.csv", &[&coded[..], &["--folds", "f.csv"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("1 of 3 folds have one class only"), "{}", ran.out);
    assert_eq!(std::fs::read_to_string(desk.path("p.csv")).unwrap().lines().count(), 241);
}

#[test]
fn a_customer_is_explained_and_offered_what_fits() {
    let desk = Desk::seeded(200);
    let none = desk.run(&["model", "evaluate"]);
    assert_eq!((none.code, none.err.contains("no model of churn is in force")), (3, true), "{}", none.err);
    let thin = desk.run(&["model", "train"]);
    assert_eq!((thin.code, thin.err.contains("history is too thin")), (1, true), "{}", thin.err);
    let digest = desk.ok(&["doctor", "--digest"]);
    let tagged = desk.ok(&["segments", "--tag"]);
    assert!(tagged.contains("tag:cluster-1") && tagged.contains("silhouette"), "{tagged}");
    let clusters = tagged.matches("(filter: tag:cluster-").count();
    let each = |n: usize| desk.ok(&["count", "customers", &format!("tag:cluster-{n}")]).trim().parse::<u64>().unwrap();
    let all: u64 = (1..=clusters).map(each).sum();
    assert_eq!(desk.ok(&["count", "customers", "status:active,grace"]).trim().parse::<u64>().unwrap(), all);
    (0..clusters).for_each(|_| drop(desk.ok(&["undo"])));
    assert_eq!(desk.ok(&["doctor", "--digest"]), digest);
    let told = desk.ok(&["segments"]);
    assert!(told.contains("clusters: silhouette"), "{told}");
    let loyal = desk.ok(&["count", "segment:loyal"]);
    assert!(told.lines().any(|l| l.contains("segment:loyal") && l.trim().starts_with(loyal.trim())), "{told}{loyal}");
    let told = desk.ok(&["model", "explain", "0000003"]);
    assert!(told.contains("by rules: no model has scored this line"), "{told}");
    let ids = desk.ok(&["list", "status:active -due>0 -open-tickets>0 since>1y risk<40 has:usage", "--ids"]);
    let offered = ids.lines().find_map(|id| {
        let json: serde_json::Value = serde_json::from_str(&desk.ok(&["next", id, "--json"])).unwrap();
        let plan = json["offers"].as_array().unwrap().iter().position(|o| o["plan"].is_string())?;
        Some((id.to_string(), plan + 1, json["offers"][plan]["plan"].as_str().unwrap().to_string()))
    });
    let (id, n, plan) = offered.expect("somebody may be offered a plan");
    let list = desk.ok(&["next", &id]);
    assert!(list.contains("rupees expected") && list.contains(&plan), "{list}");
    desk.ok(&["next", &id, "--take", &n.to_string()]);
    assert!(desk.ok(&["show", &id]).contains(&plan));
    assert_eq!(desk.run(&["next", &id, "--take", "9"]).code, 3);
}
