//! The scorer against the crate that defines the score.

use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

use super::letters::{line, shown, words};
use super::{Arena, Trail};

const FIRST: &[&str] =
    &["Ravi", "Anjali", "Kumar", "Rajesh", "S", "Meera", "K M", "राम", "ಲಕ್ಷ್ಮಿ", "Mohammed Rafi", "Aa", "Farhan"];
const LAST: &[&str] =
    &["Sharma", "Deshmukh", "Kumar", "R", "Iyer", "Subramanian", "Sarma", "शर्मा", "Khan", "Nair", "O'Brien-Rao"];
const CITY: &[&str] = &["Pune", "Mumbai", "Kolkata", "Mysuru", "Thiruvananthapuram", "Navi Mumbai"];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

fn arena(rows: usize, dice: &mut Dice) -> Arena {
    let mut arena = Arena::default();
    for id in 0..rows {
        let name = format!("{} {}", FIRST[dice.roll(FIRST.len())], LAST[dice.roll(LAST.len())]);
        let phone = 9_000_000_000u64 + dice.roll(999_999_999) as u64;
        let mut rest = format!("{id:07} {phone} {}", CITY[dice.roll(CITY.len())]);
        if dice.roll(8) == 0 {
            rest.push_str(" a longer tail with a building of some name and a street that goes on and on");
        }
        arena.push(id as i64, &line(&name, &rest));
    }
    arena
}

/// Every line scored by the crate, best first.
fn oracle(arena: &Arena, words: &[Vec<u8>], open_only: bool) -> Vec<(i64, u32)> {
    let mut out = Vec::new();
    'rows: for row in 0..arena.len() {
        let mut text = shown(&arena.line(row));
        if open_only {
            text = text.split('\n').next().unwrap_or("").to_string();
        }
        let mut sum = 0;
        for word in words {
            // A fresh one each time: what it keeps of the line before would change its scores.
            match SkimMatcherV2::default().fuzzy_indices(&text, &shown(word)) {
                Some((score, _)) => sum += score,
                None => continue 'rows,
            }
        }
        out.push((sum, row as u32));
    }
    out.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    out
}

#[test]
fn the_top_is_that_of_scoring_every_line() {
    let mut dice = Dice(20_261_123);
    let arena = arena(400, &mut dice);
    let mut trail = Trail::default();
    let mut matched = 0;
    for round in 0..1_000 {
        // A piece of some line with letters left out, of one word or two; sometimes nonsense.
        let mut typed = String::new();
        for part in 0..=dice.roll(2) {
            let text: Vec<char> = shown(&arena.line(dice.roll(arena.len()))).chars().filter(|c| *c != '\n').collect();
            let start = dice.roll(text.len());
            if part > 0 {
                typed.push(' ');
            }
            for c in text[start..].iter().filter(|c| **c != ' ').take(1 + dice.roll(7)) {
                if dice.roll(4) > 0 {
                    typed.push(*c);
                }
            }
        }
        let words = words(&typed);
        let open_only = round % 5 == 0;
        let limit = [1, 7, 200][round % 3];
        let found = trail.find(&arena, 1, &words, open_only, limit, &|| true);
        let truth = if words.is_empty() { Vec::new() } else { oracle(&arena, &words, open_only) };
        assert_eq!(found.count, truth.len(), "{typed}");
        let ours: Vec<(i64, u32)> = found.top.iter().map(|h| (i64::from(h.score), h.row)).collect();
        assert_eq!(ours, truth[..truth.len().min(limit)], "{typed}");
        matched += usize::from(!truth.is_empty());
    }
    assert!(matched > 500, "{matched}");
}

#[test]
fn typing_and_taking_back_finds_what_a_fresh_start_finds() {
    let mut dice = Dice(7);
    let arena = arena(500, &mut dice);
    let mut trail = Trail::default();
    let typed =
        ["r", "ra", "rav", "ravi", "ravi ", "ravi p", "ravi pu", "ravi p", "ravi", "rvi", "9", "98", "k k", "k", ""];
    for text in typed {
        let words = words(text);
        let fresh = Trail::default().find(&arena, 1, &words, false, 50, &|| true);
        assert_eq!(trail.find(&arena, 1, &words, false, 50, &|| true), fresh, "{text}");
    }
}

#[test]
fn a_row_that_is_gone_is_not_found() {
    let mut arena = Arena::default();
    arena.push(5, &line("Ravi", "1"));
    arena.push(6, &line("Ravi", "2"));
    assert_eq!(arena.forget(|id| id == 5), 1);
    let found = Trail::default().find(&arena, 1, &words("ravi"), false, 9, &|| true);
    assert_eq!((found.count, arena.id(found.top[0].row as usize)), (1, 6));
}
