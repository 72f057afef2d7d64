//! Deals at the engine's door: lines and their sums, stages, quotations, winning and losing.

use bharatnet::base::{Id, Money};
use bharatnet::domain::customer::Cycle;
use bharatnet::domain::deal::{LostReason, Stage};
use bharatnet::domain::{ActivityKind, Entity, FieldId, Principal, Record, Value};
use bharatnet::engine::{
    Command, CommandError, DealCommand, DealStep, Engine, Rule, Target, UndoTarget, Verb, WinTerms,
};
use bharatnet::query::Bound;
use bharatnet::query::schema::{customer as c, deal as d, deal_line as dl, lead as l, schedule as s};

use crate::laws::World;
use crate::leads::new;

/// A company without deals of its own.
fn bare() -> World {
    // Rows of the demo that are closed keep their lines.
    let world = World::new(40, 5);
    for entity in [Entity::Deal, Entity::DealLine, Entity::Schedule] {
        let target = Target::Matching { filter: Bound::all(entity), except: vec![] };
        let _ = world.engine.execute(&world.who, Command::Delete { entity, target });
    }
    world
}

fn deal(world: &World, more: &[(FieldId, &str)]) -> Id {
    let all = [&[(d::NAME, "Lotus Towers"), (d::PHONE, "70000 41377")], more].concat();
    world.clock.advance_ms(60_000);
    world.run(new(Entity::Deal, &all)).created[0]
}

fn line(world: &World, deal: Id, more: &[(FieldId, &str)]) -> Id {
    let number = world.row(Entity::Deal, deal).int(d::NUMBER).unwrap().to_string();
    let all = [&[(dl::DEAL, number.as_str())], more].concat();
    world.clock.advance_ms(60_000);
    world.run(new(Entity::DealLine, &all)).created[0]
}

fn terms(allow_duplicates: bool) -> WinTerms {
    WinTerms { cycle: Cycle::Monthly, install_on: None, note: String::new(), allow_duplicates }
}

fn stage(row: &Record) -> Stage {
    Stage::parse(row.text(d::STAGE)).unwrap()
}

/// The sums of a deal by its own row, which must be those of its lines.
fn sums(world: &World, deal: Id) -> Vec<i64> {
    let row = world.row(Entity::Deal, deal);
    let parts: Vec<i64> = d::SUMS.iter().map(|f| row.int(*f).unwrap_or(0)).collect();
    assert_eq!(parts.iter().sum::<i64>(), row.money(d::AMOUNT).0, "the parts are the amount");
    let lines = world.kept(Entity::DealLine, &format!("deal:{}", row.int(d::NUMBER).unwrap()));
    assert_eq!(lines.iter().map(|r| r.money(dl::AMOUNT)).sum::<Money>(), row.money(d::AMOUNT), "and the lines");
    parts
}

