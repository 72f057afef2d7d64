//! People, login and roles at the engine's door: who comes in, who stays out, who may do what.

use std::sync::Arc;

use bharatnet::base::{Clock as _, Id, Money};
use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::model::ModelKind;
use bharatnet::domain::people::Sharing;
use bharatnet::domain::plan::Reached;
use bharatnet::domain::sla::Regulation;
use bharatnet::domain::ticket::{Appeal, Priority, State as TicketState};
use bharatnet::domain::{ActivityKind, Entity, Principal, Record, Role, Secret, Value};
use bharatnet::engine::ask::{
    AskAll, AskBriefing, AskChanges, AskDrill, AskFind, AskJournal, AskMe, AskPage, AskRow, AskTotals, AskUsers,
};
use bharatnet::engine::{
    Anchor, Command, CommandError, Engine, Entered, Learnt, LoginError, ModelCommand, NewTicket, PageAsk, RULES, Reach,
    ReadError, Rule, Target, TicketCommand, UndoError, UndoTarget, Verb, Words, code_at, new_code, offer, reach,
};
use bharatnet::insight::learn::measure::Figures;
use bharatnet::query::schema::{customer as c, ott, plan, ticket as t};
use bharatnet::query::{Bound, compile};
use bharatnet::tui::message::Msg;

use crate::driver::Driver;
use crate::laws::World;

const MINUTE: i64 = 60_000;

fn password(login: &str) -> Secret {
    Secret::new(format!("a phrase for {}", login.chars().rev().collect::<String>()))
}

pub fn add(engine: &Engine, who: &Principal, login: &str, role: Role) {
    let (login, name) = (login.to_string(), login.to_string());
    let password = Some(password(&login));
    engine.execute(who, Command::CreateUser { login, name, role, password, code: None }).expect("a new person");
}

pub fn enter(engine: &Engine, login: &str) -> Entered {
    engine.login(login, &password(login), "").unwrap_or_else(|e| panic!("{login}: {e}"))
}

/// A company of some customers with an admin, `asha`, logged in.
fn staffed(customers: u64) -> (World, Principal) {
    let world = World::new(customers, 5);
    add(&world.engine, &world.who, "asha", Role::Admin);
    let asha = enter(&world.engine, "asha").who;
    (world, asha)
}

/// Adds the first admin, `asha`, and lets her in.
pub fn staff(world: &World) -> Principal {
    add(&world.engine, &world.who, "asha", Role::Admin);
    enter(&world.engine, "asha").who
}

fn is_denied(e: &CommandError) -> bool {
    matches!(e, CommandError::Denied(_))
}

#[test]
fn the_first_person_is_an_admin_and_shuts_the_door_behind_everybody_else() {
    let (engine, _, who, _folder) = World::new(20, 5).into_parts();
    assert!(matches!(engine.login("asha", &password("asha"), ""), Err(LoginError::NoUsers)));
    let weak = |role, password| Command::CreateUser {
        login: "asha".into(),
        name: "Asha".into(),
        role,
        password,
        code: Some(new_code().unwrap()),
    };
    for command in [weak(Role::Sales, Some(password("asha"))), weak(Role::Admin, None)] {
        assert!(engine.execute(&who, command).unwrap_err().to_string().contains("must be an admin"));
    }
    add(&engine, &who, "asha", Role::Admin);
    assert!(matches!(engine.read(&who, &AskMe), Err(ReadError::LoggedOut)));
    let tag =
        Command::Tag { entity: Entity::Customer, target: Target::Ids(vec![]), add: vec!["x".into()], remove: vec![] };
    assert!(matches!(engine.execute(&who, tag), Err(CommandError::LoggedOut)));
    assert!(matches!(engine.undo(&who, UndoTarget::Last), Err(UndoError::Command(CommandError::LoggedOut))));
    let asha = enter(&engine, "asha").who;
    let last = engine.execute(&asha, Command::DisableUser { login: "asha".into() });
    assert!(last.unwrap_err().to_string().contains("nobody would be left"));
    let stays = engine.undo(&asha, UndoTarget::Entry(2)).unwrap_err();
    assert!(stays.to_string().contains("people stay in the log"), "{stays}");
}

