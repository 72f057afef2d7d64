//! From what was picked or filled in to what happens: the steps of each piece of work.

use crate::domain::customer::Status;
use crate::domain::plan::Offer;
use crate::domain::{Entity, Record};
use crate::engine::{Command, Target, Totals};
use crate::query::bind::Cond;
use crate::query::schema::{Edit, Kind, customer as c, field, ids, lead, noun};
use crate::query::views::{self, OpenView};
use crate::query::{Bound, format};

use super::super::action::Action;
use super::super::jobs::forms as job_forms;
use super::super::leads::forms as lead_forms;
use super::super::message::{Effect, Question};
use super::super::overlay::{Form, Overlay, Pick, PickItem, Picker, Purpose};
use super::super::theme::{self, Theme};
use super::super::tickets::forms as ticket_forms;
use super::{App, Deed, Exit, Tone, Waiting};

impl App {
    pub(super) fn welcome(&self) -> Overlay {
        let items = vec![
            PickItem::new(
                "Look at a demo company",
                "5,000 made-up customers, in a file of its own",
                Pick::Text("demo".into()),
            ),
            PickItem::new(
                "Start with an empty company",
                "with the plans usual in the market",
                Pick::Text("empty".into()),
            ),
            PickItem::new("Import a file", "CSV of your present system", Pick::Action(Action::Import)),
        ];
        Overlay::Picker(Picker::new("Welcome to BharatNet CRM", Purpose::Welcome, items))
    }

    pub(super) fn themes(&self) -> Overlay {
        let note = |name: &str| match name {
            "terminal" => "the terminal's own 16 colours",
            "mono" => "no colour",
            "contrast" => "high contrast, 24 bit",
            _ => "24-bit colour",
        };
        let items = theme::names().into_iter().map(|n| PickItem::new(n, note(n), Pick::Text(n.into()))).collect();
        let current = self.theme.name.clone();
        Overlay::Picker(Picker::new("Theme", Purpose::Theme, items).on(|i| i.label == current))
    }

    pub(super) fn sorts(&self) -> Overlay {
        let items = ids(self.list.entity)
            .filter(|id| field(*id).sort)
            .map(|id| PickItem::new(field(id).title, field(id).help, Pick::Sort(id)))
            .collect();
        let current = self.list.sort.first().map(|(id, _)| field(*id).title);
        let picker = Picker::new("Sort by (again turns it round)", Purpose::Sort, items);
        Overlay::Picker(picker.on(|i| Some(i.label.as_str()) == current))
    }

    /// The views there are: those that come with the program, then the saved ones.
    pub(super) fn all_views(&self) -> Vec<OpenView> {
        let entity = self.list.entity;
        let own = views::built_in(entity).iter().map(OpenView::from);
        let first = views::built_in(entity).is_empty().then(|| views::first(entity));
        own.chain(first).chain(self.saved.iter().filter(|v| v.entity == entity).cloned()).collect()
    }

    /// Lines of the list of views, with their counts where they are known.
    pub(super) fn view_items(&self, totals: Option<&[Totals]>) -> Vec<PickItem> {
        let money = noun(self.list.entity).money.is_some();
        let one = |(i, v): (usize, OpenView)| {
            let tail = totals.and_then(|t| t.get(i)).map_or("…".into(), |t| totals_text(t, money));
            let title = if v.saved.is_some() { format!("{} ({})", v.title, v.owner) } else { v.title };
            PickItem::new(title, v.text, Pick::View(i)).tail(tail)
        };
        self.all_views().into_iter().enumerate().map(one).collect()
    }

    pub(super) fn open_views(&mut self) -> Vec<Effect> {
        let current = self.list.view.clone();
        let at = self.all_views().iter().position(|v| *v == current);
        let picker = Picker::new("Views (g s saves the filter as one)", Purpose::View, self.view_items(None));
        self.overlays.push(Overlay::Picker(picker.on(|i| at.is_some_and(|n| i.pick == Pick::View(n)))));
        let (context, entity) = (self.context(), self.list.entity);
        // A saved filter that can no longer be read counts nothing.
        let bound = |v: &OpenView| crate::query::compile(&v.text, entity, &context);
        let none = || Bound { cond: Cond::Not(Box::new(Cond::All)), ..Bound::all(entity) };
        let bounds = self.all_views().iter().map(|v| bound(v).unwrap_or_else(|_| none())).collect();
        self.ask(Question::Counts(bounds), Waiting::Counts)
    }

