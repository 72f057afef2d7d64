//! Incidents of the last half year, one that goes on, one that is announced.
//!
//! # The generating process
//!
//! THE process behind the incidents of the demo: every outage of four hours and more that `demo::network` gave an
//! OLT or a base station in the last six months was an incident, from the minute that the timelines of its lines
//! tell, with its cause; nothing was given back. This morning at ten to nine the node with the most lines went
//! down: cause known, expected back by one. On the night after tomorrow the second greatest is worked on from two
//! to four. How many lines each hit is counted while the customers are made.

use std::collections::BTreeMap;

use crate::base::Id;
use crate::domain::incident::{Phase, Scope, number};
use crate::domain::{Entity, Record, Value};
use crate::query::schema::{self, incident as n};

use super::Company;
use super::months::{NOW, SLOTS};

/// Who leads repairs.
const LEADS: [&str; 2] = ["arjun", "kavya"];

impl Company {
    /// The incidents, given the lines in service at each node.
    pub fn incidents(&self, lines: &BTreeMap<String, i64>) -> Vec<Record> {
        let today = self.months.today;
        let mut found: Vec<(i64, i64, &str, &str)> = Vec::new();
        for node in &self.network.nodes {
            for outage in (NOW - 6..SLOTS).filter_map(|slot| node.outages[slot]) {
                if outage.hours >= 4 && outage.day + outage.hours / 24 + 1 < today && lines.contains_key(&node.code) {
                    let minute = 60 + (outage.hours * 37 + outage.day * 11) % 1_200;
                    let began = self.months.at(outage.day, minute).0;
                    found.push((began, outage.hours * 60, node.code.as_str(), outage.cause));
                }
            }
        }
        found.sort_unstable();
        let mut out = Vec::new();
        let mut row = |phase: Phase, node: &str, title: String, began: i64| {
            let k = out.len() as i64 + 1;
            let mut r = schema::blank(Entity::Incident, Id(k));
            for (field, value) in [
                (n::NUMBER, Value::text(number(k))),
                (n::PHASE, Value::text(phase.code())),
                (n::TITLE, Value::text(title)),
                (n::SCOPE, Value::text(Scope::Olt.code())),
                (n::TARGET, Value::text(node)),
                (n::AFFECTED, Value::Int(lines.get(node).copied().unwrap_or(0))),
                (n::TICKETS, Value::Int(0)),
                (n::BEGAN, Value::Int(began)),
                (n::OWNER, Value::text(LEADS[(k % 2) as usize])),
            ] {
                r.set(field, value);
            }
            out.push(r);
            out.len() - 1
        };
        let mut ends = Vec::new();
        for (began, minutes, node, cause) in found {
            let at = row(Phase::Closed, node, format!("{node} down"), began);
            ends.push((at, began + minutes * 60_000, minutes, cause));
        }
        let mut by_size: Vec<(&String, &i64)> = lines.iter().collect();
        by_size.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        let (mut going, mut coming) = (None, None);
        if let Some((node, _)) = by_size.first() {
            going = Some(row(Phase::Identified, node, format!("{node} down"), self.months.at(today, 530).0));
        }
        if let Some((node, _)) = by_size.get(1) {
            coming =
                Some(row(Phase::Planned, node, format!("{node} gets new cards"), self.months.at(today + 2, 120).0));
        }
        for (at, ended, minutes, cause) in ends {
            out[at].set(n::ENDED, Value::Int(ended));
            out[at].set(n::MINUTES, Value::Int(minutes));
            out[at].set(n::CAUSE, Value::text(cause));
        }
        if let Some(at) = going {
            out[at].set(n::UNTIL, Value::Int(self.months.at(today, 780).0));
            out[at].set(n::UPDATE, Value::text("power failure at the POP, generator on the way"));
        }
        if let Some(at) = coming {
            out[at].set(n::UNTIL, Value::Int(self.months.at(today + 2, 240).0));
        }
        out
    }
}
