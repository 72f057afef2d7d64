//! Other spellings of what is typed: the words of the lines, by what they sound like (see [`crate::base::sound`]).

use std::collections::{BTreeMap, HashMap};

use crate::base::sound::key;

use super::Arena;
use super::letters::OPEN_END;

/// Spellings that a typed word is tried with besides, at most.
const MOST: usize = 3;

/// The words of names that were met, by what they sound like.
#[derive(Clone, Debug, Default)]
pub struct Sounds {
    words: BTreeMap<Vec<u8>, Vec<(Vec<u8>, u32)>>,
}

impl Sounds {
    /// From what everybody may look for in these lines.
    pub fn of<'a>(arenas: impl Iterator<Item = &'a Arena>) -> Sounds {
        let mut seen: HashMap<Vec<u8>, u32> = HashMap::new();
        for arena in arenas {
            for row in 0..arena.len() {
                for word in arena.blocks[row].split(|b| !b.is_ascii_lowercase() && *b != OPEN_END) {
                    let end = word.iter().position(|b| *b == OPEN_END);
                    let word = &word[..end.unwrap_or(word.len())];
                    if word.len() >= 3 {
                        match seen.get_mut(word) {
                            Some(count) => *count += 1,
                            None => drop(seen.insert(word.to_vec(), 1)),
                        }
                    }
                    if end.is_some() {
                        break;
                    }
                }
            }
        }
        let mut words: BTreeMap<Vec<u8>, Vec<(Vec<u8>, u32)>> = BTreeMap::new();
        for (word, count) in seen {
            words.entry(key(&word)).or_default().push((word, count));
        }
        for spellings in words.values_mut() {
            spellings.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        }
        Sounds { words }
    }

    /// Other spellings of a word, the commonest first: whole words that sound like it or begin so.
    pub fn like(&self, word: &[u8]) -> Vec<Vec<u8>> {
        if word.len() < 3 || !word.iter().all(u8::is_ascii_lowercase) {
            return Vec::new();
        }
        let wanted = key(word);
        let near = self.words.range(wanted.clone()..).take_while(|(k, _)| k.starts_with(&wanted)).take(400);
        // A word that is typed to its end comes before one that only begins so.
        let mut found: Vec<(bool, u32, &Vec<u8>)> = near
            .flat_map(|(k, spellings)| spellings.iter().map(|(w, n)| (k.len() != wanted.len(), *n, w)))
            // Three letters begin half of all names.
            .filter(|(longer, _, w)| !w.starts_with(word) && (!longer || wanted.len() > 3))
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(b.2)));
        found.into_iter().take(MOST).map(|(_, _, w)| w.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::line;
    use super::*;

    #[test]
    fn spellings_of_one_name_sound_alike() {
        for names in [
            &["sharma", "sarma", "sharmaa"][..],
            &["lakshmi", "laxmi", "lakshmee", "laksmi"],
            &["choudhury", "chaudhari", "chowdhury", "choudhary"],
            &["wani", "vani", "vaani"],
            &["faruk", "pharukh", "farooq"],
            &["subramanian", "subramanyan"],
            &["deepak", "dipak"],
            &["pooja", "puja", "pooza"],
            &["reddy", "redi", "reddi"],
        ] {
            let keys: std::collections::BTreeSet<_> = names.iter().map(|n| key(n.as_bytes())).collect();
            let shown: Vec<_> =
                names.iter().map(|n| String::from_utf8_lossy(&key(n.as_bytes())).into_owned()).collect();
            assert!(keys.len() == 1, "{names:?} {shown:?}");
        }
        assert_ne!(key(b"ravi"), key(b"rani"));
        assert_ne!(key(b"mehta"), key(b"mahto"));
    }

    #[test]
    fn other_spellings_are_those_that_were_met() {
        let mut arena = Arena::default();
        for (id, name) in ["Ravi Sarma", "Anita Sharma", "Asha Sharma", "Meera Iyer"].iter().enumerate() {
            arena.push(id as i64, &line(name, "sarmaville"));
        }
        let sounds = Sounds::of([&arena].into_iter());
        assert_eq!(sounds.like(b"sharma"), [b"sarma".to_vec()]);
        assert_eq!(sounds.like(b"sarm"), [b"sharma".to_vec()]);
        assert!(sounds.like(b"iyer").is_empty() && sounds.like(b"98").is_empty());
    }
}
