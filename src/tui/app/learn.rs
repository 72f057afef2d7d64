//! What has been learnt, offered while a form is filled in, and models trained from the screen.

use crate::domain::Entity;
use crate::domain::model::ModelKind;
use crate::engine::ask::{AskLabels, Due, Labels, Reps};
use crate::engine::{Verb, allows};
use crate::query::schema::{lead as l, ticket as t};

use super::super::action::{Action, Availability};
use super::super::message::{Effect, Question};
use super::super::overlay::form::Slot;
use super::super::overlay::{Form, Overlay, Pick, PickItem};
use super::{App, Deed, Tone, Waiting};

/// Characters of a subject below which nothing is suggested: three letters may become anything.
const LEAST: usize = 4;

/// The line of a form of tickets by its own name or by the field.
fn line(form: &Form, name: &'static str, field: crate::domain::FieldId) -> Option<usize> {
    form.fields.iter().position(|f| f.slot == Slot::Named(name) || f.slot == Slot::Field(field))
}

impl App {
    /// Asks what the words of the ticket in the form on top are about, while they are typed.
    pub(super) fn look_up_labels(&mut self) -> Vec<Effect> {
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else { return Vec::new() };
        let (Some(subject), Some(category)) = (line(form, "subject", t::SUBJECT), line(form, "category", t::CATEGORY))
        else {
            return Vec::new();
        };
        let body = form.text_of(Slot::Named("body"));
        let text = format!("{} {body}", form.fields[subject].input.text()).trim().to_string();
        if text.chars().count() < LEAST {
            form.offer(category, None);
            if let Some(priority) = line(form, "priority", t::PRIORITY) {
                form.offer(priority, None);
            }
            // Nothing to tell yet, but the desk can learn meanwhile.
            if form.is_dirty() {
                return Vec::new();
            }
        }
        self.ask(Question::Labels(AskLabels { text }), Waiting::Labels)
    }

    /// Lets the desk learn when the first ticket is opened, so that its page can say what it reads like.
    pub(super) fn learn_labels(&mut self) -> Vec<Effect> {
        if self.desk_learns {
            return Vec::new();
        }
        self.desk_learns = true;
        self.ask(Question::Labels(AskLabels::default()), Waiting::Labels)
    }

    /// Offers what was found: a category that is not the one there, and a priority where none was chosen. An open page is
    /// read anew with what the desk knows now.
    pub(super) fn labels_came(&mut self, labels: &Labels) -> Vec<Effect> {
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else {
            return if self.detail().is_some() { self.refresh() } else { Vec::new() };
        };
        if let Some(i) = line(form, "category", t::CATEGORY) {
            let typed = form.fields[i].input.text().trim().to_lowercase();
            let parent = self.shelf.categories.iter().find(|c| c.0 == typed).map(|c| c.2.clone()).unwrap_or_default();
            let other = labels
                .category
                .as_ref()
                .filter(|c| c.code != typed && c.code != parent && c.title.to_lowercase() != typed);
            let part = labels.sub.as_ref().zip(labels.category.as_ref()).filter(|(sub, main)| {
                // A part that was chosen by hand stays.
                sub.code != typed && sub.title.to_lowercase() != typed && parent != main.code
            });
            let offer = part.map(|(sub, main)| (sub.code.clone(), format!("{} › {}", main.title, sub.words())));
            form.offer(i, offer.or_else(|| other.map(|c| (c.code.clone(), c.words()))));
        }
        if let Some(i) = line(form, "priority", t::PRIORITY) {
            let open = form.fields[i].input.is_empty();
            let found = labels.priority.as_ref().filter(|_| open);
            form.offer(i, found.map(|p| (p.title.clone(), p.words())));
        }
        Vec::new()
    }

    /// Asks whom to give leads to, for the form that was just opened.
    pub(super) fn look_up_reps(&mut self) -> Vec<Effect> {
        self.ask(Question::Reps, Waiting::Reps)
    }

    /// Offers the rep who makes most of leads and is not buried in them.
    pub(super) fn reps_came(&mut self, reps: Reps) {
        let found = reps.reps.iter().find(|r| Some(&r.login) == reps.suggested.as_ref());
        if let (Some(rep), Some(Overlay::Form(form))) = (found, self.overlays.last_mut())
            && let Some(i) = form.fields.iter().position(|f| f.slot == Slot::Field(l::OWNER))
            && form.fields[i].input.is_empty()
        {
            form.offer(i, Some((rep.login.clone(), format!("{} {}", rep.login, rep.words(reps.rate)))));
        }
        self.reps = reps;
    }

    /// Reps as a list to pick from, the strongest first; none while nothing is known of them.
    pub(super) fn rep_items(&self) -> Vec<PickItem> {
        let item = |r: &crate::insight::odds::Rep| {
            let suggested = if Some(&r.login) == self.reps.suggested.as_ref() { "suggested" } else { "" };
            PickItem::new(r.login.clone(), r.words(self.reps.rate), Pick::Text(r.login.clone())).tail(suggested)
        };
        self.reps.reps.iter().map(item).collect()
    }

    fn may_train(&self) -> bool {
        self.session.read_only.is_none() && allows(self.session.who.role, Verb::Train, Entity::Model)
    }

    /// Asks whether a model has grown old, where whoever is here may train one.
    pub(super) fn look_for_due(&mut self) -> Vec<Effect> {
        if self.may_train() { self.ask(Question::Due, Waiting::Due) } else { Vec::new() }
    }

    /// Offers to train what has grown old. What was never trained is no news.
    pub(super) fn due_came(&mut self, due: &[Due]) {
        let old = |d: &Due| Some(format!("{} ({} days)", d.kind.label().to_lowercase(), d.days?));
        let old: Vec<String> = due.iter().filter_map(old).collect();
        if !old.is_empty() && self.toast.is_none() {
            self.say(format!("Models have grown old: {}. g y trains them anew", old.join(", ")), Tone::Plain);
        }
    }

    pub(super) fn can_learn(&self, action: Action) -> Option<Availability> {
        match action {
            Action::TrainModels if self.progress.is_some() => {
                Some(Availability::No("other long work is under way; Ctrl-c stops it".into()))
            }
            Action::TrainModels => Some(Availability::Yes),
            _ => None,
        }
    }

    /// Trains models in the background; the screen goes on meanwhile.
    pub(super) fn perform_learning(&mut self, action: Action) -> Option<Vec<Effect>> {
        (action == Action::TrainModels).then(|| {
            self.progress = Some(("Learning".into(), 0, 0));
            self.say("Learning in the background; Ctrl-c stops it", Tone::Plain);
            self.deed(Question::Train(ModelKind::ALL.to_vec()), Deed::Other)
        })
    }
}
