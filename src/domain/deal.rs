//! A deal: what somebody may buy, line by line, from the first talk to the contract or the loss.
//!
//! # The arithmetic of lines
//!
//! | item | amount |
//! |---|---|
//! | plan | price a month x seats x months |
//! | installation, equipment | rate x seats |
//! | maintenance | rate a year x seats x months / 12 |
//! | discount in percent | lowers the price of each seat and month, rounded to the paisa; the difference of all plan lines |
//! | discount in rupees | the amount, once |
//! | referral bonus | the amount, paid to who referred them |
//!
//! Discounts and bonuses count below zero; the amount of a deal is the sum of its lines, exactly. Where a fraction of
//! a paisa comes out it is rounded half up, in one place: [`portion`].
//!
//! Worked example, tested below: 24 flats on a plan of ₹699 for 12 months with 10 % off, installation ₹500 and
//! maintenance ₹1,200 a year each, and a bonus of ₹5,000.
//!
//! ```text
//! plan          ₹699.00 x 24 x 12            =  ₹2,01,312.00
//! installation  ₹500.00 x 24                 =    ₹12,000.00
//! maintenance   ₹1,200.00 x 24 x 12 / 12     =    ₹28,800.00
//! discount      10% of ₹699.00 = ₹69.90; x 24 x 12 = -₹20,131.20
//! referral bonus                             =    -₹5,000.00
//! amount                                        ₹2,16,980.80
//! ```

use crate::base::Money;

use super::choice::choices;

choices! {
    /// Where a deal stands. The order is the order of the board.
    Stage {
        Qualified = "qualified", "Qualified";
        Proposal = "proposal", "Proposal";
        Negotiation = "negotiation", "Negotiation";
        /// Only winning leads here: it makes the subscriptions.
        Won = "won", "Won";
        Lost = "lost", "Lost";
    }
}

impl Stage {
    /// The stages with something to do.
    pub const OPEN: [Stage; 3] = [Stage::Qualified, Stage::Proposal, Stage::Negotiation];

    pub fn is_open(self) -> bool {
        Stage::OPEN.contains(&self)
    }

    /// The stage after this one; winning is a command of its own.
    pub fn forward(self) -> Option<Stage> {
        match self {
            Stage::Qualified => Some(Stage::Proposal),
            Stage::Proposal => Some(Stage::Negotiation),
            Stage::Negotiation | Stage::Won | Stage::Lost => None,
        }
    }

    /// The stage before this one; a lost deal comes back as qualified.
    pub fn back(self) -> Option<Stage> {
        match self {
            Stage::Proposal | Stage::Lost => Some(Stage::Qualified),
            Stage::Negotiation => Some(Stage::Proposal),
            Stage::Qualified | Stage::Won => None,
        }
    }

    /// A shape to read the stage by where there is no colour.
    pub fn shape(self) -> &'static str {
        match self {
            Stage::Qualified => "○",
            Stage::Proposal => "◔",
            Stage::Negotiation => "◕",
            Stage::Won => "✓",
            Stage::Lost => "×",
        }
    }
}

choices! {
    /// Who buys.
    Kind {
        Retail = "retail", "Retail";
        Corporate = "corporate", "Corporate";
        /// A building as a whole, flat by flat.
        Bulk = "bulk", "Bulk (apartment)";
    }
}

choices! {
    /// How sure the owner is that the deal closes when they say: what the forecast counts beyond the odds of the stage.
    Category {
        Pipeline = "pipeline", "Pipeline";
        BestCase = "best-case", "Best case";
        Commit = "commit", "Commit";
    }
}

choices! {
    /// Why a deal was lost.
    LostReason {
        Price = "price", "Price";
        Competitor = "competitor", "Chose a competitor";
        NoCoverage = "no-coverage", "No coverage";
        Access = "access", "No permission from the building";
        SlowResponse = "slow-response", "We were too slow";
        Budget = "budget", "No budget";
        NoDecision = "no-decision", "No decision";
        NoNeed = "no-need", "No longer needed";
    }
}

choices! {
    /// What a line of a deal is for.
    Item {
        Plan = "plan", "Plan";
        Installation = "installation", "Installation";
        Equipment = "equipment", "Router or ONU";
        Maintenance = "maintenance", "Annual maintenance";
        Discount = "discount", "Discount";
        Referral = "referral", "Referral bonus";
    }
}

impl Item {
    /// What the rate is paid for.
    pub fn per(self) -> &'static str {
        match self {
            Item::Plan => "a month and seat",
            Item::Installation | Item::Equipment => "a seat",
            Item::Maintenance => "a year and seat",
            Item::Discount | Item::Referral => "once",
        }
    }
}

choices! {
    /// What one seat of a line is.
    Unit {
        Line = "line", "Line";
        Flat = "flat", "Flat";
        Branch = "branch", "Branch";
    }
}

