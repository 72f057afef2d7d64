//! The months of one line: use, quality, tickets, payments, and how it ended. The process itself is
//! told in words in the documentation of this room.

use chrono::{Datelike, NaiveDate};

use crate::base::calendar;
use crate::domain::customer::{Reason, Segment};
use crate::domain::usage::MonthUsage;
use crate::domain::{Cycle, Status, Technology};

use super::Company;
use super::chance::Dice;
use super::months::{GONE_FROM, NOW, USAGE_FROM};
use super::profile::Profile;
use super::spare;

/// What a ticket is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    Down,
    Slow,
    Other,
}

#[derive(Clone, Copy, Debug)]
pub struct Ticket {
    pub day: i64,
    pub topic: Topic,
    /// Hours until it was closed; `None` while it is open.
    pub hours: Option<i64>,
}

/// How the months went. Days are counted since 1970-01-01.
pub struct Life {
    pub status: Status,
    pub reason: Option<Reason>,
    pub status_day: i64,
    /// Last day of service; today for a line in service.
    pub last_day: i64,
    pub renews: Option<i64>,
    /// Paise, GST included.
    pub due: i64,
    pub late: i64,
    /// Full months of service, the oldest first, and the number of the last.
    pub usage: Vec<MonthUsage>,
    pub last_month: i64,
    /// The oldest first.
    pub tickets: Vec<Ticket>,
    /// Of those before, the ones of the last year.
    pub earlier: Vec<Ticket>,
    /// Tickets from before `tickets`.
    pub older_tickets: i64,
    pub nps: Option<i64>,
    pub csat: Option<i64>,
    /// How much the line has annoyed lately, 0 to 1000.
    pub mood: i64,
}

/// Use by calendar month, thousandths: exams until March, then IPL and the summer holidays, festivals from
/// October.
const SEASON: [i64; 12] = [985, 925, 965, 1070, 1125, 1030, 960, 975, 975, 1050, 1035, 1010];
/// Growth of use, thousandths a month.
const GROWTH: i64 = 11;

/// Annoyance of an outage share (hundredths of a percent), 0 to 600.
fn pain_of_loss(loss: i64) -> i64 {
    ((loss - 40) * 2).clamp(0, 600)
}

/// Annoyance of measured speed (thousandths of what was sold), 0 to 600.
fn pain_of_speed(ratio: i64) -> i64 {
    ((860 - ratio) * 2).clamp(0, 600)
}

pub fn live(company: &Company, p: &Profile, dice: &mut Dice) -> Life {
    let months = &company.months;
    let today = months.today;
    let mut life = Life {
        status: Status::Active,
        reason: None,
        status_day: p.since,
        last_day: today,
        renews: None,
        due: 0,
        late: 0,
        usage: spare::months(),
        last_month: months.number(NOW - 1),
        tickets: Vec::new(),
        earlier: Vec::new(),
        older_tickets: 0,
        nps: None,
        csat: None,
        mood: 0,
    };
    if p.pending {
        life.status = Status::Pending;
        life.last_day = p.since;
        return life;
    }
    let node = &company.network.nodes[p.node];
    let plan = p.plan();
    let first = months.slot_of(p.since);
    let (mut of_loss, mut of_speed) = (0, 0);
    let mut gone = None;
    for slot in first..=NOW {
        let (start, end) = (months.start(slot).max(p.since), months.end(slot));
        let own = if p.fault > 0 { dice.range(0, p.fault / 4) } else { 0 };
        let loss = node.loss[slot] + own;
        // Lines of firms go first where it is crowded.
        let crowd = if p.is_home() { node.congestion[slot] } else { node.congestion[slot] / 3 };
        let ratio = (965 - crowd - p.fault / 4 + dice.range(-25, 25)).clamp(120, 1000);
        let (pain_loss, pain_speed) = (pain_of_loss(loss), pain_of_speed(ratio));
        of_loss = (of_loss * 6 + pain_loss * 4) / 10;
        of_speed = (of_speed * 6 + pain_speed * 4) / 10;
        life.mood = (of_loss + of_speed).min(1000);

        let rate = 12 + pain_loss * 75 / 100 + pain_speed * 50 / 100 + if slot == first { 60 } else { 0 };
        for _ in 0..3 {
            if dice.chance(rate * (end - start + 1) / 30) {
                let topic = dice.choose(&[
                    (Topic::Down, 20 + pain_loss as u32),
                    (Topic::Slow, 12 + pain_speed as u32),
                    (Topic::Other, 60),
                ]);
                life.tickets.push(ticket(today, dice.range(start, end), topic, life.mood, dice));
            }
        }
        // The first bill is paid before the line is switched on.
        if slot + 12 > NOW && slot > first && bill_falls(p, slot) && dice.chance(p.tardy * (850 + life.mood) / 1000) {
            life.late += 1;
        }
        if (USAGE_FROM..NOW).contains(&slot) {
            let gb = p.gb * SEASON[months.month0(slot)] / 1000 * (1000 - GROWTH * (NOW - 1 - slot) as i64) / 1000;
            let gb = gb * (10_000 - loss) / 10_000 * dice.range(820, 1180) / 1000;
            let gb = gb * (end - start + 1) / months.days(slot);
            life.usage.push(MonthUsage {
                gb: capped(gb, p),
                speed: (plan.speed * ratio / 1000).max(1),
                uptime: (10_000 - loss).clamp(0, 10_000),
            });
        }
        if slot >= GONE_FROM && dice.range(0, 9_999) < hazard(p, slot, months.start(slot), life.mood, months.days(slot))
        {
            let day = dice.range(start, end);
            if day > p.since + 20 && day < today {
                gone = Some(day);
                break;
            }
        }
    }
    life.tickets.sort_unstable_by_key(|t| t.day);
    let before = (months.start(0) - p.since).max(0) / 30;
    life.older_tickets = (before * 45 + dice.range(0, 999)) / 1000;
    let held = gone.map_or(NOW - 1, |day| months.slot_of(day).min(NOW - 1));
    match gone {
        Some(day) => leave(p, &mut life, day, of_loss, of_speed, dice),
        None => stand(company, p, &mut life, dice),
    }
    let last_day = life.last_day;
    life.tickets.retain(|t| t.day <= last_day);
    // The timeline holds the last eight, and those before them that are of the last year: were only the newest kept, a
    // line that left would show more of its past than one that goes on.
    let many = life.tickets.len().saturating_sub(8);
    life.earlier = life.tickets.drain(..many).filter(|t| t.day >= today - 365).collect();
    life.older_tickets += many as i64;
    end_service(company, &mut life, held);
    answers(p, &mut life, today, dice);
    life.late = life.late.min(6);
    life
}

