//! Lines that a person types when asked: passwords without showing them. What is asked goes to the error stream,
//! so that the output of a command stays its own. Without a terminal each line comes from the input.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::domain::Secret;

use super::failure::Failure;

/// The byte of Ctrl-c.
const STOP: u8 = 3;

/// Bytes of a line, at most: an input without line ends is not kept in memory.
const LIMIT: usize = 64 * 1024;

/// Asks for a line; an input that has ended gives an empty one.
pub fn line(what: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        ask(what)?;
    }
    read()
}

/// Asks for something that nobody should see.
pub fn secret(what: &str) -> Result<Secret, Failure> {
    if !io::stdin().is_terminal() {
        return Ok(Secret::new(read()?));
    }
    ask(what)?;
    let quiet = Quiet::begin();
    let text = read();
    drop(quiet);
    let _ = writeln!(io::stderr());
    Ok(Secret::new(text?))
}

/// Asks for a new password, twice where mistakes cannot be seen.
pub fn new_password() -> Result<Secret, Failure> {
    let first = secret("New password: ")?;
    if io::stdin().is_terminal() && secret("Once more: ")? != first {
        return Err(Failure::Usage("the two are not alike; nothing was changed".into()));
    }
    Ok(first)
}

fn ask(what: &str) -> Result<(), Failure> {
    let mut err = io::stderr();
    Ok(err.write_all(what.as_bytes()).and_then(|()| err.flush())?)
}

/// One line of the input, without its end. Ctrl-c is the end of one, too, where it does not stop the program.
fn read() -> Result<String, Failure> {
    let unread = |why: String| Failure::BadData(format!("the input cannot be read: {why}"));
    let mut stdin = io::stdin().lock();
    let mut line = Vec::new();
    loop {
        let waiting = stdin.fill_buf().map_err(|e| unread(e.to_string()))?;
        let end = waiting.iter().position(|b| matches!(*b, b'\n' | STOP));
        let taken = end.map_or(waiting.len(), |at| at + 1);
        line.extend_from_slice(&waiting[..taken]);
        stdin.consume(taken);
        if end.is_some() || taken == 0 {
            break;
        }
        if line.len() > LIMIT {
            return Err(unread("this line is too long".into()));
        }
    }
    if line.ends_with(&[STOP]) {
        return Err(Failure::Stopped);
    }
    let text = String::from_utf8(line).map_err(|_| unread("it is not UTF-8".into()))?;
    Ok(text.trim_end_matches(['\n', '\r']).to_string())
}

/// A terminal that shows nothing of what is typed, until this goes. Ctrl-c ends the line instead of the program,
/// which would leave the terminal mute.
struct Quiet(Option<libc::termios>);

impl Quiet {
    fn begin() -> Quiet {
        // SAFETY: termios is plain data that tcgetattr fills; it is used only where that succeeded.
        unsafe {
            let mut now: libc::termios = std::mem::zeroed();
            if libc::tcgetattr(libc::STDIN_FILENO, &mut now) != 0 {
                return Quiet(None);
            }
            let before = now;
            now.c_lflag &= !(libc::ECHO | libc::ISIG);
            now.c_cc[libc::VEOL] = STOP;
            libc::tcsetattr(libc::STDIN_FILENO, libc::TCSAFLUSH, &now);
            Quiet(Some(before))
        }
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            // SAFETY: these are the attributes the terminal had.
            unsafe { libc::tcsetattr(libc::STDIN_FILENO, libc::TCSAFLUSH, before) };
        }
    }
}
