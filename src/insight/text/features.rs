//! Features of a short text: words and pairs of words, pieces of words (two to five letters, the ends of a word
//! marked, so that misspellings meet), and concepts from a small lexicon of the trade (`data/text/isp_words.csv`).

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::base::text::fold;

/// Blocks of features; each is brought to length 1 by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    Words,
    Pieces,
    Concepts,
}

/// A sparse vector: feature and weight, features ascending.
pub type Sparse = Vec<(u32, f32)>;

/// A text as counted features of the three blocks.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub words: Vec<(String, u32)>,
    pub pieces: Vec<(String, u32)>,
    pub concepts: Vec<(String, u32)>,
}

/// Words of a text, folded: runs of letters, digits and the marks on them. An apostrophe inside a word is dropped.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text).replace(['\'', '’'], "");
    folded
        .split(|c: char| !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c))
        .filter(|w| !w.is_empty())
        .map(str::to_string)
        .collect()
}

/// A row of the lexicon: words in a row, each whole or the beginning of one.
struct Pattern {
    concept: &'static str,
    words: Vec<(&'static str, bool)>,
}

static LEXICON: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    include_str!("../../../data/text/isp_words.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(','))
        .flat_map(|(concept, all)| {
            all.split(';').map(move |phrase| Pattern {
                concept,
                words: phrase.split(' ').map(|w| w.strip_suffix('*').map_or((w, false), |head| (head, true))).collect(),
            })
        })
        .collect()
});

/// Concepts found in the words of a text, each once, in the order of the lexicon; `none` where there is none.
pub fn concepts(words: &[String]) -> Vec<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for p in LEXICON.iter() {
        let fits = |at: &[String]| {
            at.iter().zip(&p.words).all(|(w, (want, head))| if *head { w.starts_with(want) } else { w == want })
        };
        if !found.contains(&p.concept) && words.windows(p.words.len()).any(fits) {
            found.push(p.concept);
        }
    }
    if found.is_empty() {
        found.push("none");
    }
    found
}

/// Counts the features of a text.
pub fn count(text: &str) -> Counted {
    let words = words(text);
    let mut out = Counted::default();
    let mut of: HashMap<String, u32> = HashMap::new();
    for w in &words {
        // What a number is matters less than that there is one.
        if w.bytes().all(|b| b.is_ascii_digit()) && w.len() > 2 {
            *of.entry("<number>".into()).or_default() += 1;
        }
        *of.entry(w.clone()).or_default() += 1;
    }
    for pair in words.windows(2) {
        *of.entry(format!("{} {}", pair[0], pair[1])).or_default() += 1;
    }
    out.words = sorted(std::mem::take(&mut of));
    for w in &words {
        let letters: Vec<char> = format!(" {w} ").chars().collect();
        for n in 2..=5 {
            for piece in letters.windows(n) {
                *of.entry(piece.iter().collect()).or_default() += 1;
            }
        }
    }
    out.pieces = sorted(std::mem::take(&mut of));
    let found = concepts(&words);
    for (i, a) in found.iter().enumerate() {
        of.insert((*a).to_string(), 1);
        for b in &found[i + 1..] {
            of.insert(format!("{a}+{b}"), 1);
        }
    }
    out.concepts = sorted(of);
    out
}

fn sorted(of: HashMap<String, u32>) -> Vec<(String, u32)> {
    let mut all: Vec<(String, u32)> = of.into_iter().collect();
    all.sort_unstable();
    all
}

/// Weights of the blocks; 0 leaves one out.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Mix {
    pub words: f32,
    pub pieces: f32,
    pub concepts: f32,
}

impl Mix {
    fn of(self, block: Block) -> f32 {
        match block {
            Block::Words => self.words,
            Block::Pieces => self.pieces,
            Block::Concepts => self.concepts,
        }
    }
}

/// The features that training texts have, each with its inverse document frequency.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    mix: Mix,
    /// By block; the number of the feature and its weight.
    ids: [HashMap<String, (u32, f32)>; 3],
    len: usize,
}

const BLOCKS: [Block; 3] = [Block::Words, Block::Pieces, Block::Concepts];

fn block(text: &Counted, block: Block) -> &[(String, u32)] {
    match block {
        Block::Words => &text.words,
        Block::Pieces => &text.pieces,
        Block::Concepts => &text.concepts,
    }
}

impl Vocabulary {
    /// Learns from texts. A piece of a word that only one text in thousands has says nothing: it needs two.
    pub fn new(texts: &[&Counted], mix: Mix) -> Vocabulary {
        let mut ids: [HashMap<String, (u32, f32)>; 3] = Default::default();
        let mut len = 0_u32;
        let n = texts.len() as f32;
        for (at, b) in BLOCKS.iter().enumerate() {
            if mix.of(*b) <= 0.0 {
                continue;
            }
            let mut seen: HashMap<&str, u32> = HashMap::new();
            for t in texts {
                for (f, _) in block(t, *b) {
                    *seen.entry(f).or_default() += 1;
                }
            }
            let least = if *b == Block::Pieces && texts.len() > 1_000 { 2 } else { 1 };
            let mut all: Vec<(&str, u32)> = seen.into_iter().filter(|(_, c)| *c >= least).collect();
            all.sort_unstable();
            for (f, c) in all {
                // Smoothed as if one more text had every feature.
                let idf = ((1.0 + n) / (1.0 + c as f32)).ln() + 1.0;
                ids[at].insert(f.to_string(), (len, idf));
                len += 1;
            }
        }
        Vocabulary { mix, ids, len: len as usize }
    }

    /// Features known.
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Sublinear TF-IDF, each block of length 1 times its weight.
    pub fn vector(&self, text: &Counted) -> Sparse {
        let mut out = Sparse::new();
        for (at, b) in BLOCKS.iter().enumerate() {
            let start = out.len();
            for (f, n) in block(text, *b) {
                if let Some((id, idf)) = self.ids[at].get(f) {
                    out.push((*id, (1.0 + (*n as f32).ln()) * idf));
                }
            }
            let length = out[start..].iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
            if length > 0.0 {
                let by = self.mix.of(*b) / length;
                for (_, v) in &mut out[start..] {
                    *v *= by;
                }
            }
        }
        out.sort_unstable_by_key(|f| f.0);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fold_and_keep_indian_scripts() {
        assert_eq!(words("Can't CONNECT – wi-fi, ४ days!"), ["cant", "connect", "wi", "fi", "4", "days"]);
        assert_eq!(words("नेट बंद है"), ["नेट", "बंद", "है"]);
        assert_eq!(words("…"), Vec::<String>::new());
    }

    #[test]
    fn the_lexicon_names_concepts() {
        let of = |t: &str| concepts(&words(t));
        assert!(of("Overcharged on my bill").contains(&"money"));
        assert!(of("Speeds are slow").contains(&"speed"));
        assert!(of("there is no internet").contains(&"outage"));
        assert_eq!(of("hello there"), ["none"]);
    }

    #[test]
    fn blocks_have_their_own_length() {
        let texts = [count("slow net tonight"), count("bill is wrong")];
        let v = Vocabulary::new(&texts.iter().collect::<Vec<_>>(), Mix { words: 1.0, pieces: 0.5, concepts: 0.0 });
        let x = v.vector(&texts[0]);
        let length: f32 = x.iter().map(|f| f.1 * f.1).sum();
        assert!((length - 1.25).abs() < 1e-5, "{length}");
        assert!(x.windows(2).all(|w| w[0].0 < w[1].0));
        assert!(v.vector(&count("zzzz")).is_empty());
    }
}
