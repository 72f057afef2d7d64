//! What the keys of leads and of boards start.

use crate::domain::lead::Stage;
use crate::domain::{Entity, Record};
use crate::engine::ask::AskCoverage;
use crate::engine::{Command, LeadCommand, Step, Target};
use crate::insight::place::Found;
use crate::query::schema::lead as l;

use super::super::action::{Action, Availability};
use super::super::leads::forms;
use super::super::message::{Effect, Question};
use super::super::overlay::Overlay;
use super::super::overlay::form::Slot;
use super::super::rows::Marks;
use super::{App, Deed, Waiting};

impl App {
    /// The row of a lead that an action is about: the open one, else the one under the cursor.
    fn lead_here(&self) -> Option<&Record> {
        self.row_here(Entity::Lead)
    }

    /// Whether an action of leads or boards can run; `None` when it is none of these.
    pub(super) fn can_sell(&self, action: Action) -> Option<Availability> {
        let no = |why: &str| Some(Availability::No(why.into()));
        let one = self.one_row().is_some();
        let some = self.target().is_some();
        match action {
            Action::Board if super::super::board::spec(self.list.entity).is_none() => no("these have no board"),
            Action::ColumnLeft | Action::ColumnRight if self.list.board.is_none() => {
                no("this is a list; b shows a board")
            }
            Action::DayBefore | Action::DayAfter if self.list.board.as_ref().is_none_or(|b| b.spec.day.is_none()) => {
                no("this is no board of days")
            }
            Action::StageOn
            | Action::StageBack
            | Action::Stage
            | Action::FollowUp
            | Action::Snooze
            | Action::Rescore
                if !some =>
            {
                no("there is no lead under the cursor")
            }
            Action::Convert | Action::Contact if !one => no("one lead at a time; Esc takes the marks off"),
            Action::MergeLeads if self.pair().is_none() => no("mark two leads: the one under the cursor is kept"),
            Action::Convert if self.lead_here().is_some_and(|r| r.text(l::STAGE) == Stage::Converted.code()) => {
                no("is a customer already")
            }
            _ => None,
        }
    }

    /// Two marked rows, the one to keep first: that under the cursor, or the older one.
    fn pair(&self) -> Option<(crate::base::Id, crate::base::Id)> {
        let Marks::Some(ids) = &self.list.rows.marks else { return None };
        let mut ids: Vec<_> = ids.iter().copied().collect();
        if let Some(i) = self.list.rows.current_id().and_then(|here| ids.iter().position(|id| *id == here)) {
            ids.swap(0, i);
        }
        (ids.len() == 2).then(|| (ids[0], ids[1]))
    }

    /// A command at once on one row; on many after a look at what it changes.
    pub(super) fn at_once(&mut self, verb: &str, make: impl FnOnce(Target) -> Command) -> Vec<Effect> {
        let Some((target, name)) = self.target() else { return Vec::new() };
        if self.one_row().is_some() {
            return self.deed(Question::Execute(Box::new(make(target))), Deed::Other);
        }
        self.confirm_command(format!("{verb} {name}"), make(target))
    }

    /// Actions of leads; `None` when it is another one.
    pub(super) fn perform_on_leads(&mut self, action: Action) -> Option<Vec<Effect>> {
        let now = self.now;
        Some(match action {
            Action::Leads => self.go_to(Entity::Lead),
            Action::StageOn => {
                let last = self.lead_here().filter(|r| r.text(l::STAGE) == Stage::Install.code());
                if let Some(row) = last.filter(|_| self.one_row().is_some()) {
                    let form = forms::convert(row);
                    return Some(self.open_form(form));
                }
                self.go_with_card();
                self.at_once("Move on", |target| {
                    forms::lead(LeadCommand::Move { target, to: Step::Forward, reason: None })
                })
            }
            Action::StageBack => {
                self.go_with_card();
                self.at_once("Move back", |target| {
                    forms::lead(LeadCommand::Move { target, to: Step::Back, reason: None })
                })
            }
            Action::Stage => {
                self.go_with_card();
                let (target, name) = self.target()?;
                let many = self.one_row().is_none();
                self.open(Overlay::Picker(forms::stages(&target, &name, many)))
            }
            Action::Convert => {
                let form = forms::convert(self.lead_here()?);
                self.open_form(form)
            }
            Action::Contact => {
                let (id, name) = self.one_row()?;
                self.open_form(forms::contact(id, &name))
            }
            Action::FollowUp => {
                let (target, name) = self.target()?;
                self.open(Overlay::Picker(forms::follow_ups(&target, &name, now)))
            }
            Action::Snooze => {
                let (target, name) = self.target()?;
                self.open(Overlay::Picker(forms::snooze(&target, &name, now)))
            }
            Action::Assign if self.entity_here() == Entity::Lead => {
                let (target, name) = self.target()?;
                let mut effects = self.open_form(forms::assign(target, &name));
                effects.extend(self.look_up_reps());
                effects
            }
            Action::MergeLeads => {
                let (keep, other) = self.pair()?;
                self.confirm_command("Merge two leads".into(), forms::merge(keep, other))
            }
            Action::Rescore => {
                let (target, name) = self.target()?;
                self.confirm_command(format!("Score {name} anew"), forms::lead(LeadCommand::Rescore { target }))
            }
            _ => return None,
        })
    }

    /// Asks the coverage directory about the address of the lead in the form on top, while it is typed.
    pub(super) fn look_up_coverage(&mut self) -> Vec<Effect> {
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else { return Vec::new() };
        let Some(line) = form.fields.iter().position(|f| f.slot == Slot::Field(l::PINCODE)) else { return Vec::new() };
        let text = |id| form.text_of(Slot::Field(id)).trim().to_string();
        let ask = AskCoverage { pincode: text(l::PINCODE), area: text(l::AREA), building: text(l::BUILDING) };
        let whole = ask.pincode.len() == 6 && ask.pincode.bytes().all(|b| b.is_ascii_digit());
        if !whole {
            form.fields[line].aside = None;
            return Vec::new();
        }
        self.ask(Question::Coverage(ask), Waiting::Coverage)
    }

    pub(super) fn coverage_came(&mut self, found: Option<&Found>) {
        let today = self.today();
        if let Some(Overlay::Form(form)) = self.overlays.last_mut()
            && let Some(line) = form.fields.iter_mut().find(|f| f.slot == Slot::Field(l::PINCODE))
        {
            line.aside = Some(forms::coverage(found, today));
        }
    }

    /// The cursor of a board goes along with the one card that is moved.
    pub(super) fn go_with_card(&mut self) {
        let one = self.one_row().map(|(id, _)| id);
        if let Some(board) = &mut self.list.board {
            board.follow = one;
        }
    }
}
