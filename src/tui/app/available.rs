//! What can be done here and now, and if not, why not.

use crate::domain::Entity;
use crate::engine::{Verb, allows, hidden};
use crate::query::schema::{Edit, field, find, ids, noun};

use super::super::action::{ACTIONS, Action, Availability, Scope};
use super::super::overlay::Overlay;
use super::super::tabs;
use super::super::tickets::shelf;
use super::App;

/// True where a form has something to ask about a row that is there.
fn can_be_edited(entity: Entity) -> bool {
    shelf::is_shelf(entity) || ids(entity).any(|id| field(id).edit == Edit::Form)
}

/// True where a new row begins with a form.
fn is_made_here(entity: Entity) -> bool {
    entity == Entity::User || shelf::is_shelf(entity) || !noun(entity).form.is_empty()
}

/// The command verb behind an action.
fn verb_of(action: Action, entity: Entity) -> Option<Verb> {
    Some(match action {
        Action::New if entity == Entity::User => Verb::CreateUser,
        Action::New if entity == Entity::Job => Verb::RaiseJob,
        Action::New if entity == Entity::Incident => Verb::RunIncident,
        Action::IncidentAttach
        | Action::IncidentTell
        | Action::IncidentPhase
        | Action::IncidentWord
        | Action::IncidentClose => Verb::RunIncident,
        Action::New | Action::Edit if entity == Entity::TicketCategory => Verb::SetCategories,
        Action::New | Action::Edit if shelf::is_shelf(entity) => Verb::WriteKnowledge,
        Action::New => Verb::Create,
        Action::JobRaise => Verb::RaiseJob,
        Action::JobSchedule
        | Action::JobHandOut
        | Action::JobLeft
        | Action::JobRight
        | Action::JobSooner
        | Action::JobLater => Verb::ScheduleJob,
        Action::JobStart | Action::JobNote | Action::JobTick | Action::JobFinish | Action::JobFail => Verb::DoJob,
        Action::JobCancel => Verb::CancelJob,
        Action::StageOn | Action::StageBack | Action::Stage => Verb::Stage,
        Action::Convert => Verb::Convert,
        Action::Contact => Verb::Contact,
        Action::FollowUp | Action::Snooze => Verb::FollowUp,
        Action::Assign if entity == Entity::Lead => Verb::Assign,
        Action::MergeLeads => Verb::Merge,
        Action::Win => Verb::Win,
        Action::Lose => Verb::Stage,
        Action::Quote => Verb::Quote,
        Action::Rescore => Verb::Rescore,
        Action::TrainModels => Verb::Train,
        Action::NextState | Action::States => Verb::SetTicketState,
        Action::Priority | Action::Category => Verb::Update,
        Action::Reply | Action::Knowledge => Verb::ReplyTicket,
        Action::TicketNote | Action::Hear => Verb::NoteTicket,
        Action::RunMacro => Verb::RunMacro,
        Action::MergeTickets | Action::Tie | Action::Split => Verb::JoinTickets,
        Action::Rate => Verb::RateTicket,
        Action::Appeal => Verb::AppealTicket,
        Action::Escalate => Verb::Escalate,
        Action::PlanPrice => Verb::PricePlan,
        Action::PersonState => Verb::SetUserState,
        Action::PersonRole => Verb::SetRole,
        Action::PersonCode => Verb::IssueCode,
        Action::Edit | Action::SetField | Action::Assign => Verb::Update,
        Action::Note => Verb::Note,
        Action::Status => Verb::SetStatus,
        Action::Plan => Verb::ChangePlan,
        Action::Offer => Verb::Note,
        Action::Tag => Verb::Tag,
        Action::Delete => Verb::Delete,
        Action::Restore => Verb::Undelete,
        Action::Import => Verb::Import,
        Action::Catalogue => Verb::Plans,
        Action::SaveView | Action::DropView => Verb::SaveView,
        Action::Undo | Action::Redo => Verb::Undo,
        _ => return None,
    })
}

/// The verbs `a` offers on any rows, after those of their own kind.
const VERBS: &[Action] = &[
    Action::Edit,
    Action::Tag,
    Action::Assign,
    Action::SetField,
    Action::Export,
    Action::Pipe,
    Action::Copy,
    Action::Delete,
    Action::Restore,
];