/// What a person tries on a deal, a line or a schedule of their own or of somebody else's.
pub fn attempt(
    engine: &Engine,
    admin: &Principal,
    who: &Principal,
    rule: &Rule,
    mine: bool,
    n: &str,
) -> Result<(), CommandError> {
    let owner = if mine { who.user.clone() } else { "extra".to_string() };
    let run = |command| engine.execute(admin, command).expect("a row to try it on").created;
    let make = |fields: Vec<(FieldId, Value)>| {
        let entity = fields[0].0.entity;
        Command::Create { entity, fields, allow_duplicates: true }
    };
    let a_deal =
        || make(vec![(d::NAME, n.into()), (d::PHONE, "+917000041377".into()), (d::OWNER, owner.as_str().into())]);
    let a_line = |number: i64| {
        make(vec![(dl::DEAL, Value::Int(number)), (dl::ITEM, "plan".into()), (dl::PLAN, "Fiber 100".into())])
    };
    let schedule = || make(vec![(s::NAME, n.into()), (s::METHOD, "percent".into()), (s::PERCENT, Value::Int(500))]);
    let of = rule.of;
    let id_of = |entity, id| engine.read(admin, &bharatnet::engine::ask::AskRow(entity, id)).expect("the row");
    let (id, target) = match (of, rule.verb) {
        (Entity::Deal, Verb::Create) => return engine.execute(who, a_deal()).map(|_| ()),
        (Entity::Schedule, Verb::Create) => return engine.execute(who, schedule()).map(|_| ()),
        (Entity::Schedule, _) => {
            let id = run(schedule())[0];
            (id, Target::one(id))
        }
        _ => {
            let id = run(a_deal())[0];
            let number = id_of(Entity::Deal, id).int(d::NUMBER).expect("a number");
            if (of, rule.verb) == (Entity::DealLine, Verb::Create) {
                return engine.execute(who, a_line(number)).map(|_| ());
            }
            let line = run(a_line(number))[0];
            if of == Entity::DealLine { (line, Target::one(line)) } else { (id, Target::one(id)) }
        }
    };
    let set = match of {
        Entity::Deal => (d::CITY, "Pune".into()),
        Entity::DealLine => (dl::SEATS, Value::Int(7)),
        _ => (s::PERCENT, Value::Int(700)),
    };
    let command = match rule.verb {
        Verb::Update => Command::Update { entity: of, target, fields: vec![set], base: None },
        Verb::Tag => Command::Tag { entity: of, target, add: vec!["x".into()], remove: vec![] },
        Verb::Delete => Command::Delete { entity: of, target },
        Verb::Undelete => {
            run(Command::Delete { entity: of, target: target.clone() });
            Command::Undelete { entity: of, target }
        }
        Verb::Stage => Command::Deal(DealCommand::Move { target, to: DealStep::Forward }),
        Verb::Win => Command::Deal(DealCommand::Win { deal: id, terms: terms(true) }),
        Verb::Quote => Command::Deal(DealCommand::Quote { deal: id, days: None }),
        Verb::Contact => {
            let kind = ActivityKind::Call;
            Command::Deal(DealCommand::Note { deal: id, kind, body: "rang".into(), next: None })
        }
        other => panic!("{other:?} is tried nowhere"),
    };
    let digest = engine.digest()?;
    let result = engine.execute(who, command).map(|_| ());
    assert!(result.is_ok() || engine.digest()? == digest, "{n}: {result:?}");
    result
}

#[test]
fn the_amount_of_a_deal_is_its_lines_to_the_paisa() {
    let world = bare();
    let id = deal(&world, &[(d::KIND, "bulk")]);
    assert_eq!(sums(&world, id), [0; 6]);
    let number = world.row(Entity::Deal, id).int(d::NUMBER).unwrap().to_string();
    let plan = [
        (dl::DEAL, number.as_str()),
        (dl::ITEM, "plan"),
        (dl::PLAN, "Fiber 100"),
        (dl::SEATS, "24"),
        (dl::RATE, "699"),
    ];
    let first = world.there_and_back(new(Entity::DealLine, &plan)).created[0];
    line(&world, id, &[(dl::ITEM, "installation"), (dl::RATE, "500"), (dl::SEATS, "24")]);
    line(&world, id, &[(dl::ITEM, "maintenance"), (dl::RATE, "1200"), (dl::SEATS, "24")]);
    line(&world, id, &[(dl::ITEM, "discount"), (dl::PERCENT, "10")]);
    line(&world, id, &[(dl::ITEM, "referral"), (dl::RATE, "5000")]);
    // The worked example of `domain::deal`.
    assert_eq!(sums(&world, id), [20_131_200, 1_200_000, 0, 2_880_000, -2_013_120, -500_000]);
    let row = world.row(Entity::Deal, id);
    assert_eq!((row.money(d::AMOUNT), row.money(d::MRR)), (Money(21_698_080), Money(62_910 * 24)));
    assert_eq!((row.int(d::CHANCE), row.money(d::WEIGHTED)), (Some(20), Money(4_339_616)));
    // A changed plan moves the discount, which is a percentage of it.
    let seats = |n: i64| Command::Update {
        entity: Entity::DealLine,
        target: Target::one(first),
        fields: vec![(dl::SEATS, Value::Int(n))],
        base: None,
    };
    world.there_and_back(seats(10));
    assert_eq!(sums(&world, id)[4], -838_800);
    world.there_and_back(Command::Delete { entity: Entity::DealLine, target: Target::one(first) });
    assert_eq!(sums(&world, id)[0], 0);
    world.there_and_back(Command::Undelete { entity: Entity::DealLine, target: Target::one(first) });
    assert_eq!(sums(&world, id)[0], 8_388_000);
    for (set, told) in [
        (vec![(dl::ITEM, "discount"), (dl::PERCENT, "10"), (dl::RATE, "5")], "either rupees or a percentage"),
        (vec![(dl::ITEM, "discount"), (dl::RATE, "9L")], "takes more off"),
        (vec![(dl::ITEM, "plan"), (dl::PLAN, "Fibre 10")], "there is no plan"),
        (vec![(dl::ITEM, "installation")], "is required"),
        (vec![(dl::ITEM, "installation"), (dl::RATE, "-5")], "lies from"),
        (vec![(dl::ITEM, "plan"), (dl::PLAN, "Fiber 100"), (dl::SEATS, "0")], "lies from 1"),
    ] {
        let all = [vec![(dl::DEAL, number.as_str())], set].concat();
        let found = world.refused(new(Entity::DealLine, &all));
        assert!(found.contains(told), "{found}");
    }
}

