//! What a rep earns with a deal that was won. A company's schedules are rows; the rules here read them.
//!
//! 1. The ground is what each plan of the deal brings in over its term once the discounts are off; installation,
//!    equipment and maintenance earn nothing.
//! 2. Each plan takes the schedule that fits its plan, the kind of deal, the role of the owner and the day of the win;
//!    of several the closest one: a plan goes before a kind, a kind before a role, a later start before an earlier.
//! 3. Plans with the same schedule are added up, then the schedule is applied: percent of the ground, a sum for the
//!    deal, a sum for each seat, or slabs, each of which applies to the part of the ground within it.
//! 4. A second rep takes a share in percent, rounded half up to the paisa; the owner has the rest.
//! 5. A seat disconnected within the months of the claw-back takes its part back, in the month it left. The part of a
//!    plan in its schedule goes by ground, that of a seat in its plan by seats.
//! 6. The referral bonus of a deal goes to who referred it, in the month of the win.
//!
//! Worked example, tested below: ₹1,81,180.80 of ground at slabs `0: 2%, 1L: 3%`, 30 % of it for a second rep, and 6 of
//! 24 flats that leave after four months, with all of their part clawed back.
//!
//! ```text
//! 2% of ₹1,00,000.00                        ₹2,000.00
//! 3% of ₹81,180.80                          ₹2,435.42
//! commission                                ₹4,435.42
//! second rep, 30%                           ₹1,330.63
//! owner, the rest                           ₹3,104.79
//! claw-back, 6 of 24 seats                 -₹1,108.86   (second rep -₹332.66, owner -₹776.20)
//! ```

use crate::base::{Money, calendar};

use super::choice::choices;
use super::deal::{Item, Kind, Line, apportion, net_plans, portion};
use super::people::Role;

choices! {
    /// How a schedule pays.
    Method {
        Percent = "percent", "Percent";
        PerDeal = "per-deal", "Fixed sum a deal";
        PerSeat = "per-seat", "Fixed sum a seat";
        Slabs = "slabs", "Slabs";
    }
}

choices! {
    /// What a line of a statement is.
    Entry {
        Earned = "earned", "Earned";
        ClawBack = "claw-back", "Claw-back";
        Referral = "referral", "Referral bonus";
    }
}

/// From an amount on, so many hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slab {
    pub from: Money,
    pub percent: i64,
}

/// One schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    pub name: String,
    /// Of the owner of the deal; any without one.
    pub role: Option<Role>,
    pub kind: Option<Kind>,
    /// Name of a plan; any when empty.
    pub plan: String,
    pub method: Method,
    /// Hundredths of a percent.
    pub percent: i64,
    pub fixed: Money,
    pub slabs: Vec<Slab>,
    /// Months after the win within which a disconnection takes back; 0 is never.
    pub clawback_months: i64,
    /// How much of the part it takes back, in percent.
    pub clawback_percent: i64,
    /// First and last day, days since 1970-01-01.
    pub starts: Option<i64>,
    pub ends: Option<i64>,
}

/// Reads `0: 2%, 1L: 3%, 5L: 4.5%`: ascending, the first from 0.
pub fn read_slabs(text: &str) -> Result<Vec<Slab>, String> {
    let mut out: Vec<Slab> = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|p| !p.is_empty()) {
        let wrong = || format!("`{part}` is no slab: write it as 1L: 3%");
        let (from, percent) = part.split_once(':').ok_or_else(wrong)?;
        let from = Money::parse(from).ok_or_else(wrong)?;
        let percent = Money::parse(percent.trim().trim_end_matches('%')).ok_or_else(wrong)?.0;
        if !(0..=10_000).contains(&percent) {
            return Err(format!("`{part}`: a percentage lies from 0 to 100"));
        }
        if out.last().map_or(from != Money::ZERO, |last| from <= last.from) {
            return Err("slabs begin at 0 and ascend, as in 0: 2%, 1L: 3%".into());
        }
        out.push(Slab { from, percent });
    }
    if out.is_empty() { Err("write the slabs as in 0: 2%, 1L: 3%".into()) } else { Ok(out) }
}

/// `2%`, `4.5%`.
pub fn percent(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    format!("{}%", text.trim_end_matches('0').trim_end_matches('.'))
}

impl Schedule {
    fn fits(&self, role: Option<Role>, kind: Kind, plan: &str, day: i64) -> bool {
        self.role.is_none_or(|r| Some(r) == role)
            && self.kind.is_none_or(|k| k == kind)
            && (self.plan.is_empty() || self.plan.eq_ignore_ascii_case(plan))
            && self.starts.is_none_or(|d| d <= day)
            && self.ends.is_none_or(|d| day <= d)
    }

