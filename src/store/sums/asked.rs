//! Which of the kept sums answer a filter.

use crate::base::calendar;
use crate::domain::lead::Stage;
use crate::domain::sla::{OPEN_UNTIL, OVER};
use crate::domain::ticket::State;
use crate::domain::{Entity, FieldId};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::cut::{self, Cut, Key, Sum};
use crate::query::schema::{self, Kind, deal, field, job, lead, ticket};

use super::super::compile::LOWEST;
use super::super::order;

/// Sums to be read: of a cut the parts with one of these texts and a number of this span.
pub type Parts = (Cut, Vec<String>, (i64, i64));

/// What answers a filter.
#[derive(Debug, Default)]
pub struct Asked {
    /// Sums to be added up.
    pub sums: Vec<Parts>,
    /// Those that must be empty for that to be right.
    pub none: Vec<Parts>,
    /// The rows to be added that lie within hours of which not all are meant.
    pub edges: Vec<Edge>,
}

/// A few rows of an index.
#[derive(Debug)]
pub enum Edge {
    /// Those of a filter, by the index of its order.
    Few(Bound),
    /// Open leads to be followed up within a span, what is snoozed when it wakes; of those snoozed the ones that are
    /// awake by a moment.
    Leads { from: i64, to: i64, awake: i64 },
}

/// The sums that answer a filter.
pub fn asked(filter: &Bound) -> Option<Asked> {
    if filter.deleted {
        return None;
    }
    let (kept, parts) = (cut::kept(filter.entity), filter.cond.parts());
    let one = |found: Parts| Asked { sums: vec![found], ..Asked::default() };
    let within = |cut: &&Cut| match cut.b {
        Key::Within(entity, view) => cut::bound_of(entity, view).is_some_and(|b| b.cond == filter.cond),
        _ => false,
    };
    if let Some(cut) = kept.iter().find(within) {
        return Some(one((*cut, vec![String::new()], (1, 1))));
    }
    if let Some(mine) = kept.iter().find_map(|cut| someones(cut, filter, &parts)) {
        return Some(one(mine));
    }
    if let Some(theirs) = days_of(filter, &parts) {
        return Some(one(theirs));
    }
    if let Some((sums, none)) = open_or(filter, &kept) {
        return Some(Asked { sums, none, edges: Vec::new() });
    }
    plain(filter, &kept).map(one).or_else(|| followed_up(filter, &parts)).or_else(|| moments(filter))
}

/// The open jobs of somebody on some days.
fn days_of(filter: &Bound, parts: &[&Cond]) -> Option<Parts> {
    let (mut whose, mut rest) = (None, Vec::new());
    for part in parts {
        match part {
            Cond::Test(job::OWNER, Test::Is(who)) => whose = whose.xor(Some(who.clone())),
            Cond::Test(job::OWNER, Test::Null) => whose = whose.xor(Some(String::new())),
            part => rest.push((*part).clone()),
        }
    }
    let (days, state): (Vec<Cond>, Vec<Cond>) =
        rest.into_iter().partition(|c| matches!(c, Cond::Test(job::DAY, Test::Between(..))));
    let [Cond::Test(_, Test::Between(low, high))] = days.as_slice() else { return None };
    let span = (low.unwrap_or(i64::MIN).max(LOWEST + 1), high.unwrap_or(i64::MAX));
    is_open(filter.entity, &Cond::And(state)).then_some((cut::JOBS_DUE, vec![whose?], span))
}

