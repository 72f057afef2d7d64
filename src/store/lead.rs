//! Questions about leads that no page answers.

use crate::base::{Id, Timestamp};
use crate::domain::Entity;
use crate::domain::lead::Stage;
use crate::query::cut;
use crate::query::schema::lead as l;

use super::row::table;
use super::{Read, Result, Rows};

/// One contact with a lead, as its table has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub id: Id,
    pub at: Timestamp,
    pub kind: String,
    pub who: String,
    pub body: String,
}

impl Read<'_> {
    /// Each source with how many of its leads became customers and how many were closed at all.
    pub fn lead_tallies(&self) -> Result<Vec<(String, i64, i64)>> {
        let ended = [Stage::Converted, Stage::Lost].map(|stage| (stage, cut::place(l::STAGE, stage.code())));
        let found: Vec<(String, Stage, i64)> = if self.settled() {
            let cells = self.cuts(&[cut::SOURCES], &Rows::All, (i64::MIN, i64::MAX))?.concat();
            let of = |cell: &cut::Cell| ended.iter().find(|(_, place)| *place == cell.b).map(|(stage, _)| *stage);
            cells.into_iter().filter_map(|cell| Some((cell.a.clone(), of(&cell)?, cell.rows))).collect()
        } else {
            // In the order of the index, so that nothing is sorted.
            let mut statement = self.conn.prepare_cached(
                "SELECT source, stage, count(*) FROM leads \
                 WHERE stage IN ('converted', 'lost') AND deleted IS NULL GROUP BY stage, source",
            )?;
            let stage = |code: String| Stage::parse(&code).unwrap_or(Stage::Lost);
            let rows = statement.query_map([], |r| Ok((r.get(0)?, stage(r.get(1)?), r.get(2)?)))?;
            rows.collect::<rusqlite::Result<_>>()?
        };
        let mut out: Vec<(String, i64, i64)> = Vec::new();
        for (source, stage, n) in found {
            let won = if stage == Stage::Converted { n } else { 0 };
            match out.iter_mut().find(|(s, ..)| *s == source) {
                Some((_, converted, closed)) => (*converted, *closed) = (*converted + won, *closed + n),
                None => out.push((source, won, n)),
            }
        }
        Ok(out)
    }

    /// Open leads of a rep, when they got the last one (0 where never), and how many at that moment.
    pub fn lead_load(&self, login: &str) -> Result<(i64, i64, i64)> {
        let mut statement = self.conn.prepare_cached(
            "SELECT COALESCE(SUM(stage NOT IN ('converted', 'lost') AND deleted IS NULL), 0), \
             COALESCE(max(assigned_at), 0) FROM leads WHERE owner = ?1",
        )?;
        let (open, last): (i64, i64) = statement.query_row([login], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let mut statement =
            self.conn.prepare_cached("SELECT count(*) FROM leads WHERE owner = ?1 AND assigned_at = ?2")?;
        let at_once = statement.query_row((login, last), |r| r.get(0))?;
        Ok((open, last, at_once))
    }

    /// The greatest lead number given out, deleted rows included.
    pub fn last_lead(&self) -> Result<i64> {
        Ok(self.conn.query_row("SELECT COALESCE(max(number), 0) FROM leads", [], |r| r.get(0))?)
    }

    /// What was said to a lead, the newest first.
    pub fn contacts(&self, lead: Id, limit: usize) -> Result<Vec<Contact>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, at, kind, who, body FROM touches WHERE lead = ?1 ORDER BY at DESC, id DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((lead.0, i64::try_from(limit).unwrap_or(i64::MAX)), |r| {
            Ok(Contact {
                id: Id(r.get(0)?),
                at: Timestamp(r.get(1)?),
                kind: r.get(2)?,
                who: r.get(3)?,
                body: r.get(4)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// True where an entity has no row that is not put away.
    pub fn is_bare(&self, entity: Entity) -> Result<bool> {
        let sql = format!("SELECT NOT EXISTS (SELECT 1 FROM {} WHERE deleted IS NULL)", table(entity));
        Ok(self.conn.query_row(&sql, [], |r| r.get(0))?)
    }
}
