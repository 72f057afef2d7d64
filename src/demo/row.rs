//! The row of a customer: every field of the table that an operator would know, in the table's order.

use crate::base::Id;
use crate::domain::customer::{Kyc, Segment, Source};
use crate::domain::{Activity, ActivityKind, Entity, FieldId, Record, Status, Technology, Value};
use crate::query::schema::customer as c;

use super::Company;
use super::chance::{Dice, mix};
use super::life::Life;
use super::network::{Area, City};
use super::profile::{self, Profile};
use super::spare::blank;
use super::text::{Digits, Hex, Small, fixed};
use super::words;

pub fn row(company: &Company, p: &Profile, life: &Life, id: Id, story: &[Activity], dice: &mut Dice) -> Record {
    let mut r = blank(Entity::Customer, id);
    let area = &company.network.areas[p.area];
    let city = &company.network.cities[area.city];
    identity(&mut r, company, p, area, dice);
    contact(&mut r, company, p, dice);
    address(&mut r, company, p, area, city, dice);
    subscription(&mut r, company, p, life, dice);
    business(&mut r, p, life);
    support(&mut r, company, p, life, story, dice);
    origin(&mut r, company, p, dice);
    network(&mut r, company, p, life, dice);
    kyc(&mut r, company, p, city, dice);
    r
}

/// A whole row lies in the order of the table.
pub(super) fn put(r: &mut Record, field: FieldId, value: impl Into<Value>) {
    r.values[usize::from(field.index)] = value.into();
}

fn put_some(r: &mut Record, field: FieldId, value: Option<i64>) {
    if let Some(n) = value {
        put(r, field, n);
    }
}

fn identity(r: &mut Record, company: &Company, p: &Profile, area: &Area, dice: &mut Dice) {
    put(r, c::ACCOUNT, p.i as i64 + 1);
    match p.organisation {
        None => put(r, c::NAME, text![p.first, " ", p.last]),
        Some(o) => {
            let name =
                if p.segment == Segment::Society { o.name.as_str().into() } else { text![&o.short, ", ", &area.name] };
            put(r, c::NAME, name);
            put(r, c::ORGANISATION, o.name.as_str());
            put(r, c::GSTIN, o.gstin(company.source.states[p.state].gst));
        }
    }
    if p.is_home()
        && let Some(native) = super::script::native_name(&company.source.states[p.state].language, p.first, p.last)
        && dice.chance(600)
    {
        put(r, c::NATIVE_NAME, native);
    }
    put(r, c::SEGMENT, p.segment.code());
    put(r, c::TAGS, tags(company, p, dice));
}

fn tags(company: &Company, p: &Profile, dice: &mut Dice) -> Value {
    let chances: &[(&str, i64)] = if p.is_home() {
        &[("senior", 45), ("wfh", 70), ("gamer", 35), ("vip", 6), ("static-ip", 8)]
    } else {
        &[("vip", 110), ("static-ip", 420), ("sla", 200)]
    };
    let mut chosen: Vec<&str> = chances.iter().filter(|(_, n)| dice.chance(*n)).map(|(t, _)| *t).collect();
    if p.organisation.is_some_and(|o| o.name.contains("Hospital") || o.name.contains("Nursing")) {
        chosen.push("hospital");
    }
    // Some homes are looked after by a local cable operator.
    let code = &company.network.cities[company.network.areas[p.area].city].code;
    let lco;
    if p.is_home() && dice.chance(60) {
        lco = format!("lco:{}{}", code.to_ascii_lowercase(), 1 + p.area % 4);
        chosen.push(&lco);
    }
    if chosen.is_empty() { Value::Null } else { Value::list(chosen) }
}

