//! All lines of one kind of row in memory, side by side: a block of 64 bytes each, what is known of each without
//! looking at it, and its id. The rare longer line has its second half in a list beside.

use super::eyes::{Block, places};
use super::letters::{LONGEST, Marks, NAME_END, marks};

/// Set in the letters of a line that has a second half.
const LONG: u64 = 1 << 63;

/// Lines in the order in which equal matches are to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arena {
    pub(super) blocks: Vec<Block>,
    pub(super) letters: Vec<u64>,
    pub(super) starts: Vec<u64>,
    pub(super) pairs: Vec<u64>,
    pub(super) ids: Vec<i64>,
    /// Rows that have a second half, ascending, and these halves.
    pub(super) long: Vec<u32>,
    pub(super) tails: Vec<Block>,
}

impl Arena {
    pub fn with_capacity(rows: usize) -> Arena {
        Arena {
            blocks: Vec::with_capacity(rows),
            letters: Vec::with_capacity(rows),
            starts: Vec::with_capacity(rows),
            pairs: Vec::with_capacity(rows),
            ids: Vec::with_capacity(rows),
            long: Vec::new(),
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
        (self.blocks.len() + self.tails.len()) * size_of::<Block>() + self.ids.len() * 32 + self.long.len() * 4
    }

    /// Adds a line (see [`super::letters::line`]) at the end.
    pub fn push(&mut self, id: i64, line: &[u8]) {
        let Marks { letters, starts, pairs } = marks(line);
        let mut block = [0; 64];
        let head = line.len().min(64);
        block[..head].copy_from_slice(&line[..head]);
        let mut letters = letters;
        if line.len() > 64 {
            letters |= LONG;
            let mut tail = [0; 64];
            let rest = &line[64..line.len().min(LONGEST)];
            tail[..rest.len()].copy_from_slice(rest);
            self.long.push(u32::try_from(self.ids.len()).unwrap_or(u32::MAX));
            self.tails.push(tail);
        }
        self.blocks.push(block);
        self.letters.push(letters);
        self.starts.push(starts);
        self.pairs.push(pairs);
        self.ids.push(id);
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
        if let Some(tail) = self.tail(row) {
            out.extend_from_slice(tail);
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
    pub(super) fn tail(&self, row: usize) -> Option<&Block> {
        if !self.is_long(row) {
            return None;
        }
        let at = self.long.binary_search(&u32::try_from(row).ok()?).ok()?;
        self.tails.get(at)
    }

    /// The places of a byte in a long line.
    pub(super) fn places_long(&self, row: usize, byte: u8) -> u128 {
        let head = u128::from(places(&self.blocks[row], byte));
        self.tail(row).map_or(head, |tail| head | (u128::from(places(tail, byte)) << 64))
    }

    /// The places within what the row is called.
    pub(super) fn name(&self, row: usize) -> u128 {
        let end = self.places_long(row, NAME_END);
        if end == 0 { u128::MAX } else { (end & end.wrapping_neg()).wrapping_sub(1) }
    }
}
