//! Tokens to a tree.
//!
//! ```text
//! query   = or
//! or      = and { "or" and }
//! and     = unary { ["and"] unary }
//! unary   = ("not" | "-" | "!") unary | "(" or ")" | compare | word
//! compare = field op term { "," term }
//! term    = word | [word] ".." [word]
//! sort    = "sort:" ["-"] field { "," ["-"] field }        anywhere at the top level
//! ```

use super::QueryError;
use super::ast::{Expr, Op, Query, SortKey, Span, Term};
use super::lex::{Lexed, Token, lex};

/// Parentheses and negations nest at most this deep.
const MAX_DEPTH: usize = 64;

/// Reads a filter text. An empty text is the query that keeps everything.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let tokens = lex(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0, end: text.len(), depth: 0, sort: Vec::new() };
    let filter = if tokens.is_empty() { None } else { parser.or()? };
    if let Some(extra) = parser.tokens.get(parser.at) {
        return Err(QueryError::new(extra.span, "this `)` closes nothing"));
    }
    Ok(Query { filter, sort: parser.sort })
}

struct Parser<'a> {
    tokens: &'a [Lexed],
    at: usize,
    end: usize,
    depth: usize,
    sort: Vec<SortKey>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|l| &l.token)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(Span { start: self.end, end: self.end }, |l| l.span)
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), Some(Token::Word { text, quoted: false }) if text.eq_ignore_ascii_case(keyword))
            && !matches!(self.tokens.get(self.at + 1).map(|l| &l.token), Some(Token::Op(_)))
    }

    fn or(&mut self) -> Result<Option<Expr>, QueryError> {
        let mut parts: Vec<Expr> = self.and()?.into_iter().collect();
        while self.is_keyword("or") {
            let span = self.span();
            self.at += 1;
            let right = self.and()?;
            match (parts.is_empty(), right) {
                (false, Some(right)) => parts.push(right),
                _ => return Err(QueryError::new(span, "`or` needs something on both sides")),
            }
        }
        Ok(match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Expr::Or(parts)),
        })
    }

    fn and(&mut self) -> Result<Option<Expr>, QueryError> {
        let mut parts: Vec<Expr> = Vec::new();
        loop {
            if self.is_keyword("and") {
                let span = self.span();
                self.at += 1;
                let last = self.peek().is_none_or(|t| *t == Token::Close) || self.is_keyword("or");
                if parts.is_empty() || last || self.is_keyword("and") {
                    return Err(QueryError::new(span, "`and` needs something on both sides"));
                }
                continue;
            }
            match self.peek() {
                None | Some(Token::Close) => break,
                _ if self.is_keyword("or") => break,
                _ => parts.extend(self.unary()?),
            }
        }
        Ok(match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Expr::And(parts)),
        })
    }

    /// `None` for a `sort:`, which is no condition.
    fn unary(&mut self) -> Result<Option<Expr>, QueryError> {
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH {
            Err(QueryError::new(self.span(), format!("more than {MAX_DEPTH} levels of parentheses and negations")))
        } else {
            self.unary_inner()
        };
        self.depth -= 1;
        result
    }

    fn unary_inner(&mut self) -> Result<Option<Expr>, QueryError> {
        let span = self.span();
        if *self.peek().unwrap_or(&Token::Close) == Token::Minus || self.is_keyword("not") {
            self.at += 1;
            if matches!(self.peek(), None | Some(Token::Close)) || self.is_keyword("or") || self.is_keyword("and") {
                return Err(QueryError::new(span, "nothing follows this negation"));
            }
            return match self.unary()? {
                Some(inner) => Ok(Some(Expr::Not(Box::new(inner)))),
                None => Err(QueryError::new(span, "a sort order cannot be negated; write `sort:-field` to turn it")),
            };
        }
        match self.peek() {
            Some(Token::Open) => {
                self.at += 1;
                let inner = self.or()?;
                if self.peek() != Some(&Token::Close) {
                    return Err(QueryError::new(span, "this `(` is not closed: add a `)`"));
                }
                self.at += 1;
                inner.map(Some).ok_or_else(|| QueryError::new(span, "nothing between these parentheses"))
            }
            Some(Token::Word { text, quoted }) => {
                let (text, quoted) = (text.clone(), *quoted);
                self.at += 1;
                match self.peek() {
                    Some(Token::Op(op)) if !quoted && !self.tokens[self.at].spaced => {
                        let op = *op;
                        self.at += 1;
                        if text.eq_ignore_ascii_case("sort") {
                            self.sort_keys(op, span)?;
                            return Ok(None);
                        }
                        let terms = self.terms(span)?;
                        let end = terms.last().map_or(span.end, |t| t.span().end);
                        Ok(Some(Expr::Compare {
                            field: text.to_ascii_lowercase(),
                            op,
                            terms,
                            span: Span { start: span.start, end },
                        }))
                    }
                    _ => Ok(Some(Expr::Word { text, quoted, span })),
                }
            }
            Some(Token::Op(op)) => {
                Err(QueryError::new(span, format!("`{}` needs a field before it, as in `city:pune`", op.symbol())))
            }
            _ => Err(QueryError::new(span, "this comma joins nothing")),
        }
    }

    fn terms(&mut self, field: Span) -> Result<Vec<Term>, QueryError> {
        let mut terms = Vec::new();
        loop {
            let span = self.span();
            let glued = self.tokens.get(self.at).is_some_and(|l| !l.spaced);
            match self.peek() {
                Some(Token::Word { text, quoted }) if glued => {
                    terms.push(term(text, *quoted, span)?);
                    self.at += 1;
                }
                _ => {
                    let span = Span { start: field.start, end: span.start.max(field.end).min(self.end) };
                    return Err(QueryError::new(span, "a value is missing here"));
                }
            }
            let comma = self.tokens.get(self.at).is_some_and(|l| l.token == Token::Comma && !l.spaced);
            if !comma {
                return Ok(terms);
            }
            self.at += 1;
        }
    }

    fn sort_keys(&mut self, op: Op, span: Span) -> Result<(), QueryError> {
        if op != Op::Has {
            return Err(QueryError::new(span, "write the sort order with a colon: `sort:-risk,name`"));
        }
        if self.depth > 1 {
            return Err(QueryError::new(span, "the sort order stands outside parentheses"));
        }
        for term in self.terms(span)? {
            match term {
                Term::Word { text, span, .. } => {
                    let descending = text.starts_with('-');
                    let field = text.trim_start_matches(['-', '+']).to_ascii_lowercase();
                    if field.is_empty() {
                        return Err(QueryError::new(span, "a field to sort by is missing here"));
                    }
                    self.sort.push(SortKey { field, descending, span });
                }
                Term::Range { span, .. } => return Err(QueryError::new(span, "sort by a field, not by a range")),
            }
        }
        Ok(())
    }
}

fn term(text: &str, quoted: bool, span: Span) -> Result<Term, QueryError> {
    if !quoted && let Some((low, high)) = text.split_once("..") {
        if low.is_empty() && high.is_empty() {
            return Err(QueryError::new(span, "a range needs a number or date on one side: `500..1500`"));
        }
        if high.contains("..") {
            return Err(QueryError::new(span, "a range has two ends: `500..1500`"));
        }
        let part = |s: &str| (!s.is_empty()).then(|| s.to_string());
        return Ok(Term::Range { low: part(low), high: part(high), span });
    }
    Ok(Term::Word { text: text.to_string(), quoted, span })
}
