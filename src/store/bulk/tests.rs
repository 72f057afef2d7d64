use std::os::unix::fs::FileExt;
use std::path::Path;

use rand::prelude::*;
use rand_chacha::ChaCha8Rng;
use rusqlite::Connection;

use super::entry::Shape;
use super::few::Few;
use super::index::Term;
use super::record::Datum;
use super::sort::Sorter;
use super::*;
use crate::base::{Money, Timestamp};
use crate::domain::{Activity, ActivityKind, Usage, Value};
use crate::query::cut::{self, NONE};
use crate::query::eval::search_text;
use crate::query::schema::{customer as c, lead as l, ticket as t, touch};
use crate::store::load::AT_ONCE;
use crate::store::migrate;
use crate::store::row::insertions;
use crate::store::timeline::unpack;

const KINDS: [Entity; 2] = [Entity::Customer, Entity::Ticket];

fn file(folder: &Path, name: &str) -> Connection {
    let mut conn = Connection::open(folder.join(name)).unwrap();
    conn.query_row("PRAGMA journal_mode = OFF", [], |_| Ok(())).unwrap();
    migrate::create(&mut conn).unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    conn
}

fn text(rng: &mut ChaCha8Rng) -> Value {
    let length = match rng.random_range(0..200) {
        0 => rng.random_range(3_000..20_000),
        1..20 => rng.random_range(60..600),
        _ => rng.random_range(0..24),
    };
    let letters = ['a', 'B', 'b', 'Z', '7', ' ', 'न', 'é', '_', '{', '@', '\''];
    Value::text((0..length).map(|_| *letters.choose(rng).unwrap()).collect::<String>())
}

fn number(rng: &mut ChaCha8Rng) -> Value {
    let bits = rng.random_range(0..64);
    match rng.random_range(0..10) {
        0 => Value::Null,
        1 => Value::Int(rng.random_range(-1..=1)),
        2 => Value::Int(*[i64::MIN, i64::MAX, -128, 127, 128, -32_769, 1 << 47, -(1 << 47) - 1].choose(rng).unwrap()),
        _ => Value::Int(rng.random::<i64>() >> bits),
    }
}

/// Rows of anything, with few different texts in the columns that indexes begin with.
fn rows(entity: Entity, many: i64, rng: &mut ChaCha8Rng) -> Vec<Record> {
    let mut id = -70_000_i64;
    let summed: Vec<&str> = cut::kept(entity).iter().flat_map(|c| c.fields()).map(|f| schema::field(f).name).collect();
    let row = |n: i64, id: &mut i64, rng: &mut ChaCha8Rng| {
        *id += if rng.random_bool(0.01) { rng.random_range(1..1_i64 << 48) } else { rng.random_range(1..9) };
        let mut record = schema::blank(entity, Id(*id));
        for (field, value) in schema::fields(entity).iter().zip(&mut record.values) {
            *value = if field.is_text() { text(rng) } else { number(rng) };
            // What is added up stays within bounds.
            if let (true, Value::Int(n)) = (summed.contains(&field.name), &mut *value) {
                *n %= 1 << 40;
            }
        }
        let few = |of: &[&str], rng: &mut ChaCha8Rng| Value::text(*of.choose(rng).unwrap());
        if entity == Entity::Customer {
            record.set(c::ACCOUNT, if n % 50 == 0 { Value::Null } else { Value::Int(many - n) });
            record.set(c::REF, if n % 3 == 0 { Value::Null } else { Value::text(format!("R{}", (n * 7_919) % many)) });
            record.set(c::CITY, few(&["Pune", "PUNE", "pune", "Puné", "Agra"], rng));
            record.set(c::STATUS, few(&["active", "suspended", "expired", "grace", "pending"], rng));
            record.set(c::DELETED, if rng.random_bool(0.75) { Value::Null } else { Value::Int(5) });
        } else {
            record.set(t::DOCKET, Value::text(format!("T-{:09}", (n * 104_729) % many)));
            record.set(t::CUSTOMER, Value::Int(n / 3));
            record.set(t::STATUS, few(&["open", "closed", "waiting-vendor", "Resolved"], rng));
        }
        record
    };
    (0..many).map(|n| row(n, &mut id, rng)).collect()
}

