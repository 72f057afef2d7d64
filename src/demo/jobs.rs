//! Field work of the last half year, what is agreed for the next days, and the stock behind it.
//!
//! # The generating process
//!
//! THE process behind the jobs of the demo. Each job has a cause in the life of its line:
//!
//! | cause | job |
//! |---|---|
//! | line activated within half a year | an installation on that day; light after is the line's own, ±0.4 dB |
//! | line ordered, not in service | an installation: one in four still without a day, the others today to five days ahead |
//! | ticket of the last 120 days that hands have mended | a fault, the same day or the next; at a splice or a patch cord light before is 5 to 8 dB weaker, else as after |
//! | open ticket | three of five have a fault job: today or tomorrow, one in six not yet agreed, one in ten left over from yesterday |
//! | line disconnected within half a year | recovery of its box, 3 to 12 days later; one in nine is not met |
//! | four lines of a thousand | shifting to another room or floor |
//! | one order in six | a survey the day before the work |
//!
//! One job in fourteen was not done the first time: nobody at home (50 %), no access (18), no power (10), material
//! missing (10), weather (8), not feasible (4); the job that was done came a day later. Cable is 20 to 120 m at an
//! installation and up to 25 m at a fault; the way there is 1 to 14 km.
//!
//! A technician has a city or two, or the share of one that is great; there is one for 500 lines, at least four. Open jobs go into the slot that was wished
//! for, or into the next one that is free: one in forty is booked twice, as happens. This is the one step that looks
//! at the jobs before, in the order of account numbers ([`Planner`]).
//!
//! Boxes put in or fetched within the half year are in the stock ledger with the job that moved them; one box in
//! six that came back is faulty. Each technician carries four ONUs and two routers, the store has five more for each.

use std::collections::BTreeSet;

use crate::base::{Id, calendar};
use crate::domain::customer::Status;
use crate::domain::job::{Hindrance, ItemKind, ItemState, JobKind, JobState, Slot, checklist, number};
use crate::domain::settings::Settings as Figures;
use crate::domain::{ActivityKind, Entity, Record, Value};
use crate::query::schema::{customer as c, item as i, job as j};

use super::chance::{Dice, mix};
use super::row::put;
use super::spare::{self, blank};
use super::story::parts;
use super::{Company, Subscriber};

/// Days the jobs go back.
const WINDOW: i64 = 180;
/// Numbers a line has for its jobs.
const STRIDE: i64 = 32;
/// Streams of chance for jobs begin here.
const STREAM: u64 = 1 << 41;
/// Who goes out, before numbers are put behind the names. The first is whoever looks at the demo as field staff.
const TECHNICIANS: [&str; 10] =
    ["field", "vikram", "imran", "anand", "kiran", "suresh", "ganesh", "manoj", "bala", "lakhan"];
/// Words of a repair that somebody has to go out for, and whether it brings light back.
const BY_HAND: &[(&str, bool)] = &[
    ("fibre re-spliced", true),
    ("patch cord changed", true),
    ("technician visit", false),
    ("ONU replaced", false),
    ("power adapter replaced", false),
    ("router replaced", false),
    ("cable joint remade", false),
    ("antenna aligned", false),
    ("power injector replaced", false),
];

/// The jobs of one line and the boxes they moved.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    pub jobs: Vec<Record>,
    pub items: Vec<Record>,
}

/// What the jobs of a company share.
pub struct Yard {
    /// All that is on the checklist of each kind of job.
    checks: Vec<Value>,
}

impl Yard {
    pub fn furnished() -> Yard {
        let figures = Figures::default();
        let all = |kind: &JobKind| Value::list(checklist(figures.text(kind.checklist_key())));
        Yard { checks: JobKind::ALL.iter().map(all).collect() }
    }
}

/// The customer's jobs while they are made.
struct Line<'a> {
    company: &'a Company,
    customer: &'a Record,
    /// Place of the one who comes, for [`technician`].
    technician: usize,
    out: Work,
}

impl Company {
    /// Logins of the technicians.
    pub fn technicians(&self) -> Vec<String> {
        let count = (self.len() / 500).max(4) as usize;
        (0..count).map(technician).collect()
    }

