//! The app: state, and `update` from a message to the effects wanted. No I/O, no clock, no thread:
//! what it does can be replayed from what came in.

mod analytics;
mod answers;
mod asked;
mod available;
mod deals;
mod flows;
mod guard;
mod learn;
mod outage;
mod perform;
mod pointer;
mod presence;
mod seek;
mod sell;
mod settings;
mod submit;
mod support;
mod thin;
mod today;
mod typed;
mod view;
mod work;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use crossterm::event::KeyEventKind;

use crate::base::{Id, Timestamp, calendar};
use crate::domain::plan::OttApp;
use crate::domain::{Entity, Plan, Principal};
use crate::engine::Editing;
use crate::engine::ask::{Reps, Shelf};
use crate::query::Context;
use crate::query::views::OpenView;

use super::action::{Action, Availability, Scope};
use super::analytics::Analytics;
use super::gate::Gate;
use super::keys::{Key, Keymap};
use super::message::{Effect, Msg, Question, Ticket};
use super::overlay::Overlay;
use super::overlay::form::Draft;
use super::settings::Menu;
use super::table::list::Hits;
use super::table::{Tables, Wish};
use super::tabs::{self, Tab};
use super::theme::Theme;
use super::today::Today;

/// A toast stays so long; errors stay until a key.
const TOAST_MS: i64 = 5_000;
/// Who is at the screen, on what.
#[derive(Clone, Debug)]
pub struct Session {
    pub who: Principal,
    /// Why nothing can be written, if so.
    pub read_only: Option<String>,
    /// Shown in the first line for a demo: nobody should take it for real data.
    pub demo: bool,
    /// Set when the database was made just now and nothing is in it.
    pub welcome: bool,
    /// Folder for files the user asks for.
    pub folder: std::path::PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Plain,
    Bad,
}

#[derive(Clone, Debug)]
pub struct Toast {
    pub text: String,
    pub tone: Tone,
    until: Option<Timestamp>,
}

/// Why the app ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Quit,
    /// The welcome asked for the demo company.
    Demo,
    Hangup,
    /// The system asked for it, by the signal of this number.
    Signal(i32),
}

/// What an answer to a deed is for.
#[derive(Clone, Debug, PartialEq)]
enum Deed {
    Form,
    Confirm,
    Undo,
    Redo,
    Import,
    DropView,
    Other,
}

pub struct App {
    pub session: Session,
    /// The lists that were opened; it stands for the one on the screen.
    pub list: Tables,
    pub tab: Tab,
    /// The first screen, while it is shown.
    pub today_screen: Option<Today>,
    /// Key figures, whether they are on the screen or not.
    pub analytics: Analytics,
    /// The menu of the settings, while it is on the screen.
    pub menu: Option<Menu>,
    pub overlays: Vec<Overlay>,
    pub toast: Option<Toast>,
    /// Everything that was reported, the oldest first.
    pub log: Vec<String>,
    pub keymap: Keymap,
    pub theme: Theme,
    pub mouse: bool,
    /// The line is slow: lists at full width without a panel, plain colours.
    pub thin: bool,
    /// Somebody has turned that off: it is not turned on again by itself.
    thin_refused: bool,
    /// The theme of more colours than a thin line gets, meanwhile.
    rich_theme: Option<Theme>,
    pub plans: Vec<Plan>,
    pub otts: Vec<OttApp>,
    /// The saved views this person sees.
    pub saved: Vec<OpenView>,
    /// Name of a view that was saved just now, until it is read.
    open_saved: Option<String>,
    /// The closed door, while somebody has to log in.
    pub gate: Option<Gate>,
    /// Minutes without a key after which the screen locks itself; none for never.
    pub lock_minutes: Option<u32>,
    last_input: Timestamp,
    pub progress: Option<(String, u64, u64)>,
    pub exit: Option<Exit>,
    pub hits: Hits,
    /// Where the items of the topmost picker were drawn.
    pub pick_area: ratatui::layout::Rect,
    /// Where the tabs of an open detail page begin.
    tickets: u64,
    pressed: Vec<Key>,
    which_key: Option<Timestamp>,
    pub show_which: bool,
    pub drafts: BTreeMap<String, Draft>,
    drafts_due: Option<Timestamp>,
    deeds: Vec<(Ticket, Deed)>,
    /// Tickets of questions that overlays wait for.
    waiting: Vec<(Ticket, Waiting)>,
    last_verb: Option<Action>,
    /// Steps of a macro that is recorded.
    recording: Option<Vec<String>>,
    /// What the support desk picks from, as last read.
    shelf: Shelf,
    /// What reps make of their leads, as last read.
    reps: Reps,
    /// The desk has been let learn.
    desk_learns: bool,
    /// The row open in a form here, and when that is to be told again.
    editing: Option<((Entity, Id), Timestamp)>,
    /// What `near` means in filters: the company's setting, once it is read.
    near_minutes: i64,
    /// Rows that others have open.
    pub others: Vec<Editing>,
    /// The newest lockout that was told of.
    lockouts_seen: Option<i64>,
    /// When Ctrl-c was pressed last.
    interrupted: Timestamp,
    now: Timestamp,
}

