//! Sees that another program has written to the file, without looking at it all the time.
//!
//! Where the system tells (Linux, a disk of this machine) nothing wakes up while nothing is written. Elsewhere two
//! figures of the log file are read twice a second, and the database is asked only when they are others.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, SystemTime};

use crate::engine::Engine;

use super::message::Msg;

/// Between two looks where the system tells nothing.
const LOOK: Duration = Duration::from_millis(500);

/// The database is asked at every so many looks, whatever the log file looks like: its time may be coarse.
const WHOLE: u32 = 10;

/// After a write the next ones are waited for: a transaction is many.
const GATHER: Duration = Duration::from_millis(60);

/// Watches until it is dropped.
pub struct Watch {
    /// Closed, it ends the wait.
    _end: OwnedFd,
}

impl Watch {
    /// Sends a message whenever another program has written to the file of this engine.
    pub fn start(engine: &Arc<Engine>, out: Sender<Msg>) -> io::Result<Watch> {
        let (ours, theirs) = pipe()?;
        let log = log_of(engine.path());
        let told = Notices::of(&log, engine.path());
        let engine = Arc::downgrade(engine);
        // Looked at before anything is read: what changes from here on is told.
        let mut seen = Seen { last: version(&engine), engine, out };
        thread::Builder::new().name("watch".into()).spawn(move || {
            if let Some(mut told) = told {
                while told.wait(&ours) {
                    thread::sleep(GATHER);
                    told.swallow();
                    if !seen.look() {
                        return;
                    }
                }
                return;
            }
            let mut before = stamp(&log);
            for n in 1_u32.. {
                if ends_within(&ours, LOOK) {
                    return;
                }
                let now = stamp(&log);
                if (now != before || n % WHOLE == 0) && !seen.look() {
                    return;
                }
                before = now;
            }
        })?;
        Ok(Watch { _end: theirs })
    }
}

struct Seen {
    engine: Weak<Engine>,
    last: Option<i64>,
    out: Sender<Msg>,
}

impl Seen {
    /// Asks the database; false when there is nobody to tell any more.
    fn look(&mut self) -> bool {
        if self.engine.strong_count() == 0 {
            return false;
        }
        let Some(version) = version(&self.engine) else { return true };
        self.last.replace(version) == Some(version) || self.out.send(Msg::Changed).is_ok()
    }
}

fn version(engine: &Weak<Engine>) -> Option<i64> {
    engine.upgrade()?.outside_version().ok()
}

/// The file SQLite writes changes to first.
fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Length and time of a file.
fn stamp(path: &Path) -> Option<(u64, SystemTime)> {
    let about = std::fs::metadata(path).ok()?;
    Some((about.len(), about.modified().ok()?))
}

fn pipe() -> io::Result<(OwnedFd, OwnedFd)> {
    let mut ends = [0; 2];
    // SAFETY: room for the two descriptors the call fills in; each is then owned once.
    unsafe {
        if libc::pipe(ends.as_mut_ptr()) != 0 {
            return Err(io::Error::last_os_error());
        }
        for end in ends {
            libc::fcntl(end, libc::F_SETFD, libc::FD_CLOEXEC);
        }
        Ok((OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])))
    }
}

/// Waits for the end of the watch at most so long; true when it has come.
fn ends_within(end: &OwnedFd, patience: Duration) -> bool {
    let mut fd = libc::pollfd { fd: end.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one entry that lives across the call.
    unsafe { libc::poll(&raw mut fd, 1, i32::try_from(patience.as_millis()).unwrap_or(i32::MAX)) > 0 }
}

/// What the system tells of writes.
struct Notices {
    from: File,
}

impl Notices {
    #[cfg(target_os = "linux")]
    fn of(log: &Path, database: &Path) -> Option<Notices> {
        use std::os::unix::ffi::OsStrExt as _;
        let name = |path: &Path| std::ffi::CString::new(path.as_os_str().as_bytes()).ok();
        let (log, database) = (name(log)?, name(database)?);
        // SAFETY: strings that live across the calls; a structure of plain figures; a descriptor that is owned once.
        unsafe {
            let mut about: libc::statfs = std::mem::zeroed();
            if libc::statfs(database.as_ptr(), &raw mut about) != 0 {
                return None;
            }
            // Another machine's writes are told to nobody here. The figure's type is the system's own.
            #[allow(clippy::unnecessary_cast, clippy::cast_possible_wrap, clippy::cast_lossless)]
            if is_far(about.f_type as i64) {
                return None;
            }
            let fd = libc::inotify_init1(libc::IN_CLOEXEC | libc::IN_NONBLOCK);
            if fd < 0 {
                return None;
            }
            let from = File::from_raw_fd(fd);
            // The log stays while anybody has the database open, and we have.
            if libc::inotify_add_watch(fd, log.as_ptr(), libc::IN_MODIFY) < 0
                || libc::inotify_add_watch(fd, database.as_ptr(), libc::IN_MODIFY) < 0
            {
                return None;
            }
            Some(Notices { from })
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn of(_: &Path, _: &Path) -> Option<Notices> {
        None
    }

    /// Waits for a write; false at the end of the watch.
    fn wait(&mut self, end: &OwnedFd) -> bool {
        loop {
            let mut fds = [self.from.as_raw_fd(), end.as_raw_fd()].map(|fd| libc::pollfd {
                fd,
                events: libc::POLLIN,
                revents: 0,
            });
            // SAFETY: two entries that live across the call, and their number.
            let n = unsafe { libc::poll(fds.as_mut_ptr(), 2, -1) };
            match n {
                _ if n < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => {}
                _ if n < 0 || fds[1].revents != 0 => return false,
                _ => return true,
            }
        }
    }

    /// Takes all that was told so far.
    fn swallow(&mut self) {
        let mut held = [0; 4096];
        while self.from.read(&mut held).is_ok_and(|n| n > 0) {}
    }
}

/// File systems that others write to from elsewhere: NFS, SMB, CIFS, 9P, FUSE, Ceph, AFS, Lustre.
#[cfg(target_os = "linux")]
fn is_far(kind: i64) -> bool {
    const FAR: [i64; 9] =
        [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x0102_1997, 0x6573_5546, 0x00c3_6400, 0x5346_414f, 0x0bd0_0bd0];
    FAR.contains(&(kind & 0xffff_ffff))
}
