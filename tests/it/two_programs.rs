//! Several programs on one file: nobody's work is lost, and where two want different things both are shown.

use std::process::{Command as Process, Stdio};
use std::sync::Arc;

use bharatnet::base::{Clock as _, Id, SystemClock};
use bharatnet::domain::{Entity, FieldId, Principal, Record, Role, Secret, Value};
use bharatnet::engine::ask::{AskFind, AskRow};
use bharatnet::engine::{Base, Command, CommandError, Engine, LoginError, Target, code_at, offer};
use bharatnet::query::schema::customer as c;

use crate::laws::World;

const PROGRAMS: usize = 8;
const EDITS: i64 = 250;
const PATH: &str = "BHARATNET_TEST_EDITS";

fn row(engine: &Engine, id: Id) -> Record {
    engine.read(&Principal::owner(), &AskRow(Entity::Customer, id)).expect("the row")
}

fn first(engine: &Engine) -> Id {
    engine.read(&Principal::owner(), &AskFind { text: "sort:account".into(), limit: 1 }).expect("a row")[0].id
}

/// What a form sends: the fields that were changed, and what they were when it was opened.
fn save(seen: &Record, fields: &[(FieldId, Value)]) -> Command {
    let base = Base { version: seen.version, fields: fields.iter().map(|(f, _)| (*f, seen.get(*f).clone())).collect() };
    Command::Update {
        entity: Entity::Customer,
        target: Target::one(seen.id),
        fields: fields.to_vec(),
        base: Some(base),
    }
}

/// The part of one program: counts a field of one row up, again where another was faster. Does nothing unless it is
/// started by the test below.
#[test]
fn edits_of_one_program() {
    let (Ok(path), Err(_)) = (std::env::var(PATH), std::env::var(CODE)) else { return };
    let engine = Engine::open(path.as_ref(), false, Arc::new(SystemClock)).expect("the file");
    let who = Principal::owner();
    let id = first(&engine);
    let mut left = EDITS;
    while left > 0 {
        let seen = row(&engine, id);
        let n: i64 = seen.text(c::ORGANISATION).parse().unwrap_or(0);
        match engine.execute(&who, save(&seen, &[(c::ORGANISATION, Value::text((n + 1).to_string()))])) {
            // Another program saved the same value first: nothing was changed, this edit is still to be made.
            Ok(receipt) if receipt.changed == 0 => {}
            Ok(_) => left -= 1,
            Err(CommandError::Conflict { .. }) => {}
            Err(CommandError::Store(e)) if e.to_string().contains("try again") => {}
            Err(e) => panic!("{e}"),
        }
    }
}

#[test]
fn eight_programs_edit_one_row_and_no_edit_is_lost() {
    let world = World::new(3, 1);
    let id = first(&world.engine);
    let seen = row(&world.engine, id);
    world.engine.execute(&world.who, save(&seen, &[(c::ORGANISATION, Value::text("0"))])).expect("a start");
    let begun = SystemClock.now();
    let programs: Vec<_> = (0..PROGRAMS)
        .map(|_| {
            Process::new(std::env::current_exe().expect("this program"))
                .args(["--exact", "two_programs::edits_of_one_program"])
                .env(PATH, world.folder().join("isp.db"))
                .stdout(Stdio::null())
                .spawn()
                .expect("a program")
        })
        .collect();
    for mut program in programs {
        assert!(program.wait().expect("its end").success());
    }
    let n = i64::try_from(PROGRAMS).expect("few") * EDITS;
    println!("{n} edits by {PROGRAMS} programs in {} ms", SystemClock.now().since(begun));
    assert_eq!(row(&world.engine, id).text(c::ORGANISATION), n.to_string());
    assert_eq!(world.engine.read(&world.who, &bharatnet::engine::ask::AskBreak).expect("the log"), None);
}

const CODE: &str = "BHARATNET_TEST_CODE";

/// The part of one program: a login with the code it is given. Does nothing unless it is started by the test below.
#[test]
fn login_of_one_program() {
    let (Ok(path), Ok(code)) = (std::env::var(PATH), std::env::var(CODE)) else { return };
    let engine = Engine::open(path.as_ref(), false, Arc::new(SystemClock)).expect("the file");
    match engine.login("asha", &Secret::new("monsoon over the ghats"), &code) {
        Ok(_) => {}
        // The fifth wrong one shuts the login.
        Err(LoginError::Wrong | LoginError::Shut(_)) => std::process::exit(9),
        Err(e) => panic!("{e}"),
    }
}

