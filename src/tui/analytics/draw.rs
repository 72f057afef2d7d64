//! Drawing the figures: sections and period, cards, charts, and what is under the cursor.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use crate::base::text::{truncate, width, wrap};
use crate::engine::ask::Applied;
use crate::insight::chart::sparkline;
use crate::insight::kpi::{CARDS, Kpi, Reading, Section, find};

use super::super::paint::{put, put_right};
use super::super::theme::Theme;
use super::chart::Drawing;
use super::{Analytics, Want};

impl Analytics {
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        self.hits.clear();
        self.tabs.clear();
        self.wide = area.width.saturating_sub(2);
        let mut y = area.y;
        y += self.head(Rect { height: 2, ..area }, buf, theme);
        y += self.draw_cards(Rect { y, height: area.bottom() - y, ..area }, buf, theme);
        let foot = if area.height < 24 { 2 } else { 3 };
        let body = Rect { x: area.x + 1, y, width: self.wide, height: area.bottom().saturating_sub(y + foot) };
        self.charts(body, buf, theme);
        self.foot(Rect { x: area.x + 1, y: body.bottom(), width: self.wide, height: foot }, buf, theme);
    }

    /// Sections, period and filter. Returns the lines used.
    fn head(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) -> u16 {
        let narrow = area.width < 60;
        let mut x = area.x + 1;
        for section in Section::ALL {
            let open = section == self.section;
            let text = match (open, narrow) {
                (true, _) => format!("▸{}", section.title()),
                (false, false) => format!(" {}", section.title()),
                (false, true) => section.title().chars().take(3).collect(),
            };
            let style = if open { theme.tab_active } else { theme.tab };
            let used = put(buf, x, area.y, usize::from(area.right().saturating_sub(x)), &text, style);
            self.tabs.push((Rect { x, y: area.y, width: used, height: 1 }, section));
            x += used + if narrow { 1 } else { 2 };
        }
        let said = self.period_said();
        let room = usize::from(area.right().saturating_sub(x + 1));
        let mut lines = 1;
        if width(&said) <= room {
            put_right(buf, x, area.right() - 1, area.y, &said, theme.dim);
        } else {
            put(buf, area.x + 1, area.y + 1, usize::from(area.width) - 2, &said, theme.dim);
            lines = 2;
        }
        if !self.filter.is_empty() || self.is_reading() {
            let y = area.y + lines;
            let mut text = if self.filter.is_empty() { String::new() } else { format!("/ {}", self.filter) };
            for note in self.applied() {
                text.push_str(&format!(" · {note}"));
            }
            if self.is_reading() {
                text.push_str(if text.is_empty() { "counting …" } else { " · counting …" });
            }
            put(buf, area.x + 1, y, usize::from(area.width) - 2, &text, theme.accent);
        }
        lines + 1
    }

    fn is_reading(&self) -> bool {
        self.asked.iter().any(|(_, w)| *w == Want::Cards || *w == Want::Section(self.section))
    }

    /// What became of the filter in this section, where that is not plain.
    fn applied(&self) -> Vec<String> {
        let told = self.report().map(|r| r.applied.clone()).unwrap_or_default();
        let odd = told
            .into_iter()
            .filter(|(entity, how)| *how != Applied::Nothing && *entity != crate::domain::Entity::Customer);
        odd.map(|(entity, how)| how.note(entity)).collect()
    }

    fn period_said(&self) -> String {
        let Some(frame) = self.cards.as_ref().or_else(|| self.report()).map(|r| &r.frame) else {
            return self.period.clone();
        };
        let against = match frame.period.before {
            Some(_) if self.wide < 90 => String::new(),
            Some(before) => format!(" against {}", before.label()),
            None => String::new(),
        };
        format!("{}{against}", frame.period.span.label())
    }

    /// Returns the lines used.
    fn draw_cards(&self, area: Rect, buf: &mut Buffer, theme: &Theme) -> u16 {
        let across: u16 = if area.width < 72 { 3 } else { 6 };
        // A phone has room for the figures alone.
        let tall: u16 = if area.width < 72 || area.height < 18 { 2 } else { 3 };
        let w = (area.width - 1) / across;
        for (i, code) in (0u16..).zip(CARDS) {
            let Some(kpi) = find(code) else { continue };
            let (x, y) = (area.x + 1 + i % across * w, area.y + i / across * tall);
            if y + tall > area.bottom() {
                break;
            }
            let cells = usize::from(w.saturating_sub(1));
            put(buf, x, y, cells, kpi.title, theme.dim);
            let reading = self.cards.as_ref().and_then(|r| r.reading(code));
            let Some(reading) = reading else {
                put(buf, x, y + 1, cells, "…", theme.dim);
                continue;
            };
            let Some(value) = reading.value else {
                put(buf, x, y + 1, cells, "no data", theme.dim);
                continue;
            };
            let used = put(buf, x, y + 1, cells, &kpi.unit.show(value), theme.title);
            let (text, style) = change(kpi, reading, theme);
            let room = cells.saturating_sub(usize::from(used) + 1);
            // The mark gives way before the figure does.
            let text = if width(&text) > room { text.trim_end_matches(" !") } else { &text };
            put(buf, x + used + 1, y + 1, room, text, style);
            if tall > 2 {
                let bars = spark(reading);
                let newest = bars.chars().count().saturating_sub(cells.saturating_sub(1));
                put(buf, x, y + 2, cells, &bars.chars().skip(newest).collect::<String>(), theme.accent);
            }
        }
        let lines = 6u16.div_ceil(across) * tall + 1;
        if area.height > lines {
            let rule = "─".repeat(usize::from(area.width) - 2);
            put(buf, area.x + 1, area.y + lines - 1, usize::from(area.width) - 2, &rule, theme.border);
        }
        lines
    }

    fn charts(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        if self.report().is_none() {
            let text = if self.is_reading() { "Reading …" } else { "This could not be read; R reads it anew." };
            put(buf, area.x, area.y, usize::from(area.width), text, theme.dim);
            return;
        }
        let layout = self.layout(area.width);
        if let Some(here) = layout.get(self.chart) {
            // The chart under the cursor is seen whole, its head at least.
            let need = (here.bottom() - 1).saturating_sub(area.height);
            if need > self.top {
                // The screen begins with a whole chart where that leaves room for this one.
                self.top = layout.iter().map(|r| r.y).filter(|y| *y >= need).min().unwrap_or(need).min(here.y);
            }
            self.top = self.top.min(here.y);
        }
        let place = self.place();
        let mut hits = Vec::new();
        for (n, ((kpi, reading), r)) in self.figures().into_iter().zip(&layout).enumerate() {
            if r.y < self.top && r.bottom() <= self.top || r.y >= self.top + area.height {
                continue;
            }
            // A chart that does not begin on the screen is drawn apart and moved up.
            let mut sheet = Buffer::empty(Rect { x: area.x + r.x, y: 0, width: r.width, height: r.height });
            let at = place.filter(|_| n == self.chart);
            let own = panel(kpi, reading, at, n == self.chart, sheet.area, &mut sheet, theme);
            let to_screen = |y: u16| (y + r.y).checked_sub(self.top).filter(|y| *y < area.height).map(|y| y + area.y);
            for y in 0..r.height {
                let Some(to) = to_screen(y) else { continue };
                for x in sheet.area.x..sheet.area.right() {
                    if x < buf.area.right() {
                        let style = buf[(x, to)].style();
                        buf[(x, to)] = sheet[(x, y)].clone();
                        // The ground of the screen stays under what has none of its own.
                        if let (None | Some(ratatui::style::Color::Reset), Some(bg)) =
                            (sheet[(x, y)].style().bg, style.bg)
                        {
                            buf[(x, to)].set_bg(bg);
                        }
                    }
                }
            }
            let seen = own.into_iter().filter_map(|(hit, s, l)| Some((Rect { y: to_screen(hit.y)?, ..hit }, n, s, l)));
            hits.extend(seen);
        }
        self.hits = hits;
    }

    /// What is under the cursor, and how its figure comes about.
    fn foot(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        let Some((kpi, reading)) = self.current() else { return };
        let cells = usize::from(area.width);
        let mut x = area.x;
        if let Some((s, l)) = self.place() {
            let spec = &reading.chart;
            let value = spec.series.get(s).and_then(|x| x.values.get(l)).copied().unwrap_or(f64::NAN);
            let series = spec.series.get(s).map_or("", |x| x.name.as_str());
            let label = spec.labels.get(l).map_or("", String::as_str);
            let words = if spec.series.len() > 1 { format!("{series} · {label}") } else { label.to_string() };
            let shown = reading.counts.unwrap_or(kpi.unit).show(value);
            x += put(buf, x, area.y, cells, &format!("▌{words}  {shown}"), theme.selected) + 2;
            let rows = match self.drill() {
                Some(drill) => format!("Enter: {} {}", drill.entity.label().to_lowercase(), drill.filter),
                None => "no filter tells these rows".into(),
            };
            let room = usize::from(area.right().saturating_sub(x));
            put(buf, x, area.y, room, &truncate(&rows, room), theme.dim);
        }
        let formula = format!("{}: {}", kpi.title, kpi.formula);
        let lines = wrap(&formula, cells);
        for (y, line) in (area.y + 1..area.bottom()).zip(&lines) {
            let more = y + 1 == area.bottom() && lines.len() > usize::from(area.height - 1);
            let text = if more { truncate(&format!("{line} …"), cells) } else { line.clone() };
            put(buf, area.x, y, cells, &text, theme.dim);
        }
    }
}

