//! Drawing the first screen: a greeting, the queue, the pulse beside or below it, renewals and what is down.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::money::group_signed;
use crate::base::text::{fit, truncate};
use crate::base::{Money, Timestamp, calendar};
use crate::domain::job::Slot;

use crate::domain::ticket::Priority;
use crate::engine::ask::today::{Pulse, Today as Found};
use crate::insight::chart::sparkline;
use crate::query::format;
use crate::query::schema::{deal as d, incident as i, job as j, lead as l, noun, ticket as t};

use super::super::board::span;
use super::super::paint::{put, put_line, put_right};
use super::super::theme::Theme;
use super::super::tickets::clock::{self, Look};
use super::{Place, Today};

/// From this width on the pulse stands beside the queue.
const BESIDE: u16 = 100;

impl Today {
    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, (who, now): (&str, Timestamp)) {
        self.hits.clear();
        let Some(found) = &self.found else {
            put(buf, area.x + 1, area.y, usize::from(area.width), "Reading what needs you now …", theme.dim);
            return;
        };
        let greeting = greeting(found, who, now);
        let room = area.width.saturating_sub(2);
        put_line(buf, area.x + 1, area.y, room, &Line::styled(truncate(&greeting, usize::from(room)), theme.text));
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        let beside = body.width >= BESIDE;
        let right = if beside { (body.width / 3).clamp(44, 56) } else { 0 };
        let left = Rect { width: body.width - right, ..body };
        let used = self.queue(left, buf, theme, now);
        let places = self.places();
        if places.is_empty() {
            put(buf, left.x + 2, left.y, usize::from(left.width), "Nothing needs you now.", theme.dim);
        }
        if beside {
            let x = left.right();
            for y in body.y..body.bottom() {
                put(buf, x, y, 1, "│", theme.border);
            }
            self.pulse(Rect { x: x + 2, width: right.saturating_sub(3), ..body }, buf, theme);
        } else if used + 2 < left.height && body.width >= 60 {
            let rest =
                Rect { x: left.x + 1, y: left.y + used + 1, width: left.width - 2, height: left.height - used - 1 };
            self.pulse(rest, buf, theme);
        }
    }

    /// The lines, each group under its name. Returns how many were used.
    fn queue(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, now: Timestamp) -> u16 {
        let places = self.places();
        let Some(found) = &self.found else { return 0 };
        // Names of groups only where all lines and names fit.
        let groups = places.windows(2).filter(|w| title(w[0]) != title(w[1])).count() + 1;
        let named = usize::from(area.height) >= places.len() + groups * 2;
        let mut lines: Vec<Option<usize>> = Vec::new();
        let mut last = "";
        let mut heads: Vec<(usize, &'static str)> = Vec::new();
        for (n, place) in places.iter().enumerate() {
            if named && title(*place) != last {
                if !lines.is_empty() {
                    lines.push(None);
                }
                last = title(*place);
                heads.push((lines.len(), last));
                lines.push(None);
            }
            lines.push(Some(n));
        }
        let at = lines.iter().position(|l| *l == Some(self.cursor)).unwrap_or(0);
        let height = usize::from(area.height);
        let top = (at + 2).saturating_sub(height);
        let mut hits = Vec::new();
        for (k, line) in lines.iter().enumerate().skip(top).take(height) {
            let y = area.y + u16::try_from(k - top).unwrap_or(0);
            if let Some((_, head)) = heads.iter().find(|(n, _)| *n == k) {
                put(buf, area.x + 1, y, usize::from(area.width), head, theme.title);
            }
            let Some(n) = line else { continue };
            let here = *n == self.cursor;
            if here {
                put(buf, area.x, y, 1, "▌", theme.marker);
            }
            let row = Rect { x: area.x + 2, y, width: area.width.saturating_sub(3), height: 1 };
            draw_line(found, places[*n], here, row, buf, theme, now);
            hits.push((Rect { x: area.x, y, width: area.width, height: 1 }, *n));
        }
        self.hits = hits;
        u16::try_from(lines.len().min(height)).unwrap_or(0)
    }

    fn pulse(&self, area: Rect, buf: &mut Buffer, theme: &Theme) {
        put(buf, area.x, area.y, usize::from(area.width), "Pulse · this month", theme.title);
        let Some(p) = &self.pulse else {
            put(buf, area.x, area.y + 1, usize::from(area.width), "counting …", theme.dim);
            return;
        };
        for (y, card) in (area.y + 1..area.bottom()).zip(cards(p)) {
            let cells = usize::from(area.width);
            put(buf, area.x, y, 12, card.name, theme.dim);
            put_right(buf, area.x + 11, area.x + 21, y, &card.value, theme.text);
            put(buf, area.x + 22, y, cells.saturating_sub(22), &card.bars, theme.accent);
            let tone = match card.good {
                Some(true) => theme.good,
                Some(false) => theme.warn,
                None => theme.dim,
            };
            put(buf, area.x + 29, y, cells.saturating_sub(29), &fit(&card.change, cells.saturating_sub(29)), tone);
        }
    }
}

