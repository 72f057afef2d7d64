//! The pick lists and forms of the support desk: what each asks, and what it makes.

use crate::base::Id;
use crate::domain::ticket::{Appeal, Channel, Link, Priority, State};
use crate::domain::{Choice, Entity, FieldId, Value};
use crate::engine::ask::Shelf;
use crate::engine::{Command, NewTicket, Target, TicketCommand, Words};
use crate::query::schema::ticket as t;

use super::super::message::Question;
use super::super::overlay::form::{Complaint, Recipe, Slot, long, plain, with_choices};
use super::super::overlay::{Form, Pick, PickItem, Picker, Purpose};

const BODY: Slot = Slot::Named("body");
const THEN: Slot = Slot::Named("then");
const ARTICLE: Slot = Slot::Named("article");
const SUBJECT: Slot = Slot::Named("subject");
const CATEGORY: Slot = Slot::Named("category");
const PRIORITY: Slot = Slot::Named("priority");
const CHANNEL: Slot = Slot::Named("channel");
const DOCKET: Slot = Slot::Named("docket");
const LINK: Slot = Slot::Named("link");
const LINES: Slot = Slot::Named("lines");
const SCORE: Slot = Slot::Named("score");
const STEP: Slot = Slot::Named("step");
const NAME: Slot = Slot::Named("name");
const STEPS: Slot = Slot::Named("steps");

const AFTER: &[Choice] = &[
    Choice { code: "stay", label: "as it is" },
    Choice { code: "in-progress", label: "In progress" },
    Choice { code: "waiting-customer", label: "Waiting on customer" },
    Choice { code: "waiting-vendor", label: "Waiting on vendor" },
    Choice { code: "resolved", label: "Resolved" },
];

pub fn command(command: TicketCommand) -> Command {
    Command::Ticket(command)
}

pub(super) fn execute(of: TicketCommand) -> Result<Question, Complaint> {
    Ok(Question::Execute(Box::new(command(of))))
}

/// One field of tickets set.
pub fn set(target: Target, field: FieldId, value: &str) -> Command {
    let fields = vec![(field, if value.is_empty() { Value::Null } else { Value::text(value) })];
    Command::Update { entity: Entity::Ticket, target, fields, base: None }
}

pub fn priorities(target: &Target, name: &str, many: bool) -> Picker {
    let item = |p: &Priority| PickItem::new(p.label(), "", Pick::of(set(target.clone(), t::PRIORITY, p.code()), many));
    Picker::new(format!("Priority of {name}"), Purpose::Palette, Priority::ALL.iter().map(item).collect())
}

pub fn categories(shelf: &Shelf, target: &Target, name: &str, many: bool) -> Picker {
    let items = shelf.categories.iter().map(|(code, title, parent)| {
        let label = if parent.is_empty() { title.clone() } else { format!("  {title}") };
        PickItem::new(label, code.clone(), Pick::of(set(target.clone(), t::CATEGORY, code), many))
    });
    Picker::new(format!("Category of {name}"), Purpose::Palette, items.collect())
}

/// Who gets tickets: people of the desk, and technicians for the field.
pub fn people(shelf: &Shelf, target: &Target, name: &str, many: bool) -> Picker {
    let mut items: Vec<PickItem> = shelf
        .people
        .iter()
        .map(|(login, role, away)| {
            let field = if role == "Field" { t::TECHNICIAN } else { t::OWNER };
            let item = PickItem::new(login.clone(), role.clone(), Pick::of(set(target.clone(), field, login), many));
            item.tail(if *away { "away" } else { "" })
        })
        .collect();
    items.push(PickItem::new("nobody", "at the desk", Pick::of(set(target.clone(), t::OWNER, ""), many)));
    items.push(PickItem::new("no technician", "", Pick::of(set(target.clone(), t::TECHNICIAN, ""), many)));
    Picker::new(format!("Who gets {name}"), Purpose::Palette, items)
}

pub fn states(target: &Target, name: &str, many: bool) -> Picker {
    let to = |state| command(TicketCommand::SetState { target: target.clone(), state });
    let item = |s: &State| PickItem::new(format!("{} {}", s.shape(), s.label()), "", Pick::of(to(*s), many));
    Picker::new(format!("Status of {name}"), Purpose::Palette, State::ALL.iter().map(item).collect())
}

