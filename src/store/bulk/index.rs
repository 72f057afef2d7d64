//! What an index keeps of a row, read from the text that makes it: columns, a few expressions of them, and a condition of
//! tests joined by AND. An index that asks for more is not read: SQLite makes it.

use super::record::Datum;

/// What a column of a table is.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    pub text: bool,
    /// Whether its texts compare without regard to the case of A to Z.
    pub folded: bool,
    /// Whether it may be NULL.
    pub null: bool,
}

/// One value of an entry.
#[derive(Debug, PartialEq, Eq)]
pub enum Term {
    /// A column as it is.
    Column(usize),
    /// A column, or a number where it has no value.
    Else(usize, i64),
    /// Characters of a text.
    Length(usize),
    /// `max(a, COALESCE(b, a))`: the later of two days, of which the second may be missing.
    Later(usize, usize),
    /// `strftime('%Y%m', COALESCE(a, b) / 1000 + 19800, 'unixepoch')`: year and month, in India, of the first of two
    /// moments that is there.
    Month(usize, usize),
    Id,
}

/// A condition of a row.
#[derive(Debug, PartialEq, Eq)]
pub enum Test {
    Null(usize),
    Filled(usize),
    /// One of these texts.
    In(usize, Vec<String>),
    /// Compared with a number: the column, and a number to take where it has no value.
    Number(usize, Option<i64>, Order, i64),
    Text(usize, bool, String),
    Not(Box<Test>),
    All(Vec<Test>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Equal,
    Unequal,
    Above,
    Below,
}

/// An index as its text has it.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    pub unique: bool,
    pub terms: Vec<Term>,
    pub only: Option<Test>,
}

/// Reads the text of an index; `None` where it asks for what is not known here.
pub fn read(sql: &str, columns: &[Column]) -> Option<Shape> {
    let words = words(sql)?;
    let mut at = Reader { words: &words, columns };
    at.word("create")?;
    let unique = at.word("unique").is_some();
    at.word("index")?;
    at.next()?;
    at.word("on")?;
    at.next()?;
    at.word("(")?;
    let mut terms = Vec::new();
    loop {
        terms.push(at.term()?);
        if at.word(")").is_some() {
            break;
        }
        at.word(",")?;
    }
    let only = match at.word("where") {
        Some(()) => Some(at.tests()?),
        None => None,
    };
    // Whether two rows are alike is told by one value.
    let known = at.words.is_empty() && (!unique || terms.len() == 1);
    known.then_some(Shape { unique, terms, only })
}

/// Words, numbers, quoted texts (with their first quote) and signs.
fn words(sql: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            rest[1..].find('\'')? + 2
        } else if first.is_alphanumeric() || first == '_' || first == '-' {
            let own = first.len_utf8();
            rest[own..].find(|c: char| !c.is_alphanumeric() && c != '_').map_or(rest.len(), |n| n + own)
        } else if rest.starts_with("<>") {
            2
        } else {
            first.len_utf8()
        };
        let (word, more) = rest.split_at(length);
        out.push(word.strip_suffix('\'').unwrap_or(word).to_string());
        rest = more.trim_start();
    }
    Some(out)
}

struct Reader<'a> {
    words: &'a [String],
    columns: &'a [Column],
}

