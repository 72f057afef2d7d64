//! Users, login and roles as a script sees them.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use super::{Desk, Ran, ran};
use bharatnet::base::{Clock as _, SystemClock};

const PASSWORD: &str = "planted phrase 4711";

impl Desk {
    /// A run that is told lines on its input.
    fn told(&self, args: &[&str], lines: &[&str]) -> Ran {
        let mut child =
            self.command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let text: String = lines.iter().map(|l| format!("{l}\n")).collect();
        // Who has heard enough does not listen to the end.
        let _ = child.stdin.take().unwrap().write_all(text.as_bytes());
        ran(child.wait_with_output().unwrap())
    }

    /// A company with an admin.
    fn staffed() -> Desk {
        let desk = Desk::seeded(30);
        let added = desk.told(&["user", "add", "asha", "--role", "admin"], &[PASSWORD]);
        assert!(added.out.contains("Added asha"), "{added:?}");
        assert!(added.err.contains("everybody logs in"));
        desk
    }

    fn login(&self, login: &str, password: &str) -> Ran {
        self.told(&["login", login], &[password])
    }

    fn token(&self) -> std::path::PathBuf {
        let folder = self.path(".local/state/bharatnet/sessions");
        std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
    }
}

#[test]
fn nobody_gets_at_the_data_without_logging_in() {
    let desk = Desk::staffed();
    for args in [&["count"][..], &["list"], &["undo"], &["log"], &["backup", "x.db"], &["user", "list"], &["whoami"]] {
        let Ran { code, out, err } = desk.run(args);
        assert_eq!((code, out.as_str()), (5, ""), "{args:?}: {err}");
        assert!(err.contains("log in with `bharatnet login`"), "{err}");
    }
    assert_eq!(desk.login("asha", "not this one").code, 5);
    assert_eq!(desk.login("asha", "not this one").err, desk.login("nobody", "not this one").err);
    assert_eq!(desk.run(&["login", "asha"]).code, 5, "no input is no password");
    let endless = "x".repeat(1 << 20);
    assert_eq!(desk.login("asha", &endless).code, 65);
    assert_eq!(desk.login("asha", "half a line\u{3}").code, 130);
    let entered = desk.login("asha", PASSWORD);
    assert!(entered.out.starts_with("Logged in as asha (Admin) until"), "{entered:?}");
    assert_eq!(desk.ok(&["whoami"]), "asha (Admin)\n");
    assert_eq!(desk.ok(&["count"]), "30\n");
    let token = desk.token();
    assert_eq!(std::fs::metadata(&token).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&token).unwrap();
    // One character turned, another header, nothing at all.
    let turned = kept.replacen('.', ".x", 1);
    let none = format!("eyJhbGciOiJub25lIn0.{}.", kept.split('.').nth(1).unwrap());
    for forged in [turned.as_str(), none.as_str(), ""] {
        std::fs::write(&token, forged).unwrap();
        assert_eq!(desk.run(&["count"]).code, 5, "{forged}");
    }
    std::fs::write(&token, &kept).unwrap();
    assert_eq!(desk.run(&["count"]).code, 0);
    desk.ok(&["logout"]);
    std::fs::create_dir_all(token.parent().unwrap()).unwrap();
    std::fs::write(&token, &kept).unwrap();
    assert_eq!(desk.run(&["count"]).code, 5, "the session is over, whatever the token says");
    for name in ["isp.db", "isp.db-wal"] {
        let bytes = std::fs::read(desk.path(name)).unwrap_or_default();
        assert!(!bytes.windows(PASSWORD.len()).any(|w| w == PASSWORD.as_bytes()), "the password is in {name}");
    }
}

