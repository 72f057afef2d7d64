//! Puts entries in order that are more than memory should hold: what comes is put in order part by part, the parts lie
//! in a file without a name, and are read as one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Bytes of a part in memory.
const PART: usize = if cfg!(test) { 1 << 16 } else { 1 << 20 };
/// Bytes of a part that are read at a time.
const READ: usize = 1 << 16;

/// Where parts lie.
pub struct Spill {
    pub file: File,
    pub end: u64,
}

/// A part in the file: where its pieces begin and end. What follows on what came before is a further piece.
type Part = Vec<(u64, u64)>;

/// The entries of one index: a key that orders them byte by byte, and what is to be kept.
#[derive(Default)]
pub struct Sorter {
    /// Each entry: the lengths of key and record, both.
    room: Vec<u8>,
    /// The first eight bytes of the key, and where the entry is.
    places: Vec<(u64, u32)>,
    parts: Vec<Part>,
    /// The greatest key of the last part.
    last: Vec<u8>,
    /// Whether what is in memory came in order.
    unsorted: bool,
}

const LENGTHS: usize = 8;

/// Key and record of the entry that begins here, and how long it is.
fn entry(bytes: &[u8]) -> (&[u8], &[u8], usize) {
    let (key, record) = lengths(bytes);
    let end = LENGTHS + key + record;
    (&bytes[LENGTHS..LENGTHS + key], &bytes[LENGTHS + key..end], end)
}

fn lengths(bytes: &[u8]) -> (usize, usize) {
    let length = |at: usize| u32::from_ne_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
    (length(0), length(4))
}

/// The first eight bytes as a number of the same order.
fn begin(key: &[u8]) -> u64 {
    match key.first_chunk::<8>() {
        Some(first) => u64::from_be_bytes(*first),
        None => key.iter().fold(0, |n, b| n << 8 | u64::from(*b)) << (8 * (8 - key.len())),
    }
}

impl Sorter {
    pub fn push(&mut self, spill: &mut Spill, key: &[u8], record: &[u8]) -> io::Result<()> {
        let (Ok(k), Ok(r)) = (u32::try_from(key.len()), u32::try_from(record.len())) else {
            return Err(io::Error::other("a value is too long for its index"));
        };
        if self.room.len() + LENGTHS + key.len() + record.len() > PART {
            self.put_out(spill)?;
        }
        if let Some((before, at)) = self.places.last()
            && !self.unsorted
        {
            let number = begin(key);
            self.unsorted = number < *before || number == *before && key < entry(&self.room[*at as usize..]).0;
        }
        self.places.push((begin(key), self.room.len() as u32));
        self.room.extend_from_slice(&k.to_ne_bytes());
        self.room.extend_from_slice(&r.to_ne_bytes());
        self.room.extend_from_slice(key);
        self.room.extend_from_slice(record);
        Ok(())
    }

    fn order(&mut self) {
        if !std::mem::take(&mut self.unsorted) {
            return;
        }
        let room = &self.room;
        self.places.sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| entry(&room[a.1 as usize..]).0.cmp(entry(&room[b.1 as usize..]).0))
        });
    }

    /// What is in memory becomes a part, or goes on with the one before it.
    fn put_out(&mut self, spill: &mut Spill) -> io::Result<()> {
        self.order();
        let (Some(first), Some(last)) = (self.places.first(), self.places.last()) else { return Ok(()) };
        let key = |place: &(u64, u32)| entry(&self.room[place.1 as usize..]).0;
        let from = spill.end;
        let mut out = Vec::with_capacity(self.room.len());
        for (_, at) in &self.places {
            let bytes = &self.room[*at as usize..];
            out.extend_from_slice(&bytes[..entry(bytes).2]);
        }
        let follows = !self.parts.is_empty() && self.last.as_slice() <= key(first);
        let end = key(last).to_vec();
        spill.file.write_all_at(&out, from)?;
        spill.end += out.len() as u64;
        match self.parts.last_mut() {
            Some(part) if follows => part.push((from, spill.end)),
            _ => self.parts.push(vec![(from, spill.end)]),
        }
        self.last = end;
        self.room.clear();
        self.places.clear();
        Ok(())
    }

    /// Hands over all entries in their order.
    pub fn drain<E: From<io::Error>>(
        mut self,
        spill: &mut Spill,
        mut each: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.parts.is_empty() {
            self.order();
            for (_, at) in &self.places {
                let (key, record, _) = entry(&self.room[*at as usize..]);
                each(key, record)?;
            }
            return Ok(());
        }
        self.put_out(spill)?;
        let mut heads = BinaryHeap::new();
        for pieces in self.parts {
            let mut head = Head { pieces: pieces.into_iter(), from: 0, to: 0, bytes: Vec::new(), at: 0, begin: 0 };
            if head.next(&spill.file)? {
                heads.push(Box::new(head));
            }
        }
        while let Some(mut head) = heads.peek_mut() {
            let (key, record, length) = entry(&head.bytes[head.at..]);
            each(key, record)?;
            head.at += length;
            if !head.next(&spill.file)? {
                PeekMut::pop(head);
            }
        }
        Ok(())
    }
}

/// A part while it is read: what comes next in it.
struct Head {
    pieces: std::vec::IntoIter<(u64, u64)>,
    /// What of the piece at hand is not read yet.
    from: u64,
    to: u64,
    bytes: Vec<u8>,
    at: usize,
    begin: u64,
}

impl Head {
    /// Makes the next entry stand whole in memory; `false` at the end.
    fn next(&mut self, file: &File) -> io::Result<bool> {
        while !self.is_whole() {
            if self.from == self.to {
                let Some(piece) = self.pieces.next() else { return Ok(false) };
                (self.from, self.to) = piece;
            }
            self.bytes.drain(..self.at);
            self.at = 0;
            let (held, more) = (self.bytes.len(), (self.to - self.from).min(READ as u64));
            self.bytes.resize(held + more as usize, 0);
            file.read_exact_at(&mut self.bytes[held..], self.from)?;
            self.from += more;
        }
        self.begin = begin(self.key());
        Ok(true)
    }

    fn is_whole(&self) -> bool {
        let left = &self.bytes[self.at..];
        left.len() >= LENGTHS && {
            let (key, record) = lengths(left);
            left.len() >= LENGTHS + key + record
        }
    }

    fn key(&self) -> &[u8] {
        entry(&self.bytes[self.at..]).0
    }
}

// The heap has its greatest on top: the least key is the greatest.
impl Ord for Head {
    fn cmp(&self, other: &Head) -> Ordering {
        other.begin.cmp(&self.begin).then_with(|| other.key().cmp(self.key()))
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
