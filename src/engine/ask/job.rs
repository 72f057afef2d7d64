//! Questions about field work.

use std::collections::BTreeMap;

use crate::base::Id;
use crate::domain::job::{JobKind, checklist};
use crate::domain::{Entity, Record};
use crate::query::schema::{item as i, job as j};
use crate::store::Read;

use super::super::decide::sign_off_code;
use super::super::error::ReadError;
use super::super::login::key;
use super::super::mask;
use super::super::policy::{Verb, allows};
use super::briefing::{Event, changes_of};
use super::{Ask, Scene};

/// A job with what is needed at the door.
#[derive(Clone, Debug)]
pub struct JobSheet {
    pub record: Record,
    /// The checklist of its kind.
    pub checklist: Vec<String>,
    /// What the technician carries: serial and kind.
    pub carried: Vec<Record>,
    /// What is installed at the customer.
    pub installed: Vec<Record>,
    /// Light below this is a fault, tenths of a dBm.
    pub light_low: i64,
    /// The code the customer tells when the work is done, for whom jobs are raised by; nobody else sees it.
    pub code: Option<String>,
    /// The newest first.
    pub timeline: Vec<Event>,
}

/// A technician who is to be at two places at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub owner: String,
    /// Days since 1970-01-01.
    pub day: i64,
    pub slot: String,
    /// Numbers of the jobs.
    pub jobs: Vec<String>,
}

/// Slots of open jobs that are taken more than once, the next day first.
#[derive(Clone, Copy, Debug)]
pub struct AskConflicts;

impl Ask for AskConflicts {
    type Answer = Vec<Conflict>;
    fn answer(&self, read: &Read<'_>, _: &Scene<'_>) -> Result<Vec<Conflict>, ReadError> {
        let mut slots: BTreeMap<(i64, String, String), Vec<String>> = BTreeMap::new();
        for open in read.open_jobs()? {
            if let Some(day) = open.day.filter(|_| !open.owner.is_empty() && !open.slot.is_empty()) {
                slots.entry((day, open.slot, open.owner.to_lowercase())).or_default().push(open.number);
            }
        }
        let twice = slots.into_iter().filter(|(_, jobs)| jobs.len() > 1);
        Ok(twice.map(|((day, slot, owner), jobs)| Conflict { owner, day, slot, jobs }).collect())
    }
}

/// The sheet of one job.
#[derive(Clone, Copy, Debug)]
pub struct AskJob {
    pub id: Id,
    pub events: usize,
}

impl Ask for AskJob {
    type Answer = JobSheet;
    fn answer(&self, read: &Read<'_>, scene: &Scene<'_>) -> Result<JobSheet, ReadError> {
        let found = read.row(Entity::Job, self.id)?;
        let mut record = found.ok_or_else(|| ReadError::NotFound(format!("job {}", self.id)))?;
        mask::cover(scene.who, &mut record);
        let settings = read.settings()?;
        let kind = JobKind::parse(record.text(j::KIND));
        let list = kind.map_or(Vec::new(), |k| checklist(settings.text(k.checklist_key())));
        let by = |field, value: &crate::domain::Value| {
            if value.is_null() { Ok(Vec::new()) } else { read.rows_by(field, value, 50) }
        };
        let asks_code = settings.text("jobs.signoff") == "code" && allows(scene.who.role, Verb::RaiseJob, Entity::Job);
        let code = asks_code.then(|| key(read)).transpose()?.filter(|k| !k.is_empty());
        Ok(JobSheet {
            checklist: list.into_iter().map(str::to_string).collect(),
            carried: by(i::OWNER, record.get(j::OWNER))?,
            installed: by(i::ACCOUNT, record.get(j::ACCOUNT))?,
            light_low: settings.int("jobs.light-low"),
            code: code.map(|k| sign_off_code(&k, record.text(j::NUMBER))),
            timeline: changes_of(read, scene, Entity::Job, self.id, self.events)?,
            record,
        })
    }
}