/// Canned replies first the free one, then those of the category.
pub fn replies(shelf: &Shelf, target: &Target, name: &str, category: &str) -> Picker {
    let mut fitting: Vec<_> = shelf.replies.iter().collect();
    fitting.sort_by_key(|(name, of, _)| (of != category, !of.is_empty(), name.clone()));
    let mut items = vec![PickItem::new("in your own words", "", Pick::Text(String::new()))];
    items.extend(
        fitting.into_iter().map(|(name, of, body)| {
            PickItem::new(name.clone(), body.clone(), Pick::Text(body.clone())).tail(of.clone())
        }),
    );
    Picker::new(format!("Reply to {name}"), Purpose::Reply(target.clone(), name.to_string()), items)
}

/// Articles for a ticket, those that fit best first; the text goes into a reply.
pub fn articles(shelf: &Shelf, best: &[String], target: &Target, name: &str) -> Picker {
    let mut all: Vec<_> = shelf.articles.iter().collect();
    all.sort_by_key(|(slug, _, _, _, solved)| (best.iter().position(|b| b == slug).unwrap_or(usize::MAX), -solved));
    let items = all.into_iter().map(|(slug, title, category, _, solved)| {
        PickItem::new(title.clone(), category.clone(), Pick::Text(slug.clone())).tail(format!("solved {solved}"))
    });
    Picker::new("Knowledge base", Purpose::Article(target.clone(), name.to_string()), items.collect())
}

pub fn macros(shelf: &Shelf, target: &Target, name: &str) -> Picker {
    let items = shelf.macros.iter().map(|(called, steps)| {
        let run = command(TicketCommand::Run { target: target.clone(), name: called.clone(), steps: steps.clone() });
        PickItem::new(called.clone(), steps.clone(), Pick::Command(Box::new(run)))
    });
    Picker::new(format!("Run on {name}"), Purpose::Palette, items.collect())
}

static REPLY: Recipe = Recipe { name: "reply", confirm: false, drafts: true, make: make_reply };
static REPLY_MANY: Recipe = Recipe { name: "replies", confirm: true, drafts: true, make: make_reply };

/// A reply, its text filled in for each ticket.
pub fn reply(target: Target, name: &str, body: &str, article: &str, many: bool) -> Form {
    let text = long(BODY, "Text", "{name}, {docket}, {due}, {agent} are filled in");
    let then = with_choices(THEN, "Then", AFTER, "stay");
    let kb = plain(ARTICLE, "Article", "what it was answered from", 60);
    let recipe = if many { &REPLY_MANY } else { &REPLY };
    let mut form = Form::recipe(recipe, Some(target), format!("Reply to {name}"), vec![text, then, kb]);
    form.set_value(0, body);
    form.set_value(2, article);
    form
}

fn make_reply(form: &Form) -> Result<Question, Complaint> {
    let words = Words {
        body: form.text_of(BODY).to_string(),
        article: form.text_of(ARTICLE).trim().to_string(),
        then: State::parse(&form.choice_of(THEN)),
    };
    execute(TicketCommand::Reply { target: form.target(BODY, "ticket")?, words })
}

static NOTE: Recipe = Recipe { name: "ticket-note", confirm: false, drafts: true, make: make_note };

/// A note that no customer sees.
pub fn note(target: Target, name: &str) -> Form {
    let text = long(BODY, "Text", "for ourselves; no customer sees it");
    Form::recipe(&NOTE, Some(target), format!("Note on {name}"), vec![text])
}

fn make_note(form: &Form) -> Result<Question, Complaint> {
    execute(TicketCommand::Note { target: form.target(BODY, "ticket")?, body: form.text_of(BODY).to_string() })
}

static HEAR: Recipe = Recipe { name: "hear", confirm: false, drafts: true, make: make_hear };

/// What the customer said.
pub fn hear(target: Target, name: &str) -> Form {
    let text = long(BODY, "Text", "what the customer said");
    let channel = with_choices(CHANNEL, "Channel", Channel::CHOICES, Channel::Call.code());
    Form::recipe(&HEAR, Some(target), format!("{name}: the customer says"), vec![text, channel])
}

fn make_hear(form: &Form) -> Result<Question, Complaint> {
    let channel = Channel::parse(&form.choice_of(CHANNEL)).unwrap_or(Channel::Call);
    execute(TicketCommand::Hear { target: form.target(BODY, "ticket")?, body: form.text_of(BODY).to_string(), channel })
}

