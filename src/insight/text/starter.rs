//! What a new desk knows before it has tickets of its own: a few hundred subjects written for this project
//! (`data/text/ticket_subjects.csv`), each with category and priority.

use std::collections::HashMap;

use super::{Classifier, TextError};

const SUBJECTS: &str = include_str!("../../../data/text/ticket_subjects.csv");

/// A subject with its category and priority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    pub text: &'static str,
    pub category: &'static str,
    /// `critical`, `high`, `medium` or `low`.
    pub priority: &'static str,
}

/// Every subject of the file.
pub fn subjects() -> Vec<Subject> {
    SUBJECTS
        .lines()
        .skip(1)
        .filter_map(|line| {
            // Subject, category, priority: only the subject may hold a comma, and is quoted then.
            let (rest, priority) = line.rsplit_once(',')?;
            let (text, category) = rest.rsplit_once(',')?;
            let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
            Some(Subject { text, category, priority })
        })
        .collect()
}

/// Tells the category of a subject.
pub fn categories() -> Result<Classifier, TextError> {
    Classifier::train(&subjects().iter().map(|s| (s.text.to_string(), s.category.to_string())).collect::<Vec<_>>())
}

/// Tells the priority of a subject. A hint: how much a fault hurts is seldom in its words.
pub fn priorities() -> Result<Classifier, TextError> {
    Classifier::train(&subjects().iter().map(|s| (s.text.to_string(), s.priority.to_string())).collect::<Vec<_>>())
}

/// The priority most subjects of a category have: what is suggested where the words do not say.
pub fn usual_priority(category: &str) -> Option<&'static str> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    let of = subjects();
    for s in of.iter().filter(|s| s.category.eq_ignore_ascii_case(category)) {
        *count.entry(s.priority).or_default() += 1;
    }
    let best = count.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)))?.0;
    of.iter().find(|s| s.priority == best).map(|s| s.priority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_whole() {
        let all = subjects();
        assert_eq!(all.len(), SUBJECTS.lines().count() - 1);
        assert!(
            all.iter().all(|s| ["critical", "high", "medium", "low"].contains(&s.priority) && !s.text.contains('"'))
        );
        let mut categories: Vec<&str> = all.iter().map(|s| s.category).collect();
        categories.sort_unstable();
        categories.dedup();
        assert_eq!(
            categories,
            [
                "Billing Issues",
                "Installation Request",
                "No Internet",
                "OTT App Issues",
                "Slow Speed",
                "Upgrade Request"
            ]
        );
        assert_eq!(usual_priority("no internet"), Some("high"));
        assert_eq!(usual_priority("unheard of"), None);
    }
}
