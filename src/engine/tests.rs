use std::sync::Arc;

use chrono::NaiveDate;

use super::ask::{AskBriefing, AskFind, AskPage, AskRow, AskTotals};
use super::*;
use crate::base::{Id, ManualClock, Money};
use crate::domain::customer::{Reason, Status};
use crate::domain::plan::{Offer, OttApp, Reached};
use crate::domain::{ActivityKind, Entity, FieldId, Plan, Role, Technology, Value, customer::Segment};
use crate::query::schema::customer as c;
use crate::query::{Bound, compile};
use crate::store::PageAsk;

struct World {
    engine: Engine,
    who: Principal,
    clock: Arc<ManualClock>,
    _folder: tempfile::TempDir,
}

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("isp.db");
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
    let clock = Arc::new(ManualClock::at(calendar::start_of(day).plus_ms(10 * 3_600_000)));
    Engine::build(&path, &*clock, |load| {
        for (i, (name, speed, price)) in
            [("Fiber 100", 100, 699), ("Fiber 200", 200, 899), ("Fiber 300", 300, 999)].iter().enumerate()
        {
            load.plan(
                Id(i as i64 + 1),
                &Plan {
                    name: (*name).into(),
                    technology: Technology::Fiber,
                    speed: *speed,
                    price: Money::rupees(*price),
                    fup_gb: Some(3300),
                    post_fup: Some(2),
                    otts: vec!["JioHotstar".into()],
                    channels: 350,
                    segment: Segment::Home,
                    offer: Offer::Offered,
                },
            )?;
        }
        let app = OttApp {
            name: "JioHotstar".into(),
            owner: "JioStar".into(),
            kind: "general".into(),
            languages: "Hindi".into(),
        };
        load.ott(Id(1), &app)?;
        Ok("Set up for a test".into())
    })
    .unwrap();
    let engine = Engine::open(&path, false, clock.clone()).unwrap();
    World { engine, who: Principal::owner(), clock, _folder: folder }
}

impl World {
    fn add(&self, name: &str, phone: &str) -> Id {
        let fields = vec![
            (c::NAME, Value::text(name)),
            (c::PHONE, Value::text(phone)),
            (c::PLAN, "Fiber 200".into()),
            (c::CITY, "Pune".into()),
            (c::STATUS, "active".into()),
        ];
        let receipt = self
            .engine
            .execute(&self.who, Command::Create { entity: Entity::Customer, fields, allow_duplicates: false })
            .unwrap_or_else(|e| panic!("{e}"));
        receipt.created[0]
    }

    fn row(&self, id: Id) -> crate::domain::Record {
        self.engine.read(&self.who, &AskRow(Entity::Customer, id)).unwrap()
    }

    fn set(&self, id: Id, field: FieldId, value: impl Into<Value>) -> Result<Receipt, CommandError> {
        let fields = vec![(field, value.into())];
        self.engine.execute(
            &self.who,
            Command::Update { entity: Entity::Customer, target: Target::one(id), fields, base: None },
        )
    }
}

#[test]
fn a_new_customer_takes_what_comes_with_the_plan() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let row = w.row(id);
    assert_eq!(row.int(c::ACCOUNT), Some(1));
    assert_eq!(
        (row.int(c::SPEED), row.money(c::PRICE), row.money(c::MRR)),
        (Some(200), Money::rupees(899), Money::rupees(899))
    );
    assert_eq!(row.text(c::TECHNOLOGY), "fiber");
    let found = w.engine.read(&w.who, &AskFind { text: "098220-41377".into(), limit: 5 }).unwrap();
    assert_eq!(found[0].id, id);
    let briefing = w.engine.read(&w.who, &AskBriefing { id, events: 10 }).unwrap();
    assert_eq!(briefing.timeline[0].text, "Added Ravi Deshmukh (BN 0000001)");
}

