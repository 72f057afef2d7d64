//! What the reps of the demo company earn.

use crate::base::{Id, Money};
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{blank, schedule as s};

use super::super::row::put;

/// The schedules of the demo company.
pub fn schedules() -> Vec<Record> {
    let row = |id: i64, set: &[(FieldId, Value)]| {
        let mut r = blank(Entity::Schedule, Id(id));
        set.iter().for_each(|(f, v)| put(&mut r, *f, v.clone()));
        r
    };
    let back = |months, percent| [(s::CLAWBACK_MONTHS, Value::Int(months)), (s::CLAWBACK_PERCENT, Value::Int(percent))];
    let named = |name: &str, method: &str| [(s::NAME, Value::text(name)), (s::METHOD, Value::text(method))];
    vec![
        row(1, &[&named("Any sale", "percent")[..], &[(s::PERCENT, Value::Int(300))], &back(3, 100)].concat()),
        row(
            2,
            &[
                &named("Corporate", "slabs")[..],
                &[(s::KIND, "corporate".into()), (s::ROLE, "sales".into()), (s::SLABS, "0: 4%, 1L: 5%, 5L: 6%".into())],
                &back(6, 100),
            ]
            .concat(),
        ),
        row(
            3,
            &[
                &named("Apartments", "per-seat")[..],
                &[(s::KIND, "bulk".into()), (s::FIXED, Money::rupees(250).into())],
                &back(6, 50),
            ]
            .concat(),
        ),
        row(
            4,
            &[
                &named("Retail", "per-deal")[..],
                &[(s::KIND, "retail".into()), (s::FIXED, Money::rupees(200).into())],
                &back(3, 100),
            ]
            .concat(),
        ),
    ]
}
