//! User stories, told in keys and in what is read on the screen.

use bharatnet::domain::{Entity, Principal, Value};
use bharatnet::engine::ask::{AskFind, AskTotals};
use bharatnet::engine::{Command, Target};
use bharatnet::query::Bound;
use bharatnet::query::schema::customer as c;
use bharatnet::tui::app::Exit;
use bharatnet::tui::message::Msg;

use super::driver::Driver;
use super::seated::Desk;

fn desk() -> Desk {
    Desk::of(500, Entity::Customer, "")
}

#[test]
fn find_a_caller_by_phone_read_the_briefing_change_the_area_take_it_back() {
    let desk = desk();
    let all = desk.engine.read(&desk.who, &AskFind { text: "sort:name".into(), limit: 40 }).expect("rows");
    let caller = &all[33];
    let phone = caller.text(c::PHONE).trim_start_matches("+91").to_string();
    let before = desk.digest();
    let mut d = desk.sit((120, 40));
    d.keys("/").text(&format!("phone:0{phone}")).keys("enter").shows("1 of 500").shows(caller.text(c::NAME));
    d.keys("enter").shows("▸Briefing").shows("Plan").keys("tab").shows("Identity").keys("esc");
    d.keys("e").shows("Edit ");
    while !d.screen().lines().any(|l| l.contains("▌Area")) {
        d.keys("tab");
    }
    d.keys("ctrl-u").text("Shivajinagar").keys("f10").shows("Changed area of").shows("u takes it back");
    assert_ne!(desk.digest(), before);
    assert_eq!(desk.count("area:Shivajinagar"), 1);
    d.keys("u").shows("Took back");
    assert_eq!(desk.digest(), before);
}

#[test]
fn mark_forty_move_them_to_another_plan_and_back() {
    let desk = desk();
    let before = desk.digest();
    let mut d = desk.sit((120, 40));
    d.keys("/").text("status:active segment:home technology:fiber,broadband").keys("enter");
    d.keys("v");
    for _ in 0..39 {
        d.keys("j");
    }
    d.keys("v").shows("✓ 40 marked").keys("p").shows("Plan for 40 marked").text("fiber 300").keys("enter");
    d.shows("will change")
        .shows("a broadband line, the plan needs fiber")
        .shows("Type y to apply")
        .keys("y")
        .shows("to Fiber 300")
        .shows("u takes it back");
    assert!(desk.count("plan=\"Fiber 300\"") >= 20);
    d.keys("u").shows("Took back");
    assert_eq!(desk.digest(), before);
    d.keys("ctrl-r").shows("Did again");
    assert_ne!(desk.digest(), before);
}

#[test]
fn the_offer_of_the_panel_is_taken_with_one_key_and_taken_back() {
    let desk = desk();
    let before = desk.digest();
    let mut d = desk.sit((120, 40));
    // Nobody is sold to whose line does not work.
    d.keys("/")
        .text("status:suspended")
        .keys("enter O")
        .shows("there is nothing to offer this customer now")
        .keys("esc");
    d.keys("/").text("account:3").keys("enter").shows("Next   Offer Fiber 200 at ₹849").shows("worth about ₹");
    d.keys("O").shows("Faster plan: Fiber 200").shows("Fiber 50").keys("y").shows("to Fiber 200");
    d.keys("u").shows("Took back");
    assert_eq!(desk.digest(), before);
}

#[test]
fn all_that_match_less_one_can_be_tagged_and_saying_no_changes_nothing() {
    let desk = desk();
    let before = desk.digest();
    let total = desk.count("status:suspended");
    assert!(total > 3);
    let mut d = desk.sit((120, 40));
    d.keys("/").text("status:suspended").keys("enter ctrl-a space").shows(&format!("✓ {} marked", total - 1));
    d.keys("t").text("winback").keys("f10").shows(&format!("{} will change", total - 1)).keys("esc");
    assert_eq!(desk.digest(), before);
    d.keys("t").text("winback").keys("f10 y").shows("Tagged");
    assert_eq!(desk.count("tag:winback"), total - 1);
}

