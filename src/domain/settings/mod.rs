//! Settings: figures and words a company decides for itself. THE table of each area names every one, with its
//! meaning, its shape and its default; what is stored is only what differs from the default.

mod churn;
mod company;
mod deal;
mod incident;
mod jobs;
mod lead;
mod report;
mod ticket;

use std::collections::BTreeMap;

use crate::base::text::clean;
use crate::base::{Gstin, Money};

/// One row of a table of settings.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// What is typed: `company.name`.
    pub key: &'static str,
    /// What is read on a form.
    pub title: &'static str,
    /// One sentence; a rule or figure names its source.
    pub help: &'static str,
    pub shape: Shape,
    /// As it is typed.
    pub default: &'static str,
}

/// What a value may be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text of one line.
    Line,
    /// A whole number within these, both included.
    Int {
        low: i64,
        high: i64,
    },
    /// Rupees.
    Money,
    /// `yes` or `no`.
    YesNo,
    /// One of these words.
    OneOf(&'static [&'static str]),
    Gstin,
    /// Text that a reader of its own checks, which says what is wrong.
    Read(fn(&str) -> Result<(), String>),
}

const fn setting(
    key: &'static str,
    title: &'static str,
    shape: Shape,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { key, title, help, shape, default }
}

/// The tables of all areas.
const AREAS: &[&[Setting]] = &[
    company::SETTINGS,
    lead::SETTINGS,
    deal::SETTINGS,
    ticket::SETTINGS,
    jobs::SETTINGS,
    incident::SETTINGS,
    churn::SETTINGS,
    report::SETTINGS,
];

/// Longest value kept, in characters.
const LIMIT: usize = 4_000;

/// Every setting there is, area by area.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    AREAS.iter().flat_map(|area| area.iter())
}

/// The row of a key.
pub fn find(key: &str) -> Option<&'static Setting> {
    let key = key.trim();
    all().find(|s| s.key.eq_ignore_ascii_case(key))
}

impl Setting {
    /// A typed value as it is stored. An empty one stands for the default.
    pub fn read(&self, typed: &str) -> Result<String, String> {
        let text = clean(typed, LIMIT);
        if text.is_empty() {
            return Ok(String::new());
        }
        match self.shape {
            Shape::Line => Ok(text),
            Shape::Int { low, high } => match text.replace(',', "").parse::<i64>() {
                Ok(n) if (low..=high).contains(&n) => Ok(n.to_string()),
                _ => Err(format!("write a whole number from {low} to {high}")),
            },
            Shape::Money => match Money::parse(&text) {
                Some(m) if m >= Money::ZERO => Ok(m.plain()),
                _ => Err("write an amount in rupees, as in 899 or 1,499.50".into()),
            },
            Shape::YesNo => match text.to_ascii_lowercase().as_str() {
                "yes" | "y" | "on" | "true" | "1" => Ok("yes".into()),
                "no" | "n" | "off" | "false" | "0" => Ok("no".into()),
                _ => Err("write yes or no".into()),
            },
            Shape::OneOf(words) => {
                let found = words.iter().find(|w| w.eq_ignore_ascii_case(&text));
                found.map(|w| (*w).to_string()).ok_or_else(|| format!("write one of {}", words.join(", ")))
            }
            Shape::Gstin => Gstin::parse(&text).map(|g| g.to_string()).map_err(|e| e.to_string()),
            Shape::Read(check) => check(&text).map(|()| text),
        }
    }
}

/// The settings of a company, as they hold now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    own: BTreeMap<String, String>,
}

impl Settings {
    /// From the stored rows.
    pub fn of(rows: Vec<(String, String)>) -> Settings {
        Settings { own: rows.into_iter().map(|(k, v)| (k.to_ascii_lowercase(), v)).collect() }
    }

    /// The value that holds: the company's own, else the default. A key that is in no table has none.
    pub fn text(&self, key: &str) -> &str {
        let default = || find(key).map_or("", |s| s.default);
        self.own.get(key).map_or_else(default, String::as_str)
    }

    /// A whole number. A stored text that is none gives way to the default.
    pub fn int(&self, key: &str) -> i64 {
        let default = || find(key).and_then(|s| s.default.parse().ok()).unwrap_or(0);
        self.text(key).parse().unwrap_or_else(|_| default())
    }

    pub fn money(&self, key: &str) -> Money {
        Money::parse(self.text(key)).unwrap_or(Money::ZERO)
    }

    pub fn is_on(&self, key: &str) -> bool {
        self.text(key) == "yes"
    }

    /// The settings with another value for one of them; an empty one stands for the default.
    pub fn with(mut self, key: &str, value: &str) -> Settings {
        let key = key.trim().to_ascii_lowercase();
        match value {
            "" => self.own.remove(&key),
            value => self.own.insert(key, value.into()),
        };
        self
    }

    /// True where the company has decided for itself.
    pub fn is_own(&self, key: &str) -> bool {
        self.own.contains_key(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_can_be_read_and_every_key_is_there_once() {
        let mut seen = std::collections::BTreeSet::new();
        for s in all() {
            assert!(seen.insert(s.key), "{} twice", s.key);
            assert!(s.help.ends_with('.'), "{}: help is a sentence", s.key);
            assert!(s.key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b)));
            let read = s.read(s.default).unwrap_or_else(|e| panic!("{}: {e}", s.key));
            assert_eq!(read, s.default, "{}", s.key);
        }
    }

    #[test]
    fn a_value_of_one_s_own_goes_before_the_default() {
        let none = Settings::default();
        assert_eq!((none.text("company.name"), none.is_own("company.name")), ("", false));
        assert_eq!(none.text("company.country"), "India");
        let own = Settings::of(vec![("company.name".into(), "Sahyadri Fibre".into())]);
        assert_eq!((own.text("company.name"), own.is_own("company.name")), ("Sahyadri Fibre", true));
        assert!(find("company.gstin").unwrap().read("not one").is_err());
    }
}
