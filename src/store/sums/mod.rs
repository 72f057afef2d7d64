//! Sums kept beside the rows: how many rows, and how much money, by the values of a field or two. The count of a view
//! is read from a few of them instead of from a million rows, and so are reports.
//!
//! Whatever applies a change notes what it moves; the notes are written before the transaction ends, so that rows and
//! sums are of one state. Inside a transaction that has written, counts are taken from the rows.

mod asked;
mod fold;
mod steps;

use std::borrow::Cow;
use std::cell::{Cell as Slot, RefCell};
use std::collections::BTreeMap;

use foldhash::HashMap;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::domain::{Entity, FieldId, Text, Value};
use crate::query::bind::Bound;
use crate::query::cut::{self, Cut, NONE, Row};
use crate::query::schema::{self, customer as c, field};

use super::apart::{First, are_apart, looked_up, source};
use super::apply::{Change, FieldChange, are_of};
use super::row::value;
use super::{Read, Result, Totals};

pub use fold::{Fold, Rows};
pub use steps::Taken;

/// What one entity needs to be summed.
struct Plan {
    cuts: Vec<Cut>,
    codes: Vec<String>,
    /// The fields each cut looks at.
    touched: Vec<Vec<FieldId>>,
    /// All that is read of a row, in order.
    fields: Vec<FieldId>,
    /// Where a field of the table stands among these.
    place: Vec<Option<u8>>,
    deleted: Option<FieldId>,
    columns: String,
    by_id: String,
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
        let mut place = vec![None; schema::fields(entity).len()];
        for (at, id) in (0u8..).zip(&fields) {
            place[usize::from(id.index)] = Some(at);
        }
        let columns: Vec<String> = fields.iter().map(|f| field(*f).column()).collect();
        let columns = if columns.is_empty() { "1".to_string() } else { columns.join(", ") };
        let from = source(entity, "", are_apart(&fields), First::Rows);
        let by_id = format!("SELECT {columns} FROM {from} WHERE id = ?1");
        let codes = cuts.iter().map(Cut::code).collect();
        Plan { codes, cuts, touched, fields, place, deleted, columns, by_id }
    }

    fn at(&self, id: FieldId) -> Option<usize> {
        self.place.get(usize::from(id.index)).copied().flatten().map(usize::from)
    }
}

/// The summed fields of a row, some of them with new values.
struct Values<'a> {
    plan: &'a Plan,
    values: &'a [Value],
    new: &'a [FieldChange],
    /// Which of the new values stands in the place of which.
    over: &'a [Option<u8>],
}

impl Row for Values<'_> {
    fn get(&self, id: FieldId) -> &Value {
        let Some(at) = self.plan.at(id) else { return &Value::Null };
        match self.over.get(at).copied().flatten() {
            Some(new) => &self.new[usize::from(new)].new,
            None => self.values.get(at).unwrap_or(&Value::Null),
        }
    }
}

/// What a part of a cut is moved by.
struct Part {
    b: i64,
    /// Short ones stand in the part itself: nearly every row asks for another part, and each costs a look into memory.
    a: Text,
    rows: i64,
    money: i64,
}

/// The parts of one cut that were moved.
#[derive(Default)]
struct Parts {
    all: Vec<Part>,
    /// Where they stand, by number and text.
    at: HashMap<(i64, Text), usize>,
    /// Which one a row left last, which one it came to, and which one it stayed in: the next row often does the same.
    last: [usize; 3],
}

