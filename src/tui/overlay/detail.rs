//! One row in full. A customer: profile, subscription, usage, tickets, timeline; any other: its fields and its history.

use chrono::{Datelike, NaiveDate};
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Bar, BarChart, BarGroup, Clear, Widget};

use crate::base::text::width;
use crate::base::{Id, calendar};
use crate::domain::{ActivityKind, Entity};
use crate::engine::ask::{Briefing, Case, Event, Panel};
use crate::insight::chart::{ChartSpec, Series};
use crate::query::schema::{Group, customer as c};

use super::super::action::Action;
use super::super::incidents;
use super::super::message::Ticket;
use super::super::paint::{put, put_line, put_right};
use super::super::table::cell::decorated;
use super::super::table::{called, panel, row};
use super::super::theme::Theme;
use super::super::tickets;
use super::super::tickets::clock::Look;

pub const TABS: &[&str] = &["Briefing", "Profile", "Subscription", "Usage", "Tickets", "Timeline"];

/// The sections of a job and of an incident.
const JOB: &[&str] = &["Sheet", "Fields", "History"];

/// The sections of a lead and of a deal.
const LEAD: &[&str] = &["Briefing", "Fields", "History"];

/// The sections of a row without a page of its own kind.
const PLAIN: &[&str] = &["Overview", "History"];

/// The sections of a ticket.
const TICKET: &[&str] = &["Conversation", "Ticket", "Customer", "History"];

pub struct Detail {
    pub entity: Entity,
    pub id: Id,
    pub panel: Option<Box<Panel>>,
    pub ticket: Ticket,
    pub tab: usize,
    scroll: usize,
    height: usize,
    length: usize,
}

impl Detail {
    pub fn new(entity: Entity, id: Id, ticket: Ticket) -> Detail {
        Detail { entity, id, panel: None, ticket, tab: 0, scroll: 0, height: 10, length: 0 }
    }

    /// Another customer (or the same one anew), the section kept.
    pub fn go_on(&mut self, id: Id, ticket: Ticket) {
        if self.id != id {
            self.scroll = 0;
        }
        (self.id, self.ticket) = (id, ticket);
    }

    /// The sections of the page.
    fn tabs(&self) -> &'static [&'static str] {
        match self.entity {
            Entity::Customer => TABS,
            Entity::Lead | Entity::Deal => LEAD,
            Entity::Job | Entity::Incident => JOB,
            Entity::Ticket => TICKET,
            _ => PLAIN,
        }
    }

    pub fn act(&mut self, action: Action) {
        let count = self.tabs().len();
        let last = self.length.saturating_sub(self.height);
        match action {
            Action::NextTab => (self.tab, self.scroll) = ((self.tab + 1) % count, 0),
            Action::PrevTab => (self.tab, self.scroll) = ((self.tab + count - 1) % count, 0),
            Action::Down => self.scroll = (self.scroll + 1).min(last),
            Action::Up => self.scroll = self.scroll.saturating_sub(1),
            Action::PageDown => self.scroll = (self.scroll + self.height).min(last),
            Action::PageUp => self.scroll = self.scroll.saturating_sub(self.height),
            Action::Top => self.scroll = 0,
            Action::Bottom => self.scroll = last,
            _ => {}
        }
    }

    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, look: Look) {
        let now = look.now;
        let today = calendar::date_of(now);
        Clear.render(area, buf);
        buf.set_style(area, theme.text);
        let Some(panel) = &self.panel else {
            put(buf, area.x + 1, area.y, usize::from(area.width), "Reading …", theme.dim);
            return;
        };
        match panel.as_ref() {
            Panel::Customer(b) => head(b, area, buf, theme, today),
            Panel::Ticket(case) => {
                let line = tickets::panel::head(case, usize::from(area.width.saturating_sub(2)), theme, look);
                if let Some(first) = line.first() {
                    put_line(buf, area.x + 1, area.y, area.width.saturating_sub(2), first);
                }
            }
            Panel::Incident(sheet) => {
                let line = incidents::panel::head(sheet, usize::from(area.width.saturating_sub(2)), theme);
                put_line(buf, area.x + 1, area.y, area.width.saturating_sub(2), &line);
            }
            other => {
                let room = usize::from(area.width.saturating_sub(2));
                put(buf, area.x + 1, area.y, room, &called(other.record()), theme.title);
            }
        }
        tabs(self.tabs(), self.tab, Rect { y: area.y + 1, height: 1, ..area }, buf, theme);
        let body = Rect {
            x: area.x + 1,
            y: area.y + 3,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(3),
        };
        self.height = usize::from(body.height);
        let cells = usize::from(body.width);
        let lines = match panel.as_ref() {
            Panel::Customer(b) if self.tab == 3 => {
                self.length = 0;
                charts(b, body, buf, theme);
                return;
            }
            Panel::Customer(b) => customer_lines(b, self.tab, cells, theme, today),
            Panel::Deal(b) if self.tab == 0 => super::super::deals::panel::lines(b, cells.min(100), theme, now),
            Panel::Deal(b) if self.tab == 1 => row::fields(&b.record, cells, theme, today),
            Panel::Deal(b) => events(&b.timeline, cells, theme, today, |_| true),
            Panel::Lead(b) if self.tab == 0 => super::super::leads::panel::lines(b, cells.min(100), theme, now),
            Panel::Lead(b) if self.tab == 1 => row::fields(&b.record, cells, theme, today),
            Panel::Lead(b) => events(&b.timeline, cells, theme, today, |_| true),
            Panel::Job(sheet) if self.tab == 0 => super::super::jobs::panel::lines(sheet, cells.min(100), theme, today),
            Panel::Job(sheet) if self.tab == 1 => row::fields(&sheet.record, cells, theme, today),
            Panel::Job(sheet) => events(&sheet.timeline, cells, theme, today, |_| true),
            // Its title stands above already.
            Panel::Incident(sheet) if self.tab == 0 => {
                incidents::panel::lines(sheet, cells.min(100), theme, look).split_off(2)
            }
            Panel::Incident(sheet) if self.tab == 1 => row::fields(&sheet.record, cells, theme, today),
            Panel::Incident(sheet) => events(&sheet.timeline, cells, theme, today, |_| true),
            Panel::Ticket(case) => ticket_lines(case, self.tab, cells, theme, look),
            Panel::Row(card) if self.tab == 0 => row::fields(&card.record, cells, theme, today),
            Panel::Row(card) => events(&card.timeline, cells, theme, today, |_| true),
        };
        self.length = lines.len();
        self.scroll = self.scroll.min(self.length.saturating_sub(self.height));
        for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(self.scroll)) {
            put_line(buf, body.x, y, body.width, line);
        }
        if self.length > self.height {
            let at = format!("{}/{}", (self.scroll + self.height).min(self.length), self.length);
            put_right(buf, area.x, area.right().saturating_sub(1), area.y + 2, &at, theme.dim);
        }
    }
}

