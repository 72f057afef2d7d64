//! Leads of the last eighteen months, the coverage directory and the territories.
//!
//! # The generating process
//!
//! This is THE process behind the leads of the demo; no score of the program is part of it. Whether a lead becomes a
//! customer depends on what happened to it, and on nothing else:
//!
//! chance = 62 % × place × price × answer × urgency × source
//!
//! | cause | factor |
//! |---|---|
//! | place | serviceable 1, planned 0.08, not covered 0 |
//! | price | budget meets the price of the plan 1, up to 10 % below 0.75, up to 25 % below 0.4, less 0.12 |
//! | answer | within 15 minutes 1.15, an hour 1, four hours 0.8, a day 0.5, later 0.25 |
//! | urgency | at once 1.15, a week 1.05, a month 0.9, later 0.55 |
//! | source | referral 1.15, walk-in 1.1, website 1, social media 0.8, cold call 0.6 |
//!
//! Every line ordered within eighteen months came from a lead, and for each of these two or three others came in
//! the same weeks and went another way. The others are as many
//! as the chances of the rep leave, and to agree with the customers that are there, the causes of a lead are drawn until the chance falls the way the lead went, which gives the causes their share among the won and the lost.
//!
//! Reps differ in how fast they answer: their medians are 12, 25, 60 and 170 minutes, lognormal with sigma 0.9; what
//! comes in after eight in the evening waits for nine in the morning. Each rep has the cities of a territory. The
//! reason of a loss is the weakest of its causes. Stages follow each other in one to four days, the decision takes
//! up to nine. Seen on a day, leads of the last weeks are still on their way: these are the open ones.
//!
//! The areas of the network are the serviceable places of the directory, with free ports (one place in twelve has
//! none), metres of drop cable (20 to 120) and cost (₹900 and ₹12 a metre); each city has planned localities besides,
//! with a day or without, and in one area of five there is a building that lets nobody in.

use std::collections::BTreeMap;

use crate::base::{Id, Money};
use crate::domain::customer::{Segment, Source};
use crate::domain::lead::{Availability, BuildingType, LostReason, Stage};
use crate::domain::{ActivityKind, Entity, FieldId, Record, Status, Technology, Value};
use crate::insight::lead::{self as scoring, Weights};
use crate::insight::place::{self, Address};
use crate::query::schema::{customer as c, lead as l, touch};

use super::catalogue::OFFERINGS;
use super::chance::Dice;
use super::profile::name_from;
use super::row::put;
use super::spare::{self, blank};
use super::text::{Small, fixed};
use super::{Company, Subscriber, words};

mod causes;
mod directory;

use causes::Causes;

/// A lead with what was said to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadStory {
    pub record: Record,
    pub touches: Vec<Record>,
}

/// Days the leads go back.
const WINDOW: i64 = 540;
/// Streams of chance for leads begin here; those of customers end far below.
const STREAM: u64 = 1 << 40;
const MINUTE: i64 = 60_000;

/// Who works leads, and the median of their minutes to the first contact.
pub const REPS: [(&str, i64); 4] = [("rahul", 12), ("tara", 25), ("nisha", 60), ("sunil", 170)];

