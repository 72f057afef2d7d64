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

use serde::Serialize;

use crate::base::Money;
use crate::base::money::group_signed;
use crate::domain::Entity;
use crate::query::cut::Cut;

use super::chart::{ChartSpec, Series, Shape};

pub use facts::{Facts, Outage};
pub use period::{Compare, Frame, Period, Span};

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

const NO: Needs = Needs { steps: false, outages: false };
const STEPS: Needs = Needs { steps: true, outages: false };
const OUTAGES: Needs = Needs { steps: false, outages: true };

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

use Good::{Down, Neither, Up};
use Section::{Customers, Revenue, Sales, Service, Support};

macro_rules! kpi {
    ($code:literal, $title:literal, $section:expr, $unit:ident, $good:expr, [$($cut:ident),*], $needs:expr, $read:path, $formula:expr) => {
        Kpi {
            code: $code, title: $title, section: $section, unit: Unit::$unit, good: $good, formula: $formula,
            cuts: &[$($crate::query::cut::$cut),*], needs: $needs, read: $read,
        }
    };
}

/// THE table.
pub static KPIS: &[Kpi] = &[
    kpi!(
        "mrr",
        "MRR",
        Revenue,
        Money,
        Up,
        [STARTED, UNBILLED],
        STEPS,
        revenue::mrr,
        "Monthly prices of the lines billed on the last day, before GST. Past days: lines that had begun and were billed \
         then, at the price they had."
    ),
    kpi!(
        "mrr-movement",
        "MRR movement",
        Revenue,
        Money,
        Up,
        [STARTED, UNBILLED],
        STEPS,
        revenue::movement,
        "New: lines that began, at their first price. Expansion and contraction: billed lines whose price rose or fell. \
         Churned: lines that stopped being billed (terminated, expired, suspended, paused) and are not billed today. \
         The value is the sum of the four, and so what the MRR moved by."
    ),
    kpi!(
        "arpu",
        "ARPU",
        Revenue,
        Money,
        Up,
        [STARTED, UNBILLED],
        STEPS,
        revenue::arpu,
        "MRR by the number of billed lines."
    ),
    kpi!(
        "mrr-forecast",
        "MRR to come",
        Revenue,
        Money,
        Up,
        [STARTED, UNBILLED],
        STEPS,
        revenue::forecast,
        "The next six month ends from those of the last three years, with limits that hold 95 of 100 times, by the method \
         that erred least on the past (`bharatnet forecast --help`)."
    ),
    kpi!("arr", "ARR", Revenue, Money, Up, [STARTED, UNBILLED], STEPS, revenue::arr, "Twelve times the MRR."),
    kpi!(
        "mrr-technology",
        "MRR by technology",
        Revenue,
        Money,
        Up,
        [BY_TECHNOLOGY],
        NO,
        revenue::by_technology,
        "MRR of today by fiber, broadband and wireless."
    ),
    kpi!(
        "mrr-plan",
        "MRR by plan",
        Revenue,
        Money,
        Up,
        [BY_PLAN],
        NO,
        revenue::by_plan,
        "MRR of today by the plan of the line."
    ),
    kpi!("mrr-city", "MRR by city", Revenue, Money, Up, [BY_CITY], NO, revenue::by_city, "MRR of today by city."),
    kpi!("mrr-state", "MRR by state", Revenue, Money, Up, [BY_STATE], NO, revenue::by_state, "MRR of today by state."),
    kpi!(
        "customers",
        "Billed lines",
        Customers,
        Count,
        Up,
        [STARTED, UNBILLED],
        NO,
        customers::lines,
        "Lines that had begun and were billed on the last day."
    ),
    kpi!(
        "growth",
        "Growth",
        Customers,
        Count,
        Up,
        [STARTED, LEFT],
        NO,
        customers::growth,
        "Lines that began less lines terminated."
    ),
    kpi!(
        "churn",
        "Churn",
        Customers,
        Percent,
        Down,
        [STARTED, LEFT],
        NO,
        customers::churn,
        "Lines terminated by lines there at the beginning, as if the period had 30 days."
    ),
    kpi!(
        "churn-reasons",
        "Why they left",
        Customers,
        Count,
        Down,
        [LEFT],
        NO,
        customers::reasons,
        "Lines terminated in the period by the reason noted."
    ),
    kpi!(
        "cohort",
        "Retention",
        Customers,
        Percent,
        Up,
        [COHORT],
        NO,
        customers::cohort,
        "Of the lines that began in a month (row), the share not terminated by the end of each month after it (column)."
    ),
    kpi!(
        "clv",
        "CLV",
        Customers,
        Money,
        Up,
        [STARTED, UNBILLED, LEFT],
        STEPS,
        customers::clv,
        "Customer lifetime value: ARPU times the setting report.margin, by the monthly churn of the period."
    ),
    kpi!(
        "nps",
        "NPS",
        Customers,
        Points,
        Up,
        [NPS],
        NO,
        customers::nps,
        "Percent that answered 9 or 10 less percent that answered 0 to 6 (Reichheld 2003): the last answer of each line."
    ),
    kpi!(
        "cac",
        "CAC",
        Customers,
        Money,
        Down,
        [STARTED],
        NO,
        customers::cac,
        "Cost of winning a customer: the setting report.spend for the days of the period, by lines that began in it."
    ),
    kpi!(
        "uptime",
        "Uptime",
        Service,
        Fine,
        Up,
        [STARTED, UNBILLED],
        OUTAGES,
        service::uptime,
        "One less the minutes lines were down in incidents (lines hit at the opening times minutes) by all minutes of the \
         billed lines."
    ),
    kpi!(
        "peak-hours",
        "Hours of most use",
        Service,
        Count,
        Neither,
        [PEAK],
        NO,
        service::peak,
        "Billed lines by the hours in which they use most, as measured for each line; a line counts in each of its hours."
    ),
    kpi!(
        "speed",
        "Speed delivered",
        Service,
        Percent,
        Up,
        [SPEED_SOLD, SPEED_GOT],
        NO,
        service::speed,
        "Mean measured speed of the last month by speed sold, both added up over billed lines that were measured."
    ),
    kpi!(
        "ott-reach",
        "Lines with OTT",
        Service,
        Percent,
        Up,
        [HAS_OTT],
        NO,
        service::reach,
        "Share of billed lines with at least one OTT app active."
    ),
    kpi!(
        "arrivals",
        "Complaints by hour",
        Service,
        Count,
        Neither,
        [ARRIVALS],
        NO,
        service::arrivals,
        "Tickets raised in the period by day of the week and hour in India: when customers notice. There is no use by the \
         hour in the data to show instead."
    ),
    kpi!(
        "ott-share",
        "OTT app used most",
        Service,
        Percent,
        Neither,
        [TOP_OTT],
        NO,
        service::ott,
        "Share of billed lines with a known favourite for which each app is it."
    ),
    kpi!("tickets", "Tickets", Support, Count, Down, [TICKETS], NO, support::volume, "Tickets raised."),
    kpi!(
        "ticket-categories",
        "Tickets by category",
        Support,
        Count,
        Down,
        [TICKETS],
        NO,
        support::categories,
        "Tickets raised in the period by category."
    ),
    kpi!(
        "first-response",
        "First answer",
        Support,
        Minutes,
        Down,
        [ANSWERED],
        NO,
        support::response,
        "Mean time from the opening to the first answer, of tickets raised in the period and answered."
    ),
    kpi!(
        "resolution",
        "Resolution",
        Support,
        Hours,
        Down,
        [RESOLVED],
        NO,
        support::resolution,
        "Mean time from the opening to the last solution, of tickets raised in the period and solved."
    ),
    kpi!(
        "sla",
        "SLA kept",
        Support,
        Percent,
        Up,
        [RESOLVED],
        NO,
        support::sla,
        "Share of the tickets raised in the period and solved that missed no clock."
    ),
    kpi!(
        "csat",
        "Satisfaction",
        Support,
        Stars,
        Up,
        [CSAT],
        NO,
        support::csat,
        "Mean answer after the solution, 1 to 5, of tickets raised in the period."
    ),
    kpi!(
        "backlog",
        "Backlog by age",
        Support,
        Count,
        Down,
        [BACKLOG],
        NO,
        support::backlog,
        "Tickets that are not resolved or closed today, by the days since they were raised."
    ),
    kpi!(
        "csat-answers",
        "Answers",
        Support,
        Count,
        Neither,
        [CSAT],
        NO,
        support::answers,
        "Answers after the solution by score, of tickets raised in the period."
    ),
    kpi!(
        "funnel",
        "Lead funnel",
        Sales,
        Count,
        Up,
        [FUNNEL],
        NO,
        sales::funnel,
        "Of the leads that came in within the period, how many reached each stage."
    ),
    kpi!(
        "conversion",
        "Conversion",
        Sales,
        Percent,
        Up,
        [FUNNEL],
        NO,
        sales::conversion,
        "Of the leads that came in within the period, the share that became customers by today."
    ),
    kpi!(
        "conversion-source",
        "Conversion by source",
        Sales,
        Percent,
        Up,
        [LEADS_BY_SOURCE, WON_BY_SOURCE],
        NO,
        sales::by_source,
        "Conversion by how the lead came."
    ),
    kpi!(
        "conversion-rep",
        "Conversion by rep",
        Sales,
        Percent,
        Up,
        [LEADS_BY_REP, WON_BY_REP],
        NO,
        sales::by_rep,
        "Conversion by the rep who has the lead."
    ),
    kpi!(
        "pipeline",
        "Deal forecast",
        Sales,
        Money,
        Up,
        [DEALS_OPEN],
        NO,
        sales::pipeline,
        "Weighted amounts (amount times the chance of the stage) of open deals by the month they are expected to close; \
         what is overdue stands in the first."
    ),
    kpi!(
        "win-rate",
        "Win rate",
        Sales,
        Percent,
        Up,
        [DEALS_WON, DEALS_LOST],
        NO,
        sales::rate,
        "Deals won by deals won and lost in the period; the bars count both by month."
    ),
    kpi!("won", "Deals won", Sales, Money, Up, [DEALS_WON], NO, sales::won, "Amounts of the deals won in the period."),
    kpi!(
        "deal-size",
        "Deal size",
        Sales,
        Money,
        Up,
        [DEALS_WON],
        NO,
        sales::size,
        "Mean amount of the deals won in the period."
    ),
    kpi!(
        "lost-reasons",
        "Why deals were lost",
        Sales,
        Count,
        Down,
        [DEALS_LOST],
        NO,
        sales::lost,
        "Deals lost in the period by reason."
    ),
];

/// The figures that stand on top of the page.
pub const CARDS: [&str; 6] = ["mrr", "customers", "churn", "arpu", "sla", "nps"];

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
            Up => Some(now > before),
            Down => Some(now < before),
            Neither => None,
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
