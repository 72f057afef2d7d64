//! Deals with firms and housing societies of the last eighteen months, and the commission schedules.
//!
//! # The generating process
//!
//! Each firm and society that ordered lines within eighteen months did so with a deal that was won, made of these
//! very lines: its subscriptions, prices and disconnections are those of the customers. For each of them others were
//! opened in the same weeks and lost, as many as the chances of the rep leave; and one is under way now. How a deal ends
//! depends on what happened to it, and on nothing else:
//!
//! chance = 58 % × price × quotation × source × place × building
//!
//! | cause | factor |
//! |---|---|
//! | price | ours against the best other bid: 10 % below and less 1.2, up to the same 1, up to 10 % above 0.65, more 0.3 |
//! | quotation | out within two days 1.15, five 1, ten 0.7, later 0.35 |
//! | source | referral 1.2, walk-in 1.1, website 1, social media 0.8, cold call 0.6 |
//! | place | serviceable 1, not 0.03 |
//! | building | lets us in 1, does not 0.1 (one society in five) |
//!
//! Causes are drawn until the chance falls the way the deal went, which gives them their share among the won and the
//! lost. Reps differ in how fast they quote: medians of 2, 3, 5 and 9 days, lognormal with sigma 0.6. The reason of a
//! loss is the weakest cause. A deal takes 15 to 75 days, a day more for each two seats; the proposal comes with the
//! quotation, negotiation half way from there to the end. Seen on a day, those under way are the open ones; one rep in
//! four lets them lie for up to three weeks, which makes the stuck ones. A referral gets ₹500 a seat, one deal in six
//! has a second rep with 30 % of the commission.

use std::collections::BTreeMap;

use crate::base::{Id, Money, calendar};
use crate::domain::customer::{Segment, Source};
use crate::domain::deal::{Category, Item, Kind, LostReason, Stage, Unit, net_price};
use crate::domain::settings::Settings as Figures;
use crate::domain::{ActivityKind, Entity, FieldId, Record, Status, Technology};
use crate::insight::deal_sums;
use crate::query::schema::{blank, customer as c, deal as d, deal_line as dl, deal_note as n};

use super::catalogue::OFFERINGS;
use super::chance::Dice;
use super::leads::REPS;
use super::profile::name_from;
use super::row::put;
use super::{Company, Subscriber, locale};

mod causes;
mod schedules;

use causes::{Causes, Course};

pub use schedules::schedules;

/// A deal with its lines and what was said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DealStory {
    pub record: Record,
    pub lines: Vec<Record>,
    pub notes: Vec<Record>,
}

/// Days the deals go back.
const WINDOW: i64 = 540;
/// Streams of chance for deals begin here, above those of leads.
const STREAM: u64 = 1 << 41;
const DAY: i64 = 86_400_000;
/// Median days to the quotation, rep by rep.
const QUOTES: [i64; REPS.len()] = [2, 3, 5, 9];
/// Hundredths of a day.
const HUNDREDTHS: i64 = 100;

/// The lines each organisation ordered, by its name: what a maker of deals must have seen.
#[derive(Debug, Default)]
pub struct Sales(BTreeMap<String, Vec<Record>>);

/// What deals take from a customer; the rest of its row is not kept, as there may be very many.
const KEPT: &[FieldId] = &[
    c::ACCOUNT,
    c::ORGANISATION,
    c::PHONE,
    c::EMAIL,
    c::ADDRESS,
    c::AREA,
    c::CITY,
    c::STATE,
    c::PINCODE,
    c::SEGMENT,
    c::SOURCE,
    c::PLAN,
    c::PRICE,
    c::STATUS,
    c::STATUS_SINCE,
    c::SINCE,
];

impl Sales {
    /// Keeps what matters of a customer: orders of organisations within the window.
    pub fn take(&mut self, customer: &Subscriber, today: i64) {
        let r = &customer.record;
        if r.text(c::ORGANISATION).is_empty() || ordered(r) < today - WINDOW {
            return;
        }
        let values = KEPT.iter().map(|f| r.get(*f).clone()).collect();
        let kept = Record { id: r.id, version: r.version, fields: KEPT.into(), values };
        self.0.entry(r.text(c::ORGANISATION).to_string()).or_default().push(kept);
    }
}

