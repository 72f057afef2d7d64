//! Key figures: THE table of them. The screen, `bharatnet report`, its list of formulas and the tests are folds of it.
//!
//! A figure is read from [`Facts`]: cuts of the rows, changes of price, outages. It is a value for a period and for
//! the one before, a chart, and for each bar, point and cell of the chart the filter of the rows behind it.

mod customers;
mod facts;
pub mod period;
mod revenue;
mod sales;
mod service;
mod support;
mod table;

use serde::Serialize;

use crate::base::Money;
use crate::base::money::group_signed;
use crate::domain::Entity;
use crate::query::cut::Cut;

use super::chart::{ChartSpec, Series, Shape};

pub use facts::{Facts, Outage};
pub use period::{Compare, Frame, Period, Span};
pub use table::{CARDS, KPIS};

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    Revenue,
    Customers,
    Service,
    Support,
    Sales,
}

impl Section {
    pub const ALL: [Section; 5] =
        [Section::Revenue, Section::Customers, Section::Service, Section::Support, Section::Sales];

    pub fn code(self) -> &'static str {
        match self {
            Section::Revenue => "revenue",
            Section::Customers => "customers",
            Section::Service => "service",
            Section::Support => "support",
            Section::Sales => "sales",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Section::Revenue => "Revenue",
            Section::Customers => "Customers",
            Section::Service => "Service",
            Section::Support => "Support",
            Section::Sales => "Sales",
        }
    }
}

/// What a value is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Rupees.
    Money,
    Count,
    Percent,
    /// Percent, to the hundredth.
    Fine,
    Minutes,
    Hours,
    /// From -100 to 100.
    Points,
    /// From 1 to 5.
    Stars,
    /// So many times.
    Times,
}

impl Unit {
    /// As an axis and a file name it.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Money => "₹",
            Unit::Count => "",
            Unit::Percent | Unit::Fine => "%",
            Unit::Minutes => "min",
            Unit::Hours => "h",
            Unit::Points => "points",
            Unit::Stars => "of 5",
            Unit::Times => "times",
        }
    }

    /// A value as people read it, short.
    pub fn show(self, v: f64) -> String {
        if !v.is_finite() {
            return "–".into();
        }
        #[expect(clippy::cast_possible_truncation, reason = "figures of a company are far below 2^63")]
        let whole = |v: f64| v.round() as i64;
        match self {
            Unit::Money => Money(whole(v * 100.0)).short(),
            Unit::Count => group_signed(whole(v)),
            Unit::Percent => format!("{v:.1}%"),
            Unit::Fine => format!("{v:.2}%"),
            Unit::Minutes if v.abs() >= 120.0 => format!("{:.1} h", v / 60.0),
            Unit::Minutes => format!("{v:.0} min"),
            Unit::Hours if v.abs() >= 72.0 => format!("{:.1} d", v / 24.0),
            Unit::Hours => format!("{v:.1} h"),
            Unit::Points => format!("{v:+.0}"),
            Unit::Stars => format!("{v:.2}"),
            Unit::Times => format!("{v:.1}×"),
        }
    }

    /// How a value has moved: amounts in percent, shares in points.
    pub fn change(self, now: f64, before: f64) -> Option<String> {
        if !now.is_finite() || !before.is_finite() {
            return None;
        }
        let by = now - before;
        match self {
            // What can lie below nothing is told by how much it moved.
            Unit::Money | Unit::Count if now < 0.0 || before < 0.0 => {
                Some(format!("{}{}", if by > 0.0 { "+" } else { "" }, self.show(by)))
            }
            Unit::Money | Unit::Count | Unit::Minutes | Unit::Hours | Unit::Times => {
                (before.abs() > 1e-9).then(|| format!("{:+.1}%", by / before.abs() * 100.0))
            }
            Unit::Percent => Some(format!("{by:+.1}")),
            Unit::Fine | Unit::Stars => Some(format!("{by:+.2}")),
            Unit::Points => Some(format!("{by:+.0}")),
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Good {
    Up,
    Down,
    Neither,
}

/// What is read besides cuts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    pub steps: bool,
    pub outages: bool,
}

/// One row of the table.
pub struct Kpi {
    /// What is typed: `mrr-movement`.
    pub code: &'static str,
    pub title: &'static str,
    pub section: Section,
    pub unit: Unit,
    pub good: Good,
    /// How it comes about, in words; a rule names its source.
    pub formula: &'static str,
    pub cuts: &'static [Cut],
    pub needs: Needs,
    pub read: fn(&Facts, &Frame) -> Reading,
}

/// The rows behind a bar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Drill {
    pub entity: Entity,
    /// A text of the filter language.
    pub filter: String,
}

