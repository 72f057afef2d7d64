//! A board: the rows of a filter in columns, by the values of one field.

use crate::base::Money;
use crate::domain::FieldId;
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::noun;
use crate::store::{Anchor, Group, GroupAsk, Measure, Page, PageAsk, Read};

use super::super::error::ReadError;
use super::lead::AskGroups;
use super::list::AskPage;
use super::{Ask, Scene};

const DAY: i64 = 86_400_000;

/// What a board shows.
#[derive(Clone, Debug)]
pub struct AskBoard {
    pub filter: Bound,
    /// The field whose values are the columns.
    pub by: FieldId,
    /// The columns in their order. Empty: the values that are found, in theirs.
    pub columns: Vec<String>,
    /// The moment a row came into its column, for the age of rows.
    pub since: Option<FieldId>,
    /// Settings that begin so and end with the name of a column hold the days a row may stay there; 0 is for ever.
    pub patience: Option<&'static str>,
    pub sort: Vec<(FieldId, bool)>,
    pub fields: Vec<FieldId>,
    /// Where a column begins and how many rows of it are wanted, for those that were scrolled.
    pub windows: Vec<(String, Anchor, usize)>,
    /// Rows of each other column.
    pub limit: usize,
}

/// A column with the first of its rows.
#[derive(Clone, Debug)]
pub struct Column {
    pub value: String,
    /// Rows in all.
    pub count: i64,
    /// Their money in all, where the entity has some.
    pub money: Money,
    /// Mean of the milliseconds that the rows have been there.
    pub age: Option<i64>,
    /// Days a row may stay before it counts as old; 0 is for ever.
    pub patience: i64,
    /// Rows that are old.
    pub old: i64,
    pub page: Page,
}

/// The rows of a filter that are in one column.
pub fn within(filter: &Bound, by: FieldId, value: &str) -> Bound {
    let test = if value.is_empty() { Test::Null } else { Test::Is(value.to_string()) };
    let own = Cond::Test(by, test);
    let cond = match &filter.cond {
        Cond::All => own,
        Cond::And(parts) => Cond::And(parts.iter().cloned().chain([own]).collect()),
        other => Cond::And(vec![other.clone(), own]),
    };
    Bound { cond, ..filter.clone() }
}

impl Ask for AskBoard {
    type Answer = Vec<Column>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Column>, ReadError> {
        let mut names = self.columns.clone();
        let days: Vec<i64> = match self.patience {
            Some(prefix) => {
                let settings = read.settings()?;
                names.iter().map(|code| settings.int(&format!("{prefix}{code}"))).collect()
            }
            None => Vec::new(),
        };
        let mut measures = vec![Measure::Count];
        measures.extend(noun(self.filter.entity).money.map(Measure::Sum));
        if let Some(since) = self.since {
            measures.push(Measure::Mean(since));
            measures.extend(days.iter().map(|d| Measure::Within(since, i64::MIN, scene.now.0 - d * DAY)));
        }
        let ask = GroupAsk { filter: self.filter.clone(), by: Some(self.by), measures };
        let heads = AskGroups(ask).answer(read, scene)?;
        if names.is_empty() {
            names = heads.iter().map(|(value, _)| value.as_text().to_string()).collect();
            names.sort_by_key(|n| n.to_lowercase());
        }
        let columns = names.into_iter().enumerate();
        columns
            .map(|(i, value)| self.column(read, scene, &heads, value, (i, days.get(i).copied().unwrap_or(0))))
            .collect()
    }
}

impl AskBoard {
    fn column(
        &self,
        read: &Read<'_>,
        scene: &Scene<'_>,
        heads: &[Group],
        value: String,
        (place, patience): (usize, i64),
    ) -> Result<Column, ReadError> {
        let window = self.windows.iter().find(|(v, ..)| *v == value);
        let (anchor, limit) = window.map_or((Anchor::First, self.limit), |(_, a, n)| (a.clone(), *n));
        let filter = within(&self.filter, self.by, &value);
        let (sort, fields) = (self.sort.clone(), self.fields.clone());
        let head = heads.iter().find(|(v, _)| v.as_text() == value).map(|(_, figures)| figures.as_slice());
        let mut figures = head.unwrap_or_default().iter().copied();
        let count = figures.next().unwrap_or(0);
        let money = noun(filter.entity).money.and_then(|_| figures.next()).map_or(Money(0), Money);
        let age = self.since.and_then(|_| figures.next()).filter(|_| count > 0).map(|at| (scene.now.0 - at).max(0));
        let old = if patience > 0 { figures.nth(place).unwrap_or(0) } else { 0 };
        // Nothing is read where nothing is.
        let page = match count {
            0 => Page { rows: Vec::new(), more: false },
            _ => AskPage(PageAsk { filter, sort, fields, anchor, limit }).answer(read, scene)?,
        };
        Ok(Column { value, count, money, age, patience, old, page })
    }
}
