//! A job as a card on the board of technicians: whom, when, what, where.

use crate::base::{Timestamp, calendar};
use crate::domain::Record;
use crate::domain::job::JobState;
use crate::query::format;
use crate::query::schema::job as j;

use super::super::board::Card;
use super::super::theme::Theme;
use super::panel::state_style;

pub fn of(row: &Record, _: i64, theme: &Theme, now: Timestamp) -> Card {
    let today = calendar::date_of(now);
    let state = JobState::parse(row.text(j::STATE)).unwrap_or(JobState::Open);
    let day = row.int(j::DAY).and_then(calendar::date_from_days);
    let late = state.is_open() && day.is_some_and(|d| d < today);
    let when = match day {
        Some(d) if d == today => row.text(j::SLOT).to_string(),
        Some(d) => format!("{} {:.2}", calendar::short_date(d, today), row.text(j::SLOT)),
        None => "no day yet".into(),
    };
    Card {
        figure: (state.shape().to_string(), state_style(state, theme)),
        second: (when, if late { theme.bad } else { theme.text }),
        second_right: (String::new(), theme.dim),
        third: (format!("{} {}", format::show(j::KIND, row.get(j::KIND)), row.text(j::AREA)), theme.dim),
    }
}

/// The slot that nobody else's job of the technician can have.
pub fn place(row: &Record) -> Option<String> {
    let open = JobState::parse(row.text(j::STATE)).is_some_and(JobState::is_open);
    let (owner, slot) = (row.text(j::OWNER), row.text(j::SLOT));
    (open && !owner.is_empty() && !slot.is_empty()).then_some(())?;
    Some(format!("{} {slot}", row.int(j::DAY)?))
}

/// The same in the two lines of a list on a narrow screen: a figure at the right, and the second line.
pub fn line(row: &Record, theme: &Theme, today: chrono::NaiveDate) -> (String, ratatui::style::Style, String) {
    let state = JobState::parse(row.text(j::STATE)).unwrap_or(JobState::Open);
    let day = row.int(j::DAY).and_then(calendar::date_from_days);
    let late = state.is_open() && day.is_some_and(|d| d < today);
    let when = match day {
        Some(d) if d == today => row.text(j::SLOT).to_string(),
        Some(d) => calendar::short_date(d, today),
        None => "no day".into(),
    };
    let style = if late { theme.bad } else { state_style(state, theme) };
    let second = format!("{} · {}", format::show(j::KIND, row.get(j::KIND)), row.text(j::AREA));
    (when, style, second)
}
