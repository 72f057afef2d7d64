//! The dynamic face of the nouns: which entity, which field, which value.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::base::{Id, Money};

use super::choice::choices;

choices! {
    /// A kind of row that has fields, is filtered, changed and journalled.
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    Entity {
        Customer = "customers", "Customers";
        Plan = "plans", "Plans";
        Activity = "activities", "Activities";
        View = "views", "Views";
        User = "users", "Users";
        Setting = "settings", "Settings";
        Lead = "leads", "Leads";
        Coverage = "coverage", "Coverage";
        Territory = "territories", "Territories";
        Touch = "touches", "Contacts";
        Deal = "deals", "Deals";
        DealLine = "deallines", "Lines of deals";
        DealNote = "dealnotes", "Notes on deals";
        Schedule = "schedules", "Commission schedules";
        Ott = "otts", "OTT apps";
        Price = "prices", "Price changes";
        Job = "jobs", "Jobs";
        Item = "items", "Stock";
        Incident = "incidents", "Incidents";
        Rebate = "rebates", "Rebates";
        Entry = "entries", "Journal";
        Model = "models", "Models";
        Ticket = "tickets", "Tickets";
        /// A line of a ticket's conversation.
        TicketMessage = "conversation", "Conversation";
        /// A message that waits to be sent.
        Message = "outbox", "Outbox";
        /// An article of the knowledge base.
        Article = "articles", "Articles";
        CannedReply = "replies", "Canned replies";
        Macro = "macros", "Macros";
        TicketCategory = "categories", "Categories";
    }
}

/// A field of an entity: its place in the field table (`query::schema`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId {
    pub entity: Entity,
    pub index: u16,
}

/// A text of a row: up to 24 bytes, as most are, lie in the value itself and cost no memory of their own.
pub type Text = compact_str::CompactString;

/// What a field of a row holds. The field's kind gives the number its meaning: money is paise, a
/// date is days since 1970-01-01, a moment is epoch milliseconds UTC, yes/no is 1/0, a figure with
/// decimals is scaled by its kind. A list is its items, sorted, joined by commas. An empty text
/// does not exist: it is `Null`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    #[default]
    Null,
    Int(i64),
    Text(Text),
}

impl Value {
    /// Text without content is `Null`.
    pub fn text(text: impl Into<Text>) -> Value {
        let text = text.into();
        if text.is_empty() { Value::Null } else { Value::Text(text) }
    }

    pub fn is_null(&self) -> bool {
        *self == Value::Null
    }

    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    pub fn as_text(&self) -> &str {
        match self {
            Value::Text(s) => s,
            _ => "",
        }
    }

    /// The items of a list.
    pub fn items(&self) -> impl Iterator<Item = &str> {
        self.as_text().split(',').filter(|s| !s.is_empty())
    }

    /// A list in its stored form: trimmed, without repeats, sorted.
    pub fn list<'a>(items: impl IntoIterator<Item = &'a str>) -> Value {
        let mut items: Vec<&str> = items.into_iter().map(str::trim).filter(|s| !s.is_empty()).collect();
        items.sort_unstable();
        items.dedup();
        Value::text(items.join(","))
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Int(n)
    }
}

impl From<Money> for Value {
    fn from(m: Money) -> Value {
        Value::Int(m.0)
    }
}

impl From<&str> for Value {
    fn from(s: &str) -> Value {
        Value::text(s)
    }
}

impl From<Text> for Value {
    fn from(s: Text) -> Value {
        Value::text(s)
    }
}

impl From<String> for Value {
    fn from(s: String) -> Value {
        Value::text(s)
    }
}

/// One row, or the part of it that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub id: Id,
    /// Grows by one with every change; an edit names the version it saw.
    pub version: i64,
    /// The fields held, in the order of `values`.
    pub fields: Arc<[FieldId]>,
    pub values: Vec<Value>,
}

static NULL: Value = Value::Null;

impl Record {
    /// The value of `field`; `Null` where it is empty or was not asked for.
    pub fn get(&self, field: FieldId) -> &Value {
        self.place(field).and_then(|i| self.values.get(i)).unwrap_or(&NULL)
    }

    /// Sets a field that the row holds; another one is not taken up.
    pub fn set(&mut self, field: FieldId, value: Value) {
        if let Some(i) = self.place(field) {
            self.values[i] = value;
        }
    }

    /// Where a field lies. A whole row lies in the order of the table, so the first guess is nearly always right.
    fn place(&self, field: FieldId) -> Option<usize> {
        let guess = usize::from(field.index);
        if self.fields.get(guess) == Some(&field) {
            return Some(guess);
        }
        self.fields.iter().position(|f| *f == field)
    }

    pub fn text(&self, field: FieldId) -> &str {
        self.get(field).as_text()
    }

    pub fn int(&self, field: FieldId) -> Option<i64> {
        self.get(field).as_int()
    }

    pub fn money(&self, field: FieldId) -> Money {
        Money(self.int(field).unwrap_or(0))
    }
}
