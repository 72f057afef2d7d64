//! Lines with their months, events and edits, one after the other, for models; and what models have learnt.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use rusqlite::OptionalExtension;

use crate::base::{Id, Timestamp, calendar};
use crate::domain::{ActivityKind, Entity, FieldId, MonthUsage, Record, Text, Usage, Value};
use crate::query::schema::field;

use super::apart::{First, are_apart, source};
use super::block::Block;
use super::row::{columns, record};
use super::timeline::unpack;
use super::{Change, Read, Result, Write};

/// One line with all that is known of it.
#[derive(Clone, Debug)]
pub struct Line {
    pub row: Record,
    pub usage: Usage,
    /// Day and kind, the oldest first: the timeline and the tickets. What has one reference is one event.
    pub events: Vec<(i64, ActivityKind)>,
    /// Day of the edit, field, what it held before; the oldest first.
    pub edits: Vec<(i64, FieldId, Value)>,
}

/// Something that happened with a customer.
struct Event {
    at: Timestamp,
    kind: ActivityKind,
    reference: Text,
}

/// Day and kind of what happened, the oldest first; what has one reference is one event, as it was first told.
fn days(events: Vec<Event>) -> Vec<(i64, ActivityKind)> {
    let mut seen: HashSet<Text> = HashSet::new();
    let first = |e: &Event| e.reference.is_empty() || seen.insert(e.reference.clone());
    let day = |e: Event| (calendar::day_of(e.at), e.kind);
    events.into_iter().filter(first).map(day).collect()
}

/// Values that fields of rows held until a day.
pub type Edits = HashMap<Id, Vec<(i64, FieldId, Value)>>;

