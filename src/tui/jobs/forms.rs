//! The forms and pick lists of field work: what each asks, and what it makes.

use crate::base::{Id, calendar};
use crate::domain::job::{Hindrance, JobKind, Slot as Hours};
use crate::domain::{Entity, Record, Value};
use crate::engine::{Appointment, Checks, Command, JobCommand, Report, Target};
use crate::query::bind::{Cond, equals};
use crate::query::schema::{customer as c, job as j};
use crate::query::{Bound, format};

use super::super::message::Question;
use super::super::overlay::form::{Complaint, FormKind, Recipe, Slot, YES_NO, plain, row_field, with_choices};
use super::super::overlay::{Form, Pick, PickItem, Picker, Purpose};

const WHO: Slot = Slot::Named("who");
const KIND: Slot = Slot::Named("kind");
const DAY: Slot = Slot::Named("day");
const HOURS: Slot = Slot::Named("hours");
const NOTE: Slot = Slot::Named("note");
const TICKET: Slot = Slot::Named("ticket");
const DOUBLE: Slot = Slot::Named("double");
const TICKED: Slot = Slot::Named("ticked");
const SIGNED: Slot = Slot::Named("signed");

fn execute(command: JobCommand) -> Question {
    Question::Execute(Box::new(Command::Job(command)))
}

/// The lines of an appointment.
fn appointment_lines(row: Option<&Record>) -> Vec<super::super::overlay::form::FormField> {
    let day = plain(DAY, "Day", "2026-11-28, tomorrow; empty where none is agreed", 40);
    let hours = with_choices(HOURS, "Slot", Hours::CHOICES, row.map_or("", |r| r.text(j::SLOT)));
    let mut who = row_field(j::OWNER, &Value::Null, None);
    who.label = "Technician".into();
    vec![day, hours, who]
}

fn appointment(form: &Form, today: chrono::NaiveDate) -> Result<Appointment, Complaint> {
    let day = match form.text_of(DAY).trim().to_lowercase().as_str() {
        "" => None,
        "today" => Some(calendar::days_of(today)),
        "tomorrow" => Some(calendar::days_of(today) + 1),
        text => {
            let date = calendar::parse_date(text);
            Some(calendar::days_of(date.ok_or_else(|| Complaint::new(DAY, "write 2026-11-28 or 28-11-2026"))?))
        }
    };
    let owner = Some(form.text_of(Slot::Field(j::OWNER)).trim().to_string()).filter(|o| !o.is_empty());
    Ok(Appointment { day, slot: Hours::parse(&form.choice_of(HOURS)), owner })
}

static RAISE: Recipe = Recipe { name: "raise-job", confirm: true, drafts: true, make: make_job };

/// A new job: for these customers, or for one who is named by account or phone.
pub fn raise(customers: Option<(Target, String)>, today: chrono::NaiveDate) -> Form {
    let mut lines = Vec::new();
    let (target, title) = match customers {
        Some((target, name)) => (Some(target), format!("A job for {name}")),
        None => {
            let mut who = plain(WHO, "Customer", "account number or phone", 40);
            who.required = true;
            lines.push(who);
            (None, "A new job".to_string())
        }
    };
    lines.push(with_choices(KIND, "Kind", JobKind::CHOICES, JobKind::Fault.code()));
    lines.extend(appointment_lines(None));
    lines.push(plain(NOTE, "To know", "gate code, call before, duct on the left", 400));
    lines.push(plain(TICKET, "Ticket", "the docket it answers", 40));
    let mut form = Form::recipe(&RAISE, target, title, lines);
    form.now = Some(today);
    form
}

fn make_job(form: &Form) -> Result<Question, Complaint> {
    let customers = match &form.kind {
        FormKind::Recipe(_, Some(target)) => target.clone(),
        _ => named(form.text_of(WHO).trim())?,
    };
    let kind = JobKind::parse(&form.choice_of(KIND)).ok_or_else(|| Complaint::new(KIND, "is one of the kinds"))?;
    let when = appointment(form, today_of(form))?;
    let (ticket, note) = (form.text_of(TICKET).trim().to_string(), form.text_of(NOTE).to_string());
    Ok(execute(JobCommand::Raise { kind, customers, when, ticket, note }))
}

fn today_of(form: &Form) -> chrono::NaiveDate {
    form.now.unwrap_or_default()
}

/// The customer of an account number or a phone.
fn named(text: &str) -> Result<Target, Complaint> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let id = if digits > 8 { c::PHONE } else { c::ACCOUNT };
    let value = format::read(id, text).map_err(|_| Complaint::new(WHO, "write an account number or a phone"))?;
    let filter = Bound { cond: Cond::Test(id, equals(id, &value)), ..Bound::all(Entity::Customer) };
    Ok(Target::Matching { filter, except: Vec::new() })
}

static SCHEDULE: Recipe = Recipe { name: "schedule-job", confirm: true, drafts: true, make: make_schedule };

/// Another day, slot or technician.
pub fn schedule(target: Target, name: &str, row: Option<&Record>, today: chrono::NaiveDate) -> Form {
    let mut lines = appointment_lines(row);
    lines.push(with_choices(DOUBLE, "Though taken", YES_NO, "no"));
    let mut form = Form::recipe(&SCHEDULE, Some(target), format!("When, and who goes: {name}"), lines);
    if let Some(row) = row {
        if let Some(day) = row.int(j::DAY).and_then(calendar::date_from_days) {
            form.set_value(0, &day.to_string());
        }
        form.set_value(2, row.text(j::OWNER));
    }
    form.now = Some(today);
    form.message = Some("What stays empty stays as it is. A slot that is taken is left out and named.".into());
    form
}

