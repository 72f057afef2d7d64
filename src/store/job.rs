//! Questions about jobs.

use rusqlite::OptionalExtension as _;

use crate::base::Id;

use super::{Read, Result};

/// A job that somebody still has to go for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenJob {
    pub number: String,
    pub kind: String,
    pub customer: Id,
    pub owner: String,
    pub area: String,
    pub day: Option<i64>,
    pub slot: String,
}

impl Read<'_> {
    /// The greatest number a job was given.
    pub fn last_job(&self) -> Result<i64> {
        // Numbers grow beyond six digits: the longer one is the greater one.
        let sql = "SELECT number FROM jobs ORDER BY length(number) DESC, number DESC LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let text: Option<String> = statement.query_row([], |r| r.get(0)).optional()?;
        let text = text.unwrap_or_default();
        Ok(text.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(0))
    }

    /// Every job that is not ended: they are few beside those that are.
    pub fn open_jobs(&self) -> Result<Vec<OpenJob>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT number, kind, COALESCE(customer_id, 0), owner, area, day, slot FROM jobs \
             WHERE state IN ('open', 'scheduled', 'started') AND deleted IS NULL",
        )?;
        let rows = statement.query_map([], |r| {
            Ok(OpenJob {
                number: r.get(0)?,
                kind: r.get(1)?,
                customer: Id(r.get(2)?),
                owner: r.get(3)?,
                area: r.get(4)?,
                day: r.get(5)?,
                slot: r.get(6)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}