fn one_by_one(conn: &Connection, records: &[Record]) {
    conn.execute_batch("BEGIN").unwrap();
    for record in records {
        let entity = record.fields[0].entity;
        let search = search_text(entity, |f| record.get(f));
        for insertion in insertions(entity) {
            let mut statement = conn.prepare_cached(&insertion.text).unwrap();
            insertion.put(&mut statement, (record.id, record.version), |f| record.get(f), &search).unwrap();
        }
    }
    conn.execute_batch("COMMIT").unwrap();
}

fn check(conn: &Connection) -> String {
    conn.query_row("PRAGMA integrity_check", [], |r| r.get(0)).unwrap()
}

#[test]
fn what_is_put_in_at_once_is_what_one_by_one_would_be() {
    for (seed, many) in [(1, 0), (2, 1), (3, 40), (4, 900), (5, 3_000)] {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let folder = tempfile::tempdir().unwrap();
        let (at_once, single) = (file(folder.path(), "at-once.db"), file(folder.path(), "single.db"));
        let mut bulk = Bulk::begin(&at_once, &folder.path().join("at-once.db"), &KINDS).unwrap();
        for kind in KINDS {
            let records = rows(kind, many, &mut rng);
            one_by_one(&single, &records);
            records.iter().for_each(|r| bulk.row(r).unwrap());
        }
        bulk.finish().unwrap();
        assert_eq!(check(&at_once), "ok", "seed {seed}");
        for table in ["customers", "customers_rest", "tickets"] {
            let sql = format!("SELECT * FROM {table} ORDER BY id");
            let (mut a, mut b) = (at_once.prepare(&sql).unwrap(), single.prepare(&sql).unwrap());
            let columns = a.column_count();
            let (mut a, mut b) = (a.query([]).unwrap(), b.query([]).unwrap());
            let mut found = 0;
            while let Some(row) = a.next().unwrap() {
                let other = b.next().unwrap().expect("no row more than one by one");
                for n in 0..columns {
                    assert_eq!(row.get_ref(n).unwrap(), other.get_ref(n).unwrap(), "seed {seed}, row {found}");
                }
                found += 1;
            }
            assert_eq!(found, many);
        }
        // SQLite goes on with such a file as with its own.
        at_once
            .execute_batch("UPDATE customers SET city = name, mrr = id; DELETE FROM tickets WHERE id % 3 = 0")
            .unwrap();
        one_by_one(&at_once, &rows(Entity::Job, 0, &mut rng));
        assert_eq!(check(&at_once), "ok", "seed {seed}");
    }
}

