//! What the keys of field work start.

use crate::domain::job::JobState;
use crate::domain::{Entity, Record, Role};
use crate::engine::ask::{JobSheet, Panel};
use crate::engine::{Appointment, Command, JobCommand};
use crate::query::schema::job as j;
use crate::query::views::{self, OpenView};

use super::super::action::{Action, Availability};
use super::super::jobs::forms;
use super::super::message::{Effect, Question};
use super::super::overlay::Overlay;
use super::{App, Deed};

impl App {
    /// The row of a job that an action is about: the open one, else the one under the cursor.
    fn job_here(&self) -> Option<&Record> {
        self.row_here(Entity::Job)
    }

    /// Its sheet, where it has been read.
    fn sheet_here(&self) -> Option<&JobSheet> {
        let id = self.job_here()?.id;
        let open = self.detail().and_then(|d| d.panel.as_deref());
        match open.or(self.list.panel.as_ref()) {
            Some(Panel::Job(sheet)) if sheet.record.id == id => Some(sheet),
            _ => None,
        }
    }

    /// Whether an action of field work can run; `None` when it is none of these.
    pub(super) fn can_work(&self, action: Action) -> Option<Availability> {
        let no = |why: String| Some(Availability::No(why));
        let one = self.one_row().is_some();
        match action {
            Action::JobStart | Action::JobNote | Action::JobFinish | Action::JobTick
                if !one && self.target().is_some() =>
            {
                no("one job at a time; Esc takes the marks off".into())
            }
            Action::JobStart
            | Action::JobNote
            | Action::JobFinish
            | Action::JobTick
            | Action::JobFail
            | Action::JobSchedule
            | Action::JobHandOut
            | Action::JobCancel
            | Action::JobRaise
            | Action::JobLeft
            | Action::JobRight
            | Action::JobSooner
            | Action::JobLater
                if self.target().is_none() =>
            {
                no("there is nothing under the cursor".into())
            }
            Action::JobStart | Action::JobFinish | Action::JobTick => {
                let row = self.job_here()?;
                let state = JobState::parse(row.text(j::STATE))?;
                let (wanted, why) = match action {
                    Action::JobStart => (state.next().contains(&JobState::Started), "it"),
                    _ => (state == JobState::Started, "start it with x: it"),
                };
                (!wanted).then(|| Availability::No(format!("{why} is {}", state.label().to_lowercase())))
            }
            Action::JobLeft | Action::JobRight if self.list.board.is_none() => {
                no("this is a list; b shows the board of technicians".into())
            }
            Action::JobLeft | Action::JobRight if self.beside(action).is_none() => {
                no("there is no technician on that side".into())
            }
            Action::JobSooner | Action::JobLater if self.day_beside(action).is_none() => {
                no("it has no day yet: m gives it one".into())
            }
            // A job is raised in a form of its own.
            Action::New if self.list.entity == Entity::Job => Some(Availability::Yes),
            _ => None,
        }
    }

    /// Actions of field work; `None` when it is another one.
    pub(super) fn perform_on_jobs(&mut self, action: Action) -> Option<Vec<Effect>> {
        let today = self.today();
        Some(match action {
            Action::Jobs => {
                let mut effects = self.go_to(Entity::Job);
                // Who goes out sees first where to go.
                let untouched = self.list.view == views::first(Entity::Job) && self.list.is_plain();
                if let Some(mine) = views::find(Entity::Job, "mine")
                    && self.session.who.role == Role::Field
                    && untouched
                {
                    let context = self.context();
                    let wishes = self.list.set_view(OpenView::from(mine), &context);
                    effects.extend(self.wish(wishes));
                }
                effects
            }
            Action::New if self.list.entity == Entity::Job && self.overlays.is_empty() => {
                self.open_form(forms::raise(None, today))
            }
            Action::JobRaise => {
                let customers = self.target()?;
                self.open_form(forms::raise(Some(customers), today))
            }
            Action::JobStart => {
                let (id, _) = self.one_row()?;
                self.job(JobCommand::Start { id })
            }
            Action::JobNote => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::note(id, &name))
            }
            Action::JobTick => match self.sheet_here() {
                Some(sheet) => {
                    let picker = forms::checks(sheet);
                    self.open(Overlay::Picker(picker))
                }
                // A narrow list has no sheet beside it: the page of the job has.
                None => self.run(Action::Open),
            },
            Action::JobFinish => {
                let form = forms::finish(self.job_here()?);
                self.open_form(form)
            }
            Action::JobFail => {
                let (target, name) = self.target()?;
                self.open(Overlay::Picker(forms::hindrances(&target, &name)))
            }
            Action::JobSchedule => {
                let (target, name) = self.target()?;
                let row = self.one_row().and_then(|_| self.job_here().cloned());
                self.open_form(forms::schedule(target, &name, row.as_ref(), today))
            }
            Action::JobLeft | Action::JobRight => {
                let owner = Some(self.beside(action)?);
                self.appoint(Appointment { owner, ..Appointment::default() })
            }
            Action::JobSooner | Action::JobLater => {
                let day = Some(self.day_beside(action)?);
                self.appoint(Appointment { day, ..Appointment::default() })
            }
            Action::JobHandOut => {
                let (target, name) = self.target()?;
                let command = Command::Job(JobCommand::HandOut { target });
                self.confirm_command(format!("Hand out {name} by area and load"), command)
            }
            Action::JobCancel => {
                let (target, name) = self.target()?;
                self.confirm_command(format!("Cancel {name}"), Command::Job(JobCommand::Cancel { target }))
            }
            _ => return None,
        })
    }

    /// The technician of the column beside that of the cursor. Nobody's column is none: what was promised to a
    /// customer is not taken from a technician by a slip of a key.
    fn beside(&self, action: Action) -> Option<String> {
        let board = self.list.board.as_ref()?;
        let by = if action == Action::JobRight { 1 } else { -1 };
        let to = board.columns.get(board.at.checked_add_signed(by)?)?;
        Some(to.value.clone()).filter(|login| !login.is_empty())
    }

    /// The day beside that of the one row, or of the board for many.
    fn day_beside(&self, action: Action) -> Option<i64> {
        let by = if action == Action::JobLater { 1 } else { -1 };
        let of_board = || self.list.board.as_ref()?.day(&self.list.bound);
        let day = match self.one_row() {
            Some(_) => self.job_here()?.int(j::DAY),
            None => of_board(),
        };
        Some(day?.saturating_add(by))
    }

    /// One job at once, by the same door as the form; many after a look. A slot that is taken is left out and named.
    fn appoint(&mut self, when: Appointment) -> Vec<Effect> {
        self.go_with_card();
        self.at_once("Move", |target| Command::Job(JobCommand::Schedule { target, when, double: false }))
    }

    fn job(&mut self, command: JobCommand) -> Vec<Effect> {
        self.deed(Question::Execute(Box::new(Command::Job(command))), Deed::Other)
    }
}
