use super::*;
use crate::base::Money;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn prepared(text: &[u8]) -> (Source, Prepared) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, text).unwrap();
    let source = Source::open(&path, None).unwrap_or_else(|e| panic!("{e}"));
    let prepared = source.prepare(&source.mapping(), today(), &mut |_, _| true).unwrap_or_else(|e| panic!("{e}"));
    (source, prepared)
}

fn refused(text: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.csv");
    std::fs::write(&path, text).unwrap();
    let result = Source::open(&path, None)
        .and_then(|source| source.prepare(&source.mapping(), today(), &mut |_, _| true).map(|_| ()));
    result.unwrap_err().to_string().replace(&folder.path().display().to_string(), "")
}

fn telco() -> Source {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples/telco_customer_churn.csv");
    Source::open(&path, Some(Preset::Telco)).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn good_rows_come_in_and_bad_ones_say_why() {
    let (source, p) = prepared(
        "Name;Mobile;City;NPS;Reason\n\
         Asha Rao;98220 41377;Pune;9;\n\
         ;9822041378;Pune;;\n\
         Ravi;12;Pune;11;\n\
         Mina;9822041379;Pune\n\
         ;;;;\n\
         Jo\u{0}hn;9822041380;;;\n\
         Lone;\"9822041381;;;\n\
         Uma;9822041382;;;price\n\
         Last;9822041383;Thane;;;;\n"
            .as_bytes(),
    );
    assert_eq!(source.delimiter(), "semicolon");
    let names: Vec<&str> = p.rows.iter().map(|r| r.fields[0].1.as_text()).collect();
    assert_eq!(names, ["Asha Rao", "Last"]);
    assert_eq!(p.rows[0].fields[1], (c::PHONE, Value::text("+919822041377")));
    let told: Vec<(u64, String)> = p.errors.iter().map(|e| (e.line, e.message())).collect();
    let expected = [
        (3, "Name: is required"),
        (4, "Mobile: `12` is no phone number: ten digits, or + and the country code; NPS: 11 is outside 0 to 10"),
        (5, "has 3 cells, the header has 5"),
        (7, "Name: holds a NUL byte"),
        (8, "a quote is opened and never closed"),
        (9, "reason: price is no reason for active"),
    ];
    assert_eq!(told, expected.map(|(line, text)| (line, text.to_string())));
}

#[test]
fn nothing_is_cut_or_guessed_silently() {
    let long = "x".repeat(201);
    let (_, p) = prepared(format!("name,price,city\n{long},1,\nA,-5,\nB,1.234,\n'=C,5,'+x\n").as_bytes());
    let told: Vec<String> = p.errors.iter().map(RowError::message).collect();
    assert_eq!(told[0], "name: is longer than 200 characters");
    assert_eq!(told[1], "price: is below zero");
    assert!(told[2].starts_with("price: `1.234` is no amount"));
    let price = (c::PRICE, Value::from(Money::rupees(5)));
    assert_eq!(p.rows[0].fields, [(c::NAME, "=C".into()), price, (c::CITY, "+x".into())]);
}

#[test]
fn encodings_are_read_or_refused() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("name\nराहुल\n".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, name, encoding) in [
        ("\u{feff}name\nराहुल\n".as_bytes(), "राहुल", "UTF-8"),
        (utf16.as_slice(), "राहुल", "UTF-16"),
        (b"name\nJos\xe9\n", "José", "Windows-1252"),
        (b"sep=,\r\nname\r\nJo\r\n", "Jo", "UTF-8"),
    ] {
        let (source, p) = prepared(bytes);
        assert_eq!((p.rows[0].fields[0].1.as_text(), source.encoding()), (name, encoding));
    }
    let (_, p) = prepared(b"name\n\xe0\xa4\xb0\xe0\xa4\xbe\nbro\xffken\n");
    assert_eq!((p.rows.len(), p.errors.len()), (1, 1));
    for (bytes, told) in [
        (&b""[..], "/in.csv is empty: a line with the names of the columns is needed"),
        (b"PK\x03\x04", "/in.csv is a spreadsheet or an archive: save the sheet as CSV first"),
        (b"just a letter\nto someone\n", "no column is mapped to `name`"),
        (b"\"name,x\nA,1\n", "the first line of /in.csv cannot be read: a quote is opened and never closed"),
    ] {
        assert_eq!(refused(bytes), told);
    }
}

