//! Search everything: from letters to rows, and from a row to its page.

use super::super::action::{ACTIONS, Availability, Scope};
use super::super::keys;
use super::super::message::{Effect, Question};
use super::super::overlay::search::{Deed, Reply};
use super::super::overlay::{Overlay, Search};
use super::{App, Waiting};
use crate::engine::find::Answer;

impl App {
    /// The search over whatever is on the screen.
    pub(super) fn open_search(&mut self) -> Vec<Effect> {
        let can = |spec: &&super::super::action::ActionSpec| {
            spec.scope == Scope::Global && matches!(self.availability(spec.action), Availability::Yes)
        };
        let deed = |spec: &super::super::action::ActionSpec| Deed {
            action: spec.action,
            name: spec.name,
            help: spec.help,
            keys: self.keymap.keys_of(spec).first().map(|k| keys::label(k)).unwrap_or_default(),
        };
        let deeds = ACTIONS.iter().filter(can).map(deed).collect();
        self.overlays.push(Overlay::Search(Search::new(deeds, self.now)));
        Vec::new()
    }

    pub(super) fn searched(&mut self, reply: Reply) -> Vec<Effect> {
        let Some(Overlay::Search(search)) = self.overlays.last() else { return Vec::new() };
        match reply {
            Reply::Stay => Vec::new(),
            Reply::Ask(text) => {
                let typing = search.typing.clone();
                self.ask(Question::Find(text, typing, false), Waiting::Found)
            }
            Reply::Close => self.close(),
            Reply::Open(entity, id) => {
                self.overlays.pop();
                self.open_record(entity, id)
            }
            Reply::List(entity, text) => {
                self.overlays.pop();
                self.show(entity, &text)
            }
            Reply::Do(action) => {
                self.overlays.pop();
                self.run(action)
            }
        }
    }

    /// What was typed has found something; where not all could be searched yet, the rest is waited for.
    pub(super) fn found(&mut self, text: String, found: Answer) -> Vec<Effect> {
        let Some(Overlay::Search(search)) = self.overlays.last_mut() else { return Vec::new() };
        if search.input.text() != text {
            return Vec::new();
        }
        search.take(text.clone(), found);
        if search.is_whole() {
            return Vec::new();
        }
        let typing = search.typing.clone();
        self.ask(Question::Find(text, typing, true), Waiting::Found)
    }
}
