//! The support desk, told in keys: triage, the conversation, the clock, macros.

use bharatnet::domain::Entity;
use bharatnet::engine::ask::{AskClock, AskRow};
use bharatnet::query::schema::ticket as t;

use bharatnet::tui::message::Msg;
use bharatnet::tui::theme::Theme;
use bharatnet::tui::tickets::clock;

use super::driver::Driver;
use super::seated::Desk;

fn desk(customers: u64) -> Desk {
    Desk::of(customers, Entity::Ticket, "5")
}

#[test]
fn fifty_tickets_are_sorted_by_single_keys_and_all_of_it_is_taken_back() {
    let desk = desk(1_400);
    let digest = desk.digest();
    assert!(desk.count("is:open") >= 50, "{}", desk.count("is:open"));
    let mut d = desk.sit((120, 40));
    d.keys("s").text("opened").keys("enter");
    let mut entries = 0;
    for n in 0..50 {
        let status = d.app.list.rows.current().expect("a ticket").text(t::STATUS).to_string();
        match n % 5 {
            0 => d.keys("p").shows("Priority of").text("critical").keys("enter"),
            1 => d.keys("c").shows("Category of").text("billing").keys("enter"),
            2 if status == "in-progress" => d.keys("X").text("waiting on vendor").keys("enter"),
            2 => d.keys("x"),
            3 => d.keys("A").shows("Who gets").text("priya").keys("enter"),
            _ => d.keys("t").text("triaged").keys("f10 y"),
        };
        let said = d.screen();
        entries += i64::from(said.contains("u takes it back"));
        assert!(said.contains("u takes it back") || said.contains("stays as it is"), "{n}: {said}");
        d.keys("j");
    }
    assert!(entries > 40, "{entries}");
    assert_eq!(desk.count("tag:triaged"), 10);
    for _ in 0..entries {
        d.keys("u").shows("Took back");
    }
    assert_eq!(desk.digest(), digest);
}

#[test]
fn a_ticket_is_raised_answered_from_an_article_and_solved_on_the_screen() {
    let desk = desk(300);
    let digest = desk.digest();
    let mut d = desk.sit((120, 40));
    d.keys("2 T").shows("what is it about?").text("high ping").keys("enter").shows("New ticket for");
    d.keys("f10").shows("Raised T-");
    d.keys("T").text("high ping").keys("enter f10").shows("already here").shows("T-2611");
    d.keys("esc 5 V").text("nobody").keys("enter").shows("High ping");
    // Why the clock says what it says.
    d.keys("?").shows("How this clock is counted").shows("Calendar").shows("Where it stands").keys("esc");
    d.keys("A").text("priya").keys("enter");
    d.keys("V").text("queue").keys("enter").keys("/").text(" high owner:priya ping").keys("enter");
    d.keys("g k").shows("Knowledge base").text("slow speed").keys("enter").shows("Reply to").shows("slow-speed");
    d.keys("f10").shows("u takes it back");
    d.keys("x").shows("In progress").keys("x").shows("is resolved");
    assert_eq!(desk.count("status:resolved article:slow-speed owner:priya subject:\"High ping\""), 1);
    d.keys("u u u u u");
    assert_eq!(desk.digest(), digest);
}

#[test]
fn what_is_done_is_recorded_and_run_on_marked_tickets() {
    let desk = desk(900);
    let mut d = desk.sit((120, 40));
    d.keys("g q").shows("Recording");
    d.keys("p")
        .text("critical")
        .keys("enter")
        .keys("t")
        .text("storm")
        .keys("f10 y")
        .keys("g q")
        .shows("Keep these steps");
    d.shows("priority critical; tag storm").keys("home");
    while !d.screen().lines().any(|l| l.contains("▌Name")) {
        d.keys("backtab");
    }
    d.text("storm").keys("f10").shows("storm");
    let open = desk.count("is:open");
    let digest = desk.digest();
    d.keys("ctrl-a @").shows(&format!("{open} marked")).text("storm").keys("enter").shows("will change");
    d.keys("y").shows("u takes it back");
    assert_eq!(desk.count("is:open tag:storm priority:critical"), open);
    d.keys("u").shows("Took back");
    assert_eq!(desk.digest(), digest);
}

