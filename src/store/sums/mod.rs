//! Sums kept beside the rows: how many rows, and how much money, by the values of a field or two. The count of a view
//! is read from a few of them instead of from a million rows, and so are reports.
//!
//! Whatever applies a change notes what it moves; the notes are written before the transaction ends, so that rows and
//! sums are of one state. Inside a transaction that has written, counts are taken from the rows.

mod asked;
mod fold;
mod steps;

use std::cell::{Cell as Slot, RefCell};
use std::collections::{BTreeMap, HashMap};

use rusqlite::Connection;

use crate::domain::{Entity, FieldId, Value};
use crate::query::bind::Bound;
use crate::query::cut::{self, Cut, Key, NONE, Row};
use crate::query::schema::{self, customer as c, field};

use super::apply::Change;
use super::row::{table, value};
use super::{Read, Result, Totals};

pub use fold::Rows;

/// What one entity needs to be summed.
struct Plan {
    cuts: Vec<Cut>,
    codes: Vec<String>,
    /// The fields each cut looks at.
    touched: Vec<Vec<FieldId>>,
    /// All that is read of a row, in order.
    fields: Vec<FieldId>,
    deleted: Option<FieldId>,
    select: String,
}

impl Plan {
    fn of(entity: Entity, cuts: Vec<Cut>) -> Plan {
        let deleted = schema::find(entity, "deleted");
        let touched: Vec<Vec<FieldId>> = cuts.iter().map(Cut::fields).collect();
        let mut fields: Vec<FieldId> = touched.iter().flatten().copied().chain(deleted).collect();
        if entity == Entity::Customer {
            fields.push(c::MRR);
        }
        fields.sort_unstable();
        fields.dedup();
        let columns: Vec<String> = fields.iter().map(|f| field(*f).column()).collect();
        let columns = if columns.is_empty() { "1".to_string() } else { columns.join(", ") };
        let select = format!("SELECT {columns} FROM {}", table(entity));
        Plan { codes: cuts.iter().map(Cut::code).collect(), cuts, touched, fields, deleted, select }
    }
}

/// The summed fields of a row.
struct Values<'a> {
    fields: &'a [FieldId],
    values: &'a [Value],
}

impl Row for Values<'_> {
    fn get(&self, id: FieldId) -> &Value {
        self.fields.binary_search(&id).ok().and_then(|i| self.values.get(i)).unwrap_or(&Value::Null)
    }
}

/// By cut, then by its keys: rows and money.
type Moves = Vec<HashMap<(String, i64), (i64, i64)>>;

/// What a transaction has moved so far.
#[derive(Default)]
pub struct Notes {
    moves: RefCell<BTreeMap<Entity, Option<(Plan, Moves)>>>,
    steps: RefCell<Vec<steps::Note>>,
    /// The moment of the journal's entry.
    at: Slot<Option<i64>>,
}

/// A row's summed fields before a change; `None` where there was no row, or nothing summed is touched.
pub struct Before(Option<Vec<Value>>, bool);

impl Notes {
    /// Notes when it is that all this happens.
    pub fn at(&self, ms: i64) {
        self.at.set(Some(ms));
    }

