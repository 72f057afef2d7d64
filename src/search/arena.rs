//! All lines of one kind of row in memory, side by side: a block of 64 bytes each, what is known of each without
//! looking at it, and its id. A longer line has sixty bytes here, the rest in a second block, and the number of that
//! block in the last four bytes of the first.

use std::sync::{Mutex, PoisonError};
use std::thread;

use super::eyes::{Block, Eyes, Plain};
use super::letters::{LONGEST, Marks, OPEN_END, marks};
use super::room::room;

/// Bytes of a longer line in its first block.
const FIRST: usize = 60;

/// Set in the letters of a line that has a second half.
const LONG: u64 = 1 << 63;

/// Whether a line has a second block.
pub(super) fn is_long(line: &[u8]) -> bool {
    line.len() > size_of::<Block>()
}

/// Does `work` with each, at the same time where threads can be had.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let Some((first, others)) = all.split_first() else { return };
    let work = &work;
    thread::scope(|scope| {
        let start = |one| (one, thread::Builder::new().spawn_scoped(scope, move || work(one)).ok());
        let others: Vec<_> = others.iter().map(start).collect();
        work(first);
        for (one, thread) in others {
            if thread.and_then(|thread| thread.join().ok()).is_none() {
                work(one);
            }
        }
    })
}

/// Rows of an arena that follow each other, all zero before they are filled.
struct Slots<'a> {
    blocks: &'a mut [Block],
    letters: &'a mut [u64],
    hints: &'a mut [[u64; 2]],
    ids: &'a mut [i64],
    tails: &'a mut [Block],
    tails_before: usize,
}

impl<'a> Slots<'a> {
    /// So many rows, of which so many are long, and the others.
    fn split(self, rows: usize, long: usize) -> (Slots<'a>, Slots<'a>) {
        let (blocks, other_blocks) = self.blocks.split_at_mut(rows);
        let (letters, other_letters) = self.letters.split_at_mut(rows);
        let (hints, other_hints) = self.hints.split_at_mut(rows);
        let (ids, other_ids) = self.ids.split_at_mut(rows);
        let (tails, other_tails) = self.tails.split_at_mut(long);
        let tails_before = self.tails_before;
        let others = Slots {
            blocks: other_blocks,
            letters: other_letters,
            hints: other_hints,
            ids: other_ids,
            tails: other_tails,
            tails_before: tails_before + long,
        };
        (Slots { blocks, letters, hints, ids, tails, tails_before }, others)
    }

    fn fill<'b, L>(&mut self, all: &[L], line: impl Fn(&L) -> (i64, &'b [u8]), soon: impl Fn(&L)) {
        /// Lines that are on their way from memory: most of the time would go into waiting for each.
        const AHEAD: usize = 12;
        let (mut tails, mut number) = (self.tails.iter_mut(), self.tails_before);
        for (row, from) in all.iter().enumerate() {
            if let Some(ahead) = all.get(row + AHEAD) {
                soon(ahead);
            }
            let (id, line) = line(from);
            let Marks { letters, starts, pairs } = marks(line);
            (self.letters[row], self.hints[row], self.ids[row]) = (letters, [starts, pairs], id);
            let block = &mut self.blocks[row];
            let tail = if is_long(line) { tails.next() } else { None };
            let Some(tail) = tail else {
                block[..line.len()].copy_from_slice(line);
                continue;
            };
            self.letters[row] |= LONG;
            let rest = &line[FIRST..line.len().min(LONGEST)];
            tail[..rest.len()].copy_from_slice(rest);
            block[..FIRST].copy_from_slice(&line[..FIRST]);
            block[FIRST..].copy_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
            number += 1;
        }
    }
}

/// Lines in the order in which equal matches are to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arena {
    pub(super) blocks: Vec<Block>,
    pub(super) letters: Vec<u64>,
    /// Starts and pairs of [`Marks`], side by side: they are asked for together.
    pub(super) hints: Vec<[u64; 2]>,
    pub(super) ids: Vec<i64>,
    pub(super) tails: Vec<Block>,
}

