//! The terminal itself: taken over at the start, given back on every way out.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::thread;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event, read,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, SetTitle, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};

use super::message::Msg;

/// A frame is gathered here and written in one piece.
pub type Screen = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// True while the terminal is ours: it is given back once, by whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Gives the terminal back when it goes out of scope.
pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal over.
pub fn take(title: &str) -> io::Result<(Screen, Guard)> {
    TAKEN.store(true, Ordering::SeqCst);
    let guard = Guard;
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, SetTitle(title))?;
    let screen = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout())))?;
    Ok((screen, guard))
}

/// Gives it back, whatever state it is in. Errors do not count: there may be no terminal any more.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
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

/// Reads keys for ever and sends them on. Ends with the terminal.
pub fn read_input(out: Sender<Msg>) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let msg = match read() {
                Ok(Event::Key(key)) => Msg::Key(key),
                Ok(Event::Paste(text)) => Msg::Paste(text),
                Ok(Event::Mouse(event)) => Msg::Mouse(event),
                Ok(Event::Resize(..)) => Msg::Resize,
                Ok(_) => continue,
                Err(_) => Msg::Hangup,
            };
            let ends = matches!(msg, Msg::Hangup);
            if out.send(msg).is_err() || ends {
                return;
            }
        }
    })?;
    Ok(())
}

/// Tells when the system wants the program to end, and when the line is hung up without a signal:
/// some shells and multiplexers start programs with SIGHUP ignored.
pub fn watch_for_the_end(out: Sender<Msg>) -> io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT])?;
    let on_signal = out.clone();
    thread::Builder::new().name("signals".into()).spawn(move || {
        for _ in signals.forever() {
            let _ = on_signal.send(Msg::Hangup);
        }
    })?;
    thread::Builder::new().name("hangup".into()).spawn(move || {
        let mut fd = libc::pollfd { fd: 0, events: 0, revents: 0 };
        loop {
            // SAFETY: one pollfd that lives across the call. With no events asked for, only an
            // error or a hang-up ends the wait, so this thread costs nothing until then.
            let n = unsafe { libc::poll(&raw mut fd, 1, -1) };
            if n > 0 && fd.revents & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0 {
                let _ = out.send(Msg::Hangup);
                return;
            }
        }
    })?;
    Ok(())
}

/// Puts text on the clipboard of the terminal a person sits at, through any number of ssh.
pub fn copy(text: &str) {
    let _ = execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text));
}

pub fn mouse(on: bool) {
    let _ = if on { execute!(io::stdout(), EnableMouseCapture) } else { execute!(io::stdout(), DisableMouseCapture) };
}
