//! The pages of a database file, and trees of them that are made from the first entry to the last: nothing is looked
//! for, split or written twice. The shapes are those of <https://www.sqlite.org/fileformat2.html>, sections 1.3 to 1.6.

use std::fs::File;
use std::io;

use super::disk::{Block, Disk};
use super::record::{Record, varint};

/// Bytes of a page.
pub const SIZE: usize = 4_096;
/// Pages that a tree is given at a time, so that they lie together: as many as it has, up to so many.
const EXTENT: u32 = 256;
/// The page that holds the byte at 1 GiB, which file locks use: it is never part of a tree.
const LOCKED: u32 = (0x4000_0000 / SIZE) as u32 + 1;
/// The most bytes of an entry that lie in a leaf of a table, and in any page of an index; what is over lies on pages of
/// its own.
const MOST_ROW: usize = SIZE - 35;
const MOST_KEY: usize = (SIZE - 12) * 64 / 255 - 23;
/// The least that stays where some of it is moved out.
const LEAST: usize = (SIZE - 12) * 32 / 255 - 23;

/// Hands out the pages of a file.
pub struct Pages {
    disk: Disk,
    /// The first page behind the end.
    next: u32,
    /// Handed out and not used.
    free: Vec<u32>,
}

impl Pages {
    /// Goes on behind the end of a database, which must be whole and of such pages as are made here.
    pub fn behind(file: File) -> io::Result<Pages> {
        let held = file.metadata()?.len();
        let next = u32::try_from(held / SIZE as u64 + 1).map_err(|_| io::Error::other("the file is too long"))?;
        let pages = Pages { disk: Disk::of(file), next, free: Vec::new() };
        let head = pages.read(1)?;
        let number = |n: usize| u32::from_be_bytes([head[n], head[n + 1], head[n + 2], head[n + 3]]);
        // Its name, the bytes of a page, none of them reserved, no map of pages for shrinking, and all that it says.
        let fits = head.starts_with(b"SQLite format 3\0")
            && usize::from(u16::from_be_bytes([head[16], head[17]])) == SIZE
            && head[20] == 0
            && number(52) == 0
            && held == u64::from(number(28)) * SIZE as u64;
        if fits { Ok(pages) } else { Err(io::Error::other("this file is not as rows could be put in at once")) }
    }

    pub fn read(&self, page: u32) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; SIZE];
        self.disk.read(&mut bytes, place(page))?;
        Ok(bytes)
    }

    pub fn write(&self, first: u32, bytes: &[u8]) -> io::Result<()> {
        self.disk.write(bytes, place(first))
    }

    /// The first of so many pages that follow each other.
    fn run(&mut self, of: u32) -> io::Result<u32> {
        if self.next <= LOCKED && LOCKED < self.next + of {
            self.free.extend(self.next..LOCKED);
            self.next = LOCKED + 1;
        }
        let first = self.next;
        self.next = first.checked_add(of).ok_or_else(|| io::Error::other("a database has no more pages"))?;
        Ok(first)
    }

    pub fn one(&mut self) -> io::Result<u32> {
        match self.free.pop() {
            Some(page) => Ok(page),
            None => self.run(1),
        }
    }

    /// Tells the file how long it is now, and which pages nobody uses.
    pub fn finish(mut self) -> io::Result<()> {
        const LEAVES: usize = SIZE / 4 - 8;
        let mut head = self.read(1)?;
        let at = |head: &[u8], n: usize| u32::from_be_bytes([head[n], head[n + 1], head[n + 2], head[n + 3]]);
        let (mut trunk, mut unused) = (at(&head, 32), at(&head, 36));
        self.free.sort_unstable();
        for part in self.free.chunks(LEAVES + 1) {
            let Some((own, leaves)) = part.split_first() else { continue };
            let mut page = Vec::with_capacity(SIZE);
            page.extend_from_slice(&trunk.to_be_bytes());
            page.extend_from_slice(&(leaves.len() as u32).to_be_bytes());
            leaves.iter().for_each(|leaf| page.extend_from_slice(&leaf.to_be_bytes()));
            page.resize(SIZE, 0);
            self.write(*own, &page)?;
            (trunk, unused) = (*own, unused + part.len() as u32);
        }
        let changes = at(&head, 24).wrapping_add(1);
        for (n, value) in [(24, changes), (28, self.next - 1), (32, trunk), (36, unused), (92, changes)] {
            head[n..n + 4].copy_from_slice(&value.to_be_bytes());
        }
        self.disk.file().set_len(u64::from(self.next - 1) * SIZE as u64)?;
        self.write(1, &head)
    }
}