#[test]
fn wrong_values_are_refused_and_nothing_is_saved() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let before = w.engine.digest().unwrap();
    for (field, value) in [
        (c::PHONE, Value::text("12345")),
        (c::NAME, Value::Null),
        (c::NPS, Value::Int(11)),
        (c::NAME, Value::text("Ra\u{1b}[2Jvi")),
        (c::MRR, Value::Int(5)),
        (c::STATUS, Value::text("terminated")),
        (c::CONSENT, Value::text("fax")),
    ] {
        assert!(w.set(id, field, value.clone()).is_err(), "took {value:?}");
    }
    assert_eq!(w.engine.digest().unwrap(), before);
}

#[test]
fn undo_and_redo_walk_back_and_forth() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let mut digests = vec![w.engine.digest().unwrap()];
    w.set(id, c::CITY, "Mumbai").unwrap();
    digests.push(w.engine.digest().unwrap());
    let status =
        Command::SetStatus { target: Target::one(id), status: Status::Suspended, reason: Some(Reason::Nonpayment) };
    w.engine.execute(&w.who, status).unwrap();
    digests.push(w.engine.digest().unwrap());
    let note = Command::Note { customer: id, kind: ActivityKind::Call, body: "third time this month".into() };
    w.engine.execute(&w.who, note).unwrap();
    digests.push(w.engine.digest().unwrap());
    for expected in digests.iter().rev().skip(1) {
        w.engine.undo(&w.who, UndoTarget::Last).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(w.engine.digest().unwrap(), *expected);
    }
    for expected in &digests[1..] {
        w.engine.redo(&w.who, UndoTarget::Last).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(w.engine.digest().unwrap(), *expected);
    }
    assert!(matches!(w.engine.redo(&w.who, UndoTarget::Last), Err(UndoError::NothingToRedo)));
    assert!(w.engine.health().unwrap().is_sound());
}

#[test]
fn undo_is_refused_where_someone_changed_the_same_field_since() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let first = w.set(id, c::CITY, "Mumbai").unwrap().entry.unwrap();
    w.set(id, c::AREA, "Andheri").unwrap();
    // Another field: no objection.
    w.engine.undo(&w.who, UndoTarget::Entry(first)).unwrap();
    assert_eq!(w.row(id).text(c::CITY), "Pune");
    assert_eq!(w.row(id).text(c::AREA), "Andheri");
    w.engine.redo(&w.who, UndoTarget::Entry(first)).unwrap();
    w.set(id, c::CITY, "Nashik").unwrap();
    let refused = w.engine.undo(&w.who, UndoTarget::Entry(first)).unwrap_err();
    assert!(refused.to_string().contains("Ravi Deshmukh"), "{refused}");
    assert_eq!(w.row(id).text(c::CITY), "Nashik");
}

#[test]
fn a_customer_with_notes_is_not_taken_out_by_undo() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let added = w.engine.read(&w.who, &ask::AskJournal { before: None, limit: 1 }).unwrap()[0].seq;
    w.engine.execute(&w.who, Command::Note { customer: id, kind: ActivityKind::Note, body: "called".into() }).unwrap();
    assert!(matches!(w.engine.undo(&w.who, UndoTarget::Entry(added)), Err(UndoError::Changed(_))));
    w.engine.undo(&w.who, UndoTarget::Last).unwrap();
    w.engine.undo(&w.who, UndoTarget::Last).unwrap();
    assert_eq!(w.engine.read(&w.who, &AskTotals(Bound::all(Entity::Customer))).unwrap().count, 0);
}

#[test]
fn two_forms_on_one_row_merge_or_show_the_clash() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let seen = w.row(id);
    let update = |field, value: &str| Command::Update {
        entity: Entity::Customer,
        target: Target::one(id),
        fields: vec![(field, Value::text(value))],
        base: Some(Base { version: seen.version, fields: vec![(field, seen.get(field).clone())] }),
    };
    w.engine.execute(&w.who, update(c::CITY, "Mumbai")).unwrap();
    w.engine.execute(&w.who, update(c::AREA, "Kothrud")).unwrap();
    let clash = w.engine.execute(&w.who, update(c::CITY, "Nashik")).unwrap_err();
    let CommandError::Conflict { clashes, .. } = &clash else { panic!("{clash}") };
    assert_eq!((clashes[0].theirs.as_text(), clashes[0].yours.as_text()), ("Mumbai", "Nashik"));
    let row = w.row(id);
    assert_eq!((row.text(c::CITY), row.text(c::AREA)), ("Mumbai", "Kothrud"));
}

