//! Cuts taken from the rows: one pass over them, whatever the number of cuts.

use foldhash::HashMap;
use rusqlite::{Connection, params_from_iter};

use crate::base::eights::Known;
use crate::domain::{Entity, FieldId, Text};
use crate::query::bind::Bound;
use crate::query::cut::{self, Cell, Cut, Key, NONE, Row};
use crate::query::schema;

use super::super::Result;
use super::super::apart::First;
use super::super::compile::{Sql, condition};
use super::super::row::{Param, value};
use super::{Plan, Values};

/// Which rows.
#[derive(Clone, Debug, PartialEq)]
pub enum Rows {
    All,
    /// Those a filter keeps.
    Of(Bound),
    /// Those whose customer a filter keeps: of tickets.
    OfCustomers(Bound),
}

/// Rows and what they add up to.
type Sums = (i64, i64);

/// The texts of a key, numbered as they come: rows are added up by number, and texts are few.
#[derive(Clone, Default)]
struct Texts {
    all: Vec<Text>,
    at: Known<usize>,
    /// The one that came last: the next row often has the same.
    last: usize,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        if self.all.get(self.last).is_none_or(|last| last != text) {
            self.last = self.at.get(text).unwrap_or_else(|| {
                self.all.push(text.into());
                self.at.insert(text, self.all.len() - 1);
                self.all.len() - 1
            });
        }
        self.last
    }
}

/// The parts of a cut, by its number and the number of its text.
#[derive(Clone, Default)]
struct Parts {
    /// By the number of the text.
    near: Vec<Run>,
    /// Numbers that lie far from the others.
    far: HashMap<(i64, usize), Sums>,
}

/// The parts of one text whose numbers lie near each other, as days and scores do: most of all, and a row finds its own
/// without looking for it.
#[derive(Clone, Default)]
struct Run {
    /// Of rows without a number.
    none: Sums,
    /// Rows with one, wherever their parts are.
    rows: u64,
    /// The number of the first.
    from: i64,
    parts: Vec<Sums>,
}

/// Parts of a run at most, and those that it may have for each row: the rest would take room for nothing.
const RUN: i128 = 1 << 13;
const FOR_A_ROW: i128 = 8;
/// A run grows by so many parts at its beginning.
const STEP: i64 = 64;

impl Parts {
    #[inline]
    fn at(&mut self, number: i64, text: usize) -> &mut Sums {
        if text >= self.near.len() {
            self.near.resize_with(text + 1, Run::default);
        }
        let run = &mut self.near[text];
        if number == NONE {
            return &mut run.none;
        }
        run.rows += 1;
        if run.place(number).is_none() {
            run.reach(number);
        }
        match run.place(number) {
            Some(place) => &mut run.parts[place],
            None => self.far.entry((number, text)).or_default(),
        }
    }

    /// All of them. One that was far at first may come twice.
    fn all(self) -> impl Iterator<Item = ((i64, usize), Sums)> {
        let near = self.near.into_iter().enumerate().flat_map(|(text, run)| {
            let numbered =
                run.parts.into_iter().enumerate().map(move |(n, sums)| (run.from.wrapping_add(n as i64), sums));
            let all = numbered.chain([(NONE, run.none)]);
            all.filter(|(_, (rows, _))| *rows > 0).map(move |(number, sums)| ((number, text), sums))
        });
        near.chain(self.far)
    }
}

impl Run {
    #[inline]
    fn place(&self, number: i64) -> Option<usize> {
        let place = number.wrapping_sub(self.from) as u64;
        (place < self.parts.len() as u64).then_some(place as usize)
    }

