//! Leads on their board, told in keys: from a call to a customer, many at once, on a phone.

use std::sync::Arc;

use bharatnet::base::ManualClock;
use bharatnet::domain::lead::Stage;
use bharatnet::domain::{Entity, Principal};
use bharatnet::engine::ask::{AskJournal, AskTotals};
use bharatnet::engine::{Command, Engine, LeadCommand, Step, Target};
use bharatnet::query::{Bound, compile};

use super::driver::Driver;
use super::laws::World;

struct Desk {
    engine: Arc<Engine>,
    clock: Arc<ManualClock>,
    who: Principal,
    _folder: tempfile::TempDir,
}

fn desk(customers: u64) -> Desk {
    let (engine, clock, who, folder) = World::new(customers, 4).into_parts();
    Desk { engine: Arc::new(engine), clock, who, _folder: folder }
}

impl Desk {
    fn sit(&self, size: (u16, u16)) -> Driver {
        let mut driver = Driver::new(self.engine.clone(), self.who.clone(), self.clock.clone(), size);
        driver.keys("3");
        driver
    }

    fn filter(&self, text: &str) -> Bound {
        compile(text, Entity::Lead, &self.engine.context(&self.who)).expect("a filter")
    }

    fn count(&self, entity: Entity, filter: &str) -> i64 {
        let bound = compile(filter, entity, &self.engine.context(&self.who)).expect("a filter");
        self.engine.read(&self.who, &AskTotals(bound)).expect("totals").count
    }

    fn entries(&self) -> usize {
        self.engine.read(&self.who, &AskJournal { before: None, limit: 1_000 }).expect("the journal").len()
    }
}

/// The keys from a call to a contract, as they were recorded at the desk; a word in quotes is typed.
const SCRIPT: &str = include_str!("scripts/lead_to_customer.keys");

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
    let (customers, digest) = (desk.count(Entity::Customer, ""), desk.engine.digest().expect("a digest"));
    let mut d = desk.sit(size);
    d.pressed = 0;
    play(&mut d, SCRIPT);
    assert!(d.pressed < 15, "{} keys", d.pressed);
    assert_eq!(desk.count(Entity::Customer, ""), customers + 1);
    assert_eq!(desk.count(Entity::Customer, "\"Meera Iyer\" status:pending plan:\"Fiber 200\""), 1);
    assert_eq!(desk.count(Entity::Job, "name:\"Meera Iyer\" kind:install"), 1);
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
    let lost = Target::Matching { filter: desk.filter("stage:lost"), except: vec![] };
    let back = LeadCommand::Move { target: lost, to: Step::To(Stage::New), reason: None };
    desk.engine.execute(&desk.who, Command::Lead(back)).expect("leads to move");
    let (new, contacted) = (desk.count(Entity::Lead, "stage:new"), desk.count(Entity::Lead, "stage:contacted"));
    assert!(new >= 500, "{new}");
    let (digest, entries) = (desk.engine.digest().expect("a digest"), desk.entries());
    let mut d = desk.sit((120, 40));
    d.keys("/ ctrl-u").text("stage:new,contacted").keys("enter").shows(&format!("New {new}"));
    d.keys("/ ctrl-u").text("stage:new").keys("enter ctrl-a").shows(&format!("{new} marked"));
    d.keys(">").shows("Move on").keys("y").shows("one stage on");
    assert_eq!((desk.entries(), desk.count(Entity::Lead, "stage:new")), (entries + 1, 0));
    d.keys("/ ctrl-u").text("stage:new,contacted").keys("enter").shows(&format!("Contacted {}", new + contacted));
    d.keys("u").shows("Took back").shows(&format!("New {new}"));
    assert_eq!((desk.entries(), desk.engine.digest().expect("a digest")), (entries + 2, digest));
}

#[test]
fn five_hundred_marked_cards_move_one_stage_and_back() {
    let desk = desk(1_000);
    let digest = desk.engine.digest().expect("a digest");
    let (lost, contacted) = (desk.count(Entity::Lead, "stage:lost"), desk.count(Entity::Lead, "stage:contacted"));
    assert!(lost >= 500, "{lost}");
    let mut d = desk.sit((120, 40));
    d.keys("/ ctrl-u").text("stage:lost").keys("enter ctrl-a").shows(" marked");
    let entries = desk.entries();
    d.keys("<").shows("Move back").keys("y").shows("one stage back");
    assert_eq!(desk.entries(), entries + 1);
    assert_eq!(desk.count(Entity::Lead, "stage:lost"), 0);
    d.keys("esc esc").keys("/ ctrl-u").text("stage:contacted").keys("enter");
    d.shows(&format!("Contacted {}", bharatnet::base::money::group_signed(contacted + lost)));
    d.keys("u").shows("Took back");
    assert_eq!(desk.entries(), entries + 2);
    assert_eq!(desk.engine.digest().expect("a digest"), digest);
}

#[test]
fn a_board_is_the_list_in_columns() {
    let desk = desk(300);
    let mut d = desk.sit((120, 40));
    d.shows("New").shows("Site survey").shows("Quotation").shows("Lost");
    let open = desk.count(Entity::Lead, "stage:contacted");
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
