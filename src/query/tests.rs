use chrono::NaiveDate;
use proptest::prelude::*;

use super::ast::{Expr, Op, Query, SortKey, Span, Term};
use super::bind::{Cond, Test};
use super::schema::customer as c;
use super::*;
use crate::base::calendar::days_of;
use crate::domain::Entity;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn context() -> Context {
    Context::at(crate::base::calendar::start_of(day(2026, 11, 22)).plus_ms(10 * 3_600_000), "priya")
}

fn bound(text: &str) -> Bound {
    compile(text, Entity::Customer, &context()).unwrap_or_else(|e| panic!("{}", e.with_caret(text)))
}

fn test_of(text: &str) -> Test {
    match bound(text).cond {
        Cond::Test(_, test) => test,
        other => panic!("{text} became {other:?}"),
    }
}

#[test]
fn the_first_cut_of_the_language() {
    assert_eq!(test_of("plan:fiber"), Test::Starts("fiber".into()));
    assert_eq!(test_of("speed:200"), Test::Between(Some(200), Some(200)));
    assert_eq!(test_of("speed:200mbps"), Test::Between(Some(200), Some(200)));
    assert_eq!(test_of("risk:high"), Test::Between(Some(70), Some(100)));
    assert_eq!(test_of("nps<5"), Test::Between(None, Some(4)));
    assert_eq!(test_of("price:500..1500"), Test::Between(Some(50_000), Some(150_000)));
    assert_eq!(test_of("mrr>1.5L"), Test::Between(Some(15_000_001), None));
    assert_eq!(test_of("since>2026-01"), Test::Between(Some(days_of(day(2026, 2, 1))), None));
    assert_eq!(test_of("email:none"), Test::Null);
    assert_eq!(test_of("owner:@me"), Test::Is("priya".into()));
    assert_eq!(test_of("name:ra*i"), Test::Glob("ra*i".into()));
    assert_eq!(test_of("phone:\"98220 41377\""), Test::Is("+919822041377".into()));
    assert_eq!(test_of("phone:98220"), Test::Part("98220".into()));
    assert_eq!(test_of("account:\"BN 0004217\""), Test::Between(Some(4217), Some(4217)));
    assert!(matches!(bound("-tag:vip").cond, Cond::Not(_)));
    assert!(matches!(bound("city:pune,mumbai").cond, Cond::Or(ref v) if v.len() == 2));
    assert_eq!(bound("ravi kothrud").words(), ["ravi", "kothrud"]);
    assert_eq!(bound("sort:-risk,name").sort, [(c::RISK, true), (c::NAME, false)]);
    assert!(bound("is:deleted").deleted);
}

#[test]
fn days_look_the_way_their_field_looks() {
    let today = days_of(context().today);
    assert_eq!(test_of("renews<7d"), Test::Between(Some(today), Some(today + 6)));
    assert_eq!(test_of("renews:7d"), Test::Between(Some(today), Some(today + 7)));
    assert_eq!(test_of("last-ticket>30d"), Test::Between(None, Some(today - 31)));
    assert_eq!(test_of("since:7d..14d"), Test::Between(Some(today - 14), Some(today - 7)));
    assert_eq!(
        test_of("since:this-month"),
        Test::Between(Some(days_of(day(2026, 11, 1))), Some(days_of(day(2026, 11, 30))))
    );
    assert_eq!(
        test_of("since:last-fy"),
        Test::Between(Some(days_of(day(2025, 4, 1))), Some(days_of(day(2026, 3, 31))))
    );
    assert_eq!(
        test_of("since:2026-01..2026-03"),
        Test::Between(Some(days_of(day(2026, 1, 1))), Some(days_of(day(2026, 3, 31))))
    );
    assert_eq!(test_of("renews<today"), Test::Between(None, Some(today - 1)));
}

