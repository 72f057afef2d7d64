//! What is asked of whoever looks at figures: a filter, a period, a file.

use crate::insight::kpi::{Compare, period};

use super::super::overlay::form::{Form, FormKind, Slot, plain};
use super::super::overlay::{Pick, PickItem, Picker, Purpose};

/// The filter of the page.
pub fn filter(now: &str) -> Form {
    let mut line = plain(Slot::Named("filter"), "Filter", "city:pune plan:fiber status:active", 400);
    line.input = super::super::input::Input::new(now, 400);
    let mut form = Form::plain_of(FormKind::PageFilter, "Figures of which customers", vec![line]);
    form.message = Some("A filter as in the list of customers; nothing for all of them".into());
    form
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
