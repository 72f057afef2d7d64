//! `report`: figures as text, JSON, CSV and pictures, and refusals in words.

use serde_json::Value as Json;

use super::Desk;

#[test]
fn a_figure_is_text_numbers_or_a_picture() {
    let desk = Desk::seeded(300);
    let list = desk.ok(&["report"]);
    assert!(list.contains("mrr-movement") && list.contains("report.margin") && list.contains("Support"), "{list}");
    assert!(desk.ok(&["report", "--json"]).contains("\"formula\""));
    let text = desk.ok(&["report", "mrr", "--period", "last-month"]);
    assert!(text.starts_with("MRR  ") && text.contains(" against ") && text.contains('₹'), "{text}");
    // A figure of one city is that of its list.
    let json: Json = serde_json::from_str(&desk.ok(&["report", "customers", "city:pune", "--json"])).unwrap();
    let billed: f64 =
        desk.ok(&["count", "customers", "city:pune", "status:active,grace"]).trim().parse().expect("a count");
    assert_eq!(json["value"].as_f64(), Some(billed));
    // So is each point, by the filter that comes with it.
    let points = json["series"][0]["points"].as_array().unwrap();
    let point = &points[4];
    let filter = format!("city:pune {}", point["filter"].as_str().unwrap());
    assert_eq!(desk.ok(&["count", "customers", &filter]).trim().parse().ok(), point["value"].as_f64());
    let all: Json = serde_json::from_str(&desk.ok(&["report", "sales", "--json", "--period", "12m"])).unwrap();
    assert!(all.as_array().unwrap().iter().all(|k| k["kpi"].is_string()) && all.as_array().unwrap().len() >= 9);
    // A view, and a term turned round.
    let value = |args: &[&str]| {
        let json: Json = serde_json::from_str(&desk.ok(&[args, &["--json"]].concat())).unwrap();
        json["value"].as_f64()
    };
    let count = |filter: &[&str]| desk.ok(&[&["count", "customers"], filter].concat()).trim().parse::<f64>().ok();
    assert_eq!(value(&["report", "customers", "@at-risk"]), count(&["@at-risk", "status:active,grace"]));
    assert_eq!(value(&["report", "customers", "-city:pune"]), count(&["-city:pune", "status:active,grace"]));
    let csv = desk.ok(&["report", "mrr-movement", "--csv"]);
    assert!(csv.starts_with("MRR movement,New,Expansion,Contraction,Churned\n") && csv.lines().count() == 13, "{csv}");
    desk.ok(&["report", "cohort", "--png", "c.png", "--svg", "c.svg", "--size", "640x320"]);
    let png = std::fs::read(desk.path("c.png")).unwrap();
    assert!(png.starts_with(b"\x89PNG") && png[16..24] == [0, 0, 2, 128, 0, 0, 1, 64]);
    assert!(std::fs::read_to_string(desk.path("c.svg")).unwrap().contains("Retention (%)"));
    assert!(desk.ok(&["report", "cac"]).contains("no data: set what is spent"));
}

#[test]
fn what_cannot_be_reported_is_told() {
    let desk = Desk::seeded(20);
    for (args, told) in [
        (vec!["report", "mmr"], "did you mean `mrr"),
        (vec!["report", "mrr", "cty:pune"], "city"),
        (vec!["report", "mrr", "@nope"], "no view `@nope`"),
        (vec!["report", "mrr", "--period", "soon"], "`soon` is no period"),
        (vec!["report", "mrr", "--period", "2030-01"], "no day in it"),
        (vec!["report", "mrr", "--compare", "god"], "before, year or none"),
        (vec!["report", "sales", "--csv"], "of one figure"),
        (vec!["report", "mrr", "--png", "x.png", "--size", "9x9"], "width and height"),
    ] {
        let ran = desk.run(&args);
        assert!(ran.code == 2 && ran.err.contains(told), "{args:?}: {} {}", ran.code, ran.err);
    }
    let ran = desk.run(&["report", "mrr", "--png", "no/such/folder.png"]);
    assert!(ran.code == 69 || ran.code == 3, "{} {}", ran.code, ran.err);
}