#[test]
fn a_new_customer_with_mistakes_is_helped_along() {
    let desk = desk();
    let taken = desk.engine.read(&desk.who, &AskFind { text: "sort:name".into(), limit: 1 }).expect("a row");
    let phone = taken[0].text(c::PHONE).to_string();
    let mut d = desk.sit((120, 40));
    d.keys("n").shows("New customer").keys("f10").shows("Not saved").shows("^ is required");
    d.text("Meera Iyer").keys("tab").text("123").keys("tab").shows("no phone number");
    d.keys("backtab ctrl-u").text(&phone).keys("tab").text("Fiber 20").keys("f10").shows("there is no plan Fiber 20");
    d.keys("ctrl-l")
        .shows("Fiber 200 Play")
        .keys("ctrl-u")
        .text("fiber 200")
        .keys("enter f10")
        .shows("has the same phone")
        .shows("Save again to keep");
    d.keys("f10").shows("Added Meera Iyer");
    assert_eq!(desk.count("\"meera iyer\" status:pending"), 1);
    d.keys("u").shows("Took back");
    assert_eq!(desk.count("\"meera iyer\" status:pending"), 0);
}

#[test]
fn what_was_typed_is_there_again_after_leaving() {
    let desk = desk();
    let mut d = desk.sit((80, 24));
    d.keys("n").text("Half a Name").keys("esc").shows("kept for the next time");
    let drafts = d.drafts.clone();
    assert!(drafts.contains("Half a Name"));
    let mut again = desk.sit((80, 24));
    again.app.load_drafts(&drafts);
    again.keys("n").shows("Half a Name").shows("Unsaved text from before is back");
    again.send(Msg::Hangup);
    assert_eq!(again.app.exit, Some(Exit::Hangup));
    assert!(again.drafts.contains("Half a Name"));
}

#[test]
fn a_status_asks_for_its_reason_and_says_what_cannot_be() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    d.keys("/").text("status:active").keys("enter").keys("x").shows("it is so already");
    d.text("suspended")
        .keys("enter")
        .shows("Why suspended?")
        .text("non")
        .keys("enter")
        .shows("1 will change")
        .shows("MRR -₹");
    d.keys("y").shows("Set ").shows("non-payment");
    d.keys("g l").shows("Journal").keys("enter").shows("Status: Active -> Suspended").keys("u").shows("Took back");
}

#[test]
fn views_filters_and_mistakes_in_them() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    d.keys("V")
        .shows("At risk")
        .shows("risk:high")
        .text("high v")
        .keys("enter")
        .shows("View: High value")
        .shows("mrr ↓");
    d.keys("/").text("ctiy:pune ").shows("did you mean `city`?");
    d.keys("ctrl-u").text("city:").hides("did you mean").keys("esc esc");
    d.keys("/ ctrl-u").text("ris").keys("tab").text("hi").keys("tab enter").shows("risk:high");
    d.keys("s")
        .text("since")
        .keys("enter")
        .shows("since ↓")
        .keys("S")
        .shows("since ↑")
        .keys("g e")
        .shows("churn risk is High (70 to 100)");
    d.keys("esc esc").shows("View: High value").keys("esc").shows("View: All");
    d.keys("/ ctrl-u").text("zzzzqqq").keys("enter").shows("No customer matches this filter").keys("esc").shows("500");
}

#[test]
fn somebody_else_on_the_same_field_is_seen_and_settled() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    let row = desk.engine.read(&desk.who, &AskFind { text: "sort:name".into(), limit: 1 }).expect("a row").remove(0);
    let other = Principal { user: "arjun".into(), ..Principal::owner() };
    d.keys("e").shows("Edit ");
    let set = |field, value: &str| Command::Update {
        entity: Entity::Customer,
        target: Target::one(row.id),
        fields: vec![(field, Value::text(value))],
        base: None,
    };
    desk.engine.execute(&other, set(c::CITY, "Nashik")).expect("the other's change");
    while !d.screen().lines().any(|l| l.contains("▌City")) {
        d.keys("tab");
    }
    d.keys("ctrl-u").text("Surat").keys("f10").shows("is now \"Nashik\"").shows("Save again to put yours in its place");
    d.keys("f10").shows("Changed city of");
    let now = desk.engine.read(&desk.who, &AskFind { text: row.int(c::ACCOUNT).unwrap_or(0).to_string(), limit: 1 });
    assert_eq!(now.expect("the row")[0].text(c::CITY), "Surat");
}