/// Open leads that are due by a moment and not snoozed beyond another, which is no later: in the hours before that one
/// both go without saying.
fn followed_up(filter: &Bound, parts: &[&Cond]) -> Option<Asked> {
    let due = |c: &&&Cond| matches!(c, Cond::Test(lead::FOLLOW_UP, Test::Between(None, Some(_))));
    let awake = |c: &Cond| match c {
        Cond::Or(parts) => match parts.as_slice() {
            [
                Cond::Test(lead::SNOOZED_UNTIL, Test::Null),
                Cond::Test(lead::SNOOZED_UNTIL, Test::Between(None, Some(at))),
            ] => Some(*at),
            _ => None,
        },
        _ => None,
    };
    let Cond::Test(_, Test::Between(None, Some(to))) = parts.iter().find(due)? else { return None };
    let until = parts.iter().find_map(|c| awake(c)).filter(|at| at <= to)?;
    let rest: Vec<Cond> = parts.iter().filter(|c| !due(c) && awake(c).is_none()).map(|c| (*c).clone()).collect();
    if parts.len() != rest.len() + 2 || !is_open(filter.entity, &Cond::And(rest)) {
        return None;
    }
    let Key::Last(_, part) = cut::LEADS_DUE.b else { return None };
    let hour = until.div_euclid(part);
    let open = Stage::ALL.iter().filter(|s| s.is_open()).map(|s| s.code().to_string()).collect();
    Some(Asked {
        sums: vec![(cut::LEADS_DUE, open, (LOWEST + 1, hour - 1))],
        none: Vec::new(),
        edges: vec![Edge::Leads { from: hour * part, to: *to, awake: until }],
    })
}

/// Open rows of some states with a moment within a span: of tickets their clock, of deals what was done last. The parts
/// of time that are meant as a whole are read from the sums, the rest from the rows.
fn moments(filter: &Bound) -> Option<Asked> {
    let (mut texts, mut spans) = (None, Vec::new());
    if !gather(&filter.cond, &mut texts, &mut spans) {
        return None;
    }
    let (Some((state, words)), &[(id, low, high)]) = (texts, spans.as_slice()) else { return None };
    let low = low.max(LOWEST + 1);
    let cut = match (state, id) {
        (ticket::STATUS, ticket::CLOCK) if high.checked_sub(low).is_some_and(|ms| ms < 10_800_000) => cut::TICKETS_NEAR,
        (ticket::STATUS, ticket::CLOCK) => cut::TICKETS_DUE,
        (deal::STAGE, deal::LAST_ACTIVITY) => cut::DEALS_QUIET,
        _ => return None,
    };
    let Key::Last(_, part) = cut.b else { return None };
    // Nothing open is due later than that; and sums of a moment without an end are of another kind.
    if !words.iter().all(|w| schema::is_open(state, w)) || !(low..OPEN_UNTIL).contains(&high) {
        return None;
    }
    let edge = |low: i64, high: i64| {
        let is = |word: &String| Cond::Test(state, Test::Is(word.clone()));
        // Two tests: both ends the same would be compared in other words than those of the index.
        let within = [Test::Between(Some(low), None), Test::Between(None, Some(high))].map(|t| Cond::Test(id, t));
        let cond = Cond::And([Cond::Or(words.iter().map(is).collect())].into_iter().chain(within).collect());
        Edge::Few(Bound { cond, sort: vec![(id, false)], ..Bound::all(filter.entity) })
    };
    // A part that begins with the span, or is the first that lies within it; and the last of them.
    let (open, last) = (low == LOWEST + 1, (high + 1).div_euclid(part) - 1);
    let first = if open { low } else { (low - 1).div_euclid(part) + 1 };
    if last < first {
        return Some(Asked { edges: vec![edge(low, high)], ..Asked::default() });
    }
    let mut edges = Vec::new();
    if !open && first * part > low {
        edges.push(edge(low, first * part - 1));
    }
    if (last + 1) * part <= high {
        edges.push(edge((last + 1) * part, high));
    }
    Some(Asked { sums: vec![(cut, words, (first, last))], none: Vec::new(), edges })
}

/// What somebody has open, or nobody.
fn someones(cut: &Cut, filter: &Bound, parts: &[&Cond]) -> Option<Parts> {
    let (Key::Text(owner), Key::Open(_)) = (cut.a, cut.b) else { return None };
    let whose = parts.iter().find_map(|c| match c {
        Cond::Test(id, Test::Is(who)) if *id == owner => Some(who.clone()),
        Cond::Test(id, Test::Null) if *id == owner => Some(String::new()),
        _ => None,
    })?;
    let rest = parts.iter().filter(|c| !matches!(c, Cond::Test(id, _) if *id == owner)).map(|c| (*c).clone()).collect();
    is_open(filter.entity, &Cond::And(rest)).then(|| (*cut, vec![whose], (1, 1)))
}

