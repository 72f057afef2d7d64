//! The embedded real data, read once: states, cities with their PIN codes, name pools, mobile prefixes.
//!
//! Sources and licences stand in `data/README.md`. The files are part of the program, so a row that does not
//! read is a mistake of ours: the tests find it, and nothing of it depends on what a user has.

use std::collections::BTreeMap;

const STATES: &str = include_str!("../../data/india/states.csv");
const CITIES: &str = include_str!("../../data/india/cities.csv");
const PINCODES: &str = include_str!("../../data/india/pincodes.csv");
const NAMES: &str = include_str!("../../data/india/names_by_state.csv");
const PREFIXES: &str = include_str!("../../data/india/mobile_prefixes.csv");

/// First names and surnames that belong together.
#[derive(Debug, Default)]
pub struct Pool {
    pub men: Vec<&'static str>,
    pub women: Vec<&'static str>,
    pub surnames: Vec<&'static str>,
    pub surnames_of_women: Vec<&'static str>,
}

#[derive(Debug)]
pub struct State {
    pub name: &'static str,
    /// `MH`.
    pub short: &'static str,
    /// Two digits that begin a GSTIN.
    pub gst: &'static str,
    /// The language most read there, as the OTT file names it.
    pub language: String,
    /// Name pools (places in [`Source::pools`]) with their weights.
    pub pools: Vec<(usize, u32)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tier {
    Metro,
    One,
    Two,
}

#[derive(Debug)]
pub struct Town {
    pub name: &'static str,
    /// Place in [`Source::states`].
    pub state: usize,
    pub population: u64,
    pub tier: Tier,
    /// PIN code and locality; only those whose post office has a readable name.
    pub localities: Vec<(&'static str, String)>,
}

pub struct Source {
    pub states: Vec<State>,
    /// The greatest first, but every state early: a small operator is spread over the country too.
    pub towns: Vec<Town>,
    pub pools: Vec<Pool>,
    /// First four digits of mobile numbers in use.
    pub prefixes: Vec<u16>,
}

/// Which pools a state's people come from, in hundredths. States not listed use the pool of a neighbour
/// or of the majority that speaks their language.
const POOLS_OF: &[(&str, &[(&str, u32)])] = &[
    ("Andhra Pradesh", &[("andhrapradesh1", 100)]),
    ("Assam", &[("assam1", 100)]),
    ("Bihar", &[("bihar1", 100)]),
    ("Chandigarh", &[("punjab1", 70), ("haryana1", 30)]),
    ("Chhattisgarh", &[("chattisgarh1", 100)]),
    ("Delhi", &[("delhi1", 60), ("uttarpradesh1", 15), ("punjab1", 15), ("rajasthan2", 10)]),
    ("Goa", &[("goa1", 65), ("goa2", 35)]),
    ("Gujarat", &[("gujrat1", 100)]),
    ("Haryana", &[("haryana1", 100)]),
    ("Himachal Pradesh", &[("himachal1", 100)]),
    ("Jammu and Kashmir", &[("jk3", 66), ("jk1", 30), ("jk2", 4)]),
    ("Jharkhand", &[("jharkhand1", 100)]),
    ("Karnataka", &[("karnataka1", 100)]),
    ("Kerala", &[("kerala1", 55), ("kerala2", 26), ("kerala3", 19)]),
    ("Ladakh", &[("jk2", 100)]),
    ("Madhya Pradesh", &[("madhyapradesh1", 100)]),
    ("Maharashtra", &[("maharashtra1", 92), ("goa2", 3), ("rajasthan2", 5)]),
    ("Odisha", &[("orissa1", 100)]),
    ("Puducherry", &[("tamil1", 100)]),
    ("Punjab", &[("punjab1", 100)]),
    ("Rajasthan", &[("rajasthan1", 90), ("rajasthan2", 10)]),
    ("Tamil Nadu", &[("tamil1", 100)]),
    ("Telangana", &[("telengana1", 88), ("rajasthan2", 12)]),
    ("Tripura", &[("tripura1", 100)]),
    ("Uttar Pradesh", &[("uttarpradesh1", 82), ("rajasthan2", 18)]),
    ("Uttarakhand", &[("uttarakhand1", 100)]),
    ("West Bengal", &[("bengal1", 100)]),
];

impl Source {
    pub fn read() -> Source {
        let (pools, pool_names) = read_pools();
        let states = read_states(&pool_names);
        let towns = read_towns(&states);
        Source { states, towns, pools, prefixes: read_prefixes() }
    }
}

/// Fields of the lines after the heading. For files without quotes.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    text.lines().skip(1).map(|line| line.split(',').collect())
}

fn read_pools() -> (Vec<Pool>, BTreeMap<&'static str, usize>) {
    let (mut pools, mut names): (Vec<Pool>, BTreeMap<&'static str, usize>) = Default::default();
    // The file is sorted by pool, so the last one is nearly always meant: no look-up a line.
    let mut last = ("", 0);
    for line in NAMES.lines().skip(1) {
        let mut fields = line.split(',');
        let (Some(pool), Some(kind), Some(name)) = (fields.next(), fields.next(), fields.next()) else { continue };
        if pool != last.0 {
            let at = *names.entry(pool).or_insert_with(|| {
                pools.push(Pool::default());
                pools.len() - 1
            });
            last = (pool, at);
        }
        let pool = &mut pools[last.1];
        match kind {
            "first_m" => pool.men.push(name),
            "first_f" => pool.women.push(name),
            "surname_m" => pool.surnames.push(name),
            _ => pool.surnames_of_women.push(name),
        }
    }
    (pools, names)
}

fn read_states(pool_names: &BTreeMap<&'static str, usize>) -> Vec<State> {
    let default: &[(&str, u32)] = &[("delhi1", 100)];
    STATES
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&'static str> = line.split(',').collect();
            let name = fields[0];
            let pools = POOLS_OF.iter().find(|(state, _)| *state == name).map_or(default, |(_, pools)| pools);
            State {
                name,
                short: fields[2].trim_start_matches("IN-"),
                gst: fields[3],
                language: fields[6].trim_matches('"').to_string(),
                pools: pools.iter().filter_map(|(p, w)| pool_names.get(p).map(|i| (*i, *w))).collect(),
            }
        })
        .collect()
}

