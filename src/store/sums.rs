//! Sums kept beside the rows: how many rows, and how much money, by the values of a field or two. The count of a view
//! is read from a few of them instead of from a million rows.
//!
//! Whatever applies a change notes what it moves; the notes are written before the transaction ends, so that rows and
//! sums are of one state. Inside a transaction that has written, counts are taken from the rows.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;

use crate::domain::sla::{OPEN_UNTIL, OVER};
use crate::domain::ticket::State;
use crate::domain::{Entity, FieldId, Value};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{self, customer as c, field, noun, ticket};

use super::apply::Change;
use super::compile::LOWEST;
use super::row::{table, value};
use super::{Read, Result, Totals};

/// What rows are parted by: a text, a number, both or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Dim {
    entity: Entity,
    text: Option<FieldId>,
    /// A figure of which only "above nothing" counts; it stands in the place of the text as `1` or `0`.
    above: Option<FieldId>,
    number: Option<FieldId>,
}

impl Dim {
    fn code(&self) -> String {
        let name = |id: Option<FieldId>| id.map_or("", |id| field(id).name);
        format!("{}/{}/{}/{}", self.entity.code(), name(self.text), name(self.above), name(self.number))
    }

    fn fields(&self) -> impl Iterator<Item = FieldId> {
        [self.text, self.above, self.number].into_iter().flatten()
    }

    /// The two key columns as expressions over the table.
    fn columns(&self) -> (String, String) {
        let text = self.text.map(|id| field(id).column());
        let above = self.above.map(|id| format!("iif(COALESCE({}, 0) > 0, '1', '0')", field(id).column()));
        let number = self.number.map(|id| format!("COALESCE({}, {LOWEST})", field(id).column()));
        (text.or(above).unwrap_or("''".into()), number.unwrap_or("0".into()))
    }

    fn key(&self, row: &[(FieldId, Value)]) -> (String, i64) {
        let get = |id: FieldId| row.iter().find(|(f, _)| *f == id).map(|(_, v)| v);
        let text = self.text.map(|id| get(id).map_or("", Value::as_text).to_string());
        let above = self.above.map(|id| if get(id).and_then(Value::as_int).unwrap_or(0) > 0 { "1" } else { "0" });
        let number = self.number.map(|id| get(id).and_then(Value::as_int).unwrap_or(LOWEST));
        (text.unwrap_or_else(|| above.unwrap_or("").to_string()), number.unwrap_or(0))
    }
}

/// What the rows of an entity are summed by. A change of this list needs a migration, after which all is summed anew.
fn dims(entity: Entity) -> Vec<Dim> {
    let dim = |text: Option<&str>, number: Option<&str>| {
        let find = |name: &str| schema::find(entity, name);
        Dim { entity, text: text.and_then(find), above: None, number: number.and_then(find) }
    };
    let mut out = vec![dim(None, None)];
    match entity {
        Entity::Customer => {
            out.extend([
                dim(Some("status"), None),
                dim(Some("status"), Some("risk")),
                dim(Some("status"), Some("renews")),
                dim(None, Some("since")),
                dim(None, Some("mrr")),
            ]);
            out.push(Dim { entity, text: None, above: Some(c::DUE), number: Some(c::RENEWS) });
        }
        Entity::Lead => out.extend([
            dim(Some("stage"), None),
            dim(Some("stage"), Some("score")),
            dim(Some("stage"), Some("follow-up")),
        ]),
        Entity::Deal => out.extend([
            dim(Some("stage"), None),
            dim(Some("stage"), Some("expected-close")),
            dim(Some("stage"), Some("amount")),
            dim(Some("stage"), Some("last-activity")),
        ]),
        Entity::Job => out.extend([dim(Some("state"), None), dim(Some("state"), Some("day"))]),
        Entity::Item => out.push(dim(Some("state"), None)),
        Entity::Incident => out.push(dim(Some("phase"), None)),
        Entity::Ticket | Entity::Coverage => out.push(dim(Some("status"), None)),
        Entity::Plan | Entity::Territory | Entity::DealLine | Entity::Message => {}
        _ => return Vec::new(),
    }
    out
}

/// What one entity needs to be summed.
struct Plan {
    dims: Vec<Dim>,
    codes: Vec<String>,
    /// All that is read of a row.
    fields: Vec<FieldId>,
    money: Option<FieldId>,
    deleted: Option<FieldId>,
    select: String,
}