fn place(page: u32) -> u64 {
    u64::from(page - 1) * SIZE as u64
}

/// Pages of one tree that are not written yet.
struct Extent {
    first: u32,
    bytes: Block,
    left: u32,
    /// Pages so far.
    all: u32,
}

impl Default for Extent {
    fn default() -> Extent {
        Extent { first: 0, bytes: Block::of(EXTENT as usize * SIZE), left: 0, all: 0 }
    }
}

impl Extent {
    /// Puts a page behind those before it; returns its number.
    fn put(&mut self, pages: &mut Pages, page: &[u8; SIZE]) -> io::Result<u32> {
        if self.left == 0 {
            self.empty(pages)?;
            self.left = self.all.clamp(1, EXTENT);
            self.first = if self.left == 1 { pages.one()? } else { pages.run(self.left)? };
            self.all += self.left;
        }
        let number = self.first + (self.bytes.len() / SIZE) as u32;
        self.bytes.end().extend_from_slice(page);
        self.left -= 1;
        Ok(number)
    }

    fn empty(&mut self, pages: &mut Pages) -> io::Result<()> {
        if self.bytes.len() > 0 {
            pages.write(self.first, self.bytes.bytes())?;
        }
        let used = (self.bytes.len() / SIZE) as u32;
        let unused = self.first + used..self.first + used + self.left;
        // What was handed out last is handed out again.
        if unused.end == pages.next {
            pages.next = unused.start;
        } else {
            pages.free.extend(unused);
        }
        self.bytes.clear();
        self.left = 0;
        Ok(())
    }
}

/// A page while its cells come, in their order: the first lies at its end.
struct Cells {
    page: Box<[u8; SIZE]>,
    /// Bytes before the places of the cells.
    head: usize,
    many: usize,
    /// Where the last cell begins.
    content: usize,
}

impl Cells {
    /// Of a page of this kind, by its first byte.
    fn of(kind: u8) -> Cells {
        let mut page = Box::new([0; SIZE]);
        page[0] = kind;
        let head = if kind == LEAF || kind == INDEX_LEAF { 8 } else { 12 };
        Cells { page, head, many: 0, content: SIZE }
    }

    /// The room of the next cell, of so many bytes, where it finds one.
    #[inline]
    fn room(&mut self, length: usize) -> Option<&mut [u8]> {
        let places = self.head + 2 * self.many;
        if places + 2 + length > self.content {
            return None;
        }
        let (from, end) = (self.content - length, self.content);
        self.page[places..places + 2].copy_from_slice(&(from as u16).to_be_bytes());
        (self.many, self.content) = (self.many + 1, from);
        Some(&mut self.page[from..end])
    }

    /// Takes a cell, which comes in two pieces; `false` where it finds no room.
    fn take(&mut self, first: &[u8], second: &[u8]) -> bool {
        let Some(room) = self.room(first.len() + second.len()) else { return false };
        let (before, behind) = room.split_at_mut(first.len());
        before.copy_from_slice(first);
        behind.copy_from_slice(second);
        true
    }

    /// The same of a cell in one piece.
    #[inline]
    fn take_one(&mut self, cell: &[u8]) -> bool {
        self.room(cell.len()).map(|room| room.copy_from_slice(cell)).is_some()
    }

    /// Bytes that are left.
    fn left(&self) -> usize {
        self.content - self.head - 2 * self.many
    }

    /// Takes the last cell out.
    fn pop(&mut self) -> Option<Vec<u8>> {
        self.many = self.many.checked_sub(1)?;
        let before = self.head + 2 * self.many - 2;
        let end = match self.many {
            0 => SIZE,
            _ => usize::from(u16::from_be_bytes([self.page[before], self.page[before + 1]])),
        };
        let cell = self.page[self.content..end].to_vec();
        self.content = end;
        Some(cell)
    }

