//! Typing: each letter narrows what the letters before it have left, taking one back costs nothing, and only lines
//! that can still enter the shown top are scored.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::arena::Arena;
use super::eyes::places;
use super::letters::{bit, pair};
use super::score::{greatest, word};

/// Lines looked at between two questions whether to go on.
const SLICE: usize = 1 << 15;

/// A line that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub row: u32,
    pub score: i32,
}

/// What a text finds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best, best first; equal ones in the order of the lines.
    pub top: Vec<Hit>,
    /// How many lines match.
    pub count: usize,
    /// False where it was told to stop before the end: the top is the best of what was looked at.
    pub whole: bool,
}

/// What one more letter has left.
#[derive(Clone, Debug)]
struct Level {
    /// Words as typed so far; the last one may go on.
    words: Vec<Vec<u8>>,
    rows: Rows,
}

#[derive(Clone, Debug)]
enum Rows {
    /// Every line that has this letter: nothing is written down for the first one.
    With(u64),
    /// Lines, and where the leftmost match of the last word ends in each.
    These(Vec<u32>, Vec<u8>),
}

/// The way that somebody's typing has taken through the lines.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// State of the lines that this belongs to.
    version: u64,
    levels: Vec<Level>,
    /// Only what rows are called is searched.
    names_only: bool,
}

impl Trail {
    /// Bytes that are held.
    pub fn bytes(&self) -> usize {
        let of = |l: &Level| match &l.rows {
            Rows::With(_) => 0,
            Rows::These(rows, ends) => rows.capacity() * 4 + ends.capacity(),
        };
        self.levels.iter().map(of).sum()
    }

    /// The best `limit` lines for these words. `version` tells one state of the lines from another; `going` is asked
    /// now and then whether to go on.
    pub fn find(
        &mut self,
        arena: &Arena,
        version: u64,
        words: &[Vec<u8>],
        names_only: bool,
        limit: usize,
        going: &dyn Fn() -> bool,
    ) -> Found {
        if words.is_empty() {
            return Found { whole: true, ..Found::default() };
        }
        if self.version != version || self.names_only != names_only {
            *self = Trail { version, levels: Vec::new(), names_only };
        }
        // Levels that are a beginning of what is typed now stay.
        let keep = self.levels.iter().take_while(|l| begins(&l.words, words)).count();
        self.levels.truncate(keep);
        if !self.extend(arena, words, going) {
            return Found::default();
        }
        self.best(arena, words, limit, going)
    }

    fn extend(&mut self, arena: &Arena, words: &[Vec<u8>], going: &dyn Fn() -> bool) -> bool {
        let done = self.levels.last().map_or((0, 0), |l| (l.words.len() - 1, l.words.last().map_or(0, Vec::len)));
        for (w, word) in words.iter().enumerate() {
            let from = if w < done.0 { word.len() } else if w == done.0 { done.1 } else { 0 };
            for n in from..word.len() {
                let mut so_far = words[..w].to_vec();
                so_far.push(word[..=n].to_vec());
                let Some(rows) = self.narrow(arena, &so_far, going) else { return false };
                self.levels.push(Level { words: so_far, rows });
            }
        }
        true
    }

