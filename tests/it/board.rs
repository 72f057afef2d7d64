//! Leads on their board, told in keys: from a call to a customer, many at once, on a phone.

use bharatnet::domain::Entity;
use bharatnet::domain::lead::Stage;
use bharatnet::engine::ask::{AskJournal, AskPage};
use bharatnet::engine::{Anchor, Command, LeadCommand, PageAsk, Step, Target};
use bharatnet::query::compile;
use bharatnet::query::schema::coverage as cov;

use super::driver::Driver;
use super::seated::Desk;

fn desk(customers: u64) -> Desk {
    Desk::of(customers, Entity::Lead, "3")
}

impl Desk {
    fn entries(&self) -> usize {
        self.engine.read(&self.who, &AskJournal { before: None, limit: 1_000 }).expect("the journal").len()
    }
}

/// The keys from a call to a contract, as they were recorded at the desk; a word in quotes is typed.
const SCRIPT: &str = include_str!("../scripts/lead_to_customer.keys");

/// Plays a recorded script: a line of keys, or of text between quotes.
fn play(d: &mut Driver, script: &str) {
    for line in script.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#')) {
        match line.strip_prefix('"').and_then(|l| l.strip_suffix('"')) {
            Some(text) => d.text(text),
            None => match line.strip_prefix("expect ") {
                Some(text) => d.shows(text),
                None => d.keys(line),
            },
        };
    }
}

/// The same keys on any size of screen: somebody calls, is written down, and is moved along to a contract.
fn from_lead_to_customer(size: (u16, u16)) {
    let desk = desk(300);
    let (customers, digest) = (desk.count_of(Entity::Customer, ""), desk.engine.digest().expect("a digest"));
    let mut d = desk.sit(size);
    d.pressed = 0;
    play(&mut d, SCRIPT);
    assert!(d.pressed < 15, "{} keys", d.pressed);
    assert_eq!(desk.count_of(Entity::Customer, ""), customers + 1);
    assert_eq!(desk.count_of(Entity::Customer, "\"Meera Iyer\" status:pending plan:\"Fiber 200\""), 1);
    assert_eq!(desk.count_of(Entity::Job, "name:\"Meera Iyer\" kind:install"), 1);
    // Each step is one entry, and all of them can be taken back.
    for _ in 0..desk.entries() - 1 {
        d.keys("u").shows("Took back");
    }
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
}

#[test]
fn from_lead_to_customer_by_keys_from_the_board() {
    from_lead_to_customer((120, 40));
}

#[test]
fn from_lead_to_customer_on_a_phone() {
    from_lead_to_customer((40, 20));
}

#[test]
fn five_hundred_marked_cards_move_one_stage_on_in_one_entry() {
    let desk = desk(1_000);
    let lost = Target::Matching { filter: desk.filter(Entity::Lead, "stage:lost"), except: vec![] };
    let back = LeadCommand::Move { target: lost, to: Step::To(Stage::New), reason: None };
    desk.engine.execute(&desk.who, Command::Lead(back)).expect("leads to move");
    let (new, contacted) = (desk.count_of(Entity::Lead, "stage:new"), desk.count_of(Entity::Lead, "stage:contacted"));
    assert!(new >= 500, "{new}");
    let (digest, entries) = (desk.engine.digest().expect("a digest"), desk.entries());
    let mut d = desk.sit((120, 40));
    d.keys("/ ctrl-u").text("stage:new,contacted").keys("enter").shows(&format!("New {new}"));
    d.keys("/ ctrl-u").text("stage:new").keys("enter ctrl-a").shows(&format!("{new} marked"));
    d.keys(">").shows("Move on").keys("y").shows("one stage on");
    assert_eq!((desk.entries(), desk.count_of(Entity::Lead, "stage:new")), (entries + 1, 0));
    d.keys("/ ctrl-u").text("stage:new,contacted").keys("enter").shows(&format!("Contacted {}", new + contacted));
    d.keys("u").shows("Took back").shows(&format!("New {new}"));
    assert_eq!((desk.entries(), desk.engine.digest().expect("a digest")), (entries + 2, digest));
}

#[test]
fn five_hundred_marked_cards_move_one_stage_and_back() {
    let desk = desk(1_000);
    let digest = desk.engine.digest().expect("a digest");
    let (lost, contacted) = (desk.count_of(Entity::Lead, "stage:lost"), desk.count_of(Entity::Lead, "stage:contacted"));
    assert!(lost >= 500, "{lost}");
    let mut d = desk.sit((120, 40));
    d.keys("/ ctrl-u").text("stage:lost").keys("enter ctrl-a").shows(" marked");
    let entries = desk.entries();
    d.keys("<").shows("Move back").keys("y").shows("one stage back");
    assert_eq!(desk.entries(), entries + 1);
    assert_eq!(desk.count_of(Entity::Lead, "stage:lost"), 0);
    d.keys("esc esc").keys("/ ctrl-u").text("stage:contacted").keys("enter");
    d.shows(&format!("Contacted {}", bharatnet::base::money::group_signed(contacted + lost)));
    d.keys("u").shows("Took back");
    assert_eq!(desk.entries(), entries + 2);
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
}

#[test]
fn the_directory_is_asked_while_the_pin_code_is_typed() {
    let desk = desk(300);
    let bound =
        compile("availability:serviceable", Entity::Coverage, &desk.engine.context(&desk.who)).expect("a filter");
    let fields = vec![cov::PINCODE, cov::AREA];
    let ask = PageAsk { filter: bound, sort: vec![], fields, anchor: Anchor::First, limit: 1 };
    let place = desk.engine.read(&desk.who, &AskPage(ask)).expect("places").rows.remove(0);
    let mut d = desk.sit((120, 40));
    d.keys("n tab tab").text(&place.text(cov::PINCODE)[..5]).hides("serviceable");
    d.text(&place.text(cov::PINCODE)[5..])
        .keys("tab")
        .text(place.text(cov::AREA))
        .shows("✓ serviceable")
        .shows("ports free");
    d.keys("backtab");
    d.keys("ctrl-u").text("999999").shows("not covered").hides("ports free");
}

#[test]
fn a_board_is_the_list_in_columns() {
    let desk = desk(300);
    let mut d = desk.sit((120, 40));
    d.shows("New").shows("Site survey").shows("Quotation").shows("Lost");
    let open = desk.count_of(Entity::Lead, "stage:contacted");
    d.keys("l").shows(&format!("Contacted {open}"));
    assert_eq!(d.app.list.length(), Some(open));
    // Marks are the filter's, in whatever column they were set, and stay when the board becomes a list.
    d.keys("space l space").shows("2 marked").keys("b").shows("2 marked").shows("Stage").keys("b").shows("2 marked");
    d.keys("esc").hides("marked");
    // A stage by name, a loss with its reason.
    let entries = desk.entries();
    d.keys("h h l").keys("m").shows("Lost: price").text("lost: price").keys("enter").shows("Lost (price)");
    assert_eq!(desk.entries(), entries + 1);
    d.keys("u").shows("Took back");
}
