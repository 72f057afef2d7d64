//! Lines written to a file and read back: a start reads this instead of every row.
//!
//! ```text
//! BNFIND02                magic and form
//! state: length, bytes    what the lines belong to, in words of the caller
//! arenas                  rows, tails, then blocks, letters, hints, ids, tails, all little-endian
//! sum                     of all before it: half a file is no file
//! ```

use std::io::{self, Read, Write};

use super::Arena;

const MAGIC: &[u8; 8] = b"BNFIND02";

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

/// Writes lines and what they belong to.
pub fn write(state: &[u8], arenas: &[&Arena], mut to: impl Write) -> io::Result<()> {
    let mut sum = Sum::new();
    let mut put = |bytes: &[u8]| {
        sum.take(bytes);
        to.write_all(bytes)
    };
    put(MAGIC)?;
    put(&(state.len() as u64).to_le_bytes())?;
    put(state)?;
    put(&(arenas.len() as u64).to_le_bytes())?;
    for arena in arenas {
        put(&(arena.len() as u64).to_le_bytes())?;
        put(&(arena.tails.len() as u64).to_le_bytes())?;
        put(arena.blocks.as_flattened())?;
        numbers(arena.letters.iter().copied(), &mut put)?;
        numbers(arena.hints.as_flattened().iter().copied(), &mut put)?;
        numbers(arena.ids.iter().map(|id| id.cast_unsigned()), &mut put)?;
        put(arena.tails.as_flattened())?;
    }
    let end = sum.end().to_le_bytes();
    to.write_all(&end)?;
    to.flush()
}

fn numbers(all: impl Iterator<Item = u64>, put: &mut impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
    let mut some = Vec::with_capacity(1 << 16);
    for n in all {
        some.extend_from_slice(&n.to_le_bytes());
        if some.len() == 1 << 16 {
            put(&some)?;
            some.clear();
        }
    }
    put(&some)
}

/// What the file was written for, and its lines. It is asked for large parts: a buffer before it would only copy them
/// once more.
pub fn read(from: impl Read) -> io::Result<(Vec<u8>, Vec<Arena>)> {
    let mut source = Source { from, sum: Sum::new() };
    let mut magic = [0; 8];
    source.fill(&mut magic)?;
    if magic != *MAGIC {
        return Err(broken("of another form"));
    }
    let length = source.count(1 << 16)?;
    let mut state = vec![0; length];
    source.fill(&mut state)?;
    let arenas = source.count(64)?;
    let mut out = Vec::with_capacity(arenas);
    for _ in 0..arenas {
        let (rows, tails) = (source.count(MOST)?, source.count(MOST)?);
        let mut arena = Arena {
            blocks: room(rows),
            letters: room(rows),
            hints: room(rows),
            tails: room(tails),
            ..Arena::default()
        };
        source.fill(arena.blocks.as_flattened_mut())?;
        source.numbers(&mut arena.letters)?;
        source.numbers(arena.hints.as_flattened_mut())?;
        let mut ids: Vec<u64> = room(rows);
        source.numbers(&mut ids)?;
        arena.ids = ids.into_iter().map(u64::cast_signed).collect();
        source.fill(arena.tails.as_flattened_mut())?;
        out.push(arena);
    }
    let sum = source.sum.end();
    let mut end = [0; 8];
    source.from.read_exact(&mut end)?;
    if u64::from_le_bytes(end) != sum { Err(broken("damaged")) } else { Ok((state, out)) }
}

/// What can be all zero bytes.
trait Plain: Copy {}
impl Plain for u64 {}
impl Plain for [u64; 2] {}
impl Plain for [u8; 64] {}

/// Room for so many, all zero, in large pages where the system has them: most of the time a start takes to read the
/// lines would go into giving out small ones.
fn room<T: Plain>(count: usize) -> Vec<T> {
    use std::alloc::{Layout, alloc_zeroed, handle_alloc_error};
    let Ok(layout) = Layout::array::<T>(count) else { return Vec::new() };
    if layout.size() == 0 {
        return Vec::new();
    }
    // SAFETY: the layout is that of an array of `count` and not empty; what is all zero is a value of these types; the
    // vector frees with the same layout. The advice is about whole pages within the room and changes no byte of it.
    unsafe {
        let start = alloc_zeroed(layout);
        if start.is_null() {
            handle_alloc_error(layout);
        }
        #[cfg(target_os = "linux")]
        {
            const PAGE: usize = 4096;
            let skip = start.align_offset(PAGE);
            if layout.size() >= 8 << 20 && skip < PAGE {
                let whole = (layout.size() - skip) / PAGE * PAGE;
                libc::madvise(start.add(skip).cast(), whole, libc::MADV_HUGEPAGE);
            }
        }
        Vec::from_raw_parts(start.cast(), count, count)
    }
}

struct Source<R> {
    from: R,
    sum: Sum,
}

impl<R: Read> Source<R> {
    fn fill(&mut self, into: &mut [u8]) -> io::Result<()> {
        // In parts that stay near the processor between being read and being added up.
        for part in into.chunks_mut(1 << 16) {
            self.from.read_exact(part)?;
            self.sum.take(part);
        }
        Ok(())
    }

    fn count(&mut self, most: u64) -> io::Result<usize> {
        let mut word = [0; 8];
        self.fill(&mut word)?;
        let n = u64::from_le_bytes(word);
        if n > most { Err(broken("a count that cannot be")) } else { Ok(n as usize) }
    }

    fn numbers(&mut self, into: &mut [u64]) -> io::Result<()> {
        let mut part = [0; 1 << 16];
        for some in into.chunks_mut(part.len() / 8) {
            let bytes = &mut part[..some.len() * 8];
            self.fill(bytes)?;
            some.iter_mut().zip(bytes.as_chunks::<8>().0).for_each(|(n, word)| *n = u64::from_le_bytes(*word));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::line;
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_damaged_is_refused() {
        let mut arena = Arena::default();
        for id in 0..9_000 {
            arena.push(id, &line(&format!("Ravi {id}"), &"a long tail ".repeat(id as usize % 11)));
        }
        let mut bytes = Vec::new();
        write(b"state", &[&arena, &Arena::default()], &mut bytes).unwrap();
        assert_eq!(read(&bytes[..]).unwrap(), (b"state".to_vec(), vec![arena, Arena::default()]));
        for at in [3, 9, 14, 30, 4_000, bytes.len() / 2, bytes.len() - 1] {
            let mut broken = bytes.clone();
            broken[at] ^= 0x10;
            assert!(read(&broken[..]).is_err(), "{at}");
            assert!(read(&bytes[..at]).is_err(), "{at}");
        }
    }
}
