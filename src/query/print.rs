//! The canonical text of a query. Law: `parse(print(q)) == q`.

use std::fmt::{self, Write};

use super::ast::{Expr, Query, Term};
use super::lex::is_special;

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        if let Some(filter) = &self.filter {
            write_expr(f, filter, Place::Top)?;
            gap = " ";
        }
        if !self.sort.is_empty() {
            write!(f, "{gap}sort:")?;
            for (i, key) in self.sort.iter().enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let minus = if key.descending { "-" } else { "" };
                write!(f, "{comma}{}", quote(&format!("{minus}{}", key.field), false))?;
            }
        }
        Ok(())
    }
}

#[derive(PartialEq)]
enum Place {
    Top,
    InOr,
    InAnd,
    InNot,
}

fn write_expr(f: &mut impl Write, expr: &Expr, place: Place) -> fmt::Result {
    match expr {
        Expr::Or(parts) => {
            let wrap = place != Place::Top;
            write_joined(f, parts, " or ", wrap, || Place::InOr)
        }
        Expr::And(parts) => {
            let wrap = matches!(place, Place::InAnd | Place::InNot);
            write_joined(f, parts, " ", wrap, || Place::InAnd)
        }
        Expr::Not(inner) => {
            f.write_char('-')?;
            write_expr(f, inner, Place::InNot)
        }
        Expr::Compare { field, op, terms, .. } => {
            write!(f, "{field}{}", op.symbol())?;
            for (i, term) in terms.iter().enumerate() {
                if i > 0 {
                    f.write_char(',')?;
                }
                write_term(f, term)?;
            }
            Ok(())
        }
        Expr::Word { text, quoted, .. } => f.write_str(&quote(text, *quoted)),
    }
}

fn write_joined(f: &mut impl Write, parts: &[Expr], joint: &str, wrap: bool, place: fn() -> Place) -> fmt::Result {
    if wrap {
        f.write_char('(')?;
    }
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(joint)?;
        }
        write_expr(f, part, place())?;
    }
    if wrap {
        f.write_char(')')?;
    }
    Ok(())
}

fn write_term(f: &mut impl Write, term: &Term) -> fmt::Result {
    match term {
        Term::Word { text, quoted, .. } => f.write_str(&quote(text, *quoted)),
        Term::Range { low, high, .. } => {
            write!(f, "{}..{}", low.as_deref().unwrap_or(""), high.as_deref().unwrap_or(""))
        }
    }
}

/// A value as it must be typed: in quotes when it was, or when it would read as something else.
pub fn quote(text: &str, quoted: bool) -> String {
    if !quoted && !text.is_empty() && !text.chars().any(|c| c.is_whitespace() || is_special(c)) {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    out
}

/// A value from the data, quoted where it has to be: what completion inserts.
pub fn quote_value(text: &str) -> String {
    let keyword = ["and", "or", "not", "none"].iter().any(|k| text.eq_ignore_ascii_case(k));
    quote(text, keyword || text.contains("..") || text.starts_with(['-', '"']) || text.contains('*'))
}