/// True where a bill of this line falls into a month.
fn bill_falls(p: &Profile, slot: usize) -> bool {
    let every = p.cycle.months() as u64;
    (slot as u64 + p.i).is_multiple_of(every)
}

/// What the fair-usage limit leaves: after it the line crawls.
fn capped(gb: i64, p: &Profile) -> i64 {
    let limit = match (p.segment, p.plan().technology) {
        (Segment::Home, Technology::Wireless) => 1_000,
        (Segment::Home, _) => 3_300,
        _ => return gb,
    };
    if gb > limit { limit + (gb - limit) / 20 } else { gb }
}

/// Chance to leave in a month, per ten thousand.
fn hazard(p: &Profile, slot: usize, start: i64, mood: i64, days: i64) -> i64 {
    let base = match p.cycle {
        Cycle::Annual => 120,
        Cycle::Quarterly => 165,
        Cycle::Monthly if start - p.since < 90 => 400,
        Cycle::Monthly => 205,
    };
    let base = if p.is_home() { base } else { base / 2 };
    let base = if p.price_sensitive { base * 13 / 10 } else { base * 9 / 10 };
    let base = base * (720 + mood * 28 / 10) / 1000;
    if slot == NOW { base * days / 30 } else { base }
}

fn ticket(today: i64, day: i64, topic: Topic, mood: i64, dice: &mut Dice) -> Ticket {
    // Near half of the troubles take more than a day (LocalCircles 2022, 2023), longer where much is broken.
    let median = match topic {
        Topic::Down => 15,
        Topic::Slow => 22,
        Topic::Other => 18,
    };
    let hours = (median * dice.lognormal(700) / 1000 * (800 + mood) / 1000).clamp(1, 360);
    // Nothing falls on the thirtieth day back, so that "30 days" means the same to everybody.
    let day = if day == today - 30 { day + 1 } else { day };
    // Some of the recent ones drag on.
    let closed = day + hours / 24 < today && !(day > today - 20 && dice.chance(130));
    Ticket { day, topic, hours: closed.then_some(hours) }
}

fn leave(p: &Profile, life: &mut Life, day: i64, of_loss: i64, of_speed: i64, dice: &mut Dice) {
    life.status = Status::Terminated;
    life.status_day = day;
    life.last_day = day;
    life.tickets.retain(|t| t.day <= day);
    for t in &mut life.tickets {
        t.hours.get_or_insert(24);
    }
    life.reason = Some(dice.choose(&[
        (Reason::Service, 30 + of_loss as u32),
        (Reason::Speed, 25 + of_speed as u32),
        (Reason::Price, if p.price_sensitive { 320 } else { 110 }),
        (Reason::Competitor, 130 + (life.mood / 3) as u32),
        (Reason::Moved, 150),
        (Reason::NoNeed, 70),
    ]));
    // One in nine leaves the last bill unpaid.
    if dice.chance(110) {
        life.due = p.bill() / i64::from(p.cycle.months());
    }
}

