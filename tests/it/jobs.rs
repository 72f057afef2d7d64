//! Field work at the engine's door: the life of a job, slots, handing out, the stock ledger, the customer's code.

use bharatnet::base::{Id, calendar};
use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::job::{Hindrance, ItemState, JobKind, Slot, checklist};
use bharatnet::domain::{Entity, Principal, Role, Value};
use bharatnet::engine::ask::{AskChanges, AskFind, AskJob, AskJournal, AskPage, AskTotals};
use bharatnet::engine::{
    Anchor, Appointment, Checks, Command, CommandError, Engine, JobCommand, PageAsk, Report, Rule, Target, UndoTarget,
    Verb,
};
use bharatnet::query::Bound;
use bharatnet::query::schema::{customer as c, ids, item as i, job as j, outbox as o};

use crate::laws::World;
use crate::leads::{fields, new};
use crate::people::{add as hire, enter};

/// A company whose jobs and stock are only what a test puts in.
fn bare() -> World {
    let world = World::new(60, 5);
    for entity in [Entity::Job, Entity::Item] {
        let target = Target::Matching { filter: Bound::all(entity), except: vec![] };
        world.engine.execute(&world.who, Command::Delete { entity, target }).expect("an empty board");
    }
    world
}

fn customers(world: &World, filter: &str, limit: usize) -> Vec<Id> {
    let found = world.engine.read(&world.who, &AskFind { text: format!("{filter} sort:account"), limit }).unwrap();
    assert!(!found.is_empty(), "nobody is {filter}");
    found.into_iter().map(|r| r.id).collect()
}

fn today(world: &World) -> i64 {
    calendar::days_of(world.engine.today())
}

fn raise(kind: JobKind, customers: Vec<Id>, when: Appointment) -> Command {
    let customers = Target::Ids(customers);
    Command::Job(JobCommand::Raise { kind, customers, when, ticket: String::new(), note: "second floor".into() })
}

fn at(day: i64, slot: Slot, owner: &str) -> Appointment {
    Appointment { day: Some(day), slot: Some(slot), owner: Some(owner.into()) }
}

fn stocked(world: &World, serial: &str, kind: &str) -> Id {
    world.run(new(Entity::Item, &[(i::SERIAL, serial), (i::KIND, kind), (i::MODEL, "Netlink HG323")])).created[0]
}

/// A report that leaves nothing open.
fn report(world: &World, kind: JobKind, serials: &[&str]) -> Report {
    let list = bharatnet::domain::settings::Settings::default();
    let checks = checklist(list.text(kind.checklist_key())).into_iter().map(str::to_string).collect();
    assert!(today(world) > 0);
    Report {
        outcome: "connector cleaned".into(),
        checks: Checks::These(checks),
        before: Some(-281),
        after: Some(-198),
        serials: serials.iter().map(|s| s.to_string()).collect(),
        cable: Some(35),
        signed: "Sunita".into(),
        photo: "gate.jpg".into(),
        travel: Some(7),
    }
}

