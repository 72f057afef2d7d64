//! What is asked of the store: questions with their tickets, and everything on the screen anew.

use crate::base::Id;

use super::super::message::{Effect, Question, Ticket};
use super::super::overlay::Overlay;
use super::super::table::Wish;
use super::{App, Deed, Waiting};

impl App {
    pub(super) fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    pub(super) fn wish(&mut self, wishes: Vec<Wish>) -> Vec<Effect> {
        wishes
            .into_iter()
            .map(|wish| {
                let ticket = self.ticket();
                let question = self.list.question(&wish);
                self.list.asked(wish, ticket);
                Effect::Ask(ticket, question)
            })
            .collect()
    }

    pub(super) fn ask(&mut self, question: Question, waiting: Waiting) -> Vec<Effect> {
        let ticket = self.ticket();
        self.waiting.retain(|(_, w)| *w != waiting);
        self.waiting.push((ticket, waiting));
        vec![Effect::Ask(ticket, question)]
    }

    pub(super) fn deed(&mut self, question: Question, deed: Deed) -> Vec<Effect> {
        if let Question::Execute(command) = &question {
            self.record(command);
        }
        let ticket = self.ticket();
        self.deeds.push((ticket, deed));
        vec![Effect::Ask(ticket, question)]
    }

    /// Reads everything that is on the screen anew.
    pub(super) fn refresh(&mut self) -> Vec<Effect> {
        let mut effects = self.read_today();
        // Figures out of sight are read when they are wanted again.
        if self.analytics.shown {
            self.analytics.forget();
        } else {
            self.analytics.forget_all();
        }
        effects.extend(self.read_figures(true));
        effects.extend(self.ask(Question::Near, Waiting::Near));
        if self.today_screen.is_none() && !self.analytics.shown {
            // What `now` and `today` mean has moved on.
            let context = self.context();
            self.list.rebind(&context);
            let wishes = self.list.refresh();
            effects.extend(self.wish(wishes));
        }
        effects.extend(self.ask(Question::Views, Waiting::Views));
        effects.extend(self.ask(Question::Plans, Waiting::Plans));
        effects.extend(self.ask(Question::Lockouts(self.lockouts_seen), Waiting::Lockouts));
        effects.extend(self.ask(Question::Editing, Waiting::Editing));
        if let Some(id) = self.overlays.iter().find_map(|o| if let Overlay::Detail(d) = o { Some(d.id) } else { None })
        {
            effects.extend(self.read_detail(id));
        }
        effects
    }

    pub(super) fn read_detail(&mut self, id: Id) -> Vec<Effect> {
        let ticket = self.ticket();
        let mut entity = self.list.entity;
        for overlay in &mut self.overlays {
            if let Overlay::Detail(d) = overlay {
                d.go_on(id, ticket);
                entity = d.entity;
            }
        }
        vec![Effect::Ask(ticket, Question::Panel(entity, id))]
    }
}
