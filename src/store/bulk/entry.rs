//! Entries of an index while they are put in order: each is a key and nothing besides. The values that order come first,
//! the id of the row behind them, once; then what orders nothing any more, as no two rows have the same id: values that
//! the index has behind the id, and which letters are capitals. From that the record of the file is made again.

use chrono::Datelike as _;

use crate::base::{Timestamp, calendar};

use super::few::{Code, Few};
use super::index::Term;
use super::key;
use super::record::{self, Datum, Maker};

/// A value of an entry.
#[derive(Debug)]
enum Part {
    /// A number, or NULL.
    Number(usize),
    Else(usize, i64),
    Length(usize),
    Later(usize, usize),
    /// Year and month as one number while they are put in order, a text in the file.
    Month(usize, usize),
    Text(usize),
    /// A text that is one of few: its column, and which of the table's columns of this kind it is.
    Few(usize, usize),
    Id,
}

/// What an index has of a row.
#[derive(Debug)]
pub struct Shape {
    parts: Vec<Part>,
    /// Whether some of it are texts.
    texts: bool,
}

impl Shape {
    /// `texts` tells which columns are texts, `few` those among them whose texts are few.
    pub fn of(terms: &[Term], texts: &[bool], few: &[usize]) -> Shape {
        let part = |term: &Term| match *term {
            Term::Column(at) if !texts[at] => Part::Number(at),
            Term::Column(at) => match few.iter().position(|column| *column == at) {
                Some(n) => Part::Few(at, n),
                None => Part::Text(at),
            },
            Term::Else(at, other) => Part::Else(at, other),
            Term::Length(at) => Part::Length(at),
            Term::Later(at, other) => Part::Later(at, other),
            Term::Month(at, other) => Part::Month(at, other),
            Term::Id => Part::Id,
        };
        let parts: Vec<Part> = terms.iter().map(part).collect();
        let texts = parts.iter().any(|part| matches!(part, Part::Text(_) | Part::Few(..)));
        Shape { parts, texts }
    }

    /// The key of a row; false where one of its moments is not of the years that are known here.
    #[must_use]
    pub fn key(&self, out: &mut Vec<u8>, row: &[Datum<'_>], codes: &[Code], id: i64) -> bool {
        let text = |at: usize| match row[at] {
            Datum::Text(text) => text,
            _ => "",
        };
        let number = |at: usize| match row[at] {
            Datum::Int(n) => Some(n),
            _ => None,
        };
        out.clear();
        let mut has_id = false;
        for part in &self.parts {
            match *part {
                Part::Number(at) => match number(at) {
                    Some(n) => key::int(out, n),
                    None => key::null(out),
                },
                Part::Else(at, other) => key::int(out, number(at).unwrap_or(other)),
                Part::Length(at) => key::int(out, text(at).chars().count() as i64),
                Part::Later(at, other) => match number(at) {
                    Some(n) => key::int(out, number(other).map_or(n, |m| n.max(m))),
                    None => key::null(out),
                },
                Part::Month(at, other) => match number(at).or(number(other)) {
                    None => key::null(out),
                    Some(ms) => match month(ms) {
                        Some(month) => key::int(out, month),
                        None => return false,
                    },
                },
                Part::Text(at) => key::text(out, text(at)),
                Part::Few(at, n) => Few::key(out, codes[n], text(at)),
                Part::Id if has_id => {}
                Part::Id => {
                    key::id(out, id);
                    has_id = true;
                }
            }
        }
        if !has_id {
            key::id(out, id);
        }
        if !self.texts {
            return true;
        }
        let end = out.len();
        for part in &self.parts {
            match *part {
                Part::Text(at) => key::case(out, text(at)),
                Part::Few(at, n) => Few::case(out, codes[n], text(at)),
                _ => {}
            }
        }
        // What is not told is not the case.
        let told = out[end..].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        out.truncate(end + told);
        true
    }

    /// The record of a key; a key may have more zeros behind it.
    pub fn record<'a>(
        &self,
        key: &[u8],
        few: &[Few],
        out: &'a mut Maker,
        texts: &mut Vec<(usize, usize)>,
    ) -> record::Record<'a> {
        out.begin();
        texts.clear();
        let (mut at, mut id) = (0, None);
        let add = |out: &mut Maker, texts: &mut Vec<(usize, usize)>, text: &[u8]| {
            texts.push((out.body.len(), text.len()));
            out.text(text);
        };
        for part in &self.parts {
            match part {
                Part::Number(_) | Part::Else(..) | Part::Length(_) | Part::Later(..) | Part::Month(..) => {
                    let (n, bytes) = key::int_of(&key[at..]);
                    match (n, part) {
                        (None, _) => out.null(),
                        (Some(n), Part::Month(..)) => out.text(&six_digits(n)),
                        (Some(n), _) => out.int(n),
                    }
                    at += bytes;
                }
                Part::Text(_) => {
                    let text = key::text_of(&key[at..]);
                    add(out, texts, text);
                    at += text.len() + 1;
                }
                Part::Few(_, n) => {
                    let (text, bytes) = few[*n].text_of(&key[at..]);
                    add(out, texts, text);
                    at += bytes;
                }
                Part::Id => {
                    let id = *id.get_or_insert_with(|| {
                        at += 8;
                        key::id_of(&key[at - 8..])
                    });
                    out.int(id);
                }
            }
        }
        let id = id.unwrap_or_else(|| {
            at += 8;
            key::id_of(&key[at - 8..])
        });
        out.int(id);
        for (from, length) in texts {
            if at >= key.len() {
                break;
            }
            at += key::give_case(&key[at..], &mut out.body[*from..*from + *length]);
        }
        out.end()
    }

    /// The first value of a key, which alone tells whether two entries of a unique index are alike; nothing where it is
    /// no value, which is not like another.
    pub fn first<'a>(&self, key: &'a [u8], few: &[Few]) -> Option<&'a [u8]> {
        let bytes = match self.parts.first()? {
            Part::Number(_) | Part::Else(..) | Part::Length(_) | Part::Later(..) | Part::Month(..) => {
                match key::int_of(key) {
                    (None, _) => return None,
                    (Some(_), bytes) => bytes,
                }
            }
            Part::Text(_) => key::text_of(key).len() + 1,
            Part::Few(_, n) => few[*n].text_of(key).1,
            Part::Id => 8,
        };
        Some(&key[..bytes])
    }
}

/// Year and month of a moment in India as one number, 202611; `None` before 1970 and after 9999.
fn month(ms: i64) -> Option<i64> {
    (0..=253_402_214_400_000).contains(&ms).then(|| {
        let day = calendar::date_of(Timestamp(ms));
        i64::from(day.year()) * 100 + i64::from(day.month())
    })
}

fn six_digits(n: i64) -> [u8; 6] {
    let mut left = n;
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit += (left % 10) as u8;
        left /= 10;
    }
    digits
}
