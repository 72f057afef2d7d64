//! The forms there are: which lines each asks for.

use crate::base::Id;
use crate::domain::people::Sharing;
use crate::domain::{Choice, Entity, FieldId, Record, Value};
use crate::engine::{Base, Target};
use crate::query::format;
use crate::query::schema::{self, Edit, Kind, customer as c, field, noun};

use super::super::super::input::Input;
use super::{Form, FormField, FormKind, Recipe, Slot};

/// A yes or a no.
pub const YES_NO: &[Choice] = &[Choice { code: "no", label: "No" }, Choice { code: "yes", label: "Yes" }];
const PRESETS: &[Choice] = &[
    Choice { code: "headers", label: "By the column names" },
    Choice { code: "telco", label: "Telco Customer Churn table" },
];
pub(super) const NOTE_KINDS: &[Choice] = &[
    Choice { code: "note", label: "Note" },
    Choice { code: "call", label: "Call" },
    Choice { code: "message", label: "Message" },
    Choice { code: "visit", label: "Visit" },
];

/// Ways of being in touch, the usual one first.
pub const CONTACTS: &[Choice] = &[
    Choice { code: "call", label: "Call" },
    Choice { code: "message", label: "Message" },
    Choice { code: "visit", label: "Visit" },
    Choice { code: "note", label: "Note" },
];

impl Form {
    fn build(kind: FormKind, title: impl Into<String>, fields: Vec<FormField>) -> Form {
        Form {
            kind,
            title: title.into(),
            fields,
            cursor: 0,
            top: 0,
            height: 10,
            message: None,
            insist: false,
            busy: false,
            base: None,
            now: None,
            counted: Vec::new(),
        }
    }

    /// A form with lines of its own.
    pub fn plain_of(kind: FormKind, title: &str, fields: Vec<FormField>) -> Form {
        Form::build(kind, title, fields)
    }

    /// A form of an area's own: its lines, and what they make.
    pub fn recipe(
        recipe: &'static Recipe,
        target: Option<Target>,
        title: impl Into<String>,
        fields: Vec<FormField>,
    ) -> Form {
        Form::build(FormKind::Recipe(recipe, target), title, fields)
    }

    pub fn new_row(entity: Entity) -> Form {
        let asked = |id: &FieldId| match field(*id).edit {
            Edit::Form => true,
            // A command of its own changes it later; what it begins with is asked.
            Edit::Verb => noun(entity).form.contains(id),
            Edit::Never => false,
        };
        let fields = row_fields(entity, asked, |_| Value::Null);
        Form::build(FormKind::New(entity), format!("New {}", noun(entity).bare()), fields)
    }

    pub fn edit(record: &Record) -> Form {
        let entity = record.fields.first().map_or(Entity::Customer, |f| f.entity);
        let fields = row_fields(entity, |id| field(*id).edit == Edit::Form, |id| record.get(id).clone());
        let title = format!("Edit {}", record.text(noun(entity).name));
        let mut form = Form::build(FormKind::Edit(Box::new(record.clone())), title, fields);
        form.base = Some(Base { version: record.version, fields: Vec::new() });
        form
    }

    pub fn note(id: Id, name: &str) -> Form {
        let text = long(Slot::NoteText, "Text", "Alt-Enter begins a new line");
        let kind = with_choices(Slot::NoteKind, "Kind", NOTE_KINDS, "note");
        let mut form = Form::build(FormKind::Note(id), format!("Note on {name}"), vec![kind, text]);
        form.cursor = 1;
        form
    }

    pub fn tag(entity: Entity, target: Target, name: &str) -> Form {
        let fields =
            vec![plain(Slot::AddTags, "Put on", "a, b", 200), plain(Slot::RemoveTags, "Take off", "a, b", 200)];
        Form::build(FormKind::Tag(entity, target), format!("Tags of {name}"), fields)
    }

    /// One field, for one row or many. An empty line empties the field.
    pub fn set(target: Target, id: FieldId, name: &str) -> Form {
        let field = row_field(id, &Value::Null, None);
        Form::build(
            FormKind::Set(target, id),
            format!("{} of {name}", crate::query::schema::field(id).title),
            vec![field],
        )
    }

    pub fn pipe(entity: Entity, target: Target, name: &str) -> Form {
        let mut line = plain(Slot::Shell, "Command", "jq -r .phone, wc -l, a script of your own", 1_000);
        line.required = true;
        Form::build(FormKind::Pipe(entity, target), format!("Send {name} as JSON lines to a shell command"), vec![line])
    }

