//! The timeline of a line, written from its life: orders, tickets, bills, outages, calls and notes of the
//! last eighteen months. Routine is cut short (two payments, one invoice), as a person would read it.

use crate::base::{Id, Money, calendar};
use crate::domain::customer::{PayMode, Reason};
use crate::domain::plan::PriceStep;
use crate::domain::{Activity, ActivityKind, Cycle, Status, Technology, Text};

use super::Company;
use super::catalogue::OFFERINGS;
use super::chance::Dice;
use super::life::{Life, Ticket, Topic};
use super::months::{NOW, SLOTS};
use super::profile::Profile;
use super::text::{Digits, fixed};
use super::{spare, words};

/// The activities still without their ids.
struct Story<'a> {
    company: &'a Company,
    customer: Id,
    lines: Vec<Activity>,
    steps: Vec<PriceStep>,
}

impl Story<'_> {
    fn tell(
        &mut self,
        day: i64,
        minute: i64,
        kind: ActivityKind,
        who: &str,
        reference: impl Into<Text>,
        body: impl Into<Text>,
    ) {
        let months = &self.company.months;
        if day < months.start(0) || day > months.today {
            return;
        }
        // What is dated today happened before the office opened: no demo shows the future.
        let minute = if day == months.today { 360 + minute % 180 } else { minute };
        self.lines.push(Activity {
            id: Id(0),
            customer: self.customer,
            at: months.at(day, minute),
            kind,
            who: who.into(),
            reference: reference.into(),
            body: body.into(),
        });
    }
}

/// What a ticket of the timeline tells: what it was about, how it stands or ended, and who has it or what settled it.
pub(super) fn parts(body: &str) -> (&str, &str, &str) {
    let mut parts = body.splitn(3, '·').map(str::trim);
    let mut next = || parts.next().unwrap_or_default();
    (next(), next(), next())
}

/// Minute of the day between nine and eight in the evening.
fn office(dice: &mut Dice) -> i64 {
    dice.range(540, 1_199)
}

pub fn tell(
    company: &Company,
    p: &Profile,
    life: &Life,
    customer: Id,
    dice: &mut Dice,
) -> (Vec<Activity>, Vec<PriceStep>) {
    let mut story = Story { company, customer, lines: spare::timeline(), steps: Vec::new() };
    beginning(&mut story, p, life, dice);
    for (k, t) in life.tickets.iter().enumerate() {
        story.ticket(p, k, t, dice);
    }
    if !p.pending {
        story.money(p, life, dice);
        story.outage(p, life);
        story.change_of_plan(p, life, dice);
        story.talk(p, life, dice);
        story.end(p, life, dice);
    }
    if !life.earlier.is_empty() {
        // Dice of their own: what comes after is thrown as if they were not told.
        let mut aside = dice.clone();
        for (k, t) in life.earlier.iter().enumerate() {
            story.ticket(p, life.tickets.len() + k, t, &mut aside);
        }
    }
    let mut lines = story.lines;
    lines.sort_by_key(|a| a.at);
    for (k, line) in lines.iter_mut().enumerate() {
        line.id = Id(customer.0 | (k as i64 + 1));
    }
    (lines, story.steps)
}

fn beginning(story: &mut Story, p: &Profile, life: &Life, dice: &mut Dice) {
    let today = story.company.months.today;
    let plan = p.plan();
    if p.pending {
        let sales = dice.pick(words::SALES);
        story.tell(p.since, office(dice), ActivityKind::Status, sales, "", text!["Order received · ", plan.name]);
        if dice.chance(600) {
            let body = if dice.chance(300) {
                "Installation feasible, 40 m drop cable"
            } else {
                "Site survey done, slot to be fixed"
            };
            story.tell(
                (p.since + 1).min(today),
                office(dice),
                ActivityKind::Visit,
                dice.pick(words::FIELD),
                "",
                fixed(body),
            );
        }
        return;
    }
    if p.since < story.company.months.start(0) {
        return;
    }
    let body = text!["Line activated · ", plan.name];
    story.tell(p.since, office(dice), ActivityKind::Status, dice.pick(words::FIELD), "", body);
    if dice.chance(450) && p.since + 3 < life.last_day {
        let body = fixed("Welcome call, app login explained");
        story.tell(p.since + 2, office(dice), ActivityKind::Call, dice.pick(words::DESK), "", body);
    }
}