    fn closeness(&self) -> (bool, bool, bool, i64, std::cmp::Reverse<&str>) {
        let start = self.starts.unwrap_or(i64::MIN);
        (!self.plan.is_empty(), self.kind.is_some(), self.role.is_some(), start, std::cmp::Reverse(&self.name))
    }

    /// What it pays, and how that came about.
    pub fn pay(&self, ground: Money, seats: i64) -> (Money, String) {
        match self.method {
            Method::Percent => {
                (portion(ground, self.percent, 10_000), format!("{} of {ground}", percent(self.percent)))
            }
            Method::PerDeal => (self.fixed, format!("{} for the deal", self.fixed)),
            Method::PerSeat => (Money(self.fixed.0 * seats), format!("{} x {seats} seats", self.fixed)),
            Method::Slabs => {
                let mut pay = Money::ZERO;
                let mut words = Vec::new();
                for (i, slab) in self.slabs.iter().enumerate() {
                    let end = self.slabs.get(i + 1).map_or(ground, |next| next.from.min(ground));
                    let within = end - slab.from;
                    if within > Money::ZERO {
                        pay += portion(within, slab.percent, 10_000);
                        words.push(format!("{} of {within}", percent(slab.percent)));
                    }
                }
                (pay, if words.is_empty() { "nothing to pay on".into() } else { words.join(" + ") })
            }
        }
    }
}

/// A line of a deal that was won.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldLine {
    pub line: Line,
    pub plan: String,
    /// Days on which its seats were disconnected.
    pub left: Vec<i64>,
}

/// A deal that was won, as far as commission goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold {
    pub kind: Kind,
    /// Day of the win.
    pub day: i64,
    pub owner: String,
    pub role: Option<Role>,
    /// A second rep and their share in percent.
    pub second: Option<(String, i64)>,
    pub referred_by: String,
    pub lines: Vec<SoldLine>,
}

/// One schedule applied to the plans it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub schedule: String,
    pub ground: Money,
    pub amount: Money,
    pub words: String,
}

/// A line of a statement: who gets what, when and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    pub who: String,
    /// Days since 1970-01-01.
    pub day: i64,
    pub entry: Entry,
    pub amount: Money,
    pub words: String,
}

/// The commission of one deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commission {
    pub parts: Vec<Part>,
    /// Sum of the parts.
    pub total: Money,
    /// Plans that no schedule fits.
    pub unpaid: Vec<String>,
    pub payments: Vec<Payment>,
}

/// The commission of a deal by the schedules.
pub fn of(sold: &Sold, schedules: &[Schedule]) -> Commission {
    let lines: Vec<Line> = sold.lines.iter().map(|l| l.line).collect();
    let grounds = net_plans(&lines);
    let mut out = Commission::default();
    let mut groups: Vec<(&Schedule, Vec<usize>)> = Vec::new();
    for (i, line) in sold.lines.iter().enumerate().filter(|(_, l)| l.line.item == Item::Plan) {
        let fitting = schedules.iter().filter(|s| s.fits(sold.role, sold.kind, &line.plan, sold.day));
        match fitting.max_by_key(|s| s.closeness()) {
            Some(s) => match groups.iter_mut().find(|(g, _)| std::ptr::eq(*g, s)) {
                Some((_, of)) => of.push(i),
                None => groups.push((s, vec![i])),
            },
            None => out.unpaid.push(line.plan.clone()),
        }
    }
    let mut back: Vec<(i64, Money, String)> = Vec::new();
    for (schedule, of) in groups {
        let ground: Money = of.iter().map(|i| grounds[*i]).sum();
        let seats = of.iter().map(|i| lines[*i].seats).sum();
        let (amount, words) = schedule.pay(ground, seats);
        out.total += amount;
        let weights: Vec<i64> = of.iter().map(|i| grounds[*i].0.max(0)).collect();
        for (i, part) in of.iter().zip(apportion(amount, &weights)) {
            back.extend(clawed(schedule, sold, *i, part));
        }
        out.parts.push(Part { schedule: schedule.name.clone(), ground, amount, words });
    }
    if out.total != Money::ZERO {
        let words: Vec<String> = out.parts.iter().map(|p| format!("{} ({})", p.words, p.schedule)).collect();
        share(&mut out.payments, sold, sold.day, Entry::Earned, out.total, &words.join(" + "));
    }
    back.sort_by_key(|(day, ..)| *day);
    for (day, amount, words) in back {
        share(&mut out.payments, sold, day, Entry::ClawBack, -amount, &words);
    }
    let bonus: Money = lines.iter().filter(|l| l.item == Item::Referral).map(|l| l.rate).sum();
    if bonus != Money::ZERO {
        let who = if sold.referred_by.is_empty() { "(referrer not named)" } else { &sold.referred_by };
        let words = "bonus of the deal".to_string();
        out.payments.push(Payment { who: who.into(), day: sold.day, entry: Entry::Referral, amount: bonus, words });
    }
    out
}

