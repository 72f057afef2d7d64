//! An incident as it is read by who leads it: where it stands, whom it hits, what hangs on it, what was told.

use chrono::NaiveDate;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::money::group_signed;
use crate::base::text::{fit, truncate, width};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::incident::Phase;
use crate::domain::sla::span;
use crate::domain::{Entity, Record};
use crate::engine::ask::{AreaUptime, IncidentSheet};
use crate::query::format;
use crate::query::schema::{incident as n, ticket as t};

use super::super::overlay::{Pick, PickItem, Picker, Purpose};
use super::super::table::panel::{event_lines, section};
use super::super::theme::Theme;
use super::super::tickets::clock::{self, Look};
use super::phase_style;

/// The sheet as lines of `cells`.
pub fn lines<'a>(sheet: &IncidentSheet, cells: usize, theme: &Theme, look: Look) -> Vec<Line<'a>> {
    let now = look.now;
    let r = &sheet.record;
    let today = calendar::date_of(now);
    let mut out = vec![head(sheet, cells, theme), Line::default()];
    let mut part = |label: &str, texts: Vec<(String, Style)>| {
        let texts: Vec<_> = texts.into_iter().filter(|(text, _)| !text.is_empty()).collect();
        if !texts.is_empty() {
            section(&mut out, label, texts, cells, theme);
        }
    };
    let plain = |text: String| (text, theme.text);
    part("Where", vec![plain(r.text(n::TARGET).into()), (format::show(n::SCOPE, r.get(n::SCOPE)), theme.dim)]);
    part("Down", down(r, now, theme));
    let areas: Vec<String> =
        sheet.areas.iter().take(6).map(|(area, lines)| format!("{area} {}", group_signed(*lines))).collect();
    part(
        "Lines",
        vec![
            plain(format!("{} now", group_signed(sheet.lines))),
            plain(format!("{} when it was opened", group_signed(r.int(n::AFFECTED).unwrap_or(0)))),
            (format!("{} a month", sheet.mrr.short()), theme.dim),
            (areas.join(", "), theme.dim),
        ],
    );
    let open = if sheet.open > 0 { format!("{} open", group_signed(sheet.open)) } else { String::new() };
    part("Ticket", vec![plain(format!("{} attached", group_signed(sheet.tickets))), (open, theme.warn)]);
    part("Told", vec![plain(counted(sheet.messages, "message", "messages")), plain(r.text(n::UPDATE).into())]);
    part("Cause", vec![plain(r.text(n::CAUSE).into())]);
    let back = if r.money(n::REBATE) > Money::ZERO { r.money(n::REBATE).compact() } else { String::new() };
    part("Rebates", vec![plain(counted(sheet.rebates, "line", "lines")), plain(back)]);
    part("Lead", vec![plain(r.text(n::OWNER).into())]);
    if !sheet.first.is_empty() {
        out.push(Line::default());
        out.push(Line::styled("Its tickets, the next to be missed first", theme.title));
        out.extend(sheet.first.iter().map(|r| ticket(r, cells, theme, look)));
    }
    out.push(Line::default());
    for event in sheet.timeline.iter().take(40) {
        out.extend(event_lines(event, cells, theme, today).into_iter().take(3));
    }
    out
}

/// `12 messages`; nothing for none.
fn counted(n: i64, one: &str, many: &str) -> String {
    match n {
        0 => String::new(),
        1 => format!("1 {one}"),
        n => format!("{} {many}", group_signed(n)),
    }
}

/// `Fibre cut                 I-000012  ! Investigating`
pub fn head<'a>(sheet: &IncidentSheet, cells: usize, theme: &Theme) -> Line<'a> {
    let r = &sheet.record;
    let phase = Phase::parse(r.text(n::PHASE)).unwrap_or(Phase::Investigating);
    let right = format!("{} {}", phase.shape(), phase.label());
    let number = format!("  {}  ", r.text(n::NUMBER));
    let room = cells.saturating_sub(width(&right) + width(&number));
    Line::from(vec![
        Span::styled(fit(r.text(n::TITLE), room), theme.title),
        Span::styled(number, theme.dim),
        Span::styled(right, phase_style(phase, theme)),
    ])
}

