//! A board: the rows of a filter in columns, by the values of one field.

use crate::base::Money;
use crate::domain::{FieldId, Role, UserState};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::noun;
use crate::store::{Anchor, GroupAsk, Measure, Page, PageAsk, Read};

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
    /// Whether technicians who have none of the rows are columns, too.
    pub people: bool,
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
        let mut names = self.columns.clone();
        if names.is_empty() {
            let ask = GroupAsk { filter: self.filter.clone(), by: Some(self.by), measures: Vec::new() };
            names = AskGroups(ask).answer(read, scene)?.iter().map(|(v, _)| v.as_text().to_string()).collect();
            if self.people {
                names.extend(technicians(read)?);
                // What nobody has yet stands first, for whoever gives it out.
                names.push(String::new());
                names.retain(|n| within(&self.filter, self.by, n).is_some());
            }
            names.sort_by_key(|n| n.to_lowercase());
            names.dedup_by_key(|n| n.to_lowercase());
        }
        let settings = self.patience.map(|prefix| Ok::<_, ReadError>((prefix, read.settings()?))).transpose()?;
        let days = |code: &str| settings.as_ref().map_or(0, |(prefix, s)| s.int(&format!("{prefix}{code}")));
        names.into_iter().map(|value| self.column(read, scene, days(&value), value)).collect()
    }
}

/// Who goes out: the active people of the role Field; before there are people, whoever has open jobs.
fn technicians(read: &Read<'_>) -> Result<Vec<String>, ReadError> {
    let all = read.users()?;
    if all.is_empty() {
        return Ok(read.open_jobs()?.into_iter().map(|o| o.owner).filter(|o| !o.is_empty()).collect());
    }
    Ok(all.into_iter().filter(|u| u.role == Role::Field && u.state == UserState::Active).map(|u| u.login).collect())
}

impl AskBoard {
    fn column(&self, read: &Read<'_>, scene: &Scene<'_>, patience: i64, value: String) -> Result<Column, ReadError> {
        let page = Page::default();
        let mut column = Column { value, count: 0, money: Money(0), age: None, patience, old: 0, page };
        // Nothing is read where nothing can be.
        let Some(filter) = within(&self.filter, self.by, &column.value) else { return Ok(column) };
        let mut measures = vec![Measure::Count];
        measures.extend(noun(filter.entity).money.map(Measure::Sum));
        if let Some(since) = self.since {
            measures.push(Measure::Mean(since));
            measures.push(Measure::Within(since, i64::MIN, scene.now.0 - patience * DAY));
        }
        let heads = AskGroups(GroupAsk { filter: filter.clone(), by: None, measures }).answer(read, scene)?;
        let mut figures = heads.into_iter().next().map(|(_, f)| f).unwrap_or_default().into_iter();
        column.count = figures.next().unwrap_or(0);
        if column.count == 0 {
            return Ok(column);
        }
        column.money = noun(filter.entity).money.and_then(|_| figures.next()).map_or(Money(0), Money);
        column.age = self.since.and_then(|_| figures.next()).map(|at| (scene.now.0 - at).max(0));
        column.old = figures.next().filter(|_| patience > 0).unwrap_or(0);
        let window = self.windows.iter().find(|(v, ..)| *v == column.value);
        let (anchor, limit) = window.map_or((Anchor::First, self.limit), |(_, a, n)| (a.clone(), *n));
        let (sort, fields) = (self.sort.clone(), self.fields.clone());
        column.page = AskPage(PageAsk { filter, sort, fields, anchor, limit }).answer(read, scene)?;
        Ok(column)
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
