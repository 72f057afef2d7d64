//! A technician's day on a phone, told in keys: where to go, there, noted, done; and the desk that sends them.

use bharatnet::base::calendar;
use bharatnet::domain::job::{JobKind, Slot};
use bharatnet::domain::{Entity, Principal, Role};
use bharatnet::engine::ask::{AskConflicts, AskRow, AskTotals};
use bharatnet::engine::{Appointment, Command, JobCommand, Target};
use bharatnet::query::compile;
use bharatnet::query::schema::{customer as c, incident as n, job as j};
use ratatui::style::Color;

use super::driver::Driver;
use super::seated::Desk;

fn desk() -> Desk {
    Desk::of(2_000, Entity::Job, "6")
}

fn person(login: &str, role: Role) -> Principal {
    Principal { user: login.into(), role, ..Principal::owner() }
}

/// Where to go, there, a note, the report with light and signature; then a door that stays shut. Typed text aside,
/// 24 keys for two jobs.
#[test]
fn a_technicians_day_at_forty_by_twenty_in_sixteen_colours() {
    let desk = desk();
    let who = person("field", Role::Field);
    let open = desk.count_as(&who, "owner:@me is:open day<=today");
    assert!(open >= 2, "{open} jobs wait");
    let digest = desk.engine.digest().expect("a digest");
    let mut d = desk.sit_as(&who, (40, 20));
    d.shows("6▸Jobs").shows("Mine today");
    // The first job that has light to measure.
    d.keys("/").text(" kind:fault").keys("enter");
    let first = d.app.list.rows.current().expect("a job").id;
    d.keys("enter").shows("▸Sheet").shows("Check").shows("fault repro").keys("esc");
    d.keys("f").shows("start it with x");
    d.keys("x").shows("Started J-");
    let row = || desk.engine.read(&who, &AskRow(Entity::Job, first)).expect("the job");
    assert_eq!((row().text(j::STATE), row().text(j::OWNER)), ("started", "field"));
    d.keys("o").text("dog in the house, ring first").keys("f10").shows("Note on J-");
    d.keys("f").shows("is done").text("connector cleaned").keys("tab right tab").text("-27.4").keys("tab");
    d.text("-19.6").keys("tab tab").text("12").keys("tab f10").shows("is required: who");
    d.text("Sunita").keys("f10").shows("Finished J-");
    let done = row();
    assert_eq!((done.text(j::STATE), done.text(j::SIGNED)), ("done", "Sunita"));
    assert_eq!((done.int(j::BEFORE), done.int(j::AFTER), done.int(j::CABLE)), (Some(-274), Some(-196), Some(12)));
    d.keys("/ ctrl-u").text("owner:@me is:open day<=today sort:day,slot").keys("enter");
    let second = d.app.list.rows.current().expect("another job").id;
    d.keys("F").shows("Why not").keys("enter").shows("Not done");
    let row = desk.engine.read(&who, &AskRow(Entity::Job, second)).expect("the job");
    assert_eq!((row.text(j::STATE), row.text(j::HINDRANCE)), ("failed", "absent"));
    assert_eq!(desk.count_as(&who, "owner:@me is:open day<=today"), open - 2);
    for cell in d.terminal.backend().buffer().content() {
        let sixteen = |c: Color| !matches!(c, Color::Rgb(..) | Color::Indexed(_));
        assert!(sixteen(cell.fg) && sixteen(cell.bg), "{:?} on {:?}", cell.fg, cell.bg);
    }
    // All of it can be taken back, one key each.
    d.keys("u u u u");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
    // What is somebody else's is looked at and left alone.
    d.keys("/ ctrl-u").text("owner!=field is:open has:owner").keys("enter x").shows("may");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
}

#[test]
fn the_desk_raises_sees_what_collides_and_hands_out() {
    let desk = desk();
    let who = Principal::owner();
    let mut d = desk.sit_as(&who, (120, 40));
    d.keys("b").shows("field").shows("anand").keys("b");
    let conflicts = desk.engine.read(&who, &AskConflicts).expect("an answer");
    assert!(conflicts.iter().all(|c| c.jobs.len() == 2), "{conflicts:?}");
    let before = desk.count_as(&who, "");
    d.keys("n").shows("A new job").text("0000007").keys("tab").text("surv").keys("tab").text("tomorrow").keys("tab");
    d.text("13").keys("tab").text("nobody.else").keys("f10").shows("1").keys("y");
    d.shows("J-");
    assert_eq!(desk.count_as(&who, ""), before + 1);
    assert_eq!(desk.count_as(&who, "kind:survey account:7 slot:13-15 owner:nobody.else state:scheduled"), 1);
    d.keys("2 w").shows("A job for").keys("esc 6");
    d.keys("/ ctrl-u").text("owner:nobody.else").keys("enter m").shows("When, and who goes");
    d.keys("tab right f10").keys("y");
    assert_eq!(desk.count_as(&who, "owner:nobody.else slot:15-17"), 1);
    d.keys("C y").shows("Cancelled");
    assert_eq!(desk.count_as(&who, "owner:nobody.else state:cancelled"), 1);
    d.keys("8").shows("Stock");
}