/// What an overlay's question is for.
#[derive(Clone, Debug, PartialEq)]
enum Waiting {
    Plans,
    Views,
    Values(usize),
    Counts,
    Settings,
    /// What `near` means.
    Near,
    Second,
    Lockouts,
    Editing,
    Changes,
    Found,
    Clock,
    /// What the coverage directory says of the address in the form.
    Coverage,
    /// What fits the words of the ticket in the form.
    Labels,
    /// What could stand next in the filter of the figures.
    Completions,
    /// What reps make of their leads.
    Reps,
    /// Which models are due.
    Due,
    /// What the support desk picks from, for this action.
    Shelf(Action),
    OpenEdit,
    Import,
}

impl App {
    pub fn new(session: Session, theme: Theme, keymap: Keymap, now: Timestamp) -> App {
        let context = Context::at(now, session.who.user.clone());
        App {
            list: Tables::new(Entity::Customer, &context),
            tab: Tab::Customers,
            today_screen: None,
            analytics: Analytics::default(),
            menu: None,
            session,
            overlays: Vec::new(),
            toast: None,
            log: Vec::new(),
            keymap,
            theme,
            mouse: false,
            thin: false,
            thin_refused: false,
            rich_theme: None,
            plans: Vec::new(),
            otts: Vec::new(),
            saved: Vec::new(),
            open_saved: None,
            gate: None,
            lock_minutes: None,
            last_input: now,
            progress: None,
            exit: None,
            hits: Hits::default(),
            pick_area: ratatui::layout::Rect::default(),
            tickets: 0,
            pressed: Vec::new(),
            which_key: None,
            show_which: false,
            drafts: BTreeMap::new(),
            drafts_due: None,
            deeds: Vec::new(),
            waiting: Vec::new(),
            last_verb: None,
            recording: None,
            shelf: Shelf::default(),
            reps: Reps::default(),
            desk_learns: false,
            editing: None,
            near_minutes: 60,
            others: Vec::new(),
            lockouts_seen: None,
            interrupted: Timestamp::default(),
            now,
        }
    }

    /// The screen to begin with, before anything is asked.
    pub fn begin_on(&mut self, tab: Tab) {
        self.tab = tab;
        match tab {
            Tab::Today => self.today_screen = Some(Today::default()),
            Tab::Settings => self.menu = Some(Menu::default()),
            Tab::Analytics => self.analytics.shown = true,
            tab => {
                let context = self.context();
                // What it wishes for is asked at the start.
                let _ = self.list.open(tabs::spec(tab).entity, &context);
            }
        }
    }

    /// The first questions.
    pub fn start(&mut self) -> Vec<Effect> {
        if self.gate.is_some() {
            return Vec::new();
        }
        let mut effects = self.read_today();
        effects.extend(self.read_figures(true));
        if self.today_screen.is_none() && !self.analytics.shown {
            let begin = self.list.begin();
            effects.extend(self.wish(vec![begin, Wish::Totals, Wish::Everything]));
        }
        effects.extend(self.ask(Question::Plans, Waiting::Plans));
        effects.extend(self.ask(Question::Views, Waiting::Views));
        effects.extend(self.ask(Question::Lockouts(None), Waiting::Lockouts));
        effects.extend(self.ask(Question::Editing, Waiting::Editing));
        effects.extend(self.look_for_due());
        effects.extend(self.ask(Question::Near, Waiting::Near));
        if self.session.welcome {
            self.overlays.push(self.welcome());
        }
        effects
    }

    pub fn today(&self) -> NaiveDate {
        calendar::date_of(self.now)
    }

    pub fn context(&self) -> Context {
        Context::at(self.now, self.session.who.user.clone()).near(self.near_minutes)
    }

    /// When the app wants to be woken without a message.
    pub fn deadline(&self) -> Option<Timestamp> {
        let toast = self.toast.as_ref().and_then(|t| t.until);
        let which = self.which_key.filter(|_| !self.show_which);
        let clocks = self.list.clocks_due(self.now);
        [toast, which, self.drafts_due, self.list.panel_due, clocks, self.lock_due(), self.presence_due()]
            .into_iter()
            .flatten()
            .min()
    }

