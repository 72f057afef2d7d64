//! The terminal itself: taken over at the start, given back on every way out.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode};
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};

use super::decode::Decoder;
use super::message::Msg;
use super::output::{self, Output};

/// True while the terminal is ours: it is given back once, by whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is to be reported, also after a stop.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// A program that is asked to end has so long.
const LAST: Duration = Duration::from_millis(600);

/// Gives the terminal back when it goes out of scope.
pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal over. Told through `out` is what becomes of the frames.
pub fn take(title: &str, out: &Sender<Msg>) -> io::Result<(Output, Guard)> {
    let guard = Guard;
    enter(title)?;
    Ok((Output::start(out)?, guard))
}

fn enter(title: &str) -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    let _whole = output::whole();
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, SetTitle(title))?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives it back, whatever state it is in. Errors do not count: there may be no terminal any more.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _whole = output::last_word();
        // Colours and the rows that scroll are not part of what leaving the screen brings back.
        let _ = io::stdout().write_all(b"\x1b[r\x1b[m");
        let _ = execute!(io::stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// A panic on the main thread gives the terminal back before its message is printed, and says what
/// a person needs; the details go to a file. A worker's panic is caught and shown on the screen.
pub fn install_panic_hook(report: std::path::PathBuf) {
    std::panic::set_hook(Box::new(move |info| {
        let main = thread::current().name() == Some("main");
        let _ = report.parent().map(std::fs::create_dir_all);
        let saved = std::fs::write(&report, format!("{info}\n"));
        if main {
            give_back();
            let place = match saved {
                Ok(()) => format!(" What went wrong is written to {}.", report.display()),
                Err(_) => String::new(),
            };
            let _ = writeln!(
                io::stderr(),
                "bharatnet: the program made an error and stopped. Everything that was reported as saved is saved.{place}"
            );
        }
    }));
}

/// Reads what a person does for ever and sends it on. Ends with the line: it is seen to be gone also where no signal
/// tells it, for some shells and multiplexers start programs with SIGHUP ignored. Either end of it counts.
pub fn read_input(out: Sender<Msg>) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        let mut decoder = Decoder::default();
        let mut buffer = [0; 16 * 1024];
        loop {
            let msgs = match wait(decoder.patience()) {
                Ready::Input => {
                    // SAFETY: a buffer that lives across the call, and its own length.
                    let n = unsafe { libc::read(0, buffer.as_mut_ptr().cast(), buffer.len()) };
                    match usize::try_from(n) {
                        Ok(0) => vec![Msg::Hangup],
                        Ok(n) => decoder.feed(&buffer[..n]),
                        Err(_) => match io::Error::last_os_error().kind() {
                            io::ErrorKind::Interrupted | io::ErrorKind::WouldBlock => Vec::new(),
                            _ => vec![Msg::Hangup],
                        },
                    }
                }
                Ready::Nothing => decoder.pause(),
                Ready::Interrupted => Vec::new(),
                Ready::Gone => vec![Msg::Hangup],
            };
            for msg in msgs {
                let ends = matches!(msg, Msg::Hangup);
                if out.send(msg).is_err() || ends {
                    return;
                }
            }
        }
    })?;
    Ok(())
}

enum Ready {
    Input,
    /// The time is over.
    Nothing,
    Interrupted,
    Gone,
}

/// Waits for input or for the end of the line on either side.
fn wait(patience: Option<Duration>) -> Ready {
    let mut fds = [
        libc::pollfd { fd: 0, events: libc::POLLIN, revents: 0 },
        // Nothing is asked of the output: only an error or a hang-up of it ends the wait.
        libc::pollfd { fd: 1, events: 0, revents: 0 },
    ];
    let ms = patience.map_or(-1, |p| i32::try_from(p.as_millis()).unwrap_or(i32::MAX));
    // SAFETY: two entries that live across the call, and their number.
    let n = unsafe { libc::poll(fds.as_mut_ptr(), 2, ms) };
    let gone = libc::POLLHUP | libc::POLLERR | libc::POLLNVAL;
    match n {
        0 => Ready::Nothing,
        _ if n < 0 => match io::Error::last_os_error().kind() {
            io::ErrorKind::Interrupted => Ready::Interrupted,
            _ => Ready::Gone,
        },
        _ if fds.iter().any(|f| f.revents & gone != 0) => Ready::Gone,
        _ => Ready::Input,
    }
}

/// Passes on what the system tells: another size, step aside, end.
pub fn watch_signals(out: Sender<Msg>) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGWINCH, SIGTSTP, SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
    thread::Builder::new().name("signals".into()).spawn(move || {
        for signal in signals.forever() {
            let told = match signal {
                SIGWINCH => out.send(Msg::Resize),
                SIGTSTP => out.send(Msg::Suspend),
                _ => {
                    let _ = thread::Builder::new().name("last".into()).spawn(move || insist(signal));
                    out.send(Msg::Signal(signal))
                }
            };
            if told.is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Ends a program that was asked to end and cannot: it waits in a write to a terminal that takes nothing.
fn insist(signal: i32) {
    thread::sleep(LAST);
    let _ = disable_raw_mode();
    // SAFETY: ends the process. Nothing of ours runs after it; the store survives an end at any moment.
    unsafe { libc::_exit(128 + signal) };
}

/// Gives the terminal back, stops with all that was started together, and takes it again when told to go on.
pub fn suspend(title: &str) {
    give_back();
    // SAFETY: a plain disposition in place of ours and back again; the signal stops this very thread before the call
    // returns, so that what follows happens after the stop. Where no shell could go on with it, nothing stops.
    unsafe {
        let mut ours: libc::sigaction = std::mem::zeroed();
        let mut plain: libc::sigaction = std::mem::zeroed();
        plain.sa_sigaction = libc::SIG_DFL;
        libc::sigaction(SIGTSTP, &raw const plain, &raw mut ours);
        libc::kill(0, SIGTSTP);
        libc::sigaction(SIGTSTP, &raw const ours, std::ptr::null_mut());
    }
    let _ = enter(title);
}

/// Puts text on the clipboard of the terminal a person sits at, through any number of ssh.
pub fn copy(text: &str) {
    let _whole = output::whole();
    let _ = execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text));
}

/// Tells the terminal to report the mouse, or to leave it to the person.
pub fn mouse(on: bool) {
    MOUSE.store(on, Ordering::SeqCst);
    let _whole = output::whole();
    let _ = if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) };
}