impl Arena {
    pub fn with_capacity(rows: usize) -> Arena {
        Arena {
            blocks: Vec::with_capacity(rows),
            letters: Vec::with_capacity(rows),
            hints: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            tails: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Bytes that are held.
    pub fn bytes(&self) -> usize {
        (self.blocks.len() + self.tails.len()) * size_of::<Block>() + self.ids.len() * 32
    }

    /// Adds a line (see [`super::letters::line`]) at the end.
    pub fn push(&mut self, id: i64, line: &[u8]) {
        self.blocks.push([0; 64]);
        self.letters.push(0);
        self.hints.push([0; 2]);
        self.ids.push(0);
        if is_long(line) {
            self.tails.push([0; 64]);
        }
        let (row, tail) = (self.ids.len() - 1, self.tails.len() - usize::from(is_long(line)));
        let (_, mut last) = self.slots().split(row, tail);
        last.fill(&[()], |()| (id, line), |()| {});
    }

    /// These lines, in this order, put together by as many threads as are worth it. They lie far from each other: `long`
    /// tells what [`is_long`] does without looking at one, and `soon` is told of each some time before it is asked for.
    pub(super) fn of<'a, L: Sync>(
        from: &[L],
        long: impl Fn(&L) -> bool + Sync,
        line: impl Fn(&L) -> (i64, &'a [u8]) + Sync,
        soon: impl Fn(&L) + Sync,
    ) -> Arena {
        /// Lines of one thread at least.
        const LEAST: usize = 20_000;
        let threads = thread::available_parallelism().map_or(1, usize::from).min(from.len() / LEAST).clamp(1, 4);
        let parts: Vec<&[L]> = from.chunks(from.len().div_ceil(threads).max(1)).collect();
        let long: Vec<usize> = parts.iter().map(|part| part.iter().filter(|l| long(l)).count()).collect();
        let (rows, tails) = (from.len(), long.iter().sum());
        let mut arena =
            Arena { blocks: room(rows), letters: room(rows), hints: room(rows), ids: room(rows), tails: room(tails) };
        let mut left = arena.slots();
        let mut work = Vec::new();
        for (part, long) in parts.iter().zip(long) {
            let (own, rest) = left.split(part.len(), long);
            work.push(Mutex::new((own, *part)));
            left = rest;
        }
        each(&work, |work| {
            let (own, part) = &mut *work.lock().unwrap_or_else(PoisonError::into_inner);
            own.fill(part, &line, &soon);
        });
        arena
    }

    fn slots(&mut self) -> Slots<'_> {
        let Arena { blocks, letters, hints, ids, tails } = self;
        Slots { blocks, letters, hints, ids, tails, tails_before: 0 }
    }

    /// Takes rows out: nothing finds them any more.
    pub fn forget(&mut self, gone: impl Fn(i64) -> bool) -> usize {
        let mut count = 0;
        for (id, letters) in self.ids.iter().zip(&mut self.letters) {
            if *letters != 0 && gone(*id) {
                *letters = 0;
                count += 1;
            }
        }
        count
    }

    /// Whether nothing finds this row any more.
    pub fn is_gone(&self, row: usize) -> bool {
        self.letters[row] == 0
    }

    pub fn id(&self, row: usize) -> i64 {
        self.ids[row]
    }

    /// A line as it was given.
    pub fn line(&self, row: usize) -> Vec<u8> {
        let mut out = self.blocks[row].to_vec();
        if self.is_long(row) {
            out.truncate(FIRST);
            out.extend_from_slice(self.tail(row));
        }
        while out.last() == Some(&0) {
            out.pop();
        }
        out
    }

    #[inline(always)]
    pub(super) fn is_long(&self, row: usize) -> bool {
        self.letters[row] & LONG != 0
    }

    #[inline(always)]
    fn tail(&self, row: usize) -> &Block {
        let [.., a, b, c, d] = self.blocks[row];
        self.tails.get(u32::from_le_bytes([a, b, c, d]) as usize).unwrap_or(&[0; 64])
    }

    /// The places of a byte in a line of any length.
    #[inline(always)]
    pub(super) fn places_any<E: Eyes>(&self, row: usize, byte: u8) -> u128 {
        let here = E::places(&self.blocks[row], byte);
        if self.is_long(row) {
            let first = u128::from(here & ((1 << FIRST) - 1));
            first | (u128::from(E::places(self.tail(row), byte)) << FIRST)
        } else {
            u128::from(here)
        }
    }

    /// The places within what everybody may look for.
    pub(super) fn open(&self, row: usize) -> u128 {
        let end = self.places_any::<Plain>(row, OPEN_END);
        if end == 0 { u128::MAX } else { (end & end.wrapping_neg()).wrapping_sub(1) }
    }
}
