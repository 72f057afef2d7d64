//! Answers the questions of a screen, on the threads of a pool.

mod pool;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

use crate::base::Id;
use crate::base::calendar;
use crate::domain::{Entity, Principal, Secret, Value};
use crate::engine::Change;
use crate::engine::ask::{
    AskBriefing, AskChanges, AskClock, AskDrill, AskDue, AskLockouts, AskOtts, AskPanel, AskPlans, AskPulse, AskReps,
    AskRow, AskSettings, AskShelf, AskSuggest, AskToday, AskTotals, AskUptime, AskViews,
};
use crate::engine::{
    Command, CommandError, Engine, LoginError, Page, ReadError, StoreError, Trained, UndoError, hidden, new_code, offer,
};
use crate::insight::learn::Options;
use crate::insight::plot;
use crate::query::schema::{activity, customer, field, noun};
use crate::query::{Bound, format};

use super::incidents::panel::uptime;
use super::message::{Answer, Question, Typing};
use super::overlay::detail;
use super::today::LINES;

pub use pool::{Pool, Rest};

/// Lines of a timeline that a page can show.
const EVENTS: usize = 400;

/// Told of progress, from any thread; says whether to go on.
pub type Report<'a> = &'a (dyn Fn(u64, u64) -> bool + Sync);

/// Answers one question. `report` is told of progress and says whether to go on.
pub fn answer(engine: &Engine, who: &Principal, question: Question, report: Report<'_>) -> Answer {
    answer_until(engine, who, question, report, &Arc::default(), &|_, _, _| {})
}

/// Told of the best rows so far, of rows looked at and of all.
type Show<'a> = &'a dyn Fn(Page, i64, i64);

/// The same; questions about many rows end when `stop` is set, and what is returned then means nothing.
fn answer_until(
    engine: &Engine,
    who: &Principal,
    question: Question,
    report: Report<'_>,
    stop: &Arc<AtomicBool>,
    show: Show<'_>,
) -> Answer {
    match read(engine, who, question, report, stop, show) {
        Ok(Answer::Refused(CommandError::LoggedOut)) | Err(ReadError::LoggedOut) => Answer::LoggedOut,
        Ok(answer) => answer,
        Err(e) => Answer::Failed(e.to_string()),
    }
}

