//! Lines written to a file and read back: a start reads this instead of every row.
//!
//! ```text
//! BNFIND03                 magic and form
//! state: length, bytes     what the lines belong to, in words of the caller
//! arenas, rows and tails of each
//! sum                      of all before it
//! for each arena           blocks, letters, hints, ids, tails
//! sums                     one for each part of those: half a file is no file
//! ```
//!
//! All numbers are little-endian. Each of the arrays is read and added up in parts, by as many threads as there are
//! processors to run them: at a million customers it is 180 MB, and the first letter typed waits for it.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Arena;
use super::room::{bytes, room};

const MAGIC: &[u8; 8] = b"BNFIND03";

/// Bytes that have a sum of their own and are read by one thread.
const PART: usize = 4 << 20;

/// Bytes that stay near the processor between being read and being added up.
const NEAR: usize = 1 << 16;

/// More threads would wait for each other at the memory.
const THREADS: usize = 4;

/// More rows than any company has: a broken count must not ask for all memory.
const MOST: u64 = 200_000_000;

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Adds up what goes through.
struct Sum([u64; 4]);

impl Sum {
    fn new() -> Sum {
        Sum([1, 2, 3, 4])
    }

    fn take(&mut self, bytes: &[u8]) {
        // Four sums side by side: one would wait for itself.
        let (parts, rest) = bytes.as_chunks::<32>();
        for part in parts {
            let (words, _) = part.as_chunks::<8>();
            for (sum, word) in self.0.iter_mut().zip(words) {
                *sum = (*sum ^ u64::from_le_bytes(*word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29);
            }
        }
        for byte in rest {
            self.0[0] = (self.0[0] ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn end(&self) -> u64 {
        self.0.iter().fold(0, |all, s| (all ^ s).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31))
    }
}

/// Where the parts of an array go, with their sums.
struct Sink<W> {
    to: W,
    sums: Vec<u64>,
}

impl<W: Write> Sink<W> {
    /// Writes an array, handed over in pieces of which so many make a part.
    fn array<'a>(&mut self, pieces: impl Iterator<Item = std::borrow::Cow<'a, [u8]>>) -> io::Result<()> {
        let (mut sum, mut taken) = (Sum::new(), 0);
        for piece in pieces {
            if taken == PART {
                self.sums.push(std::mem::replace(&mut sum, Sum::new()).end());
                taken = 0;
            }
            sum.take(&piece);
            taken += piece.len();
            self.to.write_all(&piece)?;
        }
        if taken > 0 {
            self.sums.push(sum.end());
        }
        Ok(())
    }

    fn bytes(&mut self, all: &[u8]) -> io::Result<()> {
        self.array(all.chunks(NEAR).map(Into::into))
    }

    fn numbers(&mut self, all: &[u64]) -> io::Result<()> {
        self.array(
            all.chunks(NEAR / 8).map(|some| some.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>().into()),
        )
    }
}

/// Writes lines and what they belong to.
pub fn write(state: &[u8], arenas: &[&Arena], mut to: impl Write) -> io::Result<()> {
    let mut head = MAGIC.to_vec();
    head.extend((state.len() as u64).to_le_bytes());
    head.extend(state);
    head.extend((arenas.len() as u64).to_le_bytes());
    for arena in arenas {
        head.extend((arena.len() as u64).to_le_bytes());
        head.extend((arena.tails.len() as u64).to_le_bytes());
    }
    let mut sum = Sum::new();
    sum.take(&head);
    to.write_all(&head)?;
    to.write_all(&sum.end().to_le_bytes())?;
    let mut sink = Sink { to, sums: Vec::new() };
    for arena in arenas {
        sink.bytes(arena.blocks.as_flattened())?;
        sink.numbers(&arena.letters)?;
        sink.numbers(arena.hints.as_flattened())?;
        sink.array(
            arena
                .ids
                .chunks(NEAR / 8)
                .map(|some| some.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>().into()),
        )?;
        sink.bytes(arena.tails.as_flattened())?;
    }
    let Sink { mut to, sums } = sink;
    sums.iter().try_for_each(|sum| to.write_all(&sum.to_le_bytes()))?;
    to.flush()
}

/// Fills bytes with those that stand from a place on.
pub type At<'a> = &'a (dyn Fn(&mut [u8], u64) -> io::Result<()> + Sync);

/// What the file was written for, and its lines.
pub fn read(at: At<'_>) -> io::Result<(Vec<u8>, Vec<Arena>)> {
    let mut head = Head { at, seen: Vec::new() };
    if head.bytes(MAGIC.len())? != MAGIC {
        return Err(broken("of another form"));
    }
    let length = head.count(1 << 16)?;
    let state = head.bytes(length)?;
    let mut arenas = Vec::new();
    for _ in 0..head.count(64)? {
        let (rows, tails) = (head.count(MOST)?, head.count(MOST)?);
        arenas.push((rows, tails));
    }
    let mut sum = Sum::new();
    sum.take(&head.seen);
    let sum = sum.end();
    if head.bytes(8)? != sum.to_le_bytes() {
        return Err(broken("damaged"));
    }
    let mut arenas: Vec<Arena> = arenas
        .into_iter()
        .map(|(rows, tails)| Arena {
            blocks: room(rows),
            letters: room(rows),
            hints: room(rows),
            ids: room(rows),
            tails: room(tails),
        })
        .collect();
    let mut parts = Vec::new();
    let mut place = head.seen.len() as u64;
    for arena in &mut arenas {
        let Arena { blocks, letters, hints, ids, tails } = arena;
        for array in [bytes(blocks), bytes(letters), bytes(hints), bytes(ids), bytes(tails)] {
            for into in array.chunks_mut(PART) {
                let length = into.len() as u64;
                parts.push((place, into));
                place += length;
            }
        }
    }
    let mut sums = vec![0; parts.len() * 8];
    at(&mut sums, place)?;
    fill(at, parts, sums.as_chunks::<8>().0)?;
    if cfg!(target_endian = "big") {
        for arena in &mut arenas {
            let Arena { letters, hints, ids, .. } = arena;
            letters.iter_mut().chain(hints.as_flattened_mut()).for_each(|n| *n = u64::from_le(*n));
            ids.iter_mut().for_each(|n| *n = i64::from_le(*n));
        }
    }
    Ok((state, arenas))
}

/// Reads all parts, several at a time, each held against its sum.
fn fill(at: At<'_>, parts: Vec<(u64, &mut [u8])>, sums: &[[u8; 8]]) -> io::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let count = parts.len().min(processors).min(THREADS);
    let waiting = Mutex::new(parts.into_iter().zip(sums));
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(((place, into), want)) = next() {
            let (mut place, mut sum) = (place, Sum::new());
            for some in into.chunks_mut(NEAR) {
                at(some, place)?;
                sum.take(some);
                place += some.len() as u64;
            }
            if sum.end().to_le_bytes() != *want {
                return Err(broken("damaged"));
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        // A thread that cannot be had is one fewer: this one reads them all if need be.
        let others: Vec<_> = (1..count).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut result = work();
        for other in others {
            result = result.and(other.join().unwrap_or_else(|_| Err(broken("damaged"))));
        }
        result
    })
}

/// What stands before the arrays.
struct Head<'a> {
    at: At<'a>,
    seen: Vec<u8>,
}

impl Head<'_> {
    fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let mut out = vec![0; count];
        (self.at)(&mut out, self.seen.len() as u64)?;
        self.seen.extend(&out);
        Ok(out)
    }

    fn count(&mut self, most: u64) -> io::Result<usize> {
        let word = self.bytes(8)?;
        let n = word.as_chunks::<8>().0.first().map_or(u64::MAX, |word| u64::from_le_bytes(*word));
        if n > most { Err(broken("a count that cannot be")) } else { Ok(n as usize) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::line;
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_damaged_is_refused() {
        let mut arena = Arena::default();
        for id in 0..90_000 {
            arena.push(id, &line(&format!("Ravi {id}"), &"a long tail ".repeat(id as usize % 11)));
        }
        let mut bytes = Vec::new();
        write(b"state", &[&arena, &Arena::default()], &mut bytes).unwrap();
        let read = |bytes: &[u8]| {
            super::read(&|into, place| {
                let from = bytes.get(place as usize..).and_then(|b| b.get(..into.len()));
                into.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            })
        };
        assert!(bytes.len() > 2 * PART, "more than one part");
        assert_eq!(read(&bytes).unwrap(), (b"state".to_vec(), vec![arena, Arena::default()]));
        for at in [3, 9, 14, 30, 4_000, bytes.len() / 2, bytes.len() - 1] {
            let mut broken = bytes.clone();
            broken[at] ^= 0x10;
            assert!(read(&broken).is_err(), "{at}");
            assert!(read(&bytes[..at]).is_err(), "{at}");
        }
    }
}