impl App {
    /// Whether an action can run now, and if not, why.
    pub fn availability(&self, action: Action) -> Availability {
        let no = |why: &str| Availability::No(why.into());
        let writes = ACTIONS.iter().any(|a| a.action == action && a.writes);
        if writes {
            if let Some(why) = &self.session.read_only {
                return Availability::No(format!("read only: {why}"));
            }
            if let Some(verb) =
                verb_of(action, self.entity_here()).filter(|v| !allows(self.session.who.role, *v, self.about(action)))
            {
                return Availability::No(format!("the role {} may not {}", self.session.who.role.label(), verb.code()));
            }
        }
        if self.analytics.shown
            && self.overlays.is_empty()
            && ACTIONS.iter().any(|a| a.action == action && a.scope == Scope::Analytics)
        {
            return Availability::Yes;
        }
        let own = self.can_deal(action).or_else(|| self.can_sell(action)).or_else(|| self.can_support(action));
        if let Some(answer) =
            own.or_else(|| self.can_work(action)).or_else(|| self.can_repair(action)).or_else(|| self.can_learn(action))
        {
            return answer;
        }
        let one = self.one_row().is_some();
        let none = || Availability::No(format!("there is no {} under the cursor", noun(self.entity_here()).bare()));
        let some = self.detail().is_some() || self.list.target().is_some();
        match action {
            Action::Edit | Action::Note | Action::Copy if !one && some => {
                let of = noun(self.entity_here()).bare();
                Availability::No(format!("one {of} at a time; Esc takes the marks off"))
            }
            Action::Yes if matches!(self.overlays.last(), Some(Overlay::Page(p)) if !p.goes_on) => {
                no("there is nothing to go on with")
            }
            Action::Yes if matches!(self.overlays.last(), Some(Overlay::Confirm(c)) if !c.is_ready()) => {
                no("there is nothing to change")
            }
            Action::Open if self.menu.is_some() && self.overlays.is_empty() => Availability::Yes,
            Action::Open | Action::Filter | Action::New if self.today_screen.is_some() && self.overlays.is_empty() => {
                Availability::Yes
            }
            Action::Open if self.list.rows.current().is_none() => none(),
            Action::Reveal if hidden(self.session.who.role, self.entity_here()).is_empty() => {
                no("nothing is masked from you")
            }
            Action::Reveal | Action::PlanPrice | Action::PersonState | Action::PersonRole | Action::PersonCode
                if !one =>
            {
                none()
            }
            Action::Edit if !can_be_edited(self.entity_here()) => no("nothing of it is edited in a form"),
            Action::New if !is_made_here(self.list.entity) => no("these are not made by hand"),
            Action::Edit | Action::Note | Action::Copy if !one => none(),
            Action::Status
            | Action::Plan
            | Action::Tag
            | Action::Delete
            | Action::SetField
            | Action::Assign
            | Action::Export
            | Action::Pipe
            | Action::Act
                if !some =>
            {
                none()
            }
            Action::Tag if find(self.entity_here(), "tags").is_none() => no("these have no tags"),
            Action::Assign if noun(self.entity_here()).owner.is_none() => no("nobody looks after these"),
            Action::Delete if find(self.entity_here(), "deleted").is_none() => no("these are never put away"),
            Action::Delete if self.list.bound.deleted => no("these are deleted already; D brings them back"),
            Action::Restore if !self.list.bound.deleted => no("nothing deleted here; filter with is:deleted"),
            Action::Jump if self.list.board.is_some() => no("a board has columns; b shows the list"),
            Action::SaveView if self.list.error.is_some() => no("the filter cannot be read yet"),
            Action::DropView if self.list.view.saved.is_none() => {
                no("this view comes with the program; open a saved one with V")
            }
            Action::Offer if !one => none(),
            Action::Offer if self.offer_here().is_none() => no("there is nothing to offer this customer now"),
            Action::Plan if self.plans.is_empty() => no("there is no plan yet; g p adds the usual ones"),
            Action::Repeat if self.last_verb.is_none() => no("no verb to repeat yet"),
            _ => Availability::Yes,
        }
    }

    /// The kind of rows an action makes or changes.
    pub(super) fn about(&self, action: Action) -> Entity {
        match action {
            Action::JobRaise => Entity::Job,
            Action::TrainModels => Entity::Model,
            _ => self.entity_here(),
        }
    }

    /// What can be done with the rows here: the verbs of their own kind, then those of all.
    pub(super) fn verbs_here(&self) -> Vec<Action> {
        let own = tabs::scope(self.entity_here());
        let own = ACTIONS.iter().filter(|a| Some(a.scope) == own && a.writes).map(|a| a.action);
        own.chain(VERBS.iter().copied()).collect()
    }
}
