//! A deal as a card: name and amount, seats and who owns it, what needs a hand.

use crate::base::{Timestamp, calendar};
use crate::domain::Record;
use crate::domain::deal::{Kind, Stage, Unit};
use crate::query::format;
use crate::query::schema::deal as d;

use super::super::board::Card;
use super::super::theme::Theme;

const DAY: i64 = 86_400_000;

pub fn of(row: &Record, patience: i64, theme: &Theme, now: Timestamp) -> Card {
    let unit = match Kind::parse(row.text(d::KIND)) {
        Some(Kind::Bulk) => Unit::Flat,
        Some(Kind::Corporate) => Unit::Branch,
        _ => Unit::Line,
    };
    let seats = row.int(d::SEATS).filter(|n| *n > 0).map_or("no lines yet".to_string(), |n| unit.count(n));
    Card {
        figure: (row.money(d::AMOUNT).short(), theme.text),
        second: (seats, theme.text),
        second_right: (row.text(d::OWNER).to_string(), theme.dim),
        third: pressing(row, patience, theme, now),
    }
}

/// The most pressing of: nothing done for too long, a day that has gone by, the day it should close.
fn pressing(row: &Record, patience: i64, theme: &Theme, now: Timestamp) -> (String, ratatui::style::Style) {
    let today = calendar::date_of(now);
    match Stage::parse(row.text(d::STAGE)) {
        Some(Stage::Won) => {
            return (format!("✓ BN {}", format::show(d::CUSTOMER, row.get(d::CUSTOMER))), theme.good);
        }
        Some(Stage::Lost) => return (format::show(d::LOST_REASON, row.get(d::LOST_REASON)), theme.dim),
        _ => {}
    }
    let idle = (now.0 - row.int(d::LAST_ACTIVITY).unwrap_or(now.0)).max(0) / DAY;
    if patience > 0 && idle >= patience {
        let style = if idle >= 2 * patience { theme.bad } else { theme.warn };
        return (format!("! idle {idle} d"), style);
    }
    match row.int(d::EXPECTED_CLOSE).and_then(calendar::date_from_days) {
        Some(day) if day < today => (format!("due {}", calendar::short_date(day, today)), theme.warn),
        Some(day) => (format!("closes {}", calendar::short_date(day, today)), theme.dim),
        None => ("no day to close".into(), theme.dim),
    }
}