static RAISE: Recipe = Recipe { name: "raise", confirm: false, drafts: true, make: make_raise };
static RAISE_MANY: Recipe = Recipe { name: "raise-many", confirm: true, drafts: true, make: make_raise };

/// The categories a new ticket can be of.
pub fn kinds(shelf: &Shelf, customers: &Target, name: &str, many: bool) -> Picker {
    let items = shelf.categories.iter().map(|(code, title, parent)| {
        let label = if parent.is_empty() { title.clone() } else { format!("  {title}") };
        PickItem::new(label, code.clone(), Pick::Text(code.clone()))
    });
    let by_words =
        PickItem::new("By their words", "write the subject; the category is suggested", Pick::Text(String::new()));
    Picker::new(
        format!("New ticket for {name}: what is it about?"),
        Purpose::Raise(customers.clone(), name.to_string(), many),
        std::iter::once(by_words).chain(items).collect(),
    )
}

/// A ticket for customers.
pub fn raise(customers: Target, name: &str, category: &str, many: bool) -> Form {
    let mut kind = plain(CATEGORY, "Category", "", 40);
    kind.required = true;
    let subject = plain(SUBJECT, "Subject", "empty: as the category is called", 120);
    let priority = with_choices(PRIORITY, "Priority", Priority::CHOICES, "");
    let channel = with_choices(CHANNEL, "Channel", Channel::CHOICES, Channel::Call.code());
    let mut body = plain(BODY, "Said", "what the customer said", 4_000);
    body.input.lines = true;
    let recipe = if many { &RAISE_MANY } else { &RAISE };
    let fields = vec![kind, subject, priority, channel, body];
    let mut form = Form::recipe(recipe, Some(customers), format!("New ticket for {name}"), fields);
    form.set_value(0, category);
    form.cursor = 1;
    form
}

fn make_raise(form: &Form) -> Result<Question, Complaint> {
    let ticket = NewTicket {
        subject: form.text_of(SUBJECT).trim().to_string(),
        category: form.text_of(CATEGORY).trim().to_string(),
        priority: Priority::parse(&form.choice_of(PRIORITY)),
        channel: Channel::parse(&form.choice_of(CHANNEL)),
        body: form.text_of(BODY).to_string(),
        ..NewTicket::default()
    };
    execute(TicketCommand::Raise { customers: form.target(BODY, "ticket")?, ticket, anyway: form.insist })
}

static TIE: Recipe = Recipe { name: "link", confirm: false, drafts: false, make: make_link };

/// A tie to another ticket.
pub fn link(ticket: Id, name: &str) -> Form {
    let how = with_choices(LINK, "It is", Link::CHOICES, Link::Parent.code());
    let docket = plain(DOCKET, "Docket", "T-261100042; empty takes the tie off", 40);
    Form::recipe(&TIE, Some(Target::one(ticket)), format!("Tie {name} to another ticket"), vec![how, docket])
}

fn make_link(form: &Form) -> Result<Question, Complaint> {
    let link = Link::parse(&form.choice_of(LINK)).unwrap_or(Link::Parent);
    execute(TicketCommand::Link {
        ticket: form.one(BODY, "ticket")?,
        link,
        to: form.text_of(DOCKET).trim().to_string(),
    })
}

static RATE: Recipe = Recipe { name: "rate", confirm: false, drafts: false, make: make_rate };

/// How satisfied the customer is.
pub fn rate(ticket: Id, name: &str) -> Form {
    let mut score = plain(SCORE, "Satisfaction", "1 to 5", 2);
    score.required = true;
    let word = plain(BODY, "In words", "", 400);
    Form::recipe(&RATE, Some(Target::one(ticket)), format!("{name}: how satisfied is the customer?"), vec![score, word])
}

fn make_rate(form: &Form) -> Result<Question, Complaint> {
    let score = form.text_of(SCORE).trim().parse().map_err(|_| Complaint::new(SCORE, "is a figure from 1 to 5"))?;
    execute(TicketCommand::Rate {
        ticket: form.one(BODY, "ticket")?,
        score,
        comment: form.text_of(BODY).trim().to_string(),
    })
}

static APPEAL: Recipe = Recipe { name: "appeal", confirm: false, drafts: true, make: make_appeal };