#[test]
fn the_desk_fits_a_phone() {
    let desk = desk(400);
    let mut d = desk.sit((40, 20));
    d.shows("Queue").keys("enter").shows("Clock").keys("esc").keys("?").shows("How this clock").keys("esc");
    let (open, digest) = (desk.count("is:open"), desk.digest());
    d.keys("X").shows("Status of").text("resolved").keys("enter");
    assert_eq!(desk.count("is:open"), open - 1);
    d.keys("u").shows("Took back");
    assert_eq!(desk.digest(), digest);
}

/// Somebody sets the clock of the machine while the tickets are on the screen. Two hundred jumps by a script, a day
/// back and ten years ahead among them, with a key in between: nothing falls over, no clock that has not been missed
/// shows a time below nothing, and what is done meanwhile can be taken back.
#[test]
fn the_clock_of_the_machine_jumps_while_tickets_are_on_the_screen() {
    const DAY: i64 = 86_400_000;
    let desk = desk(300);
    let digest = desk.digest();
    let start = desk.engine.now();
    let mut d = desk.sit((120, 40));
    let steps = [-DAY, 10 * 365 * DAY, -1, 60_000, -10 * 365 * DAY, 3_600_000, -40 * DAY, 7 * DAY, 1_001, -3_599_999];
    let keys = ["j", "k", "pgdn", "g g", "?", "esc", "f5", "enter", "esc", "tab"];
    let mut done = 0;
    for n in 0..200 {
        let by = steps[n % steps.len()] * if n % 3 == 0 { 1 } else { 1 + (n as i64 % 5) };
        desk.clock.advance_ms(by);
        // Nobody lived before 1970, and the year 2200 is as far as anybody jumps.
        let now = desk.engine.now().0.clamp(0, 7_258_100_000_000);
        desk.clock.set(bharatnet::base::Timestamp(now));
        d.send(Msg::Tick);
        shown_clocks_hold(&d, now);
        if n % 40 == 7 {
            // A step of the clock taken at a moment before the one it was opened at counts nothing.
            d.keys("esc esc").keys("g g x");
            done += i64::from(d.screen().contains("u takes it back"));
            let id = d.app.list.rows.current().expect("a ticket").id;
            let row = desk.engine.read(&desk.who, &AskRow(Entity::Ticket, id)).expect("the ticket");
            assert!(row.int(t::SPENT).unwrap_or(0) >= 0, "{:?}", row.int(t::SPENT));
            let told = desk.engine.read(&desk.who, &AskClock(id)).expect("told").join("\n");
            assert!(!told.contains("stood for -") && !told.contains("+ -"), "{told}");
        }
        d.keys(keys[n % keys.len()]);
        shown_clocks_hold(&d, desk.engine.now().0);
    }
    assert!(done > 2, "{done} tickets were moved on");
    desk.clock.set(start);
    d.keys("esc esc esc");
    for _ in 0..done {
        d.keys("u").shows("Took back");
    }
    assert_eq!(desk.digest(), digest);
}

/// A minus stands before no clock but one whose moment has passed.
fn shown_clocks_hold(d: &Driver, now: i64) {
    let theme = Theme::terminal();
    for row in &d.app.list.rows.rows {
        let clock = row.int(t::CLOCK);
        let (text, _) = clock::cell(clock, d.app.list.look(bharatnet::base::Timestamp(now)), &theme);
        let late = clock.is_some_and(|at| at <= now);
        assert_eq!(text.contains('-'), late, "{text} for {clock:?} at {now}");
    }
}
