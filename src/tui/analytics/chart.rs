//! A [`ChartSpec`] in a terminal: lines of Braille dots, bars of eighths, cells of shades. Nothing is told by colour
//! alone: parts of bars differ by their filling, cells by their shade, what is under the cursor by a mark.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::base::text::{fit, truncate, width};
use crate::insight::chart::{ChartSpec, Shape};
use crate::insight::plot::shades;

use super::super::paint::{put, put_right};
use super::super::theme::Theme;

/// Where a value was drawn: its series and its label.
pub type Hit = (Rect, usize, usize);

/// What is drawn, and how.
pub struct Drawing<'a> {
    pub spec: &'a ChartSpec,
    /// A value in words.
    pub show: &'a dyn Fn(f64) -> String,
    /// Series and label under the cursor.
    pub at: Option<(usize, usize)>,
    pub theme: &'a Theme,
}

/// Lines a chart wants below its head.
pub fn height(spec: &ChartSpec) -> u16 {
    let many = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    match spec.shape {
        Shape::Ranked => many(spec.labels.len().max(1)),
        Shape::Grid => many(spec.series.len() + 1),
        Shape::Stacked => 9,
        Shape::Line | Shape::Bars => 7,
    }
}

/// Fillings of the parts of a bar.
const FILL: [&str; 4] = ["█", "▒", "▒", "▓"];
const UP: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
const ALONG: [&str; 9] = [" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"];
const SHADES: [&str; 5] = ["·", "░", "▒", "▓", "█"];

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a screen")]
fn steps(v: f64, most: usize) -> usize {
    if v.is_finite() { v.round().clamp(0.0, most as f64) as usize } else { 0 }
}

fn cells(n: usize) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

