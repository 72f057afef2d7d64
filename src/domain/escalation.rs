//! Rules of escalation: what happens by itself to a ticket that comes near its end, goes past it, or has an owner
//! who is away. Rules are one text, so that a company writes its own.

use std::fmt;

use super::sla::minutes;

/// When a rule acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Its owner is away.
    Away,
    /// This share of a target is used up, percent.
    Near(i64),
    /// A target was missed, this many minutes ago by the wall clock.
    Late(i64),
    /// The clock of regulation was missed.
    Regulation,
}

/// What it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// Gives it to a person by login.
    Assign(String),
    /// Gives it to a manager who is here.
    Manager,
    /// Gives it to the person at the desk who has least and is here.
    LeastBusy,
    /// One step more urgent.
    Raise,
    Tag(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub when: When,
    pub act: Do,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.when {
            When::Away => f.write_str("away ")?,
            When::Near(n) => write!(f, "near {n}% ")?,
            When::Late(0) => f.write_str("late ")?,
            When::Late(m) if m % 60 == 0 => write!(f, "late {}h ", m / 60)?,
            When::Late(m) => write!(f, "late {m}m ")?,
            When::Regulation => f.write_str("regulation ")?,
        }
        match &self.act {
            Do::Assign(login) => write!(f, "assign {login}"),
            Do::Manager => f.write_str("assign @manager"),
            Do::LeastBusy => f.write_str("assign @least-busy"),
            Do::Raise => f.write_str("priority +1"),
            Do::Tag(word) => write!(f, "tag {word}"),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules(pub Vec<Rule>);

impl Rules {
    /// Reads `away assign @least-busy; near 75% tag near-breach; late 4h assign @manager`. The error is a sentence.
    pub fn parse(text: &str) -> Result<Rules, String> {
        text.split(';').map(str::trim).filter(|p| !p.is_empty()).map(rule).collect::<Result<_, _>>().map(Rules)
    }
}

fn rule(text: &str) -> Result<Rule, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (when, rest) = match words.as_slice() {
        ["away", rest @ ..] => (When::Away, rest),
        ["regulation", rest @ ..] => (When::Regulation, rest),
        ["near", share, rest @ ..] => {
            let n = share.strip_suffix('%').and_then(|n| n.parse().ok()).filter(|n| (1..100).contains(n));
            (When::Near(n.ok_or_else(|| format!("`{share}` is no share: write near 75%"))?), rest)
        }
        ["late", after, rest @ ..] if after.starts_with(|c: char| c.is_ascii_digit()) => {
            (When::Late(minutes(after)?), rest)
        }
        ["late", rest @ ..] => (When::Late(0), rest),
        _ => return Err(format!("`{text}` does not begin with away, near N%, late, late Nh or regulation")),
    };
    let act = match rest {
        ["assign", "@manager"] => Do::Manager,
        ["assign", "@least-busy"] => Do::LeastBusy,
        ["assign", login] if !login.starts_with('@') => Do::Assign((*login).to_string()),
        ["priority", "+1"] => Do::Raise,
        ["tag", word] if !word.contains(',') => Do::Tag((*word).to_string()),
        _ => {
            return Err(format!(
                "`{text}` does not end with assign LOGIN, @manager or @least-busy, priority +1 or tag WORD"
            ));
        }
    };
    Ok(Rule { when, act })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_read_and_print() {
        let text = "away assign @least-busy; near 75% tag near-breach; late priority +1; late 4h assign @manager; \
            late 90m assign asha; regulation tag trai";
        let rules = Rules::parse(text).unwrap();
        let told: Vec<String> = rules.0.iter().map(Rule::to_string).collect();
        assert_eq!(told.join("; "), text);
        for wrong in
            ["near tag x", "near 0% tag x", "late", "late 4h", "sometimes tag x", "late assign @nobody", "late tag a,b"]
        {
            assert!(Rules::parse(wrong).is_err(), "{wrong}");
        }
    }
}