#[test]
fn a_thousand_wrong_passwords_shut_the_login_and_tell_nothing() {
    let (world, _) = staffed(20);
    let tell = |engine: &Engine, login: &str, password: &Secret| match engine.login(login, password, "") {
        Ok(_) => "in".to_string(),
        Err(e) => e.to_string(),
    };
    for n in 0..1_000 {
        let wrong = Secret::new(format!("wrong password {n}"));
        let (there, nobody) = (tell(&world.engine, "asha", &wrong), tell(&world.engine, "nobody", &wrong));
        assert_eq!(there, nobody, "the texts tell who works here");
        assert_eq!(there.contains("too many"), n >= 5, "try {n}: {there}");
    }
    assert!(tell(&world.engine, "asha", &password("asha")).contains("too many"), "the right one, too");
    // What is counted outlives the program.
    let world = world.reopen();
    assert!(tell(&world.engine, " ASHA ", &password("asha")).contains("too many"));
    world.clock.advance_ms(15 * MINUTE + 1);
    for n in 0..5 {
        assert!(!tell(&world.engine, "asha", &Secret::new(format!("wrong again {n}"))).contains("too many"));
    }
    world.clock.advance_ms(16 * MINUTE);
    assert!(tell(&world.engine, "asha", &password("asha")).contains("too many"), "twice as long the second time");
    world.clock.advance_ms(15 * MINUTE);
    assert_eq!(tell(&world.engine, "asha", &password("asha")), "in");
}

#[test]
fn a_session_ends_by_time_by_logout_and_by_being_shut_out() {
    let (world, asha) = staffed(20);
    let engine = &world.engine;
    add(engine, &asha, "ravi", Role::Support);
    let ravi = enter(engine, "ravi");
    assert_eq!(engine.resume(&ravi.token).unwrap(), ravi.who);
    // The role is what the database says now, whatever the caller believes.
    let grand = Principal { role: Role::Admin, user: "asha".into(), ..ravi.who.clone() };
    assert_eq!(engine.read(&grand, &AskMe).unwrap(), ravi.who);
    engine.execute(&asha, Command::SetRole { login: "ravi".into(), role: Role::Manager }).unwrap();
    assert_eq!(engine.resume(&ravi.token).unwrap().role, Role::Manager);
    engine.undo(&asha, UndoTarget::Last).unwrap();
    assert_eq!(engine.resume(&ravi.token).unwrap().role, Role::Support);
    engine.logout(&ravi.who).unwrap();
    assert!(matches!(engine.resume(&ravi.token), Err(CommandError::LoggedOut)));
    assert!(matches!(engine.read(&ravi.who, &AskMe), Err(ReadError::LoggedOut)));
    let again = enter(engine, "ravi");
    engine.execute(&asha, Command::DisableUser { login: "ravi".into() }).unwrap();
    assert!(engine.resume(&again.token).is_err());
    assert!(matches!(engine.login("ravi", &password("ravi"), ""), Err(LoginError::Wrong)));
    engine.execute(&asha, Command::EnableUser { login: "ravi".into() }).unwrap();
    let again = enter(engine, "ravi");
    world.clock.advance_ms(12 * 60 * MINUTE - 1);
    assert!(engine.resume(&again.token).is_ok());
    world.clock.advance_ms(1);
    assert!(engine.resume(&again.token).is_err());
}

#[test]
fn a_code_sets_a_password_once_and_not_for_ever() {
    let (world, asha) = staffed(20);
    let engine = &world.engine;
    let code = new_code().unwrap();
    let invite = Command::CreateUser {
        login: "meera".into(),
        name: "Meera Iyer".into(),
        role: Role::Sales,
        password: None,
        code: Some(code.clone()),
    };
    engine.execute(&asha, invite).unwrap();
    assert!(engine.login("meera", &Secret::new(""), "").is_err());
    assert!(engine.redeem("meera", &new_code().unwrap(), &password("meera")).is_err());
    assert!(engine.redeem("meera", &code, &Secret::new("short")).unwrap_err().to_string().contains("too short"));
    engine.redeem("meera", &code, &password("meera")).unwrap();
    assert!(matches!(engine.redeem("meera", &code, &password("other")), Err(LoginError::Wrong)));
    let meera = enter(engine, "meera").who;
    let late = new_code().unwrap();
    engine.execute(&asha, Command::IssueCode { login: "meera".into(), code: late.clone() }).unwrap();
    world.clock.advance_ms(48 * 60 * MINUTE);
    assert!(matches!(engine.redeem("meera", &late, &password("other")), Err(LoginError::Wrong)));
    assert!(engine.undo(&asha, UndoTarget::Last).is_err(), "sessions have ended by now");
    drop(meera);
}