    /// Makes room for a number, unless it lies too far from the others.
    #[cold]
    fn reach(&mut self, number: i64) {
        let begin = number & -STEP;
        if self.parts.is_empty() {
            self.from = begin;
        }
        let end = i128::from(self.from) + self.parts.len() as i128;
        let (first, last) = (begin.min(self.from), i128::from(number).max(end - 1));
        let span = last - i128::from(first) + 1;
        if span > RUN.min(i128::from(STEP) + FOR_A_ROW * i128::from(self.rows)) {
            return;
        }
        let before = (i128::from(self.from) - i128::from(first)) as usize;
        self.parts.splice(..0, std::iter::repeat_n((0, 0), before));
        self.from = first;
        self.parts.resize(span as usize, (0, 0));
    }
}

/// Where a cut has its text, its number and its figure in the [`Fold`], and what came of it.
#[derive(Clone)]
struct Found {
    a: usize,
    b: usize,
    figure: usize,
    parts: Parts,
}

/// Rows being added up, by some cuts of their entity. Cuts share their keys: each is read of a row but once.
#[derive(Clone)]
pub struct Fold {
    pub entity: Entity,
    pub cuts: Vec<Cut>,
    deleted: Option<FieldId>,
    texts: Vec<(Key, Texts)>,
    numbers: Vec<Key>,
    figures: Vec<Cut>,
    found: Vec<Found>,
    /// What the row at hand has of each key.
    row: (Vec<usize>, Vec<i64>, Vec<i64>),
}

/// The place of what is alike in a list, put behind it where nothing is.
fn place<T>(all: &mut Vec<T>, alike: impl Fn(&T) -> bool, new: impl FnOnce() -> T) -> usize {
    all.iter().position(alike).unwrap_or_else(|| {
        all.push(new());
        all.len() - 1
    })
}

impl Fold {
    fn of(entity: Entity, cuts: Vec<Cut>) -> Fold {
        let (mut texts, mut numbers, mut figures) = (Vec::new(), Vec::new(), Vec::new());
        let found = cuts.iter().map(|cut| Found {
            a: place(&mut texts, |(key, _)| *key == cut.a, || (cut.a, Texts::default())),
            b: place(&mut numbers, |key| *key == cut.b, || cut.b),
            figure: place(&mut figures, |other: &Cut| other.sum == cut.sum, || *cut),
            parts: Parts::default(),
        });
        let (found, deleted) = (found.collect(), schema::find(entity, "deleted"));
        Fold { entity, deleted, texts, numbers, figures, found, row: Default::default(), cuts }
    }

    /// By the cuts that are kept; `None` where nothing is kept of the entity.
    pub fn kept(entity: Entity) -> Option<Fold> {
        let cuts = cut::kept(entity);
        (!cuts.is_empty()).then(|| Fold::of(entity, cuts))
    }

    /// Adds a row, unless it is put away.
    pub fn take(&mut self, row: &impl Row) {
        if self.deleted.is_some_and(|id| !row.get(id).is_null()) {
            return;
        }
        let (texts, numbers, figures) = &mut self.row;
        texts.clear();
        texts.extend(self.texts.iter_mut().map(|(key, texts)| texts.number(&key.text(row))));
        numbers.clear();
        numbers.extend(self.numbers.iter().map(|key| key.number(row)));
        figures.clear();
        figures.extend(self.figures.iter().map(|cut| cut.figure(row)));
        for found in &mut self.found {
            let (rows, sum) = found.parts.at(numbers[found.b], texts[found.a]);
            (*rows, *sum) = (*rows + 1, *sum + figures[found.figure]);
        }
    }

    /// The parts of each cut, in no order.
    pub fn cells(self) -> Vec<Vec<Cell>> {
        let texts = self.texts;
        self.found.into_iter().map(|found| joined(found.parts, &texts[found.a].1.all)).collect()
    }
}

/// ` FROM table WHERE …` for some rows.
fn chosen(sql: &mut Sql, entity: Entity, rows: &Rows) {
    let all = Bound::all(entity);
    let own = if let Rows::Of(bound) = rows { bound } else { &all };
    sql.from(own, "", First::Either);
    sql.push(" WHERE ");
    condition(sql, own);
    match rows {
        Rows::All | Rows::Of(_) => {}
        Rows::OfCustomers(bound) => {
            let mut among = Sql { params: std::mem::take(&mut sql.params), ..Sql::default() };
            among.from(bound, "", First::Either);
            among.push(" WHERE ");
            condition(&mut among, bound);
            sql.push(&format!(" AND customer IN (SELECT id{})", among.text));
            sql.params = among.params;
        }
    }
}

