//! Many changes of one entity as one text: a line with the names of the fields, then a line a row,
//! `[row, op, version, field, old, new, …]`. A field is its place in the first line. An insert has no old
//! values and a delete no new ones.
//!
//! A thousand rows of a status change are some 90 KB so; as a row of a table each they would be three times that,
//! and three times the time. Entries with few changes stay rows of the table `changes`, where one is found by its row.

use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

use crate::base::Id;
use crate::domain::{Entity, FieldId, Value};
use crate::query::schema::{self, field};

use super::{Change, FieldChange};

/// Rows of a block at most.
pub const BLOCK: usize = 1_000;
/// Entries with so many changes keep them in blocks.
pub const MANY: usize = 200;

/// A run of changes, ready to be kept.
pub struct Block {
    pub entity: Entity,
    pub rows: i64,
    /// The least and the greatest row id.
    pub low: i64,
    pub high: i64,
    pub body: String,
}

impl Block {
    /// Cuts changes into blocks: a thousand rows at most, of one entity each.
    pub fn cut(changes: &[Change]) -> impl Iterator<Item = Block> {
        changes.chunk_by(|a, b| a.entity() == b.entity()).flat_map(|run| run.chunks(BLOCK)).filter_map(Block::of)
    }

    fn of(changes: &[Change]) -> Option<Block> {
        let entity = changes.first()?.entity();
        // Where a field stands in the first line, by its place in the field table.
        let mut place: Vec<Option<usize>> = vec![None; schema::fields(entity).len()];
        let mut names: Vec<&str> = Vec::new();
        let mut lines = Vec::with_capacity(changes.len() * 96);
        let (mut low, mut high) = (i64::MAX, i64::MIN);
        for change in changes {
            let id = change.id().0;
            (low, high) = (low.min(id), high.max(id));
            lines.extend_from_slice(b"\n[");
            number(&mut lines, id);
            lines.extend_from_slice(match change {
                Change::Insert { .. } => b",\"i\",0",
                Change::Update { .. } => b",\"u\",",
                Change::Delete { .. } => b",\"d\",",
            });
            let mut at = |lines: &mut Vec<u8>, id: FieldId| {
                let slot = &mut place[usize::from(id.index)];
                let at = *slot.get_or_insert_with(|| {
                    names.push(field(id).name);
                    names.len() - 1
                });
                lines.push(b',');
                number(lines, i64::try_from(at).unwrap_or(0));
            };
            match change {
                Change::Insert { fields, .. } => {
                    for (id, v) in fields {
                        at(&mut lines, *id);
                        value(&mut lines, v);
                    }
                }
                Change::Delete { fields, version, .. } => {
                    number(&mut lines, *version);
                    for (id, v) in fields {
                        at(&mut lines, *id);
                        value(&mut lines, v);
                    }
                }
                Change::Update { fields, version, .. } => {
                    number(&mut lines, *version);
                    for f in fields {
                        at(&mut lines, f.field);
                        value(&mut lines, &f.old);
                        value(&mut lines, &f.new);
                    }
                }
            }
            lines.push(b']');
        }
        let mut body = serde_json::to_string(&names).ok()?;
        body.push_str(std::str::from_utf8(&lines).ok()?);
        Some(Block { entity, rows: i64::try_from(changes.len()).ok()?, low, high, body })
    }

    /// The changes of a stored body; `None` where it is none.
    pub fn read(entity: Entity, body: &str) -> Option<Vec<Change>> {
        let (fields, lines) = split(entity, body)?;
        lines.lines().map(|line| change(entity, &fields, line)).collect()
    }

    /// The changes of a body that touch any of `fields`, of the rows from `low` to `high`.
    pub fn touching(entity: Entity, body: &str, wanted: &[FieldId], (low, high): (i64, i64)) -> Option<Vec<Change>> {
        let (fields, lines) = split(entity, body)?;
        if !fields.iter().any(|f| wanted.contains(f)) {
            return Some(Vec::new());
        }
        let id = |line: &str| line.get(1..)?.split(',').next()?.parse::<i64>().ok();
        let within = lines.lines().filter(|line| id(line).is_none_or(|n| n >= low && n <= high));
        within.map(|line| change(entity, &fields, line)).collect()
    }
}

fn split(entity: Entity, body: &str) -> Option<(Vec<FieldId>, &str)> {
    let (head, lines) = body.split_once('\n')?;
    let names: Vec<String> = serde_json::from_str(head).ok()?;
    let fields = names.iter().map(|n| schema::find(entity, n)).collect::<Option<_>>()?;
    Some((fields, lines))
}