/// What the seats of a line take back, by day.
fn clawed(schedule: &Schedule, sold: &Sold, line: usize, part: Money) -> Vec<(i64, Money, String)> {
    let SoldLine { line, plan, left } = &sold.lines[line];
    let Some(won) = calendar::date_from_days(sold.day).filter(|_| schedule.clawback_months > 0) else {
        return Vec::new();
    };
    let months = i32::try_from(schedule.clawback_months).unwrap_or(i32::MAX);
    let end = calendar::days_of(calendar::add_months(won, months));
    let mut early: Vec<i64> = left.iter().copied().filter(|d| *d >= sold.day && *d < end).collect();
    early.sort_unstable();
    // Taken from the sum so far, so that the paise of many days add up to those of one.
    let until = |n: usize| {
        let seats = portion(part, i64::try_from(n).unwrap_or(i64::MAX).min(line.seats), line.seats);
        portion(seats, schedule.clawback_percent, 100)
    };
    let mut out = Vec::new();
    let mut from = 0;
    while from < early.len() {
        let day = early[from];
        let to = from + early[from..].iter().take_while(|d| **d == day).count();
        let amount = until(to) - until(from);
        if amount != Money::ZERO {
            let words = format!(
                "{}% of {part} for {} of {} seats of {plan}, gone within {months} months",
                schedule.clawback_percent,
                to - from,
                line.seats
            );
            out.push((day, amount, words));
        }
        from = to;
    }
    out
}