    /// The page as it is, with its last child where it is one above the leaves; the next cell comes to an empty one.
    fn page(&mut self, last: Option<u32>) -> &[u8; SIZE] {
        self.page[3..5].copy_from_slice(&(self.many as u16).to_be_bytes());
        self.page[5..7].copy_from_slice(&(self.content as u16).to_be_bytes());
        if let Some(child) = last {
            self.page[8..12].copy_from_slice(&child.to_be_bytes());
        }
        // Nothing of the page before this one is left.
        self.page[self.head + 2 * self.many..self.content].fill(0);
        (self.many, self.content) = (0, SIZE);
        &self.page
    }
}

/// Kinds of pages.
const LEAF: u8 = 13;
const ABOVE: u8 = 5;
const INDEX_LEAF: u8 = 10;
const INDEX_ABOVE: u8 = 2;

/// What of a record lies in its page: the second piece of its cell; the first gets what comes before it. What is over
/// goes to pages of its own.
fn content<'a>(cell: &mut Vec<u8>, (head, body): Record<'a>, most: usize, pages: &mut Pages) -> io::Result<&'a [u8]> {
    if head.len() + body.len() <= most {
        cell.extend_from_slice(head);
        return Ok(body);
    }
    let entry = [head, body].concat();
    let here = LEAST + (entry.len() - LEAST) % (SIZE - 4);
    let here = if here <= most { here } else { LEAST };
    let (here, over) = entry.split_at(here);
    cell.extend_from_slice(here);
    let parts: Vec<&[u8]> = over.chunks(SIZE - 4).collect();
    let numbers = parts.iter().map(|_| pages.one()).collect::<io::Result<Vec<u32>>>()?;
    for (n, part) in parts.iter().enumerate() {
        let mut page = numbers.get(n + 1).copied().unwrap_or(0).to_be_bytes().to_vec();
        page.extend_from_slice(part);
        page.resize(SIZE, 0);
        pages.write(numbers[n], &page)?;
    }
    cell.extend_from_slice(&numbers[0].to_be_bytes());
    Ok(&[])
}

/// A table: rows by their ids, which go up.
pub struct Table {
    root: u32,
    leaf: Cells,
    extent: Extent,
    cell: Vec<u8>,
    /// The greatest id so far.
    last: Option<i64>,
    /// Rows so far.
    many: u64,
    /// The pages so far with the greatest id in each.
    done: Vec<(u32, i64)>,
}

impl Table {
    pub fn at(root: u32) -> Table {
        Table {
            root,
            leaf: Cells::of(LEAF),
            extent: Extent::default(),
            cell: Vec::new(),
            last: None,
            many: 0,
            done: Vec::new(),
        }
    }

    /// Takes a row; `false` where its id does not come behind the one before it.
    pub fn push(&mut self, pages: &mut Pages, id: i64, row: Record<'_>) -> io::Result<bool> {
        if self.last.is_some_and(|last| last >= id) {
            return Ok(false);
        }
        self.cell.clear();
        varint(&mut self.cell, (row.0.len() + row.1.len()) as u64);
        varint(&mut self.cell, id as u64);
        let row = content(&mut self.cell, row, MOST_ROW, pages)?;
        if !self.leaf.take(&self.cell, row) {
            self.turn(pages)?;
            self.leaf.take(&self.cell, row);
        }
        self.last = Some(id);
        self.many += 1;
        Ok(true)
    }

    fn turn(&mut self, pages: &mut Pages) -> io::Result<()> {
        let page = self.extent.put(pages, self.leaf.page(None))?;
        self.done.push((page, self.last.unwrap_or(i64::MIN)));
        Ok(())
    }

    /// Returns how many rows there are.
    pub fn finish(mut self, pages: &mut Pages) -> io::Result<u64> {
        if self.done.is_empty() {
            return pages.write(self.root, self.leaf.page(None)).map(|()| self.many);
        }
        self.turn(pages)?;
        let mut level = std::mem::take(&mut self.done);
        loop {
            let (mut above, mut cells) = (Vec::new(), Cells::of(ABOVE));
            let mut at = 0;
            while at < level.len() {
                let begin = at;
                while let Some((child, id)) = level.get(at).filter(|_| at + 1 < level.len()) {
                    let mut cell = child.to_be_bytes().to_vec();
                    varint(&mut cell, *id as u64);
                    // The last page of a level must have two below it.
                    if at + 3 == level.len() && cells.left() < TWO || !cells.take(&cell, &[]) {
                        break;
                    }
                    at += 1;
                }
                let (last, id) = level[at];
                at += 1;
                if begin == 0 && at == level.len() {
                    pages.write(self.root, cells.page(Some(last)))?;
                    return self.extent.empty(pages).map(|()| self.many);
                }
                above.push((self.extent.put(pages, cells.page(Some(last)))?, id));
            }
            level = above;
        }
    }
}

