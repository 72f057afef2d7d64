//! What a session costs on the wire, on the processor and in the store, beside ratatui's own backend on the same frames
//! and beside plain SQL on the same rows.
//!
//! ```text
//! cargo run --release --example bench_session                  # bytes, frames, lists, bulk changes: goals and ratios
//! cargo run --release --example bench_session -- --peers       # the same keys in fzf, vim and less, where installed
//! cargo build --release
//! cargo run --release --example bench_session -- --throttle    # the program itself over 20 kbit/s and 600 ms
//! ```
//!
//! `--customers N` says how large the made-up company is (20,000). `--lists FILE` measures start, lists and counts of a
//! database that is there, which is only read; `--writes FILE` what changes cost on one, which is changed.

mod desk;
mod line;
mod peers;
mod store;
mod writes;

use std::time::Instant;

use desk::{Cost, Desk};

/// The screen of all figures, as large as the anchors were measured on.
pub const SIZE: (u16, u16) = (200, 50);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| args.iter().any(|a| a == name);
    let after = |name: &str| args.iter().position(|a| a == name).and_then(|i| args.get(i + 1)?.parse().ok());
    let customers = after("--customers").unwrap_or(20_000);
    if has("--throttle") {
        return line::run(customers);
    }
    if let Some(file) = args.iter().position(|a| a == "--lists").and_then(|i| args.get(i + 1)) {
        return store::read_only(std::path::Path::new(file));
    }
    if let Some(file) = args.iter().position(|a| a == "--writes").and_then(|i| args.get(i + 1)) {
        return store::only_writes(std::path::Path::new(file));
    }
    let mut desk = Desk::new(customers)?;
    bytes(&mut desk);
    frames(&mut desk);
    store::run(customers)?;
    if has("--peers") {
        peers::run()?;
    }
    Ok(())
}

/// The middle one.
fn median<T: Ord + Copy>(mut of: Vec<T>) -> T {
    of.sort_unstable();
    of[of.len() / 2]
}

/// A key pressed some times; the middle of what it cost.
fn press(desk: &mut Desk, key: &str, times: usize) -> Cost {
    let costs: Vec<Cost> = (0..times).map(|_| desk.press(key)).collect();
    let of = |part: fn(&Cost) -> usize| median(costs.iter().map(part).collect());
    Cost { ours: of(|c| c.ours), rest: of(|c| c.rest), ratatui: of(|c| c.ratatui) }
}

fn bytes(desk: &mut Desk) {
    println!("bytes a key at 200x50, medians (\"later\": what follows when the cursor has rested)\n");
    println!("| what | ours | later | ratatui, same frames | ratio | goal | best peer |");
    println!("|---|---|---|---|---|---|---|");
    let row = |what: &str, c: Cost, goal: &str, peer: &str| {
        let ratio = c.ratatui as f64 / (c.ours + c.rest).max(1) as f64;
        println!("| {what} | {} | {} | {} | {ratio:.1} | {goal} | {peer} |", c.ours, c.rest, c.ratatui);
    };
    desk.thin(true);
    row("first paint", desk.first_paint(), "", "less 3,352-7,011, vim 3,673");
    row("nothing changed", desk.again(), "0", "ratatui 25");
    desk.press("g g");
    row("cursor down in page, thin line", press(desk, "j", 31), "<= 60", "vim 60");
    desk.press("g g");
    desk.press("pgdn");
    row("scroll one row, thin line", press(desk, "j", 31), "<= 220", "less 72-149");
    row("page down, all rows new, thin line", press(desk, "pgdn", 15), "<= 7,200", "less 7,088");
    desk.thin(false);
    desk.panel(false);
    desk.press("g g");
    row("cursor down in page, name in bold", press(desk, "j", 31), "<= 60", "vim 60");
    desk.press("g g");
    desk.press("pgdn");
    row("scroll one row, name in bold", press(desk, "j", 31), "<= 220", "less 72-149");
    row("page down, all rows new", press(desk, "pgdn", 15), "<= 7,200", "less 7,088");
    desk.press("g g");
    desk.press("/");
    row("type a letter, all rows new", press(desk, "k", 1), "", "fzf 6,242-8,803");
    desk.press("esc");
    desk.press("esc");
    desk.press("esc");
    desk.panel(true);
    row("cursor down beside the panel", press(desk, "j", 31), "", "");
    desk.press("g g");
    desk.press("pgdn");
    row("scroll one row beside the panel", press(desk, "j", 31), "", "");
    row("page down beside the panel", press(desk, "pgdn", 15), "", "");
    desk.panel(false);
}

fn frames(desk: &mut Desk) {
    println!("\nprocessor time of a frame at 200x50: draw, compare, encode; medians, microseconds\n");
    println!("| what | ours | of it drawing | ratatui, same frames | ratio | goal |");
    println!("|---|---|---|---|---|---|");
    desk.press("g g");
    for (what, keys, goal, panel) in [
        ("cursor move", ["j", "k"], 120, false),
        ("cursor move beside the panel", ["j", "k"], 120, true),
        ("page, all rows new", ["pgdn", "pgup"], 300, false),
        ("nothing changed", ["", ""], 120, false),
    ] {
        desk.panel(panel);
        let (mut ours, mut drawing, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..600 {
            if !keys[0].is_empty() {
                desk.update(keys[n % 2]);
            }
            let watch = Instant::now();
            desk.paint();
            drawing.push(watch.elapsed().as_nanos());
            let watch = Instant::now();
            desk.draw_ours();
            ours.push(watch.elapsed().as_nanos());
            let watch = Instant::now();
            desk.draw_ratatui();
            theirs.push(watch.elapsed().as_nanos());
        }
        let us = |of: Vec<u128>| median(of) as f64 / 1e3;
        let (ours, drawing, theirs) = (us(ours), us(drawing), us(theirs));
        println!("| {what} | {ours:.0} | {drawing:.0} | {theirs:.0} | {:.1} | <= {goal} |", theirs / ours);
    }
}