    /// What was and is to be done at a customer's.
    pub fn work(&self, s: &Subscriber) -> Work {
        let r = &s.record;
        let account = r.int(c::ACCOUNT).unwrap_or(1) as u64;
        let mut dice = Dice::new(self.settings.seed, STREAM + account);
        let team = (self.len() / 500).max(4) as usize;
        // Where there are more technicians than cities, the areas of a city are shared out.
        let (city, cities) = (self.city_of(r.text(c::CITY)), self.network.cities.len().max(1));
        let area = r.text(c::AREA).bytes().fold(7_u64, |h, b| mix(h ^ u64::from(b)));
        let place = city + (area % team.div_ceil(cities) as u64) as usize * cities;
        let out = Work { jobs: spare::lines(), items: spare::lines() };
        let mut line = Line { company: self, customer: r, technician: place % team, out };
        line.install(&mut dice);
        for a in s.activities.iter().filter(|a| a.kind == ActivityKind::Ticket) {
            line.fault(a, &mut dice);
        }
        line.recover(&mut dice);
        line.shift(&mut dice);
        line.out
    }

    /// What technicians carry and the store holds.
    pub fn stock(&self) -> Vec<Record> {
        let mut out = Vec::new();
        let mut dice = Dice::new(self.settings.seed, STREAM - 1);
        let mut add = |kind: ItemKind, state: ItemState, owner: &str, dice: &mut Dice| {
            let n = out.len() as i64 + 1;
            let mut r = blank(Entity::Item, Id(n));
            let model = model(kind, n as u64);
            put(&mut r, i::SERIAL, format!("{}{:07}", if kind == ItemKind::Onu { "BNON" } else { "BNRT" }, n));
            put(&mut r, i::KIND, kind.code());
            put(&mut r, i::MODEL, model);
            put(&mut r, i::STATE, state.code());
            put(&mut r, i::OWNER, owner);
            put(&mut r, i::SINCE, self.months.today - dice.range(0, 45));
            out.push(r);
        };
        for login in self.technicians() {
            for n in 0..6 {
                let kind = if n < 4 { ItemKind::Onu } else { ItemKind::Router };
                add(kind, ItemState::Issued, &login, &mut dice);
            }
            for n in 0..5 {
                let kind = if n < 3 { ItemKind::Onu } else { ItemKind::Router };
                add(kind, ItemState::Store, "", &mut dice);
            }
        }
        out
    }
}

fn technician(n: usize) -> String {
    let (name, round) = (TECHNICIANS[n % TECHNICIANS.len()], n / TECHNICIANS.len());
    if round == 0 { name.to_string() } else { format!("{name}{}", round + 1) }
}

fn model(kind: ItemKind, n: u64) -> &'static str {
    match kind {
        ItemKind::Onu => ["Netlink HG323RGW", "Syrotech GPON-1110", "Huawei EG8141A5"][(n % 3) as usize],
        ItemKind::Radio => ["Ubiquiti LiteBeam 5AC", "Cambium Force 300"][(n % 2) as usize],
        _ => ["TP-Link Archer C6", "Tenda AC10"][(n % 2) as usize],
    }
}

