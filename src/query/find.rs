//! What a row is found by when everything is searched at once: a short line of the numbers and places people say on
//! the phone, not all that free words of a filter look into.

use std::borrow::Cow;

use crate::base::Phone;
use crate::domain::{Entity, FieldId, Value};

use super::format;
use super::schema::{Kind, customer as c, deal, field, incident as i, job as j, lead as l, ticket as t, user as u};

/// One kind of row that is found.
#[derive(Clone, Copy, Debug)]
pub struct Sought {
    pub entity: Entity,
    /// What it is called, in whatever script, and what else everybody may look for.
    pub open: &'static [FieldId],
    /// What is hidden from some roles: for them it is not searched.
    pub personal: &'static [FieldId],
    /// Which of two equal matches comes first: the one with the later moment or day.
    pub recent: FieldId,
    /// What it is shown with, after its name.
    pub told: &'static [FieldId],
    /// Numbers of which each is one row's or few rows': what is typed whole is that row.
    pub exact: &'static [FieldId],
    /// So many rows are searched, the latest; older ones are found by their number.
    pub most: usize,
}

/// Rows of a kind other than customers that are searched.
const LATEST: usize = if cfg!(test) { 1_000 } else { 250_000 };

/// Everything that is searched, what is shown first among equals first.
pub static SOUGHT: &[Sought] = &[
    Sought {
        entity: Entity::Customer,
        open: &[c::NAME, c::NATIVE_NAME, c::ACCOUNT, c::CITY],
        personal: &[c::PHONE, c::EMAIL],
        recent: c::LAST_CONTACT,
        told: &[c::ACCOUNT, c::PHONE, c::CITY, c::PLAN, c::STATUS],
        exact: &[c::ACCOUNT, c::PHONE],
        most: usize::MAX,
    },
    Sought {
        entity: Entity::Lead,
        open: &[l::NAME, l::ORGANISATION, l::NUMBER, l::CITY],
        personal: &[l::PHONE, l::EMAIL],
        recent: l::CREATED,
        told: &[l::NUMBER, l::PHONE, l::CITY, l::STAGE],
        exact: &[l::NUMBER, l::PHONE],
        most: LATEST,
    },
    Sought {
        entity: Entity::Deal,
        open: &[deal::NAME, deal::NUMBER, deal::CITY],
        personal: &[deal::CONTACT, deal::PHONE],
        recent: deal::CREATED,
        told: &[deal::NUMBER, deal::CITY, deal::STAGE],
        exact: &[deal::NUMBER],
        most: LATEST,
    },
    Sought {
        entity: Entity::Ticket,
        open: &[t::NAME, t::DOCKET, t::SUBJECT, t::CITY],
        personal: &[],
        recent: t::TOUCHED,
        told: &[t::DOCKET, t::SUBJECT, t::CITY, t::STATUS],
        exact: &[t::DOCKET],
        most: LATEST,
    },
    Sought {
        entity: Entity::Job,
        open: &[j::NAME, j::NUMBER, j::CITY, j::AREA],
        personal: &[],
        recent: j::CREATED,
        told: &[j::NUMBER, j::KIND, j::DAY, j::STATE],
        exact: &[j::NUMBER],
        most: LATEST,
    },
    Sought {
        entity: Entity::Incident,
        open: &[i::TITLE, i::NUMBER, i::TARGET],
        personal: &[],
        recent: i::BEGAN,
        told: &[i::NUMBER, i::TARGET, i::PHASE],
        exact: &[i::NUMBER],
        most: LATEST,
    },
    Sought {
        entity: Entity::User,
        open: &[u::NAME, u::LOGIN],
        personal: &[],
        recent: u::CREATED_AT,
        told: &[u::LOGIN, u::ROLE],
        exact: &[u::LOGIN],
        most: LATEST,
    },
];

/// The kind of row, if it is searched.
pub fn sought(entity: Entity) -> Option<&'static Sought> {
    SOUGHT.iter().find(|s| s.entity == entity)
}

/// Writes what a field adds to a line. Numbers go without the country, addresses of mail without what stands behind
/// the `@`: everybody shares these.
pub fn add(out: &mut String, id: FieldId, value: &Value) {
    add_behind(out, 0, id, value);
}

fn add_behind(out: &mut String, begin: usize, id: FieldId, value: &Value) {
    let text: Cow<'_, str> = match value {
        Value::Null => return,
        Value::Text(text) => text.as_str().into(),
        Value::Int(_) => format::plain(id, value).into(),
    };
    let text = match field(id).kind {
        Kind::Phone => text.strip_prefix("+91").unwrap_or(&text),
        _ if id == c::EMAIL || id == l::EMAIL => text.split('@').next().unwrap_or(""),
        _ => &text,
    };
    if out.len() > begin {
        out.push(' ');
    }
    out.push_str(text);
}

/// Adds what some fields add to a line at the end of other texts, and tells where it ends.
pub fn texts_into<'a>(out: &mut String, fields: &[FieldId], get: impl Fn(FieldId) -> &'a Value) -> usize {
    let begin = out.len();
    fields.iter().for_each(|id| add_behind(out, begin, *id, get(*id)));
    out.len()
}

/// What everybody may look for, and the rest of the line.
pub fn texts<'a>(sought: &Sought, get: impl Fn(FieldId) -> &'a Value) -> (String, String) {
    let join = |fields: &[FieldId]| {
        let mut out = String::new();
        texts_into(&mut out, fields, &get);
        out
    };
    (join(sought.open), join(sought.personal))
}

/// The value a number that was typed would have in a field, if it can be one.
pub fn exact(id: FieldId, typed: &str) -> Option<Value> {
    let typed = typed.trim();
    match field(id).kind {
        Kind::Phone => Phone::parse(typed).map(|p| Value::text(p.e164())),
        Kind::Account => format::account(typed).map(Value::Int),
        _ if typed.is_empty() || typed.contains(char::is_whitespace) => None,
        _ => Some(Value::text(typed.to_uppercase())),
    }
}
