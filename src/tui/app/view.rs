//! Drawing: tabs, view bar, body, hints, and what lies on top.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::base::money::group;
use crate::base::text::{fit, width};
use crate::base::{Timestamp, calendar};

use super::super::action::{ACTIONS, Action, Availability, Scope, spec};
use super::super::board;
use super::super::canvas::{Briefed, Canvas, Stage};
use super::super::deals;
use super::super::incidents;
use super::super::keys;
use super::super::overlay::Overlay;
use super::super::paint::{hint, put, put_line, put_right, seal};
use super::super::table::{bar, list, panel, row};
use super::super::tabs::TABS;
use super::super::tickets;
use super::super::{jobs, leads};
use super::{App, Tone};
use crate::engine::ask::Panel;

/// Below this nothing can be used.
const MIN: (u16, u16) = (30, 8);
/// From this width on the briefing stands beside the list.
const PANEL_FROM: u16 = 110;

fn is_too_small(area: Rect) -> bool {
    area.width < MIN.0 || area.height < MIN.1
}

impl App {
    pub fn render(&mut self, frame: &mut Frame<'_>) {
        self.render_on(frame, &mut Canvas::new(Rect::ZERO));
    }

    /// The same with the rows that a canvas remembers.
    pub fn render_on(&mut self, frame: &mut Frame<'_>, canvas: &mut Canvas) {
        canvas.swap(frame.buffer_mut());
        let cursor = self.paint(canvas);
        canvas.swap(frame.buffer_mut());
        seal(frame.buffer_mut());
        if let Some((x, y)) = cursor {
            frame.set_cursor_position(Position::new(x, y));
        }
    }

    /// Draws what is on the screen; returns where the text cursor is. The wire seals what it sends.
    pub fn paint(&mut self, canvas: &mut Canvas) -> Option<(u16, u16)> {
        let area = canvas.buffer.area;
        canvas.begin(self.stage(area));
        let cursor = self.draw(area, canvas);
        canvas.end();
        cursor.filter(|(x, y)| *x < area.right() && *y < area.bottom())
    }

    /// What this frame is drawn on.
    fn stage(&self, area: Rect) -> Stage {
        let (list, panel) = self.split(Rect { y: area.y + 2, height: area.height.saturating_sub(3), ..area });
        let elsewhere = self.gate.is_some() || self.today_screen.is_some() || self.menu.is_some();
        let over = !self.overlays.is_empty() || self.show_which || self.list.bar.is_some();
        let plain = self.list.board.is_none() && !self.list.rows.rows.is_empty() && !list::is_narrow(list);
        let bare = plain && !over && !elsewhere && !self.analytics.shown && !is_too_small(area);
        let (theme, thin, entity) = (self.theme.clone(), self.thin, self.list.entity);
        Stage { area, theme, thin, entity, list, panel, bare }
    }

    /// The list, and the briefing beside it with the line between, where there is room for it.
    fn split(&self, body: Rect) -> (Rect, Option<Rect>) {
        if !self.list.panel_wanted || self.thin || body.width < PANEL_FROM {
            return (body, None);
        }
        let panel = (body.width * 2 / 5).clamp(46, 76);
        let list = Rect { width: body.width - panel - 2, ..body };
        (list, Some(Rect { x: list.right(), width: panel + 2, ..body }))
    }

