//! Search as one types over the customers of the demo company: `cargo bench`. Beside it, on the same lines, what
//! scoring every line with the crate that defines the score takes; other peers are in `benches/peers`.
//!
//! ```text
//! cargo bench --bench search -- [ROWS]      # 100,000 without a number
//! ```

use std::collections::BinaryHeap;
use std::time::Instant;

use bharatnet::base::calendar;
use bharatnet::demo::{Company, Settings};
use bharatnet::query::find::{SOUGHT, texts};
use bharatnet::search::letters::{line, shown, words};
use bharatnet::search::{Arena, Trail, sidecar};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

const TYPED: [&str; 6] = ["ravi", "kmr pune", "98210", "anjli shrma", "zzzz", "a"];
const TOP: usize = 200;

fn main() {
    let rows: u64 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let today = calendar::parse_date("2026-11-23").unwrap_or_default();
    let company = Company::new(Settings { customers: rows, seed: 1, today });
    let mut arena = Arena::with_capacity(usize::try_from(rows).unwrap_or(0));
    for from in (0..rows).step_by(10_000) {
        for one in company.batch(from, (from + 10_000).min(rows)) {
            let (open, personal) = texts(&SOUGHT[0], |id| one.record.get(id));
            arena.push(one.record.id.0, &line(&open, &personal));
        }
    }
    let all: Vec<String> = (0..arena.len()).map(|row| shown(&arena.line(row))).collect();
    println!("{} lines, {:.1} MiB", arena.len(), arena.bytes() as f64 / f64::from(1 << 20));
    println!("{:<14} {:>9} {:>10} {:>14} {:>8}", "typed", "match", "ours ms", "fuzzy-matcher", "ratio");
    let crate_itself = SkimMatcherV2::default();
    let (mut ours, mut theirs, mut worst, mut keys) = (0.0, 0.0, 0.0_f64, 0);
    for typed in TYPED {
        let texts: Vec<&str> = (1..=typed.len()).map(|n| &typed[..n]).collect();
        // The least of nine rounds: what other programs on the machine disturbed least.
        let mut least = vec![f64::MAX; texts.len()];
        let mut counts = vec![0; texts.len()];
        for _ in 0..9 {
            let mut trail = Trail::default();
            for (i, text) in texts.iter().enumerate() {
                let start = Instant::now();
                counts[i] = trail.find(&arena, 1, &words(text), false, TOP, &|| true).count;
                least[i] = least[i].min(start.elapsed().as_secs_f64() * 1e3);
            }
        }
        for (i, text) in texts.iter().enumerate() {
            let start = Instant::now();
            let mut top = BinaryHeap::new();
            for (row, line) in all.iter().enumerate() {
                let score = |w: &str| crate_itself.fuzzy_match(line, w);
                if let Some(score) = text.split_whitespace().map(score).sum::<Option<i64>>() {
                    top.push(std::cmp::Reverse((score, std::cmp::Reverse(row))));
                    if top.len() > TOP {
                        top.pop();
                    }
                }
            }
            let took = start.elapsed().as_secs_f64() * 1e3;
            println!("{text:<14} {:>9} {:>10.3} {took:>14.1} {:>8.0}", counts[i], least[i], took / least[i].max(1e-3));
            ours += least[i];
            theirs += took;
            worst = worst.max(least[i]);
            keys += 1;
        }
    }
    let keys = f64::from(keys);
    println!(
        "mean {:.3} ms a key, worst {worst:.3}; fuzzy-matcher {:.1}: {:.0} times",
        ours / keys,
        theirs / keys,
        theirs / ours
    );

    let mut bytes = Vec::new();
    sidecar::write(b"bench", &[&arena], &mut bytes).expect("memory takes it");
    let start = Instant::now();
    let at = |into: &mut [u8], place: u64| {
        into.copy_from_slice(&bytes[place as usize..][..into.len()]);
        Ok(())
    };
    let (_, read) = sidecar::read(&at).expect("what was written");
    println!("{} lines read back from their file in {:.1} ms", read[0].len(), start.elapsed().as_secs_f64() * 1e3);
}