#[test]
fn lines_that_two_people_add_are_taken_back_apart() {
    let world = bare();
    let id = deal(&world, &[]);
    let number = world.row(Entity::Deal, id).int(d::NUMBER).unwrap().to_string();
    let install =
        |rate| new(Entity::DealLine, &[(dl::DEAL, number.as_str()), (dl::ITEM, "installation"), (dl::RATE, rate)]);
    let first = world.run(install("500"));
    world.run(install("70"));
    world.engine.undo(&world.who, UndoTarget::Entry(first.entry.unwrap())).expect("the first alone");
    assert_eq!(sums(&world, id)[1], 7_000);
}

#[test]
fn a_deal_goes_through_its_stages_and_is_quoted_and_lost() {
    let world = bare();
    let id = deal(&world, &[]);
    let late = || world.clock.advance_ms(60_000);
    let step = |to| Command::Deal(DealCommand::Move { target: Target::one(id), to });
    let quote = |days| Command::Deal(DealCommand::Quote { deal: id, days });
    assert!(world.refused(quote(None)).contains("no lines to quote"));
    line(&world, id, &[(dl::ITEM, "plan"), (dl::PLAN, "Fiber 100"), (dl::RATE, "699")]);
    late();
    world.there_and_back(quote(Some(10)));
    let row = world.row(Entity::Deal, id);
    assert_eq!((stage(&row), row.text(d::QUOTE)), (Stage::Proposal, "QT/26-27/000001"));
    assert_eq!(row.int(d::VALID_UNTIL).unwrap() - row.int(d::QUOTED_ON).unwrap(), 10);
    assert_eq!(row.money(d::QUOTED_AMOUNT), Money::rupees(699 * 12));
    world.run(quote(None));
    assert_eq!(world.row(Entity::Deal, id).text(d::QUOTE), "QT/26-27/000002");
    world.there_and_back(step(DealStep::Forward));
    let row = world.row(Entity::Deal, id);
    assert_eq!((stage(&row), row.money(d::WEIGHTED)), (Stage::Negotiation, Money(587_160)));
    assert!(world.run(step(DealStep::Forward)).skipped[0].reason.contains("win it"));
    assert!(world.refused(step(DealStep::To(Stage::Won))).contains("won by a command of its own"));
    assert!(world.refused(step(DealStep::To(Stage::Lost))).contains("is required for lost"));
    let lose = DealCommand::Lose {
        target: Target::one(id),
        reason: LostReason::Competitor,
        competitor: Some("ACT Fibernet".into()),
    };
    late();
    world.there_and_back(Command::Deal(lose));
    let row = world.row(Entity::Deal, id);
    assert_eq!((row.text(d::LOST_REASON), row.text(d::COMPETITOR)), ("competitor", "ACT Fibernet"));
    assert_eq!(row.money(d::WEIGHTED), Money::ZERO);
    let number = row.int(d::NUMBER).unwrap().to_string();
    let more = new(Entity::DealLine, &[(dl::DEAL, &number), (dl::ITEM, "installation"), (dl::RATE, "1")]);
    assert!(world.refused(more).contains("its lines stay as they are"));
    assert!(world.refused(Command::Deal(DealCommand::Win { deal: id, terms: terms(false) })).contains("is lost"));
    late();
    world.there_and_back(step(DealStep::Back));
    assert_eq!(stage(&world.row(Entity::Deal, id)), Stage::Qualified);
    world.there_and_back(Command::Set { key: "deal.chance.qualified".into(), value: "35".into() });
    assert_eq!(world.row(Entity::Deal, id).int(d::CHANCE), Some(35));
}

