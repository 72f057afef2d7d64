//! Deals: what comes with a change of one, and the decisions of their own commands.

mod lines;
mod note;
mod stage;
mod win;

use crate::base::{Id, calendar};
use crate::domain::customer::Segment;
use crate::domain::deal::{Category, Kind, Stage};
use crate::domain::{Entity, FieldId, Record, Role, Value};
use crate::insight::deal_sums::{price, settle, weigh};
use crate::query::schema::{customer as c, deal as d, field, lead as l};
use crate::store::{Change, Read, StoreError};

use super::super::command::{Command, DealCommand};
use super::super::error::CommandError;
use super::create::{blank, insert};
use super::{Decision, Scene, difference};

pub use lines::{create as create_line, lines_of};

pub fn decide(scene: &Scene<'_>, command: &DealCommand) -> Result<Decision, CommandError> {
    match command {
        DealCommand::Move { target, to } => stage::advance(scene, target, *to),
        DealCommand::Lose { target, reason, competitor } => stage::lose(scene, target, *reason, competitor.as_deref()),
        DealCommand::Win { deal, terms } => win::win(scene, *deal, terms),
        DealCommand::Quote { deal, days } => stage::quote(scene, *deal, *days),
        DealCommand::Note { deal, kind, body, next } => note::note(scene, *deal, *kind, body, next.as_deref()),
    }
}

pub fn create(scene: &Scene<'_>, fields: &[(FieldId, Value)]) -> Result<Decision, CommandError> {
    let mut row = blank(Entity::Deal, scene.ids.next(scene.now));
    fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    check(scene, &row)?;
    inherit(scene, &mut row)?;
    let now = Value::Int(scene.now.0);
    row.set(d::NUMBER, Value::Int(scene.read.last_deal()? + 1));
    let mut default = |id: FieldId, value: Value| {
        if row.get(id).is_null() {
            row.set(id, value);
        }
    };
    default(d::KIND, Value::text(Kind::Retail.code()));
    default(d::CATEGORY, Value::text(Category::Pipeline.code()));
    if scene.who.role == Role::Sales {
        default(d::OWNER, Value::text(scene.who.user.as_str()));
    }
    let begin = Stage::parse(row.text(d::STAGE)).unwrap_or(Stage::Qualified);
    if !begin.is_open() {
        return Err(CommandError::Refused("a new deal is open: win or lose it afterwards".into()));
    }
    row.set(d::CREATED, now.clone());
    row.set(d::LAST_ACTIVITY, now);
    stage::enter(&mut row, begin, scene.now);
    settle(&mut row, &[], &scene.read.settings()?);
    let summary = format!("Added the deal {} ({:07})", row.text(d::NAME), row.int(d::NUMBER).unwrap_or(0));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}

/// What a row of a deal must be, whoever made it.
pub fn check(scene: &Scene<'_>, row: &Record) -> Result<(), CommandError> {
    let invalid = |id: FieldId, message: String| Err(CommandError::Invalid { name: field(id).title, message });
    if let Some(n) = row.int(d::CUSTOMER)
        && scene.read.ids_by(c::ACCOUNT, &Value::Int(n))?.is_empty()
    {
        return invalid(d::CUSTOMER, format!("there is no account {n:07}"));
    }
    if let Some(n) = row.int(d::LEAD)
        && scene.read.ids_by(l::NUMBER, &Value::Int(n))?.is_empty()
    {
        return invalid(d::LEAD, format!("there is no lead {n:07}"));
    }
    if row.int(d::SHARE).is_some_and(|n| !(0..=100).contains(&n)) {
        return invalid(d::SHARE, "lies from 0 to 100 percent".into());
    }
    if row.get(d::SECOND).is_null() != row.get(d::SHARE).is_null() {
        return invalid(d::SHARE, "goes with a second rep: write both or neither".into());
    }
    Ok(())
}

/// An edit by hand: checked, and an activity.
pub fn edited(scene: &Scene<'_>, row: &mut Record) -> Result<(), CommandError> {
    check(scene, row)?;
    row.set(d::LAST_ACTIVITY, Value::Int(scene.now.0));
    Ok(())
}

