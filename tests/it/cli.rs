//! The program as a script sees it: arguments in; text, exit code and files out.

mod bulk;
mod deal;
mod exchange;
mod forecast;
mod hostile;
mod jobs;
mod killed;
mod model;
mod people;
mod refusals;
mod report;
mod text;
mod ticket;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder of its own with nothing of this machine's owner in reach.
pub struct Desk {
    pub folder: TempDir,
}

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Desk {
    pub fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    /// One with a demo company of `customers` at [`Desk::db`].
    pub fn seeded(customers: u32) -> Desk {
        let desk = Desk::new();
        desk.ok(&["seed", "--customers", &customers.to_string(), "--as-of", "2026-11-22"]);
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn db(&self) -> PathBuf {
        self.path("isp.db")
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    pub fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bharatnet"));
        command
            .args(args)
            .current_dir(self.folder.path())
            .env_clear()
            .env("BHARATNET_DB", self.db())
            .env("HOME", self.folder.path())
            .env("XDG_DATA_HOME", self.path("data"))
            .stdin(Stdio::null());
        command
    }

    pub fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Ran {
        ran(self.command(args).output().unwrap())
    }

    pub fn run_with_input<S: AsRef<OsStr>>(&self, args: &[S], input: &str) -> Ran {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), input.as_bytes()).unwrap();
        ran(child.wait_with_output().unwrap())
    }

    /// The output of a run that must succeed.
    #[track_caller]
    pub fn ok<S: AsRef<OsStr>>(&self, args: &[S]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    }
}

pub fn ran(output: Output) -> Ran {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

pub fn telco() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples/telco_customer_churn.csv")
}

#[test]
fn a_list_is_paged_sorted_and_shaped() {
    let desk = Desk::seeded(300);
    let all: Vec<String> = desk.ok(&["list", "--ids", "--limit", "1000"]).lines().map(Into::into).collect();
    assert_eq!(all.len(), 300);
    let mut pages: Vec<String> = Vec::new();
    while pages.len() < 300 {
        let mut args = vec!["list", "--ids", "--limit", "100"];
        if let Some(last) = pages.last() {
            args.extend(["--after", last]);
        }
        pages.extend(desk.ok(&args).lines().map(String::from).collect::<Vec<_>>());
    }
    assert_eq!(pages, all);
    let money: Vec<f64> = desk
        .ok(&["list", "--sort", "-mrr", "--columns", "mrr", "--json", "--limit", "300"])
        .lines()
        .map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap()["mrr"].as_f64().unwrap())
        .collect();
    assert!(money.is_sorted_by(|a, b| a >= b) && money[0] > 0.0);
    let tsv = desk.ok(&["list", "customers", "city:pune", "-status:terminated", "--columns", "account,city,status"]);
    assert!(tsv.starts_with("account\tcity\tstatus\n"));
    assert!(tsv.lines().skip(1).all(|l| l.contains("\tPune\t") && !l.contains("terminated")), "{tsv}");
    let at_risk: usize = desk.ok(&["count", "customers", "@at-risk"]).trim().parse().unwrap();
    assert_eq!(desk.ok(&["list", "@at-risk", "--ids", "--limit", "300"]).lines().count(), at_risk);
    assert!(desk.ok(&["list", "plans", "speed>=200", "--columns", "name,speed"]).contains("Fiber 200"));
    assert_eq!(desk.ok(&["export", "--ids"]).lines().count(), 300);
    assert_eq!(
        desk.ok(&["explain", "customers", "city:pune", "nps<5"]),
        "customers whose city begins with pune and NPS answer is at most 4, by name, lowest first\n"
    );
    let first: serde_json::Value =
        serde_json::from_str(desk.ok(&["export", "--json"]).lines().next().unwrap()).unwrap();
    let fields = desk
        .ok(&["fields"])
        .lines()
        .skip(1)
        .map(|l| l.split([',', ' ']).next().unwrap().to_string())
        .collect::<Vec<_>>();
    assert_eq!(first.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), fields);
}

