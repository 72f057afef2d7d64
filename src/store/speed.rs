//! What pages and counts may cost: plans, steps of SQLite's machine, sums that agree with the rows.

use super::page::{Anchor, Page, PageAsk, key};
use super::*;
use crate::base::Id;
use crate::domain::{Entity, FieldId, Value};
use crate::query::schema::{self, customer as c, lead as l};
use crate::query::views::{self, CUSTOMER_VIEWS};
use crate::query::{Bound, Context, compile};

/// A file with so many customers: few values of each field, so that ties are long.
fn customers(n: i64) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("isp.db"), true).unwrap();
    let today = crate::base::calendar::days_of(day());
    store
        .write::<_, StoreError>(|tx| {
            (1..=n).try_for_each(|i| {
                let status = ["active", "active", "active", "grace", "suspended", "expired", "pending", "terminated"];
                let fields = vec![
                    (c::ACCOUNT, Value::Int(i)),
                    (c::NAME, format!("Name {}", i * 37 % 101).into()),
                    (c::CITY, ["Pune", "Surat", "Indore"][usize::try_from(i % 3).unwrap()].into()),
                    (c::STATUS, status[usize::try_from(i * 7 % 8).unwrap()].into()),
                    (c::MRR, Value::Int(i % 13 * 100_000)),
                    (c::RISK, Value::Int(i % 100)),
                    (c::SINCE, Value::Int(today - i % 400)),
                    (c::RENEWS, if i % 5 == 0 { Value::Null } else { Value::Int(today - 10 + i % 40) }),
                    (c::DUE, Value::Int(i % 3 * 50_000)),
                ];
                tx.apply(&Change::Insert { entity: Entity::Customer, id: Id(i), fields })
            })
        })
        .unwrap();
    (folder, store)
}

