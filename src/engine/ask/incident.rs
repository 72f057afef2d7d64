//! Questions about incidents.

use std::collections::BTreeMap;

use crate::base::Timestamp;
use crate::domain::Entity;
use crate::domain::incident::{Scope as Hits, filter};
use crate::query::schema::{customer as c, incident as n};
use crate::query::{Context, compile};
use crate::store::{GroupAsk, Read};

use super::super::error::ReadError;
use super::{Ask, Scene};

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
