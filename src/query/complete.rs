//! What could stand at the cursor of a filter text.

use crate::domain::{Entity, FieldId};

use super::ast::Span;
use super::schema::{self, Kind, field};
use super::views;

/// What the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// The name of a field, or a free word.
    Name,
    /// A value of this field; the store knows which ones there are.
    Value(FieldId),
    /// A value out of a list known beforehand.
    Fixed(Vec<Suggestion>),
    Nothing,
}

/// The place to complete: what was typed there, and which bytes an answer replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub slot: Slot,
    pub typed: String,
    pub replace: Span,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What is put into the text.
    pub insert: String,
    /// What is read beside it: a label, a help sentence.
    pub note: String,
    /// Rows that have it, where that is known.
    pub count: Option<i64>,
}

impl Suggestion {
    fn new(insert: impl Into<String>, note: impl Into<String>) -> Self {
        Self { insert: insert.into(), note: note.into(), count: None }
    }
}

/// Finds the place around byte `cursor`. Works on texts that do not parse.
pub fn place(text: &str, cursor: usize, entity: Entity) -> Place {
    let mut cursor = cursor.min(text.len());
    while !text.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let start = chunk_start(&text[..cursor]);
    let chunk = &text[start..cursor];
    let body = chunk.trim_start_matches(['-', '!']);
    let offset = start + chunk.len() - body.len();
    let span = |from: usize| Span { start: from, end: cursor };
    let Some(op) = body.find(is_operator) else {
        let slot = if body.starts_with('"') { Slot::Nothing } else { Slot::Name };
        return Place { slot, typed: body.to_string(), replace: span(offset) };
    };
    let name = body[..op].to_ascii_lowercase();
    let value_at = op + body[op..].find(|c| !is_operator(c)).unwrap_or(body.len() - op);
    let last = body[value_at..].rfind(',').map_or(value_at, |i| value_at + i + 1);
    let mut typed = body[last..].trim_start_matches('"').to_string();
    let mut from = offset + last;
    let slot = match name.as_str() {
        "sort" => {
            if typed.starts_with(['-', '+']) {
                typed.remove(0);
                from += 1;
            }
            let fields = schema::fields(entity).iter().filter(|f| f.sort);
            Slot::Fixed(fields.map(|f| Suggestion::new(f.name, f.title)).collect())
        }
        "is" => {
            let words = views::predicates(entity).iter().map(|(n, text)| Suggestion::new(*n, *text));
            Slot::Fixed(words.chain([Suggestion::new("deleted", "put away, can be restored")]).collect())
        }
        "has" => Slot::Fixed(schema::fields(entity).iter().map(|f| Suggestion::new(f.name, f.title)).collect()),
        name => schema::find(entity, name).map_or(Slot::Nothing, values),
    };
    Place { slot, typed, replace: span(from) }
}

fn is_operator(c: char) -> bool {
    matches!(c, ':' | '=' | '<' | '>' | '!')
}

fn values(id: FieldId) -> Slot {
    match field(id).kind {
        Kind::Date { ahead } => {
            let words: &[(&str, &str)] = if ahead {
                &[("today", ""), ("7d", "within seven days"), ("this-week", ""), ("this-month", ""), ("next-month", "")]
            } else {
                &[
                    ("today", ""),
                    ("30d", "within thirty days"),
                    ("this-month", ""),
                    ("last-month", ""),
                    ("this-fy", "financial year"),
                    ("last-fy", ""),
                ]
            };
            Slot::Fixed(words.iter().map(|(w, n)| Suggestion::new(*w, *n)).collect())
        }
        Kind::Moment => {
            let near = if field(id).ahead { ("2d", "within two days") } else { ("7d", "within seven days") };
            let words = [("now", ""), ("today", ""), ("4h", "within four hours"), near, ("this-month", "")];
            let clock = id == schema::ticket::CLOCK;
            let soon = clock.then_some(("near", "until its end is near"));
            Slot::Fixed(soon.iter().chain(words.iter()).map(|(w, n)| Suggestion::new(*w, *n)).collect())
        }
        Kind::Int { bands, .. } if !bands.is_empty() => {
            Slot::Fixed(bands.iter().map(|b| Suggestion::new(b.name, format!("{} to {}", b.low, b.high))).collect())
        }
        Kind::Choice(choices) if id == schema::customer::SEGMENT => {
            let own = choices.iter().map(|c| Suggestion::new(c.code, c.label));
            Slot::Fixed(own.chain(views::NAMED_SEGMENTS.iter().map(|s| Suggestion::new(s.name, s.help))).collect())
        }
        Kind::Category | Kind::Choice(_) | Kind::List(_) => Slot::Value(id),
        Kind::Int { .. } if field(id).name == "speed" => Slot::Value(id),
        Kind::Text if field(id).name == "name" => Slot::Nothing,
        _ => Slot::Nothing,
    }
}