#[test]
fn errors_point_and_guess() {
    for (text, at, says) in [
        ("ctiy:pune", 0, "did you mean `city`"),
        ("city:pune statsu:active", 10, "did you mean `status`"),
        ("status:actve", 7, "did you mean `active`"),
        ("price:cheap", 6, "takes a number"),
        ("(city:pune", 0, "not closed"),
        ("city:pune)", 9, "closes nothing"),
        ("city:", 0, "value is missing"),
        ("name>m", 5, "is text"),
        ("\"open", 0, "not closed"),
        ("or", 0, "both sides"),
        ("sort:phone", 5, "cannot sort by"),
        ("since:7d..2026", 6, "not across"),
        ("- ", 0, "nothing follows"),
        ("is:weird", 3, "knows"),
        (":x", 0, "needs a field"),
        ("name:\"a\u{1b}b\"", 5, "control character"),
    ] {
        let e = compile(text, Entity::Customer, &context()).expect_err(text);
        assert!(e.message.contains(says), "{text}: {}", e.message);
        assert_eq!(e.span.start, at, "{text}: {}", e.message);
    }
    let e = compile("city:pune ctiy:x", Entity::Customer, &context()).unwrap_err();
    assert_eq!(
        e.with_caret("city:pune ctiy:x"),
        "city:pune ctiy:x\n          ^^^^\nthere is no field `ctiy`; did you mean `city`?"
    );
}

#[test]
fn deep_and_long_texts_are_refused_not_crashed_on() {
    assert!(parse(&"(".repeat(10_000)).is_err());
    assert!(parse(&format!("{}x", "-".repeat(5_000))).is_err());
    assert!(parse(&"x".repeat(lex::MAX_LEN + 1)).is_err());
    assert!(parse(&format!("{}x{}", "(".repeat(60), ")".repeat(60))).is_ok());
}

#[test]
fn filters_explain_themselves() {
    assert_eq!(
        explain::explain(&bound("city:pune risk:high sort:-risk")),
        "customers whose city begins with pune and churn risk is High (70 to 100), by churn risk, highest first"
    );
    assert_eq!(explain::explain(&bound("")), "all customers");
}

#[test]
fn completion_knows_where_the_cursor_is() {
    use complete::{Slot, place};
    let at = |text: &str| place(text, text.len(), Entity::Customer);
    assert_eq!(at("ci").slot, Slot::Name);
    assert_eq!(at("plan:fiber ci").typed, "ci");
    assert_eq!(at("city:pu").slot, Slot::Value(c::CITY));
    assert_eq!(at("-city:pune,mu").typed, "mu");
    assert_eq!(at("-city:pune,mu").replace, Span { start: 11, end: 13 });
    assert!(matches!(at("risk:").slot, Slot::Fixed(_)));
    assert_eq!(at("sort:-ri").typed, "ri");
    let p = at("city:pune,mu");
    assert_eq!(complete::apply("city:pune,mu", &p, "Mumbai"), ("city:pune,Mumbai ".into(), 17));
    let p = at("ci");
    assert_eq!(complete::apply("ci", &p, "city:"), ("city:".into(), 5));
    assert_eq!(complete::names(Entity::Customer, "ci")[0].insert, "city:");
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9@._*/+-]{1,8}", "\\PC{1,8}", "(and|or|not|none|sort)"]
        .prop_filter("a bare word must lex as one", |s: &String| !s.is_empty())
}

/// Terms as the parser makes them: a bare word holds nothing that would end it.
fn bare(text: &str) -> bool {
    !text.chars().any(|c| c.is_whitespace() || lex::is_special(c)) && !text.contains("..")
}

fn terms() -> impl Strategy<Value = Vec<Term>> {
    let span = Span::default();
    let one = prop_oneof![
        word().prop_map(move |text| Term::Word { quoted: !bare(&text), text, span }),
        (word(), word())
            .prop_filter("range ends are bare", |(a, b)| bare(a) && bare(b) && !a.ends_with('.') && !b.starts_with('.'))
            .prop_map(move |(a, b)| Term::Range { low: Some(a), high: Some(b), span }),
        "[a-z ]{0,8}".prop_map(move |text| Term::Word { text, quoted: true, span }),
    ];
    proptest::collection::vec(one, 1..4)
}