impl Read<'_> {
    /// Walks the lines that were ever in service, put-away ones left out, by id, or just one. Edits of `fields` are looked
    /// for from `edited_from` on. `with` says whether to go on.
    pub fn lines(
        &self,
        fields: &[FieldId],
        only: Option<Id>,
        edited_from: Timestamp,
        mut with: impl FnMut(Line) -> bool,
    ) -> Result<()> {
        let mut edits = self.edits(Entity::Customer, fields, only, edited_from)?;
        let fields: Arc<[FieldId]> = fields.into();
        let (low, high) = only.map_or((i64::MIN, i64::MAX), |id| (id.0, id.0));
        let mut rows = self.conn.prepare_cached(&format!(
            "SELECT {} FROM {} WHERE deleted IS NULL AND since IS NOT NULL AND id BETWEEN ?1 AND ?2 ORDER BY id",
            columns(&fields),
            source(Entity::Customer, "", are_apart(&fields), First::Rows)
        ))?;
        let mut usage = self.conn.prepare_cached(
            "SELECT customer, last_month, months FROM usage WHERE customer BETWEEN ?1 AND ?2 ORDER BY customer",
        )?;
        let mut told = self.conn.prepare_cached(
            "SELECT customer, lines FROM timelines WHERE customer BETWEEN ?1 AND ?2 ORDER BY customer",
        )?;
        let mut events = self.conn.prepare_cached(
            "SELECT customer, at, kind, reference FROM activities WHERE customer BETWEEN ?1 AND ?2 \
             UNION ALL SELECT customer, opened, 'ticket', docket FROM tickets \
             WHERE customer BETWEEN ?1 AND ?2 AND deleted IS NULL AND opened IS NOT NULL ORDER BY 1",
        )?;
        let mut rows = rows.query((low, high))?;
        let mut usage = usage.query((low, high))?;
        let mut told = told.query((low, high))?;
        let mut events = events.query((low, high))?;
        // All of them go up by customer: each is read on to the customer at hand.
        let mut month: Option<(i64, Usage)> = None;
        let mut history: Option<(i64, String)> = None;
        let mut event: Option<(i64, Event)> = None;
        while let Some(row) = rows.next()? {
            let row = record(row, &fields)?;
            let id = row.id.0;
            while month.as_ref().is_none_or(|m| m.0 < id) {
                let Some(r) = usage.next()? else { break };
                let months = serde_json::from_str::<Vec<MonthUsage>>(r.get_ref(2)?.as_str().unwrap_or(""));
                let months = months.unwrap_or_default();
                month = Some((r.get(0)?, Usage { last_month: r.get(1)?, months }));
            }
            while history.as_ref().is_none_or(|h| h.0 < id) {
                let Some(r) = told.next()? else { break };
                history = Some((r.get(0)?, r.get(1)?));
            }
            let mut own: Vec<Event> = Vec::new();
            if let Some((_, text)) = history.take_if(|h| h.0 == id) {
                let lines = unpack(row.id, &text)?;
                own.extend(lines.into_iter().map(|a| Event { at: a.at, kind: a.kind, reference: a.reference }));
            }
            while event.as_ref().is_none_or(|e| e.0 <= id) {
                own.extend(event.take().filter(|e| e.0 == id).map(|e| e.1));
                let Some(r) = events.next()? else { break };
                let text = |n| Ok::<_, rusqlite::Error>(r.get_ref(n)?.as_str().unwrap_or(""));
                let kind = ActivityKind::parse(text(2)?).unwrap_or(ActivityKind::Note);
                event = Some((r.get(0)?, Event { at: Timestamp(r.get(1)?), kind, reference: text(3)?.into() }));
            }
            own.sort_by_key(|e| e.at);
            let usage = month.take_if(|m| m.0 == id).map(|m| m.1).unwrap_or_default();
            let edits = edits.remove(&row.id).unwrap_or_default();
            if !with(Line { row, usage, events: days(own), edits }) {
                break;
            }
        }
        Ok(())
    }

    /// Rows of an entity of which a field was changed from a moment on.
    pub fn edited(&self, entity: Entity, id: FieldId, from: Timestamp) -> Result<HashSet<Id>> {
        Ok(self.edits(entity, &[id], None, from)?.into_keys().collect())
    }

    /// What fields of rows held before they were edited, row by row: day of the edit, field, value; the oldest first.
    pub fn edits(&self, entity: Entity, fields: &[FieldId], only: Option<Id>, from: Timestamp) -> Result<Edits> {
        // Changes that touch none of the fields, such as a scoring of all, are passed over by the text.
        let named: Vec<String> =
            fields.iter().map(|f| format!("instr(c.fields, '\"{}\":') > 0", field(*f).name)).collect();
        let sql = format!(
            "SELECT j.seq, c.n, j.at, c.row_id, c.op, c.version, c.fields FROM journal j JOIN changes c ON c.entry = j.seq \
             WHERE j.at >= ?1 AND c.entity = ?4 AND c.op = 'update' AND c.row_id BETWEEN ?2 AND ?3 AND ({}) \
             UNION ALL SELECT j.seq, b.n, j.at, 0, 'block', 0, b.body FROM journal j JOIN blocks b ON b.entry = j.seq \
             WHERE j.at >= ?1 AND b.entity = ?4 AND b.low <= ?3 AND b.high >= ?2 ORDER BY 1, 2",
            named.join(" OR ")
        );
        let span = only.map_or((i64::MIN, i64::MAX), |id| (id.0, id.0));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query((from.0, span.0, span.1, entity.code()))?;
        let mut out = Edits::new();
        while let Some(r) = rows.next()? {
            let day = calendar::day_of(Timestamp(r.get(2)?));
            let (op, text) = (r.get_ref(4)?.as_str().unwrap_or(""), r.get_ref(6)?.as_str().unwrap_or(""));
            let changes = if op == "block" {
                Block::touching(entity, text, fields, span).unwrap_or_default()
            } else {
                Change::from_stored(entity, Id(r.get(3)?), op, r.get(5)?, text).into_iter().collect()
            };
            for change in changes {
                let Change::Update { id, fields: changed, .. } = change else { continue };
                let of_interest = changed.into_iter().filter(|f| fields.contains(&f.field));
                out.entry(id).or_default().extend(of_interest.map(|f| (day, f.field, f.old)));
            }
        }
        Ok(out)
    }

    /// What a model has learnt.
    pub fn model_body(&self, model: Id) -> Result<Option<String>> {
        let mut statement = self.conn.prepare_cached("SELECT body FROM model_bodies WHERE model = ?1")?;
        Ok(statement.query_row([model.0], |r| r.get(0)).optional()?)
    }
}

impl Write<'_> {
    /// Keeps what a model has learnt. Bodies whose model was taken out of the list go with the next one, but for the last
    /// few: a taking back can be taken back.
    pub(super) fn keep_model_body(&self, model: Id, body: &str) -> Result<()> {
        self.conn.prepare_cached("INSERT INTO model_bodies (model, body) VALUES (?1, ?2)")?.execute((model.0, body))?;
        self.conn
            .prepare_cached("DELETE FROM model_bodies WHERE model NOT IN (SELECT model FROM model_bodies ORDER BY model DESC LIMIT 12)")?
            .execute([])?;
        Ok(())
    }
}