/// What a person tries on a job or an item of their own or of somebody else's.
pub fn attempt(
    engine: &Engine,
    admin: &Principal,
    who: &Principal,
    rule: &Rule,
    mine: bool,
    n: &str,
) -> Result<(), CommandError> {
    let owner = if mine { who.user.as_str() } else { "extra" };
    let customer = engine.read(admin, &AskFind { text: "is:active".into(), limit: 1 }).expect("a customer")[0].id;
    let make =
        || raise(JobKind::Fault, vec![customer], Appointment { owner: Some(owner.into()), ..Default::default() });
    let item = || new(Entity::Item, &[(i::SERIAL, n), (i::KIND, "onu")]);
    let before = engine.digest()?;
    if rule.verb == Verb::RaiseJob || (rule.of == Entity::Item && rule.verb == Verb::Create) {
        let result = engine.execute(who, if rule.of == Entity::Item { item() } else { make() });
        assert!(result.is_ok() || engine.digest()? == before, "{n}: {result:?}");
        if let Ok(receipt) = &result {
            let entry = receipt.entry.expect("an entry");
            engine.undo(admin, UndoTarget::Entry(entry)).expect("taken out");
        }
        return result.map(|_| ());
    }
    let made =
        engine.execute(admin, if rule.of == Entity::Item { item() } else { make() }).expect("a row to try it on");
    let id = made.created[0];
    let target = Target::one(id);
    let set = if rule.of == Entity::Item { (i::MODEL, Value::text("x")) } else { (j::NOTE, Value::text("x")) };
    let command = match rule.verb {
        Verb::Update => Command::Update { entity: rule.of, target, fields: vec![set], base: None },
        Verb::Delete => Command::Delete { entity: rule.of, target },
        Verb::Undelete => {
            engine.execute(admin, Command::Delete { entity: rule.of, target: target.clone() }).expect("put away");
            Command::Undelete { entity: rule.of, target }
        }
        Verb::ScheduleJob => {
            let when = Appointment { slot: Some(Slot::One), ..Default::default() };
            Command::Job(JobCommand::Schedule { target, when, double: false })
        }
        Verb::DoJob => Command::Job(JobCommand::Start { id }),
        Verb::CancelJob => Command::Job(JobCommand::Cancel { target }),
        Verb::Stock => Command::Job(JobCommand::Stock { target, state: ItemState::Faulty, owner: None }),
        other => panic!("{other:?} is tried nowhere"),
    };
    let tried = engine.digest()?;
    let result = engine.execute(who, command).map(|_| ());
    assert!(result.is_ok() || engine.digest()? == tried, "{n}: {result:?}");
    // The one job a customer has at a time makes room for the next.
    let rest = Command::Job(JobCommand::Fail { target: Target::one(id), why: Hindrance::Absent, note: String::new() });
    if rule.of == Entity::Job && engine.execute(admin, rest).is_ok_and(|r| r.changed == 0) {
        let cancel = Command::Job(JobCommand::Cancel { target: Target::one(id) });
        engine.execute(admin, cancel).expect("an end");
    }
    result
}

#[test]
fn an_installation_from_the_order_to_the_line_in_service_and_back() {
    let world = bare();
    let customer = customers(&world, "status:pending", 1)[0];
    let kind = JobKind::Install;
    let onu = stocked(&world, "HWTC10203040", "onu");
    world.there_and_back(Command::Job(JobCommand::Stock {
        target: Target::one(onu),
        state: ItemState::Issued,
        owner: Some("ravi".into()),
    }));
    let job = world.there_and_back(raise(kind, vec![customer], Appointment::default())).created[0];
    let row = world.row(Entity::Job, job);
    assert_eq!((row.text(j::STATE), row.text(j::NOTE)), ("open", "second floor"));
    let line = world.row(Entity::Customer, customer);
    for (ours, theirs) in [(j::NAME, c::NAME), (j::ADDRESS, c::ADDRESS), (j::PHONE, c::PHONE), (j::AREA, c::AREA)] {
        assert_eq!(row.get(ours), line.get(theirs));
    }
    let again = world.run(raise(kind, vec![customer], Appointment::default()));
    assert!(again.changed == 0 && again.skipped[0].reason.contains("already"), "{again:?}");
    let target = Target::one(job);
    let when = at(today(&world), Slot::Eleven, "ravi");
    world.there_and_back(Command::Job(JobCommand::Schedule { target: target.clone(), when, double: false }));
    assert_eq!(world.row(Entity::Job, job).text(j::STATE), "scheduled");
    let early = world.refused(Command::Job(JobCommand::Finish { id: job, report: report(&world, kind, &[]) }));
    assert!(early.contains("start it first"), "{early}");
    world.there_and_back(Command::Job(JobCommand::Start { id: job }));
    let finish = |report: Report| Command::Job(JobCommand::Finish { id: job, report });
    let whole = report(&world, kind, &["HWTC10203040"]);
    for (broken, told) in [
        (Report { outcome: " ".into(), ..whole.clone() }, "what was done"),
        (Report { checks: Checks::These(vec!["light measured".into()]), ..whole.clone() }, "not yet: cable fixed"),
        (Report { checks: Checks::These(vec!["tea".into()]), ..whole.clone() }, "not on the checklist"),
        (Report { after: Some(400), ..whole.clone() }, "between -50 and +10"),
        (Report { serials: vec!["NOBODY".into()], ..whole.clone() }, "not in stock"),
        (Report { signed: String::new(), ..whole.clone() }, "who signed"),
    ] {
        let refused = world.refused(finish(broken));
        assert!(refused.contains(told), "{refused}");
    }
    world.there_and_back(Command::Job(JobCommand::Tick { id: job, checks: vec!["light measured".into()] }));
    world.there_and_back(finish(whole));
    let (row, line, item) =
        (world.row(Entity::Job, job), world.row(Entity::Customer, customer), world.row(Entity::Item, onu));
    assert_eq!((row.text(j::STATE), row.int(j::BEFORE), row.int(j::AFTER)), ("done", Some(-281), Some(-198)));
    assert_eq!((line.text(c::STATUS), line.text(c::ONU)), (Status::Active.code(), "HWTC10203040"));
    assert_eq!(line.int(c::OPTICAL), Some(-198));
    assert!(line.int(c::MRR) > Some(0));
    assert_eq!((item.text(i::STATE), item.get(i::ACCOUNT)), ("installed", line.get(c::ACCOUNT)));
    assert!(item.get(i::OWNER).is_null() && item.get(i::JOB) == row.get(j::NUMBER));
    let sheet = world.engine.read(&world.who, &AskJob { id: job, events: 10 }).unwrap();
    assert_eq!(sheet.installed.len(), 1);
    assert_eq!(sheet.checklist.len(), sheet.record.get(j::CHECKS).items().count());
    // Before the job nothing was known of it: five entries back and all is as it was.
    for end in
        [Command::Job(JobCommand::Cancel { target: target.clone() }), Command::Job(JobCommand::Start { id: job })]
    {
        match world.engine.execute(&world.who, end) {
            Ok(receipt) => assert!(receipt.changed == 0 && receipt.skipped[0].reason.contains("is done")),
            Err(e) => assert!(e.to_string().contains("is done"), "{e}"),
        }
    }
}

