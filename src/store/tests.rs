use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::page::{Anchor, PageAsk};
use super::*;
use crate::base::{Id, Timestamp};
use crate::domain::{Entity, FieldId, Value};
use crate::query::bind::Cond;
use crate::query::schema::{self, customer as c};
use crate::query::views::CUSTOMER_VIEWS;
use crate::query::{Bound, Context, compile};

fn new_file() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("isp.db");
    (folder, path)
}

fn plan(store: &Store, filter: Bound, sort: Vec<(FieldId, bool)>) -> String {
    let ask = PageAsk { filter, sort, fields: vec![c::NAME], anchor: Anchor::First, limit: 50 };
    store.read(|r| r.plan_of_page(&ask)).unwrap()
}

#[test]
fn a_new_file_is_ours_private_and_durable() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let setting = |sql: &str| -> String {
        let conn = lock(&store.writer);
        conn.query_row(sql, [], |r| r.get::<_, rusqlite::types::Value>(0)).map(|v| format!("{v:?}")).unwrap()
    };
    assert_eq!(setting("PRAGMA journal_mode"), "Text(\"wal\")");
    assert_eq!(setting("PRAGMA synchronous"), "Integer(2)");
    assert_eq!(setting("PRAGMA foreign_keys"), "Integer(1)");
    assert!(matches!(Store::open(Path::new("/nowhere/at/all.db"), false), Err(StoreError::Missing(_))));
}

#[test]
fn the_orders_of_the_list_walk_an_index() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    for (id, index) in [
        (c::NAME, "customers_name"),
        (c::CITY, "customers_city"),
        (c::SINCE, "customers_since"),
        (c::RENEWS, "customers_renews"),
        (c::MRR, "customers_mrr"),
        (c::RISK, "customers_risk"),
        (c::ACCOUNT, "customers_account"),
    ] {
        for descending in [false, true] {
            let plan = plan(&store, Bound::all(Entity::Customer), vec![(id, descending)]);
            assert!(plan.contains(index) && !plan.contains("TEMP B-TREE"), "{index}: {plan}");
        }
    }
}

#[test]
fn the_built_in_views_need_no_full_sort_where_their_order_has_an_index() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let context = Context::at(crate::base::calendar::start_of(today), "owner");
    for view in CUSTOMER_VIEWS.iter().filter(|v| !v.text.contains("-due")) {
        let bound = compile(view.text, Entity::Customer, &context).unwrap();
        let sort = bound.sort.clone();
        let plan = plan(&store, bound, sort);
        assert!(plan.contains("USING INDEX"), "{}: {plan}", view.name);
    }
}

#[test]
fn a_row_behind_the_programs_back_breaks_the_chain() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    for n in 0..20i64 {
        store
            .write::<_, StoreError>(|tx| {
                tx.set_fact("n", &n.to_string())?;
                let summary = format!("entry {n}");
                let entry = NewEntry {
                    at: Timestamp(n),
                    who: "owner",
                    kind: EntryKind::Do,
                    target: None,
                    command: "test",
                    summary: &summary,
                    changed: 1,
                };
                tx.journal(&entry, &[])
            })
            .unwrap();
    }
    let first_break = |store: &Store| store.read(|r| r.verify_journal()).unwrap();
    assert_eq!(first_break(&store), None);
    for (sql, broken) in [
        ("UPDATE journal SET summary = 'x' WHERE seq = 7", 7),
        ("UPDATE journal SET who = 'x' WHERE seq = 3", 3),
        ("DELETE FROM journal WHERE seq = 12", 12),
        ("INSERT INTO changes VALUES (5, 0, 'customers', 1, 'delete', 1, '{}')", 5),
    ] {
        let (_copy_folder, copy) = new_file();
        store.backup(&copy).unwrap();
        let tampered = Store::open(&copy, false).unwrap();
        lock(&tampered.writer).execute_batch(sql).unwrap();
        assert_eq!(first_break(&tampered), Some(broken), "{sql}");
    }
}

