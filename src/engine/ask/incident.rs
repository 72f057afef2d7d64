//! Questions about incidents.

use std::collections::BTreeMap;

use crate::base::{Id, Money, Timestamp};
use crate::domain::incident::{Scope as Hits, filter};
use crate::domain::{Entity, Record};
use crate::query::schema::{customer as c, incident as n, ticket as t};
use crate::query::{Context, compile};
use crate::store::{Anchor, GroupAsk, PageAsk, Read, Totals};

use super::super::error::ReadError;
use super::briefing::{Event, changes_of};
use super::{Ask, Scene};

/// An incident with what hangs on it.
#[derive(Clone, Debug)]
pub struct IncidentSheet {
    pub record: Record,
    /// The filter text of the lines it hits.
    pub filter: String,
    /// Lines that it keeps now, with their monthly revenue.
    pub lines: i64,
    pub mrr: Money,
    /// Where they are, the most first.
    pub areas: Vec<(String, i64)>,
    /// Tickets attached, and how many of them are open.
    pub tickets: i64,
    pub open: i64,
    /// Open ones, the next to be missed first.
    pub first: Vec<Record>,
    /// Messages queued for its lines, and sent.
    pub messages: i64,
    /// Lines that were given something back.
    pub rebates: i64,
    /// The newest first.
    pub timeline: Vec<Event>,
}

/// The sheet of one incident.
#[derive(Clone, Copy, Debug)]
pub struct AskIncident {
    pub id: Id,
    pub events: usize,
}

impl Ask for AskIncident {
    type Answer = IncidentSheet;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<IncidentSheet, ReadError> {
        const SHOWN: usize = 8;
        let found = read.row(Entity::Incident, self.id)?;
        let record = found.ok_or_else(|| ReadError::NotFound(format!("incident {}", self.id)))?;
        let number = record.text(n::NUMBER).to_string();
        let scope = Hits::parse(record.text(n::SCOPE)).unwrap_or(Hits::Filter);
        let filter = filter(scope, record.text(n::TARGET));
        let bound = |entity, text: &str| compile(text, entity, &scene.context).map_err(ReadError::Query);
        let count = |entity, text: &str| Ok::<_, ReadError>(read.totals(&bound(entity, text)?)?.count);
        // A filter that can no longer be read keeps no lines.
        let (mut lines, mut areas) = (Totals::default(), Vec::new());
        if let Ok(hit) = bound(Entity::Customer, &filter) {
            lines = read.totals(&hit)?;
            let measures = vec![crate::store::Measure::Count];
            let found = read.groups(&GroupAsk { filter: hit, by: Some(c::AREA), measures })?;
            areas =
                found.into_iter().map(|(a, n)| (a.as_text().to_string(), n.first().copied().unwrap_or(0))).collect();
            areas.sort_by_key(|(area, n)| (std::cmp::Reverse(*n), area.clone()));
        }
        let open = format!("incident={number} is:open sort:clock");
        let ask = PageAsk {
            filter: bound(Entity::Ticket, &open)?,
            sort: vec![(t::CLOCK, false)],
            fields: vec![t::DOCKET, t::SUBJECT, t::NAME, t::CLOCK],
            anchor: Anchor::First,
            limit: SHOWN,
        };
        Ok(IncidentSheet {
            lines: lines.count,
            mrr: lines.mrr,
            areas,
            tickets: count(Entity::Ticket, &format!("incident={number}"))?,
            open: count(Entity::Ticket, &open)?,
            first: read.page(&ask)?.rows,
            messages: count(Entity::Message, &format!("reference={number}"))?,
            rebates: count(Entity::Rebate, &format!("incident={number}"))?,
            timeline: changes_of(read, scene, Entity::Incident, self.id, self.events)?,
            filter,
            record,
        })
    }
}

/// How much of a stretch of time the lines of an area were up, as far as incidents tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaUptime {
    pub area: String,
    /// Lines in service now.
    pub lines: i64,
    /// Minutes that lines were down, all of them added up.
    pub lost: i64,
    /// Minutes of the stretch.
    pub minutes: i64,
}

impl AreaUptime {
    /// Thousandths of a per cent that lines were up.
    pub fn share(&self) -> i64 {
        let all = (self.lines * self.minutes).max(1);
        100_000 - (self.lost.min(all) * 100_000 / all)
    }
}

/// Uptime of each area from the incidents that were closed or go on: the minutes of an incident count for the lines
/// its filter keeps now. The worst area first.
#[derive(Clone, Copy, Debug)]
pub struct AskUptime {
    pub from: Timestamp,
    pub to: Timestamp,
}

impl Ask for AskUptime {
    type Answer = Vec<AreaUptime>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<AreaUptime>, ReadError> {
        let context = Context::at(scene.now, scene.who.user.as_str());
        let areas = |text: &str| -> Result<Vec<(String, i64)>, ReadError> {
            let filter = compile(text, Entity::Customer, &context).map_err(ReadError::Query)?;
            let found =
                read.groups(&GroupAsk { filter, by: Some(c::AREA), measures: vec![crate::store::Measure::Count] })?;
            Ok(found
                .into_iter()
                .map(|(area, n)| (area.as_text().to_string(), n.first().copied().unwrap_or(0)))
                .collect())
        };
        let minutes = (self.to.since(self.from) / 60_000).max(1);
        let lines = areas("-status:pending,terminated")?;
        let mut lost: BTreeMap<String, i64> = BTreeMap::new();
        let text = "phase:investigating,identified,monitoring,closed";
        let bound = compile(text, Entity::Incident, &context).map_err(ReadError::Query)?;
        for row in read.rows_of(Entity::Incident, &read.ids(&bound)?)? {
            let began = row.int(n::BEGAN).unwrap_or(scene.now.0).max(self.from.0);
            let ended = row.int(n::ENDED).unwrap_or(scene.now.0).min(self.to.0);
            let down = (ended - began) / 60_000;
            if down <= 0 {
                continue;
            }
            let scope = Hits::parse(row.text(n::SCOPE)).unwrap_or(Hits::Filter);
            // A filter that can no longer be read tells nothing.
            let Ok(hit) = areas(&filter(scope, row.text(n::TARGET))) else { continue };
            for (area, count) in hit {
                *lost.entry(area).or_default() += count * down;
            }
        }
        let of = |(area, lines): (String, i64)| {
            let lost = lost.get(&area).copied().unwrap_or(0);
            AreaUptime { area, lines, lost, minutes }
        };
        let mut out: Vec<AreaUptime> = lines.into_iter().map(of).collect();
        out.sort_by(|a, b| a.share().cmp(&b.share()).then_with(|| a.area.cmp(&b.area)));
        Ok(out)
    }
}