impl Reader<'_> {
    fn next(&mut self) -> Option<&str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    /// Goes on if the next word is this one.
    fn word(&mut self, word: &str) -> Option<()> {
        let is = self.words.first()?.eq_ignore_ascii_case(word);
        if is {
            self.next();
        }
        is.then_some(())
    }

    /// Goes on if these words follow.
    fn words_of(&mut self, words: &str) -> Option<()> {
        words.split(' ').try_for_each(|word| self.word(word))
    }

    fn are_numbers(&self, columns: &[usize]) -> bool {
        columns.iter().all(|column| !self.columns[*column].text)
    }

    fn column(&mut self) -> Option<usize> {
        let name = self.words.first()?;
        let at = self.columns.iter().position(|c| c.name.eq_ignore_ascii_case(name))?;
        let column = &self.columns[at];
        if column.text && (!column.folded || column.null) {
            return None;
        }
        self.next();
        Some(at)
    }

    fn number(&mut self) -> Option<i64> {
        self.next()?.parse().ok()
    }

    fn text(&mut self) -> Option<String> {
        self.next()?.strip_prefix('\'').map(str::to_string)
    }

    fn term(&mut self) -> Option<Term> {
        let with_one = |at: &mut Self| -> Option<usize> {
            at.word("(")?;
            at.column()
        };
        if self.word("coalesce").is_some() {
            let column = with_one(self)?;
            self.word(",")?;
            let other = self.number()?;
            self.word(")")?;
            return (!self.columns[column].text).then_some(Term::Else(column, other));
        }
        if self.word("length").is_some() {
            let column = with_one(self)?;
            self.word(")")?;
            return self.columns[column].text.then_some(Term::Length(column));
        }
        if self.word("max").is_some() {
            let one = with_one(self)?;
            self.words_of(", coalesce")?;
            let other = with_one(self)?;
            self.word(",")?;
            let same = self.column()? == one;
            self.words_of(") )")?;
            return (same && self.are_numbers(&[one, other])).then_some(Term::Later(one, other));
        }
        if self.word("strftime").is_some() {
            self.words_of("( '%Y%m , coalesce")?;
            let one = with_one(self)?;
            self.word(",")?;
            let other = self.column()?;
            self.words_of(") / 1000 + 19800 , 'unixepoch )")?;
            return self.are_numbers(&[one, other]).then_some(Term::Month(one, other));
        }
        if self.word("id").is_some() {
            return Some(Term::Id);
        }
        self.column().map(Term::Column)
    }

    fn tests(&mut self) -> Option<Test> {
        let mut all = vec![self.test()?];
        while self.word("and").is_some() {
            all.push(self.test()?);
        }
        Some(if all.len() == 1 { all.remove(0) } else { Test::All(all) })
    }

    fn test(&mut self) -> Option<Test> {
        if self.word("not").is_some() {
            self.word("(")?;
            let inner = self.tests()?;
            self.word(")")?;
            return Some(Test::Not(Box::new(inner)));
        }
        let term = self.term()?;
        let (column, none) = match term {
            Term::Column(column) => (column, None),
            Term::Else(column, other) => (column, Some(other)),
            Term::Length(_) | Term::Later(..) | Term::Month(..) | Term::Id => return None,
        };
        let plain = none.is_none();
        if self.word("is").is_some() {
            let not = self.word("not").is_some();
            self.word("null")?;
            return plain.then_some(if not { Test::Filled(column) } else { Test::Null(column) });
        }
        let text = self.columns[column].text;
        if self.word("in").is_some() {
            self.word("(")?;
            let mut found = vec![self.text()?];
            while self.word(",").is_some() {
                found.push(self.text()?);
            }
            self.word(")")?;
            return text.then_some(Test::In(column, found));
        }
        let order = match self.next()? {
            "=" => Order::Equal,
            "<>" => Order::Unequal,
            ">" => Order::Above,
            "<" => Order::Below,
            _ => return None,
        };
        if !text {
            return Some(Test::Number(column, none, order, self.number()?));
        }
        match order {
            Order::Equal => Some(Test::Text(column, true, self.text()?)),
            Order::Unequal => Some(Test::Text(column, false, self.text()?)),
            Order::Above | Order::Below => None,
        }
    }
}

impl Test {
    /// Whether a row passes; `None` where a value is missing to say so.
    pub fn of(&self, row: &[Datum<'_>]) -> Option<bool> {
        let text = |at: usize| match row[at] {
            Datum::Text(text) => Some(text),
            _ => None,
        };
        match self {
            Test::Null(at) => Some(row[*at] == Datum::Null),
            Test::Filled(at) => Some(row[*at] != Datum::Null),
            Test::In(at, of) => text(*at).map(|t| of.iter().any(|o| o.eq_ignore_ascii_case(t))),
            Test::Text(at, same, other) => text(*at).map(|t| t.eq_ignore_ascii_case(other) == *same),
            Test::Number(at, none, order, other) => match row[*at] {
                Datum::Int(n) => Some(n),
                _ => *none,
            }
            .map(|n| match order {
                Order::Equal => n == *other,
                Order::Unequal => n != *other,
                Order::Above => n > *other,
                Order::Below => n < *other,
            }),
            Test::Not(inner) => inner.of(row).map(|passes| !passes),
            Test::All(all) => {
                let mut sure = Some(true);
                for test in all {
                    match test.of(row) {
                        Some(true) => {}
                        Some(false) => return Some(false),
                        None => sure = None,
                    }
                }
                sure
            }
        }
    }
}
