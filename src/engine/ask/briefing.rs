//! All about one customer, for the call you are on.

use crate::base::{Id, Phone, Timestamp};
use crate::domain::{ActivityKind, Entity, Plan, Record, Usage, Value};
use crate::insight::next::{self, Suggestion};
use crate::insight::offers::Offer;
use crate::insight::risk::Risk;
use crate::query::schema::{customer as c, field, noun};
use crate::query::{Bound, format};
use crate::store::{Change, EntryKind, Read};

use super::super::decide::is_derived;
use super::super::error::ReadError;
use super::super::mask;
use super::deal::{AskDeal, DealBriefing};
use super::incident::{AskIncident, IncidentSheet};
use super::job::{AskJob, JobSheet};
use super::lead::{AskLead, LeadBriefing};
use super::ticket::{AskCase, Case};
use super::{Ask, Scene, may_see};

/// One line of a timeline: what happened, from the activities and from the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub at: Timestamp,
    /// `None` for a change made here and kept by the journal.
    pub kind: Option<ActivityKind>,
    pub who: String,
    pub reference: String,
    pub text: String,
}

#[derive(Clone, Debug)]
pub struct Briefing {
    pub record: Record,
    pub usage: Usage,
    pub plan: Option<Plan>,
    pub risk: Risk,
    pub next: Option<Suggestion>,
    /// The offer that the next step is, where it is one.
    pub offer: Option<Offer>,
    /// The newest first.
    pub timeline: Vec<Event>,
    /// Lines that share the bill-to organisation, this one included; 0 without one.
    pub lines: i64,
}

/// The briefing of one customer.
#[derive(Clone, Copy, Debug)]
pub struct AskBriefing {
    pub id: Id,
    /// Lines of the timeline.
    pub events: usize,
}

impl Ask for AskBriefing {
    type Answer = Briefing;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Briefing, ReadError> {
        let mut record =
            read.row(Entity::Customer, self.id)?.ok_or_else(|| ReadError::NotFound(format!("customer {}", self.id)))?;
        mask::cover(scene.who, &mut record);
        let risk = super::model::reasons(read, scene, &record)?.risk;
        let plans = read.plans()?;
        // What the customer needs comes before what may be sold.
        let care = next::care(&record, scene.today);
        let offers = if care.is_some() { Vec::new() } else { super::model::offers(read, scene, &record, &plans)? };
        let offer = offers.into_iter().next();
        let next = care.or_else(|| offer.as_ref().map(next::sale)).or_else(|| next::referral(&record));
        let lines = match record.text(c::ORGANISATION) {
            "" => 0,
            _ => {
                let mut filter = Bound::all(Entity::Customer);
                let same = crate::query::bind::equals(c::ORGANISATION, record.get(c::ORGANISATION));
                filter.cond = crate::query::bind::Cond::Test(c::ORGANISATION, same);
                read.totals(&filter)?.count
            }
        };
        Ok(Briefing {
            usage: read.usage(self.id)?,
            plan: plans.iter().find(|p| p.name == record.text(c::PLAN)).cloned(),
            risk,
            next,
            offer,
            timeline: timeline(read, scene, self.id, self.events)?,
            lines,
            record,
        })
    }
}

fn timeline(read: &Read<'_>, scene: &Scene<'_>, id: Id, limit: usize) -> Result<Vec<Event>, ReadError> {
    let mut events: Vec<Event> = read
        .timeline(id, limit)?
        .into_iter()
        .map(|a| Event {
            at: a.at,
            kind: Some(a.kind),
            who: a.who.into(),
            reference: a.reference.into(),
            text: a.body.into(),
        })
        .collect();
    events.extend(changes_of(read, scene, Entity::Customer, id, limit)?);
    events.sort_by_key(|e| std::cmp::Reverse(e.at));
    events.truncate(limit);
    Ok(events)
}

/// What the journal says of a row, the newest first.
pub(super) fn changes_of(
    read: &Read<'_>,
    scene: &Scene<'_>,
    entity: Entity,
    id: Id,
    limit: usize,
) -> Result<Vec<Event>, ReadError> {
    let mut events = Vec::new();
    for entry in read.entries_of(entity, id, limit)? {
        let text = if entry.kind == EntryKind::Do && entry.changed <= 50 {
            let mut own = read.changes(entry.seq)?.into_iter().find(|change| change.id() == id);
            own.iter_mut().for_each(|change| mask::cover_change(scene.who, change));
            own.as_ref().and_then(describe).unwrap_or(entry.summary)
        } else {
            entry.summary
        };
        let text = if entry.undone { format!("{text} (taken back)") } else { text };
        // A note is on the timeline already.
        if !matches!(entry.command.as_str(), "note" | "contact") {
            events.push(Event { at: entry.at, kind: None, who: entry.who, reference: format!("#{}", entry.seq), text });
        }
    }
    Ok(events)
}

