//! The laws of the demo: the same settings give the same rows, whatever the ranges; what is printed is
//! valid; fields agree with each other; shares and causes are what the process says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::*;
use crate::base::{Gstin, Phone, Pincode, calendar, text};
use crate::domain::customer::{Kyc, Reason};
use crate::domain::{ActivityKind, Cycle, Plan, Status};
use crate::domain::{Entity, FieldId};
use crate::query::schema;

const COUNT: u64 = 20_000;

fn settings(customers: u64) -> Settings {
    Settings { customers, seed: 7, today: NaiveDate::from_ymd_opt(2026, 11, 22).expect("a valid day") }
}

static ROWS: LazyLock<Vec<Subscriber>> = LazyLock::new(|| Company::new(settings(COUNT)).batch(0, COUNT));

fn today() -> i64 {
    calendar::days_of(settings(1).today)
}

fn status(s: &Subscriber) -> Status {
    Status::parse(s.record.text(c::STATUS)).expect("a status")
}

/// Per thousand of the rows for which `of` is true.
fn share(test: impl Fn(&Subscriber) -> bool) -> usize {
    ROWS.iter().filter(|s| test(s)).count() * 1000 / ROWS.len()
}

#[test]
fn any_range_on_any_thread_gives_the_same_rows() {
    let company = Company::new(settings(3_000));
    let whole = company.batch(0, 100);
    assert_eq!(whole, [company.batch(0, 50), company.batch(50, 100)].concat());
    let other = std::thread::scope(|s| s.spawn(|| company.batch(0, 100)).join().expect("no panic"));
    assert_eq!(whole, other);
    assert_eq!(whole, Company::new(settings(3_000)).batch(0, 100));
    let another = Company::new(Settings { seed: 8, ..settings(3_000) });
    assert_ne!(whole, another.batch(0, 100));
    assert_eq!(company.batch(2_990, 9_000).len(), 10);
}

#[test]
fn companies_of_any_size_and_day_are_made() {
    for (customers, day) in [(0, (2026, 1, 1)), (1, (2024, 2, 29)), (60, (2026, 12, 31)), (500, (2027, 3, 1))] {
        let today = NaiveDate::from_ymd_opt(day.0, day.1, day.2).expect("a valid day");
        let company = Company::new(Settings { customers, seed: 1, today });
        let rows = company.batch(0, customers);
        assert_eq!(rows.len() as u64, customers);
        assert!(rows.iter().all(|s| s.activities.iter().all(|a| calendar::date_of(a.at) <= today)));
    }
}

#[test]
fn five_hundred_customers_look_alive() {
    let rows = Company::new(settings(500)).batch(0, 500);
    for s in Status::ALL {
        assert!(rows.iter().any(|r| status(r) == *s) || *s == Status::Paused, "{s:?}");
    }
    for t in Technology::ALL {
        assert!(rows.iter().any(|r| r.record.text(c::TECHNOLOGY) == t.code()), "{t:?}");
    }
    let cities: BTreeSet<&str> = rows.iter().map(|r| r.record.text(c::CITY)).collect();
    assert!((10..=14).contains(&cities.len()), "{cities:?}");
    assert!(rows.iter().any(|r| r.record.int(c::MRR) >= Some(1_000_000)));
}

#[test]
fn numbers_and_names_that_must_be_unique_are() {
    let company = Company::new(settings(COUNT));
    for field in [c::ACCOUNT, c::PPPOE, c::ONU, c::EMAIL, c::CAF] {
        let mut seen = BTreeSet::new();
        for s in ROWS.iter().filter(|s| !s.record.get(field).is_null()) {
            assert!(seen.insert(s.record.get(field).clone()), "{:?} twice", s.record.get(field));
        }
    }
    let phones = ROWS.iter().flat_map(|s| [s.record.text(c::PHONE), s.record.text(c::ALT_PHONE)]);
    let phones: Vec<&str> = phones.filter(|p| !p.is_empty()).collect();
    assert_eq!(phones.iter().collect::<BTreeSet<_>>().len(), phones.len());
    // Far apart the blocks have been walked round several times.
    let far: BTreeSet<_> = (0..50_000).map(|n| company.mobile(n * 40)).collect();
    assert_eq!(far.len(), 50_000);
    let refs: Vec<&str> =
        ROWS.iter().flat_map(|s| &s.activities).map(|a| a.reference.as_str()).filter(|r| !r.is_empty()).collect();
    assert_eq!(refs.iter().collect::<BTreeSet<_>>().len(), refs.len(), "dockets, invoices and payments");
    let ids: BTreeSet<Id> =
        ROWS.iter().flat_map(|s| std::iter::once(s.record.id).chain(s.activities.iter().map(|a| a.id))).collect();
    assert_eq!(ids.len(), ROWS.len() + ROWS.iter().map(|s| s.activities.len()).sum::<usize>());
}

