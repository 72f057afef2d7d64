//! A lead as a card: name and score, what it wants and whether we reach it, what runs out next.

use crate::base::{Timestamp, calendar};
use crate::domain::Record;
use crate::domain::lead::{Availability, Stage};
use crate::query::format;
use crate::query::schema::lead as l;

use super::super::board::{Card, span};
use super::super::theme::Theme;
use super::panel::{availability, score_style};

pub fn of(row: &Record, patience: i64, theme: &Theme, now: Timestamp) -> Card {
    let score = row.int(l::SCORE);
    let wanted = match row.text(l::PLAN) {
        "" => row.int(l::WANTED_SPEED).map_or_else(|| row.text(l::AREA).to_string(), |n| format!("{n} Mbps")),
        plan => plan.to_string(),
    };
    let reach = Availability::parse(row.text(l::AVAILABILITY));
    let (_, reach_style) = availability(row.text(l::AVAILABILITY), theme);
    Card {
        figure: score.map_or_else(Default::default, |n| (n.to_string(), score_style(n, theme))),
        second: (wanted, theme.text),
        second_right: (reach.map_or("?", Availability::shape).to_string(), reach_style),
        third: runs_out(row, patience, theme, now),
    }
}

/// The most pressing of: a contact that is owed, a follow-up, how long it has been in its stage.
fn runs_out(row: &Record, patience: i64, theme: &Theme, now: Timestamp) -> (String, ratatui::style::Style) {
    let since_then = |since: i64| (now.0 - since).max(0);
    let stage = Stage::parse(row.text(l::STAGE)).unwrap_or(Stage::New);
    let since = row.int(l::STAGE_SINCE).unwrap_or(now.0);
    match stage {
        Stage::Converted => {
            let account = row.get(l::CUSTOMER);
            return (format!("✓ {}", format::show(l::CUSTOMER, account)), theme.good);
        }
        Stage::Lost => return (format::show(l::LOST_REASON, row.get(l::LOST_REASON)), theme.dim),
        _ => {}
    }
    let snoozed = row.int(l::SNOOZED_UNTIL).is_some_and(|until| until > now.0);
    if let Some(due) = row.int(l::FOLLOW_UP).filter(|_| !snoozed) {
        if due <= now.0 {
            return (format!("! {} late", span(since_then(due))), theme.bad);
        }
        let today = calendar::date_of(now);
        let day = calendar::date_of(Timestamp(due));
        let when = if day == today { calendar::clock_face(Timestamp(due)) } else { calendar::short_date(day, today) };
        return (format!("call {when}"), theme.text);
    }
    if row.get(l::FIRST_RESPONSE).is_null() {
        let created = row.int(l::CREATED).unwrap_or(since);
        return (format!("waits {}", span(since_then(created))), theme.warn);
    }
    let here = since_then(since);
    let old = patience > 0 && here > patience * 86_400_000;
    (format!("{} here", span(here)), if old { theme.warn } else { theme.dim })
}
