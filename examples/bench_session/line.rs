//! The program itself at the end of a slow line: 20 kbit/s down, 300 ms each way.
//!
//! The bytes are taken from the program at once, as an ssh server takes them, and come out at the pace of the line at a
//! terminal that answers what it is asked. So whatever the program writes too much is seen as delay.

use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// Bytes a second: 20 kbit/s.
const PACE: f64 = 2_500.0;
/// One way.
const DELAY: Duration = Duration::from_millis(300);

const WIDTH: u16 = 80;
const HEIGHT: u16 = 24;

/// A terminal far away with the program in it.
struct Far {
    _master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn std::io::Write + Send>,
    from: Receiver<Vec<u8>>,
    /// Bytes on the line, and when it has room for the next.
    line: VecDeque<(Instant, u8)>,
    free: Instant,
    /// Keys and answers on their way to the program.
    back: VecDeque<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    tail: Vec<u8>,
    /// Bytes that came out so far.
    bytes: usize,
}

impl Far {
    fn start(
        binary: &Path,
        db: &Path,
        home: &Path,
        args: &[&str],
        env: &[(&str, &str)],
    ) -> Result<Far, Box<dyn std::error::Error>> {
        let pair =
            native_pty_system().openpty(PtySize { rows: HEIGHT, cols: WIDTH, pixel_width: 0, pixel_height: 0 })?;
        let mut command = CommandBuilder::new(binary);
        command.args(["--db".as_ref(), db.as_os_str()]);
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env_remove("SSH_TTY");
        command.env_remove("SSH_CONNECTION");
        for folder in ["DATA", "STATE", "CONFIG"] {
            command.env(format!("XDG_{folder}_HOME"), home);
        }
        env.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command)?;
        let (mut reader, keys) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut held = [0; 65_536];
            while let Ok(n) = reader.read(&mut held) {
                if n == 0 || sender.send(held[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let size = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        Ok(Far {
            _master: pair.master,
            child,
            keys,
            from,
            line: VecDeque::new(),
            free: Instant::now(),
            back: VecDeque::new(),
            screen: vt100::Parser::new(size(HEIGHT), size(WIDTH), 0),
            tail: Vec::new(),
            bytes: 0,
        })
    }

    /// What a person types.
    fn press(&mut self, keys: &str) {
        self.back.push_back((Instant::now() + DELAY, keys.into()));
    }

    /// Moves what is on its way, for a moment.
    fn pass(&mut self) -> std::io::Result<()> {
        let came = self.from.recv_timeout(Duration::from_millis(2)).into_iter().chain(self.from.try_iter());
        let now = Instant::now();
        for byte in came.flatten() {
            self.free = self.free.max(now) + Duration::from_secs_f64(1.0 / PACE);
            self.line.push_back((self.free + DELAY, byte));
        }
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        while due(self.line.front().map(|(at, _)| *at)) {
            let Some((_, byte)) = self.line.pop_front() else { break };
            self.bytes += 1;
            self.screen.process(&[byte]);
            self.tail.push(byte);
            if self.tail.ends_with(b"\x1b[5n") {
                self.back.push_back((now + DELAY, b"\x1b[0n".to_vec()));
            }
            if self.tail.len() > 64 {
                self.tail.drain(..60);
            }
        }
        while due(self.back.front().map(|(at, _)| *at)) {
            let Some((_, bytes)) = self.back.pop_front() else { break };
            self.keys.write_all(&bytes)?;
        }
        Ok(())
    }

    /// Waits until the screen shows it; returns how long that took and the bytes it took.
    fn until(&mut self, holds: impl Fn(&str) -> bool) -> Result<(Duration, usize), Box<dyn std::error::Error>> {
        let (begun, bytes) = (Instant::now(), self.bytes);
        while !holds(&self.screen.screen().contents()) {
            self.pass()?;
            if begun.elapsed() > Duration::from_secs(60) {
                return Err(format!("it never came:\n{}", self.screen.screen().contents()).into());
            }
        }
        Ok((begun.elapsed(), self.bytes - bytes))
    }

    /// Lets all come out.
    fn rest(&mut self) -> std::io::Result<()> {
        let mut quiet = Instant::now();
        while quiet.elapsed() < Duration::from_millis(1_500) {
            self.pass()?;
            if !self.line.is_empty() || !self.back.is_empty() {
                quiet = Instant::now();
            }
        }
        Ok(())
    }
}

/// The line the marker is on.
fn marked(text: &str) -> usize {
    text.lines().position(|l| l.starts_with('▌')).unwrap_or(usize::MAX)
}

/// Prints how long keys take, with the bytes, for each way to use the line.
pub fn run(customers: u64) -> Result<(), Box<dyn std::error::Error>> {
    let here = std::env::current_exe()?;
    let binary = here.parent().and_then(Path::parent).ok_or("a folder")?.join("bharatnet");
    if !binary.exists() {
        return Err(format!("{} is not there: cargo build --release", binary.display()).into());
    }
    let folder = tempfile::tempdir()?;
    let db = folder.path().join("isp.db");
    let seed = std::process::Command::new(&binary)
        .args(["seed", "--customers", &customers.to_string(), "--db"])
        .arg(&db)
        .output()?;
    if !seed.status.success() {
        return Err(String::from_utf8_lossy(&seed.stderr).into());
    }
    println!(
        "the program over 20 kbit/s with a round trip of 600 ms, {WIDTH}x{HEIGHT}: key to the right screen, and bytes\n"
    );
    println!("| what | as if near | found out over ssh | --low-bandwidth |\n|---|---|---|---|");
    type Way<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)]);
    let ways: [Way<'_>; 3] = [(&[], &[]), (&[], &[("SSH_TTY", "/dev/pts/9")]), (&["--low-bandwidth"], &[])];
    let mut rows: Vec<(&str, Vec<String>)> = Vec::new();
    for (args, env) in ways {
        let home = tempfile::tempdir()?;
        let mut far = Far::start(&binary, &db, home.path(), args, env)?;
        let mut note = |what: &'static str, (took, bytes): (Duration, usize)| {
            let cell = format!("{:.2} s, {bytes} B", took.as_secs_f64());
            match rows.iter_mut().find(|(w, _)| *w == what) {
                Some((_, cells)) => cells.push(cell),
                None => rows.push((what, vec![cell])),
            }
        };
        note("start to rows", far.until(|s| s.contains('▌') && s.contains("palette"))?);
        far.rest()?;
        let at = marked(&far.screen.screen().contents());
        far.press("j");
        note("cursor down", far.until(|s| marked(s) == at + 1)?);
        far.rest()?;
        far.press("jjjjjjjjjjjjjjjjjjjjjjjj");
        far.rest()?;
        let before = far.screen.screen().contents();
        far.press("j");
        note("scroll one row", far.until(|s| s != before && marked(s) != usize::MAX)?);
        far.rest()?;
        // Ten screenfuls, and a tab to the last word: only what is seen at the end need come.
        for _ in 0..10 {
            far.press("\x1b[6~");
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_millis(60) {
                far.pass()?;
            }
        }
        far.press("G");
        let last = format!("{} / {}", group(customers), group(customers));
        note("ten pages in 0.6 s, then the end", far.until(|s| s.contains(&last))?);
        far.rest()?;
        far.press("?");
        note("help", far.until(|s| s.contains("Keys"))?);
        far.press("\x1b");
        far.rest()?;
        far.press("Q");
        let begun = Instant::now();
        while far.child.try_wait()?.is_none() {
            far.pass()?;
            if begun.elapsed() > Duration::from_secs(5) {
                return Err("it does not leave".into());
            }
        }
    }
    for (what, cells) in rows {
        println!("| {what} | {} |", cells.join(" | "));
    }
    Ok(())
}

fn group(n: u64) -> String {
    bharatnet::base::money::group(n)
}
