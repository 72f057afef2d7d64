//! Puts keys in order that are more than memory should hold. What comes is written as it comes to a file without a name;
//! when all are there, they are read again and put in order, which for most indexes takes one piece. Where it takes more,
//! each goes back to the file in order, and all are read as one.
//!
//! Short keys, a number of values and the id of a row, are written in a third of their room:
//!
//! ```text
//! bytes of the values, rows left out since the last one (15 and more: behind it, in 4 bytes) · the values but for the
//! zeros at their end
//! ```

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io;

use crate::base::near::soon;

use super::disk::{Block, Disk, whole};
use super::key::with_id;

/// Bytes of keys that wait to be written.
const WAIT: usize = if cfg!(test) { 1 << 12 } else { 1 << 18 };
/// Room for the last of them besides.
const LAST: usize = 1 << 12;
/// Bytes that are put in order in memory at once.
const ROOM: usize = if cfg!(test) { 1 << 17 } else { 96 << 20 };
/// Bytes of a part that are read at a time.
const READ: usize = if cfg!(test) { 1 << 13 } else { 1 << 18 };
/// Bytes of a short key, which is compared as one number.
const SHORT: usize = 16;

/// Where keys lie.
pub struct Spill {
    disk: Disk,
    /// Where the next part begins, at the beginning of a page.
    end: u64,
    room: Room,
}

impl Spill {
    pub fn to(file: File) -> Spill {
        Spill { disk: Disk::of(file), end: 0, room: Room::default() }
    }

    /// Writes a part.
    fn write(&mut self, part: &mut Block) -> io::Result<Part> {
        let length = part.fill_up() as u64;
        let from = self.end;
        self.disk.write(part.bytes(), from)?;
        self.end += part.len() as u64;
        part.clear();
        Ok((from, from + length))
    }
}

/// What lies in the file from one byte to another.
type Part = (u64, u64);

/// Keys of one kind, as they come.
struct Kept {
    wait: Block,
    written: Vec<Part>,
}

impl Default for Kept {
    fn default() -> Kept {
        Kept { wait: Block::of(WAIT + LAST), written: Vec::new() }
    }
}

impl Kept {
    /// Writes what waits once it is much.
    #[inline]
    fn came(&mut self, spill: &mut Spill) -> io::Result<()> {
        if self.wait.len() >= WAIT { self.write(spill) } else { Ok(()) }
    }

    fn write(&mut self, spill: &mut Spill) -> io::Result<()> {
        self.written.push(spill.write(&mut self.wait)?);
        Ok(())
    }
}

/// The keys of one index, which differ all.
#[derive(Default)]
pub struct Sorter {
    short: Kept,
    /// The row behind that of the last short key.
    next: u32,
    /// Keys that are longer, each with its length before it.
    long: Kept,
}

/// Keys that are fetched from memory before their turn.
const AHEAD: usize = 12;

/// Rows left out that are told behind the first byte of a short key.
const FAR: u32 = 15;

/// Bytes of the length of a key.
const LENGTH: usize = 4;

/// The key that begins here with its length.
fn key(bytes: &[u8]) -> &[u8] {
    &bytes[LENGTH..LENGTH + length(bytes)]
}

fn length(bytes: &[u8]) -> usize {
    bytes.first_chunk().map_or(0, |length| u32::from_ne_bytes(*length) as usize)
}

impl Sorter {
    /// Takes a short key: its values, and the row it is of, by its number among all of the table. Rows come in order.
    #[inline]
    pub fn push_short(&mut self, spill: &mut Spill, values: u64, row: u32) -> io::Result<()> {
        let wait = self.short.wait.end();
        let (bytes, left_out) = (8 - values.trailing_zeros() as usize / 8, row - self.next);
        self.next = row + 1;
        wait.push(bytes as u8 | (left_out.min(FAR) as u8) << 4);
        if left_out >= FAR {
            wait.extend_from_slice(&left_out.to_ne_bytes());
        }
        let end = wait.len() + bytes;
        wait.extend_from_slice(&values.to_be_bytes());
        wait.truncate(end);
        self.short.came(spill)
    }

    /// Takes a key of a row.
    pub fn push(&mut self, spill: &mut Spill, key: &[u8], row: u32) -> io::Result<()> {
        if key.len() == SHORT
            && let Some(values) = key.first_chunk()
        {
            return self.push_short(spill, u64::from_be_bytes(*values), row);
        }
        let length = u32::try_from(key.len()).map_err(|_| io::Error::other("a value is too long for its index"))?;
        let wait = self.long.wait.end();
        wait.extend_from_slice(&length.to_ne_bytes());
        wait.extend_from_slice(key);
        self.long.came(spill)
    }

