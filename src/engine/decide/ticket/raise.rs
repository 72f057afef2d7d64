//! New tickets.

use crate::base::money::group;
use crate::base::text::clean;
use crate::base::{Id, Timestamp, calendar};
use crate::domain::ticket::{Channel, Priority, Said, State, docket};
use crate::domain::{Entity, FieldId, Record, Value, sla};
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::{category as cat, customer as c, field, ticket as t};

use super::super::super::command::{NewTicket, Target};
use super::super::super::error::{CommandError, Duplicate};
use super::super::create::blank;
use super::super::{Decision, Scene, Skip, check, rows};
use super::work::{Work, tier};

/// A new ticket from the fields of a form: the customer is named by account number.
pub fn create(scene: &Scene<'_>, fields: &[(FieldId, Value)], anyway: bool) -> Result<Decision, CommandError> {
    for (id, value) in fields {
        check(*id, value)?;
    }
    let text =
        |id: FieldId| fields.iter().find(|(f, _)| *f == id).map(|(_, v)| v.as_text().to_string()).unwrap_or_default();
    let int = |id: FieldId| fields.iter().find(|(f, _)| *f == id).and_then(|(_, v)| v.as_int());
    let missing = |id: FieldId| CommandError::Invalid { name: field(id).title, message: "is required".into() };
    let account = int(t::ACCOUNT).ok_or_else(|| missing(t::ACCOUNT))?;
    let row = scene.read.rows_by(c::ACCOUNT, &Value::Int(account), 1)?.pop();
    let row = row.ok_or_else(|| CommandError::Invalid {
        name: field(t::ACCOUNT).title,
        message: format!("no customer has BN {account:07}"),
    })?;
    let mut ticket = NewTicket {
        subject: text(t::SUBJECT),
        category: text(t::CATEGORY),
        priority: Priority::parse(&text(t::PRIORITY)),
        channel: Channel::parse(&text(t::CHANNEL)),
        body: String::new(),
        owner: text(t::OWNER),
        technician: text(t::TECHNICIAN),
        amount: int(t::AMOUNT).map(crate::base::Money),
    };
    if ticket.category.is_empty() {
        return Err(missing(t::CATEGORY));
    }
    let named = text(t::SUBCATEGORY);
    if !named.is_empty() {
        let mut work = Work::new(scene)?;
        let (main, sub) = (work.category(&ticket.category)?, work.category(&named)?);
        // A category can be named by one of its own.
        let main = Some(main.text(cat::PARENT)).filter(|p| !p.is_empty()).unwrap_or(main.text(cat::CODE));
        let parent = sub.text(cat::PARENT);
        if parent != main {
            let sub = sub.text(cat::CODE);
            let message = match parent {
                "" => format!("{sub} is a category itself"),
                parent => format!("{sub} belongs to {parent}, not to {main}"),
            };
            return Err(CommandError::Invalid { name: field(t::SUBCATEGORY).title, message });
        }
        ticket.category = sub.text(cat::CODE).to_string();
    }
    raise(scene, &Target::one(row.id), &ticket, anyway)
}

pub fn raise(scene: &Scene<'_>, customers: &Target, new: &NewTicket, anyway: bool) -> Result<Decision, CommandError> {
    let mut work = Work::new(scene)?;
    let category = work.category(&new.category)?;
    let subject = match clean(&new.subject, TEXT_LIMIT) {
        s if s.is_empty() => category.text(cat::TITLE).to_string(),
        s => s,
    };
    let found = rows(scene, Entity::Customer, customers)?;
    let single = matches!(customers, Target::Ids(ids) if ids.len() == 1);
    if single && found.is_empty() {
        return Err(CommandError::Refused("this customer is not there any more".into()));
    }
    let mut made = 0;
    let mut first = String::new();
    for customer in &found {
        if !anyway && let Some(repeat) = repeat(&mut work, customer, &category)? {
            let name = format!(
                "{} {} · {} · {}",
                repeat.text(t::DOCKET),
                repeat.text(t::SUBJECT),
                State::parse(repeat.text(t::STATUS)).map_or("", State::label).to_lowercase(),
                calendar::short_time(Timestamp(repeat.int(t::OPENED).unwrap_or(0)))
            );
            if single {
                // Nothing to name but the ticket itself.
                return Err(CommandError::Duplicate(vec![Duplicate {
                    of: Entity::Ticket,
                    id: repeat.id,
                    account: 0,
                    name,
                    field: "Category",
                }]));
            }
            let skip = Skip {
                id: Some(customer.id),
                line: None,
                name: customer.text(c::NAME).into(),
                reason: "had one of this category lately".into(),
            };
            work.decision.skipped.push(skip);
            continue;
        }
        let id = open(&mut work, customer, new, &subject, &category)?;
        made += 1;
        if made == 1 {
            first = format!("{} {subject} for {}", work.text(id, t::DOCKET), customer.text(c::NAME));
        }
    }
    let summary =
        if made == 1 { format!("Raised {first}") } else { format!("Raised {} tickets: {subject}", group(made)) };
    work.finish(summary)
}