#[test]
fn a_backup_restores_what_was_there() {
    let (folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    let put = |value: &str| store.write::<_, StoreError>(|tx| tx.set_fact("greeting", value)).unwrap();
    let digest = || store.read(|r| r.digest()).unwrap();
    put("namaste");
    let before = digest();
    let copy = folder.path().join("copy.db");
    assert_eq!(store.backup(&copy).unwrap().len(), 64);
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(matches!(store.backup(&copy), Err(StoreError::Unavailable(..))), "a backup overwrites nothing");
    put("vanakkam");
    assert_ne!(digest(), before);
    let kept = store.restore(&copy, "test").unwrap();
    assert_eq!(digest(), before);
    let old = Store::open(&kept, false).unwrap();
    assert_eq!(old.read(|r| r.fact("greeting")).unwrap().as_deref(), Some("vanakkam"));
}

#[test]
fn an_older_file_is_brought_up_to_date_and_kept_for_its_owner_alone() {
    let (_folder, path) = new_file();
    // The last whose customers lay in one table.
    let before = 21;
    let mut conn = Connection::open(&path).unwrap();
    conn.pragma_update(None, "application_id", open::APPLICATION_ID).unwrap();
    migrate::create_older(&mut conn, before).unwrap();
    // Every field with a value of its own, and a row that refers to it.
    let fields: Vec<_> = schema::ids(Entity::Customer).filter(|id| *id != c::DELETED).collect();
    let value = |id: &FieldId| match schema::field(*id).is_text() {
        true => Value::text(format!("'{}'", schema::field(*id).name)),
        false => Value::Int(1_000 + i64::from(id.index)),
    };
    let plain = |id: &FieldId| match value(id) {
        Value::Int(n) => n.to_string(),
        text => format!("'{}'", text.as_text().replace('\'', "''")),
    };
    conn.execute_batch(&format!(
        "INSERT INTO facts (key, value) VALUES ('greeting', 'namaste');
         INSERT INTO customers (id, version, {}, search) VALUES (7, 3, {}, 'found by this');
         INSERT INTO tickets (id, customer, docket) VALUES (8, 7, 'T-1')",
        fields.iter().map(|id| schema::field(*id).column()).collect::<Vec<_>>().join(", "),
        fields.iter().map(plain).collect::<Vec<_>>().join(", "),
    ))
    .unwrap();
    drop(conn);
    assert_eq!(Store::older(&path), Some(before));
    // What a start that was broken off has left is in nobody's way.
    let part = open::sibling(&path, &format!("before-schema-{}-1", migrate::LATEST));
    std::fs::write(&part, "half a copy").unwrap();
    let store = Store::open(&path, false).unwrap();
    assert_eq!(Store::older(&path), None);
    assert_eq!(store.read(|r| r.fact("greeting")).unwrap().as_deref(), Some("namaste"));
    let row = store.read(|r| r.row(Entity::Customer, Id(7))).unwrap().unwrap();
    assert_eq!(row.version, 3);
    fields.iter().for_each(|id| assert_eq!(*row.get(*id), value(id), "{}", schema::field(*id).name));
    let by_word = Bound { cond: Cond::Words("found".into()), ..Bound::all(Entity::Customer) };
    assert_eq!(store.read(|r| r.ids(&by_word)).unwrap(), [Id(7)]);
    assert!(store.health().unwrap().is_sound());
    let sought = crate::query::find::sought(Entity::Customer).unwrap();
    assert_eq!(store.read(|r| r.gathered(sought, &|| true)).unwrap().len(), 1, "it is found");
    let known = "SELECT count(*) FROM sqlite_stat1 WHERE tbl IN ('customers', 'customers_rest')";
    assert!(lock(&store.writer).query_row(known, [], |r| r.get::<_, i64>(0)).unwrap() > 1, "SQLite knows them again");
    // It is the schema that a new file has.
    let schema = |conn: &Connection| -> Vec<(String, String)> {
        let mut all = conn
            .prepare("SELECT name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY 1")
            .unwrap();
        all.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(rusqlite::Result::unwrap).collect()
    };
    let mut new = Connection::open_in_memory().unwrap();
    migrate::create(&mut new).unwrap();
    assert_eq!(schema(&lock(&store.writer)), schema(&new));
    let copy = open::sibling(&path, &format!("before-schema-{}", migrate::LATEST));
    assert_eq!(std::fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Store::older(&copy), Some(before));
}

#[test]
fn rows_of_a_text_that_few_share_are_found_by_its_index() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    let context = Context::at(Timestamp(1_795_000_000_000), "owner");
    for (text, index) in
        [("email=ravi@mail.example", "customers_rest_email (email=?)"), ("gstin=27ABCDE1234F1Z5", "customers_gstin")]
    {
        let filter = compile(text, Entity::Customer, &context).unwrap();
        let found = plan(&store, filter, vec![(c::NAME, false)]);
        assert!(found.contains(index) && !found.contains("SCAN"), "{text}: {found}");
    }
    // Words are looked for as the rows lie, not in the order of some index.
    let words = compile("ravi", Entity::Customer, &context).unwrap();
    let sql = store.read(|r| r.plan_of_ids(&words)).unwrap();
    assert!(!sql.contains("INDEX"), "{sql}");
}

