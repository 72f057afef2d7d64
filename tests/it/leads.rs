//! Leads at the engine's door: coverage, score, assignment, clocks, merging, converting.

use bharatnet::base::{Clock as _, Id, Money, Timestamp};
use bharatnet::domain::customer::Cycle;
use bharatnet::domain::lead::{LostReason, Stage};
use bharatnet::domain::{ActivityKind, Entity, FieldId, Principal, Record, Role, Secret, Value};
use bharatnet::engine::ask::{AskFollowUps, AskFunnel, AskLead, AskPage, AskRow, AskTotals};
use bharatnet::engine::{
    Anchor, Assign, Command, CommandError, Engine, ImportRow, LeadCommand, PageAsk, Receipt, Rule, Step, Target, Terms,
    UndoTarget, Verb, key,
};
use bharatnet::query::schema::{coverage as cov, customer as c, ids, lead as l, territory as t};
use bharatnet::query::{Bound, compile};

use crate::laws::World;

const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

/// A company without leads of its own: what the tests put in is all there is.
fn bare() -> World {
    let world = World::new(40, 5);
    let all =
        |entity| Command::Delete { entity, target: Target::Matching { filter: Bound::all(entity), except: vec![] } };
    for entity in [Entity::Lead, Entity::Coverage, Entity::Territory] {
        world.engine.execute(&world.who, all(entity)).expect("an empty board");
    }
    world
}