    /// The lines left by one more letter.
    fn narrow(&self, arena: &Arena, words: &[Vec<u8>], going: &dyn Fn() -> bool) -> Option<Rows> {
        let word = words.last()?;
        let letter = *word.last()?;
        let need = bit(letter);
        let fresh = word.len() == 1;
        match self.levels.last().map(|l| &l.rows) {
            // The first letter of all: where it has a bit of its own the marks are the answer.
            None if !self.names_only && letter.is_ascii() => Some(Rows::With(need)),
            None => {
                let all: Vec<u32> = (0..u32::try_from(arena.len()).unwrap_or(u32::MAX)).collect();
                let ends = vec![0; all.len()];
                self.walk(arena, &all, &ends, letter, true, going)
            }
            Some(Rows::With(had)) => {
                let both = had | need;
                let mut rows = Vec::with_capacity(arena.len() / 4);
                let mut ends = Vec::with_capacity(arena.len() / 4);
                let first = self.levels.last()?.words[0][0];
                for (slice, letters) in arena.letters.chunks(SLICE).enumerate() {
                    if !going() {
                        return None;
                    }
                    for (i, have) in letters.iter().enumerate() {
                        if have & both != both {
                            continue;
                        }
                        let row = slice * SLICE + i;
                        let end = if arena.is_long(row) {
                            let start = arena.places_long(row, first).trailing_zeros();
                            after_long(arena.places_long(row, letter), start, fresh)
                        } else {
                            let block = &arena.blocks[row];
                            let start = places(block, first).trailing_zeros();
                            after(places(block, letter), start, fresh)
                        };
                        if let Some(end) = end {
                            rows.push(row as u32);
                            ends.push(end);
                        }
                    }
                }
                rows.shrink_to_fit();
                ends.shrink_to_fit();
                Some(Rows::These(rows, ends))
            }
            Some(Rows::These(rows, ends)) => self.walk(arena, rows, ends, letter, fresh, going),
        }
    }

    fn walk(
        &self,
        arena: &Arena,
        rows: &[u32],
        ends: &[u8],
        letter: u8,
        fresh: bool,
        going: &dyn Fn() -> bool,
    ) -> Option<Rows> {
        let need = bit(letter);
        let mut out = Vec::with_capacity(rows.len() / 2);
        let mut out_ends = Vec::with_capacity(rows.len() / 2);
        for (rows, ends) in rows.chunks(SLICE).zip(ends.chunks(SLICE)) {
            if !going() {
                return None;
            }
            for (row, end) in rows.iter().zip(ends) {
                let at = *row as usize;
                if arena.letters[at] & need == 0 {
                    continue;
                }
                let next = if arena.is_long(at) || self.names_only {
                    let mut here = arena.places_long(at, letter);
                    if self.names_only {
                        here &= arena.name(at);
                    }
                    after_long(here, u32::from(*end), fresh)
                } else {
                    after(places(&arena.blocks[at], letter), u32::from(*end), fresh)
                };
                if let Some(next) = next {
                    out.push(*row);
                    out_ends.push(next);
                }
            }
        }
        out.shrink_to_fit();
        out_ends.shrink_to_fit();
        Some(Rows::These(out, out_ends))
    }

    /// Scores what can still enter the top.
    fn best(&self, arena: &Arena, words: &[Vec<u8>], limit: usize, going: &dyn Fn() -> bool) -> Found {
        let bounds = Bounds::new(words);
        let mut top = Top { limit: limit.max(1), heap: BinaryHeap::new() };
        let mut whole = true;
        let mut look = |row: usize| {
            let floor = top.floor();
            if bounds.of(arena, row) <= floor {
                return true;
            }
            if let Some(score) = self.score(arena, row, words)
                && score > floor
            {
                top.push(score, row as u32);
            }
            // Nothing can be greater, and equal ones further on come later.
            top.floor() < bounds.most
        };
        let count = match self.levels.last().map(|l| &l.rows) {
            None => 0,
            Some(Rows::With(need)) => {
                for (row, letters) in arena.letters.iter().enumerate() {
                    if letters & need == 0 {
                        continue;
                    }
                    if row % 256 == 0 && !going() {
                        whole = false;
                        break;
                    }
                    if !look(row) {
                        break;
                    }
                }
                arena.letters.iter().filter(|l| *l & need == *need).count()
            }
            Some(Rows::These(rows, _)) => {
                for (n, row) in rows.iter().enumerate() {
                    if n % SLICE == SLICE - 1 && !going() {
                        whole = false;
                        break;
                    }
                    if !look(*row as usize) {
                        break;
                    }
                }
                rows.len()
            }
        };
        Found { top: top.sorted(), count, whole }
    }

