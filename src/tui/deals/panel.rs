//! The briefing of a deal: who buys, what it is made of line by line, what the forecast counts, what is stuck, what it
//! pays, what happened last.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::text::{fit, truncate, width, wrap};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::Record;
use crate::domain::commission::Entry;
use crate::domain::deal::Stage;
use crate::engine::ask::DealBriefing;
use crate::engine::ask::deal::parts;
use crate::insight::deal::Alarm;
use crate::query::format;
use crate::query::schema::{deal as d, deal_line as dl};

use super::super::table::panel::{event_lines, section};
use super::super::theme::Theme;

/// The briefing as lines of `cells`.
pub fn lines<'a>(b: &DealBriefing, cells: usize, theme: &Theme, now: Timestamp) -> Vec<Line<'a>> {
    let (r, today) = (&b.record, calendar::date_of(now));
    let mut out = vec![head(r, cells, theme)];
    let kind = format::show(d::KIND, r.get(d::KIND)).to_lowercase();
    let payer = Some(r.text(d::ORGANISATION)).filter(|o| *o != r.text(d::NAME)).unwrap_or("");
    let who = joined(&[payer, r.text(d::CONTACT), &kind]);
    out.push(Line::from(Span::styled(truncate(&who, cells), theme.text)));
    let town = [r.text(d::CITY), r.text(d::PINCODE)].join(" ").trim().to_string();
    let phone = format::show(d::PHONE, r.get(d::PHONE));
    let reach = joined(&[&phone, r.text(d::EMAIL), r.text(d::AREA), &town]);
    if !reach.is_empty() {
        out.push(Line::from(Span::styled(truncate(&reach, cells), theme.dim)));
    }
    for (alarm, why) in &b.stuck {
        let style = if *alarm == Alarm::Red { theme.bad } else { theme.warn };
        section(&mut out, "Stuck", vec![(format!("! {why}"), style)], cells, theme);
    }
    money(&mut out, b, cells, theme);
    expected(&mut out, r, cells, theme, now);
    if !r.text(d::NEXT_STEP).is_empty() {
        section(&mut out, "Next", vec![(r.text(d::NEXT_STEP).to_string(), theme.text)], cells, theme);
    }
    quotation(&mut out, r, cells, theme, now);
    people(&mut out, r, cells, theme);
    commission(&mut out, b, cells, theme);
    stages(&mut out, b, cells, theme, now);
    if !r.get(d::NOTES).is_null() {
        section(&mut out, "Notes", vec![(r.text(d::NOTES).to_string(), theme.dim)], cells, theme);
    }
    out.push(Line::default());
    for event in b.timeline.iter().take(40) {
        out.extend(event_lines(event, cells, theme, today).into_iter().take(2));
    }
    out
}

/// `Lotus Towers              D 0000042  ◕ Negotiation`
fn head<'a>(r: &Record, cells: usize, theme: &Theme) -> Line<'a> {
    let stage = Stage::parse(r.text(d::STAGE));
    let mut word = stage.map_or(String::new(), |s| format!("{} {}", s.shape(), s.label()));
    if !r.get(d::LOST_REASON).is_null() {
        word = format!("{word}: {}", format::show(d::LOST_REASON, r.get(d::LOST_REASON)).to_lowercase());
    }
    let number = format!("D {:07}  ", r.int(d::NUMBER).unwrap_or(0));
    let room = cells.saturating_sub(width(&number) + width(&word) + 1);
    Line::from(vec![
        Span::styled(fit(r.text(d::NAME), room), theme.title),
        Span::raw(" "),
        Span::styled(number, theme.dim),
        Span::styled(word, stage.map_or(theme.text, |s| stage_style(s, theme))),
    ])
}

pub fn stage_style(stage: Stage, theme: &Theme) -> Style {
    match stage {
        Stage::Won => theme.good,
        Stage::Lost => theme.bad,
        Stage::Negotiation => theme.accent,
        _ => theme.text,
    }
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}

/// A text on the left, wrapped, with an amount on the right of its last line.
fn sum_line<'a>(out: &mut Vec<Line<'a>>, text: &str, amount: Money, cells: usize, style: Style) {
    let figure = amount.to_string();
    let room = cells.saturating_sub(width(&figure) + 3).max(8);
    let mut parts = wrap(text, room);
    let last = parts.pop().unwrap_or_default();
    out.extend(parts.into_iter().map(|t| Line::from(Span::styled(format!("  {t}"), style))));
    let gap = cells.saturating_sub(2 + width(&last) + width(&figure));
    out.push(Line::from(Span::styled(format!("  {last}{}{figure}", " ".repeat(gap)), style)));
}

/// The lines with their arithmetic, and the amount they sum to.
fn money<'a>(out: &mut Vec<Line<'a>>, b: &DealBriefing, cells: usize, theme: &Theme) {
    let r = &b.record;
    if b.lines.is_empty() {
        section(out, "Lines", vec![("none yet: `+` adds a plan, an installation …".into(), theme.dim)], cells, theme);
        return;
    }
    let seats = r.int(d::SEATS).unwrap_or(0);
    let mrr = format!("{} a month", r.money(d::MRR).compact());
    let head = vec![(format!("{seats} seats"), theme.text), (mrr, theme.text)];
    section(out, "Lines", head, cells, theme);
    for line in &b.lines {
        let amount = line.money(dl::AMOUNT);
        let style = if amount < Money::ZERO { theme.dim } else { theme.text };
        sum_line(out, line.text(dl::TITLE), amount, cells, style);
    }
    let by: Vec<String> =
        parts(r).iter().map(|(item, m)| format!("{} {}", item.label().to_lowercase(), m.short())).collect();
    if b.lines.len() > 3 && by.len() > 1 {
        section(out, "", vec![(by.join(" · "), theme.dim)], cells, theme);
    }
    sum_line(out, "Amount before GST", r.money(d::AMOUNT), cells, theme.title);
}