#[test]
fn a_second_factor_is_taken_once_and_paper_helps_out() {
    let (world, asha) = staffed(20);
    let engine = &world.engine;
    let offer = offer("asha").unwrap();
    let show = |ms: i64| code_at(offer.secret.expose(), world_now(engine).plus_ms(ms)).unwrap();
    let on = |code: String| Command::SetTotp {
        login: "asha".into(),
        secret: offer.secret.clone(),
        code,
        recovery: offer.recovery.clone(),
    };
    assert!(engine.execute(&asha, on(show(600_000))).is_err(), "a code that is not shown now proves nothing");
    engine.execute(&asha, on(show(0))).unwrap();
    let enter = |code: &str| engine.login("asha", &password("asha"), code);
    assert!(matches!(enter(&show(0)), Err(LoginError::Wrong)), "the code that proved it is used up");
    world.clock.advance_ms(60_000);
    for _ in 0..20 {
        assert!(matches!(enter(""), Err(LoginError::NeedsCode)), "half a login counts for nothing");
    }
    assert!(enter(&show(0)).is_ok());
    assert!(matches!(enter(&show(0)), Err(LoginError::Wrong)));
    assert!(matches!(enter(&show(-30_000)), Err(LoginError::Wrong)), "nor an older one after it");
    let paper = offer.recovery[3].expose().to_lowercase();
    assert!(enter(&paper).is_ok());
    assert!(matches!(enter(&paper), Err(LoginError::Wrong)));
    world.clock.advance_ms(20 * MINUTE);
    let asha = enter(&show(0)).unwrap().who;
    assert!(engine.read(&asha, &AskUsers).unwrap()[0].second_factor);
    engine.execute(&asha, Command::DropTotp { login: "asha".into() }).unwrap();
    assert!(enter("").is_ok());
}

fn world_now(engine: &Engine) -> bharatnet::base::Timestamp {
    engine.now()
}

#[test]
fn the_journal_and_its_readers_see_no_secret() {
    let (world, asha) = staffed(20);
    let engine = &world.engine;
    let own = Command::SetPassword {
        login: "asha".into(),
        password: Secret::new("planted-4711-secret"),
        current: Some(password("asha")),
    };
    assert!(!format!("{own:?}").contains("planted"));
    engine.execute(&asha, own).unwrap();
    let code = new_code().unwrap();
    engine.execute(&asha, Command::IssueCode { login: "asha".into(), code: code.clone() }).unwrap();
    assert!(engine.read(&asha, &AskMe).is_ok(), "one's own session goes on");
    let log = engine.read(&asha, &AskJournal { before: None, limit: 10 }).unwrap();
    let secret = log.iter().filter(|e| ["set-password", "issue-code"].contains(&e.command.as_str()));
    let secret: Vec<UndoTarget> = secret.map(|e| UndoTarget::Entry(e.seq)).collect();
    assert_eq!(secret.len(), 2);
    for entry in secret {
        let told = engine.undo(&asha, entry).unwrap_err().to_string();
        assert!(told.contains("kept by nobody"), "{told}");
    }
    for name in ["isp.db", "isp.db-wal"] {
        let bytes = std::fs::read(world.folder().join(name)).unwrap_or_default();
        for planted in ["planted-4711-secret", code.expose()] {
            assert!(!bytes.windows(planted.len()).any(|w| w == planted.as_bytes()), "{planted} is in {name}");
        }
    }
}

