//! Deals from a script: opened, made of lines, quoted, won; figures that add up.

use super::Desk;

fn json(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Paise of a JSON number of rupees.
fn paise(v: &serde_json::Value) -> i64 {
    bharatnet::base::Money::parse(&v.to_string()).unwrap_or_else(|| panic!("{v}")).0
}

#[test]
fn a_deal_from_the_first_word_to_the_commission() {
    let desk = Desk::seeded(300);
    let ok = |args: &[&str]| desk.ok(args);
    ok(&["deal", "new", "Hill", "View", "--set", "kind=bulk", "--set", "phone=70000 41377", "--set", "owner=tara"]);
    let number = ok(&["list", "deals", "name:\"Hill View\"", "--ids"]).trim().to_string();
    ok(&["deal", "line", &number, "plan", "--plan", "Fiber 100", "--seats", "24", "--rate", "699"]);
    ok(&["deal", "line", &number, "discount", "--percent", "10"]);
    assert!(ok(&["deal", "quote", &number, "--days", "10"]).contains("Quoted Hill View at ₹1,81,180.80 (QT/26-27/"));
    ok(&["deal", "log", &number, "they", "want", "it", "by", "Diwali", "--next", "send the contract"]);
    let told = ok(&["deal", "show", &number]);
    for part in ["Fiber 100 · ₹699 x 24 flats x 12 months", "₹1,81,180.80  Amount before GST", "by Diwali", "Next step"]
    {
        assert!(told.contains(part), "{part}\n{told}");
    }
    let bad = desk.run(&["deal", "line", &number, "plan", "--plan", "Fibre 10"]);
    assert!(bad.code == 2 && bad.err.contains("there is no plan"), "{bad:?}");
    assert_eq!(desk.run(&["deal", "show", "9999999"]).code, 3);
    assert_eq!(desk.run(&["deal", "lose", &number, "--reason", "bored"]).code, 2);
    let seen = ok(&["deal", "win", &number, "--dry-run"]);
    assert!(seen.contains("24 subscriptions"), "{seen}");
    assert_eq!(ok(&["count", "deals", "stage:won name:\"Hill View\""]).trim(), "0");
    assert!(ok(&["deal", "win", &number]).contains("24 subscriptions"));
    let booked = json(&ok(&["deal", "commission", "tara", "--json"]));
    let own = booked.iter().find(|b| b["name"] == "Hill View").expect("her commission");
    assert_eq!((paise(&own["amount"]), own["arithmetic"].as_str()), (600_000, Some("₹250.00 x 24 seats (Apartments)")));
    let csv = ok(&["deal", "commission", "tara", "--csv"]);
    assert!(csv.starts_with("payee,day,deal,name,entry,amount,arithmetic\r\n"), "{csv}");
    assert!(csv.contains(",Hill View,earned,6000,"), "{csv}");
    ok(&["undo"]);
    assert_eq!(ok(&["count", "deals", "stage:proposal name:\"Hill View\""]).trim(), "1");
}

#[test]
fn forecast_and_win_loss_add_up() {
    let desk = Desk::seeded(2_000);
    let months = json(&desk.ok(&["deal", "forecast", "--json"]));
    let open = json(&desk.ok(&["list", "deals", "is:open", "--json", "--limit", "1000"]));
    let sum = |rows: &[serde_json::Value], key: &str| rows.iter().map(|r| paise(&r[key])).sum::<i64>();
    assert!(!open.is_empty());
    assert_eq!(sum(&months, "weighted"), sum(&open, "weighted"));
    assert_eq!(sum(&months, "amount"), sum(&open, "amount"));
    for by in ["reason", "competitor", "rep", "size", "source"] {
        let mut rows = json(&desk.ok(&["deal", "winloss", "--by", by, "--json"]));
        let all = rows.pop().unwrap();
        for key in ["won", "lost", "open"] {
            let parts: i64 = rows.iter().map(|r| r[key].as_i64().unwrap()).sum();
            assert_eq!(parts, all[key].as_i64().unwrap(), "{by} {key}");
        }
        assert_eq!(sum(&rows, "lost-amount"), paise(&all["lost-amount"]), "{by}");
    }
}