/// Parts an amount between the owner and the second rep.
fn share(out: &mut Vec<Payment>, sold: &Sold, day: i64, entry: Entry, amount: Money, words: &str) {
    let mut pay = |who: &str, amount: Money, words: String| {
        if amount != Money::ZERO {
            out.push(Payment { who: who.into(), day, entry, amount, words });
        }
    };
    let owner = if sold.owner.is_empty() { "(no owner)" } else { sold.owner.as_str() };
    let second = sold.second.as_ref().filter(|(who, percent)| !who.is_empty() && *percent > 0);
    let Some((who, percent)) = second else { return pay(owner, amount, words.into()) };
    // Of the amount without its sign: what is taken back is parted as it was paid.
    let theirs = portion(Money(amount.0.abs()), *percent, 100);
    let theirs = if amount < Money::ZERO { -theirs } else { theirs };
    pay(owner, amount - theirs, format!("{}% of {amount}: {words}", 100 - percent));
    pay(who, theirs, format!("{percent}% of {amount}: {words}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn schedule(method: Method) -> Schedule {
        Schedule {
            name: method.code().into(),
            role: None,
            kind: None,
            plan: String::new(),
            method,
            percent: 500,
            fixed: Money::rupees(150),
            slabs: read_slabs("0: 2%, 1L: 3%").unwrap(),
            clawback_months: 6,
            clawback_percent: 100,
            starts: None,
            ends: None,
        }
    }

    fn sold(rate: i64, seats: i64, percent: i64, left: Vec<i64>) -> Sold {
        let line = |item, rate, seats, percent| SoldLine {
            line: Line { item, seats, rate: Money(rate), term: 12, percent },
            plan: "Fiber 100".into(),
            left: if item == Item::Plan { left.clone() } else { Vec::new() },
        };
        Sold {
            kind: Kind::Bulk,
            day: 20_000,
            owner: "sana".into(),
            role: Some(Role::Sales),
            second: Some(("vikram".into(), 30)),
            referred_by: "Society office".into(),
            lines: vec![
                line(Item::Plan, rate, seats, 0),
                line(Item::Discount, 0, 1, percent),
                line(Item::Referral, 500_000, 1, 0),
            ],
        }
    }

    #[test]
    fn the_worked_example() {
        let found = of(&sold(69_900, 24, 1_000, vec![20_120; 6]), &[schedule(Method::Slabs)]);
        assert_eq!((found.parts[0].ground, found.total), (Money(18_118_080), Money(443_542)));
        assert_eq!(found.parts[0].words, "2% of ₹1,00,000.00 + 3% of ₹81,180.80");
        let got: Vec<(&str, Entry, i64)> =
            found.payments.iter().map(|p| (p.who.as_str(), p.entry, p.amount.0)).collect();
        assert_eq!(
            got,
            [
                ("sana", Entry::Earned, 310_479),
                ("vikram", Entry::Earned, 133_063),
                ("sana", Entry::ClawBack, -77_620),
                ("vikram", Entry::ClawBack, -33_266),
                ("Society office", Entry::Referral, 500_000),
            ]
        );
    }

    #[test]
    fn each_method_pays_by_its_rule() {
        for (method, ground, seats, want, words) in [
            (Method::Percent, 1_000_000, 3, 50_000, "5% of ₹10,000.00"),
            (Method::Percent, 1_010, 1, 51, "5% of ₹10.10"),
            (Method::PerDeal, 1_000_000, 3, 15_000, "₹150.00 for the deal"),
            (Method::PerSeat, 1_000_000, 3, 45_000, "₹150.00 x 3 seats"),
            (Method::Slabs, 1_000_000, 1, 20_000, "2% of ₹10,000.00"),
            (Method::Slabs, 10_000_000, 1, 200_000, "2% of ₹1,00,000.00"),
            (Method::Slabs, 15_000_000, 1, 350_000, "2% of ₹1,00,000.00 + 3% of ₹50,000.00"),
            (Method::Slabs, 0, 1, 0, "nothing to pay on"),
        ] {
            assert_eq!(
                schedule(method).pay(Money(ground), seats),
                (Money(want), words.to_string()),
                "{method:?} {ground}"
            );
        }
    }

    #[test]
    fn the_closest_schedule_is_taken() {
        let any = schedule(Method::Percent);
        let role = Schedule { name: "role".into(), role: Some(Role::Sales), ..any.clone() };
        let kind = Schedule { name: "kind".into(), kind: Some(Kind::Bulk), ..any.clone() };
        let plan = Schedule { name: "plan".into(), plan: "fiber 100".into(), ..any.clone() };
        let other = Schedule { name: "other".into(), plan: "Air 50".into(), ..any.clone() };
        let later = Schedule { name: "later".into(), starts: Some(19_000), ..any.clone() };
        let over = Schedule { name: "over".into(), ends: Some(19_999), plan: "Fiber 100".into(), ..any.clone() };
        let deal = sold(10_000, 1, 0, vec![]);
        for (have, want) in [
            (vec![&any, &role], "role"),
            (vec![&role, &kind, &any], "kind"),
            (vec![&plan, &role, &kind], "plan"),
            (vec![&any, &other], "percent"),
            (vec![&any, &later], "later"),
            (vec![&over, &any], "percent"),
        ] {
            let have: Vec<Schedule> = have.into_iter().cloned().collect();
            assert_eq!(of(&deal, &have).parts[0].schedule, want);
        }
        assert_eq!(of(&deal, &[other]).unpaid, ["Fiber 100"]);
    }

    #[test]
    fn a_late_leaver_takes_nothing_back() {
        let taken = |days: Vec<i64>| -> i64 {
            let found = of(&sold(69_900, 24, 0, days), &[schedule(Method::Percent)]);
            found.payments.iter().filter(|p| p.entry == Entry::ClawBack).map(|p| p.amount.0).sum()
        };
        // 5 % of ₹2,01,312, a twenty-fourth each.
        assert_eq!(taken(vec![20_100]), -41_940);
        assert_eq!(taken(vec![20_100, 20_150]), -83_880);
        assert_eq!(taken(vec![20_300]), 0);
        assert_eq!(taken(vec![19_000]), 0);
    }

    #[test]
    fn slabs_are_read_or_refused() {
        assert_eq!(read_slabs("0: 2%, 1L: 4.5%").unwrap()[1], Slab { from: Money::rupees(100_000), percent: 450 });
        for text in ["", "1L: 2%", "0: 2%, 0: 3%", "0: 200%", "0 2%", "0: x"] {
            assert!(read_slabs(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_paid_sums_to_the_commission(
            rate in 1..500_000i64, seats in 1..60i64, off in 0..5_000i64, share in 0..=100i64,
            gone in prop::collection::vec(20_000..20_400i64, 0..30), method in 0..4usize,
        ) {
            let mut deal = sold(rate, seats, off, gone.into_iter().take(usize::try_from(seats).unwrap()).collect());
            deal.second = Some(("vikram".into(), share));
            let found = of(&deal, &[schedule(Method::ALL[method])]);
            let sum = |entry| found.payments.iter().filter(|p| p.entry == entry).map(|p| p.amount).sum::<Money>();
            prop_assert_eq!(sum(Entry::Earned), found.total);
            prop_assert_eq!(found.parts.iter().map(|p| p.amount).sum::<Money>(), found.total);
            prop_assert!(-sum(Entry::ClawBack) <= found.total, "more taken back than paid");
        }
    }
}