/// Where the word around the end of `text` begins: after white space or `(`, quotes respected.
fn chunk_start(text: &str) -> usize {
    let mut start = 0;
    let mut quoted = false;
    let mut escaped = false;
    for (i, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            c if !quoted && (c.is_whitespace() || c == '(' || c == ')') => start = i + c.len_utf8(),
            _ => {}
        }
    }
    start
}

/// Field names (and `is`, `has`, `sort`) that begin with what was typed, or hold it.
pub fn names(entity: Entity, typed: &str) -> Vec<Suggestion> {
    let typed = typed.to_ascii_lowercase();
    let mut found: Vec<(bool, Suggestion)> = Vec::new();
    for f in schema::fields(entity) {
        let hit = |s: &str| s.starts_with(&typed);
        let first = hit(f.name);
        if first || f.aliases.iter().any(|a| hit(a)) || (typed.len() > 1 && f.name.contains(&typed)) {
            found.push((!first, Suggestion::new(format!("{}:", f.name), f.help)));
        }
    }
    for (word, note) in
        [("is:", "A named condition."), ("has:", "Rows where a field is filled."), ("sort:", "The order; - turns it.")]
    {
        if word.starts_with(&typed) {
            found.push((false, Suggestion::new(word, note)));
        }
    }
    found.sort_by_key(|(late, _)| *late);
    found.into_iter().map(|(_, s)| s).collect()
}

/// Those of `all` that fit what was typed: beginning with it first, then holding it.
pub fn narrow(all: Vec<Suggestion>, typed: &str) -> Vec<Suggestion> {
    let typed = typed.trim_matches('"').to_lowercase();
    let rank = |s: &Suggestion| {
        let text = s.insert.trim_matches('"').to_lowercase();
        if text.starts_with(&typed) {
            Some(0)
        } else if text.contains(&typed) || s.note.to_lowercase().starts_with(&typed) {
            Some(1)
        } else {
            None
        }
    };
    let mut kept: Vec<(i32, Suggestion)> = all.into_iter().filter_map(|s| rank(&s).map(|r| (r, s))).collect();
    kept.sort_by_key(|(r, _)| *r);
    kept.into_iter().map(|(_, s)| s).collect()
}

/// `text` with `insert` in the place, and the cursor after it. A finished value is followed by a
/// space, a field name is not.
pub fn apply(text: &str, place: &Place, insert: &str) -> (String, usize) {
    let finished = !insert.ends_with(':');
    let tail = &text[place.replace.end..];
    let quote_ends = tail.strip_prefix('"').filter(|_| text[..place.replace.end].matches('"').count() % 2 == 1);
    let tail = quote_ends.unwrap_or(tail);
    let gap = if finished && !tail.starts_with(' ') { " " } else { "" };
    let head = format!("{}{insert}{gap}", &text[..place.replace.start]);
    let cursor = head.len() + usize::from(finished && gap.is_empty());
    (format!("{head}{tail}"), cursor)
}