#[test]
fn rows_out_of_order_and_rows_that_are_alike_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let begin = |name: &str| {
        let conn = file(folder.path(), name);
        Bulk::begin(&conn, &folder.path().join(name), &KINDS).unwrap()
    };
    let customer = |id: i64, account: i64| {
        let mut record = schema::blank(Entity::Customer, Id(id));
        record.set(c::ACCOUNT, Value::Int(account));
        record
    };
    let mut bulk = begin("order.db");
    bulk.row(&customer(2, 1)).unwrap();
    assert!(matches!(bulk.row(&customer(2, 3)), Err(StoreError::Sql(_))));
    for refused in [Entity::Lead, Entity::Ticket] {
        assert!(matches!(bulk.row(&schema::blank(refused, Id(1))), Err(StoreError::Sql(_))), "{refused:?}");
    }
    let mut bulk = begin("alike.db");
    (1..9).for_each(|id| bulk.row(&customer(id, if id == 7 { 3 } else { id })).unwrap());
    assert!(matches!(bulk.finish(), Err(StoreError::Unique(text)) if text.contains("customers_account")));
    // Two without a docket are alike; two without an account are not.
    let ticket = |id: i64| {
        let mut record = schema::blank(Entity::Ticket, Id(id));
        record.set(t::CUSTOMER, Value::Int(1));
        record
    };
    let mut bulk = begin("blank.db");
    (1..3).for_each(|id| bulk.row(&schema::blank(Entity::Customer, Id(id))).unwrap());
    (1..3).for_each(|id| bulk.row(&ticket(id)).unwrap());
    assert!(matches!(bulk.finish(), Err(StoreError::Unique(text)) if text.contains("tickets_docket")));
    // What SQLite would compare or keep otherwise.
    let mut bulk = begin("kinds.db");
    for (field, value) in [(c::NAME, Value::text("a\0b")), (c::NAME, Value::Int(7)), (c::MRR, Value::text("12"))] {
        let mut record = customer(1, 1);
        record.set(field, value);
        assert!(matches!(bulk.row(&record), Err(StoreError::Sql(_))), "{field:?}");
    }
    // Nor may a table hold rows already.
    let conn = file(folder.path(), "full.db");
    conn.execute_batch("INSERT INTO tickets (id, customer) VALUES (1, 1)").unwrap();
    assert!(Bulk::begin(&conn, &folder.path().join("full.db"), &KINDS).is_err());
}

#[test]
fn the_page_of_locks_is_never_used() {
    let folder = tempfile::tempdir().unwrap();
    drop(file(folder.path(), "x"));
    let own = OpenOptions::new().read(true).write(true).open(folder.path().join("x")).unwrap();
    // A hole: nothing of it is on the disk.
    let length = (1_u64 << 30) - 5 * 4_096;
    own.set_len(length).unwrap();
    assert!(Pages::behind(own.try_clone().unwrap()).is_err(), "longer than it says");
    own.write_all_at(&u32::try_from(length / 4_096).unwrap().to_be_bytes(), 28).unwrap();
    let mut pages = Pages::behind(own).unwrap();
    let locked = (1 << 30) / 4_096 + 1;
    let taken: Vec<u32> = (0..40).map(|_| pages.one().unwrap()).collect();
    assert!(!taken.contains(&locked) && taken.contains(&(locked - 1)) && taken.contains(&(locked + 1)), "{taken:?}");
}

#[test]
fn the_texts_of_indexes_are_read_or_left_to_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let mut conn = Connection::open(folder.path().join("isp.db")).unwrap();
    migrate::create(&mut conn).unwrap();
    let tables = AT_ONCE.iter().flat_map(|entity| [Some(row::table(*entity)), rest(*entity)]).flatten();
    let mut left = Vec::new();
    for table in tables.chain(["activities"]) {
        let mut of =
            conn.prepare("SELECT name, sql FROM sqlite_schema WHERE tbl_name = ?1 AND type = 'index'").unwrap();
        let found = of.query_map([table], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        for (name, sql) in found.map(rusqlite::Result::<(String, String)>::unwrap) {
            if !can_make(&conn, table, &sql).unwrap() {
                left.push(name);
            }
        }
    }
    assert_eq!(left, Vec::<String>::new());
    // Nearly the same expressions are not the same.
    for other in [
        "(max(follow_up, COALESCE(snoozed_until, created)))",
        "(max(follow_up, snoozed_until))",
        "(max(name, COALESCE(city, name)))",
        "(strftime('%Y%m', COALESCE(lost_at, converted_at) / 1000, 'unixepoch'))",
        "(strftime('%Y', COALESCE(lost_at, converted_at) / 1000 + 19800, 'unixepoch'))",
        "(strftime('%Y%m', COALESCE(name, city) / 1000 + 19800, 'unixepoch'))",
        "(name DESC)",
    ] {
        assert!(!can_make(&conn, "leads", &format!("CREATE INDEX other ON leads {other}")).unwrap(), "{other}");
    }
}

