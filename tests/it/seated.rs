//! A desk in a made-up company: somebody sits down at a screen, and what was done there is counted in the data.

use std::sync::Arc;

use bharatnet::base::ManualClock;
use bharatnet::domain::{Entity, Principal, Record};
use bharatnet::engine::ask::{AskPage, AskTotals};
use bharatnet::engine::{Anchor, Engine, PageAsk};
use bharatnet::query::schema::ids;
use bharatnet::query::{Bound, compile};
use bharatnet::tui::Tab;

use super::driver::Driver;
use super::laws::World;

pub struct Desk {
    pub engine: Arc<Engine>,
    pub clock: Arc<ManualClock>,
    pub who: Principal,
    /// What is worked on here, and the keys that lead to it.
    entity: Entity,
    keys: &'static str,
    _folder: tempfile::TempDir,
}

impl Desk {
    /// In a company of so many customers.
    pub fn of(customers: u64, entity: Entity, keys: &'static str) -> Desk {
        let (engine, clock, who, folder) = World::new(customers, 4).into_parts();
        Desk { engine: Arc::new(engine), clock, who, entity, keys, _folder: folder }
    }

    /// The owner sits down.
    pub fn sit(&self, size: (u16, u16)) -> Driver {
        self.sit_as(&self.who, size)
    }

    pub fn sit_as(&self, who: &Principal, size: (u16, u16)) -> Driver {
        let mut driver = self.sit_on(Tab::Customers, who, size);
        if !self.keys.is_empty() {
            driver.keys(self.keys);
        }
        driver
    }

    /// At a screen that begins with this tab.
    pub fn sit_on(&self, tab: Tab, who: &Principal, size: (u16, u16)) -> Driver {
        Driver::on(tab, self.engine.clone(), who.clone(), self.clock.clone(), size)
    }

    pub fn filter(&self, entity: Entity, text: &str) -> Bound {
        compile(text, entity, &self.engine.context(&self.who))
            .unwrap_or_else(|e| panic!("{}: {}", entity.code(), e.with_caret(text)))
    }

    /// Rows of what is worked on here.
    pub fn count(&self, text: &str) -> i64 {
        self.count_as(&self.who, text)
    }

    pub fn count_as(&self, who: &Principal, text: &str) -> i64 {
        let bound = compile(text, self.entity, &self.engine.context(who)).expect("a filter");
        self.engine.read(who, &AskTotals(bound)).expect("totals").count
    }

    pub fn count_of(&self, entity: Entity, text: &str) -> i64 {
        self.engine.read(&self.who, &AskTotals(self.filter(entity, text))).expect("totals").count
    }

    /// All fields of all rows of a filter, in its order.
    pub fn rows(&self, entity: Entity, text: &str) -> Vec<Record> {
        let filter = self.filter(entity, text);
        let sort = filter.sort.clone();
        let ask = PageAsk { filter, sort, fields: ids(entity).collect(), anchor: Anchor::First, limit: 100_000 };
        self.engine.read(&self.who, &AskPage(ask)).expect("rows").rows
    }

    pub fn digest(&self) -> String {
        self.engine.digest().expect("a digest")
    }
}
