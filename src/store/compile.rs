//! A bound filter to SQL with parameters. No text of a person ever becomes part of the SQL.

use crate::domain::{FieldId, Text, Value};
use crate::query::bind::{Bound, Cond, Test};
use crate::query::schema::{customer, deal, field, lead};

use super::apart::{First, all_apart, are_apart, asks_apart, finds_apart, source};
use super::row::columns;
use super::{count, order};

/// Stands for "no value" in an order: before everything. Indexes are made with the same expression.
pub use crate::query::cut::NONE as LOWEST;

/// SQL and its parameters `?1..?n`.
#[derive(Debug, Default)]
pub struct Sql {
    pub text: String,
    pub params: Vec<Value>,
    /// A field whose lower bounds (or upper, where false) are tested row by row: the page begins at a place of its own,
    /// and of two places to begin at SQLite takes any.
    pub loose: Option<(FieldId, bool)>,
    /// The figure that the page begins behind: a bound of the loose field on its other side needs no test.
    pub begins: Option<i64>,
    /// The order of this field is walked: the other tests are put so that no index is taken for them.
    pub walk: Option<FieldId>,
    /// Figures are compared as they are stored, not in the words of the indexes of one field: fewer steps, where another
    /// way to the rows is settled.
    pub bare: bool,
    /// The index keeps rows in some of the open states: that they are open is not asked of each.
    pub open_told: bool,
    /// Something is read that lies apart from the rows.
    pub apart: bool,
}

impl Sql {
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// `id, version, a, b, c`, to be read of each row.
    pub fn read(&mut self, fields: &[FieldId]) {
        self.looks_at(fields);
        self.push(&columns(fields));
    }

    /// Says that these fields are read before it is said from where.
    pub fn looks_at(&mut self, fields: &[FieldId]) {
        self.apart |= are_apart(fields);
    }

    /// ` FROM …`, with what lies apart where that is read or the condition asks for it.
    pub fn from(&mut self, bound: &Bound, by: &str, first: First) {
        let apart = self.apart || asks_apart(bound.entity, &bound.cond);
        let found = finds_apart(&bound.cond);
        let first = if self.walk.is_none() && found { First::Either } else { first };
        // Nothing of an index leads to such rows: they are read as they lie, both tables side by side. Left to itself,
        // SQLite may walk a narrow index and look up what lies apart in its order, here and there.
        let as_they_lie =
            apart && by.is_empty() && first == First::Either && !found && all_apart(bound.entity, &bound.cond);
        let by = if as_they_lie { " NOT INDEXED" } else { by };
        self.push(" FROM ");
        self.push(&source(bound.entity, by, apart, first));
    }

    /// A column or what is made of it, in a test of this field.
    fn tested(&self, id: FieldId, column: String) -> String {
        if self.walk.is_some_and(|by| by != id) { format!("+{column}") } else { column }
    }

    pub fn bind(&mut self, value: impl Into<Value>) {
        // An empty text is a text here, not a missing value: compared columns hold ''.
        self.params.push(value.into());
        self.text.push('?');
        self.text.push_str(&self.params.len().to_string());
    }

    pub fn bind_text(&mut self, text: impl Into<Text>) {
        self.params.push(Value::Text(text.into()));
        self.text.push('?');
        self.text.push_str(&self.params.len().to_string());
    }
}

/// Numbers that every row has, given on creation: their unique index is the order.
const NUMBERS: [FieldId; 3] = [customer::ACCOUNT, lead::NUMBER, deal::NUMBER];

/// The expression an order uses for a field.
pub fn sort_key(id: FieldId) -> String {
    let column = field(id).column();
    if field(id).is_text() || NUMBERS.contains(&id) { column } else { format!("COALESCE({column}, {LOWEST})") }
}

/// The value of [`sort_key`] for a record's value.
pub fn sort_value(id: FieldId, value: &Value) -> Value {
    match value {
        Value::Null if field(id).is_text() => Value::Text(Text::default()),
        Value::Null => Value::Int(LOWEST),
        v => v.clone(),
    }
}

/// ` FROM table WHERE …` for the rows of a filter in an order, read by the index that has it, where there is one.
pub fn from_in_order(sql: &mut Sql, bound: &Bound, sort: &[(FieldId, bool)]) {
    by_index(sql, bound, order::index(bound, sort), First::Rows);
}

/// The same in no order, by this index.
pub fn from_by(sql: &mut Sql, bound: &Bound, index: Option<&str>) {
    by_index(sql, bound, index, if index.is_some() { First::Rows } else { First::Either });
}