/// How a figure has moved, with a shape for those who see no colour.
fn change(kpi: &Kpi, reading: &Reading, theme: &Theme) -> (String, Style) {
    let (Some(now), Some(before)) = (reading.value, reading.before) else { return (String::new(), theme.dim) };
    let Some(text) = kpi.unit.change(now, before) else { return (String::new(), theme.dim) };
    match kpi.is_better(now, before) {
        Some(true) => (text, theme.good),
        Some(false) => (format!("{text} !"), theme.warn),
        None => (text, theme.dim),
    }
}

/// The line of a figure in one row of bars.
fn spark(reading: &Reading) -> String {
    let Some(series) = reading.chart.series.first() else { return String::new() };
    if reading.chart.shape != crate::insight::chart::Shape::Line {
        return String::new();
    }
    #[expect(clippy::cast_possible_truncation, reason = "figures of a company are far below 2^63")]
    let values: Vec<i64> = series.values.iter().filter(|v| v.is_finite()).map(|v| (v * 100.0) as i64).collect();
    let (low, high) = (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
    sparkline(&values, low - (high - low) / 2)
}

fn panel(
    kpi: &Kpi,
    reading: &Reading,
    at: Option<(usize, usize)>,
    here: bool,
    area: Rect,
    buf: &mut Buffer,
    theme: &Theme,
) -> Vec<super::chart::Hit> {
    if theme.text != Style::new() {
        buf.set_style(area, theme.text);
    }
    let cells = usize::from(area.width);
    let mark = if here { "▌" } else { " " };
    put(buf, area.x, area.y, 1, mark, theme.marker);
    let head = if here { theme.selected } else { theme.title };
    let mut x = area.x + 1 + put(buf, area.x + 1, area.y, cells - 1, kpi.title, head) + 2;
    let room = |x: u16| usize::from(area.right().saturating_sub(x));
    if let Some(value) = reading.value {
        x += put(buf, x, area.y, room(x), &kpi.unit.show(value), theme.text) + 1;
        let (text, style) = change(kpi, reading, theme);
        x += put(buf, x, area.y, room(x), &text, style) + 2;
    }
    if room(x) > 8 {
        put(buf, x, area.y, room(x), &truncate(&reading.note, room(x)), theme.dim);
    }
    let body = Rect { x: area.x + 1, y: area.y + 1, width: area.width - 1, height: area.height - 2 };
    if let Some(why) = &reading.missing
        && reading.chart.values().next().is_none_or(|v| v == 0.0)
    {
        let text = format!("no data: {why}");
        for (y, line) in (body.y..area.bottom()).zip(wrap(&text, cells - 1)) {
            put(buf, body.x, y, cells - 1, &line, theme.dim.add_modifier(Modifier::ITALIC));
        }
        return Vec::new();
    }
    let unit = reading.counts.unwrap_or(kpi.unit);
    let show = move |v: f64| unit.show(v);
    Drawing { spec: &reading.chart, show: &show, at, theme }.draw(body, buf)
}
