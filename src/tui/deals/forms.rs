//! The forms and pick lists of deals: what each asks, and what it makes.

use crate::base::{Id, calendar};
use crate::domain::customer::Cycle;
use crate::domain::deal::{Item, LostReason, Stage};
use crate::domain::{ActivityKind, Entity, Record, Value};
use crate::engine::{Command, DealCommand, DealStep, Target, WinTerms};
use crate::query::schema::{customer as c, deal as d, deal_line as dl};

use super::super::action::Action;
use super::super::message::Question;
use super::super::overlay::form::{CONTACTS, Complaint, Recipe, Slot, long, plain, row_field, with_choices};
use super::super::overlay::{Form, Pick, PickItem, Picker, Purpose};

const INSTALL: Slot = Slot::Named("install");
const NOTE: Slot = Slot::Named("note");
const NEXT: Slot = Slot::Named("next");
const KIND: Slot = Slot::Named("kind");
const WHY: Slot = Slot::Named("why");
const DAYS: Slot = Slot::Named("days");

fn execute(command: DealCommand) -> Question {
    Question::Execute(Box::new(Command::Deal(command)))
}

static LINE: Recipe = Recipe { name: "deal-line", confirm: false, drafts: true, make: make_line };

/// A new line of a deal.
pub fn line(row: &Record) -> Form {
    let item = with_choices(KIND, "Item", Item::CHOICES, Item::Plan.code());
    let mut plan = row_field(c::PLAN, &Value::Null, None);
    plan.required = false;
    plan.label = "Plan".into();
    let more = [dl::SEATS, dl::RATE, dl::TERM, dl::PERCENT, dl::NOTE].map(|id| row_field(id, &Value::Null, None));
    let number = row_field(dl::DEAL, row.get(d::NUMBER), None);
    let fields = [item, plan].into_iter().chain(more).chain([number]).collect();
    let mut form = Form::recipe(&LINE, Some(Target::one(row.id)), format!("A line for {}", row.text(d::NAME)), fields);
    form.message =
        Some("Rate: of a plan a month and seat, empty for its price. A discount is rupees or percent.".into());
    form
}

fn make_line(form: &Form) -> Result<Question, Complaint> {
    let item = Item::parse(&form.choice_of(KIND)).unwrap_or(Item::Plan);
    let mut fields = vec![(dl::ITEM, Value::text(item.code()))];
    let plan = form.text_of(Slot::Field(c::PLAN)).trim();
    match (item, plan.is_empty()) {
        (Item::Plan, true) => return Err(Complaint::new(Slot::Field(c::PLAN), "is required: Ctrl-l lists the plans")),
        (Item::Plan, false) => fields.push((dl::PLAN, Value::text(plan))),
        _ => {}
    }
    for id in [dl::DEAL, dl::SEATS, dl::RATE, dl::TERM, dl::PERCENT, dl::NOTE] {
        let value = form.value_of(id)?;
        if !value.is_null() {
            fields.push((id, value));
        }
    }
    let command = Command::Create { entity: Entity::DealLine, fields, allow_duplicates: false };
    Ok(Question::Execute(Box::new(command)))
}

static WIN: Recipe = Recipe { name: "deal-win", confirm: true, drafts: true, make: make_win };

/// What was agreed when a deal is won.
pub fn win(row: &Record) -> Form {
    let cycle = row_field(c::CYCLE, &Value::text(Cycle::Monthly.code()), None);
    let day = plain(INSTALL, "Installation on", "2026-11-28; empty where none is agreed", 20);
    let note = plain(NOTE, "For the technician", "gate code, call before, duct on the left", 400);
    let title = format!("{} is won", row.text(d::NAME));
    let mut form = Form::recipe(&WIN, Some(Target::one(row.id)), title, vec![cycle, day, note]);
    let seats = row.int(d::SEATS).unwrap_or(0);
    let word = if seats == 1 { "subscription" } else { "subscriptions" };
    form.message = Some(format!("Makes {seats} {word}, {} a month, in one step.", row.money(d::MRR).compact()));
    form
}

fn make_win(form: &Form) -> Result<Question, Complaint> {
    let deal = form.one(Slot::Field(c::CYCLE), "deal")?;
    let install_on = match form.text_of(INSTALL).trim() {
        "" => None,
        text => Some(calendar::days_of(
            calendar::parse_date(text).ok_or_else(|| Complaint::new(INSTALL, "write 2026-11-28 or 28-11-2026"))?,
        )),
    };
    let terms = WinTerms {
        cycle: Cycle::parse(form.value_of(c::CYCLE)?.as_text()).unwrap_or(Cycle::Monthly),
        install_on,
        note: form.text_of(NOTE).to_string(),
        allow_duplicates: form.insist,
    };
    Ok(execute(DealCommand::Win { deal, terms }))
}

