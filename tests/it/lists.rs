//! The lists of the program over a demo company: every built-in view is read in its order by few steps, wherever the
//! page lies, and counted as its rows are.

use std::sync::Arc;

use bharatnet::base::Id;
use bharatnet::domain::{Entity, Record};
use bharatnet::engine::ask::{AskPage, AskTotals};
use bharatnet::engine::{Anchor, PageAsk, key};
use bharatnet::query::schema::{customer as c, ids, noun};
use bharatnet::query::{compile, views};

use crate::driver::Driver;
use crate::laws::World;

/// The list of customers on a screen, and the rows in its order.
fn seated(text: &str) -> (Driver, Vec<Record>, tempfile::TempDir) {
    let (engine, clock, who, folder) = World::new(900, 12).into_parts();
    let filter = compile(text, Entity::Customer, &engine.context(&who)).expect("a filter");
    let (sort, fields) = (filter.sort.clone(), ids(Entity::Customer).collect());
    let ask = PageAsk { filter, sort, fields, anchor: Anchor::First, limit: 10_000 };
    let rows = engine.read(&who, &AskPage(ask)).expect("rows").rows;
    let mut driver = Driver::new(Arc::new(engine), who, clock, (120, 40));
    driver.keys("/ ctrl-u").text(text).keys("enter");
    (driver, rows, folder)
}

fn goes(driver: &mut Driver, place: &str) -> Id {
    driver.keys("'").text(place).keys("enter");
    driver.app.list.rows.current_id().expect("a row")
}

#[test]
fn the_cursor_goes_to_a_letter_a_value_or_a_share_of_the_list() {
    let (mut d, rows, _folder) = seated("status:active sort:name");
    let at = |n: usize| rows[n * rows.len() / 100].id;
    let first = |from: &str| {
        let found = rows.iter().find(|r| r.text(c::NAME).to_lowercase().as_str() >= from);
        found.expect("such a name").id
    };
    assert_eq!(goes(&mut d, "m"), first("m"));
    assert_eq!(goes(&mut d, "Ra"), first("ra"));
    assert_eq!(goes(&mut d, "50%"), at(50));
    assert_eq!(d.app.list.rows.position(), Some((rows.len() * 50 / 100) as u64 + 1));
    assert_eq!(goes(&mut d, "83 %"), at(83));
    assert_eq!(goes(&mut d, "0%"), rows[0].id);
    assert_eq!(goes(&mut d, "100%"), rows[rows.len() - 1].id);
    // Beyond the last is the last; rows before the place can be gone to.
    assert_eq!(goes(&mut d, "zzzz"), rows[rows.len() - 1].id);
    goes(&mut d, "m");
    d.keys("k");
    let before = rows.iter().position(|r| r.id == first("m")).expect("a row") - 1;
    assert_eq!(d.app.list.rows.current_id(), Some(rows[before].id));
    // What means no place says so and keeps what was typed.
    d.keys("'").text("140%").keys("enter").shows("from 0% to 100%");
}

#[test]
fn the_places_of_an_order_by_money_are_amounts() {
    let (mut d, rows, _folder) = seated("status:active sort:-mrr");
    let first = |most: i64| rows.iter().find(|r| r.int(c::MRR).unwrap_or(0) <= most).expect("a line").id;
    assert_eq!(goes(&mut d, "900"), first(90_000));
    assert_eq!(goes(&mut d, "1.5k"), first(150_000));
    d.keys("'").text("much").keys("enter").shows("much");
    d.keys("esc");
    let (mut d, rows, _folder) = seated("status:active sort:-name");
    let first = rows.iter().find(|r| r.text(c::NAME).to_lowercase().starts_with('k')).expect("a name").id;
    assert_eq!(goes(&mut d, "K"), first);
}

const LARGE: [Entity; 5] = [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job];

/// What a page may cost, in steps of SQLite's machine.
const STEPS: i64 = 1_500;

/// Views whose order holds more than their rows: a page walks past those that are not meant. Their number is bounded by
/// what a company lets lie, and stands here as it was seen.
const WALKED: &[(&str, i64)] = &[
    ("customers/overdue", 6_000),
    ("customers/at-risk", 3_000),
    ("customers/expiring", 3_000),
    ("leads/pipeline", 12_000),
];

#[test]
fn a_page_of_any_view_takes_few_steps_and_its_count_is_that_of_its_rows() {
    let world = World::new(1_500, 11);
    let owner = world.engine.context(&world.who);
    // A login that has something in every list.
    let me = {
        let filter = compile("is:open -owner:none sort:clock", Entity::Ticket, &owner).expect("a filter");
        let ask =
            PageAsk { filter, sort: vec![], fields: ids(Entity::Ticket).collect(), anchor: Anchor::First, limit: 1 };
        let rows = world.engine.read(&world.who, &AskPage(ask)).expect("rows").rows;
        rows[0].text(noun(Entity::Ticket).owner.expect("an owner")).to_string()
    };
    let context = bharatnet::query::Context { me, ..owner };
    let mut seen = 0;
    for entity in LARGE {
        for view in views::built_in(entity) {
            let name = format!("{}/{}", entity.code(), view.name);
            let filter = compile(view.text, entity, &context).expect("a view");
            let sort = filter.sort.clone();
            let read = |anchor: Anchor, limit: usize| {
                let mut fields = view.columns.to_vec();
                fields.extend(noun(entity).money);
                let ask = PageAsk { filter: filter.clone(), sort: sort.clone(), fields, anchor, limit };
                world.engine.read(&world.who, &AskPage(ask)).expect("a page")
            };
            let all = read(Anchor::First, 100_000).rows;
            let money = |r: &Record| noun(entity).money.and_then(|id| r.int(id)).unwrap_or(0);
            let totals = world.engine.read(&world.who, &AskTotals(filter.clone())).expect("totals");
            assert_eq!((totals.count, totals.mrr.0), (all.len() as i64, all.iter().map(money).sum()), "{name}");
            seen += usize::from(!all.is_empty());

            let most = WALKED.iter().find(|(n, _)| *n == name).map_or(STEPS, |(_, steps)| *steps);
            let ids_of = |rows: &[Record]| rows.iter().map(|r| r.id).collect::<Vec<_>>();
            let hold = |page: bharatnet::engine::Page, from: usize, what: &str| {
                let to = (from + 50).min(all.len());
                assert_eq!(ids_of(&page.rows), ids_of(&all[from..to]), "{name}, {what}");
                assert!(page.steps <= most, "{name}, {what}: {} steps", page.steps);
            };
            hold(read(Anchor::First, 50), 0, "first");
            hold(read(Anchor::Last, 50), all.len().saturating_sub(50), "last");
            for at in [all.len() / 3, all.len() * 2 / 3] {
                let Some(row) = all.get(at) else { continue };
                hold(read(Anchor::From(key(row, &sort)), 50), at, "from");
                if at + 1 < all.len() {
                    hold(read(Anchor::After(key(row, &sort)), 50), at + 1, "after");
                }
                if at >= 50 {
                    hold(read(Anchor::Before(key(row, &sort)), 50), at - 50, "before");
                }
            }
        }
    }
    assert!(seen > 40, "only {seen} views have rows: nothing was shown");
}
