//! Names to fields, words to typed values, relative dates to days: what the store and the
//! evaluator understand.
//!
//! A field without a value meets no test but `none`; `not` turns that round (`-city:pune` keeps
//! rows without a city). Text is compared without regard to ASCII case.

use crate::base::{Phone, calendar, text::fold, text::is_hostile};
use crate::domain::{Entity, FieldId};

use super::QueryError;
use super::ast::{Expr, Op, Query, Span, Term};
use super::format;
use super::period::{Days, Moments, read_days, start_ms};
use super::schema::{self, Kind, field};
use super::views;

pub use super::bound::{Bound, Cond, Context, NEAR_MS, Test, equals};

/// Looks every name and value up. The first error wins; its span is the place in the text.
pub fn bind(query: &Query, entity: Entity, context: &Context) -> Result<Bound, QueryError> {
    let mut binder = Binder { entity, context, deleted: false };
    let cond = match &query.filter {
        Some(expr) => binder.expr(expr)?,
        None => Cond::All,
    };
    let mut sort = Vec::new();
    for key in &query.sort {
        let id = binder.field(&key.field, key.span)?;
        if !field(id).sort {
            let names: Vec<&str> = schema::fields(entity).iter().filter(|f| f.sort).map(|f| f.name).collect();
            return Err(QueryError::new(
                key.span,
                format!("cannot sort by {}; sort by {}", field(id).name, names.join(", ")),
            ));
        }
        sort.push((id, key.descending));
    }
    Ok(Bound { entity, cond, sort, deleted: binder.deleted })
}

struct Binder<'a> {
    entity: Entity,
    context: &'a Context,
    deleted: bool,
}

