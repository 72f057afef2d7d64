//! The places of the coverage directory, the territories, and what is known of past leads.

use std::collections::BTreeMap;

use crate::base::{Id, Money};
use crate::domain::customer::Source;
use crate::domain::lead::Availability;
use crate::domain::settings::Settings as Figures;
use crate::domain::{Entity, Technology};
use crate::insight::lead::{Past, Tally, Weights};
use crate::insight::place::place_name;
use crate::query::schema::{blank, coverage as cov, territory as t};

use super::super::chance::Dice;
use super::super::row::put;
use super::{Causes, Field, REACH, REPS, STREAM};

impl Field {
    pub fn new(
        source: &super::super::source::Source,
        net: &super::super::network::Network,
        today: i64,
        seed: u64,
    ) -> Field {
        let mut dice = Dice::new(seed, STREAM - 1);
        let mut field = Field {
            directory: BTreeMap::new(),
            planned: Vec::new(),
            dark: Vec::new(),
            shut: Vec::new(),
            rates: Vec::new(),
            lost: [0; REPS.len()],
            average: 1,
            weights: Weights::of(&Figures::default()),
            coverage: Vec::new(),
            territories: Vec::new(),
        };
        let mut next = 0;
        let mut row = |pin: &str, area: &str, building: &str, city: &str, status: Availability| {
            next += 1;
            let mut r = blank(Entity::Coverage, Id(next));
            put(&mut r, cov::PLACE, place_name(pin, area, building));
            put(&mut r, cov::PINCODE, pin);
            put(&mut r, cov::AREA, area);
            put(&mut r, cov::BUILDING, building);
            put(&mut r, cov::CITY, city);
            put(&mut r, cov::STATUS, status.code());
            r
        };
        for (n, (city, town)) in net.cities.iter().zip(&source.towns).enumerate() {
            let mut r = blank(Entity::Territory, Id(n as i64 + 1));
            put(&mut r, t::PLACE, city.name);
            put(&mut r, t::REP, REPS[n % REPS.len()].0);
            field.territories.push(r);
            for area in city.areas.clone() {
                let a = &net.areas[area];
                let mut r = row(a.pincode, &a.name, "", city.name, Availability::Serviceable);
                let metres = dice.range(20, 120);
                put(&mut r, cov::TECHNOLOGY, Technology::Fiber.code());
                put(&mut r, cov::OLT, net.nodes.get(a.olts.start).map_or("", |n| n.code.as_str()));
                put(&mut r, cov::PORTS, if dice.chance(80) { 0 } else { dice.range(1, 48) });
                put(&mut r, cov::DROP, metres);
                put(&mut r, cov::INSTALL_COST, Money::rupees(900 + 12 * metres));
                field.coverage.push(r);
                if area % 5 == 2 {
                    let building = dice.one_of(&net.buildings).clone();
                    let mut r = row(a.pincode, &a.name, &building, city.name, Availability::NotCovered);
                    put(&mut r, cov::NOTE, "The society gives no permission for a cable");
                    field.coverage.push(r);
                    field.shut.push((area, building));
                }
            }
            let served = |pin: &str, name: &str| {
                city.areas.clone().any(|a| net.areas[a].pincode == pin && net.areas[a].name == name)
            };
            let mut others = town.localities.iter().filter(|(pin, name)| !served(pin, name)).cloned();
            let planned: Vec<(&'static str, String)> = others.by_ref().take(3).collect();
            for (k, (pin, name)) in planned.iter().enumerate() {
                let mut r = row(pin, name, "", city.name, Availability::Planned);
                if k < 2 {
                    put(&mut r, cov::LIVE_ON, today + dice.range(12, 80) + 120 * k as i64);
                }
                put(&mut r, cov::TECHNOLOGY, Technology::Fiber.code());
                field.coverage.push(r);
            }
            field.planned.push(planned);
            field.dark.push(others.take(3).collect());
        }
        for r in &field.coverage {
            field.directory.entry(r.text(cov::PINCODE).to_string()).or_default().push(r.clone());
        }
        field.learn(&mut dice);
        field
    }

    /// The conversion rates that the process comes to, by drawing from it.
    pub(super) fn learn(&mut self, dice: &mut Dice) {
        let mut all = 0;
        for source in Source::ALL {
            let draws = 300;
            let won: i64 = (0..draws)
                .map(|n| {
                    let reach = dice.choose(REACH);
                    Causes::draw(reach, Some(*source), REPS[n % REPS.len()].1, dice).chance()
                })
                .sum();
            self.rates.push((*source, won / draws as i64));
            all += won / draws as i64;
        }
        self.average = (all / Source::ALL.len() as i64).max(1);
        for (n, (_, median)) in REPS.iter().enumerate() {
            let draws = 1_500;
            let won: i64 =
                (0..draws).map(|_| Causes::draw(dice.choose(REACH), None, *median, dice).chance()).sum::<i64>() / draws;
            self.lost[n] = (1_000 - won) * 1_000 / won.max(1);
        }
    }

    pub(super) fn past(&self, source: Source) -> Past {
        let rate = self.rates.iter().find(|(s, _)| *s == source).map_or(self.average, |(_, r)| *r);
        Past { source: Tally { won: rate, closed: 1_000 }, all: Tally { won: self.average, closed: 1_000 } }
    }
}
