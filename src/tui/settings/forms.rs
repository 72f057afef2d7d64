//! The forms of the settings: what each asks, and what it makes.

use crate::base::{Id, Money, calendar};
use crate::domain::plan::Reached;
use crate::domain::settings::{self, Setting};
use crate::domain::{Entity, Role, Secret};
use crate::engine::{Command, Offer};

use super::super::message::Question;
use super::super::overlay::Form;
use super::super::overlay::form::{Complaint, FormKind, Recipe, Slot, plain, with_choices};

const LOGIN: Slot = Slot::Named("login");
const NAME: Slot = Slot::Named("name");
const ROLE: Slot = Slot::Named("role");
const PASSWORD: Slot = Slot::Named("password");
const AGAIN: Slot = Slot::Named("again");
const CURRENT: Slot = Slot::Named("current");
const PLAN: Slot = Slot::Named("plan");
const PRICE: Slot = Slot::Named("price");
const STARTS: Slot = Slot::Named("starts");
const REACHES: Slot = Slot::Named("reaches");
const VALUE: Slot = Slot::Named("value");
const REASON: Slot = Slot::Named("reason");
const CODE: Slot = Slot::Named("code");

fn execute(command: Command) -> Question {
    Question::Execute(Box::new(command))
}

static ADD_PERSON: Recipe = Recipe { name: "person", confirm: false, drafts: false, make: make_person };

/// Somebody new: with a password, or without one by an invitation.
pub fn person(login: &str) -> Form {
    let mut who = plain(LOGIN, "Login", "priya", 40);
    who.required = true;
    let mut name = plain(NAME, "Name", "Priya Nair", 80);
    name.required = true;
    let role = with_choices(ROLE, "Role", Role::CHOICES, Role::Support.code());
    let mut password = plain(PASSWORD, "Password", "leave empty to invite: they set their own", 200);
    password.secret = true;
    let mut form = Form::recipe(&ADD_PERSON, None, "Somebody who works here", vec![who, name, role, password]);
    if !login.is_empty() {
        form.set_value(0, login);
    }
    form
}

fn make_person(form: &Form) -> Result<Question, Complaint> {
    let role = Role::parse(&form.choice_of(ROLE)).ok_or_else(|| Complaint::new(ROLE, "is one of the roles"))?;
    let (login, name) = (form.text_of(LOGIN).trim().to_string(), form.text_of(NAME).trim().to_string());
    match form.text_of(PASSWORD) {
        "" => Ok(Question::Invite { login, name, role }),
        text => {
            let password = Some(Secret::new(text));
            Ok(execute(Command::CreateUser { login, name, role, password, code: None }))
        }
    }
}

static OWN_PASSWORD: Recipe = Recipe { name: "password", confirm: false, drafts: false, make: make_password };

/// A new password for oneself.
pub fn password(login: &str) -> Form {
    let secret = |slot, label, hint: &str| {
        let mut line = plain(slot, label, hint, 200);
        line.secret = true;
        line.required = true;
        line
    };
    let mut who = plain(LOGIN, "Login", "", 40);
    who.required = true;
    let lines = vec![
        who,
        secret(CURRENT, "Password now", ""),
        secret(PASSWORD, "New password", "twelve characters and more"),
        secret(AGAIN, "Once more", ""),
    ];
    let mut form = Form::recipe(&OWN_PASSWORD, None, "A new password", lines);
    form.set_value(0, login);
    form.cursor = 1;
    form
}

fn make_password(form: &Form) -> Result<Question, Complaint> {
    if form.text_of(PASSWORD) != form.text_of(AGAIN) {
        return Err(Complaint::new(AGAIN, "is not the same"));
    }
    let secret = |slot| Secret::new(form.text_of(slot));
    let login = form.text_of(LOGIN).trim().to_string();
    Ok(execute(Command::SetPassword { login, password: secret(PASSWORD), current: Some(secret(CURRENT)) }))
}