impl Line<'_> {
    fn today(&self) -> i64 {
        self.company.months.today
    }

    fn minute(&self, day: i64, minute: i64) -> i64 {
        self.company.months.at(day, minute).0
    }

    /// A job of this line, on a day or without one.
    fn job(&mut self, kind: JobKind, raised: i64, dice: &mut Dice) -> Record {
        let (account, k) = (self.customer.int(c::ACCOUNT).unwrap_or(1), self.out.jobs.len() as i64);
        let mut r = blank(Entity::Job, Id(self.customer.id.0 + (1 << 20) + k));
        put(&mut r, j::NUMBER, number(account * STRIDE + k));
        put(&mut r, j::KIND, kind.code());
        put(&mut r, j::STATE, JobState::Open.code());
        for (to, from) in [
            (j::NAME, c::NAME),
            (j::ACCOUNT, c::ACCOUNT),
            (j::PHONE, c::PHONE),
            (j::ADDRESS, c::ADDRESS),
            (j::AREA, c::AREA),
            (j::CITY, c::CITY),
            (j::PINCODE, c::PINCODE),
        ] {
            put(&mut r, to, self.customer.get(from).clone());
        }
        put(&mut r, j::CUSTOMER, self.customer.id.0);
        // What was raised today was raised before the technicians went out.
        let minute = if raised >= self.today() { dice.range(365, 530) } else { dice.range(560, 1_150) };
        put(&mut r, j::CREATED, self.minute(raised.min(self.today()), minute));
        r
    }

    /// Agrees a day and a slot with the technician of the place.
    fn agree(&self, r: &mut Record, day: i64, dice: &mut Dice) {
        let slot = dice.pick(Slot::ALL);
        put(r, j::STATE, JobState::Scheduled.code());
        put(r, j::DAY, day);
        put(r, j::SLOT, slot.code());
        put(r, j::OWNER, technician(self.technician));
    }

    /// Ends a job of a day that is over.
    fn end(&self, r: &mut Record, state: JobState, dice: &mut Dice) {
        let slot = Slot::parse(r.text(j::SLOT)).unwrap_or(Slot::Nine);
        let day = r.int(j::DAY).unwrap_or(0);
        let begin = i64::from(slot.hours().0) * 60 + dice.range(0, 50);
        put(r, j::STATE, state.code());
        put(r, j::STARTED, self.minute(day, begin));
        put(r, j::FINISHED, self.minute(day, begin + dice.range(25, 95)));
        put(r, j::TRAVEL, dice.range(1, 14));
    }

    /// Done, with everything on the checklist; before it perhaps a visit in vain.
    fn done(&mut self, mut r: Record, outcome: &str, dice: &mut Dice) {
        let kind = JobKind::parse(r.text(j::KIND)).unwrap_or(JobKind::Fault);
        let day = r.int(j::DAY).unwrap_or(0);
        if dice.chance(71) && day > self.today() - WINDOW {
            let mut first = r.clone();
            first
                .fields
                .clone()
                .iter()
                .filter(|f| [j::SERIALS, j::BEFORE, j::AFTER, j::CABLE].contains(f))
                .for_each(|f| put(&mut first, *f, Value::Null));
            put(&mut first, j::DAY, day - 1);
            let created = first.int(j::CREATED).unwrap_or(0).min(self.minute(day - 2, 700));
            put(&mut first, j::CREATED, created);
            self.end(&mut first, JobState::Failed, dice);
            let why = dice.choose(&[
                (Hindrance::Absent, 50),
                (Hindrance::NoAccess, 18),
                (Hindrance::NoPower, 10),
                (Hindrance::NoMaterial, 10),
                (Hindrance::Weather, 8),
                (Hindrance::NotFeasible, 4),
            ]);
            put(&mut first, j::HINDRANCE, why.code());
            self.out.jobs.push(first);
            let k = self.out.jobs.len() as i64;
            r.id = Id(self.customer.id.0 + (1 << 20) + k);
            put(&mut r, j::NUMBER, number(self.customer.int(c::ACCOUNT).unwrap_or(1) * STRIDE + k));
            put(&mut r, j::CREATED, self.minute(day - 1, 1_120));
        }
        self.end(&mut r, JobState::Done, dice);
        put(&mut r, j::CHECKS, self.company.yard.checks[kind as usize].clone());
        put(&mut r, j::OUTCOME, outcome);
        put(&mut r, j::SIGNED, self.customer.get(c::NAME).clone());
        if dice.chance(350) {
            let photo = text!["photos/", r.text(j::NUMBER), ".jpg"];
            put(&mut r, j::PHOTO, photo);
        }
        self.out.jobs.push(r);
    }

    /// A box in the ledger, as the newest job left it.
    fn item(&mut self, serial: &str, state: ItemState, day: i64, job: &str) {
        let n = self.out.items.len() as i64;
        let kind = match self.customer.text(c::TECHNOLOGY) {
            "fiber" => ItemKind::Onu,
            "wireless" => ItemKind::Radio,
            _ => ItemKind::Router,
        };
        let mut r = blank(Entity::Item, Id(self.customer.id.0 + (1 << 20) + n));
        put(&mut r, i::SERIAL, serial);
        put(&mut r, i::KIND, kind.code());
        put(&mut r, i::MODEL, model(kind, self.customer.int(c::ACCOUNT).unwrap_or(0) as u64));
        put(&mut r, i::STATE, state.code());
        if state == ItemState::Installed {
            put(&mut r, i::ACCOUNT, self.customer.get(c::ACCOUNT).clone());
        }
        put(&mut r, i::JOB, job);
        put(&mut r, i::SINCE, day);
        self.out.items.push(r);
    }

    fn install(&mut self, dice: &mut Dice) {
        let pending = self.customer.text(c::STATUS) == Status::Pending.code();
        if pending {
            let ordered = self.customer.int(c::STATUS_SINCE).unwrap_or(self.today());
            if dice.chance(160) && ordered < self.today() - 1 {
                let mut survey = self.job(JobKind::Survey, ordered, dice);
                self.agree(&mut survey, ordered + 1, dice);
                self.done(survey, "way of the cable along the lift shaft", dice);
            }
            let mut r = self.job(JobKind::Install, ordered, dice);
            put(
                &mut r,
                j::NOTE,
                dice.pick(&["", "", "call before coming", "society asks for a gate pass", "after 11"]),
            );
            if !dice.chance(250) {
                let day = self.today() + dice.range(0, 5);
                self.agree(&mut r, day, dice);
            }
            self.out.jobs.push(r);
            return;
        }
        let Some(since) = self.customer.int(c::SINCE).filter(|d| *d > self.today() - WINDOW && *d < self.today())
        else {
            return;
        };
        let serial = self.customer.text(c::ONU).to_string();
        let mut r = self.job(JobKind::Install, since - dice.range(2, 8), dice);
        self.agree(&mut r, since, dice);
        put(&mut r, j::SERIALS, serial.as_str());
        put(&mut r, j::CABLE, dice.range(20, 120));
        if let Some(light) = self.customer.int(c::OPTICAL) {
            put(&mut r, j::AFTER, light + dice.range(-4, 4));
        }
        self.done(r, "line in service, speed shown", dice);
        let gone = self.customer.text(c::STATUS) == Status::Terminated.code();
        if !serial.is_empty() && !gone {
            let job = self.out.jobs.last().map_or(String::new(), |r| r.text(j::NUMBER).to_string());
            self.item(&serial, ItemState::Installed, since, &job);
        }
    }

    fn fault(&mut self, a: &crate::domain::Activity, dice: &mut Dice) {
        let day = calendar::day_of(a.at);
        // None that is as old is open.
        if day <= self.today() - 120 {
            return;
        }
        let (what, told, fix) = parts(&a.body);
        if told == "open" {
            if !dice.chance(600) {
                return;
            }
            let mut r = self.job(JobKind::Fault, day, dice);
            put(&mut r, j::TICKET, a.reference.as_str());
            put(&mut r, j::NOTE, what);
            let yesterday = day < self.today();
            match dice.range(0, 99) {
                0..17 => {}
                17..27 if yesterday => self.agree(&mut r, self.today() - 1, dice),
                n => self.agree(&mut r, self.today() + i64::from(n > 70), dice),
            }
            self.out.jobs.push(r);
            return;
        }
        let Some((_, light_back)) = BY_HAND.iter().find(|(word, _)| *word == fix) else { return };
        let done = (day + dice.range(0, 1)).min(self.today() - 1);
        if done < day {
            return;
        }
        let mut r = self.job(JobKind::Fault, day, dice);
        // It was raised before somebody went.
        put(&mut r, j::CREATED, a.at.0.min(self.minute(done, 530)));
        put(&mut r, j::TICKET, a.reference.as_str());
        put(&mut r, j::NOTE, what);
        self.agree(&mut r, done, dice);
        if let Some(light) = self.customer.int(c::OPTICAL) {
            let after = light + dice.range(-4, 4);
            put(&mut r, j::AFTER, after);
            put(&mut r, j::BEFORE, if *light_back { after - dice.range(50, 80) } else { after + dice.range(-3, 3) });
        }
        if *light_back {
            put(&mut r, j::CABLE, dice.range(1, 25));
        }
        self.done(r, fix, dice);
    }

    fn recover(&mut self, dice: &mut Dice) {
        if self.customer.text(c::STATUS) != Status::Terminated.code() {
            return;
        }
        let Some(left) = self.customer.int(c::STATUS_SINCE).filter(|d| *d > self.today() - WINDOW) else { return };
        let serial = self.customer.text(c::ONU).to_string();
        let mut r = self.job(JobKind::Recovery, left, dice);
        let day = left + dice.range(3, 12);
        if day >= self.today() {
            if dice.chance(700) {
                self.agree(&mut r, day.min(self.today() + 5), dice);
            }
            self.out.jobs.push(r);
            return;
        }
        self.agree(&mut r, day, dice);
        if dice.chance(110) {
            self.end(&mut r, JobState::Failed, dice);
            put(&mut r, j::HINDRANCE, Hindrance::Absent.code());
            self.out.jobs.push(r);
            return;
        }
        put(&mut r, j::SERIALS, serial.as_str());
        self.done(r, "box and adapter fetched", dice);
        if !serial.is_empty() {
            let job = self.out.jobs.last().map_or(String::new(), |r| r.text(j::NUMBER).to_string());
            let state = if dice.chance(167) { ItemState::Faulty } else { ItemState::Store };
            self.item(&serial, state, day, &job);
        }
    }

    fn shift(&mut self, dice: &mut Dice) {
        if self.customer.text(c::STATUS) != Status::Active.code() || !dice.chance(4) {
            return;
        }
        let asked = self.today() - dice.range(0, 90);
        let mut r = self.job(JobKind::Shifting, asked, dice);
        put(
            &mut r,
            j::NOTE,
            dice.pick(&["to the second floor", "ONU to the hall", "house repainted, cable to be hidden"]),
        );
        let day = asked + dice.range(1, 4);
        self.agree(&mut r, day, dice);
        if day < self.today() {
            put(&mut r, j::CABLE, dice.range(5, 30));
            if let Some(light) = self.customer.int(c::OPTICAL) {
                put(&mut r, j::BEFORE, light + dice.range(-3, 3));
                put(&mut r, j::AFTER, light + dice.range(-4, 4));
            }
            self.done(r, "moved, light as before", dice);
        } else {
            self.out.jobs.push(r);
        }
    }
}

