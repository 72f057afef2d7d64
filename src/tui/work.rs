//! Answers questions away from the screen: two threads, one queue, only the newest of a kind.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

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
use super::message::{Answer, Msg, Question, Ticket, Typing};
use super::overlay::detail;
use super::seat::Seat;
use super::today::LINES;

/// Lines of a timeline that a page can show.
const EVENTS: usize = 400;

type Job = (Ticket, Question);

/// Told of progress, from any thread; says whether to go on.
pub type Report<'a> = &'a (dyn Fn(u64, u64) -> bool + Sync);

/// What waits to be answered.
#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Threads that answer one just now.
    busy: usize,
    /// Nothing waited any more, after something had.
    rested: bool,
    ended: bool,
}

struct Queue {
    waiting: Mutex<Waiting>,
    ready: Condvar,
    rest: Condvar,
    /// The kinds of the questions that are being answered, each with what stops it.
    at_hand: Mutex<Vec<(&'static str, Arc<AtomicBool>)>>,
}

impl Queue {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(|p| p.into_inner())
    }

    /// Stops questions of these kinds: newer ones have come, or nobody waits for them any more.
    fn stop(&self, which: impl Fn(&str) -> bool) {
        let at_hand = self.at_hand.lock().unwrap_or_else(|p| p.into_inner());
        at_hand.iter().filter(|(kind, _)| which(kind)).for_each(|(_, stop)| stop.store(true, Ordering::Relaxed));
    }

    fn begin(&self, kind: Option<&'static str>) -> Arc<AtomicBool> {
        let stop = Arc::new(AtomicBool::new(false));
        // What looks at many rows; of the rest, the answer is there before it could be stopped.
        const LONG: [&str; 6] = ["page", "board", "totals", "everything", "counts", "find"];
        if let Some(kind) = kind.filter(|k| LONG.contains(k)) {
            self.at_hand.lock().unwrap_or_else(|p| p.into_inner()).push((kind, Arc::clone(&stop)));
        }
        stop
    }

    fn end(&self, stop: &Arc<AtomicBool>) {
        self.at_hand.lock().unwrap_or_else(|p| p.into_inner()).retain(|(_, s)| !Arc::ptr_eq(s, stop));
    }
}

/// The threads and their queue. Dropping it lets the job at hand end and the rest go.
pub struct Pool {
    queue: Arc<Queue>,
    pub cancel: Arc<AtomicBool>,
    who: Arc<Mutex<Principal>>,
    engine: Arc<Engine>,
    seat: Seat,
}

impl Pool {
    pub fn start(engine: &Arc<Engine>, who: &Principal, out: &Sender<Msg>) -> Pool {
        let end = out.clone();
        let queue = Arc::new(Queue {
            waiting: Mutex::default(),
            ready: Condvar::new(),
            rest: Condvar::new(),
            at_hand: Mutex::default(),
        });
        let cancel = Arc::new(AtomicBool::new(false));
        let who = Arc::new(Mutex::new(who.clone()));
        for n in 0..2 {
            let (queue, engine, who, out, cancel) =
                (queue.clone(), engine.clone(), Arc::clone(&who), out.clone(), cancel.clone());
            let body = move || {
                let mut again = false;
                while let Some((ticket, question)) = next(&queue, again) {
                    again = true;
                    let who = who.lock().unwrap_or_else(|p| p.into_inner()).clone();
                    let report = |done: u64, total: u64| {
                        let _ = out.send(Msg::Progress(done, total));
                        !cancel.load(Ordering::Relaxed)
                    };
                    let stop = queue.begin(question.kind());
                    let show = |page, done, all| {
                        let _ = out.send(Msg::Answer(ticket, Answer::Part(page, done, all)));
                    };
                    // A defect in one answer must not take the screen with it.

                    let answer =
                        catch_unwind(AssertUnwindSafe(|| answer_until(&engine, &who, question, &report, &stop, &show)));

                    queue.end(&stop);
                    if stop.load(Ordering::Relaxed) {
                        continue;
                    }
                    let answer = answer.unwrap_or_else(|_| {
                        Answer::Failed("the program made an error here; nothing of this was saved".into())
                    });
                    if out.send(Msg::Answer(ticket, answer)).is_err() {
                        return;
                    }
                }
            };
            // Without the second thread answers are slower; without any the screen would be dead.
            if thread::Builder::new().name(format!("worker-{n}")).spawn(body).is_err() && n == 0 {
                let _ = end.send(Msg::Hangup);
            }
        }
        Pool { queue, cancel, who, engine: Arc::clone(engine), seat: Seat::default() }
    }

    /// From now on the work is somebody else's.
    pub fn work_for(&self, who: Principal) {
        *self.who.lock().unwrap_or_else(|p| p.into_inner()) = who;
    }

    /// Notes which row is open in a form here.
    pub fn note_editing(&self, open: Option<(Entity, Id)>) {
        let who = self.who.lock().unwrap_or_else(|p| p.into_inner()).clone();
        self.seat.tell(&self.engine, who, open);
    }

    /// Ends the session of whom the work is for.
    pub fn log_out(&self) {
        let who = self.who.lock().unwrap_or_else(|p| p.into_inner()).clone();
        // One that has ended already cannot end again; the door is shut either way.
        let _ = self.engine.logout(&who);
    }

    /// The first moment at which everything that was asked has been answered.
    pub fn rest(&self) -> Rest {
        Rest(Arc::clone(&self.queue))
    }

    /// Nobody waits for the rows any more.
    pub fn stop_reading(&self) {
        self.queue.stop(|running| running == "page");
    }

    pub fn ask(&self, ticket: Ticket, question: Question) {
        let mut waiting = self.queue.waiting();
        if let Some(kind) = question.kind() {
            waiting.jobs.retain(|(_, waiting)| waiting.kind() != Some(kind));
            self.queue.stop(|running| running == kind);
        }
        if question.kind().is_none() {
            self.cancel.store(false, Ordering::Relaxed);
        }
        waiting.jobs.push_back((ticket, question));
        drop(waiting);
        self.queue.ready.notify_one();
    }
}

/// What no screen needs to begin with waits for this: beside it, a first page takes several times as long.
pub struct Rest(Arc<Queue>);

impl Rest {
    /// Waits for it, but not for ever: where somebody has to log in first, nothing is asked. False where the screen has
    /// ended meanwhile.
    pub fn wait(&self) -> bool {
        const PATIENCE: Duration = Duration::from_secs(1);
        let waiting = self.0.waiting();
        let waited = self.0.rest.wait_timeout_while(waiting, PATIENCE, |w| !w.rested && !w.ended);
        !waited.unwrap_or_else(|p| p.into_inner()).0.ended
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.cancel.store(true, Ordering::Relaxed);
        self.queue.stop(|_| true);
        let mut waiting = self.queue.waiting();
        waiting.jobs.clear();
        waiting.ended = true;
        drop(waiting);
        self.queue.ready.notify_all();
        self.queue.rest.notify_all();
    }
}

/// The next question; `again` where the one before has been answered.
fn next(queue: &Queue, again: bool) -> Option<Job> {
    let mut waiting = queue.waiting();
    waiting.busy -= usize::from(again);
    loop {
        if waiting.ended {
            return None;
        }
        if let Some(job) = waiting.jobs.pop_front() {
            waiting.busy += 1;
            return Some(job);
        }
        if again && waiting.busy == 0 && !waiting.rested {
            waiting.rested = true;
            queue.rest.notify_all();
        }
        waiting = queue.ready.wait(waiting).unwrap_or_else(|p| p.into_inner());
    }
}

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
