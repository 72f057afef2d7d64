//! Incidents at the engine's door: what they hit, the tickets they take in, one message to all, what is given back;
//! and the ticket that a job answers.

use bharatnet::base::{Clock as _, Id, Money, Timestamp};
use bharatnet::domain::incident::{Phase, Scope, rebate};
use bharatnet::domain::job::JobKind;
use bharatnet::domain::sla::STANDS;
use bharatnet::domain::{Entity, Principal, Value};
use bharatnet::engine::ask::{AskFind, AskPage, AskUptime};
use bharatnet::engine::{
    Anchor, Appointment, Checks, Command, CommandError, Engine, IncidentCommand, JobCommand, NewTicket, Outage,
    PageAsk, Report, Rule, Target, UndoTarget, Verb,
};
use bharatnet::query::compile;
use bharatnet::query::schema::{customer as c, incident as n, incident::rebate as r, job as j, ticket as t};

use crate::laws::World;

const HOUR: i64 = 3_600_000;

fn outage(scope: Scope, target: &str, began: Option<Timestamp>) -> Outage {
    Outage { scope, target: target.into(), title: "Fibre cut".into(), began, until: None, planned: false }
}

fn open(outage: Outage, attach: bool) -> Command {
    Command::Incident(IncidentCommand::Open { outage, attach })
}

fn close(id: Id, keep: bool, rebate: bool) -> Command {
    Command::Incident(IncidentCommand::Close { id, cause: "road work".into(), ended: None, keep, rebate })
}

fn complain(customers: Vec<Id>) -> Command {
    let ticket = NewTicket { subject: "No light".into(), category: "no-internet".into(), ..NewTicket::default() };
    let customers = Target::Ids(customers);
    Command::Ticket(bharatnet::engine::TicketCommand::Raise { customers, ticket, anyway: true })
}

fn rows(world: &World, entity: Entity, text: &str) -> Vec<bharatnet::domain::Record> {
    let filter = compile(text, entity, &world.context()).unwrap_or_else(|e| panic!("{text}: {e}"));
    let fields = bharatnet::query::schema::ids(entity).collect();
    let ask = PageAsk { filter, sort: vec![], fields, anchor: Anchor::First, limit: 100_000 };
    world.engine.read(&world.who, &AskPage(ask)).unwrap().rows
}

/// A company without incidents and open tickets of its own.
fn bare(customers: u64) -> World {
    let world = World::new(customers, 5);
    for (entity, text) in [(Entity::Incident, ""), (Entity::Ticket, "is:open")] {
        let filter = compile(text, entity, &world.context()).expect("a filter");
        let target = Target::Matching { filter, except: vec![] };
        world.engine.execute(&world.who, Command::Delete { entity, target }).expect("none");
    }
    world
}

/// What a person tries on an incident.
pub fn attempt(
    engine: &Engine,
    admin: &Principal,
    who: &Principal,
    rule: &Rule,
    mine: bool,
) -> Result<(), CommandError> {
    let make = || open(outage(Scope::Filter, if mine { "is:active" } else { "has:name" }, None), false);
    let id = engine.execute(admin, make()).expect("a row to try it on").created[0];
    let target = Target::one(id);
    let command = match rule.verb {
        Verb::RunIncident => Command::Incident(IncidentCommand::Attach { id }),
        Verb::Rebate => close(id, true, true),
        Verb::Update => Command::Update {
            entity: Entity::Incident,
            target,
            fields: vec![(n::TITLE, Value::text(format!("By {}", who.user)))],
            base: None,
        },
        Verb::Delete => Command::Delete { entity: Entity::Incident, target },
        _ => {
            engine.execute(admin, Command::Delete { entity: Entity::Incident, target: target.clone() }).expect("away");
            Command::Undelete { entity: Entity::Incident, target }
        }
    };
    let before = engine.digest()?;
    let result = engine.execute(who, command).map(|_| ());
    assert!(result.is_ok() || engine.digest()? == before, "{result:?}");
    result
}