    /// Looks at a row before it is changed.
    pub fn before(&self, conn: &Connection, change: &Change) -> Result<Before> {
        let mut notes = self.moves.borrow_mut();
        let entity = change.entity();
        let slot = notes.entry(entity).or_insert_with(|| {
            let cuts = cut::kept(entity);
            (!cuts.is_empty()).then(|| {
                let moves = vec![HashMap::new(); cuts.len()];
                (Plan::of(entity, cuts), moves)
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
        let mut statement = conn.prepare_cached(&format!("{} WHERE id = ?1", plan.select))?;
        let mut rows = statement.query([change.id().0])?;
        let Some(row) = rows.next()? else { return Ok(Before(None, true)) };
        let values = (0..plan.fields.len()).map(|i| Ok(value(row.get_ref(i)?)));
        Ok(Before(Some(values.collect::<rusqlite::Result<_>>()?), true))
    }

    /// Notes what an applied change moved.
    pub fn applied(&self, before: Before, change: &Change) {
        let Before(before, true) = before else { return };
        let mut notes = self.moves.borrow_mut();
        let Some(Some((plan, moves))) = notes.get_mut(&change.entity()) else { return };
        let find = |fields: &[(FieldId, Value)]| {
            let get = |id: &FieldId| fields.iter().find(|(f, _)| f == id).map_or(Value::Null, |(_, v)| v.clone());
            plan.fields.iter().map(get).collect::<Vec<_>>()
        };
        let after = match change {
            Change::Insert { fields, .. } => Some(find(fields)),
            Change::Delete { .. } => None,
            Change::Update { fields, .. } => before.clone().map(|mut row| {
                for f in fields {
                    if let Ok(i) = plan.fields.binary_search(&f.field) {
                        row[i].clone_from(&f.new);
                    }
                }
                row
            }),
        };
        // What is put away or comes back moves every sum; else only those that look at what changed.
        let changed: Option<Vec<FieldId>> = match change {
            Change::Update { fields, .. } => Some(fields.iter().map(|f| f.field).collect::<Vec<_>>())
                .filter(|all| plan.deleted.is_none_or(|id| !all.contains(&id))),
            _ => None,
        };
        for (row, sign) in [(&before, -1), (&after, 1)] {
            let Some(values) = row else { continue };
            let row = Values { fields: &plan.fields, values };
            if plan.deleted.is_some_and(|id| !row.get(id).is_null()) {
                continue;
            }
            for (i, (cut, moves)) in plan.cuts.iter().zip(moves.iter_mut()).enumerate() {
                if changed.as_ref().is_some_and(|all| !plan.touched[i].iter().any(|f| all.contains(f))) {
                    continue;
                }
                let sum = moves.entry((cut.a.text(&row).into_owned(), cut.b.number(&row))).or_insert((0, 0));
                sum.0 += sign;
                sum.1 += sign * cut.figure(&row);
            }
        }
        if change.entity() == Entity::Customer {
            let of = |row: &Option<Vec<Value>>| {
                row.as_ref().map(|values| {
                    let row = Values { fields: &plan.fields, values };
                    let began = Some(Key::Started.number(&row)).filter(|day| *day != NONE);
                    (row.get(c::MRR).as_int().unwrap_or(0), began.filter(|_| row.get(c::DELETED).is_null()))
                })
            };
            self.steps.borrow_mut().extend(steps::note(change.id().0, of(&before), of(&after)));
        }
    }

    /// Writes all that was noted.
    pub fn settle(&self, conn: &Connection) -> Result<()> {
        for (plan, moves) in std::mem::take(&mut *self.moves.borrow_mut()).into_values().flatten() {
            for (code, moves) in plan.codes.iter().zip(moves) {
                for ((a, b), (rows, money)) in moves.into_iter().filter(|(_, moved)| *moved != (0, 0)) {
                    add(conn, code, &a, b, rows, money)?;
                }
            }
        }
        let day = self.at.get().map(cut::day_of);
        steps::settle(conn, std::mem::take(&mut *self.steps.borrow_mut()), day)
    }
}

/// Moves one sum.
fn add(conn: &Connection, code: &str, a: &str, b: i64, rows: i64, money: i64) -> Result<()> {
    conn.prepare_cached(
        "INSERT INTO sums (dim, a, b, rows, money) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (dim, a, b) \
         DO UPDATE SET rows = rows + excluded.rows, money = money + excluded.money",
    )?
    .execute((code, a, b, rows, money))?;
    if rows <= 0 {
        conn.prepare_cached("DELETE FROM sums WHERE dim = ?1 AND a = ?2 AND b = ?3 AND rows = 0 AND money = 0")?
            .execute((code, a, b))?;
    }
    Ok(())
}

/// Sums everything anew.
pub fn refill(conn: &Connection) -> Result<()> {
    conn.execute("DELETE FROM sums", [])?;
    for entity in Entity::ALL {
        let cuts = cut::kept(*entity);
        if cuts.is_empty() {
            continue;
        }
        for (cut, cells) in cuts.iter().zip(fold::cells(conn, *entity, &cuts, &Rows::All)?) {
            let code = cut.code();
            cells.iter().try_for_each(|cell| add(conn, &code, &cell.a, cell.b, cell.rows, cell.sum))?;
        }
    }
    steps::refill(conn)
}

impl Read<'_> {
    /// The totals of a filter from the sums; `None` where they do not hold the answer.
    pub(super) fn summed(&self, filter: &Bound) -> Result<Option<Totals>> {
        let Some((sums, none)) = asked::asked(filter) else { return Ok(None) };
        let mut statement = self.conn.prepare_cached(
            "SELECT COALESCE(sum(rows), 0), COALESCE(sum(money), 0) FROM sums WHERE dim = ?1 AND a = ?2 \
             AND b >= ?3 AND b <= ?4",
        )?;
        let mut read = |parts: Vec<asked::Parts>| -> Result<Totals> {
            let mut all = Totals::default();
            for (cut, texts, (low, high)) in parts {
                let code = cut.code();
                for text in texts {
                    let (rows, money): (i64, i64) =
                        statement.query_row((&code, text, low, high), |r| Ok((r.get(0)?, r.get(1)?)))?;
                    all.count += rows;
                    all.mrr.0 += money;
                }
            }
            Ok(all)
        };
        if read(none)?.count > 0 {
            return Ok(None);
        }
        read(sums).map(Some)
    }

    /// The parts of cuts of one entity whose number lies within, in no order. Of all rows they are read from the sums,
    /// as far as those hold them; else from the rows, in one pass for all the cuts.
    pub fn cuts(&self, cuts: &[Cut], of: &Rows, (low, high): (i64, i64)) -> Result<Vec<Vec<cut::Cell>>> {
        let Some(entity) = cuts.first().map(|cut| cut.entity) else { return Ok(Vec::new()) };
        let kept = cut::kept(entity);
        if !(self.settled && *of == Rows::All && cuts.iter().all(|cut| kept.contains(cut))) {
            let mut out = fold::cells(self.conn, entity, cuts, of)?;
            out.iter_mut().for_each(|cells| cells.retain(|c| c.b == NONE || (low..=high).contains(&c.b)));
            return Ok(out);
        }
        let mut statement = self
            .conn
            .prepare_cached("SELECT a, b, rows, money FROM sums WHERE dim = ?1 AND (b >= ?2 AND b <= ?3 OR b = ?4)")?;
        let one = |cut: &Cut| {
            let cell =
                |r: &rusqlite::Row<'_>| Ok(cut::Cell { a: r.get(0)?, b: r.get(1)?, rows: r.get(2)?, sum: r.get(3)? });
            let rows = statement.query_map((cut.code(), low, high, NONE), cell)?;
            Ok(rows.collect::<rusqlite::Result<_>>()?)
        };
        cuts.iter().map(one).collect()
    }

    /// Sums that are not what the rows add up to, by their names.
    pub fn wrong_sums(&self) -> Result<Vec<String>> {
        let mut kept = self.conn.prepare("SELECT a, b, rows, money FROM sums WHERE dim = ?1")?;
        type Parts = BTreeMap<(String, i64), (i64, i64)>;
        let (mut wrong, all) = (Vec::new(), Bound::all(Entity::Customer));
        let mut stored = |code: &str| -> Result<Parts> {
            let part = |r: &rusqlite::Row<'_>| {
                Ok(((r.get::<_, String>(0)?.to_ascii_lowercase(), r.get(1)?), (r.get(2)?, r.get(3)?)))
            };
            Ok(kept.query_map([code], part)?.collect::<rusqlite::Result<_>>()?)
        };
        for entity in Entity::ALL {
            let cuts = cut::kept(*entity);
            if cuts.is_empty() {
                continue;
            }
            for (cut, cells) in cuts.iter().zip(fold::cells(self.conn, *entity, &cuts, &Rows::All)?) {
                let part = |c: cut::Cell| ((c.a.to_ascii_lowercase(), c.b), (c.rows, c.sum));
                if stored(&cut.code())? != cells.into_iter().map(part).collect::<Parts>() {
                    wrong.push(cut.code());
                }
            }
        }
        for (code, cells) in [steps::CODE, steps::BEGAN].into_iter().zip(steps::sums(self.conn, &all)?) {
            if stored(code)? != cells.into_iter().map(|c| ((c.a, c.b), (c.rows, c.sum))).collect::<Parts>() {
                wrong.push(code.into());
            }
        }
        Ok(wrong)
    }
}
