//! What the keys of tickets start: triage by single keys, the conversation, macros.

use crate::domain::ticket::State;
use crate::domain::{Entity, Record};
use crate::engine::ask::{Panel, Shelf};
use crate::engine::{Appointment, Command, JobCommand, Target, TicketCommand};
use crate::query::schema::ticket as t;

use super::super::action::{Action, Availability};
use super::super::message::{Effect, Question};
use super::super::overlay::{Overlay, TextPage};
use super::super::tickets::forms;
use super::{App, Deed, Tone, Waiting};

impl App {
    /// The ticket that an action is about: the open one, else the one under the cursor.
    fn ticket_here(&self) -> Option<&Record> {
        self.row_here(Entity::Ticket)
    }

    /// Whether an action of tickets can run; `None` when it is none of these.
    pub(super) fn can_support(&self, action: Action) -> Option<Availability> {
        let no = |why: &str| Some(Availability::No(why.into()));
        let (one, some) = (self.one_row().is_some(), self.target().is_some());
        match action {
            Action::Clock | Action::Tie | Action::TicketJob | Action::Split | Action::Rate | Action::Appeal if !one => {
                no("one ticket at a time; Esc takes the marks off")
            }
            Action::Priority
            | Action::Category
            | Action::NextState
            | Action::States
            | Action::Reply
            | Action::TicketNote
            | Action::Hear
            | Action::Knowledge
            | Action::RunMacro
            | Action::RaiseTicket
                if !some =>
            {
                no("there is nothing under the cursor")
            }
            Action::MergeTickets if !one && self.list.rows.current().is_none() => no("there is nothing to merge into"),
            Action::NextState
                if one && self.ticket_here().is_some_and(|r| r.text(t::STATUS) == State::Closed.code()) =>
            {
                no("it is closed")
            }
            _ => None,
        }
    }

