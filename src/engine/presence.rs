//! Who has which row open in a form: so that the next one sees it before typing.

use crate::base::Id;
use crate::domain::{Entity, Principal};
use crate::store::{Editing, Read};

use super::ask::{Ask, Scene};
use super::error::{CommandError, ReadError};
use super::{Engine, login};

/// A row counts as open for so long after the form was last heard of.
pub const OPEN_MS: i64 = 60_000;

impl Engine {
    /// Notes that a row is open in a form here, or that none is. Without a right to write nobody hears of it.
    pub fn note_editing(&self, who: &Principal, open: Option<(Entity, Id)>) -> Result<(), CommandError> {
        if self.read_only().is_some() || who.read_only {
            return Ok(());
        }
        let now = self.clock.now();
        self.store.write(|tx| {
            let who = login::standing(&tx.read(), who, now)?;
            let open =
                open.map(|(entity, row)| Editing { entity, row, who: who.user.clone(), until: now.plus_ms(OPEN_MS) });
            Ok(tx.set_editing(self.seat, now, open.as_ref())?)
        })
    }

    /// Rows that others have open.
    pub fn others_editing(&self, who: &Principal) -> Result<Vec<Editing>, ReadError> {
        self.read(who, &AskEditing(self.seat))
    }
}

/// Rows open at other seats than this one.
struct AskEditing(i64);

impl Ask for AskEditing {
    type Answer = Vec<Editing>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Editing>, ReadError> {
        Ok(read.editing(self.0, scene.now)?)
    }
}