#[test]
fn a_file_from_the_future_is_refused() {
    let (_folder, path) = new_file();
    drop(Store::open(&path, true).unwrap());
    let conn = Connection::open(&path).unwrap();
    let version: i64 = conn.query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
    assert_eq!(version, migrate::LATEST);
    conn.pragma_update(None, "user_version", migrate::LATEST + 1).unwrap();
    drop(conn);
    let refused = Store::open(&path, false).err().unwrap();
    assert!(matches!(refused, StoreError::Future { .. }), "{refused}");
}

#[test]
fn a_thousand_tamperings_each_name_the_first_bad_entry() {
    use rand::{RngExt, SeedableRng};
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    const ENTRIES: i64 = 30;
    for n in 0..ENTRIES {
        let summary = format!("entry {n}");
        let change = Change::Update {
            entity: Entity::Customer,
            id: crate::base::Id(n),
            version: 1,
            fields: vec![FieldChange { field: c::CITY, old: "Pune".into(), new: "Surat".into() }],
        };
        let entry = NewEntry {
            at: Timestamp(n),
            who: "owner",
            kind: EntryKind::Do,
            target: None,
            command: "test",
            summary: &summary,
            changed: 2,
        };
        store.write::<_, StoreError>(|tx| tx.journal(&entry, &[change.clone(), change.clone()])).unwrap();
    }
    let seed = 20_261_122;
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
    let conn = lock(&store.writer);
    for round in 0..1_000 {
        let seq = rng.random_range(1..=ENTRIES);
        let text = rng.random_range(0..1_000_000);
        let (sql, broken) = match rng.random_range(0..9) {
            0 => (format!("UPDATE journal SET summary = 'x{text}' WHERE seq = {seq}"), seq),
            1 => (format!("UPDATE journal SET who = 'x{text}' WHERE seq = {seq}"), seq),
            2 => (format!("UPDATE journal SET at = at + 1 + {text} WHERE seq = {seq}"), seq),
            3 => (format!("UPDATE journal SET changed = 3 + {text} WHERE seq = {seq}"), seq),
            4 => (format!("UPDATE changes SET fields = '{{\"city\":[{text},1]}}' WHERE entry = {seq} AND n = 1"), seq),
            5 => (format!("DELETE FROM changes WHERE entry = {seq} AND n = 1"), seq),
            6 => (format!("INSERT INTO changes VALUES ({seq}, 2, 'customers', {text}, 'delete', 1, '{{}}')"), seq),
            // Two entries change places: the first of them no longer fits.
            7 if seq < ENTRIES => (
                format!(
                    "UPDATE journal SET summary = 'a' WHERE seq = {seq}; UPDATE journal SET hash = 'b' WHERE seq = {seq} + 1"
                ),
                seq,
            ),
            // A line taken out of the middle; the end cut off shows only against a head kept elsewhere.
            _ if seq < ENTRIES => {
                (format!("DELETE FROM changes WHERE entry = {seq}; DELETE FROM journal WHERE seq = {seq}"), seq)
            }
            _ => (format!("UPDATE journal SET hash = 'x{text}' WHERE seq = {seq}"), seq),
        };
        conn.execute_batch(&format!("BEGIN; {sql}")).unwrap();
        let found = Read { conn: &conn, changed: None, more: None }.verify_journal().unwrap();
        conn.execute_batch("ROLLBACK").unwrap();
        assert_eq!(found, Some(broken), "seed {seed}, round {round}: {sql}");
    }
    assert_eq!(Read { conn: &conn, changed: None, more: None }.verify_journal().unwrap(), None);
}