fn read(
    engine: &Engine,
    who: &Principal,
    question: Question,
    report: Report<'_>,
    stop: &Arc<AtomicBool>,
    show: Show<'_>,
) -> Result<Answer, ReadError> {
    Ok(match question {
        Question::Page(ask) => {
            if ask.filter.entity == Entity::Entry {
                super::start::rehearse("worker");
            }
            Answer::Page(engine.page_until(who, &ask, stop, show)?)
        }
        Question::Board(ask) => Answer::Board(engine.read_until(who, &*ask, stop)?),
        Question::Clock(id) => Answer::Clock(engine.read(who, &AskClock(id))?),
        Question::Near => Answer::Near(engine.read(who, &AskSettings)?.int("ticket.near-minutes")),
        Question::Uptime => {
            const DAYS: i64 = 30;
            let to = engine.now();
            let found = engine.read(who, &AskUptime { from: to.plus_ms(-DAYS * 86_400_000), to })?;
            Answer::Output("Uptime by area".into(), uptime(&found, DAYS, engine.today()))
        }
        Question::Shelf => Answer::Shelf(Box::new(engine.read(who, &AskShelf)?)),
        Question::Find(text, typing, wait) => find(engine, who, text, &typing, wait)?,
        Question::Today => Answer::Today(Box::new(engine.read(who, &AskToday { limit: LINES })?)),
        Question::Pulse => Answer::Pulse(engine.read(who, &AskPulse)?),
        Question::Figures(ask, _) => Answer::Figures(Box::new(engine.read(who, ask.as_ref())?)),
        Question::SaveFigure(file) => super::outward::figure(&file),
        Question::Coverage(ask) => Answer::Coverage(engine.read(who, &ask)?),
        Question::Labels(ask) => Answer::Labels(engine.read(who, &ask)?),
        Question::Reps => Answer::Reps(engine.read(who, &AskReps)?),
        Question::Due => Answer::Due(engine.read(who, &AskDue)?),
        Question::Train(kinds) => match engine.train_and_score(who, &kinds, &Options::default(), report) {
            Ok(trained) => Answer::Saved(trained.iter().map(Trained::words).collect::<Vec<_>>().join(" · ")),
            Err(e) => Answer::Refused(e),
        },
        Question::Totals(bound) => Answer::Totals(engine.read_until(who, &AskTotals(bound), stop)?),
        Question::Everything(entity) => {
            Answer::Everything(engine.read_until(who, &AskTotals(Bound::all(entity)), stop)?.count)
        }
        Question::Panel(entity, id) => {
            Answer::Panel(Box::new(engine.read(who, &AskPanel { entity, id, events: EVENTS })?))
        }
        Question::Suggest(ask) => {
            let ask: AskSuggest = ask;
            Answer::Suggest(engine.read(who, &ask)?)
        }
        Question::Values(field) => {
            Answer::Values(engine.read(who, &AskDrill { field, typed: String::new(), limit: 500 })?)
        }
        Question::Plans => Answer::Plans(engine.read(who, &AskPlans)?, engine.read(who, &AskOtts)?),
        Question::Views => Answer::Views(engine.read(who, &AskViews)?),
        Question::Counts(bounds) => Answer::Counts(
            bounds.into_iter().map(|b| engine.read_until(who, &AskTotals(b), stop)).collect::<Result<_, _>>()?,
        ),
        Question::Preview(command) => match engine.preview(who, &command) {
            Ok(preview) => Answer::Preview(Box::new(preview)),
            Err(e) => Answer::Refused(e),
        },
        Question::Execute(command) => match engine.execute_with(who, *command, report) {
            Ok(receipt) => Answer::Done(receipt),
            Err(e) => Answer::Refused(e),
        },
        Question::Undo(what) => turned(engine.undo(who, what)),
        Question::Redo(what) => turned(engine.redo(who, what)),
        Question::Lockouts(after) => Answer::Lockouts(engine.read(who, &AskLockouts { after })?),
        Question::Changes(seq) => {
            let (entry, changes) = engine.read(who, &AskChanges(seq))?;
            let mut lines = vec![
                format!("# {}", entry.summary),
                format!(
                    "{} · {} · {} row{}",
                    entry.who,
                    calendar::short_time(entry.at),
                    entry.changed,
                    if entry.changed == 1 { "" } else { "s" }
                ),
                String::new(),
            ];
            lines.extend(changes.iter().take(500).flat_map(|change| change_lines(engine, who, change)));
            if changes.len() > 500 {
                lines.push(format!("… and {} rows more", changes.len() - 500));
            }
            Answer::Changes(format!("Entry {seq}"), lines)
        }
        Question::Settings => Answer::Settings(Box::new(engine.read(who, &AskSettings)?)),
        Question::Editing => Answer::Editing(engine.others_editing(who)?),
        Question::Reveal(entity, id, reason) => match engine.reveal(who, entity, id, &reason) {
            Ok(row) => {
                let line =
                    |f: &crate::domain::FieldId| format!("{:<18} {}", field(*f).title, format::show(*f, row.get(*f)));
                let hidden = hidden(who.role, entity);
                let lines = hidden.iter().filter(|f| !row.get(**f).is_null()).map(line).collect();
                Answer::Output(row.text(noun(entity).name).to_string(), lines)
            }
            Err(e) => Answer::Refused(e),
        },
        Question::OfferSecond => match second(&who.user) {
            Ok(answer) => answer,
            Err(why) => Answer::Failed(why),
        },
        Question::Invite { login, name, role } => handed_over(engine, who, login, |login, code| Command::CreateUser {
            login,
            name,
            role,
            password: None,
            code: Some(code),
        }),
        Question::ResetCode(login) => handed_over(engine, who, login, |login, code| Command::IssueCode { login, code }),
        Question::SaveChart(id, path) => {
            let briefing = engine.read(who, &AskBriefing { id, events: 0 })?;
            let drawn = detail::specs(&briefing)
                .first()
                .map_or(Ok(String::new()), |spec| plot::svg(spec, 900, 420))
                .map_err(|e| e.to_string())
                .and_then(|svg| std::fs::write(&path, svg).map_err(|e| e.to_string()));
            match drawn {
                Ok(()) => Answer::Saved(format!("Chart written to {}", path.display())),
                Err(why) => Answer::Failed(format!("the chart was not written: {why}")),
            }
        }
        Question::Export(entity, target, path) => super::outward::export(engine, who, entity, &target, &path)?,
        Question::Pipe(entity, target, command) => super::outward::pipe(engine, who, entity, &target, &command)?,
        Question::Login { login, password, code } => match engine.login(&login, &password, &code) {
            Ok(entered) => {
                // Who comes back begins anew; the session before must not linger.
                let _ = engine.logout(who);
                Answer::Entered(entered)
            }
            Err(e) => Answer::NotEntered(e.to_string(), matches!(e, LoginError::NeedsCode)),
        },
        Question::ReadImport(request) => super::import::look(engine, who, &request, report),
        Question::RunImport(request) => super::import::run(engine, who, &request, report),
    })
}

