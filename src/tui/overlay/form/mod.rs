//! Forms: labels left, errors under their field, a draft kept while you type.

mod draw;
mod make;
mod values;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use serde::{Deserialize, Serialize};

use crate::base::Id;
use crate::domain::choice::find;
use crate::domain::{ActivityKind, Choice, Entity, FieldId, Record};
use crate::engine::{Base, Offer, Target};
use crate::query::format;
use crate::query::schema::{Kind, field};

use super::super::input::{Input, Typed};
use super::super::message::Question;

pub use make::{CONTACTS, YES_NO, long, plain, row_field, with_choices};

/// What a form is for.
#[derive(Clone, Debug, PartialEq)]
pub enum FormKind {
    New(Entity),
    Edit(Box<Record>),
    Note(Id),
    Tag(Entity, Target),
    /// One value for many rows.
    Set(Target, FieldId),
    /// A shell command for rows.
    Pipe(Entity, Target),
    /// A place in the list.
    Jump,
    /// A file for rows.
    Export(Entity, Target),
    /// The filter of the list under a name.
    SaveView(Entity, String),
    Import,
    /// Which customers figures are of.
    PageFilter,
    /// Why somebody looks behind a mask.
    Reveal(Entity, Id),
    /// The first digits of a second factor, which is not yet turned on.
    SecondFactor(Box<Offer>),
    /// A form of an area's own, and the rows it is about.
    Recipe(&'static Recipe, Option<Target>),
}

/// What the lines of a form make. Each area keeps its own beside its screen.
#[derive(Debug)]
pub struct Recipe {
    /// Tells forms, and their drafts, apart.
    pub name: &'static str,
    /// Shows what would change before it is done.
    pub confirm: bool,
    /// Whether what was typed is kept when the form is left: never where it is secret.
    pub drafts: bool,
    pub make: fn(&Form) -> Result<Question, Complaint>,
}

impl PartialEq for Recipe {
    fn eq(&self, other: &Recipe) -> bool {
        self.name == other.name
    }
}

/// What is wrong with one line of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub slot: Slot,
    pub message: String,
}

impl Complaint {
    pub fn new(slot: Slot, message: impl Into<String>) -> Complaint {
        Complaint { slot, message: message.into() }
    }
}

/// What stands behind a line of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Field(FieldId),
    NoteKind,
    NoteText,
    AddTags,
    RemoveTags,
    Path,
    Shell,
    ViewName,
    ViewShared,
    Preset,
    Duplicates,
    /// A line of a form of an area's own.
    Named(&'static str),
}

pub struct FormField {
    pub slot: Slot,
    pub label: String,
    hint: String,
    pub input: Input,
    pub error: Option<String>,
    /// What is known of what was typed, and whether that is good news.
    pub aside: Option<(String, bool)>,
    /// What is offered for it: the value, and how it reads. Nothing is written before it is taken.
    pub offer: Option<(String, String)>,
    choices: Vec<Choice>,
    /// Heading above it.
    heading: Option<&'static str>,
    original: String,
    pub required: bool,
    /// Shown as dots, kept nowhere.
    pub secret: bool,
}

pub struct Form {
    pub kind: FormKind,
    pub title: String,
    pub fields: Vec<FormField>,
    pub cursor: usize,
    top: usize,
    height: usize,
    /// About the form as a whole: a refusal, a restored draft.
    pub message: Option<String>,
    /// Saves although a row like it is there: the person has seen the warning.
    pub insist: bool,
    pub busy: bool,
    /// What was seen when the form was opened.
    pub base: Option<Base>,
    /// The day it was opened, where words such as tomorrow are understood.
    pub now: Option<chrono::NaiveDate>,
    /// Rows that a line of the form names by their places in an order, from 1 on.
    pub counted: Vec<Id>,
}

/// The unsaved text of a form, by slot name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft(pub Vec<(String, String)>);

/// What a key did.
#[derive(Debug, PartialEq, Eq)]
pub enum Reply {
    Stay,
    /// Text changed: keep the draft.
    Changed,
    Leave,
    Save,
    /// Offer a list for this field.
    Choose(usize),
}