/// `Status Active -> Suspended, MRR ₹899 -> ₹0`.
fn describe(change: &Change) -> Option<String> {
    let Change::Update { fields, .. } = change else { return None };
    let shown = fields.iter().filter(|f| !is_derived(f.field));
    let show = |id, v: &Value| if v.is_null() { "-".to_string() } else { format::show(id, v) };
    let one = |f: &crate::store::FieldChange| {
        format!("{} {} -> {}", field(f.field).title, show(f.field, &f.old), show(f.field, &f.new))
    };
    let text = shown.map(one).collect::<Vec<_>>().join(", ");
    (!text.is_empty()).then_some(text)
}

/// A row without a briefing of its own: what it holds and what happened to it.
#[derive(Clone, Debug)]
pub struct Card {
    pub record: Record,
    /// The newest first.
    pub timeline: Vec<Event>,
}

/// One row of any entity.
#[derive(Clone, Copy, Debug)]
pub struct AskCard {
    pub entity: Entity,
    pub id: Id,
    /// Lines of the timeline.
    pub events: usize,
}

impl Ask for AskCard {
    type Answer = Card;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Card, ReadError> {
        may_see(scene, self.entity)?;
        let gone = || ReadError::NotFound(format!("{} {}", noun(self.entity).one, self.id));
        let mut record = read.row(self.entity, self.id)?.ok_or_else(gone)?;
        mask::cover(scene.who, &mut record);
        Ok(Card { timeline: changes_of(read, scene, self.entity, self.id, self.events)?, record })
    }
}

/// What a screen shows beside a list and on a page of its own: each entity has its kind.
#[derive(Clone, Debug)]
pub enum Panel {
    Customer(Box<Briefing>),
    Job(Box<JobSheet>),
    Lead(Box<LeadBriefing>),
    Deal(Box<DealBriefing>),
    Ticket(Box<Case>),
    Incident(Box<IncidentSheet>),
    Row(Card),
}

impl Panel {
    /// The row it is about.
    pub fn record(&self) -> &Record {
        match self {
            Panel::Customer(b) => &b.record,
            Panel::Job(sheet) => &sheet.record,
            Panel::Lead(b) => &b.record,
            Panel::Deal(b) => &b.record,
            Panel::Ticket(case) => &case.record,
            Panel::Incident(sheet) => &sheet.record,
            Panel::Row(card) => &card.record,
        }
    }
}

/// The panel of a row.
#[derive(Clone, Copy, Debug)]
pub struct AskPanel {
    pub entity: Entity,
    pub id: Id,
    /// Lines of the timeline.
    pub events: usize,
}

impl Ask for AskPanel {
    type Answer = Panel;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Panel, ReadError> {
        let AskPanel { entity, id, events } = *self;
        Ok(match entity {
            Entity::Customer => Panel::Customer(Box::new(AskBriefing { id, events }.answer(read, scene)?)),
            Entity::Job => Panel::Job(Box::new(AskJob { id, events }.answer(read, scene)?)),
            Entity::Lead => Panel::Lead(Box::new(AskLead { id, events }.answer(read, scene)?)),
            Entity::Deal => Panel::Deal(Box::new(AskDeal { id, events }.answer(read, scene)?)),
            Entity::Ticket => Panel::Ticket(Box::new(AskCase { id, events }.answer(read, scene)?)),
            Entity::Incident => Panel::Incident(Box::new(AskIncident { id, events }.answer(read, scene)?)),
            _ => Panel::Row(AskCard { entity, id, events }.answer(read, scene)?),
        })
    }
}

/// Customers by what a caller says: account number, reference, telephone in any form, mail address,
/// or words. The exact ones first.
#[derive(Clone, Debug)]
pub struct AskFind {
    pub text: String,
    pub limit: usize,
}

impl Ask for AskFind {
    type Answer = Vec<Record>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Record>, ReadError> {
        let text = self.text.trim();
        let mut found: Vec<Record> = Vec::new();
        let mut add = |rows: Vec<Record>| {
            for row in rows {
                if !found.iter().any(|r| r.id == row.id) {
                    found.push(row);
                }
            }
        };
        if let Some(n) = format::account(text) {
            add(read.rows_by(c::ACCOUNT, &Value::Int(n), 1)?);
        }
        add(read.rows_by(c::REF, &Value::Text(text.into()), 1)?);
        if let Some(phone) = Phone::parse(text) {
            add(read.rows_by(c::PHONE, &Value::text(phone.e164()), self.limit)?);
        }
        if text.contains('@') {
            add(read.rows_by(c::EMAIL, &Value::text(text), self.limit)?);
        }
        if found.is_empty() {
            let filter = crate::query::compile(text, Entity::Customer, &scene.context)?;
            let filter = mask::asked(scene.who, &filter, &filter.sort)?;
            let fields = crate::query::schema::ids(Entity::Customer).collect();
            let ask = crate::store::PageAsk {
                filter,
                sort: vec![(c::NAME, false)],
                fields,
                anchor: crate::store::Anchor::First,
                limit: self.limit,
            };
            found = read.page(&ask)?.rows;
        }
        found.truncate(self.limit);
        found.iter_mut().for_each(|row| mask::cover(scene.who, row));
        Ok(found)
    }
}