fn day() -> chrono::NaiveDate {
    chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn context() -> Context {
    Context::at(crate::base::calendar::start_of(day()), "owner")
}

fn ask(filter: Bound, sort: Vec<(FieldId, bool)>, anchor: Anchor) -> PageAsk {
    let fields = CUSTOMER_VIEWS[0].columns.to_vec();
    PageAsk { filter, sort, fields, anchor, limit: 50 }
}

#[test]
fn a_page_at_any_depth_takes_few_steps_and_no_sort() {
    let (_folder, store) = customers(6_000);
    store
        .read::<_, StoreError>(|read| {
            for by in [c::NAME, c::CITY, c::PLAN, c::SINCE, c::RENEWS, c::MRR, c::RISK, c::DUE, c::ACCOUNT] {
                for falls in [false, true] {
                    let sort = vec![(by, falls)];
                    let all: Vec<_> = {
                        let whole =
                            PageAsk { limit: 10_000, ..ask(Bound::all(Entity::Customer), sort.clone(), Anchor::First) };
                        read.page(&whole)?.rows
                    };
                    for at in [0, 777, 3_000, 5_900] {
                        let place = key(&all[at], &sort);
                        for (anchor, from) in [
                            (Anchor::From(place.clone()), at),
                            (Anchor::After(place.clone()), at + 1),
                            (Anchor::Before(place), at.saturating_sub(50)),
                        ] {
                            let ask = ask(Bound::all(Entity::Customer), sort.clone(), anchor);
                            let page = read.page(&ask)?;
                            let steps = page.steps;
                            let end =
                                if matches!(ask.anchor, Anchor::Before(_)) { at } else { (from + 50).min(all.len()) };
                            let ids = |rows: &[crate::domain::Record]| rows.iter().map(|r| r.id).collect::<Vec<_>>();
                            assert_eq!(ids(&page.rows), ids(&all[from..end]), "{by:?} {falls} {:?}", ask.anchor);
                            assert!(steps <= 1_500, "{by:?} {falls} {:?}: {steps} steps", ask.anchor);
                            let plan = read.plan_of_page(&ask)?;
                            assert!(!plan.contains("TEMP B-TREE") && plan.contains("USING INDEX"), "{by:?}: {plan}");
                        }
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_page_put_together_from_parts_is_the_page() {
    let (_folder, store) = customers(3_000);
    store
        .read::<_, StoreError>(|read| {
            let orders: [&[(FieldId, bool)]; 4] = [
                &[(c::STATUS, false), (c::NAME, true)],
                &[(c::RENEWS, true), (c::CITY, false)],
                &[(c::RISK, false)],
                &[(c::NAME, true)],
            ];
            for (order, text) in orders
                .iter()
                .flat_map(|o| [(o, "tag:none"), (o, "city:pune due>0"), (o, "mrr>1cr tag:none"), (o, "mrr>1cr")])
            {
                let filter = compile(text, Entity::Customer, &context()).unwrap();
                let of = |anchor| ask(filter.clone(), order.to_vec(), anchor);
                let all = read.page(&PageAsk { limit: 10_000, ..of(Anchor::First) })?.rows;
                let mut anchors = vec![Anchor::First, Anchor::Last, Anchor::Share(40)];
                if let Some(row) = all.get(all.len() / 2) {
                    let place = key(row, order);
                    anchors.extend([Anchor::From(place.clone()), Anchor::After(place.clone()), Anchor::Before(place)]);
                }
                for anchor in anchors {
                    let shown = std::cell::RefCell::new(Vec::new());
                    let show = |page: Page, done, of| shown.borrow_mut().push((page.rows.len(), done, of));
                    let parts = read.in_parts_of(700, &of(anchor.clone()), &show)?;
                    let page = read.page(&of(anchor.clone()))?;
                    assert_eq!((parts.rows, parts.more), (page.rows, page.more), "{order:?} {text} {anchor:?}");
                    let dones: Vec<i64> = shown.borrow().iter().map(|(_, done, _)| *done).collect();
                    // Of nothing there is no share to look for.
                    if all.is_empty() && matches!(anchor, Anchor::Share(_)) {
                        continue;
                    }
                    // Few rows that the facets find need no looking for.
                    let looked: &[i64] = if text.contains("tag") { &[700, 1_400, 2_100, 2_800] } else { &[] };
                    assert_eq!(dones, looked, "{text} {anchor:?}");
                }
                let share = read.page(&of(Anchor::Share(40)))?;
                let at = all.len() * 40 / 100;
                assert_eq!(share.rows.first().map(|r| r.id), all.get(at).map(|r| r.id));
                assert_eq!(share.before, (!all.is_empty()).then_some(at as i64));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_lead_that_came_to_two_ends_stands_once_in_the_pipeline() {
    let (_folder, store) = customers(1);
    let view = views::built_in(Entity::Lead).iter().find(|v| v.name == "pipeline").unwrap();
    let filter = compile(view.text, Entity::Lead, &context()).unwrap();
    let (now, before) = (context().now.0, context().now.0 - 60 * 86_400_000);
    let lead = |i: i64, stage: &str, won: Option<i64>, lost: Option<i64>| {
        let text = |id, word: &str| (id, Value::text(word));
        let mut fields = vec![
            text(l::NAME, &format!("Lead {i}")),
            text(l::PHONE, &format!("98100{i:05}")),
            text(l::STAGE, stage),
            (l::SCORE, Value::Int(i % 100)),
        ];
        fields.extend(won.map(|at| (l::CONVERTED_AT, Value::Int(at))));
        fields.extend(lost.map(|at| (l::LOST_AT, Value::Int(at))));
        Change::Insert { entity: Entity::Lead, id: Id(i), fields }
    };
    let ends = |i| match i % 4 {
        0 => lead(i, "new", None, None),
        1 => lead(i, "lost", None, Some(now)),
        2 => lead(i, "converted", Some(now), None),
        _ => lead(i, "lost", None, Some(before)),
    };
    let found = |store: &Store| {
        store
            .read::<_, StoreError>(|read| {
                let of = |anchor, limit| PageAsk {
                    filter: filter.clone(),
                    sort: filter.sort.clone(),
                    fields: vec![l::SCORE],
                    anchor,
                    limit,
                };
                let plan = read.plan_of_page(&of(Anchor::First, 50))?;
                let all = read.page(&of(Anchor::First, 1_000))?.rows;
                let half = read.page(&of(Anchor::Share(50), 5))?;
                assert_eq!(half.rows[0].id, all[all.len() / 2].id);
                let mut ids: Vec<i64> = all.iter().map(|r| r.id.0).collect();
                ids.sort_unstable();
                assert_eq!(read.totals(&filter)?.count, ids.len() as i64);
                Ok((ids, plan.contains("leads_ended_score")))
            })
            .unwrap()
    };
    store.write::<_, StoreError>(|tx| tx.apply_all((1..=400).map(ends).collect())).unwrap();
    let expected: Vec<i64> = (1..=400).filter(|i| i % 4 != 3).collect();
    assert_eq!(found(&store), (expected.clone(), true));
    // Lost in an earlier month, won in this one: the index of ends knows only the first, so it is left aside.
    let twice = lead(403, "converted", Some(now), Some(before));
    store.write::<_, StoreError>(|tx| tx.apply(&twice)).unwrap();
    let with = [expected.clone(), vec![403]].concat();
    assert_eq!(found(&store), (with, false));
    let gone = Change::Delete { entity: Entity::Lead, id: Id(403), version: 1, fields: Vec::new() };
    store.write::<_, StoreError>(|tx| tx.apply(&gone)).unwrap();
    assert_eq!(found(&store), (expected, true));
}

#[test]
fn the_views_of_large_lists_are_read_in_their_order() {
    let (_folder, store) = customers(10);
    for entity in [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job] {
        for view in views::built_in(entity) {
            let filter = compile(view.text, entity, &context()).unwrap();
            let sort = filter.sort.clone();
            let ask = PageAsk { filter, sort, fields: view.columns.to_vec(), anchor: Anchor::First, limit: 50 };
            let plan = store.read(|r| r.plan_of_page(&ask)).unwrap();
            assert!(plan.contains("USING"), "@{}: {plan}", view.name);
            // The few who owe ahead of their day are put in order; all else lies in it.
            let lines: Vec<&str> = plan.lines().collect();
            let few = |at: usize| at > 0 && lines[at - 1].contains("customers_owing (<expr>>? AND <expr><?)");
            let sorted = |(at, line): (usize, &&str)| line.contains("TEMP B-TREE") && !few(at);
            assert!(!lines.iter().enumerate().any(sorted), "@{}: {plan}", view.name);
        }
    }
}

#[test]
fn sums_agree_with_the_rows_whatever_is_changed() {
    let (_folder, store) = customers(600);
    let texts = CUSTOMER_VIEWS.iter().map(|v| v.text);
    let filters: Vec<Bound> = texts
        .chain([
            "status:active",
            "status:ACTIVE,Grace",
            "risk:high",
            "renews:none",
            "mrr<=0",
            "due>0",
            "-status:active",
        ])
        .map(|text| compile(text, Entity::Customer, &context()).unwrap())
        .collect();
    let agree = || {
        store
            .read::<_, StoreError>(|read| {
                assert_eq!(read.wrong_sums()?, Vec::<String>::new());
                assert_eq!(read.wrong_lines()?, Vec::<String>::new());
                for filter in &filters {
                    assert_eq!(read.totals(filter)?, read.counted(filter)?, "{filter:?}");
                }
                Ok(())
            })
            .unwrap();
    };
    agree();
    let set = |id: i64, version: i64, field: FieldId, new: Value| Change::Update {
        entity: Entity::Customer,
        id: Id(id),
        version,
        fields: vec![FieldChange { field, old: Value::Null, new }],
    };
    let deleted = schema::find(Entity::Customer, "deleted").unwrap();
    let changes: Vec<Change> = (1..=300).map(|i| set(i, 1, c::STATUS, "terminated".into())).collect();
    store.write::<_, StoreError>(|tx| tx.apply_all(changes.clone())).unwrap();
    agree();
    store
        .write::<_, StoreError>(|tx| {
            tx.apply(&set(5, 2, deleted, Value::Int(1)))?;
            tx.apply(&set(6, 2, c::MRR, Value::Int(7)))?;
            tx.apply(&set(7, 2, c::RENEWS, Value::Null))?;
            tx.apply(&set(7, 3, c::DUE, Value::Int(90)))?;
            tx.apply(&set(8, 2, c::CITY, "Agra".into()))?;
            tx.apply(&Change::Delete { entity: Entity::Customer, id: Id(9), version: 2, fields: Vec::new() })
        })
        .unwrap();
    agree();
    store.write::<_, StoreError>(|tx| tx.apply(&set(5, 3, deleted, Value::Null))).unwrap();
    agree();
    // Nothing is kept of a transaction that failed half way.
    let failed = store.write::<(), StoreError>(|tx| {
        tx.apply(&set(10, 2, c::STATUS, "active".into()))?;
        tx.apply(&set(11, 99, c::STATUS, "active".into()))
    });
    assert!(matches!(failed, Err(StoreError::Gone(11))));
    agree();
    lock(&store.writer)
        .execute("UPDATE sums SET rows = rows + 1 WHERE dim = 'customers/status/' AND a = 'active'", [])
        .unwrap();
    assert_eq!(store.read(|r| r.wrong_sums()).unwrap(), ["customers/status/"]);
    assert!(!store.health().unwrap().is_sound());
    assert_eq!(store.health().unwrap().orphans, 0);
    lock(&store.writer).execute("DELETE FROM customers_rest WHERE id IN (5, 6)", []).unwrap();
    assert_eq!(store.health().unwrap().orphans, 2, "rows without what lies apart");
}

#[test]
fn a_page_of_what_runs_passes_over_nothing_that_waits() {
    use crate::query::schema::ticket as t;
    let (_folder, store) = customers(1);
    let status = ["waiting-vendor", "waiting-customer", "waiting-vendor", "in-progress", "waiting-vendor", "open"];
    let now = context().now.0;
    let ticket = |i: i64| {
        let fields = vec![
            (t::CUSTOMER, Value::Int(1)),
            (t::DOCKET, format!("T-{i}").into()),
            (t::STATUS, status[usize::try_from(i % 6).unwrap()].into()),
            (t::CLOCK, Value::Int(now + i * 1_000)),
        ];
        Change::Insert { entity: Entity::Ticket, id: Id(i), fields }
    };
    store.write::<_, StoreError>(|tx| (1..=3_000).try_for_each(|i| tx.apply(&ticket(i)))).unwrap();
    let filter = compile("is:near sort:clock", Entity::Ticket, &context()).unwrap();
    let near = PageAsk { fields: vec![t::NAME, t::CLOCK], ..ask(filter.clone(), filter.sort.clone(), Anchor::First) };
    store
        .read::<_, StoreError>(|read| {
            let page = read.page(&near)?;
            assert!(page.rows.len() == 50 && page.steps <= 1_500, "{} rows, {} steps", page.rows.len(), page.steps);
            let plan = read.plan_of_page(&near)?;
            assert!(plan.contains("tickets_running_clock"), "{plan}");
            assert_eq!(read.totals(&filter)?.count, 1_000);
            Ok(())
        })
        .unwrap();
}

#[test]
fn views_are_counted_from_the_sums() {
    let (_folder, store) = customers(50);
    let mut counted = Vec::new();
    for entity in [Entity::Customer, Entity::Lead, Entity::Deal, Entity::Ticket, Entity::Job] {
        for view in views::built_in(entity) {
            let filter = compile(view.text, entity, &context()).unwrap();
            if store.read(|r| r.summed(&filter)).unwrap().is_none() {
                counted.push(format!("{}/{}", entity.code(), view.name));
            }
        }
    }
    assert_eq!(counted, Vec::<String>::new());
}

#[test]
fn a_page_that_is_walked_is_the_page_that_is_sorted() {
    let (_folder, store) = customers(6_000);
    let (mut walked, mut left) = (0, 0);
    store
        .read::<_, StoreError>(|read| {
            for text in [
                "plan:fiber",
                "city:pune",
                "city:pune risk>20 status:active",
                "-status:active renews<=7d",
                "mrr>3000 city:surat,indore",
                "has:renews due>0",
                "risk:97..98 mrr:0",
                "is:overdue mrr:0",
            ] {
                let filter = compile(text, Entity::Customer, &context()).unwrap();
                for by in [c::NAME, c::CITY, c::RISK, c::RENEWS, c::ACCOUNT] {
                    for falls in [false, true] {
                        let sort = vec![(by, falls)];
                        let of = |anchor, limit| PageAsk { limit, ..ask(filter.clone(), sort.clone(), anchor) };
                        let all: Vec<_> = read.page(&of(Anchor::First, 10_000))?.rows;
                        let mut anchors = vec![Anchor::First, Anchor::Last];
                        for at in [1, all.len() / 2, all.len().saturating_sub(3)] {
                            let Some(row) = all.get(at) else { continue };
                            let place = key(row, &sort);
                            anchors.extend([
                                Anchor::After(place.clone()),
                                Anchor::From(place.clone()),
                                Anchor::Before(place),
                            ]);
                        }
                        for anchor in anchors {
                            let backward = matches!(anchor, Anchor::Last | Anchor::Before(_));
                            let ask = of(anchor.clone(), 20);
                            let Some(page) = read.walked(&ask, &ask.read_fields(), backward)? else {
                                left += 1;
                                continue;
                            };
                            walked += 1;
                            let place = |at: &crate::store::Key| all.iter().position(|r| key(r, &sort) == *at).unwrap();
                            let (from, to) = match &anchor {
                                Anchor::First | Anchor::Share(_) => (0, 20),
                                Anchor::Last => (all.len().saturating_sub(20), all.len()),
                                Anchor::After(k) => (place(k) + 1, place(k) + 21),
                                Anchor::From(k) => (place(k), place(k) + 20),
                                Anchor::Before(k) => (place(k).saturating_sub(20), place(k)),
                            };
                            let ids = |rows: &[crate::domain::Record]| rows.iter().map(|r| r.id).collect::<Vec<_>>();
                            let (from, to) = (from.min(all.len()), to.min(all.len()));
                            assert_eq!(ids(&page.rows), ids(&all[from..to]), "{text} {by:?} {falls} {anchor:?}");
                            let beyond = if backward { from > 0 } else { to < all.len() };
                            assert_eq!(page.more, beyond, "{text} {by:?} {falls} {anchor:?}");
                        }
                    }
                }
            }
            Ok(())
        })
        .unwrap();
    assert!(walked > 100 && left > 20, "{walked} were walked, {left} were not");
}
