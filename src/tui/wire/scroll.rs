//! Rows that only moved: the terminal moves them itself.

use std::collections::HashMap;

use super::cell::{Cell, Grid};
use super::row::Pen;

/// Bytes of a scroll at most: the region set, a row of it gone to, lines taken out or put in there.
const COST: usize = 17;

/// Fewer changed rows than this are written.
const FEW: usize = 4;

/// Cells that are different between two rows.
fn different(a: &[Cell], b: &[Cell]) -> usize {
    a.iter().zip(b).filter(|(a, b)| a != b).count()
}

/// Cells that are not empty.
fn filled(row: &[Cell]) -> usize {
    row.iter().filter(|c| **c != Cell::BLANK).count()
}

/// Finds the rows that moved together and moves them, on the terminal and in what is known of it. True when some were:
/// then any row may have to be written.
pub fn scroll(shown: &mut Grid, next: &Grid, touched: impl Fn(u16) -> bool, pen: &mut Pen, out: &mut Vec<u8>) -> bool {
    let Some((first, last, by)) = find(shown, next, touched) else { return false };
    pen.scroll((first, last), by, out);
    shown.shift(first, last, by);
    true
}

/// First and last row of the region and the rows it goes up by, where moving is worth it.
fn find(shown: &Grid, next: &Grid, touched: impl Fn(u16) -> bool) -> Option<(u16, u16, i32)> {
    let height = next.size().1;
    let changed: Vec<u16> = (0..height).filter(|y| touched(*y) && shown.row(*y) != next.row(*y)).collect();
    if changed.len() < FEW {
        return None;
    }
    // Where each row was, if it was in one place only.
    let mut places: HashMap<u64, Option<u16>> = HashMap::with_capacity(changed.len());
    for y in &changed {
        if let Some(hash) = shown.left_half(*y) {
            places.entry(hash).and_modify(|place| *place = None).or_insert(Some(*y));
        }
    }
    // By how many rows, and for which.
    let mut votes: HashMap<i32, (u16, u16, usize)> = HashMap::new();
    for y in &changed {
        let from = next.left_half(*y).and_then(|hash| places.get(&hash).copied().flatten());
        if let Some(from) = from.filter(|from| from != y) {
            let vote = votes.entry(i32::from(from) - i32::from(*y)).or_insert((*y, *y, 0));
            (vote.1, vote.2) = (*y, vote.2 + 1);
        }
    }
    let (by, (top, bottom, n)) = votes.into_iter().max_by_key(|(by, (.., n))| (*n, -by.abs(), *by))?;
    if n < 2 {
        return None;
    }
    let far = u16::try_from(by.unsigned_abs()).ok()?;
    let (first, last) = if by > 0 { (top, bottom + far) } else { (top - far, bottom) };
    let plain: usize = (first..=last).map(|y| different(shown.row(y), next.row(y))).sum();
    let moved: usize = (first..=last)
        .map(|y| match u16::try_from(i32::from(y) + by).ok().filter(|from| (first..=last).contains(from)) {
            Some(from) => different(shown.row(from), next.row(y)),
            None => filled(next.row(y)),
        })
        .sum();
    (moved + COST < plain).then_some((first, last, by))
}
