//! Stopped in the middle: all of it is there, or nothing.

use std::time::{Duration, Instant};

use super::{Desk, telco};

const ROUNDS: u64 = 50;

/// Desks worked at side by side, to be done in half the time.
const DESKS: u64 = 2;

#[test]
fn a_killed_import_is_whole_or_not_there() {
    let file = telco();
    let args = ["import".as_ref(), "customers".as_ref(), file.as_os_str(), "--preset".as_ref(), "telco".as_ref()];
    let begun = Instant::now();
    Desk::new().ok(&args);
    let whole = u64::try_from(begun.elapsed().as_millis()).unwrap();
    let landed: u64 = std::thread::scope(|threads| {
        let desks: Vec<_> = (0..DESKS)
            .map(|n| {
                threads.spawn(move || {
                    // A fixed row of chances; what varies from run to run is the machine.
                    let mut state = 0x9e37_79b9_7f4a_7c15 ^ n;
                    let mut desk = Desk::new();
                    let mut landed = 0;
                    for _ in 0..ROUNDS / DESKS {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                        let wait = 5 + (state >> 33) % (whole + whole / 8);
                        let mut child = desk.command(&args).stdout(std::process::Stdio::null()).spawn().unwrap();
                        std::thread::sleep(Duration::from_millis(wait));
                        let _ = child.kill();
                        child.wait().unwrap();
                        if !desk.db().exists() {
                            continue;
                        }
                        assert!(desk.ok(&["doctor"]).ends_with("The database is sound.\n"));
                        let count = |what: &str| desk.ok(&["count", what]).trim().to_string();
                        let entries = desk.ok(&["log"]).lines().count() - 1;
                        match count("customers").as_str() {
                            "0" => assert_eq!((count("plans"), entries), ("0".into(), 0), "after {wait} ms"),
                            "7043" => {
                                assert_eq!((count("plans"), entries), ("3".into(), 1), "after {wait} ms");
                                landed += 1;
                                desk = Desk::new();
                            }
                            part => panic!("{part} customers after {wait} ms"),
                        }
                    }
                    landed
                })
            })
            .collect();
        desks.into_iter().map(|d| d.join().unwrap()).sum()
    });
    assert!(landed < ROUNDS, "no import was ever cut short");
}

#[test]
fn a_killed_conversion_is_whole_or_not_there() {
    let desk = Desk::new();
    desk.ok(&["seed", "--customers", "600"]);
    let list = desk.ok(&["list", "leads", "is:open has:plan", "--ids", "--limit", "60"]);
    let mut leads: Vec<&str> = list.lines().collect();
    let count = |of: &str, filter: &str| desk.ok(&["count", of, filter]).trim().parse::<u64>().unwrap();
    let entries = || desk.ok(&["log", "--limit", "1000"]).lines().count();
    let (customers, won, first) = (count("customers", ""), count("leads", "stage:converted"), entries());
    let convert = |lead: &str| desk.command(&["lead", "convert", lead, "--plan", "Fiber 100", "--allow-duplicates"]);
    let begun = Instant::now();
    assert!(convert(leads.pop().unwrap()).stdout(std::process::Stdio::null()).status().unwrap().success());
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let (mut state, mut done) = (0x9e37_79b9_7f4a_7c15_u64, 1);
    for _ in 0..ROUNDS {
        let Some(lead) = leads.last() else { break };
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = (state >> 33) % (whole + whole / 4);
        let mut child = convert(lead).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(wait));
        let _ = child.kill();
        child.wait().unwrap();
        let now = count("leads", "stage:converted") - won;
        assert!(now == done || now == done + 1, "{now} after {done}");
        // The customer, the lead and the entry of the journal: all of them, or none.
        assert_eq!((count("customers", "") - customers, (entries() - first) as u64), (now, now), "after {wait} us");
        if now > done {
            leads.pop();
        }
        done = now;
    }
    assert!(desk.ok(&["doctor"]).ends_with("The database is sound.\n"));
    assert!(done < ROUNDS, "no conversion was ever cut short");
}

#[test]
fn ctrl_c_while_seeding_leaves_nothing_behind() {
    let desk = Desk::new();
    let child = desk.command(&["seed", "--customers", "2000000"]).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let ran = super::ran(child.wait_with_output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (130, "bharatnet: stopped\n"));
    assert_eq!(std::fs::read_dir(desk.folder.path()).unwrap().count(), 0);
}

#[test]
fn a_killed_win_is_whole_or_not_there() {
    const SEATS: u64 = 5;
    let desk = Desk::new();
    desk.ok(&["seed", "--customers", "100"]);
    let count = |of: &str, filter: &str| desk.ok(&["count", of, filter]).trim().parse::<u64>().unwrap();
    let entries = || desk.ok(&["log", "--limit", "1000"]).lines().count() as u64;
    let seats = SEATS.to_string();
    for n in 0..20 {
        let phone = format!("phone=70000 4{n:04}");
        desk.ok(&["deal", "new", "Won", "or", "not", "--set", "kind=corporate", "--set", &phone]);
    }
    let list = desk.ok(&["list", "deals", "name:\"Won or not\"", "--ids", "--limit", "60"]);
    let mut deals: Vec<&str> = list.lines().collect();
    for deal in &deals {
        desk.ok(&["deal", "line", deal, "plan", "--plan", "Fiber 100", "--seats", &seats]);
    }
    let (customers, won, first) = (count("customers", ""), count("deals", "is:won"), entries());
    let win = |deal: &str| desk.command(&["deal", "win", deal]);
    let begun = Instant::now();
    assert!(win(deals.pop().unwrap()).stdout(std::process::Stdio::null()).status().unwrap().success());
    let whole = u64::try_from(begun.elapsed().as_micros()).unwrap();
    let (mut state, mut done) = (0x9e37_79b9_7f4a_7c15_u64, 1);
    for _ in 0..ROUNDS {
        let Some(deal) = deals.last() else { break };
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let wait = (state >> 33) % (whole + whole / 4);
        let mut child = win(deal).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_micros(wait));
        let _ = child.kill();
        child.wait().unwrap();
        let now = count("deals", "is:won") - won;
        assert!(now == done || now == done + 1, "{now} after {done}");
        // Every subscription, the deal and the entry of the journal: all of them, or none.
        assert_eq!((count("customers", "") - customers, entries() - first), (now * SEATS, now), "after {wait} us");
        if now > done {
            deals.pop();
        }
        done = now;
    }
    assert!(desk.ok(&["doctor"]).ends_with("The database is sound.\n"));
    assert!(done < ROUNDS, "no win was ever cut short");
}
