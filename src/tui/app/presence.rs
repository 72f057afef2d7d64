//! Who has which row open: told to others while a form is, and shown where others have one.

use crate::base::{Id, Timestamp};
use crate::domain::Entity;

use super::super::message::Effect;
use super::super::overlay::{FormKind, Overlay};
use super::App;

/// A form that is open is told of again after this pause: half of what it is believed for.
const AGAIN_MS: i64 = 30_000;

impl App {
    /// The row whose form is open.
    fn open_row(&self) -> Option<(Entity, Id)> {
        self.overlays.iter().find_map(|o| match o {
            Overlay::Form(form) => match &form.kind {
                FormKind::Edit(record) => record.fields.first().map(|f| (f.entity, record.id)),
                _ => None,
            },
            _ => None,
        })
    }

    /// What others should hear now.
    pub(super) fn tell_presence(&mut self) -> Vec<Effect> {
        let now = self.now;
        self.others.retain(|e| e.until > now);
        let here = self.gate.is_none() && self.exit.is_none() && self.session.read_only.is_none();
        let open = self.open_row().filter(|_| here);
        let told = self.editing;
        if open == told.map(|(row, _)| row) && told.is_none_or(|(_, again)| again > now) {
            return Vec::new();
        }
        self.editing = open.map(|row| (row, now.plus_ms(AGAIN_MS)));
        vec![Effect::Editing(open)]
    }

    /// When something about it is due.
    pub(super) fn presence_due(&self) -> Option<Timestamp> {
        let own = self.editing.map(|(_, again)| again);
        self.others.iter().map(|e| e.until).chain(own).min()
    }

    /// Who else has a row open.
    pub fn other_at(&self, entity: Entity, id: Id) -> Option<&str> {
        self.others.iter().find(|e| e.entity == entity && e.row == id).map(|e| e.who.as_str())
    }
}
