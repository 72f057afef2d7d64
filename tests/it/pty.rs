//! The program as a terminal sees it: real pseudo-terminals, real keys, every byte looked at.
//!
//! `BHARATNET_ROUNDS=5` runs the ways to leave five times each and watches an idle screen for a minute.

mod draft;
mod grammar;
mod hostile;
mod idle;
mod journey;
mod leave;
mod paste;
mod resize;
mod thin;
mod together;

use std::num::NonZeroU16;
use std::os::fd::RawFd;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};

use crate::cli::Desk;
use grammar::Grammar;

/// Nothing that is waited for may take longer.
const PATIENCE: Duration = Duration::from_secs(40);

/// What is promised in seconds; a machine that does much else meanwhile is not held to it, unless rounds are asked for.
fn within(seconds: u64) -> Duration {
    Duration::from_secs(if rounds() >= 5 { seconds } else { seconds * 10 })
}

const BINARY: &str = env!("CARGO_BIN_EXE_bharatnet");

fn rounds() -> usize {
    std::env::var("BHARATNET_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1)
}

/// A desk with three hundred customers; they are made up once for all tests.
fn desk() -> Desk {
    static MADE: OnceLock<Vec<u8>> = OnceLock::new();
    let bytes = MADE.get_or_init(|| std::fs::read(Desk::seeded(300).db()).unwrap());
    let desk = Desk::new();
    desk.write("isp.db", bytes);
    desk
}

/// A terminal with the program in it.
struct Seat {
    /// `None` once it was closed.
    master: Option<Box<dyn MasterPty + Send>>,
    /// Held, so that the terminal can be looked at when the program is gone.
    slave: Option<Box<dyn SlavePty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    screen: vt100::Parser,
    /// Checks every byte; not where a shell writes, too.
    grammar: Option<Grammar>,
    /// All that was written so far.
    written: Vec<u8>,
    modes: String,
}

/// How the program is started.
struct Setup<'a> {
    width: u16,
    height: u16,
    env: &'a [(&'a str, &'a str)],
    args: &'a [&'a str],
    /// A shell script around it, with the program as `"$@"`.
    script: Option<&'a str>,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        Setup { width: 80, height: 24, env: &[], args: &[], script: None }
    }
}

fn size(width: u16, height: u16) -> PtySize {
    PtySize { rows: height, cols: width, pixel_width: 0, pixel_height: 0 }
}

fn parser(width: u16, height: u16) -> vt100::Parser {
    vt100::Parser::new(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap(), 0)
}

impl Seat {
    /// The program on the customers of a desk, ready for keys.
    fn at(desk: &Desk) -> Seat {
        Seat::with(desk, &Setup::default())
    }

    fn with(desk: &Desk, setup: &Setup<'_>) -> Seat {
        let mut seat = Seat::start(desk, setup);
        seat.wait_for("palette");
        seat.wait_until("the rows", |s| s.contains("300") && s.contains('▌'));
        seat
    }

    fn start(desk: &Desk, setup: &Setup<'_>) -> Seat {
        let pair = native_pty_system().openpty(size(setup.width, setup.height)).unwrap();
        let mut command = match setup.script {
            None => CommandBuilder::new(BINARY),
            Some(script) => {
                let mut shell = CommandBuilder::new("/bin/sh");
                shell.args(["-mc", script, "sh", BINARY]);
                shell
            }
        };
        command.args(setup.args);
        command.cwd(desk.folder.path());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("BHARATNET_TAB", "customers");
        command.env("BHARATNET_DB", desk.db());
        command.env("HOME", desk.folder.path());
        for folder in ["DATA", "STATE", "CONFIG"] {
            command.env(format!("XDG_{folder}_HOME"), desk.path(&folder.to_lowercase()));
        }
        for (name, value) in setup.env {
            command.env(name, value);
        }
        let fd = pair.master.as_raw_fd().unwrap();
        // SAFETY: flags of a descriptor that `pair` holds open.
        unsafe { libc::fcntl(fd, libc::F_SETFL, libc::fcntl(fd, libc::F_GETFL) | libc::O_NONBLOCK) };
        let modes = modes(fd);
        let child = pair.slave.spawn_command(command).unwrap();
        Seat {
            master: Some(pair.master),
            slave: Some(pair.slave),
            child,
            screen: parser(setup.width, setup.height),
            grammar: setup.script.is_none().then(Grammar::default),
            written: Vec::new(),
            modes,
        }
    }

