//! What each action does.

use crate::domain::{Entity, Record};
use crate::engine::ask::Panel;
use crate::engine::{Command, Target, UndoTarget, offer_taken};
use crate::insight::offers::Offer;
use crate::query::explain::explain;
use crate::query::schema::{customer as c, noun};

use super::super::action::{ACTIONS, Action, ActionSpec, Availability, Scope};
use super::super::message::{Effect, Question};
use super::super::overlay::{Confirm, Detail, Form, Overlay, Pick, PickItem, Picker, Purpose, TextPage};
use super::super::rows::Marks;
use super::super::settings::forms;
use super::super::table::called;
use super::super::tabs;
use super::super::tickets::shelf;
use super::{App, Deed, Exit, Tone, Waiting};

impl App {
    pub(super) fn detail(&self) -> Option<&Detail> {
        self.overlays.iter().rev().find_map(|o| if let Overlay::Detail(d) = o { Some(d) } else { None })
    }

    /// The row of a kind that an action is about: the open one, else the one under the cursor.
    pub(super) fn row_here(&self, entity: Entity) -> Option<&Record> {
        let row = match self.detail() {
            Some(d) => d.panel.as_ref().map(|p| p.record()),
            None => self.list.rows.current(),
        };
        row.filter(|r| r.fields.first().is_some_and(|f| f.entity == entity))
    }

    /// The one row an action can be about: the open one, else the one under the cursor.
    pub(super) fn one_row(&self) -> Option<(crate::base::Id, String)> {
        if let Some(d) = self.detail() {
            return Some((d.id, d.panel.as_ref().map(|p| called(p.record())).unwrap_or_default()));
        }
        let single = match &self.list.rows.marks {
            Marks::None => true,
            Marks::Some(ids) => ids.len() == 1 && self.list.rows.current_id().is_some_and(|id| ids.contains(&id)),
            Marks::AllBut(_) => false,
        };
        let row = self.list.rows.current().filter(|_| single)?;
        Some((row.id, called(row)))
    }

    /// The rows a verb is about.
    pub(super) fn target(&self) -> Option<(Target, String)> {
        if let Some(d) = self.detail() {
            let name = self.one_row().map(|(_, n)| n).unwrap_or_default();
            return Some((Target::one(d.id), name));
        }
        self.list.target().map(|t| (t, self.list.target_name()))
    }