#[test]
fn a_win_makes_every_subscription_and_closes_the_lead_in_one_entry() {
    let world = bare();
    let about = [
        (l::NAME, "Meera Iyer"),
        (l::PHONE, "70000 41377"),
        (l::ORGANISATION, "Lotus CHS"),
        (l::CITY, "Pune"),
        (l::SEGMENT, "society"),
    ];
    let lead = world.run(new(Entity::Lead, &about)).created[0];
    let number = world.row(Entity::Lead, lead).int(l::NUMBER).unwrap().to_string();
    let id = world.run(new(Entity::Deal, &[(d::NAME, "Lotus"), (d::LEAD, &number)])).created[0];
    let row = world.row(Entity::Deal, id);
    assert_eq!((row.text(d::KIND), row.text(d::CONTACT), row.text(d::CITY)), ("bulk", "Meera Iyer", "Pune"));
    let win = |allow| Command::Deal(DealCommand::Win { deal: id, terms: terms(allow) });
    assert!(world.refused(win(false)).contains("no plan to subscribe to"));
    line(&world, id, &[(dl::ITEM, "plan"), (dl::PLAN, "Fiber 100"), (dl::RATE, "699"), (dl::SEATS, "24")]);
    line(&world, id, &[(dl::ITEM, "plan"), (dl::PLAN, "Fiber 200"), (dl::RATE, "899"), (dl::SEATS, "6")]);
    line(&world, id, &[(dl::ITEM, "discount"), (dl::PERCENT, "10")]);
    let before = world.count(Entity::Customer, "");
    world.clock.advance_ms(60_000);
    let done = world.there_and_back(win(false));
    assert_eq!((done.created.len(), world.count(Entity::Customer, "")), (30, before + 30));
    let (row, closed) = (world.row(Entity::Deal, id), world.row(Entity::Lead, lead));
    assert_eq!((stage(&row), closed.text(l::STAGE)), (Stage::Won, "converted"));
    assert_eq!(row.int(d::CUSTOMER), closed.int(l::CUSTOMER));
    let seats = world.kept(Entity::Customer, "org:\"Lotus CHS\"");
    assert_eq!(
        seats.iter().map(|r| r.money(c::PRICE)).sum::<Money>(),
        row.money(d::MRR),
        "the seats pay what was sold"
    );
    assert!(seats.iter().any(|r| r.text(c::NAME) == "Lotus CHS flat 30" && r.text(c::SEGMENT) == "society"));
    let lines = world.kept(Entity::DealLine, &format!("deal:{} item:plan", row.int(d::NUMBER).unwrap()));
    let spans: i64 =
        lines.iter().map(|r| r.int(dl::LAST_ACCOUNT).unwrap() - r.int(dl::FIRST_ACCOUNT).unwrap() + 1).sum();
    assert_eq!(spans, 30, "without a gap");
    assert!(world.refused(win(false)).contains("is won already"));
    let back = Command::Deal(DealCommand::Move { target: Target::one(id), to: DealStep::Back });
    assert!(world.run(back).skipped[0].reason.contains("take the win back"));
}

#[test]
fn a_customer_s_own_deal_moves_them_to_the_plan() {
    let world = bare();
    let customer = world.kept(Entity::Customer, "status:active tech:fiber").remove(0);
    let account = customer.int(c::ACCOUNT).unwrap().to_string();
    let id =
        world.run(new(Entity::Deal, &[(d::NAME, "Upgrade"), (d::CUSTOMER, &account), (d::KIND, "retail")])).created[0];
    assert_eq!(world.row(Entity::Deal, id).text(d::CONTACT), customer.text(c::NAME));
    line(&world, id, &[(dl::ITEM, "plan"), (dl::PLAN, "Fiber 500"), (dl::RATE, "1111")]);
    let before = world.count(Entity::Customer, "");
    world.there_and_back(Command::Deal(DealCommand::Win { deal: id, terms: terms(false) }));
    assert_eq!(world.count(Entity::Customer, ""), before);
    let after = world.row(Entity::Customer, customer.id);
    assert_eq!(
        (after.text(c::PLAN), after.money(c::PRICE), after.money(c::MRR)),
        ("Fiber 500", Money::rupees(1_111), Money::rupees(1_111))
    );
    assert!(world.refused(new(Entity::Deal, &[(d::NAME, "x"), (d::CUSTOMER, "9999999")])).contains("no account"));
}