static LOSE: Recipe = Recipe { name: "deal-lose", confirm: false, drafts: false, make: make_loss };

/// Why deals are lost, and to whom.
pub fn lose(target: Target, name: &str, competitor: &str) -> Form {
    let mut why = with_choices(WHY, "Lost because", LostReason::CHOICES, "");
    why.required = true;
    let rival = row_field(d::COMPETITOR, &Value::text(competitor), None);
    Form::recipe(&LOSE, Some(target), format!("{name} is lost"), vec![why, rival])
}

fn make_loss(form: &Form) -> Result<Question, Complaint> {
    let reason =
        LostReason::parse(&form.choice_of(WHY)).ok_or_else(|| Complaint::new(WHY, "is required: Ctrl-l lists them"))?;
    let competitor = form.value_of(d::COMPETITOR)?.as_text().to_string();
    let competitor = Some(competitor).filter(|c| !c.is_empty());
    Ok(execute(DealCommand::Lose { target: form.target(WHY, "deal")?, reason, competitor }))
}

static QUOTE: Recipe = Recipe { name: "deal-quote", confirm: false, drafts: false, make: make_quote };

/// A number for the quotation, and how long it holds.
pub fn quote(row: &Record) -> Form {
    let days = plain(DAYS, "Valid for days", "empty for the usual", 4);
    let mut form =
        Form::recipe(&QUOTE, Some(Target::one(row.id)), format!("Quotation for {}", row.text(d::NAME)), vec![days]);
    form.message = Some(format!("{} before GST, as the lines are now.", row.money(d::AMOUNT).compact()));
    form
}

fn make_quote(form: &Form) -> Result<Question, Complaint> {
    let days = match form.text_of(DAYS).trim() {
        "" => None,
        text => Some(text.parse().map_err(|_| Complaint::new(DAYS, "write a number of days"))?),
    };
    Ok(execute(DealCommand::Quote { deal: form.one(DAYS, "deal")?, days }))
}

static CONTACT: Recipe = Recipe { name: "deal-note", confirm: false, drafts: true, make: make_contact };

/// A call, a message, a visit or a note.
pub fn contact(id: Id, name: &str) -> Form {
    let text = long(NOTE, "What was said", "Alt-Enter begins a new line");
    let kind = with_choices(KIND, "Kind", CONTACTS, "call");
    let next = plain(NEXT, "Next step", "empty leaves it as it is", 200);
    let mut form =
        Form::recipe(&CONTACT, Some(Target::one(id)), format!("In touch about {name}"), vec![kind, text, next]);
    form.cursor = 1;
    form
}

fn make_contact(form: &Form) -> Result<Question, Complaint> {
    let kind = ActivityKind::parse(&form.choice_of(KIND)).unwrap_or(ActivityKind::Call);
    let next = Some(form.text_of(NEXT).trim().to_string()).filter(|n| !n.is_empty());
    Ok(execute(DealCommand::Note { deal: form.one(NOTE, "deal")?, kind, body: form.text_of(NOTE).to_string(), next }))
}

/// Where a deal can be moved.
pub fn stages(target: &Target, name: &str, many: bool) -> Picker {
    let pick = |stage| {
        let command = Command::Deal(DealCommand::Move { target: target.clone(), to: DealStep::To(stage) });
        Pick::of(command, many)
    };
    let mut items: Vec<PickItem> =
        Stage::OPEN.iter().map(|s| PickItem::new(format!("{} {}", s.shape(), s.label()), "", pick(*s))).collect();
    items.push(
        PickItem::new("✓ Won", "makes the subscriptions", Pick::Action(Action::Win))
            .disabled(many.then(|| "one deal at a time".to_string())),
    );
    items.push(PickItem::new("× Lost", "asks for the reason", Pick::Action(Action::Lose)));
    Picker::new(format!("Move {name} to"), Purpose::Palette, items)
}

/// The lines of a deal: each is edited, or put away.
pub fn lines(deal: &Record, lines: &[Record]) -> Picker {
    let mut items: Vec<PickItem> = lines
        .iter()
        .map(|r| {
            let amount = r.money(dl::AMOUNT).to_string();
            PickItem::new(r.text(dl::TITLE), "", Pick::Text(r.id.0.to_string())).tail(amount)
        })
        .collect();
    items.push(PickItem::new("+ another line", "", Pick::Action(Action::AddLine)));
    items.extend(lines.iter().map(|r| {
        let command = Command::Delete { entity: Entity::DealLine, target: Target::one(r.id) };
        PickItem::new(format!("× take out {}", r.text(dl::TITLE)), "", Pick::Do(Box::new(command)))
    }));
    Picker::new(format!("Lines of {}", deal.text(d::NAME)), Purpose::DealLines, items)
}