    pub(super) fn statuses(&self, target: Target, name: &str) -> Overlay {
        // For one line, what its status does not lead to is greyed.
        let from = match &target {
            Target::Ids(list) if list.len() == 1 => {
                self.record_of(list[0]).and_then(|r| Status::parse(r.text(c::STATUS)))
            }
            _ => None,
        };
        let items = Status::ALL
            .iter()
            .map(|s| {
                let why = from.filter(|f| f == s).map(|_| "it is so already".to_string()).or_else(|| {
                    let f = from.filter(|f| !f.next().contains(s))?;
                    Some(format!("{} cannot become {}", f.label().to_lowercase(), s.label().to_lowercase()))
                });
                let label = format!("{} {}", s.shape(), s.label());
                PickItem::new(label, "", Pick::Status(*s)).disabled(why)
            })
            .collect();
        Overlay::Picker(Picker::new(format!("Status of {name}"), Purpose::Status(target), items))
    }

    fn record_of(&self, id: crate::base::Id) -> Option<&Record> {
        self.list.rows.rows.iter().find(|r| r.id == id)
    }

    pub(super) fn plan_list(&self, target: Target, name: &str) -> Overlay {
        let purpose = Purpose::Plan(target);
        Overlay::Picker(Picker::new(format!("Plan for {name}"), purpose, self.plan_items()))
    }

    /// The fields that can be given one value on many rows.
    pub(super) fn settable(&self, target: Target, name: String) -> Overlay {
        let items = ids(self.entity_here())
            .filter(|id| field(*id).edit == Edit::Form)
            .map(|id| PickItem::new(field(id).title, field(id).help, Pick::Sort(id)))
            .collect();
        let title = format!("Which field of {name}?");
        Overlay::Picker(Picker::new(title, Purpose::SetField(target, name), items))
    }

    fn plan_items(&self) -> Vec<PickItem> {
        self.plans
            .iter()
            .filter(|p| p.offer == Offer::Offered)
            .map(|p| {
                let apps = if p.otts.is_empty() { String::new() } else { format!(" · {} OTT apps", p.otts.len()) };
                let channels = if p.channels > 0 { format!(" · {} channels", p.channels) } else { String::new() };
                let note = format!("{} · {} Mbps{apps}{channels}", p.technology.label(), p.speed);
                PickItem::new(p.name.clone(), note, Pick::Text(p.name.clone())).tail(p.price.compact())
            })
            .collect()
    }

    pub(super) fn open_copy(&mut self) -> Vec<Effect> {
        let record = match self.overlays.last() {
            Some(Overlay::Detail(d)) => d.panel.as_ref().map(|p| p.record().clone()),
            _ => {
                let id = self.list.rows.current_id();
                let full = self.list.panel.as_ref().map(|p| p.record()).filter(|r| Some(r.id) == id);
                full.or(self.list.rows.current()).cloned()
            }
        };
        let Some(r) = record else { return Vec::new() };
        let texts: Vec<(&str, String)> = match r.fields.first().map(|f| f.entity) {
            Some(Entity::Customer) => customer_texts(&r).to_vec(),
            _ => r.fields.iter().map(|f| (field(*f).title, format::show(*f, r.get(*f)))).collect(),
        };
        let items = texts
            .into_iter()
            .filter(|(_, t)| !t.is_empty())
            .map(|(label, text)| PickItem::new(label, text.clone(), Pick::Text(text)))
            .collect();
        self.overlays.push(Overlay::Picker(Picker::new("Copy", Purpose::Copy, items)));
        Vec::new()
    }

