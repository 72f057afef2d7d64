//! Files in and out.

use super::{Desk, telco};

fn import_telco(desk: &Desk) -> String {
    desk.ok(&["import".as_ref(), "customers".as_ref(), telco().as_os_str(), "--preset".as_ref(), "telco".as_ref()])
}

#[test]
fn the_telco_table_comes_in_once_and_goes_out_again() {
    let desk = Desk::seeded(60);
    let before = desk.ok(&["doctor", "--digest"]);
    assert!(import_telco(&desk).starts_with("7,043 of 7,043 rows imported from telco_customer_churn.csv\n"));
    for (filter, count) in [
        ("has:ref", "7043"),
        ("has:ref status:terminated", "1869"),
        ("has:ref status:active", "5174"),
        ("plan=\"Telco Fiber optic\" technology:fiber", "3096"),
        ("plan=\"Telco DSL\" technology:broadband", "2421"),
        ("plan=\"Telco No internet\" technology:none", "1526"),
        ("ott:\"Streaming TV\"", "2707"),
    ] {
        assert_eq!(desk.ok(&["count", "customers", filter]).trim(), count, "{filter}");
    }
    let prices = desk.ok(&["export", "has:ref", "--columns", "price", "--csv"]);
    let paise: i64 = prices
        .lines()
        .skip(1)
        .map(|l| {
            let (rupees, paise) = l.split_once('.').unwrap_or((l, "00"));
            rupees.parse::<i64>().unwrap() * 100 + paise.parse::<i64>().unwrap()
        })
        .sum();
    assert_eq!(paise, 45_611_660);

    let after = desk.ok(&["doctor", "--digest"]);
    let again = import_telco(&desk);
    assert!(again.starts_with("0 of 7,043 rows imported"), "{again}");
    assert!(again.contains("7,043 duplicates left out:") && again.contains("and 7,033 more"), "{again}");
    assert_eq!(desk.ok(&["doctor", "--digest"]), after);
    assert_eq!(desk.ok(&["log"]).lines().count(), 3);
    desk.ok(&["undo"]);
    assert_eq!(desk.ok(&["doctor", "--digest"]), before);
    assert!(desk.ok(&["doctor"]).contains("sound"));
}

#[test]
fn a_dry_run_shows_all_and_changes_nothing() {
    let desk = Desk::new();
    desk.write("new.csv", "Kunde;Mobile;Ort;MRR\nAsha;98220 41377;Pune;5\nRavi;12;Pune;\n;9822041378;Pune;\n");
    let args = ["import", "customers", "new.csv", "--map", "Kunde=name", "--map", "Ort=city", "--dry-run"];
    let told = desk.ok(&args);
    for line in [
        "new.csv: UTF-8, cells parted by semicolon",
        "Kunde   name",
        "MRR     not imported: computed here",
        "  phone         98220 41377",
        "1 of 3 rows would be imported; nothing was changed",
        "2 rows with problems:",
        "  line 3: Mobile: `12` is no phone number",
        "  line 4: Kunde: is required",
    ] {
        assert!(told.contains(line), "{line} in\n{told}");
    }
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 1);
    let told = desk.ok(&args[..7]);
    assert!(told.starts_with("1 of 3 rows imported") && told.contains("new.errors.csv"), "{told}");
    assert!(std::fs::read_to_string(desk.path("new.errors.csv")).unwrap().starts_with("Kunde,Mobile,Ort,MRR,error\n"));
    // The same telephone in another spelling is the same customer, unless that is wanted.
    desk.write("more.csv", "name,phone\nAsha R,+91-98220-41377\n");
    assert!(desk.ok(&["import", "customers", "more.csv"]).contains("same phone as Asha (BN 0000001)"));
    assert!(desk.ok(&["import", "customers", "more.csv", "--allow-duplicates"]).starts_with("1 of 1"));
    let ran = desk.run(&["import", "customers", "more.csv", "--map", "name="]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no column is mapped to `name`; its columns are name, phone"), "{}", ran.err);
    desk.write("bad.csv", "name,phone\nX,1\n");
    assert_eq!(desk.run(&["import", "customers", "bad.csv"]).code, 65);
}

#[test]
fn exports_of_one_state_are_equal_and_come_in_again() {
    let (one, two) = (Desk::seeded(400), Desk::seeded(400));
    let csv = one.ok(&["export", "customers", "--csv"]);
    assert_eq!(csv, one.ok(&["export", "customers", "--csv"]));
    assert_eq!(csv, two.ok(&["export", "customers", "--csv"]));
    one.ok(&["export", "-o", "all.csv"]);
    assert_eq!(std::fs::read_to_string(one.path("all.csv")).unwrap(), csv);
    let into = Desk::new();
    let file = into.write("all.csv", &csv);
    into.ok(&["import".as_ref(), "customers".as_ref(), file.as_os_str(), "--allow-duplicates".as_ref()]);
    let columns = "account,name,native-name,gstin,phone,email,city,pincode,price,cycle,status,reason,since,consent,kyc";
    let part = |desk: &Desk| desk.ok(&["export", "--columns", columns]);
    assert_eq!(part(&into), part(&one));
}
