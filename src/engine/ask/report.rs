//! Key figures: what the table of them needs is read in as few passes as can be, then folded.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::domain::Entity;
use crate::insight::kpi::{Facts, Frame, Kpi, Outage, Period, Reading, find};
use crate::query::bind::Bound;
use crate::query::compile;
use crate::query::cut::Cut;
use crate::query::schema::incident as n;
use crate::store::{Read, Rows};

use super::super::error::ReadError;
use super::super::mask;
use super::{Ask, Scene};

/// Key figures for a period, of the customers a filter keeps.
#[derive(Clone, Debug)]
pub struct AskReport {
    /// Codes of the table.
    pub kpis: Vec<&'static str>,
    /// A filter of customers, as it was typed; empty for all.
    pub filter: String,
    pub period: Period,
}

/// How a filter of customers was applied to rows of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// There is none.
    Nothing,
    /// As a filter of these rows themselves: their rows can be opened with it.
    Itself,
    /// By the customer of each row.
    ByCustomer,
    /// Not at all: these rows know nothing of it.
    Not,
}

impl Applied {
    /// What to say of it above figures of these rows.
    pub fn note(self, entity: Entity) -> String {
        let rows = entity.label().to_lowercase();
        match self {
            Applied::Nothing => String::new(),
            Applied::Itself => format!("the filter is asked of {rows}"),
            Applied::ByCustomer => format!("{rows} of the customers that the filter keeps"),
            Applied::Not => format!("the filter says nothing of {rows}: all are counted"),
        }
    }
}

/// The figures in the order they were asked for.
#[derive(Clone, Debug)]
pub struct Report {
    pub frame: Frame,
    pub readings: Vec<(&'static str, Reading)>,
    /// What became of the filter, by what was looked at.
    pub applied: Vec<(Entity, Applied)>,
}

impl Report {
    pub fn reading(&self, code: &str) -> Option<&Reading> {
        self.readings.iter().find(|(c, _)| *c == code).map(|(_, r)| r)
    }

    /// How the filter was applied to the rows a figure is of.
    pub fn applied_to(&self, kpi: &Kpi) -> Vec<(Entity, Applied)> {
        let mine = |e: &Entity| kpi.cuts.iter().any(|c| c.entity == *e) || kpi.needs.outages && *e == Entity::Incident;
        self.applied.iter().copied().filter(|(e, _)| mine(e)).collect()
    }

    /// The same in words.
    pub fn told_of(&self, kpi: &Kpi) -> Vec<String> {
        let told = self.applied_to(kpi).into_iter().filter(|(_, how)| *how != Applied::Nothing);
        told.map(|(entity, how)| how.note(entity)).collect()
    }