impl Drawing<'_> {
    pub fn draw(&self, area: Rect, buf: &mut Buffer) -> Vec<Hit> {
        if area.width < 8 || area.height == 0 || self.spec.labels.is_empty() {
            return Vec::new();
        }
        match self.spec.shape {
            Shape::Ranked => self.ranked(area, buf),
            Shape::Grid => self.grid(area, buf),
            Shape::Line | Shape::Bars | Shape::Stacked => self.upright(area, buf),
        }
    }

    fn colour(&self, series: usize) -> Style {
        let t = self.theme;
        match (self.spec.shape, self.spec.series.len()) {
            // What comes is good, what goes is not.
            (Shape::Stacked, 2) => [t.good, t.bad][series % 2],
            (Shape::Stacked, _) => [t.good, t.accent, t.warn, t.bad][series % 4],
            (Shape::Line, _) => [t.accent, t.good, t.dim, t.dim][series % 4],
            _ => t.accent,
        }
    }

    fn fill(&self, series: usize) -> &'static str {
        if self.spec.series.len() == 2 { ["█", "▓"][series % 2] } else { FILL[series % 4] }
    }

    fn is_at(&self, series: usize, label: usize) -> bool {
        self.at == Some((series, label))
    }

    fn ranked(&self, area: Rect, buf: &mut Buffer) -> Vec<Hit> {
        let t = self.theme;
        let Some(series) = self.spec.series.first() else { return Vec::new() };
        let wide = usize::from(area.width);
        let longest = self.spec.labels.iter().map(|l| width(l)).max().unwrap_or(0);
        let values: Vec<String> = series.values.iter().map(|v| (self.show)(*v)).collect();
        let room = values.iter().map(|v| width(v)).max().unwrap_or(0);
        let label = longest.min(wide.saturating_sub(room + 3) / 2).min(26);
        let bar = wide.saturating_sub(label + room + 4);
        let (_, high) = self.spec.span();
        let mut hits = Vec::new();
        for (i, (y, v)) in (area.y..area.bottom()).zip(&series.values).enumerate() {
            let here = self.is_at(0, i);
            if here {
                put(buf, area.x, y, 1, "▌", t.marker);
            }
            let style = if here { t.selected } else { t.text };
            put(buf, area.x + 1, y, label, &fit(&self.spec.labels[i], label), style);
            let eighths = steps(v.max(0.0) / high.max(1e-9) * (bar * 8) as f64, bar * 8);
            let x = area.x + cells(label) + 2;
            let full = "█".repeat(eighths / 8);
            let used = put(buf, x, y, bar, &full, t.accent);
            // The least there is still shows.
            let rest = if eighths == 0 && *v > 0.0 { 1 } else { eighths % 8 };
            if rest > 0 && usize::from(used) < bar {
                put(buf, x + used, y, 1, ALONG[rest], t.accent);
            }
            put_right(buf, x, area.right(), y, &values[i], style);
            hits.push((Rect { x: area.x, y, width: area.width, height: 1 }, 0, i));
        }
        hits
    }

    fn grid(&self, area: Rect, buf: &mut Buffer) -> Vec<Hit> {
        let t = self.theme;
        let columns = self.spec.labels.len();
        let longest = self.spec.series.iter().map(|s| width(&s.name)).max().unwrap_or(0);
        let wide = usize::from(area.width);
        // Where it is narrow the rows lose what follows their name.
        let name = if wide < 60 { longest.min(6) } else { longest };
        let cell = ((wide.saturating_sub(name + 2)) / columns.max(1)).clamp(1, 7);
        let left = area.x + cells(name) + 2;
        let every = if cell >= 3 { 1 } else { 4usize.div_ceil(cell) };
        for (c, label) in self.spec.labels.iter().enumerate().step_by(every) {
            put(buf, left + cells(c * cell), area.y, cell * every, label, t.dim);
        }
        let (low, high) = shades(self.spec);
        let mut hits = Vec::new();
        for (r, (y, series)) in (area.y + 1..area.bottom()).zip(&self.spec.series).enumerate() {
            let row = self.at.is_some_and(|(s, _)| s == r);
            if row {
                put(buf, area.x, y, 1, "▌", t.marker);
            }
            put(buf, area.x + 1, y, name, &fit(&series.name, name), if row { t.selected } else { t.dim });
            for (c, v) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
                let x = left + cells(c * cell);
                if x + cells(cell) > area.right() {
                    break;
                }
                let share = ((v - low) / (high - low).max(1e-9)).clamp(0.0, 1.0);
                let level = if *v == 0.0 { 0 } else { 1 + steps(share * 3.0, 3) };
                let shade = SHADES[level];
                let style = if level == 0 { t.dim } else { t.accent };
                let text = match cell {
                    0..=2 => shade.repeat(cell),
                    3 => format!("{:>2} ", steps(*v, 99)),
                    n if *v == 0.0 => fit(shade, n),
                    n => fit(&format!("{shade}{:>width$}", steps(*v, 999), width = (n - 2).min(3)), n),
                };
                let here = self.is_at(r, c);
                let style = if here { style.add_modifier(Modifier::REVERSED) } else { style };
                let text = if cell == 3 && !here { fit(&format!("{shade}{shade}"), 3) } else { text };
                put(buf, x, y, cell, &text, style);
                hits.push((Rect { x, y, width: cells(cell), height: 1 }, r, c));
            }
        }
        hits
    }

    /// Lines and standing bars over labels, with the least and the greatest value at the left.
    fn upright(&self, area: Rect, buf: &mut Buffer) -> Vec<Hit> {
        let t = self.theme;
        let (low, high) = self.spec.span();
        let (top, bottom) = ((self.show)(high), (self.show)(low));
        let axis = if area.width < 36 { 0 } else { width(&top).max(width(&bottom)).min(9) };
        let legend = u16::from(self.spec.series.len() > 1 && area.height > 5);
        let plot = Rect {
            x: area.x + cells(axis) + 2,
            y: area.y + legend,
            width: area.width.saturating_sub(cells(axis) + 2),
            height: area.height.saturating_sub(1 + legend),
        };
        if plot.height == 0 || plot.width < 4 {
            return Vec::new();
        }
        if axis > 0 {
            put_right(buf, area.x, area.x + cells(axis), plot.y, &top, t.dim);
            put_right(buf, area.x, area.x + cells(axis), plot.bottom() - 1, &bottom, t.dim);
            for y in plot.y..plot.bottom() {
                put(buf, plot.x - 1, y, 1, "│", t.border);
            }
        }
        if legend > 0 {
            self.legend(Rect { height: 1, y: area.y, x: plot.x, width: plot.width }, buf);
        }
        let count = self.spec.labels.len();
        let slot = (usize::from(plot.width) / count).max(1);
        let x_of = |i: usize| plot.x + cells(i * slot);
        self.labels(plot, slot, buf);
        match self.spec.shape {
            Shape::Line => self.lines(plot, slot, (low, high), buf),
            Shape::Stacked => self.stacked(plot, slot, (low, high), buf),
            _ => self.bars(plot, slot, (low, high), buf),
        }
        let series = self.at.map_or(0, |(s, _)| s);
        let columns = (0..count).filter(|i| x_of(*i) < plot.right());
        columns.map(|i| (Rect { x: x_of(i), width: cells(slot), height: plot.height + 1, ..plot }, series, i)).collect()
    }

    fn legend(&self, area: Rect, buf: &mut Buffer) {
        let mut x = area.x;
        for (i, series) in self.spec.series.iter().enumerate() {
            let mark = if self.spec.shape == Shape::Line { "━" } else { self.fill(i) };
            let room = |x: u16| usize::from(area.right().saturating_sub(x));
            x += put(buf, x, area.y, room(x), mark, self.colour(i)) + 1;
            let on = self.at.is_some_and(|(s, _)| s == i && self.spec.shape == Shape::Stacked);
            let style = if on { self.theme.selected } else { self.theme.dim };
            x += put(buf, x, area.y, room(x), &series.name, style) + 2;
        }
    }

    fn labels(&self, plot: Rect, slot: usize, buf: &mut Buffer) {
        let y = plot.bottom();
        let longest = self.spec.labels.iter().map(|l| width(l)).max().unwrap_or(0);
        // Long labels give way to their first letters; where that is not enough, every other one does.
        let room = if slot > 3 { slot - 1 } else { 3 };
        let every = (room + 1).div_ceil(slot).max(1);
        let mut free = plot.x;
        let at = self.at.map(|(_, i)| i);
        for (i, label) in self.spec.labels.iter().enumerate() {
            let x = plot.x + cells(i * slot);
            let here = at == Some(i);
            let text = if longest <= room { label.clone() } else { truncate_plain(label, room) };
            // What is under the cursor keeps its place free.
            let blocks = at.is_some_and(|at| i < at && x + cells(width(&text)) >= plot.x + cells(at * slot));
            if (x < free || i % every != 0 || blocks) && !here {
                continue;
            }
            let style = if here { self.theme.selected.add_modifier(Modifier::REVERSED) } else { self.theme.dim };
            free = x + put(buf, x, y, usize::from(plot.right().saturating_sub(x)), &text, style) + 1;
        }
    }

    fn lines(&self, plot: Rect, slot: usize, (low, high): (f64, f64), buf: &mut Buffer) {
        let (w, h) = (usize::from(plot.width) * 2, usize::from(plot.height) * 4);
        // The middle of a slot, in dots.
        let x_of = |i: usize| i * slot * 2 + slot;
        let y_of = |v: f64| h - 1 - steps((v - low) / (high - low) * (h - 1) as f64, h - 1);
        for (s, series) in self.spec.series.iter().enumerate().rev() {
            let mut dots = vec![0u8; usize::from(plot.width) * usize::from(plot.height)];
            let mut dot = |x: usize, y: usize| {
                if x < w && y < h {
                    const BITS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
                    dots[y / 4 * usize::from(plot.width) + x / 2] |= BITS[y % 4][x % 2];
                }
            };
            let mut before: Option<(usize, usize)> = None;
            for (i, v) in series.values.iter().enumerate() {
                if !v.is_finite() {
                    before = None;
                    continue;
                }
                let (x, y) = (x_of(i), y_of(*v));
                let (from_x, from_y) = before.unwrap_or((x, y));
                let long = (x - from_x).max(y.abs_diff(from_y)).max(1);
                for k in 0..=long {
                    let share = k as f64 / long as f64;
                    let y = from_y as f64 + (y as f64 - from_y as f64) * share;
                    dot(from_x + (x - from_x) * k / long, steps(y, h));
                }
                before = Some((x, y));
            }
            for (n, bits) in dots.into_iter().enumerate().filter(|(_, bits)| *bits > 0) {
                let (x, y) = (n % usize::from(plot.width), n / usize::from(plot.width));
                let c = char::from_u32(0x2800 + u32::from(bits)).unwrap_or('·').to_string();
                put(buf, plot.x + cells(x), plot.y + cells(y), 1, &c, self.colour(s));
            }
        }
        // The point under the cursor.
        if let Some((s, i)) = self.at
            && let Some(v) = self.spec.series.get(s).and_then(|x| x.values.get(i)).filter(|v| v.is_finite())
        {
            let (x, y) = (x_of(i) / 2, y_of(*v) / 4);
            put(buf, plot.x + cells(x), plot.y + cells(y), 1, "●", self.theme.selected);
        }
    }

    fn bars(&self, plot: Rect, slot: usize, (low, high): (f64, f64), buf: &mut Buffer) {
        let Some(series) = self.spec.series.first() else { return };
        let wide = slot.saturating_sub(usize::from(slot > 1)).max(1);
        let tall = usize::from(plot.height);
        for (i, v) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let mut eighths = steps((v - low) / (high - low) * (tall * 8) as f64, tall * 8);
            if *v > 0.0 {
                eighths = eighths.max(1);
            }
            let x = plot.x + cells(i * slot);
            for row in 0..tall {
                let here = eighths.saturating_sub(row * 8).min(8);
                if here > 0 {
                    let room = wide.min(usize::from(plot.right().saturating_sub(x)));
                    put(buf, x, plot.bottom() - 1 - cells(row), room, &UP[here].repeat(wide), self.theme.accent);
                }
            }
        }
    }

    fn stacked(&self, plot: Rect, slot: usize, (low, high): (f64, f64), buf: &mut Buffer) {
        let tall = usize::from(plot.height);
        let wide = slot.saturating_sub(usize::from(slot > 1)).max(1);
        let scale = tall as f64 / (high - low);
        // The line of nothing, counted from below.
        let zero = steps(-low * scale, tall);
        for i in 0..self.spec.labels.len() {
            let x = plot.x + cells(i * slot);
            let room = wide.min(usize::from(plot.right().saturating_sub(x)));
            let (mut up, mut down) = (0.0, 0.0);
            for (s, series) in self.spec.series.iter().enumerate() {
                let Some(v) = series.values.get(i).copied().filter(|v| v.is_finite() && *v != 0.0) else { continue };
                let fill = self.fill(s);
                let style = self.colour(s);
                let style = if self.is_at(s, i) { style.add_modifier(Modifier::BOLD) } else { style };
                let mut cell = |row: usize, text: &str| {
                    if row < tall {
                        put(buf, x, plot.bottom() - 1 - cells(row), room, &text.repeat(wide), style);
                    }
                };
                if v > 0.0 {
                    let (from, to) = (steps(up * scale, tall), steps((up + v) * scale, tall));
                    (from..to).for_each(|row| cell(zero + row, fill));
                    if to == 0 {
                        cell(zero, "▁");
                    }
                    up += v;
                } else {
                    let (from, to) = (steps(-down * scale, tall), steps(-(down + v) * scale, tall));
                    (from..to).for_each(|row| cell((zero).wrapping_sub(row + 1), fill));
                    if to == 0 && zero > 0 {
                        cell(zero - 1, "▔");
                    }
                    down += v;
                }
            }
        }
    }
}