impl Parts {
    /// Moves a part by a row that left it, came to it, or stays in it with another figure. `way` is one of these.
    fn shift(&mut self, way: Way, (a, b): (Cow<'_, str>, i64), money: i64) {
        let last = &mut self.last[way as usize];
        if self.all.get(*last).is_none_or(|part| part.b != b || part.a != *a) {
            let a = Text::from(a);
            let next = self.all.len();
            *last = *self.at.entry((b, a.clone())).or_insert(next);
            if *last == next {
                self.all.push(Part { b, a, rows: 0, money: 0 });
            }
        }
        let part = &mut self.all[*last];
        let (rows, money) = match way {
            Way::Left => (-1, -money),
            Way::Came => (1, money),
            Way::Stays => (0, money),
        };
        (part.rows, part.money) = (part.rows + rows, part.money + money);
    }
}

#[derive(Clone, Copy)]
enum Way {
    Left,
    Came,
    Stays,
}

/// What a transaction moves of one entity.
struct Moving {
    plan: Plan,
    moves: Vec<Parts>,
    /// Updates so far, by their fields: in bulk they are the same row after row.
    known: Vec<Touched>,
}

impl Moving {
    fn of(entity: Entity) -> Option<Moving> {
        let cuts = cut::kept(entity);
        (!cuts.is_empty()).then(|| Moving {
            moves: cuts.iter().map(|_| Parts::default()).collect(),
            plan: Plan::of(entity, cuts),
            known: Vec::new(),
        })
    }
}

/// Fields that were updated together.
struct Touched {
    fields: Vec<FieldId>,
    /// Which cuts they touch.
    cuts: Vec<bool>,
    /// Where each summed field stands among them.
    over: Vec<Option<u8>>,
}

/// What a transaction has moved so far.
#[derive(Default)]
pub struct Notes {
    moves: RefCell<BTreeMap<Entity, Option<Moving>>>,
    steps: RefCell<Vec<steps::Note>>,
    /// Values that are done with, for the next row.
    spare: RefCell<Vec<Value>>,
    /// The moment of the journal's entry.
    at: Slot<Option<i64>>,
}

/// A row's summed fields before a change.
pub enum Before {
    /// Nothing summed is touched.
    Untouched,
    /// There was no row.
    Nothing,
    Row(Vec<Value>),
}

impl Notes {
    /// Notes when it is that all this happens.
    pub fn at(&self, ms: i64) {
        self.at.set(Some(ms));
    }

    /// All of it for a while, for a statement that notes what it does itself.
    pub fn lend(&self) -> Notes {
        Notes { moves: RefCell::new(self.moves.take()), steps: RefCell::new(self.steps.take()), ..Notes::default() }
    }

    /// What was lent.
    pub fn take_back(&self, lent: Notes) {
        (*self.moves.borrow_mut(), *self.steps.borrow_mut()) = (lent.moves.take(), lent.steps.take());
    }

    /// The columns that have to be looked at before an update of these fields, in the order of [`Before::Row`]; `None`
    /// where nothing summed is touched.
    pub fn columns(&self, entity: Entity, fields: &[FieldId]) -> Option<String> {
        let mut notes = self.moves.borrow_mut();
        let Moving { plan, .. } = notes.entry(entity).or_insert_with(|| Moving::of(entity)).as_ref()?;
        let columns = || plan.fields.iter().map(|f| looked_up(*f)).collect::<Vec<_>>().join(", ");
        fields.iter().any(|f| plan.at(*f).is_some()).then(columns)
    }

    /// Values that are done with.
    pub fn room(&self) -> Vec<Value> {
        self.spare.take()
    }

    /// Looks at a row before it is changed.
    pub fn before(&self, conn: &Connection, change: &Change) -> Result<Before> {
        let mut notes = self.moves.borrow_mut();
        let entity = change.entity();
        let slot = notes.entry(entity).or_insert_with(|| Moving::of(entity));
        let Some(Moving { plan, .. }) = slot else { return Ok(Before::Untouched) };
        match change {
            Change::Insert { .. } => return Ok(Before::Nothing),
            Change::Update { fields, .. } if !fields.iter().any(|f| plan.at(f.field).is_some()) => {
                return Ok(Before::Untouched);
            }
            _ => {}
        }
        let mut statement = conn.prepare_cached(&plan.by_id)?;
        let mut rows = statement.query([change.id().0])?;
        let Some(row) = rows.next()? else { return Ok(Before::Nothing) };
        let mut values = self.room();
        values.resize(plan.fields.len(), Value::Null);
        for (i, slot) in values.iter_mut().enumerate() {
            refill_with(slot, row.get_ref(i)?);
        }
        Ok(Before::Row(values))
    }

