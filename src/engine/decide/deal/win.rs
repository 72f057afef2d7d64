//! A deal is won: the subscriptions, the customer, the lead and the deal itself in one decision, so that there is
//! never half of it.

use crate::base::calendar;
use crate::domain::customer::Segment;
use crate::domain::deal::{Item, Kind, Stage, Unit, net_price, percent_off};
use crate::domain::{Activity, ActivityKind, Entity, FieldId, Record, Value};
use crate::insight::deal_sums::{line_of, weigh};
use crate::query::format::TEXT_LIMIT;
use crate::query::schema::{customer as c, deal as d, deal_line as dl, lead as l};
use crate::store::{Change, activity_values};

use super::super::super::command::WinTerms;
use super::super::super::error::CommandError;
use super::super::create::{blank, defaults, duplicates, insert};
use super::super::subscription::{offered, take};
use super::super::{Decision, Scene, difference, lead, settle as settle_customer};
use super::{deal, lines_of, stage};

const PAIRS: &[(FieldId, FieldId)] = &[
    (d::PHONE, c::PHONE),
    (d::EMAIL, c::EMAIL),
    (d::ORGANISATION, c::ORGANISATION),
    (d::ADDRESS, c::ADDRESS),
    (d::AREA, c::AREA),
    (d::CITY, c::CITY),
    (d::STATE, c::STATE),
    (d::PINCODE, c::PINCODE),
    (d::OWNER, c::OWNER),
    (d::SOURCE, c::SOURCE),
    (d::REFERRED_BY, c::REFERRED_BY),
];

pub fn win(scene: &Scene<'_>, id: crate::base::Id, terms: &WinTerms) -> Result<Decision, CommandError> {
    let row = deal(scene, id)?;
    let name = row.text(d::NAME).to_string();
    if row.text(d::STAGE) == Stage::Won.code() {
        return Err(CommandError::Refused(format!("{name} is won already")));
    }
    if row.text(d::STAGE) == Stage::Lost.code() {
        return Err(CommandError::Refused(format!("{name} is lost: move it back to an open stage first")));
    }
    let number = row.int(d::NUMBER).unwrap_or(0);
    let lines = lines_of(scene.read, number)?;
    let off = percent_off(&lines.iter().map(line_of).collect::<Vec<_>>());
    let plans: Vec<&Record> = lines.iter().filter(|r| r.text(dl::ITEM) == Item::Plan.code()).collect();
    let seats: i64 = plans.iter().map(|r| line_of(r).seats).sum();
    if plans.is_empty() {
        return Err(CommandError::Refused(format!("{name} has no plan to subscribe to: add a line first")));
    }
    let customer = match row.int(d::CUSTOMER) {
        Some(n) => scene.read.rows_by(c::ACCOUNT, &Value::Int(n), 1)?.pop(),
        None => None,
    };
    let lead = match row.int(d::LEAD) {
        Some(n) => scene.read.rows_by(l::NUMBER, &Value::Int(n), 1)?.pop(),
        None => None,
    };
    let lead = lead.filter(|r| r.text(l::STAGE) != crate::domain::lead::Stage::Converted.code());
    if customer.is_none() && (row.get(d::PHONE).is_null() || party(&row).is_empty()) {
        return Err(CommandError::Invalid {
            name: "Phone",
            message: "is required: the subscriptions need somebody to call".into(),
        });
    }
    let mut decision = Decision::default();
    let mut account = scene.read.last_account()?;
    let mut first: Option<Record> = None;
    let mut named = 0;
    let mut work = Vec::new();
    let mut settled: Vec<Change> = Vec::new();
    let retail = row.text(d::KIND) == Kind::Retail.code();
    let upgraded = customer.as_ref().filter(|_| retail && seats == 1);
    for line in plans {
        let plan = offered(scene, line.text(dl::PLAN))?;
        let terms_of = line_of(line);
        let unit = Unit::parse(line.text(dl::UNIT)).unwrap_or(Unit::Line);
        let price = net_price(terms_of.rate, off);
        let from = account + 1;
        let mut of_line: Option<Record> = None;
        if let Some(before) = upgraded {
            let after = upgrade(scene, before, &plan, price, terms)?;
            work.extend(difference(Entity::Customer, before, &after));
            of_line = Some(after);
        } else {
            for _ in 0..terms_of.seats {
                account += 1;
                named += 1;
                let label = (seats > 1).then(|| format!("{} {named}", unit.label().to_lowercase()));
                let mut new = seat(scene, &row, &plan, price, terms, account, label.as_deref())?;
                if first.is_none() && customer.is_none() && !terms.allow_duplicates {
                    let found = duplicates(scene, &new)?;
                    if !found.is_empty() {
                        return Err(CommandError::Duplicate(found));
                    }
                }
                settle_customer(None, &mut new, scene.today());
                work.push(insert(&new));
                of_line.get_or_insert_with(|| new.clone());
                first.get_or_insert(new);
            }
        }
        if let Some(of_line) = of_line {
            let (from, to) = match upgraded {
                Some(_) => (of_line.int(c::ACCOUNT).unwrap_or(0), of_line.int(c::ACCOUNT).unwrap_or(0)),
                None => (from, account),
            };
            let mut after = line.clone();
            after.set(dl::FIRST_ACCOUNT, Value::Int(from));
            after.set(dl::LAST_ACCOUNT, Value::Int(to));
            settled.extend(difference(Entity::DealLine, line, &after));
            work.push(told(scene, number, &of_line, line, (from, to), terms));
            first.get_or_insert(of_line);
        }
    }
    let Some(first) = first else {
        return Err(CommandError::Refused(format!("{name} has no seat to subscribe")));
    };
    // The deal first: whose it is decides who may do all this.
    let mut after = row.clone();
    stage::enter(&mut after, Stage::Won, scene.now);
    after.set(d::LOST_REASON, Value::Null);
    after.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
    if row.get(d::CUSTOMER).is_null() {
        after.set(d::CUSTOMER, first.get(c::ACCOUNT).clone());
    }
    weigh(&mut after, &scene.read.settings()?);
    decision.changes.extend(difference(Entity::Deal, &row, &after));
    decision.changes.extend(settled);
    if let Some(lead) = lead {
        let closed = lead::closed(scene, &lead, &first)?;
        decision.changes.extend(difference(Entity::Lead, &lead, &closed));
    }
    decision.changes.extend(work);
    decision.created = decision
        .changes
        .iter()
        .filter(|c| matches!(c, Change::Insert { entity: Entity::Customer, .. }))
        .map(Change::id)
        .collect();
    let amount = row.money(d::AMOUNT).compact();
    decision.summary = match upgraded {
        Some(_) => format!("Won {name} ({amount}): {} moved to {}", first.text(c::NAME), first.text(c::PLAN)),
        None if seats == 1 => format!("Won {name} ({amount}): subscription BN {account:07}"),
        None => format!("Won {name} ({amount}): {seats} subscriptions"),
    };
    Ok(decision)
}

