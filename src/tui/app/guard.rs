//! Coming in, and the door falling shut behind whoever left.

use crate::base::Timestamp;
use crate::engine::Entered;

use super::super::gate::{Gate, Knock};
use super::super::message::{Effect, Msg, Question, Ticket};
use super::{App, Exit};

impl App {
    /// Nobody is logged in yet: nothing is read or shown before somebody is.
    pub fn close_door(&mut self) {
        self.gate = Some(Gate::new());
    }

    /// Shuts the door on who is here. What lies on the screen stays as it is behind it.
    pub(super) fn lock(&mut self, why: &str) {
        if self.gate.is_none() {
            self.forget_prefix();
            // The owner, who worked here until the first person was added, is nobody who can come back.
            let somebody = self.session.who.session.is_some();
            self.gate = Some(if somebody { Gate::locked(&self.session.who.user, why) } else { Gate::new() });
        }
    }

    /// When the screen locks itself, if nothing is typed until then. Without a login there is nothing to lock.
    pub(super) fn lock_due(&self) -> Option<Timestamp> {
        let minutes = self.lock_minutes.filter(|m| *m > 0)?;
        let open = self.gate.is_none() && self.session.who.session.is_some();
        open.then(|| self.last_input.plus_ms(i64::from(minutes) * 60_000))
    }

    /// What comes in while the door is shut: keys are for the door, changes can wait.
    pub(super) fn at_the_gate(&mut self, msg: &Msg) -> Option<Vec<Effect>> {
        let gate = self.gate.as_mut()?;
        match msg {
            Msg::Key(key) => match gate.key(*key) {
                Knock::Stay => Some(Vec::new()),
                Knock::Leave => Some(self.leave(Exit::Quit)),
                Knock::Enter { login, password, code } => {
                    let ticket = self.ticket();
                    if let Some(gate) = &mut self.gate {
                        gate.ticket = Some(ticket);
                    }
                    Some(vec![Effect::Ask(ticket, Question::Login { login, password, code })])
                }
            },
            Msg::Paste(text) => {
                gate.paste(text);
                Some(Vec::new())
            }
            Msg::Mouse(_) | Msg::Changed => Some(Vec::new()),
            _ => None,
        }
    }

    pub(super) fn entered(&mut self, ticket: Ticket, mut entered: Entered) -> Vec<Effect> {
        let Some(gate) = self.gate.take_if(|g| g.ticket == Some(ticket)) else { return Vec::new() };
        entered.who.read_only = self.session.who.read_only;
        self.session.who = entered.who.clone();
        self.last_input = self.now;
        self.toast = None;
        let mut effects = vec![Effect::Entered(Box::new(entered))];
        effects.extend(if gate.is_returning() { self.refresh() } else { self.start() });
        effects
    }

    pub(super) fn not_entered(&mut self, ticket: Ticket, why: &str, needs_code: bool) {
        if let Some(gate) = self.gate.as_mut().filter(|g| g.ticket == Some(ticket)) {
            if needs_code { gate.ask_code() } else { gate.refuse(why) }
        }
    }
}
