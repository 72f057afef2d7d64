//! The forms and pick lists of leads: what each asks, and what it makes.

use crate::base::{Id, Timestamp, calendar};
use crate::domain::customer::Cycle;
use crate::domain::lead::{Availability, LostReason, Stage};
use crate::domain::{ActivityKind, Choice, Record, Value};
use crate::engine::{Assign, Command, LeadCommand, Step, Target, Terms};
use crate::insight::place::Found;
use crate::query::schema::{customer as c, lead as l};

use super::super::message::Question;
use super::super::overlay::form::{CONTACTS, Complaint, Recipe, Slot, long, plain, row_field, with_choices};
use super::super::overlay::{Form, Pick, PickItem, Picker, Purpose};

const INSTALL: Slot = Slot::Named("install");
const NOTE: Slot = Slot::Named("note");
const NEXT: Slot = Slot::Named("next");
const KIND: Slot = Slot::Named("kind");
const HOW: Slot = Slot::Named("how");
const ABOUT: Slot = Slot::Named("about");
const WHEN: Slot = Slot::Named("when");

const WAYS: &[Choice] = &[
    Choice { code: "turns", label: "By turns" },
    Choice { code: "least", label: "To the least busy" },
    Choice { code: "territory", label: "By territory" },
    Choice { code: "person", label: "To this person" },
    Choice { code: "nobody", label: "To nobody" },
];

/// A command on leads, as a command.
pub fn lead(command: LeadCommand) -> Command {
    Command::Lead(command)
}

fn execute(command: LeadCommand) -> Question {
    Question::Execute(Box::new(lead(command)))
}

static CONVERT: Recipe = Recipe { name: "convert", confirm: false, drafts: true, make: make_customer };

/// What was agreed when a lead becomes a customer.
pub fn convert(row: &Record) -> Form {
    let mut plan = row_field(c::PLAN, &Value::text(row.text(l::PLAN)), None);
    plan.required = true;
    let cycle = row_field(c::CYCLE, &Value::text(Cycle::Monthly.code()), None);
    let price = row_field(c::PRICE, &Value::Null, None);
    let day = plain(INSTALL, "Installation on", "2026-11-28; empty where none is agreed", 20);
    let note = plain(NOTE, "For the technician", "gate code, call before, duct on the left", 400);
    let title = format!("{} becomes a customer", row.text(l::NAME));
    let mut form = Form::recipe(&CONVERT, Some(Target::one(row.id)), title, vec![plan, cycle, price, day, note]);
    form.message =
        Some("Customer, subscription and installation in one step; an empty price is that of the plan.".into());
    form
}

fn make_customer(form: &Form) -> Result<Question, Complaint> {
    let lead = form.one(Slot::Field(c::PLAN), "lead")?;
    let cycle = Cycle::parse(form.value_of(c::CYCLE)?.as_text()).unwrap_or(Cycle::Monthly);
    let price = form.value_of(c::PRICE)?.as_int().map(crate::base::Money);
    let install_on = match form.text_of(INSTALL).trim() {
        "" => None,
        text => Some(calendar::days_of(
            calendar::parse_date(text).ok_or_else(|| Complaint::new(INSTALL, "write 2026-11-28 or 28-11-2026"))?,
        )),
    };
    let terms = Terms {
        plan: form.text_of(Slot::Field(c::PLAN)).trim().to_string(),
        cycle,
        price,
        install_on,
        note: form.text_of(NOTE).to_string(),
        allow_duplicates: form.insist,
    };
    Ok(execute(LeadCommand::Convert { lead, terms }))
}

static CONTACT: Recipe = Recipe { name: "contact", confirm: false, drafts: true, make: make_contact };

/// A call, a message, a visit or a note.
pub fn contact(id: Id, name: &str) -> Form {
    let text = long(NOTE, "What was said", "Alt-Enter begins a new line");
    let kind = with_choices(KIND, "Kind", CONTACTS, "call");
    let next = plain(NEXT, "Next contact", "2026-11-28 15:30; empty for none", 40);
    let mut form =
        Form::recipe(&CONTACT, Some(Target::one(id)), format!("In touch with {name}"), vec![kind, text, next]);
    form.cursor = 1;
    form
}

fn make_contact(form: &Form) -> Result<Question, Complaint> {
    let kind = ActivityKind::parse(&form.choice_of(KIND)).unwrap_or(ActivityKind::Call);
    let (lead, next) = (form.one(NOTE, "lead")?, form.moment_of(NEXT)?);
    Ok(execute(LeadCommand::Touch { lead, kind, body: form.text_of(NOTE).to_string(), next }))
}

static ASSIGN: Recipe = Recipe { name: "assign-leads", confirm: true, drafts: false, make: make_assignment };

/// Who gets leads.
pub fn assign(target: Target, name: &str) -> Form {
    let how = with_choices(HOW, "How", WAYS, "least");
    let mut rep = row_field(l::OWNER, &Value::Null, None);
    rep.label = "Person".into();
    let mut form = Form::recipe(&ASSIGN, Some(target), format!("Give out {name}"), vec![how, rep]);
    form.message = Some("Whoever is away is passed over. A name is asked only for \"to this person\".".into());
    form
}

fn make_assignment(form: &Form) -> Result<Question, Complaint> {
    let person = form.text_of(Slot::Field(l::OWNER)).trim();
    let how = match form.choice_of(HOW).as_str() {
        "turns" => Assign::RoundRobin,
        "least" if person.is_empty() => Assign::LeastBusy,
        "territory" => Assign::Territory,
        "nobody" => Assign::Nobody,
        _ if person.is_empty() => {
            return Err(Complaint::new(Slot::Field(l::OWNER), "is required: Ctrl-l lists who there is"));
        }
        _ => Assign::To(person.to_string()),
    };
    Ok(execute(LeadCommand::Assign { target: form.target(HOW, "lead")?, how }))
}