#[test]
fn ten_thousand_lines_and_four_hundred_tickets_in_four_commands() {
    let world = bare(11_400);
    let found = world.engine.read(&world.who, &AskFind { text: "is:active sort:account".into(), limit: 400 }).unwrap();
    world.run(complain(found.iter().map(|r| r.id).collect()));
    // A bill is no part of an outage.
    let bill = NewTicket { subject: "Bill".into(), category: "billing-issues".into(), ..NewTicket::default() };
    let customers = Target::one(found[0].id);
    world.run(Command::Ticket(bharatnet::engine::TicketCommand::Raise { customers, ticket: bill, anyway: true }));
    world.clock.advance_ms(HOUR);
    let began = Timestamp(world.clock.now().0 - 50 * HOUR);
    let opened = world.there_and_back(open(outage(Scope::Filter, "has:name", Some(began)), false));
    let id = opened.created[0];
    let incident = || world.row(Entity::Incident, id);
    let hit = incident().int(n::AFFECTED).unwrap();
    assert!(hit >= 10_000, "{hit} lines");
    let running = |at: &str| {
        rows(&world, Entity::Ticket, at).iter().filter(|row| row.int(t::CLOCK).is_some_and(|n| n < STANDS)).count()
    };
    assert_eq!(running("subject:\"No light\""), 400);
    let attached = world.there_and_back(Command::Incident(IncidentCommand::Attach { id }));
    assert!(attached.summary.contains("Attached 400 tickets"), "{}", attached.summary);
    assert_eq!(incident().int(n::TICKETS), Some(400));
    assert_eq!(running("subject:\"No light\""), 0, "their clocks stand");
    assert_eq!(running("subject:Bill"), 1, "others go on");
    let spent: i64 = rows(&world, Entity::Ticket, "subject:\"No light\"").iter().filter_map(|r| r.int(t::SPENT)).sum();
    let before = rows(&world, Entity::Message, "").len();
    let told = world.there_and_back(Command::Incident(IncidentCommand::Tell { id, body: String::new() }));
    assert_eq!(rows(&world, Entity::Message, "").len() - before, hit as usize, "{}", told.summary);
    world.clock.advance_ms(5 * HOUR);
    let preview = world.engine.preview(&world.who, &close(id, false, true)).unwrap();
    assert!(preview.summary.contains("given back to"), "{}", preview.summary);
    world.there_and_back(close(id, false, true));
    let number = incident().text(n::NUMBER).to_string();
    assert_eq!((incident().text(n::PHASE), incident().int(n::MINUTES)), ("closed", Some(55 * 60)));
    let back = rows(&world, Entity::Rebate, &format!("incident:{number}"));
    let billed = rows(&world, Entity::Customer, "mrr>0 -status:pending,terminated");
    assert_eq!(back.len(), billed.len());
    let billed: std::collections::HashMap<i64, _> = billed.iter().map(|l| (l.id.0, l)).collect();
    for row in &back {
        let line = billed[&row.int(r::CUSTOMER).expect("a row")];
        let down = row.int(r::MINUTES).unwrap();
        assert_eq!(row.money(r::AMOUNT), rebate(line.money(c::MRR), down, 240, 30), "{}", line.text(c::NAME));
        assert!(down <= 55 * 60);
    }
    let sum: i64 = back.iter().map(|r| r.money(r::AMOUNT).0).sum();
    assert_eq!(incident().money(n::REBATE), Money(sum), "to the paisa");
    let solved = rows(&world, Entity::Ticket, "subject:\"No light\" status:resolved");
    assert_eq!(solved.len(), 400);
    let after: i64 = solved.iter().filter_map(|r| r.int(t::SPENT)).sum();
    assert_eq!(after, spent, "the hours of the incident are nobody's");
    let told = world.refused(close(id, false, false));
    assert!(told.contains("is closed"), "{told}");
    // What comes back afterwards has a clock of its own again.
    let state = bharatnet::domain::ticket::State::InProgress;
    let target = Target::one(solved[0].id);
    world.there_and_back(Command::Ticket(bharatnet::engine::TicketCommand::SetState { target, state }));
    let row = world.row(Entity::Ticket, solved[0].id);
    assert!(row.text(t::INCIDENT).is_empty() && row.int(t::CLOCK).is_some_and(|n| n < STANDS));
}

