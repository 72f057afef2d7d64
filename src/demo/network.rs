//! Where the company is: cities, areas, the OLTs and base stations that serve them, and what went wrong
//! on each of these in the last nineteen months.
//!
//! An OLT has a quality from the start. One in ten is bad: oversold, with long outages; half of the bad ones turned
//! bad within the last half year. Three in ten are middling, the rest good. The share of bad ones is
//! laid out evenly over the OLTs, so that a demo of 500 lines has its trouble spots as well as one of a million.

use std::ops::Range;

use super::chance::Dice;
use super::locale;
use super::months::{Months, NOW, SLOTS};
use super::source::{Source, Tier};

/// An OLT with its splitters, or a base station.
#[derive(Debug)]
pub struct Node {
    /// `OLT-PUN-04`, `BTS-PUN-02`.
    pub code: String,
    /// Share of each month lost, hundredths of a percent.
    pub loss: [i64; SLOTS],
    /// Share of the speed lost to congestion in each month, thousandths.
    pub congestion: [i64; SLOTS],
    /// The longest outage of each month, where there was one worth telling.
    pub outages: [Option<Outage>; SLOTS],
}

#[derive(Clone, Copy, Debug)]
pub struct Outage {
    pub day: i64,
    pub hours: i64,
    pub cause: &'static str,
}

#[derive(Debug)]
pub struct Area {
    pub name: String,
    pub pincode: &'static str,
    pub city: usize,
    /// Its OLTs, places in [`Network::nodes`].
    pub olts: Range<usize>,
    pub stations: Range<usize>,
}

#[derive(Debug)]
pub struct City {
    pub name: &'static str,
    /// Three letters.
    pub code: String,
    /// Place in `Source::states`.
    pub state: usize,
    pub tier: Tier,
    /// Places in [`Network::areas`].
    pub areas: Range<usize>,
}

#[derive(Debug)]
pub struct Network {
    pub cities: Vec<City>,
    pub areas: Vec<Area>,
    pub nodes: Vec<Node>,
    /// Running totals of the areas' weights.
    totals: Vec<u32>,
    pub streets: Vec<String>,
    pub buildings: Vec<String>,
}

/// Lines an area has on the average before its city gets another one.
const LINES_PER_AREA: u64 = 32;
/// Lines one OLT serves at most, on the average.
const LINES_PER_NODE: u64 = 1500;
/// Areas that share an OLT while there are few lines.
const AREAS_PER_NODE: usize = 2;

const CABLE_CAUSES: &[&str] = &[
    "fibre cut by road work",
    "power failure at the POP",
    "splitter damaged",
    "OLT card replaced",
    "fibre cut by metro work",
    "planned upgrade of the OLT",
    "backhaul down",
    "cable stolen",
];
const AIR_CAUSES: &[&str] = &[
    "tower power failure",
    "backhaul radio misaligned",
    "lightning at the tower",
    "sector card replaced",
    "interference",
];

impl Network {
    pub fn new(source: &Source, months: &Months, lines: u64, dice: &mut Dice) -> Network {
        // 500 lines live in 14 cities, 5,000 in 32, 12,000 and more in 60.
        let count = (12 + lines / 250).min(60) as usize;
        let towns = &source.towns[..count.min(source.towns.len())];
        // Population to the power of 3/4: the greatest cities have more rivals.
        let weight = |population: u64| population.isqrt() * population.isqrt().isqrt();
        let whole: u64 = towns.iter().map(|t| weight(t.population)).sum();
        let mut net = Network {
            cities: Vec::new(),
            areas: Vec::new(),
            nodes: Vec::new(),
            totals: Vec::new(),
            streets: (0..600).map(|_| locale::street(dice)).collect(),
            buildings: (0..800).map(|_| locale::building(dice)).collect(),
        };
        let mut total = 0;
        for town in towns {
            let expected = lines * weight(town.population) / whole;
            let areas = ((expected / LINES_PER_AREA).max(2) as usize).min(town.localities.len());
            let code = city_code(town.name, &net.cities);
            let first = net.areas.len();
            let nodes_per_group = (expected / areas as u64 * AREAS_PER_NODE as u64 / LINES_PER_NODE + 1) as usize;
            // The localities of a city in a chance order, so that a small operator is not all downtown.
            let mut order: Vec<usize> = (0..town.localities.len()).collect();
            for i in (1..order.len()).rev() {
                order.swap(i, dice.below(i + 1));
            }
            let share = (10_000_000 * expected.max(1) / lines.max(1) / areas as u64).max(4) as u32;
            let (mut olts, mut stations) = (0..0, 0..0);
            let mut codes = (0, 0);
            for (k, at) in order.into_iter().take(areas).enumerate() {
                if k % AREAS_PER_NODE == 0 {
                    olts = net.add_nodes("OLT", &code, &mut codes.0, nodes_per_group, months, dice);
                    let masts = nodes_per_group.div_ceil(3);
                    stations = net.add_nodes("BTS", &code, &mut codes.1, masts, months, dice);
                }
                let (pincode, name) = &town.localities[at];
                net.areas.push(Area {
                    name: name.clone(),
                    pincode,
                    city: net.cities.len(),
                    olts: olts.clone(),
                    stations: stations.clone(),
                });
                total += share / 2 + dice.below(share as usize) as u32;
                net.totals.push(total);
            }
            let areas = first..net.areas.len();
            net.cities.push(City { name: town.name, code, state: town.state, tier: town.tier, areas });
        }
        net
    }

