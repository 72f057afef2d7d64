//! A board: the rows of a filter in columns, by the values of one field.

use crate::base::Money;
use crate::domain::{Entity, FieldId, Role, User, UserState};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{Kind, field, is_open, job, noun, open_state};
use crate::store::{Anchor, GroupAsk, Measure, Page, PageAsk, Read};

use super::super::error::ReadError;
use super::lead::AskGroups;
use super::list::{AskPageOf, AskTotals};
use super::{Ask, Scene};

const DAY: i64 = 86_400_000;

/// What a board shows.
#[derive(Clone, Debug)]
pub struct AskBoard {
    pub filter: Bound,
    /// The field whose values are the columns.
    pub by: FieldId,
    /// Whether technicians who have none of the rows are columns, too.
    pub people: bool,
    /// Of the open rows of a column only one can have a value of this field, such as a slot of a day.
    pub place: Option<FieldId>,
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
    /// The column that is looked at. Of columns that are found, the rows of those near it are read; the others are
    /// counted.
    pub near: Option<String>,
}

/// Columns that are found are read so far on each side of the one that is looked at: more than a screen shows.
pub const NEAR: usize = 24;

/// A column with the first of its rows.
#[derive(Clone, Debug)]
pub struct Column {
    pub value: String,
    /// Rows in all.
    pub count: i64,
    /// Their money in all, where the entity has some.
    pub money: Money,
    /// Mean of the milliseconds that the rows have been there; of a column of open rows.
    pub age: Option<i64>,
    /// Days a row may stay before it counts as old; 0 is for ever.
    pub patience: i64,
    /// Rows that are old.
    pub old: i64,
    /// Rows whose place another one of the column has, too.
    pub clashes: i64,
    /// None where the column is only counted.
    pub page: Option<Page>,
}

/// The rows of a filter that are in one column; `None` where the filter keeps none of that column.
///
/// What the filter asks of the column's own field is answered here, so that a page of a column is found by an index
/// where the whole filter would be read row by row.
pub fn within(filter: &Bound, by: FieldId, value: &str) -> Option<Bound> {
    let test = if value.is_empty() { Test::Null } else { Test::Is(value.to_string()) };
    let own = Cond::Test(by, test);
    let cond = match given(&filter.cond, by, value) {
        Known::No => return None,
        Known::Yes => own,
        Known::If(Cond::And(parts)) => Cond::And([own].into_iter().chain(parts).collect()),
        Known::If(other) => Cond::And(vec![own, other]),
    };
    Some(Bound { cond, ..filter.clone() })
}

/// What a condition is once the value of a field is known.
enum Known {
    Yes,
    No,
    If(Cond),
}

fn given(cond: &Cond, by: FieldId, value: &str) -> Known {
    let say = |yes| if yes { Known::Yes } else { Known::No };
    match cond {
        Cond::All => Known::Yes,
        Cond::Test(id, Test::Is(text)) if *id == by => say(text.eq_ignore_ascii_case(value)),
        Cond::Test(id, Test::Null) if *id == by => say(value.is_empty()),
        Cond::Not(inner) => match given(inner, by, value) {
            Known::Yes => Known::No,
            Known::No => Known::Yes,
            Known::If(c) => Known::If(Cond::Not(Box::new(c))),
        },
        Cond::And(parts) => several(parts, by, value, true),
        Cond::Or(parts) => several(parts, by, value, false),
        other => Known::If(other.clone()),
    }
}

/// Parts that must all hold, or one of which must.
fn several(parts: &[Cond], by: FieldId, value: &str, all: bool) -> Known {
    let mut left = Vec::new();
    for part in parts {
        match given(part, by, value) {
            Known::No if all => return Known::No,
            Known::Yes if !all => return Known::Yes,
            Known::Yes | Known::No => {}
            Known::If(c) => left.push(c),
        }
    }
    match (left.len(), all) {
        (0, true) => Known::Yes,
        (0, false) => Known::No,
        (1, _) => left.pop().map_or(Known::Yes, Known::If),
        (_, true) => Known::If(Cond::And(left)),
        (_, false) => Known::If(Cond::Or(left)),
    }
}

