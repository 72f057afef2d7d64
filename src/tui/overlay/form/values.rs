//! What a form says: its lines as values, and complaints beside those that cannot be read.

use crate::base::{Id, Timestamp};
use crate::domain::{FieldId, Value};
use crate::engine::Target;
use crate::query::format;

use super::{Complaint, Form, FormKind, Slot};

impl Form {
    /// The rows that a form of an area's own is about; `what` they are called.
    pub fn target(&self, slot: Slot, what: &str) -> Result<Target, Complaint> {
        match &self.kind {
            FormKind::Recipe(_, Some(target)) => Ok(target.clone()),
            _ => Err(Complaint::new(slot, format!("has no {what} to be about"))),
        }
    }

    /// The one row that it is about.
    pub fn one(&self, slot: Slot, what: &str) -> Result<Id, Complaint> {
        match self.target(slot, what)? {
            Target::Ids(ids) if ids.len() == 1 => Ok(ids[0]),
            _ => Err(Complaint::new(slot, format!("is about one {what} at a time"))),
        }
    }

    /// The value in the line of a field.
    pub fn value_of(&self, id: FieldId) -> Result<Value, Complaint> {
        let slot = Slot::Field(id);
        format::read(id, self.text_of(slot)).map_err(|why| Complaint::new(slot, why))
    }

    /// The moment in a line; none where it is empty.
    pub fn moment_of(&self, slot: Slot) -> Result<Option<Timestamp>, Complaint> {
        match self.text_of(slot).trim() {
            "" => Ok(None),
            text => format::moment(text).map(Some).ok_or_else(|| Complaint::new(slot, "write 2026-11-28 15:30")),
        }
    }

    pub fn text_of(&self, slot: Slot) -> &str {
        self.fields.iter().find(|f| f.slot == slot).map_or("", |f| f.input.text())
    }

    /// The code chosen in a choice line.
    pub fn choice_of(&self, slot: Slot) -> String {
        let Some(f) = self.fields.iter().find(|f| f.slot == slot) else { return String::new() };
        let text = f.input.text();
        f.choices.iter().find(|c| c.label == text || c.code == text).map_or(text.to_string(), |c| c.code.to_string())
    }

    /// The values of all customer fields that were changed. Sets an error at each that does not
    /// hold, and the cursor on the first of them.
    pub fn values(&mut self) -> Option<Vec<(FieldId, Value)>> {
        let mut out = Vec::new();
        let mut first_error = None;
        let new = matches!(self.kind, FormKind::New(_));
        for (i, f) in self.fields.iter_mut().enumerate() {
            f.error = None;
            if f.required && f.input.text().trim().is_empty() {
                f.error = Some("is required".into());
                first_error.get_or_insert(i);
                continue;
            }
            let Slot::Field(id) = f.slot else { continue };
            if !new && f.input.text() == f.original {
                continue;
            }
            match format::read(id, f.input.text()) {
                Ok(Value::Null) if new => {}
                Ok(value) => out.push((id, value)),
                Err(message) => {
                    f.error = Some(message);
                    first_error.get_or_insert(i);
                }
            }
        }
        if let Some(i) = first_error {
            self.cursor = i;
            return None;
        }
        Some(out)
    }

    /// Puts an error at the field it is about; `false` when there is no such field.
    pub fn complain(&mut self, title: &str, message: &str) -> bool {
        match self.fields.iter().position(|f| f.label == title) {
            Some(i) => {
                self.fields[i].error = Some(message.to_string());
                self.cursor = i;
                true
            }
            None => false,
        }
    }

    /// Puts an error at a line.
    pub fn complain_at(&mut self, complaint: &Complaint) {
        if let Some(i) = self.fields.iter().position(|f| f.slot == complaint.slot) {
            self.fields[i].error = Some(complaint.message.clone());
            self.cursor = i;
        }
    }
}