impl Binder<'_> {
    fn expr(&mut self, expr: &Expr) -> Result<Cond, QueryError> {
        match expr {
            Expr::And(parts) => Ok(Cond::And(parts.iter().map(|p| self.expr(p)).collect::<Result<_, _>>()?)),
            Expr::Or(parts) => Ok(Cond::Or(parts.iter().map(|p| self.expr(p)).collect::<Result<_, _>>()?)),
            Expr::Not(inner) => Ok(Cond::Not(Box::new(self.expr(inner)?))),
            Expr::Word { text, span, .. } => {
                check_clean(text, *span)?;
                Ok(match quoted_number(text) {
                    Some(number) if number.is_empty() => Cond::All,
                    Some(number) => Cond::Words(number),
                    None => Cond::Words(fold(text)),
                })
            }
            Expr::Compare { field, op, terms, span } => self.compare(field, *op, terms, *span),
        }
    }

    fn field(&self, name: &str, span: Span) -> Result<FieldId, QueryError> {
        schema::find(self.entity, name).ok_or_else(|| {
            let span =
                Span { start: span.start, end: (span.start + name.len()).min(span.end.max(span.start + name.len())) };
            let names = schema::fields(self.entity)
                .iter()
                .flat_map(|f| std::iter::once(f.name).chain(f.aliases.iter().copied()));
            let guess = schema::nearest(name, names.chain(["sort", "is", "has"]));
            QueryError::new(
                span,
                match guess {
                    Some(guess) => format!("there is no field `{name}`; did you mean `{guess}`?"),
                    None => format!("there is no field `{name}` in {}", self.entity.code()),
                },
            )
        })
    }

    fn compare(&mut self, name: &str, op: Op, terms: &[Term], span: Span) -> Result<Cond, QueryError> {
        for term in terms {
            if let Term::Word { text, span, .. } = term {
                check_clean(text, *span)?;
            }
        }
        if matches!(name, "is" | "has") && op == Op::Has {
            let parts = terms.iter().map(|t| if name == "is" { self.is(t) } else { self.has(t) });
            return Ok(any(parts.collect::<Result<_, _>>()?));
        }
        let id = self.field(name, span)?;
        match op {
            Op::Has | Op::Eq | Op::Ne => {
                let one = |t: &Term| match named_segment(id, t) {
                    Some(text) => self.text(text, span),
                    None => self.test(id, op, t).map(|t| Cond::Test(id, t)),
                };
                let tests: Vec<Cond> = terms.iter().map(one).collect::<Result<_, _>>()?;
                let cond = any(tests);
                Ok(if op == Op::Ne { Cond::Not(Box::new(cond)) } else { cond })
            }
            Op::Lt | Op::Le | Op::Gt | Op::Ge => {
                let [term] = terms else {
                    return Err(QueryError::new(span, format!("`{}` takes one value, not a list", op.symbol())));
                };
                self.order(id, op, term).map(|t| Cond::Test(id, t))
            }
        }
    }

    /// The condition of a text that stands for a word at `span`.
    fn text(&mut self, text: &str, span: Span) -> Result<Cond, QueryError> {
        let query = super::parse(text).map_err(|e| QueryError::new(span, e.message))?;
        query.filter.map_or(Ok(Cond::All), |expr| self.expr(&expr))
    }

    fn is(&mut self, term: &Term) -> Result<Cond, QueryError> {
        let (word, span) = word_of(term)?;
        if word.eq_ignore_ascii_case("deleted") {
            self.deleted = true;
            return Ok(Cond::All);
        }
        let predicates = views::predicates(self.entity);
        match predicates.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)) {
            Some((_, text)) => self.text(text, span),
            None => {
                let all: Vec<&str> = predicates.iter().map(|(n, _)| *n).chain(["deleted"]).collect();
                Err(QueryError::new(span, format!("`is:` knows {}", all.join(", "))))
            }
        }
    }

    fn has(&self, term: &Term) -> Result<Cond, QueryError> {
        let (word, span) = word_of(term)?;
        let id = self.field(word, span)?;
        Ok(Cond::Not(Box::new(Cond::Test(id, Test::Null))))
    }

    /// `:`, `=` and the inside of `!=`.
    fn test(&self, id: FieldId, op: Op, term: &Term) -> Result<Test, QueryError> {
        let f = field(id);
        let (text, quoted, span) = match term {
            Term::Word { text, quoted, span } => (text.as_str(), *quoted, *span),
            Term::Range { low, high, span } => return self.range(id, low.as_deref(), high.as_deref(), *span),
        };
        if !quoted && text.eq_ignore_ascii_case("none") {
            return Ok(Test::Null);
        }
        let exact = op != Op::Has;
        // A login is whole: what is mine is not that of somebody whose login begins like mine.
        let me = text == "@me" && !quoted;
        let (text, exact) = if me { (self.context.me.as_str(), true) } else { (text, exact) };
        let glob = !quoted && text.contains('*');
        match f.kind {
            Kind::Text | Kind::Category if glob => Ok(Test::Glob(text.to_string())),
            Kind::Text | Kind::Category | Kind::Phone | Kind::List(_) if text.is_empty() => Ok(Test::Null),
            Kind::Text if exact => Ok(Test::Is(text.to_string())),
            Kind::Text => Ok(Test::Part(text.to_string())),
            Kind::Category if exact => Ok(Test::Is(text.to_string())),
            Kind::Category => Ok(Test::Starts(text.to_string())),
            Kind::Choice(choices) => match crate::domain::choice::find(choices, text) {
                Some(c) => Ok(Test::Is(c.code.to_string())),
                None => Err(self.unknown_choice(id, choices, text, span)),
            },
            Kind::List([]) => Ok(Test::Item(text.to_string())),
            Kind::List(choices) => match crate::domain::choice::find(choices, text) {
                Some(c) => Ok(Test::Item(c.code.to_string())),
                None => Err(self.unknown_choice(id, choices, text, span)),
            },
            Kind::Phone => match Phone::parse(text) {
                Some(phone) => Ok(Test::Is(phone.e164().to_string())),
                None => {
                    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
                    if digits.is_empty() || exact {
                        return Err(QueryError::new(span, format!("`{text}` is no phone number or part of one")));
                    }
                    Ok(Test::Part(digits))
                }
            },
            Kind::Date { .. } => {
                let days = self.days(id, text, span)?;
                Ok(match days {
                    Days::Period(a, b) => Test::Between(Some(a), Some(b)),
                    Days::Distance(n) => self.distance(id, Some(0), Some(n)),
                })
            }
            Kind::Moment => {
                let (low, high) = self.moments(id, text, span)?.around(self.context, field(id).ahead);
                Ok(Test::Between(Some(low), Some(high)))
            }
            Kind::Int { bands, .. } if bands.iter().any(|b| b.name.eq_ignore_ascii_case(text)) => {
                let band = bands.iter().find(|b| b.name.eq_ignore_ascii_case(text)).expect("just found");
                Ok(Test::Between(Some(band.low), Some(band.high)))
            }
            Kind::Int { .. } | Kind::Fixed { .. } | Kind::Money | Kind::Account => {
                let n = self.number(id, text, span)?;
                Ok(Test::Between(Some(n), Some(n)))
            }
        }
    }

    fn unknown_choice(
        &self,
        id: FieldId,
        choices: &'static [crate::domain::Choice],
        text: &str,
        span: Span,
    ) -> QueryError {
        let codes = || choices.iter().map(|c| c.code);
        QueryError::new(
            span,
            match schema::nearest(text, codes()) {
                Some(guess) => format!("`{text}` is no {}; did you mean `{guess}`?", field(id).name),
                None => format!("`{text}` is no {}: {}", field(id).name, codes().collect::<Vec<_>>().join(", ")),
            },
        )
    }

    fn range(&self, id: FieldId, low: Option<&str>, high: Option<&str>, span: Span) -> Result<Test, QueryError> {
        if field(id).is_text() {
            return Err(QueryError::new(
                span,
                format!("{} is text and has no range; list values with commas", field(id).name),
            ));
        }
        if let Kind::Date { .. } = field(id).kind {
            let low = low.map(|t| self.days(id, t, span)).transpose()?;
            let high = high.map(|t| self.days(id, t, span)).transpose()?;
            return match (low, high) {
                (Some(Days::Distance(a)), Some(Days::Distance(b))) => Ok(self.distance(id, Some(a), Some(b))),
                (Some(Days::Distance(a)), None) => Ok(self.distance(id, Some(a), None)),
                (None, Some(Days::Distance(b))) => Ok(self.distance(id, Some(0), Some(b))),
                (Some(Days::Distance(_)), _) | (_, Some(Days::Distance(_))) => {
                    Err(QueryError::new(span, "a range goes from date to date or from days to days, not across"))
                }
                (low, high) => {
                    let start = low.map(|d| match d {
                        Days::Period(a, _) => a,
                        Days::Distance(n) => n,
                    });
                    let end = high.map(|d| match d {
                        Days::Period(_, b) => b,
                        Days::Distance(n) => n,
                    });
                    Ok(Test::Between(start, end))
                }
            };
        }
        if let Kind::Moment = field(id).kind {
            let ends = |t: Option<&str>| {
                let ahead = field(id).ahead;
                t.map(|t| self.moments(id, t, span).map(|m| m.ends(self.context, ahead))).transpose()
            };
            let (low, high) = (ends(low)?, ends(high)?);
            // From the nearer end of the one to the farther of the other, whichever way they were written.
            let (a, b) = (low.map(|l| l.0), high.map(|h| h.1));
            return Ok(match (low, high) {
                (Some(l), Some(h)) if l.0 > h.1 => Test::Between(Some(h.0), Some(l.1)),
                _ => Test::Between(a, b),
            });
        }
        let number = |t: Option<&str>| t.map(|t| self.number(id, t, span)).transpose();
        let (low, high) = (number(low)?, number(high)?);
        if low.zip(high).is_some_and(|(a, b)| a > b) {
            return Err(QueryError::new(span, "this range runs backwards: the smaller end comes first"));
        }
        Ok(Test::Between(low, high))
    }

    fn order(&self, id: FieldId, op: Op, term: &Term) -> Result<Test, QueryError> {
        let (text, span) = word_of(term)?;
        let f = field(id);
        if f.is_text() {
            return Err(QueryError::new(span, format!("{} is text: use `:` or `=`, not `{}`", f.name, op.symbol())));
        }
        if let Kind::Date { .. } = f.kind {
            return Ok(match (self.days(id, text, span)?, op) {
                (Days::Period(start, _), Op::Lt) => Test::Between(None, Some(start - 1)),
                (Days::Period(_, end), Op::Le) => Test::Between(None, Some(end)),
                (Days::Period(_, end), Op::Gt) => Test::Between(Some(end + 1), None),
                (Days::Period(start, _), _) => Test::Between(Some(start), None),
                (Days::Distance(n), Op::Lt) => self.distance(id, Some(0), Some(n - 1)),
                (Days::Distance(n), Op::Le) => self.distance(id, Some(0), Some(n)),
                (Days::Distance(n), Op::Gt) => self.distance(id, Some(n + 1), None),
                (Days::Distance(n), _) => self.distance(id, Some(n), None),
            });
        }
        if let Kind::Moment = f.kind {
            // Days count as for a date: under seven days is today and six more.
            let moments = match (self.moments(id, text, span)?, op) {
                (Moments::Days(n), Op::Lt) => Moments::Days(n - 1),
                (Moments::Days(n), Op::Gt) => Moments::Days(n + 1),
                (moments, _) => moments,
            };
            let (low, high) = moments.ends(self.context, f.ahead);
            let (near, far) = moments.around(self.context, f.ahead);
            return Ok(match (moments.is_distance(), f.ahead, op) {
                (true, _, Op::Lt | Op::Le) => Test::Between(Some(near), Some(far)),
                (true, true, _) => Test::Between(Some(low), None),
                (true, false, _) => Test::Between(None, Some(high)),
                (false, _, Op::Lt) => Test::Between(None, Some(low - 1)),
                (false, _, Op::Le) => Test::Between(None, Some(high)),
                (false, _, Op::Gt) => Test::Between(Some(high + 1), None),
                (false, ..) => Test::Between(Some(low), None),
            });
        }
        let band = match f.kind {
            Kind::Int { bands, .. } => bands.iter().find(|b| b.name.eq_ignore_ascii_case(text)),
            _ => None,
        };
        let (low, high) = match band {
            Some(band) => (band.low, band.high),
            None => {
                let n = self.number(id, text, span)?;
                (n, n)
            }
        };
        Ok(match op {
            Op::Lt => Test::Between(None, Some(low.saturating_sub(1))),
            Op::Le => Test::Between(None, Some(high)),
            Op::Gt => Test::Between(Some(high.saturating_add(1)), None),
            _ => Test::Between(Some(low), None),
        })
    }

    fn number(&self, id: FieldId, text: &str, span: Span) -> Result<i64, QueryError> {
        let f = field(id);
        let read = match f.kind {
            Kind::Money => crate::base::Money::parse(text).map(|m| m.0),
            Kind::Account => format::account(text),
            Kind::Fixed { places, unit } => format::scaled(text.trim_end_matches(unit), places),
            Kind::Int { unit, .. } => {
                let lower = text.to_ascii_lowercase();
                let digits = lower.strip_suffix(&unit.to_ascii_lowercase()).unwrap_or(&lower).replace(',', "");
                digits.parse().ok().filter(|n: &i64| n.abs() < 1 << 53)
            }
            _ => None,
        };
        read.ok_or_else(|| {
            let names = match f.kind {
                Kind::Int { bands, .. } if !bands.is_empty() => {
                    format!(" or {}", bands.iter().map(|b| b.name).collect::<Vec<_>>().join(", "))
                }
                _ => String::new(),
            };
            QueryError::new(span, format!("{} takes a number{names}, not `{text}`", f.name))
        })
    }

    /// Distances from today, both ends included, turned the way the field looks.
    fn distance(&self, id: FieldId, near: Option<i64>, far: Option<i64>) -> Test {
        let today = calendar::days_of(self.context.today);
        if matches!(field(id).kind, Kind::Date { ahead: true }) {
            Test::Between(near.map(|n| today + n), far.map(|n| today + n))
        } else {
            Test::Between(far.map(|n| today - n), near.map(|n| today - n))
        }
    }

    fn moments(&self, id: FieldId, text: &str, span: Span) -> Result<Moments, QueryError> {
        let hours =
            text.strip_suffix(['h', 'H']).and_then(|n| n.parse::<i64>().ok()).filter(|n| (0..100_000).contains(n));
        if let Some(hours) = hours {
            return Ok(Moments::Distance(hours * 3_600_000));
        }
        if text.eq_ignore_ascii_case("now") {
            return Ok(Moments::Period(self.context.now.0, self.context.now.0));
        }
        if text.eq_ignore_ascii_case("near") {
            let end = self.context.now.0.saturating_add(self.context.near_ms);
            return Ok(Moments::Period(end, end));
        }
        match read_days(text, self.context.today) {
            Some(Days::Period(a, b)) => Ok(Moments::Period(start_ms(a), start_ms(b + 1) - 1)),
            Some(Days::Distance(n)) => Ok(Moments::Days(n)),
            None => match format::moment(text) {
                Some(at) => Ok(Moments::Period(at.0, at.0)),
                None => Err(QueryError::new(
                    span,
                    format!(
                        "{} takes a date (2026-11-28, today, this-month), `now`, or a distance (2h, 7d, 3m), not `{text}`",
                        field(id).name
                    ),
                )),
            },
        }
    }

    fn days(&self, id: FieldId, text: &str, span: Span) -> Result<Days, QueryError> {
        read_days(text, self.context.today).ok_or_else(|| {
            QueryError::new(
                span,
                format!("{} takes a date (2026-11-28, 2026-11, 2026, today, this-month, last-fy) or a distance (7d, 3m), not `{text}`", field(id).name),
            )
        })
    }
}