impl Ask for AskBoard {
    type Answer = Vec<Column>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Column>, ReadError> {
        if !self.columns.is_empty() {
            let settings = self.patience.map(|prefix| Ok::<_, ReadError>((prefix, read.settings()?))).transpose()?;
            let days = |code: &str| settings.as_ref().map_or(0, |(prefix, s)| s.int(&format!("{prefix}{code}")));
            return self.columns.iter().map(|value| self.column(read, scene, days(value), value)).collect();
        }
        let mut columns = self.found(read, scene)?;
        let looked_at = self.near.as_ref().and_then(|value| columns.iter().position(|c| c.value == *value));
        let middle = looked_at.or_else(|| columns.iter().position(|c| c.count > 0)).unwrap_or(0);
        for column in columns.iter_mut().take(middle + NEAR + 1).skip(middle.saturating_sub(NEAR)) {
            column.page = Some(match within(&self.filter, self.by, &column.value).filter(|_| column.count > 0) {
                Some(filter) => self.page(read, scene, filter, column)?,
                None => Page::default(),
            });
        }
        Ok(columns)
    }
}

/// What keeps the open rows of an entity that has some.
fn open_rows(entity: Entity) -> Option<Cond> {
    let state = open_state(entity)?;
    let Kind::Choice(choices) = field(state).kind else { return None };
    let open = choices.iter().map(|c| c.code).filter(|code| is_open(state, code));
    Some(Cond::Or(open.map(|code| Cond::Test(state, Test::Is(code.into()))).collect()))
}

