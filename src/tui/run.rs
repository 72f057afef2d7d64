//! The loop: wait, update, do what is wanted, draw once. The same code draws on a terminal, over a
//! line of bytes and into the memory of a test.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::Backend;

use crate::base::Timestamp;

use super::app::{App, Exit};
use super::message::{Effect, Msg};

/// Messages taken in before a frame is drawn.
const DRAIN: usize = 64;

/// Whoever carries effects out.
pub trait Work {
    fn submit(&mut self, effect: Effect);
}

/// Runs the app until it wants to end. Nothing is drawn when nothing has changed, and nothing wakes
/// it but a message or a deadline of its own.
pub fn run<B: Backend>(
    app: &mut App,
    terminal: &mut Terminal<B>,
    inbox: &Receiver<Msg>,
    work: &mut dyn Work,
    now: &dyn Fn() -> Timestamp,
) -> io::Result<Exit>
where
    io::Error: From<B::Error>,
{
    for effect in app.start() {
        work.submit(effect);
    }
    loop {
        terminal.draw(|frame| app.render(frame))?;
        let first = match app.deadline() {
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
            if matches!(msg, Msg::Resize) {
                terminal.autoresize()?;
            }
            for effect in app.update(msg, now()) {
                let away = matches!(effect, Effect::Suspend);
                work.submit(effect);
                if away {
                    // Others wrote on the screen meanwhile. `clear` would ask the terminal where its cursor is.
                    let all = terminal.size()?.into();
                    terminal.resize(all)?;
                }
            }
            if let Some(exit) = app.exit {
                return Ok(exit);
            }
            taken += 1;
            if taken < DRAIN {
                next = inbox.try_recv().ok();
            }
        }
    }
}
