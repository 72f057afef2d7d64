//! The first screen: what its keys do, and how it is kept fresh.

use crate::domain::Entity;

use super::super::action::Action;
use super::super::message::{Answer, Effect, Question, Ticket};
use super::super::overlay::{Detail, Overlay, Pick, PickItem, Picker, Purpose};
use super::super::tabs::Tab;
use super::super::today::{Place, Today};
use super::App;

impl App {
    /// True while the rows of a list are on the screen: not the first screen, the figures, the menu of the settings.
    pub(super) fn on_list(&self) -> bool {
        self.menu.is_none() && self.today_screen.is_none() && !self.analytics.shown
    }

    /// To the first screen.
    pub(super) fn open_today(&mut self) -> Vec<Effect> {
        self.overlays.clear();
        self.menu = None;
        self.analytics.shown = false;
        self.tab = Tab::Today;
        self.today_screen.get_or_insert_with(Today::default);
        self.read_today()
    }

    /// Asks for what is on the first screen, where it is shown.
    pub(super) fn read_today(&mut self) -> Vec<Effect> {
        if self.today_screen.is_none() {
            return Vec::new();
        }
        let (now, pulse) = (self.ticket(), self.ticket());
        if let Some(today) = &mut self.today_screen {
            (today.asked, today.asked_pulse) = (Some(now), Some(pulse));
        }
        vec![Effect::Ask(now, Question::Today), Effect::Ask(pulse, Question::Pulse)]
    }

    /// Takes an answer in if it is the first screen's; gives back what is not.
    pub(super) fn today_came(&mut self, ticket: Ticket, answer: Answer) -> Option<Answer> {
        let Some(today) = &mut self.today_screen else { return Some(answer) };
        let (is_now, is_pulse) = (today.asked == Some(ticket), today.asked_pulse == Some(ticket));
        if is_now {
            today.asked = None;
        }
        if is_pulse {
            today.asked_pulse = None;
        }
        match answer {
            Answer::Today(found) if is_now => {
                let stood = today.current().and_then(|p| today.row(p)).map(|(e, id, _)| (e, id));
                today.found = Some(*found);
                // The cursor stays on its line while others come and go.
                let places = today.places();
                let same = |p: &Place| today.row(*p).map(|(e, id, _)| (e, id));
                if let Some(at) = stood.and_then(|s| places.iter().position(|p| same(p) == Some(s))) {
                    today.cursor = at;
                }
                today.cursor = today.cursor.min(places.len().saturating_sub(1));
                None
            }
            Answer::Pulse(pulse) if is_pulse => {
                today.pulse = Some(pulse);
                None
            }
            other => Some(other),
        }
    }

    /// An action on the first screen; `None` when it is none of its own.
    pub(super) fn perform_on_today(&mut self, action: Action) -> Option<Vec<Effect>> {
        if action == Action::Today {
            return Some(self.open_today());
        }
        let today = self.today_screen.as_mut().filter(|_| self.overlays.is_empty())?;
        if today.act(action) {
            return Some(Vec::new());
        }
        match action {
            Action::Open => {
                let place = today.current()?;
                let row = today.row(place);
                Some(match (place, row) {
                    (Place::Renewals, _) => {
                        self.show(Entity::Customer, "-status:terminated,pending renews<7d sort:renews")
                    }
                    (_, Some((entity, id, _))) => self.open_record(entity, id),
                    (_, None) => Vec::new(),
                })
            }
            Action::Filter => Some(self.open_search()),
            Action::New => {
                let item = |label: &str, note: &str, entity| PickItem::new(label, note, Pick::New(entity));
                let items = vec![
                    item("Customer", "with a subscription", Entity::Customer),
                    item("Lead", "somebody who may become one", Entity::Lead),
                    item("Deal", "for many seats", Entity::Deal),
                    item("Ticket", "for a customer, by account number", Entity::Ticket),
                ];
                Some(self.open(Overlay::Picker(Picker::new("Something new", Purpose::Palette, items))))
            }
            Action::Back => Some(Vec::new()),
            _ => None,
        }
    }

    /// The list of an entity with a filter.
    pub(super) fn show(&mut self, entity: Entity, text: &str) -> Vec<Effect> {
        let mut effects = self.go_to(entity);
        let context = self.context();
        let wishes = self.list.set_text(text, &context);
        effects.extend(self.wish(wishes));
        effects
    }

    /// The page of one record, over the list it is at home in.
    pub(super) fn open_record(&mut self, entity: Entity, id: crate::base::Id) -> Vec<Effect> {
        let mut effects = self.go_to(entity);
        let ticket = self.ticket();
        self.overlays.push(Overlay::Detail(Detail::new(entity, id, ticket)));
        effects.push(Effect::Ask(ticket, Question::Panel(entity, id)));
        effects
    }
}