    /// Hands over all keys in their order; `ids` are those of all rows of the table.
    pub fn drain<E: From<io::Error>>(
        self,
        spill: &mut Spill,
        ids: &[i64],
        mut each: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut room = std::mem::take(&mut spill.room);
        let (mut parts, mut block) = (Vec::new(), Block::of(WAIT + LAST));
        let mut row = 0;
        for (kept, short) in [(self.short, true), (self.long, false)] {
            let mut take = |room: &mut Room, bytes: &[u8]| {
                if short { room.take_short(bytes, ids, &mut row) } else { room.take(bytes) }
            };
            for (from, to) in kept.written {
                let length = (to - from) as usize;
                let read = block.space(whole(length));
                spill.disk.read(read, from)?;
                take(&mut room, &read[..length]);
                if room.bytes() > ROOM {
                    parts.push(room.put_out(spill)?);
                }
            }
            take(&mut room, kept.wait.bytes());
        }
        if parts.is_empty() {
            room.order();
            room.each(&mut each)?;
        } else {
            parts.push(room.put_out(spill)?);
        }
        room.clear();
        spill.room = room;
        merge(parts, &spill.disk, each)
    }
}

/// Keys in memory while they are put in order.
#[derive(Default)]
struct Room {
    short: Vec<u128>,
    /// As much room again, for putting these in order.
    other: Vec<u128>,
    /// The first bytes of longer keys, and where each begins with its length.
    places: Vec<([u64; 2], u32)>,
    long: Vec<u8>,
}

impl Room {
    /// Takes short keys; `row` is the one behind the last.
    fn take_short(&mut self, bytes: &[u8], ids: &[i64], row: &mut u32) {
        let mut left = bytes;
        while let Some((head, behind)) = left.split_first() {
            left = behind;
            let (bytes, mut left_out) = (usize::from(head & 0xf), u32::from(head >> 4));
            if left_out == FAR
                && let Some((far, behind)) = left.split_first_chunk()
            {
                (left_out, left) = (u32::from_ne_bytes(*far), behind);
            }
            let mut values = [0; 8];
            match left.first_chunk() {
                Some(eight) => values = *eight,
                None => values[..left.len()].copy_from_slice(left),
            }
            left = &left[bytes..];
            let values = u64::from_be_bytes(values) & !u64::MAX.checked_shr(8 * bytes as u32).unwrap_or(0);
            let own = *row + left_out;
            *row = own + 1;
            self.short.push(with_id(values, ids[own as usize]));
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let mut at = 0;
        while at < bytes.len() {
            let key = key(&bytes[at..]);
            let number = |n: usize| key[n..].first_chunk().map_or(0, |eight| u64::from_be_bytes(*eight));
            self.places.push(([number(0), number(8)], (self.long.len() + at) as u32));
            at += LENGTH + key.len();
        }
        self.long.extend_from_slice(bytes);
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.short) + size_of_val(&*self.places) + self.long.len()
    }

    fn clear(&mut self) {
        self.short.clear();
        self.places.clear();
        self.long.clear();
    }

    fn order(&mut self) {
        // Rows mostly come by their ids: what remains is the order of their values.
        if self.short.is_sorted_by_key(|key| *key as u64) {
            by_values(&mut self.short, &mut self.other);
        } else {
            self.short.sort_unstable();
        }
        let rest = |at: u32| &key(&self.long[at as usize..])[SHORT..];
        self.places.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| rest(a.1).cmp(rest(b.1))));
    }

    fn each<E>(&self, each: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut short = self.short.iter().peekable();
        for (n, ([high, low], at)) in self.places.iter().enumerate() {
            // They lie anywhere in memory.
            if let Some((_, at)) = self.places.get(n + AHEAD) {
                soon(&self.long[*at as usize]);
            }
            let first = u128::from(*high) << 64 | u128::from(*low);
            while let Some(key) = short.next_if(|key| **key < first) {
                each(&key.to_be_bytes())?;
            }
            each(key(&self.long[*at as usize..]))?;
        }
        short.try_for_each(|key| each(&key.to_be_bytes()))
    }

    /// What is in memory becomes a part of the file, in order.
    fn put_out(&mut self, spill: &mut Spill) -> io::Result<Part> {
        self.order();
        let (from, mut out) = (spill.end, Block::of(READ + LAST));
        self.each(&mut |key: &[u8]| {
            let bytes = out.end();
            bytes.extend_from_slice(&(key.len() as u32).to_ne_bytes());
            bytes.extend_from_slice(key);
            while out.len() >= READ {
                spill.disk.write(&out.bytes()[..READ], spill.end)?;
                spill.end += READ as u64;
                out.take_off(READ);
            }
            Ok::<(), io::Error>(())
        })?;
        let (_, to) = spill.write(&mut out)?;
        self.clear();
        Ok((from, to))
    }
}