impl Form {
    /// Name of the draft this form keeps.
    pub fn draft_key(&self) -> Option<String> {
        match &self.kind {
            // The draft of a customer had no other name before there were other rows.
            FormKind::New(Entity::Customer) => Some("new".into()),
            FormKind::New(entity) => Some(format!("new:{}", entity.code())),
            FormKind::Edit(r) => Some(format!("edit:{}", r.id)),
            FormKind::Note(id) => Some(format!("note:{id}")),
            FormKind::SaveView(..) | FormKind::PageFilter | FormKind::Jump => None,
            FormKind::Recipe(recipe, target) if recipe.drafts => match target {
                Some(Target::Ids(ids)) if ids.len() == 1 => Some(format!("{}:{}", recipe.name, ids[0])),
                _ => Some(recipe.name.into()),
            },
            FormKind::Recipe(..) | FormKind::SecondFactor(_) | FormKind::Reveal(..) => None,
            FormKind::Tag(..) | FormKind::Set(..) | FormKind::Pipe(..) | FormKind::Export(..) | FormKind::Import => {
                None
            }
        }
    }

    /// What differs from how the form was opened.
    pub fn draft(&self) -> Draft {
        let changed = self.fields.iter().filter(|f| f.input.text() != f.original);
        Draft(changed.map(|f| (f.slot_name(), f.input.text().to_string())).collect())
    }

    /// Whether a line is not as the form was opened.
    pub fn is_changed(&self, slot: Slot) -> bool {
        self.fields.iter().any(|f| f.slot == slot && f.input.text() != f.original)
    }

    pub fn is_dirty(&self) -> bool {
        self.fields.iter().any(|f| f.input.text() != f.original)
    }

    /// Puts a kept draft back in.
    pub fn restore(&mut self, draft: &Draft) {
        for (name, text) in &draft.0 {
            if let Some(f) = self.fields.iter_mut().find(|f| f.slot_name() == *name) {
                f.input.set(text, text.len());
            }
        }
        if !draft.0.is_empty() {
            self.message = Some("Unsaved text from before is back. Ctrl-x empties the form.".into());
        }
    }

    /// As it was opened.
    fn reset(&mut self) {
        for f in &mut self.fields {
            let text = f.original.clone();
            f.input.set(&text, text.len());
            f.error = None;
        }
        self.message = None;
    }

    pub fn set_value(&mut self, i: usize, text: &str) {
        if let Some(f) = self.fields.get_mut(i) {
            f.input.set(text, text.len());
            f.error = None;
        }
    }

