use std::sync::Arc;

use super::*;
use crate::base::{Id, ManualClock, calendar};
use crate::domain::Value;
use crate::engine::{Anchor, importable};
use crate::exchange::{Source, build_demo};
use crate::query::schema;
use crate::query::{Bound, schema::customer as c};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn row(values: &[(FieldId, Value)]) -> Record {
    let fields: Arc<[FieldId]> = schema::ids(Entity::Customer).collect();
    let mut row = Record { id: Id(1), version: 1, values: vec![Value::Null; fields.len()], fields };
    values.iter().for_each(|(f, v)| row.set(*f, v.clone()));
    row
}

fn written(format: Format, columns: &[FieldId], rows: &[Record]) -> String {
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, format, Entity::Customer, columns.to_vec());
    rows.iter().for_each(|r| writer.row(r).unwrap());
    writer.finish().unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_shapes_are_as_documented() {
    let rows = [
        row(&[
            (c::ACCOUNT, 4217.into()),
            (c::NAME, "=cmd, \"x\"".into()),
            (c::PRICE, 89_950.into()),
            (c::TAGS, "a,b".into()),
        ]),
        row(&[(c::ACCOUNT, 1.into()), (c::SINCE, 20_000.into())]),
    ];
    let columns = [c::ACCOUNT, c::NAME, c::PRICE, c::TAGS, c::SINCE];
    assert_eq!(
        written(Format::Csv, &columns, &rows),
        "account,name,price,tags,since\r\n0004217,\"'=cmd, \"\"x\"\"\",899.50,\"a,b\",\r\n0000001,,,,2024-10-04\r\n"
    );
    assert_eq!(
        written(Format::Json, &columns, &rows),
        "{\"account\":\"0004217\",\"name\":\"=cmd, \\\"x\\\"\",\"price\":899.5,\"tags\":[\"a\",\"b\"],\"since\":null}\n\
         {\"account\":\"0000001\",\"name\":null,\"price\":null,\"tags\":null,\"since\":\"2024-10-04\"}\n"
    );
    assert_eq!(written(Format::Ids, &columns, &rows), "0004217\n0000001\n");
    assert_eq!(written(Format::Tsv, &columns[..2], &[]), "account\tname\n");
    let table = written(Format::Table { width: 44, today: today(), bold: false }, &columns, &rows);
    assert_eq!(
        table,
        "Account  Name                     Price\n\
         0004217  =cmd, \"x\"               899.50\n\
         0000001\n"
    );
    assert_eq!(written(Format::Json, &columns, &[]), "");
}

#[test]
fn what_is_exported_comes_in_again() {
    let folder = tempfile::tempdir().unwrap();
    let (db, file) = (folder.path().join("a.db"), folder.path().join("a.csv"));
    let clock = Arc::new(ManualClock::at(calendar::start_of(today())));
    let settings = crate::demo::Settings { customers: 600, seed: 3, today: today() };
    build_demo(&db, settings, &*clock, &mut |_, _| true).unwrap();
    let (engine, who) = (Engine::open(&db, false, clock).unwrap(), Principal::owner());
    let ask = PageAsk {
        filter: Bound::all(Entity::Customer),
        sort: vec![(c::ACCOUNT, false)],
        fields: Vec::new(),
        anchor: Anchor::First,
        limit: usize::MAX,
    };
    let columns: Vec<FieldId> = schema::ids(Entity::Customer).collect();
    let mut out = Vec::new();
    let writer = Writer::new(&mut out, Format::Csv, Entity::Customer, columns.clone());
    assert_eq!(write_all(&engine, &who, ask.clone(), writer).unwrap(), 600);
    std::fs::write(&file, &out).unwrap();

    let source = Source::open(&file, None).unwrap();
    let back = source.prepare(&source.mapping(), today(), &mut |_, _| true).unwrap();
    assert_eq!(back.errors, []);
    let rows = RefCell::new(Vec::new());
    let fields = columns.clone();
    engine
        .read(
            &who,
            &AskAll(PageAsk { fields, ..ask }, |r| {
                rows.borrow_mut().push(r);
                true
            }),
        )
        .unwrap();
    for (before, after) in rows.borrow().iter().zip(&back.rows) {
        let expected: Vec<(FieldId, Value)> = columns
            .iter()
            .filter(|id| importable(**id) && !before.get(**id).is_null())
            .map(|id| (*id, before.get(*id).clone()))
            .collect();
        assert_eq!(after.fields, expected, "line {}", after.line);
    }
}

#[test]
fn any_text_survives_the_way_out_and_in() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.csv");
    let names =
        ["=1+1", "'=1", "''-x", "+91", "-5", "@me", "a\"b\"", "x, y", "＝z", "राहुल ‌शर्मा", "'tis", "👩‍👩‍👧", "no\u{301}"];
    let rows: Vec<Record> =
        names.iter().map(|n| row(&[(c::NAME, (*n).into()), (c::PHONE, "+442071234567".into())])).collect();
    std::fs::write(&file, written(Format::Csv, &[c::NAME, c::PHONE], &rows)).unwrap();
    let source = Source::open(&file, None).unwrap();
    let back = source.prepare(&source.mapping(), today(), &mut |_, _| true).unwrap();
    let read: Vec<&str> = back.rows.iter().map(|r| r.fields[0].1.as_text()).collect();
    assert_eq!(read, names);
}