    fn add_nodes(
        &mut self,
        kind: &str,
        city: &str,
        number: &mut usize,
        count: usize,
        months: &Months,
        dice: &mut Dice,
    ) -> Range<usize> {
        let first = self.nodes.len();
        for _ in 0..count {
            *number += 1;
            // Steps of the golden ratio fill 0..1000 evenly however many there are.
            let rank = ((self.nodes.len() as u64 * 618 + 90) % 1000) as i64;
            self.nodes.push(node(format!("{kind}-{city}-{number:02}"), rank, kind == "BTS", months, dice));
        }
        first..self.nodes.len()
    }

    /// The area of a home.
    pub fn any_area(&self, dice: &mut Dice) -> usize {
        dice.place(&self.totals)
    }
}

/// Three letters that tell a city from the others: the first, and two that follow.
fn city_code(name: &str, cities: &[City]) -> String {
    let letters: Vec<char> = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_uppercase()).collect();
    for b in 1..letters.len() {
        for c in b + 1..letters.len() {
            let code: String = [letters[0], letters[b], letters[c]].iter().collect();
            if cities.iter().all(|city| city.code != code) {
                return code;
            }
        }
    }
    format!("X{:02}", cities.len())
}

fn node(code: String, rank: i64, air: bool, months: &Months, dice: &mut Dice) -> Node {
    // When a bad one turned bad; before that it was middling.
    let turned = if rank < 60 { 0 } else { NOW as i64 - dice.range(2, 6) };
    let base = dice.range(20, 70);
    let mut node = Node { code, loss: [0; SLOTS], congestion: [0; SLOTS], outages: [None; SLOTS] };
    for slot in 0..SLOTS {
        let bad = rank < 115 && slot as i64 >= turned;
        let middling = !bad && rank < 400;
        // Thousandths that an outage comes, its hours, and the congestion.
        let (often, hours, crowd) = if bad {
            (960, (12, 34), base + dice.range(350, 430))
        } else if middling {
            (360, (2, 9), base + dice.range(60, 130))
        } else {
            (130, (1, 5), base + dice.range(0, 30))
        };
        // The monsoon from June to September.
        let often = if (5..=8).contains(&months.month0(slot)) { often * 13 / 10 } else { often };
        let often = if air { often * 12 / 10 } else { often };
        // What is too short for an entry in the log.
        let mut loss = dice.range(2, if bad { 40 } else { 12 });
        if dice.chance(often) {
            let hours = dice.range(hours.0, hours.1);
            let day = dice.range(months.start(slot), months.end(slot).min(months.today - 1).max(months.start(slot)));
            let cause = dice.pick(if air { AIR_CAUSES } else { CABLE_CAUSES });
            node.outages[slot] = Some(Outage { day, hours, cause });
            loss += hours * 10_000 / (24 * 30);
        }
        node.loss[slot] = loss;
        node.congestion[slot] = if air { crowd + 40 } else { crowd };
    }
    node
}
