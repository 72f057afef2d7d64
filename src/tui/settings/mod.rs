//! What is set up here: the company and its figures, people, plans, and what is one's own. A menu whose lines open
//! lists, pick lists and forms.

pub mod forms;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::base::text::width;
use crate::domain::{Entity, Role};
use crate::engine::{Reach, Verb, reach};

use super::action::Action;
use super::paint::{put, put_right};
use super::theme::Theme;

/// Where a line of the menu leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Go {
    /// Every setting, to be read and changed.
    Figures,
    /// The list of an entity.
    Rows(Entity),
    /// What is one's own: password, second factor, the way out.
    Profile,
    Theme,
    Keys,
}

/// One line of the menu.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    pub title: &'static str,
    pub help: &'static str,
    pub go: Go,
}

const fn section(title: &'static str, go: Go, help: &'static str) -> Section {
    Section { title, help, go }
}

/// THE table of the menu.
pub static SECTIONS: &[Section] = &[
    section(
        "Company and figures",
        Go::Figures,
        "name, GSTIN, contact; targets, weights and limits, each with its default",
    ),
    section("People and roles", Go::Rows(Entity::User), "who works here: invite, give a role, shut out, let in again"),
    section("Plans", Go::Rows(Entity::Plan), "what is sold: add, edit, retire"),
    section("Price changes", Go::Rows(Entity::Price), "list prices with the day they begin"),
    section("OTT apps", Go::Rows(Entity::Ott), "what bundles are made of"),
    section(
        "Commission schedules",
        Go::Rows(Entity::Schedule),
        "what reps earn with deals: percent, fixed sums, slabs, claw-back",
    ),
    section("Knowledge base", Go::Rows(Entity::Article), "articles that solve tickets: write, edit, put away"),
    section("Canned replies", Go::Rows(Entity::CannedReply), "what is written once and answered often"),
    section("Macros", Go::Rows(Entity::Macro), "steps that are run on many tickets at once"),
    section(
        "Ticket categories",
        Go::Rows(Entity::TicketCategory),
        "what tickets are about, their first priority, their clock by regulation",
    ),
    section("Outbox", Go::Rows(Entity::Message), "messages that wait to be sent, and those that went"),
    section("Stock", Go::Rows(Entity::Item), "boxes by serial number: in store, with technicians, installed"),
    section("Rebates", Go::Rows(Entity::Rebate), "what was given back for incidents"),
    section("My profile", Go::Profile, "password, second factor, log out"),
    section("Theme", Go::Theme, "colours of this terminal"),
    section("Keys", Go::Keys, "every key, searchable; a settings file makes them your own"),
    section("Journal", Go::Rows(Entity::Entry), "who changed what, when"),
];

/// The menu with its cursor.
#[derive(Clone, Debug, Default)]
pub struct Menu {
    pub cursor: usize,
    /// The first line on the screen.
    top: usize,
    /// Where the lines were drawn.
    pub area: Rect,
}

/// Why a role does not get at a section; `None` when it does.
pub fn shut(go: Go, role: Role) -> Option<String> {
    let all = go != Go::Rows(Entity::User) || reach(role, Verb::ListUsers, Entity::User) == Reach::All;
    (!all).then(|| format!("the role {} does not see who works here", role.label()))
}

impl Menu {
    /// The section under the cursor.
    pub fn current(&self) -> &'static Section {
        &SECTIONS[self.cursor.min(SECTIONS.len() - 1)]
    }

    /// Moves; `false` when the action is no movement.
    pub fn act(&mut self, action: Action) -> bool {
        let last = SECTIONS.len() - 1;
        self.cursor = match action {
            Action::Down => (self.cursor + 1).min(last),
            Action::Up => self.cursor.saturating_sub(1),
            Action::Top => 0,
            Action::Bottom => last,
            _ => return false,
        };
        true
    }

    pub fn draw(&mut self, area: Rect, buf: &mut Buffer, theme: &Theme, role: Role) {
        put(buf, area.x + 1, area.y, usize::from(area.width), "What is set up here", theme.title);
        let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area };
        self.area = body;
        let label = SECTIONS.iter().map(|s| width(s.title)).max().unwrap_or(0);
        let wide = usize::from(area.width) > label + 30;
        // Air between the lines where there is room for it.
        let step = if usize::from(body.height) > SECTIONS.len() * 2 { 2 } else { 1 };
        let room = (usize::from(body.height) / step).max(1);
        self.top = self.top.min(self.cursor).max((self.cursor + 1).saturating_sub(room));
        for (i, section) in SECTIONS.iter().enumerate().skip(self.top).take(room) {
            let y = body.y + u16::try_from((i - self.top) * step).unwrap_or(u16::MAX);
            let here = i == self.cursor;
            if here {
                put(buf, body.x, y, 1, "▌", theme.marker);
            }
            let shut = shut(section.go, role);
            let style = match (&shut, here) {
                (Some(_), _) => theme.dim,
                (None, true) => theme.selected,
                (None, false) => theme.text,
            };
            put(buf, body.x + 2, y, label, section.title, style);
            if wide {
                let x = body.x + 4 + u16::try_from(label).unwrap_or(0);
                let note = shut.unwrap_or_else(|| section.help.to_string());
                put(buf, x, y, usize::from(body.right().saturating_sub(x + 1)), &note, theme.dim);
            } else if shut.is_some() {
                put_right(buf, body.x, body.right(), y, "not yours", theme.dim);
            }
        }
    }
}