fn plan(entity: Entity) -> Option<Plan> {
    let dims = dims(entity);
    if dims.is_empty() {
        return None;
    }
    let (money, deleted) = (noun(entity).money, schema::find(entity, "deleted"));
    let mut fields: Vec<FieldId> = dims.iter().flat_map(Dim::fields).chain(money).chain(deleted).collect();
    fields.sort_unstable();
    fields.dedup();
    let columns: Vec<String> = fields.iter().map(|f| field(*f).column()).collect();
    let columns = if columns.is_empty() { "1".to_string() } else { columns.join(", ") };
    let select = format!("SELECT {columns} FROM {} WHERE id = ?1", table(entity));
    Some(Plan { codes: dims.iter().map(Dim::code).collect(), dims, fields, money, deleted, select })
}

/// By dim, then by the values of its fields: rows and money.
type Moves = Vec<HashMap<(String, i64), (i64, i64)>>;

/// What a transaction has moved so far.
#[derive(Default)]
pub struct Notes(RefCell<BTreeMap<Entity, Option<(Plan, Moves)>>>);

/// A row's summed fields before a change; `None` where there was no row, or nothing summed is touched.
pub struct Before(Option<Vec<(FieldId, Value)>>, bool);

impl Notes {
    /// Looks at a row before it is changed.
    pub fn before(&self, conn: &Connection, change: &Change) -> Result<Before> {
        let mut notes = self.0.borrow_mut();
        let entity = change.entity();
        let slot = notes.entry(entity).or_insert_with(|| {
            plan(entity).map(|plan| {
                let moves = vec![HashMap::new(); plan.dims.len()];
                (plan, moves)
            })
        });
        let Some((plan, _)) = slot else { return Ok(Before(None, false)) };
        match change {
            Change::Insert { .. } => return Ok(Before(None, true)),
            Change::Update { fields, .. } if !fields.iter().any(|f| plan.fields.contains(&f.field)) => {
                return Ok(Before(None, false));
            }
            _ => {}
        }
        let mut statement = conn.prepare_cached(&plan.select)?;
        let mut rows = statement.query([change.id().0])?;
        let Some(row) = rows.next()? else { return Ok(Before(None, true)) };
        let values = plan.fields.iter().enumerate().map(|(i, f)| Ok((*f, value(row.get_ref(i)?))));
        Ok(Before(Some(values.collect::<rusqlite::Result<_>>()?), true))
    }

    /// Notes what an applied change moved.
    pub fn applied(&self, before: Before, change: &Change) {
        let Before(before, true) = before else { return };
        let mut notes = self.0.borrow_mut();
        let Some(Some((plan, moves))) = notes.get_mut(&change.entity()) else { return };
        let after = match change {
            Change::Insert { fields, .. } => Some(fields.clone()),
            Change::Delete { .. } => None,
            Change::Update { fields, .. } => before.clone().map(|mut row| {
                for f in fields {
                    if let Some((_, v)) = row.iter_mut().find(|(id, _)| *id == f.field) {
                        v.clone_from(&f.new);
                    }
                }
                row
            }),
        };
        for (row, sign) in [(before, -1), (after, 1)] {
            let Some(row) = row else { continue };
            let get = |id: FieldId| row.iter().find(|(f, _)| *f == id).map_or(&Value::Null, |(_, v)| v);
            if plan.deleted.is_some_and(|id| !get(id).is_null()) {
                continue;
            }
            let money = plan.money.and_then(|id| get(id).as_int()).unwrap_or(0);
            for (dim, moves) in plan.dims.iter().zip(moves.iter_mut()) {
                let sum = moves.entry(dim.key(&row)).or_insert((0, 0));
                sum.0 += sign;
                sum.1 += sign * money;
            }
        }
    }