    /// Offers the values of a form line.
    pub(super) fn choose_value(&mut self, i: usize) -> Vec<Effect> {
        let Some(Overlay::Form(form)) = self.overlays.last() else { return Vec::new() };
        let fixed: Vec<PickItem> =
            form.choices_at(i).iter().map(|c| PickItem::new(c.label, "", Pick::Text(c.label.into()))).collect();
        let id = form.field_at(i);
        let title = id.map_or("Choose", |id| field(id).title);
        let typed = form.fields[i].input.text().trim().to_string();
        let (items, question) = match id {
            _ if !fixed.is_empty() => (fixed, None),
            Some(c::PLAN) if self.plans.is_empty() => {
                let note = "names, speeds and list prices; change them later";
                (vec![PickItem::new("Add the usual plans first", note, Pick::Action(Action::Catalogue))], None)
            }
            Some(c::PLAN) => (self.plan_items(), None),
            Some(c::OTTS) => (
                self.otts
                    .iter()
                    .map(|o| PickItem::new(o.name.clone(), o.languages.clone(), Pick::Text(o.name.clone())))
                    .collect(),
                None,
            ),
            Some(lead::OWNER) if !self.reps.reps.is_empty() => (self.rep_items(), None),
            Some(id) if matches!(field(id).kind, Kind::Category | Kind::List(_)) => {
                (Vec::new(), Some(Question::Values(id)))
            }
            _ => {
                self.say("any text fits here", Tone::Plain);
                return Vec::new();
            }
        };
        let mut picker = Picker::new(title, Purpose::FormValue(i), items);
        picker.free = question.is_some();
        let list = id.is_some_and(|id| matches!(field(id).kind, Kind::List(_)));
        if !list && !typed.is_empty() {
            picker.paste(&typed);
        }
        self.overlays.push(Overlay::Picker(picker));
        question.map_or_else(Vec::new, |q| self.ask(q, Waiting::Values(i)))
    }

    /// Something was picked from the topmost picker.
    pub(super) fn take_pick(&mut self, pick: Pick) -> Vec<Effect> {
        let Some(Overlay::Picker(picker)) = self.overlays.pop() else { return Vec::new() };
        let context = self.context();
        match (picker.purpose, pick) {
            (Purpose::Welcome, Pick::Text(what)) if what == "demo" => self.leave(Exit::Demo),
            (Purpose::Welcome, Pick::Text(_)) => {
                // Without a plan no customer could be added.
                self.run(Action::Catalogue)
            }
            (Purpose::Palette, Pick::Text(text)) => self.type_command(&text),
            (_, Pick::Action(action)) => self.run(action),
            (Purpose::View, Pick::View(i)) => {
                let Some(view) = self.all_views().into_iter().nth(i) else { return Vec::new() };
                let wishes = self.list.set_view(view, &context);
                self.wish(wishes)
            }
            (Purpose::Sort, Pick::Sort(id)) => {
                // Words read from A on, figures from the greatest.
                let mut descending = !field(id).is_text() && id != c::ACCOUNT && id != c::RENEWS;
                if self.list.sort.first().is_some_and(|(f, d)| *f == id && *d == descending) {
                    descending = !descending;
                }
                let wishes = self.list.set_sort(&[(id, descending)], &context);
                self.wish(wishes)
            }
            (Purpose::SetField(target, name), Pick::Sort(id)) => {
                let form = Form::set(target, id, &name);
                self.open(Overlay::Form(form))
            }
            (Purpose::Status(target), Pick::Status(status)) => self.with_status(target, status),
            (Purpose::Reason(target, status), Pick::Reason(reason)) => {
                let title = format!("{} · {}", status.label(), reason.label());
                self.confirm_command(title, Command::SetStatus { target, status, reason: Some(reason) })
            }
            (Purpose::Plan(target), Pick::Text(plan)) => {
                let title = format!("Change plan to {plan}");
                self.confirm_command(title, Command::ChangePlan { target, plan, cycle: None, price: None })
            }
            (Purpose::Theme, Pick::Text(name)) => match Theme::load(&name, None) {
                Ok(theme) => {
                    self.theme = theme;
                    vec![Effect::Theme(name)]
                }
                Err(why) => {
                    self.say(why, Tone::Bad);
                    Vec::new()
                }
            },
            (Purpose::Period, Pick::Text(text)) => self.set_period(&text),
            (Purpose::Compare, Pick::Text(code)) => self.set_compare(&code),
            (Purpose::SaveFigure, Pick::Text(format)) => self.save_figure(&format),
            (Purpose::Copy, Pick::Text(text)) => {
                self.say(format!("Sent to the terminal's clipboard: {text}"), Tone::Good);
                vec![Effect::Copy(text)]
            }
            (Purpose::FormValue(i), Pick::Text(text)) => {
                if let Some(Overlay::Form(form)) = self.overlays.last_mut() {
                    let list = form.field_at(i).is_some_and(|id| matches!(field(id).kind, Kind::List(_)));
                    let before = form.fields[i].input.text().trim().to_string();
                    let text = if list && !before.is_empty() { format!("{before}, {text}") } else { text };
                    form.set_value(i, &text);
                }
                self.note_draft();
                Vec::new()
            }
            (_, Pick::Command(command)) => {
                let title = picker.title;
                self.confirm_command(title, *command)
            }
            (Purpose::DealLines, Pick::Text(id)) => match id.parse() {
                Ok(id) => self.ask(Question::Panel(Entity::DealLine, crate::base::Id(id)), Waiting::OpenEdit),
                Err(_) => Vec::new(),
            },
            (_, Pick::Show(entity, text)) => self.show(entity, &text),
            (_, Pick::New(entity)) => {
                let mut effects = self.go_to(entity);
                effects.extend(self.run(Action::New));
                effects
            }
            (_, Pick::Do(command)) => self.deed(Question::Execute(command), Deed::Other),
            (Purpose::Hindrance(target, name), Pick::Text(_)) => {
                let form = job_forms::other_reason(target, &name);
                self.open_form(form)
            }
            (Purpose::FollowUp(target, name), Pick::Text(_)) => {
                let form = lead_forms::follow_up(target, &name, self.now.plus_ms(24 * 3_600_000));
                self.open_form(form)
            }
            (Purpose::Reply(target, name), Pick::Text(body)) => self.begin_reply(target, &name, &body, ""),
            (Purpose::Article(target, name), Pick::Text(slug)) => self.take_article(target, &name, &slug),
            (Purpose::Raise(target, name, many), Pick::Text(category)) => {
                let form = ticket_forms::raise(target, &name, &category, many);
                self.open_form(form)
            }
            (Purpose::Figures(now), Pick::Setting(key)) => self.edit_setting(key, &now),
            _ => Vec::new(),
        }
    }