#[test]
fn timelines_are_packed_and_what_was_said_comes_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let conn = file(folder.path(), "isp.db");
    let mut bulk = Bulk::begin(&conn, &folder.path().join("isp.db"), &KINDS).unwrap();
    let line = |customer: i64, n: i64, at: i64| Activity {
        id: Id(customer | n),
        customer: Id(customer),
        at: Timestamp(at),
        kind: ActivityKind::Note,
        who: "priya".into(),
        reference: "".into(),
        body: "x".repeat((n * 37 % 300) as usize).as_str().into(),
    };
    let mut beside = Beside::default();
    for i in 1..400_i64 {
        let mut record = schema::blank(Entity::Customer, Id(i << 12));
        record.set(c::ACCOUNT, Value::Int(i));
        // Some of the same moment.
        let lines: Vec<Activity> = (1..60).map(|n| line(i << 12, n, n / 2)).collect();
        let step = PriceStep { day: 7, was: Money(1), now: Money(2) };
        let usage = Usage { last_month: 5, months: vec![(1, 2, 3).into()] };
        bulk.rows(&[&record]).unwrap();
        beside = Beside::of(beside, &usage, &lines).unwrap();
        bulk.beside(&record, &beside, &[step]).unwrap();
    }
    assert_eq!(bulk.steps.len(), 399);
    bulk.finish().unwrap();
    assert_eq!(check(&conn), "ok");
    let count = |of: &str| -> i64 { conn.query_row(&format!("SELECT count(*) FROM {of}"), [], |r| r.get(0)).unwrap() };
    assert_eq!((count("usage"), count("timelines"), count("activities")), (399, 399, 0));
    let packed = |i: i64| -> String {
        conn.query_row("SELECT lines FROM timelines WHERE customer = ?1", [i << 12], |r| r.get(0)).unwrap()
    };
    let lines = |i: i64| -> Vec<Activity> { (1..60).map(|n| line(i << 12, n, n / 2)).collect() };
    (1..400).for_each(|i| assert_eq!(unpack(Id(i << 12), &packed(i)).unwrap(), lines(i)));

    let conn = file(folder.path(), "back.db");
    let mut bulk = Bulk::begin(&conn, &folder.path().join("back.db"), &[Entity::Touch]).unwrap();
    let touch = |id: i64, lead: i64, at: i64| {
        let mut record = schema::blank(Entity::Touch, Id(id));
        record.set(touch::LEAD, Value::Int(lead));
        record.set(touch::AT, Value::Int(at));
        record
    };
    [(1, 5, 9), (2, 5, 9), (3, 6, 1)].into_iter().for_each(|(id, lead, at)| bulk.row(&touch(id, lead, at)).unwrap());
    let refused = bulk.row(&touch(4, 5, 10));
    assert!(matches!(refused, Err(StoreError::Sql(text)) if text.contains("touches_lead")));
}

