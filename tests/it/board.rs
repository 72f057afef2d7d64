//! Leads on their board, told in keys: from a call to a customer, many at once, on a phone.

use std::sync::Arc;

use bharatnet::base::ManualClock;
use bharatnet::domain::{Entity, Principal};
use bharatnet::engine::Engine;
use bharatnet::engine::ask::{AskJournal, AskTotals};
use bharatnet::query::compile;

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

    fn count(&self, entity: Entity, filter: &str) -> i64 {
        let bound = compile(filter, entity, &self.engine.context(&self.who)).expect("a filter");
        self.engine.read(&self.who, &AskTotals(bound)).expect("totals").count
    }

    fn entries(&self) -> usize {
        self.engine.read(&self.who, &AskJournal { before: None, limit: 1_000 }).expect("the journal").len()
    }
}

/// The same keys on any size of screen: a new lead is moved along to a contract. Typed text aside, 12 keys.
const MOVED: &str = "> > > >";

fn from_lead_to_customer(size: (u16, u16)) {
    let desk = desk(300);
    let (customers, digest) = (desk.count(Entity::Customer, ""), desk.engine.digest().expect("a digest"));
    let mut d = desk.sit(size);
    d.keys("/").text(" stage:new").keys("enter").shows("New");
    let name = d.app.list.rows.current().map(bharatnet::tui::table::called).expect("a new lead");
    let keys_so_far = 2;
    d.keys(MOVED).shows("Installation");
    assert_eq!(
        d.app.list.rows.current().map(bharatnet::tui::table::called),
        Some(name.clone()),
        "the cursor goes along"
    );
    d.keys(">").shows("becomes a customer");
    d.keys("f10").shows("Converted");
    let keys = keys_so_far + 4 + 1 + 1;
    assert!(keys < 15, "{keys}");
    assert_eq!(desk.count(Entity::Customer, ""), customers + 1);
    assert_eq!(desk.count(Entity::Customer, &format!("\"{name}\" status:pending")), 1);
    // Each step is one entry, and all of them can be taken back.
    for _ in 0..5 {
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
