//! What happens in the settings: the menu, people, prices, one's own profile.

use crate::domain::settings;
use crate::domain::{Entity, Role};
use crate::engine::Command;
use crate::query::schema::{plan, user};

use super::super::action::Action;
use super::super::message::{Answer, Effect, Question};
use super::super::overlay::{Overlay, Pick, PickItem, Picker, Purpose, TextPage};
use super::super::settings::{Go, Menu, forms, shut};
use super::super::tabs::Tab;
use super::{App, Deed, Tone, Waiting};

impl App {
    /// The menu of the settings.
    pub(super) fn open_menu(&mut self) -> Vec<Effect> {
        self.overlays.clear();
        self.today_screen = None;
        self.analytics.shown = false;
        self.tab = Tab::Settings;
        self.menu.get_or_insert_with(Menu::default);
        Vec::new()
    }

    /// The way back from a list of the settings leads to their menu.
    pub(super) fn back_to_menu(&mut self) -> bool {
        let plain = self.tab == Tab::Settings && self.menu.is_none() && self.list.is_plain();
        if plain {
            self.menu = Some(Menu::default());
        }
        plain
    }

    /// An action while the menu is on the screen; `None` when it is none of its own.
    pub(super) fn perform_on_menu(&mut self, action: Action) -> Option<Vec<Effect>> {
        let menu = self.menu.as_mut().filter(|_| self.overlays.is_empty())?;
        if menu.act(action) {
            return Some(Vec::new());
        }
        match action {
            Action::Open => {
                let go = menu.current().go;
                if let Some(why) = shut(go, self.session.who.role) {
                    self.say(why, Tone::Bad);
                    return Some(Vec::new());
                }
                Some(self.go_into(go))
            }
            Action::Back => Some(Vec::new()),
            _ => None,
        }
    }

    fn go_into(&mut self, go: Go) -> Vec<Effect> {
        match go {
            Go::Figures => self.ask(Question::Settings, Waiting::Settings),
            Go::Rows(entity) => {
                self.menu = None;
                let effects = self.go_to(entity);
                self.menu = None;
                effects
            }
            Go::Profile => self.open(self.profile()),
            Go::Theme => self.run(Action::Theme),
            Go::Keys => self.run(Action::Help),
        }
    }

    /// Every setting with what holds now.
    pub(super) fn figures(&self, now: &settings::Settings) -> Overlay {
        let item = |s: &'static settings::Setting| {
            let value = now.text(s.key);
            let shown = if value.is_empty() { "–".to_string() } else { value.to_string() };
            let tail = if now.is_own(s.key) || value.is_empty() { shown } else { format!("{shown} (default)") };
            PickItem::new(s.title, s.help, Pick::Setting(s.key)).tail(tail)
        };
        Overlay::Picker(Picker::new(
            "Company and figures",
            Purpose::Figures(now.clone()),
            settings::all().map(item).collect(),
        ))
    }

    /// The form of one setting.
    pub(super) fn edit_setting(&mut self, key: &str, now: &settings::Settings) -> Vec<Effect> {
        let Some(row) = settings::find(key) else { return Vec::new() };
        let value = if now.is_own(row.key) { now.text(row.key) } else { "" };
        self.open(Overlay::Form(forms::setting(row, value)))
    }

    fn profile(&self) -> Overlay {
        // Until the first person is added nobody has a password here.
        let alone = self.session.who.session.is_none();
        let why = || alone.then(|| "nobody has to log in here yet: add the first person under People".to_string());
        let item = |label: &str, note: &str, action| PickItem::new(label, note, Pick::Action(action)).disabled(why());
        let items = vec![
            item("Password", "set a new one; ends your other sessions", Action::OwnPassword),
            item("Second factor on", "six digits from a phone besides the password", Action::SecondOn),
            item("Second factor off", "the password alone lets you in", Action::SecondOff),
            item("Log out", "end this session", Action::LogOut),
        ];
        let title = format!("{} · {}", self.session.who.user, self.session.who.role.label());
        Overlay::Picker(Picker::new(title, Purpose::Palette, items))
    }

    /// Actions of people, prices and one's own profile; `None` when it is another one.
    pub(super) fn perform_in_settings(&mut self, action: Action) -> Option<Vec<Effect>> {
        let me = self.session.who.user.clone();
        Some(match action {
            Action::Settings => self.open_menu(),
            Action::New if self.list.entity == Entity::User && self.overlays.is_empty() => {
                self.open(Overlay::Form(forms::person("")))
            }
            Action::OwnPassword => self.open(Overlay::Form(forms::password(&me))),
            Action::SecondOn => self.ask(Question::OfferSecond, Waiting::Second),
            Action::SecondOff => self.confirm_command("Second factor off".into(), Command::DropTotp { login: me }),
            Action::LogOut => {
                self.lock("Logged out");
                vec![Effect::LogOut]
            }
            Action::PlanPrice => {
                let row = self.list.rows.current()?;
                let form = forms::price(row.text(plan::NAME), row.money(plan::PRICE), self.today());
                self.open_form(form)
            }
            Action::PersonState | Action::PersonRole | Action::PersonCode => self.person(action),
            _ => return None,
        })
    }

    fn person(&mut self, action: Action) -> Vec<Effect> {
        let Some(row) = self.list.rows.current() else { return Vec::new() };
        let (login, state) = (row.text(user::LOGIN).to_string(), row.text(user::STATE).to_string());
        let current = Role::parse(row.text(user::ROLE));
        match action {
            Action::PersonRole => {
                let item = |r: &Role| {
                    let command = Command::SetRole { login: login.clone(), role: *r };
                    let so = (current == Some(*r)).then(|| "it is so already".to_string());
                    PickItem::new(r.label(), "", Pick::Command(Box::new(command))).disabled(so)
                };
                let items = Role::ALL.iter().map(item).collect();
                self.open(Overlay::Picker(Picker::new(format!("Role of {login}"), Purpose::Palette, items)))
            }
            Action::PersonCode => self.deed(Question::ResetCode(login), Deed::Other),
            _ if state == "disabled" => {
                self.confirm_command(format!("Let {login} in again"), Command::EnableUser { login })
            }
            _ => self.confirm_command(format!("Shut {login} out"), Command::DisableUser { login }),
        }
    }

    /// The second factor as drawn for a phone, over the line for its first digits.
    pub(super) fn show_second(&mut self, answer: Answer) -> Vec<Effect> {
        let Answer::Second(offer, picture) = answer else { return Vec::new() };
        let mut lines = picture;
        lines.push(String::new());
        lines.push(format!("Show this to the authenticator on your phone, or type in: {}", offer.secret.expose()));
        lines.push("Esc goes on to the six digits it shows.".into());
        self.overlays.push(Overlay::Form(forms::second(*offer)));
        self.open(Overlay::Page(TextPage::new("Second factor", lines)))
    }
}
