//! 64-bit ids, ordered by time and made by the client, so that a laptop without a network can
//! create rows. From the top: 41 bits of milliseconds since 2020-01-01 UTC, 10 bits of node, 12
//! bits of sequence. People never see them: they see account and docket numbers.

use std::fmt;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;

/// Identity of a row, unique over all entities of one database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(pub i64);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// 2020-01-01 00:00 UTC in epoch milliseconds; 41 bits from here last until 2089.
const EPOCH_MS: i64 = 1_577_836_800_000;

/// Hands out ids that only grow, even when the clock steps back.
#[derive(Debug)]
pub struct IdMaker {
    node: i64,
    last: Mutex<(i64, i64)>,
}

impl IdMaker {
    /// `node` tells apart programs that write into the same data; only its low 10 bits count.
    pub fn new(node: u16) -> Self {
        Self { node: i64::from(node & 0x3ff), last: Mutex::new((0, -1)) }
    }

    pub fn next(&self, now: Timestamp) -> Id {
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let ms = (now.0 - EPOCH_MS).clamp(0, (1 << 41) - 1).max(last.0);
        *last = if ms > last.0 || last.1 < 0 {
            (ms, 0)
        } else if last.1 == 0xfff {
            (ms + 1, 0)
        } else {
            (ms, last.1 + 1)
        };
        Id((last.0 << 22) | (self.node << 12) | last.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_the_clock_goes_back_or_stands_still() {
        let maker = IdMaker::new(7);
        let mut last = Id(-1);
        for i in 0..20_000i64 {
            let now = Timestamp(EPOCH_MS + 1_000_000 - (i % 3) * 500);
            let id = maker.next(now);
            assert!(id > last, "{id} after {last}");
            last = id;
        }
    }

    #[test]
    fn two_nodes_never_make_the_same_id() {
        let (a, b) = (IdMaker::new(1), IdMaker::new(2));
        let now = Timestamp(EPOCH_MS + 5);
        assert_ne!(a.next(now), b.next(now));
    }
}