#[test]
fn identifiers_are_valid_and_nothing_can_reach_a_stranger() {
    let source = Source::read();
    for s in ROWS.iter() {
        let r = &s.record;
        for phone in [r.text(c::PHONE), r.text(c::ALT_PHONE)].into_iter().filter(|p| !p.is_empty()) {
            let parsed = Phone::parse(phone).expect("a number");
            assert!(parsed.e164() == phone && parsed.is_mobile(), "{phone}");
        }
        let mail = r.text(c::EMAIL);
        assert!(
            mail.is_empty() || (mail.ends_with(".example") && mail.is_ascii() && mail.matches('@').count() == 1),
            "{mail}"
        );
        let town = source.towns.iter().find(|t| t.name == r.text(c::CITY)).expect("a city");
        assert!(Pincode::parse(r.text(c::PINCODE)).is_some());
        assert!(town.localities.iter().any(|(pin, area)| *pin == r.text(c::PINCODE) && area == r.text(c::AREA)));
        let state = &source.states[town.state];
        assert_eq!(state.name, r.text(c::STATE));
        let gstin = r.text(c::GSTIN);
        if !gstin.is_empty() {
            assert_eq!(Gstin::parse(gstin).expect(gstin).state_code(), state.gst);
        }
        assert!(gstin.is_empty() || r.text(c::SEGMENT) != "home");
        for a in &s.activities {
            assert!(a.reference.len() <= 16, "{}", a.reference);
        }
    }
}

#[test]
fn text_is_clean_and_lists_are_in_their_stored_form() {
    for s in ROWS.iter() {
        let texts = s.record.values.iter().map(Value::as_text);
        let said = s.activities.iter().flat_map(|a| [a.body.as_str(), a.reference.as_str(), a.who.as_str()]);
        for t in texts.chain(said) {
            assert!(!t.chars().any(text::is_hostile) && t.trim() == t && !t.contains("  "), "{t:?}");
        }
        for field in [c::TAGS, c::OTTS, c::CONSENT, c::DND] {
            let value = s.record.get(field);
            assert_eq!(*value, Value::list(value.items()));
        }
        let dnd: Vec<&str> = s.record.get(c::DND).items().collect();
        assert!(s.record.get(c::CONSENT).items().all(|channel| !dnd.contains(&channel)));
        assert_eq!(s.record.get(c::CONSENT).is_null(), s.record.get(c::CONSENT_ON).is_null());
        assert!(s.record.values.iter().all(|v| *v != Value::Text(Default::default())));
    }
}

#[test]
fn choices_are_known_to_the_field_table() {
    for s in ROWS.iter() {
        assert_eq!(s.record.values.len(), schema::fields(Entity::Customer).len());
        for (value, field) in s.record.values.iter().zip(schema::fields(Entity::Customer)) {
            let number = !field.is_text();
            assert!(value.is_null() || number == value.as_int().is_some(), "{}", field.name);
            if let schema::Kind::Choice(choices) | schema::Kind::List(choices @ [_, ..]) = field.kind {
                assert!(value.items().all(|v| choices.iter().any(|c| c.code == v)), "{} {value:?}", field.name);
            }
        }
    }
}

