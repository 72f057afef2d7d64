//! Documents that answer a question: BM25 (Robertson and Zaragoza 2009) over folded, stemmed words.
//!
//! score = sum over the words of the query of idf * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length)),
//! idf = ln(1 + (N - n + 0.5) / (n + 0.5)); k1 = 1.2 and b = 0.75, the values of the paper's own experiments.

use std::collections::HashMap;

use super::features::words;

/// How soon more of a word stops to count.
pub const K1: f64 = 1.2;
/// How much a long document is held against it.
pub const B: f64 = 0.75;

/// An index over texts; a document is known by its place.
#[derive(Clone, Debug, Default)]
pub struct Bm25 {
    /// Word to (document, how often in it), documents ascending.
    postings: HashMap<String, Vec<(u32, u32)>>,
    lengths: Vec<u32>,
    mean: f64,
}

/// Words so common in English and Hinglish complaints that they tell nothing apart.
const STOP: [&str; 34] = [
    "a", "an", "and", "are", "at", "be", "but", "by", "for", "from", "has", "have", "hai", "i", "in", "is", "it", "ka",
    "ki", "ko", "me", "my", "of", "on", "or", "our", "please", "sir", "the", "this", "to", "was", "with", "we",
];

/// A word without its English ending: plural, `-ing`, `-ed`. A light stemmer: it joins `bills`, `billed` and `billing`
/// and leaves short words and other scripts alone.
pub fn stem(word: &str) -> String {
    let n = word.len();
    if !word.is_ascii() || n < 4 {
        return word.to_string();
    }
    let cut = |ending: &str, least: usize| word.strip_suffix(ending).filter(|s| s.len() >= least);
    let base = if let Some(s) = cut("ies", 3) {
        return format!("{s}y");
    } else if let Some(s) = cut("ing", 3) {
        s
    } else if let Some(s) = cut("ed", 3) {
        s
    } else if word.ends_with("ss") || word.ends_with("us") {
        word
    } else if let Some(s) = cut("es", 4).filter(|s| s.ends_with(['x', 'h', 'z', 's'])) {
        s
    } else if let Some(s) = cut("s", 3) {
        s
    } else {
        word
    };
    // `dropp` of `dropped` is `drop`; `bill` of `billed` stays.
    let bytes = base.as_bytes();
    let twice = base.len() > 3 && bytes[base.len() - 1] == bytes[base.len() - 2];
    if twice && base != word && !base.ends_with(['l', 's', 'z']) {
        return base[..base.len() - 1].to_string();
    }
    base.strip_suffix('e').filter(|s| s.len() >= 3).unwrap_or(base).to_string()
}

fn terms(text: &str) -> Vec<String> {
    words(text).iter().filter(|w| !STOP.contains(&w.as_str())).map(|w| stem(w)).collect()
}

impl Bm25 {
    /// Reads the documents in their order.
    pub fn new<T: AsRef<str>>(docs: impl IntoIterator<Item = T>) -> Bm25 {
        let mut index = Bm25::default();
        for doc in docs {
            index.add(doc.as_ref());
        }
        index
    }

    /// One more document; returns its place.
    pub fn add(&mut self, doc: &str) -> usize {
        let at = self.lengths.len();
        let terms = terms(doc);
        let length = terms.len() as u32;
        for t in terms {
            let list = self.postings.entry(t).or_default();
            match list.last_mut() {
                Some(last) if last.0 as usize == at => last.1 += 1,
                _ => list.push((at as u32, 1)),
            }
        }
        self.lengths.push(length);
        self.mean += (f64::from(length) - self.mean) / self.lengths.len() as f64;
        at
    }

    /// The `n` documents that fit best with their scores, best first; equals in their order. None that shares no word.
    pub fn best(&self, query: &str, n: usize) -> Vec<(usize, f64)> {
        let mut asked = terms(query);
        asked.sort_unstable();
        asked.dedup();
        let all = self.lengths.len() as f64;
        let mut scores: HashMap<u32, f64> = HashMap::new();
        for term in &asked {
            let Some(list) = self.postings.get(term) else { continue };
            let have = list.len() as f64;
            let idf = (1.0 + (all - have + 0.5) / (have + 0.5)).ln();
            for (doc, often) in list {
                let f = f64::from(*often);
                let long = f64::from(self.lengths[*doc as usize]) / self.mean;
                *scores.entry(*doc).or_default() += idf * f * (K1 + 1.0) / (f + K1 * (1.0 - B + B * long));
            }
        }
        let mut out: Vec<(usize, f64)> = scores.into_iter().map(|(d, s)| (d as usize, s)).collect();
        out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        out.truncate(n);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_that_worked_by_hand() {
        let index = Bm25::new(["red light", "slow speed slow", "red router"]);
        // N 3, n 2: idf = ln(1 + 1.5 / 2.5); length 2 of mean 7/3.
        let idf = (1.0_f64 + 1.5 / 2.5).ln();
        let score = idf * 2.2 / (1.0 + 1.2 * (0.25 + 0.75 * 2.0 / (7.0 / 3.0)));
        let best = index.best("RED!", 5);
        assert_eq!(best.iter().map(|b| b.0).collect::<Vec<_>>(), [0, 2]);
        assert!((best[0].1 - score).abs() < 1e-12);
        assert_eq!(index.best("nothing of it", 5), []);
        assert_eq!(Bm25::new(Vec::<String>::new()).best("red", 3), []);
    }

    #[test]
    fn forms_of_a_word_meet() {
        for (a, b) in [
            ("bills", "billing"),
            ("billed", "bill"),
            ("dropped", "drops"),
            ("disconnecting", "disconnected"),
            ("batteries", "battery"),
            ("charges", "charged"),
            ("boxes", "box"),
        ] {
            assert_eq!(stem(a), stem(b), "{a} {b}");
        }
        assert_eq!((stem("los").as_str(), stem("wireless").as_str(), stem("नेट").as_str()), ("los", "wireless", "नेट"));
        let index = Bm25::new(["How to pay a bill", "Router restarts", "नेट धीमा है"]);
        assert_eq!(index.best("my billing", 1)[0].0, 0);
        assert_eq!(index.best("नेट बंद", 1)[0].0, 2);
    }
}