/// Since when, how long, until when.
fn down(r: &Record, now: Timestamp, theme: &Theme) -> Vec<(String, Style)> {
    let at = |id| r.int(id).map(Timestamp);
    let phase = Phase::parse(r.text(n::PHASE)).unwrap_or(Phase::Investigating);
    let mut out = Vec::new();
    if let Some(began) = at(n::BEGAN) {
        let (word, until) = match (phase, at(n::ENDED)) {
            (Phase::Planned, _) => (format!("from {}", calendar::short_time(began)), None),
            (_, ended) => (format!("since {}", calendar::short_time(began)), Some(ended.unwrap_or(now))),
        };
        out.push((word, theme.text));
        let open = phase.is_open() && phase != Phase::Planned;
        if let Some(until) = until {
            out.push((span(until.since(began).max(0)), if open { theme.bad } else { theme.text }));
        }
    }
    if let Some(ended) = at(n::ENDED) {
        out.push((format!("back {}", calendar::short_time(ended)), theme.text));
    } else if let Some(until) = at(n::UNTIL) {
        let late = until < now;
        let word = if late { "was expected back" } else { "expected back" };
        out.push((format!("{word} {}", calendar::short_time(until)), if late { theme.warn } else { theme.text }));
    }
    out
}

/// `! 12m      T-261100042  No light   Ravi Deshmukh`
fn ticket<'a>(r: &Record, cells: usize, theme: &Theme, look: Look) -> Line<'a> {
    let (left, style) = clock::cell(r.int(t::CLOCK), look, theme);
    let rest = format!("{}  {}  {}", r.text(t::DOCKET), r.text(t::SUBJECT), r.text(t::NAME));
    Line::from(vec![
        Span::styled(fit(&left, 11), style),
        Span::styled(truncate(&rest, cells.saturating_sub(11)), theme.text),
    ])
}

/// The lists behind an incident, each with how many rows it has.
pub fn behind(sheet: &IncidentSheet) -> Picker {
    let number = sheet.record.text(n::NUMBER);
    let item = |label: &str, count: i64, entity, text: String| {
        let none = (count == 0).then(|| "there are none".to_string());
        PickItem::new(label, text.clone(), Pick::Show(entity, text)).tail(group_signed(count)).disabled(none)
    };
    let items = vec![
        item("Open tickets", sheet.open, Entity::Ticket, format!("incident={number} is:open sort:clock")),
        item("All its tickets", sheet.tickets, Entity::Ticket, format!("incident={number} sort:clock")),
        item("Lines it hits", sheet.lines, Entity::Customer, format!("{} sort:name", sheet.filter)),
        item("Messages to them", sheet.messages, Entity::Message, format!("reference={number} sort:-at")),
        item("Rebates", sheet.rebates, Entity::Rebate, format!("incident={number} sort:-amount")),
    ];
    Picker::new(format!("Behind {number}"), Purpose::Palette, items)
}

/// Uptime by area as lines of text, the worst first.
pub fn uptime(areas: &[AreaUptime], days: i64, today: NaiveDate) -> Vec<String> {
    let since = calendar::long_date(calendar::add_days(today, -days));
    let lost = areas.iter().map(|a| a.lost).sum::<i64>();
    let all = areas.iter().map(|a| a.lines.saturating_mul(a.minutes)).sum::<i64>().max(1);
    let percent = |share: i64| format!("{}.{:03}%", share / 1_000, share % 1_000);
    let mut out = vec![
        format!(
            "{} of all lines since {since}, as far as incidents tell",
            percent(100_000 - lost.min(all) * 100_000 / all)
        ),
        String::new(),
        // The name comes last: on a phone it is what may go on in the next line.
        format!("# {:<9}{:>7}{:>12}  Area", "Uptime", "Lines", "Hours lost"),
    ];
    out.extend(areas.iter().map(|a| {
        let hours = group_signed(a.lost / 60);
        format!("{:<9}{:>7}{hours:>12}  {}", percent(a.share()), group_signed(a.lines), a.area)
    }));
    out
}
