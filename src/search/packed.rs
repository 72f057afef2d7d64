//! Lines as a file keeps them, and from there into memory. Those of sixty-four rows, one after the other by their ids, are
//! one piece, named by the first of them: a million are read in some fifteen thousand steps, and the change of one writes
//! few others anew.
//!
//! ```text
//! for each line, by id     id, 8 bytes · recent, 8 bytes · length, 1 byte · the line
//! ```

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::base::near::soon;

use super::Arena;
use super::arena::is_long;
use super::letters::LONGEST;
use super::room::large;

/// Lines of a piece.
pub const MOST: usize = 64;

/// A line of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub id: i64,
    /// The greater, the earlier it comes among equals.
    pub recent: i64,
    /// See [`super::letters::line`].
    pub text: &'a [u8],
}

/// The lines of a piece; `None` in place of what is damaged, and nothing behind it.
pub fn lines(mut bytes: &[u8]) -> impl Iterator<Item = Option<Line<'_>>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let line = (|| {
            let (id, rest) = bytes.split_first_chunk()?;
            let (recent, rest) = rest.split_first_chunk()?;
            let (length, rest) = rest.split_first()?;
            let (text, rest) = rest.split_at_checked(usize::from(*length))?;
            bytes = rest;
            let line = Line { id: i64::from_le_bytes(*id), recent: i64::from_le_bytes(*recent), text };
            (text.len() <= LONGEST).then_some(line)
        })();
        if line.is_none() {
            bytes = &[];
        }
        Some(line)
    })
}

impl Line<'_> {
    /// Adds it to its piece.
    pub fn put(&self, piece: &mut Vec<u8>) {
        let text = &self.text[..self.text.len().min(LONGEST)];
        piece.extend_from_slice(&self.id.to_le_bytes());
        piece.extend_from_slice(&self.recent.to_le_bytes());
        piece.push(text.len() as u8);
        piece.extend_from_slice(text);
    }
}

/// Cuts lines, which come by their ids, into pieces.
#[derive(Debug)]
pub struct Pieces {
    all: Vec<(i64, Vec<u8>)>,
    /// Lines of the last, and of each at most.
    lines: usize,
    most: usize,
}

impl Default for Pieces {
    fn default() -> Pieces {
        Pieces { all: Vec::new(), lines: 0, most: MOST }
    }
}