/// What a deal takes from the customer or lead it is with, where nothing else is said.
fn inherit(scene: &Scene<'_>, row: &mut Record) -> Result<(), CommandError> {
    let (lead, customer) = (row.int(d::LEAD), row.int(d::CUSTOMER));
    let mut take = |from: &Record, pairs: &[(FieldId, FieldId)]| {
        for (theirs, ours) in pairs {
            if row.get(*ours).is_null() {
                row.set(*ours, from.get(*theirs).clone());
            }
        }
        if row.get(d::KIND).is_null() {
            let segment =
                if from.fields[0].entity == Entity::Lead { from.text(l::SEGMENT) } else { from.text(c::SEGMENT) };
            let kind = match Segment::parse(segment) {
                Some(Segment::Society) => Kind::Bulk,
                Some(Segment::Business | Segment::LeasedLine) => Kind::Corporate,
                _ => Kind::Retail,
            };
            row.set(d::KIND, Value::text(kind.code()));
        }
    };
    if let Some(n) = lead {
        for lead in scene.read.rows_by(l::NUMBER, &Value::Int(n), 1)? {
            take(&lead, LEAD_GIVES);
        }
    }
    if let Some(n) = customer {
        for customer in scene.read.rows_by(c::ACCOUNT, &Value::Int(n), 1)? {
            take(&customer, CUSTOMER_GIVES);
        }
    }
    Ok(())
}

const LEAD_GIVES: &[(FieldId, FieldId)] = &[
    (l::NAME, d::CONTACT),
    (l::ORGANISATION, d::ORGANISATION),
    (l::PHONE, d::PHONE),
    (l::EMAIL, d::EMAIL),
    (l::ADDRESS, d::ADDRESS),
    (l::AREA, d::AREA),
    (l::CITY, d::CITY),
    (l::STATE, d::STATE),
    (l::PINCODE, d::PINCODE),
    (l::CURRENT_PROVIDER, d::COMPETITOR),
    (l::OWNER, d::OWNER),
    (l::SOURCE, d::SOURCE),
    (l::REFERRED_BY, d::REFERRED_BY),
];

const CUSTOMER_GIVES: &[(FieldId, FieldId)] = &[
    (c::NAME, d::CONTACT),
    (c::ORGANISATION, d::ORGANISATION),
    (c::PHONE, d::PHONE),
    (c::EMAIL, d::EMAIL),
    (c::ADDRESS, d::ADDRESS),
    (c::AREA, d::AREA),
    (c::CITY, d::CITY),
    (c::STATE, d::STATE),
    (c::PINCODE, d::PINCODE),
    (c::OWNER, d::OWNER),
];

/// A deal as a decision needs it, or why not.
fn deal(scene: &Scene<'_>, id: Id) -> Result<Record, CommandError> {
    match scene.read.row(Entity::Deal, id)? {
        Some(row) if row.get(d::DELETED).is_null() => Ok(row),
        Some(row) => Err(CommandError::Refused(format!("{} was put away: bring it back first", row.text(d::NAME)))),
        None => Err(CommandError::Refused("this deal is not there any more".into())),
    }
}

/// The row of a deal by its number.
pub fn by_number(read: &Read<'_>, number: i64) -> Result<Option<Record>, StoreError> {
    Ok(read.rows_by(d::NUMBER, &Value::Int(number), 1)?.pop())
}

/// Adds to a decision what its changes mean for deals: sums after lines, weights after settings.
pub fn follow(scene: &Scene<'_>, command: &Command, decision: &mut Decision) -> Result<(), CommandError> {
    lines::follow(scene, decision)?;
    if let Command::Set { key, value } = command
        && key.trim().to_ascii_lowercase().starts_with("deal.chance.")
        && !decision.is_nothing()
    {
        let settings = scene.read.settings()?.with(key, value.trim());
        let mut moved = 0_u64;
        for stage in Stage::OPEN {
            for before in scene.read.rows_by(d::STAGE, &Value::text(stage.code()), 1_000_000)? {
                let mut after = before.clone();
                weigh(&mut after, &settings);
                if let Some(change) = difference(Entity::Deal, &before, &after) {
                    decision.changes.push(change);
                    moved += 1;
                }
            }
        }
        if moved > 0 {
            let deals = if moved == 1 { "deal" } else { "deals" };
            decision.summary.push_str(&format!("; {} {deals} weighed anew", crate::base::money::group(moved)));
        }
    }
    Ok(())
}