/// Lays open jobs into the days of the technicians so that they do not collide, but for a few.
#[derive(Default)]
pub struct Planner {
    taken: BTreeSet<(String, i64, &'static str)>,
    seen: u64,
}

impl Planner {
    /// Moves an open job with a time to the next slot that is free; after five days it waits for a time again.
    pub fn place(&mut self, job: &mut Record) {
        if job.text(j::STATE) != JobState::Scheduled.code() {
            return;
        }
        let (Some(day), Some(slot)) = (job.int(j::DAY), Slot::parse(job.text(j::SLOT))) else { return };
        self.seen += 1;
        let owner = job.text(j::OWNER).to_string();
        let from = Slot::ALL.iter().position(|s| *s == slot).unwrap_or(0);
        let all = Slot::ALL.len();
        let mut steps = (0..6 * all).map(|n| (day + ((from + n) / all) as i64, Slot::ALL[(from + n) % all]));
        let free = if self.seen.is_multiple_of(40) {
            steps.next()
        } else {
            steps.find(|(day, slot)| !self.taken.contains(&(owner.clone(), *day, slot.code())))
        };
        match free {
            Some((day, slot)) => {
                put(job, j::DAY, day);
                put(job, j::SLOT, slot.code());
                self.taken.insert((owner, day, slot.code()));
            }
            None => {
                put(job, j::STATE, JobState::Open.code());
                [j::DAY, j::SLOT, j::OWNER].into_iter().for_each(|f| put(job, f, Value::Null));
            }
        }
    }
}