fn number(out: &mut Vec<u8>, n: i64) {
    // Writing to a vector cannot fail.
    let _ = n.serialize(&mut serde_json::Serializer::new(out));
}

fn value(out: &mut Vec<u8>, v: &Value) {
    out.push(b',');
    match v {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Int(n) => number(out, *n),
        Value::Text(s) => drop(s.serialize(&mut serde_json::Serializer::new(out))),
    }
}

fn change(entity: Entity, fields: &[FieldId], line: &str) -> Option<Change> {
    let Line(cells) = serde_json::from_str(line).ok()?;
    let mut cells = cells.into_iter();
    let (id, op, version) = (cells.next()?.as_int()?, cells.next()?, cells.next()?.as_int()?);
    let id = Id(id);
    let which = |v: Value| v.as_int().and_then(|n| fields.get(usize::try_from(n).ok()?).copied());
    if op.as_text() == "u" {
        let mut list = Vec::with_capacity(cells.len() / 3);
        while let Some(at) = cells.next() {
            list.push(FieldChange { field: which(at)?, old: cells.next()?, new: cells.next()? });
        }
        return Some(Change::Update { entity, id, version, fields: list });
    }
    let mut list = Vec::with_capacity(cells.len() / 2);
    while let Some(at) = cells.next() {
        list.push((which(at)?, cells.next()?));
    }
    match op.as_text() {
        "i" => Some(Change::Insert { entity, id, fields: list }),
        "d" => Some(Change::Delete { entity, id, version, fields: list }),
        _ => None,
    }
}

/// The cells of one line. Read by hand: the derived way tries each kind of value in turn.
struct Line(Vec<Value>);

struct Cell(Value);

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Line, D::Error> {
        struct Cells;
        impl<'de> Visitor<'de> for Cells {
            type Value = Line;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a line of a block")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Line, A::Error> {
                let mut cells = Vec::with_capacity(24);
                while let Some(Cell(v)) = seq.next_element()? {
                    cells.push(v);
                }
                Ok(Line(cells))
            }
        }
        d.deserialize_seq(Cells)
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Cell, D::Error> {
        struct One;
        impl Visitor<'_> for One {
            type Value = Cell;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number, a text or nothing")
            }
            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell(Value::Null))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Cell, E> {
                Ok(Cell(Value::Int(n)))
            }
            fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<Cell, E> {
                i64::try_from(n).map(|n| Cell(Value::Int(n))).map_err(E::custom)
            }
            fn visit_str<E>(self, s: &str) -> Result<Cell, E> {
                Ok(Cell(Value::Text(s.into())))
            }
        }
        d.deserialize_any(One).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::schema::{customer as c, plan};

    #[test]
    fn blocks_hold_what_was_put_in() {
        let text = "line\nbreak [7,\"u\",1] \u{1f600} \\ \"";
        let changes = vec![
            Change::Insert {
                entity: Entity::Customer,
                id: Id(7),
                fields: vec![(c::NAME, text.into()), (c::MRR, Value::Int(-5))],
            },
            Change::Update {
                entity: Entity::Customer,
                id: Id(77),
                version: 3,
                fields: vec![
                    FieldChange { field: c::CITY, old: Value::Null, new: text.into() },
                    FieldChange { field: c::NAME, old: "a".into(), new: Value::Null },
                ],
            },
            Change::Delete { entity: Entity::Plan, id: Id(1), version: 9, fields: vec![(plan::NAME, "x".into())] },
        ];
        let blocks: Vec<Block> = Block::cut(&changes).collect();
        assert_eq!(
            blocks.iter().map(|b| (b.entity, b.rows)).collect::<Vec<_>>(),
            [(Entity::Customer, 2), (Entity::Plan, 1)]
        );
        let back: Vec<Change> = blocks.iter().flat_map(|b| Block::read(b.entity, &b.body).unwrap()).collect();
        assert_eq!(back, changes);
        let touching = |f, span| Block::touching(Entity::Customer, &blocks[0].body, &[f], span).unwrap();
        assert_eq!(touching(c::CITY, (77, 77)), [changes[1].clone()]);
        assert_eq!(touching(c::CITY, (8, 76)), []);
        assert_eq!(touching(c::PLAN, (0, 100)), []);
    }
}