/// True where a condition keeps all open rows and no others.
fn is_open(entity: Entity, cond: &Cond) -> bool {
    let mut texts = None;
    let mut spans = Vec::new();
    if !gather(cond, &mut texts, &mut spans) {
        return false;
    }
    let (Some((state, words)), true) = (texts, spans.iter().all(is_said)) else { return false };
    schema::open_state(entity) == Some(state) && {
        let Kind::Choice(choices) = field(state).kind else { return false };
        let open = |code: &str| words.iter().any(|w| w.eq_ignore_ascii_case(code));
        choices.iter().all(|c| schema::is_open(state, c.code) == open(c.code))
    }
}

/// That an open ticket's clock is one of an open ticket goes without saying.
fn is_said((id, low, high): &(FieldId, i64, i64)) -> bool {
    *id == ticket::CLOCK && *low == i64::MIN && (OPEN_UNTIL - 1..OVER).contains(high)
}

/// Open rows, and those that came to an end in a span of days: each state is of one kind, so that nothing is counted
/// twice but what came to two ends. Or rows of some states that came to an end so.
fn open_or(filter: &Bound, kept: &[Cut]) -> Option<(Vec<Parts>, Vec<Parts>)> {
    let state = schema::open_state(filter.entity)?;
    let Kind::Choice(choices) = field(state).kind else { return None };
    let codes = |which: fn(FieldId, &str) -> bool| {
        let of = choices.iter().map(|c| c.code).filter(move |code| which(state, code));
        of.map(str::to_string).collect::<Vec<_>>()
    };
    let summed = |ends: &[&Cond], texts: &[String]| -> Option<Vec<Parts>> {
        let by_day = |end: &&Cond| Some((end_of(filter.entity, end, kept)?, texts.to_vec()));
        ends.iter().map(by_day).map(|found| found.map(|((cut, days), texts)| (cut, texts, days))).collect()
    };
    // Rows that ended in the span, whatever they are now.
    if end_of(filter.entity, &filter.cond, kept).is_some() {
        let all = codes(|_, _| true).into_iter().chain([String::new()]).collect::<Vec<_>>();
        return Some((summed(&[&filter.cond], &all)?, Vec::new()));
    }
    if let [one, other] = filter.cond.parts().as_slice() {
        let of = |c: &Cond| order::chosen(c).filter(|(id, _)| *id == state);
        let ((_, texts), end) = of(one).map(|found| (found, other)).or_else(|| Some((of(other)?, one)))?;
        let texts: Vec<String> = texts.into_iter().map(str::to_string).collect();
        let ends = end.alternatives();
        return Some((summed(&ends, &texts)?, none_twice(&ends, kept)?));
    }
    let Cond::Or(parts) = &filter.cond else { return None };
    let (open, ends): (Vec<&Cond>, Vec<&Cond>) = parts.iter().partition(|c| is_open(filter.entity, c));
    let by_state = kept.iter().find(|cut| cut.a == Key::Text(state) && cut.b == Key::One)?;
    if open.len() != 1 {
        return None;
    }
    let mut sums = vec![(*by_state, codes(schema::is_open), (i64::MIN, i64::MAX))];
    sums.extend(summed(&ends, &codes(|id, code| !schema::is_open(id, code)))?);
    Some((sums, none_twice(&ends, kept)?))
}

/// The cut of rows that came to an end in a span of days, and the days.
fn end_of(entity: Entity, c: &Cond, kept: &[Cut]) -> Option<(Cut, (i64, i64))> {
    let Cond::Test(id, Test::Between(Some(low), Some(high))) = c else { return None };
    let state = schema::open_state(entity)?;
    let fits = |cut: &&Cut| cut.a == Key::Text(state) && cut.b == Key::Day(*id) && cut.sum == Sum::Usual;
    Some((*kept.iter().find(fits)?, whole_days(*low, *high)?))
}