fn by_index(sql: &mut Sql, bound: &Bound, index: Option<&str>, first: First) {
    sql.open_told = index.is_some_and(order::tells_open);
    let by = index.map_or(String::new(), |index| format!(" INDEXED BY {index}"));
    sql.from(bound, &by, first);
    sql.push(" WHERE ");
    sql.push(index.map_or("", count::asked_for));
    condition(sql, bound);
}

/// The same of one part of the rows, by its index.
pub fn from_part(sql: &mut Sql, bound: &Bound, part: &order::Part) {
    sql.from(bound, &format!(" INDEXED BY {}", part.index), First::Rows);
    sql.push(&format!(" WHERE deleted IS NULL AND {}", part.rows));
    if !part.whole {
        sql.push(" AND ");
        condition(sql, bound);
    }
}

/// The whole condition, deleted rows left out unless they are asked for: last, for there are few, and a row that fails
/// another test is not asked this one.
pub fn condition(sql: &mut Sql, bound: &Bound) {
    open_part(sql, bound);
    if bound.cond != Cond::All {
        cond(sql, &bound.cond);
        sql.push(" AND ");
    }
    let has_deleted = crate::query::schema::find(bound.entity, "deleted").is_some();
    sql.push(match (has_deleted, bound.deleted) {
        (false, _) => "1",
        (true, false) => "deleted IS NULL",
        (true, true) => "deleted IS NOT NULL",
    });
}

/// Where a filter keeps open rows alone, says so in the words of the partial indexes: SQLite takes such an index only
/// where its condition stands in the question letter by letter.
fn open_part(sql: &mut Sql, bound: &Bound) {
    if sql.walk.is_none()
        && !sql.open_told
        && let Some((state, codes)) = order::open(bound.entity, &bound.cond)
    {
        constants(sql, state, &codes);
        sql.push(" AND ");
    }
}

/// `column IN ('a', 'b')`, of the program's own words: no text of a person stands here.
fn constants(sql: &mut Sql, id: FieldId, codes: &[&'static str]) {
    let column = sql.tested(id, field(id).column());
    match codes {
        [one] => sql.push(&format!("{column} = '{one}'")),
        more => sql.push(&format!("{column} IN ('{}')", more.join("', '"))),
    }
}

pub fn cond(sql: &mut Sql, c: &Cond) {
    if let Some((id, codes)) = order::chosen(c) {
        return constants(sql, id, &codes);
    }
    match c {
        Cond::All => sql.push("1"),
        // SQLite asks in this order: what is told soonest spares the rest for most rows.
        Cond::And(parts) => {
            let mut parts: Vec<&Cond> = parts.iter().collect();
            parts.sort_by_key(|part| effort(part));
            joined(sql, parts, " AND ");
        }
        Cond::Or(parts) => joined(sql, parts, " OR "),
        // What is not without a value has one.
        Cond::Not(inner) if let Cond::Test(id, Test::Null) = &**inner => {
            let column = sql.tested(*id, field(*id).column());
            let key = sql.tested(*id, sort_key(*id));
            // Both the words of the partial indexes and a place to begin in the others.
            sql.push(&match field(*id).is_text() {
                true => format!("{column} <> ''"),
                false if key == column => format!("{column} IS NOT NULL"),
                false if sql.loose == Some((*id, true)) => format!("{column} IS NOT NULL"),
                false => format!("({column} IS NOT NULL AND {key} > {LOWEST})"),
            });
        }
        Cond::Not(inner) => {
            // NULL of an unknown figure must turn into true, as it does in memory.
            sql.push("NOT COALESCE(");
            cond(sql, inner);
            sql.push(", 0)");
        }
        Cond::Words(word) => {
            sql.push("word_matches(search, ");
            sql.bind_text(word.clone());
            sql.push(")");
        }
        Cond::Name(word) => {
            sql.push("word_matches(substr(search, 1, instr(search || char(10), char(10)) - 1), ");
            sql.bind_text(word.clone());
            sql.push(")");
        }
        Cond::Test(id, t) => {
            sql.push("(");
            test(sql, *id, t);
            sql.push(")");
        }
    }
}

/// What it takes to ask a row this: figures are compared at once, texts letter by letter, words looked for.
fn effort(c: &Cond) -> u8 {
    match c {
        Cond::All | Cond::Test(_, Test::Between(..)) => 0,
        Cond::Test(_, Test::Null | Test::Is(_)) => 1,
        Cond::Test(_, Test::Starts(_)) => 2,
        Cond::Test(_, Test::Part(_) | Test::Glob(_) | Test::Item(_)) => 3,
        Cond::Words(_) | Cond::Name(_) => 4,
        Cond::Not(inner) => effort(inner),
        Cond::And(parts) | Cond::Or(parts) => parts.iter().map(effort).max().unwrap_or(0),
    }
}

fn joined<'a>(sql: &mut Sql, parts: impl IntoIterator<Item = &'a Cond>, joint: &str) {
    sql.push("(");
    for (i, part) in parts.into_iter().enumerate() {
        if i > 0 {
            sql.push(joint);
        }
        cond(sql, part);
    }
    sql.push(")");
}