fn contact(r: &mut Record, company: &Company, p: &Profile, dice: &mut Dice) {
    put(r, c::PHONE, company.mobile(p.i * 2));
    if dice.chance(if p.is_home() { 160 } else { 400 }) {
        put(r, c::ALT_PHONE, company.mobile(p.i * 2 + 1));
    }
    let account = p.i + 1;
    if let Some(o) = p.organisation {
        let desk = dice.pick(&["accounts", "admin", "it", "office"]);
        let domain = slug(&o.short);
        put(r, c::EMAIL, text![desk, account, "@", &domain, ".example"]);
    } else if dice.chance(690) {
        let domain = dice.pick(&["mail", "mail", "inbox", "post"]);
        let (dot, last) = match dice.below(3) {
            0 => (".", &p.last[..1]),
            1 => ("", ""),
            _ => (".", p.last),
        };
        put(r, c::EMAIL, text![Small(p.first), dot, Small(last), account, "@", domain, ".example"]);
    }
}

/// Lower-case letters and digits joined by single hyphens.
fn slug(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.trim_end_matches('-').to_string()
}

fn address(r: &mut Record, company: &Company, p: &Profile, area: &Area, city: &City, dice: &mut Dice) {
    let net = &company.network;
    let street = dice.one_of(&net.streets);
    let building = dice.one_of(&net.buildings);
    let floor = dice.range(1, 9);
    let door = dice.range(1, 6);
    let lines = match (p.segment, p.organisation) {
        (Segment::Society, Some(o)) => text![&o.short, ", ", street],
        (_, Some(_)) => match dice.below(3) {
            0 => text![floor, "0", door, ", ", building, ", ", street],
            1 => text!["Plot ", dice.range(1, 180), ", Industrial Area, ", street],
            _ => text!["Shop ", dice.range(1, 40), ", ", building, ", ", street],
        },
        _ => match dice.below(6) {
            0 | 1 => text!["Flat ", floor, "0", door, ", ", building, ", ", street],
            2 => text![dice.range(1, 240), "/", dice.range(1, 30), ", ", street, ", ", dice.pick(words::LANDMARKS)],
            3 => text!["H.No. ", dice.range(1, 900), ", ", street],
            4 => text![dice.pick(&["A", "B", "C", "D"]), "-", floor, "0", door, ", ", building],
            _ => text!["House ", dice.range(1, 400), ", ", street, ", ", dice.pick(words::LANDMARKS)],
        },
    };
    put(r, c::ADDRESS, lines);
    put(r, c::AREA, area.name.as_str());
    put(r, c::CITY, city.name);
    put(r, c::STATE, company.source.states[city.state].name);
    put(r, c::PINCODE, area.pincode);
}

fn subscription(r: &mut Record, company: &Company, p: &Profile, life: &Life, dice: &mut Dice) {
    let plan = p.plan();
    put(r, c::PLAN, fixed(plan.name));
    put(r, c::TECHNOLOGY, plan.technology.code());
    put(r, c::SPEED, plan.speed);
    put(r, c::PRICE, p.rupees * 100);
    put(r, c::CYCLE, p.cycle.code());
    put(r, c::CHANNELS, plan.channels);
    put(r, c::STATUS, life.status.code());
    put(r, c::REASON, life.reason.map(|x| x.code()).unwrap_or_default());
    put(r, c::STATUS_SINCE, life.status_day);
    if life.status != Status::Pending {
        put(r, c::SINCE, p.since);
        put_some(r, c::RENEWS, life.renews);
    }
    // One home in twelve without a bundle has bought a single app.
    let regional = &company.regional[p.state];
    let apps = if !plan.otts.is_empty() {
        company.bundle(p.offering, p.state)
    } else if p.is_home() && dice.chance(80) && !regional.is_empty() {
        dice.one_of(regional)
    } else {
        ""
    };
    put(r, c::OTTS, apps);
    if life.status == Status::Pending {
        return;
    }
    if let Some(last) = life.usage.last() {
        put(r, c::USAGE, last.gb);
        put(r, c::AVG_SPEED, last.speed);
        put(r, c::UPTIME, last.uptime);
        let peak = match p.segment {
            Segment::Home => dice.choose(&[("20-23", 54), ("19-22", 18), ("21-00", 14), ("18-21", 6), ("10-18", 8)]),
            Segment::Society => "20-23",
            _ => dice.choose(&[("11-17", 60), ("10-18", 30), ("09-14", 10)]),
        };
        put(r, c::PEAK, peak);
        // Most watch what is in the bundle, in their own language first; one in seven never signed in.
        if !apps.is_empty() && dice.chance(860) {
            let count = apps.split(',').count();
            let of_state = regional.iter().find(|a| apps.split(',').any(|x| x == a.as_str()));
            let top = match of_state {
                Some(app) if dice.chance(260) => app,
                _ if apps.contains("JioHotstar") && dice.chance(380) => "JioHotstar",
                _ => apps.split(',').nth(dice.below(count)).unwrap_or_default(),
            };
            put(r, c::TOP_OTT, top);
        }
    }
}

