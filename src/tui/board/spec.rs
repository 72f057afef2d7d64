//! THE table of boards: which entities have one, by which field, and what a card says.

use ratatui::style::Style;

use crate::base::Timestamp;
use crate::domain::deal;
use crate::domain::lead::Stage;
use crate::domain::{Entity, FieldId, Record};
use crate::query::schema::{deal as d, job as j, lead as l};

use super::super::deals;
use super::super::theme::Theme;
use super::super::{jobs, leads};

/// What a card says, line by line: left, and right where there is something.
#[derive(Clone, Debug, Default)]
pub struct Card {
    pub figure: (String, Style),
    pub second: (String, Style),
    pub second_right: (String, Style),
    pub third: (String, Style),
}

/// The place that a row takes, where it takes one.
pub type PlaceOf = fn(&Record) -> Option<String>;

/// One row of the table.
#[derive(Debug)]
pub struct Spec {
    pub entity: Entity,
    /// The field whose values are the columns.
    pub by: FieldId,
    /// Code and title of each column, in order; empty where they are the values found.
    pub columns: fn() -> Vec<(String, String)>,
    /// When a row came into its column.
    pub since: Option<FieldId>,
    /// The settings of how long it may stay there; see [`crate::engine::ask::AskBoard`].
    pub patience: Option<&'static str>,
    /// Whether those who have none of the rows have a column, too.
    pub people: bool,
    /// The field of the one day it shows, where it is a board of days.
    pub day: Option<FieldId>,
    /// What only one open row of a column can have on a day, such as a slot: its field, and what it is of a row.
    pub place: Option<(FieldId, PlaceOf)>,
    /// What a card says in the place of its date while one day is shown.
    pub time: Option<FieldId>,
    /// Whether the screen begins with the board.
    pub first: bool,
    /// A row, the days it may stay where it is, the colours, now.
    pub card: fn(&Record, i64, &Theme, Timestamp) -> Card,
}

pub static BOARDS: &[Spec] = &[
    Spec {
        entity: Entity::Lead,
        by: l::STAGE,
        columns: lead_stages,
        since: Some(l::STAGE_SINCE),
        patience: Some("lead.ageing."),
        people: false,
        day: None,
        place: None,
        time: None,
        first: true,
        card: leads::card::of,
    },
    Spec {
        entity: Entity::Deal,
        by: d::STAGE,
        columns: deal_stages,
        // A deal ages by what is not done about it.
        since: Some(d::LAST_ACTIVITY),
        patience: Some("deal.patience."),
        people: false,
        day: None,
        place: None,
        time: None,
        first: true,
        card: deals::card::of,
    },
    Spec {
        entity: Entity::Job,
        by: j::OWNER,
        // The technicians there are.
        columns: Vec::new,
        since: None,
        patience: None,
        people: true,
        day: Some(j::DAY),
        place: Some((j::SLOT, jobs::card::place)),
        time: Some(j::SLOT),
        first: false,
        card: jobs::card::of,
    },
];

/// The board of an entity.
pub fn spec(entity: Entity) -> Option<&'static Spec> {
    BOARDS.iter().find(|s| s.entity == entity)
}

fn lead_stages() -> Vec<(String, String)> {
    let short = |s: &Stage| match s {
        Stage::Survey => "Site survey",
        Stage::Quoted => "Quotation",
        Stage::Install => "Installation",
        s => s.label(),
    };
    Stage::ALL.iter().map(|s| (s.code().to_string(), short(s).to_string())).collect()
}

fn deal_stages() -> Vec<(String, String)> {
    deal::Stage::ALL.iter().map(|s| (s.code().to_string(), s.label().to_string())).collect()
}
