//! Questions about leads.

use crate::base::{Id, Money, Timestamp};
use crate::domain::lead::Stage;
use crate::domain::{ActivityKind, Entity, FieldId, Record, Value};
use crate::insight::lead::Score;
use crate::insight::lead_next;
use crate::insight::odds::Chance;
use crate::insight::place::{Address, Found};
use crate::query::bind::{self, Bound, Cond, Test};
use crate::query::format;
use crate::query::schema::lead as l;
use crate::store::{Anchor, Group, GroupAsk, Measure, PageAsk, Read};

use super::super::decide::lead::Desk;
use super::super::error::ReadError;
use super::super::lead_odds;
use super::super::mask;
use super::briefing::{Event, changes_of};
use super::{Ask, Scene, may_see};

/// All about one lead, for the call you are on.
#[derive(Clone, Debug)]
pub struct LeadBriefing {
    pub record: Record,
    /// The score as the rules give it now; the row keeps that of its last change.
    pub score: Score,
    /// Number of the model of leads in force, and the chance it gives with its reasons; `None` without one.
    pub odds: Option<(i64, Chance)>,
    /// What the coverage directory says of the address; `None` where nothing is known.
    pub coverage: Option<Found>,
    /// Minutes a first contact should take at most.
    pub target: i64,
    /// Days in this stage before it counts as old.
    pub patience: i64,
    /// When each stage was first reached, in the order of the board.
    pub stages: Vec<(Stage, Timestamp)>,
    /// What to do next, in a sentence.
    pub next: String,
    /// The newest first.
    pub timeline: Vec<Event>,
}

/// The briefing of one lead.
#[derive(Clone, Copy, Debug)]
pub struct AskLead {
    pub id: Id,
    /// Lines of the timeline.
    pub events: usize,
}

impl Ask for AskLead {
    type Answer = LeadBriefing;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<LeadBriefing, ReadError> {
        let record =
            read.row(Entity::Lead, self.id)?.ok_or_else(|| ReadError::NotFound(format!("lead {}", self.id)))?;
        let desk = Desk::new(read, scene.now);
        let coverage = desk.look_up(Address::of_lead(&record))?;
        let settings = desk.settings()?;
        let target = settings.int("lead.response-target");
        let mut timeline: Vec<Event> = read
            .contacts(self.id, self.events)?
            .into_iter()
            .map(|c| Event {
                at: c.at,
                kind: Some(ActivityKind::parse(&c.kind).unwrap_or(ActivityKind::Note)),
                who: c.who,
                reference: String::new(),
                text: c.body,
            })
            .collect();
        let known = |e: &Event| e.kind.is_none() && e.reference.starts_with('#');
        timeline.extend(changes_of(read, scene, Entity::Lead, self.id, self.events)?.into_iter().filter(known));
        timeline.sort_by_key(|e| std::cmp::Reverse(e.at));
        timeline.truncate(self.events);
        let stages = Stage::ALL.iter().zip(l::REACHED);
        let stages = stages.filter_map(|(s, f)| record.int(f).map(|at| (*s, Timestamp(at)))).collect();
        Ok(LeadBriefing {
            score: desk.score(&record)?,
            odds: lead_odds::chance(read, scene.held, &record, desk.plans()?, scene.now)?,
            next: lead_next::suggest(&record, coverage.as_ref(), desk.plans()?, target, scene.now),
            patience: patience(settings, record.text(l::STAGE)),
            coverage,
            target,
            stages,
            timeline,
            record,
        })
    }
}

/// Days a lead may stay in a stage before it counts as old; 0 where it may stay for ever.
pub fn patience(settings: &crate::domain::settings::Settings, stage: &str) -> i64 {
    match Stage::parse(stage) {
        Some(stage) if stage.is_open() => settings.int(&format!("lead.ageing.{}", stage.code())),
        _ => 0,
    }
}

/// What the coverage directory says of an address, while it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AskCoverage {
    pub pincode: String,
    pub area: String,
    pub building: String,
}

impl Ask for AskCoverage {
    type Answer = Option<Found>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Option<Found>, ReadError> {
        let address = Address { pincode: &self.pincode, area: &self.area, building: &self.building };
        Ok(Desk::new(read, scene.now).look_up(address)?)
    }
}