#[test]
fn the_demo_s_deals_sum_up_and_who_quotes_sooner_wins_more() {
    use bharatnet::engine::ask::{AskForecast, AskStatement, AskWinLoss};
    use bharatnet::insight::deal::By;
    let world = World::new(2_000, 5);
    for row in world.kept(Entity::Deal, "") {
        sums(&world, row.id);
        for f in d::REACHED.windows(2).take(3) {
            let (a, b) = (row.int(f[0]), row.int(f[1]));
            assert!(a.zip(b).is_none_or(|(a, b)| a <= b), "{} goes back in time", row.text(d::NAME));
        }
    }
    let filter = Bound::all(Entity::Deal);
    let by = By::Field(d::OWNER);
    let (rows, all) =
        world.engine.read(&world.who, &AskWinLoss { filter: filter.clone(), by, from: None, to: None }).unwrap();
    assert_eq!(rows.iter().map(|r| r.won_amount).sum::<Money>(), all.won_amount);
    assert_eq!(all.won + all.lost + all.open, world.count(Entity::Deal, ""));
    let rate = |rep: &str| rows.iter().find(|r| r.name == rep).and_then(|r| r.rate()).unwrap_or(0);
    assert!(rate("rahul") > rate("sunil"), "{rows:?}");
    let forecast = world.engine.read(&world.who, &AskForecast(filter)).unwrap();
    let weighted: Money = world.kept(Entity::Deal, "is:open").iter().map(|r| r.money(d::WEIGHTED)).sum();
    assert_eq!(forecast.all.weighted, weighted);
    // Every month alone comes to the same as all of them at once, claw-backs among them.
    let ask = |who: Option<&str>, from, to| {
        let ask = AskStatement { who: who.map(String::from), from, to };
        world.engine.read(&world.who, &ask).unwrap().iter().map(|b| b.payment.amount).sum::<Money>()
    };
    let days = 19_000..21_000i64;
    assert_eq!(days.clone().step_by(30).map(|d| ask(None, d, d + 29)).sum::<Money>(), ask(None, 19_000, 20_999 + 10));
    assert!(ask(Some("rahul"), 19_000, 21_000) > Money::ZERO);
}

#[test]
fn a_seat_that_leaves_early_takes_its_commission_back() {
    use bharatnet::domain::commission::Entry;
    use bharatnet::domain::customer::{Reason, Status};
    use bharatnet::engine::ask::AskStatement;
    let world = bare();
    let schedule = [(s::NAME, "Slabs"), (s::METHOD, "slabs"), (s::SLABS, "0: 2%, 1L: 3%"), (s::CLAWBACK_MONTHS, "6")];
    assert!(world.refused(new(Entity::Schedule, &[(s::NAME, "x"), (s::METHOD, "percent")])).contains("is required"));
    assert!(
        world
            .refused(new(Entity::Schedule, &[(s::NAME, "x"), (s::METHOD, "slabs"), (s::SLABS, "1: 2")]))
            .contains("slabs")
    );
    world.there_and_back(new(Entity::Schedule, &schedule));
    let id = deal(
        &world,
        &[(d::KIND, "bulk"), (d::OWNER, "sana"), (d::SECOND, "vikram"), (d::SHARE, "30"), (d::REFERRED_BY, "Office")],
    );
    line(&world, id, &[(dl::ITEM, "plan"), (dl::PLAN, "Fiber 100"), (dl::RATE, "699"), (dl::SEATS, "24")]);
    line(&world, id, &[(dl::ITEM, "discount"), (dl::PERCENT, "10")]);
    line(&world, id, &[(dl::ITEM, "referral"), (dl::RATE, "5000")]);
    let won = world.run(Command::Deal(DealCommand::Win { deal: id, terms: terms(false) }));
    world.clock.advance_ms(120 * 86_400_000);
    let target = Target::Ids(won.created[..6].to_vec());
    world.run(Command::SetStatus { target, status: Status::Terminated, reason: Some(Reason::Moved) });
    let ask = AskStatement { who: None, from: 0, to: 30_000 };
    let found = world.engine.read(&world.who, &ask).unwrap();
    // The worked example of `domain::commission`.
    let told: Vec<(&str, Entry, i64)> =
        found.iter().map(|b| (b.payment.who.as_str(), b.payment.entry, b.payment.amount.0)).collect();
    assert_eq!(
        told,
        [
            ("sana", Entry::Earned, 310_479),
            ("vikram", Entry::Earned, 133_063),
            ("Office", Entry::Referral, 500_000),
            ("sana", Entry::ClawBack, -77_620),
            ("vikram", Entry::ClawBack, -33_266),
        ]
    );
}

