//! Files that are no database of ours: refused in plain words, every byte left as it was.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Desk, Ran, ran};

fn bytes(path: &Path) -> Option<Vec<u8>> {
    path.is_file().then(|| std::fs::read(path).unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn mode(path: &Path, bits: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(bits)).unwrap();
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let desk = Desk::seeded(60);
    let good = std::fs::read(desk.db()).unwrap();
    let changed = |name: &str, at: usize, with: &[u8]| {
        let mut copy = good.clone();
        copy[at..at + with.len()].copy_from_slice(with);
        desk.write(name, copy)
    };
    let foreign = desk.path("foreign.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        .unwrap();
    let pipe = desk.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    std::os::unix::fs::symlink("nowhere", desk.path("dangling.db")).unwrap();
    let cases: Vec<(&str, PathBuf, i32, &str)> = vec![
        ("another program's", foreign, 65, "is not a BharatNet database; it was left as it is"),
        (
            "from the future",
            changed("future.db", 60, &[0, 0, 3, 0xe7]),
            65,
            "was written by a newer BharatNet (schema 999; this program knows",
        ),
        ("cut short", desk.write("short.db", &good[..good.len() / 2 + 100]), 65, "is damaged"),
        ("cut to its header", desk.write("stub.db", &good[..100]), 65, "left as it is"),
        (
            "its first bytes overwritten",
            changed("header.db", 0, b"garbage garbage!"),
            65,
            "is not a BharatNet database",
        ),
        ("of an impossible page size", changed("pages.db", 16, &[0x12, 0x34]), 65, "left as it is"),
        ("its schema overwritten", changed("schema.db", 100, &[0x55; 400]), 65, "is damaged"),
        ("without our mark", changed("mark.db", 68, &[0, 0, 0, 0]), 65, "is not a BharatNet database"),
        ("a letter", desk.write("letter.db", "Dear Sir or Madam,\n".repeat(400)), 65, "is not a BharatNet database"),
        ("empty", desk.write("empty.db", ""), 65, "is not a BharatNet database"),
        ("a folder", desk.folder.path().to_path_buf(), 65, "is a folder, not a file"),
        ("a pipe", pipe, 65, "is a pipe, not a file"),
        ("a device", "/dev/null".into(), 65, "is a device, not a file"),
        ("missing", desk.path("missing.db"), 3, "there is no database at"),
        ("behind a dead link", desk.path("dangling.db"), 3, "there is no database at"),
        ("under a file", desk.db().join("x.db"), 69, "cannot be opened"),
    ];
    let before = names(desk.folder.path());
    for (what, path, code, told) in cases {
        let was = bytes(&path);
        for args in [&["count", "customers"][..], &["note", "1", "x"], &["doctor"], &["undo"]] {
            let Ran { code: got, out, err } = desk.run(&[args, &["--db", path.to_str().unwrap()]].concat());
            assert_eq!(got, code, "{what}, {args:?}: {err}");
            assert!(err.starts_with("bharatnet: ") && err.contains(told), "{what}: {err}");
            assert!(out.is_empty() && !err.contains("os error"), "{what}: {err}");
        }
        assert!(bytes(&path) == was, "{what}: its bytes were touched");
    }
    // Only a file that looks right from outside is opened far enough to get a log beside it.
    let after = names(desk.folder.path());
    assert_eq!(after.into_iter().filter(|n| !n.starts_with("schema.db-")).collect::<Vec<_>>(), before);
}

#[test]
fn a_damaged_page_is_found_by_the_doctor() {
    let desk = Desk::seeded(400);
    let mut copy = std::fs::read(desk.db()).unwrap();
    // One that holds something: a mail address.
    let address = copy.windows(12).rposition(|bytes| bytes == b"mail.example").expect("somebody has mail");
    let page = address / 4096 * 4096;
    copy[page..page + 4096].fill(0xa5);
    std::fs::write(desk.db(), &copy).unwrap();
    let ran = desk.run(&["doctor"]);
    assert_eq!(ran.code, 65, "{} {}", ran.out, ran.err);
    assert!(ran.err.starts_with("bharatnet: ") && std::fs::read(desk.db()).unwrap() == copy);
}

#[test]
fn who_may_only_read_can_read_and_is_told_so() {
    let desk = Desk::seeded(60);
    let program = desk.path("program");
    // By a program of its own: a file that this process has open for writing is handed on to what other tests start
    // meanwhile, and as long as one of these has it open it cannot be run.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_bharatnet")).arg(&program).status().unwrap();
    assert!(copied.success());
    let secret = desk.path("secret.db");
    std::fs::copy(desk.db(), &secret).unwrap();
    mode(&desk.db(), 0o444);
    mode(&secret, 0o000);
    mode(&program, 0o755);
    mode(desk.folder.path(), 0o555);
    let was = std::fs::read(desk.db()).unwrap();
    // The superuser may write anything, so somebody else has to look.
    let root = std::fs::metadata("/proc/self").unwrap().uid() == 0;
    let run = |args: &[&str]| {
        let mut command = Command::new(&program);
        command.args(args).env_clear().env("HOME", "/nonexistent").env("BHARATNET_DB", desk.db());
        if root {
            command.uid(65534).gid(65534);
        }
        ran(command.output().unwrap())
    };
    let read = run(&["count", "customers"]);
    assert_eq!((read.code, read.out.as_str()), (0, "60\n"), "{}", read.err);
    assert!(run(&["doctor"]).out.contains("Writable      no: no permission to write"));
    for args in [&["note", "1", "x"][..], &["undo", "1"]] {
        let refused = run(args);
        assert_eq!(refused.code, 5, "{}", refused.err);
        assert!(refused.err.contains("the database is open for reading only: no permission"), "{}", refused.err);
    }
    let secret = run(&["count", "customers", "--db", secret.to_str().unwrap()]);
    assert_eq!(secret.code, 69, "{}", secret.err);
    assert!(secret.err.contains("cannot be opened: no permission"), "{}", secret.err);
    let new = run(&["import", "customers", "/dev/null", "--db", desk.path("new.db").to_str().unwrap()]);
    assert_ne!(new.code, 0);
    assert!(std::fs::read(desk.db()).unwrap() == was);
    assert!(!names(desk.folder.path()).iter().any(|n| n.ends_with("-wal") || n.ends_with("-shm")));
    mode(desk.folder.path(), 0o755);
}
