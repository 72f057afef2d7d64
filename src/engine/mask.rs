//! What a role is shown of the people behind the rows: one table, applied on the way out of the door, so that no
//! screen, export, completion or filter gets round it.
//!
//! The Digital Personal Data Protection Act, 2023 asks that personal data be processed only as far as the purpose
//! needs it (section 6(1)). What is hidden can be looked at where the work needs it: [`super::Engine::reveal`] writes
//! down who looked at whom, and why.

use crate::domain::{Entity, FieldId, Principal, Record, Role, Value};
use crate::query::Bound;
use crate::query::bind::{Cond, Test, equals};
use crate::query::format;
use crate::query::schema::{customer as c, field, job as j, noun, outbox as o};
use crate::store::Change;

use super::error::ReadError;

/// How much of a field a role is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Clear,
    /// On the rows they look after; elsewhere masked.
    Own,
    Masked,
}

impl Sight {
    /// As the table in the README shows it.
    pub fn label(self) -> &'static str {
        match self {
            Sight::Clear => "clear",
            Sight::Own => "own",
            Sight::Masked => "masked",
        }
    }
}

/// One row of the table: fields, and how much of them each role is shown, in the order of [`Role::ALL`].
pub struct Hidden {
    pub what: &'static str,
    pub fields: &'static [FieldId],
    pub sight: [Sight; 5],
}

use Sight::{Clear, Masked, Own};

/// THE table. The columns are admin, manager, sales, support, field.
pub static HIDDEN: &[Hidden] = &[
    Hidden {
        what: "phones, mail and street address of customers, also on jobs",
        fields: &[c::PHONE, c::ALT_PHONE, c::EMAIL, c::ADDRESS, c::REFERRED_BY, j::PHONE, j::ADDRESS],
        sight: [Clear, Clear, Own, Clear, Own],
    },
    Hidden {
        what: "identity documents of customers",
        fields: &[c::KYC_REF],
        sight: [Clear, Masked, Masked, Masked, Masked],
    },
    Hidden {
        // Codes that end a job stand in it: who ends jobs hears them at the door.
        what: "what messages to customers say",
        fields: &[o::BODY],
        sight: [Clear, Clear, Clear, Clear, Masked],
    },
];

fn sight(role: Role, id: FieldId) -> Sight {
    let column = Role::ALL.iter().position(|r| *r == role);
    let row = HIDDEN.iter().find(|h| h.fields.contains(&id));
    row.zip(column).map_or(Clear, |(row, i)| row.sight[i])
}

/// The fields of an entity that a role does not see everywhere.
pub fn hidden(role: Role, entity: Entity) -> Vec<FieldId> {
    let all = HIDDEN.iter().flat_map(|h| h.fields).copied();
    all.filter(|id| id.entity == entity && sight(role, *id) != Clear).collect()
}

/// A value with its middle taken out: enough to tell two apart on the phone, too little to use.
fn masked(id: FieldId, value: &Value) -> Value {
    let text = format::plain(id, value);
    let tail: String = text.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
    Value::text(match text.split_once('@') {
        Some((_, host)) => format!("••••@{host}"),
        None if text.chars().count() >= 8 && text.chars().filter(char::is_ascii_digit).count() >= 6 => {
            format!("••••••{tail}")
        }
        None => "••••••".into(),
    })
}

/// Takes out of a row what a person is not shown.
pub fn cover(who: &Principal, row: &mut Record) {
    cover_all(who, std::slice::from_mut(row));
}

/// The same of many rows of one kind.
pub fn cover_all(who: &Principal, rows: &mut [Record]) {
    let Some(entity) = rows.first().and_then(|row| row.fields.first()).map(|f| f.entity) else { return };
    let hidden = hidden(who.role, entity);
    if !hidden.is_empty() {
        rows.iter_mut().for_each(|row| cover_these(who, entity, &hidden, row));
    }
}

