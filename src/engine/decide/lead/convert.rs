//! A lead becomes a customer: the customer, the subscription and the work it means, in one decision.
//!
//! All of it is one list of changes in one transaction, so that there is never half of it. What else a contract
//! brings is added in [`convert`], after the customer and before the lead is closed.

use crate::base::calendar;
use crate::domain::customer::Segment;
use crate::domain::job::JobKind;
use crate::domain::lead::Stage;
use crate::domain::{Activity, ActivityKind, Entity, Record, Value};
use crate::query::schema::{customer as c, deal as d, job as j, lead as l};
use crate::store::{Change, activity_values};

use super::super::super::command::Terms;
use super::super::super::error::CommandError;
use super::super::create::{blank, defaults, duplicates, insert};
use super::super::job::{Appointment, appoint, job_for};
use super::super::subscription::{offered, take};
use super::super::{Decision, Scene, difference, settle as settle_customer};
use super::merge::PAIRS;
use super::stage::answered;
use super::{Desk, lead};

/// Characters of what a technician should know.
const NOTE_LIMIT: usize = 400;

pub fn convert(scene: &Scene<'_>, id: crate::base::Id, terms: &Terms) -> Result<Decision, CommandError> {
    let row = lead(scene, id)?;
    if row.text(l::STAGE) == Stage::Converted.code() {
        return Err(CommandError::Refused(format!("{} is a customer already", row.text(l::NAME))));
    }
    let customer = customer(scene, &row, terms)?;
    let closed = closed(scene, &row, &customer)?;
    let account = customer.int(c::ACCOUNT).unwrap_or(0);
    let mut decision = Decision {
        summary: format!("Converted {} to a customer (BN {account:07}, {})", row.text(l::NAME), customer.text(c::PLAN)),
        created: vec![customer.id],
        ..Decision::default()
    };
    // The lead first: whose it is decides who may do all this.
    decision.changes.extend(difference(Entity::Lead, &row, &closed));
    decision.changes.push(insert(&customer));
    decision.changes.push(installation(scene, &row, &customer, terms));
    decision.changes.push(insert(&job(scene, &row, &customer, terms)?));
    if Segment::parse(row.text(l::SEGMENT)).is_some_and(|s| s != Segment::Home) {
        decision.changes.extend(deal(scene, &row, &customer)?);
    }
    Ok(decision)
}

/// The customer with its subscription, waiting for the installation.
fn customer(scene: &Scene<'_>, row: &Record, terms: &Terms) -> Result<Record, CommandError> {
    let plan = offered(scene, &terms.plan)?;
    if terms.price.is_some_and(|p| p < crate::base::Money::ZERO) {
        return Err(CommandError::Invalid { name: "Monthly price", message: "is below zero".into() });
    }
    let mut customer = blank(Entity::Customer, scene.ids.next(scene.now));
    take(&mut customer, &plan);
    for (from, to) in PAIRS {
        customer.set(*to, row.get(*from).clone());
    }
    let address = [row.text(l::BUILDING), row.text(l::ADDRESS)];
    let address: Vec<&str> = address.into_iter().filter(|s| !s.is_empty()).collect();
    customer
        .set(c::ADDRESS, Value::text(crate::base::text::clean(&address.join(", "), crate::query::format::TEXT_LIMIT)));
    customer.set(c::CYCLE, Value::text(terms.cycle.code()));
    if let Some(price) = terms.price {
        customer.set(c::PRICE, Value::Int(price.0));
    }
    if customer.get(c::OWNER).is_null() && scene.who.role == crate::domain::Role::Sales {
        customer.set(c::OWNER, Value::text(scene.who.user.as_str()));
    }
    defaults(scene, &mut customer)?;
    if !terms.allow_duplicates {
        let found = duplicates(scene, &customer)?;
        if !found.is_empty() {
            return Err(CommandError::Duplicate(found));
        }
    }
    settle_customer(None, &mut customer, scene.today());
    Ok(customer)
}