/// What a figure is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// For the period; `None` where nothing is known.
    pub value: Option<f64>,
    /// For the period it is compared with.
    pub before: Option<f64>,
    pub chart: ChartSpec,
    /// What the chart is counted in, where that is not what the value is.
    pub counts: Option<Unit>,
    /// The rows behind each value, by series and label; empty where no filter tells them.
    pub drill: Vec<Vec<Option<Drill>>>,
    /// What else to know.
    pub note: String,
    /// Why there is nothing, and what would make it appear.
    pub missing: Option<String>,
}

/// The row of a code.
pub fn find(code: &str) -> Option<&'static Kpi> {
    KPIS.iter().find(|k| k.code.eq_ignore_ascii_case(code.trim()))
}

/// The rows of a section, in their order.
pub fn of(section: Section) -> impl Iterator<Item = &'static Kpi> {
    KPIS.iter().filter(move |k| k.section == section)
}

/// The table as Markdown, for `assets/docs/key-figures.md`.
pub fn markdown() -> String {
    let mut out = String::from("| figure | section | what | how it comes about |\n|---|---|---|---|\n");
    for k in KPIS {
        out.push_str(&format!("| `{}` | {} | {} | {} |\n", k.code, k.section.title(), k.title, k.formula));
    }
    out
}

impl Kpi {
    /// The figure.
    pub fn of(&self, facts: &Facts, frame: &Frame) -> Reading {
        let mut out = (self.read)(facts, frame);
        out.chart.title = self.title.into();
        out.chart.unit = out.counts.unwrap_or(self.unit).name().into();
        out.value = out.value.filter(|v| v.is_finite());
        out.before = out.before.filter(|v| v.is_finite());
        if out.value.is_none() && out.chart.values().next().is_none() && out.missing.is_none() {
            out.missing = Some("nothing of this is on record".into());
        }
        out
    }

    /// True, false where a change is for the better or the worse; `None` where it is neither.
    pub fn is_better(&self, now: f64, before: f64) -> Option<bool> {
        match self.good {
            _ if (now - before).abs() < 1e-9 => None,
            Good::Up => Some(now > before),
            Good::Down => Some(now < before),
            Good::Neither => None,
        }
    }
}

fn customers(filter: String) -> Option<Drill> {
    Some(Drill { entity: Entity::Customer, filter })
}

/// The value, the value before and a line over months, of one reading of a span.
fn trend(
    frame: &Frame,
    name: &str,
    of: impl Fn(Span) -> Option<f64>,
    drill: impl Fn(Span) -> Option<Drill>,
) -> Reading {
    let values = frame.months.iter().map(|m| of(*m).unwrap_or(f64::NAN)).collect();
    Reading {
        value: of(frame.period.span),
        before: frame.period.before.and_then(of),
        chart: ChartSpec {
            shape: Shape::Line,
            labels: frame.month_labels(),
            series: vec![Series { name: name.into(), values }],
            ..ChartSpec::default()
        },
        drill: vec![frame.months.iter().map(|m| drill(*m)).collect()],
        ..Reading::default()
    }
}

/// Most bars of a list; the rest is one more.
const BARS: usize = 12;

/// Lying bars, the greatest first; what is beyond the first dozen is left out and told in the note.
fn ranked(name: &str, mut parts: Vec<(String, f64, Option<Drill>)>) -> Reading {
    parts.retain(|p| p.1.is_finite() && p.1 != 0.0);
    parts.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let value: f64 = parts.iter().map(|p| p.1).sum();
    let note = match parts.len() {
        0..=BARS => String::new(),
        n => format!("the first {BARS} of {n}"),
    };
    parts.truncate(BARS);
    let mut out = bars(name, Shape::Ranked, parts);
    (out.value, out.note) = (Some(value), note);
    out
}

/// Bars as they come.
fn bars(name: &str, shape: Shape, parts: Vec<(String, f64, Option<Drill>)>) -> Reading {
    let (mut labels, mut values, mut drill) = (Vec::new(), Vec::new(), Vec::new());
    for (label, value, rows) in parts {
        labels.push(label);
        values.push(value);
        drill.push(rows);
    }
    let series = vec![Series { name: name.into(), values }];
    Reading {
        chart: ChartSpec { shape, labels, series, ..ChartSpec::default() },
        drill: vec![drill],
        ..Reading::default()
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures of a company are far below 2^52")]
fn float(n: i64) -> f64 {
    n as f64
}

/// Paise as rupees.
fn rupees(paise: i64) -> f64 {
    float(paise) / 100.0
}

/// A share; none of nothing.
fn share(part: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| part / of)
}

#[cfg(test)]
mod tests;
