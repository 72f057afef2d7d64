//! An incident: one cause that many lines suffer from. What it hits, where it stands, and what is given back for it.

use crate::base::Money;

use super::choice::choices;

choices! {
    /// What an incident hits.
    Scope {
        Olt = "olt", "OLT or base station";
        Pon = "pon", "PON port";
        Area = "area", "Area";
        Pincode = "pincode", "PIN code";
        City = "city", "City";
        Filter = "filter", "A filter of customers";
    }
}

choices! {
    /// Where an incident stands.
    Phase {
        /// Maintenance that was announced.
        Planned = "planned", "Planned";
        Investigating = "investigating", "Investigating";
        Identified = "identified", "Cause known";
        Monitoring = "monitoring", "Repaired, watched";
        Closed = "closed", "Closed";
        Cancelled = "cancelled", "Cancelled";
    }
}

impl Phase {
    /// True while lines are down or may be.
    pub fn is_open(self) -> bool {
        !matches!(self, Phase::Closed | Phase::Cancelled)
    }

    /// Tells phases apart without colour.
    pub fn shape(self) -> &'static str {
        match self {
            Phase::Planned => "◷",
            Phase::Investigating => "!",
            Phase::Identified => "◐",
            Phase::Monitoring => "◎",
            Phase::Closed => "✓",
            Phase::Cancelled => "–",
        }
    }
}

/// The number of an incident as people say it: `I-000012`.
pub fn number(n: i64) -> String {
    format!("I-{n:06}")
}

/// The text of the filter that keeps the lines an incident hits; a PON port is written `OLT-PUN-04 1/3`, and means
/// all lines of it.
pub fn filter(scope: Scope, target: &str) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace(['"', '\\'], ""));
    let target = target.trim();
    let place = match scope {
        Scope::Olt => format!("olt={}", quote(target)),
        Scope::Pon => match target.rsplit_once(' ') {
            Some((olt, port)) => format!("olt={} pon:{}/*", quote(olt.trim()), port.trim().trim_end_matches('/')),
            None => format!("pon:{}/*", target.trim_end_matches('/')),
        },
        Scope::Area => format!("area={}", quote(target)),
        Scope::Pincode => format!("pincode={}", quote(target)),
        Scope::City => format!("city={}", quote(target)),
        Scope::Filter => format!("({target})"),
    };
    format!("{place} -status:pending,terminated")
}

/// What is given back to a line for being down: the rent of the days it was down, where every begun 24 hours are a
/// day, of the days that the month has in which it began. Below `least` minutes nothing; never more than a month's
/// rent; half a paisa is rounded up. `assets/docs/rebates.md` has worked examples.
pub fn rebate(rent: Money, minutes: i64, least: i64, days_of_month: i64) -> Money {
    let days = days_down(minutes, least).min(days_of_month.max(1));
    let month = days_of_month.max(1);
    Money((2 * rent.0.max(0) * days + month) / (2 * month))
}

/// Days that count: none below `least` minutes, then every begun 24 hours.
pub fn days_down(minutes: i64, least: i64) -> i64 {
    if minutes < least.max(1) { 0 } else { (minutes + 1_439) / 1_440 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the document is read and held against the arithmetic, to the paisa.
    #[test]
    fn worked_examples_of_rebates_are_right() {
        let text = include_str!("../../assets/docs/rebates.md");
        let rows: Vec<Vec<&str>> = text
            .lines()
            .filter(|l| l.starts_with("| ₹"))
            .map(|l| l.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        assert!(rows.len() >= 10, "{} examples", rows.len());
        for row in rows {
            let [rent, hours, minutes, month, days, back] = row[..] else { panic!("{row:?}") };
            let money = |t: &str| Money::parse(t.trim_start_matches('₹')).unwrap_or_else(|| panic!("{t}"));
            let down = hours.parse::<i64>().unwrap() * 60 + minutes.parse::<i64>().unwrap();
            let (month, days) = (month.parse::<i64>().unwrap(), days.parse::<i64>().unwrap());
            assert_eq!(days_down(down, 240).min(month), days, "{row:?}");
            assert_eq!(rebate(money(rent), down, 240, month), money(back), "{row:?}");
        }
    }

    #[test]
    fn a_rebate_grows_with_time_and_stops_at_the_rent() {
        let rent = Money(89_900);
        let mut before = Money(0);
        for minutes in (0..60_000).step_by(7) {
            let now = rebate(rent, minutes, 240, 30);
            assert!(now >= before && now <= rent);
            before = now;
        }
        assert_eq!(before, rent);
    }

    #[test]
    fn what_is_hit_is_a_filter() {
        assert_eq!(filter(Scope::Olt, "OLT-PUN-04"), "olt=\"OLT-PUN-04\" -status:pending,terminated");
        assert_eq!(filter(Scope::Pon, "OLT-PUN-04 1/3"), "olt=\"OLT-PUN-04\" pon:1/3/* -status:pending,terminated");
        assert_eq!(number(12), "I-000012");
    }
}
