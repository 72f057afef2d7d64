//! Tells others which row is open in a form here, and at the end that none is.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::base::Id;
use crate::domain::{Entity, Principal};
use crate::engine::Engine;

/// Who leaves waits so long for the last word: another program may be writing. Unsaid, it is over by itself in a minute.
const LAST: Duration = Duration::from_millis(300);

type Open = Option<(Entity, Id)>;

/// Writes what is open, one after the other and away from the screen.
#[derive(Default)]
pub struct Seat {
    /// What was told last. Whoever writes takes the newest, so that an older word never comes after it.
    newest: Arc<Mutex<Open>>,
    /// Ends when the last word has been written.
    last: Mutex<Option<Receiver<()>>>,
}

impl Seat {
    /// That it cannot be noted is no reason to disturb anybody.
    pub fn tell(&self, engine: &Arc<Engine>, who: Principal, open: Open) {
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = open;
        let (engine, newest, (done, written)) = (Arc::clone(engine), Arc::clone(&self.newest), channel());
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(written);
        // A write may wait for another program: the screen must not.
        let _ = thread::Builder::new().name("presence".into()).spawn(move || {
            // Held while it is written: that is the order of the words.
            static TURN: Mutex<()> = Mutex::new(());
            let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
            let open = *newest.lock().unwrap_or_else(PoisonError::into_inner);
            let _ = engine.note_editing(&who, open);
            drop(done);
        });
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let last = self.last.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // Nothing is ever sent: it ends with the thread.
        let _ = last.map(|written| written.recv_timeout(LAST));
    }
}