/// Reminders that are due by a moment, the most urgent first: open leads, those snoozed beyond now left out.
#[derive(Clone, Debug)]
pub struct AskFollowUps {
    /// Whose; everybody's without.
    pub who: Option<String>,
    pub until: Timestamp,
    pub limit: usize,
}

/// A reminder of a lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    pub id: Id,
    pub name: String,
    pub phone: String,
    pub due: Timestamp,
    pub stage: Stage,
    pub stage_since: Timestamp,
    /// What it is about; may be empty.
    pub about: String,
    pub owner: String,
}

impl AskFollowUps {
    /// The leads that are meant.
    pub fn filter(&self, now: Timestamp) -> Bound {
        let is = |id, code: &str| Cond::Test(id, Test::Is(code.to_string()));
        let open = Stage::ALL.iter().filter(|s| s.is_open()).map(|s| is(l::STAGE, s.code())).collect();
        let awake = Cond::Or(vec![
            Cond::Test(l::SNOOZED_UNTIL, Test::Null),
            Cond::Test(l::SNOOZED_UNTIL, Test::Between(None, Some(now.0))),
        ]);
        let due = Cond::Test(l::FOLLOW_UP, Test::Between(None, Some(self.until.0)));
        let mut parts = vec![due, Cond::Or(open), awake];
        parts.extend(self.who.as_ref().map(|who| is(l::OWNER, who)));
        Bound { cond: Cond::And(parts), ..Bound::all(Entity::Lead) }
    }
}

impl Ask for AskFollowUps {
    type Answer = Vec<FollowUp>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<FollowUp>, ReadError> {
        let filter = self.filter(scene.now);
        // An empty follow-up sorts before every moment: begin behind those.
        let first = crate::store::Key { values: vec![Value::Int(0)], id: Id(0) };
        let page = read.page(&PageAsk {
            filter,
            sort: vec![(l::FOLLOW_UP, false)],
            fields: vec![l::NAME, l::PHONE, l::STAGE, l::STAGE_SINCE, l::FOLLOW_UP_NOTE, l::OWNER],
            anchor: Anchor::After(first),
            limit: self.limit,
        })?;
        let of = |r: &Record| FollowUp {
            id: r.id,
            name: r.text(l::NAME).to_string(),
            phone: format::show(l::PHONE, r.get(l::PHONE)),
            due: Timestamp(r.int(l::FOLLOW_UP).unwrap_or(0)),
            stage: Stage::parse(r.text(l::STAGE)).unwrap_or(Stage::New),
            stage_since: Timestamp(r.int(l::STAGE_SINCE).unwrap_or(0)),
            about: r.text(l::FOLLOW_UP_NOTE).to_string(),
            owner: r.text(l::OWNER).to_string(),
        };
        Ok(page.rows.iter().map(of).collect())
    }
}

/// How leads get on: those created within a period, by the values of a field.
#[derive(Clone, Debug)]
pub struct AskFunnel {
    /// Of leads.
    pub filter: Bound,
    /// Created then or later.
    pub from: Option<Timestamp>,
    /// Created before then.
    pub to: Option<Timestamp>,
    /// Source, owner, city …; `None` makes one row of all.
    pub by: Option<FieldId>,
}

/// A row of a funnel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunnelRow {
    /// The value as people read it; `none` where there is none.
    pub name: String,
    /// Leads that reached each stage, in the order of [`Stage::ALL`]: created, contacted, … converted, lost.
    pub reached: [i64; 7],
    /// Leads that were answered, and those answered within the target.
    pub answered: i64,
    pub in_time: i64,
    /// Mean minutes to the first contact.
    pub response: i64,
    /// Monthly revenue of the converted.
    pub mrr: Money,
}

impl FunnelRow {
    pub fn leads(&self) -> i64 {
        self.reached[0]
    }

    pub fn converted(&self) -> i64 {
        self.reached[5]
    }

    /// Share of the leads at a stage that became customers, thousandths; 0 without any.
    pub fn rate_from(&self, stage: Stage) -> i64 {
        let at = Stage::ALL.iter().position(|s| *s == stage).unwrap_or(0);
        if self.reached[at] == 0 { 0 } else { self.converted() * 1_000 / self.reached[at] }
    }

    /// Share of the leads that became customers, thousandths.
    pub fn rate(&self) -> i64 {
        self.rate_from(Stage::New)
    }
}

