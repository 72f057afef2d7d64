//! Answers questions away from the screen: two threads, one queue, only the newest of a kind.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use crate::base::Id;
use crate::domain::{Entity, Principal};
use crate::engine::Engine;
use crate::tui::message::{Answer, Msg, Question, Ticket};
use crate::tui::seat::Seat;

use super::answer_until;

type Job = (Ticket, Question);

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