/// A number as a caller quotes it, in the form rows keep it: a telephone number in any spelling, an
/// account number with its `BN`, which alone says nothing. `None` for any other word.
fn quoted_number(text: &str) -> Option<String> {
    let folded = fold(text);
    if folded.is_empty() || folded == "bn" {
        return Some(String::new());
    }
    if let Some(digits) = folded.strip_prefix("bn").filter(|d| d.trim().bytes().all(|b| b.is_ascii_digit())) {
        return Some(digits.trim().to_string());
    }
    Phone::parse(text).map(|phone| phone.e164().to_string())
}

fn any(mut conds: Vec<Cond>) -> Cond {
    if conds.len() == 1 { conds.remove(0) } else { Cond::Or(conds) }
}

/// The rule of a named segment, where `segment:` is asked for one.
fn named_segment(id: FieldId, term: &Term) -> Option<&'static str> {
    let Term::Word { text, quoted: false, .. } = term else { return None };
    let named = views::NAMED_SEGMENTS.iter().find(|s| s.name.eq_ignore_ascii_case(text))?;
    (id == super::schema::customer::SEGMENT).then_some(named.text)
}

fn word_of(term: &Term) -> Result<(&str, Span), QueryError> {
    match term {
        Term::Word { text, span, .. } => Ok((text, *span)),
        Term::Range { span, .. } => Err(QueryError::new(*span, "a range goes with `:`, as in `price:500..1500`")),
    }
}

fn check_clean(text: &str, span: Span) -> Result<(), QueryError> {
    if text.chars().any(is_hostile) {
        return Err(QueryError::new(span, "this word holds a control character, which no row can hold"));
    }
    Ok(())
}