#[test]
fn an_incident_from_the_first_report_to_the_rebate_by_keys() {
    let desk = desk();
    let who = Principal::owner();
    let digest = desk.engine.digest().expect("a digest");
    let mut d = desk.sit_as(&who, (120, 40));
    d.keys("g o").shows("Incidents").shows("Cause known");
    d.keys("n").shows("A new incident").keys("right right right right").keys("tab").text("Pune").keys("tab");
    d.text("Backhaul cut").keys("tab").text("2026-11-20 08:00").keys("f10").shows("Backhaul cut").keys("y");
    d.shows("lines");
    d.keys("/").text(" title:\"Backhaul cut\"").keys("enter");
    d.keys("x").shows("Repaired, watched").keys("down down enter");
    d.keys("o").shows("To every line").keys("f10 y").shows("Queued a message");
    d.keys("C").text("ship anchor").keys("tab tab tab right f10").shows("Given back").keys("y").shows("Closed I-");
    let bound = compile("has:amount", Entity::Rebate, &desk.engine.context(&who)).expect("a filter");
    assert!(desk.engine.read(&who, &AskTotals(bound)).expect("totals").count > 10);
    d.keys("u u u u");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
}

/// What hangs on an incident is counted on its page, and each of it is a list one key away; what was told stands in it;
/// the uptime of areas is read from incidents.
#[test]
fn the_page_of_an_incident_leads_to_its_tickets_and_lines() {
    let desk = desk();
    let who = Principal::owner();
    let of = |entity: Entity, text: &str| {
        let bound = compile(text, entity, &desk.engine.context(&who)).expect("a filter");
        desk.engine.read(&who, &AskTotals(bound)).expect("totals").count
    };
    let mut d = desk.sit_as(&who, (120, 40));
    d.keys("g o n").shows("A new incident").keys("right right right right").keys("tab").text("Pune").keys("tab");
    d.text("Backhaul cut").keys("tab").text("2026-11-22 08:00").keys("f10").shows("Backhaul cut").keys("y");
    d.keys("/").text(" title:\"Backhaul cut\"").keys("enter");
    let number = d.app.list.rows.current().expect("the incident").text(n::NUMBER).to_string();
    d.keys("o").text("Dear {name}, {incident}. Back by {until}.").keys("f10 y").shows("Queued a message");
    d.keys("m").shows("How I-").keys("tab ctrl-u").text("Crew on site").keys("f10").shows("u takes it back");
    let (lines, tickets) = (
        of(Entity::Customer, "city=Pune -status:pending,terminated"),
        of(Entity::Ticket, &format!("incident={number}")),
    );
    assert!(lines > 20 && tickets > 2, "{lines} lines, {tickets} tickets");
    d.keys("enter").shows("▸Sheet").shows(&format!("{lines} now")).shows(&format!("{tickets} attached"));
    d.shows("Crew on site").shows("2h 22m").shows("a month").shows("the next to be missed first");
    d.keys("enter").shows(&format!("Behind {number}")).shows("Lines it hits").text("lines").keys("enter");
    d.shows("city=\"Pune\"").shows(&format!("{lines} of"));
    assert_eq!(d.app.list.entity, Entity::Customer);
    d.keys("g o i").shows("Behind").text("open tickets").keys("enter").shows(&format!("incident={number}"));
    assert_eq!(d.app.list.totals.map(|t| t.count), Some(of(Entity::Ticket, &format!("incident={number} is:open"))));
    // Every area, the worst first; Pune lost what it was down for.
    d.keys("g u").shows("Uptime by area").shows("of all lines since 23 Oct 2026").shows("Hours lost").keys("esc");
    d.keys("g o i").text("rebates").keys("enter").shows("there are none").keys("esc");
    // On a phone the same, page by page.
    let mut d = desk.sit_as(&who, (40, 20));
    d.keys("g o").keys("/").text(" title:\"Backhaul cut\"").keys("enter enter").shows("▸Sheet").shows("Lines");
    d.keys("enter").shows("Behind").keys("esc esc");
}