#[test]
fn the_state_machine_holds_in_bulk_and_says_what_it_skipped() {
    let w = world();
    let a = w.add("Ravi Deshmukh", "+919822041377");
    let b = w.add("Sana Shaikh", "+919822041378");
    let all = || Target::Matching { filter: Bound::all(Entity::Customer), except: vec![] };
    let gone = Command::SetStatus { target: Target::one(b), status: Status::Terminated, reason: Some(Reason::Moved) };
    w.engine.execute(&w.who, gone).unwrap();
    let pause = Command::SetStatus { target: all(), status: Status::Paused, reason: Some(Reason::Vacation) };
    let preview = w.engine.preview(&w.who, &pause).unwrap();
    assert_eq!((preview.changes, preview.mrr), (1, Money::rupees(-899)));
    assert_eq!(preview.skip_reasons(), [("terminated cannot become paused".to_string(), 1)]);
    let receipt = w.engine.execute(&w.who, pause).unwrap();
    assert_eq!((receipt.changed, receipt.skipped.len()), (1, 1));
    assert_eq!(w.row(a).text(c::STATUS), "paused");
    let missing = Command::SetStatus { target: all(), status: Status::Suspended, reason: None };
    assert!(w.engine.execute(&w.who, missing).is_err());
}

#[test]
fn duplicates_are_named_and_can_be_insisted_on() {
    let w = world();
    w.add("Ravi Deshmukh", "+919822041377");
    let fields =
        vec![(c::NAME, "R. Deshmukh".into()), (c::PHONE, "+919822041377".into()), (c::PLAN, "fiber 100".into())];
    let again =
        |allow_duplicates| Command::Create { entity: Entity::Customer, fields: fields.clone(), allow_duplicates };
    let refused = w.engine.execute(&w.who, again(false)).unwrap_err().to_string();
    assert!(refused.contains("Ravi Deshmukh (BN 0000001) has the same phone"), "{refused}");
    w.engine.execute(&w.who, again(true)).unwrap();
}

#[test]
fn pages_walk_the_whole_list_both_ways_in_every_order() {
    let w = world();
    for i in 0..60 {
        let id = w.add(&format!("Name {:02}", (i * 37) % 60), &format!("+9198220{:05}", i));
        if i % 3 == 0 {
            w.set(id, c::NPS, Value::Int(i % 11)).unwrap();
        }
        if i % 4 == 0 {
            let s = Command::SetStatus {
                target: Target::one(id),
                status: Status::Suspended,
                reason: Some(Reason::Nonpayment),
            };
            w.engine.execute(&w.who, s).unwrap();
        }
    }
    for sort in [
        vec![(c::NAME, false)],
        vec![(c::RISK, true), (c::NAME, false)],
        vec![(c::RENEWS, false)],
        vec![(c::MRR, true)],
        vec![],
    ] {
        let page = |anchor, limit| {
            let ask = PageAsk {
                filter: Bound::all(Entity::Customer),
                sort: sort.clone(),
                fields: vec![c::NAME],
                anchor,
                limit,
            };
            w.engine.read(&w.who, &AskPage(ask)).unwrap()
        };
        let all: Vec<Id> = page(Anchor::First, 1000).rows.iter().map(|r| r.id).collect();
        assert_eq!(all.len(), 60);
        let mut forward = Vec::new();
        let mut next = page(Anchor::First, 7);
        loop {
            forward.extend(next.rows.iter().map(|r| r.id));
            let Some(last) = next.rows.last().filter(|_| next.more) else { break };
            next = page(Anchor::After(key(last, &sort)), 7);
        }
        assert_eq!(forward, all);
        let mut backward = Vec::new();
        let mut next = page(Anchor::Last, 7);
        loop {
            backward.extend(next.rows.iter().rev().map(|r| r.id));
            let Some(first) = next.rows.first().filter(|_| next.more) else { break };
            next = page(Anchor::Before(key(first, &sort)), 7);
        }
        backward.reverse();
        assert_eq!(backward, all);
    }
}

