//! Search everything: what people type finds whom they mean, only what they may see, and always as it stands now.

use std::sync::Arc;

use bharatnet::base::Clock as _;
use bharatnet::base::text::fold;
use bharatnet::domain::{Entity, Principal, Record, Role, Value};
use bharatnet::engine::ask::{AskPage, AskTotals};
use bharatnet::engine::find::{Answer, Trails};
use bharatnet::engine::{Anchor, Command, Engine, PageAsk, ReadError, StoreError, Target};
use bharatnet::query::schema::{customer as c, ids, lead as l, ticket as t};
use bharatnet::query::{Bound, format};
use bharatnet::tui::Tab;

use crate::driver::Driver;
use crate::laws::World;

fn rows(engine: &Engine, who: &Principal, entity: Entity) -> Vec<Record> {
    let fields = ids(entity).collect();
    let sort = Vec::new();
    let ask = PageAsk { filter: Bound::all(entity), sort, fields, anchor: Anchor::First, limit: 100_000 };
    engine.read(who, &AskPage(ask)).expect("rows").rows
}

fn find(engine: &Engine, who: &Principal, text: &str) -> Answer {
    engine.ready_search(&|| true).expect("a search that is ready");
    engine.find(who, text, 20, &mut Trails::default(), &|| true).expect("an answer")
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// How somebody who only heard a name spells it.
fn misheard(name: &str, way: usize) -> String {
    let swaps = [("sh", "s"), ("v", "w"), ("ee", "i"), ("i", "ee"), ("oo", "u"), ("aa", "a"), ("th", "t"), ("dh", "d")];
    let name = fold(name);
    for (from, to) in swaps.iter().cycle().skip(way).take(swaps.len()) {
        if let Some(at) = name.find(from).filter(|at| *at > 0) {
            return format!("{}{to}{}", &name[..at], &name[at + from.len()..]);
        }
    }
    name
}

/// Without its n-th letter, the first of a word never being it.
fn short(name: &str, n: usize) -> String {
    let name = fold(name);
    let inner: Vec<usize> =
        (1..name.len()).filter(|i| name.as_bytes()[i - 1] != b' ' && name.is_char_boundary(*i)).collect();
    let Some(at) = inner.get(n % inner.len().max(1)) else { return name };
    name.char_indices().filter(|(i, _)| i != at).map(|(_, ch)| ch).collect()
}

/// Three hundred things people type for somebody they mean: what comes first, and what is among the first five. A row
/// is the one that is meant when it is called the same: two people of one name cannot be told apart by it.
#[test]
fn what_is_typed_finds_whom_it_means() {
    let world = World::new(2_000, 9);
    let (engine, who) = (&world.engine, &world.who);
    let customers = rows(engine, who, Entity::Customer);
    let (tickets, leads) = (rows(engine, who, Entity::Ticket), rows(engine, who, Entity::Lead));
    let mut dice = Dice(300);
    let mut report = String::new();
    let (mut all_first, mut all_five, mut all) = (0, 0, 0);
    let kinds =
        ["name and city", "account", "phone", "beginnings", "a letter left out", "as it was heard", "docket", "lead"];
    for (kind, label) in kinds.iter().enumerate() {
        let (mut first, mut five) = (0, 0);
        let count = if kind < 6 { 40 } else { 30 };
        for n in 0..count {
            let row = match kind {
                6 => &tickets[dice.roll(tickets.len())],
                7 => &leads[dice.roll(leads.len())],
                _ => &customers[dice.roll(customers.len())],
            };
            let name = row.text(c::NAME).to_string();
            let phone = row.text(c::PHONE).trim_start_matches("+91").to_string();
            let typed = match kind {
                0 => format!("{name} {}", row.text(c::CITY)),
                1 => ["BN ", "", "00"][n % 3].to_string() + &row.int(c::ACCOUNT).unwrap_or(0).to_string(),
                2 => match n % 4 {
                    0 => phone,
                    1 => format!("+91 {} {}", &phone[..5], &phone[5..]),
                    2 => format!("0{}-{}", &phone[..5], &phone[5..]),
                    _ => phone[2..].to_string(),
                },
                3 => name.split(' ').map(|w| w.chars().take(4).collect::<String>()).collect::<Vec<_>>().join(" "),
                4 => short(&name, n),
                5 => misheard(&name, n),
                6 => match n % 2 {
                    0 => row.text(t::DOCKET).to_string(),
                    _ => row.text(t::DOCKET).trim_start_matches("T-").to_lowercase(),
                },
                _ => row.text(l::PHONE).to_string(),
            };
            let found = find(engine, who, &typed);
            let meant = |hit: &Record| match kind {
                1 => hit.id == row.id,
                2 => hit.fields[0].entity == Entity::Customer && hit.text(c::PHONE) == row.text(c::PHONE),
                6 => hit.id == row.id,
                7 => hit.fields[0].entity == Entity::Lead && hit.text(l::PHONE) == row.text(l::PHONE),
                _ => {
                    let title = bharatnet::query::schema::noun(hit.fields[0].entity).name;
                    fold(hit.text(title)).contains(&fold(&name))
                }
            };
            let place = found.hits.iter().position(|h| meant(&h.record));
            first += usize::from(place == Some(0));
            five += usize::from(place.is_some_and(|p| p < 5));
        }
        report.push_str(&format!("{label}: first {first}, among five {five}, of {count}\n"));
        all_first += first;
        all_five += five;
        all += count;
    }
    println!("{report}first {all_first}, among five {all_five}, of {all}");
    assert_eq!(all, 300);
    assert!(all_first >= 270 && all_five >= 285, "{report}first {all_first}, among five {all_five}, of {all}");
}

#[test]
fn what_is_written_is_found_at_once_also_by_another_program() {
    let world = World::new(60, 2);
    let (engine, who) = (&world.engine, &world.who);
    let one = rows(engine, who, Entity::Customer).remove(0);
    let other = world.another();
    assert!(find(&other, who, "Zaxomandra").hits.is_empty());
    let fields = vec![(c::NAME, Value::text("Zaxomandra Quill"))];
    let target = Target::Ids(vec![one.id]);
    engine
        .execute(who, Command::Update { entity: Entity::Customer, target: target.clone(), fields, base: None })
        .expect("a new name");
    for engine in [engine, &other] {
        let found = find(engine, who, "zaxo quil");
        assert_eq!(found.hits.first().map(|h| h.record.id), Some(one.id));
        assert!(!find(engine, who, one.text(c::NAME)).hits.iter().any(|h| h.record.id == one.id));
    }
    engine.execute(who, Command::Delete { entity: Entity::Customer, target }).expect("put away");
    assert!(find(&other, who, "zaxomandra").hits.iter().all(|h| h.entity() != Entity::Customer));
    assert!(
        find(&other, who, &format::plain(c::ACCOUNT, one.get(c::ACCOUNT))).hits.iter().all(|h| h.record.id != one.id)
    );
    engine.undo(who, bharatnet::engine::UndoTarget::Last).expect("taken back");
    assert_eq!(find(&other, who, "zaxomandra").hits.first().map(|h| h.record.id), Some(one.id));
}

#[test]
fn what_a_role_is_not_shown_it_cannot_find_by() {
    let world = World::new(200, 3);
    let (engine, who) = (&world.engine, &world.who);
    let support = Principal { role: Role::Support, user: "priya".into(), ..who.clone() };
    let field = Principal { role: Role::Field, user: "vikram".into(), ..who.clone() };
    for row in rows(engine, who, Entity::Customer).iter().take(40) {
        let phone = row.text(c::PHONE);
        let is_it = |a: &Answer| a.hits.iter().any(|h| h.entity() == Entity::Customer && h.record.id == row.id);
        assert!(is_it(&find(engine, &support, phone)));
        let hidden = find(engine, &field, phone);
        assert!(!is_it(&hidden), "{phone}");
        let by_name = find(engine, &field, &format!("{} {}", row.text(c::NAME), row.text(c::CITY)));
        let hit = by_name.hits.iter().find(|h| h.entity() == Entity::Customer).expect("by name");
        assert!(!hit.record.text(c::PHONE).contains(&phone[3..9]), "{}", hit.record.text(c::PHONE));
        // People who work here are for those who look after them.
        assert!(by_name.counts.iter().all(|(e, _)| *e != Entity::User));
    }
}

#[test]
fn lines_are_kept_beside_the_database_for_their_owner_alone() {
    let world = World::new(1_600, 9);
    let (engine, who) = (&world.engine, &world.who);
    let name = rows(engine, who, Entity::Customer)[7].text(c::NAME).to_string();
    let before = find(engine, who, &name);
    let mut file = engine.path().as_os_str().to_os_string();
    file.push("-find");
    assert!(!std::path::Path::new(&file).exists(), "nobody waits for it");
    engine.keep_search();
    let bytes = std::fs::read(&file).expect("a file of lines");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let same = |found: Answer| {
        let of = |a: &Answer| a.hits.iter().map(|h| (h.entity(), h.record.id)).collect::<Vec<_>>();
        assert_eq!(of(&found), of(&before));
    };
    same(find(&world.another(), who, &name));
    // Damaged, cut short, of something else: read anew, never wrong.
    for broken in [&bytes[..bytes.len() / 2], b"BNFIND02 and nothing more", b""] {
        std::fs::write(&file, broken).unwrap();
        same(find(&world.another(), who, &name));
    }
    let mut turned = bytes.clone();
    turned[bytes.len() / 3] ^= 4;
    std::fs::write(&file, turned).unwrap();
    same(find(&world.another(), who, &name));
}

#[test]
fn lines_that_are_damaged_are_made_anew_by_who_searches() {
    let world = World::new(300, 9);
    let (engine, who) = (&world.engine, &world.who);
    let name = rows(engine, who, Entity::Customer)[7].text(c::NAME).to_string();
    let of = |a: Answer| a.hits.iter().map(|h| (h.entity(), h.record.id)).collect::<Vec<_>>();
    let before = of(find(engine, who, &name));
    let conn = rusqlite::Connection::open(engine.path()).expect("the file");
    conn.execute_batch("UPDATE customers_lines SET lines = x'00'; UPDATE leads_lines SET lines = zeroblob(40)")
        .unwrap();
    let health = engine.health().unwrap();
    assert_eq!((health.is_sound(), health.wrong_lines), (false, vec!["customers_lines".into(), "leads_lines".into()]));
    assert_eq!(of(find(&world.another(), who, &name)), before);
    assert!(engine.health().unwrap().is_sound());
    // A change of many is too much to be taken in, and read anew.
    let target = Target::Ids(rows(engine, who, Entity::Customer).iter().map(|row| row.id).collect());
    let fields = vec![(c::CITY, Value::text("Wayanad"))];
    let command = Command::Update { entity: Entity::Customer, target, fields, base: None };
    let changed = engine.execute(who, command).expect("a change").changed;
    let found = find(engine, who, "wayanad");
    let customers = found.counts.iter().find(|(entity, _)| *entity == Entity::Customer).map_or(0, |(_, n)| *n);
    assert!(customers >= changed && changed > 250, "{customers} of {changed}");
}

#[test]
fn keys_lead_from_anywhere_to_anybody() {
    let (engine, clock, who, _folder) = World::new(600, 4).into_parts();
    let engine = Arc::new(engine);
    let customer = rows(&engine, &who, Entity::Customer).remove(20);
    let ticket = rows(&engine, &who, Entity::Ticket).remove(3);
    for size in [(120, 40), (80, 24), (40, 20)] {
        let mut d = Driver::on(Tab::Today, engine.clone(), who.clone(), clock.clone(), size);
        d.keys("/").shows("Search everything").shows("Type a name");
        d.text(&format::plain(c::ACCOUNT, customer.get(c::ACCOUNT))).shows(customer.text(c::NAME));
        d.keys("enter").shows("▸Briefing");
        d.keys("esc 5 g s").text(ticket.text(t::DOCKET)).keys("enter").shows(ticket.text(t::DOCKET));
        d.keys("esc g s").text("analyzqx").shows("nothing is called so").keys("esc");
        d.keys("g s").text("settings").shows("do").keys("esc").hides("Search everything");
    }
    assert!(clock.now().0 > 0);
}

#[test]
fn a_question_nobody_waits_for_any_more_ends_at_once() {
    let world = World::new(1_200, 4);
    let (engine, who) = (&world.engine, &world.who);
    let all =
        bharatnet::query::compile("zzz qqq xxx or yyy jjj", Entity::Customer, &world.context()).expect("a filter");
    let ask = AskTotals(all);
    let stop = Arc::default();
    assert_eq!(engine.read_until(who, &ask, &stop).expect("an answer").count, 0);
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let stopped = engine.read_until(who, &ask, &stop);
    assert!(matches!(stopped, Err(ReadError::Store(StoreError::Interrupted))), "{stopped:?}");
    // The next question has nothing to do with it.
    assert_eq!(engine.read(who, &ask).expect("an answer").count, 0);
}
