//! Entries of an index while they are put in order: each is a key and nothing besides. The values that order come first,
//! the id of the row behind them, once; then what orders nothing any more, as no two rows have the same id: values that
//! the index has behind the id, and which letters are capitals. From that the record of the file is made again.

use chrono::Datelike as _;

use crate::base::{Timestamp, calendar};

use super::few::{Code, Few};
use super::index::Term;
use super::key::{self, Packed};
use super::record::{self, Cell, Datum, Maker, Takes};

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

impl Part {
    /// The number that it is of a row, or NULL; none at all for a text, an id, and a moment that is not of the years that
    /// are known here.
    #[inline]
    fn number(&self, row: &[Datum<'_>]) -> Option<Option<i64>> {
        let number = |at: usize| match row[at] {
            Datum::Int(n) => Some(n),
            _ => None,
        };
        Some(match *self {
            Part::Number(at) => number(at),
            Part::Else(at, other) => Some(number(at).unwrap_or(other)),
            Part::Length(at) => Some(text(row[at]).chars().count() as i64),
            Part::Later(at, other) => number(at).map(|n| number(other).map_or(n, |m| n.max(m))),
            Part::Month(at, other) => match number(at).or(number(other)) {
                None => None,
                Some(ms) => Some(month(ms)?),
            },
            Part::Text(_) | Part::Few(..) | Part::Id => return None,
        })
    }
}

/// What an index has of a row.
#[derive(Debug)]
pub struct Shape {
    parts: Vec<Part>,
    /// Whether some of it are texts.
    texts: bool,
    /// Whether values of eight bytes and an id may be all of a key.
    short: bool,
}

/// The bytes before an id at least.
const VALUES: usize = Packed::MOST as usize;

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
        let mut behind = parts.iter().skip_while(|part| !matches!(part, Part::Id));
        let short =
            behind.all(|part| matches!(part, Part::Id)) && !parts.iter().any(|part| matches!(part, Part::Text(_)));
        Shape { parts, texts, short }
    }

    /// The values of the key of a row where they need no more than eight bytes and the id is all behind them.
    #[inline]
    pub fn short(&self, row: &[Datum<'_>], codes: &[Code]) -> Option<u64> {
        if !self.short {
            return None;
        }
        let mut packed = Packed::default();
        for part in &self.parts {
            match *part {
                Part::Few(_, n) => {
                    let (number, bytes) = codes[n].alone()?;
                    packed.put(number, bytes);
                }
                Part::Id => {}
                _ => match part.number(row)? {
                    Some(n) => packed.int(n),
                    None => packed.put(0, 1),
                },
            }
        }
        packed.end()
    }

    /// The key of any row; false where one of its moments is not of the years that are known here.
    #[must_use]
    pub fn key(&self, out: &mut Vec<u8>, row: &[Datum<'_>], codes: &[Code], id: i64) -> bool {
        out.clear();
        let mut has_id = false;
        let put_id = |out: &mut Vec<u8>| {
            out.resize(out.len().max(VALUES), 0);
            key::id(out, id);
        };
        for part in &self.parts {
            match *part {
                Part::Text(at) => key::text(out, text(row[at])),
                Part::Few(at, n) => Few::key(out, codes[n], text(row[at])),
                Part::Id if has_id => {}
                Part::Id => {
                    put_id(out);
                    has_id = true;
                }
                _ => match part.number(row) {
                    Some(Some(n)) => key::int(out, n),
                    Some(None) => key::null(out),
                    None => return false,
                },
            }
        }
        if !has_id {
            put_id(out);
        }
        if !self.texts {
            return true;
        }
        let end = out.len();
        for part in &self.parts {
            match *part {
                Part::Text(at) => key::case(out, text(row[at])),
                Part::Few(at, n) => Few::case(out, codes[n], text(row[at])),
                _ => {}
            }
        }
        // What is not told is not the case.
        let told = out[end..].iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        out.truncate(end + told);
        true
    }

    /// Makes the entry of a key; `false` where it cannot be of one piece.
    #[must_use]
    pub fn cell(&self, key: &[u8], few: &[Few], out: &mut Cell, texts: &mut Vec<(usize, usize)>) -> bool {
        if self.parts.len() >= Cell::VALUES {
            return false;
        }
        out.begin(self.parts.len() + 1);
        self.values(key, few, out, texts)
    }

    /// The record of a key.
    pub fn record<'a>(
        &self,
        key: &[u8],
        few: &[Few],
        out: &'a mut Maker,
        texts: &mut Vec<(usize, usize)>,
    ) -> record::Record<'a> {
        out.begin();
        self.values(key, few, out, texts);
        out.end()
    }

    /// Hands over the values of a key, the id at the end of all; `false` where one is not taken.
    #[inline]
    fn values<T: Takes>(&self, key: &[u8], few: &[Few], out: &mut T, texts: &mut Vec<(usize, usize)>) -> bool {
        let (mut at, mut id) = (0, None);
        let id_at = |at: &mut usize| {
            let from = VALUES.max(*at);
            *at = from + 8;
            key::id_of(&key[from..])
        };
        texts.clear();
        for part in &self.parts {
            let text = match part {
                Part::Number(_) | Part::Else(..) | Part::Length(_) | Part::Later(..) | Part::Month(..) => {
                    let (n, bytes) = key::int_of(&key[at..]);
                    at += bytes;
                    match (n, part) {
                        (None, _) => out.null(),
                        (Some(n), Part::Month(..)) => {
                            out.text(&six_digits(n));
                        }
                        (Some(n), _) => out.int(n),
                    }
                    continue;
                }
                Part::Text(_) => {
                    let text = key::text_of(&key[at..]);
                    at += text.len() + 1;
                    text
                }
                Part::Few(_, n) => {
                    let (text, bytes) = few[*n].text_of(&key[at..]);
                    at += bytes;
                    text
                }
                Part::Id => {
                    out.int(*id.get_or_insert_with(|| id_at(&mut at)));
                    continue;
                }
            };
            match out.text(text) {
                Some(from) => texts.push((from, text.len())),
                None => return false,
            }
        }
        out.int(id.unwrap_or_else(|| id_at(&mut at)));
        for place in texts {
            if at >= key.len() {
                break;
            }
            at += key::give_case(&key[at..], out.taken(*place));
        }
        true
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

fn text(value: Datum<'_>) -> &str {
    match value {
        Datum::Text(text) => text,
        _ => "",
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