/// What a person tries, on something of their own or of somebody else's.
fn attempt(
    world: &World,
    (admin, who): (&Principal, &Principal),
    rule: &Rule,
    (own, other): (Id, Id),
    mine: bool,
) -> Result<(), CommandError> {
    let engine = &world.engine;
    if let Some(command) = on_tickets(world, (admin, who), (rule.verb, rule.of), if mine { own } else { other }, mine) {
        return engine.execute(who, command).map(|_| ());
    }
    let id = if mine { own } else { other };
    let target = Target::one(id);
    let login = if mine { who.user.clone() } else { "extra".to_string() };
    let n = format!("{} {mine} {}", who.user, rule.verb.code());
    let command = match rule.verb {
        verb if matches!(rule.of, Entity::Plan | Entity::Ott) => {
            return in_the_catalogue(world, who, verb, rule.of, &n);
        }
        _ if matches!(rule.of, Entity::Lead | Entity::Coverage | Entity::Territory) => {
            return crate::leads::attempt(engine, admin, who, rule, mine, &n);
        }
        _ if matches!(rule.of, Entity::Deal | Entity::DealLine | Entity::Schedule) && rule.verb != Verb::Statement => {
            return crate::deals::attempt(engine, admin, who, rule, mine, &n);
        }
        Verb::Train => {
            let figures = Figures { auc: 0.7, ..Figures::default() };
            let learnt =
                Learnt { kind: ModelKind::Churn, body: "{}".into(), cases: 9, leavers: 1, usual: 0.1, figures };
            Command::Model(ModelCommand::Keep(learnt))
        }
        Verb::Score => Command::Model(ModelCommand::Score { model: 1, chances: vec![(id, 1_234)] }),
        _ if rule.of == Entity::Incident => {
            return crate::incidents::attempt(engine, admin, who, rule, mine);
        }
        _ if matches!(rule.of, Entity::Job | Entity::Item) => {
            return crate::jobs::attempt(engine, admin, who, rule, mine, &n);
        }
        Verb::SetAbsence => Command::SetAbsence { login, until: Some(30_000 + i64::from(mine)) },
        Verb::PricePlan => Command::PricePlan {
            plan: "Fiber 300".into(),
            price: Money(99_900),
            starts: engine.today() + chrono::Days::new(30),
            lines: Reached::New,
        },
        Verb::Due => Command::ApplyPrices,
        Verb::Reveal => return engine.reveal(who, Entity::Customer, id, "for a test").map(|_| ()),
        Verb::Create => {
            let owner = if mine { who.user.as_str() } else { "extra" };
            let name = format!("New {} {mine}", who.user);
            let fields = vec![(c::NAME, name.into()), (c::OWNER, Value::text(owner))];
            Command::Create { entity: Entity::Customer, fields, allow_duplicates: true }
        }
        Verb::Update => {
            let fields = vec![(c::CITY, Value::text(format!("{} {mine}", who.user)))];
            Command::Update { entity: Entity::Customer, target, fields, base: None }
        }
        Verb::SetStatus => Command::SetStatus { target, status: Status::Paused, reason: Some(Reason::Vacation) },
        Verb::ChangePlan => Command::ChangePlan { target, plan: "Fiber 300".into(), cycle: None, price: None },
        Verb::Tag => Command::Tag { entity: Entity::Customer, target, add: vec![who.user.clone()], remove: vec![] },
        Verb::Note => Command::Note { customer: id, kind: ActivityKind::Note, body: "x".into() },
        Verb::Delete => Command::Delete { entity: Entity::Customer, target },
        Verb::Undelete => Command::Undelete { entity: Entity::Customer, target },
        Verb::Set => Command::Set { key: "company.name".into(), value: format!("{} {mine}", who.user) },
        Verb::Plans => Command::AddPlans { plans: vec![] },
        Verb::Import => {
            Command::Import { entity: Entity::Customer, rows: vec![], source: "x".into(), allow_duplicates: false }
        }
        Verb::Undo => {
            let doer = if mine { who.clone() } else { enter(engine, "extra").who };
            let customer = if mine { own } else { other };
            let note = Command::Note { customer, kind: ActivityKind::Call, body: "to be taken back".into() };
            let entry = engine.execute(&doer, note)?.entry.expect("an entry");
            let digest = engine.digest()?;
            return match engine.undo(who, UndoTarget::Entry(entry)) {
                Err(UndoError::Command(e)) => {
                    assert_eq!(engine.digest()?, digest);
                    Err(e)
                }
                other => other.map(|_| ()).map_err(|e| panic!("{e}")),
            };
        }
        Verb::Backup => {
            let to = world.folder().join(format!("copy-{}-{mine}.db", who.user));
            return engine.backup(who, &to).map(|_| ());
        }
        Verb::Restore => return engine.restore(who, &world.folder().join("none.db")).map(|_| ()),
        Verb::ListUsers => {
            let seen = engine.read(who, &AskUsers).expect("a list");
            let found = seen.iter().any(|c| c.user.login == login);
            return if found { Ok(()) } else { Err(CommandError::Denied("not seen".into())) };
        }
        Verb::Statement => {
            let ask = bharatnet::engine::ask::AskStatement { who: Some(login), from: 0, to: 30_000 };
            return engine.read(who, &ask).map(|_| ()).map_err(|e| CommandError::Denied(e.to_string()));
        }
        Verb::CreateUser => Command::CreateUser {
            login: format!("by-{}-{mine}", who.user),
            name: "x".into(),
            role: Role::Field,
            password: Some(Secret::new("some other phrase")),
            code: None,
        },
        Verb::SetRole => Command::SetRole { login, role: Role::Admin },
        Verb::SetUserState => Command::EnableUser { login },
        Verb::SetPassword => {
            let current = mine.then(|| password(&who.user));
            Command::SetPassword { password: password(&login), login, current }
        }
        Verb::IssueCode => Command::IssueCode { login, code: new_code().expect("a code") },
        Verb::Stage
        | Verb::Assign
        | Verb::FollowUp
        | Verb::Contact
        | Verb::Merge
        | Verb::Convert
        | Verb::Rescore
        | Verb::Win
        | Verb::Quote => {
            unreachable!("verbs of leads and deals")
        }
        Verb::RaiseJob
        | Verb::ScheduleJob
        | Verb::DoJob
        | Verb::CancelJob
        | Verb::Stock
        | Verb::RunIncident
        | Verb::Rebate => {
            unreachable!("verbs of field work")
        }
        Verb::SecondFactor => Command::DropTotp { login },
        Verb::SaveView => {
            let save = |name: &str| Command::SaveView {
                entity: Entity::Customer,
                name: name.into(),
                text: "city:pune".into(),
                columns: vec![],
                shared: Sharing::Everyone,
            };
            if mine {
                save("by-me")
            } else {
                let extra = enter(engine, "extra").who;
                let name = format!("of-{}", who.user);
                let made = engine.execute(&extra, save(&name))?;
                let digest = engine.digest()?;
                let result = engine.execute(who, Command::DropView { id: made.created[0] });
                assert!(result.is_ok() || engine.digest()? == digest);
                return result.map(|_| ());
            }
        }
        verb => panic!("nobody says what {} tries", verb.code()),
    };
    engine.execute(who, command).map(|_| ())
}