impl Story<'_> {
    fn ticket(&mut self, p: &Profile, k: usize, t: &Ticket, dice: &mut Dice) {
        let technology = p.plan().technology;
        let (what, fix) = match t.topic {
            Topic::Down => {
                let fixes = match technology {
                    Technology::Fiber => words::DOWN_FIX,
                    Technology::Broadband => words::COPPER_FIX,
                    Technology::Wireless => words::AIR_FIX,
                };
                let what = if technology == Technology::Fiber { words::DOWN } else { &words::DOWN[1..] };
                (dice.pick(what), dice.pick(fixes))
            }
            // The last of them are about PON ports.
            Topic::Slow if technology == Technology::Fiber => (dice.pick(words::SLOW), dice.pick(words::SLOW_FIX)),
            Topic::Slow => (dice.pick(words::SLOW), dice.pick(&words::SLOW_FIX[..4])),
            Topic::Other => dice.pick(words::OTHER),
        };
        let body = match t.hours {
            None => text![what, " · open · with ", dice.pick(words::FIELD)],
            Some(h @ 1..=47) => text![what, " · resolved in ", h, " h · ", fix],
            Some(h) => text![what, " · resolved in ", h / 24, " days · ", fix],
        };
        // Year, month, and a number that no other ticket has.
        let month = self.company.months.number(self.company.months.slot_of(t.day));
        let (year, month, number) = (month / 12 % 100, month % 12 + 1, p.i as i64 * 8 + k as i64 % 8);
        let (year, month, number) = (Digits(year, 2), Digits(month, 2), Digits(number, 5));
        let docket = match k / 8 {
            0 => text!["T-", year, month, number],
            round => text!["T-", year, month, number, "-", round as u64 + 1],
        };
        let minute = dice.range(480, 1_290);
        self.tell(t.day, minute, ActivityKind::Ticket, dice.pick(words::DESK), docket, body);
    }

    /// The last invoice, and the last payments of a line that pays.
    fn money(&mut self, p: &Profile, life: &Life, dice: &mut Dice) {
        let Some(renews) = life.renews else { return };
        let amount = Money(p.bill()).compact();
        let every = i64::from(p.cycle.months()) * 30 + i64::from(p.cycle == Cycle::Annual) * 5;
        let owing = matches!(life.status, Status::Grace | Status::Suspended | Status::Expired);
        // The last paid period ends on the renewal day, whether that is ahead or gone by.
        let last = calendar::date_from_days(renews)
            .map_or(renews, |day| calendar::days_of(calendar::add_months(day, -p.cycle.months())));
        let last = if owing { last } else { last.max(p.since) };
        if last < p.since {
            return;
        }
        let by = match p.pays_by {
            PayMode::Upi => "UPI",
            PayMode::Cash => "cash",
            PayMode::Mandate => "e-NACH",
            PayMode::Card => "card",
            PayMode::NetBanking => "net banking",
            PayMode::Cheque => "cheque",
        };
        let paid = if p.cycle == Cycle::Monthly && dice.chance(650) { 2 } else { 1 };
        for back in 0..paid {
            let day = last - back * every - dice.range(0, 3);
            if day < p.since {
                break;
            }
            let number = self.company.months.number(self.company.months.slot_of(day));
            let reference = text![
                "PAY",
                Digits(number / 12 % 100, 2),
                Digits(number % 12 + 1, 2),
                Digits(p.i as i64 * 2 + back, 7)
            ];
            self.tell(
                day,
                dice.range(420, 1_380),
                ActivityKind::Payment,
                "billing",
                reference,
                text![&amount, " paid by ", by],
            );
        }
        let billed = if owing { renews - 3 } else { last };
        if let Some(date) = calendar::date_from_days(billed) {
            let year = calendar::financial_year(date);
            let number = self.company.invoice_number(p.i);
            let reference = text![
                "INV/",
                Digits(i64::from(year % 100), 2),
                "-",
                Digits(i64::from((year + 1) % 100), 2),
                "/",
                &number
            ];
            let body = text!["Invoice ", &amount, " · ", p.plan().name, " · ", p.cycle.code()];
            let minute = if billed == p.since { 1_210 } else { 150 };
            self.tell(billed, minute, ActivityKind::Invoice, "billing", reference, body);
        }
        let reminder = matches!(life.status, Status::Grace | Status::Expired)
            || (life.status == Status::Active && (0..=4).contains(&(renews - self.company.months.today)));
        if reminder && dice.chance(550) {
            let day = (renews - dice.range(1, 3)).min(self.company.months.today - 1);
            let body = text!["Renewal reminder sent by WhatsApp · ", &amount];
            self.tell(day, 630, ActivityKind::Message, "billing", "", body);
        }
    }

    /// The last long outage of the OLT or base station while the line was in service.
    fn outage(&mut self, p: &Profile, life: &Life) {
        let node = &self.company.network.nodes[p.node];
        let told = (NOW - 6..SLOTS)
            .rev()
            .filter_map(|slot| node.outages[slot])
            .find(|o| o.hours >= 4 && o.day > p.since && o.day < life.last_day && o.day < self.company.months.today);
        if let Some(o) = told {
            let body = text![&node.code, " down ", o.hours, " h · ", o.cause];
            self.tell(o.day, 60 + (o.hours * 37 + o.day * 11) % 1_200, ActivityKind::Outage, "network", "", body);
        }
    }

    fn change_of_plan(&mut self, p: &Profile, life: &Life, dice: &mut Dice) {
        let plan = p.plan();
        let day = self.company.months.today - dice.range(40, 500);
        if !dice.chance(130) || day < p.since + 60 || day >= life.last_day {
            return;
        }
        let before = OFFERINGS
            .iter()
            .filter(|o| {
                o.segment == plan.segment
                    && o.technology == plan.technology
                    && o.speed <= plan.speed
                    && o.name != plan.name
            })
            .max_by_key(|o| (o.speed, -o.rupees));
        if let Some(before) = before {
            let body = text!["Plan changed: ", before.name, " → ", plan.name];
            self.tell(day, office(dice), ActivityKind::Plan, dice.pick(words::DESK), "", body);
            // Whatever is taken off the list price now was taken off the earlier one.
            let was = p.rupees - (plan.rupees - before.rupees);
            if was > 0 && was != p.rupees {
                self.steps.push(PriceStep { day, was: Money::rupees(was), now: Money::rupees(p.rupees) });
            }
        }
    }

    /// Calls, notes and visits.
    fn talk(&mut self, p: &Profile, life: &Life, dice: &mut Dice) {
        let from = p.since.max(self.company.months.today - 420);
        let until = life.last_day.min(self.company.months.today - 1);
        let count = i64::from(dice.chance(420 + life.mood / 3)) + i64::from(dice.chance(90 + life.mood / 3));
        for _ in 0..count {
            if from + 8 >= until {
                break;
            }
            let angry = life.mood > 250 && dice.chance(700);
            // Trouble is talked about now, the rest at any time.
            let day = if angry { dice.range((until - 40).max(from + 5), until) } else { dice.range(from + 5, until) };
            let (kind, who, body) = if angry {
                let kind = dice.choose(&[(ActivityKind::Call, 60), (ActivityKind::Note, 40)]);
                (kind, words::DESK, dice.pick(words::ANGRY))
            } else if life.due > 0 && dice.chance(500) {
                (ActivityKind::Call, words::DESK, dice.pick(words::DUES))
            } else {
                match dice.choose(&[(0, 45), (1, 40), (2, 15)]) {
                    0 => (ActivityKind::Note, words::DESK, dice.pick(words::NOTES)),
                    1 => (ActivityKind::Call, words::DESK, dice.pick(words::CALLS)),
                    _ => (ActivityKind::Visit, words::FIELD, dice.pick(&words::VISITS[..3])),
                }
            };
            self.tell(day, office(dice), kind, dice.pick(who), "", fixed(body));
        }
    }

    fn end(&mut self, p: &Profile, life: &Life, dice: &mut Dice) {
        if life.status == Status::Active || life.status_day <= p.since {
            return;
        }
        let system = matches!(life.reason, Some(Reason::Nonpayment | Reason::NotRenewed));
        let who = if system { "billing" } else { dice.pick(words::DESK) };
        let reason = life.reason.map(Reason::label).unwrap_or_default();
        let body = text![life.status.label(), " · ", &reason.to_lowercase()];
        // After all that was said before the line went.
        let minute = if system { 5 } else { 1_200 };
        self.tell(life.status_day, minute, ActivityKind::Status, who, "", body);
    }
}