/// The board of those who go out: one day at a time, moved by a key; who is free has a column, too; a slot taken twice
/// is named on the cards and in the head.
#[test]
fn the_board_of_technicians_shows_a_day_and_what_collides_on_it() {
    let desk = desk();
    let who = Principal::owner();
    let digest = desk.engine.digest().expect("a digest");
    let mut d = desk.sit_as(&who, (160, 40));
    let view = d.app.list.text.clone();
    d.keys("b").shows("▸").shows("· today ▸").shows("day:2026-11-22");
    let columns = |d: &Driver| d.app.list.board.as_ref().map_or(0, |b| b.columns.len());
    let all = columns(&d);
    d.keys("]").shows("· tomorrow ▸").shows("Mon 23 Nov 2026").shows("of 5 slots");
    assert_eq!(columns(&d), all, "who has nothing on that day is there, too");
    let shown: i64 = d.app.list.board.iter().flat_map(|b| &b.columns).filter_map(|c| c.count).sum();
    assert_eq!(shown, desk.count_as(&who, "is:open day:2026-11-23"));
    d.keys("[ [").shows("· yesterday ▸").keys("] ]");
    // Two jobs of one technician into one slot, though it is taken.
    let clashes = |d: &Driver| {
        let (table, board) = (&d.app.list, d.app.list.board.as_ref().expect("a board"));
        (0..board.columns.len()).map(|i| board.clashes(table, i).len()).collect::<Vec<_>>()
    };
    let before = clashes(&d);
    let free = |c: &bharatnet::tui::board::Column, n: usize| c.count >= Some(2) && !c.value.is_empty() && n == 0;
    let board = d.app.list.board.as_ref().expect("a board");
    let owner = board.columns.iter().zip(&before).find(|(c, n)| free(c, **n)).expect("two jobs that do not collide");
    let owner = owner.0.value.clone();
    while d.app.list.board.as_ref().and_then(|b| b.column()).is_some_and(|c| c.value != owner) {
        d.keys("l");
    }
    let slots = |d: &Driver| d.app.list.rows.rows.iter().map(|r| r.text(j::SLOT).to_string()).collect::<Vec<_>>();
    let first = slots(&d)[0].clone();
    d.keys("j m").shows("When, and who goes").keys("tab ctrl-u").text(&first).keys("tab tab right f10").keys("y");
    let twice = before.iter().sum::<usize>() + 2;
    d.shows("u takes it back").shows(&format!("! {twice} in a slot taken twice")).shows(&format!("! {first} twice"));
    let at = d.app.list.board.as_ref().map_or(0, |b| b.at);
    assert_eq!(clashes(&d)[at], 2);
    // Words of one's own stay while the day moves; Esc goes back to the list as it was.
    d.keys("/").text(" kind:fault").keys("enter ]").shows("kind:fault day:2026-11-24").keys("[ esc");
    assert!(d.app.list.board.is_none());
    d.keys("esc b esc");
    assert_eq!(d.app.list.text, view);
    d.keys("u").shows("Took back");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
    // A card goes to the technician beside, and to another day, by a key each; where the slot is taken it stays, and
    // who has it is named.
    d.keys("b ]").shows("· tomorrow ▸");
    let (mut moved, mut stayed) = (false, false);
    while let Some((id, slot)) = d.app.list.rows.current().map(|r| (r.id, r.text(j::SLOT).to_string())) {
        let board = d.app.list.board.as_ref().expect("a board");
        let (at, from) = (board.at, board.columns[board.at].value.clone());
        let Some(to) = board.columns.get(at + 1).map(|c| c.value.clone()) else { break };
        let taken = board.rows(&d.app.list, at + 1).rows.iter().any(|r| r.text(j::SLOT) == slot);
        if from.is_empty() || (if taken { stayed } else { moved }) {
            let rows = &d.app.list.rows;
            let beyond = if rows.cursor + 1 < rows.rows.len() { "j" } else { "l" };
            d.keys(beyond);
            continue;
        }
        d.keys(">");
        let owner = || desk.engine.read(&who, &AskRow(Entity::Job, id)).expect("the job").text(j::OWNER).to_string();
        if taken {
            d.shows("stays as it is").shows(&format!("{to} has "));
            assert_eq!(owner(), from);
            stayed = true;
        } else {
            d.shows("Scheduled").shows("u takes it back");
            assert_eq!(owner(), to);
            assert_eq!(d.app.list.rows.current_id(), Some(id), "the cursor goes with the card");
            d.keys("<").shows("Scheduled");
            assert_eq!(owner(), from);
            d.keys("u").shows("Took back").keys("u").shows("Took back");
            moved = true;
        }
        if moved && stayed {
            break;
        }
    }
    assert!(moved && stayed, "moved {moved}, stayed {stayed}");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
    let (id, day) = d.app.list.rows.current().map(|r| (r.id, r.int(j::DAY))).expect("a job");
    d.keys("} }").keys("u");
    if desk.engine.read(&who, &AskRow(Entity::Job, id)).expect("the job").int(j::DAY) != day {
        d.keys("u");
    }
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
    // Nothing goes back in time.
    d.keys("[").shows("· today ▸").keys("{").shows("is over");
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
    d.keys("esc");
    // On a phone it is one technician at a time.
    let mut d = desk.sit_as(&who, (40, 20));
    d.keys("b").shows("today ▸").shows("◂ 2 of").keys("l").shows("◂ 3 of").keys("]").shows("tomorrow ▸");
}