/// The same keys on any size of screen: a deal gets a line, a quotation, and is won. Typed text aside, 12 keys.
fn from_deal_to_subscriptions(size: (u16, u16)) {
    use crate::driver::Driver;
    use std::sync::Arc;
    let world = bare();
    let id = deal(&world, &[(d::KIND, "bulk"), (d::ORGANISATION, "Lotus CHS")]);
    let (customers, digest) = (world.count(Entity::Customer, ""), world.engine.digest().unwrap());
    let (engine, clock, who, _folder) = world.into_parts();
    let engine = Arc::new(engine);
    let mut driver = Driver::new(engine.clone(), who.clone(), clock, size);
    driver.keys("4").shows("Qualified").shows("Lotus Towers").shows("no lines yet");
    driver.keys("+").shows("A line for Lotus Towers");
    driver.keys("tab").text("Fiber 100").keys("tab").text("24").keys("tab").text("699").keys("f10");
    driver.shows("24 flats").shows("₹2L");
    driver.keys("p").shows("before GST").keys("f10").shows("Proposal");
    driver.keys(">").shows("Negotiation");
    driver.keys(">").shows("Lotus Towers is won").shows("24 subscriptions");
    // The contract asks once more, with what it changes.
    driver.keys("f10").shows("27 will change").keys("y").shows("Won Lotus Towers");
    let row = |entity, id| engine.read(&who, &bharatnet::engine::ask::AskRow(entity, id)).unwrap();
    assert_eq!(stage(&row(Entity::Deal, id)), Stage::Won);
    let count = || {
        let bound = bharatnet::query::compile("", Entity::Customer, &engine.context(&who)).unwrap();
        engine.read(&who, &bharatnet::engine::ask::AskTotals(bound)).unwrap().count
    };
    assert_eq!(count(), customers + 24);
    // The line, the quotation, the stage and the win are one entry each.
    for _ in 0..4 {
        driver.keys("u").shows("Took back");
    }
    assert_eq!(engine.digest().unwrap(), digest);
    driver.keys("h h x").shows("is lost").text("price").keys("f10").shows("Lost");
    assert_eq!(row(Entity::Deal, id).text(d::LOST_REASON), "price");
}

#[test]
fn from_deal_to_subscriptions_by_keys() {
    from_deal_to_subscriptions((120, 40));
}

#[test]
fn from_deal_to_subscriptions_on_a_phone() {
    from_deal_to_subscriptions((40, 20));
}

#[test]
fn a_rep_wins_what_is_theirs_and_sees_no_other_s_pay() {
    use bharatnet::domain::Role;
    use bharatnet::engine::ask::AskStatement;
    let world = bare();
    let asha = crate::people::staff(&world);
    let engine = &world.engine;
    for login in ["tara", "sunil"] {
        crate::people::add(engine, &asha, login, Role::Sales);
    }
    let tara = crate::people::enter(engine, "tara").who;
    let run = |who: &Principal, command| engine.execute(who, command);
    let lead = run(&tara, new(Entity::Lead, &[(l::NAME, "Meera Iyer"), (l::PHONE, "70000 41377")])).unwrap().created[0];
    let row = |entity, id| engine.read(&asha, &bharatnet::engine::ask::AskRow(entity, id)).unwrap();
    let number = row(Entity::Lead, lead).int(l::NUMBER).unwrap().to_string();
    let id = run(&tara, new(Entity::Deal, &[(d::NAME, "Meera"), (d::LEAD, &number)])).unwrap().created[0];
    assert_eq!(row(Entity::Deal, id).text(d::OWNER), "tara");
    let number = row(Entity::Deal, id).int(d::NUMBER).unwrap().to_string();
    let plan = [(dl::DEAL, number.as_str()), (dl::ITEM, "plan"), (dl::PLAN, "Fiber 100")];
    run(&tara, new(Entity::DealLine, &plan)).unwrap();
    let sunil = crate::people::enter(engine, "sunil").who;
    assert!(run(&sunil, new(Entity::DealLine, &plan)).is_err(), "not his deal");
    let before = engine.digest().unwrap();
    run(&tara, Command::Deal(DealCommand::Win { deal: id, terms: terms(false) })).unwrap();
    assert_eq!(row(Entity::Lead, lead).text(l::STAGE), "converted");
    engine.undo(&tara, UndoTarget::Last).unwrap();
    assert_eq!(engine.digest().unwrap(), before);
    let ask = |who: &Principal, whose: &str| {
        engine.read(who, &AskStatement { who: Some(whose.into()), from: 0, to: 30_000 }).map(|found| found.len())
    };
    assert!(ask(&sunil, "tara").is_err() && ask(&sunil, "sunil").is_ok() && ask(&asha, "tara").is_ok());
}
