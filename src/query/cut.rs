//! Cuts: the rows of an entity parted by two keys, with how many each part has and what a figure adds up to in it.
//! Counts of views and reports are folds of cuts. Those of [`kept()`] stand beside the rows and are moved with them, so
//! that a million rows are answered from a few hundred sums; any of them can be taken from the rows of a filter, too.
//!
//! Days count from 1970-01-01 as India has them; months are `year * 12 + month - 1`.

mod kept;

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::base::{Timestamp, calendar};
use crate::domain::{Entity, FieldId, Record, Value};

use super::bind::{Bound, Context};
use super::eval;
use super::schema::{self, Kind, customer as c, field, noun};

use Key::{
    Above, AllAbove, Day, DayWith, Filled, Hour, Last, Number, One, Open, OpenNumber, Place, Reached, Text, Within,
};
use kept::kept_views;

pub use kept::*;

/// Stands for "no value" where a number is wanted: below everything.
pub const NONE: i64 = -4_611_686_018_427_387_904;

/// What parts rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Nothing: one part.
    One,
    Text(FieldId),
    Number(FieldId),
    /// 1 where the figure is above nothing, else 0.
    Above(FieldId),
    /// 1 where all of the figures are, else 0.
    AllAbove(&'static [FieldId]),
    /// 1 where there is a value, else 0.
    Filled(FieldId),
    /// The day of a moment.
    Day(FieldId),
    /// The day of the first moment, of rows that have the second.
    DayWith(FieldId, FieldId),
    /// The hour of a moment, 0 to 23.
    Hour(FieldId),
    /// The part of time, of so many milliseconds and counted from 1970, that the last of these moments lies in; none
    /// where the first of them is not there.
    Last(&'static [FieldId], i64),
    /// The place of a value among those of its set, from 0.
    Place(FieldId),
    /// The place of the last of these fields that has a value, from 0.
    Reached(&'static [FieldId]),
    /// 1 where somebody has something to do with the row by this state, else 0.
    Open(FieldId),
    /// The number of a row that is open by this state; none of the others.
    OpenNumber(FieldId, FieldId),
    /// 1 where the row is one of this built-in view, else 0: of a view that asks for neither the time nor a person.
    Within(Entity, &'static str),
    /// The day a line was switched on; none while it waits for that.
    Started,
    /// The day a line stopped being billed; none while it is billed, and where it never was.
    Unbilled,
    /// The day a line was terminated; none where it is not, or never was switched on.
    Left,
    StartedMonth,
    LeftMonth,
}

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// The money of the entity, where it has some.
    Usual,
    Field(FieldId),
    /// Whole minutes from the first moment to the second, where both are there.
    Minutes(FieldId, FieldId),
}

/// One cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    pub entity: Entity,
    /// Read as text.
    pub a: Key,
    /// Read as a number; [`NONE`] without.
    pub b: Key,
    pub sum: Sum,
}

const fn cut(entity: Entity, a: Key, b: Key, sum: Sum) -> Cut {
    Cut { entity, a, b, sum }
}

/// Year and month of a day as one number.
pub fn month_of(day: i64) -> i64 {
    use chrono::Datelike;
    calendar::date_from_days(day).map_or(NONE, |d| i64::from(d.year()) * 12 + i64::from(d.month0()))
}

/// The day of a moment in India.
pub fn day_of(ms: i64) -> i64 {
    calendar::day_of(Timestamp(ms))
}

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// The place of a value among those of its set, as [`Key::Place`] has it.
pub fn place(id: FieldId, code: &str) -> i64 {
    let Kind::Choice(choices) = field(id).kind else { return NONE };
    choices.iter().position(|c| c.code.eq_ignore_ascii_case(code)).map_or(NONE, |n| n as i64)
}

/// How to get at the values of a row.
pub trait Row {
    fn get(&self, id: FieldId) -> &Value;
}

impl Row for Record {
    fn get(&self, id: FieldId) -> &Value {
        Record::get(self, id)
    }
}

impl Key {
    /// The fields it looks at.
    pub fn fields(self) -> Vec<FieldId> {
        match self {
            One => Vec::new(),
            Text(f) | Number(f) | Above(f) | Filled(f) | Day(f) | Hour(f) | Open(f) | Place(f) => vec![f],
            Within(entity, view) => bound_of(entity, view).map(|bound| bound.cond.fields()).unwrap_or_default(),
            AllAbove(all) | Reached(all) | Last(all, _) => all.to_vec(),
            DayWith(f, g) | OpenNumber(f, g) => vec![f, g],
            Key::Started | Key::StartedMonth => vec![c::SINCE, c::STATUS],
            Key::Unbilled | Key::Left | Key::LeftMonth => vec![c::SINCE, c::STATUS, c::STATUS_SINCE],
        }
    }

    fn code(self) -> String {
        let name = |f: FieldId| field(f).name;
        let names = |all: &[FieldId]| all.iter().map(|f| name(*f)).collect::<Vec<_>>().join("+");
        match self {
            One => String::new(),
            Text(f) | Number(f) => name(f).into(),
            Above(f) => format!("{}>0", name(f)),
            AllAbove(all) => format!("{}>0", names(all)),
            Filled(f) => format!("has-{}", name(f)),
            Day(f) => format!("day-of-{}", name(f)),
            DayWith(f, g) => format!("day-of-{}-with-{}", name(f), name(g)),
            Hour(f) => format!("hour-of-{}", name(f)),
            Last(all, ms) => format!("last-{}-minutes-of-{}", ms / 60_000, names(all)),
            OpenNumber(_, f) => format!("open-{}", name(f)),
            Open(f) => format!("open-{}", name(f)),
            Place(f) => format!("place-of-{}", name(f)),
            Within(_, view) => format!("@{view}"),
            Reached(_) => "reached".into(),
            Key::Started => "started".into(),
            Key::Unbilled => "unbilled".into(),
            Key::Left => "left".into(),
            Key::StartedMonth => "month-started".into(),
            Key::LeftMonth => "month-left".into(),
        }
    }

    /// The number of a row; [`NONE`] where it has none.
    pub fn number(self, row: &impl Row) -> i64 {
        let int = |f: FieldId| row.get(f).as_int();
        let above = |f: FieldId| int(f).unwrap_or(0) > 0;
        match self {
            One => 0,
            Text(_) => NONE,
            Number(f) => int(f).unwrap_or(NONE),
            Above(f) => i64::from(above(f)),
            AllAbove(all) => i64::from(all.iter().all(|f| above(*f))),
            Filled(f) => i64::from(!row.get(f).is_null()),
            Open(f) => i64::from(schema::is_open(f, row.get(f).as_text())),
            Place(f) => place(f, row.get(f).as_text()),
            Within(entity, view) => {
                i64::from(bound_of(entity, view).is_some_and(|bound| eval::passes(&bound.cond, &|id| row.get(id), "")))
            }
            Day(f) => int(f).map_or(NONE, day_of),
            DayWith(f, g) => int(f).filter(|_| !row.get(g).is_null()).map_or(NONE, day_of),
            Hour(f) => {
                int(f).map_or(NONE, |ms| (ms - calendar::start_of(calendar::date_of(Timestamp(ms))).0) / 3_600_000)
            }
            Last(all, ms) => {
                let first = all.first().and_then(|f| int(*f));
                first.map_or(NONE, |first| all.iter().filter_map(|f| int(*f)).fold(first, i64::max).div_euclid(ms))
            }
            OpenNumber(state, f) if schema::is_open(state, row.get(state).as_text()) => int(f).unwrap_or(NONE),
            OpenNumber(..) => NONE,
            Reached(all) => all.iter().rposition(|f| !row.get(*f).is_null()).map_or(NONE, |n| n as i64),
            Key::Started => started(row).unwrap_or(NONE),
            Key::Unbilled => gone(row, &["suspended", "paused", "expired", "terminated"]).unwrap_or(NONE),
            Key::Left => gone(row, &["terminated"]).unwrap_or(NONE),
            Key::StartedMonth => started(row).map_or(NONE, month_of),
            Key::LeftMonth => gone(row, &["terminated"]).map_or(NONE, month_of),
        }
    }

    /// The text of a row; a number in figures, nothing where there is none.
    pub fn text(self, row: &impl Row) -> Cow<'_, str> {
        match self {
            One => Cow::Borrowed(""),
            Text(f) => Cow::Borrowed(row.get(f).as_text()),
            other => match other.number(row) {
                NONE => Cow::Borrowed(""),
                0 => Cow::Borrowed("0"),
                1 => Cow::Borrowed("1"),
                n => Cow::Owned(n.to_string()),
            },
        }
    }
}