impl Unit {
    /// `1 flat`, `24 flats`.
    pub fn count(self, n: i64) -> String {
        let word = self.label().to_lowercase();
        let ending = match (n, self) {
            (1, _) => "",
            (_, Unit::Branch) => "es",
            _ => "s",
        };
        format!("{} {word}{ending}", crate::base::money::group_signed(n))
    }
}

/// Most seats of one line.
pub const MOST_SEATS: i64 = 10_000;
/// Longest term, in months.
pub const MOST_MONTHS: i64 = 120;
/// Highest rate.
pub const MOST_RATE: Money = Money::rupees(100_000_000);
/// Most lines of one deal. With the bounds above no sum leaves 64 bits.
pub const MOST_LINES: usize = 50;

/// A line as its arithmetic needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub item: Item,
    pub seats: i64,
    pub rate: Money,
    /// Months.
    pub term: i64,
    /// Hundredths of a percent: what a discount is, where it is no amount.
    pub percent: i64,
}

/// `part / whole` of an amount, rounded half up to the paisa.
pub fn portion(of: Money, part: i64, whole: i64) -> Money {
    let (n, d) = (i128::from(of.0) * i128::from(part), i128::from(whole.max(1)));
    let half_up = (2 * n + d).div_euclid(2 * d);
    Money(i64::try_from(half_up).unwrap_or(if half_up < 0 { i64::MIN } else { i64::MAX }))
}

/// An amount in parts as heavy as the weights, which sum to it to the paisa: each gets its share rounded down, the
/// paise that are left go to the largest fractions, the first of equals first.
pub fn apportion(amount: Money, weights: &[i64]) -> Vec<Money> {
    let all: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if all <= 0 {
        let mut out = vec![Money::ZERO; weights.len()];
        if let Some(first) = out.first_mut() {
            *first = amount;
        }
        return out;
    }
    let exact = |w: &i64| i128::from(amount.0) * i128::from(*w);
    let mut out: Vec<Money> =
        weights.iter().map(|w| Money(i64::try_from(exact(w).div_euclid(all)).unwrap_or(0))).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(exact(&weights[*i]).rem_euclid(all)));
    let left = amount.0 - out.iter().map(|m| m.0).sum::<i64>();
    for i in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        out[i].0 += 1;
    }
    out
}

/// Hundredths of a percent off the plans, all discounts in percent together.
pub fn percent_off(lines: &[Line]) -> i64 {
    lines.iter().filter(|l| l.item == Item::Discount).map(|l| l.percent).sum::<i64>().min(10_000)
}

/// The price of a month and seat once so much is taken off.
pub fn net_price(rate: Money, percent: i64) -> Money {
    rate - portion(rate, percent, 10_000)
}

/// The amount of each line; discounts and bonuses below zero. Their sum is the amount of the deal.
pub fn amounts(lines: &[Line]) -> Vec<Money> {
    let mut off = 0;
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        let once = Money(line.rate.0 * line.seats);
        out.push(match line.item {
            Item::Plan => Money(once.0 * line.term),
            Item::Installation | Item::Equipment => once,
            Item::Maintenance => portion(once, line.term, 12),
            Item::Referral => -line.rate,
            Item::Discount if line.percent > 0 => {
                let before = off;
                off = (off + line.percent).min(10_000);
                let lowered = |l: &Line| (net_price(l.rate, before) - net_price(l.rate, off)).0 * l.seats * l.term;
                -Money(lines.iter().filter(|l| l.item == Item::Plan).map(lowered).sum())
            }
            Item::Discount => -line.rate,
        });
    }
    out
}

/// The sums of a deal: by item, in the order of [`Item::ALL`], and what the plans bring a month after discounts in
/// percent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    pub by_item: [Money; 6],
    pub amount: Money,
    pub mrr: Money,
    /// Seats of plans.
    pub seats: i64,
}

pub fn sums(lines: &[Line]) -> Sums {
    let mut out = Sums::default();
    let off = percent_off(lines);
    for (line, amount) in lines.iter().zip(amounts(lines)) {
        let at = Item::ALL.iter().position(|i| *i == line.item).unwrap_or(0);
        out.by_item[at] += amount;
        out.amount += amount;
        if line.item == Item::Plan {
            out.seats += line.seats;
            out.mrr += Money(net_price(line.rate, off).0 * line.seats);
        }
    }
    out
}

/// What each line brings in plan charges once the discounts are off, zero for what is no plan: the ground of
/// commissions. They sum to plans less discounts.
pub fn net_plans(lines: &[Line]) -> Vec<Money> {
    let off = percent_off(lines);
    let is_plan = |l: &&Line| l.item == Item::Plan;
    let net = |l: &Line| Money(net_price(l.rate, off).0 * l.seats * l.term);
    let weights: Vec<i64> = lines.iter().filter(is_plan).map(|l| net(l).0).collect();
    let once: Money = lines.iter().filter(|l| l.item == Item::Discount && l.percent == 0).map(|l| l.rate).sum();
    let mut shares = apportion(once, &weights).into_iter();
    let mut of = |l: &Line| match l.item {
        Item::Plan => net(l) - shares.next().unwrap_or(Money::ZERO),
        _ => Money::ZERO,
    };
    lines.iter().map(&mut of).collect()
}