    pub(super) fn perform(&mut self, action: Action) -> Vec<Effect> {
        if let Some(effects) = self.perform_on_overlay(action) {
            return effects;
        }
        if let Some(effects) = self.perform_on_today(action) {
            return effects;
        }
        if let Some(effects) = self.perform_on_analytics(action) {
            return effects;
        }
        if let Some(effects) = self.perform_on_menu(action) {
            return effects;
        }
        if let Some(effects) = self.perform_in_settings(action) {
            return effects;
        }
        let own = self.perform_on_deals(action).or_else(|| self.perform_on_leads(action));
        let own = own.or_else(|| self.perform_on_tickets(action)).or_else(|| self.perform_on_jobs(action));
        let own = own.or_else(|| self.perform_on_incidents(action));
        if let Some(effects) = own.or_else(|| self.perform_learning(action)) {
            if self.verbs_here().contains(&action) {
                self.last_verb = Some(action);
            }
            return effects;
        }
        if self.overlays.is_empty() && self.on_list() {
            let now = self.now;
            if let Some(wishes) = self.list.act(action, now) {
                return self.wish(wishes);
            }
        }
        if self.overlays.is_empty() && self.on_list() {
            let context = self.context();
            match action {
                Action::Board => {
                    let wishes = self.list.turn_board(&context);
                    return self.wish(wishes);
                }
                Action::DayBefore | Action::DayAfter => {
                    let by = if action == Action::DayAfter { 1 } else { -1 };
                    let wishes = self.list.move_day(by, &context);
                    return self.wish(wishes);
                }
                _ => {}
            }
        }
        if self.verbs_here().contains(&action) {
            self.last_verb = Some(action);
        }
        let entity = self.entity_here();
        match action {
            Action::Help => self.open(self.palette(true)),
            Action::Palette => self.open(self.palette(false)),
            Action::Search => self.open_search(),
            Action::Quit => self.quit(),
            Action::QuitNow => self.leave(Exit::Quit),
            Action::Suspend => self.step_aside(),
            Action::Back => self.back(),
            Action::Undo => self.deed(Question::Undo(UndoTarget::Last), Deed::Undo),
            Action::Redo => self.deed(Question::Redo(UndoTarget::Last), Deed::Redo),
            Action::Refresh => {
                self.list.everything = None;
                let mut effects = self.refresh();
                effects.push(Effect::Repaint);
                effects
            }
            Action::Messages => {
                let lines = if self.log.is_empty() { vec!["Nothing yet.".into()] } else { self.log.clone() };
                let mut page = TextPage::new("Messages", lines);
                page.act(Action::Bottom);
                self.open(Overlay::Page(page))
            }
            Action::Journal => self.go_to(Entity::Entry),
            Action::Catalogue => {
                let command = Command::AddPlans { plans: crate::exchange::usual_plans() };
                self.deed(Question::Execute(Box::new(command)), Deed::Other)
            }
            Action::Theme => self.open(self.themes()),
            Action::Mouse => {
                self.mouse = !self.mouse;
                let text =
                    if self.mouse { "Mouse on; Shift selects text" } else { "Mouse off: the terminal selects text" };
                self.say(text, Tone::Plain);
                vec![Effect::Mouse(self.mouse)]
            }
            Action::Thin => self.turn_thin(),
            Action::Import => self.open(Overlay::Form(Form::import())),
            Action::Customers => self.go_to(Entity::Customer),
            Action::Open if entity == Entity::Entry => match self.list.rows.current_id() {
                Some(entry) => self.ask(Question::Changes(entry.0), Waiting::Changes),
                None => Vec::new(),
            },
            Action::Open => self.open_detail(),
            Action::Filter => {
                let wishes = self.list.open_filter();
                self.wish(wishes)
            }
            Action::Jump => self.open(Overlay::Form(Form::jump(&self.list.places()))),
            Action::Sort => self.open(self.sorts()),
            Action::Turn => {
                let mut sort = self.list.sort.clone();
                if let Some(first) = sort.first_mut() {
                    first.1 = !first.1;
                }
                let context = self.context();
                let wishes = self.list.set_sort(&sort, &context);
                self.wish(wishes)
            }
            Action::Views => self.open_views(),
            Action::SaveView => {
                let open = &self.list.view;
                let name = if open.saved.is_some() { open.name.clone() } else { String::new() };
                let form = Form::save_view(self.list.entity, &self.list.text, &name);
                self.open(Overlay::Form(form))
            }
            Action::DropView => match self.list.view.saved {
                Some(id) => self.deed(Question::Execute(Box::new(Command::DropView { id })), Deed::DropView),
                None => Vec::new(),
            },
            Action::Explain => {
                let text = explain(&self.list.bound);
                let lines = vec![format!("# {}", self.list.text), String::new(), text];
                self.open(Overlay::Page(TextPage::new("What this filter keeps", lines)))
            }
            Action::Act => self.open(self.verbs()),
            Action::Repeat => self.last_verb.map_or_else(Vec::new, |verb| self.run(verb)),
            Action::New => {
                let entity = self.list.entity;
                let form = shelf::new(entity).unwrap_or_else(|| Form::new_row(entity));
                self.open_form(form)
            }
            Action::Edit => match self.one_row() {
                Some((id, _)) => {
                    // The form opens on the row as it is now, not as the list last saw it.
                    self.ask(Question::Panel(self.entity_here(), id), Waiting::OpenEdit)
                }
                None => Vec::new(),
            },
            Action::Note => match self.one_row() {
                Some((id, name)) => {
                    let form = Form::note(id, &name);
                    self.open_form(form)
                }
                None => Vec::new(),
            },
            Action::Status => self.with_target(|app, target, name| app.statuses(target, &name)),
            Action::Plan => self.with_target(|app, target, name| app.plan_list(target, &name)),
            Action::Offer => self.take_offer(),
            Action::Reveal => match self.one_row() {
                Some((id, name)) => self.open(Overlay::Form(forms::reveal(entity, id, &name))),
                None => Vec::new(),
            },
            Action::Tag => self.with_target(|_, target, name| Overlay::Form(Form::tag(entity, target, &name))),
            Action::Delete => self.confirm("Delete", |target| Command::Delete { entity, target }),
            Action::Restore => self.confirm("Restore", |target| Command::Undelete { entity, target }),
            Action::SetField => self.with_target(|app, target, name| app.settable(target, name)),
            Action::Assign => match noun(entity).owner {
                Some(owner) => self.with_target(|_, target, name| Overlay::Form(Form::set(target, owner, &name))),
                None => Vec::new(),
            },
            Action::Export => self.with_target(|app, target, name| {
                let day = app.today();
                let path = app.session.folder.join(format!("{}-{day}.csv", entity.code()));
                Overlay::Form(Form::export(entity, target, &name, &path.display().to_string()))
            }),
            Action::Pipe => self.with_target(|_, target, name| Overlay::Form(Form::pipe(entity, target, &name))),
            Action::Copy => self.open_copy(),
            Action::Chart => self.save_chart(),
            _ => Vec::new(),
        }
    }