fn business(r: &mut Record, p: &Profile, life: &Life) {
    put(r, c::MRR, if life.status.is_billable() { p.rupees * 100 } else { 0 });
    let served = if life.status == Status::Pending { 0 } else { (life.last_day - p.since).max(0) * 12 / 365 + 1 };
    put(r, c::LTV, p.rupees * 100 * served);
    put_some(r, c::NPS, life.nps);
    put(r, c::DUE, life.due);
    put(r, c::LATE, life.late);
    put(r, c::PAYS_BY, p.pays_by.code());
}

fn support(r: &mut Record, company: &Company, p: &Profile, life: &Life, story: &[Activity], dice: &mut Dice) {
    let months = &company.months;
    let recent = life.tickets.iter().filter(|t| t.day > months.today - 30).count();
    put(r, c::TICKETS, life.older_tickets + life.tickets.len() as i64);
    put(r, c::TICKETS_30D, recent as i64);
    put(r, c::OPEN_TICKETS, life.tickets.iter().filter(|t| t.hours.is_none()).count() as i64);
    let older = || {
        (life.older_tickets > 0)
            .then(|| p.since.max(months.start(0) - 500 - dice.range(0, 90)).min(months.start(0) - 1))
    };
    put_some(r, c::LAST_TICKET, life.tickets.last().map(|t| t.day).or_else(older));
    put_some(r, c::CSAT, life.csat);
    let talk = [ActivityKind::Call, ActivityKind::Message, ActivityKind::Visit, ActivityKind::Ticket];
    let last = story.iter().rev().find(|a| talk.contains(&a.kind)).map(|a| a.at);
    put_some(r, c::LAST_CONTACT, last.map(|at| crate::base::calendar::days_of(crate::base::calendar::date_of(at))));
    // Firms have their person in sales; some homes one at the desk.
    let owner = match p.organisation {
        Some(o) => words::SALES[o.city % words::SALES.len()],
        None if p.i % 16 == 3 => words::DESK[p.area % words::DESK.len()],
        None => "",
    };
    put(r, c::OWNER, owner);
}

fn origin(r: &mut Record, company: &Company, p: &Profile, dice: &mut Dice) {
    let source = dice.choose(&[
        (Source::Website, 30),
        (Source::Referral, 26),
        (Source::WalkIn, 18),
        (Source::SocialMedia, 14),
        (Source::ColdCall, 12),
    ]);
    put(r, c::SOURCE, source.code());
    if source == Source::Referral {
        let (first, last) = profile::name_from(&company.source.pools[p.pool], dice);
        put(r, c::REFERRED_BY, text![first, " ", last]);
    }
    // Consent and do-not-disturb never name the same channel.
    let has_mail = !r.get(c::EMAIL).is_null();
    let bits = dice.bits();
    let (call, sms, whatsapp, email) = (bits & 0xff, bits >> 8 & 0xff, bits >> 16 & 0xff, bits >> 24);
    // Bit by bit in the order of `CHANNELS`.
    let (mut consent, mut dnd) = (0, 0);
    let mut ask = |bit: usize, draw: u32, yes: u32, no: u32| {
        consent |= usize::from(draw < yes) << bit;
        dnd |= usize::from(draw >= 256 - no) << bit;
    };
    ask(0, call, 70, 34);
    if has_mail {
        ask(1, email, 140, 6);
    }
    ask(2, sms, 165, 22);
    ask(3, whatsapp, 175, 8);
    put(r, c::CONSENT, fixed(CHANNELS[consent]));
    put(r, c::DND, fixed(CHANNELS[dnd]));
    if consent > 0 {
        put(r, c::CONSENT_ON, p.since);
    }
}