    /// What all words give together.
    #[inline(always)]
    fn score(&self, arena: &Arena, row: usize, words: &[Vec<u8>]) -> Option<i32> {
        let mut sum = 0;
        if arena.is_long(row) || self.names_only {
            let inside = if self.names_only { arena.name(row) } else { u128::MAX };
            let heads = arena.places_long(row, b' ') << 1;
            for letters in words {
                sum += word(letters.len(), heads, |i| arena.places_long(row, letters[i]) & inside)?;
            }
        } else {
            let block = &arena.blocks[row];
            let heads = places(block, b' ') << 1;
            for letters in words {
                let mut at = [0u64; 64];
                for (place, letter) in at.iter_mut().zip(letters) {
                    *place = places(block, *letter);
                }
                sum += word(letters.len(), heads, |i| at[i & 63])?;
            }
        }
        Some(sum)
    }
}

/// Whether what was typed before is a beginning of what is typed now.
fn begins(before: &[Vec<u8>], now: &[Vec<u8>]) -> bool {
    let Some((last, whole)) = before.split_last() else { return true };
    now.len() >= before.len() && now[..whole.len()] == *whole && now[whole.len()].starts_with(last)
}

/// The first place after `end`, or the first of all for the first letter of a word.
#[inline(always)]
fn after(here: u64, end: u32, fresh: bool) -> Option<u8> {
    let here = if fresh { here } else { here & (u64::MAX << 1).checked_shl(end).unwrap_or(0) };
    (here != 0).then(|| here.trailing_zeros() as u8)
}

#[inline(always)]
fn after_long(here: u128, end: u32, fresh: bool) -> Option<u8> {
    let here = if fresh { here } else { here & (u128::MAX << 1).checked_shl(end).unwrap_or(0) };
    (here != 0).then(|| here.trailing_zeros() as u8)
}

/// What a line can give at most, from its marks alone.
struct Bounds {
    /// Per word: the bit of its first letter, and per further letter its pair and its bit.
    words: Vec<(u64, Vec<(u64, u64)>)>,
    most: i32,
}

impl Bounds {
    fn new(words: &[Vec<u8>]) -> Bounds {
        let of = |w: &Vec<u8>| (bit(w[0]), w.windows(2).map(|p| (pair(p[0], p[1]), bit(p[1]))).collect());
        Bounds { words: words.iter().map(of).collect(), most: words.iter().map(|w| greatest(w.len())).sum() }
    }

    #[inline(always)]
    fn of(&self, arena: &Arena, row: usize) -> i32 {
        let (starts, pairs) = (arena.starts[row], arena.pairs[row]);
        let mut sum = 0;
        for (first, steps) in &self.words {
            sum += if starts & first == 0 { 15 } else { 23 };
            for (pair, letter) in steps {
                // Side by side (or the start of the next word after a single letter) gives 20, the start of a
                // word further on 19, anything else with a gap 12. No pair is kept for digits.
                sum += if *pair == 0 || pairs & pair != 0 {
                    20
                } else if starts & letter != 0 {
                    19
                } else {
                    12
                };
            }
        }
        sum
    }
}

/// The best so far: the least of them is replaced first.
struct Top {
    limit: usize,
    heap: BinaryHeap<Reverse<(i32, Reverse<u32>)>>,
}

impl Top {
    /// A score that is not enough.
    #[inline(always)]
    fn floor(&self) -> i32 {
        if self.heap.len() < self.limit { i32::MIN } else { self.heap.peek().map_or(i32::MIN, |Reverse((s, _))| *s) }
    }

    fn push(&mut self, score: i32, row: u32) {
        if self.heap.len() == self.limit {
            self.heap.pop();
        }
        self.heap.push(Reverse((score, Reverse(row))));
    }

    fn sorted(self) -> Vec<Hit> {
        let rows = self.heap.into_sorted_vec().into_iter();
        rows.map(|Reverse((score, Reverse(row)))| Hit { row, score }).collect()
    }
}