/// The day a line was ordered, or came into service.
fn ordered(r: &Record) -> i64 {
    let pending = r.text(c::STATUS) == Status::Pending.code();
    r.int(if pending { c::STATUS_SINCE } else { c::SINCE }).unwrap_or(i64::MIN)
}

impl Company {
    /// The deals of the company, from what its organisations ordered.
    pub fn deals<'a>(&'a self, sales: &'a Sales) -> impl Iterator<Item = DealStory> + 'a {
        let maker = Maker {
            company: self,
            figures: Figures::default(),
            lost: std::array::from_fn(|rep| losses(rep, self.settings.seed)),
        };
        let mut number = 0;
        sales.0.values().zip(0u64..).flat_map(move |(orders, k)| {
            let mut dice = Dice::new(self.settings.seed, STREAM + k);
            let mut out = vec![maker.won(orders, k, &mut dice)];
            let lost = maker.lost[maker.rep(orders[0].text(c::CITY))];
            let others = (lost / 1_000 + i64::from(dice.chance(lost % 1_000))).min(6);
            out.extend((0..=others).map(|j| maker.other(&orders[0], k, j + 1, j == 0, &mut dice)));
            for story in &mut out {
                number += 1;
                maker.number(story, number);
            }
            out
        })
    }
}

struct Maker<'a> {
    company: &'a Company,
    figures: Figures,
    /// For each rep, how many deals are lost for each that is won, thousandths.
    lost: [i64; REPS.len()],
}

/// How many deals of a rep are lost for each that is won, thousandths: from the mean chance of two thousand.
fn losses(rep: usize, seed: u64) -> i64 {
    const DRAWS: i64 = 2_000;
    let mut dice = Dice::new(seed, STREAM - 1 - rep as u64);
    let sum: i64 = (0..DRAWS)
        .map(|_| {
            let kind = dice.choose(KINDS);
            Causes::draw(QUOTES[rep], kind, None, &mut dice).chance()
        })
        .sum();
    let mean = (sum / DRAWS).max(100);
    (1_000 - mean) * 1_000 / mean
}

/// What sorts of deals are opened.
const KINDS: &[(Kind, u32)] = &[(Kind::Corporate, 60), (Kind::Bulk, 30), (Kind::Retail, 10)];

