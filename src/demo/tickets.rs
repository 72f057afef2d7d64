//! Tickets of the last eighteen months, written from the timeline of each line.
//!
//! # The generating process
//!
//! Which line has trouble, with what, on which day and for how many hours comes from the life of the line (see
//! [`super`]): the outages of its OLT, its own fault, congestion. Nothing here adds or takes a ticket. What follows at
//! the desk is drawn here:
//!
//! | what | how |
//! |---|---|
//! | who | the agent of the timeline; agents answer in 4 to 20 minutes in the median, lognormal with sigma 0.6, a third of it where it is critical; what comes in between ten at night and eight waits for eight |
//! | priority | line down: high, critical for three in ten of firms; slow: medium; the rest: low |
//! | channel | call 46, WhatsApp 24, app 14, web 6, mail 5, SMS 3, walk-in 2 in a hundred |
//! | waiting | a repair that would take longer than the target of the ticket allows is put off to a visit at a time the customer names, in nine of ten cases: it waits on the customer until so much of the target is left that it ends with 45 to 95 in 100 of it used; of the others one in eight waits from a third to two thirds of its way; of those still open, two in three wait |
//! | field | six in ten of the lines down are given to a technician |
//! | reopened | one in twenty-five, after a day, for a day |
//! | satisfaction | of 45 in 100, falling with the hours: mostly 5 within eight, 4 within a day, 3 within three, then 1 or 2 |
//!
//! So a customer waits as long as the timeline says, near half of them more than a day (LocalCircles 2022, 2023), while
//! the desk keeps the targets of 85 to 93 in 100 tickets, as a provider does that is held to benchmarks: faults
//! repaired by the next working day in 90 and within three working days in 99 of 100 cases (TRAI, Quality of Service
//! of Broadband Service Regulations, 2006, replaced by the Regulations of 2024 (06 of 2024)).
//!
//! The clocks are not drawn: they are counted from these events by the rules of the program. Companies of more than
//! 50,000 lines keep the tickets of the last ninety days and those that are open; older ones are archived.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::OnceLock;

use crate::base::{Id, Timestamp, calendar};
use crate::domain::customer::Segment;
use crate::domain::settings;
use crate::domain::sla::{ALWAYS, Calendar, Case, Hours, Policy, Regulation, Targets, Tier, holiday_code};
use crate::domain::ticket::{Channel, Priority, Said, State};
use crate::domain::{Activity, ActivityKind, Entity, Record, Text};
use crate::query::schema::{customer as c, message as m, ticket as t};

use super::chance::Dice;
use super::row::put;
use super::spare::{self, blank};
use super::story::parts;
use super::text::fixed;
use super::{Company, Subscriber, words};

mod topics;

use topics::{TOPICS, Topic};

/// What happened to a ticket at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    Answer,
    State(State),
}

/// A ticket as it was raised, and what happened to it since; its clocks are counted by whoever takes it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketStory {
    pub record: Record,
    pub regulation: Regulation,
    /// In the order of time.
    pub steps: Vec<(Timestamp, Happening)>,
    pub lines: Vec<Record>,
}

/// Streams of chance for tickets begin here, far from those of leads.
const STREAM: u64 = 1 << 41;
/// Lines from which on older tickets are archived.
const LARGE: u64 = 50_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Plans that cost as much are premium; the default of the setting.
const PREMIUM: i64 = 149_900;

/// Minutes to a first answer in the median, by agent.
fn quickness(agent: &str) -> i64 {
    let at = words::DESK.iter().position(|a| *a == agent).unwrap_or(3);
    [4, 5, 6, 8, 10, 12, 15, 20][at % 8]
}

/// What the desk holds itself to: the targets the program comes with.
fn policy(record: &Record) -> Policy {
    static TARGETS: OnceLock<Targets> = OnceLock::new();
    let default = || settings::find("ticket.targets").map_or("", |s| s.default);
    let targets = TARGETS.get_or_init(|| Targets::parse(default()).unwrap_or_else(|_| Targets::empty()));
    targets.of(&Case {
        category: record.text(t::CATEGORY),
        priority: Priority::parse(record.text(t::PRIORITY)).unwrap_or(Priority::Medium),
        tier: Tier::parse(record.text(t::TIER)).unwrap_or(Tier::Standard),
    })
}

/// The hours of the desk where the customer lives.
fn desk_time(policy: &Policy, state: &str) -> Rc<Calendar> {
    thread_local! {
        static CALENDARS: RefCell<BTreeMap<&'static str, Rc<Calendar>>> = const { RefCell::new(BTreeMap::new()) };
    }
    let always = policy.calendar == ALWAYS;
    let make = || {
        if always {
            return Rc::new(Calendar::without_holidays(Hours::always()));
        }
        let default = settings::find("ticket.hours").map_or("", |s| s.default);
        Rc::new(Calendar::of_state(Hours::parse(default).unwrap_or_else(|_| Hours::always()), state))
    };
    let key = if always { ALWAYS } else { holiday_code(state) };
    CALENDARS.with_borrow_mut(|all| all.entry(key).or_insert_with(make).clone())
}