/// A command that gives somebody a one-time code, and the code for whoever hands it over.
fn handed_over(
    engine: &Engine,
    who: &Principal,
    login: String,
    command: impl FnOnce(String, Secret) -> Command,
) -> Answer {
    let code = match new_code() {
        Ok(code) => code,
        Err(e) => return Answer::Refused(e),
    };
    match engine.execute(who, command(login.clone(), code.clone())) {
        Ok(receipt) => {
            let lines = vec![
                format!("# {}", code.expose()),
                String::new(),
                format!("The one-time code of {login}, good for 48 hours. It is shown this once."),
                format!("They set a password of their own with: bharatnet user passwd {login} --code"),
            ];
            Answer::HandOver(receipt, format!("A code for {login}"), lines)
        }
        Err(e) => Answer::Refused(e),
    }
}

/// A fresh second factor with its picture: dark on light, as cameras want it, also where the terminal is dark.
fn second(login: &str) -> Result<Answer, String> {
    let offer = offer(login).map_err(|e| e.to_string())?;
    let drawn = QrCode::new(offer.url.expose().as_bytes()).map_err(|e| e.to_string())?;
    let picture = drawn.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    Ok(Answer::Second(Box::new(offer), picture.lines().map(str::to_string).collect()))
}

fn turned(result: Result<crate::engine::Receipt, UndoError>) -> Answer {
    match result {
        Ok(receipt) => Answer::Done(receipt),
        Err(UndoError::Command(CommandError::LoggedOut)) => Answer::LoggedOut,
        Err(e) => Answer::Failed(e.to_string()),
    }
}

/// A change in lines: whose it is, then each field before and after.
fn change_lines(engine: &Engine, who: &Principal, change: &Change) -> Vec<String> {
    let show = |id, v: &Value| if v.is_null() { "-".to_string() } else { format::show(id, v) };
    let word = match change {
        Change::Insert { .. } => "new",
        Change::Update { .. } => "changed",
        Change::Delete { .. } => "taken out",
    };
    let own = |id| match change {
        Change::Insert { fields, .. } | Change::Delete { fields, .. } => {
            fields.iter().find(|(f, _)| *f == id).map(|(_, v)| v.clone())
        }
        Change::Update { .. } => None,
    };
    let customer = |id| {
        let row = engine.read(who, &AskRow(Entity::Customer, id)).ok()?;
        Some(format!("{} (BN {:07})", row.text(customer::NAME), row.int(customer::ACCOUNT).unwrap_or(0)))
    };
    let name = match change.entity() {
        Entity::Customer => own(customer::NAME).map(|v| v.as_text().to_string()).or_else(|| customer(change.id())),
        Entity::Activity => {
            let whose = own(activity::CUSTOMER).and_then(|v| customer(Id(v.as_int()?)));
            whose.map(|name| format!("a line on the timeline of {name}"))
        }
        entity => {
            let row = engine.read(who, &AskRow(entity, change.id())).ok();
            let id = noun(entity).name;
            own(id).or_else(|| row.map(|r| r.get(id).clone())).map(|v| v.as_text().to_string())
        }
    };
    let mut out = vec![format!("{}: {word}", name.unwrap_or_else(|| "a row that is gone".into()))];
    match change {
        Change::Insert { fields, .. } | Change::Delete { fields, .. } => {
            let said = fields.iter().filter(|(id, _)| *id != activity::CUSTOMER);
            out.extend(said.map(|(id, v)| format!("  {}: {}", field(*id).title, show(*id, v))));
        }
        Change::Update { fields, .. } => out.extend(
            fields
                .iter()
                .map(|f| format!("  {}: {} -> {}", field(f.field).title, show(f.field, &f.old), show(f.field, &f.new))),
        ),
    }
    out
}

/// Rows found of everything by one text.
const FOUND: usize = 60;

fn find(engine: &Engine, who: &Principal, text: String, typing: &Typing, wait: bool) -> Result<Answer, ReadError> {
    let mine = typing.newest.load(Ordering::Relaxed);
    let going = || typing.newest.load(Ordering::Relaxed) == mine;
    if wait {
        match engine.ready_search(&going) {
            // A newer letter came; it asks again.
            Err(StoreError::Interrupted) | Ok(()) => {}
            Err(e) => return Err(e.into()),
        }
    }
    let mut trails = typing.trails.lock().unwrap_or_else(|p| p.into_inner());
    let found = engine.find(who, &text, FOUND, &mut trails, &going)?;
    Ok(Answer::Found(text, Box::new(found)))
}