#[test]
fn of_eight_programs_with_one_code_of_a_second_factor_one_gets_in() {
    let world = World::new(3, 1);
    let engine = Engine::open(world.engine.path(), false, Arc::new(SystemClock)).expect("the file");
    let password = || Secret::new("monsoon over the ghats");
    let (login, name) = ("asha".to_string(), "Asha".to_string());
    let add = Command::CreateUser { login, name, role: Role::Admin, password: Some(password()), code: None };
    engine.execute(&world.who, add).expect("an admin");
    let asha = engine.login("asha", &password(), "").expect("a login").who;
    let offer = offer("asha").expect("an offer");
    let code = |ms| code_at(offer.secret.expose(), SystemClock.now().plus_ms(ms)).expect("a code");
    let (secret, recovery) = (offer.secret.clone(), offer.recovery.clone());
    engine
        .execute(&asha, Command::SetTotp { login: "asha".into(), secret, code: code(0), recovery })
        .expect("a second factor");
    // The code of the next half minute counts now, too, and is not used up.
    let next = code(30_000);
    let programs: Vec<_> = (0..PROGRAMS)
        .map(|_| {
            Process::new(std::env::current_exe().expect("this program"))
                .args(["--exact", "two_programs::login_of_one_program"])
                .env(PATH, engine.path())
                .env(CODE, &next)
                .stdout(Stdio::null())
                .spawn()
                .expect("a program")
        })
        .collect();
    let ends: Vec<_> = programs.into_iter().map(|mut p| p.wait().expect("its end").code()).collect();
    assert_eq!(ends.iter().filter(|e| **e == Some(0)).count(), 1, "{ends:?}");
    assert_eq!(ends.iter().filter(|e| **e == Some(9)).count(), PROGRAMS - 1, "{ends:?}");
}

#[test]
fn thirty_interleavings_keep_both_edits_or_show_the_clash() {
    const FIELDS: [FieldId; 3] = [c::CITY, c::AREA, c::ADDRESS];
    let world = World::new(40, 2);
    let path = world.folder().join("isp.db");
    let (here, there) = (&world.engine, Engine::open(&path, false, world.clock.clone()).expect("a second program"));
    let ids: Vec<Id> = here
        .read(&world.who, &AskFind { text: "sort:account".into(), limit: 40 })
        .expect("rows")
        .iter()
        .map(|r| r.id)
        .collect();
    let of = |mask: usize, who: &str, alike: bool| -> Vec<(FieldId, Value)> {
        let who = if alike { "both" } else { who };
        (0..3).filter(|i| mask >> i & 1 == 1).map(|i| (FIELDS[i], Value::text(format!("{who} {i}")))).collect()
    };
    let (mut kept, mut clashes, mut scripts) = (0, 0, 0);
    // Which fields each changes, whether they mean the same, and whether the other one takes it back meanwhile.
    for (n, (mine, theirs)) in (1..6).flat_map(|a| (1..4).map(move |b| (a, b))).enumerate() {
        for variant in 0..2 {
            scripts += 1;
            let id = ids[(n * 2 + variant) % ids.len()];
            let alike = n % 4 == 3;
            let back = variant == 1 && n % 3 == 0;
            // Both open the form; the other saves first; then this one.
            let (seen_here, seen_there) = (row(here, id), row(&there, id));
            let (my, their) =
                (of(mine, &format!("here {n} {variant}"), alike), of(theirs, &format!("there {n} {variant}"), alike));
            there.execute(&world.who, save(&seen_there, &their)).expect("the first to save");
            if back {
                there.undo(&world.who, bharatnet::engine::UndoTarget::Last).expect("taken back");
            }
            let result = here.execute(&world.who, save(&seen_here, &my));
            let now = row(&there, id);
            let mut both: Vec<FieldId> =
                my.iter().map(|(f, _)| *f).filter(|f| their.iter().any(|(g, _)| g == f)).collect();
            both.sort();
            let clash = !back && !alike && !both.is_empty();
            match result {
                Err(CommandError::Conflict { clashes: told, .. }) => {
                    assert!(clash, "{scripts}: a clash where there is none");
                    let mut fields: Vec<FieldId> = told.iter().map(|c| c.field).collect();
                    fields.sort();
                    assert_eq!(fields, both, "{scripts}");
                    for c in &told {
                        assert_eq!((&c.theirs, &c.base), (now.get(c.field), seen_here.get(c.field)));
                    }
                    their.iter().for_each(|(f, v)| assert_eq!(now.get(*f), v, "{scripts}: the first edit stays"));
                    clashes += 1;
                }
                Ok(_) => {
                    assert!(!clash, "{scripts}: a clash that was not shown");
                    my.iter().for_each(|(f, v)| assert_eq!(now.get(*f), v, "{scripts}"));
                    if !back {
                        their.iter().for_each(|(f, v)| assert_eq!(now.get(*f), v, "{scripts}"));
                    }
                    kept += 1;
                }
                Err(e) => panic!("{scripts}: {e}"),
            }
        }
    }
    assert_eq!(scripts, 30);
    assert!(kept > 5 && clashes > 5, "{kept} kept, {clashes} shown");
}
