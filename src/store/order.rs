//! Which index gives the rows of a filter in the order asked for.
//!
//! Left to itself, SQLite weighs indexes by counts that an old file has not, or has from a time when it was small, and
//! then sorts fifty thousand open rows where it could have read fifty. The indexes below were made for the views and
//! boards of the program: where one fits, the question names it.

use crate::base::{Timestamp, calendar};
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
    /// Open rows in some of the open states.
    OpenIn(FieldId, &'static [&'static str]),
    /// Rows with a value in this field.
    With(FieldId),
    /// Rows with one of these codes.
    Codes(FieldId, &'static [&'static str]),
    /// The same, and nothing else asked but of the fields of the order: there are many such rows, and another test may
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

use Kept::{Codes, Ended, Figure, Open, OpenIn, OpenOr, OpenWith, With};

/// The narrowest of an order first.
const ORDERS: &[Order] = &[
    order("customers_due", None, &[customer::DUE], Figure(customer::RENEWS)),
    order("customers_suspended", None, &[customer::DUE], Ended(customer::STATUS, &["suspended", "expired"])),
    order("customers_expiring", None, &[customer::RENEWS], Codes(customer::STATUS, &["active", "grace"])),
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
    order("leads_converted_at", None, &[lead::CONVERTED_AT], Ended(lead::STAGE, &["converted"])),
    // They are most of the rows.
    order("leads_created", None, &[lead::CREATED], Ended(lead::STAGE, &["converted"])),
    order("leads_created", None, &[lead::CREATED], Ended(lead::STAGE, &["lost"])),
    order("leads_score", None, &[lead::SCORE], Ended(lead::STAGE, &["converted"])),
    order("leads_score", None, &[lead::SCORE], Ended(lead::STAGE, &["lost"])),
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
    order("tickets_running_clock", None, &[ticket::CLOCK], OpenIn(ticket::STATUS, &["open", "in-progress"])),
    order("tickets_open_clock", None, &[ticket::CLOCK], Open),
    order("tickets_open_regulation", None, &[ticket::REGULATION_DUE], Open),
    order("tickets_waiting", None, &[ticket::TOUCHED], Codes(ticket::STATUS, &["waiting-customer", "waiting-vendor"])),
    order("tickets_appeal", None, &[ticket::APPEAL_DUE], Codes(ticket::APPEAL, &["filed"])),
    order(
        "tickets_category_opened",
        Some(ticket::CATEGORY),
        &[ticket::OPENED],
        Ended(ticket::STATUS, &["resolved", "closed"]),
    ),
    order("tickets_opened", None, &[ticket::OPENED], Ended(ticket::STATUS, &["resolved", "closed"])),
    order("tickets_done", None, &[ticket::RESOLVED], Ended(ticket::STATUS, &["resolved", "closed"])),
    order("jobs_owner_day", Some(job::OWNER), &[job::DAY, job::SLOT], Open),
    order("jobs_open_day", None, &[job::DAY, job::SLOT], Open),
    order("jobs_open_created", Some(job::STATE), &[job::CREATED], Open),
    order("jobs_state", Some(job::STATE), &[job::FINISHED], Ended(job::STATE, &["done"])),
    order("jobs_state", Some(job::STATE), &[job::FINISHED], Ended(job::STATE, &["failed"])),
];

/// Some of the rows of a filter, and the index that has them: in the order asked for, or so few that they are put in
/// it.
pub struct Part {
    /// Which rows, in the words of the index.
    pub rows: String,
    pub index: &'static str,
    /// These rows are all of the filter: it need not be asked of them.
    pub whole: bool,
}

/// The parts of a filter whose rows in an order no one index has, where two have them. No row is of two parts.
pub fn parts(filter: &Bound, sort: &[(FieldId, bool)]) -> Option<Vec<Part>> {
    let &[(by, _)] = sort else { return None };
    if filter.deleted {
        return None;
    }
    match (filter.entity, by) {
        (Entity::Customer, customer::DUE) => overdue(filter),
        (Entity::Lead, lead::SCORE) => open_or_ended(filter),
        _ => None,
    }
}

/// Who owes and whose day is gone: nearly all are of three statuses, by what they owe; of the others few are, and those
/// the renewal day finds.
fn overdue(filter: &Bound) -> Option<Vec<Part>> {
    let parts = filter.cond.parts();
    let owes = |c: &&Cond| matches!(c, Cond::Test(customer::DUE, Test::Between(Some(low), _)) if *low > 0);
    let gone = |c: &&Cond| matches!(c, Cond::Test(customer::RENEWS, Test::Between(_, Some(_))));
    let late = "status IN ('grace', 'suspended', 'expired')";
    (parts.len() == 2 && parts.iter().any(owes) && parts.iter().any(gone)).then(|| {
        vec![
            Part { rows: format!("due > 0 AND {late}"), index: "customers_overdue", whole: false },
            Part { rows: format!("due > 0 AND NOT ({late})"), index: "customers_owing", whole: false },
        ]
    })
}