#[test]
fn refused_rows_go_to_a_file_that_can_be_mended() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.csv");
    std::fs::write(&path, "name,phone,note\nA,1,=x\nB\n").unwrap();
    let source = Source::open(&path, None).unwrap();
    let p = source.prepare(&source.mapping(), today(), &mut |_, _| true).unwrap();
    let first = source.write_errors(&p.errors).unwrap().unwrap();
    let second = source.write_errors(&p.errors).unwrap().unwrap();
    assert_eq!(first, folder.path().join("new.errors.csv"));
    assert_eq!(second, folder.path().join("new.errors.2.csv"));
    assert_eq!(
        std::fs::read_to_string(first).unwrap(),
        "name,phone,note,error\n\
         A,1,'=x,\"phone: `1` is no phone number: ten digits, or + and the country code\"\n\
         B,,,\"has 1 cells, the header has 3\"\n"
    );
    assert_eq!(source.write_errors(&[]).unwrap(), None);
}

#[test]
fn preparing_can_be_stopped() {
    let source = telco();
    let stopped = source.prepare(&source.mapping(), today(), &mut |done, all| done * 2 < all);
    assert!(matches!(stopped, Err(ImportError::Stopped)));
}

#[test]
fn the_telco_table_comes_in_whole() {
    let source = telco();
    let p = source.prepare(&source.mapping(), today(), &mut |_, _| true).unwrap();
    assert_eq!((p.rows.len(), p.errors.len()), (7_043, 0));
    let get = |row: &ImportRow, id: FieldId| row.fields.iter().find(|(f, _)| *f == id).map(|(_, v)| v.clone());
    let count = |id: FieldId, text: &str| {
        p.rows
            .iter()
            .filter(|r| get(r, id).is_some_and(|v| v.as_text() == text || v.items().any(|i| i == text)))
            .count()
    };
    let sum = |id: FieldId| -> i64 { p.rows.iter().filter_map(|r| get(r, id)?.as_int()).sum() };
    assert_eq!((count(c::STATUS, "terminated"), count(c::STATUS, "active")), (1_869, 5_174));
    assert_eq!((count(c::PLAN, "Telco Fiber optic"), count(c::TECHNOLOGY, "fiber")), (3_096, 3_096));
    assert_eq!((count(c::PLAN, "Telco DSL"), count(c::TECHNOLOGY, "broadband")), (2_421, 2_421));
    assert_eq!(count(c::PLAN, "Telco No internet"), 1_526);
    assert_eq!(
        (count(c::CYCLE, "monthly"), count(c::CYCLE, "annual"), count(c::TAGS, "two-year")),
        (3_875, 3_168, 1_695)
    );
    let paid = ["upi", "cheque", "e-nach", "card"].map(|mode| count(c::PAYS_BY, mode));
    assert_eq!(paid, [2_365, 1_612, 1_544, 1_522]);
    assert_eq!(
        (count(c::TAGS, "senior"), count(c::TAGS, "multiple-lines"), count(c::TAGS, "male")),
        (1_142, 2_971, 3_555)
    );
    assert_eq!((count(c::OTTS, "Streaming TV"), count(c::TAGS, "online-security")), (2_707, 2_019));
    assert_eq!((sum(c::PRICE), sum(c::LTV)), (45_611_660, 1_605_616_870));
    assert_eq!(p.rows.iter().filter(|r| get(r, c::LTV).is_none()).count(), 11);
    let first = &p.rows[0];
    assert_eq!((first.line, get(first, c::NAME)), (2, Some("Subscriber 7590-VHVEG".into())));
    let since = NaiveDate::from_ymd_opt(2026, 10, 22).map(crate::base::calendar::days_of);
    assert_eq!(get(first, c::SINCE), since.map(Value::Int));
    assert_eq!(get(first, c::SOURCE), None);
    assert_eq!(p.first(3).len(), 3);
    assert!(p.rows.iter().flat_map(|r| &r.fields).all(|(f, _)| crate::engine::importable(*f)));
}

#[test]
fn a_file_of_another_shape_is_told_what_it_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "customerID,gender\n1,Male\n").unwrap();
    let told = Source::open(&path, Some(Preset::Telco)).err().unwrap().to_string();
    assert!(told.contains("is not of the shape `telco` reads: it lacks SeniorCitizen, Partner"), "{told}");
}