fn test(sql: &mut Sql, id: FieldId, t: &Test) {
    let column = sql.tested(id, field(id).column());
    match t {
        Test::Null if field(id).is_text() => sql.push(&format!("{column} = ''")),
        Test::Null => sql.push(&format!("{column} IS NULL")),
        // Text columns compare without regard to ASCII case (COLLATE NOCASE).
        Test::Is(text) => {
            sql.push(&format!("{column} = "));
            sql.bind_text(text.clone());
            filled(sql, id, &column, text);
        }
        Test::Starts(text) => {
            // From "pu" to "pu" and the last character there is: a range that an index can walk.
            sql.push(&format!("{column} >= "));
            sql.bind_text(text.clone());
            sql.push(&format!(" AND {column} < "));
            sql.bind_text(format!("{text}\u{10ffff}"));
            filled(sql, id, &column, text);
        }
        Test::Part(text) => {
            sql.push(&format!("instr(lower({column}), "));
            sql.bind_text(text.to_ascii_lowercase());
            sql.push(") > 0");
        }
        Test::Glob(pattern) => {
            sql.push(&format!("{column} LIKE "));
            sql.bind_text(like(pattern));
            sql.push(" ESCAPE '\\'");
            sql.push(&format!(" AND {column} <> ''"));
        }
        Test::Item(item) => {
            sql.push(&format!("instr(',' || lower({column}) || ',', "));
            sql.bind_text(format!(",{},", item.to_ascii_lowercase()));
            sql.push(") > 0");
        }
        Test::Between(low, high) => {
            if let (Some(low), Some(high)) = (low, high)
                && low == high
            {
                sql.push(&format!("{column} = "));
                return sql.bind(*low);
            }
            // The expression that indexes are made with; no value lies below every span.
            let key = if sql.bare { column } else { sql.tested(id, sort_key(id)) };
            let plus = |lower: bool| if sql.loose == Some((id, lower)) { "+" } else { "" };
            let (from, to) = (plus(true), plus(false));
            let low = low.unwrap_or(i64::MIN).max(LOWEST + 1);
            let told = |lower: bool, holds: fn(i64, i64) -> bool, bound: i64| {
                sql.loose == Some((id, lower)) && sql.begins.is_some_and(|begins| holds(begins, bound))
            };
            let (low, high) = (
                Some(low).filter(|low| !told(true, |begins, low| begins >= low, *low)),
                high.filter(|high| !told(false, |begins, high| begins <= high, *high)),
            );
            if let Some(low) = low {
                sql.push(&format!("{from}{key} >= "));
                sql.bind(low);
            }
            if let Some(high) = high {
                sql.push(&format!("{}{to}{key} <= ", if low.is_some() { " AND " } else { "" }));
                sql.bind(high);
            }
            if (low, high) == (None, None) {
                sql.push("1");
            }
        }
    }
}

/// Texts that few rows share, whose indexes hold the rows that have one.
const HELD_WHERE_FILLED: [FieldId; 9] = [
    customer::REF,
    customer::PHONE,
    customer::EMAIL,
    customer::GSTIN,
    lead::PHONE,
    lead::ALT_PHONE,
    lead::EMAIL,
    lead::ADDRESS,
    lead::PINCODE,
];

/// Says so in the words of such an index: SQLite does not take it for a parameter's sake.
fn filled(sql: &mut Sql, id: FieldId, column: &str, text: &str) {
    if HELD_WHERE_FILLED.contains(&id) && !text.is_empty() {
        sql.push(&format!(" AND {column} <> ''"));
    }
}

/// `*` becomes `%`; what LIKE would take for a pattern becomes itself.
fn like(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    for c in pattern.chars() {
        match c {
            '*' => out.push('%'),
            '%' | '_' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}
