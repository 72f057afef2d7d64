//! THE table of key figures.

use super::Good::{Down, Neither, Up};
use super::Section::{Customers, Revenue, Sales, Service, Support};
use super::{Kpi, Needs, Unit, customers, revenue, sales, service, support};

const NO: Needs = Needs { steps: false, outages: false };
const STEPS: Needs = Needs { steps: true, outages: false };
const OUTAGES: Needs = Needs { steps: false, outages: true };

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