/// Lists of the channels by bits: call, email, sms, whatsapp.
const CHANNELS: [&str; 16] = [
    "",
    "call",
    "email",
    "call,email",
    "sms",
    "call,sms",
    "email,sms",
    "call,email,sms",
    "whatsapp",
    "call,whatsapp",
    "email,whatsapp",
    "call,email,whatsapp",
    "sms,whatsapp",
    "call,sms,whatsapp",
    "email,sms,whatsapp",
    "call,email,sms,whatsapp",
];

fn network(r: &mut Record, company: &Company, p: &Profile, life: &Life, dice: &mut Dice) {
    let plan = p.plan();
    let user = if p.is_home() { p.first } else { p.segment.code().split('-').next().unwrap_or_default() };
    put(r, c::PPPOE, text![Small(user), ".", Digits(p.i as i64 + 1, 6)]);
    put(r, c::OLT, company.network.nodes[p.node].code.as_str());
    // The device is mounted on installation.
    if life.status == Status::Pending {
        return;
    }
    // An odd factor turns numbers into serials one to one.
    let serial = (p.i as u32).wrapping_mul(0x9e37_79b1) ^ mix(company.settings.seed) as u32;
    let vendor = match plan.technology {
        Technology::Wireless => dice.pick(&["UBNT", "CMBM", "MIMO"]),
        Technology::Broadband => dice.pick(&["TPLK", "DLNK", "NTGR"]),
        Technology::Fiber => dice.pick(&["HWTC", "ZTEG", "ALCL", "SYRO", "GNXS"]),
    };
    put(r, c::ONU, text![vendor, Hex(serial)]);
    if plan.technology == Technology::Fiber {
        put(r, c::PON, text![dice.range(1, 2), "/", dice.range(1, 16), "/", dice.range(1, 64)]);
        // Tenths of dBm: about -20 in good order, towards -27 with a fault on the line.
        let dbm = -196 - p.fault * 65 / 1000 + dice.normal() * 20 / 1000;
        put(r, c::OPTICAL, dbm.clamp(-270, -80));
    }
}

fn kyc(r: &mut Record, company: &Company, p: &Profile, city: &City, dice: &mut Dice) {
    let year = company.months.number(company.months.slot_of(p.since)) / 12;
    let year = crate::base::calendar::date_from_days(p.since).map_or(year, |d| i64::from(chrono::Datelike::year(&d)));
    let state = company.source.states[city.state].short;
    put(r, c::CAF, text![state, Digits(year % 100, 2), "-", Digits(p.i as i64 + 1, 7)]);
    let state = if p.pending || company.months.today - p.since < 20 {
        dice.choose(&[(Kyc::Pending, 45), (Kyc::Verified, 52), (Kyc::Rejected, 3)])
    } else {
        dice.choose(&[(Kyc::Verified, 975), (Kyc::Pending, 16), (Kyc::Rejected, 9)])
    };
    put(r, c::KYC, state.code());
    if state == Kyc::Pending && dice.chance(500) {
        return;
    }
    let number = dice.range(0, 9_999);
    let kind = if p.is_home() {
        dice.choose(&[("Aadhaar", 78), ("PAN", 9), ("Voter ID", 7), ("Licence", 6)])
    } else {
        dice.choose(&[("PAN", 50), ("GST", 50)])
    };
    put(r, c::KYC_REF, text![kind, " xx", Digits(number, 4)]);
}