    /// Notes what an applied change moved.
    pub fn applied(&self, before: Before, change: &Change) {
        let mut notes = self.moves.borrow_mut();
        let Some(Some(Moving { plan, moves, known })) = notes.get_mut(&change.entity()) else { return };
        let stood: Option<&[Value]> = match &before {
            Before::Untouched => return,
            Before::Nothing => None,
            Before::Row(values) => Some(values),
        };
        // What is put away or comes back moves every sum; else only those that look at what changed.
        let new: &[FieldChange] = if let Change::Update { fields, .. } = change { fields } else { &[] };
        let at = known.iter().position(|t| are_of(new, &t.fields)).unwrap_or_else(|| {
            let fields: Vec<FieldId> = new.iter().map(|f| f.field).collect();
            let all = fields.is_empty() || plan.deleted.is_some_and(|id| fields.contains(&id));
            let touches = |of: &Vec<FieldId>| all || of.iter().any(|f| fields.contains(f));
            let cuts = plan.touched.iter().map(touches).collect();
            let mut over = vec![None; plan.fields.len()];
            for (n, id) in (0u8..).zip(&fields) {
                if let Some(at) = plan.at(*id) {
                    over[at] = Some(n);
                }
            }
            known.push(Touched { fields, cuts, over });
            known.len() - 1
        });
        let touched = &known[at];
        let inserted: Vec<Value>;
        let was = stood.map(|values| Values { plan, values, new: &[], over: &[] });
        let now = match change {
            Change::Insert { fields, .. } => {
                let get = |id: &FieldId| fields.iter().find(|(f, _)| f == id).map_or(Value::Null, |(_, v)| v.clone());
                inserted = plan.fields.iter().map(get).collect();
                Some(Values { plan, values: &inserted, new: &[], over: &[] })
            }
            Change::Delete { .. } => None,
            Change::Update { .. } => stood.map(|values| Values { plan, values, new, over: &touched.over }),
        };
        let stands = |row: &&Values<'_>| plan.deleted.is_none_or(|id| row.get(id).is_null());
        let (old, new) = (was.as_ref().filter(stands), now.as_ref().filter(stands));
        for ((cut, moves), _) in
            plan.cuts.iter().zip(moves.iter_mut()).zip(&touched.cuts).filter(|(_, touched)| **touched)
        {
            let part = |row| ((cut.a.text(row), cut.b.number(row)), cut.figure(row));
            match (old.map(part), new.map(part)) {
                // Most rows of a bulk change stay in their part of most cuts.
                (Some((left, was)), Some((came, is))) if left == came => {
                    if was != is {
                        moves.shift(Way::Stays, came, is - was);
                    }
                }
                (left, came) => {
                    left.into_iter().for_each(|(part, money)| moves.shift(Way::Left, part, money));
                    came.into_iter().for_each(|(part, money)| moves.shift(Way::Came, part, money));
                }
            }
        }
        if change.entity() == Entity::Customer {
            let of = |row: &Values<'_>| (row.get(c::MRR).as_int().unwrap_or(0), steps::began(row));
            let (was, now) = (was.as_ref().map(of), now.as_ref().map(of));
            self.steps.borrow_mut().extend(steps::note(change.id().0, was, now));
        }
        if let Before::Row(values) = before {
            *self.spare.borrow_mut() = values;
        }
    }

