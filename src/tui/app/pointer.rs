//! The mouse. Everything it does, a key does too.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::query::schema::field;

use super::super::action::Action;
use super::super::message::Effect;
use super::super::overlay::Overlay;
use super::App;

impl App {
    pub(super) fn pointer(&mut self, event: MouseEvent) -> Vec<Effect> {
        let at = Position::new(event.column, event.row);
        match event.kind {
            MouseEventKind::ScrollDown => self.wheel(Action::Down),
            MouseEventKind::ScrollUp => self.wheel(Action::Up),
            MouseEventKind::Down(MouseButton::Left) => self.click(at),
            _ => Vec::new(),
        }
    }

    /// Three lines a notch.
    fn wheel(&mut self, action: Action) -> Vec<Effect> {
        if matches!(self.overlays.last(), Some(Overlay::Form(_) | Overlay::Picker(_) | Overlay::Search(_))) {
            let code =
                if action == Action::Down { crossterm::event::KeyCode::Down } else { crossterm::event::KeyCode::Up };
            return self.key(crossterm::event::KeyEvent::new(code, crossterm::event::KeyModifiers::NONE));
        }
        (0..3).flat_map(|_| self.run(action)).collect()
    }

    fn click(&mut self, at: Position) -> Vec<Effect> {
        if let Some(Overlay::Picker(p)) = self.overlays.last_mut() {
            if self.pick_area.contains(at) {
                let reply = p.click(usize::from(at.y - self.pick_area.y));
                return self.picked(reply);
            }
            return Vec::new();
        }
        if let Some(Overlay::Search(s)) = self.overlays.last_mut()
            && self.pick_area.contains(at)
        {
            let reply = s.click(usize::from(at.y - self.pick_area.y));
            return self.searched(reply);
        }
        if !self.overlays.is_empty() {
            return Vec::new();
        }
        if let Some(effects) = self.click_on_analytics(at.x, at.y) {
            return effects;
        }
        if at.y == self.hits.head {
            let column = self.hits.columns.iter().find(|c| (c.x..c.x + c.width + 1).contains(&at.x)).map(|c| c.id);
            return match column.filter(|id| field(*id).sort) {
                Some(id) => {
                    let descending = match self.list.sort.first() {
                        Some((f, d)) if *f == id => !d,
                        _ => !field(id).is_text(),
                    };
                    let context = self.context();
                    let wishes = self.list.set_sort(&[(id, descending)], &context);
                    self.wish(wishes)
                }
                None => Vec::new(),
            };
        }
        if self.hits.rows.contains(at) {
            let line = usize::from((at.y - self.hits.rows.y) / self.hits.lines_per_row.max(1));
            let row = self.list.rows.top + line;
            if row >= self.list.rows.rows.len() {
                return Vec::new();
            }
            // A click on the row that has the cursor opens it.
            if row == self.list.rows.cursor {
                return self.run(Action::Open);
            }
            let by = isize::try_from(row).unwrap_or(0) - isize::try_from(self.list.rows.cursor).unwrap_or(0);
            let want = self.list.rows.step(by);
            self.list.panel_due = Some(self.now);
            let wishes = want.map(super::Wish::Page).into_iter().collect();
            return self.wish(wishes);
        }
        Vec::new()
    }
}
