//! Who a customer is and what they bought: everything that is fixed before the months begin.

use crate::domain::customer::{PayMode, Segment};
use crate::domain::{Cycle, Technology};

use super::Company;
use super::catalogue::{OFFERINGS, Offering};
use super::chance::Dice;
use super::orgs::Organisation;
use super::source::{Pool, Tier};

/// The customer before the first month. Days are counted since 1970-01-01.
pub struct Profile<'a> {
    /// Place in the company: the account number less one.
    pub i: u64,
    pub segment: Segment,
    pub organisation: Option<&'a Organisation>,
    /// Place in `Network::areas`.
    pub area: usize,
    /// Place in `Network::nodes`.
    pub node: usize,
    /// Place in `Source::states`.
    pub state: usize,
    pub offering: usize,
    /// Rupees a month, after discounts.
    pub rupees: i64,
    pub cycle: Cycle,
    pub pays_by: PayMode,
    /// Day of activation; of the order while the installation is pending.
    pub since: i64,
    pub pending: bool,
    /// Typical GB a month.
    pub gb: i64,
    /// Thousandths of bills that are paid late.
    pub tardy: i64,
    pub price_sensitive: bool,
    /// A fault of the line itself (bad drop cable, weak signal), 0 to 1000; most lines have none.
    pub fault: i64,
    pub first: &'static str,
    pub last: &'static str,
    /// The pool of the two names.
    pub pool: usize,
}

impl Profile<'_> {
    pub fn plan(&self) -> &'static Offering {
        &OFFERINGS[self.offering]
    }

    pub fn is_home(&self) -> bool {
        self.segment == Segment::Home
    }

    /// What one bill comes to, paise, with 18 % GST.
    pub fn bill(&self) -> i64 {
        self.rupees * i64::from(self.cycle.months()) * 118
    }
}

pub fn profile<'a>(company: &'a Company, i: u64, dice: &mut Dice) -> Profile<'a> {
    let net = &company.network;
    let segment = dice.choose(&[
        (Segment::Home, 9620),
        (Segment::Business, 290),
        (Segment::LeasedLine, 52),
        (Segment::Society, 38),
    ]);
    let organisation = match segment {
        Segment::Home => None,
        Segment::Society => Some(dice.one_of(&company.organisations.societies)),
        // Some firms have many lines, most have one: the lower of two draws.
        _ => {
            let firms = &company.organisations.firms;
            let (a, b) = (dice.below(firms.len()), dice.below(firms.len()));
            Some(&firms[a.min(b)])
        }
    };
    let area = match organisation {
        Some(o) if segment == Segment::Society || dice.chance(750) => {
            let areas = &net.cities[o.city].areas;
            areas.start + dice.below(areas.len())
        }
        _ => net.any_area(dice),
    };
    let city = &net.cities[net.areas[area].city];
    let offering = offering(company, segment, city.tier, dice);
    let plan = &OFFERINGS[offering];
    let nodes = match plan.technology {
        Technology::Wireless => &net.areas[area].stations,
        _ => &net.areas[area].olts,
    };
    let node = nodes.start + dice.below(nodes.len());
    let (since, pending) = activation(company, i, dice);
    let price_sensitive = plan.rupees < 700 && dice.chance(380);
    let cycle = dice.choose(match segment {
        Segment::Home if price_sensitive => &[(Cycle::Monthly, 78), (Cycle::Quarterly, 12), (Cycle::Annual, 10)],
        Segment::Home => &[(Cycle::Monthly, 56), (Cycle::Quarterly, 18), (Cycle::Annual, 26)],
        _ => &[(Cycle::Monthly, 50), (Cycle::Quarterly, 32), (Cycle::Annual, 18)],
    });
    let pays_by = pays_by(segment, city.tier, price_sensitive, dice);
    let rupees = match organisation {
        Some(o) => plan.rupees * (100 - o.discount) / 100,
        None => home_price(plan.rupees, cycle, dice),
    };
    let tardy = match pays_by {
        PayMode::Mandate => 10,
        PayMode::Card => 26,
        PayMode::NetBanking => 45,
        PayMode::Upi => 62,
        PayMode::Cheque => 100,
        PayMode::Cash => 150,
    } * if price_sensitive { 17 } else { 9 }
        / 10;
    let gb = typical_gb(plan, segment, dice);
    let fault = if dice.chance(70) { dice.range(250, 1000) } else { 0 };
    let state = city.state;
    let (first, last, pool) = person(company, state, city.tier, dice);
    Profile {
        i,
        segment,
        organisation,
        area,
        node,
        state,
        offering,
        rupees,
        cycle,
        pays_by,
        since,
        pending,
        gb,
        tardy,
        price_sensitive,
        fault,
        first,
        last,
        pool,
    }
}

