//! `forecast`: series from a file, what comes next to a file, and refusals in words.

use super::Desk;

/// Two series of four years of months with a season, the second with a hole and a month written twice alike.
fn months() -> String {
    let mut text = String::from("circle;month;tickets\n");
    for t in 0..48 {
        let season = [30, 20, 10, 0, 0, 5, 40, 60, 35, 10, 0, 15][t % 12];
        let (year, month) = (2022 + t / 12, t % 12 + 1);
        text += &format!("Pune;{year}-{month:02};{}\n", 100 + 2 * t + season);
        if t != 20 {
            text += &format!("\"Delhi; NCR\";{year}-{month:02};{}\n", 300 + t + 2 * season);
        }
    }
    text + "Delhi; NCR;2022-01;".replace("Delhi; NCR", "\"Delhi; NCR\"").as_str() + "360\nNew;2025-12;7\n"
}

#[test]
fn each_series_goes_on_with_limits_and_a_reason() {
    let desk = Desk::new();
    desk.write("t.csv", months());
    let args = ["forecast", "--csv", "t.csv", "--series", "circle", "--time", "month", "--value", "tickets"];
    let with = |more: &[&str]| desk.run(&[&args[..], more].concat());
    let ran = with(&["--horizon", "6", "--out", "out.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.err.contains("left out: New: 1 values are too few"), "{}", ran.err);
    assert!(ran.out.contains("missing, put on the line between their neighbours: 2023-09"), "{}", ran.out);
    let csv = std::fs::read_to_string(desk.path("out.csv")).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!((rows[0], rows.len()), ("series,time,mean,lower,upper,method", 13));
    assert!(rows[1].starts_with("Pune,2026-01,") && rows[12].starts_with("Delhi; NCR,2026-06,"), "{csv}");
    for row in &rows[1..] {
        let f: Vec<f64> = row.split(',').skip(2).take(3).map(|v| v.parse().unwrap()).collect();
        assert!(f[1] <= f[0] && f[0] <= f[2], "{row}");
    }
    // January of Pune: 100 + 2 * 48 + 30.
    let mean: f64 = rows[1].split(',').nth(2).unwrap().parse().unwrap();
    assert!((mean - 226.0).abs() < 6.0, "{mean}");

    let told = with(&["--horizon", "3", "--explain"]);
    assert!(told.out.contains("season of 12 steps") && told.out.contains("seasonal naive"), "{}", told.out);
    let json: serde_json::Value = serde_json::from_str(&with(&["--horizon", "3", "--json"]).out).unwrap();
    assert_eq!(json["series"][0]["points"].as_array().unwrap().len(), 3);
    assert_eq!(json["left_out"][0]["series"], "New");

    let past = with(&["--horizon", "6", "--backtest", "-12,-6"]);
    assert!(past.out.starts_with("method") && past.out.contains("chosen"), "{}", past.out);
}

#[test]
fn what_cannot_be_forecast_is_told() {
    let desk = Desk::new();
    desk.write("t.csv", "t,v\n2024-01,1\n2024-02,x\n");
    desk.write("twice.csv", "t,v\n1,1\n1,2\n2,3\n");
    for (args, code, told) in [
        (["--csv", "none.csv", "--time", "t", "--value", "v"], 3, "there is no file none.csv"),
        (["--csv", "t.csv", "--time", "when", "--value", "v"], 2, "no column `when`; its columns are t, v"),
        (["--csv", "t.csv", "--time", "t", "--value", "v"], 65, "line 3 of t.csv: `x` is no number"),
        (["--csv", "twice.csv", "--time", "t", "--value", "v"], 65, "`1` stands twice with different values"),
    ] {
        let ran = desk.run(&[&["forecast", "--horizon", "3"], &args[..]].concat());
        assert_eq!(ran.code, code, "{}", ran.err);
        assert!(ran.err.contains(told), "{}", ran.err);
    }
    desk.write("head.csv", "t,v\n");
    desk.write("point.csv", "t,v\n2024-01,5\n");
    desk.write("gap.csv", "t,v\n2024-01,5\n,6\n");
    let still: String = (1..=12).rev().map(|m| format!("2024-{m:02},7\n")).collect();
    desk.write("still.csv", format!("t,v\n{still}"));
    let with = |csv: &str, horizon: &str, out: &str| {
        desk.run(&["forecast", "--csv", csv, "--time", "t", "--value", "v", "--horizon", horizon, "--out", out])
    };
    for (csv, horizon, out, code, told) in [
        ("head.csv", "3", "f.csv", 65, "no row below them"),
        ("point.csv", "3", "f.csv", 65, "1 values are too few"),
        ("gap.csv", "3", "f.csv", 65, "line 3 of gap.csv: there is no time"),
        ("still.csv", "0", "f.csv", 2, "0 is not in 1..=10000"),
        ("still.csv", "-1", "f.csv", 2, "-1 is not in 1..=10000"),
        ("still.csv", "99999999", "f.csv", 2, "not in 1..=10000"),
        ("still.csv", "3", "still.csv", 69, "it is read from as well"),
    ] {
        let ran = with(csv, horizon, out);
        assert_eq!((ran.code, ran.err.contains(told)), (code, true), "{csv} {horizon}: {} {}", ran.code, ran.err);
        assert!(!desk.path("f.csv").exists());
    }
    // Every value the same, the newest first: that value, and no width.
    assert_eq!(with("still.csv", "2", "f.csv").code, 0);
    let csv = std::fs::read_to_string(desk.path("f.csv")).unwrap();
    assert!(csv.ends_with("v,2025-01,7,7,7,naive\nv,2025-02,7,7,7,naive\n"), "{csv}");
}