#[test]
fn a_denied_command_leaves_no_trace() {
    let w = world();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    let digest = w.engine.digest().unwrap();
    let head = w.engine.read(&w.who, &ask::AskJournal { before: None, limit: 1 }).unwrap();
    for role in Role::ALL.iter().filter(|r| **r != Role::Admin) {
        let who = Principal { user: "x".into(), role: *role, ..Principal::owner() };
        for verb in RULES.iter().map(|r| r.verb).filter(|v| !allows(*role, *v, Entity::Customer)) {
            let target = Target::one(id);
            let command = match verb {
                Verb::Update => Command::Update {
                    entity: Entity::Customer,
                    target,
                    fields: vec![(c::CITY, "X".into())],
                    base: None,
                },
                Verb::SetStatus => {
                    Command::SetStatus { target, status: Status::Paused, reason: Some(Reason::Vacation) }
                }
                Verb::ChangePlan => Command::ChangePlan { target, plan: "Fiber 300".into(), cycle: None, price: None },
                Verb::Set => Command::Set { key: "company.name".into(), value: "x".into() },
                Verb::Tag => Command::Tag { entity: Entity::Customer, target, add: vec!["x".into()], remove: vec![] },
                Verb::Delete => Command::Delete { entity: Entity::Customer, target },
                Verb::Undelete => Command::Undelete { entity: Entity::Customer, target },
                Verb::Import => Command::Import {
                    entity: Entity::Customer,
                    rows: vec![],
                    source: "x".into(),
                    allow_duplicates: false,
                },
                Verb::Create => Command::Create { entity: Entity::Customer, fields: vec![], allow_duplicates: false },
                Verb::Plans => Command::AddPlans { plans: vec![] },
                // The others have a test of their own.
                _ => continue,
            };
            assert!(matches!(w.engine.execute(&who, command), Err(CommandError::Denied(_))), "{role:?} {verb:?}");
        }
    }
    let reader = Principal { read_only: true, ..Principal::owner() };
    assert!(matches!(w.engine.undo(&reader, UndoTarget::Last), Err(UndoError::Command(CommandError::Denied(_)))));
    assert_eq!(w.engine.digest().unwrap(), digest);
    assert_eq!(w.engine.read(&w.who, &ask::AskJournal { before: None, limit: 1 }).unwrap(), head);
}

#[test]
fn imports_report_duplicates_and_never_overwrite() {
    let w = world();
    let rows: Vec<ImportRow> = (0..50)
        .map(|i| ImportRow {
            line: i + 2,
            fields: vec![
                (c::REF, Value::text(format!("X-{i}"))),
                (c::NAME, Value::text(format!("Person {i}"))),
                (c::PLAN, "Old Copper".into()),
                (c::TECHNOLOGY, "broadband".into()),
                (c::PRICE, Value::Int(49_900)),
            ],
        })
        .collect();
    let before = w.engine.digest().unwrap();
    let import = || Command::Import {
        entity: Entity::Customer,
        rows: rows.clone(),
        source: "x.csv".into(),
        allow_duplicates: false,
    };
    let first = w.engine.execute(&w.who, import()).unwrap();
    assert_eq!((first.created.len(), first.skipped.len()), (50, 0));
    let after = w.engine.digest().unwrap();
    let second = w.engine.execute(&w.who, import()).unwrap();
    assert_eq!((second.entry, second.skipped.len()), (None, 50));
    assert!(second.skipped[0].reason.contains("same outside reference as Person 0"));
    assert_eq!(w.engine.digest().unwrap(), after);
    w.engine.undo(&w.who, UndoTarget::Last).unwrap();
    assert_eq!(w.engine.digest().unwrap(), before);
}

#[test]
fn others_hear_of_a_change_after_it_is_saved() {
    let w = world();
    let feed = w.engine.subscribe();
    let id = w.add("Ravi Deshmukh", "+919822041377");
    assert!(feed.try_recv().is_ok());
    assert!(w.set(id, c::CITY, "Pune").unwrap().entry.is_none());
    assert!(feed.try_recv().is_err());
    w.clock.advance_ms(1000);
    let filter = compile("city:pune", Entity::Customer, &w.engine.context(&w.who)).unwrap();
    assert_eq!(w.engine.read(&w.who, &AskTotals(filter)).unwrap(), Totals { count: 1, mrr: Money::rupees(899) });
}