    /// Writes all that was noted.
    pub fn settle(&self, conn: &Connection) -> Result<()> {
        for Moving { plan, moves, .. } in std::mem::take(&mut *self.moves.borrow_mut()).into_values().flatten() {
            for (code, moves) in plan.codes.iter().zip(moves) {
                for part in moves.all.into_iter().filter(|part| (part.rows, part.money) != (0, 0)) {
                    add(conn, code, &part.a, part.b, part.rows, part.money)?;
                }
            }
        }
        let day = self.at.get().map(cut::day_of);
        steps::settle(conn, std::mem::take(&mut *self.steps.borrow_mut()), day)
    }
}

/// A stored value in the place of an older one, whose room it takes where both are texts.
pub fn refill_with(slot: &mut Value, stored: ValueRef<'_>) {
    match (slot, stored) {
        (Value::Text(text), ValueRef::Text(bytes)) if !bytes.is_empty() => {
            text.clear();
            text.push_str(&String::from_utf8_lossy(bytes));
        }
        (slot, stored) => *slot = value(stored),
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
    refill_but(conn, Vec::new(), None)
}

/// The same, where the rows of some entities, or the steps, were added up as they came.
pub fn refill_but(conn: &Connection, mut done: Vec<Fold>, stepped: Option<Taken>) -> Result<()> {
    conn.execute("DELETE FROM sums", [])?;
    for entity in Entity::ALL {
        let cuts = cut::kept(*entity);
        if cuts.is_empty() {
            continue;
        }
        let of = match done.iter().position(|fold| fold.entity == *entity && fold.cuts == cuts) {
            Some(at) => done.swap_remove(at).cells(),
            None => fold::cells(conn, *entity, &cuts, &Rows::All)?,
        };
        for (cut, cells) in cuts.iter().zip(of) {
            let code = cut.code();
            cells.iter().try_for_each(|cell| add(conn, &code, &cell.a, cell.b, cell.rows, cell.sum))?;
        }
    }
    stepped.map_or_else(|| steps::refill(conn), |stepped| stepped.write(conn))
}

impl Read<'_> {
    /// The totals of a filter from the sums; `None` where they do not hold the answer.
    pub(super) fn summed(&self, filter: &Bound) -> Result<Option<Totals>> {
        let Some(asked::Asked { sums, none, edges }) = asked::asked(filter) else { return Ok(None) };
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
        let mut all = read(sums)?;
        for edge in edges {
            all += self.edge(edge)?;
        }
        Ok(Some(all))
    }

    fn edge(&self, edge: asked::Edge) -> Result<Totals> {
        let (from, to, awake) = match edge {
            asked::Edge::Few(bound) => return self.counted(&bound),
            asked::Edge::Leads { from, to, awake } => (from, to, awake),
        };
        // In the words of the index.
        let mut statement = self.conn.prepare_cached(
            "SELECT count(*), COALESCE(sum(mrr), 0) FROM leads INDEXED BY leads_due WHERE deleted IS NULL \
             AND stage IN ('new', 'contacted', 'survey', 'quoted', 'install') \
             AND max(follow_up, COALESCE(snoozed_until, follow_up)) >= ?1 \
             AND max(follow_up, COALESCE(snoozed_until, follow_up)) <= ?2 \
             AND (snoozed_until IS NULL OR snoozed_until <= ?3)",
        )?;
        Ok(statement.query_row([from, to, awake], Totals::read)?)
    }

    /// True where no lead was both won and lost.
    pub(super) fn none_ended_twice(&self) -> Result<bool> {
        let sql = "SELECT NOT EXISTS (SELECT 1 FROM sums WHERE dim = ?1 AND b = 1 AND rows > 0)";
        Ok(self.conn.prepare_cached(sql)?.query_row([cut::WON_AND_LOST.code()], |r| r.get(0))?)
    }

    /// The parts of cuts of one entity whose number lies within, in no order. Of all rows they are read from the sums,
    /// as far as those hold them; else from the rows, in one pass for all the cuts.
    pub fn cuts(&self, cuts: &[Cut], of: &Rows, (low, high): (i64, i64)) -> Result<Vec<Vec<cut::Cell>>> {
        let Some(entity) = cuts.first().map(|cut| cut.entity) else { return Ok(Vec::new()) };
        let kept = cut::kept(entity);
        if !(self.settled() && *of == Rows::All && cuts.iter().all(|cut| kept.contains(cut))) {
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