    fn draw(&mut self, area: Rect, canvas: &mut Canvas) -> Option<(u16, u16)> {
        let buf = &mut canvas.buffer;
        if is_too_small(area) {
            let text = format!("window too small: {}x{} needed, q leaves", MIN.0, MIN.1);
            put(buf, area.x, area.y, usize::from(area.width), &text, self.theme.text);
            return None;
        }
        if let Some(gate) = &self.gate {
            return gate.draw(area, buf, &self.theme);
        }
        let tabs = Rect { height: 1, ..area };
        canvas.wipe(tabs);
        self.draw_tabs(tabs, &mut canvas.buffer);
        let body = Rect { y: area.y + 1, height: area.height - 2, ..area };
        let hints = Rect { y: area.bottom() - 1, height: 1, ..area };
        let (notice, line) = (self.notice(), Rect { y: hints.y.saturating_sub(1), height: 1, ..area });
        canvas.notice(line.y, notice.is_some());
        let buf = &mut canvas.buffer;
        let mut cursor = match (&mut self.today_screen, &mut self.menu) {
            _ if self.analytics.shown => {
                self.analytics.draw(body, buf, &self.theme);
                None
            }
            (Some(today), _) => {
                today.draw(body, buf, &self.theme, (&self.session.who.user, self.now));
                None
            }
            (None, Some(menu)) => {
                menu.draw(body, buf, &self.theme, self.session.who.role);
                None
            }
            (None, None) => self.draw_list(body, canvas),
        };
        // A detail page takes the place of the list; other overlays lie over what is there.
        let today = self.today();
        let theme = self.theme.clone();
        let buf = &mut canvas.buffer;
        let mut pick_area = Rect::default();
        let look = self.list.look(self.now);
        for overlay in &mut self.overlays {
            cursor = match overlay {
                Overlay::Detail(d) => {
                    d.draw(body, buf, &theme, look);
                    None
                }
                Overlay::Form(f) => f.draw(area, buf, &theme),
                Overlay::Picker(p) => {
                    let (at, items) = p.draw(area, buf, &theme);
                    pick_area = items;
                    Some(at)
                }
                Overlay::Search(s) => {
                    let (at, items) = s.draw(area, buf, &theme);
                    pick_area = items;
                    Some(at)
                }
                Overlay::Confirm(c) => {
                    c.draw(area, buf, &theme, today);
                    None
                }
                Overlay::Page(p) => {
                    p.draw(area, buf, &theme);
                    None
                }
            };
        }
        self.pick_area = pick_area;
        canvas.wipe(hints);
        let buf = &mut canvas.buffer;
        self.draw_hints(hints, buf);
        if let Some((text, style)) = notice {
            let cells = usize::from(line.width);
            put(buf, line.x, line.y, cells, &fit(&format!(" {text}"), cells), style);
        }
        if self.show_which {
            self.draw_which(Rect { y: area.y + 1, height: area.height - 2, ..area }, buf);
        }
        cursor
    }

    fn draw_tabs(&self, area: Rect, buf: &mut Buffer) {
        let t = &self.theme;
        let role = self.session.who.role.label().to_lowercase();
        let state = match (&self.session.read_only, self.session.demo) {
            (Some(_), _) => "read only",
            (None, true) => "demo data",
            (None, false) => "● live",
        };
        let narrow = list::is_narrow(area);
        let right = if narrow { state.to_string() } else { format!("{} · {role}  {state}", self.session.who.user) };
        let mut x = area.x + 1;
        if !narrow {
            x += put(buf, x, area.y, 12, "BharatNet", t.title) + 2;
        }
        let style = if self.session.read_only.is_some() { t.warn } else { t.dim };
        let room = usize::from(area.width).saturating_sub(width(&right) + 2);
        // Where the names do not fit, only the one that is open has its name.
        let all = TABS.iter().map(|tab| width(tab.title) + 4).sum::<usize>() - 2;
        let short = usize::from(x - area.x) + all > room;
        for tab in TABS {
            let open = tab.tab == self.tab;
            let text = match (open, short) {
                (true, _) => format!("{}▸{}", tab.number, tab.title),
                (false, false) => format!("{} {}", tab.number, tab.title),
                (false, true) => tab.number.to_string(),
            };
            let left = room.saturating_sub(usize::from(x - area.x));
            let style = if open { t.tab_active } else { t.tab };
            x += put(buf, x, area.y, left, &text, style) + if narrow { 1 } else { 2 };
        }
        put_right(buf, x.saturating_sub(1), area.right().saturating_sub(1), area.y, &right, style);
    }