/// What a person tries on tickets and what hangs on them; `None` for what is no business of the desk.
fn on_tickets(
    world: &World,
    (admin, who): (&Principal, &Principal),
    (verb, of): (Verb, Entity),
    customer: Id,
    mine: bool,
) -> Option<Command> {
    let engine = &world.engine;
    let desk = [Entity::Ticket, Entity::Article, Entity::CannedReply, Entity::Macro, Entity::TicketCategory];
    if !desk.contains(&of) {
        return None;
    }
    // The one row of its kind that is whose.
    let filter = match (of, mine) {
        (Entity::Ticket, _) => format!("subject=\"of {}\"", if mine { &who.user } else { "extra" }),
        (Entity::Macro, true) => format!("owner={}", who.user),
        (Entity::Macro, false) => "owner:none".into(),
        _ => String::new(),
    };
    let context = engine.context(who);
    let filter = compile(&filter, of, &context).expect("a filter");
    let ask = PageAsk { filter, sort: vec![], fields: vec![], anchor: Anchor::First, limit: 1 };
    let row = engine.read(admin, &AskPage(ask)).expect("rows").rows.first().map_or(Id(0), |r| r.id);
    let target = || Target::one(row);
    let words = Words { body: "x".into(), ..Words::default() };
    let new = NewTicket { category: "billing".into(), ..NewTicket::default() };
    Some(match verb {
        Verb::Update => {
            let name = bharatnet::query::schema::noun(of).name;
            let fields = vec![(name, Value::text(format!("of {}", if mine { &who.user } else { "extra" })))];
            Command::Update { entity: of, target: target(), fields, base: None }
        }
        Verb::Tag => Command::Tag { entity: of, target: target(), add: vec![who.user.clone()], remove: vec![] },
        Verb::Create => {
            let fields = vec![(t::ACCOUNT, Value::Int(1)), (t::CATEGORY, "billing".into())];
            Command::Create { entity: of, fields, allow_duplicates: true }
        }
        Verb::Delete => Command::Delete { entity: of, target: target() },
        Verb::Undelete => Command::Undelete { entity: of, target: target() },
        Verb::RaiseTicket => {
            Command::Ticket(TicketCommand::Raise { customers: Target::one(customer), ticket: new, anyway: true })
        }
        Verb::ReplyTicket => Command::Ticket(TicketCommand::Reply { target: target(), words }),
        Verb::NoteTicket => Command::Ticket(TicketCommand::Note { target: target(), body: "x".into() }),
        Verb::SetTicketState => {
            Command::Ticket(TicketCommand::SetState { target: target(), state: TicketState::InProgress })
        }
        Verb::JoinTickets => Command::Ticket(TicketCommand::Merge { from: target(), into: row }),
        Verb::RateTicket => Command::Ticket(TicketCommand::Rate { ticket: row, score: 3, comment: String::new() }),
        Verb::AppealTicket => {
            Command::Ticket(TicketCommand::Appeal { ticket: row, step: Appeal::Filed, body: String::new() })
        }
        Verb::RunMacro => Command::Ticket(TicketCommand::Run {
            target: target(),
            name: String::new(),
            steps: format!("tag {}-{mine}", who.user),
        }),
        Verb::Escalate => Command::Ticket(TicketCommand::Reckon),
        Verb::WriteKnowledge => {
            Command::Ticket(TicketCommand::SaveMacro { name: format!("by-{}", who.user), steps: "tag x".into() })
        }
        Verb::SetCategories => Command::Ticket(TicketCommand::SaveCategory {
            code: "other".into(),
            title: "Other".into(),
            parent: String::new(),
            priority: Priority::Low,
            regulation: Regulation::Complaint,
        }),
        _ => return None,
    })
}