fn expr() -> impl Strategy<Value = Expr> {
    let span = Span::default();
    let ops = prop::sample::select(vec![Op::Has, Op::Eq, Op::Ne, Op::Lt, Op::Le, Op::Gt, Op::Ge]);
    let leaf = prop_oneof![
        ("[a-z][a-z-]{0,7}", ops, terms())
            .prop_filter("sort is no field", |(f, _, _)| f != "sort")
            .prop_map(move |(field, op, terms)| Expr::Compare { field, op, terms, span }),
        word().prop_map(move |text| {
            let keyword = ["and", "or", "not"].iter().any(|k| text.eq_ignore_ascii_case(k));
            let quoted =
                keyword || text.chars().any(|c| c.is_whitespace() || lex::is_special(c)) || text.starts_with('-');
            Expr::Word { text, quoted, span }
        }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|e| Expr::Not(Box::new(e))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn parse_of_print_is_the_same_query(filter in proptest::option::of(expr()), fields in proptest::collection::vec(("[a-z]{1,6}", any::<bool>()), 0..3)) {
        let sort = fields.into_iter().map(|(field, descending)| SortKey { field, descending, span: Span::default() }).collect();
        let query = Query { filter, sort };
        let text = query.to_string();
        let again = parse(&text).map_err(|e| TestCaseError::fail(e.with_caret(&text)))?;
        prop_assert_eq!(&again, &query, "{}", text);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}|[a-z:=<>!,()\" .*@-]{0,60}", cursor in 0usize..80) {
        let _ = compile(&text, Entity::Customer, &context());
        let place = complete::place(&text, cursor, Entity::Customer);
        let _ = complete::apply(&text, &place, "x:");
    }
}

#[test]
fn a_named_segment_is_its_rule() {
    assert_eq!(bound("segment:business").cond, bound("segment:Business").cond);
    assert_eq!(bound("segment:loyal").cond, bound("status:active,grace since>=2y late<=1 risk<40 -nps:detractor").cond);
    assert_eq!(bound("segment:new,business").cond, bound("(status:active,grace since<=30d) or segment:business").cond);
    assert!(matches!(bound("segment!=at-risk").cond, Cond::Not(_)));
}

#[test]
fn moments_take_dates_distances_and_now() {
    use super::bind::Test::Between;
    let deleted = |text: &str| match compile(text, Entity::Customer, &context()).unwrap().cond {
        Cond::Test(_, test) => test,
        other => panic!("{other:?}"),
    };
    let start = |d: u32| crate::base::calendar::start_of(day(2026, 11, d)).0;
    let now = context().now.0;
    assert_eq!(deleted("deleted<now"), Between(None, Some(now - 1)));
    assert_eq!(deleted("deleted:today"), Between(Some(start(22)), Some(start(23) - 1)));
    assert_eq!(deleted("deleted>=2026-11-20"), Between(Some(start(20)), None));
    assert_eq!(deleted("deleted<=2d"), Between(Some(start(20)), Some(start(23) - 1)));
    assert_eq!(deleted("deleted<2d"), Between(Some(start(21)), Some(start(23) - 1)));
    assert_eq!(deleted("deleted>2d"), Between(None, Some(start(20) - 1)));
    assert_eq!(deleted("deleted<2h"), Between(Some(now - 7_200_000), Some(now)));
    assert_eq!(deleted("deleted:2026-11-20..2026-11-21"), Between(Some(start(20)), Some(start(22) - 1)));
    let told = compile("deleted<soon", Entity::Customer, &context()).unwrap_err();
    assert!(told.message.contains("`now`, or a distance"), "{}", told.message);
    for (typed, plain) in [
        ("28-11-2026 15:30", "2026-11-28 15:30"),
        ("2026-11-28", "2026-11-28 10:00"),
        ("1795171845123", "2026-11-20 16:20:45.123"),
    ] {
        let value = format::read(c::DELETED, typed).unwrap();
        assert_eq!(format::plain(c::DELETED, &value), plain);
        assert_eq!(format::read(c::DELETED, plain).unwrap(), value);
    }
}
