//! A board of one day: the day is a part of the filter, which keys move on and back; so what the board shows can be
//! read, saved and typed like any filter.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::Id;
use crate::base::calendar;
use crate::base::money::group_signed;
use crate::base::text::width;
use crate::domain::{FieldId, Record};
use crate::query::ast::{Expr, Op, Term};
use crate::query::bind::{Cond, Test};
use crate::query::schema::{field, find};
use crate::query::{Bound, Query, Span, parse};

use super::super::paint::{put, put_right};
use super::super::table::Table;
use super::super::theme::Theme;
use super::Board;

/// The one day a filter keeps, where it is one.
pub fn of(bound: &Bound, by: FieldId) -> Option<i64> {
    let day = |c: &Cond| match c {
        Cond::Test(id, Test::Between(Some(a), Some(b))) if *id == by && a == b => Some(*a),
        _ => None,
    };
    match &bound.cond {
        Cond::And(parts) => parts.iter().find_map(day),
        one => day(one),
    }
}

/// A filter text with this day in the place of every other word about days; the text as it is where it cannot be read.
pub fn with(text: &str, by: FieldId, day: i64) -> String {
    let (Ok(mut query), Some(date)) = (parse(text), calendar::date_from_days(day)) else { return text.to_string() };
    let about = |e: &Expr| matches!(e, Expr::Compare { field, .. } if find(by.entity, field) == Some(by));
    let mut parts = match query.filter.take() {
        Some(Expr::And(parts)) => parts,
        Some(one) => vec![one],
        None => Vec::new(),
    };
    parts.retain(|e| !about(e));
    let term = Term::Word { text: date.to_string(), quoted: false, span: Span::default() };
    let name = field(by).name.to_string();
    parts.push(Expr::Compare { field: name, op: Op::Has, terms: vec![term], span: Span::default() });
    let filter = if parts.len() == 1 { parts.pop() } else { Some(Expr::And(parts)) };
    Query { filter, ..query }.to_string()
}

/// Rows of one column that take the same place as another.
pub fn twice(rows: &[Record], place: impl Fn(&Record) -> Option<String>) -> Vec<Id> {
    let mut taken: BTreeMap<String, Vec<Id>> = BTreeMap::new();
    for row in rows {
        if let Some(place) = place(row) {
            taken.entry(place).or_default().push(row.id);
        }
    }
    taken.into_values().filter(|ids| ids.len() > 1).flatten().collect()
}

/// `◂ Mon 23 Nov 2026 · today ▸   14 jobs, 3 without technician, 2 in a slot taken twice`.
pub fn head(board: &Board, table: &Table, area: Rect, buf: &mut Buffer, theme: &Theme, today: NaiveDate) {
    let Some(by) = board.spec.day else { return };
    let day = of(&table.bound, by);
    let text = match day.and_then(calendar::date_from_days) {
        Some(date) => {
            let word = match calendar::days_of(date) - calendar::days_of(today) {
                -1 => " · yesterday",
                0 => " · today",
                1 => " · tomorrow",
                _ => "",
            };
            format!("◂ {}{word} ▸", date.format("%a %d %b %Y"))
        }
        None => "◂ every day ▸".to_string(),
    };
    let used = put(buf, area.x + 1, area.y, usize::from(area.width), &text, theme.title);
    let clashes: i64 = board.columns.iter().map(|c| c.clashes).sum();
    let nobody = board.columns.iter().find(|c| c.value.is_empty()).and_then(|c| c.count).unwrap_or(0);
    let mut parts = Vec::new();
    if nobody > 0 {
        parts.push(format!("{} with no {}", group_signed(nobody), field(board.spec.by).title.to_lowercase()));
    }
    if clashes > 0 {
        parts.push(format!("! {} in a slot taken twice", group_signed(clashes)));
    }
    let note = parts.join(" · ");
    if usize::from(area.width) > usize::from(used) + width(&note) + 4 {
        let style = if clashes > 0 { theme.warn } else { theme.dim };
        put_right(buf, area.x + used, area.right().saturating_sub(1), area.y, &note, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Timestamp;
    use crate::domain::Entity;
    use crate::query::schema::job as j;
    use crate::query::{Context, compile};

    #[test]
    fn the_day_takes_the_place_of_other_words_about_days() {
        let context = Context::at(Timestamp(1_795_000_000_000), "asha");
        for (text, want) in [
            ("is:open day<=today sort:day,slot", "is:open day:2026-11-23 sort:day,slot"),
            ("day:2026-11-20", "day:2026-11-23"),
            ("", "day:2026-11-23"),
            ("kind:fault or kind:install", "(kind:fault or kind:install) day:2026-11-23"),
            ("sort:slot", "day:2026-11-23 sort:slot"),
        ] {
            let got = with(text, j::DAY, 20_780);
            assert_eq!(got, want, "{text}");
            assert_eq!(of(&compile(&got, Entity::Job, &context).unwrap(), j::DAY), Some(20_780));
        }
        assert_eq!(of(&compile("day<=today", Entity::Job, &context).unwrap(), j::DAY), None);
        assert_eq!(with("day:(", j::DAY, 20_780), "day:(", "what cannot be read stays");
    }
}