#[test]
fn a_file_comes_in_through_the_form() {
    let desk = desk();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("old.csv");
    std::fs::write(&file, "Name,Phone,City,Plan\nAsha Rao,99000 12345,Mysuru,Fiber 100\nBad Row,12,Mysuru,Fiber 100\n")
        .expect("a file");
    let before = desk.digest();
    let mut d = desk.sit((120, 40));
    d.keys("g i").shows("Import customers").text(&file.display().to_string()).keys("f10");
    d.shows("What this file brings").shows("1 have problems").keys("esc").shows("1 rows are ready").keys("f10");
    d.shows("Imported 1 customers from old.csv").keys("esc");
    assert_eq!(desk.count("\"asha rao\""), 1);
    d.keys("u");
    assert_eq!(desk.digest(), before);
    d.keys("g i").text("/no/such/file.csv").keys("f10").shows("there is no file");
}

#[test]
fn who_may_only_look_is_told_so() {
    let desk = desk();
    let who = Principal { read_only: true, ..Principal::owner() };
    let mut d = Driver::new(desk.engine.clone(), who, desk.clock.clone(), (120, 40));
    let before = desk.digest();
    d.shows("read only").hides("a act").keys("e").shows("read only: started with --readonly").keys("d u n");
    assert_eq!(desk.digest(), before);
}

#[test]
fn hostile_text_reaches_no_cell() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    d.keys("n")
        .paste("Ev\u{1b}]52;c;aGk=\u{7}il\u{202e}\u{9b}31m")
        .keys("tab")
        .text("9811122233")
        .keys("tab")
        .text("Fiber 100")
        .keys("f10")
        .shows("Added Ev");
    d.keys("/").paste("evil\u{1b}[2J\u{2066}\n").keys("enter");
    for line in d.screen().lines() {
        assert!(!line.chars().any(bharatnet::base::text::is_hostile), "{line:?}");
    }
}

#[test]
fn every_size_draws_and_too_small_says_so() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    for overlay in ["", "?", "a", "n", "enter", "V"] {
        if !overlay.is_empty() {
            d.keys(overlay);
        }
        for (w, h) in [
            (1, 1),
            (2, 40),
            (29, 8),
            (30, 8),
            (31, 9),
            (40, 20),
            (59, 12),
            (60, 13),
            (80, 24),
            (109, 30),
            (110, 30),
            (200, 50),
            (300, 100),
        ] {
            d.resize(w, h);
        }
        d.resize(29, 7).shows("window too small");
        d.resize(120, 40);
        while !d.app.overlays.is_empty() {
            d.keys("esc");
        }
    }
    d.shows("View: All");
}

#[test]
fn the_looks_of_the_first_screen() {
    let desk = desk();
    for (w, h) in [(200, 50), (120, 40), (80, 24), (40, 20)] {
        let d = desk.sit((w, h));
        insta::assert_snapshot!(format!("customers_{w}x{h}"), d.screen());
    }
    let mut d = desk.sit((120, 40));
    d.keys("enter tab tab");
    insta::assert_snapshot!("subscription_120x40", d.screen());
    let empty = Bound::all(Entity::Customer);
    assert_eq!(desk.engine.read(&desk.who, &AskTotals(empty)).expect("totals").count, 500);
}

#[test]
fn any_field_of_many_rows_and_the_way_out() {
    let desk = desk();
    let folder = tempfile::tempdir().expect("a folder");
    let n = desk.count("city:kolkata");
    assert!(n > 5);
    let mut d = desk.sit((120, 40));
    d.keys("/").text("city:kolkata").keys("enter ctrl-a =").shows("Which field of").text("segment").keys("enter");
    d.text("Bus").keys("f10").shows("will change").keys("y").shows("Changed segment of");
    assert_eq!(desk.count("city:kolkata segment:business"), n);
    d.keys("ctrl-a A").text("@me").keys("f10 y").shows("Changed owner of");
    assert_eq!(desk.count("owner:owner city:kolkata"), n);
    let file = folder.path().join("out.csv");
    d.keys("ctrl-a E ctrl-u").text(&file.display().to_string()).keys("f10").shows(&format!("{n} rows written to"));
    assert_eq!(std::fs::read_to_string(&file).expect("the file").lines().count(), usize::try_from(n).expect("few") + 1);
    d.keys("esc ctrl-a |")
        .text("wc -l; printf '\\033[2Jhello'")
        .keys("f10")
        .shows(&format!("{n}"))
        .shows("[2Jhello")
        .shows("exit code 0");
}