/// The same on a plan or an app made for it.
fn in_the_catalogue(world: &World, who: &Principal, verb: Verb, of: Entity, name: &str) -> Result<(), CommandError> {
    let engine = &world.engine;
    let asha = enter(engine, "asha").who;
    let fields = |name: &str| match of {
        Entity::Plan => vec![
            (plan::NAME, Value::text(name)),
            (plan::TECHNOLOGY, Value::text("fiber")),
            (plan::SPEED, Value::Int(100)),
            (plan::PRICE, Value::Int(69_900)),
        ],
        _ => vec![(ott::NAME, Value::text(name))],
    };
    let make = |name: &str| Command::Create { entity: of, fields: fields(name), allow_duplicates: false };
    if verb == Verb::Create {
        return engine.execute(who, make(name)).map(|_| ());
    }
    let id = engine.execute(&asha, make(name)).expect("a row to try it on").created[0];
    let target = Target::one(id);
    let set = if of == Entity::Plan { (plan::CHANNELS, Value::Int(9)) } else { (ott::KIND, Value::text("x")) };
    let command = match verb {
        Verb::Update => Command::Update { entity: of, target, fields: vec![set], base: None },
        Verb::Delete => Command::Delete { entity: of, target },
        _ => {
            engine.execute(&asha, Command::Delete { entity: of, target: target.clone() }).expect("put away");
            Command::Undelete { entity: of, target }
        }
    };
    let before = engine.digest().expect("a digest");
    let result = engine.execute(who, command).map(|_| ());
    assert!(result.is_ok() || engine.digest().expect("a digest") == before);
    // The row made for it goes again, so that the caller sees what the attempt itself did.
    if result.is_err() {
        while engine.undo(&asha, UndoTarget::Last).is_ok_and(|r| !r.summary.contains("Added")) {}
    }
    result
}

#[test]
fn every_role_may_what_the_table_says_and_nothing_else() {
    let (world, asha) = staffed(40);
    let engine = &world.engine;
    add(engine, &asha, "extra", Role::Support);
    let found = engine.read(&asha, &AskFind { text: "status:active sort:name".into(), limit: 2 }).unwrap();
    let (own, other) = (found[0].id, found[1].id);
    let mut cells = 0;
    // The admin comes last: what is allowed changes things.
    for role in Role::ALL.iter().rev() {
        let login = format!("the-{}", role.code());
        add(engine, &asha, &login, *role);
        let fields = vec![(c::OWNER, Value::text(login.as_str()))];
        let give = Command::Update { entity: Entity::Customer, target: Target::one(own), fields, base: None };
        engine.execute(&asha, give).unwrap();
        let who = enter(engine, &login).who;
        for (user, customer) in [(login.as_str(), own), ("extra", other)] {
            let ticket = NewTicket {
                subject: format!("of {user}"),
                category: "billing".into(),
                owner: user.into(),
                ..NewTicket::default()
            };
            let raise = TicketCommand::Raise { customers: Target::one(customer), ticket, anyway: true };
            let made = engine.execute(&asha, Command::Ticket(raise)).unwrap().created[0];
            let solve = TicketCommand::SetState { target: Target::one(made), state: TicketState::Resolved };
            engine.execute(&asha, Command::Ticket(solve)).unwrap();
        }
        for rule in RULES {
            for mine in [true, false] {
                let own_row = matches!(
                    rule.verb,
                    Verb::Import
                        | Verb::Plans
                        | Verb::Set
                        | Verb::Backup
                        | Verb::Restore
                        | Verb::CreateUser
                        | Verb::SetRole
                        | Verb::IssueCode
                );
                let may = match reach(*role, rule.verb, rule.of) {
                    Reach::All => true,
                    Reach::Own => mine && !own_row,
                    Reach::No => false,
                };
                let digest = engine.digest().unwrap();
                let result = attempt(&world, (&asha, &who), rule, (own, other), mine);
                let what =
                    format!("{} {} {}: {result:?}", role.code(), rule.verb.code(), if mine { "own" } else { "other" });
                assert_eq!(!matches!(&result, Err(e) if is_denied(e)), may, "{what}");
                // These make rows to try it on and look for themselves.
                let made = matches!(
                    rule.of,
                    Entity::Lead
                        | Entity::Coverage
                        | Entity::Territory
                        | Entity::Deal
                        | Entity::DealLine
                        | Entity::Schedule
                        | Entity::Job
                        | Entity::Item
                        | Entity::Incident
                );
                if !may && !made && !matches!(rule.verb, Verb::Undo | Verb::SaveView) {
                    assert_eq!(engine.digest().unwrap(), digest, "{what}");
                }
                cells += 1;
            }
        }
    }
    assert_eq!(cells, RULES.len() * Role::ALL.len() * 2);
}