#[test]
fn months_and_the_later_of_two_days_are_what_sqlite_makes_of_them() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let folder = tempfile::tempdir().unwrap();
    let conn = file(folder.path(), "isp.db");
    let mut bulk = Bulk::begin(&conn, &folder.path().join("isp.db"), &[Entity::Lead]).unwrap();
    let of = |id: i64, moment: &mut dyn FnMut() -> Value, day: &mut dyn FnMut() -> Value| {
        let mut record = schema::blank(Entity::Lead, Id(id));
        record.set(l::NUMBER, Value::Int(id));
        record.set(l::STAGE, Value::text(["converted", "lost", "new", "quoted"][id as usize % 4]));
        [l::LOST_AT, l::CONVERTED_AT].into_iter().for_each(|field| record.set(field, moment()));
        [l::FOLLOW_UP, l::SNOOZED_UNTIL].into_iter().for_each(|field| record.set(field, day()));
        record
    };
    let (mut one, mut other) = (ChaCha8Rng::seed_from_u64(1), ChaCha8Rng::seed_from_u64(2));
    // Both sides of the end of a month in India, and the first and the last moment that is known.
    let edges =
        [1_798_741_799_999, 1_798_741_800_000, 1_772_303_399_999, 1_772_303_400_000, 0, 999, 253_402_214_400_000];
    let mut moment = || match one.random_range(0..4) {
        0 => Value::Null,
        1 => Value::Int(*edges.choose(&mut rng).unwrap()),
        _ => Value::Int(one.random_range(0..4_000_000_000_000)),
    };
    let mut day = || if other.random_bool(0.3) { Value::Null } else { Value::Int(other.random_range(-9..30_000)) };
    (1..2_000).for_each(|id| bulk.row(&of(id, &mut moment, &mut day)).unwrap());
    bulk.finish().unwrap();
    assert_eq!(check(&conn), "ok");

    let conn = file(folder.path(), "early.db");
    let mut bulk = Bulk::begin(&conn, &folder.path().join("early.db"), &[Entity::Lead]).unwrap();
    let refused = bulk.row(&of(1, &mut || Value::Int(-1), &mut || Value::Null));
    assert!(matches!(refused, Err(StoreError::Sql(text)) if text.contains("leads_ended_score")));
}

/// Texts and numbers at the edges of what keys tell apart.
fn edges(rng: &mut ChaCha8Rng) -> (i64, String) {
    let n = match rng.random_range(0..4) {
        0 => rng.random::<i64>() >> rng.random_range(0..64),
        1 => 1_i64.rotate_left(rng.random_range(0..64)).wrapping_add(rng.random_range(-1..=1)),
        2 => rng.random_range(-300..300),
        _ => *[i64::MIN, i64::MAX, -1, 0, 1, NONE, NONE - 1, NONE + 1].choose(rng).unwrap(),
    };
    let texts =
        ["", "Pune", "PUNE", "pune", "Pun", "Pune City", "Puné", "[", "@", "`", "Z", "z", "{", "नमस्ते", "É", "é"];
    let mut text = texts.choose(rng).unwrap().to_string();
    if rng.random_bool(0.5) {
        (0..rng.random_range(0..20)).for_each(|_| text.push(*['A', 'b', 'Z', ' ', 'ß', '~', '1'].choose(rng).unwrap()));
    }
    (n, text)
}