#[test]
fn an_incident_takes_in_open_tickets_at_once_and_lets_them_go() {
    let world = bare(200);
    let line =
        world.engine.read(&world.who, &AskFind { text: "is:active has:olt".into(), limit: 1 }).unwrap().remove(0);
    let olt = world.row(Entity::Customer, line.id).text(c::OLT).to_string();
    world.run(complain(vec![line.id]));
    let digest = world.engine.digest().unwrap();
    let nowhere = world.refused(open(outage(Scope::Olt, "OLT-XXX-99", None), true));
    assert!(nowhere.contains("no line in service"), "{nowhere}");
    let later = Timestamp(world.clock.now().0 + HOUR);
    assert!(world.refused(open(outage(Scope::Olt, &olt, Some(later)), true)).contains("announce it as planned"));
    let opened = world.there_and_back(open(outage(Scope::Olt, &olt, None), true));
    assert!(opened.summary.contains("1 tickets attached"), "{}", opened.summary);
    let id = opened.created[0];
    let word =
        IncidentCommand::Update { id, phase: Phase::Identified, word: "crew on the way".into(), until: Some(later) };
    world.there_and_back(Command::Incident(word));
    assert_eq!(world.row(Entity::Incident, id).text(n::UPDATE), "crew on the way");
    world.clock.advance_ms(2 * HOUR);
    world.there_and_back(close(id, true, false));
    let ticket = &rows(&world, Entity::Ticket, "subject:\"No light\"")[0];
    assert!(ticket.text(t::INCIDENT).is_empty() && ticket.int(t::CLOCK).is_some_and(|n| n < STANDS));
    let uptime = world.engine.read(&world.who, &AskUptime { from: Timestamp(later.0 - 24 * HOUR), to: later }).unwrap();
    let area = world.row(Entity::Customer, line.id).text(c::AREA).to_string();
    let own = uptime.iter().find(|u| u.area == area).expect("its area");
    assert!(own.lost > 0 && own.share() < 100_000, "{own:?}");
    assert!(uptime.iter().all(|u| (0..=100_000).contains(&u.share())));
    // Announced work begins later, takes nothing in, and can be called off.
    let soon = Timestamp(world.clock.now().0 + 24 * HOUR);
    let planned = Outage { planned: true, ..outage(Scope::Area, &area, Some(soon)) };
    let id = world.there_and_back(open(planned, true)).created[0];
    assert!(world.refused(Command::Incident(IncidentCommand::Attach { id })).contains("has not begun"));
    world.there_and_back(Command::Incident(IncidentCommand::Cancel { id }));
    for _ in 0..5 {
        world.engine.undo(&world.who, UndoTarget::Last).unwrap();
    }
    assert_eq!(world.engine.digest().unwrap(), digest);
}

#[test]
fn a_ticket_opens_a_job_and_the_finished_job_answers_the_ticket() {
    let world = bare(100);
    let line = world.engine.read(&world.who, &AskFind { text: "is:active".into(), limit: 1 }).unwrap().remove(0);
    let ticket = world.run(complain(vec![line.id])).created[0];
    let when = Appointment { owner: Some("ravi".into()), ..Appointment::default() };
    let raised = Command::Job(JobCommand::ForTicket { ticket, when, note: String::new() });
    let job = world.there_and_back(raised).created[0];
    let (row, asked) = (world.row(Entity::Job, job), world.row(Entity::Ticket, ticket));
    assert_eq!((row.text(j::KIND), row.get(j::TICKET)), (JobKind::Fault.code(), asked.get(t::DOCKET)));
    assert_eq!((asked.text(t::STATUS), asked.text(t::TECHNICIAN)), ("in-progress", "ravi"));
    let open_before = world.row(Entity::Customer, line.id).int(c::OPEN_TICKETS).unwrap();
    world.run(Command::Job(JobCommand::Start { id: job }));
    let report = Report {
        outcome: "splice remade".into(),
        checks: Checks::All,
        after: Some(-200),
        signed: "Sunita".into(),
        ..Report::default()
    };
    let done = world.there_and_back(Command::Job(JobCommand::Finish { id: job, report }));
    assert!(done.summary.contains("is solved"), "{}", done.summary);
    let asked = world.row(Entity::Ticket, ticket);
    assert_eq!(asked.text(t::STATUS), "resolved");
    assert!(!asked.get(t::ANSWERED).is_null());
    let line = world.row(Entity::Customer, line.id);
    assert_eq!((line.int(c::OPEN_TICKETS), line.int(c::OPTICAL)), (Some(open_before - 1), Some(-200)));
    let wrong = Command::Job(JobCommand::Raise {
        kind: JobKind::Survey,
        customers: Target::one(line.id),
        when: Appointment::default(),
        ticket: "T-999999999".into(),
        note: String::new(),
    });
    assert!(world.refused(wrong).contains("is no docket here"));
}
