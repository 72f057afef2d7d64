//! The way out to the terminal: one frame at a time, each in one write, on a thread of its own.

use std::io::{self, Write};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread;
use std::time::Duration;

use crate::base::Stopwatch;

use super::message::{Line, Msg};
use super::screen::Outlet;

/// A terminal that takes nothing is waited for so long when the last is said.
const LAST_WORD_MS: u64 = 250;

/// A frame that takes longer than this to be written is told of.
const TOLD: Duration = Duration::from_millis(100);

/// Held while something is written, so that nothing comes into the middle of something else.
static WHOLE: Mutex<()> = Mutex::new(());

/// For whoever writes: nobody else does until it is dropped.
pub fn whole() -> MutexGuard<'static, ()> {
    WHOLE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The output once what is being written has gone. A terminal that takes nothing is not waited for.
pub fn last_word() -> Option<MutexGuard<'static, ()>> {
    for _ in 0..LAST_WORD_MS {
        match WHOLE.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) => thread::sleep(Duration::from_millis(1)),
        }
    }
    None
}

/// Writes frames on a thread of its own: whoever draws never waits for a terminal that is slow to take them.
pub struct Output {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    turn: Condvar,
}

#[derive(Default)]
struct State {
    /// What is to be written; empty when there is nothing.
    frame: Vec<u8>,
    /// A frame waits or is being written.
    busy: bool,
    /// Somebody wants to know when it is not any more.
    awaited: bool,
    ended: bool,
}

impl Output {
    /// `out` is told when a frame that is waited for has been taken, when one took long, and when the terminal is gone.
    pub fn start(out: &Sender<Msg>) -> io::Result<Output> {
        let shared = Arc::new(Shared { state: Mutex::default(), turn: Condvar::new() });
        let (ours, out) = (Arc::clone(&shared), out.clone());
        thread::Builder::new().name("output".into()).spawn(move || ours.write(&out))?;
        Ok(Output { shared })
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what is sent until the end.
    fn write(&self, out: &Sender<Msg>) {
        let mut frame = Vec::new();
        loop {
            let mut state = self.state();
            while state.frame.is_empty() && !state.ended {
                state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            if state.frame.is_empty() {
                return;
            }
            frame.clear();
            std::mem::swap(&mut frame, &mut state.frame);
            drop(state);
            let watch = Stopwatch::start();
            let written = {
                let _whole = whole();
                at_once(&frame)
            };
            let took = watch.elapsed();
            let mut state = self.state();
            state.busy = !state.frame.is_empty();
            let told = !state.busy && std::mem::take(&mut state.awaited) || took > TOLD;
            self.turn.notify_all();
            drop(state);
            if written.is_err() {
                // A terminal that is gone is a line that is hung up.
                let _ = out.send(Msg::Hangup);
                return;
            }
            let ms = i64::try_from(took.as_millis()).unwrap_or(i64::MAX);
            if told && out.send(Msg::Line(Line::Taken(ms))).is_err() {
                return;
            }
        }
    }
}

/// One write for all of it, past the standard library's own buffer, which would break it at a line end.
fn at_once(mut frame: &[u8]) -> io::Result<()> {
    io::stdout().flush()?;
    while !frame.is_empty() {
        // SAFETY: a slice that lives across the call, and its own length.
        let n = unsafe { libc::write(1, frame.as_ptr().cast(), frame.len()) };
        match usize::try_from(n) {
            Ok(n) => frame = &frame[n..],
            Err(_) => match io::Error::last_os_error() {
                e if e.kind() == io::ErrorKind::Interrupted => {}
                // Whoever started the program left the terminal like that.
                e if e.kind() == io::ErrorKind::WouldBlock => thread::sleep(Duration::from_millis(2)),
                e => return Err(e),
            },
        }
    }
    Ok(())
}

impl Outlet for Output {
    fn size(&self) -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }

    fn is_clear(&mut self) -> bool {
        let mut state = self.shared.state();
        state.awaited = state.busy;
        !state.busy
    }

    fn send(&mut self, frame: &mut Vec<u8>) -> io::Result<()> {
        let mut state = self.shared.state();
        // Each frame builds on the one before: nothing that was sent may be lost.
        state.frame.append(frame);
        state.busy = true;
        drop(state);
        self.shared.turn.notify_all();
        Ok(())
    }

    fn finish(&mut self) {
        let patience = Duration::from_millis(LAST_WORD_MS);
        let _ = self.shared.turn.wait_timeout_while(self.shared.state(), patience, |s| s.busy);
    }
}

impl Drop for Output {
    /// Lets the last frame go out, if the terminal takes it.
    fn drop(&mut self) {
        self.shared.state().ended = true;
        self.shared.turn.notify_all();
        self.finish();
    }
}