    /// Writes all that was noted.
    pub fn settle(&self, conn: &Connection) -> Result<()> {
        for (plan, moves) in std::mem::take(&mut *self.0.borrow_mut()).into_values().flatten() {
            let mut add = conn.prepare_cached(
                "INSERT INTO sums (dim, a, b, rows, money) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (dim, a, b) \
                 DO UPDATE SET rows = rows + excluded.rows, money = money + excluded.money",
            )?;
            let mut clear = conn
                .prepare_cached("DELETE FROM sums WHERE dim = ?1 AND a = ?2 AND b = ?3 AND rows = 0 AND money = 0")?;
            for (code, moves) in plan.codes.iter().zip(moves) {
                for ((a, b), (rows, money)) in moves.into_iter().filter(|(_, moved)| *moved != (0, 0)) {
                    add.execute((code, &a, b, rows, money))?;
                    if rows < 0 {
                        clear.execute((code, &a, b))?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// The sums of one dim as the rows have them.
fn from_rows(dim: &Dim) -> String {
    let (a, b) = dim.columns();
    let money = noun(dim.entity).money.map_or("0".into(), |id| format!("COALESCE(sum({}), 0)", field(id).column()));
    let live = if schema::find(dim.entity, "deleted").is_some() { "deleted IS NULL" } else { "1" };
    let group = match (dim.text.or(dim.above), dim.number) {
        (None, None) => "HAVING count(*) > 0",
        (Some(_), None) => "GROUP BY 2",
        (None, Some(_)) => "GROUP BY 3",
        (Some(_), Some(_)) => "GROUP BY 2, 3",
    };
    format!("SELECT '{}', {a}, {b}, count(*), {money} FROM {} WHERE {live} {group}", dim.code(), table(dim.entity))
}

/// Sums everything anew.
pub fn refill(conn: &Connection) -> Result<()> {
    conn.execute("DELETE FROM sums", [])?;
    for dim in Entity::ALL.iter().flat_map(|e| dims(*e)) {
        conn.execute(&format!("INSERT INTO sums (dim, a, b, rows, money) {}", from_rows(&dim)), [])?;
    }
    Ok(())
}

/// The sums that answer a filter: a dim, the texts and the span of the number.
fn asked(filter: &Bound) -> Option<(Dim, Vec<String>, (i64, i64))> {
    if filter.deleted {
        return None;
    }
    let mut texts: Option<(FieldId, Vec<String>)> = None;
    let mut spans: Vec<(FieldId, i64, i64)> = Vec::new();
    if !gather(&filter.cond, &mut texts, &mut spans) {
        return None;
    }
    // That an open ticket's clock is one of an open ticket goes without saying.
    if let Some((ticket::STATUS, words)) = &texts
        && words.iter().all(|w| State::parse(w).is_some_and(State::is_open))
    {
        let said = |(id, low, high): &(FieldId, i64, i64)| {
            *id == ticket::CLOCK && *low == i64::MIN && (OPEN_UNTIL - 1..OVER).contains(high)
        };
        spans.retain(|span| !said(span));
    }
    for dim in dims(filter.entity) {
        let above = |(id, low, high): &(FieldId, i64, i64)| dim.above == Some(*id) && *low == 1 && *high == i64::MAX;
        let flag = spans.iter().any(above);
        let rest: Vec<_> = spans.iter().filter(|s| !above(s)).collect();
        let fits = dim.text == texts.as_ref().map(|t| t.0)
            && dim.above.is_some() == flag
            && match rest.as_slice() {
                [] => dim.number.is_none(),
                [(id, ..)] => dim.number == Some(*id),
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
            return Some((dim, words, (low, span.1)));
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

impl Read<'_> {
    /// The totals of a filter from the sums; `None` where they do not hold the answer.
    pub(super) fn summed(&self, filter: &Bound) -> Result<Option<Totals>> {
        let Some((dim, texts, (low, high))) = asked(filter) else { return Ok(None) };
        let mut statement = self.conn.prepare_cached(
            "SELECT COALESCE(sum(rows), 0), COALESCE(sum(money), 0) FROM sums WHERE dim = ?1 AND a = ?2 \
             AND b >= ?3 AND b <= ?4",
        )?;
        let code = dim.code();
        let mut all = Totals::default();
        for text in texts {
            let (rows, money): (i64, i64) =
                statement.query_row((&code, text, low, high), |r| Ok((r.get(0)?, r.get(1)?)))?;
            all.count += rows;
            all.mrr.0 += money;
        }
        Ok(Some(all))
    }

    /// Sums that are not what the rows add up to, by the names of their fields.
    pub fn wrong_sums(&self) -> Result<Vec<String>> {
        let mut out = Vec::new();
        for dim in Entity::ALL.iter().flat_map(|e| dims(*e)) {
            let rows = from_rows(&dim);
            let kept = "SELECT dim, a, b, rows, money FROM sums WHERE dim = ?1";
            let sql = format!(
                "SELECT EXISTS (SELECT * FROM ({kept}) EXCEPT SELECT * FROM ({rows})) \
                 OR EXISTS (SELECT * FROM ({rows}) EXCEPT SELECT * FROM ({kept}))"
            );
            if self.conn.query_row(&sql, [dim.code()], |r| r.get(0))? {
                out.push(dim.code());
            }
        }
        Ok(out)
    }
}