/// The first letters, without a mark that something is gone: `Sep 26` is `Sep`.
fn truncate_plain(label: &str, room: usize) -> String {
    let cut = truncate(label, room + 1);
    cut.trim_end_matches('…').trim_end().chars().take(room).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::insight::chart::Series;

    fn drawn(spec: &ChartSpec, w: u16, h: u16, at: Option<(usize, usize)>) -> (String, Vec<Hit>) {
        let area = Rect::new(0, 0, w, h);
        let mut buf = Buffer::empty(area);
        let theme = Theme::mono();
        let show = |v: f64| format!("{v:.0}");
        let hits = Drawing { spec, show: &show, at, theme: &theme }.draw(area, &mut buf);
        let line = |y: u16| (0..w).map(|x| buf[(x, y)].symbol()).collect::<String>().trim_end().to_string();
        ((0..h).map(line).collect::<Vec<_>>().join("\n"), hits)
    }

    fn spec(shape: Shape, rows: &[&[f64]]) -> ChartSpec {
        let labels = (0..rows[0].len()).map(|i| ["Jan", "Feb", "Mar", "Apr"][i % 4].to_string()).collect();
        let series = rows.iter().enumerate().map(|(i, v)| Series { name: format!("s{i}"), values: v.to_vec() });
        ChartSpec { shape, labels, series: series.collect(), ..ChartSpec::default() }
    }

    #[test]
    fn bars_are_as_long_as_their_values() {
        let (text, hits) = drawn(&spec(Shape::Ranked, &[&[40.0, 20.0, 0.0]]), 30, 3, Some((0, 1)));
        let full: Vec<usize> = text.lines().map(|l| l.matches('█').count()).collect();
        assert_eq!((full[0], full[1], full[2]), (21, 10, 0), "{text}");
        assert!(text.lines().nth(1).unwrap().starts_with("▌Feb"), "{text}");
        assert_eq!(hits.len(), 3);
        let (text, _) = drawn(&spec(Shape::Bars, &[&[8.0, 4.0, 2.0, 0.0]]), 40, 5, None);
        assert_eq!(text.lines().take(4).map(|l| l.matches('█').count()).collect::<Vec<_>>(), [8, 8, 16, 24], "{text}");
    }

    #[test]
    fn what_goes_hangs_below_what_comes() {
        let (text, _) = drawn(&spec(Shape::Stacked, &[&[4.0, 2.0], &[-4.0, 0.0]]), 40, 10, None);
        let rows: Vec<&str> = text.lines().collect();
        // A legend, four lines up, four lines down, labels.
        assert!(rows[1].contains('█') && rows[4].contains('█') && !rows[5].contains('█'), "{text}");
        assert!(rows[5].contains('▓') && rows[8].contains('▓') && !rows[4].contains('▓'), "{text}");
    }

    #[test]
    fn a_line_rises_from_left_to_right_and_has_its_point() {
        let (text, hits) = drawn(&spec(Shape::Line, &[&[0.0, 10.0, f64::NAN, 20.0]]), 40, 6, Some((0, 3)));
        let at = text.lines().position(|l| l.contains('●')).unwrap();
        assert!(at <= 1, "{text}");
        assert_eq!(hits.len(), 4);
    }

    #[test]
    fn cells_are_darker_for_more_and_empty_without_a_value() {
        let grid = spec(Shape::Grid, &[&[0.0, 1.0, 100.0], &[50.0, f64::NAN, f64::NAN]]);
        let (text, hits) = drawn(&grid, 60, 3, None);
        let rows: Vec<&str> = text.lines().collect();
        assert!(rows[1].contains('·') && rows[1].contains('░') && rows[1].contains("█100"), "{text}");
        assert!(!rows[2].contains('·') && hits.len() == 4, "{text}");
    }

    #[test]
    fn the_smallest_windows_do_no_harm() {
        for shape in [Shape::Line, Shape::Bars, Shape::Ranked, Shape::Stacked, Shape::Grid] {
            for w in 0..20 {
                for h in 0..6 {
                    let _ = drawn(&spec(shape, &[&[1.0, -2.0, f64::NAN], &[3.0, 4.0, 5.0]]), w, h, Some((1, 2)));
                }
            }
        }
    }
}
