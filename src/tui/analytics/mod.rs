//! Key figures on the screen: cards on top, charts of one section below; every bar, point and cell leads to its rows.

mod chart;
mod draw;
pub mod forms;

use ratatui::layout::Rect;

use crate::engine::ask::Report;
use crate::insight::chart::Shape;
use crate::insight::kpi::{CARDS, Compare, Drill, Kpi, Reading, Section, find, of, period};

use super::action::Action;
use super::message::Ticket;

/// From this width on two charts stand beside each other.
const BESIDE: u16 = 100;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    Cards,
    Section(Section),
}

impl Want {
    /// The figures it is about.
    pub fn kpis(self) -> Vec<&'static str> {
        match self {
            Want::Cards => CARDS.to_vec(),
            Want::Section(section) => of(section).map(|k| k.code).collect(),
        }
    }
}

/// The screen; it keeps its place while others are shown.
#[derive(Debug)]
pub struct Analytics {
    pub shown: bool,
    pub section: Section,
    /// As it was typed.
    pub period: String,
    pub compare: Compare,
    /// A filter of customers.
    pub filter: String,
    pub cards: Option<Report>,
    /// What was read of the sections; only that on the screen is read anew.
    pub reports: Vec<(Section, Report)>,
    pub asked: Vec<(Ticket, Want)>,
    /// The chart under the cursor, and the series and label within it.
    pub chart: usize,
    pub at: (usize, usize),
    /// The first line of the charts that is shown.
    top: u16,
    /// Where values were drawn, and the names of the sections.
    hits: Vec<(Rect, usize, usize, usize)>,
    tabs: Vec<(Rect, Section)>,
    /// The width charts were laid out for.
    wide: u16,
}

impl Default for Analytics {
    fn default() -> Analytics {
        Analytics {
            shown: false,
            section: Section::Revenue,
            period: period::DEFAULT.into(),
            compare: Compare::Before,
            filter: String::new(),
            cards: None,
            reports: Vec::new(),
            asked: Vec::new(),
            chart: 0,
            at: (0, usize::MAX),
            top: 0,
            hits: Vec::new(),
            tabs: Vec::new(),
            wide: 0,
        }
    }
}

impl Analytics {
    pub fn report(&self) -> Option<&Report> {
        self.reports.iter().find(|(s, _)| *s == self.section).map(|(_, r)| r)
    }

    /// The figures of the section with what was read of them.
    fn figures(&self) -> Vec<(&'static Kpi, &Reading)> {
        let Some(report) = self.report() else { return Vec::new() };
        report.readings.iter().filter_map(|(code, r)| Some((find(code)?, r))).collect()
    }

    /// The figure under the cursor.
    pub fn current(&self) -> Option<(&'static Kpi, &Reading)> {
        self.figures().get(self.chart).copied()
    }

    /// Series and label under the cursor, as far as the chart has them.
    pub fn place(&self) -> Option<(usize, usize)> {
        let (_, reading) = self.current()?;
        let spec = &reading.chart;
        let series = self.at.0.min(spec.series.len().checked_sub(1)?);
        Some((series, self.at.1.min(spec.labels.len().checked_sub(1)?)))
    }

    /// The rows behind what is under the cursor.
    pub fn drill(&self) -> Option<&Drill> {
        let (series, label) = self.place()?;
        self.current()?.1.drill.get(series)?.get(label)?.as_ref()
    }

    /// Forgets what was read of other sections, and marks what is on the screen as old.
    pub fn forget(&mut self) {
        let section = self.section;
        self.reports.retain(|(s, _)| *s == section);
    }

    /// Nothing that was read holds any more.
    pub fn forget_all(&mut self) {
        self.reports.clear();
        self.cards = None;
        self.asked.clear();
    }

    pub fn turn_to(&mut self, section: Section) {
        self.section = section;
        (self.chart, self.at, self.top) = (0, (0, usize::MAX), 0);
        self.settle();
    }

    /// Puts the cursor on something of a chart that has just come.
    pub fn settle(&mut self) {
        self.chart = self.chart.min(self.figures().len().saturating_sub(1));
        if self.at.1 == usize::MAX {
            self.at = self.first_of(self.chart);
        }
    }

    /// Where the cursor begins in a chart: the newest month, the greatest bar, the first row.
    fn first_of(&self, chart: usize) -> (usize, usize) {
        let Some((_, reading)) = self.figures().get(chart).copied() else { return (0, usize::MAX) };
        let spec = &reading.chart;
        match spec.shape {
            Shape::Line | Shape::Stacked => {
                let last = |v: &Vec<f64>| v.iter().rposition(|v| v.is_finite());
                (0, spec.series.first().and_then(|s| last(&s.values)).unwrap_or(0))
            }
            Shape::Bars if reading.drill.first().is_some_and(|d| d.len() == spec.labels.len()) => {
                (0, spec.series.first().map_or(0, |s| s.values.iter().rposition(|v| *v != 0.0).unwrap_or(0)))
            }
            // The strongest cell.
            Shape::Grid => {
                let rows = spec.series.iter().enumerate();
                let cells = rows.flat_map(|(s, x)| x.values.iter().enumerate().map(move |(l, v)| (s, l, *v)));
                let most = |best: (usize, usize, f64), c: (usize, usize, f64)| if c.2 > best.2 { c } else { best };
                let (s, l, _) = cells.fold((0, 0, f64::NEG_INFINITY), most);
                (s, l)
            }
            _ => (0, 0),
        }
    }

