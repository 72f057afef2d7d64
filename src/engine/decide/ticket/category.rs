//! Categories of tickets: main ones, and sub-categories that belong to them.

use crate::base::Id;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{self, category as cat, ticket as t};

use super::{CommandError, Work};

impl Work<'_> {
    /// The categories there are.
    pub fn categories(&mut self) -> Result<&[Record], CommandError> {
        if self.categories.is_none() {
            let filter = crate::query::Bound::all(Entity::TicketCategory);
            let ids = self.scene.read.ids(&filter)?;
            let mut rows = Vec::with_capacity(ids.len());
            for id in ids {
                rows.extend(self.scene.read.row(Entity::TicketCategory, id)?);
            }
            self.categories = Some(rows);
        }
        Ok(self.categories.as_deref().unwrap_or_default())
    }

    /// The category or sub-category of a code or title.
    pub fn category(&mut self, named: &str) -> Result<Record, CommandError> {
        let plain = |s: &str| s.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let wanted = plain(named);
        let all = self.categories()?;
        let found = all.iter().find(|r| plain(r.text(cat::CODE)) == wanted || plain(r.text(cat::TITLE)) == wanted);
        if let Some(found) = found {
            return Ok(found.clone());
        }
        let codes: Vec<&str> = all.iter().map(|r| r.text(cat::CODE)).collect();
        let guess = schema::nearest(&wanted, codes.iter().copied());
        let message = match guess {
            Some(guess) => format!("there is no category `{named}`; did you mean {guess}?"),
            None => {
                let main = all.iter().filter(|r| r.text(cat::PARENT).is_empty()).map(|r| r.text(cat::CODE));
                format!("there is no category `{named}`: {}", main.collect::<Vec<_>>().join(", "))
            }
        };
        Err(CommandError::Invalid { name: "Category", message })
    }

    /// A category takes the sub-category along that it is named by, and drops one that is not its own; a sub-category
    /// by itself must be one of the category the ticket is under.
    pub(super) fn set_category(&mut self, id: Id, field: FieldId, named: &str) -> Result<(), CommandError> {
        if named.is_empty() {
            if field == t::CATEGORY {
                return Err(CommandError::Invalid { name: "Category", message: "is required".into() });
            }
            self.ticket(id).set(t::SUBCATEGORY, Value::Null);
            return self.regulate(id);
        }
        let row = self.category(named)?;
        let (code, parent) = (row.text(cat::CODE).to_string(), row.text(cat::PARENT).to_string());
        let (main, sub) = if parent.is_empty() { (code, String::new()) } else { (parent, code) };
        if field == t::SUBCATEGORY && sub.is_empty() {
            return Err(CommandError::Invalid {
                name: "Sub-category",
                message: format!("{main} is a category itself"),
            });
        }
        let ticket = self.ticket(id);
        if field == t::SUBCATEGORY && ticket.text(t::CATEGORY) != main {
            return Err(CommandError::Invalid {
                name: "Sub-category",
                message: format!(
                    "{sub} belongs to {main}, and {} is under {}: give the category {main}, too",
                    ticket.text(t::DOCKET),
                    ticket.text(t::CATEGORY)
                ),
            });
        }
        // A sub-category stays where its category does.
        if !sub.is_empty() || ticket.text(t::CATEGORY) != main {
            ticket.set(t::SUBCATEGORY, Value::text(sub));
        }
        ticket.set(t::CATEGORY, Value::text(main));
        self.reckon(id);
        self.regulate(id)
    }
}