fn read_towns(states: &[State]) -> Vec<Town> {
    let mut offices: Vec<(&'static str, &'static str)> = rows(PINCODES).map(|f| (f[0], f[1])).collect();
    offices.sort_unstable();
    let mut taken: Vec<&'static str> = Vec::new();
    let mut towns: Vec<Town> = Vec::new();
    for f in rows(CITIES) {
        let mut localities: Vec<(&'static str, String)> = Vec::new();
        for pin in f[4].split(' ') {
            // Neighbouring cities share PIN codes; each belongs to the greater one.
            if taken.contains(&pin) {
                continue;
            }
            let Ok(at) = offices.binary_search_by_key(&pin, |(p, _)| p) else { continue };
            let Some(locality) = locality(offices[at].1, f[0]) else { continue };
            if localities.iter().all(|(_, l)| *l != locality) {
                localities.push((pin, locality));
                taken.push(pin);
            }
        }
        let Some(state) = states.iter().position(|s| s.name == f[1]) else { continue };
        if localities.is_empty() {
            continue;
        }
        towns.push(Town {
            name: f[0],
            state,
            population: f[2].parse().unwrap_or(0),
            tier: match f[3] {
                "metro" => Tier::Metro,
                "tier1" => Tier::One,
                _ => Tier::Two,
            },
            localities,
        });
    }
    // Order by size, with a handicap for each greater city of the same state.
    let mut order: Vec<(usize, usize)> = (0..towns.len())
        .map(|i| (i + 5 * towns[..i].iter().filter(|t| t.state == towns[i].state).count(), i))
        .collect();
    order.sort_unstable();
    let mut slots: Vec<Option<Town>> = towns.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, i)| slots[i].take()).collect()
}

/// The name people use for the place of a post office: `Aundh S.O (Pune)` is Aundh. `None` for names that
/// are only an abbreviation (`C M E S.O`).
fn locality(office: &str, city: &str) -> Option<String> {
    let mut name = office.split('(').next().unwrap_or_default().trim().replace("  ", " ");
    for part in [format!(" So {city}"), format!(" {city} H.O"), format!(" {city} Ho")] {
        name = name.replace(&part, "");
    }
    for suffix in [
        " S.O", " H.O", " B.O", " Dso", " D.S.O", " So", " Ho", " H O", " S O", " HO", " SO", " G.P.O.", " G.P.O",
        " Gpo", " GPO", " Bo", " Nd", " Ndtso", " N.D", " EDSO", " Edso", " Mdg", " Mail", " R.S", " Rs",
    ] {
        name = name.strip_suffix(suffix).unwrap_or(&name).trim().to_string();
    }
    let letters = name.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    // Words of one letter and words without a vowel are initials.
    let words = name.split(' ').all(|w| w.len() > 1 && w.to_ascii_lowercase().contains(['a', 'e', 'i', 'o', 'u', 'y']));
    let plain = (4..=24).contains(&name.len()) && letters && words;
    plain.then_some(name)
}

/// Blocks of a million numbers each: four digits, so that no block lies within another. Only carriers
/// that still run a network.
fn read_prefixes() -> Vec<u16> {
    let mut prefixes: Vec<u16> = rows(PREFIXES)
        .filter(|f| f[0].len() == 4 && ["Airtel", "Idea", "Vodafone", "Reliance Jio", "BSNL MOBILE"].contains(&f[1]))
        .filter_map(|f| f[0].parse().ok())
        .filter(|p| (6000..=9999).contains(p))
        .collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_data_is_whole() {
        let source = Source::read();
        assert_eq!(source.states.len(), 36);
        assert!(source.towns.len() >= 60, "{} towns", source.towns.len());
        assert!(source.prefixes.len() > 1000, "{} prefixes", source.prefixes.len());
        for pool in &source.pools {
            assert!(pool.men.len() > 20 && pool.women.len() > 20, "{pool:?}");
            assert!(!pool.surnames.is_empty() && !pool.surnames_of_women.is_empty());
        }
        for town in &source.towns {
            let state = &source.states[town.state];
            assert!(!state.pools.is_empty(), "{}", state.name);
            assert!(town.population > 100_000, "{}", town.name);
            for (pin, _) in &town.localities {
                assert!(crate::base::Pincode::parse(pin).is_some());
            }
        }
        assert!(POOLS_OF.iter().all(|(name, _)| source.states.iter().any(|s| s.name == *name)));
    }

    #[test]
    fn post_offices_give_the_names_of_places() {
        for (office, city, place) in [
            ("Aundh S.O (Pune)", "Pune", Some("Aundh")),
            ("Bowbazar So Kolkata", "Kolkata", Some("Bowbazar")),
            ("Baner Dso (Pune)", "Pune", Some("Baner")),
            ("Park Street", "Kolkata", Some("Park Street")),
            ("C M E S.O", "Pune", None),
            ("2Cbpo", "Kolkata", None),
        ] {
            assert_eq!(locality(office, city).as_deref(), place, "{office}");
        }
    }
}
