//! The ways to leave: the terminal is as it was found, within a second, with a code that says why.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bharatnet::base::SystemClock;
use bharatnet::domain::Principal;
use bharatnet::engine::Engine;

use super::{Seat, Setup, desk, marked, rounds, ticks};

/// Leaves in one way, as often as is asked for.
#[track_caller]
fn leaves(how: &str, code: u32, setup: &Setup<'_>, leave: impl Fn(&mut Seat)) {
    for _ in 0..rounds() {
        let mut seat = Seat::with(&desk(), setup);
        leave(&mut seat);
        let (had, took) = seat.ended();
        println!("left by {how}: {took:?}, code {had}");
        assert_eq!(had, code, "{how}:\n{}", seat.text());
        seat.is_given_back();
    }
}

#[test]
fn by_key() {
    leaves("q", 0, &Setup::default(), |s| s.send("q"));
    leaves("Q", 0, &Setup::default(), |s| s.send("Q"));
    leaves(":q", 0, &Setup::default(), |s| {
        s.press(":", "Do or find");
        s.send("q");
        s.wait_for("quit");
        s.send("\r");
    });
    leaves("Ctrl-c and q", 0, &Setup::default(), |s| {
        s.press_for_a_word("\x03", "q leaves");
        s.send("q");
    });
}

#[test]
fn by_signal() {
    for (name, signal) in
        [("SIGTERM", libc::SIGTERM), ("SIGHUP", libc::SIGHUP), ("SIGINT", libc::SIGINT), ("SIGQUIT", libc::SIGQUIT)]
    {
        leaves(name, 128 + u32::try_from(signal).unwrap(), &Setup::default(), |s| s.signal(signal));
    }
}

#[test]
fn a_closed_pipe_is_no_reason() {
    leaves("SIGPIPE and q", 0, &Setup::default(), |s| {
        s.signal(libc::SIGPIPE);
        s.press("s", "Sort by");
        s.press_away("\x1b", "Sort by");
        s.send("q");
    });
}

