//! What the keys of incidents start.

use crate::domain::incident::Phase;
use crate::domain::{Entity, Record};
use crate::engine::ask::Panel;
use crate::engine::{Command, IncidentCommand};
use crate::query::schema::incident as n;

use super::super::action::{Action, Availability};
use super::super::incidents::forms;
use super::super::incidents::panel::behind;
use super::super::message::{Effect, Question};
use super::super::overlay::Overlay;
use super::{App, Deed};

impl App {
    /// The incident that an action is about, where it is about one alone.
    fn incident_here(&self) -> Option<&Record> {
        self.row_here(Entity::Incident).filter(|_| self.one_row().is_some())
    }

    /// Whether an action of incidents can run; `None` when it is none of these.
    pub(super) fn can_repair(&self, action: Action) -> Option<Availability> {
        match action {
            Action::IncidentAttach
            | Action::IncidentTell
            | Action::IncidentPhase
            | Action::IncidentWord
            | Action::IncidentClose => {
                let Some(row) = self.incident_here() else {
                    return Some(Availability::No("one incident at a time".into()));
                };
                let phase = Phase::parse(row.text(n::PHASE))?;
                (!phase.is_open()).then(|| Availability::No(format!("it is {}", phase.label().to_lowercase())))
            }
            // Enter on the page of anything else means nothing, and says nothing.
            Action::IncidentRows => match self.incident_here() {
                None if self.entity_here() == Entity::Incident => {
                    Some(Availability::No("one incident at a time".into()))
                }
                _ => Some(Availability::Yes),
            },
            Action::New if self.list.entity == Entity::Incident => Some(Availability::Yes),
            _ => None,
        }
    }

    /// Actions of incidents; `None` when it is another one.
    pub(super) fn perform_on_incidents(&mut self, action: Action) -> Option<Vec<Effect>> {
        Some(match action {
            Action::Incidents => self.go_to(Entity::Incident),
            Action::New if self.list.entity == Entity::Incident && self.overlays.is_empty() => {
                self.open_form(forms::open())
            }
            Action::IncidentAttach => {
                let id = self.incident_here()?.id;
                let command = Command::Incident(IncidentCommand::Attach { id });
                self.deed(Question::Execute(Box::new(command)), Deed::Other)
            }
            Action::IncidentTell => {
                let row = self.incident_here()?;
                let form = forms::tell(row.id, row.text(n::NUMBER));
                self.open_form(form)
            }
            Action::IncidentPhase => {
                let picker = forms::phases(self.incident_here()?);
                self.open(Overlay::Picker(picker))
            }
            Action::IncidentWord => {
                let form = forms::word(self.incident_here()?);
                self.open_form(form)
            }
            Action::IncidentClose => {
                let form = forms::close(self.incident_here()?);
                self.open_form(form)
            }
            Action::IncidentRows => {
                let Some(id) = self.incident_here().map(|r| r.id) else { return Some(Vec::new()) };
                let shown = self.detail().and_then(|d| d.panel.as_deref()).or(self.list.panel.as_ref());
                match shown {
                    Some(Panel::Incident(sheet)) if sheet.record.id == id => {
                        let picker = behind(sheet);
                        self.open(Overlay::Picker(picker))
                    }
                    // A narrow list has no sheet beside it: the page of the incident has.
                    _ if self.detail().is_none() => self.run(Action::Open),
                    _ => Vec::new(),
                }
            }
            Action::Uptime => self.deed(Question::Uptime, Deed::Other),
            _ => return None,
        })
    }
}
