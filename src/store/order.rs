//! Which index gives the rows of a filter in the order asked for.
//!
//! Left to itself, SQLite weighs indexes by counts that an old file has not, or has from a time when it was small, and
//! then sorts fifty thousand open rows where it could have read fifty. The indexes below were made for the views and
//! boards of the program: where one fits, the question names it.

use crate::domain::{Entity, FieldId};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{self, Kind, customer, deal, field, job, lead, ticket};

use super::compile::LOWEST;

/// An index made for an order.
struct Order {
    name: &'static str,
    /// The field that has one value before the order begins.
    by: Option<FieldId>,
    sort: &'static [FieldId],
    kept: Kept,
}

/// What a filter must keep for an index to hold all its rows, or for walking it to be worth while.
enum Kept {
    /// Open rows alone.
    Open,
    /// Open rows with a value in this field.
    OpenWith(FieldId),
    /// Rows with a value in this field.
    With(FieldId),
    /// Rows with one of these codes.
    Codes(FieldId, &'static [&'static str]),
    /// The same, and nothing else asked but of the field of the order: there are many such rows, and another test may
    /// have an index that finds the few.
    Ended(FieldId, &'static [&'static str]),
    /// Open rows or some others, and nothing else.
    OpenOr,
    /// Rows with a figure in the field of the order; what else is asked is asked of this field.
    Figure(FieldId),
}

const fn order(name: &'static str, by: Option<FieldId>, sort: &'static [FieldId], kept: Kept) -> Order {
    Order { name, by, sort, kept }
}

use Kept::{Codes, Ended, Figure, Open, OpenOr, OpenWith, With};

/// The narrowest of an order first.
const ORDERS: &[Order] = &[
    order("customers_due", None, &[customer::DUE], Figure(customer::RENEWS)),
    order("customers_suspended", None, &[customer::DUE], Ended(customer::STATUS, &["suspended", "expired"])),
    order("customers_pending", None, &[customer::NAME], Codes(customer::STATUS, &["pending"])),
    order("leads_live", None, &[lead::SCORE], With(lead::LIVE_SINCE)),
    order("leads_waiting", None, &[lead::LIVE_ON], Codes(lead::AVAILABILITY, &["planned", "not-covered"])),
    order("leads_owner_score", Some(lead::OWNER), &[lead::SCORE], Open),
    order("leads_owner_created", Some(lead::OWNER), &[lead::CREATED], Open),
    order("leads_stage_score", Some(lead::STAGE), &[lead::SCORE], Open),
    order("leads_stage_follow_up", Some(lead::STAGE), &[lead::FOLLOW_UP], Open),
    order("leads_stage_stage_since", Some(lead::STAGE), &[lead::STAGE_SINCE], Open),
    order("leads_stage_created", Some(lead::STAGE), &[lead::CREATED], Open),
    order("leads_open_score", None, &[lead::SCORE], Open),
    order("leads_open_follow_up", None, &[lead::FOLLOW_UP], Open),
    order("leads_open_stage_since", None, &[lead::STAGE_SINCE], Open),
    order("leads_open_created", None, &[lead::CREATED], Open),
    order("leads_score", None, &[lead::SCORE], OpenOr),
    order("leads_lost", None, &[lead::LOST_AT], Ended(lead::STAGE, &["lost"])),
    order("deals_quoted", None, &[deal::VALID_UNTIL], OpenWith(deal::QUOTE)),
    order("deals_owner_expected_close", Some(deal::OWNER), &[deal::EXPECTED_CLOSE], Open),
    order("deals_open_expected_close", None, &[deal::EXPECTED_CLOSE], Open),
    order("deals_open_amount", None, &[deal::AMOUNT], Open),
    order("deals_open_last_activity", None, &[deal::LAST_ACTIVITY], Open),
    order("deals_won", None, &[deal::WON_AT], Ended(deal::STAGE, &["won"])),
    order("deals_lost", None, &[deal::LOST_AT], Ended(deal::STAGE, &["lost"])),
    order("tickets_owner_clock", Some(ticket::OWNER), &[ticket::CLOCK], Open),
    order("tickets_late_clock", None, &[ticket::CLOCK], OpenWith(ticket::BREACHED)),
    order("tickets_field_clock", None, &[ticket::CLOCK], OpenWith(ticket::TECHNICIAN)),
    order("tickets_open_clock", None, &[ticket::CLOCK], Open),
    order("tickets_open_regulation", None, &[ticket::REGULATION_DUE], Open),
    order("tickets_waiting", None, &[ticket::TOUCHED], Codes(ticket::STATUS, &["waiting-customer", "waiting-vendor"])),
    order("tickets_appeal", None, &[ticket::APPEAL_DUE], Codes(ticket::APPEAL, &["filed"])),
    order("tickets_done", None, &[ticket::RESOLVED], Ended(ticket::STATUS, &["resolved", "closed"])),
    order("jobs_owner_day", Some(job::OWNER), &[job::DAY, job::SLOT], Open),
    order("jobs_open_day", None, &[job::DAY, job::SLOT], Open),
    order("jobs_open_created", Some(job::STATE), &[job::CREATED], Open),
];

