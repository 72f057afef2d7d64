//! A file that grows by gigabytes while it is made. What is written goes through the memory in which the system keeps
//! files, and for more than that memory has at hand, the system takes longer to find room for it than to write it: a
//! fifth of the time of a million customers. So large pieces go past it, once a file is larger than one that is wanted
//! again at once. Where the system or the file's own has no such way, all goes through.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};

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
}

impl Disk {
    pub fn of(file: File) -> Disk {
        let past = past(&file);
        Disk { file, past }
    }

    pub fn file(&self) -> &File {
        &self.file
    }

    pub fn write(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        match self.past(bytes, at).map(|past| past.write_all_at(bytes, at)) {
            Some(Err(e)) if e.kind() == io::ErrorKind::InvalidInput => self.file.write_all_at(bytes, at),
            Some(done) => done,
            None => self.file.write_all_at(bytes, at),
        }
    }

    pub fn read(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        match self.past(bytes, at).map(|past| past.read_exact_at(bytes, at)) {
            Some(Err(e)) if e.kind() == io::ErrorKind::InvalidInput => self.file.read_exact_at(bytes, at),
            Some(done) => done,
            None => self.file.read_exact_at(bytes, at),
        }
    }

    /// The way past the system's memory, for a piece that can take it.
    fn past(&self, bytes: &[u8], at: u64) -> Option<&File> {
        let whole = bytes.as_ptr().addr().is_multiple_of(WHOLE) && bytes.len().is_multiple_of(WHOLE);
        let fits = whole && at.is_multiple_of(WHOLE as u64) && bytes.len() >= PIECE && at >= BEFORE;
        self.past.as_ref().filter(|_| fits)
    }
}

#[cfg(target_os = "linux")]
fn past(file: &File) -> Option<File> {
    use std::os::fd::AsRawFd as _;
    // The file may have no name any more.
    let name = format!("/proc/self/fd/{}", file.as_raw_fd());
    OpenOptions::new().read(true).write(true).custom_flags(libc::O_DIRECT).open(name).ok()
}

#[cfg(not(target_os = "linux"))]
fn past(_: &File) -> Option<File> {
    None
}

/// Bytes that lie in memory so that they can go past the system's, as long as they are no more than room was made for.
pub struct Block {
    /// The first ones are none of them.
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