    /// What was typed into the palette and is no action: `q`, `w`, `messages`, else a search.
    fn type_command(&mut self, text: &str) -> Vec<Effect> {
        match text.trim() {
            "q" | "quit" => self.leave(Exit::Quit),
            "w" => match self.overlays.last() {
                Some(Overlay::Form(_)) => self.submit(),
                _ => {
                    self.say("everything is saved", Tone::Plain);
                    Vec::new()
                }
            },
            text => {
                let context = self.context();
                let filter = if crate::query::parse(text).is_ok() { text.to_string() } else { format!("{text:?}") };
                let mut effects = self.go_to(Entity::Customer);
                let wishes = self.list.set_text(&filter, &context);
                effects.extend(self.wish(wishes));
                effects
            }
        }
    }

    /// The entity of the row or rows an action is about.
    pub(super) fn entity_here(&self) -> Entity {
        let open =
            self.overlays.iter().rev().find_map(|o| if let Overlay::Detail(d) = o { Some(d.entity) } else { None });
        open.unwrap_or(self.list.entity)
    }
}

/// `412 · ₹3.1L`, the money where the rows have any.
fn totals_text(t: &Totals, money: bool) -> String {
    let count = crate::base::money::group_signed(t.count);
    if money { format!("{count} · {}", t.mrr.short()) } else { count }
}

/// What is worth copying of a customer.
fn customer_texts(r: &Record) -> [(&'static str, String); 8] {
    let account = format!("{:07}", r.int(c::ACCOUNT).unwrap_or(0));
    let address = [r.text(c::ADDRESS), r.text(c::AREA), r.text(c::CITY), r.text(c::PINCODE)];
    let address = address.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(", ");
    [
        ("Phone", format::show(c::PHONE, r.get(c::PHONE))),
        ("Account", account),
        ("Name", r.text(c::NAME).to_string()),
        ("Email", r.text(c::EMAIL).to_string()),
        ("Address", address),
        ("GSTIN", r.text(c::GSTIN).to_string()),
        ("PPPoE user", r.text(c::PPPOE).to_string()),
        ("ONU serial", r.text(c::ONU).to_string()),
    ]
}