fn title(place: Place) -> &'static str {
    match place {
        Place::Ticket(_) => "My queue",
        Place::FollowUp(_) => "Follow-ups",
        Place::Unanswered(_) => "Nobody has answered",
        Place::Deal(_) => "Deals to close",
        Place::Job(_) => "Field",
        Place::Incident(_) => "Incidents",
        Place::Renewals => "Renewals",
    }
}

/// `Good morning Priya. 3 tickets breach within the hour, 5 follow-ups are due, 41 plans expire this week.`
fn greeting(f: &Found, who: &str, now: Timestamp) -> String {
    let hour = (now.0 - calendar::start_of(calendar::date_of(now)).0) / 3_600_000;
    let part = match hour {
        4..12 => "morning",
        12..17 => "afternoon",
        _ => "evening",
    };
    let mut name = who.to_string();
    if let Some(first) = name.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    let mut news = Vec::new();
    let mut add = |n: i64, one: &str, many: &str| {
        if n > 0 {
            news.push(format!("{} {}", group_signed(n), if n == 1 { one } else { many }));
        }
    };
    let within = match f.near_minutes {
        60 => "within the hour".to_string(),
        minutes => format!("within {minutes} min"),
    };
    add(f.near, &format!("ticket breaches {within}"), &format!("tickets breach {within}"));
    add(f.late, "ticket is late", "tickets are late");
    add(f.due, "follow-up is due", "follow-ups are due");
    add(f.jobs.len() as i64, "job today", "jobs today");
    add(f.renewals.iter().map(|r| r.lines).sum(), "plan expires this week", "plans expire this week");
    match news.len() {
        0 => format!("Good {part} {name}. Nothing is due."),
        _ => format!("Good {part} {name}. {}.", news.join(", ")),
    }
}

/// The parts of a line: what runs out, number, what, who, where.
struct Parts {
    when: (String, Style),
    handle: String,
    what: String,
    who: String,
    place: String,
}

fn draw_line(f: &Found, place: Place, here: bool, area: Rect, buf: &mut Buffer, theme: &Theme, now: Timestamp) {
    let Some(p) = parts(f, place, theme, now) else { return };
    let cells = usize::from(area.width);
    put(buf, area.x, area.y, 10.min(cells), &fit(&p.when.0, 10), p.when.1);
    let style = if here { theme.selected } else { theme.text };
    let x = area.x + 11;
    let room = cells.saturating_sub(11);
    if room < 50 {
        let text =
            [p.what.as_str(), p.who.as_str()].iter().filter(|s| !s.is_empty()).copied().collect::<Vec<_>>().join(" · ");
        put(buf, x, area.y, room, &truncate(&text, room), style);
        return;
    }
    // A docket number of a company with a million lines, and a gap.
    let handle = if p.handle.is_empty() { 0 } else { 14_usize };
    put(buf, x, area.y, handle.saturating_sub(1), &fit(&p.handle, handle.saturating_sub(1)), theme.dim);
    let x = x + u16::try_from(handle).unwrap_or(0);
    let room = room - handle;
    let spans = [(p.what.as_str(), 45, style), (p.who.as_str(), 32, theme.text), (p.place.as_str(), 23, theme.dim)];
    let mut at = x;
    for (text, share, style) in spans {
        let w = room * share / 100;
        put_line(
            buf,
            at,
            area.y,
            u16::try_from(w).unwrap_or(0),
            &Line::from(Span::styled(truncate(text, w.saturating_sub(1)), style)),
        );
        at += u16::try_from(w).unwrap_or(0);
    }
}

