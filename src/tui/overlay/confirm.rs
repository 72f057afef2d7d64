//! The question before many rows change: how many, before and after, what is left out and why, the
//! money. The key that says yes is never the one that asked.

use chrono::NaiveDate;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::base::Money;
use crate::base::money::group;
use crate::base::text::{fit, truncate, wrap};
use crate::domain::Value;
use crate::engine::{Command, Preview, RowDiff};
use crate::query::format;
use crate::query::schema::{customer as c, field};

use super::super::action::Action;
use super::super::message::Ticket;
use super::super::paint::{boxed, centred, put_line};
use super::super::theme::Theme;

pub struct Confirm {
    pub title: String,
    pub command: Command,
    pub preview: Option<Preview>,
    pub ticket: Ticket,
    /// True once yes was said, until the answer comes.
    pub busy: bool,
    all: bool,
    scroll: usize,
}

impl Confirm {
    pub fn new(title: impl Into<String>, command: Command, ticket: Ticket) -> Confirm {
        Confirm { title: title.into(), command, preview: None, ticket, busy: false, all: false, scroll: 0 }
    }

    /// Whether yes would do anything.
    pub fn is_ready(&self) -> bool {
        !self.busy && self.preview.as_ref().is_some_and(|p| p.changes > 0)
    }

    pub fn act(&mut self, action: Action) {
        match action {
            Action::More => self.all = !self.all,
            Action::Down => self.scroll += 1,
            Action::Up => self.scroll = self.scroll.saturating_sub(1),
            Action::PageDown => self.scroll += 15,
            Action::PageUp => self.scroll = self.scroll.saturating_sub(15),
            _ => {}
        }
    }

    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, today: NaiveDate) {
        let lines = self.lines(usize::from(80.min(area.width).saturating_sub(4)), theme, today);
        let frame = centred(area, 80, u16::try_from(lines.len() + 2).unwrap_or(u16::MAX));
        let inner = boxed(buf, frame, &self.title, theme);
        let room = usize::from(inner.height);
        // The last two lines say what to press: they are always there.
        let (body, foot) = lines.split_at(lines.len().saturating_sub(2));
        let body_room = room.saturating_sub(2);
        self.scroll = self.scroll.min(body.len().saturating_sub(body_room));
        for (y, line) in (inner.y..inner.bottom()).zip(body.iter().skip(self.scroll).take(body_room).chain(foot)) {
            put_line(buf, inner.x, y, inner.width, line);
        }
    }

    fn lines(&self, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'static>> {
        let Some(p) = &self.preview else {
            return vec![Line::from("Looking at what would change …"), Line::default(), Line::default()];
        };
        let mut out = Vec::new();
        let count = group(p.changes as u64);
        let mut head = vec![Span::styled(format!("{count} will change"), theme.title)];
        if p.mrr != Money::ZERO {
            let sign = if p.mrr.0 > 0 { "+" } else { "" };
            let style = if p.mrr.0 > 0 { theme.good } else { theme.warn };
            head.push(Span::styled(format!("    MRR {sign}{} a month", p.mrr.compact()), style));
        }
        out.push(Line::from(head));
        let shown = if self.all { 100 } else { 3 };
        for diff in p.first.iter().take(shown) {
            out.extend(diff_lines(diff, cells, theme, today));
        }
        if p.changes > shown.min(p.first.len()) {
            let more = p.changes - shown.min(p.first.len());
            let how = if self.all { "" } else { " (Tab lists them)" };
            out.push(Line::styled(format!("  … {} more{how}", group(more as u64)), theme.dim));
        }
        if !p.skipped.is_empty() {
            out.push(Line::default());
            let reasons: Vec<String> = p.skip_reasons().iter().take(4).map(|(r, n)| format!("{n} {r}")).collect();
            let text = format!("{} skipped    {}", group(p.skipped.len() as u64), reasons.join(" · "));
            out.extend(wrap(&text, cells).into_iter().map(|l| Line::styled(l, theme.warn)));
        }
        out.push(Line::default());
        out.push(if self.busy {
            Line::styled("Saving …", theme.accent)
        } else if p.changes == 0 {
            Line::styled("Nothing to change. Esc leaves everything as it is.", theme.text)
        } else if cells < 60 {
            Line::from(vec![
                Span::styled("y", theme.accent),
                Span::raw(" applies · "),
                Span::styled("Esc", theme.accent),
                Span::raw(" changes nothing"),
            ])
        } else {
            Line::from(vec![
                Span::raw("Type "),
                Span::styled("y", theme.accent),
                Span::raw(" to apply, "),
                Span::styled("Esc", theme.accent),
                Span::raw(" to leave all as it is. "),
                Span::styled("u", theme.accent),
                Span::raw(" takes it back later."),
            ])
        });
        out
    }
}

/// `  Ravi Deshmukh      Fiber 200 ₹899 -> Fiber 300 ₹999`
fn diff_lines(diff: &RowDiff, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'static>> {
    let show = |id, v: &Value| match v {
        Value::Null => "-".to_string(),
        v if matches!(field(id).kind, crate::query::Kind::Date { .. }) => format::cell(id, v, today),
        v => format::show(id, v),
    };
    // A plan change moves half a dozen fields: the plan and the price say it all.
    let of_plan = [c::TECHNOLOGY, c::SPEED, c::OTTS, c::CHANNELS, c::MRR, c::STATUS_SINCE];
    let said: Vec<_> = diff.fields.iter().filter(|(f, _, _)| !of_plan.contains(f)).collect();
    let said = if said.is_empty() { diff.fields.iter().collect() } else { said };
    let parts: Vec<String> = said
        .iter()
        .map(|(f, old, new)| match old {
            Value::Null => format!("{} {}", field(*f).title, show(*f, new)),
            old => format!("{} -> {}", show(*f, old), show(*f, new)),
        })
        .collect();
    let name = if cells > 50 { fit(&diff.name, 20) } else { truncate(&diff.name, 14) };
    let room = cells.saturating_sub(crate::base::text::width(&name) + 4);
    vec![Line::from(vec![
        Span::raw("  "),
        Span::styled(name, theme.text),
        Span::raw("  "),
        Span::styled(truncate(&parts.join(", "), room), theme.dim),
    ])]
}