#[test]
fn a_box_is_at_one_place_and_comes_back_by_a_recovery() {
    let world = bare();
    let two = customers(&world, "status:active", 2);
    stocked(&world, "SYR900100", "router");
    let twice = world.refused(new(Entity::Item, &[(i::SERIAL, "SYR900100"), (i::KIND, "router")]));
    assert!(twice.contains("of this name already"), "{twice}");
    let mend = |customer: Id| {
        let job = world.run(raise(JobKind::Fault, vec![customer], Appointment::default())).created[0];
        world.run(Command::Job(JobCommand::Start { id: job }));
        Command::Job(JobCommand::Finish { id: job, report: report(&world, JobKind::Fault, &["syr900100"]) })
    };
    world.there_and_back(mend(two[0]));
    let told = world.refused(mend(two[1]));
    assert!(told.contains("is installed at account"), "{told}");
    let item = world.row(Entity::Item, world_item(&world, "SYR900100"));
    assert_eq!(item.get(i::ACCOUNT), world.row(Entity::Customer, two[0]).get(c::ACCOUNT));
    let back = Command::Job(JobCommand::Stock { target: Target::one(item.id), state: ItemState::Store, owner: None });
    let left = world.run(back.clone());
    assert!(left.changed == 0 && left.skipped[0].reason.contains("a recovery job fetches it"), "{left:?}");
    let early = world.run(raise(JobKind::Recovery, vec![two[0]], Appointment::default()));
    assert!(early.skipped[0].reason.contains("still in service"), "{early:?}");
    world.run(Command::SetStatus {
        target: Target::one(two[0]),
        status: Status::Suspended,
        reason: Some(Reason::Nonpayment),
    });
    let job = world.run(raise(JobKind::Recovery, vec![two[0]], Appointment::default())).created[0];
    world.run(Command::Job(JobCommand::Start { id: job }));
    let fetched = Report { before: None, after: None, ..report(&world, JobKind::Recovery, &["SYR900100"]) };
    world.there_and_back(Command::Job(JobCommand::Finish { id: job, report: fetched }));
    let item = world.row(Entity::Item, item.id);
    assert_eq!((item.text(i::STATE), item.text(i::OWNER)), ("issued", world.who.user.as_str()));
    assert!(item.get(i::ACCOUNT).is_null());
    world.there_and_back(back);
    assert_eq!(world.row(Entity::Item, item.id).text(i::STATE), "store");
    let nobody =
        Command::Job(JobCommand::Stock { target: Target::one(item.id), state: ItemState::Issued, owner: None });
    assert!(world.refused(nobody).contains("Technician"));
}

fn world_item(world: &World, serial: &str) -> Id {
    let filter = bharatnet::query::compile(&format!("serial:{serial}"), Entity::Item, &world.context()).unwrap();
    let fields = bharatnet::query::schema::ids(Entity::Item).collect();
    let ask =
        bharatnet::engine::PageAsk { filter, sort: vec![], fields, anchor: bharatnet::engine::Anchor::First, limit: 1 };
    world.engine.read(&world.who, &bharatnet::engine::ask::AskPage(ask)).unwrap().rows[0].id
}