fn parts(f: &Found, place: Place, theme: &Theme, now: Timestamp) -> Option<Parts> {
    let today = calendar::date_of(now);
    let ago = |at: i64| span((now.0 - at).max(0));
    Some(match place {
        Place::Ticket(n) => {
            let r = f.tickets.get(n)?;
            let look = Look { now, near_ms: f.near_minutes.saturating_mul(60_000) };
            let (text, style) = clock::cell(r.int(t::CLOCK), look, theme);
            let priority = Priority::parse(r.text(t::PRIORITY)).map_or("", Priority::label);
            Parts {
                when: (text, style),
                handle: r.text(t::DOCKET).into(),
                what: r.text(t::SUBJECT).into(),
                who: r.text(t::NAME).into(),
                place: format!("{} · {priority}", r.text(t::CITY)),
            }
        }
        Place::FollowUp(n) => {
            let u = f.follow_ups.get(n)?;
            let late = u.due <= now;
            let when =
                if late { format!("! {} late", ago(u.due.0)) } else { format!("☎ {}", calendar::clock_face(u.due)) };
            let stage = u.stage.label().to_lowercase();
            Parts {
                when: (when, if late { theme.bad } else { theme.text }),
                handle: "lead".into(),
                what: if u.about.is_empty() {
                    format!("{stage} {} ago", ago(u.stage_since.0))
                } else {
                    u.about.clone()
                },
                who: u.name.clone(),
                place: u.owner.clone(),
            }
        }
        Place::Unanswered(n) => {
            let r = f.unanswered.get(n)?;
            let source = format::show(l::SOURCE, r.get(l::SOURCE)).to_lowercase();
            Parts {
                when: (format!("○ {}", ago(r.int(l::CREATED).unwrap_or(now.0))), theme.warn),
                handle: "new lead".into(),
                what: format!("{} by {source}, score {}", r.text(l::PLAN), r.int(l::SCORE).unwrap_or(0))
                    .trim()
                    .to_string(),
                who: r.text(l::NAME).into(),
                place: r.text(l::CITY).into(),
            }
        }
        Place::Deal(n) => {
            let r = f.deals.get(n)?;
            let day = r.int(d::EXPECTED_CLOSE).and_then(calendar::date_from_days)?;
            let style = if day < today { theme.bad } else { theme.text };
            Parts {
                when: (format!("◆ {}", calendar::short_date(day, today)), style),
                handle: "deal".into(),
                what: match r.text(d::NEXT_STEP) {
                    "" => format!(
                        "{}, closes {}",
                        format::show(d::STAGE, r.get(d::STAGE)).to_lowercase(),
                        calendar::from_today(day, today)
                    ),
                    next => next.to_string(),
                },
                who: r.text(d::NAME).into(),
                place: r.money(d::AMOUNT).short(),
            }
        }
        Place::Job(n) => {
            let r = f.jobs.get(n)?;
            let day = r.int(j::DAY).and_then(calendar::date_from_days);
            let late = day.is_some_and(|day| day < today);
            let slot = Slot::parse(r.text(j::SLOT)).map_or("", Slot::label);
            let when = match day {
                Some(day) if late => format!("! {}", calendar::short_date(day, today)),
                _ => format!("⌂ {slot}"),
            };
            let kind = format::show(j::KIND, r.get(j::KIND));
            let state = format::show(j::STATE, r.get(j::STATE)).to_lowercase();
            let owner = r.text(j::OWNER);
            Parts {
                when: (when, if late { theme.bad } else { theme.text }),
                handle: r.text(j::NUMBER).into(),
                what: if owner.is_empty() { format!("{kind}, nobody has it") } else { format!("{kind}, {state}") },
                who: r.text(noun(crate::domain::Entity::Job).name).into(),
                place: r.text(j::AREA).into(),
            }
        }
        Place::Incident(n) => {
            let r = f.incidents.get(n)?;
            Parts {
                when: (format!("▼ {}", ago(r.int(i::BEGAN).unwrap_or(now.0))), theme.bad),
                handle: r.text(i::NUMBER).into(),
                what: r.text(i::TITLE).into(),
                who: format!(
                    "{} lines · {} tickets",
                    group_signed(r.int(i::AFFECTED).unwrap_or(0)),
                    group_signed(r.int(i::TICKETS).unwrap_or(0))
                ),
                place: r.text(i::TARGET).into(),
            }
        }
        Place::Renewals => {
            let lines: Vec<i64> = f.renewals.iter().map(|r| r.lines).collect();
            let stake = Money(f.renewals.iter().map(|r| r.mrr.0).sum());
            Parts {
                when: (format!("↻ {}", group_signed(lines.iter().sum())), theme.text),
                handle: String::new(),
                what: format!(
                    "today {} · tomorrow {} · {}",
                    group_signed(lines[0]),
                    group_signed(lines[1]),
                    sparkline(&lines, 0)
                ),
                who: format!("{} at stake", stake.short()),
                place: String::new(),
            }
        }
    })
}

/// A card of the pulse.
struct Card {
    name: &'static str,
    value: String,
    bars: String,
    change: String,
    good: Option<bool>,
}