static PLAN_PRICE: Recipe = Recipe { name: "price", confirm: true, drafts: true, make: make_price };

/// A new list price of a plan.
pub fn price(plan: &str, now: Money, today: chrono::NaiveDate) -> Form {
    let mut name = plain(PLAN, "Plan", "", 120);
    name.required = true;
    let mut amount = plain(PRICE, "New price", &now.plain(), 20);
    amount.required = true;
    let mut starts = plain(STARTS, "Starts", "", 40);
    starts.required = true;
    let reaches = with_choices(REACHES, "Reaches", Reached::CHOICES, Reached::New.code());
    let title = format!("List price of {plan}, now {}", now.compact());
    let mut form = Form::recipe(&PLAN_PRICE, None, title, vec![name, amount, starts, reaches]);
    form.set_value(0, plan);
    form.set_value(2, &today.to_string());
    form.cursor = 1;
    form
}

fn make_price(form: &Form) -> Result<Question, Complaint> {
    let price = Money::parse(form.text_of(PRICE)).ok_or_else(|| Complaint::new(PRICE, "write 899 or 1,499.50"))?;
    let starts = calendar::parse_date(form.text_of(STARTS).trim())
        .ok_or_else(|| Complaint::new(STARTS, "write 2026-12-01 or 01-12-2026"))?;
    let lines = Reached::parse(&form.choice_of(REACHES)).unwrap_or(Reached::New);
    Ok(execute(Command::PricePlan { plan: form.text_of(PLAN).trim().to_string(), price, starts, lines }))
}

static SETTING: Recipe = Recipe { name: "setting", confirm: false, drafts: false, make: make_setting };

/// One setting.
pub fn setting(s: &'static Setting, now: &str) -> Form {
    let mut key = plain(Slot::Named("key"), "Setting", "", 80);
    key.required = true;
    let hint = if s.default.is_empty() { String::new() } else { format!("the default: {}", s.default) };
    let value = plain(VALUE, s.title, &hint, 4_000);
    let mut form = Form::recipe(&SETTING, None, s.title, vec![key, value]);
    form.set_value(0, s.key);
    form.set_value(1, now);
    form.cursor = 1;
    form.message = Some(format!("{} Left empty, the default holds.", s.help));
    form
}

fn make_setting(form: &Form) -> Result<Question, Complaint> {
    let (key, value) = (form.text_of(Slot::Named("key")).trim(), form.text_of(VALUE));
    let Some(row) = settings::find(key) else {
        return Err(Complaint::new(Slot::Named("key"), "there is no such setting"));
    };
    row.read(value).map_err(|why| Complaint::new(VALUE, why))?;
    Ok(execute(Command::Set { key: row.key.to_string(), value: value.to_string() }))
}

/// The proof of a second factor.
pub fn second(offer: Offer) -> Form {
    let mut code = plain(CODE, "Six digits", "what the phone shows now", 12);
    code.required = true;
    let mut form = Form::plain_of(FormKind::SecondFactor(Box::new(offer)), "Second factor", vec![code]);
    form.message = Some("Type the six digits the phone shows now.".into());
    form
}

/// The digits typed into [`second`].
pub fn code_of(form: &Form) -> String {
    form.text_of(CODE).trim().to_string()
}

/// Why somebody looks behind a mask.
pub fn reveal(entity: Entity, id: Id, name: &str) -> Form {
    let mut why = plain(REASON, "Reason", "ticket, call back, visit", 200);
    why.required = true;
    let mut form = Form::plain_of(FormKind::Reveal(entity, id), &format!("Show what is masked of {name}"), vec![why]);
    form.message = Some("Who looked at whom, and why, is written into the journal.".into());
    form
}

/// The reason typed into [`reveal`].
pub fn reason_of(form: &Form) -> String {
    form.text_of(REASON).trim().to_string()
}