/// What a built-in view keeps, compiled once.
pub fn bound_of(entity: Entity, view: &str) -> Option<&'static Bound> {
    static BOUND: OnceLock<Vec<Vec<(&'static str, Bound)>>> = OnceLock::new();
    let all = BOUND.get_or_init(|| {
        // These views ask for neither the time nor a person: any will do.
        let context = Context::at(Timestamp(0), "");
        let bound = |entity, name| {
            let view = super::views::find(entity, name)?;
            Some((name, super::compile(view.text, entity, &context).ok()?))
        };
        let of = |entity: &Entity| kept_views(*entity).iter().filter_map(|name| bound(*entity, *name)).collect();
        Entity::ALL.iter().map(of).collect()
    });
    all.get(entity as usize)?.iter().find(|(name, _)| *name == view).map(|(_, bound)| bound)
}

fn started(row: &impl Row) -> Option<i64> {
    row.get(c::SINCE).as_int().filter(|_| row.get(c::STATUS).as_text() != "pending")
}

/// The day a line came to one of these statuses.
fn gone(row: &impl Row, statuses: &[&str]) -> Option<i64> {
    let since = started(row)?;
    let at = row.get(c::STATUS_SINCE).as_int().unwrap_or(since);
    statuses.contains(&row.get(c::STATUS).as_text()).then_some(at.max(since))
}