/// The month a lead came to its end in, of those that came to one end. In India's time, as the index has it.
const ENDED_IN: &str = "strftime('%Y%m', COALESCE(lost_at, converted_at) / 1000 + 19800, 'unixepoch')";

/// Open leads and those that ended in one month; or of these those that ended in one way, as a column of a board has
/// them.
fn open_or_ended(filter: &Bound) -> Option<Vec<Part>> {
    let parts = filter.cond.parts();
    let is_end = |c: &&Cond| matches!(c, Cond::Test(lead::CONVERTED_AT | lead::LOST_AT, Test::Between(..)));
    if let [one, other] = parts.as_slice() {
        let over = |code: &&str| !schema::is_open(lead::STAGE, code);
        let way = |c: &Cond| chosen(c).filter(|(id, codes)| *id == lead::STAGE && codes.iter().all(over));
        let ((_, codes), end) = way(one).map(|found| (found, other)).or_else(|| Some((way(other)?, one)))?;
        let ends = end.alternatives();
        let mut part = ends.iter().all(is_end).then(|| ended(&ends))??;
        part.rows.push_str(&format!(" AND stage IN ('{}')", codes.join("', '")));
        return Some(vec![part]);
    }
    let [Cond::Or(parts)] = parts.as_slice() else { return None };
    let (ends, rest): (Vec<&Cond>, Vec<&Cond>) = parts.iter().partition(is_end);
    let (state, codes) = match rest.as_slice() {
        [one] => open(filter.entity, one)?,
        _ => return None,
    };
    let open = Part {
        rows: format!("{} IN ('{}')", field(state).column(), codes.join("', '")),
        index: "leads_open_score",
        whole: all_open(rest[0]),
    };
    Some(vec![open, ended(&ends)?])
}

/// Leads that came to one of some ends in one month.
fn ended(ends: &[&Cond]) -> Option<Part> {
    let mut months = ends.iter().map(|c| match c {
        Cond::Test(_, Test::Between(Some(low), Some(high))) => month(*low, *high),
        _ => None,
    });
    let first = months.next()??;
    if months.any(|other| other.as_ref() != Some(&first)) {
        return None;
    }
    // Who asks for one of the ends alone is asked of each row.
    let (month, both) = (first.0, ends.len() == 2 && ends[0].fields() != ends[1].fields());
    let rows = format!("stage IN ('converted', 'lost') AND {ENDED_IN} = '{month}'");
    Some(Part { rows, index: "leads_ended_score", whole: both && first.1 })
}

/// True where a condition is nothing but that a row is open.
fn all_open(c: &Cond) -> bool {
    chosen(c).is_some_and(|(id, found)| codes(id).all(|code| schema::is_open(id, code) == found.contains(&code)))
}

/// Year and month of a span of moments that lies within one, and whether it is all of it.
fn month(low: i64, high: i64) -> Option<(String, bool)> {
    let of = |ms: i64| calendar::in_ist(Timestamp(ms)).format("%Y%m").to_string();
    let far = |ms: i64| !(0..=7_258_118_400_000).contains(&ms);
    let within = !far(low) && !far(high) && of(low) == of(high);
    within.then(|| (of(low), of(low - 1) != of(low) && of(high + 1) != of(high)))
}

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
            && o.kept.holds(filter, &parts, o)
    };
    ORDERS.iter().find(fits).map(|o| o.name)
}

/// False for an index that has rows of some kind from the first to the last, whatever else a filter asks.
pub fn is_bounded(index: &str) -> bool {
    !ORDERS.iter().any(|o| o.name == index && matches!(o.kept, Codes(..) | With(_)))
}

/// Whether an index keeps rows in some of the open states alone.
pub fn tells_open(index: &str) -> bool {
    ORDERS.iter().any(|o| o.name == index && matches!(o.kept, OpenIn(..)))
}

impl Kept {
    fn holds(&self, filter: &Bound, parts: &[&Cond], of: &Order) -> bool {
        let with = |id: FieldId| {
            parts
                .iter()
                .any(|c| matches!(c, Cond::Not(inner) if matches!(**inner, Cond::Test(f, Test::Null) if f == id)))
        };
        match self {
            Open => open(filter.entity, &filter.cond).is_some(),
            OpenWith(id) => open(filter.entity, &filter.cond).is_some() && with(*id),
            With(id) => with(*id),
            Codes(id, codes) | OpenIn(id, codes) | Ended(id, codes) => {
                let these = |c: &&Cond| chosen(c).is_some_and(|(f, found)| f == *id && found == *codes);
                let ordered = |c: &&Cond| matches!(c, Cond::Test(f, _) if of.sort.contains(f) || of.by == Some(*f));
                parts.iter().any(&these) && (!matches!(self, Ended(..)) || parts.iter().all(|c| these(c) || ordered(c)))
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