    /// Nothing is under way: what is on the screen is the answer to all that came in.
    pub fn is_settled(&self) -> bool {
        let waits = self.gate.as_ref().is_some_and(|g| g.ticket.is_some());
        let reads = self.today_screen.as_ref().is_some_and(|t| t.asked.is_some() || t.asked_pulse.is_some());
        !reads
            && self.analytics.asked.is_empty()
            && self.list.is_settled()
            && self.deeds.is_empty()
            && self.waiting.is_empty()
            && !waits
    }

    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        let mut effects = self.take_in(msg, now);
        effects.extend(self.tell_presence());
        effects
    }

    fn take_in(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        // A machine that slept wakes up locked, whatever comes first.
        if self.lock_due().is_some_and(|due| due <= now) {
            self.lock("Locked: nothing was typed for a while");
        }
        if matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_)) {
            self.last_input = now;
        }
        if let Some(effects) = self.at_the_gate(&msg) {
            return effects;
        }
        match msg {
            Msg::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            Msg::Key(_) | Msg::Resize | Msg::Line(_) => Vec::new(),
            Msg::Paste(text) => self.paste(&text),
            Msg::Mouse(event) => self.pointer(event),
            Msg::Answer(ticket, answer) => self.answer(ticket, answer),
            Msg::Progress(done, total) => {
                if let Some((_, d, t)) = &mut self.progress {
                    (*d, *t) = (done, total);
                }
                Vec::new()
            }
            Msg::Changed => self.refresh(),
            Msg::Tick => self.tick(),
            Msg::Hangup => self.leave(Exit::Hangup),
            Msg::Signal(number) => self.leave(Exit::Signal(number)),
            Msg::Suspend => self.step_aside(),
        }
    }

    fn tick(&mut self) -> Vec<Effect> {
        let now = self.now;
        let due = |at: Option<Timestamp>| at.is_some_and(|t| t <= now);
        if due(self.toast.as_ref().and_then(|t| t.until)) {
            self.toast = None;
        }
        if due(self.which_key) {
            self.show_which = true;
        }
        let mut effects = Vec::new();
        if due(self.drafts_due) {
            effects.push(self.keep_drafts());
        }
        let wishes = self.list.tick(now);
        effects.extend(self.wish(wishes));
        effects
    }

    /// The scopes whose keys are live, the nearest first.
    pub fn scopes(&self) -> Vec<Scope> {
        match self.overlays.last() {
            Some(top @ (Overlay::Form(_) | Overlay::Picker(_) | Overlay::Search(_) | Overlay::Confirm(_))) => {
                vec![top.scope()]
            }
            Some(top) => {
                let own = if let Overlay::Detail(d) = top { tabs::scope(d.entity) } else { None };
                [own, Some(top.scope()), Some(Scope::Global)].into_iter().flatten().collect()
            }
            None if self.today_screen.is_some() => vec![Scope::Today, Scope::Global],
            None if self.analytics.shown => vec![Scope::Analytics, Scope::Global],
            None if self.menu.is_some() => vec![Scope::Menu, Scope::Global],
            None if self.list.bar.is_some() => vec![Scope::Filter],
            None => {
                let own = tabs::scope(self.list.entity);
                let board = self.list.board.is_some().then_some(Scope::Board);
                [board, own, Some(Scope::List), Some(Scope::Global)].into_iter().flatten().collect()
            }
        }
    }

    /// Runs an action, or says why it cannot run.
    pub fn run(&mut self, action: Action) -> Vec<Effect> {
        match self.availability(action) {
            Availability::Yes => self.perform(action),
            Availability::No(why) => {
                self.say(why, Tone::Bad);
                Vec::new()
            }
        }
    }

    /// Shows a line above the hints.
    pub fn say(&mut self, text: impl Into<String>, tone: Tone) {
        let text = text.into();
        self.log.push(format!("{}  {text}", calendar::clock_face(self.now)));
        if self.log.len() > 500 {
            self.log.remove(0);
        }
        // An error stays until a key: what comes by itself meanwhile is in the log.
        if tone == Tone::Plain && self.toast.as_ref().is_some_and(|t| t.until.is_none()) {
            return;
        }
        let until = (tone != Tone::Bad).then(|| self.now.plus_ms(TOAST_MS));
        self.toast = Some(Toast { text, tone, until });
    }

    /// Brings the list of an entity to the screen, on the tab where it is at home.
    pub(super) fn go_to(&mut self, entity: Entity) -> Vec<Effect> {
        self.overlays.clear();
        self.menu = None;
        self.today_screen = None;
        self.analytics.shown = false;
        self.tab = tabs::home(entity);
        if self.list.entity == entity {
            return self.refresh();
        }
        let context = self.context();
        let wishes = self.list.open(entity, &context);
        self.wish(wishes)
    }

    /// Closes the topmost overlay.
    fn close(&mut self) -> Vec<Effect> {
        self.overlays.pop();
        Vec::new()
    }
}