fn customer_lines<'a>(b: &Briefing, tab: usize, cells: usize, theme: &Theme, today: NaiveDate) -> Vec<Line<'a>> {
    const PROFILE: &[Group] =
        &[Group::Identity, Group::Contact, Group::Address, Group::Origin, Group::Consent, Group::Kyc];
    const SUBSCRIPTION: &[Group] = &[Group::Plan, Group::Business, Group::Support, Group::Network];
    match tab {
        // Name and account stand above already.
        0 => panel::lines(b, cells.min(100), theme, today).split_off(1),
        1 => row::grouped(&b.record, PROFILE, cells, theme, today),
        2 => row::grouped(&b.record, SUBSCRIPTION, cells, theme, today),
        4 => events(&b.timeline, cells, theme, today, |k| k == Some(ActivityKind::Ticket)),
        _ => events(&b.timeline, cells, theme, today, |_| true),
    }
}

fn ticket_lines<'a>(case: &Case, tab: usize, cells: usize, theme: &Theme, look: Look) -> Vec<Line<'a>> {
    let today = calendar::date_of(look.now);
    match tab {
        0 => tickets::panel::conversation(case, cells.min(110), theme, look),
        1 => row::fields(&case.record, cells, theme, today),
        2 => match &case.customer {
            Some(b) => panel::lines(b, cells.min(100), theme, today),
            None => vec![Line::styled("The customer is not there any more.", theme.dim)],
        },
        _ => events(&case.timeline, cells, theme, today, |_| true),
    }
}

fn head(b: &Briefing, area: Rect, buf: &mut Buffer, theme: &Theme, today: NaiveDate) {
    let r = &b.record;
    let (status, style) = decorated(c::STATUS, r.get(c::STATUS), theme, today);
    let right = format!("BN {:07}  {status}", r.int(c::ACCOUNT).unwrap_or(0));
    let room = usize::from(area.width).saturating_sub(width(&right) + 4);
    let name = match r.text(c::NATIVE_NAME) {
        "" => r.text(c::NAME).to_string(),
        native => format!("{} · {native}", r.text(c::NAME)),
    };
    put(buf, area.x + 1, area.y, room, &name, theme.title);
    put_right(buf, area.x, area.right().saturating_sub(1), area.y, &right, style);
}

fn tabs(names: &[&str], current: usize, area: Rect, buf: &mut Buffer, theme: &Theme) {
    let mut x = area.x + 1;
    let short = area.width < 70;
    for (i, name) in names.iter().enumerate() {
        let text = if i == current {
            format!("▸{name}")
        } else if short {
            name.chars().take(3).collect()
        } else {
            format!(" {name}")
        };
        let style = if i == current { theme.tab_active } else { theme.tab };
        x += put(buf, x, area.y, usize::from(area.right().saturating_sub(x)), &text, style) + 2;
    }
}

