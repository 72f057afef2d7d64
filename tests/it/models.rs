//! A model of one's own history: trained, kept, in force, asked for reasons, taken back.

use std::sync::atomic::{AtomicU64, Ordering};

use bharatnet::domain::customer::{Reason, Status};
use bharatnet::domain::model::ModelKind;
use bharatnet::domain::{Entity, Value};
use bharatnet::engine::ask::{AskBriefing, AskModel, AskOffers, AskReasons};
use bharatnet::engine::{Command, CommandError, Learnt, ModelCommand, StoreError, Target, UndoTarget};
use bharatnet::insight::learn::Options;
use bharatnet::insight::learn::measure::Figures;
use bharatnet::query::schema::{customer as c, model as m};

use crate::laws::World;

const OPTIONS: Options = Options { seed: 1, threads: 2 };

fn silent(_: u64, _: u64) -> bool {
    true
}

#[test]
fn a_model_is_trained_scores_in_one_entry_and_is_taken_back() {
    let world = World::new(1_200, 3);
    let (engine, who) = (&world.engine, &world.who);
    let told = engine.score(who, &silent).unwrap_err().to_string();
    assert!(told.contains("no model is in force"), "{told}");
    let before = engine.digest().unwrap();

    // Stopped, nothing is kept.
    let stopped = engine.train(who, &OPTIONS, &|done, _| done < 400).unwrap_err();
    assert!(matches!(stopped, CommandError::Store(StoreError::Interrupted)), "{stopped}");
    assert_eq!(engine.digest().unwrap(), before);

    let far = AtomicU64::new(0);
    let trained = engine.train(who, &OPTIONS, &|done, all| far.fetch_max(done * 100 / all, Ordering::Relaxed) < 101);
    let trained = trained.unwrap();
    assert!(trained.summary.starts_with("Trained churn 1: AUC 0.") && far.into_inner() > 90, "{}", trained.summary);
    let model = engine.read(who, &AskModel(ModelKind::Churn)).unwrap().unwrap();
    assert_eq!((model.int(m::NUMBER), model.int(m::DAYS), model.text(m::STATE)), (Some(1), Some(60), "in-force"));
    assert!(model.int(m::LEAVERS) >= Some(60) && model.int(m::AUC) >= Some(5_500), "{model:?}");

    let kept = engine.digest().unwrap();
    let scored = engine.score(who, &silent).unwrap();
    let rows = world.rows("chance>=0");
    assert_eq!(rows.len(), scored.changed);
    assert!(rows.iter().all(|r| Status::parse(r.text(c::STATUS)).is_some_and(Status::is_billable)));
    // About as many leave as usually do.
    let mean = rows.iter().filter_map(|r| r.int(c::CHANCE)).sum::<i64>() as f64 / rows.len() as f64 / 10_000.0;
    let usual = model.int(m::USUAL).unwrap() as f64 / 10_000.0;
    assert!((mean / usual - 1.0).abs() < 0.35, "{mean} against {usual}");
    for row in &rows {
        let (chance, risk) = (row.int(c::CHANCE).unwrap(), row.int(c::RISK).unwrap());
        assert_eq!((risk >= 70, risk >= 40), (chance >= 1_400, chance >= 700), "{chance} {risk}");
    }

    // Reasons sum to the score, on the card as well.
    let worst = rows.iter().max_by_key(|r| r.int(c::CHANCE)).unwrap();
    let reasons = engine.read(who, &AskReasons { customer: worst.id }).unwrap();
    assert_eq!(reasons.risk.parts.iter().map(|p| p.points).sum::<i64>(), reasons.risk.score);
    let (number, chance) = reasons.model.unwrap();
    assert_eq!((number, (chance * 10_000.0).round() as i64), (1, worst.int(c::CHANCE).unwrap()));
    assert_eq!(engine.read(who, &AskBriefing { id: worst.id, events: 5 }).unwrap().risk, reasons.risk);

    // Offers come with rupees, the dearest first, and the next step is one of them or what comes before any sale.
    let mut made = 0;
    for row in rows.iter().take(120) {
        let offers = engine.read(who, &AskOffers { customer: row.id }).unwrap();
        assert!(offers.is_sorted_by(|a, b| a.expected >= b.expected) && offers.iter().all(|o| o.expected.0 > 0));
        assert!(offers.is_empty() || row.int(c::OPEN_TICKETS) == Some(0) && row.int(c::DUE) == Some(0), "{offers:?}");
        made += usize::from(!offers.is_empty());
    }
    assert!(made > 10, "{made} of 120 may be offered something");

    // An edit leaves the score to the model; who leaves has none.
    let set = |fields| Command::Update { entity: Entity::Customer, target: Target::one(worst.id), fields, base: None };
    engine.execute(who, set(vec![(c::NPS, Value::Int(0))])).unwrap();
    let row = &world.rows(&format!("account:{}", worst.int(c::ACCOUNT).unwrap()))[0];
    assert_eq!((row.int(c::RISK), row.int(c::CHANCE)), (worst.int(c::RISK), worst.int(c::CHANCE)));
    engine.undo(who, UndoTarget::Last).unwrap();
    let gone =
        Command::SetStatus { target: Target::one(worst.id), status: Status::Terminated, reason: Some(Reason::Moved) };
    engine.execute(who, gone).unwrap();
    let row = &world.rows(&format!("account:{}", worst.int(c::ACCOUNT).unwrap()))[0];
    assert_eq!((row.int(c::RISK), row.get(c::CHANCE)), (Some(0), &Value::Null));
    engine.undo(who, UndoTarget::Last).unwrap();

    // Another training takes its place; undo brings the first one back into force, then takes the scores back.
    let figures = Figures { auc: 0.7, ..Figures::default() };
    let learnt = Learnt { kind: ModelKind::Churn, body: "{}".into(), cases: 9, leavers: 1, usual: 0.1, figures };
    let second = engine.execute(who, Command::Model(ModelCommand::Keep(learnt))).unwrap();
    assert!(second.summary.starts_with("Trained churn 2"));
    assert_eq!(engine.read(who, &AskModel(ModelKind::Churn)).unwrap().unwrap().int(m::NUMBER), Some(2));
    engine.undo(who, UndoTarget::Entry(second.entry.unwrap())).unwrap();
    assert_eq!(engine.read(who, &AskModel(ModelKind::Churn)).unwrap().unwrap().int(m::NUMBER), Some(1));
    engine.undo(who, UndoTarget::Entry(scored.entry.unwrap())).unwrap();
    assert_eq!(engine.digest().unwrap(), kept);
    engine.undo(who, UndoTarget::Entry(trained.entry.unwrap())).unwrap();
    assert_eq!(engine.digest().unwrap(), before);
}

#[test]
fn a_young_company_is_told_to_wait() {
    let world = World::new(80, 1);
    let told = world.engine.train(&world.who, &OPTIONS, &silent).unwrap_err().to_string();
    assert!(told.contains("history is too thin") && told.contains("scored by rules"), "{told}");
}
