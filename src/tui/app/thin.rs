//! A thin line: what is left out so that keys are answered on a line of a few kilobytes a second.
//!
//! Lists take the full width, so that a scroll is the terminal's own work and no panel follows the cursor; colours are
//! the sixteen of two digits; nothing moves by itself.

use ratatui::style::Color;

use crate::base::Timestamp;

use super::super::message::Effect;
use super::super::theme::Theme;
use super::{App, Tone};

impl App {
    /// What the settings say, if anything; otherwise it is found out.
    pub fn settle_thin(&mut self, settings: Option<bool>) {
        self.thin_refused = settings == Some(false);
        self.set_thin(settings == Some(true));
    }

    /// The wire has found the line to be slow.
    pub fn found_slow(&mut self, now: Timestamp) {
        self.now = now;
        if !self.thin && !self.thin_refused {
            self.set_thin(true);
            self.say("This line is slow: lists at full width, plain colours; g b brings all back", Tone::Plain);
        }
    }

    /// Draws for a thin line from now on, or for a wide one.
    pub fn set_thin(&mut self, on: bool) {
        self.thin = on;
        let rich = |c: Option<Color>| matches!(c, Some(Color::Rgb(..) | Color::Indexed(_)));
        if on && (rich(self.theme.text.fg) || rich(self.theme.text.bg)) {
            self.rich_theme = Some(std::mem::replace(&mut self.theme, Theme::terminal()));
        } else if let Some(theme) = self.rich_theme.take_if(|_| !on) {
            self.theme = theme;
        }
    }

    /// A person asks for it, and what was measured counts no more.
    pub(super) fn turn_thin(&mut self) -> Vec<Effect> {
        self.set_thin(!self.thin);
        self.thin_refused = !self.thin;
        let text =
            if self.thin { "Thin line: full-width lists, plain colours" } else { "Wide line: panel and colours" };
        self.say(text, Tone::Plain);
        // The panel comes back with the row under the cursor.
        self.list.panel_due = Some(self.now);
        Vec::new()
    }
}
