//! Files written whole or not at all: into a temporary file beside the place, flushed to the disk, then
//! moved. A reader sees the old file or the new one, and a full disk leaves the old one.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Writes `path` with what `work` writes. An existing file is replaced and keeps its mode; a new one is
/// for its owner alone, since what is written here is about people. A device or a pipe is written to as it is.
pub fn write_whole<E: From<io::Error>>(
    path: &Path,
    work: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let mode = match std::fs::metadata(path) {
        Ok(meta) if meta.is_dir() => return Err(io::Error::other("is a folder").into()),
        Ok(meta) if !meta.is_file() => {
            let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
            work(&mut out)?;
            return Ok(out.flush()?);
        }
        Ok(meta) => meta.permissions().mode() & 0o777,
        Err(e) if e.kind() == io::ErrorKind::NotFound => 0o600,
        Err(e) => return Err(e.into()),
    };
    // Behind a link the file is replaced, not the link.
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let temporary = beside(&place);
    let result = fill(&temporary, mode, work).and_then(|()| Ok(std::fs::rename(&temporary, &place)?));
    finish(result, &temporary, &place)
}

/// Whether `path` can be written once the work is done, asked before it begins: it is no folder, its folder is there, and
/// it is none of the files that are `read`.
pub fn writable(path: &Path, read: &[&Path]) -> io::Result<()> {
    if path.is_dir() {
        return Err(io::Error::other("is a folder"));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotFound, "its folder is not there"));
    }
    let place = std::fs::canonicalize(path).ok();
    if place.is_some() && read.iter().any(|r| std::fs::canonicalize(r).ok() == place) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is read from as well, so name another file"));
    }
    Ok(())
}

/// Writes a file that is not there yet: the first of `name(1)`, `name(2)`… that is free. Returns its path.
pub fn write_new(
    name: impl Fn(u32) -> PathBuf,
    work: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<PathBuf> {
    let temporary = beside(&name(1));
    let filled = fill(&temporary, 0o600, work);
    let result = filled.and_then(|()| {
        for n in 1..10_000 {
            let place = name(n);
            // The name is taken first, which fails where it is in use: nothing is overwritten.
            match OpenOptions::new().write(true).create_new(true).open(&place) {
                Ok(_) => return std::fs::rename(&temporary, &place).map(|()| place),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::Error::from(io::ErrorKind::AlreadyExists))
    });
    let place = result.as_ref().map_or_else(|_| name(1), PathBuf::clone);
    finish(result.map(|_| ()), &temporary, &place).map(|()| place)
}

fn beside(place: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    place.with_file_name(name)
}

fn fill<E: From<io::Error>>(
    temporary: &Path,
    mode: u32,
    work: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let _ = std::fs::remove_file(temporary);
    let mut out = BufWriter::new(OpenOptions::new().write(true).create_new(true).mode(mode).open(temporary)?);
    work(&mut out)?;
    out.flush()?;
    Ok(out.get_ref().sync_all()?)
}

fn finish<E: From<io::Error>>(result: Result<(), E>, temporary: &Path, place: &Path) -> Result<(), E> {
    if result.is_err() {
        let _ = std::fs::remove_file(temporary);
        return result;
    }
    let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The name must survive a power cut, too; where a folder cannot be opened for that, the file still stands.
    let _ = File::open(folder).and_then(|f| f.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.csv");
        write_whole::<io::Error>(&path, |out| out.write_all(b"first")).unwrap();
        let failed = write_whole::<io::Error>(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failed.is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_is_looked_at_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        let (table, link) = (folder.path().join("t.csv"), folder.path().join("l.csv"));
        std::fs::write(&table, "a").unwrap();
        std::os::unix::fs::symlink(&table, &link).unwrap();
        let read: [&Path; 1] = [&table];
        assert!(writable(&folder.path().join("new.csv"), &read).is_ok());
        assert!(writable(&link, &read).unwrap_err().to_string().contains("read from"));
        assert!(writable(folder.path(), &read).is_err() && writable(&folder.path().join("no/x"), &read).is_err());
    }

    #[test]
    fn a_new_file_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let name = |n: u32| folder.path().join(format!("e.{n}.csv"));
        let write = |text: &'static [u8]| write_new(name, |out| out.write_all(text)).unwrap();
        assert_eq!(write(b"a"), name(1));
        assert_eq!(write(b"b"), name(2));
        assert_eq!(std::fs::read(name(1)).unwrap(), b"a");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