    fn draw_list(&mut self, area: Rect, canvas: &mut Canvas) -> Option<(u16, u16)> {
        self.list.thin = self.thin;
        let bar = Rect { height: 1, ..area };
        canvas.wipe(bar);
        let cursor = bar::draw_bar(&self.list, bar, &mut canvas.buffer, &self.theme);
        let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        if let Some(height) = self.list.board.as_ref().map(|b| board::height(b, body)) {
            self.list.panel_shown = false;
            self.list.height = height;
            self.list.rows.scroll(height);
            self.list.place = self.list.rows.position();
            let now = self.now;
            self.hits = board::draw(&mut self.list, &self.others, body, &mut canvas.buffer, &self.theme, now);
        } else {
            let (list_area, panel_area) = self.split(body);
            self.list.panel_shown = panel_area.is_some();
            let height = list::height(list_area);
            self.list.height = height;
            self.list.rows.scroll(height);
            if self.list.panel_due.is_none() {
                self.list.place = self.list.rows.position();
            }
            self.hits = list::draw(&self.list, &self.others, list_area, canvas, &self.theme, self.now);
            if let Some(area) = panel_area {
                self.draw_panel(area, canvas);
            }
        }
        if self.overlays.is_empty()
            && let Some((x, _)) = cursor
        {
            bar::draw_suggestions(&self.list, body, x.saturating_sub(2), &mut canvas.buffer, &self.theme);
        }
        cursor.filter(|_| self.overlays.is_empty())
    }

    fn draw_panel(&self, area: Rect, canvas: &mut Canvas) {
        // A briefing of another row would be read for this one.
        let current = self.list.rows.current_id();
        let shown = self.list.panel.as_ref().filter(|shown| {
            Some(shown.record().id) == current || self.list.panel_due.is_some() || self.list.pending.panel.is_some()
        });
        // No briefing tells apart what is less than a second apart; some tell days only.
        let now = Timestamp(self.now.0.div_euclid(1_000) * 1_000);
        let look = self.list.look(now);
        let today = self.today();
        let at = match shown {
            Some(Panel::Customer(_) | Panel::Job(_) | Panel::Row(_)) | None => calendar::start_of(today),
            _ => now,
        };
        let other = shown.and(current).and_then(|id| self.other_at(self.list.entity, id)).map(str::to_string);
        let from = Briefed { edition: shown.map(|_| self.list.panel.edition()), at, other: other.clone() };
        canvas.brief(area, from, |width| {
            let (cells, t) = (usize::from(width), &self.theme);
            let mut lines = match shown {
                None => Vec::new(),
                Some(Panel::Customer(b)) => panel::lines(b, cells, t, today),
                Some(Panel::Lead(b)) => leads::panel::lines(b, cells, t, now),
                Some(Panel::Deal(b)) => deals::panel::lines(b, cells, t, now),
                Some(Panel::Job(sheet)) => jobs::panel::lines(sheet, cells, t, today),
                Some(Panel::Incident(sheet)) => incidents::panel::lines(sheet, cells, t, look),
                Some(Panel::Ticket(case)) => tickets::panel::lines(case, cells, t, look),
                Some(Panel::Row(card)) => row::lines(card, cells, t, today),
            };
            if let Some(other) = other {
                let text = fit(&format!("✎ {other} has this open"), cells);
                lines.resize(usize::from(area.height.max(1)), Line::default());
                *lines.last_mut().unwrap_or(&mut Line::default()) = Line::from(Span::styled(text, t.warn));
            }
            lines
        });
    }

