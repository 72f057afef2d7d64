//! A line on the error stream while something takes long, and Ctrl-C that ends it cleanly.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::base::money::group;
use crate::base::text::fit;
use crate::base::{Clock, SystemClock, Timestamp};

/// Milliseconds between two drawings.
const PAUSE: i64 = 100;

/// Cells of the bar.
const BAR: usize = 24;

/// Long work. Without a terminal on the error stream nothing is drawn.
pub struct Progress {
    label: &'static str,
    began: Timestamp,
    drawn: Timestamp,
    shown: bool,
    terminal: bool,
    stopped: Arc<AtomicBool>,
}

impl Progress {
    /// From now on the first Ctrl-C asks the work to stop and the second one ends the program.
    pub fn start(label: &'static str) -> Progress {
        let stopped = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Where a handler cannot be set, the signal ends the program as it always does.
            let second = signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stopped));
            let _ = second.and_then(|_| signal_hook::flag::register(signal, Arc::clone(&stopped)));
        }
        let now = SystemClock.now();
        Progress { label, began: now, drawn: now, shown: false, terminal: io::stderr().is_terminal(), stopped }
    }

    /// Draws now and then. False when the work should stop.
    pub fn tick(&mut self, done: u64, all: u64) -> bool {
        let now = SystemClock.now();
        if self.terminal && now.since(self.drawn) >= PAUSE {
            self.drawn = now;
            self.shown = true;
            let line = line(self.label, done, all, now.since(self.began));
            let _ = write!(io::stderr(), "\r{}", fit(&line, 78));
        }
        !self.stopped.load(Ordering::Relaxed)
    }

    /// Takes the line away.
    pub fn end(&mut self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r{}\r", " ".repeat(78));
            self.shown = false;
        }
    }
}

/// `Making customers [######------] 45 %  12,000/s  0:32 left`
fn line(label: &str, done: u64, all: u64, ms: i64) -> String {
    let all = all.max(1);
    let done = done.min(all);
    let ms = u64::try_from(ms).unwrap_or(0).max(1);
    let filled = usize::try_from(done * BAR as u64 / all).unwrap_or(BAR);
    let rate = done * 1000 / ms;
    let rest = ((all - done) * ms).checked_div(done);
    let left = rest.map_or(String::new(), |ms| format!("{} left", clock(ms / 1000)));
    let bar = format!("{}{}", "#".repeat(filled), "-".repeat(BAR - filled));
    format!("{label} [{bar}] {} %  {}/s  {left}", done * 100 / all, group(rate))
}

fn clock(seconds: u64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_share_rate_and_rest() {
        assert_eq!(line("Work", 0, 100, 0), format!("Work [{}] 0 %  0/s  ", "-".repeat(24)));
        assert_eq!(line("Work", 5_000, 20_000, 2_000), "Work [######------------------] 25 %  2,500/s  0:06 left");
        assert_eq!(line("Work", 9, 4, 10), format!("Work [{}] 100 %  400/s  0:00 left", "#".repeat(24)));
    }
}
