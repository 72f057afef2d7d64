//! Columns that lie apart. Of a customer's sixty fields two dozen are read when somebody looks at the one row, and
//! hardly ever else: the address, the line's equipment, consent. A change of any field writes its whole row anew, and a
//! look through all rows reads them whole; so these fields stand in a table of their own, a row for a row, and the
//! rows that are changed by the hundred thousand are less than half as wide.
//!
//! ```text
//! customers        id, version, what lists, indexes, sums and bulk changes are about
//! customers_rest   id, the other fields, the search text
//! ```
//!
//! No list is ordered by what is apart, and no built-in view shows it. A statement that asks for nothing of it reads one
//! table.

use std::sync::LazyLock;

use crate::domain::{Entity, FieldId};
use crate::query::bind::{Cond, Test};
use crate::query::schema::{self, customer as c, field};

use super::row::table;

/// The fields of customers that lie apart.
const OF_CUSTOMERS: &[FieldId] = &[
    c::NATIVE_NAME,
    c::ALT_PHONE,
    c::EMAIL,
    c::ADDRESS,
    c::PINCODE,
    c::OTTS,
    c::CHANNELS,
    c::TOP_OTT,
    c::PEAK,
    c::TICKETS,
    c::LAST_TICKET,
    c::LAST_CONTACT,
    c::REFERRED_BY,
    c::CONSENT,
    c::CONSENT_ON,
    c::DND,
    c::PPPOE,
    c::OLT,
    c::PON,
    c::ONU,
    c::OPTICAL,
    c::CAF,
    c::KYC_REF,
];

/// The table with what lies apart, its search text among it, where an entity has one.
pub fn rest(entity: Entity) -> Option<&'static str> {
    (entity == Entity::Customer).then_some("customers_rest")
}

/// Whether a field lies apart.
pub fn is_apart(id: FieldId) -> bool {
    static OF_CUSTOMER: LazyLock<Vec<bool>> =
        LazyLock::new(|| schema::ids(Entity::Customer).map(|id| OF_CUSTOMERS.contains(&id)).collect());
    id.entity == Entity::Customer && OF_CUSTOMER.get(usize::from(id.index)).copied().unwrap_or(false)
}

/// Whether any of these fields lies apart.
pub fn are_apart(fields: &[FieldId]) -> bool {
    fields.iter().any(|id| is_apart(*id))
}

/// Whether a condition looks at what lies apart.
pub fn asks_apart(entity: Entity, cond: &Cond) -> bool {
    cond.leaves().into_iter().any(|leaf| leaf_is_apart(entity, leaf))
}

/// Whether a condition asks for nothing else.
pub fn all_apart(entity: Entity, cond: &Cond) -> bool {
    cond.leaves().into_iter().all(|leaf| *leaf == Cond::All || leaf_is_apart(entity, leaf))
}

fn leaf_is_apart(entity: Entity, leaf: &Cond) -> bool {
    match leaf {
        Cond::Test(id, _) => is_apart(*id),
        // They are looked for in the search text.
        Cond::Words(_) | Cond::Name(_) => rest(entity).is_some(),
        _ => false,
    }
}

/// The column of a field in a statement over the rows alone, which looks up what lies apart.
pub fn looked_up(id: FieldId) -> String {
    let column = field(id).column();
    match rest(id.entity).filter(|_| is_apart(id)) {
        Some(rest) => format!("(SELECT {column} FROM {rest} AS apart WHERE apart.id = {}.id)", table(id.entity)),
        None => column,
    }
}

/// Whether a condition asks for one value of what lies apart and has an index.
pub fn finds_apart(cond: &Cond) -> bool {
    let indexed = |part: &&Cond| matches!(part, Cond::Test(c::EMAIL, Test::Is(_) | Test::Starts(_)));
    cond.parts().iter().any(indexed)
}

/// Which of the two tables is read first, where both are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum First {
    /// The rows: their order is the order asked for, or they are bounded already.
    Rows,
    /// Whichever SQLite finds better.
    Either,
}

/// What follows `FROM`: the table, by ` INDEXED BY …`, ` NOT INDEXED` or nothing, and beside it what lies apart where
/// that is needed.
pub fn source(entity: Entity, by: &str, apart: bool, first: First) -> String {
    let table = table(entity);
    match rest(entity).filter(|_| apart) {
        // SQLite keeps the order of a CROSS JOIN.
        Some(rest) if first == First::Rows => format!("{table}{by} CROSS JOIN {rest} USING (id)"),
        Some(rest) => format!("{table}{by} JOIN {rest} USING (id)"),
        None => format!("{table}{by}"),
    }
}
