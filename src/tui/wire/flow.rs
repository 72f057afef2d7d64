//! How much is on its way, and whether the line is a slow one.
//!
//! Between the program and a terminal far away stand buffers that take kilobytes at once and let them out slowly: to
//! write is no proof that anything arrived. Over such a line each frame ends with a question that every terminal
//! answers in four bytes (`CSI 5 n`, "are you well?"). While too much is unanswered no frame is sent; the newest
//! goes out when the answer comes, and those between were never written.

use std::collections::VecDeque;

use crate::base::Timestamp;

/// The question. The answer is `CSI 0 n`.
pub const QUESTION: &[u8] = b"\x1b[5n";

/// Bytes that may be on their way when another frame is sent: a few moves of the cursor, no page.
const WINDOW: usize = 400;

/// A frame that took longer than this to arrive is slow. A frame that the terminal itself took so long to take is, too.
pub const SLOW_MS: i64 = 400;

/// So many slow ones in a row make a slow line.
const SLOW_ROW: u8 = 2;

/// An answer later than this is not waited for.
const LATE_MS: i64 = 10_000;

/// The first answer is not waited for as long: there may never be one.
const FIRST_MS: i64 = 1_200;

/// What is known of the way to the terminal.
#[derive(Debug, Default)]
pub struct Flow {
    /// Whether the terminal is far away, so that it should be asked.
    pub far: bool,
    /// Nobody answers there.
    mute: bool,
    /// When each unanswered frame was sent, and its bytes.
    under_way: VecDeque<(Timestamp, usize)>,
    /// An answer came at some time.
    answered: bool,
    slow: u8,
}

impl Flow {
    /// `far` asks from the first frame on.
    pub fn new(far: bool) -> Flow {
        Flow { far, ..Flow::default() }
    }

    /// Whether frames end with a question.
    pub fn asks(&self) -> bool {
        self.far && !self.mute
    }

    /// A frame was sent.
    pub fn sent(&mut self, bytes: usize, now: Timestamp) {
        if self.asks() {
            self.under_way.push_back((now, bytes));
        }
    }

    /// The terminal has answered; true when this makes it a slow line.
    pub fn answered(&mut self, now: Timestamp) -> bool {
        let Some((sent, _)) = self.under_way.pop_front() else { return false };
        (self.answered, self.mute) = (true, false);
        self.took(now.since(sent))
    }

    /// So long it took until a frame was taken; true when this makes it a slow line.
    pub fn took(&mut self, ms: i64) -> bool {
        self.slow = if ms > SLOW_MS { self.slow.saturating_add(1) } else { 0 };
        self.slow == SLOW_ROW
    }

    /// Whether a frame may be sent.
    pub fn is_clear(&mut self, now: Timestamp) -> bool {
        if self.deadline().is_some_and(|due| due <= now) {
            if self.answered {
                self.under_way.clear();
            } else {
                // Nobody answers there. Should the answer come yet, it is one.
                self.mute = true;
            }
        }
        !self.asks() || self.under_way.iter().map(|(_, bytes)| bytes).sum::<usize>() <= WINDOW
    }

    /// Whether an answer is under way that would be read as keys by whoever comes next.
    pub fn is_waiting(&self) -> bool {
        self.answered && !self.under_way.is_empty()
    }

    /// When it is no use to wait any longer.
    pub fn deadline(&self) -> Option<Timestamp> {
        let patience = if self.answered { LATE_MS } else { FIRST_MS };
        self.under_way.front().filter(|_| self.asks()).map(|(sent, _)| sent.plus_ms(patience))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_wait_for_the_line_and_small_ones_do_not() {
        let at = Timestamp;
        let mut flow = Flow::new(true);
        flow.sent(60, at(0));
        assert!(flow.is_clear(at(1)));
        flow.sent(7_000, at(1));
        assert!(!flow.is_clear(at(2)));
        assert!(!flow.answered(at(100)));
        assert!(!flow.is_clear(at(101)));
        assert!(!flow.answered(at(900)), "one slow frame is no slow line");
        assert!(flow.is_clear(at(901)) && !flow.is_waiting());
        flow.sent(60, at(1_000));
        assert!(flow.answered(at(1_500)), "two are");
        assert!(!flow.answered(at(1_500)), "an answer to nothing");
    }

    #[test]
    fn a_terminal_that_never_answers_is_not_waited_for_twice() {
        let mut flow = Flow::new(true);
        flow.sent(7_000, Timestamp(0));
        assert!(!flow.is_clear(Timestamp(FIRST_MS - 1)));
        assert_eq!(flow.deadline(), Some(Timestamp(FIRST_MS)));
        assert!(flow.is_clear(Timestamp(FIRST_MS)) && !flow.asks());
        assert_eq!(flow.deadline(), None);
        flow.answered(Timestamp(3_000));
        assert!(flow.asks(), "it did answer after all");
    }
}