#[test]
fn a_slot_is_taken_once_unless_it_is_meant() {
    let world = bare();
    let (day, three) = (today(&world) + 1, customers(&world, "status:active", 3));
    let raised = world.run(raise(JobKind::Fault, three.clone(), at(day, Slot::Nine, "ravi")));
    assert_eq!((raised.changed, raised.skipped.len()), (1, 2), "one man, one slot, one job");
    assert!(raised.skipped[0].reason.contains("ravi has J-"), "{:?}", raised.skipped);
    let first = world.row(Entity::Job, raised.created[0]).text(j::NUMBER).to_string();
    let jobs = world.run(raise(JobKind::Survey, three, Appointment::default())).created;
    let schedule = |double| {
        let (target, when) = (Target::Ids(jobs.clone()), at(day, Slot::Nine, "RAVI"));
        Command::Job(JobCommand::Schedule { target, when, double })
    };
    let left = world.run(schedule(false));
    assert_eq!((left.changed, left.skipped.len()), (0, 3));
    assert!(left.skipped.iter().all(|s| s.reason.contains(&first)), "{:?}", left.skipped);
    assert_eq!(world.there_and_back(schedule(true)).changed, 3);
    let past = at(day - 2, Slot::Nine, "ravi");
    let told = world.refused(Command::Job(JobCommand::Schedule {
        target: Target::Ids(jobs.clone()),
        when: past,
        double: false,
    }));
    assert!(told.contains("Day: is over"), "{told}");
    // A job that could not be done gets another day; one that was cancelled stays so.
    let why = Command::Job(JobCommand::Fail {
        target: Target::one(jobs[0]),
        why: Hindrance::Absent,
        note: "gate locked".into(),
    });
    world.there_and_back(why);
    assert_eq!(world.row(Entity::Job, jobs[0]).text(j::HINDRANCE), "absent");
    world.there_and_back(Command::Job(JobCommand::Cancel { target: Target::one(jobs[1]) }));
    let next = Command::Job(JobCommand::Schedule {
        target: Target::Ids(jobs[..2].to_vec()),
        when: at(day + 1, Slot::Nine, "ravi"),
        double: false,
    });
    let done = world.there_and_back(next);
    assert_eq!((done.changed, done.skipped[0].reason.as_str()), (1, "is cancelled"));
}

#[test]
fn jobs_go_to_who_is_near_and_has_least() {
    let world = bare();
    let engine = &world.engine;
    hire(engine, &world.who, "asha", Role::Admin);
    let asha = enter(engine, "asha").who;
    hire(engine, &asha, "kiran", Role::Field);
    hire(engine, &asha, "ravi", Role::Field);
    let run = |command: Command| engine.execute(&asha, command).unwrap_or_else(|e| panic!("{e}"));
    let wrong = raise(JobKind::Fault, vec![Id(1)], at(today(&world), Slot::Nine, "ravy"));
    let find = |text: &str| engine.read(&asha, &AskFind { text: text.into(), limit: 12 }).unwrap();
    let all: Vec<Id> = find("status:active sort:account").iter().map(|r| r.id).collect();
    // Half of them live in one place.
    for (n, id) in all.iter().enumerate() {
        let area = if n % 2 == 0 { "Kothrud" } else { "Aundh" };
        let fields = fields(&[(c::AREA, area)]);
        run(Command::Update { entity: Entity::Customer, target: Target::one(*id), fields, base: None });
    }
    assert_eq!(run(wrong).changed, 0, "nobody to raise it for");
    let jobs = run(raise(JobKind::Survey, all, Appointment::default())).created;
    run(Command::Set { key: "jobs.a-day".into(), value: "3".into() });
    let digest = engine.digest().unwrap();
    let done = run(Command::Job(JobCommand::HandOut { target: Target::Ids(jobs.clone()) }));
    assert_eq!(done.changed, 12);
    let rows: Vec<_> =
        jobs.iter().map(|id| engine.read(&asha, &bharatnet::engine::ask::AskRow(Entity::Job, *id)).unwrap()).collect();
    let tomorrow = today(&world) + 1;
    for day in [tomorrow, tomorrow + 1] {
        for login in ["kiran", "ravi"] {
            let own: Vec<_> = rows.iter().filter(|r| r.int(j::DAY) == Some(day) && r.text(j::OWNER) == login).collect();
            assert_eq!(own.len(), 3, "{login} on {day}");
            assert!(own.iter().all(|r| r.get(j::AREA) == own[0].get(j::AREA)), "one place a day");
            let slots: std::collections::BTreeSet<_> = own.iter().map(|r| r.text(j::SLOT)).collect();
            assert_eq!(slots.len(), 3, "no slot twice");
        }
    }
    engine.undo(&asha, UndoTarget::Last).unwrap();
    assert_eq!(engine.digest().unwrap(), digest);
    let told = engine
        .execute(
            &asha,
            Command::Job(JobCommand::Schedule {
                target: Target::one(jobs[0]),
                when: at(tomorrow, Slot::Nine, "ravy"),
                double: false,
            }),
        )
        .unwrap_err()
        .to_string();
    assert!(told.contains("did you mean ravi?"), "{told}");
}