/// The arithmetic of a line in words: `₹699 x 24 flats x 12 months`.
pub fn words(line: &Line, unit: Unit, plan: &str) -> String {
    let rate = line.rate.compact();
    let seats = unit.count(line.seats);
    let months = if line.term == 1 { "1 month".to_string() } else { format!("{} months", line.term) };
    match line.item {
        Item::Plan => format!("{plan} · {rate} x {seats} x {months}"),
        Item::Installation | Item::Equipment => format!("{} · {rate} x {seats}", line.item.label()),
        Item::Maintenance => format!("{} · {rate} a year x {seats} x {months} / 12", line.item.label()),
        Item::Discount if line.percent > 0 => {
            let percent = format!("{}.{:02}", line.percent / 100, line.percent % 100);
            let percent = percent.trim_end_matches('0').trim_end_matches('.');
            format!("Discount · {percent}% of the plans")
        }
        Item::Discount => format!("Discount · {rate} once"),
        Item::Referral => format!("Referral bonus · {rate}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(item: Item, rate: i64, seats: i64, term: i64, percent: i64) -> Line {
        Line { item, seats, rate: Money(rate), term, percent }
    }

    #[test]
    fn the_worked_example() {
        let lines = [
            line(Item::Plan, 69_900, 24, 12, 0),
            line(Item::Installation, 50_000, 24, 12, 0),
            line(Item::Maintenance, 120_000, 24, 12, 0),
            line(Item::Discount, 0, 1, 12, 1_000),
            line(Item::Referral, 500_000, 1, 12, 0),
        ];
        let found: Vec<i64> = amounts(&lines).iter().map(|m| m.0).collect();
        assert_eq!(found, [20_131_200, 1_200_000, 2_880_000, -2_013_120, -500_000]);
        let all = sums(&lines);
        assert_eq!(all.amount, Money(21_698_080));
        assert_eq!((all.mrr, all.seats), (Money(62_910 * 24), 24));
        assert_eq!(words(&lines[0], Unit::Flat, "Fiber 100"), "Fiber 100 · ₹699 x 24 flats x 12 months");
        assert_eq!(words(&lines[3], Unit::Line, ""), "Discount · 10% of the plans");
    }

    #[test]
    fn paise_are_rounded_half_up_and_lose_nothing() {
        for (amount, part, whole, want) in
            [(100, 1, 3, 33), (200, 1, 3, 67), (1, 1, 2, 1), (-1, 1, 2, 0), (999, 7, 12, 583)]
        {
            assert_eq!(portion(Money(amount), part, whole), Money(want), "{amount} x {part}/{whole}");
        }
        assert_eq!(apportion(Money(100), &[1, 1, 1]), [Money(34), Money(33), Money(33)]);
        assert_eq!(apportion(Money(100), &[70, 30]), [Money(70), Money(30)]);
    }

    fn any_line() -> impl Strategy<Value = Line> {
        (0..6usize, 0..=1_000_000i64, 1..=200i64, 1..=60i64, 0..=3_000i64).prop_map(
            |(i, rate, seats, term, percent)| {
                let item = Item::ALL[i];
                line(item, rate, seats, term, if item == Item::Discount { percent } else { 0 })
            },
        )
    }

    proptest! {
        #[test]
        fn parts_sum_to_the_total_to_the_paisa(lines in prop::collection::vec(any_line(), 0..12), split in prop::collection::vec(0..100i64, 1..5)) {
            let all = sums(&lines);
            prop_assert_eq!(amounts(&lines).into_iter().sum::<Money>(), all.amount);
            prop_assert_eq!(all.by_item.into_iter().sum::<Money>(), all.amount);
            let ground: Money = net_plans(&lines).into_iter().sum();
            let plans_less_discounts = all.by_item[0] + all.by_item[4];
            if lines.iter().any(|l| l.item == Item::Plan) {
                prop_assert_eq!(ground, plans_less_discounts);
            }
            prop_assert_eq!(apportion(all.amount, &split).into_iter().sum::<Money>(), all.amount);
            // Months of the lowered price are the plans less what was taken off in percent.
            let off = percent_off(&lines);
            let paid: i64 = lines.iter().filter(|l| l.item == Item::Plan).map(|l| net_price(l.rate, off).0 * l.seats * l.term).sum();
            let once: i64 = lines.iter().filter(|l| l.item == Item::Discount && l.percent == 0).map(|l| l.rate.0).sum();
            prop_assert_eq!(Money(paid - once), plans_less_discounts);
        }
    }

    #[test]
    fn stages_step_one_way_and_back() {
        for stage in Stage::ALL {
            if let Some(next) = stage.forward() {
                assert_eq!(next.back(), Some(*stage));
            }
        }
        assert_eq!(Stage::Negotiation.forward(), None);
        assert_eq!(Stage::Lost.back(), Some(Stage::Qualified));
    }
}