    /// A figure with its numbers and the filters of the rows behind them.
    pub fn json(&self, kpi: &Kpi) -> Json {
        let missing = Reading::default();
        let r = self.reading(kpi.code).unwrap_or(&missing);
        let series = r.chart.series.iter().enumerate().map(|(s, one)| {
            let points = r.chart.labels.iter().zip(&one.values).enumerate().map(|(i, (label, v))| {
                let mut point = json!({"label": label, "value": number(*v)});
                if let Some(drill) = r.drill.get(s).and_then(|d| d.get(i)?.as_ref()) {
                    point["rows"] = json!(drill.entity.code());
                    point["filter"] = json!(drill.filter);
                }
                point
            });
            json!({"name": one.name, "points": points.collect::<Vec<_>>()})
        });
        let period = &self.frame.period;
        json!({
            "kpi": kpi.code,
            "title": kpi.title,
            "unit": kpi.unit.name(),
            "period": period.span.text(),
            "compared-with": period.before.map(|b| b.text()),
            "value": r.value.map(number),
            "before": r.before.map(number),
            "series": series.collect::<Vec<_>>(),
            "note": r.note,
            "missing": r.missing,
            "filter": self.told_of(kpi),
            "formula": kpi.formula,
        })
    }
}

/// Rupees to the paisa, shares to the ten-thousandth.
fn number(v: f64) -> Json {
    if v.is_finite() { json!((v * 10_000.0).round() / 10_000.0) } else { Json::Null }
}

impl Ask for AskReport {
    type Answer = Report;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Report, ReadError> {
        let today = crate::base::calendar::days_of(scene.today);
        let frame = Frame::new(self.period.clone(), today, scene.now.0);
        let of = |code: &&'static str| find(code).ok_or_else(|| ReadError::NotFound(format!("the figure {code}")));
        let kpis: Vec<&Kpi> = self.kpis.iter().map(of).collect::<Result<_, _>>()?;
        let customers = match self.filter.trim() {
            "" => None,
            text => {
                let bound = compile(text, Entity::Customer, &scene.context)?;
                Some(mask::asked(scene.who, &bound, &[])?)
            }
        };
        let mut wanted: BTreeMap<Entity, Vec<Cut>> = BTreeMap::new();
        for cut in kpis.iter().flat_map(|k| k.cuts) {
            let cuts = wanted.entry(cut.entity).or_default();
            if !cuts.contains(cut) {
                cuts.push(*cut);
            }
        }
        let mut facts = Facts { settings: read.settings()?, ..Facts::default() };
        let mut applied = Vec::new();
        for (entity, cuts) in &wanted {
            let (rows, how) = self.rows(scene, *entity, customers.as_ref());
            applied.push((*entity, how));
            // Lines count from their first day on, and what is open or asked for may lie ahead; of what comes and
            // goes only the time that is shown is read.
            let reach = match entity {
                Entity::Ticket | Entity::Lead if !cuts.contains(&crate::query::cut::BACKLOG) => {
                    (frame.reach().from, today)
                }
                _ => (i64::MIN, i64::MAX),
            };
            for (cut, cells) in cuts.iter().zip(read.cuts(cuts, &rows, reach)?) {
                facts.cells.insert(cut.code(), cells);
            }
        }
        if kpis.iter().any(|k| k.needs.steps) {
            let rows = customers.clone().map_or(Rows::All, Rows::Of);
            facts.steps = read.steps(&rows)?;
            if kpis.iter().any(|k| k.code == "mrr-movement") {
                let from = frame.months.first().map_or(today, |m| m.from);
                facts.stepped = read.stepped(&rows, from, STEPPED)?;
            }
        }
        if kpis.iter().any(|k| k.needs.outages) {
            facts.outages = outages(read, scene)?;
            applied.push((Entity::Incident, if customers.is_some() { Applied::Not } else { Applied::Nothing }));
        }
        let readings = kpis.iter().map(|k| (k.code, k.of(&facts, &frame))).collect();
        Ok(Report { frame, readings, applied })
    }
}

impl AskReport {
    fn rows(&self, scene: &Scene<'_>, entity: Entity, customers: Option<&Bound>) -> (Rows, Applied) {
        let Some(customers) = customers else { return (Rows::All, Applied::Nothing) };
        if entity == Entity::Customer {
            return (Rows::Of(customers.clone()), Applied::Itself);
        }
        let own = compile(&self.filter, entity, &scene.context).ok();
        match own.and_then(|bound| mask::asked(scene.who, &bound, &[]).ok()) {
            Some(bound) => (Rows::Of(bound), Applied::Itself),
            None if entity == Entity::Ticket => (Rows::OfCustomers(customers.clone()), Applied::ByCustomer),
            None => (Rows::All, Applied::Not),
        }
    }
}

/// Changes of price that are named one by one, so that a filter can open them.
const STEPPED: usize = 2_000;

/// Every incident that took lines down.
fn outages(read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Outage>, ReadError> {
    let bound = compile("phase:investigating,identified,monitoring,closed", Entity::Incident, &scene.context)?;
    let of = |row: crate::domain::Record| {
        Some(Outage {
            number: row.text(n::NUMBER).to_string(),
            from: row.int(n::BEGAN)?,
            to: row.int(n::ENDED).unwrap_or(scene.now.0),
            lines: row.int(n::AFFECTED).unwrap_or(0),
        })
    };
    Ok(read.rows_of(Entity::Incident, &read.ids(&bound)?)?.into_iter().filter_map(of).collect())
}
