//! A form that is done: what it says becomes a command, or a complaint beside the line.

use crate::domain::customer::Status;
use crate::domain::people::Sharing;
use crate::domain::{Entity, Record};
use crate::engine::{Base, Command, Target};
use crate::query::format;
use crate::query::schema::field;

use super::super::message::{Effect, ImportRequest, Question};
use super::super::overlay::form::{Slot, note_kind};
use super::super::overlay::{FormKind, Overlay, Pick, PickItem, Picker, Purpose};
use super::super::settings::forms;
use super::{App, Deed, Tone, Waiting};

impl App {
    /// Saves the topmost form.
    pub(super) fn submit(&mut self) -> Vec<Effect> {
        let context = self.context();
        let Some(Overlay::Form(form)) = self.overlays.last_mut() else { return Vec::new() };
        if form.busy {
            return Vec::new();
        }
        let Some(values) = form.values() else {
            form.message = Some("Not saved: see the line marked with ^".into());
            return Vec::new();
        };
        form.message = None;
        let command = match &form.kind {
            FormKind::New(entity) => Command::Create { entity: *entity, fields: values, allow_duplicates: form.insist },
            FormKind::Edit(record) => {
                if values.is_empty() {
                    self.overlays.pop();
                    self.say("nothing was changed", Tone::Plain);
                    return Vec::new();
                }
                let seen = match &form.base {
                    Some(base) if !base.fields.is_empty() => base.clone(),
                    base => Base {
                        version: base.as_ref().map_or(record.version, |b| b.version),
                        fields: values.iter().map(|(f, _)| (*f, record.get(*f).clone())).collect(),
                    },
                };
                let target = Target::one(record.id);
                Command::Update { entity: entity_of(record), target, fields: values, base: Some(seen) }
            }
            FormKind::Note(id) => {
                Command::Note { customer: *id, kind: note_kind(form), body: form.text_of(Slot::NoteText).to_string() }
            }
            FormKind::Tag(entity, target) => {
                let words = |slot| -> Vec<String> {
                    let text = form.text_of(slot);
                    text.split([',', ' ']).map(str::trim).filter(|s| !s.is_empty()).map(str::to_string).collect()
                };
                let (add, remove) = (words(Slot::AddTags), words(Slot::RemoveTags));
                if add.is_empty() && remove.is_empty() {
                    form.message = Some("Write at least one tag".into());
                    return Vec::new();
                }
                let command = Command::Tag { entity: *entity, target: target.clone(), add, remove };
                let title = form.title.clone();
                self.overlays.pop();
                return self.confirm_command(title, command);
            }
            FormKind::Set(target, id) => {
                let (target, id) = (target.clone(), *id);
                let typed = form.text_of(Slot::Field(id));
                let value = match format::read(id, if typed == "@me" { &self.session.who.user } else { typed }) {
                    Ok(value) => value,
                    Err(why) => {
                        form.complain(field(id).title, &why);
                        return Vec::new();
                    }
                };
                let title = form.title.clone();
                self.overlays.pop();
                let fields = vec![(id, value)];
                return self.confirm_command(title, Command::Update { entity: id.entity, target, fields, base: None });
            }
            FormKind::SaveView(entity, text) => {
                let shared = Sharing::parse(&form.choice_of(Slot::ViewShared)).unwrap_or(Sharing::Private);
                let name = form.text_of(Slot::ViewName).trim().to_string();
                let columns = self.list.view.columns.clone();
                Command::SaveView { entity: *entity, name, text: text.clone(), columns, shared }
            }
            FormKind::PageFilter => {
                let text = form.text_of(Slot::Named("filter")).trim().to_string();
                return match crate::query::compile(&text, Entity::Customer, &context) {
                    Ok(_) => {
                        self.overlays.pop();
                        self.figures_of(text)
                    }
                    Err(e) => {
                        form.complain("Filter", &e.message);
                        Vec::new()
                    }
                };
            }
            FormKind::Jump => {
                let text = form.text_of(Slot::Named("place")).to_string();
                return match self.list.jump(&text, &context) {
                    Ok(wishes) => {
                        self.overlays.pop();
                        self.wish(wishes)
                    }
                    Err(why) => {
                        form.complain("To", &why);
                        Vec::new()
                    }
                };
            }
            FormKind::Pipe(entity, target) => {
                let question = Question::Pipe(*entity, target.clone(), form.text_of(Slot::Shell).to_string());
                self.overlays.pop();
                return self.deed(question, Deed::Other);
            }
            FormKind::Export(entity, target) => {
                let path = form.text_of(Slot::Path).trim().into();
                let question = Question::Export(*entity, target.clone(), path);
                self.overlays.pop();
                return self.deed(question, Deed::Other);
            }
            FormKind::Recipe(recipe, _) => match (recipe.make)(form) {
                Ok(Question::Execute(command)) if recipe.confirm => {
                    let title = form.title.clone();
                    self.overlays.pop();
                    return self.confirm_command(title, *command);
                }
                Ok(question) => {
                    form.busy = true;
                    return self.deed(question, Deed::Form);
                }
                Err(complaint) => {
                    form.complain_at(&complaint);
                    form.message = Some("Not done: see the line marked with ^".into());
                    return Vec::new();
                }
            },
            FormKind::Reveal(entity, id) => {
                let question = Question::Reveal(*entity, *id, forms::reason_of(form));
                self.overlays.pop();
                return self.deed(question, Deed::Other);
            }
            FormKind::SecondFactor(offer) => Command::SetTotp {
                login: self.session.who.user.clone(),
                secret: offer.secret.clone(),
                code: forms::code_of(form),
                recovery: offer.recovery.clone(),
            },
            FormKind::Import => {
                let request = ImportRequest {
                    path: form.text_of(Slot::Path).trim().to_string(),
                    preset: if form.choice_of(Slot::Preset) == "telco" { "telco".into() } else { String::new() },
                    allow_duplicates: form.choice_of(Slot::Duplicates) == "yes",
                };
                form.busy = true;
                let run = form.insist;
                let label = if run { "Importing" } else { "Reading" };
                self.progress = Some((label.into(), 0, 0));
                return if run {
                    self.deed(Question::RunImport(request), Deed::Import)
                } else {
                    self.ask(Question::ReadImport(request), Waiting::Import)
                };
            }
        };
        form.busy = true;
        self.deed(Question::Execute(Box::new(command)), Deed::Form)
    }

    pub(super) fn with_status(&mut self, target: Target, status: Status) -> Vec<Effect> {
        let reasons = status.reasons();
        if reasons.is_empty() {
            let title = format!("Set to {}", status.label().to_lowercase());
            return self.confirm_command(title, Command::SetStatus { target, status, reason: None });
        }
        let items = reasons.iter().map(|r| PickItem::new(r.label(), "", Pick::Reason(*r))).collect();
        let title = format!("Why {}?", status.label().to_lowercase());
        self.overlays.push(Overlay::Picker(Picker::new(title, Purpose::Reason(target, status), items)));
        Vec::new()
    }
}

fn entity_of(record: &Record) -> Entity {
    record.fields.first().map_or(Entity::Customer, |f| f.entity)
}