/// What the leads of a company share.
pub struct Field {
    directory: BTreeMap<String, Vec<Record>>,
    /// Localities by city that wait for the network: PIN code and name.
    planned: Vec<Vec<(&'static str, String)>>,
    /// Localities by city of which nobody thinks.
    dark: Vec<Vec<(&'static str, String)>>,
    /// Buildings without permission: area, name.
    shut: Vec<(usize, String)>,
    rates: Vec<(Source, i64)>,
    /// For each rep, how many leads go another way for each that is won, thousandths.
    lost: [i64; REPS.len()],
    average: i64,
    weights: Weights,
    pub coverage: Vec<Record>,
    pub territories: Vec<Record>,
}

/// Where leads ask from.
const REACH: &[(Availability, u32)] =
    &[(Availability::Serviceable, 80), (Availability::Planned, 12), (Availability::NotCovered, 8)];

/// When the stages of a lead were reached, in milliseconds; the last is the end, won or lost.
struct Course {
    created: i64,
    answered: i64,
    survey: i64,
    quoted: i64,
    install: i64,
    end: i64,
}

impl Company {
    /// The leads that come with a customer: the one it was, and those that went another way in the same weeks.
    pub fn leads(&self, s: &Subscriber) -> Vec<LeadStory> {
        let r = &s.record;
        let i = r.int(c::ACCOUNT).unwrap_or(1) as u64 - 1;
        let pending = r.text(c::STATUS) == Status::Pending.code();
        let day = r.int(if pending { c::STATUS_SINCE } else { c::SINCE }).unwrap_or(0);
        if day < self.months.today - WINDOW {
            return Vec::new();
        }
        let mut dice = Dice::new(self.settings.seed, STREAM + i);
        let ordered = if pending { day } else { day - dice.range(1, 6) };
        let city = self.city_of(r.text(c::CITY));
        let mut out = spare::leads();
        out.push(self.won(r, i, city, ordered, &mut dice));
        // As many as the chances of this rep's leads leave.
        let lost = self.leads.lost[city % REPS.len()];
        let others = (lost / 1_000 + i64::from(dice.chance(lost % 1_000))).min(3);
        for j in 1..=others {
            let shift = day + dice.range(-20, 20);
            // What would come tomorrow came as long ago instead: nothing in the demo is later than its day.
            let created = if shift > self.months.today { 2 * self.months.today - shift } else { shift };
            out.push(self.other(r, (i, j), city, created, &mut dice));
        }
        out
    }

    fn rep(&self, city: usize) -> (&'static str, i64) {
        REPS[city % REPS.len()]
    }

    pub(super) fn city_of(&self, name: &str) -> usize {
        self.network.cities.iter().position(|c| c.name == name).unwrap_or(0)
    }

    /// Nine in the morning of the day the company is seen on.
    fn now_ms(&self) -> i64 {
        self.months.at(self.months.today, 540).0
    }

    fn won(&self, r: &Record, i: u64, city: usize, ordered: i64, dice: &mut Dice) -> LeadStory {
        let (rep, median) = self.rep(city);
        let source = Source::parse(r.text(c::SOURCE));
        let mut causes = Causes::draw(Availability::Serviceable, source, median, dice);
        for _ in 0..60 {
            if dice.chance(causes.chance()) {
                break;
            }
            causes = Causes::draw(Availability::Serviceable, source, median, dice);
        }
        let end = self.months.at(ordered, dice.range(600, 1_100)).0.min(self.now_ms());
        let created = end - dice.range(4 * 1_440, 15 * 1_440) * MINUTE;
        let course = course(created, &causes, end, dice);
        let mut lead = blank(Entity::Lead, Id(self.lead_id(i, 0)));
        put(&mut lead, l::NUMBER, (4 * i + 1) as i64);
        for (from, to) in [
            (c::NAME, l::NAME),
            (c::SEGMENT, l::SEGMENT),
            (c::ORGANISATION, l::ORGANISATION),
            (c::PHONE, l::PHONE),
            (c::ALT_PHONE, l::ALT_PHONE),
            (c::EMAIL, l::EMAIL),
            (c::ADDRESS, l::ADDRESS),
            (c::AREA, l::AREA),
            (c::CITY, l::CITY),
            (c::STATE, l::STATE),
            (c::PINCODE, l::PINCODE),
            (c::PLAN, l::PLAN),
            (c::SPEED, l::WANTED_SPEED),
            (c::SOURCE, l::SOURCE),
            (c::REFERRED_BY, l::REFERRED_BY),
            (c::CONSENT, l::CONSENT),
            (c::CONSENT_ON, l::CONSENT_ON),
            (c::DND, l::DND),
            (c::ACCOUNT, l::CUSTOMER),
        ] {
            put(&mut lead, to, r.get(from).clone());
        }
        put(&mut lead, l::MRR, r.get(c::PRICE).clone());
        put(&mut lead, l::STAGE, Stage::Converted.code());
        put(&mut lead, l::STAGE_SINCE, end);
        put(&mut lead, l::CONVERTED_AT, end);
        let price = OFFERINGS.iter().find(|o| o.name == r.text(c::PLAN)).map_or(0, |o| o.rupees);
        self.tell(lead, &causes, &course, price, rep, end, dice)
    }

    fn other(&self, r: &Record, (i, j): (u64, i64), city: usize, day: i64, dice: &mut Dice) -> LeadStory {
        let (rep, median) = self.rep(city);
        let reach = dice.choose(REACH);
        let created =
            self.months.at(day, if day == self.months.today { dice.range(370, 535) } else { dice.range(500, 1_370) }).0;
        let recent = self.now_ms() - created < 25 * 1_440 * MINUTE;
        let mut causes = Causes::draw(reach, None, median, dice);
        for _ in 0..60 {
            if recent || !dice.chance(causes.chance()) {
                break;
            }
            causes = Causes::draw(reach, None, median, dice);
        }
        let mut lead = blank(Entity::Lead, Id(self.lead_id(i, j)));
        put(&mut lead, l::NUMBER, 4 * i as i64 + 1 + j);
        let offering = self.address(&mut lead, city, reach, i, j, dice);
        put(&mut lead, l::SOURCE, causes.source.code());
        if causes.source == Source::Referral {
            put(&mut lead, l::REFERRED_BY, r.get(c::NAME).clone());
        }
        put(&mut lead, l::MRR, Money::rupees(OFFERINGS[offering].rupees));
        let reason = causes.reason(dice);
        let end = created + self.patience(reason, dice) * 1_440 * MINUTE;
        let course = course(created, &causes, end, dice);
        self.close(&mut lead, &course, reason, dice);
        self.tell(lead, &causes, &course, OFFERINGS[offering].rupees, rep, self.now_ms(), dice)
    }

    /// Who asks, from where, for what; the place of the plan comes back.
    fn address(&self, lead: &mut Record, city: usize, reach: Availability, i: u64, j: i64, dice: &mut Dice) -> usize {
        let net = &self.network;
        let areas = &net.cities[city].areas;
        let outside = match reach {
            Availability::Planned => self.leads.planned[city].first().map(|_| dice.one_of(&self.leads.planned[city])),
            Availability::NotCovered => self.leads.dark[city].first().map(|_| dice.one_of(&self.leads.dark[city])),
            Availability::Serviceable => None,
        };
        let shut = self.leads.shut.iter().find(|(area, _)| areas.contains(area));
        let (mut building, mut is_shut) = (dice.one_of(&net.buildings).as_str(), false);
        let (pin, area) = match (outside, shut) {
            (Some((pin, name)), _) => (*pin, name.as_str()),
            // Not reached although the street is: the building lets nobody in.
            (None, Some((area, name))) if reach != Availability::Serviceable => {
                (building, is_shut) = (name, true);
                (net.areas[*area].pincode, net.areas[*area].name.as_str())
            }
            _ => {
                let area = &net.areas[areas.start + dice.below(areas.len())];
                (area.pincode, area.name.as_str())
            }
        };
        let state = net.cities[city].state;
        let pool = dice.choose(&self.source.states[state].pools);
        let (first, last) = name_from(&self.source.pools[pool], dice);
        put(lead, l::NAME, text![first, " ", last]);
        put(lead, l::PHONE, self.mobile(2 * self.len() + 4 * i + j as u64));
        if dice.chance(560) {
            let (last, more) = last.split_once(' ').unwrap_or((last, ""));
            let number = 4 * i + j as u64;
            put(lead, l::EMAIL, text![Small(first), ".", Small(last), Small(more), number, "@mail.example"]);
        }
        let kind =
            dice.choose(&[(BuildingType::Apartment, 58), (BuildingType::House, 32), (BuildingType::Commercial, 10)]);
        put(lead, l::BUILDING_TYPE, kind.code());
        if kind == BuildingType::Apartment || is_shut {
            put(lead, l::BUILDING, building);
        }
        let door = dice.range(1, 640);
        put(lead, l::ADDRESS, text![dice.pick(&["A", "B", "C", "No. "]), "-", door, ", ", dice.one_of(&net.streets)]);
        put(lead, l::AREA, area);
        put(lead, l::CITY, net.cities[city].name);
        put(lead, l::STATE, self.source.states[state].name);
        put(lead, l::PINCODE, pin);
        let segment = if kind == BuildingType::Commercial { Segment::Business } else { Segment::Home };
        put(lead, l::SEGMENT, segment.code());
        let offering = dice.choose(self.offers(segment, Technology::Fiber));
        put(lead, l::PLAN, fixed(OFFERINGS[offering].name));
        put(lead, l::WANTED_SPEED, OFFERINGS[offering].speed);
        offering
    }

    /// Days until a lead is given up.
    fn patience(&self, reason: LostReason, dice: &mut Dice) -> i64 {
        match reason {
            LostReason::NoCoverage => dice.range(20, 80),
            LostReason::SlowResponse => dice.range(5, 15),
            LostReason::NoAnswer | LostReason::NotGenuine => dice.range(8, 25),
            _ => dice.range(14, 45),
        }
    }

    /// Puts a lead that was not won where it stands on the day: lost, or on its way.
    fn close(&self, lead: &mut Record, course: &Course, reason: LostReason, dice: &mut Dice) {
        let now = self.now_ms();
        let reached = match reason {
            LostReason::NoCoverage | LostReason::NoAnswer | LostReason::NotGenuine => 1,
            LostReason::SlowResponse => dice.range(0, 1),
            LostReason::Access => 2,
            _ => dice.range(2, 3),
        };
        if course.end <= now {
            put(lead, l::STAGE, Stage::Lost.code());
            put(lead, l::LOST_REASON, reason.code());
            put(lead, l::LOST_AT, course.end);
            put(lead, l::STAGE_SINCE, course.end);
            for (n, (field, at)) in stages_of(course).into_iter().enumerate() {
                if (n as i64) < reached && at < course.end {
                    put(lead, field, at);
                }
            }
            return;
        }
        let waits = reason == LostReason::NoCoverage;
        // Not all that are on their way have come far.
        let cap = if waits { 1 } else { dice.choose(&[(1, 30), (2, 26), (3, 28), (4, 16)]) };
        let (mut stage, mut since) = (Stage::New, course.created);
        for ((field, at), next) in stages_of(course).into_iter().zip(&Stage::ALL[1..]).take(cap) {
            if at <= now {
                put(lead, field, at);
                (stage, since) = (*next, at);
            }
        }
        put(lead, l::STAGE, stage.code());
        put(lead, l::STAGE_SINCE, since);
        if stage != Stage::New && dice.chance(800) {
            let day = self.months.today + dice.range(-3, 5);
            put(lead, l::FOLLOW_UP, self.months.at(day, dice.range(20, 38) * 30).0);
            let about = match (waits, stage) {
                (true, _) => "Tell when the fibre comes",
                (_, Stage::Contacted) => dice.pick(&["Agree on the survey", "Send the price list", "Call after 7 pm"]),
                (_, Stage::Survey) => dice.pick(&["Survey done?", "Ask the society for permission"]),
                (_, Stage::Quoted) => dice.pick(&["Has he decided?", "Ask about the annual rate", "Router included?"]),
                _ => dice.pick(&["Confirm the slot", "Documents for KYC"]),
            };
            put(lead, l::FOLLOW_UP_NOTE, about);
        }
    }

    /// What all leads have: causes as fields, coverage, score, and what was said.
    #[expect(clippy::too_many_arguments, reason = "the pieces of one story")]
    fn tell(
        &self,
        mut lead: Record,
        causes: &Causes,
        course: &Course,
        price: i64,
        rep: &'static str,
        until: i64,
        dice: &mut Dice,
    ) -> LeadStory {
        let unowned = lead.text(l::STAGE) == Stage::New.code() && dice.chance(300);
        if !unowned {
            put(&mut lead, l::OWNER, rep);
            put(&mut lead, l::ASSIGNED_AT, course.created + dice.range(0, 3) * MINUTE);
        }
        put(&mut lead, l::CREATED, course.created);
        put(&mut lead, l::URGENCY, causes.urgency.code());
        let budget = (price * causes.budget / 100 + 25) / 50 * 50;
        if dice.chance(880) {
            put(&mut lead, l::BUDGET, Money::rupees(budget));
            put(&mut lead, l::BUDGET_FROM, Money::rupees((budget * 7 / 10 + 25) / 50 * 50));
        }
        if dice.chance(640) {
            let provider =
                ["JioFiber", "Airtel Xstream", "BSNL", "ACT Fibernet", "Hathway", "local cable", "mobile data"];
            put(&mut lead, l::CURRENT_PROVIDER, dice.pick(&provider));
        }
        if lead.text(l::STAGE) == Stage::Converted.code() {
            for (field, at) in stages_of(course) {
                put(&mut lead, field, at);
            }
        }
        let answered = course.answered <= until && !lead.get(l::CONTACTED_AT).is_null();
        let mut touches = spare::lines();
        if answered {
            put(&mut lead, l::FIRST_RESPONSE, course.answered);
            put(&mut lead, l::RESPONSE_MINUTES, (course.answered - course.created) / MINUTE);
            let id = lead.id.0;
            let mut say = |at: i64, kind: ActivityKind, body: &'static str| {
                if at <= until {
                    let mut r = blank(Entity::Touch, Id(id + 8 + touches.len() as i64));
                    put(&mut r, touch::LEAD, id);
                    put(&mut r, touch::AT, at);
                    put(&mut r, touch::KIND, kind.code());
                    put(&mut r, touch::WHO, rep);
                    put(&mut r, touch::BODY, fixed(body));
                    touches.push(r);
                }
            };
            say(course.answered, ActivityKind::Call, dice.pick(words::LEAD_CALLS));
            if !lead.get(l::SURVEY_AT).is_null() {
                say(course.survey, ActivityKind::Message, "Survey slot sent on WhatsApp");
            }
            if !lead.get(l::QUOTED_AT).is_null() {
                say(course.quoted - 60 * MINUTE, ActivityKind::Visit, dice.pick(words::SURVEYS));
                say(course.quoted, ActivityKind::Message, "Quotation sent by mail and WhatsApp");
            }
            if dice.chance(300) {
                say((course.quoted + course.end) / 2, ActivityKind::Call, dice.pick(words::LEAD_CHASES));
            }
            touches.sort_by_key(|r| r.int(touch::AT));
            put(&mut lead, l::TOUCHES, touches.len() as i64);
            put(
                &mut lead,
                l::LAST_TOUCH,
                touches.last().and_then(|r| r.int(touch::AT)).map_or(Value::Null, Value::Int),
            );
        } else {
            put(&mut lead, l::TOUCHES, 0);
        }
        let none = Vec::new();
        let rows = self.leads.directory.get(lead.text(l::PINCODE)).unwrap_or(&none);
        let found = place::look_up(rows, Address::of_lead(&lead), false);
        place::put(&mut lead, found.as_ref());
        let past = self.leads.past(causes.source);
        let price = (price > 0).then(|| Money::rupees(price));
        let points = scoring::points(&lead, price, past, &self.leads.weights, self.settings.today);
        scoring::put_points(&mut lead, points);
        LeadStory { record: lead, touches }
    }

    /// Ids of leads lie between those of the customers.
    fn lead_id(&self, i: u64, j: i64) -> i64 {
        ((super::EPOCH_OFFSET_MS + i) << 22) as i64 + (1 << 21) + j * 64
    }
}

fn stages_of(course: &Course) -> [(FieldId, i64); 4] {
    [
        (l::CONTACTED_AT, course.answered),
        (l::SURVEY_AT, course.survey),
        (l::QUOTED_AT, course.quoted),
        (l::INSTALL_AT, course.install),
    ]
}

/// The same day between half past nine and seven in the evening; what is later stays later.
fn office(at: i64) -> i64 {
    let (ist, day) = (330 * MINUTE, 1_440 * MINUTE);
    let start = (at + ist).div_euclid(day) * day - ist;
    start + 570 * MINUTE + (at - start) * 570 / 1_440 / MINUTE * MINUTE
}

/// The times between creation and end. What comes in late in the evening is answered in the morning.
fn course(created: i64, causes: &Causes, end: i64, dice: &mut Dice) -> Course {
    let ist = 330 * MINUTE;
    let minute = (created + ist).rem_euclid(1_440 * MINUTE) / MINUTE;
    let wait = match minute {
        1_200.. => 1_440 - minute + 540,
        ..540 => (540 - minute).min(60),
        _ => 0,
    };
    let answered = created + (wait + causes.minutes) * MINUTE;
    let day = 1_440 * MINUTE;
    let mut at = answered;
    let mut later = |low: i64, high: i64| {
        at += dice.range(low * 1_440, high * 1_440) * MINUTE;
        at
    };
    let (mut survey, mut quoted, mut install) = (office(later(1, 3)), office(later(1, 4)), office(later(1, 6)));
    // A won lead has its stages before its end.
    if end > answered && install >= end {
        let span = (end - answered) / 4;
        (survey, quoted, install) = (answered + span, answered + 2 * span, answered + 3 * span);
    }
    Course {
        created,
        answered: answered.min(end.max(created + MINUTE)),
        survey,
        quoted,
        install,
        end: end.max(answered.min(end) + day / 1_440),
    }
}