#[test]
fn a_row_agrees_with_its_plan_and_with_itself() {
    let plans: BTreeMap<String, Plan> = plans().into_iter().map(|p| (p.name.clone(), p)).collect();
    for s in ROWS.iter() {
        let r = &s.record;
        let plan = &plans[r.text(c::PLAN)];
        assert_eq!(r.text(c::TECHNOLOGY), plan.technology.code());
        assert_eq!(r.int(c::SPEED), Some(plan.speed));
        assert_eq!(r.text(c::SEGMENT), plan.segment.code());
        assert_eq!(r.int(c::CHANNELS), Some(plan.channels));
        assert!(plan.otts.iter().all(|app| r.get(c::OTTS).items().any(|a| a == app)));
        assert!(r.money(c::PRICE) <= plan.price);
        let status = status(s);
        let reason = Reason::parse(r.text(c::REASON));
        assert!(reason.map_or(status.reasons().is_empty(), |x| status.reasons().contains(&x)), "{status:?} {reason:?}");
        let mrr = if status.is_billable() { r.money(c::PRICE) } else { crate::base::Money::ZERO };
        assert_eq!(r.money(c::MRR), mrr);
        assert_eq!(r.get(c::SINCE).is_null(), status == Status::Pending);
        assert!(r.int(c::SINCE).unwrap_or(0) < today() && r.int(c::STATUS_SINCE).unwrap_or(0) <= today());
        assert!(r.int(c::STATUS_SINCE) >= r.int(c::SINCE));
        let renews = r.int(c::RENEWS);
        match status {
            Status::Active => {
                let cycle = Cycle::parse(r.text(c::CYCLE)).expect("a cycle");
                let ahead = renews.expect("renews") - today();
                assert!((1..=i64::from(cycle.months()) * 31).contains(&ahead), "{ahead} days ahead, {cycle:?}");
            }
            Status::Grace => assert!((1..=7).contains(&(today() - renews.expect("renews")))),
            Status::Expired => assert!(renews.expect("renews") < today()),
            Status::Pending | Status::Terminated => assert_eq!(renews, None),
            Status::Suspended | Status::Paused => assert!(renews.is_some()),
        }
        assert_eq!(r.get(c::OPTICAL).is_null(), status == Status::Pending || plan.technology != Technology::Fiber);
        assert!(r.int(c::OPTICAL).is_none_or(|dbm| (-270..=-80).contains(&dbm)));
        assert_eq!(r.int(c::RISK), Some(risk::score(r, settings(1).today).score));
        assert!(Kyc::parse(r.text(c::KYC)).is_some());
        assert!(r.get(c::TOP_OTT).is_null() || r.get(c::OTTS).items().any(|a| a == r.text(c::TOP_OTT)));
    }
}

#[test]
fn usage_ends_where_the_row_says() {
    for s in ROWS.iter() {
        let last = s.usage.months.last();
        assert_eq!(s.record.int(c::USAGE), last.map(|m| m.gb));
        assert_eq!(s.record.int(c::AVG_SPEED), last.map(|m| m.speed));
        assert_eq!(s.record.int(c::UPTIME), last.map(|m| m.uptime));
        assert!(s.usage.months.len() <= 12 && s.usage.last_month <= 2026 * 12 + 9);
        if status(s) == Status::Active {
            assert_eq!(s.usage.last_month, 2026 * 12 + 9);
        }
        for m in &s.usage.months {
            assert!(m.gb >= 0 && m.speed > 0 && (8_500..=10_000).contains(&m.uptime), "{m:?}");
            assert!(m.speed <= s.record.int(c::SPEED).expect("speed"));
        }
    }
}

#[test]
fn the_timeline_is_ordered_and_agrees_with_the_row() {
    let from = calendar::days_of(NaiveDate::from_ymd_opt(2025, 5, 1).expect("a valid day"));
    for s in ROWS.iter() {
        let r = &s.record;
        assert!(s.activities.is_sorted_by_key(|a| (a.at, a.id)));
        for (k, a) in s.activities.iter().enumerate() {
            let day = calendar::days_of(calendar::date_of(a.at));
            assert!((from..=today()).contains(&day) && a.customer == r.id);
            assert_eq!(a.id.0, r.id.0 + k as i64 + 1);
        }
        let tickets: Vec<(i64, bool)> = s
            .activities
            .iter()
            .filter(|a| a.kind == ActivityKind::Ticket)
            .map(|a| (calendar::days_of(calendar::date_of(a.at)), a.body.contains("· open ·")))
            .collect();
        assert!(r.int(c::TICKETS) >= Some(tickets.len() as i64));
        let count = |test: &dyn Fn(&(i64, bool)) -> bool| Some(tickets.iter().filter(|t| test(t)).count() as i64);
        assert_eq!(r.int(c::TICKETS_30D), count(&|t| t.0 >= today() - 30));
        assert_eq!(r.int(c::OPEN_TICKETS), count(&|t| t.1));
        if let Some((day, _)) = tickets.last() {
            assert_eq!(r.int(c::LAST_TICKET), Some(*day));
        }
        assert!(r.get(c::CSAT).is_null() || tickets.iter().any(|t| !t.1));
        let talk = [ActivityKind::Call, ActivityKind::Message, ActivityKind::Visit, ActivityKind::Ticket];
        let last = s.activities.iter().rev().find(|a| talk.contains(&a.kind)).map(|a| calendar::date_of(a.at));
        assert_eq!(r.int(c::LAST_CONTACT), last.map(calendar::days_of));
    }
    let all: usize = ROWS.iter().map(|s| s.activities.len()).sum();
    // Tickets of a whole year are kept, so that the past can be learnt from.
    assert!(all <= 9 * ROWS.len(), "{} activities for {} customers", all, ROWS.len());
}

