//! Organisations that pay for several lines on one bill, and housing societies.

use std::collections::BTreeSet;

use crate::base::Gstin;

use super::chance::Dice;
use super::locale;
use super::network::Network;

#[derive(Debug)]
pub struct Organisation {
    pub name: String,
    /// The name without its legal form, for the names of its lines and its mail addresses.
    pub short: String,
    /// Where most of its lines are, a place in [`Network::cities`].
    pub city: usize,
    /// Ten characters; empty where it is not registered for GST.
    pan: String,
    /// List price less this many percent.
    pub discount: i64,
}

impl Organisation {
    /// The registration of the organisation in a state; empty where it has none.
    pub fn gstin(&self, state_code: &str) -> String {
        if self.pan.is_empty() {
            return String::new();
        }
        let mut gstin = format!("{state_code}{}1Z", self.pan);
        gstin.extend(Gstin::check_char(&gstin));
        gstin
    }
}

/// Firms and societies of one company, unique by name.
#[derive(Debug)]
pub struct Organisations {
    pub firms: Vec<Organisation>,
    pub societies: Vec<Organisation>,
}

impl Organisations {
    /// About two lines a firm and three for two societies.
    pub fn new(net: &Network, lines: u64, dice: &mut Dice) -> Organisations {
        let firms = (lines * 34 / 1000 / 2).clamp(12, 12_000) as usize;
        let societies = (lines * 4 / 1000 * 2 / 3).clamp(4, 3_000) as usize;
        let mut taken = BTreeSet::new();
        Organisations {
            firms: (0..firms).map(|k| organisation(k, net, dice, &mut taken, firm)).collect(),
            societies: (0..societies).map(|k| organisation(k + firms, net, dice, &mut taken, society)).collect(),
        }
    }
}

/// Full name, short name, and the PAN letter of its legal form.
type Naming = fn(&mut Dice) -> (String, String, char);

fn firm(dice: &mut Dice) -> (String, String, char) {
    let name = locale::firm(dice);
    let short = name.trim_end_matches(" Pvt Ltd").trim_end_matches(" LLP").to_string();
    let form = if name.ends_with("Pvt Ltd") {
        'C'
    } else if name.ends_with("LLP") || dice.chance(500) {
        'F'
    } else {
        'P'
    };
    (name, short, form)
}

fn society(dice: &mut Dice) -> (String, String, char) {
    let short = locale::building(dice);
    let form = dice.pick(&["CHS Ltd", "Owners Association", "RWA"]);
    (format!("{short} {form}"), short, 'A')
}

fn organisation(
    k: usize,
    net: &Network,
    dice: &mut Dice,
    taken: &mut BTreeSet<String>,
    naming: Naming,
) -> Organisation {
    let city = net.areas[net.any_area(dice)].city;
    let (mut name, mut short, form) = naming(dice);
    if taken.contains(&name) {
        // A namesake says where it is from, as firms do.
        name = format!("{name} ({})", net.cities[city].name);
        short = format!("{short} {}", net.cities[city].name);
    }
    for copy in 2.. {
        if taken.insert(name.clone()) {
            break;
        }
        name = format!("{} {copy}", name.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' '));
    }
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    let initial = name.chars().next().filter(char::is_ascii_uppercase).unwrap_or('A');
    // The number of the organisation is spread over the PAN, so no two are alike.
    let pan = format!(
        "A{}{}{form}{initial}{:04}{}",
        letter(k / 26),
        letter(k),
        1000 + (k * 7 + dice.below(7)) % 9000,
        letter(dice.below(26))
    );
    let registered = dice.chance(900);
    Organisation { name, short, city, pan: if registered { pan } else { String::new() }, discount: dice.range(0, 12) }
}