/// The index that gives the rows of a filter in an order.
pub fn index(filter: &Bound, sort: &[(FieldId, bool)]) -> Option<&'static str> {
    let (_, falls) = *sort.first()?;
    if filter.deleted || sort.iter().any(|(_, d)| *d != falls) {
        return None;
    }
    let parts = filter.cond.parts();
    let fits = |o: &&Order| {
        o.sort.len() == sort.len()
            && o.sort.iter().zip(sort).all(|(a, (b, _))| a == b)
            && o.by.is_none_or(|by| parts.iter().any(|c| one_value(c, by)))
            && o.kept.holds(filter, &parts, o.sort)
    };
    ORDERS.iter().find(fits).map(|o| o.name)
}

impl Kept {
    fn holds(&self, filter: &Bound, parts: &[&Cond], sort: &[FieldId]) -> bool {
        let with = |id: FieldId| {
            parts
                .iter()
                .any(|c| matches!(c, Cond::Not(inner) if matches!(**inner, Cond::Test(f, Test::Null) if f == id)))
        };
        match self {
            Open => open(filter.entity, &filter.cond).is_some(),
            OpenWith(id) => open(filter.entity, &filter.cond).is_some() && with(*id),
            With(id) => with(*id),
            Codes(id, codes) | Ended(id, codes) => {
                let these = |c: &&Cond| chosen(c).is_some_and(|(f, found)| f == *id && found == *codes);
                let ordered = |c: &&Cond| matches!(c, Cond::Test(f, _) if sort.contains(f));
                parts.iter().any(&these) && (matches!(self, Codes(..)) || parts.iter().all(|c| these(c) || ordered(c)))
            }
            OpenOr => {
                let or_open = |c: &&Cond| match c {
                    Cond::Or(parts) => parts.iter().any(|p| open(filter.entity, p).is_some()),
                    _ => false,
                };
                parts.len() == 1 && parts.iter().any(or_open)
            }
            Figure(other) => {
                let figure = |c: &&Cond| matches!(c, Cond::Test(f, Test::Between(Some(low), _)) if *f != *other && *low > LOWEST);
                parts.len() == 2
                    && parts.iter().any(figure)
                    && parts.iter().any(|c| matches!(c, Cond::Test(f, _) if f == other))
            }
        }
    }
}

/// True where a condition leaves one value of a field.
fn one_value(c: &Cond, id: FieldId) -> bool {
    matches!(c, Cond::Test(f, Test::Is(_) | Test::Null) if *f == id)
}

/// The field and the codes of the open states, where a condition keeps open rows alone.
pub fn open(entity: Entity, cond: &Cond) -> Option<(FieldId, Vec<&'static str>)> {
    let state = schema::open_state(entity)?;
    let open = |c: &&Cond| {
        chosen(c).is_some_and(|(id, codes)| id == state && codes.iter().all(|code| schema::is_open(state, code)))
    };
    let all = || codes(state).filter(|code| schema::is_open(state, code)).collect();
    cond.parts().iter().any(open).then(|| (state, all()))
}

/// The codes of a field with a fixed set of them, in their order.
fn codes(id: FieldId) -> impl Iterator<Item = &'static str> {
    let choices = if let Kind::Choice(choices) = field(id).kind { choices } else { &[] };
    choices.iter().map(|c| c.code)
}

/// The codes of one field that a condition asks for, where it asks for nothing else: in the order of the field's own
/// set, so that one question has one text.
pub fn chosen(c: &Cond) -> Option<(FieldId, Vec<&'static str>)> {
    let tests = match c {
        Cond::Or(parts) => parts.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut field = None;
    let mut words = Vec::with_capacity(tests.len());
    for test in tests {
        let Cond::Test(id, Test::Is(word)) = test else { return None };
        if *field.get_or_insert(*id) != *id {
            return None;
        }
        words.push(word);
    }
    let found: Vec<_> = codes(field?).filter(|code| words.iter().any(|w| w.eq_ignore_ascii_case(code))).collect();
    // A word that is none of the set finds nothing: left to be compared as it is.
    words.iter().all(|w| found.iter().any(|code| w.eq_ignore_ascii_case(code))).then_some((field?, found))
}