/// Who goes out: the active people of the role Field; before there are people, whoever has open jobs.
fn technicians(read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<String>, ReadError> {
    let all = read.users()?;
    if !all.is_empty() {
        let goes_out = |u: &User| u.role == Role::Field && u.state == UserState::Active;
        return Ok(all.into_iter().filter(goes_out).map(|u| u.login).collect());
    }
    let Some(cond) = open_rows(Entity::Job) else { return Ok(Vec::new()) };
    let filter = Bound { cond, ..Bound::all(Entity::Job) };
    let ask = GroupAsk { filter, by: Some(job::OWNER), measures: Vec::new() };
    let found = AskGroups(ask).answer(read, scene)?;
    Ok(found.into_iter().map(|(who, _)| who.as_text().to_string()).filter(|who| !who.is_empty()).collect())
}

impl AskBoard {
    /// The columns that the rows are in, with their heads, by name.
    fn found(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Column>, ReadError> {
        let mut measures = vec![Measure::Count];
        measures.extend(noun(self.filter.entity).money.map(Measure::Sum));
        let ask = GroupAsk { filter: self.filter.clone(), by: Some(self.by), measures };
        let mut columns: Vec<Column> = Vec::new();
        for (value, figures) in AskGroups(ask).answer(read, scene)? {
            let mut column = Column::named(value.as_text().to_string());
            column.count = figures.first().copied().unwrap_or(0);
            column.money = Money(figures.get(1).copied().unwrap_or(0));
            columns.push(column);
        }
        if let Some(place) = self.place {
            for (value, taken) in self.taken(place, read, scene)? {
                if let Some(column) = columns.iter_mut().find(|c| !c.value.is_empty() && c.value == value) {
                    column.clashes = taken.into_iter().filter(|n| *n > 1).sum();
                }
            }
        }
        if self.people {
            columns.extend(technicians(read, scene)?.into_iter().map(Column::named));
            // What nobody has yet stands first, for whoever gives it out.
            columns.push(Column::named(String::new()));
            columns.retain(|c| c.count > 0 || within(&self.filter, self.by, &c.value).is_some());
        }
        // Those with rows before a namesake without.
        columns.sort_by_key(|c| (c.value.to_lowercase(), -c.count));
        columns.dedup_by_key(|c| c.value.to_lowercase());
        Ok(columns)
    }

    /// How many open rows of each column have each of the places.
    fn taken(&self, place: FieldId, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<(String, Vec<i64>)>, ReadError> {
        let Kind::Choice(places) = field(place).kind else { return Ok(Vec::new()) };
        let Some(open) = open_rows(self.filter.entity) else { return Ok(Vec::new()) };
        let filter = Bound { cond: Cond::And(vec![self.filter.cond.clone(), open]), ..self.filter.clone() };
        let measures = places.iter().map(|c| Measure::Is(place, c.code.into())).collect();
        let found = AskGroups(GroupAsk { filter, by: Some(self.by), measures }).answer(read, scene)?;
        Ok(found.into_iter().map(|(value, taken)| (value.as_text().to_string(), taken)).collect())
    }

    fn column(&self, read: &Read<'_>, scene: &Scene<'_>, patience: i64, value: &str) -> Result<Column, ReadError> {
        let mut column = Column { patience, page: Some(Page::default()), ..Column::named(value.to_string()) };
        // Nothing is read where nothing can be.
        let Some(filter) = within(&self.filter, self.by, value) else { return Ok(column) };
        let totals = AskTotals(filter.clone()).answer(read, scene)?;
        (column.count, column.money) = (totals.count, totals.mrr);
        if column.count == 0 {
            return Ok(column);
        }
        // What came to its end does not grow old.
        if let Some(since) = self.since.filter(|_| is_open(self.by, value)) {
            let old = Measure::Within(since, i64::MIN, scene.now.0 - patience * DAY);
            let measures = vec![Measure::Mean(since), old];
            let heads = AskGroups(GroupAsk { filter: filter.clone(), by: None, measures }).answer(read, scene)?;
            let figures = heads.into_iter().next().map(|(_, f)| f).unwrap_or_default();
            column.age = figures.first().map(|at| (scene.now.0 - at).max(0));
            column.old = figures.get(1).copied().filter(|_| patience > 0).unwrap_or(0);
        }
        column.page = Some(self.page(read, scene, filter, &column)?);
        Ok(column)
    }

    /// The rows of one column.
    fn page(&self, read: &Read<'_>, scene: &Scene<'_>, filter: Bound, column: &Column) -> Result<Page, ReadError> {
        let window = self.windows.iter().find(|(v, ..)| *v == column.value);
        let (anchor, limit) = window.map_or((Anchor::First, self.limit), |(_, a, n)| (a.clone(), *n));
        let (sort, fields) = (self.sort.clone(), self.fields.clone());
        AskPageOf(PageAsk { filter, sort, fields, anchor, limit }, column.count).answer(read, scene)
    }
}

impl Column {
    fn named(value: String) -> Column {
        Column { value, count: 0, money: Money(0), age: None, patience: 0, old: 0, clashes: 0, page: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Entity;
    use crate::query::schema::lead as l;
    use crate::query::{Context, compile};

    #[test]
    fn what_a_column_answers_is_not_asked_again() {
        let context = Context::at(crate::base::Timestamp(1_795_000_000_000), "asha");
        let of = |text: &str, stage: &str| within(&compile(text, Entity::Lead, &context).unwrap(), l::STAGE, stage);
        let own = |stage: &str| Cond::Test(l::STAGE, Test::Is(stage.into()));
        assert_eq!(of("is:open", "new").unwrap().cond, own("new"));
        assert!(of("is:open", "lost").is_none());
        assert!(of("-stage:lost", "lost").is_none());
        assert_eq!(of("is:open or score:hot", "quoted").unwrap().cond, own("quoted"));
        let hot = of("is:open or score:hot", "lost").unwrap().cond;
        assert!(matches!(&hot, Cond::And(parts) if parts.len() == 2 && parts[0] == own("lost")), "{hot:?}");
        assert!(matches!(of("is:open city:pune", "new").unwrap().cond, Cond::And(parts) if parts.len() == 2));
    }
}