/// Fibre reaches the greater cities first; elsewhere cable broadband and wireless carry more.
fn offering(company: &Company, segment: Segment, tier: Tier, dice: &mut Dice) -> usize {
    let technology = match (segment, tier) {
        (Segment::Home, Tier::Metro) => {
            dice.choose(&[(Technology::Fiber, 64), (Technology::Broadband, 16), (Technology::Wireless, 20)])
        }
        (Segment::Home, Tier::One) => {
            dice.choose(&[(Technology::Fiber, 57), (Technology::Broadband, 19), (Technology::Wireless, 24)])
        }
        (Segment::Home, Tier::Two) => {
            dice.choose(&[(Technology::Fiber, 50), (Technology::Broadband, 24), (Technology::Wireless, 26)])
        }
        (Segment::Business, _) => dice.choose(&[(Technology::Fiber, 920), (Technology::Wireless, 80)]),
        _ => Technology::Fiber,
    };
    dice.choose(company.offers(segment, technology))
}

/// The day account `i` was activated, and whether it still waits for that.
fn activation(company: &Company, i: u64, dice: &mut Dice) -> (i64, bool) {
    let today = company.months.today;
    let jitter = dice.range(-4, 4);
    // A third of the last 3 % of the accounts are orders not yet installed.
    if i * 100 / company.len().max(1) >= 97 && dice.chance(333) {
        return (today - dice.range(1, 16), true);
    }
    (((company.growth_day(i)) + jitter).min(today - 1), false)
}

fn pays_by(segment: Segment, tier: Tier, price_sensitive: bool, dice: &mut Dice) -> PayMode {
    let cash = match (price_sensitive, tier) {
        (true, Tier::Two) => 34,
        (true, _) => 24,
        (false, Tier::Two) => 12,
        (false, _) => 6,
    };
    match segment {
        Segment::Home => dice.choose(&[
            (PayMode::Upi, 54),
            (PayMode::Cash, cash),
            (PayMode::Mandate, 16),
            (PayMode::Card, 9),
            (PayMode::NetBanking, 6),
        ]),
        _ => dice.choose(&[
            (PayMode::NetBanking, 46),
            (PayMode::Cheque, 18),
            (PayMode::Mandate, 18),
            (PayMode::Upi, 14),
            (PayMode::Card, 4),
        ]),
    }
}

/// Quarterly saves 5 %, a year is paid as eleven months; one in seven has an offer of ₹50 off.
fn home_price(list: i64, cycle: Cycle, dice: &mut Dice) -> i64 {
    let price = match cycle {
        Cycle::Monthly => list,
        Cycle::Quarterly => list * 95 / 100,
        Cycle::Annual => list * 11 / 12,
    };
    if dice.chance(140) { price - 50 } else { price }
}

/// Homes use about 350 GB a month (BIF); the spread is lognormal, faster plans draw heavier users.
fn typical_gb(plan: &Offering, segment: Segment, dice: &mut Dice) -> i64 {
    let median = match plan.speed {
        ..=30 => 190,
        ..=50 => 240,
        100 => 320,
        200 => 420,
        300 => 520,
        500 => 660,
        _ => 820,
    };
    let median = match (segment, plan.technology) {
        (Segment::Business, _) => median * 2,
        (Segment::LeasedLine, _) => 2_500 + plan.speed * 16,
        // A society shares its line among its flats.
        (Segment::Society, _) => 4_000 + plan.speed * 18,
        (_, Technology::Wireless) => median * 65 / 100,
        (_, Technology::Broadband) => median * 85 / 100,
        _ => median,
    };
    let sigma = if segment == Segment::Home { 560 } else { 320 };
    (median * dice.lognormal(sigma) / 1000).max(1)
}

/// A name from one pool of the state. Great cities draw people from all over the country.
fn person(company: &Company, state: usize, tier: Tier, dice: &mut Dice) -> (&'static str, &'static str, usize) {
    let states = &company.source.states;
    let newcomers = match tier {
        Tier::Metro => 200,
        Tier::One => 90,
        Tier::Two => 40,
    };
    let home = if dice.chance(newcomers) {
        company.network.cities[dice.below(company.network.cities.len())].state
    } else {
        state
    };
    let pool_at = dice.choose(&states[home].pools);
    let (first, last) = name_from(&company.source.pools[pool_at], dice);
    (first, last, pool_at)
}

/// First name and surname. Four in ten subscribers are women.
pub fn name_from(pool: &Pool, dice: &mut Dice) -> (&'static str, &'static str) {
    let woman = dice.chance(390);
    let (firsts, lasts) = if woman { (&pool.women, &pool.surnames_of_women) } else { (&pool.men, &pool.surnames) };
    (common(firsts, dice), common(lasts, dice))
}

/// A name from an alphabetic list, some far more common than others and not the first of the alphabet.
fn common(names: &[&'static str], dice: &mut Dice) -> &'static str {
    let rank = dice.below(names.len());
    let rank = dice.below(rank + 1);
    names[rank * 7919 % names.len()]
}