/// `+64`, `-0.3`; nothing for no change.
fn signed(n: i64) -> String {
    if n > 0 { format!("+{}", group_signed(n)) } else { group_signed(n) }
}

/// Tenths of a percent as people read them.
fn permille(n: i64) -> String {
    format!("{}.{}%", n / 10, (n % 10).abs())
}

fn cards(p: &Pulse) -> Vec<Card> {
    let lines: Vec<i64> = p.months.iter().map(|m| m.lines).collect();
    let rent: Vec<i64> = p.months.iter().map(|m| m.rent).collect();
    let floor = |v: &[i64]| v.iter().min().map_or(0, |m| m - (v.iter().max().unwrap_or(m) - m) / 2);
    let last = |v: &[i64]| v.last().copied().unwrap_or(0);
    let before = |v: &[i64]| v.len().checked_sub(2).map_or(0, |n| v[n]);
    let (line_change, rent_change) = (last(&lines) - before(&lines), last(&rent) - before(&rent));
    // A month's leavers of those there at its beginning.
    let churn: Vec<i64> =
        p.months.windows(2).map(|w| if w[0].lines > 0 { w[1].left * 1_000 / w[0].lines } else { 0 }).collect();
    let minutes: Vec<i64> = p.desk.iter().map(|[n, sum, ..]| if *n > 0 { sum / n } else { 0 }).collect();
    let solved: i64 = p.desk.iter().map(|d| d[2]).sum();
    let kept: i64 = p.desk.iter().map(|d| d[3]).sum();
    let answered: i64 = p.desk.iter().map(|d| d[0]).sum();
    let response = if answered > 0 { p.desk.iter().map(|d| d[1]).sum::<i64>() / answered } else { 0 };
    let share = |part: i64, of: i64| if of > 0 { part * 1_000 / of } else { 0 };
    let mut out = vec![
        Card {
            name: "MRR",
            value: Money(p.mrr).short(),
            bars: sparkline(&rent, floor(&rent)),
            change: format!("{}{}", if rent_change > 0 { "+" } else { "" }, Money(rent_change).short()),
            good: Some(rent_change >= 0),
        },
        Card {
            name: "Active",
            value: group_signed(p.active),
            bars: sparkline(&lines, floor(&lines)),
            change: signed(line_change),
            good: Some(line_change >= 0),
        },
        Card {
            name: "Churn",
            value: permille(before(&churn)),
            bars: sparkline(&churn, 0),
            change: format!("now {}", permille(last(&churn))),
            good: None,
        },
    ];
    if p.answers > 0 {
        out.push(Card {
            name: "NPS",
            value: signed((p.promoters - p.detractors) * 100 / p.answers),
            bars: String::new(),
            change: format!("{} answers", group_signed(p.answers)),
            good: None,
        });
    }
    if let Some(uptime) = p.uptime {
        out.push(Card {
            name: "Uptime",
            value: format!("{}.{:02}%", uptime / 100, uptime % 100),
            bars: String::new(),
            change: "last month".into(),
            good: None,
        });
    }
    if answered > 0 {
        out.push(Card {
            name: "First answer",
            value: span(response * 60_000),
            bars: sparkline(&minutes, 0),
            change: format!("SLA {}", permille(share(kept, solved))),
            good: Some(share(kept, solved) >= 900),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ask::today::MonthEnd;

    #[test]
    fn cards_are_the_figures_behind_them() {
        let month = |lines, rent, left| MonthEnd { lines, rent, left };
        let p = Pulse {
            mrr: 10_000_000,
            active: 99,
            months: vec![month(90, 9_000, 0), month(100, 10_000, 2), month(104, 10_500, 1)],
            promoters: 50,
            detractors: 10,
            answers: 80,
            uptime: Some(9_971),
            desk: vec![[2, 60, 2, 1], [0; 4], [2, 20, 2, 2], [0; 4], [0; 4], [0; 4]],
        };
        let all = cards(&p);
        let of = |name: &str| all.iter().find(|c| c.name == name).unwrap();
        assert_eq!(of("Active").change, "+4");
        // Two of ninety left in the month before, one of a hundred in this.
        assert_eq!((of("Churn").value.as_str(), of("Churn").change.as_str()), ("2.2%", "now 1.0%"));
        assert_eq!(of("NPS").value, "+50");
        assert_eq!(of("Uptime").value, "99.71%");
        assert_eq!((of("First answer").value.as_str(), of("First answer").change.as_str()), ("20 min", "SLA 75.0%"));
        assert_eq!(of("MRR").bars.chars().count(), 3);
    }
}
