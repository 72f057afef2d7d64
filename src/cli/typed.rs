//! Lines that a person types when asked: passwords without showing them. What is asked goes to the error stream,
//! so that the output of a command stays its own. Without a terminal each line comes from the input.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::domain::Secret;

use super::failure::Failure;

/// The byte of Ctrl-c.
const STOP: u8 = 3;

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

fn read() -> Result<String, Failure> {
    let mut text = String::new();
    let got = io::stdin().lock().read_line(&mut text);
    got.map_err(|e| Failure::BadData(format!("the input cannot be read: {e}")))?;
    if text.as_bytes().contains(&STOP) {
        return Err(Failure::Stopped);
    }
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
