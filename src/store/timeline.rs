//! Timelines. What is written on one while people work is a row of `activities`. What came with the customer, from an
//! older system or a demo company, is read with them and never changed: it lies in one row of `timelines`, a line of
//! text for each thing that happened, the oldest first. As rows of their own, eight for each customer and as many
//! entries of an index, these were a fifth of a company's file.
//!
//! ```text
//! id - customer's id  moment  kind  who  reference  body          with a tab between
//! ```
//!
//! A tab, a line's end and a backslash within a text stand as `\t`, `\n` and `\\`.

use std::borrow::Cow;

use rusqlite::{Connection, OptionalExtension};

use crate::base::{Id, Timestamp};
use crate::domain::{Activity, ActivityKind, Text};

use super::{Read, Result, StoreError};

/// What is special in a line, and what stands for it.
const SPECIAL: [(char, char); 3] = [('\\', '\\'), ('\t', 't'), ('\n', 'n')];

/// Appends lines, the oldest first, to a text.
pub fn pack(lines: &[Activity], out: &mut String) {
    let mut number = itoa::Buffer::new();
    for a in lines {
        out.push_str(number.format(a.id.0.wrapping_sub(a.customer.0)));
        out.push('\t');
        out.push_str(number.format(a.at.0));
        out.push('\t');
        out.push_str(a.kind.code());
        for text in [&a.who, &a.reference, &a.body] {
            out.push('\t');
            // Looked through to its end without a branch: hardly any has one of these.
            let is_special =
                |b: u8| SPECIAL.iter().fold(false, |is, (special, _)| is | (u32::from(b) == *special as u32));
            let special = text.bytes().fold(false, |found, b| found | is_special(b));
            match special {
                false => out.push_str(text),
                true => text.chars().for_each(|c| match SPECIAL.iter().find(|(special, _)| *special == c) {
                    Some((_, word)) => out.extend(['\\', *word]),
                    None => out.push(c),
                }),
            }
        }
        out.push('\n');
    }
}

/// The lines of a text; an error where it is none that was packed.
pub fn unpack(customer: Id, text: &str) -> Result<Vec<Activity>> {
    let damaged = || StoreError::Sql(format!("the timeline of row {} is damaged", customer.0));
    text.split_terminator('\n').map(|line| read(customer, line).ok_or_else(damaged)).collect()
}

fn read(customer: Id, line: &str) -> Option<Activity> {
    let mut parts = line.split('\t');
    let mut next = || parts.next();
    let id = Id(next()?.parse::<i64>().ok()?.wrapping_add(customer.0));
    let (at, kind) = (Timestamp(next()?.parse().ok()?), ActivityKind::parse(next()?)?);
    let mut text = || Some(Text::from(plain(next()?)?));
    let (who, reference, body) = (text()?, text()?, text()?);
    parts.next().is_none().then_some(Activity { id, customer, at, kind, who, reference, body })
}

/// A text as it was before it was packed.
fn plain(packed: &str) -> Option<Cow<'_, str>> {
    if !packed.contains('\\') {
        return Some(packed.into());
    }
    let mut out = String::with_capacity(packed.len());
    let mut chars = packed.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let word = chars.next()?;
        out.push(SPECIAL.iter().find(|(_, w)| *w == word)?.0);
    }
    Some(out.into())
}

/// The lines that came with a customer.
fn packed(conn: &Connection, customer: Id) -> Result<Vec<Activity>> {
    let mut statement = conn.prepare_cached("SELECT lines FROM timelines WHERE customer = ?1")?;
    let text: Option<String> = statement.query_row([customer.0], |r| r.get(0)).optional()?;
    text.map_or(Ok(Vec::new()), |text| unpack(customer, &text))
}

impl Read<'_> {
    /// The newest lines of a customer's timeline, the newest first.
    pub fn timeline(&self, customer: Id, limit: usize) -> Result<Vec<Activity>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, at, kind, who, reference, body FROM activities WHERE customer = ?1 ORDER BY at DESC, id DESC LIMIT ?2",
        )?;
        let mut lines: Vec<Activity> = statement
            .query_map((customer.0, i64::try_from(limit).unwrap_or(i64::MAX)), |r| {
                let text = |n| Ok::<_, rusqlite::Error>(r.get_ref(n)?.as_str().unwrap_or("").into());
                Ok(Activity {
                    id: Id(r.get(0)?),
                    customer,
                    at: Timestamp(r.get(1)?),
                    kind: ActivityKind::parse(r.get_ref(2)?.as_str().unwrap_or("")).unwrap_or(ActivityKind::Note),
                    who: text(3)?,
                    reference: text(4)?,
                    body: text(5)?,
                })
            })?
            .collect::<rusqlite::Result<_>>()?;
        lines.append(&mut packed(self.conn, customer)?);
        lines.sort_by_key(|a| std::cmp::Reverse((a.at, a.id)));
        lines.truncate(limit);
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(n: i64, who: &str, reference: &str, body: &str) -> Activity {
        Activity {
            id: Id(100 + n),
            customer: Id(100),
            at: Timestamp(n * 7 - 3),
            kind: ActivityKind::ALL[n as usize % ActivityKind::ALL.len()],
            who: who.into(),
            reference: reference.into(),
            body: body.into(),
        }
    }

    #[test]
    fn what_is_packed_is_unpacked_and_what_is_damaged_is_told() {
        let lines = [
            line(1, "priya", "T-26110001", "Slow speed · line test done"),
            line(2, "", "", ""),
            line(3, "a\tb", "\\t", "first\nsecond\r\n\\\\ third\\"),
            line(i64::MAX / 8, "नेटवर्क", "I-1", "\u{2028}x\n"),
        ];
        let mut text = String::new();
        pack(&lines, &mut text);
        assert_eq!(unpack(Id(100), &text).unwrap(), lines);
        assert_eq!(unpack(Id(100), "").unwrap(), []);
        for bad in [
            "1\t2\tnote\ta\tb",
            "1\t2\tnote\ta\tb\tc\td",
            "x\t2\tnote\ta\tb\tc",
            "1\t2\tother\ta\tb\tc",
            "1\t2\tnote\ta\tb\t\\x",
            "1\t2\tnote\ta\tb\t\\",
        ] {
            assert!(matches!(unpack(Id(100), bad), Err(StoreError::Sql(_))), "{bad:?}");
        }
    }
}