#[test]
fn shares_are_those_of_the_market() {
    let of = |field: FieldId, code: &'static str| share(move |s| s.record.text(field) == code);
    for (code, low, high) in [
        ("active", 770, 830),
        ("grace", 12, 30),
        ("suspended", 22, 42),
        ("paused", 3, 11),
        ("expired", 17, 34),
        ("pending", 7, 14),
        ("terminated", 90, 130),
    ] {
        let n = of(c::STATUS, code);
        assert!((low..=high).contains(&n), "{code}: {n} in a thousand");
    }
    let wired = 1000 - of(c::TECHNOLOGY, "wireless");
    assert!((745..=795).contains(&wired), "{wired} wired");
    let great = share(|s| s.record.int(c::MRR) >= Some(1_000_000));
    assert!((4..=12).contains(&great), "{great} of ₹10,000 and more");
    let answered = share(|s| !s.record.get(c::NPS).is_null());
    assert!((520..=600).contains(&answered), "{answered} NPS answers");
    let promoters = share(|s| s.record.int(c::NPS) >= Some(9));
    let detractors = share(|s| s.record.int(c::NPS).is_some_and(|n| n <= 6));
    let nps = (promoters as i64 - detractors as i64) * 100 / answered as i64;
    assert!((10..=30).contains(&nps), "NPS {nps}");
    let mailed = share(|s| !s.record.get(c::EMAIL).is_null());
    assert!((660..=740).contains(&mailed), "{mailed} have mail");
    let new = share(|s| s.record.int(c::SINCE) >= Some(today() - 30));
    assert!((14..=28).contains(&new), "{new} new in 30 days");
    let active: Vec<&Subscriber> = ROWS.iter().filter(|s| status(s) == Status::Active).collect();
    let high = active.iter().filter(|s| s.record.int(c::RISK) >= Some(70)).count() * 1000 / active.len();
    assert!((40..=80).contains(&high), "{high} of a thousand active lines at high risk");
    let home: Vec<i64> =
        active.iter().filter(|s| s.record.text(c::SEGMENT) == "home").filter_map(|s| s.record.int(c::MRR)).collect();
    let arpu = home.iter().sum::<i64>() / home.len() as i64 / 100;
    assert!((560..=700).contains(&arpu), "₹{arpu} a home");
}

#[test]
fn account_numbers_follow_activation() {
    let since: Vec<i64> = ROWS.iter().filter_map(|s| s.record.int(c::SINCE)).collect();
    for pair in since.windows(2) {
        assert!(pair[1] - pair[0] >= -20, "{} days back", pair[0] - pair[1]);
    }
}

