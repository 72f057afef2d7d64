//! Search as one types, beside the crates people use for it, on the same lines in the same run.
//!
//! ```text
//! cargo run --release --manifest-path benches/peers/Cargo.toml -- [ROWS] [--all]    # 1,000,000 without a number
//! ```
//!
//! Lines are the customers of the demo company. Every key is every prefix of what is typed; each engine answers it with
//! the number of lines that match and the best 200. Times are by the clock, of one thread, the least of the rounds:
//! the clock of the processor is too coarse on some machines.

use std::collections::BinaryHeap;
use std::time::Instant;

use bharatnet::base::calendar;
use bharatnet::demo::{Company, Settings};
use bharatnet::query::find::{SOUGHT, texts};
use bharatnet::search::letters::{line, shown, words};
use bharatnet::search::{Arena, Trail};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

const TYPED: [&str; 6] = ["ravi", "kmr pune", "98210", "anjli shrma", "zzzz", "a"];
const TOP: usize = 200;
const ROUNDS: usize = 9;

fn keys() -> Vec<Vec<String>> {
    TYPED.iter().map(|t| (1..=t.len()).map(|n| t[..n].to_string()).collect()).collect()
}

/// Milliseconds and count of every key, the least of the rounds: what other programs on the machine disturbed least.
fn measure(rounds: usize, mut typing: impl FnMut() -> Box<dyn FnMut(&str) -> usize>) -> Vec<(String, f64, usize)> {
    let mut out: Vec<(String, Vec<f64>, usize)> = keys().concat().into_iter().map(|k| (k, Vec::new(), 0)).collect();
    for _ in 0..rounds {
        let mut n = 0;
        for text in keys() {
            let mut answer = typing();
            for key in text {
                let start = Instant::now();
                let count = answer(&key);
                out[n].1.push(start.elapsed().as_secs_f64() * 1e3);
                out[n].2 = count;
                n += 1;
            }
        }
    }
    out.into_iter().map(|(k, t, c)| (k, t.into_iter().fold(f64::MAX, f64::min), c)).collect()
}

fn mean(times: &[(String, f64, usize)]) -> f64 {
    times.iter().map(|t| t.1).sum::<f64>() / times.len() as f64
}

fn worst(times: &[(String, f64, usize)]) -> f64 {
    times.iter().map(|t| t.1).fold(0.0, f64::max)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rows: u64 = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let day = calendar::parse_date("2026-11-23").unwrap_or_default();
    let company = Company::new(Settings { customers: rows, seed: 1, today: day });
    let mut arena = Arena::with_capacity(rows as usize);
    let mut lines = Vec::with_capacity(rows as usize);
    for from in (0..rows).step_by(10_000) {
        for one in company.batch(from, (from + 10_000).min(rows)) {
            let (name, rest) = texts(&SOUGHT[0], |id| one.record.get(id));
            let line = line(&name, &rest);
            lines.push(shown(&line));
            arena.push(one.record.id.0, &line);
        }
    }
    let mean_length = lines.iter().map(String::len).sum::<usize>() as f64 / lines.len() as f64;
    let long = lines.iter().filter(|l| l.chars().count() > 64).count();
    println!(
        "{rows} lines of {mean_length:.1} bytes, {long} longer than a block; arena {:.1} MiB",
        arena.bytes() as f64 / 1048576.0
    );

    if let Some(at) = arguments.iter().position(|a| a == "--lines") {
        // For programs that read lines: `fzf --filter`, `less`.
        let text: String = lines.iter().map(|l| l.replace('\n', " ") + "\n").collect();
        std::fs::write(&arguments[at + 1], text).expect("a file that can be written");
    }

    // Every 50th line is scored as the crate scores it: the figures are the same.
    let mut checked = 0;
    for text in keys().concat() {
        let asked = words(&text);
        let mut some = Arena::default();
        for row in (0..arena.len()).step_by(50.max(arena.len() / 20_000)) {
            some.push(row as i64, &arena.line(row));
        }
        let mut truth: Vec<(i64, usize)> = (0..some.len())
            .filter_map(|row| {
                let text = shown(&some.line(row));
                let score = |w: &Vec<u8>| SkimMatcherV2::default().fuzzy_indices(&text, &shown(w)).map(|(s, _)| s);
                asked.iter().map(score).sum::<Option<i64>>().map(|s| (-s, row))
            })
            .collect();
        truth.sort_unstable();
        let found = Trail::default().find(&some, 1, &asked, false, TOP, &|| true);
        assert_eq!(found.count, truth.len(), "{text}");
        truth.truncate(TOP);
        assert_eq!(
            found.top.iter().map(|h| (-i64::from(h.score), h.row as usize)).collect::<Vec<_>>(),
            truth,
            "{text}"
        );
        checked += 1;
    }
    println!("{checked} keys: top {TOP} equal to scoring every line with fuzzy_indices\n");

    let arena: &'static Arena = Box::leak(Box::new(arena));
    let lines: &'static [String] = Box::leak(lines.into_boxed_slice());
    let ours = measure(ROUNDS, || {
        let mut trail = Trail::default();
        Box::new(move |text| trail.find(arena, 1, &words(text), false, TOP, &|| true).count)
    });
    let frizbee = measure(3, || {
        Box::new(|text| {
            let config = frizbee::Config::default().max_typos(Some(0));
            frizbee::Matcher::from_query(text, &config).match_list(lines).len()
        })
    });
    let nucleo = measure(3, || {
        let mut matcher = nucleo_matcher::Matcher::new(nucleo_matcher::Config::DEFAULT);
        Box::new(move |text| {
            use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
            let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Never);
            let (mut top, mut count, mut buffer) = (BinaryHeap::new(), 0, Vec::new());
            for (row, line) in lines.iter().enumerate() {
                let hay = nucleo_matcher::Utf32Str::new(line, &mut buffer);
                if let Some(score) = pattern.score(hay, &mut matcher) {
                    count += 1;
                    top.push(std::cmp::Reverse((score, std::cmp::Reverse(row))));
                    if top.len() > TOP {
                        top.pop();
                    }
                }
            }
            count
        })
    });
    println!(
        "{:<14} {:>10} {:>9} {:>9} {:>9}   frizbee  nucleo  (times ours)",
        "typed", "match", "ours ms", "frizbee", "nucleo"
    );
    for ((o, f), n) in ours.iter().zip(&frizbee).zip(&nucleo) {
        println!(
            "{:<14} {:>10} {:>9.3} {:>9.2} {:>9.2}  {:>7.1} {:>7.1}",
            o.0,
            o.2,
            o.1,
            f.1,
            n.1,
            f.1 / o.1.max(1e-3),
            n.1 / o.1.max(1e-3)
        );
    }
    let line = |what: &str, f: fn(&[(String, f64, usize)]) -> f64| {
        let (o, r, n) = (f(&ours), f(&frizbee), f(&nucleo));
        println!("{what:<25} {o:>9.3} {r:>9.2} {n:>9.2}  {:>7.1} {:>7.1}", r / o, n / o);
    };
    line("mean", mean);
    line("worst", worst);
    if arguments.iter().any(|a| a == "--all") {
        let crate_itself = measure(1, || {
            let matcher = SkimMatcherV2::default();
            Box::new(move |text| {
                let words: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).collect();
                lines.iter().filter(|l| words.iter().all(|w| matcher.fuzzy_match(l, w).is_some())).count()
            })
        });
        println!("fuzzy-matcher itself: mean {:.1} ms, worst {:.1}", mean(&crate_itself), worst(&crate_itself));
    }
}