/// The parts of each cut, in no order.
pub fn cells(conn: &Connection, entity: Entity, cuts: &[Cut], of: &Rows) -> Result<Vec<Vec<Cell>>> {
    let plan = Plan::of(entity, cuts.to_vec());
    let mut sql = Sql::default();
    sql.looks_at(&plan.fields);
    sql.push(&format!("SELECT {}", plan.columns));
    chosen(&mut sql, entity, of);
    let mut statement = conn.prepare(&sql.text)?;
    let mut rows = statement.query(params_from_iter(sql.params.iter().map(|value| Param { text: false, value })))?;
    let mut fold = Fold::of(entity, cuts.to_vec());
    let mut values = Vec::with_capacity(plan.fields.len());
    while let Some(row) = rows.next()? {
        values.clear();
        for i in 0..plan.fields.len() {
            values.push(value(row.get_ref(i)?));
        }
        fold.take(&Values { plan: &plan, values: &values, new: &[], over: &[] });
    }
    Ok(fold.cells())
}

/// The parts without regard to the case of their texts, as the sums keep them.
fn joined(found: Parts, texts: &[Text]) -> Vec<Cell> {
    let mut parts: Vec<_> = found.all().map(|((b, a), sums)| (b, texts[a].as_str(), sums)).collect();
    parts.sort_unstable();
    let mut out: Vec<Cell> = Vec::with_capacity(parts.len());
    let mut from = 0;
    for (b, a, (rows, sum)) in parts {
        if out.last().is_some_and(|cell| cell.b != b) {
            from = out.len();
        }
        match out[from..].iter_mut().find(|c| c.a.eq_ignore_ascii_case(a)) {
            Some(cell) => (cell.rows, cell.sum) = (cell.rows + rows, cell.sum + sum),
            None => out.push(Cell { a: a.to_string(), b, rows, sum }),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::prelude::*;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn parts_are_summed_wherever_their_numbers_lie() {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let (mut parts, mut expected) = (Parts::default(), BTreeMap::<(i64, usize), Sums>::new());
        for n in 0..60_000 {
            let number = match rng.random_range(0..20) {
                0 => NONE,
                1 => [i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, NONE + 1][n % 5],
                2 => rng.random(),
                // Days that come downwards, days in any order, and money.
                3..8 => 20_000 - n as i64 / 8,
                8..18 => rng.random_range(-1_500..1_500),
                _ => rng.random_range(0..9) * 1_000_000,
            };
            let text = [0, 3, 1][n % 3];
            for sums in [parts.at(number, text), expected.entry((number, text)).or_default()] {
                *sums = (sums.0 + 1, sums.1 + n as i64);
            }
        }
        let slots = parts.near.iter().map(|run| run.parts.len()).sum::<usize>();
        assert!(slots > 4_000 && slots <= 3 * RUN as usize && !parts.far.is_empty(), "{slots} slots");
        let mut found = BTreeMap::<(i64, usize), Sums>::new();
        for (part, (rows, sum)) in parts.all() {
            let sums = found.entry(part).or_default();
            *sums = (sums.0 + rows, sums.1 + sum);
        }
        assert_eq!(found, expected);
    }

    #[test]
    fn room_is_made_for_rows_and_not_for_numbers() {
        let mut parts = Parts::default();
        (0..1_000).for_each(|text| *parts.at(0, text) = (1, 1));
        (0..1_000).for_each(|text| *parts.at(8_000, text) = (1, 1));
        assert!(parts.near.iter().map(|run| run.parts.len()).sum::<usize>() <= 2_000);
        assert_eq!(parts.all().count(), 2_000);
    }
}
