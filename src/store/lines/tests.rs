use std::collections::BTreeSet;

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::query::schema::{customer as c, lead as l};
use crate::store::{FieldChange, Store, lock};

/// How many lines a kind has.
fn lines(store: &Store, entity: Entity) -> usize {
    let wrong = store.read(|read| read.wrong_lines()).unwrap();
    assert_eq!(wrong, Vec::<String>::new());
    let conn = lock(&store.writer);
    let mut pieces = conn.prepare(&format!("SELECT lines FROM {}", table(entity))).unwrap();
    let pieces = pieces.query_map([], |r| r.get::<_, Vec<u8>>(0)).unwrap();
    pieces.map(|piece| packed::lines(&piece.unwrap()).count()).sum()
}

fn insert(entity: Entity, id: i64) -> Change {
    let fields = match entity {
        Entity::Lead => vec![(l::NUMBER, format!("L-{id}").into()), (l::NAME, format!("Name {id}").into())],
        _ => vec![(c::ACCOUNT, Value::Int(id)), (c::NAME, format!("Name {id}").into())],
    };
    Change::Insert { entity, id: Id(id), fields }
}

fn update(entity: Entity, id: i64, version: i64, field: FieldId, new: Value) -> Change {
    let fields = vec![FieldChange { field, old: Value::Null, new }];
    Change::Update { entity, id: Id(id), version, fields }
}

#[test]
fn lines_follow_whatever_happens_to_rows() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("isp.db"), true).unwrap();
    let mut dice = ChaCha8Rng::seed_from_u64(3);
    for (entity, name, recent, gone) in
        [(Entity::Customer, c::NAME, c::LAST_CONTACT, c::DELETED), (Entity::Lead, l::NAME, l::CREATED, l::DELETED)]
    {
        let mut versions: BTreeMap<i64, i64> = BTreeMap::new();
        let mut dead: BTreeSet<i64> = BTreeSet::new();
        for round in 0..12 {
            let mut changes: Vec<Change> = Vec::new();
            // New ones at the end, far apart, and one here and there between.
            for _ in 0..[300, 1, 40][round % 3] {
                let last = versions.last_key_value().map_or(0, |(id, _)| *id);
                let id = last + dice.random_range(1..5_000);
                versions.insert(id, 1);
                changes.push(insert(entity, id));
            }
            let known: Vec<i64> = versions.keys().copied().collect();
            for id in known {
                if !dice.random_ratio(1, 9) {
                    continue;
                }
                let version = versions[&id];
                let other = id + 1;
                match dice.random_range(0..5) {
                    0 => changes.push(update(entity, id, version, name, format!("Other {round}").into())),
                    1 => changes.push(update(entity, id, version, recent, Value::Int(dice.random_range(0..90)))),
                    2 => {
                        let was = dead.contains(&id);
                        let new = if was { Value::Null } else { Value::Int(1) };
                        changes.push(update(entity, id, version, gone, new));
                        if was {
                            dead.remove(&id)
                        } else {
                            dead.insert(id)
                        };
                    }
                    3 => {
                        changes.push(Change::Delete { entity, id: Id(id), version, fields: Vec::new() });
                        versions.remove(&id);
                        dead.remove(&id);
                        continue;
                    }
                    _ if versions.contains_key(&other) => continue,
                    _ => {
                        versions.insert(other, 1);
                        changes.push(insert(entity, other));
                        continue;
                    }
                }
                versions.insert(id, version + 1);
            }
            store.write::<_, StoreError>(|tx| changes.iter().try_for_each(|change| tx.apply(change))).unwrap();
            let (found, alive) = (lines(&store, entity), versions.len() - dead.len());
            let most = sought(entity).unwrap().most;
            assert!(found == alive || found >= most && found < alive, "{entity:?} {round}: {found} of {alive}");
        }
    }
}

#[test]
fn of_a_kind_with_many_rows_old_ones_are_left_out_and_come_in_when_the_latest_go() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("isp.db"), true).unwrap();
    let all: Vec<i64> = (1..=2_500).map(|n| n * 100).collect();
    let apply = |changes: &[Change]| {
        store.write::<_, StoreError>(|tx| changes.iter().try_for_each(|change| tx.apply(change))).unwrap();
    };
    apply(&all.iter().map(|id| insert(Entity::Lead, *id)).collect::<Vec<_>>());
    refill(&lock(&store.writer), sought(Entity::Lead).unwrap()).unwrap();
    assert_eq!(lines(&store, Entity::Lead), 1_000);
    // An old row stays where it is.
    apply(&[update(Entity::Lead, 100, 1, l::NAME, "Asha".into())]);
    assert_eq!(lines(&store, Entity::Lead), 1_000);
    let of = |ids: &[i64], version: i64, gone: Value| -> Vec<Change> {
        ids.iter().map(|id| update(Entity::Lead, *id, version, l::DELETED, gone.clone())).collect()
    };
    apply(&of(&all[2_100..], 1, Value::Int(1)));
    assert_eq!(lines(&store, Entity::Lead), 600, "enough are left");
    apply(&of(&all[1_500..2_100], 1, Value::Int(1)));
    assert_eq!(lines(&store, Entity::Lead), 1_000, "those before them");
    apply(&of(&all[1_500..], 2, Value::Null));
    assert_eq!(lines(&store, Entity::Lead), 2_000);
    // Of few rows all are kept, the first of them, too, when it comes back.
    let few: Vec<Change> =
        (1..=5).map(|id| Change::Insert { entity: Entity::Deal, id: Id(id), fields: Vec::new() }).collect();
    apply(&few);
    let gone = |version, gone| update(Entity::Deal, 1, version, deleted(Entity::Deal).unwrap(), gone);
    apply(&[gone(1, Value::Int(1))]);
    assert_eq!(lines(&store, Entity::Deal), 4);
    apply(&[gone(2, Value::Null)]);
    assert_eq!(lines(&store, Entity::Deal), 5);
}

#[test]
fn what_is_damaged_is_told_and_mended_by_the_next_change() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("isp.db"), true).unwrap();
    let insert = |tx: &crate::store::Write<'_>| (1..=200).try_for_each(|id| tx.apply(&insert(Entity::Customer, id)));
    store.write::<_, StoreError>(insert).unwrap();
    lock(&store.writer).execute("UPDATE customers_lines SET lines = x'0102' WHERE piece = 65", []).unwrap();
    assert_eq!(store.read(|read| read.wrong_lines()).unwrap(), ["customers_lines"]);
    assert!(!store.health().unwrap().is_sound());
    let kind = sought(Entity::Customer).unwrap();
    let told = store.read(|read| read.gathered(kind, &|| true)).map(|all| all.len());
    assert!(matches!(told, Err(StoreError::Lines("customers"))), "{told:?}");
    let change = update(Entity::Customer, 70, 1, c::NAME, "Asha".into());
    store.write::<_, StoreError>(|tx| tx.apply(&change)).unwrap();
    assert_eq!(lines(&store, Entity::Customer), 200);
    let asha = store.read(|read| read.lines_of(kind, &[Id(3), Id(4), Id(70), Id(90), Id(900)])).unwrap();
    assert_eq!(asha.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [3, 4, 70, 90]);
    assert!(asha[2].1.starts_with(b" asha"));
    lock(&store.writer).execute("DELETE FROM customers_lines", []).unwrap();
    store.remake_lines(kind).unwrap();
    assert_eq!(lines(&store, Entity::Customer), 200);
}
