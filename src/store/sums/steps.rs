//! Steps: the monthly price of a billed line before and after a day on which it changed. They tell the growth and the
//! shrinking of lines apart from lines won and lost, which the rows themselves say.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params_from_iter};

use crate::domain::plan::PriceStep;
use crate::domain::{Entity, Record};
use crate::query::bind::Bound;
use crate::query::cut::{Cell, Key, NONE, Row, Step, Stepped, Steps};
use crate::query::schema::customer as c;

use super::super::apart::{First, asks_apart, source};
use super::super::compile::{Sql, condition};
use super::super::row::Param;
use super::super::{Read, Result};
use super::{Rows, add};

/// What their sums are called: by `up` and `down`, and by the day of the step.
pub const CODE: &str = "steps";
/// The same by the day the line began.
pub const BEGAN: &str = "steps-began";

/// What a transaction does to steps. `began` is the day the line began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The price of a billed line, before and after.
    Price { customer: i64, was: i64, now: i64, began: i64 },
    /// A line is put away (-1) or comes back (1), and its steps with it.
    Seen { customer: i64, sign: i64, began: i64 },
    /// A line began on another day than was thought.
    Moved { customer: i64, from: i64, to: i64 },
    /// A line goes for good.
    Gone { customer: i64 },
}

/// A line as steps see it: its revenue, and the day it began, where it is there at all.
pub type State = (i64, Option<i64>);

/// The day a line began, where it is there at all.
pub fn began(line: &impl Row) -> Option<i64> {
    let day = Key::Started.number(line);
    (day != NONE && line.get(c::DELETED).is_null()).then_some(day)
}

/// What a change of a line does to steps.
pub fn note(customer: i64, before: Option<State>, after: Option<State>) -> Vec<Note> {
    let Some((was, old)) = before else { return Vec::new() };
    let Some((now, new)) = after else {
        let seen = old.map(|began| Note::Seen { customer, sign: -1, began });
        return seen.into_iter().chain([Note::Gone { customer }]).collect();
    };
    let mut out = Vec::new();
    match (old, new) {
        (Some(from), Some(to)) if from != to => out.push(Note::Moved { customer, from, to }),
        (Some(began), None) => out.push(Note::Seen { customer, sign: -1, began }),
        (None, Some(began)) => out.push(Note::Seen { customer, sign: 1, began }),
        _ => {}
    }
    // Up from nothing and down to nothing is a line won or lost.
    if let (Some(_), Some(began)) = (old, new)
        && was != now
        && was > 0
        && now > 0
    {
        out.push(Note::Price { customer, was, now, began });
    }
    out
}

/// What the sums of steps are moved by: by code, text and number.
type Moved = HashMap<(&'static str, &'static str, i64), (i64, i64)>;

fn roll(moved: &mut Moved, day: i64, was: i64, now: i64, sign: i64, began: i64) {
    for key in [(CODE, if now > was { "up" } else { "down" }, day), (BEGAN, "", began)] {
        let sum = moved.entry(key).or_insert((0, 0));
        (sum.0, sum.1) = (sum.0 + sign, sum.1 + sign * (now - was));
    }
}

/// Writes what was noted, as of a day.
pub fn settle(conn: &Connection, notes: Vec<Note>, day: Option<i64>) -> Result<()> {
    let mut moved = Moved::new();
    for note in notes {
        match (note, day) {
            (Note::Price { customer, was, now, began }, Some(day)) => {
                put(conn, &mut moved, (customer, day), was, now, began)?;
            }
            // Nobody says when.
            (Note::Price { .. }, None) => {}
            (Note::Seen { customer, sign, began }, _) => {
                for (day, was, now) in of(conn, customer)? {
                    roll(&mut moved, day, was, now, sign, began);
                }
            }
            (Note::Moved { customer, from, to }, _) => {
                for (_, was, now) in of(conn, customer)? {
                    for (began, sign) in [(from, -1), (to, 1)] {
                        let sum = moved.entry((BEGAN, "", began)).or_insert((0, 0));
                        (sum.0, sum.1) = (sum.0 + sign, sum.1 + sign * (now - was));
                    }
                }
            }
            (Note::Gone { customer }, _) => {
                conn.prepare_cached("DELETE FROM steps WHERE customer = ?1")?.execute([customer])?;
            }
        }
    }
    write(conn, moved)
}

fn write(conn: &Connection, moved: Moved) -> Result<()> {
    // In one order always: equal steps make equal files.
    let mut moved: Vec<_> = moved.into_iter().filter(|(_, moved)| *moved != (0, 0)).collect();
    moved.sort_unstable();
    moved.into_iter().try_for_each(|((code, a, b), (rows, money))| add(conn, code, a, b, rows, money))
}

/// What steps add up to that come with their lines.
#[derive(Default)]
pub struct Taken(Moved);

impl Taken {
    pub fn take(&mut self, line: &Record, steps: &[PriceStep]) {
        if let Some(began) = began(line) {
            steps.iter().for_each(|step| roll(&mut self.0, step.day, step.was.0, step.now.0, 1, began));
        }
    }

    /// Adds it to sums that have no steps yet.
    pub fn write(self, conn: &Connection) -> Result<()> {
        write(conn, self.0)
    }
}