fn cover_these(who: &Principal, entity: Entity, hidden: &[FieldId], row: &mut Record) {
    let mine = noun(entity).owner.is_some_and(|o| row.text(o).eq_ignore_ascii_case(&who.user));
    for &id in hidden {
        if !(row.get(id).is_null() || mine && sight(who.role, id) == Own) {
            let value = masked(id, row.get(id));
            row.set(id, value);
        }
    }
}

/// Takes out of recorded changes what a person is not shown.
pub fn cover_change(who: &Principal, change: &mut Change) {
    let hidden = hidden(who.role, change.entity());
    let cover = |id: FieldId, v: &mut Value| {
        if hidden.contains(&id) && !v.is_null() {
            *v = masked(id, v);
        }
    };
    match change {
        Change::Insert { fields, .. } | Change::Delete { fields, .. } => {
            fields.iter_mut().for_each(|(id, v)| cover(*id, v));
        }
        Change::Update { fields, .. } => fields.iter_mut().for_each(|f| {
            cover(f.field, &mut f.old);
            cover(f.field, &mut f.new);
        }),
    }
}

/// The filter as a person may ask it: tests of what is hidden from them are refused, for an answer to them would tell
/// it, and free words look at names, accounts and places only.
pub fn asked(who: &Principal, filter: &Bound, sort: &[(FieldId, bool)]) -> Result<Bound, ReadError> {
    let hidden = hidden(who.role, filter.entity);
    if hidden.is_empty() {
        return Ok(filter.clone());
    }
    let sorted = sort.iter().map(|(id, _)| *id).find(|id| hidden.contains(id));
    if let Some(id) = sorted.or_else(|| tested(&filter.cond, &hidden)) {
        return Err(ReadError::Denied(format!(
            "the role {} does not see {}: filter by name, account or place",
            who.role.label(),
            field(id).title.to_lowercase()
        )));
    }
    Ok(Bound { cond: narrowed(&filter.cond, filter.entity), ..filter.clone() })
}

fn tested(cond: &Cond, hidden: &[FieldId]) -> Option<FieldId> {
    match cond {
        Cond::And(parts) | Cond::Or(parts) => parts.iter().find_map(|p| tested(p, hidden)),
        Cond::Not(inner) => tested(inner, hidden),
        // Whether there is a value at all tells nobody what it is.
        Cond::Test(id, test) => (hidden.contains(id) && *test != Test::Null).then_some(*id),
        Cond::All | Cond::Words(_) | Cond::Name(_) => None,
    }
}

fn narrowed(cond: &Cond, entity: Entity) -> Cond {
    let all = |parts: &[Cond]| parts.iter().map(|p| narrowed(p, entity)).collect();
    match cond {
        Cond::And(parts) => Cond::And(all(parts)),
        Cond::Or(parts) => Cond::Or(all(parts)),
        Cond::Not(inner) => Cond::Not(Box::new(narrowed(inner, entity))),
        Cond::Words(word) if entity == Entity::Customer => {
            let mut parts = vec![Cond::Name(word.clone())];
            parts.extend([c::CITY, c::AREA, c::ORGANISATION].map(|id| Cond::Test(id, Test::Part(word.clone()))));
            parts.push(Cond::Test(c::PINCODE, Test::Is(word.clone())));
            parts.extend(format::account(word).map(|n| Cond::Test(c::ACCOUNT, equals(c::ACCOUNT, &Value::Int(n)))));
            Cond::Or(parts)
        }
        other => other.clone(),
    }
}

/// The table as Markdown, for the README.
pub fn markdown() -> String {
    let mut out = String::from("| sees |");
    Role::ALL.iter().for_each(|r| out.push_str(&format!(" {} |", r.label())));
    out.push_str("\n|---|");
    Role::ALL.iter().for_each(|_| out.push_str("---|"));
    for row in HIDDEN {
        out.push_str(&format!("\n| {} |", row.what));
        row.sight.iter().for_each(|s| out.push_str(&format!(" {} |", s.label())));
    }
    out.push('\n');
    out
}
