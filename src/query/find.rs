//! What a row is found by when everything is searched at once: a short line of the numbers and places people say on
//! the phone, not all that free words of a filter look into.

use crate::domain::{Entity, FieldId, Value};

use super::format;
use super::schema::{Kind, customer as c, deal, field, incident as i, job as j, lead as l, ticket as t, user as u};

/// One kind of row that is found.
#[derive(Clone, Copy, Debug)]
pub struct Sought {
    pub entity: Entity,
    /// What it is called, in whatever script.
    pub names: &'static [FieldId],
    /// What it is told by besides.
    pub rest: &'static [FieldId],
    /// Which of two equal matches comes first: the one with the later moment or day.
    pub recent: FieldId,
    /// Numbers of which each is one row's or few rows': what is typed whole is that row.
    pub exact: &'static [FieldId],
}

/// Everything that is searched, what is shown first among equals first.
pub static SOUGHT: &[Sought] = &[
    Sought {
        entity: Entity::Customer,
        names: &[c::NAME, c::NATIVE_NAME],
        rest: &[c::ACCOUNT, c::PHONE, c::CITY, c::EMAIL],
        recent: c::LAST_CONTACT,
        exact: &[c::ACCOUNT, c::PHONE],
    },
    Sought {
        entity: Entity::Lead,
        names: &[l::NAME, l::ORGANISATION],
        rest: &[l::NUMBER, l::PHONE, l::CITY, l::EMAIL],
        recent: l::CREATED,
        exact: &[l::NUMBER, l::PHONE],
    },
    Sought {
        entity: Entity::Deal,
        names: &[deal::NAME],
        rest: &[deal::NUMBER, deal::CONTACT, deal::PHONE, deal::CITY],
        recent: deal::CREATED,
        exact: &[deal::NUMBER],
    },
    Sought {
        entity: Entity::Ticket,
        names: &[t::NAME],
        rest: &[t::DOCKET, t::SUBJECT, t::CITY],
        recent: t::TOUCHED,
        exact: &[t::DOCKET],
    },
    Sought {
        entity: Entity::Job,
        names: &[j::NAME],
        rest: &[j::NUMBER, j::CITY, j::AREA],
        recent: j::CREATED,
        exact: &[j::NUMBER],
    },
    Sought {
        entity: Entity::Incident,
        names: &[i::TITLE],
        rest: &[i::NUMBER, i::TARGET],
        recent: i::BEGAN,
        exact: &[i::NUMBER],
    },
    Sought { entity: Entity::User, names: &[u::NAME], rest: &[u::LOGIN], recent: u::NAME, exact: &[u::LOGIN] },
];

/// The kind of row, if it is searched.
pub fn sought(entity: Entity) -> Option<&'static Sought> {
    SOUGHT.iter().find(|s| s.entity == entity)
}

/// Writes what a field adds to a line. Numbers go without the country, addresses of mail without what stands behind
/// the `@`: everybody shares these.
pub fn add(out: &mut String, id: FieldId, text: &str) {
    if text.is_empty() {
        return;
    }
    let text = match field(id).kind {
        Kind::Phone => text.strip_prefix("+91").unwrap_or(text),
        _ if id == c::EMAIL || id == l::EMAIL => text.split('@').next().unwrap_or(""),
        _ => text,
    };
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(text);
}

/// What a row is called, and the rest of its line.
pub fn texts<'a>(sought: &Sought, get: impl Fn(FieldId) -> &'a Value) -> (String, String) {
    let join = |fields: &[FieldId]| {
        let mut out = String::new();
        for id in fields {
            let value = get(*id);
            if !value.is_null() {
                add(&mut out, *id, &format::plain(*id, value));
            }
        }
        out
    };
    (join(sought.names), join(sought.rest))
}