#[test]
fn a_filter_is_saved_opened_shared_and_removed() {
    let desk = desk();
    let before = desk.digest();
    let n = desk.count("city:pune risk:high");
    let mut d = desk.sit((120, 40));
    d.keys("/").text("city:pune risk:high").keys("enter g w").shows("Save this filter as a view");
    d.text("At Risk").keys("f10").shows("small letters, digits and hyphens").keys("backtab backtab ctrl-u");
    d.text("at-risk").keys("f10").shows("comes with the program").keys("ctrl-u").text("pune-hot").keys("f10");
    d.shows("Saved the view @pune-hot").shows("View: Pune hot");
    d.keys("V").text("all").keys("enter").shows("View: All").keys("V").text("pune hot").shows(&format!("{n} · "));
    d.keys("enter").shows("View: Pune hot").shows("city:pune risk:high");
    let other = Principal { user: "arjun".into(), ..Principal::owner() };
    let seen = |who: &Principal| desk.engine.read(who, &bharatnet::engine::ask::AskViews).expect("views").len();
    assert_eq!((seen(&desk.who), seen(&other)), (1, 0));
    d.keys("g w tab").text("ev").keys("f10").shows("Changed the view");
    assert_eq!((seen(&desk.who), seen(&other)), (1, 1));
    d.keys("g d").shows("Removed the view @pune-hot").shows("View: All").keys("u");
    assert_eq!(seen(&desk.who), 1);
    d.keys("u u");
    assert_eq!(desk.digest(), before);
}

#[test]
fn a_plan_is_added_priced_and_retired_from_the_settings() {
    let desk = desk();
    let before = desk.digest();
    let mut d = desk.sit((120, 40));
    d.keys("8").shows("What is set up here").keys("j j enter").shows("8▸Settings").shows("Broadband 25");
    // The panel shows the plan under the cursor.
    d.shows("Monthly price").keys("n").shows("New plan").text("Fiber 750").keys("tab").text("fiber").keys("tab");
    d.text("750").keys("tab").text("1799").keys("f10").shows("Added Fiber 750");
    d.keys("/").text("fiber 750").keys("enter p").shows("List price of Fiber 750, now ₹1,799").text("1699").keys("f10");
    d.shows("2 will change").keys("y").shows("Fiber 750 costs ₹1,699 instead of ₹1,799");
    d.keys("e").shows("Edit Fiber 750");
    while !d.screen().lines().any(|l| l.contains("▌Offer")) {
        d.keys("tab");
    }
    d.keys("ctrl-u").text("retired").keys("f10").shows("Changed offer of Fiber 750");
    d.keys("esc esc").shows("What is set up here");
    d.keys("u u u").shows("Took back: Added Fiber 750");
    assert_eq!(desk.digest(), before);
}

#[test]
fn the_first_admin_comes_from_the_settings_and_invites_a_colleague() {
    let desk = desk();
    let mut d = desk.sit((120, 40));
    d.keys("8 j enter").shows("Here will be the people").keys("n").text("asha").keys("tab").text("Asha Rao");
    d.keys("tab").text("admin").keys("tab").text("correct horse battery").hides("horse").keys("f10");
    // From now on everybody logs in, whoever added the first person too.
    d.shows("Login").text("asha").keys("enter").text("correct horse battery").keys("enter").shows("asha · admin");
    d.keys("8 j enter").shows("Asha Rao").keys("n").text("ravi").keys("tab").text("Ravi Das").keys("f10");
    d.shows("The one-time code of ravi").keys("esc").shows("Ravi Das");
    d.keys("/").text("ravi").keys("enter p").shows("Role of ravi").text("sales").keys("enter y").shows("ravi");
    d.keys("x").shows("Shut ravi out").keys("y").shows("Disabled");
    d.keys("esc esc").shows("What is set up here").text("w").shows("Password now").keys("esc");
    d.keys("g g enter").shows("Company and figures").text("gstin").keys("enter").text("nonsense").keys("f10");
    d.shows("^").keys("ctrl-u").text("27AAPFU0939F1ZV").keys("f10").shows("Set company.gstin");
    d.keys("esc").text("L").shows("Logged out");
}
