//! What a support desk has learnt of its subjects: the category and the priority of a new one.
//!
//! It learns from the [starter] subjects and from the operator's own tickets, whose labels are taken as
//! they stand now: what somebody put right is learnt with the right label, and counts three times. The more tickets of
//! its own a desk has, the less the starter subjects weigh. A subject that came often says no more than [`REPEATS`] times
//! what it says once: most are picked from a list, and a classifier that only knows these is blind to a new wording.

use std::collections::HashMap;

use super::classifier::{Classifier, Recipe};
use super::features::{Mix, words};
use super::svm::Cost;
use super::{TextError, starter};

/// Times that the same words with the same label are learnt from.
pub const REPEATS: usize = 5;
/// Own tickets learnt from at most, the newest: the words of a trade change slowly, and more cost time.
pub const MOST: usize = 3_000;

/// Features and cost that cross-validation over the starter subjects chose.
const RECIPE: Recipe =
    Recipe { mix: Mix { words: 1.0, pieces: 1.0, concepts: 0.7 }, cost: Cost { c: 1.0, balance: 0.25 } };

/// A ticket as it is learnt from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub text: String,
    /// Code of a main category.
    pub category: String,
    /// Code of a sub-category of it; empty where none was given.
    pub sub: String,
    /// `critical`, `high`, `medium` or `low`.
    pub priority: String,
    /// Whether somebody put the category right after the ticket was raised.
    pub corrected: bool,
}

/// A label and how sure it is, 0 to 1.
pub type Told = (String, f64);

/// The two classifiers of a desk.
#[derive(Clone, Debug)]
pub struct Desk {
    category: Classifier,
    priority: Classifier,
    /// Tells the sub-category within a main one, for those with enough tickets of it.
    subs: HashMap<String, Classifier>,
    /// Tickets of its own it has learnt from.
    pub own: usize,
    /// Of these, those whose category was put right.
    pub corrected: usize,
}

/// Texts with a label, and those whose label was put right.
type Lessons = (Vec<(String, String)>, Vec<(String, String)>);

impl Desk {
    /// Learns. `known` are the main categories there are: code and title; a starter subject of another one is left out.
    pub fn learn(own: &[Example], known: &[(String, String)]) -> Result<Desk, TextError> {
        let code = |name: &str| {
            known.iter().find(|(c, title)| c == name || title.eq_ignore_ascii_case(name)).map(|(c, _)| c.clone())
        };
        let (mut categories, mut priorities): (Lessons, Lessons) = Default::default();
        for s in starter::subjects() {
            categories.0.extend(code(s.category).map(|c| (s.text.to_string(), c)));
            priorities.0.push((s.text.to_string(), s.priority.to_string()));
        }
        let mut seen: HashMap<(Vec<String>, &str, bool), usize> = HashMap::new();
        let mut corrected = 0;
        for e in own.iter().take(MOST) {
            let mut once = |label| {
                let n = seen.entry((words(&e.text), label, e.corrected)).or_default();
                *n += 1;
                *n <= REPEATS
            };
            corrected += usize::from(e.corrected);
            if code(&e.category).is_some() && once(&e.category) {
                let to = if e.corrected { &mut categories.1 } else { &mut categories.0 };
                to.push((e.text.clone(), e.category.clone()));
            }
            if !e.priority.is_empty() && once(&e.priority) {
                priorities.0.push((e.text.clone(), e.priority.clone()));
            }
        }
        Ok(Desk {
            category: Classifier::with(RECIPE, categories.0, categories.1)?,
            priority: Classifier::with(RECIPE, priorities.0, priorities.1)?,
            subs: subs(own),
            own: own.len().min(MOST),
            corrected,
        })
    }

    /// Every category with its confidence, the likeliest first.
    pub fn categories(&self, text: &str) -> Vec<Told> {
        self.category.suggest(text)
    }

    /// Every sub-category of a main one that has tickets enough, with its confidence, the likeliest first.
    pub fn subs(&self, text: &str, category: &str) -> Vec<Told> {
        self.subs.get(category).map_or_else(Vec::new, |c| c.suggest(text))
    }

    /// Every priority with its confidence, the likeliest first.
    pub fn priorities(&self, text: &str) -> Vec<Told> {
        self.priority.suggest(text)
    }
}

/// Tickets of a main category, and of each sub-category, below which its sub-categories are not told apart.
const OF_MAIN: usize = 30;
const OF_SUB: usize = 5;