    pub fn key(&mut self, key: KeyEvent) -> Reply {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let last = self.fields.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => Reply::Leave,
            KeyCode::F(10) => self.save(),
            KeyCode::Char('s') if ctrl => self.save(),
            KeyCode::Enter if ctrl => self.save(),
            KeyCode::Char('x') if ctrl => {
                self.reset();
                Reply::Changed
            }
            KeyCode::Char('t') if ctrl => self.take_offers(),
            // One line has no next one: Tab takes what is offered, as in the filter of a list.
            KeyCode::Tab if self.kind == FormKind::PageFilter => self.take_offers(),
            KeyCode::Enter if key.modifiers.contains(KeyModifiers::ALT) => self.typed(|i| {
                i.insert("\n");
            }),
            KeyCode::Enter if self.cursor == last => self.save(),
            KeyCode::Tab | KeyCode::Down | KeyCode::Enter => {
                self.settle();
                self.cursor =
                    if key.code == KeyCode::Tab && self.cursor == last { 0 } else { (self.cursor + 1).min(last) };
                Reply::Stay
            }
            KeyCode::BackTab | KeyCode::Up => {
                self.settle();
                self.cursor = self.cursor.saturating_sub(1);
                Reply::Stay
            }
            KeyCode::PageDown => {
                self.cursor = (self.cursor + self.height / 2).min(last);
                Reply::Stay
            }
            KeyCode::PageUp => {
                self.cursor = self.cursor.saturating_sub(self.height / 2);
                Reply::Stay
            }
            KeyCode::Char('l') if ctrl => self.choose(),
            KeyCode::F(4) => self.choose(),
            KeyCode::Left | KeyCode::Right if !self.fields[self.cursor].choices.is_empty() => {
                self.turn(key.code == KeyCode::Right);
                Reply::Changed
            }
            KeyCode::Char(' ')
                if !self.fields[self.cursor].choices.is_empty() && !is_list(self.fields[self.cursor].slot) =>
            {
                self.turn(true);
                Reply::Changed
            }
            _ => {
                let f = &mut self.fields[self.cursor];
                // Typing over a whole choice begins another one.
                let whole = f.choices.iter().any(|c| c.label == f.input.text()) && !is_list(f.slot);
                if whole
                    && matches!(key.code, KeyCode::Char(_))
                    && key.modifiers.difference(KeyModifiers::SHIFT).is_empty()
                {
                    f.input.set("", 0);
                }
                match f.input.key(key) {
                    Typed::Changed => {
                        f.error = None;
                        Reply::Changed
                    }
                    _ => Reply::Stay,
                }
            }
        }
    }

    pub fn paste(&mut self, text: &str) -> Reply {
        let input = &mut self.fields[self.cursor].input;
        if !input.insert(text) {
            self.message = Some(input.cut_short());
        }
        Reply::Changed
    }

    fn typed(&mut self, with: impl FnOnce(&mut Input)) -> Reply {
        with(&mut self.fields[self.cursor].input);
        Reply::Changed
    }

    /// Puts what is offered into its lines.
    fn take_offers(&mut self) -> Reply {
        let mut taken = false;
        for f in &mut self.fields {
            if let Some((value, _)) = f.offer.take() {
                f.input.set(&value, value.len());
                f.error = None;
                taken = true;
            }
        }
        if taken { Reply::Changed } else { Reply::Stay }
    }

    /// Offers a value for a line, or takes the offer back. What is there already is not offered.
    pub fn offer(&mut self, i: usize, offer: Option<(String, String)>) {
        if let Some(f) = self.fields.get_mut(i) {
            f.offer = offer.filter(|(value, _)| f.input.text().trim() != value);
        }
    }

    fn save(&mut self) -> Reply {
        self.settle();
        Reply::Save
    }

    fn choose(&mut self) -> Reply {
        Reply::Choose(self.cursor)
    }

    /// The next choice of the line.
    fn turn(&mut self, forward: bool) {
        let f = &mut self.fields[self.cursor];
        let n = f.choices.len();
        let at = f.choices.iter().position(|c| c.label == f.input.text() || c.code == f.input.text());
        let next = match (at, forward) {
            (None, _) => 0,
            (Some(i), true) => (i + 1) % n,
            (Some(i), false) => (i + n - 1) % n,
        };
        let label = f.choices[next].label;
        f.input.set(label, label.len());
        f.error = None;
    }

    /// On leaving a line: a choice typed in part becomes the whole word, a value is checked.
    fn settle(&mut self) {
        let f = &mut self.fields[self.cursor];
        let typed = f.input.text().trim().to_string();
        if !f.choices.is_empty() && !typed.is_empty() && !is_list(f.slot) {
            let lower = typed.to_lowercase();
            let hit =
                f.choices.iter().find(|c| c.label.to_lowercase().starts_with(&lower) || c.code.starts_with(&lower));
            match hit.or_else(|| f.choices.iter().find(|c| c.label.to_lowercase().contains(&lower))) {
                Some(c) => {
                    let label = c.label;
                    f.input.set(label, label.len());
                    f.error = None;
                }
                None => {
                    let all: Vec<&str> = f.choices.iter().map(|c| c.label).collect();
                    f.error = Some(format!("is one of {}", all.join(", ")));
                    return;
                }
            }
        }
        if let Slot::Field(id) = f.slot {
            f.error = format::read(id, f.input.text()).err();
        }
    }

    /// The field under the cursor whose values the data knows.
    pub fn field_at(&self, i: usize) -> Option<FieldId> {
        match self.fields.get(i)?.slot {
            Slot::Field(id) => Some(id),
            _ => None,
        }
    }

    /// The fixed choices of a line.
    pub fn choices_at(&self, i: usize) -> &[Choice] {
        self.fields.get(i).map_or(&[], |f| &f.choices)
    }
}

fn is_list(slot: Slot) -> bool {
    matches!(slot, Slot::Field(id) if matches!(field(id).kind, Kind::List(_)))
}

impl FormField {
    /// The line with what is there already.
    pub fn holding(mut self, text: &str) -> FormField {
        self.input.set(text, text.len());
        self.original = self.input.text().to_string();
        self
    }

    /// The line as one that cannot stay empty.
    pub fn needed(mut self) -> FormField {
        self.required = true;
        self
    }

    fn slot_name(&self) -> String {
        match self.slot {
            Slot::Field(id) => field(id).name.to_string(),
            Slot::Named(name) => name.to_string(),
            other => format!("{other:?}").to_lowercase(),
        }
    }
}

/// The kind of note chosen on a form.
pub fn note_kind(form: &Form) -> ActivityKind {
    find(make::NOTE_KINDS, &form.choice_of(Slot::NoteKind))
        .and_then(|c| ActivityKind::parse(c.code))
        .unwrap_or(ActivityKind::Note)
}
