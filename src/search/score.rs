//! The score of a word in a line: that of `fuzzy_indices` of the crate `fuzzy-matcher` (`SkimMatcherV2`, a fresh
//! matrix), worked out from the places of the letters alone.
//!
//! Every letter that matches gives 16, one that begins a word 8 more. A letter right after the one before it gives 4
//! (8 where it begins a word, which cannot be here: words hold no space); after a gap of `n` letters it costs `3 + n`.
//! The first letter costs 1. In lines as they are kept here no other bonus of that matcher exists: there is no upper
//! case, and no soft separator.

/// The most letters of a line, and so the most places of one.
const MOST: usize = super::letters::LONGEST;
const FEW: usize = 16;

/// What a word of `n` letters gives at most: all in a row from the start of a word.
pub const fn greatest(n: usize) -> i32 {
    20 * n as i32 + 3
}

/// Places in a line, a bit each.
pub trait Places: Copy {
    fn none(self) -> bool;
    fn count(self) -> usize;
    fn and(self, other: Self) -> Self;
    /// Every place one on.
    fn next(self) -> Self;
    /// The first place, and the places without it.
    fn pop(&mut self) -> i32;
}

macro_rules! places {
    ($of:ty) => {
        impl Places for $of {
            #[inline(always)]
            fn none(self) -> bool {
                self == 0
            }
            #[inline(always)]
            fn count(self) -> usize {
                self.count_ones() as usize
            }
            #[inline(always)]
            fn and(self, other: Self) -> Self {
                self & other
            }
            #[inline(always)]
            fn next(self) -> Self {
                self << 1
            }
            #[inline(always)]
            fn pop(&mut self) -> i32 {
                let at = self.trailing_zeros().cast_signed();
                *self &= self.wrapping_sub(1);
                at
            }
        }
    };
}
places!(u64);
places!(u128);

/// What a word can give at most, by which of its letters stand side by side anywhere.
#[inline(always)]
pub fn bound<P: Places>(letters: usize, heads: P, of: impl Fn(usize) -> P) -> i32 {
    let mut sum = if of(0).and(heads).none() { 15 } else { 23 };
    for i in 1..letters {
        let (before, here) = (of(i - 1).next(), of(i));
        // Side by side, or the start of a word after one letter that is skipped; the start of a word further on;
        // anything else.
        sum += if !before.and(here).none() || !before.next().and(here).and(heads).none() {
            20
        } else if !here.and(heads).none() {
            19
        } else {
            12
        };
    }
    sum
}

/// The score of one word, or nothing where its letters do not stand in this order. `of(i)` gives the places of its
/// letter `i`, `heads` the places where words begin.
#[inline(always)]
pub fn word<P: Places>(letters: usize, heads: P, of: impl Fn(usize) -> P) -> Option<i32> {
    // All in a row from the start of a word: nothing is greater.
    let mut run = of(0).and(heads);
    for i in 1..letters {
        if run.none() {
            break;
        }
        run = run.next().and(of(i));
    }
    if !run.none() {
        return Some(greatest(letters));
    }
    // Hardly any letter stands sixteen times in a line: small rows are quick to clear.
    if (0..letters).all(|i| of(i).count() <= FEW) {
        sparse::<P, FEW>(letters, heads, of)
    } else {
        sparse::<P, MOST>(letters, heads, of)
    }
}

#[inline(always)]
fn sparse<P: Places, const N: usize>(letters: usize, heads: P, of: impl Fn(usize) -> P) -> Option<i32> {
    // Two rows of (place, best score of the word up to this letter when the letter is at this place).
    let mut before = [(0i32, 0i32); N];
    let mut now = [(0i32, 0i32); N];
    let mut had = 0;
    let mut rest = of(0);
    let mut starts = of(0).and(heads);
    let mut start = if starts.none() { -1 } else { starts.pop() };
    while !rest.none() {
        let at = rest.pop();
        let mut score = 15;
        if at == start {
            score += 8;
            start = if starts.none() { -1 } else { starts.pop() };
        }
        before[had] = (at, score);
        had += 1;
    }
    for i in 1..letters {
        let mut rest = of(i);
        let mut starts = rest.and(heads);
        let mut start = if starts.none() { -1 } else { starts.pop() };
        let (mut seen, mut count) = (0, 0);
        // The best of score + place among those with a gap to here.
        let mut far = i32::MIN;
        while !rest.none() {
            let at = rest.pop();
            let head = at == start;
            if head {
                start = if starts.none() { -1 } else { starts.pop() };
            }
            while seen < had && before[seen].0 < at - 1 {
                far = far.max(before[seen].0 + before[seen].1);
                seen += 1;
            }
            let mut best = i32::MIN;
            if far > i32::MIN {
                best = far - at + 14 + if head { 8 } else { 0 };
            }
            if seen < had && before[seen].0 == at - 1 {
                best = best.max(before[seen].1 + 16 + if head { 8 } else { 4 });
            }
            if best > i32::MIN {
                now[count] = (at, best);
                count += 1;
            }
        }
        if count == 0 {
            return None;
        }
        had = count;
        std::mem::swap(&mut before, &mut now);
    }
    before[..had].iter().map(|(_, score)| *score).max()
}