fn make_schedule(form: &Form) -> Result<Question, Complaint> {
    let when = appointment(form, today_of(form))?;
    if when == Appointment::default() {
        return Err(Complaint::new(DAY, "give a day, a slot or a technician"));
    }
    Ok(execute(JobCommand::Schedule {
        target: form.target(DAY, "job")?,
        when,
        double: form.choice_of(DOUBLE) == "yes",
    }))
}

static SAY: Recipe = Recipe { name: "job-note", confirm: false, drafts: true, make: make_note };

/// A word on the customer's timeline.
pub fn note(id: Id, name: &str) -> Form {
    let mut text = plain(NOTE, "Note", "what the next one should know", 400);
    text.required = true;
    Form::recipe(&SAY, Some(Target::one(id)), format!("Note on {name}"), vec![text])
}

fn make_note(form: &Form) -> Result<Question, Complaint> {
    Ok(execute(JobCommand::Note { id: form.one(NOTE, "job")?, body: form.text_of(NOTE).to_string() }))
}

static FINISH: Recipe = Recipe { name: "finish-job", confirm: false, drafts: true, make: make_report };

/// The report: what was done, with what, how much light.
pub fn finish(row: &Record) -> Form {
    let kind = JobKind::parse(row.text(j::KIND)).unwrap_or(JobKind::Fault);
    let mut outcome = row_field(j::OUTCOME, row.get(j::OUTCOME), None);
    (outcome.label, outcome.required) = ("Done".into(), true);
    let mut lines = vec![outcome, with_choices(TICKED, "All ticked", YES_NO, "no")];
    if kind.is_optical() {
        lines.extend([j::BEFORE, j::AFTER].map(|id| row_field(id, row.get(id), None)));
    }
    lines.extend([j::SERIALS, j::CABLE].map(|id| row_field(id, row.get(id), None)));
    lines.push(plain(SIGNED, "Signed by", "name, or the customer's code", 80));
    lines.extend([j::PHOTO, j::TRAVEL].map(|id| row_field(id, row.get(id), None)));
    let mut form = Form::recipe(&FINISH, Some(Target::one(row.id)), format!("{} is done", row.text(j::NUMBER)), lines);
    form.message = Some("The line, the boxes and the ticket follow from it.".into());
    form
}

fn make_report(form: &Form) -> Result<Question, Complaint> {
    let number = |id| form.value_of(id).map(|v| v.as_int());
    let checks = if form.choice_of(TICKED) == "yes" { Checks::All } else { Checks::AsTicked };
    let light = |id| if form.fields.iter().any(|f| f.slot == Slot::Field(id)) { number(id) } else { Ok(None) };
    let report = Report {
        outcome: form.text_of(Slot::Field(j::OUTCOME)).to_string(),
        checks,
        before: light(j::BEFORE)?,
        after: light(j::AFTER)?,
        serials: form.value_of(j::SERIALS)?.items().map(str::to_string).collect(),
        cable: number(j::CABLE)?,
        signed: form.text_of(SIGNED).to_string(),
        photo: form.text_of(Slot::Field(j::PHOTO)).to_string(),
        travel: number(j::TRAVEL)?,
    };
    Ok(execute(JobCommand::Finish { id: form.one(Slot::Field(j::OUTCOME), "job")?, report }))
}

static WHY_NOT: Recipe = Recipe { name: "job-not-done", confirm: false, drafts: true, make: make_failure };

/// Why jobs could not be done, in words of one's own.
pub fn other_reason(target: Target, name: &str) -> Form {
    let mut text = plain(NOTE, "What was it", "gate locked, dog, wrong address", 400);
    text.required = true;
    Form::recipe(&WHY_NOT, Some(target), format!("Not done: {name}"), vec![text])
}

fn make_failure(form: &Form) -> Result<Question, Complaint> {
    let note = form.text_of(NOTE).to_string();
    Ok(execute(JobCommand::Fail { target: form.target(NOTE, "job")?, why: Hindrance::Other, note }))
}

/// Why a job could not be done: one key more.
pub fn hindrances(target: &Target, name: &str) -> Picker {
    let item = |why: &Hindrance| match why {
        Hindrance::Other => PickItem::new(why.label(), "asks what it was", Pick::Text("other".into())),
        why => {
            let command = JobCommand::Fail { target: target.clone(), why: *why, note: String::new() };
            PickItem::new(why.label(), "", Pick::Do(Box::new(Command::Job(command))))
        }
    };
    let purpose = Purpose::Hindrance(target.clone(), name.to_string());
    Picker::new(format!("Why not: {name}"), purpose, Hindrance::ALL.iter().map(item).collect())
}

/// The checklist: what is picked is ticked off, or on again.
pub fn checks(sheet: &crate::engine::ask::JobSheet) -> Picker {
    let done: Vec<String> = sheet.record.get(j::CHECKS).items().map(str::to_string).collect();
    let item = |text: &String| {
        let ticked = done.contains(text);
        let mut checks: Vec<String> = done.iter().filter(|d| *d != text).cloned().collect();
        if !ticked {
            checks.push(text.clone());
        }
        let command = Command::Job(JobCommand::Tick { id: sheet.record.id, checks });
        PickItem::new(format!("{} {text}", if ticked { "✓" } else { "·" }), "", Pick::Do(Box::new(command)))
    };
    let title = format!("Checklist of {}", sheet.record.text(j::NUMBER));
    Picker::new(title, Purpose::Palette, sheet.checklist.iter().map(item).collect())
}
