//! All lines of one kind of row in memory, side by side: a block of 64 bytes each, what is known of each without
//! looking at it, and its id. A longer line has sixty bytes here, the rest in a second block, and the number of that
//! block in the last four bytes of the first.

use super::eyes::{Block, Eyes, Plain};
use super::letters::{LONGEST, Marks, OPEN_END, marks};

/// Bytes of a longer line in its first block.
const FIRST: usize = 60;

/// Set in the letters of a line that has a second half.
const LONG: u64 = 1 << 63;

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
        let Marks { letters, starts, pairs } = marks(line);
        let mut block = [0; 64];
        let mut letters = letters;
        if line.len() > 64 {
            letters |= LONG;
            let mut tail = [0; 64];
            let rest = &line[FIRST..line.len().min(LONGEST)];
            tail[..rest.len()].copy_from_slice(rest);
            block[..FIRST].copy_from_slice(&line[..FIRST]);
            let at = u32::try_from(self.tails.len()).unwrap_or(u32::MAX);
            block[FIRST..].copy_from_slice(&at.to_le_bytes());
            self.tails.push(tail);
        } else {
            block[..line.len()].copy_from_slice(line);
        }
        self.blocks.push(block);
        self.letters.push(letters);
        self.hints.push([starts, pairs]);
        self.ids.push(id);
    }

    /// Puts the rows into another order: `from[n]` is where the row of place `n` stands now.
    pub fn arrange(&mut self, from: &[u32]) {
        // Along each ring of places, so that a second copy of everything is never needed.
        let mut done = vec![false; from.len()];
        for start in 0..from.len() {
            let mut at = start;
            while !done[at] {
                done[at] = true;
                let next = from[at] as usize;
                if next == start || done[next] {
                    break;
                }
                self.blocks.swap(at, next);
                self.letters.swap(at, next);
                self.hints.swap(at, next);
                self.ids.swap(at, next);
                at = next;
            }
        }
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