fn subs(own: &[Example]) -> HashMap<String, Classifier> {
    let mut by_main: HashMap<&str, HashMap<&str, Lessons>> = HashMap::new();
    let mut seen: HashMap<(Vec<String>, &str, bool), usize> = HashMap::new();
    for e in own.iter().take(MOST).filter(|e| !e.sub.is_empty()) {
        let n = seen.entry((words(&e.text), &e.sub, e.corrected)).or_default();
        *n += 1;
        if *n <= REPEATS {
            let of = by_main.entry(&e.category).or_default().entry(&e.sub).or_default();
            let to = if e.corrected { &mut of.1 } else { &mut of.0 };
            to.push((e.text.clone(), e.sub.clone()));
        }
    }
    let mut out = HashMap::new();
    for (main, mut subs) in by_main {
        subs.retain(|_, l| l.0.len() + l.1.len() >= OF_SUB);
        let mut lessons: Lessons = Default::default();
        let mut ordered: Vec<_> = subs.into_iter().collect();
        ordered.sort_by_key(|(sub, _)| *sub);
        ordered.into_iter().for_each(|(_, l)| {
            lessons.0.extend(l.0);
            lessons.1.extend(l.1);
        });
        if lessons.0.len() + lessons.1.len() >= OF_MAIN
            && let Ok(classifier) = Classifier::with(RECIPE, lessons.0, lessons.1)
        {
            out.insert(main.to_string(), classifier);
        }
    }
    out
}

/// What is sure enough to be said: twice as likely as by chance among the labels there are, and more likely than not
/// against the second.
pub fn sure(told: &[Told]) -> Option<&Told> {
    let least = (2.0 / told.len().max(1) as f64).min(0.5);
    let second = told.get(1).map_or(0.0, |t| t.1);
    told.first().filter(|(_, p)| *p >= least && *p > 1.5 * second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<(String, String)> {
        [
            ("no-internet", "No Internet"),
            ("slow-speed", "Slow Speed"),
            ("billing", "Billing Issues"),
            ("installation-request", "Installation Request"),
            ("upgrade-request", "Upgrade Request"),
            ("ott-app", "OTT App Issues"),
            ("cctv", "Cameras"),
        ]
        .map(|(a, b)| (a.to_string(), b.to_string()))
        .to_vec()
    }

    fn example(text: &str, category: &str, corrected: bool) -> Example {
        Example { text: text.into(), category: category.into(), sub: String::new(), priority: "low".into(), corrected }
    }

    #[test]
    fn a_new_desk_knows_the_starter_subjects_and_learns_its_own() {
        let desk = Desk::learn(&[], &known()).unwrap();
        let told = desk.categories("net is very slow since evening");
        assert_eq!(sure(&told).map(|t| t.0.as_str()), Some("slow-speed"), "{told:?}");
        let told = desk.priorities("whole office building has no internet, fibre is cut");
        assert!(matches!(told[0].0.as_str(), "critical" | "high"), "{told:?}");
        assert!(!desk.categories("x").iter().any(|t| t.0 == "cctv"), "nothing is known of it yet");
        // A category of the operator's own, put right on two tickets.
        let own = [example("camera shows black picture", "cctv", true), example("DVR not recording", "cctv", true)];
        let desk = Desk::learn(&own, &known()).unwrap();
        assert_eq!((desk.own, desk.corrected), (2, 2));
        assert_eq!(desk.categories("camera picture is black again")[0].0, "cctv");
    }

    #[test]
    fn a_sub_category_is_told_once_there_are_tickets_enough() {
        let of = |i: usize, text: &str, sub: &str| Example {
            sub: sub.into(),
            ..example(&format!("{text} {i}"), "no-internet", false)
        };
        let own: Vec<Example> = (0..20)
            .flat_map(|i| [of(i, "router power light is off", "device"), of(i, "fibre cable cut on the pole", "cable")])
            .collect();
        let few = Desk::learn(&own[..20], &known()).unwrap();
        assert!(few.subs("cable is cut", "no-internet").is_empty());
        let desk = Desk::learn(&own, &known()).unwrap();
        let told = desk.subs("the cable was cut by a truck", "no-internet");
        assert_eq!(sure(&told).map(|t| t.0.as_str()), Some("cable"), "{told:?}");
        assert!(desk.subs("cable is cut", "billing").is_empty());
    }

    #[test]
    fn one_subject_does_not_drown_the_others() {
        let own = vec![example("router", "billing", false); 400];
        let desk = Desk::learn(&own, &known()).unwrap();
        assert_eq!(desk.categories("red light on the router, no internet")[0].0, "no-internet");
    }

    #[test]
    fn what_is_not_sure_is_not_said() {
        let told = |of: &[f64]| of.iter().map(|p| ("x".to_string(), *p)).collect::<Vec<_>>();
        assert!(sure(&told(&[0.30, 0.25, 0.15, 0.15, 0.15])).is_none());
        assert!(sure(&told(&[0.45, 0.20, 0.15, 0.10, 0.10])).is_some());
        assert!(sure(&[]).is_none());
    }
}