/// Who the subscriptions are for, by name.
fn party(row: &Record) -> &str {
    [d::ORGANISATION, d::CONTACT, d::NAME].iter().map(|f| row.text(*f)).find(|t| !t.is_empty()).unwrap_or("")
}

/// One subscription, waiting for its installation.
fn seat(
    scene: &Scene<'_>,
    row: &Record,
    plan: &crate::domain::Plan,
    price: crate::base::Money,
    terms: &WinTerms,
    account: i64,
    label: Option<&str>,
) -> Result<Record, CommandError> {
    let mut new = blank(Entity::Customer, scene.ids.next(scene.now));
    take(&mut new, plan);
    PAIRS.iter().for_each(|(from, to)| new.set(*to, row.get(*from).clone()));
    let name = match label {
        Some(label) => format!("{} {label}", party(row)),
        None if !row.text(d::CONTACT).is_empty() => row.text(d::CONTACT).to_string(),
        None => party(row).to_string(),
    };
    new.set(c::NAME, Value::text(crate::base::text::clean(&name, TEXT_LIMIT)));
    new.set(c::ACCOUNT, Value::Int(account));
    new.set(c::PRICE, price.into());
    new.set(c::CYCLE, Value::text(terms.cycle.code()));
    let segment = match Kind::parse(row.text(d::KIND)) {
        Some(Kind::Corporate) => Segment::Business,
        Some(Kind::Bulk) => Segment::Society,
        _ => Segment::Home,
    };
    new.set(c::SEGMENT, Value::text(segment.code()));
    defaults(scene, &mut new)?;
    Ok(new)
}

/// The customer on the plan of the deal.
fn upgrade(
    scene: &Scene<'_>,
    before: &Record,
    plan: &crate::domain::Plan,
    price: crate::base::Money,
    terms: &WinTerms,
) -> Result<Record, CommandError> {
    use crate::domain::customer::{Status, Technology};
    if before.text(c::STATUS) == Status::Terminated.code() {
        return Err(CommandError::Refused(format!(
            "{} is disconnected: open a deal without an account",
            before.text(c::NAME)
        )));
    }
    let other = Technology::parse(before.text(c::TECHNOLOGY)).filter(|t| *t != plan.technology);
    if let Some(has) = other.filter(|_| before.text(c::STATUS) != Status::Pending.code()) {
        let (has, needs) = (has.label().to_lowercase(), plan.technology.label().to_lowercase());
        return Err(CommandError::Refused(format!(
            "{} has a {has} line and the plan needs {needs}: open a deal without an account for a new line",
            before.text(c::NAME)
        )));
    }
    let mut after = before.clone();
    take(&mut after, plan);
    after.set(c::PRICE, price.into());
    after.set(c::CYCLE, Value::text(terms.cycle.code()));
    settle_customer(Some(before), &mut after, scene.today());
    Ok(after)
}

/// What the field has to do, on the timeline of the first subscription of a line.
fn told(
    scene: &Scene<'_>,
    number: i64,
    customer: &Record,
    line: &Record,
    (from, to): (i64, i64),
    terms: &WinTerms,
) -> Change {
    let mut parts = vec![match terms.install_on.and_then(calendar::date_from_days) {
        Some(day) => format!("Installation agreed for {}", calendar::long_date(day)),
        None => "Installation to schedule".to_string(),
    }];
    if from != to {
        parts.push(format!("{} subscriptions, BN {from:07} to BN {to:07}", to - from + 1));
    }
    parts.push(line.text(dl::TITLE).to_string());
    let note = crate::base::text::clean(&terms.note, TEXT_LIMIT);
    if !note.is_empty() {
        parts.push(note);
    }
    let activity = Activity {
        id: scene.ids.next(scene.now),
        customer: customer.id,
        at: scene.now,
        kind: ActivityKind::Note,
        who: scene.who.user.as_str().into(),
        reference: format!("D {number:07}").into(),
        body: parts.join("; ").into(),
    };
    let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
    Change::Insert { entity: Entity::Activity, id: activity.id, fields }
}