/// From when to when a repair that would miss its target is put off; `None` for one that would not.
fn put_off(
    record: &Record,
    opened: Timestamp,
    answered: Timestamp,
    end: Timestamp,
    dice: &mut Dice,
) -> Option<(Timestamp, Timestamp)> {
    let policy = policy(record);
    let desk = desk_time(&policy, record.text(t::STATE));
    let all = desk.between(opened, end);
    if all <= policy.resolution {
        return None;
    }
    let used = policy.resolution * dice.range(45, 95) / 100;
    let before = desk.between(opened, answered);
    // The call in which the visit is agreed comes in the first third of what is used.
    let from = desk.after(opened, before.max(used / 3))?;
    let until = desk.after(opened, all - (used - desk.between(opened, from)).max(0))?;
    (from > answered && until > from && until < end).then_some((from, until))
}

impl Company {
    /// The tickets of a line.
    pub fn tickets(&self, s: &Subscriber) -> Vec<TicketStory> {
        let today = calendar::start_of(self.settings.today);
        let kept = |a: &&Activity| {
            let open = || parts(&a.body).1 == "open";
            a.kind == ActivityKind::Ticket && (self.len() <= LARGE || today.since(a.at) < 90 * DAY || open())
        };
        let index = ((s.record.id.0 as u64) >> 22).wrapping_sub(super::EPOCH_OFFSET_MS);
        let mut dice = Dice::new(self.settings.seed, STREAM + index);
        let mut out = spare::tickets();
        out.extend(s.activities.iter().filter(kept).enumerate().map(|(k, a)| story(s, k as i64, a, today, &mut dice)));
        out
    }
}

/// Hours to the solution as the timeline tells them; `None` while it is open.
fn hours(told: &str, dice: &mut Dice) -> Option<i64> {
    let mut words = told.strip_prefix("resolved in ")?.split(' ');
    let n: i64 = words.next()?.parse().ok()?;
    Some(if words.next()? == "days" { n * 24 + dice.range(0, 23) } else { n })
}

fn story(s: &Subscriber, k: i64, a: &Activity, today: Timestamp, dice: &mut Dice) -> TicketStory {
    let (what, told, last) = parts(&a.body);
    let topic = TOPICS.iter().find(|t| t.words == what).unwrap_or(&TOPICS[1]);
    let customer = &s.record;
    let mut r = blank(Entity::Ticket, Id(customer.id.0 | 1 << 12 | k));
    let segment = Segment::parse(customer.text(c::SEGMENT));
    let tier = Tier::of(segment, customer.int(c::PRICE).unwrap_or(0), PREMIUM);
    let firm = matches!(tier, Tier::Business | Tier::Enterprise);
    let priority =
        if topic.priority == Priority::High && firm && dice.chance(300) { Priority::Critical } else { topic.priority };
    let channel = dice.choose(&[
        (Channel::Call, 46),
        (Channel::Whatsapp, 24),
        (Channel::App, 14),
        (Channel::Web, 6),
        (Channel::Email, 5),
        (Channel::Sms, 3),
        (Channel::WalkIn, 2),
    ]);
    let number = a.reference.get(6..).and_then(|n| n.split('-').next()?.parse().ok()).unwrap_or(0);
    let opened = a.at;
    let technician = match last.strip_prefix("with ") {
        Some(name) => name,
        None if topic.priority == Priority::High && dice.chance(600) => dice.pick(words::FIELD),
        None => "",
    };
    put(&mut r, t::DOCKET, a.reference.clone());
    put(&mut r, t::NUMBER, number);
    put(&mut r, t::SUBJECT, what);
    put(&mut r, t::STATUS, State::Open.code());
    put(&mut r, t::CATEGORY, topic.category);
    put(&mut r, t::SUBCATEGORY, topic.sub);
    put(&mut r, t::PRIORITY, priority.code());
    put(&mut r, t::CHANNEL, channel.code());
    put(&mut r, t::CUSTOMER, customer.id.0);
    put(&mut r, t::ACCOUNT, customer.get(c::ACCOUNT).clone());
    put(&mut r, t::NAME, customer.get(c::NAME).clone());
    put(&mut r, t::CITY, customer.get(c::CITY).clone());
    put(&mut r, t::AREA, customer.get(c::AREA).clone());
    put(&mut r, t::STATE, customer.get(c::STATE).clone());
    put(&mut r, t::TIER, tier.code());
    put(&mut r, t::RENT, customer.get(c::PRICE).clone());
    put(&mut r, t::OWNER, a.who.clone());
    put(&mut r, t::TECHNICIAN, technician);
    put(&mut r, t::OPENED, opened.0);
    put(&mut r, t::REOPENS, 0);
    put(&mut r, t::ESCALATED, 0);
    let mut story =
        TicketStory { record: r, regulation: topic.regulation, steps: spare::happenings(), lines: spare::lines() };
    let hours = hours(told, dice);
    let answered = live(&mut story, &a.who, opened, hours, today, dice);
    talk(&mut story, topic, (a, last), (answered, hours, channel), dice);
    story
}

