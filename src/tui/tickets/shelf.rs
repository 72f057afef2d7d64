//! The forms of what the desk picks from: articles, canned replies, macros, categories. A name is what replies,
//! macros and tickets refer to, so it is given once; everything else can be written anew.

use crate::base::Id;
use crate::domain::sla::Regulation;
use crate::domain::ticket::Priority;
use crate::domain::{Entity, Record};
use crate::engine::{Target, TicketCommand};
use crate::query::schema::{article as a, canned, category as cat, macros};

use super::super::message::Question;
use super::super::overlay::Form;
use super::super::overlay::form::{Complaint, FormField, Recipe, Slot, plain, with_choices};
use super::forms::execute;

const NAME: Slot = Slot::Named("name");
const TITLE: Slot = Slot::Named("title");
const TAGS: Slot = Slot::Named("tags");
const BODY: Slot = Slot::Named("body");
const STEPS: Slot = Slot::Named("steps");
/// Its list offers the categories there are.
const CATEGORY: Slot = Slot::Field(cat::CODE);
const PRIORITY: Slot = Slot::Named("priority");
const REGULATION: Slot = Slot::Named("regulation");

/// Rows that are made and changed by the forms of this page.
pub fn is_shelf(entity: Entity) -> bool {
    matches!(entity, Entity::Article | Entity::CannedReply | Entity::Macro | Entity::TicketCategory)
}

/// The form of a new row; `None` for rows that are none of these.
pub fn new(entity: Entity) -> Option<Form> {
    form(entity, None)
}

/// The form of a row that is there.
pub fn edit(row: &Record) -> Option<Form> {
    form(row.fields.first()?.entity, Some(row))
}

fn form(entity: Entity, row: Option<&Record>) -> Option<Form> {
    let held = |id| row.map_or("", |r| r.text(id));
    let (recipe, one, name, mut fields): (&'static Recipe, &str, &str, Vec<FormField>) = match entity {
        Entity::Article => {
            let tags = row.map_or(String::new(), |r| r.get(a::TAGS).items().collect::<Vec<_>>().join(", "));
            let fields = vec![
                plain(TITLE, "Title", "LOS light is red", 120).holding(held(a::TITLE)).needed(),
                category(held(a::CATEGORY)),
                plain(TAGS, "Tags", "a, b", 200).holding(&tags),
                text(BODY, "Alt-Enter begins a new line", 20_000).holding(held(a::BODY)),
            ];
            (&ARTICLE, "article", held(a::SLUG), fields)
        }
        Entity::CannedReply => {
            let hint = "{name}, {docket}, {due}, {agent} are filled in";
            let fields = vec![category(held(canned::CATEGORY)), text(BODY, hint, 4_000).holding(held(canned::BODY))];
            (&REPLY, "canned reply", held(canned::NAME), fields)
        }
        Entity::Macro => {
            let steps = plain(STEPS, "Steps", "priority high; status in-progress; tag field", 2_000);
            (&MACRO, "macro", held(macros::NAME), vec![steps.holding(held(macros::STEPS)).needed()])
        }
        Entity::TicketCategory => {
            let priority = row.map_or(Priority::Medium.code(), |r| r.text(cat::PRIORITY));
            let clock = row.map_or(Regulation::Complaint.code(), |r| r.text(cat::REGULATION));
            let mut parent = category(held(cat::PARENT));
            parent.label = "Part of".into();
            let fields = vec![
                plain(TITLE, "Title", "Set-top box", 120).holding(held(cat::TITLE)).needed(),
                parent,
                with_choices(PRIORITY, "Priority", Priority::CHOICES, priority),
                with_choices(REGULATION, "Regulation", Regulation::CHOICES, clock),
            ];
            (&KIND, "category", held(cat::CODE), fields)
        }
        _ => return None,
    };
    let hint = match entity {
        Entity::Article => "empty: from the title",
        Entity::TicketCategory => "set-top-box",
        _ => "visit-planned",
    };
    let label = if entity == Entity::TicketCategory { "Code" } else { "Name" };
    let mut named = plain(NAME, label, hint, 60).holding(name);
    named.required = entity != Entity::Article;
    fields.insert(0, named);
    let title = if row.is_some() { format!("Edit the {one} {name}") } else { format!("New {one}") };
    let mut form = Form::recipe(recipe, row.map(|r: &Record| Target::one(r.id)), title, fields);
    form.cursor = usize::from(row.is_some());
    Some(form)
}

fn category(code: &str) -> FormField {
    plain(CATEGORY, "Category", "empty: all; Ctrl-l lists them", 60).holding(code)
}

fn text(slot: Slot, hint: &str, limit: usize) -> FormField {
    let mut f = plain(slot, "Text", hint, limit).needed();
    f.input.lines = true;
    f
}

/// The name typed; that of a row that is there stays.
fn name(form: &Form) -> Result<String, Complaint> {
    let there: Result<Id, _> = form.one(NAME, "row");
    if there.is_ok() && form.is_changed(NAME) {
        return Err(Complaint::new(NAME, "stays as it is: replies and tickets refer to it; n makes another"));
    }
    Ok(form.text_of(NAME).trim().to_string())
}

static ARTICLE: Recipe = Recipe { name: "article", confirm: false, drafts: true, make: make_article };

fn make_article(form: &Form) -> Result<Question, Complaint> {
    let tags = form.text_of(TAGS).split(',').map(str::trim).filter(|t| !t.is_empty());
    execute(TicketCommand::SaveArticle {
        slug: name(form)?,
        title: form.text_of(TITLE).trim().to_string(),
        category: form.text_of(CATEGORY).trim().to_string(),
        tags: tags.map(str::to_string).collect(),
        body: form.text_of(BODY).to_string(),
        author: String::new(),
    })
}

static REPLY: Recipe = Recipe { name: "canned-reply", confirm: false, drafts: true, make: make_reply };

fn make_reply(form: &Form) -> Result<Question, Complaint> {
    let category = form.text_of(CATEGORY).trim().to_string();
    execute(TicketCommand::SaveReply { name: name(form)?, category, body: form.text_of(BODY).to_string() })
}

static MACRO: Recipe = Recipe { name: "macro-steps", confirm: false, drafts: true, make: make_macro };

fn make_macro(form: &Form) -> Result<Question, Complaint> {
    execute(TicketCommand::SaveMacro { name: name(form)?, steps: form.text_of(STEPS).trim().to_string() })
}

static KIND: Recipe = Recipe { name: "category", confirm: false, drafts: true, make: make_kind };

fn make_kind(form: &Form) -> Result<Question, Complaint> {
    let priority = Priority::parse(&form.choice_of(PRIORITY));
    let regulation = Regulation::parse(&form.choice_of(REGULATION));
    execute(TicketCommand::SaveCategory {
        code: name(form)?,
        title: form.text_of(TITLE).trim().to_string(),
        parent: form.text_of(CATEGORY).trim().to_string(),
        priority: priority.ok_or_else(|| Complaint::new(PRIORITY, "is one of the list"))?,
        regulation: regulation.ok_or_else(|| Complaint::new(REGULATION, "is one of the list"))?,
    })
}
