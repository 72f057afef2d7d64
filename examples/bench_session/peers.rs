//! Other programs in a terminal of the same size: bytes a key.

use std::io::Read as _;
use std::io::Write as _;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::SIZE;

/// Runs the peers that are installed and prints their rows.
pub fn run() -> Result<(), Box<dyn std::error::Error>> {
    println!("\nother programs, 10,000 lines of 190 columns, bytes a key (median of 15)\n");
    println!("| program | cursor down | scroll one row | page down |\n|---|---|---|---|");
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("rows.txt");
    let rows: String = (0..10_000_u64)
        .map(|n| format!("{:<24}{:<190.190}\n", format!("Customer {n}"), format!("{} ", n * 7_919).repeat(30)))
        .collect();
    std::fs::write(&file, rows)?;
    let path = file.display();
    let peers = [
        ("less -S", format!("less -S {path}"), None, "j", " "),
        ("vim", format!("vim -u NONE -n -c 'set nowrap' {path}"), Some("j"), "\x05", "\x06"),
        ("fzf", format!("fzf < {path}"), Some("\x1b[A"), "", ""),
    ];
    for (name, command, down, scroll, page) in peers {
        let program = name.split(' ').next().unwrap_or(name);
        let there =
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|p| p.join(program).exists());
        if !there {
            println!("| {name} | not installed | | |");
            continue;
        }
        let mut cells = Vec::new();
        for key in [down.unwrap_or(""), scroll, page] {
            cells.push(if key.is_empty() { "-".into() } else { measure(&command, key)?.to_string() });
        }
        println!("| {name} | {} |", cells.join(" | "));
    }
    Ok(())
}

/// Bytes that came until nothing came for a while.
fn settle(from: &Receiver<usize>) -> usize {
    std::iter::from_fn(|| from.recv_timeout(Duration::from_millis(120)).ok()).sum()
}

fn measure(command: &str, key: &str) -> Result<usize, Box<dyn std::error::Error>> {
    let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size)?;
    let mut shell = CommandBuilder::new("/bin/sh");
    shell.args(["-c", command]);
    shell.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(shell)?;
    drop(pair.slave);
    let (mut reader, mut writer) = (pair.master.try_clone_reader()?, pair.master.take_writer()?);
    let (sender, bytes) = channel();
    std::thread::spawn(move || {
        let mut held = [0; 65_536];
        while let Ok(n) = reader.read(&mut held) {
            if n == 0 || sender.send(n).is_err() {
                return;
            }
        }
    });
    std::thread::sleep(Duration::from_millis(400));
    settle(&bytes);
    let costs = (0..15).map(|_| writer.write_all(key.as_bytes()).map(|()| settle(&bytes))).collect::<Result<_, _>>()?;
    child.kill()?;
    child.wait()?;
    Ok(crate::median(costs))
}