    /// The keys that matter now.
    fn draw_hints(&self, area: Rect, buf: &mut Buffer) {
        let scopes = self.scopes();
        let mut specs: Vec<_> = ACTIONS
            .iter()
            .filter(|a| a.rank > 0 && scopes.contains(&a.scope))
            .filter(|a| self.availability(a.action) == Availability::Yes)
            .collect();
        specs.sort_by_key(|a| a.rank);
        let mut spans: Vec<Span<'_>> = vec![Span::raw(" ")];
        let mut used = 1;
        // The last two, help and palette, always have their place.
        let tail: usize = 2.min(specs.iter().filter(|a| a.scope == Scope::Global).count());
        let reserve: usize = specs.iter().rev().take(tail).map(|a| self.hint_width(a)).sum();
        let last = specs.len() - tail;
        for (i, s) in specs.iter().enumerate() {
            let w = self.hint_width(s);
            if i < last && used + w + reserve > usize::from(area.width) || used + w > usize::from(area.width) + 2 {
                continue;
            }
            let key = self.keymap.key_here(s, &scopes);
            spans.extend(hint(&key, s.hint, &self.theme));
            used += w;
        }
        if let Some(Overlay::Page(p)) = self.overlays.last()
            && p.entry.is_some()
            && spec(Action::Undo, Scope::Global).is_some()
        {
            spans.extend(hint("u", "take this entry back", &self.theme));
        }
        put_line(buf, area.x, area.y, area.width, &Line::from(spans));
        if self.overlays.is_empty() && self.on_list() && !list::is_narrow(area) && used + 20 < usize::from(area.width) {
            let place = match (self.list.place, self.list.length()) {
                (Some(n), Some(count)) if count > 0 => {
                    format!("{} / {}", group(n), crate::base::money::group_signed(count))
                }
                _ => String::new(),
            };
            // In the look that the next move of the cursor begins with.
            put_right(buf, area.x, area.right().saturating_sub(1), area.y, &place, self.theme.text);
        }
    }

    fn hint_width(&self, s: &super::super::action::ActionSpec) -> usize {
        let key = self.keymap.keys_of(s).first().map(|k| keys::label(k)).unwrap_or_default();
        width(&key) + width(s.hint) + 3
    }

    /// Progress, a toast or the marks, for the line above the hints.
    fn notice(&self) -> Option<(String, Style)> {
        if let Some((label, done, total)) = &self.progress {
            let of = if *total > 0 { format!(" {} of {}", group(*done), group(*total)) } else { String::new() };
            return Some((format!("{label}{of} · Ctrl-c stops"), self.theme.accent));
        }
        if let Some((done, all)) = self.list.reading {
            let of = format!("{} of {}", group(done.unsigned_abs()), group(all.unsigned_abs()));
            return Some((format!("Reading {of} rows · Ctrl-c stops"), self.theme.accent));
        }
        if let Some(toast) = &self.toast {
            let (shape, style) = match toast.tone {
                Tone::Good => ("✓ ", self.theme.good),
                Tone::Plain => ("", self.theme.accent),
                Tone::Bad => ("! ", self.theme.bad),
            };
            return Some((format!("{shape}{}", toast.text), style));
        }
        list::marked(&self.list).filter(|_| self.overlays.is_empty()).map(|text| (text, self.theme.mark))
    }

    /// What may follow the keys pressed so far.
    fn draw_which(&self, area: Rect, buf: &mut Buffer) {
        let next = self.keymap.after(&self.scopes(), self.prefix());
        let rows = u16::try_from(next.len()).unwrap_or(u16::MAX).min(area.height.saturating_sub(2));
        let cells = 46.min(area.width);
        let frame = Rect { x: area.right() - cells, y: area.bottom() - rows - 2, width: cells, height: rows + 2 };
        let inner = super::super::paint::boxed(buf, frame, &keys::label(self.prefix()), &self.theme);
        for (y, (key, s)) in (inner.y..inner.bottom()).zip(next) {
            let spans = hint(&key, s.help, &self.theme);
            put_line(buf, inner.x, y, inner.width, &Line::from(spans.to_vec()));
        }
    }
}