/// Bytes of two cells of a page above, whatever their ids, with their places.
const TWO: usize = 2 * (13 + 2);

/// A level of an index above its leaves, or the leaves.
struct Level {
    cells: Cells,
    /// What comes behind a page that is full: its last child, and the entry that goes up once another comes.
    waits: Option<(u32, Vec<u8>)>,
}

impl Level {
    fn of(kind: u8) -> Level {
        Level { cells: Cells::of(kind), waits: None }
    }
}

/// An index: entries in their order. Some of them stand in the pages above, between the pages they part.
pub struct Index {
    root: u32,
    levels: Vec<Level>,
    extent: Extent,
    cell: Vec<u8>,
    /// Entries so far.
    many: u64,
}

impl Index {
    pub fn at(root: u32) -> Index {
        Index { root, levels: vec![Level::of(INDEX_LEAF)], extent: Extent::default(), cell: Vec::new(), many: 0 }
    }

    /// Takes an entry. None is so short that its cell would be too small: it has the id of its row besides a value.
    pub fn push(&mut self, pages: &mut Pages, entry: Record<'_>) -> io::Result<()> {
        let mut cell = std::mem::take(&mut self.cell);
        cell.clear();
        varint(&mut cell, (entry.0.len() + entry.1.len()) as u64);
        let entry = content(&mut cell, entry, MOST_KEY, pages)?;
        cell.extend_from_slice(entry);
        let done = self.push_cell(pages, &cell);
        self.cell = cell;
        done
    }

    /// Takes an entry as a page keeps it, none of which lies elsewhere.
    #[inline]
    pub fn push_cell(&mut self, pages: &mut Pages, cell: &[u8]) -> io::Result<()> {
        if let Some((_, parts)) = self.levels[0].waits.take() {
            let page = self.page(pages, 0, None)?;
            self.up(pages, 1, page, parts)?;
        }
        self.many += 1;
        let leaves = &mut self.levels[0];
        if !leaves.cells.take_one(cell) {
            leaves.waits = Some((0, cell.to_vec()));
        }
        Ok(())
    }

    /// Ends the page of a level.
    fn page(&mut self, pages: &mut Pages, level: usize, last: Option<u32>) -> io::Result<u32> {
        self.extent.put(pages, self.levels[level].cells.page(last))
    }

    /// A page, and the entry that parts it from the next one, go to the level above.
    fn up(&mut self, pages: &mut Pages, level: usize, child: u32, parts: Vec<u8>) -> io::Result<()> {
        if level == self.levels.len() {
            self.levels.push(Level::of(INDEX_ABOVE));
        }
        if let Some((last, waited)) = self.levels[level].waits.take() {
            let page = self.page(pages, level, Some(last))?;
            self.up(pages, level + 1, page, waited)?;
        }
        if !self.levels[level].cells.take(&child.to_be_bytes(), &parts) {
            self.levels[level].waits = Some((child, parts));
        }
        Ok(())
    }

    /// Returns how many entries there are.
    pub fn finish(mut self, pages: &mut Pages) -> io::Result<u64> {
        let (mut level, mut last) = (0, None);
        loop {
            // No page comes behind the full one: its last entry parts it from what waited.
            if let Some((child, waited)) = self.levels[level].waits.take() {
                let moved = self.levels[level].cells.pop().unwrap_or_default();
                let (page, moved, kept) = if level == 0 {
                    (self.page(pages, 0, None)?, moved, waited)
                } else {
                    let before = moved.first_chunk().map_or(0, |c| u32::from_be_bytes(*c));
                    let mut kept = child.to_be_bytes().to_vec();
                    kept.extend_from_slice(&waited);
                    (self.page(pages, level, Some(before))?, moved.get(4..).unwrap_or_default().to_vec(), kept)
                };
                self.up(pages, level + 1, page, moved)?;
                self.levels[level].cells.take(&kept, &[]);
            }
            if level + 1 == self.levels.len() {
                pages.write(self.root, self.levels[level].cells.page(last))?;
                return self.extent.empty(pages).map(|()| self.many);
            }
            last = Some(self.page(pages, level, last)?);
            level += 1;
        }
    }
}