    pub fn jump(places: &str) -> Form {
        let mut line = plain(Slot::Named("place"), "To", "", 80);
        line.required = true;
        let mut form = Form::build(FormKind::Jump, "Go to a place in the list".to_string(), vec![line]);
        form.message = Some(places.to_string());
        form
    }

    pub fn export(entity: Entity, target: Target, name: &str, path: &str) -> Form {
        let mut line = plain(Slot::Path, "File", "", 1_000);
        line.input = Input::new(path, 1_000);
        line.required = true;
        Form::build(FormKind::Export(entity, target), format!("Export {name}"), vec![line])
    }

    pub fn save_view(entity: Entity, text: &str, name: &str) -> Form {
        let mut line = plain(Slot::ViewName, "Name", "pune-at-risk", 40);
        line.input = Input::new(name, 40);
        line.required = true;
        let shared = with_choices(Slot::ViewShared, "Seen by", Sharing::CHOICES, Sharing::Private.code());
        let mut form =
            Form::build(FormKind::SaveView(entity, text.into()), "Save this filter as a view", vec![line, shared]);
        form.message = Some(text.to_string());
        form
    }

    pub fn import() -> Form {
        let mut path = plain(Slot::Path, "File", "a CSV file", 1_000);
        path.required = true;
        let fields = vec![
            path,
            with_choices(Slot::Preset, "Mapping", PRESETS, "headers"),
            with_choices(Slot::Duplicates, "Take duplicates", YES_NO, "no"),
        ];
        Form::build(FormKind::Import, "Import customers", fields)
    }
}

/// A line of text.
pub fn plain(slot: Slot, label: &str, hint: &str, limit: usize) -> FormField {
    FormField {
        slot,
        label: label.into(),
        hint: hint.into(),
        input: Input::new("", limit),
        error: None,
        aside: None,
        offer: None,
        choices: Vec::new(),
        heading: None,
        original: String::new(),
        required: false,
        secret: false,
    }
}

/// Text of several lines, which has to be there.
pub fn long(slot: Slot, label: &str, hint: &str) -> FormField {
    let mut f = plain(slot, label, hint, 4_000);
    f.input.lines = true;
    f.required = true;
    f
}

/// A line with a fixed set of words, `code` chosen.
pub fn with_choices(slot: Slot, label: &str, choices: &[Choice], code: &str) -> FormField {
    let text = choices.iter().find(|c| c.code == code).map_or("", |c| c.label);
    let mut f = plain(slot, label, "", 60);
    f.input = Input::new(text, 60);
    f.original = text.into();
    f.choices = choices.to_vec();
    f
}

/// The fields of a form: those the noun asks first, then the others by group under its title.
fn row_fields(entity: Entity, asked: impl Fn(&FieldId) -> bool, value: impl Fn(FieldId) -> Value) -> Vec<FormField> {
    let first = noun(entity).form;
    let mut fields: Vec<FormField> =
        first.iter().filter(|id| asked(id)).map(|id| row_field(*id, &value(*id), None)).collect();
    let mut group = None;
    for id in schema::ids(entity).filter(|id| asked(id) && !first.contains(id)) {
        let heading = (group != Some(field(id).group) && !first.is_empty()).then(|| field(id).group.title());
        group = Some(field(id).group);
        fields.push(row_field(id, &value(id), heading));
    }
    fields
}

/// The line of a field.
pub fn row_field(id: FieldId, value: &Value, heading: Option<&'static str>) -> FormField {
    let f = field(id);
    let text = match f.kind {
        Kind::Choice(_) | Kind::List(_) => format::show(id, value),
        _ => format::plain(id, value),
    };
    let text = if matches!(f.kind, Kind::Phone) { format::show(id, value) } else { text };
    let mut out = plain(Slot::Field(id), f.title, format::hint(f), format::TEXT_LIMIT);
    out.input = Input::new(&text, format::TEXT_LIMIT);
    out.original = text;
    out.heading = heading;
    out.required = f.required;
    if let Kind::Choice(choices) = f.kind {
        out.choices = choices.to_vec();
    }
    if id == c::STATUS {
        // A new line starts as ordered or in service; other statuses need a reason.
        out.choices.retain(|c| matches!(c.code, "pending" | "active"));
        out.hint = "Pending install".into();
    }
    if id == c::PLAN {
        out.hint = "Ctrl-l lists the plans".into();
    }
    out
}