#[test]
fn mistakes_are_told_in_words_with_their_code() {
    let desk = Desk::seeded(60);
    for (args, code, told) in [
        (&["list", "ctiy:pune"][..], 2, "ctiy:pune\n^^^^\nthere is no field `ctiy`; did you mean `city`?"),
        (&["list", "city:pune", "risk>>3"], 2, "risk>>3"),
        (&["list", "@nope"], 2, "there is no view `@nope`; there are @all"),
        (&["list", "--limt", "3"], 2, "unexpected argument '--limt'"),
        (&["list", "--columns", "nmae"], 2, "there is no field `nmae`; did you mean `name`?"),
        (&["list", "--json", "--csv"], 2, "cannot be used with"),
        (&["list", "--after", "99999"], 3, "there is no row 99999"),
        (&["show", "nobody at all"], 3, "no customer is `nobody at all`"),
        (&["show", "a"], 1, "several customers are `a`; name one by its account number:\n  "),
        (&["log", "77"], 3, "journal entry 77 is not there"),
        (&["undo"], 3, "there is nothing of yours to take back"),
        (&["undo", "1"], 4, "cannot be taken back: it filled the database"),
        (&["--readonly", "note", "1", "hello"], 5, "this session may only look"),
        (&["--readonly", "seed", "--db", "new.db"], 5, "this session may only look"),
        (&["--readonly", "restore", "isp.db", "--yes"], 5, "this session may only look"),
        (&["count", "customers", "--db", "a\nbharatnet: b/x.db"], 3, "there is no database at a bharatnet: b/x.db"),
        (&["seed"], 4, "is there already; it was left as it is"),
        (&["restore", "x.db"], 2, "add --yes"),
        (&["restore", "x.db", "--yes"], 3, "there is no database at x.db"),
        (&["import", "customers", "x.csv"], 3, "there is no file x.csv"),
        (&["import", "customers", "."], 65, ". is a folder, not a file"),
        (&["export", "-o", "isp.db"], 4, "is the database itself"),
        (&["export", "-o", "no/such/folder.csv"], 3, "no/such/folder.csv cannot be written: No such file or directory"),
        (&["--demo", "--db", "x", "list"], 2, "leave --db out"),
        (&["frobnicate"], 2, "unrecognized subcommand 'frobnicate'"),
        (&[], 2, "the screen needs a terminal"),
    ] {
        let ran = desk.run(args);
        assert_eq!(ran.code, code, "{args:?}: {}", ran.err);
        assert!(ran.err.starts_with("bharatnet: ") && ran.err.contains(told), "{args:?}: {}", ran.err);
        assert!(!ran.err.contains("os error") && !ran.err.contains("Some("), "{}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
    let ran = desk.run(&["show", "\u{1b}]0;x\u{7}\u{202e}"]);
    assert!(!ran.err.chars().any(|c| c != '\n' && bharatnet::base::text::is_hostile(c)), "{:?}", ran.err);
    assert!(desk.ok(&["--help"]).contains("Exit codes: 0 done"));
    assert!(desk.ok(&["--version"]).starts_with("bharatnet 0."));
}

#[test]
fn what_is_written_can_be_found_and_taken_back() {
    let desk = Desk::seeded(60);
    let before = desk.ok(&["doctor", "--digest"]);
    let phone = desk.ok(&["list", "--columns", "phone", "--limit", "1"]).lines().nth(1).unwrap().to_string();
    let account = desk.ok(&["list", "--ids", "--limit", "1"]).trim().to_string();
    let spaced = format!("0{} {}", &phone[3..8], &phone[8..]);
    assert!(desk.ok(&["note", &spaced, "Router", "replaced"]).contains("(entry 2)"));
    for who in [&account, &phone, &spaced] {
        assert!(desk.ok(&["show", who]).contains("Router replaced"), "{who}");
    }
    assert!(desk.ok(&["log", "2"]).contains("Router replaced"));
    let json: serde_json::Value =
        serde_json::from_str(&desk.ok(&["show", &account, "--json", "--chart", "c.svg"])).unwrap();
    assert_eq!(
        (json["account"].as_str(), json["timeline"][0]["text"].as_str()),
        (Some(account.as_str()), Some("Router replaced"))
    );
    assert!(std::fs::read_to_string(desk.path("c.svg")).unwrap().contains("Data used"));
    assert_eq!(desk.ok(&["doctor", "--digest"]).len(), 65);
    assert!(desk.ok(&["undo"]).starts_with("Took back: Note on "));
    assert_eq!(desk.ok(&["doctor", "--digest"]), before);
    assert!(desk.ok(&["redo"]).starts_with("Did again: Note on "));
    assert_ne!(desk.ok(&["doctor", "--digest"]), before);
    let sum = desk.ok(&["backup", "copy.db"]);
    assert!(sum.ends_with("  copy.db\n") && sum.len() == 64 + 10);
    assert_eq!(desk.run(&["backup", "copy.db"]).code, 4);
    desk.ok(&["undo", "2"]);
    desk.ok(&["restore", "copy.db", "--yes"]);
    assert!(desk.ok(&["show", &account]).contains("Router replaced"));
    let head = desk.ok(&["log", "head"]);
    assert!(head.starts_with("4 ") && head.len() == 2 + 65, "{head}");
    assert_eq!(desk.ok(&["log", "verify"]), "the log is whole: 4 entries\n");
    assert!(desk.ok(&["doctor"]).ends_with("The database is sound.\n"));
}

#[test]
fn the_demo_company_has_a_file_of_its_own() {
    let desk = Desk::new();
    let args = ["--demo", "--customers", "120", "--seed", "9", "count", "customers"];
    assert_eq!(desk.ok(&args), "120\n");
    let path = desk.path("data/bharatnet/demo-120-9.db");
    let made = std::fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(desk.ok(&args), "120\n");
    assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), made);
    assert!(!desk.db().exists());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::seeded(3_000);
    for args in
        [&["export", "--csv"][..], &["export", "--json"], &["list", "--limit", "3000"], &["fields"], &["--help"]]
    {
        let mut child = desk.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = ran(child.wait_with_output().unwrap());
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
    }
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let ran = ran(desk.command(&["export"]).stdout(full).output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (1, "bharatnet: the output cannot be written: No space left on device\n"));
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let desk = Desk::seeded(60);
    assert!(!desk.ok(&["views"]).contains('\u{1b}'));
    assert!(desk.ok(&["views", "--color", "always"]).contains("\u{1b}[1m"));
    assert!(!desk.ok(&["views", "--color", "never"]).contains('\u{1b}'));
}