/// What happened, step by step; the moment of the first answer, if there was one.
fn live(
    story: &mut TicketStory,
    agent: &str,
    opened: Timestamp,
    hours: Option<i64>,
    today: Timestamp,
    dice: &mut Dice,
) -> Option<Timestamp> {
    let minute = (opened.0 - calendar::start_of(calendar::date_of(opened)).0) / MINUTE;
    let asleep = match minute {
        1_320.. => 1_440 + 480 - minute,
        ..480 => 480 - minute,
        _ => 0,
    };
    let haste = if story.record.text(t::PRIORITY) == Priority::Critical.code() { 3 } else { 1 };
    let wait = asleep + (quickness(agent) * dice.lognormal(600) / 1_000 / haste).clamp(1, 600);
    let end = hours.map(|h| opened.plus_ms(h * HOUR));
    let mut answered = opened.plus_ms(wait * MINUTE);
    if let Some(end) = end.filter(|e| *e <= answered) {
        answered = Timestamp(end.0 - MINUTE);
    }
    if answered >= today {
        return None;
    }
    story.steps.push((answered, Happening::Answer));
    story.steps.push((answered, Happening::State(State::InProgress)));
    let Some(end) = end else {
        // What drags on waits for somebody, two times in three.
        if dice.chance(660) {
            let state = if dice.chance(600) { State::WaitingCustomer } else { State::WaitingVendor };
            let at = answered.plus_ms((today.since(answered) / 2).max(MINUTE));
            story.steps.push((at, Happening::State(state)));
        }
        return Some(answered);
    };
    let span = end.since(answered);
    let later = if dice.chance(900) { put_off(&story.record, opened, answered, end, dice) } else { None };
    if let Some((from, until)) = later {
        story.steps.push((from, Happening::State(State::WaitingCustomer)));
        story.steps.push((until, Happening::State(State::InProgress)));
    } else if span > HOUR && dice.chance(125) {
        story.steps.push((answered.plus_ms(span / 3), Happening::State(State::WaitingCustomer)));
        story.steps.push((answered.plus_ms(span * 2 / 3), Happening::State(State::InProgress)));
    }
    story.steps.push((end, Happening::State(State::Resolved)));
    let mut last = end;
    if dice.chance(40) && end.plus_ms(2 * DAY) < today {
        put(&mut story.record, t::REOPENS, 1);
        story.steps.push((end.plus_ms(DAY), Happening::State(State::InProgress)));
        last = end.plus_ms(2 * DAY);
        story.steps.push((last, Happening::State(State::Resolved)));
    }
    if last.plus_ms(3 * DAY) < today {
        story.steps.push((last.plus_ms(3 * DAY), Happening::State(State::Closed)));
    }
    Some(answered)
}

/// The conversation, the satisfaction, the article that helped.
fn talk(
    story: &mut TicketStory,
    topic: &Topic,
    (a, end): (&Activity, &str),
    (answered, hours, channel): (Option<Timestamp>, Option<i64>, Channel),
    dice: &mut Dice,
) {
    let id = story.record.id.0;
    let mut say = |at: Timestamp, said: Said, who: &str, body: Text| {
        let (k, n) = (id & 0xfff, story.lines.len() as i64);
        let mut line = blank(Entity::TicketMessage, Id(id & !0x1fff | 1 << 14 | k << 4 | n));
        put(&mut line, m::TICKET, id);
        put(&mut line, m::AT, at.0);
        put(&mut line, m::SAID, said.code());
        put(&mut line, m::WHO, who);
        put(&mut line, m::CHANNEL, channel.code());
        put(&mut line, m::BODY, body);
        story.lines.push(line);
    };
    say(a.at, Said::Customer, "", fixed(dice.pick(topic.said)));
    if let Some(at) = answered {
        say(at, Said::Reply, &a.who, text!["We have your complaint ", &a.reference, " and look into it."]);
    }
    if let Some(h) = hours {
        say(a.at.plus_ms(h * HOUR), Said::Note, &a.who, end.into());
        if dice.chance(450) {
            let score = match h {
                ..=8 => dice.choose(&[(5, 62), (4, 25), (3, 8), (2, 3), (1, 2)]),
                9..=24 => dice.choose(&[(5, 34), (4, 38), (3, 16), (2, 7), (1, 5)]),
                25..=72 => dice.choose(&[(5, 14), (4, 24), (3, 30), (2, 18), (1, 14)]),
                _ => dice.choose(&[(5, 4), (4, 10), (3, 18), (2, 30), (1, 38)]),
            };
            put(&mut story.record, t::CSAT, score);
        }
        if !topic.article.is_empty() && dice.chance(400) {
            put(&mut story.record, t::ARTICLE, topic.article);
        }
    }
    let last = story.lines.last().and_then(|l| l.int(m::AT)).unwrap_or(a.at.0);
    put(&mut story.record, t::MESSAGES, story.lines.len() as i64);
    put(&mut story.record, t::TOUCHED, last);
}
