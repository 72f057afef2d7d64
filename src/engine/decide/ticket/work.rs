//! Tickets and customers in the middle of a command.

use std::collections::BTreeMap;

use crate::base::text::clean_lines;
use crate::base::{Id, Timestamp, calendar};
use crate::domain::sla::{Regulation, Tier};
use crate::domain::ticket::{Channel, Post, Said, State, fill};
use crate::domain::{Activity, ActivityKind, Entity, FieldId, Record, Value};
use crate::query::schema::{
    self, article as a, category as cat, customer as c, message as m, outbox as o, ticket as t,
};
use crate::store::{Change, activity_values};

use super::super::create::insert;
use super::clocks::Desk;
use super::{CommandError, Decision, Scene, difference};

/// Characters that one line of a conversation keeps.
pub const BODY_LIMIT: usize = 8_000;

/// A row as it was, where it was, and as it is to be.
struct Held {
    before: Option<Record>,
    after: Record,
    /// True where the clocks must be reckoned with the rules anew.
    reckon: bool,
    /// True where something was said on it.
    spoken: bool,
}

/// What a command is doing.
pub struct Work<'a> {
    pub scene: &'a Scene<'a>,
    pub desk: Desk,
    pub decision: Decision,
    tickets: BTreeMap<Id, Held>,
    customers: BTreeMap<Id, (Record, Record)>,
    articles: BTreeMap<Id, (Record, Record)>,
    /// Conversation, outbox and timeline, in the order they come.
    more: Vec<Change>,
    pub(super) categories: Option<Vec<Record>>,
    last_number: Option<i64>,
    /// Who is written into the conversation.
    pub speaker: String,
    /// Customers whose counts were brought up to date.
    pub aged: u64,
}