impl Pieces {
    pub fn put(&mut self, line: &Line<'_>) {
        if self.is_full() || self.all.is_empty() {
            self.all.push((line.id, Vec::with_capacity(self.most * 96)));
            self.lines = 0;
        }
        if let Some((_, piece)) = self.all.last_mut() {
            line.put(piece);
            self.lines += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the next line begins another piece.
    pub fn is_full(&self) -> bool {
        self.lines == self.most
    }

    /// Hands over each piece with the id of its first line.
    pub fn hand_over<E>(&mut self, mut to: impl FnMut(i64, &[u8]) -> Result<(), E>) -> Result<(), E> {
        self.all.iter().try_for_each(|(first, piece)| to(*first, piece))?;
        self.all.clear();
        self.lines = 0;
        Ok(())
    }
}

/// What becomes of a row's line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is this one now, with what is recent.
    Line(i64, Vec<u8>),
    /// What is recent is another; the line is what it was.
    Recent(i64),
    Gone,
}

/// A piece with some of its lines changed, and others added; `None` where it is damaged: its lines are of the ids from
/// `from` on, up to but not with `to`, and these rise.
pub fn changed(bytes: &[u8], (from, to): (i64, Option<i64>), mut changes: BTreeMap<i64, Change>) -> Option<Pieces> {
    let mut all: Vec<(i64, i64, Cow<'_, [u8]>)> = Vec::with_capacity(MOST + changes.len());
    let mut last = None;
    for line in lines(bytes) {
        let Line { id, recent, text } = line?;
        if id < from || to.is_some_and(|to| id >= to) || last.is_some_and(|last| id <= last) {
            return None;
        }
        last = Some(id);
        match changes.remove(&id) {
            None => all.push((id, recent, text.into())),
            Some(Change::Recent(recent)) => all.push((id, recent, text.into())),
            Some(Change::Line(recent, text)) => all.push((id, recent, text.into())),
            Some(Change::Gone) => {}
        }
    }
    let mut between = false;
    for (id, change) in changes {
        if let Change::Line(recent, text) = change {
            between |= last.is_some_and(|last| id < last);
            all.push((id, recent, text.into()));
        }
    }
    all.sort_by_key(|(id, ..)| *id);
    // What is too long becomes halves, so that the next few find room, but for what comes behind all others.
    let parts = all.len().div_ceil(MOST).max(1);
    let most = if between { all.len().div_ceil(parts).max(1) } else { MOST };
    let mut out = Pieces { most, ..Pieces::default() };
    all.iter().for_each(|(id, recent, text)| out.put(&Line { id: *id, recent: *recent, text }));
    Some(out)
}

/// Lines of a kind on their way into memory.
#[derive(Default)]
pub struct Gathered {
    /// One behind the other: id, length, line. In parts, which need not move when more come.
    parts: Vec<Vec<u8>>,
    /// In the order in which they came.
    order: Vec<Place>,
}

struct Place {
    /// Falls as what is recent rises.
    age: u64,
    /// Where it begins, a bit to the left; the last bit tells whether it has a second block.
    at: usize,
}

/// Bytes before a line that is gathered.
const BEFORE: usize = 9;
/// Bytes of a part, as a power of two.
const PART: u32 = 23;

impl Gathered {
    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Takes a piece; that of the latest ids comes first. False where it is damaged.
    #[must_use]
    pub fn take(&mut self, bytes: &[u8]) -> bool {
        let first = self.order.len();
        for line in lines(bytes) {
            let Some(Line { id, recent, text }) = line else { return false };
            let full = |part: &Vec<u8>| part.len() + BEFORE + text.len() > 1 << PART;
            if self.parts.last().is_none_or(full) {
                self.parts.push(large(1 << PART));
            }
            let before = (self.parts.len() - 1) << PART;
            let Some(part) = self.parts.last_mut() else { return false };
            let at = (before + part.len()) << 1 | usize::from(is_long(text));
            self.order.push(Place { age: !(recent as u64 ^ 1 << 63), at });
            part.extend_from_slice(&id.to_le_bytes());
            part.push(text.len() as u8);
            part.extend_from_slice(text);
        }
        self.order[first..].reverse();
        true
    }

    /// What lies in a part from a line on.
    fn behind(&self, place: &Place) -> &[u8] {
        let at = place.at >> 1;
        &self.parts[at >> PART][at & ((1 << PART) - 1)..]
    }

    /// The lines in the order in which equals are shown: the most recent first, then the latest. Of more than `most`, the
    /// first that came.
    pub fn arena(mut self, most: usize) -> Arena {
        self.order.truncate(most);
        self.order.sort_by_key(|place| place.age);
        let line = |place: &Place| {
            let (head, rest) = self.behind(place).split_at(BEFORE);
            let id = head.first_chunk().map_or(0, |id| i64::from_le_bytes(*id));
            (id, &rest[..usize::from(head[BEFORE - 1])])
        };
        // The head, and where most lines end.
        let soon = |place: &Place| self.behind(place).iter().step_by(64).take(2).for_each(soon);
        Arena::of(&self.order, |place| place.at & 1 == 1, line, soon)
    }
}

#[cfg(test)]
mod tests {
    use super::super::letters::line;
    use super::*;

    fn text(id: i64) -> Vec<u8> {
        line(&format!("Ravi {id}"), &"more ".repeat((id.unsigned_abs() % 30) as usize))
    }

    fn pieces(ids: &[i64]) -> Vec<(i64, Vec<u8>)> {
        let mut out = Pieces::default();
        ids.iter().for_each(|id| out.put(&Line { id: *id, recent: id % 3, text: &text(*id) }));
        out.all
    }

    #[test]
    fn lines_come_back_and_what_is_damaged_is_told() {
        let ids: Vec<i64> = (0..150).map(|n| n * 1_000_003 - 9_000).collect();
        let all = pieces(&ids);
        assert_eq!(all.iter().map(|(first, _)| *first).collect::<Vec<_>>(), [ids[0], ids[64], ids[128]]);
        let back: Vec<i64> = all.iter().flat_map(|(_, bytes)| lines(bytes)).map(|l| l.unwrap().id).collect();
        assert_eq!(back, ids);
        let (_, bytes) = &all[0];
        for cut in [1, 9, 16, bytes.len() - 1] {
            assert!(lines(&bytes[..cut]).any(|l| l.is_none()), "{cut}");
            assert!(!Gathered::default().take(&bytes[..cut]));
        }
        let mut other = bytes.clone();
        other[16] = 125;
        assert_eq!(lines(&other).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn a_piece_takes_changes_in() {
        let before = &pieces(&[65, 70, 90])[0].1;
        let put = |id: i64, recent| (id, Change::Line(recent, line("Asha", "")));
        let changes =
            [put(-4, 1), (65, Change::Gone), (66, Change::Gone), (70, Change::Recent(-7)), put(127, i64::MIN)];
        let after = changed(before, (-4, Some(128)), changes.into_iter().collect()).unwrap().all;
        let got: Vec<(i64, i64, Vec<u8>)> =
            lines(&after[0].1).flatten().map(|l| (l.id, l.recent, l.text.to_vec())).collect();
        let asha = || line("Asha", "");
        assert_eq!(got, [(-4, 1, asha()), (70, -7, text(70)), (90, 0, text(90)), (127, i64::MIN, asha())]);
        assert_eq!((after.len(), after[0].0), (1, -4));
        let none = BTreeMap::new;
        assert!(changed(&before[..5], (65, None), none()).is_none());
        assert!(changed(before, (66, None), none()).is_none() && changed(before, (65, Some(90)), none()).is_none());
        assert!(changed(&[before.as_slice(), before].concat(), (65, None), none()).is_none());
        let firsts = |ids: std::ops::Range<i64>| -> Vec<i64> {
            let many = changed(before, (0, None), ids.map(|id| put(id, 0)).collect()).unwrap().all;
            many.iter().map(|(first, _)| *first).collect()
        };
        assert_eq!(firsts(100..200), [65, 161], "full where more came behind it");
        assert_eq!(firsts(0..64), [0, 34], "two halves where they came between");
    }

    #[test]
    fn what_is_gathered_is_in_order_and_as_if_pushed() {
        let all: Vec<i64> = (0..60_000).filter(|id| id % 7 != 3).collect();
        let mut gathered = Gathered::default();
        for (_, piece) in pieces(&all).iter().rev() {
            assert!(gathered.take(piece));
        }
        assert_eq!(gathered.len(), all.len());
        let most = all.len() - 100;
        let mut wanted = all[100..].to_vec();
        wanted.sort_by_key(|id| (-(id % 3), -id));
        let mut pushed = Arena::default();
        wanted.into_iter().for_each(|id| pushed.push(id, &text(id)));
        assert!(gathered.arena(most) == pushed);
    }
}