/// The latest ticket of the same category this customer had lately.
fn repeat(work: &mut Work<'_>, customer: &Record, category: &Record) -> Result<Option<Record>, CommandError> {
    let parent = category.text(cat::PARENT);
    let main = if parent.is_empty() { category.text(cat::CODE) } else { parent };
    let days = work.desk.settings.int("ticket.repeat-days");
    let from = work.now().plus_ms(-days * 86_400_000);
    let found = work.scene.read.tickets_of(customer.id, 20)?;
    let lately = |r: &Record| Timestamp(r.int(t::OPENED).unwrap_or(0)) > from && r.text(t::DUPLICATE_OF).is_empty();
    Ok(found.into_iter().find(|r| r.text(t::CATEGORY) == main && lately(r)))
}

/// Puts one ticket into the work, with what the customer said and the text that goes back.
pub fn open(
    work: &mut Work<'_>,
    customer: &Record,
    new: &NewTicket,
    subject: &str,
    category: &Record,
) -> Result<Id, CommandError> {
    let now = work.now();
    let number = work.next_number()?;
    let premium = work.desk.settings.money("ticket.premium").0;
    let id = work.scene.ids.next(now);
    let mut row = blank(Entity::Ticket, id);
    let parent = category.text(cat::PARENT);
    let (main, sub) = match parent {
        "" => (category.text(cat::CODE), ""),
        parent => (parent, category.text(cat::CODE)),
    };
    let priority = new.priority.or_else(|| Priority::parse(category.text(cat::PRIORITY))).unwrap_or(Priority::Medium);
    let channel = new.channel.unwrap_or(Channel::Call);
    for (field, value) in [
        (t::DOCKET, Value::text(docket(number, now))),
        (t::NUMBER, Value::Int(number)),
        (t::SUBJECT, Value::text(subject)),
        (t::STATUS, Value::text(State::Open.code())),
        (t::CATEGORY, Value::text(main)),
        (t::SUBCATEGORY, Value::text(sub)),
        (t::PRIORITY, Value::text(priority.code())),
        (t::CHANNEL, Value::text(channel.code())),
        (t::CUSTOMER, Value::Int(customer.id.0)),
        (t::ACCOUNT, customer.get(c::ACCOUNT).clone()),
        (t::NAME, customer.get(c::NAME).clone()),
        (t::CITY, customer.get(c::CITY).clone()),
        (t::AREA, customer.get(c::AREA).clone()),
        (t::STATE, customer.get(c::STATE).clone()),
        (t::TIER, Value::text(tier(customer, premium).code())),
        (t::RENT, customer.get(c::PRICE).clone()),
        (t::OPENED, Value::Int(now.0)),
        (t::TOUCHED, Value::Int(now.0)),
        (t::MESSAGES, Value::Int(0)),
        (t::REOPENS, Value::Int(0)),
        (t::ESCALATED, Value::Int(0)),
        (t::AMOUNT, new.amount.map_or(Value::Null, Value::from)),
    ] {
        row.set(field, value);
    }
    let policy = work.desk.policy(&row);
    row.set(t::TRACE, Value::text(sla::Trace::start(now, policy).stored()));
    let id = work.begin(row);
    for (field, login) in [(t::OWNER, &new.owner), (t::TECHNICIAN, &new.technician)] {
        let login = login.trim();
        if !login.is_empty() {
            work.set(id, field, Value::text(login))?;
        }
    }
    work.regulate(id)?;
    // The text names the moment it is due.
    let mut settled = work.ticket(id).clone();
    work.desk.settle(&mut settled, now, false);
    *work.ticket(id) = settled;
    let body = if new.body.trim().is_empty() { subject } else { &new.body };
    work.say(id, Said::Customer, body, "")?;
    let text = work.desk.settings.text("ticket.text-raised").to_string();
    let text = work.filled(id, &text)?;
    work.queue(id, &text)?;
    work.tell(id, format!("{subject} · raised"));
    Ok(id)
}