/// Where a line that is still with us stands today.
fn stand(company: &Company, p: &Profile, life: &mut Life, dice: &mut Dice) {
    let today = company.months.today;
    let age = today - p.since;
    if age > 60 && dice.chance(8) {
        life.status = Status::Paused;
        life.reason = Some(dice.choose(&[(Reason::Vacation, 3), (Reason::Renovation, 1)]));
        life.status_day = today - dice.range(2, 50);
        life.last_day = life.status_day;
        life.renews = Some(next_renewal(p, today));
        return;
    }
    let lapse = p.tardy * (850 + life.mood) / 1000 * 13 / 10;
    if age > 75 && dice.chance(lapse) {
        return lapse_of(p, life, today, dice);
    }
    if age > 40 && dice.chance(4) {
        life.status = Status::Suspended;
        life.reason = Some(dice.choose(&[(Reason::KycPending, 7), (Reason::Misuse, 2), (Reason::Authority, 1)]));
        life.status_day = today - dice.range(1, 20);
        life.last_day = life.status_day;
        life.renews = Some(next_renewal(p, life.status_day));
        return;
    }
    life.renews = Some(next_renewal(p, today));
    // Firms pay after the bill; a few homes still owe for a router or a part of the last bill.
    if p.is_home() {
        if dice.chance(p.tardy / 3) {
            life.due = p.bill() / i64::from(p.cycle.months()) / 2;
        }
    } else if dice.chance(170) {
        life.due = p.bill();
    }
}

/// A bill not paid in time: served on for some days, then cut off or run out.
fn lapse_of(p: &Profile, life: &mut Life, today: i64, dice: &mut Dice) {
    life.late = life.late.max(1);
    let status = if p.is_home() {
        dice.choose(&[(Status::Grace, 26), (Status::Expired, 36), (Status::Suspended, 38)])
    } else {
        dice.choose(&[(Status::Grace, 60), (Status::Suspended, 40)])
    };
    let overdue = match status {
        Status::Grace => dice.range(1, 7),
        Status::Suspended => dice.range(9, 40),
        _ => dice.range(5, 55),
    };
    life.status = status;
    life.renews = Some(today - overdue);
    (life.reason, life.status_day, life.due) = match status {
        Status::Grace => {
            let reason = if dice.chance(400) { Reason::PromiseToPay } else { Reason::NotRenewed };
            (Some(reason), today - overdue + 1, p.bill())
        }
        Status::Suspended => (Some(Reason::Nonpayment), today - overdue + 8, p.bill()),
        // A prepaid line that ran out owes nothing, unless the bill was already written.
        _ => (Some(Reason::NotRenewed), today - overdue + 1, if dice.chance(450) { p.bill() } else { 0 }),
    };
    if status != Status::Grace {
        life.last_day = life.status_day;
    }
}

/// The end of the paid period that `day` lies in.
fn next_renewal(p: &Profile, day: i64) -> i64 {
    let since = calendar::date_from_days(p.since).unwrap_or_default();
    let now = calendar::date_from_days(day).unwrap_or_default();
    let month = |d: NaiveDate| d.year() * 12 + d.month0() as i32;
    let every = p.cycle.months();
    let mut k = (month(now) - month(since)) / every * every;
    loop {
        let end = calendar::days_of(calendar::add_months(since, k));
        if end > day {
            return end;
        }
        k += every;
    }
}

/// Takes back the months after the last day of service; `held` is the slot of the last one in `usage`.
fn end_service(company: &Company, life: &mut Life, held: usize) {
    let months = &company.months;
    if life.last_day >= months.start(NOW) {
        return;
    }
    // Leaving makes the last full month the last one of which half was in service.
    let slot = months.slot_of(life.last_day);
    let part = life.last_day - months.start(slot) + 1;
    let (last, share) = if part >= 15 { (slot, part) } else { (slot.saturating_sub(1), 0) };
    let drop = held.saturating_sub(last);
    life.usage.truncate(life.usage.len().saturating_sub(drop));
    life.last_month = months.number(last);
    if let (Some(month), 1..) = (life.usage.last_mut(), share) {
        month.gb = month.gb * share / months.days(slot);
    }
}

/// What the customer answered when asked.
fn answers(p: &Profile, life: &mut Life, today: i64, dice: &mut Dice) {
    let asked = life.last_day.min(today) - p.since > 45;
    if asked && dice.chance(550 + life.mood / 5) {
        let tenths = 93 - life.mood * 70 / 1000 - if p.price_sensitive { 6 } else { 0 } + dice.normal() * 17 / 1000;
        life.nps = Some(((tenths + 5) / 10).clamp(0, 10));
    }
    if let Some(hours) = life.tickets.iter().rev().find_map(|t| t.hours)
        && dice.chance(720)
    {
        let tenths = 46 - life.mood * 26 / 1000 - if hours > 72 { 9 } else { 0 } + dice.normal() * 9 / 1000;
        life.csat = Some(((tenths + 5) / 10).clamp(1, 5));
    }
}