#[test]
fn an_invitation_is_taken_up_and_a_role_keeps_to_its_work() {
    let desk = Desk::staffed();
    desk.login("asha", PASSWORD);
    let invited = desk.ok(&["user", "add", "ravi", "--name", "Ravi Rao", "--role", "manager", "--invite"]);
    let code = invited.split("48 hours: ").nth(1).and_then(|t| t.lines().next()).unwrap().to_string();
    assert!(desk.ok(&["user", "list"]).contains("Invited"));
    let set = desk.told(&["user", "passwd", "ravi", "--code"], &[&code, "a phrase of his own"]);
    assert_eq!(set.code, 0, "{}", set.err);
    assert_eq!(desk.login("ravi", "a phrase of his own").code, 0);
    assert_eq!(desk.ok(&["whoami"]), "ravi (Manager)\n");
    let denied = desk.run(&["import", "customers", super::telco().to_str().unwrap(), "--preset", "telco"]);
    assert_eq!(denied.code, 5, "{}", denied.err);
    assert!(denied.err.contains("the role Manager may not import"), "{}", denied.err);
    assert_eq!(desk.run(&["backup", "x.db"]).code, 5);
    let other = desk.told(&["user", "passwd", "asha"], &["now it is mine"]);
    assert_eq!(other.code, 5, "{}", other.err);
    desk.login("asha", PASSWORD);
    assert!(desk.ok(&["log"]).contains("Password of ravi changed with a one-time code"));
    desk.ok(&["user", "disable", "ravi"]);
    assert_eq!(desk.login("ravi", "a phrase of his own").code, 5);
}

#[test]
fn eight_programs_with_one_code_are_one_success() {
    let desk = Desk::staffed();
    desk.login("asha", PASSWORD);
    let mut on = desk.command(&["user", "totp"]);
    let mut child = on.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut shown = String::new();
    {
        use std::io::BufRead as _;
        let mut lines = std::io::BufReader::new(child.stdout.as_mut().unwrap());
        while !shown.contains("type in: ") {
            assert!(lines.read_line(&mut shown).unwrap() > 0, "{shown}");
        }
    }
    let secret = shown.split("type in: ").nth(1).unwrap().trim().to_string();
    let code = |ms: i64| bharatnet::engine::code_at(&secret, SystemClock.now().plus_ms(ms)).unwrap();
    // The code before proves the phone, so that the one of now is still fresh.
    writeln!(child.stdin.take().unwrap(), "{}", code(-30_000)).unwrap();
    let done = ran(child.wait_with_output().unwrap());
    assert_eq!(done.code, 0, "{}", done.err);
    let now = code(0);
    let all: Vec<_> = (0..8)
        .map(|_| {
            let mut one = desk.command(&["login", "asha", "--code", &now]);
            let mut child = one.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            writeln!(child.stdin.take().unwrap(), "{PASSWORD}").unwrap();
            child
        })
        .collect();
    let ended: Vec<Ran> = all.into_iter().map(|c| ran(c.wait_with_output().unwrap())).collect();
    let entered = ended.iter().filter(|r| r.code == 0).count();
    assert_eq!(entered, 1, "{ended:?}");
    assert!(ended.iter().all(|r| matches!(r.code, 0 | 5)), "{ended:?}");
}

#[test]
fn a_role_is_chosen_in_the_demo_company_and_nowhere_else() {
    let desk = Desk::new();
    let demo = ["--demo", "--customers", "50"];
    assert_eq!(desk.ok(&[&demo[..], &["--as", "support", "whoami"]].concat()), "support (Support)\n");
    assert_eq!(desk.run(&[&demo[..], &["--as", "manager", "note", "1", "x"]].concat()).code, 0);
    assert_eq!(desk.run(&[&demo[..], &["--as", "support", "backup", "x.db"]].concat()).code, 5);
    assert_eq!(desk.run(&["--as", "admin", "whoami"]).code, 2);
    let staffed = Desk::staffed();
    assert_eq!(staffed.run(&["--as", "admin", "count"]).code, 2);
    assert_eq!(staffed.login("support", "support").code, 5);
}