impl<'a> Work<'a> {
    pub fn new(scene: &'a Scene<'a>) -> Result<Work<'a>, CommandError> {
        Ok(Work {
            desk: Desk::read(scene.read)?,
            decision: Decision::default(),
            tickets: BTreeMap::new(),
            customers: BTreeMap::new(),
            articles: BTreeMap::new(),
            more: Vec::new(),
            categories: None,
            last_number: None,
            speaker: scene.who.user.clone(),
            aged: 0,
            scene,
        })
    }

    pub fn now(&self) -> Timestamp {
        self.scene.now
    }

    /// Takes a ticket into the work; one that is in it already stays as it is there.
    pub fn take(&mut self, row: Record) -> Id {
        let id = row.id;
        let held = Held { before: Some(row.clone()), after: row, reckon: false, spoken: false };
        self.tickets.entry(id).or_insert(held);
        id
    }

    /// A new ticket.
    pub fn begin(&mut self, row: Record) -> Id {
        let id = row.id;
        self.tickets.insert(id, Held { before: None, after: row, reckon: true, spoken: false });
        self.decision.created.push(id);
        id
    }

    /// A ticket that was taken.
    pub fn ticket(&mut self, id: Id) -> &mut Record {
        &mut self.tickets.get_mut(&id).expect("a ticket that was taken").after
    }

    pub fn text(&self, id: Id, field: FieldId) -> String {
        self.tickets.get(&id).map(|h| h.after.text(field).to_string()).unwrap_or_default()
    }

    pub fn is_touched(&self, id: Id) -> bool {
        self.tickets.get(&id).is_some_and(|h| h.before.as_ref() != Some(&h.after))
    }

    /// Has the clocks of a ticket held against the rules again.
    pub fn reckon(&mut self, id: Id) {
        if let Some(h) = self.tickets.get_mut(&id) {
            h.reckon = true;
        }
    }

    /// Gives a field a value, and what follows from it.
    pub fn set(&mut self, id: Id, field: FieldId, value: Value) -> Result<(), CommandError> {
        match field {
            t::CATEGORY | t::SUBCATEGORY => return self.set_category(id, field, value.as_text()),
            t::PRIORITY if value.is_null() => {
                return Err(CommandError::Invalid { name: "Priority", message: "is required".into() });
            }
            t::PRIORITY => self.reckon(id),
            t::OWNER | t::TECHNICIAN if !value.is_null() => {
                let login = value.as_text();
                if self.scene.read.has_users()? && self.scene.read.user(login)?.is_none() {
                    return Err(CommandError::Invalid {
                        name: schema::field(field).title,
                        message: format!("nobody here has the login {login}"),
                    });
                }
            }
            _ => {}
        }
        self.ticket(id).set(field, value);
        if field == t::AMOUNT {
            self.regulate(id)?;
        }
        Ok(())
    }

    /// Puts the ticket under the clock of regulation of its category.
    pub fn regulate(&mut self, id: Id) -> Result<(), CommandError> {
        let (main, sub) = (self.text(id, t::CATEGORY), self.text(id, t::SUBCATEGORY));
        let code = if sub.is_empty() { main } else { sub };
        let row = self.categories()?.iter().find(|r| r.text(cat::CODE) == code).cloned();
        let regulation = row.and_then(|r| Regulation::parse(r.text(cat::REGULATION))).unwrap_or(Regulation::Nothing);
        let opened = Timestamp(self.ticket(id).int(t::OPENED).unwrap_or(self.scene.now.0));
        let mut ticket = self.ticket(id).clone();
        self.desk.regulate(&mut ticket, regulation, opened);
        *self.ticket(id) = ticket;
        Ok(())
    }

    /// A customer, taken into the work; `None` where the row is gone.
    pub fn customer(&mut self, id: Id) -> Result<Option<&mut Record>, CommandError> {
        if !self.customers.contains_key(&id) {
            let Some(row) = self.scene.read.row(Entity::Customer, id)? else { return Ok(None) };
            self.customers.insert(id, (row.clone(), row));
        }
        Ok(self.customers.get_mut(&id).map(|(_, after)| after))
    }

    /// The customer of a ticket.
    pub fn customer_of(&mut self, id: Id) -> Result<Option<&mut Record>, CommandError> {
        let customer = Id(self.ticket(id).int(t::CUSTOMER).unwrap_or(0));
        self.customer(customer)
    }

    /// The next running number.
    pub fn next_number(&mut self) -> Result<i64, CommandError> {
        let last = match self.last_number {
            Some(n) => n,
            None => self.scene.read.greatest(t::NUMBER)?,
        };
        self.last_number = Some(last + 1);
        Ok(last + 1)
    }

    /// Adds a line to the conversation of a ticket.
    pub fn say(&mut self, id: Id, said: Said, body: &str, article: &str) -> Result<(), CommandError> {
        let body = clean_lines(body, BODY_LIMIT);
        if body.is_empty() {
            return Err(CommandError::Invalid { name: "Text", message: "is empty".into() });
        }
        let now = self.scene.now;
        let channel = self.text(id, t::CHANNEL);
        let who = match said {
            Said::Customer => self.text(id, t::NAME),
            _ => self.speaker.clone(),
        };
        let row = self.scene.ids.next(now);
        let fields = [
            (m::TICKET, Value::Int(id.0)),
            (m::AT, Value::Int(now.0)),
            (m::SAID, Value::text(said.code())),
            (m::WHO, Value::text(who)),
            (m::CHANNEL, Value::text(channel)),
            (m::ARTICLE, Value::text(article)),
            (m::BODY, Value::text(body)),
        ];
        let fields = fields.into_iter().filter(|(_, v)| !v.is_null()).collect();
        self.more.push(Change::Insert { entity: Entity::TicketMessage, id: row, fields });
        let ticket = self.ticket(id);
        let count = ticket.int(t::MESSAGES).unwrap_or(0) + 1;
        ticket.set(t::MESSAGES, Value::Int(count));
        ticket.set(t::TOUCHED, Value::Int(now.0));
        if let Some(h) = self.tickets.get_mut(&id) {
            h.spoken = true;
        }
        Ok(())
    }

    /// Moves lines of conversations to another ticket.
    pub fn move_lines(&mut self, lines: &[Record], to: Id) {
        for before in lines {
            let mut after = before.clone();
            after.set(m::TICKET, Value::Int(to.0));
            self.more.extend(difference(Entity::TicketMessage, before, &after));
        }
    }

    /// A text with its names filled in for a ticket.
    pub fn filled(&mut self, id: Id, text: &str) -> Result<String, CommandError> {
        let category = {
            let code = self.text(id, t::CATEGORY);
            let row = self.categories()?.iter().find(|r| r.text(cat::CODE) == code).cloned();
            row.map_or(code, |r| r.text(cat::TITLE).to_string())
        };
        let settings = &self.desk.settings;
        let (company, phone) = (settings.text("company.name").to_string(), settings.text("company.phone").to_string());
        let window = settings.int("ticket.reopen-days").to_string();
        let now = self.scene.now;
        let agent = self.speaker.clone();
        let row = self.ticket(id);
        let due = row.int(t::RESOLUTION_DUE).or(row.int(t::REGULATION_DUE)).map(Timestamp);
        let value = |name: &str| {
            Some(match name {
                "name" => row.text(t::NAME).to_string(),
                "docket" => row.text(t::DOCKET).to_string(),
                "subject" => row.text(t::SUBJECT).to_string(),
                "category" => category.clone(),
                "agent" => agent.clone(),
                "technician" => row.text(t::TECHNICIAN).to_string(),
                "due" => due.map_or_else(|| "the time told".into(), calendar::short_time),
                "at" => calendar::short_time(row.int(t::OPENED).map_or(now, Timestamp)),
                "company" => company.clone(),
                "phone" => phone.clone(),
                "window" => window.clone(),
                _ => return None,
            })
        };
        Ok(fill(text, value).trim().to_string())
    }

    /// Queues a message for the customer of a ticket. Nothing is sent here.
    pub fn queue(&mut self, id: Id, body: &str) -> Result<(), CommandError> {
        let body = clean_lines(body, BODY_LIMIT);
        let (docket, who) = (self.text(id, t::DOCKET), self.speaker.clone());
        let channel = match Channel::parse(&self.text(id, t::CHANNEL)) {
            Some(c @ (Channel::Whatsapp | Channel::Email | Channel::Sms | Channel::App)) => c,
            // Who called, came or was visited reads a text.
            _ => Channel::Sms,
        };
        let now = self.scene.now;
        let Some(customer) = self.customer_of(id)? else { return Ok(()) };
        let (phone, mail) = (customer.text(c::PHONE).to_string(), customer.text(c::EMAIL).to_string());
        let channel = if channel == Channel::Email && mail.is_empty() { Channel::Sms } else { channel };
        let to = if channel == Channel::Email { mail } else { phone };
        let (name, customer) = (customer.text(c::NAME).to_string(), customer.id);
        if body.is_empty() || to.is_empty() {
            return Ok(());
        }
        let fields = vec![
            (o::AT, Value::Int(now.0)),
            (o::TO, Value::text(to)),
            (o::CHANNEL, Value::text(channel.code())),
            (o::STATUS, Value::text(Post::Queued.code())),
            (o::REFERENCE, Value::text(docket)),
            (o::CUSTOMER, Value::Int(customer.0)),
            (o::NAME, Value::text(name)),
            (o::WHO, Value::text(who)),
            (o::BODY, Value::text(body)),
        ];
        let fields = fields.into_iter().filter(|(_, v)| !v.is_null()).collect();
        self.more.push(Change::Insert { entity: Entity::Message, id: self.scene.ids.next(now), fields });
        Ok(())
    }

    /// A line on the customer's timeline.
    pub fn tell(&mut self, id: Id, body: String) {
        let customer = Id(self.ticket(id).int(t::CUSTOMER).unwrap_or(0));
        let activity = Activity {
            id: self.scene.ids.next(self.scene.now),
            customer,
            at: self.scene.now,
            kind: ActivityKind::Ticket,
            who: self.speaker.as_str().into(),
            reference: self.text(id, t::DOCKET).into(),
            body: body.into(),
        };
        let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
        self.more.push(Change::Insert { entity: Entity::Activity, id: activity.id, fields });
    }

    /// Moves a ticket to another state; the inner error is why it stays.
    pub fn go_to(&mut self, id: Id, to: State) -> Result<Result<(), String>, CommandError> {
        let now = self.scene.now;
        let from = State::parse(&self.text(id, t::STATUS)).unwrap_or(State::Open);
        if from == to {
            return Ok(Err("already so".into()));
        }
        if !from.next().contains(&to) {
            return Ok(Err(format!("{} cannot become {}", from.label().to_lowercase(), to.label().to_lowercase())));
        }
        if from.is_done() && to.is_open() {
            if !self.text(id, t::DUPLICATE_OF).is_empty() {
                return Ok(Err(format!("it was merged into {}", self.text(id, t::DUPLICATE_OF))));
            }
            let window = self.desk.settings.int("ticket.reopen-days");
            let solved = self.ticket(id).int(t::RESOLVED).unwrap_or(now.0);
            if now.0.saturating_sub(solved) > window * 86_400_000 {
                return Ok(Err(format!("it was solved more than {window} days ago; raise a new one")));
            }
            let ticket = self.ticket(id);
            let times = ticket.int(t::REOPENS).unwrap_or(0) + 1;
            ticket.set(t::REOPENS, Value::Int(times));
            // What comes back after an incident has a cause of its own.
            [t::RESOLVED, t::CLOSED, t::RULES, t::INCIDENT].into_iter().for_each(|f| ticket.set(f, Value::Null));
            self.count_solved(id, -1)?;
        }
        if from.is_open() && to.is_done() {
            self.ticket(id).set(t::RESOLVED, Value::Int(now.0));
            self.count_solved(id, 1)?;
        }
        if to == State::Closed {
            self.ticket(id).set(t::CLOSED, Value::Int(now.0));
        }
        self.ticket(id).set(t::STATUS, Value::text(to.code()));
        let note = format!("{} -> {}", from.label(), to.label());
        self.say(id, Said::System, &note, "")?;
        if from.is_open() && to == State::Resolved {
            let text = self.desk.settings.text("ticket.text-resolved").to_string();
            let text = self.filled(id, &text)?;
            self.queue(id, &text)?;
        }
        if from.is_done() != to.is_done() {
            let subject = self.text(id, t::SUBJECT);
            self.tell(id, format!("{subject} · {}", if to.is_done() { "solved" } else { "reopened" }));
        }
        Ok(Ok(()))
    }

    /// Counts a solution for or against the article that helped.
    pub fn count_solved(&mut self, id: Id, by: i64) -> Result<(), CommandError> {
        let slug = self.text(id, t::ARTICLE);
        if slug.is_empty() {
            return Ok(());
        }
        let found = self.scene.read.rows_by(a::SLUG, &Value::text(slug), 2)?;
        let Some(row) = found.into_iter().find(|r| r.get(a::DELETED).is_null()) else { return Ok(()) };
        let (_, after) = self.articles.entry(row.id).or_insert_with(|| (row.clone(), row));
        let n = (after.int(a::SOLVED).unwrap_or(0) + by).max(0);
        after.set(a::SOLVED, Value::Int(n));
        Ok(())
    }

    /// Settles clocks and counters and hands the changes over: tickets first, then what hangs on them, so that taking
    /// back goes the other way.
    pub fn finish(mut self, summary: String) -> Result<Decision, CommandError> {
        let now = self.scene.now;
        let today = self.scene.today();
        let mut held = std::mem::take(&mut self.tickets);
        let mut effects = Vec::new();
        for h in held.values_mut() {
            if h.before.as_ref() == Some(&h.after) && !h.reckon {
                continue;
            }
            self.desk.settle(&mut h.after, now, h.reckon);
            match &h.before {
                None => self.decision.changes.push(insert(&h.after)),
                Some(before) => self.decision.changes.extend(difference(Entity::Ticket, before, &h.after)),
            }
            effects.push((effect(h.before.as_ref(), &h.after), h.spoken));
        }
        for (e, spoken) in effects {
            let Some(row) = self.customer(e.customer)? else { continue };
            let mut add = |field, by: i64| {
                let n = (row.int(field).unwrap_or(0) + by).max(0);
                if by != 0 {
                    row.set(field, Value::Int(n));
                }
            };
            add(c::OPEN_TICKETS, e.open);
            add(c::TICKETS, e.all);
            if calendar::day_of(e.opened) > calendar::days_of(today) - 30 {
                add(c::TICKETS_30D, e.all);
            }
            if e.all > 0 {
                row.set(c::LAST_TICKET, Value::Int(calendar::day_of(e.opened)));
            }
            if spoken {
                row.set(c::LAST_CONTACT, Value::Int(calendar::days_of(today)));
            }
        }
        self.decision.changes.append(&mut self.more);
        for (before, mut after) in std::mem::take(&mut self.customers).into_values() {
            super::super::settle(Some(&before), &mut after, today);
            self.decision.changes.extend(difference(Entity::Customer, &before, &after));
        }
        for (before, after) in self.articles.into_values() {
            self.decision.changes.extend(difference(Entity::Article, &before, &after));
        }
        self.decision.summary = summary;
        Ok(self.decision)
    }
}

/// What a change of a ticket means to its customer's counters.
struct Effect {
    customer: Id,
    open: i64,
    all: i64,
    opened: Timestamp,
}

fn effect(before: Option<&Record>, after: &Record) -> Effect {
    let counts = |r: &Record| {
        let there = r.get(t::DELETED).is_null();
        let open = there && State::parse(r.text(t::STATUS)).is_some_and(State::is_open);
        (i64::from(open), i64::from(there))
    };
    let (open, all) = counts(after);
    let (was_open, was) = before.map_or((0, 0), counts);
    Effect {
        customer: Id(after.int(t::CUSTOMER).unwrap_or(0)),
        open: open - was_open,
        all: all - was,
        opened: Timestamp(after.int(t::OPENED).unwrap_or(0)),
    }
}

/// The tier of a customer's line.
pub fn tier(row: &Record, premium: i64) -> Tier {
    Tier::of(crate::domain::customer::Segment::parse(row.text(c::SEGMENT)), row.int(c::PRICE).unwrap_or(0), premium)
}
