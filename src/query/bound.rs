//! What a filter is once its words are bound: conditions over fields, the order, and what they may refer to.

use chrono::NaiveDate;

use crate::base::{Timestamp, calendar};
use crate::domain::{Entity, FieldId, Value};

use super::schema::{Kind, field};

/// What a text may refer to without naming it.
#[derive(Clone, Debug)]
pub struct Context {
    pub today: NaiveDate,
    /// The moment behind `now`.
    pub now: Timestamp,
    /// The login name behind `@me`.
    pub me: String,
    /// Milliseconds from now to the moment behind `near`, within which a clock is near its end.
    pub near_ms: i64,
}

/// What `near` means where the company has not decided otherwise: the default of `ticket.near-minutes`.
pub const NEAR_MS: i64 = 60 * 60_000;

impl Context {
    /// What `me` means by a text at this moment.
    pub fn at(now: Timestamp, me: impl Into<String>) -> Context {
        Context { today: calendar::date_of(now), now, me: me.into(), near_ms: NEAR_MS }
    }

    /// The same, with the company's own `near`.
    pub fn near(mut self, minutes: i64) -> Context {
        self.near_ms = minutes.saturating_mul(60_000);
        self
    }
}

/// A text bound to an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    pub entity: Entity,
    pub cond: Cond,
    /// Field and whether it descends. Empty leaves the order to the view.
    pub sort: Vec<(FieldId, bool)>,
    /// True when the text asks for deleted rows; otherwise they are not seen.
    pub deleted: bool,
}

impl Bound {
    /// Every row of `entity`.
    pub fn all(entity: Entity) -> Bound {
        Bound { entity, cond: Cond::All, sort: Vec::new(), deleted: false }
    }

    /// The free words, folded, for highlighting.
    pub fn words(&self) -> Vec<String> {
        fn walk(cond: &Cond, out: &mut Vec<String>) {
            match cond {
                Cond::Words(w) => out.push(w.clone()),
                Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|p| walk(p, out)),
                _ => {}
            }
        }
        let mut out = Vec::new();
        walk(&self.cond, &mut out);
        out
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cond {
    All,
    And(Vec<Cond>),
    Or(Vec<Cond>),
    Not(Box<Cond>),
    Test(FieldId, Test),
    /// A folded word that the row's search text must hold (see [`super::eval::word_matches`]).
    Words(String),
    /// The same, in what the row is called alone: for whom may not search in numbers.
    Name(String),
}

impl Cond {
    /// What it is made of, joined in whatever way.
    pub fn leaves(&self) -> Vec<&Cond> {
        match self {
            Cond::And(parts) | Cond::Or(parts) => parts.iter().flat_map(Cond::leaves).collect(),
            Cond::Not(inner) => inner.leaves(),
            leaf => vec![leaf],
        }
    }

    /// The fields it looks at.
    pub fn fields(&self) -> Vec<FieldId> {
        let field = |leaf: &Cond| if let Cond::Test(id, _) = leaf { Some(*id) } else { None };
        let mut out: Vec<FieldId> = self.leaves().into_iter().filter_map(field).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The conditions that must all hold.
    pub fn parts(&self) -> Vec<&Cond> {
        match self {
            Cond::And(parts) => parts.iter().flat_map(Cond::parts).collect(),
            one => vec![one],
        }
    }

    /// The conditions one of which must hold.
    pub fn alternatives(&self) -> Vec<&Cond> {
        match self {
            Cond::Or(parts) => parts.iter().collect(),
            one => vec![one],
        }
    }
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Null,
    /// The whole text, without regard to case.
    Is(String),
    /// The beginning of the text.
    Starts(String),
    /// A part of the text.
    Part(String),
    /// A pattern in which `*` stands for any characters.
    Glob(String),
    /// One item of a list.
    Item(String),
    /// A number within both ends, either of which may be open.
    Between(Option<i64>, Option<i64>),
}

/// A bound value for callers that compare one field with one value.
pub fn equals(id: FieldId, value: &Value) -> Test {
    match value {
        Value::Null => Test::Null,
        Value::Int(n) => Test::Between(Some(*n), Some(*n)),
        Value::Text(s) => Test::Is(s.to_string()),
    }
    .on(id)
}

impl Test {
    pub(super) fn on(self, id: FieldId) -> Test {
        match (self, field(id).kind) {
            (Test::Is(s), Kind::List(_)) => Test::Item(s),
            (test, _) => test,
        }
    }
}