/// Puts keys in the order of their first eight bytes; those that are alike stay as they are. A pass for each byte in
/// which they differ.
fn by_values(keys: &mut Vec<u128>, other: &mut Vec<u128>) {
    let Some(first) = keys.first().copied() else { return };
    let differ = keys.iter().fold(0, |differ, key| differ | (key ^ first));
    for shift in (64..128).step_by(8).filter(|shift| (differ >> shift) as u8 != 0) {
        let digit = |key: u128| usize::from((key >> shift) as u8);
        let mut places = [0; 256];
        keys.iter().for_each(|key| places[digit(*key)] += 1);
        let mut before = 0;
        for place in &mut places {
            before += std::mem::replace(place, before);
        }
        other.resize(keys.len(), 0);
        for key in keys.iter() {
            let place = &mut places[digit(*key)];
            other[*place] = *key;
            *place += 1;
        }
        std::mem::swap(keys, other);
    }
}

/// Hands over the keys of parts that are in order each.
fn merge<E: From<io::Error>>(
    parts: Vec<Part>,
    disk: &Disk,
    mut each: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut heads = BinaryHeap::new();
    for (from, to) in parts {
        let mut head = Head { from, to, block: Block::of(READ), at: 0, across: Vec::new() };
        if head.next(disk)? {
            heads.push(Box::new(head));
        }
    }
    while let Some(mut head) = heads.peek_mut() {
        each(head.key())?;
        head.pass();
        // One that could not be read has no key any more to be compared by.
        match head.next(disk) {
            Ok(true) => {}
            ended => {
                PeekMut::pop(head);
                ended?;
            }
        }
    }
    Ok(())
}

/// A part while it is read: what comes next in it.
struct Head {
    /// What is not read yet.
    from: u64,
    to: u64,
    block: Block,
    /// Where the key at hand begins, or what comes behind it where it lies across.
    at: usize,
    /// The key at hand with its length, where it lies in two blocks.
    across: Vec<u8>,
}

impl Head {
    /// Makes the next key stand whole in memory; `false` at the end.
    fn next(&mut self, disk: &Disk) -> io::Result<bool> {
        if missing(&self.block.bytes()[self.at..]) == 0 {
            return Ok(true);
        }
        loop {
            let missing = missing(&self.across);
            if missing == 0 {
                return Ok(true);
            }
            let left = &self.block.bytes()[self.at..];
            if left.is_empty() {
                if !self.read(disk)? {
                    return Ok(false);
                }
                continue;
            }
            let some = missing.min(left.len());
            self.across.extend_from_slice(&left[..some]);
            self.at += some;
        }
    }

    /// Leaves the key at hand behind.
    fn pass(&mut self) {
        if self.across.is_empty() {
            self.at += LENGTH + self.key().len();
        }
        self.across.clear();
    }

    /// Reads the next block; `false` at the end.
    fn read(&mut self, disk: &Disk) -> io::Result<bool> {
        let more = (self.to - self.from).min(READ as u64) as usize;
        disk.read(self.block.space(whole(more)), self.from)?;
        self.block.cut(more);
        self.from += more as u64;
        self.at = 0;
        Ok(more > 0)
    }

    fn key(&self) -> &[u8] {
        if self.across.is_empty() { key(&self.block.bytes()[self.at..]) } else { key(&self.across) }
    }
}

/// Bytes that are known to be missing of a key with its length.
fn missing(bytes: &[u8]) -> usize {
    let all = if bytes.len() < LENGTH { LENGTH } else { LENGTH + length(bytes) };
    all.saturating_sub(bytes.len())
}

// The heap has its greatest on top: the least key is the greatest.
impl Ord for Head {
    fn cmp(&self, other: &Head) -> Ordering {
        other.key().cmp(self.key())
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Head) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Head) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_cannot_be_read_is_an_error() {
        // Keys of twelve bytes, each with its length: two blocks, of which the second is not there.
        let keys: Vec<u8> = (0..READ as u32 / 16)
            .flat_map(|n| [&12_u32.to_ne_bytes()[..], &n.to_be_bytes(), &[7; 8]].concat())
            .collect();
        let disk = Disk::of(tempfile::tempfile().unwrap());
        disk.write(&keys, 0).unwrap();
        let (whole, more) = (READ as u64, 2 * READ as u64);
        let all = |parts: Vec<Part>| {
            let mut seen = 0;
            let done = merge::<io::Error>(parts, &disk, |_| {
                seen += 1;
                Ok(())
            });
            (seen, done.map_err(|e| e.kind()))
        };
        assert_eq!(all(vec![(0, whole), (0, whole), (0, 0)]), (2 * keys.len() / 16, Ok(())));
        let (seen, failed) = all(vec![(0, more), (0, whole), (0, more)]);
        assert!(seen >= keys.len() / 16);
        assert_eq!(failed, Err(io::ErrorKind::UnexpectedEof));
    }
}
