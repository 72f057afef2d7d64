//! A file that grows by gigabytes while it is made. What is written goes through the memory in which the system keeps
//! files, and for more than it has at hand there, the system takes longer to find room than to write: that was a fifth
//! of the time of a million customers. So large pieces go past it, once the file is larger than what is read again soon.
//! Where the system or the file's own has no such way, everything goes through.

use std::cell::Cell;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Where pieces that go past the system's memory begin, in the file and in ours, and what their lengths are made of.
const WHOLE: usize = 4_096;
/// Bytes of a piece at least, and of the file before it: to write a small piece at once takes longer than to keep it.
const PIECE: usize = if cfg!(test) { 1 << 12 } else { 1 << 14 };
const BEFORE: u64 = if cfg!(test) { 1 << 16 } else { 256 << 20 };

/// A file that is written.
pub struct Disk {
    file: File,
    /// The same one, past the system's memory.
    past: Option<File>,
    /// It was opened so, and takes nothing so.
    refused: Cell<bool>,
}

impl Disk {
    pub fn of(file: File) -> Disk {
        let past = past(&file);
        Disk { file, past, refused: Cell::new(false) }
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    pub fn write(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        match self.past(bytes, at).map(|past| past.write_all_at(bytes, at)) {
            Some(Err(e)) if self.refuses(&e) => self.file.write_all_at(bytes, at),
            Some(done) => done,
            None => self.file.write_all_at(bytes, at),
        }
    }

    pub fn read(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        match self.past(bytes, at).map(|past| past.read_exact_at(bytes, at)) {
            Some(Err(e)) if self.refuses(&e) => self.file.read_exact_at(bytes, at),
            Some(done) => done,
            None => self.file.read_exact_at(bytes, at),
        }
    }

    /// Whether an error says that there is no way past the system's memory. It is not tried again.
    fn refuses(&self, e: &io::Error) -> bool {
        let refuses = matches!(e.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported);
        self.refused.set(self.refused.get() || refuses);
        refuses
    }

    /// The way past the system's memory, for a piece that can take it.
    fn past(&self, bytes: &[u8], at: u64) -> Option<&File> {
        let whole = bytes.as_ptr().addr().is_multiple_of(WHOLE) && bytes.len().is_multiple_of(WHOLE);
        let fits = whole && at.is_multiple_of(WHOLE as u64) && bytes.len() >= PIECE && at >= BEFORE;
        self.past.as_ref().filter(|_| fits && !self.refused.get())
    }
}

#[cfg(target_os = "linux")]
fn past(file: &File) -> Option<File> {
    use std::fs::OpenOptions;
    use std::os::fd::AsRawFd as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    // The file may have no name any more.
    let name = format!("/proc/self/fd/{}", file.as_raw_fd());
    OpenOptions::new().read(true).write(true).custom_flags(libc::O_DIRECT).open(name).ok()
}

#[cfg(not(target_os = "linux"))]
fn past(_: &File) -> Option<File> {
    None
}

/// Bytes that begin where a page of memory does, as long as they fit the room they were made with: so they can go past
/// the system's.
pub struct Block {
    /// With `skip` bytes before them.
    bytes: Vec<u8>,
    skip: usize,
}

impl Block {
    /// For so many bytes.
    pub fn of(room: usize) -> Block {
        let mut bytes: Vec<u8> = Vec::with_capacity(room + WHOLE);
        let skip = bytes.as_ptr().align_offset(WHOLE).min(WHOLE);
        bytes.resize(skip, 0);
        Block { bytes, skip }
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes[self.skip..]
    }

    pub fn len(&self) -> usize {
        self.bytes.len() - self.skip
    }

    /// To put something behind the others.
    #[inline]
    pub fn end(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    pub fn clear(&mut self) {
        self.bytes.truncate(self.skip);
    }

    /// Room for so many bytes, whatever was in it.
    pub fn space(&mut self, length: usize) -> &mut [u8] {
        if self.bytes.capacity() < self.skip + length {
            *self = Block::of(length);
        }
        self.bytes.resize(self.skip + length, 0);
        &mut self.bytes[self.skip..]
    }

    /// Leaves the first so many bytes.
    pub fn cut(&mut self, length: usize) {
        self.bytes.truncate(self.skip + length);
    }

    /// Takes the first so many bytes off.
    pub fn take_off(&mut self, length: usize) {
        self.bytes.drain(self.skip..self.skip + length);
    }

    /// Fills the last page up with zeros; returns the bytes before them.
    pub fn fill_up(&mut self) -> usize {
        let length = self.len();
        self.bytes.resize(self.skip + whole(length), 0);
        length
    }
}

/// So many bytes and those to the end of their last page.
pub fn whole(length: usize) -> usize {
    length.next_multiple_of(WHOLE)
}

#[cfg(test)]
mod tests {
    use rand::prelude::*;
    use rand_chacha::ChaCha8Rng;

    use super::*;

    #[test]
    fn a_file_holds_what_was_written_whichever_way_it_went() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        let disk = Disk::of(tempfile::tempfile().unwrap());
        let mut expected: Vec<u8> = Vec::new();
        for _ in 0..400 {
            // Whole pages at the beginning of one, which go past, and anything else.
            let wide = rng.random_bool(0.6);
            let length = if wide { rng.random_range(1..9) * WHOLE } else { rng.random_range(0..40_000) };
            let at = if wide { rng.random_range(0..60) * WHOLE } else { rng.random_range(0..200_000) };
            let mut block = Block::of(if rng.random_bool(0.9) { length } else { length / 2 });
            block.end().extend((0..length).map(|_| rng.random::<u8>()));
            disk.write(block.bytes(), at as u64).unwrap();
            expected.resize(expected.len().max(at + length), 0);
            expected[at..at + length].copy_from_slice(block.bytes());
            let from = rng.random_range(0..=expected.len() / WHOLE) * WHOLE;
            let read = block.space(whole(expected.len() - from) - WHOLE.min(whole(expected.len() - from)));
            disk.read(read, from as u64).unwrap();
            assert_eq!(read, &expected[from..from + read.len()]);
        }
        let mut all = vec![0; expected.len()];
        disk.file().read_exact_at(&mut all, 0).unwrap();
        assert!(all == expected && disk.file().metadata().unwrap().len() == expected.len() as u64);
    }

    #[test]
    fn a_block_keeps_its_bytes_where_pages_begin() {
        let mut block = Block::of(3 * WHOLE);
        assert_eq!((block.len(), block.fill_up(), block.len()), (0, 0, 0));
        block.end().extend((0..=255).cycle().take(2 * WHOLE + 3));
        assert_eq!((block.bytes().as_ptr().addr() % WHOLE, block.len()), (0, 2 * WHOLE + 3));
        block.take_off(WHOLE);
        assert_eq!((block.fill_up(), block.len()), (WHOLE + 3, 2 * WHOLE));
        assert!(block.bytes()[WHOLE..].starts_with(&[0, 1, 2, 0, 0]));
        block.cut(2);
        assert_eq!(block.bytes(), [0, 1]);
        block.clear();
        assert_eq!(block.len(), 0);
        // Room that was not made at first is found, too.
        block.space(9 * WHOLE).fill(5);
        assert_eq!((block.bytes().as_ptr().addr() % WHOLE, block.bytes()), (0, &[5; 9 * WHOLE][..]));
    }
}