#[test]
fn the_table_of_roles_in_the_readme_is_the_engines_own() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("a README");
    let table = bharatnet::engine::roles_table();
    assert!(readme.contains(table.trim()), "run `bharatnet roles --md` and put it into the README");
}

#[test]
fn the_screen_is_shut_until_somebody_logs_in_and_again_after_a_pause() {
    let (engine, clock, owner, _folder) = World::new(40, 5).into_parts();
    add(&engine, &owner, "asha", Role::Admin);
    let asha = enter(&engine, "asha").who;
    add(&engine, &asha, "ravi", Role::Support);
    let name =
        engine.read(&asha, &AskFind { text: "sort:name".into(), limit: 1 }).unwrap()[0].text(c::NAME).to_string();
    let mut d = Driver::new(Arc::new(engine), owner, clock.clone(), (120, 30));
    d.app.lock_minutes = Some(15);
    d.shows("Login").shows("Password").hides("Customers").hides(&name);
    d.keys("j /").paste("x").hides(&name).keys("esc");
    d.text("ravi").keys("enter").text("not his phrase").hides("phrase").shows("••••").keys("enter");
    d.shows("Login, password or code is not right");
    d.text(password("ravi").expose()).keys("enter").shows("ravi · support").shows(&name);
    // What the role may not do is not offered, and says why where it is looked for.
    d.hides("n new").keys("a").shows("the role Support may not update").keys("esc esc");
    d.keys("o").text("rang twice").keys("f10").shows("Note on");
    clock.advance_ms(14 * MINUTE);
    d.send(Msg::Tick).shows("ravi · support");
    assert!(d.app.deadline().is_some());
    d.keys("e").keys("esc");
    clock.advance_ms(15 * MINUTE);
    d.send(Msg::Tick).shows("locked").shows("Here works ravi").hides(&name);
    d.text("wrong again").keys("enter").shows("is not right").hides(&name);
    d.text(password("ravi").expose()).keys("enter").shows("ravi · support").shows(&name);
    // The end of a session shuts the door in the middle of the work.
    clock.advance_ms(14 * MINUTE);
    d.keys("j");
    d.app.lock_minutes = None;
    clock.advance_ms(12 * 60 * MINUTE);
    d.keys("R").shows("This session has ended").hides(&name);
    d.text(password("ravi").expose()).keys("enter").shows(&name);
    d.app.lock_minutes = Some(1);
    clock.advance_ms(2 * MINUTE);
    d.keys("j").shows("locked").keys("ctrl-c");
    assert_eq!(d.app.exit, Some(bharatnet::tui::Exit::Quit));
}

#[test]
fn the_screen_asks_for_the_second_factor_when_the_password_is_right() {
    let (world, asha) = staffed(20);
    let offer = offer("asha").unwrap();
    let now = world.engine.now();
    let on = Command::SetTotp {
        login: "asha".into(),
        secret: offer.secret.clone(),
        code: code_at(offer.secret.expose(), now).unwrap(),
        recovery: offer.recovery.clone(),
    };
    world.engine.execute(&asha, on).unwrap();
    let (engine, clock, owner, _folder) = world.into_parts();
    clock.advance_ms(MINUTE);
    let mut d = Driver::new(Arc::new(engine), owner, clock.clone(), (40, 20));
    d.text("asha").keys("tab").text(password("asha").expose()).keys("enter").shows("six digits");
    let code = code_at(offer.secret.expose(), clock.now()).unwrap();
    d.text(&code).keys("enter").hides("Password");
    assert_eq!(d.app.session.who.user, "asha");
}

