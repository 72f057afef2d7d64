//! Draws the first screen of a demo company as an SVG picture: how the README's screenshot is made.
//!
//! `cargo run --release --example screenshot assets/screenshot.svg`

#[expect(dead_code, reason = "the tests use all of it, the picture a part")]
#[path = "../tests/it/driver.rs"]
mod driver;

use std::fmt::Write as _;
use std::sync::Arc;

use bharatnet::base::{ManualClock, calendar};
use bharatnet::demo::Settings;
use bharatnet::domain::Principal;
use bharatnet::engine::Engine;
use bharatnet::exchange::build_demo;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// Cell size in the picture.
const CELL: (f32, f32) = (8.4, 18.0);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = std::env::args().nth(1).unwrap_or_else(|| "screenshot.svg".into());
    let folder = std::env::temp_dir().join(format!("bharatnet-screenshot-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("demo.db");
    let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 22).ok_or("a day")?;
    let clock = Arc::new(ManualClock::at(calendar::start_of(today).plus_ms(10 * 3_600_000)));
    build_demo(&path, Settings { customers: 5_000, seed: 1, today }, &*clock, &mut |_, _| true)?;
    let engine = Arc::new(Engine::open(&path, false, clock.clone())?);
    let mut d = driver::Driver::new(engine, Principal::owner(), clock, (132, 36));
    d.keys("V").text("at risk").keys("enter /").text("city:pune,mumbai ").keys("enter j j space space j");
    d.shows("marked");
    std::fs::write(&out, svg(d.terminal.backend().buffer()))?;
    std::fs::remove_dir_all(&folder)?;
    println!("{out}");
    Ok(())
}

fn svg(buffer: &Buffer) -> String {
    let (w, h) = (f32::from(buffer.area.width) * CELL.0 + 24.0, f32::from(buffer.area.height) * CELL.1 + 24.0);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#18181b\"/>\n\
         <g font-family=\"'DejaVu Sans Mono','JetBrains Mono',Menlo,Consolas,monospace\" font-size=\"14\" xml:space=\"preserve\">\n"
    );
    for y in 0..buffer.area.height {
        let mut x = 0;
        while x < buffer.area.width {
            let cell = &buffer[(x, y)];
            // Neighbours of one style go into one piece of text.
            let mut text = String::new();
            let start = x;
            while x < buffer.area.width && buffer[(x, y)].style() == cell.style() && !text.ends_with("  ") {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            let text = text.trim_end();
            if text.is_empty() {
                continue;
            }
            let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let length = f32::from(u16::try_from(bharatnet::base::text::width(text)).unwrap_or(0)) * CELL.0;
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{}\" textLength=\"{length:.1}\"{bold}>{}</text>",
                12.0 + f32::from(start) * CELL.0,
                26.0 + f32::from(y) * CELL.1,
                colour(cell.fg),
                text.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}")
            );
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn colour(c: Color) -> &'static str {
    match c {
        Color::DarkGray => "#8a8a8a",
        Color::Cyan => "#11a8cd",
        Color::Green => "#0dbc79",
        Color::Yellow => "#d7ba4a",
        Color::Red => "#f14c4c",
        Color::Magenta => "#d670d6",
        _ => "#d4d4d4",
    }
}