#[test]
fn a_price_waits_for_its_day_reaches_whom_it_should_and_goes_back() {
    let w = world();
    let on_list = w.add("Ravi Deshmukh", "+919822041377");
    let own_price = w.add("Meera Iyer", "+919822041378");
    let target = Target::one(own_price);
    let plan = w.row(on_list).text(c::PLAN).to_string();
    let change = Command::ChangePlan { target, plan: plan.clone(), cycle: None, price: Some(Money(10_000)) };
    w.engine.execute(&w.who, change).unwrap();
    let before = w.engine.digest().unwrap();
    let starts = w.engine.today() + chrono::Days::new(3);
    let price = |starts| Command::PricePlan { plan: plan.clone(), price: Money(123_400), starts, lines: Reached::All };
    assert!(w.engine.execute(&w.who, price(w.engine.today() - chrono::Days::new(1))).is_err());
    w.engine.execute(&w.who, price(starts)).unwrap();
    assert!(w.engine.catch_up().unwrap().is_empty(), "its day has not come");
    w.clock.advance_ms(3 * 86_400_000);
    let done = w.engine.catch_up().unwrap();
    assert!(done[0].summary.contains(&plan), "{}", done[0].summary);
    assert!(w.engine.catch_up().unwrap().is_empty(), "once is enough");
    assert_eq!(w.row(on_list).money(c::MRR), Money(123_400));
    assert_eq!(w.row(own_price).money(c::MRR), Money(10_000), "who pays a price of their own keeps it");
    w.engine.undo(&w.who, UndoTarget::Entry(done[0].entry.unwrap())).unwrap();
    w.engine.undo(&w.who, UndoTarget::Last).unwrap();
    assert_eq!(w.engine.digest().unwrap(), before);
}

#[test]
fn long_work_is_one_entry_in_parts_that_can_be_stopped_and_taken_back() {
    let w = world();
    for i in 0..10 {
        w.add(&format!("Customer {i}"), &format!("+9198220413{i:02}"));
    }
    let World { engine, who, clock: _clock, _folder } = w;
    let engine = engine.in_parts_of(3);
    let before = engine.digest().unwrap();
    let entries = || engine.read(&who, &ask::AskJournal { before: None, limit: 100 }).unwrap();
    let count = entries().len();
    let tag = |tag: &str| Command::Tag {
        entity: Entity::Customer,
        target: Target::Matching { filter: Bound::all(Entity::Customer), except: vec![] },
        add: vec![tag.into()],
        remove: vec![],
    };
    assert_eq!(engine.preview(&who, &tag("x")).unwrap().changes, 10);
    let told = std::cell::RefCell::new(Vec::new());
    let done = engine
        .execute_with(&who, tag("all"), &|done, all| {
            told.borrow_mut().push((done, all));
            true
        })
        .unwrap();
    assert_eq!((done.changed, told.into_inner().len()), (10, 5));
    assert!(done.summary.contains("10 rows in all"), "{}", done.summary);
    assert_eq!((entries().len(), entries()[0].changed), (count + 1, 10), "one entry, all rows");
    assert_eq!(engine.read(&who, &ask::AskChanges(done.entry.unwrap())).unwrap().1.len(), 10);
    let stopped = engine.execute_with(&who, tag("some"), &|done, _| done < 6).unwrap();
    assert_eq!(stopped.changed, 6);
    assert!(stopped.summary.contains("stopped: 4 rows stay as they were"), "{}", stopped.summary);
    for _ in 0..2 {
        engine.undo(&who, UndoTarget::Last).unwrap();
    }
    assert_eq!(engine.digest().unwrap(), before);
    engine.redo(&who, UndoTarget::Last).unwrap();
    engine.redo(&who, UndoTarget::Last).unwrap();
    let some = compile("tag:some", Entity::Customer, &engine.context(&who)).unwrap();
    assert_eq!(engine.read(&who, &AskTotals(some)).unwrap().count, 6);
    assert_eq!(engine.read(&who, &ask::AskBreak).unwrap(), None, "the chain holds");
}