impl World {
    pub fn run(&self, command: Command) -> Receipt {
        self.engine.execute(&self.who, command).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn lead(&self, command: LeadCommand) -> Receipt {
        self.run(Command::Lead(command))
    }

    pub fn refused(&self, command: Command) -> String {
        let digest = self.engine.digest().unwrap();
        let told = self.engine.execute(&self.who, command).unwrap_err().to_string();
        assert_eq!(self.engine.digest().unwrap(), digest, "{told}");
        told
    }

    pub fn row(&self, entity: Entity, id: Id) -> Record {
        self.engine.read(&self.who, &AskRow(entity, id)).unwrap()
    }

    pub fn count(&self, entity: Entity, filter: &str) -> i64 {
        let bound = compile(filter, entity, &self.context()).unwrap_or_else(|e| panic!("{filter}: {e}"));
        self.engine.read(&self.who, &AskTotals(bound)).unwrap().count
    }

    /// Every row that a filter keeps.
    pub fn kept(&self, entity: Entity, filter: &str) -> Vec<Record> {
        let filter = compile(filter, entity, &self.context()).unwrap_or_else(|e| panic!("{filter}: {e}"));
        let fields = bharatnet::query::schema::ids(entity).collect();
        let ask = PageAsk { filter, sort: vec![], fields, anchor: Anchor::First, limit: 10_000 };
        self.engine.read(&self.who, &AskPage(ask)).unwrap().rows
    }

    /// Does it, takes it back, and sees that nothing is left of it; then does it again.
    pub fn there_and_back(&self, command: Command) -> Receipt {
        let before = self.engine.digest().unwrap();
        let done = self.run(command);
        let after = self.engine.digest().unwrap();
        assert_ne!(before, after, "{}", done.summary);
        self.engine.undo(&self.who, UndoTarget::Last).unwrap_or_else(|e| panic!("{}: {e}", done.summary));
        assert_eq!(self.engine.digest().unwrap(), before, "{} left something behind", done.summary);
        self.engine.redo(&self.who, UndoTarget::Last).unwrap_or_else(|e| panic!("{}: {e}", done.summary));
        assert_eq!(self.engine.digest().unwrap(), after, "{} came back another", done.summary);
        done
    }
}

pub fn fields(set: &[(FieldId, &str)]) -> Vec<(FieldId, Value)> {
    set.iter()
        .map(|(f, text)| (*f, bharatnet::query::format::read(*f, text).unwrap_or_else(|e| panic!("{text}: {e}"))))
        .collect()
}

pub fn new(entity: Entity, set: &[(FieldId, &str)]) -> Command {
    Command::Create { entity, fields: fields(set), allow_duplicates: false }
}

fn add(world: &World, name: &str, phone: &str, more: &[(FieldId, &str)]) -> Id {
    let all = [&[(l::NAME, name), (l::PHONE, phone)], more].concat();
    world.run(new(Entity::Lead, &all)).created[0]
}

fn place(world: &World, pin: &str, area: &str, building: &str, status: &str) -> Id {
    let all = [(cov::PINCODE, pin), (cov::AREA, area), (cov::BUILDING, building), (cov::STATUS, status)];
    let given: Vec<_> = all.into_iter().filter(|(_, v)| !v.is_empty()).collect();
    world.run(new(Entity::Coverage, &given)).created[0]
}

/// What a person tries on a lead, a place or a territory of their own or of somebody else's.
pub fn attempt(
    engine: &Engine,
    admin: &Principal,
    who: &Principal,
    rule: &Rule,
    mine: bool,
    n: &str,
) -> Result<(), CommandError> {
    let owner = if mine { who.user.clone() } else { "extra".to_string() };
    let row = |name: &str| match rule.of {
        Entity::Lead => vec![
            (l::NAME, Value::text(name)),
            (l::PHONE, Value::text("+919822041377")),
            (l::OWNER, Value::text(owner.as_str())),
        ],
        Entity::Coverage => {
            vec![(cov::PINCODE, "411038".into()), (cov::AREA, Value::text(name)), (cov::STATUS, "planned".into())]
        }
        _ => vec![(t::PLACE, Value::text(name)), (t::REP, "extra".into())],
    };
    let make = |name: &str| Command::Create { entity: rule.of, fields: row(name), allow_duplicates: true };
    if rule.verb == Verb::Create {
        return engine.execute(who, make(n)).map(|_| ());
    }
    let made = |name: &str| engine.execute(admin, make(name)).expect("a row to try it on").created[0];
    let id = made(&format!("{n} one"));
    let target = Target::one(id);
    let set = match rule.of {
        Entity::Lead => (l::CITY, "Pune".into()),
        Entity::Coverage => (cov::NOTE, "x".into()),
        _ => (t::REP, "other".into()),
    };
    let command = match rule.verb {
        Verb::Update => Command::Update { entity: rule.of, target, fields: vec![set], base: None },
        Verb::Tag => Command::Tag { entity: rule.of, target, add: vec!["x".into()], remove: vec![] },
        Verb::Delete => Command::Delete { entity: rule.of, target },
        Verb::Undelete => {
            engine.execute(admin, Command::Delete { entity: rule.of, target: target.clone() }).expect("put away");
            Command::Undelete { entity: rule.of, target }
        }
        Verb::Import => {
            let rows = vec![ImportRow { line: 2, fields: row(&format!("{n} file")) }];
            Command::Import { entity: rule.of, rows, source: "x.csv".into(), allow_duplicates: true }
        }
        Verb::Stage => Command::Lead(LeadCommand::Move { target, to: Step::Forward, reason: None }),
        Verb::Assign => Command::Lead(LeadCommand::Assign { target, how: Assign::Nobody }),
        Verb::FollowUp => Command::Lead(LeadCommand::FollowUp { target, at: Some(engine.now()), note: None }),
        Verb::Contact => {
            Command::Lead(LeadCommand::Touch { lead: id, kind: ActivityKind::Call, body: "rang".into(), next: None })
        }
        Verb::Merge => Command::Lead(LeadCommand::Merge { keep: id, other: made(&format!("{n} two")), take: vec![] }),
        Verb::Convert => Command::Lead(LeadCommand::Convert { lead: id, terms: terms("Fiber 100", true) }),
        Verb::Rescore => Command::Lead(LeadCommand::Rescore { target }),
        other => panic!("{other:?} is tried nowhere"),
    };
    let digest = engine.digest()?;
    let result = engine.execute(who, command).map(|_| ());
    assert!(result.is_ok() || engine.digest()? == digest, "{n}: {result:?}");
    result
}

fn terms(plan: &str, allow_duplicates: bool) -> Terms {
    Terms {
        plan: plan.into(),
        cycle: Cycle::Monthly,
        price: None,
        install_on: None,
        note: String::new(),
        allow_duplicates,
    }
}

#[test]
fn coverage_is_looked_up_and_follows_the_directory_there_and_back() {
    let world = bare();
    let early = add(&world, "Early Bird", "98220 41300", &[(l::PINCODE, "411038"), (l::AREA, "Kothrud")]);
    assert!(world.row(Entity::Lead, early).get(l::AVAILABILITY).is_null(), "an empty directory says nothing");
    let area = place(&world, "411038", "Kothrud", "", "planned");
    place(&world, "411038", "Kothrud", "Lotus CHS", "serviceable");
    assert_eq!(world.row(Entity::Lead, early).text(l::AVAILABILITY), "planned");
    let in_lotus = [(l::PINCODE, "411038"), (l::AREA, "Kothrud"), (l::BUILDING, "lotus chs")];
    let lotus = add(&world, "Meera Iyer", "98220 41377", &in_lotus);
    let far = add(&world, "Far Away", "98220 41378", &[(l::PINCODE, "411001")]);
    let of = |id| world.row(Entity::Lead, id);
    assert_eq!(of(lotus).text(l::AVAILABILITY), "serviceable", "the building goes before the area");
    assert_eq!(of(far).text(l::AVAILABILITY), "not-covered");
    let lost = LeadCommand::Move {
        target: Target::one(early),
        to: Step::To(Stage::Lost),
        reason: Some(LostReason::NoCoverage),
    };
    world.lead(lost);
    assert_eq!(world.count(Entity::Lead, "is:waiting"), 2, "the lost one waits, too");
    let before = of(early).int(l::SCORE).unwrap();
    let digest = world.engine.digest().unwrap();
    let set = vec![(cov::STATUS, "serviceable".into()), (cov::PORTS, Value::Int(4)), (cov::DROP, Value::Int(35))];
    let live = Command::Update { entity: Entity::Coverage, target: Target::one(area), fields: set, base: None };
    let done = world.there_and_back(live);
    assert!(done.summary.contains("coverage of 1 lead anew"), "{}", done.summary);
    let row = of(early);
    assert_eq!((row.text(l::AVAILABILITY), row.int(l::PORTS), row.int(l::DROP)), ("serviceable", Some(4), Some(35)));
    assert!(row.int(l::SCORE).unwrap() > before && row.get(l::LIVE_SINCE).as_int().is_some());
    assert_eq!(world.count(Entity::Lead, "has:live-since"), 1);
    // A lead that came between is right again, too, after the undo.
    let late = add(&world, "Late Comer", "98220 41399", &[(l::PINCODE, "411038"), (l::AREA, "Kothrud")]);
    assert_eq!(of(late).text(l::AVAILABILITY), "serviceable");
    world.engine.undo(&world.who, UndoTarget::Entry(done.entry.unwrap())).unwrap();
    assert_eq!((of(late).text(l::AVAILABILITY), of(early).text(l::AVAILABILITY)), ("planned", "planned"));
    world.engine.undo(&world.who, UndoTarget::Last).unwrap();
    assert_eq!(world.engine.digest().unwrap(), digest);
}

#[test]
fn a_directory_is_brought_up_to_date_by_its_next_file() {
    let world = bare();
    let lead = add(&world, "Meera Iyer", "98220 41377", &[(l::PINCODE, "411038")]);
    let row = |line, pin: &str, status: &str| ImportRow {
        line,
        fields: fields(&[(cov::PINCODE, pin), (cov::STATUS, status)]),
    };
    let file =
        |rows| Command::Import { entity: Entity::Coverage, rows, source: "fibre.csv".into(), allow_duplicates: false };
    let first = vec![row(2, "411038", "planned"), row(3, "411004", "serviceable"), row(4, "411038", "planned")];
    let done = world.there_and_back(file(first));
    assert_eq!((done.created.len(), done.skipped.len()), (2, 1));
    assert_eq!(done.skipped[0].reason, "same place as line 2");
    assert_eq!(world.row(Entity::Lead, lead).text(l::AVAILABILITY), "planned");
    let next = vec![row(2, "411038", "serviceable"), row(3, "411004", "serviceable"), row(4, "411052", "planned")];
    let done = world.there_and_back(file(next));
    assert!(done.summary.starts_with("Imported 1 new and 1 changed rows of coverage"), "{}", done.summary);
    assert_eq!(world.row(Entity::Lead, lead).text(l::AVAILABILITY), "serviceable");
    assert_eq!(world.count(Entity::Coverage, ""), 3);
}

#[test]
fn the_parts_of_a_score_are_the_score_on_every_lead_of_the_demo() {
    let world = World::new(300, 5);
    let rows = every(&world, "");
    assert!(rows.len() > 100, "{}", rows.len());
    for row in &rows {
        let parts: i64 = l::PARTS.iter().map(|f| row.int(*f).unwrap_or(-1_000)).sum();
        assert_eq!(Some(parts), row.int(l::SCORE), "{}", row.text(l::NAME));
    }
    let briefing = world.engine.read(&world.who, &AskLead { id: rows[0].id, events: 10 }).unwrap();
    assert_eq!(briefing.score.pieces.iter().map(|p| p.points).sum::<i64>(), briefing.score.total);
    assert!(briefing.score.pieces.iter().all(|p| !p.why.is_empty()));
}

fn every(world: &World, filter: &str) -> Vec<Record> {
    let filter = compile(filter, Entity::Lead, &world.context()).unwrap();
    let fields = bharatnet::query::schema::ids(Entity::Lead).collect();
    let ask = PageAsk { filter, sort: vec![(l::NUMBER, false)], fields, anchor: Anchor::First, limit: 1_000_000 };
    world.engine.read(&world.who, &AskPage(ask)).unwrap().rows
}

#[test]
fn five_hundred_leads_move_one_stage_as_one_entry_and_back() {
    let world = World::new(100, 5);
    let row = |n: u64| {
        let stage = ["new", "contacted", "survey", "quoted"][(n % 4) as usize];
        let phone = format!("98220 4{n:04}");
        ImportRow { line: n, fields: fields(&[(l::NAME, "Many"), (l::PHONE, &phone), (l::STAGE, stage)]) }
    };
    let rows = (2..502).map(row).collect();
    let file = Command::Import { entity: Entity::Lead, rows, source: "leads.csv".into(), allow_duplicates: false };
    let pick = world.there_and_back(file).created;
    assert_eq!(pick.len(), 500);
    let head = world.engine.read(&world.who, &bharatnet::engine::ask::AskHead).unwrap().map_or(0, |(n, _)| n);
    let target = Target::Ids(pick.clone());
    let done = world.there_and_back(Command::Lead(LeadCommand::Move { target, to: Step::Forward, reason: None }));
    assert_eq!(done.changed, 500);
    assert_eq!(done.entry, Some(head + 1), "one entry");
    let told = world.refused(Command::Lead(LeadCommand::Move {
        target: Target::one(pick[0]),
        to: Step::To(Stage::Converted),
        reason: None,
    }));
    assert!(told.contains("by converting it"), "{told}");
    let told = world.refused(Command::Lead(LeadCommand::Move {
        target: Target::one(pick[0]),
        to: Step::To(Stage::Lost),
        reason: None,
    }));
    assert!(told.contains("is required for lost: no-coverage"), "{told}");
}

#[test]
fn stages_keep_their_times_and_the_first_contact_stops_the_clock() {
    let world = bare();
    let id = add(&world, "Meera Iyer", "98220 41377", &[]);
    let at = |field| world.row(Entity::Lead, id).int(field);
    let start = at(l::CREATED).unwrap();
    world.clock.advance_ms(42 * MINUTE);
    let note = LeadCommand::Touch { lead: id, kind: ActivityKind::Note, body: "from the website".into(), next: None };
    world.there_and_back(Command::Lead(note));
    assert_eq!(at(l::FIRST_RESPONSE), None, "a note is no contact");
    let due = Timestamp(start + 3 * DAY);
    let call =
        LeadCommand::Touch { lead: id, kind: ActivityKind::Call, body: "wants Fiber 200".into(), next: Some(due) };
    world.there_and_back(Command::Lead(call));
    let row = world.row(Entity::Lead, id);
    assert_eq!(
        (row.int(l::RESPONSE_MINUTES), row.int(l::TOUCHES), row.text(l::STAGE)),
        (Some(42), Some(1), "contacted")
    );
    assert_eq!((row.int(l::FOLLOW_UP), row.int(l::CONTACTED_AT)), (Some(due.0), Some(start + 42 * MINUTE)));
    // Straight to the quotation: the survey is counted as reached, too.
    world.clock.advance_ms(DAY);
    let to = |stage| Command::Lead(LeadCommand::Move { target: Target::one(id), to: Step::To(stage), reason: None });
    world.there_and_back(to(Stage::Quoted));
    assert_eq!(at(l::SURVEY_AT), at(l::QUOTED_AT));
    world.there_and_back(to(Stage::Survey));
    assert_eq!((at(l::QUOTED_AT), at(l::SURVEY_AT).is_some()), (None, true), "going back forgets what came later");
    // The reminder: due, snoozed, due again; a call does it.
    let due_now =
        |until: Timestamp| world.engine.read(&world.who, &AskFollowUps { who: None, until, limit: 10 }).unwrap().len();
    assert_eq!(due_now(world.clock.now()), 0);
    world.clock.set(due);
    assert_eq!((due_now(due), world.count(Entity::Lead, "is:overdue")), (1, 1));
    let until = due.plus_ms(60 * MINUTE);
    world.there_and_back(Command::Lead(LeadCommand::Snooze { target: Target::one(id), until }));
    assert_eq!((due_now(due), world.count(Entity::Lead, "is:overdue"), at(l::FOLLOW_UP)), (0, 0, Some(due.0)));
    world.clock.set(until);
    assert_eq!(due_now(until), 1);
    let again = LeadCommand::Touch { lead: id, kind: ActivityKind::Visit, body: "surveyed".into(), next: None };
    world.there_and_back(Command::Lead(again));
    assert_eq!((due_now(until), at(l::FOLLOW_UP), at(l::RESPONSE_MINUTES)), (0, None, Some(42)));
    let history = world.engine.read(&world.who, &AskLead { id, events: 20 }).unwrap();
    assert!(history.timeline.iter().any(|e| e.text.contains("Stage Contacted -> Quotation Sent")), "{history:?}");
    assert!(history.timeline.iter().any(|e| e.text == "wants Fiber 200" && e.kind == Some(ActivityKind::Call)));
}

#[test]
fn leads_are_given_out_in_turn_by_load_and_by_place_and_nobody_away_gets_one() {
    let world = bare();
    let asha = crate::people::staff(&world);
    let engine = &world.engine;
    let run = |command| engine.execute(&asha, command).unwrap_or_else(|e| panic!("{e}"));
    for login in ["anil", "bela", "chand"] {
        let password = Some(Secret::new("nobody guesses this phrase"));
        run(Command::CreateUser { login: login.into(), name: login.into(), role: Role::Sales, password, code: None });
    }
    let make = |n: usize, pin: &str, city: &str| {
        let all = [(l::NAME, "Lead"), (l::PHONE, &format!("98220 4{n:04}")), (l::PINCODE, pin), (l::CITY, city)];
        run(new(Entity::Lead, &all)).created[0]
    };
    let ids: Vec<Id> = (0..6).map(|n| make(n, "411038", "Pune")).collect();
    let owner = |id| engine.read(&asha, &AskRow(Entity::Lead, id)).unwrap().text(l::OWNER).to_string();
    let owners = |ids: &[Id]| ids.iter().map(|id| owner(*id)).collect::<Vec<_>>();
    let give = |ids: &[Id], how| run(Command::Lead(LeadCommand::Assign { target: Target::Ids(ids.to_vec()), how }));
    let away = |login: &str, until: Option<i64>| run(Command::SetAbsence { login: login.into(), until });
    let today = bharatnet::base::calendar::days_of(engine.today());
    give(&ids[..4], Assign::RoundRobin);
    assert_eq!(owners(&ids[..4]), ["anil", "bela", "chand", "anil"]);
    world.clock.advance_ms(MINUTE);
    give(&ids[4..5], Assign::RoundRobin);
    assert_ne!(owner(ids[4]), "anil", "she got the last one");
    away("bela", Some(today + 3));
    give(&ids, Assign::Nobody);
    give(&ids, Assign::LeastBusy);
    assert_eq!(owners(&ids).iter().filter(|o| *o == "anil").count(), 3);
    assert!(!owners(&ids).contains(&"bela".to_string()), "he is away");
    for (place, rep) in [("Pune", "anil"), ("411", "chand"), ("411038", "bela")] {
        run(new(Entity::Territory, &[(t::PLACE, place), (t::REP, rep)]));
    }
    let by_city = make(10, "560001", "Pune");
    let by_digits = make(11, "411001", "Pune");
    let nowhere = make(12, "560001", "Bengaluru");
    away("bela", None);
    let done = give(&[ids[0], by_city, by_digits, nowhere], Assign::Territory);
    assert_eq!(owners(&[ids[0], by_city, by_digits, nowhere]), ["bela", "anil", "chand", ""]);
    assert_eq!(done.skipped[0].reason, "no territory has 560001");
    away("bela", Some(today));
    give(&[ids[1]], Assign::Territory);
    assert_eq!(owner(ids[1]), "bela", "back today");
    for login in ["anil", "bela", "chand"] {
        away(login, Some(today + 1));
    }
    let all = LeadCommand::Assign { target: Target::Ids(ids), how: Assign::RoundRobin };
    let told = engine.execute(&asha, Command::Lead(all)).unwrap_err().to_string();
    assert!(told.contains("nobody in sales is at work"), "{told}");
}

#[test]
fn a_lead_that_is_there_is_named_in_whatever_form_its_number_comes() {
    let world = bare();
    let at = [(l::EMAIL, "meera@example.in"), (l::ADDRESS, "12 Karve Road"), (l::PINCODE, "411038")];
    add(&world, "Meera Iyer", "98220 41377", &at);
    let try_it = |set: &[(FieldId, &str)]| world.refused(new(Entity::Lead, set));
    for phone in ["+91 98220-41377", "098220 41377", "9822041377"] {
        let told = try_it(&[(l::NAME, "M. Iyer"), (l::PHONE, phone)]);
        assert!(told.contains("Meera Iyer (lead 00") && told.contains("has the same phone"), "{told}");
    }
    let told = try_it(&[(l::NAME, "M. Iyer"), (l::PHONE, "98220 41300"), (l::EMAIL, "MEERA@example.in")]);
    assert!(told.contains("has the same email"), "{told}");
    let same = [(l::NAME, "M"), (l::PHONE, "98220 41300"), (l::ADDRESS, "12 karve road"), (l::PINCODE, "411038")];
    assert!(try_it(&same).contains("has the same address"));
    let customer = every_customer(&world).remove(0);
    let phone = bharatnet::query::format::show(c::PHONE, customer.get(c::PHONE));
    let told = try_it(&[(l::NAME, "Again"), (l::PHONE, &phone)]);
    assert!(told.contains(&format!("{} (BN ", customer.text(c::NAME))), "{told}");
    let anyway = Command::Create { entity: Entity::Lead, fields: fields(&same), allow_duplicates: true };
    world.there_and_back(anyway);
}

fn every_customer(world: &World) -> Vec<Record> {
    let filter = compile("status:active", Entity::Customer, &world.context()).unwrap();
    let fields = bharatnet::query::schema::ids(Entity::Customer).collect();
    let ask = PageAsk { filter, sort: vec![(c::NAME, false)], fields, anchor: Anchor::First, limit: 50 };
    world.engine.read(&world.who, &AskPage(ask)).unwrap().rows
}

#[test]
fn two_leads_become_one_and_two_again() {
    let world = bare();
    let keep = add(&world, "Meera Iyer", "98220 41377", &[(l::BUDGET, "900"), (l::TAGS, "vip"), (l::NOTES, "first")]);
    let more = [(l::BUDGET, "1200"), (l::EMAIL, "meera@example.in"), (l::TAGS, "wfh"), (l::NOTES, "second")];
    let other = add(&world, "M Iyer", "98220 41378", &more);
    for (lead, body) in [(keep, "rang"), (other, "wrote")] {
        let kind = ActivityKind::Call;
        world.lead(LeadCommand::Touch { lead, kind, body: body.into(), next: None });
    }
    let merge = |take: &[FieldId]| Command::Lead(LeadCommand::Merge { keep, other, take: take.to_vec() });
    let plan = world.engine.preview(&world.who, &merge(&[l::BUDGET])).unwrap();
    let budget = plan.first[0].fields.iter().find(|(f, ..)| *f == l::BUDGET).expect("the preview goes field by field");
    assert_eq!((budget.1.as_int(), budget.2.as_int()), (Some(90_000), Some(120_000)));
    world.there_and_back(merge(&[l::BUDGET]));
    let row = world.row(Entity::Lead, keep);
    assert_eq!(row.money(l::BUDGET), Money::rupees(1_200));
    assert_eq!(
        (row.text(l::EMAIL), row.text(l::TAGS), row.text(l::NAME)),
        ("meera@example.in", "vip,wfh", "Meera Iyer")
    );
    assert_eq!((row.text(l::ALT_PHONE), row.int(l::TOUCHES)), ("+919822041378", Some(2)));
    assert_eq!(row.text(l::NOTES), "first · second");
    assert_eq!(world.row(Entity::Lead, other).int(l::MERGED_INTO), row.int(l::NUMBER));
    let said = world.engine.read(&world.who, &AskLead { id: keep, events: 20 }).unwrap().timeline;
    assert!(["rang", "wrote"].iter().all(|b| said.iter().any(|e| e.text == *b)), "{said:?}");
    assert!(world.refused(merge(&[])).contains("was put away"));
    // The same with a customer.
    let customer = every_customer(&world).remove(0).id;
    world.there_and_back(Command::Lead(LeadCommand::MergeIntoCustomer { lead: keep, customer }));
    let row = world.row(Entity::Lead, keep);
    assert_eq!(row.int(l::CUSTOMER), world.row(Entity::Customer, customer).int(c::ACCOUNT));
    assert!(!row.get(l::DELETED).is_null());
}

#[test]
fn a_firm_that_becomes_a_customer_brings_an_open_deal_along() {
    let world = bare();
    let about = [(l::PLAN, "Business 200"), (l::SEGMENT, "business"), (l::ORGANISATION, "Kaveri Textiles")];
    let id = add(&world, "Meera Iyer", "70000 41377", &about);
    let done =
        world.there_and_back(Command::Lead(LeadCommand::Convert { lead: id, terms: terms("Business 200", false) }));
    let account = world.row(Entity::Customer, done.created[0]).int(c::ACCOUNT).unwrap();
    let deal = format!("customer:{account} stage:qualified kind:corporate name:\"Kaveri Textiles: further lines\"");
    assert_eq!(world.count(Entity::Deal, &deal), 1);
}

#[test]
fn a_lead_becomes_a_customer_in_one_entry_and_a_lead_again() {
    let world = bare();
    let about = [(l::PLAN, "Fiber 200"), (l::CITY, "Pune"), (l::BUILDING, "Lotus CHS"), (l::ADDRESS, "B-12")];
    let id = add(&world, "Meera Iyer", "70000 41377", &about);
    let terms = Terms { price: Some(Money::rupees(799)), note: "ring twice".into(), ..terms("Fiber 200", false) };
    let convert = Command::Lead(LeadCommand::Convert { lead: id, terms });
    let customers = world.count(Entity::Customer, "");
    let done = world.there_and_back(convert.clone());
    assert_eq!(world.count(Entity::Customer, ""), customers + 1);
    let (lead, customer) = (world.row(Entity::Lead, id), world.row(Entity::Customer, done.created[0]));
    assert_eq!((lead.text(l::STAGE), lead.int(l::CUSTOMER)), ("converted", customer.int(c::ACCOUNT)));
    assert!(l::REACHED[..6].iter().all(|f| !lead.get(*f).is_null()), "every stage was reached on the way");
    assert_eq!((customer.text(c::STATUS), customer.money(c::PRICE)), ("pending", Money::rupees(799)));
    assert_eq!((customer.text(c::ADDRESS), customer.text(c::PHONE)), ("Lotus CHS, B-12", "+917000041377"));
    let briefing = bharatnet::engine::ask::AskBriefing { id: customer.id, events: 10 };
    let log = world.engine.read(&world.who, &briefing).unwrap().timeline;
    assert!(log.iter().any(|e| e.text == "Installation to schedule; ring twice"), "{log:?}");
    let account = customer.int(c::ACCOUNT).unwrap();
    let job = format!("account:{account} kind:install state:open");
    assert_eq!((world.count(Entity::Job, &job), world.count(Entity::Deal, &format!("customer:{account}"))), (1, 0));
    assert!(world.refused(convert).contains("is a customer already"));
    let by_hand = LeadCommand::Move { target: Target::one(id), to: Step::Back, reason: None };
    assert_eq!(world.lead(by_hand).skipped[0].reason, "is a customer already");
    let twin = Command::Create {
        entity: Entity::Lead,
        fields: fields(&[(l::NAME, "Twin"), (l::PHONE, "70000 41377")]),
        allow_duplicates: true,
    };
    let twin = world.run(twin).created[0];
    let again = |allow| Command::Lead(LeadCommand::Convert { lead: twin, terms: self::terms("Fiber 100", allow) });
    assert!(world.refused(again(false)).contains("Meera Iyer (BN "));
    world.there_and_back(again(true));
}

#[test]
fn funnels_add_up_by_source_rep_and_period() {
    let world = World::new(500, 5);
    let ask = |by, from| {
        let filter = Bound::all(Entity::Lead);
        world.engine.read(&world.who, &AskFunnel { filter, from, to: None, by }).unwrap()
    };
    let all = ask(None, None).remove(0);
    assert_eq!(all.leads(), world.count(Entity::Lead, ""));
    assert_eq!(all.converted(), world.count(Entity::Lead, "stage:converted"));
    assert!(all.reached[..6].windows(2).all(|w| w[0] >= w[1]), "nobody skips a stage: {all:?}");
    for by in [l::SOURCE, l::OWNER] {
        let rows = ask(Some(by), None);
        assert!(rows.len() > 1);
        let sum = |f: fn(&bharatnet::engine::ask::FunnelRow) -> i64| rows.iter().map(f).sum::<i64>();
        assert_eq!((sum(|r| r.leads()), sum(|r| r.converted())), (all.leads(), all.converted()));
        assert_eq!(rows.iter().map(|r| r.mrr).sum::<Money>(), all.mrr);
    }
    let from = Timestamp(bharatnet::base::calendar::start_of(world.engine.today()).0 - 89 * DAY);
    let late = ask(None, Some(from)).remove(0);
    assert_eq!(late.leads(), world.count(Entity::Lead, "created<=89d"));
    assert!(late.leads() < all.leads());
}

#[test]
fn pages_of_several_stages_are_the_whole_order_piece_by_piece() {
    let world = World::new(1_500, 4);
    let rows = |filter: &Bound, anchor: Anchor, limit: usize| {
        let sort = filter.sort.clone();
        let fields = ids(filter.entity).collect();
        let ask = PageAsk { filter: filter.clone(), sort, fields, anchor, limit };
        world.engine.read(&world.who, &AskPage(ask)).expect("a page").rows
    };
    for (entity, text) in [
        (Entity::Lead, "is:open sort:-score"),
        (Entity::Lead, "is:open -city:pune sort:created"),
        (Entity::Lead, "stage:new,lost,converted sort:-created"),
        (Entity::Deal, "is:open sort:expected-close"),
        (Entity::Deal, "stage:won,lost sort:-amount"),
    ] {
        let filter = compile(text, entity, &world.context()).expect("a filter");
        // The same rows by a filter that names no state, put in order here.
        let (by, falls) = filter.sort[0];
        let mut all = rows(&Bound { sort: Vec::new(), ..filter.clone() }, Anchor::First, 100_000);
        let place = |r: &Record| (r.int(by).unwrap_or(i64::MIN), r.id);
        all.sort_by_key(place);
        if falls {
            all.reverse();
        }
        let all: Vec<Id> = all.iter().map(|r| r.id).collect();
        assert!(all.len() > 7, "{text}: {}", all.len());
        let (mut seen, mut anchor) = (Vec::new(), Anchor::First);
        loop {
            let page = rows(&filter, anchor, 7);
            let Some(last) = page.last() else { break };
            anchor = Anchor::After(key(last, &filter.sort));
            seen.extend(page.iter().map(|r| r.id));
        }
        assert_eq!(seen, all, "{text}");
        let (mut seen, mut anchor) = (Vec::new(), Anchor::Last);
        loop {
            let page = rows(&filter, anchor, 9);
            let Some(first) = page.first() else { break };
            anchor = Anchor::Before(key(first, &filter.sort));
            seen.splice(0..0, page.iter().map(|r| r.id));
        }
        assert_eq!(seen, all, "{text}, backwards");
    }
}
