//! `model evaluate-text`: labels told to a file, figures printed, bad files refused.

use super::Desk;

#[test]
fn labels_are_told_with_confidence() {
    let desk = Desk::new();
    let mut train = String::from("id\tsaid\twhat\n");
    for i in 0..12 {
        train += &format!("{i}\tno internet since {i} days, \"red\" light\tfault\n");
        train += &format!("{i}\tbill is wrong by {i} rupees\tbill\n");
    }
    desk.write("train.tsv", train);
    desk.write("test.csv", "ID,said,what\n=1,\"internet, red light\",fault\nb2,rupees on the bill,bill\n");
    let args =
        ["model", "evaluate-text", "--train", "train.tsv", "--test", "test.csv", "--text", "said", "--label", "what"];
    let told = desk.ok(&[&args[..], &["--out", "o.csv"]].concat());
    assert!(told.contains("accuracy 1.0000  macro-F1 1.0000"), "{told}");
    let csv = std::fs::read_to_string(desk.path("o.csv")).unwrap();
    let rows: Vec<Vec<&str>> = csv.lines().map(|l| l.split(',').collect()).collect();
    assert_eq!(rows[0], ["row", "label", "confidence", "ID"]);
    assert_eq!((rows[1][1], rows[1][3], rows[2][1]), ("fault", "'=1", "bill"));
    assert!(rows[1..].iter().all(|r| (0.5..=1.0).contains(&r[2].parse::<f64>().unwrap())), "{csv}");
    let json = desk.ok(&[&args[..], &["--out", "o.csv", "--json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["report"]["accuracy"], 1.0);

    desk.write("one.csv", "said,what\nx,y\n");
    let ran = desk.run(&[
        "model",
        "evaluate-text",
        "--train",
        "one.csv",
        "--test",
        "test.csv",
        "--text",
        "said",
        "--label",
        "what",
        "--out",
        "o.csv",
    ]);
    assert_eq!((ran.code, ran.err.contains("ten are needed")), (65, true), "{}", ran.err);
    let ran = desk.run(&[
        "model",
        "evaluate-text",
        "--train",
        "train.tsv",
        "--test",
        "test.csv",
        "--text",
        "words",
        "--label",
        "what",
        "--out",
        "o.csv",
    ]);
    assert_eq!((ran.code, ran.err.contains("no column `words`")), (2, true), "{}", ran.err);
}