#[test]
#[cfg(debug_assertions)]
fn by_a_panic_of_the_screen() {
    let setup = Setup { env: &[("BHARATNET_PANIC", "ui")], ..Setup::default() };
    for _ in 0..rounds() {
        let desk = desk();
        let mut seat = Seat::with(&desk, &setup);
        seat.send("gl");
        let (code, took) = seat.ended();
        println!("left by a panic: {took:?}, code {code}");
        assert_eq!(code, 101);
        seat.is_given_back();
        assert!(seat.text().contains("bharatnet: the program made an error and stopped."), "{}", seat.text());
        let report = std::fs::read_to_string(desk.path("state/bharatnet/last-error.txt")).unwrap();
        assert!(report.contains("rehearsed"), "{report}");
    }
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_of_a_worker_is_told_and_survived() {
    let setup = Setup { env: &[("BHARATNET_PANIC", "worker")], ..Setup::default() };
    leaves("q after a panic of a worker", 0, &setup, |s| {
        for _ in 0..3 {
            s.press_for_a_word("gl", "the program made an error here");
            s.press("s", "Sort by");
            s.press_away("\x1b", "Sort by");
        }
        s.send("q");
    });
}

#[test]
fn by_a_line_that_is_hung_up() {
    for _ in 0..rounds() {
        let mut seat = Seat::at(&desk());
        seat.close();
        let (code, took) = seat.ended();
        println!("left by a closed line: {took:?}, code {code}");
        assert_eq!(code, 129);
    }
}

/// A row that was open in a form is nobody's at once, not when a minute is over; and the file is free.
#[test]
fn with_a_row_open() {
    for how in ["a closed line", "SIGHUP", "SIGTERM"] {
        let desk = desk();
        let mut seat = Seat::at(&desk);
        seat.press("e", "Edit ");
        let engine = Engine::open(&desk.db(), false, Arc::new(SystemClock)).unwrap();
        let open = || engine.others_editing(&Principal::owner()).unwrap().len();
        let begun = Instant::now();
        while open() == 0 {
            assert!(begun.elapsed() < super::PATIENCE, "nobody hears of the form");
            std::thread::sleep(Duration::from_millis(10));
        }
        seat.press("Zed", "Zed");
        match how {
            "SIGHUP" => seat.signal(libc::SIGHUP),
            "SIGTERM" => seat.signal(libc::SIGTERM),
            _ => seat.close(),
        }
        let (code, took) = seat.ended();
        println!("left by {how} with a form open: {took:?}, code {code}");
        assert_eq!(open(), 0, "after {how}");
        desk.ok(&["note", "1", "the file is free"]);
    }
}

/// No signal comes: whoever started it has it ignored, and the program is not the first of its session.
#[test]
fn by_a_line_that_is_hung_up_in_silence() {
    // Without job control the shell leaves the program in its own group.
    let setup = Setup { script: Some("set +m; trap '' HUP; \"$@\"; :"), ..Setup::default() };
    for _ in 0..rounds() {
        let mut seat = Seat::with(&desk(), &setup);
        let program = seat.program();
        let before = ticks(program).unwrap();
        let mut last = before;
        seat.close();
        let begun = Instant::now();
        while let Some(now) = ticks(program) {
            last = now;
            assert!(begun.elapsed() < super::within(1), "still there, {} ticks later", last - before);
            std::thread::sleep(Duration::from_millis(1));
        }
        println!("left by silence: {:?}, {} ticks", begun.elapsed(), last - before);
        assert!(last - before < 10, "it span for {} ticks", last - before);
    }
}

/// The output goes to another terminal, and that one is closed: what it reads from is given back.
#[test]
fn by_an_output_that_is_closed() {
    for _ in 0..rounds() {
        let desk = desk();
        let other = portable_pty::native_pty_system().openpty(super::size(80, 24)).unwrap();
        let script = format!("set +m; exec \"$@\" >{}", other.master.tty_name().unwrap().display());
        let mut seat = Seat::start(&desk, &Setup { script: Some(&script), ..Setup::default() });
        let begun = Instant::now();
        while super::modes(seat.fd()) == seat.modes {
            assert!(begun.elapsed() < super::PATIENCE, "it never took the terminal");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(other);
        let (code, took) = seat.ended();
        println!("left by a closed output: {took:?}, code {code}");
        assert_eq!(code, 129);
        assert_eq!(super::modes(seat.fd()), seat.modes);
    }
}

/// A terminal that takes nothing more: the write never returns, and the program is asked to end.
#[test]
fn by_signal_while_the_terminal_takes_nothing() {
    for _ in 0..rounds() {
        let mut seat = Seat::with(&desk(), &Setup { width: 200, height: 50, ..Setup::default() });
        for n in 0..60 {
            seat.master.as_ref().unwrap().resize(super::size(150 + n, 40)).unwrap();
            std::thread::sleep(Duration::from_millis(10));
        }
        seat.signal(libc::SIGTERM);
        let begun = Instant::now();
        while ticks(seat.pid()).is_some() {
            assert!(begun.elapsed() < super::within(1), "it does not leave");
            std::thread::sleep(Duration::from_millis(2));
        }
        println!("left a terminal that takes nothing: {:?}", begun.elapsed());
        assert_eq!(super::modes(seat.fd()), seat.modes);
        assert_eq!(seat.child.wait().unwrap().exit_code(), 143);
    }
}

/// To the shell and back, by key and by signal.
#[test]
fn for_a_while() {
    let script = "\"$@\"; echo stopped $?; read x; fg >/dev/null; echo ended $?";
    for by_key in [true, false] {
        for _ in 0..rounds() {
            let mut seat = Seat::with(&desk(), &Setup { script: Some(script), ..Setup::default() });
            let program = seat.program();
            seat.send("j");
            seat.wait_until("the second row", |s| marked(s) == 4);
            if by_key {
                seat.send("\x1a");
            } else {
                // SAFETY: a signal to a process of ours that is alive.
                unsafe { libc::kill(program, libc::SIGTSTP) };
            }
            seat.wait_for("stopped 148");
            seat.is_given_back();
            assert!(!seat.text().contains("palette"));
            seat.send("\r");
            seat.wait_until("the second row again", |s| marked(s) == 4 && s.contains("palette"));
            assert!(seat.screen.screen().alternate_screen() && seat.screen.screen().bracketed_paste());
            assert_ne!(super::modes(seat.fd()), seat.modes);
            seat.send("j");
            seat.wait_until("the third row", |s| marked(s) == 5);
            seat.send("q");
            seat.wait_for("ended 0");
            seat.ended();
            seat.is_given_back();
        }
    }
}
