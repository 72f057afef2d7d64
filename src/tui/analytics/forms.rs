//! What is asked of whoever looks at figures: a filter, a period, a file.

use crate::domain::Entity;
use crate::insight::kpi::{Compare, period};
use crate::query::complete::{self, Place, Suggestion};

use super::super::overlay::form::{Form, FormKind, Slot, plain};
use super::super::overlay::{Pick, PickItem, Picker, Purpose};

/// Said above the line while nothing better is known.
const PROMPT: &str = "A filter as in the list of customers; nothing for all of them";

/// The filter of the page.
pub fn filter(now: &str) -> Form {
    let mut line = plain(Slot::Named("filter"), "Filter", "city:pune plan:fiber status:active", 400);
    line.input = super::super::input::Input::new(now, 400);
    let mut form = Form::plain_of(FormKind::PageFilter, "Figures of which customers", vec![line]);
    form.message = Some(PROMPT.into());
    form
}

/// Where the cursor of the filter is, in the grammar.
pub fn place(form: &Form) -> Place {
    let text = form.text_of(Slot::Named("filter"));
    let cursor = form.fields.first().map_or(text.len(), |f| f.input.cursor());
    complete::place(text, cursor, Entity::Customer)
}

/// Offers the likeliest of what could stand at the cursor; the line above names the others.
pub fn complete(form: &mut Form, found: &[Suggestion]) {
    let place = place(form);
    let fresh: Vec<&Suggestion> = found.iter().filter(|s| !s.insert.is_empty() && s.insert != place.typed).collect();
    let text = form.text_of(Slot::Named("filter")).to_string();
    let first = fresh.first().filter(|_| !place.typed.is_empty() || text.ends_with(':'));
    form.offer(
        0,
        first.map(|s| {
            (complete::apply(&text, &place, &s.insert).0, format!("{} {}", s.insert, s.note).trim().to_string())
        }),
    );
    form.message = Some(match fresh.as_slice() {
        [] => PROMPT.into(),
        [_, rest @ ..] if first.is_some() && !rest.is_empty() => format!("Or {}", names(rest)),
        _ if first.is_some() => PROMPT.into(),
        all => format!("{PROMPT}: {}", names(all)),
    });
}

fn names(of: &[&Suggestion]) -> String {
    of.iter().take(7).map(|s| s.insert.trim()).collect::<Vec<_>>().join(", ")
}

/// The period, from a list or as typed.
pub fn periods(now: &str) -> Picker {
    let items = period::PERIODS.iter().map(|(code, note)| PickItem::new(*code, *note, Pick::Text((*code).into())));
    let mut picker = Picker::new(
        format!("Period ({now}); or type 45d, 2026-10, 2026-04..2026-09"),
        Purpose::Period,
        items.collect(),
    );
    picker.free = true;
    picker
}

pub fn compares(now: Compare) -> Picker {
    let item = |c: Compare| {
        let so = (c == now).then(|| "it is so already".to_string());
        PickItem::new(c.label(), "", Pick::Text(c.code().into())).disabled(so)
    };
    Picker::new("Compare with", Purpose::Compare, Compare::ALL.into_iter().map(item).collect())
}

/// What a chart is written as.
pub const FORMATS: [(&str, &str); 4] = [
    ("png", "a picture"),
    ("svg", "a picture that scales"),
    ("csv", "its numbers"),
    ("json", "its numbers with their filters"),
];

pub fn formats(title: &str) -> Picker {
    let items =
        FORMATS.iter().map(|(code, note)| PickItem::new(code.to_uppercase(), *note, Pick::Text((*code).into())));
    Picker::new(format!("Write {title} to a file"), Purpose::SaveFigure, items.collect())
}