#[test]
fn causes_show_in_what_they_cause() {
    let mean = |field: FieldId, low: i64, high: i64| {
        let values: Vec<i64> = ROWS
            .iter()
            .filter(|s| s.record.int(c::UPTIME).is_some_and(|u| (low..high).contains(&u)))
            .filter_map(|s| s.record.int(field))
            .collect();
        values.iter().sum::<i64>() * 100 / values.len().max(1) as i64
    };
    let gone = |low: i64, high: i64| {
        let all = share(|s| s.record.int(c::UPTIME).is_some_and(|u| (low..high).contains(&u)));
        let gone = share(|s| {
            status(s) == Status::Terminated && s.record.int(c::UPTIME).is_some_and(|u| (low..high).contains(&u))
        });
        gone * 1000 / all.max(1)
    };
    assert!(mean(c::NPS, 0, 9_800) + 200 < mean(c::NPS, 9_960, 10_001), "answers follow uptime");
    assert!(mean(c::CSAT, 0, 9_800) + 50 < mean(c::CSAT, 9_960, 10_001), "satisfaction follows uptime");
    assert!(mean(c::TICKETS_30D, 0, 9_800) > 3 * mean(c::TICKETS_30D, 9_960, 10_001), "tickets follow uptime");
    assert!(gone(0, 9_800) > gone(9_960, 10_001) * 3 / 2, "{} {}", gone(0, 9_800), gone(9_960, 10_001));
    let cash = share(|s| s.record.text(c::PAYS_BY) == "cash" && s.record.text(c::STATUS) == "expired") * 1000
        / share(|s| s.record.text(c::PAYS_BY) == "cash");
    let all = share(|s| s.record.text(c::STATUS) == "expired");
    assert!(cash > all * 3 / 2, "cash expires more: {cash} against {all}");
}

#[test]
fn jobs_follow_from_their_lines_and_technicians_are_in_one_place_at_a_time() {
    use crate::query::schema::{item as i, job as j};
    let company = Company::new(settings(COUNT));
    let (mut planner, mut taken, mut twice) = (super::jobs::Planner::default(), BTreeSet::new(), 0);
    let (mut count, mut first, mut numbers, mut serials) = (BTreeMap::new(), 0, BTreeSet::new(), BTreeSet::new());
    for s in ROWS.iter() {
        let work = company.work(s);
        for mut r in work.jobs {
            let (state, kind) = (r.text(j::STATE).to_string(), r.text(j::KIND).to_string());
            planner.place(&mut r);
            assert!(numbers.insert(r.text(j::NUMBER).to_string()), "{}", r.text(j::NUMBER));
            let (raised, ended) = (r.int(j::CREATED).unwrap(), r.int(j::FINISHED));
            assert!(ended.is_none_or(|e| e > raised), "{}: {raised} {ended:?}", r.text(j::NUMBER));
            assert!(r.get(j::ACCOUNT) == s.record.get(c::ACCOUNT));
            match state.as_str() {
                "done" | "failed" => assert!(r.int(j::DAY) < Some(today())),
                _ => assert!(r.int(j::DAY).is_none_or(|d| d >= today() - 1)),
            }
            if r.text(j::STATE) == "scheduled" {
                let slot = (r.text(j::OWNER).to_string(), r.int(j::DAY), r.text(j::SLOT).to_string());
                twice += i64::from(!taken.insert(slot));
            }
            if kind == "install" && state == "done" {
                first += 1;
                let light = |id| s.record.int(id).unwrap_or(0);
                assert!((r.int(j::AFTER).unwrap_or(0) - light(c::OPTICAL)).abs() <= 4);
            }
            *count.entry((kind, state)).or_insert(0) += 1;
        }
        for item in work.items {
            assert!(serials.insert(item.text(i::SERIAL).to_string()), "{}", item.text(i::SERIAL));
        }
    }
    let of = |kind: &str, state: &str| count.get(&(kind.to_string(), state.to_string())).copied().unwrap_or(0);
    assert!(first > 800 && of("fault", "done") > 300 && of("recovery", "done") > 300, "{count:?}");
    assert!(
        of("install", "scheduled") > 100 && of("install", "open") > 30 && of("fault", "scheduled") > 30,
        "{count:?}"
    );
    assert!(of("survey", "done") > 10 && of("shifting", "done") > 20, "{count:?}");
    let failed: i64 = count.iter().filter(|((_, s), _)| s == "failed").map(|(_, n)| n).sum();
    let done: i64 = count.iter().filter(|((_, s), _)| s == "done").map(|(_, n)| n).sum();
    assert!((50..120).contains(&(failed * 1000 / done)), "{failed} of {done} were in vain");
    assert!(twice > 0 && twice * 20 < taken.len() as i64, "{twice} of {} collide", taken.len());
    let stock = company.stock();
    assert_eq!(stock.len(), company.technicians().len() * 11);
    assert!(stock.iter().all(|r| serials.insert(r.text(i::SERIAL).to_string())));
}