/// What an undo means for deals beyond the rows it put back: sums and weights as they are now.
pub fn after_undo(read: &Read<'_>, done: &[Change]) -> Result<Vec<Change>, StoreError> {
    let mut ids: Vec<Id> = done.iter().filter(|c| c.entity() == Entity::Deal).map(Change::id).collect();
    for number in lines::deals_of(read, done)? {
        ids.extend(by_number(read, number)?.map(|r| r.id));
    }
    ids.sort_unstable();
    ids.dedup();
    let settings = read.settings()?;
    let mut out = Vec::new();
    for id in ids {
        let Some(before) = read.row(Entity::Deal, id)? else { continue };
        let rows = lines_of(read, before.int(d::NUMBER).unwrap_or(0))?;
        let mut after = before.clone();
        settle(&mut after, &rows, &settings);
        out.extend(difference(Entity::Deal, &before, &after));
        let mut priced = rows.clone();
        price(&mut priced);
        out.extend(rows.iter().zip(&priced).filter_map(|(b, a)| difference(Entity::DealLine, b, a)));
    }
    Ok(out)
}

/// What a schedule must be: the figure its method needs.
pub fn check_schedule(row: &Record) -> Result<(), CommandError> {
    use crate::domain::commission::{Method, read_slabs};
    use crate::query::schema::schedule as s;
    let invalid = |id: FieldId, message: String| Err(CommandError::Invalid { name: field(id).title, message });
    let needs = |id: FieldId| invalid(id, format!("is required where it pays {}", row.text(s::METHOD)));
    match Method::parse(row.text(s::METHOD)) {
        Some(Method::Percent) if row.get(s::PERCENT).is_null() => return needs(s::PERCENT),
        Some(Method::PerDeal | Method::PerSeat) if row.get(s::FIXED).is_null() => return needs(s::FIXED),
        Some(Method::Slabs) if row.get(s::SLABS).is_null() => return needs(s::SLABS),
        _ => {}
    }
    if !row.get(s::SLABS).is_null()
        && let Err(message) = read_slabs(row.text(s::SLABS))
    {
        return invalid(s::SLABS, message);
    }
    for (id, most) in [(s::PERCENT, 10_000), (s::CLAWBACK_PERCENT, 100), (s::CLAWBACK_MONTHS, 120)] {
        if row.int(id).is_some_and(|n| !(0..=most).contains(&n)) {
            let most = if id == s::PERCENT { most / 100 } else { most };
            return invalid(id, format!("lies from 0 to {most}"));
        }
    }
    if row.int(s::FIXED).is_some_and(|n| !(0..=crate::domain::deal::MOST_RATE.0).contains(&n)) {
        return invalid(s::FIXED, "lies from ₹0 to ₹10 crore".into());
    }
    if let (Some(from), Some(to)) = (row.int(s::STARTS), row.int(s::ENDS))
        && from > to
    {
        let to = calendar::date_from_days(to).map(calendar::long_date).unwrap_or_default();
        return invalid(s::STARTS, format!("lies after the last day, {to}"));
    }
    Ok(())
}

pub fn create_schedule(scene: &Scene<'_>, fields: &[(FieldId, Value)]) -> Result<Decision, CommandError> {
    use crate::query::schema::schedule as s;
    let mut row = blank(Entity::Schedule, scene.ids.next(scene.now));
    fields.iter().filter(|(_, v)| !v.is_null()).for_each(|(f, v)| row.set(*f, v.clone()));
    check_schedule(&row)?;
    let summary = format!("Added the commission schedule {}", row.text(s::NAME));
    Ok(Decision { created: vec![row.id], changes: vec![insert(&row)], summary, ..Decision::default() })
}