    /// Actions that mean something else while an overlay is on top.
    fn perform_on_overlay(&mut self, action: Action) -> Option<Vec<Effect>> {
        match self.overlays.last_mut()? {
            Overlay::Detail(d) => match action {
                Action::NextRow | Action::PrevRow => Some(self.neighbour(action)),
                Action::NextTab
                | Action::PrevTab
                | Action::Down
                | Action::Up
                | Action::PageDown
                | Action::PageUp
                | Action::Top
                | Action::Bottom => {
                    d.act(action);
                    Some(Vec::new())
                }
                _ => None,
            },
            Overlay::Page(p) => match action {
                // The form below has what the page shows.
                Action::Yes if p.goes_on => {
                    self.overlays.pop();
                    Some(self.submit())
                }
                Action::Undo if p.entry.is_some() => {
                    let seq = p.entry.unwrap_or_default();
                    self.overlays.pop();
                    Some(self.deed(Question::Undo(UndoTarget::Entry(seq)), Deed::Undo))
                }
                Action::Down | Action::Up | Action::PageDown | Action::PageUp | Action::Top | Action::Bottom => {
                    p.act(action);
                    Some(Vec::new())
                }
                _ => None,
            },
            Overlay::Confirm(confirm) => match action {
                Action::Yes if confirm.is_ready() => {
                    confirm.busy = true;
                    let command = confirm.command.clone();
                    let rows = confirm.preview.as_ref().map_or(0, |p| p.changes);
                    if rows > crate::engine::PART {
                        self.progress = Some(("Changing rows".into(), 0, rows as u64));
                    }
                    Some(self.deed(Question::Execute(Box::new(command)), Deed::Confirm))
                }
                Action::Yes => Some(Vec::new()),
                Action::Back => None,
                action => {
                    confirm.act(action);
                    Some(Vec::new())
                }
            },
            Overlay::Form(_) | Overlay::Picker(_) | Overlay::Search(_) => None,
        }
    }

