//! The loop: wait, update, do what is wanted, draw once. The same code draws on a terminal, over a
//! line of bytes and into the memory of a test.

use std::collections::VecDeque;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::base::Timestamp;

use super::app::{App, Exit};
use super::message::{Effect, Msg};
use super::screen::{Outlet, Screen};

/// Messages taken in before a frame is drawn.
const DRAIN: usize = 64;

/// Who leaves waits so long for an answer of the terminal: the next program would take it for keys.
const PARTING_MS: i64 = 700;

/// Whoever carries effects out.
pub trait Work {
    fn submit(&mut self, effect: Effect);
}

/// Runs the app until it wants to end. Nothing is drawn when nothing has changed or the line has not taken the last
/// frame, and nothing wakes it but a message or a deadline of its own.
pub fn run<O: Outlet>(
    app: &mut App,
    screen: &mut Screen<O>,
    inbox: &Receiver<Msg>,
    work: &mut dyn Work,
    now: &dyn Fn() -> Timestamp,
) -> io::Result<Exit> {
    for effect in app.start() {
        work.submit(effect);
    }
    // Something may look different from what was sent last.
    let mut stale = true;
    // What came in while something else was waited for.
    let mut held = VecDeque::new();
    loop {
        if stale && screen.is_clear(now()) {
            screen.draw(app, now())?;
            stale = false;
        }
        let retry = screen.deadline().filter(|_| stale);
        let first = match app.deadline().into_iter().chain(retry).min() {
            _ if !held.is_empty() => held.pop_front().unwrap_or(Msg::Tick),
            None => inbox.recv().unwrap_or(Msg::Hangup),
            Some(at) => {
                let ms = u64::try_from(at.since(now()).max(0)).unwrap_or(0);
                match inbox.recv_timeout(Duration::from_millis(ms)) {
                    Ok(msg) => msg,
                    Err(RecvTimeoutError::Timeout) => Msg::Tick,
                    Err(RecvTimeoutError::Disconnected) => Msg::Hangup,
                }
            }
        };
        let (mut next, mut taken) = (Some(first), 0);
        while let Some(msg) = next.take() {
            match msg {
                Msg::Line(line) => {
                    if screen.told(line, now()) {
                        app.found_slow(now());
                        stale = true;
                    }
                }
                msg => {
                    stale = true;
                    if matches!(msg, Msg::Resize) {
                        screen.resize()?;
                    }
                    for effect in app.update(msg, now()) {
                        // Others write on the screen meanwhile, or have done so.
                        let (aside, anew) = (matches!(effect, Effect::Suspend), matches!(effect, Effect::Repaint));
                        if aside {
                            held.extend(part(screen, inbox, now));
                            screen.outlet.finish();
                        }
                        work.submit(effect);
                        if aside || anew {
                            screen.resize()?;
                            screen.forget();
                        }
                    }
                }
            }
            if let Some(exit) = app.exit {
                if exit == Exit::Quit {
                    part(screen, inbox, now);
                }
                return Ok(exit);
            }
            taken += 1;
            if taken < DRAIN {
                next = held.pop_front().or_else(|| inbox.try_recv().ok());
            }
        }
    }
}

/// Waits a little for the answers that are still to come; returns what else came.
fn part<O: Outlet>(screen: &mut Screen<O>, inbox: &Receiver<Msg>, now: &dyn Fn() -> Timestamp) -> Vec<Msg> {
    let until = now().plus_ms(PARTING_MS);
    let mut others = Vec::new();
    while screen.is_waiting() {
        let Ok(left) = u64::try_from(until.since(now())) else { break };
        match inbox.recv_timeout(Duration::from_millis(left)) {
            Ok(Msg::Line(line)) => {
                screen.told(line, now());
            }
            Ok(msg) => {
                let ends = matches!(msg, Msg::Hangup | Msg::Signal(_));
                others.push(msg);
                if ends {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    others
}