    fn fd(&self) -> RawFd {
        self.master.as_ref().and_then(|m| m.as_raw_fd()).unwrap()
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.child.process_id().unwrap()).unwrap()
    }

    /// The program inside a shell.
    fn program(&self) -> i32 {
        let path = format!("/proc/{0}/task/{0}/children", self.pid());
        std::fs::read_to_string(path).unwrap().split_whitespace().next().unwrap().parse().unwrap()
    }

    /// Takes in what was written, waiting at most so long for the first byte; returns how many bytes came.
    fn take_in(&mut self, wait: Duration) -> usize {
        self.transfer(&mut &b""[..], wait)
    }

    /// Moves bytes both ways, so that neither side waits for the other for ever.
    fn transfer(&mut self, keys: &mut &[u8], wait: Duration) -> usize {
        let Some(master) = &self.master else { return 0 };
        let fd = master.as_raw_fd().unwrap();
        let events = if keys.is_empty() { libc::POLLIN } else { libc::POLLIN | libc::POLLOUT };
        let mut poll = libc::pollfd { fd, events, revents: 0 };
        // SAFETY: one entry that lives across the call.
        unsafe { libc::poll(&raw mut poll, 1, i32::try_from(wait.as_millis()).unwrap()) };
        if poll.revents & libc::POLLOUT != 0 {
            // SAFETY: a slice that lives across the call, and its own length.
            let n = unsafe { libc::write(fd, keys.as_ptr().cast(), keys.len().min(4096)) };
            *keys = &keys[usize::try_from(n).unwrap_or(0)..];
        }
        let mut buffer = [0_u8; 65_536];
        // SAFETY: a buffer that lives across the call, and its own length.
        let n = unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) };
        let n = usize::try_from(n).unwrap_or(0);
        let bytes = &buffer[..n];
        self.written.extend_from_slice(bytes);
        self.screen.process(bytes);
        if let Some(grammar) = &mut self.grammar {
            grammar.read(bytes);
        }
        n
    }

    /// Types keys or pastes.
    fn send(&mut self, keys: impl AsRef<[u8]>) {
        let mut rest = keys.as_ref();
        let begun = Instant::now();
        while !rest.is_empty() {
            self.transfer(&mut rest, Duration::from_millis(100));
            assert!(begun.elapsed() < 3 * PATIENCE, "keys were not taken:\n{}", self.text());
        }
    }

    /// What is on the screen, without the blanks at the ends of lines.
    fn text(&self) -> String {
        let text = self.screen.screen().contents();
        text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |s| s.contains(text));
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, holds: impl Fn(&str) -> bool) {
        let begun = Instant::now();
        while !holds(&self.text()) {
            let ended = self.child.try_wait().unwrap();
            self.take_in(Duration::from_millis(20));
            if holds(&self.text()) {
                return;
            }
            assert!(ended.is_none(), "waited for {what}; ended with {ended:?}:\n{}", self.text());
            assert!(begun.elapsed() < PATIENCE, "waited for {what}:\n{}", self.text());
        }
    }

    /// Types keys and waits for what they bring.
    #[track_caller]
    fn press(&mut self, keys: &str, text: &str) {
        self.send(keys);
        self.wait_until(&format!("{text} after {keys:?}"), |s| s.contains(text));
    }

    /// The same for words that stay a few seconds only: on a machine with more work than cores they may be over before
    /// they are painted, so the keys are typed again.
    #[track_caller]
    fn press_for_a_word(&mut self, keys: &str, text: &str) {
        for _ in 0..3 {
            self.send(keys);
            let begun = Instant::now();
            while begun.elapsed() < PATIENCE / 5 {
                self.take_in(Duration::from_millis(20));
                if self.text().contains(text) {
                    return;
                }
            }
        }
        self.press(keys, text);
    }

    /// Goes through the lines of a form to the one with this label.
    #[track_caller]
    fn go_to(&mut self, label: &str) {
        let here = format!("▌{label}");
        for _ in 0..60 {
            self.settle(Duration::from_millis(30));
            if self.text().contains(&here) {
                return;
            }
            self.send("\t");
        }
        panic!("no line {label}:\n{}", self.text());
    }

    /// Types keys and waits until something that is there has gone. After an escape nothing may be sent before it has
    /// done its work: the two together would be another key.
    #[track_caller]
    fn press_away(&mut self, keys: &str, text: &str) {
        self.wait_for(text);
        self.send(keys);
        self.wait_until(&format!("no {text} after {keys:?}"), |s| !s.contains(text));
    }

    /// Takes in all until nothing has come for so long and the program is asleep: on a machine with more work than
    /// cores, silence alone may only mean that it is not its turn.
    fn settle(&mut self, quiet: Duration) {
        let begun = Instant::now();
        while self.take_in(quiet) > 0 || !is_asleep(self.pid()) {
            assert!(begun.elapsed() < PATIENCE, "it never comes to rest:\n{}", self.text());
        }
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.master.as_ref().unwrap().resize(size(width, height)).unwrap();
        self.screen.set_size(NonZeroU16::new(height).unwrap(), NonZeroU16::new(width).unwrap());
    }

    fn signal(&self, signal: i32) {
        // SAFETY: a signal to a child that was not waited for yet.
        unsafe { libc::kill(self.pid(), signal) };
    }

    /// Waits for the end, at most a second from now; returns the exit code and how long it took.
    #[track_caller]
    fn ended(&mut self) -> (u32, Duration) {
        let begun = Instant::now();
        loop {
            let status = self.child.try_wait().unwrap();
            // What was written last is there when the program is gone.
            while self.take_in(Duration::from_millis(2)) > 0 {}
            match status {
                Some(status) => {
                    let took = begun.elapsed();
                    assert!(took <= within(1), "left after {took:?}");
                    return (status.exit_code(), took);
                }
                None => assert!(begun.elapsed() < PATIENCE, "it does not leave:\n{}", self.text()),
            }
            if self.master.is_none() {
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    }

    /// The terminal is as it was found.
    #[track_caller]
    fn is_given_back(&self) {
        assert_eq!(modes(self.fd()), self.modes, "modes of the terminal");
        let last = find(&self.written, b"\x1b[?1049h").last().expect("it was taken");
        let after = &self.written[last..];
        for bytes in ["1049l", "25h", "2004l", "1000l", "1002l", "1003l", "1006l"] {
            let mark = format!("\x1b[?{bytes}");
            assert!(find(after, mark.as_bytes()).next().is_some(), "no {bytes} at the end");
        }
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    }

    /// Hangs the line up.
    fn close(&mut self) {
        self.slave = None;
        self.master = None;
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

fn find<'a>(bytes: &'a [u8], what: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    bytes.windows(what.len()).enumerate().filter(move |(_, w)| *w == what).map(|(i, _)| i)
}

/// The line of the screen that the cursor of the list is on.
fn marked(screen: &str) -> usize {
    screen.lines().position(|l| l.starts_with('▌')).unwrap_or(usize::MAX)
}

/// The modes of a terminal in a form that can be compared.
fn modes(fd: RawFd) -> String {
    // SAFETY: a structure of plain figures, filled by the call.
    unsafe {
        let mut t: libc::termios = std::mem::zeroed();
        assert_eq!(libc::tcgetattr(fd, &raw mut t), 0);
        format!("{:x} {:x} {:x} {:x} {:?}", t.c_iflag, t.c_oflag, t.c_cflag, t.c_lflag, t.c_cc)
    }
}

/// Time a process has had on the processor, in hundredths of a second; `None` when it is gone.
fn ticks(pid: i32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    if matches!(fields.next()?, "Z" | "X") {
        return None;
    }
    let figures: Vec<u64> = fields.skip(10).take(2).map(|f| f.parse().unwrap()).collect();
    Some(figures[0] + figures[1])
}

/// Whether no thread of a process wants the processor or the disk.
fn is_asleep(pid: i32) -> bool {
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return true };
    tasks.flatten().all(|task| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| !rest.starts_with(['R', 'D']))
    })
}

/// The most memory a process ever had, in bytes.
fn peak(pid: i32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}