/// The lead, closed: every stage reached, no reminder left.
pub fn closed(scene: &Scene<'_>, row: &Record, customer: &Record) -> Result<Record, CommandError> {
    let mut after = row.clone();
    after.set(l::STAGE, Value::text(Stage::Converted.code()));
    after.set(l::STAGE_SINCE, Value::Int(scene.now.0));
    for field in &l::REACHED[1..6] {
        if row.get(*field).is_null() || *field == l::CONVERTED_AT {
            after.set(*field, Value::Int(scene.now.0));
        }
    }
    for field in [l::LOST_AT, l::LOST_REASON, l::FOLLOW_UP, l::FOLLOW_UP_NOTE, l::SNOOZED_UNTIL] {
        after.set(field, Value::Null);
    }
    after.set(l::PLAN, customer.get(c::PLAN).clone());
    after.set(l::CUSTOMER, customer.get(c::ACCOUNT).clone());
    answered(&mut after, scene.now);
    Desk::new(scene.read, scene.now).settle(Some(row), &mut after)?;
    after.set(l::MRR, customer.get(c::PRICE).clone());
    Ok(after)
}

/// The job of the field: to be scheduled, on the day that was agreed where there is one.
fn job(scene: &Scene<'_>, row: &Record, customer: &Record, terms: &Terms) -> Result<Record, CommandError> {
    let mut job = job_for(scene, customer, JobKind::Install, scene.read.last_job()? + 1);
    let when = Appointment { day: terms.install_on, ..Appointment::default() };
    appoint(scene, &mut job, &when)?;
    let drop = row.int(l::DROP).map(|metres| format!("about {metres} m of drop cable"));
    let parts: Vec<String> = drop.into_iter().chain([terms.note.clone()]).filter(|p| !p.trim().is_empty()).collect();
    job.set(j::NOTE, Value::text(crate::base::text::clean(&parts.join("; "), NOTE_LIMIT)));
    Ok(job)
}

/// What else there is to sell to a firm or a society: a deal that has just begun, with the customer it is about.
fn deal(scene: &Scene<'_>, row: &Record, customer: &Record) -> Result<Vec<Change>, CommandError> {
    let party = match row.text(l::ORGANISATION) {
        "" => row.text(l::NAME),
        organisation => organisation,
    };
    let fields = [(d::NAME, Value::text(format!("{party}: further lines"))), (d::LEAD, row.get(l::NUMBER).clone())];
    let mut changes = super::super::deal::create(scene, &fields)?.changes;
    for change in &mut changes {
        if let Change::Insert { entity: Entity::Deal, fields, .. } = change {
            fields.retain(|(f, _)| *f != d::CUSTOMER);
            fields.push((d::CUSTOMER, customer.get(c::ACCOUNT).clone()));
        }
    }
    Ok(changes)
}

/// What the field has to do, on the customer's timeline.
fn installation(scene: &Scene<'_>, row: &Record, customer: &Record, terms: &Terms) -> Change {
    let mut parts = vec![match terms.install_on.and_then(calendar::date_from_days) {
        Some(day) => format!("Installation agreed for {}", calendar::long_date(day)),
        None => "Installation to schedule".to_string(),
    }];
    if let Some(metres) = row.int(l::DROP) {
        parts.push(format!("about {metres} m of drop cable"));
    }
    if let Some(note) =
        Some(crate::base::text::clean(&terms.note, crate::query::format::TEXT_LIMIT)).filter(|n| !n.is_empty())
    {
        parts.push(note);
    }
    let activity = Activity {
        id: scene.ids.next(scene.now),
        customer: customer.id,
        at: scene.now,
        kind: ActivityKind::Note,
        who: scene.who.user.as_str().into(),
        reference: format!("L {:07}", row.int(l::NUMBER).unwrap_or(0)).into(),
        body: parts.join("; ").into(),
    };
    let fields = activity_values(&activity).into_iter().filter(|(_, v)| !v.is_null()).collect();
    Change::Insert { entity: Entity::Activity, id: activity.id, fields }
}
