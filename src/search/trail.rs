//! Typing: each letter narrows what the letters before it have left, taking one back costs nothing, and only lines
//! that can still enter the shown top are scored.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::base::near::soon;

use super::arena::Arena;
use super::eyes::{Eyes, Plain};
use super::letters::{bit, pair};
use super::score::{bound, greatest, word};

/// Lines looked at between two questions whether to go on.
const SLICE: usize = 1 << 15;

/// So many lines before it is looked at, a block is sent for.
const AHEAD: usize = 12;

/// Lines whose marks are looked at before the first of them is scored.
const BATCH: usize = 64;

/// Letters of a word for which the quick way has room.
const FEW: usize = 16;

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
    /// Only what everybody may look for is searched.
    open_only: bool,
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
        open_only: bool,
        limit: usize,
        going: &dyn Fn() -> bool,
    ) -> Found {
        if words.is_empty() {
            return Found { whole: true, ..Found::default() };
        }
        if self.version != version || self.open_only != open_only {
            *self = Trail { version, levels: Vec::new(), open_only };
        }
        // Levels that are a beginning of what is typed now stay.
        let keep = self.levels.iter().take_while(|l| begins(&l.words, words)).count();
        self.levels.truncate(keep);
        #[cfg(target_arch = "x86_64")]
        if super::eyes::can_wide() {
            // SAFETY: the machine was asked for these features just now.
            return unsafe { self.go_wide(arena, words, limit, going) };
        }
        self.go::<Plain>(arena, words, limit, going)
    }

    /// The same work, made for the instructions of newer machines.
    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
    unsafe fn go_wide(&mut self, arena: &Arena, words: &[Vec<u8>], limit: usize, going: &dyn Fn() -> bool) -> Found {
        self.go::<super::eyes::Wide>(arena, words, limit, going)
    }

    #[inline(always)]
    fn go<E: Eyes>(&mut self, arena: &Arena, words: &[Vec<u8>], limit: usize, going: &dyn Fn() -> bool) -> Found {
        if !self.extend::<E>(arena, words, going) {
            return Found::default();
        }
        self.best::<E>(arena, words, limit, going)
    }

    #[inline(always)]
    fn extend<E: Eyes>(&mut self, arena: &Arena, words: &[Vec<u8>], going: &dyn Fn() -> bool) -> bool {
        let done = self.levels.last().map_or((0, 0), |l| (l.words.len() - 1, l.words.last().map_or(0, Vec::len)));
        for (w, word) in words.iter().enumerate() {
            let from = if w < done.0 {
                word.len()
            } else if w == done.0 {
                done.1
            } else {
                0
            };
            for n in from..word.len() {
                let mut so_far = words[..w].to_vec();
                so_far.push(word[..=n].to_vec());
                let Some(rows) = self.narrow::<E>(arena, &so_far, going) else { return false };
                self.levels.push(Level { words: so_far, rows });
            }
        }
        true
    }

    /// The lines left by one more letter.
    #[inline(always)]
    fn narrow<E: Eyes>(&self, arena: &Arena, words: &[Vec<u8>], going: &dyn Fn() -> bool) -> Option<Rows> {
        let word = words.last()?;
        let letter = *word.last()?;
        let need = bit(letter);
        let fresh = word.len() == 1;
        match self.levels.last() {
            // The first letter of all: where it has a bit of its own the marks are the answer.
            None if !self.open_only && letter.is_ascii() => Some(Rows::With(need)),
            None => {
                let all = (0..u32::try_from(arena.len()).unwrap_or(u32::MAX)).collect::<Vec<_>>();
                let ends = vec![0; all.len()];
                self.walk::<E>(arena, &all, &ends, None, letter, true, going)
            }
            Some(Level { rows: Rows::With(had), words }) => {
                // Where the first letter stands was not written down: it is looked for along with the second.
                let first = words[0][0];
                let (mut out, mut out_ends) = (Vec::new(), Vec::new());
                let (mut some, ends) = (vec![0u32; SLICE], vec![0u8; SLICE]);
                for (slice, letters) in arena.letters.chunks(SLICE).enumerate() {
                    let mut count = 0;
                    for (i, have) in letters.iter().enumerate() {
                        some[count] = (slice * SLICE + i) as u32;
                        count += usize::from(have & (had | need) == had | need);
                    }
                    let Rows::These(rows, ends) =
                        self.walk::<E>(arena, &some[..count], &ends[..count], Some(first), letter, fresh, going)?
                    else {
                        continue;
                    };
                    out.extend_from_slice(&rows);
                    out_ends.extend_from_slice(&ends);
                }
                out.shrink_to_fit();
                out_ends.shrink_to_fit();
                Some(Rows::These(out, out_ends))
            }
            Some(Level { rows: Rows::These(rows, ends), .. }) => {
                self.walk::<E>(arena, rows, ends, None, letter, fresh, going)
            }
        }
    }

    /// Those of some rows in which the letter stands after the end of the match so far, or, with `first`, after the
    /// first place of that letter. Nothing here depends on a guess of the processor: where nearly every second row
    /// stays, guesses are dear.
    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    fn walk<E: Eyes>(
        &self,
        arena: &Arena,
        rows: &[u32],
        ends: &[u8],
        first: Option<u8>,
        letter: u8,
        fresh: bool,
        going: &dyn Fn() -> bool,
    ) -> Option<Rows> {
        let need = bit(letter);
        let (mut out, mut out_ends) = (vec![0u32; rows.len()], vec![0u8; rows.len()]);
        let mut count = 0;
        for (rows, ends) in rows.chunks(SLICE).zip(ends.chunks(SLICE)) {
            if !going() {
                return None;
            }
            for (n, (row, end)) in rows.iter().zip(ends).enumerate() {
                if let Some(ahead) = rows.get(n + AHEAD) {
                    soon(&arena.blocks[*ahead as usize][0]);
                }
                let at = *row as usize;
                let letters = arena.letters[at];
                if letters & need == 0 {
                    continue;
                }
                let next = if arena.is_long(at) || self.open_only {
                    let inside = if self.open_only { arena.open(at) } else { u128::MAX };
                    let start = match first {
                        Some(first) => arena.places_any::<E>(at, first).trailing_zeros(),
                        None => u32::from(*end),
                    };
                    let here = arena.places_any::<E>(at, letter) & inside;
                    let later = if fresh { u128::MAX } else { (u128::MAX << 1).checked_shl(start).unwrap_or(0) };
                    (here & later).trailing_zeros() as u8
                } else {
                    let block = &arena.blocks[at];
                    let start = match first {
                        Some(first) => E::places(block, first).trailing_zeros(),
                        None => u32::from(*end),
                    };
                    let later = if fresh { u64::MAX } else { (u64::MAX << 1) << (start & 63) };
                    let here = E::places(block, letter) & later;
                    if here == 0 { 128 } else { here.trailing_zeros() as u8 }
                };
                out[count] = *row;
                out_ends[count] = next;
                count += usize::from(next < 128);
            }
        }
        out.truncate(count);
        out_ends.truncate(count);
        out.shrink_to_fit();
        out_ends.shrink_to_fit();
        Some(Rows::These(out, out_ends))
    }

    /// Scores what can still enter the top.
    #[inline(always)]
    fn best<E: Eyes>(&self, arena: &Arena, words: &[Vec<u8>], limit: usize, going: &dyn Fn() -> bool) -> Found {
        let bounds = Bounds::new(words);
        let mut top = Top { limit: limit.max(1), heap: BinaryHeap::new() };
        let mut some = [0u32; BATCH];
        // Whether to go on after a batch of rows: nothing can be greater than what all of the top have, and equal ones
        // further on come later.
        let mut look = |rows: &[u32]| {
            let floor = top.floor();
            let mut count = 0;
            for row in rows {
                let at = *row as usize;
                some[count] = *row;
                if bounds.of(arena.hints[at]) > floor {
                    soon(&arena.blocks[at][0]);
                    count += 1;
                }
            }
            for row in &some[..count] {
                let floor = top.floor();
                if let Some(score) = self.score::<E>(arena, *row as usize, words, bounds.most, floor)
                    && score > floor
                {
                    top.push(score, *row);
                }
            }
            top.floor() < bounds.most
        };
        let mut whole = true;
        let count = match self.levels.last().map(|l| &l.rows) {
            None => 0,
            Some(Rows::With(need)) => {
                let mut rows = Vec::with_capacity(BATCH);
                for (slice, letters) in arena.letters.chunks(BATCH).enumerate() {
                    rows.clear();
                    let here = letters.iter().enumerate().filter(|(_, l)| *l & need != 0);
                    rows.extend(here.map(|(i, _)| (slice * BATCH + i) as u32));
                    if !look(&rows) {
                        break;
                    }
                }
                arena.letters.iter().filter(|l| *l & need == *need).count()
            }
            Some(Rows::These(rows, _)) => {
                for (n, rows) in rows.chunks(BATCH).enumerate() {
                    if n % 256 == 255 && !going() {
                        whole = false;
                        break;
                    }
                    if !look(rows) {
                        break;
                    }
                }
                rows.len()
            }
        };
        Found { top: top.sorted(), count, whole }
    }

    /// What all words give together; nothing where that cannot be more than the floor.
    #[inline(always)]
    fn score<E: Eyes>(&self, arena: &Arena, row: usize, words: &[Vec<u8>], most: i32, floor: i32) -> Option<i32> {
        let mut left = most;
        let mut sum = 0;
        let long = arena.is_long(row) || self.open_only || words.iter().any(|w| w.len() > FEW);
        if long {
            let inside = if self.open_only { arena.open(row) } else { u128::MAX };
            let heads = arena.places_any::<E>(row, b' ') << 1;
            for letters in words {
                sum += word(letters.len(), heads, |i| arena.places_any::<E>(row, letters[i]) & inside)?;
            }
            return Some(sum);
        }
        let block = &arena.blocks[row];
        let heads = E::places(block, b' ') << 1;
        for letters in words {
            let mut at = [0u64; FEW];
            for (place, letter) in at.iter_mut().zip(letters) {
                *place = E::places(block, *letter);
            }
            left -= greatest(letters.len()) - bound(letters.len(), heads, |i| at[i % FEW]);
            if left <= floor {
                return None;
            }
            sum += word(letters.len(), heads, |i| at[i % FEW])?;
        }
        Some(sum)
    }
}

/// Whether what was typed before is a beginning of what is typed now.
fn begins(before: &[Vec<u8>], now: &[Vec<u8>]) -> bool {
    let Some((last, whole)) = before.split_last() else { return true };
    now.len() >= before.len() && now[..whole.len()] == *whole && now[whole.len()].starts_with(last)
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
    fn of(&self, [starts, pairs]: [u64; 2]) -> i32 {
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