static FOLLOW_UP: Recipe = Recipe { name: "follow-up", confirm: false, drafts: true, make: make_follow_up };

/// When to be in touch next, to the minute.
pub fn follow_up(target: Target, name: &str, at: Timestamp) -> Form {
    let mut when = plain(WHEN, "When", "2026-11-28 15:30", 40);
    when.required = true;
    let about = plain(ABOUT, "About", "what to say or do then", 200);
    let mut form = Form::recipe(&FOLLOW_UP, Some(target), format!("Follow-up with {name}"), vec![when, about]);
    let local = calendar::in_ist(at).format("%Y-%m-%d %H:%M").to_string();
    form.set_value(0, &local);
    form
}

fn make_follow_up(form: &Form) -> Result<Question, Complaint> {
    let at = form.moment_of(WHEN)?;
    let note = Some(form.text_of(ABOUT).trim().to_string()).filter(|n| !n.is_empty());
    Ok(execute(LeadCommand::FollowUp { target: form.target(WHEN, "lead")?, at, note }))
}

/// Moments people mean most, from now on.
fn soon(now: Timestamp) -> Vec<(&'static str, Timestamp)> {
    const HOUR: i64 = 3_600_000;
    let day =
        |n: i64, hour: i64| calendar::start_of(calendar::add_days(calendar::date_of(now), n)).plus_ms(hour * HOUR);
    let mut out = vec![("in an hour", now.plus_ms(HOUR)), ("in three hours", now.plus_ms(3 * HOUR))];
    if now < day(0, 17) {
        out.push(("this evening", day(0, 18)));
    }
    out.extend([
        ("tomorrow morning", day(1, 10)),
        ("tomorrow evening", day(1, 18)),
        ("in three days", day(3, 10)),
        ("in a week", day(7, 10)),
        ("in a month", day(30, 10)),
    ]);
    out
}

fn moments(now: Timestamp, make: impl Fn(Timestamp) -> LeadCommand) -> Vec<PickItem> {
    soon(now)
        .into_iter()
        .map(|(label, at)| PickItem::new(label, "", Pick::Do(Box::new(lead(make(at))))).tail(calendar::short_time(at)))
        .collect()
}

/// When to be in touch next.
pub fn follow_ups(target: &Target, name: &str, now: Timestamp) -> Picker {
    let at = |at| LeadCommand::FollowUp { target: target.clone(), at: Some(at), note: None };
    let mut items = moments(now, at);
    items.push(PickItem::new("another time", "to the minute, and what it is about", Pick::Text("form".into())));
    let off = lead(LeadCommand::FollowUp { target: target.clone(), at: None, note: None });
    items.push(PickItem::new("no follow-up", "takes the reminder off", Pick::Do(Box::new(off))));
    Picker::new(format!("Follow-up with {name}"), Purpose::FollowUp(target.clone(), name.to_string()), items)
}

/// Until when a reminder keeps still.
pub fn snooze(target: &Target, name: &str, now: Timestamp) -> Picker {
    let items = moments(now, |until| LeadCommand::Snooze { target: target.clone(), until });
    Picker::new(format!("Snooze {name} until"), Purpose::Palette, items)
}

/// Where a lead can be moved, the losses with their reasons.
pub fn stages(target: &Target, name: &str, many: bool) -> Picker {
    let pick = |command: LeadCommand| Pick::of(lead(command), many);
    let to = |stage, reason| LeadCommand::Move { target: target.clone(), to: Step::To(stage), reason };
    let open = Stage::ALL.iter().filter(|s| s.is_open());
    let mut items: Vec<PickItem> =
        open.map(|s| PickItem::new(format!("{} {}", s.shape(), s.label()), "", pick(to(*s, None)))).collect();
    items.push(
        PickItem::new("✓ Converted", "asks for the plan", Pick::Action(super::super::action::Action::Convert))
            .disabled(many.then(|| "one lead at a time".to_string())),
    );
    items.extend(
        LostReason::ALL.iter().map(|r| {
            PickItem::new(format!("× Lost: {}", r.label().to_lowercase()), "", pick(to(Stage::Lost, Some(*r))))
        }),
    );
    Picker::new(format!("Move {name} to"), Purpose::Palette, items)
}

/// Two leads made one.
pub fn merge(keep: Id, other: Id) -> Command {
    lead(LeadCommand::Merge { keep, other, take: Vec::new() })
}

/// What the directory says of an address in a line, and whether that is good news.
pub fn coverage(found: Option<&Found>, today: chrono::NaiveDate) -> (String, bool) {
    let Some(found) = found else {
        return ("not in the coverage directory: kept for the day it is".into(), false);
    };
    let mut parts = vec![format!("{} {}", found.availability.shape(), found.availability.label().to_lowercase())];
    if let Some(day) = found.live_on.and_then(calendar::date_from_days) {
        parts.push(format!("live {}", calendar::from_today(day, today)));
    }
    parts.extend(found.ports.map(|n| if n > 0 { format!("{n} ports free") } else { "no port free".into() }));
    parts.extend(found.drop_metres.map(|n| format!("{n} m drop")));
    parts.extend(found.install_cost.map(|cost| format!("costs us {}", cost.compact())));
    (parts.join(" · "), found.availability == Availability::Serviceable && found.ports != Some(0))
}