#[test]
fn the_code_is_with_the_customer_and_ends_the_job() {
    let world = bare();
    let engine = &world.engine;
    hire(engine, &world.who, "asha", Role::Admin);
    let asha = enter(engine, "asha").who;
    hire(engine, &asha, "ravi", Role::Field);
    let ravi = enter(engine, "ravi").who;
    let run = |who: &Principal, command: Command| engine.execute(who, command);
    run(&asha, Command::Set { key: "jobs.signoff".into(), value: "code".into() }).unwrap();
    let customer = engine.read(&asha, &AskFind { text: "status:active".into(), limit: 1 }).unwrap()[0].id;
    let when = at(today(&world), Slot::Three, "ravi");
    let job = run(&asha, raise(JobKind::Fault, vec![customer], when)).unwrap().created[0];
    let before = engine.read(&asha, &AskTotals(Bound::all(Entity::Message))).unwrap().count;
    run(&ravi, Command::Job(JobCommand::Start { id: job })).unwrap();
    let sheet = |who: &Principal| engine.read(who, &AskJob { id: job, events: 5 }).unwrap();
    let code = sheet(&asha).code.expect("the desk tells the customer");
    // The code went to the customer as the visit began; who is to hear it at the door cannot read it anywhere.
    let messages = |who: &Principal| {
        let ask = PageAsk {
            filter: Bound::all(Entity::Message),
            sort: vec![(o::AT, true)],
            fields: ids(Entity::Message).collect(),
            anchor: Anchor::First,
            limit: 1,
        };
        engine.read(who, &AskPage(ask)).unwrap().rows.remove(0)
    };
    let number = sheet(&asha).record.text(j::NUMBER).to_string();
    let (clear, covered) = (messages(&asha), messages(&ravi));
    assert_eq!((clear.text(o::REFERENCE), clear.text(o::STATUS)), (number.as_str(), "queued"));
    assert!(clear.text(o::BODY).contains(&code) && clear.text(o::BODY).contains("ravi"), "{}", clear.text(o::BODY));
    assert!(!covered.text(o::BODY).contains(&code), "{}", covered.text(o::BODY));
    assert!(engine.reveal(&ravi, Entity::Message, clear.id, "curious").is_err());
    let entry = engine.read(&ravi, &AskJournal { before: None, limit: 1 }).unwrap()[0].seq;
    let told = format!("{:?}", engine.read(&ravi, &AskChanges(entry)));
    assert!(told.contains("started") && !told.contains(&code), "{told}");
    // Taking the start back takes the message out, too.
    engine.undo(&ravi, UndoTarget::Last).unwrap();
    assert_eq!(engine.read(&asha, &AskTotals(Bound::all(Entity::Message))).map(|t| t.count).unwrap(), before);
    run(&ravi, Command::Job(JobCommand::Start { id: job })).unwrap();
    assert_eq!(sheet(&ravi).code, None, "the technician hears it at the door");
    let name = |world: &World, signed: &str| {
        Command::Job(JobCommand::Finish {
            id: job,
            report: Report { signed: signed.into(), ..report(world, JobKind::Fault, &[]) },
        })
    };
    let wrong = if code == "0000" { "0001" } else { "0000" };
    let told = run(&ravi, name(&world, wrong)).unwrap_err().to_string();
    assert!(told.contains("not the code"), "{told}");
    run(&ravi, name(&world, &code)).unwrap();
    assert_eq!(sheet(&asha).record.text(j::SIGNED), "code of the customer", "the code itself is kept nowhere");
    assert!(!sheet(&ravi).record.text(j::PHONE).contains('•'), "their own job shows whom to ring");
    let other = run(&asha, raise(JobKind::Survey, vec![customer], Appointment::default())).unwrap().created[0];
    let masked = engine.read(&ravi, &AskJob { id: other, events: 5 }).unwrap();
    assert!(masked.record.text(j::PHONE).contains('•'), "somebody else's does not");
}