impl Maker<'_> {
    /// Nine in the morning of the day the company is seen on.
    fn now(&self) -> i64 {
        self.company.months.at(self.company.months.today, 540).0
    }

    fn id(&self, k: u64, j: i64) -> i64 {
        ((super::EPOCH_OFFSET_MS + k) << 22) as i64 + (3 << 20) + j * 256
    }

    fn rep(&self, city: &str) -> usize {
        self.company.network.cities.iter().position(|c| c.name == city).unwrap_or(0) % REPS.len()
    }

    /// The deal behind lines that are there.
    fn won(&self, orders: &[Record], k: u64, dice: &mut Dice) -> DealStory {
        let first = &orders[0];
        let kind = if first.text(c::SEGMENT) == Segment::Society.code() { Kind::Bulk } else { Kind::Corporate };
        let rep = self.rep(first.text(c::CITY));
        let source = Source::parse(first.text(c::SOURCE));
        let draw = |dice: &mut Dice| Causes::draw(QUOTES[rep], kind, source, dice);
        let mut causes = draw(dice);
        for _ in 0..80 {
            if dice.chance(causes.chance()) {
                break;
            }
            causes = draw(dice);
        }
        let day = orders.iter().map(ordered).min().unwrap_or(0) - dice.range(2, 9);
        let end = self.company.months.at(day, dice.range(600, 1_100)).0.min(self.now());
        let seats = i64::try_from(orders.len()).unwrap_or(1);
        let created = end - (dice.range(15, 75) + seats / 2) * DAY;
        let course = Course::new(created, end, &causes);
        let mut deal = blank(Entity::Deal, Id(self.id(k, 0)));
        for (from, to) in [
            (c::ORGANISATION, d::ORGANISATION),
            (c::PHONE, d::PHONE),
            (c::EMAIL, d::EMAIL),
            (c::ADDRESS, d::ADDRESS),
            (c::AREA, d::AREA),
            (c::CITY, d::CITY),
            (c::STATE, d::STATE),
            (c::PINCODE, d::PINCODE),
            (c::ACCOUNT, d::CUSTOMER),
        ] {
            put(&mut deal, to, first.get(from).clone());
        }
        put(&mut deal, d::NAME, first.text(c::ORGANISATION));
        // The first line came from the lead of its customer.
        put(&mut deal, d::LEAD, 4 * (first.int(c::ACCOUNT).unwrap_or(1) - 1) + 1);
        let unit = if kind == Kind::Bulk { Unit::Flat } else { Unit::Branch };
        let mut lines = Vec::new();
        // Each with its own account, by which it is known whether it stays.
        for order in orders.iter().take(crate::domain::deal::MOST_LINES - 4) {
            let account = order.int(c::ACCOUNT).unwrap_or(0);
            let mut line = self.line(&deal, lines.len(), Item::Plan, 1, unit);
            put(&mut line, dl::PLAN, order.get(c::PLAN).clone());
            put(&mut line, dl::RATE, order.get(c::PRICE).clone());
            put(&mut line, dl::FIRST_ACCOUNT, account);
            put(&mut line, dl::LAST_ACCOUNT, account);
            lines.push(line);
        }
        self.extras(&deal, &mut lines, seats, unit, &causes, dice);
        put(&mut deal, d::STAGE, Stage::Won.code());
        put(&mut deal, d::WON_AT, course.end);
        put(&mut deal, d::STAGE_SINCE, course.end);
        put(&mut deal, d::CATEGORY, Category::Commit.code());
        self.tell(deal, lines, &causes, &course, kind, rep, dice)
    }

    /// A deal that was opened in the same weeks and went another way, or one that is under way now.
    fn other(&self, near: &Record, k: u64, j: i64, fresh: bool, dice: &mut Dice) -> DealStory {
        let (company, today) = (self.company, self.company.months.today);
        let kind = dice.choose(KINDS);
        let city = near.text(c::CITY);
        let rep = self.rep(city);
        let shift = ordered(near) - dice.range(-10, 60);
        let day = if shift >= today { 2 * today - shift - 1 } else { shift };
        let minute = dice.range(600, 1_100);
        let seats = match kind {
            Kind::Retail => 1,
            Kind::Corporate => dice.choose(&[(2, 40), (3, 25), (5, 20), (12, 10), (30, 5)]),
            Kind::Bulk => dice.choose(&[(16, 30), (24, 30), (48, 25), (96, 15)]),
        };
        let days = dice.range(15, 75) + seats / 2;
        let day = if fresh { today - dice.range(0, days - 2) } else { day };
        let created = company.months.at(day, minute).0.min(self.now());
        let end = created + days * DAY;
        let draw = |dice: &mut Dice| Causes::draw(QUOTES[rep], kind, None, dice);
        let mut causes = draw(dice);
        for _ in 0..80 {
            if end > self.now() || !dice.chance(causes.chance()) {
                break;
            }
            causes = draw(dice);
        }
        let course = Course::new(created, end, &causes);
        let mut deal = blank(Entity::Deal, Id(self.id(k, j)));
        let area = company.network.areas.iter().find(|a| company.network.cities[a.city].name == city);
        let state = company.network.cities.iter().find(|c| c.name == city).map_or(0, |c| c.state);
        let pool = dice.choose(&company.source.states[state].pools);
        let (given, last) = name_from(&company.source.pools[pool], dice);
        let contact = format!("{given} {last}");
        let name = match kind {
            Kind::Retail => contact.clone(),
            Kind::Corporate => locale::firm(dice),
            Kind::Bulk => {
                format!("{} {}", locale::building(dice), dice.pick(&["CHS Ltd", "Owners Association", "RWA"]))
            }
        };
        if kind != Kind::Retail {
            put(&mut deal, d::ORGANISATION, name.as_str());
        }
        put(&mut deal, d::NAME, name.as_str());
        put(&mut deal, d::CONTACT, contact);
        put(&mut deal, d::PHONE, company.mobile(6 * company.len() + 4 * k + j as u64));
        put(&mut deal, d::CITY, city);
        put(&mut deal, d::STATE, company.source.states[state].name);
        if let Some(area) = area {
            put(&mut deal, d::AREA, area.name.as_str());
            put(&mut deal, d::PINCODE, area.pincode);
        }
        let segment = if kind == Kind::Corporate { Segment::Business } else { Segment::Home };
        let offering = dice.choose(company.offers(segment, Technology::Fiber));
        let unit = match kind {
            Kind::Retail => Unit::Line,
            Kind::Corporate => Unit::Branch,
            Kind::Bulk => Unit::Flat,
        };
        let mut line = self.line(&deal, 0, Item::Plan, seats, unit);
        put(&mut line, dl::PLAN, OFFERINGS[offering].name);
        put(&mut line, dl::RATE, Money::rupees(OFFERINGS[offering].rupees));
        let mut lines = vec![line];
        self.extras(&deal, &mut lines, seats, unit, &causes, dice);
        let now = self.now();
        let reason = causes.reason(dice);
        let reached = [
            (Stage::Qualified, course.created),
            (Stage::Proposal, course.proposal),
            (Stage::Negotiation, course.negotiation),
        ];
        // Who is out of reach is found out before the terms are talked about.
        let early = matches!(reason, LostReason::NoCoverage | LostReason::Access);
        let reached = &reached[..if early { 2 } else { 3 }];
        let (stage, since) = reached.iter().rfind(|(_, at)| *at <= now).copied().unwrap_or(reached[0]);
        if course.end <= now {
            put(&mut deal, d::STAGE, Stage::Lost.code());
            put(&mut deal, d::LOST_REASON, reason.code());
            put(&mut deal, d::LOST_AT, course.end);
            put(&mut deal, d::STAGE_SINCE, course.end);
        } else {
            put(&mut deal, d::STAGE, stage.code());
            put(&mut deal, d::STAGE_SINCE, since);
            put(
                &mut deal,
                d::NEXT_STEP,
                dice.pick(&[
                    "Call the secretary",
                    "Send references",
                    "Agree on the rack",
                    "Meet the committee",
                    "Revise the quotation",
                ]),
            );
        }
        let category = match (stage, causes.chance()) {
            (Stage::Negotiation, 500..) => Category::Commit,
            (Stage::Negotiation | Stage::Proposal, 350..) => Category::BestCase,
            _ => Category::Pipeline,
        };
        put(&mut deal, d::CATEGORY, category.code());
        if early && course.end <= now {
            // Never reached, so without a time.
            let course = Course { negotiation: i64::MAX, ..course };
            return self.tell(deal, lines, &causes, &course, kind, rep, dice);
        }
        self.tell(deal, lines, &causes, &course, kind, rep, dice)
    }

    fn line(&self, deal: &Record, at: usize, item: Item, seats: i64, unit: Unit) -> Record {
        let mut line = blank(Entity::DealLine, Id(deal.id.0 + 1 + at as i64));
        put(&mut line, dl::ITEM, item.code());
        put(&mut line, dl::SEATS, seats);
        put(&mut line, dl::UNIT, unit.code());
        put(&mut line, dl::TERM, 12);
        line
    }

    /// What comes with the plans: installation, routers, maintenance, a discount, a bonus.
    fn extras(&self, deal: &Record, lines: &mut Vec<Record>, seats: i64, unit: Unit, causes: &Causes, dice: &mut Dice) {
        let won = !lines[0].get(dl::FIRST_ACCOUNT).is_null();
        let mut add = |item, rate: i64, seats| {
            let mut line = self.line(deal, lines.len(), item, seats, unit);
            put(&mut line, dl::RATE, Money::rupees(rate));
            lines.push(line);
        };
        if unit != Unit::Line || dice.chance(500) {
            add(Item::Installation, dice.pick(&[500, 750, 1_000, 1_500]), seats);
        }
        if dice.chance(500) {
            add(Item::Equipment, dice.pick(&[1_200, 1_800, 2_400]), seats);
        }
        if unit != Unit::Line && dice.chance(400) {
            add(Item::Maintenance, dice.pick(&[600, 1_200, 2_000]), seats);
        }
        if causes.source == Source::Referral {
            add(Item::Referral, 500 * seats.min(40), 1);
        }
        // Prices of lines in service are what is left after the discount.
        if !won && causes.price <= 93 {
            let percent = dice.pick(&[500, 750, 1_000]);
            debug_assert!(net_price(Money::rupees(100), percent) > Money::ZERO);
            let mut line = self.line(deal, lines.len(), Item::Discount, 1, unit);
            put(&mut line, dl::PERCENT, percent);
            lines.push(line);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn tell(
        &self,
        mut deal: Record,
        mut lines: Vec<Record>,
        causes: &Causes,
        course: &Course,
        kind: Kind,
        rep: usize,
        dice: &mut Dice,
    ) -> DealStory {
        let now = self.now();
        let (owner, _) = REPS[rep];
        let open = Stage::parse(deal.text(d::STAGE)).is_some_and(Stage::is_open);
        put(&mut deal, d::KIND, kind.code());
        put(&mut deal, d::OWNER, owner);
        put(&mut deal, d::SOURCE, causes.source.code());
        if causes.source == Source::Referral {
            put(
                &mut deal,
                d::REFERRED_BY,
                dice.pick(&["Society office", "Existing customer", "Building electrician", "Our technician"]),
            );
        }
        if dice.chance(160) {
            put(&mut deal, d::SECOND, REPS[(rep + 1) % REPS.len()].0);
            put(&mut deal, d::SHARE, 30);
        }
        if dice.chance(700) {
            put(
                &mut deal,
                d::COMPETITOR,
                dice.pick(&["Airtel Business", "Jio", "ACT Fibernet", "Tata Play Fiber", "local cable"]),
            );
        }
        put(&mut deal, d::CREATED, course.created);
        let until = course.end.min(now);
        let mut notes = Vec::new();
        let id = deal.id.0;
        let mut say = |at: i64, kind: ActivityKind, body: &str| {
            if at <= until {
                let mut r = blank(Entity::DealNote, Id(id + 100 + notes.len() as i64));
                put(&mut r, n::AT, at);
                put(&mut r, n::KIND, kind.code());
                put(&mut r, n::WHO, owner);
                put(&mut r, n::BODY, body);
                notes.push(r);
            }
        };
        say(
            course.created + DAY / 12,
            ActivityKind::Call,
            dice.pick(&[
                "Asked what they need and who decides",
                "Went through the branches one by one",
                "Committee meets on Sunday",
            ]),
        );
        if course.proposal <= until {
            put(&mut deal, d::PROPOSAL_AT, course.proposal);
            let day = calendar::day_of(crate::base::Timestamp(course.proposal));
            put(&mut deal, d::QUOTED_ON, day);
            put(&mut deal, d::VALID_UNTIL, day + 15);
        }
        say(course.proposal, ActivityKind::Message, "Quotation sent by mail");
        if course.negotiation <= until {
            put(&mut deal, d::NEGOTIATION_AT, course.negotiation);
        }
        let haggle = if causes.price > 100 {
            "They have a lower bid in hand"
        } else {
            "Terms agreed, waiting for the signature"
        };
        say(course.negotiation, ActivityKind::Visit, haggle);
        let mut last = notes.iter().filter_map(|r| r.int(n::AT)).max().unwrap_or(course.created).max(course.created);
        if open {
            let close = calendar::day_of(crate::base::Timestamp(course.end));
            // Hope comes before the contract: days are named a little early.
            put(&mut deal, d::EXPECTED_CLOSE, close - dice.range(0, 12));
            let idle = if dice.chance(250) { dice.range(7, 22) } else { dice.range(0, 6) };
            last = last.max(now - idle * DAY - dice.range(0, 20) * DAY / 24);
        } else {
            last = course.end;
        }
        put(&mut deal, d::LAST_ACTIVITY, last.min(now));
        deal_sums::price(&mut lines);
        deal_sums::settle(&mut deal, &lines, &self.figures);
        if !deal.get(d::QUOTED_ON).is_null() {
            let amount = deal.get(d::AMOUNT).clone();
            put(&mut deal, d::QUOTED_AMOUNT, amount);
        }
        DealStory { record: deal, lines, notes }
    }

    /// Gives a deal its number, and with it its quotation.
    fn number(&self, story: &mut DealStory, number: i64) {
        let deal = &mut story.record;
        put(deal, d::NUMBER, number);
        if let Some(day) = deal.int(d::QUOTED_ON).and_then(calendar::date_from_days) {
            let year = calendar::financial_year(day);
            let quote = format!("QT/{:02}-{:02}/{number:06}", year.rem_euclid(100), (year + 1).rem_euclid(100));
            put(deal, d::QUOTE, quote);
        }
        story.lines.iter_mut().for_each(|r| put(r, dl::DEAL, number));
        story.notes.iter_mut().for_each(|r| put(r, n::DEAL, number));
    }
}