impl Cut {
    /// A name that no other cut has.
    pub fn code(&self) -> String {
        let sum = match self.sum {
            Sum::Usual => String::new(),
            Sum::Field(f) => format!("/{}", field(f).name),
            Sum::Minutes(f, g) => format!("/{}-{}", field(f).name, field(g).name),
        };
        format!("{}/{}/{}{sum}", self.entity.code(), self.a.code(), self.b.code())
    }

    /// The fields it looks at, what is added up included.
    pub fn fields(&self) -> Vec<FieldId> {
        let mut out = self.a.fields();
        out.extend(self.b.fields());
        match self.sum {
            Sum::Usual => out.extend(noun(self.entity).money),
            Sum::Field(f) => out.push(f),
            Sum::Minutes(f, g) => out.extend([f, g]),
        }
        out
    }

    /// What a row adds to its part.
    pub fn figure(&self, row: &impl Row) -> i64 {
        let int = |f: FieldId| row.get(f).as_int();
        match self.sum {
            Sum::Usual => noun(self.entity).money.and_then(int).unwrap_or(0),
            Sum::Field(f) => int(f).unwrap_or(0),
            Sum::Minutes(f, g) => int(f).zip(int(g)).map_or(0, |(from, to)| (to - from).max(0) / 60_000),
        }
    }
}

/// A part of a cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub a: String,
    /// [`NONE`] without.
    pub b: i64,
    pub rows: i64,
    pub sum: i64,
}

/// A day on which prices changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Step {
    pub day: i64,
    /// Lines that pay more, and how much more; lines that pay less, and how much less (below nothing).
    pub grown: i64,
    pub up: i64,
    pub shrunk: i64,
    pub down: i64,
}

/// A first day, and day, account and whether the price rose of every change since.
pub type Stepped = (i64, Vec<(i64, i64, bool)>);

/// Every change of price, summed in two ways.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// By the day of the change.
    pub days: Vec<Step>,
    /// By the day the line began: what its price has changed by since.
    pub began: Vec<(i64, i64)>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::schema::ticket as t;

    #[test]
    fn every_cut_has_a_name_of_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for cut in Entity::ALL.iter().flat_map(|e| kept(*e)) {
            assert!(cut.fields().iter().all(|f| f.entity == cut.entity), "{}", cut.code());
            assert!(seen.insert(cut.code()), "{} twice", cut.code());
        }
    }

    struct Line(Vec<(FieldId, Value)>);

    impl Row for Line {
        fn get(&self, id: FieldId) -> &Value {
            self.0.iter().find(|(f, _)| *f == id).map_or(&Value::Null, |(_, v)| v)
        }
    }

    #[test]
    fn a_line_has_begun_and_gone_on_days_of_its_own() {
        let line = |status: &str, since: Option<i64>, at: i64| {
            let since = since.map_or(Value::Null, Value::Int);
            Line(vec![(c::STATUS, status.into()), (c::SINCE, since), (c::STATUS_SINCE, Value::Int(at))])
        };
        let keys = |l: &Line| [Key::Started.number(l), Key::Unbilled.number(l), Key::Left.number(l)];
        assert_eq!(keys(&line("active", Some(100), 100)), [100, NONE, NONE]);
        assert_eq!(keys(&line("grace", Some(100), 130)), [100, NONE, NONE]);
        assert_eq!(keys(&line("suspended", Some(100), 140)), [100, 140, NONE]);
        assert_eq!(keys(&line("terminated", Some(100), 150)), [100, 150, 150]);
        assert_eq!(keys(&line("pending", Some(100), 90)), [NONE, NONE, NONE]);
        // Cancelled before it was switched on: never a line.
        assert_eq!(keys(&line("terminated", None, 150)), [NONE, NONE, NONE]);
        assert_eq!(Key::StartedMonth.number(&line("active", Some(31), 31)), 1970 * 12 + 1);
    }

    #[test]
    fn hours_and_days_are_those_of_india() {
        // 23 November 2026, 20:00 UTC is half past one of the next day in India.
        let at = calendar::start_of(chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()).0 + 5_400_000;
        let row = Line(vec![(t::OPENED, Value::Int(at)), (t::ANSWERED, Value::Int(at + 1_859_999))]);
        assert_eq!(Key::Hour(t::OPENED).number(&row), 1);
        let day = calendar::days_of(chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
        assert_eq!((Key::Day(t::OPENED).number(&row), ANSWERED.figure(&row)), (day, 30));
    }
}