/// What must be empty so that no row of one end or the other is counted twice.
fn none_twice(ends: &[&Cond], kept: &[Cut]) -> Option<Vec<Parts>> {
    match ends {
        [_] => Some(Vec::new()),
        [Cond::Test(f, _), Cond::Test(g, _)] => {
            let both = |cut: &&Cut| matches!(cut.b, Key::AllAbove(all) if all == [*f, *g] || all == [*g, *f]);
            Some(vec![(*kept.iter().find(both)?, vec![String::new()], (1, 1))])
        }
        _ => None,
    }
}

/// The days of a span of moments that begins with a day and ends with one.
fn whole_days(low: i64, high: i64) -> Option<(i64, i64)> {
    let (first, last) = (cut::day_of(low), cut::day_of(high));
    let begins = |day: i64| calendar::date_from_days(day).map(|d| calendar::start_of(d).0);
    (begins(first)? == low && begins(last + 1)? == high + 1).then_some((first, last))
}

/// One cut by a text and a number.
fn plain(filter: &Bound, kept: &[Cut]) -> Option<Parts> {
    let mut texts: Option<(FieldId, Vec<String>)> = None;
    let mut spans: Vec<(FieldId, i64, i64)> = Vec::new();
    if !gather(&filter.cond, &mut texts, &mut spans) {
        return None;
    }
    if let Some((ticket::STATUS, words)) = &texts
        && words.iter().all(|w| State::parse(w).is_some_and(State::is_open))
    {
        spans.retain(|span| !is_said(span));
    }
    for cut in kept.iter().filter(|cut| cut.sum == Sum::Usual) {
        let (text, above) = match cut.a {
            Key::One => (None, None),
            Key::Text(f) => (Some(f), None),
            Key::Above(f) => (None, Some(f)),
            _ => continue,
        };
        let number = match cut.b {
            Key::One => None,
            Key::Number(f) => Some(f),
            _ => continue,
        };
        let flagged = |(id, low, high): &(FieldId, i64, i64)| above == Some(*id) && *low == 1 && *high == i64::MAX;
        let flag = spans.iter().any(flagged);
        let rest: Vec<_> = spans.iter().filter(|s| !flagged(s)).collect();
        let fits = text == texts.as_ref().map(|t| t.0)
            && above.is_some() == flag
            && match rest.as_slice() {
                [] => number.is_none(),
                [(id, ..)] => number == Some(*id),
                _ => false,
            };
        if fits {
            let words = match (&texts, flag) {
                (Some((_, words)), _) => words.clone(),
                (None, true) => vec!["1".into()],
                (None, false) => vec![String::new()],
            };
            let span = rest.first().map_or((i64::MIN, i64::MAX), |(_, low, high)| (*low, *high));
            // Without a value is without the number: never within a span.
            let low = if rest.is_empty() { span.0 } else { span.0.max(LOWEST + 1) };
            return Some((*cut, words, (low, span.1)));
        }
    }
    None
}

/// Takes a condition apart into texts of one field and spans of numbers; false where it is anything else.
fn gather(cond: &Cond, texts: &mut Option<(FieldId, Vec<String>)>, spans: &mut Vec<(FieldId, i64, i64)>) -> bool {
    match cond {
        Cond::All => true,
        Cond::And(parts) => parts.iter().all(|p| gather(p, texts, spans)),
        Cond::Or(parts) => {
            let mut found: Option<(FieldId, Vec<String>)> = None;
            for part in parts {
                let Cond::Test(id, Test::Is(text)) = part else { return false };
                let (of, words) = found.get_or_insert((*id, Vec::new()));
                if of != id {
                    return false;
                }
                if !words.iter().any(|w| w.eq_ignore_ascii_case(text)) {
                    words.push(text.clone());
                }
            }
            // Two sets of texts would have to be intersected: left to the rows.
            found.is_some() && std::mem::replace(texts, found).is_none()
        }
        Cond::Test(id, Test::Is(text)) => texts.replace((*id, vec![text.clone()])).is_none(),
        Cond::Test(id, Test::Between(low, high)) => {
            let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
            match spans.iter_mut().find(|(of, ..)| of == id) {
                Some(span) => (span.1, span.2) = (span.1.max(low), span.2.min(high)),
                None => spans.push((*id, low, high)),
            }
            true
        }
        _ => false,
    }
}