#[test]
fn keys_are_in_the_order_of_sqlite_and_give_the_records_back() {
    let terms = [
        vec![Term::Column(1)],
        vec![Term::Else(1, NONE), Term::Id],
        vec![Term::Column(2)],
        vec![Term::Column(3), Term::Id],
        vec![Term::Length(2), Term::Column(2)],
        vec![Term::Column(3), Term::Column(2), Term::Column(1), Term::Id, Term::Column(3), Term::Else(1, 7), Term::Id],
    ];
    let sql = ["n", "ifnull(n, -4611686018427387904), id", "a", "b, id", "length(a), a", "b, a, n, id"];
    for seed in 0..8 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, n BIGINT, a TEXT COLLATE NOCASE, b TEXT COLLATE NOCASE)",
        )
        .unwrap();
        let mut rows = std::collections::BTreeMap::new();
        for _ in 0..400 {
            let ((id, a), (n, b)) = (edges(&mut rng), edges(&mut rng));
            rows.insert(id, (rng.random_bool(0.8).then_some(n), a, b));
        }
        for (id, (n, a, b)) in &rows {
            conn.execute("INSERT INTO t VALUES (?1, ?2, ?3, ?4)", (id, n, a, b)).unwrap();
        }
        let ids: Vec<i64> = rows.keys().copied().collect();
        let mut few = [Few::default()];
        let (mut many_short, mut in_one_piece) = (0, 0);
        for (terms, sql) in terms.iter().zip(sql) {
            let shape = Shape::of(terms, &[false, false, true, true], &[3]);
            let mut sorter = Sorter::default();
            let own = tempfile::tempfile().unwrap();
            let (mut spill, mut key, mut made) = (Spill::to(own), Vec::new(), Maker::default());
            let mut expected = std::collections::BTreeMap::new();
            for (number, (id, (n, a, b))) in (0..).zip(&rows) {
                let n = n.map_or(Datum::Null, Datum::Int);
                let row = [Datum::Null, n, Datum::Text(a), Datum::Text(b)];
                let code = few[0].code(b);
                assert!(shape.key(&mut key, &row, &[code], *id));
                let short = shape.short(&row, &[code]).map(|values| key::with_id(values, *id));
                assert!(short.is_none_or(|short| short.to_be_bytes() == *key), "seed {seed}, {sql}, row {id}");
                many_short += usize::from(short.is_some());
                sorter.push(&mut spill, &key, number).unwrap();
                made.begin();
                for term in terms.iter().chain([&Term::Id]) {
                    match *term {
                        Term::Id => made.int(*id),
                        Term::Else(1, other) if n == Datum::Null => made.int(other),
                        Term::Length(at) => {
                            let Datum::Text(text) = row[at] else { unreachable!() };
                            made.int(text.chars().count() as i64);
                        }
                        Term::Column(at) | Term::Else(at, _) => match row[at] {
                            Datum::Null => made.null(),
                            Datum::Int(n) => made.int(n),
                            Datum::Text(text) => drop(made.text(text.as_bytes())),
                        },
                        Term::Later(..) | Term::Month(..) => unreachable!("they have a test of their own"),
                    }
                }
                let (head, body) = made.end();
                expected.insert(*id, [head, body].concat());
            }
            let mut ordered = conn.prepare(&format!("SELECT id FROM t ORDER BY {sql}, id")).unwrap();
            let ordered: Vec<i64> =
                ordered.query_map([], |r| r.get(0)).unwrap().map(rusqlite::Result::unwrap).collect();
            let (mut at, mut maker, mut cell, mut texts) =
                (ordered.iter(), Maker::default(), Cell::default(), Vec::new());
            sorter
                .drain::<io::Error>(&mut spill, &ids, |key| {
                    let id = at.next().expect("no entry more than rows");
                    let (head, body) = shape.record(key, &few, &mut maker, &mut texts);
                    let record = [head, body].concat();
                    assert_eq!(record, expected[id], "seed {seed}, {sql}, row {id}");
                    if shape.cell(key, &few, &mut cell, &mut texts) {
                        let mut whole = Vec::new();
                        record::varint(&mut whole, record.len() as u64);
                        whole.extend_from_slice(&record);
                        assert_eq!(cell.end(), whole, "seed {seed}, {sql}, row {id}");
                        in_one_piece += 1;
                    }
                    Ok(())
                })
                .unwrap();
            assert_eq!(at.next(), None);
        }
        assert!(many_short > 400 && in_one_piece > 1_000, "{many_short} short keys, {in_one_piece} entries");
    }
}

#[test]
fn short_keys_are_put_in_order_whichever_rows_have_them() {
    for (seed, most) in [(1, 1), (2, 3), (3, 40)] {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let ids: Vec<i64> = (0..60_000).map(|n| -70_000 + n * 7).collect();
        let (mut sorter, mut expected) = (Sorter::default(), Vec::new());
        let mut spill = Spill::to(tempfile::tempfile().unwrap());
        let mut row = rng.random_range(0..most);
        while row < 60_000 {
            let values = rng.random::<u64>() << rng.random_range(0..64) << rng.random_range(0..2);
            sorter.push_short(&mut spill, values, row).unwrap();
            expected.push(key::with_id(values, ids[row as usize]).to_be_bytes());
            row += rng.random_range(1..=most);
        }
        expected.sort_unstable();
        let mut at = expected.iter();
        sorter
            .drain::<io::Error>(&mut spill, &ids, |key| {
                assert_eq!(Some(key), at.next().map(<[u8; 16]>::as_slice), "seed {seed}");
                Ok(())
            })
            .unwrap();
        assert_eq!(at.next(), None);
    }
}