fn of(conn: &Connection, customer: i64) -> Result<Vec<(i64, i64, i64)>> {
    let mut statement = conn.prepare_cached("SELECT day, was, now FROM steps WHERE customer = ?1")?;
    let rows = statement.query_map([customer], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// One step more of a line; a second on the same day goes on from the first.
fn put(conn: &Connection, moved: &mut Moved, at: (i64, i64), was: i64, now: i64, began: i64) -> Result<()> {
    let first: Option<(i64, i64)> = conn
        .prepare_cached("SELECT was, now FROM steps WHERE customer = ?1 AND day = ?2")?
        .query_row(at, |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    if let Some((first, then)) = first {
        roll(moved, at.1, first, then, -1, began);
    }
    let was = first.map_or(was, |(first, _)| first);
    if was == now {
        conn.prepare_cached("DELETE FROM steps WHERE customer = ?1 AND day = ?2")?.execute(at)?;
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT INTO steps (customer, day, was, now) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (customer, day) \
         DO UPDATE SET was = excluded.was, now = excluded.now",
    )?
    .execute((at.0, at.1, was, now))?;
    roll(moved, at.1, was, now, 1, began);
    Ok(())
}

/// The sums as the steps of these customers have them: by day, and by the day the line began.
pub fn sums(conn: &Connection, customers: &Bound) -> Result<[Vec<Cell>; 2]> {
    let ask = |select: &str| -> Result<Vec<Cell>> {
        let mut sql = Sql::default();
        sql.push(&format!(
            "SELECT {select}, count(*), sum(now - was) FROM steps JOIN ({}) ON id = customer WHERE ",
            lines(customers)
        ));
        condition(&mut sql, customers);
        sql.push(" AND since IS NOT NULL AND status <> 'pending' GROUP BY 1, 2");
        let mut statement = conn.prepare(&sql.text)?;
        let params = sql.params.iter().map(|value| Param { text: false, value });
        Ok(statement.query_map(params_from_iter(params), cell)?.collect::<rusqlite::Result<_>>()?)
    };
    Ok([ask("CASE WHEN now > was THEN 'up' ELSE 'down' END, day")?, ask("'', since")?])
}

/// The customers a condition looks at, beside the steps.
fn lines(of: &Bound) -> String {
    source(Entity::Customer, "", asks_apart(Entity::Customer, &of.cond), First::Either)
}

fn cell(r: &rusqlite::Row<'_>) -> rusqlite::Result<Cell> {
    Ok(Cell { a: r.get(0)?, b: r.get(1)?, rows: r.get(2)?, sum: r.get(3)? })
}

/// Sums them anew.
pub fn refill(conn: &Connection) -> Result<()> {
    for (code, cells) in [CODE, BEGAN].into_iter().zip(sums(conn, &Bound::all(Entity::Customer))?) {
        cells.iter().try_for_each(|cell| add(conn, code, &cell.a, cell.b, cell.rows, cell.sum))?;
    }
    Ok(())
}

impl Read<'_> {
    /// Day, account and whether it rose of the changes of price of these customers from a day on, the newest first;
    /// and the first day of which all are there, where they are more than `most`.
    pub fn stepped(&self, of: &Rows, from: i64, most: usize) -> Result<Stepped> {
        let all = Bound::all(Entity::Customer);
        let bound = if let Rows::Of(bound) = of { bound } else { &all };
        let mut sql = Sql::default();
        sql.push(&format!(
            "SELECT day, account, now > was FROM steps JOIN ({}) ON id = customer WHERE day >= ",
            lines(bound)
        ));
        sql.bind(from);
        sql.push(" AND account IS NOT NULL AND since IS NOT NULL AND status <> 'pending' AND ");
        condition(&mut sql, bound);
        sql.push(&format!(" ORDER BY day DESC LIMIT {}", most + 1));
        let mut statement = self.conn.prepare(&sql.text)?;
        let params = sql.params.iter().map(|value| Param { text: false, value });
        let one = |r: &rusqlite::Row<'_>| Ok((r.get(0)?, r.get(1)?, r.get(2)?));
        let mut found: Vec<(i64, i64, bool)> =
            statement.query_map(params_from_iter(params), one)?.collect::<rusqlite::Result<_>>()?;
        let edge = found.get(most).map(|step| step.0);
        found.retain(|step| edge.is_none_or(|edge| step.0 > edge));
        Ok((edge.map_or(from, |edge| edge + 1), found))
    }

    /// The changes of price of these customers, by day.
    pub fn steps(&self, of: &Rows) -> Result<Steps> {
        let [days, began] = match of {
            Rows::All if self.settled() => {
                let mut statement = self.conn.prepare_cached("SELECT a, b, rows, money FROM sums WHERE dim = ?1")?;
                let mut kept = |code: &str| -> Result<Vec<Cell>> {
                    Ok(statement.query_map([code], cell)?.collect::<rusqlite::Result<_>>()?)
                };
                [kept(CODE)?, kept(BEGAN)?]
            }
            Rows::All => sums(self.conn, &Bound::all(Entity::Customer))?,
            Rows::Of(bound) | Rows::OfCustomers(bound) => sums(self.conn, bound)?,
        };
        let mut out: BTreeMap<i64, Step> = BTreeMap::new();
        for cell in days {
            let step = out.entry(cell.b).or_insert(Step { day: cell.b, ..Step::default() });
            if cell.a == "up" {
                (step.grown, step.up) = (step.grown + cell.rows, step.up + cell.sum);
            } else {
                (step.shrunk, step.down) = (step.shrunk + cell.rows, step.down + cell.sum);
            }
        }
        let began = began.into_iter().map(|c| (c.b, c.sum)).collect();
        Ok(Steps { days: out.into_values().collect(), began })
    }
}