/// Of the technicians of a large company the rows of those near the one that is looked at are read; all are counted,
/// and so is who collides. Wherever the cursor goes, the rows are there.
#[test]
fn a_board_of_many_technicians_has_its_rows_wherever_it_is_looked_at() {
    let desk = desk();
    let day = calendar::days_of(desk.engine.today()) + 40;
    let busy: Vec<String> = desk.rows(Entity::Job, "is:open").iter().map(|r| r.text(j::NAME).to_string()).collect();
    let mut customers = desk.rows(Entity::Customer, "status:active sort:account");
    customers.retain(|r| !busy.iter().any(|name| name == r.text(c::NAME)));
    let raise = |i: usize, owner: usize| {
        let when = Appointment { day: Some(day), slot: Some(Slot::ALL[0]), owner: Some(format!("tech-{owner:03}")) };
        let (customers, kind) = (Target::one(customers[i].id), JobKind::Fault);
        let command = JobCommand::Raise { kind, customers, when, ticket: String::new(), note: String::new() };
        desk.engine.execute(&desk.who, Command::Job(command)).expect("a job").created[0]
    };
    for i in 0..120 {
        raise(i, i);
    }
    let mut d = desk.sit((160, 40));
    let date = calendar::date_from_days(day).expect("a day").to_string();
    let there = format!("is:open day:{date} sort:day,slot");
    d.keys("b / ctrl-u").text(&there).keys("enter").shows("tech-000 1");
    let unread = |d: &Driver| {
        let (table, board) = (&d.app.list, d.app.list.board.as_ref().expect("a board"));
        (0..board.columns.len()).filter(|i| board.rows(table, *i).loading).count()
    };
    let counted: i64 = d.app.list.board.iter().flat_map(|b| &b.columns).filter_map(|c| c.count).sum();
    assert_eq!(counted, 120);
    assert!(unread(&d) > 60, "{} columns are only counted", unread(&d));
    d.keys(&"h ".repeat(20));
    while d.app.list.board.as_ref().and_then(|b| b.column()).is_some_and(|c| c.value != "tech-000") {
        d.keys("l");
    }
    for customer in &customers[1..120] {
        d.keys("l");
        let rows = &d.app.list.rows;
        assert_eq!(rows.current().map(|r| r.text(j::NAME)), Some(customer.text(c::NAME)));
        assert!(!rows.loading);
    }
    d.keys("h").shows("tech-118 1");
    // Who collides is told of all, wherever it is: nobody; then one technician who is far from the cursor.
    d.shows("tech-119 1").hides("in a slot taken twice");
    let when = Appointment { day: Some(day), slot: Some(Slot::ALL[0]), owner: Some("tech-003".into()) };
    let command = JobCommand::Schedule { target: Target::one(raise(120, 120)), when, double: true };
    desk.engine.execute(&desk.who, Command::Job(command)).expect("scheduled");
    let mut d = desk.sit((160, 40));
    d.keys("b / ctrl-u").text(&there).keys("enter").shows("! 2 in a slot taken twice").keys(&"l ".repeat(100));
    d.shows("tech-100 1").shows("! 2 in a slot taken twice");
}