fn events<'a>(
    timeline: &[Event],
    cells: usize,
    theme: &Theme,
    today: NaiveDate,
    keep: impl Fn(Option<ActivityKind>) -> bool,
) -> Vec<Line<'a>> {
    let mut out = Vec::new();
    let mut year = None;
    for event in timeline.iter().filter(|e| keep(e.kind)) {
        let y = crate::base::calendar::date_of(event.at).year();
        if year != Some(y) {
            year = Some(y);
            out.push(Line::styled(y.to_string(), theme.title));
        }
        out.extend(panel::event_lines(event, cells.min(110), theme, today));
    }
    if out.is_empty() {
        out.push(Line::styled("Nothing here yet.", theme.dim));
    }
    out
}

/// The usage charts as data, for the screen and for a file.
pub fn specs(b: &Briefing) -> Vec<ChartSpec> {
    let months = &b.usage.months;
    let first = b.usage.last_month + 1 - i64::try_from(months.len()).unwrap_or(0);
    let labels: Vec<String> = (0..months.len())
        .map(|i| {
            let m = (first + i64::try_from(i).unwrap_or(0)).rem_euclid(12);
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
                [usize::try_from(m).unwrap_or(0)]
            .to_string()
        })
        .collect();
    let chart = |title: &str, unit: &str, values: Vec<f64>| ChartSpec {
        title: title.into(),
        unit: unit.into(),
        labels: labels.clone(),
        shape: crate::insight::chart::Shape::Line,
        series: vec![Series { name: title.into(), values }],
    };
    #[expect(clippy::cast_precision_loss, reason = "figures of a month are far below 2^52")]
    let of = |f: fn(&crate::domain::MonthUsage) -> i64| months.iter().map(|m| f(m) as f64).collect::<Vec<_>>();
    vec![
        chart("Data used", "GB", of(|m| m.gb)),
        chart("Measured speed", "Mbps", of(|m| m.speed)),
        chart("Uptime", "%", of(|m| m.uptime).into_iter().map(|u| u / 100.0).collect()),
    ]
}

/// The greatest value as a bar stands for it.
fn bars_top(values: &[f64], unit: &str) -> u64 {
    let top = values.iter().copied().fold(0.0, f64::max);
    let shown = if unit == "%" { ((top - 90.0) * 100.0).max(0.0) } else { top };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, small")]
    let top = shown.round() as u64;
    top
}

fn charts(b: &Briefing, area: Rect, buf: &mut Buffer, theme: &Theme) {
    if b.usage.months.is_empty() {
        put(buf, area.x, area.y, usize::from(area.width), "No usage has been recorded for this line.", theme.dim);
        return;
    }
    let sold = b.record.int(c::SPEED).unwrap_or(0);
    let specs = specs(b);
    let count = if area.height < 16 { 1 } else { specs.len() };
    let parts = Layout::vertical(vec![Constraint::Fill(1); count]).split(area);
    for (spec, part) in specs.iter().zip(parts.iter()) {
        let note = match spec.unit.as_str() {
            "Mbps" => format!(" · a full bar is the {sold} sold"),
            "%" => " · bars begin at 90 %".into(),
            _ => String::new(),
        };
        put(
            buf,
            part.x,
            part.y,
            usize::from(part.width),
            &format!("{} ({}){note}", spec.title, spec.unit),
            theme.title,
        );
        let values = &spec.series[0].values;
        let gap = if part.width >= 84 { 2 } else { 1 };
        let n = u16::try_from(values.len()).unwrap_or(12).max(1);
        let bar_width = ((part.width + gap) / n).saturating_sub(gap).clamp(1, 7);
        let bars: Vec<Bar<'_>> = values
            .iter()
            .zip(&spec.labels)
            .map(|(v, label)| {
                let shown = if spec.unit == "%" { ((v - 90.0) * 100.0).max(0.0) } else { *v };
                let text = if spec.unit == "%" { format!("{v:.1}") } else { format!("{v:.0}") };
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative, small")]
                let height = shown.round() as u64;
                let style = if spec.unit == "Mbps" && sold > 0 && *v < 0.6 * f64::from(i32::try_from(sold).unwrap_or(0))
                {
                    theme.bad
                } else {
                    theme.accent
                };
                Bar::default()
                    .value(height)
                    .text_value(if bar_width >= 4 { text } else { String::new() })
                    .label(Line::from(label.chars().take(usize::from(bar_width)).collect::<String>()))
                    .style(style)
                    .value_style(style.add_modifier(ratatui::style::Modifier::REVERSED))
            })
            .collect();
        let full = match spec.unit.as_str() {
            "Mbps" => u64::try_from(sold).unwrap_or(0),
            "%" => 1_000,
            _ => 0,
        };
        let highest = bars_top(values, &spec.unit).max(full);
        BarChart::default()
            .max(highest.max(1))
            .data(BarGroup::default().bars(&bars))
            .bar_width(bar_width)
            .bar_gap(gap)
            .label_style(theme.dim)
            .render(Rect { y: part.y + 1, height: part.height.saturating_sub(2), ..*part }, buf);
    }
}