impl Ask for AskFunnel {
    type Answer = Vec<FunnelRow>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<FunnelRow>, ReadError> {
        let mut filter = self.filter.clone();
        if self.from.is_some() || self.to.is_some() {
            let created = Test::Between(self.from.map(|t| t.0), self.to.map(|t| t.0 - 1));
            filter.cond = match filter.cond {
                Cond::All => Cond::Test(l::CREATED, created),
                cond => Cond::And(vec![cond, Cond::Test(l::CREATED, created)]),
            };
        }
        let target = read.settings()?.int("lead.response-target");
        let mut measures: Vec<Measure> = vec![Measure::Count];
        measures.extend(l::REACHED[1..].iter().map(|f| Measure::Filled(*f)));
        measures.push(Measure::Filled(l::FIRST_RESPONSE));
        measures.push(Measure::Within(l::RESPONSE_MINUTES, 0, target));
        measures.push(Measure::Mean(l::RESPONSE_MINUTES));
        let by = self.by;
        let mut rows: Vec<FunnelRow> = read
            .groups(&GroupAsk { filter: filter.clone(), by, measures })?
            .into_iter()
            .map(|(value, n)| FunnelRow {
                name: named(by, &value),
                reached: std::array::from_fn(|i| n[i]),
                answered: n[7],
                in_time: n[8],
                response: n[9],
                mrr: Money::ZERO,
            })
            .collect();
        filter.cond = Cond::And(vec![filter.cond, Cond::Test(l::STAGE, Test::Is(Stage::Converted.code().into()))]);
        for (value, n) in read.groups(&GroupAsk { filter, by, measures: vec![Measure::Sum(l::MRR)] })? {
            if let Some(row) = rows.iter_mut().find(|r| r.name == named(by, &value)) {
                row.mrr = Money(n[0]);
            }
        }
        Ok(rows)
    }
}

fn named(by: Option<FieldId>, value: &Value) -> String {
    match by {
        None => "all".into(),
        Some(_) if value.is_null() => "none".into(),
        Some(id) => format::show(id, value),
    }
}

/// Figures by group over any entity: heads of a board.
#[derive(Clone, Debug)]
pub struct AskGroups(pub GroupAsk);

impl Ask for AskGroups {
    type Answer = Vec<Group>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Group>, ReadError> {
        may_see(scene, self.0.filter.entity)?;
        let filter = mask::asked(scene.who, &self.0.filter, &[])?;
        Ok(read.groups(&GroupAsk { filter, ..self.0.clone() })?)
    }
}

/// Leads by what a caller says: lead number, telephone in any form, mail address, or words. The exact ones first.
#[derive(Clone, Debug)]
pub struct AskFindLead {
    pub text: String,
    pub limit: usize,
}

impl Ask for AskFindLead {
    type Answer = Vec<Record>;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<Vec<Record>, ReadError> {
        let text = self.text.trim();
        let mut found: Vec<Record> = Vec::new();
        let number = text.trim_start_matches(['L', 'l']).trim();
        if let Some(n) = format::account(number) {
            found.extend(read.rows_by(l::NUMBER, &Value::Int(n), 1)?);
        }
        if let Some(phone) = crate::base::Phone::parse(text) {
            for field in [l::PHONE, l::ALT_PHONE] {
                found.extend(read.rows_by(field, &Value::text(phone.e164()), self.limit)?);
            }
        }
        if text.contains('@') {
            found.extend(read.rows_by(l::EMAIL, &Value::text(text), self.limit)?);
        }
        if found.is_empty() {
            let filter = crate::query::compile(text, Entity::Lead, &scene.context)?;
            let fields = crate::query::schema::ids(Entity::Lead).collect();
            let sort = vec![(l::CREATED, true)];
            found = read.page(&PageAsk { filter, sort, fields, anchor: Anchor::First, limit: self.limit })?.rows;
        }
        found.retain(|r| r.get(l::DELETED).is_null());
        let mut seen = Vec::new();
        found.retain(|r| {
            !seen.contains(&r.id) && {
                seen.push(r.id);
                true
            }
        });
        found.truncate(self.limit);
        Ok(found)
    }
}

/// The filter of one value of a field on top of another filter: a column of a board.
pub fn narrowed(filter: &Bound, id: FieldId, value: &Value) -> Bound {
    let test = Cond::Test(id, bind::equals(id, value));
    let cond = match &filter.cond {
        Cond::All => test,
        cond => Cond::And(vec![test, cond.clone()]),
    };
    Bound { cond, ..filter.clone() }
}
