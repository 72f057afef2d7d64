//! Folds and models over rows handed in. Pure: no clock, no store, no terminal.

pub mod chart;
pub mod churn;
pub mod cores;
pub mod deal;
pub mod deal_sums;
pub mod forecast;
pub mod kpi;
pub mod lead;
pub mod lead_next;
pub mod learn;
pub mod next;
pub mod odds;
pub mod offers;
pub mod place;
pub mod plot;
pub mod recommend;
pub mod risk;
pub mod segments;
pub mod text;