    /// Actions of tickets; `None` when it is another one.
    pub(super) fn perform_on_tickets(&mut self, action: Action) -> Option<Vec<Effect>> {
        let entity = self.entity_here();
        let effects = match action {
            Action::Tickets => self.go_to(Entity::Ticket),
            Action::RaiseTicket if entity == Entity::Customer => return Some(self.with_shelf(action)),
            Action::Assign if entity == Entity::Ticket => return Some(self.with_shelf(action)),
            Action::Category | Action::Reply | Action::Knowledge | Action::RunMacro => {
                return Some(self.with_shelf(action));
            }
            Action::Priority => {
                let (target, name) = self.target()?;
                let many = self.one_row().is_none();
                self.open(Overlay::Picker(forms::priorities(&target, &name, many)))
            }
            Action::States => {
                let (target, name) = self.target()?;
                let many = self.one_row().is_none();
                self.open(Overlay::Picker(forms::states(&target, &name, many)))
            }
            Action::NextState => {
                let status = self.ticket_here().and_then(|r| State::parse(r.text(t::STATUS)));
                let state = status.and_then(State::step).unwrap_or(State::InProgress);
                self.at_once(state.label(), |target| forms::command(TicketCommand::SetState { target, state }))
            }
            Action::TicketNote => {
                let (target, name) = self.target()?;
                self.open_form(forms::note(target, &name))
            }
            Action::Hear => {
                let (target, name) = self.target()?;
                self.open_form(forms::hear(target, &name))
            }
            Action::Clock => {
                let (id, _) = self.one_row()?;
                self.ask(Question::Clock(id), Waiting::Clock)
            }
            Action::TicketJob => {
                let (ticket, _) = self.one_row()?;
                let (when, note) = (Appointment::default(), String::new());
                let command = Command::Job(JobCommand::ForTicket { ticket, when, note });
                self.deed(Question::Execute(Box::new(command)), Deed::Other)
            }
            Action::Tie => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::link(id, &name))
            }
            Action::Rate => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::rate(id, &name))
            }
            Action::Appeal => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::appeal(id, &name))
            }
            Action::Split => {
                let (id, name) = self.one_row()?;
                let panel = self.detail().and_then(|d| d.panel.as_deref()).or(self.list.panel.as_ref());
                let Some(Panel::Ticket(case)) = panel.filter(|p| p.record().id == id) else {
                    self.say("Open the ticket first: its lines are numbered there", Tone::Plain);
                    return Some(Vec::new());
                };
                let ids: Vec<_> = case.lines.iter().map(|l| l.id).collect();
                self.open_form(forms::split(id, &name, &ids))
            }
            Action::MergeTickets => {
                let into = self.list.rows.current_id()?;
                let (mut from, _) = self.target()?;
                match &mut from {
                    Target::Ids(ids) => ids.retain(|id| *id != into),
                    Target::Matching { except, .. } => {
                        except.push(into);
                    }
                }
                if matches!(&from, Target::Ids(ids) if ids.is_empty()) {
                    self.say("Mark the repeats; the ticket under the cursor takes them in", Tone::Plain);
                    return Some(Vec::new());
                }
                self.confirm_command(
                    "Merge into the one under the cursor".into(),
                    forms::command(TicketCommand::Merge { from, into }),
                )
            }
            Action::Record => match self.recording.take() {
                Some(steps) if steps.is_empty() => {
                    self.say("Nothing was recorded", Tone::Plain);
                    Vec::new()
                }
                Some(steps) => {
                    let form = forms::save_macro(&steps.join("; "));
                    self.open_form(form)
                }
                None => {
                    self.recording = Some(Vec::new());
                    self.say("Recording what you do to tickets; g q ends it", Tone::Plain);
                    Vec::new()
                }
            },
            Action::Escalate => {
                self.confirm_command("Escalate what is due".into(), forms::command(TicketCommand::Escalate))
            }
            _ => return None,
        };
        Some(effects)
    }

    /// What the desk picks from is read anew each time: it is small, and others change it.
    fn with_shelf(&mut self, action: Action) -> Vec<Effect> {
        self.ask(Question::Shelf, Waiting::Shelf(action))
    }

    pub(super) fn shelf_came(&mut self, action: Action, shelf: Shelf) -> Vec<Effect> {
        let Some((target, name)) = self.target() else { return Vec::new() };
        let many = self.one_row().is_none();
        let picker = match action {
            Action::Category => forms::categories(&shelf, &target, &name, many),
            Action::Assign => forms::people(&shelf, &target, &name, many),
            Action::RunMacro => forms::macros(&shelf, &target, &name),
            Action::RaiseTicket => forms::kinds(&shelf, &target, &name, many),
            Action::Knowledge => {
                let panel = self.detail().and_then(|d| d.panel.as_deref()).or(self.list.panel.as_ref());
                let best: Vec<String> = match panel {
                    Some(Panel::Ticket(case)) => case.articles.iter().map(|a| a.name.clone()).collect(),
                    _ => Vec::new(),
                };
                forms::articles(&shelf, &best, &target, &name)
            }
            _ => {
                let category = self.ticket_here().map_or(String::new(), |r| r.text(t::CATEGORY).to_string());
                forms::replies(&shelf, &target, &name, &category)
            }
        };
        self.shelf = shelf;
        self.open(Overlay::Picker(picker))
    }

    /// A reply begun with a text, or with an article.
    pub(super) fn begin_reply(&mut self, target: Target, name: &str, body: &str, article: &str) -> Vec<Effect> {
        let many = !matches!(&target, Target::Ids(ids) if ids.len() == 1);
        let form = forms::reply(target, name, body, article, many);
        self.open_form(form)
    }

    /// An article was picked: its text, to be sent or only read.
    pub(super) fn take_article(&mut self, target: Target, name: &str, slug: &str) -> Vec<Effect> {
        let body = self.shelf.articles.iter().find(|a| a.0 == slug).map_or(String::new(), |a| a.3.clone());
        self.begin_reply(target, name, &body, slug)
    }

    pub(super) fn show_clock(&mut self, lines: Vec<String>) -> Vec<Effect> {
        let mut lines = lines;
        lines.push(String::new());
        lines.push("F1 lists the keys that work here.".into());
        self.open(Overlay::Page(TextPage::new("How this clock is counted", lines)))
    }

    /// Notes what is done to tickets while a macro is recorded.
    pub(super) fn record(&mut self, command: &Command) {
        if let Some(steps) = &mut self.recording {
            steps.extend(forms::step(command));
        }
    }
}