fn expected<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme, now: Timestamp) {
    let open = Stage::parse(r.text(d::STAGE)).is_some_and(Stage::is_open);
    if !open {
        return;
    }
    let today = calendar::date_of(now);
    let mut parts = Vec::new();
    if let Some(day) = r.int(d::EXPECTED_CLOSE).and_then(calendar::date_from_days) {
        let style = if day < today { theme.warn } else { theme.text };
        parts.push((format!("{} ({})", calendar::short_date(day, today), calendar::from_today(day, today)), style));
    }
    let chance = r.int(d::CHANCE).unwrap_or(0);
    let weighted = r.money(d::WEIGHTED).compact();
    parts.push((format!("{chance}% of {} = {weighted}", r.money(d::AMOUNT).compact()), theme.text));
    parts.push((format::show(d::CATEGORY, r.get(d::CATEGORY)).to_lowercase(), theme.dim));
    parts.retain(|(text, _)| !text.is_empty());
    section(out, "Close", parts, cells, theme);
}

fn quotation<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme, now: Timestamp) {
    if r.get(d::QUOTE).is_null() {
        return;
    }
    let today = calendar::date_of(now);
    let mut parts = vec![(r.text(d::QUOTE).to_string(), theme.text)];
    parts.push((r.money(d::QUOTED_AMOUNT).compact(), theme.text));
    if let Some(day) = r.int(d::VALID_UNTIL).and_then(calendar::date_from_days) {
        let style = if day < today { theme.warn } else { theme.text };
        parts.push((format!("valid until {}", calendar::short_date(day, today)), style));
    }
    if r.get(d::QUOTED_AMOUNT) != r.get(d::AMOUNT) {
        parts.push(("the lines have changed since".into(), theme.warn));
    }
    section(out, "Quote", parts, cells, theme);
}

fn people<'a>(out: &mut Vec<Line<'a>>, r: &Record, cells: usize, theme: &Theme) {
    let mut parts = Vec::new();
    if !r.text(d::OWNER).is_empty() {
        parts.push((r.text(d::OWNER).to_string(), theme.text));
    }
    if let Some(share) = r.int(d::SHARE) {
        parts.push((format!("with {} ({share}%)", r.text(d::SECOND)), theme.text));
    }
    let source = format::show(d::SOURCE, r.get(d::SOURCE)).to_lowercase();
    let by = match r.text(d::REFERRED_BY) {
        "" => source,
        name => format!("{source} by {name}"),
    };
    if !by.trim().is_empty() {
        parts.push((by, theme.dim));
    }
    if !r.text(d::COMPETITOR).is_empty() {
        parts.push((format!("against {}", r.text(d::COMPETITOR)), theme.dim));
    }
    if !parts.is_empty() {
        section(out, "Owner", parts, cells, theme);
    }
}

/// What the deal pays, with the arithmetic; of an open one, what it would pay if it were won today.
fn commission<'a>(out: &mut Vec<Line<'a>>, b: &DealBriefing, cells: usize, theme: &Theme) {
    let Some(found) = b.commission.as_ref().filter(|_| !b.lines.is_empty()) else { return };
    let stage = Stage::parse(b.record.text(d::STAGE));
    if stage == Some(Stage::Lost) {
        return;
    }
    if found.parts.is_empty() {
        section(out, "Pays", vec![("no commission schedule fits".into(), theme.dim)], cells, theme);
        return;
    }
    let word = if stage == Some(Stage::Won) { "commission" } else { "commission if won today" };
    section(out, "Pays", vec![(word.into(), theme.dim)], cells, theme);
    for part in &found.parts {
        sum_line(out, &format!("{}: {}", part.schedule, part.words), part.amount, cells, theme.text);
    }
    let shared = found.payments.iter().filter(|p| p.entry == Entry::Earned).count() > 1;
    for pay in found.payments.iter().filter(|p| shared || p.entry != Entry::Earned) {
        let word = match pay.entry {
            Entry::Earned => String::new(),
            other => format!(" · {}", other.label().to_lowercase()),
        };
        sum_line(out, &format!("{}{word}", pay.who), pay.amount, cells, theme.dim);
    }
}

/// When each stage was reached, and how many days the one before took.
fn stages<'a>(out: &mut Vec<Line<'a>>, b: &DealBriefing, cells: usize, theme: &Theme, now: Timestamp) {
    let mut parts = Vec::new();
    for (i, (stage, at)) in b.stages.iter().enumerate() {
        let took = i.checked_sub(1).map(|n| at.since(b.stages[n].1) / 86_400_000).filter(|n| *n > 0);
        let took = took.map_or(String::new(), |n| format!(" after {n} d"));
        let day = calendar::short_date(calendar::date_of(*at), calendar::date_of(now));
        parts.push((format!("{} {day}{took}", stage.label()), stage_style(*stage, theme)));
    }
    section(out, "Stages", parts, cells, theme);
}
