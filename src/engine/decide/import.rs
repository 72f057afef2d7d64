//! Many rows from a file as one entry.

use std::collections::HashMap;

use crate::base::calendar;
use crate::domain::customer::{Cycle, Segment, Status};
use crate::domain::plan::Offer;
use crate::domain::{Entity, FieldId, Record, Value};
use crate::query::schema::{customer as c, field, plan};
use crate::store::{Change, DUPLICATE_KEYS};

use super::super::command::{ImportRow, Skip};
use super::super::error::CommandError;
use super::create::{blank, duplicates, importable, insert};
use super::subscription::take;
use super::{Decision, Scene, lead, settle};

pub fn import(
    scene: &Scene<'_>,
    entity: Entity,
    rows: &[ImportRow],
    source: &str,
    allow_duplicates: bool,
) -> Result<Decision, CommandError> {
    for (id, _) in rows.iter().flat_map(|row| &row.fields) {
        if id.entity != entity || !importable(*id) {
            let message = "is computed and cannot be imported".to_string();
            return Err(CommandError::Invalid { name: field(*id).title, message });
        }
    }
    match entity {
        Entity::Customer => customers(scene, rows, source, allow_duplicates),
        Entity::Lead => lead::import(scene, rows, source, allow_duplicates),
        Entity::Coverage | Entity::Territory => lead::import_coverage(scene, entity, rows, source),
        _ => Err(CommandError::Refused(format!("{} do not come from files", entity.code()))),
    }
}

fn customers(
    scene: &Scene<'_>,
    rows: &[ImportRow],
    source: &str,
    allow_duplicates: bool,
) -> Result<Decision, CommandError> {
    let mut decision = Decision::default();
    let plans = scene.read.plans()?;
    let mut new_plans: Vec<String> = Vec::new();
    let mut seen: HashMap<(FieldId, String), u64> = HashMap::new();
    let mut account = scene.read.last_account()?;
    let mut customers = Vec::with_capacity(rows.len());
    for source_row in rows {
        let mut row = blank(Entity::Customer, scene.ids.next(scene.now));
        source_row.fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
        if let Some(reason) = duplicate(scene, &row, &mut seen, source_row.line, allow_duplicates)? {
            let name = row.text(c::NAME).to_string();
            decision.skipped.push(Skip { id: None, line: Some(source_row.line), name, reason });
            continue;
        }
        if row.get(c::ACCOUNT).is_null() {
            account += 1;
            row.set(c::ACCOUNT, Value::Int(account));
        } else {
            account = account.max(row.int(c::ACCOUNT).unwrap_or(0));
        }
        let known = plans.iter().find(|p| p.name.eq_ignore_ascii_case(row.text(c::PLAN)));
        if let Some(plan) = known {
            let own = row.clone();
            take(&mut row, plan);
            // The catalogue knows better what the plan is; the rest is the customer's own.
            let of_plan = [c::PLAN, c::TECHNOLOGY, c::SPEED, c::CHANNELS];
            source_row.fields.iter().filter(|(f, v)| !of_plan.contains(f) && !v.is_null()).for_each(|(f, _)| {
                row.set(*f, own.get(*f).clone());
            });
        } else if !row.get(c::PLAN).is_null() && !new_plans.iter().any(|p| p.eq_ignore_ascii_case(row.text(c::PLAN))) {
            new_plans.push(row.text(c::PLAN).to_string());
            decision.changes.push(retired_plan(scene, &row));
        }
        complete(scene, &mut row);
        settle(None, &mut row, scene.today());
        decision.created.push(row.id);
        customers.push(insert(&row));
    }
    let count = crate::base::money::group(customers.len() as u64);
    decision.summary = format!("Imported {count} customers from {source}");
    if !new_plans.is_empty() {
        decision
            .summary
            .push_str(&format!(" with {} plans the catalogue did not know (now retired ones)", new_plans.len()));
    }
    if customers.is_empty() {
        decision.changes.clear();
    }
    decision.changes.append(&mut customers);
    Ok(decision)
}

/// Why a row is left out: something it carries is on a row that is there, or came earlier in the
/// same file.
fn duplicate(
    scene: &Scene<'_>,
    row: &Record,
    seen: &mut HashMap<(FieldId, String), u64>,
    line: u64,
    allowed: bool,
) -> Result<Option<String>, CommandError> {
    // Two rows can share a telephone, never an account number or a reference.
    let strict = |title: &str| title == field(c::REF).title || title == field(c::ACCOUNT).title;
    if let Some(d) = duplicates(scene, row)?.into_iter().find(|d| !allowed || strict(d.field)) {
        return Ok(Some(format!("same {} as {} (BN {:07})", d.field.to_lowercase(), d.name, d.account)));
    }
    for key in DUPLICATE_KEYS {
        let value = row.get(*key);
        if value.is_null() {
            continue;
        }
        let text = crate::query::format::plain(*key, value).to_ascii_lowercase();
        let earlier = *seen.entry((*key, text)).or_insert(line);
        if earlier != line && (!allowed || strict(field(*key).title)) {
            return Ok(Some(format!("same {} as line {earlier}", field(*key).title.to_lowercase())));
        }
    }
    Ok(None)
}

/// A plan that a file names and the catalogue lacks: kept under its name, not for sale.
fn retired_plan(scene: &Scene<'_>, row: &Record) -> Change {
    let fields = [
        (plan::NAME, row.get(c::PLAN).clone()),
        (plan::TECHNOLOGY, row.get(c::TECHNOLOGY).clone()),
        (plan::SPEED, row.get(c::SPEED).clone()),
        (plan::PRICE, row.get(c::PRICE).clone()),
        (plan::SEGMENT, Value::text(Segment::Home.code())),
        (plan::OFFER, Value::text(Offer::Retired.code())),
    ];
    let fields = fields.into_iter().filter(|(_, v)| !v.is_null()).collect();
    Change::Insert { entity: Entity::Plan, id: scene.ids.next(scene.now), fields }
}

/// What a file does not say.
fn complete(scene: &Scene<'_>, row: &mut Record) {
    let today = scene.today();
    let mut default = |id: FieldId, value: Value| {
        if row.get(id).is_null() {
            row.set(id, value);
        }
    };
    default(c::STATUS, Value::text(Status::Active.code()));
    default(c::CYCLE, Value::text(Cycle::Monthly.code()));
    default(c::SEGMENT, Value::text(Segment::Home.code()));
    for id in [c::DUE, c::LATE, c::TICKETS, c::TICKETS_30D, c::OPEN_TICKETS, c::LTV] {
        default(id, Value::Int(0));
    }
    let active = Status::parse(row.text(c::STATUS)).is_some_and(Status::is_billable);
    if let (true, true, Some(since)) =
        (active, row.get(c::RENEWS).is_null(), row.int(c::SINCE).and_then(calendar::date_from_days))
    {
        // The next anniversary of the billing cycle.
        let months = Cycle::parse(row.text(c::CYCLE)).unwrap_or(Cycle::Monthly).months();
        let mut n = 1;
        while calendar::add_months(since, months * n) < today && n < 1_200 {
            n += 1;
        }
        row.set(c::RENEWS, Value::Int(calendar::days_of(calendar::add_months(since, months * n))));
    }
}