#[test]
fn an_entry_of_many_rows_is_kept_in_blocks_that_read_back_and_cannot_be_tampered_with() {
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    let changes: Vec<Change> = (1..=2_500)
        .map(|n| Change::Update {
            entity: Entity::Customer,
            id: crate::base::Id(n * 2),
            version: n,
            fields: vec![FieldChange { field: c::CITY, old: "Pune".into(), new: format!("Surat {n}").into() }],
        })
        .collect();
    for (n, part) in [&changes[..2_000], &changes[2_000..2_100], &changes[2_100..]].into_iter().enumerate() {
        let kind = if n == 0 { EntryKind::Do } else { EntryKind::Part };
        let entry = NewEntry {
            at: Timestamp(n as i64),
            who: "owner",
            kind,
            target: (n > 0).then_some(1),
            command: "update",
            summary: "Moved",
            changed: part.len(),
        };
        store.write::<_, StoreError>(|tx| tx.journal(&entry, part)).unwrap();
    }
    let seqs = |row: i64| -> Vec<i64> {
        let of = store.read(|r| r.entries_of(Entity::Customer, crate::base::Id(row), 9)).unwrap();
        of.iter().map(|e| e.seq).collect()
    };
    assert_eq!(store.read(|r| r.changes(1)).unwrap(), changes, "blocks and rows of their own, in the order they came");
    assert_eq!((seqs(2), seqs(4_100), seqs(5_000), seqs(3)), (vec![1], vec![2], vec![3], vec![]));
    let conn = lock(&store.writer);
    let count =
        |table: &str| -> i64 { conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get(0)).unwrap() };
    assert_eq!((count("blocks"), count("changes")), (3, 100));
    let read = Read { conn: &conn, changed: None, more: None };
    assert_eq!(read.verify_journal().unwrap(), None);
    for (sql, broken) in [
        ("UPDATE blocks SET body = replace(body, 'Surat 7\"', 'Delhi 7\"') WHERE entry = 1", 1),
        ("UPDATE blocks SET low = low + 1 WHERE entry = 1 AND n = 1000", 1),
        ("UPDATE blocks SET high = high + 1 WHERE entry = 3", 3),
        ("UPDATE blocks SET rows = rows + 1 WHERE entry = 3", 3),
        ("UPDATE blocks SET entity = 'plans' WHERE entry = 3", 3),
        ("UPDATE blocks SET entry = 2 WHERE entry = 3", 2),
        ("UPDATE blocks SET n = 5000 - n WHERE entry = 1", 1),
        ("DELETE FROM blocks WHERE entry = 1 AND n = 0", 1),
    ] {
        conn.execute_batch(&format!("BEGIN; {sql}")).unwrap();
        let found = read.verify_journal().unwrap();
        conn.execute_batch("ROLLBACK").unwrap();
        assert_eq!(found, Some(broken), "{sql}");
    }
}

#[test]
fn the_log_stays_short_while_others_read_without_a_pause() {
    use crate::base::Id;
    use std::sync::atomic::{AtomicBool, Ordering};
    let (_folder, path) = new_file();
    let store = Store::open(&path, true).unwrap();
    let fields = |i: i64| vec![(c::ACCOUNT, Value::Int(i)), (c::NAME, "x".repeat(900).into())];
    store
        .write::<_, StoreError>(|tx| {
            (1..=2_000)
                .try_for_each(|i| tx.apply(&Change::Insert { entity: Entity::Customer, id: Id(i), fields: fields(i) }))
        })
        .unwrap();
    let (done, mut longest) = (AtomicBool::new(false), 0);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                let ask = PageAsk {
                    filter: Bound::all(Entity::Customer),
                    sort: vec![(c::NAME, false)],
                    fields: vec![c::NAME],
                    anchor: Anchor::First,
                    limit: 500,
                };
                while !done.load(Ordering::Relaxed) {
                    store.read::<_, StoreError>(|read| read.page(&ask)).unwrap();
                }
            });
        }
        for round in 0..24 {
            let set = |i: i64| Change::Update {
                entity: Entity::Customer,
                id: Id(i),
                version: round + 1,
                fields: vec![FieldChange { field: c::KYC, old: Value::Null, new: "done".into() }],
            };
            store.write::<_, StoreError>(|tx| tx.apply_all((1..=2_000).map(set).collect())).unwrap();
            let wal = std::fs::metadata(path.with_extension("db-wal")).unwrap().len();
            longest = longest.max(wal);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(longest < 40_000_000, "{longest} bytes");
}