    pub(super) fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlays.push(overlay);
        Vec::new()
    }

    fn with_target(&mut self, make: impl FnOnce(&App, Target, String) -> Overlay) -> Vec<Effect> {
        match self.target() {
            Some((target, name)) => {
                let overlay = make(self, target, name);
                match overlay {
                    Overlay::Form(form) => self.open_form(form),
                    overlay => self.open(overlay),
                }
            }
            None => Vec::new(),
        }
    }

    /// Asks before a command; the answer shows what would change.
    pub(super) fn confirm(&mut self, verb: &str, command: impl FnOnce(Target) -> Command) -> Vec<Effect> {
        let Some((target, name)) = self.target() else { return Vec::new() };
        self.confirm_command(format!("{verb} {name}"), command(target))
    }

    pub(super) fn confirm_command(&mut self, title: String, command: Command) -> Vec<Effect> {
        let ticket = self.ticket();
        let question = Question::Preview(Box::new(command.clone()));
        self.overlays.push(Overlay::Confirm(Confirm::new(title, command, ticket)));
        vec![Effect::Ask(ticket, question)]
    }

    /// The offer of the panel, where it is of the row under the cursor.
    pub(super) fn offer_here(&self) -> Option<(crate::base::Id, &Offer)> {
        let (id, _) = self.one_row()?;
        match self.detail().map_or(self.list.panel.as_ref(), |d| d.panel.as_deref())? {
            Panel::Customer(b) if b.record.id == id => Some((id, b.offer.as_ref()?)),
            _ => None,
        }
    }

    /// Asks whether the offer of the panel is to be carried out.
    fn take_offer(&mut self) -> Vec<Effect> {
        let Some((id, offer)) = self.offer_here() else { return Vec::new() };
        let title = format!("{}: {}", offer.title, offer.what);
        let command = offer_taken(id, offer);
        self.confirm_command(title, command)
    }

    /// Opens a form with the draft an earlier one left.
    pub(super) fn open_form(&mut self, mut form: Form) -> Vec<Effect> {
        if let Some(draft) = form.draft_key().and_then(|key| self.drafts.get(&key)) {
            form.restore(draft);
        }
        let mut effects = self.open(Overlay::Form(form));
        effects.extend(self.look_up_labels());
        effects
    }

    fn open_detail(&mut self) -> Vec<Effect> {
        let Some(id) = self.list.rows.current_id() else { return Vec::new() };
        let (ticket, entity) = (self.ticket(), self.list.entity);
        let mut detail = Detail::new(entity, id, ticket);
        // What the panel knows is shown at once; the answer brings the rest.
        if let Some(p) = self.list.panel.as_ref().filter(|p| p.record().id == id) {
            detail.panel = Some(Box::new(p.clone()));
        }
        self.overlays.push(Overlay::Detail(detail));
        let mut effects = vec![Effect::Ask(ticket, Question::Panel(entity, id))];
        if entity == Entity::Ticket {
            effects.extend(self.learn_labels());
        }
        effects
    }

    /// The next or previous row of the list, without leaving the page.
    fn neighbour(&mut self, action: Action) -> Vec<Effect> {
        let step = if action == Action::NextRow { 1 } else { -1 };
        let before = self.list.rows.current_id();
        let want = self.list.rows.step(step);
        let height = self.list.height;
        self.list.rows.scroll(height);
        let mut effects =
            self.wish(want.filter(|_| self.list.pending.page.is_none()).map(super::Wish::Page).into_iter().collect());
        match self.list.rows.current_id() {
            Some(id) if Some(id) != before => effects.extend(self.read_detail(id)),
            _ => self.say("that was the last one of this list", Tone::Plain),
        }
        effects
    }

    fn back(&mut self) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            return self.close();
        }
        if self.back_to_menu() {
            return Vec::new();
        }
        let context = self.context();
        let on_a_day = self.list.board.as_ref().is_some_and(|b| b.day(&self.list.bound).is_some());
        let marked = self.list.rows.range.is_some() || self.list.rows.marks != Marks::None;
        let wishes = if on_a_day && !marked { self.list.turn_board(&context) } else { self.list.back(&context) };
        self.wish(wishes)
    }

    fn quit(&mut self) -> Vec<Effect> {
        if self.overlays.is_empty() { self.leave(Exit::Quit) } else { self.close() }
    }

    pub(super) fn leave(&mut self, exit: Exit) -> Vec<Effect> {
        self.exit = Some(exit);
        vec![self.keep_drafts(), Effect::Quit]
    }

    /// To the shell for a while; what was typed is safe should nobody come back.
    pub(super) fn step_aside(&mut self) -> Vec<Effect> {
        vec![self.keep_drafts(), Effect::Suspend]
    }

    fn save_chart(&mut self) -> Vec<Effect> {
        let Some((id, _)) = self.one_row() else { return Vec::new() };
        let account = self.detail().and_then(|d| d.panel.as_ref()?.record().int(c::ACCOUNT)).unwrap_or(0);
        let path = self.session.folder.join(format!("usage-{account:07}.svg"));
        self.deed(Question::SaveChart(id, path), Deed::Other)
    }

    /// The palette; `help` puts what works here first and shows everything.
    fn palette(&self, help: bool) -> Overlay {
        let here = self.scopes();
        let mut scopes: Vec<Scope> = here.clone();
        if help {
            scopes.extend(Scope::ALL.iter().filter(|s| !here.contains(s)));
        }
        let mut items = Vec::new();
        for scope in scopes {
            let live = here.contains(&scope);
            for spec in ACTIONS.iter().filter(|a| a.scope == scope) {
                let keys: Vec<String> =
                    self.keymap.keys_of(spec).iter().map(|k| super::super::keys::label(k)).collect();
                let disabled = match self.availability(spec.action) {
                    _ if !live => Some(format!("{} · {}", spec.scope.title(), spec.help)),
                    Availability::No(why) if !help => Some(why),
                    _ => None,
                };
                if !help && matches!(spec.action, Action::Down | Action::Up | Action::PageDown | Action::PageUp) {
                    continue;
                }
                let item = PickItem::new(spec.hint, spec.help, Pick::Action(spec.action));
                items.push(item.tail(keys.join("  ")).disabled(disabled));
            }
        }
        let mut picker = Picker::new(if help { "Keys" } else { "Do or find" }, Purpose::Palette, items);
        picker.free = !help;
        Overlay::Picker(picker)
    }

    /// The verbs for the selection, greyed with the reason where one cannot run.
    fn verbs(&self) -> Overlay {
        let (_, name) = self.target().unwrap_or((Target::Ids(Vec::new()), String::new()));
        let own = tabs::scope(self.entity_here());
        let items = self
            .verbs_here()
            .iter()
            .filter_map(|action| {
                let here = |a: &&ActionSpec| a.action == *action && (Some(a.scope) == own || a.scope == Scope::List);
                let spec = ACTIONS.iter().find(here)?;
                let keys = self.keymap.keys_of(spec).first().map(|k| super::super::keys::label(k)).unwrap_or_default();
                let why = match self.availability(*action) {
                    Availability::No(why) => Some(why),
                    Availability::Yes => None,
                };
                Some(PickItem::new(spec.name, spec.help, Pick::Action(*action)).tail(keys).disabled(why))
            })
            .collect();
        Overlay::Picker(Picker::new(format!("Act on {name}"), Purpose::Palette, items))
    }
}
