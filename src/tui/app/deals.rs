//! What the keys of deals start.

use crate::domain::deal::Stage;
use crate::domain::{Entity, Record};
use crate::engine::ask::{DealBriefing, Panel};
use crate::engine::{Command, DealCommand, DealStep};
use crate::query::schema::deal as d;

use super::super::action::{Action, Availability};
use super::super::deals::forms;
use super::super::message::Effect;
use super::super::overlay::Overlay;
use super::App;

impl App {
    fn on_deals(&self) -> bool {
        self.entity_here() == Entity::Deal
    }

    /// The deal an action is about: the open one, else the one under the cursor.
    fn deal_here(&self) -> Option<&Record> {
        self.row_here(Entity::Deal)
    }

    /// All about the deal here, where it is on the screen.
    fn deal_briefing(&self) -> Option<&DealBriefing> {
        let id = self.one_row()?.0;
        let panel = match self.detail() {
            Some(d) => d.panel.as_deref(),
            None => self.list.panel.as_ref(),
        };
        match panel {
            Some(Panel::Deal(b)) if b.record.id == id => Some(b),
            _ => None,
        }
    }

    /// Whether an action of deals can run; `None` when it is none of these.
    pub(super) fn can_deal(&self, action: Action) -> Option<Availability> {
        let no = |why: &str| Some(Availability::No(why.into()));
        let ours = matches!(
            action,
            Action::StageOn
                | Action::StageBack
                | Action::Stage
                | Action::Contact
                | Action::Win
                | Action::Lose
                | Action::Quote
                | Action::AddLine
                | Action::Lines
        );
        if !ours || !self.on_deals() {
            return None;
        }
        if self.target().is_none() {
            return no("there is no deal under the cursor");
        }
        let many = matches!(action, Action::StageOn | Action::StageBack | Action::Stage | Action::Lose);
        if !many && self.one_row().is_none() {
            return no("one deal at a time; Esc takes the marks off");
        }
        match action {
            Action::Win | Action::Quote | Action::AddLine
                if self.deal_here().and_then(|r| Stage::parse(r.text(d::STAGE))).is_some_and(|s| !s.is_open()) =>
            {
                no("is closed: m moves a lost deal back, u takes a win back")
            }
            Action::Lines if self.deal_briefing().is_none() => no("open the deal first: Enter, then i"),
            _ => Some(Availability::Yes),
        }
    }

    /// Actions of deals; `None` when it is another one, or when these are no deals.
    pub(super) fn perform_on_deals(&mut self, action: Action) -> Option<Vec<Effect>> {
        if action == Action::Deals {
            return Some(self.go_to(Entity::Deal));
        }
        if !self.on_deals() {
            return None;
        }
        Some(match action {
            Action::StageOn => {
                let last = self.deal_here().filter(|r| r.text(d::STAGE) == Stage::Negotiation.code());
                if let Some(form) = last.filter(|_| self.one_row().is_some()).map(forms::win) {
                    return Some(self.open_form(form));
                }
                self.go_with_card();
                self.at_once("Move on", |target| Command::Deal(DealCommand::Move { target, to: DealStep::Forward }))
            }
            Action::StageBack => {
                self.go_with_card();
                self.at_once("Move back", |target| Command::Deal(DealCommand::Move { target, to: DealStep::Back }))
            }
            Action::Stage => {
                self.go_with_card();
                let (target, name) = self.target()?;
                let many = self.one_row().is_none();
                self.open(Overlay::Picker(forms::stages(&target, &name, many)))
            }
            Action::Contact => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::contact(id, &name))
            }
            Action::Win => {
                let form = forms::win(self.deal_here()?);
                self.go_with_card();
                self.open_form(form)
            }
            Action::Lose => {
                let (target, name) = self.target()?;
                let one = self.one_row().is_some();
                let rival = self.deal_here().filter(|_| one).map_or(String::new(), |r| r.text(d::COMPETITOR).into());
                self.go_with_card();
                self.open_form(forms::lose(target, &name, &rival))
            }
            Action::Quote => {
                let form = forms::quote(self.deal_here()?);
                self.go_with_card();
                self.open_form(form)
            }
            Action::AddLine => {
                let form = forms::line(self.deal_here()?);
                self.open_form(form)
            }
            Action::Lines => {
                let briefing = self.deal_briefing()?;
                let picker = forms::lines(&briefing.record, &briefing.lines);
                self.open(Overlay::Picker(picker))
            }
            _ => return None,
        })
    }
}