/// An appeal filed or decided.
pub fn appeal(ticket: Id, name: &str) -> Form {
    let step = with_choices(STEP, "It is", Appeal::CHOICES, Appeal::Filed.code());
    let text = plain(BODY, "Text", "what is appealed against, or how it was decided", 2_000);
    let mut form =
        Form::recipe(&APPEAL, Some(Target::one(ticket)), format!("{name}: appeal to the authority"), vec![step, text]);
    form.message = Some("An appeal is decided within 39 days (TCCRR 2012); its clock is a column of its own.".into());
    form
}

fn make_appeal(form: &Form) -> Result<Question, Complaint> {
    let step = Appeal::parse(&form.choice_of(STEP)).unwrap_or(Appeal::Filed);
    execute(TicketCommand::Appeal { ticket: form.one(BODY, "ticket")?, step, body: form.text_of(BODY).to_string() })
}

static SPLIT: Recipe = Recipe { name: "split", confirm: false, drafts: false, make: make_split };

/// Lines of a conversation into a ticket of their own; `ids` are the lines in their order.
pub fn split(ticket: Id, name: &str, ids: &[Id]) -> Form {
    let mut lines = plain(LINES, "Lines", "numbers as in the conversation: 2,3", 100);
    lines.required = true;
    let mut category = plain(CATEGORY, "Category", "billing", 40);
    category.required = true;
    let subject = plain(SUBJECT, "Subject", "of the new ticket", 120);
    let mut form =
        Form::recipe(&SPLIT, Some(Target::one(ticket)), format!("Split {name}"), vec![lines, category, subject]);
    form.counted = ids.to_vec();
    form
}

fn make_split(form: &Form) -> Result<Question, Complaint> {
    let known = &form.counted;
    let mut messages = Vec::new();
    for word in form.text_of(LINES).split([',', ' ']).filter(|w| !w.is_empty()) {
        let n: usize = word.parse().map_err(|_| Complaint::new(LINES, "are numbers: 2,3"))?;
        let id = n.checked_sub(1).and_then(|i| known.get(i));
        messages.push(*id.ok_or_else(|| Complaint::new(LINES, format!("there are lines 1 to {}", known.len())))?);
    }
    let (subject, category) = (form.text_of(SUBJECT).trim().to_string(), form.text_of(CATEGORY).trim().to_string());
    execute(TicketCommand::Split { ticket: form.one(BODY, "ticket")?, messages, subject, category })
}

static SAVE_MACRO: Recipe = Recipe { name: "macro", confirm: false, drafts: true, make: make_macro };

/// What was recorded, under a name.
pub fn save_macro(steps: &str) -> Form {
    let mut name = plain(NAME, "Name", "to-field", 40);
    name.required = true;
    let mut what = plain(STEPS, "Steps", "priority high; status in-progress", 2_000);
    what.required = true;
    let mut form = Form::recipe(&SAVE_MACRO, None, "Keep these steps as a macro", vec![name, what]);
    form.set_value(1, steps);
    form
}

fn make_macro(form: &Form) -> Result<Question, Complaint> {
    let (name, steps) = (form.text_of(NAME).trim().to_string(), form.text_of(STEPS).trim().to_string());
    execute(TicketCommand::SaveMacro { name, steps })
}

/// A command on tickets as a step of a macro, where it is one.
pub fn step(of: &Command) -> Option<String> {
    let word = |v: &Value| if v.is_null() { "none".to_string() } else { v.as_text().to_string() };
    match of {
        Command::Update { entity: Entity::Ticket, fields, .. } => {
            let parts: Vec<String> = fields
                .iter()
                .filter_map(|(field, value)| {
                    let verb = match *field {
                        t::PRIORITY => "priority",
                        t::CATEGORY | t::SUBCATEGORY => "category",
                        t::OWNER => "assign",
                        t::TECHNICIAN => "technician",
                        _ => return None,
                    };
                    Some(format!("{verb} {}", word(value)))
                })
                .collect();
            (!parts.is_empty()).then(|| parts.join("; "))
        }
        Command::Tag { entity: Entity::Ticket, add, remove, .. } => {
            let add = add.iter().map(|t| format!("tag {t}"));
            let all: Vec<String> = add.chain(remove.iter().map(|t| format!("untag {t}"))).collect();
            (!all.is_empty()).then(|| all.join("; "))
        }
        Command::Ticket(TicketCommand::SetState { state, .. }) => Some(format!("status {}", state.code())),
        Command::Ticket(TicketCommand::Note { body, .. }) => Some(format!("note {}", body.replace([';', '\n'], ","))),
        _ => None,
    }
}
