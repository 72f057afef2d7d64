//! The computed fields of deals and their lines: what lines sum to, and what a stage makes of it.

use crate::domain::deal::{self, Item, Line, Stage, Unit, portion};
use crate::domain::settings::Settings;
use crate::domain::{Record, Value};
use crate::query::schema::{deal as d, deal_line as dl};

/// A line as its arithmetic needs it.
pub fn line_of(row: &Record) -> Line {
    Line {
        item: Item::parse(row.text(dl::ITEM)).unwrap_or(Item::Plan),
        seats: row.int(dl::SEATS).unwrap_or(1),
        rate: row.money(dl::RATE),
        term: row.int(dl::TERM).unwrap_or(12),
        percent: row.int(dl::PERCENT).unwrap_or(0),
    }
}

/// Amount and title of the lines of one deal.
pub fn price(rows: &mut [Record]) {
    let lines: Vec<Line> = rows.iter().map(line_of).collect();
    for ((row, line), amount) in rows.iter_mut().zip(&lines).zip(deal::amounts(&lines)) {
        let unit = Unit::parse(row.text(dl::UNIT)).unwrap_or(Unit::Line);
        row.set(dl::AMOUNT, amount.into());
        let title = deal::words(line, unit, row.text(dl::PLAN));
        row.set(dl::TITLE, Value::text(title));
    }
}

/// Percent of the amount that a stage counts.
pub fn chance(stage: Stage, settings: &Settings) -> i64 {
    match stage {
        Stage::Won => 100,
        Stage::Lost => 0,
        open => settings.int(&format!("deal.chance.{}", open.code())),
    }
}

/// Makes the computed fields of a deal agree with its lines, its stage and the settings.
pub fn settle(row: &mut Record, lines: &[Record], settings: &Settings) {
    let sums = deal::sums(&lines.iter().map(line_of).collect::<Vec<_>>());
    for (field, sum) in d::SUMS.into_iter().zip(sums.by_item) {
        row.set(field, sum.into());
    }
    row.set(d::AMOUNT, sums.amount.into());
    row.set(d::MRR, sums.mrr.into());
    row.set(d::SEATS, Value::Int(sums.seats));
    weigh(row, settings);
}

/// Chance and weighted amount by the stage.
pub fn weigh(row: &mut Record, settings: &Settings) {
    let percent = chance(Stage::parse(row.text(d::STAGE)).unwrap_or(Stage::Qualified), settings);
    row.set(d::CHANCE, Value::Int(percent));
    row.set(d::WEIGHTED, portion(row.money(d::AMOUNT), percent, 100).into());
}
