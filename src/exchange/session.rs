//! The file that keeps a session between two commands: one for each database, for its owner's eyes alone.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::domain::Secret;

/// Where the token for a database is kept.
pub fn place(state: &Path, database: &Path) -> PathBuf {
    let full = fs::canonicalize(database).unwrap_or_else(|_| database.to_path_buf());
    let name: String = full.to_string_lossy().chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
    state.join("sessions").join(format!("{}.jwt", name.trim_matches('-')))
}

/// The token kept in a file, if there is one.
pub fn read(file: &Path) -> Option<Secret> {
    let text = fs::read_to_string(file).ok()?;
    Some(Secret::new(text.trim()))
}

/// Keeps a token: the old one stays until the new one is whole.
pub fn write(file: &Path, token: &Secret) -> io::Result<()> {
    file.parent().map_or(Ok(()), fs::create_dir_all)?;
    let fresh = file.with_extension(format!("new-{}", std::process::id()));
    let _ = fs::remove_file(&fresh);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&fresh)
        .and_then(|mut f| f.write_all(token.expose().as_bytes()).and_then(|()| f.sync_all()))
        .and_then(|()| fs::rename(&fresh, file));
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// Forgets the token.
pub fn remove(file: &Path) {
    let _ = fs::remove_file(file);
}