#[test]
fn what_a_role_is_not_shown_is_nowhere_and_looking_behind_it_is_written_down() {
    let (world, asha) = staffed(60);
    let engine = &world.engine;
    add(engine, &asha, "sam", Role::Sales);
    let sam = enter(engine, "sam").who;
    let rows = engine.read(&asha, &AskFind { text: "has:email sort:name".into(), limit: 2 }).unwrap();
    let (own, other) = (&rows[0], &rows[1]);
    let give = vec![(c::OWNER, Value::text("sam"))];
    let target = Target::one(own.id);
    engine.execute(&asha, Command::Update { entity: Entity::Customer, target, fields: give, base: None }).unwrap();
    let phone = other.text(c::PHONE).to_string();
    let hides =
        |r: &Record| r.text(c::PHONE) != phone && r.text(c::PHONE).contains('•') && r.text(c::EMAIL).contains('•');
    // Pages, single rows, everything, the briefing.
    let all = || PageAsk {
        filter: Bound::all(Entity::Customer),
        sort: vec![(c::NAME, false)],
        fields: vec![c::NAME, c::PHONE, c::EMAIL],
        anchor: Anchor::First,
        limit: 1_000,
    };
    let page = engine.read(&sam, &AskPage(all())).unwrap();
    assert!(hides(page.rows.iter().find(|r| r.id == other.id).unwrap()));
    assert_eq!(page.rows.iter().find(|r| r.id == own.id).unwrap().text(c::PHONE), own.text(c::PHONE));
    assert!(hides(&engine.read(&sam, &AskRow(Entity::Customer, other.id)).unwrap()));
    assert!(hides(&engine.read(&sam, &AskBriefing { id: other.id, events: 5 }).unwrap().record));
    let seen = std::cell::RefCell::new(0);
    engine
        .read(
            &sam,
            &AskAll(all(), |r| {
                assert!(r.id == own.id || r.text(c::PHONE).is_empty() || r.text(c::PHONE).contains('•'), "{r:?}");
                *seen.borrow_mut() += 1;
                true
            }),
        )
        .unwrap();
    assert_eq!(seen.into_inner(), page.rows.len());
    // No question that an answer would tell it by.
    let ask = |text: &str| compile(text, Entity::Customer, &engine.context(&sam)).unwrap();
    for text in [format!("phone:{}", &phone[3..]), "email:*@example.in".into(), "phone:*41".into(), "-phone:98".into()]
    {
        assert!(engine.read(&sam, &AskTotals(ask(&text))).is_err(), "{text}");
    }
    assert!(engine.read(&sam, &AskPage(PageAsk { sort: vec![(c::EMAIL, false)], ..all() })).is_err());
    assert_eq!(engine.read(&sam, &AskTotals(ask(&phone[5..11]))).unwrap().count, 0, "digits find no phone");
    let name = other.text(c::NAME).split(' ').next().unwrap();
    assert!(engine.read(&sam, &AskTotals(ask(name))).unwrap().count > 0, "names are found");
    let drill = AskDrill { field: c::PHONE, typed: String::new(), limit: 50 };
    assert!(engine.read(&sam, &drill).unwrap().is_empty());
    // What was changed is masked in the journal, too.
    let target = Target::one(other.id);
    let fields = vec![(c::PHONE, Value::text("+919999912345"))];
    let change = Command::Update { entity: Entity::Customer, target, fields, base: None };
    let entry = engine.execute(&asha, change).unwrap().entry.unwrap();
    let told = format!("{:?}", engine.read(&sam, &AskChanges(entry)).unwrap());
    assert!(!told.contains("9999912345"), "{told}");
    // Behind the mask: with a reason, and written down.
    assert!(engine.reveal(&sam, Entity::Customer, other.id, " ").is_err());
    let shown = engine.reveal(&sam, Entity::Customer, other.id, "call back on a complaint").unwrap();
    assert_eq!(shown.text(c::PHONE), "+919999912345");
    let newest = &engine.read(&asha, &AskJournal { before: None, limit: 1 }).unwrap()[0];
    assert!(newest.who == "sam" && newest.summary.contains("call back on a complaint"), "{newest:?}");
    assert!(engine.undo(&asha, UndoTarget::Entry(newest.seq)).is_err());
}

#[test]
fn a_row_open_elsewhere_is_marked_until_it_is_closed_or_forgotten() {
    let world = World::new(20, 5);
    let clock = world.clock.clone();
    let path = world.folder().join("isp.db");
    let here = Engine::open(&path, false, clock.clone()).unwrap();
    let there = Engine::open(&path, false, clock.clone()).unwrap();
    let who = Principal::owner();
    let row = here.read(&who, &AskFind { text: "sort:name".into(), limit: 1 }).unwrap()[0].id;
    let digest = here.digest().unwrap();
    here.note_editing(&who, Some((Entity::Customer, row))).unwrap();
    assert!(here.others_editing(&who).unwrap().is_empty(), "one's own form is no news");
    let seen = there.others_editing(&who).unwrap();
    assert_eq!((seen.len(), seen[0].row, seen[0].who.as_str()), (1, row, "owner"));
    assert_eq!(here.digest().unwrap(), digest);
    here.note_editing(&who, None).unwrap();
    assert!(there.others_editing(&who).unwrap().is_empty());
    here.note_editing(&who, Some((Entity::Customer, row))).unwrap();
    clock.advance_ms(61_000);
    assert!(there.others_editing(&who).unwrap().is_empty(), "a crash is forgotten after a minute");
}
