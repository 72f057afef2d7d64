//! Targets: how much working time there is until the first answer and until the solution, by category, priority
//! and tier of the plan, as one text of rules.

use std::fmt;

use crate::base::text::push_number;
use crate::domain::choice::choices;
use crate::domain::customer::Segment;
use crate::domain::ticket::Priority;

/// Name of the calendar of the support desk.
pub const DESK: &str = "desk";
/// Name of the calendar that never closes.
pub const ALWAYS: &str = "always";

choices! {
    /// How much a line weighs: from its segment and what it costs.
    Tier {
        Standard = "standard", "Standard";
        Premium = "premium", "Premium";
        Business = "business", "Business";
        Enterprise = "enterprise", "Enterprise";
    }
}

impl Tier {
    /// Leased lines and societies are enterprise, firms business, homes from `premium` paise a month premium.
    pub fn of(segment: Option<Segment>, price: i64, premium: i64) -> Tier {
        match segment {
            Some(Segment::LeasedLine | Segment::Society) => Tier::Enterprise,
            Some(Segment::Business) => Tier::Business,
            _ if price >= premium => Tier::Premium,
            _ => Tier::Standard,
        }
    }
}

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    pub category: &'a str,
    pub priority: Priority,
    pub tier: Tier,
}

/// What one ticket is held to: milliseconds of working time, in a calendar by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    pub response: i64,
    pub resolution: i64,
    pub calendar: &'static str,
}

impl fmt::Display for Policy {
    /// `15m/4h @always`, as a rule has it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        self.put(&mut out);
        f.write_str(&out)
    }
}

impl Policy {
    /// Appends what `Display` writes.
    pub(super) fn put(&self, out: &mut String) {
        told(out, self.response);
        out.push('/');
        told(out, self.resolution);
        out.push_str(" @");
        out.push_str(self.calendar);
    }

    /// Reads what `Display` writes; the calendar may be left out for the desk's.
    pub fn parse(text: &str) -> Result<Policy, String> {
        let (targets, calendar) = match text.split_once('@') {
            Some((t, c)) => (t.trim(), c.trim()),
            None => (text.trim(), DESK),
        };
        let known = [DESK, ALWAYS].into_iter().find(|known| *known == calendar);
        let calendar = known.ok_or_else(|| format!("there is no calendar `{calendar}`: write @{DESK} or @{ALWAYS}"))?;
        let (a, b) = targets.split_once('/').ok_or_else(|| format!("`{targets}` has no two targets: write 30m/8h"))?;
        let (response, resolution) = (minutes(a)? * 60_000, minutes(b)? * 60_000);
        if response > resolution {
            return Err(format!("`{targets}`: the answer would be due after the solution"));
        }
        Ok(Policy { response, resolution, calendar })
    }
}

/// `90`, `90m`, `4h`: minutes.
pub fn minutes(text: &str) -> Result<i64, String> {
    let t = text.trim();
    let (digits, unit) = match t.strip_suffix(['h', 'H']) {
        Some(digits) => (digits, 60),
        None => (t.strip_suffix(['m', 'M']).unwrap_or(t), 1),
    };
    let n: i64 = digits.parse().map_err(|_| format!("`{t}` is no stretch of time: write 30m or 8h"))?;
    // A year of minutes: beyond that it is no target.
    if (1..=525_600 / unit).contains(&n) { Ok(n * unit) } else { Err(format!("`{t}` is out of range")) }
}

fn told(out: &mut String, ms: i64) {
    let m = ms / 60_000;
    let (n, unit) = if m % 60 == 0 { (m / 60, 'h') } else { (m, 'm') };
    push_number(out, n, 1);
    out.push(unit);
}

struct Rule {
    words: Vec<String>,
    policy: Policy,
}

/// The table of targets.
pub struct Targets {
    rules: Vec<Rule>,
}

impl Targets {
    /// Reads `high 30m/8h; business critical 10m/3h @always`: each rule names any of a priority, a tier and a
    /// category, then the targets. The rule with the most words that fit holds; of equals, the later one.
    pub fn parse(text: &str) -> Result<Targets, String> {
        let mut rules = Vec::new();
        for part in text.split(';').map(str::trim).filter(|p| !p.is_empty()) {
            let at = part.split_whitespace().position(|w| w.contains('/'));
            let at = at.ok_or_else(|| format!("`{part}` has no targets: write `high 30m/8h`"))?;
            let all: Vec<&str> = part.split_whitespace().collect();
            let policy = Policy::parse(&all[at..].join(" "))?;
            rules.push(Rule { words: all[..at].iter().map(|w| w.to_ascii_lowercase()).collect(), policy });
        }
        if !rules.iter().any(|r| r.words.is_empty()) {
            // Every priority must have a rule of its own, else some ticket would have no target.
            for p in Priority::ALL {
                if !rules.iter().any(|r| r.words == [p.code()]) {
                    return Err(format!("no rule holds for every {} ticket: add `{} 1h/8h`", p.code(), p.code()));
                }
            }
        }
        Ok(Targets { rules })
    }

    /// The policy of a case.
    pub fn of(&self, case: &Case<'_>) -> Policy {
        let fits = |r: &Rule| {
            r.words
                .iter()
                .all(|w| w == case.priority.code() || w == case.tier.code() || w.eq_ignore_ascii_case(case.category))
        };
        let mut best: Option<&Rule> = None;
        for rule in self.rules.iter().filter(|r| fits(r)) {
            if best.is_none_or(|b| rule.words.len() >= b.words.len()) {
                best = Some(rule);
            }
        }
        let none = || Policy { response: 3_600_000, resolution: 8 * 3_600_000, calendar: DESK };
        best.map_or_else(none, |r| r.policy)
    }
}

impl Targets {
    /// No rule: every ticket has an hour and a working day.
    pub fn empty() -> Targets {
        Targets { rules: Vec::new() }
    }
}