    /// Where each chart stands, lines counted from the first of them.
    fn layout(&self, wide: u16) -> Vec<Rect> {
        let two = wide >= BESIDE;
        let half = (wide - 3) / 2;
        let mut out: Vec<Rect> = Vec::new();
        let (mut y, mut left): (u16, Option<u16>) = (0, None);
        for (_, reading) in self.figures() {
            let spec = &reading.chart;
            let inner =
                if reading.missing.is_some() && spec.values().next().is_none() { 1 } else { chart::height(spec) };
            let height = inner + 2;
            match left {
                _ if !two || spec.shape == Shape::Grid => {
                    y += left.take().unwrap_or(0);
                    out.push(Rect { x: 0, y, width: wide, height });
                    y += height;
                }
                None => {
                    out.push(Rect { x: 0, y, width: half, height });
                    left = Some(height);
                }
                Some(beside) => {
                    out.push(Rect { x: half + 3, y, width: half, height });
                    y += beside.max(height);
                    left = None;
                }
            }
        }
        out
    }

    /// Moves; false when the action is no movement.
    pub fn act(&mut self, action: Action) -> bool {
        match action {
            Action::ColumnRight => self.step(1, 0),
            Action::ColumnLeft => self.step(-1, 0),
            Action::Down => self.step(0, 1),
            Action::Up => self.step(0, -1),
            Action::NextRow => self.go(self.chart + 1, false),
            Action::PrevRow => self.go(self.chart.wrapping_sub(1), false),
            Action::PageDown | Action::HalfDown => (0..2).for_each(|_| self.below(1)),
            Action::PageUp | Action::HalfUp => (0..2).for_each(|_| self.below(-1)),
            Action::Top => self.go(0, false),
            Action::Bottom => self.go(self.figures().len().saturating_sub(1), false),
            _ => return false,
        }
        true
    }

    fn go(&mut self, chart: usize, last: bool) {
        if chart < self.figures().len() {
            self.chart = chart;
            self.at = self.first_of(chart);
            if let (true, Some((_, r))) = (last, self.current()) {
                match r.chart.shape {
                    Shape::Ranked => self.at.1 = r.chart.labels.len().saturating_sub(1),
                    Shape::Grid | Shape::Stacked => self.at.0 = r.chart.series.len().saturating_sub(1),
                    Shape::Line | Shape::Bars => {}
                }
            }
        }
    }

    /// One place to the side or down; over the edge to the next chart.
    fn step(&mut self, right: isize, down: isize) {
        let Some((series, label)) = self.place() else {
            return if right != 0 { self.beside(right) } else { self.below(down) };
        };
        let Some((_, reading)) = self.current() else { return };
        let spec = &reading.chart;
        let moved = |n: usize, by: isize, len: usize| n.checked_add_signed(by).filter(|n| *n < len);
        let value =
            |s: usize, l: usize| spec.series.get(s).and_then(|x| x.values.get(l)).is_some_and(|v| v.is_finite());
        let to = match (spec.shape, right, down) {
            (Shape::Ranked, 0, by) => moved(label, by, spec.labels.len()).map(|l| (0, l)),
            (Shape::Ranked, ..) => None,
            (Shape::Grid | Shape::Stacked, 0, by) => moved(series, by, spec.series.len()).map(|s| (s, label)),
            (_, 0, _) => None,
            (_, by, _) => moved(label, by, spec.labels.len()).map(|l| (series, l)),
        };
        match to {
            // A cell without a value is no place: the nearest one of that row is.
            Some((s, l)) if spec.shape == Shape::Grid && !value(s, l) => {
                if let (0, Some(l)) = (right, (0..l).rev().find(|l| value(s, *l))) {
                    self.at = (s, l);
                }
            }
            Some(to) => self.at = to,
            None if right != 0 => self.beside(right),
            None => self.below(down),
        }
    }

    fn beside(&mut self, by: isize) {
        let layout = self.layout(self.wide.max(40));
        let Some(here) = layout.get(self.chart).copied() else { return };
        let next = self.chart.checked_add_signed(by).filter(|n| layout.get(*n).is_some_and(|r| r.y == here.y));
        if let Some(next) = next {
            self.go(next, false);
        }
    }

    /// The chart below or above.
    fn below(&mut self, by: isize) {
        let layout = self.layout(self.wide.max(40));
        let Some(here) = layout.get(self.chart).copied() else { return };
        let over = |r: &Rect| r.x < here.right() && here.x < r.right();
        let next = if by > 0 {
            let under = |(_, r): &(usize, &Rect)| r.y > here.y && over(r);
            layout.iter().enumerate().filter(under).min_by_key(|(n, r)| (r.y, *n)).map(|(n, _)| n)
        } else {
            let above = |(_, r): &(usize, &Rect)| r.y < here.y && over(r);
            layout.iter().enumerate().filter(above).max_by_key(|(n, r)| (r.y, *n)).map(|(n, _)| n)
        };
        if let Some(next) = next {
            self.go(next, by < 0);
        }
    }

    /// What a click is on: the place it is about, and whether the cursor was there.
    pub fn click(&mut self, x: u16, y: u16) -> Option<Clicked> {
        let at = ratatui::layout::Position::new(x, y);
        if let Some((_, section)) = self.tabs.iter().find(|(r, _)| r.contains(at)) {
            return Some(Clicked::Section(*section));
        }
        let (_, chart, series, label) = self.hits.iter().find(|(r, ..)| r.contains(at)).copied()?;
        let same = self.chart == chart && self.place() == Some((series, label));
        (self.chart, self.at) = (chart, (series, label));
        Some(if same { Clicked::Open } else { Clicked::Moved })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clicked {
    Section(Section),
    Moved,
    Open,
}
